/* test_network_fault.c: faults of a scenario as capacities and events; placement of ranks. */
#include "gw_test.h"

#include <string.h>

#include "net_fixture.h"
#include "network/fault.h"
#include "network/placement.h"

static gw_arena *arena;

static int setup(void **state) {
    (void)state;
    arena = gw_arena_create(0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    gw_arena_free(arena);
    return 0;
}

/** 4 leaves of 4 hosts, 2 spines, 2 cables between each: 16 + 16 cables. */
static gw_net *small_net(void) {
    gw_net_plan plan = NET_TREE(16, 2, NET_INTS(4, 4), NET_INTS(1, 2), NET_INTS(1, 2));
    assert_null(gw_net_plan_problem(&plan, arena));
    return gw_net_build(&plan, arena);
}

static gw_fabric_fault no_fault(void) {
    return (gw_fabric_fault){.head = {.name = "f", .path = "fabrics.x.faults.f"},
                             .share = GW_NAN,
                             .at_s = GW_NAN,
                             .lasts_s = GW_NAN,
                             .period_s = GW_NAN};
}

static gw_fabric fabric_of(gw_fabric_fault *faults, int n) {
    gw_fabric fabric = {.routing_seed = 1};
    fabric.faults.at = faults;
    fabric.faults.n = n;
    return fabric;
}

static gw_texts texts(const char *a, const char *b) {
    gw_texts out = {.at = GW_NEW_N(arena, 2, const char *), .n = b == NULL ? 1 : 2};
    out.at[0] = a;
    out.at[1] = b;
    return out;
}

static const char *link_name(const gw_net *net, int32_t link) {
    char name[128];
    gw_net_link_name(net, link, name, sizeof name);
    return gw_arena_strdup(arena, name);
}

static double *copied(const gw_net *net) {
    double *kept = GW_NEW_N(arena, net->n_links + net->n_bundles, double);
    memcpy(kept, net->capacity_Bps, (size_t)(net->n_links + net->n_bundles) * sizeof *kept);
    return kept;
}

/* A bundle holds what its living links hold: from the definition. */
static void assert_bundles(const gw_net *net) {
    double *sum_Bps = GW_NEW_N(arena, net->n_links + net->n_bundles, double);
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->bundle[l] >= 0) {
            sum_Bps[net->bundle[l]] += net->capacity_Bps[l];
        }
    }
    for (int32_t b = net->n_links; b < net->n_links + net->n_bundles; b++) {
        gw_assert_near(net->capacity_Bps[b], sum_Bps[b], 1e-12);
    }
}

static void test_links_by_name(void **state) {
    (void)state;
    gw_net *net = small_net();
    double *built_Bps = copied(net);
    int32_t link = net->n_links - 3; /* one direction of a cable between switches */
    gw_fabric_fault fault = no_fault();
    fault.links = texts(link_name(net, link), NULL);
    gw_fabric fabric = fabric_of(&fault, 1);
    assert_true(gw_faults_apply(net, NULL, &fabric, NULL));
    for (int32_t l = 0; l < net->n_links; l++) {
        double expected = l == link || l == (link ^ 1) ? 0.0 : built_Bps[l];
        assert_true(net->capacity_Bps[l] == expected);
    }
    assert_true(net->damaged);
    assert_bundles(net);
}

static void test_degraded_and_worst(void **state) {
    (void)state;
    gw_net *net = small_net();
    double *built_Bps = copied(net);
    const char *name = link_name(net, 0);
    gw_fabric_fault faults[] = {no_fault(), no_fault(), no_fault()};
    const double left[] = {0.5, 0.25, 0.75};
    for (int i = 0; i < 3; i++) {
        faults[i].links = texts(name, NULL);
        faults[i].capacity = left[i];
    }
    gw_fabric fabric = fabric_of(faults, 3);
    assert_true(gw_faults_apply(net, NULL, &fabric, NULL));
    gw_assert_near(net->capacity_Bps[0], 0.25 * built_Bps[0], 1e-15); /* not the product */
    gw_assert_near(net->capacity_Bps[1], 0.25 * built_Bps[1], 1e-15);
    assert_false(net->damaged); /* slow, not dead */
}

