/* programme/workcal.c: working time on a calendar.
 * In:    days worked a week, share lost in each month, closures.
 * Out:   working days between dates, and the dates at which a number of working days begins or ends.
 * Model: work goes on at a rate r(day) that is constant within a day: 1 on the first floor(w) days of
 *        the week from Monday on, w - floor(w) on the next one, 0 on the rest; times 1 - lost(month); 0
 *        within a closure (first and last day included). W(t) = integral of r from a fixed origin.
 *        Finish = the first t with W(t) = W(start) + work; latest start = the last t with
 *        W(t) = W(finish) - work. W is tabulated day by day as far as it is asked for.
 * Valid: exact within GW_WORKCAL_SPAN_d days of the origin; before and after, the mean rate of a year
 *        holds. Rates inside a day are even (no shifts). Weather that is worse than the mean of its
 *        month belongs into a driver or a risk.
 * Derivation: definition of a working calendar; checked against a day-by-day count in
 *        tests/unit/test_programme_schedule.c. */
#include "programme/workcal.h"

#include <math.h>

#include "base/date.h"

void gw_worktime_init(gw_worktime *time, int n_closures, gw_arena *arena) {
    time->from_d = GW_NEW_N(arena, n_closures + 1, double);
    time->until_d = GW_NEW_N(arena, n_closures + 1, double);
    time->cum_d = GW_NEW_N(arena, GW_WORKCAL_SPAN_d + 1, double);
}

void gw_worktime_set(gw_worktime *time, const gw_workcal *calendar, double origin_d) {
    time->origin_d = floor(origin_d);
    time->days_per_week = calendar->days_per_week;
    double open = 0.0;
    for (int m = 0; m < 12; m++) {
        time->open_frac[m] = gw_is_set(calendar->lost[m]) ? 1.0 - calendar->lost[m] : 1.0;
        open += time->open_frac[m] / 12.0;
    }
    time->mean_rate = open * calendar->days_per_week / 7.0;
    time->n_closures = calendar->closures.n;
    for (int i = 0; i < calendar->closures.n; i++) {
        time->from_d[i] = floor(calendar->closures.at[i].from_d);
        time->until_d[i] = floor(calendar->closures.at[i].until_d) + 1.0;
    }
    time->n = 0;
    time->cum_d[0] = 0.0;
}

static double rate_of(const gw_worktime *time, double day_d, int month_of_year) {
    double weekday = fmod(day_d + 3.0, 7.0); /* 1970-01-01 was a Thursday; Monday is 0 */
    weekday += weekday < 0.0 ? 7.0 : 0.0;
    double rate = fmin(fmax(time->days_per_week - weekday, 0.0), 1.0);
    if (rate == 0.0) {
        return 0.0;
    }
    for (int i = 0; i < time->n_closures; i++) {
        if (day_d >= time->from_d[i] && day_d < time->until_d[i]) {
            return 0.0;
        }
    }
    return rate * time->open_frac[month_of_year];
}

static bool is_tabulated(const gw_worktime *time, double date_d) {
    return date_d >= time->origin_d && date_d < time->origin_d + GW_WORKCAL_SPAN_d;
}

double gw_worktime_rate(const gw_worktime *time, double date_d) {
    if (time == NULL) {
        return 1.0;
    }
    if (!is_tabulated(time, date_d)) {
        return time->mean_rate;
    }
    double day_d = floor(date_d);
    return rate_of(time, day_d, gw_month_of_year(gw_month_of_date(day_d)));
}

/* Works out days in blocks until the first n of them are there. */
static void fill_to(gw_worktime *time, int n) {
    n = n < GW_WORKCAL_SPAN_d ? n : GW_WORKCAL_SPAN_d;
    while (time->n < n) {
        double day_d = time->origin_d + time->n;
        int month = gw_month_of_date(day_d);
        int end = (int)(gw_month_start_d(month + 1) - time->origin_d);
        end = end < GW_WORKCAL_SPAN_d ? end : GW_WORKCAL_SPAN_d;
        for (; time->n < end; time->n++) {
            day_d = time->origin_d + time->n;
            time->cum_d[time->n + 1] =
                time->cum_d[time->n] + rate_of(time, day_d, gw_month_of_year(month));
        }
    }
}

