/* training/training_time.c: how long one optimizer step takes and where the time goes.
 *
 * In:  gw_step_in, gw_shard (training/step.h).
 * Out: the times of gw_step: exposed parts that sum to step_s.
 * Model: a stage's time per micro-batch is the sum over its layers of matrix products, attention,
 *      streaming kernels and exposed collectives: forward, backward, recomputed. With t the
 *      slowest stage (the last one also has the vocabulary), a the mean stage, m micro-batches,
 *      p stages, v chunks per stage:
 *
 *          m >= p:  step = m t + (p - 1) a / v + sends + replicas + optimizer + overhead
 *          m <  p:  step = p t + (m - 1) t / v + ...
 *
 *      Tensor parallel: all-gather and reduce-scatter of tokens x hidden around attention and
 *      feed-forward (all-reduce without sequence parallelism), forward and backward.
 *      Context parallel: keys and values gathered, hidden behind attention.
 *      Expert parallel: two all-to-all forward, two backward.
 *      Replicas: gradients reduced once per step behind the last backward pass, weights gathered
 *      behind the first forward pass (ZeRO 1, 2); with ZeRO 3 weights are gathered twice and
 *      gradients scattered once for every micro-batch.
 * Valid: uniform layers, balanced experts, 1F1B or interleaved 1F1B; no zero-bubble schedules.
 * Sources: Narayanan et al. arXiv 2104.04473 (interleaved 1F1B, bubble); Korthikanti et al. arXiv
 *      2205.05198 (sequence parallelism, selective recomputation); Rajbhandari et al. arXiv
 *      1910.02054 (ZeRO); Zhao et al. arXiv 2304.11277 (FSDP); Llama 3 arXiv 2407.21783 section
 *      3.3 (context parallel by all-gather); DeepSeek-V3 arXiv 2412.19437 section 3.2 (expert
 *      all-to-all); Dao arXiv 2307.08691 (5 products backward, 2 forward).
 */
#include <math.h>

#include "training/kernel.h"
#include "training/step.h"

/** 5 products for 2, at 0.8 of the rate: FlashAttention-3 arXiv 2407.08608 reports 740 TFLOP/s
 *  forward, 561 backward. */
static const double attention_backward_ratio = 2.5 / 0.8;
/** Of overlapped traffic: first and last bucket; assumption. */
static const double exposed_floor_frac = 0.05;
/** Adam in fp32, per parameter: read master, two moments and gradient (16 B), write three and the
 *  bf16 weight (14 B). */
static const double optimizer_B = 30.0;
/** Of streaming kernels that selective recomputation repeats: norms 8 of 20 B per entry, all of
 *  the activation function. */
static const double selective_share = 0.5;
/** Bytes per attention score, unfused: scale-mask-softmax 4, dropout 5, mask 1. */
static const double unfused_forward_B = 10.0;
/** Dropout 5, softmax 6. */
static const double unfused_backward_B = 11.0;

/** Seconds of one pass, by kind. */
typedef struct pass {
    double matmul, attention, memory, tp, cp, ep, other;
} pass;

/** What a layer needs all over again in each helper. */
typedef struct context {
    const gw_step_in *in;
    const gw_software *software;
    const gw_shard *shard;
    const gw_plan *plan;
    gw_engine_rate rate;
    gw_engine_rate grouped; /* of routed experts */
} context;

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

static double pass_sum(const pass *p) {
    return p->matmul + p->attention + p->memory + p->tp + p->cp + p->ep + p->other;
}

static void pass_add(pass *sum, const pass *p, double times) {
    sum->matmul += times * p->matmul;
    sum->attention += times * p->attention;
    sum->memory += times * p->memory;
    sum->tp += times * p->tp;
    sum->cp += times * p->cp;
    sum->ep += times * p->ep;
    sum->other += times * p->other;
}

