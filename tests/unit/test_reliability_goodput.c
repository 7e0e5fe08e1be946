/* test_reliability_goodput.c: published statements, closed forms and simulation. Cases R01 and so
 * on are numbered as in the project's list of reliability facts; the source of each is named with
 * it. */
#include "base/rng.h"
#include "gw_test.h"
#include "reliability/goodput.h"

#define HOUR_s 3600.0

/* arXiv 2407.21783, table 5: unexpected interruptions of 16,384 H100 in 54 days. */
typedef struct gw_cause {
    const char *name;
    int count;
    bool gpu;
} gw_cause;
static const gw_cause llama3[] = {{"faulty GPU", 148, true},
                                  {"HBM3", 72, true},
                                  {"software bug", 54, false},
                                  {"network switch or cable", 35, false},
                                  {"unplanned maintenance", 32, false},
                                  {"GPU SRAM", 19, true},
                                  {"GPU system processor", 17, true},
                                  {"NIC", 7, false},
                                  {"NCCL watchdog", 7, false},
                                  {"silent data corruption", 6, true},
                                  {"GPU thermal interface", 6, true},
                                  {"SSD", 3, false},
                                  {"power supply", 3, false},
                                  {"chassis", 2, false},
                                  {"IO expansion board", 2, false},
                                  {"dependency", 2, false},
                                  {"CPU", 2, false},
                                  {"system memory", 2, false}};
#define N_CAUSES (int)(sizeof llama3 / sizeof llama3[0])
#define LLAMA3_GPUS 16384.0
#define LLAMA3_s (54 * 86400.0)

static double llama3_rate_per_s(bool gpu_only) {
    gw_part parts[N_CAUSES] = {0};
    int n = 0;
    for (int i = 0; i < N_CAUSES; i++) {
        if (llama3[i].gpu || !gpu_only) {
            parts[n++].rate_per_s = llama3[i].count / (LLAMA3_GPUS * LLAMA3_s);
        }
    }
    gw_failure_model failures = {.rate_factor = 1};
    failures.parts.at = parts;
    failures.parts.n = n;
    return gw_reliability_rate_per_s(&failures);
}

static double job_rate(double per_1000_node_days, double gpus) {
    return gpus * gw_reliability_rate_of_node_days(per_1000_node_days, 8);
}

/* R01, R02, R03. */
static void test_llama3(void **state) {
    (void)state;
    double rate = llama3_rate_per_s(false);
    gw_assert_near(rate * LLAMA3_GPUS * LLAMA3_s, 419, 1e-12);
    gw_assert_near(llama3_rate_per_s(true) / rate, 268.0 / 419, 1e-12);
    gw_assert_close(llama3_rate_per_s(true) / rate, 0.6396, 5e-5);
    gw_assert_near(gw_reliability_per_1000_node_days(rate, 8), 3.7887, 1e-3);
    gw_assert_near(rate * GW_YEAR_d * GW_DAY_s, 0.1730, 1e-3);
    gw_assert_near(1 / (rate * LLAMA3_GPUS) / HOUR_s, 3.0931, 1e-4);
    gw_assert_near(1 / (rate * LLAMA3_GPUS * 466 / 419) / HOUR_s, 2.7811, 1e-4);
}

/* R05, R39 (arXiv 2410.21680 and 2602.00277), R15: the published small jobs do not fit the
 * published rate. */
static void test_mtbf_of_size(void **state) {
    (void)state;
    gw_assert_near(1 / job_rate(6.5, 16384) / HOUR_s, 1.803, 1e-3);
    gw_assert_near(1 / job_rate(6.5, 16384) / HOUR_s, 1.8, 0.03);
    gw_assert_near(1 / job_rate(6.5, 100000) / 60, 17.72, 1e-3);
    gw_assert_near(1 / job_rate(6.5, 100000) / 60, 18, 0.05);
    double at_8 = 1 / (47.7 * GW_DAY_s) / 8, at_1024 = 1 / (7.9 * HOUR_s) / 1024;
    gw_assert_near(gw_reliability_per_1000_node_days(at_8, 8), 20.96, 1e-3);
    gw_assert_near(gw_reliability_per_1000_node_days(at_1024, 8), 23.73, 1e-3);
    gw_assert_near(1 / job_rate(6.5, 1024) / HOUR_s, 28.85, 1e-3);
    gw_assert_near(
        gw_reliability_rate_of_node_days(gw_reliability_per_1000_node_days(at_8, 72), 72), at_8,
        1e-14);
}

