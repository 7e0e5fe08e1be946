/* training/step.c: one optimizer step: rules of a layout, sizes of a rank, the step put together.
 *
 * In:  gw_step_in, gw_plan. Out: gw_step (training/step.h).
 * Model: ranks = tp x cp x dp x pp. Layers are spread evenly over the stages; what is missing to
 *      an even count is taken from the last stage first (it has the vocabulary), as Llama 3 and
 *      DeepSeek-V3 do. Experts are spread over ep neighbouring ranks out of tp x cp x dp and are
 *      whole when ep > 1 (Megatron parallel folding); with ep = 1 the tensor-parallel group splits
 *      each expert.
 * Valid: any integers; what breaks a rule becomes a sentence.
 * Sources: Narayanan et al. arXiv 2104.04473 (groups); Llama 3 arXiv 2407.21783 section 3.3
 *      (uneven stages); Liu et al. arXiv 2504.14960 (folding of expert groups).
 */
#include "training/step.h"

#include <math.h>
#include <stdarg.h>

#include "training/groups.h"
#include "training/pipeline.h"

/* Calibrated together with the accelerators: docs/model/training.md, tools/fit_training.c. */
const gw_software gw_software_current = {
    .fused_attention = true,
    .optimizer_B = 12.0,
    .loss_B = 4.0,
    .selective_kept = GW_NAN,
    .gathered_layers = 2.0,
    .context_B = 1.5e9,
    .fragmentation = 0.03,
    .tp_hidden = 0.89,
    .ep_hidden = 0.29,
    .pp_hidden = 0.7, /* assumption: too little traffic in the runs to be fitted */
    .dp_hidden = 0.5,
    .gradient_B = 2.0,
    .interval_dense = 1.0,
    .interval_expert = 1.5,
    .elementwise_traffic = 1.17,
    .attention_rate = 1.0,
    .product_rate = 1.0,
    .overlap_cost = 0.05,
    .ends_kernels = 60.0,
    .vocabulary_rate = 1.0,
    .score_traffic = 1.0,
    .optimizer_traffic = 1.0,
    .routing_traffic = 1.2,
    .gathered_pieces = 1,
    .grouped_rate = 0.65,
    .kernels_forward =
        25.0, /* counted: 4 products, attention, 2 norms, casts, rotary, activation, collectives */
    .kernels_backward = 40.0,
    .expert_kernels = 40.0, /* routing, permutation, counts */
    .step_overhead_s = 0.024,
};

const gw_software gw_software_2021 = {
    .fused_attention = false,
    .optimizer_B = 12.0,
    .loss_B = 8.0,
    .selective_kept = GW_NAN,
    .gathered_layers = 2.0,
    .context_B = 1.5e9,
    .fragmentation = 0.03,
    .tp_hidden = 0.0,
    .ep_hidden = 0.0,
    .pp_hidden = 0.0,
    .dp_hidden = 0.0,
    .gradient_B = 4.0,
    .elementwise_traffic = 1.2,
    .attention_rate = 1.0,
    .product_rate = 1.0,
    .overlap_cost = 0.05,
    .ends_kernels = 60.0,
    .vocabulary_rate = 1.0,
    .score_traffic = 1.0,
    .optimizer_traffic = 1.0,
    .routing_traffic = 1.2,
    .gathered_pieces = 1,
    .grouped_rate = 0.65,
    .kernels_forward = 30.0,
    .kernels_backward = 50.0,
    .expert_kernels = 40.0,
    .step_overhead_s = 0.01,
};

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/** Ranks of a group of n that share a domain with room for `limit` of them, spread evenly over as
 * few domains as hold them (at least 1). */
static int sharing(int n, int limit) {
    int most = limit > 1 ? limit : 1;
    int domains = (n + most - 1) / most;
    return (n + domains - 1) / domains;
}

