/* network/wiring_graphs.h: rows of gw_wirings for topologies that are no trees. What the functions do
 * is said at gw_wiring (network/net.h), what the shapes are at the head of each topology_*.c. */
#ifndef GW_FABRIC_WIRING_GRAPHS_H
#define GW_FABRIC_WIRING_GRAPHS_H

#include "network/net.h"

#define GW_WIRING_FUNCTIONS(kind)                                                                  \
    const char *gw_##kind##_problem(const gw_net_plan *plan, gw_arena *arena);                     \
    void gw_##kind##_counts(const gw_net_plan *plan, double *n_nodes, double *n_links);            \
    void gw_##kind##_build(const gw_net_plan *plan, gw_net *net);                                  \
    bool gw_##kind##_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,   \
                           uint32_t entropy, gw_path *path);                                       \
    double gw_##kind##_bisection_Bps(const gw_net *net);                                           \
    int gw_##kind##_diameter_hops(const gw_net *net);                                              \
    void gw_##kind##_node_name(const gw_net *net, int32_t node, char *text, size_t room);

GW_WIRING_FUNCTIONS(torus)
GW_WIRING_FUNCTIONS(hyperx)
GW_WIRING_FUNCTIONS(dragonfly)
GW_WIRING_FUNCTIONS(dragonfly_plus)
GW_WIRING_FUNCTIONS(free)

/** Ports of optical circuit switches that a torus of blocks takes; 0 without blocks. */
double gw_torus_optical_ports(const gw_net_plan *plan);
/** All that is wrong with the nodes and links of a free network, each at its place in the file. */
void gw_free_check(const gw_fabric *fabric, gw_diags *diags);
/** Why a network cannot be built: `problem` at its fabric; of a free one all that is wrong with its
 * nodes and links at their places. */
void gw_net_say_problem(const gw_fabric *fabric, const char *name, const char *problem,
                        gw_diags *diags);

#endif
