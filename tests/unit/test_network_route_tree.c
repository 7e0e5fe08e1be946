/* test_network_route_tree.c: ways through trees: sound ones, SimGrid's, hashed, over rails, damaged. */
#include "gw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
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

/* ------------------------------------------------------------------ what every way must be */

/** Nodes from which (which = 0) or to which a link or the links of a bundle lead, as marks. */
static void ends_of(const gw_net *net, int32_t link, bool to, uint8_t *mark) {
    memset(mark, 0, (size_t)net->n_nodes);
    const int32_t *end = to ? net->to : net->from;
    if (link < net->n_links) {
        mark[end[link]] = 1;
        return;
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->bundle[l] == link) {
            mark[end[l]] = 1;
        }
    }
}

/** Link after link, or bundle after bundle: it begins at src, each one begins at all nodes where the
 * last one ends, it ends at dst, and none comes twice. */
static void check_chain(const gw_net *net, int32_t src, int32_t dst, const gw_path *path) {
    uint8_t *here = malloc((size_t)net->n_nodes), *next = malloc((size_t)net->n_nodes);
    assert_true(path->n >= 2);
    memset(here, 0, (size_t)net->n_nodes);
    here[src] = 1;
    for (int32_t k = 0; k < path->n; k++) {
        ends_of(net, path->link[k], false, next);
        assert_memory_equal(here, next, (size_t)net->n_nodes);
        ends_of(net, path->link[k], true, here);
        for (int32_t i = 0; i < k; i++) {
            assert_int_not_equal(path->link[i], path->link[k]);
        }
        gw_assert_near(path->share[k], 1, 0);
    }
    memset(next, 0, (size_t)net->n_nodes);
    next[dst] = 1;
    assert_memory_equal(here, next, (size_t)net->n_nodes);
    free(here);
    free(next);
}

/** A split path: as much enters every switch as leaves it. Bundles count half each. */
static void check_split(const gw_net *net, int32_t src, int32_t dst, const gw_path *path) {
    double *sum = calloc((size_t)net->n_nodes, sizeof(double));
    for (int32_t k = 0; k < path->n; k++) {
        int32_t link = path->link[k];
        for (int32_t l = 0; l < net->n_links; l++) {
            if (l == link || net->bundle[l] == link) {
                double part = link == l ? 1 : net->capacity_Bps[l] / net->capacity_Bps[link];
                sum[net->from[l]] -= part * (double)path->share[k];
                sum[net->to[l]] += part * (double)path->share[k];
            }
        }
    }
    for (int32_t v = 0; v < net->n_nodes; v++) {
        gw_assert_close(sum[v], v == dst ? 1 : v == src ? -1 : 0, 1e-6);
    }
    free(sum);
}

/** Up, then down; scale-up and long links aside. */
static void check_shape(const gw_net *net, const gw_path *path) {
    bool down = false;
    for (int32_t k = 0; k < path->n; k++) {
        const gw_link_kind *kind = &net->kinds[net->kind[path->link[k]]];
        if (kind->role == GW_CABLE_HOST || kind->role == GW_CABLE_SWITCH) {
            bool is_down = path->link[k] % 2 == 1;
            assert_false(down && !is_down);
            down = is_down;
        }
    }
}

static bool expect_way(const gw_net *net, int32_t a, int32_t b) {
    const gw_net_plan *p = &net->plan;
    if (a == b) {
        return false;
    }
    /* the fixture without trunks has islands of six hosts */
    return p->islands == 1 || p->trunks > 0 || a / 6 == b / 6;
}

static void check_all_pairs(const gw_net *net, const gw_route_how *how) {
    gw_path path = gw_path_create(arena);
    for (int32_t a = 0; a < net->n_hosts; a++) {
        for (int32_t b = 0; b < net->n_hosts; b++) {
            bool way = gw_net_route(net, how, a, b, 5, &path);
            assert_int_equal(way, expect_way(net, a, b));
            if (!way) {
                continue;
            }
            if (path.split) {
                check_split(net, a, b, &path);
                continue;
            }
            check_chain(net, a, b, &path);
            if (how->kind != GW_ROUTING_SPRAY) {
                check_shape(net, &path);
            }
        }
    }
}

