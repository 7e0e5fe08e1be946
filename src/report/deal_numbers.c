/* report/deal_numbers.c: a deal as JSON and CSV.
 * In:    gw_deal_view.
 * Out:   one number a key, the unit in the key; reasons where there is none; yearly rows.
 * Model: ratios only: nothing is worked out here that finance/deal.c does not hold.
 * Valid: NaN becomes null in JSON and an empty field in CSV.
 * Derivation: definitions in docs/model/deals.md. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/units.h"
#include "claims/ratio.h"
#include "report/deal_text.h"
#include "report/words.h"

#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define MWH_J 3.6e9

gw_deal_view gw_deal_look(const gw_scenario *in, const gw_deal *deal, bool with_turns,
                          gw_arena *arena) {
    gw_deal_view view = {.in = in, .deal = deal, .with_turns = with_turns};
    gw_claim_basis basis[2];
    gw_deal_case as_is = gw_deal_as_is();
    view.n = gw_deal_readings(deal, basis);
    for (int i = 0; i < view.n; i++) {
        view.sheet[i] = gw_deal_work(deal, basis[i], &as_is, arena);
        view.needed_usd[i] = gw_deal_needed_usd(deal, basis[i], arena);
        if (with_turns) {
            gw_deal_turns(deal, basis[i], arena, view.turn[i]);
        }
    }
    return view;
}

typedef struct list {
    gw_deal_number *at;
    int n;
} list;

static void add(list *l, const char *key, double value) {
    l->at[l->n++] = (gw_deal_number){key, isfinite(value) ? value : GW_NAN};
}

static void add_size(list *l, const gw_deal_view *v, const gw_deal_sheet *s) {
    const gw_deal *d = v->deal;
    add(l, "it_power_W", s->it_W);
    add(l, "facility_power_W", s->facility_W);
    add(l, "accelerators", s->accelerators);
    add(l, "it_W_per_accelerator", s->accelerator_W);
    add(l, "facility_W_per_accelerator", s->facility_W / s->accelerators);
    add(l, "stated_W_per_accelerator", s->stated_W / s->accelerators);
    add(l, "accelerators_per_GW", 1e9 * s->accelerators / s->stated_W);
    add(l, "cost_usd", s->cost_usd);
    add(l, "it_cost_usd", s->cost_in_parts ? s->it_usd : GW_NAN);
    add(l, "facility_cost_usd", s->cost_in_parts ? s->facility_usd : GW_NAN);
    add(l, "idc_usd", d->draws > 0 ? s->idc_usd : GW_NAN);
    add(l, "capital_usd", s->capital_usd);
    add(l, "cost_usd_per_W", s->cost_usd / s->stated_W);
    add(l, "cost_usd_per_it_W", s->cost_usd / s->it_W);
    add(l, "cost_usd_per_facility_W", s->cost_usd / s->facility_W);
    add(l, "cost_usd_per_accelerator", s->cost_usd / s->accelerators);
    add(l, "opex_usd_per_yr", s->opex_usd);
    add(l, "energy_usd_per_yr", s->energy_usd);
    add(l, "running_usd_per_yr", s->running_usd);
    add(l, "total_cost_usd", s->cost_usd + s->running_usd * s->term_yr);
}

static void add_payments(list *l, const gw_deal_view *v, const gw_deal_sheet *s) {
    double pay = s->payments_usd;
    add(l, "term_yr", s->term_yr);
    add(l, "payments_usd_per_yr", pay);
    add(l, "payments_total_usd", pay > 0.0 ? s->total_usd : GW_NAN);
    add(l, "payments_pv_usd", pay > 0.0 ? s->total_pv_usd : GW_NAN);
    add(l, "payments_levelised_usd_per_yr", s->levelised_usd);
    add(l, "usd_per_W_yr", pay / s->stated_W);
    add(l, "usd_per_MW_yr", pay / s->stated_W * 1e6);
    add(l, "usd_per_it_MW_yr", pay / s->it_W * 1e6);
    add(l, "usd_per_kW_month", pay / s->stated_W * 1e3 / 12.0);
    add(l, "usd_per_it_kW_month", pay / s->it_W * 1e3 / 12.0);
    add(l, "usd_per_accelerator_yr", pay / s->accelerators);
    add(l, "usd_per_gpu_h", gw_deal_usd_per_acc_h(v->deal, s, pay));
    add(l, "cost_over_payments_yr", s->cost_usd / pay);
    add(l, "firm_usd", s->firm_usd);
    add(l, "firm_share", s->firm_usd / s->total_usd);
    add(l, "capital_not_covered_by_firm_usd", fmax(0.0, s->capital_usd - s->firm_usd));
}

static void add_returns(list *l, const gw_deal_view *v, int i) {
    const gw_deal_sheet *s = &v->sheet[i];
    add(l, "rate", v->deal->rate);
    add(l, "tax_rate_effective", s->tax_rate);
    add(l, "npv_usd", s->npv_usd);
    add(l, "mirr", s->mirr_rate);
    add(l, "profitability_index", s->index_ratio);
    add(l, "payback_yr", s->payback.at);
    add(l, "discounted_payback_yr", s->discounted_payback.at);
    add(l, "residual_usd", s->residual_usd);
    add(l, "annual_cost_usd", s->annual_usd);
    add(l, "annual_it_usd", s->annual_it_usd);
    add(l, "annual_facility_usd", s->annual_facility_usd);
    add(l, "annual_cost_usd_per_gpu_h", gw_deal_usd_per_acc_h(v->deal, s, s->annual_usd));
    add(l, "annual_cost_usd_per_it_MW_yr", s->annual_usd / s->it_W * 1e6);
    add(l, "break_even_payments_usd_per_yr", s->annual_usd);
    add(l, "break_even_over_term_usd_per_yr", v->needed_usd[i]);
    add(l, "break_even_over_term_usd_per_gpu_h",
        gw_deal_usd_per_acc_h(v->deal, s, v->needed_usd[i]));
    add(l, "break_even_term_yr", s->repay_yr);
    add(l, "implied_rate", s->implied_rate);
    add(l, "lcoe_usd_per_MWh", s->lcoe_usd_per_J * MWH_J);
    add(l, "lcoe_usd_per_kWh", s->lcoe_usd_per_J * MWH_J / 1e3);
    add(l, "half_year_delay_carry_usd", s->carry_usd);
    add(l, "half_year_delay_missed_margin_usd", s->missed_usd);
}

static void add_loan(list *l, const gw_deal_sheet *s) {
    const gw_deal_loan *k = &s->loan;
    if (!gw_is_set(k->debt_usd)) {
        return;
    }
    add(l, "debt_asked_usd", k->asked_usd);
    add(l, "debt_usd", k->debt_usd);
    add(l, "debt_share", k->debt_usd / s->capital_usd);
    add(l, "debt_service_usd_per_yr", k->service_usd);
    add(l, "debt_interest_total_usd", k->interest_usd);
    add(l, "debt_left_at_end_usd", k->balloon_usd);
    add(l, "dscr_min", k->dscr_min);
    add(l, "dscr_mean", k->dscr_mean);
    add(l, "llcr", k->llcr_ratio);
    add(l, "equity_usd", k->equity_usd);
    add(l, "equity_npv_usd", s->equity_npv_usd);
}

int gw_deal_numbers(const gw_deal_view *view, int reading, gw_deal_number *out) {
    list l = {out, 0};
    const gw_deal_sheet *s = &view->sheet[reading];
    add_size(&l, view, s);
    add_payments(&l, view, s);
    add_returns(&l, view, reading);
    add_loan(&l, s);
    return l.n;
}

/* ---------------------------------------------------------------- plausibility */

