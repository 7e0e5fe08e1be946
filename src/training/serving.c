/* training/serving.c: latency, throughput and memory of a model that serves, in steady state.
 *
 * In:  gw_serving_in, gw_serving_plan. Out: gw_service (model.h).
 * Model: a copy of the model stands on tp x pp x dp accelerators, each attention replica works on b
 *      sequences. A decode step of b sequences takes t; with pp stages b / pp of them are in each
 *      stage and t is pp times the slowest stage. A prompt takes p of a replica's time (several
 *      short ones share a pass of chunk_tok tokens).
 *
 *        together:      while a request writes its O tokens, the b others bring one prompt each:
 *                       TPOT = t + b p / O; requests per second and replica b / (O TPOT).
 *        disaggregated: TPOT = t; accelerators for prompts to accelerators for outputs as
 *                       p b / (O t) to prefill_load; the cache of a prompt travels once.
 *
 *      TTFT = a prompt alone + one step + the mean wait for other prompts, load x p / (2 (1 -
 *      load)), the wait of a queue with Poisson arrivals and one constant time of service.
 *
 *      Memory: weights, cache of prompt and output of every sequence, logits, inner tensors of one
 *      chunk, in memory_frac of the accelerator. With batch 0, b is the largest that fits and keeps
 *      tpot_limit.
 * Valid: mean lengths; no shared prefixes, no speculative decoding, no eviction; even routing. Not
 *      set against measured servers.
 * Sources: Pope et al. arXiv 2211.05102; Agrawal et al. arXiv 2403.02310 (prompts and outputs on
 *      one machine); Zhong et al. arXiv 2401.09670 (disaggregated); Kleinrock, Queueing Systems I,
 *      section 5.6 (queue with constant service).
 */
#include "training/serving.h"

#include <math.h>

#include "training/groups.h"
#include "training/kernel.h"

/** Of accelerators that only work on prompts: leaves room for arrivals in bunches; assumption. */
static const double prefill_load = 0.8;
/** Sequences at once and replica that a search goes up to. */
static const int most_sequences = 1 << 20;

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

static double weight_B(gw_precision precision) {
    return precision == GW_PRECISION_BF16 ? 2.0 : precision == GW_PRECISION_FP8 ? 1.0 : 0.5625;
}

/** Bytes of the fullest accelerator that do not depend on the sequences: weights, work. */
static void fixed_memory(const gw_serving_in *in, const gw_serving_plan *plan, gw_service *out) {
    const gw_llm *llm = in->llm;
    gw_arch a = gw_arch_of(llm);
    double tp = plan->tp, pp = plan->pp, dp = plan->dp;
    double routed = (double)a.expert_layers * (double)llm->experts * a.expert_params;
    double layers = a.params - a.embedding_params - routed;
    double ends = a.embedding_params * 2.0 / (pp > 1 && !llm->tied_embeddings ? 2.0 : 1.0);
    double uneven = ceil((double)a.layers / pp) / (double)a.layers;
    out->weights_B =
        weight_B(in->precision) * uneven * (layers / tp + routed / (tp * dp)) + ends / tp;
    double inner = larger((double)llm->ffn,
                          (double)llm->shared_ffn + (double)llm->top_k * (double)llm->expert_ffn);
    double chunk = smaller(in->chunk_tok, in->prompt_tok);
    out->work_B = chunk * (8.0 * (double)llm->hidden +
                           (6.0 * inner + 2.0 * (a.q_width + a.k_width + a.v_width)) / tp);
}

/** Bytes of one more sequence on an accelerator. */
static double sequence_B(const gw_serving_in *in, const gw_serving_plan *plan) {
    const gw_llm *llm = in->llm;
    gw_arch a = gw_arch_of(llm);
    double pieces = (double)plan->pp;
    if (!a.latent) {
        pieces *= smaller((double)plan->tp, larger(1.0, (double)llm->kv_heads));
    }
    double cache =
        gw_serving_sequence_B(&a, llm, in->prompt_tok + in->output_tok, in->kv_precision);
    return cache / pieces + (double)llm->vocab / (double)plan->tp * 6.0;
}

/** Times of a plan that do not depend on the batch. */
typedef struct prompt_time {
    double alone_s; /* one prompt on an idle replica */
    double each_s;  /* of a replica's time, prompts one behind another */
} prompt_time;

