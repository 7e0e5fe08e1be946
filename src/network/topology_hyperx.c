/* topology_hyperx.c: all switches of a row joined, in every dimension.
 *
 * In:  gw_net_plan of topology hyperx: switches and cables along each dimension, hosts of a switch.
 * Out: a gw_net; minimal routes; bisection, diameter, names.
 *
 * Model. Switches stand on a grid; two that differ in one coordinate d are joined by width[d]
 * cables. One dimension is a full mesh, extents of 2 a hypercube. A minimal way changes each
 * coordinate that differs once. d_mod_k: lowest dimension first, the destination's number picks the
 * cable. ECMP and spray: any dimension, any cable. Valiant: through any switch.
 *
 * Bisection: a line of S switches has floor(S^2/4) x width cables between its halves; gw_grid_cut_n
 * takes the best order of dimensions. Never more than half of what the hosts can send.
 *
 * Valid: the formula of the source is K S^2/4 x lines, the same for even S.
 *
 * Sources: Ahn, Binkert, Davis, McLaren & Schreiber, SC 2009 (HyperX; relative bisection K S / 2 T).
 */
#include <math.h>
#include <stdio.h>

#include "network/net_own.h"
#include "network/route_walk.h"
#include "network/wiring_graphs.h"
#include "network/wiring_parts.h"

typedef struct hyperx {
    gw_hung hung;
    int n_dims;
    int32_t extent[GW_NET_DIMS], width[GW_NET_DIMS], stride[GW_NET_DIMS];
    int32_t cable0[GW_NET_DIMS]; /* first of the dimension */
} hyperx;

static double switches_of(const gw_net_plan *plan) {
    double n = 1;
    for (int d = 0; d < plan->n_dims; d++) {
        n *= plan->dim[d];
    }
    return n;
}

static double switch_cables_of(const gw_net_plan *plan) {
    double cables = 0;
    for (int d = 0; d < plan->n_dims; d++) {
        cables += switches_of(plan) * (plan->dim[d] - 1.0) / 2 * plan->width[d];
    }
    return cables;
}

void gw_hyperx_counts(const gw_net_plan *plan, double *n_nodes, double *n_links) {
    double domains = plan->domain > 1 ? ceil((double)plan->n_hosts / plan->domain) : 0;
    double scaleup = plan->domain > 1 ? plan->n_hosts : 0;
    *n_nodes = plan->n_hosts + switches_of(plan) + domains;
    *n_links = 2 * ((double)plan->n_hosts * plan->nics + switch_cables_of(plan) + scaleup);
}

const char *gw_hyperx_problem(const gw_net_plan *plan, gw_arena *arena) {
    if (plan->n_dims < 1 || plan->n_dims > GW_NET_DIMS) {
        return gw_arena_printf(arena, "a HyperX has 1 to %d dimensions, not %d", GW_NET_DIMS,
                               plan->n_dims);
    }
    for (int d = 0; d < plan->n_dims; d++) {
        if (plan->dim[d] < 1 || plan->dim[d] > 65536 || plan->width[d] < 1) {
            return gw_arena_printf(arena,
                                   "dimension %d of the HyperX: 1 to 65536 switches, not %d, and "
                                   "at least one cable between two, not %d",
                                   d + 1, plan->dim[d], plan->width[d]);
        }
    }
    if (plan->hosts_per_switch < 1) {
        return "a switch of a HyperX needs ports for hosts";
    }
    return gw_graph_plan_problem(plan, switches_of(plan) * plan->hosts_per_switch, arena);
}

static int32_t coordinate(const hyperx *x, int32_t sw, int d) {
    return sw / x->stride[d] % x->extent[d];
}

/* First of the cables between coordinates a < b of the switch's line. */
static int32_t cable_of(const hyperx *x, int32_t sw, int d, int32_t a, int32_t b) {
    int32_t k = x->extent[d];
    int32_t line = sw / x->stride[d] / k * x->stride[d] + sw % x->stride[d];
    int32_t pair = a * (2 * k - a - 1) / 2 + (b - a - 1);
    return x->cable0[d] + (line * (k * (k - 1) / 2) + pair) * x->width[d];
}

static hyperx *hyperx_create(const gw_net_plan *plan, gw_arena *arena) {
    hyperx *x = GW_NEW(arena, hyperx);
    int32_t n_switches = (int32_t)switches_of(plan);
    x->hung = gw_hung_of(plan, n_switches, (int32_t)switch_cables_of(plan));
    x->n_dims = plan->n_dims;
    int32_t stride = 1, cable = x->hung.cable0;
    for (int d = 0; d < plan->n_dims; d++) {
        int32_t k = plan->dim[d];
        x->extent[d] = k;
        x->width[d] = plan->width[d];
        x->stride[d] = stride;
        x->cable0[d] = cable;
        cable += n_switches / k * (k * (k - 1) / 2) * plan->width[d];
        stride *= k;
    }
    return x;
}

