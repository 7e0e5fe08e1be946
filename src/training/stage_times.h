/* training/stage_times.h: what the stages of a plan are made of, for whoever looks inside a step.
 *
 * In:  gw_step_in, gw_shard, gw_plan. Out: passes of the stages, and the pipeline made of them.
 * The same numbers that gw_training_time works with (training_time.c).
 */
#ifndef GW_TRAINING_STAGE_TIMES_H
#define GW_TRAINING_STAGE_TIMES_H

#include "training/layer.h"
#include "training/pipeline.h"

typedef struct gw_stage_times {
    gw_pair mid;         /* one micro-batch through a whole typical stage */
    gw_pair first, last; /* what the two ends have more or less than that */
    gw_pipe pipe;
} gw_stage_times;

/** For a plan that passed gw_training_rule; plan->n_micro is not used. */
gw_stage_times gw_training_stages(const gw_step_in *in, const gw_shard *shard, const gw_plan *plan);

#endif
