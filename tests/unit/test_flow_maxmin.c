/* test_flow_maxmin.c: rates of flows that share links, against the definition of max-min fairness,
 * a slow solver (flow_fixture.h), cases worked by hand, and the running simulation. */
#include "gw_test.h"

#include "flow_fixture.h"

#define NEAR 1e-12

/* A case as arrays. */
typedef struct arrays {
    double bytes[FLOWS_MAX], weight[FLOWS_MAX], cap_Bps[FLOWS_MAX];
    int64_t at[FLOWS_MAX + 1];
    int32_t link[FLOWS_MAX * PATH_MAX_LINKS];
    double share[FLOWS_MAX * PATH_MAX_LINKS];
    gw_flow_set set;
} arrays;

static void fill_arrays(const test_case *c, arrays *out) {
    memset(out, 0, sizeof *out);
    for (int i = 0; i < c->n_flows; i++) {
        const test_flow *f = &c->flow[i];
        out->bytes[i] = 1.0;
        out->weight[i] = f->weight;
        out->cap_Bps[i] = f->cap_Bps;
        out->at[i + 1] = out->at[i] + f->n;
        memcpy(out->link + out->at[i], f->link, (size_t)f->n * sizeof *f->link);
        memcpy(out->share + out->at[i], f->share, (size_t)f->n * sizeof *f->share);
    }
    out->set = (gw_flow_set){.n = c->n_flows,
                             .bytes = out->bytes,
                             .weight = out->weight,
                             .cap_Bps = out->cap_Bps,
                             .at = out->at,
                             .link = out->link,
                             .share = out->share};
}

/* No link overfull; every flow at its cap, or on a full link where no level is above its own. */
static void check_definition(const test_case *c, const double *rate_Bps, const int32_t *limit) {
    double load[LINKS_MAX] = {0}, highest[LINKS_MAX] = {0};
    for (int i = 0; i < c->n_flows; i++) {
        double level = rate_Bps[i] / (double)weight_in(&c->flow[i]);
        for (int k = 0; k < c->flow[i].n; k++) {
            int32_t l = c->flow[i].link[k];
            load[l] += rate_Bps[i] * (double)c->flow[i].share[k];
            highest[l] = fmax(highest[l], level);
        }
    }
    for (int l = 0; l < c->n_links; l++) {
        assert_true(load[l] <= c->capacity_Bps[l] * (1.0 + NEAR));
    }
    for (int i = 0; i < c->n_flows; i++) {
        double level = rate_Bps[i] / (double)weight_in(&c->flow[i]);
        if (limit[i] < 0) {
            gw_assert_near(rate_Bps[i], c->flow[i].cap_Bps, NEAR);
            continue;
        }
        bool crossed = false;
        for (int k = 0; k < c->flow[i].n; k++) {
            crossed = crossed || c->flow[i].link[k] == limit[i];
        }
        assert_true(crossed);
        gw_assert_near(load[limit[i]], c->capacity_Bps[limit[i]], NEAR);
        assert_true(level >= highest[limit[i]] * (1.0 - NEAR));
    }
}

/* The simulation at its first instant: solved there by the incremental method. */
static void check_simulation(const test_case *c, const double *rate_Bps) {
    gw_flow_links links = {c->n_links, c->capacity_Bps, NULL};
    gw_flow_sim *sim = gw_flow_sim_create(&links, c->n_flows);
    for (int i = 0; i < c->n_flows; i++) {
        const test_flow *f = &c->flow[i];
        gw_net_flow flow = {.bytes = 1.0,
                            .weight = f->weight,
                            .cap_Bps = f->cap_Bps,
                            .n = f->n,
                            .link = f->link,
                            .share = f->share,
                            .latency_s = -1.0};
        (void)gw_flow_sim_add(sim, 0.0, &flow);
        if (i % 3 == 0) {
            (void)gw_flow_sim_rate_Bps(sim, i); /* solves with the flows so far */
        }
    }
    for (int i = 0; i < c->n_flows; i++) {
        gw_assert_near(gw_flow_sim_rate_Bps(sim, i), rate_Bps[i], 1e-11);
    }
    gw_flow_sim_free(sim);
}

static void check_case(const test_case *c) {
    static arrays a;
    double rate_Bps[FLOWS_MAX];
    int32_t limit[FLOWS_MAX];
    long double level[FLOWS_MAX] = {0};
    bool on[FLOWS_MAX];
    fill_arrays(c, &a);
    gw_flow_links links = {c->n_links, c->capacity_Bps, NULL};
    gw_flow_rates(&links, &a.set, rate_Bps, limit);
    check_definition(c, rate_Bps, limit);
    for (int i = 0; i < c->n_flows; i++) {
        on[i] = true;
    }
    slow_levels(c, on, level);
    for (int i = 0; i < c->n_flows; i++) {
        gw_assert_near(rate_Bps[i], (double)(level[i] * weight_in(&c->flow[i])), NEAR);
    }
    check_simulation(c, rate_Bps);
}

