/* test_traffic_make.c: schedules of collectives move the right data: every chunk is followed, rank
 * by rank, and what is sent is held to the definition of the collective.
 *
 * Gathers are followed forwards. A reduction is a gather backwards: where the chunk goes from x to y
 * in the gather, y sends its partial sum of it to x; a gather in which no rank gets a chunk twice has
 * for each chunk a tree from its owner, and so its reverse adds every contribution just once. */
#include <string.h>

#include "traffic_fixture.h"

#define RANKS_MAX 64

/** Who has which chunk; position of each host in the group. */
typedef struct chunks {
    int n;
    double chunk_B;
    bool has[RANKS_MAX][RANKS_MAX];
    int where[4 * RANKS_MAX];
} chunks;

static chunks chunks_of(const gw_collective_ask *ask) {
    chunks c = {.n = ask->n, .chunk_B = ask->bytes / ask->n};
    assert_true(ask->n <= RANKS_MAX);
    for (int i = 0; i < ask->n; i++) {
        c.where[ask->rank[i]] = i;
    }
    return c;
}

/** One send of a gather: exactly what the source had at the start of the step and the receiver does
 * not have yet. Folding hands over one chunk more than is missing: the receiver's own. */
static void follow(chunks *c, const bool before[RANKS_MAX][RANKS_MAX], int src, int dst,
                   double bytes, bool fold) {
    int n_new = 0;
    for (int k = 0; k < c->n; k++) {
        n_new += before[src][k] && !c->has[dst][k];
        c->has[dst][k] = c->has[dst][k] || before[src][k];
    }
    double sent_n = bytes / c->chunk_B;
    assert_true(fabs(sent_n - n_new) < 1e-9 || (fold && fabs(sent_n - 1 - n_new) < 1e-9));
}

/** Steps of one phase; reverse swaps ends. */
static void follow_phase(chunks *c, const gw_traffic *t, int phase, int64_t steps, bool reverse) {
    const gw_traffic_phase *p = &t->phase[phase];
    for (int64_t s = 0; s < steps; s++) {
        bool before[RANKS_MAX][RANKS_MAX];
        memcpy(before, c->has, sizeof before);
        for (int64_t k = p->first; k < p->first + p->n; k++) {
            int src = c->where[t->send[k].src], dst = c->where[t->send[k].dst];
            follow(c, before, reverse ? dst : src, reverse ? src : dst, t->send[k].bytes,
                   strcmp(p->name, "fold") == 0);
        }
    }
}

static void own_chunks(chunks *c) {
    memset(c->has, 0, sizeof c->has);
    for (int i = 0; i < c->n; i++) {
        c->has[i][i] = true;
    }
}

static void assert_all(const chunks *c) {
    for (int i = 0; i < c->n; i++) {
        for (int k = 0; k < c->n; k++) {
            assert_true(c->has[i][k]);
        }
    }
}

static void check_gather(const gw_net *net, gw_collective_ask ask, gw_arena *arena) {
    ask.kind = GW_ALL_GATHER;
    gw_traffic t = made(net, &ask, arena);
    chunks c = chunks_of(&ask);
    own_chunks(&c);
    for (int p = 0; p < t.n_phases; p++) {
        follow_phase(&c, &t, p, t.phase[p].repeat, false);
    }
    assert_all(&c);
}

static void check_scatter(const gw_net *net, gw_collective_ask ask, gw_arena *arena) {
    ask.kind = GW_REDUCE_SCATTER;
    gw_traffic t = made(net, &ask, arena);
    chunks c = chunks_of(&ask);
    own_chunks(&c);
    for (int p = t.n_phases - 1; p >= 0; p--) {
        follow_phase(&c, &t, p, t.phase[p].repeat, true);
    }
    assert_all(&c);
}

/** An all-reduce is a reduce-scatter and an all-gather: half of its steps each. Between them the
 * chunks of ranks that were folded away lie with their partners. */
