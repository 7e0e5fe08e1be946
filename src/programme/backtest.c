/* programme/backtest.c: stand on a past day, forecast, compare.
 * In: timelines, days of forecast, horizons, announcements.   Out: one row a site and horizon, scores.
 * Model: gw_history_as_of cuts the table on the day of forecast before anything is fitted, so no later row can
 * leak. The outcome is the step function of the whole table on the day of outcome, which must lie before the
 * boundary of observation. Scores: CRPS (Gneiting and Raftery 2007), pinball loss at 10, 50, 90 %, Brier score
 * of "has power", and the probability integral transform. A site that most probably does not change has half
 * its probability on one value: P10..P90 then holds more than 80 %, and the plain share of hits must be set
 * against what the forecast promises (held_share). The coverage of the 80 % interval counts such ties by the
 * share of [P(X < y), P(X <= y)] that lies in [0.1, 0.9]: 80 % for any calibrated forecast, with ties or without
 * (Czado, Gneiting and Held, Biometrics 65 (2009), non-randomised transform).
 * Naive forecasts: persistence (nothing changes), and "as announced" (the latest dated announcement said by
 * then, persistence where there is none). A naive forecast is one number, so its CRPS is its absolute error.
 * Sources: T. Gneiting and A. Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 102
 * (2007); Czado, Gneiting and Held as above.
 * Valid: rows of neighbouring days of forecast share outcomes; their number is not their weight of evidence. */
#include "programme/backtest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/stats.h"

double gw_crps_sorted(const double *sorted, int n, double observed) {
    double miss = 0.0, spread = 0.0;
    for (int i = 0; i < n; i++) {
        miss += fabs(sorted[i] - observed);
        spread += (2.0 * i - n + 1.0) * sorted[i]; /* sum over pairs of |x - x'| is twice this */
    }
    return miss / n - spread / n / n;
}

double gw_months_later_d(double date_d, int months) {
    int year = 0, month = 0, day = 0;
    gw_date_to_civil(date_d, &year, &month, &day);
    int later = year * 12 + month - 1 + months;
    int last = (int)gw_month_days(later);
    return gw_month_start_d(later) + (day < last ? day : last) - 1.0;
}

