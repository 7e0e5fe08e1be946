/* flow/flow_classes.c: the coarsest equitable partition of flows and links.
 * In: a set of flows, links.   Out: classes with their quotient (flow_quotient.c).
 * Model: colour refinement. Flows begin with the colour (bytes, join time, weight, cap), links with
 *   their capacity. In each round a link's new colour is made of its old one and of the multiset of
 *   (flow colour, share) on it, then a flow's of the multiset of (link colour, share) on its way.
 *   When a round splits no class of flows the partition is equitable:
 *     (1) flows of one class F have the same sum of shares s(F,L) on the links of every class L;
 *     (2) links of one class L carry the same sum of shares S(F,L) of the flows of every class F.
 *   Counting both ways, n_L S(F,L) = n_F s(F,L): the quotient needs only one flow a class.
 * Derivation: why the quotient is exact. Progressive filling raises the level of all flows that are
 *   not frozen. Let the frozen flows be a union of classes with one level in each. By (2) all links
 *   of a class then carry the same load, so they become full at the same level; by (1) the flows of
 *   a class cross the same link classes, and weight and cap are theirs, so they freeze together.
 *   So the max-min rates are constant on classes and are those of the quotient. In time: flows of
 *   a class join together, move at equal rates, and so end together; between two such instants the
 *   same holds of what is left. (Equitable partitions are the fractional automorphisms: Ramana,
 *   Scheinerman & Ullman, Discrete Math. 132 (1994) 247.)
 * Colours are 64-bit sums of hashes. Two different ones could collide; flow_quotient.c therefore
 *   checks the partition against (1) and (2) entry by entry, and it is given up if it fails. Nothing
 *   rests on luck.
 * Cost: linear in the entries a round. Given up as soon as more than half of the flows differ, or
 *   after ROUNDS_MAX rounds (a long chain is told apart one link a round).
 * Valid: any set of flows; without symmetry the answer is "no classes".
 * Sources: see Derivation. */
#include "flow/flow_classes.h"

#include <string.h>

#define ROUNDS_MAX 64

static uint64_t mix(uint64_t x) {
    x ^= x >> 30;
    x *= 0xBF58476D1CE4E5B9u;
    x ^= x >> 27;
    x *= 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    double plain = value == 0.0 ? 0.0 : value; /* -0 is 0 */
    memcpy(&bits, &plain, sizeof bits);
    return bits;
}

static uint64_t join_hash(uint64_t hash, uint64_t more) {
    return mix(hash * 0x9E3779B97F4A7C15u + more + 1);
}

/* ------------------------------------------------------------------ counting colours */

/* Distinct numbers, in the order in which they came. */
typedef struct colour_set {
    uint64_t *key;
    int32_t *id; /* 0: free, else 1 + number */
    size_t mask;
    int32_t n, most;
} colour_set;

static colour_set set_create(int64_t most, gw_arena *scratch) {
    size_t room = 64;
    while (room < 2 * (size_t)most + 2) {
        room *= 2;
    }
    return (colour_set){.key = GW_NEW_N(scratch, room, uint64_t),
                        .id = GW_NEW_N(scratch, room, int32_t),
                        .mask = room - 1,
                        .most = (int32_t)most};
}

static void set_clear(colour_set *set) {
    memset(set->id, 0, (set->mask + 1) * sizeof *set->id);
    set->n = 0;
}

/* -1: more than `most`. */
static int32_t set_add(colour_set *set, uint64_t key) {
    size_t at = mix(key) & set->mask;
    while (set->id[at] != 0) {
        if (set->key[at] == key) {
            return set->id[at] - 1;
        }
        at = (at + 1) & set->mask;
    }
    if (set->n == set->most) {
        return -1;
    }
    set->key[at] = key;
    set->id[at] = ++set->n;
    return set->n - 1;
}

/* Numbers the colours; false: more than the set may hold. */
static bool number_colours(colour_set *set, const uint64_t *colour, int64_t n, int32_t *of) {
    set_clear(set);
    uint64_t last = 0;
    int32_t id = -1;
    for (int64_t i = 0; i < n; i++) {
        if (id < 0 || colour[i] != last) {
            last = colour[i];
            id = set_add(set, last);
            if (id < 0) {
                return false;
            }
        }
        of[i] = id;
    }
    return true;
}

