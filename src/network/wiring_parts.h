/* network/wiring_parts.h: what builders of networks that are no trees share: hosts that hang on first
 * switches, checks of plans, cuts of grids. */
#ifndef GW_FABRIC_WIRING_PARTS_H
#define GW_FABRIC_WIRING_PARTS_H

#include "network/net.h"
#include "network/route_walk.h"

/** Hosts of a network of first switches. Host i hangs on switch i / per_switch with `nics` cables;
 * nodes: hosts, switches, scale-up switches; cables: hosts', between switches, scale-up. */
typedef struct gw_hung {
    int32_t n_hosts, per_switch, nics;
    int32_t domain;         /* hosts of a scale-up domain; 1: none */
    int32_t n_domains;      /* 0: none */
    int32_t n_switches;     /* scale-up switches aside */
    int32_t cable0;         /* first cable between switches */
    int32_t scaleup_cable0; /* first of the scale-up cables */
    int32_t n_cables;       /* all */
} gw_hung;

gw_hung gw_hung_of(const gw_net_plan *plan, int32_t n_switches, int32_t n_switch_cables);
/** Arrays, tiers (first switches 1), host and scale-up cables; the builder adds what joins the
 * switches. */
void gw_hung_build(gw_net *net, const gw_hung *hung);
/** Next hops that have to do with hosts. True: filled. False: the way leads from switch *at to
 * switch *dst, numbers without the hosts. */
bool gw_hung_hops(const gw_hung *hung, int32_t *at, int32_t *dst, gw_hops *hops);
/** "scaleup-3" if the node is one. */
bool gw_hung_name(const gw_hung *hung, int32_t node, char *text, size_t room);
/** Half of what the hosts can send into their first switches. */
double gw_hung_half_Bps(const gw_net *net);

/** Smallest cut that halves a grid by a plane, or, where an extent is odd, by a staircase of planes:
 * the least over the orders of the dimensions of  sum of per_line[i] x (lines of dimension i in
 * what is left), up to the first even extent. In links. Azizoglu & Egecioglu, Discrete Appl. Math.
 * 138 (2004) 3, prove it for arrays; elsewhere it is a cut, so an upper bound. */
double gw_grid_cut_n(int n_dims, const int *extent, const double *per_line_n);

/** What holds for all plans of these topologies: no rails, planes, islands; hosts within what the
 * shape holds. NULL, or the problem. */
const char *gw_graph_plan_problem(const gw_net_plan *plan, double most_hosts_n, gw_arena *arena);

#endif
