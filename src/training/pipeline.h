/* training/pipeline.h: how long a pipeline of stages takes for all micro-batches of a step.
 *
 * In:  gw_pipe: schedule, stages, chunks a stage, micro-batches, times of one chunk for one
 *      micro-batch, what the two ends have more or less, time to send to a neighbour.
 * Out: gw_pipe_time: from the first forward to the end of the last backward pass, split into the
 *      work of the busiest stage, sends and bubble; activations that a stage holds at most.
 *
 * Closed forms, constant time: called for every predicted step. training/timeline.h runs the same
 * schedules event by event; docs/model/pipeline.md has formulas, diagrams and where they agree.
 */
#ifndef GW_TRAINING_PIPELINE_H
#define GW_TRAINING_PIPELINE_H

#include <stdbool.h>

#include "scenario/enums.h"

/** One micro-batch through one chunk of a stage. */
typedef struct gw_pipe_part {
    double forward_s;
    double backward_s; /* gradients of the inputs, with what is recomputed */
    double weight_s;   /* gradients of the weights; only zero-bubble schedules run them apart. 0 if
                          they are part of backward_s */
} gw_pipe_part;

/** A stage is a rank of the pipeline: `chunks` parts of the network, one behind another in the ring
 * (virtual stages). dualpipe: the network has p parts as without it; stage r holds two of them, r
 * and p - 1 - r, and half of the micro-batches run through each. `chunk` is one such part: a whole
 * ordinary stage, not half of one. */
typedef struct gw_pipe {
    gw_pipeline schedule;
    int stages, chunks, micro_batches;
    gw_pipe_part chunk; /* a typical one */
    /* what the first chunk of the network (embedding, dense layers) and the last (vocabulary, a
       layer less) take more; may be < 0, but a chunk takes no less than no time */
    gw_pipe_part first_extra, last_extra;
    double hop_s;            /* one activation, or its gradient, to a neighbouring stage */
    double hop_exposed_frac; /* of hop_s: the receiver cannot compute; the rest is delay */
    double pair_saved_s;     /* dualpipe: what a forward and a backward pass run together save */
} gw_pipe;

/** total_s = busy_s + send_s + bubble_s. */
typedef struct gw_pipe_time {
    double total_s;
    double busy_s;   /* work of the stage that has most, sends apart */
    double send_s;   /* what the sends add: total_s less total_s with hop_s = 0 */
    double bubble_s; /* the rest; below 0 only if dualpipe saves more by pairs than it idles */
} gw_pipe_time;

/** NULL, or the rule that the schedule breaks (static). */
const char *gw_pipe_rule(gw_pipeline schedule, int stages, int chunks, int micro_batches);

/** Valid for what passed gw_pipe_rule. */
gw_pipe_time gw_pipe_time_of(const gw_pipe *pipe);

/** zero_bubble: gradients of weights run apart; false: its order would be slower than 1f1b (uneven
 * ends, long hops), so it is run as 1f1b. */
bool gw_pipe_weights_apart(const gw_pipe *pipe);

/** Activations that `stage` (0 is the first) holds at most, in micro-batches of a whole stage: a
 * multiple of 1 / chunks. dualpipe: of both its parts together. */
double gw_pipe_held_n(gw_pipeline schedule, int stages, int chunks, int micro_batches, int stage);

/** Copies of the weights (with gradients and optimizer states) per stage: 2 for dualpipe. */
double gw_pipe_copies_n(gw_pipeline schedule);

#endif
