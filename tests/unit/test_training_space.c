/* The search of whole spaces against plain enumeration: optimum, front, pruning, threads; reasons
 * and gains against predictions made by hand. */
#include <math.h>
#include <string.h>

#include "training/layer_memo.h"
#include "training/search.h"
#include "training/step_parts.h"
#include "training_fixture.h"

static gw_search_result search(const bench *b, gw_search_opts opts, gw_arena *arena) {
    gw_search_result out;
    assert_int_equal(gw_search_all(&b->in, &opts, arena, &out), GW_OK);
    return out;
}

/* ---- brute force: loops of its own over the dimensions left open ---- */

enum { MAX_STEPS = 60000 };

static gw_step steps[MAX_STEPS];

/** The most replicas: fewer until the batch comes out even. */
static int replicas(const bench *b, int tp, int pp, int mb) {
    int dp = (int)b->in.accelerators / (tp * pp);
    while (dp > 0 && gw_training_n_micro(b->in.batch_seq, dp, mb) == 0) {
        dp--;
    }
    return dp;
}

/** tp, pp, micro-batch, ZeRO stage, recomputation. Returns how many run. */
static int enumerate(const bench *b) {
    int n = 0;
    for (int tp = 1; tp <= 8; tp *= 2) {
        for (int pp = 1; pp <= b->llm.layers; pp++) {
            int missing = ((int)b->llm.layers + pp - 1) / pp * pp - (int)b->llm.layers;
            for (int mb = 1; mb <= 16 && missing <= 2; mb *= 2) {
                for (int zero = 0; zero < 4; zero++) {
                    for (int recompute = 0; recompute < gw_enum_recompute.n; recompute++) {
                        gw_plan plan = plan_of(tp, pp, replicas(b, tp, pp, mb));
                        plan.micro_batch = mb;
                        plan.zero_stage = zero;
                        plan.recompute = (gw_recompute)recompute;
                        assert_true(n < MAX_STEPS);
                        gw_training_step(&b->in, &plan, &steps[n]);
                        n += steps[n].problem == NULL;
                    }
                }
            }
        }
    }
    return n;
}

static gw_search_opts five_open(void) {
    gw_search_opts opts = {.wanted = gw_wanted_all_open, .n_best = 3, .n_threads = 2};
    opts.wanted.cp = 1;
    opts.wanted.ep = 1;
    opts.wanted.etp = 0;
    opts.wanted.virtual_stages = 1;
    opts.wanted.schedule = GW_PIPELINE_1F1B;
    opts.wanted.context_method = GW_CONTEXT_ALL_GATHER;
    opts.wanted.sequence_parallel = 1;
    opts.wanted.shard_group = 0;
    return opts;
}

static void optimum_equals_brute_force(void **state) {
    (void)state;
    bench b;
    make(&b, llama3(32, 4096, 14336, 32), 64, 128);
    int n = enumerate(&b);
    double best = 0.0;
    for (int i = 0; i < n; i++) {
        best = fmax(best, steps[i].tokens_per_s);
    }
    assert_true(n > 500);
    gw_arena *arena = gw_arena_create(0);
    gw_search_result found = search(&b, five_open(), arena);
    assert_true(found.best[0].tokens_per_s == best);
    for (int i = 1; i < found.n_best; i++) {
        assert_true(found.best[i].tokens_per_s <= found.best[i - 1].tokens_per_s);
    }
    gw_arena_free(arena);
}

static bool beats(const gw_step *a, const gw_step *b) {
    return a->tokens_per_s >= b->tokens_per_s && a->memory_B <= b->memory_B &&
           gw_plan_accelerators(&a->plan) <= gw_plan_accelerators(&b->plan);
}

static bool same_point(const gw_step *a, const gw_step *b) {
    return beats(a, b) && beats(b, a);
}

