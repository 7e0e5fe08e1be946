/* tools/fit_collectives.c: sets the fabric model against measured collectives and fits the
 * constants of accelerators.
 *
 *   fit_collectives CATALOG TABLE.csv               errors by hardware, operation, ranks, size
 *   fit_collectives CATALOG TABLE.csv --rows        one line per run
 *   fit_collectives CATALOG TABLE.csv --fit         coordinate descent on the constants first
 *   fit_collectives CATALOG TABLE.csv --held-out    the same; errors of every accelerator and of
 *                                                   every source with constants fitted without it
 *
 * In:  the catalogue and a table of measured collectives (validation/collective_row.h). Out: text:
 *      errors; the values to be written into catalog/accelerators.yaml; quantiles of measured over
 *      predicted for the intervals in src/validation/collective_row.c.
 * Model: sum over runs of weight x min(|e|, 0.5 + 0.3 (|e| - 0.5)), e the log of predicted over
 *      measured; messages over 1 MB weigh most. A constant belongs to a generation of accelerators
 *      (those whose scale-up network is the same), never to a run or a source.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/load.h"
#include "validation/collective_row.h"

#define MAX_RUNS 20000
#define N_CONSTANTS 4

typedef struct sample {
    gw_collective_case run;
    char id[32], source[8];
    double weight, error, held_out; /* errors: log of predicted over measured */
} sample;

typedef struct generation {
    const char *name;
    const char *entries[6]; /* the first carries the constants, the others follow */
    gw_accelerator *at[6];
} generation;

static generation generations[] = {
    {.name = "Ampere", .entries = {"A100-80GB", "A100-40GB"}},
    {.name = "Hopper", .entries = {"H100-SXM", "H200", "H800", "H20", "H100-HBM2e", "GH200"}},
    {.name = "Blackwell", .entries = {"B200", "GB200", "B300", "GB300"}},
};
#define N_GENERATIONS ((int)(sizeof generations / sizeof generations[0]))

static const char *const constant_names[N_CONSTANTS] = {"scaleup_efficiency", "scaleup_latency_us",
                                                        "collective_start_us", "collective_ramp"};

static sample *samples;
static int n_samples;
static const char *left_out = "";

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_left_out(const sample *s) {
    return strcmp(s->source, left_out) == 0 || strcmp(s->run.accelerator->head.name, left_out) == 0;
}

/* ---- reading ---- */

static double weight_of(const sample *s) {
    static const double by_size[GW_N_MESSAGE_SIZE] = {0.15, 0.4, 1.0, 1.0};
    double weight = by_size[s->run.size];
    return s->run.across ? 2 * weight : weight;
}

static void read_table(const char *path, const gw_scenario *catalog, gw_arena *arena,
                       gw_diags *diags) {
    char *text = NULL;
    size_t n_bytes = 0;
    gw_csv *csv = GW_NEW(arena, gw_csv);
    if (gw_file_read(path, (size_t)1 << 28, &text, &n_bytes) != GW_OK ||
        gw_csv_read(path, text, n_bytes, arena, diags, csv) != GW_OK) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    int id = gw_csv_column(csv, "id");
    for (int row = 1; row < csv->n_rows && n_samples < MAX_RUNS; row++) {
        sample *s = &samples[n_samples];
        *s = (sample){0};
        const char *column = NULL;
        const char *name = id < 0 ? "" : csv->cell[(size_t)row * (size_t)csv->n_cols + (size_t)id];
        snprintf(s->id, sizeof s->id, "%s", name);
        snprintf(s->source, sizeof s->source, "%.*s", (int)strcspn(name, "-"), name);
        const char *reason = gw_collective_case_read(catalog, csv, row, arena, &s->run, &column);
        if (reason) {
            printf("left out %-9s %s\n", s->id, reason);
            continue;
        }
        s->weight = weight_of(s);
        n_samples++;
    }
    free(text);
}

static void find_generations(gw_scenario *in) {
    for (int i = 0; i < N_GENERATIONS; i++) {
        for (int k = 0; k < 6 && generations[i].entries[k]; k++) {
            for (int a = 0; a < in->accelerators.n; a++) {
                if (strcmp(in->accelerators.at[a].head.name, generations[i].entries[k]) == 0) {
                    generations[i].at[k] = &in->accelerators.at[a];
                }
            }
            if (!generations[i].at[k]) {
                fprintf(stderr, "%s is not in the catalogue\n", generations[i].entries[k]);
                exit(1);
            }
        }
    }
}

/* ---- fitting ---- */

static double *constant(gw_accelerator *a, int which) {
    double *const at[N_CONSTANTS] = {&a->scaleup_efficiency, &a->scaleup_latency_s,
                                     &a->collective_start_s, &a->collective_ramp};
    return at[which];
}