/** A linear layer, or `groups` of them at `rate` (routed experts). */
static void add_products(const context *c, const gw_engine_rate *rate, pass *f, pass *b,
                         double tokens, double n_out, double n_in, double groups) {
    f->matmul += gw_kernel_linear_forward_s(rate, tokens, n_out, n_in, groups);
    b->matmul += gw_kernel_linear_backward_s(rate, tokens, n_out, n_in, groups);
    if (c->in->precision != GW_PRECISION_BF16) {
        /* casting: read 2 B, write the entry and its transpose */
        double entry_B = 2.0 + 2.0 * rate->linear_B;
        f->memory += tokens * n_in * groups * entry_B / rate->memory_Bps;
        b->memory += tokens * n_out * groups * entry_B / rate->memory_Bps;
    }
}

static void add_linear(const context *c, pass *f, pass *b, double tokens, double n_out,
                       double n_in) {
    add_products(c, &c->rate, f, b, tokens, n_out, n_in, 1.0);
}

/** Projections of attention. */
static void add_projections(const context *c, pass *f, pass *b) {
    const gw_shard *s = c->shard;
    const gw_arch *a = &s->arch;
    const gw_llm *llm = c->in->llm;
    double h = (double)llm->hidden;
    double value_width = (double)llm->heads * (double)llm->head_dim;
    if (a->latent) {
        double rank = (double)llm->kv_lora_rank;
        double rope = (double)llm->rope_head_dim;
        double q_rank = (double)llm->q_lora_rank;
        double nope_width = a->q_width - (double)llm->heads * rope;
        if (q_rank > 0) {
            add_linear(c, f, b, s->stream_tokens, q_rank + rank + rope, h);
            add_linear(c, f, b, s->tokens, a->q_width / s->tp, q_rank);
        } else {
            add_linear(c, f, b, s->stream_tokens, rank + rope, h);
            add_linear(c, f, b, s->tokens, a->q_width / s->tp, h);
        }
        add_linear(c, f, b, s->tokens, (nope_width + value_width) / s->tp, rank);
    } else {
        double kv_share =
            smaller(s->tp, (double)llm->kv_heads); /* keys are copied beyond one head a rank */
        double n = a->q_width / s->tp + (a->k_width + a->v_width) / kv_share;
        add_linear(c, f, b, s->tokens, n, h);
    }
    add_linear(c, f, b, s->tokens, h, value_width / s->tp);
}

/** Attention core: scores, softmax, weighted values. */
static void add_core(const context *c, pass *f, pass *b) {
    const gw_shard *s = c->shard;
    const gw_llm *llm = c->in->llm;
    double seq = c->in->sequence_tok;
    if (c->software->fused_attention) {
        double context_tok = 2.0 * gw_arch_mean_context_tok(llm, seq);
        double flop = gw_arch_attention_flop(&s->arch, llm, seq) * s->tokens / s->tp;
        double forward_s = gw_kernel_attention_s(&c->rate, flop, context_tok);
        f->attention += forward_s;
        b->attention += forward_s * attention_backward_ratio;
        return;
    }
    double heads = (double)llm->heads / s->tp * s->micro_batch;
    double rows = seq / s->cp;
    double qk = s->arch.q_width / (double)llm->heads;
    double value = (double)llm->head_dim;
    double flops = c->rate.bf16_flops;
    double products_s = gw_kernel_product_s(&c->rate, flops, 2.0, rows, seq, qk, heads) +
                        gw_kernel_product_s(&c->rate, flops, 2.0, rows, value, seq, heads);
    double scores = heads * rows * seq;
    f->attention += products_s + scores * unfused_forward_B / c->rate.memory_Bps;
    b->attention += 2.0 * products_s + scores * unfused_backward_B / c->rate.memory_Bps;
}

