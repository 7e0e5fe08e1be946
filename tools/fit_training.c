/* tools/fit_training.c: sets the step model against measured runs and fits its constants.
 *
 *   fit_training CATALOG TABLE.csv...            errors by accelerator, software and source
 *   fit_training CATALOG TABLE.csv... --rows     one line per run
 *   fit_training CATALOG TABLE.csv... --fit      coordinate descent on the constants first
 *   fit_training CATALOG TABLE.csv... --held-out the same, every set-up predicted by constants fitted
 *                                                without it (ten folds; a set-up: model,
 *                                                accelerator, precision, tp, pp, software)
 *
 * In:  the catalogue and tables of measured runs (validation/training_row.h). Out: text: errors,
 *      and the values to be written into catalog/accelerators.yaml and catalog/software.yaml.
 * Model: sum over runs of weight x (sqrt(e^2 + 0.03^2) + 0.3 e^2), e the log of predicted over
 *      measured, plus a pull of every constant towards its prior. Repeats of one set-up share a
 *      weight. A constant belongs to an accelerator or to a generation of software, never to a run
 *      or a source.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/load.h"
#include "validation/training_row.h"

#define MAX_RUNS 20000
#define MAX_MEMBERS 1000
#define N_FOLDS 10

/** A run and what came of it. */
typedef struct sample {
    gw_training_run run;
    gw_step step;
    double weight, error; /* error: log of predicted over measured */
    double term;          /* of the loss */
    int fold;
    bool first;                /* of its source: for reports */
    double held_out;           /* error with constants fitted without its source */
    double chip_w, software_w; /* log-width of the interval: their product */
    char prefix[8];
} sample;

/** A constant that is varied. */
typedef struct member {
    char name[160];
    double *at;
    double lo, hi, prior, pull; /* pull: runs' worth of 10 % off */
    const double *follow;       /* NULL, or the prior is this constant's present value */
    const void *owner;          /* the accelerator or software that it belongs to */
} member;

static sample *samples;
static int n_samples;
static member members[MAX_MEMBERS];
static int n_members;
static int left_out_fold = -1;

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- reading ---- */

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
    for (int row = 1; row < csv->n_rows && n_samples < MAX_RUNS; row++) {
        sample *s = &samples[n_samples];
        *s = (sample){0};
        const char *column = NULL;
        const char *reason = gw_training_run_read(catalog, csv, row, arena, &s->run, &column);
        if (reason) {
            printf("left out %-9s %-28.28s %s\n", s->run.id, s->run.model ? s->run.model : "",
                   reason);
            continue;
        }
        size_t n = strcspn(s->run.id, "-");
        snprintf(s->prefix, sizeof s->prefix, "%.*s", (int)n, s->run.id);
        n_samples++;
    }
    free(text);
}

static bool same_setup(const gw_training_run *a, const gw_training_run *b) {
    return a->accelerator == b->accelerator && strcmp(a->model, b->model) == 0 &&
           a->precision == b->precision && a->plan.tp == b->plan.tp && a->plan.pp == b->plan.pp &&
           a->software == b->software;
}

static void weigh(void) {
    int groups = 0;
    for (int i = 0; i < n_samples; i++) {
        int same = 0, earlier = -1;
        for (int j = 0; j < n_samples; j++) {
            if (same_setup(&samples[i].run, &samples[j].run)) {
                earlier = same == 0 ? j : earlier;
                same++;
            }
        }
        samples[i].first = true;
        for (int j = 0; j < i && samples[i].first; j++) {
            samples[i].first = strcmp(samples[i].prefix, samples[j].prefix) != 0;
        }
        samples[i].fold = earlier < i ? samples[earlier].fold : groups++ % N_FOLDS;
        samples[i].weight = 1.0 / pow((double)same, 0.4);
    }
}

/* ---- predicting ---- */

