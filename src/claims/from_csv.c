/* claims/from_csv.c: rows of a table of claims as records.
 * In:    CSV text with the columns of a table of claims, in any order
 * Out:   one record a row; every row is kept
 * Model: what a cell says is taken as it is: units through claim_units.c, dates as periods (the
 *        first and last day that they may mean), a number that stands also under `low` as "at
 *        least" and under `high` as "up to". Something that runs, and an outside estimate of it,
 *        describe the state of the day on which they are dated, everything else the finished object.
 * Valid: money below 10^15 USD, no negative sizes or prices; other rows are kept as ambiguous.
 * Derivation: the columns and conventions of public tables of claims; fiscal years by company:
 *        NVIDIA from February, Oracle June, Microsoft July, others as calendar years (assumption). */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/text.h"
#include "claims/claim_units.h"
#include "claims/csv_words.h"
#include "claims/spelling.h"

/* C(constant, "column", required): the first eighteen are those of the public table. */
#define COLUMNS(C)                                                                                 \
    C(ID, "id", false)                                                                             \
    C(SAID, "date_of_claim", true)                                                                 \
    C(SOURCE, "source", false)                                                                     \
    C(PROGRAMME, "programme", false)                                                               \
    C(SITE, "site", false)                                                                         \
    C(SPONSOR, "sponsor", false)                                                                   \
    C(COUNTERPARTY, "counterparty", false)                                                         \
    C(QUANTITY, "quantity", true)                                                                  \
    C(VALUE, "value", true)                                                                        \
    C(UNIT, "unit", false)                                                                         \
    C(LOW, "low", false)                                                                           \
    C(HIGH, "high", false)                                                                         \
    C(STATUS, "status", false)                                                                     \
    C(FROM, "period_start", false)                                                                 \
    C(UNTIL, "period_end", false)                                                                  \
    C(LANGUAGE, "quote_language", false)                                                           \
    C(NOTE, "note", false)                                                                         \
    C(CONFIRMED, "confirmed", false)                                                               \
    C(SUPERSEDES, "supersedes", false)                                                             \
    C(PART_OF, "part_of", false)                                                                   \
    C(PROBABILITY, "probability", false)

#define COLUMN_ID(id, name, required) COL_##id,
typedef enum column { COLUMNS(COLUMN_ID) N_COLUMN } column;
#define COLUMN_NAME(id, name, required) name,
static const char *const column_names[N_COLUMN] = {COLUMNS(COLUMN_NAME)};
#define COLUMN_REQUIRED(id, name, required) required,
static const bool column_required[N_COLUMN] = {COLUMNS(COLUMN_REQUIRED)};

typedef struct table {
    const gw_csv *csv;
    int col[N_COLUMN]; /* -1: absent */
    gw_arena *arena;
    gw_diags *diags;
    gw_names ids;
} table;

static const char *cell(const table *t, int row, column c) {
    return t->col[c] >= 0 ? t->csv->cell[(size_t)row * t->csv->n_cols + t->col[c]] : "";
}

/* Says it once as a warning with its line, and marks the record. The first reason stays. */
static void doubt(const table *t, gw_record *r, column c, const char *hint, const char *reason) {
    char *path = gw_arena_printf(t->arena, "/%s/%s", r->id, column_names[c]);
    gw_diag_add(t->diags, GW_E_RANGE, GW_WARNING, r->loc, path, hint, "claim `%s`: %s", r->id,
                reason);
    r->ambiguous = r->ambiguous != NULL ? r->ambiguous : reason;
}

/* ------------------------------------------------------------------ cells */

static gw_texts names_of(const char *text, gw_arena *arena) {
    gw_texts out = {NULL, 0};
    int n = 1;
    for (const char *at = text; *at != '\0'; at++) {
        n += *at == ';';
    }
    out.at = GW_NEW_N(arena, n, const char *);
    for (const char *at = text; *at != '\0';) {
        at += strspn(at, " ;");
        size_t k = strcspn(at, ";"), m = k;
        while (m > 0 && at[m - 1] == ' ') {
            m--;
        }
        if (m > 0) {
            out.at[out.n++] = gw_arena_strndup(arena, at, m);
        }
        at += k;
    }
    return out;
}

/* A number in one of the three columns of values; NaN when blank or not readable. */
static double number(const table *t, gw_record *r, int row, column c, double scale) {
    const char *text = cell(t, row, c);
    if (text[0] == '\0') {
        return GW_NAN;
    }
    char *end = NULL;
    double value = strtod(text, &end);
    bool plain = strspn(text, "+-.0123456789eE") == strlen(text);
    if (!plain || end == text || *end != '\0' || !isfinite(value)) {
        doubt(t, r, c, "a plain number: 4500 or 4.5e3",
              gw_arena_printf(t->arena, "'%s' under `%s` is not a number", text, column_names[c]));
        return GW_NAN;
    }
    return value * scale;
}

