/* Dispatch and cost of supply: closed forms from public figures, and properties. */
#include "gw_test.h"

#include "base/date.h"
#include "base/units.h"
#include "energy/dispatch.h"

#define USD_PER_MWH (1 / 3.6e9)
#define MW 1e6
#define YEAR_s (GW_YEAR_d * GW_DAY_s)

static const gw_region texas = {
    .electricity_price_usd_per_J = 47 * USD_PER_MWH,
    .carbon_kg_per_J = 0.373 / 3.6e6,
    .design_dry_bulb_K = 311.15,
};

static gw_plant gas_at(double efficiency) {
    return (gw_plant){
        .kind = GW_PLANT_GAS_TURBINE,
        .capex_usd_per_W = 1.7,
        .efficiency = efficiency,
        .fuel_carbon_kg_per_J = 53.06 * gw_unit_scale("kg/MMBtu"),
        .fuel_price_usd_per_J = 4 * gw_unit_scale("USD/MMBtu"),
        .capacity_factor = 1,
        .availability = 1,
    };
}

static const gw_supply plant_supply = {
    .kind = GW_SUPPLY_PLANT, .capacity_W = 360.5 * MW, .price_usd_per_J = GW_NAN, .owned = true};

/* Abilene's permit (TCEQ 177263): 5 x 34.1 + 5 x 38 MW = 360.5 MW. At 40 %, 4 USD/MMBtu, 53.06
 * kg/MMBtu: 3,075 MMBtu/h, 34.1 USD/MWh, 163.2 t/h. */
static void test_abilene_turbines(void **state) {
    (void)state;
    gw_plant plant = gas_at(0.40);
    gw_supply_cost cost = gw_energy_supply_cost(&plant_supply, &plant, &texas, 0);
    gw_assert_near(cost.energy_usd_per_J / USD_PER_MWH, 34.1, 1e-3);
    gw_energy_source units[10];
    for (int i = 0; i < 10; i++) {
        units[i] = (gw_energy_source){GW_GROUP_PLANT, (i < 5 ? 34.1 : 38) * MW,
                                      cost.energy_usd_per_J, cost.carbon_kg_per_J};
    }
    gw_dispatch d = gw_energy_dispatch(units, 10, 1000 * MW, NULL);
    gw_assert_near(d.plant_W, 360.5 * MW, 1e-12);
    gw_assert_near(d.unserved_W, 639.5 * MW, 1e-12);
    gw_assert_near(d.carbon_kg_per_s * 3600, 163.2e3, 1e-3);
    gw_assert_near(d.plant_W / 0.40 * 3600 * (1 / gw_unit_scale("MMBtu")), 3075, 1e-3);
}

/* 1.2 GW around the clock at the Texas mean of 373 g/kWh (EIA 2024): 3.92 Mt a year. */
static void test_carbon_of_a_flat_gigawatt(void **state) {
    (void)state;
    gw_supply grid = {.kind = GW_SUPPLY_GRID, .capacity_W = 1200 * MW, .price_usd_per_J = GW_NAN};
    gw_supply_cost cost = gw_energy_supply_cost(&grid, NULL, &texas, 1);
    gw_energy_source source = {GW_GROUP_GRID, grid.capacity_W, cost.energy_usd_per_J,
                               cost.carbon_kg_per_J};
    gw_dispatch d = gw_energy_dispatch(&source, 1, 1200 * MW, NULL);
    gw_assert_near(d.carbon_kg_per_s * 365 * GW_DAY_s, 3.92e9, 1e-3);
    gw_assert_near(d.cost_usd_per_s * 3600, 1200 * 47, 1e-12);
    gw_assert_near(cost.capacity_usd_per_W_s, 0, 0);
}

/* EIA state profiles give lb/MWh: TX 823, WI 1090, WA 249. */
static void test_pounds_to_grams(void **state) {
    (void)state;
    double g_per_kWh = gw_unit_scale("g/kWh");
    gw_assert_close(823 * gw_unit_scale("lb/MWh") / g_per_kWh, 373.3, 0.1);
    gw_assert_close(1090 * gw_unit_scale("lb/MWh") / g_per_kWh, 494.4, 0.1);
    gw_assert_close(249 * gw_unit_scale("lb/MWh") / g_per_kWh, 112.9, 0.1);
}

/* New gas plants at 53.06 kg/MMBtu (HHV): combined cycle 0.57-0.63, aero 0.40, engines 0.45-0.50.
 */
