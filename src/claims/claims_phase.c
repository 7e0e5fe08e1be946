/* claims/claims_phase.c: the run's answer to every claimed number.
 * In:   state->in (claims, sites, clusters), state->capacity, fleet, slot, overhead, cash
 * Out:  state->claim_value[n_claim_items], SI or days; NaN where nothing compares
 * Model: a claim is compared with the site or cluster that it names; one that names neither speaks
 *        of something larger than the scenario and is not compared. With `true_at` before the
 *        horizon's end the state at the end of that month counts, else the finished site.
 *   power      by basis: IT; facility = IT x design PUE (also for unstated and contracted power:
 *              what a connection must carry); server = accelerators x system power; generation =
 *              nameplate of non-diesel plants
 *   operation  the day on which the claimed power or number of accelerators runs (98 % of it), else
 *              the day when everything runs
 *   duration   from the first work on a building
 *   payments   the mean of the first twelve months after full operation
 *   money      only in scenarios of one site, because the cash flow is that of the whole scenario
 * Valid: one step of capacity in a month is dated exactly, several as if they were one.
 * Derivation: docs/model/claims.md. */
#include "claims/claims_phase.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/items.h"

/* Of the claimed size: within the 5 % that count as "holds" a date is judged too. */
#define ENOUGH_FRAC 0.95
/* A size below this share of the finished site, claimed with a date, is a milestone: only its date
 * is set against the run. */
#define MILESTONE_FRAC 0.9

/** What a claim is compared with: a site (cluster -1) or one cluster of it. */
typedef struct scope {
    int site, cluster;
    const gw_claim *claim;
    int month; /* index of the state's month; -1: the finished programme */
} scope;

/* ------------------------------------------------------------------ dates of growth */

double gw_claims_reach_d(const double *average, const double *end, int n_months, int month0,
                         double target) {
    double before = 0;
    for (int m = 0; m < n_months; m++) {
        if (end[m] >= target) {
            double days = gw_month_days(month0 + m);
            double share = end[m] > before ? (end[m] - average[m]) / (end[m] - before) : 0.0;
            return gw_month_start_d(month0 + m) + fmin(fmax(share, 0.0), 1.0) * days;
        }
        before = end[m];
    }
    return GW_NAN;
}

/* ------------------------------------------------------------------ size */

/* Accelerators of a cluster that run at the end of a month. */
static double cluster_accelerators(const gw_state *state, int c, int month) {
    const gw_fleet *fleet = &state->fleet[c];
    return month < 0 ? fleet->full_accelerators : fleet->end_accelerators[month];
}

static bool in_scope(const gw_state *state, const scope *the, int c) {
    return the->cluster >= 0 ? c == the->cluster : state->in->clusters.at[c].site.i == the->site;
}

/* Sum over the clusters in scope of accelerators x weight(cluster). */
typedef double (*weight_fn)(const gw_state *state, int cluster);

static double weight_one(const gw_state *state, int c) {
    (void)state;
    (void)c;
    return 1.0;
}

static double weight_it_W(const gw_state *state, int c) {
    return state->slot[c].it_W;
}

static double weight_system_W(const gw_state *state, int c) {
    return state->slot[c].system_W;
}

static double weight_h100e(const gw_state *state, int c) {
    int system = state->in->clusters.at[c].system.i;
    int chip = system >= 0 && system < state->in->systems.n
                   ? state->in->systems.at[system].accelerator.i
                   : -1;
    return chip >= 0 && chip < state->in->accelerators.n
               ? state->in->accelerators.at[chip].h100_equivalents
               : GW_NAN;
}

static double fleet_sum(const gw_state *state, const scope *the, weight_fn weight) {
    double sum = 0;
    for (int c = 0; c < state->in->clusters.n; c++) {
        double accelerators =
            in_scope(state, the, c) ? cluster_accelerators(state, c, the->month) : 0.0;
        if (accelerators != 0) {
            sum += accelerators * weight(state, c);
        }
    }
    return sum;
}

static double accelerators_of(const gw_state *state, const scope *the) {
    const gw_capacity *capacity = &state->capacity[the->site];
    switch (the->claim->unit) {
    case GW_CHIP_H100E:
        return fleet_sum(state, the, weight_h100e);
    case GW_CHIP_DIE:
        return GW_NAN; /* dies in a package depend on the product */
    default:
        break;
    }
    double gpus;
    if (the->cluster >= 0) {
        gpus = fleet_sum(state, the, weight_one);
    } else {
        gpus =
            the->month < 0 ? capacity->full_accelerators : capacity->end_accelerators[the->month];
    }
    return gpus / gw_claims_gpus_per_chip((gw_chip_unit)the->claim->unit);
}

static double it_W_of(const gw_state *state, const scope *the) {
    const gw_capacity *capacity = &state->capacity[the->site];
    if (the->cluster >= 0) {
        return fleet_sum(state, the, weight_it_W);
    }
    return the->month < 0 ? capacity->full_it_W : capacity->end_it_W[the->month];
}

