/* base/csv.c: RFC 4180 writer and reader. Beyond the RFC the reader takes LF alone as a line end,
 * skips a byte order mark and, in tables of two columns or more, skips empty lines. */
#include "base/csv.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

void gw_csv_text(gw_buf *out, const char *text, int first) {
    if (!first) {
        gw_buf_addc(out, ',');
    }
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        gw_buf_add(out, text);
        return;
    }
    gw_buf_addc(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            gw_buf_addc(out, '"');
        }
        gw_buf_addc(out, *text);
    }
    gw_buf_addc(out, '"');
}

void gw_csv_number(gw_buf *out, double value, int first) {
    if (!first) {
        gw_buf_addc(out, ',');
    }
    if (isnan(value)) {
        return;
    }
    if (isinf(value)) {
        gw_buf_add(out, value > 0.0 ? "inf" : "-inf");
        return;
    }
    gw_buf_add_double(out, value);
}

void gw_csv_end(gw_buf *out) {
    gw_buf_addc(out, '\n');
}

/* A growing list of fields; the old array stays behind in the arena. */
typedef struct field_list {
    const char **text;
    size_t n;
    size_t cap;
} field_list;

typedef struct csv_reader {
    const char *file;
    const char *at;
    const char *end;
    int line;
    int col;
    char separator;
    gw_arena *arena;
    gw_diags *diags;
    gw_buf field; /* the field being read */
} csv_reader;

static void list_add(gw_arena *arena, field_list *list, const char *text) {
    if (list->n == list->cap) {
        size_t cap = list->cap == 0 ? 64 : 2 * list->cap;
        const char **grown = GW_NEW_N(arena, cap, const char *);
        if (list->n > 0) {
            memcpy(grown, list->text, list->n * sizeof *grown);
        }
        list->text = grown;
        list->cap = cap;
    }
    list->text[list->n++] = text;
}

static void problem(csv_reader *r, gw_code code, int line, int col, const char *hint,
                    const char *msg) {
    gw_diag_add(r->diags, code, GW_ERROR, (gw_loc){r->file, line, col}, NULL, hint, "%s", msg);
}

static void advance(csv_reader *r) {
    if (*r->at == '\n') {
        r->line++;
        r->col = 1;
    } else {
        r->col++;
    }
    r->at++;
}

static bool at_line_end(const csv_reader *r) {
    return r->at == r->end || *r->at == '\n' ||
           (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
}

/* Reads up to the closing quote; the reader stands behind the opening one. */
static void read_quoted(csv_reader *r) {
    int line = r->line;
    int col = r->col - 1;
    while (r->at < r->end) {
        if (*r->at == '"') {
            advance(r);
            if (r->at == r->end || *r->at != '"') {
                return;
            }
        }
        gw_buf_addc(&r->field, *r->at);
        advance(r);
    }
    problem(r, GW_E_SYNTAX, line, col, "add the closing quote", "a quoted field never ends");
}

static const char *read_field(csv_reader *r) {
    r->field.n = 0;
    gw_buf_addn(&r->field, "", 0);
    if (r->at < r->end && *r->at == '"') {
        advance(r);
        read_quoted(r);
        if (!at_line_end(r) && *r->at != r->separator) {
            problem(r, GW_E_SYNTAX, r->line, r->col, "double a quote inside a quoted field",
                    "text follows a closing quote");
        }
    }
    bool quote_seen = false;
    while (!at_line_end(r) && *r->at != r->separator) {
        if (*r->at == '"' && !quote_seen) {
            quote_seen = true;
            problem(r, GW_E_SYNTAX, r->line, r->col, "put the whole field in quotes",
                    "a quote stands inside a field");
        }
        gw_buf_addc(&r->field, *r->at);
        advance(r);
    }
    return r->field.n == 0 ? "" : gw_arena_strndup(r->arena, r->field.text, r->field.n);
}

/* Adds the fields of one row and returns how many there were. */
static int read_row(csv_reader *r, field_list *cells) {
    int n = 0;
    for (;;) {
        list_add(r->arena, cells, read_field(r));
        n++;
        if (at_line_end(r)) {
            break;
        }
        advance(r); /* the separator */
    }
    if (r->at < r->end && *r->at == '\r') {
        advance(r);
    }
    if (r->at < r->end) {
        advance(r);
    }
    return n;
}

static void check_header(csv_reader *r, const field_list *cells, int line) {
    for (size_t i = 0; i < cells->n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (cells->text[i][0] != '\0' && strcmp(cells->text[i], cells->text[j]) == 0) {
                gw_diag_add(r->diags, GW_E_KEY, GW_ERROR, (gw_loc){r->file, line, 0}, NULL, NULL,
                            "the column '%s' stands twice in the header", cells->text[i]);
                break;
            }
        }
    }
}

