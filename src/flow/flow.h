/* flow/flow.h: flows that share links by max-min fairness, from their start to their completion.
 * Knows links and paths, no topology: fabric/ makes those.
 *
 * Sharing. At every instant the rates are the max-min fair ones (Bertsekas & Gallager, Data
 * Networks, 2nd ed. 1992, section 6.5.2): rate = weight x level, the sum over the flows of a link of
 * share x rate is at most its capacity, no flow exceeds its cap, and no level can grow without one
 * that is no larger falling. Progressive filling gives the unique solution.
 *
 * Time. A flow is asked for at start_s, waits the sum of its links' latencies, then shares bandwidth
 * until its bytes are through. Rates change only when a flow joins or ends or a capacity changes.
 */
#ifndef GW_FLOW_FLOW_H
#define GW_FLOW_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/** Links of one direction each. */
typedef struct gw_flow_links {
    int32_t n;
    const double *capacity_Bps; /* [n] at least 0; 0: down, what crosses it stands still */
    const double *latency_s;    /* [n]; NULL: none */
} gw_flow_links;

/** One flow. `link` is a set as much as a path: a multicast names every link of its tree. */
typedef struct gw_net_flow {
    double bytes;        /* 0 is legal: ends once the latencies have passed */
    double weight;       /* 0: 1 */
    double cap_Bps;      /* 0: none */
    int32_t n;           /* links; 0: only the cap limits; without one it takes no time */
    const int32_t *link; /* [n] distinct; copied */
    const double *share; /* [n] part of the rate on that link (spraying); NULL: 1; copied */
    double latency_s;    /* instead of the sum over its links; below 0: that sum */
    int32_t n_like;      /* flows exactly alike that this one stands for; 0: 1 */
} gw_net_flow;

/* ------------------------------------------------------------------ a running simulation */

typedef struct gw_flow_sim gw_flow_sim;

/** Owns its memory; links are copied. n_flows_hint may be 0. */
gw_flow_sim *gw_flow_sim_create(const gw_flow_links *links, int64_t n_flows_hint);
void gw_flow_sim_free(gw_flow_sim *sim);

double gw_flow_sim_now_s(const gw_flow_sim *sim);
/** Ids count up from 0. start_s is not before now. */
int32_t gw_flow_sim_add(gw_flow_sim *sim, double start_s, const gw_net_flow *flow);
/** Goes on to the next instant at which flows end, or to until_s if that comes first. The ids that
 * ended, ascending, are in *ended (borrowed until the next step). True while the clock moved or a
 * flow ended; false when nothing can happen any more (all ended, or the rest stands still). */
bool gw_flow_sim_step(gw_flow_sim *sim, double until_s, const int32_t **ended, int32_t *n_ended);
/** From now on. Flows keep what they have done. */
void gw_flow_sim_set_capacity(gw_flow_sim *sim, int32_t link, double capacity_Bps);
/** Takes a flow that has not ended away; its remaining bytes are returned. */
double gw_flow_sim_remove(gw_flow_sim *sim, int32_t id);

double gw_flow_sim_rate_Bps(gw_flow_sim *sim, int32_t id);       /* 0: waits or has ended */
double gw_flow_sim_finish_s(const gw_flow_sim *sim, int32_t id); /* NaN: not yet */
/** finish - start_s with all its digits, which the difference of two doubles late in a run has lost. */
double gw_flow_sim_took_s(const gw_flow_sim *sim, int32_t id); /* NaN: not yet */
int32_t gw_flow_sim_limit(gw_flow_sim *sim,
                          int32_t id); /* link that limits it; -1: its cap or none */
double gw_flow_sim_carried_B(gw_flow_sim *sim, int32_t link); /* so far */
double gw_flow_sim_full_s(gw_flow_sim *sim, int32_t link);    /* time it limited some flow */

/* ------------------------------------------------------------------ a whole set at once */

/** Flows as arrays, in compressed rows: flow i crosses link[at[i]] .. link[at[i + 1] - 1]. */
typedef struct gw_flow_set {
    int64_t n;
    const double *start_s;   /* [n]; NULL: 0 */
    const double *bytes;     /* [n] */
    const double *weight;    /* [n]; NULL: 1 */
    const double *cap_Bps;   /* [n]; NULL: none; 0 within: none */
    const double *latency_s; /* [n] instead of the sum over the links; NULL: that sum */
    const int64_t *at;       /* [n + 1] */
    const int32_t *link;     /* [at[n]] distinct within a flow */
    const double *share;     /* [at[n]]; NULL: 1 */
} gw_flow_set;

typedef struct gw_flow_opts {
    bool no_classes; /* simulate every flow, also where many are alike by symmetry */
} gw_flow_opts;

typedef struct gw_flow_result {
    double *finish_s;  /* [n] NaN: never, a link on its way is down */
    double *took_s;    /* [n] finish - start with all its digits */
    int32_t *limit;    /* [n] link that limited it when it ended; -1: its cap, or it never ran */
    double *carried_B; /* [links] */
    double *full_s;    /* [links] time it limited some flow */
    double end_s;      /* last finish */
    int64_t n_classes; /* flows that were really simulated */
    int64_t n_events;  /* instants at which rates were solved anew */
    int64_t n_stuck;   /* never finish */
} gw_flow_result;

/** Exact: the same finish times with and without classes, but for rounding (1e-12 relative). */
void gw_flow_run(const gw_flow_links *links, const gw_flow_set *set, const gw_flow_opts *opts,
                 gw_arena *arena, gw_flow_result *out);

/** Rates of all flows of the set at once, sizes and starts aside. rate_Bps [n], limit [n] or NULL.
 * A reference for tests too: plain progressive filling. */
void gw_flow_rates(const gw_flow_links *links, const gw_flow_set *set, double *rate_Bps,
                   int32_t *limit);

#endif
