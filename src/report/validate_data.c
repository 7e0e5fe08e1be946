/* report/validate_data.c: predictions beside measurements for programs, as JSON and CSV.
 * In: a view.   Out: text; seconds, bytes, fractions; numbers read back to the same value. What
 * does not exist is null or blank. */
#include <math.h>

#include "base/csv.h"
#include "base/json.h"
#include "report/validate_view.h"

/* ------------------------------------------------------------------ JSON */

static void json_score(gw_json *json, const char *key, const gw_validate_view *v,
                       const gw_trial_score *s) {
    gw_json_object(json, key);
    gw_json_text(json, "name", s->name);
    gw_json_integer(json, "rows", s->n_rows);
    gw_json_integer(json, "predicted", s->n_predicted);
    gw_json_number(json, "covered_share", s->covered_share);
    gw_json_number(json, "mean_error_frac", s->mean_frac);
    gw_json_number(json, "median_error_frac", s->median_frac);
    gw_json_number(json, "p90_error_frac", s->p90_frac);
    gw_json_number(json, "worst_error_frac", s->worst_frac);
    gw_json_text(json, "worst_id", s->i_worst < 0 ? NULL : v->trials->at[s->i_worst].trial.id);
    gw_json_number(json, "bias_frac", s->bias_frac);
    gw_json_integer(json, "with_interval", s->n_interval);
    gw_json_number(json, "inside_80_share", s->inside_share);
    gw_json_integer(json, "with_wider_interval", s->n_wide);
    if (s->n_memory > 0) {
        gw_json_integer(json, "with_memory", s->n_memory);
        gw_json_number(json, "memory_mean_error_frac", s->memory_mean_frac);
        gw_json_number(json, "memory_bias_frac", s->memory_bias_frac);
    }
    gw_json_end_object(json);
}

static void json_groups(gw_json *json, const gw_validate_view *v) {
    for (int k = 0; k < GW_N_TRIAL_KEY; k++) {
        char key[32];
        snprintf(key, sizeof key, "by_%s", gw_validate_key_name(v, (gw_trial_key)k));
        gw_json_array(json, key);
        for (int i = 0; i < v->by[k].n; i++) {
            json_score(json, NULL, v, &v->by[k].at[i]);
        }
        gw_json_end_array(json);
    }
}

static void json_reasons(gw_json *json, const gw_validate_view *v) {
    gw_json_array(json, "unsupported");
    for (int i = 0; i < v->reasons.n; i++) {
        const gw_trial_reason *r = &v->reasons.at[i];
        const gw_tried *first = &v->trials->at[r->i_first];
        gw_json_object(json, NULL);
        gw_json_text(json, "reason", r->text);
        gw_json_integer(json, "rows", r->n);
        gw_json_text(json, "first_id", first->trial.id);
        gw_json_integer(json, "first_line", first->trial.line);
        gw_json_text(json, "column", first->trial.column);
        gw_json_text(json, "hint", first->hint);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_row(gw_json *json, const gw_validate_view *v, const gw_tried *one) {
    const gw_trial *t = &one->trial;
    gw_json_object(json, NULL);
    gw_json_text(json, "id", t->id);
    gw_json_integer(json, "line", t->line);
    gw_json_text(json, "source", t->source);
    gw_json_text(json, "accelerator", one->accelerator);
    gw_json_text(json, gw_validate_key_name(v, GW_BY_PART), one->part);
    gw_json_text(json, "regime", t->regime);
    gw_json_text(json, "status", t->unsupported == NULL ? "predicted" : "unsupported");
    if (t->unsupported != NULL) {
        gw_json_text(json, "reason", t->unsupported);
        gw_json_text(json, "column", t->column);
        gw_json_text(json, "hint", one->hint);
        gw_json_end_object(json);
        return;
    }
    gw_json_number(json, "measured_s", t->measured_s);
    gw_json_number(json, "predicted_s", t->predicted_s);
    gw_json_number(json, "error_frac", gw_trial_error(t));
    gw_json_number(json, "low_s", t->low_s);
    gw_json_number(json, "high_s", t->high_s);
    if (gw_trial_has_interval(t)) {
        gw_json_bool(json, "inside_80", gw_trial_is_inside(t));
    }
    gw_json_text(json, "wider_because", t->wide);
    gw_json_number(json, "measured_rate", one->work_n / t->measured_s);
    gw_json_number(json, "predicted_rate", one->work_n / t->predicted_s);
    if (v->trials->kind == GW_TRIAL_TRAINING) {
        gw_json_number(json, "memory_B", t->memory_B);
        gw_json_number(json, "memory_measured_B", t->memory_measured_B);
    }
    gw_json_end_object(json);
}

void gw_validate_json(const gw_validate_view *v, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "gigawatt", GW_VERSION);
    gw_json_text(&json, "table", v->title);
    gw_json_text(&json, "kind", v->kind->name);
    gw_json_text(&json, "seconds_of", v->kind->time);
    gw_json_text(&json, "rate_unit", v->kind->rate_unit);
    json_score(&json, "summary", v, &v->all);
    json_groups(&json, v);
    json_reasons(&json, v);
    gw_json_array(&json, "rows");
    for (int i = 0; i < v->trials->n; i++) {
        json_row(&json, v, &v->trials->at[i]);
    }
    gw_json_end_array(&json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

/* ------------------------------------------------------------------ CSV */

static void csv_or_blank(gw_buf *out, const char *text) {
    gw_csv_text(out, text == NULL ? "" : text, 0);
}

static void csv_row(const gw_tried *one, gw_buf *out) {
    const gw_trial *t = &one->trial;
    bool is_predicted = t->unsupported == NULL;
    gw_csv_text(out, t->id, 1);
    gw_csv_number(out, t->measured_s, 0);
    gw_csv_number(out, t->predicted_s, 0);
    gw_csv_number(out, gw_trial_error(t), 0);
    gw_csv_number(out, t->low_s, 0);
    gw_csv_number(out, t->high_s, 0);
    gw_csv_text(out, !gw_trial_has_interval(t) ? "" : gw_trial_is_inside(t) ? "true" : "false", 0);
    csv_or_blank(out, t->regime);
    gw_csv_text(out, is_predicted ? "predicted" : "unsupported", 0);
    csv_or_blank(out, t->unsupported);
    csv_or_blank(out, t->column);
    gw_csv_number(out, t->line, 0);
    csv_or_blank(out, t->source);
    csv_or_blank(out, one->accelerator);
    csv_or_blank(out, one->part);
    csv_or_blank(out, t->wide);
    gw_csv_number(out, one->work_n / t->measured_s, 0);
    gw_csv_number(out, one->work_n / t->predicted_s, 0);
    gw_csv_number(out, t->memory_measured_B, 0);
    gw_csv_number(out, t->memory_B, 0);
    gw_csv_end(out);
}

void gw_validate_csv(const gw_validate_view *v, gw_buf *out) {
    gw_buf_printf(out,
                  "id,measured_s,predicted_s,error_frac,low_s,high_s,inside_80,regime,status,"
                  "reason,column,line,source,accelerator,%s,wider_because,measured_rate,"
                  "predicted_rate,memory_measured_B,memory_B\n",
                  gw_validate_key_name(v, GW_BY_PART));
    for (int i = 0; i < v->trials->n; i++) {
        csv_row(&v->trials->at[i], out);
    }
}
