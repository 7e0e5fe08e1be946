/* The step: conservation, limits, monotony, rules of a layout, memory against the published table.
 */
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "training/kernel.h"
#include "training_fixture.h"

static gw_step step_of(const bench *b, const gw_plan *plan) {
    gw_step step;
    gw_training_step(&b->in, plan, &step);
    return step;
}

static void parts_sum_to_step(void **state) {
    (void)state;
    bench b;
    make(&b, deepseek_v3(), 1024, 4096);
    gw_plan plan = plan_of(2, 8, 32);
    plan.cp = 2;
    plan.ep = 16;
    for (int recompute = 0; recompute < GW_N_recompute; recompute++) {
        for (int zero = 0; zero <= 3; zero++) {
            plan.recompute = (gw_recompute)recompute;
            plan.zero_stage = zero;
            b.gpu.hbm_B = 1e12;
            gw_step s = step_of(&b, &plan);
            assert_null(s.problem);
            assert_true(s.ep_comm_s > 0 && s.cp_comm_s > 0 && s.tp_comm_s > 0 && s.pp_comm_s > 0 &&
                        s.dp_comm_s > 0);
            gw_assert_near(parts_s(&s), s.step_s, 1e-12);
            gw_assert_near(
                s.memory_B,
                s.weights_B + s.gradients_B + s.optimizer_B + s.activations_B + s.buffers_B, 1e-12);
            gw_assert_near(s.mfu, s.model_flop / (s.step_s * 1024 * 989e12), 1e-12);
            gw_assert_near(s.tokens_per_s, 4096.0 * 4096.0 / s.step_s, 1e-12);
        }
    }
}

/** Uniform stages: bubble over work is (p - 1) / (m v), Narayanan et al. arXiv 2104.04473
 * section 2.2. */
static void bubble_closed_form(void **state) {
    (void)state;
    bench b;
    make(&b, gpt(96, 12288, 96), 64, 64);
    b.llm.vocab = 100;
    for (int v = 1; v <= 12; v *= 2) {
        gw_plan plan = plan_of(8, 8, 1);
        plan.virtual_stages = v > 1 ? (v == 8 ? 12 : v) : 1;
        gw_step s = step_of(&b, &plan);
        assert_null(s.problem);
        double work = s.matmul_s + s.attention_s + s.memory_bound_s + s.tp_comm_s;
        gw_assert_near(s.bubble_s / work, 7.0 / (64.0 * plan.virtual_stages), 0.01);
    }
    /* fewer micro-batches than stages: p t + (m - 1) t in all, m t of it work */
    b.in.batch_seq = 2;
    gw_plan plan = plan_of(8, 8, 1);
    gw_step s = step_of(&b, &plan);
    double work = s.matmul_s + s.attention_s + s.memory_bound_s + s.tp_comm_s;
    gw_assert_near(s.bubble_s / work, (8.0 + 1.0 - 2.0) / 2.0, 0.01);
}

/** Weights, gradients, optimizer 18 B per parameter and activations of Korthikanti et al. figure 1,
 * GiB. */
static void memory_korthikanti(void **state) {
    (void)state;
    struct {
        gw_llm llm;
        int pp, v;
        double states_GiB, none_GiB, selective_GiB; /* tensor parallel 8 */
    } rows[] = {
        {gpt(96, 12288, 96), 8, 3, 45.5625, 66.84375, 12.3515625},
        {gpt(105, 20480, 128), 35, 3, 31.640625, 114.0234375, 23.076171875},
        {gpt(128, 25600, 160), 64, 1, 32.958984375, 131.25, 26.5625},
    };
    for (int i = 0; i < 3; i++) {
        bench b;
        make(&b, rows[i].llm, 8.0 * rows[i].pp, 8.0 * rows[i].pp); /* whole rounds of stages */
        b.gpu = a100();
        b.gpu.hbm_B = 1e12;
        gw_software software = gw_software_2021;
        b.in.software = &software;
        gw_plan plan = plan_of(8, rows[i].pp, 1);
        plan.virtual_stages = rows[i].v;
        plan.zero_stage = 0;
        gw_step s = step_of(&b, &plan);
        double GiB = 1073741824.0;
        /* they divide all parameters by all ranks; the heaviest stage also has an embedding */
        gw_assert_near((s.weights_B + s.gradients_B + s.optimizer_B) / GiB, rows[i].states_GiB,
                       0.10);
        gw_assert_near(s.activations_B / GiB, rows[i].selective_GiB, 1e-6);
        plan.no_sequence_parallel = true;
        plan.recompute = GW_RECOMPUTE_NONE;
        s = step_of(&b, &plan);
        gw_assert_near(s.activations_B / GiB, rows[i].none_GiB, 1e-6);
    }
}

