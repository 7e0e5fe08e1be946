/* finance/calendar.h: money on the months of the horizon. */
#ifndef GW_FINANCE_CALENDAR_H
#define GW_FINANCE_CALENDAR_H

#include "base/arena.h"

/** Month m = 0..n_months-1 is month0 + m in the count of base/date.h. */
typedef struct gw_calendar {
    int month0, n_months;
    const double
        *start_d; /* [n_months + 1] first days, from gw_calendar_starts; NULL: worked out */
} gw_calendar;

/** First days of the months, for gw_calendar.start_d: the calendar is asked often. */
double *gw_calendar_starts(const gw_calendar *calendar, gw_arena *arena);

double gw_calendar_start_d(const gw_calendar *calendar,
                           int m); /* m = n_months: end of the horizon */
double gw_calendar_seconds(const gw_calendar *calendar, int m);
/** Month that holds a date: 0 for dates before the horizon, n_months for later ones and NaN. */
int gw_calendar_month(const gw_calendar *calendar, double date_d);
/** Share of month m between two dates (until NaN: for good; from NaN: never). */
double gw_calendar_share(const gw_calendar *calendar, int m, double from_d, double until_d);
/** Julian years from a date to the middle of month m; negative before it. */
double gw_calendar_years_since(const gw_calendar *calendar, int m, double date_d);
/** Adds an amount, spread evenly from one date to another (at once if they are not in order). What
 * falls before the horizon goes to month 0, what falls after it is left out.
 *  @param out_usd  [n_months], added to */
void gw_calendar_spread(const gw_calendar *calendar, double amount_usd, double from_d,
                        double until_d, double *out_usd);
/** Share of an even spread that has happened by a date. */
double gw_spread_share(double from_d, double until_d, double by_d);

#endif
