/* store/json_ledger.c: a ledger for other programs.
 * In: a ledger worked through.   Out: JSON; CSV of the findings. Numbers are written in their
 * display unit, which stands beside them; dates as YYYY-MM-DD. */
#include "store/json_ledger.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/json.h"
#include "base/units.h"

static const gw_record *at(const gw_ledger_view *v, int i) {
    return &v->records->at[i];
}

static void put_date(gw_json *j, const char *key, double date_d) {
    char text[16];
    gw_date_format(date_d, text, sizeof text);
    gw_json_text(j, key, gw_is_set(date_d) ? text : NULL);
}

/* A number in its display unit. */
static double shown(double value, const char *unit) {
    return unit == NULL || unit[0] == '\0' ? value : value / gw_unit_scale(unit);
}

static void put_value(gw_json *j, const char *key, double value, const char *unit) {
    gw_json_object(j, key);
    if (unit == NULL) {
        put_date(j, "value", value);
        gw_json_text(j, "unit", "date");
    } else {
        gw_json_number(j, "value", shown(value, unit));
        gw_json_text(j, "unit", unit);
    }
    gw_json_end_object(j);
}

static void put_ids(gw_json *j, const char *key, const gw_record *records, const int *list, int n) {
    j->inline_arrays = true;
    gw_json_array(j, key);
    for (int i = 0; i < n; i++) {
        gw_json_text(j, NULL, records[list[i]].id);
    }
    gw_json_end_array(j);
    j->inline_arrays = false;
}

static void put_texts(gw_json *j, const char *key, const gw_texts *texts) {
    j->inline_arrays = true;
    gw_json_array(j, key);
    for (int i = 0; i < texts->n; i++) {
        gw_json_text(j, NULL, texts->at[i]);
    }
    gw_json_end_array(j);
    j->inline_arrays = false;
}

static const char *severity_word(gw_severity severity) {
    return severity == GW_ERROR ? "error" : severity == GW_WARNING ? "warning" : "note";
}

/* ------------------------------------------------------------------ findings, implied */

/* Two numbers of one name in a finding get "_2": keys of an object differ. */
static const char *number_key(const gw_finding *f, int i, gw_arena *arena) {
    int n = 1;
    for (int k = 0; k < i; k++) {
        n += strcmp(f->numbers[k].name, f->numbers[i].name) == 0;
    }
    return n == 1 ? f->numbers[i].name : gw_arena_printf(arena, "%s_%d", f->numbers[i].name, n);
}

static void put_findings(gw_json *j, const gw_ledger_view *v, gw_arena *arena) {
    gw_json_array(j, "findings");
    for (int i = 0; i < v->report->findings.n; i++) {
        const gw_finding *f = &v->report->findings.at[i];
        if (!gw_ledger_finding_asked(v, f)) {
            continue;
        }
        gw_json_object(j, NULL);
        gw_json_text(j, "rule", f->rule);
        put_ids(j, "claims", v->records->at, f->claims, f->n_claims);
        gw_json_text(j, "severity", severity_word(f->severity));
        gw_json_text(j, "about", f->about);
        gw_json_text(j, "message", f->message);
        gw_json_object(j, "numbers");
        for (int k = 0; k < f->n_numbers; k++) {
            put_value(j, number_key(f, k, arena), f->numbers[k].value, f->numbers[k].unit);
        }
        gw_json_end_object(j);
        gw_json_text(j, "reading", f->reading == NULL ? "" : f->reading);
        gw_json_end_object(j);
    }
    gw_json_end_array(j);
}

static void put_implied(gw_json *j, const gw_ledger_view *v) {
    gw_json_array(j, "implied");
    for (int i = 0; i < v->report->n_implied; i++) {
        const gw_implied *p = &v->report->implied[i];
        bool asked = v->asked == NULL;
        for (int k = 0; k < p->n_claims; k++) {
            asked = asked || gw_ledger_asked(v, p->claims[k]);
        }
        if (!asked) {
            continue;
        }
        gw_json_object(j, NULL);
        gw_json_text(j, "ratio", gw_enum_ratio.items[p->ratio].name);
        put_ids(j, "claims", v->records->at, p->claims, p->n_claims);
        gw_json_number(j, "value", shown(p->value, p->unit));
        gw_json_text(j, "unit", p->unit);
        gw_json_number(j, "low", shown(p->low, p->unit));
        gw_json_number(j, "high", shown(p->high, p->unit));
        gw_json_bool(j, "plausible", p->inside);
        gw_json_text(j, "text", p->text);
        gw_json_text(j, "reading", p->reading == NULL ? "" : p->reading);
        gw_json_end_object(j);
    }
    gw_json_end_array(j);
}

/* ------------------------------------------------------------------ totals */

