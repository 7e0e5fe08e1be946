/* training/timeline.c: runs the tasks of all stages.
 *
 * In:  gw_timeline_in. Out: gw_timeline.
 * Model: a stage runs its tasks one after another in their order. A forward pass of part g of the
 *      network needs that of part g - 1, a backward pass that of part g + 1 (the last part: its own
 *      forward pass), gradients of weights those of the inputs. What another stage computes is there
 *      hop_s after its end; for the last hop_exposed_frac of that time the receiver does nothing
 *      else. So a task starts at
 *
 *          max(end of the task before it on this stage, end of what it needs + delay)
 *
 *      with delay = (1 - hop_exposed_frac) hop_s, and takes its time + hop_exposed_frac hop_s.
 *      Two joined tasks start together and take their sum less pair_saved_s.
 *      Behind its last pass a stage reduces its gradients. The optimizer starts when every stage has
 *      done so (the norm of all gradients is needed first); then weights are gathered.
 *
 *      Stages are worked off as far as they can go; a stage that waits is taken up again when what
 *      it waits for is done. If none can go on and tasks are left, the order cannot run.
 * Valid: any order; results do not depend on the order in which stages are taken up.
 * Derivation: longest path in the graph of tasks; oracle in tests/unit/test_training_timeline.c.
 */
#include "training/timeline.h"

#include <math.h>

const char *const gw_task_names[GW_N_TASK_KIND] = {
    "F", "B", "I", "W", "wait", "reduce gradients", "optimizer", "gather weights"};

/** Behind the last pass of a stage: wait, reduce, optimizer, gather. */
enum { n_after = 4 };

/** Working memory of a run. */
typedef struct runner {
    gw_timeline *t;
    int p, n_parts, m;
    double *forward_s, *backward_s; /* [n_parts x m] ends; < 0: not yet */
    int64_t *next;                  /* [p] next task of each stage */
    double *free_s;                 /* [p] when a stage can go on */
    int *queue;                     /* [p] ring */
    bool *queued;                   /* [p] */
    int head, n_queued;
    double delay_s;
} runner;

int gw_timeline_part(const gw_timeline *t, int stage, const gw_task *task) {
    const gw_pipe *pipe = &t->in.pipe;
    if (pipe->schedule == GW_PIPELINE_DUALPIPE) {
        return task->chunk == 0 ? stage : pipe->stages - 1 - stage;
    }
    return task->chunk * pipe->stages + stage;
}

static int n_parts_of(const gw_pipe *pipe) {
    return pipe->stages * pipe->chunks;
}

bool gw_timeline_receives(const gw_timeline *t, int stage, const gw_task *task) {
    if (t->in.pipe.stages < 2 || task->kind > GW_TASK_INPUT) {
        return false;
    }
    int part = gw_timeline_part(t, stage, task);
    return task->kind == GW_TASK_FORWARD ? part > 0 : part < n_parts_of(&t->in.pipe) - 1;
}

/** The stage that has a part for this direction. */
static int stage_of(const runner *r, int part, int direction) {
    if (r->t->in.pipe.schedule == GW_PIPELINE_DUALPIPE) {
        return direction == 0 ? part : r->p - 1 - part;
    }
    return part % r->p;
}

/** End of what the task needs, as it reaches the stage; < 0: not yet. */
static double ready_s(const runner *r, int stage, const gw_task *task) {
    int part = gw_timeline_part(r->t, stage, task);
    int64_t at = (int64_t)part * r->m + task->micro_batch;
    double hop_s = r->p > 1 ? r->delay_s : 0.0;
    double end_s = 0.0;
    switch (task->kind) {
    case GW_TASK_FORWARD:
        if (part == 0) {
            return 0.0;
        }
        end_s = r->forward_s[at - r->m];
        break;
    case GW_TASK_WEIGHT:
        return r->backward_s[at];
    default:
        if (part == r->n_parts - 1) {
            return r->forward_s[at];
        }
        if (r->forward_s[at] < 0) {
            return -1.0;
        }
        end_s = r->backward_s[at + r->m];
        break;
    }
    return end_s < 0 ? end_s : end_s + hop_s;
}

static double length_s(const runner *r, int stage, const gw_task *task) {
    const gw_pipe_part *part = &r->t->parts[gw_timeline_part(r->t, stage, task)];
    double receive_s = gw_timeline_receives(r->t, stage, task) ? r->t->receive_s : 0.0;
    switch (task->kind) {
    case GW_TASK_FORWARD:
        return part->forward_s + receive_s;
    case GW_TASK_BACKWARD:
        return part->backward_s + part->weight_s + receive_s;
    case GW_TASK_INPUT:
        return part->backward_s + receive_s;
    default:
        return part->weight_s;
    }
}

