/* programme/forecast.h: the power of sites at later dates, from observed timelines alone: how long sites take
 * to their first power and to each later step, and how large steps are. Formulas, priors, sources: forecast.c,
 * docs/model/backtest.md. */
#ifndef GW_PROGRAMME_FORECAST_H
#define GW_PROGRAMME_FORECAST_H

#include <stdint.h>

#include "programme/history.h"

#define GW_N_DELAY_BAND 5

/** The last day of truth that was looked at when the fixed settings of the model were first chosen. */
#define GW_FORECAST_TUNED_UNTIL "2025-07-01"

/** Waiting for something: Gamma distribution of its rate. */
typedef struct gw_hazard {
    double n_events;  /* shape: recent events count more; with the prior */
    double waited_yr; /* scale: years of waiting; with the prior */
} gw_hazard;

/** A natural logarithm with its spread, learnt from `weight` values (the prior counts too). */
typedef struct gw_spread {
    double mean, sd;
    double weight;
} gw_spread;

/** Everything learnt from rows up to a day.  */
typedef struct gw_delay_priors {
    gw_hazard first[GW_N_DELAY_BAND]; /* greenfield: first power, by days since first work */
    gw_hazard refit;                  /* multiple of the prior rate of greenfields */
    gw_hazard step[GW_N_DELAY_BAND];  /* next increase, by days since the last change */
    gw_spread size;                   /* W of a first power, as of the day */
    double size_slope_ln_per_yr;
    gw_spread jump;  /* a step over the one before */
    gw_spread ratio; /* facility over IT power */
    double largest_step_W;
    int n_first, n_step; /* first powers and later increases that were seen */
} gw_delay_priors;

/** What is known of a site on the day of the forecast. */
typedef struct gw_site_state {
    const char *name;
    bool running, refit;
    double first_row_d, last_change_d; /* last_change_d NaN before first power */
    double it_W, facility_W, last_step_W;
    gw_spread owner; /* mean: how much larger first powers of the same owner are, shrunk; sd: the
                        spread left, as a share of that of all sizes */
} gw_site_state;

typedef struct gw_forecast {
    double as_of_d;
    int n_sites, n_times, n_samples;
    const double *time_d;      /* [n_times] ascending, after as_of_d */
    const gw_site_state *site; /* [n_sites] as in the view */
    const double *it_W;        /* [n_sites][n_times][n_samples] */
    const double *facility_W;  /* [n_sites][n_times][n_samples] */
    gw_delay_priors priors;
} gw_forecast;

/** Learns from a view (gw_history_as_of), and from nothing else. `state` has room for view->n. */
void gw_priors_fit(const gw_history *view, double as_of_d, gw_arena *arena, gw_delay_priors *out,
                   gw_site_state *state);

/** Samples of each site's power. The same sample of two sites shares the drawn rates, so sums are as wide as
 * they must be.
 * @return everything owned by the arena */
gw_forecast gw_forecast_make(const gw_history *view, double as_of_d, const double *time_d,
                             int n_times, int n_samples, uint64_t seed, gw_arena *arena);

/** The same for given sites and priors; `site` is kept by the forecast. */
gw_forecast gw_forecast_of(const gw_delay_priors *priors, const gw_site_state *site, int n_sites,
                           double as_of_d, const double *time_d, int n_times, int n_samples,
                           uint64_t seed, gw_arena *arena);

const double *gw_forecast_it_W(const gw_forecast *forecast, int site, int time);
const double *gw_forecast_facility_W(const gw_forecast *forecast, int site, int time);

/** Mean waiting curve: probability that a greenfield (or refit) has power within `waited_d` of first work, with
 * rates at their means. */
double gw_priors_powered_share(const gw_delay_priors *priors, bool refit, double waited_d);

#endif
