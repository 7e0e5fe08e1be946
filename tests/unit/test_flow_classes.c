/* tests/unit/test_flow_classes.c: symmetry classes: the same answer with and without, the classes that
 * symmetric traffic must have, partitions that must be refused, colliding hashes. The oracle for the
 * partition is refinement by comparing sorted lists, without a hash. */
#include <stdlib.h>
#include <string.h>

#include "flow/flow_classes.h"
#include "gw_test.h"

#define ROOM 40000

/* A set under construction. */
typedef struct bench {
    int32_t n_links;
    double capacity_Bps[2000], latency_s[2000];
    int64_t n;
    double start_s[ROOM], bytes[ROOM], weight[ROOM], cap_Bps[ROOM];
    int64_t at[ROOM + 1];
    int32_t link[8 * ROOM];
    double share[8 * ROOM];
} bench;

static uint64_t state;

static uint32_t draw(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % below);
}

static bench *bench_create(int32_t n_links, double capacity_Bps) {
    bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->n_links = n_links;
    for (int32_t l = 0; l < n_links; l++) {
        b->capacity_Bps[l] = capacity_Bps;
    }
    return b;
}

static void add(bench *b, double bytes, int n, const int32_t *link) {
    int64_t i = b->n++, k = b->at[i];
    b->bytes[i] = bytes;
    b->weight[i] = 1.0;
    for (int j = 0; j < n; j++) {
        b->link[k + j] = link[j];
        b->share[k + j] = 1.0;
    }
    b->at[i + 1] = k + n;
}

static gw_flow_set set_of(const bench *b) {
    return (gw_flow_set){.n = b->n,
                         .start_s = b->start_s,
                         .bytes = b->bytes,
                         .weight = b->weight,
                         .cap_Bps = b->cap_Bps,
                         .at = b->at,
                         .link = b->link,
                         .share = b->share};
}

static gw_flow_links links_of(const bench *b) {
    return (gw_flow_links){b->n_links, b->capacity_Bps, b->latency_s};
}

static gw_flow_result run(const bench *b, bool no_classes, gw_arena *arena) {
    gw_flow_links links = links_of(b);
    gw_flow_set set = set_of(b);
    gw_flow_opts opts = {.no_classes = no_classes};
    gw_flow_result r;
    gw_flow_run(&links, &set, &opts, arena, &r);
    return r;
}

/* The link that is said to limit a flow lies on its way and was full for some time. */
static void check_limit(const bench *b, const gw_flow_result *r, int64_t i) {
    if (r->limit[i] < 0) {
        return;
    }
    bool on_way = false;
    for (int64_t k = b->at[i]; k < b->at[i + 1]; k++) {
        on_way = on_way || b->link[k] == r->limit[i];
    }
    assert_true(on_way);
    assert_true(r->full_s[r->limit[i]] > 0.0);
}

/* Both ways of running agree; the number of classes is returned. */
static int64_t agree(const bench *b) {
    gw_arena *arena = gw_arena_create(0);
    gw_flow_result with = run(b, false, arena), without = run(b, true, arena);
    assert_int_equal(without.n_classes, b->n);
    assert_int_equal(with.n_stuck, without.n_stuck);
    for (int64_t i = 0; i < b->n; i++) {
        if (isnan(without.finish_s[i])) {
            assert_true(isnan(with.finish_s[i]));
            continue;
        }
        gw_assert_near(with.finish_s[i], without.finish_s[i], 1e-12);
        gw_assert_near_at(with.took_s[i], without.took_s[i], 1e-12, 1e-15, "took_s", __FILE__,
                          __LINE__);
        check_limit(b, &with, i);
    }
    gw_assert_near(with.end_s, without.end_s, 1e-12);
    for (int32_t l = 0; l < b->n_links; l++) {
        gw_assert_near_at(with.carried_B[l], without.carried_B[l], 1e-10, 1e-6, "carried_B",
                          __FILE__, __LINE__);
    }
    int64_t n = with.n_classes;
    gw_arena_free(arena);
    return n;
}