static void test_ways_are_sound(void **state) {
    (void)state;
    const int kinds[] = {GW_ROUTING_SPRAY, GW_ROUTING_ECMP, GW_ROUTING_D_MOD_K};
    for (int i = 0; i < NET_PLANS; i++) {
        gw_net *net = build_number(i);
        for (int k = 0; k < 6; k++) {
            gw_route_how how = {.kind = kinds[k / 2], .rail_local = k % 2 == 1, .seed = 3};
            check_all_pairs(net, &how);
        }
    }
}

/** As short as a search finds, where no way over a peer is asked for. */
static void test_ways_are_shortest(void **state) {
    (void)state;
    for (int i = 0; i < NET_PLANS; i++) {
        gw_net *net = build_number(i);
        gw_net_adjacency(net);
        gw_path path = gw_path_create(arena), other = gw_path_create(arena);
        gw_route_how how = {.kind = GW_ROUTING_ECMP};
        if (net->plan.nics > 1) {
            continue; /* the NIC comes first, and may be the farther one */
        }
        for (int32_t a = 0; a < net->n_hosts; a++) {
            for (int32_t b = 0; b < net->n_hosts; b++) {
                if (gw_net_route(net, &how, a, b, 0, &path)) {
                    other.n = 0;
                    assert_true(gw_route_graph(net, &how, a, b, 0, &other));
                    bool rails = net->plan.topology == GW_TOPOLOGY_RAIL_ONLY;
                    if (rails) { /* by scale-up rather than over a gateway to another rail */
                        assert_true(path.n <= other.n);
                    } else {
                        assert_int_equal(path.n, other.n);
                    }
                }
            }
        }
    }
}

/** 1 to n, by chance. */
static int draw(uint64_t seed, uint32_t index, int n) {
    return 1 + (int)(gw_rng_uniform(seed, 0, 2, index) * n);
}

static gw_net_plan random_plan(uint64_t seed) {
    const int topologies[] = {GW_TOPOLOGY_CLOS, GW_TOPOLOGY_RAIL, GW_TOPOLOGY_RAIL_ONLY};
    int levels = draw(seed, 0, 4), down[4], up[4], parallel[4];
    for (uint32_t i = 0; i < 4; i++) {
        down[i] = draw(seed, 10 + i, 4);
        up[i] = draw(seed, 20 + i, 3);
        parallel[i] = draw(seed, 30 + i, 2);
    }
    gw_net_plan plan =
        net_plan(topologies[draw(seed, 1, 3) - 1], draw(seed, 2, 24), levels, down, up, parallel);
    plan.nics = draw(seed, 3, 3);
    plan.rails = plan.topology == GW_TOPOLOGY_CLOS ? 1 : draw(seed, 4, 4);
    plan.per_node = draw(seed, 5, 4);
    plan.domain = draw(seed, 6, 6);
    plan.planes = draw(seed, 7, 2);
    plan.islands = draw(seed, 8, 3);
    plan.trunks = draw(seed, 9, 3);
    return plan;
}

/** Any shape that is no problem: counts as foretold, every pair of a joined network has a sound way,
 * sprayed, hashed and by modulo. */
