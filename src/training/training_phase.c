/* training/training_phase.c: one optimizer step of every job, with this sample's values.
 *
 * In:  state->in (jobs, models, accelerators), state->network[cluster].comm, model->plans.
 * Out: state->step[n_jobs].
 * Model: gw_training_step with the plan chosen in the base case, times the drawn step_time_factor
 *      of the accelerator, raised to the power that makes its spread that of the job's interval
 *      (interval.c). Where the replicas were left open they follow a drawn number of
 *      accelerators or a drawn batch; a drawn batch is rounded to whole micro-batches of the plan.
 *      Loads of links are those of the base case's plan, in proportion to a drawn oversubscription.
 * Valid: as gw_training_step. A job that names no model or cluster gets a problem.
 * Derivation: adaptor; formulas and sources in step.c, training_time.c, training_memory.c.
 */
#include "training/training_phase.h"

#include <math.h>

#include "training/groups.h"
#include "training/search.h"

/** The newest software of the catalogue that runs calibrate, the last of its year; NULL: none. */
static const gw_software *newest_software(const gw_scenario *in) {
    const gw_software *newest = NULL;
    for (int i = 0; i < in->software.n; i++) {
        const gw_software *one = &in->software.at[i];
        if (one->interval_dense > 0 && (!newest || one->year >= newest->year)) {
            newest = one;
        }
    }
    return newest;
}

/** What the job names, else the accelerator's own, else the newest. */
static const gw_software *job_software(const gw_scenario *in, const gw_job *job,
                                       const gw_accelerator *accelerator) {
    int i = job->software.i >= 0 ? job->software.i : accelerator->software.i;
    bool named = job->software.name != NULL || accelerator->software.name != NULL;
    return named && i >= 0 && i < in->software.n ? &in->software.at[i] : newest_software(in);
}

gw_step_in gw_training_job_step(const gw_scenario *in, const gw_network *networks, int j,
                                gw_arena *scratch) {
    const gw_job *job = &in->jobs.at[j];
    gw_step_in step = {.scratch = scratch};
    if (job->cluster.i < 0 || job->model.i < 0) {
        return step;
    }
    const gw_cluster *cluster = &in->clusters.at[job->cluster.i];
    const gw_system *system = cluster->system.i < 0 ? NULL : &in->systems.at[cluster->system.i];
    if (!system || system->accelerator.i < 0) {
        return step;
    }
    step.llm = &in->models.at[job->model.i];
    step.accelerator = &in->accelerators.at[system->accelerator.i];
    step.comm = &networks[job->cluster.i].comm;
    step.accelerators = floor(job->accelerators + 1e-9);
    step.sequence_tok = (double)step.llm->sequence;
    if (gw_is_set(job->sequence_tok)) {
        step.sequence_tok = rint(job->sequence_tok);
    }
    step.batch_seq = fmax(1.0, rint(job->global_batch_tok / step.sequence_tok));
    step.precision = (gw_precision)job->precision;
    step.routing_imbalance = job->routing_imbalance;
    step.software = job_software(in, job, step.accelerator);
    return step;
}

void gw_training_choose_plans(const gw_scenario *in, const gw_network *networks, gw_arena *arena,
                              gw_plan *plans, const char **notes) {
    for (int j = 0; j < in->jobs.n; j++) {
        gw_step_in step = gw_training_job_step(in, networks, j, arena);
        plans[j] = (gw_plan){0};
        notes[j] = NULL;
        if (step.llm) {
            gw_search search;
            gw_training_search(&step, &in->jobs.at[j].layout, &search);
            plans[j] = search.plan;
            notes[j] = gw_training_search_note(&step, &search, arena);
        }
    }
}

/** The plan under drawn accelerators and batch: open replicas follow, the batch is rounded. */
static gw_plan drawn_plan(const gw_model *model, int j, gw_step_in *step) {
    const gw_job *base = &model->in->jobs.at[j];
    const gw_job *job = base; /* layouts are not drawn */
    gw_plan plan = model->plans[j];
    double planned = (double)plan.tp * plan.pp * plan.cp * plan.dp;
    bool fewer = step->accelerators < planned;
    bool more = step->accelerators > floor(base->accelerators + 1e-9);
    if (job->layout.dp == 0 && (fewer || more) && plan.micro_batch > 0) {
        double limit = floor(step->accelerators / ((double)plan.tp * plan.pp * plan.cp));
        int dp = gw_training_largest_dp(step->batch_seq, plan.micro_batch, plan.tp * plan.cp,
                                        plan.ep, limit);
        plan.dp = dp > 0 ? dp : plan.dp;
    }
    double per_step = (double)plan.dp * plan.micro_batch;
    bool same = step->sequence_tok * step->batch_seq > 0 && per_step > 0 &&
                gw_training_n_micro(step->batch_seq, plan.dp, plan.micro_batch) > 0;
    if (!same && per_step > 0) {
        double base_seq = rint(base->global_batch_tok / step->sequence_tok);
        if (base_seq != step->batch_seq) { /* drawn: whole micro-batches */
            step->batch_seq = fmax(1.0, rint(step->batch_seq / per_step)) * per_step;
        }
    }
    return plan;
}

void gw_training_phase(const gw_model *model, gw_state *state) {
    for (int j = 0; j < state->in->jobs.n; j++) {
        gw_step *out = &state->step[j];
        gw_step_in step = gw_training_job_step(state->in, state->network, j, state->scratch);
        if (!step.llm) {
            *out = (gw_step){.problem = "the job names no model or no cluster", .step_s = GW_NAN};
            out->mfu = out->tokens_per_s = out->memory_B = GW_NAN;
            continue;
        }
        gw_plan plan = drawn_plan(model, j, &step);
        step.congestion = model->congestion == NULL ? NULL : &model->congestion[j];
        step.link_load_factor =
            gw_link_load_factor(state->in, state->in->jobs.at[j].cluster.i, step.congestion);
        gw_training_step(&step, &plan, out);
        double factor = step.accelerator->step_time_factor;
        if (gw_is_set(factor) && factor > 0 && !out->problem) {
            double spread = gw_training_relative_spread(&step, out, factor > 1.0);
            gw_training_scale(out, pow(factor, spread));
        }
    }
}