/** Feed-forward layer. Returns nothing; routed experts are grouped products. */
static void add_ffn(const context *c, pass *f, pass *b, bool experts) {
    const gw_shard *s = c->shard;
    const gw_llm *llm = c->in->llm;
    double h = (double)llm->hidden;
    double up = s->arch.ffn_matrices - 1.0; /* 2 gated, 1 plain */
    double width = experts ? (double)llm->shared_ffn : (double)llm->ffn;
    double forward_B = (2.0 * up + 2.0);  /* per inner entry: read up, write one */
    double backward_B = (4.0 * up + 2.0); /* read up and gradient, write up */
    if (width > 0) {
        add_linear(c, f, b, s->tokens, up * width / s->tp, h);
        add_linear(c, f, b, s->tokens, h, width / s->tp);
        double entries = s->tokens * width / s->tp * c->software->elementwise_traffic;
        f->memory += entries * forward_B / c->rate.memory_Bps;
        b->memory += entries * backward_B / c->rate.memory_Bps;
    }
    if (!experts) {
        return;
    }
    double pairs =
        s->tokens * (double)llm->top_k / (s->tp / s->etp); /* token-expert pairs on this rank */
    double inner = (double)llm->expert_ffn / s->etp;
    double rows = pairs / s->local_experts;
    add_products(c, &c->grouped, f, b, rows, up * inner, h, s->local_experts);
    add_products(c, &c->grouped, f, b, rows, h, inner, s->local_experts);
    double entries = pairs * inner * c->software->elementwise_traffic;
    double moved_B = pairs * h * 8.0 *
                     c->software->elementwise_traffic; /* permute and back: read and write, twice */
    f->memory += (entries * forward_B + moved_B) / c->rate.memory_Bps;
    b->memory += (entries * backward_B + moved_B) / c->rate.memory_Bps;
    gw_engine_rate rate = c->rate; /* the router stays in high precision */
    double experts_n = (double)llm->experts;
    f->matmul +=
        gw_kernel_product_s(&rate, rate.bf16_flops, 2.0, s->stream_tokens, experts_n, h, 1.0);
    b->matmul +=
        2.0 * gw_kernel_product_s(&rate, rate.bf16_flops, 2.0, s->stream_tokens, experts_n, h, 1.0);
}

/** Norms, residual additions, rotary embedding. */
static void add_streaming(const context *c, pass *f, pass *b) {
    const gw_shard *s = c->shard;
    double h = (double)c->in->llm->hidden;
    double rotary = s->tokens * (s->arch.q_width + s->arch.k_width) / s->tp * 4.0;
    double ratio = c->software->elementwise_traffic / c->rate.memory_Bps;
    /* forward: 2 norms read and write (8 B per entry), 2 additions read two, write one (12 B);
     * backward: 2 norms read two, write one (12 B), 2 additions (12 B) */
    f->memory += (s->stream_tokens * h * 20.0 + rotary) * ratio;
    b->memory += (s->stream_tokens * h * 24.0 + rotary) * ratio;
}

/** Collectives of a layer, one direction each. */
static void add_collectives(const context *c, pass *f, pass *b, bool experts) {
    const gw_shard *s = c->shard;
    const gw_comm *comm = c->in->comm;
    const gw_llm *llm = c->in->llm;
    double h = (double)llm->hidden;
    if (s->tp > 1) {
        double bytes = s->tokens * h * 2.0;
        int n = (int)s->tp;
        double pair_s = !c->plan->no_sequence_parallel
                            ? gw_collective_s(comm, GW_ALL_GATHER, bytes, n, s->tp_domain) +
                                  gw_collective_s(comm, GW_REDUCE_SCATTER, bytes, n, s->tp_domain)
                            : gw_collective_s(comm, GW_ALL_REDUCE, bytes, n, s->tp_domain);
        bool ffn = !experts || s->etp > 1 || llm->shared_ffn > 0;
        double exposed_s = pair_s * (ffn ? 2.0 : 1.0) * (1.0 - c->software->tp_hidden);
        f->tp += exposed_s;
        b->tp += exposed_s;
    }
    if (s->cp > 1) {
        double width = s->arch.latent ? s->arch.kv_width
                                      : s->arch.kv_width / smaller(s->tp, (double)llm->kv_heads);
        double bytes = s->micro_batch * c->in->sequence_tok * width * 2.0;
        double gather_s = gw_collective_s(comm, GW_ALL_GATHER, bytes, (int)s->cp, s->cp_domain);
        double scatter_s =
            gw_collective_s(comm, GW_REDUCE_SCATTER, bytes, (int)s->cp, s->cp_domain);
        double back_s = gather_s + scatter_s;
        f->cp += larger(gather_s - f->attention, exposed_floor_frac * gather_s);
        b->cp += larger(back_s - b->attention, exposed_floor_frac * back_s);
    }
    if (experts && s->ep > 1) {
        double bytes = s->tokens / (s->tp / s->etp) * (double)llm->top_k * h * 2.0;
        double one_s = gw_collective_s(comm, GW_ALL_TO_ALL, bytes, (int)s->ep, s->ep_domain);
        double exposed_s = 2.0 * one_s * (1.0 - c->software->ep_hidden);
        f->ep += exposed_s;
        b->ep += exposed_s;
    }
}

