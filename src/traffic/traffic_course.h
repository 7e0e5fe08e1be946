/* traffic/traffic_course.h: schedules under way in one simulator: their steps, and the flows that are
 * open. Internal to traffic_course.c and traffic_all.c. */
#ifndef GW_FABRIC_TRAFFIC_COURSE_H
#define GW_FABRIC_TRAFFIC_COURSE_H

#include "traffic/traffic_flows.h"

/** One schedule under way. */
typedef struct gw_course {
    const gw_traffic *traffic;
    double start_s, step_began_s;
    int phase;          /* under way; -1: not begun */
    int64_t steps_left; /* of it, those of the open flows included */
    int64_t block;      /* steps that the open flows stand for */
    int64_t n_open;
    bool waits, done;     /* for a way; for nothing any more */
    bool stale;           /* routing has changed since the flows were routed */
    gw_arena *arena;      /* of flows; NULL: to be routed */
    gw_phase_flows flows; /* of the phase */
    int64_t n_added;
    double *carried_B;
    gw_traffic_result *out;
} gw_course;

/** A flow of the simulator. */
typedef struct gw_open {
    int32_t job; /* -1: ended or taken away */
    int64_t row; /* of the job's flows, for the ends */
    double bytes;
    int32_t src, dst;
    uint32_t entropy;
    int32_t n;
    const int32_t *link; /* its links: the row's, or of its new way */
    const double *share;
} gw_open;

typedef struct gw_all {
    gw_net *net;
    const gw_route_how *how;
    gw_flow_sim *sim;
    gw_arena *arena;
    gw_course *job;
    int n;
    gw_open *open; /* by id */
    int64_t n_ids, room;
    double *now_Bps; /* capacity of each link and bundle */
    const gw_net_event *event;
    const int *order; /* of events by time */
    int n_events, next, next_known;
    double reroute_s;
    int32_t *ended;
    int32_t ended_room;
} gw_all;

/** Goes on where nothing is open: the next step, or phase, until something is. */
void gw_course_go_on(gw_all *a, gw_course *job);
/** Flows that ended, and what follows from it. */
void gw_course_end_flows(gw_all *a, const int32_t *ended, int32_t n);
/** What is left of the flow by its links, from now. The entry of `flow` is copied. */
void gw_course_add(gw_all *a, gw_open flow, double bytes, double latency_s);
/** A flow of nobody that ends then: the clock stops there also while all else waits. */
void gw_course_wake_at(gw_all *a, double at_s);
/** Bytes of a flow on the links of its way. */
void gw_course_carry(const gw_open *flow, double *carried_B, double bytes);

#endif
