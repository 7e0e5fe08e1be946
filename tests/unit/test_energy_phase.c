/* The site, load and energy phases together on a small scenario worked out by hand. */
#include "gw_test.h"

#include <stdlib.h>

#include "base/date.h"
#include "energy/energy_phase.h"
#include "site/site_phase.h"

#define N_MONTHS 24
#define MW 1e6
#define USD_PER_MWH (1 / 3.6e9)

/* One site, two clusters, a grid connection, own turbines, sun, a battery and diesels. */
typedef struct fixture {
    gw_arena *arena;
    gw_scenario in;
    gw_site sites[2];
    gw_cluster clusters[2];
    gw_chip_lot lots[2];
    gw_system systems[2];
    gw_supply supply[5];
    gw_region region;
    gw_cooling cooling;
    gw_plant plants[4];
    gw_network networks[2];
    gw_slot slots[2];
    gw_overhead overhead[2];
    gw_climate_cooling climate[2];
    double climate_inputs[2 * GW_CLIMATE_INPUTS];
    gw_fleet fleets[2];
    gw_energy energy[2];
    gw_model model;
    gw_state state;
} fixture;

enum { TURBINE, SUN, BATTERY, DIESEL };

static double *months_of(fixture *f) {
    return GW_NEW_N(f->arena, N_MONTHS, double);
}

static void set_catalogue(fixture *f) {
    f->region = (gw_region){
        .electricity_price_usd_per_J = 50 * USD_PER_MWH,
        .carbon_kg_per_J = 0.4 / 3.6e6,
        .gas_price_usd_per_J = 4 / 1055.05585262e6,
        .design_dry_bulb_K = 308.15,
        .design_wet_bulb_K = 296.15,
    };
    for (int m = 0; m < 12; m++) {
        f->region.dry_bulb_K[m] = m < 6 ? 283.15 : 288.15;
        f->region.wet_bulb_K[m] = 280.15;
        f->region.day_spread_K[m] = 0;
    }
    f->cooling = (gw_cooling){
        .kind = GW_COOLING_TOWER,
        .liquid_supply_K = 298.15,
        .air_supply_K = 298.15,
        .approach_K = 4,
        .chiller_cop = 6,
        .chiller_lift_K = 30,
        .rejection_fan = 0.02,
        .pump = 0.02,
        .cycles_of_concentration = 5,
    };
    f->plants[TURBINE] = (gw_plant){.kind = GW_PLANT_GAS_TURBINE,
                                    .capex_usd_per_W = 1.5,
                                    .efficiency = 0.4,
                                    .fuel_carbon_kg_per_J = 53.06 / 1055.05585262e6,
                                    .fuel_price_usd_per_J = GW_NAN,
                                    .availability = 0.9,
                                    .capacity_factor = 1};
    f->plants[SUN] = (gw_plant){.kind = GW_PLANT_SOLAR,
                                .efficiency = GW_NAN,
                                .fuel_price_usd_per_J = GW_NAN,
                                .capacity_factor = 0.25,
                                .availability = 1};
    f->plants[BATTERY] = (gw_plant){.kind = GW_PLANT_BATTERY,
                                    .efficiency = 0.9,
                                    .availability = 1,
                                    .capacity_factor = 1,
                                    .fixed_om_usd_per_W_s = 1e-9};
    f->plants[DIESEL] = f->plants[TURBINE];
    f->plants[DIESEL].kind = GW_PLANT_DIESEL;
    f->systems[0] = (gw_system){.accelerators = 8,
                                .power_W = 8000,
                                .training_load = 0.8,
                                .idle_load = 0.2,
                                .nics_per_accelerator = 1};
    f->systems[1] = (gw_system){.accelerators = 72,
                                .power_W = 144e3,
                                .training_load = 0.9,
                                .idle_load = 0.3,
                                .nics_per_accelerator = 1,
                                .liquid_share = 0.9};
}

