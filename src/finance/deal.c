/* finance/deal.c: size, cost, payments and returns of one contract, by years.
 * In:    gw_deal, a reading of its power (IT or facility), a case (gw_deal_case).
 * Out:   gw_deal_sheet.
 * Model: IT power = power, or power / pue if it is read as facility; without one, accelerators x
 *        their power. Capital = cost, or it_cost and facility_cost x IT power (accelerators x their
 *        price instead of it_cost); with draws it grows by the interest of the construction time.
 *        Running cost = opex + energy (accelerators x power x pue x utilisation x 8760 h x price).
 *        Payments = payments, total over the term, or price x accelerators x 8760 h x utilisation.
 *        Full cost per year = IT CRF(rate, it_life) + facility CRF(rate, facility_life) + running
 *        cost, CRF = rate / (1 - (1 + rate)^-life).
 * Valid: end-of-year money; the capital is in place at time 0. A deal without cost but with a size
 *        is worked out at Epoch AI's unit costs and says so; without operating cost it has none.
 * Sources: unit costs: Epoch AI, Frontier Data Centers, July 2026 (CC-BY 4.0); capitalised interest
 *        and fixed charge rate as in NREL's ssc and GEOPHIRES. */
#include "finance/deal.h"

#include <math.h>

#include "base/code.h"
#include "base/units.h"
#include "finance/tvm.h"
#include "finance/unit_cost.h"

#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define HOUR_s 3600.0

gw_deal_case gw_deal_as_is(void) {
    return (gw_deal_case){.payment_factor = 1.0,
                          .utilisation_factor = 1.0,
                          .cost_factor = 1.0,
                          .running_factor = 1.0,
                          .term_yr = GW_NAN,
                          .it_life_yr = GW_NAN,
                          .payments_usd = GW_NAN};
}

int gw_deal_readings(const gw_deal *deal, gw_claim_basis out[2]) {
    bool open = deal->basis == GW_BASIS_UNSTATED || deal->basis == GW_BASIS_CONTRACTED;
    bool it = deal->basis == GW_BASIS_IT || deal->basis == GW_BASIS_SERVER ||
              deal->basis == GW_BASIS_COOLING;
    bool sized = gw_is_set(deal->power_W);
    out[0] = it || open || !sized ? GW_BASIS_IT : GW_BASIS_FACILITY;
    out[1] = GW_BASIS_FACILITY;
    return open && sized ? 2 : 1;
}

static double or_else(double value, double otherwise) {
    return gw_is_set(value) ? value : otherwise;
}

static void size_up(const gw_deal *deal, gw_deal_sheet *s) {
    double per_acc_W = deal->accelerator_power_W;
    s->stated_W = deal->power_W;
    s->it_W = s->basis == GW_BASIS_IT ? deal->power_W : deal->power_W / deal->pue;
    s->accelerators = deal->accelerators;
    if (!gw_is_set(s->it_W)) {
        s->it_W = s->accelerators * per_acc_W;
    }
    if (!gw_is_set(s->accelerators)) {
        s->accelerators_assumed = !gw_is_set(per_acc_W) && gw_is_set(s->it_W);
        s->accelerators = s->it_W / or_else(per_acc_W, GW_DEAL_GPU_W);
    }
    s->facility_W = s->it_W * deal->pue;
    s->accelerator_W = s->it_W / s->accelerators;
}

/* IT power to estimate a cost from; a count of accelerators is enough for that. */
static double costed_W(const gw_deal_sheet *s) {
    return or_else(s->it_W, s->accelerators * GW_DEAL_GPU_W);
}

/* Cost of chips and of buildings, as paid. */
static void price_up(const gw_deal *deal, double factor, gw_deal_sheet *s) {
    bool chips = gw_is_set(deal->it_cost_usd_per_W) || gw_is_set(deal->accelerator_price_usd);
    bool build = gw_is_set(deal->facility_cost_usd_per_W);
    s->cost_in_parts = !gw_is_set(deal->cost_usd);
    if (!s->cost_in_parts) {
        s->it_usd = deal->cost_usd;
    } else if (chips || build) {
        double per_W = or_else(deal->it_cost_usd_per_W, 0.0) * (chips || build ? s->it_W : 0.0);
        s->it_usd = !chips ? 0.0
                    : gw_is_set(deal->accelerator_price_usd)
                        ? deal->accelerators * deal->accelerator_price_usd
                        : per_W;
        s->facility_usd = build ? deal->facility_cost_usd_per_W * s->it_W : 0.0;
    } else {
        s->cost_assumed = gw_is_set(costed_W(s));
        s->it_usd = GW_DEAL_IT_USD_PER_W * costed_W(s);
        s->facility_usd = GW_DEAL_FACILITY_USD_PER_W * costed_W(s);
    }
    s->it_usd *= factor;
    s->facility_usd *= factor;
    s->cost_usd = s->it_usd + s->facility_usd;
    double rate = deal->draw_rate;
    if (!gw_is_set(rate)) {
        rate = expm1(log1p(deal->debt_rate) * deal->draw_period_s / YEAR_s);
    }
    s->capital_usd =
        deal->draws > 0 ? gw_tvm_drawn(s->cost_usd, (int)deal->draws, rate) : s->cost_usd;
    if (isinf(s->capital_usd)) {
        s->problem = "interest while building outgrows any amount: check draws and draw_rate";
        s->capital_usd = GW_NAN;
    }
    s->idc_usd = s->capital_usd - s->cost_usd;
}

