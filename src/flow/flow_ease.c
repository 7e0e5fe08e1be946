/* flow/flow_ease.c: a link whose level moves without its flows being touched.
 * In: a link that limits many flows; flows that leave or join it.   Out: its new level, in O(1).
 * Model: a link is eased when nothing that its flows cross besides it limits any flow, and none of
 *   those other links can fill as long as the level here is no higher than a ceiling. Its flows are
 *   booked on the others at the ceiling, which is a reservation: every link is below its capacity
 *   with what is booked, so whatever eased links do below their ceilings fills nothing. The ceiling
 *   takes half of what is left on the fullest of the other links, so that others can have theirs.
 *   The level here is (capacity - load of the flows that others limit) / (pull of its own). A flow
 *   that leaves changes those two sums, one that joins and is stopped here too.
 *   Whatever does not fit ends the ease: its flows are booked at its level, and the general solve
 *   goes on: the level would pass the ceiling, or fall below one of another flow's; one of the
 *   other links must be read; another of its flows becomes loose; its capacity changes. A ceiling
 *   that is passed is set anew after that solve: some ten times while a link's flows leave it one by
 *   one. Where easing has not paid, the next trial waits twice as many solves as the one before.
 * Valid: exact; loads that are booked are bounds, as all loads are (flow_solve.c).
 * Derivation: docs/model/flows.md. */
#include <math.h>

#include "base/code.h"
#include "flow/flow_sim.h"

#define FLOWS_MIN 16    /* with fewer the general solve is as fast */
#define RISE_MIN 1.0625 /* a ceiling below this many times the level is passed too soon */
#define RISE_MAX 1e9    /* keeps what is booked finite */
#define ROOM_SLACK 1e-9 /* part of a capacity that is never reserved */
#define PAID_MIN 8      /* levels set while eased; easing and ending cost about as much */
#define FAILS_MAX 20

static double pull_at(const gw_flow_sim *sim, int32_t f, int64_t k) {
    return sim->flow[f].pull * gw_sim_share(sim, k);
}

static gw_sim_ease *ease_of(gw_flow_sim *sim, int32_t l) {
    return sim->group[sim->link[l].group].ease;
}

static void add(gw_instant *sum, double x) {
    *sum = gw_instant_after(*sum, x);
}

/* Does nothing that the flows of link l cross besides it limit any flow? Clears their scratch. */
static bool stands_alone(gw_flow_sim *sim, int32_t l, const gw_sim_slot *slot, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        const gw_sim_flow *flow = &sim->flow[slot[i].flow];
        for (int64_t k = flow->first; flow->limit == l && k < gw_sim_way_end(flow); k++) {
            gw_sim_link *other = &sim->link[sim->on[k]];
            if (sim->on[k] != l && other->n_limited > 0) {
                return false;
            }
            other->loose_pull = 0.0;
        }
    }
    return true;
}

/* Books the flows of link l at `level` on their other links instead of at where they are booked. */
static void book_at(gw_flow_sim *sim, int32_t l, const gw_sim_slot *slot, int32_t n, double level) {
    for (int32_t i = 0; i < n; i++) {
        int32_t f = slot[i].flow;
        gw_sim_flow *flow = &sim->flow[f];
        if (flow->limit != l) {
            continue;
        }
        for (int64_t k = flow->first; k < gw_sim_way_end(flow); k++) {
            if (sim->on[k] != l) {
                sim->link[sim->on[k]].load_Bps += pull_at(sim, f, k) * (level - flow->level);
            }
        }
        flow->level = level;
    }
}

/* Pulls of the flows of link l on their other links, in loose_pull, which no solve is using now. */
static void sum_pulls(gw_flow_sim *sim, int32_t l, const gw_sim_slot *slot, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        int32_t f = slot[i].flow;
        const gw_sim_flow *flow = &sim->flow[f];
        for (int64_t k = flow->first; flow->limit == l && k < gw_sim_way_end(flow); k++) {
            sim->link[sim->on[k]].loose_pull += pull_at(sim, f, k);
        }
    }
}

