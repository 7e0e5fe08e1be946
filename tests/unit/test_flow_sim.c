/* test_flow_sim.c: flows in time against a slow solver (flow_fixture.h), against cases worked by
 * hand, and against what must hold at every instant. */
#include "gw_test.h"

#include "base/code.h"
#include "flow_fixture.h"

#define NEAR 1e-9

static gw_flow_sim *sim_of(const test_case *c) {
    gw_flow_links links = {c->n_links, c->capacity_Bps, c->latency_s};
    gw_flow_sim *sim = gw_flow_sim_create(&links, 0);
    for (int i = 0; i < c->n_flows; i++) {
        const test_flow *f = &c->flow[i];
        gw_net_flow flow = {.bytes = f->bytes,
                            .weight = f->weight,
                            .cap_Bps = f->cap_Bps,
                            .n = f->n,
                            .link = f->link,
                            .share = f->share,
                            .latency_s = f->latency_s,
                            .n_like = f->n_like};
        assert_int_equal(gw_flow_sim_add(sim, f->start_s, &flow), i);
    }
    return sim;
}

/* The definition: no link is overfull, no cap exceeded; every flow is at its cap or crosses a full
 * link on which none is at a higher level. */
static void check_max_min(const test_case *c, gw_flow_sim *sim) {
    double load[LINKS_MAX] = {0}, highest[LINKS_MAX] = {0};
    for (int i = 0; i < c->n_flows; i++) {
        double rate_Bps = gw_flow_sim_rate_Bps(sim, i);
        for (int k = 0; k < c->flow[i].n; k++) {
            int32_t l = c->flow[i].link[k];
            double pull = (double)(pull_in(&c->flow[i], k) / weight_in(&c->flow[i]));
            load[l] += rate_Bps * pull;
            highest[l] = fmax(highest[l], rate_Bps / (double)weight_in(&c->flow[i]));
        }
    }
    for (int l = 0; l < c->n_links; l++) {
        assert_true(load[l] <= c->capacity_Bps[l] * (1.0 + NEAR));
    }
    for (int i = 0; i < c->n_flows; i++) {
        const test_flow *f = &c->flow[i];
        double rate_Bps = gw_flow_sim_rate_Bps(sim, i);
        bool stopped = rate_Bps == 0.0; /* waits, has ended, or stands: see below */
        stopped = stopped || (f->cap_Bps > 0.0 && rate_Bps >= f->cap_Bps * (1.0 - NEAR));
        assert_true(f->cap_Bps == 0.0 || rate_Bps <= f->cap_Bps * (1.0 + NEAR));
        for (int k = 0; k < f->n; k++) {
            int32_t l = f->link[k];
            bool full = load[l] >= c->capacity_Bps[l] * (1.0 - NEAR);
            double level = rate_Bps / (double)weight_in(f);
            stopped = stopped || (full && level >= highest[l] * (1.0 - NEAR));
        }
        assert_true(stopped);
    }
}

/* Runs to the end with the actions of the case, which it changes. */
static void run_case(test_case *c, gw_flow_sim *sim, slow_run *slow, bool check) {
    const int32_t *ended;
    int32_t n_ended;
    int seen = 0;
    bool removed[FLOWS_MAX] = {false};
    for (int a = 0; a <= c->n_actions; a++) {
        double until_s = a < c->n_actions ? c->action[a].time_s : GW_INF;
        while (gw_flow_sim_step(sim, until_s, &ended, &n_ended)) {
            for (int32_t k = 0; k < n_ended; k++) {
                assert_true(k == 0 || ended[k] > ended[k - 1]);
                assert_true(gw_flow_sim_finish_s(sim, ended[k]) == gw_flow_sim_now_s(sim));
            }
            seen += n_ended;
            if (check) {
                check_max_min(c, sim);
            }
        }
        if (a == c->n_actions) {
            break;
        }
        assert_true(gw_flow_sim_now_s(sim) == until_s);
        if (c->action[a].link >= 0) {
            c->capacity_Bps[c->action[a].link] = c->action[a].capacity_Bps;
            gw_flow_sim_set_capacity(sim, c->action[a].link, c->action[a].capacity_Bps);
        } else {
            int f = c->action[a].flow;
            double rest_B = gw_flow_sim_remove(sim, f);
            gw_assert_close(rest_B, removed[f] ? 0.0 : (double)slow->rest_B[f], NEAR);
            removed[f] = true;
        }
    }
    int finished = 0;
    for (int i = 0; i < c->n_flows; i++) {
        finished += !isnan(gw_flow_sim_finish_s(sim, i));
    }
    assert_int_equal(seen, finished);
}

