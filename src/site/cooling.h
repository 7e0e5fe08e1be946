/* site/cooling.h: power and water that a site needs on top of its IT, at one state of the weather
 * and over a year. Model and assumptions: cooling.c and docs/model/site.md. */
#ifndef GW_SITE_COOLING_H
#define GW_SITE_COOLING_H

#include "model.h"

/** One state of the weather. Everything is per watt of IT power. */
typedef struct gw_cooling_point {
    double chiller_frac;       /* compressors */
    double rejection_fan_frac; /* fans of dry coolers, towers and condensers */
    double room_fan_frac;      /* air handlers and fan walls */
    double pump_frac;
    double standby_frac; /* redundant units that idle */
    double loss_frac;    /* transformers, UPS, distribution */
    double house_frac;
    double pue;            /* 1 + all of the above */
    double rejected_frac;  /* heat that leaves through the cooling plant */
    double water_m3_per_J; /* make-up and other water per IT energy */
    bool without_chillers; /* no compressor runs */
} gw_cooling_point;

/** @param liquid_share  share of IT heat in the liquid loop, 0..1
 *  A wet bulb above the dry bulb counts as the dry bulb. */
gw_cooling_point gw_cooling_at(const gw_cooling *design, const gw_electrical *electrical,
                               double liquid_share, double dry_bulb_K, double wet_bulb_K);

/** A cooling design in the climate of a region. */
gw_climate_cooling gw_cooling_climate(const gw_cooling *design, const gw_region *region);

/** A site with that design: means over the months and the year, and the design day. */
gw_overhead gw_cooling_site(const gw_cooling *design, const gw_electrical *electrical,
                            const gw_climate_cooling *climate, double liquid_share);

/** Both in one. */
gw_overhead gw_cooling_year(const gw_cooling *design, const gw_electrical *electrical,
                            const gw_region *region, double liquid_share);

#endif
