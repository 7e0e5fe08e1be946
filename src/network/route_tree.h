/* network/route_tree.h: parts of routing in trees, shared by route_tree.c and route_tree_alive.c. */
#ifndef GW_FABRIC_ROUTE_TREE_H
#define GW_FABRIC_ROUTE_TREE_H

#include "network/topology_tree.h"

/** Most links of a way: two scale-up hops, up and down, gateway, trunk, gateway. */
#define GW_TREE_WAY_MAX (4 + 2 * GW_NET_LEVELS + 3)

typedef struct gw_tree_way {
    int n;
    int32_t link[GW_TREE_WAY_MAX];
} gw_tree_way;

/** From a NIC to a NIC. */
typedef struct gw_tree_trip {
    const gw_net *net;
    const gw_tree *tree;
    const gw_route_how *how;
    uint64_t hash; /* of the flow */
    int32_t src, src_nic, dst, dst_nic;
    gw_tree_port a, b;
    bool far; /* over trunks */
    int top;  /* level of the lowest subtree that holds both; far: n_levels */
    int32_t plane;
    int32_t position; /* of the destination, for d_mod_k */
} gw_tree_trip;

static inline void gw_tree_step(gw_tree_way *way, int32_t link) {
    way->link[way->n++] = link;
}

/** First cable above a switch on the way of one end: level 0 is its NIC. */
static inline int32_t gw_tree_end_cable(const gw_tree_trip *x, bool at_src, int level,
                                        int32_t copy) {
    const gw_tree *t = x->tree;
    const gw_tree_port *at = at_src ? &x->a : &x->b;
    if (level == 0) {
        return at_src ? gw_tree_host_cable(t, x->src, x->src_nic, x->plane)
                      : gw_tree_host_cable(t, x->dst, x->dst_nic, x->plane);
    }
    int32_t tree = gw_tree_number(t, at->island, at->forest, x->plane);
    return gw_tree_cable(t, level, tree, at->port / t->under[level], copy);
}

/** Number of a switch on the way of one end, for its hash. */
static inline int32_t gw_tree_end_node(const gw_tree_trip *x, bool at_src, int level,
                                       int32_t copy) {
    const gw_tree *t = x->tree;
    const gw_tree_port *at = at_src ? &x->a : &x->b;
    if (level == 0) {
        return at_src ? x->src : x->dst;
    }
    int32_t tree = gw_tree_number(t, at->island, at->forest, x->plane);
    return gw_tree_node(t, level, tree, at->port / t->under[level], copy);
}

/** Cable of a top switch of the trip's plane to its gateway. */
static inline int32_t gw_tree_gateway_cable(const gw_tree_trip *x, bool at_src, int32_t copy) {
    const gw_tree *t = x->tree;
    const gw_tree_port *at = at_src ? &x->a : &x->b;
    int32_t tree = gw_tree_number(t, at->island, at->forest, x->plane);
    return t->gateway_cable + tree * t->copies[t->n_levels] + copy;
}

/** First link of the trunks from the source's island to the destination's; the next cable is two
 * further. */
static inline int32_t gw_tree_trunk(const gw_tree_trip *x) {
    const gw_tree *t = x->tree;
    int32_t a = x->a.island, b = x->b.island;
    int32_t pair = a < b ? gw_tree_pair(t, a, b) : gw_tree_pair(t, b, a);
    return 2 * (t->trunk_cable + pair * t->trunks) + (a < b ? 0 : 1);
}

/** Appends a way over living links. False: none, and the way is as it was. */
bool gw_tree_way_alive(const gw_tree_trip *trip, gw_tree_way *way);

#endif
