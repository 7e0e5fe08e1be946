/* Parts of a layout and of the software: each changes the step the way it must; more of a resource
 * is never slower; the collapse of fully sharded training on old collectives; the interval. */
#include <string.h>

#include "base/rng.h"
#include "training_fixture.h"

/** Room for every layout, and software to change. */
static void make_roomy(bench *b, gw_llm llm, double accelerators, double batch_seq) {
    make(b, llm, accelerators, batch_seq);
    b->gpu.hbm_B = 1e13;
    b->in.software = &b->software;
}

static gw_step step_of(const bench *b, const gw_plan *plan) {
    gw_step step;
    gw_training_step(&b->in, plan, &step);
    if (step.problem) {
        fail_msg("%s", step.problem);
    }
    return step;
}

static void schedules_differ(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, llama3_405b(), 1024, 256);
    gw_plan plan = plan_of(8, 8, 16);
    gw_step one = step_of(&b, &plan);
    plan.schedule = GW_PIPELINE_GPIPE;
    gw_step gpipe = step_of(&b, &plan);
    plan.schedule = GW_PIPELINE_ZERO_BUBBLE;
    gw_step zero = step_of(&b, &plan);
    plan.schedule = GW_PIPELINE_DUALPIPE;
    gw_step dual = step_of(&b, &plan);
    assert_true(zero.step_s < one.step_s && zero.bubble_s < one.bubble_s);
    assert_true(gpipe.memory_B > one.memory_B);
    assert_true(dual.step_s != one.step_s && dual.memory_B > one.memory_B);
    plan.virtual_stages = 2;
    gw_step refused;
    gw_training_step(&b.in, &plan, &refused);
    assert_non_null(refused.problem);
}

static void context_methods_differ(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, llama3_405b(), 1024, 32);
    b.in.sequence_tok = 131072;
    gw_plan plan = plan_of(4, 4, 8);
    plan.cp = 8;
    gw_step gather = step_of(&b, &plan);
    plan.context_method = GW_CONTEXT_RING;
    gw_step ring = step_of(&b, &plan);
    plan.context_method = GW_CONTEXT_ULYSSES;
    gw_step ulysses = step_of(&b, &plan);
    assert_true(ring.cp_comm_s != gather.cp_comm_s && ulysses.cp_comm_s > gather.cp_comm_s);
    plan.tp = 8;
    plan.cp = 32; /* 256 ranks, 128 heads */
    plan.pp = 4;
    plan.dp = 1;
    gw_step refused;
    gw_training_step(&b.in, &plan, &refused);
    assert_true(refused.problem && strstr(refused.problem, "head"));
}

static void experts_split_and_skewed(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, deepseek_v3(), 256, 1024);
    gw_plan plan = plan_of(4, 8, 8);
    plan.ep = 8;
    gw_step whole = step_of(&b, &plan);
    plan.etp = 4;
    gw_step split = step_of(&b, &plan);
    assert_true(split.step_s != whole.step_s && split.tp_comm_s > whole.tp_comm_s);
    plan.etp = 3;
    gw_step refused;
    gw_training_step(&b.in, &plan, &refused);
    assert_non_null(refused.problem);
    plan.etp = 0;
    b.in.routing_imbalance = 2.0;
    gw_step skewed = step_of(&b, &plan);
    assert_true(skewed.matmul_s > 1.1 * whole.matmul_s && skewed.ep_comm_s > whole.ep_comm_s);
    b.in.routing_imbalance = 1.0;
    b.software.dispatch_once = true;
    assert_true(step_of(&b, &plan).ep_comm_s < whole.ep_comm_s);
}

static void sharing_groups(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, llama3(80, 8192, 28672, 64), 512, 512);
    b.comm.scaleout.bandwidth_Bps = b.comm.leaf_bandwidth_Bps = 5e9; /* a slow network */
    gw_plan plan = plan_of(1, 1, 512);
    plan.zero_stage = 3;
    gw_step all = step_of(&b, &plan);
    plan.shard_group = 8;
    gw_step nodes = step_of(&b, &plan);
    assert_true(nodes.dp_comm_s < all.dp_comm_s && nodes.memory_B > all.memory_B);
    plan.shard_group = 7;
    gw_step refused;
    gw_training_step(&b.in, &plan, &refused);
    assert_non_null(refused.problem);
}

static void sequence_parallelism(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, gpt(96, 12288, 96), 64, 64);
    gw_plan plan = plan_of(8, 8, 1);
    gw_step shared = step_of(&b, &plan);
    plan.no_sequence_parallel = true;
    gw_step repeated = step_of(&b, &plan);
    assert_true(repeated.memory_bound_s > shared.memory_bound_s);
    assert_true(repeated.memory_B > shared.memory_B);
}

/** 175B, ZeRO 3, a batch of 1,536: 144 TFLOP/s on 384 A100 fall to 44 on 1,536 (arXiv 2104.04473
 * table 2). It must come from rings of all ranks, one tensor at a time. */