static void test_random_plans(void **state) {
    (void)state;
    int n_built = 0;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        gw_net_plan plan = random_plan(seed);
        if (gw_net_plan_problem(&plan, arena) != NULL) {
            continue;
        }
        n_built++;
        gw_net *net = build(&plan);
        double nodes, links;
        gw_net_counts(&plan, &nodes, &links);
        gw_assert_near(nodes, net->n_nodes, 0);
        gw_assert_near(links, net->n_links, 0);
        gw_path path = gw_path_create(arena);
        for (int k = 0; k < 3; k++) {
            gw_route_how how = {.kind = GW_ROUTING_SPRAY + k, .rail_local = seed % 2, .seed = seed};
            for (int32_t a = 0; a < net->n_hosts; a++) {
                int32_t b = (a + 1 + (int32_t)seed % 7) % net->n_hosts;
                bool way = gw_net_route(net, &how, a, b, 0, &path);
                if (plan.topology != GW_TOPOLOGY_RAIL_ONLY) {
                    assert_int_equal(way, a != b);
                }
                if (way && path.split) {
                    check_split(net, a, b, &path);
                } else if (way) {
                    check_chain(net, a, b, &path);
                }
            }
        }
    }
    assert_true(n_built > 100);
}

/* ------------------------------------------------------------------ SimGrid */

static int read_numbers(const char *text, int *out, int most) {
    int n = 0;
    char *end;
    for (; n < most && *text; text = end + (*end == ' ')) {
        out[n++] = (int)strtol(text, &end, 10);
    }
    return n;
}

static gw_net *build_notation(char *shape) {
    int numbers[3][8];
    char *save = NULL;
    int levels = (int)strtol(strtok_r(shape, ";", &save), NULL, 10);
    int32_t hosts = 1;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(read_numbers(strtok_r(NULL, ";", &save), numbers[i], 8), levels);
    }
    for (int i = 0; i < levels; i++) {
        hosts *= numbers[0][i];
    }
    gw_net_plan plan = NET_TREE(hosts, levels, numbers[0], numbers[1], numbers[2]);
    return build(&plan);
}

/* Routes of SimGrid 3.32, FatTreeZone, asked through Host::route_to. It numbers its cables as we do
 * (the last number of a link's name), _UP is 2 n, _DOWN 2 n + 1. */
static void test_simgrid_routes(void **state) {
    (void)state;
    FILE *file = fopen(TEST_DATA "/fat-tree-routes.csv", "r");
    assert_non_null(file);
    char line[512], last[128] = "", text[128];
    gw_net *net = NULL;
    gw_route_how how = {.kind = GW_ROUTING_D_MOD_K};
    gw_path path = gw_path_create(arena);
    int n = 0, shapes = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        char *save = NULL, *shape = strtok_r(line, ",", &save);
        int32_t src = (int32_t)strtol(strtok_r(NULL, ",", &save), NULL, 10);
        int32_t dst = (int32_t)strtol(strtok_r(NULL, ",", &save), NULL, 10);
        int links[32], n_links = read_numbers(strtok_r(NULL, ",\n", &save), links, 32);
        if (strcmp(shape, last) != 0) {
            snprintf(last, sizeof last, "%s", shape);
            snprintf(text, sizeof text, "%s", shape);
            net = build_notation(text);
            shapes++;
        }
        assert_true(gw_net_route(net, &how, src, dst, 0, &path));
        assert_int_equal(path.n, n_links);
        assert_memory_equal(path.link, links, (size_t)n_links * sizeof links[0]);
        n++;
    }
    fclose(file);
    assert_int_equal(shapes, 12);
    assert_true(n > 600);
}

/* Zahavi 2012: with d-mod-k shift permutations meet nowhere in a tree of full bisection. (With
 * parallel cables SimGrid's choice by the source on the way down lets some meet.) */
static void test_shifts_do_not_meet(void **state) {
    (void)state;
    const gw_net_plan plans[] = {
        NET_TREE(64, 3, NET_INTS(4, 4, 4), NET_INTS(1, 4, 4), NET_INTS(1, 1, 1)),
        NET_TREE(64, 2, NET_INTS(8, 8), NET_INTS(1, 8), NET_INTS(1, 1)),
        NET_TREE(24, 3, NET_INTS(2, 3, 4), NET_INTS(1, 2, 3), NET_INTS(1, 1, 1)),
    };
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        gw_net *net = build(&plans[i]);
        gw_route_how how = {.kind = GW_ROUTING_D_MOD_K};
        gw_path path = gw_path_create(arena);
        int *load = calloc((size_t)net->n_links, sizeof(int));
        for (int32_t shift = 1; shift < net->n_hosts; shift++) {
            memset(load, 0, (size_t)net->n_links * sizeof(int));
            for (int32_t a = 0; a < net->n_hosts; a++) {
                assert_true(gw_net_route(net, &how, a, (a + shift) % net->n_hosts, 0, &path));
                for (int32_t k = 0; k < path.n; k++) {
                    assert_int_equal(load[path.link[k]]++, 0);
                }
            }
        }
        free(load);
    }
}

