/* report/html.c: the report: head, headline numbers, sections in the order of the chain.
 * In: a finished run.   Out: one HTML file.
 * Derivation: headline numbers are P50 over the samples with P10 and P90 in brackets. */
#include "report/html.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/units.h"
#include "report/html_page.h"

typedef struct section {
    const char *id, *title, *link;
    void (*draw)(gw_page *p);
} section;

static const section sections[] = {
    {"claims", "Do the claims add up?", "Claims", gw_page_claims},
    {"capacity", "When does it come online?", "Capacity", gw_page_capacity},
    {"schedule", "What decides the dates?", "Schedule", gw_page_schedule},
    {"training", "What will it do?", "Training", gw_page_training},
    {"power", "What will it draw?", "Power", gw_page_power},
    {"finance", "Who pays, and does it pay back?", "Money", gw_page_finance},
    {"matters", "What matters most?", "Sensitivity", gw_page_matters},
    {"questions", "What people ask", "Questions", gw_page_questions},
    {"inputs", "What the answer leans on", "Evidence", gw_page_inputs},
};
#define N_SECTIONS (int)(sizeof sections / sizeof sections[0])

/* ------------------------------------------------------------------ headline numbers */

static void card(gw_page *p, const char *name, const char *value, const char *fmt, ...)
    GW_PRINTF(4, 5);
static void card(gw_page *p, const char *name, const char *value, const char *fmt, ...) {
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    gw_buf_add(p->out, "<div class=\"card\"><div class=\"k\">");
    gw_buf_add_html(p->out, name);
    gw_buf_add(p->out, "</div><div class=\"v\">");
    gw_buf_add_html(p->out, value);
    gw_buf_add(p->out, "</div><div class=\"s\">");
    gw_buf_add_html(p->out, text);
    gw_buf_add(p->out, "</div></div>\n");
}

/* "P10 - P90 1.02 - 1.31 GW", or what to say when there is no spread. */
static gw_words spread(gw_summary s, const char *unit) {
    gw_words w = {"no uncertainty was entered"};
    if (s.n == 0) {
        return (gw_words){"in no sample"};
    }
    if (s.p10 != s.p90) {
        snprintf(w.text, sizeof w.text, "%.90s", gw_words_range(s.p10, s.p90, unit).text);
    }
    return w;
}

static void card_claims(gw_page *p) {
    long bad = 0;
    long doubtful = 0;
    for (int i = 0; i < p->r->findings.n; i++) {
        bad += p->r->findings.at[i].severity == GW_ERROR;
        doubtful += p->r->findings.at[i].severity == GW_WARNING;
    }
    char value[32];
    snprintf(value, sizeof value, "%ld", bad);
    card(p, gw_words_plural(bad, "Contradiction among claims", "Contradictions among claims"),
         value, "and %ld doubtful, among %d claims", doubtful, p->in->claims.n);
}

static void card_job(gw_page *p) {
    if (p->m->n_instances[GW_SCOPE_JOB] == 0) {
        gw_summary s = gw_page_summary(p, GW_M_total_running_accelerators, 0);
        card(p, "Accelerators running now", gw_words_value(s.p50, "").text, "%s",
             spread(s, "").text);
        return;
    }
    const gw_job *job = &p->in->jobs.at[0];
    gw_summary s = gw_page_summary(p, GW_M_training_time_s, 0);
    gw_summary good = gw_page_summary(p, GW_M_goodput_frac, 0);
    char name[160];
    snprintf(name, sizeof name, "Training run: %.140s", gw_words_title(job->title, &job->head));
    if (s.n == 0) {
        card(p, name, "cannot run", "example run");
    } else {
        card(p, name, gw_words_duration(s.p50).text, "%s" GW_MIDDOT "%s goodput (example run)",
             spread(s, "d").text, gw_words_value(good.p50, "%").text);
    }
}