static void test_switch(void **state) {
    (void)state;
    gw_net *net = small_net();
    int32_t node = gw_net_find_node(net, "leaf-2");
    assert_true(node >= net->n_hosts);
    gw_fabric_fault fault = no_fault();
    fault.switches = texts("leaf-2", "spine-1");
    gw_fabric fabric = fabric_of(&fault, 1);
    assert_true(gw_faults_apply(net, NULL, &fabric, NULL));
    int32_t spine = gw_net_find_node(net, "spine-1");
    int dead = 0;
    for (int32_t l = 0; l < net->n_links; l++) {
        bool touches = net->from[l] == node || net->to[l] == node || net->from[l] == spine ||
                       net->to[l] == spine;
        assert_int_equal(net->capacity_Bps[l] == 0.0, touches);
        dead += touches;
    }
    assert_int_equal(dead, 2 * (4 + 4 + 8 - 2)); /* both directions; two cables join the two */
    gw_path path = gw_path_create(arena);
    gw_route_how how = {.kind = GW_ROUTING_ECMP};
    assert_false(gw_net_route(net, &how, 0, 8, 0, &path)); /* host 8 is under leaf 2 */
    for (uint32_t e = 0; e < 64; e++) {
        assert_true(gw_net_route(net, &how, 0, 12, e, &path));
        for (int32_t i = 0; i < path.n; i++) {
            assert_true(net->capacity_Bps[path.link[i]] > 0);
        }
    }
}

/** Links that a share of the cables takes, with a seed. */
static bool *share_hits(double share, int64_t seed, gw_net **out) {
    gw_net *net = small_net();
    gw_fabric_fault fault = no_fault();
    fault.share = share;
    gw_fabric fabric = fabric_of(&fault, 1);
    fabric.routing_seed = seed;
    assert_true(gw_faults_apply(net, NULL, &fabric, NULL));
    bool *hit = GW_NEW_N(arena, net->n_links, bool);
    for (int32_t l = 0; l < net->n_links; l++) {
        hit[l] = net->capacity_Bps[l] == 0.0;
        assert_true(!hit[l] || (net->from[l] >= net->n_hosts && net->to[l] >= net->n_hosts));
        assert_true(net->capacity_Bps[l] == net->capacity_Bps[l ^ 1]);
    }
    *out = net;
    return hit;
}

static int count(const bool *hit, int32_t n) {
    int sum = 0;
    for (int32_t i = 0; i < n; i++) {
        sum += hit[i];
    }
    return sum;
}

static void test_share(void **state) {
    (void)state;
    const double shares[] = {0.001, 0.125, 0.25, 0.5, 1.0};
    const int cables[] = {1, 2, 4, 8, 16}; /* of 16 between switches; at least one */
    bool differ = false;
    for (int64_t seed = 1; seed <= 20; seed++) {
        bool *last = NULL;
        for (int i = 0; i < 5; i++) {
            gw_net *net;
            bool *hit = share_hits(shares[i], seed, &net);
            assert_int_equal(count(hit, net->n_links), 2 * cables[i]);
            for (int32_t l = 0; last != NULL && l < net->n_links; l++) {
                assert_true(hit[l] || !last[l]); /* a larger share holds the smaller */
            }
            last = hit;
            bool *again = share_hits(shares[i], seed, &net);
            assert_memory_equal(hit, again, (size_t)net->n_links * sizeof *hit);
            bool *other = share_hits(shares[i], seed + 1, &net);
            differ |= memcmp(hit, other, (size_t)net->n_links * sizeof *hit) != 0;
        }
    }
    assert_true(differ);
}

