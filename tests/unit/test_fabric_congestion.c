/* test_fabric_congestion.c: loads of shared links against the flow simulator, closed forms and
 * hand-worked networks. */
#include "gw_test.h"

#include <string.h>

#include "base/rng.h"
#include "fabric/congestion.h"
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

static gw_congestion_net on_plan(const gw_net_plan *plan, int routing, int placement,
                                 uint64_t seed) {
    assert_null(gw_net_plan_problem(plan, arena));
    gw_net *net = gw_net_build(plan, arena);
    return (gw_congestion_net){.net = net,
                               .host = gw_placement_hosts(net, placement, seed, arena),
                               .how = {.kind = routing, .seed = seed},
                               .queue_pairs = 1,
                               .oversubscription = 1,
                               .nics = GW_NAN};
}

/** Leaves of `down` hosts with `up` cables of the NICs' rate, one to each spine. */
static gw_net_plan leaf_spine(int leaves, int down, int up) {
    gw_net_plan plan =
        NET_TREE(leaves * down, 2, NET_INTS(down, leaves), NET_INTS(1, up), NET_INTS(1, 1));
    plan.link_Bps = plan.nic_Bps;
    return plan;
}

/** Load of one axis; all others are silent. */
static gw_axis_use use_of(const gw_congestion_net *on, gw_collective kind, int64_t size,
                          int64_t stride, int64_t ranks) {
    gw_groups groups[GW_N_AXES] = {{0}};
    groups[GW_AXIS_DP] = (gw_groups){.kind = kind, .size = size, .stride = stride};
    gw_congestion out;
    gw_congestion_find(on, groups, ranks, arena, &out);
    assert_true(out.flows);
    for (int a = 0; a < GW_N_AXES; a++) {
        assert_true(a == GW_AXIS_DP || (!out.axis[a].crosses && out.axis[a].load_frac == 0));
    }
    gw_assert_near(gw_congestion_share(&out, GW_AXIS_DP, 1.0),
                   1.0 / fmax(1.0, out.axis[GW_AXIS_DP].load_frac), 1e-15);
    return out.axis[GW_AXIS_DP];
}

/* ------------------------------------------------------------------ by hand */

static void test_worked_by_hand(void **state) {
    (void)state;
    /* 4 leaves of 8 hosts, 4 spines: 2:1 */
    gw_net_plan plan = leaf_spine(4, 8, 4);
    gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_PACKED, 1);
    /* every host sends one leaf further: 8 flows on 4 up-links */
    gw_axis_use use = use_of(&on, GW_SEND, 4, 8, 32);
    gw_assert_near(use.load_frac, 2.0, 1e-12);
    assert_non_null(strstr(use.link, "links "));
    /* a ring of neighbours leaves each leaf once */
    gw_assert_near(use_of(&on, GW_ALL_REDUCE, 32, 1, 32).load_frac, 0.25, 1e-12);
    /* rings under one leaf share nothing */
    use = use_of(&on, GW_ALL_REDUCE, 8, 1, 32);
    assert_true(use.crosses && use.load_frac == 0.0 && use.link == NULL);
    /* each with each: 24 of 31 peers are under other leaves */
    gw_assert_near(use_of(&on, GW_ALL_TO_ALL, 32, 1, 32).load_frac, 8.0 * 24 / 31 / 4, 1e-12);
    /* nobody talks */
    use = use_of(&on, GW_ALL_REDUCE, 1, 1, 32);
    assert_false(use.crosses);
}

