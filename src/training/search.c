/* training/search.c: exhaustive search over parallel layouts.
 *
 * In:  gw_step_in, gw_layout. Out: gw_search.
 * Model: every combination of
 *          tp           powers of two that divide the heads, inside the scale-up domain, at most 64
 *          pp           stage counts that leave at most two layers missing to an even spread
 *          cp           powers of two that leave at least 2,048 tokens to a rank
 *          micro-batch  powers of two up to 16
 *          ep           divisors of the experts
 *          v            divisors of the layers of a stage, where micro-batches >= stages
 *
 *      with the most replicas that the accelerators and the batch allow. A combination is skipped
 *      when its linear layers alone, at full rate and with the bubble, take longer than the best
 *      layout so far. What the layout fixes is not varied. If nothing fits into memory, the layout
 *      that comes closest is returned with its problem.
 * Valid: widths outside these sets are evaluated when given, never proposed.
 * Derivation: enumeration. The sets cover the layouts of Llama 3 arXiv 2407.21783, Megatron-LM
 *      arXiv 2104.04473 and DeepSeek-V3 arXiv 2412.19437.
 */
#include "training/search.h"

#include <math.h>

#include "training/kernel.h"

#define MAX_CHOICES 64

static const int max_tensor = 64;
static const int max_micro_batch = 16;
static const double min_context_tok = 2048.0;
static const int max_missing_layers = 2;

typedef struct choices {
    int n;
    int at[MAX_CHOICES];
} choices;

/** Everything the nested loops share. */
typedef struct hunt {
    const gw_step_in *in;
    const gw_layout *layout;
    gw_search *out;
    double linear_s;  /* linear layers of the whole batch on one accelerator at full rate */
    double best_rate; /* tokens per second */
    double second_rate;
    double least_excess; /* memory over capacity of the best layout that does not fit */
    bool any_rule;       /* some layout obeyed the rules */
} hunt;

static void choose(choices *c, int value) {
    if (c->n < MAX_CHOICES) {
        c->at[c->n++] = value;
    }
}

static choices only(int64_t value) {
    choices c = {0};
    choose(&c, (int)value);
    return c;
}

static choices divisors(int64_t n, int limit) {
    choices c = {0};
    for (int d = 1; d <= n && d <= limit; d++) {
        if (n % d == 0) {
            choose(&c, d);
        }
    }
    return c;
}

/** Powers of two that divide the heads: what frameworks and kernels are made for. A model whose
 * heads are odd is offered their divisors. */
static choices tensor_widths(int64_t heads, int limit) {
    choices c = {0};
    for (int tp = 1; tp <= limit && heads % tp == 0; tp *= 2) {
        choose(&c, tp);
    }
    return c.n > 1 ? c : divisors(heads, limit);
}

static choices stage_counts(int64_t layers, double accelerators) {
    choices c = {0};
    for (int pp = 1; pp <= layers && pp <= accelerators; pp++) {
        int64_t per_stage = (layers + pp - 1) / pp;
        if (per_stage * pp - layers <= max_missing_layers) {
            choose(&c, pp);
        }
    }
    return c;
}

static choices context_widths(double sequence_tok) {
    choices c = only(1);
    for (int cp = 2; sequence_tok / cp >= min_context_tok; cp *= 2) {
        choose(&c, cp);
    }
    return c;
}

static choices micro_batches(void) {
    choices c = {0};
    for (int b = 1; b <= max_micro_batch; b *= 2) {
        choose(&c, b);
    }
    return c;
}

int gw_training_largest_dp(double batch_seq, int micro_batch, int ranks_per_replica, int ep,
                           double limit) {
    double most = fmin(limit, batch_seq / micro_batch * (1.0 + GW_BATCH_TOLERANCE_FRAC));
    for (int dp = (int)fmin(most, 1e9); dp >= 1; dp--) {
        bool groups = (int64_t)ranks_per_replica * dp % ep == 0;
        if (groups && gw_training_n_micro(batch_seq, dp, micro_batch) > 0) {
            return dp;
        }
    }
    return 0;
}

static void keep(hunt *h, const gw_step *step) {
    gw_search *out = h->out;
    if (step->problem) {
        double excess = step->memory_B / step->capacity_B;
        if (h->best_rate <= 0.0 && excess < h->least_excess) {
            h->least_excess = excess;
            out->plan = step->plan;
            out->step = *step;
        }
        return;
    }
    out->n_fit++;
    if (step->tokens_per_s > h->best_rate) {
        out->second_plan = out->plan;
        h->second_rate = h->best_rate;
        h->best_rate = step->tokens_per_s;
        out->plan = step->plan;
        out->step = *step;
    } else if (step->tokens_per_s > h->second_rate) {
        out->second_plan = step->plan;
        h->second_rate = step->tokens_per_s;
    }
}

