/* test_fabric_collectives.c: closed forms, limits, monotony, and measured runs. */
#include "base/rng.h"
#include "gw_test.h"
#include "model.h"

static gw_comm comm_of(double scaleup_GBps, int size, double nic_GBps, bool multicast) {
    return (gw_comm){
        .scaleup = {.bandwidth_Bps = scaleup_GBps * 1e9, .latency_s = 0.8e-6, .size = size},
        .scaleout = {.bandwidth_Bps = nic_GBps * 1e9, .latency_s = 4e-6, .size = 100000},
        .leaf_bandwidth_Bps = nic_GBps * 1e9,
        .leaf_size = 0,
        .multicast = multicast,
        .start_s = 5e-6,
        .ramp_ratio = 1.4,
        .nics = 10};
}

/* As the catalogue has them. */
static gw_comm a100_of(double nic_GBps) {
    gw_comm comm = comm_of(300 * 0.785, 8, nic_GBps * 0.85, false);
    comm.scaleup.latency_s = 1.1e-6;
    comm.start_s = 10e-6;
    comm.ramp_ratio = 2.1;
    return comm;
}

static gw_comm hopper(void) {
    return comm_of(450 * 0.825, 8, 50 * 0.85, true);
}

static gw_comm blackwell(int domain) {
    gw_comm comm = comm_of(900 * 0.765, domain, 50 * 0.85, true);
    comm.scaleup.latency_s = 1.25e-6;
    comm.start_s = 8.1e-6;
    comm.ramp_ratio = 1.35;
    return comm;
}

static double ramp(double chunk, double transfer, double c) {
    return c * sqrt(chunk * transfer) / (1 + sqrt(transfer / chunk) / 3.3);
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

/* L + X + c sqrt(L X) / (1 + sqrt(X / L) / 3.3), and the handshake inside. */
static void test_send(void **state) {
    (void)state;
    gw_comm comm = comm_of(400, 8, 50, false);
    double inside = 5.8e-6 + 1e-3 + ramp(5.8e-6, 1e-3, 0.4) + 5e-6;
    double across = 27e-6 + 8e-3 + ramp(27e-6, 8e-3, 0.4);
    gw_assert_near(gw_collective_s(&comm, GW_SEND, 0.86 * 4e8, 2, 2), inside, 1e-12);
    gw_assert_near(gw_collective_s(&comm, GW_SEND, 4e8, 2, 1), across, 1e-12);
}

/* Large messages: the bandwidth bounds of Patarasuk & Yuan (2009), on the rail across domains, and
 * never less; inside also each rank's copy of its own part. */
static void test_bandwidth_limits(void **state) {
    (void)state;
    const double B = 1e16;
    gw_comm comm = comm_of(400, 8, 50, false);
    double inside = 7.0 / 8 * B / 400e9, own = B / 8 / (2.35 * 400e9);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, B, 8, 8), 2 * inside + own, 1e-6);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, B, 8, 8), inside + own, 1e-6);
    gw_assert_near(gw_collective_s(&comm, GW_REDUCE_SCATTER, B, 8, 8), inside + own, 1e-6);
    gw_assert_near(gw_collective_s(&comm, GW_BROADCAST, B, 8, 8), B / 400e9, 1e-6);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_TO_ALL, B, 8, 8), inside / 0.86, 1e-6);
    /* One rank in each of 32 domains. */
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, B, 32, 1), 2 * 31.0 / 32 * B / 50e9, 1e-6);
    /* 8 rails of a slow network: the rail with 1/8 of the buffer decides. */
    comm = comm_of(400, 8, 25, false);
    double rail = 255.0 / 256 * B / 8 / 25e9;
    assert_true(rail > inside);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, B, 256, 8), 2 * rail, 1e-6);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, B, 256, 8), rail, 1e-6);
    /* Two domains: a double tree moves each half once in each direction. */
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, B, 16, 8), B / 8 / 25e9, 1e-6);
    /* All-to-all: 248 of 256 parts leave the domain. */
    gw_assert_near(gw_collective_s(&comm, GW_ALL_TO_ALL, B, 256, 8), 248.0 / 256 * B / 25e9, 1e-6);
}

