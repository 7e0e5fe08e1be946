/* engine/metrics.c: one sample reduced to a row of outputs and the scenario's monthly series. The
 * names and units stand in the tables of model.h. */
#include <math.h>
#include <string.h>

#include "energy/energy_phase.h"
#include "engine/engine.h"

static void put(const gw_model *model, gw_state *state, gw_metric_id id, int instance,
                double value) {
    state->row[model->metric_offset[id] + instance] = value;
}

/* A quotient, or NaN where there is none. */
static double ratio(double a, double b) {
    return b != 0.0 ? a / b : GW_NAN;
}

/* Watt-days of installed chips that did not run, over all watt-days of installed chips. */
static double waiting_chips(const gw_model *model, const gw_capacity *c) {
    double installed = 0.0, running = 0.0;
    for (int m = 0; m < model->n_months; m++) {
        double days = gw_month_days(model->month0 + m);
        installed += c->chips_it_W[m] * days;
        running += c->running_it_W[m] * days;
    }
    return installed > 0.0 ? (installed - running) / installed : 0.0;
}

static void fill_capacity(const gw_model *model, gw_state *s, int i) {
    const gw_capacity *c = &s->capacity[i];
    put(model, s, GW_M_full_it_power_W, i, c->full_it_W);
    put(model, s, GW_M_full_facility_power_W, i, c->full_facility_W);
    put(model, s, GW_M_full_accelerators, i, c->full_accelerators);
    put(model, s, GW_M_running_it_power_W, i, c->as_of_it_W);
    put(model, s, GW_M_running_facility_power_W, i, c->as_of_it_W * s->overhead[i].pue_design);
    put(model, s, GW_M_running_accelerators, i, c->as_of_accelerators);
    double idle = c->as_of_installed - c->as_of_accelerators;
    put(model, s, GW_M_idle_accelerators_frac, i,
        c->as_of_installed > 0.0 ? idle / c->as_of_installed : 0.0);
    put(model, s, GW_M_waiting_chips_frac, i, waiting_chips(model, c));
    put(model, s, GW_M_first_date_d, i, c->first_d);
    put(model, s, GW_M_full_date_d, i, c->full_d);
    put(model, s, GW_M_last_is_building_frac, i, c->last == GW_LIMIT_BUILDING ? 1.0 : 0.0);
    put(model, s, GW_M_last_is_power_frac, i, c->last == GW_LIMIT_POWER ? 1.0 : 0.0);
    put(model, s, GW_M_last_is_chips_frac, i, c->last == GW_LIMIT_CHIPS ? 1.0 : 0.0);
}

static void fill_totals(const gw_model *model, gw_state *s) {
    double it = 0.0, accelerators = 0.0, running = 0.0, running_acc = 0.0, last_d = -GW_INF;
    for (int i = 0; i < s->in->sites.n; i++) {
        const gw_capacity *c = &s->capacity[i];
        it += c->full_it_W;
        accelerators += c->full_accelerators;
        running += c->as_of_it_W;
        running_acc += c->as_of_accelerators;
        last_d = isnan(c->full_d) || isnan(last_d) ? GW_NAN : fmax(last_d, c->full_d);
    }
    put(model, s, GW_M_total_it_power_W, 0, it);
    put(model, s, GW_M_total_accelerators, 0, accelerators);
    put(model, s, GW_M_total_running_it_power_W, 0, running);
    put(model, s, GW_M_total_running_accelerators, 0, running_acc);
    put(model, s, GW_M_all_full_date_d, 0, isfinite(last_d) ? last_d : GW_NAN);
}

static void fill_schedule(const gw_model *model, gw_state *s) {
    const gw_schedule *t = &s->schedule;
    for (int i = 0; i < s->in->activities.n; i++) {
        double due_d = s->in->activities.at[i].due_d;
        double kept = t->finish_d[i] <= due_d ? 1.0 : 0.0;
        put(model, s, GW_M_activity_start_date_d, i, t->start_d[i]);
        put(model, s, GW_M_activity_finish_date_d, i, t->finish_d[i]);
        put(model, s, GW_M_critical_frac, i, t->critical[i] ? 1.0 : 0.0);
        put(model, s, GW_M_total_float_s, i, t->total_float_s[i]);
        put(model, s, GW_M_kept_frac, i, gw_is_set(due_d) ? kept : GW_NAN);
    }
    bool any = s->in->activities.n > 0;
    put(model, s, GW_M_schedule_finish_date_d, 0, any ? t->finish_all_d : GW_NAN);
    put(model, s, GW_M_schedule_cost_usd, 0, any ? t->cost_usd : GW_NAN);
}

