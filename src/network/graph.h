/* network/graph.h: links in and out of every node of a net, and shortest ways found so far. Shared by
 * routing and cuts. */
#ifndef GW_FABRIC_GRAPH_H
#define GW_FABRIC_GRAPH_H

#include "network/net.h"

typedef struct gw_graph {
    gw_adjacency out, in;
    int32_t most_links; /* out of a node */
    /* The switch that all links into a host come from, else the node itself: a way to the host is
     * one to that switch and a last link, so that all hosts of a switch share a search. */
    int32_t *root;   /* [n_nodes] */
    int32_t *number; /* [n_nodes] of a root among the roots */
    /* Searches done: slot (2 number + through_hosts) % n_slots holds the one with that key, + 1. */
    int32_t n_slots;
    int32_t *key;      /* [n_slots] 0: empty */
    int32_t *links_to; /* [n_slots x n_nodes] links of the shortest way to the root; -1: none */
    double *to_s;      /* [n_slots x n_nodes] least latency of those ways */
    int32_t *queue;    /* [n_nodes] */
} gw_graph;

/** Owned by the arena. cache_bytes bounds the searches that are kept; at least one is. */
gw_graph *gw_graph_create(const gw_net *net, size_t cache_bytes, gw_arena *arena);

#endif
