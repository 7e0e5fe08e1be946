/* energy/dispatch.c: supply against load in one month, and what a supply costs.
 *
 * In: sources (available average power, marginal cost, carbon), load.
 * Out: power by group, unserved, cost, carbon.
 * Model:
 *   order     renewables give capacity x capacity factor and are used first; then the cheapest
 *             marginal cost first until the load is met.
 *   energy    contract price where there is one; grid: the region's price; plants: fuel price /
 *             efficiency + variable O&M.
 *   carbon    grid average, or fuel carbon / efficiency.
 *   capacity  an owned plant costs its fixed O&M (its capital is finance's); a plant neither owned
 *             nor under a price is rented at its cost: capital charge + fixed O&M, besides fuel and
 *             variable O&M (a tolling agreement).
 *   heat      thermal output falls in a straight line from 15 degC (ISO rating) to hot_derate at
 *             the design temperature.
 * Valid: month averages against a flat load (data centres: load factor above 0.9). Within a month
 *   sun and wind are assumed to be balanced by the other sources. Not modelled: start-up, minimum
 *   load, ramps, outages hour by hour.
 * Sources: merit-order dispatch as in any production-cost model; ISO 2314 / ISO 3977 rating
 *   condition of gas turbines; 53.06 kg CO2/MMBtu of natural gas, higher heating value (US EPA). */
#include "energy/dispatch.h"

#include <math.h>

#include "base/date.h"

/* Gas turbines are rated at 15 degC. */
#define GW_RATING_TEMP_K 288.15

/* ---------------------------------------------------------------- dispatch */

bool gw_energy_used_before(const gw_energy_source *a, const gw_energy_source *b) {
    bool a_renews = a->group == GW_GROUP_RENEWABLE, b_renews = b->group == GW_GROUP_RENEWABLE;
    if (a_renews != b_renews) {
        return a_renews;
    }
    if (isnan(b->cost_usd_per_J)) {
        return !isnan(a->cost_usd_per_J);
    }
    return a->cost_usd_per_J < b->cost_usd_per_J;
}

void gw_energy_order(gw_energy_source *sources, int n) {
    for (int i = 1; i < n; i++) {
        gw_energy_source moving = sources[i];
        int at = i;
        for (; at > 0 && gw_energy_used_before(&moving, &sources[at - 1]); at--) {
            sources[at] = sources[at - 1];
        }
        sources[at] = moving;
    }
}

gw_dispatch gw_energy_dispatch(const gw_energy_source *sources, int n, double load_W,
                               double *used_W) {
    gw_dispatch d = {0};
    double left_W = load_W;
    for (int i = 0; i < n; i++) {
        const gw_energy_source *source = &sources[i];
        double taken_W = fmax(fmin(source->available_W, left_W), 0);
        left_W -= taken_W;
        if (source->group == GW_GROUP_RENEWABLE) {
            d.renewable_W += taken_W;
            d.curtailed_W += source->available_W - taken_W;
        } else if (source->group == GW_GROUP_GRID) {
            d.grid_W += taken_W;
        } else {
            d.plant_W += taken_W;
        }
        if (taken_W > 0) { /* an unused source of unknown cost spoils nothing */
            d.cost_usd_per_s += taken_W * source->cost_usd_per_J;
            d.carbon_kg_per_s += taken_W * source->carbon_kg_per_J;
        }
        if (used_W != NULL) {
            used_W[i] = taken_W;
        }
    }
    d.unserved_W = left_W;
    return d;
}

/* ---------------------------------------------------------------- cost of a supply */

gw_supply_cost gw_energy_supply_cost(const gw_supply *supply, const gw_plant *plant,
                                     const gw_region *region, double rent_per_s) {
    gw_supply_cost cost = {0};
    bool has_price = gw_is_set(supply->price_usd_per_J);
    if (supply->kind == GW_SUPPLY_GRID || plant == NULL) {
        bool grid = supply->kind == GW_SUPPLY_GRID;
        cost.energy_usd_per_J =
            has_price ? supply->price_usd_per_J : region->electricity_price_usd_per_J;
        cost.carbon_kg_per_J = grid ? region->carbon_kg_per_J : 0;
        return cost;
    }
    double fuel_usd_per_J = 0;
    if (gw_plant_is_firm(plant)) { /* without an efficiency the cost is unknown: NaN */
        double price = gw_is_set(plant->fuel_price_usd_per_J) ? plant->fuel_price_usd_per_J
                                                              : region->gas_price_usd_per_J;
        fuel_usd_per_J = price / plant->efficiency;
        cost.carbon_kg_per_J =
            plant->fuel_carbon_kg_per_J > 0 ? plant->fuel_carbon_kg_per_J / plant->efficiency : 0;
    }
    cost.energy_usd_per_J =
        has_price ? supply->price_usd_per_J : fuel_usd_per_J + plant->variable_om_usd_per_J;
    if (supply->owned) {
        cost.capacity_usd_per_W_s = plant->fixed_om_usd_per_W_s;
    } else if (!has_price && supply->role == GW_ROLE_PRIMARY && supply->kind == GW_SUPPLY_PLANT &&
               plant->kind != GW_PLANT_BATTERY) { /* what gives no energy is not rented */
        cost.capacity_usd_per_W_s =
            plant->fixed_om_usd_per_W_s + plant->capex_usd_per_W * rent_per_s;
    }
    return cost;
}

double gw_capital_rate_per_s(double discount_rate, double inflation, double life_s) {
    double years = life_s / (GW_YEAR_d * GW_DAY_s);
    double real = (1 + discount_rate) / (1 + inflation) - 1;
    if (!(years > 0)) {
        return GW_NAN;
    }
    return gw_capital_recovery_factor(real, years) / (GW_YEAR_d * GW_DAY_s);
}

double gw_plant_output_frac(const gw_plant *plant, const gw_region *region, double dry_bulb_K) {
    if (gw_plant_is_renewable(plant)) {
        return plant->capacity_factor; /* measured averages contain outages and heat */
    }
    double span_K = region->design_dry_bulb_K - GW_RATING_TEMP_K;
    double hot = span_K > 0 ? (dry_bulb_K - GW_RATING_TEMP_K) / span_K : 0;
    hot = fmin(fmax(hot, 0), 1);
    return plant->availability * (1 - plant->hot_derate * hot);
}
