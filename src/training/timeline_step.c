/* training/timeline_step.c: the time line of a whole optimizer step.
 *
 * In:  gw_step_in, gw_plan. Out: gw_step_timeline.
 * Model: the passes of gw_training_time run through gw_timeline_run. Behind them stand the parts of
 *      gw_step that belong to no pass: what the host adds and the wait for the slowest rank, the
 *      traffic of replicas that shows (divided into gradients and weights by their bytes), and the
 *      optimizer. Traffic that computation hides is not drawn.
 * Valid: what gw_training_step can run, up to GW_STEP_TIMELINE_MAX_TASKS passes.
 * Derivation: adaptor; training_time.c, pipeline.c and timeline.c have the formulas.
 */
#include "training/timeline_step.h"

#include <math.h>

#include "training/stage_times.h"

/** Passes of the typical, the first and the last chunk, each whole. */
static void fill_passes(const gw_stage_times *stages, gw_step_timeline *out) {
    out->chunk = (gw_pair){0};
    gw_pair_add(&out->chunk, &stages->mid, 1.0 / stages->pipe.chunks);
    out->first = out->last = out->chunk;
    gw_pair_add(&out->first, &stages->first, 1.0);
    gw_pair_add(&out->last, &stages->last, 1.0);
    if (stages->pipe.stages * stages->pipe.chunks == 1) {
        gw_pair_add(&out->first, &stages->last, 1.0);
        out->last = out->first;
    }
}

/** Of the traffic of replicas, the share of the weights. */
static double weights_frac(const gw_step_in *in, const gw_plan *plan) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    bool again = plan->zero_stage == 3 && plan->pp == 1; /* for the backward pass */
    double gathers = plan->zero_stage == 0 ? 0.0 : again ? 2.0 : 1.0;
    return gathers * 2.0 / (gathers * 2.0 + software->gradient_B);
}

void gw_timeline_of_step(const gw_step_in *in, const gw_plan *plan, gw_arena *arena,
                         gw_step_timeline *out) {
    *out = (gw_step_timeline){0};
    gw_training_step(in, plan, &out->step);
    out->problem = out->step.problem;
    if (out->problem) {
        return;
    }
    gw_shard shard = gw_training_shard(in, plan);
    gw_stage_times stages = gw_training_stages(in, &shard, &out->step.plan);
    int64_t passes = gw_timeline_n(&stages.pipe, 0) * stages.pipe.stages;
    if (passes > GW_STEP_TIMELINE_MAX_TASKS) {
        out->problem = gw_arena_printf(
            arena, "about %.0f passes in a step are too many to draw; %d are the limit",
            (double)passes, GW_STEP_TIMELINE_MAX_TASKS);
        return;
    }
    fill_passes(&stages, out);
    double passes_s = gw_pipe_time_of(&stages.pipe).total_s;
    double gather_s = out->step.dp_comm_s * weights_frac(in, &out->step.plan);
    double behind_s = out->step.dp_comm_s + out->step.optimizer_s;
    gw_timeline_in line = {.pipe = stages.pipe,
                           .wait_s = fmax(0.0, out->step.step_s - passes_s - behind_s),
                           .reduce_s = out->step.dp_comm_s - gather_s,
                           .optimizer_s = out->step.optimizer_s,
                           .gather_s = gather_s};
    gw_timeline_run(&line, arena, &out->timeline);
    out->problem = out->timeline.problem;
}

gw_pass gw_step_timeline_pass(const gw_step_timeline *t, int stage, const gw_task *task) {
    const gw_pipe *pipe = &t->timeline.in.pipe;
    if (task->kind > GW_TASK_WEIGHT) {
        return (gw_pass){0};
    }
    int part = gw_timeline_part(&t->timeline, stage, task);
    int n = pipe->stages * pipe->chunks;
    const gw_pair *pair = part == 0 ? &t->first : part == n - 1 ? &t->last : &t->chunk;
    double weight_s = t->timeline.parts[part].weight_s;
    gw_pass pass = task->kind == GW_TASK_FORWARD ? pair->forward : pair->backward;
    if (task->kind == GW_TASK_INPUT) {
        pass.matmul_s -= weight_s;
    } else if (task->kind == GW_TASK_WEIGHT) {
        pass = (gw_pass){.matmul_s = weight_s};
    }
    return pass;
}
