/* Cooling and losses: published bands, conservation of heat, limits and monotonicity. */
#include "gw_test.h"

#include "site/cooling.h"
#include "site/psychro.h"

#define C(t) ((t) + GW_ZERO_CELSIUS_K)

static const gw_electrical no_losses = {.transformer = 1, .ups = 1, .distribution = 1};
static const gw_electrical usual_losses = {
    .transformer = 0.996, .ups = 0.975, .distribution = 0.99, .house_load = 0.02};

/* Direct-to-chip with dry coolers at W32 water, trim chillers. */
static const gw_cooling warm_water = {
    .kind = GW_COOLING_DRY,
    .liquid_supply_K = 305.15,
    .air_supply_K = 295.15,
    .approach_K = 6,
    .chiller_cop = 4.2,
    .chiller_lift_K = 30,
    .rejection_fan = 0.02,
    .pump = 0.015,
    .room_fan = 0.05,
    .cycles_of_concentration = 5,
};
/* Raised floor, chilled water at 12 degC, air-cooled chillers without a coil for free cooling worth
 * the name. */
static const gw_cooling legacy = {
    .kind = GW_COOLING_CHILLER_AIR,
    .liquid_supply_K = 285.15,
    .air_supply_K = 285.15,
    .approach_K = 20,
    .chiller_cop = 3.3,
    .chiller_lift_K = 38,
    .rejection_fan = 0.025,
    .pump = 0.03,
    .room_fan = 0.10,
    .redundancy_load = 0.02,
    .cycles_of_concentration = 5,
};
/* Frontier: tower water at about 30 degC to the cabinets, trim chillers; almost all heat in water.
 */
static const gw_cooling frontier = {
    .kind = GW_COOLING_TOWER,
    .liquid_supply_K = 303.15,
    .air_supply_K = 303.15,
    .approach_K = 4,
    .chiller_cop = 6,
    .chiller_lift_K = 25,
    .rejection_fan = 0.012,
    .pump = 0.045,
    .room_fan = 0.02,
    .cycles_of_concentration = 5,
};
static const gw_cooling outside_air = {
    .kind = GW_COOLING_AIR_EVAP,
    .liquid_supply_K = 300.15,
    .air_supply_K = 298.15,
    .approach_K = 1,
    .chiller_cop = 4,
    .chiller_lift_K = 30,
    .rejection_fan = 0.02,
    .pump = 0.01,
    .room_fan = 0.04,
    .cycles_of_concentration = 4,
};
static const gw_cooling *const designs[] = {&warm_water, &legacy, &frontier, &outside_air};

/* Frankfurt, monthly means 1991-2020 to about 1 K. */
static gw_region mild_climate(void) {
    gw_region region = {
        .daily_range_K = 9, .design_dry_bulb_K = C(32.5), .design_wet_bulb_K = C(21)};
    double dry[12] = {2.1, 2.8, 6.5, 10.9, 15.1, 18.5, 20.4, 20.1, 15.6, 10.8, 6.0, 2.9};
    double wet[12] = {0.8, 1.1, 3.9, 7.1, 11.1, 14.2, 15.8, 15.7, 12.6, 9.0, 4.8, 1.8};
    for (int m = 0; m < 12; m++) {
        region.dry_bulb_K[m] = C(dry[m]);
        region.wet_bulb_K[m] = C(wet[m]);
        region.day_spread_K[m] = 4;
    }
    return region;
}

static gw_region constant_climate(double dry_K, double wet_K) {
    gw_region region = {.design_dry_bulb_K = dry_K, .design_wet_bulb_K = wet_K};
    for (int m = 0; m < 12; m++) {
        region.dry_bulb_K[m] = dry_K;
        region.wet_bulb_K[m] = wet_K;
    }
    return region;
}

/* Direct-to-chip 1.10-1.20 and air with chillers 1.4-1.8 are the usual published bands of designs.
 */
static void test_published_bands(void **state) {
    (void)state;
    gw_region region = mild_climate();
    gw_overhead direct = gw_cooling_year(&warm_water, &usual_losses, &region, 0.85);
    assert_true(direct.pue_mean > 1.10 && direct.pue_mean < 1.20);
    gw_electrical old = {
        .transformer = 0.99, .ups = 0.91, .distribution = 0.97, .house_load = 0.03};
    gw_overhead air = gw_cooling_year(&legacy, &old, &region, 0);
    assert_true(air.pue_mean > 1.4 && air.pue_mean < 1.8);
    assert_true(air.pue_design > air.pue_mean);
}

