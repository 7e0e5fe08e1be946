/* test_traffic_all.c: several schedules at once, links that fail and come back: cases worked by
 * hand, and agreement with schedules that run alone. */
#include <string.h>

#include "traffic_fixture.h"

static const gw_route_how spray = {.kind = GW_ROUTING_SPRAY};
static const gw_route_how hashed = {.kind = GW_ROUTING_ECMP, .seed = 4};

static gw_traffic all_reduce(const gw_net *net, const int32_t *rank, int32_t n, double bytes,
                             gw_arena *arena) {
    gw_collective_ask ask = {.kind = GW_ALL_REDUCE,
                             .algorithm = GW_ALGORITHM_RING,
                             .bytes = bytes,
                             .n = n,
                             .n_groups = 1,
                             .rank = rank};
    return made(net, &ask, arena);
}

static gw_traffic pair(const gw_net *net, int32_t src, int32_t dst, double bytes, gw_arena *arena) {
    int32_t *rank = GW_NEW_N(arena, 2, int32_t);
    rank[0] = src;
    rank[1] = dst;
    gw_collective_ask ask = {.kind = GW_SEND, .bytes = bytes, .n = 2, .n_groups = 1, .rank = rank};
    return made(net, &ask, arena);
}

/** Jobs in places of their own: each as if alone, equal steps collapsed. */
static void test_apart(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 4, 4);
    gw_net *net = net_of(&plan, arena);
    static const int32_t left[] = {0, 1, 2, 3}, right[] = {4, 5, 6, 7};
    gw_traffic a = all_reduce(net, left, 4, 1e9, arena), b = all_reduce(net, right, 4, 2e9, arena);
    const gw_traffic *both[] = {&a, &b};
    const double start_s[] = {0, 1};
    gw_traffic_result r[2], alone;
    gw_traffic_run_all(net, &spray, 2, both, start_s, 0, NULL, GW_NAN, arena, r);
    for (int k = 0; k < 2; k++) {
        gw_traffic_run(net, &spray, both[k], arena, &alone);
        gw_assert_near(r[k].time_s, alone.time_s, 0);
        assert_true(r[k].closed_form && !r[k].congested);
        assert_int_equal(r[k].steps_as_one, 1);
    }
    gw_arena_free(arena);
}

/** Two sends out of one host, the second when the first is half through: 1.5 and 1.5 times. */
static void test_shared_port(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 4, 4);
    plan.nic_latency_s = plan.link_latency_s = 0;
    gw_net *net = net_of(&plan, arena);
    double one_s = 1e9 / NIC_Bps;
    gw_traffic a = pair(net, 0, 5, 1e9, arena), b = pair(net, 0, 9, 1e9, arena);
    const gw_traffic *both[] = {&a, &b};
    const double start_s[] = {3, 3 + 0.5 * one_s};
    gw_traffic_result r[2];
    gw_traffic_run_all(net, &spray, 2, both, start_s, 0, NULL, GW_NAN, arena, r);
    gw_assert_near(r[0].time_s, 1.5 * one_s, 1e-9);
    gw_assert_near(r[1].time_s, 1.5 * one_s, 1e-9);
    gw_assert_near(r[0].alone_s, one_s, 1e-12);
    assert_true(r[0].congested && !r[0].closed_form);
    double sum_B = 0;
    for (int32_t l = 0; l < net->n_links; l++) {
        sum_B += net->from[l] == 0 ? r[0].carried_B[l] + r[1].carried_B[l] : 0;
    }
    gw_assert_near(sum_B, 2e9, 1e-9);
    gw_arena_free(arena);
}

/** An event that changes nothing makes the steps run one by one: the same time. */
static void test_steps_one_by_one(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 8, 3);
    gw_net *net = net_of(&plan, arena);
    static const int algorithms[] = {GW_ALGORITHM_RING, GW_ALGORITHM_HALVING_DOUBLING,
                                     GW_ALGORITHM_DOUBLE_TREE, GW_ALGORITHM_DIRECT,
                                     GW_ALGORITHM_SHARP};
    gw_net_event nothing = {.at_s = 0, .link = 0, .capacity_Bps = net->capacity_Bps[0]};
    for (int k = 0; k < 5; k++) {
        for (int h = 0; h < 2; h++) {
            const gw_route_how *how = h == 0 ? &spray : &hashed;
            gw_collective_ask ask = ask_of(GW_ALL_REDUCE, algorithms[k], 1e8, 32, 1, arena);
            gw_traffic t = made(net, &ask, arena);
            const gw_traffic *one[] = {&t};
            gw_traffic_result alone, r;
            gw_traffic_run(net, how, &t, arena, &alone);
            gw_traffic_run_all(net, how, 1, one, NULL, 1, &nothing, GW_NAN, arena, &r);
            gw_assert_near(r.time_s, alone.time_s, 1e-9);
            gw_assert_near(r.alone_s, alone.alone_s, 1e-12);
            assert_int_equal(r.steps_as_one, 1);
            for (int32_t l = 0; l < net->n_links; l++) {
                gw_assert_near_at(r.carried_B[l], alone.carried_B[l], 1e-6, 1, "carried", __FILE__,
                                  __LINE__);
            }
        }
    }
    gw_arena_free(arena);
}

