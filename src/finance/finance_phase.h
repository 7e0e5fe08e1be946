/* finance/finance_phase.h: the finance phase. */
#ifndef GW_FINANCE_FINANCE_PHASE_H
#define GW_FINANCE_FINANCE_PHASE_H

#include "model.h"

/** Fills state->cash from the earlier phases. Model and validity: finance_phase.c,
 * docs/model/finance.md. */
void gw_finance_phase(const gw_model *model, gw_state *state);

#endif
