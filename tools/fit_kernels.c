/* tools/fit_kernels.c: sets the kernel model against measured kernels and fits its constants.
 *
 *   fit_kernels CATALOG TABLE.csv               errors by accelerator, kind and precision
 *   fit_kernels CATALOG TABLE.csv --rows        one line per kernel
 *   fit_kernels CATALOG TABLE.csv --fit         fits first, prints the constants
 *   fit_kernels CATALOG TABLE.csv --held-out    fits on half of the shapes, errors of the other half
 *
 * In:  the catalogue and a table of kernels (validation/kernel_row.h). Out: text: errors, and the
 *      values to be written into catalog/accelerators.yaml, training/gemm.c, training/attention.c
 *      and validation/kernel_row.c.
 * Model: coordinate descent on the mean of |e|, e the log of predicted over measured,
 *      a tenth of what is over 0.4.
 *      Constants: per accelerator the efficiencies of bf16, 8-bit and 4-bit products and of
 *      attention; everything else is shared by all. The halves are drawn by shape, so that a shape
 *      is in the same half on every accelerator and in every precision.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/load.h"
#include "validation/kernel_row.h"

#define MAX_CASES 40000
#define MAX_MEMBERS 400
#define LIMIT 0.4

typedef struct sample {
    gw_kernel_case c;
    const char *id;
    bool second; /* half of the shapes */
} sample;

/** A constant that is varied. */
typedef struct member {
    char name[80];
    double *at, lo, hi;
    const gw_accelerator *accelerator; /* NULL: shared */
} member;

typedef enum wanted_half { ALL, FIRST, SECOND } wanted_half;

static sample *samples;
static int n_samples;
static member members[MAX_MEMBERS];
static int n_members;
static gw_gemm_model gemm;
static gw_attention_model attention;
static gw_kernel_bench bench;

static double error_of(const sample *s) {
    return log(gw_kernel_case_s(&s->c, &gemm, &attention, &bench) / s->c.measured_s);
}

static bool in_half(const sample *s, wanted_half half) {
    return half == ALL || s->second == (half == SECOND);
}

static double loss(const gw_accelerator *accelerator, wanted_half half) {
    double sum = 0.0;
    for (int i = 0; i < n_samples; i++) {
        const sample *s = &samples[i];
        if (in_half(s, half) && (!accelerator || s->c.accelerator == accelerator)) {
            double e = fabs(error_of(s));
            sum += e < LIMIT ? e : LIMIT + 0.1 * (e - LIMIT);
        }
    }
    return sum;
}

static void fit(wanted_half half) {
    double step[MAX_MEMBERS];
    for (int i = 0; i < n_members; i++) {
        step[i] = 0.15;
    }
    for (int round = 0; round < 80; round++) {
        double largest = 0.0;
        for (int i = 0; i < n_members; i++) {
            member *m = &members[i];
            double before = *m->at, base = loss(m->accelerator, half);
            bool moved = false;
            for (int way = 0; way < 2 && !moved; way++) {
                double factor = way ? 1.0 / (1.0 + step[i]) : 1.0 + step[i];
                *m->at = fmin(m->hi, fmax(m->lo, before * factor));
                moved = *m->at != before && loss(m->accelerator, half) < base - 1e-9;
            }
            if (!moved) {
                *m->at = before;
                step[i] *= 0.6;
            }
            largest = fmax(largest, step[i]);
        }
        if (largest < 1e-3) {
            break;
        }
    }
}

static void add(const char *entry, const char *name, double *at, double lo, double hi,
                const gw_accelerator *accelerator) {
    if (n_members < MAX_MEMBERS) {
        member *m = &members[n_members++];
        *m = (member){.at = at, .lo = lo, .hi = hi, .accelerator = accelerator};
        snprintf(m->name, sizeof m->name, "%s %s", entry, name);
    }
}

static bool has(const gw_accelerator *a, gw_kernel_kind kind, int precision) {
    for (int i = 0; i < n_samples; i++) {
        const gw_kernel_case *c = &samples[i].c;
        if (c->accelerator == a && c->kind == kind &&
            (precision < 0 || c->precision == (gw_precision)precision)) {
            return true;
        }
    }
    return false;
}

