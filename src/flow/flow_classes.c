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
 * Only what has moved to a new class is told to the other side: links and flows keep the sum of the
 *   hashes of their neighbours' classes up to date, and of a class that is touched all over the
 *   largest part keeps its name. A late split of one flow so costs its own entries, not all.
 * Colours are 64-bit sums of hashes. Two different ones could collide; flow_quotient.c therefore
 *   checks the partition against (1) and (2) entry by entry, and it is given up if it fails. Nothing
 *   rests on luck.
 * Cost: linear in the entries of what moves. Given up as soon as more than half of the flows differ,
 *   or where entries are read again more than WORK_MAX times in the mean.
 * Valid: any set of flows; without symmetry the answer is "no classes".
 * Sources: see Derivation. */
#include "flow/flow_classes.h"

#include <string.h>

#define WORK_MAX 64 /* times that an entry may be read again, in the mean */

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

/* Distinct numbers, in the order in which they came. Slots of an earlier round count as free, so that
 * none has to be cleared. */
typedef struct colour_slot {
    uint64_t key;
    int32_t id;
    int32_t round;
} colour_slot;

typedef struct colour_set {
    colour_slot *slot;
    size_t mask;
    int32_t n, most, round;
} colour_set;

static colour_set set_create(int64_t most, gw_arena *scratch) {
    size_t room = 64;
    while (room < 2 * (size_t)most + 2) {
        room *= 2;
    }
    return (colour_set){
        .slot = GW_NEW_N(scratch, room, colour_slot), .mask = room - 1, .most = (int32_t)most};
}

static void set_clear(colour_set *set) {
    set->round++;
    set->n = 0;
}

/* -1: more than `most`. Keys are hashes already. */
static int32_t set_add(colour_set *set, uint64_t key) {
    size_t at = (key ^ (key >> 32)) & set->mask;
    while (set->slot[at].round == set->round) {
        if (set->slot[at].key == key) {
            return set->slot[at].id;
        }
        at = (at + 1) & set->mask;
    }
    if (set->n == set->most) {
        return -1;
    }
    set->slot[at] = (colour_slot){key, set->n, set->round};
    return set->n++;
}

/* ------------------------------------------------------------------ refinement */

/* Flows, or links: one of the two sides of the entries. */
typedef struct side {
    int32_t n, n_classes;
    const int64_t *at;    /* [n + 1] */
    const int32_t *other; /* [at[n]] ends on the other side */
    const int64_t *entry; /* [at[n]] numbers of the entries in the problem; NULL: the same */
    int32_t *of;          /* [n] class */
    uint64_t *sum;        /* [n] over its entries: hash of the other end's class x share */
    bool *is_touched;     /* [n] its sum was written since the last split */
    int32_t *touched, n_touched;
    int32_t *part;                  /* [n] of a touched member, in this split */
    int32_t *class_n;               /* [n] members, by class */
    uint64_t *class_sum;            /* [n] of its members after the last split, by class */
    int32_t *class_touched;         /* [n] by class */
    int32_t *largest;               /* [n] part that keeps the class where all are touched */
    int32_t *part_n, *part_class;   /* [n] by part: members, class before and then after */
    uint64_t *part_sum;             /* [n] */
    int32_t *moved, *from, n_moved; /* members with a new class, and their old one */
    colour_set set;
} side;

typedef struct refinement {
    const gw_flow_problem *p;
    uint64_t mask;
    side flows, links;
} refinement;

/* What a colour counts for at the end of an entry: odd, so that nothing is lost. */
static uint64_t share_factor(const gw_flow_problem *p, int64_t k) {
    if (p->share == NULL) {
        return 1;
    }
    return mix(bits_of(p->share[k])) | 1; /* shares of few digits differ in high bits only */
}

static uint64_t hash_of_class(int32_t c) {
    return mix(((uint64_t)c + 1) * 0x9E3779B97F4A7C15u);
}

static void touch(side *s, int32_t i) {
    if (!s->is_touched[i]) {
        s->is_touched[i] = true;
        s->touched[s->n_touched++] = i;
    }
}