/* No message: the latencies alone. Across, a step is the network's 4 us and 3 us of the library. */
static void test_latency(void **state) {
    (void)state;
    gw_comm comm = comm_of(400, 8, 50, false);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, 0, 2, 2), 5e-6 + 2 * 0.8e-6, 1e-12);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, 0, 8, 8), 5e-6 + 14 * 0.8e-6, 1e-12);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, 0, 8, 8), 5e-6 + 7 * 0.8e-6, 1e-12);
    /* Trees: logarithmic. */
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, 0, 1024, 1), 20e-6 + 20 * 7e-6, 1e-12);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, 0, 1024, 1), 20e-6 + 10 * 7e-6, 1e-12);
    /* Flat ring: linear in ranks, 128 of 1,024 steps between domains. */
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, 0, 1024, 8),
                   20e-6 + 896 * 0.8e-6 + 128 * 7e-6, 1e-12);
}

/* Small messages pay 2.3 transfers and no ramp, large ones a ramp; between them no step back. */
static void test_protocols(void **state) {
    (void)state;
    gw_comm comm = comm_of(400, 8, 50, false);
    double latency = 5e-6 + 3 * 0.8e-6;
    double transfer = (3.0 / 4 + 1 / (4 * 2.35)) / 400e9;
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, 1e5, 4, 4), latency + 2.3e5 * transfer,
                   1e-9);
    gw_assert_near(gw_collective_s(&comm, GW_ALL_GATHER, 1e8, 4, 4),
                   latency + 1e8 * transfer + ramp(latency, 1e8 * transfer, 1.4), 1e-9);
    double before = 0;
    for (double bytes = 1; bytes < 1e9; bytes *= 1.01) {
        double now = gw_collective_s(&comm, GW_ALL_GATHER, bytes, 4, 4);
        assert_true(now > before && now < 1.02 * fmax(before, latency));
        before = now;
    }
}

static void assert_all_reduce(gw_comm comm, int n, int g, double bytes, double measured_s,
                              double limit) {
    gw_assert_near(gw_collective_s(&comm, GW_ALL_REDUCE, bytes, n, g), measured_s, limit);
}

#define GiB 1073741824.0
#define MiB 1048576.0

