/* traffic/traffic.h: collectives as flows over a real network: who sends what to whom in which step.
 *
 * A schedule is a list of phases; a phase is a set of sends that begin together, done `repeat` times
 * one after another; the next begins when all of the last have ended (a barrier). Where all flows of
 * a step end together that is what a chain of dependencies gives as well; elsewhere it is, as a rule,
 * an upper bound, and the slowest link decides in both (docs/model/fabric.md).
 *
 * Time of one repeat = extra + depth x latency + transfer: latency that of the farthest pair of the
 * phase, transfer from the instant at which all share the links by max-min fairness to the end of
 * the last. A pipelined phase (a tree, a chain) has all its edges busy at once, each with all bytes
 * that cross it, and waits for the latency of as many hops as data goes: its steady state, chunks so
 * small that filling it costs nothing else.
 */
#ifndef GW_FABRIC_TRAFFIC_H
#define GW_FABRIC_TRAFFIC_H

#include "network/net.h"

/** Most sends of a schedule; what needs more is refused. */
#define GW_TRAFFIC_SENDS_MAX (INT64_C(1) << 25)

/** One send of a phase: bytes from a host to another. In a phase `in_network`: bytes over one link of
 * a tree that reduces or copies on the way. */
typedef struct gw_send {
    int32_t src;      /* host; in_network: number of the tree; sends of a tree follow one another */
    int32_t dst;      /* host; in_network: link */
    uint32_t entropy; /* queue pair */
    double bytes;
} gw_send;

typedef struct gw_traffic_phase {
    const char *name; /* "ring step", "inside: reduce-scatter" */
    int64_t first, n; /* of schedule->send; phases may share their sends */
    int64_t repeat;   /* equal steps */
    int depth;        /* hops that data takes one after another in a pipelined phase; else 1 */
    double extra_s;   /* per repeat, beside the latencies of the links */
    bool in_network;  /* each tree advances at one rate */
} gw_traffic_phase;

typedef struct gw_traffic {
    int algorithm; /* GW_ALGORITHM_...: what AUTO chose */
    int64_t n_sends;
    gw_send *send;
    int n_phases; /* 0: nothing to do, fewer than two ranks */
    gw_traffic_phase *phase;
} gw_traffic;

/** What one collective is asked to do. Ranks are hosts of the network, in the order of the group;
 * several groups of equal size work at the same time. Broadcasts start at the first of each. */
typedef struct gw_collective_ask {
    gw_collective kind;
    int algorithm;        /* GW_ALGORITHM_... of scenario/enums.h */
    double bytes;         /* full buffer, as in gw_collective_s; permutation: a rank's message */
    const double *pair_B; /* all-to-all(v): [n x n] row = sender; NULL: bytes / n each */
    int32_t n;            /* ranks of a group */
    int32_t n_groups;
    const int32_t *rank; /* [n_groups x n] hosts; none twice in a group */
    int queue_pairs;     /* flows that a send is split over, hashed apart; 0: 1 */
    uint64_t seed;       /* of permutations */
} gw_collective_ask;

/** NULL, or why this algorithm cannot do it (text in arena). AUTO takes the least
 * gw_traffic_estimate_s of those that need nothing of the switches: nvls and sharp are there for the
 * asking only, as not every switch reduces. */
const char *gw_traffic_make(const gw_net *net, const gw_collective_ask *ask, gw_arena *arena,
                            gw_traffic *out);
/** Closed form of a schedule in a regular network: each phase at the rate of the end points' own
 * ports. NaN: cannot be done. */
double gw_traffic_estimate_s(const gw_net *net, const gw_collective_ask *ask, int algorithm);

typedef struct gw_traffic_result {
    double time_s;     /* start to last end; NaN: never */
    double alone_s;    /* closed form: each phase at the rate of its slowest end point; infinite
                          where that has no port alive */
    bool congested;    /* some link other than the senders' and receivers' own limits a flow */
    bool closed_form;  /* time_s is the closed form: provably nothing else limits, in any phase */
    double *phase_s;   /* [n_phases] summed over repeats */
    double *carried_B; /* [n_links of the net], what bundles carry spread over their links */
    int32_t busiest;   /* link with the highest utilisation; -1: none */
    double busiest_frac;
    int64_t n_flows;      /* of all phases, repeats counted once */
    int64_t n_classes;    /* flows really simulated; 0 where the closed form served */
    int64_t n_stuck;      /* flows that never end: no way, or over a dead link */
    int64_t steps_as_one; /* 1: each step by itself; else up to so many equal steps ran as one flow
                                of their bytes, after all their latencies (gw_traffic_run_all) */
    int n_phases_simulated; /* the others had the closed form or shared a result */
} gw_traffic_result;

/** One schedule alone on the network. Equal steps are simulated once: with a barrier between them and
 * nothing else on the network they are alike. */
void gw_traffic_run(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                    gw_arena *arena, gw_traffic_result *out);

/** What phases took on one network as it stands, for schedules that send the same between the same
 * hosts again, all with so many times the bytes: another size, or all-gather after reduce-scatter.
 * With a network to itself and no latency inside, a phase's transfer is in proportion to its bytes.
 * Sizes are compared to 4 ulp, hosts exactly. Throw it away when a capacity changes. */
typedef struct gw_traffic_memo gw_traffic_memo;
gw_traffic_memo *gw_traffic_memo_create(void);
void gw_traffic_memo_free(gw_traffic_memo *memo);
/** The same answers as gw_traffic_run but for rounding. Always with the memo's net and routing. */
void gw_traffic_run_again(gw_traffic_memo *memo, const gw_net *net, const gw_route_how *how,
                          const gw_traffic *traffic, gw_arena *arena, gw_traffic_result *out);

/** Several schedules at once, each from its start, with events. reroute_s: time after which flows on
 * a dead link take another way; NaN: they wait for it. Capacities of the network are as they were
 * when it returns. out [n]; congested there: slower than alone_s. */
void gw_traffic_run_all(gw_net *net, const gw_route_how *how, int n,
                        const gw_traffic *const *traffic, const double *start_s, int n_events,
                        const gw_net_event *event, double reroute_s, gw_arena *arena,
                        gw_traffic_result *out);

#endif
