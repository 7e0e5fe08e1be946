/* Rates of return: published values, all roots of multiple cases, and roots planted on purpose. */
#include "base/rng.h"
#include "finance/irr.h"
#include "gw_test.h"
#include "model.h"

/* Worth at the time of flow[0]. */
static double npv(double rate, const double *flow, int n) {
    double sum = 0.0;
    for (int k = n - 1; k >= 0; k--) {
        sum = sum / (1.0 + rate) + flow[k];
    }
    return sum;
}

static const double EXACT = 1e-9;

#define FIND(...)                                                                                  \
    gw_irr_find((const double[]){__VA_ARGS__},                                                     \
                (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)), 1.0)

static void one_root(gw_irr irr, double expected) {
    assert_int_equal(irr.n, 1);
    assert_null(irr.problem);
    gw_assert_near(irr.root[0], expected, EXACT);
}

/* Source: tests of numpy-financial (BSD). */
static void test_single(void **state) {
    (void)state;
    one_root(FIND(-150000, 15000, 25000, 35000, 45000, 60000), 0.052432888859414);
    one_root(FIND(-100, 0, 0, 74), -0.095495830348973);
    one_root(FIND(-100, 39, 59, 55, 20), 0.280948421159961);
    one_root(FIND(-100, 100, 0, 7), 0.062058485629929);
}

/* Same source for the flows; all their roots, not only the one that numpy-financial picks. */
static void test_multiple(void **state) {
    (void)state;
    gw_irr two = FIND(-100, 100, 0, -7);
    assert_int_equal(two.n, 2);
    assert_non_null(two.problem);
    gw_assert_near(two.root[0], -0.678894373632386, EXACT);
    gw_assert_near(two.root[1], -0.083299666184933, EXACT);
    gw_irr three = FIND(-5, 10.5, 1, -8, 1);
    assert_int_equal(three.n, 3);
    gw_assert_near(three.root[0], -0.870201247484741, EXACT);
    gw_assert_near(three.root[1], 0.088598338527755, EXACT);
    gw_assert_near(three.root[2], 0.709559527686184, EXACT);
}

static void test_none(void **state) {
    (void)state;
    gw_irr irr = FIND(1, 2, 3);
    assert_int_equal(irr.n, 0);
    assert_non_null(irr.problem);
    irr = FIND(-1, -2, -3);
    assert_int_equal(irr.n, 0);
    assert_non_null(irr.problem);
    irr = FIND(0, 0);
    assert_non_null(irr.problem);
    irr = FIND(-1, GW_NAN, 3);
    assert_int_equal(irr.n, 0);
    assert_non_null(irr.problem);
    /* Two changes of sign and no real root: 1 - 2 x + 2 x^2. */
    irr = FIND(1, -2, 2);
    assert_int_equal(irr.n, 0);
    assert_non_null(irr.problem);
    /* The only root, 1100 % a year, lies outside. */
    irr = FIND(-1, 12);
    assert_int_equal(irr.n, 0);
    assert_non_null(irr.problem);
}

/* (1 - 1.1 x)^2 touches zero at 10 % without crossing it. */
static void test_double_root(void **state) {
    (void)state;
    gw_irr irr = FIND(1, -2.2, 1.21);
    assert_int_equal(irr.n, 1);
    gw_assert_close(irr.root[0], 0.1, 1e-7);
    irr = FIND(-1, 2.2, -1.2099);
    assert_int_equal(irr.n, 2);
    irr = FIND(-1, 2.2, -1.2101);
    assert_int_equal(irr.n, 0);
}

/* Chip SPV: cost 100, 40 a year for 4 years, debt 85 at 9 % repaid level over 4 years (own stylised
 * case). */
static void test_levered(void **state) {
    (void)state;
    one_root(FIND(-100, 40, 40, 40, 40), 0.218622696);
    double service = 85.0 * gw_capital_recovery_factor(0.09, 4);
    gw_assert_near(service, 26.236836, 1e-7);
    gw_assert_near(40.0 / service, 1.524574, 1e-6);
    double left = 40.0 - service;
    one_root(FIND(-15, left, left, left, left), 0.836964937);
}

/* 4.5 GW at 1.4 facility over IT power, Epoch unit costs, five years, no residual value. Source:
 * Epoch AI (CC-BY 4.0), 37.882 bn USD capital and 0.902 bn USD a year per GW IT. */
static void test_large_lease(void **state) {
    (void)state;
    const double revenue[] = {30, 60};
    const double expected[2][2] = {{0.03673105, 0.37274883}, {-0.08468877, 0.19151832}};
    for (int basis = 0; basis < 2; basis++) {
        double it_GW = basis == 0 ? 4.5 / 1.4 : 4.5;
        for (int i = 0; i < 2; i++) {
            double cash = revenue[i] - 0.902 * it_GW;
            gw_irr irr = FIND(-37.882 * it_GW, cash, cash, cash, cash, cash);
            assert_int_equal(irr.n, 1);
            gw_assert_close(irr.root[0], expected[basis][i], 5e-9);
        }
    }
}

