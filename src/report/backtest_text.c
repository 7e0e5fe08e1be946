/* report/backtest_text.c: a backtest, sums and odds on a terminal, 80 columns wide.
 * In: pages.   Out: text. Power in MW of IT unless a line says facility. */
#include "report/backtest_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/stats.h"
#include "report/words.h"

#define MW(watts) ((watts) / 1e6)

typedef struct day_text {
    char text[16];
} day_text;

static day_text day(double date_d) {
    day_text d;
    gw_date_format(date_d, d.text, sizeof d.text);
    return d;
}

static void boundary_line(const gw_backtest_page *p, gw_buf *out) {
    gw_buf_printf(out, "Observed until %s: ", day(p->observed_until_d).text);
    if (p->until_given) {
        gw_buf_printf(out, "as told by --observed-until.\n");
    } else if (p->boundary.is_derived) {
        gw_buf_printf(
            out,
            "from %s to that day %d of %d sites have\n"
            "the value that the table publishes as current. Later rows are projections and\n"
            "are no outcomes.\n",
            day(p->boundary.from_d).text, p->boundary.n_compared - p->boundary.n_differ,
            p->boundary.n_compared);
    } else {
        gw_buf_printf(
            out, "the last row. The table does not tell observed\n"
                 "rows from projections; if it holds projections, give --observed-until DATE.\n");
    }
}

static void score_line(const char *label, const gw_backtest_score *s, gw_buf *out) {
    if (s->n == 0) {
        return;
    }
    gw_buf_printf(out, "  %-20s %5d %6.1f %% %5.0f/%-3.0f %7.1f %7.1f %7.1f %8.1f\n", label, s->n,
                  100.0 * s->coverage_share, 100.0 * s->inside_share, 100.0 * s->held_share,
                  MW(s->crps_W), MW(s->crps_persist_W), MW(s->crps_announced_W), MW(s->bias_W));
}

static gw_backtest_score score(const gw_backtest_page *p, gw_backtest_part part, int months,
                               int running, bool sums) {
    gw_backtest_filter f = {.part = part, .months = months, .running = running, .sums = sums};
    return gw_backtest_summarise(p->backtest, &f);
}

/* "3 months ahead", or the day given. */
static const char *horizon_label(int months, char *out, size_t n) {
    if (months == 0) {
        return "to the day given";
    }
    snprintf(out, n, "%d months ahead", months);
    return out;
}

static void part_lines(const gw_backtest_page *p, gw_backtest_part part, bool sums, gw_buf *out) {
    int n_lines = 0;
    int months[GW_BACKTEST_HORIZONS], n = gw_backtest_horizons(p->backtest, months);
    for (int h = 0; h < n; h++) {
        char label[32];
        gw_backtest_score s = score(p, part, months[h], -1, sums);
        score_line(horizon_label(months[h], label, sizeof label), &s, out);
        n_lines += s.n > 0;
    }
    if (sums) {
        return;
    }
    gw_backtest_score all = score(p, part, -1, -1, false), runs = score(p, part, -1, 1, false),
                      waits = score(p, part, -1, 0, false);
    if (n_lines != 1) {
        score_line("all", &all, out);
    }
    score_line("  already running", &runs, out);
    score_line("  not yet running", &waits, out);
}

static void power_lines(const gw_backtest_page *p, gw_backtest_part part, gw_buf *out) {
    int months[GW_BACKTEST_HORIZONS], n = gw_backtest_horizons(p->backtest, months);
    for (int h = 0; h < n; h++) {
        char label[32];
        gw_backtest_score s = score(p, part, months[h], 0, false);
        if (s.n_waiting > 0) {
            gw_buf_printf(
                out,
                "  %-15s %4d cases, forecast %2.0f %%, seen %2.0f %%, Brier %.3f (none %.3f)\n",
                horizon_label(months[h], label, sizeof label), s.n_waiting,
                100.0 * s.power_mean_share, 100.0 * s.power_observed_share, s.brier_share,
                s.brier_persist_share);
        }
    }
}

static void pit_line(const gw_backtest_page *p, gw_backtest_part part, gw_buf *out) {
    gw_backtest_score s = score(p, part, -1, -1, false);
    if (s.n == 0) {
        return;
    }
    gw_buf_printf(out, "  %% of cases  ");
    for (int b = 0; b < GW_BACKTEST_BINS; b++) {
        gw_buf_printf(out, "%5.1f", 100.0 * s.pit_share[b]);
    }
    gw_buf_printf(out, "\n  pinball loss at P10, P50, P90: %.2f, %.2f, %.2f MW\n",
                  MW(s.pinball_W[0]), MW(s.pinball_W[1]), MW(s.pinball_W[2]));
}

