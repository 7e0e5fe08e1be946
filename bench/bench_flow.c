/* bench/bench_flow.c: flows that share the links of fat trees, simulated one by one, without symmetry.
 *
 * The trees have three levels; their links are numbered by arithmetic, so that only the sharing is
 * timed. Compared with SimGrid 3.32 on one core of a machine like this one (CPU seconds of its run,
 * where measured), else with our own limits. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/code.h"
#include "base/rng.h"
#include "bench.h"
#include "flow/flow.h"

#define LINK_BPS 50e9

/* down[i]: children of a switch of level i + 1; up[i]: its up-links. Hosts have one. */
typedef struct tree {
    int32_t down[3], up[2];
    int32_t n_hosts, n_leaf_ups, n_mid_ups;
} tree;

static tree tree_of(int32_t d0, int32_t d1, int32_t d2, int32_t u0, int32_t u1) {
    tree t = {.down = {d0, d1, d2}, .up = {u0, u1}, .n_hosts = d0 * d1 * d2};
    t.n_leaf_ups = d1 * d2 * u0;
    t.n_mid_ups = d2 * u0 * u1;
    return t;
}

static int32_t n_links(const tree *t) {
    return 2 * (t->n_hosts + t->n_leaf_ups + t->n_mid_ups);
}

/* Upwards first, then the same cables downwards. `by` picks the way: the destination, or a hash. */
static int32_t path(const tree *t, int32_t src, int32_t dst, uint32_t by, int32_t *out) {
    int32_t half = n_links(t) / 2, n = 0;
    int32_t leaf_s = src / t->down[0], leaf_d = dst / t->down[0];
    int32_t pod_s = leaf_s / t->down[1], pod_d = leaf_d / t->down[1];
    int32_t u = (int32_t)(by % (uint32_t)t->up[0]);
    int32_t v = (int32_t)(by / (uint32_t)t->up[0] % (uint32_t)t->up[1]);
    int32_t mids = t->n_hosts + t->n_leaf_ups;
    out[n++] = src;
    if (leaf_s != leaf_d) {
        out[n++] = t->n_hosts + leaf_s * t->up[0] + u;
        if (pod_s != pod_d) {
            out[n++] = mids + (pod_s * t->up[0] + u) * t->up[1] + v;
            out[n++] = half + mids + (pod_d * t->up[0] + u) * t->up[1] + v;
        }
        out[n++] = half + t->n_hosts + leaf_d * t->up[0] + u;
    }
    out[n++] = half + dst;
    return n;
}

/* ------------------------------------------------------------------ sets of flows */

typedef struct work {
    gw_flow_set set;
    double *start_s, *bytes;
    int64_t *at;
    int32_t *link;
} work;

static void *room(int64_t n, size_t size) {
    void *out = malloc((size_t)n * size);
    if (out == NULL) {
        exit(3);
    }
    return out;
}

static work work_for(int64_t n) {
    work w = {.start_s = room(n, sizeof *w.start_s),
              .bytes = room(n, sizeof *w.bytes),
              .at = room(n + 1, sizeof *w.at),
              .link = room(6 * n, sizeof *w.link)};
    w.at[0] = 0;
    return w;
}

static void add(work *w, const tree *t, int32_t src, int32_t dst, uint32_t by, double start_s,
                double bytes) {
    int64_t i = w->set.n++;
    w->start_s[i] = start_s;
    w->bytes[i] = bytes;
    w->at[i + 1] = w->at[i] + path(t, src, dst, by, w->link + w->at[i]);
}

static double draw(uint32_t what, uint64_t i) {
    return gw_rng_uniform(1, i, what, 0);
}

static uint32_t hash_of(uint64_t i) {
    return (uint32_t)(draw(9, i) * 4294967295.0);
}

/* Everyone sends to one other; sizes differ by up to `spread` times. */
static work permutation(const tree *t, bool ecmp, double spread) {
    work w = work_for(t->n_hosts);
    int32_t *to = room(t->n_hosts, sizeof *to);
    for (int32_t i = 0; i < t->n_hosts; i++) {
        int32_t j = (int32_t)(draw(1, (uint64_t)i) * (i + 1));
        to[i] = to[j];
        to[j] = i;
    }
    for (int32_t i = 0; i < t->n_hosts; i++) {
        double bytes = 100e6 * (1.0 + (spread - 1.0) * draw(2, (uint64_t)i));
        if (to[i] != i) {
            uint32_t by = ecmp ? hash_of((uint64_t)i) : (uint32_t)to[i];
            add(&w, t, i, to[i], by, 0.0, bytes);
        }
    }
    free(to);
    return w;
}

