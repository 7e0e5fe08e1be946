/* network/net_parts.h: what a network is made of before its shape is known: end points, their ports,
 * switches. From an entry of `fabrics`, or from a cluster with its system. Internal to fabric/. */
#ifndef GW_FABRIC_NET_PARTS_H
#define GW_FABRIC_NET_PARTS_H

#include "network/clos.h"
#include "network/net_plan.h"

typedef struct gw_net_parts {
    const gw_fabric *fabric;
    double hosts_n;       /* in all islands; 0: as many as the shape holds */
    double nics_per_host; /* below 1: several hosts share one */
    double nic_Bps;       /* of one NIC, all planes */
    int per_node, domain;
    double scaleup_Bps, scaleup_latency_s; /* of one step: into the domain's switch and out */
    int radix;                             /* 0: no switch_type */
    double port_Bps, switch_latency_s;
    const gw_netswitch *type; /* NULL: not named */
    const gw_netlink *link;   /* NULL: not named */
} gw_net_parts;

gw_net_parts gw_parts_of_fabric(const gw_scenario *in, const gw_fabric *fabric);
gw_net_parts gw_parts_of_cluster(const gw_scenario *in, int i_cluster);

/** The Clos of one island, one plane and, of rail_only, one rail. */
gw_clos gw_parts_clos(const gw_net_parts *parts, double hosts_n);
/** Rails of a Clos: leaves that share the NICs of a node; 1: none. */
int gw_parts_rails(const gw_net_parts *parts);

/** From parts to a plan. NULL, or why not (text in arena). */
const char *gw_parts_plan(const gw_net_parts *parts, gw_arena *arena, gw_net_plan *out);

/** End points that a plan has ports for, all islands. */
double gw_plan_most_hosts(const gw_net_plan *plan);

#endif