static void test_inside_domains_nothing_crosses(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(4, 8, 4);
    plan.domain = 8;
    gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_PACKED, 1);
    assert_false(use_of(&on, GW_ALL_REDUCE, 8, 1, 32).crosses);
    assert_false(use_of(&on, GW_ALL_TO_ALL, 4, 2, 32).crosses);
    /* a ring of all: each local rank to its like in the next domain, which is another leaf */
    gw_assert_near(use_of(&on, GW_ALL_REDUCE, 32, 1, 32).load_frac, 2.0, 1e-12);
    on.nics = 2; /* a domain drives two of its eight NICs */
    gw_assert_near(use_of(&on, GW_ALL_REDUCE, 32, 1, 32).load_frac, 0.5, 1e-12);
    gw_assert_near(use_of(&on, GW_ALL_TO_ALL, 32, 1, 32).load_frac, 2.0, 1e-12); /* rings only */
}

/* Ranks in turn round the leaves: every hop of a ring leaves its leaf. */
static void test_placement_decides(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(4, 8, 4);
    gw_congestion_net striped = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_STRIPED, 1);
    gw_assert_near(use_of(&striped, GW_ALL_REDUCE, 32, 1, 32).load_frac, 2.0, 1e-12);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        gw_congestion_net scattered =
            on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_SCATTERED, seed);
        double load = use_of(&scattered, GW_ALL_REDUCE, 32, 1, 32).load_frac;
        assert_true(load >= 0.25 && load <= 2.0);
    }
}

/* A job on a quarter of the network loads it as jobs on all quarters do. */
static void test_the_rest_is_full_of_jobs_alike(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(8, 8, 4);
    gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_STRIPED, 1);
    gw_assert_near(use_of(&on, GW_ALL_REDUCE, 16, 1, 16).load_frac, 2.0, 1e-12);
}

/* ------------------------------------------------------------------ the claim behind "closed form" */

/* Full bisection, sprayed: whatever the groups and whoever stands where, nothing shared is loaded
 * beyond its capacity. */
static void test_full_bisection_is_never_limited(void **state) {
    (void)state;
    gw_net_plan plans[] = {
        leaf_spine(8, 4, 4),
        NET_TREE(64, 3, NET_INTS(4, 4, 4), NET_INTS(1, 4, 4), NET_INTS(1, 1, 1)),
        NET_TREE(57, 3, NET_INTS(4, 4, 4), NET_INTS(1, 4, 4), NET_INTS(1, 1, 1)),
        net_plan(GW_TOPOLOGY_RAIL, 64, 2, NET_INTS(4, 16), NET_INTS(1, 4), NET_INTS(1, 1)),
    };
    plans[3] = net_plan_with(plans[3], 1, 4, 4, 4);
    int n = 0;
    for (size_t k = 0; k < sizeof plans / sizeof plans[0]; k++) {
        plans[k].link_Bps = plans[k].nic_Bps;
        for (int p = 0; p < GW_N_placement; p++) {
            for (int64_t size = 2; size <= 64; size *= 2) {
                for (int64_t stride = 1; size * stride <= plans[k].n_hosts; stride *= 2) {
                    gw_congestion_net on = on_plan(&plans[k], GW_ROUTING_SPRAY, p, 3);
                    const gw_collective kinds[] = {GW_ALL_REDUCE, GW_ALL_TO_ALL, GW_SEND};
                    for (int c = 0; c < 3; c++) {
                        double load = use_of(&on, kinds[c], size, stride, size * stride).load_frac;
                        assert_true(load <= 1.0 + 1e-12);
                        n++;
                    }
                }
            }
        }
    }
    assert_true(n > 500);
}

/* ------------------------------------------------------------------ against the flow simulator */

/** Flows of a pattern, written down straight from its definition; hosts without domains. */
typedef struct flows {
    int32_t src[4096], dst[4096];
    int32_t n;
} flows;

static void add_flow(flows *f, const gw_congestion_net *on, int64_t from, int64_t to) {
    f->src[f->n] = on->host[from];
    f->dst[f->n++] = on->host[to];
}

