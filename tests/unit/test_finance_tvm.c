/* Time value of money against published test values. Sources: tests of numpy-financial (BSD), NREL
 * ssc (BSD-3), the growing annuity of REopt.jl (BSD), IRS Publication 946; the rest is worked by
 * hand. */
#include "finance/tvm.h"
#include "gw_test.h"

static const double EXACT = 1e-9;

static void test_npv(void **state) {
    (void)state;
    const double flow[] = {-15000, 1500, 2500, 3500, 4500, 6000};
    gw_assert_near(gw_npv(0.05, flow, 6), 122.894854950942692, EXACT);
    gw_assert_near(gw_npv(0.0, flow, 6), 3000.0, EXACT);
    assert_true(isnan(gw_npv(-1.0, flow, 6)));
}

static void test_annuities_of_spreadsheets(void **state) {
    (void)state;
    gw_assert_near(gw_tvm_payment(0.08 / 12, 60, 15000, 0, GW_WHEN_END), -304.145914326205237,
                   EXACT);
    gw_assert_near(gw_tvm_principal_part(0.1 / 12, 1, 60, 55000, 0, GW_WHEN_END),
                   -710.254125786421761, EXACT);
    gw_assert_near(gw_tvm_interest_part(0.1 / 12, 1, 24, 2000, 0, GW_WHEN_END), -16.6666666667,
                   1e-10);
    gw_assert_near(gw_tvm_future_value(0.075, 20, -2000, 0, GW_WHEN_END), 86609.362673042924,
                   EXACT);
    gw_assert_near(gw_tvm_periods(0.075, -2000, 0, 100000, GW_WHEN_END), 21.544944, 1e-6);
    gw_assert_near(gw_tvm_rate(10, 0, -3500, 10000, GW_WHEN_END), 0.110690853714268928, EXACT);
    gw_assert_near(gw_tvm_present_value(0.07, 20, 12000, 0, GW_WHEN_END), -127128.170946193933,
                   EXACT);
    gw_assert_near(gw_tvm_payment(0.0, 60, 15000, 0, GW_WHEN_END), -250.0, EXACT);
}

static void test_annuity_identity(void **state) {
    (void)state;
    for (int w = 0; w <= 1; w++) {
        gw_when when = (gw_when)w;
        double pmt = gw_tvm_payment(0.013, 40, 900, -120, when);
        gw_assert_near(gw_tvm_future_value(0.013, 40, pmt, 900, when), -120.0, EXACT);
        gw_assert_near(gw_tvm_present_value(0.013, 40, pmt, -120, when), 900.0, EXACT);
        gw_assert_near(gw_tvm_periods(0.013, pmt, 900, -120, when), 40.0, EXACT);
        gw_assert_near(gw_tvm_rate(40, pmt, 900, -120, when), 0.013, EXACT);
        double principal = 0.0;
        for (int k = 1; k <= 40; k++) {
            principal += gw_tvm_principal_part(0.013, k, 40, 900, -120, when);
        }
        if (when == GW_WHEN_END) { /* paid in advance, the interest of the last period stays open */
            gw_assert_near(principal, -(900.0 - 120.0), EXACT);
        }
    }
    /* A tiny rate is the limit, not noise. */
    gw_assert_near(gw_annuity_factor(1e-14, 20), 20.0, 1e-12);
    gw_assert_near(gw_capital_recovery_factor(0.0, 8), 0.125, EXACT);
    assert_true(isnan(gw_annuity_factor(-1.0, 5)));
}

static void test_growing_annuity(void **state) {
    (void)state;
    gw_assert_close(gw_annuity_factor_growing(0.083, 0.0, 25), 10.40681, 5e-6);
    gw_assert_close(gw_annuity_factor_growing(0.083, 0.023, 25), 12.94887, 5e-6);
    gw_assert_close(gw_annuity_factor_growing(0.05, 0.0, 20), 12.46221, 5e-6);
    gw_assert_near(gw_annuity_factor_growing(0.03, 0.03, 10), 10.0, EXACT);
}

static void test_plant_and_tax(void **state) {
    (void)state;
    gw_assert_near(
        gw_levelised_cost(116100000, 1658000, 0.091725510023798154, 211907455.76222098, 0.0),
        0.058078804587097146, EXACT);
    gw_assert_near(gw_tax_rate_combined(0.21, 0.07), 0.2653, EXACT);
    const double expected[] = {8636365.7107, 13818185.1372, 8290911.0823,
                               4974546.6494, 4974546.6494,  2487273.3247};
    double sum = 0.0;
    for (int year = 1; year <= 6; year++) {
        gw_assert_close(gw_macrs_five_year_frac(year) * 43181828.5536, expected[year - 1], 1e-3);
        sum += gw_macrs_five_year_frac(year);
    }
    gw_assert_near(sum, 1.0, 1e-15);
    gw_assert_close(gw_macrs_five_year_frac(7), 0.0, 0.0);
}

static void test_debt(void **state) {
    (void)state;
    const double draws[] = {250, 250, 250, 250};
    gw_assert_near(gw_balance_with_interest(0.02, draws, 4), 1051.01004, EXACT);
    gw_assert_near(gw_debt_capacity(100, 1.3, 0.08, 10), 516.1601076, EXACT);
    gw_assert_near(100 / 1.3, 76.923077, 1e-7);
    /* Half a year of waiting on 37.882 bn per GW. */
    gw_assert_close(37.882 * gw_carry_factor(0.065, 0.5), 1.2118, 5e-5);
    gw_assert_close(37.882 * gw_carry_factor(0.10, 0.5), 1.8490, 5e-5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npv),
        cmocka_unit_test(test_annuities_of_spreadsheets),
        cmocka_unit_test(test_annuity_identity),
        cmocka_unit_test(test_growing_annuity),
        cmocka_unit_test(test_plant_and_tax),
        cmocka_unit_test(test_debt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