static void front_equals_brute_force(void **state) {
    (void)state;
    bench b;
    make(&b, llama3(32, 4096, 14336, 32), 64, 128);
    gw_arena *arena = gw_arena_create(0);
    gw_search_opts opts = five_open();
    gw_search_result found = search(&b, opts, arena);
    int n = enumerate(&b);
    assert_true(found.n_front > 5);
    for (int i = 0; i < found.n_front; i++) {
        for (int k = 0; k < found.n_front; k++) { /* nothing on it beats another */
            assert_true(i == k || !beats(&found.front[i], &found.front[k]));
        }
        for (int k = 0; k < n; k++) { /* nothing at all beats it */
            assert_true(!beats(&steps[k], &found.front[i]) ||
                        same_point(&steps[k], &found.front[i]));
        }
    }
    for (int k = 0; k < n; k++) { /* and everything is beaten by something on it, or is on it */
        bool covered = false;
        for (int i = 0; i < found.n_front && !covered; i++) {
            covered = beats(&found.front[i], &steps[k]);
        }
        assert_true(covered);
    }
    gw_arena_free(arena);
}

/* ---- pruned and exhaustive ---- */

static bool same_plan(const gw_plan *a, const gw_plan *b) {
    return a->tp == b->tp && a->pp == b->pp && a->dp == b->dp && a->cp == b->cp && a->ep == b->ep &&
           a->etp == b->etp && a->virtual_stages == b->virtual_stages &&
           a->micro_batch == b->micro_batch && a->n_micro == b->n_micro &&
           a->zero_stage == b->zero_stage && a->recompute == b->recompute &&
           a->schedule == b->schedule && a->context_method == b->context_method &&
           a->shard_group == b->shard_group && a->no_sequence_parallel == b->no_sequence_parallel;
}

static bool same_step(const gw_step *a, const gw_step *b) {
    return same_plan(&a->plan, &b->plan) && a->step_s == b->step_s && a->memory_B == b->memory_B &&
           a->tokens_per_s == b->tokens_per_s;
}

static void compare_pruned(const char *name, const bench *b, gw_wanted wanted) {
    gw_arena *arena = gw_arena_create(0);
    gw_search_opts opts = {.wanted = wanted, .fewer = true, .n_best = 4, .n_threads = 2};
    gw_search_result all = search(b, opts, arena);
    opts.prune = true;
    gw_search_result pruned = search(b, opts, arena);
    print_message("%s: %.0f layouts, %.0f fit; pruned away %.0f, steps %.0f\n", name, all.n_listed,
                  all.n_fit, pruned.n_skipped, pruned.n_steps);
    assert_true(all.n_fit > 0);
    assert_true(all.n_listed == pruned.n_listed);
    assert_true(pruned.n_skipped > 0.3 * all.n_listed);
    assert_true(pruned.n_steps < all.n_steps);
    assert_int_equal(all.n_best, pruned.n_best);
    for (int i = 0; i < all.n_best; i++) {
        assert_true(same_step(&all.best[i], &pruned.best[i]));
    }
    gw_arena_free(arena);
}

static void pruning_keeps_the_best(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    compare_pruned("Llama 3 405B, 16,384", &b, gw_wanted_all_open);
    make(&b, gpt(96, 12288, 96), 1024, 1536);
    compare_pruned("GPT-3 175B, 1,024", &b, gw_wanted_all_open);
    b.in.software = &gw_software_2021;
    compare_pruned("GPT-3 175B, 1,024, software of 2021", &b, gw_wanted_all_open);
    make(&b, mixtral(), 64, 256);
    compare_pruned("Mixtral, 64", &b, gw_wanted_all_open);
    make(&b, llama3(80, 8192, 28672, 64), 512, 512);
    b.in.precision = GW_PRECISION_FP8;
    b.in.sequence_tok = 32768;
    compare_pruned("Llama 3 70B, 512, long sequences, fp8", &b, gw_wanted_all_open);
    make(&b, deepseek_v3(), 2048, 15360);
    b.in.accelerators = 1024;
    gw_wanted wanted = gw_wanted_all_open;
    wanted.sequence_parallel = 1;
    wanted.context_method = GW_CONTEXT_ALL_GATHER;
    wanted.shard_group = 0;
    compare_pruned("DeepSeek-V3, 1,024", &b, wanted);
}

