/* Axes: round steps, labels in a readable unit, positions. */
#include <stdbool.h>
#include <string.h>

#include "base/date.h"
#include "gw_test.h"
#include "report/scale.h"

static void linear_steps_are_round(void **state) {
    (void)state;
    for (double hi = 1e-3; hi < 1e15; hi *= 1.37) {
        gw_scale s = gw_scale_linear(0.0, hi, "W", 5);
        double lead = s.step / s.unit_si;
        while (lead >= 9.99) {
            lead /= 10.0;
        }
        while (lead < 0.999) {
            lead *= 10.0;
        }
        bool is_round =
            fabs(lead - 1.0) < 1e-6 || fabs(lead - 2.0) < 1e-6 || fabs(lead - 5.0) < 1e-6;
        assert_true(is_round);
        assert_true(s.lo <= 0.0 && s.hi >= hi * (1.0 - 1e-9));
        assert_true((s.hi - s.lo) / s.step <= 6.0 + 1e-6);
        gw_tick ticks[GW_TICKS_MAX];
        int n = gw_scale_ticks(&s, ticks);
        assert_in_range(n, 2, 8);
        for (int i = 1; i < n; i++) {
            assert_string_not_equal(ticks[i].label, ticks[i - 1].label);
        }
    }
}

static void labels_use_the_family_of_the_unit(void **state) {
    (void)state;
    gw_tick ticks[GW_TICKS_MAX];
    gw_scale power = gw_scale_linear(0.0, 1.2e9, "MW", 5);
    assert_string_equal(power.unit, "GW");
    assert_int_equal(gw_scale_ticks(&power, ticks), 4);
    assert_string_equal(ticks[1].label, "0.5");
    gw_scale money = gw_scale_linear(-4.0e10, 1.0e10, "USD", 5);
    assert_string_equal(money.unit, "bn USD");
    assert_int_equal(gw_scale_ticks(&money, ticks), 6);
    assert_string_equal(ticks[0].label, "-40");
    gw_scale share = gw_scale_linear(0.0, 1.0, "%", 5);
    assert_int_equal(gw_scale_ticks(&share, ticks), 6);
    assert_string_equal(ticks[3].label, "60");
    gw_scale count = gw_scale_linear(0.0, 400000.0, "", 5);
    assert_string_equal(count.unit, "");
    assert_int_equal(gw_scale_ticks(&count, ticks), 5);
    assert_string_equal(ticks[4].label, "400,000");
}

static void bad_ranges_still_give_an_axis(void **state) {
    (void)state;
    const double bad[][2] = {{GW_NAN, GW_NAN}, {0.0, 0.0}, {5.0, 5.0}, {3.0, -3.0}, {0.0, GW_INF}};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gw_scale linear = gw_scale_linear(bad[i][0], bad[i][1], "MW", 5);
        gw_scale date = gw_scale_date(bad[i][0], bad[i][1], 5);
        gw_scale ratio = gw_scale_log(bad[i][0], bad[i][1]);
        assert_true(linear.hi > linear.lo && date.hi > date.lo && ratio.hi > ratio.lo);
    }
}

static void positions_are_linear_and_clamped(void **state) {
    (void)state;
    gw_scale s = gw_scale_linear(0.0, 10.0, "", 5);
    s.px_lo = 100.0;
    s.px_hi = 0.0;
    gw_assert_close(gw_scale_px(&s, 5.0), 50.0, 1e-9);
    gw_assert_close(gw_scale_px(&s, 99.0), 0.0, 1e-9);
    gw_assert_close(gw_scale_px(&s, -99.0), 100.0, 1e-9);
    assert_true(isnan(gw_scale_px(&s, GW_NAN)));
    gw_scale log = gw_scale_log(0.1, 10.0);
    log.px_hi = 2.0;
    gw_assert_close(gw_scale_px(&log, 1.0), 1.0, 1e-9);
}

static void date_ticks_stand_on_months_and_years(void **state) {
    (void)state;
    gw_tick ticks[GW_TICKS_MAX];
    gw_scale years =
        gw_scale_date(gw_date_from_civil(2024, 6, 1), gw_date_from_civil(2033, 1, 1), 10);
    assert_int_equal(gw_scale_ticks(&years, ticks), 9);
    assert_string_equal(ticks[0].label, "2025");
    gw_assert_close(ticks[0].at, gw_date_from_civil(2025, 1, 1), 0.0);
    gw_scale months =
        gw_scale_date(gw_date_from_civil(2026, 9, 10), gw_date_from_civil(2027, 3, 5), 8);
    assert_int_equal(gw_scale_ticks(&months, ticks), 6);
    assert_string_equal(ticks[0].label, "2026-10");
    gw_scale days = gw_scale_date(100.0, 108.0, 4);
    assert_true(gw_scale_ticks(&days, ticks) >= 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_steps_are_round),
        cmocka_unit_test(labels_use_the_family_of_the_unit),
        cmocka_unit_test(bad_ranges_still_give_an_axis),
        cmocka_unit_test(positions_are_linear_and_clamped),
        cmocka_unit_test(date_ticks_stand_on_months_and_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
