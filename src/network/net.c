/* net.c: networks whatever their topology: building, routing, capacities.
 *
 * In:  gw_net_plan, and the rows of gw_wirings.
 * Out: gw_net, paths, the capacities that flows see.
 *
 * Model. A row of gw_wirings fills nodes and links; names, bundles, damage and look-ups are the same
 * for all. Where a network is damaged and the way that its topology knows is cut, the shortest
 * way over living links is taken instead; a sprayed one as bundles, like the traffic beside it.
 *
 * Valid: up to 6e7 links; a plan without a problem.
 * Derivation: counts and sums only.
 */
#include "network/net.h"

#include "network/net_own.h"
#include "network/route_graph.h"

static const gw_wiring *wiring_of(int topology) {
    for (int i = 0; i < gw_n_wirings; i++) {
        if (gw_wirings[i].topology == topology) {
            return &gw_wirings[i];
        }
    }
    return NULL;
}

/** What no topology can do without. */
static const char *common_problem(const gw_net_plan *plan) {
    if (plan->n_hosts < 1) {
        return "a network needs a host";
    }
    if (plan->nics < 1 || plan->planes < 1 || plan->islands < 1 || plan->domain < 1 ||
        plan->rails < 1 || plan->trunks < 0) {
        return "nics, planes, rails, islands and scale-up domain are at least 1";
    }
    if (plan->topology != GW_TOPOLOGY_FREE && !(plan->nic_Bps > 0 && plan->link_Bps > 0)) {
        return "a rate of the network is missing";
    }
    if (plan->domain > 1 && !(plan->scaleup_Bps > 0)) {
        return "the scale-up domain has no rate";
    }
    if (plan->trunks > 0 && plan->islands > 1 && !(plan->trunk_Bps > 0)) {
        return "the trunks between islands have no rate";
    }
    return NULL;
}

const char *gw_net_plan_problem(const gw_net_plan *plan, gw_arena *arena) {
    const gw_wiring *wiring = wiring_of(plan->topology);
    if (wiring == NULL) {
        return "this topology cannot be built as a graph";
    }
    const char *problem = common_problem(plan);
    if (problem == NULL) {
        problem = wiring->problem(plan, arena);
    }
    if (problem != NULL) {
        return problem;
    }
    double nodes = 0, links = 0;
    wiring->counts(plan, &nodes, &links);
    if (!(links <= GW_NET_MOST_LINKS && nodes <= GW_NET_MOST_LINKS)) {
        return gw_arena_printf(arena, "%.3g nodes and %.3g links are too many; the most is %.0e",
                               nodes, links, GW_NET_MOST_LINKS);
    }
    return NULL;
}

void gw_net_counts(const gw_net_plan *plan, double *n_nodes, double *n_links) {
    *n_nodes = *n_links = GW_NAN;
    const gw_wiring *wiring = wiring_of(plan->topology);
    if (wiring != NULL) {
        wiring->counts(plan, n_nodes, n_links);
    }
}

void gw_net_alloc(gw_net *net, int64_t n_nodes, int64_t n_links, int64_t n_bundles) {
    int64_t all = n_links + n_bundles;
    net->duplex = true;
    net->n_nodes = (int32_t)n_nodes;
    net->n_links = (int32_t)n_links;
    net->n_bundles = (int32_t)n_bundles;
    net->from = GW_NEW_N(net->arena, n_links, int32_t);
    net->to = GW_NEW_N(net->arena, n_links, int32_t);
    net->kind = GW_NEW_N(net->arena, n_links, uint8_t);
    net->tier = GW_NEW_N(net->arena, n_nodes, uint8_t);
    net->capacity_Bps = GW_NEW_N(net->arena, all, double);
    net->latency_s = GW_NEW_N(net->arena, all, double);
    if (n_bundles > 0) {
        net->bundle = GW_NEW_N(net->arena, n_links, int32_t);
        for (int64_t l = 0; l < n_links; l++) {
            net->bundle[l] = -1;
        }
    }
}

uint8_t gw_net_add_kind(gw_net *net, gw_link_kind kind) {
    net->kinds[net->n_kinds] = kind;
    return (uint8_t)net->n_kinds++;
}

gw_net *gw_net_build(const gw_net_plan *plan, gw_arena *arena) {
    const gw_wiring *wiring = wiring_of(plan->topology);
    if (wiring == NULL) {
        return NULL;
    }
    gw_net *net = GW_NEW(arena, gw_net);
    net->plan = *plan;
    net->arena = arena;
    net->n_hosts = plan->n_hosts;
    net->wiring = wiring;
    wiring->build(plan, net);
    gw_net_refresh(net);
    return net;
}

void gw_net_refresh(gw_net *net) {
    double *capacity_Bps = net->capacity_Bps;
    for (int32_t b = 0; b < net->n_bundles; b++) {
        capacity_Bps[net->n_links + b] = 0;
    }
    net->damaged = false;
    for (int32_t l = 0; l < net->n_links; l++) {
        net->damaged |= !(capacity_Bps[l] > 0);
        if (net->bundle != NULL && net->bundle[l] >= 0) {
            capacity_Bps[net->bundle[l]] += capacity_Bps[l];
        }
    }
    gw_net_changed(net);
}

gw_flow_links gw_net_links(const gw_net *net) {
    return (gw_flow_links){.n = net->n_links + net->n_bundles,
                           .capacity_Bps = net->capacity_Bps,
                           .latency_s = net->latency_s};
}

gw_path gw_path_create(gw_arena *arena) {
    return (gw_path){.room = GW_NET_PATH_MAX,
                     .link = GW_NEW_N(arena, GW_NET_PATH_MAX, int32_t),
                     .share = GW_NEW_N(arena, GW_NET_PATH_MAX, double)};
}

/** Links of a path as their bundles, shares summed: what else is sprayed loads these. */
static void to_bundles(const gw_net *net, gw_path *path) {
    int32_t n = 0;
    for (int32_t i = 0; i < path->n; i++) {
        int32_t link = net->bundle[path->link[i]] >= 0 ? net->bundle[path->link[i]] : path->link[i];
        double share = path->share[i];
        int32_t k = 0;
        while (k < n && path->link[k] != link) {
            k++;
        }
        path->share[k] = k < n ? path->share[k] + share : share;
        path->link[k] = link;
        n += k == n;
    }
    path->n = n;
}

bool gw_net_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                  uint32_t entropy, gw_path *path) {
    path->n = 0;
    path->split = false;
    if (src == dst) {
        return false;
    }
    if (net->wiring != NULL && net->wiring->route(net, how, src, dst, entropy, path)) {
        return true;
    }
    path->n = 0;
    path->split = false;
    bool way =
        (net->damaged || net->wiring == NULL) && gw_route_graph(net, how, src, dst, entropy, path);
    if (way && how->kind == GW_ROUTING_SPRAY && net->bundle != NULL) {
        to_bundles(net, path);
    }
    return way;
}
