/* report/ledger_sums.c: totals, scores, sources and changes of a ledger on a terminal.
 * In: a ledger worked through.   Out: text.
 * Derivation: totals and scores of the claims room. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/ledger_sheet.h"

#define PROGRAMMES_SHOWN 8
#define SPONSORS_SHOWN 8

/* ------------------------------------------------------------------ totals */

static bool same_row(const gw_total *a, const gw_total *b) {
    return a->kind == b->kind && strcmp(a->basis, b->basis) == 0 && strcmp(a->group, b->group) == 0;
}

/* "52.0 bn" in the money columns, where the unit stands in the name. */
static gw_words cell_text(const gw_total *t) {
    gw_words w = gw_words_value(t->value, gw_total_table[t->kind].unit);
    char *usd = strstr(w.text, " USD");
    if (usd != NULL) {
        memmove(usd, usd + 4, strlen(usd + 4) + 1);
    }
    char *year = strstr(w.text, "/yr");
    if (year != NULL) {
        *year = '\0';
    }
    return w;
}

static void total_row(gw_sheet *s, const gw_total *t, int n) {
    gw_words cells[GW_N_COMMIT] = {{""}};
    bool any = false;
    for (int i = 0; i < n; i++) {
        if (t[i].n_counted > 0) {
            cells[t[i].state] = cell_text(&t[i]);
            any = true;
        }
    }
    if (!any) {
        return;
    }
    gw_buf_printf(s->out, "  %-27.27s", gw_ledger_row(t).text);
    int last = GW_N_COMMIT - 1;
    while (cells[last].text[0] == '\0') {
        last--;
    }
    for (int k = 0; k <= last; k++) {
        gw_buf_printf(s->out, "%*s", 10, cells[k].text);
    }
    gw_buf_addc(s->out, '\n');
}

static int group_size(const gw_totals *totals, int first) {
    int n = 0;
    while (first + n < totals->n &&
           strcmp(totals->at[first + n].group, totals->at[first].group) == 0) {
        n++;
    }
    return n;
}

static int counted_in(const gw_total *t, int n) {
    int counted = 0;
    for (int i = 0; i < n; i++) {
        counted += t[i].n_counted;
    }
    return counted;
}

static void total_group(gw_sheet *s, const gw_total *t, int n) {
    gw_sheet_paint(s, "1");
    gw_buf_printf(s->out, "  %s\n", t[0].group[0] != '\0' ? t[0].group : "(no programme)");
    gw_sheet_paint(s, "0");
    for (int first = 0, next; first < n; first = next) {
        for (next = first; next < n && same_row(&t[next], &t[first]); next++) {
        }
        total_row(s, t + first, next - first);
    }
}

typedef struct ranked {
    int first, n, counted;
} ranked;

static int by_weight(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    return x->counted != y->counted ? y->counted - x->counted : x->first - y->first;
}

static void show_totals_of(gw_sheet *s, const gw_totals *totals, const char *what, int most) {
    ranked *groups = GW_NEW_N(s->arena, totals->n + 1, ranked);
    int n = 0;
    for (int first = 0; first < totals->n; first += group_size(totals, first)) {
        int size = group_size(totals, first), counted = counted_in(&totals->at[first], size);
        if (counted > 0) {
            groups[n++] = (ranked){first, size, counted};
        }
    }
    if (n == 0) {
        return;
    }
    qsort(groups, (size_t)n, sizeof groups[0], by_weight);
    gw_sheet_heading(s, "%s", what);
    gw_buf_printf(s->out, "  %-27s%10s%10s%10s%10s%10s\n", "money in USD", "pledged", "contract.",
                  "financed", "drawn or", "spent or");
    gw_buf_printf(s->out, "  %-27s%10s%10s%10s%10s%10s\n", "", "", "", "", "in build", "running");
    for (int i = 0; i < n && i < most; i++) {
        total_group(s, &totals->at[groups[i].first], groups[i].n);
    }
    if (n > most) {
        gw_sheet_say(s, 2, 0, "... and %d more: --explain shows all", n - most);
    }
}

