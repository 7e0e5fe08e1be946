/* validation/kernel_row.c: a line of a table of kernels, read and predicted.
 *
 * In:  columns gpu, kernel, m, n, k, batch, heads, kv_heads, head_dim, seqlen, causal, dtype,
 *      tflops, gb_per_s, time_us, notes. Blank: not stated. The catalogue.
 * Out: gw_kernel_case, gw_trial.
 * Model: the kernel (training/gemm.c, training/attention.c, bytes over bandwidth) plus what the
 *      benchmark's call costs beside it: a launch; for 8- and 4-bit products that start from bf16
 *      rows, the pass that converts them and its launches; for attention of a serving framework the
 *      small kernels around it (rotary, cache update). These are stated apart because training and
 *      serving issue them otherwise.
 *      The time is time_us, else from tflops (2 m n k; 2 batch heads seqlen^2 head_dim causal,
 *      twice that otherwise), else from gb_per_s and the size in the kernel's name. A copy moves
 *      its size twice.
 * Valid: one kernel at a time on one accelerator. Grouped products whose rows and groups are not
 *      stated, and links between accelerators, are not covered.
 * Sources: gemm.c, attention.c; interval: errors of the half of the shapes that a fit did not see
 *      (docs/model/kernels.md).
 */
#include "validation/kernel_row.h"
#include "validation/row_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "validation/row_words.h"
#include "validation/training_row.h"

const gw_kernel_bench gw_kernel_bench_fitted = {.product_s = 1.09e-6,
                                                .quantise8_s = 11.9e-6,
                                                .quantise4_s = 8.1e-6,
                                                .attention_s = 16.4e-6,
                                                .stream_s = 0.4e-6};

/** Rows below which a product is bound by memory, launches and fill: decoding. */
#define FEW_ROWS 512.0
/** Fewest rows and longest sequence of the products and passes that were fitted. */
#define LEAST_ROWS 128.0
#define LONGEST_TOK 16384.0
/** 80 % intervals of measured over predicted, as factors. */
#define WITHIN_PRODUCT 1.105
#define WITHIN_FEW_ROWS 1.15
#define WITHIN_ATTENTION 1.085
#define WITHIN_OTHER 1.25
/** Where a size is not stated: large enough for the launch not to matter. */
#define LARGE_B 1e9

/** The positive number in a column, `absent` where the cell is blank. */
static double number(gw_row_cells *r, const char *name, double absent) {
    const char *text = gw_row_word(r, name);
    if (!*text) {
        return absent;
    }
    char *end = NULL;
    double x = strtod(text, &end);
    if (*end || !(x > 0 && x <= 1e15)) {
        gw_row_fault(
            r, name,
            gw_arena_printf(r->arena, "%s \"%.40s\" is not a positive number", name, text));
        return absent;
    }
    return x;
}

static const char *find_word(const char *text, const char *part) {
    size_t n = strlen(part);
    for (; *text; text++) {
        if (strncasecmp(text, part, n) == 0) {
            return text;
        }
    }
    return NULL;
}

static bool says(const char *text, const char *part) {
    return find_word(text, part) != NULL;
}

static void assumed(gw_kernel_case *out, const char *what) {
    out->wide = out->wide ? out->wide : what;
}

static void read_chip(gw_row_cells *r, const gw_scenario *in, gw_kernel_case *out) {
    const char *gpu = gw_row_word(r, "gpu");
    bool loose = false, is_part = false;
    out->accelerator = gw_row_chip(in, gpu, &loose, &is_part);
    if (!out->accelerator) {
        gw_row_fault(
            r, "gpu",
            *gpu ? gw_arena_printf(r->arena, "accelerator \"%.60s\" is not in the catalogue", gpu)
                 : "the accelerator is not stated");
        return;
    }
    out->share = is_part ? 0.5 : 1.0;
    if (says(gpu, "not named") || loose) {
        assumed(out, "the accelerator is not named exactly");
    }
}

