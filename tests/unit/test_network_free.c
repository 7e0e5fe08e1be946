/* test_network_free.c: networks written node by node: names, problems, routes, cuts. */
#include "gw_test.h"

#include <string.h>

#include "graph_fixture.h"
#include "network/graph_cut.h"
#include "network/net.h"
#include "network/route_graph.h"
#include "network/wiring_graphs.h"

static gw_arena *arena;

#define NODE(text, n, is_host)                                                                     \
    {                                                                                              \
        .head = {.name = (text), .path = "nodes." text, .loc = {"f.yaml", __LINE__, 3}},           \
        .count = (n), .host = (is_host)                                                            \
    }
#define LINK(a, b, Bps, s, n, both)                                                                \
    {                                                                                              \
        .head = {.name = a "-" b, .path = "links", .loc = {"f.yaml", __LINE__, 3}}, .from = (a),   \
        .to = (b), .rate_Bps = (Bps), .latency_s = (s), .length_m = GW_NAN, .parallel = (n),       \
        .duplex = (both)                                                                           \
    }
#define N_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

static gw_fabric fabric_of(gw_fabric_node *node, int n_nodes, gw_fabric_link *link, int n_links) {
    gw_fabric fabric = {.topology = GW_TOPOLOGY_FREE};
    fabric.head.loc = (gw_loc){"f.yaml", 1, 1};
    fabric.nodes.at = node;
    fabric.nodes.n = n_nodes;
    fabric.links.at = link;
    fabric.links.n = n_links;
    return fabric;
}

static gw_net *build(const gw_fabric *fabric) {
    gw_net_plan plan = {GRAPH_REST(GW_TOPOLOGY_FREE, 0), .source = fabric};
    for (int i = 0; i < fabric->nodes.n; i++) {
        plan.n_hosts += fabric->nodes.at[i].host ? (int32_t)fabric->nodes.at[i].count : 0;
    }
    const char *problem = gw_net_plan_problem(&plan, arena);
    if (problem != NULL) {
        fail_msg("%s", problem);
    }
    return gw_net_build(&plan, arena);
}

static const char *way(const gw_net *net, int kind, const char *src, const char *dst) {
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = kind};
    if (!gw_net_route(net, &how, gw_net_find_node(net, src), gw_net_find_node(net, dst), 0,
                      &path)) {
        return "none";
    }
    char *text = gw_arena_strdup(arena, "");
    for (int32_t i = 0; i < path.n; i++) {
        char name[64];
        gw_net_link_name(net, path.link[i], name, sizeof name);
        text = gw_arena_printf(arena, "%s%s%s", text, i == 0 ? "" : " ", name);
    }
    return text;
}

/* Eight GPUs on each of two leaves, both on both spines; a storage host by its name; rates given and
 * not. */
static void test_names_and_counts(void **state) {
    (void)state;
    gw_fabric_node node[] = {NODE("spine", 2, false), NODE("gpu", 8, true), NODE("leaf", 2, false),
                             NODE("store", 1, true)};
    gw_fabric_link link[] = {
        LINK("leaf", "spine", 100e9, 1e-6, 2, true),
        LINK("gpu", "leaf-0", GW_NAN, GW_NAN, 1, true),
        LINK("store", "leaf-1", 5e9, GW_NAN, 1, true),
        LINK("spine-0", "spine-1", 1e9, GW_NAN, 1, true),
    };
    gw_fabric fabric = fabric_of(node, N_OF(node), link, N_OF(link));
    gw_net *net = build(&fabric);
    assert_int_equal(net->n_hosts, 9);
    assert_int_equal(net->n_nodes, 13);
    assert_int_equal(net->n_links, 2 * (2 * 2 * 2 + 8 + 1 + 1));
    assert_true(net->duplex);
    assert_string_equal(net->node_name[0], "gpu-0");
    assert_string_equal(net->node_name[8], "store");
    assert_int_equal(gw_net_find_node(net, "spine-1"), 10);
    assert_int_equal(gw_net_find_node(net, "spine-2"), -1);
    int32_t second = gw_net_find_link(net, "leaf-1>spine-0#1");
    assert_true(second >= 0);
    gw_assert_near(net->capacity_Bps[second], 100e9, 0);
    gw_assert_near(net->latency_s[second], 1e-6, 0);
    int32_t last = gw_net_find_link(net, "leaf-0>gpu-7#0");
    assert_true(last >= 0);
    gw_assert_near(net->capacity_Bps[last], 25e9, 0);
    gw_assert_near(net->latency_s[last], 5e-7, 0);
    for (int32_t l = 0; l < net->n_links; l++) {
        assert_int_equal(net->from[l], net->to[l ^ 1]);
        assert_int_equal(gw_net_find_link(net, net->link_name[l]), l);
    }
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "gpu-3", "store"),
                        "gpu-3>leaf-0#0 leaf-0>spine-0#0 spine-0>leaf-1#0 leaf-1>store#0");
    assert_int_equal(net->wiring->diameter_hops(net), 3);
    /* Half of nine hosts against the rest: the store's cable and three of the GPUs'. */
    gw_assert_near(net->wiring->bisection_Bps(net), 3 * 25e9 + 5e9, 1e-12);
    /* Four ways in all between the leaves, two cables each. */
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_SPRAY};
    assert_true(gw_net_route(net, &how, 0, 8, 0, &path));
    assert_int_equal(path.n, 1 + 4 + 4 + 1);
    for (int32_t i = 1; i < 9; i++) {
        gw_assert_near((double)path.share[i], 0.25, 1e-7);
    }
}

