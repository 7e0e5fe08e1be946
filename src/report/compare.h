/* report/compare.h: programmes side by side on one basis: what `gigawatt compare` shows as text,
 * JSON, CSV and HTML. Rules: compare.c. */
#ifndef GW_REPORT_COMPARE_H
#define GW_REPORT_COMPARE_H

#include "base/buf.h"
#include "engine/compare_run.h"
#include "report/words.h"

/** Money promised to a programme on the day, each promise in its highest state. */
typedef struct gw_promised {
    int n; /* commitments recorded */
    double pledged_usd, contracted_usd, financed_usd, drawn_usd, withdrawn_usd;
} gw_promised;

/** Dates that the parties of a programme named themselves, against the base case. */
typedef struct gw_lateness {
    int n;       /* dates that the run answers */
    int n_never; /* dates whose size is never reached within the horizon */
    double mean_late_d, worst_late_d;
    const char *worst; /* id of the claim; NULL if none */
} gw_lateness;

/** One programme: a column of the comparison. */
typedef struct gw_side {
    const char *file, *name, *title;
    const gw_model *model;
    const gw_compared *value;
    double uncounted_base[GW_N_COMPARE]; /* what an earlier programme already holds; zeros */
    double on_d;
    int n_sites;
    const char *sites;   /* "abilene, milam" */
    const char *doubled; /* "abilene (also in race.yaml)"; NULL if none is counted elsewhere */
    gw_promised promised;
    gw_lateness lateness;
} gw_side;

typedef struct gw_sides {
    int n;
    gw_side *at;
    int n_samples;
    uint64_t seed;
    int month0, n_months; /* all horizons together */
    const char *repeated; /* not shown again: "race.yaml: Prometheus, Stargate"; "" if none */
    gw_arena *arena;      /* owns everything here; borrowed */
} gw_sides;

typedef struct gw_sides_opts {
    int n_samples;
    uint64_t seed;
    int n_threads;
    double on_d; /* NaN: each scenario's as_of */
} gw_sides_opts;

/** Works all models through. A model whose sites refer to programmes gives one side for each, in
 * the order of the file; else it is one side. One whose sites all stood in earlier sides with the same
 * power and chips is not shown again. @param files  name of each model's file
 *  @return GW_OK; GW_E_RANGE with the reason in diags if on_d lies outside a horizon */
GW_MUST_USE gw_code gw_sides_work(const gw_model *const *models, const char *const *files,
                                  int n_models, const gw_sides_opts *opts, gw_arena *arena,
                                  gw_diags *diags, gw_sides *out);

/** The day on which states are read: the last day of the month that ends on or before on_d, unless
 * it is as_of. */
double gw_sides_day(const gw_model *model, double on_d);

/** Base-case sum over the sides, every site once. NaN where a side has no such value. */
double gw_sides_total(const gw_sides *sides, gw_compare_id id);
/** Index of a month of the sides in a side's own series; -1 outside its horizon. */
int gw_sides_month(const gw_sides *sides, const gw_side *side, int m);
/** "3 months late (2 dates)", "2 dates, kept", "no date named". */
gw_words gw_sides_lateness(const gw_lateness *late);
/** "energised 421 MW of 843 MW": how far the thing itself is. */
gw_words gw_sides_status(const gw_side *side);

/** Text for a terminal, 80 columns. */
void gw_compare_text(const gw_sides *sides, gw_buf *out);
void gw_compare_json(const gw_sides *sides, gw_buf *out);
void gw_compare_csv(const gw_sides *sides, gw_buf *out);
/** One HTML file that needs nothing else. */
void gw_compare_html(const gw_sides *sides, gw_buf *out);

#endif
