/* training/training_phase.h: the training room's part of a run.
 *
 * In:  scenario, networks, plans. Out: state->step[n_jobs]; plans and notes at build time. */
#ifndef GW_TRAINING_PHASE_H
#define GW_TRAINING_PHASE_H

#include "training/step.h"

/** The step of job j, everything resolved. Pointers are borrowed from `in` and `network`. */
gw_step_in gw_training_job_step(const gw_scenario *in, const gw_network *networks, int j,
                                gw_arena *scratch);

/** Fills plans[n_jobs] and notes[n_jobs] (NULL where a layout was given): what is open is searched,
 * in the base case. networks[n_clusters] are those of the base case; notes are owned by the arena.
 */
void gw_training_choose_plans(const gw_scenario *in, const gw_network *networks, gw_arena *arena,
                              gw_plan *plans, const char **notes);

/** state->step[j] from model->plans[j] and the drawn values. */
void gw_training_phase(const gw_model *model, gw_state *state);

#endif