static side side_create(int64_t n, int64_t most, int32_t *of, gw_arena *scratch) {
    return (side){.n = (int32_t)n,
                  .of = of,
                  .sum = GW_NEW_N(scratch, n, uint64_t),
                  .is_touched = GW_NEW_N(scratch, n, bool),
                  .touched = GW_NEW_N(scratch, n, int32_t),
                  .part = GW_NEW_N(scratch, n, int32_t),
                  .class_n = GW_NEW_N(scratch, n, int32_t),
                  .class_sum = GW_NEW_N(scratch, n, uint64_t),
                  .class_touched = GW_NEW_N(scratch, n, int32_t),
                  .largest = GW_NEW_N(scratch, n, int32_t),
                  .part_n = GW_NEW_N(scratch, n, int32_t),
                  .part_class = GW_NEW_N(scratch, n, int32_t),
                  .part_sum = GW_NEW_N(scratch, n, uint64_t),
                  .moved = GW_NEW_N(scratch, n, int32_t),
                  .from = GW_NEW_N(scratch, n, int32_t),
                  .set = set_create(most, scratch)};
}

/* The flows of each link. */
static void list_flows(const gw_flow_problem *p, gw_arena *scratch, side *links) {
    int64_t *at = GW_NEW_N(scratch, p->n_links + 2, int64_t);
    int64_t *entry = GW_NEW_N(scratch, p->at[p->n] + 1, int64_t);
    int32_t *flow = GW_NEW_N(scratch, p->at[p->n] + 1, int32_t);
    for (int64_t k = 0; k < p->at[p->n]; k++) {
        at[p->link[k] + 2]++;
    }
    for (int32_t l = 0; l < p->n_links; l++) {
        at[l + 2] += at[l + 1];
    }
    for (int64_t i = 0; i < p->n; i++) {
        for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
            int64_t to = at[p->link[k] + 1]++;
            flow[to] = (int32_t)i;
            entry[to] = k;
        }
    }
    links->at = at;
    links->other = flow;
    links->entry = entry;
}

/* A class by what is known at first; false: too many. */
static bool put_first(side *s, int32_t i, uint64_t colour) {
    int32_t c = set_add(&s->set, colour);
    if (c < 0) {
        return false;
    }
    s->of[i] = c;
    s->class_n[c]++;
    s->n_classes = s->set.n;
    touch(s, i);
    return true;
}

static bool first_classes(refinement *r) {
    const gw_flow_problem *p = r->p;
    set_clear(&r->flows.set);
    set_clear(&r->links.set);
    for (int32_t i = 0; i < r->flows.n; i++) {
        uint64_t hash = join_hash(1, bits_of(p->bytes[i]));
        hash = join_hash(hash, bits_of(p->start_s[i] + p->latency_s[i]));
        hash = join_hash(hash, bits_of(p->weight[i]));
        if (!put_first(&r->flows, i, join_hash(hash, bits_of(p->cap_Bps[i])) & r->mask)) {
            return false;
        }
    }
    for (int32_t l = 0; l < p->n_links; l++) {
        if (!put_first(&r->links, l, join_hash(2, bits_of(p->capacity_Bps[l])) & r->mask)) {
            return false;
        }
    }
    for (int32_t i = 0; i < r->flows.n; i++) {
        uint64_t flow = hash_of_class(r->flows.of[i]);
        for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
            uint64_t factor = share_factor(p, k);
            r->links.sum[p->link[k]] += flow * factor;
            r->flows.sum[i] += hash_of_class(r->links.of[p->link[k]]) * factor;
        }
    }
    return true;
}

/* Touched members by class and sum; false: too many parts. */
static bool part_touched(side *s, uint64_t mask) {
    set_clear(&s->set);
    for (int32_t t = 0; t < s->n_touched; t++) {
        int32_t i = s->touched[t], c = s->of[i];
        uint64_t sum = s->sum[i] & mask;
        int32_t before = s->set.n;
        int32_t part = set_add(&s->set, join_hash((uint64_t)c, sum));
        if (part < 0) {
            return false;
        }
        if (part == before) {
            s->part_n[part] = 0;
            s->part_class[part] = c;
            s->part_sum[part] = sum;
        }
        s->part[i] = part;
        s->part_n[part]++;
        if (s->class_touched[c]++ == 0 || s->part_n[part] > s->part_n[s->largest[c]]) {
            s->largest[c] = part;
        }
    }
    return true;
}

