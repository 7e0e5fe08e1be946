/* training/gemm.h: the constants that all matrix products share, apart from kernel.h because only
 * the fit changes them. Formulas and sources: gemm.c. */
#ifndef GW_TRAINING_GEMM_H
#define GW_TRAINING_GEMM_H

#include "training/kernel.h"

typedef struct gw_gemm_model {
    double fill_entries;  /* K0: entries of k that filling and draining a tall tile cost */
    double fill4_entries; /* the same for 4-bit products */
    double wave_share;    /* share of a last wave's idle multiprocessors that is lost */
    double reduction_s;   /* adding up the parts of a split k */
    double unit_Bps;      /* most that one multiprocessor loads: bytes in flight over latency */
    double quantise8_B;   /* bytes moved per entry when bf16 becomes 8 bits: a pass for the largest
                             entry, a pass to convert */
    double quantise4_B;   /* when it becomes 4 bits: one pass, block scales */
} gw_gemm_model;

extern const gw_gemm_model gw_gemm_fitted;

/** Bandwidth that the operands of a product get. */
double gw_gemm_operand_Bps(const gw_gemm_model *model, double memory_Bps, double units);

/** gw_kernel_product_s with other constants. */
double gw_gemm_s(const gw_gemm_model *model, const gw_engine_rate *rate, double flops,
                 double operand_B, double m, double n, double k, double groups);

/** gw_kernel_quantise_s with other constants. */
double gw_gemm_quantise_s(const gw_gemm_model *model, const gw_engine_rate *rate, double entries);

#endif
