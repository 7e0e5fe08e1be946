/* finance/running.h: what it costs to run, by site and by cluster. Rules: running.c. */
#ifndef GW_FINANCE_RUNNING_H
#define GW_FINANCE_RUNNING_H

#include "finance/calendar.h"
#include "model.h"

/** Nominal USD; arrays [n_months] in scratch. */
typedef struct gw_running {
    double *energy_usd, *other_usd;             /* all sites */
    double **site_energy_usd, **site_other_usd; /* [n_sites] */
    double **cluster_usd;  /* [n_clusters] its share of both, by running IT power */
    double **cluster_frac; /* [n_clusters] that share of its site */
} gw_running;

gw_running gw_running_work(const gw_scenario *in, const gw_calendar *calendar,
                           const gw_state *state, gw_arena *scratch);

/** Operation without energy, and water, in money of the price year; NaN where unknown. */
double gw_operations_usd_per_W_s(const gw_scenario *in, int i_site);
double gw_water_usd_per_m3(const gw_scenario *in, int i_site);

#endif
