/* traffic_course.c: schedules under way: from step to step, each by its own barrier.
 *
 * In:  gw_all, the simulator's completions. Out: flows added, times of phases, bytes carried.
 *
 * Model: a phase of n flows and `repeat` steps runs as up to 2^17 / n blocks of k steps: flows of k
 * times the bytes that first wait k times the delay of a step. Exact for k = 1.
 *
 * Valid: see traffic_all.c.
 * Derivation: bookkeeping only.
 */
#include "traffic/traffic_course.h"

#include <stdlib.h>
#include <string.h>

/** Flows that the steps of one phase may come to before several run as one. */
#define FLOWS_OF_PHASE (INT64_C(1) << 17)

static gw_open *new_open(gw_all *a, int32_t id) {
    if (id >= a->room) {
        int64_t room = a->room + a->room / 2 + id + 1024;
        gw_open *grown = realloc(a->open, (size_t)room * sizeof *grown);
        if (grown == NULL) {
            gw_out_of_memory((size_t)room * sizeof *grown);
        }
        a->open = grown;
        a->room = room;
    }
    a->n_ids = id + 1;
    return &a->open[id];
}

void gw_course_add(gw_all *a, gw_open flow, double bytes, double latency_s) {
    gw_net_flow f = {.bytes = bytes,
                     .n = flow.n,
                     .link = flow.link,
                     .share = flow.share,
                     .latency_s = latency_s};
    int32_t id = gw_flow_sim_add(a->sim, gw_flow_sim_now_s(a->sim), &f);
    flow.bytes = bytes;
    *new_open(a, id) = flow;
    a->job[flow.job].n_open++;
    a->job[flow.job].n_added++;
}

static void forget_routes(gw_course *job) {
    gw_arena_free(job->arena);
    job->arena = NULL;
    job->stale = false;
}

/** Nothing is open: no flow points into the rows. */
static void route_phase(gw_all *a, gw_course *job) {
    if (job->stale) {
        forget_routes(job);
    }
    if (job->arena == NULL) {
        job->arena = gw_arena_create(0);
        gw_phase_flows_make(a->net, a->how, job->traffic, job->phase, job->arena, &job->flows);
    }
}

/** The flows of the next block of steps. */
static void add_block(gw_all *a, gw_course *job) {
    const gw_traffic_phase *phase = &job->traffic->phase[job->phase];
    const gw_flow_set *set = &job->flows.set;
    int64_t blocks = set->n > 0 ? FLOWS_OF_PHASE / set->n : 1;
    blocks = blocks < 1 ? 1 : blocks;
    int64_t most = (phase->repeat + blocks - 1) / blocks;
    job->block = job->steps_left < most ? job->steps_left : most;
    if (job->block > job->out->steps_as_one) {
        job->out->steps_as_one = job->block;
    }
    double steps = (double)job->block;
    double delay_s = steps * gw_phase_delay_s(phase, job->flows.hop_s);
    const gw_send *send = job->traffic->send + phase->first;
    if (set->n == 0) { /* nothing to send: the delay alone */
        gw_course_add(a, (gw_open){.job = (int32_t)(job - a->job)}, 0, delay_s);
    }
    for (int64_t i = 0; i < set->n; i++) {
        gw_open flow = {.job = (int32_t)(job - a->job), .row = i};
        flow.n = (int32_t)(set->at[i + 1] - set->at[i]);
        flow.link = set->link + set->at[i];
        flow.share = set->share != NULL ? set->share + set->at[i] : NULL;
        if (!phase->in_network) {
            flow.src = send[i].src;
            flow.dst = send[i].dst;
            flow.entropy = send[i].entropy;
        }
        gw_course_add(a, flow, steps * set->bytes[i], delay_s);
    }
}

static void next_phase(gw_all *a, gw_course *job) {
    double now_s = gw_flow_sim_now_s(a->sim);
    if (job->phase >= 0) {
        job->out->phase_s[job->phase] = now_s - job->step_began_s;
    }
    job->step_began_s = now_s;
    forget_routes(job);
    job->phase++;
    if (job->phase == job->traffic->n_phases) {
        job->done = true;
        job->out->time_s = now_s - job->start_s;
        return;
    }
    job->steps_left = job->traffic->phase[job->phase].repeat;
}

void gw_course_go_on(gw_all *a, gw_course *job) {
    while (!job->done && !job->waits && job->n_open == 0) {
        if (job->phase < 0 || job->steps_left == 0) {
            next_phase(a, job);
            continue;
        }
        route_phase(a, job);
        job->waits = job->flows.n_no_way > 0;
        if (!job->waits) {
            add_block(a, job);
        }
    }
}

void gw_course_carry(const gw_open *flow, double *carried_B, double bytes) {
    for (int32_t k = 0; k < flow->n; k++) {
        carried_B[flow->link[k]] += bytes * (flow->share != NULL ? (double)flow->share[k] : 1);
    }
}

void gw_course_end_flows(gw_all *a, const int32_t *ended, int32_t n) {
    if (n > a->ended_room) {
        a->ended = GW_NEW_N(a->arena, 2 * (int64_t)n, int32_t);
        a->ended_room = 2 * n;
    }
    if (n > 0) {
        memcpy(a->ended, ended, (size_t)n * sizeof *ended);
    }
    for (int32_t i = 0; i < n; i++) {
        gw_open *flow = &a->open[a->ended[i]];
        if (flow->job < 0) {
            continue; /* a clock flow, see gw_course_wake_at */
        }
        gw_course *job = &a->job[flow->job];
        flow->job = -1;
        gw_course_carry(flow, job->carried_B, flow->bytes);
        if (--job->n_open == 0) {
            job->steps_left -= job->block;
            gw_course_go_on(a, job);
        }
    }
}

void gw_course_wake_at(gw_all *a, double at_s) {
    gw_net_flow clock = {.bytes = 0, .latency_s = 0};
    int32_t id = gw_flow_sim_add(a->sim, at_s, &clock);
    *new_open(a, id) = (gw_open){.job = -1};
}
