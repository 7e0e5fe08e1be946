/* engine/table_scan.c: rows of a large CSV table, field by field.
 * In: bytes.   Out: cells of a row, problems with line and column (worked out only when one is told). */
#include "engine/table_scan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/text.h"

/* ------------------------------------------------------------------ problems */

gw_loc gw_scan_loc(const gw_scan *scan, const char *place) {
    gw_loc loc = {.file = scan->file, .line = 1, .col = 1};
    const char *line = scan->text;
    for (;;) {
        const char *feed = memchr(line, '\n', (size_t)(place - line));
        if (feed == NULL) {
            break;
        }
        line = feed + 1;
        loc.line++;
    }
    loc.col = (int)(place - line) + 1;
    if (loc.line == 1 && place - line >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
        loc.col -= 3;
    }
    return loc;
}

void gw_scan_problem(gw_scan *scan, gw_code code, const char *place, const char *hint,
                     const char *fmt, ...) {
    if (scan->n_problems++ >= GW_SCAN_TOLD) {
        return;
    }
    char message[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    gw_diag_add(scan->diags, code, GW_ERROR, gw_scan_loc(scan, place), NULL, hint, "%s", message);
}

void gw_scan_tell_rest(const gw_scan *scan) {
    if (scan->n_problems > GW_SCAN_TOLD) {
        gw_diag_add(scan->diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){.file = scan->file}, NULL,
                    "correct these first", "%lld more rows have problems",
                    (long long)(scan->n_problems - GW_SCAN_TOLD));
    }
}

/* ------------------------------------------------------------------ fields */

static bool at_end(const gw_scan *s, const char *at) {
    return at >= s->end || *at == '\n' || (*at == '\r' && (at + 1 >= s->end || at[1] == '\n'));
}

static gw_cell plain_cell(const char *from, const char *to) {
    gw_cell cell = {.place = from};
    while (from < to && (*from == ' ' || *from == '\t')) {
        from++;
    }
    while (to > from && (to[-1] == ' ' || to[-1] == '\t')) {
        to--;
    }
    cell.at = from;
    cell.n = (uint32_t)(to - from);
    return cell;
}

/* Doubled quotes inside become one: a copy, in place where there are none. */
static gw_cell unquoted(const gw_scan *s, const char *from, const char *to) {
    size_t n = (size_t)(to - from);
    if (memchr(from, '"', n) == NULL) {
        return (gw_cell){.at = from, .place = from - 1, .n = (uint32_t)n};
    }
    char *copy = gw_arena_strndup(s->arena, from, n);
    uint32_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        copy[kept++] = from[i];
        i += from[i] == '"';
    }
    return (gw_cell){.at = copy, .place = from - 1, .n = kept};
}

/* *at stands on the opening quote; afterwards behind the field. */
static bool quoted_cell(gw_scan *s, const char **at, gw_cell *cell) {
    const char *from = *at + 1, *to = from;
    while (to < s->end && (*to != '"' || (to + 1 < s->end && to[1] == '"'))) {
        to += *to == '"' ? 2 : 1;
    }
    if (to >= s->end) {
        gw_scan_problem(s, GW_E_SYNTAX, *at, "add the closing quote", "a quoted field never ends");
        *at = s->end;
        return false;
    }
    *cell = unquoted(s, from, to);
    *at = to + 1;
    if (!at_end(s, *at) && **at != ',') {
        gw_scan_problem(s, GW_E_SYNTAX, *at, "double a quote inside a quoted field",
                        "text follows a closing quote");
        return false;
    }
    return true;
}

static void to_line_end(const gw_scan *s, const char **at) {
    const char *feed = memchr(*at, '\n', (size_t)(s->end - *at));
    *at = feed == NULL ? s->end : feed;
}

static void tell_stray(gw_scan *s, const char *at) {
    if (*at == '"') {
        gw_scan_problem(s, GW_E_SYNTAX, at, "put the whole field in quotes",
                        "a quote stands inside a field");
    } else if (*at == '\r') {
        gw_scan_problem(s, GW_E_SYNTAX, at, "end lines with LF or CRLF",
                        "a carriage return inside a line");
    } else {
        gw_scan_problem(s, GW_E_SYNTAX, at, "the file is not text", "a NUL byte");
    }
}