static void put_left_out(gw_json *j, const gw_record *records, const gw_left_out *left, int n) {
    gw_json_array(j, "left_out");
    for (int i = 0; i < n; i++) {
        gw_json_object(j, NULL);
        gw_json_text(j, "id", records[left[i].record].id);
        gw_json_text(j, "reason", left[i].reason);
        gw_json_text(j, "rule", left[i].rule);
        gw_json_text(j, "instead", left[i].instead >= 0 ? records[left[i].instead].id : NULL);
        gw_json_end_object(j);
    }
    gw_json_end_array(j);
}

static void put_totals(gw_json *j, const char *key, const char *group, const gw_totals *totals) {
    gw_json_array(j, key);
    for (int i = 0; i < totals->n; i++) {
        const gw_total *t = &totals->at[i];
        const char *unit = gw_total_table[t->kind].unit;
        gw_json_object(j, NULL);
        gw_json_text(j, group, t->group);
        gw_json_text(j, "quantity", gw_total_table[t->kind].word);
        gw_json_text(j, "basis", t->basis);
        gw_json_text(j, "state", gw_commit_words[t->state]);
        gw_json_number(j, "value", shown(t->n_counted > 0 ? t->value : 0.0, unit));
        gw_json_text(j, "unit", unit);
        gw_json_text(j, "wording",
                     t->is_lower_end   ? "at_least"
                     : t->is_upper_end ? "up_to"
                                       : "plain");
        put_ids(j, "claims", totals->records.at, t->counted, t->n_counted);
        put_left_out(j, totals->records.at, t->left, t->n_left);
        gw_json_end_object(j);
    }
    gw_json_end_array(j);
}

static void put_bases(gw_json *j, const char *key, const double *sum_W) {
    gw_json_object(j, key);
    for (int i = 0; i <= GW_BASIS_SERVER; i++) {
        gw_json_number(j, gw_enum_claim_basis.items[i].name, sum_W[i] / 1e6);
    }
    gw_json_text(j, "unit", "MW");
    gw_json_end_object(j);
}

static void put_power_once(gw_json *j, const gw_ledger_view *v) {
    const gw_overlap *o = v->overlap;
    gw_json_object(j, "power_once");
    gw_json_integer(j, "claims", o->n_claims);
    put_value(j, "as_printed", o->printed_W, "MW");
    gw_json_integer(j, "places", o->n_objects);
    gw_json_array(j, "claims_counted");
    for (int i = 0; i < o->n_objects; i++) {
        gw_json_text(j, NULL, at(v, o->objects[i])->id);
    }
    gw_json_end_array(j);
    put_bases(j, "planned", o->left_W);
    put_bases(j, "running", o->running_W);
    gw_json_end_object(j);
}

/* ------------------------------------------------------------------ scores, changes */

static void put_score(gw_json *j, const gw_ledger_view *v, const gw_score *s) {
    const gw_record *r = at(v, s->record);
    const char *unit = r->measure == GW_MEASURE_ONLINE ? "d" : gw_ledger_shown_in(r);
    bool date = r->measure == GW_MEASURE_ONLINE;
    gw_json_object(j, NULL);
    gw_json_text(j, "claim", r->id);
    gw_json_text(j, "object", r->object);
    put_texts(j, "sponsors", &r->sponsors);
    gw_json_text(j, "state", gw_score_words[s->state]);
    put_date(j, "due", s->due_d);
    put_date(j, "reached", s->reached_d);
    gw_json_text(j, "observed_by", s->observed_by >= 0 ? at(v, s->observed_by)->id : NULL);
    gw_json_number(j, "late_days", s->late_d);
    gw_json_number(j, "late_at_least_days", s->late_min_d);
    gw_json_number(j, "realised", s->realised_frac);
    gw_json_number(j, "outcome", s->outcome_frac);
    gw_json_number(j, "probability", r->probability);
    gw_json_number(j, "brier", s->brier_frac);
    gw_json_number(j, "crps", date ? s->error : shown(s->error, unit == NULL ? "" : unit));
    gw_json_text(j, "crps_unit", gw_is_set(s->error) ? unit : NULL);
    gw_json_text(j, "range_read_as", s->shape);
    gw_json_text(j, "reading", s->reading);
    gw_json_end_object(j);
}

