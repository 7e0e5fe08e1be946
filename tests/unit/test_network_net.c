/* test_network_net.c: networks as graphs: counts, bundles, bisection, diameter and names of trees. */
#include "gw_test.h"

#include <stdlib.h>
#include <string.h>

#include "net_fixture.h"
#include "network/route_graph.h"

static gw_arena *arena;

static gw_net *build(const gw_net_plan *plan) {
    const char *problem = gw_net_plan_problem(plan, arena);
    if (problem != NULL) {
        fail_msg("%s", problem);
    }
    return gw_net_build(plan, arena);
}

static gw_net *build_number(int i) {
    gw_net_plan plan = net_plan_number(i);
    return build(&plan);
}

static int n_of_tier(const gw_net *net, int tier) {
    int n = 0;
    for (int32_t v = 0; v < net->n_nodes; v++) {
        n += net->tier[v] == tier;
    }
    return n;
}

/* ------------------------------------------------------------------ counts */

/* Al-Fares et al., SIGCOMM 2008: a k-ary fat tree has k^3/4 hosts and 5k^2/4 switches. */
static void test_fat_tree_counts(void **state) {
    (void)state;
    for (int k = 4; k <= 16; k += 4) {
        gw_net_plan plan = NET_TREE(k * k * k / 4, 3, NET_INTS(k / 2, k / 2, k),
                                    NET_INTS(1, k / 2, k / 2), NET_INTS(1, 1, 1));
        gw_net *net = build(&plan);
        assert_int_equal(net->n_nodes - net->n_hosts, 5 * k * k / 4);
        assert_int_equal(n_of_tier(net, 1), k * k / 2);
        assert_int_equal(n_of_tier(net, 2), k * k / 2);
        assert_int_equal(n_of_tier(net, 3), k * k / 4);
        assert_int_equal(net->n_links, 2 * 3 * net->n_hosts);
        assert_int_equal(net->wiring->diameter_hops(net), 5);
        gw_assert_near(net->wiring->bisection_Bps(net), net->n_hosts / 2.0 * 10, 1e-12);
    }
}

/* NVIDIA DGX SuperPOD B200 and B300 (tests of clos.c hold the tables): GPUs, leaves, spines, cores,
 * cables. Pods of 32 leaves (four sets of eight rails), the last one partly filled. */
static void test_superpod_counts(void **state) {
    (void)state;
    const struct {
        int gpus, n_levels, down[3], up[3], parallel[3], leaves, spines, cores, cables;
    } rows[] = {
        {512, 2, {32, 16}, {1, 8}, {1, 4}, 16, 8, 0, 512 + 512},
        {2048, 2, {32, 64}, {1, 32}, {1, 1}, 64, 32, 0, 2048 + 2048},
        {8192, 3, {32, 32, 8}, {1, 32, 4}, {1, 1, 8}, 256, 256, 128, 3 * 8192},
        {2304, 2, {72, 32}, {1, 18}, {1, 4}, 32, 18, 0, 2304 + 2304},
        {7168, 3, {32, 32, 8}, {1, 32, 4}, {1, 1, 8}, 224, 224, 128, 3 * 7168},
        {7000, 3, {32, 32, 8}, {1, 32, 4}, {1, 1, 8}, 224, 224, 128, 7000 + 2 * 7168},
        {6300, 3, {32, 32, 8}, {1, 32, 4}, {1, 1, 8}, 200, 224, 128, 6300 + 200 * 32 + 224 * 32},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        gw_net_plan plan = net_plan(GW_TOPOLOGY_RAIL, rows[i].gpus, rows[i].n_levels, rows[i].down,
                                    rows[i].up, rows[i].parallel);
        plan.rails = plan.per_node = 8;
        gw_net *net = build(&plan);
        assert_int_equal(n_of_tier(net, 1), rows[i].leaves);
        assert_int_equal(n_of_tier(net, 2), rows[i].spines);
        assert_int_equal(n_of_tier(net, 3), rows[i].cores);
        assert_int_equal(net->n_links, 2 * rows[i].cables);
    }
}

static void test_counts_without_building(void **state) {
    (void)state;
    for (int i = 0; i < NET_PLANS; i++) {
        gw_net *net = build_number(i);
        double nodes, links;
        gw_net_counts(&net->plan, &nodes, &links);
        gw_assert_near(nodes, net->n_nodes, 0);
        gw_assert_near(links, net->n_links, 0);
    }
}

