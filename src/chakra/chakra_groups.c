/* chakra/chakra_groups.c: which NPUs a collective means, and that all of them take part in it.
 *
 * In:  the traces with the names or dimensions that their collectives give, groups by name, the number
 *      of NPUs. Out: communicators with their ranks; for every NPU which of them its collectives use;
 *      or every collective that some rank misses or does otherwise.
 * Model: no name, "" or an undefined "0": all NPUs. Dimensions: NPUs that differ in those alone, NPU
 *      number = c0 + dim0 x (c1 + dim1 x ...). The k-th collective of a group is the same for all its
 *      ranks, in the order of node ids. Copies of traces (fewer traces than NPUs): a group within the
 *      traced ranks moves along with every copy; one that reaches further must be a regular
 *      progression of ranks (first, first + stride, ...), and its translates tile the NPUs: so one
 *      trace of a tensor- and data-parallel job stands for all of them.
 * Valid: groups that every member knows under the same name.
 * Derivation: of the tiling: ranks r = block x stride x n + k x stride + offset are counted once by
 *      (block, k, offset) with k < n and offset < stride, so the translates are disjoint and cover
 *      every rank where the number of NPUs is a multiple of stride x n. */
#include <stdlib.h>
#include <string.h>

#include "chakra/chakra_parts.h"

#define SAID_MAX 20

typedef struct group_builder {
    gw_chakra_plan *plan;
    gw_arena *arena;
    gw_diags *diags;
    int room;
    int32_t *scratch; /* [n_npus] */
    int32_t *slot;    /* [n_slots] hash table: index of a group + 1 */
    uint32_t n_slots; /* a power of two */
    int n_said;
} group_builder;

/* ------------------------------------------------------------------ communicators, each once */

static uint64_t hash(const char *name, const int32_t *rank, int32_t n) {
    uint64_t h =
        1469598103934665603u; /* FNV-1a; equality is checked, so that it need not be good */
    for (const char *c = name; *c != 0; c++) {
        h = (h ^ (uint8_t)*c) * 1099511628211u;
    }
    for (int32_t i = 0; i < n; i++) {
        h = (h ^ (uint32_t)rank[i]) * 1099511628211u;
    }
    return h ^ (h >> 29);
}

static bool same(const gw_chakra_comm_group *g, const char *name, uint32_t dims,
                 const int32_t *rank, int32_t n) {
    return g->n == n && g->dims == dims && strcmp(g->name, name) == 0 &&
           memcmp(g->rank, rank, (size_t)n * sizeof *rank) == 0;
}

static void grow(group_builder *b) {
    gw_chakra_plan *p = b->plan;
    int room = b->room == 0 ? 16 : b->room * 2;
    gw_chakra_comm_group *more = GW_NEW_N(b->arena, room, gw_chakra_comm_group);
    if (p->n_groups > 0) {
        memcpy(more, p->group, (size_t)p->n_groups * sizeof *more);
    }
    p->group = more;
    b->room = room;
    b->n_slots = (uint32_t)room * 2;
    b->slot = GW_NEW_N(b->arena, b->n_slots, int32_t);
    for (int i = 0; i < p->n_groups; i++) {
        uint32_t at = (uint32_t)hash(more[i].name, more[i].rank, more[i].n) & (b->n_slots - 1);
        while (b->slot[at] != 0) {
            at = (at + 1) & (b->n_slots - 1);
        }
        b->slot[at] = i + 1;
    }
}

static int32_t intern(group_builder *b, const char *name, uint32_t dims, const int32_t *rank,
                      int32_t n) {
    gw_chakra_plan *p = b->plan;
    if (b->slot == NULL || p->n_groups == b->room) {
        grow(b);
    }
    uint32_t at = (uint32_t)hash(name, rank, n) & (b->n_slots - 1);
    for (; b->slot[at] != 0; at = (at + 1) & (b->n_slots - 1)) {
        if (same(&p->group[b->slot[at] - 1], name, dims, rank, n)) {
            return b->slot[at] - 1;
        }
    }
    int32_t *own = GW_NEW_N(b->arena, n, int32_t);
    memcpy(own, rank, (size_t)n * sizeof *own);
    p->group[p->n_groups] = (gw_chakra_comm_group){.name = name, .dims = dims, .n = n, .rank = own};
    b->slot[at] = ++p->n_groups;
    return p->n_groups - 1;
}

