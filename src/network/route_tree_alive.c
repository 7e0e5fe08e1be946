/* route_tree_alive.c: ways through damaged folded Clos networks: over links that are alive.
 *
 * In:  a trip between two NICs in one plane.
 * Out: its links, or that there is none among the shortest.
 *
 * Model. As in route_tree.c, but a choice that leads to a dead end is not made: as after routing has
 * converged, a switch knows which of its cables lead on. ecmp hashes again until the choice leads
 * on, which is an even choice among those that do; d_mod_k takes the next number, spray only asks
 * whether there is a way. Ways up are tried one after another; below the top there is one switch a
 * level, so a top is no dead end if each of these steps has a living cable.
 *
 * Valid: shortest ways up and down. Ways that go down and up again are left to route_graph.c.
 * Derivation: search with return over at most 6 levels.
 */
#include "network/route_tree.h"

typedef struct search {
    const gw_tree_trip *x;
    bool from_src; /* else from the destination upwards, over links that lead down */
    int32_t link[GW_NET_LEVELS];
    int32_t down[GW_NET_LEVELS];
    int32_t top_copy;
} search;

static bool is_alive(const gw_tree_trip *x, int32_t link) {
    return x->net->capacity_Bps[link] > 0;
}

/** The `nth` choice of a switch among n. The first n of ecmp may repeat; then all come in turn. */
static int32_t choose(const gw_tree_trip *x, int32_t node, int32_t position, int32_t nth,
                      int32_t n) {
    switch (x->how->kind) {
    case GW_ROUTING_D_MOD_K:
        return (position + nth) % n;
    case GW_ROUTING_SPRAY:
        return nth % n;
    default:
        return nth < n ? gw_net_pick(x->hash + (uint64_t)nth, (uint32_t)node, n) : nth - n;
    }
}

static int32_t n_choices(const gw_tree_trip *x, int32_t n) {
    bool again = x->how->kind != GW_ROUTING_D_MOD_K && x->how->kind != GW_ROUTING_SPRAY;
    return again && n > 1 ? 2 * n : n;
}

/** A living one of parallel cables downwards, by hash; -1: none. */
static int32_t living_parallel(const gw_tree_trip *x, int32_t first_link, int32_t node, int32_t n) {
    for (int32_t k = 0; k < n_choices(x, n); k++) {
        int32_t link = first_link + 2 * choose(x, node, x->a.port, k, n);
        if (is_alive(x, link)) {
            return link;
        }
    }
    return -1;
}

/** Way down from a top of the trip; it must be whole. */
static bool leads_down(search *s, int32_t copy) {
    const gw_tree_trip *x = s->x;
    const gw_tree *t = x->tree;
    for (int level = x->top - 1; level >= 0; level--) {
        int32_t low = copy % t->copies[level], q = copy / t->copies[level];
        int32_t first = gw_tree_end_cable(x, false, level, low) + q * t->parallel[level];
        int32_t node = gw_tree_end_node(x, false, level + 1, copy);
        s->down[level] = living_parallel(x, 2 * first + 1, node, t->parallel[level]);
        if (s->down[level] < 0) {
            return false;
        }
        copy = low;
    }
    return true;
}

/** Whether a top serves: towards the gateway if the trip is far, else down to the destination. */
static bool serves(search *s, int32_t copy) {
    s->top_copy = copy;
    if (!s->x->far) {
        return leads_down(s, copy);
    }
    int32_t link = 2 * gw_tree_gateway_cable(s->x, s->from_src, copy) + (s->from_src ? 0 : 1);
    return is_alive(s->x, link);
}

// Recursion is at most GW_NET_LEVELS deep.
static bool climb(search *s, int level, int32_t copy,
                  int32_t position) { // NOLINT(misc-no-recursion)
    const gw_tree_trip *x = s->x;
    if (level == x->top) {
        return serves(s, copy);
    }
    const gw_tree *t = x->tree;
    int32_t up = t->up[level], parallel = t->parallel[level], n = up * parallel;
    int32_t first = gw_tree_end_cable(x, s->from_src, level, copy);
    int32_t node = gw_tree_end_node(x, s->from_src, level, copy);
    for (int32_t nth = 0; nth < n_choices(x, n); nth++) {
        int32_t k = choose(x, node, position, nth, n);
        int32_t link = 2 * (first + k % up * parallel + k / up) + (s->from_src ? 0 : 1);
        s->link[level] = link;
        if (is_alive(x, link) &&
            climb(s, level + 1, copy + k % up * t->copies[level], position / up)) {
            return true;
        }
    }
    return false;
}

static bool way_far(search *s, gw_tree_way *way) {
    const gw_tree_trip *x = s->x;
    const gw_tree *t = x->tree;
    search there = {.x = x, .from_src = false};
    int32_t trunk = living_parallel(x, gw_tree_trunk(x), t->gateway + x->a.island, t->trunks);
    if (trunk < 0 || !climb(&there, 0, 0, x->position)) {
        return false;
    }
    gw_tree_step(way, 2 * gw_tree_gateway_cable(x, true, s->top_copy));
    gw_tree_step(way, trunk);
    gw_tree_step(way, 2 * gw_tree_gateway_cable(x, false, there.top_copy) + 1);
    for (int level = x->top - 1; level >= 0; level--) {
        gw_tree_step(way, there.link[level]);
    }
    return true;
}

bool gw_tree_way_alive(const gw_tree_trip *trip, gw_tree_way *way) {
    search s = {.x = trip, .from_src = true};
    if (!climb(&s, 0, 0, trip->position)) {
        return false;
    }
    int before = way->n;
    for (int level = 0; level < trip->top; level++) {
        gw_tree_step(way, s.link[level]);
    }
    if (!trip->far) {
        for (int level = trip->top - 1; level >= 0; level--) {
            gw_tree_step(way, s.down[level]);
        }
        return true;
    }
    if (!way_far(&s, way)) {
        way->n = before;
        return false;
    }
    return true;
}
