/* engine/schedule_run.c: many samples of the schedule, and what they say.
 * In:    a model.   Out: a report of percentiles, indices and comparisons.
 * Model: criticality index = share of samples in which an activity is critical; cruciality = Spearman's
 *        rank correlation of its length (finish - start) with the end; effect of an event = mean end with
 *        it minus mean end without it; effect of a measure = change of a percentile with the same random
 *        numbers. Joint confidence: P(end <= P80 date and cost <= P80 cost); the frontier holds pairs
 *        (date, cost) with joint probability 80 %: for each date quantile >= 80 %, the lowest cost that
 *        completes it.
 * Valid: a difference of conditional means is an effect only as far as events are independent of the
 *        rest, which they are here.
 * Sources: AACE International RP 57R-09 (integrated cost and schedule risk analysis); PMI practice
 *        standard for scheduling (criticality, cruciality); NASA joint cost and schedule confidence level
 *        (Cost Estimating Handbook, appendix J). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/text.h"
#include "engine/schedule_job.h"
#include "programme/capacity.h"
#include "programme/schedule.h"

static double latest_full_d(const gw_state *state) {
    double last_d = -GW_INF;
    for (int i = 0; i < state->in->sites.n; i++) {
        double full_d = state->capacity[i].full_d;
        last_d = isnan(full_d) || isnan(last_d) ? GW_NAN : fmax(last_d, full_d);
    }
    return isfinite(last_d) ? last_d : GW_NAN;
}

static double end_of(const gw_state *state) {
    return state->in->activities.n > 0 ? state->schedule.finish_all_d : latest_full_d(state);
}

/* Uncertain inputs that no network and no cooling depends on. */
static bool leaves_sites_alone(const char *path) {
    static const char *const sections[] = {
        "activities.",  "drivers.",   "risks.",         "mitigations.", "calendars.",
        "commitments.", "resources.", "chip_supplies.", "finance.",     "funding.",
        "contracts.",   "deals.",     "plants.",        "unit_costs.",  "failure_models."};
    static const char *const keys[] = {
        ".slip", ".ready", ".started",      ".energised",    ".installed",        ".until",
        ".cost", ".price", ".system_price", ".market_price", ".construction_time"};
    for (size_t k = 0; k < sizeof sections / sizeof sections[0]; k++) {
        if (strncmp(path, sections[k], strlen(sections[k])) == 0) {
            return true;
        }
    }
    bool placed = strncmp(path, "sites.", 6) == 0 || strncmp(path, "clusters.", 9) == 0;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0] && placed; k++) {
        if (gw_text_ends_with(path, keys[k])) {
            return true;
        }
    }
    return false;
}

static bool sites_are_fixed(const gw_model *model) {
    for (int u = 0; u < model->n_uncertain; u++) {
        if (!leaves_sites_alone(model->spec->values[model->uncertain[u].value].path)) {
            return false;
        }
    }
    return true;
}

/* The chain up to capacity. Where no draw reaches network and cooling, those of the base case hold. */
static void run_phases(const gw_model *model, uint64_t seed, int64_t sample, bool fixed,
                       gw_state *state) {
    gw_sample_draw(model, seed, sample, state);
    gw_arena_reset(state->scratch, (gw_mark){0});
    for (int i = 0; i < gw_n_phases; i++) {
        bool skip = fixed && sample >= 0 && gw_phases[i].run != gw_schedule_phase &&
                    gw_phases[i].run != gw_programme_phase;
        if (!skip) {
            gw_phases[i].run(model, state);
        }
        if (gw_phases[i].run == gw_programme_phase) {
            break;
        }
    }
}

static void keep_activities(const gw_schedule_job *j, const gw_state *state, size_t s) {
    const gw_schedule *t = &state->schedule;
    for (size_t i = 0; i < (size_t)state->in->activities.n; i++) {
        size_t at = i * j->n + s;
        j->c.start_d[at] = t->start_d[i];
        j->c.finish_d[at] = t->finish_d[i];
        j->c.float_s[at] = t->total_float_s[i];
        j->c.wait_s[at] = t->resource_wait_s[i];
        j->c.critical[at] = t->critical[i];
    }
    for (size_t i = 0; i < (size_t)state->in->risks.n; i++) {
        j->c.risk[i * j->n + s] = t->risk_happened[i];
    }
    for (size_t i = 0; i < (size_t)state->in->commitments.n; i++) {
        j->c.withdrawn[i * j->n + s] = t->withdrawn[i];
    }
}

