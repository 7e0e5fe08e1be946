/* training/search_keep.h: what a search keeps of the layouts it has seen: the best few, and the
 * front of those that no other beats in rate, memory and accelerators at once.
 *
 * In:  gw_step. Out: gw_keep. Method: search_keep.c. */
#ifndef GW_TRAINING_SEARCH_KEEP_H
#define GW_TRAINING_SEARCH_KEEP_H

#include "training/search.h"

typedef struct gw_front_point {
    double rate, memory_B, accelerators;
    gw_step *step; /* beyond n: free for the next point */
} gw_front_point;

typedef struct gw_front {
    gw_arena *arena; /* NULL: no front is kept */
    int n, cap;
    gw_front_point *at;
} gw_front;

typedef struct gw_keep {
    int cap, n;
    gw_step best[GW_BEST_MAX];
    gw_step closest;
    double least_excess_ratio; /* memory over capacity of `closest`; infinite if there is none */
    gw_front front;
    double n_listed, n_legal, n_fit, n_skipped, n_steps;
} gw_keep;

void gw_keep_init(gw_keep *keep, int cap, gw_arena *front_arena);
/** A layout that obeys the rules: with times, or with too much memory. */
void gw_keep_offer(gw_keep *keep, const gw_step *step);
/** A rate below which a layout cannot change `best`; 0 until `cap` layouts are known. */
double gw_keep_least_rate(const gw_keep *keep);
/** Adds what another search has seen after this one. */
void gw_keep_merge(gw_keep *keep, const gw_keep *later);
void gw_front_sort(gw_front *front);

#endif