/** Degrees: every host has all its cables, every switch of a level as many upwards, none more
 * downwards than it has ports; cables join neighbouring levels. */
static void test_structure(void **state) {
    (void)state;
    for (int i = 0; i < NET_PLANS; i++) {
        gw_net *net = build_number(i);
        const gw_net_plan *p = &net->plan;
        int *up = calloc((size_t)net->n_nodes, sizeof(int));
        int *down = calloc((size_t)net->n_nodes, sizeof(int));
        for (int32_t l = 0; l < net->n_links; l += 2) {
            assert_int_equal(net->from[l], net->to[l + 1]);
            assert_int_equal(net->to[l], net->from[l + 1]);
            const gw_link_kind *kind = &net->kinds[net->kind[l]];
            int low = net->tier[net->from[l]], high = net->tier[net->to[l]];
            assert_int_equal(high, kind->role == GW_CABLE_SCALEUP ? 255
                                   : kind->role == GW_CABLE_LONG  ? low
                                                                  : low + 1);
            gw_assert_near(net->capacity_Bps[l], kind->rate_Bps, 0);
            gw_assert_near(net->capacity_Bps[l + 1], kind->rate_Bps, 0);
            up[net->from[l]] += kind->role == GW_CABLE_HOST || kind->role == GW_CABLE_SWITCH;
            down[net->to[l]]++;
        }
        bool gateways = p->islands > 1 && p->trunks > 0;
        for (int32_t v = 0; v < net->n_nodes; v++) {
            int t = net->tier[v];
            if (t < p->n_levels) {
                int per_port = t == 0 ? p->nics * p->planes : 1;
                assert_int_equal(up[v], per_port * p->up[t] * p->parallel[t]);
            } else {
                assert_int_equal(up[v], gateways && t == p->n_levels ? 1 : 0);
            }
            if (t >= 1 && t <= p->n_levels) {
                assert_in_range(down[v], t == 1 ? 0 : 1, p->down[t - 1] * p->parallel[t - 1]);
            } else if (t == 255) {
                assert_in_range(down[v], 1, p->domain);
            }
        }
        free(up);
        free(down);
    }
}

static bool joined(const gw_net *net, int32_t host, const char *switch_name) {
    int32_t node = gw_net_find_node(net, switch_name);
    assert_true(node >= 0);
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] == host && net->to[l] == node) {
            return true;
        }
    }
    return false;
}

/** Leaf r of a set serves NIC r of its nodes. */
static void test_rails(void **state) {
    (void)state;
    gw_net *net = build_number(9); /* 4 rails, 3 nodes a set: node 3 begins the second set */
    assert_true(joined(net, 0, "leaf-0") && joined(net, 1, "leaf-1") && joined(net, 7, "leaf-3"));
    assert_true(joined(net, 11, "leaf-3") && joined(net, 12, "leaf-4"));
    assert_true(joined(net, 29, "leaf-9") && joined(net, 29, "scaleup-2"));
    assert_int_equal(gw_net_find_node(net, "leaf-12"), -1); /* 30 hosts: three sets */
    net = build_number(10);
    assert_true(joined(net, 6, "rail-2/leaf-0") && joined(net, 29, "rail-1/leaf-2"));
    net = build_number(12); /* 2 NICs a host, 2 hosts a node: rails 0, 1 and 2, 3 */
    assert_true(joined(net, 0, "leaf-0") && joined(net, 0, "leaf-1"));
    assert_true(joined(net, 7, "leaf-6") && joined(net, 7, "leaf-7"));
    net = build_number(13);
    assert_true(joined(net, 17, "island-1/plane-0/leaf-1"));
    assert_true(joined(net, 17, "island-1/plane-1/leaf-1"));
}

/* ------------------------------------------------------------------ bundles */

static void check_sums(const gw_net *net) {
    for (int32_t b = net->n_links; b < net->n_links + net->n_bundles; b++) {
        double sum = 0;
        int n = 0;
        for (int32_t l = 0; l < net->n_links; l++) {
            if (net->bundle[l] == b) {
                sum += net->capacity_Bps[l];
                n++;
                gw_assert_near(net->latency_s[b], net->latency_s[l], 0);
            }
        }
        assert_true(n > 0);
        gw_assert_close(net->capacity_Bps[b], sum, 1e-9);
    }
}

