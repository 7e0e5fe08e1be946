/* Forecasts from timelines and their scores: closed forms, no look ahead, calibration on a made-up world whose
 * rates are known. tests/data/timelines-small.csv is invented. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/rng.h"
#include "base/special.h"
#include "base/stats.h"
#include "gw_test.h"
#include "programme/backtest.h"

static double day(int year, int month, int day_of_month) {
    return gw_date_from_civil(year, month, day_of_month);
}

static gw_history read_small(gw_arena *arena) {
    char *text = NULL;
    size_t n = 0;
    gw_history h;
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_file_read(TEST_DATA "/timelines-small.csv", 1 << 20, &text, &n), GW_OK);
    assert_int_equal(gw_history_read("small", text, n, arena, diags, &h), GW_OK);
    free(text);
    gw_diags_free(diags);
    return h;
}

/* One greenfield that waits since 100 days: two prior events at 0.02 a year, and 100 days at half weight a
 * year: (1 - 2^(-100/365)) 365 / ln 2 days. Nothing else moves from the prior. */
static void test_waiting_site_counts_as_waiting(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_history_row row = {.date_d = 1000.0, .status = ""};
    gw_history_site site = {.name = "A", .n = 1, .row = &row};
    gw_history h = {.n = 1, .n_rows = 1, .site = &site};
    gw_delay_priors p;
    gw_site_state s;
    gw_priors_fit(&h, 1100.0, arena, &p, &s);
    double waited_yr = (1.0 - exp2(-100.0 / 365.0)) * 365.0 / log(2.0) / 365.25;
    gw_assert_near(p.first[0].waited_yr, 100.0 + waited_yr, 1e-12);
    gw_assert_near(p.first[0].n_events, 2.0, 1e-12);
    gw_assert_near(p.first[2].waited_yr, 2.0 / 0.7, 1e-12);
    gw_assert_near(p.step[0].waited_yr, 2.0 / 1.5, 1e-12);
    assert_false(s.running);
    assert_int_equal(p.n_first, 0);
    /* Without data the size is the prior: median 80 MW. */
    gw_assert_near(exp(p.size.mean), 80e6, 1e-9);
    gw_arena_free(arena);
}

/* Birch North as of 2024-06-01: power after 365 days, 143 days ago, so its event weighs 2^(-143/365); age 365
 * is the first day of the third band. Fir Hall: 731 days, 27 days ago, fourth band. */
static void test_events_fall_into_their_bands(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_history all = read_small(arena);
    gw_history view = gw_history_as_of(&all, day(2024, 6, 1), arena);
    gw_delay_priors p;
    gw_site_state s[8];
    gw_priors_fit(&view, day(2024, 6, 1), arena, &p, s);
    gw_assert_near(p.first[2].n_events, 2.0 + exp2(-143.0 / 365.0), 1e-12);
    gw_assert_near(p.first[3].n_events, 2.0 + exp2(-27.0 / 365.0), 1e-12);
    assert_int_equal(p.n_first, 3); /* the size of Dune Point counts, its waiting was not seen */
    assert_int_equal(p.n_step, 0);
    gw_assert_near(p.refit.n_events, 2.0, 1e-12);
    assert_true(p.refit.waited_yr > 2.0 / 2.5); /* Cedar Mill waits */
    gw_arena_free(arena);
}

/* Constant certain rate lambda: P(no power within a year) = E[exp(-lambda g)], ln g normal with sd 0.4. The
 * expectation by the midpoint rule over the quantiles of g. */
static void test_waiting_has_its_closed_form(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    double rate = 0.6;
    gw_delay_priors p = {.size.mean = log(50e6),
                         .size.sd = 0.5,
                         .size.weight = 1e6,
                         .jump.sd = 0.3,
                         .jump.weight = 1e6,
                         .refit = {1e8, 1e8},
                         .ratio.mean = 0.3,
                         .largest_step_W = 1e9};
    for (int b = 0; b < GW_N_DELAY_BAND; b++) {
        p.first[b] = p.step[b] = (gw_hazard){1e8, 1e8 / rate};
    }
    gw_assert_near(gw_priors_powered_share(&p, false, 365.25 * 2.0), 1.0 - exp(-1.2), 1e-9);
    gw_site_state s = {.name = "A", .first_row_d = 600.0, .last_change_d = GW_NAN, .owner.sd = 1.0};
    double time_d[] = {1000.0 + 365.25, 1000.0 + 730.5};
    int n = 20000;
    gw_forecast f = gw_forecast_of(&p, &s, 1, 1000.0, time_d, 2, n, 3, arena);
    for (int t = 0; t < 2; t++) {
        double none = 0.0, expected = 0.0;
        for (int i = 0; i < n; i++) {
            none += (gw_forecast_it_W(&f, 0, t)[i] == 0.0) / (double)n;
            expected +=
                exp(-rate * (t + 1.0) * exp(0.4 * gw_normal_quantile((i + 0.5) / n))) / (double)n;
        }
        gw_assert_close(none, expected, 0.011); /* three standard errors */
    }
    gw_arena_free(arena);
}