static void compare(uint64_t seed, const test_kind *kind) {
    static test_case c;
    static slow_run slow;
    random_case(seed, kind, &c);
    slow_simulate(c, &slow);
    gw_flow_sim *sim = sim_of(&c);
    run_case(&c, sim, &slow, seed % 4 == 0);
    for (int i = 0; i < c.n_flows; i++) {
        double finish_s = gw_flow_sim_finish_s(sim, i);
        if (isnan((double)slow.finish_s[i]) != isnan(finish_s) ||
            fabs((double)slow.finish_s[i] - finish_s) > NEAR * finish_s) {
            fail_msg("seed %d, flow %d: %.17g, slow solver %.17g", (int)seed, i, finish_s,
                     (double)slow.finish_s[i]);
        }
    }
    for (int l = 0; l < c.n_links; l++) {
        gw_assert_close(gw_flow_sim_carried_B(sim, l), (double)slow.carried_B[l], 1e-8);
    }
    gw_flow_sim_free(sim);
}

static void compare_many(uint64_t first, int n, const test_kind *kind) {
    for (int i = 0; i < n; i++) {
        compare(first + (uint64_t)i, kind);
    }
}

static void test_plain(void **state) {
    (void)state;
    compare_many(0, 60, &(test_kind){.n_links = 5, .n_flows = 8, .n_path = 3});
    compare_many(100, 40, &(test_kind){.n_links = 30, .n_flows = 100, .n_path = 6});
}

static void test_ties(void **state) {
    (void)state;
    compare_many(200, 60, &(test_kind){.round = true, .n_links = 5, .n_flows = 8, .n_path = 3});
    compare_many(300, 60, &(test_kind){.round = true, .n_links = 12, .n_flows = 40, .n_path = 4});
    compare_many(400, 40,
                 &(test_kind){.round = true,
                              .starts = true,
                              .weights = true,
                              .caps = true,
                              .likes = true,
                              .n_links = 12,
                              .n_flows = 40,
                              .n_path = 4});
}

static void test_everything(void **state) {
    (void)state;
    test_kind all = {.weights = true,
                     .caps = true,
                     .shares = true,
                     .likes = true,
                     .starts = true,
                     .latencies = true,
                     .dead = true,
                     .actions = true,
                     .n_links = 10,
                     .n_flows = 20,
                     .n_path = 4};
    compare_many(500, 150, &all);
    all.n_links = 40;
    all.n_flows = 120;
    all.n_path = 6;
    compare_many(700, 60, &all);
}

/* ------------------------------------------------------------------ by hand */

static int32_t add_flow(gw_flow_sim *sim, double start_s, double bytes, int n,
                        const int32_t *link) {
    gw_net_flow flow = {.bytes = bytes, .n = n, .link = link, .latency_s = -1.0};
    return gw_flow_sim_add(sim, start_s, &flow);
}

static void run_out(gw_flow_sim *sim) {
    const int32_t *ended;
    int32_t n;
    while (gw_flow_sim_step(sim, GW_INF, &ended, &n)) {
        assert_true(n > 0);
    }
}

/* A link of 10 B/s and one of 4. Flow 0 of 20 B over both, 1 of 8 B over the first, 2 of 10 B over
 * the second from second 2 on. Until 1.333 s: 4 and 6, flow 1 ends. Until 2 s flow 0 has 4 B/s, 8 B
 * through; then 2 B/s each: flow 2 ends after 5 s, at 7 s, when flow 0 has 2 B left: 7.5 s. */
