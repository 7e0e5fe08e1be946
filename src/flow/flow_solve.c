/* flow/flow_solve.c: max-min fair levels after a change, at the cost of what the change moves.
 * In: the levels of the last solve; flows that joined or left, links with a new capacity.
 * Out: the levels of now; the flows that another link limits than before.
 * Model: progressive filling that begins from the last solution. Levels rise from the lowest change.
 *   A flow is expected to stop at its old level until its old limit is found to fill at another
 *   level; a link that nothing has changed on is not looked at. See Derivation.
 *     loose flow    its limit is open: it rises until a link on its way fills, or to its cap
 *     frozen flow   has its level of now
 *     others        are expected at their old level, if that is above the level of now; else have it
 *   A link is looked at when a loose flow crosses it, when a flow on it left or froze below its old
 *   level and the link limits others, or when its capacity changed. Then it has one of three fates:
 *     fills below its old level      freezes all that would rise further
 *     fills at its old level         freezes what is loose there or expected above
 *     would fill above               at the old level, the flows that it limited go to another full
 *                                    link of the same level on their way, or else become loose
 * Derivation: docs/model/flows.md, with a proof. In short: let r be the lowest level at which old
 *   and new solution differ. Below r both freeze the same flows at the same links, so a solve that
 *   goes upwards need not look below r; and above r a link can differ only if a flow on it does.
 * Valid: any capacities (0: its flows stand), pulls above 0. Levels nearer than GW_LEVEL_NEAR of
 *   each other are one level; a flow whose level moves by less keeps the old one, to the digit, so
 *   such differences never add up: what is compared is always a level computed anew.
 * Sources: max-min fairness and filling: Bertsekas & Gallager, Data Networks, 1992, section 6.5.2.
 *   The level of a link with flows stopped elsewhere: Charny, Clark & Jain, ICC 1995. */
#include "flow/flow_sim.h"

#include <math.h>

#include "base/code.h"

/* Sums of pulls that are no whole numbers round: a bound allows for this part of the largest one. */
#define PULL_SLACK 1e-9
/* A load that is kept by adding and taking away is this much of the capacity off, at most. */
#define LOAD_SLACK 1e-13
#define OPEN_KEY (-1.0) /* of a link that is yet to be given one */

/* ------------------------------------------------------------------ links */

static gw_sim_link *seen(gw_flow_sim *sim, int32_t l) {
    gw_sim_link *link = &sim->link[l];
    if (link->mark / 2 != sim->solve) {
        link->mark = 2 * sim->solve;
        link->key = GW_INF;
        link->loose_pull = 0.0;
        link->n_loose = 0;
    }
    return link;
}

void gw_solve_look_at(gw_flow_sim *sim, int32_t l, double level) {
    gw_sim_link *link = seen(sim, l);
    if (level < link->key) {
        link->key = level;
        gw_levels_push(&sim->levels, level, l);
    }
}

/* What is surely not pulled: sums of pulls that are no whole numbers round. */
static double pull_slack(const gw_flow_sim *sim, const gw_sim_link *link) {
    return sim->whole ? 0.0 : PULL_SLACK * (double)link->pull_peak;
}

/* The link, which limits flows, does not fill below this level: its own flows and the loose ones
 * share what the others leave. Those of the others that are expected above it only raise it. */
static double own_bound(const gw_flow_sim *sim, const gw_sim_link *link, double left_Bps) {
    double over_Bps = link->loose_pull * link->level - left_Bps;
    if (over_Bps <= 0.0) {
        return 0.0; /* it does not fall */
    }
    double own = fmax(link->own_pull - pull_slack(sim, link), 0.0);
    double pull = own + (link->n_loose > 0 ? link->loose_pull : 0.0);
    return pull > 0.0 ? link->level * (1.0 - LOAD_SLACK) - over_Bps / pull : 0.0;
}

/* The link does not fill below this level. Three bounds: all its flows rise for ever; the loose ones
 * do, next to all others at the levels they are expected at; the loose ones and its own do. */
