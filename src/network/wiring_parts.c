/* wiring_parts.c: hosts that hang on first switches; what all plans without trees must keep to;
 * the cut that halves a grid.
 *
 * In:  gw_net_plan, extents of a grid.
 * Out: nodes, host and scale-up cables of a gw_net; next hops at the ends of a way; links of a cut.
 *
 * Model. Host i hangs on switch i / hosts_per_switch by one cable for each of its NICs; all NICs of
 * a host lead to one switch, so that there are no rails. Scale-up domains are stars: one switch a
 * domain, joined to each of its hosts. Between hosts of one domain the way is over that switch.
 *
 * Cut of a grid: to halve an array with even extents, cut one dimension in the middle. With an odd
 * extent k the middle layer is left over: it is halved in turn, in the other dimensions. In the
 * order (1, 2, ..) of dimensions that is c1 N/k1 + c2 N/(k1 k2) + .. up to the first even extent, c
 * being the links that a line of that dimension has between its two halves.
 *
 * Valid: the cut is one that halves the grid, so an upper bound on the least; the least for arrays
 * (source below).
 *
 * Sources: Azizoglu & Egecioglu, Discrete Applied Mathematics 138 (2004) 3: the bisection
 * width of the array k1 >= k2 >= .. is the sum over i up to the first even extent of the product of
 * the extents after i.
 */
#include "network/wiring_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "network/net_own.h"

gw_hung gw_hung_of(const gw_net_plan *plan, int32_t n_switches, int32_t n_switch_cables) {
    gw_hung hung = {.n_hosts = plan->n_hosts,
                    .per_switch = plan->hosts_per_switch,
                    .nics = plan->nics,
                    .domain = plan->domain,
                    .n_switches = n_switches};
    hung.cable0 = hung.n_hosts * hung.nics;
    hung.scaleup_cable0 = hung.cable0 + n_switch_cables;
    hung.n_cables = hung.scaleup_cable0;
    if (hung.domain > 1) {
        hung.n_domains = (hung.n_hosts - 1) / hung.domain + 1;
        hung.n_cables += hung.n_hosts;
    }
    return hung;
}

static int32_t first_domain(const gw_hung *hung) {
    return hung->n_hosts + hung->n_switches;
}

void gw_hung_build(gw_net *net, const gw_hung *hung) {
    const gw_net_plan *plan = &net->plan;
    int32_t first = first_domain(hung);
    gw_net_alloc(net, (int64_t)first + hung->n_domains, 2 * (int64_t)hung->n_cables, 0);
    memset(net->tier + hung->n_hosts, 1, (size_t)hung->n_switches);
    memset(net->tier + first, 255, (size_t)hung->n_domains);
    uint8_t kind = gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_HOST,
                                                       .rate_Bps = plan->nic_Bps,
                                                       .latency_s = plan->nic_latency_s,
                                                       .length_m = plan->host_cable_m});
    for (int32_t c = 0; c < hung->cable0; c++) {
        int32_t host = c / hung->nics;
        gw_net_put_cable(net, c, host, hung->n_hosts + host / hung->per_switch, kind);
    }
    if (hung->n_domains == 0) {
        return;
    }
    kind = gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_SCALEUP,
                                               .rate_Bps = plan->scaleup_Bps,
                                               .latency_s = plan->scaleup_latency_s,
                                               .length_m = plan->host_cable_m});
    for (int32_t h = 0; h < hung->n_hosts; h++) {
        gw_net_put_cable(net, hung->scaleup_cable0 + h, h, first + h / hung->domain, kind);
    }
}

/* Links of a host's cables, up or down, between which the destination chooses. */
static void host_links(const gw_hung *hung, int32_t host, int32_t down, gw_hops *hops) {
    for (int32_t j = 0; j < hung->nics; j++) {
        gw_hops_add(hops, 2 * (host * hung->nics + j) + down);
    }
    hops->n_first = hops->n;
}

bool gw_hung_hops(const gw_hung *hung, int32_t *at, int32_t *dst, gw_hops *hops) {
    bool at_host = *at < hung->n_hosts, to_host = *dst < hung->n_hosts;
    int32_t first = first_domain(hung);
    if (*at >= first ||
        (hung->n_domains > 0 && at_host && to_host && *at / hung->domain == *dst / hung->domain)) {
        gw_hops_add(hops, 2 * (hung->scaleup_cable0 + (at_host ? *at : *dst)) + !at_host);
        hops->n_first = hops->n;
        return true;
    }
    if (at_host) {
        host_links(hung, *at, 0, hops);
        return true;
    }
    int32_t host = *dst;
    *at -= hung->n_hosts;
    *dst = to_host ? host / hung->per_switch : host - hung->n_hosts;
    if (to_host && *at == *dst) {
        host_links(hung, host, 1, hops);
        return true;
    }
    return false;
}

bool gw_hung_name(const gw_hung *hung, int32_t node, char *text, size_t room) {
    int32_t first = first_domain(hung);
    if (node < first) {
        return false;
    }
    snprintf(text, room, "scaleup-%d", node - first);
    return true;
}

double gw_hung_half_Bps(const gw_net *net) {
    return 0.5 * net->plan.n_hosts * net->plan.nics * net->plan.nic_Bps;
}

const char *gw_graph_plan_problem(const gw_net_plan *plan, double most_hosts_n, gw_arena *arena) {
    if (plan->rails > 1 || plan->planes > 1 || plan->islands > 1) {
        return "rails, planes and islands are for folded Clos networks; here there is one of each";
    }
    if (plan->n_hosts > most_hosts_n) {
        return gw_arena_printf(arena, "the shape has ports for %.0f hosts, not for %d",
                               most_hosts_n, plan->n_hosts);
    }
    return NULL;
}

/* One order of the dimensions. */
static double staircase_n(int n_dims, const int *order, const int *extent,
                          const double *per_line_n) {
    double lines = 1, cut = 0;
    for (int i = 0; i < n_dims; i++) {
        lines *= extent[i];
    }
    for (int i = 0; i < n_dims; i++) {
        int d = order[i];
        lines /= extent[d];
        cut += per_line_n[d] * lines;
        if (extent[d] % 2 == 0) {
            break;
        }
    }
    return cut;
}

/* Heap's algorithm, by recursion: at most 720 orders. */
static double least_order_n(int n_dims, int n_left, int *order, const int *extent,
                            const double *per_line_n) {
    if (n_left <= 1) {
        return staircase_n(n_dims, order, extent, per_line_n);
    }
    double least = GW_INF;
    for (int i = 0; i < n_left; i++) {
        least = fmin(least, least_order_n(n_dims, n_left - 1, order, extent, per_line_n));
        int j = n_left % 2 == 0 ? i : 0, last = order[n_left - 1];
        order[n_left - 1] = order[j];
        order[j] = last;
    }
    return least;
}

double gw_grid_cut_n(int n_dims, const int *extent, const double *per_line_n) {
    int order[GW_NET_DIMS], wide[GW_NET_DIMS], n = 0;
    double cut[GW_NET_DIMS];
    for (int d = 0; d < n_dims; d++) {
        if (extent[d] > 1) {
            order[n] = n;
            wide[n] = extent[d];
            cut[n++] = per_line_n[d];
        }
    }
    return n == 0 ? 0 : least_order_n(n, n, order, wide, cut);
}
