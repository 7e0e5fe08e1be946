/* report/trace_text.h: replays of execution traces, in words and as data. */
#ifndef GW_REPORT_TRACE_TEXT_H
#define GW_REPORT_TRACE_TEXT_H

#include "base/buf.h"
#include "engine/trace_job.h"

/** Summary in 80 columns; with_links: then every link. */
void gw_trace_text(const gw_trace_job *job, bool with_links, gw_buf *out);
/** npu,end_s,compute_s,exposed_s,waiting_s,other_s */
void gw_trace_npus_csv(const gw_trace_job *job, gw_buf *out);
/** link,src,dst,bytes_per_s,carried_bytes,utilisation,limiting_s; bundles spread over their links. */
void gw_trace_links_csv(const gw_trace_job *job, gw_buf *out);
void gw_trace_json(const gw_trace_job *job, bool with_links, gw_buf *out);

/** What a link carried and how long it limited a flow, its part of its bundle included. */
typedef struct gw_trace_link {
    double carried_B, utilisation, limiting_s;
} gw_trace_link;
gw_trace_link gw_trace_link_of(const gw_trace_job *job, int32_t link);
/** What stands in the files and has no effect, with its count over all of them: i-th; NULL: no more.
 */
const char *gw_trace_unused(const gw_trace_job *job, int i, int64_t *n);

#endif
