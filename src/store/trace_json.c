/* store/trace_json.c: the time line of a step as trace events.
 *
 * In:  gw_step_timeline. Out: {"displayTimeUnit", "otherData": {...}, "traceEvents": [...]}.
 * Model: pid = stage. Threads: 0 passes, 1 tensor-, 2 context-, 3 expert-parallel traffic, 4 waits
 *      for a neighbour, 5 replicas, 6 passes of dualpipe that go upwards. A pass is one complete event ("ph": "X") from the end of its
 *      wait for a neighbour; its args divide it by operator. Exposed collectives are in truth spread
 *      over the layers of a pass; threads 1 to 3 show their sum as one block that ends with the pass,
 *      one behind the other. An arrow ("s", "f") joins a pass to the one on another stage that needs
 *      it. A counter ("C") shows the activations that a stage holds. Above GW_TRACE_ARROWS_MAX passes
 *      arrows, blocks and counters are left out.
 *      Times are rounded to whole nanoseconds at both ends, so that events that touch do not
 *      overlap: events of a thread are disjoint.
 * Sources: Trace Event Format, docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 *      (complete, flow, counter and metadata events).
 */
#include "store/trace_json.h"

#include <inttypes.h>
#include <math.h>

#include "base/json.h"

#define GW_TRACE_ARROWS_MAX 100000

enum {
    THREAD_PASS,
    THREAD_TP,
    THREAD_CP,
    THREAD_EP,
    THREAD_RECEIVE,
    THREAD_REPLICAS,
    THREAD_UPWARDS,
    N_THREADS
};

static const char *const thread_names[N_THREADS] = {
    "passes",         "tensor-parallel traffic", "context-parallel traffic",
    "expert traffic", "waits for a neighbour",   "replicas",
    "passes upwards"};

typedef struct trace {
    const gw_step_timeline *t;
    gw_buf *out;
    bool detail; /* arrows, blocks of traffic, activations held */
    int held;    /* chunks' activations on this stage */
} trace;

static int64_t nanoseconds(double time_s) {
    return (int64_t)llround(time_s * 1e9);
}

static void add_time(gw_buf *out, const char *key, int64_t ns) {
    gw_buf_printf(out, ",\"%s\":%" PRId64 ".%03d", key, ns / 1000, (int)(ns % 1000));
}

/** Opens an event: everything but args and the closing brace. */
static void open_event(trace *w, const char *phase, int stage, int thread, double at_s) {
    gw_buf_printf(w->out, ",\n{\"ph\":\"%s\",\"pid\":%d,\"tid\":%d", phase, stage, thread);
    add_time(w->out, "ts", nanoseconds(at_s));
}

static void add_span(trace *w, int stage, int thread, double from_s, double to_s) {
    open_event(w, "X", stage, thread, from_s);
    add_time(w->out, "dur", nanoseconds(to_s) - nanoseconds(from_s));
}

static const char *kind_name(const gw_task *task) {
    static const char *const names[] = {"F", "B", "B inputs", "W"};
    return task->kind <= GW_TASK_WEIGHT ? names[task->kind] : gw_task_names[task->kind];
}

/** Of a pass: the two directions of dualpipe, which run at once, apart. */
static int thread_of(const trace *w, const gw_task *task) {
    bool upwards = w->t->timeline.in.pipe.schedule == GW_PIPELINE_DUALPIPE && task->chunk == 1;
    return upwards ? THREAD_UPWARDS : THREAD_PASS;
}

/** "F mb 3 chunk 1" */
static void add_name(trace *w, const gw_task *task) {
    const gw_pipe *pipe = &w->t->timeline.in.pipe;
    gw_buf_printf(w->out, ",\"name\":\"%s mb %d", kind_name(task), task->micro_batch);
    if (pipe->schedule == GW_PIPELINE_DUALPIPE) {
        gw_buf_add(w->out, task->chunk == 0 ? " downwards" : " upwards");
    } else if (pipe->chunks > 1) {
        gw_buf_printf(w->out, " chunk %d", task->chunk);
    }
    gw_buf_printf(w->out, "\",\"cat\":\"%s\"",
                  task->kind == GW_TASK_FORWARD ? "forward" : "backward");
}

static void add_arg(trace *w, const char *key, double time_s) {
    if (time_s > 0) {
        gw_buf_printf(w->out, ",\"%s_us\":", key);
        gw_buf_add_double(w->out, round(time_s * 1e9) / 1e3);
    }
}

