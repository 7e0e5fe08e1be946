/* What rooms ask of a scenario: delays, planned sizes, kinds of supply. Worked by hand. */
#include "gw_test.h"
#include "scenario/query.h"

static const double AS_OF_d = 1000.0;

static void test_slip(void **state) {
    (void)state;
    gw_assert_close(gw_slipped_d(900, 30 * GW_DAY_s, AS_OF_d), 900, 0); /* history */
    gw_assert_close(gw_slipped_d(1000, 30 * GW_DAY_s, AS_OF_d), 1000, 0);
    gw_assert_close(gw_slipped_d(1100, 30 * GW_DAY_s, AS_OF_d), 1130, 0);
    gw_assert_close(gw_slipped_d(1100, -50 * GW_DAY_s, AS_OF_d), 1050, 0);
    gw_assert_close(gw_slipped_d(1100, -500 * GW_DAY_s, AS_OF_d), 1001, 0); /* not before now */
    gw_assert_close(gw_slipped_d(1000.5, -GW_DAY_s, AS_OF_d), 1000.5, 0);
    assert_true(isnan(gw_slipped_d(GW_NAN, GW_DAY_s, AS_OF_d)));
}

static void test_first_work(void **state) {
    (void)state;
    gw_site site = {.construction_time_s = 300 * GW_DAY_s, .slip_s = 20 * GW_DAY_s};
    gw_building begun = {.started_d = 950, .ready_d = 1200};
    gw_building planned = {.started_d = 1050, .ready_d = 1200};
    gw_building assumed = {.started_d = GW_NAN, .ready_d = 1400};
    gw_building assumed_begun = {.started_d = GW_NAN, .ready_d = 1200};
    gw_assert_close(gw_building_started_d(&site, &begun, AS_OF_d), 950, 0);
    gw_assert_close(gw_building_started_d(&site, &planned, AS_OF_d), 1070, 0);
    gw_assert_close(gw_building_started_d(&site, &assumed, AS_OF_d), 1120, 0);
    gw_assert_close(gw_building_started_d(&site, &assumed_begun, AS_OF_d), 900, 0);
}

static void test_planned_accelerators(void **state) {
    (void)state;
    gw_chip_lot lots[] = {{.count = 100, .until_d = 1200}, {.count = 23, .until_d = GW_NAN}};
    gw_cluster cluster = {0};
    gw_assert_close(gw_cluster_planned_accelerators(&cluster), 0, 0);
    cluster.lots.at = lots;
    cluster.lots.n = 2;
    gw_assert_close(gw_cluster_planned_accelerators(&cluster), 123, 0);
}

static void test_supply(void **state) {
    (void)state;
    gw_plant plants[] = {
        {.kind = GW_PLANT_SOLAR}, {.kind = GW_PLANT_BATTERY}, {.kind = GW_PLANT_NUCLEAR}};
    gw_scenario in = {0};
    in.plants.at = plants;
    in.plants.n = 3;
    gw_supply grid = {.kind = GW_SUPPLY_GRID, .plant = {"sun", 0}};
    gw_supply unnamed = {.kind = GW_SUPPLY_PLANT, .plant = {NULL, -1}};
    gw_supply store = {.kind = GW_SUPPLY_STORAGE, .plant = {"battery", 1}};
    assert_null(gw_supply_plant(&in, &grid));
    assert_null(gw_supply_plant(&in, &unnamed));
    assert_ptr_equal(gw_supply_plant(&in, &store), &plants[1]);
    assert_true(gw_plant_is_renewable(&plants[0]) && !gw_plant_is_firm(&plants[0]));
    assert_true(!gw_plant_is_renewable(&plants[1]) && !gw_plant_is_firm(&plants[1]));
    assert_true(!gw_plant_is_renewable(&plants[2]) && gw_plant_is_firm(&plants[2]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slip),
        cmocka_unit_test(test_first_work),
        cmocka_unit_test(test_planned_accelerators),
        cmocka_unit_test(test_supply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
