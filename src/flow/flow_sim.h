/* flow/flow_sim.h: the inside of a running simulation, for flow_sim.c, flow_solve.c, flow_lists.c.
 *
 * A solve begins with the first change after the last one (gw_solve_begin) and ends with
 * gw_solve_run. In between, links and flows are marked with its number: marks need no clearing. */
#ifndef GW_FLOW_SIM_H
#define GW_FLOW_SIM_H

#include "flow/flow.h"
#include "flow/flow_due.h"
#include "flow/flow_levels.h"

/** The flows on a link; those that have ended are swept out when it is read. */
typedef struct gw_sim_list {
    int64_t at; /* first of its slots */
    int32_t n, room;
} gw_sim_list;

typedef struct gw_sim_slot {
    int32_t flow;
    float share;
} gw_sim_slot;

typedef struct gw_sim_account {
    double carried_B; /* of flows that have ended */
    double full_s;
    gw_instant since; /* it limits some flow; holds while n_limited > 0 */
} gw_sim_account;

/** What a solve reads and writes of a link: one cache line; and what is needed with it: a second. */
typedef struct gw_sim_link {
    double capacity_Bps;
    double pull;       /* sum over its active flows of what one level takes here */
    double level;      /* at which it limits; holds while n_limited > 0 */
    double load_Bps;   /* of its flows that are not loose, at the levels they are expected at */
    double loose_pull; /* of those that are */
    double key;        /* lowest level at which this solve must look at it; INF: none */
    int32_t n_limited; /* flows whose limit it is */
    int32_t n_loose;
    uint32_t mark;   /* 2 x solve; + 1 once its old level is passed */
    float pull_peak; /* largest pull since its flows were last summed */

    gw_sim_list list;
    gw_sim_account account;
    char fill[16];
} gw_sim_link;

/** What a solve reads and writes of a flow. */
typedef struct gw_sim_flow {
    double level;       /* below 0: not on its links (waits, or has ended) */
    double top;         /* level at its cap; INF: none */
    double pull;        /* weight x n_like */
    int64_t first, end; /* its part of on and share */
    int32_t limit;
    uint32_t mark; /* 2 x solve: loose in it; + 1: frozen by it */
} gw_sim_flow;

typedef enum gw_sim_state { GW_SIM_WAITS, GW_SIM_RUNS, GW_SIM_ENDED, GW_SIM_REMOVED } gw_sim_state;

/** What only time asks of a flow. */
typedef struct gw_sim_time {
    double bytes, weight;
    double rest_B;     /* while it waits or stands; else what is left follows from `finish` */
    gw_instant start;  /* asked for */
    gw_instant finish; /* at its rate of now; INF: stands */
} gw_sim_time;

typedef struct gw_sim_change {
    int32_t flow;
    double old_level;
} gw_sim_change;

/** A flow that would go on if the link being read were wider. */
typedef struct gw_sim_open {
    double expected; /* level at which it stops for another reason */
    double pull;
    int32_t flow;
} gw_sim_open;

struct gw_flow_sim {
    int32_t n_links, n_flows, flows_room;
    gw_sim_link *link; /* [n_links] */
    double *latency_s; /* [n_links] or NULL */
    gw_sim_slot *slot;
    int64_t n_slots, slots_room, slots_lost;

    gw_sim_flow *flow; /* [n_flows] */
    gw_sim_time *time; /* [n_flows] */
    uint8_t *state;    /* [n_flows] gw_sim_state */
    int64_t *at;       /* [n_flows + 1] rows of on and share */
    int32_t *on;       /* links of flows */
    float *share;      /* NULL as long as every share is 1 */
    int64_t n_entries, entries_room;
    bool whole; /* all pulls so far are whole numbers: their sums are exact */

    gw_instant now;
    gw_due waiting, running; /* until they join; until they finish */
    int32_t *place;          /* [n_flows] of both */

    uint32_t solve; /* number of the last one */
    bool solving;   /* something has changed since */
    gw_levels levels;
    gw_sim_open *open; /* the flows of the link being read */
    int32_t n_open, open_room;
    int32_t *loose; /* flows that became loose in this solve */
    int32_t n_loose, loose_room;
    gw_sim_change *change;
    int32_t n_change, change_room;

    int32_t *ended; /* since the last step */
    int32_t n_ended, ended_room;
    int32_t *told; /* handed out by the last step */
    int32_t told_room;
    int32_t *batch; /* ids at work */
    int32_t batch_room;
    int32_t *unbooked; /* ended, not yet in the accounts */
    int32_t n_unbooked, unbooked_room;
};

/* ---- flow_add.c */

void gw_sim_flows_reserve(gw_flow_sim *sim, int64_t n);

/* ---- flow_lists.c */

/** Puts n flows that join on the lists of their links. */
void gw_sim_list_join(gw_flow_sim *sim, const int32_t *ids, int32_t n);
/** Sweeps the list of link l; its slots are then those of active flows only. */
gw_sim_slot *gw_sim_list_read(gw_flow_sim *sim, int32_t l, int32_t *n);

static inline double gw_sim_share(const gw_flow_sim *sim, int64_t entry) {
    return sim->share == NULL ? 1.0 : (double)sim->share[entry];
}

/* ---- flow_link.c */

/** Level at which link l fills, INF if never; not below `level`. The flows that it then stops are in
 * sim->open. Sums the link's pull and load anew. */
double gw_link_fills_at(gw_flow_sim *sim, int32_t l, double level);

/* ---- flow_solve.c */

/** By more than rounding. */
static inline bool gw_above(double a, double b) {
    return a > b + b * GW_LEVEL_NEAR;
}

/** Marks of flows in this solve. */
static inline uint32_t gw_is_loose(const gw_flow_sim *sim) {
    return 2 * sim->solve;
}

static inline uint32_t gw_is_frozen(const gw_flow_sim *sim) {
    return 2 * sim->solve + 1;
}

/** It limits flows and its old level is still to come. */
static inline bool gw_holds(const gw_sim_link *link) {
    return link->n_limited > 0 && (link->mark & 1) == 0;
}

/** Call before the first change; again is harmless. */
void gw_solve_begin(gw_flow_sim *sim);
/** n flows join their links. */
void gw_solve_join(gw_flow_sim *sim, const int32_t *ids, int32_t n);
/** Flow f leaves its links. */
void gw_solve_leave(gw_flow_sim *sim, int32_t f);
void gw_solve_capacity(gw_flow_sim *sim, int32_t l, double capacity_Bps);
/** All levels as they must be; sim->change: the flows that have a new one. */
void gw_solve_run(gw_flow_sim *sim);

#endif