static void test_bundle_sums(void **state) {
    (void)state;
    for (int i = 0; i < NET_PLANS; i++) {
        gw_net *net = build_number(i);
        assert_false(net->damaged);
        check_sums(net);
        for (int32_t l = 0; l < net->n_links; l += 3) {
            net->capacity_Bps[l] *= 0.25;
        }
        gw_net_refresh(net);
        assert_false(net->damaged);
        check_sums(net);
        net->capacity_Bps[net->n_links - 1] = 0;
        gw_net_refresh(net);
        assert_true(net->damaged);
        check_sums(net);
    }
}

typedef struct rows {
    gw_flow_set set;
    double *bytes;
    int64_t *at;
    int32_t *link;
    double *share;
    int64_t n_links;
} rows;

static void rows_add(rows *r, const gw_path *path) {
    for (int32_t k = 0; k < path->n; k++) {
        r->link[r->n_links] = path->link[k];
        r->share[r->n_links++] = path->share[k];
    }
    r->bytes[r->set.n++] = 1;
    r->at[r->set.n] = r->n_links;
}

static rows rows_create(int64_t most_flows, int64_t most_links) {
    rows r = {.bytes = GW_NEW_N(arena, most_flows, double),
              .at = GW_NEW_N(arena, most_flows + 1, int64_t),
              .link = GW_NEW_N(arena, most_links, int32_t),
              .share = GW_NEW_N(arena, most_links, double)};
    r.set = (gw_flow_set){.bytes = r.bytes, .at = r.at, .link = r.link, .share = r.share};
    return r;
}

/** Max-min over bundles is max-min over all physical shortest ways taken alike, found by search. */
static void test_bundles_are_even_splits(void **state) {
    (void)state;
    const int plans[] = {0, 2, 3, 4, 5, 6, 8, 9, 10};
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        gw_net *net = build_number(plans[i]);
        gw_net_adjacency(net);
        gw_route_how how = {.kind = GW_ROUTING_SPRAY};
        gw_path path = gw_path_create(arena);
        rows fat = rows_create(200, 200 * 16), thin = rows_create(200, 200 * 400);
        uint32_t draw = 7;
        for (int k = 0; k < 150; k++) {
            draw = draw * 1664525u + 1013904223u;
            int32_t src = (int32_t)((draw >> 8) % (uint32_t)net->n_hosts);
            int32_t dst = (int32_t)((draw >> 17) % (uint32_t)net->n_hosts);
            if (gw_net_route(net, &how, src, dst, 0, &path)) {
                bool pxn =
                    path.n > 2 && net->kinds[net->kind[path.link[0]]].role == GW_CABLE_SCALEUP;
                if (path.link[0] < net->n_links && pxn) {
                    continue; /* over a peer: not the shortest way of the graph */
                }
                rows_add(&fat, &path);
                path.n = 0;
                assert_true(gw_route_graph(net, &how, src, dst, 0, &path));
                rows_add(&thin, &path);
            }
        }
        assert_true(fat.set.n > 20);
        gw_flow_links links = gw_net_links(net);
        double fat_Bps[200], thin_Bps[200];
        gw_flow_rates(&links, &fat.set, fat_Bps, NULL);
        gw_flow_rates(&links, &thin.set, thin_Bps, NULL);
        for (int64_t f = 0; f < fat.set.n; f++) {
            gw_assert_near(fat_Bps[f], thin_Bps[f], 1e-12);
        }
    }
}

/* ------------------------------------------------------------------ cuts and distances */

/** Most that hosts in `side` can send to the others: shortest augmenting ways (Edmonds & Karp). */
static double max_flow(const gw_net *net, unsigned side) {
    double *left = malloc((size_t)net->n_links * sizeof(double));
    memcpy(left, net->capacity_Bps, (size_t)net->n_links * sizeof(double));
    int32_t *via = malloc((size_t)net->n_nodes * sizeof(int32_t));
    int32_t *queue = malloc((size_t)net->n_nodes * sizeof(int32_t));
    double sum = 0;
    for (;;) {
        int32_t head = 0, tail = 0, end = -1;
        for (int32_t v = 0; v < net->n_nodes; v++) {
            via[v] = v < net->n_hosts && side >> v & 1 ? -1 : -2;
            if (via[v] == -1) {
                queue[tail++] = v;
            }
        }
        while (head < tail && end < 0) {
            int32_t v = queue[head++];
            for (int32_t l = 0; l < net->n_links; l++) {
                if (net->from[l] == v && left[l] > 1e-9 && via[net->to[l]] == -2) {
                    via[net->to[l]] = l;
                    queue[tail++] = net->to[l];
                    end = net->to[l] < net->n_hosts ? net->to[l] : end;
                }
            }
        }
        if (end < 0) {
            break;
        }
        double step = HUGE_VAL;
        for (int32_t v = end; via[v] >= 0; v = net->from[via[v]]) {
            step = fmin(step, left[via[v]]);
        }
        for (int32_t v = end; via[v] >= 0; v = net->from[via[v]]) {
            left[via[v]] -= step;
            left[via[v] ^ 1] += step;
        }
        sum += step;
    }
    free(left);
    free(via);
    free(queue);
    return sum;
}

