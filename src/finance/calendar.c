/* finance/calendar.c: money on the months of the horizon.
 * In:    amounts with dates.
 * Out:   [n_months] amounts.
 * Model: linear spread; the part before a date is (date - from) / (until - from), limited to 0..1,
 *        and a month gets the difference between its two ends, so the parts sum to the amount.
 * Valid: any dates. Month 0 also takes everything earlier.
 * Derivation: by definition. */
#include "finance/calendar.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

double gw_calendar_start_d(const gw_calendar *calendar, int m) {
    return gw_month_start_d(calendar->month0 + m);
}

double gw_calendar_seconds(const gw_calendar *calendar, int m) {
    return gw_month_days(calendar->month0 + m) * GW_DAY_s;
}

int gw_calendar_month(const gw_calendar *calendar, double date_d) {
    if (isnan(date_d) || date_d >= gw_calendar_start_d(calendar, calendar->n_months)) {
        return calendar->n_months;
    }
    int m = gw_month_of_date(date_d) - calendar->month0;
    return m > 0 ? m : 0;
}

double gw_calendar_share(const gw_calendar *calendar, int m, double from_d, double until_d) {
    double start_d = gw_calendar_start_d(calendar, m);
    return gw_span_share(start_d, gw_month_days(calendar->month0 + m), from_d, until_d);
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
