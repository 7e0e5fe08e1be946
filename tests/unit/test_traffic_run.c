/* test_traffic_run.c: times of collectives: the alpha-beta formulas of the literature, lower
 * bounds, closed form against flows, congestion worked by hand, barriers against dependencies. */
#include "graph_fixture.h"
#include "traffic_fixture.h"

#define MB 1e6

static const gw_route_how spray = {.kind = GW_ROUTING_SPRAY};

static gw_traffic_result run(const gw_net *net, const gw_route_how *how, gw_collective kind,
                             int algorithm, double bytes, int32_t n, int32_t n_groups,
                             gw_arena *arena) {
    gw_collective_ask ask = ask_of(kind, algorithm, bytes, n, n_groups, arena);
    gw_traffic t = made(net, &ask, arena);
    gw_traffic_result r;
    gw_traffic_run(net, how, &t, arena, &r);
    return r;
}

/** Way of two hosts under different leaves: two NIC links and two of switches. */
static double far_s(const gw_net_plan *plan) {
    return 2 * plan->nic_latency_s + 2 * plan->link_latency_s;
}

/* alpha: latency of a hop; beta: seconds a byte. Thakur, Rabenseifner & Gropp 2005, sections 4.1 to
 * 4.5; Patarasuk & Yuan 2009. Powers of two. */
static void test_formulas(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 8);
    gw_net *net = net_of(&plan, arena);
    double beta = 1 / NIC_Bps, alpha = far_s(&plan);
    for (int32_t n = 16; n <= 64; n *= 2) {
        for (double bytes = 1e3; bytes < 1e10; bytes *= 100) {
            double lg = log2(n), part = (n - 1.0) / n;
            gw_traffic_result r =
                run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_RING, bytes, n, 1, arena);
            gw_assert_near(r.time_s, 2 * (n - 1) * alpha + 2 * part * bytes * beta, 1e-12);
            assert_true(r.closed_form && !r.congested);
            r = run(net, &spray, GW_ALL_GATHER, GW_ALGORITHM_RING, bytes, n, 1, arena);
            gw_assert_near(r.time_s, (n - 1) * alpha + part * bytes * beta, 1e-12);
            r = run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_DIRECT, bytes, n, 1, arena);
            gw_assert_near(r.time_s, 2 * alpha + 2 * part * bytes * beta, 1e-12);
            r = run(net, &spray, GW_ALL_TO_ALL, GW_ALGORITHM_DIRECT, bytes, n, 1, arena);
            gw_assert_near(r.time_s, alpha + part * bytes * beta, 1e-12);
            /* Steps between hosts of one leaf have its shorter way. */
            double near_steps = 3, near_alpha = 2 * plan.nic_latency_s;
            r = run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_HALVING_DOUBLING, bytes, n, 1, arena);
            gw_assert_near(r.time_s,
                           2 * (lg - near_steps) * alpha + 2 * near_steps * near_alpha +
                               2 * part * bytes * beta,
                           1e-12);
            r = run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_DOUBLE_TREE, bytes, n, 1, arena);
            int depth = gw_tree_depth(n, GW_ALL_REDUCE, true);
            gw_assert_near(r.time_s, 2 * depth * alpha + 2 * bytes * beta, 1e-9);
            r = run(net, &spray, GW_BROADCAST, GW_ALGORITHM_DOUBLE_TREE, bytes, n, 1, arena);
            depth = gw_tree_depth(n, GW_BROADCAST, true);
            gw_assert_near(r.time_s, depth * alpha + bytes * beta, 1e-9);
            r = run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_SHARP, bytes, n, 1, arena);
            gw_assert_near(r.time_s, 4 * plan.nic_latency_s + bytes * beta, 1e-7);
        }
    }
    gw_arena_free(arena);
}

