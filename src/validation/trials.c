/* validation/trials.c: the loop over rows, and what each row belongs to.
 *
 * In:  a table of measurements, the catalogue.   Out: gw_trials.
 * Model: a row is checked first (table_check.c), then predicted by the reader of its kind. A
 *      prediction that is no positive number is a defect and is told as such, never as a number.
 * Threads: rows are independent; each worker has an arena for texts that stay and one that is set
 *      back after every row.
 * Derivation: publisher is the first word of a source with a slash in it (a repository), else the
 *      source up to the first of ,;:( or " = ".
 */
#include "validation/trials.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "validation/collective_row.h"
#include "validation/kernel_row.h"
#include "validation/training_row.h"

#define BLOCK 64
#define LARGE_MESSAGE_B 1e6

static gw_trial_row *const predict[GW_N_TRIAL_KIND] = {gw_training_row, gw_collective_row,
                                                       gw_kernel_row};

typedef struct worker {
    gw_arena *texts, *scratch;
    const char *regime, *wide, *reason, *publisher; /* of the last row: neighbours share them */
} worker;

typedef struct job {
    const gw_trial_table *table;
    const gw_scenario *in;
    worker *workers;
    gw_tried *at;
} job;

double gw_trial_error(const gw_trial *t) {
    return t->unsupported != NULL ? GW_NAN : t->predicted_s / t->measured_s - 1.0;
}

bool gw_trial_has_interval(const gw_trial *t) {
    return t->unsupported == NULL && !isnan(t->low_s) && !isnan(t->high_s);
}

bool gw_trial_is_inside(const gw_trial *t) {
    return gw_trial_has_interval(t) && t->measured_s >= t->low_s && t->measured_s <= t->high_s;
}

/* ------------------------------------------------------------------ what a row belongs to */

static size_t publisher_length(const char *source) {
    size_t word = strcspn(source, " ");
    const char *slash = memchr(source, '/', word);
    if (slash != NULL) {
        while (word > 0 && strchr(",;:", source[word - 1]) != NULL) {
            word--;
        }
        return word;
    }
    size_t n = strcspn(source, ",;:(");
    const char *equals = strstr(source, " = ");
    n = equals != NULL && (size_t)(equals - source) < n ? (size_t)(equals - source) : n;
    while (n > 0 && source[n - 1] == ' ') {
        n--;
    }
    return n;
}

/* The vendor of the chip that a text names; "" if the catalogue has none such. */
static const char *vendor_of(const gw_scenario *in, const char *gpu) {
    bool loose = false, is_part = false;
    const gw_accelerator *chip = gw_row_chip(in, gpu, &loose, &is_part);
    return chip != NULL && chip->vendor != NULL ? chip->vendor : "";
}

static bool is_stated(const gw_trial_table *t, int row, const char *column) {
    return gw_trial_table_text(t, row, column)[0] != '\0';
}

static const char *part_of(const gw_trial_table *t, const gw_scenario *in, int row) {
    if (t->kind == GW_TRIAL_COLLECTIVE) {
        double bytes = gw_trial_table_number(t, row, "message_bytes");
        return isnan(bytes) ? "size not stated" : bytes > LARGE_MESSAGE_B ? "over 1 MB" : "to 1 MB";
    }
    if (t->kind == GW_TRIAL_KERNEL) {
        const char *kernel = gw_trial_table_text(t, row, "kernel");
        gw_kernel_kind kind = gw_kernel_kind_named(kernel);
        return kind == GW_KERNEL_ATTENTION ? "attention"
               : kind == GW_KERNEL_PRODUCT ? "GEMM"
                                           : "memory and links";
    }
    static const char *const needed[] = {"tp", "pp", "dp", "micro_batch", "global_batch_seqs"};
    bool full = true;
    for (int i = 0; i < 5; i++) {
        full = full && is_stated(t, row, needed[i]);
    }
    if (gw_trial_table_number(t, row, "experts") > 0.0) {
        full = full && is_stated(t, row, "ep");
    }
    bool nvidia = strcmp(vendor_of(in, gw_trial_table_text(t, row, "gpu")), "NVIDIA") == 0;
    return full && nvidia ? "full layout, NVIDIA"
           : full         ? "full layout, others"
           : nvidia       ? "open layout, NVIDIA"
                          : "open layout, others";
}

