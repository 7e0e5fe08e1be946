/* training/serving_phase.c: latency and throughput of every model that answers requests, with this
 * sample's values.
 *
 * In:  state->in (serving, models, accelerators), state->network[cluster].comm, model->serving_tp.
 * Out: state->service[n_serving].
 * Model: gw_serving_work_out with the width chosen in the base case; times x the drawn time_factor.
 * Valid: as gw_serving_work_out.
 * Derivation: adaptor; formulas and sources in serving.c, serving_pass.c.
 */
#include "training/serving_phase.h"

#include <math.h>

#include "training/groups.h"

gw_serving_in gw_serving_entry(const gw_scenario *in, const gw_network *networks, int i,
                               gw_arena *scratch, gw_serving_plan *plan) {
    const gw_serving *s = &in->serving.at[i];
    *plan = (gw_serving_plan){.tp = (int)s->tp,
                              .pp = (int)s->pp,
                              .dp = (int)s->dp,
                              .ep = (int)s->ep,
                              .batch = (int)s->batch};
    gw_serving_in out = {.scratch = scratch};
    if (s->cluster.i < 0 || s->model.i < 0) {
        return out;
    }
    const gw_cluster *cluster = &in->clusters.at[s->cluster.i];
    const gw_system *system = cluster->system.i < 0 ? NULL : &in->systems.at[cluster->system.i];
    if (!system || system->accelerator.i < 0) {
        return out;
    }
    out.llm = &in->models.at[s->model.i];
    out.accelerator = &in->accelerators.at[system->accelerator.i];
    out.comm = &networks[s->cluster.i].comm;
    out.accelerators = floor(s->accelerators + 1e-9);
    out.precision = (gw_precision)s->precision;
    out.kv_precision = (gw_precision)s->kv_precision;
    out.prompt_tok = s->prompt_tok;
    out.output_tok = s->output_tok;
    out.chunk_tok = s->chunk_tok;
    out.memory_frac = s->memory_share;
    out.step_overhead_s = s->step_overhead_s;
    out.kernel_gap_s = s->kernel_gap_s;
    out.ttft_limit_s = s->ttft_limit_s;
    out.tpot_limit_s = s->tpot_limit_s;
    out.disaggregated = s->disaggregated;
    return out;
}

void gw_serving_choose_tp(const gw_scenario *in, const gw_network *networks, int *tp) {
    for (int i = 0; i < in->serving.n; i++) {
        gw_serving_plan plan;
        gw_serving_in entry = gw_serving_entry(in, networks, i, NULL, &plan);
        if (entry.llm && plan.tp == 0) {
            gw_service service;
            gw_serving_work_out(&entry, &plan, &service);
            plan.tp = service.tp;
        }
        tp[i] = plan.tp;
    }
}

void gw_serving_one(const gw_model *model, const gw_scenario *in, const gw_network *networks, int i,
                    gw_arena *scratch, gw_service *out) {
    gw_serving_plan plan;
    gw_serving_in entry = gw_serving_entry(in, networks, i, scratch, &plan);
    plan.tp = model->serving_tp[i];
    if (!entry.llm) {
        *out = (gw_service){.problem = "it names no model or no cluster"};
        gw_serving_scale(out, GW_NAN);
        out->batch = GW_NAN;
        return;
    }
    entry.congestion = model->serving_congestion == NULL ? NULL : &model->serving_congestion[i];
    entry.link_load_factor = gw_link_load_factor(in, in->serving.at[i].cluster.i, entry.congestion);
    gw_serving_work_out(&entry, &plan, out);
    double factor = in->serving.at[i].time_factor;
    if (gw_is_set(factor) && factor > 0) {
        gw_serving_scale(out, factor);
    }
}

void gw_serving_phase(const gw_model *model, gw_state *state) {
    for (int i = 0; i < state->in->serving.n; i++) {
        gw_serving_one(model, state->in, state->network, i, state->scratch, &state->service[i]);
    }
}
