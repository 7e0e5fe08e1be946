/* fabric/fabric_phase.h: the scale-out network and the communication model of each cluster. */
#ifndef GW_FABRIC_PHASE_H
#define GW_FABRIC_PHASE_H

#include "model.h"

/** What a rank of a group sees: `domain` accelerators in a scale-up domain, nic_Bps to each as
 * rated, path_latency_s from NIC to NIC; full bisection. */
gw_comm gw_fabric_comm(const gw_accelerator *accelerator, int domain, double nic_Bps,
                       double path_latency_s);
/** Everything in gw_network for one cluster, from the scenario alone (no model or state needed).
 * Texts and temporary memory come from `scratch`. */
void gw_fabric_derive(const gw_scenario *in, int i_cluster, gw_arena *scratch, gw_network *out);
/** Fills state->network[] from state->in. */
void gw_fabric_phase(const gw_model *model, gw_state *state);

#endif