/* "Below: ... Above: ...": the half that applies. */
static const char *side_of(const char *reading, bool above, gw_arena *arena) {
    const char *split = reading != NULL ? strstr(reading, "Above:") : NULL;
    if (split == NULL || strncmp(reading, "Below:", 6) != 0) {
        return reading;
    }
    size_t n = (size_t)(split - reading);
    while (n > 0 && reading[n - 1] == ' ') {
        n--;
    }
    return above ? split : gw_arena_strndup(arena, reading, n);
}

static int judge(const gw_deal_view *v, gw_ratio ratio, gw_claim_basis basis, const char *what,
                 double value, gw_arena *arena, gw_deal_doubt *out) {
    gw_band_fit fit = gw_claims_fit(v->in, ratio, basis, value);
    if (!isfinite(value) || fit.n_bands == 0 || fit.inside) {
        return 0;
    }
    const char *unit = gw_claims_ratio_unit(ratio);
    char text[240];
    snprintf(text, sizeof text, "%s: %s; plausible are %s", what, gw_words_value(value, unit).text,
             gw_words_range(fit.band->low, fit.band->high, unit).text);
    *out = (gw_deal_doubt){gw_arena_strndup(arena, text, strlen(text)),
                           side_of(fit.band->reading, fit.above, arena)};
    return 1;
}

