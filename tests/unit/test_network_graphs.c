/* test_network_graphs.c: dragonflies, tori, HyperX: routes against a search of the test's own, counts and
 * cuts against papers and brute force, throughput against theory. */
#include "gw_test.h"

#include <stdlib.h>
#include <string.h>

#include "graph_fixture.h"
#include "network/graph_cut.h"
#include "network/net.h"
#include "network/route_graph.h"
#include "network/wiring_graphs.h"

static gw_arena *arena;

static gw_net *build(const gw_net_plan *plan) {
    const char *problem = gw_net_plan_problem(plan, arena);
    if (problem != NULL) {
        fail_msg("%s", problem);
    }
    return gw_net_build(plan, arena);
}

/* Even and odd extents, rings and chains, parts of blocks, counts that do not divide, hosts with
 * several NICs, scale-up domains, shapes that are not full. */
static const gw_net_plan shapes[] = {
    GRAPH_TORUS(4, 1, 4, 1, 1),
    GRAPH_TORUS(15, 3, 3, 5, 1),
    GRAPH_TORUS(24, 3, 4, 3, 2),
    GRAPH_TORUS(60, 3, 5, 4, 4),
    GRAPH_TORUS(27, 3, 3, 3, 3),
    {GRAPH_REST(GW_TOPOLOGY_TORUS, 30), .n_dims = 2, .dim = {6, 5}, .wrap = false},
    {GRAPH_REST(GW_TOPOLOGY_TORUS, 48), .n_dims = 2, .dim = {8, 6}, .wrap = true, .cube = 4},
    {GRAPH_REST(GW_TOPOLOGY_TORUS, 11), .n_dims = 2, .dim = {4, 4}, .wrap = true},
    {GRAPH_REST(GW_TOPOLOGY_TORUS, 64), .n_dims = 6, .dim = {2, 2, 2, 2, 2, 2}, .wrap = true},
    GRAPH_HYPERX(8, 1, 8, 1, 1, 1, 1, 1),
    GRAPH_HYPERX(48, 3, 2, 3, 4, 1, 2, 1),
    GRAPH_HYPERX(18, 3, 3, 2, 3, 3, 1, 2),
    {GRAPH_PARTS(GW_TOPOLOGY_HYPERX, 22, 4, 2), .n_dims = 2, .dim = {4, 3}, .width = {1, 2},
     .hosts_per_switch = 2},
    GRAPH_DRAGONFLY(72, 9, 4, 2, 2, 1),
    GRAPH_DRAGONFLY(24, 4, 3, 2, 2, 2),
    GRAPH_DRAGONFLY(20, 5, 4, 1, 3, 1),
    GRAPH_DRAGONFLY(12, 1, 6, 2, 0, 1),
    GRAPH_DRAGONFLY(16, 2, 4, 2, 3, 1),
    GRAPH_DRAGONFLY(6, 6, 1, 1, 5, 1),
    {GRAPH_PARTS(GW_TOPOLOGY_DRAGONFLY, 50, 8, 3), .groups = 7, .routers = 4, .hosts_per_switch = 2,
     .global_links = 2, .local_parallel = 1},
    GRAPH_DRAGONFLY_PLUS(48, 6, 4, 3, 2, 2, 1),
    GRAPH_DRAGONFLY_PLUS(36, 3, 4, 2, 3, 4, 2),
    GRAPH_DRAGONFLY_PLUS(8, 1, 4, 2, 2, 0, 1),
    {GRAPH_PARTS(GW_TOPOLOGY_DRAGONFLY_PLUS, 45, 4, 2), .groups = 4, .leaves = 3, .spines = 5,
     .hosts_per_switch = 4, .global_links = 1, .local_parallel = 1},
};
#define N_SHAPES ((int)(sizeof shapes / sizeof shapes[0]))

/* ------------------------------------------------------------------ routes */

static const int kinds[] = {GW_ROUTING_D_MOD_K, GW_ROUTING_ECMP, GW_ROUTING_SPRAY,
                            GW_ROUTING_VALIANT};