/** The host launches kernels one after another; what the accelerator does not hide shows. */
static void add_host(const context *c, pass *p, double kernels) {
    p->other += larger(0.0, kernels * c->rate.launch_s - pass_sum(p));
}

static void layer_time(const context *c, bool experts, pass *forward, pass *backward) {
    pass f = {0};
    pass b = {0};
    add_projections(c, &f, &b);
    add_core(c, &f, &b);
    add_ffn(c, &f, &b, experts);
    add_streaming(c, &f, &b);
    add_collectives(c, &f, &b, experts);
    double more = experts ? c->software->expert_kernels : 0.0;
    add_host(c, &f, c->software->kernels_forward + more);
    add_host(c, &b, c->software->kernels_backward + more);
    *forward = f;
    *backward = b;
}

/** Latent attention: queries, keys and values expanded once more. */
static double expansion_s(const context *c) {
    const gw_shard *s = c->shard;
    const gw_llm *llm = c->in->llm;
    if (!s->arch.latent) {
        return 0.0;
    }
    double heads = (double)llm->heads / s->tp;
    double nope = s->arch.q_width / (double)llm->heads - (double)llm->rope_head_dim;
    double out = heads * (nope + (double)llm->head_dim);
    double rank = (double)llm->kv_lora_rank;
    double q_rank = (double)llm->q_lora_rank;
    return gw_kernel_linear_forward_s(&c->rate, s->tokens, out, rank, 1.0) +
           gw_kernel_linear_forward_s(&c->rate, s->tokens, s->arch.q_width / s->tp, q_rank, 1.0);
}

/** Adds recomputation to the backward pass of a layer. */
static void add_recompute(const context *c, gw_recompute recompute, const pass *f, pass *b) {
    if (recompute == GW_RECOMPUTE_FULL) {
        pass_add(b, f, 1.0);
    } else if (recompute == GW_RECOMPUTE_SELECTIVE && !c->software->fused_attention) {
        b->attention += f->attention;
    } else if (recompute == GW_RECOMPUTE_SELECTIVE) {
        b->memory += selective_share * f->memory;
        b->matmul += expansion_s(c);
    }
}

/** Output projection and loss, in bf16. */
static void vocabulary_time(const context *c, pass *f, pass *b) {
    const gw_shard *s = c->shard;
    double h = (double)c->in->llm->hidden;
    double n = (double)c->in->llm->vocab / s->tp;
    double flops = c->rate.bf16_flops;
    f->matmul += gw_kernel_product_s(&c->rate, flops, 2.0, s->tokens, n, h, 1.0);
    b->matmul += gw_kernel_product_s(&c->rate, flops, 2.0, s->tokens, h, n, 1.0) +
                 gw_kernel_product_s(&c->rate, flops, 2.0, h, n, s->tokens, 1.0);
    /* per logit: forward read 2, write 4 as fp32, read 4 for the sum; backward read 4, write 2 */
    f->memory += s->tokens * n * 10.0 / c->rate.memory_Bps;
    b->memory += s->tokens * n * 6.0 / c->rate.memory_Bps;
}

