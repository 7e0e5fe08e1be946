/* Kernels: roofline, monotony over random shapes, limits in closed form, published best rates. */
#include "base/rng.h"
#include "training/attention.h"
#include "training/gemm.h"
#include "training_fixture.h"

static gw_accelerator gpu_of(double bf16, double fp8, double fp4, double hbm_Bps, double units,
                             double gemm, double gemm8, double gemm4, double prefill) {
    return (gw_accelerator){.bf16_flops = bf16,
                            .fp8_flops = fp8,
                            .fp4_flops = fp4,
                            .hbm_bandwidth_Bps = hbm_Bps,
                            .multiprocessors = units,
                            .gemm_efficiency = gemm,
                            .gemm8_efficiency = gemm8,
                            .gemm4_efficiency = gemm4,
                            .attention_efficiency = 0.5,
                            .prefill_efficiency = prefill,
                            .memory_efficiency = 0.85};
}

/* As catalog/accelerators.yaml. */
static gw_accelerator a100_kernels(void) {
    return gpu_of(312e12, GW_NAN, GW_NAN, 2.039e12, 108, 0.835, 0.55, GW_NAN, 0.53);
}
static gw_accelerator h100_kernels(void) {
    return gpu_of(989e12, 1979e12, GW_NAN, 3.35e12, 132, 0.815, 0.775, GW_NAN, 0.76);
}
static gw_accelerator b200_kernels(void) {
    return gpu_of(2250e12, 4500e12, 9000e12, 8e12, 148, 0.70, 0.69, 0.57, 0.91);
}

typedef struct dice {
    uint64_t seed;
    uint32_t thrown;
} dice;

static double throw_dice(dice *d) {
    return gw_rng_uniform(d->seed, 0, 0, d->thrown++);
}

/** A whole number between lo and hi, even on a logarithmic scale. */
static double pick(dice *rng, double lo, double hi) {
    return floor(lo * pow(hi / lo, throw_dice(rng)) + 0.5);
}

typedef struct shape {
    double m, n, k, groups;
} shape;

static shape any_shape(dice *rng) {
    shape s;
    s.m = pick(rng, 1, 40000);
    s.n = pick(rng, 16, 40000);
    s.k = pick(rng, 16, 40000);
    s.groups = throw_dice(rng) < 0.5 ? 1.0 : pick(rng, 1, 256);
    return s;
}

static double product_s(const gw_engine_rate *rate, shape s) {
    return gw_kernel_product_s(rate, rate->linear_flops, rate->linear_B, s.m, s.n, s.k, s.groups);
}

static void products_never_beat_the_roofline(void **state) {
    (void)state;
    gw_accelerator gpus[] = {h100_kernels(), b200_kernels()};
    dice rng = {.seed = 1};
    for (int i = 0; i < 30000; i++) {
        gw_precision precision = i % 3 == 2 ? GW_PRECISION_FP4 : (gw_precision)(i % 3);
        gw_engine_rate rate =
            gw_kernel_rates(&gpus[precision == GW_PRECISION_FP4 ? 1 : i % 2], precision);
        shape s = any_shape(&rng);
        double t = product_s(&rate, s);
        double flop = 2.0 * s.m * s.n * s.k * s.groups;
        double bytes = (rate.linear_B * (s.m + s.n) * s.k + 2.0 * s.m * s.n) * s.groups;
        assert_true(t >= flop / rate.linear_flops * (1.0 - 1e-12));
        assert_true(t >= bytes / rate.memory_Bps * (1.0 - 1e-12));
        assert_true(t < 1e6);
    }
}