static double day(const table *t, gw_record *r, int row, column c, gw_date_part part) {
    const char *text = cell(t, row, c);
    double date_d = GW_NAN;
    const char *sponsor = r->sponsors.n > 0 ? r->sponsors.at[0] : "";
    if (text[0] != '\0' && !gw_csv_date(text, sponsor, part, &date_d)) {
        doubt(t, r, c, "a day, month, quarter or year: 2025-07-14, 2025-07, 2025-Q3, FY26Q1, 2025",
              gw_arena_printf(t->arena, "'%s' under `%s` is not a date", text, column_names[c]));
        return GW_NAN;
    }
    return date_d;
}

/* ------------------------------------------------------------------ one row */

static gw_measure measure_of(const char *word) {
    for (int m = 0; m < GW_MEASURE_OTHER; m++) {
        if (strcmp(gw_measure_table[m].word, word) == 0) {
            return (gw_measure)m;
        }
    }
    return GW_MEASURE_OTHER;
}

static void read_measure(const table *t, gw_record *r, int row) {
    const char *word = cell(t, row, COL_QUANTITY);
    r->measure = measure_of(word);
    if (r->measure == GW_MEASURE_OTHER && strcmp(word, "other") != 0) {
        const char *words[GW_N_MEASURE];
        for (int m = 0; m < GW_N_MEASURE; m++) {
            words[m] = gw_measure_table[m].word;
        }
        const char *near = gw_text_nearest(word, words, GW_N_MEASURE);
        doubt(t, r, COL_QUANTITY,
              near != NULL ? gw_arena_printf(t->arena, "did you mean `%s`?", near) : NULL,
              gw_arena_printf(t->arena, "the quantity '%s' is not known", word));
    }
}

static void read_dates_of_operation(const table *t, gw_record *r, int row) {
    r->value = day(t, r, row, COL_VALUE, GW_DATE_END);
    r->low = day(t, r, row, COL_LOW, GW_DATE_START);
    r->high = day(t, r, row, COL_HIGH, GW_DATE_END);
    if (gw_is_set(r->high) && r->high < r->value) {
        r->value = r->high; /* "2026" with a window that ends earlier */
    }
}

static void read_numbers(const table *t, gw_record *r, int row) {
    gw_claim_unit unit = gw_claim_unit_read(r->unit_text, r->measure, t->arena);
    r->value = number(t, r, row, COL_VALUE, unit.scale);
    r->low = number(t, r, row, COL_LOW, unit.scale);
    r->high = number(t, r, row, COL_HIGH, unit.scale);
    r->basis = unit.basis;
    r->chip = unit.chip;
    r->per_time = unit.per_time;
    r->per = unit.per;
    if (unit.problem != NULL && gw_is_set(gw_record_number(r))) {
        doubt(t, r, COL_UNIT, "power in W to TW, money in USD", unit.problem);
    }
}

static void read_event(gw_record *r) {
    double date_d;
    r->event = r->value_text;
    if (gw_csv_date(r->value_text, "", GW_DATE_START, &date_d)) {
        r->from_d = gw_is_set(r->from_d) ? r->from_d : date_d;
    }
}

static void check_size(const table *t, gw_record *r) {
    bool may_be_negative = r->measure == GW_MEASURE_CASH || r->measure == GW_MEASURE_PROFIT ||
                           r->measure == GW_MEASURE_ONLINE || r->measure == GW_MEASURE_EQUITY ||
                           r->measure == GW_MEASURE_OTHER;
    double value = gw_record_number(r);
    const char *unit = gw_measure_table[r->measure].unit;
    bool money = unit != NULL && strncmp(unit, "USD", 3) == 0;
    if (!may_be_negative && (r->value < 0 || r->low < 0 || r->high < 0)) {
        doubt(t, r, COL_VALUE, NULL, "it cannot be negative");
    } else if (r->low > r->high) {
        doubt(t, r, COL_LOW, "swap the two", "`low` lies above `high`");
    } else if (gw_is_set(r->value) && gw_is_set(r->low) && gw_is_set(r->high) &&
               (r->value < r->low - 1e-9 * fabs(r->low) ||
                r->value > r->high + 1e-9 * fabs(r->high))) {
        doubt(t, r, COL_VALUE, NULL, "the value lies outside its own range");
    } else if (money && fabs(value) * (r->per_time ? GW_YEAR_d * GW_DAY_s : 1) >= 1e15) {
        doubt(t, r, COL_VALUE, "10^15 USD is ten times what the world produces in a year",
              "no such sum of money exists");
    }
}

