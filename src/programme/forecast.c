/* programme/forecast.c: how long until first power, how long until the next step, how large.
 * In: a view of the timelines as known on a day.   Out: samples of each site's power on later dates.
 * Model: two waiting processes with rates that are constant in bands of age: from first work to first power
 * (greenfield; a refit waits at the prior rates times one learnt factor), and from the last change to the next
 * increase. Sites that still wait count with the time they have waited (censoring), so the time already spent
 * conditions the rest. Each rate has a Gamma posterior: prior events and years plus those seen, seen ones
 * discounted by half for each year of age, so that the pace of the last year leads. The size of a first power
 * is lognormal, with a trend in time and an owner's effect shrunk to zero; a later step is lognormal about the
 * step before. A sample draws all rates once for all sites, times a common factor for a change of pace that no
 * record can show; so early forecasts, with few events, are wide.
 * Valid: horizons of months to two years. Capacity never falls here (it did once in the record, for weeks). No
 * step is larger than three times the largest seen. Sites in such tables were chosen because they became
 * large: nothing here corrects for those that were given up early.
 * Sources: prior rates: builds of 12 to 18 months are usual (Sightline Climate, 2026), US power projects take
 * years (LBNL 2026): 0.7 to 0.9 a year after the first year, hardly any in the first five months; refits 2.5
 * times as fast; a running site grows about once a year. They weigh two events a band. Settings were chosen on
 * backtests with Epoch AI's "Frontier Data Centers" (CC-BY 4.0): docs/model/backtest.md says on which dates.
 * Wilson and Hilferty, "The distribution of chi-square", PNAS 17 (1931), for Gamma draws. */
#include "programme/forecast.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/rng.h"
#include "base/special.h"

#define HALF_LIFE_d 365.0      /* of the weight of an event or a year of waiting */
#define SIZE_HALF_LIFE_d 730.0 /* of the weight of a size in the trend */
#define PRIOR_EVENTS 2.0       /* weight of the prior rate of a band */
#define PACE_SD 0.4            /* ln: common change of pace */
#define REFIT_FACTOR 2.5
#define SIZE_MEDIAN_W 80e6 /* first power */
#define SIZE_SD_LN 0.9
#define SIZE_WEIGHT 3.0
#define TREND_LN_PER_YR 0.2
#define TREND_SD_LN_PER_YR 0.2
#define OWNER_WEIGHT 2.0        /* sites: how strongly an owner's effect is shrunk */
#define OWNER_SPREAD_SHARE 0.55 /* of the variance that lies inside owners */
#define JUMP_SD_LN 0.8
#define JUMP_WEIGHT 4.0
#define STEP_LIMIT 3.0 /* times the largest step seen */
#define STEP_FLOOR_W 100e6
#define RATIO_LN 0.27 /* 1.31: middle of Epoch's sites */
#define RATIO_SD_LN 0.1
#define RATIO_WEIGHT 3.0

static const double first_edge_d[GW_N_DELAY_BAND] = {0.0, 150.0, 365.0, 600.0, 900.0};
static const double first_per_yr[GW_N_DELAY_BAND] = {0.02, 0.3, 0.7, 0.9, 0.7};
static const double step_edge_d[GW_N_DELAY_BAND] = {0.0, 60.0, 150.0, 365.0, 730.0};
static const double step_per_yr[GW_N_DELAY_BAND] = {1.5, 2.0, 1.5, 0.8, 0.4};

static double band_end_d(const double *edge_d, int band) {
    return band + 1 < GW_N_DELAY_BAND ? edge_d[band + 1] : GW_INF;
}

static int band_of(const double *edge_d, double age_d) {
    int band = GW_N_DELAY_BAND - 1;
    while (band > 0 && age_d < edge_d[band]) {
        band--;
    }
    return band;
}

static double weight_of(double age_d, double half_life_d) {
    return exp2(-age_d / half_life_d);
}

/* Discounted years of waiting in each band, from base_d to end_d, seen on as_of_d. */
static void add_waiting(const double *edge_d, double base_d, double end_d, double as_of_d,
                        double years[GW_N_DELAY_BAND]) {
    double per_d = log(2.0) / HALF_LIFE_d;
    for (int b = 0; b < GW_N_DELAY_BAND; b++) {
        double low_d = base_d + edge_d[b];
        double high_d = fmin(end_d, base_d + band_end_d(edge_d, b));
        if (high_d > low_d) {
            years[b] += (exp(-per_d * (as_of_d - high_d)) - exp(-per_d * (as_of_d - low_d))) /
                        per_d / GW_YEAR_d;
        }
    }
}

