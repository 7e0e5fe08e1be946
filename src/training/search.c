/* training/search.c: the search over parallel layouts: every layout of a space, or every layout
 * but those that provably cannot be among the best.
 *
 * In:  gw_step_in, gw_search_opts. Out: gw_search_result, gw_search.
 * Model: nested loops over the choices of search_space.c. One task for each combination of tp, cp,
 *      ep and micro-batch; tasks run on any number of threads, keep their own lists and are put
 *      together in order, so that the result does not depend on the threads.
 *
 *      Pruning leaves out layouts whose step cannot be shorter than a bound, when the bound already
 *      is worse than the last of the best. Layouts that differ only in schedule, interleaving, ZeRO
 *      stage and sharding group do the same computing (products, attention, streaming) and, but for
 *      dualpipe, have the same traffic within the slowest stage: the first of them, evaluated
 *      without regard to memory, bounds all. Those that differ only in ZeRO stage and sharding group
 *      share everything but the traffic of replicas and the optimizer: the first of them, without
 *      these two, bounds the others. The lists that the bounds are compared with are the task's own
 *      and those of a small part of the space that is searched first.
 *
 *      For a job of a scenario: what its layout leaves at `auto`, pruned, on one thread. If nothing
 *      fits into memory, the layout that comes closest is returned with its problem.
 * Valid: the bounds hold for the step model of training_time.c; tests compare both ways.
 * Derivation: enumeration; bounds as above.
 */
#include "training/search.h"

#include <math.h>
#include <string.h>

#include "base/pool.h"
#include "training/layer_memo.h"
#include "training/search_keep.h"
#include "training/search_space.h"

/** Room for rounding in a bound. */
#define BOUND_SLACK 1e-9

const gw_wanted gw_wanted_all_open = {
    .tp = GW_OPEN,
    .pp = GW_OPEN,
    .dp = GW_OPEN,
    .cp = GW_OPEN,
    .ep = GW_OPEN,
    .etp = GW_OPEN,
    .virtual_stages = GW_OPEN,
    .micro_batch = GW_OPEN,
    .zero_stage = GW_OPEN,
    .recompute = GW_OPEN,
    .schedule = GW_OPEN,
    .context_method = GW_OPEN,
    .sequence_parallel = GW_OPEN,
    .shard_group = GW_OPEN,
};

static int open_or(int64_t value) {
    return value > 0 ? (int)value : GW_OPEN;
}

gw_wanted gw_wanted_of_layout(const gw_layout *l) {
    return (gw_wanted){
        .tp = open_or(l->tp),
        .pp = open_or(l->pp),
        .dp = open_or(l->dp),
        .cp = open_or(l->cp),
        .ep = open_or(l->ep),
        .etp = (int)l->etp,
        .virtual_stages = open_or(l->virtual_stages),
        .micro_batch = open_or(l->micro_batch),
        .zero_stage = (int)l->zero_stage,
        .recompute = l->recompute,
        .schedule = l->schedule,
        .context_method = l->context_method,
        .sequence_parallel = l->sequence_parallel ? 1 : 0,
        .shard_group = (int)l->shard_group,
    };
}

/** What the nested loops share. */
typedef struct walk {
    gw_step_in in; /* that of the space, with a memo */
    const gw_space *space;
    gw_keep *keep;
    const gw_keep *seed; /* found before; NULL: none */
    bool prune;
} walk;

static bool cannot_win(const walk *w, double tokens, double floor_s) {
    double least = gw_keep_least_rate(w->keep);
    if (w->seed) {
        least = fmax(least, gw_keep_least_rate(w->seed));
    }
    return tokens / (floor_s * (1.0 - BOUND_SLACK)) < least;
}

static void try_plan(const walk *w, const gw_plan *plan) {
    gw_step step;
    gw_training_step(&w->in, plan, &step);
    w->keep->n_listed++;
    w->keep->n_steps++;
    if (!(step.problem && isnan(step.memory_B))) { /* obeys the rules */
        gw_keep_offer(w->keep, &step);
    }
}

