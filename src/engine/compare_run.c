/* engine/compare_run.c: groups of sites of one model, each worked out on its own.
 * In:    a model, groups of sites, a day.   Out: values and month-end series of each group.
 * Model: one sample of the whole model (one schedule, one supply of chips for all), then for each
 *        group the money of its own sites: finance runs again on a scenario in which the other
 *        sites have no buildings, supplies or chips. Contracts, jobs and funding that name only
 *        foreign clusters or sites are left out. What runs: buildings AND power AND chips. Begun:
 *        buildings started and not yet ready, and ready ones that wait, up to the finished size.
 *        Planned: the rest of it. Costs are in prices of the scenario's price_year, put into USD
 *        of 2025 with the price index of base/quantity.c.
 * Valid: `on_d` is as_of or the last day of a month: between them only month ends are known.
 * Derivation: docs/model/programme.md, docs/model/finance.md. */
#include "engine/compare_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/units.h"
#include "engine/engine.h"
#include "finance/finance_phase.h"

#define ROW(id, name, unit, doc) {name, unit, doc},
const gw_compare_row gw_compare_table[GW_N_COMPARE] = {GW_COMPARE_VALUES(ROW)};

double gw_compare_h100e(const gw_scenario *in, int cluster) {
    int system = in->clusters.at[cluster].system.i;
    int chip = system >= 0 && system < in->systems.n ? in->systems.at[system].accelerator.i : -1;
    return chip >= 0 && chip < in->accelerators.n ? in->accelerators.at[chip].h100_equivalents
                                                  : GW_NAN;
}

/* What the workers share. Every sample writes only its own cells. */
typedef struct work {
    const gw_model *model;
    const gw_compare_opts *opts;
    gw_state **states; /* [n_threads] */
    int month;         /* of on_d, counted from month0; -1: as_of */
    int n_cells;       /* of one group: values, IT by month, H100e by month */
    double *cells;     /* [(group, cell) x n_samples] */
    gw_compared *out;
} work;

/* ---------------------------------------------------------------- the money of a group alone */

static bool has_site(const gw_compare_group *group, int site) {
    return site >= 0 && group->site[site];
}

static bool has_all(const gw_model *model, const gw_compare_group *group) {
    bool all = true;
    for (int i = 0; i < model->in->sites.n; i++) {
        all = all && group->site[i];
    }
    return all;
}

static bool has_cluster(const gw_scenario *in, const gw_compare_group *group, int cluster) {
    return cluster >= 0 && has_site(group, in->clusters.at[cluster].site.i);
}

static bool names_group(const gw_scenario *in, const gw_compare_group *group, const gw_ref *one,
                        const gw_refs *clusters, const gw_refs *sites) {
    bool any = false;
    bool ours = false;
    if (one != NULL && one->i >= 0) {
        any = true;
        ours = has_cluster(in, group, one->i);
    }
    for (int i = 0; clusters != NULL && i < clusters->n; i++) {
        any = true;
        ours = ours || has_cluster(in, group, clusters->at[i].i);
    }
    for (int i = 0; sites != NULL && i < sites->n; i++) {
        any = true;
        ours = ours || has_site(group, sites->at[i].i);
    }
    return !any || ours;
}

static gw_capacity no_capacity(double *zeros) {
    return (gw_capacity){.built_it_W = zeros,
                         .powered_it_W = zeros,
                         .chips_it_W = zeros,
                         .running_it_W = zeros,
                         .accelerators = zeros,
                         .end_it_W = zeros,
                         .end_accelerators = zeros,
                         .first_d = GW_NAN,
                         .full_d = GW_NAN};
}

static gw_energy no_energy(double *zeros) {
    return (gw_energy){zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros};
}

#define COPY(scratch, type, from, n)                                                               \
    memcpy(GW_NEW_N((scratch), (n) + 1, type), (from), (size_t)(n) * sizeof(type))

static void clear_sites(const gw_model *model, const gw_compare_group *group, gw_state *s) {
    gw_scenario *in = s->in;
    double *zeros = GW_NEW_N(s->scratch, model->n_months + 1, double);
    in->sites.at = COPY(s->scratch, gw_site, in->sites.at, in->sites.n);
    in->clusters.at = COPY(s->scratch, gw_cluster, in->clusters.at, in->clusters.n);
    s->capacity = COPY(s->scratch, gw_capacity, s->capacity, in->sites.n);
    s->energy = COPY(s->scratch, gw_energy, s->energy, in->sites.n);
    s->fleet = COPY(s->scratch, gw_fleet, s->fleet, in->clusters.n);
    for (int i = 0; i < in->sites.n; i++) {
        if (!group->site[i]) {
            in->sites.at[i].buildings.n = 0;
            in->sites.at[i].supply.n = 0;
            s->capacity[i] = no_capacity(zeros);
            s->energy[i] = no_energy(zeros);
        }
    }
    for (int c = 0; c < in->clusters.n; c++) {
        if (!has_cluster(in, group, c)) {
            in->clusters.at[c].lots.n = 0;
            s->fleet[c] = (gw_fleet){zeros, zeros, 0.0, GW_NAN, GW_NAN};
        }
    }
}

