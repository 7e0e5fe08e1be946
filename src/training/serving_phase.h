/* training/serving_phase.h: models that answer requests, in a run.
 *
 * In:  scenario, networks. Out: state->service[n_serving]; widths at build time. */
#ifndef GW_TRAINING_SERVING_PHASE_H
#define GW_TRAINING_SERVING_PHASE_H

#include "training/serving.h"

/** Entry i of `serving`, everything resolved, and its plan as the file gives it. llm is NULL where
 * cluster or model are missing. Pointers are borrowed from `in` and `networks`. */
gw_serving_in gw_serving_entry(const gw_scenario *in, const gw_network *networks, int i,
                               gw_arena *scratch, gw_serving_plan *plan);

/** Fills tp[n_serving]: widths that the file leaves open are searched, in the base case. */
void gw_serving_choose_tp(const gw_scenario *in, const gw_network *networks, int *tp);

/** Entry i with the values of `in`, width and congestion of the model; its time_factor applied. */
void gw_serving_one(const gw_model *model, const gw_scenario *in, const gw_network *networks, int i,
                    gw_arena *scratch, gw_service *out);

/** state->service from model->serving_tp and the drawn values. */
void gw_serving_phase(const gw_model *model, gw_state *state);

#endif