static void test_unknown_names(void **state) {
    (void)state;
    gw_net *net = small_net();
    double *built_Bps = copied(net);
    gw_fabric_fault faults[] = {no_fault(), no_fault()};
    faults[0].links = texts(link_name(net, net->n_links - 1), "leef-1>spine-0#0");
    faults[0].head.loc = (gw_loc){"x.yaml", 7, 5};
    faults[1].switches = texts("spine-7", "host-3");
    faults[1].at_s = 1.0; /* those that come later are looked up too */
    faults[1].head.loc = (gw_loc){"x.yaml", 9, 5};
    gw_fabric fabric = fabric_of(faults, 2);
    gw_diags *diags = gw_diags_create();
    assert_false(gw_faults_apply(net, NULL, &fabric, diags));
    assert_int_equal(gw_diags_n_errors(diags), 3);
    assert_string_equal(gw_diags_at(diags, 0)->msg,
                        "no link of the network is called `leef-1>spine-0#0`");
    assert_string_equal(gw_diags_at(diags, 0)->hint, "did you mean `leaf-1>spine-0#0`?");
    assert_int_equal(gw_diags_at(diags, 0)->loc.line, 7);
    assert_string_equal(gw_diags_at(diags, 1)->hint, "did you mean `spine-0`?");
    assert_int_equal(gw_diags_at(diags, 1)->loc.line, 9);
    assert_string_equal(gw_diags_at(diags, 2)->msg, "no switch of the network is called `host-3`");
    assert_memory_equal(net->capacity_Bps, built_Bps, (size_t)net->n_links * sizeof(double));
    gw_diags_free(diags);
    assert_false(gw_faults_apply(net, NULL, &fabric, NULL)); /* nobody listens */
}

/* ------------------------------------------------------------------ events */

static void test_flapping(void **state) {
    (void)state;
    gw_net *net = small_net();
    gw_fabric_fault fault = no_fault();
    fault.links = texts(link_name(net, 0), NULL); /* a host's cable: in no bundle */
    fault.at_s = 1.0;
    fault.lasts_s = 0.25;
    fault.period_s = 2.0;
    gw_fabric fabric = fabric_of(&fault, 1);
    gw_net_event *event;
    /* begins at 1, 3, 5, 7, 9; ends a quarter later; both directions */
    int n = gw_faults_events(net, &fabric, 10.0, arena, &event);
    assert_int_equal(n, 5 * 2 * 2);
    for (int i = 0; i < n; i++) {
        double at_s = 1.0 + 2.0 * (i / 4) + (i % 4 >= 2 ? 0.25 : 0.0);
        gw_assert_near(event[i].at_s, at_s, 1e-15);
        assert_int_equal(event[i].link, i % 2);
        gw_assert_close(event[i].capacity_Bps, i % 4 >= 2 ? 10.0 : 0.0, 1e-12);
    }
    fault.period_s = GW_NAN;
    fabric = fabric_of(&fault, 1);
    assert_int_equal(gw_faults_events(net, &fabric, 10.0, arena, &event), 4); /* once */
    fault.lasts_s = GW_NAN;
    fabric = fabric_of(&fault, 1);
    assert_int_equal(gw_faults_events(net, &fabric, 10.0, arena, &event), 2); /* for good */
    fault.at_s = GW_NAN;
    fabric = fabric_of(&fault, 1);
    assert_int_equal(gw_faults_events(net, &fabric, 10.0, arena, &event), 0); /* before */
}

/** What is left of a link's rate at an instant, straight from the faults. */
static double left_at(const gw_fabric_fault *faults, int n, double t_s) {
    double left = 1.0;
    for (int f = 0; f < n; f++) {
        double since_s = t_s - faults[f].at_s;
        if (since_s >= 0 && gw_is_set(faults[f].period_s)) {
            since_s = fmod(since_s, faults[f].period_s);
        }
        if (since_s >= 0 && since_s < faults[f].lasts_s) {
            left = fmin(left, faults[f].capacity);
        }
    }
    return left;
}

/* Two flapping faults and a long one meet on the cables of a spine: after each instant every link has
 * what the definition says, and every bundle the sum of its links. Times are multiples of 1/8, exact. */