/* Nameplate of the site's plants on a date (NaN: whenever they come). Diesels stand by and are
 * never meant. */
static double generation_W(const gw_state *state, int s, double date_d) {
    const gw_site *site = &state->in->sites.at[s];
    double sum_W = 0;
    for (int i = 0; i < site->supply.n; i++) {
        const gw_supply *supply = &site->supply.at[i];
        const gw_plant *plant = gw_supply_plant(state->in, supply);
        bool diesel = plant != NULL && plant->kind == GW_PLANT_DIESEL;
        if (supply->kind != GW_SUPPLY_PLANT || diesel) {
            continue;
        }
        double from_d = gw_slipped_d(supply->energised_d, site->slip_s, state->in->as_of_d);
        double until_d = gw_slipped_d(supply->until_d, site->slip_s, state->in->as_of_d);
        bool there = !gw_is_set(date_d) || (from_d <= date_d && !(until_d <= date_d));
        sum_W += there ? supply->capacity_W : 0.0;
    }
    return sum_W;
}

static double power_of(const gw_state *state, const scope *the) {
    switch (the->claim->basis) {
    case GW_BASIS_IT:
        return it_W_of(state, the);
    case GW_BASIS_SERVER:
        return fleet_sum(state, the, weight_system_W);
    case GW_BASIS_GENERATION:
        return generation_W(state, the->site, the->claim->true_at_d);
    case GW_BASIS_COOLING:
        return GW_NAN; /* installed cooling is not modelled */
    default:
        return it_W_of(state, the) * state->overhead[the->site].pue_design;
    }
}

/* ------------------------------------------------------------------ dates */

/* First day on which the site's plants reach a nameplate; NaN: never. */
static double generation_reach_d(const gw_state *state, int s, double target_W) {
    const gw_site *site = &state->in->sites.at[s];
    double first_d = GW_NAN;
    for (int i = 0; i < site->supply.n; i++) {
        double date_d =
            gw_slipped_d(site->supply.at[i].energised_d, site->slip_s, state->in->as_of_d);
        if (gw_is_set(date_d) && generation_W(state, s, date_d) >= target_W) {
            first_d = fmin(first_d, date_d); /* fmin ignores NaN */
        }
    }
    return first_d;
}

static double online_of(const gw_model *model, const gw_state *state, const scope *the) {
    if (the->cluster >= 0) {
        return state->fleet[the->cluster].full_d;
    }
    const gw_capacity *capacity = &state->capacity[the->site];
    const gw_claim *claim = the->claim;
    bool counts_gpus = claim->unit == GW_CHIP_GPU || claim->unit == GW_CHIP_UNSTATED ||
                       claim->unit == GW_CHIP_ACCELERATOR;
    if (gw_is_set(claim->accelerators) && counts_gpus) {
        return gw_claims_reach_d(capacity->accelerators, capacity->end_accelerators,
                                 model->n_months, model->month0, ENOUGH_FRAC * claim->accelerators);
    }
    double it_share =
        claim->basis == GW_BASIS_IT ? 1.0 : 1.0 / state->overhead[the->site].pue_design;
    if (gw_is_set(claim->power_W) && claim->basis == GW_BASIS_GENERATION) {
        return generation_reach_d(state, the->site, ENOUGH_FRAC * claim->power_W);
    }
    bool is_load = claim->basis != GW_BASIS_COOLING && claim->basis != GW_BASIS_SERVER;
    if (gw_is_set(claim->power_W) && is_load) {
        return gw_claims_reach_d(capacity->running_it_W, capacity->end_it_W, model->n_months,
                                 model->month0, ENOUGH_FRAC * claim->power_W * it_share);
    }
    return capacity->full_d;
}

static double first_work_d(const gw_state *state, int s) {
    const gw_site *site = &state->in->sites.at[s];
    double first_d = GW_NAN;
    for (int i = 0; i < site->buildings.n; i++) {
        double start_d = gw_building_started_d(site, &site->buildings.at[i], state->in->as_of_d);
        first_d = fmin(first_d, start_d); /* fmin ignores NaN */
    }
    return first_d;
}

static double duration_of(const gw_model *model, const gw_state *state, const scope *the) {
    bool sized = gw_is_set(the->claim->accelerators) || gw_is_set(the->claim->power_W);
    double end_d = sized ? online_of(model, state, the) : state->capacity[the->site].first_d;
    return (end_d - first_work_d(state, the->site)) * GW_DAY_s;
}

static double buildings_of(const gw_state *state, const scope *the) {
    const gw_site *site = &state->in->sites.at[the->site];
    double date_d = the->claim->true_at_d, n = 0;
    for (int i = 0; i < site->buildings.n; i++) {
        const gw_building *building = &site->buildings.at[i];
        double ready_d = gw_slipped_d(building->ready_d, site->slip_s, state->in->as_of_d);
        double until_d = gw_slipped_d(building->until_d, site->slip_s, state->in->as_of_d);
        bool there = !gw_is_set(date_d) || (ready_d <= date_d && !(until_d <= date_d));
        n += there ? building->count : 0.0;
    }
    return n;
}