static void read_precision(gw_row_cells *r, gw_kernel_case *out) {
    const char *dtype = gw_row_word(r, "dtype");
    if (says(dtype, "_wo") || says(dtype, "weight") || says(dtype, "w4a16") ||
        says(dtype, "w8a16")) {
        gw_row_fault(r, "dtype", "narrow weights with bf16 products are not modelled");
    } else if (says(dtype, "int8")) {
        out->precision = GW_PRECISION_FP8;
    } else {
        const char *reason = gw_spelt_precision(dtype, &out->precision, r->arena);
        if (reason) {
            gw_row_fault(r, "dtype", reason);
        }
    }
    if (out->precision == GW_PRECISION_FP8 && says(dtype, "block")) {
        assumed(out, "block scales: fitted on products with one scale per tensor");
    }
    const gw_accelerator *a = out->accelerator; /* NULL: a fault already */
    if (!a) {
        return;
    }
    if ((out->precision == GW_PRECISION_FP8 && !(a->fp8_flops > 0)) ||
        (out->precision == GW_PRECISION_FP4 && !(a->fp4_flops > 0))) {
        gw_row_fault(r, "dtype", "the catalogue has no peak of this accelerator in this precision");
    }
}

static void read_product(gw_row_cells *r, const char *kernel, gw_kernel_case *out) {
    out->kind = GW_KERNEL_PRODUCT;
    out->m = number(r, "m", GW_NAN);
    out->n = number(r, "n", GW_NAN);
    out->k = number(r, "k", GW_NAN);
    if (says(kernel, "grouped") || says(kernel, "moe")) {
        gw_row_fault(r, "m", "rows per group and groups are not stated");
    }
    if (isnan(out->m) || isnan(out->n) || isnan(out->k)) {
        gw_row_fault(r, "m", "the shape is not stated");
    }
    if (out->m < LEAST_ROWS) {
        assumed(out, "fewer rows than any product that was fitted");
    }
    if (number(r, "batch", 1.0) > 1.0) {
        gw_row_fault(r, "batch", "batched products are not modelled");
    }
    bool serving = says(kernel, "TRT-LLM") || says(kernel, "vLLM") || says(kernel, "SGLang");
    out->quantises = out->precision != GW_PRECISION_BF16 && serving;
    out->measured_s =
        number(r, "time_us",
               2e6 * out->m * out->n * out->k / (number(r, "tflops", GW_NAN) * 1e12)) *
        1e-6;
}

static void read_attention(gw_row_cells *r, const char *kernel, gw_kernel_case *out) {
    gw_attention *a = &out->attention;
    out->kind = GW_KERNEL_ATTENTION;
    a->batch = number(r, "batch", GW_NAN);
    a->heads = number(r, "heads", GW_NAN);
    a->kv_heads = number(r, "kv_heads", a->heads);
    a->qk_dim = a->value_dim = number(r, "head_dim", GW_NAN);
    a->query_tok = a->context_tok = number(r, "seqlen", GW_NAN);
    const char *causal = gw_row_word(r, "causal");
    a->causal = gw_spelt_yes_no(causal) != 0 && !says(causal, "non");
    a->kv_B = 2.0;
    a->eight_bit = out->precision == GW_PRECISION_FP8;
    out->backward = says(kernel, "backward");
    out->decode = says(kernel, "decode") || says(kernel, "generation");
    if (isnan(a->batch) || isnan(a->heads)) {
        gw_row_fault(r, "batch", "batch and heads are not stated");
    }
    if (isnan(a->qk_dim) || isnan(a->context_tok)) {
        gw_row_fault(r, "seqlen", "the shape is not stated");
    }
    if (a->kv_heads > a->heads) {
        gw_row_fault(r, "kv_heads", "more key-value heads than heads");
    }
    if (out->precision == GW_PRECISION_FP4) {
        gw_row_fault(r, "dtype", "attention in 4 bits is not modelled");
    }
    if (out->decode) {
        a->query_tok = 1.0;
        a->causal = false;
        a->kv_B = a->eight_bit ? 1.0 : 2.0;
    }
    if (out->decode || out->backward) {
        assumed(out, "only whole forward passes were fitted");
    } else if (a->context_tok > LONGEST_TOK) {
        assumed(out, "longer sequences than any that was fitted");
    }
    double flop = 4.0 * a->batch * a->heads * a->query_tok * a->context_tok * a->qk_dim *
                  (a->causal ? 0.5 : 1.0) * (out->backward ? 3.5 : 1.0);
    out->measured_s =
        number(r, "time_us", 1e6 * flop / (number(r, "tflops", GW_NAN) * 1e12)) * 1e-6;
}