static void set_supply(fixture *f) {
    double month_6_d = gw_month_start_d(f->model.month0 + 6);
    gw_supply base = {.price_usd_per_J = GW_NAN, .until_d = GW_NAN, .plant = {NULL, -1}};
    for (int i = 0; i < 5; i++) {
        f->supply[i] = base;
        f->supply[i].energised_d = gw_month_start_d(f->model.month0) - 100;
    }
    f->supply[0].kind = GW_SUPPLY_GRID;
    f->supply[0].capacity_W = 100 * MW;
    f->supply[0].energised_d = month_6_d;
    for (int i = 1; i < 5; i++) {
        f->supply[i].kind = i == 3 ? GW_SUPPLY_STORAGE : GW_SUPPLY_PLANT;
        f->supply[i].plant.i = i - 1;
        f->supply[i].capacity_W = 80 * MW;
        f->supply[i].owned = true;
    }
    f->supply[4].role = GW_ROLE_BACKUP;
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->arena = gw_arena_create(0);
    f->model = (gw_model){.in = &f->in, .month0 = 2026 * 12, .n_months = N_MONTHS};
    set_catalogue(f);
    set_supply(f);
    f->sites[0] = (gw_site){.region = {"r", 0},
                            .cooling = {"c", 0},
                            .electrical = {.transformer = 1, .ups = 1, .distribution = 1},
                            .supply = {f->supply, 5}};
    f->lots[0].count = 40000;
    f->lots[1].count = 20000;
    for (int c = 0; c < 2; c++) {
        f->clusters[c] = (gw_cluster){
            .site = {"s", 0}, .system = {"x", c}, .lots = {&f->lots[c], 1}, .utilisation = 0.75};
        f->networks[c] =
            (gw_network){.n_endpoints = f->lots[c].count, .power_W = 100 * f->lots[c].count};
        f->fleets[c].accelerators = months_of(f);
        for (int m = 0; m < N_MONTHS; m++) {
            f->fleets[c].accelerators[m] = m < 3 ? 0 : f->lots[c].count;
        }
    }
    f->in = (gw_scenario){.as_of_d = gw_month_start_d(f->model.month0),
                          .sites = {f->sites, 1},
                          .clusters = {f->clusters, 2},
                          .systems = {f->systems, 2},
                          .regions = {&f->region, 1},
                          .coolings = {&f->cooling, 1},
                          .plants = {f->plants, 4},
                          .finance = {.discount_rate = 0.1,
                                      .inflation = 0.025,
                                      .facility_life_s = 14 * 365.25 * 86400}};
    f->sites[1] = f->sites[0];
    f->sites[1].supply.n = 0;
    for (int i = 0; i < 2; i++) {
        f->energy[i] =
            (gw_energy){months_of(f), months_of(f), months_of(f), months_of(f), months_of(f),
                        months_of(f), months_of(f), months_of(f), months_of(f)};
    }
    f->state = (gw_state){.in = &f->in,
                          .arena = f->arena,
                          .scratch = f->arena,
                          .network = f->networks,
                          .slot = f->slots,
                          .overhead = f->overhead,
                          .climate = f->climate,
                          .climate_inputs = f->climate_inputs,
                          .fleet = f->fleets,
                          .energy = f->energy};
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    gw_arena_free(f->arena);
    free(f);
    return 0;
}

static void run(fixture *f) {
    gw_site_phase(&f->model, &f->state);
    gw_load_phase(&f->model, &f->state);
    gw_energy_phase(&f->model, &f->state);
}

static void test_load(void **state) {
    fixture *f = *state;
    run(f);
    gw_assert_near(f->slots[0].it_W, 1100, 1e-12);
    gw_assert_near(f->slots[1].it_W, 2100, 1e-12);
    /* 40,000 x (0.75 x 900 + 0.25 x 300) + 20,000 x (0.75 x 1,900 + 0.25 x 700) = 30 + 32 MW */
    gw_assert_near(f->energy[0].it_load_W[10], 62 * MW, 1e-12);
    gw_assert_near(f->energy[0].it_load_W[2], 0, 0);
    gw_assert_near(f->energy[0].load_W[2], 0, 0);
    /* Free cooling all year: 7 degC wet + 4 K below 25 degC. Heat 1.02, fans slowed by (14 / 28)^3
     * = 1/8. */
    gw_assert_near(f->overhead[0].pue[3], 1 + 0.02 + 0.02 * 1.02 / 8, 1e-12);
    gw_assert_near(f->energy[0].load_W[10], 62 * MW * f->overhead[0].pue[10], 1e-12);
    double energy_J = f->energy[0].it_load_W[14] * 31 * 86400; /* March 2027 */
    gw_assert_near(f->energy[0].water_m3[14], energy_J * 1.02 / 2.45e6 * 1.25 / 998, 1e-9);
    gw_assert_near(f->overhead[0].free_cooling_frac, 1, 1e-12);
}