static double worst_half_cut(const gw_net *net) {
    double worst = HUGE_VAL;
    for (unsigned side = 0; side < 1u << (net->n_hosts - 1); side++) {
        if (__builtin_popcount(side) == net->n_hosts / 2) {
            worst = fmin(worst, max_flow(net, side));
        }
    }
    return worst;
}

/** All equal halves of the hosts, most flow between each two. */
static void test_bisection(void **state) {
    (void)state;
    const int *ones = NET_INTS(1, 1, 1, 1);
    gw_net_plan plans[] = {
        NET_TREE(6, 1, NET_INTS(6), ones, ones),
        NET_TREE(8, 2, NET_INTS(2, 4), NET_INTS(1, 2), ones),
        NET_TREE(8, 2, NET_INTS(4, 2), NET_INTS(1, 2), ones), /* tapered at the leaf */
        NET_TREE(8, 3, NET_INTS(2, 2, 2), NET_INTS(1, 2, 1), ones),
        NET_TREE(8, 3, NET_INTS(2, 2, 2), NET_INTS(1, 1, 2), NET_INTS(1, 1, 2)),
        NET_TREE(8, 2, NET_INTS(2, 4), NET_INTS(2, 1), ones),
        NET_TREE(4, 2, NET_INTS(4, 2), NET_INTS(1, 1), ones), /* one leaf in use */
        NET_TREE(8, 2, NET_INTS(4, 2), NET_INTS(1, 2), ones), /* two planes */
        NET_TREE(8, 2, NET_INTS(2, 2), NET_INTS(1, 2), ones), /* two islands */
    };
    plans[7].planes = 2;
    plans[8].islands = 2;
    plans[8].trunks = 3;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        gw_net *net = build(&plans[i]);
        gw_assert_near(net->wiring->bisection_Bps(net), worst_half_cut(net), 1e-9);
    }
    /* an odd number of subtrees: a lower bound */
    gw_net_plan odd = NET_TREE(6, 2, NET_INTS(2, 3), NET_INTS(1, 1), ones);
    gw_net *net = build(&odd);
    gw_assert_near(net->wiring->bisection_Bps(net), 18, 1e-12);
    gw_assert_near(worst_half_cut(net), 12 + 10, 1e-12);
}

/** Switches on the longest of the ways that are taken. */
static void test_diameter(void **state) {
    (void)state;
    for (int i = 0; i < NET_PLANS; i++) {
        gw_net *net = build_number(i);
        gw_route_how how = {.kind = GW_ROUTING_D_MOD_K};
        gw_path path = gw_path_create(arena);
        int most = 0;
        for (int32_t a = 0; a < net->n_hosts; a++) {
            for (int32_t b = 0; b < net->n_hosts; b++) {
                int switches = 0;
                if (gw_net_route(net, &how, a, b, 0, &path)) {
                    for (int32_t k = 0; k < path.n - 1; k++) {
                        switches += net->to[path.link[k]] >= net->n_hosts;
                    }
                }
                most = switches > most ? switches : most;
            }
        }
        assert_int_equal(net->wiring->diameter_hops(net), most);
    }
}

/* ------------------------------------------------------------------ names */

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

static void check_unique(char (*names)[64], int32_t n) {
    qsort(names, (size_t)n, sizeof names[0], by_text);
    for (int32_t i = 1; i < n; i++) {
        assert_string_not_equal(names[i - 1], names[i]);
    }
}

static void check_round_trip(const gw_net *net) {
    int32_t most = net->n_nodes > net->n_links ? net->n_nodes : net->n_links;
    char(*names)[64] = calloc((size_t)most, sizeof names[0]);
    for (int32_t v = 0; v < net->n_nodes; v++) {
        gw_net_node_name(net, v, names[v], sizeof names[v]);
        assert_int_equal(gw_net_find_node(net, names[v]), v);
    }
    check_unique(names, net->n_nodes);
    for (int32_t l = 0; l < net->n_links; l++) {
        gw_net_link_name(net, l, names[l], sizeof names[l]);
        assert_int_equal(gw_net_find_link(net, names[l]), l);
    }
    check_unique(names, net->n_links);
    free(names);
}

