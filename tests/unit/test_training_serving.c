/* Serving: closed forms of the roofline, cache per token of published models, expectation of
 * touched experts by simulation, steady state, limits, bad input, monotony. */
#include <math.h>

#include "training/serving.h"
#include "training_fixture.h"

typedef struct serving_bench {
    gw_llm llm;
    gw_accelerator gpu;
    gw_comm comm;
    gw_serving_in in;
} serving_bench;

static void make_serving(serving_bench *b, gw_llm llm, double accelerators) {
    *b = (serving_bench){.llm = llm, .gpu = h100(), .comm = h100_network()};
    b->in = (gw_serving_in){.llm = &b->llm,
                            .accelerator = &b->gpu,
                            .comm = &b->comm,
                            .accelerators = accelerators,
                            .prompt_tok = 1024,
                            .output_tok = 256,
                            .chunk_tok = 8192,
                            .memory_frac = 0.9,
                            .step_overhead_s = 1e-3,
                            .kernel_gap_s = 1e-6,
                            .ttft_limit_s = GW_NAN,
                            .tpot_limit_s = GW_NAN};
}

static gw_llm llama3_70b(void) {
    return llama3(80, 8192, 28672, 64);
}

static gw_service serve(const serving_bench *b, gw_serving_plan plan) {
    gw_service s;
    gw_serving_work_out(&b->in, &plan, &s);
    return s;
}

/** 80 layers x 8 heads x (128 + 128) x 2 B = 320 KiB; DeepSeek-V3 61 x (512 + 64) x 2 B. */
static void cache_per_token(void **state) {
    (void)state;
    gw_llm dense = llama3_70b();
    gw_arch a = gw_arch_of(&dense);
    gw_assert_near(gw_serving_kv_token_B(&a, GW_PRECISION_BF16), 320.0 * 1024.0, 1e-12);
    gw_assert_near(gw_serving_kv_token_B(&a, GW_PRECISION_FP8), 160.0 * 1024.0, 1e-12);
    gw_llm latent = deepseek_v3();
    a = gw_arch_of(&latent);
    gw_assert_near(gw_serving_kv_token_B(&a, GW_PRECISION_BF16), 61.0 * 576.0 * 2.0, 1e-12);
    /* a window of 1,024 in half of the layers caps half of the cache */
    dense.window = 1024;
    dense.window_share = 0.5;
    a = gw_arch_of(&dense);
    gw_assert_near(gw_serving_sequence_B(&a, &dense, 4096, GW_PRECISION_BF16),
                   320.0 * 1024.0 * (0.5 * 4096 + 0.5 * 1024), 1e-12);
    gw_assert_near(gw_serving_sequence_B(&a, &dense, 512, GW_PRECISION_BF16), 320.0 * 1024.0 * 512,
                   1e-12);
}

/** One sequence cannot be faster than reading every weight once, and is not far from it. */
static void one_sequence_reads_the_weights(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, llama3(32, 4096, 14336, 32), 1);
    b.in.step_overhead_s = b.in.kernel_gap_s = 0.0;
    gw_service s = serve(&b, (gw_serving_plan){.tp = 1, .pp = 1, .dp = 1, .batch = 1});
    assert_null(s.problem);
    gw_arch a = gw_arch_of(&b.llm);
    double read_B = 2.0 * (a.params - 128256.0 * 4096.0); /* of the input embedding one row */
    double least_s = read_B / b.gpu.hbm_bandwidth_Bps;
    print_message("8B, one sequence: %.2f ms, weights over peak bandwidth %.2f ms\n",
                  1e3 * s.step_s, 1e3 * least_s);
    assert_true(s.step_s >= least_s);
    assert_true(s.step_s <= 1.8 * least_s);
    assert_string_equal(s.bottleneck, "matrix products: reading weights");
    gw_assert_near(s.weights_s + s.attention_s + s.network_s + s.other_s, s.step_s, 1e-12);
}

/** A long prompt cannot run above peak; its work is two FLOP per parameter and token. */
static void prompts_are_bound_by_products(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, llama3(32, 4096, 14336, 32), 1);
    b.in.prompt_tok = 8192;
    gw_service s = serve(&b, (gw_serving_plan){.tp = 1, .pp = 1, .dp = 1, .batch = 1});
    gw_arch a = gw_arch_of(&b.llm);
    double flop =
        2.0 * (a.params - a.embedding_params) + 32.0 * gw_arch_attention_flop(&a, &b.llm, 8192);
    double share = s.prefill_tokens_per_s * flop / b.gpu.bf16_flops;
    print_message("8B, prompt of 8,192: %.0f tokens/s, %.0f %% of peak\n", s.prefill_tokens_per_s,
                  100.0 * share);
    assert_true(share > 0.3 && share < 0.85);
    assert_true(s.ttft_s >= 8192.0 * flop / b.gpu.bf16_flops);
}

