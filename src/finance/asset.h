/* finance/asset.h: things that are bought, used and worn out. Rules and validity: asset.c. */
#ifndef GW_FINANCE_ASSET_H
#define GW_FINANCE_ASSET_H

#include "base/arena.h"
#include "finance/calendar.h"
#include "model.h"

typedef enum gw_asset_kind {
    GW_ASSET_CHIPS,
    GW_ASSET_BUILDING,
    GW_ASSET_PLANT,
    GW_N_ASSET
} gw_asset_kind;

typedef struct gw_asset {
    gw_asset_kind kind;
    double cost_usd;
    double pay_from_d, pay_until_d; /* paid evenly between them */
    double service_d;               /* in use from */
    double until_d;                 /* gone from; NaN: stays */
    double life_d;                  /* from cost to residual_frac of it */
    double residual_frac;
    gw_depreciation method;
    double rent_change, rate; /* per year; economic depreciation of chips */
    int site, cluster;        /* where it stands; cluster -1 unless it is chips */
    bool refit;               /* replaces an earlier one: no loan was made for it */
} gw_asset;

typedef struct gw_assets {
    int n;
    const gw_asset *at;
    const char *problem; /* NULL, or why a cost is unknown (static) */
} gw_assets;

/** Payments by month, added to out_usd[n_months]. */
void gw_asset_pay(const gw_calendar *calendar, const gw_asset *asset, double *out_usd);
/** Depreciation for tax by month, added to out_usd[n_months].
 *  @return what the tax books hold less than the worth at the end of the horizon: taxed there */
double gw_asset_depreciate(const gw_calendar *calendar, const gw_asset *asset, double *out_usd);
/** Worth on a date: what has been paid while it is built, the worth by its life in use (straight
 * line, or the rents still to come if depreciation is economic), nothing when gone. */
double gw_asset_value_usd(const gw_asset *asset, double date_d);

/** Everything that the programme buys: buildings, lots of chips with their network, own plants, and
 *  with `refit` new chips whenever a lot has lived its life, until `end_d`.
 *  @return array owned by `scratch`; a cost without a price is NaN */
gw_assets gw_assets_collect(const gw_scenario *in, const gw_network *network, double end_d,
                            gw_arena *scratch);

#endif
