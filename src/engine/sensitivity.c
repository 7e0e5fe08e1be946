/* engine/sensitivity.c: tornado charts. Each uncertain input is moved to its P10 and its P90 while
 * all others stay in the base case; the outputs of the two runs span a bar. Model: one at a time;
 * interactions show only in the Monte Carlo percentiles. */
#include <math.h>
#include <stdlib.h>

#include "engine/engine.h"

/* Outputs that get a chart, in the order of the chain. */
static const gw_metric_id charted[] = {
    GW_M_all_full_date_d,
    GW_M_total_running_it_power_W,
    GW_M_training_time_s,
    GW_M_goodput_frac,
    GW_M_energy_price_usd_per_J,
    GW_M_capex_usd,
    GW_M_npv_usd,
    GW_M_irr_frac,
    GW_M_cost_per_accelerator_hour_usd,
    GW_M_cost_per_million_tokens_usd,
};
enum { N_CHARTED = sizeof charted / sizeof charted[0] };

static void run_with(const gw_model *model, gw_state *state, const gw_uncertain *u, double value) {
    gw_sample_draw(model, 0, -1, state);
    int n = model->spec->values[u->value].n_slots;
    for (int i = 0; i < n; i++) {
        *state->slots[u->slot + i] = value;
    }
    gw_run_sample(model, state);
}

static double clamped(const gw_uncertain *u, double p) {
    return fmin(fmax(gw_dist_quantile(&u->dist, p), u->lo), u->hi);
}

static double width(const gw_bar *bar) {
    double w = fabs(bar->high - bar->low);
    return isnan(w) ? 0.0 : w;
}

/* Largest first; ties in the order of the scenario, so that the order never depends on the sort. */
static int wider(const void *a, const void *b) {
    const gw_bar *x = a, *y = b;
    double d = width(y) - width(x);
    return d > 0.0 ? 1 : d < 0.0 ? -1 : x->uncertain - y->uncertain;
}

void gw_tornado_run(const gw_model *model, gw_state *state, gw_result *result) {
    int n_charts = 0;
    for (int k = 0; k < N_CHARTED; k++) {
        n_charts += model->n_instances[gw_metrics[charted[k]].scope];
    }
    result->tornado = GW_NEW_N(result->arena, n_charts + 1, gw_tornado);
    for (int k = 0; k < N_CHARTED; k++) {
        for (int i = 0; i < model->n_instances[gw_metrics[charted[k]].scope]; i++) {
            gw_tornado *t = &result->tornado[result->n_tornado++];
            *t = (gw_tornado){.metric = charted[k], .instance = i};
            t->base = result->base_row[model->metric_offset[charted[k]] + i];
            t->bars = GW_NEW_N(result->arena, model->n_uncertain + 1, gw_bar);
        }
    }
    double *low = GW_NEW_N(result->arena, model->n_values + 1, double);
    for (int u = 0; u < model->n_uncertain; u++) {
        const gw_uncertain *input = &model->uncertain[u];
        double low_value = clamped(input, 0.1), high_value = clamped(input, 0.9);
        run_with(model, state, input, low_value);
        for (int v = 0; v < model->n_values; v++) {
            low[v] = state->row[v];
        }
        run_with(model, state, input, high_value);
        for (int k = 0; k < result->n_tornado; k++) {
            gw_tornado *t = &result->tornado[k];
            int at = model->metric_offset[t->metric] + t->instance;
            gw_bar bar = {u, low_value, high_value, low[at], state->row[at]};
            if (width(&bar) > 1e-12 * fabs(t->base)) {
                t->bars[t->n++] = bar;
            }
        }
    }
    for (int k = 0; k < result->n_tornado; k++) {
        qsort(result->tornado[k].bars, (size_t)result->tornado[k].n, sizeof(gw_bar), wider);
    }
}
