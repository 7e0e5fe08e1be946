/* Closed forms of pipeline schedules: published bubbles and memory, agreement with the event by event
 * time line over random pipelines, limits, monotony, rules. */
#include <string.h>

#include "pipeline_fixture.h"

static gw_pipe even_pipe(gw_pipeline schedule, int p, int v, int m) {
    return (gw_pipe){.schedule = schedule,
                     .stages = p,
                     .chunks = v,
                     .micro_batches = m,
                     .chunk = {.forward_s = 1.0, .backward_s = 2.0}};
}

/** Bubble over work: (p - 1) / m, interleaved (p - 1) / (m v). Narayanan et al. arXiv 2104.04473
 * sections 2.2.1 and 2.2.2; GPipe arXiv 1811.06965 section 2.3. */
static void bubbles_of_1f1b_and_gpipe(void **state) {
    (void)state;
    for (int p = 1; p <= 64; p *= 2) {
        for (int v = 1; v <= 8; v++) {
            gw_pipe q = even_pipe(GW_PIPELINE_1F1B, p, p > 1 ? v : 1, 4 * p);
            gw_pipe_time t = gw_pipe_time_of(&q);
            gw_assert_near(t.busy_s, 12.0 * p * q.chunks, 1e-12);
            gw_assert_close(t.bubble_s / t.busy_s, (p - 1.0) / (4.0 * p * q.chunks), 1e-12);
            gw_assert_close(t.send_s, 0.0, 0.0);
        }
        gw_pipe q = even_pipe(GW_PIPELINE_GPIPE, p, 1, 3 * p);
        gw_pipe_time t = gw_pipe_time_of(&q);
        gw_assert_close(t.bubble_s / t.busy_s, (p - 1.0) / (3.0 * p), 1e-12);
    }
}

/** ZB-H1: (p - 1)(F + B - W), a third of 1F1B where the three are equal. Qi et al. arXiv 2401.10241
 * table 1 and section 2.1. DualPipe: (p / 2 - 1)(F&B + B - 3 W) with B both gradients, DeepSeek-V3
 * arXiv 2412.19437 table 2; the order as run takes one forward pass less. */
static void bubbles_of_zero_bubble_and_dualpipe(void **state) {
    (void)state;
    double f = 1.0, b = 1.25, w = 0.75;
    for (int p = 2; p <= 32; p += 2) {
        gw_pipe q = even_pipe(GW_PIPELINE_ZERO_BUBBLE, p, 1, 3 * p);
        q.chunk = (gw_pipe_part){.forward_s = f, .backward_s = b, .weight_s = w};
        gw_assert_close(gw_pipe_time_of(&q).bubble_s, (p - 1.0) * (f + b - w), 1e-9);
        q.schedule = GW_PIPELINE_DUALPIPE;
        double published_s = (0.5 * p - 1.0) * ((f + b + w) + (b + w) - 3.0 * w);
        double bubble_s = gw_pipe_time_of(&q).bubble_s;
        assert_true(bubble_s <= published_s + 1e-9 && bubble_s >= published_s - f - 1e-9);
        q.chunk = (gw_pipe_part){.forward_s = 1.0, .backward_s = 1.0, .weight_s = 1.0};
        q.schedule = GW_PIPELINE_ZERO_BUBBLE;
        double zero_s = gw_pipe_time_of(&q).bubble_s;
        q.schedule = GW_PIPELINE_1F1B;
        gw_assert_near(zero_s, gw_pipe_time_of(&q).bubble_s / 3.0, 1e-12);
    }
}

/** Micro-batches that the first stage holds: p; m; p (1 + (p - 1) / (p v)), Korthikanti et al. arXiv
 * 2205.05198 section 4.2.3; ZB-H1 as 1F1B, p on every stage (arXiv 2401.10241 table 1); DualPipe
 * p + 1 and two copies of the weights (arXiv 2412.19437 table 2). */
