/* test_reliability_phase.c: checkpoint, spares, dates, and what happens when nothing can be
 * computed. */
#include <string.h>

#include "gw_test.h"
#include "reliability/goodput.h"
#include "reliability/reliability_phase.h"

#define N_MONTHS 24

typedef struct gw_case {
    gw_scenario in;
    gw_cluster cluster;
    gw_system system;
    gw_llm llm;
    gw_failure_model failures;
    gw_part parts[2];
    gw_job job;
    gw_step step;
    gw_fleet fleet;
    gw_goodput goodput;
    double running[N_MONTHS];
    gw_model model;
    gw_state state;
} gw_case;

/** 405 B parameters on 16,384 H100, Llama 3's rate split into what needs a repair and what does
 * not. */
static void fill(gw_case *c) {
    memset(c, 0, sizeof *c);
    c->parts[0] = (gw_part){.rate_per_s = 359 / (16384 * 54 * 86400.0), .repair_s = 86400};
    c->parts[1] = (gw_part){.rate_per_s = 60 / (16384 * 54 * 86400.0), .repair_s = 0};
    c->failures = (gw_failure_model){.rate_factor = 1,
                                     .detection_s = 60,
                                     .restart_s = 600,
                                     .wait_for_repair_s = 14400,
                                     .silent_share = 6 / 419.0,
                                     .silent_rollback_s = 21600};
    c->failures.parts.at = c->parts;
    c->failures.parts.n = 2;
    c->cluster.spares = 0.02;
    c->system.per_node = 8;
    c->llm.params = 405e9;
    c->job = (gw_job){.accelerators = 16384,
                      .tokens_tok = 15.6e12,
                      .start_d = GW_NAN,
                      .checkpoint = {.bytes_per_param_B = 12,
                                     .bandwidth_Bps = 2e12,
                                     .blocking_share = 1,
                                     .interval_s = GW_NAN}};
    c->step = (gw_step){.step_s = 5, .tokens_per_s = 3.2e6};
    for (int m = 0; m < N_MONTHS; m++) {
        c->running[m] = m < 6 ? 4096 : m < 7 ? 16100 : 24576;
    }
    c->fleet.accelerators = c->running;
    c->in.clusters.at = &c->cluster;
    c->in.clusters.n = 1;
    c->in.systems.at = &c->system;
    c->in.models.at = &c->llm;
    c->in.failure_models.at = &c->failures;
    c->in.jobs.at = &c->job;
    c->in.jobs.n = 1;
    c->model = (gw_model){.month0 = 2024 * 12, .n_months = N_MONTHS};
    c->state =
        (gw_state){.in = &c->in, .step = &c->step, .fleet = &c->fleet, .goodput = &c->goodput};
}

static void run(gw_case *c) {
    gw_reliability_phase(&c->model, &c->state);
}

static void test_llama3(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    run(&c);
    const gw_goodput *g = &c.goodput;
    /* 405e9 parameters x 12 B at 2 TB/s: 4.86 TB in 2.43 s (arXiv 2407.21783: 2 TB/s sustained). */
    gw_assert_near(g->checkpoint_B, 4.86e12, 1e-12);
    gw_assert_near(g->write_s, 2.43, 1e-12);
    gw_assert_near(g->mtbf_s, 3.0931 * 3600, 1e-4);
    gw_assert_near(g->failures_per_day, 7.7593, 1e-4);
    /* 40 spare nodes, 6.65 in repair: a shortage is out of the question. */
    assert_true(g->spare_shortage_frac < 1e-12);
    gw_assert_near(g->downtime_s, 660, 1e-9);
    gw_assert_near(g->interval_s, gw_reliability_interval_exact_s(2.43, g->mtbf_s), 1e-12);
    /* Effective training time above 90 % was reported; below what 11 min per failure leaves. */
    assert_true(g->goodput_frac > 0.88 && g->goodput_frac < 1 - 660 / g->mtbf_s);
    gw_assert_close(g->goodput_frac + g->lost_checkpoint_frac + g->lost_rework_frac +
                        g->lost_downtime_frac + g->lost_silent_frac,
                    1, 1e-12);
    gw_assert_near(g->train_s, 15.6e12 / 3.2e6 / g->goodput_frac, 1e-12);
    /* July 2024, the seventh month: 16,100 of 16,384 are 98.3 %. */
    gw_assert_near(g->start_d, gw_date_from_civil(2024, 7, 1), 0);
    gw_assert_near(g->finish_d, g->start_d + g->train_s / 86400, 1e-12);
}

