/* training/search_keep.c: the best layouts and the Pareto front of a search.
 *
 * In:  layouts one by one. Out: gw_keep.
 * Model: better is a higher token rate; at the same rate less memory; at the same memory whichever
 *      came first. Of layouts with the same widths (tp, pp, cp, dp, ep, micro-batch, v) only the
 *      best is listed. A layout is on the front unless another has at least its rate with at most
 *      its memory and accelerators; of two that agree in all three the first stays.
 * Valid: any order of layouts gives the same front; ties aside the same list.
 * Derivation: definitions.
 */
#include "training/search_keep.h"

#include <stdlib.h>
#include <string.h>

double gw_plan_accelerators(const gw_plan *p) {
    return (double)p->tp * p->pp * p->cp * p->dp;
}

void gw_keep_init(gw_keep *keep, int cap, gw_arena *front_arena) {
    memset(keep, 0, sizeof *keep);
    keep->cap = cap < 1 ? 1 : cap > GW_BEST_MAX ? GW_BEST_MAX : cap;
    keep->least_excess_ratio = GW_INF;
    keep->front.arena = front_arena;
}

static bool same_widths(const gw_plan *a, const gw_plan *b) {
    return a->tp == b->tp && a->pp == b->pp && a->cp == b->cp && a->dp == b->dp && a->ep == b->ep &&
           a->micro_batch == b->micro_batch && a->virtual_stages == b->virtual_stages;
}

static bool is_better(const gw_step *a, const gw_step *b) {
    return a->tokens_per_s > b->tokens_per_s ||
           (a->tokens_per_s == b->tokens_per_s && a->memory_B < b->memory_B);
}

static void keep_best(gw_keep *keep, const gw_step *step) {
    if (keep->n == keep->cap && !is_better(step, &keep->best[keep->n - 1])) {
        return;
    }
    int at = -1; /* the place that becomes free */
    for (int i = 0; i < keep->n; i++) {
        if (same_widths(&keep->best[i].plan, &step->plan)) {
            if (!is_better(step, &keep->best[i])) {
                return;
            }
            at = i;
        }
    }
    if (at < 0) {
        at = keep->n < keep->cap ? keep->n++ : keep->n - 1;
    }
    while (at > 0 && is_better(step, &keep->best[at - 1])) {
        keep->best[at] = keep->best[at - 1];
        at--;
    }
    keep->best[at] = *step;
}

double gw_keep_least_rate(const gw_keep *keep) {
    return keep->n == keep->cap ? keep->best[keep->n - 1].tokens_per_s : 0.0;
}

/* ---- front ---- */

static bool covers(const gw_front_point *a, const gw_front_point *b) {
    return a->rate >= b->rate && a->memory_B <= b->memory_B && a->accelerators <= b->accelerators;
}

static void front_grow(gw_front *f) {
    int cap = f->cap > 0 ? 2 * f->cap : 32;
    gw_front_point *at = GW_NEW_N(f->arena, cap, gw_front_point);
    if (f->n > 0) {
        memcpy(at, f->at, (size_t)f->n * sizeof *at);
    }
    f->at = at;
    f->cap = cap;
}

static void swap_points(gw_front *f, int i, int k) {
    gw_front_point one = f->at[i];
    f->at[i] = f->at[k];
    f->at[k] = one;
}

static void front_offer(gw_front *f, const gw_step *step) {
    gw_front_point point = {step->tokens_per_s, step->memory_B, gw_plan_accelerators(&step->plan),
                            NULL};
    for (int i = 0; i < f->n; i++) {
        if (covers(&f->at[i], &point)) {
            swap_points(f, i, i / 2); /* it will cover the next ones too */
            return;
        }
    }
    for (int i = f->n - 1; i >= 0; i--) {
        if (covers(&point, &f->at[i])) {
            swap_points(f, i, --f->n);
        }
    }
    if (f->n == f->cap) {
        front_grow(f);
    }
    point.step = f->at[f->n].step;
    if (point.step == NULL) {
        point.step = GW_NEW(f->arena, gw_step);
    }
    *point.step = *step;
    f->at[f->n++] = point;
}

static int by_rate(const void *a, const void *b) {
    const gw_front_point *x = a, *y = b;
    if (x->rate != y->rate) {
        return x->rate > y->rate ? -1 : 1;
    }
    if (x->memory_B != y->memory_B) {
        return x->memory_B < y->memory_B ? -1 : 1;
    }
    return (x->accelerators > y->accelerators) - (x->accelerators < y->accelerators);
}

void gw_front_sort(gw_front *front) {
    if (front->n > 0) {
        qsort(front->at, (size_t)front->n, sizeof *front->at, by_rate);
    }
}

/* ---- all of it ---- */

static void keep_closest(gw_keep *keep, const gw_step *step) {
    double excess = step->memory_B / step->capacity_B;
    if (excess < keep->least_excess_ratio) {
        keep->least_excess_ratio = excess;
        keep->closest = *step;
    }
}

void gw_keep_offer(gw_keep *keep, const gw_step *step) {
    if (!step->problem && !(step->tokens_per_s > 0 && step->memory_B > 0)) {
        return; /* no number: nothing to compare */
    }
    keep->n_legal++;
    if (step->problem) {
        keep_closest(keep, step);
        return;
    }
    keep->n_fit++;
    keep_best(keep, step);
    if (keep->front.arena) {
        front_offer(&keep->front, step);
    }
}

void gw_keep_merge(gw_keep *keep, const gw_keep *later) {
    for (int i = 0; i < later->n; i++) {
        keep_best(keep, &later->best[i]);
    }
    if (later->least_excess_ratio < keep->least_excess_ratio) {
        keep->least_excess_ratio = later->least_excess_ratio;
        keep->closest = later->closest;
    }
    if (keep->front.arena) {
        for (int i = 0; i < later->front.n; i++) {
            front_offer(&keep->front, later->front.at[i].step);
        }
    }
    keep->n_listed += later->n_listed;
    keep->n_legal += later->n_legal;
    keep->n_fit += later->n_fit;
    keep->n_skipped += later->n_skipped;
    keep->n_steps += later->n_steps;
}
