/* test_network_clos.c: counts of folded Clos networks against textbook and published ones. */
#include "gw_test.h"
#include "network/clos.h"

#define GBIT_Bps 1.25e8 /* 1 Gbit/s in B/s */

static gw_arena *arena;

static gw_clos plain(double nics, int radix) {
    return (gw_clos){.n_nics = nics,
                     .nic_Bps = 400 * GBIT_Bps,
                     .n_rails = 1,
                     .radix = radix,
                     .port_Bps = 400 * GBIT_Bps,
                     .oversubscription = 1,
                     .switch_power_W = 1000,
                     .switch_price_usd = 20000,
                     .link_Bps = 400 * GBIT_Bps,
                     .end_power_W = 10,
                     .end_price_usd = 500,
                     .link_reach_m = 500,
                     .optical = true,
                     .cable_length_m = 30};
}

static gw_network build(const gw_clos *clos) {
    gw_network out;
    gw_clos_network(clos, arena, &out);
    return out;
}

/* Up-links in use may be a prime number: 220,000 NICs on 64 ports have 31 under each switch of the
 * third tier. The 7 blocks then need 4 top switches a plane, not 31. At any
 * size the upper tiers stay within 1.6 of the least there can be (NICs x 3 / 64), plus one block. */
static void test_prime_up_links(void **state) {
    (void)state;
    gw_clos clos = plain(220000, 64);
    clos.n_rails = 4;
    gw_network out = build(&clos);
    assert_int_equal(out.n_tiers, 4);
    gw_assert_near(out.n_leaf, 6876, 0);
    gw_assert_near(out.n_spine, 6880, 0);
    gw_assert_near(out.n_core, 7168 + 4096, 0);
    for (double nics = 70000; nics < 2e6; nics *= 1.0371) {
        clos.n_nics = floor(nics);
        out = build(&clos);
        assert_true(out.n_core < 1.6 * (3.0 / 64 * nics) + 2048);
    }
}

/* Al-Fares et al., SIGCOMM 2008: k-ary fat tree has k^3/4 hosts and 5k^2/4 switches. */
static void test_fat_tree(void **state) {
    (void)state;
    for (int k = 4; k <= 64; k *= 2) {
        double hosts = pow(k, 3) / 4;
        gw_clos clos = plain(hosts, k);
        gw_network out = build(&clos);
        assert_null(out.problem);
        assert_int_equal(out.n_tiers, 3);
        gw_assert_near(out.max_endpoints, hosts, 0);
        gw_assert_near(out.n_switches, 5.0 * k * k / 4, 0);
        gw_assert_near(out.n_core, k * k / 4.0, 0);
        gw_assert_near(out.n_cables, 3 * hosts, 0);
        gw_assert_near(out.n_optics, 6 * hosts, 0);
        gw_assert_near(out.bisection_Bps, hosts / 2 * clos.nic_Bps, 1e-12);
        gw_assert_near(out.full_bisection_frac, 1, 1e-12);
        gw_assert_near(out.diameter_hops, 5, 0);
        gw_assert_near(out.power_W, 1250.0 * k * k + 60 * hosts, 1e-12);
        gw_assert_near(out.price_usd, 25000.0 * k * k + 3000 * hosts, 1e-12);
        clos.n_nics = k * k / 2.0; /* what two tiers carry */
        out = build(&clos);
        assert_int_equal(out.n_tiers, 2);
        gw_assert_near(out.max_endpoints, k * k / 2.0, 0);
        gw_assert_near(out.n_switches, 1.5 * k, 0);
        gw_assert_near(out.diameter_hops, 3, 0);
    }
}

typedef struct gw_superpod {
    double nodes;
    double leaves, spines, cores, leaf_spine, spine_core;
} gw_superpod;

static void check_superpod(const gw_superpod *row, int radix, double nic_Gbit) {
    gw_clos clos = plain(8 * row->nodes, radix);
    clos.n_rails = 8;
    clos.nic_Bps = clos.port_Bps = clos.link_Bps = nic_Gbit * GBIT_Bps;
    gw_network out = build(&clos);
    assert_null(out.problem);
    gw_assert_near(out.n_leaf, row->leaves, 0);
    gw_assert_near(out.n_spine, row->spines, 0);
    gw_assert_near(out.n_core, row->cores, 0);
    gw_assert_near(out.n_cables, 8 * row->nodes + row->leaf_spine + row->spine_core, 0);
}

/* NVIDIA DGX SuperPOD reference architecture, B200, "Larger DGX SuperPOD component counts" (400
 * Gbit/s switches with 64 ports):
 * docs.nvidia.com/dgx-superpod/reference-architecture-scalable-infrastructure-b200. */
static void test_superpod_b200(void **state) {
    (void)state;
    const gw_superpod rows[] = {{64, 16, 8, 0, 512, 0},
                                {128, 32, 16, 0, 1024, 0},
                                {256, 64, 32, 0, 2048, 0},
                                {512, 128, 128, 64, 4096, 4096},
                                {1024, 256, 256, 128, 8192, 8192},
                                {2048, 512, 512, 256, 16384, 16384}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_superpod(&rows[i], 64, 400);
    }
}

/* The same for B300 with 144-port switches of 800 Gbit/s: "Example compute fabric components",
 * docs.nvidia.com/dgx-superpod/reference-architecture/scalable-infrastructure-b300-xdr. */
