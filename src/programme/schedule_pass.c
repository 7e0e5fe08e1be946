/* programme/schedule_pass.c: dates, float and critical path of one sample.
 * In:    working days, delays, withdrawals (schedule_events.c), calendars, resources, facts.
 * Out:   state->schedule: start, finish, total float, critical, wait for crews; end of all.
 * Model: forward: an activity may begin when the last of its predecessors is finished and its lag is
 *        over, not before `earliest` nor as_of; it begins at the next working instant and ends when its
 *        work is done on its calendar, plus the delay of risks. What is started or finished is a fact;
 *        what is not finished on as_of ends on the next day at the soonest. A withdrawn promise keeps an
 *        activity that has not begun waiting until withdrawal + replacement time, and stops one that has
 *        for the replacement time.
 *        Resources: serial schedule generation. Facts first, then by latest start of the pass without
 *        resources (ties: plan order); each takes the earliest span in which its units are free
 *        throughout.
 *        Backward: latest finish = earliest latest start of what follows less its lag; what waited for a
 *        crew follows those whose end released it. Float = latest - actual start (finish for what has
 *        begun or takes no time), calendar time. Critical = reached from the last end along the
 *        predecessors, or releases of crews, that decided each start.
 * Valid: work is not interrupted to free a crew; float counts the waits for crews that did happen, not
 *        those that a delay would create. A draw that needs more units than there are takes all.
 * Sources: Kelley and Walker, "Critical-path planning and scheduling", EJCC 1959 (passes, float); Kolisch,
 *        "Serial and parallel resource-constrained project scheduling methods revisited", EJOR 90 (1996);
 *        priorities by latest start: Davis and Patterson, Management Science 21 (1975). */
#include <math.h>

#include "base/date.h"
#include "programme/schedule.h"

#define SAME_d 1e-9 /* dates that differ less are the same: a tenth of a millisecond */

static gw_worktime *calendar_of(const gw_state *state, int i) {
    int c = state->in->activities.at[i].calendar.i;
    return c >= 0 ? &state->schedule_desk->calendar[c] : NULL;
}

/* ---------------------------------------------------------------- one activity */

/* The first date from date_d on that no withdrawn promise forbids. */
static double after_holds(const gw_model *model, const gw_state *state, int i, double date_d,
                          bool *dated) {
    const gw_schedule_plan *plan = model->schedule_plan;
    const double *withdrawn_d = state->schedule_desk->withdrawn_d;
    double needed_d = date_d;
    for (int k = plan->hold_at[i]; k < plan->hold_at[i + 1]; k++) {
        int c = plan->hold[k];
        double wait_d = state->in->commitments.at[c].replacement_time_s / GW_DAY_s;
        if (state->schedule.withdrawn[c] && isnan(withdrawn_d[c])) {
            date_d = fmax(date_d, needed_d + wait_d);
        }
    }
    for (int round = plan->hold_at[i]; round < plan->hold_at[i + 1]; round++) {
        for (int k = plan->hold_at[i]; k < plan->hold_at[i + 1]; k++) {
            int c = plan->hold[k];
            double until_d =
                withdrawn_d[c] + state->in->commitments.at[c].replacement_time_s / GW_DAY_s;
            if (state->schedule.withdrawn[c] && withdrawn_d[c] <= date_d && until_d > date_d) {
                date_d = until_d;
                *dated = true;
            }
        }
    }
    return date_d;
}

/* How long work that runs from start_d to finish_d stands still: the longest replacement. */
static double pause_d(const gw_model *model, const gw_state *state, int i, double start_d,
                      double finish_d) {
    const gw_schedule_plan *plan = model->schedule_plan;
    double longest_d = 0.0;
    for (int k = plan->hold_at[i]; k < plan->hold_at[i + 1]; k++) {
        int c = plan->hold[k];
        double at_d = state->schedule_desk->withdrawn_d[c];
        if (state->schedule.withdrawn[c] && at_d > start_d && at_d < finish_d) {
            double wait_d = state->in->commitments.at[c].replacement_time_s / GW_DAY_s;
            longest_d = fmax(longest_d, wait_d);
        }
    }
    return longest_d;
}

/* End of activity i if it begins on start_d. */
static double finish_from(const gw_model *model, gw_state *state, int i, double start_d) {
    gw_schedule_desk *desk = state->schedule_desk;
    double finish_d = gw_worktime_finish_d(calendar_of(state, i), start_d, desk->work_d[i]);
    finish_d += desk->delay_d[i];
    desk->hold_d[i] = pause_d(model, state, i, start_d, finish_d);
    return fmax(finish_d + desk->hold_d[i], state->in->as_of_d + 1.0);
}

