/* engine/schedule_rows.c: what the samples of a schedule say: percentiles, criticality, cruciality, effects
 * of events, waits, cost and date together.
 * In:    columns of samples (schedule_job.h).   Out: rows of the report.
 * Model: schedule_run.c.
 * Derivation: schedule_run.c. */
#include <math.h>
#include <stdlib.h>

#include "engine/schedule_job.h"
#include "programme/schedule.h"

static void *take(size_t n, size_t size) {
    void *memory = calloc(n + 1, size);
    if (memory == NULL) {
        gw_out_of_memory((n + 1) * size);
    }
    return memory;
}

/* ---------------------------------------------------------------- summaries */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Quantile of n samples of which the first n_have are sorted and the rest never happens: later than any
 * date. Type 7, as base/stats.h. */
static double quantile_or_never(const double *sorted, size_t n_have, size_t n, double p) {
    double at = p * (double)(n - 1);
    bool within = n_have > 0 && at <= (double)(n_have - 1);
    return within ? gw_quantile_sorted(sorted, n_have, n_have > 1 ? at / (double)(n_have - 1) : 0.5)
                  : GW_NAN;
}

gw_spread gw_schedule_spread(const double *x, size_t n, double base) {
    double *sorted = take(n, sizeof(double));
    size_t n_have = 0;
    for (size_t s = 0; s < n; s++) {
        if (!isnan(x[s])) {
            sorted[n_have++] = x[s];
        }
    }
    qsort(sorted, n_have, sizeof(double), ascending);
    gw_spread out = {
        .p10 = quantile_or_never(sorted, n_have, n, 0.1),
        .p50 = quantile_or_never(sorted, n_have, n, 0.5),
        .p80 = quantile_or_never(sorted, n_have, n, 0.8),
        .p90 = quantile_or_never(sorted, n_have, n, 0.9),
        .mean = n_have > 0 ? gw_sum(sorted, n_have) / (double)n_have : GW_NAN,
        .base = base,
        .none_frac = (double)(n - n_have) / (double)n,
    };
    free(sorted);
    return out;
}

/* Share of entries above zero, and their mean; NaN entries are left out. */
static void waits_of(const double *x, size_t n, double *frac, double *mean) {
    double sum = 0.0;
    size_t n_waits = 0;
    for (size_t s = 0; s < n; s++) {
        if (x[s] > 0.0) {
            sum += x[s];
            n_waits++;
        }
    }
    *frac = (double)n_waits / (double)n;
    *mean = n_waits > 0 ? sum / (double)n_waits : 0.0;
}

static double mean_of(const double *x, size_t n) {
    double *have = take(n, sizeof(double));
    size_t n_have = 0;
    for (size_t s = 0; s < n; s++) {
        if (!isnan(x[s])) {
            have[n_have++] = x[s];
        }
    }
    double mean = n_have > 0 ? gw_sum(have, n_have) / (double)n_have : GW_NAN;
    free(have);
    return mean;
}

static double cruciality_of(const gw_schedule_job *j, size_t i) {
    double *length = take(j->n, sizeof(double)), *scratch = take(4 * j->n, sizeof(double));
    for (size_t s = 0; s < j->n; s++) {
        length[s] = j->c.finish_d[i * j->n + s] - j->c.start_d[i * j->n + s];
    }
    double low = length[0], high = length[0];
    for (size_t s = 0; s < j->n; s++) {
        low = fmin(low, length[s]);
        high = fmax(high, length[s]);
    }
    /* Dates carry rounding errors of a microsecond: a fixed length is no reason for an end. */
    bool fixed = high - low < 1e-6;
    double r = fixed ? GW_NAN : gw_rank_correlation(length, j->c.end_d, j->n, scratch);
    free(length);
    free(scratch);
    return r;
}

