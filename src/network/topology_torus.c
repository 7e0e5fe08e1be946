/* topology_torus.c: tori and meshes of up to six dimensions, wired for good or of blocks that optical
 * switches join.
 *
 * In:  gw_net_plan of topology torus: extents, wrap, edge of the blocks, rates.
 * Out: a gw_net; minimal routes; bisection, diameter, names; ports of the optical switches.
 *
 * Model. The hosts are the routers, as TPUs are: no link between them and no limit beside the links
 * themselves. Node x + k1 (y + k2 (z ..)); those beyond n_hosts forward only. A line of k nodes has
 * k links and is a ring if `wrap` and k > 2, else k - 1: two nodes have one link, not two.
 *
 * Blocks: electrical links join nodes inside a cube of `cube` nodes along each edge; links between
 * cubes, and those that close rings, run through optical circuit switches and take two of their
 * ports. A dimension closes to rings only if its extent is a multiple of `cube`: a part of a block
 * has no face towards the switches on both sides. The same blocks joined in another shape are
 * another plan.
 *
 * Minimal ways take in each dimension the shorter direction. d_mod_k is dimension order, x first;
 * half-way round a ring the parity of the destination's coordinate says which direction. ECMP and
 * spray choose among all dimensions still to go. Valiant goes through any node.
 *
 * Bisection: gw_grid_cut_n with two links a line of a ring, one of a chain.
 *
 * Valid: longest way within 4,096 links. Not: twisted tori.
 *
 * Sources: Dally & Towles (2004), chapters 5 and 8; Jouppi et al., ISCA 2023 (TPU v4: blocks of
 * 4 x 4 x 4 chips, optical circuit switches on their faces, wrap-around of slices made of whole
 * blocks); Google Cloud documentation of TPU slices.
 */
#include <math.h>
#include <stdio.h>

#include "network/net_own.h"
#include "network/route_walk.h"
#include "network/wiring_graphs.h"
#include "network/wiring_parts.h"

/** Links of the longest way that a plan may have: the dozen ways of a spray must fit a path. */
#define MOST_LINKS 4096

typedef struct torus {
    int n_dims;
    int32_t extent[GW_NET_DIMS], stride[GW_NET_DIMS];
    int32_t per_line[GW_NET_DIMS]; /* cables; equal to the extent: a ring */
    int32_t cable0[GW_NET_DIMS];   /* first of the dimension */
    int32_t n_nodes, n_cables;
} torus;

static bool is_ring(const gw_net_plan *plan, int d) {
    return plan->wrap && plan->dim[d] > 2 && (plan->cube == 0 || plan->dim[d] % plan->cube == 0);
}

static double nodes_of(const gw_net_plan *plan) {
    double nodes = 1;
    for (int d = 0; d < plan->n_dims; d++) {
        nodes *= plan->dim[d];
    }
    return nodes;
}

static int line_cables(const gw_net_plan *plan, int d) {
    return is_ring(plan, d) ? plan->dim[d] : plan->dim[d] - 1;
}

void gw_torus_counts(const gw_net_plan *plan, double *n_nodes, double *n_links) {
    *n_nodes = nodes_of(plan);
    *n_links = 0;
    for (int d = 0; d < plan->n_dims; d++) {
        *n_links += 2 * *n_nodes / plan->dim[d] * line_cables(plan, d);
    }
}

static int farthest_links(const gw_net_plan *plan) {
    int links = 0;
    for (int d = 0; d < plan->n_dims; d++) {
        links += is_ring(plan, d) ? plan->dim[d] / 2 : plan->dim[d] - 1;
    }
    return links;
}

const char *gw_torus_problem(const gw_net_plan *plan, gw_arena *arena) {
    if (plan->n_dims < 1 || plan->n_dims > GW_NET_DIMS) {
        return gw_arena_printf(arena, "a torus has 1 to %d dimensions, not %d", GW_NET_DIMS,
                               plan->n_dims);
    }
    for (int d = 0; d < plan->n_dims; d++) {
        if (plan->dim[d] < 1 || plan->dim[d] > 1000000) {
            return gw_arena_printf(arena, "dimension %d of the torus has %d nodes; 1 to 1000000",
                                   d + 1, plan->dim[d]);
        }
    }
    if (plan->cube < 0) {
        return "the edge of the optical blocks of a torus is at least 0";
    }
    if (plan->domain > 1) {
        return "the hosts of a torus are its routers; they have no scale-up domain beside it";
    }
    if (farthest_links(plan) > MOST_LINKS) {
        return gw_arena_printf(arena, "the longest way in the torus has %d links; at most %d",
                               farthest_links(plan), MOST_LINKS);
    }
    return gw_graph_plan_problem(plan, nodes_of(plan), arena);
}

static torus *torus_create(const gw_net_plan *plan, gw_arena *arena) {
    torus *t = GW_NEW(arena, torus);
    t->n_dims = plan->n_dims;
    t->n_nodes = 1;
    for (int d = 0; d < plan->n_dims; d++) {
        t->extent[d] = plan->dim[d];
        t->stride[d] = t->n_nodes;
        t->per_line[d] = line_cables(plan, d);
        t->n_nodes *= plan->dim[d];
    }
    for (int d = 0; d < plan->n_dims; d++) {
        t->cable0[d] = t->n_cables;
        t->n_cables += t->n_nodes / t->extent[d] * t->per_line[d];
    }
    return t;
}

