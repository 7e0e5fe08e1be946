/* tests/unit/claims_table.h: small ledgers written as tables, for the tests of what a ledger adds up
 * to and how it changes. */
#ifndef GW_CLAIMS_TABLE_H
#define GW_CLAIMS_TABLE_H

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "claims/record.h"
#include "gw_test.h"

#define TABLE_HEAD                                                                                 \
    "id,date_of_claim,source,programme,site,sponsor,counterparty,quantity,value,unit,low,high,"    \
    "status,period_start,period_end,note,confirmed,probability\n"

static inline gw_records table_read(const char *rows, gw_arena *arena) {
    char *text = malloc(strlen(TABLE_HEAD) + strlen(rows) + 1);
    strcpy(text, TABLE_HEAD);
    strcat(text, rows);
    gw_records records = {0};
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_records_from_csv("test.csv", text, strlen(text), arena, diags, &records),
                     GW_OK);
    assert_int_equal(gw_diags_n(diags), 0);
    gw_diags_free(diags);
    free(text);
    return records;
}

static inline int table_find(const gw_records *records, const char *id) {
    for (int i = 0; i < records->n; i++) {
        if (strcmp(records->at[i].id, id) == 0) {
            return i;
        }
    }
    fail_msg("no record %s", id);
    return -1;
}

#endif