static void wake(runner *r, int stage) {
    if (!r->queued[stage]) {
        r->queued[stage] = true;
        r->queue[(r->head + r->n_queued++) % r->p] = stage;
    }
}

/** Notes the end of a task and wakes the stage that may wait for it. */
static void done(runner *r, int stage, int64_t i, double start_s, double end_s) {
    gw_timeline *t = r->t;
    const gw_task *task = &t->tasks[i];
    t->start_s[i] = start_s;
    t->end_s[i] = end_s;
    if (task->kind == GW_TASK_WEIGHT) {
        return;
    }
    int part = gw_timeline_part(t, stage, task);
    int64_t at = (int64_t)part * r->m + task->micro_batch;
    int direction = task->chunk;
    if (task->kind == GW_TASK_FORWARD) {
        r->forward_s[at] = end_s;
        if (part + 1 < r->n_parts) {
            wake(r, stage_of(r, part + 1, direction));
        }
    } else {
        r->backward_s[at] = end_s;
        if (part > 0) {
            wake(r, stage_of(r, part - 1, direction));
        }
    }
}

/** Runs one task, or two joined ones. False: it has to wait. */
static bool step_on(runner *r, int stage) {
    gw_timeline *t = r->t;
    int64_t i = r->next[stage];
    int n = t->tasks[i].joined ? 2 : 1;
    double start_s = r->free_s[stage];
    double took_s = n > 1 ? -t->in.pipe.pair_saved_s : 0.0;
    for (int k = 0; k < n; k++) {
        double at_s = ready_s(r, stage, &t->tasks[i + k]);
        if (at_s < 0) {
            return false;
        }
        start_s = fmax(start_s, at_s);
        took_s += length_s(r, stage, &t->tasks[i + k]);
    }
    took_s = fmax(took_s, 0.0);
    for (int k = 0; k < n; k++) {
        done(r, stage, i + k, start_s, start_s + took_s);
    }
    r->free_s[stage] = start_s + took_s;
    r->next[stage] += n;
    return true;
}

static void run_all(runner *r) {
    for (int stage = 0; stage < r->p; stage++) {
        wake(r, stage);
    }
    while (r->n_queued > 0) {
        int stage = r->queue[r->head];
        r->head = (r->head + 1) % r->p;
        r->n_queued--;
        r->queued[stage] = false;
        int64_t end = r->t->first[stage + 1] - n_after;
        while (r->next[stage] < end && step_on(r, stage)) {
        }
    }
}

/** NULL, or which stage cannot go on. */
static const char *stuck(const runner *r, gw_arena *arena) {
    const gw_timeline *t = r->t;
    for (int stage = 0; stage < r->p; stage++) {
        int64_t i = r->next[stage];
        if (i < t->first[stage + 1] - n_after) {
            const gw_task *task = &t->tasks[i];
            return gw_arena_printf(arena,
                                   "the order of passes cannot run: stage %d waits for ever before "
                                   "%s of micro-batch %d, chunk %d",
                                   stage, gw_task_names[task->kind], task->micro_batch,
                                   task->chunk);
        }
    }
    return NULL;
}

/** Most activations at a time, in passes forward that no gradients of weights have followed. */
static double most_held(const gw_timeline *t, int stage) {
    int held = 0;
    int most = 0;
    for (int64_t i = t->first[stage]; i < t->first[stage + 1] - n_after; i++) {
        uint8_t kind = t->tasks[i].kind;
        held += kind == GW_TASK_FORWARD;
        most = held > most ? held : most;
        held -= kind == GW_TASK_BACKWARD || kind == GW_TASK_WEIGHT;
    }
    return (double)most / t->in.pipe.chunks;
}

/** What follows the passes. */
static void finish(gw_timeline *t, const runner *r) {
    const gw_timeline_in *in = &t->in;
    for (int stage = 0; stage < r->p; stage++) {
        t->passes_s = fmax(t->passes_s, r->free_s[stage]);
        t->held_n[stage] = most_held(t, stage);
    }
    double reduced_s = t->passes_s + in->wait_s + in->reduce_s;
    t->total_s = reduced_s + in->optimizer_s + in->gather_s;
    for (int stage = 0; stage < r->p; stage++) {
        int64_t i = t->first[stage + 1] - n_after;
        double own_s = r->free_s[stage];
        double from_s[n_after] = {own_s, own_s + in->wait_s, reduced_s,
                                  reduced_s + in->optimizer_s};
        double took_s[n_after] = {in->wait_s, in->reduce_s, in->optimizer_s, in->gather_s};
        for (int k = 0; k < n_after; k++) {
            t->tasks[i + k] = (gw_task){.micro_batch = -1, .kind = (uint8_t)(GW_TASK_WAIT + k)};
            t->start_s[i + k] = from_s[k];
            t->end_s[i + k] = from_s[k] + took_s[k];
        }
    }
}