static void fill_cluster(const gw_model *model, gw_state *s, int i) {
    const gw_network *n = &s->network[i];
    put(model, s, GW_M_switches, i, n->n_switches);
    put(model, s, GW_M_optics, i, n->n_optics);
    put(model, s, GW_M_bisection_bandwidth_Bps, i, n->bisection_Bps);
    put(model, s, GW_M_network_power_W, i, n->power_W);
    put(model, s, GW_M_network_price_usd, i, n->price_usd);
    put(model, s, GW_M_all_reduce_1GB_s, i, n->all_reduce_1GB_s);
}

static void fill_job(const gw_model *model, gw_state *s, int i) {
    const gw_step *t = &s->step[i];
    const gw_goodput *g = &s->goodput[i];
    bool runs = t->problem == NULL;
    put(model, s, GW_M_step_time_s, i, runs ? t->step_s : GW_NAN);
    put(model, s, GW_M_tokens_per_s, i, runs ? t->tokens_per_s : GW_NAN);
    put(model, s, GW_M_mfu_frac, i, runs ? t->mfu : GW_NAN);
    put(model, s, GW_M_memory_per_accelerator_B, i, t->memory_B > 0.0 ? t->memory_B : GW_NAN);
    put(model, s, GW_M_training_time_ideal_s, i,
        runs ? ratio(s->in->jobs.at[i].tokens_tok, t->tokens_per_s) : GW_NAN);
    put(model, s, GW_M_mtbf_s, i, g->mtbf_s);
    put(model, s, GW_M_failures_per_day, i, g->failures_per_day);
    put(model, s, GW_M_checkpoint_interval_s, i, g->interval_s);
    put(model, s, GW_M_goodput_frac, i, g->goodput_frac);
    put(model, s, GW_M_training_time_s, i, g->train_s);
    put(model, s, GW_M_finish_date_d, i, g->finish_d);
}

/* Energy and full cost of a running accelerator over its output tokens. */
static void fill_serving(const gw_model *model, gw_state *s, int i) {
    const gw_service *t = &s->service[i];
    const gw_serving *serving = &s->in->serving.at[i];
    put(model, s, GW_M_ttft_s, i, t->ttft_s);
    put(model, s, GW_M_tpot_s, i, t->tpot_s);
    put(model, s, GW_M_serving_batch, i, t->batch);
    put(model, s, GW_M_serving_tokens_per_s, i, t->total_tokens_per_s);
    put(model, s, GW_M_accelerator_tokens_per_s, i, t->output_tokens_per_s);
    put(model, s, GW_M_accelerator_prefill_tokens_per_s, i, t->prefill_tokens_per_s);
    put(model, s, GW_M_accelerator_decode_tokens_per_s, i, t->decode_tokens_per_s);
    put(model, s, GW_M_serving_memory_B, i, t->memory_B > 0.0 ? t->memory_B : GW_NAN);
    double power_W = GW_NAN;
    if (serving->cluster.i >= 0) {
        int site = s->in->clusters.at[serving->cluster.i].site.i;
        double pue = site >= 0 ? s->overhead[site].pue_mean : 1.0;
        power_W = s->slot[serving->cluster.i].training_W * pue;
    }
    put(model, s, GW_M_energy_per_output_token_J, i, ratio(power_W, t->output_tokens_per_s));
    put(model, s, GW_M_output_cost_per_million_tokens_usd, i,
        ratio(s->cash.cost_per_acc_h_usd / 3600.0 * 1e6, t->output_tokens_per_s));
}

/* IT power per accelerator of a site: its clusters weighted by planned accelerators. */
static double site_slot_W(const gw_state *s, int site) {
    double power = 0.0, n = 0.0;
    for (int c = 0; c < s->in->clusters.n; c++) {
        if (s->in->clusters.at[c].site.i == site) {
            power += s->slot[c].it_W * s->fleet[c].full_accelerators;
            n += s->fleet[c].full_accelerators;
        }
    }
    return ratio(power, n);
}

