/* finance/deal_years.c: payments, running cost, depreciation and tax of a deal, year by year.
 * In:    gw_deal_sheet with size, cost and first-year payments.
 * Out:   sheet->year[n], the depreciation schedule, the value at the end of the term.
 * Model: payments of year k = first year x (1 + escalation)^(k-1); a last year that is not whole
 *        counts by its share. Depreciation of the capital for tax: straight line over the lives (a
 *        cost that is not split: over it_life), MACRS (5-year class for chips and unsplit cost,
 *        15-year class for buildings), or economic (fall of the present value of the rents still to
 *        come, which change by the escalation). Tax = rate x profit, losses carried forward. At the
 *        end the residual over the book value is taxed, or a loss used in the last year.
 * Valid: effective tax rate = state + federal x (1 - state).
 * Sources: IRS Publication 946 (tables, depreciation.c); NREL ssc for the effective rate. */
#include <math.h>

#include "base/code.h"
#include "finance/deal.h"
#include "finance/depreciation.h"

/* Share of an asset's cost written off in its k-th year (0 = first). */
static double written_off(const gw_deal *deal, int k, double life_yr, int class_years) {
    double left, next;
    switch ((gw_depreciation)deal->depreciation) {
    case GW_DEPRECIATION_MACRS:
        return gw_macrs_frac(class_years, k);
    case GW_DEPRECIATION_ECONOMIC:
        left = gw_economic_value_frac(k, life_yr, deal->escalation, deal->rate);
        next = gw_economic_value_frac(k + 1, life_yr, deal->escalation, deal->rate);
        return left - next;
    default:
        return fmax(0.0, fmin(1.0, life_yr - k)) / life_yr;
    }
}

#define SCHEDULE_MAX 130 /* years: longest life of a field, rounded up */

static void depreciate(const gw_deal *deal, gw_deal_sheet *s, gw_arena *arena) {
    double scale = s->cost_usd > 0.0 ? s->capital_usd / s->cost_usd : 1.0;
    s->depreciation_usd = GW_NEW_N(arena, SCHEDULE_MAX, double);
    for (int k = 0; k < SCHEDULE_MAX; k++) {
        double usd = s->it_usd * written_off(deal, k, s->it_life_yr, 5) +
                     s->facility_usd * written_off(deal, k, s->facility_life_yr, 15);
        s->depreciation_usd[k] = scale * usd;
        if (usd > 0.0) {
            s->n_depreciation = k + 1;
        }
    }
}

void gw_deal_years(const gw_deal *deal, const gw_deal_case *what, gw_deal_sheet *s,
                   gw_arena *arena) {
    double s_rate = log1p(deal->rate);
    int n = (int)ceil(s->term_yr - 1e-9);
    n = n < 1 ? 1 : n;
    s->n_years = n;
    s->year = GW_NEW_N(arena, (size_t)n, gw_deal_year);
    depreciate(deal, s, arena);
    for (int k = 0; k < n; k++) {
        gw_deal_year *y = &s->year[k];
        double end_yr = fmin(k + 1, s->term_yr);
        y->year_frac = end_yr - k;
        if (fabs(y->year_frac - 1.0) < 1e-9) {
            y->year_frac = 1.0;
            end_yr = k + 1;
        }
        y->at_yr = end_yr + what->delay_yr;
        y->payments_usd = s->payments_usd * pow(1.0 + deal->escalation, k) * y->year_frac;
        y->running_usd = s->running_usd * y->year_frac;
        y->depreciation_usd = k < SCHEDULE_MAX ? s->depreciation_usd[k] * y->year_frac : 0.0;
        s->total_usd += y->payments_usd;
        s->total_pv_usd += y->payments_usd * exp(-s_rate * y->at_yr);
    }
    s->residual_usd = deal->residual * s->cost_usd;
    double *tax_usd = GW_NEW_N(arena, (size_t)n, double);
    s->end_tax_usd = gw_deal_tax(s, NULL, tax_usd);
    for (int k = 0; k < n; k++) {
        gw_deal_year *y = &s->year[k];
        y->tax_usd = y->tax_unlevered_usd = tax_usd[k];
        y->cfads_usd = y->payments_usd - y->running_usd - y->tax_usd;
        y->year_dscr = GW_NAN;
    }
}

double gw_deal_tax(const gw_deal_sheet *s, const double *interest_usd, double *tax_usd) {
    double loss_usd = 0.0, book_usd = s->capital_usd, taxed_usd = 0.0;
    for (int k = 0; k < s->n_years; k++) {
        const gw_deal_year *y = &s->year[k];
        double profit_usd = y->payments_usd - y->running_usd - y->depreciation_usd -
                            (interest_usd != NULL ? interest_usd[k] : 0.0);
        book_usd -= y->depreciation_usd;
        taxed_usd = fmax(0.0, profit_usd - loss_usd);
        loss_usd = fmax(0.0, loss_usd - profit_usd);
        tax_usd[k] = s->tax_rate > 0.0 ? s->tax_rate * taxed_usd : 0.0;
    }
    if (!(s->tax_rate > 0.0)) {
        return 0.0;
    }
    /* A gain uses the losses left; a loss lowers the tax of the last year, not below zero. */
    double gain_usd = s->residual_usd - book_usd;
    return gain_usd > 0.0 ? s->tax_rate * fmax(0.0, gain_usd - loss_usd)
                          : -s->tax_rate * fmin(-gain_usd, taxed_usd);
}
