/* The trace of a step, read back by another JSON library: rules of the format, names, sums. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "store/trace_json.h"
#include "training_fixture.h"

typedef struct span {
    long long pid, tid;
    double from, to; /* ns */
} span;

static int by_place(const void *a, const void *b) {
    const span *x = a, *y = b;
    if (x->pid != y->pid) {
        return x->pid < y->pid ? -1 : 1;
    }
    if (x->tid != y->tid) {
        return x->tid < y->tid ? -1 : 1;
    }
    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }
    return x->to < y->to ? -1 : x->to > y->to;
}

static json_t *trace_of(gw_llm llm, gw_pipeline schedule, int v, gw_step_timeline *t,
                        gw_arena *arena) {
    gw_accelerator gpu = h100();
    gpu.hbm_B = 1e13;
    gw_comm comm = h100_network();
    gw_plan plan = plan_of(4, 8, 16);
    plan.schedule = schedule;
    plan.virtual_stages = v;
    plan.zero_stage = 1;
    plan.ep = llm.experts > 0 ? 8 : 1;
    gw_step_in in = {.llm = &llm,
                     .accelerator = &gpu,
                     .comm = &comm,
                     .accelerators = 512,
                     .sequence_tok = 4096,
                     .batch_seq = 256};
    gw_timeline_of_step(&in, &plan, arena, t);
    assert_null(t->problem);
    gw_buf out = {0};
    gw_store_trace(t, "a \"job\"", &out);
    json_error_t error;
    json_t *root = json_loads(out.text, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        print_error("%s, line %d\n", error.text, error.line);
    }
    assert_non_null(root);
    gw_buf_clear(&out);
    return root;
}