static void check_reduce(const gw_net *net, gw_collective_ask ask, gw_arena *arena) {
    ask.kind = GW_ALL_REDUCE;
    gw_traffic t = made(net, &ask, arena);
    int64_t all = 0;
    for (int p = 0; p < t.n_phases; p++) {
        all += t.phase[p].repeat;
    }
    assert_int_equal(all % 2, 0);
    chunks owners = chunks_of(&ask), c;
    own_chunks(&owners);
    if (strcmp(t.phase[0].name, "fold") == 0) {
        for (int64_t k = 0; k < t.phase[0].n; k++) {
            const gw_send *s = &t.send[t.phase[0].first + k];
            int odd = owners.where[s->src], even = owners.where[s->dst];
            owners.has[odd][odd] = false;
            owners.has[even][odd] = true;
        }
    }
    c = owners;
    int64_t left = all / 2;
    int p = 0;
    for (; left > 0; p++) { /* find where the gather begins */
        left -= t.phase[p].repeat;
    }
    if (left < 0) { /* within a phase: half of its steps */
        follow_phase(&c, &t, p - 1, -left, false);
    }
    for (int q = p; q < t.n_phases; q++) {
        follow_phase(&c, &t, q, t.phase[q].repeat, false);
    }
    assert_all(&c);
    c = owners;
    int64_t steps = 0;
    for (int q = p - 1; q >= 0; q--) {
        int64_t own = t.phase[q].repeat + (q == p - 1 ? left : 0);
        follow_phase(&c, &t, q, own, true);
        steps += own;
    }
    assert_int_equal(steps, all / 2);
    assert_all(&c);
}

static void check_chunks(const gw_net *net, int algorithm, int32_t n, bool reduce,
                         gw_arena *arena) {
    gw_collective_ask ask = ask_of(GW_ALL_GATHER, algorithm, 1e6 * n, n, 1, arena);
    check_gather(net, ask, arena);
    check_scatter(net, ask, arena);
    if (reduce) {
        check_reduce(net, ask, arena);
    }
}

static void test_chunks(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 8);
    gw_net *net = net_of(&plan, arena);
    for (int32_t n = 2; n <= 33; n++) {
        check_chunks(net, GW_ALGORITHM_RING, n, true, arena);
        check_chunks(net, GW_ALGORITHM_DIRECT, n, true, arena);
        check_chunks(net, GW_ALGORITHM_HALVING_DOUBLING, n, true, arena);
    }
    check_chunks(net, GW_ALGORITHM_HALVING_DOUBLING, 64, true, arena);
    gw_arena_free(arena);
}

