/* training/search_space.c: the widths and switches that a search of layouts tries.
 *
 * In:  gw_step_in, gw_wanted. Out: gw_space, lists of choices.
 * Model: what is wanted is not varied. What is open takes
 *
 *                       usual                                   wide
 *   tp                  powers of two that divide the heads,    all divisors of the heads, in the
 *                       inside the scale-up domain, at most 64  domain and beyond
 *   pp                  leaves at most two layers missing to    leaves no stage empty
 *                       an even spread
 *   cp                  powers of two, 2,048 tokens or more a   the same, 512 tokens or more
 *                       rank
 *   micro-batch         powers of two up to 16                  divisors of the batch up to 64
 *   ep                  divisors of the experts                 the same
 *   etp                 1 and tp                                all divisors of tp
 *   v                   divisors of the layers of a stage where the same
 *                       micro-batches >= stages
 *   ZeRO stage          0 to 3                                  the same
 *   sharding group      all replicas, or those of one domain    every power of two that divides
 *                                                               the replicas
 *   recomputation, schedule, context method, sequence parallelism: all that the program knows
 *   dp                  the most that accelerators and batch allow; with `fewer` also for three
 *                       quarters and half of the accelerators
 *
 *      Choices that change nothing are offered once: no context method without context parallel,
 *      no sequence parallelism without tensor parallel, no schedule without stages, no sharing out
 *      to a single replica.
 * Valid: widths outside these sets are evaluated when given, never proposed.
 * Derivation: enumeration. The sets cover the layouts of Llama 3 arXiv 2407.21783, Megatron-LM
 *      arXiv 2104.04473 and DeepSeek-V3 arXiv 2412.19437.
 */
#include "training/search_space.h"

#include <math.h>

static const int max_tensor = 64;
static const int max_micro_batch = 16, max_micro_batch_wide = 64;
static const double min_context_tok = 2048.0, min_context_wide_tok = 512.0;
static const int max_missing_layers = 2;

static void choose(gw_choices *c, int value) {
    for (int i = 0; i < c->n; i++) {
        if (c->at[i] == value) {
            return;
        }
    }
    if (c->n < GW_CHOICES_MAX) {
        c->at[c->n++] = value;
    }
}

static void only(gw_choices *c, int value) {
    c->n = 0;
    choose(c, value);
}

static void divisors(gw_choices *c, int64_t n, int limit) {
    for (int d = 1; d <= n && d <= limit; d++) {
        if (n % d == 0) {
            choose(c, d);
        }
    }
}

static void all_below(gw_choices *c, int n) {
    for (int i = 0; i < n; i++) {
        choose(c, i);
    }
}

/** Powers of two that divide the heads: what frameworks and kernels are made for. A model whose
 * heads are odd is offered their divisors. */
static void tensor_widths(gw_space *s) {
    const gw_llm *llm = s->in.llm;
    int domain = s->in.comm->scaleup.size;
    int limit = domain < max_tensor ? domain : max_tensor;
    if (s->breadth == GW_BREADTH_WIDE) {
        divisors(&s->tp, gw_arch_heads(llm), (int)fmin(s->in.accelerators, 4096.0));
        return;
    }
    for (int tp = 1; tp <= limit && gw_arch_heads(llm) % tp == 0; tp *= 2) {
        choose(&s->tp, tp);
    }
    if (s->tp.n < 2) {
        divisors(&s->tp, gw_arch_heads(llm), limit);
    }
}

static void stage_counts(gw_space *s) {
    int64_t layers = s->in.llm->layers;
    for (int pp = 1; pp <= layers && pp <= s->in.accelerators; pp++) {
        int64_t per_stage = (layers + pp - 1) / pp;
        int64_t missing = per_stage * pp - layers;
        if (missing <= (s->breadth == GW_BREADTH_WIDE ? per_stage - 1 : max_missing_layers)) {
            choose(&s->pp, pp);
        }
    }
}

