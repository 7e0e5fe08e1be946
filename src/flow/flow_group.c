/* flow/flow_group.c: when flows end, by the links that limit them.
 * In: levels of links and which link limits which flow, after a solve.   Out: who ends next, and when.
 * Model: the flows that one link limits form a group. All are at the level of the link, so what the
 *   group has got through in time, the integral of its level, is one number for all of them, its
 *   progress. A flow is through when that number reaches what it was when the flow came in plus
 *   bytes / weight. A new level of the link therefore costs its flows nothing: the order in which
 *   they end stays, only the instant of the first one is computed anew. Only a flow that another
 *   link limits from now on is moved. Flows that no link limits are kept by their instants.
 *   Flows end together if their instants differ by no more than 1e-12 of the time since they were
 *   asked for; all then end at the first one's.
 * Valid: progress is the sum of two doubles, as an instant is (flow_due.h).
 * Sources: the virtual time of processor sharing: Parekh & Gallager, IEEE/ACM Trans. Netw. 1 (1993)
 *   344. */
#include <stdlib.h>

#include "base/code.h"
#include "flow/flow_sim.h"

#define ONE_INSTANT 1e-12

/* ------------------------------------------------------------------ groups */

gw_sim_group *gw_group_of(gw_flow_sim *sim, int32_t l) {
    if (sim->link[l].group < 0) {
        if (sim->n_groups == sim->groups_room) {
            sim->groups_room = 2 * sim->groups_room + 64;
            sim->group = gw_flow_grow(sim->group, sim->groups_room, sizeof *sim->group);
            sim->group_place =
                gw_flow_grow(sim->group_place, sim->groups_room, sizeof *sim->group_place);
            sim->next.place = sim->group_place;
        }
        sim->group_place[sim->n_groups] = -1;
        sim->group[sim->n_groups] = (gw_sim_group){.link = l};
        sim->link[l].group = sim->n_groups++;
    }
    gw_sim_group *group = &sim->group[sim->link[l].group];
    group->ends.place = sim->place;
    return group;
}

void gw_groups_free(gw_flow_sim *sim) {
    for (int32_t g = 0; g < sim->n_groups; g++) {
        free(sim->group[g].ends.node);
        free(sim->group[g].ease);
    }
    free(sim->group);
    free(sim->group_place);
    free(sim->next.node);
    free(sim->touched);
}

void gw_group_touch(gw_flow_sim *sim, int32_t l) {
    if (sim->link[l].touched) {
        return;
    }
    sim->link[l].touched = true;
    if (sim->n_touched == sim->touched_room) {
        sim->touched_room = 2 * sim->touched_room + 64;
        sim->touched = gw_flow_grow(sim->touched, sim->touched_room, sizeof *sim->touched);
    }
    sim->touched[sim->n_touched++] = l;
}

/* ------------------------------------------------------------------ progress */

static gw_instant progress_at(const gw_sim_group *group, gw_instant now) {
    return gw_instant_after(group->progress, group->level * gw_instant_less(now, group->upto));
}

static gw_instant end_at(const gw_sim_group *group, gw_instant through) {
    return gw_instant_after(group->upto, gw_instant_less(through, group->progress) / group->level);
}

/* Up to now at the level until now. */
static void catch_up(const gw_flow_sim *sim, gw_sim_group *group) {
    group->progress = progress_at(group, sim->now);
    group->upto = sim->now;
}

double gw_group_left_B(const gw_flow_sim *sim, int32_t f) {
    const gw_sim_flow *flow = &sim->flow[f];
    const gw_sim_time *time = &sim->time[f];
    double left_B = time->rest_B;
    if (flow->timed >= 0) {
        const gw_sim_group *group = &sim->group[sim->link[flow->timed].group];
        left_B = time->weight * gw_instant_less(time->finish, progress_at(group, sim->now));
    } else if (flow->timed == -1) {
        left_B = flow->top * time->weight * gw_instant_less(time->finish, sim->now);
    }
    return left_B > 0.0 ? left_B : 0.0; /* also where it ends without taking any time */
}