static void join_lines(gw_net *net, const hyperx *x, int d) {
    const gw_net_plan *plan = &net->plan;
    uint8_t kind = gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_SWITCH,
                                                       .tier = 1 + d,
                                                       .rate_Bps = plan->link_Bps,
                                                       .latency_s = plan->link_latency_s,
                                                       .length_m = plan->cable_m});
    for (int32_t sw = 0; sw < x->hung.n_switches; sw++) {
        int32_t a = coordinate(x, sw, d);
        for (int32_t b = a + 1; b < x->extent[d]; b++) {
            int32_t low = net->n_hosts + sw, high = low + (b - a) * x->stride[d];
            for (int32_t j = 0; j < x->width[d]; j++) {
                gw_net_put_cable(net, cable_of(x, sw, d, a, b) + j, low, high, kind);
            }
        }
    }
}

void gw_hyperx_build(const gw_net_plan *plan, gw_net *net) {
    hyperx *x = hyperx_create(plan, net->arena);
    net->own = x;
    gw_hung_build(net, &x->hung);
    for (int d = 0; d < x->n_dims; d++) {
        if (x->extent[d] > 1) {
            join_lines(net, x, d);
        }
    }
}

/* ------------------------------------------------------------------ routes */

static void hyperx_hops(const gw_walk *walk, int32_t at, int32_t dst, gw_hops *hops) {
    const hyperx *x = walk->shape;
    if (gw_hung_hops(&x->hung, &at, &dst, hops)) {
        return;
    }
    for (int d = 0; d < x->n_dims; d++) {
        int32_t a = coordinate(x, at, d), b = coordinate(x, dst, d);
        if (a == b) {
            continue;
        }
        int32_t cable = a < b ? cable_of(x, at, d, a, b) : cable_of(x, at, d, b, a);
        for (int32_t j = 0; j < x->width[d]; j++) {
            gw_hops_add(hops, 2 * (cable + j) + (a > b));
        }
        if (hops->n_first == 0) {
            hops->n_first = hops->n;
        }
    }
}

static int32_t hyperx_through(const gw_walk *walk, int32_t src, int32_t dst, uint64_t hash) {
    const hyperx *x = walk->shape;
    bool inside = x->hung.n_domains > 0 && src / x->hung.domain == dst / x->hung.domain;
    return inside ? -1 : x->hung.n_hosts + gw_net_pick(hash, UINT32_MAX, x->hung.n_switches);
}

bool gw_hyperx_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                     uint32_t entropy, gw_path *path) {
    const hyperx *x = net->own;
    int32_t most = x->hung.nics;
    for (int d = 0; d < x->n_dims; d++) {
        most += x->width[d];
    }
    gw_walk walk = {net, x, hyperx_hops, hyperx_through, most};
    return gw_walk_route(&walk, how, src, dst, entropy, path);
}

/* ------------------------------------------------------------------ what follows from the shape */

double gw_hyperx_bisection_Bps(const gw_net *net) {
    const hyperx *x = net->own;
    int extent[GW_NET_DIMS];
    double per_line_n[GW_NET_DIMS];
    for (int d = 0; d < x->n_dims; d++) {
        double k = x->extent[d];
        extent[d] = x->extent[d];
        per_line_n[d] = floor(k * k / 4) * x->width[d];
    }
    double cut_Bps = gw_grid_cut_n(x->n_dims, extent, per_line_n) * net->plan.link_Bps;
    return x->hung.n_switches == 1 ? gw_hung_half_Bps(net) : fmin(cut_Bps, gw_hung_half_Bps(net));
}

int gw_hyperx_diameter_hops(const gw_net *net) {
    const hyperx *x = net->own;
    int hops = 1;
    for (int d = 0; d < x->n_dims; d++) {
        hops += x->extent[d] > 1;
    }
    return hops;
}

void gw_hyperx_node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    const hyperx *x = net->own;
    if (gw_hung_name(&x->hung, node, text, room)) {
        return;
    }
    int n = snprintf(text, room, "switch");
    for (int d = 0; d < x->n_dims && n > 0 && (size_t)n < room; d++) {
        n += snprintf(text + n, room - (size_t)n, "-%d", coordinate(x, node - net->n_hosts, d));
    }
}
