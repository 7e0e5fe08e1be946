/* flow/flow_sim.c: flows in time: they join, share, end.
 * In: flows with their starts, changes of capacity.   Out: who ends when, what links carried.
 * Model: between two instants at which a flow joins or ends or a capacity changes, rates are
 *   constant. Flows that end at one instant (flow_group.c) leave together and rates are solved once
 *   for all of them (flow_solve.c).
 * Valid: instants are sums of two doubles (flow_due.h), so lengths keep their digits late in a run.
 * Sources: fluid model of flow-level simulators: Casanova et al., J. Parallel Distrib. Comput. 74
 *   (2014) 2899 (SimGrid). */
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "flow/flow_sim.h"

/* ------------------------------------------------------------------ memory */

_Static_assert(sizeof(gw_sim_link) == 128, "two cache lines");

/* Links on the boundaries of cache lines. */
static gw_sim_link *zeroed_lines(int32_t n) {
    size_t size = ((size_t)n + 1) * sizeof(gw_sim_link);
    gw_sim_link *out = aligned_alloc(sizeof(gw_sim_link), size);
    if (out == NULL) {
        gw_out_of_memory(size);
    }
    memset(out, 0, size);
    return out;
}

gw_flow_sim *gw_flow_sim_create(const gw_flow_links *links, int64_t n_flows_hint) {
    gw_flow_sim *sim = gw_flow_zeros(1, sizeof *sim);
    size_t n = (size_t)links->n;
    sim->n_links = links->n;
    sim->whole = true;
    sim->link = zeroed_lines(links->n);
    gw_levels_keep_places(&sim->levels, &sim->link[0].place, sizeof *sim->link);
    sim->carried_B = gw_flow_zeros(links->n, sizeof *sim->carried_B);
    for (int32_t l = 0; l < links->n; l++) {
        sim->link[l].capacity_Bps = links->capacity_Bps[l];
        sim->link[l].group = sim->link[l].place = -1;
    }
    if (links->latency_s != NULL && links->n > 0) {
        sim->latency_s = gw_flow_zeros(links->n, sizeof *sim->latency_s);
        memcpy(sim->latency_s, links->latency_s, n * sizeof *sim->latency_s);
    }
    gw_sim_flows_reserve(sim, n_flows_hint);
    return sim;
}

void gw_flow_sim_free(gw_flow_sim *sim) {
    if (sim == NULL) {
        return;
    }
    void *owned[] = {sim->link,  sim->latency_s, sim->slot,  sim->flow,         sim->time,
                     sim->state, sim->on,        sim->share, sim->waiting.node, sim->running.node,
                     sim->place, sim->open,      sim->loose, sim->moved,        sim->ended,
                     sim->batch, sim->unbooked,  sim->told,  sim->filled,       sim->carried_B};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        free(owned[i]);
    }
    gw_levels_free(&sim->levels);
    gw_groups_free(sim);
    free(sim);
}

/* ------------------------------------------------------------------ changes of state */

static void note_ended(gw_flow_sim *sim, int32_t f) {
    if (sim->n_ended == sim->ended_room) {
        sim->ended_room = 2 * sim->ended_room + 64;
        sim->ended = gw_flow_grow(sim->ended, sim->ended_room, sizeof *sim->ended);
    }
    sim->ended[sim->n_ended++] = f;
}

static void note_unbooked(gw_flow_sim *sim, int32_t f) {
    if (sim->n_unbooked == sim->unbooked_room) {
        sim->unbooked_room = 2 * sim->unbooked_room + 64;
        sim->unbooked = gw_flow_grow(sim->unbooked, sim->unbooked_room, sizeof *sim->unbooked);
    }
    sim->unbooked[sim->n_unbooked++] = f;
}

static void end_flow(gw_flow_sim *sim, int32_t f) {
    if (sim->flow[f].level >= 0.0) {
        gw_solve_begin(sim);
        gw_solve_leave(sim, f);
    }
    sim->state[f] = GW_SIM_ENDED;
    sim->flow[f].timed = -2;
    sim->time[f].finish = sim->now;
    sim->time[f].rest_B = 0.0;
    note_ended(sim, f);
    note_unbooked(sim, f);
}

