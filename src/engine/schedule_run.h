/* engine/schedule_run.h: the schedule of a scenario over many samples, for `gigawatt schedule`: dates of
 * activities and sites, what drives them, what events and measures do to them. Only the phases up to
 * capacity are run. A pure function of (model, seed, samples, measures); threads change nothing. */
#ifndef GW_ENGINE_SCHEDULE_RUN_H
#define GW_ENGINE_SCHEDULE_RUN_H

#include "engine/engine.h"

/** Percentiles of dates (or of USD); what never happens counts as later than any date, so that a
 * percentile can be NaN: never. */
typedef struct gw_spread {
    double p10, p50, p80, p90, mean;
    double base;      /* the base case; NaN if it has none */
    double none_frac; /* share of samples in which it never happens; the mean is of the others */
} gw_spread;

typedef struct gw_activity_row {
    gw_spread start, finish;
    double critical_frac; /* criticality index */
    double float_s;       /* mean total float; NaN: finished */
    double kept_frac;     /* finished by the date due; NaN: none is due */
    double cruciality; /* rank correlation of its length with the end; NaN: one of them is fixed */
    double waits_frac, wait_s; /* samples in which it waits for crews; mean wait of these */
    bool is_done, is_begun;
} gw_activity_row;

/** A risk or a promise: what the plan looks like with and without the event. */
typedef struct gw_event_row {
    double frac;                            /* of samples in which it happens */
    double end_with_d, end_without_d;       /* mean end; NaN: no such sample */
    double cost_with_usd, cost_without_usd; /* mean cost */
    double end_error_d, cost_error_usd;     /* standard errors of the two differences */
} gw_event_row;

typedef struct gw_site_row {
    gw_spread first, full;
    double last_frac[GW_N_LIMIT]; /* of samples in which buildings, power, chips come last */
    int last_activity;            /* base case: the activity behind the last arrival; -1: none */
} gw_site_row;

typedef struct gw_lot_row {
    int cluster, item;
    int supply;                /* chip supply; -1: none */
    double waits_frac, wait_s; /* samples in which it waits for chips; mean wait of these */
    double never_frac;
} gw_lot_row;

/** A measure, alone (mitigation) or all together (-1), with the same random numbers as without. */
typedef struct gw_measure_row {
    int mitigation;
    gw_spread end, cost;
    double gain_p50_s, gain_p80_s; /* earlier end */
    double cost_usd;               /* change of the mean cost, its own price included */
    double usd_per_day;            /* of that for a day of the P80; NaN: nothing is gained */
} gw_measure_row;

#define GW_FRONTIER_MAX 9

/** Cost and date together. */
typedef struct gw_joint {
    double p80_d, p80_usd;
    double both_frac; /* probability that both are kept */
    int n;            /* pairs that are kept together with 80 % */
    double date_frac[GW_FRONTIER_MAX], date_d[GW_FRONTIER_MAX], cost_usd[GW_FRONTIER_MAX];
} gw_joint;

typedef struct gw_schedule_report {
    const gw_model *model; /* borrowed */
    gw_arena *arena;       /* owns everything here */
    gw_state *base;        /* base case; owned */
    int n_samples;
    uint64_t seed;
    bool has_activities;
    gw_spread end; /* the last activity; without activities, when everything runs */
    gw_spread
        end_independent; /* if every activity drew its own drivers and nothing moved together */
    gw_spread arrival;   /* everything runs: building AND power AND chips at all sites */
    gw_spread cost;
    gw_joint joint;
    gw_activity_row *activities; /* [n_activities] */
    gw_event_row *risks, *commitments;
    gw_site_row *sites;
    int n_lots;
    gw_lot_row *lots;
    int n_measures;
    gw_measure_row *measures;
    int n_chain;
    int *chain; /* critical path of the base case, earliest first */
} gw_schedule_report;

typedef struct gw_schedule_opts {
    int n_samples; /* >= 1 */
    uint64_t seed;
    int n_threads;       /* 0: all cores */
    int n_measures;      /* rows wanted */
    const int *measures; /* [n_measures] mitigations; -1: all together */
} gw_schedule_opts;

/** Memory that a run will need. */
double gw_schedule_need_B(const gw_model *model, int n_samples);
/** *out is owned by the caller (gw_schedule_free); the model must outlive it. Errors: GW_E_MEM. */
GW_MUST_USE gw_code gw_schedule_run(const gw_model *model, const gw_schedule_opts *opts,
                                    gw_schedule_report **out);
void gw_schedule_free(gw_schedule_report *report);

#endif
