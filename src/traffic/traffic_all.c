/* traffic_all.c: several schedules at once on one network, with links that fail and come back.
 *
 * In:  gw_net, routing, schedules with their starts, events of capacities, time to reroute.
 * Out: a gw_traffic_result for each schedule.
 *
 * Model: all flows share links in one gw_flow_sim. A schedule goes from step to step by its own
 * barrier. Links have two states: what they can carry, which an event changes at once, and what
 * routing knows, which follows reroute_s later. Then new steps take other ways, and flows that cross
 * a dead link are taken off it and go on, with what is left, after the latency of their new way;
 * where there is none they wait. Trees of a phase in_network keep their links. Sprayed flows see a
 * bundle: it loses what its dead links carried.
 *
 * Steps as one: where no two schedules meet on a link and nothing fails, each is worked alone
 * (traffic_run.c), equal steps collapsed, which is exact. Else a phase of n flows and `repeat` steps
 * runs as up to 2^17 / n blocks of k steps: flows of k times the bytes that first wait k times the
 * delay. Exact for k = 1; for larger k fast flows of a block do not wait for slow ones at each step,
 * and what others do during a step's latency is averaged: steps_as_one says k.
 *
 * Valid: any network. Rerouted flows lose nothing of what they have sent.
 * Derivation: above.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "traffic/traffic_course.h"

/* ------------------------------------------------------------------ events */

static void set_now(gw_all *a, int32_t link, double capacity_Bps) {
    a->now_Bps[link] = capacity_Bps;
    gw_flow_sim_set_capacity(a->sim, link, capacity_Bps);
}

/** What a link can carry from now on. A bundle follows its links unless an event says itself. */
static void happen(gw_all *a, const gw_net_event *e) {
    int32_t b = e->link < a->net->n_links && a->net->bundle != NULL ? a->net->bundle[e->link] : -1;
    if (b >= 0) {
        double left_Bps = a->now_Bps[b] + e->capacity_Bps - a->now_Bps[e->link];
        set_now(a, b, left_Bps > 1e-9 * a->now_Bps[b] ? left_Bps : 0);
    }
    set_now(a, e->link, e->capacity_Bps);
}

static bool crosses_dead(const gw_all *a, const gw_open *flow) {
    for (int32_t k = 0; k < flow->n; k++) {
        if (!(a->net->capacity_Bps[flow->link[k]] > 0)) {
            return true;
        }
    }
    return false;
}

static double path_latency_s(const gw_net *net, const gw_path *path) {
    double sum_s = 0;
    for (int32_t k = 0; k < path->n; k++) {
        sum_s += net->latency_s[path->link[k]] * (double)path->share[k];
    }
    return sum_s;
}

/** Another way for what is left of a flow, if there is one. */
static void move_flow(gw_all *a, int32_t id, gw_path *path) {
    gw_open flow = a->open[id];
    if (!gw_net_route(a->net, a->how, flow.src, flow.dst, flow.entropy, path)) {
        return;
    }
    gw_course *job = &a->job[flow.job];
    double left_B = gw_flow_sim_remove(a->sim, id);
    gw_course_carry(&flow, job->carried_B, flow.bytes - left_B);
    a->open[id].job = -1;
    job->n_open--;
    int32_t *link = GW_NEW_N(a->arena, path->n, int32_t);
    double *share = GW_NEW_N(a->arena, path->n, double);
    memcpy(link, path->link, (size_t)path->n * sizeof *link);
    memcpy(share, path->share, (size_t)path->n * sizeof *share);
    flow.n = path->n;
    flow.link = link;
    flow.share = share;
    gw_course_add(a, flow, left_B, path_latency_s(a->net, path));
}

/** Routing knows of the events up to `until`: new ways for what crosses dead links. */
static void reroute(gw_all *a) {
    gw_net_refresh(a->net);
    gw_net_changed(a->net);
    gw_path path = gw_path_create(a->arena);
    int64_t n_ids = a->n_ids;
    for (int32_t id = 0; id < n_ids; id++) {
        const gw_open *flow = &a->open[id];
        if (flow->job >= 0 && flow->src != flow->dst && crosses_dead(a, flow)) {
            move_flow(a, id, &path);
        }
    }
    for (int i = 0; i < a->n; i++) {
        gw_course *job = &a->job[i];
        job->waits = false;
        job->stale = true;
        gw_course_go_on(a, job);
    }
}