static void test_two_levels(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = rails(8, 4, 4, 4);
    gw_net *net = net_of(&plan, arena);
    double bytes = 256 * MB, n = 32, g = 4, d = 8;
    double inside = 1 / SCALEUP_Bps, across = 1 / NIC_Bps, alpha = far_s(&plan);
    double hop = 2 * plan.scaleup_latency_s;
    if (fabs(net->latency_s[net->n_links - 1] - plan.scaleup_latency_s) > 1e-15) {
        hop = 2 * net->latency_s[net->n_links - 1];
    }
    gw_traffic_result r =
        run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_HIERARCHICAL, bytes, 32, 1, arena);
    gw_assert_near(r.time_s,
                   2 * (g - 1) * (hop + bytes / g * inside) +
                       2 * (d - 1) * (alpha + bytes / g / d * across),
                   1e-12);
    assert_true(r.closed_form);
    /* Rings by rail use all NICs: the bus bandwidth of a domain is that of its four. */
    r = run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_RING, bytes, 32, 1, arena);
    gw_assert_near(r.time_s, 2 * (n - 1) * (alpha + bytes / n / g * across), 1e-12);
    r = run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_NVLS, bytes, 4, 1, arena);
    assert_true(r.time_s > 0);
    /* All-to-all: what goes over the rails. */
    r = run(net, &spray, GW_ALL_TO_ALL, GW_ALGORITHM_PXN, bytes, 32, 1, arena);
    gw_assert_near(
        r.time_s, hop + alpha + (g - 1) / g * bytes * inside + (d - 1) / d * bytes * across, 1e-12);
    gw_arena_free(arena);
}

/** Estimates, by which AUTO chooses, are what is run in a regular network; AUTO is the least. */
static void test_estimates(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plans[] = {two_tiers(8, 8, 8), rails(8, 8, 8, 8), rails(2, 4, 2, 2)};
    int n_seen = 0;
    for (int p = 0; p < 3; p++) {
        gw_net *net = net_of(&plans[p], arena);
        for (int kind = GW_ALL_REDUCE; kind <= GW_PERMUTATION; kind++) {
            for (double bytes = 1e4; bytes < 1e10; bytes *= 1000) {
                gw_collective_ask ask = ask_of((gw_collective)kind, GW_ALGORITHM_AUTO, bytes,
                                               plans[p].n_hosts, 1, arena);
                gw_traffic t = made(net, &ask, arena);
                gw_traffic_result best, r;
                gw_traffic_run(net, &spray, &t, arena, &best);
                for (int a = GW_ALGORITHM_RING; a <= GW_ALGORITHM_PXN; a++) {
                    ask.algorithm = a;
                    double estimate_s = gw_traffic_estimate_s(net, &ask, a);
                    if (gw_traffic_make(net, &ask, arena, &t) != NULL) {
                        assert_true(isnan(estimate_s));
                        continue;
                    }
                    gw_traffic_run(net, &spray, &t, arena, &r);
                    /* Latency of the farthest pair is taken for every hop. */
                    if (fabs(estimate_s / r.alone_s - 1) > 0.02 && bytes > 1e9) {
                        print_error("net %d kind %d algorithm %d bytes %g: %g for %g\n", p, kind, a,
                                    bytes, estimate_s, r.alone_s);
                    }
                    if (bytes > 1e9) {
                        gw_assert_near(estimate_s, r.alone_s, 0.02);
                    }
                    assert_true(estimate_s >= r.alone_s * (1 - 1e-9) || kind >= GW_SEND);
                    assert_true(best.alone_s <= (bytes > 1e9 ? 1.001 : 1.5) * r.alone_s);
                    n_seen++;
                }
            }
        }
    }
    assert_true(n_seen > 100);
    gw_arena_free(arena);
}

/* Least bytes that any algorithm can do with: all-reduce 2 (n-1)/n B, others (n-1)/n B (Patarasuk &
 * Yuan 2009); through a port of NIC_Bps they take at least so long. */