/* A path carries one unit: what enters a node leaves it, but at both ends; no link twice. */
static void check_path(const gw_net *net, const gw_path *path, int32_t src, int32_t dst) {
    double *through = calloc((size_t)net->n_nodes, sizeof *through);
    bool *seen = calloc((size_t)net->n_links, sizeof *seen);
    for (int32_t i = 0; i < path->n; i++) {
        int32_t l = path->link[i];
        assert_true(l >= 0 && l < net->n_links);
        assert_false(seen[l]);
        seen[l] = true;
        assert_true(net->capacity_Bps[l] > 0);
        if (!path->split) {
            gw_assert_near((double)path->share[i], 1, 0);
            assert_int_equal(net->from[l], i == 0 ? src : net->to[path->link[i - 1]]);
        }
        through[net->from[l]] -= (double)path->share[i];
        through[net->to[l]] += (double)path->share[i];
    }
    for (int32_t v = 0; v < net->n_nodes; v++) {
        gw_assert_close(through[v], v == src ? -1 : (v == dst ? 1 : 0), 1e-5);
    }
    free(through);
    free(seen);
}

static double mean_links(const gw_path *path) {
    double links = 0;
    for (int32_t i = 0; i < path->n; i++) {
        links += (double)path->share[i];
    }
    return links;
}

static void check_all_pairs(const gw_net *net, bool minimal) {
    gw_path path = gw_path_create(arena);
    int *links_to = malloc((size_t)net->n_nodes * sizeof *links_to);
    for (int32_t dst = 0; dst < net->n_hosts; dst++) {
        graph_search(net, dst, links_to);
        for (int32_t src = 0; src < net->n_hosts; src++) {
            for (int k = 0; k < 4; k++) {
                gw_route_how how = {.kind = kinds[k], .seed = 7};
                bool found = gw_net_route(net, &how, src, dst, (uint32_t)(src + dst), &path);
                assert_int_equal(found, src != dst && links_to[src] >= 0);
                if (!found) {
                    continue;
                }
                check_path(net, &path, src, dst);
                if (minimal && kinds[k] != GW_ROUTING_VALIANT) {
                    gw_assert_near(mean_links(&path), links_to[src], 1e-5);
                }
            }
        }
    }
    free(links_to);
}

static void test_all_pairs(void **state) {
    (void)state;
    for (int i = 0; i < N_SHAPES; i++) {
        gw_mark mark = gw_arena_mark(arena);
        check_all_pairs(build(&shapes[i]), true);
        gw_arena_reset(arena, mark);
    }
}

/* A third of the cables between switches goes, then a switch: what can be reached still is, over
 * living links only. */
static void test_damaged(void **state) {
    (void)state;
    srand(1);
    for (int i = 0; i < N_SHAPES; i++) {
        for (int cached = 0; cached < 2; cached++) {
            gw_mark mark = gw_arena_mark(arena);
            gw_net *net = build(&shapes[i]);
            if (cached) {
                gw_net_adjacency(net);
            }
            for (int32_t c = 0; 2 * c < net->n_links; c++) {
                if (rand() % 3 == 0 && net->kinds[net->kind[2 * c]].role == GW_CABLE_SWITCH) {
                    net->capacity_Bps[2 * c] = net->capacity_Bps[2 * c + 1] = 0;
                }
            }
            gw_net_refresh(net);
            check_all_pairs(net, false);
            int32_t dead = net->n_nodes - 1;
            for (int32_t l = 0; l < net->n_links; l++) {
                if (net->from[l] == dead || net->to[l] == dead) {
                    net->capacity_Bps[l] = 0;
                }
            }
            gw_net_refresh(net);
            check_all_pairs(net, false);
            gw_arena_reset(arena, mark);
        }
    }
}

/* The search over any graph agrees with what the topologies know by arithmetic. */
static void test_graph_agrees(void **state) {
    (void)state;
    for (int i = 0; i < N_SHAPES; i++) {
        if (shapes[i].topology == GW_TOPOLOGY_DRAGONFLY) {
            continue; /* two global cables in a row may be shorter */
        }
        gw_mark mark = gw_arena_mark(arena);
        gw_net *net = build(&shapes[i]);
        gw_net_adjacency(net);
        gw_path a = gw_path_create(arena), b = gw_path_create(arena);
        gw_route_how how = {.kind = GW_ROUTING_SPRAY};
        double *share = GW_NEW_N(arena, net->n_links, double);
        for (int32_t src = 0; src < net->n_hosts; src += 3) {
            for (int32_t dst = 0; dst < net->n_hosts; dst++) {
                if (!gw_net_route(net, &how, src, dst, 0, &a)) {
                    continue;
                }
                b.n = 0;
                assert_true(gw_route_graph(net, &how, src, dst, 0, &b));
                assert_int_equal(a.n, b.n);
                for (int32_t k = 0; k < a.n; k++) {
                    share[a.link[k]] = (double)a.share[k];
                }
                for (int32_t k = 0; k < b.n; k++) {
                    gw_assert_near((double)b.share[k], share[b.link[k]], 1e-6);
                }
                for (int32_t k = 0; k < a.n; k++) {
                    share[a.link[k]] = 0;
                }
            }
        }
        gw_arena_reset(arena, mark);
    }
}

