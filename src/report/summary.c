/* report/summary.c: the run on one screen of a terminal.
 * In: a finished run.   Out: text. Numbers are P50 with P10 and P90 in brackets.
 * Derivation: the same sentences as the report's, shortened; order of the chain. */
#include "report/summary.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/chart.h"
#include "report/network_words.h"
#include "report/words.h"

#define INDENT 13
#define FINDINGS_SHOWN 3
#define MATTERS_SHOWN 5
#define MATTERS_FRAC 0.005 /* a smaller effect is not told */
#define MATTERS_d 3.0      /* the same for dates */

typedef struct sheet {
    const gw_result *r;
    const gw_model *m;
    const gw_scenario *in;
    gw_buf *out;
    int width;
    bool colour;
    const char *label; /* of the next line; "" after it was shown */
} sheet;

static int columns_of(const char *text, size_t n) {
    int columns = 0;
    for (size_t i = 0; i < n; i++) {
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return columns;
}

static void paint(sheet *s, const char *code) {
    if (s->colour) {
        gw_buf_printf(s->out, "\033[%sm", code);
    }
}

/* The label of the block, or blanks below it. */
static void indent(sheet *s) {
    paint(s, "1");
    gw_buf_printf(s->out, "%-*s", INDENT, s->label);
    paint(s, "0");
    s->label = "";
}

/* Up to the next blank outside brackets: an interval stays on one line. */
static size_t word_length(const char *text) {
    size_t n = 0;
    for (int depth = 0; text[n] != '\0' && (depth > 0 || text[n] != ' '); n++) {
        depth += (text[n] == '[') - (text[n] == ']');
    }
    return n;
}

static void trim(gw_buf *out) {
    while (out->n > 0 && out->text[out->n - 1] == ' ') {
        out->text[--out->n] = '\0';
    }
}

static void wrap(sheet *s, const char *text, int hang) {
    indent(s);
    int column = INDENT;
    for (const char *word = text; *word != '\0';) {
        size_t n = word_length(word);
        int wide = columns_of(word, n);
        if (column > INDENT + hang && column + wide > s->width) {
            trim(s->out);
            gw_buf_addc(s->out, '\n');
            gw_buf_printf(s->out, "%*s", INDENT + hang, "");
            column = INDENT + hang;
        }
        gw_buf_addn(s->out, word, n);
        column += wide;
        word += n;
        if (*word == ' ') {
            word++;
            if (column < s->width) {
                gw_buf_addc(s->out, ' ');
                column++;
            }
        }
    }
    trim(s->out);
    gw_buf_addc(s->out, '\n');
}

static void say(sheet *s, const char *fmt, ...) GW_PRINTF(2, 3);
static void say(sheet *s, const char *fmt, ...) {
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) < 0) {
        gw_out_of_memory(strlen(fmt));
    }
    va_end(args);
    wrap(s, text, 0);
    free(text);
}

static gw_words interval(const sheet *s, gw_metric_id metric, int instance) {
    return gw_words_interval(gw_words_summary(s->r, metric, instance), gw_metrics[metric].unit);
}

static gw_words middle(const sheet *s, gw_metric_id metric, int instance) {
    return gw_words_value(gw_words_summary(s->r, metric, instance).p50, gw_metrics[metric].unit);
}

/* ------------------------------------------------------------------ blocks */

static void show_title(sheet *s) {
    char right[64];
    int n_right = snprintf(right, sizeof right, "as of %s, %.20s %s",
                           gw_words_value(s->in->as_of_d, NULL).text,
                           gw_words_value(s->r->n_samples, "").text,
                           gw_words_plural(s->r->n_samples, "sample", "samples"));
    int n_title = columns_of(s->in->title, strlen(s->in->title));
    paint(s, "1");
    gw_buf_add(s->out, s->in->title);
    paint(s, "0");
    int gap = s->width - n_title - n_right;
    if (gap < 2) {
        gw_buf_addc(s->out, '\n');
        gap = 0;
    }
    gw_buf_printf(s->out, "%*s%s\n", gap, "", right);
    for (int i = 0; i < s->width; i++) {
        gw_buf_add(s->out, "\xE2\x94\x80");
    }
    gw_buf_addc(s->out, '\n');
}

