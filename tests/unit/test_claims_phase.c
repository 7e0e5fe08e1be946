/* The run's answers to claims, on one site worked out by hand: two buildings of two clusters; 100
 * accelerators from 11 January 2026 (day 10 of 31), 300 more from 1 April. IT power 2 kW each,
 * design PUE 1.4. */
#include "claims_fixture.h"

#include "claims/claims_phase.h"
#include "claims/items.h"

#define N_MONTHS 24

typedef struct bench {
    gw_scenario in;
    gw_claim claim;
    gw_site site;
    gw_building buildings[2];
    gw_supply supply[3];
    gw_cluster clusters[2];
    gw_chip_lot lots[2];
    gw_system system;
    gw_accelerator chip;
    gw_plant plants[2];
    gw_region region;
    gw_capacity capacity;
    gw_fleet fleets[2];
    gw_slot slots[2];
    gw_overhead overhead;
    gw_claim_item item;
    double series[16][N_MONTHS];
    double answer;
    gw_model model;
    gw_state state;
} bench;

static void set_site(bench *b) {
    b->buildings[0] = (gw_building){.count = 1,
                                    .started_d = gw_date_from_civil(2025, 7, 1),
                                    .ready_d = gw_date_from_civil(2026, 1, 11),
                                    .until_d = GW_NAN};
    b->buildings[1] = (gw_building){.count = 3,
                                    .started_d = GW_NAN,
                                    .ready_d = gw_date_from_civil(2026, 4, 1),
                                    .until_d = GW_NAN};
    b->supply[0] = (gw_supply){.kind = GW_SUPPLY_GRID, .capacity_W = 1e6, .plant = {NULL, -1}};
    b->supply[1] = (gw_supply){.kind = GW_SUPPLY_PLANT, .capacity_W = 3e5, .plant = {"gas", 0}};
    b->supply[2] = (gw_supply){.kind = GW_SUPPLY_PLANT, .capacity_W = 9e5, .plant = {"diesel", 1}};
    for (int i = 0; i < 3; i++) {
        b->supply[i].energised_d = gw_date_from_civil(2026, 2, 1);
        b->supply[i].until_d = GW_NAN;
    }
    b->plants[0].kind = GW_PLANT_GAS_TURBINE;
    b->plants[1].kind = GW_PLANT_DIESEL;
    b->site.buildings.at = b->buildings;
    b->site.buildings.n = 2;
    b->site.supply.at = b->supply;
    b->site.supply.n = 3;
    b->site.construction_time_s = 300 * GW_DAY_s;
    b->site.region = (gw_ref){"r", 0};
    b->region.household_use_W = 1000;
    b->chip.h100_equivalents = 2.5;
}

static void set_fleets(bench *b) {
    double share = 21.0 / 31.0; /* of January, from the 11th on */
    for (int m = 0; m < N_MONTHS; m++) {
        double first = m == 0 ? 100 * share : 100, second = m < 3 ? 0 : 300;
        b->fleets[0].accelerators[m] = first;
        b->fleets[1].accelerators[m] = second;
        b->fleets[0].end_accelerators[m] = 100;
        b->fleets[1].end_accelerators[m] = second;
        b->capacity.accelerators[m] = first + second;
        b->capacity.running_it_W[m] = 2000 * (first + second);
        b->capacity.end_accelerators[m] = 100 + second;
        b->capacity.end_it_W[m] = 2000 * (100 + second);
    }
    b->lots[0] = (gw_chip_lot){
        .count = 100, .installed_d = gw_date_from_civil(2026, 1, 11), .until_d = GW_NAN};
    b->lots[1] = (gw_chip_lot){
        .count = 300, .installed_d = gw_date_from_civil(2026, 4, 1), .until_d = GW_NAN};
    for (int c = 0; c < 2; c++) {
        b->clusters[c].lots.at = &b->lots[c];
        b->clusters[c].lots.n = 1;
    }
    b->fleets[0].full_accelerators = 100;
    b->fleets[1].full_accelerators = 300;
    b->fleets[1].full_d = gw_date_from_civil(2026, 4, 1);
    b->capacity.full_it_W = 8e5;
    b->capacity.full_accelerators = 400;
    b->capacity.first_d = gw_date_from_civil(2026, 1, 11);
    b->capacity.full_d = gw_date_from_civil(2026, 4, 1);
}

static void set_cash(bench *b) {
    for (int m = 0; m < N_MONTHS; m++) {
        b->state.cash.capex_build_usd[m] = m < 2 ? 10 : 0;
        b->state.cash.capex_chips_usd[m] = m < 4 ? 20 : 0;
        b->state.cash.capex_power_usd[m] = m == 0 ? 5 : 0;
        b->state.cash.revenue_usd[m] = 3 * gw_month_days(b->model.month0 + m) * GW_DAY_s;
    }
}

