/* report/html_training.c: "What will it do?": the networks, the training runs, what failures cost.
 */
#include <math.h>
#include <stdio.h>

#include "base/date.h"
#include "base/units.h"
#include "report/html_page.h"

static const char *title_of_job(const gw_job *job) {
    return gw_words_title(job->title, &job->head);
}

/* ------------------------------------------------------------------ network */

static void row_pair(gw_page *p, const char *name, const char *value) {
    gw_page_row_begin(p);
    gw_page_cell(p, name);
    gw_page_cell(p, value);
    gw_page_row_end(p);
}

static void draw_network(gw_page *p, int i) {
    const gw_cluster *cluster = &p->in->clusters.at[i];
    const gw_network *n = &p->r->base->network[i];
    const char *topology = gw_enum_topology.items[cluster->fabric.topology].doc;
    gw_page_heading(p, 3, NULL, "Network of %s", gw_words_title(cluster->title, &cluster->head));
    if (n->problem != NULL) {
        gw_page_para(p, "This network cannot be built as described: %s.", n->problem);
        return;
    }
    double share = n->full_bisection_frac;
    gw_page_para(p,
                 "%s network ports in %d %s and %d %s need %s switches and %s transceivers. %s: "
                 "%s of full bisection bandwidth.",
                 gw_words_value(n->n_endpoints, "").text, n->n_rails,
                 gw_words_plural(n->n_rails, "rail", "rails"), n->n_tiers,
                 gw_words_plural(n->n_tiers, "tier", "tiers"),
                 gw_words_value(n->n_switches, "").text, gw_words_value(n->n_optics, "").text,
                 topology, gw_words_share(share).text);
    gw_page_table_begin(p, "The scale-out network when complete, base case", "Quantity|>Value");
    row_pair(p, "leaf switches", gw_words_value(n->n_leaf, "").text);
    row_pair(p, "spine switches", gw_words_value(n->n_spine, "").text);
    if (n->n_core > 0.0) {
        row_pair(p, "core switches", gw_words_value(n->n_core, "").text);
    }
    row_pair(p, "cables", gw_words_value(n->n_cables, "").text);
    row_pair(p, "all cables together", gw_words_value(n->cable_length_m, "km").text);
    row_pair(p, "switches on the longest path", gw_words_value(n->diameter_hops, "").text);
    row_pair(p, "bisection bandwidth, one direction",
             gw_words_value(n->bisection_Bps, "Tbit/s").text);
    row_pair(p, "scale-up bandwidth an accelerator reaches",
             gw_words_value(n->comm.scaleup.bandwidth_Bps, "GB/s").text);
    row_pair(p, "scale-out bandwidth an accelerator reaches",
             gw_words_value(n->comm.scaleout.bandwidth_Bps, "GB/s").text);
    row_pair(p, "all-reduce of 1 GB over all accelerators",
             gw_words_value(n->all_reduce_1GB_s, "ms").text);
    row_pair(p, "power of switches and optics", gw_words_value(n->power_W, "MW").text);
    row_pair(p, "price", gw_words_value(n->price_usd, "USD").text);
    gw_page_table_end(p);
}

/* ------------------------------------------------------------------ step */

