/* Capacity over time: worked cases, conservation of level x time, and published oracles. */
#include <string.h>

#include "base/dist.h"
#include "base/rng.h"
#include "gw_test.h"
#include "programme/capacity.h"

#define N_MONTHS 36

/* Storage for one site with up to two clusters. */
typedef struct arrays {
    double site[7][N_MONTHS];
    double fleet[2][2][N_MONTHS];
    gw_capacity capacity;
    gw_fleet fleets[2];
    gw_fleet *fleet_at[2];
    gw_arena *scratch;
} arrays;

static void arrays_init(arrays *a) {
    memset(a, 0, sizeof *a);
    a->capacity = (gw_capacity){.built_it_W = a->site[0],
                                .powered_it_W = a->site[1],
                                .chips_it_W = a->site[2],
                                .running_it_W = a->site[3],
                                .accelerators = a->site[4],
                                .end_it_W = a->site[5],
                                .end_accelerators = a->site[6]};
    for (int c = 0; c < 2; c++) {
        a->fleets[c].accelerators = a->fleet[c][0];
        a->fleets[c].end_accelerators = a->fleet[c][1];
        a->fleet_at[c] = &a->fleets[c];
    }
    a->scratch = gw_arena_create(0);
}

static void arrays_clear(arrays *a) {
    gw_arena_free(a->scratch);
}

static double day(int year, int month, int day_of_month) {
    return gw_date_from_civil(year, month, day_of_month);
}

static const int MONTH0 = 2025 * 12;

static gw_timeline run(arrays *a, const gw_site_plan *plan, double as_of_d) {
    gw_timeline timeline = gw_timeline_build(plan, a->scratch);
    gw_capacity_fill(plan, &timeline, MONTH0, N_MONTHS, as_of_d, &a->capacity, a->fleet_at);
    return timeline;
}

static const double NEVER = GW_NAN;

/* One building, one supply, one lot of 100 accelerators of 1 kW; which = the layer that comes late.
 */
static void one_late(gw_limit which) {
    arrays a;
    arrays_init(&a);
    double early_d = day(2025, 3, 1);
    double late_d = day(2025, 9, 16);
    gw_piece building = {which == GW_LIMIT_BUILDING ? late_d : early_d, NEVER, 100e3};
    gw_piece supply = {which == GW_LIMIT_POWER ? late_d : early_d, NEVER, 100e3};
    gw_lot lot = {which == GW_LIMIT_CHIPS ? late_d : early_d, NEVER, 100.0, 1e3, 0};
    gw_site_plan plan = {1, 1, 1, 1, &building, &supply, &lot, 1.25};
    run(&a, &plan, day(2025, 6, 1));
    assert_int_equal(a.capacity.last, which);
    gw_assert_close(a.capacity.first_d, late_d, 0.0);
    gw_assert_close(a.capacity.full_d, late_d, 0.0);
    gw_assert_near(a.capacity.full_it_W, 100e3, 1e-15);
    gw_assert_near(a.capacity.full_facility_W, 125e3, 1e-15);
    gw_assert_near(a.capacity.full_accelerators, 100.0, 1e-15);
    gw_assert_close(a.capacity.as_of_it_W, 0.0, 0.0);
    gw_assert_close(a.capacity.as_of_installed, which == GW_LIMIT_CHIPS ? 0.0 : 100.0, 0.0);
    gw_assert_close(a.capacity.running_it_W[7], 0.0, 0.0);   /* August */
    gw_assert_near(a.capacity.running_it_W[8], 50e3, 1e-14); /* 15 of 30 days */
    gw_assert_near(a.capacity.end_it_W[8], 100e3, 1e-15);
    gw_assert_near(a.capacity.accelerators[9], 100.0, 1e-15);
    gw_assert_near(a.fleets[0].full_accelerators, 100.0, 1e-15);
    gw_assert_close(a.fleets[0].full_d, late_d, 0.0);
    arrays_clear(&a);
}

static void test_each_layer_late(void **state) {
    (void)state;
    one_late(GW_LIMIT_BUILDING);
    one_late(GW_LIMIT_POWER);
    one_late(GW_LIMIT_CHIPS);
}

