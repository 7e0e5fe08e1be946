/* finance/depreciation.c: write-offs by the US tax tables and by the fall of the rents.
 * In:    cost, date of service, life, yearly change of the rent, discount rate.
 * Out:   share of the worth that is left, write-offs by month.
 * Model: MACRS (general system, half-year convention): the table's share of each tax year, spread
 *        evenly over the months of that year in which the asset is in service. Economic: with rents
 *        exp(g s) and discounting exp(-p s), g = ln(1 + change), p = ln(1 + rate), the rents from
 *        age t to the end of the life L are worth exp(g t) (1 - exp(-(p - g)(L - t))) / (p - g) at
 *        t; over the same at t = 0. Where rents rise so fast that this exceeds the price, the price
 *        is kept.
 * Valid: what the table held before the horizon is booked in its first month. Bonus depreciation and
 *        the mid-quarter convention are not modelled.
 * Sources: IRS Publication 946, table A-1 (5-year and 15-year columns). Economic depreciation:
 *        Hotelling, J. Am. Stat. Assoc. 20 (1925): the fall of the present value of what is still
 *        to be earned. */
#include "finance/depreciation.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

static const double CLASS_5[] = {0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576};
static const double CLASS_15[] = {0.05,   0.095,  0.0855, 0.077,  0.0693, 0.0623, 0.059,  0.059,
                                  0.0591, 0.0590, 0.0591, 0.0590, 0.0591, 0.0590, 0.0591, 0.0295};

double gw_macrs_frac(int class_years, int k) {
    int n = class_years == 5 ? (int)(sizeof CLASS_5 / sizeof CLASS_5[0])
                             : (int)(sizeof CLASS_15 / sizeof CLASS_15[0]);
    if (k < 0 || k >= n) {
        return 0.0;
    }
    return class_years == 5 ? CLASS_5[k] : CLASS_15[k];
}

double gw_economic_value_frac(double age_yr, double life_yr, double change, double rate) {
    if (age_yr <= 0.0) {
        return 1.0;
    }
    if (age_yr >= life_yr) {
        return 0.0;
    }
    double g = log1p(change);
    double gap = log1p(rate) - g;
    double left_yr = life_yr - age_yr;
    double frac =
        fabs(gap) < 1e-9 ? left_yr / life_yr : expm1(-gap * left_yr) / expm1(-gap * life_yr);
    return fmin(1.0, exp(g * age_yr) * frac);
}

double gw_macrs_book(const gw_calendar *calendar, double cost_usd, double service_d,
                     int class_years, double *out_usd) {
    if (isnan(service_d)) {
        return 0.0;
    }
    int service = gw_month_of_date(service_d); /* absolute month */
    int december = service + 11 - gw_month_of_year(service);
    double booked = 0.0;
    int first = service;
    for (int k = 0; gw_macrs_frac(class_years, k) > 0.0; k++) {
        double monthly = gw_macrs_frac(class_years, k) / (double)(december - first + 1);
        for (int month = first; month <= december; month++) {
            int m = month - calendar->month0;
            booked += m < calendar->n_months ? monthly : 0.0;
            if (m < calendar->n_months) {
                out_usd[m > 0 ? m : 0] += monthly * cost_usd;
            }
        }
        first = december + 1;
        december += 12;
    }
    return booked;
}
