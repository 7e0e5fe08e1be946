/* training/training_time.c: how long one optimizer step takes and where the time goes.
 *
 * In:  gw_step_in, gw_shard (training/step.h).
 * Out: the times of gw_step: exposed parts that sum to step_s.
 * Model: a stage's time per micro-batch is the sum over its layers (layer.c, layer_comm.c). The
 *      pipeline's schedule makes a step of it (pipeline.h); the first stage has fewer layers and
 *      the dense ones, the last the vocabulary, further-token layers, and fewer layers. Traffic of
 *      replicas and the optimizer follow (replicas.c). A step waits for the slowest of n ranks: the
 *      expected maximum of n normal deviates, spread x sqrt(2 ln n), of everything that is
 *      computed.
 * Valid: layers of a kind spread evenly; see docs/model/training.md for what the runs cover.
 * Sources: Narayanan et al. arXiv 2104.04473 (pipeline); DeepSeek-V3 arXiv 2412.19437 section 2.2
 *      (further tokens); bound of the maximum: Boucheron, Lugosi & Massart, Concentration
 *      Inequalities, section 2.5.
 */
#include <math.h>

#include "training/layer_memo.h"
#include "training/pipeline.h"
#include "training/stage_times.h"

/** FLOP of a step. What selective recomputation repeats of fused layers is not counted (under 2 %).
 */
static void fill_flop(const gw_work *w, gw_step *out) {
    const gw_shard *s = w->shard;
    double tokens = s->batch_seq * w->in->sequence_tok;
    double forward = gw_arch_forward_flop(&s->arch, w->in->llm, w->in->sequence_tok) * tokens;
    double core = gw_arch_attention_flop(&s->arch, w->in->llm, w->in->sequence_tok) * tokens *
                  (double)s->arch.attention_layers;
    out->model_flop = 3.0 * forward;
    out->hardware_flop = out->model_flop;
    if (out->plan.recompute == GW_RECOMPUTE_FULL) {
        out->hardware_flop += forward - s->arch.vocabulary_flop * tokens;
    } else if (out->plan.recompute == GW_RECOMPUTE_SELECTIVE && !w->software->fused_attention) {
        out->hardware_flop += core;
    }
}

/** One activation to the neighbouring stage. */
static double hop_s(const gw_work *w) {
    const gw_shard *s = w->shard;
    if (s->pp < 2) {
        return 0.0;
    }
    /* each rank of a tensor-parallel group sends its share (scatter and gather, arXiv 2104.04473) */
    double bytes = s->tokens * (double)w->in->llm->hidden * 2.0 / s->tp;
    gw_comm comm = gw_work_comm(w, GW_AXIS_PP);
    if (s->tp * s->cp * s->dp >= (double)comm.leaf_size) {
        comm.leaf_size = 1; /* the neighbouring stage is under another leaf */
    }
    return gw_collective_s(&comm, GW_SEND, bytes, 2, s->pp_domain);
}

/** Layers of a step, per layer, and what the ends have beyond. */
typedef struct stages {
    gw_pair layer; /* a typical one of a middle stage */
    gw_pair dense; /* of the dense layers at the beginning */
    gw_pair ends, further;
    bool has_dense;
} stages;

/** Mean layer: dense layers at the beginning apart where there are stages. */
static stages stages_of(const gw_work *w) {
    const gw_shard *s = w->shard;
    gw_layer_kind kinds[GW_LAYER_KINDS_MAX];
    int n = gw_arch_layer_kinds(&s->arch, w->in->llm, kinds);
    double apart = 0.0;
    if (s->pp > 1 && s->arch.expert_layers > 0) {
        apart = fmin((double)w->in->llm->dense_layers, (double)s->arch.dense_layers);
    }
    stages out = {.has_dense = apart > 0.0};
    gw_pair expert = {0};
    double total = (double)s->arch.layers - apart;
    for (int i = 0; i < n; i++) {
        gw_pair one = gw_layer_time_kept(w, &kinds[i]);
        double layers = kinds[i].layers;
        if (kinds[i].channel == GW_CHANNEL_DENSE && apart > 0.0) {
            out.dense = one;
            layers = fmax(0.0, layers * (1.0 - apart / (double)s->arch.dense_layers));
        } else {
            expert = one;
        }
        gw_pair_add(&out.layer, &one, layers / total);
    }
    out.ends = gw_ends_time(w);
    if (w->in->llm->mtp_layers > 0) {
        gw_pair_add(&out.further, s->arch.expert_layers > 0 ? &expert : &out.layer, 1.0);
        gw_pair_add(&out.further, &out.ends, 1.0);
        double h = (double)w->in->llm->hidden;
        out.further.forward.matmul_s +=
            gw_kernel_linear_forward_s(&w->rate, s->tokens, h / s->tp, 2.0 * h, 1.0);
        out.further.backward.matmul_s +=
            gw_kernel_linear_backward_s(&w->rate, s->tokens, h / s->tp, 2.0 * h, 1.0);
    }
    return out;
}