static double or_one(double x) {
    return isnan(x) ? 1.0 : x;
}

static double work_of(const gw_trial_table *t, int row) {
    if (t->kind == GW_TRIAL_TRAINING) {
        return gw_trial_table_number(t, row, "global_batch_seqs") *
               gw_trial_table_number(t, row, "seq_len") / gw_trial_table_number(t, row, "gpus");
    }
    if (t->kind == GW_TRIAL_COLLECTIVE) {
        return gw_trial_table_number(t, row, "message_bytes");
    }
    double time_us = gw_trial_table_number(t, row, "time_us");
    double stated = gw_trial_table_number(t, row, "tflops") * time_us * 1e6;
    double product = 2.0 * gw_trial_table_number(t, row, "m") * gw_trial_table_number(t, row, "n") *
                     gw_trial_table_number(t, row, "k") *
                     or_one(gw_trial_table_number(t, row, "batch"));
    return isnan(stated) ? product : stated;
}

/* ------------------------------------------------------------------ one row */

/* Copies a text that the row's scratch may own; neighbours often have the same. */
static const char *keep(worker *w, const char *text, const char **last) {
    if (text == NULL) {
        return NULL;
    }
    if (*last == NULL || strcmp(*last, text) != 0) {
        *last = gw_arena_strdup(w->texts, text);
    }
    return *last;
}

static gw_trial nothing(const char *column, const char *reason) {
    return (gw_trial){.unsupported = reason,
                      .column = column,
                      .measured_s = GW_NAN,
                      .predicted_s = GW_NAN,
                      .low_s = GW_NAN,
                      .high_s = GW_NAN,
                      .memory_B = GW_NAN,
                      .memory_measured_B = GW_NAN};
}

static bool is_time(double x) {
    return isfinite(x) && x > 0.0;
}

/* No number that is none leaves this function. */
static gw_trial guarded(gw_trial t) {
    if (t.unsupported != NULL) {
        gw_trial none = nothing(t.column, t.unsupported);
        none.regime = t.regime;
        return none;
    }
    if (!is_time(t.measured_s)) {
        return nothing(NULL, "the measurement is no positive time");
    }
    if (!is_time(t.predicted_s)) {
        return nothing(NULL, "defect: the model gave no positive time; please report it");
    }
    bool whole = is_time(t.low_s) && is_time(t.high_s) && t.low_s <= t.high_s;
    t.low_s = whole ? t.low_s : GW_NAN;
    t.high_s = whole ? t.high_s : GW_NAN;
    t.memory_B = t.memory_B > 0.0 && isfinite(t.memory_B) ? t.memory_B : GW_NAN;
    t.memory_measured_B =
        t.memory_measured_B > 0.0 && isfinite(t.memory_measured_B) ? t.memory_measured_B : GW_NAN;
    return t;
}

/* The name in the catalogue nearest to a text, or to one of its words. */
static const char *chip_hint(const gw_scenario *in, const char *gpu, gw_arena *arena) {
    int n = in->accelerators.n;
    const char **names = GW_NEW_N(arena, n + 1, const char *);
    const char **stems = GW_NEW_N(arena, n + 1, const char *);
    for (int i = 0; i < n; i++) {
        names[i] = in->accelerators.at[i].head.name;
        stems[i] = gw_arena_strndup(arena, names[i], strcspn(names[i], "-"));
    }
    const char *near = gw_text_nearest(gpu, names, (size_t)n);
    for (const char *at = gpu; *at != '\0' && near == NULL;) {
        size_t length = strcspn(at, " -_/(,)");
        const char *part = gw_arena_strndup(arena, at, length);
        near = length > 2 ? gw_text_nearest(part, stems, (size_t)n) : NULL;
        at += length + (at[length] != '\0');
    }
    return near != NULL ? gw_arena_printf(arena, "did you mean `%s`?", near)
                        : "`gigawatt catalog accelerators` lists the names";
}

