/* report/ledger_html.c: a ledger as one HTML page with charts and tables.
 * In: a ledger worked through.   Out: a file that needs nothing else.
 * Derivation: the numbers of the text and JSON forms of the same ledger. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/ledger_leaf.h"

#define DOUBTS_SHOWN 8
#define PROMISES_MAX 16

static const gw_record *at(const gw_leaf *l, int i) {
    return &l->v->records->at[i];
}

static void add_ids(gw_leaf *l, const gw_record *records, const int *list, int n) {
    for (int i = 0; i < n; i++) {
        gw_buf_add(l->page.out, i == 0 ? "" : ", ");
        gw_buf_add_html(l->page.out, records[list[i]].id);
    }
}

/* ------------------------------------------------------------------ head */

static void card(gw_leaf *l, const char *name, long n, const char *sub) {
    gw_buf_printf(l->page.out,
                  "<div class=\"card\"><div class=\"k\">%s</div><div class=\"v\">%s"
                  "</div><div class=\"s\">",
                  name, gw_words_value((double)n, "").text);
    gw_buf_add_html(l->page.out, sub);
    gw_buf_add(l->page.out, "</div></div>\n");
}

static long count_findings(const gw_leaf *l, gw_severity severity) {
    long n = 0;
    for (int i = 0; i < l->v->report->findings.n; i++) {
        n += l->v->report->findings.at[i].severity == severity;
    }
    return n;
}

static void draw_cards(gw_leaf *l) {
    long single = 0, ambiguous = 0;
    for (int i = 0; i < l->v->records->n; i++) {
        single += l->sources[i] <= 1 && at(l, i)->measure != GW_MEASURE_EVENT;
        ambiguous += at(l, i)->ambiguous != NULL;
    }
    const gw_scores *sc = l->v->scores;
    gw_buf_add(l->page.out, "<div class=\"cards\">\n");
    card(l, "Claims", l->v->records->n,
         gw_arena_printf(l->arena, "%ld cannot be interpreted", ambiguous));
    card(l, "Contradictions", count_findings(l, GW_ERROR),
         gw_arena_printf(l->arena, "and %ld doubts", count_findings(l, GW_WARNING)));
    card(l, "Rest on one source", single, "of the figures in the ledger");
    card(l, "Promises decided", sc->counts[GW_SCORE_DECIDED],
         gw_arena_printf(l->arena, "%d passed without observation, %d not yet due",
                         sc->counts[GW_SCORE_PASSED], sc->counts[GW_SCORE_OPEN]));
    gw_buf_add(l->page.out, "</div>\n");
}

static void draw_head(gw_leaf *l) {
    gw_buf *out = l->page.out;
    gw_buf_add(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"generator\" content=\"gigawatt " GW_VERSION "\">\n<title>");
    gw_buf_add_html(out, l->v->title);
    gw_buf_add(out, " - claims - gigawatt</title>\n<style>\n");
    gw_page_style(out);
    gw_buf_printf(out,
                  "</style></head><body>\n<header class=\"top\"><p class=\"eyebrow\">As of "
                  "%s</p>\n<h1>Do the claims add up?</h1>\n<p class=\"lead\">",
                  gw_words_value(l->v->as_of_d, NULL).text);
    gw_buf_add_html(out, l->v->title);
    gw_buf_add(out, ": who said what, what cannot hold together, what it adds up to when nothing "
                    "is counted twice, and how promises turned out.</p>\n");
    draw_cards(l);
    gw_buf_add(out, "<nav aria-label=\"Sections\"><a href=\"#findings\">Contradictions</a>"
                    "<a href=\"#totals\">Totals</a><a href=\"#power\">Power once</a>"
                    "<a href=\"#promises\">Promises</a>");
    gw_buf_add(out, l->v->changes != NULL ? "<a href=\"#changes\">Changes</a>" : "");
    gw_buf_add(out, "<a href=\"#claims\">All claims</a></nav></header>\n<main>\n");
}

void gw_leaf_section(gw_leaf *l, const char *id, int n, const char *title) {
    gw_buf_printf(l->page.out, "<section><h2 id=\"%s\"><span class=\"n\">%d</span>%s</h2>\n", id, n,
                  title);
}

void gw_leaf_section_end(gw_leaf *l) {
    gw_buf_add(l->page.out, "</section>\n");
}

/* ------------------------------------------------------------------ findings */

static const char *css_of(gw_severity severity) {
    return severity == GW_ERROR ? "bad" : severity == GW_WARNING ? "warn" : "note";
}