/* R07, R09, R11, R13, R14: effective training time ratios that were published. */
static void test_first_order(void **state) {
    (void)state;
    gw_assert_close(gw_reliability_first_order(job_rate(6.5, 16384), 300, 0, 300), 0.93, 0.005);
    gw_assert_close(gw_reliability_first_order(job_rate(6.5, 16384), 300, 0, 300), 0.9307, 5e-5);
    double at_2048 = gw_reliability_first_order(job_rate(6.5, 2048), 3600, 0, 300);
    double at_4096 = gw_reliability_first_order(job_rate(6.5, 4096), 3600, 0, 300);
    gw_assert_close(at_2048, 0.9596, 5e-5);
    gw_assert_close(at_4096, 0.9191, 5e-5);
    assert_true(at_2048 > 0.9 && at_4096 > 0.9);
    double rate = job_rate(1.0, 12000);
    double interval_s = gw_reliability_interval_young_s(300, 1 / rate);
    gw_assert_close(interval_s, 5878.8, 0.05);
    gw_assert_close(gw_reliability_first_order(rate, interval_s, 300, 300), 0.8979, 5e-5);
    gw_assert_close(gw_reliability_first_order(rate, interval_s, 300, 300), 0.9, 0.01);
    double llama = gw_reliability_first_order(job_rate(3.789, 16384), 900, 0, 600);
    gw_assert_close(llama, 0.9057, 5e-5);
    assert_true(llama > 0.90);
    /* arXiv 2602.00277: a failure each 18 min, stalls of 10 and 3 min: 44 and 80 %. */
    gw_assert_close(gw_reliability_first_order(1.0 / 1080, 0, 0, 600), 0.4444, 5e-5);
    gw_assert_close(gw_reliability_first_order(1.0 / 1080, 0, 0, 600), 0.44, 0.01);
    gw_assert_close(gw_reliability_first_order(1.0 / 1080, 0, 0, 180), 0.8333, 5e-5);
    gw_assert_close(gw_reliability_first_order(1.0 / 1080, 0, 0, 180), 0.80, 0.04);
    gw_assert_close(gw_reliability_first_order(1, 100, 10, 100), 0, 0);
}

/* R16, R17, R19, R23: Young 1974, Daly 2006. */
static void test_interval(void **state) {
    (void)state;
    gw_assert_close(gw_reliability_interval_young_s(300, 86400), 7200.00, 0.01);
    gw_assert_close(gw_reliability_interval_daly1_s(300, 86400), 6900.00, 0.01);
    gw_assert_close(gw_reliability_interval_daly_s(300, 86400), 7001.39, 0.01);
    gw_assert_close(gw_reliability_interval_exact_s(300, 86400), 7001.40, 0.01);
    gw_assert_close(gw_reliability_interval_young_s(600, 21600), 5091.17, 0.01);
    gw_assert_close(gw_reliability_interval_daly_s(600, 21600), 4699.03, 0.01);
    gw_assert_close(gw_reliability_interval_exact_s(600, 21600), 4699.28, 0.01);
    gw_assert_near(gw_reliability_interval_daly_s(200, 100), 100, 0);
    gw_assert_near(gw_reliability_interval_daly_s(1e6, 100), 100, 0);
    gw_assert_near(gw_reliability_interval_exact_s(1e4, 100), 100, 1e-12);
    double young_s = gw_reliability_interval_young_s(60, 2.34 * HOUR_s);
    gw_assert_close(60 / young_s + young_s / 2 / (2.34 * HOUR_s), 0.11935, 5e-6);
    gw_assert_close(60 / young_s + young_s / 2 / (2.34 * HOUR_s), 0.12, 0.002);
}

/* The two branches meet, and the condition of the optimum, 1 - u = e^-(u+x) with u = t/M, holds on
 * both. */
static void test_interval_branches(void **state) {
    (void)state;
    for (double x = 1e-12; x < 100; x *= 3) {
        double u = gw_reliability_interval_exact_s(x, 1);
        assert_true(u > 0 && u <= 1);
        /* u = -expm1(-(u + x)) to the accuracy that cancellation leaves. */
        gw_assert_near(-expm1(-(u + x)), u, 1e-9);
        gw_assert_near(u, gw_reliability_interval_daly_s(x, 1), x < 0.1 ? 2e-3 : 0.2);
    }
    gw_assert_near(gw_reliability_interval_exact_s(1e-3 * (1 - 1e-9), 1),
                   gw_reliability_interval_exact_s(1e-3 * (1 + 1e-9), 1), 2e-9);
    gw_assert_near(gw_reliability_interval_exact_s(1e-12, 1), sqrt(2e-12), 1e-5);
}