static void test_supply_month_by_month(void **state) {
    fixture *f = *state;
    run(f);
    const gw_energy *e = &f->energy[0];
    for (int m = 0; m < N_MONTHS; m++) {
        gw_assert_close(e->grid_W[m] + e->plant_W[m] + e->renewable_W[m] + e->unserved_W[m],
                        e->load_W[m], 1e-3);
    }
    /* Sun 20 MW first, then gas at 34.1 USD/MWh up to 72 MW before grid at 50: grid is never
     * needed. */
    gw_assert_near(e->renewable_W[12], 20 * MW, 1e-12);
    gw_assert_near(e->plant_W[12], e->load_W[12] - 20 * MW, 1e-12);
    gw_assert_near(e->grid_W[12], 0, 0);
    /* With gas at 12 USD/MMBtu (102 USD/MWh) the grid is first, once it is there. */
    f->region.gas_price_usd_per_J *= 3;
    run(f);
    gw_assert_near(e->grid_W[12], e->load_W[12] - 20 * MW, 1e-12);
    gw_assert_near(e->plant_W[12], 0, 0);
    gw_assert_near(e->plant_W[5], e->load_W[5] - 20 * MW, 1e-12);
    double seconds = 31 * 86400; /* January 2027 */
    double battery_usd = 80 * MW * 1e-9 * seconds;
    gw_assert_near(e->cost_usd[12], e->grid_W[12] * 50 * USD_PER_MWH * seconds + battery_usd, 1e-9);
    gw_assert_near(e->carbon_kg[12], e->grid_W[12] * 0.4 / 3.6e6 * seconds, 1e-12);
}

static void test_backup_and_storage_give_nothing(void **state) {
    fixture *f = *state;
    f->supply[0].energised_d = GW_NAN;
    f->supply[1].energised_d = GW_NAN;
    run(f);
    gw_assert_near(f->energy[0].plant_W[12], 0, 0);
    gw_assert_near(f->energy[0].unserved_W[12], f->energy[0].load_W[12] - 20 * MW, 1e-12);
}

/* A slip of 45 days moves what lies after as_of (grid, 1 July) to 15 August: 17 of 31 days. Sun and
 * gas are history. */
static void test_slip(void **state) {
    fixture *f = *state;
    f->region.gas_price_usd_per_J *= 3;
    f->sites[0].slip_s = 45 * 86400;
    run(f);
    gw_assert_near(f->energy[0].grid_W[6], 0, 0);
    gw_assert_near(f->energy[0].renewable_W[6], 20 * MW, 1e-12);
    double need_W = f->energy[0].load_W[7] - 20 * MW;
    gw_assert_near(f->energy[0].grid_W[7], fmin(need_W, 100 * MW * 17 / 31), 1e-9);
    f->supply[1].until_d = gw_month_start_d(f->model.month0) +
                           59; /* 1 March: gas leaves, 45 days later than planned */
    run(f);
    gw_assert_near(f->energy[0].plant_W[3],
                   fmin(f->energy[0].load_W[3] - 20 * MW, 72 * MW * 14 / 30), 1e-9);
    f->sites[0].slip_s = -1000 * 86400.0; /* not before the day after as_of, 2 January */
    f->supply[0].capacity_W = 10 * MW;
    f->fleets[1].accelerators[0] = f->lots[1].count;
    run(f);
    gw_assert_near(f->energy[0].grid_W[0], 10 * MW * 30 / 31, 1e-9);
}

/* The year turns with the calendar, wherever the horizon begins. */
static void test_calendar_months(void **state) {
    fixture *f = *state;
    gw_site_phase(&f->model, &f->state);
    f->model.month0 += 2; /* March */
    for (int m = 0; m < 12; m++) {
        f->overhead[0].pue[m] = 1.1 + 0.01 * m;
        f->overhead[0].water_m3_per_J[m] = 1e-10 * (1 + m);
    }
    gw_load_phase(&f->model, &f->state);
    gw_assert_near(f->energy[0].load_W[9], 62 * MW * 1.21, 1e-12); /* December */
    gw_assert_near(f->energy[0].load_W[10], 62 * MW * 1.10, 1e-12);
    gw_assert_near(f->energy[0].water_m3[10], 62 * MW * 31 * 86400 * 1e-10, 1e-12);
}

/* Each site has its own clusters, liquid share and supply. */
static void test_two_sites(void **state) {
    fixture *f = *state;
    f->clusters[1].site.i = 1;
    f->in.sites.n = 2;
    run(f);
    gw_assert_near(f->energy[0].it_load_W[10], 30 * MW, 1e-12);
    gw_assert_near(f->energy[1].it_load_W[10], 32 * MW, 1e-12);
    gw_assert_near(f->energy[1].unserved_W[10], f->energy[1].load_W[10], 1e-12);
    /* Site 0 has no liquid heat: all of it meets the room fans. */
    f->cooling.room_fan = 0.1;
    run(f);
    double fans = f->overhead[0].fan_frac[0], liquid = 0.9 * 2000 / 2100;
    gw_assert_near(fans, 0.1 / 0.9 + 0.02 * 1.02 / 0.9 / 8, 1e-12);
    gw_assert_near(f->overhead[1].fan_frac[0],
                   0.1 * (1 - liquid) / 0.9 + 0.02 * 1.02 * (liquid + (1 - liquid) / 0.9) / 8,
                   1e-12);
}