static void shard_domains(const gw_step_in *in, const gw_plan *plan, gw_shard *s) {
    int domain = in->comm->scaleup.size;
    int tp = plan->tp;
    s->tp_domain = sharing(tp, domain);
    s->cp_domain = sharing(plan->cp, domain / tp);
    s->dp_domain = sharing(plan->dp * plan->cp, domain / tp);
    s->ep_domain = sharing(plan->ep, domain);
    s->edp = plan->dp * plan->cp;
    int expert_ranks = plan->ep * (int)s->etp;
    if (s->arch.expert_layers > 0) {
        s->edp = tp * plan->cp * plan->dp / expert_ranks;
    }
    s->edp_domain = sharing(s->edp, domain / expert_ranks);
    int replicas = plan->dp * plan->cp;
    bool whole = plan->shard_group < 1 || plan->shard_group > replicas;
    s->share_group = whole ? replicas : plan->shard_group;
    s->share_domain = sharing(s->share_group, domain / tp);
    double replica = (double)tp * plan->cp * plan->dp;
    s->pp_domain = replica * plan->pp <= domain ? smaller(2, plan->pp) : 1;
}

/** Layers of a full stage and of the two ends, and parameters on one rank of a full stage. What is
 * missing to an even count makes room for layers that predict further tokens, then comes off both
 * ends. */
static void shard_stages(const gw_step_in *in, gw_shard *s) {
    const gw_arch *a = &s->arch;
    double layers = (double)a->layers;
    s->stage_layers = ceil(layers / s->pp);
    double missing = s->stage_layers * s->pp - layers;
    double most = s->stage_layers - 1.0;
    double further =
        fmin(missing, in->llm->mtp_layers > 0 ? (double)in->llm->mtp_layers + 1.0 : 0.0);
    s->last_layers = s->stage_layers - fmin(further + ceil((missing - further) / 2.0), most);
    s->first_layers = s->stage_layers - fmin(floor((missing - further) / 2.0), most);
    double dense_first = fmin((double)in->llm->dense_layers, (double)a->dense_layers);
    double expert_share = s->pp > 1 && layers > dense_first
                              ? (double)a->expert_layers / (layers - dense_first)
                              : (double)a->expert_layers / layers;
    s->stage_expert_layers = s->stage_layers * fmin(1.0, expert_share);
    s->last_expert_layers = s->last_layers * fmin(1.0, expert_share);
    double dense_share = (double)a->dense_layers / layers;
    if (a->expert_layers > 0 && s->pp > 1) {
        dense_share = layers > dense_first
                          ? ((double)a->dense_layers - dense_first) / (layers - dense_first)
                          : 1.0;
    }
    double mixers = ((double)a->attention_layers * a->attention_params +
                     (double)a->state_layers * a->state_params) /
                    layers;
    double ends = a->embedding_params;
    if (s->pp > 1) {
        ends = (double)in->llm->vocab * (double)in->llm->hidden;
    }
    s->dense_params = (s->stage_layers * (mixers + a->norm_params) +
                       s->stage_layers * dense_share * a->dense_ffn_params +
                       s->stage_expert_layers * a->shared_params + ends) /
                      s->tp;
    s->routed_params = s->stage_expert_layers * s->local_experts * a->expert_params / s->etp;
}

int gw_training_n_micro(double batch_seq, double dp, double micro_batch) {
    double per_step = dp * micro_batch;
    double n = fmax(1.0, rint(batch_seq / per_step));
    double change = fabs(n * per_step / batch_seq - 1.0);
    return change <= GW_BATCH_TOLERANCE_FRAC && n < 2e9 ? (int)n : 0;
}

gw_shard gw_training_shard(const gw_step_in *in, const gw_plan *plan) {
    gw_shard s = {.arch = gw_arch_of(in->llm)};
    s.tp = plan->tp;
    s.pp = plan->pp;
    s.dp = plan->dp;
    s.cp = plan->cp;
    s.ep = plan->ep;
    s.etp = s.arch.expert_layers > 0 && plan->ep > 1 ? 1.0 : s.tp;
    if (s.arch.expert_layers > 0 && plan->etp > 0) {
        s.etp = plan->etp;
    }
    s.micro_batch = plan->micro_batch;
    s.n_micro = fmax(1.0, rint(in->batch_seq / (s.dp * s.micro_batch)));
    s.batch_seq = s.n_micro * s.dp * s.micro_batch;
    s.virtual_stages = plan->virtual_stages;
    s.tokens = s.micro_batch * in->sequence_tok / s.cp;
    s.stream_tokens = !plan->no_sequence_parallel ? s.tokens / s.tp : s.tokens;
    s.local_experts = s.arch.expert_layers > 0 ? (double)in->llm->experts / s.ep : 0.0;
    shard_domains(in, plan, &s);
    shard_stages(in, &s);
    return s;
}

