/* validation/kernel_row.h: a published measurement of one kernel as input of the kernel model.
 *
 * In:  one line of a table of kernels (columns in kernel_row.c) and the catalogue: accelerators by
 *      the name in column gpu.
 * Out: gw_trial; or in two steps: gw_kernel_case, then its prediction, for fits.
 */
#ifndef GW_VALIDATION_KERNEL_ROW_H
#define GW_VALIDATION_KERNEL_ROW_H

#include "training/attention.h"
#include "training/gemm.h"
#include "validation/validation.h"

typedef enum gw_kernel_kind {
    GW_KERNEL_PRODUCT,
    GW_KERNEL_ATTENTION,
    GW_KERNEL_STREAM
} gw_kernel_kind;

/** One measurement. Pointers are borrowed from the table, the catalogue and the arena. */
typedef struct gw_kernel_case {
    gw_kernel_kind kind;
    const gw_accelerator *accelerator;
    double share; /* of the accelerator that is used: one core of two: 0.5 */
    gw_precision precision;
    double m, n, k;         /* product */
    bool quantises;         /* product: the benchmark also turns bf16 rows into 8 or 4 bits */
    gw_attention attention; /* attention, forward; with `backward` also backward */
    bool backward, decode;
    double bytes;      /* streaming */
    double measured_s; /* one call */
    const char *regime;
    const char *wide; /* NULL, or what had to be assumed */
} gw_kernel_case;

/** What a benchmark's call costs beside its kernel: launches, small kernels around it. */
typedef struct gw_kernel_bench {
    double product_s, quantise8_s, quantise4_s, attention_s, stream_s;
} gw_kernel_bench;

extern const gw_kernel_bench gw_kernel_bench_fitted;

/** What a kernel's name says that it is; GW_KERNEL_STREAM: neither product nor attention. */
gw_kernel_kind gw_kernel_kind_named(const char *kernel);

/** NULL, or why the row is not covered, with the column in *column (NULL: none). */
const char *gw_kernel_case_read(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena,
                                gw_kernel_case *out, const char **column);

/** Seconds of one call. */
double gw_kernel_case_s(const gw_kernel_case *c, const gw_gemm_model *gemm,
                        const gw_attention_model *attention, const gw_kernel_bench *bench);

/** gw_trial_row: reads and predicts. */
gw_trial gw_kernel_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena);

#endif
