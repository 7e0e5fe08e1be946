/* traffic_make.c: schedules of collectives: which algorithm can do what, and who makes it.
 *
 * In:  gw_net, gw_collective_ask. Out: gw_traffic, or a reason.
 *
 * Model, n ranks, g in each of d scale-up domains:
 *
 *   ring            flat; with g and d above 1, g rings by rail      not all-to-all
 *   tree, two trees flat; with g and d above 1, inside a ring        all-reduce, broadcast
 *   halving         flat                                             all-reduce, -gather, r.-scatter
 *   direct          flat                                             all
 *   hierarchical    rings inside, across, inside; g, d above 1       not all-to-all
 *   pxn             over the local rank; g, d above 1                all-to-all
 *   nvls            d = 1: in the switch; else in place of the rings inside   not all-to-all
 *   sharp           g = 1: in the switches; else across                       not all-to-all
 *
 * Valid: ranks are hosts of the network, none twice in a group.
 * Sources: at each maker.
 */
#include <math.h>

#include "scenario/enums.h"
#include "traffic/traffic_build.h"

/** Beyond this many ranks AUTO does not think of sending all to all what a ring or tree can send:
 * a rank has only so many connections. */
#define DIRECT_RANKS_MAX 64

static bool moves_pairs(gw_collective kind) {
    return kind == GW_ALL_TO_ALL || kind == GW_SEND || kind == GW_PERMUTATION;
}

/** Two levels: several domains with several ranks each. */
static bool has_levels(const gw_shape *shape) {
    return shape->even && shape->g > 1 && shape->d > 1;
}

static const char *needs_levels(const gw_shape *shape) {
    if (!shape->even) {
        return "its groups have unequal numbers of ranks in their scale-up domains";
    }
    if (shape->g == 1) {
        return "no scale-up domain holds two of its ranks";
    }
    return shape->d == 1 ? "all of its ranks are in one scale-up domain" : NULL;
}

static const char *refuse_pairs(const gw_collective_ask *ask, const gw_shape *shape,
                                int algorithm) {
    if (algorithm == GW_ALGORITHM_DIRECT) {
        return NULL;
    }
    if (ask->kind == GW_ALL_TO_ALL) {
        return algorithm == GW_ALGORITHM_PXN ? needs_levels(shape)
                                             : "an all-to-all goes direct or by pxn";
    }
    return "sends between pairs go direct";
}

static const char *refuse_shape(const gw_net *net, const gw_shape *shape, int algorithm) {
    switch (algorithm) {
    case GW_ALGORITHM_HIERARCHICAL:
        return needs_levels(shape);
    case GW_ALGORITHM_NVLS:
        if (net->plan.domain <= 1 || (shape->even && shape->g == 1)) {
            return "no scale-up domain holds two of its ranks";
        }
        return shape->even ? NULL : needs_levels(shape);
    case GW_ALGORITHM_SHARP:
        return shape->even ? NULL : needs_levels(shape);
    default:
        return NULL;
    }
}

const char *gw_traffic_refusal(const gw_net *net, const gw_collective_ask *ask,
                               const gw_shape *shape, int algorithm, gw_arena *arena) {
    bool trees = ask->kind == GW_ALL_REDUCE || ask->kind == GW_BROADCAST;
    double pairs = (double)ask->n * (ask->n - 1) * ask->n_groups;
    if (algorithm == GW_ALGORITHM_DIRECT && pairs > (double)GW_TRAFFIC_SENDS_MAX &&
        ask->kind != GW_BROADCAST && ask->kind != GW_SEND && ask->kind != GW_PERMUTATION) {
        return gw_arena_printf(arena, "each with each is %.3g sends; the most is %.3g", pairs,
                               (double)GW_TRAFFIC_SENDS_MAX);
    }
    double over_rails = (double)ask->n * (shape->g + shape->d - 2.0) * ask->n_groups;
    if (algorithm == GW_ALGORITHM_PXN && over_rails > (double)GW_TRAFFIC_SENDS_MAX) {
        return gw_arena_printf(arena, "it takes %.3g sends; the most is %.3g", over_rails,
                               (double)GW_TRAFFIC_SENDS_MAX);
    }
    if (moves_pairs(ask->kind)) {
        return refuse_pairs(ask, shape, algorithm);
    }
    switch (algorithm) {
    case GW_ALGORITHM_PXN:
        return "pxn is a way of the all-to-all";
    case GW_ALGORITHM_TREE:
    case GW_ALGORITHM_DOUBLE_TREE:
        return trees ? NULL : "trees reduce and broadcast; they neither gather nor scatter";
    case GW_ALGORITHM_HALVING_DOUBLING:
        return ask->kind == GW_BROADCAST ? "halving and doubling do not broadcast" : NULL;
    default:
        return refuse_shape(net, shape, algorithm);
    }
}