/** The step without regard to memory; false if it breaks a rule. */
static bool time_only(const walk *w, const gw_plan *plan, gw_step *out) {
    const gw_step_in *in = &w->in;
    if (gw_training_rule(in, plan)) {
        return false;
    }
    gw_shard shard = gw_training_shard(in, plan);
    *out = (gw_step){.plan = *plan, .capacity_B = in->accelerator->hbm_B};
    out->plan.n_micro = (int)shard.n_micro;
    gw_training_time(in, &shard, out);
    w->keep->n_steps++;
    return true;
}

static void skip(const walk *w, double n) {
    w->keep->n_listed += n;
    w->keep->n_skipped += n;
}

/** ZeRO stages and sharding groups of one layout. */
static void try_sharding(const walk *w, gw_plan plan) {
    gw_choices zero, group;
    gw_space_zero(w->space, &plan, &zero);
    bool skipping = false;
    if (w->prune && zero.n > 1) {
        gw_step step;
        plan.zero_stage = zero.at[0];
        skipping = time_only(w, &plan, &step) &&
                   cannot_win(w, step.tokens_per_s * step.step_s,
                              step.step_s - step.dp_comm_s - step.optimizer_s);
    }
    for (int i = 0; i < zero.n; i++) {
        plan.zero_stage = zero.at[i];
        gw_space_shard_group(w->space, &plan, &group);
        if (skipping) {
            skip(w, group.n);
            continue;
        }
        for (int k = 0; k < group.n; k++) {
            plan.shard_group = group.at[k];
            try_plan(w, &plan);
        }
    }
}

static double sharding_n(const walk *w, gw_plan plan) {
    gw_choices zero, group;
    double n = 0.0;
    gw_space_zero(w->space, &plan, &zero);
    for (int i = 0; i < zero.n; i++) {
        plan.zero_stage = zero.at[i];
        gw_space_shard_group(w->space, &plan, &group);
        n += group.n;
    }
    return n;
}

/** Whether all layouts of this schedule lose: `step` is that of 1f1b without interleaving. */
static bool schedule_loses(const walk *w, const gw_step *step, gw_pipeline schedule,
                           double n_sharding) {
    double floor_s = step->matmul_s + step->attention_s + step->memory_bound_s;
    if (schedule != GW_PIPELINE_DUALPIPE) { /* which hides the traffic of a pass behind another */
        floor_s += step->tp_comm_s + step->cp_comm_s + step->ep_comm_s;
        floor_s += n_sharding == 1.0 ? step->dp_comm_s + step->optimizer_s : 0.0;
    }
    return cannot_win(w, step->tokens_per_s * step->step_s, floor_s);
}

/** Schedules and interleavings of one layout. */
static void try_schedules(const walk *w, gw_plan plan) {
    gw_choices schedule, virtual_stages;
    gw_space_schedule(w->space, &plan, &schedule);
    gw_space_virtual(w->space, &plan, &virtual_stages);
    double n_sharding = sharding_n(w, plan);
    gw_step step;
    bool bounded = false;
    if (w->prune && n_sharding * schedule.n * virtual_stages.n > 1) {
        gw_plan first = plan;
        first.schedule = GW_PIPELINE_1F1B;
        first.virtual_stages = 1;
        bounded = time_only(w, &first, &step);
    }
    for (int i = 0; i < schedule.n; i++) {
        plan.schedule = (gw_pipeline)schedule.at[i];
        if (bounded && schedule_loses(w, &step, plan.schedule, n_sharding)) {
            skip(w, n_sharding * virtual_stages.n);
            continue;
        }
        for (int k = 0; k < virtual_stages.n; k++) {
            plan.virtual_stages = virtual_stages.at[k];
            try_sharding(w, plan);
        }
    }
}