/** Two planes and two up-links: plane and up-link are different digits of the destination, so that
 * sixteen destinations load all four cables of a leaf alike. */
static void test_planes_by_modulo(void **state) {
    (void)state;
    gw_net_plan plan = NET_TREE(20, 2, NET_INTS(4, 5), NET_INTS(1, 2), NET_INTS(1, 1));
    plan.planes = 2;
    gw_net *net = build(&plan);
    gw_route_how how = {.kind = GW_ROUTING_D_MOD_K};
    gw_path path = gw_path_create(arena);
    int *load = calloc((size_t)net->n_links, sizeof(int)), n = 0;
    for (int32_t b = 4; b < 20; b++) {
        assert_true(gw_net_route(net, &how, 0, b, 0, &path));
        load[path.link[1]]++;
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        assert_true(load[l] == 0 || load[l] == 4);
        n += load[l] == 4;
    }
    assert_int_equal(n, 4);
    free(load);
}

/* ------------------------------------------------------------------ hashing */

/** Loads of the up cables of leaf 0 in flows that leave it; n_out of them. */
static int leaf_loads(const gw_net *net, const gw_route_how *how, int n_flows, int *load) {
    gw_path path = gw_path_create(arena);
    int32_t leaf = net->n_hosts;
    memset(load, 0, 64 * sizeof(int));
    int n = 0;
    for (int i = 0; i < n_flows; i++) {
        assert_true(gw_net_route(net, how, i % 4, 4 + i / 4 % 12, (uint32_t)(i / 48), &path));
        assert_int_equal(net->from[path.link[1]], leaf);
        load[(path.link[1] - 2 * net->n_hosts) / 2]++;
        n++;
    }
    return n;
}

static double chi_square(const int *load, int n_bins, double n) {
    double x = 0;
    for (int i = 0; i < n_bins; i++) {
        x += (load[i] - n / n_bins) * (load[i] - n / n_bins) / (n / n_bins);
    }
    return x;
}

/** Even, but no more even than chance: 4 cables over many seeds; chi-square with 3 degrees of
 * freedom has mean 3 and variance 6. */
static void test_ecmp_is_even(void **state) {
    (void)state;
    gw_net *net = build_number(2);
    double sum = 0, most = 0;
    int runs = 200;
    for (int s = 0; s < runs; s++) {
        gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = (uint64_t)s};
        int load[64];
        int n = leaf_loads(net, &how, 4800, load);
        double x = chi_square(load, 4, n);
        sum += x;
        most = x > most ? x : most;
    }
    gw_assert_close(sum / runs, 3, 4 * sqrt(6.0 / runs));
    assert_true(most < 24); /* one in 40,000 */
}

/** Hashes of one tier say nothing about the next: no polarisation. */
static void test_ecmp_tiers_are_independent(void **state) {
    (void)state;
    gw_net_plan plan = NET_TREE(64, 3, NET_INTS(4, 4, 4), NET_INTS(1, 4, 4), NET_INTS(1, 1, 1));
    gw_net *net = build(&plan);
    gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = 11};
    gw_path path = gw_path_create(arena);
    int load[16] = {0}, n = 16000;
    for (int i = 0; i < n; i++) {
        assert_true(gw_net_route(net, &how, 0, 63, (uint32_t)i, &path));
        assert_int_equal(path.n, 6);
        load[net->to[path.link[2]] - (net->n_nodes - 16)]++;
    }
    assert_true(chi_square(load, 16, n) < 45); /* 15 degrees: one in 10,000 */
}