static prompt_time prompt_of(const gw_serving_in *in, const gw_serving_plan *plan) {
    double chunk = smaller(in->chunk_tok, in->prompt_tok);
    double chunks = ceil(in->prompt_tok / chunk);
    gw_serving_pass attention = gw_serving_pass_of(in, plan, false, in->prompt_tok, in->prompt_tok);
    gw_serving_pass piece =
        gw_serving_pass_of(in, plan, false, in->prompt_tok / chunks, in->prompt_tok / chunks);
    /* products by the piece, attention over the whole prompt */
    double share = piece.total_s > 0 ? piece.stage_s / piece.total_s : 0.0;
    double work_s = (piece.total_s - piece.attention_s) * chunks + attention.attention_s;
    double stage_s = work_s * share / chunks + in->step_overhead_s;
    prompt_time t;
    t.alone_s = stage_s * (chunks + (double)plan->pp - 1.0);
    t.each_s = stage_s * chunks;
    double together = floor(in->chunk_tok / in->prompt_tok);
    if (together > 1.0) {
        gw_serving_pass many =
            gw_serving_pass_of(in, plan, false, in->prompt_tok * together, in->prompt_tok);
        /* attention grows with the prompts, not with the square of their sum */
        double many_s = (many.total_s - many.attention_s) * share +
                        together * attention.attention_s * share + in->step_overhead_s;
        t.each_s = smaller(t.each_s, many_s / together);
    }
    return t;
}

/** One token for each of b sequences of a replica. */
static double decode_s(const gw_serving_in *in, const gw_serving_plan *plan, double b,
                       gw_serving_pass *pass) {
    double stages = (double)plan->pp;
    double context = in->prompt_tok + 0.5 * in->output_tok;
    *pass = gw_serving_pass_of(in, plan, true, larger(1.0, b / stages), context);
    return stages * pass->stage_s + in->step_overhead_s;
}

static double token_s(const gw_serving_in *in, const gw_serving_plan *plan, const prompt_time *t,
                      double b) {
    gw_serving_pass pass;
    double step_s = decode_s(in, plan, b, &pass);
    return in->disaggregated ? step_s : step_s + b * t->each_s / in->output_tok;
}

/** The largest batch of a replica that fits and keeps the limit; 0: not even one. */
static int largest_batch(const gw_serving_in *in, const gw_serving_plan *plan, const prompt_time *t,
                         gw_service *out) {
    double room = out->capacity_B - out->weights_B - out->work_B;
    double fits = floor(smaller(room / sequence_B(in, plan), (double)most_sequences));
    out->batch_limit = "memory";
    if (!(fits >= 1.0)) {
        return 0;
    }
    int high = (int)fits;
    if (!gw_is_set(in->tpot_limit_s) || token_s(in, plan, t, high) <= in->tpot_limit_s) {
        return high;
    }
    out->batch_limit = "tpot_limit";
    int low = 0;
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        bool keeps = token_s(in, plan, t, middle) <= in->tpot_limit_s;
        low = keeps ? middle : low;
        high = keeps ? high : middle;
    }
    return low;
}

/** What takes most of the time of a token; out holds the parts of a step. */
static const char *bottleneck_of(const gw_serving_in *in, const gw_service *out) {
    if (out->prefill_frac > 0.5) {
        return "prompts: matrix products and attention";
    }
    double most_s =
        larger(larger(out->weights_s, out->attention_s), larger(out->network_s, out->other_s));
    if (out->network_s >= most_s) {
        return "network between the ranks of a copy";
    }
    if (out->other_s >= most_s) {
        return "launches and scheduling";
    }
    if (out->attention_s >= most_s) {
        return "attention and states: reading the cache";
    }
    double read_s = (double)out->pp * out->weights_B /
                    (in->accelerator->hbm_bandwidth_Bps * in->accelerator->memory_efficiency);
    return read_s > 0.5 * out->weights_s ? "matrix products: reading weights"
                                         : "matrix products: their work";
}

