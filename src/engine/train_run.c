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
    double factor = t->in.accelerator->step_time_factor;
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

/** A batch that is given in tokens must hold a sequence; the nearest number of them is run. */
static const char *contradiction(const gw_train_job *t, gw_arena *arena) {
    if (t->job->global_batch_tok >= 0.5 * t->in.sequence_tok) {
        return NULL;
    }
    return gw_arena_printf(arena,
                           "the global batch of %.0f tokens holds less than one sequence of %.0f",
                           t->job->global_batch_tok, t->in.sequence_tok);
}

static gw_code work_out(const gw_model *model, const gw_network *networks, int j,
                        const gw_train_opts *opts, gw_arena *arena, gw_train_job *t) {
    t->job = &model->in->jobs.at[j];
    t->in = gw_training_job_step(model->in, networks, j, arena);
    gw_training_step(&t->in, &model->plans[j], &t->step);
    t->note = model->plan_notes[j];
    if (opts->search) {
        GW_TRY(search_job(model, opts, arena, t));
    }
    const char *wrong = contradiction(t, arena);
    if (wrong) {
        t->step.problem = wrong;
        gw_training_scale(&t->step, GW_NAN); /* nothing that was worked out holds */
        t->note = NULL;
        return GW_OK;
    }
    if (!isnan(t->step.memory_B)) {
        gw_shard shard = gw_training_shard(&t->in, &t->step.plan);
        t->n_stages = gw_training_memory_stages(&t->in, &shard, &t->step.plan, t->stages);
    }
    if (!t->step.problem) {
        t->bottleneck = longest_part(&t->step);
        t->hfu_frac = t->step.mfu * t->step.hardware_flop / t->step.model_flop;
        t->n_gains = gw_step_gains(&t->in, &t->step, t->gains);
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
            gw_serving_one(in, networks, i, model->serving_tp[i], arena, &out->services[i]);
        }
    }
    bool serves = out->services != NULL && in->serving.n > 0;
    return out->n_jobs == 0 && !serves ? GW_E_REF : GW_OK;
}