static void show_finding(sheet *s, const gw_finding *f) {
    static const char *const colours[] = {"36", "33", "31"};
    static const char *const marks[] = {"\xC2\xB7 ", "? ", "! "};
    gw_buf text = {0};
    gw_buf_add(&text, marks[f->severity]);
    gw_buf_add(&text, f->message);
    paint(s, colours[f->severity]);
    wrap(s, text.text, 2);
    paint(s, "0");
    gw_buf_clear(&text);
}

static void show_claims(sheet *s) {
    int n[3] = {0};
    for (int i = 0; i < s->r->findings.n; i++) {
        n[s->r->findings.at[i].severity]++;
    }
    s->label = "Claims";
    if (s->in->claims.n == 0) {
        say(s, "none recorded in the scenario");
        return;
    }
    say(s, "%d %s, %d doubtful, among %d claims", n[GW_ERROR],
        gw_words_plural(n[GW_ERROR], "contradiction", "contradictions"), n[GW_WARNING],
        s->in->claims.n);
    int shown = 0;
    for (int severity = GW_ERROR; severity >= GW_WARNING; severity--) {
        for (int i = 0; i < s->r->findings.n && shown < FINDINGS_SHOWN; i++) {
            if ((int)s->r->findings.at[i].severity == severity) {
                show_finding(s, &s->r->findings.at[i]);
                shown++;
            }
        }
    }
    int more = n[GW_ERROR] + n[GW_WARNING] - shown;
    if (more > 0) {
        say(s, "\xE2\x80\xA6 %d more in the report", more);
    }
}

static void show_last(sheet *s, int site) {
    static const gw_metric_id metrics[GW_N_LIMIT] = {
        GW_M_last_is_building_frac, GW_M_last_is_power_frac, GW_M_last_is_chips_frac};
    static const char *const names[GW_N_LIMIT] = {"buildings", "power", "chips"};
    int best = 0;
    double share[GW_N_LIMIT];
    for (int k = 0; k < GW_N_LIMIT; k++) {
        share[k] = gw_words_summary(s->r, metrics[k], site).mean;
        best = share[k] > share[best] ? k : best;
    }
    if (gw_words_summary(s->r, GW_M_full_date_d, site).n == 0) {
        say(s, "never complete within the dates given");
    } else {
        say(s, "complete by %s; last to arrive: %s (%s of samples)",
            interval(s, GW_M_full_date_d, site).text, names[best],
            gw_words_share(share[best]).text);
    }
}

static void show_capacity(sheet *s) {
    s->label = "Capacity";
    for (int i = 0; i < s->in->sites.n; i++) {
        const gw_site *site = &s->in->sites.at[i];
        if (s->in->sites.n > 1) {
            say(s, "%s:", gw_words_title(site->title, &site->head));
        }
        say(s, "%s of IT power planned, %s running now; %s accelerators planned, %s running",
            middle(s, GW_M_full_it_power_W, i).text, interval(s, GW_M_running_it_power_W, i).text,
            middle(s, GW_M_full_accelerators, i).text,
            middle(s, GW_M_running_accelerators, i).text);
        show_last(s, i);
    }
    gw_buf line = {0};
    int first = s->m->month0;
    int last = s->m->month0 + s->m->n_months - 1;
    gw_buf_printf(&line, "%d-%02d ", first / 12, first % 12 + 1);
    gw_chart_sparkline(gw_words_series(s->r, GW_S_month_it_power_W), s->m->n_months,
                       s->width - INDENT - 17, &line);
    gw_buf_printf(&line, " %d-%02d", last / 12, last % 12 + 1);
    indent(s);
    gw_buf_add(s->out, line.text);
    gw_buf_addc(s->out, '\n');
    gw_buf_clear(&line);
}

/* The network, where it slows the job. */
static void say_network(sheet *s, int i) {
    const gw_congestion *c = &s->m->congestion[i];
    if (gw_network_slows(c)) {
        gw_buf line = {0};
        gw_network_line(s->in, s->in->jobs.at[i].cluster.i, c, &line);
        say(s, "network: %s", line.text);
        gw_buf_clear(&line);
    }
}