static void activations_held(void **state) {
    (void)state;
    gw_assert_near(gw_pipe_held_n(GW_PIPELINE_1F1B, 8, 1, 64, 0), 8, 0);
    gw_assert_near(gw_pipe_held_n(GW_PIPELINE_1F1B, 8, 1, 64, 7), 1, 0);
    gw_assert_near(gw_pipe_held_n(GW_PIPELINE_1F1B, 8, 1, 5, 0), 5, 0);
    gw_assert_near(gw_pipe_held_n(GW_PIPELINE_1F1B, 8, 3, 64, 0), 8.0 * (1.0 + 7.0 / 24.0), 1e-12);
    gw_assert_near(gw_pipe_held_n(GW_PIPELINE_GPIPE, 8, 1, 64, 3), 64, 0);
    gw_assert_near(gw_pipe_held_n(GW_PIPELINE_ZERO_BUBBLE, 8, 1, 64, 7), 8, 0);
    gw_assert_near(gw_pipe_held_n(GW_PIPELINE_DUALPIPE, 8, 1, 64, 4), 9, 0);
    gw_assert_near(gw_pipe_copies_n(GW_PIPELINE_DUALPIPE), 2, 0);
    gw_assert_near(gw_pipe_copies_n(GW_PIPELINE_1F1B), 1, 0);
}

/** Worst relative difference over 300 pipelines of a kind, and the mean. */
static double worst_of(const pipe_kind *kind, double *mean) {
    double worst = 0.0;
    *mean = 0.0;
    for (uint64_t i = 0; i < 300; i++) {
        gw_pipe q = pipe_random(kind, i);
        double events_s = pipe_events_s(&q);
        double off = fabs(gw_pipe_time_of(&q).total_s / events_s - 1.0);
        worst = fmax(worst, off);
        *mean += off / 300.0;
    }
    return worst;
}

/** Even stages: no difference but rounding, with any delay of sends. */
static void even_stages_agree_exactly(void **state) {
    (void)state;
    const pipe_kind kinds[] = {
        {.schedule = GW_PIPELINE_1F1B, .chunks_max = 1, .hop_s = 0.2},
        {.schedule = GW_PIPELINE_1F1B, .chunks_max = 1, .hop_s = 0.2, .exposed = 1.0},
        {.schedule = GW_PIPELINE_1F1B, .chunks_max = 5, .hop_s = 0.2, .whole_groups = true},
        {.schedule = GW_PIPELINE_1F1B, .chunks_max = 5},
        {.schedule = GW_PIPELINE_GPIPE, .chunks_max = 1, .hop_s = 0.2},
        {.schedule = GW_PIPELINE_ZERO_BUBBLE, .chunks_max = 1},
        {.schedule = GW_PIPELINE_DUALPIPE, .chunks_max = 1, .hop_s = 0.2},
    };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        double mean;
        assert_true(worst_of(&kinds[k], &mean) < 1e-12);
    }
}

/** Uneven ends, sends that block the receiver: exact for 1F1B and GPipe, near for the others. */
static void uneven_stages_agree(void **state) {
    (void)state;
    const struct {
        pipe_kind kind;
        double worst, mean;
    } rows[] = {
        {{GW_PIPELINE_1F1B, 1, false, 0.2, 1.0, 0.3}, 1e-3, 1e-5},
        {{GW_PIPELINE_GPIPE, 1, false, 0.0, 0.0, 0.3}, 1e-12, 1e-12},
        {{GW_PIPELINE_1F1B, 5, true, 0.1, 1.0, 0.3}, 0.02, 3e-4},
        {{GW_PIPELINE_1F1B, 5, false, 0.1, 1.0, 0.3}, 0.04, 2e-3},
        {{GW_PIPELINE_ZERO_BUBBLE, 1, false, 0.1, 1.0, 0.1}, 0.02, 1e-3},
        {{GW_PIPELINE_ZERO_BUBBLE, 1, false, 0.1, 1.0, 0.3}, 0.06, 3e-3},
        {{GW_PIPELINE_DUALPIPE, 1, false, 0.1, 1.0, 0.1}, 0.02, 1.5e-3},
        {{GW_PIPELINE_DUALPIPE, 1, false, 0.1, 1.0, 0.3}, 0.04, 3e-3},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        double mean;
        double worst = worst_of(&rows[k].kind, &mean);
        if (!(worst < rows[k].worst && mean < rows[k].mean)) {
            print_error("row %d: worst %g, mean %g\n", (int)k, worst, mean);
            fail();
        }
    }
}

