/* site/cooling.c: cooling power, electrical losses and water of a site.
 *
 * In: cooling design, electrical losses, climate of the region (monthly means, daily range,
 *   day-to-day spread, design temperatures), share of the IT heat in the liquid loop.
 * Out: gw_overhead, multipliers of IT power.
 * Model, per watt of IT power (docs/model/site.md):
 *   heat    liquid loop: liquid_share. Air loop: the rest + UPS and distribution losses + house
 *           load + room fans.
 *   sink    dry coolers, air-cooled chillers: dry bulb. Tower: wet bulb. Outside air: cooled as far
 *           below the dry bulb as the supply needs, at best 85 % of the way to the wet bulb.
 *   free    the sink cools the returning flow (supply + 10 K) down to sink + approach; what is left
 *           of the 10 K is the chillers' share.
 *   COP     chiller_cop x chiller_lift / lift, lift = sink + approach - supply, not under 10 K:
 *           constant second-law efficiency at a constant supply temperature (Carnot).
 *   fans    rejection_fan x heat rejected while the sink is at its limit; when it is colder the air
 *           flow falls with the temperature difference, fan power with its cube, not under 10 %.
 *   water   tower: heat rejected / h_fg x COC / (COC - 1). Outside air: likewise for the cooling
 *           that evaporation does.
 *   losses  1 / (ups x distribution) - 1 of IT power; the transformer carries everything.
 *   year    each month 5 points from day to day (Gauss-Hermite, normal) x 8 points of the day
 *           (Gauss-Chebyshev: a sinusoid).
 * Valid: constant efficiencies at any load, steady state. Not modelled: humidity control, heat
 *   recovery, part-load curves. All tower heat is taken as latent (up to 30 % too much water in
 *   cold weather). Design day: both design temperatures at once, which is on the safe side.
 * Sources: ASHRAE Handbook of Fundamentals 2017 ch. 1 (psychrometrics) and ch. 14 (daily sinusoid,
 *   design temperatures); ASHRAE TC 9.9 liquid cooling classes; affinity laws of fans. */
#include "site/cooling.h"

#include <math.h>

#include "site/psychro.h"

/* Supply-to-return temperature rise of a loop; assumption (plants run 8 to 15 K). */
#define GW_LOOP_RISE_K 10.0
/* A chiller's refrigerant cycle needs some lift even when the sink is cold; assumption. */
#define GW_LIFT_MIN_K 10.0
/* Lowest fan power over rated: drives and minimum speed; assumption. */
#define GW_FAN_MIN_FRAC 0.1
/* Direct evaporative media reach 80-90 % of the wet-bulb depression. */
#define GW_ADIABATIC_EFFECTIVENESS 0.85
/* Standard deviation of daily mean temperatures within a month where a region gives none; temperate
 * climates have 2 K in summer to 6 K in winter. Assumption. */
#define GW_DAY_SPREAD_K 4.0
#define GW_WATER_LATENT_J_per_kg 2.45e6
#define GW_WATER_kg_per_m3 998.0

#define GW_N_DAY_POINTS 5
#define GW_N_HOUR_POINTS 8

/* Gauss-Hermite nodes and weights for a standard normal (Abramowitz and Stegun, table 25.10,
 * rescaled). */
static const double day_point[GW_N_DAY_POINTS] = {-2.8569700138728056, -1.3556261799742659, 0,
                                                  1.3556261799742659, 2.8569700138728056};
static const double day_weight[GW_N_DAY_POINTS] = {0.011257411327720689, 0.22207592200561263,
                                                   0.53333333333333333, 0.22207592200561263,
                                                   0.011257411327720689};
/* cos((2k + 1) pi / 16): a sinusoid at equal steps of time, equal weights. */
static const double hour_point[GW_N_HOUR_POINTS] = {
    0.98078528040323043,  0.83146961230254524,  0.55557023301960218,  0.19509032201612825,
    -0.19509032201612825, -0.55557023301960218, -0.83146961230254524, -0.98078528040323043};