static double ceiling_of(gw_flow_sim *sim, int32_t l, const gw_sim_slot *slot, int32_t n) {
    double level = sim->link[l].level, ceiling = RISE_MAX * level;
    sum_pulls(sim, l, slot, n);
    for (int32_t i = 0; i < n; i++) {
        const gw_sim_flow *flow = &sim->flow[slot[i].flow];
        if (flow->limit != l) {
            continue;
        }
        ceiling = fmin(ceiling, flow->top);
        for (int64_t k = flow->first; k < gw_sim_way_end(flow); k++) {
            const gw_sim_link *other = &sim->link[sim->on[k]];
            if (sim->on[k] != l) {
                double left_Bps = other->capacity_Bps * (1.0 - ROOM_SLACK) - other->load_Bps;
                ceiling = fmin(ceiling, level + 0.5 * left_Bps / other->loose_pull);
            }
        }
    }
    return ceiling;
}

static void sum_own_and_others(gw_flow_sim *sim, int32_t l, const gw_sim_slot *slot, int32_t n) {
    gw_sim_ease *ease = ease_of(sim, l);
    ease->own_pull = ease->others = (gw_instant){0.0, 0.0};
    ease->others_top = 0.0;
    for (int32_t i = 0; i < n; i++) {
        const gw_sim_flow *flow = &sim->flow[slot[i].flow];
        double pull = flow->pull * slot[i].share;
        if (flow->limit == l) {
            add(&ease->own_pull, pull);
        } else {
            add(&ease->others, pull * flow->level);
            ease->others_top = fmax(ease->others_top, flow->level);
        }
    }
}

void gw_ease_try(gw_flow_sim *sim, int32_t l) {
    gw_sim_link *link = &sim->link[l];
    if (link->eased || link->n_limited < FLOWS_MIN || !(link->level > 0.0)) {
        return;
    }
    gw_sim_group *group = gw_group_of(sim, l);
    if (group->trials > 0) {
        group->trials--;
        return;
    }
    int32_t n;
    const gw_sim_slot *slot = gw_sim_list_read(sim, l, &n);
    if (!stands_alone(sim, l, slot, n)) {
        return;
    }
    double ceiling = ceiling_of(sim, l, slot, n);
    if (!(ceiling > RISE_MIN * link->level)) {
        return;
    }
    if (group->ease == NULL) {
        group->ease = gw_flow_zeros(1, sizeof *group->ease);
    }
    sum_own_and_others(sim, l, slot, n);
    group->ease->ceiling = ceiling;
    group->paid = 0;
    book_at(sim, l, slot, n, ceiling);
    link->eased = true;
    sim->n_eased++;
}

void gw_ease_end(gw_flow_sim *sim, int32_t l) {
    gw_sim_link *link = &sim->link[l];
    int32_t n;
    const gw_sim_slot *slot = gw_sim_list_read(sim, l, &n);
    book_at(sim, l, slot, n, link->level);
    link->eased = false;
    sim->n_eased--;
    gw_sim_group *group = gw_group_of(sim, l);
    if (group->paid >= PAID_MIN) {
        group->fails = 0;
        group->trials = 0;
    } else {
        group->fails = (uint8_t)(group->fails < FAILS_MAX ? group->fails + 1 : FAILS_MAX);
        group->trials = 1 << group->fails;
    }
}

void gw_ease_end_across(gw_flow_sim *sim, int32_t l) {
    if (sim->link[l].eased) {
        gw_ease_end(sim, l);
    }
    int32_t n;
    const gw_sim_slot *slot = gw_sim_list_read(sim, l, &n);
    for (int32_t i = 0; i < n && sim->n_eased > 0; i++) {
        int32_t limit = sim->flow[slot[i].flow].limit;
        if (limit >= 0 && sim->link[limit].eased) {
            gw_ease_end(sim, limit);
        }
    }
}

