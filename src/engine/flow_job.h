/* engine/flow_job.h: flows of a table on a network, from names to finish times. */
#ifndef GW_ENGINE_FLOW_JOB_H
#define GW_ENGINE_FLOW_JOB_H

#include "engine/flow_network.h"
#include "engine/flow_table.h"

typedef struct gw_flow_job {
    const gw_flow_network *network;
    gw_flow_table *table;
    int32_t *src, *dst; /* [n] nodes */
    gw_flow_links links;
    gw_flow_set set;
    gw_flow_result result;
    int64_t n_given; /* flows whose row gives the path */
    int64_t *at;     /* owned; set points to these */
    int32_t *link;
    double *share;
} gw_flow_job;

/** Finds nodes and ways of all flows. What cannot be is told to the table's diags and counted in its
 * scan; then the code is not GW_OK. Free with gw_flow_job_free, whatever the result. */
GW_MUST_USE gw_code gw_flow_job_route(const gw_flow_network *network, gw_flow_table *table,
                                      gw_arena *arena, gw_flow_job *out);
/** Simulates: fills result (owned by the arena). */
void gw_flow_job_run(gw_flow_job *job, gw_arena *arena);
void gw_flow_job_free(gw_flow_job *job);

/** bytes / (finish - start); 0 for a flow of nothing that takes no time, NaN if it never ends. */
double gw_flow_job_mean_Bps(const gw_flow_job *job, int64_t i);
/** What each physical link carried, and how long it limited a flow; what a bundle carried its links
 * carry in proportion to their capacity. Arrays [n_links], owned by the arena. */
void gw_flow_job_links(const gw_flow_job *job, gw_arena *arena, double **carried_B,
                       double **limiting_s);
/** Earliest start; the span of utilisation runs from it to result.end_s. */
double gw_flow_job_begin_s(const gw_flow_job *job);

#endif
