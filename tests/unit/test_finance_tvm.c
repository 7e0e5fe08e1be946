/* Time value of money against published test values. Sources: tests of numpy-financial (BSD), NREL
 * ssc (BSD-3), the annuities of REopt.jl (BSD); the rest is worked by hand. */
#include "finance/tvm.h"
#include "gw_test.h"
#include "model.h"

static const double EXACT = 1e-9;

static void test_payments_of_spreadsheets(void **state) {
    (void)state;
    gw_assert_near(15000 * gw_capital_recovery_factor(0.08 / 12, 60), 304.145914326205237, EXACT);
    gw_assert_near(12000 * gw_annuity_factor(0.07, 20), 127128.170946193933, EXACT);
    gw_assert_near(15000 * gw_capital_recovery_factor(0.0, 60), 250.0, EXACT);
    gw_assert_close(gw_annuity_factor(0.083, 25), 10.40681, 5e-6);
    gw_assert_close(gw_annuity_factor(0.05, 20), 12.46221, 5e-6);
}

/* An annuity that grows is one at the rate in real terms: (1 + r) / (1 + g) - 1. */
static void test_growing_annuity(void **state) {
    (void)state;
    gw_assert_close(gw_annuity_factor((0.083 - 0.023) / 1.023, 25), 12.94887, 5e-6);
    gw_assert_near(gw_annuity_factor((0.03 - 0.03) / 1.03, 10), 10.0, EXACT);
}

/* The payments repay the capital exactly: period by period, nothing is left. */
static void test_repayment(void **state) {
    (void)state;
    const double rates[] = {-0.02, 0.0, 1e-6, 0.013, 0.4};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        double payment = 900.0 * gw_capital_recovery_factor(rates[i], 40);
        double balance = 900.0;
        for (int k = 0; k < 40; k++) {
            balance = balance * (1.0 + rates[i]) - payment;
        }
        gw_assert_close(balance / (900.0 * pow(1.0 + rates[i], 40)), 0.0, 1e-12);
    }
}

static void test_limits(void **state) {
    (void)state;
    gw_assert_near(gw_annuity_factor(1e-14, 20), 20.0, 1e-12); /* the limit, not noise */
    gw_assert_near(gw_capital_recovery_factor(0.0, 8), 0.125, EXACT);
    gw_assert_near(gw_capital_recovery_factor(0.1, 1e4), 0.1, EXACT); /* for ever */
    assert_true(isnan(gw_annuity_factor(-1.0, 5)));
    assert_true(isnan(gw_capital_recovery_factor(-1.0, 5)));
}

/* numpy-financial: NPER(7.5 %, -2000, 0, 100000). Closed forms: at rate 0 the money over the payment;
 * what never pays back has no number of periods. */
static void test_periods(void **state) {
    (void)state;
    gw_assert_close(gw_tvm_periods(0.075, -2000, 0, 100000), 21.544944, 1e-5);
    gw_assert_near(gw_tvm_periods(0.0, 50, -400, 0), 8.0, EXACT);
    for (int n = 1; n < 40; n += 7) {
        double payment = 900.0 * gw_capital_recovery_factor(0.03, n);
        gw_assert_near(gw_tvm_periods(0.03, payment, -900, 0), n, EXACT);
    }
    assert_true(isnan(gw_tvm_periods(0.1, 9, -100, 0))); /* the interest alone is 10 */
    assert_true(isnan(gw_tvm_periods(0.0, -1, -100, 0)));
    assert_true(isnan(gw_tvm_periods(-1.0, 9, -100, 0)));
}

/* Four draws of 250 at 2 % a period; many small ones approach continuous drawing. */
static void test_drawn(void **state) {
    (void)state;
    gw_assert_near(gw_tvm_drawn(1000, 4, 0.02), 1051.01004, EXACT);
    gw_assert_near(gw_tvm_drawn(1000, 4, 0.0), 1000.0, EXACT);
    gw_assert_near(gw_tvm_drawn(1.0, 100000, expm1(0.1 / 100000)), expm1(0.1) / 0.1, 1e-5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_payments_of_spreadsheets),
        cmocka_unit_test(test_growing_annuity),
        cmocka_unit_test(test_repayment),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
