/* base/dist.c: distributions of uncertain inputs, drawn by inversion.
 * Sources: PERT: Malcolm et al. (1959), beta form with lambda 4; alpha + beta = 6. */
#include "base/dist.h"

#include <math.h>

#include "base/special.h"

#define PERT_LAMBDA 4.0

static const char *const NAMES[] = {
    [GW_DIST_CONST] = "const",           [GW_DIST_UNIFORM] = "uniform",
    [GW_DIST_TRIANGULAR] = "triangular", [GW_DIST_PERT] = "pert",
    [GW_DIST_NORMAL] = "normal",         [GW_DIST_LOGNORMAL] = "lognormal",
    [GW_DIST_DISCRETE] = "discrete"};

static const int N_PARAMETERS[] = {
    [GW_DIST_CONST] = 1,  [GW_DIST_UNIFORM] = 2,   [GW_DIST_TRIANGULAR] = 3, [GW_DIST_PERT] = 3,
    [GW_DIST_NORMAL] = 2, [GW_DIST_LOGNORMAL] = 2, [GW_DIST_DISCRETE] = 0};

const char *gw_dist_name(gw_dist_kind kind) {
    return (unsigned)kind <= GW_DIST_DISCRETE ? NAMES[kind] : "?";
}

static const char *discrete_problem(const gw_dist *dist) {
    if (dist->n < 1) {
        return "a discrete distribution needs at least one value";
    }
    if (dist->n > GW_DISCRETE_MAX) {
        return "a discrete distribution holds at most 8 values";
    }
    double sum = 0.0;
    for (int i = 0; i < dist->n; i++) {
        if (!isfinite(dist->a[i])) {
            return "a value is not a finite number";
        }
        if (!(dist->p[i] >= 0.0 && dist->p[i] <= 1.0)) {
            return "a probability lies outside 0..1";
        }
        sum += dist->p[i];
    }
    return fabs(sum - 1.0) <= 1e-9 ? NULL : "the probabilities do not add up to 1";
}

const char *gw_dist_problem(const gw_dist *dist) {
    const double *a = dist->a;
    if ((unsigned)dist->kind > GW_DIST_DISCRETE) {
        return "the kind of distribution is unknown";
    }
    if (!isfinite(dist->shift)) {
        return "the shift is not a finite number";
    }
    for (int i = 0; i < N_PARAMETERS[dist->kind]; i++) {
        if (!isfinite(a[i])) {
            return "a parameter is not a finite number";
        }
    }
    switch (dist->kind) {
    case GW_DIST_CONST:
        return NULL;
    case GW_DIST_UNIFORM:
        return a[0] <= a[1] ? NULL : "the minimum is greater than the maximum";
    case GW_DIST_TRIANGULAR:
    case GW_DIST_PERT:
        if (a[0] > a[2]) {
            return "the minimum is greater than the maximum";
        }
        return a[1] >= a[0] && a[1] <= a[2] ? NULL
                                            : "the mode lies outside the minimum..maximum range";
    case GW_DIST_NORMAL:
        return a[1] >= 0.0 ? NULL : "the standard deviation is negative";
    case GW_DIST_LOGNORMAL:
        if (!(a[0] > 0.0)) {
            return "the median of a lognormal distribution must be greater than 0";
        }
        return a[1] >= a[0] ? NULL : "the 90th percentile is smaller than the median";
    case GW_DIST_DISCRETE:
        return discrete_problem(dist);
    }
    return NULL;
}

static double triangular_quantile(const double *a, double u) {
    double width = a[2] - a[0];
    if (!(width > 0.0)) {
        return a[1];
    }
    double left = a[1] - a[0];
    if (u * width <= left) {
        return a[0] + sqrt(u * width * left);
    }
    return a[2] - sqrt((1.0 - u) * width * (a[2] - a[1]));
}

static double pert_quantile(const double *a, double u) {
    double width = a[2] - a[0];
    if (!(width > 0.0)) {
        return a[1];
    }
    double alpha = 1.0 + PERT_LAMBDA * (a[1] - a[0]) / width;
    double beta = 1.0 + PERT_LAMBDA * (a[2] - a[1]) / width;
    return a[0] + width * gw_beta_quantile(u, alpha, beta);
}

/* Standard deviation of the logarithm. */
static double lognormal_sigma(const double *a) {
    static const double z90 = 1.2815515655446004; /* normal quantile of 0.9 */
    return log(a[1] / a[0]) / z90;
}

/* The smallest value whose cumulated probability reaches u. The values need not be sorted: with at
 * most eight a look at all pairs is cheap and keeps the draw monotone in u. */