static void context_widths(gw_space *s) {
    double least_tok = s->breadth == GW_BREADTH_WIDE ? min_context_wide_tok : min_context_tok;
    choose(&s->cp, 1);
    for (int cp = 2; cp <= 4096 && s->in.sequence_tok / cp >= least_tok; cp *= 2) {
        choose(&s->cp, cp);
    }
}

static void micro_batches(gw_space *s) {
    if (s->breadth == GW_BREADTH_WIDE) {
        divisors(&s->micro_batch, (int64_t)s->in.batch_seq, max_micro_batch_wide);
        return;
    }
    for (int b = 1; b <= max_micro_batch; b *= 2) {
        choose(&s->micro_batch, b);
    }
}

void gw_space_init(gw_space *s, const gw_step_in *in, const gw_search_opts *opts) {
    *s = (gw_space){.in = *in, .wanted = opts->wanted, .breadth = opts->breadth};
    s->in.scratch = NULL;
    const gw_wanted *w = &s->wanted;
    w->tp == GW_OPEN ? tensor_widths(s) : only(&s->tp, w->tp);
    w->pp == GW_OPEN ? stage_counts(s) : only(&s->pp, w->pp);
    w->cp == GW_OPEN ? context_widths(s) : only(&s->cp, w->cp);
    w->micro_batch == GW_OPEN ? micro_batches(s) : only(&s->micro_batch, w->micro_batch);
    if (w->ep == GW_OPEN && in->llm->experts > 0) {
        divisors(&s->ep, in->llm->experts, 4096);
    } else {
        only(&s->ep, w->ep == GW_OPEN ? 1 : w->ep);
    }
    w->zero_stage == GW_OPEN ? all_below(&s->zero_stage, 4) : only(&s->zero_stage, w->zero_stage);
    w->recompute == GW_OPEN ? all_below(&s->recompute, gw_enum_recompute.n)
                            : only(&s->recompute, w->recompute);
    w->schedule == GW_OPEN ? all_below(&s->schedule, gw_enum_pipeline.n)
                           : only(&s->schedule, w->schedule);
    static const double shares[GW_BUDGETS_MAX] = {1.0, 0.75, 0.5};
    s->n_budgets = opts->fewer ? GW_BUDGETS_MAX : 1;
    for (int i = 0; i < s->n_budgets; i++) {
        s->budget_frac[i] = shares[i];
    }
}

int gw_space_n_tasks(const gw_space *s) {
    return s->tp.n * s->cp.n * s->ep.n * s->micro_batch.n;
}

static int or_one(int value) {
    return value == GW_OPEN || value < 1 ? 1 : value;
}

static int or_zero(int value) {
    return value == GW_OPEN ? 0 : value;
}

gw_plan gw_search_wanted_plan(const gw_wanted *w) {
    return (gw_plan){
        .tp = or_one(w->tp),
        .pp = or_one(w->pp),
        .dp = or_one(w->dp),
        .cp = or_one(w->cp),
        .ep = or_one(w->ep),
        .virtual_stages = or_one(w->virtual_stages),
        .micro_batch = or_one(w->micro_batch),
        .zero_stage = or_zero(w->zero_stage),
        .recompute = (gw_recompute)or_zero(w->recompute),
        .schedule = (gw_pipeline)or_zero(w->schedule),
        .context_method = (gw_context_method)or_zero(w->context_method),
        .etp = or_zero(w->etp),
        .shard_group = or_zero(w->shard_group),
        .no_sequence_parallel = w->sequence_parallel == 0,
    };
}

gw_plan gw_space_task(const gw_space *s, int i) {
    gw_plan plan = gw_search_wanted_plan(&s->wanted);
    plan.micro_batch = s->micro_batch.at[i % s->micro_batch.n];
    i /= s->micro_batch.n;
    plan.ep = s->ep.at[i % s->ep.n];
    i /= s->ep.n;
    plan.cp = s->cp.at[i % s->cp.n];
    plan.tp = s->tp.at[i / s->cp.n];
    return plan;
}

