/* report/compare_html.c: programmes side by side as one HTML page with charts.
 * In: sides.   Out: a file that needs nothing else.
 * Derivation: the numbers of compare_text.c; the curves are medians at the end of each quarter. */
#include <math.h>
#include <stdio.h>

#include "report/compare.h"
#include "report/html_page.h"

#define CURVES 7 /* of one chart: more names do not fit beside it */

static void add_head(const gw_sides *sides, gw_buf *out) {
    gw_buf_add(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"generator\" content=\"gigawatt " GW_VERSION "\">\n"
                    "<title>Programmes side by side - gigawatt</title>\n<style>\n");
    gw_page_style(out);
    gw_buf_printf(out,
                  "</style></head><body>\n<header class=\"top\"><p class=\"eyebrow\">%s samples"
                  "</p>\n<h1>%s side by side</h1>\n",
                  gw_words_value(sides->n_samples, "").text,
                  gw_words_capital(gw_words_join(gw_words_count(sides->n).text,
                                                 sides->n == 1 ? " programme" : " programmes")
                                       .text)
                      .text);
    gw_buf_add(out, "<p class=\"lead\">The same measure for all: IT power, H100 equivalents, US "
                    "dollars of 2025, and what runs on the day, is begun, is only planned.</p>\n"
                    "</header>\n<main>\n");
}

static double quarter_end(const gw_sides *sides, const gw_side *side, bool is_power, int m) {
    int own = gw_sides_month(sides, side, m);
    const gw_band_series *band = is_power ? &side->value->it_W : &side->value->h100e;
    return own < 0 ? GW_NAN : band->p50[own];
}

/* Largest finished power first, so that sides of one size share a chart; among equals as given. */
static int *by_size(const gw_sides *sides) {
    int *order = GW_NEW_N(sides->arena, sides->n + 1, int);
    for (int i = 0; i < sides->n; i++) {
        int k = i;
        double size_W = sides->at[i].value->base[GW_COMPARE_FULL_IT];
        for (; k > 0 && sides->at[order[k - 1]].value->base[GW_COMPARE_FULL_IT] < size_W; k--) {
            order[k] = order[k - 1];
        }
        order[k] = i;
    }
    return order;
}

/* One chart for at most CURVES sides from order[0] on. The values hold until the quarter ends. */
static void draw_lines(gw_page *p, const gw_sides *sides, const int *order, int n, bool is_power) {
    gw_chart_curve curves[CURVES];
    double *none = GW_NEW_N(sides->arena, sides->n_months + 1, double);
    double last_on_d = -GW_INF;
    for (int m = 0; m < sides->n_months; m++) {
        none[m] = GW_NAN;
    }
    for (int k = 0; k < n; k++) {
        const gw_side *side = &sides->at[order[k]];
        double *y = GW_NEW_N(sides->arena, sides->n_months + 1, double);
        for (int m = 0; m < sides->n_months; m++) {
            int to_end = 2 - gw_month_of_year(sides->month0 + m) % 3;
            y[m] = quarter_end(sides, side, is_power, to_end == 0 ? m : m + to_end - 3);
        }
        curves[k] = (gw_chart_curve){side->title, y, k, 0};
        last_on_d = fmax(last_on_d, side->on_d);
    }
    gw_chart_mark mark = {last_on_d, "on the day"};
    gw_page_figure_begin(p);
    gw_chart_fan fan = {
        .head = gw_page_chart(p, is_power ? "IT power running" : "H100 equivalents running",
                              sides->n > CURVES
                                  ? "One line for each programme, by quarter, medians; the largest "
                                    "programmes first, the others in the next chart."
                                  : "One line for each programme, by quarter, medians."),
        .unit = is_power ? "MW" : "",
        .month0 = sides->month0,
        .n_months = sides->n_months,
        .at_end = 1,
        .mid = none,
        .n_curves = n,
        .curves = curves,
        .n_marks = 1,
        .marks = &mark};
    gw_chart_fan_draw(&fan, p->out);
    gw_page_figure_end(p,
                       "%s at the end of each quarter (P50). Left of the line is history as the "
                       "scenarios record it, right of it what they plan with its uncertainty.",
                       is_power ? "IT power that runs"
                                : "Running accelerators, in H100 equivalents");
}