static void test_carbon_of_gas_plants(void **state) {
    (void)state;
    double efficiency[] = {0.57, 0.63, 0.40, 0.45, 0.50}, g_per_kWh[] = {318, 287, 453, 402, 362};
    for (int i = 0; i < 5; i++) {
        gw_plant plant = gas_at(efficiency[i]);
        gw_supply_cost cost = gw_energy_supply_cost(&plant_supply, &plant, &texas, 0);
        gw_assert_near(cost.carbon_kg_per_J * 3.6e9, g_per_kWh[i], 2e-3);
    }
}

static void test_who_pays_for_capacity(void **state) {
    (void)state;
    gw_plant plant = gas_at(0.4);
    plant.fixed_om_usd_per_W_s = 0.02 / YEAR_s;
    plant.variable_om_usd_per_J = 5 * USD_PER_MWH;
    gw_supply owned = plant_supply, rented = plant_supply, priced = plant_supply;
    rented.owned = false;
    priced.owned = false;
    priced.price_usd_per_J = 75 * USD_PER_MWH;
    double rent = 0.1 / YEAR_s;
    gw_supply_cost cost = gw_energy_supply_cost(&owned, &plant, &texas, rent);
    gw_assert_near(cost.capacity_usd_per_W_s, 0.02 / YEAR_s, 1e-12);
    gw_assert_near(cost.energy_usd_per_J / USD_PER_MWH, 39.12, 1e-3);
    cost = gw_energy_supply_cost(&rented, &plant, &texas, rent);
    gw_assert_near(cost.capacity_usd_per_W_s, (0.02 + 0.17) / YEAR_s, 1e-12);
    cost = gw_energy_supply_cost(&priced, &plant, &texas, rent);
    gw_assert_near(cost.energy_usd_per_J, 75 * USD_PER_MWH, 1e-12);
    gw_assert_near(cost.capacity_usd_per_W_s, 0, 0);
    rented.role = GW_ROLE_BACKUP; /* part of the building */
    gw_assert_near(gw_energy_supply_cost(&rented, &plant, &texas, rent).capacity_usd_per_W_s, 0, 0);
    plant.efficiency = GW_NAN; /* gas at an unknown efficiency has an unknown cost, not none */
    assert_true(isnan(gw_energy_supply_cost(&owned, &plant, &texas, rent).energy_usd_per_J));
    plant.kind = GW_PLANT_SOLAR; /* the sun has none */
    cost = gw_energy_supply_cost(&owned, &plant, &texas, rent);
    gw_assert_near(cost.energy_usd_per_J, 5 * USD_PER_MWH, 1e-12);
    gw_assert_near(cost.carbon_kg_per_J, 0, 0);
}

/* Without inflation: r / (1 - (1 + r)^-n). 10 % over 14 years: 0.135746; without interest 1 / n;
 * and the definition: an annuity growing with inflation is worth 1 at the nominal rate. */
static void test_capital_rate(void **state) {
    (void)state;
    gw_assert_near(gw_capital_rate_per_s(0.10, 0, 14 * YEAR_s) * YEAR_s, 0.1357462, 1e-6);
    gw_assert_near(gw_capital_rate_per_s(0.02, 0.02, 20 * YEAR_s) * YEAR_s, 0.05, 1e-9);
    double first = gw_capital_rate_per_s(0.10, 0.025, 14 * YEAR_s) * YEAR_s, value = 0;
    for (int year = 1; year <= 14; year++) {
        value += first * pow(1.025, year) / pow(1.10, year);
    }
    gw_assert_near(value, 1, 1e-9);
    assert_true(isnan(gw_capital_rate_per_s(0.1, 0, 0)));
}

/* Full on a cool day, hot_derate at the design temperature: UAE campus, 1.3 GW gross gives 1.0 GW
 * in summer. */
static void test_heat_derates(void **state) {
    (void)state;
    gw_plant plant = gas_at(0.4);
    plant.hot_derate = 0.231;
    gw_assert_near(1.3e9 * gw_plant_output_frac(&plant, &texas, 311.15), 1.0e9, 1e-3);
    gw_assert_near(gw_plant_output_frac(&plant, &texas, 330), 1 - 0.231, 1e-12);
    gw_assert_near(gw_plant_output_frac(&plant, &texas, 270), 1, 1e-12);
    gw_assert_near(gw_plant_output_frac(&plant, &texas, 299.65), 1 - 0.231 / 2, 1e-12);
    plant.availability = 0.95;
    gw_assert_near(gw_plant_output_frac(&plant, &texas, 288.15), 0.95, 1e-12);
    plant.kind = GW_PLANT_WIND;
    plant.capacity_factor = 0.4;
    gw_assert_near(gw_plant_output_frac(&plant, &texas, 311.15), 0.4, 0);
}

