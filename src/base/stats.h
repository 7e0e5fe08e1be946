/* base/stats.h: summaries of samples; fixed order of summation (pairwise), so reproducible. NaN
 * entries are left out and counted. */
#ifndef GW_BASE_STATS_H
#define GW_BASE_STATS_H

#include <stddef.h>

typedef struct gw_summary {
    double p10, p50, p90;
    double mean, sd;
    double min, max;
    size_t n;      /* finite values */
    size_t n_none; /* NaN or infinite: the sample has no such value (for example no IRR) */
} gw_summary;

double gw_sum(const double *x, size_t n);
/** Quantile of sorted data, linear between order statistics (type 7). NaN if n == 0. */
double gw_quantile_sorted(const double *sorted, size_t n, double p);
/** scratch: n doubles, overwritten. */
gw_summary gw_summarise(const double *x, size_t n, double *scratch);
/** Spearman rank correlation; NaN if either side is constant. scratch: 4 n doubles. */
double gw_rank_correlation(const double *x, const double *y, size_t n, double *scratch);

#endif
