/* report/html_claims.c: "Do the claims add up?": findings, and claims against the run. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html_page.h"
#include "report/verdict.h"

#define DOUBTS_SHOWN 6 /* the others are folded away */
#define ROWS_MAX                                                                                   \
    60 /* of a chart; a report with more claims than this still has them in the table */

static const char *css_of(gw_severity severity) {
    return severity == GW_ERROR ? "bad" : severity == GW_WARNING ? "warn" : "note";
}

static int count(const gw_page *p, gw_severity severity) {
    int n = 0;
    for (int i = 0; i < p->r->findings.n; i++) {
        n += p->r->findings.at[i].severity == severity;
    }
    return n;
}

static void add_claim_names(gw_page *p, const gw_finding *f) {
    for (int k = 0; k < f->n_claims; k++) {
        gw_buf_add(p->out, k == 0 ? " " : ", ");
        gw_buf_add_html(p->out, p->in->claims.at[f->claims[k]].head.name);
    }
}

static void add_numbers(gw_page *p, const gw_finding *f) {
    gw_buf_add(p->out, "<p class=\"nums\">");
    for (int k = 0; k < f->n_numbers; k++) {
        gw_buf_add(p->out, k == 0 ? "" : GW_MIDDOT);
        gw_buf_add_html(p->out, gw_words_plain(f->numbers[k].name).text);
        gw_buf_add(p->out, " <b>");
        gw_buf_add_html(p->out, gw_words_value(f->numbers[k].value, f->numbers[k].unit).text);
        gw_buf_add(p->out, "</b>");
    }
    gw_buf_add(p->out, "</p>\n");
}

static void draw_finding(gw_page *p, const gw_finding *f) {
    gw_buf_printf(
        p->out,
        "<div class=\"finding %s\"><div class=\"head\"><span class=\"badge\">%s</span><span>",
        css_of(f->severity), gw_words_severity(f->severity));
    gw_buf_add_html(p->out, f->about);
    gw_buf_add(p->out, "</span><span>rule ");
    gw_buf_add_html(p->out, f->rule);
    gw_buf_add(p->out, GW_MIDDOT "claims");
    add_claim_names(p, f);
    gw_buf_add(p->out, "</span></div>\n<p>");
    gw_buf_add_html(p->out, f->message);
    gw_buf_add(p->out, "</p>\n");
    if (f->reading != NULL && f->reading[0] != '\0') {
        gw_buf_add(p->out, "<p class=\"small\">How they fit: ");
        gw_buf_add_html(p->out, f->reading);
        gw_buf_add(p->out, "</p>\n");
    }
    if (f->n_numbers > 0) {
        add_numbers(p, f);
    }
    gw_buf_add(p->out, "</div>\n");
}

/* Notes are many and short: one table, folded away. */
static void draw_notes(gw_page *p) {
    int n = count(p, GW_NOTE);
    if (n == 0) {
        return;
    }
    gw_page_fold_begin(p, "What the claims imply, without anything being wrong", n);
    gw_page_table_begin(p, NULL, "About|Implied|Claims");
    const char *last = NULL;
    for (int i = 0; i < p->r->findings.n; i++) {
        const gw_finding *f = &p->r->findings.at[i];
        if (f->severity != GW_NOTE) {
            continue;
        }
        gw_page_row_begin(p);
        gw_page_cell(p, gw_words_same(last, f->about) ? "" : f->about);
        gw_page_cell(p, f->message);
        gw_buf_add(p->out, "<td>");
        add_claim_names(p, f);
        gw_buf_add(p->out, "</td>");
        gw_page_row_end(p);
        last = f->about;
    }
    gw_page_table_end(p);
    gw_page_fold_end(p);
}

/* Findings of one severity from the first to before the last. */
static void draw_all(gw_page *p, gw_severity severity, int first, int last) {
    int k = 0;
    for (int i = 0; i < p->r->findings.n; i++) {
        if (p->r->findings.at[i].severity == severity) {
            if (k >= first && k < last) {
                draw_finding(p, &p->r->findings.at[i]);
            }
            k++;
        }
    }
}