static void draw_states(gw_page *p, const gw_sides *sides) {
    gw_chart_row *rows = GW_NEW_N(sides->arena, sides->n + 1, gw_chart_row);
    gw_chart_part *parts = GW_NEW_N(sides->arena, 3 * sides->n + 1, gw_chart_part);
    for (int i = 0; i < sides->n; i++) {
        const double *v = sides->at[i].value->base;
        gw_chart_part *part = &parts[3 * i];
        part[0] = (gw_chart_part){"running", v[GW_COMPARE_RUNNING_IT], 2};
        part[1] = (gw_chart_part){"begun", v[GW_COMPARE_BEGUN_IT], 0};
        part[2] = (gw_chart_part){"planned", v[GW_COMPARE_PLANNED_IT], 5};
        rows[i] =
            (gw_chart_row){.label = sides->at[i].title, .n = 3, .parts = part, .limit = GW_NAN};
    }
    gw_page_figure_begin(p);
    gw_chart_rows chart = {.head = gw_page_chart(p, "What runs, what is begun, what is planned",
                                                 "IT power of each finished programme, by state."),
                           .unit = "MW",
                           .n = sides->n,
                           .rows = rows};
    gw_chart_rows_draw(&chart, p->out);
    gw_page_figure_end(p, "IT power of the finished programme in the base case. Begun: buildings "
                          "started that do not run yet. Planned: not begun.");
}

/* ------------------------------------------------------------------ tables */

static void put_value(gw_page *p, const gw_side *side, gw_compare_id id, bool has_range) {
    const gw_summary *s = &side->value->summary[id];
    const char *unit = gw_compare_table[id].unit;
    if (s->n == 0) {
        gw_page_cell(p, id == GW_COMPARE_FULL_DATE ? "never" : "-");
    } else if (has_range) {
        gw_page_cell(p, gw_words_interval(*s, unit).text);
    } else {
        gw_page_cellf(p, "%s%s", gw_words_value(s->p50, unit).text, s->n_none > 0 ? " *" : "");
    }
}

