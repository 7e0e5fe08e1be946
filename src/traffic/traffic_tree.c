/* traffic_tree.c: pipelined binary trees and pairs of them.
 *
 * In:  teams of m ranks, bytes B of the buffer.
 * Out: one phase: all-reduce sends B up and B down every edge at the same time, broadcast B down.
 *      Depth: the edges that data goes along one after another.
 *
 * Model: in-order tree: rank r > 0 with lowest bit b hangs on r - b if the next higher bit of r is
 * set, else on r + b; where there is no such rank, on r - b. Rank 0 is the root. So odd ranks are
 * leaves. The second tree turns the ranks over (m even: r -> m - 1 - r) or shifts them (m odd:
 * r -> r + 1): leaves become inner ranks, and with half of the buffer on each tree no rank sends or
 * receives more than 2 B in an all-reduce, B in a broadcast, where one tree takes 3 B and 2 B. Of a
 * broadcast the trees stand over all ranks but the first, which feeds both roots: one more hop.
 *
 * Valid: steady state of a pipeline with small chunks; edges run independently at max-min rates.
 * Sources: Sanders, Speck & Traeff, Parallel Computing 35 (2009) 581.
 */
#include "traffic/traffic_build.h"

int32_t gw_tree_parent(int32_t r, int32_t n) {
    if (r == 0) {
        return -1;
    }
    int64_t bit = r & -r;
    int64_t parent = (r & (2 * bit)) != 0 ? r - bit : r + bit;
    return (int32_t)(parent < n ? parent : r - bit);
}

int32_t gw_tree_parent_2(int32_t r, int32_t n) {
    int32_t parent = gw_tree_parent(n % 2 == 0 ? n - 1 - r : (r + n - 1) % n, n);
    return parent < 0 ? -1 : n % 2 == 0 ? n - 1 - parent : (parent + 1) % n;
}

static int32_t parent_in(int32_t r, int32_t n, bool second) {
    return second ? gw_tree_parent_2(r, n) : gw_tree_parent(r, n);
}

/** The deepest rank is an odd one: every even rank but 0 has one below it. */
static int height_of(int32_t n) {
    int most = 0;
    for (int32_t r = 1; r < n; r += 2) {
        int height = 0;
        for (int32_t at = gw_tree_parent(r, n); at >= 0; at = gw_tree_parent(at, n)) {
            height++;
        }
        most = height > most ? height : most;
    }
    return most;
}

int gw_tree_depth(int32_t m, gw_collective kind, bool twice) {
    /* The second tree is the first with other names: as high. */
    int32_t first = twice && kind == GW_BROADCAST ? 1 : 0;
    return height_of(m - first) + first;
}

/** Edges of one tree over ranks first .. m - 1; of a broadcast by two trees the first rank feeds the
 * root. */
static void tree_team(gw_build *b, const int32_t *rank, int32_t m, int32_t first,
                      gw_collective kind, double bytes, bool second) {
    const int32_t *member = rank + first;
    for (int32_t r = 0; r < m - first; r++) {
        int32_t parent = parent_in(r, m - first, second);
        if (parent >= 0) {
            gw_build_send(b, member[parent], member[r], bytes);
        } else if (first > 0) {
            gw_build_send(b, rank[0], member[r], bytes);
        }
        if (parent >= 0 && kind == GW_ALL_REDUCE) {
            gw_build_send(b, member[r], member[parent], bytes);
        }
    }
}

void gw_tree_teams(gw_build *b, const gw_teams *teams, gw_collective kind, bool twice, double bytes,
                   const char *name) {
    int32_t m = teams->n, first = twice && kind == GW_BROADCAST ? 1 : 0;
    int trees = twice ? 2 : 1, passes = kind == GW_ALL_REDUCE ? 2 : 1;
    if (m < 2 ||
        !gw_build_reserve(b, (double)passes * trees * m * teams->n_teams * b->queue_pairs)) {
        return;
    }
    gw_build_phase(b, name, 1, passes * gw_tree_depth(m, kind, twice));
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * m;
        tree_team(b, rank, m, first, kind, bytes / trees, false);
        if (twice) {
            tree_team(b, rank, m, first, kind, bytes / trees, true);
        }
    }
}