/* Running cost and payments of the first year. */
static void run_up(const gw_deal *deal, const gw_deal_case *what, gw_deal_sheet *s) {
    double use = deal->utilisation * what->utilisation_factor;
    s->opex_usd = deal->opex_usd_per_s * YEAR_s;
    if (!gw_is_set(s->opex_usd)) {
        s->opex_usd = deal->opex_rate_usd_per_W_s * YEAR_s * s->it_W;
    }
    if (!gw_is_set(s->opex_usd)) {
        s->opex_assumed = s->cost_assumed && !gw_is_set(deal->energy_price_usd_per_J);
        s->opex_usd = s->opex_assumed ? GW_DEAL_OPEX_USD_PER_W_YR * costed_W(s) : 0.0;
    }
    double load_W = deal->accelerators * deal->accelerator_power_W;
    load_W = or_else(load_W, s->it_W) * deal->pue * use;
    s->energy_usd = gw_is_set(deal->energy_price_usd_per_J)
                        ? load_W * GW_HOURS_PER_YEAR * HOUR_s * deal->energy_price_usd_per_J
                        : 0.0;
    s->opex_usd *= what->running_factor;
    s->energy_usd *= what->running_factor;
    s->running_usd = s->opex_usd + s->energy_usd;
    s->payments_usd = deal->payments_usd_per_s * YEAR_s;
    if (gw_is_set(deal->price_usd_per_s)) {
        s->payments_usd =
            deal->price_usd_per_s * HOUR_s * deal->accelerators * GW_HOURS_PER_YEAR * use;
    } else if (gw_is_set(deal->total_usd)) {
        double years = deal->term_s / YEAR_s, parts = 0.0;
        for (int k = 0; k < years; k++) {
            parts += fmin(1.0, years - k) * pow(1.0 + deal->escalation, k);
        }
        s->payments_usd = deal->total_usd / parts;
    }
    s->payments_usd = or_else(what->payments_usd, s->payments_usd * what->payment_factor);
}

/* ---------------------------------------------------------------- returns */

static void find_returns(const gw_deal *deal, gw_deal_sheet *s, gw_arena *arena) {
    const char *reason = NULL;
    s->npv_usd = s->mirr_rate = s->index_ratio = s->equity_npv_usd = GW_NAN;
    s->payback = s->discounted_payback = (gw_payback){GW_NAN, GW_NAN, s->problem};
    s->irr.reason = s->equity_irr.reason = s->problem;
    if (s->problem != NULL) {
        return;
    }
    s->npv_usd = gw_flow_npv(deal->rate, s->flow, s->n_flows);
    s->irr = gw_payment_rates(s->flow, s->n_flows, arena);
    s->mirr_rate = gw_flow_mirr(deal->rate, deal->rate, s->flow, s->n_flows, &reason);
    s->payback = gw_flow_payback(0.0, s->flow, s->n_flows);
    s->discounted_payback = gw_flow_payback(deal->rate, s->flow, s->n_flows);
    s->index_ratio = s->capital_usd > 0.0 ? 1.0 + s->npv_usd / s->capital_usd : GW_NAN;
    if (s->equity != NULL && s->loan.equity_usd > 0.0) {
        s->equity_irr = gw_payment_rates(s->equity, s->n_flows, arena);
        s->equity_npv_usd = gw_flow_npv(deal->rate, s->equity, s->n_flows);
    } else {
        s->equity_irr.reason =
            s->equity == NULL ? "there is no loan" : "no equity is put in: all of it is borrowed";
    }
}

/* The project's flows; those of the owners, if there is a loan. The end value is not income that
 * somebody pays: it is counted in the last year. */
static void make_flows(gw_deal_sheet *s, gw_arena *arena) {
    int n = s->n_years;
    bool loan = gw_is_set(s->loan.debt_usd);
    s->n_flows = n + 1;
    s->flow = GW_NEW_N(arena, (size_t)n + 1, gw_payment);
    s->equity = loan ? GW_NEW_N(arena, (size_t)n + 1, gw_payment) : NULL;
    s->flow[0].amount_usd = -s->capital_usd;
    for (int k = 0; k < n; k++) {
        const gw_deal_year *y = &s->year[k];
        double end_usd = k == n - 1 ? s->residual_usd - s->end_tax_usd : 0.0;
        s->flow[k + 1] = (gw_payment){y->at_yr, y->payments_usd - y->running_usd -
                                                    y->tax_unlevered_usd + end_usd};
        if (loan) {
            double balloon_usd = k == n - 1 ? s->loan.balloon_usd : 0.0;
            s->equity[0].amount_usd = -s->loan.equity_usd;
            s->equity[k + 1] = (gw_payment){y->at_yr, y->cfads_usd - y->interest_usd -
                                                          y->principal_usd + end_usd - balloon_usd};
        }
    }
}

