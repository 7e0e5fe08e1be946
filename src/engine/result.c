/* engine/result.c: looking things up in a result. */
#include "engine/result.h"

#include <math.h>

const char *gw_instance_name(const gw_model *model, gw_scope scope, int i) {
    const gw_scenario *in = model->in;
    switch (scope) {
    case GW_SCOPE_SITE:
        return in->sites.at[i].head.name;
    case GW_SCOPE_CLUSTER:
        return in->clusters.at[i].head.name;
    case GW_SCOPE_JOB:
        return in->jobs.at[i].head.name;
    case GW_SCOPE_SERVING:
        return in->serving.at[i].head.name;
    case GW_SCOPE_PROGRAMME:
        return model->in->programmes.at[i].head.name;
    case GW_SCOPE_ACTIVITY:
        return model->in->activities.at[i].head.name;
    case GW_SCOPE_FUNDING:
        return model->in->funding.at[i].head.name;
    case GW_SCOPE_PARTY:
        return model->in->parties.at[i].head.name;
    case GW_SCOPE_CLAIM:
        return in->claims.at[model->claim_items[i].claim].head.name;
    default:
        return "";
    }
}

const gw_summary *gw_result_summary(const gw_result *result, gw_metric_id metric, int instance) {
    return &result->summary[result->model->metric_offset[metric] + instance];
}

static double share(const gw_result *result, gw_metric_id metric, int instance, double x,
                    int sign) {
    int at = result->model->metric_offset[metric] + instance;
    long n = 0;
    for (int s = 0; s < result->n_samples; s++) {
        double value = result->rows[(size_t)s * (size_t)result->model->n_values + (size_t)at];
        n += !isnan(value) && sign * (value - x) >= 0.0;
    }
    return result->n_samples > 0 ? (double)n / result->n_samples : GW_NAN;
}

double gw_result_probability_at_most(const gw_result *result, gw_metric_id metric, int instance,
                                     double x) {
    return share(result, metric, instance, x, -1);
}

double gw_result_probability_at_least(const gw_result *result, gw_metric_id metric, int instance,
                                      double x) {
    return share(result, metric, instance, x, 1);
}
