/* test_flow_ease.c: very many flows on one link that leave it one by one: their ends in closed form;
 * and, against a slow solver (flow_fixture.h), what makes such a link more than that: sources that
 * fill, caps, joins, other bottlenecks, removals, changes of capacity. */
#include "gw_test.h"

#include "base/code.h"
#include "flow_fixture.h"

#define NEAR 1e-9

static void run_out(gw_flow_sim *sim, double until_s) {
    const int32_t *ended;
    int32_t n;
    while (gw_flow_sim_step(sim, until_s, &ended, &n)) {
    }
}

/* ------------------------------------------------------------------ closed form */

enum { MANY = 3000 };

typedef struct sender {
    double bytes, weight;
    int id;
} sender;

static int by_turn(const void *a, const void *b) {
    const sender *x = a, *y = b;
    double u = x->bytes / x->weight, v = y->bytes / y->weight;
    return u < v ? -1 : u > v;
}

/* All from second 0 on one link of capacity C, each over a link of its own. They end in the order of
 * bytes / weight; when number k is through, every later one has got weight x bytes_k / weight_k. */
static void check_incast(bool weights, double source_Bps) {
    static double capacity_Bps[MANY + 1];
    static sender all[MANY];
    test_dice dice = {5, 0};
    capacity_Bps[MANY] = 40.0;
    for (int i = 0; i < MANY; i++) {
        capacity_Bps[i] = source_Bps;
        all[i] = (sender){amount(&dice, false), weights ? amount(&dice, false) : 1.0, i};
    }
    gw_flow_links links = {MANY + 1, capacity_Bps, NULL};
    gw_flow_sim *sim = gw_flow_sim_create(&links, MANY);
    long double later = 0.0L, done = 0.0L;
    for (int i = 0; i < MANY; i++) {
        int32_t way[] = {i, MANY};
        gw_net_flow flow = {.bytes = all[i].bytes, .weight = all[i].weight, .n = 2, .link = way};
        (void)gw_flow_sim_add(sim, 0.0, &flow);
        later += (long double)all[i].weight;
    }
    run_out(sim, GW_INF);
    qsort(all, MANY, sizeof all[0], by_turn);
    for (int k = 0; k < MANY; k++) {
        later -= (long double)all[k].weight;
        done += (long double)all[k].bytes;
        long double each = (long double)all[k].bytes / (long double)all[k].weight;
        double end_s = (double)((done + later * each) / 40.0L);
        gw_assert_near(gw_flow_sim_finish_s(sim, all[k].id), end_s, 1e-12);
    }
    gw_assert_near(gw_flow_sim_carried_B(sim, MANY), (double)done, 1e-12);
    if (source_Bps > 40.0) { /* else the last flow may count as limited by its source */
        gw_assert_near(gw_flow_sim_full_s(sim, MANY), (double)(done / 40.0L), 1e-12);
    }
    gw_flow_sim_free(sim);
}

static void test_incast(void **state) {
    (void)state;
    check_incast(false, 40.0);
    check_incast(false, 1e6);
    check_incast(true, 1e6);
}

/* ------------------------------------------------------------------ against the slow solver */

static void act(test_case *c, gw_flow_sim *sim, const test_action *a) {
    if (a->link >= 0) {
        c->capacity_Bps[a->link] = a->capacity_Bps;
        gw_flow_sim_set_capacity(sim, a->link, a->capacity_Bps);
    } else {
        (void)gw_flow_sim_remove(sim, a->flow);
    }
}

static void compare(test_case *c, int seed) {
    static slow_run slow;
    slow_simulate(*c, &slow);
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
        (void)gw_flow_sim_add(sim, f->start_s, &flow);
    }
    for (int a = 0; a < c->n_actions; a++) {
        run_out(sim, c->action[a].time_s);
        act(c, sim, &c->action[a]);
    }
    run_out(sim, GW_INF);
    for (int i = 0; i < c->n_flows; i++) {
        double finish_s = gw_flow_sim_finish_s(sim, i), expected_s = (double)slow.finish_s[i];
        if (isnan(expected_s) != isnan(finish_s) || fabs(expected_s - finish_s) > NEAR * finish_s) {
            fail_msg("seed %d, flow %d: %.17g, slow solver %.17g", seed, i, finish_s, expected_s);
        }
    }
    for (int l = 0; l < c->n_links; l++) {
        gw_assert_close(gw_flow_sim_carried_B(sim, l), (double)slow.carried_B[l], 1e-8);
    }
    gw_flow_sim_free(sim);
}

/* Links 0 .. wide - 1 are bottlenecks; sources are the rest, `room` times as wide as a bottleneck. */
typedef struct star {
    bool weights, caps, shares, starts, aside, actions;
    int bottlenecks, sources, flows;
    double room;
} star;

