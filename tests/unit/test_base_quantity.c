/* test_base_quantity.c: quantities as people write them, and the sentences for what they get wrong.
 */
#include "gw_test.h"

#include <string.h>

#include "base/rng.h"
#include "base/units.h"

static gw_quantity parsed(const char *text) {
    gw_quantity q = {0};
    char msg[160];
    char hint[160];
    if (gw_quantity_parse(text, strlen(text), &q, msg, sizeof msg, hint, sizeof hint) != GW_OK) {
        fail_msg("'%s': %s (%s)", text, msg, hint);
    }
    return q;
}

static void test_good(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double si;
        bool had_unit;
    } cases[] = {
        {"1.2 GW", 1.2e9, true},
        {"400 Gbit/s", 5e10, true},
        {"12 bn USD", 12e9, true},
        {"12 USD bn", 12e9, true},
        {"12 USD", 12.0, true},
        {"405.9 bn", 405.9e9, false},
        {"30 T tokens", 30e12, true},
        {"30T tokens", 30e12, true},
        {"5 k USD", 5e3, true},
        {"5 M USD", 5e6, true},
        {"5 mn USD", 5e6, true},
        {"5 mln USD", 5e6, true},
        {"5 million USD", 5e6, true},
        {"5 Million", 5e6, false},
        {"2 thousand GPUs", 2000.0, true},
        {"2 billion", 2e9, false},
        {"2 tn USD", 2e12, true},
        {"2 trillion tokens", 2e12, true},
        {"48 wk", 29030400.0, true},
        {"12 m", 12.0, true},
        {"85 %", 0.85, true},
        {"85%", 0.85, true},
        {"12GW", 12e9, true},
        {"12EFLOP", 12e18, true},
        {"1e3W", 1e3, true},
        {"1E3 W", 1e3, true},
        {"-3 degC", 270.15, true},
        {"77 degF", 298.15, true},
        {"1_000", 1000.0, false},
        {"1_000_000 h", 3.6e9, true},
        {"4e3", 4000.0, false},
        {"4e-3", 0.004, false},
        {"+5", 5.0, false},
        {"  7  ", 7.0, false},
        {".5 W", 0.5, true},
        {"5. W", 5.0, true},
        {"0 MW", 0.0, true},
        {"-0.5 MW", -5e5, true},
        {"42.5 USD/MWh", 42.5 / 3.6e9, true},
        {"1.9 USD / kW / mo", 1.9 / (1000.0 * 2629800.0), true},
        {"0.5 1/yr", 0.5 / 31557600.0, true},
        {"0.5 /yr", 0.5 / 31557600.0, true},
        {"403_200 GPUs", 403200.0, true},
        {"12 bn USD2024", 12e9, true},
        {"3.5 mn USD/MW", 3.5, true},
        {"1\tGW", 1e9, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_quantity q = parsed(cases[i].text);
        if (!(fabs(q.si - cases[i].si) <= 1e-15 * fabs(cases[i].si)) ||
            q.had_unit != cases[i].had_unit) {
            fail_msg("'%s' gives %.17g, unit %d", cases[i].text, q.si, q.had_unit);
        }
    }
    assert_int_equal(parsed("12 bn USD2024").unit.price_year, 2024);
    assert_true(parsed("1.2 GW").si == 1200000000.0); /* exactly */
    assert_true(parsed("405.9 bn").si == 405900000000.0);
}

