/* traffic_estimate.c: closed forms of schedules, to choose among them.
 *
 * In:  network, what is asked, algorithm. Out: seconds; NaN: it cannot be done.
 *
 * Model: bytes through the busiest end point over its rate, plus the latency of each step: a1, b1 of
 * the scale-up switch, a2, b2 of all scale-out ports of a host; g ranks in each of d domains, n = g d,
 * p = 2 for all-reduce, else 1, lg = log2 rounded up. One level (g = 1: a2, b2; d = 1: a1, b1):
 *
 *   ring             p (n-1) (a + B/(n b))          broadcast (n-1) a + B/b
 *   tree             p h a + (p + 1) B/b            h its height; less below n = 4
 *   two trees        p h a + p B/b
 *   halving          p lg n a + p (n-1)/n B/b       and 2 a + what is folded
 *   direct           p (a + (n-1)/n B/b)            broadcast a + (n-1) B/b
 *   sharp            2 h a + B/b                    not estimated: the makers know the ways up
 *
 * Two levels: rings by rail: p (n-1) (a2 + max(B/(n g b2), (g-1) B/(n g b1))); hierarchical and
 * trees: the one-level forms of inside (g, B), across (d, B/g), inside (g, B) added; flat ones by
 * their sends across at a2, b2. All-to-all: direct (n-g)/n B/b2 or (g-1)/n B/b1; pxn (g-1)/g B/b1,
 * then (d-1)/d B/b2.
 *
 * Valid: regular networks that nothing else uses; gw_traffic_run has the exact figures.
 * Sources: Thakur, Rabenseifner & Gropp, Int. J. High Perform. Comput. Appl. 19 (2005) 49; Patarasuk
 * & Yuan, J. Parallel Distrib. Comput. 69 (2009) 117; Sanders, Speck & Traeff, Parallel Computing 35
 * (2009) 581.
 */
#include <math.h>

#include "scenario/enums.h"
#include "traffic/traffic_build.h"

/** One level: m ranks, seconds a hop, B/s of a rank. */
typedef struct gw_level {
    int32_t m;
    double hop_s, port_Bps;
} gw_level;

typedef struct gw_rates {
    gw_level inside, across; /* g, d */
    gw_level flat;           /* n */
} gw_rates;

/** Latency between two hosts by a plain route; 0 where there is none. */
static double way_s(const gw_net *net, int32_t a, int32_t b, gw_arena *arena) {
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_D_MOD_K};
    double sum_s = 0;
    if (gw_net_route(net, &how, a, b, 0, &path)) {
        for (int32_t k = 0; k < path.n; k++) {
            sum_s += net->latency_s[path.link[k]] * (double)path.share[k];
        }
    }
    return sum_s;
}

static gw_rates rates_of(const gw_net *net, const gw_collective_ask *ask, const gw_shape *shape,
                         gw_arena *arena) {
    gw_rates r = {.flat = {.m = ask->n}, .inside = {.m = 1}, .across = {.m = ask->n}};
    int32_t first = ask->rank[0];
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] == first) {
            bool up = net->kinds[net->kind[l]].role == GW_CABLE_SCALEUP;
            *(up ? &r.inside.port_Bps : &r.across.port_Bps) += net->capacity_Bps[l];
        }
    }
    bool inside = false, across = false;
    for (int32_t i = 1; i < ask->n && !(inside && across); i++) {
        bool near = gw_host_domain(net, ask->rank[i]) == gw_host_domain(net, first);
        if (near && !inside) {
            r.inside.hop_s = way_s(net, first, ask->rank[i], arena);
            inside = true;
        }
        across = across || !near;
    }
    if (across) {
        /* The last rank stands for the far ones. */
        int32_t last = ask->rank[ask->n - 1];
        r.across.hop_s = way_s(net, first, last, arena);
    }
    if (shape->even) {
        r.inside.m = shape->g;
        r.across.m = shape->d;
    }
    gw_level flat = across ? r.across : r.inside;
    r.flat.hop_s = flat.hop_s;
    r.flat.port_Bps = flat.port_Bps;
    return r;
}

static int lg(int32_t m) {
    int steps = 0;
    for (int64_t reach = 1; reach < m; reach *= 2) {
        steps++;
    }
    return steps;
}

static double passes(gw_collective kind) {
    return kind == GW_ALL_REDUCE ? 2 : 1;
}

static double ring_s(const gw_level *l, gw_collective kind, double bytes) {
    double steps = passes(kind) * (l->m - 1);
    return kind == GW_BROADCAST ? (l->m - 1) * l->hop_s + bytes / l->port_Bps
                                : steps * (l->hop_s + bytes / l->m / l->port_Bps);
}

/** Most that a rank of a tree, or two, sends, in buffers. */
static double tree_load(int32_t m, gw_collective kind, bool twice) {
    if (kind == GW_BROADCAST) {
        return twice || m < 4 ? 1 : 2;
    }
    double most = m < 4 ? m - 1 : 3;
    return twice && m > 2 ? (most + 1) / 2 : most;
}

static double tree_s(const gw_level *l, gw_collective kind, double bytes, bool twice) {
    int hops = (int)passes(kind) * gw_tree_depth(l->m, kind, twice);
    return hops * l->hop_s + tree_load(l->m, kind, twice) * bytes / l->port_Bps;
}

