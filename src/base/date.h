/* base/date.h: proleptic Gregorian calendar. A date is a double: days since 1970-01-01 00:00 UTC,
 * so a date can be uncertain like any other quantity. */
#ifndef GW_BASE_DATE_H
#define GW_BASE_DATE_H

#include "base/code.h"

#define GW_DAY_s 86400.0
#define GW_YEAR_d 365.25 /* Julian year, used for rates per year */

typedef enum gw_date_part { GW_DATE_START, GW_DATE_MIDDLE, GW_DATE_END } gw_date_part;

double gw_date_from_civil(int year, int month, int day);
void gw_date_to_civil(double date_d, int *year, int *month, int *day);
/** Reads "2026", "2026-Q3", "2026-06" or "2026-06-30". A text without a day names a period: `part`
 * says which day of it is meant (END = its last day). GW_E_SYNTAX or GW_E_RANGE (13th month, 31
 * June). */
GW_MUST_USE gw_code gw_date_parse(const char *text, gw_date_part part, double *date_d);
/** "2026-06-30"; needs 11 bytes or more. Rounds down to the day. NaN gives "-". */
void gw_date_format(double date_d, char *out, unsigned long n);

/** Months count from January of year 0: month = year * 12 + (month_of_year - 1). */
int gw_month_of_date(double date_d);
double gw_month_start_d(int month);
double gw_month_days(int month);
/** 0 = January .. 11 = December, for any month. */
int gw_month_of_year(int month);

/** Share of a span of days in which something is there from one date (NaN: never) until another
 *  (NaN: for good). */
double gw_span_share(double start_d, double days, double from_d, double until_d);

#endif
