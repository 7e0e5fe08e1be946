/* The search and the phase. */
#include <string.h>
#include <time.h>

#include "training/search.h"
#include "training/training_phase.h"
#include "training_fixture.h"

static const gw_layout open_layout = {
    .zero_stage = 1, .recompute = GW_RECOMPUTE_SELECTIVE, .sequence_parallel = true};

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/** Llama 3 405B on 16,384 H100: Meta chose tp 8, pp 16, dp 128 (arXiv 2407.21783 table 4). */
static void finds_a_layout_as_good_as_published(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    gw_search found;
    double before_s = seconds_now();
    gw_training_search(&b.in, &open_layout, &found);
    double took_s = seconds_now() - before_s;
    print_message("%d tried, %d fit, %.1f ms: tp %d pp %d x %d dp %d cp %d mb %d, mfu %.3f\n",
                  found.n_tried, found.n_fit, 1e3 * took_s, found.plan.tp, found.plan.pp,
                  found.plan.virtual_stages, found.plan.dp, found.plan.cp, found.plan.micro_batch,
                  found.step.mfu);
    assert_null(found.step.problem);
    assert_true(took_s < 2.0); /* a fraction of a second without sanitizers */
    gw_plan meta = plan_of(8, 16, 128);
    meta.virtual_stages = 4;
    gw_step step;
    gw_training_step(&b.in, &meta, &step);
    assert_null(step.problem);
    assert_true(found.step.step_s <= step.step_s);
    assert_true(found.accelerators_used <= 16384);
    assert_true(found.n_fit > 10 && found.n_fit <= found.n_tried);
    assert_true(found.second_loss_frac >= 0);
}

/** Against a plain enumeration of the same sets without pruning. */
static void equals_brute_force(void **state) {
    (void)state;
    bench b;
    make(&b, llama3(32, 4096, 14336, 32), 64, 128);
    gw_layout layout = open_layout;
    layout.cp = 1;
    layout.virtual_stages = 1;
    gw_search found;
    gw_training_search(&b.in, &layout, &found);
    double best = 0.0;
    for (int tp = 1; tp <= 8; tp *= 2) {
        for (int pp = 1; pp <= 32; pp++) {
            for (int mb = 1; mb <= 16; mb *= 2) {
                for (int dp = 1; dp <= 64; dp++) {
                    gw_plan plan = plan_of(tp, pp, dp);
                    plan.micro_batch = mb;
                    gw_step step;
                    gw_training_step(&b.in, &plan, &step);
                    if (!step.problem && step.tokens_per_s > best) {
                        best = step.tokens_per_s;
                    }
                }
            }
        }
    }
    gw_assert_near(found.step.tokens_per_s, best, 1e-12);
}

static void keeps_what_is_given(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    gw_layout layout = {.tp = 8,
                        .sequence_parallel = true,
                        .pp = 18,
                        .zero_stage = 2,
                        .micro_batch = 1,
                        .recompute = GW_RECOMPUTE_FULL};
    gw_search found;
    gw_training_search(&b.in, &layout, &found);
    assert_null(found.step.problem);
    assert_int_equal(found.plan.tp, 8);
    assert_int_equal(found.plan.pp, 18);
    assert_int_equal(found.plan.zero_stage, 2);
    assert_int_equal(found.plan.recompute, GW_RECOMPUTE_FULL);
    assert_false(found.given);
    gw_arena *arena = gw_arena_create(0);
    const char *note = gw_training_search_note(&b.in, &found, arena);
    assert_non_null(strstr(note, "accelerators stay unused")); /* 16,384 is no multiple of 8 x 18 */
    layout = (gw_layout){.tp = 8,
                         .pp = 16,
                         .dp = 128,
                         .cp = 1,
                         .ep = 1,
                         .virtual_stages = 4,
                         .micro_batch = 1,
                         .zero_stage = 1,
                         .sequence_parallel = true,
                         .recompute = GW_RECOMPUTE_SELECTIVE};
    gw_training_search(&b.in, &layout, &found);
    assert_true(found.given);
    assert_null(gw_training_search_note(&b.in, &found, arena));
    b.in.batch_seq = 1953; /* 16e6 tokens */
    gw_training_search(&b.in, &layout, &found);
    assert_null(found.step.problem);
    assert_int_equal(found.plan.n_micro, 15);
    note = gw_training_search_note(&b.in, &found, arena);
    assert_non_null(strstr(note, "batch of 1953 sequences run as 1920"));
    gw_arena_free(arena);
}

static void nothing_fits_is_an_answer(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 64, 64);
    b.in.scratch = gw_arena_create(0);
    gw_search found;
    gw_training_search(&b.in, &open_layout, &found);
    assert_non_null(found.step.problem);
    assert_non_null(strstr(found.step.problem, "of 80 GB"));
    assert_int_equal(found.n_fit, 0);
    assert_true(found.n_tried > 0);
    const char *note = gw_training_search_note(&b.in, &found, b.in.scratch);
    assert_non_null(strstr(note, "none fits"));
    b.gpu.bf16_flops = GW_NAN;
    gw_training_search(&b.in, &open_layout, &found);
    assert_non_null(strstr(found.step.problem, "no bf16 peak"));
    b.gpu = h100();
    b.in.accelerators = 0;
    gw_training_search(&b.in, &open_layout, &found);
    assert_non_null(found.step.problem);
    gw_arena_free(b.in.scratch);
}

