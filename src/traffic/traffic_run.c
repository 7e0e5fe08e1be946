/* traffic_run.c: one schedule alone on a network: phase by phase, closed form or flows.
 *
 * In:  gw_net, routing, gw_traffic. Out: gw_traffic_result.
 *
 * Model: T = sum over phases of repeat x (extra + depth x latency + transfer). Between the steps of
 * a phase there is a barrier and nothing else is on the network, so that equal steps take equal
 * times: one of them is worked. Phases that share their sends share the answer. The transfer is that
 * of the end points where gw_phase_bound_of proves it, else the last completion of gw_flow_run.
 *
 * Valid: any network; flows without a way, or over a dead link, make the time NaN.
 * Derivation: above, and traffic_flows.h for the proof.
 */
#include <math.h>
#include <stdlib.h>

#include "traffic/traffic_flows.h"

/** What is known of the sends that phases share. */
typedef struct gw_worked {
    double transfer_s, bound_s, hop_s;
} gw_worked;

typedef struct gw_runner {
    const gw_net *net;
    const gw_route_how *how;
    const gw_traffic *traffic;
    gw_link_ends ends;
    double *carried_B; /* [links and bundles] */
    gw_traffic_result *out;
} gw_runner;

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

static void carry(const gw_runner *r, const gw_flow_set *set, double times) {
    for (int64_t f = 0; f < set->n; f++) {
        for (int64_t k = set->at[f]; k < set->at[f + 1]; k++) {
            double share = set->share != NULL ? (double)set->share[k] : 1;
            r->carried_B[set->link[k]] += times * share * set->bytes[f];
        }
    }
}

static double simulate(const gw_runner *r, const gw_phase_flows *flows, double times,
                       gw_arena *scratch) {
    gw_flow_links links = gw_net_links(r->net);
    gw_flow_opts opts = {0};
    gw_flow_result result;
    gw_flow_run(&links, &flows->set, &opts, scratch, &result);
    for (int32_t l = 0; l < links.n; l++) {
        r->carried_B[l] += times * result.carried_B[l];
    }
    for (int64_t f = 0; f < flows->set.n && !r->out->congested; f++) {
        int32_t limit = result.limit[f];
        r->out->congested =
            limit >= 0 && !gw_link_is_own(&r->ends, flows, f, limit, r->net->n_hosts);
    }
    r->out->n_classes += result.n_classes;
    r->out->n_stuck += result.n_stuck;
    r->out->n_phases_simulated++;
    r->out->closed_form = false;
    return result.n_stuck > 0 || flows->n_no_way > 0 ? GW_NAN : result.end_s;
}

static gw_worked work(const gw_runner *r, int p) {
    gw_arena *scratch = gw_arena_create(0);
    gw_phase_flows flows;
    gw_phase_flows_make(r->net, r->how, r->traffic, p, scratch, &flows);
    gw_phase_bound bound = gw_phase_bound_of(r->net, &r->ends, &flows, scratch);
    gw_worked done = {bound.transfer_s, bound.transfer_s, flows.hop_s};
    r->out->n_flows += flows.set.n + flows.n_no_way;
    r->out->n_stuck += flows.n_no_way;
    double times = times_sent(r->traffic, p);
    if (bound.exact) {
        carry(r, &flows.set, times);
    } else {
        done.transfer_s = simulate(r, &flows, times, scratch);
    }
    gw_arena_free(scratch);
    return done;
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

void gw_traffic_run(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                    gw_arena *arena, gw_traffic_result *out) {
    *out = (gw_traffic_result){.closed_form = true, .steps_as_one = 1};
    out->phase_s = GW_NEW_N(arena, traffic->n_phases, double);
    gw_runner r = {.net = net, .how = how, .traffic = traffic, .out = out};
    r.ends = gw_link_ends_of(net, arena);
    r.carried_B = GW_NEW_N(arena, (int64_t)net->n_links + net->n_bundles, double);
    gw_worked *worked = GW_NEW_N(arena, traffic->n_phases, gw_worked);
    for (int p = 0; p < traffic->n_phases; p++) {
        const gw_traffic_phase *phase = &traffic->phase[p];
        int q = first_alike(traffic, p);
        worked[p] = q < p ? worked[q] : work(&r, p);
        double delay_s = gw_phase_delay_s(phase, worked[p].hop_s);
        out->phase_s[p] = (double)phase->repeat * (delay_s + worked[p].transfer_s);
        out->time_s += out->phase_s[p];
        out->alone_s += (double)phase->repeat * (delay_s + worked[p].bound_s);
    }
    gw_traffic_carried(net, net->capacity_Bps, r.carried_B, out);
}
