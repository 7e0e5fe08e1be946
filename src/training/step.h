/* training/step.h: one optimizer step of a transformer on many accelerators: time, where it goes,
 * and memory.
 *
 * In:  gw_step_in (what, on what, how much) and gw_plan (how it is spread).
 * Out: gw_step (model.h). The parts are separate, pure functions:
 *        gw_training_rule    does the layout obey the rules?  NULL or a sentence
 *        gw_training_memory  bytes per accelerator, worst stage
 *        gw_training_time    seconds, split into exposed parts
 *        gw_training_step    the three together; times are NaN when there is a problem
 *
 * Ranks are numbered with tensor parallel fastest, then context, data, pipeline, as Megatron-LM
 * does; expert-parallel groups are neighbours. Every collective goes through gw_collective_s.
 * Model, validity and calibration: docs/model/training.md.
 */
#ifndef GW_TRAINING_STEP_H
#define GW_TRAINING_STEP_H

#include "model.h"
#include "training/arch.h"

/** Fused kernels, overlapped communication: 2023 onwards. */
extern const gw_software gw_software_current;
/** Megatron-LM of 2021-22: separate softmax and dropout kernels, no overlap. */
extern const gw_software gw_software_2021;

/** Everything a step needs; all pointers borrowed. */
typedef struct gw_step_in {
    const gw_llm *llm;
    const gw_accelerator *accelerator;
    const gw_comm *comm;
    const gw_congestion
        *congestion;             /* what its real network does to this plan; NULL: closed form */
    double link_load_factor;     /* load of its links over that; 0: 1 */
    const gw_software *software; /* NULL: gw_software_current */
    double accelerators;         /* in the job; a plan may use fewer */
    double sequence_tok;         /* tokens in one sequence */
    double batch_seq;            /* sequences per step, all replicas */
    gw_precision precision;
    double
        routing_imbalance; /* tokens of the busiest expert rank over the mean; below 1: balanced */
    struct gw_layer_memo *memo; /* layer times kept during a search (layer_memo.h); NULL: none */
    gw_arena *scratch; /* for the sentence in gw_step.problem; NULL: a sentence without numbers */
} gw_step_in;

/** Where one rank stands: sizes of everything it holds and of the groups it talks to. */
typedef struct gw_shard {
    gw_arch arch;
    double tp, pp, dp, cp, ep, etp; /* etp: tensor parallel width of an expert */
    double micro_batch, n_micro;    /* sequences; micro-batches per step and replica */
    double batch_seq;               /* sequences per step as run: n_micro x dp x micro_batch */
    double virtual_stages;
    double tokens;        /* of a micro-batch on this context-parallel rank */
    double stream_tokens; /* the same where the residual stream is shared out */
    double stage_layers;  /* of a full stage */
    double first_layers;  /* of the first stage; it and the last miss what is not even */
    double last_layers;   /* of the last stage, which has the vocabulary */
    double stage_expert_layers, last_expert_layers;
    double local_experts;               /* routed experts on this rank, per layer */
    double dense_params, routed_params; /* on this rank: all but routed experts; routed experts */
    int edp;                            /* replicas of an expert */
    int share_group;                    /* replicas that share what zero_stage shares out */
    int share_domain;                   /* of them in one scale-up domain */
    /* ranks of a group in one scale-up domain */
    int tp_domain, cp_domain, ep_domain, dp_domain, pp_domain, edp_domain;
} gw_shard;

/** A batch is given in tokens, often round ones. It is run as the nearest whole number of
 * micro-batches per replica if that changes it by at most this share; otherwise the layout is
 * refused. */
#define GW_BATCH_TOLERANCE_FRAC 0.02

/** Micro-batches per step and replica, 0 if no number of them comes near enough to the batch. */
int gw_training_n_micro(double batch_seq, double dp, double micro_batch);

/** Valid for a plan that passed gw_training_rule. */
gw_shard gw_training_shard(const gw_step_in *in, const gw_plan *plan);

/** Replicas of a routed expert that share what zero_stage shares out: as large a part of them as
 * share_group is of the replicas, a whole number that divides edp (replicas.c). */
int gw_training_expert_group(const gw_shard *shard);

/** Dense peak of the job's matrix products; NaN if the accelerator has no such units. */
double gw_training_peak_flops(const gw_accelerator *accelerator, gw_precision precision);

/** NULL, or the rule that the layout breaks. Static, or in in->scratch. */
const char *gw_training_rule(const gw_step_in *in, const gw_plan *plan);

#define GW_MEMORY_STAGES 3

/** Memory of one accelerator of a pipeline stage, by part. For tables: gigawatt train prints it. */
typedef struct gw_memory {
    const char *stage; /* "first", "second", "last"; "only" without a pipeline; static */
    double layers;     /* in the stage */
    double held_n;     /* micro-batches whose activations it holds */
    double weights_B, gradients_B, optimizer_B;
    double activations_B; /* kept for the backward pass */
    double working_B;     /* the layer at work, or logits and loss; gradients in passing */
    double gathered_B;    /* ZeRO 3: layers gathered, their gradients */
    double network_B, context_B, fragmentation_B; /* communicators; driver and libraries; lost */
    double allocated_B; /* what PyTorch reports as its peak: all but the line before */
    double total_B;     /* what must fit */
} gw_memory;

/** Fills one entry a stage: first, second, last, as many as there are; returns how many. */
int gw_training_memory_stages(const gw_step_in *in, const gw_shard *shard, const gw_plan *plan,
                              gw_memory out[GW_MEMORY_STAGES]);

/** Fills the *_B members of out from the stage that needs most. */
void gw_training_memory(const gw_step_in *in, const gw_shard *shard, const gw_plan *plan,
                        gw_step *out);

/** Fills times, FLOP, mfu and tokens_per_s of out; out->plan must be set. */
void gw_training_time(const gw_step_in *in, const gw_shard *shard, gw_step *out);

/** All of it. plan->n_micro is worked out. An impossible layout gives out->problem, NaN times, and
 * the memory where it can be told. */
void gw_training_step(const gw_step_in *in, const gw_plan *plan, gw_step *out);

/** Fills low_s, high_s and wide of a step whose times are set (interval.c). */
void gw_training_interval(const gw_step_in *in, gw_step *out);

/** Log-width of that interval on its slow or fast side over that of the accelerator at large, which
 * step_time_factor is drawn from; may set out->wide. */
double gw_training_relative_spread(const gw_step_in *in, gw_step *out, bool slower);

/** Multiplies every time of a step by `factor`; mfu and tokens_per_s follow. */
void gw_training_scale(gw_step *step, double factor);

#endif