static double number(const json_t *event, const char *key) {
    json_t *value = json_object_get(event, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

/** Spans of a thread do not overlap. Returns the sum of the passes in ns. */
static double check_spans(const json_t *events) {
    span *spans = test_calloc(json_array_size(events), sizeof(span));
    size_t n = 0;
    double sum = 0.0;
    size_t i;
    json_t *e;
    json_array_foreach(events, i, e) {
        if (strcmp(json_string_value(json_object_get(e, "ph")), "X") != 0) {
            continue;
        }
        double from = rint(number(e, "ts") * 1e3);
        double took = rint(number(e, "dur") * 1e3);
        assert_true(from >= 0 && took >= 0);
        spans[n++] = (span){.pid = (long long)number(e, "pid"),
                            .tid = (long long)number(e, "tid"),
                            .from = from,
                            .to = from + took};
        json_t *args = json_object_get(e, "args");
        sum += args ? took : 0.0;
        assert_non_null(json_string_value(json_object_get(e, "name")));
    }
    qsort(spans, n, sizeof(span), by_place);
    for (size_t k = 1; k < n; k++) {
        const span *a = &spans[k - 1], *b = &spans[k];
        if (a->pid == b->pid && a->tid == b->tid) {
            assert_true(b->from >= a->to);
        }
    }
    test_free(spans);
    return sum;
}

/** The counter of a stage never falls below 0, peaks at what the stage holds and ends at 0. */
static void check_counters(const json_t *events, const gw_timeline *t) {
    double most = -1.0, now = 0.0;
    int stage = 0, n = 0;
    size_t i;
    json_t *e;
    json_array_foreach(events, i, e) {
        if (strcmp(json_string_value(json_object_get(e, "ph")), "C") != 0) {
            continue;
        }
        if ((int)number(e, "pid") != stage) {
            gw_assert_near(most, t->held_n[stage], 1e-12);
            gw_assert_close(now, 0.0, 1e-12);
            stage++;
            most = 0.0;
        }
        assert_int_equal((int)number(e, "pid"), stage);
        now = number(json_object_get(e, "args"), "micro_batches");
        assert_true(now >= 0);
        most = fmax(most, now);
        n++;
    }
    assert_int_equal(stage, t->in.pipe.stages - 1);
    assert_int_equal(n, 2 * t->in.pipe.stages * t->in.pipe.chunks * t->in.pipe.micro_batches);
}

/** Every arrow has one start and one end, and the end is not earlier. */
static int check_arrows(const json_t *events, size_t most) {
    double *from = test_calloc(most, sizeof(double));
    double *to = test_calloc(most, sizeof(double));
    int n = 0;
    size_t i;
    json_t *e;
    json_array_foreach(events, i, e) {
        const char *phase = json_string_value(json_object_get(e, "ph"));
        if (*phase == 's' || *phase == 'f') {
            size_t id = (size_t)number(e, "id");
            assert_true(id > 0 && id < most);
            double *at = *phase == 's' ? &from[id] : &to[id];
            assert_true(*at == 0.0);
            *at = number(e, "ts") + 1.0;
            n += *phase == 's';
        }
    }
    for (size_t id = 0; id < most; id++) {
        assert_true((from[id] > 0) == (to[id] > 0));
        assert_true(to[id] >= from[id]);
    }
    test_free(from);
    test_free(to);
    return n;
}

static void format_is_kept(void **state) {
    (void)state;
    for (int s = 0; s < GW_N_pipeline; s++) {
        for (int v = 1; v <= (s == GW_PIPELINE_1F1B ? 2 : 1); v++) {
            gw_arena *arena = gw_arena_create(0);
            gw_step_timeline t;
            json_t *root = trace_of(deepseek_v3(), (gw_pipeline)s, v, &t, arena);
            json_t *events = json_object_get(root, "traceEvents");
            double sum = check_spans(events);
            check_counters(events, &t.timeline);
            const gw_pipe *q = &t.timeline.in.pipe;
            int parts = q->stages * q->chunks;
            int arrows = check_arrows(events, (size_t)(2 * parts * q->micro_batches + 1));
            assert_int_equal(arrows, 2 * (parts - 1) * q->micro_batches);
            if (s != GW_PIPELINE_DUALPIPE) {
                double work_s = 0.0;
                for (int k = 0; k < parts; k++) {
                    const gw_pipe_part *part = &t.timeline.parts[k];
                    work_s += part->forward_s + part->backward_s + part->weight_s;
                }
                gw_assert_near(sum, work_s * q->micro_batches * 1e9, 1e-6);
            }
            json_t *about = json_object_get(root, "otherData");
            assert_string_equal(json_string_value(json_object_get(about, "job")), "a \"job\"");
            gw_assert_near(number(about, "step_s"), t.step.step_s, 1e-12);
            json_decref(root);
            gw_arena_free(arena);
        }
    }
}

/** The args of a pass sum up to its length. */
static void operators_sum_to_the_pass(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_step_timeline t;
    json_t *root = trace_of(deepseek_v3(), GW_PIPELINE_1F1B, 2, &t, arena);
    json_t *events = json_object_get(root, "traceEvents");
    int n = 0;
    int n_expert = 0; /* the first layers are dense */
    bool found = false;
    size_t i;
    json_t *e;
    json_array_foreach(events, i, e) {
        json_t *args = json_object_get(e, "args");
        if (!args || !json_object_get(args, "micro_batch")) {
            continue;
        }
        double sum_us = 0.0;
        const char *key;
        json_t *value;
        json_object_foreach(args, key, value) {
            sum_us += strstr(key, "_us") ? json_number_value(value) : 0.0;
        }
        gw_assert_close(sum_us, number(e, "dur"), 0.01);
        const char *name = json_string_value(json_object_get(e, "name"));
        found = found || strcmp(name, "F mb 3 chunk 1") == 0;
        n_expert += json_object_get(args, "expert_parallel_us") != NULL;
        n++;
    }
    assert_true(n_expert > n / 2);
    assert_true(found && n == 2 * 8 * 2 * t.step.plan.n_micro);
    json_decref(root);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format_is_kept),
        cmocka_unit_test(operators_sum_to_the_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