static void try_replicas(const walk *w, gw_plan plan) {
    gw_choices dp;
    const gw_choices *recompute = &w->space->recompute;
    gw_space_replicas(w->space, &plan, &dp);
    for (int i = 0; i < dp.n; i++) {
        plan.dp = dp.at[i];
        for (int k = 0; k < recompute->n; k++) {
            plan.recompute = (gw_recompute)recompute->at[k];
            try_schedules(w, plan);
        }
    }
}

static void try_stages(const walk *w, gw_plan plan) {
    const gw_choices *pp = &w->space->pp;
    for (int i = 0; i < pp->n; i++) {
        plan.pp = pp->at[i];
        if (gw_plan_accelerators(&plan) / plan.dp <= w->space->in.accelerators) {
            try_replicas(w, plan);
        }
    }
}

static void try_task(const walk *w, int task) {
    gw_choices sequence, context, expert_tensor;
    gw_plan plan = gw_space_task(w->space, task);
    gw_space_sequence(w->space, &plan, &sequence);
    gw_space_context(w->space, &plan, &context);
    gw_space_expert_tensor(w->space, &plan, &expert_tensor);
    for (int i = 0; i < sequence.n; i++) {
        plan.no_sequence_parallel = sequence.at[i] == 0;
        for (int j = 0; j < context.n; j++) {
            plan.context_method = (gw_context_method)context.at[j];
            for (int k = 0; k < expert_tensor.n; k++) {
                plan.etp = expert_tensor.at[k];
                try_stages(w, plan);
            }
        }
    }
}

/** A small part of the space, searched first so that pruning starts with good layouts. */
static gw_space seed_space(const gw_space *space) {
    gw_space seed = *space;
    seed.n_budgets = 1;
    if (seed.schedule.n > 1) {
        seed.schedule.n = 1;
    }
    if (seed.zero_stage.n > 1) {
        seed.zero_stage = (gw_choices){.n = 1, .at = {1}};
    }
    if (seed.micro_batch.n > 2) {
        seed.micro_batch.n = 2;
    }
    if (seed.wanted.sequence_parallel == GW_OPEN) {
        seed.wanted.sequence_parallel = 1;
    }
    if (seed.wanted.context_method == GW_OPEN) {
        seed.wanted.context_method = 0;
    }
    if (seed.wanted.shard_group == GW_OPEN) {
        seed.wanted.shard_group = 0;
    }
    return seed;
}

/** Pruned layouts of the small part. Its counts are its own. */
static void search_seed(const gw_space *space, int cap, gw_keep *out) {
    gw_keep_init(out, cap, NULL);
    gw_space seed = seed_space(space);
    struct gw_layer_memo memo = {0};
    walk w = {.in = seed.in, .space = &seed, .keep = out, .prune = true};
    w.in.memo = &memo;
    for (int i = 0; i < gw_space_n_tasks(&seed); i++) {
        try_task(&w, i);
    }
}

/* ---- on threads ---- */

typedef struct hunt {
    const gw_space *space;
    const gw_search_opts *opts;
    const gw_keep *seed;
    gw_keep *keeps;    /* [n_tasks] */
    gw_arena **arenas; /* [n_threads] of the fronts */
} hunt;

static void run_tasks(void *user, int worker, size_t begin, size_t end) {
    hunt *h = user;
    struct gw_layer_memo memo = {0};
    for (size_t i = begin; i < end; i++) {
        gw_keep *keep = &h->keeps[i];
        gw_keep_init(keep, h->opts->n_best, h->opts->prune ? NULL : h->arenas[worker]);
        walk w = {.in = h->space->in,
                  .space = h->space,
                  .keep = keep,
                  .seed = h->seed,
                  .prune = h->opts->prune};
        w.in.memo = &memo;
        try_task(&w, (int)i);
    }
}

