/* validation/trials.h: every row of a table predicted, on a few threads.
 *
 * In:  a table, the catalogue.   Out: one gw_tried a row, in the order of the table; the same
 *      whatever the number of threads.
 */
#ifndef GW_VALIDATION_TRIALS_H
#define GW_VALIDATION_TRIALS_H

#include "base/pool.h"
#include "validation/table.h"

/** A row, what it belongs to, and what its seconds mean as a rate. */
typedef struct gw_tried {
    gw_trial trial;
    const char *accelerator; /* as the table names it */
    const char *publisher;   /* the source without page and release: "NVIDIA/dgxc-benchmarking" */
    const char *part;        /* the layout is stated in full; messages over 1 MB; GEMM */
    const char *hint;        /* unsupported: what to do; NULL: nothing */
    bool is_mistake;         /* unsupported because a cell is wrong, not because of the model */
    double work_n;           /* rate = work / seconds: tokens per accelerator, bytes, flop; NaN */
} gw_tried;

typedef struct gw_trials {
    const char *file;
    gw_trial_kind kind;
    int n;
    gw_tried *at;     /* [n] */
    gw_arena **owned; /* [n_owned] texts of the workers */
    int n_owned;
} gw_trials;

/** Owned by the caller, gw_trials_free; borrows from table, catalogue and arena. n_threads 0: all
 * cores. GW_E_MEM if no thread could be started. */
GW_MUST_USE gw_code gw_trials_run(const gw_trial_table *table, const gw_scenario *in, int n_threads,
                                  gw_arena *arena, gw_trials *out);
void gw_trials_free(gw_trials *trials);

/** Signed relative error of a prediction: predicted / measured - 1. NaN if unsupported. */
double gw_trial_error(const gw_trial *trial);
bool gw_trial_has_interval(const gw_trial *trial);
bool gw_trial_is_inside(const gw_trial *trial); /* measurement within the interval, ends included */

#endif
