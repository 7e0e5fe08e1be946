/* report/html_finance.c: "Who pays, and does it pay back?": capital stack, contracts, cash flow,
 * unit cost, measures. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "report/html_page.h"
#include "report/html_parties.h"

#define YEARS_MAX 40
#define FUNDING_MAX 24
#define LAYERS 7

static void draw_stack(gw_page *p) {
    const gw_cash *cash = &p->r->base->cash;
    const gw_chart_part uses[] = {
        {"chips, servers, network", cash->capex_chips_total_usd, 0},
        {"buildings and plant", cash->capex_build_total_usd, 1},
        {"own power plants", cash->capex_power_total_usd, 3},
    };
    static const int colours[] = {4, 2, 5, 6, 7};
    gw_chart_part sources[FUNDING_MAX];
    char names[FUNDING_MAX][96];
    int n = p->in->funding.n < FUNDING_MAX ? p->in->funding.n : FUNDING_MAX;
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        const gw_funding *f = &p->in->funding.at[i];
        const char *who = f->party.i >= 0 ? gw_words_title(p->in->parties.at[f->party.i].title,
                                                           &p->in->parties.at[f->party.i].head)
                                          : f->head.name;
        snprintf(names[i], sizeof names[i], "%.70s (%s)", who,
                 gw_enum_funding_kind.items[f->kind].name);
        sources[i] = (gw_chart_part){names[i], f->amount_usd, colours[i % 5]};
        total += f->amount_usd;
    }
    const gw_chart_row rows[] = {
        {"what it is spent on", 3, uses, GW_NAN, ""},
        {"who commits it", n, sources, GW_NAN, ""},
    };
    gw_page_figure_begin(p);
    gw_chart_rows chart = {.head = gw_page_chart(p, "Capital: uses and sources, base case",
                                                 "Capital cost by use, and committed funding."),
                           .unit = "USD",
                           .n = n > 0 ? 2 : 1,
                           .rows = rows};
    gw_chart_rows_draw(&chart, p->out);
    double gap = cash->capex_usd - total;
    if (n == 0) {
        gw_page_figure_end(p, "Capital cost in the base case. The scenario names no funding.");
    } else if (gap > 0.01 * cash->capex_usd) {
        gw_page_figure_end(
            p,
            "Capital cost and committed funding in the base case. %s of the cost has "
            "no named source.",
            gw_words_value(gap, "USD").text);
    } else {
        gw_page_figure_end(p, "Capital cost and committed funding in the base case.");
    }
}

static void draw_contracts(gw_page *p) {
    if (p->in->contracts.n == 0) {
        return;
    }
    gw_page_table_begin(p, "Contracts that bring in money",
                        "Contract|Kind|Paid by|Paid to|>Start|>Term|>Price|>Paid even if unused");
    for (int i = 0; i < p->in->contracts.n; i++) {
        const gw_contract *c = &p->in->contracts.at[i];
        gw_page_row_begin(p);
        gw_page_cell(p, gw_words_title(c->title, &c->head));
        gw_page_cell(p, gw_enum_contract_kind.items[c->kind].name);
        gw_page_cell(p, c->buyer.name);
        gw_page_cell(p, c->seller.name);
        gw_page_cell(p, gw_is_set(c->start_d) ? gw_words_value(c->start_d, NULL).text
                                              : "first capacity");
        gw_page_cell(p, gw_words_value(c->term_s, "yr").text);
        gw_page_cell(p, c->kind == GW_CONTRACT_COMPUTE
                            ? gw_words_value(c->price_usd_per_s, "USD/h").text
                        : c->kind == GW_CONTRACT_FEE
                            ? gw_words_value(c->fee_usd_per_s, "USD/mo").text
                            : gw_words_value(c->rent_usd_per_W_s, "USD/kW/mo").text);
        gw_page_cell(p, gw_words_share(c->floor).text);
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
}

static void draw_years(gw_page *p) {
    const gw_cash *cash = &p->r->base->cash;
    const double *from[LAYERS] = {
        cash->revenue_usd,     cash->capex_chips_usd, cash->capex_build_usd, cash->capex_power_usd,
        cash->opex_energy_usd, cash->opex_other_usd,  cash->tax_usd};
    static const char *const names[LAYERS] = {
        "revenue", "chips and network", "buildings", "power plants", "energy", "operations", "tax"};
    static const int colours[LAYERS] = {2, 0, 1, 3, 4, 5, 6};
    double years[LAYERS][YEARS_MAX] = {{0.0}};
    char labels[YEARS_MAX][8];
    const char *columns[YEARS_MAX];
    int first = p->m->month0 / 12;
    int n = (p->m->month0 + p->m->n_months - 1) / 12 - first + 1;
    n = n < YEARS_MAX ? n : YEARS_MAX;
    for (int m = 0; m < p->m->n_months; m++) {
        int y = (p->m->month0 + m) / 12 - first;
        for (int k = 0; k < LAYERS && y < n; k++) {
            years[k][y] += k == 0 ? from[k][m] : -from[k][m];
        }
    }
    gw_chart_curve layers[LAYERS];
    int n_layers = 0;
    for (int k = 0; k < LAYERS; k++) {
        bool any = false;
        for (int y = 0; y < n; y++) {
            any = any || years[k][y] != 0.0;
        }
        if (any) {
            layers[n_layers++] = (gw_chart_curve){names[k], years[k], colours[k], 0};
        }
    }
    for (int y = 0; y < n; y++) {
        snprintf(labels[y], sizeof labels[y], "%d", (first + y) % 10000);
        columns[y] = labels[y];
    }
    gw_page_figure_begin(p);
    gw_chart_columns chart = {.head = gw_page_chart(p, "Cash flow by year, base case",
                                                    "Revenue above the line, spending below it, by "
                                                    "calendar year."),
                              .unit = "USD",
                              .n_columns = n,
                              .names = columns,
                              .n_layers = n_layers,
                              .layers = layers};
    gw_chart_columns_draw(&chart, p->out);
    gw_page_figure_end(
        p, "Money in above the line, money out below it, by calendar year in the base case "
           "(dollars of the day, before financing).");
}

static void draw_cumulative(gw_page *p) {
    const gw_band_series *cash = &p->r->series[GW_S_cumulative_cash_usd];
    /* A median of those samples only that pay back would stand left of where the line crosses. */
    gw_summary payback = gw_page_summary(p, GW_M_payback_date_d, 0);
    gw_chart_mark marks[] = {
        gw_page_as_of(p),
        {payback.n_none == 0 ? payback.p50 : GW_NAN, "paid back (P50)"},
    };
    gw_page_figure_begin(p);
    gw_chart_fan fan = {.head = gw_page_chart(p, "Cumulated free cash flow",
                                              "Free cash flow summed up from the first month."),
                        .unit = "USD",
                        .month0 = p->m->month0,
                        .n_months = p->m->n_months,
                        .at_end = 1,
                        .low = cash->p10,
                        .mid = gw_words_series(p->r, GW_S_cumulative_cash_usd),
                        .high = cash->p90,
                        .label = "cumulated (P50)",
                        .colour = 2,
                        .n_marks = 2,
                        .marks = marks};
    gw_chart_fan_draw(&fan, p->out);
    gw_page_figure_end(
        p, "Free cash flow before financing, summed up from the first month. Band: eight of "
           "ten samples. The last month includes the book value that is left; the payback date "
           "does not count it.");
}

