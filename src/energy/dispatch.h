/* energy/dispatch.h: who serves a load, at which cost and carbon. Plain numbers; the phase is in
 * energy_phase.c. Model and assumptions: dispatch.c and docs/model/energy.md. */
#ifndef GW_ENERGY_DISPATCH_H
#define GW_ENERGY_DISPATCH_H

#include "model.h"

typedef enum gw_supply_group {
    GW_GROUP_RENEWABLE, /* taken first, whenever it is there */
    GW_GROUP_GRID,
    GW_GROUP_PLANT
} gw_supply_group;

/** One source of energy in one month. */
typedef struct gw_energy_source {
    gw_supply_group group;
    double available_W;     /* month average that it can give, >= 0 */
    double cost_usd_per_J;  /* marginal */
    double carbon_kg_per_J; /* of electricity */
} gw_energy_source;

typedef struct gw_dispatch {
    double grid_W, plant_W, renewable_W, unserved_W; /* sum: the load */
    double curtailed_W; /* renewable output that the load could not take */
    double cost_usd_per_s, carbon_kg_per_s;
} gw_dispatch;

/** Whether a is used before b: renewables first, then by marginal cost, unknown cost last. */
bool gw_energy_used_before(const gw_energy_source *a, const gw_energy_source *b);

/** Sorts into the order of use: renewables, then by marginal cost; equals keep their order, unknown
 * cost is last. */
void gw_energy_order(gw_energy_source *sources, int n);

/** Serves the load from sources in their given order.
 *  @param used_W  [n] output of each source, or NULL */
gw_dispatch gw_energy_dispatch(const gw_energy_source *sources, int n, double load_W,
                               double *used_W);

/** What a supply costs: per energy taken, and per nameplate and time whether it runs or not. */
typedef struct gw_supply_cost {
    double energy_usd_per_J;
    double capacity_usd_per_W_s;
    double carbon_kg_per_J;
} gw_supply_cost;

/** @param plant       technology, or NULL for the grid
 *  @param rent_per_s  capital charge of rented plants over capex, per second: the value of
 *                     gw_capital_rate_per_s */
gw_supply_cost gw_energy_supply_cost(const gw_supply *supply, const gw_plant *plant,
                                     const gw_region *region, double rent_per_s);

/** Capital recovery factor per second in real terms: an annuity that grows with inflation and
 * returns the capital with `discount_rate` (nominal, per year) over `life_s`. */
double gw_capital_rate_per_s(double discount_rate, double inflation, double life_s);

/** Average output over nameplate of a plant in a month with the given mean dry bulb. */
double gw_plant_output_frac(const gw_plant *plant, const gw_region *region, double dry_bulb_K);

#endif