/* 97.2 s at 50 GB/s: the interval cannot be shorter than a write, whatever stops the job. */
static void test_interval(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    c.job.checkpoint.bandwidth_Bps = 50e9;
    c.job.checkpoint.blocking_share = 0;
    run(&c);
    gw_assert_near(c.goodput.write_s, 97.2, 1e-12);
    gw_assert_near(c.goodput.interval_s, 97.2, 1e-12);
    double hidden = c.goodput.goodput_frac;
    c.job.checkpoint.blocking_share = 1;
    run(&c);
    gw_assert_near(c.goodput.interval_s, gw_reliability_interval_exact_s(97.2, c.goodput.mtbf_s),
                   1e-12);
    assert_true(c.goodput.goodput_frac < hidden);
    double best = c.goodput.goodput_frac;
    c.job.checkpoint.interval_s = 3600;
    run(&c);
    gw_assert_near(c.goodput.interval_s, 3600, 0);
    assert_true(c.goodput.goodput_frac < best);
    c.job.checkpoint.bandwidth_Bps = 1e20; /* a write of no length: once a step */
    c.job.checkpoint.interval_s = GW_NAN;
    run(&c);
    gw_assert_near(c.goodput.interval_s, 5, 1e-9);
}

static void test_no_spares(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    c.cluster.spares = 0;
    run(&c);
    gw_assert_near(c.goodput.spare_shortage_frac, 1, 0);
    gw_assert_near(c.goodput.downtime_s, 660 + 14400 * 359.0 / 419, 1e-9);
    double without = c.goodput.goodput_frac;
    c.cluster.spares = 4 * 8 / 16384.0; /* 4 nodes, 6.65 in repair on average */
    run(&c);
    double mean = 359.0 / 54;
    double none = exp(-mean) * (1 + mean + mean * mean / 2 + mean * mean * mean / 6);
    gw_assert_near(c.goodput.spare_shortage_frac, 1 - none, 1e-9);
    assert_true(c.goodput.goodput_frac > without);
}

static void test_dates(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    c.job.start_d = gw_date_from_civil(2024, 9, 15);
    run(&c);
    gw_assert_near(c.goodput.start_d, c.job.start_d, 0);
    c.job.start_d = gw_date_from_civil(2024, 2, 1);
    run(&c);
    gw_assert_near(c.goodput.start_d, gw_date_from_civil(2024, 7, 1), 0);
    c.job.accelerators = 30000; /* never there */
    run(&c);
    assert_true(isnan(c.goodput.start_d) && isnan(c.goodput.finish_d));
    assert_true(c.goodput.train_s > 0);
}

static void test_limits(void **state) {
    (void)state;
    gw_case c;
    fill(&c);
    c.failures.rate_factor = 1e6; /* a failure each 11 ms */
    run(&c);
    gw_assert_close(c.goodput.goodput_frac, 0, 1e-12);
    assert_true(isnan(c.goodput.train_s) && isnan(c.goodput.finish_d));
    fill(&c);
    c.parts[0].rate_per_s = c.parts[1].rate_per_s = 0;
    run(&c);
    gw_assert_near(c.goodput.goodput_frac, 1, 0);
    gw_assert_near(c.goodput.train_s, 15.6e12 / 3.2e6, 1e-12);
    fill(&c);
    c.step.problem = "needs 93 GB of 80 GB";
    run(&c);
    const double *at = (const double *)&c.goodput;
    for (size_t i = 0; i < sizeof c.goodput / sizeof *at; i++) {
        assert_true(isnan(at[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_llama3),    cmocka_unit_test(test_interval),
        cmocka_unit_test(test_no_spares), cmocka_unit_test(test_dates),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
