/* site/psychro.h: moist air at a given pressure: saturation, humidity ratio, wet bulb. */
#ifndef GW_SITE_PSYCHRO_H
#define GW_SITE_PSYCHRO_H

#define GW_STANDARD_PRESSURE_Pa 101325.0
#define GW_ZERO_CELSIUS_K 273.15

/** Pressure of water vapour over water (over ice below 0.01 degC) in equilibrium, Pa. */
double gw_psychro_saturation_Pa(double temp_K);
/** Its derivative by temperature, Pa/K. */
double gw_psychro_saturation_slope_Pa_per_K(double temp_K);

/** kg of water vapour per kg of dry air of saturated air. Infinite where the air would boil. */
double gw_psychro_saturated_ratio(double temp_K, double pressure_Pa);

/** kg of water vapour per kg of dry air, not below 0. A wet bulb above the dry bulb counts as the
 *  dry bulb. */
double gw_psychro_humidity_ratio(double dry_bulb_K, double wet_bulb_K, double pressure_Pa);

/** Inverse of the former, to 1e-9 K. A ratio above saturation gives the dry bulb, a negative one
 * counts as 0. */
double gw_psychro_wet_bulb_K(double dry_bulb_K, double humidity_ratio, double pressure_Pa);

/** How the wet bulb follows the dry bulb, K per K, around a state. */
typedef struct gw_psychro_slopes {
    double fixed_vapour_ratio;   /* the air keeps its water vapour: the course of a day */
    double fixed_humidity_ratio; /* the air keeps its relative humidity: from day to day */
} gw_psychro_slopes;
gw_psychro_slopes gw_psychro_wet_bulb_slopes(double dry_bulb_K, double wet_bulb_K,
                                             double pressure_Pa);

#endif