static void choose_jobs(const gw_compare_group *group, gw_state *s) {
    gw_scenario *in = s->in;
    gw_job *jobs = GW_NEW_N(s->scratch, in->jobs.n + 1, gw_job);
    gw_step *step = GW_NEW_N(s->scratch, in->jobs.n + 1, gw_step);
    gw_goodput *goodput = GW_NEW_N(s->scratch, in->jobs.n + 1, gw_goodput);
    int n = 0;
    for (int i = 0; i < in->jobs.n; i++) {
        if (has_cluster(in, group, in->jobs.at[i].cluster.i)) {
            jobs[n] = in->jobs.at[i];
            step[n] = s->step[i];
            goodput[n++] = s->goodput[i];
        }
    }
    in->jobs.at = jobs;
    in->jobs.n = n;
    s->step = step;
    s->goodput = goodput;
}

static void choose_contracts(const gw_compare_group *group, gw_state *s) {
    gw_scenario *in = s->in;
    gw_contract *contracts = GW_NEW_N(s->scratch, in->contracts.n + 1, gw_contract);
    gw_funding *funding = GW_NEW_N(s->scratch, in->funding.n + 1, gw_funding);
    int n = 0;
    for (int i = 0; i < in->contracts.n; i++) {
        const gw_contract *c = &in->contracts.at[i];
        if (names_group(in, group, &c->cluster, &c->clusters, NULL)) {
            contracts[n++] = *c;
        }
    }
    in->contracts.at = contracts;
    in->contracts.n = n;
    n = 0;
    for (int i = 0; i < in->funding.n; i++) {
        const gw_funding *f = &in->funding.at[i];
        if (names_group(in, group, NULL, &f->clusters, &f->sites)) {
            funding[n++] = *f;
        }
    }
    in->funding.at = funding;
    in->funding.n = n;
}

/* The cash of the group; for all sites that of the sample itself. */
static const gw_cash *group_cash(const gw_model *model, const gw_compare_group *group,
                                 const gw_state *state, gw_state *alone) {
    if (has_all(model, group)) {
        return &state->cash;
    }
    gw_scenario *in = GW_NEW(state->scratch, gw_scenario);
    *in = *state->in;
    *alone = *state;
    alone->in = in;
    choose_jobs(group, alone);
    choose_contracts(group, alone);
    clear_sites(model, group, alone);
    gw_finance_phase(model, alone);
    return &alone->cash;
}

/* ---------------------------------------------------------------- values of one sample */

/* Buildings begun by the day and not ready then, IT power. */
static double begun_W(const gw_scenario *in, const gw_site *site, double on_d) {
    double sum = 0.0;
    for (int i = 0; i < site->buildings.n; i++) {
        const gw_building *b = &site->buildings.at[i];
        double ready_d = gw_slipped_d(b->ready_d, site->slip_s, in->as_of_d);
        bool is_begun = gw_building_started_d(site, b, in->as_of_d) <= on_d;
        sum += is_begun && !(ready_d <= on_d) ? b->count * b->it_power_W : 0.0;
    }
    return sum;
}

static void add_site(const work *w, const gw_state *s, int i, double *v) {
    const gw_capacity *c = &s->capacity[i];
    double running_W = w->month < 0 ? c->as_of_it_W : c->end_it_W[w->month];
    double running = w->month < 0 ? c->as_of_accelerators : c->end_accelerators[w->month];
    int month = w->month < 0 ? gw_month_of_date(w->opts->on_d) - w->model->month0 : w->month;
    bool is_inside = month >= 0 && month < w->model->n_months;
    double rest_W = fmax(c->full_it_W - running_W, 0.0);
    double ready_W = is_inside ? fmax(c->built_it_W[month] - running_W, 0.0) : 0.0;
    double begun = fmin(rest_W, ready_W + begun_W(s->in, &s->in->sites.at[i], w->opts->on_d));
    v[GW_COMPARE_RUNNING_IT] += running_W;
    v[GW_COMPARE_BEGUN_IT] += begun;
    v[GW_COMPARE_PLANNED_IT] += rest_W - begun;
    v[GW_COMPARE_FULL_IT] += c->full_it_W;
    v[GW_COMPARE_RUNNING_FACILITY] += running_W * s->overhead[i].pue_design;
    v[GW_COMPARE_FULL_FACILITY] += c->full_facility_W;
    v[GW_COMPARE_RUNNING_ACC] += running;
    v[GW_COMPARE_FULL_ACC] += c->full_accelerators;
    double last_d = v[GW_COMPARE_FULL_DATE];
    v[GW_COMPARE_FULL_DATE] = isnan(c->full_d) || isnan(last_d) ? GW_NAN : fmax(last_d, c->full_d);
}