static double chi_square(const int *count, int n, double expected) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum += (count[i] - expected) * (count[i] - expected) / expected;
    }
    return sum;
}

/* ECMP: as even as dice over the first links; another seed, other ways; the same seed, the same. */
static void test_ecmp(void **state) {
    (void)state;
    gw_net_plan plan = GRAPH_TORUS(64, 3, 4, 4, 4);
    gw_net *net = build(&plan);
    gw_path path = gw_path_create(arena), again = gw_path_create(arena);
    enum { N = 6000 };
    int32_t dst = 2 + 4 * (2 + 4 * 2); /* half-way in all three rings: six first links */
    int count[6] = {0}, differ = 0;
    int32_t link[6];
    int n = 0;
    for (uint32_t e = 0; e < N; e++) {
        gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = 3};
        assert_true(gw_net_route(net, &how, 0, dst, e, &path));
        assert_true(gw_net_route(net, &how, 0, dst, e, &again));
        assert_memory_equal(path.link, again.link, (size_t)path.n * sizeof(int32_t));
        how.seed = 4;
        assert_true(gw_net_route(net, &how, 0, dst, e, &again));
        differ += memcmp(path.link, again.link, (size_t)path.n * sizeof(int32_t)) != 0;
        int i = 0;
        while (i < n && link[i] != path.link[0]) {
            i++;
        }
        if (i == n) {
            assert_true(n < 6);
            link[n++] = path.link[0];
        }
        count[i]++;
    }
    assert_int_equal(n, 6);
    assert_true(chi_square(count, 6, N / 6.0) < 20.5); /* 0.1 % at 5 degrees */
    assert_true(differ > N * 9 / 10);
}

/* Valiant: no node twice, at most twice the diameter; all groups are gone through alike; the load of
 * the worst pattern for minimal routing, all of group g to g + 1, becomes even. */
static void test_valiant(void **state) {
    (void)state;
    gw_net_plan plan = GRAPH_DRAGONFLY(72, 9, 4, 2, 2, 1);
    gw_net *net = build(&plan);
    gw_path path = gw_path_create(arena);
    double *load = GW_NEW_N(arena, net->n_links, double);
    int count[9] = {0};
    enum { N = 500 };
    for (int32_t src = 0; src < net->n_hosts; src++) {
        for (uint32_t e = 0; e < N; e++) {
            gw_route_how how = {.kind = GW_ROUTING_VALIANT, .seed = 1};
            assert_true(gw_net_route(net, &how, src, (src + 8) % 72, e, &path));
            assert_true(path.n <= 8);
            for (int32_t i = 0; i < path.n; i++) {
                load[path.link[i]] += 1;
                for (int32_t j = i + 1; j < path.n; j++) {
                    assert_true(net->from[path.link[i]] != net->from[path.link[j]]);
                }
                if (src < 8 && net->kinds[net->kind[path.link[i]]].tier == 2) {
                    count[(net->to[path.link[i]] - 72) / 4]++;
                }
            }
        }
    }
    /* Of group 0 to 1: each way ends in group 1 and passes one of the seven others. */
    assert_int_equal(count[1], 8 * N);
    assert_int_equal(count[0], 0);
    assert_true(chi_square(count + 2, 7, 8 * N / 7.0) < 24.3); /* 0.05 % at 6 degrees */
    double most = 0;
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->kinds[net->kind[l]].tier == 2) {
            most = fmax(most, load[l]);
        }
    }
    /* Two global cables a way over the 72: 1000 each. Minimal routing puts 4,000 on one. */
    assert_true(most < 1000 * 1.25);
}

/* A spray whose graph does not fit the path: a dozen ways, still one unit of shortest ways. */
static void test_few_ways(void **state) {
    (void)state;
    gw_net_plan plan = GRAPH_TORUS(512, 3, 8, 8, 8);
    gw_net *net = build(&plan);
    int32_t dst = 3 + 8 * (4 + 8 * 3);
    gw_path whole = gw_path_create(arena), part = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_SPRAY};
    assert_true(gw_net_route(net, &how, 0, dst, 0, &whole));
    part.room = 130;
    assert_true(whole.n > part.room);
    assert_true(gw_net_route(net, &how, 0, dst, 0, &part));
    check_path(net, &whole, 0, dst);
    check_path(net, &part, 0, dst);
    gw_assert_near(mean_links(&whole), 10, 1e-6);
    gw_assert_near(mean_links(&part), 10, 1e-6);
}