/* Sums while walking over the sites. */
typedef struct tally {
    double as_of_d;
    double first_events[GW_N_DELAY_BAND], first_years[GW_N_DELAY_BAND];
    double step_events[GW_N_DELAY_BAND], step_years[GW_N_DELAY_BAND];
    double refit_events, refit_expected;
    double *size_ln, *size_yr; /* [n_size] first powers; years from as_of (negative) */
    int *size_owner, n_size;   /* index of the site */
    double *jump_ln;           /* [n_jump] */
    double *ratio_ln;          /* [n_ratio] */
    int n_jump, n_ratio;
    double largest_W;
} tally;

static void tally_first(tally *t, const gw_history_site *site, bool refit, double power_d) {
    bool waits = isnan(power_d);
    double end_d = waits ? t->as_of_d : power_d;
    double weight = waits ? 0.0 : weight_of(t->as_of_d - power_d, HALF_LIFE_d);
    double years[GW_N_DELAY_BAND] = {0};
    add_waiting(first_edge_d, site->row[0].date_d, end_d, t->as_of_d, years);
    if (refit) {
        for (int b = 0; b < GW_N_DELAY_BAND; b++) {
            t->refit_expected += first_per_yr[b] * years[b];
        }
        t->refit_events += weight;
        return;
    }
    for (int b = 0; b < GW_N_DELAY_BAND; b++) {
        t->first_years[b] += years[b];
    }
    t->first_events[band_of(first_edge_d, end_d - site->row[0].date_d)] += weight;
}

/* Walks the changes of a site that runs; fills its state. */
static void tally_steps(tally *t, const gw_history_site *site, int index, gw_site_state *state) {
    double level_W = 0.0, change_W = 0.0;
    for (int i = 0; i < site->n; i++) {
        double value_W = site->row[i].value[GW_HISTORY_IT_W], date_d = site->row[i].date_d;
        if (isnan(value_W) || value_W == level_W) {
            continue;
        }
        double step_W = value_W - level_W;
        if (!state->running) {
            state->running = true;
            t->size_ln[t->n_size] = log(step_W);
            t->size_yr[t->n_size] = (date_d - t->as_of_d) / GW_YEAR_d;
            t->size_owner[t->n_size++] = index;
        } else {
            double age_d = date_d - state->last_change_d;
            add_waiting(step_edge_d, state->last_change_d, date_d, t->as_of_d, t->step_years);
            if (step_W > 0.0) {
                t->step_events[band_of(step_edge_d, age_d)] +=
                    weight_of(t->as_of_d - date_d, HALF_LIFE_d);
                if (change_W > 0.0) {
                    t->jump_ln[t->n_jump++] = log(step_W / change_W);
                }
            }
        }
        state->last_step_W = step_W > 0.0 ? step_W : state->last_step_W;
        t->largest_W = fmax(t->largest_W, step_W);
        state->last_change_d = date_d;
        level_W = value_W;
        change_W = step_W;
    }
    if (state->running) {
        add_waiting(step_edge_d, state->last_change_d, t->as_of_d, t->as_of_d, t->step_years);
    }
}

static void read_site(tally *t, const gw_history_site *site, int index, gw_site_state *state) {
    *state = (gw_site_state){.name = site->name,
                             .refit = gw_history_is_refit(site),
                             .first_row_d = site->row[0].date_d,
                             .last_change_d = GW_NAN,
                             .owner.sd = 1.0};
    int n_before = t->n_size;
    tally_steps(t, site, index, state);
    bool from_start = site->row[0].value[GW_HISTORY_IT_W] > 0.0; /* its building was not seen */
    if (!from_start) {
        bool has_power = t->n_size > n_before;
        tally_first(t, site, state->refit,
                    has_power ? t->as_of_d + t->size_yr[n_before] * GW_YEAR_d : GW_NAN);
    }
    double it_W = gw_history_at(site, GW_HISTORY_IT_W, t->as_of_d);
    double facility_W = gw_history_at(site, GW_HISTORY_FACILITY_W, t->as_of_d);
    state->it_W = isnan(it_W) ? 0.0 : it_W;
    state->facility_W = isnan(facility_W) ? 0.0 : facility_W;
    if (state->it_W > 0.0 && state->facility_W >= state->it_W) {
        t->ratio_ln[t->n_ratio++] = log(state->facility_W / state->it_W);
    }
}

