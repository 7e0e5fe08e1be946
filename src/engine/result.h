/* engine/result.h: what a run hands to the report and the store. */
#ifndef GW_ENGINE_RESULT_H
#define GW_ENGINE_RESULT_H

#include "base/stats.h"
#include "model.h"
#include "scenario/load.h"

/** Effect of one uncertain input on one output, all other inputs in the base case. */
typedef struct gw_bar {
    int uncertain;                /* index into model->uncertain */
    double low_value, high_value; /* the input at its P10 and P90, SI */
    double low, high;             /* the output there */
} gw_bar;

typedef struct gw_tornado {
    gw_metric_id metric;
    int instance;
    double base;
    int n;
    gw_bar *bars; /* by |high - low|, largest first; bars without effect are left out */
} gw_tornado;

typedef struct gw_band_series { /* each [n_months] */
    double *p10, *p50, *p90, *mean, *base;
} gw_band_series;

typedef struct gw_result {
    const gw_model *model; /* borrowed */
    gw_state *base;        /* base case with the details of every phase; owned */
    gw_arena *arena;       /* owns everything here */
    int n_samples;
    uint64_t seed;
    int n_threads;       /* not part of any output: results do not depend on it */
    double *rows;        /* [n_samples x model->n_values] */
    gw_summary *summary; /* [n_values] over the samples */
    double *base_row;    /* [n_values] */
    gw_band_series series[GW_N_SERIES];
    const char *
        *sample_problems; /* [n_jobs] why the first sample that cannot run cannot, or NULL */
    gw_findings findings;
    int n_tornado;
    gw_tornado *tornado;
    long n_clamped; /* draws outside a legal range, set to its end */
} gw_result;

/** Name of instance i of a scope: "abilene", "pretrain"; the claim's id for claims; "" for the
 * scenario. */
const char *gw_instance_name(const gw_model *model, gw_scope scope, int i);
/** Summary of a metric. */
const gw_summary *gw_result_summary(const gw_result *result, gw_metric_id metric, int instance);
/** Share of samples in which the metric is at most / at least x (NaN counts as "no"). */
double gw_result_probability_at_most(const gw_result *result, gw_metric_id metric, int instance,
                                     double x);
double gw_result_probability_at_least(const gw_result *result, gw_metric_id metric, int instance,
                                      double x);

#endif