static void begin(bench *b) {
    memset(b, 0, sizeof *b);
    b->in.sites.at = &b->site;
    b->in.sites.n = 1;
    b->in.clusters.at = b->clusters;
    b->in.clusters.n = 2;
    b->in.systems.at = &b->system;
    b->in.systems.n = 1;
    b->in.accelerators.at = &b->chip;
    b->in.accelerators.n = 1;
    b->in.plants.at = b->plants;
    b->in.plants.n = 2;
    b->in.regions.at = &b->region;
    b->in.regions.n = 1;
    b->in.claims.at = &b->claim;
    b->in.claims.n = 1;
    b->in.as_of_d = gw_date_from_civil(2026, 10, 15);
    for (int c = 0; c < 2; c++) {
        b->slots[c] = (gw_slot){.it_W = 2000, .system_W = 1800};
        b->fleets[c].accelerators = b->series[c];
        b->fleets[c].end_accelerators = b->series[10 + c];
    }
    b->capacity.accelerators = b->series[2];
    b->capacity.running_it_W = b->series[3];
    b->capacity.end_accelerators = b->series[4];
    b->capacity.end_it_W = b->series[5];
    b->state.cash.capex_build_usd = b->series[6];
    b->state.cash.capex_chips_usd = b->series[7];
    b->state.cash.capex_power_usd = b->series[8];
    b->state.cash.revenue_usd = b->series[9];
    b->overhead.pue_design = 1.4;
    b->model = (gw_model){.month0 = 2026 * 12, .n_months = N_MONTHS, .n_claim_items = 1};
    b->model.claim_items = &b->item;
    b->state.in = &b->in;
    b->state.capacity = &b->capacity;
    b->state.fleet = b->fleets;
    b->state.slot = b->slots;
    b->state.overhead = &b->overhead;
    b->state.claim_value = &b->answer;
    set_site(b);
    set_fleets(b);
    set_cash(b);
    b->claim.site = (gw_ref){"s", 0};
    b->claim.cluster = b->claim.supersedes = (gw_ref){NULL, -1};
    b->claim.power_W = b->claim.accelerators = b->claim.online_d = b->claim.true_at_d = GW_NAN;
}

static double ask(bench *b, gw_claim_quantity quantity) {
    b->item.quantity = quantity;
    b->answer = 12345;
    gw_claims_phase(&b->model, &b->state);
    return b->answer;
}

static void test_power_by_basis(void **state) {
    (void)state;
    bench b;
    begin(&b);
    b.claim.basis = GW_BASIS_IT;
    gw_assert_near(ask(&b, GW_CLAIM_POWER), 8e5, 1e-12);
    b.claim.basis = GW_BASIS_FACILITY;
    gw_assert_near(ask(&b, GW_CLAIM_POWER), 1.12e6, 1e-12);
    b.claim.basis = GW_BASIS_UNSTATED;
    gw_assert_near(ask(&b, GW_CLAIM_POWER), 1.12e6, 1e-12);
    b.claim.basis = GW_BASIS_SERVER;
    gw_assert_near(ask(&b, GW_CLAIM_POWER), 7.2e5, 1e-12);
    b.claim.basis = GW_BASIS_GENERATION;
    gw_assert_near(ask(&b, GW_CLAIM_POWER), 3e5, 1e-12); /* neither grid nor diesel */
    b.claim.basis = GW_BASIS_COOLING;
    assert_true(isnan(ask(&b, GW_CLAIM_POWER)));
    /* On a date: the end of its month. */
    b.claim.basis = GW_BASIS_IT;
    b.claim.true_at_d = gw_date_from_civil(2026, 2, 15);
    gw_assert_near(ask(&b, GW_CLAIM_POWER), 2e5, 1e-12);
    b.claim.basis = GW_BASIS_GENERATION;
    b.claim.true_at_d = gw_date_from_civil(2026, 1, 15);
    gw_assert_close(ask(&b, GW_CLAIM_POWER), 0, 0);
    b.claim.true_at_d = gw_date_from_civil(2025, 12, 15); /* before the horizon */
    assert_true(isnan(ask(&b, GW_CLAIM_POWER)));
}

static void test_accelerators(void **state) {
    (void)state;
    bench b;
    begin(&b);
    gw_assert_near(ask(&b, GW_CLAIM_ACCELERATORS), 400, 1e-12);
    b.claim.unit = GW_CHIP_SUPERCHIP;
    gw_assert_near(ask(&b, GW_CLAIM_ACCELERATORS), 200, 1e-12);
    b.claim.unit = GW_CHIP_H100E;
    gw_assert_near(ask(&b, GW_CLAIM_ACCELERATORS), 1000, 1e-12);
    b.claim.unit = GW_CHIP_GPU;
    b.claim.cluster = (gw_ref){"second", 1};
    gw_assert_near(ask(&b, GW_CLAIM_ACCELERATORS), 300, 1e-12);
    b.claim.true_at_d = gw_date_from_civil(2026, 2, 15);
    gw_assert_close(ask(&b, GW_CLAIM_ACCELERATORS), 0, 0);
    b.claim.true_at_d = gw_date_from_civil(2026, 4, 15);
    gw_assert_near(ask(&b, GW_CLAIM_ACCELERATORS), 300, 1e-12);
    b.fleets[1].end_accelerators[3] = 150; /* half of it has no power */
    gw_assert_near(ask(&b, GW_CLAIM_ACCELERATORS), 150, 1e-12);
    /* A claim about something larger than the scenario is not compared. */
    b.claim.cluster = b.claim.site = (gw_ref){NULL, -1};
    assert_true(isnan(ask(&b, GW_CLAIM_ACCELERATORS)));
}

