/* Reading timelines: carry forward, what was known on a day, sums, durations, the boundary of observation.
 * tests/data/timelines-small.csv is invented; every expected number is counted by hand from its rows. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "gw_test.h"
#include "programme/history.h"

static double day(int year, int month, int day_of_month) {
    return gw_date_from_civil(year, month, day_of_month);
}

typedef struct table {
    gw_arena *arena;
    gw_diags *diags;
    gw_history history;
    gw_code code;
} table;

static table read_text(const char *text) {
    table t = {.arena = gw_arena_create(0), .diags = gw_diags_create()};
    t.code = gw_history_read("t.csv", text, strlen(text), t.arena, t.diags, &t.history);
    return t;
}

static table read_small(void) {
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(gw_file_read(TEST_DATA "/timelines-small.csv", 1 << 20, &text, &n), GW_OK);
    table t = read_text(text);
    free(text);
    assert_int_equal(t.code, GW_OK);
    return t;
}

static void table_clear(table *t) {
    gw_arena_free(t->arena);
    gw_diags_free(t->diags);
}

static void test_rows_in_any_order_and_blanks_carry(void **state) {
    (void)state;
    table t = read_small();
    assert_int_equal(t.history.n, 6);
    assert_int_equal(t.history.n_rows, 15);
    const gw_history_site *north = &t.history.site[gw_history_find(&t.history, "Birch North")];
    gw_assert_near(gw_history_at(north, GW_HISTORY_IT_W, day(2024, 1, 10)), 50e6, 1e-12);
    gw_assert_near(gw_history_at(north, GW_HISTORY_IT_W, day(2025, 3, 9)), 50e6, 1e-12);
    gw_assert_near(gw_history_at(north, GW_HISTORY_IT_W, day(2025, 3, 10)), 100e6, 1e-12);
    assert_true(isnan(gw_history_at(north, GW_HISTORY_IT_W, day(2023, 1, 9))));
    const gw_history_site *south = &t.history.site[gw_history_find(&t.history, "Birch South")];
    gw_assert_near(gw_history_at(south, GW_HISTORY_FACILITY_W, day(2026, 1, 1)), 100e6, 1e-12);
    assert_int_equal(gw_history_find(&t.history, "Birch"), -1);
    table_clear(&t);
}

static void test_view_holds_nothing_later(void **state) {
    (void)state;
    table t = read_small();
    gw_history view = gw_history_as_of(&t.history, day(2024, 6, 1), t.arena);
    assert_int_equal(view.n, 5); /* Elm Yard was not known */
    assert_int_equal(gw_history_find(&view, "Elm Yard"), -1);
    for (int s = 0; s < view.n; s++) {
        for (int i = 0; i < view.site[s].n; i++) {
            assert_true(view.site[s].row[i].date_d <= day(2024, 6, 1));
            assert_true(isnan(view.site[s].row[i].value[GW_HISTORY_NOW_H100E]));
        }
    }
    gw_assert_near(gw_history_sum(&view, day(2030, 1, 1)).value[GW_HISTORY_IT_W], 130e6, 1e-12);
    table_clear(&t);
}

/* 100 + 80 + 30 + 40 + 0 + 60 MW, 0.04 bn USD a MW. */
static void test_sum_of_a_day(void **state) {
    (void)state;
    table t = read_small();
    gw_history_total sum = gw_history_sum(&t.history, day(2026, 1, 1));
    assert_int_equal(sum.n_sites, 6);
    assert_int_equal(sum.n_running, 5);
    gw_assert_near(sum.value[GW_HISTORY_IT_W], 310e6, 1e-12);
    gw_assert_near(sum.value[GW_HISTORY_FACILITY_W], 391e6, 1e-12);
    gw_assert_near(sum.value[GW_HISTORY_H100E], 248000, 1e-12);
    gw_assert_near(sum.value[GW_HISTORY_COST_usd], 12.4e9, 1e-12);
    table_clear(&t);
}

static void test_cost_per_watt(void **state) {
    (void)state;
    table t = read_small();
    int n = 0;
    double worst = 0.0;
    gw_assert_near(gw_history_per_watt(&t.history, GW_HISTORY_COST_usd, &n, &worst), 40.0, 1e-12);
    assert_int_equal(n, 9); /* rows with power and cost, projections too: they are prices */
    assert_true(worst < 1e-12);
    gw_assert_near(gw_history_per_watt(&t.history, GW_HISTORY_COMPUTE_usd, &n, &worst), 28.0,
                   1e-12);
    gw_assert_near(gw_history_per_watt(&t.history, GW_HISTORY_OPEX_usd_per_yr, &n, &worst), 1.0,
                   1e-12);
    table_clear(&t);
}

