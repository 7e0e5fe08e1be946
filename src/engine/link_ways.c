/* engine/link_ways.c: shortest ways through a network that is a list of links.
 * In: a gw_net, pairs of nodes.   Out: links of their ways.
 * Model: breadth first from a source, level by level. Nodes of a level stand in the order of their
 *   ways (compared link by link), so the first of equal offers is the right one. A node that hangs on
 *   one other node carries nobody else's traffic: it is left out of the search, and sources that hang
 *   on the same node share one. Cost: links between the others, once for each of their sources.
 * Valid: latencies compared as sums in the order of the way from the node that is searched from. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/link_table.h"

struct gw_link_ways {
    const gw_net *net;
    int64_t *at; /* [n_nodes + 1] links of the inner network by `from` */
    int32_t *out;
    int32_t *hub;  /* [n_nodes] the only neighbour, -1: several or none */
    int32_t *up;   /* [n_nodes] of a hanging node: best link to its hub, -1 none */
    int32_t *down; /* and back */
    int32_t *level, *via,
        *place; /* [n_nodes] of the search: -1 not reached; link; order in queue */
    double *latency_s;
    int32_t *queue; /* [n_nodes] nodes reached */
    int32_t n_queue;
    int32_t *wanted; /* [n_nodes] stamp: a target of this search */
};

static void *need(size_t n, size_t size) {
    void *memory = calloc(n == 0 ? 1 : n, size);
    if (memory == NULL) {
        gw_out_of_memory(n * size);
    }
    return memory;
}

/* ------------------------------------------------------------------ what hangs on one node */

static void see_neighbour(int32_t *hub, int32_t node, int32_t other) {
    enum { UNSEEN = -2 };
    if (hub[node] == UNSEEN) {
        hub[node] = other;
    } else if (hub[node] != other) {
        hub[node] = -1;
    }
}

static bool is_better(const gw_net *net, int32_t link, int32_t than) {
    return than < 0 || net->latency_s[link] < net->latency_s[than];
}

static void find_hanging(gw_link_ways *w) {
    const gw_net *net = w->net;
    for (int32_t v = 0; v < net->n_nodes; v++) {
        w->hub[v] = -2;
        w->up[v] = w->down[v] = -1;
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        see_neighbour(w->hub, net->from[l], net->to[l]);
        see_neighbour(w->hub, net->to[l], net->from[l]);
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        int32_t from = net->from[l], to = net->to[l];
        if (w->hub[from] >= 0 && is_better(net, l, w->up[from])) {
            w->up[from] = l;
        }
        if (w->hub[to] >= 0 && is_better(net, l, w->down[to])) {
            w->down[to] = l;
        }
    }
}

/* Links between nodes that do not hang, by their first node, in the order of the table. */
static void index_inner(gw_link_ways *w) {
    const gw_net *net = w->net;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t l = 0; l < net->n_links; l++) {
            int32_t from = net->from[l];
            if (w->hub[from] >= 0 || w->hub[net->to[l]] >= 0) {
                continue;
            }
            if (pass == 0) {
                w->at[from + 1]++;
            } else {
                w->out[w->at[from]++] = l;
            }
        }
        for (int32_t v = 0; pass == 0 && v < net->n_nodes; v++) {
            w->at[v + 1] += w->at[v];
        }
    }
    memmove(w->at + 1, w->at, (size_t)net->n_nodes * sizeof *w->at);
    w->at[0] = 0;
}

gw_link_ways *gw_link_ways_create(const gw_net *net) {
    size_t n = (size_t)net->n_nodes;
    gw_link_ways *w = need(1, sizeof *w);
    *w = (gw_link_ways){.net = net,
                        .at = need(n + 2, sizeof *w->at),
                        .out = need((size_t)net->n_links, sizeof *w->out),
                        .hub = need(n, sizeof *w->hub),
                        .up = need(n, sizeof *w->up),
                        .down = need(n, sizeof *w->down),
                        .level = need(n, sizeof *w->level),
                        .via = need(n, sizeof *w->via),
                        .place = need(n, sizeof *w->place),
                        .latency_s = need(n, sizeof *w->latency_s),
                        .queue = need(n, sizeof *w->queue),
                        .wanted = need(n, sizeof *w->wanted)};
    memset(w->level, -1, n * sizeof *w->level);
    find_hanging(w);
    index_inner(w);
    return w;
}

