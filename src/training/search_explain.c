/* training/search_explain.c: a search in words: the note of a job's layout, and why the obvious
 * alternatives to a layout lose.
 *
 * In:  gw_step_in, gw_search or the best gw_step. Out: sentences, gw_alternative[].
 * Model: an alternative differs from the layout in one choice; the replicas follow so that at most
 *      as many accelerators work. It is predicted like any layout. What does not run carries the
 *      rule that it breaks or the memory that it lacks; what runs is told by the part of the step
 *      that grows most, in time per token.
 * Valid: neighbours in one choice; the search itself compares all combinations.
 * Derivation: gw_training_step on both layouts.
 */
#include <math.h>

#include "training/search.h"
#include "training/step_parts.h"

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
    if (search->n_tried == 0) {
        return "no choice of what is open obeys the rules";
    }
    if (search->n_fit == 0 && search->n_tried == 1) {
        return "the only layout that the rest allows";
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
    } else if (search->n_tried > 1) {
        how = gw_arena_printf(arena, "the only one of %d layouts tried that fits", search->n_tried);
    } else {
        how = "the only layout that the rest allows";
    }
    return gw_arena_printf(arena, "%s%s%s", how, unused, rounded);
}

/* ---- why the others lose ---- */

typedef struct comparison {
    const gw_step_in *in;
    const gw_step *best;
    gw_arena *arena;
    gw_alternative *out;
    int n, cap;
} comparison;

static double tokens_of(const gw_step *step) {
    return step->tokens_per_s * step->step_s;
}

/** The part that costs most more per token than in the best layout. */
static int grown_part(const gw_step *best, const gw_step *other, double *more_s) {
    double per_token = tokens_of(best) / tokens_of(other);
    int grown = -1;
    *more_s = 0.0;
    for (int i = 0; i < GW_N_STEP_PARTS; i++) {
        double more = gw_step_part_s(other, i) * per_token - gw_step_part_s(best, i);
        if (more > *more_s) {
            *more_s = more;
            grown = i;
        }
    }
    return grown;
}

/** What the change does beyond the numbers. */
static const char *circumstance(const comparison *c, const gw_plan *plan) {
    int domain = c->in->comm->scaleup.size;
    const gw_plan *best = &c->best->plan;
    if (plan->schedule != best->schedule && plan->virtual_stages < best->virtual_stages) {
        return "takes no virtual stages, v is 1 too; ";
    }
    if (plan->tp > domain && best->tp <= domain) {
        return gw_arena_printf(c->arena, "leaves the scale-up domain of %d; ", domain);
    }
    if (plan->ep > domain && best->ep <= domain && plan->ep != best->ep) {
        return gw_arena_printf(c->arena, "expert groups leave the scale-up domain of %d; ", domain);
    }
    if (gw_plan_accelerators(plan) < gw_plan_accelerators(best)) {
        return gw_arena_printf(c->arena, "only %.0f accelerators work; ",
                               gw_plan_accelerators(plan));
    }
    return "";
}

static const char *reason(const comparison *c, const gw_step *other) {
    double more_s = 0.0;
    int part = grown_part(c->best, other, &more_s);
    const char *around = circumstance(c, &other->plan);
    if (part < 0 || more_s < 1e-4 * c->best->step_s) {
        return gw_arena_printf(c->arena, "%s%s", around, "no part of the step grows");
    }
    double before_s = gw_step_part_s(c->best, part);
    double after_s = before_s + more_s;
    const char *name = gw_step_part_names[part];
    bool times = after_s > 1.995 * before_s && after_s < 20.0 * before_s; /* else hardly any */
    if (times && before_s > 0.002 * c->best->step_s) {
        return gw_arena_printf(c->arena, "%s%s %.1fx", around, name, after_s / before_s);
    }
    return gw_arena_printf(c->arena, "%s%s +%.3g s", around, name, more_s);
}

/** What a changed width leaves no room for. */
static void fit_stages(const comparison *c, gw_plan *plan) {
    int per_stage = (int)((c->in->llm->layers + plan->pp - 1) / plan->pp);
    if (plan->pp == 1) {
        plan->schedule = GW_PIPELINE_1F1B;
        plan->virtual_stages = 1;
    } else if (plan->virtual_stages > per_stage && plan->pp != c->best->plan.pp) {
        plan->virtual_stages = per_stage > 0 ? per_stage : 1;
    }
    plan->etp = plan->etp > plan->tp ? plan->tp : plan->etp;
}