static void steady_state(const gw_serving_in *in, const gw_serving_plan *plan, const prompt_time *t,
                         double b, gw_service *out) {
    gw_serving_pass pass;
    double step_s = decode_s(in, plan, b, &pass);
    double stages = (double)plan->pp;
    double ranks = (double)plan->tp * stages; /* of a replica */
    out->step_s = step_s;
    out->weights_s = stages * pass.weights_s / pass.total_s * pass.stage_s;
    out->attention_s = stages * pass.attention_s / pass.total_s * pass.stage_s;
    out->network_s = stages * pass.network_s / pass.total_s * pass.stage_s;
    out->other_s = step_s - out->weights_s - out->attention_s - out->network_s;
    out->prefill_tokens_per_s = in->prompt_tok / t->each_s / ranks;
    out->decode_tokens_per_s = b / step_s / ranks;
    double request_prompt_s = t->each_s, request_decode_s = in->output_tok * step_s / b;
    double load = request_prompt_s / (request_prompt_s + request_decode_s);
    double moved_s = 0.0;
    out->tpot_s = step_s;
    if (in->disaggregated) {
        double more = request_prompt_s / (request_decode_s * prefill_load);
        out->prefill_frac = more / (1.0 + more);
        out->output_tokens_per_s = out->decode_tokens_per_s / (1.0 + more);
        load = prefill_load;
        gw_arch a = gw_arch_of(in->llm);
        double cache_B = gw_serving_sequence_B(&a, in->llm, in->prompt_tok, in->kv_precision);
        moved_s = gw_collective_s(in->comm, GW_SEND, cache_B / ranks, 2, 1);
    } else {
        out->tpot_s += b * t->each_s / in->output_tok;
        out->prefill_frac = load;
        out->output_tokens_per_s = b / out->tpot_s / ranks;
    }
    out->ttft_s = t->alone_s + step_s + moved_s + load * t->each_s / (2.0 * (1.0 - load));
    out->bottleneck = bottleneck_of(in, out);
    out->n_copies = floor(in->accelerators / (ranks * (double)plan->dp));
    out->total_tokens_per_s = out->output_tokens_per_s * out->n_copies * ranks * (double)plan->dp;
}

static const char *rule_of_input(const gw_serving_in *in) {
    const gw_accelerator *chip = in->accelerator;
    if (!(chip->bf16_flops > 0)) {
        return "the accelerator has no bf16 peak";
    }
    if (in->precision != GW_PRECISION_BF16 && !(chip->fp8_flops > 0)) {
        return "the accelerator has no 8-bit units";
    }
    if (in->precision == GW_PRECISION_FP4 && !(chip->fp4_flops > 0)) {
        return "the accelerator has no 4-bit units";
    }
    if (!(in->prompt_tok >= 1 && in->output_tok >= 1 && in->chunk_tok >= 1)) {
        return "a request needs at least one token of prompt and one of output";
    }
    if (in->comm->scaleup.size < 1) {
        return "the scale-up domain is empty";
    }
    return gw_congestion_rule(in->congestion);
}

const char *gw_serving_rule(const gw_serving_in *in, const gw_serving_plan *plan) {
    const gw_llm *llm = in->llm;
    const char *problem = rule_of_input(in);
    if (problem) {
        return problem;
    }
    if (plan->tp < 1 || plan->pp < 1 || plan->dp < 1 || plan->ep < 0 || plan->batch < 0) {
        return "every parallel width must be at least 1";
    }
    double ranks = (double)plan->tp * plan->pp * plan->dp;
    if (ranks > in->accelerators + 0.5) {
        return "one copy of the model needs more accelerators than there are";
    }
    if (llm->heads > 0 && llm->heads % plan->tp != 0) {
        return "tensor parallel does not divide the attention heads";
    }
    if (llm->heads > 0 && llm->kv_lora_rank == 0 && llm->kv_heads % plan->tp != 0 &&
        plan->tp % llm->kv_heads != 0) {
        return "tensor parallel neither divides the key-value heads nor is a multiple of them";
    }
    if (plan->pp > llm->layers) {
        return "more pipeline stages than layers";
    }
    int64_t group = (int64_t)plan->tp * plan->dp;
    if (plan->ep > 1 && llm->experts < 1) {
        return "expert parallel needs a model with experts";
    }
    if (plan->ep > 1 && llm->experts % plan->ep != 0) {
        return "expert parallel does not divide the experts";
    }
    if (plan->ep > 0 && group % plan->ep != 0) {
        return "expert parallel does not divide tp x dp";
    }
    if (plan->dp > 1 && llm->experts == 0) {
        return "attention replicas need a model with experts: use more copies";
    }
    return NULL;
}