/* Rows dated later than the day of forecast may say anything. */
static void test_no_look_ahead(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_history all = read_small(arena), other = read_small(arena);
    double as_of_d = day(2024, 6, 1), time_d[] = {day(2024, 12, 1), day(2025, 6, 1)};
    for (int s = 0; s < other.n; s++) {
        for (int i = 0; i < other.site[s].n; i++) {
            gw_history_row *row = &other.site[s].row[i];
            row->value[GW_HISTORY_NOW_H100E] = 7.0;
            if (row->date_d > as_of_d) {
                row->value[GW_HISTORY_IT_W] = 9e9;
                row->status = "A refit of a former mill.";
            }
        }
    }
    gw_history a = gw_history_as_of(&all, as_of_d, arena);
    gw_history b = gw_history_as_of(&other, as_of_d, arena);
    gw_forecast x = gw_forecast_make(&a, as_of_d, time_d, 2, 300, 5, arena);
    gw_forecast y = gw_forecast_make(&b, as_of_d, time_d, 2, 300, 5, arena);
    size_t n = (size_t)a.n * 2 * 300;
    assert_memory_equal(x.it_W, y.it_W, n * sizeof(double));
    assert_memory_equal(x.facility_W, y.facility_W, n * sizeof(double));
    gw_arena_free(arena);
}

static void test_samples_grow_and_facility_holds_it(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_history all = read_small(arena);
    double as_of_d = day(2025, 6, 1), time_d[] = {day(2025, 9, 1), day(2026, 6, 1)};
    gw_history view = gw_history_as_of(&all, as_of_d, arena);
    gw_forecast f = gw_forecast_make(&view, as_of_d, time_d, 2, 400, 1, arena);
    int n_grown = 0;
    for (int s = 0; s < f.n_sites; s++) {
        for (int i = 0; i < 400; i++) {
            double now = gw_forecast_it_W(&f, s, 0)[i], later = gw_forecast_it_W(&f, s, 1)[i];
            assert_true(now >= f.site[s].it_W && later >= now && isfinite(later));
            assert_true(gw_forecast_facility_W(&f, s, 1)[i] >= later);
            n_grown += later > now;
        }
    }
    assert_in_range(n_grown, 200, 2200);
    gw_arena_free(arena);
}

/* CRPS of {0, 1} at 0 is 1/2 - 1/4; of U(0, 1) at 1/2 it is 1/12, at 0 it is 1/3; of one number it is the
 * absolute error. */
static void test_crps(void **state) {
    (void)state;
    double two[] = {0.0, 1.0}, grid[4000], one = 3.0;
    for (int i = 0; i < 4000; i++) {
        grid[i] = (i + 0.5) / 4000;
    }
    gw_assert_near(gw_crps_sorted(two, 2, 0.0), 0.25, 1e-12);
    gw_assert_near(gw_crps_sorted(grid, 4000, 0.5), 1.0 / 12.0, 1e-6);
    gw_assert_near(gw_crps_sorted(grid, 4000, 0.0), 1.0 / 3.0, 1e-6);
    gw_assert_near(gw_crps_sorted(&one, 1, 5.0), 2.0, 1e-12);
}

static void test_months_later(void **state) {
    (void)state;
    gw_assert_close(gw_months_later_d(day(2024, 1, 31), 1), day(2024, 2, 29), 0.0);
    gw_assert_close(gw_months_later_d(day(2025, 11, 15), 3), day(2026, 2, 15), 0.0);
}