static void draw_step(gw_page *p, const gw_job *job, const gw_step *s) {
    const gw_chart_part all[] = {
        {"matrix products", s->matmul_s, 0},
        {"attention", s->attention_s, 4},
        {"memory-bound kernels", s->memory_bound_s, 2},
        {"tensor-parallel traffic", s->tp_comm_s, 3},
        {"context-parallel traffic", s->cp_comm_s, 3},
        {"expert-parallel traffic", s->ep_comm_s, 3},
        {"pipeline traffic", s->pp_comm_s, 3},
        {"pipeline bubble", s->bubble_s, 1},
        {"data-parallel traffic", s->dp_comm_s, 3},
        {"optimizer", s->optimizer_s, 5},
        {"everything else", s->other_s, 6},
    };
    gw_chart_part parts[sizeof all / sizeof all[0]];
    int n = 0;
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].value > 0.0005 * s->step_s) {
            parts[n++] = all[i];
        }
    }
    char title[128];
    snprintf(title, sizeof title, "Where a step of %.80s goes", title_of_job(job));
    gw_page_figure_begin(p);
    gw_chart_steps chart = {.head = gw_page_chart(p, title,
                                                  "Time of one optimizer step by what it is "
                                                  "spent on."),
                            .unit = "s",
                            .total_label = "one step",
                            .n = n,
                            .parts = parts};
    gw_chart_steps_draw(&chart, p->out);
    gw_page_figure_end(
        p, "One optimizer step in the base case. Traffic that is hidden behind computing "
           "does not count: only what the step waits for.");
}

static void draw_memory(gw_page *p, const gw_step *s) {
    const gw_chart_part parts[] = {
        {"weights", s->weights_B, 0},           {"gradients", s->gradients_B, 4},
        {"optimizer state", s->optimizer_B, 2}, {"activations", s->activations_B, 1},
        {"buffers", s->buffers_B, 6},
    };
    gw_chart_row row = {"", 5, parts, s->capacity_B, "capacity"};
    gw_page_figure_begin(p);
    gw_chart_rows chart = {.head = gw_page_chart(p, "Memory of one accelerator",
                                                 "Memory by use against the capacity of the chip."),
                           .unit = "GB",
                           .n = 1,
                           .rows = &row};
    gw_chart_rows_draw(&chart, p->out);
    gw_page_figure_end(p, "Memory of one accelerator in the fullest pipeline stage: %s of %s.",
                       gw_words_value(s->memory_B, "GB").text,
                       gw_words_value(s->capacity_B, "GB").text);
}

static void draw_plan(gw_page *p, int i) {
    const gw_job *job = &p->in->jobs.at[i];
    const gw_llm *model = &p->in->models.at[job->model.i];
    const gw_step *s = &p->r->base->step[i];
    const gw_plan *plan = &s->plan;
    double sequence = gw_is_set(job->sequence_tok) ? job->sequence_tok : (double)model->sequence;
    gw_page_table_begin(p, "The run as worked through, base case", "Quantity|>Value");
    row_pair(p, "model", gw_words_title(model->title, &model->head));
    row_pair(p, "parameters", gw_words_value(model->params, "").text);
    row_pair(p, "tokens", gw_words_value(job->tokens_tok, "tokens").text);
    row_pair(p, "accelerators", gw_words_value(job->accelerators, "").text);
    gw_page_row_begin(p);
    gw_page_cell(p, "batch, sequence, precision");
    gw_page_cellf(p, "%s, %s, %s", gw_words_value(job->global_batch_tok, "tokens").text,
                  gw_words_value(sequence, "").text, gw_enum_precision.items[job->precision].name);
    gw_page_row_end(p);
    gw_page_row_begin(p);
    gw_page_cell(p, "layout: tensor x pipeline x data x context, expert");
    gw_page_cellf(p, "%d x %d x %d x %d, %d", plan->tp, plan->pp, plan->dp, plan->cp, plan->ep);
    gw_page_row_end(p);
    gw_page_row_begin(p);
    gw_page_cell(p,
                 "micro-batch, micro-batches per step, virtual stages, shared states, recompute");
    gw_page_cellf(p, "%d, %d, %d, %d, %s", plan->micro_batch, plan->n_micro, plan->virtual_stages,
                  plan->zero_stage, gw_enum_recompute.items[plan->recompute].name);
    gw_page_row_end(p);
    row_pair(p, "model FLOP per step", gw_words_value(s->model_flop, "EFLOP").text);
    gw_page_table_end(p);
    if (p->m->plan_notes[i] != NULL) {
        gw_page_note(p, "Layout: %s.", p->m->plan_notes[i]);
    }
}

