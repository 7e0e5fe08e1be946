/* test_fabric_collectives.c: closed forms, limits, monotony, and measured runs. */
#include "base/rng.h"
#include "gw_test.h"
#include "model.h"

static gw_comm comm_of(double scaleup_GBps, int size, double nic_GBps, bool multicast) {
    return (gw_comm){
        .scaleup = {.bandwidth_Bps = scaleup_GBps * 1e9, .latency_s = 1.9e-6, .size = size},
        .scaleout = {.bandwidth_Bps = nic_GBps * 1e9, .latency_s = 4e-6, .size = 100000},
        .leaf_bandwidth_Bps = nic_GBps * 1e9,
        .leaf_size = 0,
        .multicast = multicast};
}

static void test_trivial(void **state) {
    (void)state;
    gw_comm comm = comm_of(360, 8, 40, true);
    for (int kind = GW_ALL_REDUCE; kind <= GW_SEND; kind++) {
        gw_assert_close(gw_collective_s(&comm, (gw_collective)kind, 1e9, 1, 1), 0, 0);
        gw_assert_close(gw_collective_s(&comm, (gw_collective)kind, 1e9, 0, 1), 0, 0);
        assert_true(gw_collective_s(&comm, (gw_collective)kind, 0, 2, 1) > 0);
        assert_true(isnan(gw_collective_s(&comm, (gw_collective)kind, GW_NAN, 2, 1)));
    }
    comm.scaleout.bandwidth_Bps = 0;
    assert_true(isnan(gw_collective_s(&comm, GW_ALL_REDUCE, 1e9, 16, 8)));
    assert_true(gw_collective_s(&comm, GW_ALL_REDUCE, 1e9, 8, 8) > 0);
}

/* Send: L + X + c sqrt(L X); L = 8.4 + 1.9 us and c = 0.8 inside, 8.4 + 6.9 + 4 us and 2 across. */
static void test_send(void **state) {
    (void)state;
    gw_comm comm = comm_of(400, 8, 50, false);
    double inside = 10.3e-6 + 1e-3 + 0.8 * sqrt(10.3e-6 * 1e-3);
    double across = 19.3e-6 + 8e-3 + 2 * sqrt(19.3e-6 * 8e-3);
    gw_assert_near(gw_collective_s(&comm, GW_SEND, 4e8, 2, 2), inside, 1e-12);
    gw_assert_near(gw_collective_s(&comm, GW_SEND, 4e8, 2, 1), across, 1e-12);
}

/* Large messages: the bandwidth bounds of Patarasuk & Yuan (2009), on the rail across domains. */
static void test_bandwidth_limits(void **state) {
    (void)state;
    const double B = 1e16;
    gw_comm comm = comm_of(400, 8, 50, false);
    double inside = 7.0 / 8 * B / 400e9;
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, B, 8, 8), 2 * inside, 1e-3);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, B, 8, 8), inside, 1e-3);
    gw_assert_near(gw_collective_s(&comm, GW_REDUCE_SCATTER, B, 8, 8), inside, 1e-3);
    gw_assert_near(gw_collective_s(&comm, GW_BROADCAST, B, 8, 8), B / 400e9, 1e-3);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_TO_ALL, B, 8, 8), inside, 1e-3);
    /* One rank in each of 32 domains. */
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, B, 32, 1), 2 * 31.0 / 32 * B / 50e9, 1e-3);
    /* 8 rails of a slow network: the rail with 1/8 of the buffer decides. */
    comm = comm_of(400, 8, 25, false);
    double rail = 31.0 / 32 * B / 8 / 25e9;
    assert_true(rail > inside);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, B, 256, 8), 2 * rail, 1e-3);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, B, 256, 8), rail, 1e-3);
    /* All-to-all: 248 of 256 parts leave the domain. */
    gw_assert_near(gw_collective_s(&comm, GW_ALL_TO_ALL, B, 256, 8), 248.0 / 256 * B / 25e9, 1e-3);
}

/* Small messages across many domains: logarithmic, not linear, as a tree is taken. */
static void test_latency(void **state) {
    (void)state;
    gw_comm comm = comm_of(400, 8, 50, false);
    double step = 4e-6 + 6.9e-6;
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, 0, 1024, 1), 8.4e-6 + 20 * step, 1e-12);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, 0, 1024, 1), 8.4e-6 + 10 * step, 1e-12);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, 0, 2, 2), 8.4e-6 + 2 * 1.9e-6, 1e-12);
}

