/* network/route_graph.h: shortest ways through any net, whatever its shape and what of it is alive. */
#ifndef GW_FABRIC_ROUTE_GRAPH_H
#define GW_FABRIC_ROUTE_GRAPH_H

#include "network/net.h"

/** Appends the way of the fewest links, of those the one of least latency, of those the lowest link
 * at each node (d_mod_k), or by hash, or all (spray), or over a random switch (valiant). Dead links
 * are not taken. Hosts forward only where there is no other way. Between hosts of one scale-up
 * domain over its switch. With gw_net_adjacency called before, ways are cached by destination: one
 * thread a net. */
bool gw_route_graph(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                    uint32_t entropy, gw_path *path);

/** Switches on the longest shortest way between hosts; over the first 64 hosts and the one farthest
 * from each where there are more: then a lower bound. */
int gw_graph_diameter_hops(const gw_net *net);

#endif