static void test_nothing_without_one_layer(void **state) {
    (void)state;
    arrays a;
    arrays_init(&a);
    gw_piece supply = {day(2025, 1, 1), NEVER, 100e3};
    gw_lot lot = {day(2025, 1, 1), NEVER, 100.0, 1e3, 0};
    gw_site_plan plan = {0, 1, 1, 1, NULL, &supply, &lot, 1.2};
    run(&a, &plan, day(2025, 6, 1));
    gw_assert_close(a.capacity.full_it_W, 0.0, 0.0);
    assert_true(isnan(a.capacity.first_d));
    assert_true(isnan(a.capacity.full_d));
    gw_assert_close(a.capacity.as_of_installed, 100.0, 0.0);
    /* A lot that is never dated, or leaves before it comes, is not there. */
    gw_lot odd[2] = {{NEVER, NEVER, 5.0, 1e3, 0}, {day(2026, 1, 1), day(2025, 1, 1), 5.0, 1e3, 0}};
    gw_site_plan odd_plan = {1, 1, 2, 1, &supply, &supply, odd, 1.2};
    gw_timeline timeline = run(&a, &odd_plan, day(2025, 6, 1));
    assert_int_equal(timeline.n, 2);
    gw_assert_close(a.capacity.full_it_W, 0.0, 0.0);
    arrays_clear(&a);
}

/* Power falls from 100 kW to 60 kW for two months (as during a refit of cooling), then comes back.
 */
static void test_capacity_falls_and_returns(void **state) {
    (void)state;
    arrays a;
    arrays_init(&a);
    gw_piece building = {day(2025, 1, 1), NEVER, 200e3};
    gw_piece supply[3] = {{day(2025, 1, 1), NEVER, 60e3},
                          {day(2025, 1, 1), day(2025, 10, 1), 40e3},
                          {day(2025, 12, 1), NEVER, 40e3}};
    gw_lot lots[2] = {{day(2025, 1, 1), NEVER, 50.0, 1e3, 0},
                      {day(2025, 2, 1), NEVER, 50.0, 1e3, 1}};
    gw_site_plan plan = {1, 3, 2, 2, &building, supply, lots, 1.2};
    run(&a, &plan, day(2025, 11, 15));
    gw_assert_near(a.capacity.end_it_W[8], 100e3, 1e-15);    /* September */
    gw_assert_near(a.capacity.running_it_W[9], 60e3, 1e-15); /* October */
    gw_assert_near(a.capacity.as_of_it_W, 60e3, 1e-15);
    gw_assert_near(a.capacity.end_it_W[11], 100e3, 1e-15);
    /* The older lot keeps its power; the younger keeps 10 of 50. */
    gw_assert_near(a.fleets[0].accelerators[9], 50.0, 1e-15);
    gw_assert_near(a.fleets[1].accelerators[9], 10.0, 1e-12);
    gw_assert_near(a.fleets[1].end_accelerators[9], 10.0, 1e-12);
    gw_assert_near(a.fleets[1].end_accelerators[8], 50.0, 1e-15);
    /* Full was first reached with the second lot, long before the last arrival. */
    gw_assert_close(a.capacity.full_d, day(2025, 2, 1), 0.0);
    assert_int_equal(a.capacity.last, GW_LIMIT_CHIPS);
    arrays_clear(&a);
}

/* Bridge power carries more for a while than the connection that comes for good: full is the
 * finished level. */
static void test_full_is_the_finished_level(void **state) {
    (void)state;
    arrays a;
    arrays_init(&a);
    gw_piece building = {day(2025, 1, 1), NEVER, 150e3};
    gw_piece supply[2] = {{day(2025, 9, 1), NEVER, 100e3},
                          {day(2025, 2, 1), day(2025, 6, 1), 150e3}};
    gw_lot lot = {day(2025, 1, 1), NEVER, 150.0, 1e3, 0};
    gw_site_plan plan = {1, 2, 1, 1, &building, supply, &lot, 1.2};
    gw_timeline timeline = run(&a, &plan, day(2025, 4, 1));
    gw_assert_close(timeline.last_arrival_d, day(2025, 9, 1), 0.0);
    gw_assert_near(a.capacity.full_it_W, 100e3, 1e-15);
    gw_assert_near(a.capacity.as_of_it_W, 150e3, 1e-15);
    /* That level was first reached on bridge power. */
    gw_assert_close(a.capacity.full_d, day(2025, 2, 1), 0.0);
    assert_int_equal(a.capacity.last, GW_LIMIT_POWER);
    /* What comes together is counted as the building's date. */
    supply[0].from_d = supply[1].from_d = day(2025, 1, 1);
    run(&a, &plan, day(2025, 4, 1));
    assert_int_equal(a.capacity.last, GW_LIMIT_BUILDING);
    arrays_clear(&a);
}

