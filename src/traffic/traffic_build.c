/* traffic_build.c: lists of sends and phases, and how the ranks of groups lie in scale-up domains.
 *
 * In:  network, what is asked. Out: gw_traffic under construction, gw_shape.
 * Model: host h is in domain h / plan.domain. Ranks of equal place in their domains share a rail
 *        where groups take the same hosts of every domain.
 * Valid: any ranks; `even` only where all groups have equally many ranks in equally many domains.
 * Derivation: counting only.
 */
#include "traffic/traffic_build.h"

#include <stdlib.h>
#include <string.h>

int32_t gw_host_domain(const gw_net *net, int32_t host) {
    return net->plan.domain > 1 ? host / net->plan.domain : host;
}

bool gw_build_reserve(gw_build *b, double n) {
    double wanted = (double)b->out->n_sends + n;
    if (!(wanted <= (double)GW_TRAFFIC_SENDS_MAX)) {
        b->problem = gw_arena_printf(b->arena, "it takes %.3g sends; the most is %.3g", wanted,
                                     (double)GW_TRAFFIC_SENDS_MAX);
        return false;
    }
    if (wanted > (double)b->room) {
        /* Lists that grow more than once grow by half, so that copies do not pile up. */
        int64_t more = b->room + b->room / 2;
        int64_t room = (double)more > wanted ? more : (int64_t)wanted;
        gw_send *grown = GW_NEW_N(b->arena, room, gw_send);
        if (b->out->n_sends > 0) {
            memcpy(grown, b->out->send, (size_t)b->out->n_sends * sizeof *grown);
        }
        b->out->send = grown;
        b->room = room;
    }
    return true;
}

static gw_traffic_phase *new_phase(gw_build *b) {
    gw_traffic *t = b->out;
    if (t->n_phases == b->phase_room) {
        int room = b->phase_room == 0 ? 8 : 2 * b->phase_room;
        gw_traffic_phase *grown = GW_NEW_N(b->arena, room, gw_traffic_phase);
        if (t->n_phases > 0) {
            memcpy(grown, t->phase, (size_t)t->n_phases * sizeof *grown);
        }
        t->phase = grown;
        b->phase_room = room;
    }
    return &t->phase[t->n_phases++];
}

void gw_build_phase(gw_build *b, const char *name, int64_t repeat, int depth) {
    gw_traffic_phase *phase = new_phase(b);
    *phase = (gw_traffic_phase){
        .name = name, .first = b->out->n_sends, .repeat = repeat, .depth = depth};
}

void gw_build_again(gw_build *b, int phase, const char *name) {
    gw_traffic_phase *copy = new_phase(b);
    *copy = b->out->phase[phase];
    copy->name = name;
}

static void push(gw_build *b, gw_send send) {
    b->out->send[b->out->n_sends++] = send;
    b->out->phase[b->out->n_phases - 1].n++;
}

void gw_build_send(gw_build *b, int32_t src, int32_t dst, double bytes) {
    if (src == dst) {
        return;
    }
    int qp = b->queue_pairs;
    if (qp <= 1 || gw_host_domain(b->net, src) == gw_host_domain(b->net, dst)) {
        push(b, (gw_send){.src = src, .dst = dst, .bytes = bytes});
        return;
    }
    for (int k = 0; k < qp; k++) {
        push(b, (gw_send){.src = src, .dst = dst, .bytes = bytes / qp, .entropy = (uint32_t)k});
    }
}

void gw_build_link(gw_build *b, int32_t tree, int32_t link, double bytes) {
    push(b, (gw_send){.src = tree, .dst = link, .bytes = bytes});
}

/* ------------------------------------------------------------------ ranks in domains */

typedef struct gw_member {
    int32_t domain, host, position;
    int32_t met; /* position of the first member of its domain */
} gw_member;

static int by_domain(const void *a, const void *b) {
    const gw_member *x = a, *y = b;
    return x->domain != y->domain ? (x->domain < y->domain ? -1 : 1)
                                  : (x->position > y->position) - (x->position < y->position);
}

static int by_place(const void *a, const void *b) {
    const gw_member *x = a, *y = b;
    return x->met != y->met ? (x->met < y->met ? -1 : 1)
                            : (x->host > y->host) - (x->host < y->host);
}

/** qsort, but for what is in order already, as most groups are. */
static void sort_members(gw_member *m, int32_t n, int (*compare)(const void *, const void *)) {
    int32_t i = 1;
    while (i < n && compare(&m[i - 1], &m[i]) <= 0) {
        i++;
    }
    if (i < n) {
        qsort(m, (size_t)n, sizeof *m, compare);
    }
}

/** Members of one group by domain as met, then by host. Returns the size of the domains if it is the
 * same for all, else 0. */
static int32_t sort_group(const gw_net *net, const int32_t *rank, int32_t n, gw_member *m) {
    for (int32_t i = 0; i < n; i++) {
        m[i] = (gw_member){gw_host_domain(net, rank[i]), rank[i], i, 0};
    }
    sort_members(m, n, by_domain);
    int32_t size = 0, first = 0;
    bool even = true;
    for (int32_t i = 1; i <= n; i++) {
        if (i < n && m[i].domain == m[first].domain) {
            continue;
        }
        for (int32_t k = first; k < i; k++) {
            m[k].met = m[first].position;
        }
        even = even && (size == 0 || size == i - first);
        size = i - first;
        first = i;
    }
    sort_members(m, n, by_place);
    return even ? size : 0;
}

gw_shape gw_shape_of(const gw_net *net, const gw_collective_ask *ask, gw_arena *arena) {
    gw_shape shape = {.n_groups = ask->n_groups};
    int64_t all = (int64_t)ask->n * ask->n_groups;
    int32_t *host = GW_NEW_N(arena, all, int32_t);
    gw_member *members = GW_NEW_N(arena, ask->n, gw_member);
    for (int32_t t = 0; t < ask->n_groups; t++) {
        int32_t g = sort_group(net, ask->rank + (int64_t)t * ask->n, ask->n, members);
        if (g == 0 || (t > 0 && g != shape.g)) {
            return (gw_shape){.n_groups = ask->n_groups};
        }
        shape.g = g;
        for (int32_t i = 0; i < ask->n; i++) {
            host[(int64_t)t * ask->n + i] = members[i].host;
        }
    }
    if (shape.g < 1) {
        return (gw_shape){0}; /* no group at all */
    }
    shape.d = ask->n / shape.g;
    shape.even = true;
    shape.host = host;
    return shape;
}

gw_teams gw_teams_inside(const gw_shape *shape) {
    return (gw_teams){shape->g, shape->d * shape->n_groups, shape->host};
}

gw_teams gw_teams_across(const gw_shape *shape, gw_arena *arena) {
    int32_t g = shape->g, d = shape->d;
    int64_t n = (int64_t)g * d;
    int32_t *rank = GW_NEW_N(arena, n * shape->n_groups, int32_t);
    for (int32_t t = 0; t < shape->n_groups; t++) {
        for (int32_t j = 0; j < g; j++) {
            for (int32_t i = 0; i < d; i++) {
                rank[t * n + (int64_t)j * d + i] = shape->host[t * n + (int64_t)i * g + j];
            }
        }
    }
    return (gw_teams){d, g * shape->n_groups, rank};
}