static double bound(const gw_flow_sim *sim, const gw_sim_link *link) {
    double left_Bps = link->capacity_Bps - link->capacity_Bps * LOAD_SLACK - link->load_Bps;
    if ((link->n_loose == 0 && left_Bps >= 0.0) || !(link->capacity_Bps < GW_INF)) {
        return GW_INF;
    }
    double pull = link->pull + pull_slack(sim, link);
    double all = pull > 0.0 ? link->capacity_Bps / pull : GW_INF;
    double some = link->n_loose > 0 ? left_Bps / (link->loose_pull + pull_slack(sim, link)) : 0.0;
    double own = gw_holds(link) ? own_bound(sim, link, left_Bps) : 0.0;
    return fmax(all, fmax(some, own));
}

/* Next level at which something can happen here. */
static double next_level(const gw_flow_sim *sim, const gw_sim_link *link, double level) {
    double at = bound(sim, link);
    at = gw_holds(link) && link->level < at ? link->level : at;
    return at > level ? at : level;
}

static double pull_on(const gw_flow_sim *sim, const gw_sim_flow *flow, int32_t l) {
    for (int64_t k = flow->first; sim->share != NULL && k < gw_sim_way_end(flow); k++) {
        if (sim->on[k] == l) {
            return flow->pull * sim->share[k];
        }
    }
    return flow->pull;
}

static void limit_to(gw_flow_sim *sim, int32_t f, int32_t l) {
    gw_sim_flow *flow = &sim->flow[f];
    if (flow->limit == l) {
        return;
    }
    if (flow->limit >= 0) {
        gw_sim_link *link = &sim->link[flow->limit];
        link->own_pull -= pull_on(sim, flow, flow->limit);
        if (--link->n_limited == 0) {
            link->account.full_s += gw_instant_less(sim->now, link->account.since);
            link->own_pull = 0.0;
        }
    }
    if (l >= 0) {
        sim->link[l].own_pull += pull_on(sim, flow, l);
        if (sim->link[l].n_limited++ == 0) {
            sim->link[l].account.since = sim->now;
        }
    }
    flow->limit = l;
}

/* ------------------------------------------------------------------ flows */

static void note(int32_t **list, int32_t *n, int32_t *room, int32_t item) {
    if (*n == *room) {
        *room = 2 * *room + 64;
        *list = gw_flow_grow(*list, *room, sizeof **list);
    }
    (*list)[(*n)++] = item;
}

/* Its links wait for look_at_ways: the keys of links that many flows loosen on change only once. */
static void loosen(gw_flow_sim *sim, int32_t f) {
    gw_sim_flow *flow = &sim->flow[f];
    limit_to(sim, f, -1);
    flow->mark = gw_is_loose(sim);
    note(&sim->loose, &sim->n_loose, &sim->loose_room, f);
    if (flow->top < GW_INF) {
        gw_levels_push(&sim->levels, flow->top, ~f);
    }
    for (int64_t k = sim->flow[f].first; k < gw_sim_way_end(&sim->flow[f]); k++) {
        gw_sim_link *link = seen(sim, sim->on[k]);
        double pull = flow->pull * gw_sim_share(sim, k);
        if (link->eased && flow->level > 0.0) {
            gw_ease_end(sim, sim->on[k]);
        }
        link->load_Bps -= pull * flow->level;
        link->loose_pull += pull;
        link->n_loose++;
        link->key = OPEN_KEY;
    }
}

/* The links of the flows that became loose since there were `from` of them. */
static void look_at_ways(gw_flow_sim *sim, int32_t from, double level) {
    for (int32_t i = from; i < sim->n_loose; i++) {
        int32_t f = sim->loose[i];
        for (int64_t k = sim->flow[f].first; k < gw_sim_way_end(&sim->flow[f]); k++) {
            gw_sim_link *link = &sim->link[sim->on[k]];
            if (link->key == OPEN_KEY) {
                link->key = GW_INF;
                gw_solve_look_at(sim, sim->on[k], next_level(sim, link, level));
            }
        }
    }
}