static void test_stranded_chips(void **state) {
    (void)state;
    arrays a;
    arrays_init(&a);
    gw_piece building = {day(2025, 1, 1), NEVER, 70e3};
    gw_piece supply = {day(2025, 1, 1), NEVER, 200e3};
    /* Given out of order: power goes to the earlier lot; equal dates keep their order. */
    gw_lot lots[3] = {{day(2025, 5, 1), NEVER, 40.0, 1e3, 1},
                      {day(2025, 2, 1), NEVER, 25.0, 2e3, 0},
                      {day(2025, 5, 1), NEVER, 10.0, 1e3, 0}};
    gw_lots_order(lots, 3);
    assert_int_equal(lots[0].cluster, 0);
    assert_int_equal(lots[1].cluster, 1);
    gw_site_plan plan = {1, 1, 3, 2, &building, &supply, lots, 1.2};
    run(&a, &plan, day(2025, 6, 1));
    gw_assert_near(a.capacity.full_it_W, 70e3, 1e-15);
    gw_assert_near(a.fleets[0].full_accelerators, 25.0, 1e-15);
    gw_assert_near(a.fleets[1].full_accelerators, 20.0, 1e-12); /* 20 kW are left of 70 */
    gw_assert_near(a.capacity.full_accelerators, 45.0, 1e-12);
    gw_assert_near(a.capacity.as_of_installed, 75.0, 1e-15);
    arrays_clear(&a);
}

/* Property: the sum of month averages x days is the integral of the step function, whatever the
 * dates. */
static void test_month_integration_conserves(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 200; sample++) {
        arrays a;
        arrays_init(&a);
        gw_piece buildings[6];
        gw_piece supply[6];
        gw_lot lots[6];
        double start_d = gw_month_start_d(MONTH0);
        double end_d = gw_month_start_d(MONTH0 + N_MONTHS);
        uint32_t index = 0;
        for (int i = 0; i < 6; i++) {
            double u[6];
            for (int j = 0; j < 6; j++) {
                u[j] = gw_rng_uniform(7, sample, 1, index++);
            }
            /* from 100 days before the horizon to 100 days after */
            double span_d = end_d - start_d + 200.0;
            buildings[i] = (gw_piece){start_d - 100.0 + u[0] * span_d, NEVER, 1e6 * (1.0 + u[1])};
            supply[i] = (gw_piece){start_d - 100.0 + u[2] * span_d, NEVER, 1e6 * (1.0 + u[3])};
            lots[i] =
                (gw_lot){start_d - 100.0 + u[4] * span_d, NEVER, 1e3 * (1.0 + u[5]), 1.5e3, i % 2};
            buildings[i].until_d = i % 3 == 0 ? buildings[i].from_d + 300.0 : NEVER;
            lots[i].until_d = i % 3 == 1 ? lots[i].from_d + 200.0 : NEVER;
        }
        gw_lots_order(lots, 6);
        gw_site_plan plan = {6, 6, 6, 2, buildings, supply, lots, 1.2};
        gw_timeline timeline = run(&a, &plan, day(2026, 1, 1));
        double integral = 0.0;
        double accelerator_days = 0.0;
        for (int k = 0; k < timeline.n; k++) {
            double from_d = fmax(timeline.from_d[k], start_d);
            double until_d = fmin(k + 1 < timeline.n ? timeline.from_d[k + 1] : end_d, end_d);
            double days = fmax(0.0, until_d - from_d);
            integral += days * timeline.level[k].running_W;
            accelerator_days += days * timeline.level[k].accelerators;
        }
        double months = 0.0;
        double fleet_days = 0.0;
        for (int m = 0; m < N_MONTHS; m++) {
            double days = gw_month_days(MONTH0 + m);
            months += days * a.capacity.running_it_W[m];
            fleet_days += days * (a.fleets[0].accelerators[m] + a.fleets[1].accelerators[m]);
            double limit = fmin(a.capacity.built_it_W[m],
                                fmin(a.capacity.powered_it_W[m], a.capacity.chips_it_W[m]));
            assert_true(a.capacity.running_it_W[m] <= limit * (1.0 + 1e-12));
        }
        gw_assert_near(months, integral, 1e-12);
        gw_assert_near(fleet_days, accelerator_days, 1e-12);
        arrays_clear(&a);
    }
}