void gw_group_drop(gw_flow_sim *sim, int32_t f) {
    int32_t timed = sim->flow[f].timed;
    if (timed >= 0) {
        gw_sim_group *group = gw_group_of(sim, timed);
        gw_due_drop(&group->ends, f);
        gw_group_touch(sim, timed);
    } else if (timed == -1) {
        gw_due_drop(&sim->running, f);
    }
    sim->flow[f].timed = -2;
}

/* ------------------------------------------------------------------ after a solve */

static void move(gw_flow_sim *sim, int32_t f) {
    gw_sim_flow *flow = &sim->flow[f];
    gw_sim_time *time = &sim->time[f];
    if (flow->timed == flow->limit) {
        return;
    }
    double left_B = gw_group_left_B(sim, f);
    gw_group_drop(sim, f);
    flow->timed = flow->limit;
    if (flow->limit < 0) {
        time->finish = gw_instant_after(sim->now, left_B / (flow->top * time->weight));
        gw_due_set(&sim->running, f, time->finish);
        return;
    }
    gw_sim_group *group = gw_group_of(sim, flow->limit);
    if (group->ends.n == 0) {
        group->progress = (gw_instant){0.0, 0.0};
        group->upto = sim->now;
    }
    catch_up(sim, group);
    gw_group_touch(sim, flow->limit);
    time->finish = gw_instant_after(group->progress, left_B / time->weight);
    gw_due_set(&group->ends, f, time->finish);
}

static void set_next(gw_flow_sim *sim, int32_t l) {
    gw_sim_link *link = &sim->link[l];
    link->touched = false;
    if (link->group < 0) {
        return; /* it has filled, but limits no flow after all */
    }
    gw_sim_group *group = &sim->group[link->group];
    catch_up(sim, group);
    group->level = link->level;
    if (group->ends.n > 0 && group->level > 0.0) {
        gw_due_set(&sim->next, link->group, end_at(group, group->ends.node[0].at));
    } else {
        gw_due_drop(&sim->next, link->group);
    }
}

void gw_groups_set(gw_flow_sim *sim) {
    for (int32_t i = 0; i < sim->n_moved; i++) {
        move(sim, sim->moved[i]);
    }
    for (int32_t i = 0; i < sim->n_touched; i++) {
        set_next(sim, sim->touched[i]);
    }
    sim->n_touched = 0;
}

/* ------------------------------------------------------------------ ends */

gw_instant gw_groups_first(const gw_flow_sim *sim) {
    gw_instant first = {GW_INF, 0.0};
    if (sim->running.n > 0) {
        first = sim->running.node[0].at;
    }
    if (sim->next.n > 0 && gw_instant_before(sim->next.node[0].at, first)) {
        first = sim->next.node[0].at;
    }
    return first;
}

/* Which of the n in ids, whose ends are near `first`, end at it. group NULL: by themselves. */
static int32_t keep_first(const gw_flow_sim *sim, const gw_sim_group *group, gw_instant first,
                          int32_t *ids, int32_t n) {
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++) {
        const gw_sim_time *time = &sim->time[ids[i]];
        gw_instant end = group == NULL ? time->finish : end_at(group, time->finish);
        if (gw_instant_less(end, first) <= ONE_INSTANT * gw_instant_less(first, time->start)) {
            ids[kept++] = ids[i];
        }
    }
    return kept;
}

int32_t gw_groups_end(gw_flow_sim *sim, gw_instant first, int32_t *ids) {
    gw_instant last = gw_instant_after(first, ONE_INSTANT * first.s);
    int32_t n = gw_due_until(&sim->running, last, ids);
    n = keep_first(sim, NULL, first, ids, n);
    gw_due_drop_all(&sim->running, ids, n);
    while (sim->next.n > 0 && !gw_instant_before(last, sim->next.node[0].at)) {
        int32_t g = sim->next.node[0].id;
        gw_sim_group *group = gw_group_of(sim, sim->group[g].link);
        gw_instant through = progress_at(group, last);
        if (gw_instant_before(through, group->ends.node[0].at)) {
            through = group->ends.node[0].at;
        }
        int32_t n_group = gw_due_until(&group->ends, through, ids + n);
        n_group = keep_first(sim, group, first, ids + n, n_group);
        gw_due_drop_all(&group->ends, ids + n, n_group);
        gw_due_drop(&sim->next, g);
        gw_group_touch(sim, group->link);
        n += n_group;
    }
    return n;
}
