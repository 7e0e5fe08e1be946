/* Moist air against the ASHRAE values that PsychroLib's own tests pin (github
 * psychrometrics/psychrolib). */
#include "gw_test.h"

#include "base/code.h"
#include "site/psychro.h"

#define C(t) ((t) + GW_ZERO_CELSIUS_K)

/* ASHRAE Fundamentals 2017, table 3 of chapter 1, as in PsychroLib's test of GetSatVapPres. */
static void test_saturation(void **state) {
    (void)state;
    gw_assert_near(gw_psychro_saturation_Pa(C(-60)), 1.08, 1e-2);
    gw_assert_near(gw_psychro_saturation_Pa(C(-20)), 103.24, 3e-4);
    gw_assert_near(gw_psychro_saturation_Pa(C(-5)), 401.74, 3e-4);
    gw_assert_near(gw_psychro_saturation_Pa(C(5)), 872.6, 3e-4);
    gw_assert_near(gw_psychro_saturation_Pa(C(25)), 3169.7, 3e-4);
    gw_assert_near(gw_psychro_saturation_Pa(C(50)), 12351.3, 3e-4);
    gw_assert_near(gw_psychro_saturation_Pa(C(100)), 101418.0, 3e-4);
    gw_assert_near(gw_psychro_saturation_Pa(C(150)), 476101.4, 3e-4);
}

static void test_saturation_slope_is_the_derivative(void **state) {
    (void)state;
    for (double t = -60; t < 100; t += 7) {
        double h = 1e-3;
        double numeric =
            (gw_psychro_saturation_Pa(C(t) + h) - gw_psychro_saturation_Pa(C(t) - h)) / (2 * h);
        gw_assert_near(gw_psychro_saturation_slope_Pa_per_K(C(t)), numeric, 1e-6);
    }
}

/* PsychroLib test_wetbulb: 30 degC, 25 degC wet, 95461 Pa; and below freezing, -1 degC, -5 degC
 * wet. */
static void test_humidity_ratio_and_its_inverse(void **state) {
    (void)state;
    gw_assert_near(gw_psychro_humidity_ratio(C(30), C(25), 95461), 0.0192281274, 3e-4);
    double ratio_25 = gw_psychro_humidity_ratio(C(30), C(25), 95461);
    gw_assert_close(gw_psychro_wet_bulb_K(C(30), ratio_25, 95461), C(25), 1e-3);
    gw_assert_near(gw_psychro_humidity_ratio(C(-1), C(-5), 95461), 0.00120399819933844, 3e-4);
    for (double t = -20; t <= 45; t += 5) {
        for (double depression = 0; depression <= 0.25 * (t + 25); depression += 1.7) {
            double ratio = gw_psychro_humidity_ratio(C(t), C(t - depression), 101325);
            if (ratio > 0) {
                gw_assert_close(gw_psychro_wet_bulb_K(C(t), ratio, 101325), C(t - depression),
                                1e-6);
            }
        }
    }
}

static void test_limits(void **state) {
    (void)state;
    /* Saturated air: wet bulb is dry bulb, also for nonsense above saturation. */
    double saturated = gw_psychro_saturated_ratio(C(20), 101325);
    gw_assert_close(gw_psychro_wet_bulb_K(C(20), 2 * saturated, 101325), C(20), 1e-9);
    gw_assert_near(gw_psychro_humidity_ratio(C(20), C(23), 101325), saturated, 1e-12);
    /* Dry air has the lowest wet bulb: 20 degC and no vapour, about 5.8 degC (psychrometric chart).
     */
    gw_assert_close(gw_psychro_wet_bulb_K(C(20), 0, 101325), C(5.85), 0.15);
    assert_true(isinf(gw_psychro_saturated_ratio(C(101), 101325)));
    assert_true(isnan(gw_psychro_saturation_Pa(-1)));
}

/* The slopes against finite steps through the exact functions. */
static void test_wet_bulb_slopes(void **state) {
    (void)state;
    double p = 101325;
    double dry[] = {C(30), C(15), C(0), C(35)};
    double wet[] = {C(22), C(12), C(-2), C(19)};
    for (int i = 0; i < 4; i++) {
        gw_psychro_slopes slopes = gw_psychro_wet_bulb_slopes(dry[i], wet[i], p);
        double ratio = gw_psychro_humidity_ratio(dry[i], wet[i], p);
        double fixed_vapour = gw_psychro_wet_bulb_K(dry[i] + 0.5, ratio, p) -
                              gw_psychro_wet_bulb_K(dry[i] - 0.5, ratio, p);
        gw_assert_near(slopes.fixed_vapour_ratio, fixed_vapour, 0.05);
        double humidity = ratio / gw_psychro_saturated_ratio(dry[i], p);
        double up = humidity * gw_psychro_saturated_ratio(dry[i] + 0.5, p);
        double down = humidity * gw_psychro_saturated_ratio(dry[i] - 0.5, p);
        double fixed_humidity = gw_psychro_wet_bulb_K(dry[i] + 0.5, up, p) -
                                gw_psychro_wet_bulb_K(dry[i] - 0.5, down, p);
        gw_assert_near(slopes.fixed_humidity_ratio, fixed_humidity, 0.05);
        assert_true(slopes.fixed_vapour_ratio < slopes.fixed_humidity_ratio);
    }
    gw_assert_close(gw_psychro_wet_bulb_slopes(C(20), C(20), p).fixed_humidity_ratio, 1, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_saturation),
        cmocka_unit_test(test_saturation_slope_is_the_derivative),
        cmocka_unit_test(test_humidity_ratio_and_its_inverse),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_wet_bulb_slopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