/* Two rows by hand: an outcome on a tie from 0 to 0.5 counts 0.4 / 0.5; one beyond P90 counts 0. */
static void test_summary_of_two_rows(void **state) {
    (void)state;
    gw_backtest_row row[] = {
        {.has_outcome = true,
         .pit_low_share = 0.0,
         .pit_high_share = 0.5,
         .inside = true,
         .held_share = 0.9,
         .mean_W = 3.0,
         .observed_W = 0.0,
         .crps_W = 1.0,
         .power_share = 0.3,
         .months = 6,
         .target_d = day(2025, 7, 1)},
        {.has_outcome = true,
         .pit_low_share = 0.95,
         .pit_high_share = 0.95,
         .held_share = 0.8,
         .mean_W = 3.0,
         .observed_W = 8.0,
         .crps_W = 4.0,
         .crps_persist_W = 6.0,
         .power_share = 0.6,
         .months = 6,
         .target_d = day(2025, 7, 2)},
        {.has_outcome = false, .months = 6, .observed_W = GW_NAN},
        {.site = -1, .has_outcome = true, .months = 6},
    };
    gw_backtest b = {.n = 4, .row = row};
    gw_backtest_score s =
        gw_backtest_summarise(&b, &(gw_backtest_filter){.months = 6, .running = -1});
    assert_int_equal(s.n, 2);
    gw_assert_near(s.coverage_share, 0.4, 1e-12);
    gw_assert_near(s.inside_share, 0.5, 1e-12);
    gw_assert_near(s.held_share, 0.85, 1e-12);
    gw_assert_near(s.bias_W, -1.0, 1e-12);
    gw_assert_near(s.crps_W, 2.5, 1e-12);
    gw_assert_near(s.brier_share, (0.3 * 0.3 + 0.4 * 0.4) / 2.0, 1e-12);
    gw_assert_near(s.pit_share[0], 0.1, 1e-12);
    gw_assert_near(s.pit_share[9], 0.5, 1e-12);
    gw_backtest_filter held = {.part = GW_PART_HELD, .months = -1, .running = -1};
    assert_int_equal(gw_backtest_summarise(&b, &held).n, 1);
    gw_backtest_filter none = {.months = 3, .running = -1};
    assert_int_equal(gw_backtest_summarise(&b, &none).n, 0);
    assert_true(isnan(gw_backtest_summarise(&b, &none).crps_W));
}

static void test_horizons(void **state) {
    (void)state;
    gw_backtest_row row[] = {
        {.months = 6}, {.months = 3}, {.months = 12}, {.months = 3}, {.months = 6}};
    gw_backtest b = {.n = 5, .row = row};
    int months[GW_BACKTEST_HORIZONS];
    assert_int_equal(gw_backtest_horizons(&b, months), 3);
    assert_true(months[0] == 3 && months[1] == 6 && months[2] == 12);
}

static const gw_backtest_row *row_of(const gw_backtest *b, int site, double target_d) {
    for (int i = 0; i < b->n; i++) {
        if (b->row[i].site == site && b->row[i].target_d == target_d) {
            return &b->row[i];
        }
    }
    fail();
    return NULL;
}

static void test_run_on_the_small_table(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_history all = read_small(arena);
    double as_of_d = day(2024, 9, 1);
    int months[] = {6, 12, 36};
    int north = gw_history_find(&all, "Birch North"), south = gw_history_find(&all, "Birch South");
    gw_announced said[] = {{south, day(2024, 8, 1), day(2025, 1, 1), 90e6},
                           {south, day(2024, 9, 2), day(2025, 1, 1), 500e6}, /* said too late */
                           {north, day(2024, 8, 1), day(2026, 1, 1), 70e6}}; /* due later */
    gw_backtest_opts o = {.as_of_d = &as_of_d,
                          .n_as_of = 1,
                          .months = months,
                          .n_months = 3,
                          .target_d = GW_NAN,
                          .observed_until_d = day(2026, 8, 31),
                          .announced = said,
                          .n_announced = 3,
                          .n_samples = 500,
                          .seed = 1};
    gw_backtest b = gw_backtest_run(&all, &o, arena);
    assert_int_equal(b.n,
                     2 * (5 + 1)); /* 36 months ahead lies behind the boundary; Elm Yard unknown */
    const gw_backtest_row *r = row_of(&b, south, day(2025, 3, 1));
    gw_assert_near(r->observed_W, 80e6, 1e-12);
    gw_assert_near(r->crps_persist_W, 80e6, 1e-12);
    gw_assert_near(r->crps_announced_W, 10e6, 1e-12);
    assert_false(r->was_running);
    r = row_of(&b, north, day(2025, 3, 1));
    gw_assert_near(r->announced_W, 50e6, 1e-12);
    gw_assert_near(r->observed_W, 50e6, 1e-12);
    assert_true(r->inside && r->p10_W >= 50e6);
    r = row_of(&b, -1, day(2025, 9, 1));
    gw_assert_near(r->observed_W, 310e6, 1e-12);
    gw_assert_near(r->known_W, 160e6, 1e-12);
    o.forecasts_too = true;
    b = gw_backtest_run(&all, &o, arena);
    assert_int_equal(b.n, 3 * 6);
    r = row_of(&b, south, day(2027, 9, 1));
    assert_true(!r->has_outcome && isnan(r->observed_W) && isnan(r->crps_W) && r->p90_W > 0.0);
    gw_arena_free(arena);
}