static void test_events_against_definition(void **state) {
    (void)state;
    gw_net *net = small_net();
    double *built_Bps = copied(net);
    gw_fabric_fault faults[] = {no_fault(), no_fault(), no_fault()};
    const double at[] = {0.5, 0.875, 3.0}, lasts[] = {0.25, 0.5, 2.125}, left[] = {0, 0.5, 0.25};
    const double period[] = {1.0, 1.5, GW_NAN};
    for (int i = 0; i < 3; i++) {
        faults[i].switches = texts("spine-0", NULL);
        faults[i].at_s = at[i];
        faults[i].lasts_s = lasts[i];
        faults[i].period_s = period[i];
        faults[i].capacity = left[i];
    }
    gw_fabric fabric = fabric_of(faults, 3);
    gw_net_event *event;
    int n = gw_faults_events(net, &fabric, 8.0, arena, &event);
    assert_true(n > 100);
    int32_t spine = gw_net_find_node(net, "spine-0");
    int instants = 0;
    for (int i = 0; i < n; instants++) {
        double t_s = event[i].at_s;
        assert_true(t_s >= 0.5);
        for (; i < n && event[i].at_s == t_s; i++) {
            net->capacity_Bps[event[i].link] = event[i].capacity_Bps;
        }
        assert_true(i == n || event[i].at_s > t_s);
        double expected = left_at(faults, 3, t_s);
        for (int32_t l = 0; t_s < 8.0 && l < net->n_links; l++) {
            bool touches = net->from[l] == spine || net->to[l] == spine;
            gw_assert_close(net->capacity_Bps[l], built_Bps[l] * (touches ? expected : 1), 1e-12);
        }
        assert_bundles(net);
    }
    assert_true(instants > 20);
}

static void test_too_many_events(void **state) {
    (void)state;
    gw_net *net = small_net();
    gw_fabric_fault fault = no_fault();
    fault.share = 1.0;
    fault.at_s = 0.0;
    fault.lasts_s = 1e-6;
    fault.period_s = 2e-6;
    gw_fabric fabric = fabric_of(&fault, 1);
    gw_net_event *event;
    assert_int_equal(gw_faults_events(net, &fabric, 1e6, arena, &event), -1);
}

/* ------------------------------------------------------------------ placement */

static void assert_permutation(const int32_t *hosts, int32_t n) {
    bool *seen = GW_NEW_N(arena, n, bool);
    for (int32_t i = 0; i < n; i++) {
        assert_in_range(hosts[i], 0, n - 1);
        assert_false(seen[hosts[i]]);
        seen[hosts[i]] = true;
    }
}

static void test_placement(void **state) {
    (void)state;
    for (int k = 0; k < NET_PLANS; k++) {
        gw_net_plan plan = net_plan_number(k);
        gw_net *net = gw_net_build(&plan, arena);
        int unit = plan.per_node > plan.domain ? plan.per_node : plan.domain;
        for (int p = 0; p < GW_N_placement; p++) {
            int32_t *hosts = gw_placement_hosts(net, p, 7, arena);
            assert_permutation(hosts, net->n_hosts);
            for (int32_t i = 0; i + 1 < net->n_hosts; i++) {
                if (p == GW_PLACEMENT_PACKED || (i + 1) % unit != 0) {
                    assert_int_equal(hosts[i + 1], hosts[i] + 1); /* domains stay together */
                }
            }
        }
    }
}

static void test_striped_goes_round_the_leaves(void **state) {
    (void)state;
    gw_net *net = small_net(); /* host h is under leaf h / 4 */
    int32_t *hosts = gw_placement_hosts(net, GW_PLACEMENT_STRIPED, 1, arena);
    for (int32_t i = 0; i < 16; i++) {
        assert_int_equal(hosts[i], i % 4 * 4 + i / 4);
    }
    int32_t *a = gw_placement_hosts(net, GW_PLACEMENT_SCATTERED, 1, arena);
    int32_t *b = gw_placement_hosts(net, GW_PLACEMENT_SCATTERED, 1, arena);
    int32_t *c = gw_placement_hosts(net, GW_PLACEMENT_SCATTERED, 2, arena);
    assert_memory_equal(a, b, 16 * sizeof *a);
    assert_memory_not_equal(a, c, 16 * sizeof *a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links_by_name),
        cmocka_unit_test(test_degraded_and_worst),
        cmocka_unit_test(test_switch),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_unknown_names),
        cmocka_unit_test(test_flapping),
        cmocka_unit_test(test_events_against_definition),
        cmocka_unit_test(test_too_many_events),
        cmocka_unit_test(test_placement),
        cmocka_unit_test(test_striped_goes_round_the_leaves),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
