/* test_fabric_phase.c: from a cluster of a scenario to its network. */
#include <string.h>

#include "fabric/fabric_phase.h"
#include "gw_test.h"

#define GBIT_Bps 1.25e8 /* 1 Gbit/s in B/s */

typedef struct gw_case {
    gw_scenario in;
    gw_cluster cluster;
    gw_chip_lot lots[3];
    gw_system system;
    gw_accelerator accelerator;
    gw_netswitch type;
    gw_netlink link;
} gw_case;

static gw_arena *arena;

/** 2,048 H100 in nodes of 8 on 64-port 400G switches, rail-optimised. */
static void fill(gw_case *c) {
    memset(c, 0, sizeof *c);
    c->lots[0] = (gw_chip_lot){.count = 1024, .until_d = GW_NAN};
    c->lots[1] = (gw_chip_lot){.count = 1024, .until_d = GW_NAN};
    c->lots[2] = (gw_chip_lot){.count = 4096, .until_d = 20000};
    c->accelerator = (gw_accelerator){.vendor = "NVIDIA",
                                      .scaleup_fabric = "NVLink4 NVSwitch",
                                      .scaleup_bandwidth_Bps = 450e9,
                                      .scaleup_efficiency = 0.8,
                                      .nic_efficiency = 0.85};
    c->system = (gw_system){.per_node = 8,
                            .scaleup_domain = 8,
                            .nics_per_accelerator = 1,
                            .nic_bandwidth_Bps = 400 * GBIT_Bps};
    c->type = (gw_netswitch){.ports = 64,
                             .port_rate_Bps = 400 * GBIT_Bps,
                             .power_W = 1000,
                             .price_usd = 20000,
                             .latency_s = 0.5e-6};
    c->link = (gw_netlink){.rate_Bps = 400 * GBIT_Bps,
                           .power_per_end_W = 10,
                           .price_per_end_usd = 500,
                           .reach_m = 500,
                           .optical = true};
    c->cluster.fabric = (gw_fabric){.topology = GW_TOPOLOGY_RAIL,
                                    .oversubscription = 1,
                                    .cable_length_m = 30,
                                    .nic_latency_s = 2e-6,
                                    .link_rate_Bps = GW_NAN,
                                    .link_latency_s = GW_NAN};
    c->cluster.lots.at = c->lots;
    c->cluster.lots.n = 3;
    c->in.clusters.at = &c->cluster;
    c->in.clusters.n = 1;
    c->in.systems.at = &c->system;
    c->in.accelerators.at = &c->accelerator;
    c->in.switches.at = &c->type;
    c->in.links.at = &c->link;
}

static gw_network derive(gw_case *c) {
    gw_network out;
    gw_fabric_derive(&c->in, 0, arena, &out);
    return out;
}

static void test_network(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    gw_network out = derive(&c);
    assert_null(out.problem);
    assert_int_equal(out.n_rails, 8);
    assert_int_equal(out.n_tiers, 2);
    gw_assert_near(out.n_endpoints, 2048, 0); /* the lot that ends does not count */
    gw_assert_near(out.n_leaf, 64, 0);        /* as a SuperPOD of 8 units */
    gw_assert_near(out.n_spine, 32, 0);
    gw_assert_near(out.comm.scaleup.bandwidth_Bps, 360e9, 1e-12);
    assert_int_equal(out.comm.scaleup.size, 8);
    gw_assert_near(out.comm.scaleout.bandwidth_Bps, 42.5e9, 1e-12);
    gw_assert_near(out.comm.leaf_bandwidth_Bps, 42.5e9, 1e-12);
    assert_int_equal(out.comm.leaf_size, 256); /* 32 nodes share the leaves of their rails */
    assert_int_equal(out.comm.scaleout.size, 2048);
    gw_assert_near(out.comm.scaleout.latency_s, 2e-6 + 3 * 0.5e-6 + 4 * 30 * 4.9e-9, 1e-12);
    gw_assert_near(out.all_reduce_1GB_s, gw_collective_s(&out.comm, GW_ALL_REDUCE, 1e9, 2048, 8),
                   1e-12);
    assert_true(out.all_reduce_1GB_s > 1e9 / 360e9 && out.all_reduce_1GB_s < 0.1);
}