void gw_link_ways_free(gw_link_ways *w) {
    if (w == NULL) {
        return;
    }
    void *parts[] = {w->at,  w->out,   w->hub,       w->up,    w->down,   w->level,
                     w->via, w->place, w->latency_s, w->queue, w->wanted, w};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        free(parts[i]);
    }
}

/* ------------------------------------------------------------------ one search */

/* Offers node `to` the way over `link`; true: it displaced an earlier offer. */
static bool offer(gw_link_ways *w, int32_t level, int32_t link) {
    int32_t from = w->net->from[link], to = w->net->to[link];
    double latency_s = w->latency_s[from] + w->net->latency_s[link];
    if (w->level[to] < 0) {
        w->level[to] = level;
        w->place[to] = w->n_queue;
        w->queue[w->n_queue++] = to;
    } else if (w->level[to] != level || !(latency_s < w->latency_s[to])) {
        return false;
    } else {
        w->via[to] = link;
        w->latency_s[to] = latency_s;
        return true;
    }
    w->via[to] = link;
    w->latency_s[to] = latency_s;
    return false;
}

typedef struct ordered {
    uint64_t key;
    int32_t node;
} ordered;

static int compare_keys(const void *a, const void *b) {
    uint64_t x = ((const ordered *)a)->key, y = ((const ordered *)b)->key;
    return (x > y) - (x < y);
}

/* Puts the level that was just found into the order of its ways. */
static void order_level(gw_link_ways *w, int32_t begin) {
    size_t n = (size_t)(w->n_queue - begin);
    ordered *all = need(n, sizeof *all);
    for (size_t i = 0; i < n; i++) {
        int32_t v = w->queue[begin + (int32_t)i];
        all[i].node = v;
        all[i].key = (uint64_t)w->place[w->net->from[w->via[v]]] << 32 | (uint32_t)w->via[v];
    }
    qsort(all, n, sizeof *all, compare_keys);
    for (size_t i = 0; i < n; i++) {
        w->queue[begin + (int32_t)i] = all[i].node;
        w->place[all[i].node] = begin + (int32_t)i;
    }
    free(all);
}

static void forget(gw_link_ways *w) {
    for (int32_t i = 0; i < w->n_queue; i++) {
        w->level[w->queue[i]] = -1;
    }
    w->n_queue = 0;
}

/* From root until the `n_wanted` targets stamped with root are reached. */
static void search(gw_link_ways *w, int32_t root, int32_t n_wanted) {
    forget(w);
    w->level[root] = 0;
    w->via[root] = -1;
    w->place[root] = 0;
    w->latency_s[root] = 0.0;
    w->queue[w->n_queue++] = root;
    n_wanted -= w->wanted[root] == root + 1;
    for (int32_t begin = 0, end = 1, level = 1; begin < end && n_wanted > 0; level++) {
        bool displaced = false;
        for (int32_t i = begin; i < end; i++) {
            int32_t v = w->queue[i];
            for (int64_t k = w->at[v]; k < w->at[v + 1]; k++) {
                displaced |= offer(w, level, w->out[k]);
            }
        }
        begin = end;
        end = w->n_queue;
        if (displaced) {
            order_level(w, begin);
        }
        for (int32_t i = begin; i < end; i++) {
            n_wanted -= w->wanted[w->queue[i]] == root + 1;
        }
    }
}

/* ------------------------------------------------------------------ ways of pairs */

typedef struct pool {
    int32_t *link;
    int64_t n, cap;
} pool;

static void pool_add(pool *p, int32_t link) {
    if (p->n == p->cap) {
        p->cap = p->cap == 0 ? 1024 : 2 * p->cap;
        p->link = realloc(p->link, (size_t)p->cap * sizeof *p->link);
        if (p->link == NULL) {
            gw_out_of_memory((size_t)p->cap * sizeof *p->link);
        }
    }
    p->link[p->n++] = link;
}

/* Links from the root of the search to an inner node, in their order. */
static void add_inner(const gw_link_ways *w, int32_t to, pool *p) {
    int64_t first = p->n;
    for (int32_t v = to; w->via[v] >= 0; v = w->net->from[w->via[v]]) {
        pool_add(p, w->via[v]);
    }
    for (int64_t a = first, b = p->n - 1; a < b; a++, b--) {
        int32_t swap = p->link[a];
        p->link[a] = p->link[b];
        p->link[b] = swap;
    }
}

