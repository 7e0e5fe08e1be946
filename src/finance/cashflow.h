/* finance/cashflow.h: from monthly money to tax, free cash, present value, payback and break-even
 * price. Formulas and validity: cashflow.c. */
#ifndef GW_FINANCE_CASHFLOW_H
#define GW_FINANCE_CASHFLOW_H

#include "base/arena.h"
#include "finance/calendar.h"

/** Monthly arrays [n_months], borrowed. */
typedef struct gw_money {
    const double *capex_usd, *opex_usd, *depreciation_usd;
    const double *working_capital_usd; /* cash tied up, > 0 when it grows; NULL: none */
    double closing_value_usd;          /* of all assets after the last month */
    double closing_gain_usd;           /* of it above the tax books: taxed in the last month */
    double tax_rate, discount_rate;
} gw_money;

/** Tax on the profit of calendar years, losses carried forward: tax_usd[n_months] sums in each year
 * to rate x max(0, profit of the year - losses of earlier years). */
void gw_tax_work(const gw_calendar *calendar, double rate, const double *profit_usd,
                 double *tax_usd);

/** Revenue - operating cost - tax - capital cost, and the closing value in the last month.
 *  @param interest_usd  [n_months] cost of financing, deducted for tax, or NULL
 *  @param tax_usd, free_usd  [n_months], filled */
void gw_free_cash(const gw_calendar *calendar, const gw_money *money, const double *revenue_usd,
                  const double *interest_usd, double *tax_usd, double *free_usd);

/** Worth at the beginning of the horizon; the money of a month comes in its middle. */
double gw_monthly_npv(double rate_per_yr, const double *flow_usd, int n_months);

/** Date when the cumulated flow turns positive for good, linear within the month; NaN if it never
 * does.
 *  @param closing_value_usd  what the last month's flow holds as value left over: a book entry, it
 *                            pays nothing back and is not counted */
double gw_payback_d(const gw_calendar *calendar, const double *flow_usd, double closing_value_usd);

/** Modified internal rate per year: what is paid discounted to the first payment, what comes in
 *  compounded to the last month, both at `rate`; NaN unless money goes out and comes in. */
double gw_modified_irr(double rate_per_yr, const double *flow_usd, int n_months);

/** Moves an amount by month back by a delay in days: out = what is still open at the end of each month
 *  less that of the month before; the open rest returns in the last month.
 *  @param out_usd  [n_months], added to: > 0 where the delay keeps money away */
void gw_delay_work(const double *usd, int n_months, double delay_d, double *out_usd);

/** Constant price per second, of all sold seconds, at which the present value of the free cash is
 * zero; 0 if it is positive without any sale; NaN if nothing is sold. */
double gw_break_even_price(const gw_calendar *calendar, const gw_money *money,
                           const double *other_revenue_usd, const double *sold_s,
                           gw_arena *scratch);

#endif
