/* network/net_plan.h: from what a scenario says of a network to the numbers that builders need. */
#ifndef GW_FABRIC_NET_PLAN_H
#define GW_FABRIC_NET_PLAN_H

#include "network/net.h"

/** Of an entry of `fabrics`. NULL, or why it cannot be built (text in arena). */
const char *gw_net_plan_of_fabric(const gw_scenario *in, const gw_fabric *fabric, gw_arena *arena,
                                  gw_net_plan *out);
/** Of a cluster: hosts are its accelerators, NICs and scale-up domain those of its system; tiers and
 * counts as network/clos.c builds them. */
const char *gw_net_plan_of_cluster(const gw_scenario *in, int i_cluster, gw_arena *arena,
                                   gw_net_plan *out);
/** The same plan with `n_hosts` first hosts only, same switches and ratios: a part of a large network
 * that behaves alike. */
void gw_net_plan_shrink(gw_net_plan *plan, int32_t n_hosts);
gw_route_how gw_net_routing(const gw_fabric *fabric);

/** Cables up to a length: what kind of module reaches so far. */
#define GW_CABLE_CLASSES 6
typedef struct gw_cable_class {
    const char *name; /* "copper, to 3 m" */
    double to_m;      /* upper end */
    double n_cables, length_m;
} gw_cable_class;

/** What stands in a network, counted from its links and switches. Cables of the scale-up domains
 * belong to the systems and are not among them. Price and power NaN where the fabric names no
 * switch_type or link_type. */
typedef struct gw_inventory {
    double n_hosts, n_switches, n_cables, n_optics;
    double n_switches_tier[GW_NET_LEVELS]; /* 0: first switch */
    int n_tiers;
    double n_scaleup_switches;
    double n_cables_role[GW_CABLE_LONG + 1]; /* by gw_cable_role */
    gw_cable_class classes[GW_CABLE_CLASSES];
    double n_too_long;     /* beyond the reach of the link type */
    double n_ocs_ports;    /* of optical circuit switches */
    double n_block_cables; /* copper inside the blocks that these join: counted, not priced */
    double cable_length_m;
    double power_W, price_usd;
    double host_Bps; /* what a host can send: its scale-out links together, most of all hosts */
    double bisection_Bps, full_bisection_frac; /* over half of what all hosts can send; of one
                                                  island where these are apart */
    double oversubscription; /* down over up rate of the worst first switch; at least 1 */
    double diameter_hops;    /* switches */
    double most_hosts_n;     /* that the shape has ports for */
    int radix_needed;        /* ports of the switch with most cables */
    int radix;               /* ports of the switch type; 0: not named */
} gw_inventory;

/** The network as built, before faults. */
void gw_net_inventory(const gw_net *net, const gw_scenario *in, const gw_fabric *fabric,
                      gw_arena *scratch, gw_inventory *out);

#endif