static void show_left_out(gw_sheet *s) {
    const gw_totals *t = s->v->totals;
    int told = 0, inside = 0, replaced = 0, nobody = 0;
    for (int i = 0; i < t->n_left; i++) {
        const char *rule = t->left[i].rule;
        told += strcmp(rule, "R4") == 0;
        inside += strcmp(rule, "R5") == 0 || strcmp(rule, "R3") == 0;
        replaced += strcmp(rule, "R9") == 0;
        nobody += rule[0] == '\0' || strcmp(rule, "R1") == 0;
    }
    gw_sheet_say(
        s, 2, 0,
        "Columns are not to be added: what is contracted was mostly pledged before. Rows are not "
        "to be added: they are different quantities or bases (* basis unstated). Left out: %d "
        "told again, %d inside another figure, %d replaced or withdrawn, %d that commit nobody. "
        "%s",
        told, inside, replaced, nobody, s->explain ? "" : "--explain lists them with the reason.");
    for (int i = 0; i < t->n_left && s->explain; i++) {
        const gw_record *r = &t->records.at[t->left[i].record];
        gw_sheet_say(s, 4, 4, "%s, %s: %s", r->id, gw_ledger_figure(r).text, t->left[i].reason);
    }
}

static void power_line(gw_sheet *s, const char *what, const double *sum_W) {
    static const char *const names[] = {"of unstated basis", "of IT power", "at the meter",
                                        "of server power"};
    gw_buf text = {0};
    for (int i = 0; i <= GW_BASIS_SERVER; i++) {
        if (sum_W[i] > 0) {
            gw_buf_printf(&text, "%s%s %s", text.n == 0 ? "" : ", ",
                          gw_words_value(sum_W[i], "MW").text, names[i]);
        }
    }
    if (text.n > 0) {
        gw_sheet_say(s, 2, 2, "%s: %s", what, text.text);
    }
    gw_buf_clear(&text);
}

static void show_power(gw_sheet *s) {
    const gw_overlap *o = s->v->overlap;
    if (o->n_claims < 2) {
        return;
    }
    gw_sheet_heading(s, "Power, each place counted once");
    gw_sheet_say(s, 2, 2,
                 "%d claims of planned or running load add up to %s as printed: a sum that means "
                 "nothing. What is left are %d %s:",
                 o->n_claims, gw_words_value(o->printed_W, "MW").text, o->n_objects,
                 gw_words_plural(o->n_objects, "place or programme", "places or programmes"));
    power_line(s, "planned", o->left_W);
    power_line(s, "said to run", o->running_W);
    for (int i = 0; i < o->n_objects; i++) {
        const gw_record *r = gw_sheet_at(s, o->objects[i]);
        gw_sheet_say(s, 4, 6, "%s: %s (%s), claim %s",
                     r->object[0] != '\0' ? r->object : r->programme,
                     gw_words_value(gw_record_number(r), "MW").text,
                     gw_enum_claim_basis.items[r->basis].name, r->id);
    }
}

/* ------------------------------------------------------------------ scores, sources, changes */

static gw_words days_text(double days) {
    gw_words w = {GW_DASH};
    if (gw_is_set(days)) {
        snprintf(w.text, sizeof w.text, "%.0f d", days);
    }
    return w;
}

