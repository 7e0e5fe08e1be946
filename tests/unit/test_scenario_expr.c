/* Written values: quantities, dates, distributions, provenance. */
#include <string.h>

#include "gw_test.h"
#include "scenario/expr.h"

static const gw_field power = {.kind = GW_KIND_NUM, .key = "power", .unit = "MW"};
static const gw_field money = {.kind = GW_KIND_NUM, .key = "cost", .unit = "USD"};
static const gw_field share = {.kind = GW_KIND_NUM, .key = "share", .unit = "%"};
static const gw_field temperature = {.kind = GW_KIND_NUM, .key = "t", .unit = "degC"};
static const gw_field difference = {.kind = GW_KIND_NUM, .key = "dt", .unit = "K"};
static const gw_field date = {.kind = GW_KIND_DATE, .key = "ready", .date_part = GW_DATE_MIDDLE};
static const gw_field anything = {.kind = GW_KIND_NUM, .key = "low", .unit = "*"};

static gw_expr parse(const char *text, const gw_field *field) {
    gw_expr out;
    gw_expr_error error;
    memset(&error, 0, sizeof error);
    gw_code code = gw_expr_parse(text, strlen(text), field, 2025, &out, &error);
    if (code != GW_OK) {
        print_error("%s: %s\n", text, error.msg);
    }
    assert_int_equal(code, GW_OK);
    return out;
}

static gw_expr_error refuse(const char *text, const gw_field *field, gw_code code) {
    gw_expr out;
    gw_expr_error error;
    memset(&error, 0, sizeof error);
    assert_int_equal(gw_expr_parse(text, strlen(text), field, 2025, &out, &error), code);
    assert_true(error.msg[0] != '\0');
    return error;
}

static void plain_quantities(void **state) {
    (void)state;
    gw_assert_near(parse("1.2 GW", &power).dist.a[0], 1.2e9, 1e-15);
    gw_assert_near(parse("12 bn USD", &money).dist.a[0], 12e9, 1e-15);
    gw_assert_near(parse("85 %", &share).dist.a[0], 0.85, 1e-15);
    gw_assert_near(parse("0.85", &share).dist.a[0], 0.85, 1e-15);
    gw_assert_near(parse("20 degC", &temperature).dist.a[0], 293.15, 1e-15);
    gw_assert_near(parse("7 W", &anything).dist.a[0], 7.0, 1e-15);
}

/* CPI-U annual means, BLS: 304.702 (2023) to the 2025 value of the price index. */
static void money_of_another_year(void **state) {
    (void)state;
    double ratio = gw_price_index_ratio(2023, 2025);
    assert_true(ratio > 1.03 && ratio < 1.08);
    gw_assert_near(parse("3 mn USD2023", &money).dist.a[0], 3e6 * ratio, 1e-12);
    gw_assert_near(parse("3 mn USD2025", &money).dist.a[0], 3e6, 1e-12);
}

static void distributions(void **state) {
    (void)state;
    gw_expr e = parse("pert(40 MW; 50 MW; 90 MW)", &power);
    assert_int_equal(e.dist.kind, GW_DIST_PERT);
    gw_assert_near(e.dist.a[2], 90e6, 1e-15);
    assert_int_equal(parse("uniform(1 MW, 2 MW)", &power).dist.kind, GW_DIST_UNIFORM);
    e = parse("discrete(5 bn USD = 30 %; 8 bn USD = 70 %)", &money);
    assert_int_equal(e.dist.n, 2);
    gw_assert_near(e.dist.p[1], 0.7, 1e-12);
    e = parse("normal(20 degC; 2 K)", &temperature);
    gw_assert_near(e.dist.a[0], 293.15, 1e-12);
    gw_assert_near(e.dist.a[1], 2.0, 1e-12);
}

