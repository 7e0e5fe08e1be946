/* Power of an accelerator slot against published site totals. */
#include "gw_test.h"

#include "site/power_tree.h"

/* GB200 NVL72: 132 kW TDP over 72 GPUs is 1833.3 W (HPE, NVIDIA data sheets). */
static const gw_system nvl72 = {
    .accelerators = 72,
    .power_W = 132e3,
    .training_load = 0.85,
    .idle_load = 0.25,
    .liquid_share = 115.0 / 132.0,
};

static void test_slot_of_a_rack(void **state) {
    (void)state;
    gw_slot slot = gw_power_slot(&nvl72, 0.03, 100);
    gw_assert_near(slot.system_W, 1833.3333333, 1e-9);
    gw_assert_near(slot.storage_W, 55, 1e-9);
    gw_assert_near(slot.network_W, 100, 0);
    gw_assert_near(slot.it_W, 1988.3333333, 1e-9);
    gw_assert_near(slot.training_W, 0.85 * 1833.3333333 + 155, 1e-9);
    gw_assert_near(slot.idle_W, 0.25 * 1833.3333333 + 155, 1e-9);
    gw_assert_near(gw_power_slot_average_W(&slot, 0), slot.idle_W, 1e-12);
    gw_assert_near(gw_power_slot_average_W(&slot, 1), slot.training_W, 1e-12);
    gw_assert_near(gw_power_slot_average_W(&slot, 0.8), 0.8 * slot.training_W + 0.2 * slot.idle_W,
                   1e-12);
}

/* Colossus 1 from the bottom up: DGX-class H100 nodes (10.2 kW, 8 GPUs) and NVL72 with a 100 W
 * share of network come to the 340 MW of IT power that Epoch AI estimates, within 10 %. */
static void test_colossus_from_the_bottom_up(void **state) {
    (void)state;
    gw_system hgx = {.accelerators = 8, .power_W = 10.2e3, .training_load = 0.8, .idle_load = 0.2};
    gw_slot h100 = gw_power_slot(&hgx, 0.03, 90);
    gw_slot gb200 = gw_power_slot(&nvl72, 0.03, 60);
    gw_assert_near(200e3 * h100.it_W + 30e3 * gb200.it_W, 340e6, 0.05);
}

static void test_network_that_cannot_be_built_counts_nothing(void **state) {
    (void)state;
    gw_slot slot = gw_power_slot(&nvl72, 0, GW_NAN);
    gw_assert_near(slot.network_W, 0, 0);
    gw_assert_near(slot.it_W, slot.system_W, 0);
    gw_system empty = nvl72;
    empty.accelerators = 0;
    assert_true(isnan(gw_power_slot(&empty, 0, 0).it_W));
}

static void test_planned_accelerators(void **state) {
    (void)state;
    gw_chip_lot lots[] = {{.count = 100}, {.count = 50.5}};
    gw_cluster cluster = {.lots = {lots, 2}};
    gw_assert_near(gw_cluster_planned_accelerators(&cluster), 150.5, 0);
}

static void test_liquid_share_is_weighted_by_power(void **state) {
    (void)state;
    gw_slot slot[] = {{.system_W = 1000, .it_W = 1250}, {.system_W = 1000, .it_W = 1000}};
    double accelerators[] = {300, 100}, liquid[] = {0.8, 0};
    /* 300 x 1000 x 0.8 of 375,000 + 100,000 W */
    gw_assert_near(gw_site_liquid_share(slot, accelerators, liquid, 2), 240e3 / 475e3, 1e-12);
    gw_assert_near(gw_site_liquid_share(slot, accelerators, liquid, 0), 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slot_of_a_rack),
        cmocka_unit_test(test_colossus_from_the_bottom_up),
        cmocka_unit_test(test_network_that_cannot_be_built_counts_nothing),
        cmocka_unit_test(test_planned_accelerators),
        cmocka_unit_test(test_liquid_share_is_weighted_by_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
