/* engine/flow_network.h: the network of `gigawatt flows`: a fabric or a cluster of a scenario, or a CSV
 * of links. */
#ifndef GW_ENGINE_FLOW_NETWORK_H
#define GW_ENGINE_FLOW_NETWORK_H

#include "engine/link_table.h"
#include "network/net_plan.h"
#include "scenario/load.h"

typedef struct gw_flow_network {
    const char *file;
    const char *name; /* of the fabric or cluster; NULL: a CSV */
    gw_net *net;
    gw_route_how how;    /* of a scenario */
    bool is_table;       /* ways are those of gw_link_ways */
    gw_link_table table; /* of a CSV: names */
} gw_flow_network;

/** The CSV. Free with gw_flow_network_free, whatever the result. */
GW_MUST_USE gw_code gw_flow_network_of_table(const char *file, const char *text, size_t n_bytes,
                                             gw_arena *arena, gw_diags *diags,
                                             gw_flow_network *out);
/** The fabric or cluster with this name; NULL: the only one. Faults without `at` are in force. */
GW_MUST_USE gw_code gw_flow_network_of_scenario(const gw_spec *spec, const char *name,
                                                gw_arena *arena, gw_diags *diags,
                                                gw_flow_network *out);
void gw_flow_network_free(gw_flow_network *network);

/** The node with this name; -1: unknown. Hosts of scenarios may be given by number. */
int32_t gw_flow_network_node(const gw_flow_network *network, const char *name);
int32_t gw_flow_network_link(const gw_flow_network *network, const char *name);
/** What to do about an unknown name: the nearest one, or how they are called. */
const char *gw_flow_network_node_hint(const gw_flow_network *network, const char *name,
                                      gw_arena *arena);
const char *gw_flow_network_link_hint(const gw_flow_network *network, const char *name,
                                      gw_arena *arena);

#endif
