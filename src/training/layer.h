/* training/layer.h: time of one layer of a model on one rank, split by what it is spent on.
 *
 * In:  gw_work: a step's input, the rank's share, rates. Out: gw_pass, forward and backward.
 * Pieces of gw_training_time; formulas and sources in layer.c, layer_comm.c, replicas.c.
 */
#ifndef GW_TRAINING_LAYER_H
#define GW_TRAINING_LAYER_H

#include "training/groups.h"
#include "training/kernel.h"
#include "training/step.h"

/** Seconds of one pass over one micro-batch, by kind; they sum to the time of the pass. */
typedef struct gw_pass {
    double matmul_s, attention_s, memory_s, tp_s, cp_s, ep_s, other_s;
} gw_pass;

typedef struct gw_pair {
    gw_pass forward, backward;
} gw_pair;

/** What every part of a step needs. */
typedef struct gw_work {
    const gw_step_in *in;
    const gw_software *software;
    const gw_shard *shard;
    const gw_plan *plan;
    gw_engine_rate rate;
    gw_engine_rate grouped; /* of routed experts */
} gw_work;

/** The network as the groups of an axis find it. */
gw_comm gw_work_comm(const gw_work *w, gw_axis axis);

double gw_pass_s(const gw_pass *p);
void gw_pass_add(gw_pass *sum, const gw_pass *p, double n_times);
void gw_pair_add(gw_pair *sum, const gw_pair *p, double n_times);

/** One layer of a kind for one micro-batch, recomputation included in the backward pass. */
gw_pair gw_layer_time(const gw_work *w, const gw_layer_kind *kind);

/** Embedding, output projection and loss of one micro-batch. */
gw_pair gw_ends_time(const gw_work *w);

/** Adds the collectives inside a layer that show (layer_comm.c). `experts`: routed experts. */
void gw_layer_comm(const gw_work *w, const gw_layer_kind *kind, gw_pair *p);

/** The part of `traffic_s` that `work_s` does not hide, and what hiding costs. */
double gw_exposed_s(const gw_work *w, double traffic_s, double work_s);

/** Exposed traffic between replicas per step, given the computation of one micro-batch on the
 * busiest stage (replicas.c). */
double gw_replicas_s(const gw_work *w, double forward_s, double backward_s);
/** Reading and writing weights and moments. */
double gw_optimizer_s(const gw_work *w);

#endif