static void test_random(void **state) {
    (void)state;
    static test_case c;
    for (uint64_t seed = 0; seed < 300; seed++) {
        test_kind kind = {.round = seed % 2 == 0,
                          .weights = seed % 3 == 0,
                          .caps = seed % 5 == 0,
                          .shares = seed % 7 == 0,
                          .dead = seed % 4 == 0,
                          .n_links = 4 + (int)(seed % 36),
                          .n_flows = 10 + (int)(seed % 110),
                          .n_path = 1 + (int)(seed % 6)};
        random_case(seed, &kind, &c);
        for (int i = 0; i < c.n_flows; i++) {
            c.flow[i].n_like = 0;
        }
        check_case(&c);
    }
}

/* Two links in a row of 10 and 4; one flow over both, three on the first, one on the second. The
 * second gives 2 to each of its two, the first (10 - 2) / 3 to the rest. With weight 3 the long flow
 * gets 3 of the second and 7 / 3 are left for each of the others. */
static void test_by_hand(void **state) {
    (void)state;
    static const double capacity_Bps[] = {10.0, 4.0};
    static const int64_t at[] = {0, 2, 3, 4, 5, 6};
    static const int32_t link[] = {0, 1, 0, 0, 0, 1};
    static const double bytes[] = {1, 1, 1, 1, 1}, weight[] = {3, 0, 0, 0, 0},
                        cap_Bps[] = {0, 1, 0, 0, 0};
    gw_flow_links links = {2, capacity_Bps, NULL};
    gw_flow_set set = {.n = 5, .bytes = bytes, .at = at, .link = link};
    double rate_Bps[5];
    int32_t limit[5];
    gw_flow_rates(&links, &set, rate_Bps, limit);
    gw_assert_near(rate_Bps[0], 2.0, 1e-15);
    gw_assert_near(rate_Bps[1], 8.0 / 3.0, 1e-15);
    gw_assert_near(rate_Bps[4], 2.0, 1e-15);
    assert_int_equal(limit[0], 1);
    assert_int_equal(limit[1], 0);
    set.weight = weight;
    gw_flow_rates(&links, &set, rate_Bps, limit);
    gw_assert_near(rate_Bps[0], 3.0, 1e-15);
    gw_assert_near(rate_Bps[3], 7.0 / 3.0, 1e-15);
    gw_assert_near(rate_Bps[4], 1.0, 1e-15);
    set.cap_Bps = cap_Bps;
    gw_flow_rates(&links, &set, rate_Bps, NULL);
    gw_assert_near(rate_Bps[1], 1.0, 1e-15);
    gw_assert_near(rate_Bps[2], 3.0, 1e-15);
}

/* A flow split over two links takes half its rate on each: 2 links of 5 carry it at 10. */
static void test_spray(void **state) {
    (void)state;
    static const double capacity_Bps[] = {5.0, 5.0, 30.0};
    static const int64_t at[] = {0, 3, 4};
    static const int32_t link[] = {0, 1, 2, 0};
    static const double share[] = {0.5, 0.5, 1.0, 1.0};
    static const double bytes[] = {1, 1};
    gw_flow_links links = {3, capacity_Bps, NULL};
    gw_flow_set set = {.n = 1, .bytes = bytes, .at = at, .link = link, .share = share};
    double rate_Bps[2];
    gw_flow_rates(&links, &set, rate_Bps, NULL);
    gw_assert_near(rate_Bps[0], 10.0, 1e-15);
    set.n = 2; /* link 0: r / 2 + r = 5 */
    gw_flow_rates(&links, &set, rate_Bps, NULL);
    gw_assert_near(rate_Bps[0], 10.0 / 3.0, 1e-15);
    gw_assert_near(rate_Bps[1], 10.0 / 3.0, 1e-15);
}

static void test_nothing_limits(void **state) {
    (void)state;
    static const int64_t at[] = {0, 0, 0};
    static const double bytes[] = {1, 1}, cap_Bps[] = {0, 7};
    gw_flow_links links = {0, NULL, NULL};
    gw_flow_set set = {.n = 2, .bytes = bytes, .at = at, .cap_Bps = cap_Bps};
    double rate_Bps[2];
    int32_t limit[2];
    gw_flow_rates(&links, &set, rate_Bps, limit);
    assert_true(isinf(rate_Bps[0]));
    gw_assert_near(rate_Bps[1], 7.0, 0.0);
    assert_int_equal(limit[0], -1);
    assert_int_equal(limit[1], -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_spray),
        cmocka_unit_test(test_nothing_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