static void show_score(gw_sheet *s, const gw_score *one) {
    const gw_record *r = gw_sheet_at(s, one->record);
    gw_buf text = {0};
    bool date = r->measure == GW_MEASURE_ONLINE;
    gw_buf_printf(&text, "%s, %s: %s by %s", r->id, r->object,
                  date ? "to run" : gw_ledger_figure(r).text,
                  gw_words_value(one->due_d, NULL).text);
    if (one->state != GW_SCORE_DECIDED) {
        gw_buf_printf(&text, "; %s", gw_score_words[one->state]);
    } else if (gw_is_set(one->late_d)) {
        gw_buf_printf(&text, "; reached by %s, %s", gw_words_value(one->reached_d, NULL).text,
                      gw_ledger_lateness(one->late_d).text);
    } else if (gw_is_set(one->late_min_d)) {
        gw_buf_printf(&text, "; not reached, %.0f days over", one->late_min_d);
    }
    if (gw_is_set(one->realised_frac)) {
        gw_buf_printf(&text, "; %s realised", gw_words_share(one->realised_frac).text);
    }
    if (gw_is_set(one->brier_frac)) {
        gw_buf_printf(&text, "; Brier %.3f", one->brier_frac);
    }
    if (gw_is_set(one->error)) {
        gw_buf_printf(&text, "; CRPS %s (%s)",
                      date ? days_text(one->error).text
                           : gw_words_value(one->error, gw_ledger_shown_in(r)).text,
                      one->shape);
    }
    gw_sheet_say(s, 2, 4, "%s (%s)", text.text, one->reading);
    gw_buf_clear(&text);
}

void gw_sheet_scores(gw_sheet *s) {
    const gw_scores *sc = s->v->scores;
    if (sc->n == 0) {
        return;
    }
    gw_sheet_heading(s, "Promises against what was observed");
    gw_sheet_say(
        s, 2, 0,
        "%d with a day: %d decided, %d passed without observation, %d not yet due, %d withdrawn.",
        sc->n, sc->counts[GW_SCORE_DECIDED], sc->counts[GW_SCORE_PASSED], sc->counts[GW_SCORE_OPEN],
        sc->counts[GW_SCORE_GONE]);
    if (sc->counts[GW_SCORE_DECIDED] > 0) {
        gw_buf_printf(s->out, "  %-20s%8s%8s%11s%9s%9s%9s\n", "sponsor", "decided", "reached",
                      "late, mean", "median", "overdue", "realised");
    }
    for (int i = 0, shown = 0; i < sc->n_sponsors && (s->explain || shown < SPONSORS_SHOWN); i++) {
        const gw_sponsor_score *p = &sc->sponsors[i];
        if (p->n_decided > 0) {
            gw_buf_printf(s->out, "  %-20.20s%8d%8d%11s%9s%9s%9s\n", p->sponsor, p->n_decided,
                          p->n_reached, days_text(p->late_mean_d).text,
                          days_text(p->late_median_d).text, days_text(p->late_min_mean_d).text,
                          p->n_realised > 0 ? gw_words_share(p->realised_mean_frac).text : GW_DASH);
            shown++;
        }
    }
    for (int i = 0; i < sc->n; i++) {
        bool tell = sc->at[i].state == GW_SCORE_DECIDED;
        if (tell || s->explain) {
            show_score(s, &sc->at[i]);
        }
    }
    if (sc->n_brier > 0) {
        gw_sheet_say(s, 2, 0, "Mean Brier score of %d given probabilities: %.3f", sc->n_brier,
                     sc->brier_mean_frac);
    }
}

static void list_ids(gw_sheet *s, const char *what,
                     bool (*is)(const gw_sheet *s, int i, const int *n), const int *sources) {
    gw_buf text = {0};
    int n = 0, most = s->explain ? 1000000 : 10;
    for (int i = 0; i < s->v->records->n; i++) {
        if (is(s, i, sources)) {
            if (n++ < most) {
                gw_buf_printf(&text, "%s%s", text.n == 0 ? "" : ", ", gw_sheet_at(s, i)->id);
            }
        }
    }
    if (n > 0) {
        gw_sheet_say(s, 2, 4, "%d %s: %s%s", n, what, text.text, n > most ? ", ..." : "");
    }
    gw_buf_clear(&text);
}

static bool is_single(const gw_sheet *s, int i, const int *sources) {
    return sources[i] <= 1 && gw_sheet_at(s, i)->measure != GW_MEASURE_EVENT;
}

