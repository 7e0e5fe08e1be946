/* engine/model_build.c: what is fixed before the first sample: the horizon in months, the list of
 * uncertain inputs, the parallel layouts, the numbering of the outputs. */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "claims/items.h"
#include "claims/rules.h"
#include "engine/engine.h"
#include "engine/job_network.h"
#include "fabric/fabric_phase.h"
#include "network/net_plan.h"
#include "network/wiring_graphs.h"
#include "programme/schedule.h"
#include "training/arch.h"
#include "training/serving_phase.h"
#include "training/training_phase.h"

static void list_uncertain(gw_model *model) {
    const gw_spec *spec = model->spec;
    model->uncertain = GW_NEW_N(model->arena, spec->n_values + 1, gw_uncertain);
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (!v->uncertain || !v->used || v->slot < 0) {
            continue;
        }
        model->uncertain[model->n_uncertain++] = (gw_uncertain){.value = i,
                                                                .slot = v->slot,
                                                                .stream = gw_rng_stream(v->path),
                                                                .dist = v->dist,
                                                                .base = v->si,
                                                                .lo = v->field->lo,
                                                                .hi = v->field->hi};
    }
}

static void number_outputs(gw_model *model) {
    const gw_scenario *in = model->in;
    model->n_instances[GW_SCOPE_SCENARIO] = 1;
    model->n_instances[GW_SCOPE_SITE] = in->sites.n;
    model->n_instances[GW_SCOPE_CLUSTER] = in->clusters.n;
    model->n_instances[GW_SCOPE_JOB] = in->jobs.n;
    model->n_instances[GW_SCOPE_CLAIM] = model->n_claim_items;
    model->n_instances[GW_SCOPE_PROGRAMME] = in->programmes.n;
    model->n_instances[GW_SCOPE_ACTIVITY] = in->activities.n;
    model->n_instances[GW_SCOPE_FUNDING] = in->funding.n;
    model->n_instances[GW_SCOPE_PARTY] = in->parties.n;
    model->n_instances[GW_SCOPE_SERVING] = in->serving.n;
    for (int m = 0; m < GW_N_METRIC; m++) {
        model->metric_offset[m] = model->n_values;
        model->n_values += model->n_instances[gw_metrics[m].scope];
    }
}

void gw_networks_check(const gw_scenario *in, gw_diags *diags, gw_arena *arena,
                       gw_network *networks) {
    for (int i = 0; i < in->clusters.n; i++) {
        gw_network one;
        gw_network *network = networks != NULL ? &networks[i] : &one;
        const gw_cluster *cluster = &in->clusters.at[i];
        gw_fabric_derive(in, i, arena, network);
        if (network->problem != NULL) {
            gw_diag_add(diags, GW_E_MODEL, GW_ERROR, cluster->fabric.head.loc, cluster->head.name,
                        "change switch_type, link_type, tiers, rails or islands",
                        "the network of `%s` cannot be built: %s", cluster->head.name,
                        network->problem);
        }
    }
    for (int i = 0; i < in->fabrics.n; i++) {
        const gw_fabric *fabric = &in->fabrics.at[i];
        gw_net_plan plan;
        const char *problem = gw_net_plan_of_fabric(in, fabric, arena, &plan);
        problem = problem != NULL ? problem : gw_net_plan_problem(&plan, arena);
        if (problem != NULL) {
            gw_net_say_problem(fabric, fabric->head.name, problem, diags);
        }
    }
}

/* Published parameters further from those of the stated widths than this point to a slip of the pen.
 * Active ones are published with and without embeddings, so they may differ by more. */
#define PARAMS_TOLERANCE 0.05
#define ACTIVE_PARAMS_TOLERANCE 0.15

void gw_models_check(const gw_scenario *in, gw_diags *diags) {
    for (int i = 0; i < in->models.n; i++) {
        const gw_llm *llm = &in->models.at[i];
        gw_arch arch = gw_arch_of(llm);
        double published[] = {llm->params, llm->active_params};
        double worked_out[] = {arch.params, arch.active_params};
        const double tolerance[] = {PARAMS_TOLERANCE, ACTIVE_PARAMS_TOLERANCE};
        static const char *const names[] = {"params", "active_params"};
        for (int k = 0; k < 2 && llm->head.used; k++) {
            if (fabs(worked_out[k] / published[k] - 1.0) > tolerance[k]) { /* false when NaN */
                gw_diag_add(diags, GW_E_MODEL, GW_WARNING, llm->head.loc, llm->head.name,
                            "compare layers, widths, experts and vocabulary with the publication",
                            "the architecture of `%s` gives %s %.4g, not %.4g", llm->head.name,
                            names[k], worked_out[k], published[k]);
            }
        }
    }
}

gw_code gw_model_build(const gw_spec *spec, gw_diags *diags, gw_model **out) {
    gw_arena *arena = gw_arena_create(1u << 16);
    if (arena == NULL) {
        return GW_E_MEM;
    }
    gw_model *model = GW_NEW(arena, gw_model);
    model->arena = arena;
    model->spec = spec;
    model->in = &spec->scenario;
    model->month0 = gw_month_of_date(model->in->horizon_start_d);
    model->n_months = gw_month_of_date(model->in->horizon_end_d) - model->month0 + 1;
    list_uncertain(model);
    gw_correlations_build(model);
    model->schedule_plan = gw_schedule_plan_create(model);
    model->n_claim_items = gw_claims_items(model->in, arena, &model->claim_items);
    number_outputs(model);
    gw_network *networks = GW_NEW_N(arena, model->in->clusters.n, gw_network);
    size_t errors_before = gw_diags_n_errors(diags);
    gw_networks_check(model->in, diags, arena, networks);
    gw_cluster_faults_check(spec, diags);
    if (gw_diags_n_errors(diags) > errors_before) {
        gw_model_free(model);
        return GW_E_MODEL;
    }
    gw_models_check(model->in, diags);
    model->plans = GW_NEW_N(arena, model->in->jobs.n + 1, gw_plan);
    model->plan_notes = GW_NEW_N(arena, model->in->jobs.n + 1, const char *);
    gw_training_choose_plans(model->in, networks, arena, model->plans, model->plan_notes);
    model->serving_tp = GW_NEW_N(arena, model->in->serving.n + 1, int);
    gw_serving_choose_tp(model->in, networks, model->serving_tp);
    gw_job_networks(model, networks);
    *out = model;
    return GW_OK;
}

void gw_model_free(gw_model *model) {
    if (model != NULL) {
        gw_arena_free(model->arena);
    }
}