static void memory_falls(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    b.gpu.hbm_B = 1e13;
    gw_plan plan = plan_of(8, 14, 128); /* nine layers in every stage */
    double before = GW_INF;
    for (int zero = 0; zero <= 3; zero++) {
        plan.zero_stage = zero;
        gw_step s = step_of(&b, &plan);
        double states_B = s.weights_B + s.gradients_B + s.optimizer_B;
        assert_true(states_B < before);
        before = states_B;
    }
    /* stage 3: everything over all replicas, (2 + 2 + 12) B */
    gw_shard shard = gw_training_shard(&b.in, &plan);
    gw_assert_near(before, 16.0 * shard.dense_params / 128.0, 1e-12);
    before = GW_INF;
    for (int recompute = 0; recompute < GW_N_recompute; recompute++) {
        plan.recompute = (gw_recompute)recompute;
        gw_step s = step_of(&b, &plan);
        assert_true(s.activations_B < before);
        before = s.activations_B;
    }
}

static void faster_hardware_is_never_slower(void **state) {
    (void)state;
    bench b;
    make(&b, deepseek_v3(), 1024, 4096);
    b.gpu.hbm_B = 1e12;
    gw_plan plan = plan_of(2, 8, 32);
    plan.cp = 2;
    plan.ep = 16;
    b.comm.leaf_size = 8;
    double base_s = step_of(&b, &plan).step_s;
    double *knobs[] = {
        &b.gpu.bf16_flops,           &b.gpu.hbm_bandwidth_Bps,      &b.gpu.gemm_efficiency,
        &b.gpu.attention_efficiency, &b.comm.scaleup.bandwidth_Bps, &b.comm.scaleout.bandwidth_Bps};
    for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++) {
        double before = *knobs[i];
        *knobs[i] = 1.5 * before;
        double now_s = step_of(&b, &plan).step_s;
        if (!(now_s < base_s)) {
            print_error("knob %zu: %.6f s, before %.6f s\n", i, now_s, base_s);
        }
        assert_true(now_s < base_s);
        *knobs[i] = before;
    }
    b.in.precision = GW_PRECISION_FP8;
    assert_true(step_of(&b, &plan).step_s < base_s);
}

/** Nothing but one huge dense layer stack on one accelerator: close to peak x efficiency. */
static void roofline_limit(void **state) {
    (void)state;
    bench b;
    make(&b, gpt(4, 65536, 64), 1, 64);
    b.llm.sequence = 2048;
    b.gpu.hbm_B = 1e15;
    gw_plan plan = plan_of(1, 1, 1);
    plan.micro_batch = 16;
    gw_step s = step_of(&b, &plan);
    assert_null(s.problem);
    double linear_s = s.model_flop / (989e12 * 0.67);
    assert_true(s.matmul_s > 0.95 * linear_s && s.step_s < 1.1 * linear_s);
    assert_true(s.tp_comm_s == 0 && s.pp_comm_s == 0 && s.dp_comm_s == 0 && s.bubble_s == 0);
}

