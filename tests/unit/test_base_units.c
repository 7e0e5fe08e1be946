/* test_base_units.c: every row of the unit table against an independent constant, expressions, and
 * texts that are no units. Constants: SI brochure, NIST SP 811 appendix B, IEC 80000-13. */
#include "gw_test.h"

#include <string.h>

#include "base/rng.h"
#include "base/unit_table.h"
#include "base/units.h"

/* name, SI value; one line for every row of the table, written down without looking at it. */
static const struct {
    const char *name;
    double si;
} CONSTANTS[] = {
    {"W", 1.0},
    {"Wh", 3600.0},
    {"J", 1.0},
    {"USD", 1.0},
    {"$", 1.0},
    {"s", 1.0},
    {"min", 60.0},
    {"h", 3600.0},
    {"d", 86400.0},
    {"wk", 604800.0},
    {"mo", 2629800.0},
    {"yr", 31557600.0},
    {"Hz", 1.0},
    {"FIT", 2.7777777777777778e-13},
    {"B", 1.0},
    {"bit", 0.125},
    {"FLOP", 1.0},
    {"tok", 1.0},
    {"token", 1.0},
    {"tokens", 1.0},
    {"%", 0.01},
    {"ppm", 0.000001},
    {"m", 1.0},
    {"ft", 0.3048},
    {"mi", 1609.344},
    {"acre", 4046.8564224},
    {"ha", 10000.0},
    {"L", 0.001},
    {"gal", 0.003785411784},
    {"g", 0.001},
    {"t", 1000.0},
    {"lb", 0.45359237},
    {"K", 1.0},
    {"degC", 1.0},
    {"degF", 0.55555555555555556},
    {"Btu", 1055.05585262},
    {"MMBtu", 1055055852.62},
    {"therm", 105505585.262},
    {"ton_refrigeration", 3516.8528420666667},
    {"Pa", 1.0},
    {"GPU", 1.0},
    {"GPUs", 1.0},
    {"accelerator", 1.0},
    {"accelerators", 1.0},
    {"chip", 1.0},
    {"chips", 1.0},
    {"rack", 1.0},
    {"racks", 1.0},
    {"building", 1.0},
    {"buildings", 1.0},
    {"household", 1.0},
    {"households", 1.0},
    {"node", 1.0},
    {"nodes", 1.0},
    {"port", 1.0},
    {"ports", 1.0},
    {"worker", 1.0},
    {"workers", 1.0},
    {"job", 1.0},
    {"jobs", 1.0},
    {"param", 1.0},
    {"params", 1.0},
    {"site", 1.0},
    {"sites", 1.0},
    {"link", 1.0},
    {"links", 1.0},
};
#define N_CONSTANTS (sizeof CONSTANTS / sizeof CONSTANTS[0])

static gw_unit parsed(const char *text) {
    gw_unit unit = {0};
    const char *bad = NULL;
    if (gw_unit_parse(text, strlen(text), &unit, &bad) != GW_OK) {
        fail_msg("'%s' is not read, at '%s'", text, bad);
    }
    return unit;
}

static void test_every_row(void **state) {
    (void)state;
    for (size_t i = 0; i < gw_n_unit_rows; i++) {
        size_t j = 0;
        while (j < N_CONSTANTS && strcmp(CONSTANTS[j].name, gw_unit_rows[i].name) != 0) {
            j++;
        }
        if (j == N_CONSTANTS) {
            fail_msg("no constant for the unit '%s'", gw_unit_rows[i].name);
        }
        gw_assert_near(parsed(CONSTANTS[j].name).scale, CONSTANTS[j].si, 1e-15);
    }
    assert_int_equal(gw_n_unit_rows, N_CONSTANTS);
}

static void test_every_prefix(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double si;
    } cases[] = {
        {"kW", 1e3},
        {"MW", 1e6},
        {"GW", 1e9},
        {"TW", 1e12},
        {"PFLOP", 1e15},
        {"EFLOP", 1e18},
        {"ZFLOP", 1e21},
        {"YFLOP", 1e24},
        {"mW", 1e-3},
        {"us", 1e-6},
        {"\xC2\xB5s", 1e-6},
        {"ns", 1e-9},
        {"cm", 0.01},
        {"KiB", 1024.0},
        {"MiB", 1048576.0},
        {"GiB", 1073741824.0},
        {"TiB", 1099511627776.0},
        {"PiB", 1125899906842624.0},
        {"EiB", 1152921504606846976.0},
    };
    assert_int_equal(sizeof cases / sizeof cases[0], gw_n_unit_prefixes);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_assert_near(parsed(cases[i].name).scale, cases[i].si, 1e-15);
    }
}

