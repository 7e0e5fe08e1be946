/* flow/flow_sim.h: the inside of a running simulation, for the files of this room.
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
    double share;
} gw_sim_slot;

typedef struct gw_sim_account {
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
    uint32_t mark; /* 2 x solve; + 1 once its old level is passed */
    int32_t place; /* in levels */

    gw_sim_list list;
    gw_sim_account account;
    double own_pull; /* of the flows that it limits */
    float pull_peak; /* largest pull since its flows were last summed */
    int32_t group;   /* of the flows that it limits; -1: never limited any */
    bool touched;    /* the level or who is in the group has changed since times were last set */
    bool eased;      /* its flows are booked elsewhere at a ceiling: flow_ease.c */
    bool left;       /* a flow has left since the list was swept */
} gw_sim_link;

/** Of an eased link. Sums in two doubles: nothing drifts. */
typedef struct gw_sim_ease {
    gw_instant own_pull; /* of the flows that the link limits */
    gw_instant others;   /* load of the other flows on it */
    double others_top;   /* no level of theirs is higher */
    double ceiling;      /* up to this level of its own nothing else fills */
} gw_sim_ease;

/** The flows that one link limits. All are at its level, so one sum says how far all of them are. */
typedef struct gw_sim_group {
    gw_due ends;         /* by the progress at which they are through */
    gw_instant progress; /* integral of the level over time up to `upto`: bytes for a weight of 1 */
    gw_instant upto;
    double level;      /* since then */
    gw_sim_ease *ease; /* malloc; NULL: never eased */
    int32_t link;
    int32_t trials; /* fills that are left until the link may be eased again */
    uint8_t fails;  /* how often that has not paid */
    uint8_t paid;   /* levels set since it was eased, up to what makes it pay */
} gw_sim_group;

/** What a solve reads and writes of a flow. */
typedef struct gw_sim_flow {
    double level;  /* below 0: not on its links (waits, or has ended); see gw_sim_level */
    double top;    /* level at its cap; INF: none */
    double pull;   /* weight x n_like */
    int64_t first; /* of its part of on and share */
    int32_t n;
    int32_t limit;
    int32_t timed; /* link in whose group its end waits; -1: waits by itself; -2: not at all */
    uint32_t mark; /* 2 x solve: loose in it; + 1: frozen by it */
} gw_sim_flow;

typedef enum gw_sim_state { GW_SIM_WAITS, GW_SIM_RUNS, GW_SIM_ENDED, GW_SIM_REMOVED } gw_sim_state;

/** What only time asks of a flow. */
typedef struct gw_sim_time {
    double bytes, weight;
    double rest_B;     /* before it joins and after it has ended */
    gw_instant start;  /* asked for */
    gw_instant finish; /* it ends; while it is in a group: progress of that group at which */
} gw_sim_time;

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
    double *carried_B; /* [n_links] by flows that have ended */
    gw_sim_slot *slot;
    int64_t n_slots, slots_room, slots_lost;

    gw_sim_flow *flow; /* [n_flows] */
    gw_sim_time *time; /* [n_flows] */
    uint8_t *state;    /* [n_flows] gw_sim_state */
    int64_t *at;       /* [n_flows + 1] rows of on and share */
    int32_t *on;       /* links of flows */
    double *share;     /* NULL as long as every share is 1 */
    int64_t n_entries, entries_room;
    bool whole; /* all pulls so far are whole numbers: their sums are exact */

    gw_instant now;
    gw_due waiting, running; /* until they join; until those end that no link limits */
    int32_t *place;          /* [n_flows] of these and of all groups */
    gw_sim_group *group;
    int32_t n_groups, groups_room;
    gw_due next;          /* groups, until their first flow ends */
    int32_t *group_place; /* [n_groups] */
    int32_t *touched;     /* links whose groups are, since times were last set */
    int32_t n_touched, touched_room;

    uint32_t solve; /* number of the last one */
    bool solving;   /* something has changed since */
    gw_levels levels;
    gw_sim_open *open; /* the flows of the link being read */
    int32_t n_open, open_room;
    int32_t *loose; /* flows that became loose in this solve */
    int32_t n_loose, loose_room;
    int32_t *moved; /* flows that another link limits than before */
    int32_t n_moved, moved_room;
    int32_t *filled; /* links that filled in this solve, of which some may be eased */
    int32_t n_filled, filled_room;
    int32_t n_eased;

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