static void fill_result(const gw_step_in *in, gw_keep *all, gw_arena *arena,
                        gw_search_result *out) {
    *out = (gw_search_result){.n_best = all->n,
                              .closest = all->closest,
                              .n_front = all->front.n,
                              .n_listed = all->n_listed,
                              .n_legal = all->n_legal,
                              .n_fit = all->n_fit,
                              .n_skipped = all->n_skipped,
                              .n_steps = all->n_steps};
    memcpy(out->best, all->best, sizeof out->best);
    gw_front_sort(&all->front);
    out->front = GW_NEW_N(arena, all->front.n + 1, gw_step);
    for (int i = 0; i < all->front.n; i++) {
        out->front[i] = *all->front.at[i].step;
    }
    if (all->n == 0 && isfinite(all->least_excess_ratio)) {
        gw_training_step(in, &all->closest.plan, &out->closest); /* with a full sentence */
    }
}

gw_code gw_search_all(const gw_step_in *in, const gw_search_opts *opts, gw_arena *arena,
                      gw_search_result *out) {
    gw_space *space = GW_NEW(arena, gw_space);
    gw_space_init(space, in, opts);
    int n_tasks = gw_space_n_tasks(space);
    int n_threads = opts->n_threads > 0 ? opts->n_threads : gw_pool_cores();
    gw_keep seed, all;
    hunt h = {.space = space, .opts = opts};
    h.keeps = GW_NEW_N(arena, n_tasks, gw_keep);
    h.arenas = GW_NEW_N(arena, n_threads, gw_arena *);
    for (int i = 0; i < n_threads; i++) {
        h.arenas[i] = gw_arena_create(0);
    }
    if (opts->prune) {
        search_seed(space, opts->n_best, &seed);
        h.seed = &seed;
    }
    gw_code code = gw_pool_run(n_threads, (size_t)n_tasks, 1, run_tasks, &h);
    if (code == GW_OK) {
        gw_keep_init(&all, opts->n_best, opts->prune ? NULL : arena);
        for (int i = 0; i < n_tasks; i++) {
            gw_keep_merge(&all, &h.keeps[i]);
        }
        fill_result(in, &all, arena, out);
        if (out->n_legal == 0.0) {
            gw_plan plan = gw_search_wanted_plan(&opts->wanted);
            gw_training_step(in, &plan, &out->closest); /* carries the rule */
        }
    }
    for (int i = 0; i < n_threads; i++) {
        gw_arena_free(h.arenas[i]);
    }
    return code;
}

/* ---- a job of a scenario ---- */

static bool is_given(const gw_step_in *in, const gw_layout *l) {
    return l->tp > 0 && l->pp > 0 && l->cp > 0 && l->dp > 0 && l->micro_batch > 0 &&
           (l->ep > 0 || in->llm->experts == 0) && (l->virtual_stages > 0 || l->pp == 1);
}

void gw_training_search(const gw_step_in *in, const gw_layout *layout, gw_search *out) {
    *out = (gw_search){.second_loss_frac = GW_NAN, .given = is_given(in, layout)};
    gw_search_opts opts = {.wanted = gw_wanted_of_layout(layout), .prune = true, .n_best = 2};
    gw_space space;
    gw_keep keep;
    gw_keep_init(&keep, opts.n_best, NULL);
    if (!out->given) {
        gw_space_init(&space, in, &opts);
        struct gw_layer_memo memo = {0};
        walk w = {.in = space.in, .space = &space, .keep = &keep, .prune = true};
        w.in.memo = &memo;
        for (int i = 0; i < gw_space_n_tasks(&space); i++) {
            try_task(&w, i);
        }
    }
    out->n_tried = (int)fmin(keep.n_legal, 2e9);
    out->n_fit = (int)fmin(keep.n_fit, 2e9);
    out->plan = gw_search_wanted_plan(&opts.wanted);
    if (keep.n > 0) {
        out->plan = keep.best[0].plan;
    } else if (isfinite(keep.least_excess_ratio)) {
        out->plan = keep.closest.plan;
    }
    if (keep.n > 1) {
        out->second_plan = keep.best[1].plan;
        out->second_loss_frac = 1.0 - keep.best[1].tokens_per_s / keep.best[0].tokens_per_s;
    }
    gw_training_step(in, &out->plan, &out->step);
    out->plan = out->step.plan;
    out->accelerators_used = gw_plan_accelerators(&out->plan);
}
