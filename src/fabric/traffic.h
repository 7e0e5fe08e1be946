/* fabric/traffic.h: collectives as flows over a real network: who sends what to whom in which step.
 *
 * A schedule is a list of phases; a phase is a set of sends that begin together, done `repeat` times
 * one after another; the next begins when all of the last have ended (a barrier). Where all flows of
 * a step end together that is what a chain of dependencies gives as well; elsewhere it is an upper
 * bound, and the slowest link decides in both.
 */
#ifndef GW_FABRIC_TRAFFIC_H
#define GW_FABRIC_TRAFFIC_H

#include "fabric/net.h"

/** One send of a phase: bytes from a host to another; dst < 0: to all of a reduction tree, see
 * `tree`. */
typedef struct gw_send {
    int32_t src, dst;
    double bytes;
    uint32_t entropy; /* queue pair */
} gw_send;

typedef struct gw_traffic_phase {
    const char *name; /* "ring step", "inside: reduce-scatter" */
    int64_t first, n; /* of schedule->send */
    int64_t repeat;   /* equal steps */
    double extra_s;   /* per repeat, beside the latencies of the links */
    bool in_network;  /* sends of one src form one multicast or reduction tree */
} gw_traffic_phase;

typedef struct gw_traffic {
    int64_t n_sends;
    gw_send *send;
    int n_phases;
    gw_traffic_phase *phase;
} gw_traffic;

/** What one collective is asked to do. Ranks are hosts of the network, in the order of the group;
 * several groups of equal size work at the same time. */
typedef struct gw_collective_ask {
    gw_collective kind;
    int algorithm;        /* GW_ALGORITHM_... of scenario/enums.h */
    double bytes;         /* full buffer, as in gw_collective_s */
    const double *pair_B; /* all-to-all(v): [n x n] row = sender; NULL: bytes / n each */
    int32_t n;            /* ranks of a group */
    int32_t n_groups;
    const int32_t *rank; /* [n_groups x n] hosts */
    int queue_pairs;     /* flows that a send is split over, hashed apart; 0: 1 */
} gw_collective_ask;

/** NULL, or why this algorithm cannot do it (text in arena). */
const char *gw_traffic_make(const gw_net *net, const gw_collective_ask *ask, gw_arena *arena,
                            gw_traffic *out);

typedef struct gw_traffic_result {
    double time_s;     /* start to last end; NaN: never */
    double alone_s;    /* closed form: each phase at the rate of its slowest end point */
    bool congested;    /* some link other than the senders' and receivers' own limits a flow */
    bool closed_form;  /* time_s is the closed form: provably nothing else limits */
    double *phase_s;   /* [n_phases] of one repeat each, summed over repeats */
    double *carried_B; /* [links] */
    int32_t busiest;   /* link with the highest utilisation; -1: none */
    double busiest_frac;
    int64_t n_flows, n_classes;
} gw_traffic_result;

/** One schedule alone on the network. */
void gw_traffic_run(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                    gw_arena *arena, gw_traffic_result *out);

/** Capacity of a link from a time on: a fault or its end. */
typedef struct gw_net_event {
    double at_s;
    int32_t link;
    double capacity_Bps;
} gw_net_event;

/** Several schedules at once, each from its start, with events. reroute_s: time after which flows on
 * a dead link take another way; NaN: they wait for it. out [n]. */
void gw_traffic_run_all(gw_net *net, const gw_route_how *how, int n,
                        const gw_traffic *const *traffic, const double *start_s, int n_events,
                        const gw_net_event *event, double reroute_s, gw_arena *arena,
                        gw_traffic_result *out);

#endif