/** A slow link, a slower stage or one more micro-batch never makes it faster; parts sum up. */
static void more_is_never_faster(void **state) {
    (void)state;
    for (int s = 0; s < GW_N_pipeline; s++) {
        pipe_kind kind = {.schedule = (gw_pipeline)s,
                          .chunks_max = s == GW_PIPELINE_1F1B ? 4 : 1,
                          .hop_s = 0.1,
                          .exposed = 1.0,
                          .ends_frac = 0.2};
        for (uint64_t i = 0; i < 300; i++) {
            gw_pipe q = pipe_random(&kind, 1000 + i);
            gw_pipe_time t = gw_pipe_time_of(&q);
            gw_assert_near(t.total_s, t.busy_s + t.send_s + t.bubble_s, 1e-12);
            assert_true(t.busy_s > 0 && t.send_s >= 0);
            gw_pipe more[4] = {q, q, q, q};
            more[0].hop_s *= 1.5;
            more[1].chunk.forward_s *= 1.1;
            more[2].micro_batches += 2;
            more[3].last_extra.backward_s += 0.05;
            for (int k = 0; k < 4; k++) {
                assert_true(gw_pipe_time_of(&more[k]).total_s >= t.total_s * (1.0 - 1e-12));
            }
        }
    }
}

/** Less idle time: interleaved than plain, zero bubble than 1F1B; never less than the work, nor than
 * one micro-batch takes through all stages. */
static void limits(void **state) {
    (void)state;
    pipe_kind kind = {.schedule = GW_PIPELINE_ZERO_BUBBLE, .chunks_max = 1};
    for (uint64_t i = 0; i < 300; i++) {
        gw_pipe q = pipe_random(&kind, i);
        double pass_s = q.chunk.forward_s + q.chunk.backward_s + q.chunk.weight_s;
        gw_pipe_time zero = gw_pipe_time_of(&q);
        gw_pipe plain = q;
        plain.schedule = GW_PIPELINE_1F1B;
        gw_pipe_time one = gw_pipe_time_of(&plain);
        assert_true(zero.total_s <= one.total_s + 1e-9);
        assert_true(zero.total_s >= q.micro_batches * pass_s - 1e-9);
        assert_true(zero.total_s >= q.stages * (q.chunk.forward_s + q.chunk.backward_s) - 1e-9);
        plain.chunk.forward_s /= 4.0;
        plain.chunk.backward_s /= 4.0;
        plain.chunk.weight_s /= 4.0;
        plain.chunks = 4;
        assert_true(gw_pipe_time_of(&plain).total_s <= one.total_s + 1e-9);
    }
}

/** zero_bubble is never slower than 1f1b, whatever the ends and the hops; where its own order would
 * be, the time line runs that of 1f1b. */
static void zero_bubble_gives_way(void **state) {
    (void)state;
    pipe_kind kind = {GW_PIPELINE_ZERO_BUBBLE, 1, false, 0.4, 0.0, 0.9};
    int gave_way = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        gw_pipe q = pipe_random(&kind, i);
        gw_pipe plain = q;
        plain.schedule = GW_PIPELINE_1F1B;
        double plain_s = gw_pipe_time_of(&plain).total_s;
        double zero_s = gw_pipe_time_of(&q).total_s;
        assert_true(zero_s <= plain_s);
        if (!gw_pipe_weights_apart(&q)) {
            gave_way++;
            gw_assert_near(pipe_events_s(&q), plain_s, 1e-3);
        }
    }
    assert_true(gave_way > 0 && gave_way < 200);
}