static flows flows_of(const gw_congestion_net *on, gw_collective kind, int64_t size,
                      int64_t stride) {
    flows f = {.n = 0};
    for (int64_t r = 0; r < on->net->n_hosts / (size * stride) * size * stride; r++) {
        int64_t k = r / stride % size, first = r - k * stride;
        for (int64_t m = 0; m < size; m++) {
            bool talks = kind == GW_ALL_TO_ALL ? m != k
                         : kind == GW_SEND     ? m == k + 1
                                               : m == (k + 1) % size;
            if (talks) {
                add_flow(&f, on, r, first + m * stride);
            }
        }
    }
    return f;
}

/** The flows as a set, each of `bytes`. */
static gw_flow_set routed(const gw_congestion_net *on, const flows *f, double bytes) {
    gw_path path = gw_path_create(arena);
    int64_t *at = GW_NEW_N(arena, f->n + 1, int64_t);
    int32_t *link = GW_NEW_N(arena, f->n * 64, int32_t);
    double *share = GW_NEW_N(arena, f->n * 64, double);
    double *size_B = GW_NEW_N(arena, f->n, double), *none_s = GW_NEW_N(arena, f->n, double);
    for (int32_t i = 0; i < f->n; i++) {
        assert_true(gw_net_route(on->net, &on->how, f->src[i], f->dst[i], 0, &path));
        assert_in_range(path.n, 1, 64);
        for (int32_t k = 0; k < path.n; k++) {
            link[at[i] + k] = path.link[k];
            share[at[i] + k] = path.split ? path.share[k] : 1.0;
        }
        at[i + 1] = at[i] + path.n;
        size_B[i] = bytes;
    }
    return (gw_flow_set){
        .n = f->n, .bytes = size_B, .latency_s = none_s, .at = at, .link = link, .share = share};
}

/** Time of the slowest flow over that of one whose end points alone limit it. */
static double slowdown(const gw_congestion_net *on, gw_collective kind, int64_t size,
                       int64_t stride) {
    flows f = flows_of(on, kind, size, stride);
    double bytes = 1000.0;
    gw_flow_set set = routed(on, &f, bytes);
    gw_flow_links links = gw_net_links(on->net);
    gw_flow_result result;
    gw_flow_run(&links, &set, NULL, arena, &result);
    double sent_B = bytes * (kind == GW_ALL_TO_ALL ? (double)(size - 1) : 1.0);
    return result.end_s / (sent_B / on->net->plan.nic_Bps);
}

static gw_net_plan drawn_plan(uint64_t seed) {
    int down = 2 + (int)(gw_rng_uniform(seed, 0, 1, 0) * 5);
    int leaves = 2 + (int)(gw_rng_uniform(seed, 0, 1, 1) * 5);
    int up = 1 + (int)(gw_rng_uniform(seed, 0, 1, 2) * 4);
    gw_net_plan plan = leaf_spine(leaves, down, up);
    plan.link_Bps = plan.nic_Bps * (0.5 + gw_rng_uniform(seed, 0, 1, 3));
    return plan;
}

/* Damages the network a little where the draw says so. */
static void damage(gw_congestion_net *on, uint64_t seed) {
    gw_fabric_fault fault = {.share = 0.1,
                             .capacity = seed % 4 == 1 ? 0.3 : 0.0,
                             .at_s = GW_NAN,
                             .lasts_s = GW_NAN,
                             .period_s = GW_NAN};
    gw_fabric fabric = {.routing_seed = (int64_t)seed};
    fabric.faults.at = &fault;
    fabric.faults.n = 1;
    assert_true(gw_faults_apply(on->net, NULL, &fabric, NULL));
}