static void draw_finding(gw_leaf *l, const gw_finding *f) {
    gw_buf *out = l->page.out;
    gw_buf_printf(out,
                  "<div class=\"finding %s\"><div class=\"head\"><span class=\"badge\">%s</span>"
                  "<span>",
                  css_of(f->severity), gw_words_severity(f->severity));
    gw_buf_add_html(out, f->about == NULL ? "" : f->about);
    gw_buf_printf(out, "</span><span>rule %s" GW_MIDDOT "claims ", f->rule);
    add_ids(l, l->v->records->at, f->claims, f->n_claims);
    gw_buf_add(out, "</span></div>\n<p>");
    gw_buf_add_html(out, f->message);
    gw_buf_add(out, gw_words_stop(f->message));
    gw_buf_add(out, "</p>\n");
    if (f->reading != NULL && f->reading[0] != '\0') {
        gw_buf_add(out, "<p class=\"small\">How they fit: ");
        gw_buf_add_html(out, f->reading);
        gw_buf_add(out, gw_words_stop(f->reading));
        gw_buf_add(out, "</p>\n");
    }
    for (int k = 0; k < f->n_numbers; k++) {
        gw_buf_add(out, k == 0 ? "<p class=\"nums\">" : GW_MIDDOT);
        gw_buf_add_html(out, gw_words_plain(f->numbers[k].name).text);
        gw_buf_add(out, " <b>");
        gw_buf_add_html(out, gw_words_value(f->numbers[k].value, f->numbers[k].unit).text);
        gw_buf_add(out, "</b>");
    }
    gw_buf_add(out, f->n_numbers > 0 ? "</p>\n</div>\n" : "</div>\n");
}

static void draw_all(gw_leaf *l, gw_severity severity, int first, int last) {
    int k = 0;
    for (int i = 0; i < l->v->report->findings.n; i++) {
        const gw_finding *f = &l->v->report->findings.at[i];
        if (f->severity == severity) {
            if (k >= first && k < last) {
                draw_finding(l, f);
            }
            k++;
        }
    }
}

static void draw_notes(gw_leaf *l) {
    int n = (int)count_findings(l, GW_NOTE);
    if (n == 0) {
        return;
    }
    gw_page_fold_begin(&l->page, "Notes: repeated, replaced, unstated, implied", n);
    gw_page_table_begin(&l->page, NULL, "=Rule|About|What|Claims");
    for (int i = 0; i < l->v->report->findings.n; i++) {
        const gw_finding *f = &l->v->report->findings.at[i];
        if (f->severity == GW_NOTE) {
            gw_page_row_begin(&l->page);
            gw_page_cell(&l->page, f->rule);
            gw_page_cell(&l->page, f->about);
            gw_page_cell(&l->page, f->message);
            gw_buf_add(l->page.out, "<td>");
            add_ids(l, l->v->records->at, f->claims, f->n_claims < 12 ? f->n_claims : 12);
            gw_buf_add(l->page.out, f->n_claims > 12 ? ", ...</td>" : "</td>");
            gw_page_row_end(&l->page);
        }
    }
    gw_page_table_end(&l->page);
    gw_page_fold_end(&l->page);
}

static void draw_implied(gw_leaf *l) {
    const gw_ledger_report *r = l->v->report;
    if (r->n_implied == 0) {
        return;
    }
    gw_page_fold_begin(&l->page, "What pairs of figures imply", r->n_implied);
    gw_page_table_begin(&l->page, NULL, "Implied|>Plausible range|=Verdict|Claims");
    for (int i = 0; i < r->n_implied; i++) {
        const gw_implied *p = &r->implied[i];
        gw_page_row_begin(&l->page);
        gw_page_cell(&l->page, p->text);
        gw_page_cell(&l->page,
                     gw_is_set(p->low) ? gw_words_range(p->low, p->high, p->unit).text : "");
        if (gw_is_set(p->low)) {
            gw_page_cell_badge(&l->page, p->inside ? "ok" : "warn", p->inside ? "fits" : "outside");
        } else {
            gw_page_cell(&l->page, "no range");
        }
        gw_buf_add(l->page.out, "<td>");
        add_ids(l, l->v->records->at, p->claims, p->n_claims);
        gw_buf_add(l->page.out, "</td>");
        gw_page_row_end(&l->page);
    }
    gw_page_table_end(&l->page);
    gw_page_fold_end(&l->page);
}

static void draw_findings(gw_leaf *l) {
    int n_doubts = (int)count_findings(l, GW_WARNING);
    gw_leaf_section(l, "findings", 1, "What cannot hold together");
    if (count_findings(l, GW_ERROR) == 0) {
        gw_page_para(&l->page, "No two claims contradict each other outright.");
    }
    draw_all(l, GW_ERROR, 0, 1000000);
    gw_page_heading(&l->page, 3, NULL, "To doubt");
    draw_all(l, GW_WARNING, 0, DOUBTS_SHOWN);
    if (n_doubts > DOUBTS_SHOWN) {
        gw_page_fold_begin(&l->page, "Further doubts", n_doubts - DOUBTS_SHOWN);
        draw_all(l, GW_WARNING, DOUBTS_SHOWN, 1000000);
        gw_page_fold_end(&l->page);
    }
    draw_implied(l);
    draw_notes(l);
    gw_leaf_section_end(l);
}