static int by_id(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

/* Of flows that are in no heap. Many are marked there and found again in order. */
static void sort_ids(gw_flow_sim *sim, int32_t *ids, int32_t n) {
    if (n < 2) {
        return;
    }
    if (n < sim->n_flows / 16) {
        qsort(ids, (size_t)n, sizeof *ids, by_id);
        return;
    }
    for (int32_t i = 0; i < n; i++) {
        sim->place[ids[i]] = -2;
    }
    int32_t found = 0;
    for (int32_t f = 0; f < sim->n_flows && found < n; f++) {
        if (sim->place[f] == -2) {
            sim->place[f] = -1;
            ids[found++] = f;
        }
    }
}

static int32_t *batch_room(gw_flow_sim *sim, int32_t n) {
    if (n > sim->batch_room) {
        sim->batch_room = n;
        sim->batch = gw_flow_grow(sim->batch, n, sizeof *sim->batch);
    }
    return sim->batch;
}

/* Those whose wait is over. Without bytes they end here and now. */
static void join_due(gw_flow_sim *sim) {
    if (sim->waiting.n == 0 || gw_instant_before(sim->now, sim->waiting.node[0].at)) {
        return;
    }
    int32_t *ids = batch_room(sim, sim->waiting.n);
    int32_t n = gw_due_until(&sim->waiting, sim->now, ids);
    gw_due_drop_all(&sim->waiting, ids, n);
    sort_ids(sim, ids, n);
    int32_t n_join = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t f = ids[i];
        if (sim->time[f].bytes > 0.0) {
            sim->state[f] = GW_SIM_RUNS;
            ids[n_join++] = f;
        } else {
            end_flow(sim, f);
        }
    }
    if (n_join > 0) {
        gw_solve_begin(sim);
        gw_solve_join(sim, ids, n_join);
    }
}

/* Those that finish at the first finish. */
static void end_due(gw_flow_sim *sim, gw_instant first) {
    int32_t *ids = batch_room(sim, sim->n_flows);
    int32_t n = gw_groups_end(sim, first, ids);
    sort_ids(sim, ids, n);
    for (int32_t i = 0; i < n; i++) {
        end_flow(sim, ids[i]);
    }
}

/* Everything that belongs to this instant, and the rates from here on. */
static void settle(gw_flow_sim *sim) {
    join_due(sim);
    if (sim->solving) {
        gw_solve_run(sim);
        gw_groups_set(sim);
    }
}

/* ------------------------------------------------------------------ stepping */

double gw_flow_sim_now_s(const gw_flow_sim *sim) {
    return sim->now.s;
}

/* Hands out what has ended, and takes the array handed out before back for what will end. */
static bool report(gw_flow_sim *sim, bool moved, const int32_t **ended, int32_t *n_ended) {
    int32_t *out = sim->ended, room = sim->ended_room;
    sim->ended = sim->told;
    sim->ended_room = sim->told_room;
    sim->told = out;
    sim->told_room = room;
    *ended = out;
    *n_ended = sim->n_ended;
    sim->n_ended = 0;
    sort_ids(sim, out, *n_ended);
    return moved || *n_ended > 0;
}

bool gw_flow_sim_step(gw_flow_sim *sim, double until_s, const int32_t **ended, int32_t *n_ended) {
    gw_instant until = {until_s, 0.0}, begin = sim->now;
    settle(sim);
    while (sim->n_ended == 0) {
        gw_instant end = gw_groups_first(sim), next = end;
        if (sim->waiting.n > 0 && gw_instant_before(sim->waiting.node[0].at, next)) {
            next = sim->waiting.node[0].at;
        }
        if (!(next.s < GW_INF) || gw_instant_before(until, next)) {
            if (until_s < GW_INF && gw_instant_before(sim->now, until)) {
                sim->now = until;
            }
            break;
        }
        if (gw_instant_before(sim->now, next)) {
            sim->now = next;
        }
        if (!gw_instant_before(next, end)) {
            end_due(sim, end);
        }
        if (sim->n_ended == 0) {
            settle(sim);
        }
    }
    return report(sim, gw_instant_before(begin, sim->now), ended, n_ended);
}

