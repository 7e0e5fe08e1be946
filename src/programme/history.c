/* programme/history.c: reading timelines, and what they say on a day.
 * In: a CSV table, one row a dated state of a site.   Out: gw_history.
 * Model: a step function for each column of a site; a blank carries the last value forward. No column says
 * which rows are observations and which are projections: the day decides. It is derived from the published
 * "current" value that stands beside each row: the boundary lies where the step functions agree with it.
 * Valid: one value of today for each site; a table without that column needs the day from outside.
 * Sources: the conventions (blank, projection by date) are those of Epoch AI, "Frontier Data Centers",
 * epoch.ai/data/data-centers, CC-BY 4.0. */
#include "programme/history.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"

#define COLUMN(id, column, scale) column,
static const char *const column_name[GW_N_HISTORY] = {GW_HISTORY_FIELDS(COLUMN)};
#undef COLUMN
#define SCALE(id, column, scale) scale,
static const double column_scale[GW_N_HISTORY] = {GW_HISTORY_FIELDS(SCALE)};
#undef SCALE

#define LARGEST 1e15 /* beyond any power, cost or count */

typedef struct reader {
    const gw_csv *csv;
    gw_diags *diags;
    gw_arena *arena;
    int name, date, status;
    int field[GW_N_HISTORY];
} reader;

static void problem(const reader *r, int row, const char *path, const char *hint, const char *what,
                    const char *text) {
    gw_diag_add(r->diags, GW_E_SYNTAX, GW_ERROR,
                (gw_loc){.file = r->csv->file, .line = r->csv->line[row]}, path, hint, "%s `%s`",
                what, text);
}

static const char *cell(const reader *r, int row, int col) {
    return col < 0 ? "" : r->csv->cell[(size_t)row * (size_t)r->csv->n_cols + (size_t)col];
}

static double read_number(const reader *r, int row, int field) {
    const char *text = cell(r, row, r->field[field]);
    text += strspn(text, " ");
    if (*text == '\0') {
        return GW_NAN;
    }
    char *end = NULL;
    double value = strtod(text, &end);
    bool plain = strspn(text, "0123456789+-.eE ") == strlen(text); /* no hex, no "nan", no "inf" */
    if (end == text || end[strspn(end, " ")] != '\0' || !plain) {
        gw_diag_add(r->diags, GW_E_SYNTAX, GW_ERROR,
                    (gw_loc){.file = r->csv->file, .line = r->csv->line[row]}, column_name[field],
                    "write digits, or leave it blank to carry the last value forward",
                    "`%s` is no number", text);
        return GW_NAN;
    }
    if (value < 0.0 || value > LARGEST) {
        gw_diag_add(r->diags, GW_E_RANGE, GW_ERROR,
                    (gw_loc){.file = r->csv->file, .line = r->csv->line[row]}, column_name[field],
                    "check sign and unit of the column", "%s is out of range", text);
        return GW_NAN;
    }
    return value * column_scale[field];
}

static void read_row(const reader *r, int row, gw_history_row *out) {
    *out = (gw_history_row){.status = cell(r, row, r->status), .line = r->csv->line[row]};
    const char *date = cell(r, row, r->date);
    if (strlen(date) != 10 || gw_date_parse(date, GW_DATE_START, &out->date_d) != GW_OK) {
        problem(r, row, "Date", "write a day like 2026-07-01", "this is no day:", date);
    }
    for (int f = 0; f < GW_N_HISTORY; f++) {
        out->value[f] = read_number(r, row, f);
    }
}

static bool find_columns(reader *r, const gw_csv *csv) {
    r->name = gw_csv_column(csv, "Data center");
    r->date = gw_csv_column(csv, "Date");
    r->status = gw_csv_column(csv, "Construction status");
    for (int f = 0; f < GW_N_HISTORY; f++) {
        r->field[f] = gw_csv_column(csv, column_name[f]);
    }
    static const char *const needed[] = {"Data center", "Date", "IT power (MW)"};
    int at[] = {r->name, r->date, r->field[GW_HISTORY_IT_W]};
    bool complete = true;
    for (int i = 0; i < 3; i++) {
        if (at[i] < 0) {
            complete = false;
            gw_diag_add(
                r->diags, GW_E_KEY, GW_ERROR, (gw_loc){.file = csv->file, .line = 1}, NULL,
                "a table of timelines has the columns `Data center`, `Date`, `IT power (MW)`",
                "the column `%s` is missing", needed[i]);
        }
    }
    return complete;
}

static int by_date(const void *a, const void *b) {
    const gw_history_row *x = a, *y = b;
    if (x->date_d != y->date_d) {
        return x->date_d < y->date_d ? -1 : 1;
    }
    return x->line < y->line ? -1 : 1;
}

