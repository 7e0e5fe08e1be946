/* cli/flows_chakra.h: `gigawatt flows NETWORK TRACE`: a replay of execution traces. */
#ifndef GW_CLI_FLOWS_CHAKRA_H
#define GW_CLI_FLOWS_CHAKRA_H

#include "cli/cli.h"
#include "engine/flow_network.h"

/** Whether words[1] names traces rather than a table of flows. */
bool gw_cli_is_chakra(const gw_args *args);
/** words[1] and on: a prefix, or trace files. Says on stderr what is wrong. Exit code. */
int gw_cli_chakra(const gw_args *args, const gw_flow_network *network);

#endif
