/* results.sqlite: sound, complete, the result's numbers; an old file stays when a new one cannot be
 * written. */
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "result_fixture.h"
#include "store/sqlite_result.h"

static char folder[] = "/tmp/gw-sqlite-XXXXXX";

static sqlite3 *open_file(const char *path) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return db;
}

static double number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    double value = sqlite3_column_double(s, 0);
    sqlite3_finalize(s);
    return value;
}

static void expect_text(sqlite3 *db, const char *sql, const char *want) {
    sqlite3_stmt *s = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(s, 0), want);
    sqlite3_finalize(s);
}

static void holds_the_whole_run(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/r.sqlite", folder);
    finished f = run_scenario("awkward.yaml", 40);
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_store_sqlite(f.result, path, diags), GW_OK);
    assert_int_equal(gw_store_sqlite(f.result, path, diags), GW_OK); /* over an old one */
    sqlite3 *db = open_file(path);
    expect_text(db, "PRAGMA integrity_check", "ok");
    assert_int_equal((int)number(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal((int)number(db,
                                 "SELECT count(*) FROM pragma_table_list WHERE schema='main' AND"
                                 " name NOT LIKE 'sqlite_%' AND NOT strict"),
                     0);
    assert_int_equal((int)number(db, "SELECT count(*) FROM metric"), f.model->n_values);
    long n_set = 0;
    for (int i = 0; i < 40 * f.model->n_values; i++) {
        n_set += !isnan(f.result->rows[i]);
    }
    assert_int_equal((long)number(db, "SELECT count(*) FROM sample_value"), n_set);
    assert_int_equal((int)number(db, "SELECT count(*) FROM series"),
                     GW_N_SERIES * f.model->n_months);
    assert_int_equal((int)number(db, "SELECT count(*) FROM finding"), f.result->findings.n);
    assert_int_equal((int)number(db, "SELECT count(*) FROM claim_value"), f.model->n_claim_items);
    expect_text(db, "SELECT scenario_hash FROM run", f.spec->scenario_hash);
    const gw_summary *capex = gw_result_summary(f.result, GW_M_capex_usd, 0);
    assert_true(number(db, "SELECT p50 FROM metric WHERE name='capex_usd'") == capex->p50);
    gw_assert_near(number(db,
                          "SELECT avg(value) FROM sample_value JOIN metric ON metric.id = metric"
                          " WHERE name='capex_usd'"),
                   capex->mean, 1e-12);
    assert_int_equal((int)number(db, "SELECT p50 IS NULL FROM metric WHERE name='payback_date'"),
                     1);
    expect_text(db, "SELECT scenario FROM run", "awkward.yaml");
    expect_text(db, "SELECT unit FROM metric WHERE name='full_date' AND instance='north'", "date");
    expect_text(db, "SELECT value FROM input WHERE path='sites.north.region'", "ercot-west");
    assert_int_equal(
        (int)number(db, "SELECT si IS NULL FROM input WHERE path='sites.north.region'"), 1);
    /* 20 MW can never be 60 MW */
    expect_text(db, "SELECT verdict FROM claim_value WHERE claim='power'", "claim_too_high");
    assert_true(number(db, "SELECT probability_holds FROM claim_value WHERE claim='power'") == 0.0);
    assert_true(number(db, "SELECT probability_run_at_most FROM claim_value WHERE claim='power'") ==
                1.0);
    expect_text(db, "SELECT verdict FROM claim_value WHERE claim='elsewhere' LIMIT 1",
                "not_comparable");
    sqlite3_close(db);
    unlink(path);
    gw_diags_free(diags);
    release(f);
}

static void a_failure_is_told_and_leaves_nothing(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/absent/r.sqlite", folder);
    finished f = run_scenario("small.yaml", 2);
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_store_sqlite(f.result, path, diags), GW_E_IO);
    assert_int_equal(gw_diags_n_errors(diags), 1);
    assert_non_null(strstr(gw_diags_at(diags, 0)->msg, path));
    /* the place is taken by a folder: the last step fails, the file aside is removed */
    snprintf(path, sizeof path, "%s/taken", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(gw_store_sqlite(f.result, path, diags), GW_E_IO);
    char aside[160];
    snprintf(aside, sizeof aside, "%s.tmp.%ld", path, (long)getpid());
    assert_int_not_equal(access(aside, F_OK), 0);
    rmdir(path);
    gw_diags_free(diags);
    release(f);
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder); /* fails if anything was left behind */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_the_whole_run),
        cmocka_unit_test(a_failure_is_told_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
