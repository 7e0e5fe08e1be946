/* store/json_result.c: a run as one JSON document.
 * In: a finished run.   Out: JSON text, SI units in the keys, dates as ISO texts, null for what
 * does not exist. */
#include "store/json_result.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/verdict.h"
#include "report/words.h"
#include "store/names.h"

typedef void (*detail_fn)(const gw_result *r, gw_json *json);

/* ------------------------------------------------------------------ metrics and series */

static void write_number(gw_json *json, const char *key, double value, bool is_date) {
    if (is_date) {
        gw_store_json_date(json, key, value);
    } else {
        gw_json_number(json, key, value);
    }
}

static void write_metric(const gw_result *r, gw_json *json, gw_metric_id id, int i, bool is_date) {
    gw_summary s = gw_words_summary(r, id, i);
    write_number(json, "base", r->base_row[r->model->metric_offset[id] + i], is_date);
    write_number(json, "p10", s.p10, is_date);
    write_number(json, "p50", s.p50, is_date);
    write_number(json, "p90", s.p90, is_date);
    write_number(json, "mean", s.mean, is_date);
    gw_json_integer(json, "n_none", (int64_t)s.n_none);
}

static void write_instance(const gw_result *r, gw_json *json, const char *section, gw_scope scope,
                           int i) {
    for (int id = 0; id < GW_N_METRIC; id++) {
        const gw_metric *m = &gw_metrics[id];
        if (m->scope == scope && strcmp(m->section, section) == 0) {
            gw_json_object(json, gw_store_metric_key((gw_metric_id)id).text);
            write_metric(r, json, (gw_metric_id)id, i, m->unit == NULL);
            gw_json_end_object(json);
        }
    }
}

static bool has_scope(const char *section, gw_scope scope) {
    for (int id = 0; id < GW_N_METRIC; id++) {
        if (gw_metrics[id].scope == scope && strcmp(gw_metrics[id].section, section) == 0) {
            return true;
        }
    }
    return false;
}