static void keep_places(const gw_schedule_job *j, const gw_state *state, size_t s) {
    for (size_t i = 0; i < (size_t)state->in->sites.n; i++) {
        j->c.first_d[i * j->n + s] = state->capacity[i].first_d;
        j->c.full_d[i * j->n + s] = state->capacity[i].full_d;
        j->c.last[i * j->n + s] = (unsigned char)state->capacity[i].last;
    }
    for (size_t i = 0; i < (size_t)j->model->schedule_plan->n_lots; i++) {
        j->c.lot_wait_s[i * j->n + s] = state->schedule.lot_wait_s[i];
    }
}

static void run_block(void *user, int worker, size_t begin, size_t end) {
    const gw_schedule_job *j = user;
    gw_state *state = j->states[worker];
    for (size_t s = begin; s < end; s++) {
        run_phases(j->model, j->seed, (int64_t)s, j->fixed, state);
        j->c.end_d[s] = end_of(state);
        j->c.arrival_d[s] = latest_full_d(state);
        j->c.cost_usd[s] = state->schedule.cost_usd;
        if (!j->brief) {
            keep_activities(j, state, s);
            keep_places(j, state, s);
        }
    }
}

/* ---------------------------------------------------------------- memory */

double gw_schedule_need_B(const gw_model *model, int n_samples) {
    const gw_scenario *in = model->in;
    double doubles =
        6.0 + 4.0 * in->activities.n + 2.0 * in->sites.n + model->schedule_plan->n_lots;
    double bytes = in->activities.n + in->risks.n + in->commitments.n + in->sites.n;
    return (doubles * sizeof(double) + bytes) * n_samples;
}

static void *take(size_t n, size_t size) {
    void *memory = calloc(n + 1, size);
    if (memory == NULL) {
        gw_out_of_memory((n + 1) * size);
    }
    return memory;
}

static void columns_init(gw_schedule_columns *c, const gw_model *model, size_t n, bool brief) {
    size_t a = brief ? 0 : (size_t)model->in->activities.n * n;
    size_t sites = brief ? 0 : (size_t)model->in->sites.n * n;
    size_t lots = brief ? 0 : (size_t)model->schedule_plan->n_lots * n;
    double **single[] = {&c->end_d, &c->arrival_d, &c->cost_usd};
    double **per_activity[] = {&c->start_d, &c->finish_d, &c->float_s, &c->wait_s};
    for (int k = 0; k < 3; k++) {
        *single[k] = take(n, sizeof(double));
    }
    for (int k = 0; k < 4; k++) {
        *per_activity[k] = take(a, sizeof(double));
    }
    c->first_d = take(sites, sizeof(double));
    c->full_d = take(sites, sizeof(double));
    c->lot_wait_s = take(lots, sizeof(double));
    c->critical = take(a, 1);
    c->last = take(sites, 1);
    c->risk = take(brief ? 0 : (size_t)model->in->risks.n * n, 1);
    c->withdrawn = take(brief ? 0 : (size_t)model->in->commitments.n * n, 1);
}

static void columns_clear(gw_schedule_columns *c) {
    void *all[] = {c->end_d,    c->arrival_d, c->cost_usd, c->start_d,  c->finish_d,
                   c->float_s,  c->wait_s,    c->first_d,  c->full_d,   c->lot_wait_s,
                   c->critical, c->last,      c->risk,     c->withdrawn};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        free(all[k]);
    }
}

static void activity_block(void *user, int worker, size_t begin, size_t end) {
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        gw_schedule_fill_activity(user, i);
    }
}

/* ---------------------------------------------------------------- runs */

