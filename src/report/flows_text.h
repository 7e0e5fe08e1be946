/* report/flows_text.h: a plain cash flow in words, as JSON and as CSV. */
#ifndef GW_REPORT_FLOWS_TEXT_H
#define GW_REPORT_FLOWS_TEXT_H

#include "base/buf.h"
#include "base/json.h"
#include "finance/flows.h"

void gw_flows_text(const char *file, const gw_flows *flows, const gw_flow_sheet *sheet,
                   gw_buf *out);
/** The whole document. */
void gw_flows_json(const char *file, const gw_flows *flows, const gw_flow_sheet *sheet,
                   gw_buf *out);
/** key,value */
void gw_flows_csv(const gw_flows *flows, const gw_flow_sheet *sheet, gw_buf *out);

#endif