/* ------------------------------------------------------------------ refinement */

typedef struct refinement {
    const gw_flow_problem *p;
    uint64_t mask;
    uint64_t *flow, *link; /* colours */
    uint64_t *sum;         /* [n_links] of a round */
    int32_t *of_flow, *of_link;
    colour_set flows, links;
} refinement;

static uint64_t share_hash(const gw_flow_problem *p, int64_t k) {
    return p->share == NULL ? 0 : bits_of((double)p->share[k]) * 0xD6E8FEB86659FD93u;
}

static void first_colours(refinement *r) {
    const gw_flow_problem *p = r->p;
    for (int64_t i = 0; i < p->n; i++) {
        uint64_t hash = join_hash(1, bits_of(p->bytes[i]));
        hash = join_hash(hash, bits_of(p->start_s[i] + p->latency_s[i]));
        hash = join_hash(hash, bits_of(p->weight[i]));
        r->flow[i] = join_hash(hash, bits_of(p->cap_Bps[i])) & r->mask;
    }
    for (int32_t l = 0; l < p->n_links; l++) {
        r->link[l] = join_hash(2, bits_of(p->capacity_Bps[l])) & r->mask;
    }
}

static void refine_links(refinement *r) {
    const gw_flow_problem *p = r->p;
    memset(r->sum, 0, (size_t)p->n_links * sizeof *r->sum);
    for (int64_t i = 0; i < p->n; i++) {
        uint64_t plain = mix(r->flow[i] + 1);
        for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
            r->sum[p->link[k]] += p->share == NULL ? plain : mix(r->flow[i] + 1 + share_hash(p, k));
        }
    }
    for (int32_t l = 0; l < p->n_links; l++) {
        r->link[l] = join_hash(r->link[l], r->sum[l]) & r->mask;
    }
}

static void refine_flows(refinement *r) {
    const gw_flow_problem *p = r->p;
    for (int64_t i = 0; i < p->n; i++) {
        uint64_t sum = 0;
        for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
            sum += mix(r->link[p->link[k]] + 1 + share_hash(p, k));
        }
        r->flow[i] = join_hash(r->flow[i], sum) & r->mask;
    }
}

/* Rounds until no class of flows splits; 0: given up. */
static int refine(refinement *r) {
    const gw_flow_problem *p = r->p;
    first_colours(r);
    if (!number_colours(&r->flows, r->flow, p->n, r->of_flow)) {
        return 0;
    }
    for (int round = 1; round <= ROUNDS_MAX; round++) {
        int32_t before = r->flows.n;
        refine_links(r);
        refine_flows(r);
        if (!number_colours(&r->flows, r->flow, p->n, r->of_flow)) {
            return 0;
        }
        if (r->flows.n == before) {
            (void)number_colours(&r->links, r->link, p->n_links, r->of_link);
            return round;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ both together */

bool gw_flow_classes_find(const gw_flow_problem *p, uint64_t hash_mask, gw_arena *arena,
                          gw_flow_classes *out) {
    if (p->n < 2) {
        return false;
    }
    gw_arena *scratch = gw_arena_create((size_t)1 << 16);
    if (scratch == NULL) {
        gw_out_of_memory((size_t)1 << 16);
    }
    refinement r = {.p = p,
                    .mask = hash_mask,
                    .flow = GW_NEW_N(scratch, p->n, uint64_t),
                    .link = GW_NEW_N(scratch, p->n_links, uint64_t),
                    .sum = GW_NEW_N(scratch, p->n_links, uint64_t),
                    .of_flow = GW_NEW_N(arena, p->n, int32_t),
                    .of_link = GW_NEW_N(arena, p->n_links + 1, int32_t),
                    .flows = set_create(p->n / 2, scratch),
                    .links = set_create(p->n_links, scratch)};
    int n_rounds = refine(&r);
    bool ok =
        n_rounds > 0 && gw_flow_divide(p, r.flows.n, r.of_flow, r.links.n, r.of_link, arena, out);
    if (ok) {
        out->n_rounds = n_rounds;
    }
    gw_arena_free(scratch);
    return ok;
}