static void put_fact(const gw_model *model, gw_state *state, int i) {
    const gw_activity *a = &state->in->activities.at[i];
    gw_schedule *s = &state->schedule;
    if (!state->schedule_desk->is_done[i]) {
        s->start_d[i] = a->started_d;
        s->finish_d[i] = finish_from(model, state, i, a->started_d);
        return;
    }
    s->finish_d[i] = a->finished_d;
    double planned_d = model->in->activities.at[i].duration_s / GW_DAY_s;
    s->start_d[i] = gw_is_set(a->started_d)
                        ? fmin(a->started_d, a->finished_d)
                        : gw_worktime_start_d(calendar_of(state, i), a->finished_d, planned_d);
}

static void put_at(const gw_model *model, gw_state *state, int i, double date_d) {
    gw_schedule_desk *desk = state->schedule_desk;
    bool takes_time = desk->work_d[i] > 0.0;
    double start_d = takes_time ? gw_worktime_begin_d(calendar_of(state, i), date_d) : date_d;
    state->schedule.finish_d[i] = finish_from(model, state, i, start_d);
    bool instant = !takes_time && desk->delay_d[i] <= 0.0 && desk->hold_d[i] <= 0.0;
    state->schedule.start_d[i] = instant ? state->schedule.finish_d[i] : start_d;
}

/* When the activity may begin, crews aside. */
static double find_ready(const gw_model *model, gw_state *state, int i) {
    const gw_activity *a = &state->in->activities.at[i];
    gw_schedule_desk *desk = state->schedule_desk;
    double pred_d = -GW_INF;
    for (int k = 0; k < a->after.n; k++) {
        pred_d = fmax(pred_d, state->schedule.finish_d[a->after.at[k].i]);
    }
    pred_d += a->after.n > 0 ? a->lag_s / GW_DAY_s : 0.0;
    double dated_d = fmax(state->in->as_of_d, a->earliest_d); /* fmax passes NaN over */
    bool dated = dated_d > pred_d + SAME_d;
    desk->pred_d[i] = pred_d;
    desk->ready_d[i] = after_holds(model, state, i, fmax(dated_d, pred_d), &dated);
    desk->bound_d[i] = desk->ready_d[i];
    desk->is_dated[i] = dated;
    return desk->ready_d[i];
}

/* ---------------------------------------------------------------- resources */

static void usage_insert(gw_usage *u, int k, double at_d, double use) {
    for (int j = u->n++; j > k; j--) {
        u->at_d[j] = u->at_d[j - 1];
        u->use[j] = u->use[j - 1];
    }
    u->at_d[k] = at_d;
    u->use[k] = use;
}

/* The step that begins at at_d, made if there is none. */
static int usage_step(gw_usage *u, double at_d) {
    int k = u->n;
    while (k > 0 && u->at_d[k - 1] > at_d) {
        k--;
    }
    if (k > 0 && u->at_d[k - 1] == at_d) {
        return k - 1;
    }
    usage_insert(u, k, at_d, k > 0 ? u->use[k - 1] : 0.0);
    return k;
}

static void usage_add(gw_usage *u, double from_d, double until_d, double units) {
    if (!(until_d > from_d)) {
        return;
    }
    int first = usage_step(u, from_d), last = usage_step(u, until_d);
    for (int k = first; k < last; k++) {
        u->use[k] += units;
    }
}

/* The first date in [from_d, until_d) on which more than `room` is used, as a step; -1: none. */
static int usage_conflict(const gw_usage *u, double from_d, double until_d, double room) {
    int k = u->n;
    while (k > 0 && u->at_d[k - 1] > from_d) {
        k--;
    }
    for (k = k > 0 ? k - 1 : 0; k < u->n && u->at_d[k] < until_d; k++) {
        bool over = k + 1 == u->n || u->at_d[k + 1] > from_d;
        if (over && u->use[k] > room) {
            return k;
        }
    }
    return -1;
}

static double units_of(const gw_scenario *in, int i) {
    const gw_activity *a = &in->activities.at[i];
    return a->resource.i >= 0 ? fmin(a->units, in->resources.at[a->resource.i].capacity) : 0.0;
}