/** Pairs that save more than a forward pass takes, as hidden expert traffic can: exact with even
 * stages, near where the ends have less to do. */
static void pairs_that_save_much(void **state) {
    (void)state;
    for (int stages = 2; stages <= 8; stages += 2) {
        for (double saved_s = 0.2; saved_s < 1.25; saved_s += 0.2) {
            gw_pipe q = even_pipe(GW_PIPELINE_DUALPIPE, stages, 1, 4 * stages);
            q.chunk = (gw_pipe_part){.forward_s = 1.0, .backward_s = 1.3, .weight_s = 0.8};
            q.pair_saved_s = saved_s;
            gw_assert_near(gw_pipe_time_of(&q).total_s, pipe_events_s(&q), 1e-12);
            q.first_extra.forward_s = q.last_extra.backward_s = -0.3;
            gw_assert_near(gw_pipe_time_of(&q).total_s, pipe_events_s(&q), 0.01);
        }
    }
}

/** Ends that have less to do than nothing, as sums of layers can come out, take no time. */
static void no_negative_times(void **state) {
    (void)state;
    for (int s = 0; s < GW_N_pipeline; s++) {
        gw_pipe q = even_pipe((gw_pipeline)s, 4, s == GW_PIPELINE_1F1B ? 2 : 1, 8);
        q.first_extra = (gw_pipe_part){.forward_s = -3.0, .backward_s = -5.0};
        gw_pipe empty = q;
        empty.first_extra = (gw_pipe_part){.forward_s = -1.0, .backward_s = -2.0};
        gw_assert_near(gw_pipe_time_of(&q).total_s, gw_pipe_time_of(&empty).total_s, 1e-12);
        gw_assert_near(pipe_events_s(&q), pipe_events_s(&empty), 1e-12);
        gw_assert_near(gw_pipe_time_of(&q).total_s, pipe_events_s(&q), 0.02);
    }
    gw_pipe alone = even_pipe(GW_PIPELINE_1F1B, 1, 1, 8);
    alone.last_extra = (gw_pipe_part){.forward_s = 0.5, .backward_s = 0.25};
    gw_assert_near(gw_pipe_time_of(&alone).total_s, 8 * 3.75, 1e-12);
    gw_assert_near(pipe_events_s(&alone), 8 * 3.75, 1e-12);
}

static void rules(void **state) {
    (void)state;
    assert_null(gw_pipe_rule(GW_PIPELINE_1F1B, 8, 4, 3));
    assert_null(gw_pipe_rule(GW_PIPELINE_DUALPIPE, 8, 1, 16));
    assert_non_null(
        strstr(gw_pipe_rule(GW_PIPELINE_DUALPIPE, 7, 1, 16), "even number of pipeline"));
    assert_non_null(strstr(gw_pipe_rule(GW_PIPELINE_DUALPIPE, 8, 1, 15), "micro-batches"));
    assert_non_null(strstr(gw_pipe_rule(GW_PIPELINE_DUALPIPE, 8, 1, 14), "at least two per"));
    assert_non_null(strstr(gw_pipe_rule(GW_PIPELINE_GPIPE, 8, 2, 16), "virtual stages"));
    assert_non_null(strstr(gw_pipe_rule(GW_PIPELINE_ZERO_BUBBLE, 8, 2, 16), "virtual stages"));
    assert_non_null(gw_pipe_rule(GW_PIPELINE_1F1B, 0, 1, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bubbles_of_1f1b_and_gpipe),
        cmocka_unit_test(bubbles_of_zero_bubble_and_dualpipe),
        cmocka_unit_test(activations_held),
        cmocka_unit_test(even_stages_agree_exactly),
        cmocka_unit_test(uneven_stages_agree),
        cmocka_unit_test(more_is_never_faster),
        cmocka_unit_test(limits),
        cmocka_unit_test(zero_bubble_gives_way),
        cmocka_unit_test(pairs_that_save_much),
        cmocka_unit_test(no_negative_times),
        cmocka_unit_test(rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