static void test_expressions(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double scale;
        gw_dim dim; /* m kg s K B usd FLOP tok */
    } cases[] = {
        {"", 1.0, {{0}}},
        {"1", 1.0, {{0}}},
        {"kWh", 3.6e6, {{2, 1, -2}}},
        {"MWh", 3.6e9, {{2, 1, -2}}},
        {"GWh", 3.6e12, {{2, 1, -2}}},
        {"kg", 1.0, {{0, 1}}},
        {"m2", 1.0, {{2}}},
        {"m^2", 1.0, {{2}}},
        {"m3", 1.0, {{3}}},
        {"km2", 1e6, {{2}}},
        {"ft2", 0.09290304, {{2}}},
        {"s^-1", 1.0, {{0, 0, -1}}},
        {"Gbit/s", 1.25e8, {{0, 0, -1, 0, 1}}},
        {"GB/s", 1e9, {{0, 0, -1, 0, 1}}},
        {"TFLOP/s", 1e12, {{0, 0, -1, 0, 0, 0, 1}}},
        {"Mtok", 1e6, {{0, 0, 0, 0, 0, 0, 0, 1}}},
        {"Gtokens", 1e9, {{0, 0, 0, 0, 0, 0, 0, 1}}},
        {"USD/Mtok", 1e-6, {{0, 0, 0, 0, 0, 1, 0, -1}}},
        {"USD/MWh", 1.0 / 3.6e9, {{-2, -1, 2, 0, 0, 1}}},
        {"USD/kWh", 1.0 / 3.6e6, {{-2, -1, 2, 0, 0, 1}}},
        {"USD/MMBtu", 1.0 / 1055055852.62, {{-2, -1, 2, 0, 0, 1}}},
        {"USD/kW/mo", 1.0 / (1000.0 * 2629800.0), {{-2, -1, 2, 0, 0, 1}}},
        {"USD/W/yr", 1.0 / 31557600.0, {{-2, -1, 2, 0, 0, 1}}},
        {"USD/W", 1.0, {{-2, -1, 3, 0, 0, 1}}},
        {"USD/h", 1.0 / 3600.0, {{0, 0, -1, 0, 0, 1}}},
        {"USD/GPU/h", 1.0 / 3600.0, {{0, 0, -1, 0, 0, 1}}},
        {"1/yr", 1.0 / 31557600.0, {{0, 0, -1}}},
        {"/yr", 1.0 / 31557600.0, {{0, 0, -1}}},
        {"%/yr", 0.01 / 31557600.0, {{0, 0, -1}}},
        {"g/kWh", 1e-3 / 3.6e6, {{-2, 0, 2}}},
        {"kg/MMBtu", 1.0 / 1055055852.62, {{-2, 0, 2}}},
        {"L/kWh", 1e-3 / 3.6e6, {{1, -1, 2}}},
        {"gal/min", 0.003785411784 / 60.0, {{3, 0, -1}}},
        {"W/m2", 1.0, {{0, 1, -3}}},
        {"kW.h", 3.6e6, {{2, 1, -2}}},
        {"kW*h", 3.6e6, {{2, 1, -2}}},
        {"J / tok", 1.0, {{2, 1, -2, 0, 0, 0, 0, -1}}},
        {"  MW  ", 1e6, {{2, 1, -3}}},
        {"kW/rack", 1e3, {{2, 1, -3}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_unit unit = parsed(cases[i].text);
        gw_assert_near(unit.scale, cases[i].scale, 1e-14);
        if (!gw_dim_equal(unit.dim, cases[i].dim)) {
            fail_msg("'%s' has another dimension", cases[i].text);
        }
        assert_int_equal(unit.price_year, 0);
    }
}

static void test_whole_names_win(void **state) {
    (void)state;
    gw_assert_near(parsed("min").scale, 60.0, 0.0); /* not a milli-inch */
    gw_assert_near(parsed("Pa").scale, 1.0, 0.0);   /* not a peta-year */
    gw_assert_near(parsed("mo").scale, 2629800.0, 0.0);
    gw_assert_near(parsed("t").scale, 1000.0, 0.0);
    gw_assert_near(parsed("ft").scale, 0.3048, 0.0);
    assert_false(gw_dim_equal(parsed("mW").dim, parsed("MWh").dim));
    assert_true(parsed("mW").scale < parsed("MW").scale);
}

static void test_temperature(void **state) {
    (void)state;
    gw_assert_near(parsed("degC").offset, 273.15, 1e-15);
    gw_assert_near(parsed("degF").offset, 255.37222222222222, 1e-15);
    gw_assert_near(parsed("K").offset, 0.0, 0.0);
}

static void test_price_year(void **state) {
    (void)state;
    assert_int_equal(parsed("USD2024").price_year, 2024);
    assert_int_equal(parsed("USD2024/MWh").price_year, 2024);
    assert_int_equal(parsed("$2019/kW/yr").price_year, 2019);
    assert_int_equal(parsed("USD2024/USD2024").price_year, 2024);
}

static void test_not_units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t at; /* where `bad` must point */
    } cases[] = {
        {"GWW", 0},
        {"EUR", 0},
        {"mw", 0},
        {"USD/MWW", 4},
        {"USD//W", 4},
        {"USD/", 4},
        {"*W", 0},
        {"W m", 2},
        {"kW/h*m", 4},
        {"USD/(kW)", 4},
        {"m^", 2},
        {"m12", 2},
        {"degC/W", 0},
        {"W/degC", 2},
        {"degC2", 0},
        {"kdegC", 0},
        {"USD24", 4},
        {"USD1800", 3},
        {"USD2024/USD2023", 8},
        {"2", 0},
        {"1 W", 2},
        {"kmin", 0},
        {"Mh", 0},
        {"KiW", 0},
        {"mB", 0},
        {"cW", 0},
        {"kUSD", 0},
        {"W\x01", 1},
        {"-W", 0},
        {"W/1", 2},
        {"m^9*m^9*m^9*m^9*m^9*m^9*m^9", 24},
        {"W/W/W/W/W/W/W/W/W", 15},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_unit unit = {.scale = 77.0};
        const char *bad = NULL;
        gw_code code = gw_unit_parse(cases[i].text, strlen(cases[i].text), &unit, &bad);
        if (code != GW_E_UNIT || bad != cases[i].text + cases[i].at || unit.scale < 77.0) {
            fail_msg("'%s': %s, at %td", cases[i].text, gw_code_name(code), bad - cases[i].text);
        }
    }
}