static void test_against_flows(void **state) {
    (void)state;
    const int routings[] = {GW_ROUTING_SPRAY, GW_ROUTING_ECMP, GW_ROUTING_D_MOD_K};
    const gw_collective kinds[] = {GW_ALL_REDUCE, GW_ALL_TO_ALL, GW_SEND};
    int limited = 0, free_of_limits = 0;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        gw_arena *kept = arena;
        arena = gw_arena_create(0);
        gw_net_plan plan = drawn_plan(seed);
        int placement = (int)(seed % GW_N_placement);
        gw_congestion_net on = on_plan(&plan, routings[seed / 3 % 3], placement, seed);
        if (seed % 2 == 1 && plan.up[1] > 1) {
            damage(&on, seed);
        }
        int64_t n = on.net->n_hosts, size = 2 + (int64_t)(gw_rng_uniform(seed, 0, 1, 4) * 6);
        size = size > n ? n : size;
        int64_t stride = 1 + (int64_t)(gw_rng_uniform(seed, 0, 1, 5) * (double)(n / size));
        stride = size * stride > n ? n / size : stride;
        for (int c = 0; c < 3; c++) {
            int64_t all = n / (size * stride) * size * stride; /* one job */
            gw_axis_use use = use_of(&on, kinds[c], size, stride, all);
            if (use.load_frac == GW_INF) { /* a leaf lost all its cables */
                continue;
            }
            double expected = slowdown(&on, kinds[c], size, stride);
            gw_assert_near(fmax(1.0, use.load_frac), expected, 1e-6);
            limited += expected > 1.01;
            free_of_limits += expected < 1.01;
        }
        gw_arena_free(arena);
        arena = kept;
    }
    assert_true(limited > 100 && free_of_limits > 50);
}

/* ------------------------------------------------------------------ what makes it worse */

static void test_more_oversubscription_is_never_better(void **state) {
    (void)state;
    for (int p = 0; p < GW_N_placement; p++) {
        double last = 0;
        for (int up = 8; up >= 1; up--) {
            gw_net_plan plan = leaf_spine(6, 8, up);
            gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, p, 5);
            double load = use_of(&on, GW_ALL_TO_ALL, 48, 1, 48).load_frac;
            assert_true(load >= last * (1 - 1e-6));
            last = load;
        }
        assert_true(last > 5);
    }
}

/* Hashing is at best as even as spraying; more queue pairs come nearer to it. */
static void test_collisions(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(8, 8, 8);
    gw_congestion_net sprayed = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_PACKED, 1);
    double even = use_of(&sprayed, GW_SEND, 8, 8, 64).load_frac, last = GW_INF;
    gw_assert_near(even, 1.0, 1e-6);
    for (int pairs = 1; pairs <= 64; pairs *= 4) {
        double sum = 0;
        for (uint64_t seed = 1; seed <= 40; seed++) {
            gw_congestion_net on = on_plan(&plan, GW_ROUTING_ECMP, GW_PLACEMENT_PACKED, seed);
            on.queue_pairs = pairs;
            double load = use_of(&on, GW_SEND, 8, 8, 64).load_frac;
            assert_true(load >= even * (1 - 1e-6));
            sum += load / 40;
        }
        assert_true(sum < last);
        last = sum;
    }
    assert_true(last < 1.6); /* 64 pairs; one pair: between 3 and 4 */
}

static void test_faults(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(4, 8, 8);
    double last = 0;
    for (int k = 0; k <= 7; k++) { /* one spine after the other fails */
        gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_PACKED, 1);
        gw_fabric_fault faults[8];
        for (int i = 0; i < k; i++) {
            faults[i] = (gw_fabric_fault){.share = GW_NAN, .at_s = GW_NAN};
            faults[i].switches.at = GW_NEW_N(arena, 1, const char *);
            faults[i].switches.at[0] = gw_arena_printf(arena, "spine-%d", i);
            faults[i].switches.n = 1;
        }
        gw_fabric fabric = {.routing_seed = 1};
        fabric.faults.at = faults;
        fabric.faults.n = k;
        assert_true(gw_faults_apply(on.net, NULL, &fabric, NULL));
        double load = use_of(&on, GW_SEND, 4, 8, 32).load_frac;
        gw_assert_near(load, 8.0 / (8 - k), 1e-6);
        assert_true(load > last);
        last = load;
    }
}

