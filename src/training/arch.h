/* training/arch.h: parameters and floating-point work of a transformer, from its published shape.
 *
 * In:  gw_llm (scenario/spec_catalog.h). Out: gw_arch, plain numbers; one FLOP is one multiply or
 *      one add.
 * Valid: decoder-only transformers with dense, grouped-query or latent attention, gated or plain
 *      feed-forward layers, routed and shared experts. Biases, learned positions and next-token
 *      heads beyond the first are left out (under 0.3 % of the parameters of the catalogue's
 *      models, 2 % where there is a second head).
 */
#ifndef GW_TRAINING_ARCH_H
#define GW_TRAINING_ARCH_H

#include "scenario/spec.h"

/** What a transformer is made of. Parameters per layer, FLOP per token of one forward pass. */
typedef struct gw_arch {
    int layers, expert_layers, dense_layers;
    bool latent; /* multi-head latent attention */
    double q_width, k_width,
        v_width;         /* all heads; k and v as the matrix products of attention see them */
    double kv_width;     /* what a context-parallel rank must send per token: keys and values */
    double ffn_matrices; /* 2 plain, 3 gated */

    double attention_params; /* per layer */
    double dense_ffn_params; /* per dense layer */
    double expert_params;    /* one routed expert */
    double shared_params;    /* shared experts and router, per expert layer */
    double norm_params;      /* per layer */
    double embedding_params; /* input and output together (once when tied) */
    double params;           /* all */
    double active_params;    /* used by one token: all but the experts it is not sent to */

    double attention_linear_flop; /* projections, per layer */
    double dense_ffn_flop;        /* per dense layer */
    double expert_ffn_flop;       /* routed, shared and router, per expert layer */
    double vocabulary_flop;       /* output projection */
} gw_arch;

gw_arch gw_arch_of(const gw_llm *llm);

/** Parameters of layer number `i` (dense layers come first), all experts included. */
double gw_arch_layer_params(const gw_arch *arch, const gw_llm *llm, bool expert_layer);

/** Mean number of keys that a query of a causal sequence attends to, averaged over layers:
 *  (s + 1) / 2 with full attention, w (1 - (w - 1) / 2s) within a window w < s. */
double gw_arch_mean_context_tok(const gw_llm *llm, double sequence_tok);

/** FLOP of the attention core (scores and weighted values) per token and layer, forward, causal. */
double gw_arch_attention_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok);

/** FLOP of one token through the whole model, forward: linear layers, attention core, vocabulary.
 */
double gw_arch_forward_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok);

#endif
