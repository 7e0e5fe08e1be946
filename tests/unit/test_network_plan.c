/* From a scenario to a plan, an inventory and the closed-form counts of clusters; oracles: published
 * component tables, formulas of the papers, and counting. */
#include <stdio.h>
#include <string.h>

#include "fabric/fabric_phase.h"
#include "gw_test.h"
#include "network/net_counts.h"
#include "network/net_plan.h"
#include "scenario/load.h"

static gw_arena *arena;

/** A file with one fabric `f`. Fails the test if it cannot be loaded. */
static gw_spec *load(const char *body) {
    char text[2000];
    snprintf(text, sizeof text, "gigawatt: 1\ntitle: t\nas_of: 2026-11-01\nfabrics:\n  f: {%s}\n",
             body);
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = NULL;
    if (gw_spec_load_text("t.yaml", text, strlen(text), NULL, NULL, diags, &spec) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    return spec;
}

/** Whether loading fails, and one of the messages holds these words. */
static void refuse(const char *body, const char *words) {
    char text[2000];
    snprintf(text, sizeof text, "gigawatt: 1\ntitle: t\nas_of: 2026-11-01\nfabrics:\n  f: {%s}\n",
             body);
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = NULL;
    assert_int_not_equal(gw_spec_load_text("t.yaml", text, strlen(text), NULL, NULL, diags, &spec),
                         GW_OK);
    bool found = false;
    for (size_t i = 0; i < gw_diags_n(diags); i++) {
        const gw_diag *d = gw_diags_at(diags, i);
        found = found || (strstr(d->msg, words) != NULL && d->loc.line == 5 && d->loc.col > 0);
    }
    if (!found) {
        gw_diags_print(diags, stderr, 0);
        print_error("no message with: %s\n", words);
    }
    assert_true(found);
    gw_diags_free(diags);
}

typedef struct built {
    gw_spec *spec;
    gw_net_plan plan;
    gw_net *net;
    gw_inventory inventory;
} built;

static built build(const char *body) {
    built b = {.spec = load(body)};
    const gw_scenario *in = &b.spec->scenario;
    const gw_fabric *f = &in->fabrics.at[0];
    const char *problem = gw_net_plan_of_fabric(in, f, arena, &b.plan);
    problem = problem != NULL ? problem : gw_net_plan_problem(&b.plan, arena);
    if (problem != NULL) {
        print_error("%s\n", problem);
        fail();
    }
    b.net = gw_net_build(&b.plan, arena);
    gw_net_inventory(b.net, in, f, arena, &b.inventory);
    return b;
}

/* DGX SuperPOD of B200, NVIDIA's reference architecture: nodes, leaves, spines, cores; 8 NICs of 400G
 * a node, 64-port switches. */
static void reference_designs(void **state) {
    (void)state;
    static const int rows[][6] = {
        {127, 32, 16, 0, 1016, 0}, {255, 64, 32, 0, 2040, 0}, {511, 128, 128, 64, 4088, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char body[300];
        snprintf(body, sizeof body,
                 "topology: rail_clos, hosts: %d, scaleup_domain: 8, switch_type: "
                 "Quantum-2-QM9700, link_type: 400G-DR4",
                 8 * rows[i][0]);
        built b = build(body);
        gw_assert_near(b.inventory.n_switches_tier[0], rows[i][1], 0);
        gw_assert_near(b.inventory.n_switches_tier[1], rows[i][2], 0);
        gw_assert_near(b.inventory.n_switches_tier[2], rows[i][3], 0);
        gw_assert_near(b.inventory.n_cables_role[GW_CABLE_HOST], rows[i][4], 0);
        gw_assert_near(b.inventory.n_scaleup_switches, rows[i][0], 0);
        assert_true(b.inventory.radix_needed <= 64);
        gw_assert_near(b.inventory.full_bisection_frac, 1, 1e-12);
        gw_assert_near(b.inventory.oversubscription, 1, 1e-12);
        gw_spec_free(b.spec);
    }
}

/* SimGrid's notation: 2 levels of 4; 16 hosts, 4 leaves, 2 spines, two cables leaf to spine. */
static void fat_tree_levels(void **state) {
    (void)state;
    built b = build("topology: fat_tree, levels: \"2; 4,4; 1,2; 1,2\", host_rate: 100 Gbit/s");
    assert_int_equal(b.net->n_hosts, 16);
    gw_assert_near(b.inventory.n_switches_tier[0], 4, 0);
    gw_assert_near(b.inventory.n_switches_tier[1], 2, 0);
    gw_assert_near(b.inventory.n_cables, 16 + 4 * 2 * 2, 0);
    gw_assert_near(b.inventory.bisection_Bps, 8 * 12.5e9, 1e-12);
    assert_true(isnan(b.inventory.power_W));
    gw_spec_free(b.spec);
}

/* Kim et al. 2008: balanced with a = 8 routers: p = h = 4, g = a h + 1 = 33, N = a p g = 1,056. */
static void balanced_dragonfly(void **state) {
    (void)state;
    built b = build("topology: dragonfly, routers: 8");
    assert_int_equal(b.plan.groups, 33);
    assert_int_equal(b.net->n_hosts, 1056);
    gw_assert_near(b.inventory.n_switches, 264, 0);
    gw_assert_near(b.inventory.n_cables, 1056 + 33 * 28 + 33 * 32 / 2.0, 0);
    assert_int_equal(b.inventory.radix_needed, 15); /* p + h + a - 1 */
    gw_spec_free(b.spec);
}

/* TPU v4: a 3D torus has 3 cables a chip; 8x8x8 across its middle: 2 x 64. */
static void torus_counts(void **state) {
    (void)state;
    built b = build("topology: torus, dims: 8x8x8, link_rate: 400 Gbit/s");
    assert_int_equal(b.net->n_hosts, 512);
    gw_assert_near(b.inventory.n_cables, 3 * 512, 0);
    gw_assert_near(b.inventory.n_switches, 0, 0);
    gw_assert_near(b.inventory.bisection_Bps, 2 * 64 * 50e9, 1e-12);
    gw_assert_near(b.inventory.host_Bps, 6 * 50e9, 1e-12);
    gw_spec_free(b.spec);
}

/* What the samples use must be what counting the links of the built network gives. */
static void closed_form_is_the_count(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "topology: fat_tree, levels: \"2; 4,4; 1,2; 1,2\", link_rate: 400 Gbit/s",
        "topology: fat_tree, levels: \"3; 4,3,2; 1,2,3; 1,1,2\", link_rate: 100 Gbit/s",
        "topology: leaf_spine, leaves: 6, spines: 3, hosts_per_switch: 8, parallel: 2",
        "topology: dragonfly, routers: 4",
        "topology: dragonfly, routers: 6, groups: 5, hosts_per_switch: 2",
        "topology: dragonfly_plus, leaves: 3, spines: 3, groups: 4",
        "topology: torus, dims: 4x6x3, link_rate: 400 Gbit/s",
        "topology: torus, dims: 4x4, wrap: no, link_rate: 400 Gbit/s",
        "topology: hyperx, dims: 4x6, widths: 2x1",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        char body[300];
        snprintf(body, sizeof body, "%s, switch_type: Quantum-2-QM9700, link_type: 400G-DR4",
                 bodies[i]);
        built b = build(body);
        gw_net_parts parts = gw_parts_of_fabric(&b.spec->scenario, &b.spec->scenario.fabrics.at[0]);
        gw_network n;
        gw_plan_network(&parts, &b.plan, &n);
        print_message("%s\n", bodies[i]);
        gw_assert_near(n.n_switches, b.inventory.n_switches, 0);
        gw_assert_near(n.n_cables, b.inventory.n_cables, 0);
        /* Which cables of a halved group cross is the arrangement's; the closed form has the mean. */
        double rel = strstr(bodies[i], "dragonfly") != NULL ? 0.25 : 1e-12;
        gw_assert_near(n.bisection_Bps, b.inventory.bisection_Bps, rel);
        gw_assert_near(n.diameter_hops, b.inventory.diameter_hops, 0);
        gw_assert_near(n.full_bisection_frac, b.inventory.full_bisection_frac, rel);
        gw_assert_near(n.cable_length_m, b.inventory.cable_length_m, 1e-12);
        gw_assert_near(n.power_W, b.inventory.power_W, 1e-12);
        gw_assert_near(n.price_usd, b.inventory.price_usd, 1e-12);
        gw_assert_near(n.max_endpoints, b.inventory.most_hosts_n * b.plan.nics, 0);
        gw_spec_free(b.spec);
    }
}

/* Latency of a way: NIC + switches + cables, as the closed form of clusters has it. */
static void latency_of_a_way(void **state) {
    (void)state;
    built b = build("topology: clos, hosts: 256, nic_latency: 2 us, cable_length: 40 m, "
                    "switch_type: Spectrum-4-SN5400, link_type: 400G-DR4");
    double way_s = 2 * b.plan.nic_latency_s + 2 * b.plan.link_latency_s;
    gw_assert_near(way_s, 2e-6 + 3 * 0.6e-6 + 4 * 40 * 4.9e-9, 1e-12);
    gw_spec_free(b.spec);
    b = build(
        "topology: leaf_spine, leaves: 2, spines: 1, hosts_per_switch: 2, link_latency: 3 us");
    gw_assert_near(b.plan.nic_latency_s, 3e-6, 0);
    gw_assert_near(b.plan.link_latency_s, 3e-6, 0);
    gw_spec_free(b.spec);
}

/* A part keeps the rates of the whole: bisection over the hosts' rate. */
static void a_part_behaves_alike(void **state) {
    (void)state;
    built b = build("topology: clos, hosts: 16384, oversubscription: 2, switch_type: "
                    "Quantum-2-QM9700, link_type: 400G-DR4");
    gw_net_plan part = b.plan;
    int32_t leaf = b.plan.down[0] * b.plan.down[1];
    gw_net_plan_shrink(&part, 4 * leaf);
    assert_null(gw_net_plan_problem(&part, arena));
    gw_net *net = gw_net_build(&part, arena);
    gw_inventory i;
    gw_net_inventory(net, &b.spec->scenario, &b.spec->scenario.fabrics.at[0], arena, &i);
    assert_int_equal(net->n_hosts, 4 * leaf);
    gw_assert_near(i.oversubscription, b.inventory.oversubscription, 1e-12);
    gw_assert_near(i.full_bisection_frac, b.inventory.full_bisection_frac, 0.02);
    assert_true(i.n_switches < b.inventory.n_switches);
    gw_spec_free(b.spec);
}

static void planes_share_a_nic(void **state) {
    (void)state;
    built one = build("topology: clos, hosts: 512, host_rate: 800 Gbit/s, switch_type: "
                      "Tomahawk-5-64x800, link_type: 800G-DR8");
    built four = build("topology: clos, hosts: 512, planes: 4, host_rate: 800 Gbit/s, switch_type: "
                       "Tomahawk-5-64x800, link_type: 800G-DR8");
    gw_assert_near(four.inventory.host_Bps, one.inventory.host_Bps, 1e-12);
    gw_assert_near(four.inventory.bisection_Bps, one.inventory.bisection_Bps, 1e-12);
    gw_assert_near(four.inventory.n_cables_role[GW_CABLE_HOST], 4 * 512, 0);
    gw_spec_free(one.spec);
    gw_spec_free(four.spec);
}

static void what_a_topology_does_not_take(void **state) {
    (void)state;
    refuse("topology: clos, hosts: 64, switch_type: Quantum-2-QM9700, dims: 4x4",
           "`dims` has no effect on a clos");
    refuse("topology: torus, dims: 4x4, tiers: 2", "`tiers` has no effect on a torus");
    refuse("topology: torus", "needs `dims`");
    refuse("topology: torus, dims: 4x, link_rate: 100 Gbit/s", "`dims` cannot be read");
    refuse("topology: fat_tree, levels: \"2; 4,4; 1,2\"", "`levels` cannot be read");
    refuse("topology: fat_tree, levels: \"9; 4\"", "at most 6");
    refuse("topology: hyperx, dims: 4x4, widths: 2", "1 widths for 2 dimensions");
    refuse("topology: clos, hosts: 64", "switch_type");
    refuse("topology: leaf_spine, leaves: 2, spines: 2", "needs `hosts_per_switch`");
    refuse("topology: dragonfly, routers: 4, trunks: 2", "`trunks` has no effect");
    refuse("topology: clos, hosts: 64, trunks: 2, switch_type: Quantum-2-QM9700", "there is one");
    refuse("topology: clos, hosts: 64, routing: valiant, switch_type: Quantum-2-QM9700", "valiant");
    refuse(
        "topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, faults: {x: {at: 1 ms}}",
        "does not say what fails");
    refuse(
        "topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, faults: {x: {switches: "
        "spine-0, lasts: 1 ms}}",
        "has no beginning");
    refuse(
        "topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, hosts: 8, traffic: {x: "
        "{ranks: 9}}",
        "needs 9 hosts");
}

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_designs),
        cmocka_unit_test(fat_tree_levels),
        cmocka_unit_test(balanced_dragonfly),
        cmocka_unit_test(torus_counts),
        cmocka_unit_test(closed_form_is_the_count),
        cmocka_unit_test(latency_of_a_way),
        cmocka_unit_test(a_part_behaves_alike),
        cmocka_unit_test(planes_share_a_nic),
        cmocka_unit_test(what_a_topology_does_not_take),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
