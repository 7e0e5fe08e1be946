/* finance/depreciation.h: how an asset loses its worth, and what the tax office believes. Tables and
 * formulas: depreciation.c. */
#ifndef GW_FINANCE_DEPRECIATION_H
#define GW_FINANCE_DEPRECIATION_H

#include "finance/calendar.h"

/** Share written off in the k-th tax year (0 = year of service) of the 5- or 15-year class, half-year
 * convention; 0 beyond the table. */
double gw_macrs_frac(int class_years, int k);

/** Worth over price of an asset that earns a rent changing by `change` a year, at an age, as the
 * present value at `rate` of the rents still to come within its life. 1 when new, 0 at the end; never
 * above 1. */
double gw_economic_value_frac(double age_yr, double life_yr, double change, double rate);

/** Books a MACRS write-off on months: each tax year's share evenly over the months in service.
 *  @param out_usd  [n_months], added to
 *  @return share of the cost written off by the end of the horizon */
double gw_macrs_book(const gw_calendar *calendar, double cost_usd, double service_d,
                     int class_years, double *out_usd);

#endif