/** More work is never faster; a faster machine is never slower. */
static void products_are_monotone(void **state) {
    (void)state;
    gw_accelerator gpus[] = {h100_kernels(), b200_kernels()};
    dice rng = {.seed = 2};
    for (int i = 0; i < 60000; i++) {
        gw_precision precision = i % 3 == 2 ? GW_PRECISION_FP4 : (gw_precision)(i % 3);
        gw_engine_rate rate =
            gw_kernel_rates(&gpus[precision == GW_PRECISION_FP4 ? 1 : i % 2], precision);
        shape s = any_shape(&rng), more = s;
        double grown = pick(&rng, 1, 300);
        double *sides[] = {&more.m, &more.n, &more.k, &more.groups};
        *sides[i % 4] += grown;
        double t = product_s(&rate, s);
        if (!(product_s(&rate, more) >= t * (1.0 - 1e-12))) {
            print_error("%g x %g x %g x %g, side %d + %g\n", s.m, s.n, s.k, s.groups, i % 4, grown);
            fail();
        }
        gw_engine_rate faster = rate;
        faster.linear_flops *= 1.0 + throw_dice(&rng);
        assert_true(product_s(&faster, s) <= t * (1.0 + 1e-12));
        faster = rate;
        faster.product_Bps *= 1.0 + throw_dice(&rng);
        assert_true(product_s(&faster, s) <= t * (1.0 + 1e-12));
    }
}

/** One wave of tall tiles, exactly: ideal x (1 + K0 / k). A tile more: nearly the loss of a wave. */
static void one_wave_in_closed_form(void **state) {
    (void)state;
    gw_accelerator gpu = h100_kernels();
    gpu.hbm_bandwidth_Bps = 1e18; /* memory out of the way */
    gw_engine_rate rate = gw_kernel_rates(&gpu, GW_PRECISION_BF16);
    rate.units = 128;
    gw_gemm_model model = gw_gemm_fitted;
    model.unit_Bps = 1e18;
    double m = 256.0 * 16.0, n = 128.0 * 8.0, k = 8192.0;
    double t = gw_gemm_s(&model, &rate, rate.bf16_flops, 2.0, m, n, k, 1.0);
    double ideal = 2.0 * m * n * k / rate.bf16_flops;
    gw_assert_near(t, ideal * (1.0 + model.fill_entries / k), 1e-6);
    double more = gw_gemm_s(&model, &rate, rate.bf16_flops, 2.0, m + 1.0, n, k, 1.0);
    assert_true(more > 1.03 * t && more < 1.5 * t);
    /* eight groups of n / 8 columns are the same tiles */
    double grouped = gw_gemm_s(&model, &rate, rate.bf16_flops, 2.0, m, n / 8.0, k, 8.0);
    gw_assert_near(grouped, t, 1e-6);
}

/** Experts with few rows: every expert's weights are read, one launch beats one after the other. */
static void grouped_products(void **state) {
    (void)state;
    gw_accelerator gpu = h100_kernels();
    gw_engine_rate rate = gw_kernel_rates(&gpu, GW_PRECISION_FP8);
    for (double rows = 1; rows <= 16; rows *= 2) {
        double one = gw_kernel_linear_forward_s(&rate, rows, 4096, 7168, 1);
        double all = gw_kernel_linear_forward_s(&rate, rows, 4096, 7168, 32);
        double weights_s = 32.0 * 4096.0 * 7168.0 / rate.product_Bps;
        assert_true(all < 32.0 * one && all > weights_s);
        gw_assert_near(all, weights_s, 0.15);
    }
    double forward = gw_kernel_linear_forward_s(&rate, 8192, 4096, 7168, 8);
    double backward = gw_kernel_linear_backward_s(&rate, 8192, 4096, 7168, 8);
    gw_assert_near(backward, 2.0 * forward, 0.05);
}