static gw_code run_columns(gw_schedule_job *j, int n_threads) {
    return gw_pool_run(n_threads, j->n, 16, run_block, j);
}

static gw_code fill_main(gw_schedule_job *j, int n_threads) {
    gw_schedule_report *r = j->report;
    const gw_scenario *in = j->model->in;
    columns_init(&j->c, j->model, j->n, false);
    gw_code code = run_columns(j, n_threads);
    if (code == GW_OK) {
        r->end = gw_schedule_spread(j->c.end_d, j->n, end_of(r->base));
        r->arrival = gw_schedule_spread(j->c.arrival_d, j->n, latest_full_d(r->base));
        r->cost = gw_schedule_spread(j->c.cost_usd, j->n, r->base->schedule.cost_usd);
        for (int i = 0; i < in->risks.n; i++) {
            r->risks[i] = gw_schedule_event(j, j->c.risk + (size_t)i * j->n);
        }
        for (int i = 0; i < in->commitments.n; i++) {
            r->commitments[i] = gw_schedule_event(j, j->c.withdrawn + (size_t)i * j->n);
        }
        gw_schedule_fill_places(j);
        gw_schedule_fill_joint(j);
        code = gw_pool_run(n_threads, (size_t)in->activities.n, 1, activity_block, j);
    }
    columns_clear(&j->c);
    return code;
}

static bool moves_together(const gw_model *model) {
    for (int d = 0; d < model->in->drivers.n; d++) {
        if (model->schedule_plan->driver_input[d] >= 0) {
            return true;
        }
    }
    return model->n_correlations > 0;
}

/* The same samples with every activity on its own. */
static gw_code fill_independent(gw_schedule_job *j, int n_threads, int n_states) {
    gw_model alone = *j->model;
    alone.uncertain = GW_NEW_N(j->report->arena, alone.n_uncertain + 1, gw_uncertain);
    for (int u = 0; u < alone.n_uncertain; u++) {
        alone.uncertain[u] = j->model->uncertain[u];
        alone.uncertain[u].correlation = -1;
    }
    gw_schedule_job other = *j;
    other.model = &alone;
    other.brief = true;
    for (int t = 0; t < n_states; t++) {
        j->states[t]->schedule_desk->independent = true;
    }
    columns_init(&other.c, &alone, j->n, true);
    gw_code code = run_columns(&other, n_threads);
    if (code == GW_OK) {
        j->report->end_independent = gw_schedule_spread(other.c.end_d, j->n, j->report->end.base);
    }
    columns_clear(&other.c);
    for (int t = 0; t < n_states; t++) {
        j->states[t]->schedule_desk->independent = false;
    }
    return code;
}

static void take_measures(const gw_schedule_job *j, int n_states, int mitigation, bool taken) {
    for (int t = 0; t < n_states; t++) {
        for (int m = 0; m < j->model->in->mitigations.n; m++) {
            j->states[t]->schedule_desk->mitigated[m] =
                taken && (mitigation < 0 || mitigation == m);
        }
    }
}

static gw_code fill_measure(const gw_schedule_job *j, int n_threads, int n_states,
                            gw_measure_row *row) {
    gw_schedule_job other = *j;
    gw_schedule_report *r = j->report;
    other.brief = true;
    take_measures(j, n_states, row->mitigation, true);
    run_phases(j->model, j->seed, -1, j->fixed, j->states[0]);
    double base_d = end_of(j->states[0]), base_usd = j->states[0]->schedule.cost_usd;
    columns_init(&other.c, j->model, j->n, true);
    gw_code code = run_columns(&other, n_threads);
    if (code == GW_OK) {
        row->end = gw_schedule_spread(other.c.end_d, j->n, base_d);
        row->cost = gw_schedule_spread(other.c.cost_usd, j->n, base_usd);
        row->gain_p50_s = (r->end.p50 - row->end.p50) * GW_DAY_s;
        row->gain_p80_s = (r->end.p80 - row->end.p80) * GW_DAY_s;
        row->cost_usd = row->cost.mean - r->cost.mean;
        double days = row->gain_p80_s / GW_DAY_s;
        row->usd_per_day = days > 1e-6 ? row->cost_usd / days : GW_NAN;
    }
    columns_clear(&other.c);
    take_measures(j, n_states, row->mitigation, false);
    return code;
}

