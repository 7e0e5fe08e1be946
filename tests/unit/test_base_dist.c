/* test_base_dist.c: moments, quantiles and legality of the distributions. */
#include "gw_test.h"

#include <string.h>

#include "base/dist.h"
#include "base/rng.h"

static const gw_dist PERT = {.kind = GW_DIST_PERT, .a = {10.0, 12.0, 20.0}};
static const gw_dist TRIANGULAR = {.kind = GW_DIST_TRIANGULAR, .a = {2.0, 3.0, 7.0}};
static const gw_dist UNIFORM = {.kind = GW_DIST_UNIFORM, .a = {-1.0, 3.0}, .shift = 10.0};
static const gw_dist NORMAL = {.kind = GW_DIST_NORMAL, .a = {5.0, 2.0}};
static const gw_dist LOGNORMAL = {.kind = GW_DIST_LOGNORMAL, .a = {4.0, 9.0}, .shift = 1.0};
static const gw_dist CONST = {.kind = GW_DIST_CONST, .a = {3.5}, .shift = 0.5};
static const gw_dist DISCRETE = {
    .kind = GW_DIST_DISCRETE, .n = 3, .a = {30.0, 10.0, 20.0}, .p = {0.2, 0.5, 0.3}};
static const gw_dist *const ALL[] = {&PERT,      &TRIANGULAR, &UNIFORM, &NORMAL,
                                     &LOGNORMAL, &CONST,      &DISCRETE};
enum { N_ALL = sizeof ALL / sizeof ALL[0] };

static void test_pert(void **state) {
    (void)state;
    gw_assert_near(gw_dist_mean(&PERT), 13.0, 1e-14);
    gw_assert_near(gw_dist_variance(&PERT), 3.0, 1e-14);
    /* alpha 1.8, beta 4.2: no closed form, so the quantile function is integrated to its mean. */
    double sum = 0.0;
    for (int i = 0; i < 20000; i++) {
        sum += gw_dist_quantile(&PERT, (i + 0.5) / 20000.0);
    }
    gw_assert_near(sum / 20000.0, 13.0, 1e-6);
    /* pert with the mode at the minimum is beta(1, 5): x = 1 - (1 - u)^(1/5) */
    gw_dist edge = {.kind = GW_DIST_PERT, .a = {0.0, 0.0, 1.0}};
    gw_assert_near(gw_dist_quantile(&edge, 0.3), 1.0 - pow(0.7, 0.2), 1e-10);
    gw_dist mirrored = {.kind = GW_DIST_PERT, .a = {0.0, 1.0, 1.0}};
    gw_assert_near(gw_dist_quantile(&mirrored, 0.3), pow(0.3, 0.2), 1e-10);
}

static void test_triangular(void **state) {
    (void)state;
    gw_assert_near(gw_dist_quantile(&TRIANGULAR, 0.1), 2.0 + sqrt(0.5), 1e-14); /* 2.7071068 */
    gw_assert_near(gw_dist_quantile(&TRIANGULAR, 0.2), 3.0, 1e-14);
    gw_assert_near(gw_dist_quantile(&TRIANGULAR, 0.8), 5.0, 1e-14);
    gw_assert_near(gw_dist_mean(&TRIANGULAR), 4.0, 1e-14);
    gw_assert_near(gw_dist_variance(&TRIANGULAR), 7.0 / 6.0, 1e-14);
}

static void test_others(void **state) {
    (void)state;
    gw_assert_near(gw_dist_quantile(&UNIFORM, 0.25), 10.0, 1e-14);
    gw_assert_near(gw_dist_mean(&UNIFORM), 11.0, 1e-14);
    gw_assert_near(gw_dist_variance(&UNIFORM), 16.0 / 12.0, 1e-14);
    gw_assert_near(gw_dist_quantile(&NORMAL, 0.975), 5.0 + 2.0 * 1.959963984540054, 1e-14);
    gw_assert_near(gw_dist_quantile(&LOGNORMAL, 0.5), 5.0, 1e-14);
    gw_assert_near(gw_dist_quantile(&LOGNORMAL, 0.9), 10.0, 1e-14);
    double sigma = log(9.0 / 4.0) / 1.2815515655446004;
    gw_assert_near(gw_dist_mean(&LOGNORMAL), 1.0 + 4.0 * exp(sigma * sigma / 2.0), 1e-13);
    gw_assert_near(gw_dist_quantile(&CONST, 0.7), 4.0, 0.0);
    gw_assert_close(gw_dist_variance(&CONST), 0.0, 0.0);
    gw_assert_near(gw_dist_mean(&DISCRETE), 17.0, 1e-14);
    gw_assert_near(gw_dist_variance(&DISCRETE), 0.2 * 169.0 + 0.5 * 49.0 + 0.3 * 9.0, 1e-14);
    gw_assert_near(gw_dist_quantile(&DISCRETE, 0.49), 10.0, 0.0);
    gw_assert_near(gw_dist_quantile(&DISCRETE, 0.51), 20.0, 0.0);
    gw_assert_near(gw_dist_quantile(&DISCRETE, 0.79), 20.0, 0.0);
    gw_assert_near(gw_dist_quantile(&DISCRETE, 0.81), 30.0, 0.0);
    gw_assert_near(gw_dist_quantile(&DISCRETE, 1.0 - 1e-16), 30.0, 0.0);
}