static void test_chunks_of_two_levels(void **state) {
    (void)state;
    static const int shape[][2] = {{2, 2}, {4, 2}, {2, 4}, {4, 4}, {8, 4}, {8, 8}};
    gw_arena *arena = gw_arena_create(0);
    for (size_t k = 0; k < sizeof shape / sizeof *shape; k++) {
        gw_net_plan plan = rails(shape[k][0], shape[k][1], 2, 2);
        gw_net *net = net_of(&plan, arena);
        int32_t n = shape[k][0] * shape[k][1];
        /* Phases are twice n - 1 steps in all, but a group's all-reduce has g - 1, 2 (d - 1), g - 1. */
        check_chunks(net, GW_ALGORITHM_HIERARCHICAL, n, true, arena);
    }
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ rings by rail */

/** Bytes of each pair in one step. */
static void loads(const gw_traffic *t, int phase, int32_t n, double *load_B) {
    memset(load_B, 0, (size_t)n * (size_t)n * sizeof *load_B);
    for (int64_t k = 0; k < t->phase[phase].n; k++) {
        const gw_send *s = &t->send[t->phase[phase].first + k];
        load_B[(int64_t)s->src * n + s->dst] += s->bytes;
    }
}

/** Ring c, told again: up and down through the places of the domains. */
static void ring_hosts(int32_t d, int32_t g, int32_t c, int32_t *host) {
    for (int32_t i = 0; i < d; i++) {
        for (int32_t k = 0; k < g; k++) {
            int32_t j = i % 2 == 0 ? c + k : c - 1 - k + g;
            host[i * g + k] = i * g + (j + g) % g;
        }
    }
}

static void test_rings_by_rail(void **state) {
    (void)state;
    static const int shape[][2] = {{2, 2}, {3, 2}, {4, 4}, {5, 4}, {4, 8}, {7, 3}};
    gw_arena *arena = gw_arena_create(0);
    for (size_t s = 0; s < sizeof shape / sizeof *shape; s++) {
        int32_t d = shape[s][0], g = shape[s][1], n = d * g;
        gw_net_plan plan = rails(d, g, 1, 1);
        gw_net *net = net_of(&plan, arena);
        gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 7e6 * n, n, 1, arena);
        gw_traffic t = made(net, &ask, arena);
        assert_int_equal(t.n_phases, 1);
        assert_int_equal(t.phase[0].repeat, 2 * (n - 1));
        double *load_B = GW_NEW_N(arena, (int64_t)n * n, double);
        loads(&t, 0, n, load_B);
        int32_t *host = GW_NEW_N(arena, n, int32_t), *seen = GW_NEW_N(arena, n, int32_t);
        for (int32_t c = 0; c < g; c++) {
            ring_hosts(d, g, c, host);
            for (int32_t k = 0; k < n; k++) {
                assert_int_equal(seen[host[k]], c); /* each ring meets each rank once */
                seen[host[k]]++;
                load_B[(int64_t)host[k] * n + host[(k + 1) % n]] -= ask.bytes / n / g;
            }
        }
        for (int64_t k = 0; k < (int64_t)n * n; k++) {
            gw_assert_close(load_B[k], 0, 1e-3);
        }
        for (int64_t k = 0; k < t.n_sends; k++) { /* crossings stay on their rail */
            int32_t a = t.send[k].src, b = t.send[k].dst;
            bool closes = a / g == d - 1 && b / g == 0 && d % 2 == 1;
            assert_true(a / g == b / g || a % g == b % g || closes);
        }
    }
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ trees */

static void check_shape(int32_t n, bool second, int *inner) {
    int32_t n_roots = 0;
    int children[RANKS_MAX + 1] = {0};
    for (int32_t r = 0; r < n; r++) {
        int32_t parent = second ? gw_tree_parent_2(r, n) : gw_tree_parent(r, n);
        n_roots += parent < 0;
        if (parent >= 0) {
            assert_true(parent < n && parent != r);
            children[parent]++;
        }
        int steps = 0; /* every rank comes to the root */
        for (int32_t at = r; at >= 0; steps++) {
            at = second ? gw_tree_parent_2(at, n) : gw_tree_parent(at, n);
            assert_true(steps <= n);
        }
    }
    assert_int_equal(n_roots, 1);
    int depth = 0;
    for (int64_t reach = 1; reach < n; reach *= 2) {
        depth++;
    }
    assert_true(gw_tree_depth(n, GW_ALL_REDUCE, second) <= depth + 1);
    for (int32_t r = 0; r < n; r++) {
        assert_true(children[r] <= 2);
        inner[r] += children[r] > 1;
    }
}

static void test_trees_are_trees(void **state) {
    (void)state;
    for (int32_t n = 2; n <= RANKS_MAX; n++) {
        int inner[RANKS_MAX] = {0};
        check_shape(n, false, inner);
        check_shape(n, true, inner);
        for (int32_t r = 0; r < n; r++) {
            assert_true(inner[r] <= 1); /* two children in one of the trees at most */
        }
    }
}

/** Each tree, all of whose sends follow one another, brings its part from the first rank to all, and
 * in an all-reduce back up the same edges. */
static void check_tree(const gw_net *net, gw_collective kind, int32_t n, bool twice,
                       gw_arena *arena) {
    int algorithm = twice ? GW_ALGORITHM_DOUBLE_TREE : GW_ALGORITHM_TREE;
    gw_collective_ask ask = ask_of(kind, algorithm, 1e9, n, 1, arena);
    gw_traffic t = made(net, &ask, arena);
    assert_int_equal(t.n_phases, 1);
    int trees = twice ? 2 : 1;
    double out_B[RANKS_MAX] = {0}, in_B[RANKS_MAX] = {0};
    int up[RANKS_MAX][RANKS_MAX] = {{0}};
    bool has[2][RANKS_MAX] = {{false}};
    int64_t edges = n - 1 + (kind == GW_ALL_REDUCE ? n - 1 : 0);
    assert_int_equal(t.n_sends, trees * edges);
    for (int64_t k = 0; k < t.n_sends; k++) {
        const gw_send *s = &t.send[k];
        gw_assert_near(s->bytes, 1e9 / trees, 1e-15);
        out_B[s->src] += s->bytes;
        in_B[s->dst] += s->bytes;
        up[s->src][s->dst]++;
    }
    if (kind == GW_ALL_REDUCE) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                assert_int_equal(up[i][j], up[j][i]);
            }
        }
    } else {
        for (int tree = 0; tree < trees; tree++) {
            int64_t first = tree * edges, last = first + edges, n_has = 1;
            has[tree][0] = true;
            for (int round = 0; round < n; round++) {
                for (int64_t k = first; k < last; k++) {
                    if (has[tree][t.send[k].src] && !has[tree][t.send[k].dst]) {
                        has[tree][t.send[k].dst] = true;
                        n_has++;
                    }
                }
            }
            assert_int_equal(n_has, n);
        }
    }
    for (int32_t r = 0; r < n; r++) {
        double most_B = (kind == GW_ALL_REDUCE ? 2 : 1) * 1e9 * (twice ? 1 : 1.5);
        most_B = kind == GW_BROADCAST && !twice ? 2e9 : most_B;
        assert_true(out_B[r] <= most_B * (1 + 1e-12));
        assert_true(in_B[r] <= most_B * (1 + 1e-12));
    }
}

