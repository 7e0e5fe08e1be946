/* report/backtest_text.h: backtests, sums and odds of timelines, for people and for programs. */
#ifndef GW_REPORT_BACKTEST_TEXT_H
#define GW_REPORT_BACKTEST_TEXT_H

#include "base/buf.h"
#include "programme/backtest.h"

/** A backtest and what must be said with it. All borrowed. */
typedef struct gw_backtest_page {
    const gw_history *history;
    const gw_backtest *backtest;
    gw_boundary boundary;
    double observed_until_d;
    bool until_given;  /* the user named the day */
    bool standard_set; /* the first of each month, 3, 6 and 12 months ahead */
    bool with_sites;
    int n_as_of;
    double first_as_of_d, last_as_of_d;
    int n_announced; /* announcements that could be used; -1: none were asked for */
    int n_samples;
    uint64_t seed;
} gw_backtest_page;

/** Sums on a day, with what a second table publishes as of today. */
typedef struct gw_totals_page {
    const gw_history *history;
    double date_d;
    double observed_until_d;
    bool has_published;
    double published_usd;
    int n_gaps; /* sites whose published cost is not that of their timeline, largest first */
    const char **gap_site;
    const double *gap_usd;
} gw_totals_page;

/** The odds that a site reaches a power by a day. */
typedef struct gw_reach_page {
    const gw_history *history;
    gw_boundary boundary;
    double as_of_d, by_d, reach_W;
    const char *site;
    gw_site_state state;
    double it_share, facility_share; /* probabilities */
    double p10_W, p50_W, p90_W;      /* IT power by then */
    double facility_p10_W, facility_p50_W, facility_p90_W;
    double reached_p10_d, reached_p50_d, reached_p90_d; /* NaN: later than five years */
    gw_delay_priors priors;
    int n_samples;
} gw_reach_page;

void gw_backtest_text(const gw_backtest_page *page, gw_buf *out);
void gw_backtest_json(const gw_backtest_page *page, gw_buf *out);
void gw_backtest_csv(const gw_backtest_page *page, gw_buf *out); /* one line a site and horizon */
void gw_totals_text(const gw_totals_page *page, gw_arena *arena, gw_buf *out);
void gw_totals_json(const gw_totals_page *page, gw_arena *arena, gw_buf *out);
void gw_reach_text(const gw_reach_page *page, gw_buf *out);
void gw_reach_json(const gw_reach_page *page, gw_buf *out);

/** Days from first work to first power; what: 0 all, 1 greenfield, 2 refit. Sorted into `days` (room for all
 * sites). */
int gw_first_power_days(const gw_first_power *events, int n, int what, double *days);

#endif