static void test_ends(void **state) {
    (void)state;
    gw_assert_near(gw_dist_min(&PERT), 10.0, 0.0);
    gw_assert_near(gw_dist_max(&PERT), 20.0, 0.0);
    gw_assert_near(gw_dist_min(&UNIFORM), 9.0, 0.0);
    gw_assert_near(gw_dist_max(&UNIFORM), 13.0, 0.0);
    gw_assert_near(gw_dist_min(&LOGNORMAL), 1.0, 0.0);
    assert_true(gw_dist_max(&LOGNORMAL) == __builtin_inf());
    assert_true(gw_dist_min(&NORMAL) == -__builtin_inf());
    gw_assert_near(gw_dist_min(&DISCRETE), 10.0, 0.0);
    gw_assert_near(gw_dist_max(&DISCRETE), 30.0, 0.0);
}

static void test_quantiles_are_monotone(void **state) {
    (void)state;
    for (int i = 0; i < N_ALL; i++) {
        double last = gw_dist_min(ALL[i]);
        for (double u = 0.0005; u < 1.0; u += 0.0007) {
            double x = gw_dist_quantile(ALL[i], u);
            assert_true(x >= last && x <= gw_dist_max(ALL[i]));
            last = x;
        }
    }
}

static void test_draws_have_the_moments(void **state) {
    (void)state;
    enum { N = 200000 };
    for (uint32_t i = 0; i < N_ALL; i++) {
        double sum = 0.0;
        double sum2 = 0.0;
        double mean = gw_dist_mean(ALL[i]);
        for (uint64_t sample = 0; sample < N; sample++) {
            double x = gw_dist_quantile(ALL[i], gw_rng_uniform(3, sample, i, 0)) - mean;
            sum += x;
            sum2 += x * x;
        }
        double variance = gw_dist_variance(ALL[i]);
        gw_assert_close(sum / N, 0.0, 5.0 * sqrt(variance / N) + 1e-12);
        gw_assert_near_at(sum2 / N, variance, 0.05, 1e-12, "variance", __FILE__, __LINE__);
    }
}

static void test_degenerate(void **state) {
    (void)state;
    gw_dist point = {.kind = GW_DIST_PERT, .a = {7.0, 7.0, 7.0}};
    static const gw_dist_kind kinds[] = {GW_DIST_PERT, GW_DIST_TRIANGULAR, GW_DIST_UNIFORM,
                                         GW_DIST_LOGNORMAL};
    for (int i = 0; i < 4; i++) {
        point.kind = kinds[i];
        assert_null(gw_dist_problem(&point));
        gw_assert_near(gw_dist_quantile(&point, 0.3), 7.0, 1e-15);
        gw_assert_close(gw_dist_variance(&point), 0.0, 1e-13);
        gw_assert_near(gw_dist_min(&point), 7.0, 0.0);
        gw_assert_near(gw_dist_max(&point), 7.0, 0.0);
    }
    gw_dist sure = {.kind = GW_DIST_NORMAL, .a = {7.0, 0.0}};
    gw_assert_near(gw_dist_quantile(&sure, 0.3), 7.0, 0.0);
    gw_assert_near(gw_dist_min(&sure), 7.0, 0.0);
}

static void check_problem(gw_dist dist, const char *part) {
    const char *problem = gw_dist_problem(&dist);
    assert_non_null(problem);
    assert_non_null(strstr(problem, part));
}

static void test_problems(void **state) {
    (void)state;
    for (int i = 0; i < N_ALL; i++) {
        assert_null(gw_dist_problem(ALL[i]));
    }
    double nan = __builtin_nan("");
    check_problem((gw_dist){.kind = GW_DIST_CONST, .a = {nan}}, "finite");
    check_problem((gw_dist){.kind = GW_DIST_CONST, .shift = nan}, "shift");
    check_problem((gw_dist){.kind = GW_DIST_UNIFORM, .a = {2.0, 1.0}}, "minimum");
    check_problem((gw_dist){.kind = GW_DIST_PERT, .a = {10.0, 60.0, 50.0}}, "mode");
    check_problem((gw_dist){.kind = GW_DIST_TRIANGULAR, .a = {5.0, 3.0, 4.0}}, "minimum");
    check_problem((gw_dist){.kind = GW_DIST_TRIANGULAR, .a = {5.0, 3.0, 6.0}}, "mode");
    check_problem((gw_dist){.kind = GW_DIST_NORMAL, .a = {5.0, -1.0}}, "negative");
    check_problem((gw_dist){.kind = GW_DIST_LOGNORMAL, .a = {0.0, 1.0}}, "median");
    check_problem((gw_dist){.kind = GW_DIST_LOGNORMAL, .a = {2.0, 1.0}}, "90th");
    check_problem((gw_dist){.kind = GW_DIST_DISCRETE, .n = 0}, "at least one");
    check_problem((gw_dist){.kind = GW_DIST_DISCRETE, .n = 9}, "at most");
    check_problem((gw_dist){.kind = GW_DIST_DISCRETE, .n = 1, .p = {0.9}}, "add up");
    check_problem((gw_dist){.kind = GW_DIST_DISCRETE, .n = 2, .p = {1.5, -0.5}}, "probability");
    check_problem((gw_dist){.kind = (gw_dist_kind)99}, "unknown");
    assert_string_equal(gw_dist_name(GW_DIST_PERT), "pert");
    assert_string_equal(gw_dist_name(GW_DIST_DISCRETE), "discrete");
    assert_string_equal(gw_dist_name((gw_dist_kind)99), "?");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pert),
        cmocka_unit_test(test_triangular),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_quantiles_are_monotone),
        cmocka_unit_test(test_draws_have_the_moments),
        cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
