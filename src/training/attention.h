/* training/attention.h: the constants that all fused attention shares, apart from kernel.h because
 * only the fit changes them. Formulas and sources: attention.c. */
#ifndef GW_TRAINING_ATTENTION_H
#define GW_TRAINING_ATTENTION_H

#include "training/kernel.h"

typedef struct gw_attention_model {
    double softmax_s;       /* one multiprocessor, per score */
    double query_s;         /* one multiprocessor, per query and head: load, rescale, store */
    double longest_share;   /* share of the last block of queries that nothing runs beside */
    double n_passes;        /* times that keys and values are read, at streaming bandwidth */
    double eight_bit_ratio; /* 8-bit products: efficiency over that of bf16 */
} gw_attention_model;

extern const gw_attention_model gw_attention_fitted;

/** gw_kernel_attention_forward_s with other constants. */
double gw_attention_s(const gw_attention_model *model, const gw_engine_rate *rate,
                      const gw_attention *a);

#endif