/* Frontier 2023: mean ratio of IT + cooling to IT 1.055 (Scientific Data 2024); losses are not in
 * it. The pump share of the design is fitted to that mean, the rest is not: this pins the fit.
 * Climate of Oak Ridge. */
static void test_frontier_cooling_only(void **state) {
    (void)state;
    gw_region region = {
        .daily_range_K = 11.5, .design_dry_bulb_K = C(34), .design_wet_bulb_K = C(25.3)};
    double dry[12] = {3.6, 5.8, 10.2, 15.3, 19.9, 23.9, 25.7, 25.3, 22.0, 15.8, 9.5, 5.0};
    double wet[12] = {1.4, 3.0, 6.7, 11.3, 16.1, 20.2, 21.9, 21.6, 18.5, 12.6, 6.9, 2.9};
    for (int m = 0; m < 12; m++) {
        region.dry_bulb_K[m] = C(dry[m]);
        region.wet_bulb_K[m] = C(wet[m]);
        region.day_spread_K[m] = 4;
    }
    gw_overhead year = gw_cooling_year(&frontier, &no_losses, &region, 0.95);
    assert_true(year.pue_mean > 1.03 && year.pue_mean < 1.06);
    gw_assert_close(year.pue_mean, 1.055, 0.01);
}

/* All power that enters behind the transformer leaves as heat: through the plant, or from the
 * rejection fans and idling units that stand in it. */
static void test_all_heat_is_rejected(void **state) {
    (void)state;
    for (int d = 0; d < 4; d++) {
        for (double t = -15; t <= 45; t += 5) {
            for (double liquid = 0; liquid <= 1; liquid += 0.25) {
                gw_cooling_point p =
                    gw_cooling_at(designs[d], &usual_losses, liquid, C(t), C(0.6 * t));
                double inside =
                    p.pue * usual_losses.transformer - p.rejection_fan_frac - p.standby_frac;
                gw_assert_near(p.rejected_frac, inside, 1e-12);
                gw_assert_near(p.pue,
                               1 + p.chiller_frac + p.rejection_fan_frac + p.room_fan_frac +
                                   p.pump_frac + p.standby_frac + p.loss_frac + p.house_frac,
                               1e-12);
            }
        }
    }
}

static void test_hotter_never_costs_less(void **state) {
    (void)state;
    for (int d = 0; d < 4; d++) {
        for (double liquid = 0; liquid <= 1; liquid += 0.5) {
            double before = 0;
            for (double t = -25; t <= 48; t += 0.25) {
                double wet_K = fmin(C(t), C(t) - 0.25 * (t + 25) * 0.8);
                double pue = gw_cooling_at(designs[d], &usual_losses, liquid, C(t), wet_K).pue;
                assert_true(pue >= before - 1e-12);
                before = pue;
            }
        }
        gw_region cool = mild_climate(), hot = mild_climate();
        for (int m = 0; m < 12; m++) {
            hot.dry_bulb_K[m] += 3;
            hot.wet_bulb_K[m] += 2;
        }
        double pue_cool = gw_cooling_year(designs[d], &usual_losses, &cool, 0.8).pue_mean;
        double pue_hot = gw_cooling_year(designs[d], &usual_losses, &hot, 0.8).pue_mean;
        assert_true(pue_hot > pue_cool);
    }
}