double gw_worktime_begin_d(gw_worktime *time, double date_d) {
    if (time == NULL || !is_tabulated(time, date_d)) {
        return date_d;
    }
    int first = (int)(date_d - time->origin_d), k = first;
    for (; k < GW_WORKCAL_SPAN_d; k++) {
        fill_to(time, k + 1);
        if (time->cum_d[k + 1] > time->cum_d[k]) {
            break;
        }
    }
    return k == first ? date_d : time->origin_d + k;
}

double gw_worktime_at(gw_worktime *time, double date_d) {
    if (time == NULL || !isfinite(date_d)) {
        return date_d;
    }
    double since = date_d - time->origin_d;
    if (since < 0.0) {
        return since * time->mean_rate;
    }
    if (since >= GW_WORKCAL_SPAN_d) {
        fill_to(time, GW_WORKCAL_SPAN_d);
        return time->cum_d[GW_WORKCAL_SPAN_d] + (since - GW_WORKCAL_SPAN_d) * time->mean_rate;
    }
    int k = (int)since;
    fill_to(time, k + 1);
    return time->cum_d[k] + (since - k) * (time->cum_d[k + 1] - time->cum_d[k]);
}

/* Sums of shares of days carry rounding errors: work that ends within this of the end of a day ends
 * with the day, and does not run into the next week. */
#define SAME_d 1e-9

static bool is_below(const gw_worktime *time, int k, double target, bool strict) {
    double beyond = time->cum_d[k] - target;
    return strict ? beyond < -SAME_d : beyond <= SAME_d;
}

#define REACH 24 /* days around a guess */

/* The largest k with cum_d[k] < target (strict) or <= target. Looked for around `guess` first. */
static int last_below(const gw_worktime *time, double target, bool strict, double guess) {
    int low = 0, high = time->n, near = (int)fmin(fmax(guess, 0.0), time->n);
    if (near > REACH && is_below(time, near - REACH, target, strict)) {
        low = near - REACH;
    }
    if (near + REACH < high && !is_below(time, near + REACH, target, strict)) {
        high = near + REACH;
    }
    while (high - low > 1) {
        int mid = low + (high - low) / 2;
        bool below = is_below(time, mid, target, strict);
        low = below ? mid : low;
        high = below ? high : mid;
    }
    return low;
}

/* The first (strict) or last date with W = target; guess_d: a date near it. */
static double date_of(gw_worktime *time, double target, bool strict, double guess_d) {
    if (target < 0.0 || (strict && target <= 0.0)) {
        return time->origin_d + target / time->mean_rate;
    }
    while (time->n < GW_WORKCAL_SPAN_d && time->cum_d[time->n] <= target) {
        fill_to(time, time->n + 64);
    }
    if (target > time->cum_d[time->n]) {
        return time->origin_d + time->n + (target - time->cum_d[time->n]) / time->mean_rate;
    }
    int k = last_below(time, target, strict, guess_d - time->origin_d);
    double rate = time->cum_d[k + 1] - time->cum_d[k];
    double part = rate > 0.0 ? (target - time->cum_d[k]) / rate : 1.0;
    part = part > 1.0 - SAME_d ? 1.0 : part < SAME_d ? 0.0 : part;
    return time->origin_d + k + part;
}

double gw_worktime_finish_d(gw_worktime *time, double from_d, double work_d) {
    if (time == NULL || !isfinite(from_d) || work_d <= 0.0) {
        return from_d + fmax(work_d, 0.0);
    }
    double target = gw_worktime_at(time, from_d) + work_d;
    return fmax(date_of(time, target, true, from_d + work_d / time->mean_rate), from_d);
}

double gw_worktime_start_d(gw_worktime *time, double to_d, double work_d) {
    if (time == NULL || !isfinite(to_d) || work_d <= 0.0) {
        return to_d - fmax(work_d, 0.0);
    }
    double target = gw_worktime_at(time, to_d) - work_d;
    return fmin(date_of(time, target, false, to_d - work_d / time->mean_rate), to_d);
}
