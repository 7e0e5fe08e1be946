/* finance/cashflow.c: tax, free cash, present value, payback and break-even price of monthly money.
 * In:    revenue, operating and capital cost, depreciation by month; closing value; rates.
 * Out:   tax and free cash by month; present value; dates; price.
 * Model: profit = revenue - operating cost - depreciation (- interest); tax per calendar year on
 *        profit after losses carried forward, booked month by month on the year to date (so a month
 *        may get back what an earlier month paid). free = revenue - operating cost - tax - capital
 *        cost - working capital, and in the last month + closing value (only what it exceeds the
 *        tax books by is profit). NPV =
 *        sum of free[m] / (1 + r)^((m + 1/2) / 12). Payback: the sum of free, without the closing
 *        value, turns positive for good. What is paid d days late is paid d / 30.4 months later, and
 *        what is still open at the end is counted there. Break-even: the constant price p with NPV(other revenue +
 *        p x sold seconds) = 0. More revenue is taxed at less than 100 %, so NPV rises with p and
 *        the root is unique.
 * Valid: one tax rate, losses usable without limit of time or share, no refund for losses at the
 *        end; discount rate above -100 %.
 * Derivation: docs/model/finance.md. */
#include "finance/cashflow.h"

#include <math.h>
#include <stdbool.h>

#include "base/code.h"
#include "base/date.h"

void gw_tax_work(const gw_calendar *calendar, double rate, const double *profit_usd,
                 double *tax_usd) {
    double losses_usd = 0.0; /* of earlier years, not yet used */
    double year_usd = 0.0;   /* profit of this year to date */
    double booked_usd = 0.0; /* tax of this year to date */
    for (int m = 0; m < calendar->n_months; m++) {
        year_usd += profit_usd[m];
        double taxable_usd = year_usd - losses_usd;
        double due_usd = taxable_usd <= 0.0 ? 0.0 : rate * taxable_usd; /* keeps NaN */
        tax_usd[m] = due_usd - booked_usd;
        booked_usd = due_usd;
        if (gw_month_of_year(calendar->month0 + m) == 11) {
            losses_usd = taxable_usd < 0.0 ? -taxable_usd : 0.0 * taxable_usd;
            year_usd = booked_usd = 0.0;
        }
    }
}

void gw_free_cash(const gw_calendar *calendar, const gw_money *money, const double *revenue_usd,
                  const double *interest_usd, double *tax_usd, double *free_usd) {
    const int n = calendar->n_months;
    for (int m = 0; m < n; m++) { /* free_usd holds the profit until the tax is known */
        free_usd[m] = revenue_usd[m] - money->opex_usd[m] - money->depreciation_usd[m] -
                      (interest_usd != NULL ? interest_usd[m] : 0.0);
    }
    if (n > 0) {
        free_usd[n - 1] += money->closing_gain_usd;
    }
    gw_tax_work(calendar, money->tax_rate, free_usd, tax_usd);
    for (int m = 0; m < n; m++) {
        free_usd[m] = revenue_usd[m] - money->opex_usd[m] - tax_usd[m] - money->capex_usd[m];
        free_usd[m] -= money->working_capital_usd != NULL ? money->working_capital_usd[m] : 0.0;
    }
    if (n > 0) {
        free_usd[n - 1] += money->closing_value_usd;
    }
}

double gw_monthly_npv(double rate_per_yr, const double *flow_usd, int n_months) {
    if (!(rate_per_yr > -1.0)) {
        return GW_NAN;
    }
    double per_month = exp(-log1p(rate_per_yr) / 12.0);
    double sum_usd = 0.0;
    for (int m = n_months - 1; m >= 0; m--) {
        sum_usd = sum_usd * per_month + flow_usd[m];
    }
    return sum_usd * sqrt(per_month);
}

double gw_modified_irr(double rate_per_yr, const double *flow_usd, int n_months) {
    int first = 0;
    while (first < n_months && !(flow_usd[first] < 0.0)) {
        first++;
    }
    double per_month = exp(log1p(rate_per_yr) / 12.0);
    double paid_usd = 0.0;     /* at the first payment */
    double received_usd = 0.0; /* at the last month */
    double factor = 1.0;
    for (int m = first; m < n_months; m++) {
        paid_usd -= flow_usd[m] < 0.0 ? flow_usd[m] * factor : 0.0;
        received_usd = received_usd * per_month + fmax(flow_usd[m], 0.0);
        factor /= per_month;
        if (isnan(flow_usd[m])) {
            return GW_NAN;
        }
    }
    double months = (double)(n_months - 1 - first);
    return paid_usd > 0.0 && received_usd > 0.0 && months > 0.0
               ? expm1(12.0 / months * log(received_usd / paid_usd))
               : GW_NAN;
}

