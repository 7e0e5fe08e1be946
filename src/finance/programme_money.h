/* finance/programme_money.h: full cost of a set of sites, and the money of each named programme.
 * Rules: programme_money.c. */
#ifndef GW_FINANCE_PROGRAMME_MONEY_H
#define GW_FINANCE_PROGRAMME_MONEY_H

#include "finance/reach.h"
#include "finance/running.h"
#include "finance/sales.h"
#include "finance/unit_cost.h"

/** What the assets of a site lose, and what is left of them. */
typedef struct gw_site_money {
    double *depreciation_usd; /* [n_months] */
    double closing_value_usd, closing_gain_usd;
} gw_site_money;

/** One for each site, in scratch. */
gw_site_money *gw_site_money_collect(const gw_scenario *in, const gw_calendar *calendar,
                                     const gw_assets *assets, gw_arena *scratch);

/** All borrowed. */
typedef struct gw_programme_in {
    const gw_scenario *in;
    const gw_calendar *calendar;
    const gw_state *state;
    const gw_assets *assets;
    const gw_cells *cells;
    const gw_site_money *sites; /* [n_sites] */
    const gw_sales *sales;
    const gw_running *running;
} gw_programme_in;

/** Annualised cost of what stands at some sites, in full operation.
 *  @param site  [n_sites] which of them; NULL: all
 *  @param it_W  IT power in full operation; filled */
gw_unit_cost gw_full_cost_of(const gw_programme_in *k, const bool *site, double *it_W);

/** One entry for each programme of the scenario, in scratch. */
gw_programme_money *gw_programmes_work(const gw_programme_in *k, gw_arena *scratch);

#endif
