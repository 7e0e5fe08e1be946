/* base/csv.h: RFC 4180 writer and reader. */
#ifndef GW_BASE_CSV_H
#define GW_BASE_CSV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

/** Adds one field, quoted when it holds a comma, quote or newline; `first` says that no comma
 * precedes. */
void gw_csv_text(gw_buf *out, const char *text, int first);
void gw_csv_number(gw_buf *out, double value, int first); /* empty for NaN */
void gw_csv_end(gw_buf *out);

/** A table read whole: cell(row, col) with row 0 = header. */
typedef struct gw_csv {
    const char *file;
    int n_rows;        /* with the header */
    int n_cols;        /* of the header */
    const char **cell; /* [n_rows x n_cols], row-major */
    int *line;         /* [n_rows] line of the row's start */
} gw_csv;

/** Reads text (NUL inside is an error). Rows with another number of fields are errors with their
 * line; all are reported. Everything is owned by the arena. */
GW_MUST_USE gw_code gw_csv_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                                gw_diags *diags, gw_csv *out);
/** The same with another separator than the comma. */
GW_MUST_USE gw_code gw_csv_read_separated(const char *file, const char *text, size_t n_bytes,
                                          char separator, gw_arena *arena, gw_diags *diags,
                                          gw_csv *out);
int gw_csv_column(const gw_csv *csv, const char *name); /* -1 if absent */

#endif
