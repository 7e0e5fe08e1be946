/* report/html_training.c: "What will it do?": the networks, the training runs, what failures cost.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "base/date.h"
#include "base/units.h"
#include "report/html_page.h"
#include "report/network_words.h"
#include "report/serving_text.h"
#include "training/arch.h"

static const char *title_of_job(const gw_job *job) {
    return gw_words_title(job->title, &job->head);
}

static void row_pair(gw_page *p, const char *name, const char *value) {
    gw_page_row_begin(p);
    gw_page_cell(p, name);
    gw_page_cell(p, value);
    gw_page_row_end(p);
}

/* ------------------------------------------------------------------ networks */

static void say_network(gw_page *p, int i) {
    const gw_cluster *cluster = &p->in->clusters.at[i];
    const gw_network *n = &p->r->base->network[i];
    const char *name = gw_words_title(cluster->title, &cluster->head);
    if (n->problem != NULL) {
        gw_page_para(p, "%s: this network cannot be built as described: %s%s", name, n->problem,
                     gw_words_stop(n->problem));
        return;
    }
    gw_page_para(
        p,
        "%s: %s network ports in %d %s and %d %s take %s switches and %s transceivers, with %s of "
        "full bisection bandwidth.",
        name, gw_words_value(n->n_endpoints, "").text, n->n_rails,
        gw_words_plural(n->n_rails, "rail", "rails"), n->n_tiers,
        gw_words_plural(n->n_tiers, "tier", "tiers"), gw_words_value(n->n_switches, "").text,
        gw_words_value(n->n_optics, "").text, gw_words_share(n->full_bisection_frac).text);
}

/* One row of the table of networks: where the number stands in gw_network. */
typedef struct network_row {
    const char *name;
    size_t offset;
    const char *unit;
} network_row;

#define ROW(name, member, unit)                                                                    \
    { name, offsetof(gw_network, member), unit }
static const network_row network_rows[] = {
    ROW("leaf switches", n_leaf, ""),
    ROW("spine switches", n_spine, ""),
    ROW("core switches", n_core, ""),
    ROW("cables", n_cables, ""),
    ROW("all cables together", cable_length_m, "km"),
    ROW("switches on the longest path", diameter_hops, ""),
    ROW("bisection bandwidth, one direction", bisection_Bps, "Tbit/s"),
    ROW("scale-up bandwidth an accelerator reaches", comm.scaleup.bandwidth_Bps, "GB/s"),
    ROW("scale-out bandwidth an accelerator reaches", comm.scaleout.bandwidth_Bps, "GB/s"),
    ROW("all-reduce of 1 GB over all accelerators", all_reduce_1GB_s, "ms"),
    ROW("power of switches and optics", power_W, "MW"),
    ROW("price", price_usd, "USD"),
};
#undef ROW