static void draw_cards(gw_page *p) {
    gw_summary it = gw_page_summary(p, GW_M_total_it_power_W, 0);
    gw_summary now = gw_page_summary(p, GW_M_total_running_it_power_W, 0);
    gw_summary acc = gw_page_summary(p, GW_M_total_accelerators, 0);
    gw_summary full = gw_page_summary(p, GW_M_all_full_date_d, 0);
    gw_summary capex = gw_page_summary(p, GW_M_capex_usd, 0);
    gw_summary hour = gw_page_summary(p, GW_M_cost_per_accelerator_hour_usd, 0);
    gw_summary npv = gw_page_summary(p, GW_M_npv_usd, 0);
    gw_buf_add(p->out, "<div class=\"cards\">\n");
    card_claims(p);
    card(p, "IT power running now", gw_words_value(now.p50, "MW").text, "of %s when finished",
         gw_words_value(it.p50, "MW").text);
    card(p, "Accelerators when finished", gw_words_value(acc.p50, "").text, "%s",
         spread(acc, "").text);
    card(p, "Everything runs by", full.n == 0 ? "never" : gw_words_value(full.p50, NULL).text, "%s",
         spread(full, NULL).text);
    card_job(p);
    card(p, "Capital cost", gw_words_value(capex.p50, "USD").text, "%s", spread(capex, "USD").text);
    card(p, "Cost of an accelerator-hour", gw_words_value(hour.p50, "USD").text, "%s",
         spread(hour, "USD").text);
    card(p, "Net present value", gw_words_value(npv.p50, "USD").text,
         "in money of %s; positive in %s of samples", gw_words_month(p->m->month0).text,
         gw_words_share(gw_result_probability_at_least(p->r, GW_M_npv_usd, 0, 0.0)).text);
    gw_buf_add(p->out, "</div>\n");
}

/* ------------------------------------------------------------------ frame */

static void draw_head(gw_page *p) {
    gw_buf_add(p->out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                       "<meta name=\"color-scheme\" content=\"light dark\">\n"
                       "<meta name=\"generator\" content=\"gigawatt " GW_VERSION "\">\n<title>");
    gw_buf_add_html(p->out, p->in->title);
    gw_buf_add(p->out, " - gigawatt</title>\n<style>\n");
    gw_page_style(p->out);
    gw_buf_add(p->out, "</style></head><body>\n<header class=\"top\"><p class=\"eyebrow\">");
    gw_buf_printf(p->out, "As of %s" GW_MIDDOT "%s %s" GW_MIDDOT "from claim to cash flow</p>\n",
                  gw_words_value(p->in->as_of_d, NULL).text,
                  gw_words_value(p->r->n_samples, "").text,
                  gw_words_plural(p->r->n_samples, "sample", "samples"));
    gw_buf_add(p->out, "<h1>");
    gw_buf_add_html(p->out, p->in->title);
    gw_buf_add(p->out, "</h1>\n");
    if (p->in->summary != NULL) {
        gw_buf_add(p->out, "<p class=\"lead\">");
        gw_buf_add_html(p->out, p->in->summary);
        gw_buf_add(p->out, "</p>\n");
    }
    gw_page_answers(p);
    draw_cards(p);
    double clamped = gw_words_clamped_share(p->r);
    if (clamped > GW_CLAMPED_TELL) {
        gw_page_para(p,
                     "Mind: %.2g %% of all draws fell outside the legal range of their input and "
                     "were set to its end. A distribution in the scenario is wider than its "
                     "quantity can be.",
                     100.0 * clamped);
    }
    gw_page_note(
        p, "Large numbers are medians (P50) over all samples; ranges run from the 10th to the 90th "
           "percentile: eight of ten samples lie inside. The base case has every input at its "
           "median.");
    gw_buf_add(p->out, "<nav aria-label=\"Sections\">");
    for (int i = 0; i < N_SECTIONS; i++) {
        gw_buf_printf(p->out, "<a href=\"#%s\">%s</a>", sections[i].id, sections[i].link);
    }
    gw_buf_add(p->out, "</nav></header>\n<main>\n");
}

gw_code gw_report_html(const gw_result *r, gw_buf *out) {
    gw_page p = {.r = r, .m = r->model, .in = r->model->in, .out = out};
    draw_head(&p);
    for (int i = 0; i < N_SECTIONS; i++) {
        gw_buf_printf(out, "<section><h2 id=\"%s\"><span class=\"n\">%d</span>%s</h2>\n",
                      sections[i].id, i + 1, sections[i].title);
        sections[i].draw(&p);
        gw_buf_add(out, "</section>\n");
    }
    gw_buf_add(
        out,
        "</main>\n<footer>Made by gigawatt " GW_VERSION ". This file is complete in itself: it "
        "loads nothing. Every number in it is also in results.json and results.sqlite.</footer>\n"
        "</body></html>\n");
    return GW_OK;
}
