/* test_training_groups.c: who talks to whom in a layout, and what a congested network does to a step. */
#include "gw_test.h"

#include <string.h>

#include "training/groups.h"
#include "training_fixture.h"

static void assert_group(const gw_groups *g, gw_collective kind, int64_t size, int64_t stride) {
    assert_int_equal(g->kind, kind);
    assert_int_equal(g->size, size);
    assert_int_equal(g->stride, stride);
}

/* Ranks: tp fastest, then context, data, pipeline. */
static void test_dense(void **state) {
    (void)state;
    bench b;
    gw_llm llm = mixtral();
    llm.experts = llm.top_k = llm.expert_ffn = 0;
    llm.ffn = 14336;
    make(&b, llm, 256, 512);
    gw_plan plan = plan_of(4, 2, 16);
    plan.cp = 2;
    gw_groups g[GW_N_AXES];
    gw_training_groups(&b.in, &plan, g);
    assert_group(&g[GW_AXIS_TP], GW_ALL_REDUCE, 4, 1);
    assert_group(&g[GW_AXIS_CP], GW_ALL_REDUCE, 2, 4);
    assert_group(&g[GW_AXIS_DP], GW_ALL_REDUCE, 32, 4); /* context ranks are replicas too */
    assert_group(&g[GW_AXIS_PP], GW_SEND, 2, 4 * 2 * 16);
    assert_true(g[GW_AXIS_DP_GROUPS].size == 1 && g[GW_AXIS_EP].size == 1);
    plan.shard_group = 8; /* hybrid sharding: neighbours share, then their likes are summed */
    plan.context_method = GW_CONTEXT_ULYSSES;
    gw_training_groups(&b.in, &plan, g);
    assert_group(&g[GW_AXIS_CP], GW_ALL_TO_ALL, 2, 4);
    assert_group(&g[GW_AXIS_DP], GW_ALL_REDUCE, 8, 4);
    assert_group(&g[GW_AXIS_DP_GROUPS], GW_ALL_REDUCE, 4, 32);
    plan.zero_stage = 0; /* nothing is shared out */
    gw_training_groups(&b.in, &plan, g);
    assert_group(&g[GW_AXIS_DP], GW_ALL_REDUCE, 32, 4);
}

static void test_experts(void **state) {
    (void)state;
    bench b;
    make(&b, mixtral(), 128, 512);
    gw_plan plan = plan_of(2, 2, 32);
    plan.ep = 8;
    gw_groups g[GW_N_AXES];
    gw_training_groups(&b.in, &plan, g);
    assert_group(&g[GW_AXIS_EP], GW_ALL_TO_ALL, 8, 1);
    assert_group(&g[GW_AXIS_EDP], GW_ALL_REDUCE, 2 * 32 / 8, 8);
    assert_group(&g[GW_AXIS_DP], GW_ALL_REDUCE, 32, 2);
    plan.etp = 2;
    gw_training_groups(&b.in, &plan, g);
    assert_group(&g[GW_AXIS_EP], GW_ALL_TO_ALL, 8, 2);
    assert_group(&g[GW_AXIS_EDP], GW_ALL_REDUCE, 2 * 32 / 16, 16);
    /* every axis takes whole blocks of the ranks */
    for (int a = 0; a < GW_N_AXES; a++) {
        assert_int_equal(128 % (g[a].size * g[a].stride), 0);
    }
}

/* A load of l leaves 1 / l of the NICs; without flows the network is as the closed form has it. */
static void test_axis_comm(void **state) {
    (void)state;
    gw_comm comm = h100_network();
    comm.scaleout.bandwidth_Bps /= 3; /* oversubscribed */
    gw_congestion c = {.flows = true};
    c.axis[GW_AXIS_DP].load_frac = 2;
    gw_comm dp = gw_axis_comm(&comm, &c, 1, GW_AXIS_DP), tp = gw_axis_comm(&comm, &c, 1, 0);
    gw_assert_near(dp.scaleout.bandwidth_Bps, comm.leaf_bandwidth_Bps / 2, 1e-15);
    gw_assert_near(dp.leaf_bandwidth_Bps, comm.leaf_bandwidth_Bps / 2, 1e-15);
    gw_assert_near(tp.scaleout.bandwidth_Bps, comm.leaf_bandwidth_Bps, 1e-15);
    dp = gw_axis_comm(&comm, &c, 1.5, GW_AXIS_DP);
    gw_assert_near(dp.scaleout.bandwidth_Bps, comm.leaf_bandwidth_Bps / 3, 1e-15);
    c.flows = false;
    dp = gw_axis_comm(&comm, &c, 1, GW_AXIS_DP);
    assert_memory_equal(&dp, &comm, sizeof dp);
}

/* Each axis slows its own part of the step and no other. */
static void test_each_axis_moves_its_part(void **state) {
    (void)state;
    bench b;
    make(&b, mixtral(), 512, 512);
    b.comm.scaleup.size = 4;                 /* experts are spread over two domains */
    gw_software blunt = gw_software_current; /* nothing is hidden */
    blunt.dp_hidden = blunt.pp_hidden = blunt.ep_hidden = blunt.tp_hidden = 0;
    b.in.software = &blunt;
    gw_plan plan = plan_of(2, 2, 128);
    plan.ep = 8;
    plan.etp = 2;
    plan.n_micro = 4;
    gw_congestion c = {.flows = true};
    b.in.congestion = &c;
    gw_shard shard = gw_training_shard(&b.in, &plan);
    gw_step before = {.plan = plan}, after = {.plan = plan};
    gw_training_time(&b.in, &shard, &before);
    const int axes[] = {GW_AXIS_DP, GW_AXIS_EDP, GW_AXIS_EP, GW_AXIS_PP};
    for (int i = 0; i < 4; i++) {
        c.axis[axes[i]].load_frac = 4;
        gw_training_time(&b.in, &shard, &after);
        c.axis[axes[i]].load_frac = 0;
        assert_true(after.step_s > before.step_s);
        assert_int_equal(after.dp_comm_s > before.dp_comm_s, i < 2);
        assert_int_equal(after.ep_comm_s > before.ep_comm_s, i == 2);
        assert_int_equal(after.pp_comm_s > before.pp_comm_s, i == 3);
        gw_assert_near(after.matmul_s, before.matmul_s, 1e-9);
    }
    c.axis[GW_AXIS_PP].load_frac = GW_INF; /* cut */
    gw_training_step(&b.in, &plan, &after);
    assert_non_null(after.problem);
    assert_non_null(strstr(after.problem, "no way to each other"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dense),
        cmocka_unit_test(test_experts),
        cmocka_unit_test(test_axis_comm),
        cmocka_unit_test(test_each_axis_moves_its_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