static void test_no_bound_is_beaten(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 8);
    gw_net *net = net_of(&plan, arena);
    int n_seen = 0;
    for (int32_t n = 2; n <= 64; n += 5) {
        for (int kind = GW_ALL_REDUCE; kind <= GW_BROADCAST; kind++) {
            double passes = kind == GW_ALL_REDUCE ? 2 : 1;
            double least_B = kind == GW_BROADCAST ? 1e9 : passes * (n - 1.0) / n * 1e9;
            for (int a = GW_ALGORITHM_RING; a <= GW_ALGORITHM_HIERARCHICAL; a++) {
                gw_collective_ask ask = ask_of((gw_collective)kind, a, 1e9, n, 1, arena);
                gw_traffic t;
                if (gw_traffic_make(net, &ask, arena, &t) != NULL) {
                    continue;
                }
                for (int routing = GW_ROUTING_SPRAY; routing <= GW_ROUTING_D_MOD_K; routing++) {
                    gw_route_how how = {.kind = routing, .seed = 3};
                    gw_traffic_result r;
                    gw_traffic_run(net, &how, &t, arena, &r);
                    assert_true(r.time_s >= least_B / NIC_Bps);
                    assert_true(r.time_s >= r.alone_s * (1 - 1e-9));
                    n_seen++;
                }
            }
        }
    }
    assert_true(n_seen > 100);
    gw_arena_free(arena);
}

/** A host cannot send to all at full rate each: the pitfall of simulators that give every pair a link
 * of its own, 63 times too fast here. Nor can it receive from all. */
static void test_one_port(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 8);
    gw_net *net = net_of(&plan, arena);
    gw_traffic_result r = run(net, &spray, GW_BROADCAST, GW_ALGORITHM_DIRECT, 1e9, 64, 1, arena);
    gw_assert_near(r.time_s, far_s(&plan) + 63 * 1e9 / NIC_Bps, 1e-12);
    enum { N = 64 };
    double *pair_B = GW_NEW_N(arena, N * N, double);
    for (int i = 1; i < N; i++) {
        pair_B[i * N] = 1e9; /* all to rank 0 */
    }
    gw_collective_ask ask = ask_of(GW_ALL_TO_ALL, GW_ALGORITHM_DIRECT, 0, N, 1, arena);
    ask.pair_B = pair_B;
    gw_traffic t = made(net, &ask, arena);
    gw_traffic_run(net, &spray, &t, arena, &r);
    assert_int_equal(t.n_sends, 63);
    gw_assert_near(r.time_s, far_s(&plan) + 63 * 1e9 / NIC_Bps, 1e-12);
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ closed form and flows */

/** 32 hosts and more, of many kinds; u in (0, 1). */
static gw_net_plan some_plan(double which, double u) {
    static const gw_net_plan graphs[] = {GRAPH_TORUS(32, 3, 4, 4, 2),
                                         GRAPH_DRAGONFLY(72, 9, 4, 2, 2, 1),
                                         GRAPH_HYPERX(48, 3, 2, 3, 4, 1, 2, 1)};
    if (which < 0.3) {
        return two_tiers(4, 8, 2 + (int)(u * 7));
    }
    if (which < 0.6) {
        return rails(8, 4, 4, 1 + (int)(u * 4));
    }
    if (which < 0.75) { /* two NICs of two planes each */
        gw_net_plan plan = two_tiers(8, 8, 1 + (int)(u * 8));
        plan.n_hosts = 32;
        plan.nics = plan.planes = 2;
        return plan;
    }
    return graphs[(int)(u * 3)];
}

/** Wherever the closed form is said to hold, flows give the same; where it is not, they are no
 * faster. Random groups, sizes, routings and networks. */
