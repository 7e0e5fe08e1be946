/* Programmes side by side: the same numbers as a run, programmes that sum to the whole, sites
 * counted once, one year of prices, threads that change nothing. */
#include <string.h>

#include "base/units.h"
#include "report/compare.h"
#include "result_fixture.h"

typedef struct loaded {
    gw_spec *spec;
    gw_model *model;
} loaded;

static loaded load(const char *name, const char *const *sets, int n_sets) {
    loaded l = {0};
    char path[512];
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets, .n_sets = n_sets};
    snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
    if (gw_spec_load(path, &opts, diags, &l.spec) != GW_OK ||
        gw_model_build(l.spec, diags, &l.model) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    return l;
}

static void unload(loaded l) {
    gw_model_free(l.model);
    gw_spec_free(l.spec);
}

static gw_sides work(const gw_model *const *models, int n, int n_samples, int n_threads,
                     double on_d, gw_arena *arena) {
    static const char *const files[] = {"dir/one.yaml", "dir/two.yaml"};
    gw_sides_opts opts = {.n_samples = n_samples, .seed = 3, .n_threads = n_threads, .on_d = on_d};
    gw_diags *diags = gw_diags_create();
    gw_sides sides;
    assert_int_equal(gw_sides_work(models, files, n, &opts, arena, diags, &sides), GW_OK);
    gw_diags_free(diags);
    return sides;
}

static void one_programme_is_the_run_itself(void **state) {
    (void)state;
    loaded l = load("small.yaml", NULL, 0);
    gw_arena *arena = gw_arena_create(0);
    const gw_model *models[] = {l.model};
    gw_sides sides = work(models, 1, 64, 2, GW_NAN, arena);
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = 64;
    opts.seed = 3;
    opts.with_tornado = false;
    gw_result *r = NULL;
    assert_int_equal(gw_run(l.model, &opts, &r), GW_OK);
    assert_int_equal(sides.n, 1);
    assert_string_equal(sides.at[0].name, "one");
    const gw_compared *v = sides.at[0].value;
    static const struct {
        gw_compare_id id;
        gw_metric_id metric;
    } same[] = {{GW_COMPARE_FULL_IT, GW_M_total_it_power_W},
                {GW_COMPARE_RUNNING_IT, GW_M_total_running_it_power_W},
                {GW_COMPARE_FULL_ACC, GW_M_total_accelerators},
                {GW_COMPARE_FULL_DATE, GW_M_all_full_date_d},
                {GW_COMPARE_CAPEX, GW_M_capex_usd}, /* price year 2025: no deflation */
                {GW_COMPARE_HOUR, GW_M_cost_per_accelerator_hour_usd}};
    for (unsigned k = 0; k < sizeof same / sizeof same[0]; k++) {
        const gw_summary *want = gw_result_summary(r, same[k].metric, 0);
        const gw_summary *got = &v->summary[same[k].id];
        gw_assert_near(got->p10, want->p10, 1e-12);
        gw_assert_near(got->p50, want->p50, 1e-12);
        gw_assert_near(got->p90, want->p90, 1e-12);
    }
    for (int m = 0; m < l.model->n_months; m++) {
        gw_assert_close(v->it_W.p50[m], r->series[GW_S_month_it_power_W].p50[m], 1e-3);
    }
    /* running, begun and planned make the finished programme */
    gw_assert_near(v->base[GW_COMPARE_RUNNING_IT] + v->base[GW_COMPARE_BEGUN_IT] +
                       v->base[GW_COMPARE_PLANNED_IT],
                   v->base[GW_COMPARE_FULL_IT], 1e-9);
    gw_result_free(r);
    gw_arena_free(arena);
    unload(l);
}

static void threads_change_no_byte(void **state) {
    (void)state;
    loaded l = load("small.yaml", NULL, 0);
    const gw_model *models[] = {l.model};
    gw_buf one = {0};
    for (int threads = 1; threads <= 4; threads++) {
        gw_arena *arena = gw_arena_create(0);
        gw_buf many = {0};
        gw_sides sides = work(models, 1, 37, threads, GW_NAN, arena);
        gw_compare_json(&sides, threads == 1 ? &one : &many);
        if (threads > 1) {
            assert_string_equal(one.text, many.text);
        }
        gw_buf_clear(&many);
        gw_arena_free(arena);
    }
    gw_buf_clear(&one);
    unload(l);
}

static const char *const split[] = {"programmes={a: {title: Alpha}, b: {title: Beta}}",
                                    "sites.north.programme=a", "sites.south.programme=b"};

