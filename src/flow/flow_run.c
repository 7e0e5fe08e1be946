/* flow/flow_run.c: a whole set of flows from its first start to its last end.
 * In: links, flows.   Out: finish times, what limited each flow, what each link carried.
 * Model: one flow of each symmetry class is simulated (flow_classes.c) and stands for the others;
 *   without symmetry, every flow. Only links that some flow crosses reach the simulator.
 * Valid: up to 2^31 - 1 flows; starts at or after 0.
 * Derivation: flow_classes.c shows that the quotient has the same rates and instants. */
#include <math.h>
#include <stdlib.h>

#include "flow/flow_classes.h"

/* The set with its defaults filled in, and the way back to the caller's links. */
typedef struct dense {
    gw_flow_problem problem;
    int32_t *original; /* [n_links] */
} dense;

static const double *filled(const double *given, int64_t n, double none, gw_arena *arena) {
    if (given != NULL && none == 0.0) {
        return given;
    }
    double *out = GW_NEW_N(arena, n + 1, double);
    for (int64_t i = 0; i < n; i++) {
        double value = given == NULL ? none : given[i];
        out[i] = value == 0.0 ? none : value;
    }
    return out;
}

/* Sums over the links in the order of the way, so that equal ways give equal sums. */
static const double *latencies(const gw_flow_links *links, const gw_flow_set *set,
                               gw_arena *arena) {
    double *out = GW_NEW_N(arena, set->n + 1, double);
    for (int64_t i = 0; i < set->n; i++) {
        if (set->latency_s != NULL && set->latency_s[i] >= 0.0) {
            out[i] = set->latency_s[i];
            continue;
        }
        double sum_s = 0.0;
        for (int64_t k = set->at[i]; links->latency_s != NULL && k < set->at[i + 1]; k++) {
            sum_s += links->latency_s[set->link[k]];
        }
        out[i] = sum_s;
    }
    return out;
}

/* Numbers the links that are crossed in the order in which flows name them. */
static void renumber(const gw_flow_links *links, const gw_flow_set *set, gw_arena *arena,
                     dense *out) {
    int64_t n_entries = set->at[set->n];
    int32_t *number = calloc((size_t)links->n + 1, sizeof *number);
    if (number == NULL) {
        gw_out_of_memory(((size_t)links->n + 1) * sizeof *number);
    }
    int32_t *link = GW_NEW_N(arena, n_entries + 1, int32_t);
    int32_t n = 0;
    for (int64_t k = 0; k < n_entries; k++) {
        int32_t l = set->link[k];
        if (number[l] == 0) {
            number[l] = ++n;
        }
        link[k] = number[l] - 1;
    }
    out->original = GW_NEW_N(arena, n + 1, int32_t);
    double *capacity_Bps = GW_NEW_N(arena, n + 1, double);
    for (int64_t k = 0; k < n_entries; k++) {
        out->original[link[k]] = set->link[k];
        capacity_Bps[link[k]] = links->capacity_Bps[set->link[k]];
    }
    free(number);
    out->problem.n_links = n;
    out->problem.link = link;
    out->problem.capacity_Bps = capacity_Bps;
}

static dense dense_of(const gw_flow_links *links, const gw_flow_set *set, gw_arena *arena) {
    dense out = {.problem = {.n = set->n,
                             .bytes = set->bytes,
                             .weight = filled(set->weight, set->n, 1.0, arena),
                             .cap_Bps = filled(set->cap_Bps, set->n, 0.0, arena),
                             .start_s = filled(set->start_s, set->n, 0.0, arena),
                             .latency_s = latencies(links, set, arena),
                             .at = set->at,
                             .share = set->share}};
    renumber(links, set, arena, &out);
    return out;
}

/* One flow of the problem; with classes, the one that stands for class i. */
static gw_net_flow flow_of(const gw_flow_problem *p, const gw_flow_classes *classes, int64_t i) {
    int64_t f = classes == NULL ? i : classes->flow[i];
    const int64_t *at = classes == NULL ? p->at : classes->at;
    const int32_t *link = classes == NULL ? p->link : classes->link;
    const double *share = classes == NULL ? p->share : classes->share;
    return (gw_net_flow){.bytes = p->bytes[f],
                         .weight = p->weight[f],
                         .cap_Bps = p->cap_Bps[f],
                         .n = (int32_t)(at[i + 1] - at[i]),
                         .link = link + at[i],
                         .share = share == NULL ? NULL : share + at[i],
                         .latency_s = p->latency_s[f],
                         .n_like = classes == NULL ? 1 : classes->flow_n[i]};
}

