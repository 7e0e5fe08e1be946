/* network/route_walk.h: ways through any network that can name the next links of its shortest ways.
 * Routing is then one routine for all of them: take one by the destination, one by a hash, or all. */
#ifndef GW_FABRIC_ROUTE_WALK_H
#define GW_FABRIC_ROUTE_WALK_H

#include "network/net.h"

/** Links out of a node that lie on a shortest way to the destination, distinct. The first n_first
 * are those of the lowest dimension, between which the destination chooses. */
typedef struct gw_hops {
    int32_t *link; /* [room] */
    int32_t n, n_first, room;
} gw_hops;

typedef struct gw_walk {
    const gw_net *net;
    const void *shape; /* of the topology, handed to the functions */
    /** Fills hops; none: there is no way. */
    void (*hops)(const struct gw_walk *walk, int32_t at, int32_t dst, gw_hops *hops);
    /** Valiant: node to go through, by a hash; -1: none. NULL: the topology has none. */
    int32_t (*through)(const struct gw_walk *walk, int32_t src, int32_t dst, uint64_t hash);
    int32_t most_hops; /* upper limit of gw_hops.n */
} gw_walk;

/** Appends the way. False, and the path as it was: none without dead links, or it does not fit. */
bool gw_walk_route(const gw_walk *walk, const gw_route_how *how, int32_t src, int32_t dst,
                   uint32_t entropy, gw_path *path);

void gw_hops_add(gw_hops *hops, int32_t link);

#endif