/* Clusters side by side, a few in each table. */
static void draw_networks(gw_page *p) {
    enum { SIDE_BY_SIDE = 4 };
    for (int first = 0; first < p->in->clusters.n; first += SIDE_BY_SIDE) {
        int last =
            first + SIDE_BY_SIDE < p->in->clusters.n ? first + SIDE_BY_SIDE : p->in->clusters.n;
        gw_buf columns = {0};
        gw_buf_add(&columns, "Quantity");
        for (int i = first; i < last; i++) {
            gw_buf_add(&columns, "|>");
            gw_buf_add_html(&columns, p->in->clusters.at[i].head.name);
        }
        gw_page_table_begin(p, "The scale-out networks when complete, base case", columns.text);
        gw_buf_clear(&columns);
        for (unsigned k = 0; k < sizeof network_rows / sizeof network_rows[0]; k++) {
            gw_page_row_begin(p);
            gw_page_cell(p, network_rows[k].name);
            for (int i = first; i < last; i++) {
                const char *network = (const char *)&p->r->base->network[i];
                double value = *(const double *)(const void *)(network + network_rows[k].offset);
                gw_page_cell(p, gw_words_value(value, network_rows[k].unit).text);
            }
            gw_page_row_end(p);
        }
        gw_page_table_end(p);
    }
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
    snprintf(title, sizeof title, "Where a step of %.80s goes, base case", title_of_job(job));
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
    gw_chart_rows chart = {.head = gw_page_chart(p, "Memory of one accelerator, base case",
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
    static const char *const shared[] = {"nothing", "optimizer state", "optimizer state, gradients",
                                         "optimizer state, gradients, weights"};
    gw_page_table_begin(p, "The run as worked through, base case", "Quantity|>Value");
    row_pair(p, "model", gw_words_title(model->title, &model->head));
    double params = gw_is_set(model->params) ? model->params : gw_arch_of(model).params;
    row_pair(p, "parameters", gw_words_large(params).text);
    row_pair(p, "tokens", gw_words_large(job->tokens_tok).text);
    row_pair(p, "accelerators", gw_words_value(job->accelerators, "").text);
    row_pair(p, "tokens in one step", gw_words_large(job->global_batch_tok).text);
    row_pair(p, "sequence length", gw_words_value(sequence, "").text);
    row_pair(p, "precision", gw_enum_precision.items[job->precision].name);
    gw_page_row_begin(p);
    gw_page_cell(p, "parallel layout");
    gw_page_cellf(p, "tensor %d, pipeline %d, data %d, context %d, expert %d", plan->tp, plan->pp,
                  plan->dp, plan->cp, plan->ep);
    gw_page_row_end(p);
    gw_page_row_begin(p);
    gw_page_cell(p, "pipeline schedule");
    gw_page_cellf(p, "%d micro-batches of %d %s, %d %s of layers a stage", plan->n_micro,
                  plan->micro_batch, gw_words_plural(plan->micro_batch, "sequence", "sequences"),
                  plan->virtual_stages, gw_words_plural(plan->virtual_stages, "chunk", "chunks"));
    gw_page_row_end(p);
    row_pair(p, "divided among data-parallel ranks", shared[plan->zero_stage & 3]);
    row_pair(p, "activations computed again", gw_enum_recompute.items[plan->recompute].name);
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
                               gw_page_chart(p, "Wall time of the run, base case",
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

/** What the step model is worth, on published runs. */
static void say_interval(gw_page *p, const gw_step *s) {
    if (!(s->low_s > 0 && s->high_s > 0)) {
        return;
    }
    gw_page_para(p, "In the base case a step takes %s; 80 %% of runs like it lie within %s.%s%s%s",
                 gw_words_value(s->step_s, "s").text, gw_words_range(s->low_s, s->high_s, "s").text,
                 s->wide != NULL ? " That is wider than usual: " : "",
                 s->wide != NULL ? s->wide : "", s->wide != NULL ? gw_words_stop(s->wide) : "");
}

/** What the real network leaves the patterns of the layout. */
static void say_congestion(gw_page *p, int i) {
    gw_buf line = {0};
    gw_network_line(p->in, p->in->jobs.at[i].cluster.i, &p->m->congestion[i], &line);
    gw_page_para(p, "Network: %s.", line.text);
    gw_buf_clear(&line);
}

static void draw_job(gw_page *p, int i) {
    const gw_job *job = &p->in->jobs.at[i];
    const gw_step *s = &p->r->base->step[i];
    const gw_goodput *g = &p->r->base->goodput[i];
    gw_page_heading(p, 3, NULL, "Training run: %s", title_of_job(job));
    if (s->problem != NULL) {
        gw_page_para(p, "This run cannot be done as described: %s%s", s->problem,
                     gw_words_stop(s->problem));
        draw_plan(p, i);
        return;
    }
    const char *problem = p->r->sample_problems[i];
    if (problem != NULL) {
        gw_page_para(p, "In some samples it cannot run: %s%s What follows is of the others.",
                     problem, gw_words_stop(problem));
    }
    gw_summary days = gw_page_summary(p, GW_M_training_time_s, i);
    gw_summary finish = gw_page_summary(p, GW_M_finish_date_d, i);
    gw_page_para(
        p,
        "%s tokens on %s accelerators take %s of wall time, failures included. Each step lasts "
        "%s and uses %s of the chips' peak.",
        gw_words_large(job->tokens_tok).text, gw_words_value(job->accelerators, "").text,
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
    say_interval(p, s);
    say_congestion(p, i);
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

static void draw_serving(gw_page *p, int i) {
    const gw_serving *entry = &p->in->serving.at[i];
    const gw_service *s = &p->r->base->service[i];
    gw_page_heading(p, 3, NULL, "%s", gw_words_title(entry->title, &entry->head));
    if (s->problem != NULL) {
        gw_page_para(p, "It cannot run: %s%s", s->problem, gw_words_stop(s->problem));
        return;
    }
    gw_buf widths = {0};
    gw_serving_widths(s, &widths);
    gw_page_para(p,
                 "%s answers requests of %s tokens with %s tokens, on %s accelerators at full "
                 "load. A copy of the model: %s.",
                 entry->model.name, gw_words_value(entry->prompt_tok, "").text,
                 gw_words_value(entry->output_tok, "").text,
                 gw_words_value(entry->accelerators, "").text, widths.text);
    gw_buf_clear(&widths);
    gw_page_para(
        p,
        "The first token comes after %s, the others every %s; that makes %s output tokens a "
        "second. "
        "Of a step of %s, %s are matrix products, %s attention and %s network. What "
        "limits it: %s. The model of serving is a roofline with assumed overheads; it was not set "
        "against measured servers.",
        gw_words_interval(gw_page_summary(p, GW_M_ttft_s, i), "s").text,
        gw_words_interval(gw_page_summary(p, GW_M_tpot_s, i), "ms").text,
        gw_words_interval(gw_page_summary(p, GW_M_serving_tokens_per_s, i), "").text,
        gw_words_value(s->step_s, "ms").text, gw_words_value(s->weights_s, "ms").text,
        gw_words_value(s->attention_s, "ms").text, gw_words_value(s->network_s, "ms").text,
        s->bottleneck);
}

void gw_page_training(gw_page *p) {
    gw_page_para(
        p, "What the accelerators can be used for depends on the network between them, on how "
           "the work is spread, and on how often something breaks.");
    gw_page_heading(p, 3, NULL, "The networks");
    for (int i = 0; i < p->in->clusters.n; i++) {
        say_network(p, i);
    }
    draw_networks(p);
    gw_page_metrics(p, "Networks over all samples", "fabric", GW_SCOPE_CLUSTER);
    if (p->in->jobs.n == 0) {
        gw_page_para(p, "The scenario describes no training run.");
    }
    for (int i = 0; i < p->in->jobs.n; i++) {
        draw_job(p, i);
    }
    gw_page_metrics(p, "Training over all samples", "training", GW_SCOPE_JOB);
    gw_page_metrics(p, "Reliability over all samples", "reliability", GW_SCOPE_JOB);
    for (int i = 0; i < p->in->serving.n; i++) {
        draw_serving(p, i);
    }
    gw_page_metrics(p, "Serving over all samples", "serving", GW_SCOPE_SERVING);
}
