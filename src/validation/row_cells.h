/* validation/row_cells.h: the cells of one row of a table, and the first thing wrong with them.
 * Shared by the readers of training runs, collectives and kernels. */
#ifndef GW_VALIDATION_ROW_CELLS_H
#define GW_VALIDATION_ROW_CELLS_H

#include "base/arena.h"
#include "base/csv.h"

/** A row being read. Everything is borrowed; reasons are static or in the arena. */
typedef struct gw_row_cells {
    const gw_csv *csv;
    int row;
    gw_arena *arena;
    const char *reason, *column; /* the first fault; NULL: none */
} gw_row_cells;

/** Text of the cell in that column; "" where it is blank or the table has no such column. */
const char *gw_row_word(const gw_row_cells *r, const char *name);

/** Only the first fault of a row stays. */
void gw_row_fault(gw_row_cells *r, const char *column, const char *reason);

#endif