static void test_closed_form_is_flows(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    int n_exact = 0, n_slower = 0;
    for (uint32_t trial = 0; trial < 300; trial++) {
        double u[8];
        for (uint32_t k = 0; k < 8; k++) {
            u[k] = gw_rng_uniform(11, trial, 0, k);
        }
        gw_net_plan plan = some_plan(u[0], u[1]);
        gw_net *net = net_of(&plan, arena);
        int kind = (int)(u[2] * (GW_PERMUTATION + 1));
        int algorithm = GW_ALGORITHM_RING + (int)(u[3] * 9);
        int32_t n_groups = 1 + (int32_t)(u[4] * 4), n = 32 / n_groups;
        gw_collective_ask ask =
            ask_of((gw_collective)kind, algorithm, 1e8 * (1 + u[5]), n, n_groups, arena);
        ask.queue_pairs = u[6] < 0.7 ? 1 : 3;
        ask.seed = trial;
        gw_traffic t;
        if (gw_traffic_make(net, &ask, arena, &t) != NULL) {
            continue;
        }
        gw_route_how how = {.kind = GW_ROUTING_SPRAY + (int)(u[7] * 3), .seed = trial};
        gw_link_ends ends = gw_link_ends_of(net, arena);
        gw_flow_links links = gw_net_links(net);
        for (int p = 0; p < t.n_phases; p++) {
            gw_phase_flows flows;
            gw_phase_flows_make(net, &how, &t, p, arena, &flows);
            gw_phase_bound bound = gw_phase_bound_of(net, &ends, &flows, arena);
            gw_flow_opts opts = {.no_classes = true};
            gw_flow_result r;
            gw_flow_run(&links, &flows.set, &opts, arena, &r);
            assert_int_equal(r.n_stuck, 0);
            if (bound.exact) {
                gw_assert_near(r.end_s, bound.transfer_s, 1e-9);
                n_exact++;
            } else {
                assert_true(r.end_s >= bound.transfer_s * (1 - 1e-9));
                n_slower += r.end_s > bound.transfer_s * 1.01;
            }
        }
    }
    assert_true(n_exact > 100);
    assert_true(n_slower > 30);
    gw_arena_free(arena);
}

/** Every edge of the ring crosses leaves that have half the bandwidth up: twice the time. */
static void test_oversubscription(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 8, 4);
    gw_net *net = net_of(&plan, arena);
    int32_t rank[32];
    for (int i = 0; i < 32; i++) {
        rank[i] = i % 4 * 8 + i / 4;
    }
    gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 32e8, 32, 1, arena);
    ask.rank = rank;
    gw_traffic t = made(net, &ask, arena);
    gw_traffic_result r;
    gw_traffic_run(net, &spray, &t, arena, &r);
    double steps = 62, alpha = far_s(&plan);
    gw_assert_near(r.time_s, steps * (alpha + 2 * 1e8 / NIC_Bps), 1e-12);
    gw_assert_near(r.alone_s, steps * (alpha + 1e8 / NIC_Bps), 1e-12);
    assert_true(r.congested && !r.closed_form);
    assert_int_equal(r.n_phases_simulated, 1);
    assert_true(r.busiest >= 0);
    assert_true(net->tier[net->from[r.busiest]] >= 1 && net->tier[net->to[r.busiest]] >= 1);
    gw_assert_near(r.busiest_frac, steps * 2 * 1e8 / NIC_Bps / r.time_s, 1e-9);
    /* Packed ranks cross at 8 edges of 32 only, four of them up from each leaf alone. */
    gw_collective_ask packed = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 32e8, 32, 1, arena);
    t = made(net, &packed, arena);
    gw_traffic_run(net, &spray, &t, arena, &r);
    assert_true(r.closed_form);
    gw_arena_free(arena);
}

/** ECMP collides; more queue pairs even it out, on average over seeds; spraying is the ideal. */
static void test_collisions(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 8);
    gw_net *net = net_of(&plan, arena);
    double sum_s[3] = {0};
    gw_collective_ask ask = ask_of(GW_PERMUTATION, GW_ALGORITHM_DIRECT, 1e9, 64, 1, arena);
    gw_traffic_result r;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        for (int k = 0; k < 3; k++) {
            ask.queue_pairs = 1 << (3 * k);
            ask.seed = seed;
            gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = seed};
            gw_traffic t = made(net, &ask, arena);
            gw_traffic_run(net, &how, &t, arena, &r);
            sum_s[k] += r.time_s;
            assert_true(r.time_s >= r.alone_s * (1 - 1e-9));
        }
        ask.queue_pairs = 1;
        gw_traffic t = made(net, &ask, arena);
        gw_traffic_run(net, &spray, &t, arena, &r);
        gw_assert_near(r.time_s, far_s(&plan) + 1e9 / NIC_Bps, 1e-9);
        assert_true(r.closed_form);
    }
    assert_true(sum_s[0] > 1.5 * 20 * r.time_s);
    assert_true(sum_s[1] < 0.9 * sum_s[0]);
    assert_true(sum_s[2] < 0.95 * sum_s[1]);
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ steps */