/* Least latency among the ways of fewest links; then the first; then a dead link; then back. */
static void test_shortest(void **state) {
    (void)state;
    gw_fabric_node node[] = {NODE("a", 1, true), NODE("b", 1, true), NODE("slow", 1, false),
                             NODE("fast", 1, false), NODE("far", 2, false)};
    gw_fabric_link link[] = {
        LINK("a", "slow", 1e9, 5e-6, 1, true), LINK("slow", "b", 1e9, 5e-6, 1, true),
        LINK("a", "fast", 1e9, 6e-6, 1, true), LINK("fast", "b", 1e9, 1e-6, 2, true),
        LINK("a", "far-0", 1e9, 0, 1, true),   LINK("far-0", "far-1", 1e9, 0, 1, true),
        LINK("far-1", "b", 1e9, 0, 1, true),
    };
    gw_fabric fabric = fabric_of(node, N_OF(node), link, N_OF(link));
    gw_net *net = build(&fabric);
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "a", "b"), "a>fast#0 fast>b#0");
    net->capacity_Bps[gw_net_find_link(net, "fast>b#0")] = 0;
    gw_net_refresh(net);
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "a", "b"), "a>fast#0 fast>b#1");
    net->capacity_Bps[gw_net_find_link(net, "a>fast#0")] = 0;
    gw_net_refresh(net);
    assert_string_equal(way(net, GW_ROUTING_ECMP, "a", "b"), "a>slow#0 slow>b#0");
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "b", "a"), "b>fast#0 fast>a#0");
    net->capacity_Bps[gw_net_find_link(net, "slow>b#0")] = 0;
    gw_net_refresh(net);
    assert_string_equal(way(net, GW_ROUTING_SPRAY, "a", "b"), "a>far-0#0 far-0>far-1#0 far-1>b#0");
    net->capacity_Bps[gw_net_find_link(net, "slow>b#0")] = 1e9;
    gw_net_refresh(net);
    assert_string_equal(way(net, GW_ROUTING_SPRAY, "a", "b"), "a>slow#0 slow>b#0");
    /* Between switches too. */
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "slow", "far-1"), "slow>b#0 b>far-1#0");
}

/* A host forwards only where there is no other way; links of one direction are used that way only. */
static void test_hosts_forward_last(void **state) {
    (void)state;
    gw_fabric_node node[] = {NODE("h", 3, true), NODE("s", 2, false)};
    gw_fabric_link link[] = {
        LINK("h-0", "h-1", 1e9, 0, 1, true),  LINK("h-1", "h-2", 1e9, 0, 1, true),
        LINK("h-0", "s-0", 1e9, 0, 1, false), LINK("s-0", "s-1", 1e9, 0, 1, false),
        LINK("s-1", "h-2", 1e9, 0, 1, false),
    };
    gw_fabric fabric = fabric_of(node, N_OF(node), link, N_OF(link));
    gw_net *net = build(&fabric);
    assert_false(net->duplex);
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "h-0", "h-2"),
                        "h-0>s-0#0 s-0>s-1#0 s-1>h-2#0");
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "h-2", "h-0"), "h-2>h-1#0 h-1>h-0#0");
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "s-0", "h-0"),
                        "s-0>s-1#0 s-1>h-2#0 h-2>h-1#0 h-1>h-0#0");
    /* Without the cache the same. */
    struct gw_graph *graph = net->graph;
    net->graph = NULL;
    assert_string_equal(way(net, GW_ROUTING_D_MOD_K, "h-2", "h-0"), "h-2>h-1#0 h-1>h-0#0");
    net->graph = graph;
}

/* Hosts alone, each joined with each: no switch, direct links; a node joined with its like. */
static void test_full_mesh(void **state) {
    (void)state;
    gw_fabric_node node[] = {NODE("gpu", 8, true)};
    gw_fabric_link link[] = {LINK("gpu", "gpu", 64e9, 1e-7, 1, true)};
    gw_fabric fabric = fabric_of(node, 1, link, 1);
    gw_net *net = build(&fabric);
    assert_int_equal(net->n_links, 8 * 7);
    assert_string_equal(way(net, GW_ROUTING_SPRAY, "gpu-3", "gpu-6"), "gpu-3>gpu-6#0");
    gw_assert_near(net->wiring->bisection_Bps(net), 16 * 64e9, 1e-12);
    assert_int_equal(net->wiring->diameter_hops(net), 0);
}