static void part_text(const gw_backtest_page *p, gw_backtest_part part, const char *title,
                      gw_buf *out) {
    gw_backtest_score all = score(p, part, -1, -1, false);
    if (all.n == 0) {
        return;
    }
    gw_buf_printf(out, "\n%s\n", title);
    gw_buf_printf(
        out, "                           n     80 %%  P10-P90     CRPS, MW of IT          bias\n");
    gw_buf_printf(
        out, "                              covers hits/due     ours persist announ'd      MW\n");
    part_lines(p, part, false, out);
    gw_buf_printf(out, "  Sum of the sites known on the day:\n");
    part_lines(p, part, true, out);
    gw_buf_printf(out, "  Power by the day, of sites without:\n");
    power_lines(p, part, out);
    gw_buf_printf(out, "  Where outcomes fall in the forecast, by tenths (even = calibrated):\n");
    pit_line(p, part, out);
}

static void announced_lines(const gw_backtest_page *p, gw_buf *out) {
    gw_backtest_score s = score(p, GW_PART_ALL, -1, -1, false);
    if (p->n_announced < 0) {
        gw_buf_printf(out,
                      "\nNo announcements were given (--announced CLAIMS.csv): \"announced\" is "
                      "persistence.\n");
        return;
    }
    gw_buf_printf(out, "\nAnnouncements with site, power and day that could be used: %d.\n",
                  p->n_announced);
    if (s.n_announced > 0) {
        gw_buf_printf(out,
                      "On the %d cases that had one: CRPS ours %.1f MW, as announced %.1f MW.\n",
                      s.n_announced, MW(s.crps_on_announced_W), MW(s.announced_on_announced_W));
    }
}

static void site_lines(const gw_backtest_page *p, gw_buf *out) {
    double as_of_d = GW_NAN, target_d = GW_NAN;
    for (int i = 0; i < p->backtest->n; i++) {
        const gw_backtest_row *r = &p->backtest->row[i];
        if (r->as_of_d != as_of_d || r->target_d != target_d) {
            as_of_d = r->as_of_d;
            target_d = r->target_d;
            gw_buf_printf(out, "\nKnown on %s, for %s, MW of IT%s\n", day(as_of_d).text,
                          day(target_d).text, r->has_outcome ? "" : " (not observed yet)");
            gw_buf_printf(out, "  %-24s %6s %6s %6s %6s %6s  in? %6s %6s\n", "", "known", "P10",
                          "P50", "P90", "seen", "CRPS", "naive");
        }
        const char *name = r->site < 0 ? "sum" : p->history->site[r->site].name;
        gw_buf_printf(out, "  %-24.24s %6.0f %6.0f %6.0f %6.0f", name, MW(r->known_W), MW(r->p10_W),
                      MW(r->p50_W), MW(r->p90_W));
        if (r->has_outcome) {
            gw_buf_printf(out, " %6.0f  %-3s %6.1f %6.1f", MW(r->observed_W),
                          r->inside ? "yes" : "NO", MW(r->crps_W), MW(r->crps_persist_W));
        }
        gw_buf_printf(out, "\n");
    }
}

static void reading_lines(gw_buf *out) {
    gw_buf_add(
        out, "\n\"80 % covers\": share of outcomes between P10 and P90, ties counted by their\n"
             "share: 80 for a calibrated forecast, 75 to 85 is good. \"hits/due\": how often the\n"
             "outcome lay in P10..P90, ends included, and how often the forecast said it would\n"
             "(more than 80, because many sites stay exactly where they are). CRPS: lower is\n"
             "better. Neighbouring days share outcomes, so n overstates the evidence.\n");
}

