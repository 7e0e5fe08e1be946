/* finance/calendar.c: money on the months of the horizon.
 * In:    amounts with dates.
 * Out:   [n_months] amounts.
 * Model: linear spread; the part before a date is (date - from) / (until - from), limited to 0..1,
 *        and a month gets the difference between its two ends, so the parts sum to the amount.
 * Valid: any dates. Month 0 also takes everything earlier.
 * Derivation: by definition. */
#include "finance/calendar.h"

#include <math.h>
#include <stdbool.h>

#include "base/code.h"
#include "base/date.h"

double *gw_calendar_starts(const gw_calendar *calendar, gw_arena *arena) {
    double *start_d = GW_NEW_N(arena, calendar->n_months + 1, double);
    for (int m = 0; m <= calendar->n_months; m++) {
        start_d[m] = gw_month_start_d(calendar->month0 + m);
    }
    return start_d;
}

double gw_calendar_start_d(const gw_calendar *calendar, int m) {
    bool known = calendar->start_d != NULL && m >= 0 && m <= calendar->n_months;
    return known ? calendar->start_d[m] : gw_month_start_d(calendar->month0 + m);
}

static double days(const gw_calendar *calendar, int m) {
    return gw_calendar_start_d(calendar, m + 1) - gw_calendar_start_d(calendar, m);
}

double gw_calendar_seconds(const gw_calendar *calendar, int m) {
    return days(calendar, m) * GW_DAY_s;
}

/* Month of a date within the horizon, by the table: near the guess by mean months. */
static int look_up(const gw_calendar *calendar, double date_d) {
    int m = (int)((date_d - calendar->start_d[0]) * 12.0 / GW_YEAR_d);
    m = m < calendar->n_months - 1 ? m : calendar->n_months - 1;
    while (m > 0 && date_d < calendar->start_d[m]) {
        m--;
    }
    while (m < calendar->n_months - 1 && date_d >= calendar->start_d[m + 1]) {
        m++;
    }
    return m;
}

int gw_calendar_month(const gw_calendar *calendar, double date_d) {
    if (isnan(date_d) || date_d >= gw_calendar_start_d(calendar, calendar->n_months)) {
        return calendar->n_months;
    }
    if (date_d < gw_calendar_start_d(calendar, 0)) {
        return 0;
    }
    return calendar->start_d != NULL ? look_up(calendar, date_d)
                                     : gw_month_of_date(date_d) - calendar->month0;
}

double gw_calendar_share(const gw_calendar *calendar, int m, double from_d, double until_d) {
    double start_d = gw_calendar_start_d(calendar, m);
    return gw_span_share(start_d, days(calendar, m), from_d, until_d);
}

double gw_calendar_years_since(const gw_calendar *calendar, int m, double date_d) {
    double middle_d =
        0.5 * (gw_calendar_start_d(calendar, m) + gw_calendar_start_d(calendar, m + 1));
    return (middle_d - date_d) / GW_YEAR_d;
}

double gw_spread_share(double from_d, double until_d, double by_d) {
    if (isnan(until_d) || by_d <= from_d) {
        return 0.0;
    }
    if (!(until_d > from_d) || by_d >= until_d) {
        return by_d >= until_d ? 1.0 : 0.0;
    }
    return (by_d - from_d) / (until_d - from_d);
}

void gw_calendar_spread(const gw_calendar *calendar, double amount_usd, double from_d,
                        double until_d, double *out_usd) {
    if (!(until_d > from_d)) {
        int m = gw_calendar_month(calendar, until_d);
        if (m < calendar->n_months) {
            out_usd[m] += amount_usd;
        }
        return;
    }
    double before = 0.0;
    for (int m = gw_calendar_month(calendar, from_d); m < calendar->n_months && before < 1.0; m++) {
        double share = gw_spread_share(from_d, until_d, gw_calendar_start_d(calendar, m + 1));
        out_usd[m] += (share - before) * amount_usd;
        before = share;
    }
}
