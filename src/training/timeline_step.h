/* training/timeline_step.h: the time line of a whole optimizer step, as gw_training_step has it.
 *
 * In:  gw_step_in, gw_plan. Out: gw_step_timeline: the step in closed form, its pipeline event by
 *      event, and what each pass is spent on.
 * For `gigawatt train FILE --trace step.json`:
 *
 *     gw_step_timeline t;
 *     gw_timeline_of_step(&in, &step.plan, arena, &t);     (t.problem: NULL, or what to print)
 *     gw_buf out = {0};
 *     gw_store_trace(&t, "name of the job", &out);         (store/trace_json.h)
 */
#ifndef GW_TRAINING_TIMELINE_STEP_H
#define GW_TRAINING_TIMELINE_STEP_H

#include "training/layer.h"
#include "training/timeline.h"

typedef struct gw_step_timeline {
    const char *problem;  /* NULL, or why there is no time line; static or owned by the arena */
    gw_step step;         /* closed form */
    gw_timeline timeline; /* timeline.total_s is step.step_s where the two agree */
    gw_pair chunk;        /* what a typical chunk is spent on, */
    gw_pair first, last;  /* and the first and the last chunk of the network, whole */
} gw_step_timeline;

/** More passes than this make a file that no viewer opens. */
#define GW_STEP_TIMELINE_MAX_TASKS 1000000

/** Everything in `arena`. plan->n_micro is worked out. */
void gw_timeline_of_step(const gw_step_in *in, const gw_plan *plan, gw_arena *arena,
                         gw_step_timeline *out);

/** What a task is spent on; only `matmul_s` for gradients of weights, all zero behind the passes. */
gw_pass gw_step_timeline_pass(const gw_step_timeline *t, int stage, const gw_task *task);

#endif
