/* training/kernel.c: rates of an accelerator, linear layers.
 *
 * In:  catalogue entry of an accelerator, precision. Out: gw_engine_rate; seconds.
 * Model: rate = peak x efficiency, one efficiency per accelerator and width of operands.
 *      Backward products: two of the forward's size, each with its own shape.
 * Valid: dense matrix units that work in tiles.
 * Sources: efficiencies fitted by tools/fit_kernels.c (docs/model/kernels.md).
 *      Multiprocessors: NVIDIA, "A100", "H100" and "Blackwell" architecture white papers.
 */
#include "training/kernel.h"

#include "training/gemm.h"

/** Multiprocessors where the catalogue says nothing (as H100). */
static const double usual_units = 132.0;
/** 4-bit over 8-bit products, relative to twice the rate, where 4-bit products have no efficiency
 *  of their own: B200 and GB200. */
static const double four_bit_gain = 0.8;
static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

/** 4-bit products: as measured, else from 8-bit ones. */
static double four_bit_flops(const gw_accelerator *a, double eight_bit) {
    if (a->gemm4_efficiency > 0) {
        return larger(eight_bit, a->fp4_flops * a->gemm4_efficiency);
    }
    return eight_bit * larger(1.0, four_bit_gain * smaller(2.0, a->fp4_flops / a->fp8_flops));
}

gw_engine_rate gw_kernel_rates(const gw_accelerator *accelerator, gw_precision precision) {
    gw_engine_rate rate;
    double prefill = accelerator->prefill_efficiency;
    rate.bf16_flops = accelerator->bf16_flops * accelerator->gemm_efficiency;
    rate.attention_flops = accelerator->bf16_flops * accelerator->attention_efficiency;
    rate.prefill_flops = prefill > 0 ? accelerator->bf16_flops * prefill : rate.bf16_flops;
    rate.memory_Bps = accelerator->hbm_bandwidth_Bps * accelerator->memory_efficiency;
    rate.units = accelerator->multiprocessors > 0 ? accelerator->multiprocessors : usual_units;
    rate.product_Bps = gw_gemm_operand_Bps(&gw_gemm_fitted, rate.memory_Bps, rate.units);
    rate.launch_s = accelerator->launch_latency_s;
    rate.linear_flops = rate.bf16_flops;
    rate.linear_B = 2.0;
    if (precision != GW_PRECISION_BF16) {
        rate.linear_flops = accelerator->fp8_flops * accelerator->gemm8_efficiency;
        rate.linear_B = 1.0;
    }
    if (precision == GW_PRECISION_FP4) {
        rate.linear_flops = four_bit_flops(accelerator, rate.linear_flops);
        rate.linear_B = 0.5;
    }
    return rate;
}

double gw_kernel_linear_forward_s(const gw_engine_rate *rate, double tokens, double n_out,
                                  double n_in, double groups) {
    return gw_kernel_product_s(rate, rate->linear_flops, rate->linear_B, tokens, n_out, n_in,
                               groups);
}

double gw_kernel_linear_backward_s(const gw_engine_rate *rate, double tokens, double n_out,
                                   double n_in, double groups) {
    return gw_kernel_product_s(rate, rate->linear_flops, rate->linear_B, tokens, n_in, n_out,
                               groups) +
           gw_kernel_product_s(rate, rate->linear_flops, rate->linear_B, n_in, n_out, tokens,
                               groups);
}
