/* report/ledger_text.c: a ledger on a terminal, for somebody who writes about it.
 * In: a ledger worked through.   Out: text. Contradictions first, then what to doubt, then totals.
 * Derivation: rules R1-R16 and totals of the claims room, in their own words. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "report/ledger_sheet.h"
#include "report/words.h"

#define A_RULE_SHOWN 2 /* doubts of each rule, without --explain */
#define IDS_SHOWN 8

const gw_record *gw_sheet_at(const gw_sheet *s, int i) {
    return &s->v->records->at[i];
}

void gw_sheet_paint(gw_sheet *s, const char *code) {
    if (s->colour) {
        gw_buf_printf(s->out, "\033[%sm", code);
    }
}

void gw_sheet_wrap(gw_sheet *s, int column, int indent, int hang, const char *text) {
    for (const char *word = text; *word != '\0';) {
        size_t n = strcspn(word, " ");
        gw_buf_addn(s->out, word, n);
        column += gw_words_columns(word, n);
        word += n + strspn(word + n, " ");
        if (*word == '\0') {
            break;
        }
        if (column + 1 + gw_words_columns(word, strcspn(word, " ")) <= s->width) {
            gw_buf_addc(s->out, ' ');
            column++;
        } else {
            column = indent + hang;
            gw_buf_printf(s->out, "\n%*s", column, "");
        }
    }
    gw_buf_addc(s->out, '\n');
}

void gw_sheet_say(gw_sheet *s, int indent, int hang, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    gw_buf_printf(s->out, "%*s", indent, "");
    gw_sheet_wrap(s, indent, indent, hang, gw_arena_vprintf(s->arena, fmt, args));
    va_end(args);
}

void gw_sheet_heading(gw_sheet *s, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    gw_buf_addc(s->out, '\n');
    gw_sheet_paint(s, "1");
    gw_buf_add(s->out, gw_arena_vprintf(s->arena, fmt, args));
    gw_sheet_paint(s, "0");
    gw_buf_addc(s->out, '\n');
    va_end(args);
}

/* ------------------------------------------------------------------ summary */

static int by_count(const void *a, const void *b) {
    return ((const int *)b)[1] - ((const int *)a)[1];
}

static void counts_line(gw_sheet *s, const char *name, const int *counts, int n,
                        const char *(*word)(int)) {
    int order[64][2];
    gw_buf text = {0};
    for (int i = 0; i < n; i++) {
        order[i][0] = i;
        order[i][1] = counts[i];
    }
    qsort(order, (size_t)n, sizeof order[0], by_count);
    for (int i = 0; i < n && order[i][1] > 0; i++) {
        gw_buf_printf(&text, "%s%d %s", i == 0 ? "" : ", ", order[i][1],
                      gw_words_plain(word(order[i][0])).text);
    }
    gw_buf_printf(s->out, "  %-12s", name);
    gw_sheet_wrap(s, 14, 14, 0, text.text == NULL ? "" : text.text);
    gw_buf_clear(&text);
}

static const char *status_word(int i) {
    return gw_enum_claim_status.items[i].name;
}

static const char *source_word(int i) {
    return gw_told_by_words[i];
}

static const char *wording_word(int i) {
    static const char *const words[] = {"plain", "\"about\"", "\"at least\"", "\"up to\"",
                                        "\"intends\""};
    return words[i];
}

static void show_summary(gw_sheet *s) {
    const gw_records *r = s->v->records;
    int status[32] = {0}, source[GW_N_TOLD_BY] = {0}, wording[5] = {0};
    double first_d = GW_INF, last_d = -GW_INF;
    for (int i = 0; i < r->n; i++) {
        status[r->at[i].status]++;
        source[gw_ledger_told_by(&r->at[i])]++;
        wording[r->at[i].wording]++;
        first_d = fmin(first_d, r->at[i].said_d);
        last_d = r->at[i].said_d <= s->v->as_of_d ? fmax(last_d, r->at[i].said_d) : last_d;
    }
    gw_sheet_paint(s, "1");
    gw_buf_printf(s->out, "%s: %d %s", s->v->title, r->n, gw_words_plural(r->n, "claim", "claims"));
    gw_sheet_paint(s, "0");
    if (r->n > 0 && last_d >= first_d) {
        gw_buf_printf(s->out, ", said %s to %s", gw_words_value(first_d, NULL).text,
                      gw_words_value(last_d, NULL).text);
    }
    gw_buf_printf(s->out, "; as of %s\n", gw_words_value(s->v->as_of_d, NULL).text);
    if (s->v->n_unknown > 0) {
        gw_sheet_say(s, 2, 0, "%d later %s left out: nobody knew %s then", s->v->n_unknown,
                     gw_words_plural(s->v->n_unknown, "claim is", "claims are"),
                     gw_words_plural(s->v->n_unknown, "it", "them"));
    }
    counts_line(s, "status", status, gw_enum_claim_status.n, status_word);
    counts_line(s, "told by", source, GW_N_TOLD_BY, source_word);
    counts_line(s, "wording", wording, 5, wording_word);
}