bool gw_backtest_is_tuned(const gw_backtest_row *row) {
    double until_d = 0.0;
    return gw_date_parse(GW_FORECAST_TUNED_UNTIL, GW_DATE_START, &until_d) == GW_OK &&
           row->target_d <= until_d;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Shares of sorted samples below `x`, and not above it. */
static void shares(const double *sorted, int n, double x, double *below, double *not_above) {
    int i = 0, j = 0;
    for (int k = 0; k < n; k++) {
        i += sorted[k] < x;
        j += sorted[k] <= x;
    }
    *below = (double)i / n;
    *not_above = (double)j / n;
}

static double pinball(double quantile, double p, double observed) {
    double d = observed - quantile;
    return d >= 0.0 ? p * d : (p - 1.0) * d;
}

static void describe(gw_backtest_row *row, const double *sorted, int n) {
    row->p10_W = gw_quantile_sorted(sorted, (size_t)n, 0.1);
    row->p50_W = gw_quantile_sorted(sorted, (size_t)n, 0.5);
    row->p90_W = gw_quantile_sorted(sorted, (size_t)n, 0.9);
    row->mean_W = gw_sum(sorted, (size_t)n) / n;
    double below = 0.0, not_above = 0.0, unused = 0.0;
    shares(sorted, n, 0.0, &below, &not_above);
    row->power_share = 1.0 - not_above;
    shares(sorted, n, row->p10_W, &below, &unused);
    shares(sorted, n, row->p90_W, &unused, &not_above);
    row->held_share = not_above - below;
}

static void judge(gw_backtest_row *row, const double *sorted, int n) {
    double y = row->observed_W;
    row->inside = y >= row->p10_W && y <= row->p90_W;
    shares(sorted, n, y, &row->pit_low_share, &row->pit_high_share);
    row->crps_W = gw_crps_sorted(sorted, n, y);
    row->crps_persist_W = fabs(row->known_W - y);
    row->crps_announced_W = fabs(row->announced_W - y);
    row->pinball_W[0] = pinball(row->p10_W, 0.1, y);
    row->pinball_W[1] = pinball(row->p50_W, 0.5, y);
    row->pinball_W[2] = pinball(row->p90_W, 0.9, y);
}

static void no_outcome(gw_backtest_row *row) {
    row->observed_W = row->facility_observed_W = GW_NAN;
    row->pit_low_share = row->pit_high_share = GW_NAN;
    row->crps_W = row->crps_persist_W = row->crps_announced_W = GW_NAN;
    row->pinball_W[0] = row->pinball_W[1] = row->pinball_W[2] = GW_NAN;
}

/* The latest announcement said by then for the site whose day has come decides; power that runs already is
 * not announced away. */
static void announce(gw_backtest_row *row, const gw_backtest_opts *opts) {
    double said_d = -GW_INF, it_W = GW_NAN;
    for (int i = 0; i < opts->n_announced; i++) {
        const gw_announced *a = &opts->announced[i];
        if (a->site != row->site || a->said_d > row->as_of_d) {
            continue;
        }
        row->has_announced = true;
        if (a->due_d <= row->target_d && a->said_d >= said_d) {
            said_d = a->said_d;
            it_W = a->it_W;
        }
    }
    row->announced_W = isnan(it_W) ? row->known_W : fmax(it_W, row->known_W);
}

static double zero_if_none(double value) {
    return isnan(value) ? 0.0 : value;
}

typedef struct work {
    const gw_history *all;
    const gw_backtest_opts *opts;
    const gw_forecast *forecast;
    const int *index; /* [n_sites of the forecast] in the whole table */
    double *sorted;   /* [n_samples] */
    double *sum;      /* [n_samples] */
} work;

static const double *sort_copy(const work *w, const double *samples) {
    size_t n = (size_t)w->forecast->n_samples;
    memcpy(w->sorted, samples, n * sizeof *samples);
    qsort(w->sorted, n, sizeof *samples, compare_doubles);
    return w->sorted;
}

static void site_row(const work *w, int s, int time, gw_backtest_row *row) {
    const gw_forecast *f = w->forecast;
    const gw_history_site *site = &w->all->site[w->index[s]];
    row->site = w->index[s];
    row->was_running = f->site[s].running;
    row->known_W = f->site[s].it_W;
    announce(row, w->opts);
    const double *facility = sort_copy(w, gw_forecast_facility_W(f, s, time));
    row->facility_p10_W = gw_quantile_sorted(facility, (size_t)f->n_samples, 0.1);
    row->facility_p50_W = gw_quantile_sorted(facility, (size_t)f->n_samples, 0.5);
    row->facility_p90_W = gw_quantile_sorted(facility, (size_t)f->n_samples, 0.9);
    const double *sorted = sort_copy(w, gw_forecast_it_W(f, s, time));
    describe(row, sorted, f->n_samples);
    no_outcome(row);
    if (row->has_outcome) {
        row->observed_W = zero_if_none(gw_history_at(site, GW_HISTORY_IT_W, row->target_d));
        row->facility_observed_W =
            zero_if_none(gw_history_at(site, GW_HISTORY_FACILITY_W, row->target_d));
        judge(row, sorted, f->n_samples);
    }
    for (int i = 0; i < f->n_samples; i++) {
        w->sum[i] += gw_forecast_it_W(f, s, time)[i];
    }
}

static void sum_row(const work *w, const gw_backtest_row *sites, gw_backtest_row *row) {
    const gw_forecast *f = w->forecast;
    row->site = -1;
    row->was_running = true;
    row->facility_p10_W = row->facility_p50_W = row->facility_p90_W = GW_NAN;
    no_outcome(row);
    row->observed_W = row->facility_observed_W = row->has_outcome ? 0.0 : GW_NAN;
    for (int s = 0; s < f->n_sites; s++) {
        row->known_W += sites[s].known_W;
        row->announced_W += sites[s].announced_W;
        row->has_announced |= sites[s].has_announced;
        row->observed_W += sites[s].observed_W;
        row->facility_observed_W += sites[s].facility_observed_W;
    }
    const double *sorted = sort_copy(w, w->sum);
    describe(row, sorted, f->n_samples);
    if (row->has_outcome) {
        judge(row, sorted, f->n_samples);
    }
}

static int target_days(const gw_backtest_opts *o, double as_of_d, double *time_d, int *months) {
    int n = 0;
    if (!isnan(o->target_d)) {
        time_d[0] = o->target_d;
        months[0] = 0;
        return o->target_d > as_of_d ? 1 : 0;
    }
    for (int i = 0; i < o->n_months; i++) {
        double day_d = gw_months_later_d(as_of_d, o->months[i]);
        if (day_d <= o->observed_until_d || o->forecasts_too) {
            time_d[n] = day_d;
            months[n++] = o->months[i];
        }
    }
    return n;
}

/* All rows of one day of forecast; returns how many. */
static int stand_at(const gw_history *all, const gw_backtest_opts *o, double as_of_d,
                    gw_backtest_row *out) {
    gw_arena *arena = gw_arena_create(0);
    double *time_d = GW_NEW_N(arena, o->n_months + 1, double);
    int *months = GW_NEW_N(arena, o->n_months + 1, int);
    int n_times = target_days(o, as_of_d, time_d, months), n = 0;
    gw_history view = gw_history_as_of(all, as_of_d, arena);
    if (n_times > 0 && view.n > 0) {
        gw_forecast f =
            gw_forecast_make(&view, as_of_d, time_d, n_times, o->n_samples, o->seed, arena);
        int *index = GW_NEW_N(arena, view.n, int);
        for (int s = 0; s < view.n; s++) {
            index[s] = gw_history_find(all, view.site[s].name);
        }
        work w = {.all = all, .opts = o, .forecast = &f, .index = index};
        w.sorted = GW_NEW_N(arena, o->n_samples, double);
        w.sum = GW_NEW_N(arena, o->n_samples, double);
        for (int t = 0; t < n_times; t++) {
            gw_backtest_row *first = out + n;
            memset(w.sum, 0, (size_t)o->n_samples * sizeof *w.sum);
            for (int s = 0; s <= view.n; s++) {
                out[n] = (gw_backtest_row){.as_of_d = as_of_d,
                                           .target_d = time_d[t],
                                           .months = months[t],
                                           .has_outcome = time_d[t] <= o->observed_until_d};
                if (s < view.n) {
                    site_row(&w, s, t, &out[n++]);
                } else {
                    sum_row(&w, first, &out[n++]);
                }
            }
        }
    }
    gw_arena_free(arena);
    return n;
}

gw_backtest gw_backtest_run(const gw_history *all, const gw_backtest_opts *opts, gw_arena *arena) {
    size_t per_day = (size_t)(all->n + 1) * (size_t)(opts->n_months + 1);
    gw_backtest b = {0};
    b.row = GW_NEW_N(arena, per_day * (size_t)opts->n_as_of + 1, gw_backtest_row);
    for (int i = 0; i < opts->n_as_of; i++) {
        b.n += stand_at(all, opts, opts->as_of_d[i], b.row + b.n);
    }
    return b;
}

int gw_backtest_horizons(const gw_backtest *b, int months[GW_BACKTEST_HORIZONS]) {
    int n = 0;
    for (int i = 0; i < b->n; i++) {
        int at = 0;
        while (at < n && months[at] < b->row[i].months) {
            at++;
        }
        if ((at < n && months[at] == b->row[i].months) || n == GW_BACKTEST_HORIZONS) {
            continue;
        }
        memmove(&months[at + 1], &months[at], (size_t)(n - at) * sizeof *months);
        months[at] = b->row[i].months;
        n++;
    }
    return n;
}

static bool passes(const gw_backtest_row *row, const gw_backtest_filter *f) {
    if (!row->has_outcome || (row->site < 0) != f->sums) {
        return false;
    }
    if (f->part != GW_PART_ALL && gw_backtest_is_tuned(row) != (f->part == GW_PART_TUNED)) {
        return false;
    }
    return (f->months < 0 || row->months == f->months) &&
           (f->running < 0 || row->was_running == (f->running == 1));
}

/* Share of [low, high] that lies in [from, until]; a point counts whole, its upper edge not. */
static double overlap(double low, double high, double from, double until) {
    if (high - low < 1e-12) {
        return low >= from && (low < until || (until >= 1.0 && low <= until)) ? 1.0 : 0.0;
    }
    return fmax(0.0, fmin(high, until) - fmax(low, from)) / (high - low);
}

static void add_row(gw_backtest_score *s, const gw_backtest_row *r) {
    s->n++;
    s->coverage_share += overlap(r->pit_low_share, r->pit_high_share, 0.1, 0.9);
    s->inside_share += r->inside;
    s->held_share += r->held_share;
    s->bias_W += r->mean_W - r->observed_W;
    s->observed_mean_W += r->observed_W;
    s->crps_W += r->crps_W;
    s->crps_persist_W += r->crps_persist_W;
    s->crps_announced_W += r->crps_announced_W;
    if (r->has_announced) {
        s->n_announced++;
        s->crps_on_announced_W += r->crps_W;
        s->announced_on_announced_W += r->crps_announced_W;
    }
    for (int q = 0; q < 3; q++) {
        s->pinball_W[q] += r->pinball_W[q];
    }
    for (int b = 0; b < GW_BACKTEST_BINS; b++) {
        s->pit_share[b] += overlap(r->pit_low_share, r->pit_high_share,
                                   (double)b / GW_BACKTEST_BINS, (b + 1.0) / GW_BACKTEST_BINS);
    }
    if (!r->was_running) {
        double has = r->observed_W > 0.0 ? 1.0 : 0.0;
        s->n_waiting++;
        s->power_mean_share += r->power_share;
        s->power_observed_share += has;
        s->brier_share += (r->power_share - has) * (r->power_share - has);
        s->brier_persist_share += has; /* "no power yet" as a forecast of 0 */
    }
}

static void divide(double *sum, int n) {
    *sum = n > 0 ? *sum / n : GW_NAN;
}

gw_backtest_score gw_backtest_summarise(const gw_backtest *b, const gw_backtest_filter *filter) {
    gw_backtest_score s = {0};
    for (int i = 0; i < b->n; i++) {
        if (passes(&b->row[i], filter)) {
            add_row(&s, &b->row[i]);
        }
    }
    double *by_n[] = {&s.coverage_share,  &s.inside_share, &s.held_share,     &s.bias_W,
                      &s.observed_mean_W, &s.crps_W,       &s.crps_persist_W, &s.crps_announced_W,
                      &s.pinball_W[0],    &s.pinball_W[1], &s.pinball_W[2]};
    for (size_t i = 0; i < sizeof by_n / sizeof by_n[0]; i++) {
        divide(by_n[i], s.n);
    }
    for (int i = 0; i < GW_BACKTEST_BINS; i++) {
        divide(&s.pit_share[i], s.n);
    }
    divide(&s.crps_on_announced_W, s.n_announced);
    divide(&s.announced_on_announced_W, s.n_announced);
    divide(&s.power_mean_share, s.n_waiting);
    divide(&s.power_observed_share, s.n_waiting);
    divide(&s.brier_share, s.n_waiting);
    divide(&s.brier_persist_share, s.n_waiting);
    return s;
}