static bool bare_cell(gw_scan *s, const char **at, gw_cell *cell) {
    const char *from = *at;
    while (!at_end(s, *at) && **at != ',') {
        if (**at == '"' || **at == '\0' || **at == '\r') {
            tell_stray(s, *at);
            to_line_end(s, at);
            return false;
        }
        ++*at;
    }
    *cell = plain_cell(from, *at);
    return true;
}

/* Fields of the row at `at`, the first `room` of them kept; -1: broken, and told. */
static int read_fields(gw_scan *s, const char **at, gw_cell *cells, int room) {
    for (int n = 0;; ++*at) {
        gw_cell cell;
        bool ok = *at < s->end && **at == '"' ? quoted_cell(s, at, &cell) : bare_cell(s, at, &cell);
        if (!ok) {
            to_line_end(s, at);
            return -1;
        }
        if (n < room) {
            cells[n] = cell;
        }
        n++;
        if (at_end(s, *at)) {
            return n;
        }
    }
}

static void skip_line_end(const gw_scan *s, const char **at) {
    *at += *at < s->end && **at == '\r';
    *at += *at < s->end && **at == '\n';
}

static void skip_empty_lines(gw_scan *s) {
    for (;;) {
        const char *at = s->next;
        while (at < s->end && (*at == ' ' || *at == '\t')) {
            at++;
        }
        if (!at_end(s, at)) {
            return;
        }
        s->next = at;
        if (at >= s->end) {
            return;
        }
        skip_line_end(s, &s->next);
    }
}

/* ------------------------------------------------------------------ header */

static bool is_named(gw_cell cell, const char *name) {
    return strlen(name) == cell.n && memcmp(name, cell.at, cell.n) == 0;
}

static const char *column_hint(gw_scan *s, gw_cell cell, const gw_scan_column *columns, int n) {
    const char *names[GW_SCAN_COLUMNS];
    gw_buf all = {0};
    for (int c = 0; c < n; c++) {
        names[c] = columns[c].name;
        gw_buf_printf(&all, "%s%s", c == 0 ? "the columns are " : ", ", columns[c].name);
    }
    const char *near =
        gw_text_nearest(gw_arena_strndup(s->arena, cell.at, cell.n), names, (size_t)n);
    const char *hint = near != NULL ? gw_arena_printf(s->arena, "did you mean `%s`?", near)
                                    : gw_arena_strdup(s->arena, all.text);
    gw_buf_clear(&all);
    return hint;
}

static void name_field(gw_scan *s, int field, const gw_scan_column *columns, int n_columns) {
    gw_cell cell = s->cell[field];
    for (int c = 0; c < n_columns; c++) {
        if (!is_named(cell, columns[c].name)) {
            continue;
        }
        if (s->field_of[c] >= 0) {
            gw_scan_problem(s, GW_E_KEY, cell.place, "remove one of them",
                            "the column `%s` stands here twice", columns[c].name);
        }
        s->field_of[c] = field;
        return;
    }
    gw_scan_problem(s, GW_E_KEY, cell.place, column_hint(s, cell, columns, n_columns),
                    "`%.*s` is no column of this table", (int)(cell.n < 60 ? cell.n : 60), cell.at);
}

/* Exports of spreadsheets and tools: one field, with what separates the real ones inside. */
static bool is_otherwise_separated(gw_scan *s, int n_fields, const gw_scan_column *columns,
                                   int n_columns) {
    static const struct {
        char c;
        const char *name;
    } others[] = {{';', "semicolons"}, {'\t', "tabs"}, {'|', "bars"}, {' ', "blanks"}};
    for (size_t i = 0; n_fields == 1 && n_columns > 1 && i < sizeof others / sizeof others[0];
         i++) {
        if (memchr(s->cell[0].at, others[i].c, s->cell[0].n) != NULL) {
            gw_scan_problem(s, GW_E_SYNTAX, s->row, column_hint(s, s->cell[0], columns, n_columns),
                            "the header is one field: commas separate, %s do not", others[i].name);
            return true;
        }
    }
    return false;
}

static bool read_header(gw_scan *s, const gw_scan_column *columns, int n_columns) {
    skip_empty_lines(s);
    s->row = s->next;
    if (s->next >= s->end) {
        gw_scan_problem(s, GW_E_SYNTAX, s->text, "the first line names the columns",
                        "the file is empty");
        return false;
    }
    int n = read_fields(s, &s->next, s->cell, GW_SCAN_COLUMNS);
    if (is_otherwise_separated(s, n, columns, n_columns)) {
        return false;
    }
    for (int f = 0; f < n && f < GW_SCAN_COLUMNS; f++) {
        name_field(s, f, columns, n_columns);
    }
    for (int c = 0; n >= 0 && c < n_columns; c++) {
        if (columns[c].required && s->field_of[c] < 0) {
            gw_scan_problem(s, GW_E_KEY, s->row, "the first line names the columns",
                            "the column `%s` is missing", columns[c].name);
        }
    }
    s->n_fields = n;
    return s->n_problems == 0;
}