/* ------------------------------------------------------------------ traffic */

/* Two levels: `leaves` of `per` hosts, each with `per` spines. Links: up, down of hosts, then of leaves. */
static int tree_way(int leaves, int per, int src, int dst, int spine, int32_t *way) {
    int n_hosts = leaves * per, n = 0;
    way[n++] = src;
    if (src / per != dst / per) {
        way[n++] = 2 * n_hosts + (src / per) * per + spine;
        way[n++] = 3 * n_hosts + (dst / per) * per + spine;
    }
    way[n++] = n_hosts + dst;
    return n;
}

static void all_to_all(bench *b, int leaves, int per) {
    int32_t way[4];
    for (int s = 0; s < leaves * per; s++) {
        for (int d = 0; d < leaves * per; d++) {
            if (s != d) {
                int n = tree_way(leaves, per, s, d, d % per, way);
                add(b, 1e6, n, way);
            }
        }
    }
}

static void test_all_to_all_has_two_kinds_of_pairs(void **unused) {
    (void)unused;
    bench *b = bench_create(4 * 64, 1e9);
    all_to_all(b, 8, 8);
    assert_int_equal(agree(b), 2); /* within a leaf, between leaves */
    gw_arena *arena = gw_arena_create(0);
    gw_flow_result r = run(b, false, arena);
    gw_assert_near(r.end_s, 63.0 * 1e6 / 1e9, 1e-12); /* every host port is full to the end */
    assert_int_equal(r.n_classes, 2);
    gw_arena_free(arena);
    free(b);
}

static void test_ring_and_incast(void **unused) {
    (void)unused;
    bench *ring = bench_create(2 * 100, 1e9);
    for (int32_t s = 0; s < 100; s++) {
        add(ring, 5e5, 2, (int32_t[]){s, 100 + (s + 1) % 100});
    }
    assert_int_equal(agree(ring), 1);
    free(ring);
    bench *incast = bench_create(2 * 100, 1e9);
    for (int32_t s = 1; s < 100; s++) {
        add(incast, 5e5, 2, (int32_t[]){s, 100});
    }
    assert_int_equal(agree(incast), 1);
    free(incast);
}

static void test_one_slow_link_breaks_the_symmetry_where_it_must(void **unused) {
    (void)unused;
    bench *b = bench_create(2 * 32, 1e9);
    for (int32_t s = 0; s < 32; s++) {
        for (int32_t d = 0; d < 32; d++) {
            if (s != d) {
                add(b, 1e6, 2, (int32_t[]){s, 32 + d});
            }
        }
    }
    assert_int_equal(agree(b), 1);
    b->capacity_Bps[32 + 5] = 3e8; /* the port into host 5 */
    /* From 5 to others, to 5, between others: what 5 sends meets ports like any other's, but its own
     * way out carries 31 of that kind, others' carry 30 and one to 5. */
    assert_int_equal(agree(b), 3);
    free(b);
}