/* No lossy part, liquid only, cold: what is left is the fans at their floor. */
static void test_closed_forms(void **state) {
    (void)state;
    gw_cooling bare = warm_water;
    bare.pump = 0;
    bare.room_fan = 0;
    gw_cooling_point cold = gw_cooling_at(&bare, &no_losses, 1, C(-20), C(-21));
    gw_assert_near(cold.pue, 1 + 0.1 * 0.02, 1e-12);
    assert_true(cold.without_chillers);
    /* At the edge of free cooling: 32 degC supply, 6 K approach. Fans at full power, no chiller. */
    gw_cooling_point edge = gw_cooling_at(&bare, &no_losses, 1, C(26), C(20));
    gw_assert_near(edge.pue, 1.02, 1e-9);
    assert_true(edge.without_chillers);
    /* Half-way through the 10 K of the loop: half by chiller, at the smallest lift of 10 K: COP 4.2
     * x 30 / 10. */
    gw_cooling_point half = gw_cooling_at(&bare, &no_losses, 1, C(31), C(20));
    gw_assert_near(half.chiller_frac, 0.5 / 12.6, 1e-12);
    /* Lift 18 K: COP 7; all of the heat. */
    gw_cooling_point hot = gw_cooling_at(&bare, &no_losses, 1, C(44), C(25));
    gw_assert_near(hot.chiller_frac, 1 / 7.0, 1e-12);
    gw_assert_near(hot.rejected_frac, 1 + 1 / 7.0, 1e-12);
    gw_assert_near(hot.rejection_fan_frac, 0.02 * (1 + 1 / 7.0), 1e-12);
}

/* The chain 0.996 x 0.975 x 0.99 x 0.975 is 0.93735; the rack supply (0.975) is IT here. The loss
 * alone, and the UPS heat goes into the air loop. */
static void test_electrical_losses(void **state) {
    (void)state;
    gw_electrical chain = usual_losses;
    chain.house_load = 0;
    gw_cooling bare = warm_water;
    bare.pump = 0;
    bare.room_fan = 0;
    bare.rejection_fan = 0;
    bare.chiller_cop = 1e30;
    gw_cooling_point p = gw_cooling_at(&bare, &chain, 1, C(0), C(-1));
    gw_assert_near(p.pue, 0.975 / 0.93735, 1e-5);
    gw_assert_near(p.rejected_frac, 1 / (0.975 * 0.99), 1e-12);
}

/* Evaporation 1 / 2.45 MJ/kg is 1.47 L/kWh, 1.84 with five cycles of concentration. */
static void test_water(void **state) {
    (void)state;
    gw_cooling bare = frontier;
    bare.pump = 0;
    bare.room_fan = 0;
    double L_per_kWh = 1e-3 / 3.6e6;
    gw_cooling_point p = gw_cooling_at(&bare, &no_losses, 1, C(20), C(15));
    gw_assert_near(p.water_m3_per_J / L_per_kWh, 1.84, 3e-3);
    bare.cycles_of_concentration = 1e9;
    p = gw_cooling_at(&bare, &no_losses, 1, C(20), C(15));
    gw_assert_near(p.water_m3_per_J / L_per_kWh, 1.47, 3e-3);
    /* Closed loops use what `water_other` says and nothing else. */
    gw_cooling closed = warm_water;
    closed.water_other_m3_per_J = 1e-13;
    gw_assert_near(gw_cooling_at(&closed, &no_losses, 0.8, C(40), C(25)).water_m3_per_J, 1e-13,
                   1e-12);
    /* Outside air: dry below supply - approach (24 degC), wet above; without end no more than the
     * depression allows. */
    gw_assert_near(gw_cooling_at(&outside_air, &no_losses, 0, C(23.9), C(15)).water_m3_per_J, 0, 0);
    gw_cooling_point warm = gw_cooling_at(&outside_air, &no_losses, 0, C(29), C(18));
    /* 5 of 10 K by evaporation, four cycles: 0.5 x 1.47 x 4/3, on 1 + room fans. */
    gw_assert_near(warm.water_m3_per_J / L_per_kWh, 0.5 * 1.4724 * 4 / 3 / 0.96, 1e-3);
    assert_true(warm.without_chillers);
}

/* A climate without any swing gives the point value; the mean over a swing matches a fine average.
 */
static void test_quadrature(void **state) {
    (void)state;
    gw_region still = constant_climate(C(24), C(18));
    gw_overhead year = gw_cooling_year(&warm_water, &usual_losses, &still, 0.8);
    gw_cooling_point point = gw_cooling_at(&warm_water, &usual_losses, 0.8, C(24), C(18));
    gw_assert_near(year.pue_mean, point.pue, 1e-12);
    gw_assert_near(year.pue_design, point.pue, 1e-12);
    gw_assert_near(year.pue[6],
                   1 + year.chiller_frac[6] + year.fan_frac[6] + year.pump_frac[6] +
                       year.loss_frac[6] + year.house_frac,
                   1e-12);
    still.daily_range_K = 14;
    for (int m = 0; m < 12; m++) {
        still.day_spread_K[m] = 4;
    }
    double fine = 0, weights = 0;
    for (double z = -4; z <= 4; z += 0.05) {
        for (int h = 0; h < 96; h++) {
            double t = 24 + 4 * z + 7 * cos(2 * M_PI * (h + 0.5) / 96);
            double weight = exp(-0.5 * z * z);
            fine += weight * gw_cooling_at(&warm_water, &usual_losses, 0.8, C(t), C(t - 5)).pue;
            weights += weight;
        }
    }
    double pue = gw_cooling_year(&warm_water, &usual_losses, &still, 0.8).pue_mean;
    gw_assert_close(pue, fine / weights, 5e-4);
}

