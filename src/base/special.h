/* base/special.h: special functions. Relative accuracy 1e-12 unless said otherwise. */
#ifndef GW_BASE_SPECIAL_H
#define GW_BASE_SPECIAL_H

double gw_normal_cdf(double z);
double gw_normal_quantile(double p);                   /* p in (0, 1); +-inf at the ends */
double gw_beta_cdf(double x, double a, double b);      /* regularised incomplete beta */
double gw_beta_quantile(double p, double a, double b); /* accuracy 1e-10 */
double gw_lambert_w0(double x);                        /* principal branch, x >= -1/e */
double gw_poisson_cdf(double k, double mean);          /* P(N <= floor(k)) */

#endif