static void test_random_sets_agree(void **unused) {
    (void)unused;
    for (uint32_t seed = 0; seed < 300; seed++) {
        state = seed * 77 + 5;
        int leaves = 2 + (int)draw(4), per = 1 + (int)draw(4), n_hosts = leaves * per;
        bench *b = bench_create(4 * n_hosts, 1e9);
        int kinds = 1 + (int)draw(3);
        for (int round = 0; round < 1 + (int)draw(4); round++) {
            int shift = 1 + (int)draw((uint32_t)n_hosts);
            for (int s = 0; s < n_hosts; s++) {
                int d = draw(8) == 0 ? (int)draw((uint32_t)n_hosts) : (s + shift) % n_hosts;
                int32_t way[4];
                if (d == s) {
                    continue;
                }
                int n = tree_way(leaves, per, s, d, d % per, way);
                add(b, 1e6 * (1 + draw((uint32_t)kinds)), n, way);
                int64_t i = b->n - 1;
                b->weight[i] = draw(3) == 0 ? 2.0 : 1.0;
                b->cap_Bps[i] = draw(4) == 0 ? 2e8 : 0.0;
                b->start_s[i] = 1e-3 * draw(2);
                for (int64_t k = b->at[i]; k < b->at[i + 1]; k++) {
                    b->share[k] = draw(6) == 0 ? 0.3 : 1.0;
                }
            }
        }
        if (draw(3) == 0) {
            b->capacity_Bps[draw((uint32_t)(4 * n_hosts))] = draw(2) == 0 ? 0.0 : 4e8;
        }
        if (draw(2) == 0) {
            for (int32_t l = 0; l < 4 * n_hosts; l++) {
                b->latency_s[l] = 1e-4 * (l >= 2 * n_hosts);
            }
        }
        (void)agree(b);
        free(b);
    }
}

/* Sprayed evenly over three spines: three thirds need not add up to 1. */
static void test_thirds_stay_exact(void **unused) {
    (void)unused;
    bench *b = bench_create(2 * 12 + 2 * 4 * 3, 1e9);
    for (int s = 0; s < 12; s++) {
        int d = (s + 3) % 12;
        int32_t way[8] = {s};
        int n = 1;
        for (int spine = 0; spine < 3; spine++) {
            way[n++] = 24 + (s / 3) * 3 + spine;
        }
        for (int spine = 0; spine < 3; spine++) {
            way[n++] = 36 + (d / 3) * 3 + spine;
        }
        way[n++] = 12 + d;
        add(b, 1e6, n, way);
        int64_t k = b->at[b->n - 1];
        for (int j = 1; j < 7; j++) {
            b->share[k + j] = 1.0 / 3.0;
        }
    }
    for (int32_t l = 24; l < b->n_links; l++) {
        b->capacity_Bps[l] = 2e8; /* the spines limit: the very share decides */
    }
    assert_int_equal(agree(b), 1);
    free(b);
}

static void test_starts_and_latencies_that_join_together_are_alike(void **unused) {
    (void)unused;
    bench *b = bench_create(8, 1e9);
    for (int32_t s = 0; s < 4; s++) {
        add(b, 1e6, 2, (int32_t[]){s, 4 + (s + 1) % 4});
        b->start_s[s] = s % 2 == 0 ? 0.5 : 0.25;
        b->latency_s[s] = s % 2 == 0 ? 0.25 : 0.5;
    }
    assert_int_equal(agree(b), 1);
    free(b);
}

static void test_chance_is_given_up_on(void **unused) {
    (void)unused;
    bench *b = bench_create(4 * 256, 1e9);
    state = 9;
    for (int s = 0; s < 256; s++) {
        int32_t way[4];
        int d = (int)draw(256);
        if (d != s) {
            int n = tree_way(16, 16, s, d, (int)draw(16), way);
            add(b, 1e6 + draw(1000000), n, way);
        }
    }
    assert_int_equal(agree(b), b->n);
    free(b);
}

/* ------------------------------------------------------------------ the partition itself */

static gw_flow_problem problem_of(const bench *b) {
    static const double none[ROOM];
    return (gw_flow_problem){.n = b->n,
                             .bytes = b->bytes,
                             .weight = b->weight,
                             .cap_Bps = b->cap_Bps,
                             .start_s = b->start_s,
                             .latency_s = none,
                             .at = b->at,
                             .link = b->link,
                             .share = b->share,
                             .n_links = b->n_links,
                             .capacity_Bps = b->capacity_Bps};
}

typedef struct colour_list {
    int n;
    int32_t colour[600];
} colour_list;

static int compare_int(const void *a, const void *b) {
    return *(const int32_t *)a - *(const int32_t *)b;
}