static void test_names(void **state) {
    (void)state;
    for (int i = 0; i < NET_PLANS; i++) {
        gw_net *net = build_number(i);
        check_round_trip(net);
        gw_net_index_names(net);
        check_round_trip(net);
    }
    gw_net *net = build_number(4);
    char name[64];
    gw_net_link_name(net, gw_net_find_link(net, "leaf-2>spine-1-0#1"), name, sizeof name);
    assert_string_equal(name, "leaf-2>spine-1-0#1");
    assert_int_equal(gw_net_find_node(net, "7"), 7);
    assert_int_equal(gw_net_find_link(net, "7>leaf-2#0"), gw_net_find_link(net, "host-7>leaf-2#0"));
}

static void test_unknown_names(void **state) {
    (void)state;
    gw_net *net = build_number(4);
    const char *const nodes[] = {
        "",        "host-",  "host-21", "host--1",   "host-1 ",
        "host-01", "leaf-7", "spine-0", "spine-9-9", "core",
        "21",      "-1",     "leaf-2x", "1.5",       "99999999999999999999"};
    const char *const links[] = {"",
                                 "host-3",
                                 "host-3>leaf-1",
                                 "host-3>leaf-1#",
                                 "host-3>leaf-1#1",
                                 "host-3>leaf-1#-1",
                                 "host-3>leaf-2#0",
                                 "host-3#0>leaf-1",
                                 ">#0",
                                 "leaf-1>leaf-2#0"};
    for (int indexed = 0; indexed < 2; indexed++) {
        for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
            assert_int_equal(gw_net_find_node(net, nodes[i]), -1);
        }
        for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
            assert_int_equal(gw_net_find_link(net, links[i]), -1);
        }
        gw_net_index_names(net);
    }
    char name[4]; /* too little room: cut, and nothing behind it is written */
    gw_net_node_name(net, net->n_nodes - 1, name, sizeof name);
    assert_int_equal(strlen(name), 3);
}

/* ------------------------------------------------------------------ what cannot be built */

static void expect_problem(gw_net_plan plan, const char *part) {
    const char *problem = gw_net_plan_problem(&plan, arena);
    assert_non_null(problem);
    if (strstr(problem, part) == NULL) {
        fail_msg("'%s' does not say '%s'", problem, part);
    }
}

static void test_problems(void **state) {
    (void)state;
    gw_net_plan p = net_plan_number(2), q = p;
    q.topology = 99;
    expect_problem(q, "cannot be built");
    q = p, q.n_hosts = 0;
    expect_problem(q, "needs a host");
    q = p, q.nics = 0;
    expect_problem(q, "at least 1");
    q = p, q.link_Bps = GW_NAN;
    expect_problem(q, "rate");
    q = p, q.domain = 4, q.scaleup_Bps = 0;
    expect_problem(q, "scale-up");
    q = p, q.islands = 2, q.trunks = 1, q.trunk_Bps = 0;
    expect_problem(q, "trunks");
    q = p, q.n_levels = 7;
    expect_problem(q, "1 to 6 levels");
    q = p, q.up[1] = 0;
    expect_problem(q, "level 2");
    q = p, q.n_hosts = 17;
    expect_problem(q, "16 ports, 17 are needed");
    q = net_plan_number(10), q.n_hosts = 49;
    expect_problem(q, "12 ports a rail, 13 are needed");
    q = net_plan_number(9), q.rails = 5, q.n_hosts = 31; /* third set: leaves 10 to 14 of 12 */
    expect_problem(q, "15 leaves in sets of 5 rails are needed, there are 12");
    q = p, q.down[0] = q.down[1] = 1 << 20;
    expect_problem(q, "too many");
    q = p, q.parallel[1] = 1 << 30;
    expect_problem(q, "too many");
    q = p, q.n_hosts = 32, q.islands = 2;
    assert_null(gw_net_plan_problem(&q, arena));
}

static int set_up(void **state) {
    (void)state;
    arena = gw_arena_create(1 << 20);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    gw_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fat_tree_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_superpod_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_counts_without_building, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_structure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bundle_sums, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bundles_are_even_splits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bisection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_diameter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_problems, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
