/* training/kernel.h: time of single kernels on one accelerator: matrix products, attention,
 * streaming.
 *
 * In:  peak rate, calibrated efficiencies and shape. Out: seconds.
 * Sources and formulas: kernel.c. */
#ifndef GW_TRAINING_KERNEL_H
#define GW_TRAINING_KERNEL_H

#include "scenario/spec.h"

/** An accelerator as a kernel sees it: rates that large kernels sustain. */
typedef struct gw_engine_rate {
    double bf16_flops;      /* bf16 products: peak x efficiency */
    double linear_flops;    /* products of linear layers in the job's precision */
    double linear_B;        /* bytes of an operand entry in that precision */
    double attention_flops; /* fused attention, long sequences */
    double memory_Bps;
    double launch_s;
} gw_engine_rate;

gw_engine_rate gw_kernel_rates(const gw_accelerator *accelerator, gw_precision precision);

/** One batched product (m x k)(k x n), `groups` of them in one launch. */
double gw_kernel_product_s(const gw_engine_rate *rate, double flops, double operand_B, double m,
                           double n, double k, double groups);

/** A linear layer's forward product; its two backward products (input and weight gradients). */
double gw_kernel_linear_forward_s(const gw_engine_rate *rate, double tokens, double n_out,
                                  double n_in, double groups);
double gw_kernel_linear_backward_s(const gw_engine_rate *rate, double tokens, double n_out,
                                   double n_in, double groups);

/** Fused attention of `flop` causal FLOP over sequences of (effective) length context_tok. */
double gw_kernel_attention_s(const gw_engine_rate *rate, double flop, double context_tok);

#endif
