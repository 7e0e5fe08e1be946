/* flow/flow_due.h: instants, and which flow is due first.
 *
 * An instant is the unevaluated sum of two doubles (Dekker 1971; Knuth, TAOCP vol. 2, 4.2.2): a flow
 * of 10 ns that starts after a day still has all its digits, and nothing drifts over millions of
 * events. */
#ifndef GW_FLOW_DUE_H
#define GW_FLOW_DUE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gw_instant {
    double s;      /* the nearest double */
    double rest_s; /* what is left, at most half a last digit of s */
} gw_instant;

static inline gw_instant gw_instant_after(gw_instant from, double wait_s) {
    double sum_s = from.s + wait_s;
    if (!(sum_s < __builtin_inf())) {
        return (gw_instant){sum_s, 0.0};
    }
    double part_s = sum_s - from.s;
    double error_s = (from.s - (sum_s - part_s)) + (wait_s - part_s) + from.rest_s;
    double s = sum_s + error_s;
    return (gw_instant){s, error_s - (s - sum_s)};
}

static inline double gw_instant_less(gw_instant a, gw_instant b) {
    return (a.s - b.s) + (a.rest_s - b.rest_s);
}

static inline bool gw_instant_before(gw_instant a, gw_instant b) {
    return a.s < b.s || (a.s == b.s && a.rest_s < b.rest_s);
}

typedef struct gw_due_node {
    gw_instant at;
    int32_t id;
} gw_due_node;

/** Flows by the instant at which they are due: a heap with four children a node. */
typedef struct gw_due {
    gw_due_node *node; /* malloc */
    int32_t n, room;
    int32_t *place; /* [flows] of each id in node, -1: not there; the owner's, may be shared by
                       heaps that no flow is in at once */
} gw_due;

/** Puts id in, or moves it. */
void gw_due_set(gw_due *due, int32_t id, gw_instant at);
void gw_due_drop(gw_due *due, int32_t id);
/** All ids due at or before `last`, in no order that matters; into out, which has room for due->n. */
int32_t gw_due_until(const gw_due *due, gw_instant last, int32_t *out);
/** Takes n of them out at once. */
void gw_due_drop_all(gw_due *due, const int32_t *ids, int32_t n);

#endif
