/* finance/flows_read.c: a cash flow from a table.
 * In:    CSV with a header; columns `date` or `period`, and `usd`; others are ignored.
 * Out:   flows in order of time, rows of the same time added up.
 * Model: a date is a day (2026-06-30), or a month, quarter or year, which means its last day; years
 *        are counted from the earliest date, actual/365. A period is any number. Money is a number,
 *        with or without a scale and unit (-1.5 bn USD).
 * Valid: up to GW_FLOWS_MAX rows.
 * Derivation: none needed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/units.h"
#include "finance/flows.h"

typedef struct reader {
    const gw_csv *csv;
    const char *text;
    size_t n_bytes;
    gw_diags *diags;
    int time_col, usd_col;
    bool dated;
} reader;

static bool is_blank(const char *text) {
    return text[strspn(text, " \t")] == '\0';
}

/* Header names may be written "USD" or " Date ". */
static int find_column(const gw_csv *csv, const char *name) {
    for (int i = 0; i < csv->n_cols; i++) {
        const char *text = csv->cell[i] + strspn(csv->cell[i], " \t");
        size_t n = strlen(name);
        if (strncasecmp(text, name, n) == 0 && is_blank(text + n)) {
            return i;
        }
    }
    return -1;
}

/* Column of the text in which the field of a row begins. */
static int text_column(const reader *r, int line, int field) {
    const char *p = r->text, *end = r->text + r->n_bytes;
    for (int i = 1; i < line && p < end; i++) {
        const char *next = memchr(p, '\n', (size_t)(end - p));
        p = next == NULL ? end : next + 1;
    }
    const char *start = p;
    bool quoted = false;
    for (; p < end && field > 0 && (quoted || *p != '\n'); p++) {
        quoted = *p == '"' ? !quoted : quoted;
        field -= !quoted && *p == ',';
    }
    return (int)(p - start) + 1;
}

static void bad_cell(const reader *r, int row, int col, gw_code code, const char *hint,
                     const char *what) {
    int line = r->csv->line[row];
    const char *text = r->csv->cell[row * r->csv->n_cols + col];
    gw_loc loc = {r->csv->file, line, text_column(r, line, col)};
    if (is_blank(text)) {
        gw_diag_add(r->diags, code, GW_ERROR, loc, NULL, hint, "the cell is empty");
        return;
    }
    gw_diag_add(r->diags, code, GW_ERROR, loc, NULL, hint, "`%.60s` %s", text, what);
}

static double read_usd(const reader *r, int row) {
    const char *text = r->csv->cell[row * r->csv->n_cols + r->usd_col];
    char msg[160] = "", hint[160] = "";
    gw_quantity q;
    gw_unit usd;
    if (is_blank(text)) {
        bad_cell(r, row, r->usd_col, GW_E_SYNTAX, "write 0 if nothing is paid", "");
        return GW_NAN;
    }
    gw_code code = gw_quantity_parse(text, strlen(text), &q, msg, sizeof msg, hint, sizeof hint);
    if (code != GW_OK) {
        char what[200];
        snprintf(what, sizeof what, "is no amount of money: %s", msg);
        bad_cell(r, row, r->usd_col, code, hint, what);
        return GW_NAN;
    }
    if (q.had_unit &&
        (gw_unit_parse("USD", 3, &usd, NULL) != GW_OK || !gw_dim_equal(q.unit.dim, usd.dim))) {
        bad_cell(r, row, r->usd_col, GW_E_UNIT, "write a number, or for example 1.5 bn USD",
                 "is no amount of money");
        return GW_NAN;
    }
    if (!(fabs(q.si) <= 1e18)) {
        bad_cell(r, row, r->usd_col, GW_E_RANGE, "check the unit",
                 "is more money than there is: the limit is 10^18 USD");
        return GW_NAN;
    }
    return q.si;
}

static double read_date(const reader *r, int row, const char *text) {
    double date_d = GW_NAN;
    char trimmed[40];
    size_t n = strcspn(text, " \t");
    snprintf(trimmed, sizeof trimmed, "%.*s", (int)(n < 39 ? n : 39), text);
    if (gw_date_parse(trimmed, GW_DATE_END, &date_d) != GW_OK || !is_blank(text + n)) {
        bad_cell(r, row, r->time_col, GW_E_SYNTAX, "write 2026-06-30, 2026-06, 2026-Q2 or 2026",
                 "is not a date");
    }
    return date_d;
}