static void read_period(const table *t, gw_record *r, int row) {
    r->from_d = day(t, r, row, COL_FROM, GW_DATE_START);
    r->until_d = day(t, r, row, COL_UNTIL, GW_DATE_END);
    const char *from = cell(t, row, COL_FROM), *until = cell(t, row, COL_UNTIL);
    if (until[0] == '\0' && gw_is_set(r->from_d) && strchr(from, 'Q') != NULL) {
        r->until_d = day(t, r, row, COL_FROM, GW_DATE_END); /* "FY26Q1" alone: that quarter */
    }
    r->window_d = r->until_d - r->from_d + 1;
    if (strlen(from) == 4 && strlen(until) == 4 && strcmp(from, until) != 0) {
        r->window_d =
            r->until_d - r->from_d + 1 - GW_YEAR_d; /* from some time in one to some in the other */
    }
    if (r->from_d > r->until_d) {
        doubt(t, r, COL_UNTIL, "swap the two", "it ends before it starts");
        r->window_d = GW_NAN;
    }
}

static void read_status(const table *t, gw_record *r, int row) {
    const char *word = cell(t, row, COL_STATUS);
    r->status = GW_STATUS_ANNOUNCED;
    for (int i = 0; i < gw_enum_claim_status.n; i++) {
        if (strcmp(gw_enum_claim_status.items[i].name, word) == 0) {
            r->status = (gw_claim_status)i;
            return;
        }
    }
    if (word[0] != '\0') {
        doubt(t, r, COL_STATUS,
              "announced, contracted, under_construction, energised, reported, ...",
              gw_arena_printf(t->arena, "the status '%s' is not known", word));
    }
}

/* A state of a growing object, or the finished one. */
static double state_of(const gw_record *r) {
    bool grows = r->measure == GW_MEASURE_POWER || r->measure == GW_MEASURE_ACCELERATORS ||
                 r->measure == GW_MEASURE_H100E || r->measure == GW_MEASURE_CAPEX ||
                 r->measure == GW_MEASURE_BUILDINGS;
    bool moment = r->measure == GW_MEASURE_BACKLOG || r->measure == GW_MEASURE_CASH ||
                  r->measure == GW_MEASURE_PRICE || r->measure == GW_MEASURE_WORKERS;
    bool observed = r->status == GW_STATUS_ENERGISED ||
                    (r->status == GW_STATUS_ESTIMATE && !gw_is_set(r->until_d)) ||
                    (r->status == GW_STATUS_CONSTRUCTION && r->value <= 0);
    if (moment || (grows && observed)) {
        return gw_is_set(r->from_d) && moment ? r->from_d : r->said_d;
    }
    return GW_NAN;
}

static void read_row(const table *t, int row, gw_record *r) {
    *r = (gw_record){.value = GW_NAN,
                     .low = GW_NAN,
                     .high = GW_NAN,
                     .probability = GW_NAN,
                     .supersedes = -1,
                     .part_of = -1,
                     .claim = -1};
    r->loc = (gw_loc){t->csv->file, t->csv->line[row], 1};
    r->id = cell(t, row, COL_ID);
    if (r->id[0] == '\0') {
        r->id = gw_arena_printf(t->arena, "row-%d", row);
    }
    r->source = cell(t, row, COL_SOURCE);
    r->programme = cell(t, row, COL_PROGRAMME);
    r->site = cell(t, row, COL_SITE);
    r->sponsors = names_of(cell(t, row, COL_SPONSOR), t->arena);
    r->counterparties = names_of(cell(t, row, COL_COUNTERPARTY), t->arena);
    r->object = gw_arena_printf(t->arena, "%s%s%s", r->programme,
                                r->programme[0] != '\0' && r->site[0] != '\0' ? ", " : "", r->site);
    r->said_d = day(t, r, row, COL_SAID, GW_DATE_START);
    r->said_until_d = gw_is_set(r->said_d) ? day(t, r, row, COL_SAID, GW_DATE_END) : GW_NAN;
    r->value_text = cell(t, row, COL_VALUE);
    r->unit_text = cell(t, row, COL_UNIT);
    r->text = cell(t, row, COL_NOTE);
    r->language = cell(t, row, COL_LANGUAGE);
    r->confirmed = strcmp(cell(t, row, COL_CONFIRMED), "yes") == 0;
    r->anonymous = gw_csv_is_anonymous(r->source) || gw_csv_is_anonymous(r->text);
    read_period(t, r, row);
    read_status(t, r, row);
    read_measure(t, r, row);
    if (r->measure == GW_MEASURE_EVENT) {
        read_event(r);
    } else if (r->measure == GW_MEASURE_ONLINE) {
        read_dates_of_operation(t, r, row);
    } else if (r->measure == GW_MEASURE_OTHER) {
        r->value = strtod(r->value_text, NULL);
    } else {
        read_numbers(t, r, row);
    }
    check_size(t, r);
    r->wording = gw_csv_wording(r);
    r->scope = r->measure == GW_MEASURE_CAPEX ? gw_csv_scope(r) : GW_CAPEX_UNSTATED;
    r->true_at_d = state_of(r);
    double probability = number(t, r, row, COL_PROBABILITY, 1.0);
    r->probability = probability > 1 ? 0.01 * probability : probability;
}