static void kernel_limits(void **state) {
    (void)state;
    gw_accelerator gpu = h100();
    gw_engine_rate rate = gw_kernel_rates(&gpu, GW_PRECISION_BF16);
    double large = gw_kernel_product_s(&rate, rate.bf16_flops, 2.0, 16384, 16384, 16384, 1);
    gw_assert_near(large, 2.0 * pow(16384.0, 3) / rate.bf16_flops, 0.03);
    /* one row: the weights have to be read, roofline by bandwidth */
    double narrow = gw_kernel_product_s(&rate, rate.bf16_flops, 2.0, 1, 16384, 16384, 1);
    gw_assert_near(narrow, 2.0 * 16384.0 * 16384.0 / rate.product_Bps, 0.01);
    assert_true(gw_kernel_product_s(&rate, rate.bf16_flops, 2.0, 0, 16384, 16384, 1) == 0.0);
    gw_assert_near(gw_kernel_attention_s(&rate, 1e15, 1e9), 1e15 / rate.attention_flops, 1e-5);
}

static void expect_problem(const bench *b, const gw_plan *plan, const char *part) {
    gw_step s = step_of(b, plan);
    assert_non_null(s.problem);
    if (!strstr(s.problem, part)) {
        print_error("\"%s\" does not say \"%s\"\n", s.problem, part);
    }
    assert_non_null(strstr(s.problem, part));
    assert_true(isnan(s.step_s) && isnan(s.tokens_per_s) && isnan(s.mfu));
}

static void broken_rules_have_sentences(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    b.in.scratch = gw_arena_create(0);
    gw_plan good = plan_of(8, 16, 128);
    assert_null(step_of(&b, &good).problem);
    gw_plan p = good;
    p.tp = 256;
    p.dp = 4;
    expect_problem(&b, &p, "256 does not divide 128 attention heads");
    p = good;
    p.tp = 0;
    expect_problem(&b, &p, "at least 1");
    p = good;
    p.pp = 127;
    p.dp = 16;
    expect_problem(&b, &p, "127 pipeline stages, but 126 layers");
    p = good;
    p.dp = 256;
    expect_problem(&b, &p, "= 32768, but the job has 16384");
    p = good;
    p.dp = 100;
    p.micro_batch = 15;
    expect_problem(&b, &p, "not near a multiple of dp x micro-batch = 1500");
    p = good;
    p.ep = 2;
    expect_problem(&b, &p, "needs a model with experts");
    p = good;
    p.virtual_stages = 9;
    expect_problem(&b, &p, "9 virtual stages, but 8 layers");
    p = good;
    p.pp = 1;
    expect_problem(&b, &p, "uses only 6 % of the job's 16384");
    p.dp = 2048;
    expect_problem(&b, &p, "of 80 GB");
    b.in.precision = GW_PRECISION_FP4;
    expect_problem(&b, &good, "no 4-bit units");
    b.in.precision = GW_PRECISION_BF16;
    b.in.batch_seq = 0;
    expect_problem(&b, &good, "less than one sequence");
    b.in.batch_seq = 2048;
    b.llm.kv_heads = 12;
    expect_problem(&b, &good, "key-value heads");
    gw_arena_free(b.in.scratch);
    make(&b, deepseek_v3(), 2048, 2048);
    p = plan_of(1, 16, 128);
    p.ep = 48;
    expect_problem(&b, &p, "does not divide the experts"); /* without scratch: no numbers */
    p.ep = 256;
    expect_problem(&b, &p, "does not divide tp x cp x dp");
}

static void batch_in_round_tokens(void **state) {
    (void)state;
    assert_int_equal(gw_training_n_micro(2048, 128, 1), 16);
    assert_int_equal(gw_training_n_micro(1953, 128, 1), 15); /* 16e6 tokens of 8,192: 1.7 % off */
    assert_int_equal(gw_training_n_micro(1953, 256, 2), 0);
    assert_int_equal(gw_training_n_micro(10, 16, 1), 0);
}

static void tensor_parallel_across_domains_is_slow(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 1024, 1024);
    b.gpu.hbm_B = 1e12;
    gw_plan inside = plan_of(8, 16, 8);
    gw_plan outside = plan_of(16, 8, 8);
    gw_step in_s = step_of(&b, &inside);
    gw_step out_s = step_of(&b, &outside);
    assert_null(out_s.problem);
    assert_true(out_s.tp_comm_s > 2.0 * in_s.tp_comm_s);
}