static void test_by_hand(void **state) {
    (void)state;
    static const double capacity_Bps[] = {10.0, 4.0};
    static const int32_t both[] = {0, 1};
    gw_flow_links links = {2, capacity_Bps, NULL};
    gw_flow_sim *sim = gw_flow_sim_create(&links, 3);
    int32_t a = add_flow(sim, 0.0, 20.0, 2, both), b = add_flow(sim, 0.0, 8.0, 1, both);
    int32_t c = add_flow(sim, 2.0, 10.0, 1, both + 1);
    gw_assert_near(gw_flow_sim_rate_Bps(sim, a), 4.0, 1e-15);
    gw_assert_near(gw_flow_sim_rate_Bps(sim, b), 6.0, 1e-15);
    gw_assert_near(gw_flow_sim_rate_Bps(sim, c), 0.0, 0.0);
    assert_int_equal(gw_flow_sim_limit(sim, a), 1);
    assert_int_equal(gw_flow_sim_limit(sim, b), 0);
    run_out(sim);
    gw_assert_near(gw_flow_sim_finish_s(sim, b), 4.0 / 3.0, 1e-15);
    gw_assert_near(gw_flow_sim_finish_s(sim, c), 7.0, 1e-15);
    gw_assert_near(gw_flow_sim_took_s(sim, c), 5.0, 1e-15);
    gw_assert_near(gw_flow_sim_finish_s(sim, a), 7.5, 1e-15);
    gw_assert_near(gw_flow_sim_carried_B(sim, 0), 28.0, 1e-15);
    gw_assert_near(gw_flow_sim_carried_B(sim, 1), 30.0, 1e-15);
    gw_assert_near(gw_flow_sim_full_s(sim, 0), 4.0 / 3.0, 1e-15);
    gw_assert_near(gw_flow_sim_full_s(sim, 1), 7.5, 1e-15);
    assert_int_equal(gw_flow_sim_limit(sim, a), 1); /* what limited it last */
    gw_flow_sim_free(sim);
}

/* Without bytes a flow ends when its latencies have passed; without links and cap at once. */
static void test_empty(void **state) {
    (void)state;
    static const double capacity_Bps[] = {0.0, 5.0}, latency_s[] = {0.25, 0.5};
    static const int32_t both[] = {0, 1};
    gw_flow_links links = {2, capacity_Bps, latency_s};
    gw_flow_sim *sim = gw_flow_sim_create(&links, 0);
    int32_t empty = add_flow(sim, 1.0, 0.0, 2, both), nowhere = add_flow(sim, 3.0, 1e9, 0, NULL);
    int32_t stuck = add_flow(sim, 0.0, 1.0, 1, both);
    gw_net_flow capped = {.bytes = 6.0, .cap_Bps = 3.0, .latency_s = 1.0};
    int32_t only_cap = gw_flow_sim_add(sim, 0.0, &capped);
    run_out(sim);
    gw_assert_near(gw_flow_sim_finish_s(sim, empty), 1.75, 0.0);
    gw_assert_near(gw_flow_sim_finish_s(sim, nowhere), 3.0, 0.0);
    gw_assert_near(gw_flow_sim_finish_s(sim, only_cap), 3.0, 0.0);
    assert_true(isnan(gw_flow_sim_finish_s(sim, stuck)));
    assert_true(isnan(gw_flow_sim_took_s(sim, stuck)));
    gw_assert_near(gw_flow_sim_now_s(sim), 3.0, 0.0);
    /* The link comes up: the flow goes on. */
    const int32_t *ended;
    int32_t n;
    assert_true(gw_flow_sim_step(sim, 10.0, &ended, &n));
    assert_false(gw_flow_sim_step(sim, 10.0, &ended, &n));
    gw_flow_sim_set_capacity(sim, 0, 2.0);
    run_out(sim);
    gw_assert_near(gw_flow_sim_finish_s(sim, stuck), 10.5, 0.0);
    gw_assert_near(gw_flow_sim_carried_B(sim, 0), 1.0, 1e-15);
    gw_assert_near(gw_flow_sim_carried_B(sim, 1), 0.0, 0.0);
    gw_flow_sim_free(sim);
}