static gw_pipe_part part_of(const gw_pair *p, double weight_frac) {
    double backward_s = gw_pass_s(&p->backward);
    double weight_s = p->backward.matmul_s * weight_frac;
    return (gw_pipe_part){.forward_s = gw_pass_s(&p->forward),
                          .backward_s = backward_s - weight_s,
                          .weight_s = weight_s};
}

/** Of the products of a backward pass, those for weights. */
static double weight_frac(const gw_work *w) {
    bool apart =
        w->plan->schedule == GW_PIPELINE_ZERO_BUBBLE || w->plan->schedule == GW_PIPELINE_DUALPIPE;
    return !apart ? 0.0 : w->plan->recompute == GW_RECOMPUTE_FULL ? 1.0 / 3.0 : 0.5;
}

/** Whole stages: one in the middle, what the first and the last have more or less. */
static void fill_stages(const gw_work *w, const stages *t, gw_pair *mid, gw_pair *first,
                        gw_pair *last) {
    const gw_shard *s = w->shard;
    const gw_llm *llm = w->in->llm;
    *mid = *first = *last = (gw_pair){0};
    gw_pair_add(mid, &t->layer, s->stage_layers);
    if (t->has_dense) {
        /* the first chunk of layers holds no more of them; the others follow on later stages */
        double chunk = fmax(1.0, floor(s->stage_layers / s->virtual_stages));
        double dense = fmin((double)llm->dense_layers, chunk);
        gw_pair_add(first, &t->dense, dense);
        gw_pair_add(first, &t->layer, -dense);
    }
    gw_pair_add(first, &t->layer, s->first_layers - s->stage_layers);
    gw_pair_add(last, &t->layer, s->last_layers - s->stage_layers);
    gw_pair_add(last, &t->ends, 1.0);
    gw_pair_add(last, &t->further, (double)llm->mtp_layers);
}

/** Expert traffic of a forward and a backward pass that runs behind the other's work, where two
 * directions share a stage (DeepSeek-V3 arXiv 2412.19437 section 3.2.1). */
static double paired_s(const gw_work *w, const gw_pair *mid) {
    if (w->plan->schedule != GW_PIPELINE_DUALPIPE) {
        return 0.0;
    }
    double forward_s = mid->forward.ep_s, backward_s = mid->backward.ep_s;
    double traffic_s = forward_s + backward_s;
    double work_s = gw_pass_s(&mid->forward) + gw_pass_s(&mid->backward) - traffic_s;
    return traffic_s - gw_exposed_s(w, traffic_s, work_s);
}

static gw_pipe pipe_of(const gw_work *w, const gw_pair *mid, const gw_pair *first,
                       const gw_pair *last) {
    const gw_shard *s = w->shard;
    double frac = weight_frac(w);
    double parts = s->virtual_stages;
    gw_pair chunk = {0};
    gw_pair_add(&chunk, mid, 1.0 / parts);
    return (gw_pipe){.schedule = w->plan->schedule,
                     .stages = (int)s->pp,
                     .chunks = (int)s->virtual_stages,
                     .micro_batches = (int)s->n_micro,
                     .chunk = part_of(&chunk, frac),
                     .first_extra = part_of(first, frac),
                     .last_extra = part_of(last, frac),
                     .hop_s = hop_s(w),
                     .pair_saved_s = paired_s(w, &chunk),
                     .hop_exposed_frac = 1.0 - w->software->pp_hidden};
}

static double pair_s(const gw_pair *p) {
    return gw_pass_s(&p->forward) + gw_pass_s(&p->backward);
}