/* ------------------------------------------------------------------ counts */

static void test_counts_and_names(void **state) {
    (void)state;
    for (int i = 0; i < N_SHAPES; i++) {
        gw_mark mark = gw_arena_mark(arena);
        gw_net *net = build(&shapes[i]);
        double n_nodes, n_links;
        gw_net_counts(&shapes[i], &n_nodes, &n_links);
        gw_assert_near(net->n_nodes, n_nodes, 0);
        gw_assert_near(net->n_links, n_links, 0);
        for (int32_t l = 0; l < net->n_links; l++) {
            assert_true(net->from[l] != net->to[l]); /* every link was filled */
            assert_true(net->capacity_Bps[l] > 0);
            assert_int_equal(net->from[l], net->to[l ^ 1]);
        }
        gw_net_index_names(net);
        char name[64];
        for (int32_t v = 0; v < net->n_nodes; v++) {
            gw_net_node_name(net, v, name, sizeof name);
            assert_int_equal(gw_net_find_node(net, name), v);
        }
        for (int32_t l = 0; l < net->n_links; l++) {
            gw_net_link_name(net, l, name, sizeof name);
            assert_int_equal(gw_net_find_link(net, name), l);
        }
        gw_arena_reset(arena, mark);
    }
}

static int cables_of(const gw_net *net, bool optical) {
    int n = 0;
    for (int32_t c = 0; 2 * c < net->n_links; c++) {
        n += net->kinds[net->kind[2 * c]].optical_switch == optical;
    }
    return n;
}

/* TPU v4 (Jouppi et al., ISCA 2023): 4,096 chips in 64 blocks of 4 x 4 x 4; each block has 96 links to
 * optical switches (6 faces of 16), 48 switches of 128 ports carry them all; 6 links a chip. */
static void test_tpu_v4(void **state) {
    (void)state;
    gw_net_plan plan = GRAPH_TORUS(4096, 3, 16, 16, 16);
    plan.cube = 4;
    gw_net *net = build(&plan);
    assert_int_equal(net->n_links, 4096 * 6);
    gw_assert_near(gw_torus_optical_ports(&plan), 64 * 96, 0);
    gw_assert_near(gw_torus_optical_ports(&plan), 48 * 128, 0);
    assert_int_equal(2 * cables_of(net, true), 64 * 96);
    /* The same blocks in another shape: as many ports. */
    gw_net_plan cigar = GRAPH_TORUS(4096, 3, 8, 16, 32);
    cigar.cube = 4;
    gw_assert_near(gw_torus_optical_ports(&cigar), 64 * 96, 0);
    /* A slice of half a block in one dimension has no ring there, and one block has its own wrap. */
    gw_net_plan part = GRAPH_TORUS(32, 3, 4, 4, 2);
    part.cube = 4;
    net = build(&part);
    assert_int_equal(net->n_links, 2 * (32 + 32 + 16));
    gw_assert_near(gw_torus_optical_ports(&part), 2 * (8 + 8), 0);
    assert_int_equal(cables_of(net, true), 16);
    gw_net_plan six = GRAPH_TORUS(6, 1, 6, 1, 1);
    six.cube = 4; /* a block and a half: a chain with one link between */
    net = build(&six);
    assert_int_equal(net->n_links, 2 * 5);
    assert_int_equal(cables_of(net, true), 1);
    gw_assert_near(gw_torus_optical_ports(&six), 2, 0);
}

/* Cables between each two groups differ by one at most; no router has more than its ports; at most
 * one port of a group stays empty, and only where an odd number of ends cannot be paired. */