static int pick(uint64_t *seed, int n) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((*seed >> 33) % (uint64_t)n);
}

static gw_plan any_plan(const bench *b, uint64_t *seed) {
    gw_plan plan = plan_of(1 << pick(seed, 4), 1 + pick(seed, 8), 1 << pick(seed, 6));
    plan.cp = 1 << pick(seed, 2);
    plan.ep = b->llm.experts > 0 ? 1 << pick(seed, 4) : 1;
    plan.etp = b->llm.experts > 0 ? pick(seed, 3) : 0;
    plan.micro_batch = 1 << pick(seed, 2);
    plan.zero_stage = pick(seed, 4);
    plan.recompute = (gw_recompute)pick(seed, gw_enum_recompute.n);
    plan.schedule = (gw_pipeline)pick(seed, gw_enum_pipeline.n);
    plan.context_method = (gw_context_method)pick(seed, gw_enum_context_method.n);
    plan.no_sequence_parallel = pick(seed, 2) == 1;
    return plan;
}

/** A search remembers the times of layers: steps must not differ in a single bit. */
static void remembered_layers_change_nothing(void **state) {
    (void)state;
    static struct gw_layer_memo memo;
    gw_llm models[] = {mixtral(), deepseek_v3(), llama3(32, 4096, 14336, 32)};
    uint64_t seed = 7;
    for (int k = 0; k < 3; k++) {
        bench b;
        make(&b, models[k], 512, 512);
        b.gpu.hbm_B = 1e15; /* everything fits */
        memset(&memo, 0, sizeof memo);
        gw_step_in with_memo = b.in;
        with_memo.memo = &memo;
        int n_run = 0;
        for (int i = 0; i < 20000; i++) {
            gw_plan plan = any_plan(&b, &seed);
            b.in.accelerators = with_memo.accelerators = gw_plan_accelerators(&plan);
            gw_step one, other;
            gw_training_step(&b.in, &plan, &one);
            gw_training_step(&with_memo, &plan, &other);
            assert_true((one.problem == NULL) == (other.problem == NULL));
            n_run += one.problem == NULL;
            for (int part = 0; part < GW_N_STEP_PARTS && one.problem == NULL; part++) {
                assert_true(gw_step_part_s(&one, part) == gw_step_part_s(&other, part));
            }
        }
        assert_true(n_run > 500);
    }
}

/** Over whole spaces: no part is negative, nothing beats the peak of the accelerators. */
static void nothing_beats_the_hardware(void **state) {
    (void)state;
    bench b[3];
    make(&b[0], llama3_405b(), 16384, 2048);
    make(&b[1], mixtral(), 64, 256);
    make(&b[2], gpt(96, 12288, 96), 1024, 1536);
    for (int k = 0; k < 3; k++) {
        gw_arena *arena = gw_arena_create(0);
        gw_search_opts opts = {.wanted = gw_wanted_all_open, .fewer = true, .n_best = 16};
        gw_search_result found = search(&b[k], opts, arena);
        for (int i = 0; i < found.n_best + found.n_front; i++) {
            const gw_step *s = i < found.n_best ? &found.best[i] : &found.front[i - found.n_best];
            assert_true(s->mfu > 0 && s->mfu < 1);
            assert_true(s->memory_B > 0 && s->memory_B <= s->capacity_B);
            for (int part = 0; part < GW_N_STEP_PARTS; part++) {
                assert_true(gw_step_part_s(s, part) >= 0);
            }
        }
        gw_arena_free(arena);
    }
}