/* Accelerators of a cluster on the day. Within the month of as_of they grow from one month end to
 * the next by the share by which those of the whole site had grown. */
static double running_on_day(const work *w, const gw_state *s, int c) {
    const gw_fleet *fleet = &s->fleet[c];
    if (w->month >= 0) {
        return fleet->end_accelerators[w->month];
    }
    int month = gw_month_of_date(w->opts->on_d) - w->model->month0;
    if (month < 0 || month >= w->model->n_months) {
        return GW_NAN;
    }
    const gw_capacity *site = &s->capacity[s->in->clusters.at[c].site.i];
    double site_before = month > 0 ? site->end_accelerators[month - 1] : 0.0;
    double grown = site->end_accelerators[month] - site_before;
    double share = grown != 0.0 ? (site->as_of_accelerators - site_before) / grown : 1.0;
    double before = month > 0 ? fleet->end_accelerators[month - 1] : 0.0;
    return before + share * (fleet->end_accelerators[month] - before);
}

/* H100 equivalents at the end of each month, on the day, and of the finished group. NaN where a
 * chip that is there has none. */
static void add_h100e(const work *w, const gw_compare_group *group, const gw_state *s, double *v,
                      double *by_month) {
    for (int c = 0; c < s->in->clusters.n; c++) {
        if (!has_cluster(s->in, group, c)) {
            continue;
        }
        double each = gw_compare_h100e(s->in, c);
        const gw_fleet *fleet = &s->fleet[c];
        double running = running_on_day(w, s, c);
        for (int m = 0; m < w->model->n_months; m++) {
            double at_end = fleet->end_accelerators[m];
            by_month[m] += at_end > 0.0 ? each * at_end : 0.0;
        }
        v[GW_COMPARE_RUNNING_H100E] += running == 0.0 ? 0.0 : each * running;
        v[GW_COMPARE_FULL_H100E] +=
            fleet->full_accelerators > 0.0 ? each * fleet->full_accelerators : 0.0;
    }
}

static void add_money(const work *w, const gw_cash *cash, double *v) {
    double to_2025 = gw_price_index_ratio((int)w->model->in->price_year, GW_COMPARE_YEAR);
    double it_W = v[GW_COMPARE_FULL_IT];
    double ratio = v[GW_COMPARE_FULL_H100E] / v[GW_COMPARE_FULL_ACC];
    v[GW_COMPARE_CAPEX] = cash->capex_usd * to_2025;
    v[GW_COMPARE_CAPEX_PER_W] = it_W > 0.0 ? v[GW_COMPARE_CAPEX] / it_W : GW_NAN;
    v[GW_COMPARE_HOUR] = cash->cost_per_acc_h_usd * to_2025;
    v[GW_COMPARE_H100E_HOUR] = ratio > 0.0 ? v[GW_COMPARE_HOUR] / ratio : GW_NAN;
    v[GW_COMPARE_MTOK] = cash->cost_per_Mtok_usd * to_2025;
}

/* cells: [GW_N_COMPARE] values, [n_months] IT, [n_months] H100e of one group in one sample. */
static void fill_group(const work *w, int g, const gw_state *s, double *cells) {
    const gw_compare_group *group = &w->opts->groups[g];
    double *it_W = cells + GW_N_COMPARE;
    double *h100e = it_W + w->model->n_months;
    memset(cells, 0, (size_t)w->n_cells * sizeof(double));
    cells[GW_COMPARE_FULL_DATE] = -GW_INF;
    for (int i = 0; i < w->model->in->sites.n; i++) {
        if (group->site[i]) {
            add_site(w, s, i, cells);
            for (int m = 0; m < w->model->n_months; m++) {
                it_W[m] += s->capacity[i].end_it_W[m];
            }
        }
    }
    if (isinf(cells[GW_COMPARE_FULL_DATE])) {
        cells[GW_COMPARE_FULL_DATE] = GW_NAN;
    }
    add_h100e(w, group, s, cells, h100e);
    gw_state alone;
    add_money(w, group_cash(w->model, group, s, &alone), cells);
}

/* ---------------------------------------------------------------- all samples */

