/* traffic_halving.c: recursive halving and doubling.
 *
 * In:  teams of m ranks, bytes B of the buffer, cut into m chunks.
 * Out: phases: fold, halvings (reduce-scatter), doublings (all-gather), unfold.
 *
 * Model: p = 2^floor(lg m), s = m - p. The first 2 s ranks pair up: the odd one gives its buffer to
 * the even one and waits. The p ranks that go on ("places") exchange with place v ^ dist, dist = p/2,
 * ..., 1: each sends the half of its range that its partner keeps; ranges are runs of places, in
 * bytes the chunks of the ranks that these stand for. Doubling is the same backwards. In the end the
 * odd ones get what they miss: everything (all-reduce), all but their own chunk (all-gather), their
 * chunk (reduce-scatter). lg p steps, (p - 1)/p B each way; folding adds up to B each way.
 *
 * Valid: any m; best for powers of two.
 * Sources: Thakur, Rabenseifner & Gropp, Int. J. High Perform. Comput. Appl. 19 (2005) 49.
 */
#include "traffic/traffic_build.h"

typedef struct gw_folded {
    int32_t m, places, folded;
    double chunk_B;
} gw_folded;

/** First rank, or chunk, of a place. */
static int32_t rank_of(const gw_folded *f, int32_t place) {
    return place < f->folded ? 2 * place : place + f->folded;
}

static double range_B(const gw_folded *f, int32_t first, int32_t n) {
    return (rank_of(f, first + n) - rank_of(f, first)) * f->chunk_B;
}

/** One exchange at a distance: with `gather` each place sends the range that it has, else the one
 * that its partner keeps. */
static void exchange(gw_build *b, const gw_teams *teams, const gw_folded *f, int32_t dist,
                     bool gather) {
    gw_build_phase(b, gather ? "doubling" : "halving", 1, 1);
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * f->m;
        for (int32_t v = 0; v < f->places; v++) {
            int32_t partner = v ^ dist, first = (gather ? v : partner) & ~(dist - 1);
            gw_build_send(b, rank[rank_of(f, v)], rank[rank_of(f, partner)],
                          range_B(f, first, dist));
        }
    }
}

static void fold(gw_build *b, const gw_teams *teams, const gw_folded *f, bool back, double bytes) {
    if (f->folded == 0) {
        return;
    }
    gw_build_phase(b, back ? "unfold" : "fold", 1, 1);
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * f->m;
        for (int32_t v = 0; v < f->folded; v++) {
            int32_t even = rank[2 * v], odd = rank[2 * v + 1];
            gw_build_send(b, back ? even : odd, back ? odd : even, bytes);
        }
    }
}

void gw_halving_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes) {
    gw_folded f = {.m = teams->n, .places = 1, .chunk_B = bytes / teams->n};
    int steps = 0;
    for (; f.places <= f.m / 2; f.places *= 2) {
        steps++;
    }
    f.folded = f.m - f.places;
    bool reduce = kind != GW_ALL_GATHER, gather = kind != GW_REDUCE_SCATTER;
    /* Of a power of two, doubling sends what halving sent between the same pairs. */
    bool same = f.folded == 0 && reduce && gather;
    double passes = reduce && gather && !same ? 2 : 1;
    double n = b->queue_pairs * (passes * steps * f.places + 2.0 * f.folded) * teams->n_teams;
    if (f.m < 2 || !gw_build_reserve(b, n)) {
        return;
    }
    fold(b, teams, &f, false, reduce ? bytes : f.chunk_B);
    int first = b->out->n_phases;
    for (int32_t dist = f.places / 2; reduce && dist > 0; dist /= 2) {
        exchange(b, teams, &f, dist, false);
    }
    for (int k = 0; same && k < steps; k++) {
        gw_build_again(b, first + steps - 1 - k, "doubling");
    }
    for (int32_t dist = 1; gather && !same && dist < f.places; dist *= 2) {
        exchange(b, teams, &f, dist, true);
    }
    double missing_B = !gather ? f.chunk_B : reduce ? bytes : bytes - f.chunk_B;
    fold(b, teams, &f, true, missing_B);
}