static gw_flow_sim *simulate(const dense *d, const gw_flow_classes *classes, int64_t *n_events) {
    const gw_flow_problem *p = &d->problem;
    gw_flow_links links = {.n = classes == NULL ? p->n_links : classes->n_links,
                           .capacity_Bps =
                               classes == NULL ? p->capacity_Bps : classes->capacity_Bps};
    int64_t n = classes == NULL ? p->n : classes->n;
    gw_flow_sim *sim = gw_flow_sim_create(&links, n);
    for (int64_t i = 0; i < n; i++) {
        gw_net_flow flow = flow_of(p, classes, i);
        (void)gw_flow_sim_add(sim, p->start_s[classes == NULL ? i : classes->flow[i]], &flow);
    }
    const int32_t *ended;
    int32_t n_ended;
    while (gw_flow_sim_step(sim, GW_INF, &ended, &n_ended)) {
        ++*n_events;
    }
    return sim;
}

/* The link on flow i's own way that is of the class which limited its like. */
static int32_t own_link(const dense *d, const gw_flow_classes *classes, int64_t i, int32_t limit) {
    const gw_flow_problem *p = &d->problem;
    if (limit < 0 || classes == NULL) {
        return limit < 0 ? -1 : d->original[limit];
    }
    for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
        if (classes->of_link[p->link[k]] == limit) {
            return d->original[p->link[k]];
        }
    }
    return -1;
}

/* From the flow's own start: its like may have begun at another time, and waited another latency, to
 * join at the same instant. */
static double took_s(const gw_flow_problem *p, const gw_flow_classes *classes, int64_t i,
                     gw_flow_sim *sim) {
    if (classes == NULL || classes->flow[classes->of_flow[i]] == i) {
        return gw_flow_sim_took_s(sim, classes == NULL ? (int32_t)i : classes->of_flow[i]);
    }
    int32_t c = classes->of_flow[i];
    double moved_s = gw_flow_sim_took_s(sim, c) - p->latency_s[classes->flow[c]];
    return moved_s + p->latency_s[i];
}

static void collect_flows(const dense *d, const gw_flow_classes *classes, gw_flow_sim *sim,
                          gw_flow_result *out) {
    for (int64_t i = 0; i < d->problem.n; i++) {
        int32_t id = classes == NULL ? (int32_t)i : classes->of_flow[i];
        out->finish_s[i] = gw_flow_sim_finish_s(sim, id);
        out->took_s[i] = took_s(&d->problem, classes, i, sim);
        out->limit[i] = own_link(d, classes, i, gw_flow_sim_limit(sim, id));
        if (isnan(out->finish_s[i])) {
            out->n_stuck++;
        } else if (out->finish_s[i] > out->end_s) {
            out->end_s = out->finish_s[i];
        }
    }
}

static void collect_links(const dense *d, const gw_flow_classes *classes, gw_flow_sim *sim,
                          gw_flow_result *out) {
    for (int32_t l = 0; l < d->problem.n_links; l++) {
        int32_t c = classes == NULL ? l : classes->of_link[l];
        double n = classes == NULL ? 1.0 : classes->links_n[c];
        out->carried_B[d->original[l]] = gw_flow_sim_carried_B(sim, c) / n;
        out->full_s[d->original[l]] = gw_flow_sim_full_s(sim, c);
    }
}

void gw_flow_run(const gw_flow_links *links, const gw_flow_set *set, const gw_flow_opts *opts,
                 gw_arena *arena, gw_flow_result *out) {
    *out = (gw_flow_result){.finish_s = GW_NEW_N(arena, set->n + 1, double),
                            .took_s = GW_NEW_N(arena, set->n + 1, double),
                            .limit = GW_NEW_N(arena, set->n + 1, int32_t),
                            .carried_B = GW_NEW_N(arena, links->n + 1, double),
                            .full_s = GW_NEW_N(arena, links->n + 1, double),
                            .n_classes = set->n};
    if (set->n == 0) {
        return;
    }
    gw_arena *scratch = gw_arena_create((size_t)1 << 16);
    if (scratch == NULL) {
        gw_out_of_memory((size_t)1 << 16);
    }
    dense d = dense_of(links, set, scratch);
    gw_flow_classes classes;
    bool collapsed = (opts == NULL || !opts->no_classes) &&
                     gw_flow_classes_find(&d.problem, UINT64_MAX, scratch, &classes);
    gw_flow_classes *use = collapsed ? &classes : NULL;
    gw_flow_sim *sim = simulate(&d, use, &out->n_events);
    out->n_classes = collapsed ? classes.n : set->n;
    collect_flows(&d, use, sim, out);
    collect_links(&d, use, sim, out);
    gw_flow_sim_free(sim);
    gw_arena_free(scratch);
}
