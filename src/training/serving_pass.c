/* training/serving_pass.c: one pass of new tokens through a model that serves: a decode step or a
 * piece of a prompt.
 *
 * In:  gw_serving_in, gw_serving_plan, number of new tokens, length of the context.
 * Out: gw_serving_pass, seconds by part.
 * Model: every matrix product takes its time from gemm.c, so few rows are bound by reading the
 *      weights. Of E routed experts, tokens M with k experts each touch E (1 - (1 - k / E)^M); a
 *      rank reads those of its own. Attention of a new token reads the cache once; with latent
 *      attention the cache is the compressed vector, shared by all heads, and the up-projections
 *      are absorbed (the same weights and work). Prompts run causal attention, expanded.
 *      Norms and residuals 20 h bytes a token, inner entries 6 B.
 *      Tensor parallel: two all-reduces of rows x h a layer, exposed. Attention replicas: routed
 *      experts by all-to-all, there in the precision of products, back in bf16.
 *      Launches: kernels_layer kernels a layer, kernels_expert more with experts, kernel_gap_s
 *      each, after one another.
 * Valid: even routing; no overlap of network and work; no speculative decoding.
 * Sources: Pope et al. arXiv 2211.05102 (partitioning for inference, roofline of decode);
 *      DeepSeek-V2 arXiv 2405.04434 section 2.1 (absorbed latent attention); DeepSeek-V3 arXiv
 *      2412.19437 section 3.4 (attention replicas and wide expert parallelism); numbers of kernels
 *      counted, an assumption.
 */
#include <math.h>

#include "training/groups.h"
#include "training/kernel.h"

/** Norm, qkv, rotary and cache, attention, output, norm, up, activation, down, two of network. */
static const double kernels_layer = 11.0;
/** Router, top-k, permutation and back, counts, second product, two of network. */
static const double kernels_expert = 8.0;

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

/** The largest divisor of n that is at most `limit` (at least 1). */
static int divisor_below(int n, int limit) {
    int d = limit < 1 ? 1 : limit < n ? limit : n;
    while (n % d != 0) {
        d--;
    }
    return d;
}

static double entry_B(gw_precision precision) {
    switch (precision) {
    case GW_PRECISION_FP8:
        return 1.0;
    case GW_PRECISION_FP4:
        return 0.5625; /* 4 bits, and 8 for every 16 entries */
    case GW_PRECISION_BF16:
    default:
        return 2.0;
    }
}

double gw_serving_kv_token_B(const gw_arch *arch, gw_precision kv_precision) {
    return (double)arch->attention_layers * arch->kv_width * entry_B(kv_precision);
}

/** Attention layers that see the whole context. */
static double full_layers(const gw_arch *arch, const gw_llm *llm) {
    double windowed = llm->window > 0 ? llm->window_share : 0.0;
    return (double)arch->attention_layers * (1.0 - windowed);
}

double gw_serving_sequence_B(const gw_arch *arch, const gw_llm *llm, double context_tok,
                             gw_precision kv_precision) {
    double full = full_layers(arch, llm);
    double narrow = (double)arch->attention_layers - full;
    double kept = full * context_tok + narrow * smaller(context_tok, (double)llm->window);
    return kept * arch->kv_width * entry_B(kv_precision) +
           (double)arch->state_layers * arch->state_per_seq_n * 4.0;
}

double gw_serving_experts_touched(const gw_llm *llm, double tokens) {
    double experts = (double)llm->experts;
    if (!(experts > 0)) {
        return 0.0;
    }
    double missed = 1.0 - smaller(1.0, (double)llm->top_k / experts);
    return experts * (1.0 - pow(missed, tokens));
}

/** What the parts of a pass share. */
typedef struct desk {
    const gw_serving_in *in;
    const gw_serving_plan *plan;
    gw_arch arch;
    gw_engine_rate rate;
    double tp, dp, ep, etp, rows, context_tok;
    bool decode;
} desk;