/** Times of every part of the network out of those of a typical one and of the ends. */
static const gw_pipe_part *parts_of(const gw_pipe *pipe, gw_arena *arena) {
    int n = n_parts_of(pipe);
    gw_pipe_part *parts = GW_NEW_N(arena, n, gw_pipe_part);
    for (int i = 0; i < n; i++) {
        parts[i] = pipe->chunk;
    }
    const gw_pipe_part *more[] = {&pipe->first_extra, &pipe->last_extra};
    for (int k = 0; k < 2; k++) {
        gw_pipe_part *part = &parts[k == 0 ? 0 : n - 1];
        part->forward_s = fmax(0.0, part->forward_s + more[k]->forward_s);
        part->backward_s = fmax(0.0, part->backward_s + more[k]->backward_s);
        part->weight_s = fmax(0.0, part->weight_s + more[k]->weight_s);
    }
    return parts;
}

static void lay_out(gw_timeline *t, gw_arena *arena) {
    const gw_pipe *pipe = &t->in.pipe;
    t->first = GW_NEW_N(arena, pipe->stages + 1, int64_t);
    for (int stage = 0; stage < pipe->stages; stage++) {
        t->first[stage + 1] = t->first[stage] + gw_timeline_n(pipe, stage) + n_after;
    }
    t->n_tasks = t->first[pipe->stages];
    if (t->n_tasks > GW_TIMELINE_MAX_TASKS) {
        t->problem = gw_arena_printf(arena, "%lld passes are too many to draw, %d are the limit",
                                     (long long)t->n_tasks, GW_TIMELINE_MAX_TASKS);
        return;
    }
    t->tasks = GW_NEW_N(arena, t->n_tasks, gw_task);
    t->start_s = GW_NEW_N(arena, t->n_tasks, double);
    t->end_s = GW_NEW_N(arena, t->n_tasks, double);
    t->held_n = GW_NEW_N(arena, pipe->stages, double);
    t->parts = t->in.parts ? t->in.parts : parts_of(pipe, arena);
    t->receive_s = pipe->stages > 1 ? pipe->hop_s * pipe->hop_exposed_frac : 0.0;
    for (int stage = 0; stage < pipe->stages; stage++) {
        gw_task *tasks = &t->tasks[t->first[stage]];
        if (t->in.order) {
            t->in.order(pipe, stage, tasks);
        } else {
            gw_timeline_order(pipe, stage, tasks);
        }
    }
}

static runner runner_of(gw_timeline *t, gw_arena *arena) {
    const gw_pipe *pipe = &t->in.pipe;
    runner r = {.t = t, .p = pipe->stages, .n_parts = n_parts_of(pipe), .m = pipe->micro_batches};
    int64_t n = (int64_t)r.n_parts * r.m;
    r.forward_s = GW_NEW_N(arena, n, double);
    r.backward_s = GW_NEW_N(arena, n, double);
    for (int64_t i = 0; i < n; i++) {
        r.forward_s[i] = r.backward_s[i] = -1.0;
    }
    r.next = GW_NEW_N(arena, r.p, int64_t);
    r.free_s = GW_NEW_N(arena, r.p, double);
    r.queue = GW_NEW_N(arena, r.p, int);
    r.queued = GW_NEW_N(arena, r.p, bool);
    for (int stage = 0; stage < r.p; stage++) {
        r.next[stage] = t->first[stage];
    }
    r.delay_s = pipe->hop_s * (1.0 - pipe->hop_exposed_frac);
    return r;
}

void gw_timeline_run(const gw_timeline_in *in, gw_arena *arena, gw_timeline *out) {
    const gw_pipe *pipe = &in->pipe;
    *out = (gw_timeline){.in = *in};
    out->problem = gw_pipe_rule(pipe->schedule, pipe->stages, pipe->chunks, pipe->micro_batches);
    if (!out->problem) {
        lay_out(out, arena);
    }
    if (out->problem) {
        return;
    }
    runner r = runner_of(out, arena);
    run_all(&r);
    out->problem = stuck(&r, arena);
    if (!out->problem) {
        finish(out, &r);
    }
}
