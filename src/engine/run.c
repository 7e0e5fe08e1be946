/* engine/run.c: the loop. The table of phases is the program in ten lines: read it first. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "claims/claims_phase.h"
#include "claims/items.h"
#include "claims/rules.h"
#include "energy/energy_phase.h"
#include "engine/engine.h"
#include "fabric/fabric_phase.h"
#include "finance/finance_phase.h"
#include "programme/capacity.h"
#include "programme/schedule.h"
#include "reliability/reliability_phase.h"
#include "site/site_phase.h"
#include "training/serving_phase.h"
#include "training/training_phase.h"

const gw_phase gw_phases[] = {
    {"schedule", gw_schedule_phase, "activities, risks, crews, chip supply -> dates"},
    {"fabric", gw_fabric_phase, "clusters -> switches, bandwidth, collective times"},
    {"site", gw_site_phase, "watts per accelerator slot, cooling, losses, PUE"},
    {"programme", gw_programme_phase, "building AND power AND chips -> capacity over time"},
    {"training", gw_training_phase, "step time, tokens/s, MFU, memory"},
    {"serving", gw_serving_phase, "latency and tokens/s of models that answer requests"},
    {"reliability", gw_reliability_phase, "failures, checkpoints -> goodput, date of completion"},
    {"load", gw_load_phase, "what the site draws, month by month"},
    {"energy", gw_energy_phase, "supply against load: cost, carbon"},
    {"finance", gw_finance_phase, "capex, contracts, cash flow, returns"},
    {"claims", gw_claims_phase, "what the run says about each claimed number"},
    {"metrics", gw_metrics_fill, "reduce to one row of outputs"},
};
const int gw_n_phases = (int)(sizeof gw_phases / sizeof gw_phases[0]);

void gw_run_sample(const gw_model *model, gw_state *state) {
    gw_arena_reset(state->scratch, (gw_mark){0}); /* texts of the last sample live until here */
    for (int i = 0; i < gw_n_phases; i++) {
        gw_phases[i].run(model, state);
    }
}

gw_run_opts gw_run_opts_default(void) {
    return (gw_run_opts){.n_samples = 1000, .seed = 1, .with_tornado = true};
}

/* What the workers of one run share. Every sample writes only its own cells. */
typedef struct job {
    const gw_model *model;
    const gw_run_opts *opts;
    gw_state **states; /* [n_threads] */
    double *series;    /* [(series, month) x n_samples] */
    gw_result *result;
    atomic_int done;
    atomic_long n_clamped;
} job;

static void run_block(void *user, int worker, size_t begin, size_t end) {
    job *j = user;
    gw_state *state = j->states[worker];
    size_t n_samples = (size_t)j->opts->n_samples;
    size_t n_values = (size_t)j->model->n_values, n_months = (size_t)j->model->n_months;
    for (size_t s = begin; s < end; s++) {
        int clamped = gw_sample_draw(j->model, j->opts->seed, (int64_t)s, state);
        gw_run_sample(j->model, state);
        memcpy(j->result->rows + s * n_values, state->row, n_values * sizeof(double));
        for (size_t k = 0; k < GW_N_SERIES; k++) {
            for (size_t m = 0; m < n_months; m++) {
                j->series[(k * n_months + m) * n_samples + s] = state->series[k][m];
            }
        }
        atomic_fetch_add(&j->n_clamped, clamped);
        atomic_fetch_add(&j->done, 1);
    }
    if (worker == 0 && j->opts->progress != NULL) {
        j->opts->progress(j->opts->user, atomic_load(&j->done), j->opts->n_samples);
    }
}

/* Percentiles of the samples: one metric or one month of a series is one piece of work. */
static void summarise_block(void *user, int worker, size_t begin, size_t end) {
    job *j = user;
    (void)worker;
    size_t n = (size_t)j->opts->n_samples;
    size_t n_values = (size_t)j->model->n_values, n_months = (size_t)j->model->n_months;
    double *buffer = malloc((2 * n + 1) * sizeof(double));
    if (buffer == NULL) {
        gw_out_of_memory((2 * n + 1) * sizeof(double));
    }
    for (size_t i = begin; i < end; i++) {
        if (i < n_values) {
            for (size_t s = 0; s < n; s++) {
                buffer[s] = j->result->rows[s * n_values + i];
            }
            j->result->summary[i] = gw_summarise(buffer, n, buffer + n);
            continue;
        }
        size_t k = (i - n_values) / n_months, m = (i - n_values) % n_months;
        gw_summary sum = gw_summarise(j->series + (i - n_values) * n, n, buffer);
        gw_band_series *band = &j->result->series[k];
        band->p10[m] = sum.p10;
        band->p50[m] = sum.p50;
        band->p90[m] = sum.p90;
        band->mean[m] = sum.mean;
    }
    free(buffer);
}