bool gw_scan_open(gw_scan *s, const char *file, const char *text, size_t n_bytes,
                  const gw_scan_column *columns, int n_columns, gw_arena *arena, gw_diags *diags) {
    *s = (gw_scan){.file = file,
                   .text = text,
                   .end = text + n_bytes,
                   .next = text,
                   .arena = arena,
                   .diags = diags,
                   .n_columns = n_columns};
    for (int c = 0; c < GW_SCAN_COLUMNS; c++) {
        s->field_of[c] = -1;
    }
    if (n_bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        s->next += 3;
    }
    return read_header(s, columns, n_columns);
}

/* ------------------------------------------------------------------ rows */

bool gw_scan_row(gw_scan *s) {
    for (;;) {
        skip_line_end(s, &s->next);
        skip_empty_lines(s);
        if (s->next >= s->end) {
            return false;
        }
        s->row = s->next;
        int n = read_fields(s, &s->next, s->cell, GW_SCAN_COLUMNS);
        if (n == s->n_fields) {
            return true;
        }
        if (n >= 0) {
            gw_scan_problem(s, GW_E_SYNTAX, s->row,
                            n > s->n_fields ? "quote a field that holds a comma"
                                            : "a field for each column, if only an empty one",
                            "the row has %d %s, the header has %d", n, n == 1 ? "field" : "fields",
                            s->n_fields);
        }
    }
}

void gw_scan_return(gw_scan *s, const char *row) {
    s->row = row;
    s->next = row;
    (void)read_fields(s, &s->next, s->cell, GW_SCAN_COLUMNS);
}

gw_cell gw_scan_cell(const gw_scan *s, int c) {
    int f = s->field_of[c];
    return f < 0 ? (gw_cell){.at = "", .place = s->row} : s->cell[f];
}

/* What is wrong with a number that cannot be read. */
static const char *number_hint(gw_cell cell, const gw_scan_range *range, gw_arena *arena) {
    for (uint32_t i = 1; i < cell.n; i++) {
        char c = cell.at[i];
        if ((c >= 'a' && c <= 'z' && c != 'e') || (c >= 'A' && c <= 'Z' && c != 'E') || c == ' ') {
            return gw_arena_printf(arena, "a plain number in %s, without a unit", range->unit);
        }
    }
    return gw_arena_printf(arena, "a plain number in %s, for example 1e9", range->unit);
}

bool gw_scan_number(gw_scan *s, int c, const gw_scan_range *range, double *value) {
    gw_cell cell = gw_scan_cell(s, c);
    if (cell.n == 0) {
        *value = range->base;
        if (isnan(range->base)) {
            gw_scan_problem(s, GW_E_SYNTAX, cell.place,
                            gw_arena_printf(s->arena, "a plain number in %s", range->unit),
                            "`%s` is empty", range->name);
        }
        return !isnan(range->base);
    }
    int shown = (int)(cell.n < 60 ? cell.n : 60);
    double read;
    if (!gw_number_read(cell.at, cell.n, &read)) {
        gw_scan_problem(s, GW_E_SYNTAX, cell.place, number_hint(cell, range, s->arena),
                        "`%s` is no number: `%.*s`", range->name, shown, cell.at);
        return false;
    }
    bool low = read < 0.0 || (read == 0.0 && !range->with_zero);
    if (low) {
        gw_scan_problem(s, GW_E_RANGE, cell.place, range->hint, "`%s` must be %s 0, not %.*s",
                        range->name, range->with_zero ? "at least" : "above", shown, cell.at);
    } else if (read != 0.0 && !(read >= GW_SCAN_LEAST && read <= GW_SCAN_MOST)) {
        gw_scan_problem(s, GW_E_RANGE, cell.place,
                        gw_arena_printf(s->arena, "in %s, from 1e-60 to 1e60", range->unit),
                        "`%s` is %s: %.*s", range->name, read < 1.0 ? "too small" : "too large",
                        shown, cell.at);
    } else {
        *value = read;
        return true;
    }
    return false;
}