/** Expected number of distinct experts against a count of drawn ones. */
static void touched_experts(void **state) {
    (void)state;
    gw_llm llm = deepseek_v3();
    gw_assert_near(gw_serving_experts_touched(&llm, 1.0), 8.0, 1e-12);
    gw_assert_near(gw_serving_experts_touched(&llm, 1e6), 256.0, 1e-9);
    unsigned random = 12345;
    double mean = 0.0;
    for (int trial = 0; trial < 2000; trial++) {
        bool seen[256] = {false};
        for (int token = 0; token < 32; token++) {
            bool mine[256] = {false};
            for (int k = 0; k < 8;) {
                random = random * 1664525u + 1013904223u;
                int expert = (int)(random >> 24);
                k += mine[expert] ? 0 : 1;
                mine[expert] = seen[expert] = true;
            }
        }
        for (int e = 0; e < 256; e++) {
            mean += seen[e] ? 1.0 / 2000.0 : 0.0;
        }
    }
    gw_assert_near(gw_serving_experts_touched(&llm, 32.0), mean, 0.01);
}

/** More at once: longer per token, more tokens per second, until memory is full. */
static void batches(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, llama3_70b(), 8);
    gw_serving_plan plan = {.tp = 8, .pp = 1, .dp = 1};
    gw_service largest = serve(&b, plan);
    assert_null(largest.problem);
    assert_string_equal(largest.batch_limit, "memory");
    double sequence_B = 320.0 * 1024.0 * 1280.0 / 8.0 + 128256.0 / 8.0 * 6.0;
    double room_B = 0.9 * 80e9 - largest.weights_B - largest.work_B;
    gw_assert_near(largest.batch, floor(room_B / sequence_B), 1e-12);
    double before_s = 0.0, before_rate = 0.0;
    for (plan.batch = 1; plan.batch <= (int)largest.batch; plan.batch *= 2) {
        gw_service s = serve(&b, plan);
        assert_null(s.problem);
        assert_true(s.tpot_s > before_s && s.output_tokens_per_s > before_rate);
        assert_true(s.memory_B <= s.capacity_B);
        before_s = s.tpot_s;
        before_rate = s.output_tokens_per_s;
    }
    print_message("70B on 8 H100: batch %.0f, TTFT %.3f s, TPOT %.1f ms, %.0f tokens/s each\n",
                  largest.batch, largest.ttft_s, 1e3 * largest.tpot_s, largest.output_tokens_per_s);
    plan.batch = (int)largest.batch + 1;
    assert_non_null(serve(&b, plan).problem);
    /* a limit on the token time gives the largest batch that keeps it */
    plan.batch = 0;
    b.in.tpot_limit_s = 0.5 * largest.tpot_s;
    gw_service limited = serve(&b, plan);
    assert_string_equal(limited.batch_limit, "tpot_limit");
    assert_true(limited.tpot_s <= b.in.tpot_limit_s);
    b.in.tpot_limit_s = GW_NAN;
    plan.batch = (int)limited.batch + 1;
    assert_true(serve(&b, plan).tpot_s > 0.5 * largest.tpot_s);
}

/** Requests per second that come in go out: prompts and outputs share the accelerators. */
static void balance(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, llama3_70b(), 64);
    gw_serving_plan plan = {.tp = 8, .pp = 1, .dp = 1, .batch = 64};
    gw_service s = serve(&b, plan);
    double requests = s.output_tokens_per_s / 256.0;
    gw_assert_near(requests * 1024.0 / s.prefill_tokens_per_s +
                       requests * 256.0 / s.decode_tokens_per_s,
                   1.0, 1e-9);
    gw_assert_near(s.total_tokens_per_s, 64.0 * s.output_tokens_per_s, 1e-12);
    b.in.disaggregated = true;
    gw_service apart = serve(&b, plan);
    gw_assert_near(apart.tpot_s, s.step_s, 1e-12);
    requests = apart.output_tokens_per_s / 256.0;
    gw_assert_near(requests * 1024.0 / (0.8 * apart.prefill_tokens_per_s), apart.prefill_frac,
                   1e-9);
    gw_assert_near(requests * 256.0 / apart.decode_tokens_per_s, 1.0 - apart.prefill_frac, 1e-9);
    /* the time to scale every number by */
    gw_service slow = s;
    gw_serving_scale(&slow, 2.0);
    gw_assert_near(slow.tpot_s * slow.output_tokens_per_s, s.tpot_s * s.output_tokens_per_s, 1e-12);
}

