/* report/train_text.h: what `gigawatt train` prints and writes. */
#ifndef GW_REPORT_TRAIN_TEXT_H
#define GW_REPORT_TRAIN_TEXT_H

#include "base/buf.h"
#include "engine/train_run.h"

/** Tables for a terminal, 80 columns. */
void gw_train_text(const gw_train_report *r, gw_buf *out);
/** Everything, SI units in the names. */
void gw_train_json(const gw_train_report *r, gw_buf *out);
/** One row for each number: job, section, item, value, unit. */
void gw_train_csv(const gw_train_report *r, gw_buf *out);

/** "tp 8, pp 16 x 4, dp 128": widths of a layout; a width of 1 is left out. */
void gw_train_widths(const gw_plan *plan, gw_buf *out);
/** "micro-batch 1 (15 a step), ZeRO 1, 1f1b, selective recomputation": the rest of it. */
void gw_train_switches(const gw_plan *plan, gw_buf *out);

#endif