static void test_share_of_a_span(void **state) {
    (void)state;
    gw_assert_near(gw_span_share(100, 30, 110, GW_NAN), 20.0 / 30, 1e-12);
    gw_assert_near(gw_span_share(100, 30, 90, 115), 0.5, 1e-12);
    gw_assert_near(gw_span_share(100, 30, 105, 111), 0.2, 1e-12);
    gw_assert_near(gw_span_share(100, 30, 130, GW_NAN), 0, 0);
    gw_assert_near(gw_span_share(100, 30, 0, 100), 0, 0);
    gw_assert_near(gw_span_share(100, 30, 120, 110), 0, 0);
    gw_assert_near(gw_span_share(100, 30, GW_NAN, GW_NAN), 0, 0);
}

static void test_order_of_use(void **state) {
    (void)state;
    gw_energy_source s[] = {
        {GW_GROUP_PLANT, 100, GW_NAN, 1}, {GW_GROUP_GRID, 100, 3, 1}, {GW_GROUP_PLANT, 100, 2, 1},
        {GW_GROUP_RENEWABLE, 50, 9, 0},   {GW_GROUP_GRID, 1, 2, 1},
    };
    gw_energy_order(s, 5);
    gw_assert_near(s[0].cost_usd_per_J, 9, 0);
    assert_true(s[1].group == GW_GROUP_PLANT && s[1].cost_usd_per_J == 2); /* stable */
    gw_assert_near(s[2].available_W, 1, 0);
    gw_assert_near(s[3].cost_usd_per_J, 3, 0);
    assert_true(isnan(s[4].cost_usd_per_J));
    double used[5];
    gw_dispatch d = gw_energy_dispatch(s, 5, 160, used);
    gw_assert_near(used[0], 50, 0);
    gw_assert_near(used[1], 100, 0);
    gw_assert_near(used[2], 1, 0);
    gw_assert_near(used[3], 9, 0);
    gw_assert_near(used[4], 0, 0); /* not used: its unknown cost spoils nothing */
    gw_assert_near(d.cost_usd_per_s, 50 * 9 + 100 * 2 + 2 + 9 * 3, 1e-12);
    d = gw_energy_dispatch(s, 5, 30, NULL);
    gw_assert_near(d.curtailed_W, 20, 0);
    gw_assert_near(d.unserved_W, 0, 0);
    assert_true(isnan(gw_energy_dispatch(s, 5, 300, NULL).cost_usd_per_s));
}

/* A small generator of numbers for the properties below (minimal standard, Park and Miller 1988).
 */
static double next_number(unsigned *seed) {
    *seed = (unsigned)(*seed * 48271ULL % 2147483647ULL);
    return *seed / 2147483647.0;
}

static void test_properties(void **state) {
    (void)state;
    unsigned seed = 20260515;
    for (int round = 0; round < 2000; round++) {
        gw_energy_source s[6];
        for (int i = 0; i < 6; i++) {
            s[i] = (gw_energy_source){(gw_supply_group)(int)(3 * next_number(&seed)),
                                      1000 * next_number(&seed), 100 * next_number(&seed),
                                      next_number(&seed)};
        }
        gw_energy_order(s, 6);
        double load_W = 5000 * next_number(&seed);
        double used[6];
        gw_dispatch d = gw_energy_dispatch(s, 6, load_W, used);
        gw_assert_near(d.grid_W + d.plant_W + d.renewable_W + d.unserved_W, load_W, 1e-12);
        bool someone_was_left_with_power = false;
        for (int i = 0; i < 6; i++) {
            assert_true(used[i] >= 0 && used[i] <= s[i].available_W);
            assert_false(someone_was_left_with_power && used[i] > 0);
            someone_was_left_with_power |= used[i] < s[i].available_W;
        }
        assert_true(d.unserved_W == 0 || !someone_was_left_with_power);
        /* More capacity anywhere never leaves more unserved. */
        int more = (int)(6 * next_number(&seed));
        s[more].available_W *= 1.5;
        assert_true(gw_energy_dispatch(s, 6, load_W, NULL).unserved_W <= d.unserved_W);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_abilene_turbines),
        cmocka_unit_test(test_carbon_of_a_flat_gigawatt),
        cmocka_unit_test(test_pounds_to_grams),
        cmocka_unit_test(test_carbon_of_gas_plants),
        cmocka_unit_test(test_who_pays_for_capacity),
        cmocka_unit_test(test_capital_rate),
        cmocka_unit_test(test_heat_derates),
        cmocka_unit_test(test_share_of_a_span),
        cmocka_unit_test(test_order_of_use),
        cmocka_unit_test(test_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