static void predict(sample *s) {
    gw_training_run_step(&s->run, NULL, &s->step);
    s->error = log(s->step.step_s / s->run.measured_s);
}

/** The loss, with the runs that `owner` touches predicted anew (NULL: all). */
static double loss(const void *owner) {
    double sum = 0.0;
    for (int i = 0; i < n_samples; i++) {
        sample *s = &samples[i];
        if (s->fold == left_out_fold) {
            continue;
        }
        if (!owner || s->run.software == owner || s->run.accelerator == owner) {
            predict(s);
            double e = fmin(fabs(s->error), 2.0);
            s->term = s->weight * (sqrt(e * e + 0.0009) + 0.3 * e * e);
        }
        sum += s->term;
    }
    for (int i = 0; i < n_members; i++) {
        const member *m = &members[i];
        double prior = m->follow ? *m->follow : m->prior;
        double d = (*m->at - prior) / fmax(fabs(prior), 0.1 * (m->hi - m->lo));
        sum += m->pull * d * d * 10.0;
    }
    return isnan(sum) ? GW_INF : sum;
}

static void fit(int rounds, double stride) {
    double best = loss(NULL);
    for (int round = 0; round < rounds; round++) {
        double before_round = best;
        for (int i = 0; i < n_members; i++) {
            member *m = &members[i];
            for (int sign = -1; sign <= 1; sign += 2) {
                double before = *m->at;
                double scale = fmax(fabs(before), 0.05 * (m->hi - m->lo));
                *m->at = fmin(m->hi, fmax(m->lo, before + sign * stride * scale));
                double now = *m->at != before ? loss(m->owner) : GW_INF;
                if (now < best) {
                    best = now;
                    break;
                }
                *m->at = before;
                loss(m->owner);
            }
        }
        if (before_round - best < 1e-4 * best) {
            stride *= 0.6;
        }
        if (stride < 0.004) {
            break;
        }
    }
    loss(NULL);
    fprintf(stderr, "loss %.4f\n", best);
}

/* ---- the constants ---- */

