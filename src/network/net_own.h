/* network/net_own.h: what the builders of networks share. Only they include it. */
#ifndef GW_FABRIC_NET_OWN_H
#define GW_FABRIC_NET_OWN_H

#include "network/net.h"

/** Most links of one direction that a network may have: about 2 GB of arrays. */
#define GW_NET_MOST_LINKS 6e7
/** Light in fibre, s/m: refractive index 1.47. */
#define GW_FIBRE_S_PER_M 4.9e-9

/** Arrays of nodes, links and bundles, all zero but bundle (-1). Sets the counts, and duplex. */
void gw_net_alloc(gw_net *net, int64_t n_nodes, int64_t n_links, int64_t n_bundles);
/** Index of a new kind of link. */
uint8_t gw_net_add_kind(gw_net *net, gw_link_kind kind);

/** Links 2 cable (low to high) and 2 cable + 1 (back). Cables of one `low` stand in a run, so that
 * parallel ones can be counted for their names. */
static inline void gw_net_put_cable(gw_net *net, int32_t cable, int32_t low, int32_t high,
                                    uint8_t kind) {
    int32_t up = 2 * cable;
    const gw_link_kind *is = &net->kinds[kind];
    net->from[up] = net->to[up + 1] = low;
    net->to[up] = net->from[up + 1] = high;
    net->kind[up] = net->kind[up + 1] = kind;
    net->capacity_Bps[up] = net->capacity_Bps[up + 1] = is->rate_Bps;
    net->latency_s[up] = net->latency_s[up + 1] = is->latency_s;
}

/** One more link of a path, whole. False: the path is full. */
static inline bool gw_path_put(gw_path *path, int32_t link) {
    if (path->n >= path->room) {
        return false;
    }
    path->link[path->n] = link;
    path->share[path->n++] = 1;
    return true;
}

/** A well-mixed function of 64 bits: Steele, Lea & Flood, OOPSLA 2014 (SplitMix64). */
static inline uint64_t gw_net_mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/** What all switches hash of one flow. */
static inline uint64_t gw_net_flow_hash(uint64_t seed, int32_t src, int32_t dst, uint32_t entropy) {
    uint64_t ends = (uint64_t)(uint32_t)src << 32 | (uint32_t)dst;
    return gw_net_mix(gw_net_mix(ends ^ gw_net_mix(seed)) + entropy);
}

/** One of n by the flow and the place that asks; even to 2^-32. */
static inline int32_t gw_net_pick(uint64_t flow_hash, uint32_t place, int32_t n) {
    uint64_t h = gw_net_mix(flow_hash ^ (uint64_t)place * 0xD6E8FEB86659FD93u);
    return (int32_t)(((h >> 32) * (uint64_t)n) >> 32);
}

#endif
