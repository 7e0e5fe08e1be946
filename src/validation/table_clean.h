/* validation/table_clean.h: cells as people write them, turned into what the columns hold.
 *
 * In:  a table just read. Out: the same table, changed in place.
 */
#ifndef GW_VALIDATION_TABLE_CLEAN_H
#define GW_VALIDATION_TABLE_CLEAN_H

#include "validation/table.h"

/** Column names in the spelling of gw_table_kinds, no spaces around cells, "N/A" and its like
 * blank, settings as numbers where the column holds numbers. */
void gw_table_clean(gw_csv *csv, gw_arena *arena);

#endif