static double event_s(const gw_all *a, int k) {
    return k < a->n_events ? a->event[a->order[k]].at_s : HUGE_VAL;
}

/** The next instant at which something happens to the network or a schedule begins. */
static double next_s(const gw_all *a) {
    double at_s = event_s(a, a->next);
    if (!isnan(a->reroute_s)) {
        at_s = fmin(at_s, event_s(a, a->next_known) + a->reroute_s);
    }
    for (int i = 0; i < a->n; i++) {
        if (a->job[i].phase < 0) {
            at_s = fmin(at_s, a->job[i].start_s);
        }
    }
    return at_s;
}

static void due(gw_all *a, double at_s) {
    while (event_s(a, a->next) <= at_s) {
        happen(a, &a->event[a->order[a->next++]]);
    }
    bool learnt = false;
    while (!isnan(a->reroute_s) && event_s(a, a->next_known) + a->reroute_s <= at_s) {
        const gw_net_event *e = &a->event[a->order[a->next_known++]];
        if (e->link < a->net->n_links) {
            a->net->capacity_Bps[e->link] = e->capacity_Bps;
            learnt = true;
        }
    }
    if (learnt) {
        reroute(a);
    }
    for (int i = 0; i < a->n; i++) {
        if (a->job[i].phase < 0 && a->job[i].start_s <= at_s) {
            a->job[i].step_began_s = at_s;
            gw_course_go_on(a, &a->job[i]);
        }
    }
}

static bool all_done(const gw_all *a) {
    for (int i = 0; i < a->n; i++) {
        if (!a->job[i].done) {
            return false;
        }
    }
    return true;
}

static void simulate(gw_all *a) {
    while (!all_done(a)) {
        double at_s = fmax(next_s(a), gw_flow_sim_now_s(a->sim));
        if (isfinite(at_s)) {
            gw_course_wake_at(a, at_s);
        }
        const int32_t *ended;
        int32_t n_ended;
        bool moved = true;
        while (moved && (!isfinite(at_s) || gw_flow_sim_now_s(a->sim) < at_s) && !all_done(a)) {
            moved = gw_flow_sim_step(a->sim, at_s, &ended, &n_ended);
            gw_course_end_flows(a, ended, n_ended);
        }
        if (!isfinite(at_s)) {
            return; /* all ended, or the rest stands still for ever */
        }
        due(a, at_s);
    }
}

/* ------------------------------------------------------------------ before and after */

/** Closed form of each phase, and the links that a schedule touches. True: another one was there. */
static bool survey(const gw_all *a, gw_course *job, const gw_link_ends *ends, int32_t *touched) {
    bool meets = false;
    int32_t mark = (int32_t)(job - a->job) + 1;
    for (int p = 0; p < job->traffic->n_phases; p++) {
        const gw_traffic_phase *phase = &job->traffic->phase[p];
        gw_arena *scratch = gw_arena_create(0);
        gw_phase_flows flows;
        gw_phase_flows_make(a->net, a->how, job->traffic, p, scratch, &flows);
        gw_phase_bound bound = gw_phase_bound_of(a->net, ends, &flows, scratch);
        job->out->alone_s +=
            (double)phase->repeat * (gw_phase_delay_s(phase, flows.hop_s) + bound.transfer_s);
        job->out->n_flows += flows.set.n + flows.n_no_way;
        for (int64_t k = 0; k < flows.set.at[flows.set.n]; k++) {
            int32_t link = flows.set.link[k];
            meets = meets || (touched[link] != 0 && touched[link] != mark);
            touched[link] = mark;
        }
        gw_arena_free(scratch);
    }
    return meets;
}

