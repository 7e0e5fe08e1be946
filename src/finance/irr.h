/* finance/irr.h: all internal rates of return of a cash flow. Method, proof and validity: irr.c. */
#ifndef GW_FINANCE_IRR_H
#define GW_FINANCE_IRR_H

#include "model.h"

/** Longest cash flow and largest number of sign changes that the search takes. */
#define GW_IRR_FLOWS_MAX 4096
#define GW_IRR_CHANGES_MAX 64
/** Longest annuity whose rate can be found. */
#define GW_TVM_RATE_MAX 1200

/** Every rate per year in (-0.99, 10) at which the flow is worth nothing, ascending.
 *  @param flow              [n] in equal periods; zeros are legal
 *  @param periods_per_year  12 for months
 *  @return n = number of rates (a rate at which the worth only touches zero counts once); problem
 * is NULL if and only if there is exactly one, else a static sentence */
gw_irr gw_irr_find(const double *flow, int n, double periods_per_year);

/** The same for an investment, a flow that begins with money going out. Of several rates all but the
 * highest are dropped if they are negative: at every discount rate of zero or more the flow is then
 * judged as by a unique rate. (A loan that is repaid in the last month beyond what the assets are
 * worth brings such a rate of -70 % or so.) */
gw_irr gw_irr_of_investment(const double *flow, int n, double periods_per_year);

/** Changes of sign in a sequence, zeros skipped: Descartes' bound on the number of rates. */
int gw_irr_sign_changes(const double *flow, int n);

#endif