static work all_to_all(const tree *t, double spread) {
    work w = work_for((int64_t)t->n_hosts * t->n_hosts);
    for (int32_t i = 0; i < t->n_hosts; i++) {
        for (int32_t j = 0; j < t->n_hosts; j++) {
            uint64_t k = (uint64_t)i * (uint64_t)t->n_hosts + (uint64_t)j;
            if (i != j) {
                add(&w, t, i, j, (uint32_t)j, 0.0, 1e6 * (1.0 + (spread - 1.0) * draw(3, k)));
            }
        }
    }
    return w;
}

/* All send to host 0 at once, sizes differ by up to ten times: they end one by one. */
static work incast(const tree *t, int32_t n) {
    work w = work_for(n);
    for (int32_t i = 0; i < n; i++) {
        double bytes = 1e6 * (1.0 + 9.0 * draw(10, (uint64_t)i));
        add(&w, t, 1 + i % (t->n_hosts - 1), 0, hash_of((uint64_t)i), 0.0, bytes);
    }
    return w;
}

/* Starts at random instants, at which each host sends for `load` of the time. */
static work staggered(const tree *t, int32_t n, double load) {
    work w = work_for(n);
    double mean_B = 10e6, span_s = mean_B * n / (LINK_BPS * load * t->n_hosts);
    for (int32_t i = 0; i < n; i++) {
        int32_t src = (int32_t)(draw(4, (uint64_t)i) * t->n_hosts);
        int32_t dst = (int32_t)(draw(5, (uint64_t)i) * t->n_hosts);
        if (src != dst) {
            add(&w, t, src, dst, hash_of((uint64_t)i), span_s * draw(6, (uint64_t)i),
                2.0 * mean_B * draw(7, (uint64_t)i));
        }
    }
    return w;
}

/* ------------------------------------------------------------------ runs */

static double cpu_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run(const char *what, const tree *t, work w, const char *against, double limit_s) {
    w.set.start_s = w.start_s;
    w.set.bytes = w.bytes;
    w.set.at = w.at;
    w.set.link = w.link;
    double *capacity_Bps = room(n_links(t), sizeof *capacity_Bps);
    for (int32_t l = 0; l < n_links(t); l++) {
        capacity_Bps[l] = LINK_BPS;
    }
    gw_flow_links links = {n_links(t), capacity_Bps, NULL};
    gw_flow_opts opts = {.no_classes = true};
    gw_flow_result result;
    gw_arena *arena = gw_arena_create(0);
    double begin_s = cpu_s();
    gw_flow_run(&links, &w.set, &opts, arena, &result);
    bench_row(what, cpu_s() - begin_s, "CPU s", against, limit_s, 0);
    gw_arena_free(arena);
    free(capacity_Bps);
    free(w.start_s);
    free(w.bytes);
    free(w.at);
    free(w.link);
}

static void bench_permutations(void) {
    tree full = tree_of(20, 16, 32, 20, 16), thin = tree_of(20, 16, 32, 5, 16);
    run("10,240 hosts, permutation, full", &full, permutation(&full, false, 1.0), "SimGrid, CPU s",
        2.2);
    run("10,240 hosts, permutation, 4:1", &thin, permutation(&thin, false, 1.0), "SimGrid, CPU s",
        10.2);
    run("10,240 hosts, permutation, 4:1, random sizes", &thin, permutation(&thin, false, 10.0),
        "our limit, CPU s", 1.0);
    tree large = tree_of(40, 40, 64, 40, 40), lean = tree_of(40, 40, 64, 10, 40);
    run("102,400 hosts, permutation, full", &large, permutation(&large, false, 1.0),
        "SimGrid, CPU s", 396.0);
    run("102,400 hosts, permutation, 4:1", &lean, permutation(&lean, false, 1.0),
        "our limit, CPU s", 2.0);
    tree huge = tree_of(64, 64, 100, 64, 64);
    run("409,600 hosts, permutation, ECMP", &huge, permutation(&huge, true, 1.0),
        "our limit, CPU s", 8.0);
}

void bench_flow(void) {
    bench_permutations();
    tree group = tree_of(16, 4, 4, 16, 4), small = tree_of(8, 4, 2, 8, 4);
    run("all-to-all of 256 hosts, equal sizes", &group, all_to_all(&group, 1.0), "SimGrid, CPU s",
        74.5);
    run("all-to-all of 64 hosts, random sizes", &small, all_to_all(&small, 10.0),
        "our limit, CPU s", 2.0);
    tree busy = tree_of(20, 16, 32, 20, 16);
    run("incast of 100,000 flows, random sizes", &busy, incast(&busy, 100000), "our limit, CPU s",
        2.0);
    run("100,000 flows at random instants", &busy, staggered(&busy, 100000, 0.5),
        "our limit, CPU s", 10.0);
}
