/* store/csv_result.h: a run as tables. RFC 4180, UTF-8, a header line, SI units in the names, dates
 * as ISO texts, empty for what does not exist. */
#ifndef GW_STORE_CSV_RESULT_H
#define GW_STORE_CSV_RESULT_H

#include "base/buf.h"
#include "engine/result.h"

void gw_store_csv_metrics(const gw_result *r, gw_buf *out); /* one row an output and instance */
void gw_store_csv_monthly(const gw_result *r, gw_buf *out); /* one row a month */
void gw_store_csv_samples(const gw_result *r, gw_buf *out); /* one row a sample */
void gw_store_csv_inputs(const gw_result *r, gw_buf *out);  /* one row a value or choice */
void gw_store_csv_claims(const gw_result *r, gw_buf *out);  /* one row a finding */

#endif
