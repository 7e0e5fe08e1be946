/* scenario/query.h: what several rooms ask of a scenario, answered once: dates with their delays,
 * planned sizes, kinds of supply. Pure functions of their arguments. */
#ifndef GW_SCENARIO_QUERY_H
#define GW_SCENARIO_QUERY_H

#include "scenario/spec.h"

/** A planned date with its common delay: only dates later than as_of move, and never back to as_of
 *  or before (what had not happened then cannot have happened earlier). NaN stays NaN. */
double gw_slipped_d(double date_d, double slip_s, double as_of_d);

/** First work on a building, with the site's delay: `started`, else the construction time before
 *  `ready`. Work that had begun on as_of does not move. */
double gw_building_started_d(const gw_site *site, const gw_building *building, double as_of_d);

/** Accelerators of a cluster in all its lots, those included that leave again. */
double gw_cluster_planned_accelerators(const gw_cluster *cluster);
/** Accelerators of the finished cluster: all lots that do not end; all lots if every one ends. */
double gw_cluster_finished_accelerators(const gw_cluster *cluster);

/** Which hosts a traffic entry stands on, in places before `placement` moves them. */
typedef struct gw_traffic_span {
    int64_t ranks; /* of a group; `auto` worked out for n_hosts */
    int64_t last;  /* highest place; -1: none */
    bool fits;     /* two ranks or more, all places below n_hosts */
} gw_traffic_span;
gw_traffic_span gw_traffic_span_of(const gw_fabric_traffic *traffic, int64_t n_hosts);
/** Place of a rank of a group: groups of a stride interleave, then the next block of them follows.
 */
int64_t gw_traffic_place(const gw_fabric_traffic *traffic, int64_t ranks, int64_t group,
                         int64_t rank);

/** Technology of a supply; NULL for a grid connection and where none is named. Borrowed from `in`.
 */
const gw_plant *gw_supply_plant(const gw_scenario *in, const gw_supply *supply);

/** Sun and wind: runs when the weather lets it, at no marginal cost. */
bool gw_plant_is_renewable(const gw_plant *plant);

/** Neither weather nor a store: runs when it is asked to, from fuel. */
bool gw_plant_is_firm(const gw_plant *plant);

#endif
