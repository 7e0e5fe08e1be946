/* validation/table.h: tables of published measurements: which kind one is, its columns, and which
 * rows cannot be true.
 *
 * In:  CSV text. The header line decides whether it holds training runs, collectives or kernels.
 * Out: a table whose columns are known to be there; for each row the first cell that is not what
 *      its column holds, or the first rule that its cells break together.
 */
#ifndef GW_VALIDATION_TABLE_H
#define GW_VALIDATION_TABLE_H

#include <stdbool.h>

#include "base/csv.h"
#include "validation/validation.h"

typedef enum gw_trial_kind {
    GW_TRIAL_TRAINING,
    GW_TRIAL_COLLECTIVE,
    GW_TRIAL_KERNEL,
    GW_N_TRIAL_KIND
} gw_trial_kind;

typedef enum gw_cell_kind {
    GW_CELL_TEXT,
    GW_CELL_NUMBER, /* above low */
    GW_CELL_SIZE,   /* low or more */
    GW_CELL_WHOLE
} gw_cell_kind;

/** A column of a table: its name in the header and what its cells hold. Blank always means "not
 * stated"; `required` columns must be in the header, `filled` ones in every row. */
typedef struct gw_table_column {
    const char *name;
    gw_cell_kind kind;
    double low, high; /* legal range of a number */
    bool required, filled;
} gw_table_column;

#define GW_TABLE_COLUMNS 48 /* the most that one kind of table has */

/** Words and columns of a kind. */
typedef struct gw_table_kind {
    const char *name;       /* "training" */
    const char *one, *many; /* "training run", "training runs" */
    const char *time;       /* "step": what the seconds are of */
    const char *rate;       /* "tokens/s/GPU": what is shown beside seconds; NULL: nothing */
    const char *rate_unit;  /* of the same in SI: "tok/s" */
    const gw_table_column *columns;
    int n_columns;
} gw_table_kind;

extern const gw_table_kind gw_table_kinds[GW_N_TRIAL_KIND];

typedef struct gw_trial_table {
    gw_csv csv;
    gw_trial_kind kind;
    int at[GW_TABLE_COLUMNS]; /* where column i of the kind stands in the file; -1: absent */
} gw_trial_table;

/** Reads a table. Everything is owned by the arena; `file` is borrowed. Errors (all of them): not a
 * table, rows of another width, quotes, columns that are missing. Warnings: columns that are not
 * known, ids that stand twice. */
GW_MUST_USE gw_code gw_trial_table_read(const char *file, const char *text, size_t n_bytes,
                                        gw_arena *arena, gw_diags *diags, gw_trial_table *out);

int gw_trial_table_rows(const gw_trial_table *table); /* without the header */

/** The cell under a column of the kind; "" if the file has no such column. row counts from 1. */
const char *gw_trial_table_text(const gw_trial_table *table, int row, const char *column);
/** The same as a number; NaN if blank or no number. */
double gw_trial_table_number(const gw_trial_table *table, int row, const char *column);

/** What is wrong with a row before anything is predicted. */
typedef struct gw_table_problem {
    const char *column; /* to blame */
    const char *what;   /* NULL: nothing is wrong */
    const char *hint;
    bool is_blank; /* something is not stated; everything else is a mistake in the table */
} gw_table_problem;
gw_table_problem gw_trial_table_check(const gw_trial_table *table, int row, gw_arena *arena);

/** Where a cell begins, for messages: line and column in characters. */
gw_loc gw_trial_table_place(const gw_trial_table *table, int row, const char *column,
                            const char *text, size_t n_bytes);

#endif
