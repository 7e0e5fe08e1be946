/* programme/capacity.h: capacity of a site over time from dated pieces of building, power and
 * chips. Conventions of the arrays: model.h. Formulas, sources and validity: capacity.c,
 * docs/model/programme.md. */
#ifndef GW_PROGRAMME_CAPACITY_H
#define GW_PROGRAMME_CAPACITY_H

#include "base/arena.h"
#include "model.h"

/** Share of the finished level at which a site or cluster counts as full: dates of a last spare
 * rack should not decide the date of a gigawatt. */
#define GW_FULL_SHARE 0.999

/** Something that carries IT power from one date to another (until NaN: for good; from NaN: never).
 */
typedef struct gw_piece {
    double from_d, until_d;
    double it_W;
} gw_piece;

/** Accelerators that are installed from one date to another. */
typedef struct gw_lot {
    double from_d, until_d;
    double accelerators;
    double it_W; /* rated IT power of one accelerator slot */
    int cluster; /* index into the fleets passed beside it */
} gw_lot;

/** One site, in plain numbers. A supply counts with the IT power that it can carry. */
typedef struct gw_site_plan {
    int n_buildings, n_supply, n_lots, n_clusters;
    const gw_piece *buildings; /* [n_buildings] */
    const gw_piece *supply;    /* [n_supply] */
    const gw_lot *lots;        /* [n_lots] power goes to them in this order */
    double pue_design;         /* facility over IT power on the design day */
} gw_site_plan;

/** Levels between two dates. */
typedef struct gw_level {
    double built_W, powered_W, chips_W, running_W;
    double accelerators, installed;
} gw_level;

/** The step functions of a site: level[k] holds in [from_d[k], from_d[k + 1]); from_d[0] is
 * -infinity. */
typedef struct gw_timeline {
    int n, n_clusters;
    const double *from_d;
    const gw_level *level;
    const double *fleet_running; /* [n][n_clusters] accelerators */
    double last_arrival_d;       /* the last date on which anything of the plan arrives */
} gw_timeline;

/** Puts lots in the order in which they get power: by date of installation, then as they stand. */
void gw_lots_order(gw_lot *lots, int n);

/** IT power that a supply can carry on the design day.
 *  @param plant  technology of a plant or storage, NULL for a grid connection or if unknown */
double gw_supply_it_W(const gw_supply *supply, const gw_plant *plant, double pue_design);

/** @return step functions owned by `scratch` */
gw_timeline gw_timeline_build(const gw_site_plan *plan, gw_arena *scratch);

/** The level that holds on a date (what arrives on the date counts). */
int gw_timeline_at(const gw_timeline *timeline, double date_d);

/** Month averages, month ends, dates and finished size of a site and its clusters.
 *  @param month0, n_months  the calendar of the arrays
 *  @param out, fleets       arrays [n_months] are filled; fleets[n_clusters] */
void gw_capacity_fill(const gw_site_plan *plan, const gw_timeline *timeline, int month0,
                      int n_months, double as_of_d, gw_capacity *out, gw_fleet *const *fleets);

/** The phase. */
void gw_programme_phase(const gw_model *model, gw_state *state);

#endif