#define FIELD(type, field)                                                                         \
    { #field, offsetof(type, field) }

static const struct {
    const char *name;
    size_t at;
} accelerator_fields[] = {
    FIELD(gw_accelerator, gemm_efficiency),      FIELD(gw_accelerator, gemm8_efficiency),
    FIELD(gw_accelerator, attention_efficiency), FIELD(gw_accelerator, memory_efficiency),
    FIELD(gw_accelerator, scaleup_efficiency),   FIELD(gw_accelerator, nic_efficiency),
    FIELD(gw_accelerator, launch_latency_s),     FIELD(gw_accelerator, sustained),
};

static const struct {
    const char *name;
    size_t at;
} software_fields[] = {
    FIELD(gw_software, tp_hidden),         FIELD(gw_software, ep_hidden),
    FIELD(gw_software, pp_hidden),         FIELD(gw_software, dp_hidden),
    FIELD(gw_software, gradient_B),        FIELD(gw_software, elementwise_traffic),
    FIELD(gw_software, attention_rate),    FIELD(gw_software, grouped_rate),
    FIELD(gw_software, kernels_forward),   FIELD(gw_software, kernels_backward),
    FIELD(gw_software, expert_kernels),    FIELD(gw_software, step_overhead_s),
    FIELD(gw_software, collective_sync_s), FIELD(gw_software, micro_overhead_s),
    FIELD(gw_software, vocabulary_rate),   FIELD(gw_software, score_traffic),
    FIELD(gw_software, optimizer_traffic), FIELD(gw_software, product_rate),
    FIELD(gw_software, overlap_cost),      FIELD(gw_software, spread),
    FIELD(gw_software, ends_kernels),      FIELD(gw_software, grouped8_rate),
    FIELD(gw_software, routing_traffic),   FIELD(gw_software, local_kernels),
    FIELD(gw_software, host_launch_s),
};

static double *constant(gw_scenario *in, const char *section, const char *entry, const char *field,
                        const void **owner) {
    if (strcmp(section, "accelerators") == 0) {
        for (int i = 0; i < in->accelerators.n; i++) {
            for (size_t k = 0; k < sizeof accelerator_fields / sizeof *accelerator_fields; k++) {
                if (strcmp(in->accelerators.at[i].head.name, entry) == 0 &&
                    strcmp(accelerator_fields[k].name, field) == 0) {
                    *owner = &in->accelerators.at[i];
                    return (double *)((char *)&in->accelerators.at[i] + accelerator_fields[k].at);
                }
            }
        }
    }
    for (int i = 0; i < in->software.n; i++) {
        for (size_t k = 0; k < sizeof software_fields / sizeof *software_fields; k++) {
            if (strcmp(in->software.at[i].head.name, entry) == 0 &&
                strcmp(software_fields[k].name, field) == 0) {
                *owner = &in->software.at[i];
                return (double *)((char *)&in->software.at[i] + software_fields[k].at);
            }
        }
    }
    return NULL;
}

/** Lines "section entry field lo hi prior pull [follow-entry]". */
static void read_members(const char *path, gw_scenario *in) {
    FILE *file = fopen(path, "r");
    char line[400];
    while (file && n_members < MAX_MEMBERS && fgets(line, sizeof line, file)) {
        char section[40], entry[40], field[40], follow[40] = "", prior[40];
        member m = {0};
        if (line[0] == '#' || sscanf(line, "%39s %39s %39s %lf %lf %39s %lf %39s", section, entry,
                                     field, &m.lo, &m.hi, prior, &m.pull, follow) < 7) {
            continue;
        }
        m.at = constant(in, section, entry, field, &m.owner);
        if (!m.at) {
            fprintf(stderr, "no constant %s.%s.%s\n", section, entry, field);
            continue;
        }
        m.prior = strcmp(prior, "-") == 0 ? *m.at : strtod(prior, NULL);
        const void *other = NULL;
        m.follow = *follow ? constant(in, section, follow, field, &other) : NULL;
        snprintf(m.name, sizeof m.name, "%s.%s.%s", section, entry, field);
        members[n_members++] = m;
    }
    if (file) {
        fclose(file);
    }
}

/* ---- reports ---- */

typedef bool choose(const sample *s, const void *what);

static bool by_prefix(const sample *s, const void *what) {
    return strcmp(s->prefix, what) == 0;
}
static bool by_chip(const sample *s, const void *what) {
    return s->run.accelerator == what;
}
static bool by_software(const sample *s, const void *what) {
    return s->run.software == what;
}
static bool all(const sample *s, const void *what) {
    (void)what;
    (void)s;
    return true;
}
static bool on_nvidia(const sample *s, const void *what) {
    (void)what;
    return strcmp(s->run.accelerator->vendor, "NVIDIA") == 0 && strcmp(s->prefix, "VTS") != 0;
}

static void report(const char *label, choose *wanted, const void *what, bool held_out) {
    double *error = malloc((size_t)n_samples * sizeof *error);
    double *ratio = malloc((size_t)n_samples * sizeof *ratio);
    int k = 0;
    double mean = 0.0;
    for (int i = 0; i < n_samples; i++) {
        if (wanted(&samples[i], what)) {
            double e = held_out ? samples[i].held_out : samples[i].error;
            error[k] = fabs(exp(e) - 1.0);
            ratio[k] = exp(-e);
            mean += error[k++];
        }
    }
    if (k > 0) {
        qsort(error, (size_t)k, sizeof *error, by_value);
        qsort(ratio, (size_t)k, sizeof *ratio, by_value);
        printf("%-22s %4d runs  median %5.1f  mean %5.1f  p90 %5.1f  max %5.1f %%   m/p p10 %.3f "
               "p50 %.3f p90 %.3f\n",
               label, k, 100 * error[k / 2], 100 * mean / k, 100 * error[(int)(0.9 * (k - 1))],
               100 * error[k - 1], ratio[(int)(0.1 * (k - 1))], ratio[k / 2],
               ratio[(int)(0.9 * (k - 1))]);
    }
    free(error);
    free(ratio);
}

static void report_all(const gw_scenario *in, bool held_out) {
    report("all", all, NULL, held_out);
    report("NVIDIA, VTS apart", on_nvidia, NULL, held_out);
    for (int i = 0; i < in->accelerators.n; i++) {
        report(in->accelerators.at[i].head.name, by_chip, &in->accelerators.at[i], held_out);
    }
    for (int i = 0; i < in->software.n; i++) {
        report(in->software.at[i].head.name, by_software, &in->software.at[i], held_out);
    }
    for (int i = 0; i < n_samples; i++) {
        if (samples[i].first) {
            report(samples[i].prefix, by_prefix, samples[i].prefix, held_out);
        }
    }
}

static void print_row(const sample *x) {
    const gw_step *s = &x->step;
    const gw_training_run *r = &x->run;
    static const char *const recompute[] = {"none", "selective", "full"};
    printf("row,%s,%s,\"%s\",%s,%s,%g,%g,%g,%d,%d,%d,%d,%d,%d,%d,%d,%d,%s,%.5g,%.5g,%.4f,%.4f,%.4g,"
           "%.4g,%.4g,%.4g,%.4g,%.4g,%.4g,%.4g,%.4g,%.4g,%.4g,%.1f,%.1f\n",
           r->id, r->chip_name, r->model, r->software_name, r->regime, r->accelerators,
           r->sequence_tok, r->batch_seq, r->plan.tp, r->plan.pp, r->plan.virtual_stages,
           r->plan.cp, r->plan.ep, r->plan.dp, r->plan.zero_stage, r->plan.micro_batch,
           s->plan.n_micro, recompute[r->plan.recompute], r->measured_s, s->step_s, x->error,
           x->held_out, s->matmul_s, s->attention_s, s->memory_bound_s, s->tp_comm_s, s->cp_comm_s,
           s->ep_comm_s, s->pp_comm_s, s->bubble_s, s->dp_comm_s, s->optimizer_s, s->other_s,
           s->memory_B / 1e9, s->capacity_B / 1e9);
}

/* ---- intervals ---- */

/** What an interval must hold: half way between the error of the fit and that held out. New runs are
 * partly of set-ups that were fitted. */
static double interval_error(const sample *s) {
    return 0.5 * (fabs(s->held_out) + fabs(s->error));
}

/** The 80 % quantile of the errors chosen, in units of what the other factor already explains, drawn
 * towards `prior` with the weight of five runs. NaN: no runs. */
static double quantile80(const void *chip, const void *software, int experts, const double *unit,
                         double prior) {
    double *x = malloc((size_t)n_samples * sizeof *x);
    int k = 0;
    for (int i = 0; i < n_samples; i++) {
        const gw_training_run *r = &samples[i].run;
        if ((!chip || r->accelerator == chip) && (!software || r->software == software) &&
            (experts < 0 || (r->llm.experts > 0) == (experts == 1))) {
            x[k++] = interval_error(&samples[i]) / unit[i];
        }
    }
    double q = GW_NAN;
    if (k > 0) {
        qsort(x, (size_t)k, sizeof *x, by_value);
        q = (k * x[(int)ceil(0.8 * k) - 1] + 5.0 * prior) / (k + 5.0);
    }
    free(x);
    return q;
}

static double largest_run(const gw_software *software) {
    double n = 0;
    for (int i = 0; i < n_samples; i++) {
        n = samples[i].run.software == software ? fmax(n, samples[i].run.accelerators) : n;
    }
    return n;
}

/** Alternates between accelerators and software until both explain the errors together. */
static void fit_intervals(void) {
    double *unit = malloc((size_t)n_samples * sizeof *unit);
    for (int i = 0; i < n_samples; i++) {
        samples[i].chip_w = 0.1;
        samples[i].software_w = 1.0;
    }
    for (int round = 0; round < 20; round++) {
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < n_samples; i++) {
                unit[i] = side == 0 ? samples[i].software_w : samples[i].chip_w;
            }
            for (int i = 0; i < n_samples; i++) {
                const gw_training_run *r = &samples[i].run;
                if (side == 0) {
                    samples[i].chip_w = quantile80(r->accelerator, NULL, -1, unit, 0.1);
                } else {
                    samples[i].software_w =
                        quantile80(NULL, r->software, r->llm.experts > 0, unit, 1.0);
                }
            }
        }
    }
    int inside = 0;
    for (int i = 0; i < n_samples; i++) {
        inside += fabs(samples[i].held_out) <= samples[i].chip_w * samples[i].software_w;
        const gw_training_run *r = &samples[i].run;
        bool first_chip = true, first_software = true;
        for (int j = 0; j < i; j++) {
            const gw_training_run *q = &samples[j].run;
            first_chip = first_chip && q->accelerator != r->accelerator;
            first_software = first_software && !(q->software == r->software &&
                                                 (q->llm.experts > 0) == (r->llm.experts > 0));
        }
        if (first_chip) {
            printf("constant accelerators.%s.interval %.4g\n", r->chip_name,
                   exp(samples[i].chip_w));
        }
        if (first_software) {
            printf("constant software.%s.interval_%s %.4g\n", r->software_name,
                   r->llm.experts > 0 ? "expert" : "dense", samples[i].software_w);
            printf("constant software.%s.largest_run %.0f\n", r->software_name,
                   largest_run(r->software));
        }
    }
    printf("held-out errors within the interval: %.1f %%\n", 100.0 * inside / n_samples);
    free(unit);
}