/* Merge bias. Source: order statistics. E max of two U(0, 1) = 2/3; eight independent buildings,
 * each on time with 0.9, are all on time with 0.9^8 = 0.43046721. */
static void test_merge_bias(void **state) {
    (void)state;
    enum { N = 20000 };
    gw_dist unit = {.kind = GW_DIST_UNIFORM, .a = {0.0, 1.0}};
    gw_dist late = {.kind = GW_DIST_DISCRETE, .n = 2, .a = {0.0, 100.0}, .p = {0.9, 0.1}};
    arrays a;
    arrays_init(&a);
    double mean_d = 0.0;
    int n_on_time = 0;
    for (int i = 0; i < N; i++) {
        gw_mark mark = gw_arena_mark(a.scratch);
        double u[10];
        for (int j = 0; j < 10; j++) {
            u[j] = gw_rng_uniform(11, (uint64_t)i, (uint32_t)j, 0);
        }
        gw_piece building = {gw_dist_quantile(&unit, u[0]), NEVER, 1e6};
        gw_piece supply = {gw_dist_quantile(&unit, u[1]), NEVER, 1e6};
        gw_lot lot = {0.0, NEVER, 1000.0, 1e3, 0};
        gw_site_plan two = {1, 1, 1, 1, &building, &supply, &lot, 1.2};
        run(&a, &two, 0.0);
        mean_d += a.capacity.full_d / N;
        gw_piece eight[8];
        for (int j = 0; j < 8; j++) {
            eight[j] = (gw_piece){gw_dist_quantile(&late, u[2 + j]), NEVER, 1e5};
        }
        supply = (gw_piece){0.0, NEVER, 8e5};
        lot = (gw_lot){0.0, NEVER, 800.0, 1e3, 0};
        gw_site_plan parallel = {8, 1, 1, 1, eight, &supply, &lot, 1.2};
        run(&a, &parallel, 0.0);
        n_on_time += a.capacity.full_d <= 0.0;
        gw_arena_reset(a.scratch, mark);
    }
    gw_assert_close(mean_d, 2.0 / 3.0, 4.0 * sqrt(1.0 / 18.0 / N));
    double p = 0.43046721;
    gw_assert_close((double)n_on_time / N, p, 4.0 * sqrt(p * (1.0 - p) / N));
    arrays_clear(&a);
}

/* Durations between dated events. Source: Epoch AI, data_center_timelines.csv (CC-BY 4.0): Colossus
 * 1 first work to 100k GPUs 131 days; Abilene first work to first building 483 days; Abilene's full
 * date moved by 124 days. */
static void test_durations(void **state) {
    (void)state;
    arrays a;
    arrays_init(&a);
    gw_piece carries = {day(2024, 1, 1), NEVER, 1e9};
    gw_lot lot = {day(2024, 9, 2), NEVER, 1e5, 1e3, 0};
    gw_site_plan plan = {1, 1, 1, 1, &carries, &carries, &lot, 1.2};
    run(&a, &plan, day(2026, 1, 1));
    gw_assert_close(a.capacity.full_d - day(2024, 4, 24), 131.0, 0.0);
    lot.from_d = day(2025, 9, 26);
    run(&a, &plan, day(2026, 1, 1));
    gw_assert_close(a.capacity.first_d - day(2024, 5, 31), 483.0, 0.0);
    lot.from_d = gw_slipped_d(day(2026, 6, 30), 124.0 * GW_DAY_s, day(2026, 5, 1));
    run(&a, &plan, day(2026, 5, 1));
    gw_assert_close(a.capacity.full_d, day(2026, 11, 1), 0.0);
    arrays_clear(&a);
}

/* Abilene. Source: Epoch AI, data_center_timelines.csv, "OpenAI Stargate Abilene" (CC-BY 4.0): 1
 * building with 105 MW IT on 2025-09-26, 2 with 211 MW and 295 MW facility on 2025-12-24, 4 with
 * 421 MW on 2026-05-23, 8 with 843 MW and 1,180 MW facility on 2026-11-01; 50,400 accelerators a
 * building. */
