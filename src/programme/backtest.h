/* programme/backtest.h: forecasts from past days, set against what was observed later. Scores: backtest.c. */
#ifndef GW_PROGRAMME_BACKTEST_H
#define GW_PROGRAMME_BACKTEST_H

#include "programme/forecast.h"

#define GW_BACKTEST_BINS 10
#define GW_BACKTEST_HORIZONS 16

/** An announced size with a day, as known from `said_d` on. */
typedef struct gw_announced {
    int site; /* of the whole table */
    double said_d, due_d;
    double it_W;
} gw_announced;

/** One site, one day of forecast, one day of outcome; or the sum of all known sites (site -1). */
typedef struct gw_backtest_row {
    int site;   /* of the whole table; -1: sum of the sites known on as_of_d */
    int months; /* horizon in months; 0 if it was given as a day */
    double as_of_d, target_d;
    bool was_running;
    double known_W;             /* IT power on as_of_d */
    double p10_W, p50_W, p90_W; /* IT power on target_d */
    double facility_p10_W, facility_p50_W, facility_p90_W;
    double mean_W;
    double power_share; /* P(any power on target_d) */
    bool has_outcome;   /* what follows is NaN or false without */
    double observed_W, facility_observed_W;
    bool inside;       /* P10 <= observed <= P90 */
    double held_share; /* probability that the forecast puts on P10..P90: ties at the ends count */
    double pit_low_share, pit_high_share; /* P(X < observed), P(X <= observed) */
    double crps_W, crps_persist_W, crps_announced_W;
    bool has_announced; /* a dated announcement was known; else persistence stands in */
    double announced_W;
    double pinball_W[3]; /* at 10, 50 and 90 % */
} gw_backtest_row;

typedef struct gw_backtest_opts {
    const double *as_of_d; /* [n_as_of] */
    int n_as_of;
    const int *months; /* [n_months] horizons, or */
    int n_months;
    double target_d;         /* one day; NaN: use months */
    double observed_until_d; /* later rows are projections */
    bool forecasts_too;      /* keep rows whose day of outcome is not observed yet */
    const gw_announced *announced;
    int n_announced;
    int n_samples;
    uint64_t seed;
} gw_backtest_opts;

typedef struct gw_backtest {
    int n;
    gw_backtest_row *row; /* by as_of_d, then target_d; the sites, then their sum */
} gw_backtest;

typedef enum gw_backtest_part { GW_PART_ALL, GW_PART_TUNED, GW_PART_HELD } gw_backtest_part;

/** Which rows to put together. */
typedef struct gw_backtest_filter {
    gw_backtest_part part;
    int months;  /* -1: all */
    int running; /* 1 running at the time, 0 not, -1 both */
    bool sums;   /* rows of sums instead of sites */
} gw_backtest_filter;

typedef struct gw_backtest_score {
    int n;
    double coverage_share; /* of the 80 % interval; ties at its ends count by their share */
    double inside_share, held_share; /* P10 <= observed <= P90: how often, and how often promised */
    double bias_W;                   /* mean of forecast mean minus observed */
    double observed_mean_W;
    double crps_W, crps_persist_W, crps_announced_W;
    int n_announced; /* rows with an announcement, and the scores on these alone */
    double crps_on_announced_W, announced_on_announced_W;
    double pinball_W[3];
    double pit_share[GW_BACKTEST_BINS]; /* shares, sum 1 */
    int n_waiting;                      /* sites without power on the day of forecast */
    double power_mean_share, power_observed_share, brier_share, brier_persist_share;
} gw_backtest_score;

/** @return rows owned by the arena */
gw_backtest gw_backtest_run(const gw_history *all, const gw_backtest_opts *opts, gw_arena *arena);
gw_backtest_score gw_backtest_summarise(const gw_backtest *b, const gw_backtest_filter *filter);

/** The horizons of the rows, ascending, at most GW_BACKTEST_HORIZONS of them. */
int gw_backtest_horizons(const gw_backtest *b, int months[GW_BACKTEST_HORIZONS]);

/** Continuous ranked probability score of sorted samples: E|X - y| - E|X - X'| / 2. */
double gw_crps_sorted(const double *sorted, int n, double observed);
/** The same day of a later month (the last day of a shorter one). */
double gw_months_later_d(double date_d, int months);
bool gw_backtest_is_tuned(const gw_backtest_row *row);

#endif
