/* The time line: orders are complete, an independent longest-path search finds the same times, an
 * order that cannot run is named, the whole step agrees with its closed form. */
#include <string.h>

#include "pipeline_fixture.h"
#include "training/timeline_step.h"
#include "training_fixture.h"

/** Every stage runs each pass of each part once; what is held follows the closed form. */
static void orders_are_complete(void **state) {
    (void)state;
    for (int s = 0; s < GW_N_pipeline; s++) {
        pipe_kind kind = {.schedule = (gw_pipeline)s, .chunks_max = s == GW_PIPELINE_1F1B ? 4 : 1};
        for (uint64_t i = 0; i < 100; i++) {
            gw_pipe q = pipe_random(&kind, i);
            gw_arena *arena = gw_arena_create(0);
            gw_timeline_in in = {.pipe = q};
            gw_timeline t;
            gw_timeline_run(&in, arena, &t);
            assert_null(t.problem);
            int n_parts = q.stages * q.chunks;
            int *forward = GW_NEW_N(arena, n_parts * q.micro_batches, int);
            int *inputs = GW_NEW_N(arena, n_parts * q.micro_batches, int);
            int *weights = GW_NEW_N(arena, n_parts * q.micro_batches, int);
            for (int stage = 0; stage < q.stages; stage++) {
                gw_assert_near(
                    gw_pipe_held_n(q.schedule, q.stages, q.chunks, q.micro_batches, stage),
                    t.held_n[stage], 1e-12);
                for (int64_t k = t.first[stage]; k < t.first[stage + 1]; k++) {
                    const gw_task *task = &t.tasks[k];
                    if (task->kind > GW_TASK_WEIGHT) {
                        continue;
                    }
                    int at = gw_timeline_part(&t, stage, task) * q.micro_batches;
                    at += task->micro_batch;
                    forward[at] += task->kind == GW_TASK_FORWARD;
                    inputs[at] += task->kind == GW_TASK_INPUT || task->kind == GW_TASK_BACKWARD;
                    weights[at] += task->kind == GW_TASK_WEIGHT || task->kind == GW_TASK_BACKWARD;
                }
            }
            for (int k = 0; k < n_parts * q.micro_batches; k++) {
                assert_true(forward[k] == 1 && inputs[k] == 1 && weights[k] == 1);
            }
            gw_arena_free(arena);
        }
    }
}

/** Start of every task by brute force: all of them are pushed back until no rule is broken. */
static double relaxed_s(const gw_timeline *t) {
    const gw_pipe *q = &t->in.pipe;
    double *start_s = test_calloc((size_t)t->n_tasks, sizeof(double));
    double hop_s = q->hop_s * (1.0 - q->hop_exposed_frac);
    double last_s = 0.0;
    for (bool again = true; again;) {
        again = false;
        for (int r = 0; r < q->stages; r++) {
            for (int64_t i = t->first[r]; t->tasks[i].kind <= GW_TASK_WEIGHT; i++) {
                const gw_task *a = &t->tasks[i];
                int part = gw_timeline_part(t, r, a);
                bool second = i > t->first[r] && t->tasks[i - 1].joined;
                double at_s = 0.0;
                if (i > t->first[r]) {
                    double took_s = second ? 0.0 : t->end_s[i - 1] - t->start_s[i - 1];
                    at_s = start_s[i - 1] + took_s;
                }
                if (a->joined) {
                    at_s = fmax(at_s, start_s[i + 1]);
                }
                for (int o = 0; o < q->stages; o++) {
                    for (int64_t k = t->first[o]; t->tasks[k].kind <= GW_TASK_WEIGHT; k++) {
                        const gw_task *b = &t->tasks[k];
                        int before = gw_timeline_part(t, o, b);
                        bool forward = b->kind == GW_TASK_FORWARD;
                        bool gradient = b->kind == GW_TASK_BACKWARD || b->kind == GW_TASK_INPUT;
                        bool needs =
                            a->kind == GW_TASK_FORWARD ? forward && before == part - 1
                            : a->kind == GW_TASK_WEIGHT
                                ? gradient && before == part
                                : (gradient && before == part + 1) || (forward && before == part);
                        if (needs && a->micro_batch == b->micro_batch) {
                            double end_s = start_s[k] + t->end_s[k] - t->start_s[k];
                            at_s = fmax(at_s, end_s + (o == r ? 0.0 : hop_s));
                        }
                    }
                }
                if (at_s > start_s[i] + 1e-12) {
                    start_s[i] = at_s;
                    again = true;
                }
                last_s = fmax(last_s, start_s[i] + t->end_s[i] - t->start_s[i]);
            }
        }
    }
    test_free(start_s);
    return last_s;
}