/* A world of sites that get power at 0.8 a year, lognormal about 80 MW, and grow at 1 a year by steps about as
 * large as the one before. */
static gw_history made_up_world(gw_arena *arena, int n_sites) {
    gw_history h = {.n = n_sites};
    h.site = GW_NEW_N(arena, n_sites, gw_history_site);
    for (int s = 0; s < n_sites; s++) {
        gw_history_site *site = &h.site[s];
        uint32_t k = 0;
#define DRAW gw_rng_uniform(11, (uint64_t)s, 4, k++)
        double date_d = 18000.0 + 1500.0 * DRAW, step_W = 0.0, level_W = 0.0;
        site->name = gw_arena_printf(arena, "owner%d site", s);
        site->row = GW_NEW_N(arena, 12, gw_history_row);
        for (int i = 0; i < 12; i++) {
            site->row[i] = (gw_history_row){.date_d = date_d, .status = ""};
            site->row[i].value[GW_HISTORY_IT_W] = level_W;
            site->row[i].value[GW_HISTORY_FACILITY_W] = 1.3 * level_W;
            date_d += -log(DRAW) / (i == 0 ? 0.8 : 1.0) * 365.25;
            double z = gw_normal_quantile(DRAW);
            step_W = i == 0 ? 80e6 * exp(0.6 * z) : step_W * exp(0.4 * z);
            level_W += step_W;
        }
#undef DRAW
        site->n = 12;
        h.n_rows += 12;
    }
    return h;
}

static void test_calibrated_where_the_truth_is_known(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_history all = made_up_world(arena, 400);
    double as_of_d = 19600.0;
    int months[] = {6, 12};
    gw_backtest_opts o = {.as_of_d = &as_of_d,
                          .n_as_of = 1,
                          .months = months,
                          .n_months = 2,
                          .target_d = GW_NAN,
                          .observed_until_d = 21000.0,
                          .n_samples = 300,
                          .seed = 2};
    gw_backtest b = gw_backtest_run(&all, &o, arena);
    for (int m = 0; m < 2; m++) {
        gw_backtest_filter f = {.months = months[m], .running = -1};
        gw_backtest_score s = gw_backtest_summarise(&b, &f);
        assert_in_range(s.n, 380, 400);
        gw_assert_close(s.coverage_share, 0.80, 0.06);
        gw_assert_close(s.power_mean_share, s.power_observed_share, 0.12);
        assert_true(s.crps_W < 0.9 * s.crps_persist_W);
    }
    gw_arena_free(arena);
}

/* With few rows the spread of a first power must be that of the prior or more, and its weight small. */
static void test_few_rows_widen(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_history all = made_up_world(arena, 400);
    double time_d[] = {19600.0 + 365.0};
    double width[2];
    for (int k = 0; k < 2; k++) {
        gw_history few = all;
        few.n = k == 0 ? 4 : 400;
        few.n_rows = few.n * 12;
        gw_history view = gw_history_as_of(&few, 19600.0, arena);
        gw_delay_priors p;
        gw_site_state *s = GW_NEW_N(arena, view.n, gw_site_state);
        gw_priors_fit(&view, 19600.0, arena, &p, s);
        gw_site_state fresh = {
            .name = "other", .first_row_d = 19300.0, .last_change_d = GW_NAN, .owner.sd = 1.0};
        gw_forecast f = gw_forecast_of(&p, &fresh, 1, 19600.0, time_d, 1, 4000, 1, arena);
        double scratch[4000];
        gw_summary sum = gw_summarise(gw_forecast_it_W(&f, 0, 0), 4000, scratch);
        width[k] = sum.p90 - sum.p10;
    }
    assert_true(width[0] > width[1]);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waiting_site_counts_as_waiting),
        cmocka_unit_test(test_events_fall_into_their_bands),
        cmocka_unit_test(test_waiting_has_its_closed_form),
        cmocka_unit_test(test_no_look_ahead),
        cmocka_unit_test(test_samples_grow_and_facility_holds_it),
        cmocka_unit_test(test_crps),
        cmocka_unit_test(test_months_later),
        cmocka_unit_test(test_summary_of_two_rows),
        cmocka_unit_test(test_horizons),
        cmocka_unit_test(test_run_on_the_small_table),
        cmocka_unit_test(test_calibrated_where_the_truth_is_known),
        cmocka_unit_test(test_few_rows_widen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