double gw_training_peak_flops(const gw_accelerator *accelerator, gw_precision precision) {
    switch (precision) {
    case GW_PRECISION_FP8:
        return accelerator->fp8_flops;
    case GW_PRECISION_FP4:
        return accelerator->fp4_flops;
    case GW_PRECISION_BF16:
    default:
        return accelerator->bf16_flops;
    }
}

/** The sentence with its two numbers where there is memory for it, else the plain one. */
__attribute__((format(printf, 3, 4))) static const char *
sentence(gw_arena *scratch, const char *plain, const char *format, ...) {
    if (!scratch) {
        return plain;
    }
    va_list args;
    va_start(args, format);
    const char *text = gw_arena_vprintf(scratch, format, args);
    va_end(args);
    return text;
}

static const char *rule_of_input(const gw_step_in *in) {
    const gw_llm *llm = in->llm;
    if (!(gw_is_set(in->accelerator->bf16_flops) && in->accelerator->bf16_flops > 0)) {
        return "the accelerator has no bf16 peak";
    }
    if (!(gw_training_peak_flops(in->accelerator, in->precision) > 0)) {
        return in->precision == GW_PRECISION_FP8 ? "the accelerator has no 8-bit units"
                                                 : "the accelerator has no 4-bit units";
    }
    if (in->precision == GW_PRECISION_FP4 && !(in->accelerator->fp8_flops > 0)) {
        return "the accelerator has no 8-bit peak, which the 4-bit model needs";
    }
    if (!(in->sequence_tok >= 1 && in->batch_seq >= 1)) {
        return "the global batch holds less than one sequence";
    }
    if (in->comm->scaleup.size < 1) {
        return "the scale-up domain is empty";
    }
    if (llm->experts > 0 && (llm->top_k < 1 || llm->top_k > llm->experts || llm->expert_ffn < 1)) {
        return "an expert model needs top_k between 1 and experts, and expert_ffn";
    }
    return NULL;
}

static const char *rule_of_tensor(const gw_step_in *in, const gw_plan *plan) {
    const gw_llm *llm = in->llm;
    gw_arena *scratch = in->scratch;
    double tp = plan->tp;
    int64_t heads = gw_arch_heads(llm);
    if (plan->tp > heads || heads % plan->tp != 0) {
        return sentence(scratch, "tensor parallel does not divide the attention heads",
                        llm->heads > 0 ? "tensor parallel %.0f does not divide %.0f attention heads"
                                       : "tensor parallel %.0f does not divide %.0f state heads",
                        tp, (double)heads);
    }
    if (llm->kv_heads > 0 && llm->kv_lora_rank == 0 && llm->kv_heads % plan->tp != 0 &&
        plan->tp % llm->kv_heads != 0) {
        return sentence(
            scratch,
            "tensor parallel neither divides the key-value heads nor is a multiple of them",
            "tensor parallel %.0f neither divides %.0f key-value heads nor is a multiple", tp,
            (double)llm->kv_heads);
    }
    return NULL;
}

static const char *rule_of_pipeline(const gw_step_in *in, const gw_plan *plan) {
    const gw_llm *llm = in->llm;
    gw_arena *scratch = in->scratch;
    double pp = plan->pp;
    if (plan->pp > llm->layers) {
        return sentence(scratch, "more pipeline stages than layers",
                        "%.0f pipeline stages, but %.0f layers", pp, (double)llm->layers);
    }
    double per_stage = ceil((double)llm->layers / pp);
    if (plan->virtual_stages > per_stage) {
        return sentence(scratch, "more virtual stages than layers in a stage",
                        "%.0f virtual stages, but %.0f layers in a pipeline stage",
                        (double)plan->virtual_stages, per_stage);
    }
    if (plan->virtual_stages > 1 && plan->pp < 2) {
        return "virtual stages need pipeline stages";
    }
    int n_micro = gw_training_n_micro(in->batch_seq, plan->dp, plan->micro_batch);
    return gw_pipe_rule(plan->schedule, plan->pp, plan->virtual_stages, n_micro);
}