static void test_seed_and_entropy(void **state) {
    (void)state;
    gw_net *net = build_number(2);
    gw_path one = gw_path_create(arena), two = gw_path_create(arena);
    int by_seed = 0, by_entropy = 0, by_pair = 0;
    for (uint32_t i = 0; i < 400; i++) {
        gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = i}, other = how;
        other.seed = i + 1;
        assert_true(gw_net_route(net, &how, 1, 9, 0, &one));
        assert_true(gw_net_route(net, &how, 1, 9, 0, &two));
        assert_memory_equal(one.link, two.link, (size_t)one.n * sizeof(int32_t));
        assert_true(gw_net_route(net, &other, 1, 9, 0, &two));
        by_seed += one.link[1] == two.link[1];
        assert_true(gw_net_route(net, &how, 1, 9, 1, &two));
        by_entropy += one.link[1] == two.link[1];
        assert_true(gw_net_route(net, &how, 1, 10, 0, &two));
        by_pair += one.link[1] == two.link[1];
    }
    /* one in four by chance: 100 of 400, standard deviation 9 */
    assert_in_range(by_seed, 60, 140);
    assert_in_range(by_entropy, 60, 140);
    assert_in_range(by_pair, 60, 140);
}

/** A permutation of 64 hosts over 16 spines collides as balls into bins do. */
static void test_ecmp_collides(void **state) {
    (void)state;
    gw_net_plan plan = NET_TREE(256, 2, NET_INTS(16, 16), NET_INTS(1, 16), NET_INTS(1, 1));
    gw_net *net = build(&plan);
    gw_path path = gw_path_create(arena);
    int empty = 0, runs = 50, *load = calloc((size_t)net->n_links, sizeof(int));
    for (int s = 0; s < runs; s++) {
        gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = (uint64_t)s};
        memset(load, 0, (size_t)net->n_links * sizeof(int));
        for (int32_t a = 0; a < 256; a++) {
            assert_true(gw_net_route(net, &how, a, (a + 16) % 256, 0, &path));
            load[path.link[1]]++;
        }
        for (int32_t l = 512; l < 1024; l += 2) {
            empty += load[l] == 0;
        }
    }
    free(load);
    /* 16 flows on 16 cables: each is empty with (15/16)^16 = 0.356 */
    gw_assert_close(empty / (256.0 * runs), pow(15.0 / 16, 16), 0.01);
}

/* ------------------------------------------------------------------ rails */

static int count_role(const gw_net *net, const gw_path *path, gw_cable_role role) {
    int n = 0;
    for (int32_t k = 0; k < path->n; k++) {
        n += path->link[k] < net->n_links && net->kinds[net->kind[path->link[k]]].role == role;
    }
    return n;
}

/** PXN: hosts of one set of leaves reach each other under one leaf, and over the scale-up switch. */
static void test_rail_local(void **state) {
    (void)state;
    gw_net *net = build_number(8); /* nodes of 4, a set of leaves serves 3 of them */
    gw_path path = gw_path_create(arena);
    for (int local = 0; local < 2; local++) {
        gw_route_how how = {.kind = GW_ROUTING_ECMP, .rail_local = local == 1};
        for (int32_t a = 0; a < 12; a++) {
            for (int32_t b = 0; b < 12; b++) {
                if (a / 4 == b / 4) {
                    continue;
                }
                assert_true(gw_net_route(net, &how, a, b, 0, &path));
                bool same_rail = a % 4 == b % 4;
                bool pxn = local && !same_rail;
                assert_int_equal(count_role(net, &path, GW_CABLE_SCALEUP), pxn ? 2 : 0);
                assert_int_equal(count_role(net, &path, GW_CABLE_SWITCH), same_rail || pxn ? 0 : 2);
                if (pxn) { /* over the host of its own node on that rail */
                    assert_int_equal(net->to[path.link[1]], a / 4 * 4 + b % 4);
                }
            }
        }
    }
}

