/* claims/claims_phase.h: what the run gives for each claimed number. */
#ifndef GW_CLAIMS_PHASE_H
#define GW_CLAIMS_PHASE_H

#include "model.h"

/** Fills state->claim_value[n_claim_items]: SI, or a date in days; NaN where nothing compares. Runs
 * after all other phases. */
void gw_claims_phase(const gw_model *model, gw_state *state);

/** The day within the horizon on which a quantity that grows by steps first reaches `target`, from
 * its averages and its values at the end of each month; NaN if never. Exact when the month has one
 * step. */
double gw_claims_reach_d(const double *average, const double *end, int n_months, int month0,
                         double target);

#endif
