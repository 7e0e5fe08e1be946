/* scenario/query.c: what several rooms ask of a scenario. Rules: query.h.
 * Derivation: definitions of the fields in spec.h; docs/model/programme.md for delays. */
#include "scenario/query.h"

double gw_slipped_d(double date_d, double slip_s, double as_of_d) {
    if (!(date_d > as_of_d) || !isfinite(slip_s)) {
        return date_d;
    }
    /* What had not happened on as_of cannot have happened before the next day. */
    double earliest_d = fmin(date_d, as_of_d + 1.0);
    return fmax(date_d + slip_s / GW_DAY_s, earliest_d);
}

double gw_building_started_d(const gw_site *site, const gw_building *building, double as_of_d) {
    double started_d = gw_is_set(building->started_d)
                           ? building->started_d
                           : building->ready_d - site->construction_time_s / GW_DAY_s;
    return gw_slipped_d(started_d, site->slip_s, as_of_d);
}

double gw_cluster_planned_accelerators(const gw_cluster *cluster) {
    double sum = 0.0;
    for (int i = 0; i < cluster->lots.n; i++) {
        sum += cluster->lots.at[i].count;
    }
    return sum;
}

const gw_plant *gw_supply_plant(const gw_scenario *in, const gw_supply *supply) {
    int i = supply->plant.i;
    bool named = supply->kind != GW_SUPPLY_GRID && i >= 0 && i < in->plants.n;
    return named ? &in->plants.at[i] : NULL;
}

bool gw_plant_is_renewable(const gw_plant *plant) {
    return plant->kind == GW_PLANT_SOLAR || plant->kind == GW_PLANT_WIND;
}

bool gw_plant_is_firm(const gw_plant *plant) {
    return !gw_plant_is_renewable(plant) && plant->kind != GW_PLANT_BATTERY;
}
