/* engine/trace_job.h: execution traces from files, replayed over a network.
 *
 * In:  names of trace files or a prefix, a network. Out: gw_trace_job. Method: chakra/chakra_run.c. */
#ifndef GW_ENGINE_TRACE_JOB_H
#define GW_ENGINE_TRACE_JOB_H

#include "chakra/chakra.h"
#include "engine/flow_network.h"

typedef struct gw_trace_ask {
    int n_words;
    const char *const
        *words;         /* PREFIX of PREFIX.0.et, PREFIX.1.et, ..., or the files of the ranks */
    const char *groups; /* JSON of groups; NULL: none */
    const char *dims;   /* "8,16"; NULL: none */
    int32_t n_npus;     /* 0: one a trace */
    double peak_flops, mem_Bps, far_mem_Bps; /* NaN: not given */
    int algorithm;
} gw_trace_ask;

typedef struct gw_trace_job {
    const gw_flow_network *network;
    gw_chakra_opts opts;
    int n_traces;
    gw_chakra_trace *traces;
    gw_chakra_result result;
} gw_trace_job;

/** Whether the word names a trace or a prefix of traces, rather than a table. */
bool gw_trace_is_one(const char *word);
/** Reads and replays; every problem in diags. */
GW_MUST_USE gw_code gw_trace_run(const gw_trace_ask *ask, const gw_flow_network *network,
                                 gw_arena *arena, gw_diags *diags, gw_trace_job *out);

#endif