static void draw_unit_cost(gw_page *p) {
    const gw_cash *cash = &p->r->base->cash;
    const gw_chart_part parts[] = {
        {"chips, servers, network", cash->cost_parts_usd[0], 0},
        {"buildings and plant", cash->cost_parts_usd[1], 1},
        {"own power plants", cash->cost_parts_usd[2], 3},
        {"energy", cash->cost_parts_usd[3], 4},
        {"other operations", cash->cost_parts_usd[4], 5},
    };
    gw_page_heading(p, 3, NULL, "What an accelerator-hour costs");
    if (gw_page_summary(p, GW_M_cost_per_accelerator_hour_usd, 0).n == 0 ||
        gw_page_summary(p, GW_M_break_even_price_usd_per_h, 0).n == 0) {
        gw_page_para(p, "No accelerator-hour is run or sold within the horizon that the cost could "
                        "be divided by.");
        return;
    }
    gw_page_para(
        p,
        "A running accelerator-hour costs %s all in. At a constant price of %s per "
        "accelerator-hour the programme breaks even: it earns just its discount rate.",
        gw_words_interval(gw_page_summary(p, GW_M_cost_per_accelerator_hour_usd, 0), "USD").text,
        gw_words_interval(gw_page_summary(p, GW_M_break_even_price_usd_per_h, 0), "USD").text);
    gw_page_para(
        p,
        "The full cost spreads chips over %s years of life and counts busy hours; the break-even "
        "lets them earn until the horizon ends, %s.",
        gw_words_years(p->in->finance.chip_life_s).text,
        gw_page_summary(p, GW_M_break_even_price_usd_per_h, 0).p50 <
                gw_page_summary(p, GW_M_cost_per_accelerator_hour_usd, 0).p50
            ? "so it is lower"
            : "yet it is higher here");
    if (isnan(cash->cost_per_acc_h_usd)) {
        return;
    }
    gw_page_figure_begin(p);
    gw_chart_steps chart = {.head =
                                gw_page_chart(p, "Cost of an accelerator-hour, base case",
                                              "Yearly cost per running accelerator-hour by cause."),
                            .unit = "USD",
                            .total_label = "one accelerator-hour",
                            .n = 5,
                            .parts = parts};
    gw_chart_steps_draw(&chart, p->out);
    gw_page_figure_end(
        p, "Capital spread over its useful life with the discount rate, plus yearly costs, "
           "per running accelerator-hour in full operation. Base case.");
}