void gw_space_sequence(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    only(out, s->wanted.sequence_parallel == GW_OPEN ? 1 : s->wanted.sequence_parallel);
    if (s->wanted.sequence_parallel == GW_OPEN && plan->tp > 1) {
        choose(out, 0);
    }
}

void gw_space_context(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    if (s->wanted.context_method != GW_OPEN) {
        only(out, s->wanted.context_method);
        return;
    }
    out->n = 0;
    all_below(out, plan->cp > 1 ? gw_enum_context_method.n : 1);
}

void gw_space_expert_tensor(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    if (s->wanted.etp != GW_OPEN || s->in.llm->experts == 0 || plan->tp == 1) {
        only(out, or_zero(s->wanted.etp));
        return;
    }
    only(out, 1);
    if (s->breadth == GW_BREADTH_WIDE) {
        divisors(out, plan->tp, plan->tp);
    }
    choose(out, plan->tp);
}

void gw_space_replicas(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    out->n = 0;
    if (s->wanted.dp != GW_OPEN) {
        only(out, s->wanted.dp);
        return;
    }
    double per_replica = (double)plan->tp * plan->pp * plan->cp;
    for (int i = 0; i < s->n_budgets; i++) {
        double limit = floor(s->budget_frac[i] * s->in.accelerators / per_replica);
        int dp = gw_training_largest_dp(s->in.batch_seq, plan->micro_batch, plan->tp * plan->cp,
                                        plan->ep, limit);
        if (dp > 0) {
            choose(out, dp);
        }
    }
}

void gw_space_schedule(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    if (s->wanted.schedule == GW_OPEN && plan->pp == 1) {
        only(out, GW_PIPELINE_1F1B);
    } else {
        *out = s->schedule;
    }
}

void gw_space_virtual(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    only(out, s->wanted.virtual_stages == GW_OPEN ? 1 : s->wanted.virtual_stages);
    double n_micro = gw_training_n_micro(s->in.batch_seq, plan->dp, plan->micro_batch);
    int64_t per_stage = (s->in.llm->layers + plan->pp - 1) / plan->pp;
    if (s->wanted.virtual_stages == GW_OPEN && plan->pp > 1 && n_micro >= plan->pp) {
        divisors(out, per_stage, (int)per_stage);
    }
}

void gw_space_zero(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    if (s->wanted.zero_stage == GW_OPEN && plan->dp * plan->cp == 1) {
        only(out, 0);
    } else {
        *out = s->zero_stage;
    }
}

void gw_space_shard_group(const gw_space *s, const gw_plan *plan, gw_choices *out) {
    only(out, or_zero(s->wanted.shard_group));
    if (s->wanted.shard_group != GW_OPEN || plan->zero_stage == 0) {
        return;
    }
    int domain = s->in.comm->scaleup.size / (plan->tp * plan->cp);
    for (int g = 2; g < plan->dp && plan->dp % g == 0; g *= 2) {
        bool fills_domain = g <= domain && (2 * g > domain || plan->dp % (2 * g) != 0);
        if (s->breadth == GW_BREADTH_WIDE || fills_domain) {
            choose(out, g);
        }
    }
}

static int64_t common_divisor(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

int gw_training_largest_dp(double batch_seq, int micro_batch, int ranks_per_replica, int ep,
                           double limit) {
    double most = fmin(limit, batch_seq / micro_batch * (1.0 + GW_BATCH_TOLERANCE_FRAC));
    int64_t common = common_divisor(ranks_per_replica, ep);
    int step = common > 0 && ep > common ? (int)(ep / common) : 1; /* whole expert groups */
    for (int64_t dp = (int64_t)fmin(most, 1e9) / step * step; dp >= step; dp -= step) {
        if (gw_training_n_micro(batch_seq, (double)dp, micro_batch) > 0) {
            return (int)dp;
        }
    }
    return 0;
}