static void brute_force_finds_the_same(void **state) {
    (void)state;
    for (int s = 0; s < GW_N_pipeline; s++) {
        pipe_kind kind = {.schedule = (gw_pipeline)s,
                          .chunks_max = s == GW_PIPELINE_1F1B ? 3 : 1,
                          .hop_s = 0.3,
                          .exposed = 1.0,
                          .ends_frac = 0.4};
        for (uint64_t i = 0; i < 25; i++) {
            gw_pipe q = pipe_random(&kind, i);
            bool dual = s == GW_PIPELINE_DUALPIPE;
            q.stages = dual ? 2 + 2 * (int)(i % 2) : 2 + (int)(i % 3);
            q.micro_batches = dual ? 2 * q.stages : 1 + (int)(i % 7);
            q.pair_saved_s = 0.0;
            gw_arena *arena = gw_arena_create(0);
            gw_pipe_part parts[16]; /* every part of the network another time */
            for (int k = 0; k < q.stages * q.chunks; k++) {
                parts[k] = (gw_pipe_part){.forward_s = 0.5 + pipe_draw(i, 100 + k),
                                          .backward_s = 0.5 + pipe_draw(i, 200 + k),
                                          .weight_s = 0.5 * pipe_draw(i, 300 + k)};
            }
            gw_timeline_in in = {.pipe = q, .parts = parts};
            gw_timeline t;
            gw_timeline_run(&in, arena, &t);
            assert_null(t.problem);
            gw_assert_near(t.passes_s, relaxed_s(&t), 1e-12);
            gw_arena_free(arena);
        }
    }
}

/** No two passes of a stage at a time but joined ones; nothing before what it needs has arrived. */
static void stages_do_one_thing_at_a_time(void **state) {
    (void)state;
    pipe_kind kind = {.schedule = GW_PIPELINE_DUALPIPE, .chunks_max = 1, .hop_s = 0.2};
    int n_joined = 0;
    for (uint64_t i = 0; i < 50; i++) {
        gw_pipe q = pipe_random(&kind, i);
        gw_arena *arena = gw_arena_create(0);
        gw_timeline_in in = {.pipe = q};
        gw_timeline t;
        gw_timeline_run(&in, arena, &t);
        assert_null(t.problem);
        for (int r = 0; r < q.stages; r++) {
            for (int64_t k = t.first[r] + 1; k < t.first[r + 1]; k++) {
                if (t.tasks[k - 1].joined) {
                    double both_s = q.chunk.forward_s + q.chunk.backward_s + q.chunk.weight_s;
                    gw_assert_near(t.start_s[k], t.start_s[k - 1], 0);
                    gw_assert_near(t.end_s[k] - t.start_s[k], both_s - q.pair_saved_s, 1e-9);
                    n_joined++;
                } else {
                    assert_true(t.start_s[k] >= t.end_s[k - 1]);
                }
            }
        }
        gw_arena_free(arena);
    }
    assert_true(n_joined > 1000);
}

/** All backward passes first: the last stage waits for a forward pass that never comes. */
static void backward_first(const gw_pipe *pipe, int stage, gw_task *tasks) {
    (void)stage;
    int m = pipe->micro_batches;
    for (int k = 0; k < m; k++) {
        tasks[k] = (gw_task){.micro_batch = k, .kind = GW_TASK_BACKWARD};
        tasks[m + k] = (gw_task){.micro_batch = k, .kind = GW_TASK_FORWARD};
    }
}

