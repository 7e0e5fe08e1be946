/* finance/tvm.h: time value of money. Rates are per period, counts of periods may be fractional.
 * Sign convention of the annuity functions: money received is positive, money paid negative, and
 *     pv (1 + rate)^n + pmt (1 + rate when) ((1 + rate)^n - 1) / rate + fv = 0
 * with when = 0 for payments at the end of a period and 1 at the beginning. */
#ifndef GW_FINANCE_TVM_H
#define GW_FINANCE_TVM_H

typedef enum gw_when { GW_WHEN_END = 0, GW_WHEN_BEGIN = 1 } gw_when;

/** Worth today of one unit at the end of each of n periods; n at rate 0. NaN for rate <= -1. */
double gw_annuity_factor(double rate, double n);
/** The same when the unit grows with `growth` per period: sum of ((1 + growth) / (1 + rate))^k, k
 * = 1..n. */
double gw_annuity_factor_growing(double rate, double growth, double n);
/** Capital recovery factor: level payment per unit of capital. */
double gw_capital_recovery_factor(double rate, double n);

double gw_tvm_payment(double rate, double n, double pv_usd, double fv_usd, gw_when when);
/** Interest and principal parts of payment k = 1..n. */
double gw_tvm_interest_part(double rate, double k, double n, double pv_usd, double fv_usd,
                            gw_when when);
double gw_tvm_principal_part(double rate, double k, double n, double pv_usd, double fv_usd,
                             gw_when when);
double gw_tvm_future_value(double rate, double n, double pmt_usd, double pv_usd, gw_when when);
double gw_tvm_present_value(double rate, double n, double pmt_usd, double fv_usd, gw_when when);
double gw_tvm_periods(double rate, double pmt_usd, double pv_usd, double fv_usd, gw_when when);
/** The rate per period in (-0.99, 10); NaN if there is none or more than one. */
double gw_tvm_rate(double n, double pmt_usd, double pv_usd, double fv_usd, gw_when when);

/** Worth at the time of flow[0]; flow[k] comes k periods later. */
double gw_npv(double rate, const double *flow_usd, int n);
/** Worth of a capital that waits for `years`, over the capital: (1 + rate)^years - 1. */
double gw_carry_factor(double rate, double years);
/** Balance after n draws, each made at the beginning of its period, interest added to it. */
double gw_balance_with_interest(double rate, const double *draw_usd, int n);
/** Debt that n level services of cfads / dscr repay. */
double gw_debt_capacity(double cfads_usd, double dscr, double rate, double n);
/** Energy cost that pays a plant: (fcr x capital + fixed) / energy + variable. */
double gw_levelised_cost(double capital_usd, double fixed_usd_per_yr, double fcr,
                         double energy_per_yr, double variable_usd);
/** State and federal tax when state tax is deductible from federal income. */
double gw_tax_rate_combined(double federal, double state);
/** Share of a five-year US asset that is depreciated in year 1..6 (half-year convention); else 0.
 */
double gw_macrs_five_year_frac(int year);

#endif