/* x +- y: P10 and P90 at x - y and x + y. */
static void plus_minus(void **state) {
    (void)state;
    gw_expr e = parse("45 bn USD +- 10 %", &money);
    gw_assert_near(gw_dist_quantile(&e.dist, 0.1), 40.5e9, 1e-9);
    gw_assert_near(gw_dist_quantile(&e.dist, 0.9), 49.5e9, 1e-9);
    e = parse("85 % +- 5 %", &share); /* a share: percentage points */
    gw_assert_near(gw_dist_quantile(&e.dist, 0.9), 0.90, 1e-9);
    e = parse("2026-06-15 +- 30 d", &date);
    gw_assert_near(gw_dist_quantile(&e.dist, 0.9) - gw_dist_quantile(&e.dist, 0.1), 60.0, 1e-9);
    e = parse("10 MW \xC2\xB1 1 MW", &power);
    gw_assert_near(gw_dist_quantile(&e.dist, 0.9), 11e6, 1e-9);
}

static void dates(void **state) {
    (void)state;
    gw_assert_close(parse("2026-06-30", &date).dist.a[0], gw_date_from_civil(2026, 6, 30), 0.0);
    gw_expr e = parse("2026-11-01 + pert(0 d; 30 d; 90 d)", &date);
    double start = gw_date_from_civil(2026, 11, 1);
    gw_assert_close(gw_dist_min(&e.dist), start, 1e-9);
    gw_assert_close(gw_dist_max(&e.dist), start + 90.0, 1e-9);
    gw_assert_close(parse("2026-11-01 + 2 wk", &date).dist.a[0], start + 14.0, 1e-9);
    e = parse("uniform(2026-01-01; 2026-12-31)", &date);
    gw_assert_close(gw_dist_quantile(&e.dist, 0.5), gw_date_from_civil(2026, 7, 2), 1.0);
}

static void refusals(void **state) {
    (void)state;
    refuse("12OO MW", &power, GW_E_SYNTAX);
    assert_non_null(strstr(refuse("1.2", &power, GW_E_UNIT).hint, "MW"));
    assert_non_null(strstr(refuse("1.2 GWh", &power, GW_E_UNIT).msg, "energy"));
    refuse("20 degC", &difference, GW_E_UNIT);
    refuse("pert(1 MW; 2 MW)", &power, GW_E_SYNTAX);
    refuse("pert(3 MW; 2 MW; 1 MW)", &power, GW_E_RANGE);
    refuse("perd(1 MW; 2 MW; 3 MW)", &power, GW_E_SYNTAX);
    assert_non_null(strstr(refuse("pert(1 MW", &power, GW_E_SYNTAX).hint, "`;`"));
    refuse("discrete(1 MW = 50 %; 2 MW = 40 %)", &power, GW_E_RANGE);
    refuse("2026-13", &date, GW_E_RANGE);
    refuse("soon", &date, GW_E_SYNTAX);
    refuse("", &power, GW_E_SYNTAX);
    refuse("3 mn USD1990", &money, GW_E_RANGE); /* no price index: was a silent NaN once */
    refuse("uniform(-1e308 USD; 1e308 USD)", &money, GW_E_RANGE);
    gw_expr_error error = refuse("uniform(1 MW; 2 GWW)", &power, GW_E_UNIT);
    assert_true(error.offset >= strlen("uniform(1 MW; "));
}

static void provenance(void **state) {
    (void)state;
    const char *text = "105.4 MW @epoch:derived(211 MW over two)";
    gw_provenance p = gw_provenance_split(text);
    assert_int_equal(p.n_value, strlen("105.4 MW"));
    assert_int_equal(p.n_source, strlen("epoch"));
    assert_memory_equal(p.grade, "derived", p.n_grade);
    assert_memory_equal(p.note, "211 MW over two", p.n_note);
    assert_false(p.malformed);
    assert_null(gw_provenance_split("a@b.c").source);
    assert_true(gw_provenance_split("1 MW @epoch(no end").malformed);
    assert_true(gw_provenance_split("1 MW @epoch and more").malformed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_quantities),
        cmocka_unit_test(money_of_another_year),
        cmocka_unit_test(distributions),
        cmocka_unit_test(plus_minus),
        cmocka_unit_test(dates),
        cmocka_unit_test(refusals),
        cmocka_unit_test(provenance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