static void check_groups(int groups, int routers, int global_links) {
    gw_net_plan plan = GRAPH_DRAGONFLY(groups * routers, groups, routers, 1, global_links, 1);
    gw_mark mark = gw_arena_mark(arena);
    gw_net *net = build(&plan);
    int *between = GW_NEW_N(arena, groups * groups, int);
    int *ports = GW_NEW_N(arena, groups * routers, int);
    int used = 0;
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->kinds[net->kind[l]].tier == 2) {
            int32_t a = net->from[l] - net->n_hosts, b = net->to[l] - net->n_hosts;
            assert_true(a / routers != b / routers);
            between[a / routers * groups + b / routers]++;
            ports[a]++;
            used++;
        }
    }
    int least = routers * global_links / (groups - 1);
    for (int g = 0; g < groups; g++) {
        for (int h = 0; h < groups; h++) {
            assert_true(g == h || between[g * groups + h] - least == 0 ||
                        between[g * groups + h] - least == 1);
        }
    }
    for (int r = 0; r < groups * routers; r++) {
        assert_true(ports[r] <= global_links);
    }
    int all = groups * routers * global_links;
    bool odd = groups % 2 == 1 && routers * global_links % 2 == 1;
    assert_int_equal(used, odd ? all - groups : all);
    gw_arena_reset(arena, mark);
}

static void test_group_links_even(void **state) {
    (void)state;
    for (int groups = 2; groups <= 12; groups++) {
        for (int routers = 1; routers <= 6; routers++) {
            for (int global = 1; global <= 4; global++) {
                if (routers * global >= groups - 1) {
                    check_groups(groups, routers, global);
                }
            }
        }
    }
}

/* Kim et al., ISCA 2008: p = h = 4, a = 8 gives 33 groups and 1,056 hosts, radix 15 looking like 1,056
 * hosts with at most three links between routers. */
static void test_dragonfly_of_the_paper(void **state) {
    (void)state;
    gw_net_plan plan = GRAPH_DRAGONFLY(1056, 33, 8, 4, 4, 1);
    gw_net *net = build(&plan);
    assert_int_equal(net->n_nodes - net->n_hosts, 264);
    assert_int_equal(net->n_links, 2 * (1056 + 33 * 28 + 33 * 32 / 2));
    assert_int_equal(net->wiring->diameter_hops(net), 4);
    int degree[264] = {0};
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] >= net->n_hosts) {
            degree[net->from[l] - net->n_hosts]++;
        }
    }
    for (int r = 0; r < 264; r++) {
        assert_int_equal(degree[r], 4 + 7 + 4);
    }
    plan.groups = 34;
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "too few"));
}

/* ------------------------------------------------------------------ diameter and cuts */

static void test_diameter(void **state) {
    (void)state;
    for (int i = 0; i < N_SHAPES; i++) {
        gw_mark mark = gw_arena_mark(arena);
        gw_net_plan plan = shapes[i];
        plan.domain = 1;
        if (plan.topology == GW_TOPOLOGY_TORUS) {
            plan.n_hosts = plan.dim[0]; /* all nodes are hosts */
            for (int d = 1; d < plan.n_dims; d++) {
                plan.n_hosts *= plan.dim[d];
            }
        }
        gw_net *net = build(&plan);
        int *links_to = GW_NEW_N(arena, net->n_nodes, int);
        int most = 0;
        for (int32_t dst = 0; dst < net->n_hosts; dst++) {
            graph_search(net, dst, links_to);
            for (int32_t src = 0; src < net->n_hosts; src++) {
                most = links_to[src] > most ? links_to[src] : most;
            }
        }
        int hops = plan.topology == GW_TOPOLOGY_TORUS ? most + 1 : most - 1;
        assert_int_equal(net->wiring->diameter_hops(net), hops);
        gw_arena_reset(arena, mark);
    }
}

/* Least cut between two sets of switches with half of the hosts each, by trying all of them. */
static double brute_cut_Bps(const gw_net *net) {
    bool torus = net->plan.topology == GW_TOPOLOGY_TORUS;
    int32_t first = torus ? 0 : net->n_hosts, n = net->n_nodes - first;
    int32_t *weight = GW_NEW_N(arena, n, int32_t);
    for (int32_t l = 0; l < net->n_links; l++) {
        if (!torus && net->from[l] < net->n_hosts) {
            weight[net->to[l] - first]++;
        }
    }
    double least_Bps = INFINITY;
    for (uint32_t set = 0; set < UINT32_C(1) << n; set++) {
        int32_t near = 0;
        for (int32_t v = 0; v < n; v++) {
            near += set >> v & 1u ? (torus ? 1 : weight[v]) : 0;
        }
        if (near != net->n_hosts / 2) {
            continue;
        }
        double cut_Bps = 0;
        for (int32_t l = 0; l < net->n_links; l++) {
            if (net->from[l] >= first && net->to[l] >= first) {
                bool a = set >> (net->from[l] - first) & 1u, b = set >> (net->to[l] - first) & 1u;
                cut_Bps += a && !b ? net->capacity_Bps[l] : 0;
            }
        }
        least_Bps = fmin(least_Bps, cut_Bps);
    }
    return torus ? least_Bps : fmin(least_Bps, net->n_hosts * net->plan.nic_Bps / 2);
}