static void test_superpod_b300(void **state) {
    (void)state;
    const gw_superpod rows[] = {{72, 8, 4, 0, 576, 0},
                                {144, 16, 8, 0, 1152, 0},
                                {288, 32, 18, 0, 2304, 0},
                                {576, 64, 36, 0, 4608, 0},
                                {1296, 144, 72, 0, 10368, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_superpod(&rows[i], 144, 800);
    }
}

/* 800G ports each serving two 400G NICs: 64 ports carry what 128 ports of 400G do below the leaf.
 */
static void test_breakout(void **state) {
    (void)state;
    gw_clos clos = plain(4096, 64);
    clos.port_Bps = clos.link_Bps = 800 * GBIT_Bps;
    gw_leaf leaf = gw_clos_leaf(&clos, 2);
    assert_int_equal(leaf.nics_per_port, 2);
    assert_int_equal(leaf.down_ports, 32);
    gw_assert_near(leaf.nics, 64, 0);
    gw_assert_near(leaf.oversubscription, 1, 1e-12);
    gw_network out = build(&clos);
    assert_int_equal(out.n_tiers, 2);
    gw_assert_near(out.n_leaf, 64, 0);
    gw_assert_near(out.n_spine, 32, 0);
    gw_assert_near(out.n_cables, 4096 + 2048, 0);
    gw_assert_near(out.n_optics, 4096 + 2048 + 2 * 2048, 0);
    gw_assert_near(out.full_bisection_frac, 1, 1e-12);
    /* NIC ends run at half of the link's rate: 4096 / 2 on both sides, and both ends of 2048. */
    gw_assert_near(out.power_W, 96 * 1000 + 10 * (4096 + 4096), 1e-12);
    /* A NIC of 800G on 400G ports takes two of them. */
    clos = plain(1024, 64);
    clos.nic_Bps = 800 * GBIT_Bps;
    leaf = gw_clos_leaf(&clos, 2);
    assert_int_equal(leaf.ports_per_nic, 2);
    gw_assert_near(leaf.nics, 16, 0);
    gw_assert_near(build(&clos).n_leaf, 64, 0);
    /* 300G NICs on 400G ports: one to a port, fewer up-links needed. */
    clos = plain(1024, 64);
    clos.nic_Bps = 300 * GBIT_Bps;
    leaf = gw_clos_leaf(&clos, 2);
    assert_int_equal(leaf.nics_per_port, 1);
    assert_int_equal(leaf.down_ports, 36);
    assert_true(36 * 300 <= 28 * 400 && 37 * 300 > 27 * 400);
}

static void test_oversubscription(void **state) {
    (void)state;
    gw_clos clos = plain(3072, 64);
    clos.oversubscription = 3;
    gw_leaf leaf = gw_clos_leaf(&clos, 2);
    assert_int_equal(leaf.down_ports, 48);
    assert_int_equal(leaf.up_ports, 16);
    gw_network out = build(&clos);
    assert_int_equal(out.n_tiers, 2);
    gw_assert_near(out.n_leaf, 64, 0);
    gw_assert_near(out.n_spine, 16, 0);
    gw_assert_near(out.full_bisection_frac, 1.0 / 3, 1e-12);
    gw_assert_near(out.bisection_Bps, 3072 * clos.nic_Bps / 6, 1e-12);
}

static void test_problems(void **state) {
    (void)state;
    gw_clos clos = plain(2049, 64);
    clos.n_tiers = 2;
    gw_network out = build(&clos);
    assert_string_equal(out.problem,
                        "2 tiers of 64-port switches carry 2048 NIC ports, 2049 are needed");
    assert_true(isnan(out.n_switches));
    clos.n_nics = 2048;
    assert_null(build(&clos).problem);
    clos = plain(5000, 64);
    clos.n_rails = 40; /* more leaves than half a switch has ports */
    clos.n_tiers = 3;
    assert_non_null(build(&clos).problem);
    clos = plain(0, 64);
    assert_non_null(build(&clos).problem);
    clos = plain(GW_NAN, 64);
    assert_non_null(build(&clos).problem);
    clos = plain(100, 64);
    clos.cable_length_m = 501;
    assert_non_null(build(&clos).problem);
}

/** Ports of every tier suffice for the cables, for any size and shape; and cost grows with the size
 * asked for in whole tiers and planes. */
static void test_port_balance(void **state) {
    (void)state;
    const int radices[] = {8, 32, 64, 72, 144};
    for (size_t r = 0; r < sizeof radices / sizeof radices[0]; r++) {
        int k = radices[r];
        for (double nics = 1; nics < 3e6; nics = ceil(nics * 1.7)) {
            for (int rails = 1; rails <= 4; rails *= 4) {
                gw_clos clos = plain(nics, k);
                clos.n_rails = rails;
                gw_network out = build(&clos);
                if (out.problem) {
                    continue;
                }
                double ports = out.n_switches * k;
                double used = nics + 2 * (out.n_cables - nics);
                assert_true(used <= ports);
                assert_true(out.n_leaf * k >= nics);
                assert_true(out.full_bisection_frac > 0.99);
                assert_true(nics <= out.max_endpoints);
                assert_true(fmod(out.n_leaf, rails) == 0 || out.n_tiers == 1);
            }
        }
    }
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
        cmocka_unit_test(test_fat_tree),         cmocka_unit_test(test_superpod_b200),
        cmocka_unit_test(test_superpod_b300),    cmocka_unit_test(test_breakout),
        cmocka_unit_test(test_oversubscription), cmocka_unit_test(test_problems),
        cmocka_unit_test(test_port_balance),     cmocka_unit_test(test_prime_up_links),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