/* Mean and spread of n values about a prior mean with the weight of `weight` values. */
static void shrink(const double *x, int n, double mean0, double sd0, double weight, double *mean,
                   double *sd) {
    double sum = weight * mean0, square = weight * sd0 * sd0;
    for (int i = 0; i < n; i++) {
        sum += x[i];
    }
    *mean = sum / (weight + n);
    for (int i = 0; i < n; i++) {
        square += (x[i] - *mean) * (x[i] - *mean);
    }
    *sd = sqrt(square / (weight + n));
}

/* ln size = mean + slope * years: weighted least squares with a prior on both; the spread of the rests feeds
 * back into the weight of the prior slope, three rounds are enough for three digits. */
static void fit_size(const tally *t, gw_delay_priors *out) {
    double sd = SIZE_SD_LN, mean = log(SIZE_MEDIAN_W), slope = TREND_LN_PER_YR, weight = 0.0;
    for (int round = 0; round < 3; round++) {
        double hold = sd * sd / (TREND_SD_LN_PER_YR * TREND_SD_LN_PER_YR);
        double a = SIZE_WEIGHT, b = 0.0, c = hold;
        double p = SIZE_WEIGHT * log(SIZE_MEDIAN_W), q = hold * TREND_LN_PER_YR;
        for (int i = 0; i < t->n_size; i++) {
            double w = weight_of(-t->size_yr[i] * GW_YEAR_d, SIZE_HALF_LIFE_d);
            a += w;
            b += w * t->size_yr[i];
            c += w * t->size_yr[i] * t->size_yr[i];
            p += w * t->size_ln[i];
            q += w * t->size_ln[i] * t->size_yr[i];
        }
        mean = (p * c - q * b) / (a * c - b * b);
        slope = (a * q - b * p) / (a * c - b * b);
        double square = SIZE_WEIGHT * SIZE_SD_LN * SIZE_SD_LN;
        for (int i = 0; i < t->n_size; i++) {
            double rest = t->size_ln[i] - mean - slope * t->size_yr[i];
            square += weight_of(-t->size_yr[i] * GW_YEAR_d, SIZE_HALF_LIFE_d) * rest * rest;
        }
        weight = a;
        sd = sqrt(square / a);
    }
    out->size.mean = mean;
    out->size_slope_ln_per_yr = slope;
    out->size.sd = sd;
    out->size.weight = weight;
}

/* The owner is the first word of a site's name. */
static bool same_owner(const char *a, const char *b) {
    size_t n = strcspn(a, " ");
    return n == strcspn(b, " ") && strncmp(a, b, n) == 0;
}

static void owner_effects(const tally *t, const gw_delay_priors *p, const gw_history *view,
                          gw_site_state *state) {
    for (int s = 0; s < view->n; s++) {
        double sum = 0.0, n = 0.0;
        for (int i = 0; i < t->n_size; i++) {
            if (same_owner(view->site[s].name, view->site[t->size_owner[i]].name)) {
                sum += t->size_ln[i] - p->size.mean - p->size_slope_ln_per_yr * t->size_yr[i];
                n += 1.0;
            }
        }
        state[s].owner.mean = sum / (n + OWNER_WEIGHT);
        state[s].owner.sd = sqrt((OWNER_WEIGHT + OWNER_SPREAD_SHARE * n) / (OWNER_WEIGHT + n) *
                                 (1.0 + 1.0 / (n + OWNER_WEIGHT)));
    }
}