static void add_args(trace *w, int stage, const gw_task *task, const gw_pass *pass) {
    gw_buf_printf(w->out, ",\"args\":{\"micro_batch\":%d,\"chunk\":%d,\"part\":%d",
                  task->micro_batch, task->chunk, gw_timeline_part(&w->t->timeline, stage, task));
    add_arg(w, "matmul", pass->matmul_s);
    add_arg(w, "attention", pass->attention_s);
    add_arg(w, "memory_bound", pass->memory_s);
    add_arg(w, "tensor_parallel", pass->tp_s);
    add_arg(w, "context_parallel", pass->cp_s);
    add_arg(w, "expert_parallel", pass->ep_s);
    add_arg(w, "other", pass->other_s);
    gw_buf_add(w->out, "}}");
}

/** Exposed collectives of a pass, one behind the other up to its end. */
static void add_traffic(trace *w, int stage, const gw_pass *pass, double from_s, double to_s) {
    double took_s[] = {pass->tp_s, pass->cp_s, pass->ep_s};
    double sum_s = took_s[0] + took_s[1] + took_s[2];
    double at_s = fmax(from_s, to_s - sum_s);
    for (int k = 0; k < 3; k++) {
        double end_s = fmin(to_s, at_s + took_s[k]);
        if (took_s[k] > 0 && end_s > at_s) {
            add_span(w, stage, THREAD_TP + k, at_s, end_s);
            gw_buf_printf(w->out, ",\"name\":\"%s\",\"cat\":\"traffic\"}",
                          thread_names[THREAD_TP + k]);
        }
        at_s = end_s;
    }
}

/** Start or end of an arrow; both ends of one make the same number out of the pass it starts from. */
static void add_arrow(trace *w, bool start, int stage, const gw_task *from, int part, double at_s) {
    const gw_pipe *pipe = &w->t->timeline.in.pipe;
    int64_t n_parts = (int64_t)pipe->stages * pipe->chunks;
    int64_t kind = from->kind == GW_TASK_FORWARD ? 0 : 1;
    int64_t id = (kind * n_parts + part) * pipe->micro_batches + from->micro_batch + 1;
    open_event(w, start ? "s" : "f", stage, thread_of(w, from), at_s);
    gw_buf_printf(w->out, ",\"id\":%" PRId64 ",\"name\":\"send\",\"cat\":\"send\"%s}", id,
                  start ? "" : ",\"bp\":\"e\"");
}

/** From the pass before on another stage, and to the one behind. */
static void add_arrows(trace *w, int stage, const gw_task *task, double from_s, double to_s) {
    const gw_pipe *pipe = &w->t->timeline.in.pipe;
    int part = gw_timeline_part(&w->t->timeline, stage, task);
    int n_parts = pipe->stages * pipe->chunks;
    bool forward = task->kind == GW_TASK_FORWARD;
    if (gw_timeline_receives(&w->t->timeline, stage, task)) {
        add_arrow(w, false, stage, task, forward ? part - 1 : part + 1, from_s);
    }
    bool sends = forward ? part < n_parts - 1 : part > 0 && task->kind != GW_TASK_WEIGHT;
    if (sends && pipe->stages > 1) {
        add_arrow(w, true, stage, task, part, fmax(from_s, to_s - 1e-9));
    }
}

/** Activations that the stage holds from now on, in micro-batches. */
static void add_held(trace *w, int stage, int change, double at_s) {
    w->held += change;
    open_event(w, "C", stage, THREAD_PASS, at_s);
    gw_buf_add(w->out, ",\"name\":\"activations held\",\"args\":{\"micro_batches\":");
    gw_buf_add_double(w->out, (double)w->held / w->t->timeline.in.pipe.chunks);
    gw_buf_add(w->out, "}}");
}

