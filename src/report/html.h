/* report/html.h: the report as one HTML file that needs nothing else: no network, no scripts, no
 * fonts. */
#ifndef GW_REPORT_HTML_H
#define GW_REPORT_HTML_H

#include "base/buf.h"
#include "engine/result.h"

/** Appends the whole report. The same result gives the same bytes.
 *  @return GW_OK (the code is there for reports that will need more than memory) */
GW_MUST_USE gw_code gw_report_html(const gw_result *r, gw_buf *out);

#endif