/** The same schedule with its equal steps written out one by one. */
static gw_traffic written_out(const gw_traffic *t, gw_arena *arena) {
    gw_traffic all = {.algorithm = t->algorithm};
    for (int p = 0; p < t->n_phases; p++) {
        all.n_phases += (int)t->phase[p].repeat;
        all.n_sends += t->phase[p].repeat * t->phase[p].n;
    }
    all.send = GW_NEW_N(arena, all.n_sends, gw_send);
    all.phase = GW_NEW_N(arena, all.n_phases, gw_traffic_phase);
    int64_t at = 0;
    int q = 0;
    for (int p = 0; p < t->n_phases; p++) {
        for (int64_t s = 0; s < t->phase[p].repeat; s++) {
            all.phase[q] = t->phase[p];
            all.phase[q].repeat = 1;
            all.phase[q].first = at;
            for (int64_t k = 0; k < t->phase[p].n; k++) {
                all.send[at++] = t->send[t->phase[p].first + k];
            }
            q++;
        }
    }
    return all;
}

static void test_equal_steps_collapse(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 8, 4);
    gw_net *net = net_of(&plan, arena);
    gw_net_plan other = rails(8, 4, 4, 2);
    gw_net *by_rail = net_of(&other, arena);
    static const int algorithms[] = {GW_ALGORITHM_RING, GW_ALGORITHM_HALVING_DOUBLING,
                                     GW_ALGORITHM_HIERARCHICAL, GW_ALGORITHM_DIRECT};
    for (int k = 0; k < 4; k++) {
        const gw_net *on = algorithms[k] == GW_ALGORITHM_HIERARCHICAL ? by_rail : net;
        gw_route_how how = {.kind = GW_ROUTING_ECMP, .seed = 5};
        gw_collective_ask ask = ask_of(GW_ALL_REDUCE, algorithms[k], 1e9, 16, 2, arena);
        gw_traffic t = made(on, &ask, arena), all = written_out(&t, arena);
        gw_traffic_result r, each;
        gw_traffic_run(on, &how, &t, arena, &r);
        gw_traffic_run(on, &how, &all, arena, &each);
        gw_assert_near(r.time_s, each.time_s, 1e-12);
        assert_true(each.n_flows > r.n_flows);
        for (int32_t l = 0; l < on->n_links; l++) {
            gw_assert_near_at(r.carried_B[l], each.carried_B[l], 1e-12, 1e-3, "carried", __FILE__,
                              __LINE__);
        }
    }
    gw_arena_free(arena);
}

/** Bytes on the links are those of the sends, wherever they go. */
static void test_carried(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 8, 4);
    plan.parallel[1] = 2;
    gw_net *net = net_of(&plan, arena);
    for (int routing = GW_ROUTING_SPRAY; routing <= GW_ROUTING_D_MOD_K; routing++) {
        gw_route_how how = {.kind = routing, .seed = 5};
        gw_traffic_result r =
            run(net, &how, GW_ALL_TO_ALL, GW_ALGORITHM_DIRECT, 32e6, 32, 1, arena);
        double tier_B[2] = {0};
        for (int32_t l = 0; l < net->n_links; l += 2) {
            tier_B[net->from[l] >= net->n_hosts] += r.carried_B[l];
        }
        gw_assert_near(tier_B[0], 32 * 31e6, 1e-9);
        gw_assert_near(tier_B[1], 32 * 24e6, 1e-9);
    }
    gw_arena_free(arena);
}

enum { RING_MAX = 64 };

/** A ring under way: rank i begins step s when it has got what it sends and its own send of step
 * s - 1 is over: has arrived (blocking), or has left its port. */
typedef struct ring {
    gw_flow_sim *sim;
    int n, steps;
    gw_net_flow send[RING_MAX], wire[RING_MAX]; /* bytes; latency alone */
    int begun[RING_MAX], sent[RING_MAX], got[RING_MAX];
    int *who; /* of each flow: its rank; its wire: rank + n */
} ring;