/* A host's cable at half its rate limits its ring; dead ones leave no way. */
static void test_own_links_count_when_damaged(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(4, 8, 8);
    gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_PACKED, 1);
    gw_path path = gw_path_create(arena);
    assert_true(gw_net_route(on.net, &on.how, 5, 6, 0, &path));
    on.net->capacity_Bps[path.link[0]] /= 2;
    gw_net_refresh(on.net);
    gw_axis_use use = use_of(&on, GW_ALL_REDUCE, 8, 1, 32);
    gw_assert_near(use.load_frac, 2.0, 1e-12);
    char name[128];
    gw_net_link_name(on.net, path.link[0], name, sizeof name);
    assert_string_equal(use.link, name);
    on.net->capacity_Bps[path.link[0]] = 0;
    gw_net_refresh(on.net);
    gw_net_changed(on.net);
    use = use_of(&on, GW_ALL_REDUCE, 8, 1, 32);
    assert_true(use.load_frac == GW_INF);
    assert_non_null(strstr(use.link, "no way from host-5"));
    gw_congestion out = {.flows = true, .axis[GW_AXIS_DP] = use};
    assert_true(gw_congestion_share(&out, GW_AXIS_DP, 1.0) == 0.0);
}

/* Two islands joined by few cables: a ring over both is as fast as these. */
static void test_trunks(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(4, 8, 8);
    plan.islands = 2;
    plan.n_hosts = 64;
    plan.trunks = 2;
    plan.trunk_Bps = plan.nic_Bps / 4;
    gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_PACKED, 1);
    gw_assert_near(use_of(&on, GW_ALL_REDUCE, 64, 1, 64).load_frac, 2.0, 1e-6); /* one hop a way */
    gw_assert_near(use_of(&on, GW_SEND, 2, 32, 64).load_frac, 64.0, 1e-6);
    gw_assert_near(use_of(&on, GW_ALL_REDUCE, 32, 1, 32).load_frac, 0.125, 1e-6); /* within */
}

static void test_share(void **state) {
    (void)state;
    gw_congestion c = {.flows = true};
    c.axis[GW_AXIS_EP].load_frac = 0.8;
    gw_assert_near(gw_congestion_share(&c, GW_AXIS_EP, 1.0), 1.0, 0);
    gw_assert_near(gw_congestion_share(&c, GW_AXIS_EP, 2.0), 1 / 1.6, 1e-15);
    gw_assert_near(gw_congestion_share(&c, GW_AXIS_TP, 9.0), 1.0, 0);
}

/* A job that is larger than the part of the network in hand still has groups. */
static void test_more_ranks_than_hosts(void **state) {
    (void)state;
    gw_net_plan plan = leaf_spine(4, 8, 4);
    gw_congestion_net on = on_plan(&plan, GW_ROUTING_SPRAY, GW_PLACEMENT_PACKED, 1);
    gw_assert_near(use_of(&on, GW_ALL_REDUCE, 64, 1, 64).load_frac, 0.25, 1e-12);
    gw_assert_near(use_of(&on, GW_SEND, 2, 64, 128).load_frac, 2.0, 1e-12);
    assert_true(use_of(&on, GW_ALL_TO_ALL, 100, 1, 100).load_frac > 1.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_by_hand),
        cmocka_unit_test(test_inside_domains_nothing_crosses),
        cmocka_unit_test(test_placement_decides),
        cmocka_unit_test(test_the_rest_is_full_of_jobs_alike),
        cmocka_unit_test(test_full_bisection_is_never_limited),
        cmocka_unit_test(test_against_flows),
        cmocka_unit_test(test_more_oversubscription_is_never_better),
        cmocka_unit_test(test_collisions),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_own_links_count_when_damaged),
        cmocka_unit_test(test_trunks),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_more_ranks_than_hosts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
