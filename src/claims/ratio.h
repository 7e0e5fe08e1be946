/* claims/ratio.h: plausible ranges of implied ratios: does 3.00 kW per chip make sense, and on
 * which basis? */
#ifndef GW_CLAIMS_RATIO_H
#define GW_CLAIMS_RATIO_H

#include <stdbool.h>

#include "model.h"

/** What the bands of one ratio say of one value. */
typedef struct gw_band_fit {
    int n_bands;           /* bands that apply; 0: the catalogue says nothing */
    bool inside;           /* within at least one of them */
    const gw_band *band;   /* the band that holds it, else the nearest; NULL without bands */
    double factor;         /* outside: how far beyond the nearest band, > 1; inside: 1 */
    bool above;            /* outside: beyond the upper end */
    unsigned bases_inside; /* bit 1 << basis of every band that holds it */
} gw_band_fit;

/** A stated basis is judged by the bands of that basis and by those of any basis; an unstated (or
 * contracted) one by every band of the ratio: the figure is plausible if some reading of it is. */
gw_band_fit gw_claims_fit(const gw_scenario *in, gw_ratio ratio, gw_claim_basis basis,
                          double value);

/** Name and display unit of a ratio: "USD/W", "W", ... */
const char *gw_claims_ratio_unit(gw_ratio ratio);

/** How a chip may have been counted, for the joint test: GPU packages per counted chip. */
#define GW_N_CHIP_READING 3
extern const double gw_claims_readings[GW_N_CHIP_READING]; /* 1, 2, 0.5 */

/** The joint test of a count of chips, their power and their cost. */
typedef struct gw_joint {
    double power_per_chip_W, cost_per_chip_usd; /* per counted chip */
    unsigned power_fits, cost_fits;             /* bit r: plausible if a chip is readings[r] GPUs */
    bool conflict;                              /* each fits some reading, and none fits both */
    int power_reading, cost_reading;            /* first reading that fits; -1: none */
} gw_joint;

/** chips > 0, power_W and cost_usd for exactly these chips. */
gw_joint gw_claims_joint(const gw_scenario *in, double chips, double power_W, gw_claim_basis basis,
                         double cost_usd);

#endif
