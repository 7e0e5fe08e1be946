/* training/timeline.h: a step event by event: every pass of every micro-batch on every stage.
 *
 * In:  gw_pipe, or times of every part of the network; what follows the last backward pass.
 * Out: gw_timeline: for every stage its tasks in the order they run, with start and end.
 *
 * Orders: training/timeline_order.c. Rules of execution: training/timeline.c. The same numbers in
 * closed form: training/pipeline.h. A whole step: gw_timeline_of_step (training/timeline_step.h).
 */
#ifndef GW_TRAINING_TIMELINE_H
#define GW_TRAINING_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "training/pipeline.h"

typedef enum gw_task_kind {
    GW_TASK_FORWARD,
    GW_TASK_BACKWARD, /* gradients of inputs and weights in one */
    GW_TASK_INPUT,    /* gradients of the inputs only */
    GW_TASK_WEIGHT,   /* gradients of the weights only */
    GW_TASK_WAIT,     /* host, and waiting for the slowest of many ranks */
    GW_TASK_REDUCE,   /* gradients between replicas: what computation does not hide */
    GW_TASK_OPTIMIZER,
    GW_TASK_GATHER, /* new weights between replicas: what computation does not hide */
    GW_N_TASK_KIND
} gw_task_kind;

/** "F", "B", "I", "W", "wait", "reduce gradients", "optimizer", "gather weights" */
extern const char *const gw_task_names[GW_N_TASK_KIND];

typedef struct gw_task {
    int32_t micro_batch; /* -1 after the last backward pass */
    int16_t chunk;       /* of the stage; dualpipe: direction 0 or 1 */
    uint8_t kind;        /* gw_task_kind */
    uint8_t joined;      /* runs together with the next task (dualpipe) */
} gw_task;

/** What to run. Times of `pipe` count unless `parts` is given. */
typedef struct gw_timeline_in {
    gw_pipe pipe;
    void (*order)(const gw_pipe *pipe, int stage, gw_task *tasks); /* NULL: gw_timeline_order */
    const gw_pipe_part *parts; /* [chunks x stages] in the order of the network; NULL: from pipe */
    double wait_s, reduce_s, optimizer_s, gather_s; /* on every stage, behind its last pass */
} gw_timeline_in;

/** Arrays are owned by the arena. Tasks of stage r: from first[r] up to first[r + 1]. */
typedef struct gw_timeline {
    const char *problem; /* NULL, or why it cannot run (arena) */
    gw_timeline_in in;
    const gw_pipe_part *parts; /* [chunks x stages] without what receiving adds */
    int64_t n_tasks;
    int64_t *first; /* [stages + 1] */
    gw_task *tasks;
    double *start_s, *end_s; /* [n_tasks]; the receiver blocks for the first receive_s of a task */
    double *held_n;          /* [stages] most activations at a time, in micro-batches */
    double receive_s;
    double passes_s; /* end of the last pass: gw_pipe_time.total_s */
    double total_s;  /* end of everything */
} gw_timeline;

/** More tasks than this are refused (about 24 B each). */
#define GW_TIMELINE_MAX_TASKS 40000000

/** Runs it. Everything in `arena`. */
void gw_timeline_run(const gw_timeline_in *in, gw_arena *arena, gw_timeline *out);

/** Part of the network (0 is the first) that a task works on, and whether a neighbour sends what it
 * starts from. */
int gw_timeline_part(const gw_timeline *t, int stage, const gw_task *task);
bool gw_timeline_receives(const gw_timeline *t, int stage, const gw_task *task);

/* ---- timeline_order.c */

/** Tasks of one stage, in order. `tasks` has room for gw_timeline_n(pipe). */
void gw_timeline_order(const gw_pipe *pipe, int stage, gw_task *tasks);
/** Passes on each stage. */
int64_t gw_timeline_n(const gw_pipe *pipe, int stage);

#endif