static void test_length_is_respected(void **state) {
    (void)state;
    gw_unit unit;
    assert_int_equal(gw_unit_parse("MWh", 2, &unit, NULL), GW_OK);
    gw_assert_near(unit.scale, 1e6, 0.0);
    assert_int_equal(gw_unit_parse("USD2024", 5, &unit, NULL), GW_E_UNIT);
    assert_int_equal(gw_unit_parse("m^2", 2, &unit, NULL), GW_E_UNIT);
    assert_int_equal(gw_unit_parse(NULL, 0, &unit, NULL), GW_OK);
}

static void test_unit_scale(void **state) {
    (void)state;
    gw_assert_near(gw_unit_scale("MWh"), 3.6e9, 1e-15);
    gw_assert_near(gw_unit_scale("nonsense"), 1.0, 0.0);
    gw_assert_near(gw_unit_scale(""), 1.0, 0.0);
}

/* Any text either is a unit or says where it is not. */
static void test_random_text(void **state) {
    (void)state;
    static const char letters[] = "WJhsmkMGTUSD2024/*.^-1 %degCbitokFLOP\xC2\xB5(";
    for (uint64_t sample = 0; sample < 200000; sample++) {
        char text[24];
        size_t n = (size_t)(gw_rng_uniform(9, sample, 0, 0) * 16.0);
        for (uint32_t i = 0; i < n; i++) {
            text[i] = letters[(size_t)(gw_rng_uniform(9, sample, 1, i) * (sizeof letters - 1))];
        }
        gw_unit unit;
        const char *bad = NULL;
        if (gw_unit_parse(text, n, &unit, &bad) != GW_OK) {
            assert_true(bad >= text && bad <= text + n);
        } else {
            assert_true(isnormal(unit.scale) && unit.scale > 0.0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),   cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_expressions), cmocka_unit_test(test_whole_names_win),
        cmocka_unit_test(test_temperature), cmocka_unit_test(test_price_year),
        cmocka_unit_test(test_not_units),   cmocka_unit_test(test_length_is_respected),
        cmocka_unit_test(test_unit_scale),  cmocka_unit_test(test_random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