static gw_result *create_result(const gw_model *model, const gw_run_opts *opts) {
    gw_arena *arena = gw_arena_create(1u << 16);
    if (arena == NULL) {
        return NULL;
    }
    gw_result *r = GW_NEW(arena, gw_result);
    *r = (gw_result){
        .model = model, .arena = arena, .n_samples = opts->n_samples, .seed = opts->seed};
    r->rows = GW_NEW_N(arena, (size_t)opts->n_samples * (size_t)model->n_values + 1, double);
    r->summary = GW_NEW_N(arena, model->n_values + 1, gw_summary);
    r->base_row = GW_NEW_N(arena, model->n_values + 1, double);
    for (int k = 0; k < GW_N_SERIES; k++) {
        gw_band_series *band = &r->series[k];
        double **columns[] = {&band->p10, &band->p50, &band->p90, &band->mean, &band->base};
        for (int c = 0; c < 5; c++) {
            *columns[c] = GW_NEW_N(arena, model->n_months, double);
        }
    }
    return r;
}

/* The base case: every uncertain input at its median. Its state stays with the result for the
 * details. */
static void run_base(const gw_model *model, gw_state *state, gw_result *result) {
    gw_sample_draw(model, result->seed, -1, state);
    gw_run_sample(model, state);
    memcpy(result->base_row, state->row, (size_t)model->n_values * sizeof(double));
    for (int k = 0; k < GW_N_SERIES; k++) {
        memcpy(result->series[k].base, state->series[k], (size_t)model->n_months * sizeof(double));
    }
    result->base = state;
}

static gw_code run_samples(job *j, int n_threads) {
    size_t n_series = (size_t)GW_N_SERIES * (size_t)j->model->n_months;
    j->series = malloc((n_series * (size_t)j->opts->n_samples + 1) * sizeof(double));
    j->states = calloc((size_t)n_threads, sizeof *j->states);
    gw_code code = j->series == NULL || j->states == NULL ? GW_E_MEM : GW_OK;
    for (int t = 0; t < n_threads && code == GW_OK; t++) {
        j->states[t] = gw_state_create(j->model);
        code = j->states[t] == NULL ? GW_E_MEM : GW_OK;
    }
    if (code == GW_OK) {
        code = gw_pool_run(n_threads, (size_t)j->opts->n_samples, 16, run_block, j);
    }
    if (code == GW_OK) {
        size_t n = (size_t)j->model->n_values + n_series;
        code = gw_pool_run(n_threads, n, 64, summarise_block, j);
    }
    for (int t = 0; t < n_threads && j->states != NULL; t++) {
        gw_state_free(j->states[t]);
    }
    free(j->states);
    free(j->series);
    return code;
}

/* Jobs that run in the base case but not in every sample: the first such sample is run once more to
 * hear why. */
static gw_code find_problems(const gw_model *model, gw_result *result) {
    int n_jobs = model->in->jobs.n;
    result->sample_problems = GW_NEW_N(result->arena, n_jobs + 1, const char *);
    gw_state *state = NULL;
    for (int j = 0; j < n_jobs; j++) {
        size_t at = (size_t)model->metric_offset[GW_M_tokens_per_s] + (size_t)j;
        if (result->base->step[j].problem != NULL || result->summary[at].n_none == 0) {
            continue;
        }
        int s = 0;
        while (s + 1 < result->n_samples &&
               !isnan(result->rows[(size_t)s * (size_t)model->n_values + at])) {
            s++;
        }
        state = state != NULL ? state : gw_state_create(model);
        if (state == NULL) {
            return GW_E_MEM;
        }
        gw_sample_draw(model, result->seed, s, state);
        gw_run_sample(model, state);
        if (state->step[j].problem != NULL) {
            result->sample_problems[j] = gw_arena_strdup(result->arena, state->step[j].problem);
        }
    }
    gw_state_free(state);
    return GW_OK;
}

gw_code gw_run(const gw_model *model, const gw_run_opts *opts, gw_result **out) {
    int n_threads = opts->n_threads > 0 ? opts->n_threads : gw_pool_cores();
    gw_result *result = create_result(model, opts);
    gw_state *base = gw_state_create(model);
    if (result == NULL || base == NULL) {
        gw_state_free(base);
        gw_result_free(result);
        return GW_E_MEM;
    }
    run_base(model, base, result);
    result->findings = gw_claims_check(model->in, result->arena);
    gw_code code = opts->with_tornado ? gw_tornado_run(model, n_threads, result) : GW_OK;
    job j = {.model = model, .opts = opts, .result = result};
    if (code == GW_OK) {
        code = run_samples(&j, n_threads);
    }
    if (code == GW_OK) {
        code = find_problems(model, result);
    }
    result->n_threads = n_threads;
    result->n_clamped = atomic_load(&j.n_clamped);
    if (code != GW_OK) {
        gw_result_free(result);
        return code;
    }
    *out = result;
    return GW_OK;
}

void gw_result_free(gw_result *result) {
    if (result != NULL) {
        gw_state_free(result->base);
        gw_arena_free(result->arena);
    }
}