static void test_bisection_brute_force(void **state) {
    (void)state;
    static const gw_net_plan small[] = {
        GRAPH_TORUS(4, 1, 4, 1, 1),
        GRAPH_TORUS(7, 1, 7, 1, 1),
        GRAPH_TORUS(16, 2, 4, 4, 1),
        GRAPH_TORUS(15, 2, 5, 3, 1),
        GRAPH_TORUS(15, 2, 3, 5, 1),
        GRAPH_TORUS(9, 2, 3, 3, 1),
        GRAPH_TORUS(12, 3, 3, 2, 2),
        GRAPH_TORUS(12, 2, 2, 6, 1),
        {GRAPH_REST(GW_TOPOLOGY_TORUS, 9), .n_dims = 2, .dim = {3, 3}},
        {GRAPH_REST(GW_TOPOLOGY_TORUS, 15), .n_dims = 2, .dim = {3, 5}},
        {GRAPH_REST(GW_TOPOLOGY_TORUS, 16), .n_dims = 4, .dim = {2, 2, 2, 2}, .wrap = true},
        GRAPH_HYPERX(80, 1, 8, 1, 1, 1, 10, 1),
        GRAPH_HYPERX(96, 2, 4, 4, 1, 1, 6, 1),
        GRAPH_HYPERX(60, 2, 3, 4, 1, 1, 5, 1),
        GRAPH_HYPERX(120, 2, 2, 6, 1, 3, 10, 1),
        GRAPH_DRAGONFLY(96, 6, 2, 8, 3, 1),
        GRAPH_DRAGONFLY(96, 4, 4, 6, 3, 1),
        GRAPH_DRAGONFLY(80, 2, 8, 5, 1, 1),
        GRAPH_DRAGONFLY(96, 4, 2, 12, 4, 2),
        GRAPH_DRAGONFLY_PLUS(96, 4, 2, 2, 12, 2, 1),
        GRAPH_DRAGONFLY_PLUS(60, 6, 1, 1, 10, 6, 8),
    };
    for (int i = 0; i < (int)(sizeof small / sizeof small[0]); i++) {
        gw_mark mark = gw_arena_mark(arena);
        gw_net *net = build(&small[i]);
        gw_assert_near(net->wiring->bisection_Bps(net), brute_cut_Bps(net), 1e-12);
        gw_arena_reset(arena, mark);
    }
}

/* The search for the least cut, exact for a few hosts: the same as brute force, and never below it
 * beyond. */
static void test_bisection_by_flow(void **state) {
    (void)state;
    static const gw_net_plan small[] = {
        GRAPH_TORUS(12, 3, 3, 2, 2), GRAPH_TORUS(9, 2, 3, 3, 1),  GRAPH_TORUS(10, 2, 5, 2, 1),
        GRAPH_TORUS(16, 2, 4, 4, 1), GRAPH_TORUS(15, 2, 5, 3, 1),
    };
    for (int i = 0; i < 5; i++) {
        gw_mark mark = gw_arena_mark(arena);
        gw_net *net = build(&small[i]);
        double brute_Bps = brute_cut_Bps(net), found_Bps = gw_graph_bisection_Bps(net);
        assert_true(found_Bps >= brute_Bps * (1 - 1e-12));
        if (net->n_hosts <= 12) {
            gw_assert_near(found_Bps, brute_Bps, 1e-12);
        }
        gw_arena_reset(arena, mark);
    }
}

/* Ahn et al., SC 2009: relative bisection K S / 2 T of a regular HyperX with even S. */
static void test_hyperx_bisection(void **state) {
    (void)state;
    for (int s = 2; s <= 8; s += 2) {
        for (int k = 1; k <= 3; k++) {
            gw_net_plan plan = GRAPH_HYPERX(s * s * 16, 2, s, s, 1, k, 16, k);
            gw_net *net = build(&plan);
            double full_Bps = plan.n_hosts * plan.nic_Bps / 2;
            gw_assert_near(net->wiring->bisection_Bps(net),
                           fmin(1, k * s / (2.0 * 16) * plan.link_Bps / plan.nic_Bps) * full_Bps,
                           1e-12);
        }
    }
}

