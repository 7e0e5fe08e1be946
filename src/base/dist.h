/* base/dist.h: probability distributions of uncertain inputs, drawn by inversion: the draw is a
 * monotone function of one uniform number, so common random numbers stay common when an input
 * changes. */
#ifndef GW_BASE_DIST_H
#define GW_BASE_DIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/code.h"

#define GW_DISCRETE_MAX 8

typedef enum gw_dist_kind {
    GW_DIST_CONST,      /* a[0] */
    GW_DIST_UNIFORM,    /* a[0]..a[1] */
    GW_DIST_TRIANGULAR, /* min a[0], mode a[1], max a[2] */
    GW_DIST_PERT,       /* min, mode, max; beta with lambda 4: alpha = 1 + 4 (mode-min)/(max-min) */
    GW_DIST_NORMAL,     /* mean a[0], standard deviation a[1] */
    GW_DIST_LOGNORMAL,  /* median a[0], 90th percentile a[1], both > 0 */
    GW_DIST_DISCRETE    /* values a[0..n-1] with probabilities p[0..n-1], sum 1 */
} gw_dist_kind;

typedef struct gw_dist {
    gw_dist_kind kind;
    int n;        /* number of values of a discrete distribution, else unused */
    double shift; /* added to every draw: "2026-11-01 + pert(...)" */
    double a[GW_DISCRETE_MAX];
    double p[GW_DISCRETE_MAX];
} gw_dist;

const char *gw_dist_name(gw_dist_kind kind); /* "pert" */
/** NULL if the parameters are legal, else a sentence ("the mode 60 lies outside 10..50 ..."). */
const char *gw_dist_problem(const gw_dist *dist);
/** u in (0, 1). */
double gw_dist_quantile(const gw_dist *dist, double u);
double gw_dist_mean(const gw_dist *dist);
double gw_dist_variance(const gw_dist *dist);
double gw_dist_min(const gw_dist *dist); /* -inf / +inf for normal, 0 for lognormal */
double gw_dist_max(const gw_dist *dist);

#endif