static int32_t coordinate(const torus *t, int32_t node, int d) {
    return node / t->stride[d] % t->extent[d];
}

/* Cable from the node to the next in its line, upwards. */
static int32_t cable_up(const torus *t, int32_t node, int d) {
    int32_t low = node % t->stride[d], high = node / t->stride[d] / t->extent[d];
    int32_t line = high * t->stride[d] + low;
    return t->cable0[d] + line * t->per_line[d] + coordinate(t, node, d);
}

/* Node `by` further along the line, round the ring. */
static int32_t along(const torus *t, int32_t node, int d, int32_t by) {
    int32_t x = coordinate(t, node, d), k = t->extent[d];
    return node + ((x + by + k) % k - x) * t->stride[d];
}

void gw_torus_build(const gw_net_plan *plan, gw_net *net) {
    torus *t = torus_create(plan, net->arena);
    net->own = t;
    gw_net_alloc(net, t->n_nodes, 2 * (int64_t)t->n_cables, 0);
    for (int32_t n = net->n_hosts; n < t->n_nodes; n++) {
        net->tier[n] = 1;
    }
    for (int d = 0; d < t->n_dims; d++) {
        gw_link_kind wire = {.role = GW_CABLE_SWITCH,
                             .tier = d,
                             .rate_Bps = plan->link_Bps,
                             .latency_s = plan->link_latency_s,
                             .length_m = plan->cube > 0 ? plan->host_cable_m : plan->cable_m};
        uint8_t inside = gw_net_add_kind(net, wire), between = inside;
        if (plan->cube > 0) {
            wire.length_m = plan->cable_m;
            wire.optical_switch = true;
            between = gw_net_add_kind(net, wire);
        }
        for (int32_t n = 0; n < t->n_nodes; n++) {
            int32_t x = coordinate(t, n, d);
            if (x < t->per_line[d]) {
                bool leaves = plan->cube > 0 && (x + 1) % plan->cube == 0;
                gw_net_put_cable(net, cable_up(t, n, d), n, along(t, n, d, 1),
                                 leaves ? between : inside);
            }
        }
    }
}

double gw_torus_optical_ports(const gw_net_plan *plan) {
    if (plan->cube <= 0) {
        return 0;
    }
    double ports = 0;
    for (int d = 0; d < plan->n_dims; d++) {
        /* A ring of whole blocks leaves each of them once, a chain all but the last. */
        double blocks = is_ring(plan, d) ? floor((double)plan->dim[d] / plan->cube)
                                         : ceil((double)plan->dim[d] / plan->cube) - 1;
        ports += 2 * nodes_of(plan) / plan->dim[d] * blocks;
    }
    return ports;
}

/* ------------------------------------------------------------------ routes */

static void dimension_hops(const torus *t, int32_t at, int32_t dst, int d, gw_hops *hops) {
    int32_t k = t->extent[d], here = coordinate(t, at, d), there = coordinate(t, dst, d);
    int32_t up = (there - here + k) % k; /* links to go upwards */
    bool ring = t->per_line[d] == k;
    int32_t link_up = 2 * cable_up(t, at, d);
    int32_t link_down = 2 * cable_up(t, along(t, at, d, -1), d) + 1;
    if (ring && 2 * up == k) {
        gw_hops_add(hops, there % 2 == 0 ? link_up : link_down);
        gw_hops_add(hops, there % 2 == 0 ? link_down : link_up);
    } else if (ring ? 2 * up < k : there > here) {
        gw_hops_add(hops, link_up);
    } else {
        gw_hops_add(hops, link_down);
    }
}

static void torus_hops(const gw_walk *walk, int32_t at, int32_t dst, gw_hops *hops) {
    const torus *t = walk->shape;
    for (int d = 0; d < t->n_dims; d++) {
        if (coordinate(t, at, d) != coordinate(t, dst, d)) {
            dimension_hops(t, at, dst, d, hops);
            hops->n_first = 1;
        }
    }
}

static int32_t torus_through(const gw_walk *walk, int32_t src, int32_t dst, uint64_t hash) {
    (void)src;
    (void)dst;
    return gw_net_pick(hash, UINT32_MAX, walk->net->n_nodes);
}

bool gw_torus_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                    uint32_t entropy, gw_path *path) {
    gw_walk walk = {net, net->own, torus_hops, torus_through, 2 * GW_NET_DIMS};
    return gw_walk_route(&walk, how, src, dst, entropy, path);
}

/* ------------------------------------------------------------------ what follows from the shape */

double gw_torus_bisection_Bps(const gw_net *net) {
    const torus *t = net->own;
    int extent[GW_NET_DIMS];
    double per_line_n[GW_NET_DIMS];
    for (int d = 0; d < t->n_dims; d++) {
        extent[d] = t->extent[d];
        per_line_n[d] = t->per_line[d] == t->extent[d] ? 2 : 1;
    }
    return gw_grid_cut_n(t->n_dims, extent, per_line_n) * net->plan.link_Bps;
}

int gw_torus_diameter_hops(const gw_net *net) {
    return farthest_links(&net->plan) + 1;
}

void gw_torus_node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    (void)net;
    snprintf(text, room, "router-%d", node);
}
