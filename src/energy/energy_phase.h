/* energy/energy_phase.h: the place of the energy room in the chain, and what the engine reports of
 * a site's energy. */
#ifndef GW_ENERGY_ENERGY_PHASE_H
#define GW_ENERGY_ENERGY_PHASE_H

#include "model.h"

/** After the load phase: completes state->energy[] (grid, plant, renewable, unserved, cost,
 * carbon). */
void gw_energy_phase(const gw_model *model, gw_state *state);

/** A site in full operation: the twelve months in a row with the highest load (the latest of
 * equals); the whole horizon if it is shorter. Prices and intensities are NaN where no energy is
 * used. */
typedef struct gw_energy_year {
    int first_month; /* index into the horizon */
    double load_W, it_load_W;
    double energy_J; /* per Julian year, served or not */
    double water_m3_per_s;
    double cost_usd;                         /* per Julian year */
    double price_usd_per_J, carbon_kg_per_J; /* per energy served */
    double carbon_kg;                        /* per Julian year */
    double unserved_frac;                    /* of the load, over ALL months of the horizon */
} gw_energy_year;

gw_energy_year gw_energy_full_year(const gw_energy *energy, int month0, int n_months);

#endif