/* ------------------------------------------------------------------ promises */

static void draw_promise_chart(gw_leaf *l) {
    const gw_scores *sc = l->v->scores;
    gw_chart_interval *rows = GW_NEW_N(l->arena, sc->n + 1, gw_chart_interval);
    int n = 0;
    for (int i = 0; i < sc->n && n < PROMISES_MAX; i++) {
        const gw_score *s = &sc->at[i];
        if (!gw_is_set(s->late_d)) {
            continue;
        }
        const gw_record *r = at(l, s->record);
        rows[n++] = (gw_chart_interval){
            .label = gw_arena_printf(l->arena, "%s (%s)", r->object, r->id),
            .sub = gw_arena_printf(l->arena, "due %s", gw_words_value(s->due_d, NULL).text),
            .result = gw_arena_strdup(l->arena, gw_ledger_lateness(s->late_d).text),
            .low = s->reached_d,
            .mid = s->reached_d,
            .high = s->reached_d,
            .point = s->due_d};
    }
    if (n < 2) {
        return;
    }
    gw_page_figure_begin(&l->page);
    gw_chart_intervals chart = {
        .head = gw_page_chart(&l->page, "Due and reached",
                              "One line for each promise that was reached: the day it was due and "
                              "the day of the observation."),
        .is_date = 1,
        .n = n,
        .rows = rows};
    gw_chart_intervals_draw(&chart, l->page.out);
    gw_page_figure_end(&l->page, "The observation is the latest day on which it can have been "
                                 "reached; promises that were not reached are in the table.");
}

static const char *days(gw_leaf *l, double d) {
    return gw_is_set(d) ? gw_arena_printf(l->arena, "%.0f", d) : "";
}

static void draw_sponsors(gw_leaf *l) {
    const gw_scores *sc = l->v->scores;
    gw_page_table_begin(
        &l->page,
        "Days are means over what was reached, or is overdue and observed "
        "below what was promised",
        "Sponsor|>Promises|>Decided|>Reached|>Late, mean d|>Late, median d|>Overdue, "
        "mean d|>Realised");
    for (int i = 0; i < sc->n_sponsors; i++) {
        const gw_sponsor_score *p = &sc->sponsors[i];
        if (p->n_decided == 0) {
            continue;
        }
        gw_page_row_begin(&l->page);
        gw_page_cell(&l->page, p->sponsor);
        gw_page_cellf(&l->page, "%d", p->n_promises);
        gw_page_cellf(&l->page, "%d", p->n_decided);
        gw_page_cellf(&l->page, "%d", p->n_reached);
        gw_page_cell(&l->page, days(l, p->late_mean_d));
        gw_page_cell(&l->page, days(l, p->late_median_d));
        gw_page_cell(&l->page, days(l, p->late_min_mean_d));
        gw_page_cell(&l->page, p->n_realised > 0 ? gw_words_share(p->realised_mean_frac).text : "");
        gw_page_row_end(&l->page);
    }
    gw_page_table_end(&l->page);
}

static void promise_row(gw_leaf *l, const gw_score *s) {
    const gw_record *r = at(l, s->record);
    gw_page_row_begin(&l->page);
    gw_page_cell(&l->page, r->id);
    gw_page_cell(&l->page, r->object);
    gw_page_cell(&l->page, gw_ledger_figure(r).text);
    gw_page_cell(&l->page, gw_words_value(s->due_d, NULL).text);
    gw_page_cell(&l->page,
                 s->state == GW_SCORE_DECIDED && !gw_is_set(s->late_d) && gw_is_set(s->late_min_d)
                     ? "not reached"
                     : gw_score_words[s->state]);
    gw_page_cell(&l->page, days(l, gw_is_set(s->late_d) ? s->late_d : s->late_min_d));
    gw_page_cell(&l->page,
                 gw_is_set(s->realised_frac) ? gw_words_share(s->realised_frac).text : "");
    gw_page_cell(&l->page, s->observed_by >= 0 ? at(l, s->observed_by)->id : "");
    gw_page_cell(&l->page, s->reading);
    gw_page_row_end(&l->page);
}

