/* programme/schedule_plan.c: what the schedule knows before the first sample: an order in which every
 * activity comes after what it waits for, who follows whom, which dates of the scenario it sets; and the
 * arrays of one worker.
 * Model: Kahn's order with the lowest file position first, so that ties never depend on anything else.
 *        The dates that the schedule sets are taken out of the reach of the sampler: their slots point
 *        to a shelf of the desk (own_d), and the phase combines shelf and schedule into state->in. So a
 *        date that was set in one sample cannot leak into the next.
 * Derivation: Kahn, "Topological sorting of large networks", CACM 5 (1962). */
#include "programme/schedule.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "scenario/load.h"

static int *count_up(const int *n_of, int n, gw_arena *arena) {
    int *at = GW_NEW_N(arena, n + 1, int);
    for (int i = 0; i < n; i++) {
        at[i + 1] = at[i] + n_of[i];
    }
    return at;
}

static void list_successors(gw_schedule_plan *plan, const gw_scenario *in, gw_arena *arena) {
    int n = plan->n, n_arcs = 0;
    int *n_of = GW_NEW_N(arena, n + 1, int), *fill = GW_NEW_N(arena, n + 1, int);
    for (int i = 0; i < n; i++) {
        const gw_refs *after = &in->activities.at[i].after;
        for (int k = 0; k < after->n; k++) {
            n_of[after->at[k].i]++;
            n_arcs++;
        }
    }
    plan->succ_at = count_up(n_of, n, arena);
    plan->succ = GW_NEW_N(arena, n_arcs + 1, int);
    for (int i = 0; i < n; i++) {
        const gw_refs *after = &in->activities.at[i].after;
        for (int k = 0; k < after->n; k++) {
            int p = after->at[k].i;
            plan->succ[plan->succ_at[p] + fill[p]++] = i;
        }
    }
}

/* A heap of file positions, smallest on top. */
static void push(int *heap, int *n, int item) {
    int k = (*n)++;
    for (; k > 0 && heap[(k - 1) / 2] > item; k = (k - 1) / 2) {
        heap[k] = heap[(k - 1) / 2];
    }
    heap[k] = item;
}

static int pop(int *heap, int *n) {
    int top = heap[0], item = heap[--*n], k = 0;
    while (2 * k + 1 < *n) {
        int child = 2 * k + 1;
        child += child + 1 < *n && heap[child + 1] < heap[child];
        if (heap[child] >= item) {
            break;
        }
        heap[k] = heap[child];
        k = child;
    }
    heap[k] = item;
    return top;
}

static void find_order(gw_schedule_plan *plan, const gw_scenario *in, gw_arena *arena) {
    int n = plan->n, n_ready = 0, n_done = 0;
    int *waits = GW_NEW_N(arena, n + 1, int), *heap = GW_NEW_N(arena, n + 1, int);
    plan->order = GW_NEW_N(arena, n + 1, int);
    plan->rank = GW_NEW_N(arena, n + 1, int);
    for (int i = 0; i < n; i++) {
        waits[i] = in->activities.at[i].after.n;
        if (waits[i] == 0) {
            push(heap, &n_ready, i);
        }
    }
    while (n_ready > 0) {
        int i = pop(heap, &n_ready);
        plan->rank[i] = n_done;
        plan->order[n_done++] = i;
        for (int k = plan->succ_at[i]; k < plan->succ_at[i + 1]; k++) {
            if (--waits[plan->succ[k]] == 0) {
                push(heap, &n_ready, plan->succ[k]);
            }
        }
    }
    plan->n = n_done; /* all of them: cycles were refused when the file was read */
}

static void list_users(gw_schedule_plan *plan, const gw_scenario *in, gw_arena *arena) {
    plan->n_resources = in->resources.n;
    int *n_of = GW_NEW_N(arena, plan->n_resources + 1, int);
    int *fill = GW_NEW_N(arena, plan->n_resources + 1, int);
    for (int i = 0; i < plan->n; i++) {
        int r = in->activities.at[i].resource.i;
        if (r >= 0) {
            n_of[r]++;
            plan->has_resources = true;
        }
    }
    plan->user_at = count_up(n_of, plan->n_resources, arena);
    plan->user = GW_NEW_N(arena, plan->n + 1, int);
    for (int i = 0; i < plan->n; i++) {
        int r = in->activities.at[i].resource.i;
        if (r >= 0) {
            plan->user[plan->user_at[r] + fill[r]++] = i;
        }
    }
}

/* ---------------------------------------------------------------- dates that are set */

/* The chip supply whose line makes the accelerators of a cluster; -1 if none does. */
static int supply_of(const gw_scenario *in, const gw_cluster *cluster) {
    int system = cluster->system.i;
    int accelerator =
        system >= 0 && system < in->systems.n ? in->systems.at[system].accelerator.i : -1;
    for (int s = 0; s < in->chip_supplies.n && accelerator >= 0; s++) {
        const gw_refs *made = &in->chip_supplies.at[s].accelerators;
        for (int k = 0; k < made->n; k++) {
            if (made->at[k].i == accelerator) {
                return s;
            }
        }
    }
    return -1;
}