static const char *rule_of_experts(const gw_step_in *in, const gw_plan *plan) {
    const gw_llm *llm = in->llm;
    gw_arena *scratch = in->scratch;
    int64_t ranks = (int64_t)plan->tp * plan->cp * plan->dp;
    if (llm->experts > 0 && plan->etp > 1) {
        if (plan->tp % plan->etp != 0 || ranks % ((int64_t)plan->ep * plan->etp) != 0) {
            return sentence(scratch,
                            "the tensor parallel width of an expert does not divide the ranks",
                            "expert tensor parallel %.0f does not divide tp = %.0f, or ep x etp "
                            "not tp x cp x dp",
                            (double)plan->etp, (double)plan->tp);
        }
    }
    if (plan->ep == 1) {
        return NULL;
    }
    if (llm->experts == 0) {
        return "expert parallel needs a model with experts";
    }
    if (plan->ep > llm->experts || llm->experts % plan->ep != 0) {
        return sentence(scratch, "expert parallel does not divide the experts",
                        "expert parallel %.0f does not divide %.0f experts", (double)plan->ep,
                        (double)llm->experts);
    }
    if (ranks % plan->ep != 0) {
        return sentence(scratch, "expert parallel does not divide tp x cp x dp",
                        "expert parallel %.0f does not divide tp x cp x dp = %.0f",
                        (double)plan->ep, (double)ranks);
    }
    return NULL;
}

static const char *rule_of_sharing(const gw_step_in *in, const gw_plan *plan) {
    int64_t replicas = (int64_t)plan->dp * plan->cp;
    if (plan->shard_group > 0 && plan->shard_group <= replicas &&
        replicas % plan->shard_group != 0) {
        return sentence(in->scratch, "the sharding group does not divide the replicas",
                        "a sharding group of %.0f does not divide %.0f replicas",
                        (double)plan->shard_group, (double)replicas);
    }
    if (plan->cp > 1 && plan->context_method == GW_CONTEXT_ULYSSES &&
        (int64_t)plan->tp * plan->cp > gw_arch_heads(in->llm)) {
        return sentence(in->scratch, "ulysses needs an attention head for every rank",
                        "ulysses needs a head for every rank of tp x cp = %.0f, there are %.0f",
                        (double)plan->tp * plan->cp, (double)gw_arch_heads(in->llm));
    }
    return NULL;
}

static const char *rule_of_counts(const gw_step_in *in, const gw_plan *plan) {
    gw_arena *scratch = in->scratch;
    if (plan->tp < 1 || plan->pp < 1 || plan->dp < 1 || plan->cp < 1 || plan->ep < 1 ||
        plan->virtual_stages < 1 || plan->micro_batch < 1) {
        return "every parallel width must be at least 1";
    }
    double ranks = (double)plan->tp * plan->pp * plan->dp * plan->cp;
    if (ranks > in->accelerators + 0.5 || ranks > 1e9) {
        return sentence(scratch, "the layout needs more accelerators than the job has",
                        "tp x pp x dp x cp = %.0f, but the job has %.0f accelerators", ranks,
                        in->accelerators);
    }
    if (plan->cp > in->sequence_tok) {
        return "context parallel is wider than the sequence";
    }
    if (gw_training_n_micro(in->batch_seq, plan->dp, plan->micro_batch) == 0) {
        return sentence(
            scratch, "the global batch is not a multiple of dp x micro-batch",
            "global batch of %.0f sequences is not near a multiple of dp x micro-batch = %.0f",
            in->batch_seq, (double)plan->dp * plan->micro_batch);
    }
    return NULL;
}

