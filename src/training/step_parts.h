/* training/step_parts.h: the parts of a step as one table, for whatever walks through them.
 *
 * In:  gw_step. Out: names and members in the order in which they are told. */
#ifndef GW_TRAINING_STEP_PARTS_H
#define GW_TRAINING_STEP_PARTS_H

#include "model.h"

/* X(member without its unit, its key in JSON and CSV, what it is called) */
#define GW_STEP_PARTS(X)                                                                           \
    X(matmul, matmul, "matrix products")                                                           \
    X(attention, attention, "attention")                                                           \
    X(memory_bound, memory_bound, "memory-bound kernels")                                          \
    X(tp_comm, tensor_parallel_traffic, "tensor-parallel traffic")                                 \
    X(cp_comm, context_parallel_traffic, "context-parallel traffic")                               \
    X(ep_comm, expert_parallel_traffic, "expert-parallel traffic")                                 \
    X(pp_comm, pipeline_traffic, "pipeline traffic")                                               \
    X(bubble, bubble, "pipeline bubble")                                                           \
    X(dp_comm, data_parallel_traffic, "data-parallel traffic")                                     \
    X(optimizer, optimizer, "optimizer")                                                           \
    X(other, other, "launches and other")

enum {
#define X(member, key, name) GW_PART_##member,
    GW_STEP_PARTS(X)
#undef X
        GW_N_STEP_PARTS
};

extern const char *const gw_step_part_names[GW_N_STEP_PARTS]; /* "matrix products" */
extern const char *const gw_step_part_keys[GW_N_STEP_PARTS];  /* "matmul_s", for JSON and CSV */
double gw_step_part_s(const gw_step *step, int part);

/* ---- what would help ---- */

#include "training/step.h"

#define GW_GAINS_MAX 24

/** A resource made better, everything else left as it is. */
typedef struct gw_gain {
    const char *what; /* "scale-up bandwidth +10 %"; static */
    double step_s;    /* then */
    double gain_frac; /* how much higher the token rate; never NaN */
    bool resource;    /* something one can buy: a rate or a bandwidth, 10 % better */
} gw_gain;

/** The step of `plan` once more with each resource improved in turn; highest gain first. Returns
 * how many; 0 if the step cannot run. */
int gw_step_gains(const gw_step_in *in, const gw_step *step, gw_gain *out);

/** Adds one more: the step with another network under it; `what` is static. Returns n + 1; the order
 * of gains stays. */
int gw_step_gain_of_network(const gw_step_in *in, const gw_step *step,
                            const gw_congestion *congestion, const char *what, gw_gain *gains,
                            int n);

#endif
