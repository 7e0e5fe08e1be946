/* store/sqlite_result.h: a run as one SQLite file. */
#ifndef GW_STORE_SQLITE_RESULT_H
#define GW_STORE_SQLITE_RESULT_H

#include "base/diag.h"
#include "engine/result.h"

/** Writes path.tmp.PID in one transaction and renames it: a reader sees the old file or the whole
 * new one. Tables (STRICT): run, metric, sample_value, series, input, source, claim, claim_value,
 * finding, finding_claim, finding_number. SI units; dates are days since 1970-01-01 (`date(value *
 * 86400, 'unixepoch')`); what does not exist is NULL, or has no row in sample_value.
 *  @return GW_OK | GW_E_IO, with SQLite's message in diags */
GW_MUST_USE gw_code gw_store_sqlite(const gw_result *r, const char *path, gw_diags *diags);

#endif