/* The first `n_ranges` columns with P10 and P90, the others only the median: they would not fit. */
static void draw_values(gw_page *p, const gw_sides *sides, const char *caption, const char *columns,
                        const gw_compare_id *ids, int n, int n_ranges) {
    gw_page_table_begin(p, caption, columns);
    for (int i = 0; i < sides->n; i++) {
        gw_page_row_begin(p);
        gw_page_cell(p, sides->at[i].title);
        for (int k = 0; k < n; k++) {
            put_value(p, &sides->at[i], ids[k], k < n_ranges);
        }
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
}

static void draw_tables(gw_page *p, const gw_sides *sides) {
    static const gw_compare_id power[] = {GW_COMPARE_RUNNING_IT, GW_COMPARE_BEGUN_IT,
                                          GW_COMPARE_PLANNED_IT, GW_COMPARE_FULL_IT,
                                          GW_COMPARE_FULL_FACILITY};
    static const gw_compare_id chips[] = {GW_COMPARE_RUNNING_ACC, GW_COMPARE_RUNNING_H100E,
                                          GW_COMPARE_FULL_ACC, GW_COMPARE_FULL_H100E};
    static const gw_compare_id money[] = {GW_COMPARE_CAPEX, GW_COMPARE_CAPEX_PER_W, GW_COMPARE_HOUR,
                                          GW_COMPARE_H100E_HOUR, GW_COMPARE_MTOK};
    draw_values(p, sides, "IT power; median [P10 \xE2\x80\x93 P90]",
                "Programme|>Running|>Begun|>Planned|>When finished|>At the meter", power, 5, 4);
    draw_values(p, sides,
                "Accelerators as installed, and as H100 equivalents by 8-bit operations; medians",
                "Programme|>Running|>as H100|>When finished|>as H100", chips, 4, 0);
    draw_values(p, sides, "Money, USD of 2025; * only in some samples",
                "Programme|>Capital cost|>per IT watt|>per accelerator-hour|>per H100-hour|>per "
                "million tokens",
                money, 5, 3);
}

static void draw_promises(gw_page *p, const gw_sides *sides) {
    gw_page_table_begin(p, "Dates and promises",
                        "Programme|On site|Against dates of its own parties|>Everything runs "
                        "by|>Pledged|>Contracted|>Financed|>Drawn");
    for (int i = 0; i < sides->n; i++) {
        const gw_side *side = &sides->at[i];
        const gw_promised *m = &side->promised;
        const double usd[] = {m->pledged_usd, m->contracted_usd, m->financed_usd, m->drawn_usd};
        gw_page_row_begin(p);
        gw_page_cell(p, side->title);
        gw_page_cell(p, gw_sides_status(side).text);
        gw_page_cell(p, gw_sides_lateness(&side->lateness).text);
        put_value(p, side, GW_COMPARE_FULL_DATE, true);
        for (int k = 0; k < 4; k++) {
            gw_page_cell(p, usd[k] > 0.0 ? gw_words_value(usd[k], "USD").text : "-");
        }
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
}

static void draw_quarters(gw_page *p, const gw_sides *sides) {
    for (int i = 0; i < sides->n; i++) {
        const gw_side *side = &sides->at[i];
        gw_page_fold_begin(p, side->title, side->model->n_months / 3);
        gw_page_table_begin(p, NULL, "Quarter|>IT power P10|>P50|>P90|>H100 equivalents P50");
        for (int m = 0; m < side->model->n_months; m++) {
            int month = side->model->month0 + m;
            if (gw_month_of_year(month) % 3 == 2) {
                gw_page_row_begin(p);
                gw_page_cellf(p, "%d-Q%d", month / 12, gw_month_of_year(month) / 3 + 1);
                gw_page_cell(p, gw_words_value(side->value->it_W.p10[m], "MW").text);
                gw_page_cell(p, gw_words_value(side->value->it_W.p50[m], "MW").text);
                gw_page_cell(p, gw_words_value(side->value->it_W.p90[m], "MW").text);
                gw_page_cell(p, gw_words_value(side->value->h100e.p50[m], "").text);
                gw_page_row_end(p);
            }
        }
        gw_page_table_end(p);
        gw_page_fold_end(p);
    }
}

static void section(gw_page *p, const char *id, const char *title) {
    gw_buf_printf(p->out, "<section><h2 id=\"%s\">%s</h2>\n", id, title);
}

static void say_doubled(gw_page *p, const gw_sides *sides) {
    for (int i = 0; i < sides->n; i++) {
        if (sides->at[i].doubled != NULL) {
            gw_page_para(p, "%s stands in two files: shown in both, counted once in sums: %s.",
                         sides->at[i].title, sides->at[i].doubled);
        }
    }
    if (sides->repeated[0] != '\0') {
        gw_page_note(p, "Shown once, because the same sites stand in several files: %s.",
                     sides->repeated);
    }
    if (sides->n > 1) {
        gw_page_para(
            p,
            "All together, every site once (base cases): %s of IT power running, %s begun, %s "
            "planned, %s when finished; %s of capital.",
            gw_words_value(gw_sides_total(sides, GW_COMPARE_RUNNING_IT), "MW").text,
            gw_words_value(gw_sides_total(sides, GW_COMPARE_BEGUN_IT), "MW").text,
            gw_words_value(gw_sides_total(sides, GW_COMPARE_PLANNED_IT), "MW").text,
            gw_words_value(gw_sides_total(sides, GW_COMPARE_FULL_IT), "MW").text,
            gw_words_value(gw_sides_total(sides, GW_COMPARE_CAPEX), "USD").text);
    }
    for (int i = 1; i < sides->n; i++) {
        if (sides->at[i].on_d != sides->at[0].on_d) {
            gw_page_para(p, "Mind: the files are read on different days (%s on %s).",
                         sides->at[i].title, gw_words_value(sides->at[i].on_d, NULL).text);
        }
    }
}

void gw_compare_html(const gw_sides *sides, gw_buf *out) {
    gw_page p = {.out = out};
    add_head(sides, out);
    section(&p, "states", "Where they stand");
    say_doubled(&p, sides);
    draw_states(&p, sides);
    gw_buf_add(out, "</section>\n");
    section(&p, "time", "Over time");
    const int *order = by_size(sides);
    for (int k = 0; k < 2; k++) {
        for (int first = 0; first < sides->n; first += CURVES) {
            int n = sides->n - first < CURVES ? sides->n - first : CURVES;
            draw_lines(&p, sides, order + first, n, k == 0);
        }
    }
    gw_buf_add(out, "</section>\n");
    section(&p, "basis", "On one basis");
    draw_tables(&p, sides);
    draw_promises(&p, sides);
    gw_page_note(&p,
                 "Costs are put into US dollars of 2025 with the consumer price index of the "
                 "program. The full cost of an accelerator-hour spreads chips and buildings over "
                 "their lives at the scenario's discount rate, at the utilisation it gives. A "
                 "promise stands in the highest state that it had reached on the day. \"On site\" "
                 "is the share of the finished IT power.");
    gw_buf_add(out, "</section>\n");
    section(&p, "quarters", "Every quarter");
    draw_quarters(&p, sides);
    gw_buf_add(out, "</section>\n</main>\n<footer>Made by gigawatt " GW_VERSION
                    ". This file is complete in itself: it loads nothing.</footer>\n"
                    "</body></html>\n");
}