static void test_months(void **state) {
    (void)state;
    /* 1 % a month on a level loan is 1.01^12 - 1 a year. */
    double flow[121];
    flow[0] = -1000.0;
    for (int k = 1; k <= 120; k++) {
        flow[k] = 1000.0 * gw_capital_recovery_factor(0.01, 120);
    }
    gw_irr irr = gw_irr_find(flow, 121, 12.0);
    assert_int_equal(irr.n, 1);
    gw_assert_near(irr.root[0], expm1(12.0 * log1p(0.01)), EXACT);
}

/* Polynomials with planted roots: product of (x - x_i), times a factor without roots in range. */
static void test_planted_roots(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 300; sample++) {
        int n_planted = 1 + (int)(sample % 5);
        double rates[5];
        double c[16] = {1.0};
        int n = 1;
        for (int i = 0; i < n_planted; i++) {
            /* spread out: rate i in its own fifth of -50 % .. 200 % */
            rates[i] = -0.5 + (i + 0.2 + 0.6 * gw_rng_uniform(3, sample, (uint32_t)i, 0)) * 0.5;
            double x = 1.0 / (1.0 + rates[i]);
            for (int k = n; k >= 0; k--) {
                c[k] = (k < n ? c[k] * -x : 0.0) + (k > 0 ? c[k - 1] : 0.0);
            }
            n++;
        }
        double with_zeros[32] = {0};
        for (int k = 0; k < n; k++) {
            with_zeros[k + 2] = 1e9 * c[k]; /* leading zeros change nothing */
        }
        gw_irr irr = gw_irr_find(with_zeros, n + 4, 1.0);
        assert_int_equal(irr.n, n_planted);
        assert_true((irr.problem == NULL) == (n_planted == 1));
        for (int i = 0; i < n_planted; i++) {
            gw_assert_close(irr.root[i], rates[i], 1e-7);
        }
    }
}

/* Property: every reported rate makes the flow worth nothing, and there are no more than Descartes
 * allows, of the same parity as the change of sign between the ends of the range. */
static void test_random_flows(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 500; sample++) {
        double flow[60];
        int n = 10 + (int)(50.0 * gw_rng_uniform(5, sample, 99, 0));
        double size = 0.0;
        for (int k = 0; k < n; k++) {
            flow[k] = gw_rng_uniform(5, sample, (uint32_t)k, 1) - 0.5;
            size += fabs(flow[k]);
        }
        gw_irr irr = gw_irr_find(flow, n, 12.0);
        assert_true(irr.n <= gw_irr_sign_changes(flow, n));
        int n_seen = 0;
        double last = npv(expm1(log1p(-0.9899) / 12.0), flow, n);
        for (int i = 1; i <= 4000; i++) { /* an independent count of crossings on a fine grid */
            double s = (log(0.0101) + i / 4000.0 * (log(10.99) - log(0.0101))) / 12.0;
            double now = npv(expm1(s), flow, n);
            n_seen += (now > 0.0) != (last > 0.0);
            last = now;
        }
        assert_int_equal(irr.n, n_seen);
        for (int i = 0; i < irr.n; i++) {
            double worth = npv(expm1(log1p(irr.root[i]) / 12.0), flow, n);
            double scale = size * fmax(1.0, pow(1.0 + irr.root[i], -n / 12.0));
            gw_assert_close(worth / scale, 0.0, 1e-10);
        }
    }
}

/* A negative second rate, from a repayment at the end, takes no meaning from the other. */
static void test_investment(void **state) {
    (void)state;
    /* (x - 1.1) (x - 0.4) with x = 1 + rate: 10 % and -60 %. */
    const double balloon[] = {-1.0, 1.5, -0.44};
    assert_int_equal(gw_irr_find(balloon, 3, 1.0).n, 2);
    one_root(gw_irr_of_investment(balloon, 3, 1.0), 0.1);
    /* 10 % and 30 %: at 20 % the flow is worth something, at 0 % nothing. No single rate. */
    const double both[] = {-1.0, 2.4, -1.43};
    gw_irr irr = gw_irr_of_investment(both, 3, 1.0);
    assert_int_equal(irr.n, 2);
    assert_non_null(irr.problem);
    /* Money comes in first: a rate of 10 % is one that is paid, not earned. */
    const double loan[] = {1.0, -1.5, 0.44};
    assert_int_equal(gw_irr_of_investment(loan, 3, 1.0).n, 2);
    const double usual[] = {0.0, -1.0, 1.2};
    one_root(gw_irr_of_investment(usual, 3, 1.0), 0.2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single),       cmocka_unit_test(test_multiple),
        cmocka_unit_test(test_none),         cmocka_unit_test(test_double_root),
        cmocka_unit_test(test_levered),      cmocka_unit_test(test_large_lease),
        cmocka_unit_test(test_months),       cmocka_unit_test(test_planted_roots),
        cmocka_unit_test(test_random_flows), cmocka_unit_test(test_investment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