/* The starting lines of the rows, kept as a list like the cells. */
typedef struct line_list {
    int *line;
    size_t n;
    size_t cap;
} line_list;

static void lines_add(gw_arena *arena, line_list *list, int line) {
    if (list->n == list->cap) {
        size_t cap = list->cap == 0 ? 64 : 2 * list->cap;
        int *grown = GW_NEW_N(arena, cap, int);
        if (list->n > 0) {
            memcpy(grown, list->line, list->n * sizeof *grown);
        }
        list->line = grown;
        list->cap = cap;
    }
    list->line[list->n++] = line;
}

static void read_rows(csv_reader *r, field_list *cells, line_list *lines, int *n_cols) {
    while (r->at < r->end) {
        int line = r->line;
        if (*n_cols != 1 && at_line_end(r)) {
            read_row(r, &(field_list){0});
            continue;
        }
        size_t n_before = cells->n;
        int n = read_row(r, cells);
        if (*n_cols == 0) {
            *n_cols = n;
            check_header(r, cells, line);
        } else if (n != *n_cols) {
            gw_diag_add(r->diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){r->file, line, 1}, NULL,
                        n <= *n_cols          ? NULL
                        : r->separator == ',' ? "quote a field that holds a comma: \"1,200\""
                                              : "the header separates by semicolons or tabs: "
                                                "quote a field that holds one",
                        "this row has %d field%s, the header has %d", n, n == 1 ? "" : "s",
                        *n_cols);
            cells->n = n_before; /* later rows are checked too, the table is not used */
            continue;
        }
        lines_add(r->arena, lines, line);
    }
}

gw_code gw_csv_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                    gw_diags *diags, gw_csv *out) {
    return gw_csv_read_separated(file, text, n_bytes, ',', arena, diags, out);
}

gw_code gw_csv_read_separated(const char *file, const char *text, size_t n_bytes, char separator,
                              gw_arena *arena, gw_diags *diags, gw_csv *out) {
    csv_reader r = {.file = file,
                    .at = text,
                    .end = text + n_bytes,
                    .line = 1,
                    .col = 1,
                    .separator = separator,
                    .arena = arena,
                    .diags = diags};
    size_t n_errors = gw_diags_n_errors(diags);
    const char *nul = n_bytes > 0 ? memchr(text, '\0', n_bytes) : NULL;
    if (nul != NULL) {
        int line = 1;
        for (const char *p = text; p < nul; p++) {
            line += *p == '\n';
        }
        problem(&r, GW_E_SYNTAX, line, 0, "save the file as plain text in UTF-8",
                "the text holds a NUL byte");
        return GW_E_SYNTAX;
    }
    if (n_bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        r.at += 3;
    }
    field_list cells = {0};
    line_list lines = {0};
    int n_cols = 0;
    read_rows(&r, &cells, &lines, &n_cols);
    gw_buf_clear(&r.field);
    if (n_cols == 0) {
        problem(&r, GW_E_SYNTAX, 1, 1, "the first line names the columns", "the table is empty");
    }
    if (gw_diags_n_errors(diags) > n_errors) {
        return GW_E_SYNTAX;
    }
    *out = (gw_csv){.file = file,
                    .n_rows = (int)lines.n,
                    .n_cols = n_cols,
                    .cell = cells.text,
                    .line = lines.line};
    return GW_OK;
}

int gw_csv_column(const gw_csv *csv, const char *name) {
    for (int i = 0; i < csv->n_cols; i++) {
        if (strcmp(csv->cell[i], name) == 0) {
            return i;
        }
    }
    return -1;
}