int gw_deal_doubts(const gw_deal_view *v, int reading, gw_arena *arena, gw_deal_doubt *out) {
    const gw_deal *d = v->deal;
    const gw_deal_sheet *s = &v->sheet[reading];
    double n = d->accelerators;
    double power_W = s->basis == GW_BASIS_IT ? s->it_W : s->facility_W;
    bool stated = !s->cost_assumed && s->cost_usd > 0.0;
    bool whole = gw_is_set(d->cost_usd) || (s->it_usd > 0.0 && s->facility_usd > 0.0);
    bool chips = s->cost_in_parts && s->it_usd > 0.0;
    bool build = s->cost_in_parts && s->facility_usd > 0.0;
    double hour_usd_per_s = gw_deal_usd_per_acc_h(d, s, s->payments_usd) / 3600.0;
    int k = 0;
    if (stated) {
        k += judge(v, GW_RATIO_USD_PER_W, s->basis, "cost per watt",
                   whole ? s->cost_usd / power_W : GW_NAN, arena, out + k);
        k += judge(v, GW_RATIO_USD_PER_W_BUILD, s->basis, "buildings per watt",
                   build ? s->facility_usd / power_W : GW_NAN, arena, out + k);
        k += judge(v, GW_RATIO_USD_PER_ACC, GW_BASIS_UNSTATED, "chips and network per accelerator",
                   chips ? s->it_usd / n : GW_NAN, arena, out + k);
    }
    k += judge(v, GW_RATIO_W_PER_ACC, s->basis, "power per accelerator",
               gw_is_set(n) ? power_W / n : GW_NAN, arena, out + k);
    k += judge(v, GW_RATIO_USD_PER_W_YR, s->basis, "payments per watt and year",
               s->payments_usd / YEAR_s / power_W, arena, out + k);
    k += judge(v, GW_RATIO_USD_PER_ACC_H, GW_BASIS_UNSTATED, "payments per accelerator-hour",
               s->accelerators_assumed ? GW_NAN : hour_usd_per_s, arena, out + k);
    return k;
}

/* ---------------------------------------------------------------- JSON */