/* More kinds of links than a net tells apart: capacities stay exact. */
static void test_many_kinds(void **state) {
    (void)state;
    enum { N = 400 };
    gw_fabric_node node[] = {NODE("h", N, true), NODE("s", 1, false)};
    gw_fabric_link *link = GW_NEW_N(arena, N, gw_fabric_link);
    for (int i = 0; i < N; i++) {
        link[i] = (gw_fabric_link)LINK("h", "s", 1e9, 0, 1, true);
        link[i].from = gw_arena_printf(arena, "h-%d", i);
        link[i].rate_Bps = 1e9 + i * 1e6;
    }
    gw_fabric fabric = fabric_of(node, 2, link, N);
    gw_net *net = build(&fabric);
    assert_int_equal(net->n_kinds, GW_NET_KINDS);
    for (int i = 0; i < N; i++) {
        int32_t l = gw_net_find_link(net, gw_arena_printf(arena, "s>h-%d#0", i));
        gw_assert_near(net->capacity_Bps[l], 1e9 + i * 1e6, 0);
        assert_true(net->kinds[net->kind[l]].role == GW_CABLE_HOST);
    }
}

/* The least cut of a chain of clusters is found beyond the sizes that are tried out: two groups of ten
 * hosts numbered in turn, joined by a thin cable. */
static void test_bisection_beyond_exact(void **state) {
    (void)state;
    gw_fabric_node node[] = {NODE("a", 10, true), NODE("b", 10, true), NODE("sa", 1, false),
                             NODE("sb", 1, false)};
    gw_fabric_link link[] = {LINK("a", "sa", 1e9, 0, 1, true), LINK("b", "sb", 1e9, 0, 1, true),
                             LINK("sa", "sb", 2e9, 0, 1, true)};
    gw_fabric fabric = fabric_of(node, N_OF(node), link, N_OF(link));
    gw_assert_near(gw_graph_bisection_Bps(build(&fabric)), 2e9, 1e-12);
}

/* Everything that is wrong, each at its place. */
static void test_problems(void **state) {
    (void)state;
    gw_fabric_node node[] = {
        NODE("gpu", 4, true),
        NODE("gpu-2", 1, true),
        NODE("leaf", 1, false),
        NODE("alone", 1, true),
    };
    gw_fabric_link link[] = {
        LINK("gpu", "leaff", 1e9, 0, 1, true),  LINK("gpu-9", "leaf", 1e9, 0, 1, true),
        LINK("leaf", "leaf", 1e9, 0, 1, true),  LINK("gpu", "gpu-1", 1e9, 0, 1, true),
        LINK("gpu-2", "leaf", 1e9, 0, 1, true),
    };
    gw_fabric fabric = fabric_of(node, N_OF(node), link, N_OF(link));
    static const struct {
        const char *msg, *hint;
    } expected[] = {
        {"there is no node `leaff`", "did you mean `leaf`?"},
        {"there is no node `gpu-9`", ""},
        {"`leaf` is joined to itself", ""},
        {"`gpu` is joined to itself", ""},
        {"`gpu-2` is also the name of one of the 4 `gpu`", ""},
        {"no link reaches `alone`", ""},
    };
    gw_diags *diags = gw_diags_create();
    gw_free_check(&fabric, diags);
    assert_int_equal(gw_diags_n_errors(diags), N_OF(expected));
    for (int i = 0; i < N_OF(expected); i++) {
        const gw_diag *diag = gw_diags_at(diags, (size_t)i);
        assert_string_equal(diag->msg, expected[i].msg);
        assert_non_null(strstr(diag->hint, expected[i].hint));
        assert_true(diag->loc.line > 1);
    }
    /* Said again for who cannot build it: the same list, not a second message beside it. */
    gw_net_say_problem(&fabric, "net", "something", diags);
    assert_int_equal(gw_diags_n_errors(diags), 2 * N_OF(expected));
    gw_fabric torus = {.topology = GW_TOPOLOGY_TORUS};
    gw_net_say_problem(&torus, "net", "too large", diags);
    assert_string_equal(gw_diags_at(diags, 2 * N_OF(expected))->msg,
                        "the network of `net` cannot be built: too large");
    gw_diags_free(diags);
    gw_net_plan plan = {GRAPH_REST(GW_TOPOLOGY_FREE, 6), .source = &fabric};
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "`leaff` (line"));
    plan.source = NULL;
    assert_non_null(gw_net_plan_problem(&plan, arena));
    gw_fabric_node lone[] = {NODE("s", 2, false)};
    gw_fabric_link pair[] = {LINK("s-0", "s-1", 1e9, 0, 1, true)};
    gw_fabric no_host = fabric_of(lone, 1, pair, 1);
    plan = (gw_net_plan){GRAPH_REST(GW_TOPOLOGY_FREE, 1), .source = &no_host};
    assert_non_null(strstr(gw_net_plan_problem(&plan, arena), "needs a host"));
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
        cmocka_unit_test(test_names_and_counts),   cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_hosts_forward_last), cmocka_unit_test(test_full_mesh),
        cmocka_unit_test(test_many_kinds),         cmocka_unit_test(test_bisection_beyond_exact),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
