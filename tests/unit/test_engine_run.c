/* The engine: a run is a pure function of (model, seed, samples). */
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "gw_test.h"

typedef struct loaded {
    gw_spec *spec;
    gw_model *model;
} loaded;

static loaded load(const char *const *sets, int n_sets) {
    loaded l = {0};
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets, .n_sets = n_sets};
    if (gw_spec_load(TEST_DATA "/small.yaml", &opts, diags, &l.spec) != GW_OK ||
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

static gw_result *run(const gw_model *model, int n_samples, uint64_t seed, int n_threads) {
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = n_samples;
    opts.seed = seed;
    opts.n_threads = n_threads;
    gw_result *result = NULL;
    assert_int_equal(gw_run(model, &opts, &result), GW_OK);
    return result;
}

static size_t row_bytes(const gw_result *r) {
    return (size_t)r->n_samples * (size_t)r->model->n_values * sizeof(double);
}

static void threads_change_no_bit(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    gw_result *one = run(l.model, 203, 5, 1);
    for (int threads = 2; threads <= 5; threads++) {
        gw_result *many = run(l.model, 203, 5, threads);
        assert_memory_equal(one->rows, many->rows, row_bytes(one));
        assert_memory_equal(one->summary, many->summary,
                            (size_t)l.model->n_values * sizeof(gw_summary));
        for (int k = 0; k < GW_N_SERIES; k++) {
            size_t n = (size_t)l.model->n_months * sizeof(double);
            assert_memory_equal(one->series[k].p10, many->series[k].p10, n);
            assert_memory_equal(one->series[k].mean, many->series[k].mean, n);
        }
        assert_int_equal(one->n_clamped, many->n_clamped);
        gw_result_free(many);
    }
    gw_result_free(one);
    unload(l);
}

/* A longer run begins with the shorter one: samples do not depend on their number. */
static void samples_are_independent(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    gw_result *few = run(l.model, 40, 9, 2), *many = run(l.model, 90, 9, 2);
    assert_memory_equal(few->rows, many->rows, row_bytes(few));
    gw_result *other = run(l.model, 40, 10, 2);
    assert_memory_not_equal(few->rows, other->rows, row_bytes(few));
    gw_result_free(few);
    gw_result_free(many);
    gw_result_free(other);
    unload(l);
}

static double at(const gw_result *r, int sample, gw_metric_id metric) {
    return r->rows[(size_t)sample * (size_t)r->model->n_values +
                   (size_t)r->model->metric_offset[metric]];
}

/* A new uncertain input moves no other draw. */
static void inputs_have_their_own_streams(void **state) {
    (void)state;
    static const char *const sets[] = {"finance.market_price=uniform(1 USD/h; 3 USD/h)"};
    loaded a = load(NULL, 0), b = load(sets, 1);
    assert_int_equal(b.model->n_uncertain, a.model->n_uncertain + 1);
    gw_result *ra = run(a.model, 30, 1, 1), *rb = run(b.model, 30, 1, 1);
    bool npv_differs = false;
    for (int s = 0; s < 30; s++) {
        assert_true(at(ra, s, GW_M_full_date_d) == at(rb, s, GW_M_full_date_d));
        assert_true(at(ra, s, GW_M_tokens_per_s) == at(rb, s, GW_M_tokens_per_s));
        npv_differs = npv_differs || at(ra, s, GW_M_npv_usd) != at(rb, s, GW_M_npv_usd);
    }
    assert_true(npv_differs);
    gw_result_free(ra);
    gw_result_free(rb);
    unload(a);
    unload(b);
}

static void base_case_is_the_median_of_inputs(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    gw_state *s = gw_state_create(l.model);
    assert_int_equal(gw_sample_draw(l.model, 1, -1, s), 0);
    for (int i = 0; i < l.model->n_uncertain; i++) {
        const gw_uncertain *u = &l.model->uncertain[i];
        assert_true(*s->slots[u->slot] == u->base);
        gw_assert_near(u->base, gw_dist_quantile(&u->dist, 0.5), 1e-12);
    }
    gw_state_free(s);
    unload(l);
}

/* The chain holds together: what must be equal, ordered or bounded is so in every sample. */
static void chain_invariants(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    gw_result *r = run(l.model, 100, 3, 2);
    for (int s = 0; s < 100; s++) {
        assert_true(at(r, s, GW_M_full_date_d) >= at(r, s, GW_M_first_date_d));
        assert_true(at(r, s, GW_M_running_it_power_W) <= at(r, s, GW_M_full_it_power_W) + 1.0);
        assert_true(at(r, s, GW_M_goodput_frac) > 0.0 && at(r, s, GW_M_goodput_frac) < 1.0);
        assert_true(at(r, s, GW_M_training_time_s) > at(r, s, GW_M_training_time_ideal_s));
        assert_true(at(r, s, GW_M_pue_ratio) > 1.0);
        assert_true(at(r, s, GW_M_pue_design_ratio) >= at(r, s, GW_M_pue_ratio));
        gw_assert_near(at(r, s, GW_M_capex_usd),
                       at(r, s, GW_M_capex_build_usd) + at(r, s, GW_M_capex_chips_usd) +
                           at(r, s, GW_M_capex_power_usd),
                       1e-9);
        double last = at(r, s, GW_M_last_is_building_frac) + at(r, s, GW_M_last_is_power_frac) +
                      at(r, s, GW_M_last_is_chips_frac);
        gw_assert_close(last, 1.0, 0.0);
    }
    gw_result_free(r);
    unload(l);
}

static void tornado_bars(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    gw_result *r = run(l.model, 0, 1, 1);
    assert_true(r->n_tornado > 0);
    for (int k = 0; k < r->n_tornado; k++) {
        const gw_tornado *t = &r->tornado[k];
        for (int b = 1; b < t->n; b++) {
            assert_true(fabs(t->bars[b - 1].high - t->bars[b - 1].low) >=
                        fabs(t->bars[b].high - t->bars[b].low));
        }
        if (t->metric == GW_M_npv_usd) { /* a higher price in the contract must raise the value */
            bool found = false;
            for (int b = 0; b < t->n; b++) {
                int v = l.model->uncertain[t->bars[b].uncertain].value;
                if (strcmp(l.spec->values[v].path, "contracts.rental.price") == 0) {
                    assert_true(t->bars[b].high > t->bars[b].low);
                    found = true;
                }
            }
            assert_true(found);
        }
    }
    gw_result_free(r);
    unload(l);
}

/* What cannot run is an answer, not a crash. */
static void impossible_layouts(void **state) {
    (void)state;
    static const char *const sets[] = {
        "jobs.pretrain.layout={tp: 7}",
        "jobs.pretrain.layout={tp: 1, pp: 1, dp: 16384, cp: 1}",
        "jobs.pretrain.layout={tp: 256}",
        "jobs.pretrain.layout={pp: 500}",
        "jobs.pretrain.layout={tp: 8, pp: 16, dp: 3}",
    };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        loaded l = load(&sets[i], 1);
        gw_result *r = run(l.model, 3, 1, 1);
        if (r->base->step[0].problem == NULL) {
            print_error("%s: runs\n", sets[i]);
        }
        assert_non_null(r->base->step[0].problem);
        assert_true(strlen(r->base->step[0].problem) > 10);
        assert_true(isnan(at(r, 0, GW_M_tokens_per_s)));
        gw_result_free(r);
        unload(l);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(samples_are_independent),
        cmocka_unit_test(inputs_have_their_own_streams),
        cmocka_unit_test(base_case_is_the_median_of_inputs),
        cmocka_unit_test(chain_invariants),
        cmocka_unit_test(tornado_bars),
        cmocka_unit_test(impossible_layouts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