/** 100,000 and 400,000 accelerators with an expert model: still quick, nearly all in use. */
static void very_large(void **state) {
    (void)state;
    double counts[] = {100000, 200000, 400000};
    for (int i = 0; i < 3; i++) {
        bench b;
        make(&b, deepseek_v3(), counts[i], 32768);
        gw_search found;
        double before_s = seconds_now();
        gw_training_search(&b.in, &open_layout, &found);
        double took_s = seconds_now() - before_s;
        print_message("%.0f: %d tried, %.0f ms, tp %d pp %d x %d dp %d cp %d ep %d mb %d uses "
                      "%.0f, mfu %.3f\n",
                      counts[i], found.n_tried, 1e3 * took_s, found.plan.tp, found.plan.pp,
                      found.plan.virtual_stages, found.plan.dp, found.plan.cp, found.plan.ep,
                      found.plan.micro_batch, found.accelerators_used, found.step.mfu);
        assert_null(found.step.problem);
        assert_true(took_s < 10.0);
        assert_true(found.accelerators_used <= counts[i]);
        assert_true(found.accelerators_used > 0.9 * counts[i]);
    }
}

static void largest_dp(void **state) {
    (void)state;
    assert_int_equal(gw_training_largest_dp(2048, 1, 8, 1, 128), 128);
    assert_int_equal(gw_training_largest_dp(2048, 1, 8, 1, 130), 130); /* 16 x 130 is 1.6 % more */
    assert_int_equal(gw_training_largest_dp(2048, 1, 8, 1, 150),
                     149); /* 14 x 149 is 1.9 % more, 150 is 2.5 */
    assert_int_equal(gw_training_largest_dp(2048, 1, 1, 64, 130), 128);
    assert_int_equal(gw_training_largest_dp(4, 1, 8, 1, 128), 4);
    assert_int_equal(gw_training_largest_dp(4, 8, 8, 1, 128), 0);
}

/* ---- phase ---- */

typedef struct world {
    gw_scenario in;
    gw_model model;
    gw_state state;
    gw_job job;
    gw_cluster cluster;
    gw_system system;
    gw_accelerator accelerator;
    gw_llm llm;
    gw_network network;
    gw_plan plan;
    const char *note;
    gw_step step;
} world;

static void make_world(world *w) {
    *w = (world){.llm = llama3_405b(), .accelerator = h100()};
    w->network.comm = h100_network();
    w->system.accelerator.i = 0;
    w->cluster.system.i = 0;
    w->job = (gw_job){
        .accelerators = 16384, .sequence_tok = GW_NAN, .global_batch_tok = 2048.0 * 8192.0};
    w->job.layout = open_layout;
    w->in.jobs.at = &w->job;
    w->in.jobs.n = 1;
    w->in.clusters.at = &w->cluster;
    w->in.systems.at = &w->system;
    w->in.accelerators.at = &w->accelerator;
    w->in.models.at = &w->llm;
    w->model.in = &w->in;
    w->model.plans = &w->plan;
    w->state.in = &w->in;
    w->state.network = &w->network;
    w->state.step = &w->step;
    w->state.scratch = gw_arena_create(0);
}

static void phase_applies_the_drawn_factor(void **state) {
    (void)state;
    world w;
    make_world(&w);
    gw_training_choose_plans(&w.in, &w.network, w.state.scratch, &w.plan, &w.note);
    assert_non_null(strstr(w.note, "layouts tried"));
    gw_training_phase(&w.model, &w.state);
    assert_null(w.step.problem);
    double base_s = w.step.step_s;
    gw_assert_near(parts_s(&w.step), base_s, 1e-12);
    w.accelerator.interval = 1.1;
    gw_training_phase(&w.model, &w.state);
    double high_s = w.step.high_s;
    gw_assert_near(w.step.step_s, base_s, 1e-12);
    assert_true(high_s > base_s);
    /* the accelerator's 90th percentile is the upper end of the job's interval */
    w.accelerator.step_time_factor = 1.1;
    gw_training_phase(&w.model, &w.state);
    gw_assert_near(w.step.step_s, high_s, 1e-12);
    gw_arena_free(w.state.scratch);
}

static void phase_follows_drawn_accelerators(void **state) {
    (void)state;
    world w;
    make_world(&w);
    gw_training_choose_plans(&w.in, &w.network, w.state.scratch, &w.plan, &w.note);
    gw_scenario drawn = w.in;
    gw_job job = w.job;
    drawn.jobs.at = &job;
    w.state.in = &drawn;
    job.accelerators = 12000;
    gw_training_phase(&w.model, &w.state);
    assert_null(w.step.problem);
    const gw_plan *p = &w.step.plan;
    assert_true((double)p->tp * p->pp * p->cp * p->dp <= 12000);
    assert_int_equal(p->tp, w.plan.tp);
    job.accelerators = 16384;
    job.global_batch_tok = 2111.0 * 8192.0; /* a prime number of sequences */
    gw_training_phase(&w.model, &w.state);
    assert_null(w.step.problem);
    job.accelerators = 1;
    gw_training_phase(&w.model, &w.state);
    assert_non_null(w.step.problem);
    job.model.i = -1;
    gw_training_phase(&w.model, &w.state);
    assert_non_null(w.step.problem);
    gw_arena_free(w.state.scratch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_layout_as_good_as_published),
        cmocka_unit_test(equals_brute_force),
        cmocka_unit_test(keeps_what_is_given),
        cmocka_unit_test(nothing_fits_is_an_answer),
        cmocka_unit_test(very_large),
        cmocka_unit_test(largest_dp),
        cmocka_unit_test(phase_applies_the_drawn_factor),
        cmocka_unit_test(phase_follows_drawn_accelerators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
