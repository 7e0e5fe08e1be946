/* engine/compare_run.h: programmes of one model side by side: groups of sites, each with its own power,
 * chips, cost and dates, sample by sample. Rules: compare_run.c. */
#ifndef GW_ENGINE_COMPARE_RUN_H
#define GW_ENGINE_COMPARE_RUN_H

#include "engine/result.h"

/** The year of the prices in which programmes are compared. */
#define GW_COMPARE_YEAR 2025

/* C(constant, name with SI suffix, display unit (NULL: date), one line) */
#define GW_COMPARE_VALUES(C)                                                                       \
    C(RUNNING_IT, "running_it_power_W", "MW", "IT power running on the date")                      \
    C(BEGUN_IT, "begun_it_power_W", "MW", "IT power of buildings begun, not running yet")          \
    C(PLANNED_IT, "planned_it_power_W", "MW", "IT power not begun")                                \
    C(FULL_IT, "full_it_power_W", "MW", "IT power when finished")                                  \
    C(RUNNING_FACILITY, "running_facility_power_W", "MW", "running power at the meter")            \
    C(FULL_FACILITY, "full_facility_power_W", "MW", "power at the meter when finished")            \
    C(RUNNING_ACC, "running_accelerators", "", "accelerators running on the date")                 \
    C(FULL_ACC, "full_accelerators", "", "accelerators when finished")                             \
    C(RUNNING_H100E, "running_h100e", "", "H100 equivalents running on the date")                  \
    C(FULL_H100E, "full_h100e", "", "H100 equivalents when finished")                              \
    C(FULL_DATE, "full_date_d", NULL, "everything planned runs")                                   \
    C(CAPEX, "capex_usd", "USD", "capital cost, USD of 2025")                                      \
    C(CAPEX_PER_W, "capex_per_it_W_usd", "USD/W", "capital cost per IT watt, USD of 2025")         \
    C(HOUR, "cost_per_accelerator_hour_usd", "USD", "full cost of an accelerator-hour")            \
    C(H100E_HOUR, "cost_per_h100e_hour_usd", "USD", "the same for one H100 equivalent")            \
    C(MTOK, "cost_per_million_tokens_usd", "USD", "full cost of a million trained tokens")

#define GW_COMPARE_ID(id, name, unit, doc) GW_COMPARE_##id,
typedef enum gw_compare_id { GW_COMPARE_VALUES(GW_COMPARE_ID) GW_N_COMPARE } gw_compare_id;
#undef GW_COMPARE_ID

typedef struct gw_compare_row {
    const char *name, *unit, *doc;
} gw_compare_row;
extern const gw_compare_row gw_compare_table[GW_N_COMPARE];

typedef struct gw_compare_group {
    const bool *site; /* [n_sites] whether the site belongs to it */
} gw_compare_group;

typedef struct gw_compare_opts {
    int n_samples; /* > 0 */
    uint64_t seed;
    int n_threads; /* 0: all cores */
    double on_d;   /* running, begun and planned on this day: as_of, or the last day of a month */
    int n_groups;
    const gw_compare_group *groups;
} gw_compare_opts;

typedef struct gw_compared {
    double base[GW_N_COMPARE];
    gw_summary summary[GW_N_COMPARE];
    gw_band_series it_W, h100e; /* [n_months] running at the end of the month */
} gw_compared;

/** One result for each group, owned by the arena. Results do not depend on threads. */
GW_MUST_USE gw_code gw_compare_run(const gw_model *model, const gw_compare_opts *opts,
                                   gw_arena *arena, gw_compared **out);

/** H100 equivalents of one accelerator of a cluster; NaN if the catalogue says none. */
double gw_compare_h100e(const gw_scenario *in, int cluster);

#endif