static void ring_begin(ring *r) {
    double now_s = gw_flow_sim_now_s(r->sim);
    for (int i = 0; i < r->n; i++) {
        if (r->begun[i] < r->steps && r->begun[i] == r->sent[i] && r->got[i] >= r->begun[i]) {
            r->who[gw_flow_sim_add(r->sim, now_s, &r->send[i])] = i;
            r->begun[i]++;
        }
    }
}

static void ring_end(ring *r, int who, bool blocking) {
    if (who < r->n) {
        r->who[gw_flow_sim_add(r->sim, gw_flow_sim_now_s(r->sim), &r->wire[who])] = who + r->n;
        r->sent[who] += !blocking;
        return;
    }
    r->sent[who - r->n] += blocking;
    r->got[(who - r->n + 1) % r->n]++;
}

static double ring_by_dependencies(const gw_net *net, const gw_route_how *how, const gw_traffic *t,
                                   bool blocking, gw_arena *arena) {
    gw_flow_links links = gw_net_links(net);
    ring r = {.sim = gw_flow_sim_create(&links, 0),
              .n = (int)t->phase[0].n,
              .steps = (int)t->phase[0].repeat};
    gw_path path = gw_path_create(arena);
    for (int i = 0; i < r.n; i++) {
        assert_true(gw_net_route(net, how, t->send[i].src, t->send[i].dst, 0, &path));
        int32_t *link = GW_NEW_N(arena, path.n, int32_t);
        for (int32_t k = 0; k < path.n; k++) {
            link[k] = path.link[k];
            r.wire[i].latency_s += net->latency_s[path.link[k]];
        }
        r.send[i] = (gw_net_flow){.bytes = t->send[i].bytes, .n = path.n, .link = link};
    }
    r.who = GW_NEW_N(arena, 2 * r.n * r.steps, int);
    ring_begin(&r);
    const int32_t *ended;
    int32_t n_ended, copy[2 * RING_MAX];
    while (gw_flow_sim_step(r.sim, HUGE_VAL, &ended, &n_ended)) {
        assert_true(n_ended <= 2 * RING_MAX);
        for (int32_t k = 0; k < n_ended; k++) {
            copy[k] = ended[k];
        }
        for (int32_t k = 0; k < n_ended; k++) {
            ring_end(&r, r.who[copy[k]], blocking);
        }
        ring_begin(&r);
    }
    double now_s = gw_flow_sim_now_s(r.sim);
    for (int i = 0; i < r.n; i++) {
        assert_int_equal(r.got[i], r.steps);
    }
    gw_flow_sim_free(r.sim);
    return now_s;
}

/** Barrier and dependencies, 16 ranks, 30 steps. Ranks that wait until their own send has arrived
 * give the barrier's time, uniform or not: the farthest pair sets the pace. Ranks that go on once it
 * has left wait only for data, which goes round the ring edge by edge: of the latencies each edge's
 * own counts, the worst 30 edges in a row. The bytes take the same. */
static void test_barrier_and_dependencies(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 4, 4);
    gw_net *net = net_of(&plan, arena);
    gw_route_how how = {.kind = GW_ROUTING_D_MOD_K};
    gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 16e8, 16, 1, arena);
    double near = 2 * plan.nic_latency_s, far = far_s(&plan), steps = 30;
    double transfer_s = steps * 1e8 / NIC_Bps;
    gw_traffic t = made(net, &ask, arena);
    gw_traffic_result r;
    gw_traffic_run(net, &how, &t, arena, &r);
    gw_assert_near(r.time_s, transfer_s + steps * far, 1e-12);
    gw_assert_near(ring_by_dependencies(net, &how, &t, true, arena), r.time_s, 1e-12);
    /* Every fourth edge leaves its leaf: 8 of 30 at worst. */
    gw_assert_near(ring_by_dependencies(net, &how, &t, false, arena),
                   transfer_s + 8 * far + 22 * near, 1e-12);
    /* One rank under each leaf: all edges alike, nothing to gain. */
    gw_collective_ask apart = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 4e8, 4, 4, arena);
    apart.n_groups = 1;
    static const int32_t rank[] = {0, 4, 8, 12};
    apart.rank = rank;
    t = made(net, &apart, arena);
    gw_traffic_run(net, &how, &t, arena, &r);
    gw_assert_near(ring_by_dependencies(net, &how, &t, true, arena), r.time_s, 1e-12);
    gw_assert_near(ring_by_dependencies(net, &how, &t, false, arena), r.time_s, 1e-12);
    gw_arena_free(arena);
}

