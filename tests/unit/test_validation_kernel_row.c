/* Rows of kernels: what is read from a row, what is refused and why, no NaN whatever a cell holds.
 */
#include <string.h>

#include "base/arena.h"
#include "gw_test.h"
#include "validation/kernel_row.h"

#define HEADER                                                                                     \
    "id,gpu,kernel,m,n,k,batch,heads,kv_heads,head_dim,seqlen,causal,dtype,tflops,gb_per_s,time_"  \
    "us\n"

static const gw_accelerator chips[] = {
    {.head = {.name = "H100-SXM"},
     .bf16_flops = 989e12,
     .fp8_flops = 1979e12,
     .fp4_flops = GW_NAN,
     .hbm_bandwidth_Bps = 3.35e12,
     .gemm_efficiency = 0.8,
     .gemm8_efficiency = 0.75,
     .prefill_efficiency = 0.75,
     .memory_efficiency = 0.85,
     .multiprocessors = 132},
    {.head = {.name = "TPU-v7"},
     .bf16_flops = 2307e12,
     .fp8_flops = 4614e12,
     .fp4_flops = GW_NAN,
     .hbm_bandwidth_Bps = 7.37e12,
     .gemm_efficiency = 0.8,
     .gemm8_efficiency = 0.6,
     .memory_efficiency = 0.85,
     .multiprocessors = 132},
};

typedef struct bench {
    gw_scenario in;
    gw_arena *arena;
    gw_diags *diags;
    gw_csv csv;
} bench;

static void open_bench(bench *b, const char *row) {
    memset(b, 0, sizeof *b);
    b->arena = gw_arena_create(0);
    b->diags = gw_diags_create();
    b->in.accelerators.n = 2;
    b->in.accelerators.at = (gw_accelerator *)chips;
    const char *text = gw_arena_printf(b->arena, "%s%s\n", HEADER, row);
    assert_int_equal(gw_csv_read("k.csv", text, strlen(text), b->arena, b->diags, &b->csv), GW_OK);
}

static void close_bench(bench *b) {
    gw_arena_free(b->arena);
    gw_diags_free(b->diags);
}

static gw_trial trial_of(const char *row) {
    bench b;
    open_bench(&b, row);
    gw_trial t = gw_kernel_row(&b.in, &b.csv, 1, b.arena);
    /* what follows must not point into the arena */
    static char reason[200], column[40], regime[80];
    snprintf(reason, sizeof reason, "%s", t.unsupported ? t.unsupported : "");
    snprintf(column, sizeof column, "%s", t.column ? t.column : "");
    snprintf(regime, sizeof regime, "%s", t.regime ? t.regime : "");
    t.unsupported = t.unsupported ? reason : NULL;
    t.column = column;
    t.regime = regime;
    close_bench(&b);
    return t;
}

static void a_product(void **state) {
    (void)state;
    gw_trial t = trial_of("1,H100 SXM,GEMM,8192,8192,8192,,,,,,,bf16,,,1404.78");
    assert_null(t.unsupported);
    assert_string_equal(t.regime, "H100-SXM GEMM bf16");
    gw_assert_near(t.measured_s, 1404.78e-6, 1e-12);
    gw_assert_near(t.predicted_s, 2.0 * pow(8192.0, 3) / (0.8 * 989e12), 0.05);
    assert_true(t.low_s < t.predicted_s && t.predicted_s < t.high_s);
    /* the rate says the same as the time */
    gw_trial by_rate = trial_of("1,H100 SXM,GEMM,8192,8192,8192,,,,,,,bf16,782.7,,");
    gw_assert_near(by_rate.measured_s, 1404.78e-6, 1e-4);
    /* rows turned into 8 bits cost a pass over them */
    gw_trial plain = trial_of("1,H100,GEMM (torch),4096,1024,8192,,,,,,,fp8,,,100");
    gw_trial both = trial_of("1,H100,GEMM (TRT-LLM torch_flow),4096,1024,8192,,,,,,,fp8,,,100");
    assert_true(both.predicted_s - plain.predicted_s > 3.0 * 4096.0 * 8192.0 / 3.35e12);
    assert_string_equal(trial_of("1,H100,GEMM,16,1024,8192,,,,,,,bf16,,,100").regime,
                        "H100-SXM GEMM bf16, few rows");
}

static void attention_and_copies(void **state) {
    (void)state;
    gw_trial t = trial_of("1,H100 SXM,fused attention forward,,,,4,32,8,128,8192,1,bf16,442.8,,");
    assert_null(t.unsupported);
    assert_string_equal(t.regime, "H100-SXM attention bf16");
    gw_assert_near(t.measured_s, 2.0 * 4 * 32 * 8192.0 * 8192.0 * 128 / 442.8e12, 1e-12);
    assert_true(t.predicted_s > 0.5 * t.measured_s && t.predicted_s < 2.0 * t.measured_s);
    /* a generated token reads the cache */
    gw_trial d = trial_of("1,H100,attention decode,,,,64,32,8,128,8192,1,bf16,,,500");
    assert_true(d.predicted_s > 64 * 8 * 8192.0 * 256 * 2 / 3.35e12);
    /* 32 MiB read and written in 49.36 us are 1359.6 GB/s */
    gw_trial c = trial_of("1,H100,HBM copy 32 MiB,,,,,,,,,,f32,,1359.6,");
    gw_assert_near(c.measured_s, 49.36e-6, 1e-4);
    gw_assert_near(c.predicted_s, 67108864.0 / (0.85 * 3.35e12), 0.03);
    gw_trial r = trial_of("1,H100,HBM bandwidth 2097152 bytes,,,,,,,,,,,,2758.67,");
    gw_assert_near(r.measured_s, 2097152.0 / 2758.67e9, 1e-9);
    assert_non_null(trial_of("1,H100,local device copy,,,,,,,,,,,,1581.5,").wide);
}