void gw_ease_other(gw_flow_sim *sim, int32_t l, double load_Bps, double level) {
    gw_sim_ease *ease = ease_of(sim, l);
    add(&ease->others, load_Bps);
    ease->others_top = fmax(ease->others_top, level);
}

void gw_ease_leave(gw_flow_sim *sim, int32_t l, double pull) {
    add(&ease_of(sim, l)->own_pull, -pull);
}

/* ------------------------------------------------------------------ a new level */

/* Reserves for flow f, which has just frozen at link l. False: there is no room. */
static bool book_up(gw_flow_sim *sim, int32_t f, int32_t l, double ceiling) {
    gw_sim_flow *flow = &sim->flow[f];
    if (flow->top < ceiling) {
        return false;
    }
    for (int64_t k = flow->first; k < gw_sim_way_end(flow); k++) {
        const gw_sim_link *other = &sim->link[sim->on[k]];
        double more_Bps = pull_at(sim, f, k) * (ceiling - flow->level);
        double most_Bps = other->capacity_Bps * (1.0 - ROOM_SLACK);
        if (sim->on[k] != l &&
            (other->n_limited > 0 || other->n_loose > 0 || other->load_Bps + more_Bps > most_Bps)) {
            return false;
        }
    }
    for (int64_t k = flow->first; k < gw_sim_way_end(flow); k++) {
        if (sim->on[k] != l) {
            sim->link[sim->on[k]].load_Bps += pull_at(sim, f, k) * (ceiling - flow->level);
        }
    }
    flow->level = ceiling;
    return true;
}

/* The loose flows on link l stop at its level. */
static void take_in(gw_flow_sim *sim, int32_t l) {
    gw_sim_ease *ease = ease_of(sim, l);
    bool fits = true;
    for (int32_t i = 0; i < sim->n_loose; i++) {
        int32_t f = sim->loose[i];
        const gw_sim_flow *flow = &sim->flow[f];
        for (int64_t k = flow->first; flow->mark == gw_is_loose(sim) && k < gw_sim_way_end(flow);
             k++) {
            if (sim->on[k] == l) {
                gw_solve_freeze(sim, f, sim->link[l].level, l);
                add(&ease->own_pull, pull_at(sim, f, k));
                fits = book_up(sim, f, l, ease->ceiling) && fits;
            }
        }
    }
    if (!fits) {
        gw_ease_end(sim, l);
    }
}

bool gw_ease_work(gw_flow_sim *sim, int32_t l, double level) {
    gw_sim_link *link = &sim->link[l];
    gw_sim_group *group = gw_group_of(sim, l);
    const gw_sim_ease *ease = group->ease;
    double left_Bps = gw_instant_less((gw_instant){link->capacity_Bps, 0.0}, ease->others);
    double pull = gw_instant_after(ease->own_pull, link->n_loose > 0 ? link->loose_pull : 0.0).s;
    double at = left_Bps / pull;
    bool many = (int64_t)sim->n_loose > 4 * (int64_t)link->n_limited;
    if (link->n_limited == 0 || many || !(at < ease->ceiling) || !(at >= ease->others_top)) {
        gw_ease_end(sim, l);
        return false;
    }
    if (link->n_loose > 0 && gw_above(at, level)) {
        gw_solve_look_at(sim, l, at);
        return true;
    }
    if (fabs(at - link->level) > at * GW_LEVEL_NEAR) {
        link->level = at;
        gw_group_touch(sim, l);
    }
    link->load_Bps = link->capacity_Bps;
    group->paid = (uint8_t)(group->paid < PAID_MIN ? group->paid + 1 : PAID_MIN);
    if (link->n_loose > 0) {
        take_in(sim, l);
    }
    return true;
}