/* nccl-tests results. */
static void test_measured(void **state) {
    (void)state;
    /* NVIDIA dgxc-benchmarking: 8 H100 with NVLS. */
    assert_all_reduce(hopper(), 8, 8, 8 * GiB, 31.307e-3, 0.05);
    assert_all_reduce(hopper(), 8, 8, 8 * MiB, 83.04e-6, 0.10);
    assert_all_reduce(hopper(), 8, 8, 1024, 16.94e-6, 0.10);
    /* AWS p5: 16 H100, 400 Gbit/s each. AWS p4de: 16 A100, 50 Gbit/s each. */
    assert_all_reduce(hopper(), 16, 8, 8 * GiB, 33.605e-3, 0.05);
    assert_all_reduce(hopper(), 16, 8, 2 * MiB, 147.2e-6, 0.10);
    assert_all_reduce(a100_of(6.25), 16, 8, 2 * GiB, 51.406e-3, 0.05);
    assert_all_reduce(a100_of(6.25), 16, 8, 16 * MiB, 1191.8e-6, 0.25);
    /* stas00/ml-engineering: 8 B200, 8 GiB; ring, then with NVLS. */
    gw_comm b200 = blackwell(8);
    assert_all_reduce(b200, 8, 8, 8 * GiB, 17.938e-3, 0.05);
    b200.multicast = false;
    assert_all_reduce(b200, 8, 8, 8 * GiB, 22.035e-3, 0.05);
    /* CoreWeave: 72, 144 and 1,440 GB200. The last was twice as slow as 144 and had a floor. */
    assert_all_reduce(blackwell(72), 72, 72, 8 * GiB, 20.299e-3, 0.05);
    assert_all_reduce(blackwell(72), 72, 72, 0.5 * GiB, 1.8067e-3, 0.05);
    assert_all_reduce(blackwell(72), 144, 72, 16 * GiB, 42.067e-3, 0.05);
    assert_all_reduce(blackwell(72), 144, 72, 0.5 * GiB, 2.1568e-3, 0.05);
    assert_all_reduce(blackwell(72), 1440, 72, 16 * GiB, 84.625e-3, 0.05);
    assert_all_reduce(blackwell(72), 1440, 72, 0.5 * GiB, 7.1084e-3, 0.25);
    /* ai-dynamo/aiconfigurator: 512 MiB gathered by 2, 4 and 8 H200, exchanged by 8 H200, and by 2
     * and 8 B200 in nearly the same time. */
    gw_comm h200 = hopper();
    gw_assert_near(gw_collective_s(&h200, GW_ALL_GATHER, 512 * MiB, 2, 2), 1.04188e-3, 0.05);
    gw_assert_near(gw_collective_s(&h200, GW_ALL_GATHER, 512 * MiB, 4, 4), 1.27168e-3, 0.05);
    gw_assert_near(gw_collective_s(&h200, GW_ALL_GATHER, 512 * MiB, 8, 8), 1.39497e-3, 0.05);
    gw_assert_near(gw_collective_s(&h200, GW_ALL_TO_ALL, 512 * MiB, 8, 8), 1.50991e-3, 0.05);
    gw_assert_near(gw_collective_s(&b200, GW_ALL_TO_ALL, 512 * MiB, 2, 2), 0.81000e-3, 0.05);
    gw_assert_near(gw_collective_s(&b200, GW_ALL_TO_ALL, 512 * MiB, 8, 8), 0.83417e-3, 0.05);
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
        better.start_s *= 0.5;
        better.ramp_ratio *= 0.5;
        assert_true(gw_collective_s(&better, kind, bytes, n, g) <= base);
        better = comm;
        better.multicast = true;
        assert_true(gw_collective_s(&better, kind, bytes, n, g) <= base);
    }
}

/* Twice the ranks on the same buffer, twice the domains: never faster by more than the ring's own
 * part; and the ranks of a domain drive no more than ten NICs. */
static void test_ranks(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 3000; i++) {
        gw_comm comm = comm_of(100 + 900 * draw(i, 0), draw(i, 1) < 0.5 ? 8 : 72,
                               5 + 95 * draw(i, 2), draw(i, 3) < 0.5);
        gw_collective kind = (gw_collective)(4 * draw(i, 4));
        int g = 1 << (int)(4 * draw(i, 5));
        g = g > comm.scaleup.size ? comm.scaleup.size : g;
        int n = g << (int)(8 * draw(i, 6));
        double bytes = exp(log(1e12) * draw(i, 7));
        double base = gw_collective_s(&comm, kind, bytes, n, g);
        assert_true(gw_collective_s(&comm, kind, bytes, 2 * n, g) > 0.95 * base);
    }
    gw_comm comm = comm_of(1e6, 72, 50, false);
    double ten = gw_collective_s(&comm, GW_ALL_REDUCE, 1e16, 20, 10);
    double many = gw_collective_s(&comm, GW_ALL_REDUCE, 1e16, 144, 72);
    gw_assert_near(ten, 1e16 / 500e9, 1e-3);
    gw_assert_near(many, ten, 1e-3);
    comm.nics = 0;
    many = gw_collective_s(&comm, GW_ALL_REDUCE, 1e16, 144, 72);
    gw_assert_near(many, ten * 10 / 72, 1e-3);
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
        cmocka_unit_test(test_protocols),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_monotone),
        cmocka_unit_test(test_leaf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