void gw_backtest_text(const gw_backtest_page *p, gw_buf *out) {
    gw_buf_printf(out, "Backtest of %s: %d %s, %d %s\n", gw_words_file(p->history->file),
                  p->history->n, gw_words_plural(p->history->n, "site", "sites"),
                  p->history->n_rows, gw_words_plural(p->history->n_rows, "row", "rows"));
    boundary_line(p, out);
    gw_buf_printf(out, "Each forecast sees only rows dated on or before its day. ");
    if (p->n_as_of == 1) {
        gw_buf_printf(out, "Day: %s;\n", day(p->first_as_of_d).text);
    } else {
        gw_buf_printf(out, "Days: %d,\n%s to %s; ", p->n_as_of, day(p->first_as_of_d).text,
                      day(p->last_as_of_d).text);
    }
    gw_buf_printf(out, "%d samples, seed %llu.\n", p->n_samples, (unsigned long long)p->seed);
    part_text(p, GW_PART_TUNED,
              "Outcomes until " GW_FORECAST_TUNED_UNTIL " (settings were chosen on these):", out);
    part_text(p, GW_PART_HELD,
              "Outcomes after " GW_FORECAST_TUNED_UNTIL
              " (held out at first, see docs/model/backtest.md):",
              out);
    if (score(p, GW_PART_ALL, -1, -1, false).n > 0) {
        announced_lines(p, out);
        reading_lines(out);
    }
    if (p->with_sites) {
        site_lines(p, out);
    }
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int gw_first_power_days(const gw_first_power *events, int n, int what, double *days) {
    int m = 0;
    for (int i = 0; i < n; i++) {
        if (what == 0 || events[i].refit == (what == 2)) {
            days[m++] = events[i].power_d - events[i].work_d;
        }
    }
    qsort(days, (size_t)m, sizeof *days, compare_doubles);
    return m;
}

static void first_power_lines(const gw_totals_page *p, gw_arena *arena, gw_buf *out) {
    static const char *const label[] = {"all", "greenfield", "refit"};
    gw_first_power *events = GW_NEW_N(arena, p->history->n, gw_first_power);
    double *days = GW_NEW_N(arena, p->history->n, double);
    int n = gw_history_first_power(p->history, fmin(p->date_d, p->observed_until_d), events);
    if (n == 0) {
        return;
    }
    gw_buf_printf(out,
                  "\nDays from first work to first power, seen by then\n"
                  "                n   min   P10   P25 median   P75   P80   P90   max  mean\n");
    for (int w = 0; w < 3; w++) {
        int m = gw_first_power_days(events, n, w, days);
        static const double at[] = {0.0, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 1.0};
        if (m == 0) {
            continue;
        }
        gw_buf_printf(out, "  %-12s %4d", label[w], m);
        for (int i = 0; i < 8; i++) {
            gw_buf_printf(out, i == 3 ? " %6.0f" : " %5.0f",
                          gw_quantile_sorted(days, (size_t)m, at[i]));
        }
        gw_buf_printf(out, " %5.0f\n", gw_sum(days, (size_t)m) / m);
    }
    gw_buf_add(out,
               "  Refits are recognised by the words of the rows before first power (retrofit,\n"
               "  former, conversion, existing building, renovation ...).\n");
}

static void unit_cost_lines(const gw_totals_page *p, gw_buf *out) {
    static const struct {
        gw_history_field field;
        const char *label;
    } row[] = {{GW_HISTORY_COST_usd, "capital"},
               {GW_HISTORY_COMPUTE_usd, "compute"},
               {GW_HISTORY_CONSTRUCTION_usd, "construction"},
               {GW_HISTORY_OPEX_usd_per_yr, "running, a year"}};
    int n_cost = 0;
    double unused = 0.0;
    if (isnan(gw_history_per_watt(p->history, GW_HISTORY_COST_usd, &n_cost, &unused))) {
        return;
    }
    gw_buf_printf(out, "\nCost per GW of IT power in the table, bn USD of 2025\n");
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        int n = 0;
        double worst = 0.0, usd_per_W = gw_history_per_watt(p->history, row[i].field, &n, &worst);
        if (n > 0) {
            gw_buf_printf(out, "  %-18s %8.3f   from %d rows", row[i].label, usd_per_W, n);
            if (worst < 1e-9) {
                gw_buf_add(out, ", the same in each\n");
            } else {
                gw_buf_printf(out, ", none off by more than %.2g %%\n", 100.0 * worst);
            }
        }
    }
}

static void total_line(const char *label, double value, int digits, const char *unit, gw_buf *out) {
    if (!isnan(value)) { /* a table without that column says nothing about it */
        gw_buf_printf(out, "  %-18s %11.*f %s\n", label, digits, value, unit);
    }
}