static void show_jobs(sheet *s) {
    for (int i = 0; i < s->in->jobs.n; i++) {
        const gw_job *job = &s->in->jobs.at[i];
        const gw_step *step = &s->r->base->step[i];
        s->label = "Training";
        if (step->problem != NULL) {
            say(s, "%s cannot run: %s", gw_words_title(job->title, &job->head), step->problem);
            continue;
        }
        const char *problem = s->r->sample_problems[i];
        if (problem != NULL) {
            say(s, "%s cannot run in some samples: %s", gw_words_title(job->title, &job->head),
                problem);
        }
        bool starts = gw_words_summary(s->r, GW_M_finish_date_d, i).n > 0;
        say(s, "%s: %s tokens on %s accelerators in %s, %s%s",
            gw_words_title(job->title, &job->head), gw_words_large(job->tokens_tok).text,
            gw_words_value(job->accelerators, "").text, interval(s, GW_M_training_time_s, i).text,
            starts ? "finished " : "but its accelerators do not all run within the horizon",
            starts ? interval(s, GW_M_finish_date_d, i).text : "");
        say(s, "step %s; share of peak %s", interval(s, GW_M_step_time_s, i).text,
            interval(s, GW_M_mfu_frac, i).text);
        say_network(s, i);
        s->label = "Reliability";
        say(s, "interruptions a day %s; goodput %s; checkpoint every %s",
            interval(s, GW_M_failures_per_day, i).text, interval(s, GW_M_goodput_frac, i).text,
            interval(s, GW_M_checkpoint_interval_s, i).text);
    }
}

static void show_serving(sheet *s) {
    for (int i = 0; i < s->in->serving.n; i++) {
        const gw_serving *entry = &s->in->serving.at[i];
        const gw_service *service = &s->r->base->service[i];
        const char *title = gw_words_title(entry->title, &entry->head);
        s->label = "Serving";
        if (service->problem != NULL) {
            say(s, "%s cannot run: %s", title, service->problem);
            continue;
        }
        say(s, "%s: %s of output on %s accelerators, %s each", title,
            interval(s, GW_M_serving_tokens_per_s, i).text,
            gw_words_value(entry->accelerators, "").text,
            interval(s, GW_M_accelerator_tokens_per_s, i).text);
        say(s, "first token after %s, then one every %s; a million output tokens cost %s",
            interval(s, GW_M_ttft_s, i).text, interval(s, GW_M_tpot_s, i).text,
            interval(s, GW_M_output_cost_per_million_tokens_usd, i).text);
    }
}

static void show_power(sheet *s) {
    for (int i = 0; i < s->in->sites.n; i++) {
        s->label = i == 0 ? "Power" : "";
        const char *name = s->in->sites.n > 1 ? s->in->sites.at[i].head.name : "";
        const char *colon = s->in->sites.n > 1 ? ": " : "";
        if (!(gw_words_summary(s->r, GW_M_energy_per_year_J, i).p90 > 0.0)) {
            say(s, "%s%snothing runs in the last year of the horizon: no load, no energy", name,
                colon);
            continue;
        }
        gw_words each = middle(s, GW_M_it_power_per_accelerator_W, i);
        bool has_price = gw_words_summary(s->r, GW_M_energy_price_usd_per_J, i).n > 0;
        say(s, "%s%s%s%sPUE %s; draws %s when complete; %s a year %s%s", name, colon,
            each.text[0] == '-' ? "" : each.text, each.text[0] == '-' ? "" : " per accelerator; ",
            interval(s, GW_M_pue_ratio, i).text, interval(s, GW_M_average_load_W, i).text,
            middle(s, GW_M_energy_per_year_J, i).text, has_price ? "at " : "without a price",
            has_price ? interval(s, GW_M_energy_price_usd_per_J, i).text : "");
        say(s, "make-up water at the site %s; carbon dioxide %s a year",
            interval(s, GW_M_water_m3_per_s, i).text, interval(s, GW_M_carbon_kg_per_year, i).text);
    }
}

