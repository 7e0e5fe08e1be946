/* training/layer.c: time of the kernels of one layer, and of the two ends of the model.
 *
 * In:  gw_work. Out: gw_pair.
 * Model: matrix products by shape (gemm.c), as the lists of arch_list.c give them; attention fused
 *      (attention.c) or, in older software, two batched products and scores that go through memory;
 *      norms, activations, residuals, casts and routing as bytes over bandwidth. Backward: two
 *      products for one. What is recomputed is added to the backward pass. A pass is never faster
 *      than the host issues its kernels.
 *
 *      Bytes per entry of the residual stream: forward 2 norms read and write (8), 2 additions read
 *      two and write one (12); backward 2 norms read two, write one (12), 2 additions (12). Inner
 *      entries of a feed-forward part: read every input, write the result; backward reads inputs
 *      and gradient, writes the gradients of the inputs. Scores, unfused: scale-mask-softmax 4,
 *      dropout 5, mask 1 forward; dropout 5, softmax 6 backward.
 * Valid: balanced layers; routed experts up to routing_imbalance over the mean.
 * Sources: Korthikanti et al. arXiv 2205.05198 (what selective recomputation repeats); Dao arXiv
 *      2307.08691 (5 products backward, 2 forward); Shah et al. arXiv 2407.08608 (backward at 0.8
 *      of the forward's rate); Dao & Gu arXiv 2405.21060 (state layers stream their inputs).
 */
#include "training/layer.h"

#include <math.h>

/** 5 products for 2, at 0.8 of the rate: 740 TFLOP/s forward, 561 backward (arXiv 2407.08608). */
static const double attention_backward_ratio = 2.5 / 0.8;
/** Of streaming kernels that selective recomputation repeats: norms 8 of 20 B per entry, all of
 *  the activation function. */
static const double selective_share = 0.5;
/** Bytes per inner entry where biases, clamps and the activation are kernels of their own, over one
 *  fused kernel; counted: about 5 passes for 1 forward, 4 for 1 backward. */
static const double clamped_ratio = 4.5;
/** Bytes per attention score, unfused. */
static const double unfused_forward_B = 10.0;
static const double unfused_backward_B = 11.0;

static double larger(double a, double b) {
    return a > b ? a : b;
}

double gw_pass_s(const gw_pass *p) {
    return p->matmul_s + p->attention_s + p->memory_s + p->tp_s + p->cp_s + p->ep_s + p->other_s;
}

void gw_pass_add(gw_pass *sum, const gw_pass *p, double n_times) {
    sum->matmul_s += n_times * p->matmul_s;
    sum->attention_s += n_times * p->attention_s;
    sum->memory_s += n_times * p->memory_s;
    sum->tp_s += n_times * p->tp_s;
    sum->cp_s += n_times * p->cp_s;
    sum->ep_s += n_times * p->ep_s;
    sum->other_s += n_times * p->other_s;
}

void gw_pair_add(gw_pair *sum, const gw_pair *p, double n_times) {
    gw_pass_add(&sum->forward, &p->forward, n_times);
    gw_pass_add(&sum->backward, &p->backward, n_times);
}

/** A linear layer, or `groups` of them at `rate` (routed experts), with its casts. */
static void add_products(const gw_work *w, const gw_engine_rate *rate, gw_pair *p, double tokens,
                         double n_out, double n_in, double groups, double casts) {
    p->forward.matmul_s += gw_kernel_linear_forward_s(rate, tokens, n_out, n_in, groups);
    p->backward.matmul_s += gw_kernel_linear_backward_s(rate, tokens, n_out, n_in, groups);
    if (w->in->precision != GW_PRECISION_BF16) {
        /* casting: read 2 B, write the entry and its transpose */
        double entry_B = (2.0 + 2.0 * rate->linear_B) * casts;
        p->forward.memory_s += tokens * n_in * groups * entry_B / rate->memory_Bps;
        p->backward.memory_s += tokens * n_out * groups * entry_B / rate->memory_Bps;
    }
}

/** All linear layers of a part of the model. */
static void add_part(const gw_work *w, gw_pair *p, gw_arch_part part) {
    const gw_shard *s = w->shard;
    gw_product list[GW_PRODUCTS_MAX];
    int n = gw_arch_products(&s->arch, w->in->llm, part, list);
    for (int i = 0; i < n; i++) {
        double tokens = list[i].cut == GW_CUT_NONE ? s->stream_tokens : s->tokens;
        add_products(w, &w->rate, p, tokens, gw_product_n(&list[i], s->tp),
                     gw_product_k(&list[i], s->tp), 1.0, 1.0);
    }
}