void gw_schedule_fill_activity(const gw_schedule_job *j, size_t i) {
    const gw_state *base = j->report->base;
    const gw_activity *a = &j->model->in->activities.at[i];
    gw_activity_row *row = &j->report->activities[i];
    size_t at = i * j->n, n_critical = 0, n_kept = 0;
    row->start = gw_schedule_spread(j->c.start_d + at, j->n, base->schedule.start_d[i]);
    row->finish = gw_schedule_spread(j->c.finish_d + at, j->n, base->schedule.finish_d[i]);
    for (size_t s = 0; s < j->n; s++) {
        n_critical += j->c.critical[at + s];
        n_kept += j->c.finish_d[at + s] <= a->due_d;
    }
    row->critical_frac = (double)n_critical / (double)j->n;
    row->float_s = mean_of(j->c.float_s + at, j->n);
    row->kept_frac = gw_is_set(a->due_d) ? (double)n_kept / (double)j->n : GW_NAN;
    row->cruciality = cruciality_of(j, i);
    waits_of(j->c.wait_s + at, j->n, &row->waits_frac, &row->wait_s);
    row->is_done = base->schedule_desk->is_done[i];
    row->is_begun = base->schedule_desk->is_fact[i];
}

/* Standard error of the difference of the means of x in samples with and without an event. */
static double error_between(const double *x, const unsigned char *happened, size_t n,
                            double mean_with, double mean_without) {
    double squares[2] = {0.0, 0.0};
    double count[2] = {0.0, 0.0};
    for (size_t s = 0; s < n; s++) {
        if (!isnan(x[s])) {
            int k = happened[s] != 0;
            double off = x[s] - (k == 1 ? mean_with : mean_without);
            squares[k] += off * off;
            count[k] += 1.0;
        }
    }
    if (count[0] < 2.0 || count[1] < 2.0) {
        return GW_NAN;
    }
    return sqrt(squares[0] / (count[0] * (count[0] - 1.0)) +
                squares[1] / (count[1] * (count[1] - 1.0)));
}

gw_event_row gw_schedule_event(const gw_schedule_job *j, const unsigned char *happened) {
    double sum_d[2] = {0.0, 0.0}, sum_usd[2] = {0.0, 0.0};
    size_t n[2] = {0, 0}, n_end[2] = {0, 0};
    for (size_t s = 0; s < j->n; s++) {
        int k = happened[s] != 0;
        n[k]++;
        sum_usd[k] += j->c.cost_usd[s];
        if (!isnan(j->c.end_d[s])) {
            sum_d[k] += j->c.end_d[s];
            n_end[k]++;
        }
    }
    gw_event_row row = {
        .frac = (double)n[1] / (double)j->n,
        .end_with_d = n_end[1] > 0 ? sum_d[1] / (double)n_end[1] : GW_NAN,
        .end_without_d = n_end[0] > 0 ? sum_d[0] / (double)n_end[0] : GW_NAN,
        .cost_with_usd = n[1] > 0 ? sum_usd[1] / (double)n[1] : GW_NAN,
        .cost_without_usd = n[0] > 0 ? sum_usd[0] / (double)n[0] : GW_NAN,
    };
    row.end_error_d = error_between(j->c.end_d, happened, j->n, row.end_with_d, row.end_without_d);
    row.cost_error_usd =
        error_between(j->c.cost_usd, happened, j->n, row.cost_with_usd, row.cost_without_usd);
    return row;
}

/* The activity behind the last of the pieces of the layer that came last; -1 if a written date is. */
static int activity_behind(const gw_model *model, const gw_state *base, int site) {
    const gw_schedule_plan *plan = model->schedule_plan;
    const gw_target_kind kinds[GW_N_LIMIT] = {GW_TARGET_BUILDING, GW_TARGET_SUPPLY, GW_TARGET_LOT};
    gw_target_kind kind = kinds[base->capacity[site].last];
    int found = -1;
    double latest_d = -GW_INF;
    for (int k = 0; k < plan->n_targets; k++) {
        const gw_target *t = &plan->targets[k];
        int at = t->kind == GW_TARGET_LOT ? base->in->clusters.at[t->owner].site.i : t->owner;
        double date_d = *base->schedule_desk->member[k];
        if (t->kind != kind || at != site || !(date_d > latest_d)) {
            continue;
        }
        latest_d = date_d;
        found = -1;
        for (int p = 0; p < t->after->n; p++) {
            int i = t->after->at[p].i;
            found = base->schedule.finish_d[i] >= date_d ? i : found;
        }
    }
    return found;
}