static void test_bad(void **state) {
    (void)state;
    static const struct {
        const char *text;
        gw_code code;
        const char *msg;
        const char *hint;
    } cases[] = {
        {"", GW_E_SYNTAX, "no value given", ""},
        {"   ", GW_E_SYNTAX, "no value given", ""},
        {"12 GWW", GW_E_UNIT, "unknown unit 'GWW'", "did you mean 'GW'?"},
        {"12GWW", GW_E_UNIT, "unknown unit 'GWW'", "did you mean 'GW'?"},
        {"12 mw", GW_E_UNIT, "unknown unit 'mw'", "did you mean 'MW'?"},
        {"5 USD/MWW", GW_E_UNIT, "unknown unit 'MWW'", "did you mean 'MW'?"},
        {"12 EUR", GW_E_UNIT, "unknown unit 'EUR'",
         "money is in USD: convert it, and say at which rate behind @assumed(...)"},
        {"600 MVA", GW_E_UNIT, "unknown unit 'MVA'",
         "apparent power: write the real power in W, at its power factor"},
        {"400 Gbps", GW_E_UNIT, "unknown unit 'Gbps'", "did you mean 'Gbit/s'?"},
        {"12OO", GW_E_SYNTAX, "not a number: '12OO'", ""},
        {"l2 GW", GW_E_SYNTAX, "not a number: 'l2'", ""},
        {"1,000", GW_E_SYNTAX, "not a number: '1,000'", "use 1000 or 1_000"},
        {"1,234,567.5 USD", GW_E_SYNTAX, "not a number: '1,234,567.5'",
         "use 1234567.5 or 1_234_567.5"},
        {"12 m USD", GW_E_UNIT, "'USD' stands behind the unit 'm'",
         "'m' is metre: write 'mn' or 'million'"},
        {"3 B tokens", GW_E_UNIT, "'tokens' stands behind the unit 'B'",
         "'B' is byte: write 'bn' or 'billion'"},
        {"3 G tokens", GW_E_UNIT, "unknown unit 'G'", "write 'bn' or 'billion'"},
        {"12 M", GW_E_UNIT, "no unit given behind the scale 'M'",
         "write the unit ('12 M USD'), or 'thousand', 'mn', 'bn', 'tn' for a bare number"},
        {"12k", GW_E_UNIT, "no unit given behind the scale 'k'",
         "write the unit ('12 k USD'), or 'thousand', 'mn', 'bn', 'tn' for a bare number"},
        {"12 bn USD bn", GW_E_UNIT, "a second scale word: 'bn'", ""},
        {"5 MW h", GW_E_UNIT, "'h' stands behind the unit 'MW'", "join units with '/' or '*'"},
        {"2 USD/kW*mo", GW_E_UNIT, "cannot read the unit 'USD/kW*mo'", "divide twice: 'USD/kW/mo'"},
        {"2 USD/(kW mo)", GW_E_UNIT, "cannot read the unit 'USD/(kW mo)'",
         "write 'USD/kW/mo' without brackets"},
        {"2 W/degC", GW_E_UNIT, "'degC' is legal only alone", "use K for temperature differences"},
        {"-300 degC", GW_E_RANGE, "the temperature lies below absolute zero", ""},
        {"nan", GW_E_SYNTAX, "not a number: 'nan'", ""},
        {"inf W", GW_E_SYNTAX, "not a number: 'inf'", ""},
        {"-inf", GW_E_SYNTAX, "not a number: '-inf'", ""},
        {"0x10", GW_E_SYNTAX, "not a number: '0x10'", ""},
        {"1.2.3 W", GW_E_SYNTAX, "not a number: '1.2.3'", ""},
        {"10..20", GW_E_SYNTAX, "not a number: '10..20'", ""},
        {"1__000", GW_E_SYNTAX, "not a number: '1__000'", ""},
        {"12_ W", GW_E_SYNTAX, "not a number: '12_'", ""},
        {"_12 W", GW_E_SYNTAX, "not a number: '_12'", ""},
        {"--3", GW_E_SYNTAX, "not a number: '--3'", ""},
        {"5-6 W", GW_E_SYNTAX, "not a number: '5-6'", ""},
        {"GW", GW_E_SYNTAX, "not a number: 'GW'", ""},
        {"$12 bn", GW_E_SYNTAX, "not a number: '$12'",
         "write the unit behind the number: '12 USD', '30 T tokens'"},
        {".", GW_E_SYNTAX, "not a number: '.'", ""},
        {"1e999", GW_E_RANGE, "the number '1e+999' is too large", ""},
        {"1e305 MW", GW_E_RANGE, "the value is too large", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_quantity q = {.si = 77.0};
        char msg[160];
        char hint[160];
        gw_code code = gw_quantity_parse(cases[i].text, strlen(cases[i].text), &q, msg, sizeof msg,
                                         hint, sizeof hint);
        if (code != cases[i].code || strcmp(msg, cases[i].msg) != 0 ||
            strcmp(hint, cases[i].hint) != 0) {
            fail_msg("'%s': %s '%s' '%s'", cases[i].text, gw_code_name(code), msg, hint);
        }
        gw_assert_close(q.si, 77.0, 0.0); /* untouched on failure */
    }
}

static void test_small_buffers(void **state) {
    (void)state;
    gw_quantity q;
    char msg[8];
    assert_int_equal(gw_quantity_parse("12 GWW", 6, &q, msg, sizeof msg, NULL, 0), GW_E_UNIT);
    assert_string_equal(msg, "unknown");
    assert_int_equal(gw_quantity_parse("12 GWW", 6, &q, NULL, 0, NULL, 0), GW_E_UNIT);
    assert_int_equal(gw_quantity_parse("12 GWW", 5, &q, NULL, 0, NULL, 0), GW_OK); /* "12 GW" */
}

/* No text crashes the reader, every refusal has a sentence, and no result is NaN or infinite. */
static void test_random_text(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "1", "2",      ".", "e",  "-",  "+",   "_",        ",", " ", " ",    "bn",
        "M", "k",      "T", "GW", "W",  "USD", "/",        "*", "h", "2024", "degC",
        "%", "tokens", "m", "^",  "1/", "nan", "\xC2\xB5", "(", "x", "mn",   "\t"};
    enum { N_PIECES = sizeof pieces / sizeof pieces[0] };
    for (uint64_t sample = 0; sample < 200000; sample++) {
        char text[96] = "";
        uint32_t n = (uint32_t)(gw_rng_uniform(5, sample, 0, 0) * 12.0);
        for (uint32_t i = 0; i < n; i++) {
            strcat(text, pieces[(int)(gw_rng_uniform(5, sample, 1, i) * N_PIECES)]);
        }
        gw_quantity q;
        char msg[160];
        char hint[160];
        if (gw_quantity_parse(text, strlen(text), &q, msg, sizeof msg, hint, sizeof hint) ==
            GW_OK) {
            assert_true(isfinite(q.si));
        } else {
            assert_true(msg[0] != '\0');
        }
    }
}

static void test_price_index(void **state) {
    (void)state;
    gw_assert_near(gw_price_index_ratio(2015, 2024), 313.689 / 237.017, 1e-15);
    gw_assert_near(gw_price_index_ratio(2020, 2021), 270.970 / 258.811, 1e-15);
    gw_assert_near(gw_price_index_ratio(2024, 2015) * gw_price_index_ratio(2015, 2024), 1.0, 1e-15);
    gw_assert_near(gw_price_index_ratio(2025, 2027), 1.027 * 1.027, 1e-15);
    gw_assert_close(gw_price_index_ratio(2030, 2030), 1.0, 0.0);
    assert_true(isnan(gw_price_index_ratio(2014, 2024)));
    assert_true(isnan(gw_price_index_ratio(2024, 2041)));
    assert_true(gw_price_index_ratio(2024, 2040) > 1.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),          cmocka_unit_test(test_bad),
        cmocka_unit_test(test_small_buffers), cmocka_unit_test(test_random_text),
        cmocka_unit_test(test_price_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