static void an_order_that_cannot_run_is_named(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_timeline_in in = {.pipe = {.schedule = GW_PIPELINE_GPIPE,
                                  .stages = 4,
                                  .chunks = 1,
                                  .micro_batches = 3,
                                  .chunk = {1.0, 2.0, 0.0}},
                         .order = backward_first};
    gw_timeline t;
    gw_timeline_run(&in, arena, &t);
    assert_non_null(t.problem);
    assert_non_null(strstr(t.problem, "stage 0"));
    assert_non_null(strstr(t.problem, "B of micro-batch 0"));
    in.order = NULL;
    gw_timeline_run(&in, arena, &t);
    assert_null(t.problem);
    in.pipe.micro_batches = 100000000;
    gw_timeline_run(&in, arena, &t);
    assert_non_null(strstr(t.problem, "too many"));
    in.pipe.micro_batches = 3;
    in.pipe.chunks = 2;
    gw_timeline_run(&in, arena, &t);
    assert_non_null(strstr(t.problem, "virtual stages"));
    gw_arena_free(arena);
}

/** 256 stages, 4 chunks, 512 micro-batches: a million passes. */
static void a_large_one(void **state) {
    (void)state;
    gw_pipe q = {.stages = 256,
                 .chunks = 4,
                 .micro_batches = 512,
                 .chunk = {0.01, 0.02, 0.0},
                 .hop_s = 0.001};
    gw_assert_near(pipe_events_s(&q), gw_pipe_time_of(&q).total_s, 1e-10);
}

/** The step of a model: same total as the closed form, passes add up. */
static void a_step_agrees(void **state) {
    (void)state;
    const struct {
        gw_llm llm;
        gw_pipeline schedule;
        int v;
        double limit;
    } rows[] = {
        {llama3_405b(), GW_PIPELINE_1F1B, 1, 1e-9},
        {llama3_405b(), GW_PIPELINE_1F1B, 4, 1e-3},
        {llama3_405b(), GW_PIPELINE_GPIPE, 1, 1e-9},
        {llama3_405b(), GW_PIPELINE_ZERO_BUBBLE, 1, 5e-3},
        {llama3_405b(), GW_PIPELINE_DUALPIPE, 1, 5e-3},
        {deepseek_v3(), GW_PIPELINE_1F1B, 1, 1e-9},
        {deepseek_v3(), GW_PIPELINE_DUALPIPE, 1, 5e-3},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        gw_llm llm = rows[k].llm;
        gw_accelerator gpu = h100();
        gpu.hbm_B = 1e18; /* all fit */
        gw_comm comm = h100_network();
        gw_plan plan = plan_of(8, 16, 16);
        plan.schedule = rows[k].schedule;
        plan.virtual_stages = rows[k].v;
        plan.zero_stage = 1;
        plan.ep = llm.experts > 0 ? 16 : 1;
        gw_step_in in = {.llm = &llm,
                         .accelerator = &gpu,
                         .comm = &comm,
                         .accelerators = 2048,
                         .sequence_tok = 4096,
                         .batch_seq = 512};
        gw_arena *arena = gw_arena_create(0);
        gw_step_timeline t;
        gw_timeline_of_step(&in, &plan, arena, &t);
        assert_null(t.problem);
        gw_assert_near(t.timeline.total_s, t.step.step_s, rows[k].limit);
        bool pairs = rows[k].schedule == GW_PIPELINE_DUALPIPE && llm.experts > 0;
        assert_true((t.timeline.in.pipe.pair_saved_s > 0) == pairs);
        for (int stage = 0; stage < 16; stage++) {
            const gw_task *task = &t.timeline.tasks[t.timeline.first[stage]];
            gw_pass pass = gw_step_timeline_pass(&t, stage, task);
            int part = gw_timeline_part(&t.timeline, stage, task);
            gw_assert_near(gw_pass_s(&pass), t.timeline.parts[part].forward_s, 1e-9);
        }
        in.batch_seq = 512 * 4096;
        gw_timeline_of_step(&in, &plan, arena, &t);
        assert_non_null(strstr(t.problem, "too many to draw"));
        in.accelerators = 16;
        gw_timeline_of_step(&in, &plan, arena, &t);
        assert_non_null(strstr(t.problem, "accelerators"));
        gw_arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_complete),
        cmocka_unit_test(brute_force_finds_the_same),
        cmocka_unit_test(stages_do_one_thing_at_a_time),
        cmocka_unit_test(an_order_that_cannot_run_is_named),
        cmocka_unit_test(a_large_one),
        cmocka_unit_test(a_step_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