static void try_row(const job *j, worker *w, int i) {
    const gw_trial_table *t = j->table;
    int row = i + 1;
    gw_mark mark = gw_arena_mark(w->scratch);
    gw_tried *out = &j->at[i];
    gw_table_problem p = gw_trial_table_check(t, row, w->scratch);
    gw_trial trial = p.what != NULL ? nothing(p.column, p.what)
                                    : guarded(predict[t->kind](j->in, &t->csv, row, w->scratch));
    const char *id = gw_trial_table_text(t, row, "id");
    const char *source = gw_trial_table_text(t, row, "source");
    const char *gpu = gw_trial_table_text(t, row, "gpu");
    if (p.what == NULL && trial.column != NULL && strcmp(trial.column, "gpu") == 0) {
        p.hint = chip_hint(j->in, gpu, w->scratch);
    }
    trial.id = id[0] != '\0' ? id : gw_arena_printf(w->texts, "line-%d", t->csv.line[row]);
    trial.source = source;
    trial.line = t->csv.line[row];
    trial.regime = keep(w, trial.regime, &w->regime);
    trial.wide = keep(w, trial.wide, &w->wide);
    trial.unsupported = keep(w, trial.unsupported, &w->reason);
    trial.column = trial.column != NULL ? gw_arena_strdup(w->texts, trial.column) : NULL;
    const char *publisher = gw_arena_strndup(w->scratch, source, publisher_length(source));
    *out = (gw_tried){.trial = trial,
                      .accelerator = gpu,
                      .publisher = keep(w, publisher, &w->publisher),
                      .part = part_of(t, j->in, row),
                      .hint = p.hint != NULL ? gw_arena_strdup(w->texts, p.hint) : NULL,
                      .is_mistake = p.what != NULL && !p.is_blank,
                      .work_n = work_of(t, row)};
    gw_arena_reset(w->scratch, mark);
}

static void try_rows(void *user, int index, size_t begin, size_t end) {
    const job *j = user;
    for (size_t i = begin; i < end; i++) {
        try_row(j, &j->workers[index], (int)i);
    }
}

gw_code gw_trials_run(const gw_trial_table *table, const gw_scenario *in, int n_threads,
                      gw_arena *arena, gw_trials *out) {
    int n = gw_trial_table_rows(table);
    int threads = n_threads > 0 ? n_threads : gw_pool_cores();
    threads = threads > (n - 1) / BLOCK + 1 ? (n - 1) / BLOCK + 1 : threads;
    job j = {.table = table,
             .in = in,
             .workers = GW_NEW_N(arena, threads, worker),
             .at = GW_NEW_N(arena, n, gw_tried)};
    gw_arena **owned = GW_NEW_N(arena, 2 * threads, gw_arena *);
    for (int k = 0; k < threads; k++) {
        owned[2 * k] = j.workers[k].texts = gw_arena_create(0);
        owned[2 * k + 1] = j.workers[k].scratch = gw_arena_create(0);
    }
    *out = (gw_trials){table->csv.file, table->kind, n, j.at, owned, 2 * threads};
    gw_code code = gw_pool_run(threads, (size_t)n, BLOCK, try_rows, &j);
    if (code != GW_OK) {
        gw_trials_free(out);
    }
    return code;
}

void gw_trials_free(gw_trials *trials) {
    for (int k = 0; k < trials->n_owned; k++) {
        gw_arena_free(trials->owned[k]);
    }
    *trials = (gw_trials){0};
}