static void test_remove(void **state) {
    (void)state;
    static const double capacity_Bps[] = {4.0};
    static const int32_t link[] = {0};
    gw_flow_links links = {1, capacity_Bps, NULL};
    gw_flow_sim *sim = gw_flow_sim_create(&links, 0);
    int32_t a = add_flow(sim, 0.0, 8.0, 1, link), b = add_flow(sim, 0.0, 8.0, 1, link);
    int32_t later = add_flow(sim, 100.0, 5.0, 1, link);
    const int32_t *ended;
    int32_t n;
    assert_true(gw_flow_sim_step(sim, 1.0, &ended, &n));
    assert_int_equal(n, 0);
    gw_assert_near(gw_flow_sim_remove(sim, a), 6.0, 1e-15);
    gw_assert_near(gw_flow_sim_remove(sim, a), 0.0, 0.0);
    gw_assert_near(gw_flow_sim_remove(sim, later), 5.0, 0.0);
    run_out(sim);
    gw_assert_near(gw_flow_sim_finish_s(sim, b), 2.5, 1e-15);
    gw_assert_near(gw_flow_sim_remove(sim, b), 0.0, 0.0);
    assert_true(isnan(gw_flow_sim_finish_s(sim, a)));
    assert_true(isnan(gw_flow_sim_finish_s(sim, later)));
    gw_assert_near(gw_flow_sim_carried_B(sim, 0), 10.0, 1e-15);
    gw_assert_near(gw_flow_sim_full_s(sim, 0), 2.5, 1e-15);
    gw_flow_sim_free(sim);
}

/* A flow that stands for a thousand: its links see a thousand times its rate. */
static void test_like(void **state) {
    (void)state;
    static const double capacity_Bps[] = {1000.0, 8.0};
    static const int32_t link[] = {0, 1};
    static const double share[] = {1.0, 0.01};
    gw_flow_links links = {2, capacity_Bps, NULL};
    gw_flow_sim *sim = gw_flow_sim_create(&links, 1);
    gw_net_flow flow = {.bytes = 4.0, .n = 2, .link = link, .share = share, .n_like = 1000};
    int32_t f = gw_flow_sim_add(sim, 0.0, &flow);
    gw_assert_near(gw_flow_sim_rate_Bps(sim, f), 8.0 / (1000.0 * (double)0.01), 1e-15);
    assert_int_equal(gw_flow_sim_limit(sim, f), 1);
    run_out(sim);
    gw_assert_near(gw_flow_sim_carried_B(sim, 0), 4000.0, 1e-15);
    gw_assert_near(gw_flow_sim_carried_B(sim, 1), 4000.0 * (double)0.01, 1e-15);
    gw_flow_sim_free(sim);
}

/* Flows of 10 ns after ten days: one double holds such an instant to 1e-10 s only. */
static void test_late(void **state) {
    (void)state;
    static const double capacity_Bps[] = {3e9};
    static const int32_t link[] = {0};
    gw_flow_links links = {1, capacity_Bps, NULL};
    gw_flow_sim *sim = gw_flow_sim_create(&links, 0);
    int32_t long_one = add_flow(sim, 0.0, 3e9 * 1e6, 1, link);
    int32_t a = add_flow(sim, 864000.0, 15.0, 1, link), b = add_flow(sim, 864000.0, 30.0, 1, link);
    const int32_t *ended;
    int32_t n;
    while (isnan(gw_flow_sim_finish_s(sim, b))) {
        assert_true(gw_flow_sim_step(sim, GW_INF, &ended, &n));
    }
    gw_assert_near(gw_flow_sim_took_s(sim, a), 15e-9, 1e-12); /* three share */
    gw_assert_near(gw_flow_sim_took_s(sim, b), 25e-9, 1e-12); /* then two */
    int32_t next = add_flow(sim, gw_flow_sim_now_s(sim), 45.0, 1, link);
    run_out(sim);
    gw_assert_near(gw_flow_sim_took_s(sim, next), 30e-9, 1e-12);
    /* 15 + 30 + 45 bytes ahead of it: 30 ns */
    gw_assert_near(gw_flow_sim_took_s(sim, long_one), 1e6 + 30e-9, 1e-15);
    gw_flow_sim_free(sim);
}

/* ------------------------------------------------------------------ long runs */

typedef struct churn {
    gw_flow_sim *sim;
    test_dice dice;
    double weight[24];
    int32_t id[24];
    int32_t link[24][3];
} churn;

enum { CHURN_LINKS = 8, CHURN_FLOWS = 24 };