/** Traffic of gradients and weights between replicas that computation cannot hide, per step. */
static double replicas_s(const context *c, int zero_stage, double params, int n, int domain,
                         double forward_s, double backward_s) {
    if (n < 2) {
        return 0.0;
    }
    const gw_comm *comm = c->in->comm;
    double gradient_B = params * c->software->gradient_B;
    double weight_B = params * 2.0;
    double hidden_frac = c->software->dp_hidden;
    double scatter_s = gw_collective_s(comm, GW_REDUCE_SCATTER, gradient_B, n, domain);
    double gather_s = gw_collective_s(comm, GW_ALL_GATHER, weight_B, n, domain);
    if (zero_stage == 0) {
        double reduce_s = gw_collective_s(comm, GW_ALL_REDUCE, gradient_B, n, domain);
        return larger(reduce_s - hidden_frac * backward_s, exposed_floor_frac * reduce_s);
    }
    if (zero_stage < 3) {
        return larger(scatter_s - hidden_frac * backward_s, exposed_floor_frac * scatter_s) +
               larger(gather_s - hidden_frac * forward_s, exposed_floor_frac * gather_s);
    }
    double once_s = 2.0 * gather_s + scatter_s;
    double exposed_s =
        larger(once_s - hidden_frac * (forward_s + backward_s), exposed_floor_frac * once_s);
    return exposed_s * c->shard->n_micro;
}

/** Time between the pipeline filling up and running dry, on top of n_micro x slowest stage. */
static double bubble_s(const gw_shard *s, double slowest_s, double mean_s) {
    double p = s->pp;
    double m = s->n_micro;
    double v = s->virtual_stages;
    if (m >= p) {
        return (p - 1.0) * mean_s / v;
    }
    return (p - m) * slowest_s + (m - 1.0) * slowest_s / v;
}

/** FLOP of a step. What selective recomputation repeats of fused layers is not counted (under 2 %).
 */
static void fill_flop(const context *c, gw_recompute recompute, gw_step *out) {
    const gw_shard *s = c->shard;
    double tokens = s->batch_seq * c->in->sequence_tok;
    double forward = gw_arch_forward_flop(&s->arch, c->in->llm, c->in->sequence_tok) * tokens;
    double core = gw_arch_attention_flop(&s->arch, c->in->llm, c->in->sequence_tok) * tokens *
                  (double)s->arch.layers;
    out->model_flop = 3.0 * forward;
    out->hardware_flop = out->model_flop;
    if (recompute == GW_RECOMPUTE_FULL) {
        out->hardware_flop += forward - s->arch.vocabulary_flop * tokens;
    } else if (recompute == GW_RECOMPUTE_SELECTIVE && !c->software->fused_attention) {
        out->hardware_flop += core;
    }
}

/** Pipeline sends: activations forward, gradients backward, for every chunk boundary. */
static double sends_s(const context *c) {
    const gw_shard *s = c->shard;
    if (s->pp < 2) {
        return 0.0;
    }
    double bytes = s->tokens * (double)c->in->llm->hidden * 2.0 / s->tp;
    gw_comm comm = *c->in->comm;
    if (s->tp * s->cp * s->dp >= (double)comm.leaf_size) {
        comm.leaf_size = 1; /* the neighbouring stage is under another leaf */
    }
    double one_s = gw_collective_s(&comm, GW_SEND, bytes, 2, s->pp_domain);
    double steady = s->n_micro * s->virtual_stages * (1.0 - c->software->pp_hidden);
    return 2.0 * one_s * (steady + s->pp - 1.0);
}

static void finish(const context *c, gw_step *out) {
    out->step_s = out->matmul_s + out->attention_s + out->memory_bound_s + out->tp_comm_s +
                  out->cp_comm_s + out->ep_comm_s + out->pp_comm_s + out->bubble_s +
                  out->dp_comm_s + out->optimizer_s + out->other_s;
    double used = c->shard->tp * c->shard->pp * c->shard->dp * c->shard->cp;
    double peak_flops = gw_training_peak_flops(c->in->accelerator, c->in->precision);
    out->mfu = out->model_flop / (out->step_s * used * peak_flops);
    out->tokens_per_s = c->shard->batch_seq * c->in->sequence_tok / out->step_s;
}

