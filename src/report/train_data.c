/* report/train_data.c: training steps as JSON and CSV.
 * In: a finished gw_train_report.   Out: text.
 * Derivation: engine/train_run.h. Names of members carry SI units; CSV has one row a number. */
#include <math.h>

#include "base/csv.h"
#include "base/json.h"
#include "report/network_words.h"
#include "report/serving_text.h"
#include "report/train_text.h"

/* ---------------------------------------------------------------- JSON */

static void json_plan(gw_json *json, const char *key, const gw_plan *p) {
    json->inline_arrays = true;
    gw_json_object(json, key);
    gw_json_integer(json, "tp", p->tp);
    gw_json_integer(json, "pp", p->pp);
    gw_json_integer(json, "dp", p->dp);
    gw_json_integer(json, "cp", p->cp);
    gw_json_integer(json, "ep", p->ep);
    gw_json_integer(json, "etp", p->etp);
    gw_json_integer(json, "virtual_stages", p->virtual_stages);
    gw_json_integer(json, "micro_batch", p->micro_batch);
    gw_json_integer(json, "n_micro", p->n_micro);
    gw_json_integer(json, "zero_stage", p->zero_stage);
    gw_json_integer(json, "shard_group", p->shard_group);
    gw_json_text(json, "recompute", gw_enum_recompute.items[p->recompute].name);
    gw_json_text(json, "schedule", gw_enum_pipeline.items[p->schedule].name);
    gw_json_text(json, "context_method", gw_enum_context_method.items[p->context_method].name);
    gw_json_bool(json, "sequence_parallel", !p->no_sequence_parallel);
    gw_json_end_object(json);
}

static void json_memory(gw_json *json, const gw_step *s) {
    gw_json_object(json, "memory");
    gw_json_number(json, "weights_B", s->weights_B);
    gw_json_number(json, "gradients_B", s->gradients_B);
    gw_json_number(json, "optimizer_B", s->optimizer_B);
    gw_json_number(json, "activations_B", s->activations_B);
    gw_json_number(json, "buffers_B", s->buffers_B);
    gw_json_number(json, "memory_B", s->memory_B);
    gw_json_number(json, "capacity_B", s->capacity_B);
    gw_json_end_object(json);
}