static void draw_findings(gw_page *p) {
    int n_bad = count(p, GW_ERROR);
    int n_warn = count(p, GW_WARNING);
    if (p->r->findings.n == 0) {
        gw_page_para(p, "The rules found nothing to say about the claims.");
        return;
    }
    gw_page_para(
        p, "Before anything is simulated, the claims are set against one another: watts against "
           "dollars, chips and households, dates against durations, repeats against sums.");
    if (n_bad == 0) {
        gw_page_para(
            p, "None contradict each other as they are worded; %s %s implausible or ambiguous.",
            gw_words_count(n_warn).text, gw_words_plural(n_warn, "finding is", "findings are"));
    } else {
        gw_page_para(
            p, "%s %s cannot all hold as they are worded; %s more %s implausible or ambiguous.",
            gw_words_capital(gw_words_count(n_bad).text).text,
            gw_words_plural(n_bad, "group of claims", "groups of claims"),
            gw_words_count(n_warn).text, gw_words_plural(n_warn, "is", "are"));
    }
    draw_all(p, GW_ERROR, 0, p->r->findings.n);
    draw_all(p, GW_WARNING, 0, DOUBTS_SHOWN);
    if (n_warn > DOUBTS_SHOWN) {
        gw_page_fold_begin(p, "More that is implausible or ambiguous", n_warn - DOUBTS_SHOWN);
        draw_all(p, GW_WARNING, DOUBTS_SHOWN, n_warn);
        gw_page_fold_end(p);
    }
}

/* ------------------------------------------------------------------ against the run */

static bool is_compared(const gw_page *p, int item) {
    return gw_page_summary(p, GW_M_run_value, item).n > 0;
}

static gw_words claimed(const gw_claim_item *c) {
    return gw_words_value(c->value, c->unit);
}

typedef struct texts {
    char label[96], sub[96], result[64];
} texts;

static void draw_intervals(gw_page *p, bool is_date) {
    static const char *const marks[] = {[GW_WORDING_PLAIN] = "",
                                        [GW_WORDING_ABOUT] = "~ ",
                                        [GW_WORDING_AT_LEAST] = "\xE2\x89\xA5 ",
                                        [GW_WORDING_UP_TO] = "\xE2\x89\xA4 ",
                                        [GW_WORDING_INTENDS] = ""};
    texts text[ROWS_MAX];
    gw_chart_interval rows[ROWS_MAX];
    int n = 0;
    for (int i = 0; i < p->m->n_claim_items && n < ROWS_MAX; i++) {
        const gw_claim_item *c = &p->m->claim_items[i];
        if (!is_compared(p, i) || (c->unit == NULL) != is_date) {
            continue;
        }
        gw_summary s = gw_page_summary(p, GW_M_run_value, i);
        double unit = is_date ? 1.0 : c->value;
        snprintf(text[n].label, sizeof text[n].label, "%s: %s",
                 p->in->claims.at[c->claim].head.name, gw_words_quantity(c->quantity));
        snprintf(text[n].sub, sizeof text[n].sub, "%s%.80s",
                 is_date ? "" : marks[p->in->claims.at[c->claim].wording], claimed(c).text);
        snprintf(text[n].result, sizeof text[n].result, "%.60s", gw_verdict_words(p->r, i).text);
        rows[n] = (gw_chart_interval){.label = text[n].label,
                                      .sub = text[n].sub,
                                      .result = text[n].result,
                                      .low = s.p10 / unit,
                                      .mid = s.p50 / unit,
                                      .high = s.p90 / unit,
                                      .point = is_date ? c->value : 1.0};
        n++;
    }
    if (n == 0) {
        return;
    }
    gw_page_figure_begin(p);
    gw_chart_intervals chart = {
        .head =
            gw_page_chart(p, is_date ? "Claimed dates and the run" : "The run divided by the claim",
                          is_date ? "Every claimed date of operation, and the date on which "
                                    "the run reaches what was claimed."
                                  : "Every claimed number: 1 is as claimed, further right the "
                                    "run gives more than was said."),
        .is_date = is_date,
        .n = n,
        .rows = rows};
    gw_chart_intervals_draw(&chart, p->out);
    gw_page_figure_end(
        p, is_date
               ? "Diamond: the claimed date. Bar: P10 to P90 of the run, dot: P50. Right: the "
                 "verdict on the claim, by the P50."
               : "Log scale. ~ about, \xE2\x89\xA5 at least, \xE2\x89\xA4 up to. Bar: P10 to P90 "
                 "of the run, dot: P50. Right: the verdict on the "
                 "claim, by the P50.");
}

static void row_against(gw_page *p, int i) {
    const gw_claim_item *c = &p->m->claim_items[i];
    const gw_claim *claim = &p->in->claims.at[c->claim];
    gw_summary s = gw_page_summary(p, GW_M_run_value, i);
    gw_page_row_begin(p);
    gw_page_cell(p, p->in->claims.at[c->claim].head.name);
    gw_page_cell(p, gw_words_quantity(c->quantity));
    gw_page_cell(p, claimed(c).text);
    gw_page_cell(p, gw_words_plain(gw_enum_wording.items[claim->wording].name).text);
    gw_page_cell(p, gw_words_value(s.p50, c->unit).text);
    gw_page_cell(p, gw_words_range(s.p10, s.p90, c->unit).text);
    gw_page_cell_badge(p, gw_verdict_css(gw_verdict_item(p->r, i)), gw_verdict_words(p->r, i).text);
    gw_page_cell(p, gw_words_share(gw_verdict_share(p->r, i)).text);
    gw_page_row_end(p);
}

