/* validation/trial_score.c: statistics of errors.
 *
 * In:  trials.   Out: counts, mean, median, 90th percentile and worst of absolute errors, mean
 *      signed error, share of measurements inside their intervals; by groups; reasons.
 * Model: quantiles linear between order statistics (type 7 of Hyndman and Fan). Sums in the order
 *      of the table, pairwise.
 * Derivation: definitions in docs/validation.md.
 */
#include "validation/trial_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean_of(const double *x, int n) {
    return n > 0 ? gw_sum(x, (size_t)n) / n : GW_NAN;
}

static double share_of(int part, int whole) {
    return whole > 0 ? (double)part / whole : GW_NAN;
}

static void score_memory(const gw_trials *t, const int *rows, int n, double *error, double *size,
                         gw_trial_score *s) {
    for (int k = 0; k < n; k++) {
        const gw_trial *one = &t->at[rows[k]].trial;
        double e = one->memory_B / one->memory_measured_B - 1.0;
        if (one->unsupported == NULL && !isnan(e)) {
            error[s->n_memory] = e;
            size[s->n_memory++] = fabs(e);
        }
    }
    s->memory_bias_frac = mean_of(error, s->n_memory);
    s->memory_mean_frac = mean_of(size, s->n_memory);
}

gw_trial_score gw_trials_score(const gw_trials *t, const char *name, const int *rows, int n,
                               gw_arena *scratch) {
    gw_mark mark = gw_arena_mark(scratch);
    gw_trial_score s = {.name = name, .n_rows = n, .i_worst = -1, .worst_frac = GW_NAN};
    double *error = GW_NEW_N(scratch, n + 1, double), *size = GW_NEW_N(scratch, n + 1, double);
    int inside = 0;
    for (int k = 0; k < n; k++) {
        const gw_trial *one = &t->at[rows[k]].trial;
        double e = gw_trial_error(one);
        if (isnan(e)) {
            continue;
        }
        error[s.n_predicted] = e;
        size[s.n_predicted++] = fabs(e);
        if (s.i_worst < 0 || fabs(e) > s.worst_frac) {
            s.worst_frac = fabs(e);
            s.i_worst = rows[k];
        }
        s.n_interval += gw_trial_has_interval(one);
        inside += gw_trial_is_inside(one);
        s.n_wide += one->wide != NULL;
    }
    s.covered_share = share_of(s.n_predicted, n);
    s.inside_share = share_of(inside, s.n_interval);
    s.bias_frac = mean_of(error, s.n_predicted);
    s.mean_frac = mean_of(size, s.n_predicted);
    qsort(size, (size_t)s.n_predicted, sizeof *size, by_value);
    s.median_frac = gw_quantile_sorted(size, (size_t)s.n_predicted, 0.5);
    s.p90_frac = gw_quantile_sorted(size, (size_t)s.n_predicted, 0.9);
    score_memory(t, rows, n, error, size, &s);
    gw_arena_reset(scratch, mark);
    return s;
}

static int *all_rows(const gw_trials *t, gw_arena *arena) {
    int *rows = GW_NEW_N(arena, t->n + 1, int);
    for (int i = 0; i < t->n; i++) {
        rows[i] = i;
    }
    return rows;
}

gw_trial_score gw_trials_score_all(const gw_trials *t, gw_arena *scratch) {
    gw_mark mark = gw_arena_mark(scratch);
    gw_trial_score s = gw_trials_score(t, "all", all_rows(t, scratch), t->n, scratch);
    gw_arena_reset(scratch, mark);
    return s;
}

/* ------------------------------------------------------------------ groups */

const char *gw_tried_key(const gw_tried *one, gw_trial_key key) {
    const char *text = key == GW_BY_SOURCE        ? one->publisher
                       : key == GW_BY_ACCELERATOR ? one->accelerator
                       : key == GW_BY_REGIME      ? one->trial.regime
                                                  : one->part;
    if (text == NULL || text[0] == '\0') {
        return one->trial.unsupported != NULL ? "not predicted" : "not stated";
    }
    return text;
}

