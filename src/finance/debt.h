/* finance/debt.h: all loans together: how much of each is drawn, in which order they are served,
 * what covers them. Rules and validity: debt.c. */
#ifndef GW_FINANCE_DEBT_H
#define GW_FINANCE_DEBT_H

#include "finance/loan.h"
#include "finance/reach.h"

/** One loan with what it pays for; loans stand in the order of the file: earlier ones first. */
typedef struct gw_debt_line {
    gw_loan loan;
    gw_reach scope;
    double covenant_ratio; /* NaN: none */
    double share;          /* of every month's cost, filled by gw_debt_share */
    double *cfads_usd; /* [n_months] cash of what it pays for, before any service; the caller's */
    double *cover_usd; /* [n_months] the same less the service of earlier loans; filled */
    gw_loan_money *money; /* arrays made, filled */
} gw_debt_line;

/** Shares of the cost before the cash is known: the commitment, `most`, and that no dollar is
 *  borrowed twice. Sets money->amount_usd, cost_usd and binds. */
void gw_debt_share(gw_debt_line *lines, int n_lines, const gw_cells *cells, int n_months,
                   gw_arena *scratch);

/** Works all loans through with the cash in cfads_usd. A sculpted loan may be cut below its share. */
void gw_debt_work(gw_debt_line *lines, int n_lines, const gw_cells *cells, int n_months,
                  gw_arena *scratch);

/** Lowest and mean debt service coverage of the years (blocks of 12 from month0's January on) with
 * service.
 *  @param cfads_usd  [n_months] cash available for debt service; only months with service count */
typedef struct gw_coverage {
    double lowest, mean; /* NaN without service */
    int breach;          /* last month of the first year below the covenant; -1: none */
} gw_coverage;
gw_coverage gw_debt_coverage(const double *cfads_usd, const double *service_usd,
                             double covenant_ratio, int month0, int n_months);

/** Coverage, covenant and life coverage of each loan. */
void gw_debt_measure(gw_debt_line *lines, int n_lines, const gw_cells *cells, int month0,
                     int n_months, gw_arena *scratch);

/** What is still owed when the contracted cash ends, if all of it went to the lender.
 *  @param contracted_usd  [n_months] of the cash, what contracts pay
 *  @param end             month after the last with contracted cash */
double gw_debt_residual_needed_usd(const gw_debt_line *line, const double *contracted_usd, int end);

#endif