/** The size in a kernel's name: "HBM copy 32 MiB"; NaN if there is none. */
static double named_B(const char *kernel) {
    static const struct {
        const char *unit;
        double bytes;
    } units[] = {{"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0},
                 {"MB", 1e6},     {"GB", 1e9},        {"bytes", 1.0}};
    for (const char *at = kernel; *at; at++) {
        if (*at < '0' || *at > '9') {
            continue;
        }
        char *end = NULL;
        double x = strtod(at, &end);
        if (!end || !(x > 0)) {
            continue;
        }
        end += *end == ' ';
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
            if (strncasecmp(end, units[i].unit, strlen(units[i].unit)) == 0) {
                return x * units[i].bytes;
            }
        }
        at = end - 1;
    }
    return GW_NAN;
}

static void read_stream(gw_row_cells *r, const char *kernel, gw_kernel_case *out) {
    out->kind = GW_KERNEL_STREAM;
    out->bytes = named_B(kernel) * (says(kernel, "copy") ? 2.0 : 1.0);
    if (isnan(out->bytes)) {
        out->bytes = LARGE_B;
        assumed(out, "the size is not stated: large enough for the launch not to matter");
    }
    out->measured_s =
        number(r, "time_us", 1e6 * out->bytes / (number(r, "gb_per_s", GW_NAN) * 1e9)) * 1e-6;
}

gw_kernel_kind gw_kernel_kind_named(const char *kernel) {
    static const char *const attention[] = {"attention", "attn", "sdpa", "fmha"};
    static const char *const product[] = {"gemm", "matmul", "linear", "bmm", "torch.mm"};
    for (size_t i = 0; i < sizeof attention / sizeof attention[0]; i++) {
        if (says(kernel, attention[i])) {
            return GW_KERNEL_ATTENTION;
        }
    }
    for (size_t i = 0; i < sizeof product / sizeof product[0]; i++) {
        if (says(kernel, product[i])) {
            return GW_KERNEL_PRODUCT;
        }
    }
    return strcasecmp(kernel, "mm") == 0 ? GW_KERNEL_PRODUCT : GW_KERNEL_STREAM;
}

static void read_kernel(gw_row_cells *r, gw_kernel_case *out) {
    const char *kernel = gw_row_word(r, "kernel");
    gw_kernel_kind kind = gw_kernel_kind_named(kernel);
    if (says(kernel, "P2P") || says(kernel, "NVLink") || says(kernel, "PCIe")) {
        gw_row_fault(r, "kernel", "a link between accelerators, not a kernel of one");
    } else if (kind == GW_KERNEL_ATTENTION) {
        read_precision(r, out);
        read_attention(r, kernel, out);
    } else if (kind == GW_KERNEL_PRODUCT) {
        read_precision(r, out);
        read_product(r, kernel, out);
    } else if (says(kernel, "copy") || says(kernel, "bandwidth") || says(kernel, "stream")) {
        read_stream(r, kernel, out);
    } else {
        gw_row_fault(r, "kernel", "neither a product, attention nor a copy");
    }
    if (!(out->measured_s > 0 && out->measured_s < 1e6)) {
        gw_row_fault(r, "time_us", "no time and no rate is stated");
    }
}