/* ------------------------------------------------------------------ money */

static double sum_to(const double *values, int n_months, int month) {
    double sum = 0;
    for (int m = 0; m < n_months && (month < 0 || m <= month); m++) {
        sum += values[m];
    }
    return sum;
}

static double capex_of(const gw_model *model, const gw_state *state, const scope *the) {
    const gw_cash *cash = &state->cash;
    if (state->in->sites.n != 1 || the->cluster >= 0) {
        return GW_NAN;
    }
    double build = sum_to(cash->capex_build_usd, model->n_months, the->month);
    double chips = sum_to(cash->capex_chips_usd, model->n_months, the->month);
    double power = sum_to(cash->capex_power_usd, model->n_months, the->month);
    switch (the->claim->scope) {
    case GW_CAPEX_BUILD:
        return build + power;
    case GW_CAPEX_CHIPS:
        return chips;
    default:
        return build + chips + power;
    }
}

static double revenue_of(const gw_model *model, const gw_state *state, const scope *the) {
    double full_d = state->capacity[the->site].full_d;
    if (state->in->sites.n != 1 || !gw_is_set(full_d)) {
        return GW_NAN;
    }
    int first = gw_month_of_date(full_d) + 1 - model->month0;
    double sum_usd = 0, days = 0;
    for (int m = first < 0 ? 0 : first; m < first + 12 && m < model->n_months; m++) {
        sum_usd += state->cash.revenue_usd[m];
        days += gw_month_days(model->month0 + m);
    }
    return days > 0 ? sum_usd / (days * GW_DAY_s) : GW_NAN;
}

/* ------------------------------------------------------------------ the phase */

static bool scope_of(const gw_model *model, const gw_state *state, const gw_claim *claim,
                     scope *the) {
    *the = (scope){.site = -1, .cluster = -1, .claim = claim, .month = -1};
    if (claim->cluster.name != NULL && claim->cluster.i >= 0 &&
        claim->cluster.i < state->in->clusters.n) {
        the->cluster = claim->cluster.i;
        the->site = state->in->clusters.at[the->cluster].site.i;
    } else if (claim->site.name != NULL) {
        the->site = claim->site.i;
    }
    if (the->site < 0 || the->site >= state->in->sites.n) {
        return false;
    }
    if (gw_is_set(claim->true_at_d)) {
        int month = gw_month_of_date(claim->true_at_d) - model->month0;
        if (month < 0) {
            return false; /* before the horizon */
        }
        the->month = month < model->n_months ? month : -1;
    }
    return true;
}

static double answer(const gw_model *model, const gw_state *state, const scope *the,
                     gw_claim_quantity quantity) {
    switch (quantity) {
    case GW_CLAIM_POWER:
        return power_of(state, the);
    case GW_CLAIM_ACCELERATORS:
        return accelerators_of(state, the);
    case GW_CLAIM_CAPEX:
        return capex_of(model, state, the);
    case GW_CLAIM_REVENUE:
        return revenue_of(model, state, the);
    case GW_CLAIM_ONLINE:
        return online_of(model, state, the);
    case GW_CLAIM_DURATION:
        return duration_of(model, state, the);
    case GW_CLAIM_BUILDINGS:
        return buildings_of(state, the);
    case GW_CLAIM_HOUSEHOLDS: {
        int region = state->in->sites.at[the->site].region.i;
        double use_W = region >= 0 && region < state->in->regions.n
                           ? state->in->regions.at[region].household_use_W
                           : GW_NAN;
        double facility_W = it_W_of(state, the) * state->overhead[the->site].pue_design;
        return use_W > 0 ? facility_W / use_W : GW_NAN;
    }
    default:
        return GW_NAN;
    }
}

static bool is_milestone(const gw_claim *claim, gw_claim_quantity quantity, double claimed,
                         double run) {
    bool size = quantity == GW_CLAIM_POWER || quantity == GW_CLAIM_ACCELERATORS;
    return size && gw_is_set(claim->online_d) && claimed < MILESTONE_FRAC * run;
}

void gw_claims_phase(const gw_model *model, gw_state *state) {
    for (int i = 0; i < model->n_claim_items; i++) {
        const gw_claim_item *item = &model->claim_items[i];
        scope the;
        const gw_claim *claim = &state->in->claims.at[item->claim];
        bool comparable = scope_of(model, state, claim, &the);
        double run = comparable ? answer(model, state, &the, item->quantity) : GW_NAN;
        bool milestone = is_milestone(claim, item->quantity, item->value, run);
        state->claim_value[i] = milestone ? GW_NAN : run;
    }
}