static void fill_chain(gw_schedule_report *r) {
    const gw_schedule *s = &r->base->schedule;
    int last = -1;
    for (int i = r->base->in->activities.n - 1; i >= 0; i--) {
        last = s->critical[i] && s->finish_d[i] >= s->finish_all_d - 1e-9 ? i : last;
    }
    r->chain = GW_NEW_N(r->arena, r->base->in->activities.n + 1, int);
    r->n_chain = last >= 0 ? gw_schedule_chain(r->model, r->base, last, r->chain) : 0;
}

static gw_schedule_report *create_report(const gw_model *model, const gw_schedule_opts *opts) {
    const gw_scenario *in = model->in;
    gw_arena *arena = gw_arena_create(0);
    gw_state *base = gw_state_create(model);
    if (arena == NULL || base == NULL) {
        gw_arena_free(arena);
        gw_state_free(base);
        return NULL;
    }
    gw_schedule_report *r = GW_NEW(arena, gw_schedule_report);
    *r = (gw_schedule_report){.model = model,
                              .arena = arena,
                              .base = base,
                              .n_samples = opts->n_samples,
                              .seed = opts->seed,
                              .has_activities = in->activities.n > 0,
                              .n_lots = model->schedule_plan->n_lots,
                              .n_measures = opts->n_measures};
    r->activities = GW_NEW_N(arena, in->activities.n + 1, gw_activity_row);
    r->risks = GW_NEW_N(arena, in->risks.n + 1, gw_event_row);
    r->commitments = GW_NEW_N(arena, in->commitments.n + 1, gw_event_row);
    r->sites = GW_NEW_N(arena, in->sites.n + 1, gw_site_row);
    r->lots = GW_NEW_N(arena, r->n_lots + 1, gw_lot_row);
    r->measures = GW_NEW_N(arena, opts->n_measures + 1, gw_measure_row);
    for (int m = 0; m < opts->n_measures; m++) {
        r->measures[m].mitigation = opts->measures[m];
    }
    run_phases(model, opts->seed, -1, false, base);
    fill_chain(r);
    return r;
}

gw_code gw_schedule_run(const gw_model *model, const gw_schedule_opts *opts,
                        gw_schedule_report **out) {
    int n_threads = opts->n_threads > 0 ? opts->n_threads : gw_pool_cores(), n_states = 0;
    gw_schedule_report *r = create_report(model, opts);
    gw_schedule_job j = {.model = model,
                         .seed = opts->seed,
                         .n = (size_t)opts->n_samples,
                         .fixed = sites_are_fixed(model),
                         .report = r};
    j.states = calloc((size_t)n_threads, sizeof *j.states);
    gw_code code = r == NULL || j.states == NULL ? GW_E_MEM : GW_OK;
    for (; n_states < n_threads && code == GW_OK; n_states++) {
        j.states[n_states] = gw_state_create(model);
        code = j.states[n_states] == NULL ? GW_E_MEM : GW_OK;
        if (code == GW_OK) {
            run_phases(model, opts->seed, -1, false, j.states[n_states]);
        }
    }
    if (code == GW_OK) {
        code = fill_main(&j, n_threads);
    }
    if (code == GW_OK) {
        r->end_independent = r->end;
        code = moves_together(model) ? fill_independent(&j, n_threads, n_states) : GW_OK;
    }
    for (int m = 0; m < opts->n_measures && code == GW_OK; m++) {
        code = fill_measure(&j, n_threads, n_states, &r->measures[m]);
    }
    for (int t = 0; t < n_states; t++) {
        gw_state_free(j.states[t]);
    }
    free(j.states);
    if (code != GW_OK) {
        gw_schedule_free(r);
        return code;
    }
    *out = r;
    return GW_OK;
}

void gw_schedule_free(gw_schedule_report *report) {
    if (report != NULL) {
        gw_state_free(report->base);
        gw_arena_free(report->arena);
    }
}