/** One core of two: half the rate, so nearly twice the time of a large product. */
static void half_a_chip(void **state) {
    (void)state;
    gw_trial core = trial_of("1,\"TPU v7 (Ironwood) per core, 2 cores per "
                             "chip\",GEMM,16384,16384,16384,,,,,,,bf16,950,,");
    gw_trial chip = trial_of("1,TPU v7 (Ironwood),GEMM,16384,16384,16384,,,,,,,bf16,1900,,");
    assert_null(core.unsupported);
    gw_assert_near(core.predicted_s, 2.0 * chip.predicted_s, 0.01);
}

static void refused(const char *row, const char *reason, const char *column) {
    gw_trial t = trial_of(row);
    assert_non_null(t.unsupported);
    if (!strstr(t.unsupported, reason) || strcmp(t.column, column) != 0) {
        print_error("\"%s\" (%s), expected \"%s\" (%s)\n", t.unsupported, t.column, reason, column);
        fail();
    }
    assert_true(isnan(t.predicted_s) && isnan(t.measured_s));
}

/** Spellings of a product, of attention and of a precision: the prediction of the plain form. */
static void spellings(void **state) {
    (void)state;
    static const struct {
        const char *plain, *text;
    } same[] = {
        {"1,H100,GEMM,4096,4096,4096,,,,,,,bf16,,,300",
         "1,h100 sxm,linear,4096,4096,4096,,,,,,,BF16,,,300"},
        {"1,H100,GEMM,4096,4096,4096,,,,,,,bf16,,,300",
         "1,NVIDIA H100 80GB HBM3,torch.bmm,4096,4096,4096,,,,,,,bfloat16,,,300"},
        {"1,H100,GEMM,4096,4096,4096,,,,,,,bf16,,,300",
         "1,H100,MatMul,4096,4096,4096,,,,,,,half,,,300"},
        {"1,H100,GEMM,4096,4096,4096,,,,,,,fp8,,,300",
         "1,H100,mm,4096,4096,4096,,,,,,,float8_e4m3fn,,,300"},
        {"1,H100,attention,,,,1,8,8,128,1024,0,bf16,,,100",
         "1,H100,flash_attn,,,,1,8,8,128,1024,False,bf16,,,100"},
        {"1,H100,attention,,,,1,8,8,128,1024,1,bf16,,,100",
         "1,H100,SDPA,,,,1,8,8,128,1024,yes,bf16,,,100"},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        gw_trial a = trial_of(same[i].plain), b = trial_of(same[i].text);
        assert_null(a.unsupported);
        assert_null(b.unsupported);
        gw_assert_near(b.predicted_s, a.predicted_s, 0.0);
    }
    assert_int_equal(gw_kernel_kind_named("fmha forward"), GW_KERNEL_ATTENTION);
    assert_int_equal(gw_kernel_kind_named("HBM copy 1 MiB"), GW_KERNEL_STREAM);
}

static void refusals_say_why(void **state) {
    (void)state;
    refused("1,H100,GEMM,8,8,8,,,,,,,fp32,,,1", "32-bit products", "dtype");
    refused("1,H100,bmm,8,8,8,4,,,,,,bf16,,,1", "batched products", "batch");
    refused("1,Abacus,GEMM,8,8,8,,,,,,,bf16,,,1", "not in the catalogue", "gpu");
    refused("1,,GEMM,8,8,8,,,,,,,bf16,,,1", "accelerator is not stated", "gpu");
    refused("1,H100,GEMM,,8,8,,,,,,,bf16,,,1", "shape is not stated", "m");
    refused("1,H100,GEMM,8,8,-8,,,,,,,bf16,,,1", "not a positive number", "k");
    refused("1,H100,GEMM,8,8,8x,,,,,,,bf16,,,1", "not a positive number", "k");
    refused("1,H100,GEMM,8,8,8,,,,,,,bf16,,,", "no time and no rate", "time_us");
    refused("1,H100,GEMM,8,8,8,,,,,,,bf16,,,nan", "not a positive number", "time_us");
    refused("1,H100,GEMM,8,8,8,,,,,,,fp64,,,1", "precision", "dtype");
    refused("1,H100,GEMM,8,8,8,,,,,,,nvfp4,,,1", "no peak", "dtype");
    refused("1,H100,GEMM,8,8,8,,,,,,,int8_wo,,,1", "narrow weights", "dtype");
    refused("1,H100,grouped GEMM,8,8,8,,,,,,,bf16,,,1", "groups", "m");
    refused("1,H100,attention,,,,,,,128,1024,1,bf16,,,1", "batch and heads", "batch");
    refused("1,H100,attention,,,,1,8,16,128,1024,1,bf16,,,1", "more key-value heads", "kv_heads");
    refused("1,H100,NVLink P2P write,,,,,,,,,,,,274.5,", "a link", "kernel");
    refused("1,H100,sort,,,,,,,,,,,,274.5,", "neither", "kernel");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product),        cmocka_unit_test(attention_and_copies),
        cmocka_unit_test(half_a_chip),      cmocka_unit_test(spellings),
        cmocka_unit_test(refusals_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
