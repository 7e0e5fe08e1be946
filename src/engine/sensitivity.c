/* engine/sensitivity.c: tornado charts. Each uncertain input is moved to its P10 and its P90 while
 * all others stay in the base case; the outputs of the two runs span a bar. Model: one at a time;
 * interactions show only in the Monte Carlo percentiles. */
#include <math.h>
#include <stdlib.h>

#include "base/pool.h"
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
    gw_uncertain_set(model, u, value, state);
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

/* What the workers share. Every input writes only its own cells. */
typedef struct moves {
    const gw_model *model;
    const gw_result *result;
    gw_state **states; /* [n_threads] */
    double *ends;      /* [n_uncertain x n_tornado x 2] outputs at the low and the high end */
} moves;

static void move_block(void *user, int worker, size_t begin, size_t end) {
    const moves *m = user;
    gw_state *state = m->states[worker];
    size_t n_charts = (size_t)m->result->n_tornado;
    for (size_t u = begin; u < end; u++) {
        const gw_uncertain *input = &m->model->uncertain[u];
        for (size_t side = 0; side < 2; side++) {
            run_with(m->model, state, input, clamped(input, side == 0 ? 0.1 : 0.9));
            for (size_t k = 0; k < n_charts; k++) {
                const gw_tornado *t = &m->result->tornado[k];
                int at = m->model->metric_offset[t->metric] + t->instance;
                m->ends[2 * (u * n_charts + k) + side] = state->row[at];
            }
        }
    }
}

static gw_code run_moves(moves *m, int n_threads) {
    size_t n = (size_t)m->model->n_uncertain;
    m->ends = malloc((2 * n * (size_t)m->result->n_tornado + 1) * sizeof(double));
    m->states = calloc((size_t)n_threads, sizeof *m->states);
    gw_code code = m->ends == NULL || m->states == NULL ? GW_E_MEM : GW_OK;
    for (int t = 0; t < n_threads && code == GW_OK; t++) {
        m->states[t] = gw_state_create(m->model);
        code = m->states[t] == NULL ? GW_E_MEM : GW_OK;
    }
    if (code == GW_OK) {
        code = gw_pool_run(n_threads, n, 4, move_block, m);
    }
    for (int t = 0; t < n_threads && m->states != NULL; t++) {
        gw_state_free(m->states[t]);
    }
    free(m->states);
    return code;
}

static void list_charts(const gw_model *model, gw_result *result) {
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
        }
    }
}

static void fill_bars(const moves *m, int chart, gw_result *result) {
    gw_tornado *t = &result->tornado[chart];
    t->bars = GW_NEW_N(result->arena, m->model->n_uncertain + 1, gw_bar);
    for (int u = 0; u < m->model->n_uncertain; u++) {
        const gw_uncertain *input = &m->model->uncertain[u];
        const double *end = m->ends + 2 * ((size_t)u * (size_t)result->n_tornado + (size_t)chart);
        gw_bar bar = {u, clamped(input, 0.1), clamped(input, 0.9), end[0], end[1]};
        if (width(&bar) > 1e-12 * fabs(t->base)) {
            t->bars[t->n++] = bar;
        }
    }
    qsort(t->bars, (size_t)t->n, sizeof(gw_bar), wider);
}

gw_code gw_tornado_run(const gw_model *model, int n_threads, gw_result *result) {
    moves m = {.model = model, .result = result};
    list_charts(model, result);
    gw_code code = run_moves(&m, n_threads);
    for (int k = 0; k < result->n_tornado && code == GW_OK; k++) {
        fill_bars(&m, k, result);
    }
    free(m.ends);
    return code;
}
