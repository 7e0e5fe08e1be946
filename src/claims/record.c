/* claims/record.c: the table of measures, the number of a record, and what was known on a day.
 * In:    gw_records     Out: gw_records
 * Model: none.     Valid: any records.
 * Derivation: the columns of a table of public claims. */
#include "claims/record.h"

#include "base/code.h"

#define GW_MEASURE_ROW(id, word, unit, nature, doc) {word, unit, GW_NATURE_##nature, doc},
const gw_measure_row gw_measure_table[GW_N_MEASURE] = {GW_MEASURES(GW_MEASURE_ROW)};
#undef GW_MEASURE_ROW

double gw_record_number(const gw_record *record) {
    if (gw_is_set(record->value)) {
        return record->value;
    }
    if (gw_is_set(record->low) && gw_is_set(record->high)) {
        return 0.5 * (record->low + record->high);
    }
    return gw_is_set(record->low) ? record->low : record->high;
}

gw_records gw_records_as_of(const gw_records *all, double date_d, gw_arena *arena) {
    gw_records out = {GW_NEW_N(arena, all->n + 1, gw_record), 0};
    int *place = GW_NEW_N(arena, all->n + 1, int);
    for (int i = 0; i < all->n; i++) {
        bool known = !gw_is_set(all->at[i].said_d) || all->at[i].said_d <= date_d;
        place[i] = known ? out.n : -1;
        if (known) {
            out.at[out.n++] = all->at[i];
        }
    }
    for (int i = 0; i < out.n; i++) {
        gw_record *record = &out.at[i];
        record->supersedes = record->supersedes >= 0 ? place[record->supersedes] : -1;
        record->part_of = record->part_of >= 0 ? place[record->part_of] : -1;
    }
    return out;
}
