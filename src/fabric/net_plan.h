/* fabric/net_plan.h: from what a scenario says of a network to the numbers that builders need. */
#ifndef GW_FABRIC_NET_PLAN_H
#define GW_FABRIC_NET_PLAN_H

#include "fabric/net.h"

/** Of an entry of `fabrics`. NULL, or why it cannot be built (text in arena). */
const char *gw_net_plan_of_fabric(const gw_scenario *in, const gw_fabric *fabric, gw_arena *arena,
                                  gw_net_plan *out);
/** Of a cluster: hosts are its accelerators, NICs and scale-up domain those of its system; tiers and
 * counts as fabric/clos.c builds them. */
const char *gw_net_plan_of_cluster(const gw_scenario *in, int i_cluster, gw_arena *arena,
                                   gw_net_plan *out);
/** The same plan with `n_hosts` first hosts only, same switches and ratios: a part of a large network
 * that behaves alike. */
void gw_net_plan_shrink(gw_net_plan *plan, int32_t n_hosts);
gw_route_how gw_net_routing(const gw_fabric *fabric);

/** What stands in a network, counted from its links and switches. Prices and watts NaN where the
 * fabric names no switch_type or link_type. */
typedef struct gw_inventory {
    double n_hosts, n_switches, n_cables, n_optics;
    double n_switches_tier[GW_NET_LEVELS]; /* 0: first switch */
    int n_tiers;
    double n_scaleup_switches;
    int n_classes;
    struct gw_cable_class {
        const char *name; /* "copper, to 3 m"; by reach */
        double n_cables, length_m;
        double to_m; /* upper end of the class */
    } classes[8];
    double cable_length_m;
    double power_W, price_usd;
    double bisection_Bps, full_bisection_frac;
    double diameter_hops;
    double most_hosts_n; /* that the shape has ports for */
    int radix_needed;    /* ports of the largest switch */
} gw_inventory;

void gw_net_inventory(const gw_net *net, const gw_scenario *in, const gw_fabric *fabric,
                      gw_inventory *out);

#endif