/* ---------------------------------------------------------------- full cost of a year */

static double annual_usd(const gw_deal_sheet *s, double rate) {
    return s->it_usd * gw_capital_recovery_factor(rate, s->it_life_yr) +
           s->facility_usd * gw_capital_recovery_factor(rate, s->facility_life_yr);
}

/* Level amount of the same worth as the payments. */
static double levelised_usd(const gw_deal_sheet *s, double rate) {
    double worth_usd = 0.0, parts = 0.0;
    for (int k = 0; k < s->n_years; k++) {
        double d = exp(-log1p(rate) * s->year[k].at_yr);
        worth_usd += s->year[k].payments_usd * d;
        parts += s->year[k].year_frac * d;
    }
    return worth_usd / parts;
}

/* Rate at which the full cost equals the payments. */
static double implied_rate(const gw_deal_sheet *s, double scale) {
    double low = log1p(-0.99), high = log1p(10.0);
    double at_low = 0.0, at_mid = 0.0;
    for (int i = 0; i < 200; i++) {
        double mid = i == 0 ? low : i == 1 ? high : 0.5 * (low + high);
        double rate = expm1(mid);
        at_mid = scale * annual_usd(s, rate) + s->running_usd - levelised_usd(s, rate);
        if (i == 0) {
            at_low = at_mid;
        } else if (i == 1 && !(at_low < 0.0 && at_mid > 0.0)) {
            return GW_NAN;
        } else if (i > 1) {
            *(at_mid < 0.0 ? &low : &high) = mid;
        }
    }
    return expm1(0.5 * (low + high));
}

static void full_cost(const gw_deal *deal, gw_deal_sheet *s) {
    double scale = s->cost_usd > 0.0 ? s->capital_usd / s->cost_usd : 1.0;
    double crf_it = gw_capital_recovery_factor(deal->rate, s->it_life_yr);
    double crf_facility = gw_capital_recovery_factor(deal->rate, s->facility_life_yr);
    s->annual_it_usd = scale * s->it_usd * crf_it;
    s->annual_facility_usd = scale * s->facility_usd * crf_facility;
    s->annual_usd = s->annual_it_usd + s->annual_facility_usd + s->running_usd;
    bool paid = s->payments_usd > 0.0;
    s->levelised_usd = paid ? levelised_usd(s, deal->rate) : GW_NAN;
    s->implied_rate = paid ? implied_rate(s, scale) : GW_NAN;
    s->repay_yr =
        paid ? gw_tvm_periods(deal->rate, s->levelised_usd - s->running_usd, -s->capital_usd, 0.0)
             : GW_NAN;
    double energy_J = deal->energy_per_year_J;
    s->lcoe_usd_per_J = energy_J > 0.0
                            ? (deal->fixed_charge_rate * s->capital_usd + s->running_usd) / energy_J
                            : GW_NAN;
    s->carry_usd = s->capital_usd * expm1(0.5 * log1p(deal->rate));
    s->missed_usd = 0.5 * (s->payments_usd - s->running_usd);
}

gw_deal_sheet gw_deal_work(const gw_deal *deal, gw_claim_basis basis, const gw_deal_case *what,
                           gw_arena *arena) {
    gw_deal_sheet s = {.basis = basis, .firm_usd = GW_NAN};
    s.term_yr = or_else(what->term_yr, deal->term_s / YEAR_s);
    s.it_life_yr = or_else(what->it_life_yr, or_else(deal->it_life_s / YEAR_s, s.term_yr));
    s.facility_life_yr = deal->facility_life_s / YEAR_s;
    s.tax_rate = deal->state_tax + deal->tax * (1.0 - deal->state_tax);
    size_up(deal, &s);
    price_up(deal, what->cost_factor, &s);
    run_up(deal, what, &s);
    gw_deal_years(deal, what, &s, arena);
    gw_deal_borrow(deal, what, &s, arena);
    if (!gw_is_set(s.payments_usd)) {
        s.problem = "no payments are stated";
    } else if (s.problem == NULL && !gw_is_set(s.capital_usd)) {
        s.problem = "no cost is stated; give cost, power or accelerators";
    }
    make_flows(&s, arena);
    find_returns(deal, &s, arena);
    full_cost(deal, &s);
    if (gw_is_set(deal->notice_s)) {
        s.firm_usd = fmin(s.total_usd, s.payments_usd * deal->notice_s / YEAR_s);
    }
    return s;
}

double gw_deal_usd_per_acc_h(const gw_deal *deal, const gw_deal_sheet *sheet, double usd_per_yr) {
    double hours = sheet->accelerators * GW_HOURS_PER_YEAR * deal->utilisation;
    return hours > 0.0 ? usd_per_yr / hours : GW_NAN;
}
