/* graph_cut.c: bandwidth between two halves of a network.
 *
 * In:  a gw_net, and which switches are on which side, or nothing.
 * Out: B/s of the direction that has less.
 *
 * Model. With the sides of the switches given, the rates of the links between them are added up.
 * Without, the hosts are halved and the switches fall where the cut is least: that is the largest
 * flow from one half to the other (Ford & Fulkerson), found by Dinic's method. Up to 12 hosts all
 * halvings are tried. Beyond: by number, by turns, and in the order of the distance from eight
 * hosts, the first of them host 0 and each next the farthest from the last: halves that hang
 * together have few links between them. That is a cut, so an upper bound.
 *
 * Valid: capacities as they are now, faults included. Hosts forward here, as cuts go.
 * Sources: Ford & Fulkerson, Canad. J. Math. 8 (1956) 399; Dinic, Soviet Math. Dokl. 11 (1970) 1277.
 */
#include "network/graph_cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/graph.h"

#define MOST_EXACT_HOSTS 12
#define MOST_LINKS 2000000
#define N_STARTS 8
/** What is left of a link counts as nothing below this part of the largest capacity. */
#define FLOW_SLACK 1e-12

double gw_cut_of_switches_Bps(const gw_net *net, bool (*side)(const void *shape, int32_t sw),
                              const void *shape) {
    double there_Bps = 0, back_Bps = 0;
    for (int32_t l = 0; l < net->n_links; l++) {
        int32_t from = net->from[l], to = net->to[l];
        if (from < net->n_hosts || to < net->n_hosts) {
            continue;
        }
        bool a = side(shape, from - net->n_hosts), b = side(shape, to - net->n_hosts);
        if (a != b) {
            *(a ? &back_Bps : &there_Bps) += net->capacity_Bps[l];
        }
    }
    return fmin(there_Bps, back_Bps);
}

/* ------------------------------------------------------------------ largest flow */

typedef struct max_flow {
    const gw_net *net;
    const gw_graph *graph;
    const bool *far;  /* [n_hosts] half that receives */
    double *flow_Bps; /* [n_links] */
    int32_t *level;   /* [n_nodes] links from the sending half; -1: not reached */
    int64_t *next;    /* [n_nodes] arcs already used up in this phase */
    int32_t *queue;   /* [n_nodes] */
    int32_t *arc;     /* [n_nodes] arcs of the way being built; out: link, back over in: ~link */
    double least_Bps; /* smaller rests count as nothing */
} max_flow;

/* Arcs of a node: its links out, then those in, which give flow back. */
static int64_t n_arcs(const max_flow *f, int32_t v) {
    const gw_graph *g = f->graph;
    return g->out.at[v + 1] - g->out.at[v] + g->in.at[v + 1] - g->in.at[v];
}

/* Arc i of a node and what it can still take; link or ~link. */
static int32_t arc_of(const max_flow *f, int32_t v, int64_t i, double *rest_Bps, int32_t *to) {
    const gw_graph *g = f->graph;
    int64_t n_out = g->out.at[v + 1] - g->out.at[v];
    if (i < n_out) {
        int32_t link = g->out.link[g->out.at[v] + i];
        *rest_Bps = f->net->capacity_Bps[link] - f->flow_Bps[link];
        *to = f->net->to[link];
        return link;
    }
    int32_t link = g->in.link[g->in.at[v] + i - n_out];
    *rest_Bps = f->flow_Bps[link];
    *to = f->net->from[link];
    return ~link;
}

static bool is_sink(const max_flow *f, int32_t v) {
    return v < f->net->n_hosts && f->far[v];
}

/* Distances from the sending half; true: the other can be reached. */
static bool find_levels(max_flow *f) {
    memset(f->level, 0xff, (size_t)f->net->n_nodes * sizeof *f->level);
    int32_t n = 0;
    for (int32_t h = 0; h < f->net->n_hosts; h++) {
        if (!f->far[h]) {
            f->level[h] = 0;
            f->queue[n++] = h;
        }
    }
    bool reached = false;
    for (int32_t i = 0; i < n; i++) {
        int32_t v = f->queue[i];
        if (is_sink(f, v)) {
            reached = true;
            continue;
        }
        for (int64_t k = 0; k < n_arcs(f, v); k++) {
            double rest_Bps;
            int32_t to;
            arc_of(f, v, k, &rest_Bps, &to);
            if (rest_Bps > f->least_Bps && f->level[to] < 0) {
                f->level[to] = f->level[v] + 1;
                f->queue[n++] = to;
            }
        }
    }
    return reached;
}

static double push(max_flow *f, int32_t n) {
    double most_Bps = GW_INF;
    for (int32_t i = 0; i < n; i++) {
        int32_t link = f->arc[i];
        double rest_Bps =
            link >= 0 ? f->net->capacity_Bps[link] - f->flow_Bps[link] : f->flow_Bps[~link];
        most_Bps = fmin(most_Bps, rest_Bps);
    }
    for (int32_t i = 0; i < n; i++) {
        int32_t link = f->arc[i];
        f->flow_Bps[link >= 0 ? link : ~link] += link >= 0 ? most_Bps : -most_Bps;
    }
    return most_Bps;
}

/* One more arc of the way at v towards the sinks; false: dead end. */
static bool advance(max_flow *f, int32_t v, int32_t n, int32_t *to) {
    for (; f->next[v] < n_arcs(f, v); f->next[v]++) {
        double rest_Bps;
        f->arc[n] = arc_of(f, v, f->next[v], &rest_Bps, to);
        if (rest_Bps > f->least_Bps && f->level[*to] == f->level[v] + 1) {
            return true;
        }
    }
    return false;
}