/** Best rates over all shapes that stas00/ml-engineering found (torch, TFLOP/s): within 15 %. */
static void best_products_as_published(void **state) {
    (void)state;
    struct {
        gw_accelerator gpu;
        gw_precision precision;
        double m, n, k, tflops;
    } rows[] = {
        {a100_kernels(), GW_PRECISION_BF16, 1024, 10240, 5120, 271.2},
        {h100_kernels(), GW_PRECISION_BF16, 2048, 2048, 13312, 794.5},
        {b200_kernels(), GW_PRECISION_BF16, 1792, 16128, 3072, 1745.0},
        {h100_kernels(), GW_PRECISION_FP8, 1024, 9216, 14336, 1402.6},
        {b200_kernels(), GW_PRECISION_FP8, 15360, 4096, 3072, 3432.5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        gw_engine_rate rate = gw_kernel_rates(&rows[i].gpu, rows[i].precision);
        double t = product_s(&rate, (shape){rows[i].m, rows[i].n, rows[i].k, 1});
        double tflops = 2e-12 * rows[i].m * rows[i].n * rows[i].k / t;
        gw_assert_near(tflops, rows[i].tflops, 0.15);
    }
}

static void four_bits(void **state) {
    (void)state;
    gw_accelerator gpu = b200_kernels();
    double measured = gw_kernel_rates(&gpu, GW_PRECISION_FP4).linear_flops;
    gw_assert_near(measured, 0.57 * 9000e12, 1e-12);
    gpu.gemm4_efficiency = GW_NAN; /* 0.8 of twice the 8-bit rate */
    gw_assert_near(gw_kernel_rates(&gpu, GW_PRECISION_FP4).linear_flops, 1.6 * 0.69 * 4500e12,
                   1e-12);
    gpu.gemm4_efficiency = 0.57;
    for (int p = 0; p < 3; p++) {
        gw_engine_rate rate = gw_kernel_rates(&gpu, (gw_precision)p);
        double entries = 1e9;
        double s = gw_kernel_quantise_s(&rate, entries);
        /* 16 bits are read, 8 or 4 written */
        double least_s = (2.0 + rate.linear_B) * entries / rate.memory_Bps;
        assert_true(p == GW_PRECISION_BF16 ? s == 0.0 : s > least_s && s < 5.0 * least_s);
    }
}

static gw_attention prefill(double batch, double heads, double kv_heads, double dim, double tok) {
    return (gw_attention){.batch = batch,
                          .heads = heads,
                          .kv_heads = kv_heads,
                          .qk_dim = dim,
                          .value_dim = dim,
                          .query_tok = tok,
                          .context_tok = tok,
                          .kv_B = 2.0,
                          .causal = true};
}

/** Shah et al., arXiv 2407.08608: 740 TFLOP/s forward are the best on an H100; TensorRT-LLM's
 * kernels reach 490 to 540 at 16,384 tokens, 128 wide. Dao, arXiv 2307.08691: backward rates are
 * 0.8 to 0.9 of forward ones. */
static void attention_rates_as_published(void **state) {
    (void)state;
    gw_accelerator gpu = h100_kernels();
    gw_engine_rate rate = gw_kernel_rates(&gpu, GW_PRECISION_BF16);
    gw_attention a = prefill(4, 32, 8, 128, 16384);
    double flop = 2.0 * a.batch * a.heads * a.query_tok * a.context_tok * 128.0;
    double forward = gw_kernel_attention_forward_s(&rate, &a);
    assert_true(flop / forward > 490e12 && flop / forward < 740e12);
    double backward = gw_kernel_attention_backward_s(&rate, &a);
    double ratio = 2.5 * flop / backward / (flop / forward);
    assert_true(ratio > 0.75 && ratio < 0.95);
    /* the whole square is twice the triangle */
    gw_attention square = a;
    square.causal = false;
    gw_assert_near(gw_kernel_attention_forward_s(&rate, &square), 2.0 * forward, 0.05);
    /* narrow heads: exponentials weigh twice as much */
    gw_attention narrow = prefill(4, 64, 8, 64, 16384);
    double narrow_s = gw_kernel_attention_forward_s(&rate, &narrow);
    assert_true(narrow_s > 1.1 * forward && narrow_s < 1.5 * forward);
    a.eight_bit = true;
    double eight_s = gw_kernel_attention_forward_s(&rate, &a);
    assert_true(eight_s < 0.85 * forward && eight_s > 0.5 * forward);
}

static void attention_is_monotone(void **state) {
    (void)state;
    gw_accelerator gpu = b200_kernels();
    gw_engine_rate rate = gw_kernel_rates(&gpu, GW_PRECISION_BF16);
    dice rng = {.seed = 3};
    for (int i = 0; i < 20000; i++) {
        double kv_heads = pick(&rng, 1, 16);
        gw_attention a = prefill(pick(&rng, 1, 64), kv_heads * pick(&rng, 1, 16), kv_heads,
                                 pick(&rng, 16, 512), pick(&rng, 16, 200000));
        a.causal = i % 2;
        double t = gw_kernel_attention_forward_s(&rate, &a);
        double flop =
            (a.causal ? 2.0 : 4.0) * a.batch * a.heads * a.query_tok * a.context_tok * a.qk_dim;
        assert_true(t >= flop / rate.prefill_flops * (1.0 - 1e-12) && t < 1e9);
        assert_true(gw_kernel_attention_backward_s(&rate, &a) > t);
        gw_attention more = a;
        double *sides[] = {&more.batch, &more.heads, &more.qk_dim, &more.kv_heads};
        *sides[i % 4] *= 2.0;
        assert_true(gw_kernel_attention_forward_s(&rate, &more) >= t);
        more = a;
        more.query_tok = more.context_tok = a.context_tok + pick(&rng, 1, 500);
        assert_true(gw_kernel_attention_forward_s(&rate, &more) > t);
        assert_true(gw_kernel_attention_decode_s(&rate, &more) > 0);
    }
}

/** One token against a long cache reads the cache: bytes over bandwidth, whatever the heads. */
static void decoding_reads_the_cache(void **state) {
    (void)state;
    gw_accelerator gpu = h100_kernels();
    gw_engine_rate rate = gw_kernel_rates(&gpu, GW_PRECISION_BF16);
    gw_attention a = prefill(32, 64, 8, 128, 8192);
    a.query_tok = 1;
    a.causal = false;
    double bytes = 32.0 * 8.0 * 8192.0 * 256.0 * 2.0;
    gw_assert_near(gw_kernel_attention_decode_s(&rate, &a), bytes / rate.product_Bps, 1e-12);
    a.kv_heads = 64;
    gw_assert_near(gw_kernel_attention_decode_s(&rate, &a), 8.0 * bytes / rate.product_Bps, 1e-12);
    /* latent attention: 128 heads share one vector of 576 entries; two tokens at once and compute
     * decides */
    a.kv_heads = 1;
    a.heads = 128;
    a.qk_dim = 576;
    a.value_dim = 512;
    a.cache_dim = 576;
    double read_s = 32.0 * 8192.0 * 576.0 * 2.0 / rate.product_Bps;
    gw_assert_near(gw_kernel_attention_decode_s(&rate, &a), read_s, 1e-12);
    a.query_tok = 2;
    double flop = 2.0 * 32.0 * 2.0 * 128.0 * 8192.0 * (576.0 + 512.0);
    double t = gw_kernel_attention_decode_s(&rate, &a);
    assert_true(t > read_s && t > flop / rate.prefill_flops);
    assert_true(t < 1.5 * flop / rate.prefill_flops);
}

static void empty_kernels_take_no_time(void **state) {
    (void)state;
    gw_accelerator gpu = h100_kernels();
    gw_engine_rate rate = gw_kernel_rates(&gpu, GW_PRECISION_FP8);
    gw_attention none = prefill(0, 8, 8, 128, 1024);
    assert_true(product_s(&rate, (shape){128, 0, 128, 1}) == 0.0);
    assert_true(gw_kernel_attention_forward_s(&rate, &none) == 0.0);
    assert_true(gw_kernel_attention_backward_s(&rate, &none) == 0.0);
    assert_true(gw_kernel_attention_decode_s(&rate, &none) == 0.0);
    assert_true(gw_kernel_quantise_s(&rate, 0.0) == 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_never_beat_the_roofline),
        cmocka_unit_test(products_are_monotone),
        cmocka_unit_test(one_wave_in_closed_form),
        cmocka_unit_test(grouped_products),
        cmocka_unit_test(best_products_as_published),
        cmocka_unit_test(four_bits),
        cmocka_unit_test(attention_rates_as_published),
        cmocka_unit_test(attention_is_monotone),
        cmocka_unit_test(decoding_reads_the_cache),
        cmocka_unit_test(empty_kernels_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