static gw_exposure r20(void) {
    return (gw_exposure){.rate_per_s = 1 / 11135.2,
                         .interval_s = gw_reliability_interval_exact_s(60, 11135.2),
                         .blocking_s = 60,
                         .restart_s = 600};
}

static double sum_of(const gw_shares *shares) {
    return shares->goodput_frac + shares->checkpoint_frac + shares->rework_frac +
           shares->downtime_frac + shares->silent_frac;
}

/* R20: efficiency at the optimum, which no restart, lag, dead time or silent corruption moves. */
static void test_efficiency(void **state) {
    (void)state;
    gw_exposure job = r20();
    gw_assert_near(gw_reliability_shares(&job).goodput_frac, 0.852551, 1e-6);
    const gw_exposure more[] = {{.restart_s = 0},
                                {.restart_s = 3000},
                                {.restart_s = 600, .lag_s = 100, .dead_s = 400},
                                {.restart_s = 60, .silent_frac = 0.1, .rollback_s = 20000}};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        gw_exposure at = more[i];
        at.rate_per_s = job.rate_per_s;
        at.blocking_s = job.blocking_s;
        at.interval_s = job.interval_s;
        double best = gw_reliability_shares(&at).goodput_frac;
        at.interval_s = job.interval_s * 1.02;
        assert_true(gw_reliability_shares(&at).goodput_frac < best);
        at.interval_s = job.interval_s / 1.02;
        assert_true(gw_reliability_shares(&at).goodput_frac < best);
    }
}

typedef struct gw_tally {
    double wall_s, useful_s, checkpoint_s, downtime_s, rework_s;
} gw_tally;

/** One cycle from the end of the last failure to the next; returns the useful work that it kept. */
static double simulate_cycle(const gw_exposure *job, double x_s, gw_tally *tally) {
    double left_s = x_s - job->restart_s;
    tally->wall_s += job->dead_s + x_s;
    tally->downtime_s += job->dead_s + (left_s < 0 ? x_s : job->restart_s);
    if (left_s < 0) {
        return 0;
    }
    double kept_s = 0, ran_s = 0;
    while (ran_s + job->interval_s + job->blocking_s + job->lag_s <= left_s) {
        ran_s += job->interval_s + job->blocking_s;
        kept_s += job->interval_s;
        tally->checkpoint_s += job->blocking_s;
    }
    tally->rework_s += left_s - ran_s;
    return kept_s;
}

/** Plays failures one after another; useful_s is before silent corruptions. */
static gw_tally simulate(const gw_exposure *job, int n_failures) {
    gw_tally tally = {0};
    for (int i = 0; i < n_failures; i++) {
        double x_s = -log(gw_rng_uniform(5, (uint64_t)i, 1, 0)) / job->rate_per_s;
        tally.useful_s += simulate_cycle(job, x_s, &tally);
    }
    return tally;
}

/* R21: a simulation of R20 with a million failures, and one with dead time and lag. */
static void test_simulation(void **state) {
    (void)state;
    gw_exposure job = r20();
    gw_tally tally = simulate(&job, 1000000);
    gw_assert_close(tally.useful_s / tally.wall_s, 0.852551, 0.001);
    job = (gw_exposure){.rate_per_s = 1 / 3600.0,
                        .interval_s = 700,
                        .blocking_s = 50,
                        .lag_s = 200,
                        .dead_s = 500,
                        .restart_s = 900};
    tally = simulate(&job, 400000);
    gw_shares shares = gw_reliability_shares(&job);
    gw_assert_close(tally.useful_s / tally.wall_s, shares.goodput_frac, 0.001);
    gw_assert_close(tally.checkpoint_s / tally.wall_s, shares.checkpoint_frac, 0.001);
    gw_assert_close(tally.downtime_s / tally.wall_s, shares.downtime_frac, 0.001);
    gw_assert_close(tally.rework_s / tally.wall_s, shares.rework_frac, 0.001);
}

/* Work survives if no silent corruption is found during the next `rollback` of work: events of a
 * Poisson process on the clock of work done. */
static void test_silent(void **state) {
    (void)state;
    gw_exposure job = r20();
    job.silent_frac = 0.2;
    job.rollback_s = 20000;
    gw_shares with = gw_reliability_shares(&job);
    double gross = with.goodput_frac + with.silent_frac;
    gw_assert_near(gross, 0.852551, 1e-6);
    double gap_s = gross / (job.silent_frac * job.rate_per_s); /* mean work between events */
    double kept_s = 0, done_s = 0;
    for (uint64_t i = 0; i < 400000; i++) {
        double work_s = -log(gw_rng_uniform(6, i, 1, 0)) * gap_s;
        done_s += work_s;
        kept_s += work_s > job.rollback_s ? work_s - job.rollback_s : 0;
    }
    gw_assert_close(kept_s / done_s, with.goodput_frac / gross, 0.003);
    job.rollback_s = 1e9;
    gw_assert_close(gw_reliability_shares(&job).goodput_frac, 0, 1e-12);
}

