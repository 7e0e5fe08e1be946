/* wirings.c: the topologies that networks can have, a row each.
 *
 * In:  nothing.
 * Out: gw_wirings.
 * Model: none; what a topology is stands in its own file.
 * Valid: always.
 * Derivation: none.
 */
#include "network/topology_tree.h"
#include "network/wiring_graphs.h"

#define TREE(topology, name)                                                                       \
    {                                                                                              \
        topology, name, gw_tree_problem, gw_tree_counts, gw_tree_build, gw_tree_route,             \
            gw_tree_bisection_Bps, gw_tree_diameter_hops, gw_tree_node_name                        \
    }
#define GRAPH(topology, kind)                                                                      \
    {                                                                                              \
        topology, #kind, gw_##kind##_problem, gw_##kind##_counts, gw_##kind##_build,               \
            gw_##kind##_route, gw_##kind##_bisection_Bps, gw_##kind##_diameter_hops,               \
            gw_##kind##_node_name                                                                  \
    }

const gw_wiring gw_wirings[] = {
    TREE(GW_TOPOLOGY_CLOS, "clos"),
    TREE(GW_TOPOLOGY_RAIL, "rail_clos"),
    TREE(GW_TOPOLOGY_RAIL_ONLY, "rail_only"),
    TREE(GW_TOPOLOGY_FAT_TREE, "fat_tree"),
    TREE(GW_TOPOLOGY_LEAF_SPINE, "leaf_spine"),
    GRAPH(GW_TOPOLOGY_DRAGONFLY, dragonfly),
    GRAPH(GW_TOPOLOGY_DRAGONFLY_PLUS, dragonfly_plus),
    GRAPH(GW_TOPOLOGY_TORUS, torus),
    GRAPH(GW_TOPOLOGY_HYPERX, hyperx),
    GRAPH(GW_TOPOLOGY_FREE, free),
};
const int gw_n_wirings = sizeof gw_wirings / sizeof gw_wirings[0];
