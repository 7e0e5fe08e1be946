/* Statistics of errors against values computed by hand, and their invariants on made-up rows. */
#include "validation/trial_score.h"

#include <math.h>
#include <string.h>

#include "gw_test.h"

#define N 8

/* Measured 10 s each; the errors are +10, -20, +30, -40, 0 % and three rows without prediction. */
static gw_tried rows[N];

static gw_tried predicted(const char *id, double predicted_s, double low_s, double high_s,
                          const char *chip) {
    return (gw_tried){.trial = {.id = id,
                                .regime = "dense",
                                .measured_s = 10.0,
                                .predicted_s = predicted_s,
                                .low_s = low_s,
                                .high_s = high_s,
                                .memory_B = GW_NAN,
                                .memory_measured_B = GW_NAN},
                      .accelerator = chip,
                      .publisher = "here",
                      .part = "all"};
}

static gw_tried refused(const char *id, const char *reason, const char *chip) {
    return (gw_tried){.trial = {.id = id,
                                .unsupported = reason,
                                .measured_s = GW_NAN,
                                .predicted_s = GW_NAN,
                                .low_s = GW_NAN,
                                .high_s = GW_NAN,
                                .memory_B = GW_NAN,
                                .memory_measured_B = GW_NAN},
                      .accelerator = chip,
                      .publisher = "there",
                      .part = "all"};
}

static gw_trials make(void) {
    rows[0] = predicted("a", 11.0, 9.0, 13.0, "X"); /* inside */
    rows[1] = predicted("b", 8.0, 7.0, 9.0, "X");   /* outside */
    rows[2] = refused("c", "no layout", "X");
    rows[3] = predicted("d", 13.0, 10.0, 15.0, "Y");     /* at the end of the interval: inside */
    rows[4] = predicted("e", 6.0, 5.0, 7.0, "Y");        /* outside */
    rows[5] = predicted("f", 10.0, GW_NAN, GW_NAN, "Y"); /* no interval */
    rows[6] = refused("g", "no layout", "Z");
    rows[7] = refused("h", "adapters", "Z");
    rows[0].trial.wide = "far from the fit";
    rows[0].trial.memory_B = 110.0;
    rows[0].trial.memory_measured_B = 100.0;
    rows[1].trial.memory_B = 70.0;
    rows[1].trial.memory_measured_B = 100.0;
    rows[4].trial.memory_B = 70.0; /* nothing to compare with */
    return (gw_trials){.file = "made-up.csv", .kind = GW_TRIAL_TRAINING, .n = N, .at = rows};
}

static void test_by_hand(void **state) {
    gw_trials t = make();
    gw_arena *arena = *state;
    gw_trial_score s = gw_trials_score_all(&t, arena);
    assert_int_equal(s.n_rows, 8);
    assert_int_equal(s.n_predicted, 5);
    gw_assert_near(s.covered_share, 0.625, 1e-12);
    gw_assert_near(s.mean_frac, 0.2, 1e-12);   /* (10 + 20 + 30 + 40 + 0) / 5 */
    gw_assert_near(s.median_frac, 0.2, 1e-12); /* 0 10 20 30 40 */
    gw_assert_near(s.p90_frac, 0.36, 1e-12);   /* place 3.6 of 0..4: 30 + 0.6 * 10 */
    gw_assert_near(s.worst_frac, 0.4, 1e-12);
    gw_assert_near(s.bias_frac, -0.04, 1e-12); /* (10 - 20 + 30 - 40 + 0) / 5 */
    assert_int_equal(s.i_worst, 4);
    assert_int_equal(s.n_interval, 4);
    gw_assert_near(s.inside_share, 0.5, 1e-12);
    assert_int_equal(s.n_wide, 1);
    assert_int_equal(s.n_memory, 2);
    gw_assert_near(s.memory_mean_frac, 0.2, 1e-12); /* 10 and 30 */
    gw_assert_near(s.memory_bias_frac, -0.1, 1e-12);
}

static void test_groups(void **state) {
    gw_trials t = make();
    gw_trial_scores by = gw_trials_score_by(&t, GW_BY_ACCELERATOR, *state);
    assert_int_equal(by.n, 3);
    assert_string_equal(by.at[0].name, "X"); /* three rows each: by name; then two */
    assert_string_equal(by.at[1].name, "Y");
    assert_string_equal(by.at[2].name, "Z");
    gw_assert_near(by.at[0].mean_frac, 0.15, 1e-12);
    gw_assert_near(by.at[1].median_frac, 0.3, 1e-12);
    assert_int_equal(by.at[2].n_predicted, 0);
    gw_assert_near(by.at[2].covered_share + 1.0, 1.0, 1e-12);
    assert_true(isnan(by.at[2].mean_frac) && isnan(by.at[2].worst_frac));
    assert_int_equal(by.at[2].i_worst, -1);
    gw_trial_scores regimes = gw_trials_score_by(&t, GW_BY_REGIME, *state);
    assert_int_equal(regimes.n, 2);
    assert_string_equal(regimes.at[1].name, "not predicted");
}

/* Every grouping holds every row once, and the whole is the mean of the parts by weight. */
static void test_parts_make_the_whole(void **state) {
    gw_trials t = make();
    gw_trial_score all = gw_trials_score_all(&t, *state);
    for (int key = 0; key < GW_N_TRIAL_KEY; key++) {
        gw_trial_scores by = gw_trials_score_by(&t, (gw_trial_key)key, *state);
        int n = 0, n_predicted = 0;
        double sum = 0.0, worst = 0.0;
        for (int i = 0; i < by.n; i++) {
            n += by.at[i].n_rows;
            n_predicted += by.at[i].n_predicted;
            sum += by.at[i].n_predicted > 0 ? by.at[i].mean_frac * by.at[i].n_predicted : 0.0;
            worst = fmax(worst, by.at[i].worst_frac);
        }
        assert_int_equal(n, all.n_rows);
        assert_int_equal(n_predicted, all.n_predicted);
        gw_assert_near(sum / n_predicted, all.mean_frac, 1e-12);
        gw_assert_near(worst, all.worst_frac, 1e-12);
    }
}

static void test_reasons_and_order(void **state) {
    gw_trials t = make();
    int order[N];
    gw_trial_reasons r = gw_trials_reasons(&t, *state);
    assert_int_equal(r.n, 2);
    assert_string_equal(r.at[0].text, "no layout");
    assert_int_equal(r.at[0].n, 2);
    assert_int_equal(r.at[0].i_first, 2);
    assert_int_equal(r.at[1].n, 1);
    assert_int_equal(gw_trials_order(&t, order, *state), 5);
    static const int expected[] = {4, 3, 1, 0, 5};
    assert_memory_equal(order, expected, sizeof expected);
}

static void test_nothing_predicted(void **state) {
    gw_trials t = make();
    t.n = 1;
    rows[0] = refused("z", "no layout", "X");
    gw_trial_score s = gw_trials_score_all(&t, *state);
    assert_int_equal(s.n_predicted, 0);
    assert_true(s.covered_share == 0.0 && isnan(s.mean_frac) && isnan(s.p90_frac));
    assert_true(isnan(s.inside_share) && s.i_worst == -1);
}

static int set_up(void **state) {
    *state = gw_arena_create(0);
    return 0;
}

static int tear_down(void **state) {
    gw_arena_free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_by_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parts_make_the_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reasons_and_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_predicted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