static void add_target(gw_schedule_plan *plan, gw_target target) {
    plan->targets[plan->n_targets++] = target;
}

/* In the order in which the scenario is walked, so that slots are found in one pass. */
static void list_targets(gw_schedule_plan *plan, const gw_scenario *in, gw_arena *arena) {
    int n = 0;
    for (int s = 0; s < in->sites.n; s++) {
        n += in->sites.at[s].buildings.n + in->sites.at[s].supply.n;
    }
    for (int c = 0; c < in->clusters.n; c++) {
        plan->n_lots += in->clusters.at[c].lots.n;
    }
    plan->targets = GW_NEW_N(arena, n + plan->n_lots + 1, gw_target);
    plan->lot_supply = GW_NEW_N(arena, plan->n_lots + 1, int);
    for (int s = 0; s < in->sites.n; s++) {
        const gw_site *site = &in->sites.at[s];
        for (int i = 0; i < site->buildings.n; i++) {
            if (site->buildings.at[i].after.n > 0) {
                add_target(plan,
                           (gw_target){GW_TARGET_BUILDING, s, i, -1, &site->buildings.at[i].after});
            }
        }
        for (int i = 0; i < site->supply.n; i++) {
            if (site->supply.at[i].after.n > 0) {
                add_target(plan,
                           (gw_target){GW_TARGET_SUPPLY, s, i, -1, &site->supply.at[i].after});
            }
        }
    }
    int lot = 0;
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        int supply = supply_of(in, cluster);
        for (int i = 0; i < cluster->lots.n; i++, lot++) {
            plan->lot_supply[lot] = supply;
            if (cluster->lots.at[i].after.n > 0 || supply >= 0) {
                add_target(plan, (gw_target){GW_TARGET_LOT, c, i, lot, &cluster->lots.at[i].after});
            }
        }
    }
}

/* ---------------------------------------------------------------- what varies */

static bool path_is_below(const char *path, const char *top) {
    size_t n = strlen(top);
    return strncmp(path, top, n) == 0 && path[n] == '.';
}

static void find_varying(gw_schedule_plan *plan, const gw_model *model) {
    const gw_scenario *in = model->in;
    for (int d = 0; d < in->drivers.n; d++) {
        plan->driver_input[d] = -1;
    }
    for (int u = 0; u < model->n_uncertain; u++) {
        const char *path = model->spec->values[model->uncertain[u].value].path;
        for (int c = 0; c < in->calendars.n; c++) {
            bool varies = path_is_below(path, in->calendars.at[c].head.path);
            plan->calendar_varies[c] = plan->calendar_varies[c] || varies;
        }
        for (int d = 0; d < in->drivers.n; d++) {
            if (path_is_below(path, in->drivers.at[d].head.path)) {
                plan->driver_input[d] = u;
            }
        }
    }
}

/* Which promises of money an activity hangs on. */
static void list_holds(gw_schedule_plan *plan, const gw_scenario *in, gw_arena *arena) {
    int n = plan->n, n_holds = 0;
    int *n_of = GW_NEW_N(arena, n + 1, int), *fill = GW_NEW_N(arena, n + 1, int);
    for (int c = 0; c < in->commitments.n; c++) {
        for (int k = 0; k < in->commitments.at[c].holds_up.n; k++, n_holds++) {
            n_of[in->commitments.at[c].holds_up.at[k].i]++;
        }
    }
    plan->hold_at = count_up(n_of, n, arena);
    plan->hold = GW_NEW_N(arena, n_holds + 1, int);
    for (int c = 0; c < in->commitments.n; c++) {
        for (int k = 0; k < in->commitments.at[c].holds_up.n; k++) {
            int i = in->commitments.at[c].holds_up.at[k].i;
            plan->hold[plan->hold_at[i] + fill[i]++] = c;
        }
    }
}

static double earliest_known_d(const gw_scenario *in) {
    double earliest_d = in->as_of_d;
    for (int i = 0; i < in->activities.n; i++) {
        earliest_d = fmin(earliest_d, in->activities.at[i].started_d); /* NaN is passed over */
        earliest_d = fmin(earliest_d, in->activities.at[i].finished_d);
    }
    return earliest_d;
}

#define BEFORE_d 400.0 /* latest dates of the backward pass may lie before today */