/* The node where a pair's search begins or ends: itself, or what it hangs on. */
static int32_t inner_of(const gw_link_ways *w, int32_t node) {
    return w->hub[node] >= 0 ? w->hub[node] : node;
}

/* Two nodes of which one hangs on the other: a single link. */
static bool is_next_door(const gw_link_ways *w, int32_t src, int32_t dst) {
    return w->hub[src] == dst || w->hub[dst] == src;
}

/* The way of one pair after its search; nothing is added if there is none. */
static void add_way(const gw_link_ways *w, int32_t src, int32_t dst, pool *p) {
    int32_t first = w->hub[src] >= 0 ? w->up[src] : -1;
    int32_t last = w->hub[dst] >= 0 ? w->down[dst] : -1;
    if (is_next_door(w, src, dst)) {
        int32_t only = w->hub[src] == dst ? first : last;
        if (only >= 0) {
            pool_add(p, only);
        }
        return;
    }
    bool cut = (w->hub[src] >= 0 && first < 0) || (w->hub[dst] >= 0 && last < 0);
    if (cut || w->level[inner_of(w, dst)] < 0) {
        return;
    }
    if (first >= 0) {
        pool_add(p, first);
    }
    add_inner(w, inner_of(w, dst), p);
    if (last >= 0) {
        pool_add(p, last);
    }
}

static int32_t want(gw_link_ways *w, int32_t root, int32_t target) {
    bool is_new = w->wanted[target] != root + 1;
    w->wanted[target] = root + 1;
    return is_new;
}

/* Questions by root, in their order within a root. */
static int32_t *by_root(const gw_link_ways *w, int64_t n, const int32_t *src, int64_t *begin) {
    int32_t *order = need((size_t)n, sizeof *order);
    for (int64_t i = 0; i < n; i++) {
        begin[inner_of(w, src[i]) + 1]++;
    }
    for (int32_t v = 0; v < w->net->n_nodes; v++) {
        begin[v + 1] += begin[v];
    }
    for (int64_t i = 0; i < n; i++) {
        order[begin[inner_of(w, src[i])]++] = (int32_t)i;
    }
    memmove(begin + 1, begin, (size_t)w->net->n_nodes * sizeof *begin);
    begin[0] = 0;
    return order;
}

/* From the order of the searches to that of the questions. */
static void sort_out(int64_t n, const int64_t *from, const int64_t *at, const int32_t *link,
                     int32_t *out) {
    for (int64_t i = 0; i < n; i++) {
        if (link != NULL && at[i + 1] > at[i]) {
            memcpy(out + at[i], link + from[i], (size_t)(at[i + 1] - at[i]) * sizeof *out);
        }
    }
}

void gw_link_ways_find(gw_link_ways *w, int64_t n, const int32_t *src, const int32_t *dst,
                       int64_t *at, int32_t **link) {
    int64_t *begin = need((size_t)w->net->n_nodes + 2, sizeof *begin);
    int64_t *from = need((size_t)n, sizeof *from);
    int32_t *order = by_root(w, n, src, begin);
    pool p = {0};
    memset(w->wanted, 0, (size_t)w->net->n_nodes * sizeof *w->wanted);
    for (int32_t root = 0; root < w->net->n_nodes; root++) {
        int32_t n_wanted = 0;
        for (int64_t k = begin[root]; k < begin[root + 1]; k++) {
            int32_t i = order[k];
            n_wanted += is_next_door(w, src[i], dst[i]) ? 0 : want(w, root, inner_of(w, dst[i]));
        }
        if (n_wanted > 0) {
            search(w, root, n_wanted);
        }
        for (int64_t k = begin[root]; k < begin[root + 1]; k++) {
            int32_t i = order[k];
            from[i] = p.n;
            add_way(w, src[i], dst[i], &p);
            at[i + 1] = p.n - from[i];
        }
    }
    at[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        at[i + 1] += at[i];
    }
    *link = need((size_t)p.n, sizeof **link);
    sort_out(n, from, at, p.link, *link);
    free(p.link);
    free(begin);
    free(from);
    free(order);
}