/** A dead link on the only way: the time is not a number, and it is said how many never end. */
static void test_cut_off(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 4, 4);
    gw_net *net = net_of(&plan, arena);
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] == 5 || net->to[l] == 5) {
            net->capacity_Bps[l] = 0;
        }
    }
    gw_net_refresh(net);
    gw_net_changed(net);
    gw_traffic_result r = run(net, &spray, GW_ALL_REDUCE, GW_ALGORITHM_RING, 1e9, 16, 1, arena);
    assert_true(isnan(r.time_s));
    assert_int_equal(r.n_stuck, 2);
    assert_int_equal(r.busiest, -1);
    gw_arena_free(arena);
}

/* A memo never changes an answer: sizes and kinds one after another, on networks where links are
 * shared, with groups that are no power of two. */
static void test_memo(void **state) {
    (void)state;
    static const gw_collective kinds[] = {GW_ALL_REDUCE, GW_ALL_GATHER, GW_REDUCE_SCATTER};
    static const int algorithms[] = {GW_ALGORITHM_RING, GW_ALGORITHM_HALVING_DOUBLING,
                                     GW_ALGORITHM_DIRECT};
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(8, 8, 2);
    gw_net *net = net_of(&plan, arena);
    for (int n = 23; n <= 64; n += 41) {
        gw_traffic_memo *memo = gw_traffic_memo_create();
        int n_worked = 0, n_again = 0;
        for (int k = 0; k < 27; k++) {
            double bytes = k / 9 == 0 ? 1e6 : k / 9 == 1 ? 64e6 : 1e9;
            gw_collective_ask ask = ask_of(kinds[k % 3], algorithms[k / 3 % 3], bytes, n, 1, arena);
            gw_traffic t = made(net, &ask, arena);
            gw_traffic_result alone, again;
            gw_traffic_run(net, &spray, &t, arena, &alone);
            gw_traffic_run_again(memo, net, &spray, &t, arena, &again);
            gw_assert_near(again.time_s, alone.time_s, 1e-12);
            gw_assert_near(again.alone_s, alone.alone_s, 1e-12);
            gw_assert_near(again.busiest_frac, alone.busiest_frac, 1e-12);
            assert_true(again.congested == alone.congested);
            assert_true(again.closed_form == alone.closed_form);
            assert_int_equal(again.n_flows, alone.n_flows);
            assert_int_equal(again.n_classes, alone.n_classes);
            for (int32_t l = 0; l < net->n_links; l++) {
                gw_assert_near(again.carried_B[l], alone.carried_B[l], 1e-12);
            }
            n_worked += alone.n_phases_simulated;
            n_again += again.n_phases_simulated;
            assert_true(k < 9 || again.n_phases_simulated == 0); /* nothing new in other sizes */
        }
        assert_true(n_worked > 0 && 3 * n_again <= n_worked);
        gw_traffic_memo_free(memo);
    }
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_two_levels),
        cmocka_unit_test(test_estimates),
        cmocka_unit_test(test_no_bound_is_beaten),
        cmocka_unit_test(test_one_port),
        cmocka_unit_test(test_closed_form_is_flows),
        cmocka_unit_test(test_oversubscription),
        cmocka_unit_test(test_collisions),
        cmocka_unit_test(test_equal_steps_collapse),
        cmocka_unit_test(test_carried),
        cmocka_unit_test(test_memo),
        cmocka_unit_test(test_barrier_and_dependencies),
        cmocka_unit_test(test_cut_off),
    };
    return cmocka_run_group_tests_name("fabric/traffic_run", tests, NULL, NULL);
}