static void draw_goodput(gw_page *p, const gw_goodput *g) {
    const gw_chart_part parts[] = {
        {"useful", g->goodput_frac, 2},
        {"writing checkpoints", g->lost_checkpoint_frac, 4},
        {"work done twice", g->lost_rework_frac, 1},
        {"stopped", g->lost_downtime_frac, 3},
        {"silent corruption", g->lost_silent_frac, 5},
    };
    gw_chart_row row = {"", 5, parts, GW_NAN, ""};
    gw_page_figure_begin(p);
    gw_chart_rows chart = {.head =
                               gw_page_chart(p, "Wall time of the run",
                                             "Wall time split into useful work and what failures "
                                             "cost."),
                           .unit = "%",
                           .n = 1,
                           .rows = &row};
    gw_chart_rows_draw(&chart, p->out);
    gw_page_figure_end(
        p,
        "Wall time of the run in the base case. Checkpoints every %s of useful work; a "
        "failure stops the job for %s on average.",
        gw_words_duration(g->interval_s).text, gw_words_duration(g->downtime_s).text);
}

static void draw_job(gw_page *p, int i) {
    const gw_job *job = &p->in->jobs.at[i];
    const gw_step *s = &p->r->base->step[i];
    const gw_goodput *g = &p->r->base->goodput[i];
    gw_page_heading(p, 3, NULL, "Training run: %s", title_of_job(job));
    if (s->problem != NULL) {
        gw_page_para(p, "This run cannot be done as described: %s.", s->problem);
        draw_plan(p, i);
        return;
    }
    gw_summary days = gw_page_summary(p, GW_M_days_with_failures_s, i);
    gw_summary finish = gw_page_summary(p, GW_M_finish_date_d, i);
    gw_page_para(
        p,
        "%s tokens on %s accelerators take %s of wall time, failures included. Each step lasts "
        "%s and uses %s of the chips' peak.",
        gw_words_value(job->tokens_tok, "").text, gw_words_value(job->accelerators, "").text,
        gw_words_interval(days, "d").text,
        gw_words_interval(gw_page_summary(p, GW_M_step_time_s, i), "s").text,
        gw_words_interval(gw_page_summary(p, GW_M_mfu_frac, i), "%").text);
    if (finish.n > 0) {
        gw_page_para(p, "Started as soon as its accelerators run, it ends on %s.",
                     gw_words_interval(finish, NULL).text);
    } else {
        gw_page_para(
            p, "It never starts: the accelerators it needs do not all run within the horizon.");
    }
    draw_step(p, job, s);
    draw_memory(p, s);
    draw_plan(p, i);
    gw_page_heading(p, 4, NULL, "What failures cost");
    gw_page_para(
        p,
        "Something stops a job of this size %s times a day, once in %s. %s of the wall time "
        "is useful work.",
        gw_words_interval(gw_page_summary(p, GW_M_failures_per_day, i), "").text,
        gw_words_duration(gw_page_summary(p, GW_M_mtbf_s, i).p50).text,
        gw_words_interval(gw_page_summary(p, GW_M_goodput_frac, i), "%").text);
    draw_goodput(p, g);
}

void gw_page_training(gw_page *p) {
    gw_page_para(
        p, "What the accelerators can be used for depends on the network between them, on how "
           "the work is spread, and on how often something breaks.");
    for (int i = 0; i < p->in->clusters.n; i++) {
        draw_network(p, i);
    }
    gw_page_metrics(p, "Networks over all samples", "fabric", GW_SCOPE_CLUSTER);
    if (p->in->jobs.n == 0) {
        gw_page_para(p, "The scenario describes no training run.");
    }
    for (int i = 0; i < p->in->jobs.n; i++) {
        draw_job(p, i);
    }
    gw_page_metrics(p, "Training over all samples", "training", GW_SCOPE_JOB);
    gw_page_metrics(p, "Reliability over all samples", "reliability", GW_SCOPE_JOB);
}
