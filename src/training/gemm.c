/* training/gemm.c: time of a matrix product by shape.
 *
 * In:  gw_engine_rate, m, n, k, groups. Out: seconds, without the launch.
 * Model: the result is cut into tiles of 256 x 128 or 128 x 128 (fewer rows where m is less, in
 *      steps of 16); every multiprocessor works on one tile at a time, at its share of the rate:
 *          tile time = 2 (rows x columns x k + K0 x 256 x 128) / (flops / units)
 *          waves     = w + WAVE (ceil(w) - w) of w = tiles / units, at least 1
 *      K0 is the pipeline's fill and drain in entries of k. A library hides part of the idle
 *      multiprocessors of a last wave behind its choice of tiles, hence WAVE < 1. While a wave is
 *      not full, k may be split in two or four at the cost of a reduction (not with 4-bit
 *      operands). The fastest choice counts.
 *      Beside it the operands are read and the result is written once; the larger time wins,
 *      rounded off where both are alike: t = (compute^4 + memory^4)^(1/4), to 0.6 % by a ratio of
 *      two polynomials. Bandwidth of operands: streaming, and what all multiprocessors can have in
 *      flight (50 GB/s each: about 35 kB over 0.7 us), combined as 1 / sqrt(1/a^2 + 1/b^2). It
 *      matters where there is much bandwidth per multiprocessor (Blackwell).
 *      The time is never below flops at the given rate nor bytes at the bandwidth, and never falls
 *      with m, n, k or groups.
 * Valid: fitted for m 128 to 16,384, n and k 1,024 to 16,384; below m 128 the
 *      bandwidth decides. Clocks of a short burst. Groups: all tiles share one launch.
 * Sources: 1,416 bf16, 8-bit and 4-bit products on A100, H100, H200, B200, B300, GB200 and GB300
 *      measured by ai-dynamo/aiconfigurator; fitted by tools/fit_kernels.c, errors in
 *      docs/model/kernels.md. Tiles and waves: NVIDIA, "Matrix Multiplication Background User's
 *      Guide". Roofline: Williams et al., CACM 52(4) 2009.
 */
#include <math.h>
#include <stdint.h>

#include "training/gemm.h"
#include "training/kernel.h"

const gw_gemm_model gw_gemm_fitted = {.fill_entries = 49.0,
                                      .fill4_entries = 870.0,
                                      .wave_share = 0.38,
                                      .reduction_s = 2.3e-6,
                                      .unit_Bps = 50e9,
                                      .quantise8_B = 6.4,
                                      .quantise4_B = 3.3};

#define TILE_COLUMNS 128.0
#define TALL_ROWS 256.0
#define FLAT_ROWS 128.0
/** Where there are fewer rows than a flat tile has: rows of a matrix instruction. */
#define STEP_ROWS 16.0

/** ceil() without a call; beyond 1e15 every double is whole for this purpose. */
static inline double whole_above(double x) {
    double below = x < 1e15 ? (double)(int64_t)x : x;
    return below < x ? below + 1.0 : below;
}

static inline double smallest(double a, double b, double c) {
    double least = a < b ? a : b;
    return least < c ? least : c;
}

/** What all ways of cutting a product share. */
typedef struct cut {
    double columns; /* columns of tiles, of all groups */
    double k, fill, per_unit, per_flop_s;
    bool splits; /* k may be split */
} cut;

/** All tiles of `rows` rows with `share` of k each. */
static double tiled_s(const gw_gemm_model *model, const cut *c, double tiles, double rows,
                      double share) {
    double waves = tiles * c->per_unit;
    waves = waves < 1.0 ? 1.0 : waves + model->wave_share * (whole_above(waves) - waves);
    double flop = 2.0 * TILE_COLUMNS * (rows * c->k * share + c->fill * TALL_ROWS);
    return waves * flop * c->per_flop_s;
}

/** The best split of k; only where multiprocessors would idle. */
static double best_s(const gw_gemm_model *model, const cut *c, double tiles, double rows) {
    double best = tiled_s(model, c, tiles, rows, 1.0);
    if (c->splits && tiles * c->per_unit < 1.0) {
        double two = model->reduction_s + tiled_s(model, c, 2.0 * tiles, rows, 0.5);
        double four = model->reduction_s + tiled_s(model, c, 4.0 * tiles, rows, 0.25);
        best = smallest(best, two, four);
    }
    return best;
}

double gw_gemm_operand_Bps(const gw_gemm_model *model, double memory_Bps, double units) {
    double loaded_Bps = units * model->unit_Bps;
    return memory_Bps * loaded_Bps / sqrt(memory_Bps * memory_Bps + loaded_Bps * loaded_Bps);
}

double gw_gemm_s(const gw_gemm_model *model, const gw_engine_rate *rate, double flops,
                 double operand_B, double m, double n, double k, double groups) {
    if (!(m > 0 && n > 0 && k > 0 && groups > 0)) {
        return 0.0;
    }
    bool four_bit = operand_B < 0.75;
    cut c = {.columns = whole_above(n / TILE_COLUMNS) * groups,
             .k = k,
             .fill = four_bit ? model->fill4_entries : model->fill_entries,
             .per_unit = 1.0 / rate->units,
             .per_flop_s = rate->units / flops,
             .splits = !four_bit};
    double tall = best_s(model, &c, whole_above(m / TALL_ROWS) * c.columns, TALL_ROWS);
    double flat = m < FLAT_ROWS
                      ? best_s(model, &c, c.columns, STEP_ROWS * whole_above(m / STEP_ROWS))
                      : best_s(model, &c, whole_above(m / FLAT_ROWS) * c.columns, FLAT_ROWS);
    double compute_s = tall < flat ? tall : flat;
    double operand_Bps = model == &gw_gemm_fitted
                             ? rate->product_Bps
                             : gw_gemm_operand_Bps(model, rate->memory_Bps, rate->units);
    double memory_s = (operand_B * (m + n) * k + 2.0 * m * n) * groups / operand_Bps;
    double high = compute_s > memory_s ? compute_s : memory_s;
    double ratio = (compute_s + memory_s - high) / high;
    double fourth = ratio * ratio * ratio * ratio;
    return high * (1.0 + 0.625 * fourth) / (1.0 + 0.375 * fourth);
}

double gw_kernel_product_s(const gw_engine_rate *rate, double flops, double operand_B, double m,
                           double n, double k, double groups) {
    return gw_gemm_s(&gw_gemm_fitted, rate, flops, operand_B, m, n, k, groups);
}

double gw_gemm_quantise_s(const gw_gemm_model *model, const gw_engine_rate *rate, double entries) {
    if (!(entries > 0) || rate->linear_B > 1.5) {
        return 0.0;
    }
    double bytes = entries * (rate->linear_B < 0.75 ? model->quantise4_B : model->quantise8_B);
    return bytes / gw_gemm_operand_Bps(model, rate->memory_Bps, rate->units);
}

double gw_kernel_quantise_s(const gw_engine_rate *rate, double entries) {
    return gw_gemm_quantise_s(&gw_gemm_fitted, rate, entries);
}