/* Which class each part has from now on: the old one where its members are still like those that
 * were not touched or, where all were, if the part is the largest; else a new one. */
static void name_parts(side *s) {
    for (int32_t part = 0; part < s->set.n; part++) {
        int32_t c = s->part_class[part];
        bool all = s->class_touched[c] == s->class_n[c];
        if (all ? part == s->largest[c] : s->part_sum[part] == s->class_sum[c]) {
            continue;
        }
        s->part_class[part] = s->n_classes;
        s->class_n[s->n_classes] = s->part_n[part];
        s->class_sum[s->n_classes++] = s->part_sum[part];
    }
    for (int32_t t = 0; t < s->n_touched; t++) {
        int32_t c = s->of[s->touched[t]];
        if (s->class_touched[c] == s->class_n[c]) {
            s->class_sum[c] = s->part_sum[s->largest[c]];
        }
    }
}

/* Splits classes whose members differ by now; false: given up. */
static bool split(side *s, uint64_t mask) {
    s->n_moved = 0;
    if (!part_touched(s, mask)) {
        return false;
    }
    name_parts(s);
    for (int32_t t = 0; t < s->n_touched; t++) {
        int32_t i = s->touched[t];
        s->class_touched[s->of[i]] = 0;
        s->is_touched[i] = false;
    }
    for (int32_t t = 0; t < s->n_touched; t++) {
        int32_t i = s->touched[t], c = s->of[i];
        s->of[i] = s->part_class[s->part[i]];
        if (s->of[i] != c) {
            s->class_n[c]--;
            s->moved[s->n_moved] = i;
            s->from[s->n_moved++] = c;
        }
    }
    s->n_touched = 0;
    return s->n_classes <= s->set.most;
}

/* Tells the other side which members have moved. Returns how many entries that were. */
static int64_t tell(const gw_flow_problem *p, const side *s, side *other) {
    int64_t n = 0;
    for (int32_t m = 0; m < s->n_moved; m++) {
        int32_t i = s->moved[m];
        uint64_t change = hash_of_class(s->of[i]) - hash_of_class(s->from[m]);
        for (int64_t k = s->at[i]; k < s->at[i + 1]; k++) {
            other->sum[s->other[k]] += change * share_factor(p, s->entry == NULL ? k : s->entry[k]);
            touch(other, s->other[k]);
        }
        n += s->at[i + 1] - s->at[i];
    }
    return n;
}

/* Until no class splits. Returns the number of rounds; 0: given up. */
static int refine(refinement *r) {
    if (!first_classes(r)) {
        return 0;
    }
    int64_t left = WORK_MAX * (r->p->at[r->p->n] + 1);
    for (int round = 1; left > 0; round++) {
        if (!split(&r->links, r->mask)) {
            return 0;
        }
        left -= tell(r->p, &r->links, &r->flows);
        if (!split(&r->flows, r->mask)) {
            return 0;
        }
        if (r->flows.n_moved == 0) {
            return round;
        }
        left -= tell(r->p, &r->flows, &r->links);
    }
    return 0;
}

/* Numbers classes as members name them. */
static void renumber(side *s, gw_arena *scratch) {
    int32_t *number = GW_NEW_N(scratch, s->n_classes, int32_t);
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++) {
        int32_t *known = &number[s->of[i]];
        *known = *known == 0 ? ++n : *known;
        s->of[i] = *known - 1;
    }
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
    int32_t *of_flow = GW_NEW_N(arena, p->n, int32_t);
    int32_t *of_link = GW_NEW_N(arena, p->n_links + 1, int32_t);
    refinement r = {.p = p,
                    .mask = hash_mask,
                    .flows = side_create(p->n, p->n / 2, of_flow, scratch),
                    .links = side_create(p->n_links, p->n_links, of_link, scratch)};
    r.flows.at = p->at;
    r.flows.other = p->link;
    list_flows(p, scratch, &r.links);
    int n_rounds = refine(&r);
    bool ok = n_rounds > 0;
    if (ok) {
        renumber(&r.flows, scratch);
        renumber(&r.links, scratch);
        ok = gw_flow_divide(p, r.flows.n_classes, of_flow, r.links.n_classes, of_link, arena, out);
    }
    if (ok) {
        out->n_rounds = n_rounds;
    }
    gw_arena_free(scratch);
    return ok;
}