/** Many steps run as few flows, and the result says so. */
static void test_steps_as_one(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(16, 32, 32);
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 1e9, 512, 1, arena);
    gw_traffic t = made(net, &ask, arena);
    const gw_traffic *one[] = {&t};
    gw_net_event nothing = {.at_s = 0, .link = 0, .capacity_Bps = net->capacity_Bps[0]};
    gw_traffic_result alone, r;
    gw_traffic_run(net, &spray, &t, arena, &alone);
    gw_traffic_run_all(net, &spray, 1, one, NULL, 1, &nothing, GW_NAN, arena, &r);
    assert_int_equal(r.steps_as_one, 4); /* 1,022 steps in 256 blocks */
    gw_assert_near(r.time_s, alone.time_s, 1e-9);
    gw_arena_free(arena);
}

/* ------------------------------------------------------------------ faults */

static int32_t up_link(const gw_net *net, int32_t host) {
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] == host) {
            return l;
        }
    }
    return -1;
}

/** A port down for a while: all that crosses it is later by just that; flapping adds up. */
static void test_outage(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 4, 4);
    gw_net *net = net_of(&plan, arena);
    gw_traffic t = pair(net, 0, 5, 50e9, arena);
    const gw_traffic *one[] = {&t};
    int32_t link = up_link(net, 0);
    double full_Bps = net->capacity_Bps[link];
    gw_net_event flaps[6];
    for (int k = 0; k < 3; k++) {
        flaps[2 * k] = (gw_net_event){0.2 + 0.3 * k, link, 0};
        flaps[2 * k + 1] = (gw_net_event){0.25 + 0.3 * k, link, full_Bps};
    }
    gw_traffic_result r;
    for (int k = 1; k <= 3; k++) {
        gw_traffic_run_all(net, &spray, 1, one, NULL, 2 * k, flaps, GW_NAN, arena, &r);
        gw_assert_near(r.time_s, r.alone_s + 0.05 * k, 1e-9);
        assert_true(r.congested);
        gw_assert_near(net->capacity_Bps[link], full_Bps, 0); /* left as it was */
        assert_false(net->damaged);
    }
    /* For good: never, and 10 GB of it had gone. */
    gw_traffic_run_all(net, &spray, 1, one, NULL, 1, flaps, GW_NAN, arena, &r);
    assert_true(isnan(r.time_s));
    assert_int_equal(r.n_stuck, 1);
    gw_assert_near(r.carried_B[link], (0.2 - r.alone_s + 1) * NIC_Bps, 1e-9);
    /* At half rate from 0.2 s on. */
    gw_net_event half = {0.2, link, full_Bps / 2};
    gw_traffic_run_all(net, &spray, 1, one, NULL, 1, &half, GW_NAN, arena, &r);
    gw_assert_near(r.time_s, 0.2 + 2 * (0.8 + r.alone_s - 1), 1e-9);
    gw_arena_free(arena);
}

/** A spine's link on the hashed way dies: without rerouting the flow waits, with it the flow goes on
 * by another spine after reroute_s and the new way's latency. */
static void test_reroute(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(2, 4, 4);
    gw_net *net = net_of(&plan, arena);
    gw_traffic t = pair(net, 0, 5, 50e9, arena);
    const gw_traffic *one[] = {&t};
    gw_path path = gw_path_create(arena);
    assert_true(gw_net_route(net, &hashed, 0, 5, 0, &path));
    assert_int_equal(path.n, 4);
    int32_t dead = path.link[1];
    gw_net_event events[] = {{0.4, dead, 0}, {0.9, dead, NIC_Bps}};
    gw_traffic_result r;
    gw_traffic_run_all(net, &hashed, 1, one, NULL, 2, events, GW_NAN, arena, &r);
    gw_assert_near(r.time_s, r.alone_s + 0.5, 1e-9);
    gw_traffic_run_all(net, &hashed, 1, one, NULL, 2, events, 0.1, arena, &r);
    double latency_s = r.alone_s - 1;
    gw_assert_near(r.time_s, r.alone_s + 0.1 + latency_s, 1e-9);
    assert_true(r.carried_B[dead] < 0.41 * 50e9);
    gw_traffic_run_all(net, &hashed, 1, one, NULL, 1, events, 0.1, arena, &r);
    gw_assert_near(r.time_s, r.alone_s + 0.1 + latency_s, 1e-9);
    gw_assert_near(net->capacity_Bps[dead], NIC_Bps, 0);
    assert_false(net->damaged);
    assert_true(gw_net_route(net, &hashed, 0, 5, 0, &path));
    assert_int_equal(path.link[1], dead); /* routing has forgotten it, too */
    gw_arena_free(arena);
}

