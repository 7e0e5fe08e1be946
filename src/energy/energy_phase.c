/* energy/energy_phase.c: supply of every site, month by month.
 *
 * In: state->in (supply, plants, regions, slip), state->energy[].load_W.
 * Out: state->energy[n_sites]: grid_W, plant_W, renewable_W, unserved_W (month averages), cost_usd,
 *   carbon_kg (per month), each [n_months].
 * Model: dispatch.c. A supply counts for the exact share of the month in which it is energised; the
 *   site's slip moves dates after as_of. Prices are real: finance applies inflation.
 *   Backup and storage give no energy. Fuel of tests and losses of cycling (10 to 15 % of what
 *   passes through a battery) are not charged; owned ones cost fixed O&M, others nothing.
 * Valid: month averages: a supply that comes in mid-month is averaged against the load of the whole
 *   month.
 * Derivation: docs/model/energy.md. */
#include "energy/energy_phase.h"

#include <math.h>

#include "base/date.h"
#include "energy/dispatch.h"

/** One supply of a site, constant over the months of a sample. */
typedef struct gw_lot_of_supply {
    const gw_supply *supply;
    const gw_plant *plant; /* NULL: grid */
    gw_supply_cost cost;
    gw_supply_group group;
    double from_d, until_d;
    bool gives_energy;
} gw_lot_of_supply;

static gw_supply_group group_of(const gw_supply *supply, const gw_plant *plant) {
    if (supply->kind == GW_SUPPLY_GRID || plant == NULL) {
        return GW_GROUP_GRID;
    }
    return gw_plant_is_renewable(plant) ? GW_GROUP_RENEWABLE : GW_GROUP_PLANT;
}

static gw_lot_of_supply describe(const gw_scenario *in, const gw_site *site,
                                 const gw_supply *supply, double rent_per_s) {
    const gw_plant *plant = gw_supply_plant(in, supply);
    bool battery = plant != NULL && plant->kind == GW_PLANT_BATTERY;
    return (gw_lot_of_supply){
        .supply = supply,
        .plant = plant,
        .cost = gw_energy_supply_cost(supply, plant, &in->regions.at[site->region.i], rent_per_s),
        .group = group_of(supply, plant),
        .from_d = gw_slipped_d(supply->energised_d, site->slip_s, in->as_of_d),
        .until_d = gw_slipped_d(supply->until_d, site->slip_s, in->as_of_d),
        .gives_energy = supply->role == GW_ROLE_PRIMARY && supply->kind != GW_SUPPLY_STORAGE &&
                        !battery && (supply->kind == GW_SUPPLY_GRID || plant != NULL),
    };
}

static gw_energy_source source_of(const gw_lot_of_supply *lot, double available_W) {
    return (gw_energy_source){
        .group = lot->group,
        .available_W = available_W,
        .cost_usd_per_J = lot->cost.energy_usd_per_J,
        .carbon_kg_per_J = lot->cost.carbon_kg_per_J,
    };
}

/* The lots in the order in which they are used: costs do not change from month to month. */
static void order_lots(gw_lot_of_supply *lots, int n) {
    for (int i = 1; i < n; i++) {
        gw_lot_of_supply moving = lots[i];
        gw_energy_source its = source_of(&moving, 0);
        int at = i;
        for (; at > 0; at--) {
            gw_energy_source other = source_of(&lots[at - 1], 0);
            if (!gw_energy_used_before(&its, &other)) {
                break;
            }
            lots[at] = lots[at - 1];
        }
        lots[at] = moving;
    }
}

static void fill_month(const gw_region *region, const gw_lot_of_supply *lots, int n, int month,
                       gw_energy_source *sources, gw_energy *energy, int m) {
    int calendar = gw_month_of_year(month);
    double start_d = gw_month_start_d(month), days = gw_month_days(month);
    double capacity_usd_per_s = 0;
    int n_sources = 0;
    for (int i = 0; i < n; i++) {
        const gw_lot_of_supply *lot = &lots[i];
        double there_W =
            lot->supply->capacity_W * gw_span_share(start_d, days, lot->from_d, lot->until_d);
        capacity_usd_per_s += there_W * lot->cost.capacity_usd_per_W_s;
        if (!lot->gives_energy || !(there_W > 0)) {
            continue;
        }
        double output = lot->plant == NULL ? 1
                                           : gw_plant_output_frac(lot->plant, region,
                                                                  region->dry_bulb_K[calendar]);
        sources[n_sources++] = source_of(lot, there_W * output);
    }
    gw_dispatch d = gw_energy_dispatch(sources, n_sources, energy->load_W[m], NULL);
    double seconds = days * GW_DAY_s;
    energy->grid_W[m] = d.grid_W;
    energy->plant_W[m] = d.plant_W;
    energy->renewable_W[m] = d.renewable_W;
    energy->unserved_W[m] = d.unserved_W;
    energy->cost_usd[m] = (d.cost_usd_per_s + capacity_usd_per_s) * seconds;
    energy->carbon_kg[m] = d.carbon_kg_per_s * seconds;
}