/* Puts an activity where its crews are free from its start to its end. */
static void put_with_crews(const gw_model *model, gw_state *state, int i) {
    gw_schedule_desk *desk = state->schedule_desk;
    double units = units_of(state->in, i), at_d = find_ready(model, state, i);
    put_at(model, state, i, at_d);
    if (!(units > 0.0)) {
        return;
    }
    int r = state->in->activities.at[i].resource.i;
    gw_usage *u = &desk->usage[r];
    double capacity = state->in->resources.at[r].capacity;
    double room = capacity - units + 1e-9 * capacity;
    double *start_d = &state->schedule.start_d[i], *finish_d = &state->schedule.finish_d[i];
    int k = usage_conflict(u, *start_d, *finish_d, room);
    while (k >= 0) {
        do {
            k++;
        } while (u->use[k] > room); /* the last step is free */
        bool dated = false;
        desk->bound_d[i] = u->at_d[k];
        put_at(model, state, i, after_holds(model, state, i, u->at_d[k], &dated));
        k = usage_conflict(u, *start_d, *finish_d, room);
    }
    usage_add(u, *start_d, *finish_d, units);
}

/* Sorts `turn` by key, ties by rank in the plan: bottom-up merge. */
static void sort_turns(const gw_schedule_plan *plan, const double *key, int *turn, int *other) {
    int n = plan->n, *from = turn, *to = other;
    for (int width = 1; width < n; width *= 2) {
        for (int low = 0; low < n; low += 2 * width) {
            int mid = low + width < n ? low + width : n;
            int high = low + 2 * width < n ? low + 2 * width : n;
            for (int a = low, b = mid, k = low; k < high; k++) {
                bool left = a < mid;
                if (left && b < high) {
                    double x = key[from[a]], y = key[from[b]];
                    left = x < y || (x == y && plan->rank[from[a]] < plan->rank[from[b]]);
                }
                to[k] = left ? from[a++] : from[b++];
            }
        }
        int *swap = from;
        from = to;
        to = swap;
    }
    for (int k = 0; k < n && from != turn; k++) {
        turn[k] = from[k];
    }
}

static void level_resources(const gw_model *model, gw_state *state) {
    const gw_schedule_plan *plan = model->schedule_plan;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int r = 0; r < plan->n_resources; r++) {
        desk->usage[r].n = 0;
    }
    for (int k = 0; k < plan->n; k++) {
        desk->turn[k] = k;
        bool busy = desk->is_fact[k] && !desk->is_done[k];
        if (busy && units_of(state->in, k) > 0.0) {
            usage_add(&desk->usage[state->in->activities.at[k].resource.i],
                      state->schedule.start_d[k], state->schedule.finish_d[k],
                      units_of(state->in, k));
        }
    }
    sort_turns(plan, desk->late_start_d, desk->turn, desk->turn_other);
    for (int k = 0; k < plan->n; k++) {
        if (!desk->is_fact[desk->turn[k]]) {
            put_with_crews(model, state, desk->turn[k]);
        }
    }
}

/* ---------------------------------------------------------------- backward */

static bool waited_for(const gw_state *state, int p, int i) {
    const gw_schedule_desk *desk = state->schedule_desk;
    return p != i && !desk->is_done[p] && desk->bound_d[i] > desk->ready_d[i] &&
           state->schedule.finish_d[p] == desk->bound_d[i] && units_of(state->in, p) > 0.0;
}

/* Nothing before i may end later than i may begin. */
static void pull_back(const gw_model *model, gw_state *state, int i) {
    const gw_schedule_plan *plan = model->schedule_plan;
    const gw_activity *a = &state->in->activities.at[i];
    gw_schedule_desk *desk = state->schedule_desk;
    double late_d = desk->late_start_d[i];
    for (int k = 0; k < a->after.n; k++) {
        double *p = &desk->late_finish_d[a->after.at[k].i];
        *p = fmin(*p, late_d - a->lag_s / GW_DAY_s);
    }
    if (!(desk->bound_d[i] > desk->ready_d[i])) {
        return;
    }
    int r = a->resource.i;
    for (int k = plan->user_at[r]; k < plan->user_at[r + 1]; k++) {
        if (waited_for(state, plan->user[k], i)) {
            double *p = &desk->late_finish_d[plan->user[k]];
            *p = fmin(*p, late_d);
        }
    }
}

/* order[n]: what follows comes after what it follows. */
static void pass_back(const gw_model *model, gw_state *state, const int *order) {
    gw_schedule_desk *desk = state->schedule_desk;
    gw_schedule *s = &state->schedule;
    int n = model->schedule_plan->n;
    s->finish_all_d = n > 0 ? -GW_INF : GW_NAN;
    for (int i = 0; i < n; i++) {
        s->finish_all_d = fmax(s->finish_all_d, s->finish_d[i]);
    }
    for (int i = 0; i < n; i++) {
        desk->late_finish_d[i] = s->finish_all_d;
    }
    for (int k = n - 1; k >= 0; k--) {
        int i = order[k];
        double to_d = desk->late_finish_d[i] - desk->delay_d[i] - desk->hold_d[i];
        desk->late_start_d[i] = gw_worktime_start_d(calendar_of(state, i), to_d, desk->work_d[i]);
        if (!desk->is_fact[i]) {
            pull_back(model, state, i);
        }
    }
}