static void churn_add(churn *c, int i) {
    double start_s = gw_flow_sim_now_s(c->sim);
    int32_t first = pick(&c->dice, CHURN_LINKS), stride = 1 + pick(&c->dice, 2);
    for (int k = 0; k < 3; k++) {
        c->link[i][k] = (first + k * stride) % CHURN_LINKS;
    }
    c->weight[i] = 0.1 + 3.0 * toss(&c->dice);
    gw_net_flow flow = {.bytes = amount(&c->dice, false),
                        .weight = c->weight[i],
                        .n = 3,
                        .link = c->link[i],
                        .latency_s = 0.0};
    c->id[i] = gw_flow_sim_add(c->sim, start_s, &flow);
}

static void churn_step(churn *c) {
    const int32_t *ended;
    int32_t n;
    assert_true(gw_flow_sim_step(c->sim, GW_INF, &ended, &n));
    for (int32_t k = 0; k < n; k++) {
        for (int i = 0; i < CHURN_FLOWS; i++) {
            if (c->id[i] == ended[k]) {
                churn_add(c, i);
            }
        }
    }
}

/* Whenever a flow ends another begins, 30,000 times: the rates are then still those of a solve from
 * nothing, and every byte is accounted for. */
static void test_drift(void **state) {
    (void)state;
    static const double capacity_Bps[CHURN_LINKS] = {1.0, 2.5, 0.7, 3.1, 1.9, 0.9, 1.3, 2.2};
    gw_flow_links links = {CHURN_LINKS, capacity_Bps, NULL};
    churn c = {.sim = gw_flow_sim_create(&links, 0), .dice = {11, 0}};
    for (int i = 0; i < CHURN_FLOWS; i++) {
        churn_add(&c, i);
    }
    int64_t at[CHURN_FLOWS + 1] = {0};
    for (int i = 0; i < CHURN_FLOWS; i++) {
        at[i + 1] = at[i] + 3;
    }
    for (int k = 0; k < 30000; k++) {
        churn_step(&c);
        if (k % 1000 != 999) {
            continue;
        }
        double rate_Bps[CHURN_FLOWS];
        gw_flow_set set = {.n = CHURN_FLOWS, .weight = c.weight, .at = at, .link = &c.link[0][0]};
        gw_flow_rates(&links, &set, rate_Bps, NULL);
        for (int i = 0; i < CHURN_FLOWS; i++) {
            gw_assert_near(gw_flow_sim_rate_Bps(c.sim, c.id[i]), rate_Bps[i], 1e-11);
        }
    }
    for (int l = 0; l < CHURN_LINKS; l++) {
        double most_B = capacity_Bps[l] * gw_flow_sim_now_s(c.sim);
        assert_true(gw_flow_sim_carried_B(c.sim, l) <= most_B * (1.0 + 1e-9));
        assert_true(gw_flow_sim_carried_B(c.sim, l) >=
                    capacity_Bps[l] * gw_flow_sim_full_s(c.sim, l) * (1.0 - 1e-9));
    }
    gw_flow_sim_free(c.sim);
}

/* The same digits again, whether or not someone looks at the rates in between. */
static void test_same_again(void **state) {
    (void)state;
    static test_case c;
    test_kind kind = {.weights = true,
                      .caps = true,
                      .shares = true,
                      .starts = true,
                      .latencies = true,
                      .n_links = 40,
                      .n_flows = 120,
                      .n_path = 6};
    for (uint64_t seed = 0; seed < 20; seed++) {
        random_case(seed, &kind, &c);
        gw_flow_sim *a = sim_of(&c), *b = sim_of(&c);
        const int32_t *ended;
        int32_t n;
        while (gw_flow_sim_step(a, GW_INF, &ended, &n)) {
            (void)gw_flow_sim_rate_Bps(a, 0);
            (void)gw_flow_sim_carried_B(a, 0);
        }
        run_out(b);
        for (int i = 0; i < c.n_flows; i++) {
            double x = gw_flow_sim_finish_s(a, i), y = gw_flow_sim_finish_s(b, i);
            assert_memory_equal(&x, &y, sizeof x);
        }
        gw_flow_sim_free(a);
        gw_flow_sim_free(b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),      cmocka_unit_test(test_ties),
        cmocka_unit_test(test_everything), cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_empty),      cmocka_unit_test(test_remove),
        cmocka_unit_test(test_like),       cmocka_unit_test(test_late),
        cmocka_unit_test(test_drift),      cmocka_unit_test(test_same_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
