/* engine/schedule_job.h: what the two halves of the schedule run share: the samples of everything, kept
 * by columns, and the reductions over them. Internal to engine/. */
#ifndef GW_ENGINE_SCHEDULE_JOB_H
#define GW_ENGINE_SCHEDULE_JOB_H

#include "engine/schedule_run.h"

/* Columns [items x n_samples]: the samples of one thing stand together. */
typedef struct gw_schedule_columns {
    double *end_d, *arrival_d, *cost_usd; /* [n_samples] */
    double *start_d, *finish_d, *float_s, *wait_s;
    double *first_d, *full_d, *lot_wait_s;
    unsigned char *critical, *risk, *withdrawn, *last;
} gw_schedule_columns;

typedef struct gw_schedule_job {
    const gw_model *model;
    gw_state **states;
    gw_schedule_columns c;
    bool brief; /* only end, arrival and cost */
    bool fixed; /* no draw changes network and cooling */
    uint64_t seed;
    size_t n;
    gw_schedule_report *report;
} gw_schedule_job;

/** Percentiles of n samples; NaN entries count as never. */
gw_spread gw_schedule_spread(const double *x, size_t n, double base);
/** What the plan looks like with and without an event. happened[n_samples] */
gw_event_row gw_schedule_event(const gw_schedule_job *j, const unsigned char *happened);
void gw_schedule_fill_activity(const gw_schedule_job *j, size_t i);
/** Sites and lots. */
void gw_schedule_fill_places(const gw_schedule_job *j);
/** Cost and date together. */
void gw_schedule_fill_joint(const gw_schedule_job *j);

#endif