/* Sites by name in the order of their first row; site_of[row]. Linear search: a few hundred sites. */
static void group(const reader *r, int *site_of, gw_history *out) {
    for (int i = 1; i < r->csv->n_rows; i++) {
        const char *name = cell(r, i, r->name);
        if (name[0] == '\0') {
            problem(r, i, "Data center", "name the site", "a row has no name", "");
        }
        int s = i > 1 && strcmp(out->site[site_of[i - 1]].name, name) == 0
                    ? site_of[i - 1]
                    : gw_history_find(out, name);
        if (s < 0) {
            s = out->n++;
            out->site[s].name = name;
        }
        out->site[s].n++;
        site_of[i] = s;
    }
}

static void check_repeats(const reader *r, const gw_history_site *site) {
    for (int i = 1; i < site->n; i++) {
        if (site->row[i].date_d == site->row[i - 1].date_d) {
            gw_diag_add(r->diags, GW_E_KEY, GW_WARNING,
                        (gw_loc){.file = r->csv->file, .line = site->row[i].line}, site->name,
                        "keep one row a day", "the same day stands in line %d too; this row counts",
                        site->row[i - 1].line);
        }
    }
}

gw_code gw_history_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                        gw_diags *diags, gw_history *out) {
    gw_csv csv;
    GW_TRY(gw_csv_read(file, text, n_bytes, arena, diags, &csv));
    reader r = {.csv = &csv, .diags = diags, .arena = arena};
    if (csv.n_rows < 1 || !find_columns(&r, &csv)) {
        return GW_E_KEY;
    }
    gw_history h = {.file = file, .n_rows = csv.n_rows - 1};
    if (h.n_rows == 0) {
        gw_diag_add(diags, GW_E_KEY, GW_ERROR, (gw_loc){.file = file, .line = 1}, NULL,
                    "one row for each dated state of a site", "the table has no rows");
        return GW_E_KEY;
    }
    size_t before = gw_diags_n_errors(diags);
    h.site = GW_NEW_N(arena, csv.n_rows, gw_history_site);
    int *site_of = GW_NEW_N(arena, csv.n_rows, int);
    group(&r, site_of, &h);
    for (int s = 0; s < h.n; s++) {
        h.site[s].row = GW_NEW_N(arena, h.site[s].n, gw_history_row);
        h.site[s].n = 0;
    }
    for (int i = 1; i < csv.n_rows; i++) {
        gw_history_site *site = &h.site[site_of[i]];
        read_row(&r, i, &site->row[site->n++]);
    }
    for (int s = 0; s < h.n; s++) {
        qsort(h.site[s].row, (size_t)h.site[s].n, sizeof *h.site[s].row, by_date);
        check_repeats(&r, &h.site[s]);
    }
    if (gw_diags_n_errors(diags) > before) {
        return GW_E_SYNTAX;
    }
    *out = h;
    return GW_OK;
}

gw_history gw_history_as_of(const gw_history *all, double date_d, gw_arena *arena) {
    gw_history view = {.file = all->file};
    view.site = GW_NEW_N(arena, all->n, gw_history_site);
    for (int s = 0; s < all->n; s++) {
        const gw_history_site *from = &all->site[s];
        int n = 0;
        while (n < from->n && from->row[n].date_d <= date_d) {
            n++;
        }
        if (n == 0) {
            continue;
        }
        gw_history_site *to = &view.site[view.n++];
        *to = (gw_history_site){.name = from->name, .n = n};
        to->row = GW_NEW_N(arena, n, gw_history_row);
        memcpy(to->row, from->row, (size_t)n * sizeof *to->row);
        for (int i = 0; i < n; i++) {
            to->row[i].value[GW_HISTORY_NOW_H100E] = GW_NAN; /* it was published later */
        }
        view.n_rows += n;
    }
    return view;
}

double gw_history_at(const gw_history_site *site, gw_history_field field, double date_d) {
    double value = GW_NAN;
    for (int i = 0; i < site->n && site->row[i].date_d <= date_d; i++) {
        if (!isnan(site->row[i].value[field])) {
            value = site->row[i].value[field];
        }
    }
    return value;
}

int gw_history_find(const gw_history *all, const char *name) {
    for (int s = 0; s < all->n; s++) {
        if (strcmp(all->site[s].name, name) == 0) {
            return s;
        }
    }
    return -1;
}

/* `word` at the start of a word of `text`: "former" is no part of "transformer". */
static bool has_word(const char *text, const char *word) {
    size_t n = strlen(word);
    for (const char *at = text; *at != '\0'; at++) {
        bool starts = at == text || !isalnum((unsigned char)at[-1]);
        if (starts && strncasecmp(at, word, n) == 0) {
            return true;
        }
    }
    return false;
}

bool gw_history_is_refit(const gw_history_site *site) {
    static const char *const words[] = {"retrofit",    "former",       "conver",
                                        "renovat",     "refit",        "existing building",
                                        "preexisting", "pre-existing", "site modification"};
    for (int i = 0; i < site->n; i++) {
        if (site->row[i].value[GW_HISTORY_IT_W] > 0.0) {
            return false;
        }
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
            if (has_word(site->row[i].status, words[w])) {
                return true;
            }
        }
    }
    return false;
}