void gw_schedule_fill_places(const gw_schedule_job *j) {
    gw_schedule_report *r = j->report;
    for (size_t i = 0; i < (size_t)j->model->in->sites.n; i++) {
        const gw_capacity *base = &r->base->capacity[i];
        gw_site_row *row = &r->sites[i];
        row->first = gw_schedule_spread(j->c.first_d + i * j->n, j->n, base->first_d);
        row->full = gw_schedule_spread(j->c.full_d + i * j->n, j->n, base->full_d);
        for (size_t s = 0; s < j->n; s++) {
            bool ever = !isnan(j->c.full_d[i * j->n + s]);
            row->last_frac[j->c.last[i * j->n + s]] += ever ? 1.0 / (double)j->n : 0.0;
        }
        row->last_activity = activity_behind(j->model, r->base, (int)i);
    }
    int lot = 0;
    for (int c = 0; c < j->model->in->clusters.n; c++) {
        for (int i = 0; i < j->model->in->clusters.at[c].lots.n; i++, lot++) {
            const double *wait_s = j->c.lot_wait_s + (size_t)lot * j->n;
            gw_lot_row *row = &r->lots[lot];
            *row = (gw_lot_row){
                .cluster = c, .item = i, .supply = j->model->schedule_plan->lot_supply[lot]};
            waits_of(wait_s, j->n, &row->waits_frac, &row->wait_s);
            for (size_t s = 0; s < j->n; s++) {
                row->never_frac += isnan(wait_s[s]) ? 1.0 / (double)j->n : 0.0;
            }
        }
    }
}

void gw_schedule_fill_joint(const gw_schedule_job *j) {
    gw_joint *joint = &j->report->joint;
    joint->p80_d = j->report->end.p80;
    joint->p80_usd = j->report->cost.p80;
    double *end_d = take(j->n, sizeof(double)), *cost_usd = take(j->n, sizeof(double));
    size_t n_end = 0, n_both = 0, wanted = (size_t)ceil(0.8 * (double)j->n);
    for (size_t s = 0; s < j->n; s++) {
        n_both += j->c.end_d[s] <= joint->p80_d && j->c.cost_usd[s] <= joint->p80_usd;
        if (!isnan(j->c.end_d[s])) {
            end_d[n_end++] = j->c.end_d[s];
        }
    }
    joint->both_frac = (double)n_both / (double)j->n;
    qsort(end_d, n_end, sizeof(double), ascending);
    static const double fracs[GW_FRONTIER_MAX] = {0.80, 0.82,  0.84, 0.86, 0.88,
                                                  0.90, 0.925, 0.95, 1.0};
    for (int k = 0; k < GW_FRONTIER_MAX && n_end > 0; k++) {
        size_t last = (size_t)ceil(fracs[k] * (double)j->n);
        if (last > n_end || last < 1) {
            break; /* it never ends in so many samples */
        }
        double date_d = end_d[last - 1];
        size_t n = 0;
        for (size_t s = 0; s < j->n; s++) {
            if (j->c.end_d[s] <= date_d) {
                cost_usd[n++] = j->c.cost_usd[s];
            }
        }
        qsort(cost_usd, n, sizeof(double), ascending);
        joint->date_frac[joint->n] = fracs[k];
        joint->date_d[joint->n] = date_d;
        joint->cost_usd[joint->n++] = cost_usd[wanted - 1];
    }
    free(end_d);
    free(cost_usd);
}