/** Products of one part of one layer. */
static double products_s(const desk *d, gw_arch_part part) {
    gw_product products[GW_PRODUCTS_MAX];
    int n = gw_arch_products(&d->arch, d->in->llm, part, products);
    double sum_s = 0.0;
    for (int i = 0; i < n; i++) {
        double columns = gw_product_n(&products[i], d->tp);
        double k = gw_product_k(&products[i], d->tp);
        bool plain = part == GW_PART_ROUTER || part == GW_PART_VOCABULARY; /* not quantised */
        sum_s +=
            plain ? gw_kernel_product_s(&d->rate, d->rate.bf16_flops, 2.0, d->rows, columns, k, 1.0)
                  : gw_kernel_linear_forward_s(&d->rate, d->rows, columns, k, 1.0);
    }
    return sum_s;
}

/** Routed experts of one layer: a group of products on the experts of this rank that have rows. */
static double experts_s(const desk *d) {
    const gw_llm *llm = d->in->llm;
    double tokens = d->rows * d->dp;
    double touched = gw_serving_experts_touched(llm, tokens);
    double here = larger(1.0, touched / d->ep);
    double rows = tokens * (double)llm->top_k / d->ep / here;
    gw_product products[GW_PRODUCTS_MAX];
    int n = gw_arch_products(&d->arch, llm, GW_PART_EXPERT, products);
    double sum_s = 0.0;
    for (int i = 0; i < n; i++) {
        double columns = gw_product_n(&products[i], d->etp);
        double k = gw_product_k(&products[i], d->etp);
        sum_s += gw_kernel_linear_forward_s(&d->rate, rows, columns, k, here);
    }
    return sum_s;
}

/** Attention of one layer against `context_tok` tokens. */
static double attention_s(const desk *d, double context_tok) {
    const gw_llm *llm = d->in->llm;
    double heads = larger(1.0, (double)llm->heads / d->tp);
    double qk = d->arch.q_width / larger(1.0, (double)llm->heads);
    gw_attention a = {.batch = d->decode ? d->rows : 1.0,
                      .heads = heads,
                      .kv_heads = larger(1.0, (double)llm->kv_heads / d->tp),
                      .qk_dim = qk,
                      .value_dim = (double)llm->head_dim,
                      .query_tok = d->decode ? 1.0 : d->rows,
                      .context_tok = context_tok,
                      .kv_B = entry_B(d->in->kv_precision),
                      .eight_bit = false};
    if (!d->decode) {
        a.kv_heads = d->arch.latent ? heads : a.kv_heads;
        a.causal = context_tok <= d->rows;
        return gw_kernel_attention_forward_s(&d->rate, &a);
    }
    if (d->arch.latent) {
        a.kv_heads = 1.0;
        a.qk_dim = (double)(llm->kv_lora_rank + llm->rope_head_dim);
        a.value_dim = (double)llm->kv_lora_rank;
        a.cache_dim = a.qk_dim;
    }
    return gw_kernel_attention_decode_s(&d->rate, &a);
}

/** All attention and state layers. */
static double mixers_s(const desk *d) {
    const gw_llm *llm = d->in->llm;
    double full = full_layers(&d->arch, llm);
    double narrow = (double)d->arch.attention_layers - full;
    double sum_s = 0.0;
    if (full > 0) {
        sum_s += full * attention_s(d, d->context_tok);
    }
    if (narrow > 0) {
        double window = (double)llm->window;
        double context = d->context_tok;
        double share = 1.0; /* of the causal triangle */
        if (d->decode) {
            context = smaller(context, window);
        } else if (window < context) {
            share = window * (1.0 - 0.5 * (window - 1.0) / context) / (0.5 * (context + 1.0));
        }
        sum_s += narrow * share * attention_s(d, context);
    }
    if (d->arch.state_layers > 0) {
        double bytes = d->decode ? 8.0 * d->arch.state_per_seq_n : d->arch.state_B;
        double work_s = d->arch.state_scan_flop / d->rate.bf16_flops;
        sum_s += (double)d->arch.state_layers * d->rows / d->tp *
                 larger(bytes / d->rate.memory_Bps, work_s);
    }
    return sum_s;
}