static void add_unfused_core(const gw_work *w, gw_pair *p) {
    const gw_shard *s = w->shard;
    const gw_llm *llm = w->in->llm;
    double seq = w->in->sequence_tok;
    double heads = (double)llm->heads / s->tp * s->micro_batch;
    double rows = seq / s->cp;
    double qk = s->arch.q_width / (double)llm->heads;
    double value = (double)llm->head_dim;
    double flops = w->rate.bf16_flops;
    double products_s = gw_kernel_product_s(&w->rate, flops, 2.0, rows, seq, qk, heads) +
                        gw_kernel_product_s(&w->rate, flops, 2.0, rows, value, seq, heads);
    double scores = heads * rows * seq * w->software->score_traffic;
    p->forward.attention_s += products_s + scores * unfused_forward_B / w->rate.memory_Bps;
    p->backward.attention_s += 2.0 * products_s + scores * unfused_backward_B / w->rate.memory_Bps;
}

/** Attention core: scores, softmax, weighted values. */
static void add_core(const gw_work *w, gw_mixer mixer, gw_pair *p) {
    const gw_shard *s = w->shard;
    if (!w->software->fused_attention) {
        add_unfused_core(w, p);
        return;
    }
    gw_llm one = *w->in->llm; /* as if all layers were of this mixer */
    one.window_share = mixer == GW_MIXER_WINDOW ? 1.0 : 0.0;
    double seq = w->in->sequence_tok;
    double context_tok = 2.0 * gw_arch_mean_context_tok(&one, seq);
    double flop = gw_arch_attention_flop(&s->arch, &one, seq) * s->tokens / s->tp;
    double forward_s = gw_kernel_attention_s(&w->rate, flop, context_tok);
    p->forward.attention_s += forward_s;
    p->backward.attention_s += forward_s * attention_backward_ratio;
}

/** Convolution and recurrence of a state layer. */
static void add_state(const gw_work *w, gw_pair *p) {
    const gw_shard *s = w->shard;
    double tokens = s->tokens / s->tp;
    double ratio = w->software->elementwise_traffic / w->rate.memory_Bps;
    double forward_s = larger(tokens * s->arch.state_B * ratio,
                              tokens * s->arch.state_scan_flop / w->rate.attention_flops);
    p->forward.memory_s += forward_s;
    p->backward.memory_s += 2.0 * forward_s;
}

static void add_mixer(const gw_work *w, gw_mixer mixer, gw_pair *p) {
    if (mixer == GW_MIXER_STATE) {
        add_part(w, p, GW_PART_STATE);
        add_state(w, p);
    } else if (mixer != GW_MIXER_NONE) {
        add_part(w, p, GW_PART_ATTENTION);
        add_core(w, mixer, p);
        const gw_arch *a = &w->shard->arch;
        double rotary_B = w->shard->tokens * (a->q_width + a->k_width) / w->shard->tp * 4.0;
        double rotary_s = rotary_B * w->software->elementwise_traffic / w->rate.memory_Bps;
        p->forward.memory_s += rotary_s;
        p->backward.memory_s += rotary_s;
    }
}

/** Activation function over `entries` inner entries. */
static void add_activation(const gw_work *w, gw_pair *p, double entries) {
    double up = w->shard->arch.ffn_matrices - 1.0; /* 2 gated, 1 plain */
    double ratio = w->software->elementwise_traffic / w->rate.memory_Bps;
    p->forward.memory_s += entries * (2.0 * up + 2.0) * ratio;
    p->backward.memory_s += entries * (4.0 * up + 2.0) * ratio;
}

/** Router, permutation, grouped products of the busiest rank. */
static void add_routed(const gw_work *w, gw_pair *p) {
    const gw_shard *s = w->shard;
    const gw_arch *a = &s->arch;
    const gw_llm *llm = w->in->llm;
    double h = a->expert_width;
    double busiest = larger(1.0, w->in->routing_imbalance);
    double pairs = s->tokens * a->expert_rows / (s->tp / s->etp) * busiest;
    double inner = (double)llm->expert_ffn / s->etp;
    double rows = pairs / s->local_experts;
    double up = a->ffn_matrices - 1.0;
    double casts = w->software->routing_traffic;
    add_products(w, &w->grouped, p, rows, up * inner, h, s->local_experts, casts);
    add_products(w, &w->grouped, p, rows, h, inner, s->local_experts, casts);
    add_activation(w, p, pairs * inner * (llm->clamped_activation ? clamped_ratio : 1.0));
    /* permute and back: read and write, twice */
    double moved_B = pairs * h * 8.0 * w->software->routing_traffic;
    p->forward.memory_s += moved_B / w->rate.memory_Bps;
    p->backward.memory_s += moved_B / w->rate.memory_Bps;
    /* the router stays in high precision */
    double router_s = gw_kernel_product_s(&w->rate, w->rate.bf16_flops, 2.0, s->stream_tokens,
                                          (double)llm->experts, (double)llm->hidden, 1.0);
    p->forward.matmul_s += router_s;
    p->backward.matmul_s += 2.0 * router_s;
}

static void add_channel(const gw_work *w, gw_channel channel, gw_pair *p) {
    const gw_shard *s = w->shard;
    const gw_llm *llm = w->in->llm;
    if (channel == GW_CHANNEL_DENSE) {
        add_part(w, p, GW_PART_DENSE);
        add_activation(w, p, s->tokens * (double)llm->ffn / s->tp);
    } else if (channel == GW_CHANNEL_EXPERTS) {
        if (llm->shared_ffn > 0 || llm->expert_hidden > 0) {
            add_part(w, p, GW_PART_SHARED);
            add_activation(w, p, s->tokens * (double)llm->shared_ffn / s->tp);
        }
        add_routed(w, p);
    }
}