/** What never ended, and what had been sent of it. */
static void close_jobs(gw_all *a) {
    for (int64_t id = 0; id < a->n_ids; id++) {
        gw_open *flow = &a->open[id];
        if (flow->job >= 0) {
            gw_course *job = &a->job[flow->job];
            double left_B = gw_flow_sim_remove(a->sim, (int32_t)id);
            gw_course_carry(flow, job->carried_B, flow->bytes - left_B);
            job->out->n_stuck++;
        }
    }
    for (int i = 0; i < a->n; i++) {
        gw_course *job = &a->job[i];
        gw_traffic_result *out = job->out;
        if (!job->done) {
            out->time_s = GW_NAN;
            out->n_stuck += job->waits ? job->flows.n_no_way : 0;
        }
        out->n_classes = job->n_added;
        out->n_phases_simulated = job->traffic->n_phases;
        out->congested = !(out->time_s <= out->alone_s * (1 + 1e-9));
        gw_traffic_carried(a->net, a->net->capacity_Bps, job->carried_B, out);
        gw_arena_free(job->arena);
    }
}

/** Events by time; those of one instant as given. */
static int *in_order(int n, const gw_net_event *event, gw_arena *arena) {
    int *order = GW_NEW_N(arena, n, int), *other = GW_NEW_N(arena, n, int);
    for (int i = 0; i < n; i++) {
        order[i] = i;
    }
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t lo = 0; lo < n; lo += 2 * width) {
            int64_t mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
            for (int64_t i = lo, j = mid, k = lo; k < hi; k++) {
                bool left = i < mid && (j >= hi || event[order[i]].at_s <= event[order[j]].at_s);
                other[k] = order[left ? i++ : j++];
            }
        }
        int *done = order;
        order = other;
        other = done;
    }
    return order;
}

static void run_jobs(gw_all *a) {
    gw_net *net = a->net;
    int64_t all = (int64_t)net->n_links + net->n_bundles;
    a->now_Bps = GW_NEW_N(a->arena, all, double);
    double *kept_Bps = GW_NEW_N(a->arena, all, double);
    memcpy(a->now_Bps, net->capacity_Bps, (size_t)all * sizeof(double));
    memcpy(kept_Bps, net->capacity_Bps, (size_t)all * sizeof(double));
    bool damaged = net->damaged;
    gw_flow_links links = gw_net_links(net);
    a->sim = gw_flow_sim_create(&links, 0);

    gw_course_wake_at(a, 0);
    simulate(a);
    memcpy(net->capacity_Bps, kept_Bps, (size_t)all * sizeof(double));
    net->damaged = damaged;
    gw_net_changed(net);
    close_jobs(a);
    gw_flow_sim_free(a->sim);
    free(a->open);
}

void gw_traffic_run_all(gw_net *net, const gw_route_how *how, int n,
                        const gw_traffic *const *traffic, const double *start_s, int n_events,
                        const gw_net_event *event, double reroute_s, gw_arena *arena,
                        gw_traffic_result *out) {
    int64_t all = (int64_t)net->n_links + net->n_bundles;
    gw_all a = {.net = net, .how = how, .arena = arena, .n = n, .reroute_s = reroute_s};
    a.event = event;
    a.n_events = n_events;
    a.order = in_order(n_events, event, arena);
    a.job = GW_NEW_N(arena, n, gw_course);
    int32_t *touched = GW_NEW_N(arena, all, int32_t);
    gw_link_ends ends = gw_link_ends_of(net, arena);
    bool meet = n_events > 0;
    for (int i = 0; i < n; i++) {
        out[i] = (gw_traffic_result){.steps_as_one = 1, .busiest = -1};
        out[i].phase_s = GW_NEW_N(arena, traffic[i]->n_phases, double);
        a.job[i] = (gw_course){.traffic = traffic[i],
                               .start_s = start_s != NULL ? start_s[i] : 0,
                               .phase = -1,
                               .carried_B = GW_NEW_N(arena, all, double),
                               .out = &out[i]};
        bool meets = survey(&a, &a.job[i], &ends, touched);
        meet = meet || meets;
    }
    for (int i = 0; i < n && !meet; i++) {
        gw_traffic_run(net, how, traffic[i], arena, &out[i]);
    }
    if (meet) {
        run_jobs(&a);
    }
}
