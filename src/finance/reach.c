/* finance/reach.c: what a loan, an equity or a programme is about.
 * In:    assets; layer, programme, sites and clusters of a line of the funding.
 * Out:   cells of the capital cost, and which of them are meant.
 * Model: a cell is the chips of one cluster, or the buildings or the plants of one site. A loan holds a
 *        cell if its layer fits and its place is named: by programme (with the programmes that are
 *        part of it), by sites, by clusters; what is not named does not limit. Named clusters bring
 *        the buildings and plants of their sites if no site is named. In full operation: for chips
 *        when the clusters are full, for the rest when the sites are.
 * Valid: replacements of chips have cells of their own that no funding holds: no loan was made for
 *        them.
 * Derivation: by definition. */
#include "finance/reach.h"

#include <math.h>

#include "base/code.h"

#define PART_OF_DEPTH 16  /* programmes inside programmes; also ends cycles */
#define PART_OF_SEEN 1024 /* programmes that are looked at once only */

static bool holds(const gw_scenario *in, int p, int q, int depth, bool *seen) {
    if (p == q) {
        return true;
    }
    if (q < 0 || q >= in->programmes.n || depth >= PART_OF_DEPTH || (q < PART_OF_SEEN && seen[q])) {
        return false;
    }
    if (q < PART_OF_SEEN) {
        seen[q] = true;
    }
    const gw_programme *part = &in->programmes.at[q];
    for (int i = 0; i < part->part_of.n; i++) {
        if (part->part_of.at[i].i >= 0 && holds(in, p, part->part_of.at[i].i, depth + 1, seen)) {
            return true;
        }
    }
    return false;
}

bool gw_programme_holds(const gw_scenario *in, int p, int q) {
    bool seen[PART_OF_SEEN] = {false};
    return q >= 0 && holds(in, p, q, 0, seen);
}

/* ---------------------------------------------------------------- cells */

static int owner_of(const gw_scenario *in, const gw_asset *asset) {
    int unnamed = in->parties.n + (int)GW_OUT_OWNERS;
    gw_ref owner = {NULL, -1};
    if (asset->cluster >= 0) {
        owner = in->clusters.at[asset->cluster].buyer;
    } else if (asset->site >= 0 && asset->site < in->sites.n) {
        owner = in->sites.at[asset->site].developer;
    }
    return owner.name != NULL && owner.i >= 0 && owner.i < in->parties.n ? owner.i : unnamed;
}

gw_cells gw_cells_collect(const gw_scenario *in, const gw_calendar *calendar,
                          const gw_assets *assets, gw_arena *scratch) {
    const int n = calendar->n_months;
    gw_cells out = {.at = GW_NEW_N(scratch, 2 * (in->sites.n + in->clusters.n) + 1, gw_cell)};
    for (int i = 0; i < assets->n; i++) {
        const gw_asset *asset = &assets->at[i];
        int c = 0;
        while (c < out.n &&
               !(out.at[c].kind == asset->kind && out.at[c].site == asset->site &&
                 out.at[c].cluster == asset->cluster && out.at[c].refit == asset->refit)) {
            c++;
        }
        if (c == out.n) {
            out.at[out.n++] = (gw_cell){.kind = asset->kind,
                                        .site = asset->site,
                                        .cluster = asset->cluster,
                                        .owner = owner_of(in, asset),
                                        .refit = asset->refit,
                                        .capex_usd = GW_NEW_N(scratch, n, double)};
        }
        gw_asset_pay(calendar, asset, out.at[c].capex_usd);
    }
    for (int c = 0; c < out.n; c++) {
        gw_cell *cell = &out.at[c];
        cell->first = n;
        cell->last = -1;
        for (int m = 0; m < n; m++) {
            if (cell->capex_usd[m] != 0.0) {
                cell->first = cell->first < m ? cell->first : m;
                cell->last = m;
                cell->cost_usd += cell->capex_usd[m];
            }
        }
    }
    return out;
}

/* ---------------------------------------------------------------- scopes */

static bool names(const gw_refs *refs, int i) {
    for (int k = 0; k < refs->n; k++) {
        if (refs->at[k].i == i) {
            return true;
        }
    }
    return false;
}

static bool fits_layer(gw_layer layer, gw_asset_kind kind) {
    switch (layer) {
    case GW_LAYER_BUILD:
        return kind == GW_ASSET_BUILDING;
    case GW_LAYER_CHIPS:
        return kind == GW_ASSET_CHIPS;
    case GW_LAYER_POWER:
        return kind == GW_ASSET_PLANT;
    default:
        return true;
    }
}

