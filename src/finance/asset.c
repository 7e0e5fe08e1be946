/* finance/asset.c: what the programme buys, when it pays, how it wears out.
 * In:    buildings, lots and supplies of the scenario with their delays; network prices.
 * Out:   assets; payments and depreciation by month; worth on a date.
 * Model: building: cost, else unit cost x IT power, paid evenly from first work to ready. Chips:
 *        lot / accelerators per system x system price x (1 + storage and other) + the lot's share
 *        of the network's price, paid at once payment_lead before installation. A system without a
 *        price costs its accelerators. Own plant: capacity x overnight cost x (1 + owner's cost),
 *        paid evenly over the lead time before it is energised. Worth in use: cost x (1 - (1 -
 *        residual) x min(1, age / life)), with economic depreciation that of the rents still to
 *        come (depreciation.c). With `refit` a lot is bought again at refit_price of its cost at
 *        the end of each life; capacity stays.
 * Valid: prices are those of the scenario and do not change with the date of purchase. What leaves
 *        before the end of the horizon has no value then; its depreciation runs on. Without `refit`
 *        nothing is replaced at the end of its life unless the scenario has a lot for it.
 * Derivation: docs/model/finance.md. */
#include "finance/asset.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"
#include "finance/depreciation.h"

void gw_asset_pay(const gw_calendar *calendar, const gw_asset *asset, double *out_usd) {
    gw_calendar_spread(calendar, asset->cost_usd, asset->pay_from_d, asset->pay_until_d, out_usd);
}

/* Worth in use over cost, at an age. */
static double worth_frac(const gw_asset *asset, double age_d) {
    if (asset->method == GW_DEPRECIATION_ECONOMIC && asset->kind == GW_ASSET_CHIPS) {
        double left = gw_economic_value_frac(age_d / GW_YEAR_d, asset->life_d / GW_YEAR_d,
                                             asset->rent_change, asset->rate);
        return asset->residual_frac + (1.0 - asset->residual_frac) * left;
    }
    return 1.0 - (1.0 - asset->residual_frac) * fmin(1.0, age_d / asset->life_d);
}

/* Month by month the loss of worth; what lies before the horizon in its first month. */
static void depreciate_economic(const gw_calendar *calendar, const gw_asset *asset,
                                double *out_usd) {
    double before = 1.0;
    for (int m = gw_calendar_month(calendar, asset->service_d); m < calendar->n_months; m++) {
        double age_d = gw_calendar_start_d(calendar, m + 1) - asset->service_d;
        double after = worth_frac(asset, age_d);
        out_usd[m] += (before - after) * asset->cost_usd;
        before = after;
        if (age_d >= asset->life_d) {
            return;
        }
    }
}

double gw_asset_depreciate(const gw_calendar *calendar, const gw_asset *asset, double *out_usd) {
    if (asset->method == GW_DEPRECIATION_MACRS) {
        int class_years = asset->kind == GW_ASSET_CHIPS ? 5 : 15;
        double booked =
            gw_macrs_book(calendar, asset->cost_usd, asset->service_d, class_years, out_usd);
        double end_d = gw_calendar_start_d(calendar, calendar->n_months);
        return asset->service_d < end_d && !(asset->until_d <= end_d)
                   ? gw_asset_value_usd(asset, end_d) - (1.0 - booked) * asset->cost_usd
                   : 0.0;
    }
    if (asset->method == GW_DEPRECIATION_ECONOMIC && asset->kind == GW_ASSET_CHIPS) {
        depreciate_economic(calendar, asset, out_usd);
        return 0.0;
    }
    gw_calendar_spread(calendar, asset->cost_usd * (1.0 - asset->residual_frac), asset->service_d,
                       asset->service_d + asset->life_d, out_usd);
    return 0.0;
}

double gw_asset_value_usd(const gw_asset *asset, double date_d) {
    if (asset->until_d <= date_d) {
        return 0.0;
    }
    if (asset->service_d > date_d || isnan(asset->service_d)) {
        double paid = gw_spread_share(asset->pay_from_d, asset->pay_until_d, date_d);
        return paid > 0.0 ? paid * asset->cost_usd : 0.0;
    }
    return asset->cost_usd * worth_frac(asset, date_d - asset->service_d);
}