static void put_scores(gw_json *j, const gw_ledger_view *v) {
    const gw_scores *sc = v->scores;
    gw_json_object(j, "scores");
    gw_json_array(j, "sponsors");
    for (int i = 0; i < sc->n_sponsors; i++) {
        const gw_sponsor_score *p = &sc->sponsors[i];
        gw_json_object(j, NULL);
        gw_json_text(j, "sponsor", p->sponsor);
        gw_json_integer(j, "promises", p->n_promises);
        gw_json_integer(j, "decided", p->n_decided);
        gw_json_integer(j, "reached", p->n_reached);
        gw_json_integer(j, "passed_without_observation", p->n_passed);
        gw_json_integer(j, "not_yet_due", p->n_open);
        gw_json_integer(j, "withdrawn", p->n_gone);
        gw_json_number(j, "late_mean_days", p->late_mean_d);
        gw_json_number(j, "late_median_days", p->late_median_d);
        gw_json_integer(j, "overdue", p->n_overdue);
        gw_json_number(j, "overdue_mean_days", p->late_min_mean_d);
        gw_json_number(j, "realised_mean", p->realised_mean_frac);
        gw_json_end_object(j);
    }
    gw_json_end_array(j);
    gw_json_number(j, "brier_mean", sc->brier_mean_frac);
    gw_json_array(j, "promises");
    for (int i = 0; i < sc->n; i++) {
        if (gw_ledger_asked(v, sc->at[i].record)) {
            put_score(j, v, &sc->at[i]);
        }
    }
    gw_json_end_array(j);
    gw_json_end_object(j);
}

static void put_changes(gw_json *j, const gw_ledger_view *v) {
    const gw_changes *c = v->changes;
    if (c == NULL) {
        return;
    }
    gw_json_object(j, "changes");
    put_date(j, "from", c->from_d);
    put_date(j, "until", c->until_d);
    gw_json_integer(j, "said_again", c->n_repeated);
    gw_json_array(j, "list");
    for (int i = 0; i < c->n; i++) {
        const gw_change *one = &c->at[i];
        gw_json_object(j, NULL);
        gw_json_text(j, "kind", gw_change_words[one->kind]);
        gw_json_text(j, "claim", at(v, one->to)->id);
        gw_json_text(j, "before", one->from >= 0 ? at(v, one->from)->id : NULL);
        gw_json_text(j, "object", at(v, one->to)->object);
        gw_json_text(j, "quantity", gw_measure_table[at(v, one->to)->measure].word);
        gw_json_text(j, "from", one->from >= 0 ? gw_ledger_figure(at(v, one->from)).text : NULL);
        gw_json_text(j, "to", gw_ledger_figure(at(v, one->to)).text);
        gw_json_number(j, "factor", one->factor);
        gw_json_number(j, "shift_days", one->shift_d);
        put_date(j, "said", at(v, one->to)->said_d);
        gw_json_end_object(j);
    }
    gw_json_end_array(j);
    gw_json_end_object(j);
}

/* ------------------------------------------------------------------ claims */

static void put_claim(gw_json *j, const gw_ledger_view *v, int i) {
    const gw_record *r = at(v, i);
    bool date = r->measure == GW_MEASURE_ONLINE;
    gw_json_object(j, NULL);
    gw_json_text(j, "id", r->id);
    gw_json_text(j, "object", r->object);
    gw_json_text(j, "programme", r->programme);
    gw_json_text(j, "site", r->site);
    put_texts(j, "sponsors", &r->sponsors);
    put_texts(j, "counterparties", &r->counterparties);
    gw_json_text(j, "said", gw_ledger_said(r).text);
    gw_json_text(j, "source", r->source);
    gw_json_text(j, "told_by", gw_told_by_words[gw_ledger_told_by(r)]);
    gw_json_text(j, "quantity", gw_measure_table[r->measure].word);
    if (date) {
        put_date(j, "value", gw_record_number(r));
        gw_json_text(j, "unit", "date");
    } else {
        const char *in = gw_ledger_shown_in(r);
        gw_json_number(j, "value", shown(gw_record_number(r), in == NULL ? "" : in));
        gw_json_text(j, "unit", in == NULL ? "" : in);
    }
    gw_json_text(j, "basis", gw_ledger_basis(r));
    gw_json_text(j, "wording", gw_enum_wording.items[r->wording].name);
    gw_json_text(j, "as_worded", gw_ledger_figure(r).text);
    gw_json_text(j, "status", gw_enum_claim_status.items[r->status].name);
    gw_json_bool(j, "confirmed", r->confirmed);
    gw_json_bool(j, "anonymous", r->anonymous);
    gw_json_text(j, "same_as",
                 v->report->same_as[i] != i ? at(v, v->report->same_as[i])->id : NULL);
    gw_json_text(j, "ambiguous", r->ambiguous);
    gw_json_end_object(j);
}