/** All interleavings of one layout. */
static void try_interleaving(hunt *h, gw_plan plan) {
    const gw_llm *llm = h->in->llm;
    double n_micro = gw_training_n_micro(h->in->batch_seq, plan.dp, plan.micro_batch);
    double used = (double)plan.tp * plan.pp * plan.cp * plan.dp;
    int per_stage = (int)((llm->layers + plan.pp - 1) / plan.pp);
    choices virtual_stages = only(1);
    if (h->layout->virtual_stages > 0) {
        virtual_stages = only(h->layout->virtual_stages);
    } else if (plan.pp > 1 && n_micro >= plan.pp) {
        virtual_stages = divisors(per_stage, per_stage);
    }
    gw_step_in in = *h->in;
    in.scratch = NULL; /* sentences only for the answer */
    for (int i = 0; i < virtual_stages.n; i++) {
        plan.virtual_stages = virtual_stages.at[i];
        double bubble = (plan.pp - 1.0) / (n_micro * plan.virtual_stages);
        double least_s = h->linear_s / used * (1.0 + fmax(0.0, bubble));
        double tokens = h->in->batch_seq * h->in->sequence_tok * (1.0 + GW_BATCH_TOLERANCE_FRAC);
        if (tokens / least_s < h->best_rate) {
            continue;
        }
        if (gw_training_rule(&in, &plan)) {
            continue;
        }
        h->any_rule = true;
        h->out->n_tried++;
        gw_step step;
        gw_training_step(&in, &plan, &step);
        keep(h, &step);
    }
}

/** All replica counts and expert groups of one layout. */
static void try_replicas(hunt *h, gw_plan plan) {
    const gw_llm *llm = h->in->llm;
    choices ep = only(1);
    if (h->layout->ep > 0) {
        ep = only(h->layout->ep);
    } else if (llm->experts > 0) {
        ep = divisors(llm->experts, (int)fmin((double)llm->experts, 4096.0));
    }
    double limit = floor(h->in->accelerators / ((double)plan.tp * plan.pp * plan.cp));
    for (int i = 0; i < ep.n; i++) {
        plan.ep = ep.at[i];
        plan.dp = (int)h->layout->dp;
        if (plan.dp == 0) {
            int ranks = plan.tp * plan.cp;
            plan.dp =
                gw_training_largest_dp(h->in->batch_seq, plan.micro_batch, ranks, plan.ep, limit);
        }
        if (plan.dp > 0) {
            try_interleaving(h, plan);
        }
    }
}

static void try_all(hunt *h) {
    const gw_step_in *in = h->in;
    const gw_layout *layout = h->layout;
    const gw_llm *llm = in->llm;
    int domain = in->comm->scaleup.size < max_tensor ? in->comm->scaleup.size : max_tensor;
    choices tp = layout->tp > 0 ? only(layout->tp) : tensor_widths(llm->heads, domain);
    choices pp = layout->pp > 0 ? only(layout->pp) : stage_counts(llm->layers, in->accelerators);
    choices cp = layout->cp > 0 ? only(layout->cp) : context_widths(in->sequence_tok);
    choices mb = layout->micro_batch > 0 ? only(layout->micro_batch) : micro_batches();
    for (int i = 0; i < tp.n; i++) {
        for (int j = 0; j < pp.n; j++) {
            for (int k = 0; k < cp.n; k++) {
                if ((double)tp.at[i] * pp.at[j] * cp.at[k] > in->accelerators) {
                    continue;
                }
                for (int l = 0; l < mb.n; l++) {
                    gw_plan plan = {.tp = tp.at[i],
                                    .pp = pp.at[j],
                                    .cp = cp.at[k],
                                    .micro_batch = mb.at[l],
                                    .zero_stage = (int)layout->zero_stage,
                                    .recompute = (gw_recompute)layout->recompute,
                                    .schedule = (gw_pipeline)layout->schedule,
                                    .context_method = (gw_context_method)layout->context_method,
                                    .etp = (int)layout->etp,
                                    .shard_group = (int)layout->shard_group,
                                    .no_sequence_parallel = !layout->sequence_parallel};
                    try_replicas(h, plan);
                }
            }
        }
    }
}