static void test_trees(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 8);
    gw_net *net = net_of(&plan, arena);
    for (int32_t n = 2; n <= RANKS_MAX; n++) {
        check_tree(net, GW_ALL_REDUCE, n, false, arena);
        check_tree(net, GW_ALL_REDUCE, n, true, arena);
        check_tree(net, GW_BROADCAST, n, false, arena);
        check_tree(net, GW_BROADCAST, n, true, arena);
    }
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ pairs */

static void test_all_to_all(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = rails(4, 4, 2, 2);
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_ALL_TO_ALL, GW_ALGORITHM_DIRECT, 16e6, 16, 1, arena);
    gw_traffic t = made(net, &ask, arena);
    double *load_B = GW_NEW_N(arena, 256, double);
    loads(&t, 0, 16, load_B);
    for (int k = 0; k < 256; k++) {
        gw_assert_close(load_B[k], k / 16 == k % 16 ? 0 : 1e6, 1e-6);
    }
    gw_arena_free(arena);
}

/** Data of every pair over the rank at the place of its destination in the domain of its source. */
static void test_pxn_of_pairs(void **state) {
    (void)state;
    enum { D = 4, G = 4, N = 16 };
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = rails(D, G, 2, 2);
    gw_net *net = net_of(&plan, arena);
    double *pair_B = GW_NEW_N(arena, N * N, double), *load_B = GW_NEW_N(arena, N * N, double);
    for (int k = 0; k < N * N; k++) {
        pair_B[k] = 1e6 * gw_rng_uniform(5, 0, 0, (uint32_t)k);
    }
    gw_collective_ask ask = ask_of(GW_ALL_TO_ALL, GW_ALGORITHM_PXN, 0, N, 1, arena);
    ask.pair_B = pair_B;
    gw_traffic t = made(net, &ask, arena);
    double *expected_B = GW_NEW_N(arena, N * N, double);
    double *crossing_B = GW_NEW_N(arena, N * N, double);
    for (int a = 0; a < N; a++) {
        for (int b = 0; b < N; b++) {
            int relay = a / G * G + b % G;
            if (relay != a) {
                expected_B[a * N + relay] += pair_B[a * N + b];
            }
            if (relay != b) {
                crossing_B[relay * N + b] += pair_B[a * N + b];
            }
        }
    }
    loads(&t, 0, N, load_B);
    for (int k = 0; k < N * N; k++) {
        gw_assert_close(load_B[k], expected_B[k], 1e-6);
    }
    loads(&t, 1, N, load_B);
    for (int k = 0; k < N * N; k++) {
        gw_assert_close(load_B[k], crossing_B[k], 1e-6);
    }
    gw_arena_free(arena);
}

static void test_permutation_and_send(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 8);
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_PERMUTATION, GW_ALGORITHM_AUTO, 1e6, 32, 2, arena);
    ask.queue_pairs = 4;
    gw_traffic t = made(net, &ask, arena);
    assert_int_equal(t.n_sends, 64 * 4);
    double in_B[64] = {0}, out_B[64] = {0};
    for (int64_t k = 0; k < t.n_sends; k++) {
        assert_true(t.send[k].src != t.send[k].dst);
        assert_int_equal(t.send[k].src % 2, t.send[k].dst % 2); /* stays in its group */
        assert_int_equal(t.send[k].entropy, k % 4);
        out_B[t.send[k].src] += t.send[k].bytes;
        in_B[t.send[k].dst] += t.send[k].bytes;
    }
    for (int i = 0; i < 64; i++) {
        gw_assert_near(in_B[i], 1e6, 1e-12);
        gw_assert_near(out_B[i], 1e6, 1e-12);
    }
    gw_traffic again = made(net, &ask, arena);
    assert_memory_equal(again.send, t.send, (size_t)t.n_sends * sizeof *t.send);
    ask.seed = 2;
    gw_traffic other = made(net, &ask, arena);
    int n_same = 0;
    for (int64_t k = 0; k < t.n_sends; k++) {
        n_same += other.send[k].dst == t.send[k].dst;
    }
    assert_true(n_same < t.n_sends / 2);
    ask = ask_of(GW_SEND, GW_ALGORITHM_AUTO, 1e6, 5, 1, arena);
    t = made(net, &ask, arena);
    assert_int_equal(t.n_sends, 2);
    assert_int_equal(t.send[1].src, 2);
    assert_int_equal(t.send[1].dst, 3);
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ in the switches */