static void fill_power(const gw_model *model, gw_state *s, int i) {
    const gw_overhead *o = &s->overhead[i];
    gw_energy_year y = gw_energy_full_year(&s->energy[i], model->month0, model->n_months);
    put(model, s, GW_M_it_power_per_accelerator_W, i, site_slot_W(s, i));
    put(model, s, GW_M_pue_ratio, i, o->pue_mean);
    put(model, s, GW_M_pue_design_ratio, i, o->pue_design);
    put(model, s, GW_M_wue_m3_per_J, i, o->wue_m3_per_J);
    put(model, s, GW_M_average_load_W, i, y.load_W);
    put(model, s, GW_M_water_m3_per_s, i, y.water_m3_per_s);
    put(model, s, GW_M_energy_per_year_J, i, y.energy_J);
    put(model, s, GW_M_energy_price_usd_per_J, i, y.price_usd_per_J);
    put(model, s, GW_M_carbon_kg_per_year, i, y.carbon_kg);
    put(model, s, GW_M_carbon_kg_per_J, i, y.carbon_kg_per_J);
    put(model, s, GW_M_unserved_frac, i, y.unserved_frac);
}

/* A root counts only when it is the only one: several mean that the rate has no single meaning. */
static double unique_root(const gw_irr *irr) {
    return irr->n == 1 ? irr->root[0] : GW_NAN;
}

static void fill_finance(const gw_model *model, gw_state *s) {
    const gw_cash *c = &s->cash;
    double it = s->row[model->metric_offset[GW_M_total_it_power_W]];
    put(model, s, GW_M_capex_usd, 0, c->capex_usd);
    put(model, s, GW_M_capex_build_usd, 0, c->capex_build_total_usd);
    put(model, s, GW_M_capex_chips_usd, 0, c->capex_chips_total_usd);
    put(model, s, GW_M_capex_power_usd, 0, c->capex_power_total_usd);
    put(model, s, GW_M_capex_per_it_W_usd, 0, ratio(c->capex_usd, it));
    put(model, s, GW_M_revenue_usd, 0, c->revenue_total_usd);
    put(model, s, GW_M_npv_usd, 0, c->npv_usd);
    put(model, s, GW_M_irr_frac, 0, unique_root(&c->irr));
    put(model, s, GW_M_equity_irr_frac, 0, unique_root(&c->equity_irr));
    put(model, s, GW_M_payback_date_d, 0, c->payback_d);
    put(model, s, GW_M_dscr_min_ratio, 0, c->dscr_min);
    put(model, s, GW_M_cost_per_accelerator_hour_usd, 0, c->cost_per_acc_h_usd);
    put(model, s, GW_M_cost_per_million_tokens_usd, 0, c->cost_per_Mtok_usd);
    put(model, s, GW_M_break_even_price_usd_per_h, 0, c->break_even_price_usd_per_h);
    put(model, s, GW_M_mirr_frac, 0, c->mirr_frac);
    put(model, s, GW_M_cost_per_it_power_usd_per_W_s, 0, c->cost_usd_per_W_s);
}

static void fill_funding(const gw_model *model, gw_state *s, int i) {
    const gw_loan_money *loan = &s->cash.loans[i];
    bool has_covenant = gw_is_set(s->in->funding.at[i].covenant) && gw_is_set(loan->dscr_min);
    put(model, s, GW_M_drawn_usd, i, loan->drawn_usd);
    put(model, s, GW_M_loan_dscr_min_ratio, i, loan->dscr_min);
    put(model, s, GW_M_loan_dscr_mean_ratio, i, loan->dscr_mean);
    put(model, s, GW_M_llcr_ratio, i, loan->llcr_ratio);
    put(model, s, GW_M_outstanding_usd, i, loan->outstanding_usd);
    put(model, s, GW_M_covenant_kept_frac, i,
        has_covenant ? (isnan(loan->breach_d) ? 1.0 : 0.0) : GW_NAN);
}

