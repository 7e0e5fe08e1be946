/* finance/tvm.c: time value of money: what level payments are worth, and which ones pay a capital.
 *
 * In:    rate per period, number of periods.
 * Out:   factors.
 * Model: geometric sum (1 - (1 + rate)^-n) / rate, written with log1p and expm1 so that small rates
 *        lose no digits. Rate 0 is the limit.
 * Valid: rate > -1; otherwise NaN.
 * Sources: textbook annuity mathematics; numpy-financial (BSD), NREL ssc and REopt.jl publish the
 *        test values. */
#include "finance/tvm.h"

#include <math.h>

#include "base/code.h"
#include "model.h"

double gw_annuity_factor(double rate, double n) {
    if (!(rate > -1.0)) {
        return GW_NAN;
    }
    return rate == 0.0 ? n : -expm1(-n * log1p(rate)) / rate;
}

double gw_capital_recovery_factor(double rate, double n) {
    return 1.0 / gw_annuity_factor(rate, n);
}