static int or_one(int64_t value) {
    return value > 0 ? (int)value : 1;
}

/** What was given, with 1 for what was open: carries the rule that nothing could obey. */
static gw_plan plan_as_given(const gw_layout *layout) {
    return (gw_plan){.tp = or_one(layout->tp),
                     .pp = or_one(layout->pp),
                     .dp = or_one(layout->dp),
                     .cp = or_one(layout->cp),
                     .ep = or_one(layout->ep),
                     .virtual_stages = or_one(layout->virtual_stages),
                     .micro_batch = or_one(layout->micro_batch),
                     .zero_stage = (int)layout->zero_stage,
                     .recompute = (gw_recompute)layout->recompute,
                     .schedule = (gw_pipeline)layout->schedule,
                     .context_method = (gw_context_method)layout->context_method,
                     .etp = (int)layout->etp,
                     .shard_group = (int)layout->shard_group,
                     .no_sequence_parallel = !layout->sequence_parallel};
}

void gw_training_search(const gw_step_in *in, const gw_layout *layout, gw_search *out) {
    *out = (gw_search){.second_loss_frac = GW_NAN};
    out->given = layout->tp > 0 && layout->pp > 0 && layout->cp > 0 && layout->dp > 0 &&
                 layout->micro_batch > 0 && (layout->ep > 0 || in->llm->experts == 0) &&
                 (layout->virtual_stages > 0 || layout->pp == 1);
    gw_arch arch = gw_arch_of(in->llm);
    double core = gw_arch_attention_flop(&arch, in->llm, in->sequence_tok) * (double)arch.layers;
    double linear = gw_arch_forward_flop(&arch, in->llm, in->sequence_tok) - core;
    gw_engine_rate rate = gw_kernel_rates(in->accelerator, in->precision);
    hunt h = {.in = in, .layout = layout, .out = out, .least_excess = GW_INF};
    double linear_flops = fmax(rate.linear_flops, rate.bf16_flops);
    h.linear_s = 3.0 * linear * in->batch_seq * in->sequence_tok / linear_flops *
                 (1.0 - GW_BATCH_TOLERANCE_FRAC);
    if (!out->given) {
        try_all(&h);
    }
    if (out->given || !h.any_rule) {
        out->plan = plan_as_given(layout);
    }
    if (h.best_rate > 0.0 && h.second_rate > 0.0) {
        out->second_loss_frac = 1.0 - h.second_rate / h.best_rate;
    }
    gw_training_step(in, &out->plan, &out->step);
    out->plan = out->step.plan;
    out->accelerators_used = (double)out->plan.tp * out->plan.pp * out->plan.cp * out->plan.dp;
}

const char *gw_training_search_note(const gw_step_in *in, const gw_search *search,
                                    gw_arena *arena) {
    double idle = floor(in->accelerators) - search->accelerators_used;
    const gw_plan *p = &search->plan;
    double run = search->step.problem ? in->batch_seq : (double)p->n_micro * p->dp * p->micro_batch;
    const char *unused = "";
    const char *rounded = "";
    const char *how = "layout as given";
    if (idle > 0.5 && !search->step.problem) {
        unused = gw_arena_printf(arena, "; %.0f of %.0f accelerators stay unused", idle,
                                 floor(in->accelerators));
    }
    if (run != in->batch_seq) {
        rounded =
            gw_arena_printf(arena, "; batch of %.0f sequences run as %.0f", in->batch_seq, run);
    }
    if (search->given) {
        return *unused || *rounded ? gw_arena_printf(arena, "%s%s%s", how, unused, rounded) : NULL;
    }
    if (search->n_fit == 0) {
        return gw_arena_printf(arena, "%d layouts tried, none fits", search->n_tried);
    }
    if (gw_is_set(search->second_loss_frac)) {
        const gw_plan *s = &search->second_plan;
        how = gw_arena_printf(
            arena,
            "best of %d layouts tried, %d of which fit; the second best (tp %d, pp %d x %d, cp %d, "
            "ep %d, micro-batch %d) is %.1f %% slower",
            search->n_tried, search->n_fit, s->tp, s->pp, s->virtual_stages, s->cp, s->ep,
            s->micro_batch, 100.0 * search->second_loss_frac);
    } else {
        how = gw_arena_printf(arena, "the only one of %d layouts tried that fits", search->n_tried);
    }
    return gw_arena_printf(arena, "%s%s%s", how, unused, rounded);
}
