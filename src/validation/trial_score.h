/* validation/trial_score.h: errors of predictions summed up, in all and by what rows belong to.
 *
 * The error of a row is predicted / measured - 1. Shares and errors are fractions. Rows without a
 * prediction count as not covered and take no part in the errors.
 */
#ifndef GW_VALIDATION_TRIAL_SCORE_H
#define GW_VALIDATION_TRIAL_SCORE_H

#include "validation/trials.h"

typedef struct gw_trial_score {
    const char *name; /* of the group; "all" */
    int n_rows, n_predicted;
    double covered_share;                                /* predicted / rows */
    double mean_frac, median_frac, p90_frac, worst_frac; /* of absolute errors; NaN without rows */
    double bias_frac;                                    /* mean of signed errors */
    int i_worst;                                         /* row of the table, from 0; -1: none */
    int n_interval;                                      /* predicted with an interval */
    double inside_share;                                 /* of these, measurement inside */
    int n_wide;                                          /* predicted, interval widened */
    int n_memory;                                        /* memory predicted and measured */
    double memory_mean_frac, memory_bias_frac;           /* errors of memory */
} gw_trial_score;

/** Rows given by number; scratch is set back. */
gw_trial_score gw_trials_score(const gw_trials *trials, const char *name, const int *rows, int n,
                               gw_arena *scratch);
gw_trial_score gw_trials_score_all(const gw_trials *trials, gw_arena *scratch);

typedef enum gw_trial_key {
    GW_BY_SOURCE,
    GW_BY_ACCELERATOR,
    GW_BY_REGIME,
    GW_BY_PART,
    GW_N_TRIAL_KEY
} gw_trial_key;

typedef struct gw_trial_scores {
    int n;
    gw_trial_score *at;
} gw_trial_scores;

/** One score for each value of the key, the largest group first, equals by name. */
gw_trial_scores gw_trials_score_by(const gw_trials *trials, gw_trial_key key, gw_arena *arena);
const char *gw_tried_key(const gw_tried *one, gw_trial_key key); /* never NULL */

/** Reasons why rows were not predicted, the most frequent first, with one row as example. */
typedef struct gw_trial_reason {
    const char *text;
    int n, i_first;
} gw_trial_reason;
typedef struct gw_trial_reasons {
    int n;
    gw_trial_reason *at;
} gw_trial_reasons;
gw_trial_reasons gw_trials_reasons(const gw_trials *trials, gw_arena *arena);

/** Rows by absolute error, the worst first; returns how many are predicted. order: [trials->n]. */
int gw_trials_order(const gw_trials *trials, int *order, gw_arena *scratch);

#endif
