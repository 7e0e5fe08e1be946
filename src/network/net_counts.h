/* network/net_counts.h: gw_network of shapes that are no Clos, in closed form: cheap enough for every
 * sample. Internal to fabric/. */
#ifndef GW_FABRIC_NET_COUNTS_H
#define GW_FABRIC_NET_COUNTS_H

#include "network/net_parts.h"

/** Everything but comm and all_reduce_1GB_s, all islands (n_tiers and bisection of one). `plan` has
 * no problem. */
void gw_plan_network(const gw_net_parts *parts, const gw_net_plan *plan, gw_network *out);
/** Hosts whose traffic stays under one first switch. */
double gw_plan_leaf_hosts(const gw_net_plan *plan);

#endif