/** Experts over many ranks: weights divide, few tokens touch few experts. */
static void wide_experts(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, deepseek_v3(), 64);
    b.in.precision = GW_PRECISION_FP8;
    gw_serving_plan plan = {.tp = 1, .pp = 1, .dp = 32, .batch = 32};
    gw_service s = serve(&b, plan);
    assert_null(s.problem);
    double routed = 58.0 * 256.0 * 3.0 * 7168.0 * 2048.0;
    gw_arch a = gw_arch_of(&b.llm);
    gw_assert_near(
        s.weights_B,
        routed / 32.0 + (a.params - routed - a.embedding_params) + 2.0 * a.embedding_params, 1e-9);
    plan.batch = 3200;
    gw_service many = serve(&b, plan);
    print_message("V3 on 32 H100: TPOT %.1f ms at 32, %.1f ms at 3,200, %.0f tokens/s each\n",
                  1e3 * s.tpot_s, 1e3 * many.tpot_s, many.output_tokens_per_s);
    assert_true(many.decode_tokens_per_s > 20.0 * s.decode_tokens_per_s);
    assert_true(many.prefill_frac > 0.5); /* then prompts take most of the time */
    plan.dp = 3;
    plan.ep = 2;
    assert_string_equal(serve(&b, plan).problem, "expert parallel does not divide tp x dp");
}

/** A width left open gives at least what any fixed width gives. */
static void open_width(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, llama3_70b(), 8);
    gw_service best = serve(&b, (gw_serving_plan){.pp = 1, .dp = 1});
    assert_null(best.problem);
    int found = 0;
    for (int tp = 1; tp <= 8; tp *= 2) {
        gw_service s = serve(&b, (gw_serving_plan){.tp = tp, .pp = 1, .dp = 1});
        assert_true(s.problem || s.output_tokens_per_s <= best.output_tokens_per_s);
        found += !s.problem && s.tp == best.tp;
    }
    assert_int_equal(found, 1);
    b.in.ttft_limit_s = 1e-6;
    assert_non_null(serve(&b, (gw_serving_plan){.pp = 1, .dp = 1}).problem);
}

static void faster_is_never_slower(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, llama3_70b(), 16);
    gw_serving_plan plan = {.tp = 4, .pp = 2, .dp = 1, .batch = 32};
    gw_service base = serve(&b, plan);
    assert_null(base.problem);
    double *knobs[] = {&b.gpu.hbm_bandwidth_Bps, &b.gpu.bf16_flops, &b.comm.scaleup.bandwidth_Bps};
    for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++) {
        double before = *knobs[i];
        *knobs[i] = 2.0 * before;
        gw_service s = serve(&b, plan);
        *knobs[i] = before;
        assert_true(s.tpot_s <= base.tpot_s && s.ttft_s <= base.ttft_s);
        assert_true(s.tpot_s < base.tpot_s || s.ttft_s < base.ttft_s);
    }
    b.in.kernel_gap_s = 2e-6;
    gw_assert_near(serve(&b, plan).step_s - base.step_s, 80.0 * 11.0 * 1e-6, 1e-6);
}

static void bad_input(void **state) {
    (void)state;
    serving_bench b;
    make_serving(&b, llama3_70b(), 8);
    gw_serving_plan good = {.tp = 8, .pp = 1, .dp = 1};
    gw_serving_plan bad[] = {{.tp = 3, .pp = 1, .dp = 1},  {.tp = 8, .pp = 2, .dp = 1},
                             {.tp = 1, .pp = 1, .dp = 1},  {.tp = 2, .pp = 1, .dp = 2},
                             {.tp = 2, .pp = 0, .dp = 1},  {.tp = 2, .pp = 1, .dp = 1, .ep = 2},
                             {.tp = 1, .pp = 200, .dp = 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gw_service s = serve(&b, bad[i]);
        assert_non_null(s.problem);
        assert_true(isnan(s.tpot_s) && isnan(s.total_tokens_per_s));
    }
    double tpot_s = serve(&b, good).tpot_s; /* ep 1 says nothing new of a dense model */
    good.ep = 1;
    gw_assert_near(serve(&b, good).tpot_s, tpot_s, 1e-12);
    b.in.precision = GW_PRECISION_FP4;
    assert_string_equal(serve(&b, good).problem, "the accelerator has no 4-bit units");
    b.in.precision = GW_PRECISION_BF16;
    b.in.output_tok = 0.0;
    assert_non_null(serve(&b, good).problem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cache_per_token),
        cmocka_unit_test(one_sequence_reads_the_weights),
        cmocka_unit_test(prompts_are_bound_by_products),
        cmocka_unit_test(touched_experts),
        cmocka_unit_test(batches),
        cmocka_unit_test(balance),
        cmocka_unit_test(wide_experts),
        cmocka_unit_test(open_width),
        cmocka_unit_test(faster_is_never_slower),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
