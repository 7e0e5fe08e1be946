/* training/search.h: chooses the parts of a parallel layout that are left open.
 *
 * In:  gw_step_in and gw_layout (0: open). Out: gw_search, the layout with the highest token rate.
 * Method: search.c. */
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

#endif
