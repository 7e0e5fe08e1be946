/* finance/tvm.c: time value of money: what level payments are worth, and which ones pay a capital.
 *
 * In:    rate per period, number of periods.
 * Out:   factors.
 * Model: geometric sum (1 - (1 + rate)^-n) / rate, written with log1p and expm1 so that small rates
 *        lose no digits. Rate 0 is the limit. Draws: balance = (balance + draw)(1 + rate), period by
 *        period. Periods: solved from the same sum.
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

double gw_tvm_periods(double rate, double payment, double present, double future) {
    if (!(rate > -1.0)) {
        return GW_NAN;
    }
    if (rate == 0.0) {
        double periods = -(present + future) / payment;
        return periods >= 0.0 && isfinite(periods) ? periods : GW_NAN;
    }
    /* (1 + rate)^n (present + payment / rate) = payment / rate - future */
    double ratio = (payment / rate - future) / (payment / rate + present);
    double periods = log(ratio) / log1p(rate);
    return periods >= 0.0 && isfinite(periods) ? periods : GW_NAN;
}

double gw_tvm_drawn(double sum, int n_draws, double rate) {
    double balance = 0.0;
    for (int k = 0; k < n_draws; k++) {
        balance = (balance + sum / n_draws) * (1.0 + rate);
    }
    return balance;
}
