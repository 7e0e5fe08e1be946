/* finance/tvm.c: time value of money.
 *
 * In:   rates per period, numbers of periods, payments.   Out: payments, values, factors.
 * Model: geometric sums; written with log1p and expm1 so that small rates lose no digits. Rate 0 is
 * the limit. Valid: rate > -1; otherwise NaN. Sources: textbook annuity mathematics in the sign
 * convention of spreadsheets and of numpy-financial (BSD), whose published test values are the
 * oracle; IRS Publication 946 table A-1 (five-year property, half-year convention); NREL ssc,
 * `lcoefcr` (fixed charge rate method); REopt.jl (growing annuity). */
#include "finance/tvm.h"

#include <math.h>

#include "base/code.h"
#include "finance/irr.h"

/* (1 + rate)^n - 1 */
static double growth_minus_1(double rate, double n) {
    return expm1(n * log1p(rate));
}

double gw_annuity_factor(double rate, double n) {
    if (!(rate > -1.0)) {
        return GW_NAN;
    }
    return rate == 0.0 ? n : -growth_minus_1(rate, -n) / rate;
}

double gw_annuity_factor_growing(double rate, double growth, double n) {
    if (!(rate > -1.0) || !(growth > -1.0)) {
        return GW_NAN;
    }
    return gw_annuity_factor((rate - growth) / (1.0 + growth), n);
}

double gw_capital_recovery_factor(double rate, double n) {
    return 1.0 / gw_annuity_factor(rate, n);
}

/* Future worth of one unit in each period. */
static double series_factor(double rate, double n, gw_when when) {
    if (rate == 0.0) {
        return n;
    }
    double at_begin = when == GW_WHEN_BEGIN ? 1.0 + rate : 1.0;
    return at_begin * growth_minus_1(rate, n) / rate;
}

double gw_tvm_payment(double rate, double n, double pv_usd, double fv_usd, gw_when when) {
    double growth = 1.0 + growth_minus_1(rate, n);
    return -(fv_usd + pv_usd * growth) / series_factor(rate, n, when);
}

double gw_tvm_future_value(double rate, double n, double pmt_usd, double pv_usd, gw_when when) {
    double growth = 1.0 + growth_minus_1(rate, n);
    return -(pv_usd * growth + pmt_usd * series_factor(rate, n, when));
}

double gw_tvm_present_value(double rate, double n, double pmt_usd, double fv_usd, gw_when when) {
    double growth = 1.0 + growth_minus_1(rate, n);
    return -(fv_usd + pmt_usd * series_factor(rate, n, when)) / growth;
}

double gw_tvm_interest_part(double rate, double k, double n, double pv_usd, double fv_usd,
                            gw_when when) {
    if (k < 1.0 || k > n || (when == GW_WHEN_BEGIN && k == 1.0)) {
        return k >= 1.0 && k <= n ? 0.0 : GW_NAN;
    }
    double payment_usd = gw_tvm_payment(rate, n, pv_usd, fv_usd, when);
    double interest_usd = gw_tvm_future_value(rate, k - 1.0, payment_usd, pv_usd, when) * rate;
    return when == GW_WHEN_BEGIN ? interest_usd / (1.0 + rate) : interest_usd;
}

double gw_tvm_principal_part(double rate, double k, double n, double pv_usd, double fv_usd,
                             gw_when when) {
    return gw_tvm_payment(rate, n, pv_usd, fv_usd, when) -
           gw_tvm_interest_part(rate, k, n, pv_usd, fv_usd, when);
}

double gw_tvm_periods(double rate, double pmt_usd, double pv_usd, double fv_usd, gw_when when) {
    if (rate == 0.0) {
        return pmt_usd == 0.0 ? GW_NAN : -(fv_usd + pv_usd) / pmt_usd;
    }
    double z = pmt_usd * (when == GW_WHEN_BEGIN ? 1.0 + rate : 1.0) / rate;
    return log((z - fv_usd) / (z + pv_usd)) / log1p(rate);
}

double gw_tvm_rate(double n, double pmt_usd, double pv_usd, double fv_usd, gw_when when) {
    int n_periods = (int)n;
    if (!(n >= 1.0) || n > GW_TVM_RATE_MAX || (double)n_periods != n) {
        return GW_NAN;
    }
    double flow_usd[GW_TVM_RATE_MAX + 1] = {0};
    for (int k = 0; k < n_periods; k++) {
        flow_usd[when == GW_WHEN_BEGIN ? k : k + 1] += pmt_usd;
    }
    flow_usd[0] += pv_usd;
    flow_usd[n_periods] += fv_usd;
    gw_irr irr = gw_irr_find(flow_usd, n_periods + 1, 1.0);
    return irr.n == 1 ? irr.root[0] : GW_NAN;
}

double gw_npv(double rate, const double *flow_usd, int n) {
    if (!(rate > -1.0)) {
        return GW_NAN;
    }
    double sum_usd = 0.0;
    for (int k = n - 1; k >= 0; k--) {
        sum_usd = sum_usd / (1.0 + rate) + flow_usd[k];
    }
    return sum_usd;
}

double gw_carry_factor(double rate, double years) {
    return growth_minus_1(rate, years);
}

double gw_balance_with_interest(double rate, const double *draw_usd, int n) {
    double balance_usd = 0.0;
    for (int k = 0; k < n; k++) {
        balance_usd = (balance_usd + draw_usd[k]) * (1.0 + rate);
    }
    return balance_usd;
}

double gw_debt_capacity(double cfads_usd, double dscr, double rate, double n) {
    return dscr > 0.0 ? cfads_usd / dscr * gw_annuity_factor(rate, n) : GW_NAN;
}

double gw_levelised_cost(double capital_usd, double fixed_usd_per_yr, double fcr,
                         double energy_per_yr, double variable_usd) {
    return energy_per_yr > 0.0
               ? (fcr * capital_usd + fixed_usd_per_yr) / energy_per_yr + variable_usd
               : GW_NAN;
}

double gw_tax_rate_combined(double federal, double state) {
    return state + federal * (1.0 - state);
}

double gw_macrs_five_year_frac(int year) {
    static const double frac[] = {0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576};
    return year >= 1 && year <= 6 ? frac[year - 1] : 0.0;
}