/* What the catalogue says of an accelerator's collectives reaches the collective, and matters. */
static void test_accelerator_constants(void **state) {
    (void)state;
    gw_case base;
    fill(&base);
    double before_s = derive(&base).all_reduce_1GB_s;
    for (int i = 0; i < 3; i++) {
        gw_case c;
        fill(&c);
        c.accelerator.scaleup_latency_s = i == 0 ? 1e-3 : c.accelerator.scaleup_latency_s;
        c.accelerator.collective_start_s = i == 1 ? 1e-3 : c.accelerator.collective_start_s;
        c.accelerator.collective_nics = i == 2 ? 1 : c.accelerator.collective_nics;
        assert_true(derive(&c).all_reduce_1GB_s > before_s);
    }
    base.accelerator.collective_start_s = 5e-6;
    base.accelerator.collective_ramp = 1;
    gw_comm slow = derive(&base).comm;
    base.accelerator.collective_ramp = 0;
    gw_comm fast = derive(&base).comm;
    assert_true(gw_collective_s(&slow, GW_ALL_REDUCE, 1e7, 8, 8) >
                gw_collective_s(&fast, GW_ALL_REDUCE, 1e7, 8, 8));
}

static void test_oversubscribed(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    c.cluster.fabric.oversubscription = 3;
    gw_network out = derive(&c);
    gw_assert_near(out.comm.scaleout.bandwidth_Bps, 42.5e9 / 3, 1e-12);
    gw_assert_near(out.comm.leaf_bandwidth_Bps, 42.5e9, 1e-12);
    assert_int_equal(out.comm.leaf_size, 48 * 8);
}

static void test_topology_and_problem(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    c.cluster.fabric.topology = GW_TOPOLOGY_CLOS;
    gw_network out = derive(&c);
    assert_int_equal(out.n_rails, 1);
    assert_int_equal(out.comm.leaf_size, 32);
    c.lots[0].count = 1e6;
    c.cluster.fabric.tiers = 2;
    out = derive(&c);
    assert_non_null(out.problem);
    assert_true(isnan(out.power_W));
    assert_true(out.comm.scaleout.bandwidth_Bps > 0); /* a step can still be estimated */
    fill(&c);
    c.lots[0].until_d = c.lots[1].until_d = 20000; /* every lot ends */
    gw_assert_near(derive(&c).n_endpoints, 6144, 0);
}

static void test_multicast(void **state) {
    (void)state;
    static const struct {
        const char *vendor, *fabric;
        bool expected;
    } rows[] = {{"NVIDIA", "NVLink4 NVSwitch", true},  {"NVIDIA", "NVLink 5", true},
                {"NVIDIA", "NVLink5 NVL72", true},     {"NVIDIA", "NVLink3 NVSwitch", false},
                {"NVIDIA", "NVLink4 bridge", false},   {"NVIDIA", NULL, false},
                {"AMD", "Infinity Fabric mesh", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        gw_case c;
        fill(&c);
        c.accelerator.vendor = rows[i].vendor;
        c.accelerator.scaleup_fabric = rows[i].fabric;
        assert_int_equal(derive(&c).comm.multicast, rows[i].expected);
    }
}

static void test_phase(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    gw_network network[1];
    gw_state run = {.in = &c.in, .scratch = arena, .network = network};
    gw_fabric_phase(NULL, &run);
    gw_assert_near(network[0].n_switches, 96, 0);
}

static int set_up(void **state) {
    (void)state;
    arena = gw_arena_create(0);
    return arena == NULL;
}

static int tear_down(void **state) {
    (void)state;
    gw_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_network),
        cmocka_unit_test(test_oversubscribed),
        cmocka_unit_test(test_accelerator_constants),
        cmocka_unit_test(test_multicast),
        cmocka_unit_test(test_topology_and_problem),
        cmocka_unit_test(test_phase),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
