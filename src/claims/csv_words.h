/* claims/csv_words.h: dates, wording and scope from the words of a table. Private to the claims
 * room. */
#ifndef GW_CLAIMS_CSV_WORDS_H
#define GW_CLAIMS_CSV_WORDS_H

#include "base/date.h"
#include "claims/record.h"

/** "2025", "2025-07", "2025-07-14", "2025-Q3", "FY26Q1", "FY26" (fiscal years of the company). */
bool gw_csv_date(const char *text, const char *company, gw_date_part part, double *date_d);

/** From low and high, else from the first words of the note and from "intends". */
gw_wording gw_csv_wording(const gw_record *record);

/** From the words of the note and from who is paid: chip makers sell chips. */
gw_capex_scope gw_csv_scope(const gw_record *record);

/** "people familiar with the matter". */
bool gw_csv_is_anonymous(const char *text);

/** Makes chips and sells them: NVIDIA, AMD, Broadcom, ... */
bool gw_claims_is_chip_maker(const char *party);

#endif
