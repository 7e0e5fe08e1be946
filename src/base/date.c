/* base/date.c: proleptic Gregorian calendar on days since 1970-01-01.
 * Sources: H. Hinnant, "chrono-compatible low-level date algorithms" (days_from_civil,
 * civil_from_days). */
#include "base/date.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* Days far outside the calendar of any programme are clamped so that conversions cannot overflow.
 */
#define DATE_LIMIT_d 3.0e8

double gw_date_from_civil(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int month_from_march = month > 2 ? month - 3 : month + 9;
    int day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (double)era * 146097.0 + (double)(day_of_era - 719468);
}

void gw_date_to_civil(double date_d, int *year, int *month, int *day) {
    if (isnan(date_d)) {
        *year = *month = *day = 0;
        return;
    }
    long days = (long)floor(fmax(-DATE_LIMIT_d, fmin(DATE_LIMIT_d, date_d))) + 719468;
    long era = (days >= 0 ? days : days - 146096) / 146097;
    int day_of_era = (int)(days - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *year = (int)(year_of_era + era * 400) + (*month <= 2 ? 1 : 0);
}

/* Exactly n decimal digits; moves *text behind them. */
static bool read_digits(const char **text, int n, int *out) {
    int value = 0;
    for (int i = 0; i < n; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = 10 * value + (c - '0');
    }
    *text += n;
    *out = value;
    return true;
}

static double pick(double first_d, double next_d, gw_date_part part) {
    switch (part) {
    case GW_DATE_START:
        return first_d;
    case GW_DATE_MIDDLE:
        return first_d + floor((next_d - first_d - 1.0) / 2.0);
    case GW_DATE_END:
        return next_d - 1.0;
    }
    return first_d;
}

gw_code gw_date_parse(const char *text, gw_date_part part, double *date_d) {
    int year;
    int number;
    if (!read_digits(&text, 4, &year)) {
        return GW_E_SYNTAX;
    }
    if (*text == '\0') {
        *date_d = pick(gw_date_from_civil(year, 1, 1), gw_date_from_civil(year + 1, 1, 1), part);
        return GW_OK;
    }
    if (*text++ != '-') {
        return GW_E_SYNTAX;
    }
    bool is_quarter = *text == 'Q' || *text == 'q';
    text += is_quarter ? 1 : 0;
    if (!read_digits(&text, is_quarter ? 1 : 2, &number)) {
        return GW_E_SYNTAX;
    }
    if (*text == '\0') {
        if (number < 1 || number > (is_quarter ? 4 : 12)) {
            return GW_E_RANGE;
        }
        int n_months = is_quarter ? 3 : 1;
        int month = year * 12 + (number - 1) * n_months;
        *date_d = pick(gw_month_start_d(month), gw_month_start_d(month + n_months), part);
        return GW_OK;
    }
    int day;
    if (is_quarter || *text++ != '-' || !read_digits(&text, 2, &day) || *text != '\0') {
        return GW_E_SYNTAX;
    }
    if (number < 1 || number > 12 || day < 1 || day > (int)gw_month_days(year * 12 + number - 1)) {
        return GW_E_RANGE;
    }
    *date_d = gw_date_from_civil(year, number, day);
    return GW_OK;
}

void gw_date_format(double date_d, char *out, unsigned long n) {
    if (n == 0) {
        return;
    }
    if (!isfinite(date_d)) {
        snprintf(out, n, "-");
        return;
    }
    int year;
    int month;
    int day;
    gw_date_to_civil(date_d, &year, &month, &day);
    snprintf(out, n, "%04d-%02d-%02d", year, month, day);
}

int gw_month_of_date(double date_d) {
    int year;
    int month;
    int day;
    gw_date_to_civil(date_d, &year, &month, &day);
    return year * 12 + month - 1;
}

double gw_month_start_d(int month) {
    int year = (month >= 0 ? month : month - 11) / 12;
    return gw_date_from_civil(year, month - year * 12 + 1, 1);
}

double gw_month_days(int month) {
    static const double days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = (month >= 0 ? month : month - 11) / 12;
    int of_year = month - year * 12;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return of_year == 1 && leap ? 29.0 : days[of_year];
}

int gw_month_of_year(int month) {
    int rest = month % 12;
    return rest < 0 ? rest + 12 : rest;
}

double gw_span_share(double start_d, double days, double from_d, double until_d) {
    if (isnan(from_d) || !(days > 0.0)) {
        return 0.0;
    }
    double end_d = start_d + days;
    double to_d = isnan(until_d) ? end_d : fmin(until_d, end_d);
    return fmin(fmax((to_d - fmax(from_d, start_d)) / days, 0.0), 1.0);
}
