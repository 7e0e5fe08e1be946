/* Numbers as people read them. */
#include "base/date.h"
#include "gw_test.h"
#include "report/words.h"

static void values_and_ranges(void **state) {
    (void)state;
    assert_string_equal(gw_words_value(1.18e9, "MW").text, "1.18 GW");
    assert_string_equal(gw_words_value(GW_NAN, "MW").text, "-");
    assert_string_equal(gw_words_value(403200.3, "").text, "403,200");
    assert_string_equal(gw_words_value(gw_date_from_civil(2026, 11, 4), NULL).text, "2026-11-04");
    assert_string_equal(gw_words_value(2.0 / 86400.0, "m3/d").text, "2.00 m\xC2\xB3/d");
    assert_string_equal(gw_words_range(1.02e9, 1.31e9, "MW").text, "1.02 " GW_DASH " 1.31 GW");
    assert_string_equal(gw_words_range(9e8, 1.31e9, "MW").text, "0.900 " GW_DASH " 1.31 GW");
    assert_string_equal(gw_words_range(-1.68e10, -5.8e9, "USD").text, "-16.8 to -5.80 bn USD");
    assert_string_equal(gw_words_range(8.0, 8.0, "").text, "8");
    assert_string_equal(gw_words_large(4.06e11).text, "406 billion");
    assert_string_equal(gw_words_large(1.941e12).text, "1.94 trillion");
    assert_string_equal(gw_words_large(16384.0).text, "16,384");
}

static void intervals(void **state) {
    (void)state;
    gw_summary s = {.p10 = 1.02e9, .p50 = 1.18e9, .p90 = 1.31e9, .n = 100};
    assert_string_equal(gw_words_interval(s, "MW").text, "1.18 GW [1.02 " GW_DASH " 1.31]");
    s.p10 = 9e8;
    assert_string_equal(gw_words_interval(s, "MW").text, "1.18 GW [0.900 " GW_DASH " 1.31]");
    s = (gw_summary){.p10 = -6.94e9, .p50 = 1.13e8, .p90 = 6.31e9, .n = 100};
    assert_string_equal(gw_words_interval(s, "USD").text, "0.113 bn USD [-6.94 to 6.31]");
    s = (gw_summary){.p10 = 90.0, .p50 = 150.0, .p90 = 0.0, .n = 100};
    assert_string_equal(gw_words_interval(s, "min").text, "2.50 min [1.50 " GW_DASH " 0]");
    s = (gw_summary){.p10 = 5e-7, .p50 = 1.5e-6, .p90 = 2e-6, .n = 100};
    assert_string_equal(gw_words_interval(s, "s").text, "1.50 \xC2\xB5s [0.500 " GW_DASH " 2.00]");
    s = (gw_summary){.p10 = -2e10, .p50 = -1.5e10, .p90 = -1e10, .n = 100};
    assert_string_equal(gw_words_interval(s, "USD").text, "-15.0 bn USD [-20.0 to -10.0]");
    s = (gw_summary){.p10 = 5.0, .p50 = 5.0, .p90 = 5.0, .n = 10};
    assert_string_equal(gw_words_interval(s, "").text, "5");
    s = (gw_summary){.p10 = 0.1, .p50 = 0.2, .p90 = 0.3, .n = 30, .n_none = 70};
    assert_string_equal(gw_words_interval(s, "%").text,
                        "20.0 % [10.0 " GW_DASH " 30.0] in 30 % of samples");
    s = (gw_summary){.n = 0, .n_none = 70};
    assert_string_equal(gw_words_interval(s, "%").text, "none");
}

static void shares_and_durations(void **state) {
    (void)state;
    assert_string_equal(gw_words_share(0.0).text, "0 %");
    assert_string_equal(gw_words_share(0.001).text, "under 1 %");
    assert_string_equal(gw_words_share(0.005).text, "under 1 %");
    assert_string_equal(gw_words_share(0.995).text, "over 99 %");
    assert_string_equal(gw_words_share(0.34).text, "34 %");
    assert_string_equal(gw_words_share(0.999).text, "over 99 %");
    assert_string_equal(gw_words_share(1.0).text, "100 %");
    assert_string_equal(gw_words_share(GW_NAN).text, "-");
    assert_string_equal(gw_words_duration(54.0 * 86400.0).text, "54 days");
    assert_string_equal(gw_words_duration(14.0 * 2629800.0).text, "14 months");
    assert_string_equal(gw_words_duration(3.2 * 31557600.0).text, "3.2 years");
    assert_string_equal(gw_words_duration(2.6 * 3600.0).text, "2.6 hours");
    assert_string_equal(gw_words_years(5.0 * 31557600.0).text, "5");
    assert_string_equal(gw_words_month(2024 * 12).text, "January 2024");
    assert_string_equal(gw_words_stop("It ends."), "");
    assert_string_equal(gw_words_stop("it does not end"), ".");
    assert_string_equal(gw_words_plain("under_construction").text, "under construction");
    assert_string_equal(gw_words_capital("every site").text, "Every site");
}

static void inputs_by_name(void **state) {
    (void)state;
    assert_string_equal(gw_words_input("sites.abilene.buildings.b7-b8.ready").text,
                        "abilene b7-b8 ready");
    assert_string_equal(gw_words_input("systems.GB300-NVL72.power").text, "GB300-NVL72 power");
    assert_string_equal(gw_words_input("sites.a_b.electrical.house_load").text,
                        "a_b electrical house load"); /* names stay as they are written */
    assert_string_equal(gw_words_input("finance.market_price").text, "finance market price");
    assert_string_equal(gw_words_file("a/b/c.yaml"), "c.yaml");
    assert_string_equal(gw_words_file("c.yaml"), "c.yaml");
    assert_string_equal(gw_words_file(NULL), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_ranges),
        cmocka_unit_test(intervals),
        cmocka_unit_test(shares_and_durations),
        cmocka_unit_test(inputs_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