/** A word on ranks that cannot be. */
static const char *bad_ranks(const gw_net *net, const gw_collective_ask *ask, gw_arena *arena) {
    if (ask->n < 1 || ask->n_groups < 1) {
        return "it needs a rank";
    }
    int32_t *seen = GW_NEW_N(arena, net->n_hosts, int32_t);
    for (int32_t t = 0; t < ask->n_groups; t++) {
        for (int32_t i = 0; i < ask->n; i++) {
            int32_t host = ask->rank[(int64_t)t * ask->n + i];
            if (host < 0 || host >= net->n_hosts) {
                return gw_arena_printf(arena, "rank %d is host %d of %d", i, host, net->n_hosts);
            }
            if (seen[host] == t + 1) {
                return gw_arena_printf(arena, "host %d is twice in group %d", host, t);
            }
            seen[host] = t + 1;
        }
    }
    return NULL;
}

static const char *bad_bytes(const gw_collective_ask *ask, gw_arena *arena) {
    if (ask->pair_B == NULL || ask->kind != GW_ALL_TO_ALL) {
        return isfinite(ask->bytes) && ask->bytes >= 0 ? NULL : "its size is not a number of bytes";
    }
    for (int64_t k = 0; k < (int64_t)ask->n * ask->n; k++) {
        if (!isfinite(ask->pair_B[k]) || ask->pair_B[k] < 0) {
            return gw_arena_printf(arena, "rank %d has %g bytes for rank %d", (int)(k / ask->n),
                                   ask->pair_B[k], (int)(k % ask->n));
        }
    }
    return NULL;
}

static void make(gw_build *b, const gw_shape *shape, int algorithm) {
    const gw_collective_ask *ask = b->ask;
    gw_teams all = {ask->n, ask->n_groups, ask->rank};
    bool frame = has_levels(shape);
    switch (algorithm) {
    case GW_ALGORITHM_RING:
        if (frame && ask->kind != GW_BROADCAST) {
            gw_ring_rails(b, shape, ask->kind, ask->bytes);
        } else {
            gw_ring_teams(b, &all, ask->kind, ask->bytes, "ring");
        }
        return;
    case GW_ALGORITHM_HALVING_DOUBLING:
        gw_halving_teams(b, &all, ask->kind, ask->bytes);
        return;
    case GW_ALGORITHM_DIRECT:
        gw_direct_teams(b, &all, ask->kind, ask->bytes);
        return;
    case GW_ALGORITHM_PXN:
        gw_pxn_groups(b, shape);
        return;
    default:
        break;
    }
    if (frame) {
        gw_frame_groups(b, shape, algorithm);
    } else if (algorithm == GW_ALGORITHM_NVLS) {
        gw_nvls_teams(b, &all, ask->kind, ask->bytes, "in the switch");
    } else if (algorithm == GW_ALGORITHM_SHARP) {
        gw_sharp_teams(b, &all, ask->kind, ask->bytes, "in the switches");
    } else {
        bool twice = algorithm == GW_ALGORITHM_DOUBLE_TREE;
        gw_tree_teams(b, &all, ask->kind, twice, ask->bytes, twice ? "two trees" : "tree");
    }
}

/** The least closed form among those that use hosts only; the direct way where none can: its refusal
 * is the one that says why. */
static int fastest(const gw_net *net, const gw_collective_ask *ask, const gw_shape *shape,
                   gw_arena *arena) {
    static const int hosts_only[] = {GW_ALGORITHM_RING,        GW_ALGORITHM_TREE,
                                     GW_ALGORITHM_DOUBLE_TREE, GW_ALGORITHM_HALVING_DOUBLING,
                                     GW_ALGORITHM_DIRECT,      GW_ALGORITHM_HIERARCHICAL,
                                     GW_ALGORITHM_PXN};
    enum { N = sizeof hosts_only / sizeof *hosts_only };
    double time_s[N], best_s = HUGE_VAL;
    gw_estimate_each(net, ask, shape, arena, N, hosts_only, time_s);
    int best = GW_ALGORITHM_DIRECT;
    for (int k = 0; k < N; k++) {
        bool crowd = hosts_only[k] == GW_ALGORITHM_DIRECT && !moves_pairs(ask->kind) &&
                     ask->n > DIRECT_RANKS_MAX;
        if (!crowd && time_s[k] < best_s) {
            best_s = time_s[k];
            best = hosts_only[k];
        }
    }
    return best;
}

const char *gw_traffic_make(const gw_net *net, const gw_collective_ask *ask, gw_arena *arena,
                            gw_traffic *out) {
    *out = (gw_traffic){.algorithm = ask->algorithm};
    const char *bad = bad_ranks(net, ask, arena);
    bad = bad != NULL ? bad : bad_bytes(ask, arena);
    if (bad != NULL || ask->n < 2) {
        return bad;
    }
    gw_shape shape = gw_shape_of(net, ask, arena);
    if (ask->algorithm == GW_ALGORITHM_AUTO) {
        out->algorithm = fastest(net, ask, &shape, arena);
    }
    const char *refusal = gw_traffic_refusal(net, ask, &shape, out->algorithm, arena);
    if (refusal != NULL) {
        return refusal;
    }
    gw_build b = {.net = net, .ask = ask, .arena = arena, .out = out};
    b.queue_pairs = ask->queue_pairs > 1 ? ask->queue_pairs : 1;
    make(&b, &shape, out->algorithm);
    return b.problem;
}
