/* base/special.c: normal, beta, Lambert and Poisson functions.
 * Sources: normal quantile: Wichura, "Algorithm AS 241", Appl. Stat. 37 (1988). Beta: continued
 * fraction DLMF 8.17.22 by Lentz's method; start of the quantile: Abramowitz and Stegun 26.5.22.
 * Poisson: DLMF 8.7.1 and 8.9.2 with the prefactor of Loader, "Fast and accurate computation of
 * binomial probabilities" (2000). Lambert: Halley's method, DLMF 4.13. Valid: beta parameters up to
 * about 1e4 (beyond, the logarithms of gamma cost digits). */
#include "base/special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "base/code.h"

double gw_normal_cdf(double z) {
    return 0.5 * erfc(-z * M_SQRT1_2);
}

static double poly(const double *c, int n, double x) {
    double sum = c[n - 1];
    for (int i = n - 2; i >= 0; i--) {
        sum = sum * x + c[i];
    }
    return sum;
}

/* Rational approximations of AS 241 in three ranges: |p - 1/2| <= 0.425, moderate and far tails. */
static const double MIDDLE_TOP[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                     1.9715909503065514427e3, 1.3731693765509461125e4,
                                     4.5921953931549871457e4, 6.7265770927008700853e4,
                                     3.3430575583588128105e4, 2.5090809287301226727e3};
static const double MIDDLE_BOTTOM[8] = {1.0,
                                        4.2313330701600911252e1,
                                        6.8718700749205790830e2,
                                        5.3941960214247511077e3,
                                        2.1213794301586595867e4,
                                        3.9307895800092710610e4,
                                        2.8729085735721942674e4,
                                        5.2264952788528545610e3};
