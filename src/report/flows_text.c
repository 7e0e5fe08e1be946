/* report/flows_text.c: a plain cash flow in words, as JSON and as CSV.
 * In:    gw_flows, gw_flow_sheet.
 * Out:   text, one JSON document, CSV of keys and values.
 * Valid: NaN becomes a reason in words, null or an empty field.
 * Derivation: finance/flows.c. */
#include "report/flows_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/date.h"
#include "report/words.h"

typedef struct number {
    const char *key;
    double value;
    const char *reason;
} number;

#define N_NUMBERS 14

static void numbers_of(const gw_flow_sheet *s, number *out) {
    const number all[N_NUMBERS] = {
        {"rate", s->rate, NULL},
        {"reinvest_rate", s->reinvest_rate, NULL},
        {"npv_usd", s->npv_usd, s->npv_reason},
        {"mirr", s->mirr_rate, s->mirr_reason},
        {"payback", s->payback.at, s->payback.reason},
        {"payback_first", s->payback.first_yr, NULL},
        {"discounted_payback", s->discounted_payback.at, s->discounted_payback.reason},
        {"profitability_index", s->index_ratio, s->index_reason},
        {"net_future_value_usd", s->end_usd, s->npv_reason},
        {"received_usd", s->in_usd, NULL},
        {"paid_usd", s->out_usd, NULL},
        {"net_usd", s->net_usd, NULL},
        {"multiple", s->multiple_ratio, NULL},
        {"sign_changes", (double)s->irr.changes, NULL},
    };
    for (int i = 0; i < N_NUMBERS; i++) {
        out[i] = all[i];
        out[i].value = isfinite(out[i].value) ? out[i].value : GW_NAN;
    }
}

static void date_text(const gw_flows *flows, double at, char *out, size_t n) {
    gw_date_format(flows->dated ? flows->origin_d + floor(at * GW_FLOW_YEAR_d + 0.5) : GW_NAN, out,
                   n);
}

static void several_text(const gw_rates *irr, char *out, size_t n) {
    snprintf(out, n,
             "%d rates make the cash flow worth nothing: none of them is the return; judge by the "
             "present value",
             irr->n);
}

/* Things that were done to the table and are worth a word. */
static int notes_of(const gw_flows *flows, const gw_flow_sheet *s, char notes[4][160]) {
    int n = 0;
    if (s->irr.n > 1) {
        several_text(&s->irr, notes[n++], sizeof notes[0]);
    }
    if (flows->was_unsorted) {
        snprintf(notes[n++], sizeof notes[0], "the rows were not in order of time: sorted");
    }
    if (flows->n_merged > 0) {
        snprintf(notes[n++], sizeof notes[0],
                 "%d %s the time of another: their amounts are added up", flows->n_merged,
                 gw_words_plural(flows->n_merged, "row has", "rows have"));
    }
    if (flows->ignored != NULL) {
        snprintf(notes[n++], sizeof notes[0], "column `%.60s` was not used", flows->ignored);
    }
    return n;
}

