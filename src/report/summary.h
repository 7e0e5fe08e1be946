/* report/summary.h: the run on one screen of a terminal. */
#ifndef GW_REPORT_SUMMARY_H
#define GW_REPORT_SUMMARY_H

#include "base/buf.h"
#include "engine/result.h"

/** Appends the summary, wrapped at `width` columns (at least 50). UTF-8; ANSI colours if asked. */
void gw_report_summary(const gw_result *r, gw_buf *out, int width, bool colour);

#endif
