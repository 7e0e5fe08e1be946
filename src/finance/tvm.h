/* finance/tvm.h: time value of money. Rates are per period; counts of periods may be fractional. */
#ifndef GW_FINANCE_TVM_H
#define GW_FINANCE_TVM_H

/** Worth today of one unit at the end of each of n periods; n at rate 0. NaN for rate <= -1. */
double gw_annuity_factor(double rate, double n);

/** Periods until `present` with a `payment` at the end of each period has become -`future`: money
 *  received is positive, money paid negative. NaN if it never does. */
double gw_tvm_periods(double rate, double payment, double present, double future);

/** What equal draws at the beginning of each period have grown to at the end of the last: interest
 *  during construction included. */
double gw_tvm_drawn(double sum, int n_draws, double rate);

#endif