/* Wet bulbs follow: constant vapour over the day, constant relative humidity from day to day, here
 * with the exact psychrometric functions and a fine grid. */
static void test_wet_bulbs_within_a_month(void **state) {
    (void)state;
    double p = GW_STANDARD_PRESSURE_Pa, t = C(30), wet = C(24);
    gw_region region = constant_climate(t, wet);
    region.daily_range_K = 10;
    for (int m = 0; m < 12; m++) {
        region.day_spread_K[m] = 5;
    }
    double humidity = gw_psychro_humidity_ratio(t, wet, p) / gw_psychro_saturated_ratio(t, p);
    double fine = 0, weights = 0;
    for (double z = -3.5; z <= 3.5; z += 0.1) {
        double day_K = t + 5 * z;
        double ratio = humidity * gw_psychro_saturated_ratio(day_K, p);
        for (int h = 0; h < 48; h++) {
            double dry_K = day_K + 5 * cos(2 * M_PI * (h + 0.5) / 48);
            double wet_K = gw_psychro_wet_bulb_K(dry_K, ratio, p);
            double weight = exp(-0.5 * z * z);
            fine += weight * gw_cooling_at(&frontier, &no_losses, 0.9, dry_K, wet_K).chiller_frac;
            weights += weight;
        }
    }
    gw_overhead year = gw_cooling_year(&frontier, &no_losses, &region, 0.9);
    gw_assert_near(year.chiller_frac[0], fine / weights, 0.06);
}

/* Outside air is moved by the room fans: only what passes the trim chillers meets rejection fans.
 */
static void test_fans_of_outside_air(void **state) {
    (void)state;
    assert_true(gw_cooling_at(&outside_air, &no_losses, 0, C(35), C(20)).rejection_fan_frac == 0);
    /* Saturated 29 degC: 5 K over supply - approach; half of the heat by chillers at 10 K lift,
     * COP 12. */
    gw_cooling_point humid = gw_cooling_at(&outside_air, &no_losses, 0, C(29), C(29));
    double chilled = 0.5 / 0.96;
    gw_assert_near(humid.chiller_frac, chilled / 12, 1e-12);
    gw_assert_near(humid.rejection_fan_frac, 0.02 * (chilled + chilled / 12), 1e-12);
}

static void test_free_cooling_share(void **state) {
    (void)state;
    gw_region polar = constant_climate(C(-5), C(-6)), desert = constant_climate(C(42), C(24));
    gw_assert_near(gw_cooling_year(&frontier, &usual_losses, &polar, 0.9).free_cooling_frac, 1,
                   1e-12);
    gw_assert_near(gw_cooling_year(&legacy, &usual_losses, &desert, 0.5).free_cooling_frac, 0, 0);
    /* The air part of a dry-cooler plant always has its chillers. */
    gw_assert_near(gw_cooling_year(&warm_water, &usual_losses, &polar, 0.9).free_cooling_frac, 0,
                   0);
    gw_region mild = mild_climate();
    double share = gw_cooling_year(&outside_air, &usual_losses, &mild, 0).free_cooling_frac;
    assert_true(share > 0.95 && share <= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_bands),
        cmocka_unit_test(test_frontier_cooling_only),
        cmocka_unit_test(test_all_heat_is_rejected),
        cmocka_unit_test(test_hotter_never_costs_less),
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_electrical_losses),
        cmocka_unit_test(test_water),
        cmocka_unit_test(test_quadrature),
        cmocka_unit_test(test_wet_bulbs_within_a_month),
        cmocka_unit_test(test_fans_of_outside_air),
        cmocka_unit_test(test_free_cooling_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
