/* training/kernel.h: time of single kernels on one accelerator: matrix products, attention,
 * streaming.
 *
 * In:  peak rates, calibrated efficiencies, multiprocessors and shape. Out: seconds.
 * Rates are those of short bursts at full clocks. A long training run is limited by power: scale
 * bf16_flops, linear_flops and attention_flops by the share of the clock that it sustains.
 * Launches (launch_s each) are not in any of these times: the caller knows how many it issues.
 * Sources and formulas: kernel.c (rates), gemm.c (products), attention.c. */
#ifndef GW_TRAINING_KERNEL_H
#define GW_TRAINING_KERNEL_H

#include <stdbool.h>

#include "scenario/spec.h"

/** An accelerator as a kernel sees it: rates that large kernels reach. */
typedef struct gw_engine_rate {
    double bf16_flops;      /* bf16 products: peak x efficiency */
    double linear_flops;    /* products of linear layers in the job's precision */
    double linear_B;        /* bytes of an operand entry in that precision */
    double attention_flops; /* fused attention in training, long sequences */
    double prefill_flops;   /* products inside attention for inference, softmax not counted */
    double memory_Bps;      /* streaming */
    double product_Bps;     /* operands of a product: below streaming */
    double units;           /* multiprocessors: tiles worked on at once */
    double launch_s;
} gw_engine_rate;

gw_engine_rate gw_kernel_rates(const gw_accelerator *accelerator, gw_precision precision);

/** One batched product (m x k)(k x n), `groups` of them in one launch (experts, heads). operand_B:
 * bytes of an operand entry; the result is bf16. */
double gw_kernel_product_s(const gw_engine_rate *rate, double flops, double operand_B, double m,
                           double n, double k, double groups);

/** A linear layer's forward product; its two backward products (input and weight gradients). */
double gw_kernel_linear_forward_s(const gw_engine_rate *rate, double tokens, double n_out,
                                  double n_in, double groups);
double gw_kernel_linear_backward_s(const gw_engine_rate *rate, double tokens, double n_out,
                                   double n_in, double groups);

/** Turning bf16 entries into operands of the job's precision as a pass of its own: scale found
 * (8 bit), entries read and written. Training libraries hide most of it in the kernel before. 0 for
 * bf16. */
double gw_kernel_quantise_s(const gw_engine_rate *rate, double entries);

/** Fused attention of `flop` causal FLOP over sequences of (effective) length context_tok, in
 * training: forward, or backward with its own FLOP. */
double gw_kernel_attention_s(const gw_engine_rate *rate, double flop, double context_tok);

/** Attention by shape. Query head i of every sequence looks at `context` keys, all of them or those
 * up to its own place (causal, query == context). */
typedef struct gw_attention {
    double batch, heads, kv_heads;
    double qk_dim, value_dim; /* widths of a head */
    double query_tok, context_tok;
    double cache_dim; /* entries stored per token and key-value head; 0: qk_dim + value_dim (less
                         where both are read from one latent vector) */
    double kv_B;      /* bytes of such an entry */
    bool causal;
    bool eight_bit; /* 8-bit products */
} gw_attention;

/** Forward attention over whole sequences (prefill). */
double gw_kernel_attention_forward_s(const gw_engine_rate *rate, const gw_attention *a);
/** Backward attention of the same shape: five products for the forward's two. */
double gw_kernel_attention_backward_s(const gw_engine_rate *rate, const gw_attention *a);
/** Attention of a few new tokens (query_tok, usually 1) against a cache: the cache is read once. */
double gw_kernel_attention_decode_s(const gw_engine_rate *rate, const gw_attention *a);

#endif