static void test_first_power(void **state) {
    (void)state;
    table t = read_small();
    gw_first_power e[8];
    assert_int_equal(gw_history_first_power(&t.history, day(2026, 1, 1), e), 4);
    static const int days[] = {365, 611, 180, 731};
    static const bool refit[] = {false, false, true, false}; /* a transformer is nothing former */
    for (int i = 0; i < 4; i++) {
        assert_int_equal((int)(e[i].power_d - e[i].work_d), days[i]);
        assert_int_equal(e[i].refit, refit[i]);
    }
    assert_int_equal(gw_history_first_power(&t.history, day(2024, 8, 27), e), 2);
    /* Elm Yard's first power is a projection. */
    assert_int_equal(gw_history_first_power(&t.history, day(2027, 1, 1), e), 5);
    table_clear(&t);
}

/* 2024-04-24 to 2024-09-02 and 2024-05-31 to 2025-09-26: 131 and 483 days (programme facts, T36). */
static void test_known_durations(void **state) {
    (void)state;
    table t = read_text("Data center,Date,IT power (MW)\nA,2024-04-24,0\nA,2024-09-02,1\n"
                        "B,2024-05-31,0\nB,2025-09-26,1\n");
    gw_first_power e[2];
    assert_int_equal(gw_history_first_power(&t.history, day(2026, 1, 1), e), 2);
    gw_assert_close(e[0].power_d - e[0].work_d, 131.0, 0.0);
    gw_assert_close(e[1].power_d - e[1].work_d, 483.0, 0.0);
    table_clear(&t);
}

static void test_boundary_from_published_values(void **state) {
    (void)state;
    table t = read_small();
    gw_boundary b = gw_history_boundary(&t.history);
    assert_true(b.is_derived);
    assert_int_equal(b.n_compared, 6);
    assert_int_equal(b.n_differ, 0);
    gw_assert_close(b.from_d, day(2025, 3, 10), 0.0);
    gw_assert_close(b.until_d, day(2026, 8, 31), 0.0); /* the day before the first projection */
    table_clear(&t);
    t = read_text("Data center,Date,IT power (MW)\nA,2024-01-01,0\nA,2024-05-01,9\n");
    b = gw_history_boundary(&t.history);
    assert_false(b.is_derived);
    gw_assert_close(b.until_d, day(2024, 5, 1), 0.0);
    table_clear(&t);
}

static void test_bad_tables_are_refused_with_lines(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int n_errors, line;
    } bad[] = {
        {"Data center,Date,Power (MW)\nA,2024-01-01,1\n", 1, 1},
        {"Data center,Date,IT power (MW)\n", 1, 1},
        {"Data center,Date,IT power (MW)\nA,2024-13-01,1\nA,2024,1\n", 2, 2},
        {"Data center,Date,IT power (MW)\nA,2024-01-01,-1\n", 1, 2},
        {"Data center,Date,IT power (MW)\nA,2024-01-01,nan\nB,2024-01-01,0x10\nC,2024-01-01,1e99\n",
         3, 2},
        {"Data center,Date,IT power (MW)\n,2024-01-01,1\n", 1, 2},
        {"Data center,Date,IT power (MW)\nA,2024-01-01\n", 1, 2},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        table t = read_text(bad[i].text);
        assert_int_not_equal(t.code, GW_OK);
        assert_int_equal(gw_diags_n_errors(t.diags), bad[i].n_errors);
        assert_int_equal(gw_diags_at(t.diags, 0)->loc.line, bad[i].line);
        table_clear(&t);
    }
}

static void test_one_row_a_day(void **state) {
    (void)state;
    table t = read_text("Data center,Date,IT power (MW)\nA,2024-01-01,1\nA,2024-01-01,2\n");
    assert_int_equal(t.code, GW_OK);
    assert_int_equal(gw_diags_n(t.diags), 1);
    gw_assert_near(gw_history_at(&t.history.site[0], GW_HISTORY_IT_W, day(2024, 1, 1)), 2e6, 1e-12);
    table_clear(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_in_any_order_and_blanks_carry),
        cmocka_unit_test(test_view_holds_nothing_later),
        cmocka_unit_test(test_sum_of_a_day),
        cmocka_unit_test(test_cost_per_watt),
        cmocka_unit_test(test_first_power),
        cmocka_unit_test(test_known_durations),
        cmocka_unit_test(test_boundary_from_published_values),
        cmocka_unit_test(test_bad_tables_are_refused_with_lines),
        cmocka_unit_test(test_one_row_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