static void set_constant(int i_generation, int which, double value) {
    for (int k = 0; k < 6 && generations[i_generation].at[k]; k++) {
        *constant(generations[i_generation].at[k], which) = value;
    }
}

static void predict(sample *s) {
    s->error = log(gw_collective_case_s(&s->run) / s->run.measured_s);
}

static double loss(void) {
    double sum = 0.0;
    for (int i = 0; i < n_samples; i++) {
        sample *s = &samples[i];
        if (is_left_out(s)) {
            continue;
        }
        predict(s);
        double e = fabs(s->error);
        sum += s->weight * fmin(e, 0.5 + 0.3 * (e - 0.5));
    }
    return isnan(sum) ? GW_INF : sum;
}

static void fit(void) {
    double best = loss();
    for (double step = 0.2; step > 0.002;) {
        bool better = false;
        for (int i = 0; i < N_GENERATIONS; i++) {
            for (int k = 0; k < N_CONSTANTS; k++) {
                double was = *constant(generations[i].at[0], k), keep = was;
                for (int sign = -1; sign <= 1; sign += 2) {
                    set_constant(i, k, was * (1 + sign * step));
                    double now = loss();
                    if (now < best - 1e-6) {
                        best = now;
                        keep = was * (1 + sign * step);
                        better = true;
                    }
                }
                set_constant(i, k, keep);
            }
        }
        step = better ? step : 0.6 * step;
    }
}

static void hold_out(void) {
    double before[N_GENERATIONS][N_CONSTANTS];
    for (int i = 0; i < N_GENERATIONS * N_CONSTANTS; i++) {
        before[i / N_CONSTANTS][i % N_CONSTANTS] =
            *constant(generations[i / N_CONSTANTS].at[0], i % N_CONSTANTS);
    }
    for (int i = 0; i < n_samples; i++) {
        samples[i].held_out = GW_NAN;
    }
    /* A row counts with constants that saw neither its accelerator nor, where that leaves the
     * generation empty, its source. */
    static const char *const folds[] = {"H100-SXM", "H200", "B200", "GB200", "B300", "GB300",
                                        "CAI",      "CVT",  "CST",  "CVD",   "CAW"};
    for (size_t f = 0; f < sizeof folds / sizeof folds[0]; f++) {
        left_out = folds[f];
        fit();
        for (int i = 0; i < n_samples; i++) {
            if (is_left_out(&samples[i]) && isnan(samples[i].held_out)) {
                predict(&samples[i]);
                samples[i].held_out = samples[i].error;
            }
        }
        for (int i = 0; i < N_GENERATIONS * N_CONSTANTS; i++) {
            set_constant(i / N_CONSTANTS, i % N_CONSTANTS,
                         before[i / N_CONSTANTS][i % N_CONSTANTS]);
        }
    }
    left_out = "";
}

/* ---- reports ---- */

typedef bool choose(const sample *s, const void *what);

static bool all(const sample *s, const void *what) {
    (void)what;
    return s != NULL;
}
static bool by_chip(const sample *s, const void *what) {
    return strcmp(s->run.accelerator->head.name, what) == 0;
}
static bool by_source(const sample *s, const void *what) {
    return strcmp(s->source, what) == 0;
}
static bool by_kind(const sample *s, const void *what) {
    return s->run.kind == *(const gw_collective *)what;
}
static bool by_ranks(const sample *s, const void *what) {
    return !s->run.across && s->run.ranks == *(const int *)what;
}
static bool by_place(const sample *s, const void *what) {
    return s->run.across == *(const bool *)what;
}

/** Median and 90th percentile of |error|, per cent, for each size, and for all over 1 MB. */
static void report(const char *label, choose *wanted, const void *what, bool held_out) {
    double *error = malloc((size_t)n_samples * sizeof *error);
    printf("%-16s", label);
    for (int size = 0; size <= GW_N_MESSAGE_SIZE; size++) {
        int n = 0;
        for (int i = 0; i < n_samples; i++) {
            const sample *s = &samples[i];
            double e = held_out ? s->held_out : s->error;
            bool fits = size < GW_N_MESSAGE_SIZE ? (int)s->run.size == size
                                                 : s->run.size >= GW_MESSAGE_LARGE;
            if (fits && wanted(s, what) && !isnan(e)) {
                error[n++] = 100 * fabs(exp(e) - 1);
            }
        }
        qsort(error, (size_t)n, sizeof *error, by_value);
        if (n > 0) {
            printf(" |%4d %5.1f %5.1f", n, error[n / 2], error[(int)(0.9 * n)]);
        } else {
            printf(" |%4d %5s %5s", 0, "", "");
        }
    }
    printf("\n");
    free(error);
}

