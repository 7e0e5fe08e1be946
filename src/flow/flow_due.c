/* flow/flow_due.c: which flow is due first.
 * In: flows and instants.   Out: the earliest; all up to an instant.
 * Model: a heap with four children a node, which holds the instants themselves: one cache line a
 *   comparison of siblings, half the height of a binary one. Many flows that leave at once are
 *   struck out and the rest is made a heap again, in linear time.
 * Valid: up to 2^31 - 1 flows.
 * Sources: Johnson, Inf. Process. Lett. 4 (1975) 53 (heaps with d children); Floyd, CACM 7 (1964)
 *   701 (making a heap). */
#include "flow/flow_due.h"

#include "flow/flow_levels.h"

/* Equal instants in the order of ids: the shape of the heap never matters. */
static bool before(const gw_due_node *a, const gw_due_node *b) {
    if (a->at.s != b->at.s) {
        return a->at.s < b->at.s;
    }
    return a->at.rest_s < b->at.rest_s || (a->at.rest_s == b->at.rest_s && a->id < b->id);
}

static void put(gw_due *due, int32_t i, gw_due_node node) {
    due->node[i] = node;
    due->place[node.id] = i;
}

static void rise(gw_due *due, int32_t i, gw_due_node node) {
    while (i > 0 && before(&node, &due->node[(i - 1) / 4])) {
        put(due, i, due->node[(i - 1) / 4]);
        i = (i - 1) / 4;
    }
    put(due, i, node);
}

static void sink(gw_due *due, int32_t i, gw_due_node node) {
    for (int64_t first = 4 * (int64_t)i + 1; first < due->n; first = 4 * (int64_t)i + 1) {
        int64_t last = first + 4 < due->n ? first + 4 : due->n;
        int64_t best = first;
        for (int64_t k = first + 1; k < last; k++) {
            if (before(&due->node[k], &due->node[best])) {
                best = k;
            }
        }
        if (!before(&due->node[best], &node)) {
            break;
        }
        put(due, i, due->node[best]);
        i = (int32_t)best;
    }
    put(due, i, node);
}

void gw_due_set(gw_due *due, int32_t id, gw_instant at) {
    gw_due_node node = {at, id};
    int32_t i = due->place[id];
    if (i < 0) {
        if (due->n == due->room) {
            due->room = due->room < INT32_MAX / 2 ? 2 * due->room + 4 : INT32_MAX;
            due->node = gw_flow_grow(due->node, due->room, sizeof *due->node);
        }
        rise(due, due->n++, node);
    } else if (before(&node, &due->node[i])) {
        rise(due, i, node);
    } else {
        sink(due, i, node);
    }
}

void gw_due_drop(gw_due *due, int32_t id) {
    int32_t i = due->place[id];
    if (i < 0) {
        return;
    }
    due->place[id] = -1;
    gw_due_node last = due->node[--due->n];
    if (last.id == id) {
        return;
    }
    if (i > 0 && before(&last, &due->node[(i - 1) / 4])) {
        rise(due, i, last);
    } else {
        sink(due, i, last);
    }
}

int32_t gw_due_until(const gw_due *due, gw_instant last, int32_t *out) {
    int32_t n = 0;
    if (due->n > 0 && !gw_instant_before(last, due->node[0].at)) {
        out[n++] = 0;
    }
    /* `out` holds places first: each found one is followed to its children. */
    for (int32_t i = 0; i < n; i++) {
        int64_t first = 4 * (int64_t)out[i] + 1;
        for (int64_t k = first; k < first + 4 && k < due->n; k++) {
            if (!gw_instant_before(last, due->node[k].at)) {
                out[n++] = (int32_t)k;
            }
        }
    }
    for (int32_t i = 0; i < n; i++) {
        out[i] = due->node[out[i]].id;
    }
    return n;
}

void gw_due_drop_all(gw_due *due, const int32_t *ids, int32_t n) {
    if (n < due->n / 8) {
        for (int32_t i = 0; i < n; i++) {
            gw_due_drop(due, ids[i]);
        }
        return;
    }
    for (int32_t i = 0; i < n; i++) {
        due->place[ids[i]] = -1;
    }
    int32_t kept = 0;
    for (int32_t i = 0; i < due->n; i++) {
        if (due->place[due->node[i].id] >= 0) {
            put(due, kept++, due->node[i]);
        }
    }
    due->n = kept;
    for (int32_t i = (kept - 2) / 4; i >= 0 && kept > 1; i--) {
        sink(due, i, due->node[i]);
    }
}