/* ------------------------------------------------------------------ findings */

const char *gw_sheet_ids(const gw_sheet *s, const int *claims, int n, int most) {
    gw_buf text = {0};
    for (int i = 0; i < n && i < most; i++) {
        gw_buf_printf(&text, "%s%s", i == 0 ? "" : ", ", gw_sheet_at(s, claims[i])->id);
    }
    if (n > most) {
        gw_buf_printf(&text, " and %d more", n - most);
    }
    const char *copy = gw_arena_strdup(s->arena, text.text == NULL ? "" : text.text);
    gw_buf_clear(&text);
    return copy;
}

static void show_finding(gw_sheet *s, const gw_finding *f) {
    const char *colour = f->severity == GW_ERROR ? "31" : f->severity == GW_WARNING ? "33" : "34";
    gw_buf_add(s->out, "  ");
    gw_sheet_paint(s, colour);
    gw_buf_printf(s->out, "%s", f->rule);
    gw_sheet_paint(s, "0");
    gw_buf_printf(s->out, "  %s\n", f->about != NULL ? f->about : "");
    gw_sheet_say(s, 6, 0, "%s%s", f->message, gw_words_stop(f->message));
    if (f->reading != NULL && f->reading[0] != '\0') {
        gw_sheet_say(s, 6, 2, "-> %s%s", f->reading, gw_words_stop(f->reading));
    }
    gw_buf numbers = {0};
    for (int i = 0; i < f->n_numbers && s->explain; i++) {
        gw_buf_printf(&numbers, "%s%s %s", i == 0 ? "" : "; ",
                      gw_words_plain(f->numbers[i].name).text,
                      gw_words_value(f->numbers[i].value, f->numbers[i].unit).text);
    }
    if (numbers.n > 0) {
        gw_sheet_say(s, 6, 2, "numbers: %s", numbers.text);
    }
    gw_buf_clear(&numbers);
    gw_sheet_say(s, 6, 2, "claims %s",
                 gw_sheet_ids(s, f->claims, f->n_claims, s->explain ? 1000 : IDS_SHOWN));
}

static int count_findings(const gw_sheet *s, gw_severity severity) {
    int n = 0;
    for (int i = 0; i < s->v->report->findings.n; i++) {
        const gw_finding *f = &s->v->report->findings.at[i];
        n += f->severity == severity && gw_ledger_finding_asked(s->v, f);
    }
    return n;
}

/* At most so many of each rule: every kind of doubt is seen. */
static void show_findings(gw_sheet *s, gw_severity severity, const char *one, const char *many,
                          int most) {
    int n = count_findings(s, severity), shown = 0, of_rule[100] = {0};
    if (n == 0) {
        return;
    }
    gw_sheet_heading(s, "%d %s", n, gw_words_plural(n, one, many));
    for (int i = 0; i < s->v->report->findings.n; i++) {
        const gw_finding *f = &s->v->report->findings.at[i];
        int rule = gw_finding_rule(f);
        bool room = of_rule[rule > 0 && rule < 100 ? rule : 0]++ < most;
        if (f->severity != severity || !gw_ledger_finding_asked(s->v, f)) {
            of_rule[rule > 0 && rule < 100 ? rule : 0]--;
        } else if (room) {
            show_finding(s, f);
            shown++;
        }
    }
    if (shown < n) {
        gw_sheet_say(s, 2, 0, "... and %d more of the same rules: --explain shows all", n - shown);
    }
}

/* Notes are many: how many of each rule. */
static void show_notes(gw_sheet *s) {
    int counts[17] = {0}, n = count_findings(s, GW_NOTE);
    static const char *const about[] = {
        "",
        "unit or basis unstated",
        "implied ratios",
        "parts and wholes",
        "told again",
        "one inside another",
        "flow, stock and cash",
        "scope of a period",
        "status without a source",
        "replaced by a later claim",
        "dates and durations",
        "roles",
        "dates that have passed",
        "debt over cost",
        "chips against shipments",
        "building, power and chips",
        "the same number in other words",
    };
    if (n == 0 || s->explain) {
        show_findings(s, GW_NOTE, "note", "notes", 1000000);
        return;
    }
    for (int i = 0; i < s->v->report->findings.n; i++) {
        const gw_finding *f = &s->v->report->findings.at[i];
        int rule = gw_finding_rule(f);
        counts[f->severity == GW_NOTE && rule > 0 && rule < 17 ? rule : 0]++;
    }
    gw_buf text = {0};
    for (int k = 1; k < 17; k++) {
        if (counts[k] > 0) {
            gw_buf_printf(&text, "%s%d %s (R%d)", text.n == 0 ? "" : ", ", counts[k], about[k], k);
        }
    }
    gw_sheet_heading(s, "%d %s", n, gw_words_plural(n, "note", "notes"));
    gw_sheet_say(s, 2, 0, "%s. --explain shows them.", text.n == 0 ? "" : text.text);
    gw_buf_clear(&text);
}

