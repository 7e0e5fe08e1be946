/* programme/capacity.c: from dated buildings, power and chips to running capacity.
 * In:    a site's pieces (buildings, supply, lots of chips), each with the dates from which and
 *        until which it is there.
 * Out:   step functions over time; month averages and month ends; value on a date; first and full
 *        dates.
 * Model: an accelerator runs when a building, power and the chip itself are there (logical AND):
 *        running(t) = min(built(t), powered(t), chips(t)) with powered = firm supply /
 *        facility-over-IT power on the design day. Step functions change only at their dates, so
 *        they are evaluated once between any two neighbouring dates and month averages are exact
 *        sums of level x time. Running power goes to lots in order of installation. Full = highest
 *        running level from the last arrival on; full date = first day with at least 99.9 % of it;
 *        the layer that came last is the one that began latest to carry that level.
 * Valid: any number of pieces; a piece may leave again (refit, bridge power). No ramp inside a
 *        piece, no outages (those belong to reliability), no transfer between sites.
 * Derivation: docs/model/programme.md. That three ingredients must meet is how observers count
 *        operating capacity (Epoch AI, data-centre timelines, CC-BY 4.0); the bias that the latest
 *        of several dates wins is the merge bias of schedule-risk practice. */
#include "programme/capacity.h"

#include <string.h>

double gw_supply_it_W(const gw_supply *supply, const gw_plant *plant, double pue_design) {
    if (supply->role != GW_ROLE_PRIMARY || supply->kind == GW_SUPPLY_STORAGE) {
        return 0.0;
    }
    double firm_W = supply->capacity_W;
    if (supply->kind == GW_SUPPLY_PLANT && plant != NULL) {
        firm_W *= gw_plant_is_firm(plant) ? 1.0 - plant->hot_derate : 0.0;
    }
    return pue_design > 0.0 ? firm_W / pue_design : GW_NAN;
}

void gw_lots_order(gw_lot *lots, int n) {
    for (int i = 1; i < n; i++) {
        gw_lot lot = lots[i];
        int j = i;
        for (; j > 0 && !(lots[j - 1].from_d <= lot.from_d) && !isnan(lot.from_d); j--) {
            lots[j] = lots[j - 1];
        }
        lots[j] = lot;
    }
}

/* ---------------------------------------------------------------- step functions */

static bool is_there(double from_d, double until_d, double date_d) {
    return date_d >= from_d && !(date_d >= until_d);
}

static double pieces_W(const gw_piece *pieces, int n, double date_d) {
    double sum_W = 0.0;
    for (int i = 0; i < n; i++) {
        if (is_there(pieces[i].from_d, pieces[i].until_d, date_d)) {
            sum_W += pieces[i].it_W;
        }
    }
    return sum_W;
}

/* The lowest of three; NaN if one of them is unknown. */
static double lowest(double a, double b, double c) {
    return isnan(a) || isnan(b) || isnan(c) ? GW_NAN : fmin(a, fmin(b, c));
}

/* One level; running points at [n_clusters], zeroed. */
static gw_level level_at(const gw_site_plan *plan, double date_d, double *running) {
    gw_level level = {
        .built_W = pieces_W(plan->buildings, plan->n_buildings, date_d),
        .powered_W = pieces_W(plan->supply, plan->n_supply, date_d),
    };
    for (int i = 0; i < plan->n_lots; i++) {
        const gw_lot *lot = &plan->lots[i];
        if (lot->from_d > date_d) {
            break; /* in order of installation: the rest comes later */
        }
        if (is_there(lot->from_d, lot->until_d, date_d)) {
            level.chips_W += lot->accelerators * lot->it_W;
            level.installed += lot->accelerators;
        }
    }
    level.running_W = lowest(level.built_W, level.powered_W, level.chips_W);
    double left_W = level.running_W;
    for (int i = 0; i < plan->n_lots; i++) {
        const gw_lot *lot = &plan->lots[i];
        if (lot->from_d > date_d) {
            break;
        }
        if (!is_there(lot->from_d, lot->until_d, date_d)) {
            continue;
        }
        double wanted_W = lot->accelerators * lot->it_W;
        /* A full lot gets its exact number, not power divided by power. */
        double share = wanted_W <= left_W + 1e-12 * level.running_W ? 1.0 : left_W / wanted_W;
        running[lot->cluster] += share * lot->accelerators;
        level.accelerators += share * lot->accelerators;
        left_W = left_W > wanted_W ? left_W - wanted_W : left_W * 0.0; /* keeps NaN */
    }
    return level;
}