static void fill_party(const gw_model *model, gw_state *s, int i) {
    const gw_party_money *party = &s->cash.parties[i];
    put(model, s, GW_M_cash_in_usd, i, party->in_usd);
    put(model, s, GW_M_cash_out_usd, i, party->out_usd);
    put(model, s, GW_M_cash_net_usd, i, party->in_usd - party->out_usd);
    put(model, s, GW_M_cash_npv_usd, i, party->npv_usd);
}

static void fill_programme_money(const gw_model *model, gw_state *s, int i) {
    const gw_programme_money *p = &s->cash.programmes[i];
    put(model, s, GW_M_programme_capex_usd, i, p->capex_usd);
    put(model, s, GW_M_programme_revenue_usd, i, p->revenue_usd);
    put(model, s, GW_M_programme_npv_usd, i, p->npv_usd);
    put(model, s, GW_M_programme_irr_frac, i, unique_root(&p->irr));
    put(model, s, GW_M_programme_payback_date_d, i, p->payback_d);
    put(model, s, GW_M_programme_cost_per_accelerator_hour_usd, i, p->cost_per_acc_h_usd);
    put(model, s, GW_M_programme_cost_per_it_power_usd_per_W_s, i, p->cost_usd_per_W_s);
}

static void fill_series(const gw_model *model, gw_state *s) {
    const gw_cash *c = &s->cash;
    double cumulative = 0.0;
    for (int k = 0; k < GW_N_SERIES; k++) {
        memset(s->series[k], 0, (size_t)model->n_months * sizeof(double));
    }
    for (int m = 0; m < model->n_months; m++) {
        for (int i = 0; i < s->in->sites.n; i++) {
            const gw_capacity *cap = &s->capacity[i];
            const gw_energy *e = &s->energy[i];
            s->series[GW_S_built_it_power_W][m] += cap->built_it_W[m];
            s->series[GW_S_powered_it_power_W][m] += cap->powered_it_W[m];
            s->series[GW_S_chips_it_power_W][m] += cap->chips_it_W[m];
            s->series[GW_S_month_it_power_W][m] += cap->end_it_W[m];
            s->series[GW_S_month_accelerators][m] += cap->end_accelerators[m];
            s->series[GW_S_month_load_W][m] += e->load_W[m];
            s->series[GW_S_month_water_m3][m] += e->water_m3[m];
            s->series[GW_S_month_grid_W][m] += e->grid_W[m];
            s->series[GW_S_month_plant_W][m] += e->plant_W[m] + e->renewable_W[m];
            s->series[GW_S_month_cost_usd][m] += e->cost_usd[m];
            s->series[GW_S_month_carbon_kg][m] += e->carbon_kg[m];
        }
        s->series[GW_S_month_capex_usd][m] =
            c->capex_build_usd[m] + c->capex_chips_usd[m] + c->capex_power_usd[m];
        s->series[GW_S_month_opex_usd][m] = c->opex_energy_usd[m] + c->opex_other_usd[m];
        s->series[GW_S_month_revenue_usd][m] = c->revenue_usd[m];
        s->series[GW_S_month_free_cash_usd][m] = c->free_cash_usd[m];
        cumulative += c->free_cash_usd[m];
        s->series[GW_S_cumulative_cash_usd][m] = cumulative;
    }
}

void gw_metrics_fill(const gw_model *model, gw_state *state) {
    for (int i = 0; i < state->in->sites.n; i++) {
        fill_capacity(model, state, i);
        fill_power(model, state, i);
    }
    fill_totals(model, state);
    fill_schedule(model, state);
    for (int i = 0; i < state->in->clusters.n; i++) {
        fill_cluster(model, state, i);
    }
    for (int i = 0; i < state->in->jobs.n; i++) {
        fill_job(model, state, i);
    }
    for (int i = 0; i < state->in->serving.n; i++) {
        fill_serving(model, state, i);
    }
    fill_finance(model, state);
    for (int i = 0; i < state->in->funding.n; i++) {
        fill_funding(model, state, i);
    }
    for (int i = 0; i < state->in->parties.n; i++) {
        fill_party(model, state, i);
    }
    for (int i = 0; i < state->in->programmes.n; i++) {
        fill_programme_money(model, state, i);
    }
    for (int i = 0; i < model->n_claim_items; i++) {
        put(model, state, GW_M_run_value, i, state->claim_value[i]);
    }
    fill_series(model, state);
}