/* Two things are alike if their colours and their sorted lists of neighbours' colours are. */
static int split(int n, int32_t *colour, colour_list *lists) {
    int32_t *next = calloc((size_t)n, sizeof *next);
    int n_colours = 0;
    for (int i = 0; i < n; i++) {
        qsort(lists[i].colour, (size_t)lists[i].n, sizeof(int32_t), compare_int);
        next[i] = -1;
        for (int j = 0; j < i && next[i] < 0; j++) {
            bool same =
                colour[j] == colour[i] && lists[j].n == lists[i].n &&
                memcmp(lists[j].colour, lists[i].colour, (size_t)lists[i].n * sizeof(int32_t)) == 0;
            next[i] = same ? next[j] : -1;
        }
        next[i] = next[i] < 0 ? n_colours++ : next[i];
    }
    memcpy(colour, next, (size_t)n * sizeof *next);
    free(next);
    return n_colours;
}

/* Classes of flows that differ in nothing but their links. */
static int classes_by_lists(const bench *b) {
    int n = (int)b->n, n_links = b->n_links, n_colours = 1;
    int32_t *flow = calloc((size_t)n, sizeof *flow);
    int32_t *link = calloc((size_t)n_links, sizeof *link);
    colour_list *flows = calloc((size_t)n, sizeof *flows);
    colour_list *links = calloc((size_t)n_links, sizeof *links);
    for (int before = 0; n_colours != before;) {
        before = n_colours;
        memset(links, 0, (size_t)n_links * sizeof *links);
        for (int i = 0; i < n; i++) {
            for (int64_t k = b->at[i]; k < b->at[i + 1]; k++) {
                colour_list *list = &links[b->link[k]];
                list->colour[list->n++] = flow[i];
            }
        }
        (void)split(n_links, link, links);
        for (int i = 0; i < n; i++) {
            flows[i].n = 0;
            for (int64_t k = b->at[i]; k < b->at[i + 1]; k++) {
                flows[i].colour[flows[i].n++] = link[b->link[k]];
            }
        }
        n_colours = split(n, flow, flows);
    }
    free(flow);
    free(link);
    free(flows);
    free(links);
    return n_colours;
}

static void test_coarsest_partition_as_by_lists(void **unused) {
    (void)unused;
    int n_found = 0;
    for (uint32_t seed = 0; seed < 60; seed++) {
        state = seed + 1000;
        int n_hosts = 6 + (int)draw(6);
        bench *b = bench_create(2 * n_hosts, 1e9);
        for (int s = 0; s < n_hosts; s++) {
            for (int d = 0; d < n_hosts; d++) {
                if (s != d && (draw(10) != 0 || seed % 3 == 0)) {
                    add(b, 1e6, 2, (int32_t[]){s, n_hosts + d});
                }
            }
        }
        gw_flow_problem p = problem_of(b);
        gw_arena *arena = gw_arena_create(0);
        gw_flow_classes classes;
        int by_lists = classes_by_lists(b);
        bool found = gw_flow_classes_find(&p, UINT64_MAX, arena, &classes);
        assert_int_equal(found, by_lists <= b->n / 2);
        if (found) {
            assert_int_equal(classes.n, by_lists);
            n_found++;
        }
        gw_arena_free(arena);
        free(b);
    }
    assert_true(n_found > 10);
}

/* With hashes of few bits, unlike things get one colour: then there are no classes, or classes that are
 * equitable all the same; and the shares that the quotient has are those of each flow. */
