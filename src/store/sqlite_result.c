/* store/sqlite_result.c: a run as one SQLite file.
 * In: a finished run.   Out: a database with STRICT tables, written aside and renamed.
 * Errors: GW_E_IO. A database that fails half-way is removed. */
#include "store/sqlite_result.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/verdict.h"
#include "report/words.h"
#include "store/names.h"

static const char schema[] =
    "CREATE TABLE run(version TEXT NOT NULL, scenario TEXT, title TEXT NOT NULL, as_of_d REAL,"
    " first_month TEXT NOT NULL, n_months INTEGER NOT NULL, seed INTEGER NOT NULL,"
    " samples INTEGER NOT NULL, clamped_draws INTEGER NOT NULL, scenario_hash TEXT, catalog_hash "
    "TEXT)"
    " STRICT;"
    "CREATE TABLE metric(id INTEGER PRIMARY KEY, section TEXT NOT NULL, scope TEXT NOT NULL,"
    " instance TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, doc TEXT NOT NULL, base REAL,"
    " p10 REAL, p50 REAL, p90 REAL, mean REAL, n_none INTEGER NOT NULL,"
    " UNIQUE(scope, instance, name)) STRICT;"
    "CREATE TABLE sample_value(metric INTEGER NOT NULL REFERENCES metric(id),"
    " sample INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY(metric, sample)) STRICT, WITHOUT "
    "ROWID;"
    "CREATE TABLE series(name TEXT NOT NULL, month TEXT NOT NULL, section TEXT NOT NULL,"
    " unit TEXT NOT NULL, base REAL, p10 REAL, p50 REAL, p90 REAL, mean REAL,"
    " PRIMARY KEY(name, month)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE source(name TEXT PRIMARY KEY, title TEXT, publisher TEXT, date_d REAL, url TEXT,"
    " kind TEXT NOT NULL, grade TEXT NOT NULL, licence TEXT) STRICT;"
    "CREATE TABLE input(path TEXT PRIMARY KEY, value TEXT NOT NULL, unit TEXT, si REAL,"
    " distribution TEXT NOT NULL, grade TEXT NOT NULL, source TEXT REFERENCES source(name),"
    " from_default INTEGER NOT NULL, in_catalog INTEGER NOT NULL, note TEXT) STRICT;"
    "CREATE TABLE claim(name TEXT PRIMARY KEY, said_d REAL, about TEXT NOT NULL, text TEXT,"
    " status TEXT NOT NULL, wording TEXT NOT NULL) STRICT;"
    "CREATE TABLE claim_value(claim TEXT NOT NULL REFERENCES claim(name), quantity TEXT NOT NULL,"
    " claimed REAL, run_p10 REAL, run_p50 REAL, run_p90 REAL, verdict TEXT NOT NULL,"
    " probability_holds REAL, probability_run_at_most REAL, probability_run_at_least REAL,"
    " PRIMARY KEY(claim, quantity)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE finding(id INTEGER PRIMARY KEY, rule TEXT NOT NULL, severity TEXT NOT NULL,"
    " about TEXT NOT NULL, message TEXT NOT NULL, reading TEXT) STRICT;"
    "CREATE TABLE finding_claim(finding INTEGER NOT NULL REFERENCES finding(id),"
    " claim TEXT NOT NULL REFERENCES claim(name), PRIMARY KEY(finding, claim)) STRICT, WITHOUT "
    "ROWID;"
    "CREATE TABLE finding_number(finding INTEGER NOT NULL REFERENCES finding(id), i INTEGER NOT "
    "NULL,"
    " name TEXT NOT NULL, unit TEXT NOT NULL, value REAL, PRIMARY KEY(finding, i)) STRICT,"
    " WITHOUT ROWID;";

typedef struct writer {
    const gw_result *r;
    sqlite3 *db;
    sqlite3_stmt *insert; /* of the table being filled */
    int n_bound;
    int code; /* first failure; SQLITE_OK so far */
} writer;