static void threads_change_nothing(void **state) {
    (void)state;
    bench b;
    make(&b, mixtral(), 64, 256);
    gw_arena *arena = gw_arena_create(0);
    gw_search_opts opts = {.wanted = gw_wanted_all_open, .fewer = true, .n_best = 8};
    for (int prune = 0; prune < 2; prune++) {
        opts.prune = prune == 1;
        opts.n_threads = 1;
        gw_search_result one = search(&b, opts, arena);
        opts.n_threads = 4;
        gw_search_result four = search(&b, opts, arena);
        assert_int_equal(one.n_best, 8);
        assert_int_equal(one.n_best, four.n_best);
        for (int i = 0; i < one.n_best; i++) {
            assert_true(same_step(&one.best[i], &four.best[i]));
        }
        assert_int_equal(one.n_front, four.n_front);
        for (int i = 0; i < one.n_front; i++) {
            assert_true(same_point(&one.front[i], &four.front[i]));
        }
        assert_true(one.n_listed == four.n_listed && one.n_legal == four.n_legal &&
                    one.n_fit == four.n_fit && one.n_skipped == four.n_skipped &&
                    one.n_steps == four.n_steps);
    }
    gw_arena_free(arena);
}

/* ---- what is wanted ---- */

static void keeps_what_is_wanted(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    gw_arena *arena = gw_arena_create(0);
    gw_search_opts opts = {.wanted = gw_wanted_all_open, .n_best = 5, .n_threads = 1};
    opts.wanted.tp = 8;
    opts.wanted.zero_stage = 1;
    opts.wanted.recompute = GW_RECOMPUTE_FULL;
    gw_search_result found = search(&b, opts, arena);
    assert_int_equal(found.n_best, 5);
    for (int i = 0; i < found.n_front; i++) {
        assert_int_equal(found.front[i].plan.tp, 8);
        assert_int_equal(found.front[i].plan.zero_stage, 1);
        assert_int_equal(found.front[i].plan.recompute, GW_RECOMPUTE_FULL);
    }
    gw_layout layout = {.tp = 4, .zero_stage = 2, .sequence_parallel = true};
    gw_wanted wanted = gw_wanted_of_layout(&layout);
    assert_int_equal(wanted.tp, 4);
    assert_int_equal(wanted.pp, GW_OPEN);
    assert_int_equal(wanted.zero_stage, 2);
    assert_int_equal(wanted.sequence_parallel, 1);
    gw_arena_free(arena);
}

static void nothing_fits(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 32, 64);
    gw_arena *arena = gw_arena_create(0);
    b.in.scratch = arena;
    gw_search_opts opts = {.wanted = gw_wanted_all_open, .n_best = 5, .n_threads = 2};
    gw_search_result found = search(&b, opts, arena);
    assert_int_equal(found.n_best, 0);
    assert_int_equal(found.n_front, 0);
    assert_true(found.n_legal > 0 && found.n_fit == 0);
    assert_non_null(strstr(found.closest.problem, "of 80 GB"));
    opts.wanted.tp = 7; /* breaks a rule everywhere */
    found = search(&b, opts, arena);
    assert_true(found.n_legal == 0);
    assert_non_null(strstr(found.closest.problem, "does not divide"));
    gw_arena_free(arena);
}

/* ---- reasons and gains ---- */

static const gw_alternative *find(const gw_alternative *all, int n, const char *what) {
    for (int i = 0; i < n; i++) {
        if (strcmp(all[i].what, what) == 0) {
            return &all[i];
        }
    }
    return NULL;
}