/* ---------------------------------------------------------------- from the scenario */

static const gw_cost *unit_costs_of(const gw_scenario *in, const gw_site *site) {
    int i = site->costs.i;
    return i >= 0 && i < in->unit_costs.n ? &in->unit_costs.at[i] : NULL;
}

static gw_asset building_asset(const gw_scenario *in, const gw_site *site,
                               const gw_building *building) {
    const gw_cost *costs = unit_costs_of(in, site);
    double each_usd = building->cost_usd;
    if (!gw_is_set(each_usd)) {
        each_usd = costs != NULL ? costs->construction_usd_per_W * building->it_power_W : GW_NAN;
    }
    double ready_d = gw_slipped_d(building->ready_d, site->slip_s, in->as_of_d);
    return (gw_asset){
        .kind = GW_ASSET_BUILDING,
        .cost_usd = building->count * each_usd,
        .pay_from_d = gw_building_started_d(site, building, in->as_of_d),
        .pay_until_d = ready_d,
        .service_d = ready_d,
        .until_d = gw_slipped_d(building->until_d, site->slip_s, in->as_of_d),
        .life_d = in->finance.facility_life_s / GW_DAY_s,
        .method = (gw_depreciation)in->finance.depreciation,
        .site = (int)(site - in->sites.at),
        .cluster = -1,
    };
}

static gw_asset plant_asset(const gw_scenario *in, const gw_site *site, const gw_supply *supply) {
    const gw_plant *plant = gw_supply_plant(in, supply);
    const gw_cost *costs = unit_costs_of(in, site);
    double lead_s = gw_is_set(plant->lead_time_s) ? plant->lead_time_s : site->construction_time_s;
    double owner = costs != NULL ? 1.0 + costs->power_plant_fee : 1.0;
    double energised_d = gw_slipped_d(supply->energised_d, site->slip_s, in->as_of_d);
    return (gw_asset){
        .kind = GW_ASSET_PLANT,
        .cost_usd = supply->capacity_W * plant->capex_usd_per_W * owner,
        .pay_from_d =
            gw_slipped_d(supply->energised_d - lead_s / GW_DAY_s, site->slip_s, in->as_of_d),
        .pay_until_d = energised_d,
        .service_d = energised_d,
        .until_d = gw_slipped_d(supply->until_d, site->slip_s, in->as_of_d),
        .life_d = in->finance.facility_life_s / GW_DAY_s,
        .method = (gw_depreciation)in->finance.depreciation,
        .site = (int)(site - in->sites.at),
        .cluster = -1,
    };
}

static bool is_own_plant(const gw_scenario *in, const gw_supply *supply) {
    return supply->owned && gw_supply_plant(in, supply) != NULL;
}

/* Price of one accelerator with its share of the system; NaN if none is known. */
static double price_per_accelerator_usd(const gw_scenario *in, const gw_cluster *cluster) {
    int i = cluster->system.i;
    if (i < 0 || i >= in->systems.n) {
        return GW_NAN;
    }
    const gw_system *system = &in->systems.at[i];
    if (gw_is_set(cluster->system_price_usd)) {
        return cluster->system_price_usd / system->accelerators;
    }
    if (gw_is_set(system->price_usd)) {
        return system->price_usd / system->accelerators;
    }
    int a = system->accelerator.i;
    return a >= 0 && a < in->accelerators.n ? in->accelerators.at[a].price_usd : GW_NAN;
}

