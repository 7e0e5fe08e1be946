/* finance/tvm.h: time value of money. Rates are per period; counts of periods may be fractional. */
#ifndef GW_FINANCE_TVM_H
#define GW_FINANCE_TVM_H

/** Worth today of one unit at the end of each of n periods; n at rate 0. NaN for rate <= -1. */
double gw_annuity_factor(double rate, double n);

#endif