static void nothing(gw_service *out) {
    out->ttft_s = out->tpot_s = out->step_s = GW_NAN;
    out->weights_s = out->attention_s = out->network_s = out->other_s = GW_NAN;
    out->prefill_tokens_per_s = out->decode_tokens_per_s = GW_NAN;
    out->output_tokens_per_s = out->total_tokens_per_s = GW_NAN;
    out->prefill_frac = out->batch = out->n_copies = GW_NAN;
}

/** The sentence with its numbers where there is memory for it. */
#define SENTENCE(in, plain, ...)                                                                   \
    ((in)->scratch ? gw_arena_printf((in)->scratch, __VA_ARGS__) : (plain))

/** One plan with a given width. */
static void work_out(const gw_serving_in *in, const gw_serving_plan *plan, gw_service *out) {
    int ep = in->llm->experts > 0 ? plan->ep : 0; /* 1 says nothing of a dense model */
    *out = (gw_service){.tp = plan->tp, .pp = plan->pp, .dp = plan->dp, .ep = ep};
    out->capacity_B = in->accelerator->hbm_B * in->memory_frac;
    out->problem = gw_serving_rule(in, plan);
    if (out->problem) {
        nothing(out);
        return;
    }
    fixed_memory(in, plan, out);
    gw_arch a = gw_arch_of(in->llm);
    out->kv_token_B = gw_serving_kv_token_B(&a, in->kv_precision);
    prompt_time t = prompt_of(in, plan);
    double b = largest_batch(in, plan, &t, out);
    double most = b;
    if (plan->batch > 0) {
        b = (double)plan->batch / (double)plan->dp;
        out->batch_limit = "given";
    }
    out->cache_B = larger(1.0, b) * sequence_B(in, plan);
    out->memory_B = out->weights_B + out->work_B + out->cache_B;
    if (out->memory_B > out->capacity_B) {
        out->problem = SENTENCE(in, "does not fit into memory",
                                "%.0f GB of weights, cache and work do not fit into %.0f GB",
                                out->memory_B / 1e9, out->capacity_B / 1e9);
    } else if (b < 1.0 || (b > most && gw_is_set(in->tpot_limit_s))) {
        double least_s = token_s(in, plan, &t, larger(1.0, b));
        out->problem = SENTENCE(in, "tpot_limit cannot be kept",
                                "a token takes %.1f ms with a batch of %.0f, over tpot_limit",
                                1e3 * least_s, larger(1.0, b));
    } else {
        out->batch = b * (double)plan->dp;
        steady_state(in, plan, &t, b, out);
        if (gw_is_set(in->ttft_limit_s) && out->ttft_s > in->ttft_limit_s) {
            out->problem = SENTENCE(in, "ttft_limit cannot be kept",
                                    "the first token takes %.2f s, over ttft_limit", out->ttft_s);
        }
    }
    if (out->problem) {
        nothing(out);
    }
}

void gw_serving_work_out(const gw_serving_in *in, const gw_serving_plan *plan, gw_service *out) {
    if (plan->tp > 0 || rule_of_input(in)) {
        work_out(in, plan, out);
        return;
    }
    gw_serving_plan tried = *plan;
    gw_service best = {0};
    bool any = false;
    for (tried.tp = 1; tried.tp <= in->comm->scaleup.size; tried.tp *= 2) {
        gw_service one;
        work_out(in, &tried, &one);
        bool better = !one.problem &&
                      (!any || best.problem || one.output_tokens_per_s > best.output_tokens_per_s);
        /* of those that cannot be, the last that breaks no rule of a plan says most */
        bool tells = one.problem && (!any || (best.problem && !gw_serving_rule(in, &tried)));
        if (better || tells) {
            best = one;
            any = true;
        }
    }
    *out = best;
}

void gw_serving_scale(gw_service *service, double factor) {
    service->ttft_s *= factor;
    service->tpot_s *= factor;
    service->step_s *= factor;
    service->weights_s *= factor;
    service->attention_s *= factor;
    service->network_s *= factor;
    service->other_s *= factor;
    service->prefill_tokens_per_s /= factor;
    service->decode_tokens_per_s /= factor;
    service->output_tokens_per_s /= factor;
    service->total_tokens_per_s /= factor;
}