static double discrete_quantile(const gw_dist *dist, double u) {
    double best = GW_INF;
    double largest = -GW_INF;
    for (int i = 0; i < dist->n; i++) {
        if (dist->p[i] <= 0.0) {
            continue;
        }
        double below = 0.0;
        for (int j = 0; j < dist->n; j++) {
            below += dist->a[j] <= dist->a[i] ? dist->p[j] : 0.0;
        }
        if (below >= u && dist->a[i] < best) {
            best = dist->a[i];
        }
        largest = fmax(largest, dist->a[i]);
    }
    return isfinite(best) ? best : largest; /* u beyond a sum that rounds to less than 1 */
}

double gw_dist_quantile(const gw_dist *dist, double u) {
    const double *a = dist->a;
    switch (dist->kind) {
    case GW_DIST_CONST:
        return dist->shift + a[0];
    case GW_DIST_UNIFORM:
        return dist->shift + a[0] + u * (a[1] - a[0]);
    case GW_DIST_TRIANGULAR:
        return dist->shift + triangular_quantile(a, u);
    case GW_DIST_PERT:
        return dist->shift + pert_quantile(a, u);
    case GW_DIST_NORMAL:
        return dist->shift + (a[1] > 0.0 ? a[0] + a[1] * gw_normal_quantile(u) : a[0]);
    case GW_DIST_LOGNORMAL:
        return dist->shift +
               (a[1] > a[0] ? a[0] * exp(lognormal_sigma(a) * gw_normal_quantile(u)) : a[0]);
    case GW_DIST_DISCRETE:
        return dist->shift + discrete_quantile(dist, u);
    }
    return GW_NAN;
}

double gw_dist_mean(const gw_dist *dist) {
    const double *a = dist->a;
    double sum = 0.0;
    switch (dist->kind) {
    case GW_DIST_CONST:
    case GW_DIST_NORMAL:
        return dist->shift + a[0];
    case GW_DIST_UNIFORM:
        return dist->shift + 0.5 * (a[0] + a[1]);
    case GW_DIST_TRIANGULAR:
        return dist->shift + (a[0] + a[1] + a[2]) / 3.0;
    case GW_DIST_PERT:
        return dist->shift + (a[0] + PERT_LAMBDA * a[1] + a[2]) / (PERT_LAMBDA + 2.0);
    case GW_DIST_LOGNORMAL: {
        double sigma = lognormal_sigma(a);
        return dist->shift + a[0] * exp(0.5 * sigma * sigma);
    }
    case GW_DIST_DISCRETE:
        for (int i = 0; i < dist->n; i++) {
            sum += dist->p[i] * dist->a[i];
        }
        return dist->shift + sum;
    }
    return GW_NAN;
}

double gw_dist_variance(const gw_dist *dist) {
    const double *a = dist->a;
    double mean = gw_dist_mean(dist) - dist->shift;
    double sum = 0.0;
    switch (dist->kind) {
    case GW_DIST_CONST:
        return 0.0;
    case GW_DIST_UNIFORM:
        return (a[1] - a[0]) * (a[1] - a[0]) / 12.0;
    case GW_DIST_TRIANGULAR: {
        double left = a[1] - a[0];
        double right = a[2] - a[1];
        return (left * left + left * right + right * right) / 18.0;
    }
    case GW_DIST_PERT:
        return (mean - a[0]) * (a[2] - mean) / (PERT_LAMBDA + 3.0);
    case GW_DIST_NORMAL:
        return a[1] * a[1];
    case GW_DIST_LOGNORMAL: {
        double sigma = lognormal_sigma(a);
        return mean * mean * expm1(sigma * sigma);
    }
    case GW_DIST_DISCRETE:
        for (int i = 0; i < dist->n; i++) {
            sum += dist->p[i] * (dist->a[i] - mean) * (dist->a[i] - mean);
        }
        return sum;
    }
    return GW_NAN;
}

static double end_of(const gw_dist *dist, double sign) {
    const double *a = dist->a;
    double end = -GW_INF;
    switch (dist->kind) {
    case GW_DIST_CONST:
        return a[0];
    case GW_DIST_UNIFORM:
        return sign < 0.0 ? a[0] : a[1];
    case GW_DIST_TRIANGULAR:
    case GW_DIST_PERT:
        return sign < 0.0 ? a[0] : a[2];
    case GW_DIST_NORMAL:
        return a[1] > 0.0 ? sign * GW_INF : a[0];
    case GW_DIST_LOGNORMAL:
        if (!(a[1] > a[0])) {
            return a[0];
        }
        return sign < 0.0 ? 0.0 : GW_INF;
    case GW_DIST_DISCRETE:
        for (int i = 0; i < dist->n; i++) {
            end = dist->p[i] > 0.0 ? fmax(end, sign * a[i]) : end;
        }
        return sign * end;
    }
    return GW_NAN;
}

double gw_dist_min(const gw_dist *dist) {
    return dist->shift + end_of(dist, -1.0);
}

double gw_dist_max(const gw_dist *dist) {
    return dist->shift + end_of(dist, 1.0);
}