void gw_solve_freeze(gw_flow_sim *sim, int32_t f, double level, int32_t by) {
    gw_sim_flow *flow = &sim->flow[f];
    double old = flow->level;
    bool loose = flow->mark == gw_is_loose(sim);
    if (fabs(level - old) <= level * GW_LEVEL_NEAR) {
        level = old;
    }
    limit_to(sim, f, by);
    if (flow->timed != by) {
        note(&sim->moved, &sim->n_moved, &sim->moved_room, f);
    }
    flow->mark = gw_is_frozen(sim);
    flow->level = level;
    for (int64_t k = sim->flow[f].first; k < gw_sim_way_end(&sim->flow[f]); k++) {
        gw_sim_link *link = seen(sim, sim->on[k]);
        double pull = flow->pull * gw_sim_share(sim, k);
        link->load_Bps += pull * (loose ? level : level - old);
        if (link->eased && sim->on[k] != by) {
            gw_ease_other(sim, sim->on[k], pull * (loose ? level : level - old), level);
        }
        if (loose) {
            link->loose_pull -= pull;
            link->n_loose--;
        } else if (level < old && gw_holds(link) && sim->on[k] != by) {
            gw_solve_look_at(sim, sim->on[k], link->level > level ? link->level : level);
        }
    }
}

/* ------------------------------------------------------------------ one link */

/* Another link on the way of f that is full at its level: f may stay. */
static int32_t other_limit(const gw_flow_sim *sim, int32_t f, int32_t l) {
    const gw_sim_flow *flow = &sim->flow[f];
    for (int64_t k = sim->flow[f].first; k < gw_sim_way_end(&sim->flow[f]); k++) {
        const gw_sim_link *link = &sim->link[sim->on[k]];
        if (sim->on[k] != l && link->n_limited > 0 &&
            fabs(link->level - flow->level) <= flow->level * GW_LEVEL_NEAR) {
            return sim->on[k];
        }
    }
    return -1;
}

/* Link l fills above its old level, which is reached. */
static void pass(gw_flow_sim *sim, int32_t l, double level) {
    sim->link[l].mark |= 1;
    int32_t n, from = sim->n_loose;
    const gw_sim_slot *slot = gw_sim_list_read(sim, l, &n);
    for (int32_t k = 0; k < n; k++) {
        int32_t f = slot[k].flow;
        if (sim->flow[f].limit != l || sim->flow[f].mark == gw_is_frozen(sim)) {
            continue;
        }
        int32_t other = other_limit(sim, f, l);
        if (other >= 0) {
            if (sim->link[other].eased) {
                gw_ease_end(sim, other);
            }
            limit_to(sim, f, other);
            note(&sim->moved, &sim->n_moved, &sim->moved_room, f);
        } else {
            loosen(sim, f);
        }
    }
    look_at_ways(sim, from, level);
    gw_solve_look_at(sim, l, next_level(sim, &sim->link[l], level));
}

static void fill(gw_flow_sim *sim, int32_t l, double level) {
    gw_sim_link *link = &sim->link[l];
    bool same = gw_holds(link) && fabs(level - link->level) <= level * GW_LEVEL_NEAR;
    link->level = same ? link->level : level;
    link->mark |= 1;
    if (!same) {
        gw_group_touch(sim, l);
    }
    for (int32_t k = 0; k < sim->n_open; k++) {
        int32_t f = sim->open[k].flow;
        if (!same || sim->flow[f].limit != l || sim->flow[f].mark == gw_is_loose(sim)) {
            gw_solve_freeze(sim, f, link->level, l);
        }
    }
    link->load_Bps = link->capacity_Bps; /* by definition; forgets what rounding has left there */
    note(&sim->filled, &sim->n_filled, &sim->filled_room, l);
}

/* Nothing happens between the level of now and this one. */
static bool next_is_above(const gw_flow_sim *sim, double level) {
    return level < GW_INF && (sim->levels.n == 0 || sim->levels.entry[0].level > level);
}

static void work_on(gw_flow_sim *sim, int32_t l, double level) {
    gw_sim_link *link = &sim->link[l];
    if (link->key != level) {
        return; /* looked at before, at a lower level */
    }
    link->key = GW_INF;
    if (link->eased && gw_ease_work(sim, l, level)) {
        return;
    }
    double at = bound(sim, link);
    if (!gw_above(at, level)) {
        at = gw_link_fills_at(sim, l, level);
        if (!gw_holds(link) && next_is_above(sim, at)) {
            fill(sim, l, at);
            return;
        }
    }
    bool passes = gw_holds(link) && gw_above(at, link->level);
    double next = passes ? link->level : at;
    if (gw_above(next, level)) {
        if (next < GW_INF) {
            gw_solve_look_at(sim, l, next);
        }
    } else if (passes) {
        pass(sim, l, level);
    } else {
        fill(sim, l, at);
    }
}

