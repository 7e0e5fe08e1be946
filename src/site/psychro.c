/* site/psychro.c: moist air: saturation pressure, humidity ratio and wet bulb.
 *
 * In: temperatures in K, pressure in Pa.
 * Out: Pa, kg/kg, K.
 * Model: Hyland-Wexler saturation curves over ice and water; the wet bulb is the temperature of
 *   adiabatic saturation, solved for by bisection. Slopes: enthalpy is constant along a line of
 *   constant wet bulb, so cp dT + h dW = (cp + h W'(Twb)) dTwb with W' the slope of saturated air.
 * Valid: -100..200 degC; pressures of inhabited places. Slopes: to about 5 % (constant cp and
 *   latent heat).
 * Sources: ASHRAE Handbook of Fundamentals 2017, chapter 1, eq. 5, 6, 20, 33, 35. Tests against the
 *   values that PsychroLib publishes in its own tests. */
#include "site/psychro.h"

#include <math.h>

#include "base/code.h"

#define GW_TRIPLE_POINT_K 273.16
#define GW_WATER_TO_AIR_MASS 0.621945 /* ratio of molar masses, ASHRAE eq. 20 */
#define GW_DRY_AIR_HEAT_J_per_kg_K 1006.0
#define GW_VAPORISATION_0C_J_per_kg 2501e3
#define GW_SUBLIMATION_0C_J_per_kg 2830e3 /* a wet bulb below freezing carries ice */

double gw_psychro_saturation_Pa(double temp_K) {
    double t = temp_K;
    if (!(t > 0)) {
        return GW_NAN;
    }
    if (t < GW_TRIPLE_POINT_K) {
        return exp(-5.6745359e3 / t + 6.3925247 +
                   t * (-9.677843e-3 + t * (6.2215701e-7 + t * (2.0747825e-9 - t * 9.484024e-13))) +
                   4.1635019 * log(t));
    }
    return exp(-5.8002206e3 / t + 1.3914993 +
               t * (-4.8640239e-2 + t * (4.1764768e-5 - t * 1.4452093e-8)) + 6.5459673 * log(t));
}

double gw_psychro_saturation_slope_Pa_per_K(double temp_K) {
    double t = temp_K;
    double slope_of_log;
    if (t < GW_TRIPLE_POINT_K) {
        slope_of_log = 5.6745359e3 / (t * t) - 9.677843e-3 +
                       t * (2 * 6.2215701e-7 + t * (3 * 2.0747825e-9 - t * 4 * 9.484024e-13)) +
                       4.1635019 / t;
    } else {
        slope_of_log = 5.8002206e3 / (t * t) - 4.8640239e-2 +
                       t * (2 * 4.1764768e-5 - t * 3 * 1.4452093e-8) + 6.5459673 / t;
    }
    return gw_psychro_saturation_Pa(temp_K) * slope_of_log;
}

double gw_psychro_saturated_ratio(double temp_K, double pressure_Pa) {
    double vapour_Pa = gw_psychro_saturation_Pa(temp_K);
    if (vapour_Pa >= pressure_Pa) {
        return GW_INF;
    }
    return GW_WATER_TO_AIR_MASS * vapour_Pa / (pressure_Pa - vapour_Pa);
}

double gw_psychro_humidity_ratio(double dry_bulb_K, double wet_bulb_K, double pressure_Pa) {
    double wet_K = fmin(wet_bulb_K, dry_bulb_K);
    double saturated = gw_psychro_saturated_ratio(wet_K, pressure_Pa);
    double t = dry_bulb_K - GW_ZERO_CELSIUS_K;
    double wet = wet_K - GW_ZERO_CELSIUS_K;
    double ratio;
    if (wet >= 0) { /* heats in kJ/kg and kJ/(kg K), ASHRAE eq. 33 and 35 */
        ratio = ((2501 - 2.326 * wet) * saturated - 1.006 * (t - wet)) /
                (2501 + 1.86 * t - 4.186 * wet);
    } else {
        ratio =
            ((2830 - 0.24 * wet) * saturated - 1.006 * (t - wet)) / (2830 + 1.86 * t - 2.1 * wet);
    }
    return fmax(ratio, 0);
}

double gw_psychro_wet_bulb_K(double dry_bulb_K, double humidity_ratio, double pressure_Pa) {
    double target = fmax(humidity_ratio, 0);
    if (target >= gw_psychro_saturated_ratio(dry_bulb_K, pressure_Pa)) {
        return dry_bulb_K;
    }
    /* The ratio rises with the wet bulb, but is clipped to 0 below that of dry air: the largest wet
     * bulb at or below the target is sought, so dry air finds the end of the flat part. */
    double low_K = dry_bulb_K - 100, high_K = dry_bulb_K;
    for (int i = 0; i < 60 && high_K - low_K > 1e-9; i++) {
        double middle_K = 0.5 * (low_K + high_K);
        if (gw_psychro_humidity_ratio(dry_bulb_K, middle_K, pressure_Pa) > target) {
            high_K = middle_K;
        } else {
            low_K = middle_K;
        }
    }
    return 0.5 * (low_K + high_K);
}

/** d(saturated humidity ratio) / dT, 1/K. */
static double saturated_ratio_slope(double temp_K, double pressure_Pa) {
    double dry_Pa = pressure_Pa - gw_psychro_saturation_Pa(temp_K);
    return GW_WATER_TO_AIR_MASS * pressure_Pa * gw_psychro_saturation_slope_Pa_per_K(temp_K) /
           (dry_Pa * dry_Pa);
}

gw_psychro_slopes gw_psychro_wet_bulb_slopes(double dry_bulb_K, double wet_bulb_K,
                                             double pressure_Pa) {
    double wet_K = fmin(wet_bulb_K, dry_bulb_K);
    double h = wet_K < GW_ZERO_CELSIUS_K ? GW_SUBLIMATION_0C_J_per_kg : GW_VAPORISATION_0C_J_per_kg;
    double cp = GW_DRY_AIR_HEAT_J_per_kg_K;
    double along_wet = cp + h * saturated_ratio_slope(wet_K, pressure_Pa);
    double ratio = gw_psychro_humidity_ratio(dry_bulb_K, wet_K, pressure_Pa);
    double humidity = ratio / gw_psychro_saturated_ratio(dry_bulb_K, pressure_Pa);
    double along_dry = cp + h * humidity * saturated_ratio_slope(dry_bulb_K, pressure_Pa);
    return (gw_psychro_slopes){
        .fixed_vapour_ratio = cp / along_wet,
        .fixed_humidity_ratio = fmin(along_dry / along_wet, 1),
    };
}