static void test_abilene(void **state) {
    (void)state;
    arrays a;
    arrays_init(&a);
    const double building_W = 105.4e6;
    const double slot_W = building_W / 50400.0;
    gw_piece buildings[4] = {{day(2025, 9, 26), NEVER, building_W},
                             {day(2025, 12, 24), NEVER, building_W},
                             {day(2026, 5, 23), NEVER, 2.0 * building_W},
                             {day(2026, 11, 1), NEVER, 4.0 * building_W}};
    gw_piece supply = {day(2025, 6, 28), NEVER, 1.2e9 / 1.4};
    gw_lot lots[4];
    for (int i = 0; i < 4; i++) {
        lots[i] = (gw_lot){buildings[i].from_d, NEVER, buildings[i].it_W / slot_W, slot_W, 0};
    }
    gw_site_plan plan = {4, 1, 4, 1, buildings, &supply, lots, 1.4};
    gw_timeline timeline = run(&a, &plan, day(2026, 6, 1));
    gw_assert_close(timeline.level[gw_timeline_at(&timeline, day(2025, 12, 23))].running_W, 105.4e6,
                    1.0);
    gw_assert_close(timeline.level[gw_timeline_at(&timeline, day(2025, 12, 24))].running_W, 211e6,
                    0.5e6);
    gw_assert_close(a.capacity.as_of_it_W, 421e6, 1e6);
    gw_assert_close(a.capacity.as_of_it_W * 1.4, 590e6, 1e6);
    gw_assert_near(a.capacity.as_of_accelerators, 201600.0, 1e-12);
    gw_assert_close(a.capacity.full_it_W, 843e6, 0.5e6);
    gw_assert_close(a.capacity.full_facility_W, 1180e6, 1e6);
    gw_assert_near(a.capacity.full_accelerators, 403200.0, 1e-12);
    gw_assert_close(a.capacity.full_d, day(2026, 11, 1), 0.0);
    gw_assert_close(a.capacity.first_d, day(2025, 9, 26), 0.0);
    gw_assert_near(a.capacity.end_accelerators[12], 100800.0, 1e-12); /* January 2026 */
    arrays_clear(&a);
}

static void test_slip(void **state) {
    (void)state;
    double as_of_d = day(2026, 6, 30);
    gw_assert_close(gw_slipped_d(day(2026, 6, 30), 90.0 * GW_DAY_s, as_of_d), as_of_d, 0.0);
    gw_assert_close(gw_slipped_d(day(2025, 6, 30), 90.0 * GW_DAY_s, as_of_d), day(2025, 6, 30),
                    0.0);
    gw_assert_close(gw_slipped_d(day(2026, 7, 10), 90.0 * GW_DAY_s, as_of_d),
                    day(2026, 7, 10) + 90.0, 0.0);
    gw_assert_close(gw_slipped_d(day(2027, 7, 10), -30.0 * GW_DAY_s, as_of_d), day(2027, 6, 10),
                    0.0);
    /* Nothing comes early enough to have happened already. */
    gw_assert_close(gw_slipped_d(day(2026, 7, 10), -90.0 * GW_DAY_s, as_of_d), as_of_d + 1.0, 0.0);
    gw_assert_close(gw_slipped_d(as_of_d + 0.5, -90.0 * GW_DAY_s, as_of_d), as_of_d + 0.5, 0.0);
    assert_true(isnan(gw_slipped_d(NEVER, 90.0 * GW_DAY_s, as_of_d)));
}

static void test_supply(void **state) {
    (void)state;
    gw_supply supply = {.kind = GW_SUPPLY_GRID, .role = GW_ROLE_PRIMARY, .capacity_W = 120e6};
    gw_plant plant = {.kind = GW_PLANT_GAS_TURBINE, .hot_derate = 0.1};
    gw_assert_near(gw_supply_it_W(&supply, NULL, 1.2), 100e6, 1e-15);
    supply.kind = GW_SUPPLY_PLANT;
    gw_assert_near(gw_supply_it_W(&supply, &plant, 1.2), 90e6, 1e-14);
    plant.kind = GW_PLANT_SOLAR;
    gw_assert_close(gw_supply_it_W(&supply, &plant, 1.2), 0.0, 0.0);
    plant.kind = GW_PLANT_NUCLEAR;
    supply.role = GW_ROLE_BACKUP;
    gw_assert_close(gw_supply_it_W(&supply, &plant, 1.2), 0.0, 0.0);
    supply = (gw_supply){.kind = GW_SUPPLY_STORAGE, .role = GW_ROLE_PRIMARY, .capacity_W = 120e6};
    gw_assert_close(gw_supply_it_W(&supply, NULL, 1.2), 0.0, 0.0);
    supply.kind = GW_SUPPLY_GRID;
    assert_true(isnan(gw_supply_it_W(&supply, NULL, NEVER)));
}

