/* traffic_ring.c: rings and chains as schedules.
 *
 * In:  teams of m ranks, bytes B of the buffer.
 * Out: one phase. Reduce-scatter and all-gather: m - 1 steps in which each rank sends B/m to the
 *      next; all-reduce: both, 2 (m - 1) equal steps. Broadcast: a chain, every edge carries B.
 *
 * Model: with g ranks in each of d domains one ring would leave a domain by one NIC of g. So there
 * are g rings with B/g each. Ring c goes up through the places of the first domain from c to c - 1,
 * down through the second from c - 1 to c, up again, and so on: crossings lie at places c - 1 and c
 * in turn and stay on a rail; only the closing one of an odd number of domains changes it. Of the g
 * rings g - 1 use an edge inside: their sends are one send.
 *
 * Valid: any m. Steps end together (a barrier), see traffic.h.
 * Sources: Patarasuk & Yuan, J. Parallel Distrib. Comput. 69 (2009) 117: 2 (m - 1)/m B is the least
 * that an all-reduce can send. Rings that leave a node by the rail they came in on: NVIDIA NCCL,
 * NCCL_CROSS_NIC.
 */
#include "traffic/traffic_build.h"

void gw_ring_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes,
                   const char *name) {
    int32_t m = teams->n;
    bool chain = kind == GW_BROADCAST;
    if (m < 2 || !gw_build_reserve(b, (double)b->queue_pairs * m * teams->n_teams)) {
        return;
    }
    int64_t steps = kind == GW_ALL_REDUCE ? 2 * ((int64_t)m - 1) : (int64_t)m - 1;
    gw_build_phase(b, name, chain ? 1 : steps, chain ? (int)(m - 1) : 1);
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * m;
        for (int32_t r = 0; r < (chain ? m - 1 : m); r++) {
            gw_build_send(b, rank[r], rank[(r + 1) % m], chain ? bytes : bytes / m);
        }
    }
}

/** What rank j of domain i sends in one step: to its neighbour inside and across. */
static void ring_rank(gw_build *b, const gw_shape *shape, const int32_t *host, int32_t i,
                      double step_B) {
    int32_t g = shape->g, next = (i + 1) % shape->d;
    bool up = i % 2 == 0, next_up = next % 2 == 0;
    for (int32_t j = 0; j < g; j++) {
        int32_t beside = up ? (j + 1) % g : (j + g - 1) % g;
        /* Leaving an even domain at j is ring j + 1, which an even one (the first, after an odd
         * number of domains) takes in at j + 1. */
        int32_t entry = up && next_up ? (j + 1) % g : j;
        gw_build_send(b, host[i * g + j], host[i * g + beside], (g - 1) * step_B);
        gw_build_send(b, host[i * g + j], host[next * g + entry], step_B);
    }
}

void gw_ring_rails(gw_build *b, const gw_shape *shape, gw_collective kind, double bytes) {
    int32_t n = shape->g * shape->d;
    if (!gw_build_reserve(b, (1.0 + b->queue_pairs) * n * shape->n_groups)) {
        return;
    }
    int64_t steps = kind == GW_ALL_REDUCE ? 2 * ((int64_t)n - 1) : (int64_t)n - 1;
    gw_build_phase(b, "rings", steps, 1);
    for (int32_t t = 0; t < shape->n_groups; t++) {
        for (int32_t i = 0; i < shape->d; i++) {
            ring_rank(b, shape, shape->host + (int64_t)t * n, i, bytes / n / shape->g);
        }
    }
}