static void alternatives_say_why(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    gw_arena *arena = gw_arena_create(0);
    gw_plan plan = plan_of(8, 16, 128);
    plan.virtual_stages = 8;
    gw_step best, step;
    gw_training_step(&b.in, &plan, &best);
    assert_null(best.problem);
    gw_alternative all[GW_GAINS_MAX * 2];
    int n = gw_search_alternatives(&b.in, &best, arena, all, GW_GAINS_MAX * 2);
    assert_true(n > 8);
    const gw_alternative *wider = find(all, n, "tp 16");
    assert_non_null(wider);
    assert_int_equal(wider->step.plan.tp, 16);
    assert_int_equal(wider->step.plan.dp, 64);
    assert_non_null(strstr(wider->why, "leaves the scale-up domain of 8"));
    assert_non_null(strstr(wider->why, "tensor-parallel traffic"));
    plan.tp = 2;
    plan.dp = 512;
    plan.recompute = GW_RECOMPUTE_FULL;
    plan.zero_stage = 3;
    gw_training_step(&b.in, &plan, &step);
    assert_null(step.problem); /* of narrow layouts too, the next width that leaves the domain */
    gw_alternative others[GW_GAINS_MAX * 2];
    int n_others = gw_search_alternatives(&b.in, &step, arena, others, GW_GAINS_MAX * 2);
    const gw_alternative *outside = find(others, n_others, "tp 16");
    assert_non_null(outside);
    assert_non_null(strstr(outside->why, "leaves the scale-up domain of 8"));
    const gw_alternative *fewer = find(all, n, "pp 8");
    assert_non_null(fewer);
    assert_non_null(fewer->why);
    const gw_alternative *narrow = find(all, n, "tp 4");
    assert_non_null(narrow);
    gw_plan by_hand = plan_of(4, 16, 256);
    by_hand.virtual_stages = 8;
    gw_training_step(&b.in, &by_hand, &step);
    assert_true((step.problem == NULL) == (narrow->step.problem == NULL));
    if (step.problem == NULL) {
        gw_assert_near(narrow->slower_frac, best.tokens_per_s / step.tokens_per_s - 1.0, 1e-12);
    } else {
        assert_true(isnan(narrow->slower_frac));
        assert_non_null(strstr(narrow->why, "GB of 80 GB"));
    }
    const gw_alternative *shared = find(all, n, "ZeRO stage 0"); /* 405e9 x 16 B / 128 ranks */
    assert_non_null(shared);
    assert_non_null(strstr(shared->why, "GB of 80 GB"));
    gw_arena_free(arena);
}

static void gains_are_predictions(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    gw_plan plan = plan_of(8, 16, 128);
    gw_step step;
    gw_training_step(&b.in, &plan, &step);
    gw_gain gains[GW_GAINS_MAX];
    int n = gw_step_gains(&b.in, &step, gains);
    assert_true(n >= 8 && n <= GW_GAINS_MAX);
    bool bubble = false, memory = false;
    b.gpu.hbm_bandwidth_Bps *= 1.1;
    gw_step faster;
    gw_training_step(&b.in, &plan, &faster);
    for (int i = 0; i < n; i++) {
        assert_true(gains[i].gain_frac > -1e-9);
        assert_true(i == 0 || gains[i].gain_frac <= gains[i - 1].gain_frac);
        gw_assert_near(gains[i].gain_frac, step.step_s / gains[i].step_s - 1.0, 1e-12);
        if (strcmp(gains[i].what, "no pipeline bubble") == 0) {
            gw_assert_near(gains[i].step_s, step.step_s - step.bubble_s, 1e-12);
            bubble = true;
        } else if (strcmp(gains[i].what, "memory bandwidth +10 %") == 0) {
            gw_assert_near(gains[i].step_s, faster.step_s, 1e-12);
            memory = true;
        }
    }
    assert_true(bubble && memory);
    step.problem = "does not run";
    assert_int_equal(gw_step_gains(&b.in, &step, gains), 0);
}

static void parts_sum_to_the_step(void **state) {
    (void)state;
    bench b;
    make(&b, mixtral(), 64, 256);
    gw_plan plan = plan_of(2, 4, 8);
    plan.ep = 8;
    gw_step step;
    gw_training_step(&b.in, &plan, &step);
    double sum_s = 0.0;
    for (int i = 0; i < GW_N_STEP_PARTS; i++) {
        sum_s += gw_step_part_s(&step, i);
        assert_true(strstr(gw_step_part_keys[i], "_s") != NULL);
    }
    gw_assert_near(sum_s, step.step_s, 1e-12);
    assert_true(isnan(gw_step_part_s(&step, GW_N_STEP_PARTS)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(optimum_equals_brute_force),
        cmocka_unit_test(front_equals_brute_force),
        cmocka_unit_test(pruning_keeps_the_best),
        cmocka_unit_test(nothing_beats_the_hardware),
        cmocka_unit_test(remembered_layers_change_nothing),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(keeps_what_is_wanted),
        cmocka_unit_test(nothing_fits),
        cmocka_unit_test(alternatives_say_why),
        cmocka_unit_test(gains_are_predictions),
        cmocka_unit_test(parts_sum_to_the_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