/** 10 and 90 % quantiles of measured over predicted. */
static void quantiles(bool across, int size, bool held_out) {
    double *ratio = malloc((size_t)n_samples * sizeof *ratio);
    int n = 0;
    for (int i = 0; i < n_samples; i++) {
        const sample *s = &samples[i];
        double e = held_out ? s->held_out : s->error;
        if (s->run.across == across && (int)s->run.size == size && !s->run.wide && !isnan(e)) {
            ratio[n++] = exp(-e);
        }
    }
    qsort(ratio, (size_t)n, sizeof *ratio, by_value);
    if (n > 0) {
        printf("measured/predicted %s %-14s %4d runs  10 %% %.3f  50 %% %.3f  90 %% %.3f\n",
               across ? "across" : "inside", gw_message_size_words[size], n, ratio[n / 10],
               ratio[n / 2], ratio[(int)(0.9 * n)]);
    }
    free(ratio);
}

static void report_all(bool held_out) {
    printf("%s: runs, median and 90th percentile of the error, %%\n%-16s",
           held_out ? "held out" : "fitted", "");
    for (int i = 0; i < GW_N_MESSAGE_SIZE; i++) {
        printf(" | %-15s", gw_message_size_words[i]);
    }
    printf(" | over 1 MB\n");
    report("all", all, NULL, held_out);
    static const char *const chips[] = {"A100-80GB", "H100-SXM", "H200",   "B200",   "B300",
                                        "GB200",     "GB300",    "MI250X", "TPU-v7", "H800"};
    for (size_t i = 0; i < sizeof chips / sizeof chips[0]; i++) {
        report(chips[i], by_chip, chips[i], held_out);
    }
    static const char *const kinds[] = {"all-reduce", "all-gather", "reduce-scatter", "all-to-all"};
    for (gw_collective k = GW_ALL_REDUCE; k <= GW_ALL_TO_ALL; k++) {
        report(kinds[k], by_kind, &k, held_out);
    }
    for (int ranks = 2; ranks <= 8; ranks *= 2) {
        char label[16];
        snprintf(label, sizeof label, "%d ranks", ranks);
        report(label, by_ranks, &ranks, held_out);
    }
    for (int across = 0; across < 2; across++) {
        bool place = across;
        report(place ? "across" : "inside", by_place, &place, held_out);
    }
    for (int i = 0; i < n_samples; i++) {
        int k = 0;
        while (strcmp(samples[k].source, samples[i].source) != 0) {
            k++;
        }
        if (k == i) {
            report(samples[i].source, by_source, samples[i].source, held_out);
        }
    }
    for (int i = 0; i < 2 * GW_N_MESSAGE_SIZE; i++) {
        quantiles(i >= GW_N_MESSAGE_SIZE, i % GW_N_MESSAGE_SIZE, held_out);
    }
}

static void report_constants(void) {
    for (int i = 0; i < N_GENERATIONS * N_CONSTANTS; i++) {
        const generation *g = &generations[i / N_CONSTANTS];
        int k = i % N_CONSTANTS;
        double scale = k == 1 || k == 2 ? 1e6 : 1;
        printf("constant %s.%s %.4g\n", g->name, constant_names[k], scale * *constant(g->at[0], k));
    }
}

static void report_rows(void) {
    for (int i = 0; i < n_samples; i++) {
        const sample *s = &samples[i];
        printf("%-9s %-10s kind %d ranks %4d of %4d %12.0f B %12.2f us %+6.1f %%\n", s->id,
               s->run.accelerator->head.name, (int)s->run.kind, s->run.ranks, s->run.domain,
               s->run.bytes, 1e6 * s->run.measured_s, 100 * (exp(s->error) - 1));
    }
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: fit_collectives CATALOG TABLE.csv... [--rows] [--fit] "
                        "[--held-out]\n");
        return 2;
    }
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = NULL;
    gw_load_opts opts = {.catalog_dir = argv[1]};
    if (gw_spec_load_catalog(&opts, diags, &spec) != GW_OK) {
        fprintf(stderr, "cannot load the catalogue\n");
        return 1;
    }
    samples = calloc(MAX_RUNS, sizeof *samples);
    bool rows = false, fitted = false, held_out = false;
    find_generations(&spec->scenario);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0) {
            rows = true;
        } else if (strcmp(argv[i], "--fit") == 0) {
            fitted = true;
        } else if (strcmp(argv[i], "--held-out") == 0) {
            held_out = true;
        } else {
            read_table(argv[i], &spec->scenario, arena, diags);
        }
    }
    if (fitted) {
        fit();
    }
    if (held_out) {
        hold_out();
    }
    (void)loss();
    report_constants();
    if (rows) {
        report_rows();
    }
    report_all(false);
    if (held_out) {
        report_all(true);
    }
    free(samples);
    gw_spec_free(spec);
    gw_diags_free(diags);
    gw_arena_free(arena);
    return 0;
}