static void show_money(sheet *s) {
    s->label = "Money";
    say(s, "capital %s, %s of IT power", interval(s, GW_M_capex_usd, 0).text,
        middle(s, GW_M_capex_per_it_W_usd, 0).text);
    if (gw_words_summary(s->r, GW_M_cost_per_accelerator_hour_usd, 0).n == 0) {
        say(s, "no accelerator-hour to divide the cost by");
    } else {
        say(s, "an accelerator-hour costs %s",
            interval(s, GW_M_cost_per_accelerator_hour_usd, 0).text);
    }
    if (gw_words_summary(s->r, GW_M_break_even_price_usd_per_h, 0).n > 0) {
        say(s, "at a constant price of %s per accelerator-hour the programme breaks even",
            middle(s, GW_M_break_even_price_usd_per_h, 0).text);
        say(s, "cost spreads chips over %s years; break-even lets them earn on",
            gw_words_years(s->in->finance.chip_life_s).text);
    }
    bool has_irr = gw_words_summary(s->r, GW_M_irr_frac, 0).n > 0;
    bool pays_back = gw_words_summary(s->r, GW_M_payback_date_d, 0).n > 0;
    say(s, "net present value %s in money of %s, spent money included; %s%s%s; %s%s",
        interval(s, GW_M_npv_usd, 0).text, gw_words_month(s->m->month0).text,
        has_irr ? "return " : "no rate of return",
        has_irr ? interval(s, GW_M_irr_frac, 0).text : "", has_irr ? " a year" : "",
        pays_back ? "paid back " : "not paid back within the horizon",
        pays_back ? interval(s, GW_M_payback_date_d, 0).text : "");
}

/* The strongest input of an output, if it moves it enough to be told. */
static bool show_effect(sheet *s, const gw_tornado *t, const char *name) {
    const gw_metric *metric = &gw_metrics[t->metric];
    const gw_bar *bar = &t->bars[0];
    double width = t->n > 0 ? fabs(bar->high - bar->low) : 0.0;
    double least = metric->unit == NULL ? MATTERS_d : MATTERS_FRAC * fabs(t->base);
    if (!(width >= least)) {
        return false;
    }
    const gw_value *input = &s->m->spec->values[s->m->uncertain[bar->uncertain].value];
    say(s, "%s, from %s to %s, moves %s from %s to %s", gw_words_input(input->path).text,
        gw_words_input_value(input, bar->low_value).text,
        gw_words_input_value(input, bar->high_value).text, name,
        gw_words_value(bar->low, metric->unit).text, gw_words_value(bar->high, metric->unit).text);
    return true;
}

/* What readers ask for first; of each the first instance that anything moves. */
static void show_matters(sheet *s) {
    static const struct {
        gw_metric_id metric;
        const char *name;
    } told[MATTERS_SHOWN] = {
        {GW_M_all_full_date_d, "the completion"},
        {GW_M_npv_usd, "the net present value"},
        {GW_M_cost_per_accelerator_hour_usd, "the cost of an accelerator-hour"},
        {GW_M_training_time_s, "the training time"},
        {GW_M_energy_price_usd_per_J, "the energy price"},
    };
    s->label = "Matters";
    for (int k = 0; k < MATTERS_SHOWN; k++) {
        bool is_told = false;
        for (int i = 0; i < s->r->n_tornado && !is_told; i++) {
            is_told = s->r->tornado[i].metric == told[k].metric &&
                      show_effect(s, &s->r->tornado[i], told[k].name);
        }
    }
}

static void show_clamped(sheet *s) {
    double share = gw_words_clamped_share(s->r);
    if (share > GW_CLAMPED_TELL) {
        s->label = "Mind";
        say(s,
            "%.2g %% of all draws fell outside the legal range of their input and were set to "
            "its end: a distribution is wider than its quantity can be",
            100.0 * share);
    }
}

void gw_report_summary(const gw_result *r, gw_buf *out, int width, bool colour) {
    sheet s = {.r = r,
               .m = r->model,
               .in = r->model->in,
               .out = out,
               .width = width < 50 ? 50 : width,
               .colour = colour,
               .label = ""};
    show_title(&s);
    show_claims(&s);
    show_capacity(&s);
    show_jobs(&s);
    show_serving(&s);
    show_power(&s);
    show_money(&s);
    show_matters(&s);
    show_clamped(&s);
}