void gw_totals_text(const gw_totals_page *p, gw_arena *arena, gw_buf *out) {
    gw_history_total t = gw_history_sum(p->history, p->date_d);
    gw_buf_printf(out, "%s on %s: %d %s known, %d with power%s\n", gw_words_file(p->history->file),
                  day(p->date_d).text, t.n_sites, gw_words_plural(t.n_sites, "site", "sites"),
                  t.n_running,
                  p->date_d > p->observed_until_d ? " (projection, not observed)" : "");
    total_line("IT power", MW(t.value[GW_HISTORY_IT_W]), 1, "MW", out);
    total_line("facility power", MW(t.value[GW_HISTORY_FACILITY_W]), 1, "MW", out);
    total_line("H100 equivalents", t.value[GW_HISTORY_H100E], 0, "", out);
    total_line("capital", t.value[GW_HISTORY_COST_usd] / 1e9, 3, "bn USD of 2025", out);
    if (p->has_published && !isnan(t.value[GW_HISTORY_COST_usd])) {
        gw_buf_printf(out, "  published capital %12.3f bn USD of 2025; gap %.3f bn\n",
                      p->published_usd / 1e9,
                      (t.value[GW_HISTORY_COST_usd] - p->published_usd) / 1e9);
        for (int i = 0; i < p->n_gaps; i++) {
            gw_buf_printf(out, "    %s: the timeline has %.3f bn more than is published\n",
                          p->gap_site[i], p->gap_usd[i] / 1e9);
        }
    }
    unit_cost_lines(p, out);
    first_power_lines(p, arena, out);
}

static void reached_line(const gw_reach_page *p, gw_buf *out) {
    const double d[] = {p->reached_p10_d, p->reached_p50_d, p->reached_p90_d};
    static const char *const at[] = {"10 %", "50 %", "90 %"};
    if (p->state.it_W >= p->reach_W) {
        gw_buf_add(out, "  The site has it already.\n");
        return;
    }
    gw_buf_printf(out, "  Reached as IT power:");
    for (int i = 0; i < 3; i++) {
        gw_buf_printf(out, "%s %s %s%s", i == 0 ? "\n   " : ",", at[i], isnan(d[i]) ? "" : "by ",
                      isnan(d[i]) ? "not within five years" : day(d[i]).text);
    }
    gw_buf_printf(out, "\n");
}

void gw_reach_text(const gw_reach_page *p, gw_buf *out) {
    gw_words reach = gw_words_value(p->reach_W, "MW");
    gw_buf_printf(
        out, "%s, as known on %s: %s of IT power, %s facility\n", p->site, day(p->as_of_d).text,
        gw_words_value(p->state.it_W, "MW").text,
        gw_words_value(
            p->state.facility_W > 0.0 || !p->state.running ? p->state.facility_W : GW_NAN, "MW")
            .text);
    if (!p->state.running) {
        gw_buf_printf(out, "  First work seen %s (%.0f days before); %s.\n",
                      day(p->state.first_row_d).text, p->as_of_d - p->state.first_row_d,
                      p->state.refit ? "a refit" : "greenfield");
    } else {
        gw_buf_printf(out, "  Last change seen %s, last step %s.\n",
                      day(p->state.last_change_d).text,
                      gw_words_value(p->state.last_step_W, "MW").text);
    }
    gw_buf_printf(out, "  At least %s on %s: %s as IT power, %s as facility power\n", reach.text,
                  day(p->by_d).text, gw_words_share(p->it_share).text,
                  gw_words_share(p->facility_share).text);
    gw_buf_printf(out, "  IT power then       P10 %s, P50 %s, P90 %s\n",
                  gw_words_value(p->p10_W, "MW").text, gw_words_value(p->p50_W, "MW").text,
                  gw_words_value(p->p90_W, "MW").text);
    gw_buf_printf(out, "  Facility power then P10 %s, P50 %s, P90 %s\n",
                  gw_words_value(p->facility_p10_W, "MW").text,
                  gw_words_value(p->facility_p50_W, "MW").text,
                  gw_words_value(p->facility_p90_W, "MW").text);
    reached_line(p, out);
    gw_buf_printf(out,
                  "  Learnt from %d first powers and %d later steps at all sites, %d samples;\n"
                  "  plans and announcements are not used. How far to trust it:\n"
                  "    gigawatt backtest %s\n",
                  p->priors.n_first, p->priors.n_step, p->n_samples,
                  gw_words_file(p->history->file));
}