static void test_dates(void **state) {
    (void)state;
    bench b;
    begin(&b);
    b.claim.online_d = gw_date_from_civil(2026, 3, 1);
    gw_assert_close(ask(&b, GW_CLAIM_ONLINE), gw_date_from_civil(2026, 4, 1), 0);
    b.claim.accelerators = 100; /* its own size: the first lot, dated within the month */
    gw_assert_close(ask(&b, GW_CLAIM_ONLINE), gw_date_from_civil(2026, 1, 11), 1e-6);
    b.claim.accelerators = 1000;
    assert_true(isnan(ask(&b, GW_CLAIM_ONLINE)));
    b.claim.accelerators = GW_NAN;
    b.claim.power_W = 1.1e6; /* facility */
    gw_assert_close(ask(&b, GW_CLAIM_ONLINE), gw_date_from_civil(2026, 4, 1), 1e-6);
    b.claim.basis = GW_BASIS_GENERATION; /* the gas plant, not the chips */
    b.claim.power_W = 3e5;
    gw_assert_close(ask(&b, GW_CLAIM_ONLINE), gw_date_from_civil(2026, 2, 1), 0);
    b.claim.power_W = 4e5;
    assert_true(isnan(ask(&b, GW_CLAIM_ONLINE)));
    b.claim.basis = GW_BASIS_UNSTATED;
    /* The second building began 300 days before it was ready: 220 days to the first accelerators.
     */
    b.claim.power_W = GW_NAN;
    gw_assert_close(ask(&b, GW_CLAIM_DURATION) / GW_DAY_s, 220, 1e-6);
    b.buildings[1].started_d = gw_date_from_civil(2025, 8, 1);
    gw_assert_close(ask(&b, GW_CLAIM_DURATION) / GW_DAY_s, 194, 1e-6);
    b.buildings[0].started_d = GW_NAN;
    gw_assert_close(ask(&b, GW_CLAIM_DURATION) / GW_DAY_s, 300, 1e-6);
}

static void test_the_rest(void **state) {
    (void)state;
    bench b;
    begin(&b);
    gw_assert_near(ask(&b, GW_CLAIM_BUILDINGS), 4, 0);
    b.claim.true_at_d = gw_date_from_civil(2026, 2, 1);
    gw_assert_near(ask(&b, GW_CLAIM_BUILDINGS), 1, 0);
    b.claim.scope = GW_CAPEX_ALL;
    gw_assert_near(ask(&b, GW_CLAIM_CAPEX), 65, 1e-12); /* to the end of February */
    b.claim.true_at_d = GW_NAN;
    gw_assert_near(ask(&b, GW_CLAIM_CAPEX), 105, 1e-12);
    b.claim.scope = GW_CAPEX_BUILD;
    gw_assert_near(ask(&b, GW_CLAIM_CAPEX), 25, 1e-12);
    b.claim.scope = GW_CAPEX_CHIPS;
    gw_assert_near(ask(&b, GW_CLAIM_CAPEX), 80, 1e-12);
    gw_assert_near(ask(&b, GW_CLAIM_HOUSEHOLDS), 1120, 1e-12);
    gw_assert_near(ask(&b, GW_CLAIM_REVENUE), 3, 1e-12); /* USD a second */
    b.in.sites.n = 2; /* money of two sites cannot be told apart */
    assert_true(isnan(ask(&b, GW_CLAIM_CAPEX)));
    assert_true(isnan(ask(&b, GW_CLAIM_REVENUE)));
}

static void test_reach(void **state) {
    (void)state;
    const double average[3] = {0, 50, 100}, end[3] = {0, 100, 100};
    int month0 = 2026 * 12; /* 28 days in February: the step is in its middle */
    gw_assert_close(gw_claims_reach_d(average, end, 3, month0, 100),
                    gw_date_from_civil(2026, 2, 15), 1e-9);
    gw_assert_close(gw_claims_reach_d(average, end, 3, month0, 0), gw_date_from_civil(2026, 1, 1),
                    1e-9);
    assert_true(isnan(gw_claims_reach_d(average, end, 3, month0, 101)));
    assert_true(isnan(gw_claims_reach_d(average, end, 0, month0, 1)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_power_by_basis), cmocka_unit_test(test_accelerators),
        cmocka_unit_test(test_dates),          cmocka_unit_test(test_the_rest),
        cmocka_unit_test(test_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
