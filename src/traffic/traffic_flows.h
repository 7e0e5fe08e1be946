/* traffic/traffic_flows.h: a phase of a schedule as flows: paths, shares, latency; and whether their
 * rates follow from the end points alone. */
#ifndef GW_FABRIC_TRAFFIC_FLOWS_H
#define GW_FABRIC_TRAFFIC_FLOWS_H

#include "traffic/traffic.h"

/** Flows of one repeat of a phase: a flow for each send, or for each tree of a phase in_network. */
typedef struct gw_phase_flows {
    gw_flow_set set;          /* latency_s all 0: they share from the start; see hop_s */
    const int32_t *src, *dst; /* [set.n] hosts; NULL in_network */
    double hop_s;             /* latency of the farthest pair, or of a tree's slowest link */
    int64_t n_no_way;         /* sends between hosts that no way joins: not in the set */
} gw_phase_flows;

/** What one repeat of the phase waits before its flows share links. */
double gw_phase_delay_s(const gw_traffic_phase *phase, double hop_s);

/** Reads capacities only where the network is damaged. Everything is owned by the arena. */
void gw_phase_flows_make(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                         int phase, gw_arena *arena, gw_phase_flows *out);

/** The same for a simulator of one's own: latency_s of each flow is the
 * delay of the phase. False: some pair has no
 * way; the others are in the set. */
bool gw_traffic_phase_flows(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                            int phase, gw_arena *arena, gw_flow_set *out);

/** Where links begin and end, bundles included: a node, or -1 where a bundle's links differ. */
typedef struct gw_link_ends {
    const int32_t *from, *to; /* [n_links + n_bundles] */
} gw_link_ends;
gw_link_ends gw_link_ends_of(const gw_net *net, gw_arena *arena);

/** A link is a flow's own where it leaves its source or enters its destination; of a tree: where it
 * leaves or enters a host. */
bool gw_link_is_own(const gw_link_ends *ends, const gw_phase_flows *flows, int64_t flow,
                    int32_t link, int32_t n_hosts);

/** What the end points' own links say of a phase. */
typedef struct gw_phase_bound {
    double transfer_s; /* the slowest end point: most bytes over capacity of an own link */
    bool exact;        /* proven to be the time by max-min fairness */
    int32_t n_links;   /* that some flow crosses */
    int32_t *link;     /* [n_links] */
    double *carried_B; /* [n_links] once all flows are through */
} gw_phase_bound;

/** Proof. Candidate rate of a flow: over its own links, the least of capacity / (sum of the shares of
 * the flows that have the link as their own). Where no link, of anyone, is asked for more than it
 * has, and every flow has an own link that is full and on which no flow is faster, these are the
 * max-min fair rates (Bertsekas & Gallager 1992, 6.5.2: each flow has a bottleneck). Where the flows
 * of such a link also have equal bytes they end together, so that the bottlenecks of the others stay
 * as they are, and the rates hold to the end. */
gw_phase_bound gw_phase_bound_of(const gw_net *net, const gw_link_ends *ends,
                                 const gw_phase_flows *flows, gw_arena *scratch);

/** Spreads what bundles carried over their links and finds the busiest; reads out->time_s. carried_B
 * [links and bundles] becomes out->carried_B. */
void gw_traffic_carried(const gw_net *net, const double *capacity_Bps, double *carried_B,
                        gw_traffic_result *out);

#endif