/* A row and the text that it is grouped by. */
typedef struct keyed {
    const char *text;
    int row;
} keyed;

static int by_key(const void *a, const void *b) {
    const keyed *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static int larger_first(const void *a, const void *b) {
    const gw_trial_score *x = a, *y = b;
    return x->n_rows != y->n_rows ? (x->n_rows < y->n_rows) - (x->n_rows > y->n_rows)
                                  : strcmp(x->name, y->name);
}

/* Sorts by text and counts the different ones. */
static int sort_keys(keyed *keys, int n) {
    int groups = n > 0;
    qsort(keys, (size_t)n, sizeof *keys, by_key);
    for (int i = 1; i < n; i++) {
        groups += strcmp(keys[i].text, keys[i - 1].text) != 0;
    }
    return groups;
}

gw_trial_scores gw_trials_score_by(const gw_trials *t, gw_trial_key key, gw_arena *arena) {
    keyed *keys = GW_NEW_N(arena, t->n + 1, keyed);
    int *rows = GW_NEW_N(arena, t->n + 1, int);
    for (int i = 0; i < t->n; i++) {
        keys[i] = (keyed){gw_tried_key(&t->at[i], key), i};
    }
    int groups = sort_keys(keys, t->n);
    gw_trial_scores out = {.at = GW_NEW_N(arena, groups + 1, gw_trial_score)};
    for (int first = 0, next; first < t->n; first = next) {
        for (next = first; next < t->n && strcmp(keys[next].text, keys[first].text) == 0; next++) {
            rows[next] = keys[next].row;
        }
        out.at[out.n++] = gw_trials_score(t, keys[first].text, rows + first, next - first, arena);
    }
    qsort(out.at, (size_t)out.n, sizeof *out.at, larger_first);
    return out;
}

/* ------------------------------------------------------------------ reasons, order */

static int more_frequent_first(const void *a, const void *b) {
    const gw_trial_reason *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n) - (x->n > y->n)
                        : (x->i_first > y->i_first) - (x->i_first < y->i_first);
}

gw_trial_reasons gw_trials_reasons(const gw_trials *t, gw_arena *arena) {
    keyed *keys = GW_NEW_N(arena, t->n + 1, keyed);
    int n = 0;
    for (int i = 0; i < t->n; i++) {
        if (t->at[i].trial.unsupported != NULL) {
            keys[n++] = (keyed){t->at[i].trial.unsupported, i};
        }
    }
    int groups = sort_keys(keys, n);
    gw_trial_reasons out = {.at = GW_NEW_N(arena, groups + 1, gw_trial_reason)};
    for (int i = 0; i < n; i++) {
        if (i == 0 || strcmp(keys[i].text, keys[i - 1].text) != 0) {
            out.at[out.n++] = (gw_trial_reason){keys[i].text, 0, keys[i].row};
        }
        out.at[out.n - 1].n++;
    }
    qsort(out.at, (size_t)out.n, sizeof *out.at, more_frequent_first);
    return out;
}

typedef struct ranked {
    double error_frac;
    int row;
} ranked;

static int worse_first(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    return x->error_frac != y->error_frac
               ? (x->error_frac < y->error_frac) - (x->error_frac > y->error_frac)
               : (x->row > y->row) - (x->row < y->row);
}

int gw_trials_order(const gw_trials *t, int *order, gw_arena *scratch) {
    gw_mark mark = gw_arena_mark(scratch);
    ranked *rows = GW_NEW_N(scratch, t->n + 1, ranked);
    int n = 0;
    for (int i = 0; i < t->n; i++) {
        double e = gw_trial_error(&t->at[i].trial);
        if (!isnan(e)) {
            rows[n++] = (ranked){fabs(e), i};
        }
    }
    qsort(rows, (size_t)n, sizeof *rows, worse_first);
    for (int k = 0; k < n; k++) {
        order[k] = rows[k].row;
    }
    gw_arena_reset(scratch, mark);
    return n;
}