/** The busiest stage: that of which the parts of a step are told. */
static gw_pair busiest(const gw_work *w, const gw_pair *mid, const gw_pair *first,
                       const gw_pair *last) {
    gw_pair one = *mid;
    double first_s = pair_s(first);
    double last_s = pair_s(last);
    double pp = w->shard->pp;
    bool take_last = pp < 2 || (last_s >= first_s && (last_s > 0.0 || pp < 3));
    bool take_first = pp < 2 || (last_s < first_s && (first_s > 0.0 || pp < 3));
    gw_pair_add(&one, first, take_first ? 1.0 : 0.0);
    gw_pair_add(&one, last, take_last ? 1.0 : 0.0);
    return one;
}

static void finish(const gw_work *w, gw_step *out) {
    out->step_s = out->matmul_s + out->attention_s + out->memory_bound_s + out->tp_comm_s +
                  out->cp_comm_s + out->ep_comm_s + out->pp_comm_s + out->bubble_s +
                  out->dp_comm_s + out->optimizer_s + out->other_s;
    double used = w->shard->tp * w->shard->pp * w->shard->dp * w->shard->cp;
    double peak_flops = gw_training_peak_flops(w->in->accelerator, w->in->precision);
    out->mfu = out->model_flop / (out->step_s * used * peak_flops);
    out->tokens_per_s = w->shard->batch_seq * w->in->sequence_tok / out->step_s;
}

/** Rates in training, of this software. */
static gw_work work_of(const gw_step_in *in, const gw_shard *shard, const gw_plan *plan) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    gw_work w = {.in = in, .software = software, .shard = shard, .plan = plan};
    w.rate = gw_kernel_rates(in->accelerator, in->precision);
    double sustained = in->accelerator->sustained > 0 ? in->accelerator->sustained : 1.0;
    double products = software->product_rate * sustained;
    w.rate.attention_flops *= software->attention_rate * sustained;
    w.rate.bf16_flops *= products;
    w.rate.linear_flops *= products;
    w.grouped = w.rate;
    bool narrow = in->precision != GW_PRECISION_BF16 && software->grouped8_rate > 0;
    w.grouped.linear_flops *= narrow ? software->grouped8_rate : software->grouped_rate;
    return w;
}

void gw_training_time(const gw_step_in *in, const gw_shard *shard, gw_step *out) {
    gw_work w = work_of(in, shard, &out->plan);
    stages t = stages_of(&w);
    gw_pair mid, first, last;
    fill_stages(&w, &t, &mid, &first, &last);
    gw_pipe pipe = pipe_of(&w, &mid, &first, &last);
    gw_pipe_time time = gw_pipe_time_of(&pipe);
    gw_pair most = busiest(&w, &mid, &first, &last);
    gw_pass all = most.forward;
    gw_pass_add(&all, &most.backward, 1.0);
    all.ep_s = fmax(0.0, all.ep_s - pipe.pair_saved_s);
    double work_s = time.total_s - time.send_s;
    /* what two directions of a pipeline share out evenly is less than its busiest stage has */
    bool piped = shard->pp > 1;
    double m = piped ? fmin(shard->n_micro, work_s / gw_pass_s(&all)) : shard->n_micro;
    double ranks = shard->tp * shard->pp * shard->dp * shard->cp;
    double slowest = w.software->spread * sqrt(2.0 * log(fmax(1.0, ranks)));
    double overhead_s = w.software->step_overhead_s + shard->n_micro * w.software->micro_overhead_s;
    out->matmul_s = m * all.matmul_s;
    out->attention_s = m * all.attention_s;
    out->memory_bound_s = m * all.memory_s;
    out->tp_comm_s = m * all.tp_s;
    out->cp_comm_s = m * all.cp_s;
    out->ep_comm_s = m * all.ep_s;
    out->other_s = m * all.other_s + overhead_s + slowest * time.total_s;
    out->pp_comm_s = time.send_s;
    out->bubble_s = piped ? fmax(0.0, work_s - m * gw_pass_s(&all)) : 0.0;
    out->dp_comm_s = gw_replicas_s(&w, gw_pass_s(&most.forward), gw_pass_s(&most.backward));
    out->optimizer_s = gw_optimizer_s(&w);
    fill_flop(&w, out);
    finish(&w, out);
}

gw_stage_times gw_training_stages(const gw_step_in *in, const gw_shard *shard,
                                  const gw_plan *plan) {
    gw_work w = work_of(in, shard, plan);
    stages t = stages_of(&w);
    gw_stage_times out = {0};
    fill_stages(&w, &t, &out.mid, &out.first, &out.last);
    out.pipe = pipe_of(&w, &out.mid, &out.first, &out.last);
    return out;
}