static void compare(comparison *c, const char *what, gw_plan plan) {
    if (c->n == c->cap) {
        return;
    }
    fit_stages(c, &plan);
    gw_alternative *a = &c->out[c->n++];
    const gw_plan *best = &c->best->plan;
    double per_replica = gw_plan_accelerators(&plan) / plan.dp;
    bool same_groups = per_replica == gw_plan_accelerators(best) / best->dp &&
                       plan.micro_batch == best->micro_batch && plan.ep == best->ep;
    if (!same_groups) {
        int dp = gw_training_largest_dp(c->in->batch_seq, plan.micro_batch, plan.tp * plan.cp,
                                        plan.ep, floor(gw_plan_accelerators(best) / per_replica));
        plan.dp = dp > 0 ? dp : 1;
        if (plan.shard_group > 0 && plan.dp % plan.shard_group != 0) {
            plan.shard_group = 0;
        }
    }
    gw_step_in in = *c->in;
    in.scratch = c->arena;
    *a = (gw_alternative){.what = what, .slower_frac = GW_NAN};
    gw_training_step(&in, &plan, &a->step);
    if (a->step.problem) {
        a->why = a->step.problem;
        return;
    }
    a->slower_frac = c->best->tokens_per_s / a->step.tokens_per_s - 1.0;
    a->why = reason(c, &a->step);
}

/** Half and twice of one width. */
static void compare_widths(comparison *c, const char *name, int *width, gw_plan *plan) {
    int value = *width;
    for (int k = 0; k < 2; k++) {
        int other = k == 0 ? value / 2 : 2 * value;
        if (other < 1 || (k == 0 && value % 2 != 0)) {
            continue;
        }
        *width = other;
        compare(c, gw_arena_printf(c->arena, "%s %d", name, other), *plan);
    }
    *width = value;
}

static void compare_switches(comparison *c) {
    const gw_plan *best = &c->best->plan;
    static const char *const recompute[] = {"no recomputation", "selective recomputation",
                                            "full recomputation"};
    for (int i = 0; i < gw_enum_recompute.n && i < 3; i++) {
        if (i != (int)best->recompute) {
            gw_plan plan = *best;
            plan.recompute = (gw_recompute)i;
            compare(c, recompute[i], plan);
        }
    }
    for (int i = 0; i < 4; i++) {
        if (i != best->zero_stage) {
            gw_plan plan = *best;
            plan.zero_stage = i;
            plan.shard_group = i == 0 ? 0 : plan.shard_group;
            compare(c, gw_arena_printf(c->arena, "ZeRO stage %d", i), plan);
        }
    }
    for (int i = 0; i < gw_enum_pipeline.n && best->pp > 1; i++) {
        if (i != (int)best->schedule) {
            gw_plan plan = *best;
            plan.schedule = (gw_pipeline)i;
            plan.virtual_stages = i == GW_PIPELINE_1F1B ? plan.virtual_stages : 1;
            compare(c, gw_arena_printf(c->arena, "schedule %s", gw_enum_pipeline.items[i].name),
                    plan);
        }
    }
    for (int i = 0; i < gw_enum_context_method.n && best->cp > 1; i++) {
        if (i != (int)best->context_method) {
            gw_plan plan = *best;
            plan.context_method = (gw_context_method)i;
            const char *name = gw_enum_context_method.items[i].name;
            compare(c, gw_arena_printf(c->arena, "context by %s", name), plan);
        }
    }
    if (best->tp > 1) {
        gw_plan plan = *best;
        plan.no_sequence_parallel = !plan.no_sequence_parallel;
        compare(c, plan.no_sequence_parallel ? "no sequence parallel" : "sequence parallel", plan);
    }
}

int gw_search_alternatives(const gw_step_in *in, const gw_step *best, gw_arena *arena,
                           gw_alternative *out, int cap) {
    comparison c = {.in = in, .best = best, .arena = arena, .out = out, .cap = cap};
    if (best->problem) {
        return 0;
    }
    gw_plan plan = best->plan;
    compare_widths(&c, "tp", &plan.tp, &plan);
    gw_plan wide = plan; /* the next that leaves the domain, where twice does not */
    while (wide.tp <= in->comm->scaleup.size) {
        wide.tp *= 2;
    }
    if (wide.tp > 2 * plan.tp && in->llm->heads % wide.tp == 0) {
        compare(&c, gw_arena_printf(arena, "tp %d", wide.tp), wide);
    }
    compare_widths(&c, "pp", &plan.pp, &plan);
    compare_widths(&c, "cp", &plan.cp, &plan);
    if (in->llm->experts > 0) {
        compare_widths(&c, "ep", &plan.ep, &plan);
    }
    compare_widths(&c, "micro-batch", &plan.micro_batch, &plan);
    if (plan.pp > 1) {
        compare_widths(&c, "virtual stages", &plan.virtual_stages, &plan);
    }
    compare_switches(&c);
    return c.n;
}