static void find_places(const gw_scenario *in, const gw_funding *funding, gw_reach *scope) {
    int programme = funding->programme.name != NULL ? funding->programme.i : -1;
    for (int s = 0; s < in->sites.n; s++) {
        bool in_programme =
            programme < 0 || gw_programme_holds(in, programme, in->sites.at[s].programme.i);
        scope->site[s] = in_programme && (funding->sites.n == 0 || names(&funding->sites, s));
    }
    for (int c = 0; c < in->clusters.n; c++) {
        int s = in->clusters.at[c].site.i;
        bool at_site =
            s < 0 || s >= in->sites.n ? programme < 0 && funding->sites.n == 0 : scope->site[s];
        scope->cluster[c] = at_site && (funding->clusters.n == 0 || names(&funding->clusters, c));
    }
    for (int s = 0; s < in->sites.n && funding->clusters.n > 0 && funding->sites.n == 0; s++) {
        bool has = false;
        for (int c = 0; c < in->clusters.n; c++) {
            has = has || (scope->cluster[c] && in->clusters.at[c].site.i == s);
        }
        scope->site[s] = scope->site[s] && has;
    }
}

gw_reach gw_reach_of(const gw_scenario *in, const gw_funding *funding, const gw_cells *cells,
                     int n_months, gw_arena *scratch) {
    gw_reach out = {
        .layer = (gw_layer)funding->layer,
        .site = GW_NEW_N(scratch, in->sites.n + 1, bool),
        .cluster = GW_NEW_N(scratch, in->clusters.n + 1, bool),
        .cell = GW_NEW_N(scratch, cells->n + 1, bool),
        .capex_usd = GW_NEW_N(scratch, n_months, double),
        .borrower = -1,
    };
    out.everything = funding->layer == GW_LAYER_ALL && funding->programme.name == NULL &&
                     funding->sites.n == 0 && funding->clusters.n == 0;
    find_places(in, funding, &out);
    double most_usd = -1.0;
    for (int i = 0; i < cells->n; i++) {
        const gw_cell *cell = &cells->at[i];
        bool here = cell->cluster >= 0 ? out.cluster[cell->cluster]
                                       : cell->site >= 0 && out.site[cell->site];
        out.cell[i] =
            !cell->refit && (out.everything || (here && fits_layer(out.layer, cell->kind)));
        if (!out.cell[i]) {
            continue;
        }
        out.cost_usd += cell->cost_usd;
        for (int m = cell->first; m <= cell->last; m++) {
            out.capex_usd[m] += cell->capex_usd[m];
        }
        double owned_usd = 0.0; /* by the owner of this cell, up to here */
        for (int k = 0; k <= i; k++) {
            owned_usd +=
                out.cell[k] && cells->at[k].owner == cell->owner ? cells->at[k].cost_usd : 0.0;
        }
        if (owned_usd > most_usd) {
            most_usd = owned_usd;
            out.borrower = cell->owner;
        }
    }
    if (funding->borrower.name != NULL && funding->borrower.i >= 0) {
        out.borrower = funding->borrower.i;
    }
    return out;
}

double gw_reach_full_d(const gw_scenario *in, const gw_reach *scope, const gw_capacity *capacity,
                       const gw_fleet *fleet) {
    double full_d = -GW_INF;
    if (scope->layer == GW_LAYER_CHIPS) {
        for (int c = 0; c < in->clusters.n; c++) {
            if (scope->cluster[c] && !(fleet[c].full_d <= full_d)) {
                full_d = fleet[c].full_d;
            }
        }
        return full_d > -GW_INF ? full_d : GW_NAN;
    }
    for (int s = 0; s < in->sites.n; s++) {
        if (scope->site[s] && capacity[s].full_it_W > 0.0 && !(capacity[s].full_d <= full_d)) {
            full_d = capacity[s].full_d;
        }
    }
    return full_d > -GW_INF ? full_d : GW_NAN;
}

double gw_reach_overlap_frac(const gw_reach *of, const gw_reach *with, const gw_cells *cells) {
    if (of->everything && with->everything) {
        return 1.0;
    }
    double shared_usd = 0.0;
    for (int i = 0; i < cells->n; i++) {
        shared_usd += of->cell[i] && with->cell[i] ? cells->at[i].cost_usd : 0.0;
    }
    return of->cost_usd > 0.0 ? shared_usd / of->cost_usd : 0.0;
}
