/* programme/history.h: observed timelines of sites, as a table tells them: dated rows of power, compute and
 * cost. A blank carries the last value forward. What a forecast may see is cut out by date, as a copy. */
#ifndef GW_PROGRAMME_HISTORY_H
#define GW_PROGRAMME_HISTORY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/diag.h"

/* F(constant, "column of the table", SI value of 1) */
#define GW_HISTORY_FIELDS(F)                                                                       \
    F(BUILDINGS, "Buildings operational", 1.0)                                                     \
    F(IT_W, "IT power (MW)", 1e6)                                                                  \
    F(FACILITY_W, "Power (MW)", 1e6)                                                               \
    F(H100E, "H100 equivalents", 1.0)                                                              \
    F(COST_usd, "Total capital cost (2025 USD billions)", 1e9)                                     \
    F(COMPUTE_usd, "Compute cost (2025 USD billions)", 1e9)                                        \
    F(CONSTRUCTION_usd, "Construction cost (2025 USD billions)", 1e9)                              \
    F(OPEX_usd_per_yr, "Annual operating cost (2025 USD billions)", 1e9)                           \
    F(NOW_H100E, "Current H100 equivalents (from Data center)", 1.0)

#define GW_HISTORY_ID(id, column, scale) GW_HISTORY_##id,
typedef enum gw_history_field { GW_HISTORY_FIELDS(GW_HISTORY_ID) GW_N_HISTORY } gw_history_field;
#undef GW_HISTORY_ID

typedef struct gw_history_row {
    double date_d;
    double value[GW_N_HISTORY]; /* SI or USD; NaN: blank */
    const char *status;         /* construction status in words; "" if none */
    int line;
} gw_history_row;

typedef struct gw_history_site {
    const char *name;
    int n;
    gw_history_row *row; /* [n] by date */
} gw_history_site;

typedef struct gw_history {
    const char *file;
    int n, n_rows;
    gw_history_site *site; /* [n] in the order of the table */
} gw_history;

/** Until when rows are observations, and how that was found. */
typedef struct gw_boundary {
    double from_d, until_d; /* the values of the table are those of its publication on these days */
    int n_compared,
        n_differ;    /* sites whose published value of today was compared with their rows */
    bool is_derived; /* false: nothing to derive it from; until_d is the last row */
} gw_boundary;

/** A site's first work and first power. */
typedef struct gw_first_power {
    int site;
    double work_d, power_d;
    bool refit;
} gw_first_power;

/** Sums over sites on a day. */
typedef struct gw_history_total {
    int n_sites, n_running;
    double value[GW_N_HISTORY]; /* NaN: no site has one by then */
} gw_history_total;

/** Reads a table with the columns "Data center", "Date" and "IT power (MW)"; the other columns above may be
 * missing. Rows may stand in any order. All problems are reported with their line.
 * @return everything owned by the arena */
GW_MUST_USE gw_code gw_history_read(const char *file, const char *text, size_t n_bytes,
                                    gw_arena *arena, gw_diags *diags, gw_history *out);

/** A copy that holds only what was dated on or before a day, without today's published values. */
gw_history gw_history_as_of(const gw_history *all, double date_d, gw_arena *arena);

/** Value on a day, carried forward; NaN before the first row that has one. */
double gw_history_at(const gw_history_site *site, gw_history_field field, double date_d);
int gw_history_find(const gw_history *all, const char *name); /* -1 if absent */

/** Refits are recognised by the words of the rows before the first power: "retrofit", "former",
 * "conver...", "existing building", "renovat...", "refit", "preexisting", "site modification". */
bool gw_history_is_refit(const gw_history_site *site);

gw_boundary gw_history_boundary(const gw_history *all);
gw_history_total gw_history_sum(const gw_history *all, double date_d);
/** Sites with a dated first work and a first power on or before a day, in the order of the table.
 * @return how many; `out` has room for all->n */
int gw_history_first_power(const gw_history *all, double until_d, gw_first_power *out);
/** Value per watt of IT power, over all rows that have both: least squares through the origin.
 * *worst_frac: largest relative distance of a row. NaN without rows. */
double gw_history_per_watt(const gw_history *all, gw_history_field field, int *n,
                           double *worst_frac);

#endif