void gw_flow_sim_set_capacity(gw_flow_sim *sim, int32_t link, double capacity_Bps) {
    if (sim->link[link].capacity_Bps != capacity_Bps) {
        gw_solve_begin(sim);
        gw_solve_capacity(sim, link, capacity_Bps);
    }
}

double gw_flow_sim_remove(gw_flow_sim *sim, int32_t id) {
    settle(sim);
    if (sim->state[id] == GW_SIM_ENDED || sim->state[id] == GW_SIM_REMOVED) {
        return 0.0;
    }
    double rest_B = sim->time[id].rest_B;
    if (sim->state[id] == GW_SIM_RUNS) {
        rest_B = gw_group_left_B(sim, id);
        gw_group_drop(sim, id);
        gw_solve_begin(sim);
        gw_solve_leave(sim, id);
        note_unbooked(sim, id);
    } else {
        gw_due_drop(&sim->waiting, id);
    }
    sim->state[id] = GW_SIM_REMOVED;
    sim->time[id].rest_B = rest_B;
    return rest_B;
}

/* ------------------------------------------------------------------ answers */

double gw_flow_sim_rate_Bps(gw_flow_sim *sim, int32_t id) {
    settle(sim);
    return sim->state[id] == GW_SIM_RUNS ? gw_sim_level(sim, id) * sim->time[id].weight : 0.0;
}

double gw_flow_sim_finish_s(const gw_flow_sim *sim, int32_t id) {
    return sim->state[id] == GW_SIM_ENDED ? sim->time[id].finish.s : GW_NAN;
}

double gw_flow_sim_took_s(const gw_flow_sim *sim, int32_t id) {
    if (sim->state[id] != GW_SIM_ENDED) {
        return GW_NAN;
    }
    return gw_instant_less(sim->time[id].finish, sim->time[id].start);
}

int32_t gw_flow_sim_limit(gw_flow_sim *sim, int32_t id) {
    settle(sim);
    return sim->flow[id].limit;
}

/* What the flows that have ended brought to their links. Done when first asked for, then in one go. */
static void book(gw_flow_sim *sim) {
    for (int32_t i = 0; i < sim->n_unbooked; i++) {
        int32_t f = sim->unbooked[i];
        const gw_sim_time *time = &sim->time[f];
        double n_like = sim->flow[f].pull / time->weight;
        double done_B = (time->bytes - time->rest_B) * n_like;
        for (int64_t k = sim->flow[f].first; k < gw_sim_way_end(&sim->flow[f]); k++) {
            sim->carried_B[sim->on[k]] += done_B * gw_sim_share(sim, k);
        }
    }
    sim->n_unbooked = 0;
}

double gw_flow_sim_carried_B(gw_flow_sim *sim, int32_t link) {
    settle(sim);
    book(sim);
    double carried_B = sim->carried_B[link];
    int32_t n;
    const gw_sim_slot *slot = gw_sim_list_read(sim, link, &n);
    for (int32_t k = 0; k < n; k++) {
        const gw_sim_flow *flow = &sim->flow[slot[k].flow];
        const gw_sim_time *time = &sim->time[slot[k].flow];
        double done_B = time->bytes - gw_group_left_B(sim, slot[k].flow);
        carried_B += done_B * slot[k].share * flow->pull / time->weight;
    }
    return carried_B;
}

double gw_flow_sim_full_s(gw_flow_sim *sim, int32_t link) {
    settle(sim);
    const gw_sim_account *account = &sim->link[link].account;
    bool full = sim->link[link].n_limited > 0;
    return account->full_s + (full ? gw_instant_less(sim->now, account->since) : 0.0);
}