static void scaling_keeps_the_sum(void **state) {
    (void)state;
    bench b;
    make(&b, llama3_405b(), 16384, 2048);
    gw_plan plan = plan_of(8, 16, 128);
    gw_step s = step_of(&b, &plan);
    gw_step scaled = s;
    gw_training_scale(&scaled, 1.25);
    gw_assert_near(scaled.step_s, 1.25 * s.step_s, 1e-12);
    gw_assert_near(parts_s(&scaled), scaled.step_s, 1e-12);
    gw_assert_near(scaled.mfu * 1.25, s.mfu, 1e-12);
    gw_assert_near(scaled.tokens_per_s * 1.25, s.tokens_per_s, 1e-12);
}

/** Whatever the field tables allow: a sentence or a positive time whose parts sum up, never a
 * crash. */
static void any_input_gets_an_answer(void **state) {
    (void)state;
    uint32_t draw = 0;
    int ran = 0;
    for (int i = 0; i < 20000; i++) {
        bench b;
        int64_t layers = 1 + (int64_t)(20 * gw_rng_uniform(7, 0, 0, draw++));
        double accelerators = 1.0 + floor(pow(10.0, 6.0 * gw_rng_uniform(7, 0, 0, draw++)));
        double batch = 1.0 + floor(pow(10.0, 5.0 * gw_rng_uniform(7, 0, 0, draw++)));
        make(&b, (i & 1) ? deepseek_v3() : llama3(layers, 4096, 14336, 32), accelerators, batch);
        b.gpu.hbm_B = 1e15;
        b.comm.scaleup.size = 1 + (int)(100 * gw_rng_uniform(7, 0, 0, draw++));
        int *member[] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
        gw_plan plan = plan_of(1, 1, 1);
        member[0] = &plan.tp;
        member[1] = &plan.pp;
        member[2] = &plan.dp;
        member[3] = &plan.cp;
        member[4] = &plan.ep;
        member[5] = &plan.virtual_stages;
        member[6] = &plan.micro_batch;
        for (int k = 0; k < 7; k++) {
            double u = gw_rng_uniform(7, 0, 0, draw++);
            double v = gw_rng_uniform(7, 0, 0, draw++);
            *member[k] = u < 0.02 ? 0 : u < 0.9 ? 1 << (int)(4 * v) : (int)(4096 * v);
        }
        plan.zero_stage = i % 4;
        plan.recompute = (gw_recompute)(i % 3);
        b.in.precision = (i & 4) ? GW_PRECISION_FP8 : GW_PRECISION_BF16;
        if (i & 8) { /* a job of just these ranks */
            b.in.accelerators = fmax(1.0, (double)plan.tp * plan.pp * plan.dp * plan.cp);
        }
        gw_step s = step_of(&b, &plan);
        if (!s.problem) {
            assert_true(isfinite(s.step_s) && s.step_s > 0 && s.mfu > 0 && s.mfu < 1);
            gw_assert_near(parts_s(&s), s.step_s, 1e-12);
            assert_true(s.bubble_s >= 0 && s.dp_comm_s >= 0 && s.other_s >= 0 && s.memory_B > 0);
            ran++;
        }
    }
    assert_true(ran > 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_sum_to_step),
        cmocka_unit_test(bubble_closed_form),
        cmocka_unit_test(memory_korthikanti),
        cmocka_unit_test(memory_falls),
        cmocka_unit_test(faster_hardware_is_never_slower),
        cmocka_unit_test(roofline_limit),
        cmocka_unit_test(kernel_limits),
        cmocka_unit_test(broken_rules_have_sentences),
        cmocka_unit_test(batch_in_round_tokens),
        cmocka_unit_test(tensor_parallel_across_domains_is_slow),
        cmocka_unit_test(scaling_keeps_the_sum),
        cmocka_unit_test(any_input_gets_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