static int add_date(double *dates, int n, double date_d) {
    if (!isfinite(date_d)) {
        return n;
    }
    int at = n;
    while (at > 0 && dates[at - 1] > date_d) {
        at--;
    }
    if (at > 0 && dates[at - 1] == date_d) {
        return n;
    }
    memmove(&dates[at + 1], &dates[at], (size_t)(n - at) * sizeof *dates);
    dates[at] = date_d;
    return n + 1;
}

/* Adds the dates of a piece that is ever there; returns the later of `last_d` and its arrival. */
static double add_piece(double *dates, int *n, double from_d, double until_d, double last_d) {
    if (!isfinite(from_d) || until_d <= from_d) {
        return last_d;
    }
    *n = add_date(dates, *n, from_d);
    *n = add_date(dates, *n, until_d);
    return fmax(last_d, from_d);
}

gw_timeline gw_timeline_build(const gw_site_plan *plan, gw_arena *scratch) {
    int cap = 1 + 2 * (plan->n_buildings + plan->n_supply + plan->n_lots);
    double *dates = GW_NEW_N(scratch, cap, double);
    int n = 0;
    double last_d = -GW_INF;
    for (int i = 0; i < plan->n_buildings; i++) {
        const gw_piece *piece = &plan->buildings[i];
        last_d = add_piece(dates, &n, piece->from_d, piece->until_d, last_d);
    }
    for (int i = 0; i < plan->n_supply; i++) {
        const gw_piece *piece = &plan->supply[i];
        last_d = add_piece(dates, &n, piece->from_d, piece->until_d, last_d);
    }
    for (int i = 0; i < plan->n_lots; i++) {
        const gw_lot *lot = &plan->lots[i];
        last_d = add_piece(dates, &n, lot->from_d, lot->until_d, last_d);
    }
    memmove(&dates[1], &dates[0], (size_t)n * sizeof *dates);
    dates[0] = -GW_INF;
    n++;
    gw_level *level = GW_NEW_N(scratch, n, gw_level);
    double *running = GW_NEW_N(scratch, n * plan->n_clusters, double);
    for (int k = 1; k < n; k++) {
        level[k] = level_at(plan, dates[k], running + k * plan->n_clusters);
    }
    return (gw_timeline){
        .n = n,
        .n_clusters = plan->n_clusters,
        .from_d = dates,
        .level = level,
        .fleet_running = running,
        .last_arrival_d = last_d,
    };
}

int gw_timeline_at(const gw_timeline *timeline, double date_d) {
    int k = timeline->n - 1;
    while (k > 0 && timeline->from_d[k] > date_d) {
        k--;
    }
    return k;
}

/* ---------------------------------------------------------------- months */

static void add_level(gw_capacity *out, int m, const gw_level *level, double weight) {
    out->built_it_W[m] += weight * level->built_W;
    out->powered_it_W[m] += weight * level->powered_W;
    out->chips_it_W[m] += weight * level->chips_W;
    out->running_it_W[m] += weight * level->running_W;
    out->accelerators[m] += weight * level->accelerators;
}

static void clear_month(gw_capacity *out, gw_fleet *const *fleets, int n_clusters, int m) {
    out->built_it_W[m] = out->powered_it_W[m] = out->chips_it_W[m] = out->running_it_W[m] = 0.0;
    out->accelerators[m] = 0.0;
    for (int c = 0; c < n_clusters; c++) {
        fleets[c]->accelerators[m] = 0.0;
    }
}

/* Level x time in one month, exactly; *k is the level that holds when the month begins, and on
 * return the one that holds just before it ends. */
static void fill_month(const gw_timeline *timeline, int m, double start_d, double end_d, int *k,
                       gw_capacity *out, gw_fleet *const *fleets) {
    const int n_clusters = timeline->n_clusters;
    clear_month(out, fleets, n_clusters, m);
    double at_d = start_d;
    while (true) {
        bool is_last = *k + 1 >= timeline->n || timeline->from_d[*k + 1] >= end_d;
        double until_d = is_last ? end_d : timeline->from_d[*k + 1];
        double weight = (until_d - at_d) / (end_d - start_d);
        add_level(out, m, &timeline->level[*k], weight);
        for (int c = 0; c < n_clusters; c++) {
            fleets[c]->accelerators[m] += weight * timeline->fleet_running[*k * n_clusters + c];
        }
        if (is_last) {
            break;
        }
        at_d = until_d;
        ++*k;
    }
    out->end_it_W[m] = timeline->level[*k].running_W;
    out->end_accelerators[m] = timeline->level[*k].accelerators;
    for (int c = 0; c < n_clusters; c++) {
        fleets[c]->end_accelerators[m] = timeline->fleet_running[*k * n_clusters + c];
    }
}