/* A plant that is neither owned nor priced is rented: capital charge over 14 years at 10 %
 * nominal, 2.5 % inflation. */
static void test_rented_plant(void **state) {
    fixture *f = *state;
    f->supply[1].owned = false;
    f->plants[BATTERY].capex_usd_per_W = 1;
    f->supply[3].owned = false; /* gives no energy: nothing is charged */
    f->supply[4].owned = false; /* backup: part of the building */
    run(f);
    double seconds = 31 * 86400, real = 1.1 / 1.025 - 1;
    double per_year = real / (1 - pow(1 + real, -14));
    double rent_usd = 80 * MW * 1.5 * per_year * seconds / (365.25 * 86400);
    double fuel_usd = f->energy[0].plant_W[12] * seconds * 4 / 1055.05585262e6 / 0.4;
    gw_assert_near(f->energy[0].cost_usd[12], rent_usd + fuel_usd, 1e-9);
}

static void test_price_is_per_energy_served(void **state) {
    fixture *f = *state;
    f->supply[0].capacity_W = 31 * MW;
    f->supply[0].energised_d = gw_month_start_d(f->model.month0);
    f->plants[BATTERY].fixed_om_usd_per_W_s = 0;
    f->sites[0].supply.n = 1;
    run(f);
    gw_energy_year year = gw_energy_full_year(&f->energy[0], f->model.month0, N_MONTHS);
    gw_assert_near(year.price_usd_per_J, 50 * USD_PER_MWH, 1e-12);
    gw_assert_near(year.carbon_kg_per_J, 0.4 / 3.6e6, 1e-12);
    gw_assert_near(year.carbon_kg, 31 * MW * 365.25 * 86400 * 0.4 / 3.6e6, 1e-12);
    gw_assert_near(year.unserved_frac, 1 - 31 * MW / year.load_W, 1e-9);
}

static void test_full_year(void **state) {
    fixture *f = *state;
    for (int m = 20; m < N_MONTHS; m++) { /* chips leave in autumn 2027 */
        f->fleets[0].accelerators[m] = 0;
    }
    f->region.gas_price_usd_per_J *= 3;
    f->supply[1].energised_d = GW_NAN;
    f->supply[2].energised_d = GW_NAN;
    run(f);
    gw_energy_year year = gw_energy_full_year(&f->energy[0], f->model.month0, N_MONTHS);
    assert_int_equal(year.first_month, 8); /* September 2026 to August 2027 */
    gw_assert_near(year.it_load_W, 62 * MW, 1e-12);
    gw_assert_near(year.energy_J, year.load_W * 365.25 * 86400, 1e-12);
    gw_assert_near(year.carbon_kg_per_J, 0.4 / 3.6e6, 1e-12);
    double battery_usd_per_s = 80 * MW * 1e-9;
    gw_assert_near(year.price_usd_per_J, 50 * USD_PER_MWH + battery_usd_per_s / year.load_W, 1e-9);
    gw_assert_near(year.carbon_kg, year.energy_J * 0.4 / 3.6e6, 1e-12);
    /* Months 3, 4, 5 have no supply. */
    double unserved = 0, all = 0;
    for (int m = 0; m < N_MONTHS; m++) {
        double days = gw_month_days(f->model.month0 + m);
        all += f->energy[0].load_W[m] * days;
        unserved += m < 6 ? f->energy[0].load_W[m] * days : 0;
    }
    gw_assert_near(year.unserved_frac, unserved / all, 1e-12);
    /* Nothing runs: no price, no crash. */
    for (int m = 0; m < N_MONTHS; m++) {
        f->fleets[0].accelerators[m] = f->fleets[1].accelerators[m] = 0;
    }
    run(f);
    year = gw_energy_full_year(&f->energy[0], f->model.month0, N_MONTHS);
    assert_true(isnan(year.price_usd_per_J));
    gw_assert_near(year.unserved_frac, 0, 0);
    assert_true(isnan(gw_energy_full_year(&f->energy[0], f->model.month0, 0).load_W));
    gw_assert_near(gw_energy_full_year(&f->energy[0], f->model.month0, 5).load_W, 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_load, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_supply_month_by_month, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_backup_and_storage_give_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_calendar_months, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_sites, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rented_plant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_price_is_per_energy_served, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_full_year, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
