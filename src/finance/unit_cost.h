/* finance/unit_cost.h: annualised cost of an accelerator-hour and of a million tokens. Formulas:
 * unit_cost.c. */
#ifndef GW_FINANCE_UNIT_COST_H
#define GW_FINANCE_UNIT_COST_H

/** Hours of the year by which prices per hour are quoted (365 days). */
#define GW_HOURS_PER_YEAR 8760.0

/** Order of the parts, as in gw_cash.cost_parts_usd. */
enum {
    GW_COST_CHIPS,
    GW_COST_BUILDINGS,
    GW_COST_PLANTS,
    GW_COST_ENERGY,
    GW_COST_OPERATIONS,
    GW_N_COST
};

/** A programme in full operation. */
typedef struct gw_full_cost {
    double chips_usd, chip_residual_frac, chip_life_yr;
    double buildings_usd, plants_usd, facility_life_yr;
    double energy_usd_per_yr, operations_usd_per_yr;
    double rate;             /* per year */
    double accelerators;     /* running */
    double utilisation_frac; /* of them busy, mean */
} gw_full_cost;

typedef struct gw_unit_cost {
    double usd_per_yr;
    double usd_per_busy_h;       /* per hour in which an accelerator runs a job */
    double usd_per_h;            /* per hour, busy or not */
    double parts_usd[GW_N_COST]; /* of usd_per_busy_h */
} gw_unit_cost;

/** NaN where nothing runs or an input is unknown. */
gw_unit_cost gw_unit_cost_work(const gw_full_cost *full);

/** Cost of a million trained tokens on n accelerators held all the time.
 *  @param tokens_per_s  without failures; goodput_frac of the time is useful */
double gw_cost_per_Mtok(double usd_per_h, double accelerators, double tokens_per_s,
                        double goodput_frac);

#endif