/* ------------------------------------------------------------------ the table */

static gw_code find_columns(table *t) {
    gw_code code = GW_OK;
    for (int c = 0; c < N_COLUMN; c++) {
        t->col[c] = gw_csv_column(t->csv, column_names[c]);
        if (t->col[c] < 0 && column_required[c]) {
            gw_diag_add(t->diags, GW_E_KEY, GW_ERROR, (gw_loc){t->csv->file, 1, 1}, NULL,
                        "the header needs date_of_claim, quantity and value",
                        "a table of claims needs the column `%s`", column_names[c]);
            code = GW_E_KEY;
        }
    }
    for (int i = 0; i < t->csv->n_cols; i++) {
        bool known = false;
        for (int c = 0; c < N_COLUMN; c++) {
            known = known || t->col[c] == i;
        }
        if (!known) {
            const char *near = gw_text_nearest(t->csv->cell[i], column_names, N_COLUMN);
            gw_diag_add(t->diags, GW_E_KEY, GW_WARNING, (gw_loc){t->csv->file, 1, 1}, NULL,
                        near != NULL ? gw_arena_printf(t->arena, "did you mean `%s`?", near) : NULL,
                        "the column `%s` is not used", t->csv->cell[i]);
        }
    }
    return code;
}

/* Ids are names: a second row with the same one gets another. */
static void name_row(table *t, gw_record *r) {
    int n = t->ids.n;
    const char *wanted = r->id;
    for (int k = 2; gw_names_id(&t->ids, r->id) < n; k++) {
        if (k == 2) {
            gw_diag_add(t->diags, GW_E_KEY, GW_WARNING, r->loc, NULL,
                        "give each row an id of its own", "the id `%s` stands twice", wanted);
        }
        r->id = gw_arena_printf(t->arena, "%s~%d", wanted, k);
    }
}

static int link_to(const table *t, gw_record *r, int row, column c, int base) {
    const char *id = cell(t, row, c);
    if (id[0] == '\0') {
        return -1;
    }
    int at = gw_names_find(&t->ids, id);
    if (at < 0) {
        gw_diag_add(t->diags, GW_E_REF, GW_WARNING, r->loc, NULL, NULL,
                    "claim `%s`: `%s` names `%s`, which is not in the table", r->id,
                    column_names[c], id);
        return -1;
    }
    return base + at;
}

gw_code gw_records_from_csv(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                            gw_diags *diags, gw_records *out) {
    gw_csv csv;
    GW_TRY(gw_csv_read(file, text, n_bytes, arena, diags, &csv));
    table t = {.csv = &csv, .arena = arena, .diags = diags, .ids = {.arena = arena}};
    GW_TRY(find_columns(&t));
    gw_record *all = GW_NEW_N(arena, out->n + csv.n_rows, gw_record);
    if (out->n > 0) {
        memcpy(all, out->at, (size_t)out->n * sizeof *all);
    }
    gw_record *added = all + out->n;
    for (int row = 1; row < csv.n_rows; row++) {
        read_row(&t, row, &added[row - 1]);
        name_row(&t, &added[row - 1]);
    }
    for (int row = 1; row < csv.n_rows; row++) {
        added[row - 1].supersedes = link_to(&t, &added[row - 1], row, COL_SUPERSEDES, out->n);
        added[row - 1].part_of = link_to(&t, &added[row - 1], row, COL_PART_OF, out->n);
    }
    out->at = all;
    out->n += csv.n_rows - 1;
    return GW_OK;
}