/** Domains that do not begin with rail 0: the peer is the next on that rail within the domain. */
static void test_peers_of_odd_domains(void **state) {
    (void)state;
    gw_net_plan plan = net_plan_number(8);
    plan.domain = 6;
    gw_net *net = build(&plan);
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_ECMP, .rail_local = true};
    const int32_t ways[][3] = {{7, 16, 8}, {6, 17, 9}, {10, 19, 11}, {11, 12, 8}, {5, 18, 2}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) { /* from, to, over */
        assert_true(gw_net_route(net, &how, ways[i][0], ways[i][1], 0, &path));
        assert_int_equal(count_role(net, &path, GW_CABLE_SCALEUP), 2);
        assert_int_equal(net->to[path.link[1]], ways[i][2]);
    }
}

static void test_domain_is_crossed_inside(void **state) {
    (void)state;
    gw_net *net = build_number(9);
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_SPRAY};
    assert_true(gw_net_route(net, &how, 0, 11, 0, &path));
    assert_int_equal(path.n, 2);
    assert_int_equal(count_role(net, &path, GW_CABLE_SCALEUP), 2);
    assert_true(gw_net_route(net, &how, 11, 12, 0, &path));
    assert_int_equal(count_role(net, &path, GW_CABLE_SCALEUP), 0);
}

static void test_rail_only(void **state) {
    (void)state;
    gw_net_plan plan = net_plan_number(10);
    gw_net *net = build(&plan);
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_ECMP};
    assert_true(gw_net_route(net, &how, 0, 4, 0, &path)); /* the same rail */
    assert_int_equal(count_role(net, &path, GW_CABLE_SCALEUP), 0);
    assert_true(gw_net_route(net, &how, 0, 5, 0, &path));
    assert_int_equal(count_role(net, &path, GW_CABLE_SCALEUP), 2);
    assert_int_equal(net->to[path.link[1]], 1);
    /* the last node has only rails 0 and 1: to rail 3 over the destination's node */
    assert_true(gw_net_route(net, &how, 28, 7, 0, &path));
    assert_int_equal(count_role(net, &path, GW_CABLE_SCALEUP), 2);
    assert_int_equal(net->from[path.link[path.n - 2]], 4);
    plan.domain = 1;
    net = build(&plan);
    assert_true(gw_net_route(net, &how, 0, 4, 0, &path));
    assert_false(gw_net_route(net, &how, 0, 5, 0, &path));
}

static void test_islands(void **state) {
    (void)state;
    gw_net *net = build_number(11); /* islands of 8, 8 and 6 hosts, two trunks */
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_ECMP};
    int first = 0;
    for (uint32_t e = 0; e < 400; e++) {
        assert_true(gw_net_route(net, &how, 17, 3, e, &path));
        assert_int_equal(path.n, 7);
        assert_int_equal(count_role(net, &path, GW_CABLE_LONG), 1);
        char name[128];
        gw_net_link_name(net, path.link[3], name, sizeof name);
        assert_memory_equal(name, "island-2/gateway>island-0/gateway#", 34);
        first += name[34] == '0';
    }
    assert_in_range(first, 160, 240);
    assert_true(gw_net_route(net, &how, 17, 20, 0, &path));
    assert_int_equal(count_role(net, &path, GW_CABLE_LONG), 0);
}

/* ------------------------------------------------------------------ damage */

/** Of a share of all links, by chance. */
static void damage(gw_net *net, double share, uint64_t seed) {
    for (int32_t l = 0; l < net->n_links; l += 2) {
        if (gw_rng_uniform(seed, 0, 1, (uint32_t)l) < share) {
            net->capacity_Bps[l] = net->capacity_Bps[l + 1] = 0;
        }
    }
    gw_net_refresh(net);
}

