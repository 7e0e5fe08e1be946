/* store/csv_result.c: a run as tables.
 * Valid: samples carry 12 significant digits, everything else round-trips. */
#include "store/csv_result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "report/words.h"
#include "store/names.h"

static void header(gw_buf *out, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        gw_csv_text(out, names[i], i == 0);
    }
    gw_csv_end(out);
}

static void number(gw_buf *out, double value, bool is_date) {
    if (is_date) {
        gw_csv_text(out, gw_store_date(value).text, 0);
    } else {
        gw_csv_number(out, value, 0);
    }
}

static void metric_row(const gw_result *r, gw_buf *out, gw_metric_id id, int i) {
    const gw_metric *m = &gw_metrics[id];
    bool is_date = m->unit == NULL;
    const char *unit = gw_store_metric_unit(id);
    if (m->scope == GW_SCOPE_CLAIM) {
        is_date = r->model->claim_items[i].unit == NULL;
        unit = gw_store_si_unit(r->model->claim_items[i].unit);
    }
    gw_summary s = gw_words_summary(r, id, i);
    gw_csv_text(out, m->section, 1);
    gw_csv_text(out, gw_store_scope(m->scope), 0);
    gw_csv_text(out, gw_store_instance(r->model, m->scope, i).text, 0);
    gw_csv_text(out, gw_store_metric_key(id).text, 0);
    gw_csv_text(out, unit, 0);
    number(out, r->base_row[r->model->metric_offset[id] + i], is_date);
    number(out, s.p10, is_date);
    number(out, s.p50, is_date);
    number(out, s.p90, is_date);
    number(out, s.mean, is_date);
    gw_csv_number(out, (double)s.n_none, 0);
    gw_csv_end(out);
}

void gw_store_csv_metrics(const gw_result *r, gw_buf *out) {
    static const char *const names[] = {"section", "scope", "instance", "metric", "unit",  "base",
                                        "p10",     "p50",   "p90",      "mean",   "n_none"};
    header(out, names, sizeof names / sizeof names[0]);
    for (int id = 0; id < GW_N_METRIC; id++) {
        for (int i = 0; i < r->model->n_instances[gw_metrics[id].scope]; i++) {
            metric_row(r, out, (gw_metric_id)id, i);
        }
    }
}

void gw_store_csv_monthly(const gw_result *r, gw_buf *out) {
    static const char *const parts[] = {"base", "p10", "p50", "p90"};
    gw_csv_text(out, "month", 1);
    for (int k = 0; k < GW_N_SERIES; k++) {
        for (int c = 0; c < 4; c++) {
            char name[128];
            snprintf(name, sizeof name, "%s_%s", gw_series_table[k].name, parts[c]);
            gw_csv_text(out, name, 0);
        }
    }
    gw_csv_end(out);
    for (int m = 0; m < r->model->n_months; m++) {
        gw_csv_text(out, gw_store_month(r->model->month0 + m).text, 1);
        for (int k = 0; k < GW_N_SERIES; k++) {
            const gw_band_series *b = &r->series[k];
            const double *columns[] = {b->base, b->p10, b->p50, b->p90};
            for (int c = 0; c < 4; c++) {
                bool is_set = c == 0 || r->n_samples > 0;
                gw_csv_number(out, is_set ? columns[c][m] : GW_NAN, 0);
            }
        }
        gw_csv_end(out);
    }
}

/* Many numbers: a fixed number of digits is several times faster than the shortest that
 * round-trips. */
static void sample_number(gw_buf *out, double value) {
    char text[32];
    if (isnan(value)) {
        gw_buf_addc(out, ',');
        return;
    }
    int n = snprintf(text, sizeof text, ",%.12g", value);
    gw_buf_addn(out, text, (size_t)n);
}