/* ---------------------------------------------------------------- dates */

/* The highest running level from the last arrival on; 0 (the empty level) if nothing ever runs. */
static int full_level(const gw_timeline *timeline) {
    int best = 0;
    for (int k = timeline->n - 1; k > 0 && timeline->from_d[k] >= timeline->last_arrival_d; k--) {
        if (!(timeline->level[k].running_W < timeline->level[best].running_W)) { /* keeps NaN */
            best = k;
        }
    }
    return best;
}

static double layer_W(const gw_level *level, gw_limit limit) {
    switch (limit) {
    case GW_LIMIT_BUILDING:
        return level->built_W;
    case GW_LIMIT_POWER:
        return level->powered_W;
    default:
        return level->chips_W;
    }
}

/* Of the three layers that carry enough in level k: the one that began latest to do so. */
static gw_limit last_limit(const gw_timeline *timeline, int k, double enough_W) {
    gw_limit last = GW_LIMIT_BUILDING;
    int latest = -1;
    for (int limit = 0; limit < GW_N_LIMIT; limit++) {
        int since = k;
        while (since > 0 && layer_W(&timeline->level[since - 1], (gw_limit)limit) >= enough_W) {
            since--;
        }
        if (since > latest) {
            latest = since;
            last = (gw_limit)limit;
        }
    }
    return last;
}

static void fill_site_dates(const gw_timeline *timeline, int full, double pue_design,
                            gw_capacity *out) {
    const gw_level *end = &timeline->level[full];
    out->full_it_W = end->running_W;
    out->full_facility_W = end->running_W > 0.0 ? end->running_W * pue_design : end->running_W;
    out->full_accelerators = end->accelerators;
    out->first_d = out->full_d = GW_NAN;
    out->last = GW_LIMIT_BUILDING;
    for (int k = 1; k < timeline->n; k++) {
        const gw_level *level = &timeline->level[k];
        if (isnan(out->first_d) && level->accelerators > 0.0) {
            out->first_d = timeline->from_d[k];
        }
        double enough_W = GW_FULL_SHARE * end->running_W;
        if (end->running_W > 0.0 && level->running_W >= enough_W) {
            out->full_d = timeline->from_d[k];
            out->last = last_limit(timeline, k, enough_W);
            break;
        }
    }
}

static void fill_fleet_dates(const gw_timeline *timeline, int full, int c, gw_fleet *fleet) {
    const double *running = timeline->fleet_running + c;
    const int stride = timeline->n_clusters;
    fleet->full_accelerators = running[full * stride];
    fleet->first_d = fleet->full_d = GW_NAN;
    for (int k = 1; k < timeline->n; k++) {
        if (isnan(fleet->first_d) && running[k * stride] > 0.0) {
            fleet->first_d = timeline->from_d[k];
        }
        if (fleet->full_accelerators > 0.0 &&
            running[k * stride] >= GW_FULL_SHARE * fleet->full_accelerators) {
            fleet->full_d = timeline->from_d[k];
            break;
        }
    }
}

void gw_capacity_fill(const gw_site_plan *plan, const gw_timeline *timeline, int month0,
                      int n_months, double as_of_d, gw_capacity *out, gw_fleet *const *fleets) {
    double start_d = gw_month_start_d(month0);
    int k = gw_timeline_at(timeline, start_d);
    for (int m = 0; m < n_months; m++) {
        double end_d = gw_month_start_d(month0 + m + 1);
        /* A level that begins on the first of the month replaces the one that held until then. */
        if (k + 1 < timeline->n && timeline->from_d[k + 1] <= start_d) {
            k++;
        }
        fill_month(timeline, m, start_d, end_d, &k, out, fleets);
        start_d = end_d;
    }
    int as_of = gw_timeline_at(timeline, as_of_d);
    out->as_of_it_W = timeline->level[as_of].running_W;
    out->as_of_accelerators = timeline->level[as_of].accelerators;
    out->as_of_installed = timeline->level[as_of].installed;
    int full = full_level(timeline);
    fill_site_dates(timeline, full, plan->pue_design, out);
    for (int c = 0; c < plan->n_clusters; c++) {
        fill_fleet_dates(timeline, full, c, fleets[c]);
    }
}
