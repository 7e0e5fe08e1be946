/* report/schedule_text.h: what `gigawatt schedule` prints and writes. */
#ifndef GW_REPORT_SCHEDULE_TEXT_H
#define GW_REPORT_SCHEDULE_TEXT_H

#include "base/buf.h"
#include "engine/schedule_run.h"

/** Tables for a terminal, 80 columns. */
void gw_schedule_text(const gw_schedule_report *r, gw_buf *out);
/** Everything, dates as text and as days since 1970-01-01. */
void gw_schedule_json(const gw_schedule_report *r, gw_buf *out);
/** One row for each activity and each site. */
void gw_schedule_csv(const gw_schedule_report *r, gw_buf *out);

/** How far a promise has come on as_of: "pledged", "contracted", "financed", "being drawn", "drawn",
 *  "disputed", "withdrawn", "replaced". */
const char *gw_commitment_state(const gw_model *model, int commitment);

#endif
