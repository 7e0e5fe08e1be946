/* validation/row_cells.c: the cells of one row of a table. In and out: row_cells.h.
 * Derivation: lookup by the name of the column. */
#include "validation/row_cells.h"

const char *gw_row_word(const gw_row_cells *r, const char *name) {
    int col = gw_csv_column(r->csv, name);
    return col < 0 ? "" : r->csv->cell[(size_t)r->row * (size_t)r->csv->n_cols + (size_t)col];
}

void gw_row_fault(gw_row_cells *r, const char *column, const char *reason) {
    if (!r->reason) {
        r->reason = reason;
        r->column = column;
    }
}
