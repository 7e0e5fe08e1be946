/* claims/score.h: promises and forecasts against what was observed (rule R12). */
#ifndef GW_CLAIMS_SCORE_H
#define GW_CLAIMS_SCORE_H

#include "claims/record.h"

typedef enum gw_score_state {
    GW_SCORE_DECIDED, /* an observation says when it was reached, or that it was not */
    GW_SCORE_PASSED,  /* the day has passed, and nothing was observed */
    GW_SCORE_OPEN,    /* the day has not come */
    GW_SCORE_GONE,    /* withdrawn before its day */
    GW_N_SCORE_STATE
} gw_score_state;
extern const char *const gw_score_words[GW_N_SCORE_STATE];

typedef struct gw_score {
    int record; /* the promise */
    gw_score_state state;
    double due_d;
    double value;      /* SI; NaN: a date without a size */
    int observed_by;   /* record that decides it; -1 */
    double reached_d;  /* day of the observation that reaches it; NaN: not reached */
    double late_d;     /* reached - due, 0 within a promised window; NaN if not reached */
    double late_min_d; /* decided but not reached: as_of - due, so many days late at least; NaN */
    double realised_frac; /* observed on the day that was due / promised; NaN */
    double outcome_frac;  /* 1: reached by its day, 0: not; NaN undecided */
    double brier_frac;    /* (probability - outcome)^2; NaN */
    double error;         /* CRPS of the range against the outcome, SI or days; NaN */
    const char *shape;    /* "uniform" or "triangular": how the range was read; NULL */
    const char *reading;  /* what was taken as the promise and the outcome, in words */
} gw_score;

typedef struct gw_sponsor_score {
    const char *sponsor;
    int n_promises, n_decided, n_reached, n_passed, n_open, n_gone;
    double late_mean_d, late_median_d; /* of those reached; NaN if none */
    double late_min_mean_d; /* of those overdue and not reached: late so far; NaN if none */
    int n_overdue;
    double realised_mean_frac; /* NaN if none */
    int n_realised;
} gw_sponsor_score;

typedef struct gw_scores {
    int n;
    gw_score *at; /* in the order of the ledger */
    int n_sponsors;
    gw_sponsor_score *sponsors; /* most promises first */
    int counts[GW_N_SCORE_STATE];
    double brier_mean_frac; /* NaN if no probability was given and decided */
    int n_brier, n_crps;
} gw_scores;

/** Promises: dates of operation; power, chips and buildings with a day; spending and revenue of a
 * period. Observations: what is said to run (status energised) of the same object, quantity and
 * basis, and reports of a period after its end. Near-linear. Owned by the arena. */
gw_scores gw_claims_scores(const gw_records *records, double as_of_d, gw_arena *arena);

/** Continuous ranked probability score: integral of (F(x) - [x >= y])^2 over x, for F uniform between
 * low and high, or triangular with the given mode (NaN: uniform). low < high; low <= mode <= high. */
double gw_claims_crps(double low, double mode, double high, double y);

#endif
