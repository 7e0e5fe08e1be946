/* report/sharing_text.h: results of `gigawatt flows`: flows that shared links, in words and as data. */
#ifndef GW_REPORT_SHARING_TEXT_H
#define GW_REPORT_SHARING_TEXT_H

#include "base/buf.h"
#include "engine/flow_job.h"

typedef struct gw_sharing_view {
    const gw_flow_job *job;
    double begin_s;
    double *carried_B, *limiting_s; /* [n_links] of the network */
    double *utilisation; /* [n_links] carried over capacity x (end - begin); NaN: no time */
    bool with_links;
} gw_sharing_view;

/** The arrays live in the arena. */
gw_sharing_view gw_sharing_view_of(const gw_flow_job *job, bool with_links, gw_arena *arena);

/** Summary in 80 columns; with_links: then every link. */
void gw_sharing_text(const gw_sharing_view *view, gw_arena *arena, gw_buf *out);
/** id,finish_s,mean_bytes_per_s; the last two empty for a flow that never ends. */
void gw_sharing_flows_csv(const gw_sharing_view *view, gw_buf *out);
/** link,src,dst,bytes_per_s,carried_bytes,utilisation,limiting_s */
void gw_sharing_links_csv(const gw_sharing_view *view, gw_buf *out);
void gw_sharing_json(const gw_sharing_view *view, gw_arena *arena, gw_buf *out);
/** Which flows never end and why, for stderr; nothing if all end. */
void gw_sharing_stuck(const gw_sharing_view *view, gw_buf *out);

#endif