void gw_store_csv_samples(const gw_result *r, gw_buf *out) {
    const gw_model *model = r->model;
    gw_csv_text(out, "sample", 1);
    for (int id = 0; id < GW_N_METRIC; id++) {
        const gw_metric *m = &gw_metrics[id];
        for (int i = 0; i < model->n_instances[m->scope]; i++) {
            char name[224];
            gw_store_text instance = gw_store_instance(model, m->scope, i);
            snprintf(name, sizeof name, "%s%s%s", instance.text,
                     instance.text[0] == '\0' ? "" : ".",
                     gw_store_metric_key((gw_metric_id)id).text);
            gw_csv_text(out, name, 0);
        }
    }
    gw_csv_end(out);
    for (int s = 0; s < r->n_samples; s++) {
        const double *row = r->rows + (size_t)s * (size_t)model->n_values;
        gw_buf_printf(out, "%d", s);
        for (int id = 0; id < GW_N_METRIC; id++) {
            const gw_metric *m = &gw_metrics[id];
            for (int i = 0; i < model->n_instances[m->scope]; i++) {
                double value = row[model->metric_offset[id] + i];
                bool is_claimed_date =
                    m->scope == GW_SCOPE_CLAIM && model->claim_items[i].unit == NULL;
                if (m->scope == GW_SCOPE_CLAIM ? is_claimed_date : m->unit == NULL) {
                    gw_csv_text(out, gw_store_date(value).text, 0);
                } else {
                    sample_number(out, value);
                }
            }
        }
        gw_csv_end(out);
    }
}

void gw_store_csv_inputs(const gw_result *r, gw_buf *out) {
    static const char *const names[] = {"path",  "value",  "unit",    "distribution",
                                        "grade", "source", "default", "note"};
    const gw_spec *spec = r->model->spec;
    header(out, names, sizeof names / sizeof names[0]);
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (!gw_words_is_input(v)) {
            continue;
        }
        gw_csv_text(out, v->path, 1);
        gw_csv_text(out, v->text, 0);
        gw_csv_text(out, gw_store_input_unit(v), 0);
        gw_csv_text(out, gw_store_distribution(v), 0);
        gw_csv_text(out, gw_enum_grade.items[v->grade].name, 0);
        gw_csv_text(out, v->source >= 0 ? spec->scenario.sources.at[v->source].head.name : "", 0);
        gw_csv_text(out, v->from_default ? "yes" : "no", 0);
        gw_csv_text(out, v->note == NULL ? "" : v->note, 0);
        gw_csv_end(out);
    }
}

void gw_store_csv_claims(const gw_result *r, gw_buf *out) {
    static const char *const severities[] = {"note", "warning", "error"};
    static const char *const names[] = {"rule",    "severity", "about",  "claims",
                                        "message", "reading",  "numbers"};
    header(out, names, sizeof names / sizeof names[0]);
    for (int i = 0; i < r->findings.n; i++) {
        const gw_finding *f = &r->findings.at[i];
        gw_buf ids = {0};
        gw_buf numbers = {0};
        for (int k = 0; k < f->n_claims; k++) {
            gw_buf_printf(&ids, "%s%s", k == 0 ? "" : " ",
                          r->model->in->claims.at[f->claims[k]].head.name);
        }
        for (int k = 0; k < f->n_numbers; k++) {
            gw_buf_printf(&numbers, "%s%s %s", k == 0 ? "" : "; ", f->numbers[k].name,
                          gw_words_value(f->numbers[k].value, f->numbers[k].unit).text);
        }
        gw_csv_text(out, f->rule, 1);
        gw_csv_text(out, severities[f->severity], 0);
        gw_csv_text(out, f->about, 0);
        gw_csv_text(out, ids.text == NULL ? "" : ids.text, 0);
        gw_csv_text(out, f->message, 0);
        gw_csv_text(out, f->reading == NULL ? "" : f->reading, 0);
        gw_csv_text(out, numbers.text == NULL ? "" : numbers.text, 0);
        gw_csv_end(out);
        gw_buf_clear(&ids);
        gw_buf_clear(&numbers);
    }
}