static void sharded_training_collapses(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, gpt(96, 12288, 96), 384, 1536);
    b.gpu = a100();
    b.gpu.hbm_B = 1e13;
    b.comm = a100_network();
    b.software = gw_software_2021;
    b.software.gradient_B = 2.0;
    gw_plan plan = plan_of(1, 1, 384);
    plan.zero_stage = 3;
    plan.recompute = GW_RECOMPUTE_FULL;
    double rate[2][2]; /* [rings][scale] per accelerator */
    for (int rings = 0; rings < 2; rings++) {
        b.software.flat_rings = rings == 1;
        b.software.gathered_pieces = rings == 1 ? 12 : 1;
        for (int large = 0; large < 2; large++) {
            plan.dp = large ? 1536 : 384;
            plan.micro_batch = large ? 1 : 4;
            b.in.accelerators = plan.dp;
            gw_step s = step_of(&b, &plan);
            rate[rings][large] = s.model_flop / (s.step_s * plan.dp);
        }
    }
    assert_true(rate[1][0] / rate[1][1] > 2.3 && rate[1][0] / rate[1][1] < 4.5);
    assert_true(rate[0][0] / rate[0][1] < 1.7);
}

static void more_is_never_slower(void **state) {
    (void)state;
    uint32_t draw = 0;
    for (int i = 0; i < 400; i++) {
        bench b;
        make_roomy(&b, (i & 1) ? deepseek_v3() : llama3_405b(), 512, 1024);
        int tp = 1 << (int)(3.99 * gw_rng_uniform(3, 0, 0, draw++));
        int pp = 1 << (int)(3.99 * gw_rng_uniform(3, 0, 0, draw++));
        gw_plan plan = plan_of(tp, pp, 8);
        plan.ep = (i & 1) ? 8 : 1;
        plan.zero_stage = i % 4;
        plan.recompute = (gw_recompute)(i % 3);
        plan.context_method = (gw_context_method)(i % 3);
        plan.cp = (i & 4) && plan.tp < 8 ? 2 : 1;
        plan.no_sequence_parallel = (i & 8) != 0;
        b.in.accelerators = (double)plan.tp * plan.pp * plan.dp * plan.cp;
        b.software.spread = (i & 16) ? 0.02 : 0.0;
        b.software.flat_rings = (i & 32) != 0;
        gw_step before = step_of(&b, &plan);
        double *better[] = {&b.comm.scaleup.bandwidth_Bps, &b.comm.scaleout.bandwidth_Bps,
                            &b.gpu.hbm_bandwidth_Bps, &b.gpu.bf16_flops};
        for (size_t k = 0; k < sizeof better / sizeof better[0]; k++) {
            double was = *better[k];
            *better[k] = was * (1.0 + 2.0 * gw_rng_uniform(3, 0, 0, draw++));
            assert_true(step_of(&b, &plan).step_s <= before.step_s * (1.0 + 1e-12));
            *better[k] = was;
        }
        double used = (double)plan.tp * plan.pp * plan.dp * plan.cp;
        assert_true(before.step_s > before.model_flop / (used * b.gpu.bf16_flops));
    }
}

static void interval_and_reasons(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, llama3_405b(), 1024, 256);
    gw_plan plan = plan_of(8, 8, 16);
    b.gpu.interval = 1.1;
    b.software.interval_dense = 1.0;
    b.software.largest_run = 2048;
    gw_step s = step_of(&b, &plan);
    gw_assert_near(s.high_s / s.step_s, 1.1, 1e-12);
    gw_assert_near(s.step_s / s.low_s, 1.1, 1e-12);
    assert_null(s.wide);
    b.software.interval_dense = GW_NAN;
    gw_step uncalibrated = step_of(&b, &plan);
    assert_true(uncalibrated.high_s > s.high_s && strstr(uncalibrated.wide, "software"));
    b.software.interval_dense = 1.0;
    b.gpu.interval = GW_NAN;
    assert_true(strstr(step_of(&b, &plan).wide, "accelerator") != NULL);
    b.gpu.interval = 1.1;
    b.software.largest_run = 64;
    gw_step large = step_of(&b, &plan);
    assert_true(large.high_s > s.high_s && strstr(large.wide, "larger"));
    gw_training_scale(&large, 2.0);
    assert_true(large.low_s < large.step_s && large.step_s < large.high_s);
}

static void spread_waits_for_the_slowest(void **state) {
    (void)state;
    bench b;
    make_roomy(&b, llama3_405b(), 1024, 256);
    gw_plan plan = plan_of(8, 8, 16);
    gw_step even = step_of(&b, &plan);
    b.software.spread = 0.01;
    gw_step uneven = step_of(&b, &plan);
    /* bound of the expected maximum of 1,024 normal deviates: sqrt(2 ln 1024) = 3.723 */
    double work_s = even.step_s - even.dp_comm_s - even.optimizer_s - b.software.step_overhead_s;
    gw_assert_near(uneven.step_s - even.step_s, 0.01 * 3.7233 * work_s, 1e-3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedules_differ),
        cmocka_unit_test(context_methods_differ),
        cmocka_unit_test(experts_split_and_skewed),
        cmocka_unit_test(sharing_groups),
        cmocka_unit_test(sequence_parallelism),
        cmocka_unit_test(sharded_training_collapses),
        cmocka_unit_test(more_is_never_slower),
        cmocka_unit_test(interval_and_reasons),
        cmocka_unit_test(spread_waits_for_the_slowest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
