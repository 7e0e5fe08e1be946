/* test_base_unit_names.c: names of dimensions and hints for unknown units. */
#include "gw_test.h"

#include <string.h>

#include "base/units.h"

static void check_dim(const char *unit, const char *expected) {
    gw_unit parsed;
    char out[64];
    assert_int_equal(gw_unit_parse(unit, strlen(unit), &parsed, NULL), GW_OK);
    assert_string_equal(gw_dim_name(parsed.dim, out, sizeof out), expected);
}

static void test_dim_names(void **state) {
    (void)state;
    check_dim("MW", "power");
    check_dim("kWh", "energy");
    check_dim("USD", "money");
    check_dim("Gbit/s", "data rate");
    check_dim("GPU", "number");
    check_dim("%", "number");
    check_dim("degC", "temperature");
    check_dim("USD/MWh", "price of energy");
    check_dim("USD/kW/mo", "price of energy");
    check_dim("USD/W", "money per power");
    check_dim("g/kWh", "mass per energy");
    check_dim("L/kWh", "volume per energy");
    check_dim("1/yr", "rate");
    check_dim("TFLOP/s", "arithmetic rate");
    check_dim("USD/Mtok", "price of tokens");
    check_dim("MW*K", "m2 kg s-3 K");
    check_dim("tok/USD", "USD-1 tok");
}

static void test_dim_name_is_cut(void **state) {
    (void)state;
    gw_dim dim = {{1, 2, 3, 4, 5, 6, 7, 8}};
    char out[64];
    assert_string_equal(gw_dim_name(dim, out, sizeof out), "m kg2 s3 K4 B5 USD6 FLOP7 tok8");
    assert_string_equal(gw_dim_name(dim, out, 8), "m kg2 s");
}

static void check_nearest(const char *text, const char *expected) {
    const char *nearest = gw_unit_nearest(text, strlen(text));
    if (expected == NULL) {
        assert_null(nearest);
    } else {
        assert_non_null(nearest);
        assert_string_equal(nearest, expected);
    }
}

static void test_nearest(void **state) {
    (void)state;
    check_nearest("GWW", "GW");
    check_nearest("mw", "MW");
    check_nearest("KWH", "kWh");
    check_nearest("Kw", "kW");
    check_nearest("gpu", "GPU");
    check_nearest("usd", "USD");
    check_nearest("Gbps", "Gbit/s");
    check_nearest("TFLOPS", "TFLOP/s");
    check_nearest("weeks", "wk");
    check_nearest("hours", "h");
    check_nearest("days", "d");
    check_nearest("MMBTU", "MMBtu");
    check_nearest("C", "degC");
    check_nearest("\xC2\xB0"
                  "C",
                  "degC");
    check_nearest("accelerater", "accelerator");
    check_nearest("tokns", "tokens");
    check_nearest("OO", NULL);
    check_nearest("q", NULL);
    check_nearest("", NULL);
    check_nearest("furlongs", NULL);
    check_nearest("a_very_long_word_that_is_no_unit_at_all", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dim_names),
        cmocka_unit_test(test_dim_name_is_cut),
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
