/* flow/flow_add.c: flows of a simulation as they are asked for.
 * In: flows.   Out: rows of the simulation's tables; the instant at which each will join.
 * Model: a flow waits the sum of its links' latencies from its start, then joins.
 * Valid: at most 2^31 - 1 flows in the life of a simulation; what has ended keeps its row.
 * Sources: see flow.h. */
#include <math.h>
#include <string.h>

#include "base/code.h"
#include "flow/flow_sim.h"

void gw_sim_flows_reserve(gw_flow_sim *sim, int64_t n) {
    if (n < sim->flows_room || n == 0) {
        return;
    }
    int32_t room = n < INT32_MAX - 1 ? (int32_t)n : INT32_MAX - 1;
    sim->flow = gw_flow_grow(sim->flow, room, sizeof *sim->flow);
    sim->time = gw_flow_grow(sim->time, room, sizeof *sim->time);
    sim->state = gw_flow_grow(sim->state, room, sizeof *sim->state);
    sim->place = gw_flow_grow(sim->place, room, sizeof *sim->place);
    sim->waiting.place = sim->running.place = sim->place;
    sim->flows_room = room;
}

static void share_from_now(gw_flow_sim *sim) {
    sim->share = gw_flow_grow(NULL, sim->entries_room, sizeof *sim->share);
    for (int64_t k = 0; k < sim->n_entries; k++) {
        sim->share[k] = 1.0;
    }
}

static void add_links(gw_flow_sim *sim, const gw_net_flow *flow) {
    int64_t begin = sim->n_entries, end = begin + flow->n;
    if (end > sim->entries_room) {
        sim->entries_room = end + end / 2 + 64;
        sim->on = gw_flow_grow(sim->on, sim->entries_room, sizeof *sim->on);
        if (sim->share != NULL) {
            sim->share = gw_flow_grow(sim->share, sim->entries_room, sizeof *sim->share);
        }
    }
    if (flow->share != NULL && sim->share == NULL) {
        share_from_now(sim);
    }
    for (int32_t k = 0; k < flow->n; k++) {
        sim->on[begin + k] = flow->link[k];
        if (sim->share != NULL) {
            sim->share[begin + k] = flow->share == NULL ? 1.0 : flow->share[k];
        }
    }
    sim->n_entries = end;
}

static double latency_of(const gw_flow_sim *sim, const gw_net_flow *flow) {
    if (flow->latency_s >= 0.0) {
        return flow->latency_s;
    }
    double sum_s = 0.0;
    for (int32_t k = 0; sim->latency_s != NULL && k < flow->n; k++) {
        sum_s += sim->latency_s[flow->link[k]];
    }
    return sum_s;
}

/* Sums of the flow's pulls are exact. */
static bool is_whole(const gw_net_flow *flow, double pull) {
    if (pull != floor(pull) || pull > 1e9) {
        return false;
    }
    for (int32_t k = 0; flow->share != NULL && k < flow->n; k++) {
        if (flow->share[k] != floor(flow->share[k])) {
            return false;
        }
    }
    return true;
}

int32_t gw_flow_sim_add(gw_flow_sim *sim, double start_s, const gw_net_flow *flow) {
    if (sim->n_flows >= sim->flows_room) {
        gw_sim_flows_reserve(sim, 2 * (int64_t)sim->n_flows + 64);
    }
    int64_t first = sim->n_entries;
    add_links(sim, flow);
    int32_t f = sim->n_flows++;
    double weight = flow->weight == 0.0 ? 1.0 : flow->weight;
    double pull = weight * (flow->n_like == 0 ? 1.0 : (double)flow->n_like);
    double top = flow->cap_Bps > 0.0 ? flow->cap_Bps / weight : GW_INF;
    /* What starts now starts at this very instant, of which start_s is only the nearest double. */
    gw_instant start = start_s <= sim->now.s ? sim->now : (gw_instant){start_s, 0.0};
    sim->flow[f] = (gw_sim_flow){.level = -1.0,
                                 .top = top,
                                 .pull = pull,
                                 .first = first,
                                 .n = flow->n,
                                 .limit = -1,
                                 .timed = -2};
    sim->time[f] = (gw_sim_time){.bytes = flow->bytes,
                                 .weight = weight,
                                 .rest_B = flow->bytes,
                                 .start = start,
                                 .finish = {GW_INF, 0.0}};
    sim->state[f] = GW_SIM_WAITS;
    sim->place[f] = -1;
    sim->whole = sim->whole && is_whole(flow, pull);
    gw_due_set(&sim->waiting, f, gw_instant_after(start, latency_of(sim, flow)));
    return f;
}