static void star_flow(const star *kind, test_dice *dice, test_flow *f) {
    int32_t source = kind->bottlenecks + pick(dice, kind->sources);
    *f = (test_flow){.bytes = amount(dice, false), .n = 2, .link = {source}, .share = {1.0, 1.0}};
    f->link[1] = pick(dice, kind->bottlenecks);
    if (kind->aside && pick(dice, 6) == 0) {
        f->n = 1; /* from the same source, but not over a bottleneck */
        f->cap_Bps = 0.3 * amount(dice, false);
    }
    if (kind->shares && pick(dice, 3) == 0) {
        f->share[pick(dice, 2)] = 0.05 + toss(dice);
    }
    f->weight = kind->weights ? amount(dice, false) : 0.0;
    if (kind->caps && pick(dice, 4) == 0) {
        f->cap_Bps = 0.05 * amount(dice, false);
    }
    f->start_s = kind->starts && pick(dice, 2) ? 30.0 * toss(dice) : 0.0;
}

static void star_case(int seed, const star *kind, test_case *out) {
    test_dice dice = {1000 + (uint64_t)seed, 0};
    memset(out, 0, sizeof *out);
    out->n_links = kind->bottlenecks + kind->sources;
    out->n_flows = kind->flows;
    for (int l = 0; l < out->n_links; l++) {
        out->capacity_Bps[l] = amount(&dice, false);
        out->capacity_Bps[l] *= l < kind->bottlenecks ? 1.0 : kind->room;
    }
    for (int i = 0; i < out->n_flows; i++) {
        star_flow(kind, &dice, &out->flow[i]);
    }
    out->n_actions = kind->actions ? ACTIONS_MAX : 0;
    double at_s = 0.0;
    for (int i = 0; i < out->n_actions; i++) {
        at_s += 10.0 * toss(&dice);
        bool removal = pick(&dice, 3) == 0;
        out->action[i] = (test_action){.time_s = at_s,
                                       .capacity_Bps = pick(&dice, 5) ? amount(&dice, false) : 0.0,
                                       .link = removal ? -1 : pick(&dice, out->n_links),
                                       .flow = pick(&dice, out->n_flows)};
    }
}

static void compare_stars(int first, int n, const star *kind) {
    static test_case c;
    for (int i = 0; i < n; i++) {
        star_case(first + i, kind, &c);
        compare(&c, first + i);
    }
}

static void test_dumbbell(void **state) {
    (void)state;
    compare_stars(0, 20, &(star){.bottlenecks = 1, .sources = 39, .flows = 100, .room = 10.0});
    compare_stars(100, 20, &(star){.bottlenecks = 1, .sources = 5, .flows = 100, .room = 0.5});
    compare_stars(
        200, 20,
        &(star){.starts = true, .bottlenecks = 1, .sources = 12, .flows = 100, .room = 0.5});
}

static void test_stars(void **state) {
    (void)state;
    star all = {.weights = true,
                .caps = true,
                .shares = true,
                .starts = true,
                .aside = true,
                .bottlenecks = 3,
                .sources = 10,
                .flows = 110,
                .room = 1.0};
    compare_stars(300, 30, &all);
    all.actions = true;
    compare_stars(400, 30, &all);
    all.room = 20.0;
    compare_stars(500, 30, &all);
    all.weights = all.shares = all.caps = false;
    compare_stars(600, 30, &all);
}

/* ------------------------------------------------------------------ all to all */

enum { HOSTS = 16 };

/* Every pair once, sizes at random: one level of the hosts' links hangs on all others. */
static void test_all_to_all(void **state) {
    (void)state;
    static test_case c;
    for (int seed = 0; seed < 3; seed++) {
        test_dice dice = {2000 + (uint64_t)seed, 0};
        memset(&c, 0, sizeof c);
        c.n_links = 2 * HOSTS;
        for (int l = 0; l < c.n_links; l++) {
            c.capacity_Bps[l] = seed == 0 ? 1.0 : amount(&dice, false);
        }
        for (int i = 0; i < HOSTS * HOSTS; i++) {
            if (i / HOSTS != i % HOSTS) {
                c.flow[c.n_flows++] = (test_flow){.bytes = amount(&dice, seed == 2),
                                                  .n = 2,
                                                  .link = {i / HOSTS, HOSTS + i % HOSTS},
                                                  .share = {1.0, 1.0}};
            }
        }
        compare(&c, seed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incast),
        cmocka_unit_test(test_dumbbell),
        cmocka_unit_test(test_stars),
        cmocka_unit_test(test_all_to_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
