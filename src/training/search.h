/* training/search.h: chooses the parts of a parallel layout that are left open.
 *
 * In:  gw_step_in and what is fixed (gw_layout of a job, or gw_wanted).
 * Out: gw_search, the layout with the highest token rate, for a job of a scenario;
 *      gw_search_result, the best layouts and the front of time, memory and accelerators, for
 *      `gigawatt train --search`.
 * Method: search.c, search_space.c, search_keep.c, search_explain.c. */
#ifndef GW_TRAINING_SEARCH_H
#define GW_TRAINING_SEARCH_H

#include "training/step.h"

typedef struct gw_search {
    gw_plan plan;
    gw_step step;            /* of the plan; has a problem if nothing runs */
    gw_plan second_plan;     /* runner-up */
    double second_loss_frac; /* how much lower its token rate is; NaN if only one layout runs */
    double accelerators_used;
    int n_tried; /* layouts that obey the rules */
    int n_fit;   /* of them, layouts that fit into memory */
    bool given;  /* nothing was open: the layout was only evaluated */
} gw_search;

void gw_training_search(const gw_step_in *in, const gw_layout *layout, gw_search *out);

/** One line: how many layouts were tried, what the second best loses, what stays unused, whether
 * the batch was rounded. NULL for a layout that was given, uses everything and rounds nothing. */
const char *gw_training_search_note(const gw_step_in *in, const gw_search *search, gw_arena *arena);

/** The largest number of replicas that `limit` allows, near enough to the batch and with whole
 * expert groups (ranks_per_replica x dp is a multiple of ep); 0 if none. */
int gw_training_largest_dp(double batch_seq, int micro_batch, int ranks_per_replica, int ep,
                           double limit);

/* ---- all layouts of a space ---- */

#define GW_OPEN (-1) /* to be searched */

/** Every choice of a layout: fixed, or GW_OPEN. Names as in gw_plan. */
typedef struct gw_wanted {
    int tp, pp, dp, cp, ep, etp, virtual_stages, micro_batch, zero_stage;
    int recompute, schedule, context_method;
    int sequence_parallel; /* 0 or 1 */
    int shard_group;
} gw_wanted;

extern const gw_wanted gw_wanted_all_open;
/** Widths that a job's layout leaves at 0 are open; etp and shard_group 0 keep their meaning. */
gw_wanted gw_wanted_of_layout(const gw_layout *layout);
/** As wanted, with the smallest choice for what is open. */
gw_plan gw_search_wanted_plan(const gw_wanted *wanted);

typedef enum gw_breadth { GW_BREADTH_USUAL, GW_BREADTH_WIDE } gw_breadth;

typedef struct gw_search_opts {
    gw_wanted wanted;
    gw_breadth breadth;
    bool fewer;    /* also layouts for three quarters and half of the accelerators */
    bool prune;    /* skip what provably cannot be among the best; no front then */
    int n_best;    /* 1 to GW_BEST_MAX */
    int n_threads; /* changes no result */
} gw_search_opts;

#define GW_BEST_MAX 16

typedef struct gw_search_result {
    int n_best;
    gw_step best[GW_BEST_MAX]; /* highest token rate first; no two with the same widths */
    gw_step closest; /* if nothing fits: the layout that lacks least memory, or breaks a rule */
    int n_front;
    gw_step *front;   /* [n_front] no other layout has a higher rate, less memory and fewer
                         accelerators at once; highest rate first; owned by the arena */
    double n_listed;  /* layouts of the space */
    double n_legal;   /* of those evaluated, layouts that obey the rules */
    double n_fit;     /* of them, layouts that fit into memory */
    double n_skipped; /* layouts that pruning left out */
    double n_steps;   /* predictions made, those for bounds included */
} gw_search_result;

/** GW_E_MEM if threads could not be started. Same result for any number of threads. */
GW_MUST_USE gw_code gw_search_all(const gw_step_in *in, const gw_search_opts *opts, gw_arena *arena,
                                  gw_search_result *out);

/** tp x pp x cp x dp */
double gw_plan_accelerators(const gw_plan *plan);

/* ---- why the others lose ---- */

typedef struct gw_alternative {
    const char *what;   /* "tp 16", "no recomputation" */
    gw_step step;       /* with dp set so that as many accelerators work */
    double slower_frac; /* time per token over that of the layout, less 1; NaN if it cannot run */
    const char *why;    /* "needs 93 GB of 80 GB"; "tensor-parallel traffic 3.1x" */
} gw_alternative;

/** One change at a time to the layout of `best`. Texts are owned by the arena. */
int gw_search_alternatives(const gw_step_in *in, const gw_step *best, gw_arena *arena,
                           gw_alternative *out, int cap);

#endif