/** Pass i of a stage. Joined passes wait for their neighbours one after the other, then run as one. */
static void add_pass(trace *w, int stage, int64_t i) {
    const gw_timeline *line = &w->t->timeline;
    const gw_task *task = &line->tasks[i];
    bool second = i > line->first[stage] && line->tasks[i - 1].joined;
    const gw_task *other = task->joined ? task + 1 : second ? task - 1 : NULL;
    double own_s = gw_timeline_receives(line, stage, task) ? line->receive_s : 0.0;
    double other_s = other && gw_timeline_receives(line, stage, other) ? line->receive_s : 0.0;
    double start_s = line->start_s[i];
    double from_s = fmin(line->end_s[i], start_s + own_s + other_s);
    if (own_s > 0) {
        double at_s = second ? start_s + other_s : start_s;
        add_span(w, stage, THREAD_RECEIVE, at_s, fmin(from_s, at_s + own_s));
        gw_buf_printf(w->out, ",\"name\":\"wait for %s\",\"cat\":\"send\"}",
                      task->kind == GW_TASK_FORWARD ? "activation" : "gradient");
    }
    gw_pass pass = gw_step_timeline_pass(w->t, stage, task);
    add_span(w, stage, thread_of(w, task), from_s, line->end_s[i]);
    add_name(w, task);
    add_args(w, stage, task, &pass);
    if (w->detail) {
        if (task->kind == GW_TASK_FORWARD) {
            add_held(w, stage, 1, line->start_s[i]);
        } else if (task->kind != GW_TASK_INPUT) {
            add_held(w, stage, -1, line->end_s[i]);
        }
        add_arrows(w, stage, task, from_s, line->end_s[i]);
        if (!other) { /* of two joined passes the traffic of one hides behind the other */
            add_traffic(w, stage, &pass, from_s, line->end_s[i]);
        }
    }
}

static void add_behind(trace *w, int stage, int64_t i) {
    const gw_timeline *line = &w->t->timeline;
    uint8_t kind = line->tasks[i].kind;
    bool replicas = kind == GW_TASK_REDUCE || kind == GW_TASK_GATHER;
    if (line->end_s[i] > line->start_s[i]) {
        add_span(w, stage, replicas ? THREAD_REPLICAS : THREAD_PASS, line->start_s[i],
                 line->end_s[i]);
        gw_buf_printf(w->out, ",\"name\":\"%s\",\"cat\":\"step\"}", gw_task_names[kind]);
    }
}

static void add_stage_names(trace *w, int stage) {
    gw_buf_printf(
        w->out,
        ",\n{\"ph\":\"M\",\"pid\":%d,\"name\":\"process_name\",\"args\":{\"name\":\"stage "
        "%d\"}},\n{\"ph\":\"M\",\"pid\":%d,\"name\":\"process_sort_index\",\"args\":{"
        "\"sort_index\":%d}}",
        stage, stage, stage, stage);
    bool two_ways = w->t->timeline.in.pipe.schedule == GW_PIPELINE_DUALPIPE;
    for (int k = 0; k < (two_ways ? N_THREADS : THREAD_UPWARDS); k++) {
        gw_buf_printf(w->out,
                      ",\n{\"ph\":\"M\",\"pid\":%d,\"tid\":%d,\"name\":\"thread_name\",\"args\":{"
                      "\"name\":\"%s\"}}",
                      stage, k, thread_names[k]);
    }
}

/** The layout and the step, for whoever opens the file. */
static void add_about(gw_json *json, const gw_step_timeline *t, const char *name) {
    const gw_plan *plan = &t->step.plan;
    gw_json_object(json, "otherData");
    gw_json_text(json, "job", name);
    gw_json_text(json, "schedule", gw_enum_pipeline.items[plan->schedule].name);
    gw_json_integer(json, "tp", plan->tp);
    gw_json_integer(json, "pp", plan->pp);
    gw_json_integer(json, "dp", plan->dp);
    gw_json_integer(json, "cp", plan->cp);
    gw_json_integer(json, "ep", plan->ep);
    gw_json_integer(json, "virtual_stages", plan->virtual_stages);
    gw_json_integer(json, "micro_batches", plan->n_micro);
    gw_json_number(json, "step_s", t->step.step_s);
    gw_json_number(json, "timeline_s", t->timeline.total_s);
    gw_json_number(json, "bubble_s", t->step.bubble_s);
    gw_json_end_object(json);
}

void gw_store_trace(const gw_step_timeline *t, const char *name, gw_buf *out) {
    const gw_timeline *line = &t->timeline;
    trace w = {.t = t, .out = out, .detail = line->n_tasks <= GW_TRACE_ARROWS_MAX};
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "displayTimeUnit", "ms");
    add_about(&json, t, name);
    gw_json_array(&json, "traceEvents");
    gw_buf_add(out, "\n{\"ph\":\"M\",\"pid\":0,\"name\":\"trace\",\"args\":{}}");
    for (int stage = 0; stage < line->in.pipe.stages; stage++) {
        add_stage_names(&w, stage);
        w.held = 0;
        for (int64_t i = line->first[stage]; i < line->first[stage + 1]; i++) {
            if (line->tasks[i].kind <= GW_TASK_WEIGHT) {
                add_pass(&w, stage, i);
            } else {
                add_behind(&w, stage, i);
            }
        }
    }
    gw_json_end_array(&json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}