/* nccl-tests results: bus figures of large all-reduces. Efficiencies as in the catalogue. */
static void test_measured(void **state) {
    (void)state;
    /* NVIDIA dgxc-benchmarking: 8 H100 with NVLS, 8 GiB in 31.307 ms. */
    gw_comm h100 = comm_of(450 * 0.80, 8, 50 * 0.85, true);
    gw_assert_near(gw_collective_s(&h100, GW_ALL_REDUCE, 8589934592.0, 8, 8), 31.307e-3, 0.1);
    /* AWS p5: 16 H100, 400 Gbit/s each, 8 GiB in 33.605 ms. */
    gw_assert_near(gw_collective_s(&h100, GW_ALL_REDUCE, 8589934592.0, 16, 8), 33.605e-3, 0.1);
    /* AWS p4de: 16 A100, 50 Gbit/s each, 2 GiB in 51.406 ms. */
    gw_comm a100 = comm_of(300 * 0.73, 8, 6.25 * 0.85, false);
    gw_assert_near(gw_collective_s(&a100, GW_ALL_REDUCE, 2147483648.0, 16, 8), 51.406e-3, 0.1);
    /* stas00/ml-engineering: 8 B200, ring, 8 GiB in 22.035 ms; with NVLS 17.938 ms. */
    gw_comm b200 = comm_of(900 * 0.75, 8, 50 * 0.85, false);
    gw_assert_near(gw_collective_s(&b200, GW_ALL_REDUCE, 8589934592.0, 8, 8), 22.035e-3, 0.1);
    b200.multicast = true;
    gw_assert_near(gw_collective_s(&b200, GW_ALL_REDUCE, 8589934592.0, 8, 8), 17.938e-3, 0.1);
    /* CoreWeave: 72 and 144 GB200, 16 GiB in 40.6 (8 GiB: 20.299) and 42.067 ms. */
    gw_comm gb200 = comm_of(900 * 0.71, 72, 50 * 0.85, true);
    gw_assert_near(gw_collective_s(&gb200, GW_ALL_REDUCE, 8589934592.0, 72, 72), 20.299e-3, 0.1);
    gw_assert_near(gw_collective_s(&gb200, GW_ALL_REDUCE, 17179869184.0, 144, 72), 42.067e-3, 0.1);
    /* ai-dynamo/aiconfigurator: 8 H200, 512 MiB gathered in 1.39497 ms, exchanged in 1.50991 ms. */
    gw_comm h200 = comm_of(450 * 0.80, 8, 50 * 0.85, true);
    gw_assert_near(gw_collective_s(&h200, GW_ALL_GATHER, 536870912.0, 8, 8), 1.39497e-3, 0.1);
    gw_assert_near(gw_collective_s(&h200, GW_ALL_TO_ALL, 536870912.0, 8, 8), 1.50991e-3, 0.1);
}

static double draw(uint64_t sample, uint32_t index) {
    return gw_rng_uniform(11, sample, 3, index);
}

/* More bytes never faster; more bandwidth or less latency never slower; multicast never slower. */
static void test_monotone(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 3000; i++) {
        gw_comm comm = comm_of(100 + 900 * draw(i, 0), draw(i, 1) < 0.5 ? 8 : 72,
                               5 + 95 * draw(i, 2), draw(i, 3) < 0.5);
        gw_collective kind = (gw_collective)(6 * draw(i, 4));
        int n = (int)exp(log(4096) * draw(i, 5)) + 1;
        int g = 1 + (int)(draw(i, 6) * (n < comm.scaleup.size ? n : comm.scaleup.size));
        double bytes = exp(log(1e12) * draw(i, 7));
        double base = gw_collective_s(&comm, kind, bytes, n, g);
        assert_true(base > 0 && isfinite(base));
        assert_true(gw_collective_s(&comm, kind, bytes * 1.1, n, g) > base);
        gw_comm better = comm;
        better.scaleup.bandwidth_Bps *= 1.2;
        assert_true(gw_collective_s(&better, kind, bytes, n, g) <= base);
        better = comm;
        better.scaleout.bandwidth_Bps *= 1.2;
        assert_true(gw_collective_s(&better, kind, bytes, n, g) <= base);
        better = comm;
        better.scaleout.latency_s *= 0.5;
        better.scaleup.latency_s *= 0.5;
        assert_true(gw_collective_s(&better, kind, bytes, n, g) <= base);
        better = comm;
        better.multicast = true;
        assert_true(gw_collective_s(&better, kind, bytes, n, g) <= base);
    }
}

/* A group whose domains fit under one leaf is spared the oversubscription. */
static void test_leaf(void **state) {
    (void)state;
    gw_comm comm = comm_of(400, 8, 20, false);
    comm.leaf_bandwidth_Bps = 40e9;
    comm.leaf_size = 256;
    double near = gw_collective_s(&comm, GW_ALL_REDUCE, 1e16, 32, 1); /* 32 domains of 8 */
    double far = gw_collective_s(&comm, GW_ALL_REDUCE, 1e16, 33, 1);
    gw_assert_near(near, 2 * 31.0 / 32 * 1e16 / 40e9, 1e-3);
    gw_assert_near(far, 2 * 32.0 / 33 * 1e16 / 20e9, 1e-3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trivial),
        cmocka_unit_test(test_send),
        cmocka_unit_test(test_bandwidth_limits),
        cmocka_unit_test(test_latency),
        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_monotone),
        cmocka_unit_test(test_leaf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
