/* traffic_memo.c: phases that were worked, to be found by their sends.
 *
 * In:  phases with what they took. Out: the one that sends the same, and how many times the bytes.
 *
 * Model: a phase is another's image where both list the same hosts and queue pairs in the same order
 * and all bytes stand in one ratio. Every send is compared; nothing rests on a hash.
 *
 * Valid: one network, unchanged, and one way of routing. Sizes of two collectives are products of the
 * same counts and of the size, rounded: ratios may differ by RATIO_ERROR.
 * Derivation: rates depend on who shares what, not on bytes; with all bytes times c and all flows
 * from 0, every completion is at c times its time, by induction over completions.
 */
#include "traffic/traffic_memo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SENDS_KEPT_MAX (INT64_C(1) << 23) /* 192 MB */
#define RATIO_ERROR 1e-15

typedef struct gw_known gw_known;
struct gw_known {
    gw_known *older;
    int64_t n;
    bool in_network;
    const gw_send *send;
    gw_worked worked;
};

struct gw_traffic_memo {
    gw_arena *arena;
    gw_known *last;
    int64_t n_sends;
};

gw_traffic_memo *gw_traffic_memo_create(void) {
    gw_traffic_memo *memo = calloc(1, sizeof *memo);
    if (memo == NULL) {
        gw_out_of_memory(sizeof *memo);
    }
    memo->arena = gw_arena_create(0);
    if (memo->arena == NULL) {
        gw_out_of_memory(sizeof *memo);
    }
    return memo;
}

void gw_traffic_memo_free(gw_traffic_memo *memo) {
    if (memo != NULL) {
        gw_arena_free(memo->arena);
        free(memo);
    }
}

static bool same_sends(const gw_send *a, const gw_send *b, int64_t n, double scale) {
    for (int64_t i = 0; i < n; i++) {
        if (a[i].src != b[i].src || a[i].dst != b[i].dst || a[i].entropy != b[i].entropy ||
            !(fabs(a[i].bytes - scale * b[i].bytes) <= RATIO_ERROR * a[i].bytes)) {
            return false;
        }
    }
    return true;
}

const gw_worked *gw_traffic_memo_find(const gw_traffic_memo *memo, const gw_traffic *traffic,
                                      const gw_traffic_phase *phase, double *scale) {
    const gw_send *send = traffic->send + phase->first;
    if (phase->n == 0 || !(send[0].bytes > 0)) {
        return NULL;
    }
    for (const gw_known *k = memo->last; k != NULL; k = k->older) {
        *scale = send[0].bytes / k->send[0].bytes;
        if (k->n == phase->n && k->in_network == phase->in_network &&
            same_sends(send, k->send, k->n, *scale)) {
            return &k->worked;
        }
    }
    return NULL;
}

static void *copied(gw_arena *arena, const void *from, size_t n, size_t size) {
    void *to = gw_arena_alloc(arena, n, size);
    if (n > 0) {
        memcpy(to, from, n * size);
    }
    return to;
}

void gw_traffic_memo_keep(gw_traffic_memo *memo, const gw_traffic *traffic,
                          const gw_traffic_phase *phase, const gw_worked *worked) {
    const gw_send *send = traffic->send + phase->first;
    if (phase->n == 0 || !(send[0].bytes > 0) || memo->n_sends + phase->n > SENDS_KEPT_MAX) {
        return;
    }
    gw_known *known = GW_NEW(memo->arena, gw_known);
    size_t n_links = (size_t)worked->n_links;
    *known = (gw_known){.older = memo->last,
                        .n = phase->n,
                        .in_network = phase->in_network,
                        .send = copied(memo->arena, send, (size_t)phase->n, sizeof *send),
                        .worked = *worked};
    known->worked.link = copied(memo->arena, worked->link, n_links, sizeof *worked->link);
    known->worked.carried_B =
        copied(memo->arena, worked->carried_B, n_links, sizeof *worked->carried_B);
    memo->last = known;
    memo->n_sends += phase->n;
}
