/* finance/reach.h: what a loan, an equity or a programme is about: cells of the capital cost, sites,
 * clusters. Rules: scope.c. */
#ifndef GW_FINANCE_REACH_H
#define GW_FINANCE_REACH_H

#include "finance/asset.h"

/** Capital cost of one kind at one place. */
typedef struct gw_cell {
    gw_asset_kind kind;
    int site, cluster; /* cluster -1 unless chips */
    int owner;         /* node of the money graph */
    double cost_usd;   /* within the horizon */
    double *capex_usd; /* [n_months] */
    bool refit;        /* replacements: no loan was made for them */
    int first, last;   /* months with payments; last < first: none */
} gw_cell;

typedef struct gw_cells {
    gw_cell *at;
    int n;
} gw_cells;

/** Groups the assets. */
gw_cells gw_cells_collect(const gw_scenario *in, const gw_calendar *calendar,
                          const gw_assets *assets, gw_arena *scratch);

/** Whether programme q is p or, over any number of steps, part of it. */
bool gw_programme_holds(const gw_scenario *in, int p, int q);

typedef struct gw_reach {
    bool everything; /* no limit by layer or place */
    gw_layer layer;
    bool *site, *cluster, *cell; /* [n_sites], [n_clusters], [n_cells] */
    double cost_usd;             /* of its cells */
    double *capex_usd;           /* [n_months] */
    int borrower;                /* owner of most of it, node; -1: it holds nothing */
} gw_reach;

/** Scope of a line of the funding. */
gw_reach gw_reach_of(const gw_scenario *in, const gw_funding *funding, const gw_cells *cells,
                     int n_months, gw_arena *scratch);

/** Date from which all that a scope holds is in full operation; NaN: never, or nothing. */
double gw_reach_full_d(const gw_scenario *in, const gw_reach *scope, const gw_capacity *capacity,
                       const gw_fleet *fleet);

/** Cost of what two scopes share over the cost of the first; 0 if that is nothing. */
double gw_reach_overlap_frac(const gw_reach *of, const gw_reach *with, const gw_cells *cells);

#endif
