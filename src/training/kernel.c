/* training/kernel.c: time of single kernels.
 *
 * In:  gw_engine_rate, shape. Out: seconds.
 * Model: a product takes the larger of
 *          2 m n k g / flops x (1 + K0 / k) (1 + M0 / m) (1 + W / (m n g))
 *      and bytes / bandwidth.
 *
 *      The brackets are the smooth mean of what tiling costs: filling and draining the k-loop of
 *      a tile, a partly filled row of tiles, a last wave that is half empty on average.
 *      Attention: flop / flops x (1 + S0 / context); S0 stands for the diagonal blocks, of which
 *      a causal mask wastes half, and for filling the machine.
 * Valid: m, n, k above about 64; the brackets were fitted for m 512-16,384, n and k 1,024-16,384.
 *      One set of constants for all accelerators: they differ by less than library versions do.
 * Sources: 1,212 bf16, 8-bit and 4-bit products on A100, H100, H200, B200, B300, GB200 and GB300
 *      (mean log error 15 % with 8 us per launch of the benchmark) and the medians of fused
 *      attention on A100, H100, H200, B200 and GB200, measured by ai-dynamo/aiconfigurator.
 *      Wave quantisation: NVIDIA, "Matrix Multiplication Background User's Guide".
 *      Roofline: Williams et al., CACM 52(4) 2009.
 */
#include "training/kernel.h"

/** k at which filling and draining cost as much as work. */
static const double k0_entries = 192.0;
/** Half of a 64-row tile. */
static const double m0_entries = 32.0;
/** 132 multiprocessors x 128 x 128 / 2. */
static const double half_wave_entries = 1.1e6;
/** Libraries split k over idle units before it gets worse; assumption. */
static const double worst_shape = 4.0;
static const double context0_tok = 1500.0;
/** 4-bit over 8-bit products, relative to twice the rate: nvfp4 reaches 0.41-0.45 of twice the
 *  8-bit peak where 8-bit products reach 0.48-0.55 of theirs (same data). */
static const double four_bit_gain = 0.8;

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

gw_engine_rate gw_kernel_rates(const gw_accelerator *accelerator, gw_precision precision) {
    gw_engine_rate rate;
    rate.bf16_flops = accelerator->bf16_flops * accelerator->gemm_efficiency;
    rate.attention_flops = accelerator->bf16_flops * accelerator->attention_efficiency;
    rate.memory_Bps = accelerator->hbm_bandwidth_Bps * accelerator->memory_efficiency;
    rate.launch_s = accelerator->launch_latency_s;
    rate.linear_flops = rate.bf16_flops;
    rate.linear_B = 2.0;
    if (precision != GW_PRECISION_BF16) {
        rate.linear_flops = accelerator->fp8_flops * accelerator->gemm8_efficiency;
        rate.linear_B = 1.0;
    }
    if (precision == GW_PRECISION_FP4) {
        double ratio = smaller(2.0, accelerator->fp4_flops / accelerator->fp8_flops);
        rate.linear_flops *= larger(1.0, four_bit_gain * ratio);
        rate.linear_B = 0.5;
    }
    return rate;
}

double gw_kernel_product_s(const gw_engine_rate *rate, double flops, double operand_B, double m,
                           double n, double k, double groups) {
    if (!(m > 0 && n > 0 && k > 0 && groups > 0)) {
        return 0.0;
    }
    double area = m * n * groups;
    double shape =
        (1.0 + k0_entries / k) * (1.0 + m0_entries / m) * (1.0 + half_wave_entries / area);
    double compute_s = 2.0 * area * k / flops * smaller(shape, worst_shape);
    double bytes = operand_B * (m * k + n * k) * groups + 2.0 * area;
    return larger(compute_s, bytes / rate->memory_Bps);
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

double gw_kernel_attention_s(const gw_engine_rate *rate, double flop, double context_tok) {
    if (!(flop > 0 && context_tok > 0)) {
        return 0.0;
    }
    return flop / rate->attention_flops * (1.0 + context0_tok / context_tok);
}