static void run_block(void *user, int worker, size_t begin, size_t end) {
    work *w = user;
    gw_state *state = w->states[worker];
    size_t n_samples = (size_t)w->opts->n_samples, n_cells = (size_t)w->n_cells;
    double *cells = malloc(n_cells * sizeof(double));
    if (cells == NULL) {
        gw_out_of_memory(n_cells * sizeof(double));
    }
    for (size_t s = begin; s < end; s++) {
        gw_sample_draw(w->model, w->opts->seed, (int64_t)s, state);
        gw_run_sample(w->model, state);
        for (int g = 0; g < w->opts->n_groups; g++) {
            fill_group(w, g, state, cells);
            for (size_t k = 0; k < n_cells; k++) {
                w->cells[((size_t)g * n_cells + k) * n_samples + s] = cells[k];
            }
        }
    }
    free(cells);
}

static void put_band(gw_band_series *band, int month, const gw_summary *sum) {
    band->p10[month] = sum->p10;
    band->p50[month] = sum->p50;
    band->p90[month] = sum->p90;
    band->mean[month] = sum->mean;
}

static void summarise_block(void *user, int worker, size_t begin, size_t end) {
    work *w = user;
    (void)worker;
    size_t n = (size_t)w->opts->n_samples;
    int n_months = w->model->n_months;
    double *scratch = malloc(n * sizeof(double));
    if (scratch == NULL) {
        gw_out_of_memory(n * sizeof(double));
    }
    for (size_t i = begin; i < end; i++) {
        gw_compared *out = &w->out[i / (size_t)w->n_cells];
        int k = (int)(i % (size_t)w->n_cells);
        gw_summary sum = gw_summarise(w->cells + i * n, n, scratch);
        if (k < GW_N_COMPARE) {
            out->summary[k] = sum;
        } else if (k < GW_N_COMPARE + n_months) {
            put_band(&out->it_W, k - GW_N_COMPARE, &sum);
        } else {
            put_band(&out->h100e, k - GW_N_COMPARE - n_months, &sum);
        }
    }
    free(scratch);
}

static void create_band(gw_arena *arena, int n_months, gw_band_series *band) {
    double **columns[] = {&band->p10, &band->p50, &band->p90, &band->mean, &band->base};
    for (int c = 0; c < 5; c++) {
        *columns[c] = GW_NEW_N(arena, n_months + 1, double);
    }
}

static void run_base(work *w, gw_state *state, gw_arena *arena) {
    double *cells = GW_NEW_N(arena, w->n_cells, double);
    size_t n_months = (size_t)w->model->n_months;
    gw_sample_draw(w->model, w->opts->seed, -1, state);
    gw_run_sample(w->model, state);
    for (int g = 0; g < w->opts->n_groups; g++) {
        gw_compared *out = &w->out[g];
        create_band(arena, (int)n_months, &out->it_W);
        create_band(arena, (int)n_months, &out->h100e);
        fill_group(w, g, state, cells);
        memcpy(out->base, cells, sizeof out->base);
        memcpy(out->it_W.base, cells + GW_N_COMPARE, n_months * sizeof(double));
        memcpy(out->h100e.base, cells + GW_N_COMPARE + n_months, n_months * sizeof(double));
    }
}

gw_code gw_compare_run(const gw_model *model, const gw_compare_opts *opts, gw_arena *arena,
                       gw_compared **out) {
    int n_threads = opts->n_threads > 0 ? opts->n_threads : gw_pool_cores();
    work w = {.model = model, .opts = opts, .n_cells = GW_N_COMPARE + 2 * model->n_months};
    bool is_as_of = floor(opts->on_d) == floor(model->in->as_of_d);
    w.month = is_as_of ? -1 : gw_month_of_date(opts->on_d) - model->month0;
    if (w.month >= model->n_months || (!is_as_of && w.month < 0)) {
        return GW_E_RANGE;
    }
    size_t n_all = (size_t)opts->n_groups * (size_t)w.n_cells;
    w.out = GW_NEW_N(arena, opts->n_groups + 1, gw_compared);
    w.cells = malloc((n_all * (size_t)opts->n_samples + 1) * sizeof(double));
    w.states = calloc((size_t)n_threads, sizeof *w.states);
    gw_code code = w.cells == NULL || w.states == NULL ? GW_E_MEM : GW_OK;
    for (int t = 0; t < n_threads && code == GW_OK; t++) {
        w.states[t] = gw_state_create(model);
        code = w.states[t] == NULL ? GW_E_MEM : GW_OK;
    }
    if (code == GW_OK && w.states[0] != NULL) {
        run_base(&w, w.states[0], arena);
        code = gw_pool_run(n_threads, (size_t)opts->n_samples, 16, run_block, &w);
    }
    if (code == GW_OK) {
        code = gw_pool_run(n_threads, n_all, 64, summarise_block, &w);
    }
    for (int t = 0; t < n_threads && w.states != NULL; t++) {
        gw_state_free(w.states[t]);
    }
    free(w.states);
    free(w.cells);
    *out = w.out;
    return code;
}
