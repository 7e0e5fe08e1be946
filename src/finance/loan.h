/* finance/loan.h: one loan, month by month. Rules and validity: loan.c. */
#ifndef GW_FINANCE_LOAN_H
#define GW_FINANCE_LOAN_H

#include "base/arena.h"
#include "model.h"

typedef struct gw_loan {
    gw_repayment repayment;
    double amount_usd;                  /* committed */
    double most_frac;                   /* largest share of the cost of what it pays for */
    double rate;                        /* interest per year; a twelfth of it each month */
    double dscr_ratio;                  /* target of a sculpted loan */
    int term_months;                    /* of repayment */
    int interest_only_months;           /* first part of the term */
    double reserve_months;              /* of service, kept in cash */
    double upfront_fee, commitment_fee; /* of the amount; per year on what is not drawn yet */
    double cash_yield;                  /* per year on the reserve and unspent notes */
    bool at_once;                       /* drawn whole in its first month */
    int from, until;                    /* first and last month of draws */
    int repay_from; /* first month of repayment; n_months or more: after the horizon */
} gw_loan;

/** From a line of the funding. Months outside 0..n_months-1 mean: not within the horizon. */
gw_loan gw_loan_of(const gw_funding *funding, double cash_yield);

/** Arrays of a loan, [n_months], zero. */
void gw_loan_money_create(gw_loan_money *money, int n_months, gw_arena *arena);

/** Works a loan through.
 *  @param share       of every month's capital cost that it pays
 *  @param capex_usd   [n_months] of what it pays for
 *  @param cfads_usd   [n_months] cash available for its service; NULL: unknown, nothing is covered
 *  @param sculpt_usd  [n_months + 1] present values from gw_loan_sculpt; used by sculpted loans
 *  @param money       arrays are overwritten, totals filled */
void gw_loan_work(const gw_loan *loan, double share, const double *capex_usd,
                  const double *cfads_usd, const double *sculpt_usd, int n_months,
                  gw_loan_money *money);

/** Worth at the beginning of each month of the cash that is still to come within the term, at the
 *  loan's rate, payments at the end of months; negative cash counts as none.
 *  @param out_usd  [n_months + 1] */
void gw_loan_sculpt(const gw_loan *loan, const double *cfads_usd, int n_months, double *out_usd);

/** What a loan that pays `share` of the cost owes when its repayment begins, without fees. */
double gw_loan_balance_at_repayment(const gw_loan *loan, double share, const double *capex_usd,
                                    int n_months);

#endif
