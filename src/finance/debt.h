/* finance/debt.h: drawing, capitalised interest and repayment of loans. Rules and validity: debt.c.
 */
#ifndef GW_FINANCE_DEBT_H
#define GW_FINANCE_DEBT_H

typedef struct gw_loan {
    double amount_usd; /* committed */
    double rate;       /* interest per year; a twelfth of it each month */
    int term_months;   /* of repayment */
} gw_loan;

/** Monthly arrays [n_months], all loans together; the caller's, overwritten. */
typedef struct gw_debt {
    double *draw_usd, *equity_draw_usd; /* sum to the capital cost in every month */
    double *interest_usd;               /* accrued, capitalised or paid */
    double *service_usd;                /* interest and principal paid */
    double outstanding_usd;             /* after the last month */
    double drawn_usd, capital_usd;      /* totals */
    double scale; /* share of the commitments that can be drawn: < 1 if they exceed the cost */
} gw_debt;

/** @param capex_usd   [n_months]
 *  @param repay_from  first month of repayment; n_months or more: never within the horizon */
void gw_debt_schedule(const gw_loan *loans, int n_loans, const double *capex_usd, int n_months,
                      int repay_from, gw_debt *out);

/** Lowest and mean debt service coverage of the years (blocks of 12 from month0's January on) with
 * service.
 *  @param cfads_usd  [n_months] cash available for debt service; only months with service count */
typedef struct gw_coverage {
    double lowest, mean; /* NaN without service */
} gw_coverage;
gw_coverage gw_debt_coverage(const double *cfads_usd, const double *service_usd, int month0,
                             int n_months);

#endif