/* ------------------------------------------------------------------ one statement at a time */

static void run_sql(writer *w, const char *sql) {
    if (w->code == SQLITE_OK) {
        w->code = sqlite3_exec(w->db, sql, NULL, NULL, NULL);
    }
}

static void table_begin(writer *w, const char *sql) {
    w->insert = NULL;
    w->n_bound = 0;
    if (w->code == SQLITE_OK) {
        w->code = sqlite3_prepare_v2(w->db, sql, -1, &w->insert, NULL);
    }
}

static void table_end(writer *w) {
    sqlite3_finalize(w->insert);
    w->insert = NULL;
}

static void keep(writer *w, int code) {
    if (w->code == SQLITE_OK) {
        w->code = code;
    }
}

/* Binds in column order; `row` executes. Texts live until the row is written. */
static void text(writer *w, const char *value) {
    if (w->code == SQLITE_OK) {
        keep(w, sqlite3_bind_text(w->insert, ++w->n_bound, value, -1, SQLITE_TRANSIENT));
    }
}

static void real(writer *w, double value) {
    if (w->code == SQLITE_OK) {
        w->n_bound++;
        keep(w, isnan(value) ? sqlite3_bind_null(w->insert, w->n_bound)
                             : sqlite3_bind_double(w->insert, w->n_bound, value));
    }
}

static void whole(writer *w, sqlite3_int64 value) {
    if (w->code == SQLITE_OK) {
        keep(w, sqlite3_bind_int64(w->insert, ++w->n_bound, value));
    }
}

static void row(writer *w) {
    if (w->code == SQLITE_OK) {
        int code = sqlite3_step(w->insert);
        keep(w, code == SQLITE_DONE ? SQLITE_OK : code);
        keep(w, sqlite3_reset(w->insert));
        w->n_bound = 0;
    }
}

/* ------------------------------------------------------------------ tables */