static gw_asset lot_asset(const gw_scenario *in, const gw_cluster *cluster, const gw_chip_lot *lot,
                          double network_usd_per_accelerator) {
    const gw_site *site = cluster->site.i >= 0 && cluster->site.i < in->sites.n
                              ? &in->sites.at[cluster->site.i]
                              : NULL;
    const gw_cost *costs = site != NULL ? unit_costs_of(in, site) : NULL;
    double other = costs != NULL ? costs->server_other : 0.0;
    double paid_d = gw_slipped_d(lot->installed_d - in->finance.payment_lead_s / GW_DAY_s,
                                 cluster->slip_s, in->as_of_d);
    return (gw_asset){
        .kind = GW_ASSET_CHIPS,
        .cost_usd = lot->count * price_per_accelerator_usd(in, cluster) * (1.0 + other) +
                    network_usd_per_accelerator * lot->count,
        .pay_from_d = paid_d,
        .pay_until_d = paid_d,
        .service_d = gw_slipped_d(lot->installed_d, cluster->slip_s, in->as_of_d),
        .until_d = gw_slipped_d(lot->until_d, cluster->slip_s, in->as_of_d),
        .life_d = in->finance.chip_life_s / GW_DAY_s,
        .residual_frac = in->finance.chip_residual,
        .method = (gw_depreciation)in->finance.depreciation,
        .rent_change = in->finance.market_price_change,
        .rate = in->finance.discount_rate,
        .site = cluster->site.i,
        .cluster = (int)(cluster - in->clusters.at),
    };
}

/* Replacements of a lot at the end of each life, until it is taken out or the horizon ends; returns
 * their number. They are only counted if assets is NULL. */
static int add_refits(const gw_scenario *in, const gw_asset *first, double end_d,
                      gw_asset *assets) {
    const gw_finance *finance = &in->finance;
    double service_d = first->service_d + first->life_d;
    int n = 0;
    while (finance->refit && service_d < end_d && !(service_d >= first->until_d)) {
        if (assets != NULL) {
            assets[n] = *first;
            assets[n].refit = true;
            assets[n].cost_usd = first->cost_usd * finance->refit_price;
            assets[n].service_d = service_d;
            assets[n].pay_from_d = assets[n].pay_until_d =
                service_d - finance->payment_lead_s / GW_DAY_s;
        }
        service_d += first->life_d;
        n++;
    }
    return n;
}

/* What is replaced has no worth left when its replacement runs. */
static int collect_chips(const gw_scenario *in, const gw_network *network, double end_d,
                         gw_asset *assets, const char **problem) {
    int n = 0;
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        if (isnan(price_per_accelerator_usd(in, cluster))) {
            *problem = "the price of a cluster's systems is unknown: give system_price, or a price "
                       "in the catalogue";
        } else if (isnan(network[c].price_usd)) {
            *problem = "the price of a cluster's network is unknown";
        }
        double network_usd = network[c].price_usd / gw_cluster_planned_accelerators(cluster);
        for (int i = 0; i < cluster->lots.n; i++) {
            gw_asset *lot = &assets[n++];
            *lot = lot_asset(in, cluster, &cluster->lots.at[i], network_usd);
            int n_refits = add_refits(in, lot, end_d, assets + n);
            for (int k = 0; k < n_refits; k++) { /* each is gone when the next one runs */
                lot[k].until_d = lot[k + 1].service_d;
            }
            n += n_refits;
        }
    }
    return n;
}

gw_assets gw_assets_collect(const gw_scenario *in, const gw_network *network, double end_d,
                            gw_arena *scratch) {
    int cap = 0;
    for (int s = 0; s < in->sites.n; s++) {
        cap += in->sites.at[s].buildings.n + in->sites.at[s].supply.n;
    }
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        for (int i = 0; i < cluster->lots.n; i++) {
            gw_asset lot = lot_asset(in, cluster, &cluster->lots.at[i], 0.0);
            cap += 1 + add_refits(in, &lot, end_d, NULL);
        }
    }
    gw_asset *assets = GW_NEW_N(scratch, cap, gw_asset);
    gw_assets out = {.at = assets};
    for (int s = 0; s < in->sites.n; s++) {
        const gw_site *site = &in->sites.at[s];
        for (int i = 0; i < site->buildings.n; i++) {
            assets[out.n++] = building_asset(in, site, &site->buildings.at[i]);
        }
        for (int i = 0; i < site->supply.n; i++) {
            if (is_own_plant(in, &site->supply.at[i])) {
                assets[out.n++] = plant_asset(in, site, &site->supply.at[i]);
            }
        }
    }
    out.n += collect_chips(in, network, end_d, assets + out.n, &out.problem);
    return out;
}
