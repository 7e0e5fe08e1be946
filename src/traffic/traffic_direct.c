/* traffic_direct.c: sends between pairs: all to all, over the local rank on the rail, to the next, to
 * a rank drawn by chance.
 *
 * In:  teams of m ranks, bytes B of the buffer; for all-to-all(v) the bytes of each pair.
 * Out: phases. All-to-all: each rank B/m to each other, at once; reduce-scatter and all-gather the
 *      same, all-reduce one after the other. Broadcast: the first to all. Send: rank i to i + 1, i
 *      even. Permutation: to the next of a cycle through all ranks in random order.
 *      PXN: inside each domain, to the rank at the place of the destination, what its domain has for
 *      all ranks of that place; then across, place to place, d - 1 messages a rank instead of n - g.
 *
 * Model: a host's sends share its ports; nothing lets it send to all at full rate each.
 * Valid: at most GW_TRAFFIC_SENDS_MAX pairs. The two phases of PXN do not overlap here.
 * Sources: Thakur, Rabenseifner & Gropp, Int. J. High Perform. Comput. Appl. 19 (2005) 49; PXN:
 * NVIDIA NCCL 2.12; cycles: Sattolo, Inform. Process. Lett. 22 (1986) 315.
 */
#include "base/rng.h"
#include "traffic/traffic_build.h"

static void each_with_each(gw_build *b, const gw_teams *teams, double bytes, const char *name) {
    int32_t m = teams->n;
    const double *pair_B = b->ask->kind == GW_ALL_TO_ALL ? b->ask->pair_B : NULL;
    if (!gw_build_reserve(b, (double)m * (m - 1) * teams->n_teams * b->queue_pairs)) {
        return;
    }
    gw_build_phase(b, name, 1, 1);
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * m;
        for (int32_t i = 0; i < m; i++) {
            for (int32_t j = 0; j < m; j++) {
                double part_B = pair_B != NULL ? pair_B[(int64_t)i * m + j] : bytes / m;
                if (pair_B == NULL || part_B > 0) {
                    gw_build_send(b, rank[i], rank[j], part_B);
                }
            }
        }
    }
}

static void first_to_all(gw_build *b, const gw_teams *teams, double bytes) {
    if (!gw_build_reserve(b, (double)teams->n * teams->n_teams * b->queue_pairs)) {
        return;
    }
    gw_build_phase(b, "first to all", 1, 1);
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * teams->n;
        for (int32_t j = 1; j < teams->n; j++) {
            gw_build_send(b, rank[0], rank[j], bytes);
        }
    }
}

static void to_next(gw_build *b, const gw_teams *teams, double bytes) {
    if (!gw_build_reserve(b, (double)teams->n * teams->n_teams * b->queue_pairs)) {
        return;
    }
    gw_build_phase(b, "to the next", 1, 1);
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * teams->n;
        for (int32_t i = 0; i + 1 < teams->n; i += 2) {
            gw_build_send(b, rank[i], rank[i + 1], bytes);
        }
    }
}