/** Bytes up and down, by tier of the lower end. */
static void tier_loads(const gw_net *net, const gw_traffic *t, double up_B[4], double down_B[4]) {
    for (int k = 0; k < 4; k++) {
        up_B[k] = down_B[k] = 0;
    }
    for (int64_t k = 0; k < t->n_sends; k++) {
        int32_t link = t->send[k].dst;
        bool up = link % 2 == 0;
        int tier = net->tier[up ? net->from[link] : net->to[link]];
        (up ? up_B : down_B)[tier] += t->send[k].bytes;
    }
}

static void test_sharp(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 8, 4);
    plan.parallel[1] = 2; /* two cables from each leaf to each of 4 spines */
    gw_net *net = net_of(&plan, arena);
    double up_B[4], down_B[4];
    gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_SHARP, 32e6, 32, 1, arena);
    gw_traffic t = made(net, &ask, arena);
    tier_loads(net, &t, up_B, down_B);
    gw_assert_near(up_B[0], 32 * 32e6, 1e-12); /* each link of the tree carries the buffer once */
    gw_assert_near(down_B[0], 32 * 32e6, 1e-12);
    gw_assert_near(up_B[1], 4 * 32e6, 1e-12);
    gw_assert_near(down_B[1], 4 * 32e6, 1e-12);
    assert_int_equal(t.phase[0].depth, 4);
    assert_true(t.phase[0].in_network);
    /* Reduce-scatter: of each leaf 24/32 leave, 8/32 come; the mirror for the all-gather. */
    ask.kind = GW_REDUCE_SCATTER;
    t = made(net, &ask, arena);
    tier_loads(net, &t, up_B, down_B);
    gw_assert_near(up_B[0], 31 * 32e6, 1e-12);
    gw_assert_near(down_B[0], 32e6, 1e-12);
    gw_assert_near(up_B[1], 4 * 24e6, 1e-12);
    gw_assert_near(down_B[1], 4 * 8e6, 1e-12);
    ask.kind = GW_ALL_GATHER;
    t = made(net, &ask, arena);
    tier_loads(net, &t, up_B, down_B);
    gw_assert_near(up_B[1], 4 * 8e6, 1e-12);
    gw_assert_near(down_B[1], 4 * 24e6, 1e-12);
    ask.kind = GW_BROADCAST;
    t = made(net, &ask, arena);
    tier_loads(net, &t, up_B, down_B);
    gw_assert_near(up_B[0], 32e6, 1e-12);
    gw_assert_near(down_B[0], 31 * 32e6, 1e-12);
    gw_assert_near(up_B[1], 32e6, 1e-12);
    gw_assert_near(down_B[1], 3 * 32e6, 1e-12);
    /* Two leaves only: the tree ends at the leaf where one holds all. */
    ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_SHARP, 32e6, 8, 1, arena);
    t = made(net, &ask, arena);
    assert_int_equal(t.n_sends, 16);
    assert_int_equal(t.phase[0].depth, 2);
    gw_arena_free(arena);
}

static void test_sharp_three_tiers(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 4, 4);
    plan.n_levels = 3;
    plan.down[2] = 3;
    plan.up[2] = 2;
    plan.parallel[2] = 2;
    plan.n_hosts = 48;
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_SHARP, 1e6, 48, 1, arena);
    gw_traffic t = made(net, &ask, arena);
    double up_B[4], down_B[4];
    tier_loads(net, &t, up_B, down_B);
    gw_assert_near(up_B[1], 12 * 1e6, 1e-12); /* 12 leaves, 3 pods */
    gw_assert_near(up_B[2], 3 * 1e6, 1e-12);
    gw_assert_near(down_B[2], 3 * 1e6, 1e-12);
    gw_arena_free(arena);
}