/** Norms and residual additions; half of it where a layer has one part only. */
static void add_streaming(const gw_work *w, const gw_layer_kind *kind, gw_pair *p) {
    double parts =
        (kind->mixer != GW_MIXER_NONE ? 0.5 : 0.0) + (kind->channel != GW_CHANNEL_NONE ? 0.5 : 0.0);
    double entries = parts * w->shard->stream_tokens * (double)w->in->llm->hidden;
    double ratio = w->software->elementwise_traffic / w->rate.memory_Bps;
    p->forward.memory_s += entries * 20.0 * ratio;
    p->backward.memory_s += entries * 24.0 * ratio;
}

/** The host launches kernels one after another. Some of them wait for it and some do not, so that
 * near equality both show: (host^4 + accelerator^4)^(1/4). */
static void add_host(const gw_work *w, gw_pass *p, double kernels) {
    double issue_s = larger(w->rate.launch_s, w->software->host_launch_s) * kernels;
    double work_s = gw_pass_s(p);
    double high_s = larger(issue_s, work_s);
    if (!(high_s > 0.0)) {
        return;
    }
    double ratio = (issue_s + work_s - high_s) / high_s;
    ratio *= ratio;
    p->other_s += high_s * sqrt(sqrt(1.0 + ratio * ratio)) - work_s;
}

/** Latent attention: queries, keys and values expanded once more. */
static double expansion_s(const gw_work *w) {
    const gw_shard *s = w->shard;
    if (!s->arch.latent) {
        return 0.0;
    }
    gw_product list[GW_PRODUCTS_MAX];
    int n = gw_arch_products(&s->arch, w->in->llm, GW_PART_ATTENTION, list);
    double sum_s = 0.0;
    for (int i = 1; i < n - 1; i++) { /* all but the compression and the output */
        sum_s += gw_kernel_linear_forward_s(&w->rate, s->tokens, gw_product_n(&list[i], s->tp),
                                            gw_product_k(&list[i], s->tp), 1.0);
    }
    return sum_s;
}

static void add_recompute(const gw_work *w, gw_pair *p) {
    gw_recompute recompute = w->plan->recompute;
    if (recompute == GW_RECOMPUTE_FULL) {
        gw_pass_add(&p->backward, &p->forward, 1.0);
    } else if (recompute == GW_RECOMPUTE_SELECTIVE && !w->software->fused_attention) {
        p->backward.attention_s += p->forward.attention_s;
    } else if (recompute == GW_RECOMPUTE_SELECTIVE && w->software->selective_kept >= 0) {
        gw_pass_add(&p->backward, &p->forward, 1.0 - w->software->selective_kept);
    } else if (recompute == GW_RECOMPUTE_SELECTIVE) {
        p->backward.memory_s += selective_share * p->forward.memory_s;
        p->backward.matmul_s += expansion_s(w);
    }
}

gw_pair gw_layer_time(const gw_work *w, const gw_layer_kind *kind) {
    gw_pair p = {0};
    add_mixer(w, kind->mixer, &p);
    add_channel(w, kind->channel, &p);
    add_streaming(w, kind, &p);
    gw_layer_comm(w, kind, &p);
    bool experts = kind->channel == GW_CHANNEL_EXPERTS;
    double local = w->shard->local_experts * w->software->local_kernels;
    double more = experts ? w->software->expert_kernels + local : 0.0;
    add_host(w, &p.forward, w->software->kernels_forward + more);
    add_host(w, &p.backward, w->software->kernels_backward + more);
    add_recompute(w, &p);
    return p;
}

gw_pair gw_ends_time(const gw_work *w) {
    const gw_shard *s = w->shard;
    double h = (double)w->in->llm->hidden;
    double n = (double)w->in->llm->vocab / s->tp;
    double flops = w->rate.bf16_flops * w->software->vocabulary_rate;
    gw_pair p = {0};
    p.forward.matmul_s = gw_kernel_product_s(&w->rate, flops, 2.0, s->tokens, n, h, 1.0);
    p.backward.matmul_s = gw_kernel_product_s(&w->rate, flops, 2.0, s->tokens, h, n, 1.0) +
                          gw_kernel_product_s(&w->rate, flops, 2.0, h, n, s->tokens, 1.0);
    /* per logit: forward read 2, write 4 as fp32, read 4 for the sum; backward read 4, write 2 */
    double logits = s->tokens * n * w->software->elementwise_traffic;
    p.forward.memory_s = logits * 10.0 / w->rate.memory_Bps;
    p.backward.memory_s = logits * 6.0 / w->rate.memory_Bps;
    add_host(w, &p.forward, w->software->ends_kernels / 3.0);
    add_host(w, &p.backward, w->software->ends_kernels * 2.0 / 3.0);
    return p;
}