static void hold_out(void) {
    double start[MAX_MEMBERS];
    for (int i = 0; i < n_members; i++) {
        start[i] = *members[i].at;
    }
    for (int f = 0; f < N_FOLDS; f++) {
        left_out_fold = f;
        fit(25, 0.15);
        for (int i = 0; i < n_samples; i++) {
            if (samples[i].fold == f) {
                predict(&samples[i]);
                samples[i].held_out = samples[i].error;
            }
        }
        for (int i = 0; i < n_members; i++) {
            *members[i].at = start[i];
        }
    }
    left_out_fold = -1;
    loss(NULL);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: fit_training CATALOG TABLE.csv... [--rows] [--fit] [--held-out] "
                        "[--members FILE]\n");
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
    samples = calloc(MAX_RUNS, sizeof *samples);
    bool rows = false, fitted = false, held_out = false;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0) {
            rows = true;
        } else if (strcmp(argv[i], "--fit") == 0) {
            fitted = true;
        } else if (strcmp(argv[i], "--held-out") == 0) {
            held_out = true;
        } else if (strcmp(argv[i], "--members") == 0 && i + 1 < argc) {
            read_members(argv[++i], &spec->scenario);
        } else {
            read_table(argv[i], &spec->scenario, arena, diags);
        }
    }
    weigh();
    if (fitted) {
        fit(60, 0.2);
        for (int i = 0; i < n_members; i++) {
            printf("constant %s %.4g\n", members[i].name, *members[i].at);
        }
    }
    if (held_out) {
        hold_out();
        fit_intervals();
    }
    for (int i = 0; i < n_samples; i++) {
        predict(&samples[i]);
        if (rows) {
            print_row(&samples[i]);
        }
    }
    report_all(&spec->scenario, false);
    if (held_out) {
        printf("---- held out ----\n");
        report_all(&spec->scenario, true);
    }
    gw_spec_free(spec);
    gw_arena_free(arena);
    gw_diags_free(diags);
    free(samples);
    return 0;
}
