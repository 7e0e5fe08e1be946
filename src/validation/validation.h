/* validation/validation.h: published measurements set beside predictions, row by row.
 *
 * In:  a table (training runs, collectives, kernels; the header line says which) and the catalogue.
 * Out: one gw_trial a row, in the order of the table: predicted, or a reason why not.
 * No constant may depend on a row or its source; only on accelerator and software generation.
 */
#ifndef GW_VALIDATION_VALIDATION_H
#define GW_VALIDATION_VALIDATION_H

#include "base/csv.h"
#include "model.h"

/** One row. Times in seconds: of a step, of a collective, of a kernel. Text is owned by the arena
 * or static. */
typedef struct gw_trial {
    const char *id, *source;
    int line;                /* in the file, from 1 */
    const char *unsupported; /* NULL, or why nothing is predicted ("LoRA is not modelled") */
    const char *regime;      /* what the row is an example of: "GB200 expert mxfp8" */
    const char *wide;        /* NULL, or why the interval is wider than calibrated */
    double measured_s;       /* NaN if unsupported */
    double predicted_s;      /* likewise */
    double low_s, high_s;    /* 80 % interval of the measurement */
    double memory_B, memory_measured_B; /* training runs; NaN if not known */
    const char *column;                 /* unsupported: the column to blame ("pp"), or NULL */
} gw_trial;

/** Predicts one row (from 1; row 0 is the header) of a table whose columns are known to be there.
 * Pure: no state between rows, so that rows can be worked out in any order and by any thread.
 * `in` is a loaded catalogue. The reader of each kind of table has this type:
 * gw_training_row (training_row.h), gw_kernel_row (kernel_row.h), gw_collective_row
 * (collective_row.h). id, source and line are filled by the caller. */
typedef gw_trial gw_trial_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena);

#endif
