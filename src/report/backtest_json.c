/* report/backtest_json.c: backtests, sums and odds for programs, as JSON and CSV.
 * In: pages.   Out: text; watts, USD, shares 0 to 1, days as texts. What does not exist is null or blank. */
#include <math.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/json.h"
#include "base/stats.h"
#include "report/backtest_text.h"

static void json_day(gw_json *json, const char *key, double date_d) {
    char text[16];
    gw_date_format(date_d, text, sizeof text);
    gw_json_text(json, key, isnan(date_d) ? NULL : text);
}

static void json_score(gw_json *json, const char *key, const gw_backtest_page *p,
                       gw_backtest_filter f, const char *part) {
    static const char *const state[] = {"all", "waiting", "running"};
    gw_backtest_score s = gw_backtest_summarise(p->backtest, &f);
    if (s.n == 0) {
        return;
    }
    gw_json_object(json, key);
    gw_json_text(json, "part", part);
    if (f.months >= 0) {
        gw_json_integer(json, "months", f.months);
    } else {
        gw_json_text(json, "months", NULL);
    }
    gw_json_text(json, "sites", f.sums ? "sum" : state[f.running + 1]);
    gw_json_integer(json, "n", s.n);
    gw_json_number(json, "coverage_80", s.coverage_share);
    gw_json_number(json, "inside_p10_p90", s.inside_share);
    gw_json_number(json, "promised_p10_p90", s.held_share);
    gw_json_number(json, "bias_W", s.bias_W);
    gw_json_number(json, "observed_mean_W", s.observed_mean_W);
    gw_json_number(json, "crps_W", s.crps_W);
    gw_json_number(json, "crps_persistence_W", s.crps_persist_W);
    gw_json_number(json, "crps_as_announced_W", s.crps_announced_W);
    gw_json_integer(json, "n_announced", s.n_announced);
    gw_json_number(json, "crps_where_announced_W", s.crps_on_announced_W);
    gw_json_number(json, "crps_as_announced_where_announced_W", s.announced_on_announced_W);
    gw_json_numbers(json, "pinball_p10_p50_p90_W", s.pinball_W, 3);
    gw_json_numbers(json, "pit_histogram", s.pit_share, GW_BACKTEST_BINS);
    gw_json_integer(json, "n_waiting", s.n_waiting);
    gw_json_number(json, "first_power_forecast", s.power_mean_share);
    gw_json_number(json, "first_power_observed", s.power_observed_share);
    gw_json_number(json, "first_power_brier", s.brier_share);
    gw_json_number(json, "first_power_brier_persistence", s.brier_persist_share);
    gw_json_end_object(json);
}

static void json_scores(gw_json *json, const gw_backtest_page *p) {
    static const char *const part[] = {"all", "tuned", "held_out"};
    int months[1 + GW_BACKTEST_HORIZONS] = {-1}; /* -1: all */
    int n = 1 + gw_backtest_horizons(p->backtest, months + 1);
    gw_json_array(json, "scores");
    for (int a = 0; a < 3; a++) {
        for (int m = 0; m < n; m++) {
            for (int running = -1; running <= 1; running++) {
                gw_backtest_filter f = {(gw_backtest_part)a, months[m], running, false};
                json_score(json, NULL, p, f, part[a]);
            }
            json_score(json, NULL, p,
                       (gw_backtest_filter){(gw_backtest_part)a, months[m], -1, true}, part[a]);
        }
    }
    gw_json_end_array(json);
}