static double halving_s(const gw_level *l, gw_collective kind, double bytes) {
    int32_t places = 1;
    while (places <= l->m / 2) {
        places *= 2;
    }
    int steps = lg(places);
    double p = passes(kind), chunk_B = bytes / l->m, ends_B = 0;
    if (places < l->m) {
        ends_B = kind == GW_ALL_REDUCE ? 2 * bytes : bytes + (kind == GW_ALL_GATHER ? 0 : chunk_B);
    }
    double moved_B = (places - 1.0) / places * bytes;
    return (p * steps + (places < l->m ? 2 : 0)) * l->hop_s + (p * moved_B + ends_B) / l->port_Bps;
}

/** Each with each: near and far ports work at the same time. */
static double pairs_s(const gw_rates *r, double bytes) {
    double n = r->flat.m, g = r->inside.m;
    double near_s = g > 1 ? (g - 1) / n * bytes / r->inside.port_Bps : 0;
    double far_s = n > g ? (n - g) / n * bytes / r->across.port_Bps : 0;
    return r->flat.hop_s + fmax(near_s, far_s);
}

static double direct_s(const gw_rates *r, const gw_collective_ask *ask) {
    switch ((int)ask->kind) {
    case GW_SEND:
    case GW_PERMUTATION:
        return r->flat.hop_s + ask->bytes / r->flat.port_Bps;
    case GW_BROADCAST:
        return r->flat.hop_s +
               fmax((r->flat.m - r->inside.m) * ask->bytes / r->flat.port_Bps,
                    r->inside.m > 1 ? (r->inside.m - 1) * ask->bytes / r->inside.port_Bps : 0);
    default:
        return passes(ask->kind) * pairs_s(r, ask->bytes);
    }
}

static double rails_s(const gw_rates *r, gw_collective kind, double bytes) {
    double n = r->flat.m, g = r->inside.m, step_B = bytes / n / g;
    return passes(kind) * (n - 1) *
           (r->across.hop_s +
            fmax(step_B / r->across.port_Bps, (g - 1) * step_B / r->inside.port_Bps));
}

/** Inside, across, inside. */
static double frame_s(const gw_rates *r, gw_collective kind, double bytes, int algorithm) {
    double part_B = bytes / r->inside.m;
    double across_s = algorithm == GW_ALGORITHM_HIERARCHICAL
                          ? ring_s(&r->across, kind, part_B)
                          : tree_s(&r->across, kind, part_B, algorithm == GW_ALGORITHM_DOUBLE_TREE);
    double gather_s = ring_s(&r->inside, GW_ALL_GATHER, bytes);
    double deal_s = r->inside.hop_s + (r->inside.m - 1) * part_B / r->inside.port_Bps;
    double first_s = kind == GW_BROADCAST ? deal_s : kind == GW_ALL_GATHER ? 0 : gather_s;
    return first_s + across_s + (kind == GW_REDUCE_SCATTER ? 0 : gather_s);
}

static double pxn_s(const gw_rates *r, double bytes) {
    double g = r->inside.m, d = r->across.m;
    return r->inside.hop_s + (g - 1) / g * bytes / r->inside.port_Bps + r->across.hop_s +
           (d - 1) / d * bytes / r->across.port_Bps;
}

static double estimate_s(const gw_rates *r, const gw_collective_ask *ask, int algorithm) {
    bool levels = r->inside.m > 1 && r->across.m > 1;
    switch (algorithm) {
    case GW_ALGORITHM_RING:
        return levels && ask->kind != GW_BROADCAST ? rails_s(r, ask->kind, ask->bytes)
                                                   : ring_s(&r->flat, ask->kind, ask->bytes);
    case GW_ALGORITHM_TREE:
    case GW_ALGORITHM_DOUBLE_TREE:
        return levels
                   ? frame_s(r, ask->kind, ask->bytes, algorithm)
                   : tree_s(&r->flat, ask->kind, ask->bytes, algorithm == GW_ALGORITHM_DOUBLE_TREE);
    case GW_ALGORITHM_HALVING_DOUBLING:
        return halving_s(&r->flat, ask->kind, ask->bytes);
    case GW_ALGORITHM_DIRECT:
        return direct_s(r, ask);
    case GW_ALGORITHM_HIERARCHICAL:
        return frame_s(r, ask->kind, ask->bytes, algorithm);
    case GW_ALGORITHM_PXN:
        return pxn_s(r, ask->bytes);
    default:
        return GW_NAN;
    }
}

/** What the rank that sends most sends in all. */
static double most_B(const gw_collective_ask *ask) {
    double most = 0;
    for (int32_t i = 0; i < ask->n; i++) {
        double sum = 0;
        for (int32_t j = 0; j < ask->n; j++) {
            sum += ask->pair_B[(int64_t)i * ask->n + j];
        }
        most = fmax(most, sum);
    }
    return most;
}

void gw_estimate_each(const gw_net *net, const gw_collective_ask *ask, const gw_shape *shape,
                      gw_arena *arena, int n, const int *algorithm, double *time_s) {
    gw_rates rates = rates_of(net, ask, shape, arena);
    gw_collective_ask one = *ask;
    if (ask->pair_B != NULL && ask->kind == GW_ALL_TO_ALL) {
        one.bytes = most_B(ask);
    }
    for (int k = 0; k < n; k++) {
        bool can = gw_traffic_refusal(net, ask, shape, algorithm[k], arena) == NULL;
        time_s[k] = can ? estimate_s(&rates, &one, algorithm[k]) : GW_NAN;
    }
}

double gw_traffic_estimate_s(const gw_net *net, const gw_collective_ask *ask, int algorithm) {
    double time_s = 0;
    if (ask->n >= 2) {
        gw_arena *arena = gw_arena_create(0);
        gw_shape shape = gw_shape_of(net, ask, arena);
        gw_estimate_each(net, ask, &shape, arena, 1, &algorithm, &time_s);
        gw_arena_free(arena);
    }
    return time_s;
}