static bool is_unconfirmed(const gw_sheet *s, int i, const int *sources) {
    (void)sources;
    return !gw_sheet_at(s, i)->confirmed;
}

static bool is_anonymous(const gw_sheet *s, int i, const int *sources) {
    (void)sources;
    return gw_sheet_at(s, i)->anonymous;
}

void gw_sheet_sources(gw_sheet *s) {
    const int *sources = gw_ledger_sources(s->v, s->arena);
    gw_sheet_heading(s, "What rests on little");
    list_ids(s, "rest on one source", is_single, sources);
    bool told = false; /* a table without the column says it of none */
    for (int i = 0; i < s->v->records->n; i++) {
        told = told || gw_sheet_at(s, i)->confirmed;
    }
    if (told) {
        list_ids(s, "are unconfirmed", is_unconfirmed, sources);
    }
    list_ids(s, "rest on people who are not named", is_anonymous, sources);
    for (int i = 0, n = 0; i < s->v->records->n; i++) {
        const gw_record *r = gw_sheet_at(s, i);
        if (r->ambiguous != NULL) {
            if (n++ == 0) {
                gw_sheet_heading(s, "Kept, but not interpreted");
            }
            gw_sheet_say(s, 2, 4, "%s, %s: %s", r->id, r->object, r->ambiguous);
        }
    }
}

static void show_change(gw_sheet *s, const gw_change *c) {
    const gw_record *to = gw_sheet_at(s, c->to);
    gw_buf text = {0};
    gw_buf_printf(&text, "%s  %s, %s", to->id, to->object, gw_ledger_quantity(to));
    if (c->from >= 0) {
        gw_buf_printf(&text, ": %s (%s) -> %s", gw_ledger_figure(gw_sheet_at(s, c->from)).text,
                      gw_sheet_at(s, c->from)->id, gw_ledger_figure(to).text);
    } else {
        gw_buf_printf(&text, ": %s", gw_ledger_figure(to).text);
    }
    if (gw_is_set(c->factor)) {
        gw_buf_printf(&text, ", x %.3g", c->factor);
    }
    if (gw_is_set(c->shift_d)) {
        gw_buf_printf(&text, ", %.0f days %s", fabs(c->shift_d),
                      c->shift_d < 0 ? "earlier" : "later");
    }
    gw_sheet_say(s, 2, 4, "%s; said %s", text.text, gw_ledger_said(to).text);
    gw_buf_clear(&text);
}

void gw_sheet_changes(gw_sheet *s) {
    const gw_changes *c = s->v->changes;
    if (c == NULL) {
        return;
    }
    gw_sheet_heading(s, "What changed from %s to %s", gw_words_value(c->from_d, NULL).text,
                     gw_words_value(c->until_d, NULL).text);
    for (int kind = GW_N_CHANGE - 1; kind >= 0; kind--) {
        int n = c->counts[kind];
        if (n == 0) {
            continue;
        }
        gw_sheet_say(s, 2, 0, "%d %s", n, gw_change_words[kind]);
        int shown = 0, most = s->explain || kind != GW_CHANGE_NEW ? 1000000 : 12;
        for (int i = 0; i < c->n; i++) {
            if ((int)c->at[i].kind == kind && shown < most) {
                show_change(s, &c->at[i]);
                shown++;
            }
        }
        if (shown < n) {
            gw_sheet_say(s, 2, 0, "... and %d more: --explain shows all", n - shown);
        }
    }
    gw_sheet_say(s, 2, 0, "%d said again with the same number.", c->n_repeated);
}

void gw_sheet_totals(gw_sheet *s) {
    show_totals_of(s, s->v->totals, "What it adds up to, nothing twice",
                   s->explain ? 1000000 : PROGRAMMES_SHOWN);
    show_left_out(s);
    if (s->explain) {
        show_totals_of(s, s->v->by_sponsor, "By sponsor (joint claims stand with each)", 1000000);
    }
    show_power(s);
}