static void test_collisions_cost_no_exactness(void **unused) {
    (void)unused;
    int n_refused = 0;
    for (uint32_t seed = 0; seed < 200; seed++) {
        state = seed + 31;
        bench *b = bench_create(2 * 12, 1e9);
        for (int s = 0; s < 12; s++) {
            for (int d = 0; d < 12; d++) {
                if (s != d && (seed % 2 == 0 || draw(4) != 0)) {
                    add(b, 1e6, 2, (int32_t[]){s, 12 + d});
                }
            }
        }
        b->capacity_Bps[draw(24)] = 5e8;
        gw_flow_problem p = problem_of(b);
        gw_arena *arena = gw_arena_create(0);
        gw_flow_classes narrow, wide;
        bool kept = gw_flow_classes_find(&p, ((uint64_t)1 << (1 + seed % 6)) - 1, arena, &narrow);
        bool real = gw_flow_classes_find(&p, UINT64_MAX, arena, &wide);
        if (kept) {
            assert_true(real && narrow.n >= wide.n); /* none is coarser than the coarsest */
        }
        n_refused += real && !kept;
        gw_arena_free(arena);
        free(b);
    }
    assert_true(n_refused > 10);
}

static void test_unequal_partitions_are_refused(void **unused) {
    (void)unused;
    bench *b = bench_create(3, 1e9);
    add(b, 1e6, 1, (int32_t[]){0});
    add(b, 1e6, 1, (int32_t[]){0});
    add(b, 1e6, 1, (int32_t[]){1});
    add(b, 1e6, 1, (int32_t[]){2});
    gw_flow_problem p = problem_of(b);
    gw_arena *arena = gw_arena_create(0);
    gw_flow_classes c;
    const int32_t flows_right[] = {0, 0, 1, 1}, flows_one[] = {0, 0, 0, 0};
    const int32_t links_right[] = {0, 1, 1}, links_one[] = {0, 0, 0};
    assert_true(gw_flow_divide(&p, 2, flows_right, 2, links_right, arena, &c));
    gw_assert_near(c.capacity_Bps[1], 2e9, 1e-15);
    assert_int_equal(c.flow_n[0], 2);
    assert_false(gw_flow_divide(&p, 1, flows_one, 2, links_right, arena, &c));
    assert_false(gw_flow_divide(&p, 1, flows_one, 1, links_one, arena, &c));
    assert_false(gw_flow_divide(&p, 2, flows_right, 1, links_one, arena, &c));
    b->capacity_Bps[2] = 2e9;
    assert_false(gw_flow_divide(&p, 2, flows_right, 2, links_right, arena, &c));
    b->capacity_Bps[2] = 1e9;
    b->weight[3] = 2.0;
    assert_false(gw_flow_divide(&p, 2, flows_right, 2, links_right, arena, &c));
    gw_arena_free(arena);
    free(b);
}

static void test_nothing_and_flows_without_links(void **unused) {
    (void)unused;
    bench *b = bench_create(1, 1e9);
    gw_arena *arena = gw_arena_create(0);
    gw_flow_result r = run(b, false, arena);
    assert_int_equal(r.n_classes, 0);
    gw_assert_close(r.end_s, 0.0, 0.0);
    for (int i = 0; i < 6; i++) {
        add(b, 1e6, 0, NULL);
        b->cap_Bps[i] = 1e6 * (1 + i % 2);
    }
    assert_int_equal(agree(b), 2);
    r = run(b, false, arena);
    gw_assert_near(r.finish_s[0], 1.0, 1e-12);
    gw_assert_near(r.finish_s[1], 0.5, 1e-12);
    assert_int_equal(r.limit[0], -1);
    gw_arena_free(arena);
    free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_to_all_has_two_kinds_of_pairs),
        cmocka_unit_test(test_ring_and_incast),
        cmocka_unit_test(test_one_slow_link_breaks_the_symmetry_where_it_must),
        cmocka_unit_test(test_random_sets_agree),
        cmocka_unit_test(test_thirds_stay_exact),
        cmocka_unit_test(test_starts_and_latencies_that_join_together_are_alike),
        cmocka_unit_test(test_chance_is_given_up_on),
        cmocka_unit_test(test_coarsest_partition_as_by_lists),
        cmocka_unit_test(test_collisions_cost_no_exactness),
        cmocka_unit_test(test_unequal_partitions_are_refused),
        cmocka_unit_test(test_nothing_and_flows_without_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