const char *gw_kernel_case_read(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena,
                                gw_kernel_case *out, const char **column) {
    static const char *const kinds[] = {"GEMM", "attention", "memory"};
    static const char *const widths[] = {"bf16", "fp8", "fp4"};
    gw_row_cells r = {.csv = csv, .row = row, .arena = arena};
    *out = (gw_kernel_case){.measured_s = GW_NAN};
    read_chip(&r, in, out);
    if (!r.reason) {
        read_kernel(&r, out);
    }
    if (!r.reason) {
        out->regime = gw_arena_printf(
            arena, "%s %s%s%s%s", out->accelerator->head.name, kinds[out->kind],
            out->kind == GW_KERNEL_STREAM ? "" : " ",
            out->kind == GW_KERNEL_STREAM ? "" : widths[out->precision],
            out->kind == GW_KERNEL_PRODUCT && out->m < FEW_ROWS ? ", few rows" : "");
    }
    *column = r.column;
    return r.reason;
}

/** Rates of the part of the accelerator that is used. */
static gw_engine_rate rates_of(const gw_kernel_case *c) {
    gw_engine_rate rate = gw_kernel_rates(c->accelerator, c->precision);
    rate.bf16_flops *= c->share;
    rate.linear_flops *= c->share;
    rate.prefill_flops *= c->share;
    rate.memory_Bps *= c->share;
    rate.product_Bps *= c->share;
    rate.units *= c->share;
    return rate;
}

double gw_kernel_case_s(const gw_kernel_case *c, const gw_gemm_model *gemm,
                        const gw_attention_model *attention, const gw_kernel_bench *bench) {
    gw_engine_rate rate = rates_of(c);
    if (c->kind == GW_KERNEL_STREAM) {
        return bench->stream_s + c->bytes / rate.memory_Bps;
    }
    if (c->kind == GW_KERNEL_ATTENTION) {
        double s = c->decode ? gw_kernel_attention_decode_s(&rate, &c->attention)
                             : gw_attention_s(attention, &rate, &c->attention);
        s += c->backward ? gw_kernel_attention_backward_s(&rate, &c->attention) : 0.0;
        return bench->attention_s + s;
    }
    double s = bench->product_s +
               gw_gemm_s(gemm, &rate, rate.linear_flops, rate.linear_B, c->m, c->n, c->k, 1.0);
    if (c->quantises) {
        s += c->precision == GW_PRECISION_FP4 ? bench->quantise4_s : bench->quantise8_s;
        s += gw_gemm_quantise_s(gemm, &rate, c->m * c->k);
    }
    return s;
}

static double within(const gw_kernel_case *c) {
    double factor = c->kind == GW_KERNEL_ATTENTION                    ? WITHIN_ATTENTION
                    : c->kind == GW_KERNEL_PRODUCT && c->m < FEW_ROWS ? WITHIN_FEW_ROWS
                    : c->kind == GW_KERNEL_PRODUCT                    ? WITHIN_PRODUCT
                                                                      : WITHIN_OTHER;
    return c->wide ? factor * WITHIN_OTHER : factor;
}

gw_trial gw_kernel_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena) {
    gw_trial t = {.measured_s = GW_NAN,
                  .predicted_s = GW_NAN,
                  .low_s = GW_NAN,
                  .high_s = GW_NAN,
                  .memory_B = GW_NAN,
                  .memory_measured_B = GW_NAN};
    gw_kernel_case c;
    t.unsupported = gw_kernel_case_read(in, csv, row, arena, &c, &t.column);
    if (t.unsupported) {
        return t;
    }
    t.regime = c.regime;
    t.wide = c.wide;
    t.measured_s = c.measured_s;
    t.predicted_s =
        gw_kernel_case_s(&c, &gw_gemm_fitted, &gw_attention_fitted, &gw_kernel_bench_fitted);
    t.low_s = t.predicted_s / within(&c);
    t.high_s = t.predicted_s * within(&c);
    return t;
}
