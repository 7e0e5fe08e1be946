/* engine/table_scan.h: walks over the rows of a large CSV table without copying it: millions of rows a
 * second. For small tables base/csv.h is simpler. Takes RFC 4180, LF alone as the end of a line, a
 * byte order mark, empty lines (of blanks too). Blanks around a field that has no quotes do not
 * belong to it. */
#ifndef GW_ENGINE_TABLE_SCAN_H
#define GW_ENGINE_TABLE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

#define GW_SCAN_COLUMNS 16
/** So many problems of a table are told; the others are counted. */
#define GW_SCAN_TOLD 20

typedef struct gw_cell {
    const char *at;    /* into the text, or unquoted copy in the arena */
    const char *place; /* where it stands in the text, for messages */
    uint32_t n;
} gw_cell;

/** What a column is called and whether a table must have it. */
typedef struct gw_scan_column {
    const char *name;
    bool required;
} gw_scan_column;

typedef struct gw_scan {
    const char *file, *text, *end;
    const char *next; /* row to come */
    const char *row;  /* row just read */
    gw_arena *arena;
    gw_diags *diags;
    int64_t n_problems;
    int n_fields; /* of the header; 0: none read */
    int n_columns;
    int field_of[GW_SCAN_COLUMNS]; /* place of column c in a row, -1: absent */
    gw_cell cell[GW_SCAN_COLUMNS]; /* of the row just read, by field */
} gw_scan;

/** Reads the header and finds the columns (at most GW_SCAN_COLUMNS). False: rows cannot be read;
 * everything wrong with the header was told. The text ends in NUL behind n_bytes. */
bool gw_scan_open(gw_scan *scan, const char *file, const char *text, size_t n_bytes,
                  const gw_scan_column *columns, int n_columns, gw_arena *arena, gw_diags *diags);
/** The next row that has as many fields as the header; others are told. False: no more. */
bool gw_scan_row(gw_scan *scan);
/** Cell of column c in the row just read; empty where the table lacks the column. */
gw_cell gw_scan_cell(const gw_scan *scan, int c);
/** Goes back to a row (scan->row of before) and reads it again, for messages. */
void gw_scan_return(gw_scan *scan, const char *row);

/** Line and column of a place in the text. */
gw_loc gw_scan_loc(const gw_scan *scan, const char *place);
/** Tells a problem, or counts it if enough were told. */
void gw_scan_problem(gw_scan *scan, gw_code code, const char *place, const char *hint,
                     const char *fmt, ...) GW_PRINTF(5, 6);
/** After all problems were told and sorted: how many more there are. */
void gw_scan_tell_rest(const gw_scan *scan);

/** Numbers other than 0 lie between these, so that no product or quotient of a few of them leaves the
 * range of a double. */
#define GW_SCAN_LEAST 1e-60
#define GW_SCAN_MOST 1e60

/** A number of a cell: above 0, or 0 too; empty takes `base`, NaN: must not be empty. Tells what is
 * wrong and returns false. */
typedef struct gw_scan_range {
    const char *name, *unit; /* "bytes_per_s"; "B/s" */
    bool with_zero;
    double base;      /* what an empty cell stands for; NaN: it must not be empty */
    const char *hint; /* where the number is too low */
} gw_scan_range;
bool gw_scan_number(gw_scan *scan, int c, const gw_scan_range *range, double *value);

#endif
