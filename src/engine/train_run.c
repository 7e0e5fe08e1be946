/* engine/train_run.c: steps of jobs, one by one: network, layout, prediction, what would help.
 *
 * In:  gw_model. Out: gw_train_report.
 * Model: base case values. Without --search the layout is the one that a run uses. With it, what
 *      the file does not mention is open, defaults included: a file that says nothing of ZeRO gets
 *      all stages tried. As in a run, times are multiplied by the accelerator's step_time_factor.
 * Valid: as training/step.h. */
#include "engine/train_run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "engine/job_network.h"
#include "fabric/fabric_phase.h"
#include "training/serving_phase.h"
#include "training/training_phase.h"

#define N_BEST 10

/** Whether the file, an include or --set gives this key of the job's layout a value. */
static bool is_written(const gw_spec *spec, const gw_job *job, const char *key) {
    char path[512];
    snprintf(path, sizeof path, "jobs.%s.layout.%s", job->head.name, key);
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (!v->from_default && v->text != NULL && strcmp(v->path, path) == 0) {
            return strcmp(v->text, "auto") != 0;
        }
    }
    return false;
}

gw_wanted gw_train_wanted(const gw_spec *spec, const gw_job *job) {
    gw_wanted given = gw_wanted_of_layout(&job->layout);
    gw_wanted wanted = gw_wanted_all_open;
#define TAKE(member)                                                                               \
    if (is_written(spec, job, #member)) {                                                          \
        wanted.member = given.member;                                                              \
    }
    TAKE(tp)
    TAKE(pp)
    TAKE(dp)
    TAKE(cp)
    TAKE(ep)
    TAKE(etp)
    TAKE(virtual_stages)
    TAKE(micro_batch)
    TAKE(zero_stage)
    TAKE(recompute)
    TAKE(schedule)
    TAKE(context_method)
    TAKE(sequence_parallel)
    TAKE(shard_group)
#undef TAKE
    return wanted;
}

static int longest_part(const gw_step *step) {
    int longest = 0;
    for (int i = 1; i < GW_N_STEP_PARTS; i++) {
        if (gw_step_part_s(step, i) > gw_step_part_s(step, longest)) {
            longest = i;
        }
    }
    return longest;
}

/** Multiplies every time by the calibrated error of the step model. */
static void scale_all(gw_train_job *t) {
    double factor = t->in.accelerator ? t->in.accelerator->step_time_factor : GW_NAN;
    if (!gw_is_set(factor) || !(factor > 0) || factor == 1.0) {
        return;
    }
    gw_training_scale(&t->step, factor);
    for (int i = 0; i < t->n_gains; i++) {
        t->gains[i].step_s *= factor;
    }
    for (int i = 0; i < t->n_alternatives; i++) {
        gw_training_scale(&t->alternatives[i].step, factor);
    }
    for (int i = 0; i < t->search.n_best; i++) {
        gw_training_scale(&t->search.best[i], factor);
    }
    for (int i = 0; i < t->search.n_front; i++) {
        gw_training_scale(&t->search.front[i], factor);
    }
}

static gw_code search_job(const gw_model *model, const gw_train_opts *opts, gw_arena *arena,
                          gw_train_job *t) {
    t->in.congestion = NULL; /* that of another layout */
    gw_search_opts search = {.wanted = gw_train_wanted(model->spec, t->job),
                             .breadth = opts->wide ? GW_BREADTH_WIDE : GW_BREADTH_USUAL,
                             .fewer = true,
                             .prune = opts->prune,
                             .n_best = N_BEST,
                             .n_threads = opts->n_threads};
    GW_TRY(gw_search_all(&t->in, &search, arena, &t->search));
    t->searched = true;
    t->note = NULL;
    t->step = t->search.n_best > 0 ? t->search.best[0] : t->search.closest;
    t->n_alternatives =
        gw_search_alternatives(&t->in, &t->step, arena, t->alternatives, GW_ALTERNATIVES_MAX);
    return GW_OK;
}

/** A batch that is given in tokens must hold a sequence; the nearest number of them is run. What is
 *  asked of the layout must make sense for the model and the sequence. */
static const char *contradiction(const gw_train_job *t, gw_arena *arena) {
    const gw_layout *asked = &t->job->layout;
    if (t->job->global_batch_tok < 0.5 * t->in.sequence_tok) {
        return gw_arena_printf(
            arena, "the global batch of %.0f tokens holds less than one sequence of %.0f",
            t->job->global_batch_tok, t->in.sequence_tok);
    }
    if (t->in.llm && asked->etp > 1 && t->in.llm->experts == 0) {
        return "etp, the tensor parallel width of an expert, needs a model with experts";
    }
    if (asked->cp > 1 && fmod(t->in.sequence_tok, (double)asked->cp) != 0.0) {
        return gw_arena_printf(arena, "context parallel %d does not divide a sequence of %.0f",
                               (int)asked->cp, t->in.sequence_tok);
    }
    return NULL;
}

/** Where the batch is what leaves most accelerators idle: ranks of the widest layout that is not
 *  ruled out, each sequence a replica, each layer a stage, 2,048 tokens a context rank. */
static const char *starved(const gw_train_job *t, gw_arena *arena) {
    const gw_layout *asked = &t->job->layout;
    int domain = t->in.comm->scaleup.size < 64 ? t->in.comm->scaleup.size : 64;
    double tp = (double)asked->tp, cp = (double)asked->cp;
    for (int i = 1; asked->tp == 0 && i <= domain; i++) {
        tp = gw_arch_heads(t->in.llm) % i == 0 ? i : tp;
    }
    if (asked->cp == 0) {
        cp = fmax(1.0, exp2(floor(log2(t->in.sequence_tok / 2048.0))));
    }
    double pp = (double)(asked->pp > 0 ? asked->pp : t->in.llm->layers);
    double dp = asked->dp > 0 ? (double)asked->dp : t->in.batch_seq;
    double most = tp * pp * cp * dp;
    gw_step_in few = t->in; /* the plan breaks no other rule */
    few.accelerators = gw_plan_accelerators(&t->step.plan);
    bool idle = gw_training_rule(&few, &t->step.plan) == NULL;
    if (asked->dp > 0 || !idle || t->in.accelerators <= 2.0 * most) {
        return NULL;
    }
    char have[32], need[32], ranks[32];
    gw_quantity_format(t->in.batch_seq, "", have, sizeof have);
    gw_quantity_format(t->in.accelerators, "", need, sizeof need);
    gw_quantity_format(most, "", ranks, sizeof ranks);
    return gw_arena_printf(arena,
                           "%s sequences cannot feed %s accelerators: at most tp %.0f x pp %.0f x "
                           "cp %.0f x dp %.0f = %s ranks; raise the batch",
                           have, need, tp, pp, cp, dp, ranks);
}

static const char *noted(const char *note, const char *more, gw_arena *arena) {
    return note == NULL ? more : gw_arena_printf(arena, "%s; %s", note, more);
}

/** Adds what was asked for and changes nothing, and what does not come out even. */
static void note_effects(gw_train_job *t, gw_arena *arena) {
    const gw_layout *asked = &t->job->layout;
    const gw_plan *p = &t->step.plan;
    if (p->cp < 1) {
        return; /* no layout */
    }
    if (asked->shard_group > 0 && p->zero_stage == 0) {
        t->note = noted(t->note, "shard_group has no effect with ZeRO 0", arena);
    } else if (asked->shard_group > 0 && asked->shard_group >= p->dp * p->cp) {
        const char *replicas =
            gw_arena_printf(arena, "shard_group %d has no effect: there are %d replicas",
                            (int)asked->shard_group, p->dp * p->cp);
        t->note = noted(t->note, replicas, arena);
    }
    if (asked->schedule != GW_PIPELINE_1F1B && p->pp == 1) {
        t->note = noted(t->note, "schedule has no effect without pipeline stages", arena);
    }
    if (asked->context_method != 0 && p->cp == 1) {
        t->note = noted(t->note, "context_method has no effect with cp 1", arena);
    }
    if (!asked->sequence_parallel && p->tp == 1) {
        t->note = noted(t->note, "sequence_parallel has no effect with tp 1", arena);
    }
    if (fmod(t->in.sequence_tok, p->cp) != 0.0) {
        t->note =
            noted(t->note,
                  gw_arena_printf(arena,
                                  "cp %d does not divide the sequence: means of %.1f tokens a rank",
                                  p->cp, t->in.sequence_tok / p->cp),
                  arena);
    }
}

/** The layout that a search found by the closed form, on the real network. */
static void on_its_network(const gw_model *model, int j, gw_arena *arena, gw_train_job *t) {
    if (t->step.problem == NULL) {
        gw_plan plan = t->step.plan;
        gw_job_congestion(model->spec, &t->in, j, &plan, arena, &t->congestion);
        t->in.congestion = &t->congestion;
        if (t->congestion.flows) {
            gw_training_step(&t->in, &plan, &t->step);
            t->note = "layouts are compared by the closed form, the best one is worked with flows";
        }
    }
}

/** What a better network would bring, where the real one was looked at. */
static void add_network_gains(const gw_model *model, int j, gw_arena *arena, gw_train_job *t) {
    gw_other_network others[GW_OTHER_NETWORKS_MAX];
    int n = gw_job_other_networks(model->spec, &t->in, j, &t->step.plan, arena, others);
    for (int i = 0; i < n && t->n_gains < GW_GAINS_MAX; i++) {
        t->n_gains = gw_step_gain_of_network(&t->in, &t->step, &others[i].congestion,
                                             others[i].what, t->gains, t->n_gains);
    }
}

static gw_code work_out(const gw_model *model, const gw_network *networks, int j,
                        const gw_train_opts *opts, gw_arena *arena, gw_train_job *t) {
    t->job = &model->in->jobs.at[j];
    t->in = gw_training_job_step(model->in, networks, j, arena);
    t->congestion = model->congestion[j];
    t->in.congestion = &t->congestion;
    gw_training_step(&t->in, &model->plans[j], &t->step);
    bool by_accelerator = t->in.accelerator && t->in.accelerator->software.i >= 0;
    t->software_by = t->job->software.i >= 0 ? "given" : by_accelerator ? "accelerator" : "newest";
    t->note = model->plan_notes[j];
    if (opts->search) {
        GW_TRY(search_job(model, opts, arena, t));
        on_its_network(model, j, arena, t);
    }
    const char *wrong = contradiction(t, arena);
    if (wrong) {
        t->step.problem = wrong;
        gw_training_scale(&t->step, GW_NAN); /* nothing that was worked out holds */
        t->note = NULL;
        return GW_OK;
    }
    const char *hungry = t->step.problem && t->in.llm && !opts->wide ? starved(t, arena) : NULL;
    if (hungry && isnan(t->step.memory_B)) { /* a rule is broken, memory was not asked for */
        t->step.problem = hungry;
        t->note = NULL;
    }
    note_effects(t, arena);
    if (!isnan(t->step.memory_B)) {
        gw_shard shard = gw_training_shard(&t->in, &t->step.plan);
        t->n_stages = gw_training_memory_stages(&t->in, &shard, &t->step.plan, t->stages);
    }
    if (!t->step.problem) {
        t->bottleneck = longest_part(&t->step);
        t->hfu_frac = t->step.mfu * t->step.hardware_flop / t->step.model_flop;
        t->n_gains = gw_step_gains(&t->in, &t->step, t->gains);
        add_network_gains(model, j, arena, t);
    }
    scale_all(t);
    return GW_OK;
}

gw_code gw_train_run(const gw_model *model, const gw_train_opts *opts, gw_arena *arena,
                     gw_train_report *out) {
    const gw_scenario *in = model->in;
    *out = (gw_train_report){.in = in};
    gw_network *networks = GW_NEW_N(arena, in->clusters.n + 1, gw_network);
    for (int i = 0; i < in->clusters.n; i++) {
        gw_fabric_derive(in, i, arena, &networks[i]);
    }
    out->jobs = GW_NEW_N(arena, in->jobs.n + 1, gw_train_job);
    for (int j = 0; j < in->jobs.n; j++) {
        if (opts->job == NULL || strcmp(in->jobs.at[j].head.name, opts->job) == 0) {
            GW_TRY(work_out(model, networks, j, opts, arena, &out->jobs[out->n_jobs++]));
        }
    }
    if (opts->job == NULL && !opts->search) {
        out->services = GW_NEW_N(arena, in->serving.n + 1, gw_service);
        for (int i = 0; i < in->serving.n; i++) {
            gw_serving_one(model, in, networks, i, arena, &out->services[i]);
        }
    }
    bool serves = out->services != NULL && in->serving.n > 0;
    return out->n_jobs == 0 && !serves ? GW_E_REF : GW_OK;
}
