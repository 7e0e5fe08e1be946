/* finance/debt.c: drawing, capitalised interest and repayment of loans.
 * In:    loans, capital cost by month, month of first repayment.
 * Out:   draws, equity, interest, service by month; balance at the end.
 * Model: a loan pays its share (commitment over total capital cost) of every month's capital cost.
 *        All loans together never exceed the capital cost: beyond it every commitment is cut in
 *        proportion. Draws are made at the beginning of a month, interest is a twelfth of the
 *        yearly rate. Until repayment begins it is added to the balance; then the balance is repaid
 *        in level payments over the term. A draw after that raises the payments that are left.
 *        After its term a loan pays nothing more, so equity does.
 * Valid: fixed rates, no fees, no reserve accounts, no covenants. Balances at the end of the
 *        horizon are reported.
 * Sources: balance[k] = (balance[k-1] + draw[k]) (1 + i) as in construction finance models
 *        (GEOPHIRES, NREL SAM); level payment = balance x capital recovery factor. The cap on debt
 *        answers a known defect of coverage-sized debt (NREL SAM issues 534 and 1353: over 100 %
 *        debt, negative equity, no rate of return). */
#include "finance/debt.h"

#include <math.h>
#include <stdbool.h>

#include "base/code.h"
#include "base/date.h"
#include "model.h"

static double sum(const double *x, int n) {
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        total += x[i];
    }
    return total;
}

/* One loan over all months; returns its balance at the end. */
static double schedule_loan(const gw_loan *loan, double share, const double *capex_usd,
                            int n_months, int repay_from, gw_debt *out) {
    const double rate = loan->rate / 12.0;
    double balance_usd = 0.0;
    for (int m = 0; m < n_months; m++) {
        int left = repay_from + loan->term_months - m;
        if (left <= 0) {
            break;
        }
        double draw_usd = share * capex_usd[m];
        double interest_usd = (balance_usd + draw_usd) * rate;
        out->draw_usd[m] += draw_usd;
        out->interest_usd[m] += interest_usd;
        balance_usd += draw_usd + interest_usd;
        if (m >= repay_from) {
            /* The balance before interest in level payments at the end of this and the later
             * months. */
            double payment_usd = left == 1 ? balance_usd
                                           : (balance_usd - interest_usd) *
                                                 gw_capital_recovery_factor(rate, (double)left);
            out->service_usd[m] += payment_usd;
            balance_usd = left == 1 ? 0.0 : balance_usd - payment_usd;
        }
    }
    return balance_usd;
}

void gw_debt_schedule(const gw_loan *loans, int n_loans, const double *capex_usd, int n_months,
                      int repay_from, gw_debt *out) {
    double committed_usd = 0.0;
    for (int i = 0; i < n_loans; i++) {
        committed_usd += loans[i].amount_usd;
    }
    out->capital_usd = sum(capex_usd, n_months);
    out->scale = committed_usd > out->capital_usd ? out->capital_usd / committed_usd : 1.0;
    for (int m = 0; m < n_months; m++) {
        out->draw_usd[m] = out->interest_usd[m] = out->service_usd[m] = 0.0;
    }
    out->outstanding_usd = 0.0;
    for (int i = 0; i < n_loans; i++) {
        double share =
            out->capital_usd == 0.0 ? 0.0 : out->scale * loans[i].amount_usd / out->capital_usd;
        out->outstanding_usd +=
            schedule_loan(&loans[i], share, capex_usd, n_months, repay_from, out);
    }
    for (int m = 0; m < n_months; m++) {
        double left_usd = capex_usd[m] - out->draw_usd[m];
        /* Shares that sum to one may miss it by rounding; equity is never negative. */
        if (fabs(left_usd) <= 1e-12 * fabs(capex_usd[m])) {
            out->draw_usd[m] = capex_usd[m];
            left_usd = 0.0;
        }
        out->equity_draw_usd[m] = left_usd;
    }
    out->drawn_usd = sum(out->draw_usd, n_months);
}

gw_coverage gw_debt_coverage(const double *cfads_usd, const double *service_usd, int month0,
                             int n_months) {
    gw_coverage out = {GW_NAN, GW_NAN};
    double sum_of_ratios = 0.0;
    int n_years = 0;
    double cfads = 0.0;
    double service = 0.0;
    for (int m = 0; m < n_months; m++) {
        if (service_usd[m] != 0.0) {
            cfads += cfads_usd[m];
            service += service_usd[m];
        }
        bool ends_year = gw_month_of_year(month0 + m) == 11 || m == n_months - 1;
        if (ends_year && service != 0.0) {
            double ratio = cfads / service;
            out.lowest = n_years == 0 || !(ratio >= out.lowest) ? ratio : out.lowest;
            sum_of_ratios += ratio;
            n_years++;
            cfads = service = 0.0;
        }
    }
    out.mean = n_years > 0 ? sum_of_ratios / n_years : GW_NAN;
    return out;
}
