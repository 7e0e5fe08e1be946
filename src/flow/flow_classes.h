/* flow/flow_classes.h: flows and links that are alike by symmetry, found by colour refinement.
 * Inside the room: flow_run.c simulates one flow of each class. */
#ifndef GW_FLOW_FLOW_CLASSES_H
#define GW_FLOW_FLOW_CLASSES_H

#include "flow/flow.h"

/** A set with every default filled in and only the links that some flow crosses, renumbered. */
typedef struct gw_flow_problem {
    int64_t n;
    const double *bytes, *weight, *cap_Bps; /* [n]; cap 0: none */
    const double *start_s, *latency_s;      /* [n] */
    const int64_t *at;                      /* [n + 1] */
    const int32_t *link;                    /* [at[n]] */
    const double *share;                    /* [at[n]]; NULL: 1 */
    int32_t n_links;
    const double *capacity_Bps; /* [n_links] */
} gw_flow_problem;

/** The quotient: one flow and one link for each class. A flow class stands for flow_n[c] flows, its
 * row names link classes with the share of one flow on all of that class's links, divided by
 * per_flow; capacity is that of the whole link class over per_flow. */
typedef struct gw_flow_classes {
    int32_t n, n_links;
    int n_rounds;
    const int32_t *of_flow, *of_link; /* class of each */
    const int32_t *flow;              /* [n] one flow of the class */
    const int32_t *flow_n;            /* [n] how many there are */
    const int64_t *at;                /* [n + 1] */
    const int32_t *link;              /* [at[n]] link classes, distinct in a row */
    const double *share;              /* [at[n]] */
    const double *capacity_Bps;       /* [n_links] */
    const double *links_n;            /* [n_links] links of the class over per_flow */
} gw_flow_classes;

/** False: hardly anything is alike. `hash_mask` is UINT64_MAX; tests narrow it to force collisions, which cost the classes but never the answer. */
bool gw_flow_classes_find(const gw_flow_problem *p, uint64_t hash_mask, gw_arena *arena,
                          gw_flow_classes *out);

/** The same for a partition that is given: n classes of flows, n_links of links, none empty. False: it
 * is not equitable. Classes and arrays are borrowed. */
bool gw_flow_divide(const gw_flow_problem *p, int32_t n, const int32_t *of_flow, int32_t n_links,
                    const int32_t *of_link, gw_arena *arena, gw_flow_classes *out);

#endif
