/* programme/workcal.h: working time on a calendar. A day is worked in part or in full: the first
 * days_per_week days of a week from Monday on, less the share lost in its month, nothing within a
 * closure. Formulas and validity: workcal.c, docs/model/schedule.md. */
#ifndef GW_PROGRAMME_WORKCAL_H
#define GW_PROGRAMME_WORKCAL_H

#include "base/arena.h"
#include "scenario/spec.h"

#define GW_WORKCAL_SPAN_d 29000 /* days worked out one by one; beyond them the mean rate holds */

/** Cumulated working days. Filled as far as anybody asked: one a worker, not shared. */
typedef struct gw_worktime {
    double origin_d;      /* a whole day */
    double days_per_week; /* the first so many days from Monday on */
    double open_frac[12]; /* of the working time of each month */
    int n_closures;
    double *from_d, *until_d; /* [n_closures] whole days, until is the first day after */
    double mean_rate;         /* outside the days worked out */
    int n;                    /* days worked out */
    double *cum_d;            /* [GW_WORKCAL_SPAN_d + 1] working days from origin to origin + k */
} gw_worktime;

/** Allocates for a calendar with so many closures; gw_worktime_set must follow. */
void gw_worktime_init(gw_worktime *time, int n_closures, gw_arena *arena);
/** Takes over the numbers of a calendar and forgets what was worked out. */
void gw_worktime_set(gw_worktime *time, const gw_workcal *calendar, double origin_d);

/* NULL for `time` means: every day is worked. */

/** Share of the day of date_d that is worked. */
double gw_worktime_rate(const gw_worktime *time, double date_d);
/** The first instant from date_d on at which work goes on. */
double gw_worktime_begin_d(gw_worktime *time, double date_d);
/** Working days from the origin to date_d (without a calendar: date_d itself). */
double gw_worktime_at(gw_worktime *time, double date_d);
/** The first instant at which `work_d` working days have passed since from_d. */
double gw_worktime_finish_d(gw_worktime *time, double from_d, double work_d);
/** The last instant at which one can begin to have done `work_d` working days by to_d. */
double gw_worktime_start_d(gw_worktime *time, double to_d, double work_d);

#endif