static const double TAIL_TOP[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                   5.76949722146069140550e0,  3.64784832476320460504e0,
                                   1.27045825245236838258e0,  2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double TAIL_BOTTOM[8] = {1.0,
                                      2.05319162663775882187e0,
                                      1.67638483018380384940e0,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9};
static const double FAR_TOP[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                  1.78482653991729133580e0,  2.96560571828504891230e-1,
                                  2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double FAR_BOTTOM[8] = {1.0,
                                     5.99832206555887937690e-1,
                                     1.36929880922735805310e-1,
                                     1.48753612908506148525e-2,
                                     7.86869131145613259100e-4,
                                     1.84631831751005468180e-5,
                                     1.42151175831644588870e-7,
                                     2.04426310338993978564e-15};

double gw_normal_quantile(double p) {
    if (!(p >= 0.0 && p <= 1.0)) {
        return GW_NAN;
    }
    if (p == 0.0 || p == 1.0) {
        return p == 0.0 ? -GW_INF : GW_INF;
    }
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * poly(MIDDLE_TOP, 8, r) / poly(MIDDLE_BOTTOM, 8, r);
    }
    double r = sqrt(-log(q < 0.0 ? p : 1.0 - p));
    double z = r <= 5.0 ? poly(TAIL_TOP, 8, r - 1.6) / poly(TAIL_BOTTOM, 8, r - 1.6)
                        : poly(FAR_TOP, 8, r - 5.0) / poly(FAR_BOTTOM, 8, r - 5.0);
    return q < 0.0 ? -z : z;
}

/* ln B(a, b). The re-entrant lgamma: the plain one writes a global sign. */
static double log_beta(double a, double b) {
    int sign;
    return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

static double away_from_zero(double x) {
    return fabs(x) < DBL_MIN / DBL_EPSILON ? DBL_MIN / DBL_EPSILON : x;
}

static double beta_fraction(double x, double a, double b) {
    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double value = d;
    for (int m = 1; m <= 10000; m++) {
        double am = a + 2.0 * m;
        double even = m * (b - m) * x / ((am - 1.0) * am);
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        double odd = -(a + m) * (a + b + m) * x / (am * (am + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        double step = d * c;
        value *= step;
        if (fabs(step - 1.0) <= 2.0 * DBL_EPSILON) {
            break;
        }
    }
    return value;
}

/* The incomplete beta function for 0 < x < 1; power = x^a (1-x)^b / B(a, b). */
static double beta_cdf_inner(double x, double a, double b, double power) {
    if (x < (a + 1.0) / (a + b + 2.0)) {
        return power * beta_fraction(x, a, b) / a;
    }
    return 1.0 - power * beta_fraction(1.0 - x, b, a) / b;
}

double gw_beta_cdf(double x, double a, double b) {
    if (isnan(x) || !(a > 0.0) || !(b > 0.0)) {
        return GW_NAN;
    }
    if (x <= 0.0 || x >= 1.0) {
        return x <= 0.0 ? 0.0 : 1.0;
    }
    return beta_cdf_inner(x, a, b, exp(a * log(x) + b * log1p(-x) - log_beta(a, b)));
}

static double beta_quantile_start(double p, double a, double b, double log_b) {
    double x;
    if (a >= 1.0 && b >= 1.0) {
        double z = gw_normal_quantile(p);
        double lambda = (z * z - 3.0) / 6.0;
        double ra = 1.0 / (2.0 * a - 1.0);
        double rb = 1.0 / (2.0 * b - 1.0);
        double h = 2.0 / (ra + rb);
        double w = -z * sqrt(fmax(0.0, h + lambda)) / h -
                   (rb - ra) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
        x = a / (a + b * exp(2.0 * w));
    } else {
        double left = exp(a * log(a / (a + b))) / a;
        double right = exp(b * log(b / (a + b))) / b;
        double whole = left + right;
        x = p < left / whole ? pow(a * whole * p, 1.0 / a)
                             : 1.0 - pow(b * whole * (1.0 - p), 1.0 / b);
    }
    /* Near zero the leading power law is better than either; near one its mirror image is. */
    double power_law = exp((log(p * a) + log_b) / a);
    if (power_law < 0.02) {
        x = power_law;
    }
    return x > 0.0 && x < 1.0 ? x : 0.5;
}

/* Halley steps on F(x) - p, thrown back on bisection whenever one leaves the bracket. */
static double beta_quantile_solve(double p, double a, double b, double log_b) {
    double low = 0.0;
    double high = 1.0;
    double x = beta_quantile_start(p, a, b, log_b);
    for (int i = 0; i < 200; i++) {
        double power = exp(a * log(x) + b * log1p(-x) - log_b);
        double error = beta_cdf_inner(x, a, b, power) - p;
        if (error > 0.0) {
            high = x;
        } else {
            low = x;
        }
        double newton = error * x * (1.0 - x) / power;
        double curve = newton * ((a - 1.0) / x - (b - 1.0) / (1.0 - x));
        double step = newton / (1.0 - 0.5 * fmin(1.0, fmax(-1.0, curve)));
        double next = x - step;
        bool inside = next > low && next < high;
        if (!inside) {
            next = 0.5 * (low + high);
            step = x - next;
        }
        x = next;
        /* Halley's error falls with the third power, so the step after this one would not be seen.
         */
        if (fabs(step) <= 1e-5 * x * (1.0 - x) && inside) {
            break;
        }
        if (high - low <= DBL_EPSILON * x) {
            break;
        }
    }
    return x;
}

double gw_beta_quantile(double p, double a, double b) {
    if (!(p >= 0.0 && p <= 1.0) || !(a > 0.0) || !(b > 0.0)) {
        return GW_NAN;
    }
    if (p == 0.0 || p == 1.0) {
        return p;
    }
    double log_b = log_beta(a, b);
    if (p > 0.5) {
        /* Solve from the thin end: 1 - p is exact here and the answer keeps its digits near 1. */
        return 1.0 - beta_quantile_solve(1.0 - p, b, a, log_b);
    }
    return beta_quantile_solve(p, a, b, log_b);
}

double gw_lambert_w0(double x) {
    double e_x1 = x * M_E + 1.0;
    if (isnan(x) || e_x1 < -1e-15) {
        return GW_NAN;
    }
    if (isinf(x)) {
        return GW_INF;
    }
    double w;
    if (e_x1 < 0.3) {
        /* Series at the branch point in s = sqrt(2 (e x + 1)), DLMF 4.13.6. */
        double s = sqrt(2.0 * fmax(0.0, e_x1));
        w = -1.0 + s * (1.0 + s * (-1.0 / 3.0 + s * (11.0 / 72.0 - s * 43.0 / 540.0)));
        if (s < 1e-3) {
            return w;
        }
    } else if (x < 3.0) {
        w = log1p(x) * (1.0 - log1p(log1p(x)) / (2.0 + log1p(x)));
    } else {
        double l = log(x);
        w = l - log(l) + log(l) / l;
    }
    for (int i = 0; i < 20; i++) {
        double ew = exp(w);
        double error = w * ew - x;
        double w1 = w + 1.0;
        double step = error / (ew * w1 - (w + 2.0) * error / (2.0 * w1));
        w -= step;
        if (fabs(step) <= 1e-7 * fabs(w)) {
            break; /* the next step would be of the order of 1e-21 */
        }
    }
    return w;
}

/* ln n! minus Stirling's approximation, n >= 1. */
static double stirling_error(double n) {
    if (n <= 15.0) {
        int sign;
        return lgamma_r(n + 1.0, &sign) - (n + 0.5) * log(n) + n - 0.5 * log(2.0 * M_PI);
    }
    double n2 = n * n;
    return (1.0 / 12.0 -
            (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * n2)) / n2) / n2) / n2) /
           n;
}

/* n ln(n / mean) + mean - n without cancellation when the two are close. */
static double deviance(double n, double mean) {
    double d = n - mean;
    if (fabs(d) >= 0.1 * (n + mean)) {
        return n * log(n / mean) + mean - n;
    }
    double v = d / (n + mean);
    double sum = d * v;
    double term = 2.0 * n * v;
    for (int j = 1; j < 1000; j++) {
        term *= v * v;
        double next = sum + term / (2.0 * j + 1.0);
        if (next == sum) {
            break;
        }
        sum = next;
    }
    return sum;
}

static double poisson_pmf(double n, double mean) {
    if (n == 0.0) {
        return exp(-mean);
    }
    return exp(-stirling_error(n) - deviance(n, mean)) / sqrt(2.0 * M_PI * n);
}

double gw_poisson_cdf(double k, double mean) {
    if (isnan(k) || !(mean >= 0.0)) {
        return GW_NAN;
    }
    if (k < 0.0) {
        return 0.0;
    }
    double n = floor(k);
    if (mean == 0.0 || isinf(n)) {
        return 1.0;
    }
    if (n <= mean) {
        /* Sum downwards from the largest term: every term is smaller than the one before. */
        double sum = 0.0;
        double term = 1.0;
        double i = n;
        while (i >= 0.0 && term > 1e-18 * sum) {
            sum += term;
            term *= i / mean;
            i -= 1.0;
        }
        return fmin(1.0, poisson_pmf(n, mean) * sum);
    }
    /* The complement, summed upwards from n + 1. */
    double sum = 0.0;
    double term = 1.0;
    double i = n + 2.0;
    while (term > 1e-18 * sum) {
        sum += term;
        term *= mean / i;
        i += 1.0;
    }
    return fmax(0.0, 1.0 - poisson_pmf(n + 1.0, mean) * sum);
}