void gw_energy_phase(const gw_model *model, gw_state *state) {
    const gw_scenario *in = state->in;
    double rent_per_s = gw_capital_rate_per_s(in->finance.discount_rate, in->finance.inflation,
                                              in->finance.facility_life_s);
    for (int s = 0; s < in->sites.n; s++) {
        const gw_site *site = &in->sites.at[s];
        const gw_region *region = &in->regions.at[site->region.i];
        int n = site->supply.n;
        gw_lot_of_supply *lots = GW_NEW_N(state->scratch, n, gw_lot_of_supply);
        gw_energy_source *sources = GW_NEW_N(state->scratch, n, gw_energy_source);
        for (int i = 0; i < n; i++) {
            lots[i] = describe(in, site, &site->supply.at[i], rent_per_s);
        }
        order_lots(lots, n);
        for (int m = 0; m < model->n_months; m++) {
            fill_month(region, lots, n, model->month0 + m, sources, &state->energy[s], m);
        }
    }
}

/* ---------------------------------------------------------------- full operation */

/* Windows within this of the highest load count as equals: leap years and rounding. */
#define GW_EQUAL_LOAD_FRAC 1e-3

/** First month of the window with the highest load; the latest of equals. */
static int busiest_window(const double *load_W, int n_months, int width) {
    double sum_W = 0, most_W = 0;
    for (int m = 0; m < n_months; m++) {
        sum_W += load_W[m] - (m >= width ? load_W[m - width] : 0);
        most_W = m >= width - 1 ? fmax(most_W, sum_W) : 0;
    }
    sum_W = 0;
    int best = 0;
    for (int m = 0; m < n_months; m++) {
        sum_W += load_W[m] - (m >= width ? load_W[m - width] : 0);
        if (m >= width - 1 && sum_W >= most_W * (1 - GW_EQUAL_LOAD_FRAC)) {
            best = m - width + 1;
        }
    }
    return best;
}

gw_energy_year gw_energy_full_year(const gw_energy *energy, int month0, int n_months) {
    int width = n_months < 12 ? n_months : 12;
    gw_energy_year year = {.first_month = busiest_window(energy->load_W, n_months, width)};
    double seconds = 0, served_J = 0, load_J = 0, it_J = 0, water_m3 = 0;
    for (int m = year.first_month; m < year.first_month + width; m++) {
        double s = gw_month_days(month0 + m) * GW_DAY_s;
        seconds += s;
        load_J += energy->load_W[m] * s;
        it_J += energy->it_load_W[m] * s;
        served_J += (energy->load_W[m] - energy->unserved_W[m]) * s;
        water_m3 += energy->water_m3[m];
        year.cost_usd += energy->cost_usd[m];
        year.carbon_kg += energy->carbon_kg[m];
    }
    double all_J = 0, unserved_J = 0;
    for (int m = 0; m < n_months; m++) {
        all_J += energy->load_W[m] * gw_month_days(month0 + m);
        unserved_J += energy->unserved_W[m] * gw_month_days(month0 + m);
    }
    double year_s = GW_YEAR_d * GW_DAY_s;
    year.price_usd_per_J = served_J > 0 ? year.cost_usd / served_J : GW_NAN;
    year.carbon_kg_per_J = served_J > 0 ? year.carbon_kg / served_J : GW_NAN;
    year.unserved_frac = all_J > 0 ? unserved_J / all_J : 0;
    year.load_W = seconds > 0 ? load_J / seconds : GW_NAN;
    year.it_load_W = seconds > 0 ? it_J / seconds : GW_NAN;
    year.water_m3_per_s = seconds > 0 ? water_m3 / seconds : GW_NAN;
    year.energy_J = year.load_W * year_s;
    year.cost_usd *= seconds > 0 ? year_s / seconds : GW_NAN;
    year.carbon_kg *= seconds > 0 ? year_s / seconds : GW_NAN;
    return year;
}
