/* training/attention.c: time of fused attention by shape: forward, backward, decoding.
 *
 * In:  gw_engine_rate, gw_attention. Out: seconds, without launches.
 * Model, forward:
 *          score time = 2 (qk + value) / flops + SOFTMAX / units
 *          t = scores x score time                     products and exponentials take turns
 *            + queries x QUERY / units                 what does not depend on the context
 *            + LONGEST x 128 x context x score time x units
 *            + PASSES x bytes of keys and values / bandwidth
 *      The third term is the last block of 128 queries of a causal mask: it has the most keys and
 *      ends alone; it decides where there are fewer blocks than multiprocessors. Causal masks are
 *      cut at whole blocks of keys, half a block more than the triangle.
 *      The constants belong to multiprocessors of NVIDIA's generations A100 to GB300: 26 ps per
 *      score are 22 a clock at 1.75 GHz, where the special function unit has 16 and what it does
 *      beside the products is not seen.
 *      Backward: five products for two, at BACKWARD of the forward's efficiency; exponentials and
 *      everything else once more. This makes its FLOP/s about 0.8 of the forward's.
 *      Decoding: the cache is read once, at the bandwidth of products. Query heads that share a key
 *      fill rows of a 64-row matrix instruction; the larger of both times.
 *      gw_kernel_attention_s is the older closed form by FLOP alone, for training steps:
 *          flop / rate (1 + S0 / context), S0 for the diagonal and for filling the machine.
 * Valid: 1,024 to 16,384 tokens, head widths 64 and 128, one or more sequences; bf16 or 8 bit.
 * Sources: 1,190 forward passes on A100, H100, H200, B200 and GB200 measured by
 *      ai-dynamo/aiconfigurator (TensorRT-LLM); fitted by tools/fit_kernels.c, errors in
 *      docs/model/kernels.md. Algorithm and the share of the backward pass: Dao, arXiv 2307.08691
 *      (forward up to 73 %, backward up to 63 % of an A100's peak); Shah et al., arXiv 2407.08608.
 */
#include "training/attention.h"

const gw_attention_model gw_attention_fitted = {.softmax_s = 25.5e-12,
                                                .query_s = 45.5e-9,
                                                .longest_share = 0.63,
                                                .n_passes = 1.22,
                                                .eight_bit_ratio = 0.76};

/** Queries of a block and keys of a block. */
#define BLOCK_TOK 128.0
/** Rows of the smallest matrix instruction. */
#define INSTRUCTION_ROWS 64.0
/** 8-bit over bf16 peak, every accelerator that has both. */
#define EIGHT_BIT_PEAK 2.0
/** See Backward above; the two published ratios leave 0.6 to 0.8. */
#define BACKWARD 0.65
static const double context0_tok = 1500.0;

static double smaller(double a, double b) {
    return a < b ? a : b;
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

static bool is_shape(const gw_attention *a) {
    return a->batch > 0 && a->heads > 0 && a->kv_heads > 0 && a->qk_dim > 0 && a->value_dim > 0 &&
           a->query_tok > 0 && a->context_tok > 0;
}

/** Bytes of the keys and values of all sequences. */
static double cache_B(const gw_attention *a) {
    double entries = a->cache_dim > 0 ? a->cache_dim : a->qk_dim + a->value_dim;
    return a->batch * a->kv_heads * a->context_tok * entries * a->kv_B;
}

static double product_flops(const gw_attention_model *model, const gw_engine_rate *rate,
                            const gw_attention *a) {
    return rate->prefill_flops * (a->eight_bit ? EIGHT_BIT_PEAK * model->eight_bit_ratio : 1.0);
}

/** Forward work, each product taking `products` of the forward's time. */
static double pass_s(const gw_attention_model *model, const gw_engine_rate *rate,
                     const gw_attention *a, double products) {
    double score_s = products * 2.0 * (a->qk_dim + a->value_dim) / product_flops(model, rate, a) +
                     model->softmax_s / rate->units;
    double keys_tok = a->context_tok;
    if (a->causal) {
        double mean_tok = a->context_tok - 0.5 * (a->query_tok - BLOCK_TOK);
        keys_tok = smaller(keys_tok, mean_tok);
    }
    double queries = a->batch * a->heads * a->query_tok;
    double longest_s = model->longest_share * smaller(BLOCK_TOK, a->query_tok) * a->context_tok *
                       score_s * rate->units;
    return queries * (keys_tok * score_s + model->query_s / rate->units) + longest_s +
           model->n_passes * cache_B(a) / rate->memory_Bps;
}

double gw_attention_s(const gw_attention_model *model, const gw_engine_rate *rate,
                      const gw_attention *a) {
    return is_shape(a) ? pass_s(model, rate, a, 1.0) : 0.0;
}

double gw_kernel_attention_forward_s(const gw_engine_rate *rate, const gw_attention *a) {
    return gw_attention_s(&gw_attention_fitted, rate, a);
}

double gw_kernel_attention_backward_s(const gw_engine_rate *rate, const gw_attention *a) {
    return is_shape(a) ? pass_s(&gw_attention_fitted, rate, a, 2.5 / BACKWARD) : 0.0;
}

double gw_kernel_attention_decode_s(const gw_engine_rate *rate, const gw_attention *a) {
    if (!is_shape(a)) {
        return 0.0;
    }
    const gw_attention_model *model = &gw_attention_fitted;
    double rows = larger(INSTRUCTION_ROWS, a->query_tok * a->heads / a->kv_heads);
    double scores = a->batch * a->context_tok;
    double products_s = scores * a->kv_heads * rows * 2.0 * (a->qk_dim + a->value_dim) /
                        product_flops(model, rate, a);
    double softmax_s = scores * a->heads * a->query_tok * model->softmax_s / rate->units;
    return larger(cache_B(a) / rate->product_Bps, products_s + softmax_s);
}

double gw_kernel_attention_s(const gw_engine_rate *rate, double flop, double context_tok) {
    if (!(flop > 0 && context_tok > 0)) {
        return 0.0;
    }
    return flop / rate->attention_flops * (1.0 + context0_tok / context_tok);
}
