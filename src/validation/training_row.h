/* validation/training_row.h: a published training run as input of the step model.
 *
 * In:  one line of a table of runs (columns in training_row.c) and the catalogue: accelerators by
 *      the name in column gpu, training software by what the source names.
 * Out: gw_trial; or in two steps: gw_training_run, then its prediction.
 *
 * No cell can crash the reader or give NaN: what is not a number, out of range or contradictory
 * becomes a reason, with the column to blame.
 */
#ifndef GW_VALIDATION_TRAINING_ROW_H
#define GW_VALIDATION_TRAINING_ROW_H

#include "training/step.h"
#include "validation/validation.h"

/** One run. Pointers are borrowed from the table, the catalogue and the arena. */
typedef struct gw_training_run {
    const char *id, *source, *model;
    const char *chip_name;
    const gw_accelerator *accelerator;
    const char *software_name;
    const gw_software *software; /* its generation; the run's own options are below */
    gw_llm llm;
    gw_plan plan;
    gw_precision precision;
    double accelerators, sequence_tok, batch_seq;
    double nic_Bps;           /* per accelerator, one direction */
    int domain;               /* accelerators in one scale-up domain */
    bool no_overlap;          /* the source says that communication was not overlapped */
    bool unfused;             /* the source says: no fused attention */
    double measured_s;        /* per optimizer step */
    double memory_measured_B; /* peak per accelerator; NaN if not stated */
    bool memory_allocated;    /* it is what the framework allocated, not what the driver shows */
    const char *regime;       /* "H100-SXM dense bf16" */
    const char *wide;         /* NULL, or what had to be assumed */
    double widening_ratio;    /* of the log-interval, for that */
} gw_training_run;

/** NULL, or why the run is not covered ("adapters are not modelled"), with the column in *column
 * (NULL: none). `row` counts from 1, row 0 is the header. Texts live in the arena or are static. */
const char *gw_training_run_read(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena,
                                 gw_training_run *out, const char **column);

/** Network and software of a run, with the values that its accelerator and its software have now:
 * a fit changes them between predictions. */
gw_comm gw_training_run_comm(const gw_training_run *run);
gw_software gw_training_run_software(const gw_training_run *run);

/** Everything a step needs; what it points to is in the other arguments. */
gw_step_in gw_training_run_in(const gw_training_run *run, const gw_comm *comm,
                              const gw_software *software, gw_arena *scratch);

/** The step of a run, all parts; out->problem where the model refuses it. Memory is not checked:
 * the run took place. */
void gw_training_run_step(const gw_training_run *run, gw_arena *scratch, gw_step *out);

/** gw_trial_row: reads and predicts. */
gw_trial gw_training_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena);

/** Whether `text` contains `word`, upper and lower case alike. */
bool gw_training_row_says(const char *text, const char *word);

/** The accelerator that a text names, NULL: none. *loose: by words in it (row_chip.c). */
const gw_accelerator *gw_training_row_chip(const gw_scenario *in, const char *gpu, bool *loose);

/** The same for a text that may speak of a part of one ("per core"): *is_part. */
const gw_accelerator *gw_row_chip(const gw_scenario *in, const char *gpu, bool *loose,
                                  bool *is_part);

/** Name of the catalogue's software entry for what a source and its notes name. *wide: NULL, or why
 * it is a guess. Implemented in row_software.c. */
const char *gw_training_row_generation(const char *source, const char *notes, bool fused, bool tpu,
                                       int zero_stage, const char **wide);

/** Completes a model from its name (row_model.c): *llm has what the row states, 0 where it states
 * nothing, below 0 for experts and shared_ffn. NULL, or why the model cannot describe it. */
const char *gw_training_row_family(const gw_scenario *in, const char *model,
                                   const char *moe_layer_freq, const char *notes, gw_llm *llm,
                                   gw_arena *arena);

/** Sets measured_s from a metric and its value (row_metric.c). NULL, or why it cannot be, with the
 * column; *wide: NULL, or how the value had to be read. */
const char *gw_training_row_measured(const char *name, double value, const char *notes,
                                     gw_arena *arena, gw_training_run *run, const char **column,
                                     const char **wide);

/** The number behind `key` in the notes, or NaN. */
double gw_training_row_noted(const char *notes, const char *key);

#endif