/* ------------------------------------------------------------------ measures, and why one is
 * missing */

static void explain_irr(gw_page *p, const char *what, const gw_irr *irr) {
    if (irr->n == 1 && irr->problem == NULL) {
        return;
    }
    char roots[128] = "";
    size_t used = 0;
    for (int i = 0; irr->n > 1 && i < irr->n && used < sizeof roots - 16; i++) {
        used += (size_t)snprintf(roots + used, sizeof roots - used, "%s%.1f %%",
                                 i == 0 ? " (" : ", ", 100.0 * irr->root[i]);
    }
    gw_page_note(p, "%s in the base case: %s%s%s.", what,
                 irr->problem != NULL ? irr->problem : "no rate makes the value zero", roots,
                 used > 0 ? ")" : "");
}

static void say_measures(gw_page *p) {
    gw_summary npv = gw_page_summary(p, GW_M_npv_usd, 0);
    gw_summary irr = gw_page_summary(p, GW_M_irr_frac, 0);
    gw_summary payback = gw_page_summary(p, GW_M_payback_date_d, 0);
    gw_page_para(
        p,
        "Net present value at a discount rate of %s, in money of %s, what is already spent "
        "included: %s; it is positive in %s of the samples. Internal rate of return per year: %s. "
        "Paid back: %s.",
        gw_words_value(p->in->finance.discount_rate, "%").text, gw_words_month(p->m->month0).text,
        gw_words_interval(npv, "USD").text,
        gw_words_share(gw_result_probability_at_least(p->r, GW_M_npv_usd, 0, 0.0)).text,
        gw_words_interval(irr, "%").text,
        payback.n == 0 ? "not within the horizon" : gw_words_interval(payback, NULL).text);
    gw_page_note(p,
                 "Chips go on earning after their life of %s years, until the date on which their "
                 "lot is taken out (its `until`) or the horizon ends. The life only sets the "
                 "write-off and the cost of an accelerator-hour.",
                 gw_words_years(p->in->finance.chip_life_s).text);
    explain_irr(p, "Rate of return", &p->r->base->cash.irr);
    explain_irr(p, "Rate of return of the equity", &p->r->base->cash.equity_irr);
    if (isnan(p->r->base->cash.payback_d)) {
        gw_page_note(p,
                     "Payback: in the base case the cumulated cash, without the book value that is "
                     "left at the end, never turns positive for good within the horizon.");
    }
    if (isnan(p->r->base->cash.dscr_min)) {
        gw_page_note(p,
                     "Debt service coverage: none, because no debt is repaid within the horizon.");
    }
    if (isnan(p->r->base->cash.cost_per_Mtok_usd)) {
        gw_page_note(
            p, "Cost per million tokens: none, because the scenario has no training run that can "
               "be worked through.");
    }
}

void gw_page_finance(gw_page *p) {
    gw_page_para(
        p,
        "All layers together cost %s, or %s of IT power: %s for chips and their network, %s for "
        "buildings and plant.",
        gw_words_interval(gw_page_summary(p, GW_M_capex_usd, 0), "USD").text,
        gw_words_value(gw_page_summary(p, GW_M_capex_per_it_W_usd, 0).p50, "USD/W").text,
        gw_words_value(gw_page_summary(p, GW_M_capex_chips_usd, 0).p50, "USD").text,
        gw_words_value(gw_page_summary(p, GW_M_capex_build_usd, 0).p50, "USD").text);
    draw_stack(p);
    draw_contracts(p);
    say_measures(p);
    draw_years(p);
    draw_cumulative(p);
    draw_unit_cost(p);
    gw_page_parties(p);
    gw_page_metrics(p, "Money over all samples", "finance", GW_SCOPE_SCENARIO);
    gw_page_metrics(p, "Loans and equity over all samples", "finance", GW_SCOPE_FUNDING);
    gw_page_metrics(p, "Parties over all samples", "finance", GW_SCOPE_PARTY);
    gw_page_metrics(p, "Programmes over all samples", "finance", GW_SCOPE_PROGRAMME);
}