/* ------------------------------------------------------------------ the whole */

void gw_solve_begin(gw_flow_sim *sim) {
    if (sim->solving) {
        return;
    }
    sim->solving = true;
    sim->n_moved = 0;
    sim->n_filled = 0;
    sim->n_loose = 0;
    if (++sim->solve == UINT32_MAX / 2) {
        sim->solve = 1;
        for (int32_t l = 0; l < sim->n_links; l++) {
            sim->link[l].mark = 0;
        }
        for (int32_t f = 0; f < sim->n_flows; f++) {
            sim->flow[f].mark = 0;
        }
    }
}

void gw_solve_join(gw_flow_sim *sim, const int32_t *ids, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        sim->flow[ids[i]].level = 0.0;
    }
    gw_sim_list_join(sim, ids, n);
    for (int32_t i = 0; i < n; i++) {
        for (int64_t k = sim->flow[ids[i]].first; k < gw_sim_way_end(&sim->flow[ids[i]]); k++) {
            gw_sim_link *link = &sim->link[sim->on[k]];
            link->pull += sim->flow[ids[i]].pull * gw_sim_share(sim, k);
            link->pull_peak = fmaxf(link->pull_peak, (float)link->pull);
        }
    }
    int32_t from = sim->n_loose;
    for (int32_t i = 0; i < n; i++) {
        loosen(sim, ids[i]);
    }
    look_at_ways(sim, from, 0.0);
}

void gw_solve_leave(gw_flow_sim *sim, int32_t f) {
    gw_sim_flow *flow = &sim->flow[f];
    int32_t limit = flow->limit;
    double level = gw_sim_level(sim, f);
    limit_to(sim, f, -1);
    flow->limit = limit; /* the last word on what limited it */
    for (int64_t k = sim->flow[f].first; k < gw_sim_way_end(&sim->flow[f]); k++) {
        gw_sim_link *link = seen(sim, sim->on[k]);
        double pull = flow->pull * gw_sim_share(sim, k);
        link->left = true;
        link->pull -= pull;
        link->load_Bps -= pull * (sim->on[k] == limit ? level : flow->level);
        if (link->eased && sim->on[k] == limit) {
            gw_ease_leave(sim, limit, pull);
        } else if (link->eased) {
            gw_ease_other(sim, sim->on[k], -pull * level, 0.0);
        }
        if (link->n_limited > 0) {
            gw_solve_look_at(sim, sim->on[k], link->level);
        }
    }
    flow->level = -1.0;
}

void gw_solve_capacity(gw_flow_sim *sim, int32_t l, double capacity_Bps) {
    gw_sim_link *link = seen(sim, l);
    link->capacity_Bps = capacity_Bps;
    (void)gw_link_fills_at(sim, l, 0.0); /* sums what it carries anew */
    gw_solve_look_at(sim, l, next_level(sim, link, 0.0));
}

void gw_solve_run(gw_flow_sim *sim) {
    gw_level next;
    while (gw_levels_pop(&sim->levels, &next)) {
        if (next.item >= 0) {
            work_on(sim, next.item, next.level);
        } else if (sim->flow[~next.item].mark == gw_is_loose(sim)) {
            gw_solve_freeze(sim, ~next.item, next.level, -1);
        }
    }
    for (int32_t i = 0; i < sim->n_loose; i++) {
        int32_t f = sim->loose[i];
        if (sim->flow[f].mark == gw_is_loose(sim)) { /* nothing limits it */
            note(&sim->moved, &sim->n_moved, &sim->moved_room, f);
            sim->flow[f].level = GW_INF;
        }
    }
    for (int32_t i = 0; i < sim->n_filled; i++) {
        gw_ease_try(sim, sim->filled[i]);
    }
    sim->solving = false;
}