/* ------------------------------------------------------------------ throughput */

/* Rates of all flows that every host sends to those `partner` names. */
static double least_rate_Bps(const gw_net *net, int kind, int (*partner)(int src, int i),
                             int n_partners) {
    int64_t n = 0, n_links = 0, room = 1 << 16;
    int64_t n_most = (int64_t)net->n_hosts * n_partners;
    int64_t *at = malloc((size_t)(n_most + 1) * sizeof *at);
    int32_t *link = malloc((size_t)room * sizeof *link);
    double *share = malloc((size_t)room * sizeof *share);
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = kind};
    for (int32_t src = 0; src < net->n_hosts; src++) {
        for (int i = 0; i < n_partners; i++) {
            int dst = partner(src, i);
            if (!gw_net_route(net, &how, src, dst, 0, &path)) {
                continue;
            }
            while (n_links + path.n > room) {
                room *= 2;
                link = realloc(link, (size_t)room * sizeof *link);
                share = realloc(share, (size_t)room * sizeof *share);
            }
            at[n++] = n_links;
            memcpy(link + n_links, path.link, (size_t)path.n * sizeof *link);
            memcpy(share + n_links, path.share, (size_t)path.n * sizeof *share);
            n_links += path.n;
        }
    }
    at[n] = n_links;
    double *rate_Bps = malloc((size_t)n * sizeof *rate_Bps), least_Bps = INFINITY;
    gw_flow_links links = gw_net_links(net);
    gw_flow_set set = {.n = n, .at = at, .link = link, .share = share};
    gw_flow_rates(&links, &set, rate_Bps, NULL);
    for (int64_t i = 0; i < n; i++) {
        least_Bps = fmin(least_Bps, rate_Bps[i]);
    }
    free(at);
    free(link);
    free(share);
    free(rate_Bps);
    return least_Bps;
}

static int everybody(int src, int i) {
    (void)src;
    return i;
}

/* Dally & Towles, chapter 3.3: uniform traffic loads the channels of a ring of k nodes with k/8 of
 * what a node sends, k even; all-to-all of N nodes therefore runs at 8 b / (N k). */
static void test_torus_all_to_all(void **state) {
    (void)state;
    static const int dims[][3] = {{8, 1, 1}, {4, 4, 1}, {8, 8, 1}, {4, 4, 4}, {4, 8, 1}};
    for (int i = 0; i < 5; i++) {
        int n = dims[i][0] * dims[i][1] * dims[i][2];
        gw_net_plan plan = GRAPH_TORUS(n, 3, dims[i][0], dims[i][1], dims[i][2]);
        gw_net *net = build(&plan);
        int k = dims[i][1] > dims[i][0] ? dims[i][1] : dims[i][0];
        double theory_Bps = 8 * plan.link_Bps / ((double)n * k);
        gw_assert_near(least_rate_Bps(net, GW_ROUTING_SPRAY, everybody, n), theory_Bps, 1e-5);
        gw_assert_near(least_rate_Bps(net, GW_ROUTING_D_MOD_K, everybody, n), theory_Bps, 1e-5);
    }
}

/* Optical switches join the same 64 chips as 4 x 4 x 4 or as 4 x 2 x 8 (blocks of 2): an all-to-all
 * runs at half the rate in the longer shape. 512 chips as 8 x 8 x 8 and 4 x 4 x 32: a quarter. */
static void test_reconfiguration(void **state) {
    (void)state;
    gw_net_plan cube = GRAPH_TORUS(64, 3, 4, 4, 4), cigar = GRAPH_TORUS(64, 3, 4, 2, 8);
    cube.cube = cigar.cube = 2;
    double cube_Bps = least_rate_Bps(build(&cube), GW_ROUTING_SPRAY, everybody, 64);
    double cigar_Bps = least_rate_Bps(build(&cigar), GW_ROUTING_SPRAY, everybody, 64);
    gw_assert_near(cube_Bps, 2 * cigar_Bps, 1e-5);
    /* All nodes of a torus look alike: the load of a link is what one node sends through its
     * dimension, over the two links that a node has there. */
    static const int dims[2][3] = {{8, 8, 8}, {4, 4, 32}};
    double load[2] = {0};
    for (int i = 0; i < 2; i++) {
        gw_net_plan plan = GRAPH_TORUS(512, 3, dims[i][0], dims[i][1], dims[i][2]);
        plan.cube = 4;
        gw_net *net = build(&plan);
        gw_path path = gw_path_create(arena);
        gw_route_how how = {.kind = GW_ROUTING_SPRAY};
        double through[3] = {0};
        for (int32_t dst = 1; dst < 512; dst++) {
            assert_true(gw_net_route(net, &how, 0, dst, 0, &path));
            for (int32_t k = 0; k < path.n; k++) {
                through[net->kinds[net->kind[path.link[k]]].tier] += (double)path.share[k];
            }
        }
        load[i] = fmax(fmax(through[0], through[1]), through[2]) / 2;
        gw_assert_near(load[i], 512 * dims[i][2] / 8.0, 1e-5);
    }
    gw_assert_near(load[1], 4 * load[0], 1e-5);
}