/** Collectives of all layers and sends between stages. */
static double network_s(const desk *d) {
    const gw_serving_in *in = d->in;
    gw_comm comm = gw_axis_comm(in->comm, in->congestion, in->link_load_factor, GW_AXIS_TP);
    double h = (double)d->in->llm->hidden;
    double bytes = d->rows * h * 2.0;
    int domain = comm.scaleup.size;
    double sum_s = 0.0;
    double experts = (double)d->arch.expert_layers;
    double reduces =
        (double)(d->arch.attention_layers + d->arch.state_layers + d->arch.dense_layers);
    bool exchange = experts > 0 && d->dp > 1;
    if (d->tp > 1) {
        reduces += exchange ? 0.0 : experts;
        int tp = (int)d->tp;
        sum_s +=
            reduces * gw_collective_s(&comm, GW_ALL_REDUCE, bytes, tp, divisor_below(tp, domain));
    }
    if (exchange && d->ep > 1) {
        int ep = (int)d->ep;
        double entries = d->rows / d->tp * (double)d->in->llm->top_k * d->arch.expert_width;
        int near = divisor_below(ep, domain);
        comm = gw_axis_comm(in->comm, in->congestion, in->link_load_factor, GW_AXIS_EP);
        sum_s +=
            experts * (gw_collective_s(&comm, GW_ALL_TO_ALL, entries * d->rate.linear_B, ep, near) +
                       gw_collective_s(&comm, GW_ALL_TO_ALL, entries * 2.0, ep, near));
    }
    if (d->plan->pp > 1) {
        int near = d->tp * d->dp * d->plan->pp <= (double)domain ? 2 : 1;
        comm = gw_axis_comm(in->comm, in->congestion, in->link_load_factor, GW_AXIS_PP);
        sum_s += (d->plan->pp - 1.0) * gw_collective_s(&comm, GW_SEND, bytes / d->tp, 2, near);
    }
    return sum_s;
}

/** Norms, residuals, activation functions. */
static double streaming_s(const desk *d) {
    const gw_llm *llm = d->in->llm;
    double inner = (double)d->arch.dense_layers * (double)llm->ffn +
                   (double)d->arch.expert_layers *
                       ((double)llm->shared_ffn + (double)llm->top_k * (double)llm->expert_ffn);
    double bytes =
        d->rows * ((double)d->arch.layers * (double)llm->hidden * 20.0 + inner * 6.0 / d->tp);
    return bytes / d->rate.memory_Bps;
}

gw_serving_pass gw_serving_pass_of(const gw_serving_in *in, const gw_serving_plan *plan,
                                   bool decode, double rows, double context_tok) {
    desk d = {.in = in,
              .plan = plan,
              .arch = gw_arch_of(in->llm),
              .rate = gw_kernel_rates(in->accelerator, in->precision),
              .tp = plan->tp,
              .dp = plan->dp,
              .rows = rows,
              .context_tok = context_tok,
              .decode = decode};
    d.ep = plan->ep > 0 ? plan->ep : d.tp * d.dp;
    d.ep = smaller(d.ep, larger(1.0, (double)in->llm->experts));
    d.etp = d.tp * d.dp / d.ep;
    const gw_arch *a = &d.arch;
    gw_serving_pass p = {0};
    p.weights_s = (double)a->attention_layers * products_s(&d, GW_PART_ATTENTION) +
                  (double)a->state_layers * products_s(&d, GW_PART_STATE) +
                  (double)a->dense_layers * products_s(&d, GW_PART_DENSE);
    if (a->expert_layers > 0) {
        p.weights_s += (double)a->expert_layers * (products_s(&d, GW_PART_SHARED) +
                                                   products_s(&d, GW_PART_ROUTER) + experts_s(&d));
    }
    p.attention_s = mixers_s(&d);
    p.network_s = network_s(&d);
    p.other_s = streaming_s(&d) +
                ((double)a->layers * kernels_layer + (double)a->expert_layers * kernels_expert) *
                    in->kernel_gap_s;
    double layers_s = p.weights_s + p.attention_s + p.network_s + p.other_s;
    desk last = d;
    last.rows = decode ? rows : 1.0; /* of a prompt only the last token is looked up */
    double vocabulary_s = products_s(&last, GW_PART_VOCABULARY);
    p.weights_s += vocabulary_s;
    p.total_s = layers_s + vocabulary_s;
    double stages = (double)plan->pp;
    p.stage_s = layers_s * ceil((double)a->layers / stages) / (double)a->layers + vocabulary_s;
    return p;
}