/** One cycle through all m: Sattolo's shuffle. */
static void cycle(int32_t *order, int32_t m, uint64_t seed, uint32_t team) {
    for (int32_t i = 0; i < m; i++) {
        order[i] = i;
    }
    for (int32_t i = m - 1; i > 0; i--) {
        int32_t j =
            (int32_t)(gw_rng_uniform(seed, team, gw_rng_stream("permutation"), (uint32_t)i) * i);
        int32_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static void permute(gw_build *b, const gw_teams *teams, double bytes) {
    if (!gw_build_reserve(b, (double)teams->n * teams->n_teams * b->queue_pairs)) {
        return;
    }
    int32_t *to = GW_NEW_N(b->arena, teams->n, int32_t);
    gw_build_phase(b, "permutation", 1, 1);
    for (int32_t t = 0; t < teams->n_teams; t++) {
        const int32_t *rank = teams->rank + (int64_t)t * teams->n;
        cycle(to, teams->n, b->ask->seed, (uint32_t)t);
        for (int32_t i = 0; i < teams->n; i++) {
            gw_build_send(b, rank[i], rank[to[i]], bytes);
        }
    }
}

void gw_direct_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes) {
    switch ((int)kind) {
    case GW_ALL_TO_ALL:
        each_with_each(b, teams, bytes, "each with each");
        break;
    case GW_BROADCAST:
        first_to_all(b, teams, bytes);
        break;
    case GW_SEND:
        to_next(b, teams, bytes);
        break;
    case GW_PERMUTATION:
        permute(b, teams, bytes);
        break;
    case GW_ALL_REDUCE:
        each_with_each(b, teams, bytes, "direct: reduce-scatter");
        if (b->problem == NULL) {
            gw_build_again(b, b->out->n_phases - 1, "direct: all-gather");
        }
        break;
    default:
        each_with_each(b, teams, bytes, "direct");
        break;
    }
}

/** The position in the group's order of the rank at each place of the shape, for pair_B. */
static int32_t *positions(const gw_build *b, const gw_shape *shape, int32_t group) {
    int32_t n = shape->g * shape->d;
    int32_t *at = GW_NEW_N(b->arena, n, int32_t);
    const int32_t *host = shape->host + (int64_t)group * n,
                  *rank = b->ask->rank + (int64_t)group * n;
    int32_t *where = GW_NEW_N(b->arena, b->net->n_hosts, int32_t);
    for (int32_t i = 0; i < n; i++) {
        where[rank[i]] = i;
    }
    for (int32_t i = 0; i < n; i++) {
        at[i] = where[host[i]];
    }
    return at;
}

/** Bytes that rank a of the shape has for rank b. */
static double pair_of(const gw_build *b, const int32_t *at, int32_t n, int32_t from, int32_t to) {
    return at != NULL ? b->ask->pair_B[(int64_t)at[from] * n + at[to]] : b->ask->bytes / n;
}

/** What rank j of domain i hands to the rank at place k of its domain: for k itself and for all ranks
 * at place k elsewhere. */
static double handed_B(const gw_build *b, const gw_shape *s, const int32_t *at, int32_t i,
                       int32_t j, int32_t k) {
    int32_t n = s->g * s->d;
    double sum_B = 0;
    for (int32_t m = 0; m < s->d; m++) {
        sum_B += pair_of(b, at, n, i * s->g + j, m * s->g + k);
    }
    return sum_B;
}

/** What domain i has for rank k of domain m. */
static double crossing_B(const gw_build *b, const gw_shape *s, const int32_t *at, int32_t i,
                         int32_t m, int32_t k) {
    int32_t n = s->g * s->d;
    double sum_B = 0;
    for (int32_t j = 0; j < s->g; j++) {
        sum_B += pair_of(b, at, n, i * s->g + j, m * s->g + k);
    }
    return sum_B;
}

static void hand_over(gw_build *b, const gw_shape *s, const int32_t *const *at) {
    int32_t n = s->g * s->d;
    gw_build_phase(b, "inside: to the rail", 1, 1);
    for (int32_t t = 0; t < s->n_groups; t++) {
        const int32_t *host = s->host + (int64_t)t * n;
        for (int32_t r = 0; r < n; r++) {
            int32_t i = r / s->g;
            for (int32_t k = 0; k < s->g; k++) {
                double bytes =
                    at == NULL ? b->ask->bytes / s->g : handed_B(b, s, at[t], i, r % s->g, k);
                if (at == NULL || bytes > 0) {
                    gw_build_send(b, host[r], host[i * s->g + k], bytes);
                }
            }
        }
    }
}

static void cross(gw_build *b, const gw_shape *s, const int32_t *const *at) {
    int32_t n = s->g * s->d;
    gw_build_phase(b, "across by rail", 1, 1);
    for (int32_t t = 0; t < s->n_groups; t++) {
        const int32_t *host = s->host + (int64_t)t * n;
        for (int32_t r = 0; r < n; r++) {
            int32_t i = r / s->g, k = r % s->g;
            for (int32_t m = 0; m < s->d; m++) {
                double bytes = at == NULL ? b->ask->bytes / s->d : crossing_B(b, s, at[t], i, m, k);
                if (m != i && (at == NULL || bytes > 0)) {
                    gw_build_send(b, host[r], host[m * s->g + k], bytes);
                }
            }
        }
    }
}

void gw_pxn_groups(gw_build *b, const gw_shape *shape) {
    double n = (double)shape->g * shape->d * shape->n_groups;
    if (!gw_build_reserve(b, n * (shape->g - 1) + n * (shape->d - 1) * b->queue_pairs)) {
        return;
    }
    const int32_t **at = NULL;
    if (b->ask->pair_B != NULL) {
        at = GW_NEW_N(b->arena, shape->n_groups, const int32_t *);
        for (int32_t t = 0; t < shape->n_groups; t++) {
            at[t] = positions(b, shape, t);
        }
    }
    hand_over(b, shape, (const int32_t *const *)at);
    cross(b, shape, (const int32_t *const *)at);
}