/** The ranks must share one scale-out network; size 0 means that its extent is not known. */
static const char *rule_of_network(const gw_step_in *in, const gw_plan *plan) {
    double ranks = (double)plan->tp * plan->pp * plan->cp * plan->dp;
    int size = in->comm->scaleout.size;
    if (size > 0 && fmax(ranks, in->accelerators) > size) {
        return sentence(in->scratch, "more accelerators than one network joins",
                        "the job has %.0f accelerators, but one network joins %d",
                        fmax(ranks, in->accelerators), size);
    }
    return NULL;
}

/** A layout for fewer ranks than half the job contradicts the job rather than wasting a little. */
#define GW_LEAST_USED_FRAC 0.5

static const char *rule_of_idle(const gw_step_in *in, const gw_plan *plan) {
    double ranks = (double)plan->tp * plan->pp * plan->dp * plan->cp;
    if (ranks < GW_LEAST_USED_FRAC * in->accelerators) {
        return sentence(in->scratch, "the layout leaves most of the job's accelerators idle",
                        "tp x pp x dp x cp = %.0f uses only %.0f %% of the job's %.0f accelerators",
                        ranks, 100.0 * ranks / in->accelerators, in->accelerators);
    }
    return NULL;
}

const char *gw_training_rule(const gw_step_in *in, const gw_plan *plan) {
    const char *problem = rule_of_input(in);
    if (!problem) {
        problem = rule_of_counts(in, plan);
    }
    if (!problem) {
        problem = rule_of_network(in, plan);
    }
    if (!problem) {
        problem = gw_congestion_rule(in->congestion);
    }
    if (!problem) {
        problem = rule_of_tensor(in, plan);
    }
    if (!problem) {
        problem = rule_of_pipeline(in, plan);
    }
    if (!problem) {
        problem = rule_of_experts(in, plan);
    }
    if (!problem) {
        problem = rule_of_sharing(in, plan);
    }
    if (!problem) {
        problem = rule_of_idle(in, plan);
    }
    return problem;
}

static void no_times(gw_step *out) {
    out->step_s = out->matmul_s = out->attention_s = out->memory_bound_s = out->tp_comm_s = GW_NAN;
    out->cp_comm_s = out->ep_comm_s = out->pp_comm_s = out->bubble_s = out->dp_comm_s = GW_NAN;
    out->optimizer_s = out->other_s = out->model_flop = out->hardware_flop = GW_NAN;
    out->mfu = out->tokens_per_s = out->low_s = out->high_s = GW_NAN;
}

void gw_training_step(const gw_step_in *in, const gw_plan *plan, gw_step *out) {
    *out = (gw_step){.plan = *plan, .capacity_B = in->accelerator->hbm_B};
    out->problem = gw_training_rule(in, plan);
    if (out->problem) {
        no_times(out);
        out->weights_B = out->gradients_B = out->optimizer_B = out->activations_B = GW_NAN;
        out->buffers_B = out->memory_B = GW_NAN;
        return;
    }
    gw_shard shard = gw_training_shard(in, plan);
    out->plan.n_micro = (int)shard.n_micro;
    gw_training_memory(in, &shard, plan, out);
    if (out->memory_B > out->capacity_B) {
        out->problem = sentence(in->scratch, "does not fit into memory", "needs %.0f GB of %.0f GB",
                                out->memory_B / 1e9, out->capacity_B / 1e9);
        no_times(out);
        return;
    }
    gw_training_time(in, &shard, out);
    gw_training_interval(in, out);
}

void gw_training_scale(gw_step *step, double factor) {
    step->step_s *= factor;
    step->low_s *= factor;
    step->high_s *= factor;
    step->matmul_s *= factor;
    step->attention_s *= factor;
    step->memory_bound_s *= factor;
    step->tp_comm_s *= factor;
    step->cp_comm_s *= factor;
    step->ep_comm_s *= factor;
    step->pp_comm_s *= factor;
    step->bubble_s *= factor;
    step->dp_comm_s *= factor;
    step->optimizer_s *= factor;
    step->other_s *= factor;
    step->mfu /= factor;
    step->tokens_per_s /= factor;
}