static void json_years(const gw_deal_sheet *s, gw_arena *arena, gw_json *json) {
    static const struct {
        const char *key;
        size_t offset;
    } rows[] = {
        {"at_yr", offsetof(gw_deal_year, at_yr)},
        {"payments_usd", offsetof(gw_deal_year, payments_usd)},
        {"running_usd", offsetof(gw_deal_year, running_usd)},
        {"tax_usd", offsetof(gw_deal_year, tax_usd)},
        {"cfads_usd", offsetof(gw_deal_year, cfads_usd)},
        {"interest_usd", offsetof(gw_deal_year, interest_usd)},
        {"principal_usd", offsetof(gw_deal_year, principal_usd)},
        {"balance_usd", offsetof(gw_deal_year, balance_usd)},
        {"dscr", offsetof(gw_deal_year, year_dscr)},
    };
    size_t n = (size_t)s->n_years;
    double *x = GW_NEW_N(arena, n, double);
    gw_json_object(json, "years");
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        bool loan = rows[r].offset >= offsetof(gw_deal_year, interest_usd);
        for (size_t k = 0; k < n; k++) {
            memcpy(&x[k], (const char *)&s->year[k] + rows[r].offset, sizeof x[k]);
        }
        if (!loan || gw_is_set(s->loan.debt_usd)) {
            gw_json_numbers(json, rows[r].key, x, n);
        }
    }
    gw_json_end_object(json);
    gw_json_numbers(json, "depreciation_usd", s->depreciation_usd, (size_t)s->n_depreciation);
}

static void json_flow(const gw_payment *flow, int n, const char *key, gw_arena *arena,
                      gw_json *json) {
    double *usd = GW_NEW_N(arena, (size_t)n + 1, double);
    for (int k = 0; k < n; k++) {
        usd[k] = flow[k].amount_usd;
    }
    gw_json_numbers(json, key, usd, (size_t)n);
}

static void json_reasons(const gw_deal_sheet *s, gw_json *json) {
    gw_json_object(json, "reasons");
    if (s->problem != NULL) {
        gw_json_text(json, "npv_usd", s->problem);
    }
    if (s->irr.n == 0) {
        gw_json_text(json, "irr", s->irr.reason);
    } else if (s->irr.n > 1) {
        gw_json_text(json, "irr", "several rates: none of them is the return");
    }
    if (isnan(s->payback.at)) {
        gw_json_text(json, "payback_yr", s->payback.reason);
    }
    if (isnan(s->discounted_payback.at)) {
        gw_json_text(json, "discounted_payback_yr", s->discounted_payback.reason);
    }
    if (gw_is_set(s->loan.debt_usd) && s->equity_irr.n == 0) {
        gw_json_text(json, "equity_irr", s->equity_irr.reason);
    }
    gw_json_end_object(json);
}

static void json_turns(const gw_deal_turn *turn, gw_json *json) {
    static const char *const keys[GW_N_LEVER] = {"payments_usd_per_yr", "utilisation", "cost_usd",
                                                 "running_usd_per_yr",  "term_yr",     "delay_yr",
                                                 "chip_life_yr"};
    gw_json_object(json, "break_even");
    for (int i = 0; i < GW_N_LEVER; i++) {
        if (gw_is_set(turn[i].base)) {
            gw_json_object(json, keys[i]);
            gw_json_number(json, "now", turn[i].base);
            gw_json_number(json, "npv_zero_at", turn[i].root);
            gw_json_text(json, "npv_reason", turn[i].npv_reason);
            gw_json_number(json, "covenant_at", turn[i].limit);
            gw_json_text(json, "covenant_reason", turn[i].dscr_reason);
            gw_json_end_object(json);
        }
    }
    gw_json_number(json, "covenant_dscr", GW_DEAL_COVENANT);
    gw_json_end_object(json);
}

static void json_summary(const char *key, gw_summary s, gw_json *json) {
    gw_json_object(json, key);
    gw_json_number(json, "p10", s.p10);
    gw_json_number(json, "p50", s.p50);
    gw_json_number(json, "p90", s.p90);
    gw_json_integer(json, "n", (int64_t)s.n);
    gw_json_end_object(json);
}

static void json_spread(const gw_deal_spread *spread, gw_json *json) {
    gw_json_object(json, "samples");
    gw_json_integer(json, "n", spread->n);
    gw_json_number(json, "npv_below_zero_share", spread->loses_frac);
    json_summary("npv_usd", spread->npv_usd, json);
    json_summary("irr", spread->irr, json);
    json_summary("dscr_min", spread->dscr_min, json);
    json_summary("annual_cost_usd", spread->annual_usd, json);
    gw_json_end_object(json);
}