static double read_time(const reader *r, int row) {
    const char *text = r->csv->cell[row * r->csv->n_cols + r->time_col];
    text += strspn(text, " \t");
    if (r->dated) {
        return read_date(r, row, text);
    }
    char *end = NULL;
    double period = strtod(text, &end);
    if (end == text || !is_blank(end) || text[strcspn(text, "xXnN")] != '\0' ||
        !(fabs(period) <= 1e6)) {
        bad_cell(r, row, r->time_col, GW_E_SYNTAX, "write 0, 1, 2 or 0.5",
                 "is not a number of a period");
        return GW_NAN;
    }
    return period;
}

static int by_time(const void *a, const void *b) {
    double x = ((const gw_payment *)a)->at, y = ((const gw_payment *)b)->at;
    return (x > y) - (x < y);
}

static bool find_columns(reader *r) {
    const gw_csv *csv = r->csv;
    gw_loc loc = {csv->file, csv->line[0], 1};
    int date = find_column(csv, "date"), period = find_column(csv, "period");
    r->usd_col = find_column(csv, "usd");
    r->dated = date >= 0;
    r->time_col = r->dated ? date : period;
    const char *hint = csv->n_cols == 1 && strchr(csv->cell[0], ';') != NULL
                           ? "separate columns with commas, not with semicolons"
                           : "the first line names the columns, for example: period,usd";
    if (date >= 0 && period >= 0) {
        gw_diag_add(r->diags, GW_E_KEY, GW_ERROR, loc, NULL, "remove or rename one of them",
                    "the table has a column `date` and a column `period`: which one counts?");
    } else if (r->time_col < 0) {
        gw_diag_add(r->diags, GW_E_KEY, GW_ERROR, loc, NULL, hint,
                    "the table has neither a column `date` nor a column `period`");
    }
    if (r->usd_col < 0) {
        gw_diag_add(r->diags, GW_E_KEY, GW_ERROR, loc, NULL, hint, "the table has no column `usd`");
    }
    return r->usd_col >= 0 && r->time_col >= 0 && (date < 0 || period < 0);
}

/* Rows of the same time become one; returns how many are left. */
static int merge(gw_payment *flow, int n) {
    int kept = 0;
    for (int k = 0; k < n; k++) {
        if (kept > 0 && !(flow[k].at > flow[kept - 1].at)) {
            flow[kept - 1].amount_usd += flow[k].amount_usd;
        } else {
            flow[kept++] = flow[k];
        }
    }
    return kept;
}

static void put_in_order(gw_flows *out) {
    for (int k = 1; k < out->n; k++) {
        out->was_unsorted = out->was_unsorted || out->at[k].at < out->at[k - 1].at;
    }
    qsort(out->at, (size_t)out->n, sizeof *out->at, by_time);
    int kept = merge(out->at, out->n);
    out->n_merged = out->n - kept;
    out->n = kept;
    if (out->dated) {
        out->origin_d = out->at[0].at;
        for (int k = 0; k < kept; k++) {
            out->at[k].at = (out->at[k].at - out->origin_d) / GW_FLOW_YEAR_d;
        }
    }
}

gw_code gw_flows_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                      gw_diags *diags, gw_flows *out) {
    gw_csv csv;
    size_t n_errors = gw_diags_n_errors(diags);
    GW_TRY(gw_csv_read(file, text, n_bytes, arena, diags, &csv));
    reader r = {.csv = &csv, .text = text, .n_bytes = n_bytes, .diags = diags};
    if (!find_columns(&r)) {
        return GW_E_KEY;
    }
    if (csv.n_rows < 2 || csv.n_rows - 1 > GW_FLOWS_MAX) {
        gw_diag_add(diags, GW_E_RANGE, GW_ERROR, (gw_loc){file, csv.line[0], 1}, NULL,
                    "one line for each payment, for example: 0,-100",
                    "the table has %d rows below its header, from 1 to %d are taken",
                    csv.n_rows - 1, GW_FLOWS_MAX);
        return GW_E_RANGE;
    }
    gw_flows got = {.dated = r.dated, .origin_d = GW_NAN, .n_rows = csv.n_rows - 1};
    got.at = GW_NEW_N(arena, (size_t)csv.n_rows, gw_payment);
    for (int row = 1; row < csv.n_rows; row++) {
        got.at[got.n++] = (gw_payment){read_time(&r, row), read_usd(&r, row)};
    }
    for (int col = 0; col < csv.n_cols; col++) {
        if (col != r.usd_col && col != r.time_col) {
            got.ignored = csv.cell[col];
        }
    }
    if (gw_diags_n_errors(diags) > n_errors) {
        return GW_E_SYNTAX;
    }
    put_in_order(&got);
    *out = got;
    return GW_OK;
}