/* ------------------------------------------------------------------ ranks of one NPU's collectives */

static const gw_chakra_group *defined(const gw_chakra_plan *p, const gw_chakra_trace *t,
                                      const char *name) {
    for (int i = 0; i < t->n_groups; i++) {
        if (strcmp(t->group[i].name, name) == 0) {
            return &t->group[i];
        }
    }
    for (int i = 0; i < p->opts->n_groups; i++) {
        if (strcmp(p->opts->group[i].name, name) == 0) {
            return &p->opts->group[i];
        }
    }
    return NULL;
}

static int32_t all_npus(group_builder *b) {
    for (int32_t i = 0; i < b->plan->n_npus; i++) {
        b->scratch[i] = i;
    }
    return b->plan->n_npus;
}

static void say_group(group_builder *b, const gw_chakra_trace *t, const gw_chakra_spec *s,
                      const char *hint, const char *problem) {
    if (b->n_said++ < SAID_MAX) {
        gw_chakra_complain(b->diags, GW_E_REF, t, s->node[0], hint, "%s", problem);
    }
}

/* Ranks that differ from npu in the dimensions taking part; 0: said why not. */
static int32_t by_dims(group_builder *b, int32_t npu, const gw_chakra_trace *t,
                       const gw_chakra_spec *s) {
    const gw_chakra_opts *o = b->plan->opts;
    if (o->n_dims == 0) {
        say_group(b, t, s, "give the sizes of the dimensions with --dims, for example --dims 8,16",
                  "`involved_dim` leaves dimensions out, and their sizes are not known");
        return 0;
    }
    int32_t n = 1, stride = 1;
    b->scratch[0] = npu;
    for (int d = 0; d < o->n_dims; d++) {
        if ((s->dims >> d & 1u) != 0) {
            int32_t own = npu / stride % o->dim[d];
            for (int32_t i = 0; i < n; i++) {
                b->scratch[i] -= own * stride;
            }
            for (int32_t k = n; k < n * o->dim[d]; k++) { /* slower dimensions last: ranks rise */
                b->scratch[k] = b->scratch[k - n] + stride;
            }
            n *= o->dim[d];
        }
        stride *= o->dim[d];
    }
    return n;
}

/* A progression: its stride; 0: it is none. */
static int32_t stride_of(const gw_chakra_group *g) {
    int64_t stride = g->n > 1 ? (int64_t)g->rank[1] - g->rank[0] : 1;
    for (int32_t i = 1; i < g->n; i++) {
        if ((int64_t)g->rank[i] - g->rank[i - 1] != stride) {
            return 0;
        }
    }
    return stride > 0 ? (int32_t)stride : 0;
}

static int32_t copied(group_builder *b, int32_t npu, const gw_chakra_trace *t,
                      const gw_chakra_spec *s, const gw_chakra_group *g) {
    int32_t n_npus = b->plan->n_npus, n_traces = b->plan->n_traces, highest = 0;
    for (int32_t i = 0; i < g->n; i++) {
        highest = g->rank[i] > highest ? g->rank[i] : highest;
    }
    if (highest < n_traces) {
        for (int32_t i = 0; i < g->n; i++) {
            b->scratch[i] = g->rank[i] + npu / n_traces * n_traces;
        }
        return g->n;
    }
    int64_t stride = stride_of(g), tile = stride * g->n;
    if (stride == 0 || n_npus % tile != 0) {
        say_group(b, t, s,
                  "ranks first, first + stride, ... with the number of NPUs a multiple of stride x "
                  "ranks; or give a trace of every NPU",
                  "its group reaches past the traced ranks, and copies of it do not tile the NPUs");
        return 0;
    }
    for (int32_t k = 0; k < g->n; k++) {
        b->scratch[k] = (int32_t)(npu / tile * tile + npu % stride + k * stride);
    }
    return g->n;
}

