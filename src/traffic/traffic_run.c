/* traffic_run.c: one schedule alone on a network: phase by phase, closed form or flows.
 *
 * In:  gw_net, routing, gw_traffic. Out: gw_traffic_result.
 *
 * Model: T = sum over phases of repeat x (extra + depth x latency + transfer). Between the steps of
 * a phase there is a barrier and nothing else is on the network, so that equal steps take equal
 * times: one of them is worked. Phases that share their sends share the answer, as do those that a
 * memo knows from schedules before, their bytes in proportion. The transfer is that
 * of the end points where gw_phase_bound_of proves it, else the last completion of gw_flow_run.
 *
 * Valid: any network; flows without a way, or over a dead link, make the time NaN.
 * Derivation: above, and traffic_flows.h for the proof.
 */
#include <math.h>
#include <stdlib.h>

#include "traffic/traffic_flows.h"
#include "traffic/traffic_memo.h"

typedef struct gw_runner {
    const gw_net *net;
    const gw_route_how *how;
    const gw_traffic *traffic;
    gw_traffic_memo *memo; /* NULL: none */
    gw_link_ends ends;
    double *carried_B; /* [links and bundles] */
    gw_traffic_result *out;
} gw_runner;

/** Of one repeat. */
typedef struct gw_times {
    double transfer_s, bound_s, hop_s;
} gw_times;

static bool same_sends(const gw_traffic_phase *a, const gw_traffic_phase *b) {
    return a->first == b->first && a->n == b->n && a->in_network == b->in_network;
}

/** The first phase with the sends of phase p. */
static int first_alike(const gw_traffic *t, int p) {
    int q = 0;
    while (!same_sends(&t->phase[q], &t->phase[p])) {
        q++;
    }
    return q;
}

/** How often the sends of phase p go over the network in all. */
static double times_sent(const gw_traffic *t, int p) {
    double times = 0;
    for (int q = p; q < t->n_phases; q++) {
        times += same_sends(&t->phase[q], &t->phase[p]) ? (double)t->phase[q].repeat : 0;
    }
    return times;
}

/** Where the end points do not say it all: the flows themselves. */
static void simulate(const gw_runner *r, const gw_phase_flows *flows, gw_arena *scratch,
                     gw_worked *w) {
    gw_flow_links links = gw_net_links(r->net);
    gw_flow_opts opts = {0};
    gw_flow_result result;
    gw_flow_run(&links, &flows->set, &opts, scratch, &result);
    for (int32_t l = 0; l < w->n_links; l++) {
        w->carried_B[l] = result.carried_B[w->link[l]];
    }
    for (int64_t f = 0; f < flows->set.n && !w->congested; f++) {
        int32_t limit = result.limit[f];
        w->congested = limit >= 0 && !gw_link_is_own(&r->ends, flows, f, limit, r->net->n_hosts);
    }
    w->n_classes = result.n_classes;
    w->n_stuck += result.n_stuck;
    w->transfer_s = w->n_stuck > 0 ? GW_NAN : result.end_s;
}

static gw_worked work(const gw_runner *r, int p, gw_arena *scratch) {
    gw_phase_flows flows;
    gw_phase_flows_make(r->net, r->how, r->traffic, p, scratch, &flows);
    gw_phase_bound bound = gw_phase_bound_of(r->net, &r->ends, &flows, scratch);
    gw_worked w = {.transfer_s = bound.transfer_s,
                   .bound_s = bound.transfer_s,
                   .hop_s = flows.hop_s,
                   .exact = bound.exact,
                   .n_flows = flows.set.n + flows.n_no_way,
                   .n_stuck = flows.n_no_way,
                   .n_links = bound.n_links,
                   .link = bound.link,
                   .carried_B = bound.carried_B};
    if (!w.exact) {
        simulate(r, &flows, scratch, &w);
        r->out->n_phases_simulated++;
    }
    if (r->memo != NULL) {
        gw_traffic_memo_keep(r->memo, r->traffic, &r->traffic->phase[p], &w);
    }
    return w;
}

/** Adds a phase, and those that share its sends, to the sums; scale: of its bytes. */
static void count_in(const gw_runner *r, int p, const gw_worked *w, double scale) {
    gw_traffic_result *out = r->out;
    double times = scale * times_sent(r->traffic, p);
    for (int32_t l = 0; l < w->n_links; l++) {
        r->carried_B[w->link[l]] += times * w->carried_B[l];
    }
    out->n_flows += w->n_flows;
    out->n_classes += w->n_classes;
    out->n_stuck += w->n_stuck;
    out->congested = out->congested || w->congested;
    out->closed_form = out->closed_form && w->exact;
}

/** Times of the phase with these sends, once they are known or worked. */
static gw_times times_of(const gw_runner *r, int p) {
    double scale = 1;
    const gw_worked *known = NULL;
    if (r->memo != NULL) {
        known = gw_traffic_memo_find(r->memo, r->traffic, &r->traffic->phase[p], &scale);
    }
    gw_arena *scratch = known == NULL ? gw_arena_create(0) : NULL;
    gw_worked fresh;
    if (known == NULL) {
        scale = 1;
        fresh = work(r, p, scratch);
        known = &fresh;
    }
    count_in(r, p, known, scale);
    gw_times times = {scale * known->transfer_s, scale * known->bound_s, known->hop_s};
    gw_arena_free(scratch);
    return times;
}

void gw_traffic_carried(const gw_net *net, const double *capacity_Bps, double *carried_B,
                        gw_traffic_result *out) {
    out->carried_B = carried_B;
    out->busiest = -1;
    for (int32_t l = 0; l < net->n_links; l++) {
        int32_t b = net->bundle != NULL ? net->bundle[l] : -1;
        if (b >= 0 && capacity_Bps[b] > 0) {
            carried_B[l] += carried_B[b] * capacity_Bps[l] / capacity_Bps[b];
        }
        double frac = carried_B[l] / (capacity_Bps[l] * out->time_s);
        if (frac > out->busiest_frac) {
            out->busiest_frac = frac;
            out->busiest = l;
        }
    }
}

void gw_traffic_run_again(gw_traffic_memo *memo, const gw_net *net, const gw_route_how *how,
                          const gw_traffic *traffic, gw_arena *arena, gw_traffic_result *out) {
    *out = (gw_traffic_result){.closed_form = true, .steps_as_one = 1};
    out->phase_s = GW_NEW_N(arena, traffic->n_phases, double);
    gw_runner r = {.net = net, .how = how, .traffic = traffic, .memo = memo, .out = out};
    r.ends = gw_link_ends_of(net, arena);
    r.carried_B = GW_NEW_N(arena, (int64_t)net->n_links + net->n_bundles, double);
    gw_times *times = GW_NEW_N(arena, traffic->n_phases, gw_times);
    for (int p = 0; p < traffic->n_phases; p++) {
        const gw_traffic_phase *phase = &traffic->phase[p];
        int q = first_alike(traffic, p);
        times[p] = q < p ? times[q] : times_of(&r, p);
        double delay_s = gw_phase_delay_s(phase, times[p].hop_s);
        out->phase_s[p] = (double)phase->repeat * (delay_s + times[p].transfer_s);
        out->time_s += out->phase_s[p];
        out->alone_s += (double)phase->repeat * (delay_s + times[p].bound_s);
    }
    gw_traffic_carried(net, net->capacity_Bps, r.carried_B, out);
}

void gw_traffic_run(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                    gw_arena *arena, gw_traffic_result *out) {
    gw_traffic_run_again(NULL, net, how, traffic, arena, out);
}
