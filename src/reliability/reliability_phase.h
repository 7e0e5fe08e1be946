/* reliability/reliability_phase.h: goodput, duration and dates of each job. */
#ifndef GW_RELIABILITY_PHASE_H
#define GW_RELIABILITY_PHASE_H

#include "model.h"

/** Everything in gw_goodput but train_s and the dates.
 *  @param spare_nodes     nodes held ready for this job
 *  @param params          parameters of the model, saved in each checkpoint
 *  @param step_s          time of one step: no checkpoint interval is shorter */
gw_goodput gw_reliability_goodput(const gw_failure_model *failures, const gw_checkpoint *checkpoint,
                                  double accelerators, double spare_nodes, double params,
                                  double step_s);
/** First day of the first month in which a fleet's running accelerators reach what a job needs; NaN
 * if never. running: [n_months], month 0 = month0. */
double gw_reliability_ready_d(const double *running, int n_months, int month0, double needed);
/** Fills state->goodput[]; reads state->in, step[] and fleet[]. */
void gw_reliability_phase(const gw_model *model, gw_state *state);

#endif