static void check_damaged(const gw_net *net, const gw_route_how *how, int *n_ways, int *n_none) {
    gw_path path = gw_path_create(arena), other = gw_path_create(arena);
    for (int32_t a = 0; a < net->n_hosts; a++) {
        for (int32_t b = 0; b < net->n_hosts; b++) {
            bool way = gw_net_route(net, how, a, b, 9, &path);
            other.n = 0;
            bool reachable = a != b && gw_route_graph(net, how, a, b, 9, &other);
            assert_int_equal(way, reachable);
            *(way ? n_ways : n_none) += 1;
            if (way && how->kind != GW_ROUTING_SPRAY) {
                check_chain(net, a, b, &path);
            }
            for (int32_t k = 0; way && k < path.n; k++) {
                assert_true(net->capacity_Bps[path.link[k]] > 0);
            }
        }
    }
}

static void test_damaged(void **state) {
    (void)state;
    const int kinds[] = {GW_ROUTING_SPRAY, GW_ROUTING_ECMP, GW_ROUTING_D_MOD_K};
    int n_ways = 0, n_none = 0;
    for (int i = 0; i < NET_PLANS; i++) {
        for (int k = 0; k < 3; k++) {
            gw_net *net = build_number(i);
            gw_net_adjacency(net);
            damage(net, k == 2 ? 0.3 : 0.1, (uint64_t)(100 * i + k));
            gw_route_how how = {.kind = kinds[k], .rail_local = i % 2 == 1, .seed = 1};
            check_damaged(net, &how, &n_ways, &n_none);
        }
    }
    assert_true(n_ways > 5000 && n_none > 500);
}

/** Three of four cables are left: the flows of the dead one spread over them evenly. */
static void test_ecmp_of_what_lives(void **state) {
    (void)state;
    gw_net *net = build_number(2);
    net->capacity_Bps[2 * net->n_hosts + 2] = 0; /* second cable of leaf 0 */
    gw_net_refresh(net);
    gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = 5};
    int load[64];
    int n = leaf_loads(net, &how, 4800, load);
    assert_int_equal(load[1], 0);
    load[1] = load[3];
    assert_true(chi_square(load, 3, n) < 18); /* 2 degrees: one in 8,000 */
}

/** A dead link that is not on the way changes nothing. */
static void test_other_ways_stay(void **state) {
    (void)state;
    const int kinds[] = {GW_ROUTING_ECMP, GW_ROUTING_D_MOD_K};
    gw_net *sound = build_number(4), *hurt = build_number(4);
    int32_t dead = gw_net_find_link(hurt, "leaf-2>spine-1-0#1");
    hurt->capacity_Bps[dead] = 0;
    gw_net_refresh(hurt);
    gw_path one = gw_path_create(arena), two = gw_path_create(arena);
    int changed = 0;
    for (int k = 0; k < 2; k++) {
        gw_route_how how = {.kind = kinds[k], .seed = 2};
        for (int32_t a = 0; a < 21; a++) {
            for (int32_t b = 0; b < 21; b++) {
                bool way = gw_net_route(sound, &how, a, b, 0, &one);
                assert_int_equal(gw_net_route(hurt, &how, a, b, 0, &two), way);
                bool hit = false;
                for (int32_t i = 0; way && i < one.n / 2; i++) {
                    hit |= one.link[i] == dead;
                }
                for (int32_t i = 0; way && !hit && i < one.n / 2; i++) {
                    assert_int_equal(one.link[i], two.link[i]);
                }
                changed += hit;
            }
        }
    }
    assert_true(changed > 10);
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
        cmocka_unit_test_setup_teardown(test_ways_are_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_random_plans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ways_are_shortest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_simgrid_routes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shifts_do_not_meet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_planes_by_modulo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ecmp_is_even, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ecmp_tiers_are_independent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_seed_and_entropy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ecmp_collides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rail_local, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_peers_of_odd_domains, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_domain_is_crossed_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rail_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_islands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ecmp_of_what_lives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_ways_stay, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
