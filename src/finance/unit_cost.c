/* finance/unit_cost.c: annualised cost of an accelerator-hour.
 * In:    capital, lives, yearly cost and size of a programme in full operation.
 * Out:   cost per hour, with parts.
 * Model: cost per year = (chips - residual / (1 + r)^L) CRF(r, L) + (buildings + plants) CRF(r,
 *        L_f) + energy + operations; per busy hour: over accelerators x 8760 x utilisation. Tokens:
 *        cost per hour of the job's accelerators / (3600 x tokens per second x goodput) x 10^6.
 * Valid: steady full operation, prices of the price year; tax and financing only through r.
 * Sources: total cost of ownership by capital recovery, as in Epoch AI, data insight of 14 May 2026
 *        (CC-BY 4.0), whose 12.1, 8.5 and 7.0 bn USD per GW and year for chip lives of 3, 5 and 7
 *        years are the test. */
#include "finance/unit_cost.h"

#include <math.h>

#include "base/code.h"
#include "model.h"

gw_unit_cost gw_unit_cost_work(const gw_full_cost *full) {
    double crf_chips = gw_capital_recovery_factor(full->rate, full->chip_life_yr);
    double crf_facility = gw_capital_recovery_factor(full->rate, full->facility_life_yr);
    double left = full->chip_residual_frac * exp(-full->chip_life_yr * log1p(full->rate));
    const double usd_per_yr[GW_N_COST] = {
        [GW_COST_CHIPS] = full->chips_usd * (1.0 - left) * crf_chips,
        [GW_COST_BUILDINGS] = full->buildings_usd * crf_facility,
        [GW_COST_PLANTS] = full->plants_usd * crf_facility,
        [GW_COST_ENERGY] = full->energy_usd_per_yr,
        [GW_COST_OPERATIONS] = full->operations_usd_per_yr,
    };
    double hours = full->accelerators > 0.0 ? full->accelerators * GW_HOURS_PER_YEAR : GW_NAN;
    double busy_hours = full->utilisation_frac > 0.0 ? hours * full->utilisation_frac : GW_NAN;
    gw_unit_cost out = {0};
    for (int i = 0; i < GW_N_COST; i++) {
        out.usd_per_yr += usd_per_yr[i];
        out.parts_usd[i] = usd_per_yr[i] / busy_hours;
    }
    out.usd_per_h = out.usd_per_yr / hours;
    out.usd_per_busy_h = out.usd_per_yr / busy_hours;
    return out;
}

double gw_cost_per_Mtok(double usd_per_h, double accelerators, double tokens_per_s,
                        double goodput_frac) {
    double tokens_per_h = tokens_per_s * goodput_frac * 3600.0;
    return tokens_per_h > 0.0 ? usd_per_h * accelerators / tokens_per_h * 1e6 : GW_NAN;
}