static void test_nvls(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = rails(2, 8, 2, 2);
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_NVLS, 8e6, 8, 1, arena);
    gw_traffic t = made(net, &ask, arena);
    assert_int_equal(t.n_sends, 16);
    for (int64_t k = 0; k < t.n_sends; k++) {
        gw_assert_near(t.send[k].bytes, 9e6, 1e-12); /* (1 + 1/8) B */
        assert_int_equal(net->kinds[net->kind[t.send[k].dst]].role, GW_CABLE_SCALEUP);
    }
    /* Over two domains: 1/8 of the buffer on each rail. */
    ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_NVLS, 8e6, 16, 1, arena);
    t = made(net, &ask, arena);
    assert_int_equal(t.n_phases, 3);
    assert_false(t.phase[1].in_network);
    gw_assert_near(t.send[t.phase[1].first].bytes, 0.5e6, 1e-12);
    assert_int_equal(t.phase[1].repeat, 2);
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ what cannot be */

static void assert_refused(const gw_net *net, gw_collective_ask ask, const char *word,
                           gw_arena *arena) {
    gw_traffic t;
    const char *problem = gw_traffic_make(net, &ask, arena, &t);
    assert_non_null(problem);
    if (strstr(problem, word) == NULL) {
        print_error("\"%s\" says nothing of \"%s\"\n", problem, word);
    }
    assert_non_null(strstr(problem, word));
}

static void test_refusals(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = rails(4, 4, 2, 2), plain = two_tiers(4, 4, 4);
    gw_net *net = net_of(&plan, arena), *flat = net_of(&plain, arena);
    gw_collective_ask ask = ask_of(GW_ALL_TO_ALL, GW_ALGORITHM_RING, 1e6, 16, 1, arena);
    assert_refused(net, ask, "direct or by pxn", arena);
    ask.algorithm = GW_ALGORITHM_PXN;
    assert_refused(flat, ask, "no scale-up domain", arena);
    ask.kind = GW_ALL_GATHER;
    assert_refused(net, ask, "all-to-all", arena);
    ask.algorithm = GW_ALGORITHM_TREE;
    assert_refused(net, ask, "trees", arena);
    ask.algorithm = GW_ALGORITHM_NVLS;
    assert_refused(flat, ask, "scale-up", arena);
    ask.algorithm = GW_ALGORITHM_HIERARCHICAL;
    ask.n = 4;
    assert_refused(net, ask, "one scale-up domain", arena);
    ask.n = 7;
    assert_refused(net, ask, "unequal", arena);
    ask.kind = GW_BROADCAST;
    ask.algorithm = GW_ALGORITHM_HALVING_DOUBLING;
    assert_refused(net, ask, "do not broadcast", arena);
    ask.kind = GW_SEND;
    assert_refused(net, ask, "go direct", arena);
    ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 1e6, 16, 1, arena);
    int32_t bad[2] = {3, 16};
    ask.rank = bad;
    ask.n = 2;
    assert_refused(net, ask, "host 16 of 16", arena);
    bad[1] = 3;
    assert_refused(net, ask, "twice", arena);
    bad[1] = 4;
    ask.bytes = GW_NAN;
    assert_refused(net, ask, "size", arena);
    double pair_B[4] = {0, 1, -1, 0};
    ask.kind = GW_ALL_TO_ALL;
    ask.algorithm = GW_ALGORITHM_DIRECT;
    ask.pair_B = pair_B;
    assert_refused(net, ask, "-1 bytes", arena);
    ask.n = 1;
    ask.pair_B = NULL;
    ask.bytes = 1;
    gw_traffic t = made(net, &ask, arena);
    assert_int_equal(t.n_phases, 0);
    gw_arena_free(arena);
}

/** A schedule too long is refused, not begun. */
static void test_too_many(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(64, 128, 64);
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_ALL_TO_ALL, GW_ALGORITHM_AUTO, 1e9, 8192, 1, arena);
    assert_refused(net, ask, "the most is", arena);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks),        cmocka_unit_test(test_chunks_of_two_levels),
        cmocka_unit_test(test_rings_by_rail), cmocka_unit_test(test_trees_are_trees),
        cmocka_unit_test(test_trees),         cmocka_unit_test(test_all_to_all),
        cmocka_unit_test(test_pxn_of_pairs),  cmocka_unit_test(test_permutation_and_send),
        cmocka_unit_test(test_sharp),         cmocka_unit_test(test_sharp_three_tiers),
        cmocka_unit_test(test_nvls),          cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests_name("fabric/traffic", tests, NULL, NULL);
}