static int32_t by_name(group_builder *b, int32_t npu, const gw_chakra_trace *t,
                       const gw_chakra_spec *s) {
    const gw_chakra_group *g = defined(b->plan, t, s->group);
    if (g == NULL && (s->group[0] == 0 || strcmp(s->group, "0") == 0)) {
        return all_npus(b);
    }
    if (g == NULL) {
        say_group(b, t, s, "give the groups with --groups FILE.json: {\"1\": [0, 1], ...}",
                  gw_arena_printf(b->arena, "its group `%s` is not known", s->group));
        return 0;
    }
    if (g->n == 0) {
        return all_npus(b);
    }
    if (g->n > b->plan->n_npus) {
        say_group(b, t, s, NULL, "its group has more ranks than there are NPUs");
        return 0;
    }
    if (b->plan->n_npus > b->plan->n_traces) {
        return copied(b, npu, t, s, g);
    }
    memcpy(b->scratch, g->rank, (size_t)g->n * sizeof *g->rank);
    return g->n;
}

/* -1: said why not. */
static int32_t group_of(group_builder *b, int32_t npu, const gw_chakra_trace *t,
                        const gw_chakra_spec *s) {
    bool by_its_dims = s->dims != 0;
    int32_t n = by_its_dims ? by_dims(b, npu, t, s) : by_name(b, npu, t, s);
    bool member = false, known = true;
    for (int32_t i = 0; i < n; i++) {
        member = member || b->scratch[i] == npu;
        known = known && b->scratch[i] < b->plan->n_npus;
    }
    if (n > 0 && !known) {
        say_group(b, t, s, "as many traces as ranks, or --npus N",
                  "its group has ranks beyond the NPUs");
        return -1;
    }
    if (n > 0 && !member) {
        say_group(b, t, s, NULL,
                  gw_arena_printf(b->arena, "rank %d is not in the group `%s` of this collective",
                                  npu, s->group));
        return -1;
    }
    if (n == 0) {
        return -1;
    }
    const char *name = s->group;
    if (by_its_dims) {
        name = gw_arena_printf(b->arena, "dimensions %#x", s->dims & ~GW_CHAKRA_SOME_DIMS);
    }
    return intern(b, name, s->dims, b->scratch, n);
}

/* Collectives without a name over all NPUs are one group for all: not compared rank by rank. */
static void assign(group_builder *b) {
    gw_chakra_plan *p = b->plan;
    int32_t all = -1;
    for (int32_t npu = 0; npu < p->n_npus; npu++) {
        const gw_chakra_trace *t = gw_chakra_trace_of(p, npu);
        p->group_of[npu] = GW_NEW_N(b->arena, t->n_specs > 0 ? t->n_specs : 1, int32_t);
        for (int s = 0; s < t->n_specs; s++) {
            const gw_chakra_spec *spec = &t->spec[s];
            bool plain = spec->group[0] == 0 && spec->dims == 0 && defined(p, t, "") == NULL;
            int32_t g = plain && all >= 0 ? all : group_of(b, npu, t, spec);
            all = plain ? g : all;
            p->group_of[npu][s] = g;
        }
    }
}

/* ------------------------------------------------------------------ do all take part? */

/* Specs of an NPU's trace that mean this group; -1: none. Two names for one group are two groups. */
static int spec_of(const gw_chakra_plan *p, int32_t npu, int32_t group) {
    int n = gw_chakra_trace_of(p, npu)->n_specs;
    for (int s = 0; s < n; s++) {
        if (p->group_of[npu][s] == group) {
            return s;
        }
    }
    return -1;
}

