/* store/json_detail.c: details of the base case: what the summaries do not hold. SI units in the
 * keys. */
#include <math.h>

#include "report/network_words.h"
#include "report/serving_text.h"
#include "store/json_result.h"
#include "store/names.h"

void gw_store_json_date(gw_json *json, const char *key, double date_d) {
    gw_json_text(json, key, isfinite(date_d) ? gw_store_date(date_d).text : NULL);
}

void gw_store_json_capacity(const gw_result *r, gw_json *json) {
    static const char *const limits[GW_N_LIMIT] = {"building", "power", "chips"};
    gw_json_object(json, "base_case");
    for (int i = 0; i < r->model->in->sites.n; i++) {
        const gw_capacity *c = &r->base->capacity[i];
        gw_json_object(json, r->model->in->sites.at[i].head.name);
        gw_store_json_date(json, "first_date", c->first_d);
        gw_store_json_date(json, "full_date", c->full_d);
        gw_json_text(json, "last_to_arrive", isnan(c->full_d) ? NULL : limits[c->last]);
        gw_json_numbers(json, "running_it_power_W", c->running_it_W, (size_t)r->model->n_months);
        gw_json_numbers(json, "accelerators", c->accelerators, (size_t)r->model->n_months);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

void gw_store_json_fabric(const gw_result *r, gw_json *json) {
    gw_json_object(json, "base_case");
    for (int i = 0; i < r->model->in->clusters.n; i++) {
        const gw_network *n = &r->base->network[i];
        gw_json_object(json, r->model->in->clusters.at[i].head.name);
        gw_json_text(json, "problem", n->problem);
        gw_json_integer(json, "rails", n->n_rails);
        gw_json_integer(json, "tiers", n->n_tiers);
        gw_json_number(json, "endpoints", n->n_endpoints);
        gw_json_number(json, "leaf_switches", n->n_leaf);
        gw_json_number(json, "spine_switches", n->n_spine);
        gw_json_number(json, "core_switches", n->n_core);
        gw_json_number(json, "cables", n->n_cables);
        gw_json_number(json, "optics", n->n_optics);
        gw_json_number(json, "cable_length_m", n->cable_length_m);
        gw_json_number(json, "diameter_hops", n->diameter_hops);
        gw_json_number(json, "bisection_Bps", n->bisection_Bps);
        gw_json_number(json, "full_bisection_frac", n->full_bisection_frac);
        gw_json_number(json, "max_endpoints", n->max_endpoints);
        gw_json_number(json, "scaleup_bandwidth_Bps", n->comm.scaleup.bandwidth_Bps);
        gw_json_number(json, "scaleout_bandwidth_Bps", n->comm.scaleout.bandwidth_Bps);
        gw_json_number(json, "all_reduce_1GB_s", n->all_reduce_1GB_s);
        gw_json_number(json, "power_W", n->power_W);
        gw_json_number(json, "price_usd", n->price_usd);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

static void write_plan(gw_json *json, const gw_plan *p, const char *note) {
    gw_json_object(json, "plan");
    gw_json_integer(json, "tensor_parallel", p->tp);
    gw_json_integer(json, "pipeline_parallel", p->pp);
    gw_json_integer(json, "data_parallel", p->dp);
    gw_json_integer(json, "context_parallel", p->cp);
    gw_json_integer(json, "expert_parallel", p->ep);
    gw_json_integer(json, "virtual_stages", p->virtual_stages);
    gw_json_integer(json, "micro_batch", p->micro_batch);
    gw_json_integer(json, "micro_batches", p->n_micro);
    gw_json_integer(json, "zero_stage", p->zero_stage);
    gw_json_text(json, "recompute", gw_enum_recompute.items[p->recompute].name);
    gw_json_text(json, "schedule", gw_enum_pipeline.items[p->schedule].name);
    gw_json_text(json, "context_method", gw_enum_context_method.items[p->context_method].name);
    gw_json_bool(json, "sequence_parallel", !p->no_sequence_parallel);
    gw_json_integer(json, "expert_tensor_parallel", p->etp);
    gw_json_integer(json, "shard_group", p->shard_group);
    gw_json_text(json, "note", note);
    gw_json_end_object(json);
}

static void write_step(gw_json *json, const gw_step *s) {
    bool has_interval = s->low_s > 0 && s->high_s > 0;
    gw_json_number(json, "step_s", s->step_s);
    gw_json_number(json, "low_s", has_interval ? s->low_s : GW_NAN);
    gw_json_number(json, "high_s", has_interval ? s->high_s : GW_NAN);
    gw_json_text(json, "wide", s->wide);
    gw_json_object(json, "step_parts");
    gw_json_number(json, "matmul_s", s->matmul_s);
    gw_json_number(json, "attention_s", s->attention_s);
    gw_json_number(json, "memory_bound_s", s->memory_bound_s);
    gw_json_number(json, "tensor_parallel_traffic_s", s->tp_comm_s);
    gw_json_number(json, "context_parallel_traffic_s", s->cp_comm_s);
    gw_json_number(json, "expert_parallel_traffic_s", s->ep_comm_s);
    gw_json_number(json, "pipeline_traffic_s", s->pp_comm_s);
    gw_json_number(json, "bubble_s", s->bubble_s);
    gw_json_number(json, "data_parallel_traffic_s", s->dp_comm_s);
    gw_json_number(json, "optimizer_s", s->optimizer_s);
    gw_json_number(json, "other_s", s->other_s);
    gw_json_end_object(json);
    gw_json_number(json, "model_flop", s->model_flop);
    gw_json_number(json, "hardware_flop", s->hardware_flop);
    gw_json_object(json, "memory_parts");
    gw_json_number(json, "weights_B", s->weights_B);
    gw_json_number(json, "gradients_B", s->gradients_B);
    gw_json_number(json, "optimizer_B", s->optimizer_B);
    gw_json_number(json, "activations_B", s->activations_B);
    gw_json_number(json, "buffers_B", s->buffers_B);
    gw_json_end_object(json);
    gw_json_number(json, "memory_B", s->memory_B);
    gw_json_number(json, "capacity_B", s->capacity_B);
}

void gw_store_json_training(const gw_result *r, gw_json *json) {
    gw_json_object(json, "base_case");
    for (int i = 0; i < r->model->in->jobs.n; i++) {
        const gw_job *job = &r->model->in->jobs.at[i];
        const gw_step *s = &r->base->step[i];
        gw_json_object(json, job->head.name);
        gw_json_text(json, "model", job->model.name);
        gw_json_text(json, "precision", gw_enum_precision.items[job->precision].name);
        gw_json_number(json, "accelerators", job->accelerators);
        gw_json_number(json, "tokens", job->tokens_tok);
        gw_json_text(json, "problem", s->problem);
        gw_json_text(json, "problem_of_a_sample", r->sample_problems[i]);
        write_plan(json, &s->plan, r->model->plan_notes[i]);
        if (s->problem == NULL) {
            write_step(json, s);
        }
        if (job->cluster.i >= 0) {
            gw_network_json(r->model->in, job->cluster.i, &r->model->congestion[i], json);
        }
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

void gw_store_json_serving(const gw_result *r, gw_json *json) {
    gw_serving_json(r->model->in, r->base->service, "base_case", json);
}

void gw_store_json_reliability(const gw_result *r, gw_json *json) {
    gw_json_object(json, "base_case");
    for (int i = 0; i < r->model->in->jobs.n; i++) {
        const gw_goodput *g = &r->base->goodput[i];
        gw_json_object(json, r->model->in->jobs.at[i].head.name);
        gw_json_number(json, "rate_per_s", g->rate_per_s);
        gw_json_number(json, "mtbf_s", g->mtbf_s);
        gw_json_number(json, "checkpoint_B", g->checkpoint_B);
        gw_json_number(json, "write_s", g->write_s);
        gw_json_number(json, "blocking_s", g->blocking_s);
        gw_json_number(json, "interval_s", g->interval_s);
        gw_json_number(json, "downtime_s", g->downtime_s);
        gw_json_number(json, "spare_shortage_frac", g->spare_shortage_frac);
        gw_json_number(json, "goodput_frac", g->goodput_frac);
        gw_json_number(json, "lost_checkpoint_frac", g->lost_checkpoint_frac);
        gw_json_number(json, "lost_rework_frac", g->lost_rework_frac);
        gw_json_number(json, "lost_downtime_frac", g->lost_downtime_frac);
        gw_json_number(json, "lost_silent_frac", g->lost_silent_frac);
        gw_json_number(json, "first_order_goodput_frac", g->first_order_frac);
        gw_json_number(json, "train_s", g->train_s);
        gw_store_json_date(json, "start_date", g->start_d);
        gw_store_json_date(json, "finish_date", g->finish_d);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

static void write_slot(gw_json *json, const gw_slot *s) {
    gw_json_number(json, "system_W", s->system_W);
    gw_json_number(json, "network_W", s->network_W);
    gw_json_number(json, "storage_W", s->storage_W);
    gw_json_number(json, "it_W", s->it_W);
    gw_json_number(json, "training_W", s->training_W);
    gw_json_number(json, "idle_W", s->idle_W);
}

void gw_store_json_power(const gw_result *r, gw_json *json) {
    gw_json_object(json, "base_case");
    gw_json_object(json, "per_accelerator");
    for (int i = 0; i < r->model->in->clusters.n; i++) {
        gw_json_object(json, r->model->in->clusters.at[i].head.name);
        write_slot(json, &r->base->slot[i]);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
    gw_json_object(json, "overhead_by_month_of_year");
    for (int i = 0; i < r->model->in->sites.n; i++) {
        const gw_overhead *o = &r->base->overhead[i];
        gw_json_object(json, r->model->in->sites.at[i].head.name);
        gw_json_numbers(json, "chiller_frac", o->chiller_frac, 12);
        gw_json_numbers(json, "fan_frac", o->fan_frac, 12);
        gw_json_numbers(json, "pump_frac", o->pump_frac, 12);
        gw_json_numbers(json, "loss_frac", o->loss_frac, 12);
        gw_json_number(json, "house_frac", o->house_frac);
        gw_json_numbers(json, "pue", o->pue, 12);
        gw_json_numbers(json, "water_m3_per_J", o->water_m3_per_J, 12);
        gw_json_number(json, "free_cooling_frac", o->free_cooling_frac);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
    gw_json_end_object(json);
}

static void write_irr(gw_json *json, const char *key, const gw_irr *irr) {
    gw_json_object(json, key);
    gw_json_numbers(json, "roots_per_year", irr->root, (size_t)irr->n);
    gw_json_text(json, "problem", irr->problem);
    gw_json_end_object(json);
}

void gw_store_json_finance(const gw_result *r, gw_json *json) {
    const gw_cash *c = &r->base->cash;
    const struct {
        const char *key;
        const double *values;
    } columns[] = {
        {"capex_build_usd", c->capex_build_usd},
        {"capex_chips_usd", c->capex_chips_usd},
        {"capex_power_usd", c->capex_power_usd},
        {"opex_energy_usd", c->opex_energy_usd},
        {"opex_other_usd", c->opex_other_usd},
        {"revenue_usd", c->revenue_usd},
        {"tax_usd", c->tax_usd},
        {"debt_draw_usd", c->debt_draw_usd},
        {"debt_service_usd", c->debt_service_usd},
        {"equity_draw_usd", c->equity_draw_usd},
        {"free_cash_usd", c->free_cash_usd},
        {"equity_cash_usd", c->equity_cash_usd},
    };
    gw_json_object(json, "base_case");
    write_irr(json, "irr", &c->irr);
    write_irr(json, "equity_irr", &c->equity_irr);
    gw_json_number(json, "equity_npv_usd", c->equity_npv_usd);
    gw_json_number(json, "dscr_mean_ratio", c->dscr_mean);
    gw_json_object(json, "cost_per_accelerator_hour_parts");
    gw_json_number(json, "chips_usd", c->cost_parts_usd[0]);
    gw_json_number(json, "buildings_usd", c->cost_parts_usd[1]);
    gw_json_number(json, "power_plants_usd", c->cost_parts_usd[2]);
    gw_json_number(json, "energy_usd", c->cost_parts_usd[3]);
    gw_json_number(json, "operations_usd", c->cost_parts_usd[4]);
    gw_json_end_object(json);
    gw_json_object(json, "cash_flow_by_month");
    for (unsigned i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        gw_json_numbers(json, columns[i].key, columns[i].values, (size_t)r->model->n_months);
    }
    gw_json_end_object(json);
    gw_json_end_object(json);
}