void gw_flows_json(const char *file, const gw_flows *flows, const gw_flow_sheet *s, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    number numbers[N_NUMBERS];
    char notes[4][160], date[16];
    numbers_of(s, numbers);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "file", file);
    gw_json_integer(&json, "rows", flows->n_rows);
    gw_json_text(&json, "time", flows->dated ? "date" : "period");
    gw_json_text(&json, "day_count", flows->dated ? "actual/365" : NULL);
    gw_json_text(&json, "rate_per", flows->dated ? "year" : "period");
    for (int i = 0; i < N_NUMBERS; i++) {
        gw_json_number(&json, numbers[i].key, numbers[i].value);
    }
    gw_json_numbers(&json, "irr", s->irr.rate, (size_t)s->irr.n);
    if (flows->dated) {
        date_text(flows, 0.0, date, sizeof date);
        gw_json_text(&json, "first_date", date);
        date_text(flows, s->payback.at, date, sizeof date);
        gw_json_text(&json, "payback_date", isnan(s->payback.at) ? NULL : date);
        date_text(flows, s->discounted_payback.at, date, sizeof date);
        gw_json_text(&json, "discounted_payback_date",
                     isnan(s->discounted_payback.at) ? NULL : date);
    }
    gw_json_object(&json, "reasons");
    if (s->irr.reason != NULL) {
        gw_json_text(&json, "irr", s->irr.reason);
    }
    for (int i = 0; i < N_NUMBERS; i++) {
        if (isnan(numbers[i].value) && numbers[i].reason != NULL) {
            gw_json_text(&json, numbers[i].key, numbers[i].reason);
        }
    }
    gw_json_end_object(&json);
    gw_json_array(&json, "notes");
    int n = notes_of(flows, s, notes);
    for (int i = 0; i < n; i++) {
        gw_json_text(&json, NULL, notes[i]);
    }
    gw_json_end_array(&json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

void gw_flows_csv(const gw_flows *flows, const gw_flow_sheet *s, gw_buf *out) {
    number numbers[N_NUMBERS];
    char date[16];
    numbers_of(s, numbers);
    gw_buf_add(out, "key,value\n");
    for (int i = 0; i < N_NUMBERS + s->irr.n; i++) {
        gw_csv_text(out, i < N_NUMBERS ? numbers[i].key : "irr", 1);
        gw_csv_number(out, i < N_NUMBERS ? numbers[i].value : s->irr.rate[i - N_NUMBERS], 0);
        gw_csv_end(out);
    }
    if (flows->dated && !isnan(s->payback.at)) {
        date_text(flows, s->payback.at, date, sizeof date);
        gw_buf_printf(out, "payback_date,%s\n", date);
    }
}

/* ---------------------------------------------------------------- words */

#define LABEL 28
#define WIDTH 80

/* A label and its text, wrapped. */
static void line(gw_buf *out, const char *label, const char *text) {
    gw_buf_printf(out, "  %-*s", LABEL, label);
    int column = LABEL + 2;
    for (const char *word = text; *word != '\0';) {
        size_t n = strcspn(word, " ");
        if (column > LABEL + 2 && column + 1 + (int)n > WIDTH) {
            gw_buf_printf(out, "\n%*s", LABEL + 2, "");
            column = LABEL + 2;
        } else if (column > LABEL + 2) {
            gw_buf_addc(out, ' ');
            column++;
        }
        gw_buf_addn(out, word, n);
        column += (int)n;
        word += n + (word[n] == ' ');
    }
    gw_buf_addc(out, '\n');
}

static void time_line(gw_buf *out, const char *label, const gw_flows *flows,
                      const gw_payback *payback) {
    char text[160], date[16];
    if (isnan(payback->at)) {
        snprintf(text, sizeof text, "none: %s", payback->reason);
    } else if (flows->dated) {
        date_text(flows, payback->at, date, sizeof date);
        snprintf(text, sizeof text, "%s, after %.2f years", date, payback->at);
    } else {
        snprintf(text, sizeof text, "in period %.6g", payback->at);
    }
    line(out, label, text);
}

static void money_line(gw_buf *out, const char *label, double usd, const char *reason) {
    char text[160];
    if (isnan(usd)) {
        snprintf(text, sizeof text, "none: %s", reason);
    } else {
        snprintf(text, sizeof text, "%s", gw_words_value(usd, "USD").text);
    }
    line(out, label, text);
}

void gw_flows_text(const char *file, const gw_flows *flows, const gw_flow_sheet *s, gw_buf *out) {
    char text[160], notes[4][160], from[16];
    date_text(flows, 0.0, from, sizeof from);
    gw_buf_printf(out, "%s: %d %s%s%s\n\n", file, flows->n_rows,
                  gw_words_plural(flows->n_rows, "row", "rows"),
                  flows->dated ? ", worth counted on " : " of equal periods",
                  flows->dated ? from : "");
    money_line(out, "paid", s->out_usd, "unknown");
    money_line(out, "received", s->in_usd, "unknown");
    snprintf(text, sizeof text, "present value at %s",
             isnan(s->rate) ? "?" : gw_words_value(s->rate, "%").text);
    money_line(out, text, s->npv_usd, "no rate was given (--rate 8%)");
    if (s->irr.n == 0) {
        snprintf(text, sizeof text, "none: %s", s->irr.reason);
        line(out, "rate of return (IRR)", text);
    }
    for (int i = 0; i < s->irr.n; i++) {
        snprintf(text, sizeof text, "%.4f %% a %s", 100.0 * s->irr.rate[i],
                 flows->dated ? "year" : "period");
        line(out, i == 0 ? "rate of return (IRR)" : "", text);
    }
    if (isnan(s->mirr_rate)) {
        snprintf(text, sizeof text, "none: %s", s->mirr_reason);
    } else {
        snprintf(text, sizeof text, "%.4f %%, money received earns %s", 100.0 * s->mirr_rate,
                 gw_words_value(s->reinvest_rate, "%").text);
    }
    line(out, "modified rate (MIRR)", text);
    time_line(out, "paid back", flows, &s->payback);
    time_line(out, "paid back with interest", flows, &s->discounted_payback);
    int n = notes_of(flows, s, notes);
    for (int i = 0; i < n; i++) {
        gw_buf_add(out, i == 0 ? "\n" : "");
        line(out, "note", notes[i]);
    }
}