void gw_priors_fit(const gw_history *view, double as_of_d, gw_arena *arena, gw_delay_priors *out,
                   gw_site_state *state) {
    int n_rows = view->n_rows > 0 ? view->n_rows : 1;
    tally t = {.as_of_d = as_of_d,
               .size_ln = GW_NEW_N(arena, n_rows, double),
               .size_yr = GW_NEW_N(arena, n_rows, double),
               .size_owner = GW_NEW_N(arena, n_rows, int),
               .jump_ln = GW_NEW_N(arena, n_rows, double),
               .ratio_ln = GW_NEW_N(arena, n_rows, double)};
    for (int s = 0; s < view->n; s++) {
        read_site(&t, &view->site[s], s, &state[s]);
    }
    *out = (gw_delay_priors){.n_first = t.n_size};
    for (int b = 0; b < GW_N_DELAY_BAND; b++) {
        out->first[b] = (gw_hazard){t.first_events[b] + PRIOR_EVENTS,
                                    t.first_years[b] + PRIOR_EVENTS / first_per_yr[b]};
        out->step[b] = (gw_hazard){t.step_events[b] + PRIOR_EVENTS,
                                   t.step_years[b] + PRIOR_EVENTS / step_per_yr[b]};
    }
    out->refit =
        (gw_hazard){t.refit_events + PRIOR_EVENTS, t.refit_expected + PRIOR_EVENTS / REFIT_FACTOR};
    fit_size(&t, out);
    shrink(t.jump_ln, t.n_jump, 0.0, JUMP_SD_LN, JUMP_WEIGHT, &out->jump.mean, &out->jump.sd);
    out->jump.weight = JUMP_WEIGHT + t.n_jump;
    out->n_step = t.n_jump;
    shrink(t.ratio_ln, t.n_ratio, RATIO_LN, RATIO_SD_LN, RATIO_WEIGHT, &out->ratio.mean,
           &out->ratio.sd);
    out->largest_step_W = fmax(t.largest_W, STEP_FLOOR_W);
    owner_effects(&t, out, view, state);
}

/* One stream of draws. */
typedef struct draws {
    uint64_t seed, sample;
    uint32_t stream, next;
} draws;

static double draw_uniform(draws *d) {
    return gw_rng_uniform(d->seed, d->sample, d->stream, d->next++);
}

static double draw_normal(draws *d) {
    return gw_normal_quantile(draw_uniform(d));
}

/* Gamma with this shape and scale 1, by the cube of a normal; good to a few per cent from shape 1 on. */
static double draw_gamma(draws *d, double shape) {
    double root = 1.0 - 1.0 / (9.0 * shape) + draw_normal(d) / (3.0 * sqrt(shape));
    root = fmax(root, 0.1);
    return shape * root * root * root;
}

static double draw_rate(draws *d, gw_hazard hazard) {
    return draw_gamma(d, hazard.n_events) / hazard.waited_yr;
}

/* Student's t: a normal whose spread was learnt from `weight` values. */
static double draw_t(draws *d, double weight) {
    double z = draw_normal(d);
    return z / sqrt(draw_gamma(d, 0.5 * weight) / (0.5 * weight));
}

/* The rates of one sample, per year. */
typedef struct rates {
    double first[GW_N_DELAY_BAND], refit[GW_N_DELAY_BAND], step[GW_N_DELAY_BAND];
} rates;

static rates draw_rates(const gw_delay_priors *p, uint64_t seed, uint64_t sample) {
    draws d = {.seed = seed, .sample = sample, .stream = gw_rng_stream("delay priors")};
    rates r;
    double pace_first = exp(PACE_SD * draw_normal(&d)), pace_step = exp(PACE_SD * draw_normal(&d));
    double refit = draw_rate(&d, p->refit);
    for (int b = 0; b < GW_N_DELAY_BAND; b++) {
        r.first[b] = pace_first * draw_rate(&d, p->first[b]);
        r.step[b] = pace_step * draw_rate(&d, p->step[b]);
        r.refit[b] = pace_first * refit * first_per_yr[b];
    }
    return r;
}

/* Age at the event for one that has waited age_d already: the integrated rate reaches `exponential`. */
static double event_age_d(const double *edge_d, const double *rate_per_yr, double age_d,
                          double exponential) {
    int band = band_of(edge_d, age_d);
    for (; band + 1 < GW_N_DELAY_BAND;) {
        double room = (band_end_d(edge_d, band) - age_d) / GW_YEAR_d * rate_per_yr[band];
        if (exponential < room) {
            return age_d + exponential / rate_per_yr[band] * GW_YEAR_d;
        }
        exponential -= room;
        age_d = edge_d[++band];
    }
    return age_d + exponential / rate_per_yr[band] * GW_YEAR_d; /* the last band has no end */
}

static double draw_step_W(draws *d, const gw_delay_priors *p, const gw_site_state *site,
                          double last_step_W, double years) {
    double ln;
    if (last_step_W > 0.0) {
        ln = log(last_step_W) + p->jump.mean + p->jump.sd * draw_t(d, p->jump.weight);
    } else {
        ln = p->size.mean + p->size_slope_ln_per_yr * years + site->owner.mean +
             p->size.sd * site->owner.sd * draw_t(d, p->size.weight);
    }
    return fmin(exp(ln), STEP_LIMIT * p->largest_step_W);
}