static gw_words times(int n) {
    gw_words w = {"once, in the base case"};
    if (n > 0) {
        snprintf(w.text, sizeof w.text, "%.40s %s", gw_words_value(n, "").text,
                 gw_words_plural(n, "time", "times"));
    }
    return w;
}

static void draw_against(gw_page *p) {
    int n = 0;
    int n_holds = 0;
    for (int i = 0; i < p->m->n_claim_items; i++) {
        n += is_compared(p, i);
        n_holds += gw_verdict_item(p->r, i) == GW_VERDICT_HOLDS;
    }
    gw_page_heading(p, 3, NULL, "Claims against the run");
    if (n == 0) {
        gw_page_para(
            p, "None of the claims names a site or a cluster of this run, so there is nothing "
               "to compare.");
        return;
    }
    gw_page_para(
        p,
        "%d of %d claimed numbers can be compared with what the plan gives when it is worked "
        "through %s with different draws of everything uncertain; %d of them hold as they are "
        "worded. A claim that the run misses is not proved wrong: it needs something that this "
        "scenario does not contain.",
        n, p->m->n_claim_items, times(p->r->n_samples).text, n_holds);
    draw_intervals(p, false);
    draw_intervals(p, true);
    gw_page_note(
        p,
        "A number holds if the run is within %.0f %% of it; \"at least\" may be exceeded and "
        "\"up to\" undercut at will. A date holds if the run is not more than %.0f days later. "
        "Too high, too low, too early are said of the claim.",
        100.0 * GW_VERDICT_TOLERANCE, GW_VERDICT_TOLERANCE_d);
    gw_page_fold_begin(p, "The same as a table, with the share of samples in which a claim holds",
                       n);
    gw_page_table_begin(p, NULL,
                        "Claim|Quantity|>Claimed|=Wording|>Run, P50|>P10 " GW_DASH
                        " P90|=Verdict|>Holds in");
    for (int i = 0; i < p->m->n_claim_items; i++) {
        if (is_compared(p, i)) {
            row_against(p, i);
        }
    }
    gw_page_table_end(p);
    gw_page_fold_end(p);
}

static void draw_list(gw_page *p) {
    gw_page_fold_begin(p, "The claims as they were read", p->in->claims.n);
    gw_page_table_begin(p, NULL, "Claim|=Said|By|What|=Numbers|Status");
    for (int i = 0; i < p->in->claims.n; i++) {
        const gw_claim *c = &p->in->claims.at[i];
        gw_page_row_begin(p);
        gw_page_cell(p, c->head.name);
        gw_page_cell(p, gw_words_value(c->said_d, NULL).text);
        gw_buf_add(p->out, "<td>");
        for (int k = 0; k < c->said_by.n; k++) {
            gw_buf_add(p->out, k == 0 ? "" : ", ");
            gw_buf_add_html(p->out, c->said_by.at[k]);
        }
        gw_buf_add(p->out, "</td>");
        gw_page_cellf(p, "%s%s%s", c->about, c->text == NULL ? "" : ": ",
                      c->text == NULL ? "" : c->text);
        gw_buf_add(p->out, "<td class=\"k\">");
        bool any = false;
        for (int k = 0; k < p->m->n_claim_items; k++) {
            if (p->m->claim_items[k].claim == i) {
                gw_buf_add(p->out, any ? "<br>" : "");
                gw_buf_add_html(p->out, gw_words_quantity(p->m->claim_items[k].quantity));
                gw_buf_add(p->out, " ");
                gw_buf_add_html(p->out, claimed(&p->m->claim_items[k]).text);
                any = true;
            }
        }
        gw_buf_add(p->out, "</td>");
        gw_page_cell(p, gw_words_plain(gw_enum_claim_status.items[c->status].name).text);
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
    gw_page_fold_end(p);
}

void gw_page_claims(gw_page *p) {
    if (p->in->claims.n == 0) {
        gw_page_para(p, "The scenario records no public claims, so there is nothing to check them "
                        "against.");
        return;
    }
    draw_findings(p);
    draw_against(p);
    draw_notes(p);
    draw_list(p);
}
