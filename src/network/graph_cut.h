/* network/graph_cut.h: bandwidth between two halves of a network. */
#ifndef GW_FABRIC_GRAPH_CUT_H
#define GW_FABRIC_GRAPH_CUT_H

#include "network/net.h"

/** Rate of all links from the switches of one side to those of the other, in the direction that has
 * less. `side` is asked with numbers that leave out the hosts, which are on the side of theirs, and
 * scale-up switches. */
double gw_cut_of_switches_Bps(const gw_net *net, bool (*side)(const void *shape, int32_t sw),
                              const void *shape);

/** Least cut between two halves of the hosts, any network: exact to 12 hosts, beyond that the best of
 * a few halvings, so an upper bound. NaN: fewer than two hosts, or over 2 million links. */
double gw_graph_bisection_Bps(const gw_net *net);

#endif