static void json_stages(gw_json *json, const gw_train_job *t) {
    gw_json_array(json, "stages");
    for (int i = 0; i < t->n_stages; i++) {
        const gw_memory *m = &t->stages[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "stage", m->stage);
        gw_json_number(json, "layers", m->layers);
        gw_json_number(json, "micro_batches_held", m->held_n);
        gw_json_number(json, "weights_B", m->weights_B);
        gw_json_number(json, "gradients_B", m->gradients_B);
        gw_json_number(json, "optimizer_B", m->optimizer_B);
        gw_json_number(json, "activations_B", m->activations_B);
        gw_json_number(json, "working_B", m->working_B);
        gw_json_number(json, "gathered_B", m->gathered_B);
        gw_json_number(json, "network_B", m->network_B);
        gw_json_number(json, "context_B", m->context_B);
        gw_json_number(json, "fragmentation_B", m->fragmentation_B);
        gw_json_number(json, "total_B", m->total_B);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_numbers(gw_json *json, const gw_step *s) {
    gw_json_number(json, "step_s", s->step_s);
    gw_json_number(json, "tokens_per_s", s->tokens_per_s);
    gw_json_number(json, "mfu_frac", s->mfu);
    gw_json_number(json, "memory_B", s->memory_B);
    gw_json_number(json, "accelerators", gw_plan_accelerators(&s->plan));
}

static void json_step(gw_json *json, const gw_train_job *t) {
    const gw_step *s = &t->step;
    gw_json_text(json, "problem", s->problem);
    json_numbers(json, s);
    bool interval = s->low_s > 0 && s->high_s > 0;
    gw_json_number(json, "low_s", interval ? s->low_s : GW_NAN);
    gw_json_number(json, "high_s", interval ? s->high_s : GW_NAN);
    gw_json_text(json, "wide", s->wide);
    gw_json_number(json, "tokens_per_s_per_accelerator",
                   s->tokens_per_s / gw_plan_accelerators(&s->plan));
    gw_json_number(json, "hfu_frac", s->problem ? GW_NAN : t->hfu_frac);
    gw_json_number(json, "model_flop", s->model_flop);
    gw_json_number(json, "hardware_flop", s->hardware_flop);
    json_plan(json, "layout", &s->plan);
    gw_json_text(json, "note", t->note);
    gw_json_object(json, "parts");
    for (int i = 0; i < GW_N_STEP_PARTS; i++) {
        gw_json_number(json, gw_step_part_keys[i], gw_step_part_s(s, i));
    }
    gw_json_end_object(json);
    gw_json_text(json, "longest_part", s->problem ? NULL : gw_step_part_keys[t->bottleneck]);
    json_memory(json, s);
    json_stages(json, t);
    gw_json_array(json, "gains");
    for (int i = 0; i < t->n_gains; i++) {
        gw_json_object(json, NULL);
        gw_json_text(json, "what", t->gains[i].what);
        gw_json_number(json, "step_s", t->gains[i].step_s);
        gw_json_number(json, "gain_frac", t->gains[i].gain_frac);
        gw_json_bool(json, "resource", t->gains[i].resource);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_software(gw_json *json, const gw_train_job *t) {
    const gw_software *software = t->in.software;
    gw_json_object(json, "software");
    gw_json_text(json, "name", software != NULL ? software->head.name : NULL);
    gw_json_text(json, "title", software != NULL ? software->title : NULL);
    gw_json_text(json, "chosen_by", t->software_by);
    gw_json_end_object(json);
}

static void json_layouts(gw_json *json, const char *key, const gw_step *steps, int n) {
    gw_json_array(json, key);
    for (int i = 0; i < n; i++) {
        gw_json_object(json, NULL);
        json_numbers(json, &steps[i]);
        json_plan(json, "layout", &steps[i].plan);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_search(gw_json *json, const gw_train_job *t) {
    const gw_search_result *r = &t->search;
    gw_json_object(json, "search");
    gw_json_number(json, "layouts", r->n_listed);
    gw_json_number(json, "left_out", r->n_skipped);
    gw_json_number(json, "obey_rules", r->n_legal);
    gw_json_number(json, "fit", r->n_fit);
    json_layouts(json, "best", r->best, r->n_best);
    json_layouts(json, "front", r->front, r->n_front);
    gw_json_array(json, "alternatives");
    for (int i = 0; i < t->n_alternatives; i++) {
        const gw_alternative *a = &t->alternatives[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "what", a->what);
        gw_json_number(json, "slower_frac", a->slower_frac);
        gw_json_text(json, "why", a->why);
        json_plan(json, "layout", &a->step.plan);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

void gw_train_json(const gw_train_report *r, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "title", r->in->title);
    gw_json_array(&json, "jobs");
    for (int j = 0; j < r->n_jobs; j++) {
        const gw_train_job *t = &r->jobs[j];
        gw_json_object(&json, NULL);
        gw_json_text(&json, "job", t->job->head.name);
        gw_json_text(&json, "model", t->in.llm->head.name);
        gw_json_text(&json, "accelerator", t->in.accelerator->head.name);
        gw_json_number(&json, "accelerators_given", t->in.accelerators);
        gw_json_number(&json, "sequence_tok", t->in.sequence_tok);
        gw_json_number(&json, "batch_seq", t->in.batch_seq);
        gw_json_text(&json, "precision", gw_enum_precision.items[t->in.precision].name);
        json_software(&json, t);
        json_step(&json, t);
        gw_network_json(r->in, t->job->cluster.i, &t->congestion, &json);
        if (t->searched) {
            json_search(&json, t);
        }
        gw_json_end_object(&json);
    }
    gw_json_end_array(&json);
    if (r->services) {
        gw_serving_json(r->in, r->services, "serving", &json);
    }
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

/* ---------------------------------------------------------------- CSV */

typedef struct sheet {
    gw_buf *out;
    const char *job;
} sheet;

static void row(const sheet *s, const char *section, const char *item, double value,
                const char *unit, const char *text) {
    gw_csv_text(s->out, s->job, 1);
    gw_csv_text(s->out, section, 0);
    gw_csv_text(s->out, item, 0);
    gw_csv_number(s->out, value, 0);
    gw_csv_text(s->out, unit, 0);
    gw_csv_text(s->out, text != NULL ? text : "", 0);
    gw_csv_end(s->out);
}

static void csv_layout(const sheet *s, const char *section, const gw_step *step) {
    gw_buf words = {0};
    gw_train_widths(&step->plan, &words);
    gw_buf_add(&words, "; ");
    gw_train_switches(&step->plan, &words);
    row(s, section, "step_s", step->step_s, "s", words.text);
    row(s, section, "tokens_per_s", step->tokens_per_s, "1/s", words.text);
    row(s, section, "memory_B", step->memory_B, "B", words.text);
    row(s, section, "accelerators", gw_plan_accelerators(&step->plan), "", words.text);
    gw_buf_clear(&words);
}

static void csv_step(const sheet *c, const gw_train_job *t) {
    const gw_step *s = &t->step;
    csv_layout(c, "step", s);
    row(c, "step", "low_s", s->low_s > 0 ? s->low_s : GW_NAN, "s", s->wide);
    row(c, "step", "high_s", s->high_s > 0 ? s->high_s : GW_NAN, "s", s->wide);
    row(c, "step", "mfu_frac", s->mfu, "", NULL);
    row(c, "step", "hfu_frac", s->problem ? GW_NAN : t->hfu_frac, "", NULL);
    row(c, "step", "model_flop", s->model_flop, "FLOP", NULL);
    row(c, "step", "hardware_flop", s->hardware_flop, "FLOP", NULL);
    row(c, "step", "problem", GW_NAN, "", s->problem);
    for (int i = 0; i < GW_N_STEP_PARTS; i++) {
        row(c, "parts", gw_step_part_keys[i], gw_step_part_s(s, i), "s", NULL);
    }
    const gw_software *software = t->in.software;
    row(c, "software", "name", GW_NAN, "", software != NULL ? software->head.name : NULL);
    row(c, "software", "title", GW_NAN, "", software != NULL ? software->title : NULL);
    row(c, "software", "chosen_by", GW_NAN, "", t->software_by);
    row(c, "memory", "weights_B", s->weights_B, "B", NULL);
    row(c, "memory", "gradients_B", s->gradients_B, "B", NULL);
    row(c, "memory", "optimizer_B", s->optimizer_B, "B", NULL);
    row(c, "memory", "activations_B", s->activations_B, "B", NULL);
    row(c, "memory", "buffers_B", s->buffers_B, "B", NULL);
    row(c, "memory", "capacity_B", s->capacity_B, "B", NULL);
    for (int a = 0; t->congestion.flows && a < GW_N_AXES; a++) {
        if (t->congestion.axis[a].crosses) {
            row(c, "network", gw_axis_names[a],
                gw_congestion_share(&t->congestion, (gw_axis)a, 1.0), "",
                t->congestion.axis[a].link);
        }
    }
    for (int i = 0; i < t->n_gains; i++) {
        row(c, "gains", t->gains[i].what, t->gains[i].gain_frac, "", NULL);
    }
}

static void csv_search(const sheet *c, const gw_train_job *t) {
    const gw_search_result *r = &t->search;
    row(c, "search", "layouts", r->n_listed, "", NULL);
    row(c, "search", "left_out", r->n_skipped, "", NULL);
    row(c, "search", "obey_rules", r->n_legal, "", NULL);
    row(c, "search", "fit", r->n_fit, "", NULL);
    for (int i = 0; i < r->n_best; i++) {
        csv_layout(c, "best", &r->best[i]);
    }
    for (int i = 0; i < r->n_front; i++) {
        csv_layout(c, "front", &r->front[i]);
    }
    for (int i = 0; i < t->n_alternatives; i++) {
        const gw_alternative *a = &t->alternatives[i];
        row(c, "alternatives", a->what, a->slower_frac, "", a->why);
    }
}

void gw_train_csv(const gw_train_report *r, gw_buf *out) {
    gw_buf_add(out, "job,section,item,value,unit,text\n");
    for (int j = 0; j < r->n_jobs; j++) {
        sheet table = {out, r->jobs[j].job->head.name};
        csv_step(&table, &r->jobs[j]);
        if (r->jobs[j].searched) {
            csv_search(&table, &r->jobs[j]);
        }
    }
}