/* All that can flow from one host over arcs that lead a level up. */
static double send_from(max_flow *f, int32_t host) {
    double sent_Bps = 0;
    int32_t v = host, n = 0;
    for (;;) {
        int32_t to;
        if (is_sink(f, v)) {
            sent_Bps += push(f, n);
            v = host;
            n = 0;
        } else if (advance(f, v, n, &to)) {
            n++;
            v = to;
        } else if (n == 0) {
            return sent_Bps;
        } else {
            int32_t link = f->arc[--n];
            v = link >= 0 ? f->net->from[link] : f->net->to[~link];
            f->next[v]++;
        }
    }
}

static double largest_flow_Bps(max_flow *f, const bool *far) {
    f->far = far;
    memset(f->flow_Bps, 0, (size_t)f->net->n_links * sizeof *f->flow_Bps);
    double sent_Bps = 0;
    while (find_levels(f)) {
        memset(f->next, 0, (size_t)f->net->n_nodes * sizeof *f->next);
        for (int32_t h = 0; h < f->net->n_hosts; h++) {
            if (!far[h]) {
                sent_Bps += send_from(f, h);
            }
        }
    }
    return sent_Bps;
}

/* ------------------------------------------------------------------ halvings */

static double both_ways_Bps(max_flow *f, bool *far) {
    double cut_Bps = largest_flow_Bps(f, far);
    if (!f->net->duplex || f->net->damaged || f->net->n_hosts % 2 == 1) {
        for (int32_t h = 0; h < f->net->n_hosts; h++) {
            far[h] = !far[h];
        }
        cut_Bps = fmin(cut_Bps, largest_flow_Bps(f, far));
    }
    return cut_Bps;
}

static double exact_Bps(max_flow *f, bool *far) {
    int32_t n = f->net->n_hosts;
    double least_Bps = GW_INF;
    for (uint32_t set = 1; set < UINT32_C(1) << n; set++) {
        if (__builtin_popcount(set) == n / 2) {
            for (int32_t h = 0; h < n; h++) {
                far[h] = set >> h & 1u;
            }
            least_Bps = fmin(least_Bps, both_ways_Bps(f, far));
        }
    }
    return least_Bps;
}

/* Hosts in the order of their distance from `start`: the first half stays near. The last one. */
static int32_t halve_by_distance(max_flow *f, int32_t start, bool *far) {
    const gw_net *net = f->net;
    memset(f->level, 0xff, (size_t)net->n_nodes * sizeof *f->level);
    int32_t n = 0, n_hosts = 0, last = start;
    f->queue[n++] = start;
    f->level[start] = 0;
    for (int32_t h = 0; h < net->n_hosts; h++) {
        far[h] = true; /* also what cannot be reached */
    }
    for (int32_t i = 0; i < n; i++) {
        int32_t v = f->queue[i];
        if (v < net->n_hosts) {
            far[v] = n_hosts++ >= net->n_hosts / 2;
            last = v;
        }
        for (int64_t k = 0; k < n_arcs(f, v); k++) {
            double rest_Bps;
            int32_t to;
            arc_of(f, v, k, &rest_Bps, &to);
            if (f->level[to] < 0) {
                f->level[to] = f->level[v] + 1;
                f->queue[n++] = to;
            }
        }
    }
    return last;
}

/* What cannot be reached may leave the near half short: then hosts from the end make it up. */
static void even_out(const gw_net *net, bool *far) {
    int32_t n_near = 0;
    for (int32_t h = 0; h < net->n_hosts; h++) {
        n_near += !far[h];
    }
    for (int32_t h = net->n_hosts - 1; h >= 0 && n_near < net->n_hosts / 2; h--) {
        if (far[h]) {
            far[h] = false;
            n_near++;
        }
    }
}

static double best_found_Bps(max_flow *f, bool *far) {
    int32_t n = f->net->n_hosts, start = 0;
    double least_Bps = GW_INF;
    for (int by_turns = 0; by_turns < 2; by_turns++) {
        for (int32_t h = 0; h < n; h++) {
            far[h] = by_turns == 1 ? h % 2 == 1 : h >= n / 2;
        }
        least_Bps = fmin(least_Bps, both_ways_Bps(f, far));
    }
    for (int i = 0; i < N_STARTS; i++) {
        start = halve_by_distance(f, start, far);
        even_out(f->net, far);
        least_Bps = fmin(least_Bps, both_ways_Bps(f, far));
    }
    return least_Bps;
}

double gw_graph_bisection_Bps(const gw_net *net) {
    if (net->n_hosts < 2 || net->n_links > MOST_LINKS) {
        return GW_NAN;
    }
    gw_arena *arena = gw_arena_create(0);
    if (arena == NULL) {
        gw_out_of_memory(0);
    }
    max_flow f = {.net = net,
                  .graph = gw_graph_create(net, 0, arena),
                  .flow_Bps = GW_NEW_N(arena, net->n_links, double),
                  .level = GW_NEW_N(arena, net->n_nodes, int32_t),
                  .next = GW_NEW_N(arena, net->n_nodes, int64_t),
                  .queue = GW_NEW_N(arena, net->n_nodes, int32_t),
                  .arc = GW_NEW_N(arena, net->n_nodes, int32_t)};
    for (int32_t l = 0; l < net->n_links; l++) {
        f.least_Bps = fmax(f.least_Bps, FLOW_SLACK * net->capacity_Bps[l]);
    }
    bool *far = GW_NEW_N(arena, net->n_hosts, bool);
    double cut_Bps =
        net->n_hosts <= MOST_EXACT_HOSTS ? exact_Bps(&f, far) : best_found_Bps(&f, far);
    gw_arena_free(arena);
    return cut_Bps;
}