static void add_members(gw_scenario *in) {
    for (int i = 0; i < in->accelerators.n; i++) {
        gw_accelerator *a = &in->accelerators.at[i];
        struct {
            const char *name;
            double *at;
            bool use;
        } all[] = {
            {"gemm_efficiency", &a->gemm_efficiency, has(a, GW_KERNEL_PRODUCT, GW_PRECISION_BF16)},
            {"gemm8_efficiency", &a->gemm8_efficiency, has(a, GW_KERNEL_PRODUCT, GW_PRECISION_FP8)},
            {"gemm4_efficiency", &a->gemm4_efficiency, has(a, GW_KERNEL_PRODUCT, GW_PRECISION_FP4)},
            {"prefill_efficiency", &a->prefill_efficiency, has(a, GW_KERNEL_ATTENTION, -1)},
        };
        for (int k = 0; k < 4; k++) {
            if (all[k].use) {
                *all[k].at = *all[k].at > 0 ? *all[k].at : 0.5;
                add(a->head.name, all[k].name, all[k].at, 0.02, 1.0, a);
            }
        }
    }
    add("gemm.c", "fill4_entries", &gemm.fill4_entries, 1, 1e5, NULL);
    add("gemm.c", "wave_share", &gemm.wave_share, 0.01, 1, NULL);
    add("gemm.c", "reduction_s", &gemm.reduction_s, 1e-8, 1e-4, NULL);
    add("gemm.c", "unit_Bps", &gemm.unit_Bps, 1e9, 1e13, NULL);
    add("gemm.c", "fill_entries", &gemm.fill_entries, 1, 1e4, NULL);
    add("gemm.c", "quantise8_B", &gemm.quantise8_B, 3, 12, NULL);
    add("gemm.c", "quantise4_B", &gemm.quantise4_B, 2.5, 12, NULL);
    add("attention.c", "softmax_s", &attention.softmax_s, 1e-12, 1e-9, NULL);
    add("attention.c", "query_s", &attention.query_s, 1e-12, 1e-6, NULL);
    add("attention.c", "longest_share", &attention.longest_share, 0.05, 1, NULL);
    add("attention.c", "n_passes", &attention.n_passes, 1, 4, NULL);
    add("attention.c", "eight_bit_ratio", &attention.eight_bit_ratio, 0.3, 1, NULL);
    add("kernel_row.c", "product_s", &bench.product_s, 1e-8, 1e-4, NULL);
    add("kernel_row.c", "quantise8_s", &bench.quantise8_s, 1e-8, 1e-4, NULL);
    add("kernel_row.c", "quantise4_s", &bench.quantise4_s, 1e-8, 1e-4, NULL);
    add("kernel_row.c", "attention_s", &bench.attention_s, 1e-8, 1e-4, NULL);
    add("kernel_row.c", "stream_s", &bench.stream_s, 1e-8, 1e-4, NULL);
}

/** Off what the catalogue and the rooms say, so that a fit of one half knows nothing of the other. */
static void forget(void) {
    for (int i = 0; i < n_members; i++) {
        member *m = &members[i];
        *m->at = m->accelerator ? 0.6 : fmin(m->hi, 1.5 * *m->at);
    }
}

/* ---- reading and reports ---- */

/** The same for all accelerators and precisions. */
static bool second_half(const gw_kernel_case *c) {
    const gw_attention *a = &c->attention;
    double parts[] = {c->m,     c->n,        c->k,      c->bytes,      a->batch,
                      a->heads, a->kv_heads, a->qk_dim, a->context_tok};
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        hash = (hash ^ (uint64_t)parts[i]) * 1099511628211u;
        hash ^= hash >> 29;
    }
    return (hash >> 17) & 1;
}