void gw_delay_work(const double *usd, int n_months, double delay_d, double *out_usd) {
    if (!(delay_d > 0.0) || n_months == 0) {
        return;
    }
    const double months = delay_d * 12.0 / GW_YEAR_d;
    const int whole = (int)fmin(floor(months), (double)n_months);
    const double part = months - floor(months);
    double open_usd = 0.0;
    for (int m = 0; m < n_months; m++) {
        double paid_usd = m >= whole ? (1.0 - part) * usd[m - whole] : 0.0;
        paid_usd += m >= whole + 1 ? part * usd[m - whole - 1] : 0.0;
        out_usd[m] += usd[m] - paid_usd;
        open_usd += usd[m] - paid_usd;
    }
    out_usd[n_months - 1] -= open_usd;
}

double gw_payback_d(const gw_calendar *calendar, const double *flow_usd, double closing_value_usd) {
    double cumulated_usd = 0.0;
    double payback_d = gw_calendar_start_d(calendar, 0);
    for (int m = 0; m < calendar->n_months; m++) {
        double before_usd = cumulated_usd;
        double earned_usd = flow_usd[m] - (m == calendar->n_months - 1 ? closing_value_usd : 0.0);
        cumulated_usd += earned_usd;
        if (!(cumulated_usd >= 0.0)) {
            payback_d = GW_NAN;
        } else if (isnan(payback_d)) {
            double start_d = gw_calendar_start_d(calendar, m);
            double days = gw_calendar_start_d(calendar, m + 1) - start_d;
            payback_d = start_d + days * -before_usd / earned_usd;
        }
    }
    return payback_d;
}

/* ---------------------------------------------------------------- break-even */

typedef struct pricing {
    const gw_calendar *calendar;
    const gw_money *money;
    const double *other_usd, *sold_s;
    double *revenue_usd, *tax_usd, *free_usd; /* [n_months] */
} pricing;

static double npv_at(const pricing *p, double price_usd_per_s) {
    for (int m = 0; m < p->calendar->n_months; m++) {
        p->revenue_usd[m] = p->other_usd[m] + price_usd_per_s * p->sold_s[m];
    }
    gw_free_cash(p->calendar, p->money, p->revenue_usd, NULL, p->tax_usd, p->free_usd);
    return gw_monthly_npv(p->money->discount_rate, p->free_usd, p->calendar->n_months);
}

double gw_break_even_price(const gw_calendar *calendar, const gw_money *money,
                           const double *other_revenue_usd, const double *sold_s,
                           gw_arena *scratch) {
    const int n = calendar->n_months;
    pricing p = {calendar,
                 money,
                 other_revenue_usd,
                 sold_s,
                 GW_NEW_N(scratch, n, double),
                 GW_NEW_N(scratch, n, double),
                 GW_NEW_N(scratch, n, double)};
    double worth_s = gw_monthly_npv(money->discount_rate, sold_s, n);
    double low = 0.0;
    double at_low = npv_at(&p, low);
    if (!(worth_s > 0.0) || isnan(at_low) || at_low >= 0.0) {
        return at_low >= 0.0 && worth_s > 0.0 ? 0.0 : GW_NAN;
    }
    double high = -at_low / worth_s; /* enough without tax */
    double at_high = npv_at(&p, high);
    for (int i = 0; i < 60 && at_high < 0.0; i++) {
        low = high;
        at_low = at_high;
        high *= 1.5;
        at_high = npv_at(&p, high);
    }
    /* Piecewise linear and rising: regula falsi with a bisection now and then. */
    for (int i = 0; i < 100 && at_high > 0.0 && high - low > 1e-13 * high; i++) {
        double price =
            i % 3 == 2 ? 0.5 * (low + high) : low - at_low * (high - low) / (at_high - at_low);
        double at_price = npv_at(&p, price);
        if (at_price < 0.0) {
            low = price;
            at_low = at_price;
        } else {
            high = price;
            at_high = at_price;
        }
    }
    return high;
}
