/* network/topology_tree.h: folded Clos networks of all kinds as trees with several tops, by
 * arithmetic: no node or link is searched for. Shared by topology_tree.c and route_tree.c. */
#ifndef GW_FABRIC_TOPOLOGY_TREE_H
#define GW_FABRIC_TOPOLOGY_TREE_H

#include "network/net_own.h"

/** Where things are. A subtree of height i is what hangs under one set of equal switches of level
 * i; height 0 is a port. Its switches are copies 0 .. copies[i] - 1; copy c of level i reaches
 * copies c + q copies[i] of the subtree above, q = 0 .. up[i] - 1.
 * A tree is one XGFT: of an island, a rail (rail-only) and a plane. */
typedef struct gw_tree {
    int n_levels;
    int32_t down[GW_NET_LEVELS], up[GW_NET_LEVELS], parallel[GW_NET_LEVELS];
    int32_t under[GW_NET_LEVELS + 1];  /* ports under a subtree of height i */
    int32_t copies[GW_NET_LEVELS + 1]; /* switches of a subtree of height i at its top */
    int32_t used[GW_NET_LEVELS + 1];   /* subtrees of height i that are built, of one tree */
    int32_t nics, planes, islands;
    int32_t rails;        /* leaves that share the NICs of a node; 1: none */
    int32_t forests;      /* trees of an island and plane: rails of a rail-only network, else 1 */
    int32_t island_hosts; /* of each island but the last */
    int32_t domain, trunks;
    bool gateways; /* islands are joined */
    /* Numbers of the first of each; nodes and cables of a level lie tree by tree. */
    int32_t node[GW_NET_LEVELS + 1]; /* switches of level i = 1 .. n_levels */
    int32_t gateway, scaleup;        /* nodes: one an island, one a domain */
    int32_t cable[GW_NET_LEVELS];    /* level 0: by host, NIC, plane; else by tree, subtree, copy */
    int32_t gateway_cable, trunk_cable, scaleup_cable;
    /* Bundles, as indices into the arrays of links: up, then down. */
    bool host_bundles; /* a NIC has several cables */
    int32_t bundle[GW_NET_LEVELS];
    int32_t gateway_bundle, trunk_bundle;
} gw_tree;

/** Port of a tree behind one NIC of a host. */
typedef struct gw_tree_port {
    int32_t island, forest, port;
} gw_tree_port;

static inline gw_tree_port gw_tree_port_of(const gw_tree *t, int32_t host, int32_t nic) {
    gw_tree_port at = {.island = t->islands > 1 ? host / t->island_hosts : 0};
    int32_t y = (host - at.island * t->island_hosts) * t->nics + nic;
    if (t->forests > 1) {
        at.forest = y % t->forests;
        at.port = y / t->forests;
    } else if (t->rails > 1) {
        int32_t x = y / t->rails;
        at.port = (x / t->down[0] * t->rails + y % t->rails) * t->down[0] + x % t->down[0];
    } else {
        at.port = y;
    }
    return at;
}

/** First cable of a NIC into a plane; cable (q, j) follows at q parallel + j. */
static inline int32_t gw_tree_host_cable(const gw_tree *t, int32_t host, int32_t nic,
                                         int32_t plane) {
    return t->cable[0] + ((host * t->nics + nic) * t->planes + plane) * t->up[0] * t->parallel[0];
}

/** Number of a tree among all. */
static inline int32_t gw_tree_number(const gw_tree *t, int32_t island, int32_t forest,
                                     int32_t plane) {
    return (island * t->forests + forest) * t->planes + plane;
}

/** First cable upwards of a switch of level 1 and above. */
static inline int32_t gw_tree_cable(const gw_tree *t, int32_t level, int32_t tree, int32_t subtree,
                                    int32_t copy) {
    int32_t place = (tree * t->used[level] + subtree) * t->copies[level] + copy;
    return t->cable[level] + place * t->up[level] * t->parallel[level];
}

static inline int32_t gw_tree_node(const gw_tree *t, int32_t level, int32_t tree, int32_t subtree,
                                   int32_t copy) {
    return t->node[level] + (tree * t->used[level] + subtree) * t->copies[level] + copy;
}

/** Fat link above a subtree of height 1 and more, all planes together: up; + 1: down. */
static inline int32_t gw_tree_bundle(const gw_tree *t, int32_t level, int32_t island,
                                     int32_t forest, int32_t subtree) {
    int32_t place = (island * t->forests + forest) * t->used[level] + subtree;
    return t->bundle[level] + 2 * place;
}

/** Fat link from the top switches of a tree, all planes, to their gateway; + 1: back. */
static inline int32_t gw_tree_gateway_bundle(const gw_tree *t, int32_t island, int32_t forest) {
    return t->gateway_bundle + 2 * (island * t->forests + forest);
}

/** Number of a pair of islands a < b. */
static inline int32_t gw_tree_pair(const gw_tree *t, int32_t a, int32_t b) {
    return a * t->islands - a * (a + 1) / 2 + b - a - 1;
}

const char *gw_tree_problem(const gw_net_plan *plan, gw_arena *arena);
void gw_tree_counts(const gw_net_plan *plan, double *n_nodes, double *n_links);
void gw_tree_build(const gw_net_plan *plan, gw_net *net);
bool gw_tree_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                   uint32_t entropy, gw_path *path);
double gw_tree_bisection_Bps(const gw_net *net);
int gw_tree_diameter_hops(const gw_net *net);
void gw_tree_node_name(const gw_net *net, int32_t node, char *text, size_t room);

#endif