static int next_in_ring(int src, int i) {
    return i == 0 ? (src + 1) % 6 : (src + 5) % 6;
}

/* A ring of sends over six chips: full rate if the ring is closed; also if it is not, one way round,
 * as the way back is free; both ways at once share it. */
static void test_rings(void **state) {
    (void)state;
    gw_net_plan closed = GRAPH_TORUS(6, 1, 6, 1, 1), open = closed;
    open.cube = 4;
    gw_net *ring = build(&closed), *chain = build(&open);
    double b = closed.link_Bps;
    gw_assert_near(least_rate_Bps(ring, GW_ROUTING_D_MOD_K, next_in_ring, 1), b, 1e-12);
    gw_assert_near(least_rate_Bps(ring, GW_ROUTING_D_MOD_K, next_in_ring, 2), b, 1e-12);
    gw_assert_near(least_rate_Bps(chain, GW_ROUTING_D_MOD_K, next_in_ring, 1), b, 1e-12);
    gw_assert_near(least_rate_Bps(chain, GW_ROUTING_D_MOD_K, next_in_ring, 2), b / 2, 1e-12);
}

/* ------------------------------------------------------------------ plans that cannot be built */

static void test_problems(void **state) {
    (void)state;
    gw_net_plan plan = GRAPH_TORUS(65, 3, 4, 4, 4);
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "64 hosts"));
    plan = (gw_net_plan)GRAPH_TORUS(64, 3, 4, 4, 4);
    plan.dim[1] = 0;
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "dimension 2"));
    plan = (gw_net_plan)GRAPH_TORUS(64, 7, 4, 4, 4);
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "dimensions"));
    plan = (gw_net_plan)GRAPH_TORUS(8, 1, 100000, 1, 1);
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "longest way"));
    plan = (gw_net_plan)GRAPH_TORUS(64, 3, 4, 4, 4);
    plan.domain = 8;
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "scale-up"));
    plan = (gw_net_plan)GRAPH_TORUS(8, 3, 1000000, 1000000, 1000000);
    assert_non_null(gw_net_plan_problem(&plan, arena));
    plan = (gw_net_plan)GRAPH_HYPERX(8, 2, 4, 4, 1, 0, 1, 1);
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "dimension 1"));
    plan = (gw_net_plan)GRAPH_HYPERX(8, 3, 60000, 60000, 60000, 1, 1, 1);
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "too many"));
    plan = (gw_net_plan)GRAPH_DRAGONFLY(8, 4, 4, 2, 2, 1);
    plan.planes = 2;
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "planes"));
    plan = (gw_net_plan)GRAPH_DRAGONFLY_PLUS(8, 4, 4, 0, 2, 2, 1);
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "spines"));
    plan = (gw_net_plan)GRAPH_DRAGONFLY_PLUS(8, 10, 4, 2, 2, 4, 1);
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "too few"));
}

static int set_up(void **state) {
    (void)state;
    arena = gw_arena_create(0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    gw_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_pairs),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_graph_agrees),
        cmocka_unit_test(test_ecmp),
        cmocka_unit_test(test_valiant),
        cmocka_unit_test(test_few_ways),
        cmocka_unit_test(test_counts_and_names),
        cmocka_unit_test(test_tpu_v4),
        cmocka_unit_test(test_group_links_even),
        cmocka_unit_test(test_dragonfly_of_the_paper),
        cmocka_unit_test(test_diameter),
        cmocka_unit_test(test_bisection_brute_force),
        cmocka_unit_test(test_bisection_by_flow),
        cmocka_unit_test(test_hyperx_bisection),
        cmocka_unit_test(test_torus_all_to_all),
        cmocka_unit_test(test_reconfiguration),
        cmocka_unit_test(test_rings),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
