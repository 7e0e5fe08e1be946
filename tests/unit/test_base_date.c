/* test_base_date.c: calendar arithmetic, parsing of days and periods, formatting. */
#include "gw_test.h"

#include "base/code.h"
#include "base/date.h"

static void test_known_days(void **state) {
    (void)state;
    gw_assert_close(gw_date_from_civil(1970, 1, 1), 0.0, 0.0);
    gw_assert_close(gw_date_from_civil(2000, 3, 1), 11017.0, 0.0);
    gw_assert_close(gw_date_from_civil(1969, 12, 31), -1.0, 0.0);
    gw_assert_close(gw_date_from_civil(2024, 9, 2) - gw_date_from_civil(2024, 4, 24), 131.0, 0.0);
    gw_assert_close(gw_date_from_civil(2025, 9, 26) - gw_date_from_civil(2024, 5, 31), 483.0, 0.0);
    gw_assert_close(gw_date_from_civil(2026, 11, 1) - gw_date_from_civil(2026, 6, 30), 124.0, 0.0);
    gw_assert_close(gw_date_from_civil(2000, 1, 1) - gw_date_from_civil(1600, 1, 1), 146097.0, 0.0);
}

/* Walks through eight centuries day by day with its own idea of the calendar. */
static void test_walk(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double at = gw_date_from_civil(1600, 1, 1);
    for (int year = 1600; year < 2400; year++) {
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int n_days = lengths[month - 1] + (month == 2 ? leap : 0);
            assert_true(gw_month_start_d(year * 12 + month - 1) == at);
            assert_true(gw_month_days(year * 12 + month - 1) == n_days);
            for (int day = 1; day <= n_days; day++, at += 1.0) {
                int y;
                int m;
                int d;
                assert_true(gw_date_from_civil(year, month, day) == at);
                gw_date_to_civil(at + 0.75, &y, &m, &d);
                assert_true(y == year && m == month && d == day);
                assert_true(gw_month_of_date(at) == year * 12 + month - 1);
            }
        }
    }
}

static void check_parse(const char *text, gw_date_part part, const char *expected) {
    double date_d = 0.0;
    char out[16];
    assert_int_equal(gw_date_parse(text, part, &date_d), GW_OK);
    gw_date_format(date_d, out, sizeof out);
    assert_string_equal(out, expected);
}

static void test_parse(void **state) {
    (void)state;
    check_parse("2026-06-30", GW_DATE_START, "2026-06-30");
    check_parse("2026-06-30", GW_DATE_END, "2026-06-30");
    check_parse("2026", GW_DATE_START, "2026-01-01");
    check_parse("2026", GW_DATE_MIDDLE, "2026-07-02");
    check_parse("2026", GW_DATE_END, "2026-12-31");
    check_parse("2026-Q3", GW_DATE_START, "2026-07-01");
    check_parse("2026-Q3", GW_DATE_MIDDLE, "2026-08-15");
    check_parse("2026-Q4", GW_DATE_END, "2026-12-31");
    check_parse("2024-02", GW_DATE_END, "2024-02-29");
    check_parse("2026-06", GW_DATE_MIDDLE, "2026-06-15");
    check_parse("2024-02-29", GW_DATE_START, "2024-02-29");
}

static void test_bad_text(void **state) {
    (void)state;
    static const struct {
        const char *text;
        gw_code code;
    } cases[] = {
        {"", GW_E_SYNTAX},           {"26", GW_E_SYNTAX},          {"2026-", GW_E_SYNTAX},
        {"2026-6", GW_E_SYNTAX},     {"2026-6-30", GW_E_SYNTAX},   {"2026-06-3", GW_E_SYNTAX},
        {"2026/06/30", GW_E_SYNTAX}, {"2026-06-30 ", GW_E_SYNTAX}, {"2026-Q", GW_E_SYNTAX},
        {"2026-Q1-01", GW_E_SYNTAX}, {"12026", GW_E_SYNTAX},       {"30.06.2026", GW_E_SYNTAX},
        {"2026-13", GW_E_RANGE},     {"2026-00", GW_E_RANGE},      {"2026-06-31", GW_E_RANGE},
        {"2026-06-00", GW_E_RANGE},  {"2025-02-29", GW_E_RANGE},   {"2026-Q5", GW_E_RANGE},
        {"2026-Q0", GW_E_RANGE},     {"2026-13-01", GW_E_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double date_d = 77.0;
        gw_code code = gw_date_parse(cases[i].text, GW_DATE_START, &date_d);
        if (code != cases[i].code) {
            fail_msg("'%s' gives %s", cases[i].text, gw_code_name(code));
        }
        gw_assert_close(date_d, 77.0, 0.0); /* untouched */
    }
}

static void test_format(void **state) {
    (void)state;
    char out[16];
    gw_date_format(-0.25, out, sizeof out);
    assert_string_equal(out, "1969-12-31");
    gw_date_format(__builtin_nan(""), out, sizeof out);
    assert_string_equal(out, "-");
    gw_date_format(1e300, out, sizeof out); /* far out, but no crash */
    gw_date_format(0.0, out, 5);
    assert_string_equal(out, "1970");
    gw_date_format(0.0, NULL, 0);
}

static void test_negative_months(void **state) {
    (void)state;
    gw_assert_close(gw_month_start_d(-1), gw_date_from_civil(-1, 12, 1), 0.0);
    gw_assert_close(gw_month_days(-1), 31.0, 0.0);
    gw_assert_close(gw_month_start_d(-12), gw_date_from_civil(-1, 1, 1), 0.0);
}

static void test_month_of_year_and_spans(void **state) {
    (void)state;
    assert_int_equal(gw_month_of_year(2026 * 12), 0);
    assert_int_equal(gw_month_of_year(2026 * 12 + 11), 11);
    assert_int_equal(gw_month_of_year(-1), 11);
    gw_assert_close(gw_span_share(100, 30, 90, GW_NAN), 1.0, 0);
    gw_assert_close(gw_span_share(100, 30, 115, GW_NAN), 0.5, 1e-15);
    gw_assert_close(gw_span_share(100, 30, 103, 109), 0.2, 1e-15);
    gw_assert_close(gw_span_share(100, 30, 140, GW_NAN), 0.0, 0);
    gw_assert_close(gw_span_share(100, 30, GW_NAN, GW_NAN), 0.0, 0);
    gw_assert_close(gw_span_share(100, 0, 90, GW_NAN), 0.0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_month_of_year_and_spans),
        cmocka_unit_test(test_known_days),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_bad_text),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_negative_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