/* What is unknown stays unknown, but hides nothing else. */
static void test_unknown_slot_power(void **state) {
    (void)state;
    arrays a;
    arrays_init(&a);
    gw_piece carries = {day(2025, 1, 1), NEVER, 1e6};
    gw_lot lot = {day(2025, 1, 1), NEVER, 100.0, NEVER, 0};
    gw_site_plan plan = {1, 1, 1, 1, &carries, &carries, &lot, 1.2};
    run(&a, &plan, day(2025, 6, 1));
    gw_assert_near(a.capacity.built_it_W[3], 1e6, 1e-15);
    gw_assert_near(a.capacity.as_of_installed, 100.0, 1e-15);
    assert_true(isnan(a.capacity.running_it_W[3]));
    assert_true(isnan(a.capacity.full_it_W));
    assert_true(isnan(a.capacity.full_d));
    arrays_clear(&a);
}

/* The phase on a small scenario: slips apart for site and cluster, month calendar, two sites. */
static void test_phase(void **state) {
    (void)state;
    arrays a[2];
    arrays_init(&a[0]);
    arrays_init(&a[1]);
    gw_building building = {
        .count = 2.0, .it_power_W = 50e3, .ready_d = day(2026, 3, 1), .until_d = NEVER};
    gw_supply grid = {.kind = GW_SUPPLY_GRID,
                      .role = GW_ROLE_PRIMARY,
                      .plant = {NULL, -1},
                      .capacity_W = 125e3,
                      .energised_d = day(2025, 3, 1),
                      .until_d = NEVER};
    gw_chip_lot lot = {.count = 100.0, .installed_d = day(2026, 3, 1), .until_d = NEVER};
    gw_site sites[2] = {{.slip_s = 31.0 * GW_DAY_s}, {.slip_s = 0.0}};
    gw_cluster clusters[2] = {{.site = {"b", 1}, .slip_s = 0.0},
                              {.site = {"a", 0}, .slip_s = 10.0 * GW_DAY_s}};
    for (int i = 0; i < 2; i++) {
        sites[i].buildings.at = &building;
        sites[i].buildings.n = 1;
        sites[i].supply.at = &grid;
        sites[i].supply.n = 1;
        clusters[i].lots.at = &lot;
        clusters[i].lots.n = 1;
    }
    gw_scenario in = {.as_of_d = day(2026, 1, 1)};
    in.sites.at = sites;
    in.sites.n = 2;
    in.clusters.at = clusters;
    in.clusters.n = 2;
    gw_slot slots[2] = {{.it_W = 1e3}, {.it_W = 1e3}};
    gw_overhead overheads[2] = {{.pue_design = 1.25}, {.pue_design = 2.5}};
    gw_capacity capacities[2] = {a[0].capacity, a[1].capacity};
    gw_fleet fleets[2] = {a[0].fleets[0], a[1].fleets[0]};
    gw_state s = {.in = &in,
                  .scratch = a[0].scratch,
                  .slot = slots,
                  .overhead = overheads,
                  .capacity = capacities,
                  .fleet = fleets};
    gw_model model = {.month0 = MONTH0, .n_months = N_MONTHS};
    gw_programme_phase(&model, &s);
    gw_assert_close(capacities[0].full_d, day(2026, 4, 1), 0.0);
    assert_int_equal(capacities[0].last, GW_LIMIT_BUILDING);
    gw_assert_near(capacities[0].full_accelerators, 100.0, 1e-15);
    gw_assert_close(capacities[1].full_d, day(2026, 3, 1), 0.0);
    gw_assert_near(capacities[1].full_it_W, 50e3, 1e-15); /* 125 kW at 2.5 */
    gw_assert_near(fleets[0].full_accelerators, 50.0, 1e-12);
    gw_assert_near(fleets[1].full_accelerators, 100.0, 1e-15);
    arrays_clear(&a[0]);
    arrays_clear(&a[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_layer_late),
        cmocka_unit_test(test_nothing_without_one_layer),
        cmocka_unit_test(test_capacity_falls_and_returns),
        cmocka_unit_test(test_full_is_the_finished_level),
        cmocka_unit_test(test_stranded_chips),
        cmocka_unit_test(test_month_integration_conserves),
        cmocka_unit_test(test_merge_bias),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_abilene),
        cmocka_unit_test(test_slip),
        cmocka_unit_test(test_supply),
        cmocka_unit_test(test_unknown_slot_power),
        cmocka_unit_test(test_phase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
