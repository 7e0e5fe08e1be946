/* store/trace_json.h: the time line of a step in the trace event format, for ui.perfetto.dev and
 * chrome://tracing. */
#ifndef GW_STORE_TRACE_JSON_H
#define GW_STORE_TRACE_JSON_H

#include "base/buf.h"
#include "training/timeline_step.h"

/** One process a pipeline stage, one thread a kind of work. Times in microseconds. `name` (may be
 * NULL) is told in the metadata. `t` must have no problem. */
void gw_store_trace(const gw_step_timeline *t, const char *name, gw_buf *out);

#endif
