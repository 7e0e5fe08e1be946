/* Write-offs: the tax tables, and the fall of the rents. */
#include "base/date.h"
#include "finance/asset.h"
#include "finance/depreciation.h"
#include "gw_test.h"

#define N 240
static const gw_calendar CALENDAR = {2026 * 12, N, NULL};

static double year_of(const double *x, int y) {
    double sum = 0.0;
    for (int m = 12 * y; m < 12 * y + 12; m++) {
        sum += x[m];
    }
    return sum;
}

/* 5-year class on 43,181,828.5536 (NREL ssc, single owner): the six years of the table. */
static void test_macrs_5(void **state) {
    (void)state;
    const double expected[] = {8636365.7107, 13818185.1372, 8290911.0823,
                               4974546.6494, 4974546.6494,  2487273.3247};
    double out[N] = {0};
    double booked =
        gw_macrs_book(&CALENDAR, 43181828.5536, gw_date_from_civil(2026, 4, 10), 5, out);
    for (int y = 0; y < 6; y++) {
        gw_assert_near(year_of(out, y), expected[y], 1e-10);
    }
    gw_assert_near(booked, 1.0, 1e-12);
    gw_assert_close(out[2], 0.0, 0.0); /* not before it is in service */
    gw_assert_near(out[3], 8636365.7107 / 9.0, 1e-9);
}

/* IRS Publication 946, table A-1, 15 years: 5 % first, 9.5 % second, 2.95 % last, 1 in all. */
static void test_macrs_15(void **state) {
    (void)state;
    double sum = 0.0;
    for (int k = 0; k < 20; k++) {
        sum += gw_macrs_frac(15, k);
    }
    gw_assert_near(sum, 1.0, 1e-12);
    gw_assert_near(gw_macrs_frac(15, 0), 0.05, 0.0);
    gw_assert_near(gw_macrs_frac(15, 15), 0.0295, 0.0);
    gw_assert_close(gw_macrs_frac(15, 16), 0.0, 0.0);
    gw_assert_close(gw_macrs_frac(5, -1), 0.0, 0.0);
}

/* Closed forms: rents that fall as fast as money is discounted fall linearly with exp(g t); level
 * rents are worth an annuity; the value is that of an integral done here by Simpson's rule. */
static void test_economic(void **state) {
    (void)state;
    gw_assert_near(gw_economic_value_frac(0.0, 5.0, -0.2, 0.1), 1.0, 0.0);
    gw_assert_close(gw_economic_value_frac(5.0, 5.0, -0.2, 0.1), 0.0, 0.0);
    gw_assert_near(gw_economic_value_frac(2.0, 5.0, 0.1, 0.1), fmin(1.0, pow(1.1, 2) * 0.6), 1e-9);
    double worth[2];
    for (int i = 0; i < 2; i++) {
        double from = i == 0 ? 0.0 : 2.0;
        double h = (5.0 - from) / 1000.0;
        worth[i] = 0.0;
        for (int k = 0; k <= 1000; k++) {
            double s = from + k * h;
            double weight = k == 0 || k == 1000 ? 1.0 : (k % 2 == 1 ? 4.0 : 2.0);
            worth[i] += weight * pow(0.8, s) * pow(1.1, from - s) * h / 3.0;
        }
    }
    gw_assert_near(gw_economic_value_frac(2.0, 5.0, -0.2, 0.1), worth[1] / worth[0], 1e-9);
    /* Falling rents cost more at first than a straight line, rising rents less. */
    assert_true(gw_economic_value_frac(1.0, 5.0, -0.3, 0.1) < 0.8);
    assert_true(gw_economic_value_frac(1.0, 5.0, 0.3, 0.1) > 0.8);
    assert_true(gw_economic_value_frac(1.0, 5.0, 0.9, 0.1) <= 1.0);
}

/* By months it sums to the cost less the residual value; MACRS leaves a gain at the end. */
static void test_assets(void **state) {
    (void)state;
    gw_asset asset = {.kind = GW_ASSET_CHIPS,
                      .cost_usd = 1000.0,
                      .service_d = gw_date_from_civil(2026, 1, 1),
                      .until_d = GW_NAN,
                      .life_d = 5 * 365.25,
                      .residual_frac = 0.1,
                      .method = GW_DEPRECIATION_ECONOMIC,
                      .rent_change = -0.25,
                      .rate = 0.1};
    double out[N] = {0};
    gw_assert_close(gw_asset_depreciate(&CALENDAR, &asset, out), 0.0, 0.0);
    double sum = 0.0;
    for (int m = 0; m < N; m++) {
        assert_true(out[m] >= 0.0 && (m == 0 || m > 60 || out[m] <= out[m - 1] * 1.2));
        sum += out[m];
    }
    gw_assert_near(sum, 900.0, 1e-9);
    double worth = gw_asset_value_usd(&asset, gw_date_from_civil(2027, 1, 1));
    gw_assert_near(worth, 1000.0 - year_of(out, 0), 1e-9);
    const gw_calendar two_years = {2026 * 12, 24, NULL};
    asset.method = GW_DEPRECIATION_MACRS;
    double tax[24] = {0};
    double gain = gw_asset_depreciate(&two_years, &asset, tax);
    gw_assert_near(year_of(tax, 0) + year_of(tax, 1), 520.0, 1e-12);
    double age = (gw_date_from_civil(2028, 1, 1) - asset.service_d) / asset.life_d;
    gw_assert_near(gain, 1000.0 * (1.0 - 0.9 * age) - 480.0, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_macrs_5),
        cmocka_unit_test(test_macrs_15),
        cmocka_unit_test(test_economic),
        cmocka_unit_test(test_assets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
