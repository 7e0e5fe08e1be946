/* store/json_ledger.h: a ledger as one JSON document, and its findings as a table. */
#ifndef GW_STORE_JSON_LEDGER_H
#define GW_STORE_JSON_LEDGER_H

#include "base/buf.h"
#include "report/ledger_view.h"

/** {as_of, counts, findings, totals, totals_by_sponsor, power_once, implied, scores, ambiguous,
 * single_source, changes, claims}. Numbers stand in the unit named beside them. */
void gw_store_json_ledger(const gw_ledger_view *v, gw_buf *out);
/** rule,severity,about,claims,message,reading,number1,unit1,... one line a finding. */
void gw_store_csv_findings(const gw_ledger_view *v, gw_buf *out);

#endif
