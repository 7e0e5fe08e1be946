/* test_base_stats.c: sums, quantiles of type 7, summaries and rank correlation. */
#include "gw_test.h"

#include <stdlib.h>

#include "base/rng.h"
#include "base/stats.h"

static void test_sum(void **state) {
    (void)state;
    gw_assert_close(gw_sum(NULL, 0), 0.0, 0.0);
    enum { N = 1000000 };
    double *x = malloc(N * sizeof *x);
    long double exact = 0.0L;
    for (uint64_t i = 0; i < N; i++) {
        x[i] = 0.1 + gw_rng_uniform(1, i, 0, 0);
        exact += (long double)x[i];
    }
    gw_assert_near(gw_sum(x, N), (double)exact, 1e-15);
    free(x);
}

static void test_quantile(void **state) {
    (void)state;
    static const double x[] = {1.0, 2.0, 4.0, 8.0};
    gw_assert_near(gw_quantile_sorted(x, 4, 0.0), 1.0, 0.0);
    gw_assert_near(gw_quantile_sorted(x, 4, 0.5), 3.0, 1e-15);
    gw_assert_near(gw_quantile_sorted(x, 4, 0.9), 6.8, 1e-15); /* R: quantile(x, 0.9, type = 7) */
    gw_assert_near(gw_quantile_sorted(x, 4, 1.0), 8.0, 0.0);
    gw_assert_near(gw_quantile_sorted(x, 1, 0.3), 1.0, 0.0);
    assert_true(isnan(gw_quantile_sorted(x, 0, 0.5)));
    assert_true(isnan(gw_quantile_sorted(x, 4, __builtin_nan(""))));
}

static void test_summary(void **state) {
    (void)state;
    double nan = __builtin_nan("");
    double x[] = {8.0, nan, 2.0, 1.0, nan, 4.0};
    double scratch[6];
    gw_summary s = gw_summarise(x, 6, scratch);
    assert_int_equal(s.n, 4);
    assert_int_equal(s.n_none, 2);
    gw_assert_near(s.mean, 3.75, 1e-15);
    gw_assert_near(s.sd, sqrt(28.75 / 3.0), 1e-15);
    gw_assert_near(s.min, 1.0, 0.0);
    gw_assert_near(s.max, 8.0, 0.0);
    gw_assert_near(s.p10, 1.3, 1e-15);
    gw_assert_near(s.p50, 3.0, 1e-15);
    gw_assert_near(s.p90, 6.8, 1e-15);
    gw_assert_near(x[0], 8.0, 0.0); /* the input stays as it was */
    s = gw_summarise(&nan, 1, scratch);
    assert_int_equal(s.n, 0);
    assert_true(isnan(s.mean) && isnan(s.p50) && isnan(s.sd));
    s = gw_summarise(x, 1, scratch);
    gw_assert_close(s.sd, 0.0, 0.0);
}

/* The order of samples must not change a digit. */
static void test_summary_ignores_order(void **state) {
    (void)state;
    enum { N = 5000 };
    static double x[N];
    static double reversed[N];
    static double scratch[N];
    for (uint64_t i = 0; i < N; i++) {
        x[i] = exp(20.0 * gw_rng_uniform(2, i, 0, 0));
        reversed[N - 1 - i] = x[i];
    }
    gw_summary a = gw_summarise(x, N, scratch);
    gw_summary b = gw_summarise(reversed, N, scratch);
    assert_true(a.mean == b.mean && a.sd == b.sd && a.p10 == b.p10);
}

static void test_rank_correlation(void **state) {
    (void)state;
    double scratch[40];
    static const double x[] = {1.0, 2.0, 3.0, 4.0, 5.0};
    static const double up[] = {1.0, 10.0, 100.0, 1e3, 1e9};
    static const double down[] = {9.0, 7.0, 5.0, 3.0, 1.0};
    static const double flat[] = {2.0, 2.0, 2.0, 2.0, 2.0};
    static const double tied[] = {1.0, 1.0, 2.0, 3.0, 3.0};
    gw_assert_near(gw_rank_correlation(x, up, 5, scratch), 1.0, 1e-15);
    gw_assert_near(gw_rank_correlation(x, down, 5, scratch), -1.0, 1e-15);
    assert_true(isnan(gw_rank_correlation(x, flat, 5, scratch)));
    /* Ranks 0.5 0.5 2 3.5 3.5 against 0..4: 9 / sqrt(10 * 9) */
    gw_assert_near(gw_rank_correlation(x, tied, 5, scratch), 9.0 / sqrt(90.0), 1e-15);
    double nan = __builtin_nan("");
    double holes[] = {1.0, nan, 100.0, 1e3, 1e9};
    gw_assert_near(gw_rank_correlation(holes, x, 5, scratch), 1.0, 1e-15);
    assert_true(isnan(gw_rank_correlation(x, up, 1, scratch)));
    assert_true(isnan(gw_rank_correlation(NULL, NULL, 0, scratch)));
}

static void test_independent_is_uncorrelated(void **state) {
    (void)state;
    enum { N = 20000 };
    double *x = malloc(6 * N * sizeof *x);
    for (uint64_t i = 0; i < N; i++) {
        x[i] = gw_rng_uniform(3, i, 0, 0);
        x[N + i] = gw_rng_uniform(3, i, 1, 0);
    }
    gw_assert_close(gw_rank_correlation(x, x + N, N, x + 2 * N), 0.0, 5.0 / sqrt(N));
    free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_summary_ignores_order),
        cmocka_unit_test(test_rank_correlation),
        cmocka_unit_test(test_independent_is_uncorrelated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
