/* chakra/chakra_link.c: the nodes of one trace tied together: by id, with what comes before and after.
 *
 * In:  nodes as they stand in the file, ids of their dependencies. Out: indices instead of ids, lists
 *      of children, the collectives of each group in order of id; or: ids that repeat or do not
 *      exist, circles.
 * Model: a graph without circles; Kahn's count finds what cannot be reached.
 * Valid: below 2^31 nodes.
 * Sources: A. B. Kahn, "Topological sorting of large networks", CACM 5 (1962). */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "chakra/chakra_parts.h"

/* Problems of one sort that are said one by one; the rest is counted. */
#define SAID_MAX 20

void gw_chakra_complain(gw_diags *diags, gw_code code, const gw_chakra_trace *trace, int32_t node,
                        const char *hint, const char *fmt, ...) {
    gw_buf text = {0};
    char said[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(said, sizeof said, fmt, args);
    va_end(args);
    const gw_chakra_node *n = &trace->node[node];
    gw_buf_printf(&text, "node %llu `%s` at byte %lld: %s", (unsigned long long)n->id, n->name,
                  (long long)n->byte, said);
    gw_diag_add(diags, code, GW_ERROR, (gw_loc){.file = trace->file}, NULL, hint, "%s", text.text);
    gw_buf_clear(&text);
}

static int by_id(const void *a, const void *b) {
    const gw_chakra_node *x = a, *y = b;
    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    return x->byte < y->byte ? -1 : x->byte > y->byte;
}

static int32_t find(const gw_chakra_trace *t, uint64_t id) {
    int32_t low = 0, high = t->n - 1;
    while (low <= high) {
        int32_t middle = low + (high - low) / 2;
        if (t->node[middle].id == id) {
            return middle;
        }
        if (t->node[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    return -1;
}

static void sort_nodes(gw_chakra_trace *t, gw_diags *diags) {
    bool sorted = true;
    for (int32_t i = 1; i < t->n && sorted; i++) {
        sorted = t->node[i - 1].id < t->node[i].id;
    }
    if (!sorted) {
        qsort(t->node, (size_t)t->n, sizeof *t->node, by_id);
    }
    int n_said = 0;
    for (int32_t i = 1; i < t->n && n_said < SAID_MAX; i++) {
        if (t->node[i - 1].id == t->node[i].id) {
            n_said++;
            gw_chakra_complain(diags, GW_E_KEY, t, i, "ids of a trace are distinct",
                               "another node has this id, at byte %lld",
                               (long long)t->node[i - 1].byte);
        }
    }
}

/* A dependency that stands twice (as control and as data) is waited for, and met, twice. */
static int32_t keep_deps(gw_chakra_trace *t, int32_t i, const uint64_t *dep_id, int64_t to,
                         int *n_said, gw_diags *diags) {
    gw_chakra_node *node = &t->node[i];
    int32_t kept = 0;
    for (int32_t k = 0; k < node->n_deps; k++) {
        int32_t dep = find(t, dep_id[node->dep + k]);
        if (dep >= 0) {
            t->dep[to + kept++] = dep;
        } else if ((*n_said)++ < SAID_MAX) {
            gw_chakra_complain(diags, GW_E_REF, t, i, "a trace that was cut out of a longer one?",
                               "it depends on node %llu, which is not in the file",
                               (unsigned long long)dep_id[node->dep + k]);
        }
    }
    return kept;
}

static void resolve_deps(gw_chakra_trace *t, const uint64_t *dep_id, gw_arena *arena,
                         gw_diags *diags) {
    int64_t n = 0;
    int n_said = 0;
    for (int32_t i = 0; i < t->n; i++) {
        n += t->node[i].n_deps;
    }
    t->dep = GW_NEW_N(arena, n > 0 ? n : 1, int32_t);
    int64_t to = 0;
    for (int32_t i = 0; i < t->n; i++) {
        int32_t kept = keep_deps(t, i, dep_id, to, &n_said, diags);
        t->node[i].dep = to;
        t->node[i].n_deps = kept;
        to += kept;
    }
}

static void list_children(gw_chakra_trace *t, gw_arena *arena) {
    t->child_at = GW_NEW_N(arena, t->n + 1, int64_t);
    for (int32_t i = 0; i < t->n; i++) {
        for (int32_t k = 0; k < t->node[i].n_deps; k++) {
            t->child_at[t->dep[t->node[i].dep + k] + 1]++;
        }
    }
    for (int32_t i = 0; i < t->n; i++) {
        t->child_at[i + 1] += t->child_at[i];
    }
    t->child = GW_NEW_N(arena, t->child_at[t->n] > 0 ? t->child_at[t->n] : 1, int32_t);
    int64_t *to = GW_NEW_N(arena, t->n + 1, int64_t);
    memcpy(to, t->child_at, (size_t)t->n * sizeof *to);
    for (int32_t i = 0; i < t->n; i++) {
        for (int32_t k = 0; k < t->node[i].n_deps; k++) {
            t->child[to[t->dep[t->node[i].dep + k]]++] = i;
        }
    }
}

/* Walks back over dependencies that are not done: after as many steps as there are nodes the walk is
 * on the circle itself. */
static int32_t on_circle(const gw_chakra_trace *t, const int32_t *waits) {
    int32_t at = 0;
    while (at < t->n && waits[at] == 0) {
        at++;
    }
    for (int32_t step = 0; step < t->n; step++) {
        for (int32_t k = 0; k < t->node[at].n_deps; k++) {
            int32_t dep = t->dep[t->node[at].dep + k];
            if (waits[dep] > 0) {
                at = dep;
                break;
            }
        }
    }
    return at;
}

static void find_circles(const gw_chakra_trace *t, gw_arena *arena, gw_diags *diags) {
    int32_t *waits = GW_NEW_N(arena, t->n, int32_t);
    int32_t *queue = GW_NEW_N(arena, t->n, int32_t);
    int32_t n_queue = 0;
    for (int32_t i = 0; i < t->n; i++) {
        waits[i] = t->node[i].n_deps;
        if (waits[i] == 0) {
            queue[n_queue++] = i;
        }
    }
    for (int32_t done = 0; done < n_queue; done++) {
        int32_t i = queue[done];
        for (int64_t k = t->child_at[i]; k < t->child_at[i + 1]; k++) {
            if (--waits[t->child[k]] == 0) {
                queue[n_queue++] = t->child[k];
            }
        }
    }
    if (n_queue < t->n) {
        gw_chakra_complain(
            diags, GW_E_MODEL, t, on_circle(t, waits), "dependencies must not go round in a circle",
            "it depends on itself, over other nodes; %d nodes can never begin", t->n - n_queue);
    }
}

static void list_collectives(gw_chakra_trace *t, gw_arena *arena) {
    for (int32_t i = 0; i < t->n; i++) {
        if (t->node[i].spec >= 0) {
            t->node[i].order = t->spec[t->node[i].spec].n++;
        }
    }
    for (int s = 0; s < t->n_specs; s++) {
        t->spec[s].node = GW_NEW_N(arena, t->spec[s].n, int32_t);
    }
    for (int32_t i = 0; i < t->n; i++) {
        if (t->node[i].spec >= 0) {
            t->spec[t->node[i].spec].node[t->node[i].order] = i;
        }
    }
}

/* What a node must say to be replayed. */
static void check_node(const gw_chakra_trace *t, int32_t i, gw_diags *diags) {
    const gw_chakra_node *n = &t->node[i];
    bool is_p2p = n->type == GW_CHAKRA_SEND || n->type == GW_CHAKRA_RECV;
    if ((is_p2p || n->type == GW_CHAKRA_COLL) && !(n->comm_B >= 0.0) &&
        !(n->type == GW_CHAKRA_COLL && n->comm == GW_CHAKRA_BARRIER)) {
        gw_chakra_complain(diags, GW_E_KEY, t, i, "in bytes, as a number", "no `comm_size`");
    }
    if (n->type == GW_CHAKRA_COLL && (n->comm < 0 || n->comm >= GW_CHAKRA_COMMS)) {
        gw_chakra_complain(diags, GW_E_KEY, t, i, "0 ALL_REDUCE .. 9 BARRIER",
                           n->comm < 0 ? "no `comm_type`" : "`comm_type` %d is unknown", n->comm);
    }
    if (n->type == GW_CHAKRA_SEND && n->dst < 0) {
        gw_chakra_complain(diags, GW_E_KEY, t, i, "the rank that it goes to", "no `comm_dst`");
    }
    if (n->type == GW_CHAKRA_RECV && n->src < 0) {
        gw_chakra_complain(diags, GW_E_KEY, t, i, "the rank that it comes from", "no `comm_src`");
    }
}

void gw_chakra_link(gw_chakra_trace *t, const uint64_t *dep_id, gw_arena *arena, gw_diags *diags) {
    size_t n_before = gw_diags_n_errors(diags);
    sort_nodes(t, diags);
    for (int32_t i = 0; i < t->n && gw_diags_n_errors(diags) < n_before + 4 * SAID_MAX; i++) {
        check_node(t, i, diags);
    }
    resolve_deps(t, dep_id, arena, diags);
    list_children(t, arena);
    list_collectives(t, arena);
    if (gw_diags_n_errors(diags) == n_before) {
        find_circles(t, arena, diags);
    }
}