gw_schedule_plan *gw_schedule_plan_create(const gw_model *model) {
    const gw_scenario *in = model->in;
    gw_arena *arena = model->arena;
    gw_schedule_plan *plan = GW_NEW(arena, gw_schedule_plan);
    plan->n = in->activities.n;
    plan->origin_d = earliest_known_d(in) - BEFORE_d;
    list_successors(plan, in, arena);
    find_order(plan, in, arena);
    list_users(plan, in, arena);
    list_holds(plan, in, arena);
    list_targets(plan, in, arena);
    plan->calendar_varies = GW_NEW_N(arena, in->calendars.n + 1, bool);
    plan->driver_input = GW_NEW_N(arena, in->drivers.n + 1, int);
    find_varying(plan, model);
    plan->risk_stream = GW_NEW_N(arena, in->risks.n + 1, uint32_t);
    for (int i = 0; i < in->risks.n; i++) {
        plan->risk_stream[i] = gw_rng_stream(in->risks.at[i].head.path);
    }
    plan->commitment_stream = GW_NEW_N(arena, in->commitments.n + 1, uint32_t);
    plan->superseded = GW_NEW_N(arena, in->commitments.n + 1, bool);
    for (int i = 0; i < in->commitments.n; i++) {
        plan->commitment_stream[i] = gw_rng_stream(in->commitments.at[i].head.path);
        if (in->commitments.at[i].supersedes.i >= 0) {
            plan->superseded[in->commitments.at[i].supersedes.i] = true;
        }
    }
    return plan;
}

/* ---------------------------------------------------------------- one worker */

static double *member_of(gw_scenario *in, const gw_target *target) {
    switch (target->kind) {
    case GW_TARGET_BUILDING:
        return &in->sites.at[target->owner].buildings.at[target->item].ready_d;
    case GW_TARGET_SUPPLY:
        return &in->sites.at[target->owner].supply.at[target->item].energised_d;
    default:
        return &in->clusters.at[target->owner].lots.at[target->item].installed_d;
    }
}

/* From now on the sampler writes the own dates to the shelf. */
static void redirect_slots(const gw_model *model, gw_state *state, gw_schedule_desk *desk) {
    const gw_schedule_plan *plan = model->schedule_plan;
    int n_slots = model->spec->n_slots, slot = 0;
    for (int k = 0; k < plan->n_targets; k++) {
        desk->member[k] = member_of(state->in, &plan->targets[k]);
        desk->own_d[k] = *desk->member[k];
        for (int seen = 0; seen < n_slots; seen++, slot = (slot + 1) % n_slots) {
            if (state->slots[slot] == desk->member[k]) {
                state->slots[slot] = &desk->own_d[k];
                break;
            }
        }
    }
}

static void create_usage(const gw_schedule_plan *plan, gw_schedule_desk *desk, gw_arena *arena) {
    desk->usage = GW_NEW_N(arena, plan->n_resources + 1, gw_usage);
    for (int r = 0; r < plan->n_resources; r++) {
        int cap = 2 * (plan->user_at[r + 1] - plan->user_at[r]) + 2;
        desk->usage[r].at_d = GW_NEW_N(arena, cap, double);
        desk->usage[r].use = GW_NEW_N(arena, cap, double);
    }
}

void gw_schedule_desk_create(const gw_model *model, gw_state *state) {
    const gw_schedule_plan *plan = model->schedule_plan;
    const gw_scenario *in = model->in;
    gw_arena *arena = state->arena;
    gw_schedule_desk *desk = GW_NEW(arena, gw_schedule_desk);
    size_t n = (size_t)in->activities.n + 1;
    double **columns[] = {&desk->work_d, &desk->delay_d,      &desk->ready_d,       &desk->bound_d,
                          &desk->hold_d, &desk->late_start_d, &desk->late_finish_d, &desk->pred_d};
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
        *columns[k] = GW_NEW_N(arena, n, double);
    }
    desk->is_fact = GW_NEW_N(arena, n, bool);
    desk->is_dated = GW_NEW_N(arena, n, bool);
    desk->is_done = GW_NEW_N(arena, n, bool);
    desk->turn = GW_NEW_N(arena, n, int);
    desk->turn_other = GW_NEW_N(arena, n, int);
    desk->withdrawn_d = GW_NEW_N(arena, in->commitments.n + 1, double);
    desk->mitigated = GW_NEW_N(arena, in->mitigations.n + 1, bool);
    desk->lot_order = GW_NEW_N(arena, plan->n_lots + 1, int);
    desk->lot_date_d = GW_NEW_N(arena, plan->n_lots + 1, double *);
    int lot = 0;
    for (int c = 0; c < in->clusters.n; c++) {
        for (int i = 0; i < in->clusters.at[c].lots.n; i++) {
            desk->lot_date_d[lot++] = &state->in->clusters.at[c].lots.at[i].installed_d;
        }
    }
    desk->calendar = GW_NEW_N(arena, in->calendars.n + 1, gw_worktime);
    desk->calendar_is_set = GW_NEW_N(arena, in->calendars.n + 1, bool);
    for (int c = 0; c < in->calendars.n; c++) {
        gw_worktime_init(&desk->calendar[c], in->calendars.at[c].closures.n, arena);
    }
    create_usage(plan, desk, arena);
    desk->member = GW_NEW_N(arena, plan->n_targets + 1, double *);
    desk->own_d = GW_NEW_N(arena, plan->n_targets + 1, double);
    state->schedule_desk = desk;
    redirect_slots(model, state, desk);
}