/** A spray loses the share of a dead link at once: 3 of 4 up-links carry 4 hosts. */
static void test_spray_degrades(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(2, 4, 4);
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_SEND, GW_ALGORITHM_DIRECT, 50e9, 8, 1, arena);
    static const int32_t across[] = {0, 4, 1, 5, 2, 6, 3, 7};
    ask.rank = across;
    gw_traffic t = made(net, &ask, arena);
    const gw_traffic *one[] = {&t};
    int32_t up = -1;
    for (int32_t l = 0; l < net->n_links; l += 2) {
        up = net->from[l] == net->to[up_link(net, 0)] ? l : up;
    }
    gw_net_event down = {0.5, up, 0};
    gw_traffic_result r;
    gw_traffic_run_all(net, &spray, 1, one, NULL, 1, &down, GW_NAN, arena, &r);
    double latency_s = r.alone_s - 1;
    gw_assert_near(r.time_s, 0.5 + (0.5 + latency_s) / 0.75, 1e-9);
    gw_arena_free(arena);
}

/** New steps of a ring find their way round a link that died before; those of the step in which it
 * died are moved. The time is the same for any order of the events given. */
static void test_ring_goes_round(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(4, 4, 4);
    gw_net *net = net_of(&plan, arena);
    gw_collective_ask ask = ask_of(GW_ALL_REDUCE, GW_ALGORITHM_RING, 16e9, 16, 1, arena);
    gw_traffic t = made(net, &ask, arena);
    const gw_traffic *one[] = {&t};
    gw_path path = gw_path_create(arena);
    assert_true(gw_net_route(net, &hashed, 3, 4, 0, &path));
    gw_net_event events[] = {{0.1, path.link[1], 0}, {0.2, path.link[2], 0}};
    gw_net_event turned[] = {events[1], events[0]};
    gw_traffic_result wait, round, again;
    gw_traffic_run_all(net, &hashed, 1, one, NULL, 2, events, GW_NAN, arena, &wait);
    assert_true(isnan(wait.time_s));
    gw_traffic_run_all(net, &hashed, 1, one, NULL, 2, events, 0.01, arena, &round);
    gw_traffic_run_all(net, &hashed, 1, one, NULL, 2, turned, 0.01, arena, &again);
    assert_true(round.time_s > round.alone_s + 0.009);
    assert_true(round.time_s < round.alone_s + 0.04);
    assert_memory_equal(&round.time_s, &again.time_s, sizeof(double));
    gw_arena_free(arena);
}

/** Cut off until the link is back: steps that begin meanwhile wait for a way. */
static void test_waits_for_a_way(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_net_plan plan = two_tiers(2, 2, 2);
    gw_net *net = net_of(&plan, arena);
    gw_traffic t = pair(net, 0, 3, 50e9, arena);
    const gw_traffic *one[] = {&t};
    const double start_s[] = {0.5};
    int32_t link = up_link(net, 0);
    gw_net_event events[] = {{0.1, link, 0}, {0.8, link, NIC_Bps}};
    gw_traffic_result r;
    gw_traffic_run_all(net, &hashed, 1, one, start_s, 2, events, 0.05, arena, &r);
    gw_assert_near(r.time_s, 0.85 - 0.5 + r.alone_s, 1e-9);
    gw_traffic_run_all(net, &hashed, 1, one, start_s, 1, events, 0.05, arena, &r);
    assert_true(isnan(r.time_s));
    assert_int_equal(r.n_stuck, 1);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_shared_port),
        cmocka_unit_test(test_steps_one_by_one),
        cmocka_unit_test(test_steps_as_one),
        cmocka_unit_test(test_outage),
        cmocka_unit_test(test_reroute),
        cmocka_unit_test(test_spray_degrades),
        cmocka_unit_test(test_ring_goes_round),
        cmocka_unit_test(test_waits_for_a_way),
    };
    return cmocka_run_group_tests_name("fabric/traffic_all", tests, NULL, NULL);
}