/* Power, chips and cost of the programmes of a file sum to those of the file. */
static void programmes_sum_to_the_whole(void **state) {
    (void)state;
    loaded whole = load("awkward.yaml", NULL, 0);
    loaded parts = load("awkward.yaml", split, 3);
    gw_arena *arena = gw_arena_create(0);
    const gw_model *one[] = {whole.model};
    const gw_model *two[] = {parts.model};
    gw_sides all = work(one, 1, 20, 1, GW_NAN, arena);
    gw_sides each = work(two, 1, 20, 1, GW_NAN, arena);
    assert_int_equal(all.n, 1);
    assert_int_equal(each.n, 2);
    assert_string_equal(each.at[0].title, "Alpha");
    assert_string_equal(each.at[1].sites, "south");
    static const gw_compare_id sums[] = {GW_COMPARE_FULL_IT, GW_COMPARE_FULL_ACC,
                                         GW_COMPARE_FULL_H100E, GW_COMPARE_CAPEX};
    for (unsigned k = 0; k < 4; k++) {
        double a = each.at[0].value->base[sums[k]], b = each.at[1].value->base[sums[k]];
        assert_true(a > 0.0 && b > 0.0);
        gw_assert_near(a + b, all.at[0].value->base[sums[k]], 1e-9);
    }
    /* GB200 counts 2.53 H100 equivalents in the catalogue */
    gw_assert_near(each.at[0].value->base[GW_COMPARE_FULL_H100E], 7200 * 2.53, 1e-9);
    gw_arena_free(arena);
    unload(whole);
    unload(parts);
}

static void a_site_in_two_files_is_counted_once(void **state) {
    (void)state;
    loaded l = load("awkward.yaml", NULL, 0);
    /* north has other chips here: a variant, shown again; south is the same, shown once */
    static const char *const sets[] = {"programmes={a: {title: Alpha}, b: {title: Beta}}",
                                       "sites.north.programme=a", "sites.south.programme=b",
                                       "clusters.north.lots.one.count=7000"};
    loaded parts = load("awkward.yaml", sets, 4);
    gw_arena *arena = gw_arena_create(0);
    const gw_model *models[] = {l.model, parts.model};
    gw_sides sides = work(models, 2, 10, 1, GW_NAN, arena);
    assert_int_equal(sides.n, 2);
    assert_string_equal(sides.repeated, "two.yaml: Beta");
    assert_null(sides.at[0].doubled);
    assert_string_equal(sides.at[1].doubled, "north (also in one.yaml)");
    gw_assert_near(gw_sides_total(&sides, GW_COMPARE_FULL_IT),
                   sides.at[0].value->base[GW_COMPARE_FULL_IT], 1e-12);
    gw_assert_near(gw_sides_total(&sides, GW_COMPARE_CAPEX),
                   sides.at[0].value->base[GW_COMPARE_CAPEX], 1e-12);
    gw_buf text = {0};
    gw_compare_text(&sides, &text);
    assert_non_null(
        strstr(text.text, "Counted once in the sums: north (also in one.yaml) of Alpha"));
    gw_buf_clear(&text);
    gw_arena_free(arena);
    unload(l);
    unload(parts);
}

/* Prices of 2020 are put into USD of 2025 with the index of base/quantity.c. */
static void costs_are_in_one_year_of_prices(void **state) {
    (void)state;
    static const char *const sets[] = {"price_year=2020"};
    loaded l = load("small.yaml", sets, 1);
    gw_arena *arena = gw_arena_create(0);
    const gw_model *models[] = {l.model};
    gw_sides sides = work(models, 1, 5, 1, GW_NAN, arena);
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = 1;
    opts.with_tornado = false;
    gw_result *r = NULL;
    assert_int_equal(gw_run(l.model, &opts, &r), GW_OK);
    double nominal = r->base_row[l.model->metric_offset[GW_M_capex_usd]];
    gw_assert_near(sides.at[0].value->base[GW_COMPARE_CAPEX] / nominal,
                   gw_price_index_ratio(2020, 2025), 1e-12);
    assert_true(gw_price_index_ratio(2020, 2025) > 1.2);
    gw_result_free(r);
    gw_arena_free(arena);
    unload(l);
}