static void fill_float(const gw_model *model, gw_state *state) {
    const gw_schedule_desk *desk = state->schedule_desk;
    gw_schedule *s = &state->schedule;
    for (int i = 0; i < model->schedule_plan->n; i++) {
        bool by_start = !desk->is_fact[i] && desk->work_d[i] > 0.0;
        double float_d = by_start ? desk->late_start_d[i] - s->start_d[i]
                                  : desk->late_finish_d[i] - s->finish_d[i];
        s->total_float_s[i] = desk->is_done[i] ? GW_NAN : fmax(float_d, 0.0) * GW_DAY_s;
        s->resource_wait_s[i] =
            desk->is_fact[i] ? 0.0 : (desk->bound_d[i] - desk->ready_d[i]) * GW_DAY_s;
    }
}

/* ---------------------------------------------------------------- critical path */

/* Activities that decided when i began, in file order of each list; returns how many. */
static int drivers_of(const gw_model *model, const gw_state *state, int i, int *found) {
    const gw_schedule_plan *plan = model->schedule_plan;
    const gw_schedule_desk *desk = state->schedule_desk;
    const gw_activity *a = &state->in->activities.at[i];
    int n = 0, r = a->resource.i;
    if (desk->is_fact[i]) {
        return 0;
    }
    if (desk->bound_d[i] > desk->ready_d[i]) {
        for (int k = plan->user_at[r]; k < plan->user_at[r + 1]; k++) {
            if (waited_for(state, plan->user[k], i)) {
                found[n++] = plan->user[k];
            }
        }
        return n;
    }
    for (int k = 0; k < a->after.n && !desk->is_dated[i]; k++) {
        int p = a->after.at[k].i;
        double until_d = state->schedule.finish_d[p] + a->lag_s / GW_DAY_s;
        if (!desk->is_done[p] && until_d >= desk->pred_d[i] - SAME_d) {
            found[n++] = p;
        }
    }
    return n;
}

static void mark_critical(const gw_model *model, gw_state *state) {
    gw_schedule *s = &state->schedule;
    int n = model->schedule_plan->n, n_open = 0;
    int *open = GW_NEW_N(state->scratch, n + 1, int), *found = GW_NEW_N(state->scratch, n + 1, int);
    for (int i = 0; i < n; i++) {
        bool last = !state->schedule_desk->is_done[i] && s->finish_d[i] >= s->finish_all_d - SAME_d;
        s->critical[i] = last;
        if (last) {
            open[n_open++] = i;
        }
    }
    while (n_open > 0) {
        int n_found = drivers_of(model, state, open[--n_open], found);
        for (int k = 0; k < n_found; k++) {
            if (!s->critical[found[k]]) {
                s->critical[found[k]] = true;
                open[n_open++] = found[k];
            }
        }
    }
}

int gw_schedule_chain(const gw_model *model, const gw_state *state, int last, int *chain) {
    int n = 0, n_all = model->schedule_plan->n;
    int *found = GW_NEW_N(state->scratch, n_all + 1, int);
    for (int i = last; n < n_all;) {
        chain[n++] = i;
        if (drivers_of(model, state, i, found) == 0) {
            break;
        }
        i = found[0];
    }
    for (int a = 0, b = n - 1; a < b; a++, b--) {
        int swap = chain[a];
        chain[a] = chain[b];
        chain[b] = swap;
    }
    return n;
}

void gw_schedule_pass(const gw_model *model, gw_state *state) {
    const gw_schedule_plan *plan = model->schedule_plan;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int k = 0; k < plan->n; k++) {
        int i = plan->order[k];
        if (desk->is_fact[i]) {
            desk->ready_d[i] = desk->bound_d[i] = desk->pred_d[i] = GW_NAN;
            put_fact(model, state, i);
        } else {
            put_at(model, state, i, find_ready(model, state, i));
        }
    }
    pass_back(model, state, plan->order);
    if (plan->has_resources) {
        level_resources(model, state);
        for (int k = 0; k < plan->n; k++) {
            desk->turn[k] = k;
        }
        sort_turns(plan, state->schedule.start_d, desk->turn, desk->turn_other);
        pass_back(model, state, desk->turn);
    }
    fill_float(model, state);
    mark_critical(model, state);
}