static void json_rows(gw_json *json, const gw_backtest_page *p) {
    gw_json_array(json, "sites");
    for (int i = 0; i < p->backtest->n; i++) {
        const gw_backtest_row *r = &p->backtest->row[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "site", r->site < 0 ? NULL : p->history->site[r->site].name);
        gw_json_bool(json, "is_sum", r->site < 0);
        json_day(json, "as_of", r->as_of_d);
        json_day(json, "target", r->target_d);
        gw_json_integer(json, "months", r->months);
        gw_json_bool(json, "was_running", r->was_running);
        gw_json_number(json, "known_it_W", r->known_W);
        gw_json_number(json, "p10_it_W", r->p10_W);
        gw_json_number(json, "p50_it_W", r->p50_W);
        gw_json_number(json, "p90_it_W", r->p90_W);
        gw_json_number(json, "mean_it_W", r->mean_W);
        gw_json_number(json, "p10_facility_W", r->facility_p10_W);
        gw_json_number(json, "p50_facility_W", r->facility_p50_W);
        gw_json_number(json, "p90_facility_W", r->facility_p90_W);
        gw_json_number(json, "has_power_probability", r->power_share);
        gw_json_number(json, "announced_it_W", r->has_announced ? r->announced_W : GW_NAN);
        gw_json_number(json, "observed_it_W", r->observed_W);
        gw_json_number(json, "observed_facility_W", r->facility_observed_W);
        if (r->has_outcome) {
            gw_json_bool(json, "inside", r->inside);
        }
        gw_json_number(json, "crps_W", r->crps_W);
        gw_json_number(json, "crps_persistence_W", r->crps_persist_W);
        gw_json_number(json, "crps_as_announced_W", r->crps_announced_W);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

void gw_backtest_json(const gw_backtest_page *p, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "table", p->history->file);
    gw_json_integer(&json, "n_sites", p->history->n);
    gw_json_integer(&json, "n_rows", p->history->n_rows);
    json_day(&json, "observed_until", p->observed_until_d);
    gw_json_text(&json, "observed_until_from",
                 p->until_given           ? "option"
                 : p->boundary.is_derived ? "published values"
                                          : "last row");
    json_day(&json, "settings_chosen_on_outcomes_until",
             p->backtest->n > 0 ? gw_date_from_civil(2025, 7, 1) : GW_NAN);
    gw_json_integer(&json, "n_as_of", p->n_as_of);
    json_day(&json, "first_as_of", p->first_as_of_d);
    json_day(&json, "last_as_of", p->last_as_of_d);
    gw_json_integer(&json, "n_announcements", p->n_announced < 0 ? 0 : p->n_announced);
    gw_json_integer(&json, "samples", p->n_samples);
    gw_json_integer(&json, "seed", (int64_t)p->seed);
    json_score(&json, "overall", p, (gw_backtest_filter){GW_PART_ALL, -1, -1, false}, "all");
    json_scores(&json, p);
    if (p->with_sites) {
        json_rows(&json, p);
    }
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

static void csv_day(gw_buf *out, double date_d, int first) {
    char text[16];
    gw_date_format(date_d, text, sizeof text);
    gw_csv_text(out, text, first);
}

void gw_backtest_csv(const gw_backtest_page *p, gw_buf *out) {
    gw_buf_add(out, "site,as_of,target,months,was_running,known_it_W,p10_it_W,p50_it_W,p90_it_W,"
                    "mean_it_W,p10_facility_W,p50_facility_W,p90_facility_W,has_power_probability,"
                    "announced_it_W,observed_it_W,observed_facility_W,inside,crps_W,"
                    "crps_persistence_W,crps_as_announced_W\n");
    for (int i = 0; i < p->backtest->n; i++) {
        const gw_backtest_row *r = &p->backtest->row[i];
        gw_csv_text(out, r->site < 0 ? "(sum)" : p->history->site[r->site].name, 1);
        csv_day(out, r->as_of_d, 0);
        csv_day(out, r->target_d, 0);
        gw_csv_number(out, r->months, 0);
        gw_csv_text(out, r->was_running ? "true" : "false", 0);
        const double numbers[] = {r->known_W,        r->p10_W,
                                  r->p50_W,          r->p90_W,
                                  r->mean_W,         r->facility_p10_W,
                                  r->facility_p50_W, r->facility_p90_W,
                                  r->power_share,    r->has_announced ? r->announced_W : GW_NAN,
                                  r->observed_W,     r->facility_observed_W};
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
            gw_csv_number(out, numbers[k], 0);
        }
        gw_csv_text(out, !r->has_outcome ? "" : r->inside ? "true" : "false", 0);
        gw_csv_number(out, r->crps_W, 0);
        gw_csv_number(out, r->crps_persist_W, 0);
        gw_csv_number(out, r->crps_announced_W, 0);
        gw_csv_end(out);
    }
}

static void json_first_power(gw_json *json, const gw_totals_page *p, gw_arena *arena) {
    static const char *const key[] = {"all", "greenfield", "refit"};
    gw_first_power *events = GW_NEW_N(arena, p->history->n, gw_first_power);
    double *days = GW_NEW_N(arena, p->history->n, double);
    int n = gw_history_first_power(p->history, fmin(p->date_d, p->observed_until_d), events);
    gw_json_object(json, "first_work_to_first_power_days");
    for (int w = 0; w < 3; w++) {
        size_t m = (size_t)gw_first_power_days(events, n, w, days);
        gw_json_object(json, key[w]);
        gw_json_integer(json, "n", (int64_t)m);
        gw_json_number(json, "min", gw_quantile_sorted(days, m, 0.0));
        gw_json_number(json, "p10", gw_quantile_sorted(days, m, 0.1));
        gw_json_number(json, "p25", gw_quantile_sorted(days, m, 0.25));
        gw_json_number(json, "p50", gw_quantile_sorted(days, m, 0.5));
        gw_json_number(json, "p75", gw_quantile_sorted(days, m, 0.75));
        gw_json_number(json, "p80", gw_quantile_sorted(days, m, 0.8));
        gw_json_number(json, "p90", gw_quantile_sorted(days, m, 0.9));
        gw_json_number(json, "max", gw_quantile_sorted(days, m, 1.0));
        gw_json_number(json, "mean", m > 0 ? gw_sum(days, m) / (double)m : GW_NAN);
        gw_json_end_object(json);
    }
    gw_json_array(json, "sites");
    for (int i = 0; i < n; i++) {
        gw_json_object(json, NULL);
        gw_json_text(json, "site", p->history->site[events[i].site].name);
        json_day(json, "first_work", events[i].work_d);
        json_day(json, "first_power", events[i].power_d);
        gw_json_integer(json, "days", (int64_t)(events[i].power_d - events[i].work_d));
        gw_json_bool(json, "refit", events[i].refit);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

static void json_unit_costs(gw_json *json, const gw_history *h) {
    int n = 0;
    double worst = 0.0;
    gw_json_object(json, "cost_per_IT_watt");
    gw_json_number(json, "capital_usd_per_W",
                   gw_history_per_watt(h, GW_HISTORY_COST_usd, &n, &worst));
    gw_json_integer(json, "n_rows", n);
    gw_json_number(json, "compute_usd_per_W",
                   gw_history_per_watt(h, GW_HISTORY_COMPUTE_usd, &n, &worst));
    gw_json_number(json, "construction_usd_per_W",
                   gw_history_per_watt(h, GW_HISTORY_CONSTRUCTION_usd, &n, &worst));
    gw_json_number(json, "running_usd_per_W_yr",
                   gw_history_per_watt(h, GW_HISTORY_OPEX_usd_per_yr, &n, &worst));
    gw_json_end_object(json);
}

void gw_totals_json(const gw_totals_page *p, gw_arena *arena, gw_buf *out) {
    gw_history_total t = gw_history_sum(p->history, p->date_d);
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "table", p->history->file);
    json_day(&json, "date", p->date_d);
    gw_json_bool(&json, "is_projection", p->date_d > p->observed_until_d);
    gw_json_integer(&json, "n_sites", t.n_sites);
    gw_json_integer(&json, "n_running", t.n_running);
    gw_json_number(&json, "it_W", t.value[GW_HISTORY_IT_W]);
    gw_json_number(&json, "facility_W", t.value[GW_HISTORY_FACILITY_W]);
    gw_json_number(&json, "h100e", t.value[GW_HISTORY_H100E]);
    gw_json_number(&json, "capital_usd", t.value[GW_HISTORY_COST_usd]);
    if (p->has_published) {
        gw_json_number(&json, "published_capital_usd", p->published_usd);
        gw_json_number(&json, "gap_usd", t.value[GW_HISTORY_COST_usd] - p->published_usd);
        gw_json_array(&json, "gaps");
        for (int i = 0; i < p->n_gaps; i++) {
            gw_json_object(&json, NULL);
            gw_json_text(&json, "site", p->gap_site[i]);
            gw_json_number(&json, "gap_usd", p->gap_usd[i]);
            gw_json_end_object(&json);
        }
        gw_json_end_array(&json);
    }
    json_unit_costs(&json, p->history);
    json_first_power(&json, p, arena);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

void gw_reach_json(const gw_reach_page *p, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "site", p->site);
    json_day(&json, "as_of", p->as_of_d);
    json_day(&json, "by", p->by_d);
    gw_json_number(&json, "reach_W", p->reach_W);
    gw_json_number(&json, "probability_it", p->it_share);
    gw_json_number(&json, "probability_facility", p->facility_share);
    gw_json_number(&json, "known_it_W", p->state.it_W);
    gw_json_number(&json, "known_facility_W", p->state.facility_W);
    gw_json_bool(&json, "is_running", p->state.running);
    gw_json_bool(&json, "is_refit", p->state.refit);
    gw_json_number(&json, "p10_it_W", p->p10_W);
    gw_json_number(&json, "p50_it_W", p->p50_W);
    gw_json_number(&json, "p90_it_W", p->p90_W);
    gw_json_number(&json, "p10_facility_W", p->facility_p10_W);
    gw_json_number(&json, "p50_facility_W", p->facility_p50_W);
    gw_json_number(&json, "p90_facility_W", p->facility_p90_W);
    json_day(&json, "reached_p10", p->reached_p10_d);
    json_day(&json, "reached_p50", p->reached_p50_d);
    json_day(&json, "reached_p90", p->reached_p90_d);
    gw_json_integer(&json, "first_powers_seen", p->priors.n_first);
    gw_json_integer(&json, "steps_seen", p->priors.n_step);
    gw_json_integer(&json, "samples", p->n_samples);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}
