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

double gw_cluster_finished_accelerators(const gw_cluster *cluster) {
    double staying = 0, all = 0;
    for (int i = 0; i < cluster->lots.n; i++) {
        const gw_chip_lot *lot = &cluster->lots.at[i];
        all += lot->count;
        staying += gw_is_set(lot->until_d) ? 0 : lot->count;
    }
    return staying > 0 ? staying : all;
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

int64_t gw_traffic_place(const gw_fabric_traffic *traffic, int64_t ranks, int64_t group,
                         int64_t rank) {
    int64_t block = group / traffic->stride, within = group % traffic->stride;
    return traffic->first + block * ranks * traffic->stride + within + rank * traffic->stride;
}

gw_traffic_span gw_traffic_span_of(const gw_fabric_traffic *traffic, int64_t n_hosts) {
    gw_traffic_span span = {.ranks = traffic->ranks, .last = -1};
    int64_t stride = traffic->stride, groups = traffic->groups;
    if (span.ranks == 0) { /* whole blocks of interleaved groups share what there is */
        int64_t blocks = (groups + stride - 1) / stride;
        int64_t lanes = groups < stride ? groups : stride;
        int64_t left = n_hosts - traffic->first - (lanes - 1);
        int64_t per_block = blocks > 1 ? (n_hosts - traffic->first) / (blocks * stride) : 0;
        span.ranks = left < 1 ? 0 : blocks > 1 ? per_block : (left + stride - 1) / stride;
    }
    int64_t last_group = groups - 1, full = (groups / stride) * stride - 1;
    if (span.ranks > 0) {
        int64_t a = gw_traffic_place(traffic, span.ranks, last_group, span.ranks - 1);
        int64_t b = full >= 0 ? gw_traffic_place(traffic, span.ranks, full, span.ranks - 1) : a;
        span.last = a > b ? a : b;
    }
    span.fits = span.ranks >= 2 && span.last < n_hosts;
    return span;
}