static void draw_promises(gw_leaf *l) {
    const gw_scores *sc = l->v->scores;
    gw_leaf_section(l, "promises", 4, "Promises against what was observed");
    if (sc->counts[GW_SCORE_DECIDED] > 0) {
        draw_promise_chart(l);
        draw_sponsors(l);
    } else {
        gw_page_para(&l->page, "No promise in the ledger has been decided by an observation yet.");
    }
    if (sc->n_brier > 0) {
        gw_page_para(&l->page, "Mean Brier score of %d given probabilities: %.3f.", sc->n_brier,
                     sc->brier_mean_frac);
    }
    gw_page_fold_begin(&l->page, "Every promise with a day", sc->n);
    gw_page_table_begin(&l->page, NULL,
                        "=Claim|About|Promised|=Due|Outcome|>Days late|>Realised|=Observed by|How "
                        "it was read");
    for (int i = 0; i < sc->n; i++) {
        promise_row(l, &sc->at[i]);
    }
    gw_page_table_end(&l->page);
    gw_page_fold_end(&l->page);
    gw_leaf_section_end(l);
}

/* ------------------------------------------------------------------ changes, claims */

static void draw_changes(gw_leaf *l) {
    const gw_changes *c = l->v->changes;
    if (c == NULL) {
        return;
    }
    gw_leaf_section(l, "changes", 5, "What changed");
    gw_page_para(&l->page, "From %s to %s.", gw_words_value(c->from_d, NULL).text,
                 gw_words_value(c->until_d, NULL).text);
    gw_page_table_begin(&l->page, NULL, "=What|=Claim|About|Before|After|>Factor|>Days|=Said");
    for (int i = c->n - 1; i >= 0; i--) {
        const gw_change *one = &c->at[i];
        gw_page_row_begin(&l->page);
        gw_page_cell(&l->page, gw_change_words[one->kind]);
        gw_page_cell(&l->page, at(l, one->to)->id);
        gw_page_cellf(&l->page, "%s, %s", at(l, one->to)->object,
                      gw_ledger_quantity(at(l, one->to)));
        gw_page_cell(&l->page, one->from >= 0 ? gw_ledger_figure(at(l, one->from)).text : "");
        gw_page_cell(&l->page, gw_ledger_figure(at(l, one->to)).text);
        gw_page_cell(&l->page,
                     gw_is_set(one->factor) ? gw_arena_printf(l->arena, "%.3g", one->factor) : "");
        gw_page_cell(&l->page, days(l, one->shift_d));
        gw_page_cell(&l->page, gw_ledger_said(at(l, one->to)).text);
        gw_page_row_end(&l->page);
    }
    gw_page_table_end(&l->page);
    gw_leaf_section_end(l);
}

static void draw_claims(gw_leaf *l) {
    gw_leaf_section(l, "claims", l->v->changes != NULL ? 6 : 5, "All claims, as they were worded");
    gw_page_fold_begin(&l->page, "The ledger", l->v->records->n);
    gw_page_table_begin(&l->page, NULL,
                        "=Claim|About|Figure|=Said|By|Status|>Sources|Source|Words");
    for (int i = 0; i < l->v->records->n; i++) {
        const gw_record *r = at(l, i);
        gw_buf parties = {0};
        gw_ledger_parties(r, &parties);
        gw_page_row_begin(&l->page);
        gw_page_cell(&l->page, r->id);
        gw_page_cell(&l->page, r->object);
        gw_page_cell(&l->page, gw_ledger_figure(r).text);
        gw_page_cell(&l->page, gw_ledger_said(r).text);
        gw_page_cell(&l->page, parties.text);
        gw_page_cell(&l->page, gw_words_plain(gw_enum_claim_status.items[r->status].name).text);
        gw_page_cellf(&l->page, "%d%s%s", l->sources[i], r->anonymous ? ", anonymous" : "",
                      r->confirmed ? "" : ", unconfirmed");
        gw_page_cell(&l->page, r->source);
        gw_page_cell(&l->page, r->ambiguous != NULL ? r->ambiguous : r->text);
        gw_page_row_end(&l->page);
        gw_buf_clear(&parties);
    }
    gw_page_table_end(&l->page);
    gw_page_fold_end(&l->page);
    gw_leaf_section_end(l);
}

void gw_ledger_html(const gw_ledger_view *v, gw_buf *out) {
    gw_leaf l = {.page = {.out = out}, .v = v, .arena = gw_arena_create(0)};
    l.sources = gw_ledger_sources(v, l.arena);
    draw_head(&l);
    draw_findings(&l);
    gw_leaf_totals(&l);
    gw_leaf_power(&l);
    draw_promises(&l);
    draw_changes(&l);
    draw_claims(&l);
    gw_buf_add(out, "</main>\n<footer>Made by gigawatt " GW_VERSION ". This file is complete in "
                    "itself: it loads nothing. Every number is also in claims.json.</footer>\n"
                    "</body></html>\n");
    gw_arena_free(l.arena);
}
