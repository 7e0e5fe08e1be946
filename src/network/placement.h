/* network/placement.h: which hosts stand behind the places that ranks are counted in. */
#ifndef GW_FABRIC_PLACEMENT_H
#define GW_FABRIC_PLACEMENT_H

#include "network/net.h"

/** [n_hosts] the host of each place, a permutation. What moves is a node or, where that is larger, a
 * scale-up domain, whole. packed: place i is host i. scattered: in random order, by `seed`. striped:
 * one from under each first switch in turn. Owned by the arena. */
int32_t *gw_placement_hosts(const gw_net *net, int placement, uint64_t seed, gw_arena *arena);

#endif