/* Share of the year; February with its leap days. */
static const double month_days[12] = {31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

/** One cooling loop, per watt of IT power. */
typedef struct gw_loop {
    double chilled;  /* heat that passes the compressors */
    double chiller;  /* compressor power */
    double fan;      /* rejection fans */
    double rejected; /* heat to the sink, compressor heat included */
    double water_kg_per_J;
    bool without_chillers;
} gw_loop;

/** Lowest temperature that the adiabatic stage reaches, no colder than `needed_K`. */
static double adiabatic_sink_K(double dry_K, double wet_K, double needed_K) {
    double coldest_K = dry_K - GW_ADIABATIC_EFFECTIVENESS * (dry_K - wet_K);
    return fmin(dry_K, fmax(coldest_K, needed_K));
}

static double rejection_fan_ratio(const gw_cooling *design, double supply_K, double sink_K) {
    double driving_K = supply_K + GW_LOOP_RISE_K - sink_K;
    double design_K = design->approach_K + GW_LOOP_RISE_K;
    if (driving_K <= design_K) {
        return 1;
    }
    double flow = design_K / driving_K;
    return fmax(flow * flow * flow, GW_FAN_MIN_FRAC);
}

/** Heat `heat` at `supply_K` to a sink. `economiser` says whether the sink may cool the loop by
 * itself. */
static gw_loop loop_to_sink(const gw_cooling *design, double heat, double supply_K, double sink_K,
                            bool economiser) {
    gw_loop loop = {0};
    double lift_K = sink_K + design->approach_K - supply_K;
    double free = economiser ? 1 - lift_K / GW_LOOP_RISE_K : 0;
    free = fmin(fmax(free, 0), 1);
    double cop = design->chiller_cop * design->chiller_lift_K / fmax(lift_K, GW_LIFT_MIN_K);
    loop.chilled = heat * (1 - free);
    loop.chiller = loop.chilled / cop;
    loop.rejected = heat + loop.chiller;
    loop.fan = design->rejection_fan * loop.rejected;
    if (free >= 1) {
        loop.fan *= rejection_fan_ratio(design, supply_K, sink_K);
    }
    loop.without_chillers = loop.chiller <= 0;
    return loop;
}

static double make_up_ratio(const gw_cooling *design) {
    double cycles = design->cycles_of_concentration;
    return cycles > 1 ? cycles / (cycles - 1) : GW_NAN;
}

/** Heat of one loop through the plant of the design. `room_air`: the air-cooled part. */
static gw_loop loop_at(const gw_cooling *design, double heat, bool room_air, double dry_K,
                       double wet_K) {
    double supply_K = room_air ? design->air_supply_K : design->liquid_supply_K;
    switch ((gw_cooling_kind)design->kind) {
    case GW_COOLING_TOWER: {
        gw_loop loop = loop_to_sink(design, heat, supply_K, wet_K, true);
        loop.water_kg_per_J = loop.rejected / GW_WATER_LATENT_J_per_kg * make_up_ratio(design);
        return loop;
    }
    case GW_COOLING_AIR_EVAP: {
        double sink_K = adiabatic_sink_K(dry_K, wet_K, supply_K - design->approach_K);
        gw_loop loop = loop_to_sink(design, heat, supply_K, sink_K, true);
        /* The air that carries the heat with the loop's rise is first cooled by dry - sink. */
        double evaporative = loop.rejected * (dry_K - sink_K) / GW_LOOP_RISE_K;
        loop.water_kg_per_J = evaporative / GW_WATER_LATENT_J_per_kg * make_up_ratio(design);
        if (room_air) { /* outside air is moved by the room fans; only trim chillers have their own
                         */
            loop.fan = design->rejection_fan * (loop.chilled + loop.chiller);
        }
        return loop;
    }
    case GW_COOLING_DRY:
        return loop_to_sink(design, heat, supply_K, dry_K, !room_air);
    case GW_COOLING_CHILLER_AIR:
    case GW_N_cooling_kind:
        break;
    }
    return loop_to_sink(design, heat, supply_K, dry_K, true);
}

/* ---------------------------------------------------------------- one watt in each loop */

static void add_loop(gw_unit_loop *sum, const gw_loop *loop, double weight) {
    sum->chiller_frac += weight * loop->chiller;
    sum->fan_frac += weight * loop->fan;
    sum->rejected_frac += weight * loop->rejected;
    sum->water_kg_per_J += weight * loop->water_kg_per_J;
}

static void add_state(gw_unit_heat *sum, const gw_cooling *design, double dry_K, double wet_K,
                      double weight) {
    wet_K = fmin(wet_K, dry_K);
    gw_loop liquid = loop_at(design, 1.0, false, dry_K, wet_K);
    gw_loop air = loop_at(design, 1.0, true, dry_K, wet_K);
    add_loop(&sum->liquid, &liquid, weight);
    add_loop(&sum->air, &air, weight);
    sum->free_liquid_frac += liquid.without_chillers ? weight : 0;
    sum->free_air_frac += air.without_chillers ? weight : 0;
    sum->free_both_frac += liquid.without_chillers && air.without_chillers ? weight : 0;
}

/** Heat of the loops of a site per watt of IT power. */
typedef struct site_heat {
    double inside_loss_frac, liquid, air, pumped_air;
} site_heat;

static site_heat heat_of(const gw_cooling *design, const gw_electrical *electrical,
                         double liquid_share) {
    site_heat heat = {.inside_loss_frac = 1 / (electrical->ups * electrical->distribution) - 1};
    heat.liquid = fmin(fmax(liquid_share, 0), 1);
    /* Room fans heat the air that they move: air = base + room_fan x air. */
    heat.air =
        (1 - heat.liquid + heat.inside_loss_frac + electrical->house_load) / (1 - design->room_fan);
    heat.pumped_air = design->kind == GW_COOLING_AIR_EVAP ? 0 : design->pump * heat.air;
    return heat;
}

static gw_cooling_point point_of(const gw_cooling *design, const gw_electrical *electrical,
                                 const site_heat *heat, const gw_unit_heat *unit) {
    double liquid = heat->liquid * (1 + design->pump), air = heat->air + heat->pumped_air;
    gw_cooling_point p = {
        .house_frac = electrical->house_load,
        .standby_frac = design->redundancy_load,
        .room_fan_frac = design->room_fan * heat->air,
        .pump_frac = design->pump * heat->liquid + heat->pumped_air,
        .chiller_frac = liquid * unit->liquid.chiller_frac + air * unit->air.chiller_frac,
        .rejection_fan_frac = liquid * unit->liquid.fan_frac + air * unit->air.fan_frac,
        .rejected_frac = liquid * unit->liquid.rejected_frac + air * unit->air.rejected_frac,
    };
    p.water_m3_per_J = (liquid * unit->liquid.water_kg_per_J + air * unit->air.water_kg_per_J) /
                           GW_WATER_kg_per_m3 +
                       design->water_other_m3_per_J;
    double mechanical = p.chiller_frac + p.rejection_fan_frac + p.room_fan_frac + p.pump_frac +
                        p.standby_frac + p.house_frac;
    p.pue = (1 + heat->inside_loss_frac + mechanical) / electrical->transformer;
    p.loss_frac = p.pue - 1 - mechanical;
    return p;
}

/* Share of the time in which no compressor runs: a loop without heat needs none. */
static double free_frac(const site_heat *heat, const gw_unit_heat *unit) {
    if (heat->liquid <= 0) {
        return heat->air <= 0 ? 1 : unit->free_air_frac;
    }
    return heat->air <= 0 ? unit->free_liquid_frac : unit->free_both_frac;
}

gw_cooling_point gw_cooling_at(const gw_cooling *design, const gw_electrical *electrical,
                               double liquid_share, double dry_bulb_K, double wet_bulb_K) {
    gw_unit_heat unit = {0};
    add_state(&unit, design, dry_bulb_K, wet_bulb_K, 1.0);
    site_heat heat = heat_of(design, electrical, liquid_share);
    gw_cooling_point p = point_of(design, electrical, &heat, &unit);
    p.without_chillers = free_frac(&heat, &unit) > 0;
    return p;
}

/* ---------------------------------------------------------------- months and the year */

/** Means over one month; weights sum to 1. */
static gw_unit_heat month_mean(const gw_cooling *design, const gw_region *region, int month) {
    gw_unit_heat sum = {0};
    double mean_K = region->dry_bulb_K[month];
    double mean_wet_K = fmin(region->wet_bulb_K[month], mean_K);
    gw_psychro_slopes slope =
        gw_psychro_wet_bulb_slopes(mean_K, mean_wet_K, GW_STANDARD_PRESSURE_Pa);
    double given_K = region->day_spread_K[month];
    double spread_K = gw_is_set(given_K) ? given_K : GW_DAY_SPREAD_K;
    for (int d = 0; d < GW_N_DAY_POINTS; d++) {
        double day_K = day_point[d] * spread_K;
        for (int h = 0; h < GW_N_HOUR_POINTS; h++) {
            double hour_K = hour_point[h] * 0.5 * region->daily_range_K;
            double wet_K =
                mean_wet_K + slope.fixed_humidity_ratio * day_K + slope.fixed_vapour_ratio * hour_K;
            add_state(&sum, design, mean_K + day_K + hour_K, wet_K,
                      day_weight[d] / GW_N_HOUR_POINTS);
        }
    }
    return sum;
}

gw_climate_cooling gw_cooling_climate(const gw_cooling *design, const gw_region *region) {
    gw_climate_cooling out;
    for (int m = 0; m < 12; m++) {
        out.month[m] = month_mean(design, region, m);
    }
    out.design_day = (gw_unit_heat){0};
    add_state(&out.design_day, design, region->design_dry_bulb_K, region->design_wet_bulb_K, 1.0);
    return out;
}

gw_overhead gw_cooling_site(const gw_cooling *design, const gw_electrical *electrical,
                            const gw_climate_cooling *climate, double liquid_share) {
    gw_overhead overhead = {.house_frac = electrical->house_load};
    site_heat heat = heat_of(design, electrical, liquid_share);
    double days = 0;
    for (int m = 0; m < 12; m++) {
        const gw_unit_heat *unit = &climate->month[m];
        gw_cooling_point p = point_of(design, electrical, &heat, unit);
        overhead.chiller_frac[m] = p.chiller_frac;
        overhead.fan_frac[m] = p.rejection_fan_frac + p.room_fan_frac + p.standby_frac;
        overhead.pump_frac[m] = p.pump_frac;
        overhead.loss_frac[m] = p.loss_frac;
        overhead.pue[m] = p.pue;
        overhead.water_m3_per_J[m] = p.water_m3_per_J;
        days += month_days[m];
        overhead.pue_mean += month_days[m] * p.pue;
        overhead.wue_m3_per_J += month_days[m] * p.water_m3_per_J;
        overhead.free_cooling_frac += month_days[m] * free_frac(&heat, unit);
    }
    overhead.pue_mean /= days;
    overhead.wue_m3_per_J /= days;
    overhead.free_cooling_frac /= days;
    overhead.pue_design = point_of(design, electrical, &heat, &climate->design_day).pue;
    return overhead;
}

gw_overhead gw_cooling_year(const gw_cooling *design, const gw_electrical *electrical,
                            const gw_region *region, double liquid_share) {
    gw_climate_cooling climate = gw_cooling_climate(design, region);
    return gw_cooling_site(design, electrical, &climate, liquid_share);
}