static void read_table(const char *path, const gw_scenario *in, gw_arena *arena, gw_diags *diags) {
    char *text = NULL;
    size_t n_bytes = 0;
    gw_csv *csv = GW_NEW(arena, gw_csv);
    if (gw_file_read(path, (size_t)1 << 28, &text, &n_bytes) != GW_OK ||
        gw_csv_read(path, text, n_bytes, arena, diags, csv) != GW_OK) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    int id = gw_csv_column(csv, "id");
    for (int row = 1; row < csv->n_rows && n_samples < MAX_CASES; row++) {
        sample *s = &samples[n_samples];
        const char *column = NULL;
        s->id = id < 0 ? "" : csv->cell[(size_t)row * (size_t)csv->n_cols + (size_t)id];
        const char *reason = gw_kernel_case_read(in, csv, row, arena, &s->c, &column);
        if (reason) {
            printf("left out %-9s %s\n", s->id, reason);
            continue;
        }
        s->second = second_half(&s->c);
        n_samples++;
    }
    free(text);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** Errors of a group; kind, precision < 0: any. */
static void report(const char *label, const gw_accelerator *a, int kind, int precision,
                   double least_m, double most_m, wanted_half half) {
    double *error = malloc((size_t)(n_samples + 1) * sizeof *error);
    double sum = 0.0, bias = 0.0;
    int n = 0;
    for (int i = 0; i < n_samples; i++) {
        const gw_kernel_case *c = &samples[i].c;
        bool product = c->kind == GW_KERNEL_PRODUCT;
        if (in_half(&samples[i], half) && (!a || c->accelerator == a) &&
            (kind < 0 || (int)c->kind == kind) &&
            (precision < 0 || (int)c->precision == precision) &&
            (!product || (c->m >= least_m && c->m < most_m))) {
            double e = error_of(&samples[i]);
            bias += e;
            error[n] = fabs(exp(e) - 1.0);
            sum += error[n++];
        }
    }
    if (n > 0) {
        qsort(error, (size_t)n, sizeof *error, by_value);
        printf(
            "%-34s %5d  median %5.1f  mean %5.1f  p80 %5.1f  p90 %5.1f  max %6.1f %%  bias %+5.1f "
            "%%\n",
            label, n, 100 * error[n / 2], 100 * sum / n, 100 * error[(int)(0.8 * n)],
            100 * error[(int)(0.9 * n)], 100 * error[n - 1], 100 * (exp(bias / n) - 1.0));
    }
    free(error);
}

static void report_all(const gw_scenario *in, wanted_half half) {
    static const char *const widths[] = {"bf16", "fp8", "fp4"};
    for (int p = 0; p < 3; p++) {
        for (int i = 0; i < in->accelerators.n; i++) {
            const gw_accelerator *a = &in->accelerators.at[i];
            char label[80];
            snprintf(label, sizeof label, "%s GEMM %s, m >= 512", a->head.name, widths[p]);
            report(label, a, GW_KERNEL_PRODUCT, p, 512, GW_INF, half);
            snprintf(label, sizeof label, "%s GEMM %s, m < 512", a->head.name, widths[p]);
            report(label, a, GW_KERNEL_PRODUCT, p, 0, 512, half);
            snprintf(label, sizeof label, "%s attention %s", a->head.name, widths[p]);
            report(label, a, GW_KERNEL_ATTENTION, p, 0, GW_INF, half);
        }
    }
    report("all GEMM, m >= 512", NULL, GW_KERNEL_PRODUCT, -1, 512, GW_INF, half);
    report("all GEMM, m < 512", NULL, GW_KERNEL_PRODUCT, -1, 0, 512, half);
    report("all attention", NULL, GW_KERNEL_ATTENTION, -1, 0, GW_INF, half);
    report("all memory", NULL, GW_KERNEL_STREAM, -1, 0, GW_INF, half);
    report("all", NULL, -1, -1, 0, GW_INF, half);
}

static void print_rows(void) {
    for (int i = 0; i < n_samples; i++) {
        const gw_kernel_case *c = &samples[i].c;
        const gw_attention *a = &c->attention;
        printf("row,%s,%s,%g,%g,%g,%g,%g,%g,%g,%g,%.2f,%.2f,%+.1f\n", samples[i].id, c->regime,
               c->m, c->n, c->k, a->batch, a->heads, a->kv_heads, a->qk_dim, a->context_tok,
               1e6 * c->measured_s, 1e6 * c->measured_s * exp(error_of(&samples[i])),
               100 * (exp(error_of(&samples[i])) - 1.0));
    }
}

static void run(gw_scenario *in, const char *mode) {
    bool held_out = strcmp(mode, "--held-out") == 0;
    if (held_out || strcmp(mode, "--fit") == 0) {
        add_members(in);
        if (held_out) {
            forget();
        }
        fit(held_out ? FIRST : ALL);
        for (int i = 0; i < n_members; i++) {
            printf("constant %-36s %.4g\n", members[i].name, *members[i].at);
        }
    }
    if (held_out) {
        printf("---- the half that was fitted ----\n");
        report_all(in, FIRST);
        printf("---- the other half ----\n");
    }
    if (strcmp(mode, "--rows") == 0) {
        print_rows();
    }
    report_all(in, held_out ? SECOND : ALL);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: fit_kernels CATALOG TABLE.csv [--rows | --fit | --held-out]\n");
        return 2;
    }
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = NULL;
    gw_load_opts opts = {.catalog_dir = argv[1]};
    if (gw_spec_load_catalog(&opts, diags, &spec) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        return 1;
    }
    gemm = gw_gemm_fitted;
    attention = gw_attention_fitted;
    bench = gw_kernel_bench_fitted;
    samples = calloc(MAX_CASES, sizeof *samples);
    read_table(argv[2], &spec->scenario, arena, diags);
    run(&spec->scenario, argc > 3 ? argv[3] : "");
    gw_spec_free(spec);
    gw_arena_free(arena);
    gw_diags_free(diags);
    free(samples);
    return 0;
}