static void json_reading(const gw_deal_view *v, int i, gw_arena *arena, gw_json *json) {
    const gw_deal_sheet *s = &v->sheet[i];
    gw_deal_number numbers[GW_DEAL_NUMBERS_MAX];
    gw_deal_doubt doubts[GW_DEAL_DOUBTS_MAX];
    gw_json_object(json, NULL);
    gw_json_text(json, "basis",
                 gw_is_set(s->it_W) ? gw_enum_claim_basis.items[s->basis].name : NULL);
    int n = gw_deal_numbers(v, i, numbers);
    for (int k = 0; k < n; k++) {
        gw_json_number(json, numbers[k].key, numbers[k].value);
    }
    gw_json_numbers(json, "irr", s->irr.rate, (size_t)s->irr.n);
    if (gw_is_set(s->loan.debt_usd)) {
        gw_json_numbers(json, "equity_irr", s->equity_irr.rate, (size_t)s->equity_irr.n);
        gw_json_text(json, "debt_bound_by", s->loan.binds);
    }
    gw_json_bool(json, "cost_assumed", s->cost_assumed);
    gw_json_bool(json, "opex_assumed", s->opex_assumed);
    gw_json_bool(json, "accelerators_assumed", s->accelerators_assumed);
    json_reasons(s, json);
    gw_json_array(json, "implausible");
    n = gw_deal_doubts(v, i, arena, doubts);
    for (int k = 0; k < n; k++) {
        gw_json_object(json, NULL);
        gw_json_text(json, "message", doubts[k].text);
        gw_json_text(json, "reading", doubts[k].reading);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    if (s->problem == NULL) {
        json_flow(s->flow, s->n_flows, "cash_flow_usd", arena, json);
        if (s->equity != NULL) {
            json_flow(s->equity, s->n_flows, "equity_flow_usd", arena, json);
        }
    }
    json_years(s, arena, json);
    if (v->with_turns) {
        json_turns(v->turn[i], json);
    }
    if (v->spread[i].n > 0) {
        json_spread(&v->spread[i], json);
    }
    gw_json_end_object(json);
}

void gw_deal_json(const gw_deal_view *v, gw_arena *arena, gw_json *json) {
    gw_json_object(json, NULL);
    gw_json_text(json, "name", v->deal->head.name);
    gw_json_text(json, "title", v->deal->title);
    gw_json_text(json, "seller", v->deal->seller.name);
    gw_json_text(json, "buyer", v->deal->buyer.name);
    gw_json_array(json, "readings");
    for (int i = 0; i < v->n; i++) {
        json_reading(v, i, arena, json);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

void gw_deal_csv(const gw_deal_view *v, gw_buf *out) {
    gw_deal_number numbers[GW_DEAL_NUMBERS_MAX];
    for (int i = 0; i < v->n; i++) {
        const gw_deal_sheet *s = &v->sheet[i];
        const char *basis = gw_is_set(s->it_W) ? gw_enum_claim_basis.items[s->basis].name : "";
        int n = gw_deal_numbers(v, i, numbers);
        for (int k = 0; k < n + s->irr.n + s->equity_irr.n; k++) {
            bool irr = k >= n && k < n + s->irr.n;
            const char *key = k < n ? numbers[k].key : irr ? "irr" : "equity_irr";
            double value = k < n ? numbers[k].value
                           : irr ? s->irr.rate[k - n]
                                 : s->equity_irr.rate[k - n - s->irr.n];
            gw_csv_text(out, v->deal->head.name, 1);
            gw_csv_text(out, basis, 0);
            gw_csv_text(out, key, 0);
            gw_csv_number(out, value, 0);
            gw_csv_end(out);
        }
    }
}