/* One future of one site; out[time * stride]. */
static void sample_site(const gw_forecast *f, const gw_site_state *site, const rates *r, draws d,
                        double *it_W, double *facility_W) {
    double level_W = site->it_W, step_W = site->last_step_W;
    double base_d = site->running ? site->last_change_d : site->first_row_d;
    double now_d = f->as_of_d;
    bool running = site->running;
    double ratio =
        site->it_W > 0.0 && site->facility_W > 0.0
            ? site->facility_W / site->it_W
            : exp(fmax(f->priors.ratio.mean + f->priors.ratio.sd * draw_normal(&d), 0.0));
    for (int t = 0; t < f->n_times;) {
        const double *edge_d = running ? step_edge_d : first_edge_d;
        const double *rate = running ? r->step : site->refit ? r->refit : r->first;
        double next_d = base_d + event_age_d(edge_d, rate, now_d - base_d, -log(draw_uniform(&d)));
        for (; t < f->n_times && f->time_d[t] < next_d; t++) {
            it_W[(size_t)t * (size_t)f->n_samples] = level_W;
            facility_W[(size_t)t * (size_t)f->n_samples] = level_W * ratio;
        }
        step_W = draw_step_W(&d, &f->priors, site, step_W, (next_d - f->as_of_d) / GW_YEAR_d);
        level_W += step_W;
        base_d = now_d = next_d;
        running = true;
    }
}

gw_forecast gw_forecast_of(const gw_delay_priors *priors, const gw_site_state *site, int n_sites,
                           double as_of_d, const double *time_d, int n_times, int n_samples,
                           uint64_t seed, gw_arena *arena) {
    gw_forecast f = {.as_of_d = as_of_d,
                     .n_sites = n_sites,
                     .n_times = n_times,
                     .n_samples = n_samples,
                     .time_d = time_d,
                     .site = site,
                     .priors = *priors};
    size_t per_site = (size_t)n_times * (size_t)n_samples;
    double *it_W = GW_NEW_N(arena, (size_t)n_sites * per_site + 1, double);
    double *facility_W = GW_NEW_N(arena, (size_t)n_sites * per_site + 1, double);
    for (int i = 0; i < n_samples; i++) {
        rates r = draw_rates(&f.priors, seed, (uint64_t)i);
        for (int s = 0; s < n_sites; s++) {
            size_t at = (size_t)s * per_site + (size_t)i;
            draws d = {.seed = seed, .sample = (uint64_t)i, .stream = gw_rng_stream(site[s].name)};
            sample_site(&f, &site[s], &r, d, it_W + at, facility_W + at);
        }
    }
    f.it_W = it_W;
    f.facility_W = facility_W;
    return f;
}

gw_forecast gw_forecast_make(const gw_history *view, double as_of_d, const double *time_d,
                             int n_times, int n_samples, uint64_t seed, gw_arena *arena) {
    gw_site_state *state = GW_NEW_N(arena, view->n > 0 ? view->n : 1, gw_site_state);
    gw_delay_priors priors;
    gw_priors_fit(view, as_of_d, arena, &priors, state);
    return gw_forecast_of(&priors, state, view->n, as_of_d, time_d, n_times, n_samples, seed,
                          arena);
}

static const double *samples_at(const double *all, const gw_forecast *f, int site, int time) {
    return all + ((size_t)site * (size_t)f->n_times + (size_t)time) * (size_t)f->n_samples;
}

const double *gw_forecast_it_W(const gw_forecast *forecast, int site, int time) {
    return samples_at(forecast->it_W, forecast, site, time);
}

const double *gw_forecast_facility_W(const gw_forecast *forecast, int site, int time) {
    return samples_at(forecast->facility_W, forecast, site, time);
}

double gw_priors_powered_share(const gw_delay_priors *priors, bool refit, double waited_d) {
    double integral = 0.0;
    for (int b = 0; b < GW_N_DELAY_BAND && waited_d > first_edge_d[b]; b++) {
        double rate = refit ? first_per_yr[b] * priors->refit.n_events / priors->refit.waited_yr
                            : priors->first[b].n_events / priors->first[b].waited_yr;
        integral +=
            rate * (fmin(waited_d, band_end_d(first_edge_d, b)) - first_edge_d[b]) / GW_YEAR_d;
    }
    return 1.0 - exp(-integral);
}