/* ------------------------------------------------------------------ claims that were asked for */

static void show_claim(gw_sheet *s, int i, const int *sources) {
    const gw_record *r = gw_sheet_at(s, i);
    gw_buf parties = {0};
    gw_ledger_parties(r, &parties);
    gw_buf_addc(s->out, '\n');
    gw_sheet_paint(s, "1");
    gw_buf_printf(s->out, "%s", r->id);
    gw_sheet_paint(s, "0");
    gw_buf_printf(s->out, "  %s: %s\n", r->object, gw_ledger_figure(r).text);
    gw_sheet_say(s, 2, 2, "%s%ssaid %s, %s; %s%s%s", parties.n > 0 ? parties.text : "",
                 parties.n > 0 ? "; " : "", gw_ledger_said(r).text,
                 gw_words_plain(gw_enum_claim_status.items[r->status].name).text,
                 r->source[0] != '\0' ? r->source : "no source",
                 r->confirmed ? "" : "; unconfirmed", r->anonymous ? "; anonymous" : "");
    if (r->text[0] != '\0') {
        gw_sheet_say(s, 2, 2, "\"%s\"", r->text);
    }
    if (r->ambiguous != NULL) {
        gw_sheet_say(s, 2, 2, "cannot be interpreted: %s", r->ambiguous);
    }
    if (sources[i] > 1) {
        gw_sheet_say(s, 2, 2, "told by %d sources", sources[i]);
    }
    gw_buf_clear(&parties);
}

static void show_implied(gw_sheet *s) {
    int n = 0;
    for (int i = 0; i < s->v->report->n_implied; i++) {
        const gw_implied *p = &s->v->report->implied[i];
        bool asked = s->v->asked == NULL;
        for (int k = 0; k < p->n_claims; k++) {
            asked = asked || gw_ledger_asked(s->v, p->claims[k]);
        }
        if (!asked) {
            continue;
        }
        if (n++ == 0) {
            gw_sheet_heading(s, "What it implies");
        }
        gw_sheet_say(s, 2, 4, "%s; claims %s", p->text, gw_sheet_ids(s, p->claims, p->n_claims, 3));
        if (p->reading != NULL && p->reading[0] != '\0') {
            gw_sheet_say(s, 6, 2, "-> %s", p->reading);
        }
    }
    if (n == 0 && s->v->asked != NULL) {
        gw_sheet_heading(s, "What it implies");
        gw_sheet_say(s, 2, 0,
                     "Nothing by itself: no other claim on the same object goes with it. Power "
                     "with cost, chips or payments gives USD/W, W a chip, USD a chip and USD "
                     "an hour.");
    }
}

static void show_asked(gw_sheet *s) {
    const int *sources = gw_ledger_sources(s->v, s->arena);
    for (int i = 0; i < s->v->records->n; i++) {
        if (s->v->asked[i]) {
            show_claim(s, i, sources);
        }
    }
    show_implied(s);
    if (count_findings(s, GW_ERROR) + count_findings(s, GW_WARNING) + count_findings(s, GW_NOTE) ==
        0) {
        gw_sheet_heading(s, "It contradicts no other claim.");
    }
    s->explain = true;
    show_findings(s, GW_ERROR, "contradiction", "contradictions", 1000000);
    show_findings(s, GW_WARNING, "doubt", "doubts", 1000000);
    show_findings(s, GW_NOTE, "note", "notes", 1000000);
    if (s->v->added != NULL) {
        gw_sheet_heading(s, "To keep it, add to the table");
        gw_buf_add(s->out, s->v->added);
    }
}

void gw_ledger_page(const gw_ledger_view *v, bool explain, int width, bool colour, gw_buf *out) {
    gw_sheet s = {v, out, width, colour, explain, gw_arena_create(0)};
    if (v->asked != NULL) {
        show_asked(&s);
    } else {
        show_summary(&s);
        show_findings(&s, GW_ERROR, "contradiction: the claims cannot all hold",
                      "contradictions: the claims cannot all hold", 1000000);
        show_findings(&s, GW_WARNING, "doubt", "doubts", explain ? 1000000 : A_RULE_SHOWN);
        show_notes(&s);
        if (explain) {
            show_implied(&s);
        }
        gw_sheet_totals(&s);
        gw_sheet_scores(&s);
        gw_sheet_changes(&s);
        gw_sheet_sources(&s);
    }
    gw_arena_free(s.arena);
}
