/* test_base_quantity_format.c: what people see on every screen, and exact write-back. */
#include "gw_test.h"

#include <string.h>

#include "base/rng.h"
#include "base/units.h"

static void test_examples(void **state) {
    (void)state;
    static const struct {
        double si;
        const char *unit;
        const char *expected;
    } cases[] = {
        {1.2e9, "MW", "1.20 GW"},
        {105.4e6, "MW", "105 MW"},
        {2093.0, "kW", "2.09 kW"},
        {5.2e10, "USD", "52.0 bn USD"},
        {54600.0, "USD", "54,600 USD"},
        {0.853, "%", "85.3 %"},
        {403200.0, "", "403,200"},
        {1.17, "", "1.17"},
        {400e9 / 8.0, "Gbit/s", "400 Gbit/s"},
        {60.0 * 86400.0, "d", "60.0 d"},
        {3.09 * 3600.0, "h", "3.09 h"},
        {42.5 / 3.6e9, "USD/MWh", "42.5 USD/MWh"},
        {373e-3 / 3.6e6, "g/kWh", "373 g/kWh"},
        {0.0, "MW", "0 MW"},
        {-1.2e9, "MW", "-1.20 GW"},
        {-5.2e10, "USD", "-52.0 bn USD"},
        {-54600.0, "USD", "-54,600 USD"},
        {-403200.0, "", "-403,200"},
        /* the number after rounding decides the prefix and the decimals */
        {999.4e6, "MW", "999 MW"},
        {999.6e6, "MW", "1.00 GW"},
        {9.996e6, "MW", "10.0 MW"},
        {99.96e6, "MW", "100 MW"},
        {999999.4, "USD", "999,999 USD"},
        {999999.6, "USD", "1.00 mn USD"},
        {1e12, "USD", "1.00 tn USD"},
        {0.5, "USD", "0.500 USD"},
        {12.0, "USD", "12.0 USD"},
        {12e9, "USD2024", "12.0 bn USD2024"},
        {12e9, "$", "12.0 bn $"},
        {15.6e12, "tokens", "15.6 T tokens"},
        {15.6e9, "tokens", "15.6 bn tokens"},
        {1500.0, "tokens", "1,500 tokens"},
        {15.6e12, "tok", "15.6 Ttok"},
        {192e9, "GB", "192 GB"},
        {1.5 * 1073741824.0, "GiB", "1.50 GiB"},
        {2048.0, "GiB", "2.00 KiB"},
        {3.8e25, "FLOP", "38.0 YFLOP"},
        {0.0123, "s", "12.3 ms"},
        {3600.0, "s", "3,600 s"},
        {4500.0, "kg", "4.50 t"},
        {12000.0, "m", "12.0 km"},
        {2e7, "m", "20,000 km"},
        {298.15, "degC", "25.0 degC"},
        {273.15, "degC", "0 degC"},
        {8.0, "", "8"},
        {8.0, "buildings", "8 buildings"},
        {403200.0, "GPU", "403,200 GPU"},
        {0.0312, "%", "3.12 %"},
        {1.0, "%", "100 %"},
        {0.0853, "", "0.0853"},
        {1e-9, "", "1.00e-9"},
        {2.5e17, "", "2.50e17"},
        {404.6, "acre", "0.100 acre"},
        {1e6, "m2", "1,000,000 m2"},
        /* compound units keep theirs while the number stays readable */
        {1.6e12 / 8.0, "Gbit/s", "1,600 Gbit/s"},
        {900e9, "GB/s", "900 GB/s"},
        {5e6, "GB/s", "5.00 MB/s"},
        {12.0, "USD/MW", "12.0 mn USD/MW"},
        {0.005 / 3.6e6, "USD/kWh", "0.00500 USD/kWh"},
        {0.5 / 31557600.0, "1/yr", "0.500 /yr"},
        {1e-6 / 31557600.0, "1/yr", "1.00e-6 /yr"},
        {5.0, "furlong", "5.00 furlong"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[64];
        gw_quantity_format(cases[i].si, cases[i].unit, out, sizeof out);
        if (strcmp(out, cases[i].expected) != 0) {
            fail_msg("(%g, %s): '%s' is not '%s'", cases[i].si, cases[i].unit, out,
                     cases[i].expected);
        }
    }
}

static void test_not_finite(void **state) {
    (void)state;
    char out[64];
    gw_quantity_format(__builtin_nan(""), "MW", out, sizeof out);
    assert_string_equal(out, "-");
    gw_quantity_format(-__builtin_inf(), "MW", out, sizeof out);
    assert_string_equal(out, "-inf");
    gw_quantity_write(__builtin_nan(""), "MW", out, sizeof out);
    assert_string_equal(out, "-");
    gw_quantity_format(1.2e9, "MW", out, 4);
    assert_string_equal(out, "1.2");
    gw_quantity_format(1.2e9, "MW", NULL, 0);
    gw_quantity_write(1.2e9, "MW", NULL, 0);
}

static void test_write(void **state) {
    (void)state;
    static const struct {
        double si;
        const char *unit;
        const char *expected;
    } cases[] = {
        {1.2e9, "MW", "1200 MW"},
        {1.2e9, "GW", "1.2 GW"},
        {0.853, "%", "85.3 %"},
        {12e9, "USD", "12000000000 USD"},
        {0.1, "", "0.1"},
        {0.0, "MW", "0 MW"},
        {298.15, "degC", "25 degC"},
        {-0.5e6, "MW", "-0.5 MW"},
        {1e25, "FLOP", "1e+25 FLOP"},
        {42.5 / 3.6e9, "USD/MWh", "42.5 USD/MWh"},
        {1.0 / 3.0, "", "0.3333333333333333"},
        {120.0 * 86400.0, "d", "120 d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[64];
        gw_quantity_write(cases[i].si, cases[i].unit, out, sizeof out);
        if (strcmp(out, cases[i].expected) != 0) {
            fail_msg("(%g, %s): '%s' is not '%s'", cases[i].si, cases[i].unit, out,
                     cases[i].expected);
        }
    }
}

static const char *const UNITS[] = {
    "MW",  "kWh", "USD", "USD/MWh", "%",    "Gbit/s", "d",    "g/kWh", "USD/kW/mo", "tokens", "kg",
    "GiB", "ms",  "mi",  "1/yr",    "degC", "",       "GPUs", "MMBtu", "L/kWh",     "EFLOP"};
enum { N_UNITS = sizeof UNITS / sizeof UNITS[0] };

static double random_si(uint64_t sample) {
    return exp(40.0 * gw_rng_uniform(11, sample, 0, 0) - 15.0);
}

/* write -> parse gives back the same double. A few values cannot be reached exactly: the product of
 * any double and 3.6e6 skips some doubles. They come back as a neighbour. */
static void test_write_round_trip(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 20000; sample++) {
        const char *unit = UNITS[sample % N_UNITS];
        bool is_offset = strcmp(unit, "degC") == 0;
        double si = is_offset ? 1000.0 * gw_rng_uniform(11, sample, 1, 0) : random_si(sample);
        char out[64];
        gw_quantity q;
        gw_quantity_write(si, unit, out, sizeof out);
        assert_int_equal(gw_quantity_parse(out, strlen(out), &q, NULL, 0, NULL, 0), GW_OK);
        if (!(fabs(q.si - si) <= (is_offset ? 1e-12 : 2.3e-16) * si)) {
            fail_msg("%s: %.17g is not %.17g", out, q.si, si);
        }
    }
}

/* format -> (commas out) -> parse gives back three digits. */
static void test_format_round_trip(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 20000; sample++) {
        const char *unit = UNITS[sample % N_UNITS];
        double si = strcmp(unit, "degC") == 0 ? 300.0 : random_si(sample);
        char out[64];
        char plain[64];
        size_t n = 0;
        gw_quantity_format(si, unit, out, sizeof out);
        for (const char *c = out; *c != '\0'; c++) {
            if (*c != ',') {
                plain[n++] = *c;
            }
        }
        gw_quantity q;
        gw_code code = gw_quantity_parse(plain, n, &q, NULL, 0, NULL, 0);
        if (code != GW_OK || !(fabs(q.si - si) <= 0.0051 * si)) {
            fail_msg("'%s' of %.17g %s is read as %.17g", out, si, unit, q.si);
        }
        assert_true(strlen(out) < 32);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_write_round_trip),
        cmocka_unit_test(test_format_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
