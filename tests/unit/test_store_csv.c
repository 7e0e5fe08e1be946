/* Tables: readable by our own strict reader, one row for each thing, numbers equal to the result's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "result_fixture.h"
#include "store/csv_result.h"
#include "store/names.h"

typedef struct table {
    gw_arena *arena;
    gw_csv csv;
} table;

static table read_back(const gw_result *r, void (*write)(const gw_result *, gw_buf *)) {
    table t = {.arena = gw_arena_create(0)};
    gw_buf out = {0};
    gw_diags *diags = gw_diags_create();
    write(r, &out);
    if (gw_csv_read("t.csv", out.text, out.n, t.arena, diags, &t.csv) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_buf_clear(&out);
    gw_diags_free(diags);
    return t;
}

static const char *cell(const table *t, int row, const char *column) {
    int k = gw_csv_column(&t->csv, column);
    assert_true(k >= 0);
    return t->csv.cell[row * t->csv.n_cols + k];
}

static void metrics(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 30);
    table t = read_back(f.result, gw_store_csv_metrics);
    assert_int_equal(t.csv.n_rows - 1, f.model->n_values);
    bool found = false;
    for (int row = 1; row < t.csv.n_rows; row++) {
        if (strcmp(cell(&t, row, "metric"), "capex_usd") == 0) {
            const gw_summary *s = gw_result_summary(f.result, GW_M_capex_usd, 0);
            assert_string_equal(cell(&t, row, "unit"), "USD");
            assert_true(strtod(cell(&t, row, "p90"), NULL) == s->p90); /* round-trips */
            found = true;
        }
        if (strcmp(cell(&t, row, "metric"), "payback_date") == 0) {
            assert_string_equal(cell(&t, row, "p50"), ""); /* nothing is sold: never */
            assert_string_equal(cell(&t, row, "n_none"), "30");
        }
    }
    assert_true(found);
    gw_arena_free(t.arena);
    release(f);
}

static void samples(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 30);
    table t = read_back(f.result, gw_store_csv_samples);
    assert_int_equal(t.csv.n_rows - 1, 30);
    assert_int_equal(t.csv.n_cols - 1, f.model->n_values);
    for (int s = 0; s < 30; s++) {
        const double *row = f.result->rows + (size_t)s * (size_t)f.model->n_values;
        gw_assert_near(strtod(cell(&t, s + 1, "npv_usd"), NULL),
                       row[f.model->metric_offset[GW_M_npv_usd]], 1e-11);
        assert_string_equal(cell(&t, s + 1, "campus.full_date"),
                            gw_store_date(row[f.model->metric_offset[GW_M_full_date_d]]).text);
    }
    gw_arena_free(t.arena);
    release(f);
}

static void months(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 30);
    table t = read_back(f.result, gw_store_csv_monthly);
    assert_int_equal(t.csv.n_rows - 1, f.model->n_months);
    assert_string_equal(cell(&t, 1, "month"), "2024-06");
    for (int m = 0; m < f.model->n_months; m++) {
        double want = f.result->series[GW_S_month_it_power_W].p50[m];
        assert_true(strtod(cell(&t, m + 1, "month_it_power_W_p50"), NULL) == want);
    }
    gw_arena_free(t.arena);
    release(f);
}

static void inputs_and_claims(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 10);
    table t = read_back(f.result, gw_store_csv_inputs);
    int n = 0;
    for (int i = 0; i < f.spec->n_values; i++) {
        const gw_value *v = &f.spec->values[i];
        n += v->used && v->slot >= 0 && v->text != NULL; /* numbers; choices come on top */
    }
    int n_choices = 0;
    bool found = false;
    bool found_region = false;
    for (int row = 1; row < t.csv.n_rows; row++) {
        if (strcmp(cell(&t, row, "path"), "sites.north.buildings.hall.it_power") == 0) {
            assert_string_equal(cell(&t, row, "value"), "20 MW");
            assert_string_equal(cell(&t, row, "source"), "web");
            assert_string_equal(cell(&t, row, "distribution"), "constant");
            found = true;
        }
    }
    for (int row = 1; row < t.csv.n_rows; row++) {
        bool is_choice = strcmp(cell(&t, row, "distribution"), "choice") == 0;
        n_choices += is_choice;
        if (strcmp(cell(&t, row, "path"), "sites.north.region") == 0) {
            assert_true(is_choice);
            assert_string_equal(cell(&t, row, "value"), "ercot-west");
            assert_string_equal(cell(&t, row, "unit"), "");
            found_region = true;
        }
        assert_string_not_equal(cell(&t, row, "path"), "sites.north.title"); /* only a text */
    }
    assert_int_equal(t.csv.n_rows - 1, n + n_choices);
    assert_true(found && found_region);
    gw_arena_free(t.arena);
    t = read_back(f.result, gw_store_csv_claims);
    assert_int_equal(t.csv.n_rows - 1, f.result->findings.n);
    assert_true(f.result->findings.n > 0);
    assert_string_equal(cell(&t, 1, "message"), f.result->findings.at[0].message);
    gw_arena_free(t.arena);
    release(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics),
        cmocka_unit_test(samples),
        cmocka_unit_test(months),
        cmocka_unit_test(inputs_and_claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
