/* training/search_space.h: which layouts a search looks at.
 *
 * In:  gw_step_in, gw_wanted (what is fixed, what is open), breadth. Out: gw_space.
 * Method: search_space.c. */
#ifndef GW_TRAINING_SEARCH_SPACE_H
#define GW_TRAINING_SEARCH_SPACE_H

#include "training/search.h"

#define GW_CHOICES_MAX 256

typedef struct gw_choices {
    int n;
    int at[GW_CHOICES_MAX];
} gw_choices;

/** Shares of the job's accelerators that a layout with fewer replicas may stay at. */
#define GW_BUDGETS_MAX 3

typedef struct gw_space {
    gw_step_in in; /* without scratch: sentences are made only for the answer */
    gw_wanted wanted;
    gw_breadth breadth;
    gw_choices tp, cp, ep, micro_batch; /* one task for each combination */
    gw_choices pp, zero_stage, recompute, schedule;
    int n_budgets;
    double budget_frac[GW_BUDGETS_MAX];
} gw_space;

void gw_space_init(gw_space *space, const gw_step_in *in, const gw_search_opts *opts);

/** Combinations of tp, cp, ep and micro-batch. */
int gw_space_n_tasks(const gw_space *space);
/** The plan of task i: these four widths, everything else as wanted or 1. */
gw_plan gw_space_task(const gw_space *space, int i);

/* What depends on the rest of the layout. `gw_space_sequence` gives 1 for shared-out norms. */
void gw_space_sequence(const gw_space *space, const gw_plan *plan, gw_choices *out);
void gw_space_context(const gw_space *space, const gw_plan *plan, gw_choices *out);
void gw_space_expert_tensor(const gw_space *space, const gw_plan *plan, gw_choices *out);
void gw_space_replicas(const gw_space *space, const gw_plan *plan, gw_choices *out);
void gw_space_schedule(const gw_space *space, const gw_plan *plan, gw_choices *out);
void gw_space_virtual(const gw_space *space, const gw_plan *plan, gw_choices *out);
void gw_space_zero(const gw_space *space, const gw_plan *plan, gw_choices *out);
void gw_space_shard_group(const gw_space *space, const gw_plan *plan, gw_choices *out);

#endif