static void write_run(writer *w) {
    const gw_model *m = w->r->model;
    table_begin(w, "INSERT INTO run VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    text(w, GW_VERSION);
    text(w, gw_words_file(m->spec->file));
    text(w, m->in->title);
    real(w, m->in->as_of_d);
    text(w, gw_store_month(m->month0).text);
    whole(w, m->n_months);
    whole(w, (sqlite3_int64)w->r->seed);
    whole(w, w->r->n_samples);
    whole(w, w->r->n_clamped);
    text(w, m->spec->scenario_hash);
    text(w, m->spec->catalog_hash);
    row(w);
    table_end(w);
}

static const char *unit_of(const writer *w, gw_metric_id id, int i) {
    if (gw_metrics[id].scope == GW_SCOPE_CLAIM) {
        return gw_store_si_unit(w->r->model->claim_items[i].unit);
    }
    return gw_store_metric_unit(id);
}

/* The id of a metric is its place in a sample's row, plus one. */
static void write_metrics(writer *w) {
    table_begin(w, "INSERT INTO metric VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
    for (int id = 0; id < GW_N_METRIC; id++) {
        const gw_metric *m = &gw_metrics[id];
        for (int i = 0; i < w->r->model->n_instances[m->scope]; i++) {
            gw_summary s = gw_words_summary(w->r, (gw_metric_id)id, i);
            int at = w->r->model->metric_offset[id] + i;
            whole(w, at + 1);
            text(w, m->section);
            text(w, gw_store_scope(m->scope));
            text(w, gw_store_instance(w->r->model, m->scope, i).text);
            text(w, gw_store_metric_key((gw_metric_id)id).text);
            text(w, unit_of(w, (gw_metric_id)id, i));
            text(w, m->doc);
            real(w, w->r->base_row[at]);
            real(w, s.p10);
            real(w, s.p50);
            real(w, s.p90);
            real(w, s.mean);
            whole(w, (sqlite3_int64)s.n_none);
            row(w);
        }
    }
    table_end(w);
}

static void write_samples(writer *w) {
    table_begin(w, "INSERT INTO sample_value VALUES(?,?,?)");
    int n_values = w->r->model->n_values;
    for (int at = 0; at < n_values; at++) { /* in key order: the tree only grows at its end */
        for (int s = 0; s < w->r->n_samples && w->code == SQLITE_OK; s++) {
            double value = w->r->rows[(size_t)s * (size_t)n_values + (size_t)at];
            if (!isnan(value)) {
                whole(w, at + 1);
                whole(w, s);
                real(w, value);
                row(w);
            }
        }
    }
    table_end(w);
}

static void write_series(writer *w) {
    table_begin(w, "INSERT INTO series VALUES(?,?,?,?,?,?,?,?,?)");
    for (int k = 0; k < GW_N_SERIES; k++) {
        const gw_band_series *b = &w->r->series[k];
        bool has_samples = w->r->n_samples > 0;
        for (int m = 0; m < w->r->model->n_months; m++) {
            text(w, gw_series_table[k].name);
            text(w, gw_store_month(w->r->model->month0 + m).text);
            text(w, gw_series_table[k].section);
            text(w, gw_store_series_unit((gw_series_id)k));
            real(w, b->base[m]);
            real(w, has_samples ? b->p10[m] : GW_NAN);
            real(w, has_samples ? b->p50[m] : GW_NAN);
            real(w, has_samples ? b->p90[m] : GW_NAN);
            real(w, has_samples ? b->mean[m] : GW_NAN);
            row(w);
        }
    }
    table_end(w);
}

static void write_sources(writer *w) {
    const gw_scenario *in = &w->r->model->spec->scenario;
    table_begin(w, "INSERT INTO source VALUES(?,?,?,?,?,?,?,?)");
    for (int i = 0; i < in->sources.n; i++) {
        const gw_source *s = &in->sources.at[i];
        text(w, s->head.name);
        text(w, s->title);
        text(w, s->publisher);
        real(w, s->date_d);
        text(w, s->url);
        text(w, gw_enum_source_kind.items[s->kind].name);
        text(w, gw_enum_grade.items[s->grade].name);
        text(w, s->licence);
        row(w);
    }
    table_end(w);
}

static void write_inputs(writer *w) {
    const gw_spec *spec = w->r->model->spec;
    table_begin(w, "INSERT INTO input VALUES(?,?,?,?,?,?,?,?,?,?)");
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (!gw_words_is_input(v)) {
            continue;
        }
        text(w, v->path);
        text(w, v->text);
        text(w, gw_store_input_unit(v));
        real(w, gw_words_is_number(v) ? v->si : GW_NAN);
        text(w, gw_store_distribution(v));
        text(w, gw_enum_grade.items[v->grade].name);
        text(w, v->source >= 0 ? spec->scenario.sources.at[v->source].head.name : NULL);
        whole(w, v->from_default);
        whole(w, v->in_catalog);
        text(w, v->note != NULL && v->note[0] != '\0' ? v->note : NULL);
        row(w);
    }
    table_end(w);
}

static void write_claims(writer *w) {
    const gw_model *m = w->r->model;
    table_begin(w, "INSERT INTO claim VALUES(?,?,?,?,?,?)");
    for (int i = 0; i < m->in->claims.n; i++) {
        const gw_claim *c = &m->in->claims.at[i];
        text(w, c->head.name);
        real(w, c->said_d);
        text(w, c->about);
        text(w, c->text);
        text(w, gw_enum_claim_status.items[c->status].name);
        text(w, gw_enum_wording.items[c->wording].name);
        row(w);
    }
    table_end(w);
    table_begin(w, "INSERT INTO claim_value VALUES(?,?,?,?,?,?,?,?,?,?)");
    for (int i = 0; i < m->n_claim_items; i++) {
        const gw_claim_item *c = &m->claim_items[i];
        gw_summary s = gw_words_summary(w->r, GW_M_run_value, i);
        text(w, m->in->claims.at[c->claim].head.name);
        text(w, gw_store_quantity(c->quantity));
        real(w, c->value);
        real(w, s.p10);
        real(w, s.p50);
        real(w, s.p90);
        bool is_drawn = s.n > 0 && w->r->n_samples > 0;
        text(w, gw_verdict_key(gw_verdict_item(w->r, i)));
        real(w, gw_verdict_share(w->r, i));
        real(w,
             is_drawn ? gw_result_probability_at_most(w->r, GW_M_run_value, i, c->value) : GW_NAN);
        real(w,
             is_drawn ? gw_result_probability_at_least(w->r, GW_M_run_value, i, c->value) : GW_NAN);
        row(w);
    }
    table_end(w);
}

static void write_findings(writer *w) {
    static const char *const severities[] = {"note", "warning", "error"};
    const gw_findings *all = &w->r->findings;
    table_begin(w, "INSERT INTO finding VALUES(?,?,?,?,?,?)");
    for (int i = 0; i < all->n; i++) {
        const gw_finding *f = &all->at[i];
        whole(w, i + 1);
        text(w, f->rule);
        text(w, severities[f->severity]);
        text(w, f->about);
        text(w, f->message);
        text(w, f->reading != NULL && f->reading[0] != '\0' ? f->reading : NULL);
        row(w);
    }
    table_end(w);
    table_begin(w, "INSERT OR IGNORE INTO finding_claim VALUES(?,?)");
    for (int i = 0; i < all->n; i++) {
        for (int k = 0; k < all->at[i].n_claims; k++) {
            whole(w, i + 1);
            text(w, w->r->model->in->claims.at[all->at[i].claims[k]].head.name);
            row(w);
        }
    }
    table_end(w);
    table_begin(w, "INSERT INTO finding_number VALUES(?,?,?,?,?)");
    for (int i = 0; i < all->n; i++) {
        for (int k = 0; k < all->at[i].n_numbers; k++) {
            const gw_number *n = &all->at[i].numbers[k];
            whole(w, i + 1);
            whole(w, k);
            text(w, n->name);
            text(w, n->unit == NULL ? "date" : n->unit);
            real(w, n->value);
            row(w);
        }
    }
    table_end(w);
}

static void write_all(writer *w) {
    /* The file is thrown away if anything fails, so it needs no journal. */
    run_sql(w, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN");
    run_sql(w, schema);
    write_run(w);
    write_metrics(w);
    write_samples(w);
    write_series(w);
    write_sources(w);
    write_inputs(w);
    write_claims(w);
    write_findings(w);
    run_sql(w, "COMMIT");
}

gw_code gw_store_sqlite(const gw_result *r, const char *path, gw_diags *diags) {
    char aside[4096];
    int n = snprintf(aside, sizeof aside, "%s.tmp.%ld", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof aside) {
        gw_diag_add(diags, GW_E_IO, GW_ERROR, (gw_loc){0}, NULL, NULL,
                    "the path %.200s... is too long", path);
        return GW_E_IO;
    }
    unlink(aside); /* left behind by a process with the same id */
    writer w = {.r = r};
    w.code = sqlite3_open(aside, &w.db);
    write_all(&w);
    bool is_written = w.code == SQLITE_OK;
    if (!is_written) {
        gw_diag_add(diags, GW_E_IO, GW_ERROR, (gw_loc){0}, NULL, NULL,
                    "%s could not be written: %s", path,
                    w.db == NULL ? "memory ran out" : sqlite3_errmsg(w.db));
    }
    bool is_closed = sqlite3_close(w.db) == SQLITE_OK;
    if (is_written && is_closed && rename(aside, path) == 0) {
        return GW_OK;
    }
    if (is_written) {
        gw_diag_add(diags, GW_E_IO, GW_ERROR, (gw_loc){0}, NULL, NULL,
                    "%s could not be put in place", path);
    }
    unlink(aside);
    return GW_E_IO;
}
