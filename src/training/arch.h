/* training/arch.h: parameters and floating-point work of a language model, from its published shape.
 *
 * In:  gw_llm (scenario/spec_catalog.h). Out: gw_arch, plain numbers; lists of layer kinds and of
 *      matrix products. One FLOP is one multiply or one add.
 * Valid: decoder-only models. Mixers: dense, grouped-query or latent attention, full, sliding or
 *      chunked; state layers (Mamba, Mamba-2, gated delta rule, lightning attention). Feed-forward
 *      parts: gated or plain, routed, shared and latent experts. Left out: biases, norms of queries
 *      and keys (under 0.3 % of the parameters of the catalogue's models); layers of one kind all
 *      have the same shape; weights that several layers share.
 */
#ifndef GW_TRAINING_ARCH_H
#define GW_TRAINING_ARCH_H

#include "scenario/spec.h"

/** What a model is made of. Parameters per layer, FLOP per token of one forward pass.
 *  layers = mixers + ffn_only; mixers = attention_layers + state_layers;
 *  feed-forward parts = dense_layers + expert_layers = layers - mixer_only. */
typedef struct gw_arch {
    int layers, expert_layers, dense_layers; /* the last two count feed-forward parts */
    int attention_layers, state_layers;
    bool latent; /* multi-head latent attention */
    double q_width, k_width,
        v_width;         /* all heads; k and v as the matrix products of attention see them */
    double kv_width;     /* what a context-parallel rank must send per token: keys and values */
    double gate_width;   /* of attention's output gate; 0: none */
    double ffn_matrices; /* 2 plain, 3 gated */
    double expert_width; /* at which routed experts work and tokens travel to them */
    double expert_rows;  /* rows of routed experts per token, padding to capacity included */

    double attention_params; /* per attention layer */
    double state_params;     /* per state layer */
    double dense_ffn_params; /* per dense layer */
    double expert_params;    /* one routed expert */
    double shared_params;    /* shared experts, router, latent projections, per expert layer */
    double norm_params;      /* per layer of a mixer and a feed-forward part */
    double embedding_params; /* input and output together (once when tied), learned positions */
    double mtp_params;       /* all layers that predict further tokens; not in params */
    double params;           /* all but those */
    double active_params;    /* used by one token: all but the experts it is not sent to */

    double attention_linear_flop; /* projections, per attention layer */
    double state_linear_flop;     /* projections, per state layer */
    double state_scan_flop;       /* convolution and recurrence, per state layer */
    double dense_ffn_flop;        /* per dense layer */
    double expert_ffn_flop;       /* routed, shared and router, per expert layer */
    double vocabulary_flop;       /* output projection */

    double state_B;     /* streamed per token and state layer, forward, bf16 (backward: twice) */
    double state_width; /* entries of all streams a state layer keeps for its backward pass */
    double state_per_seq_n; /* entries of the state and convolution of one sequence and layer */
} gw_arch;

gw_arch gw_arch_of(const gw_llm *llm);

/** Parameters of a layer of attention and a feed-forward part, all experts included. */
double gw_arch_layer_params(const gw_arch *arch, const gw_llm *llm, bool expert_layer);

/** Mean number of keys that a query of a causal sequence attends to, averaged over attention
 *  layers: (s + 1) / 2 with full attention, w (1 - (w - 1) / 2s) within a sliding window w < s,
 *  (w + 1) / 2 within whole chunks of w. */
double gw_arch_mean_context_tok(const gw_llm *llm, double sequence_tok);

/** FLOP of the attention core (scores and weighted values) per token and attention layer, forward,
 *  causal, averaged over full and windowed layers. */
double gw_arch_attention_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok);

/** FLOP of one token through the whole model, forward: mixers, feed-forward parts, vocabulary, and
 *  the layers that predict further tokens. */
double gw_arch_forward_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok);

/* ---- what the layers are ---- */

typedef enum gw_mixer {
    GW_MIXER_NONE,
    GW_MIXER_FULL,   /* attention to the whole sequence */
    GW_MIXER_WINDOW, /* attention within the window */
    GW_MIXER_STATE,
    GW_N_MIXERS
} gw_mixer;

typedef enum gw_channel { GW_CHANNEL_NONE, GW_CHANNEL_DENSE, GW_CHANNEL_EXPERTS } gw_channel;

typedef struct gw_layer_kind {
    gw_mixer mixer;
    gw_channel channel;
    double layers; /* how many; not whole where mixers and feed-forward parts alternate apart */
} gw_layer_kind;

#define GW_LAYER_KINDS_MAX 10

/** The kinds that occur, in the order of the enums. A config tells how many layers have which
 *  mixer and how many have which feed-forward part; where both vary, they are taken as independent.
 *  Counts sum to llm->layers. Layers that predict further tokens are not among them. */
int gw_arch_layer_kinds(const gw_arch *arch, const gw_llm *llm,
                        gw_layer_kind kinds[GW_LAYER_KINDS_MAX]);

/* ---- operators ---- */

typedef enum gw_arch_part {
    GW_PART_ATTENTION,
    GW_PART_STATE,
    GW_PART_DENSE,  /* feed-forward part of a dense layer */
    GW_PART_SHARED, /* shared experts, projections of latent experts */
    GW_PART_ROUTER,
    GW_PART_EXPERT, /* one routed expert: rows = expert_rows of all experts together per token */
    GW_PART_MTP,    /* projection of one layer that predicts further tokens: 2 hidden to hidden */
    GW_PART_VOCABULARY,
    GW_N_PARTS
} gw_arch_part;

typedef enum gw_cut {
    GW_CUT_OUT,  /* a rank of tensor parallel holds n / tp columns */
    GW_CUT_IN,   /* k / tp rows; the outputs are summed over the ranks */
    GW_CUT_NONE, /* whole on every rank, each works on its share of the tokens */
} gw_cut;

/** (tokens x k) (k x n) of the undivided layer. */
typedef struct gw_product {
    double n, k;
    gw_cut cut;
    double cut_most; /* pieces beyond this are copies (key-value heads); 0: no limit */
} gw_product;

#define GW_PRODUCTS_MAX 8

/** Products of one part of one layer, in order. The sum of n k is the part's parameters but for
 *  norms, convolutions and per-channel vectors. */
int gw_arch_products(const gw_arch *arch, const gw_llm *llm, gw_arch_part part,
                     gw_product out[GW_PRODUCTS_MAX]);

/** Columns and rows of a product on one of tp ranks. */
double gw_product_n(const gw_product *product, double tp);
double gw_product_k(const gw_product *product, double tp);

/** Heads that tensor parallel divides: of attention; without it of the state layers (channels, where
 *  these have no heads). */
int64_t gw_arch_heads(const gw_llm *llm);

/* ---- state layers (arch_state.c) ---- */

/** Fills the state_* members of a. */
void gw_arch_state(const gw_llm *llm, gw_arch *a);

/** Width of the projection from the residual stream into a state layer. */
double gw_arch_state_in_width(const gw_llm *llm);
/** Rank of the step size or of the gates, 0 if the kind has none. */
double gw_arch_state_rank(const gw_llm *llm);

#endif
