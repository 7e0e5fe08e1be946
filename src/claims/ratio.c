/* claims/ratio.c: a ratio against the bands of the catalogue, and the joint test of watts and
 * dollars per chip.
 * In:    scenario.bands[n]; a ratio's value in SI
 * Out:   gw_band_fit, gw_joint
 * Model: inside when low <= value <= high of an applicable band; factor = value/high above,
 *        low/value below. Joint test: if a chip stands for k GPUs, watts per GPU = P/(k N), dollars
 *        per GPU = C/(k N); the claims can hold together only if one k puts both into their bands.
 * Valid: value > 0; k in {1, 2, 1/2}: GPU, board of two GPUs, one die of two.
 * Sources: the two readings of Abilene's 400,000 chips: FT 2025-05-23 (40 bn USD), Epoch AI
 *        Frontier Data Centers (100,800 GPUs in two buildings of 211 MW IT); unit prices: Bernstein
 *        2025-10 (47,200 USD), Epoch AI (54,600 USD). */
#include "claims/ratio.h"

#include <math.h>

#include "base/code.h"

const double gw_claims_readings[GW_N_CHIP_READING] = {1.0, 2.0, 0.5};

const char *gw_claims_ratio_unit(gw_ratio ratio) {
    static const char *const unit[] = {
        [GW_RATIO_USD_PER_W] = "USD/W",     [GW_RATIO_USD_PER_W_BUILD] = "USD/W",
        [GW_RATIO_W_PER_ACC] = "W",         [GW_RATIO_USD_PER_ACC] = "USD",
        [GW_RATIO_USD_PER_ACC_H] = "USD/h", [GW_RATIO_USD_PER_W_YR] = "USD/W/yr",
        [GW_RATIO_W_PER_HOME] = "kWh/yr",   [GW_RATIO_ACC_PER_BUILDING] = "",
        [GW_RATIO_W_PER_BUILDING] = "MW",
    };
    return unit[ratio];
}

static bool applies(const gw_band *band, gw_ratio ratio, gw_claim_basis basis) {
    if (band->ratio != (int)ratio || !gw_is_set(band->low) || !gw_is_set(band->high)) {
        return false;
    }
    if (basis == GW_BASIS_UNSTATED || basis == GW_BASIS_CONTRACTED) {
        /* Nobody means nameplates or chillers by "a gigawatt of chips". */
        return band->basis != GW_BASIS_GENERATION && band->basis != GW_BASIS_COOLING;
    }
    return band->basis == GW_BASIS_UNSTATED || band->basis == (int)basis;
}

/* How far value lies beyond the band; 1 inside. */
static double factor_beyond(const gw_band *band, double value) {
    if (value > band->high) {
        return band->high > 0 ? value / band->high : GW_INF;
    }
    if (value < band->low) {
        return value > 0 ? band->low / value : GW_INF;
    }
    return 1.0;
}

gw_band_fit gw_claims_fit(const gw_scenario *in, gw_ratio ratio, gw_claim_basis basis,
                          double value) {
    gw_band_fit fit = {.factor = GW_NAN};
    if (!gw_is_set(value)) {
        return fit;
    }
    for (int i = 0; i < in->bands.n; i++) {
        const gw_band *band = &in->bands.at[i];
        if (!applies(band, ratio, basis)) {
            continue;
        }
        fit.n_bands++;
        double factor = factor_beyond(band, value);
        bool inside = value >= band->low && value <= band->high;
        if (inside) {
            fit.bases_inside |= 1u << band->basis;
        }
        if (fit.band == NULL || factor < fit.factor) {
            fit.band = band;
            fit.factor = factor;
            fit.above = value > band->high;
            fit.inside = inside;
        }
    }
    return fit;
}

static int first_bit(unsigned set) {
    for (int r = 0; r < GW_N_CHIP_READING; r++) {
        if (set & 1u << r) {
            return r;
        }
    }
    return -1;
}

gw_joint gw_claims_joint(const gw_scenario *in, double chips, double power_W, gw_claim_basis basis,
                         double cost_usd) {
    gw_joint joint = {.power_reading = -1, .cost_reading = -1};
    if (!(chips > 0)) {
        return joint;
    }
    joint.power_per_chip_W = power_W / chips;
    joint.cost_per_chip_usd = cost_usd / chips;
    for (int r = 0; r < GW_N_CHIP_READING; r++) {
        double k = gw_claims_readings[r];
        if (gw_claims_fit(in, GW_RATIO_W_PER_ACC, basis, joint.power_per_chip_W / k).inside) {
            joint.power_fits |= 1u << r;
        }
        if (gw_claims_fit(in, GW_RATIO_USD_PER_ACC, GW_BASIS_UNSTATED, joint.cost_per_chip_usd / k)
                .inside) {
            joint.cost_fits |= 1u << r;
        }
    }
    joint.power_reading = first_bit(joint.power_fits);
    joint.cost_reading = first_bit(joint.cost_fits);
    joint.conflict =
        joint.power_fits != 0 && joint.cost_fits != 0 && (joint.power_fits & joint.cost_fits) == 0;
    return joint;
}