static inline int64_t gw_sim_way_end(const gw_sim_flow *flow) {
    return flow->first + flow->n;
}

static inline double gw_sim_share(const gw_flow_sim *sim, int64_t entry) {
    return sim->share == NULL ? 1.0 : sim->share[entry];
}

/** Level of a flow, also where it is booked at another one. */
static inline double gw_sim_level(const gw_flow_sim *sim, int32_t f) {
    const gw_sim_flow *flow = &sim->flow[f];
    bool eased = flow->limit >= 0 && flow->level >= 0.0 && sim->link[flow->limit].eased;
    return eased ? sim->link[flow->limit].level : flow->level;
}

/* ---- flow_group.c */

/** The group of link l, which is made where there is none. */
gw_sim_group *gw_group_of(gw_flow_sim *sim, int32_t l);
/** The level of link l, or who is in its group, has changed. */
void gw_group_touch(gw_flow_sim *sim, int32_t l);
double gw_group_left_B(const gw_flow_sim *sim, int32_t f);
/** Takes flow f, which runs, out of what waits for its end. */
void gw_group_drop(gw_flow_sim *sim, int32_t f);
/** After a solve: when who ends. */
void gw_groups_set(gw_flow_sim *sim);
/** First instant at which a flow ends; INF: none does. */
gw_instant gw_groups_first(const gw_flow_sim *sim);
/** Takes out those that end then, into ids, which has room for all flows. */
int32_t gw_groups_end(gw_flow_sim *sim, gw_instant first, int32_t *ids);
void gw_groups_free(gw_flow_sim *sim);

/* ---- flow_link.c */

/** Level at which link l fills, INF if never; not below `level`. The flows that it then stops are in
 * sim->open. Sums the link's pull and load anew. */
double gw_link_fills_at(gw_flow_sim *sim, int32_t l, double level);

/* ---- flow_ease.c */

/** After a solve in which link l has filled. */
void gw_ease_try(gw_flow_sim *sim, int32_t l);
/** Books the flows of eased link l at its level again. */
void gw_ease_end(gw_flow_sim *sim, int32_t l);
/** Of link l, and of all links that limit flows on it. */
void gw_ease_end_across(gw_flow_sim *sim, int32_t l);
/** A flow on eased link l that another link limits brings this much more load, at this level. */
void gw_ease_other(gw_flow_sim *sim, int32_t l, double load_Bps, double level);
/** A flow of this pull that eased link l limits leaves. */
void gw_ease_leave(gw_flow_sim *sim, int32_t l, double pull);
/** Link l, eased, at this level of the solve. False: it is eased no more, look at it as usual. */
bool gw_ease_work(gw_flow_sim *sim, int32_t l, double level);

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

/** The solve looks at link l not later than at this level. */
void gw_solve_look_at(gw_flow_sim *sim, int32_t l, double level);
/** Flow f has its level; link `by` limits it, -1: its cap. */
void gw_solve_freeze(gw_flow_sim *sim, int32_t f, double level, int32_t by);
/** Call before the first change; again is harmless. */
void gw_solve_begin(gw_flow_sim *sim);
/** n flows join their links. */
void gw_solve_join(gw_flow_sim *sim, const int32_t *ids, int32_t n);
/** Flow f leaves its links. */
void gw_solve_leave(gw_flow_sim *sim, int32_t f);
void gw_solve_capacity(gw_flow_sim *sim, int32_t l, double capacity_Bps);
/** All levels as they must be; sim->moved: the flows that another link limits. */
void gw_solve_run(gw_flow_sim *sim);

#endif