static void put_lists(gw_json *j, const gw_ledger_view *v, gw_arena *arena) {
    const int *sources = gw_ledger_sources(v, arena);
    int n = v->records->n, n_single = 0, n_anonymous = 0;
    int *single = GW_NEW_N(arena, n + 1, int), *anonymous = GW_NEW_N(arena, n + 1, int);
    gw_json_array(j, "ambiguous");
    for (int i = 0; i < n; i++) {
        const gw_record *r = at(v, i);
        if (r->ambiguous != NULL && gw_ledger_asked(v, i)) {
            gw_json_object(j, NULL);
            gw_json_text(j, "id", r->id);
            gw_json_text(j, "reason", r->ambiguous);
            gw_json_end_object(j);
        }
        if (sources[i] <= 1 && r->measure != GW_MEASURE_EVENT) {
            single[n_single++] = i;
        }
        if (r->anonymous) {
            anonymous[n_anonymous++] = i;
        }
    }
    gw_json_end_array(j);
    put_ids(j, "single_source", v->records->at, single, n_single);
    put_ids(j, "anonymous", v->records->at, anonymous, n_anonymous);
    gw_json_array(j, "claims");
    for (int i = 0; i < n; i++) {
        if (gw_ledger_asked(v, i)) {
            put_claim(j, v, i);
        }
    }
    gw_json_end_array(j);
}

static void put_counts(gw_json *j, const gw_ledger_view *v) {
    int status[GW_STATUS_SUPERSEDED + 1] = {0}, told[GW_N_TOLD_BY] = {0}, severity[3] = {0};
    for (int i = 0; i < v->records->n; i++) {
        status[at(v, i)->status]++;
        told[gw_ledger_told_by(at(v, i))]++;
    }
    for (int i = 0; i < v->report->findings.n; i++) {
        severity[v->report->findings.at[i].severity]++;
    }
    gw_json_object(j, "counts");
    gw_json_integer(j, "claims", v->records->n);
    gw_json_integer(j, "later_than_as_of", v->n_unknown);
    gw_json_integer(j, "errors", severity[GW_ERROR]);
    gw_json_integer(j, "warnings", severity[GW_WARNING]);
    gw_json_integer(j, "notes", severity[GW_NOTE]);
    gw_json_object(j, "status");
    for (int i = 0; i <= GW_STATUS_SUPERSEDED; i++) {
        gw_json_integer(j, gw_enum_claim_status.items[i].name, status[i]);
    }
    gw_json_end_object(j);
    gw_json_object(j, "told_by");
    for (int i = 0; i < GW_N_TOLD_BY; i++) {
        gw_json_integer(j, gw_told_by_words[i], told[i]);
    }
    gw_json_end_object(j);
    gw_json_end_object(j);
}

void gw_store_json_ledger(const gw_ledger_view *v, gw_buf *out) {
    gw_json json = gw_json_begin(out), *j = &json;
    gw_arena *arena = gw_arena_create(0);
    gw_json_object(j, NULL);
    gw_json_text(j, "ledger", v->title);
    put_date(j, "as_of", v->as_of_d);
    put_counts(j, v);
    put_findings(j, v, arena);
    put_totals(j, "totals", "programme", v->totals);
    put_totals(j, "totals_by_sponsor", "sponsor", v->by_sponsor);
    put_power_once(j, v);
    put_implied(j, v);
    put_scores(j, v);
    put_changes(j, v);
    put_lists(j, v, arena);
    gw_json_end_object(j);
    gw_json_finish(j);
    gw_arena_free(arena);
}

void gw_store_csv_findings(const gw_ledger_view *v, gw_buf *out) {
    gw_buf_add(out, "rule,severity,about,claims,message,reading,numbers\n");
    for (int i = 0; i < v->report->findings.n; i++) {
        const gw_finding *f = &v->report->findings.at[i];
        if (!gw_ledger_finding_asked(v, f)) {
            continue;
        }
        gw_buf ids = {0}, numbers = {0};
        for (int k = 0; k < f->n_claims; k++) {
            gw_buf_printf(&ids, "%s%s", k == 0 ? "" : ";", at(v, f->claims[k])->id);
        }
        for (int k = 0; k < f->n_numbers; k++) {
            gw_buf_printf(&numbers, "%s%s=%s", k == 0 ? "" : ";", f->numbers[k].name,
                          gw_words_value(f->numbers[k].value, f->numbers[k].unit).text);
        }
        gw_csv_text(out, f->rule, 1);
        gw_csv_text(out, severity_word(f->severity), 0);
        gw_csv_text(out, f->about == NULL ? "" : f->about, 0);
        gw_csv_text(out, ids.text == NULL ? "" : ids.text, 0);
        gw_csv_text(out, f->message, 0);
        gw_csv_text(out, f->reading == NULL ? "" : f->reading, 0);
        gw_csv_text(out, numbers.text == NULL ? "" : numbers.text, 0);
        gw_csv_end(out);
        gw_buf_clear(&ids);
        gw_buf_clear(&numbers);
    }
}