/* First order and exact agree where little is lost and part where much is. */
static void test_first_order_breaks(void **state) {
    (void)state;
    gw_exposure job = {.blocking_s = 10, .restart_s = 300, .interval_s = 600};
    job.rate_per_s = 1 / 200000.0;
    double exact = gw_reliability_shares(&job).goodput_frac;
    gw_assert_close(gw_reliability_first_order(job.rate_per_s, 600, 10, 300), exact, 1e-4);
    job.rate_per_s = 0.5 / 600; /* rate x (stop + interval / 2) = 0.5 */
    exact = gw_reliability_shares(&job).goodput_frac;
    assert_true(gw_reliability_first_order(job.rate_per_s, 600, 10, 300) < exact - 0.05);
}

/* Whatever is asked: shares in 0..1 with sum 1; more failures, less goodput. */
static void test_extremes(void **state) {
    (void)state;
    const double rates[] = {0, 1e-300, 1e-12, 1e-8, 1e-5, 1e-3, 0.1, 1, 10, 1e6};
    const double times[] = {0, 1e-3, 1, 600, 1e7};
    for (int a = 0; a < 5 * 5 * 5; a++) {
        double last = 1;
        for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
            gw_exposure job = {.rate_per_s = rates[i],
                               .interval_s = 1000,
                               .blocking_s = times[a % 5],
                               .lag_s = times[a / 5 % 5],
                               .dead_s = times[a / 25],
                               .restart_s = times[(a + 1) % 5],
                               .silent_frac = 0.014,
                               .rollback_s = 21600};
            gw_shares shares = gw_reliability_shares(&job);
            gw_assert_close(sum_of(&shares), 1, 1e-9);
            assert_true(shares.goodput_frac >= 0 && shares.goodput_frac <= last + 1e-12);
            assert_true(shares.checkpoint_frac >= 0 && shares.rework_frac >= 0);
            assert_true(shares.downtime_frac >= 0 && shares.silent_frac >= 0);
            last = shares.goodput_frac;
        }
        gw_assert_close(last, 0, 1e-12);
    }
}

/* R24: rates add: 7.9 h and 0.5625 h give 0.52511 h. R25: availability. Spares: table of 2,048
 * nodes, Llama 3 rate, 24 h repairs: P(N <= 12) = 0.947, 14: 0.986, 16: 0.997. */
static void test_rates_and_spares(void **state) {
    (void)state;
    gw_part parts[2] = {{.rate_per_s = 1 / (7.9 * HOUR_s)}, {.rate_per_s = 1 / (0.5625 * HOUR_s)}};
    gw_failure_model failures = {.rate_factor = 1};
    failures.parts.at = parts;
    failures.parts.n = 2;
    gw_assert_near(1 / gw_reliability_rate_per_s(&failures) / HOUR_s, 0.52511, 1e-4);
    failures.rate_factor = 2;
    gw_assert_near(2 / gw_reliability_rate_per_s(&failures) / HOUR_s, 0.52511, 1e-4);
    const double repair_h[] = {4, 24, 48, 72};
    const double up[] = {0.998918, 0.993542, 0.987167, 0.980873};
    for (int i = 0; i < 4; i++) {
        double node_rate = 8 * gw_reliability_rate_of_node_days(6.5, 8);
        gw_assert_close(gw_reliability_availability(node_rate, repair_h[i] * HOUR_s), up[i], 1e-6);
    }
    double mean = 2048 * 3.789e-3;
    gw_assert_close(gw_reliability_shortage(13, mean), 1 - 0.947, 1e-3);
    gw_assert_close(gw_reliability_shortage(15, mean), 1 - 0.986, 1e-3);
    gw_assert_close(gw_reliability_shortage(17, mean), 1 - 0.997, 1e-3);
    gw_assert_near(gw_reliability_shortage(0, mean), 1, 0);
    gw_assert_near(gw_reliability_shortage(1, mean), 1 - exp(-mean), 1e-12);
    gw_assert_close(gw_reliability_shortage(1, 0), 0, 0);
    gw_assert_close(gw_reliability_shortage(1e6, 1), 0, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_llama3),
        cmocka_unit_test(test_mtbf_of_size),
        cmocka_unit_test(test_first_order),
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_interval_branches),
        cmocka_unit_test(test_efficiency),
        cmocka_unit_test(test_simulation),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_first_order_breaks),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_rates_and_spares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
