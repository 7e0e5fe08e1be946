/* base/stats.c: reproducible sums, quantiles, summaries and rank correlation. */
#include "base/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/code.h"

/* Below this length a plain loop is as accurate and faster. */
#define SUM_BLOCK 32

double gw_sum(const double *x, size_t n) {
    if (n <= SUM_BLOCK) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++) {
            sum += x[i];
        }
        return sum;
    }
    size_t half = n / 2;
    return gw_sum(x, half) + gw_sum(x + half, n - half);
}

double gw_quantile_sorted(const double *sorted, size_t n, double p) {
    if (n == 0 || isnan(p)) {
        return GW_NAN;
    }
    double at = (double)(n - 1) * fmin(1.0, fmax(0.0, p));
    size_t below = (size_t)at;
    if (below + 1 >= n) {
        return sorted[n - 1];
    }
    double part = at - (double)below;
    /* The weighted form would turn equal neighbours into something slightly different. */
    return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

static int compare_double(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Many series do not vary (months of the past, choices without an uncertain input). */
static bool is_sorted(const double *x, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (x[i - 1] > x[i]) {
            return false;
        }
    }
    return true;
}

gw_summary gw_summarise(const double *x, size_t n, double *scratch) {
    gw_summary s = {.p10 = GW_NAN,
                    .p50 = GW_NAN,
                    .p90 = GW_NAN,
                    .mean = GW_NAN,
                    .sd = GW_NAN,
                    .min = GW_NAN,
                    .max = GW_NAN};
    for (size_t i = 0; i < n; i++) {
        if (isfinite(x[i])) {
            scratch[s.n++] = x[i];
        }
    }
    s.n_none = n - s.n;
    if (s.n == 0) {
        return s;
    }
    if (!is_sorted(scratch, s.n)) {
        qsort(scratch, s.n, sizeof *scratch, compare_double);
    }
    s.min = scratch[0];
    s.max = scratch[s.n - 1];
    s.p10 = gw_quantile_sorted(scratch, s.n, 0.1);
    s.p50 = gw_quantile_sorted(scratch, s.n, 0.5);
    s.p90 = gw_quantile_sorted(scratch, s.n, 0.9);
    /* Sums are over the sorted values: the order of the samples cannot change a digit. */
    s.mean = gw_sum(scratch, s.n) / (double)s.n;
    for (size_t i = 0; i < s.n; i++) {
        double d = scratch[i] - s.mean;
        scratch[i] = d * d;
    }
    s.sd = s.n > 1 ? sqrt(gw_sum(scratch, s.n) / (double)(s.n - 1)) : 0.0;
    return s;
}

typedef struct ranked {
    double value;
    double index; /* a double, because the caller's scratch is made of them; exact below 2^53 */
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const ranked *x = a;
    const ranked *y = b;
    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

/* rank[n] of the pair values; equal values share the mean of their ranks. */
static void fill_ranks(ranked *pairs, size_t n, double *rank) {
    qsort(pairs, n, sizeof *pairs, compare_ranked);
    for (size_t begin = 0; begin < n;) {
        size_t end = begin + 1;
        while (end < n && pairs[end].value == pairs[begin].value) {
            end++;
        }
        double shared = 0.5 * (double)(begin + end - 1);
        for (size_t i = begin; i < end; i++) {
            rank[(size_t)pairs[i].index] = shared;
        }
        begin = end;
    }
}

double gw_rank_correlation(const double *x, const double *y, size_t n, double *scratch) {
    double *rank_x = scratch;
    double *rank_y = scratch + n;
    ranked *pairs = (ranked *)(void *)(scratch + 2 * n);
    size_t n_used = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(x[i]) && isfinite(y[i])) {
            pairs[n_used] = (ranked){x[i], (double)n_used};
            n_used++;
        }
    }
    fill_ranks(pairs, n_used, rank_x);
    n_used = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(x[i]) && isfinite(y[i])) {
            pairs[n_used] = (ranked){y[i], (double)n_used};
            n_used++;
        }
    }
    fill_ranks(pairs, n_used, rank_y);
    /* Ranks are multiples of one half with a known mean, so the sums below are nearly exact. */
    double mean = 0.5 * ((double)n_used - 1.0);
    double sxx = 0.0;
    double syy = 0.0;
    double sxy = 0.0;
    for (size_t i = 0; i < n_used; i++) {
        double dx = rank_x[i] - mean;
        double dy = rank_y[i] - mean;
        sxx += dx * dx;
        syy += dy * dy;
        sxy += dx * dy;
    }
    return sxx > 0.0 && syy > 0.0 ? sxy / sqrt(sxx * syy) : GW_NAN;
}