static void compare_lists(group_builder *b, const gw_chakra_comm_group *g,
                          const gw_chakra_trace *ta, const gw_chakra_spec *a,
                          const gw_chakra_trace *tb, const gw_chakra_spec *c) {
    int32_t shared = a->n < c->n ? a->n : c->n;
    for (int32_t k = 0; k < shared && b->n_said < SAID_MAX; k++) {
        const gw_chakra_node *x = &ta->node[a->node[k]], *y = &tb->node[c->node[k]];
        bool same_size = x->comm_B == y->comm_B || x->comm == GW_CHAKRA_BARRIER;
        if (x->comm != y->comm || !same_size) {
            b->n_said++;
            gw_chakra_complain(
                b->diags, GW_E_MODEL, tb, c->node[k],
                "collectives of a group are the same, in the same order, for every rank",
                "collective %d of group `%s` is %s of %.17g bytes here, and %s of "
                "%.17g in %s (node %llu)",
                k, g->name, gw_chakra_comm_name(y->comm), y->comm_B, gw_chakra_comm_name(x->comm),
                x->comm_B, ta->file, (unsigned long long)x->id);
            return;
        }
    }
    if (a->n != c->n && b->n_said++ < SAID_MAX) {
        const gw_chakra_trace *more = a->n > c->n ? ta : tb;
        const gw_chakra_spec *list = a->n > c->n ? a : c;
        gw_chakra_complain(b->diags, GW_E_MODEL, more, list->node[shared],
                           "every rank of a group takes part in each of its collectives",
                           "%s misses this collective: it has %d of group `%s`, not %d",
                           (a->n > c->n ? tb : ta)->file, shared, g->name, list->n);
    }
}

static void check_group(group_builder *b, int32_t i) {
    const gw_chakra_plan *p = b->plan;
    const gw_chakra_comm_group *g = &p->group[i];
    const gw_chakra_trace *first = NULL;
    const gw_chakra_spec *list = NULL;
    for (int32_t k = 0; k < g->n; k++) { /* some member has it: the group came from there */
        int s = spec_of(p, g->rank[k], i);
        if (s >= 0) {
            first = gw_chakra_trace_of(p, g->rank[k]);
            list = &first->spec[s];
            break;
        }
    }
    for (int32_t k = 0; k < g->n && list != NULL && b->n_said < SAID_MAX; k++) {
        const gw_chakra_trace *t = gw_chakra_trace_of(p, g->rank[k]);
        int s = spec_of(p, g->rank[k], i);
        if (s < 0) {
            b->n_said++;
            gw_chakra_complain(b->diags, GW_E_MODEL, first, list->node[0],
                               "every rank of a group takes part in each of its collectives",
                               "rank %d (%s) misses this collective of group `%s`", g->rank[k],
                               t->file, g->name);
        } else if (&t->spec[s] != list) {
            compare_lists(b, g, first, list, t, &t->spec[s]);
        }
    }
    if (list != NULL) {
        p->group[i].first_op = b->plan->n_ops;
        p->group[i].n_ops = list->n;
        b->plan->n_ops += list->n;
    }
}

void gw_chakra_plan_groups(gw_chakra_plan *plan, gw_arena *arena, gw_diags *diags) {
    group_builder b = {.plan = plan, .arena = arena, .diags = diags};
    b.scratch = GW_NEW_N(arena, plan->n_npus, int32_t);
    plan->group_of = GW_NEW_N(arena, plan->n_npus, int32_t *);
    assign(&b);
    for (int32_t i = 0; i < plan->n_groups && b.n_said < SAID_MAX; i++) {
        check_group(&b, i);
    }
    if (b.n_said > SAID_MAX) {
        gw_diag_add(diags, GW_E_MODEL, GW_ERROR, (gw_loc){.file = NULL}, NULL, NULL,
                    "and %d more of these", b.n_said - SAID_MAX);
    }
}