static void the_day_is_the_end_of_a_month(void **state) {
    (void)state;
    loaded l = load("small.yaml", NULL, 0);
    gw_assert_close(gw_sides_day(l.model, GW_NAN), gw_date_from_civil(2026, 10, 15), 1e-9);
    gw_assert_close(gw_sides_day(l.model, gw_date_from_civil(2027, 6, 30)),
                    gw_date_from_civil(2027, 6, 30), 1e-9);
    gw_assert_close(gw_sides_day(l.model, gw_date_from_civil(2027, 6, 29)),
                    gw_date_from_civil(2027, 5, 31), 1e-9);
    gw_arena *arena = gw_arena_create(0);
    const gw_model *models[] = {l.model};
    double day = gw_date_from_civil(2025, 12, 31);
    gw_sides sides = work(models, 1, 5, 1, day, arena);
    /* 100,800 accelerators were installed on 2025-12-10; 200 MW over the design PUE can run */
    assert_true(sides.at[0].value->base[GW_COMPARE_RUNNING_ACC] > 50000);
    assert_true(sides.at[0].value->base[GW_COMPARE_RUNNING_FACILITY] <= 200.001e6);
    gw_sides early = work(models, 1, 5, 1, gw_date_from_civil(2025, 11, 30), arena);
    gw_assert_close(early.at[0].value->base[GW_COMPARE_RUNNING_ACC], 0.0, 1e-9);
    gw_sides_opts opts = {.n_samples = 5, .seed = 1, .on_d = gw_date_from_civil(2050, 12, 31)};
    gw_diags *diags = gw_diags_create();
    const char *const files[] = {"one.yaml"};
    assert_int_equal(gw_sides_work(models, files, 1, &opts, arena, diags, &sides), GW_E_RANGE);
    assert_int_equal(gw_diags_n_errors(diags), 1);
    gw_diags_free(diags);
    gw_arena_free(arena);
    unload(l);
}

static int widest(const char *text) {
    int most = 0;
    int columns = 0;
    for (const char *p = text; *p != '\0'; p++) {
        columns = *p == '\n' ? 0 : columns + (((unsigned char)*p & 0xC0) != 0x80);
        most = columns > most ? columns : most;
    }
    return most;
}

static void commitments_stand_in_their_highest_state(void **state) {
    (void)state;
    /* 10 bn contracted; 8 bn drawn over a span of which 2026-10-15 is the middle; 5 bn withdrawn */
    static const char *const sets[] = {
        "commitments={one: {kind: equity, party: cloud, amount: 10 bn USD, pledged: 2025-01-01, "
        "contracted: 2026-01-01}, two: {kind: debt, party: cloud, amount: 8 bn USD, financed: "
        "2025-06-01, draw_from: 2026-04-15, draw_until: 2027-04-16}, three: {kind: equity, party: "
        "cloud, amount: 5 bn USD, pledged: 2025-01-01, withdrawn: 2026-06-01}, four: {kind: "
        "equity, "
        "party: cloud, amount: 7 bn USD, pledged: 2027-01-01}}"};
    loaded l = load("small.yaml", sets, 1);
    gw_arena *arena = gw_arena_create(0);
    const gw_model *models[] = {l.model};
    gw_sides sides = work(models, 1, 5, 1, GW_NAN, arena);
    const gw_promised *p = &sides.at[0].promised;
    assert_int_equal(p->n, 3); /* the fourth is not known yet */
    gw_assert_near(p->contracted_usd, 10e9, 1e-9);
    gw_assert_near(p->drawn_usd, 4e9, 0.01);
    gw_assert_near(p->drawn_usd + p->financed_usd, 8e9, 1e-9);
    gw_assert_near(p->withdrawn_usd, 5e9, 1e-9);
    gw_assert_close(p->pledged_usd, 0.0, 1.0);
    gw_buf text = {0};
    gw_compare_text(&sides, &text);
    assert_true(widest(text.text) <= 80);
    assert_null(strstr(text.text, " nan"));
    gw_buf_clear(&text);
    gw_compare_html(&sides, &text);
    const char *fault = markup_fault(text.text);
    if (fault != NULL) {
        fail_msg("not well formed at: %.80s", fault);
    }
    assert_null(strstr(text.text, ">nan"));
    gw_buf_clear(&text);
    gw_arena_free(arena);
    unload(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_programme_is_the_run_itself),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(programmes_sum_to_the_whole),
        cmocka_unit_test(a_site_in_two_files_is_counted_once),
        cmocka_unit_test(costs_are_in_one_year_of_prices),
        cmocka_unit_test(the_day_is_the_end_of_a_month),
        cmocka_unit_test(commitments_stand_in_their_highest_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
