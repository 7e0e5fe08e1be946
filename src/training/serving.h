/* training/serving.h: a language model that answers requests: latency, throughput, memory.
 *
 * In:  gw_serving_in (what, on what, what requests look like) and gw_serving_plan (how one copy of
 *      the model is spread, how many sequences it works on at once).
 * Out: gw_service (model.h): time to the first token (TTFT), time per output token (TPOT), tokens
 *      per second, memory, what limits it; or one sentence that says why it cannot be.
 *
 * Pure functions, roofline of every kernel plus stated overheads. Not set against measured servers:
 * docs/model/serving.md says what that means for the numbers.
 */
#ifndef GW_TRAINING_SERVING_H
#define GW_TRAINING_SERVING_H

#include "model.h"
#include "training/arch.h"

/** Pointers are borrowed. */
typedef struct gw_serving_in {
    const gw_llm *llm;
    const gw_accelerator *accelerator;
    const gw_comm *comm;
    const gw_congestion
        *congestion;         /* what its real network does to this plan; NULL: closed form */
    double link_load_factor; /* load of its links over that; 0: 1 */
    double accelerators;
    gw_precision precision, kv_precision; /* of weights and products; of keys and values kept */
    double prompt_tok, output_tok;        /* of a request, mean */
    double chunk_tok;                     /* most prompt tokens worked on at once */
    double memory_frac;                   /* of the accelerator's memory for weights and cache */
    double step_overhead_s;               /* per step: scheduling, sampling, detokenising */
    double kernel_gap_s;                  /* from one kernel to the next */
    double ttft_limit_s, tpot_limit_s;    /* NaN: none */
    bool disaggregated;                   /* prompts and outputs on accelerators of their own */
    gw_arena *scratch;                    /* for the sentence in problem; NULL: static ones */
} gw_serving_in;

typedef struct gw_serving_plan {
    int tp;     /* 0: the width with most tokens per second and accelerator is searched */
    int pp, dp; /* dp: attention replicas that share one set of routed experts */
    int ep;     /* ranks over which experts are spread; 0: all tp x dp */
    int batch;  /* sequences at once in a copy; 0: as many as fit and keep tpot_limit */
} gw_serving_plan;

/** Keys and values of one token in all layers, without windows; states of sequences apart. */
double gw_serving_kv_token_B(const gw_arch *arch, gw_precision kv_precision);

/** Cache of one sequence of context_tok tokens in all layers: windows cut it, state layers add
 * their states. */
double gw_serving_sequence_B(const gw_arch *arch, const gw_llm *llm, double context_tok,
                             gw_precision kv_precision);

/** Experts of a layer that at least one of `tokens` tokens goes to, expected, even routing. */
double gw_serving_experts_touched(const gw_llm *llm, double tokens);

/** Parts of one pass through the model. */
typedef struct gw_serving_pass {
    double weights_s, attention_s, network_s, other_s;
    double total_s; /* sum */
    double stage_s; /* of the slowest pipeline stage */
} gw_serving_pass;

/** `rows` new tokens per attention replica, each against a context of context_tok; decode: one a
 * sequence; otherwise a prompt of `rows` tokens behind (context_tok - rows) others. */
gw_serving_pass gw_serving_pass_of(const gw_serving_in *in, const gw_serving_plan *plan,
                                   bool decode, double rows, double context_tok);

/** NULL, or the rule that the plan breaks. */
const char *gw_serving_rule(const gw_serving_in *in, const gw_serving_plan *plan);

/** All of it. */
void gw_serving_work_out(const gw_serving_in *in, const gw_serving_plan *plan, gw_service *out);

/** Times x factor, rates / factor. */
void gw_serving_scale(gw_service *service, double factor);

#endif