static void write_metrics(const gw_result *r, gw_json *json, const char *section) {
    gw_json_object(json, "metrics");
    for (int scope = 0; scope < GW_N_SCOPE; scope++) {
        if (!has_scope(section, (gw_scope)scope)) {
            continue;
        }
        gw_json_object(json, gw_store_scopes((gw_scope)scope));
        for (int i = 0; i < r->model->n_instances[scope]; i++) {
            if (scope == GW_SCOPE_SCENARIO) {
                write_instance(r, json, section, GW_SCOPE_SCENARIO, 0);
                break;
            }
            gw_json_object(json, gw_store_instance(r->model, (gw_scope)scope, i).text);
            write_instance(r, json, section, (gw_scope)scope, i);
            gw_json_end_object(json);
        }
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

static void write_monthly(const gw_result *r, gw_json *json, const char *section) {
    size_t n = (size_t)r->model->n_months;
    gw_json_object(json, "monthly");
    for (int k = 0; k < GW_N_SERIES; k++) {
        const gw_band_series *b = &r->series[k];
        if (strcmp(gw_series_table[k].section, section) != 0) {
            continue;
        }
        gw_json_object(json, gw_series_table[k].name);
        gw_json_numbers(json, "base", b->base, n);
        if (r->n_samples > 0) {
            gw_json_numbers(json, "p10", b->p10, n);
            gw_json_numbers(json, "p50", b->p50, n);
            gw_json_numbers(json, "p90", b->p90, n);
            gw_json_numbers(json, "mean", b->mean, n);
        }
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

static void write_section(const gw_result *r, gw_json *json, const char *section,
                          detail_fn detail) {
    gw_json_object(json, section);
    write_metrics(r, json, section);
    write_monthly(r, json, section);
    if (detail != NULL) {
        detail(r, json);
    }
    gw_json_end_object(json);
}

/* ------------------------------------------------------------------ claims */

static void write_finding(const gw_result *r, gw_json *json, const gw_finding *f) {
    static const char *const severities[] = {"note", "warning", "error"};
    gw_json_object(json, NULL);
    gw_json_text(json, "rule", f->rule);
    gw_json_text(json, "severity", severities[f->severity]);
    gw_json_text(json, "about", f->about);
    gw_json_array(json, "claims");
    for (int k = 0; k < f->n_claims; k++) {
        gw_json_text(json, NULL, r->model->in->claims.at[f->claims[k]].head.name);
    }
    gw_json_end_array(json);
    gw_json_text(json, "message", f->message);
    gw_json_text(json, "reading", f->reading != NULL && f->reading[0] != '\0' ? f->reading : NULL);
    gw_json_array(json, "numbers");
    for (int k = 0; k < f->n_numbers; k++) {
        const gw_number *n = &f->numbers[k];
        gw_json_object(json, NULL);
        gw_json_text(json, "name", n->name);
        write_number(json, n->unit == NULL ? "date" : "si", n->value, n->unit == NULL);
        gw_json_text(json, "si_unit", gw_store_si_unit(n->unit));
        gw_json_text(json, "shown", gw_words_value(n->value, n->unit).text);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

static void write_against(const gw_result *r, gw_json *json, int i) {
    const gw_claim_item *c = &r->model->claim_items[i];
    bool is_date = c->unit == NULL;
    gw_summary s = gw_words_summary(r, GW_M_run_value, i);
    gw_json_object(json, NULL);
    gw_json_text(json, "claim", r->model->in->claims.at[c->claim].head.name);
    gw_json_text(json, "quantity", gw_store_quantity(c->quantity));
    gw_json_text(json, "wording",
                 gw_enum_wording.items[r->model->in->claims.at[c->claim].wording].name);
    gw_json_text(json, "si_unit", gw_store_si_unit(c->unit)); /* of `claimed` and `run` */
    gw_json_text(json, "display_unit", c->unit);
    write_number(json, "claimed", c->value, is_date);
    gw_json_object(json, "run");
    write_metric(r, json, GW_M_run_value, i, is_date);
    gw_json_end_object(json);
    if (is_date) {
        gw_json_number(json, "late_d", s.p50 - c->value);
    } else {
        gw_json_number(json, "run_over_claim", s.p50 / c->value);
    }
    bool is_compared = s.n > 0 && r->n_samples > 0;
    gw_json_text(json, "verdict", gw_verdict_key(gw_verdict_item(r, i)));
    gw_json_text(json, "verdict_text", gw_verdict_words(r, i).text);
    gw_json_number(json, "probability_holds", gw_verdict_share(r, i));
    gw_json_number(json, "probability_run_at_most",
                   is_compared ? gw_result_probability_at_most(r, GW_M_run_value, i, c->value)
                               : GW_NAN);
    gw_json_number(json, "probability_run_at_least",
                   is_compared ? gw_result_probability_at_least(r, GW_M_run_value, i, c->value)
                               : GW_NAN);
    gw_json_end_object(json);
}

static void write_claims(const gw_result *r, gw_json *json) {
    gw_json_object(json, "claims");
    gw_json_array(json, "findings");
    for (int i = 0; i < r->findings.n; i++) {
        write_finding(r, json, &r->findings.at[i]);
    }
    gw_json_end_array(json);
    gw_json_array(json, "against_run");
    for (int i = 0; i < r->model->n_claim_items; i++) {
        write_against(r, json, i);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

/* ------------------------------------------------------------------ sensitivity and inputs */

static void write_tornado(const gw_result *r, gw_json *json, const gw_tornado *t) {
    const gw_metric *metric = &gw_metrics[t->metric];
    bool is_date = metric->unit == NULL;
    gw_json_object(json, NULL);
    gw_json_text(json, "metric", gw_store_metric_key(t->metric).text);
    gw_json_text(json, "scope", gw_store_scope(metric->scope));
    gw_json_text(json, "instance", gw_store_instance(r->model, metric->scope, t->instance).text);
    write_number(json, "base", t->base, is_date);
    gw_json_array(json, "inputs");
    for (int i = 0; i < t->n; i++) {
        const gw_bar *b = &t->bars[i];
        const gw_value *v = &r->model->spec->values[r->model->uncertain[b->uncertain].value];
        bool is_date_input = v->field->kind == GW_KIND_DATE;
        gw_json_object(json, NULL);
        gw_json_text(json, "path", v->path);
        write_number(json, "input_p10", b->low_value, is_date_input);
        write_number(json, "input_p90", b->high_value, is_date_input);
        write_number(json, "output_at_p10", b->low, is_date);
        write_number(json, "output_at_p90", b->high, is_date);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

static void write_inputs(const gw_result *r, gw_json *json) {
    const gw_spec *spec = r->model->spec;
    gw_json_array(json, "inputs");
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (!gw_words_is_input(v)) {
            continue;
        }
        bool is_date = v->field->kind == GW_KIND_DATE;
        gw_json_object(json, NULL);
        gw_json_text(json, "path", v->path);
        gw_json_text(json, "value", v->text);
        if (gw_words_is_number(v)) {
            write_number(json, is_date ? "date" : "si", v->si, is_date);
            gw_json_text(json, "si_unit", is_date ? "date" : gw_store_si_unit(v->field->unit));
        }
        gw_json_text(json, "distribution", gw_store_distribution(v));
        gw_json_text(json, "grade", gw_enum_grade.items[v->grade].name);
        gw_json_text(json, "source",
                     v->source >= 0 ? spec->scenario.sources.at[v->source].head.name : NULL);
        gw_json_text(json, "note", v->note != NULL && v->note[0] != '\0' ? v->note : NULL);
        gw_json_bool(json, "from_default", v->from_default);
        gw_json_bool(json, "in_catalog", v->in_catalog);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void write_sources(const gw_result *r, gw_json *json) {
    gw_json_array(json, "sources");
    for (int i = 0; i < r->model->in->sources.n; i++) {
        const gw_source *s = &r->model->in->sources.at[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "id", s->head.name);
        gw_json_text(json, "title", s->title);
        gw_json_text(json, "publisher", s->publisher);
        gw_store_json_date(json, "date", s->date_d);
        gw_json_text(json, "url", s->url);
        gw_json_text(json, "kind", gw_enum_source_kind.items[s->kind].name);
        gw_json_text(json, "grade", gw_enum_grade.items[s->grade].name);
        gw_json_text(json, "licence", s->licence);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void write_head(const gw_result *r, gw_json *json) {
    const gw_model *m = r->model;
    gw_json_object(json, "gigawatt");
    gw_json_text(json, "version", GW_VERSION);
    gw_json_text(json, "scenario", gw_words_file(m->spec->file));
    gw_json_text(json, "title", m->in->title);
    gw_store_json_date(json, "as_of", m->in->as_of_d);
    gw_json_text(json, "first_month", gw_store_month(m->month0).text);
    gw_json_integer(json, "n_months", m->n_months);
    gw_json_integer(json, "seed", (int64_t)r->seed);
    gw_json_integer(json, "samples", r->n_samples);
    gw_json_integer(json, "clamped_draws", r->n_clamped);
    gw_json_text(json, "scenario_hash", m->spec->scenario_hash);
    gw_json_text(json, "catalog_hash", m->spec->catalog_hash);
    gw_json_end_object(json);
}

void gw_store_json(const gw_result *r, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    write_head(r, &json);
    write_claims(r, &json);
    write_section(r, &json, "schedule", NULL);
    write_section(r, &json, "capacity", gw_store_json_capacity);
    write_section(r, &json, "fabric", gw_store_json_fabric);
    write_section(r, &json, "training", gw_store_json_training);
    write_section(r, &json, "serving", gw_store_json_serving);
    write_section(r, &json, "reliability", gw_store_json_reliability);
    write_section(r, &json, "power", gw_store_json_power);
    write_section(r, &json, "energy", NULL);
    write_section(r, &json, "finance", gw_store_json_finance);
    gw_json_array(&json, "sensitivity");
    for (int i = 0; i < r->n_tornado; i++) {
        write_tornado(r, &json, &r->tornado[i]);
    }
    gw_json_end_array(&json);
    write_inputs(r, &json);
    write_sources(r, &json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}