/** Forward and backward pass of a number of layers, some of them with experts. */
typedef struct stage {
    pass forward, backward;
} stage;

static void stage_add(stage *sum, const stage *layer, double times) {
    pass_add(&sum->forward, &layer->forward, times);
    pass_add(&sum->backward, &layer->backward, times);
}

static double stage_s(const stage *s) {
    return pass_sum(&s->forward) + pass_sum(&s->backward);
}

/** The slowest stage, and the mean over stages in *mean_s. */
static stage slowest_stage(const context *c, gw_recompute recompute, double *mean_s) {
    const gw_shard *s = c->shard;
    stage dense = {0}, expert = {0}, body = {0}, last = {0};
    if (s->arch.dense_layers > 0) {
        layer_time(c, false, &dense.forward, &dense.backward);
        add_recompute(c, recompute, &dense.forward, &dense.backward);
    }
    if (s->arch.expert_layers > 0) {
        layer_time(c, true, &expert.forward, &expert.backward);
        add_recompute(c, recompute, &expert.forward, &expert.backward);
    }
    stage_add(&body, &dense, s->stage_layers - s->stage_expert_layers);
    stage_add(&body, &expert, s->stage_expert_layers);
    stage_add(&last, &dense, s->last_layers - s->last_expert_layers);
    stage_add(&last, &expert, s->last_expert_layers);
    vocabulary_time(c, &last.forward, &last.backward);
    double body_s = stage_s(&body);
    double last_s = stage_s(&last);
    *mean_s = (body_s * (s->pp - 1.0) + last_s) / s->pp;
    return s->pp < 2 || last_s >= body_s ? last : body;
}

/** Replica traffic that shows, and the optimizer. */
static void add_update(const context *c, double forward_s, double backward_s, gw_step *out) {
    const gw_shard *s = c->shard;
    double dense = s->dense_params;
    double routed = s->routed_params;
    int zero = out->plan.zero_stage;
    int replicas = (int)(s->dp * s->cp);
    double share = dense / (dense + routed); /* of the time that can hide traffic */
    out->dp_comm_s =
        replicas_s(c, zero, dense, replicas, s->dp_domain, forward_s * share, backward_s * share) +
        replicas_s(c, zero, routed, s->edp, s->edp_domain, forward_s * (1.0 - share),
                   backward_s * (1.0 - share));
    double params = zero > 0 ? dense / replicas + routed / s->edp : dense + routed;
    out->optimizer_s = params * optimizer_B / c->rate.memory_Bps;
}

void gw_training_time(const gw_step_in *in, const gw_shard *shard, gw_step *out) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    context c = {.in = in, .software = software, .shard = shard, .plan = &out->plan};
    c.rate = gw_kernel_rates(in->accelerator, in->precision);
    c.rate.attention_flops *= software->attention_rate;
    c.grouped = c.rate;
    c.grouped.linear_flops *= software->grouped_rate;
    double mean_s = 0.0;
    stage slowest = slowest_stage(&c, out->plan.recompute, &mean_s);
    const pass *f = &slowest.forward;
    const pass *b = &slowest.backward;
    double m = shard->n_micro;
    out->matmul_s = m * (f->matmul + b->matmul);
    out->attention_s = m * (f->attention + b->attention);
    out->memory_bound_s = m * (f->memory + b->memory);
    out->tp_comm_s = m * (f->tp + b->tp);
    out->cp_comm_s = m * (f->cp + b->cp);
    out->ep_comm_s = m * (f->ep + b->ep);
    out->other_s = m * (f->other + b->other) + software->step_overhead_s;
    out->bubble_s = bubble_s(shard, stage_s(&slowest), mean_s);
    out->pp_comm_s = sends_s(&c);
    add_update(&c, pass_sum(f), pass_sum(b), out);
    fill_flop(&c, out->plan.recompute, out);
    finish(&c, out);
}
