/* topology_dragonfly_plus.c: groups of leaves and spines, all leaves of a group joined to all its
 * spines, spines joined to other groups.
 *
 * In:  gw_net_plan of topology dragonfly_plus: groups, leaves and spines of a group, hosts of a leaf,
 *      global cables of a spine, cables between a leaf and a spine.
 * Out: a gw_net; minimal and Valiant routes; bisection, diameter, names.
 *
 * Model. Nodes: hosts, all leaves group by group, all spines group by group. Cables between groups
 * as group_cables.c arranges them. Minimal: leaf, spine, leaf inside a group; leaf, a spine that has
 * a cable to the other group, the spine at its other end, leaf between groups. Valiant: through any
 * leaf of a third group; within a group or with two groups: minimal.
 *
 * Bisection: the least of cuts counted on the links as built, and half of what hosts can send: groups
 * in their order, half of them on each side, a middle one halved either way round; opposite groups
 * kept together, where they have a cable more; each group halved.
 *
 * Valid: each two groups joined, global ports of a group >= groups - 1.
 *
 * Sources: Shpiner, Haramaty, Eliad, Zdornov, Gafni & Zahavi, HiPINEB 2017 (Dragonfly+).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "network/graph_cut.h"
#include "network/group_cables.h"
#include "network/net_own.h"
#include "network/route_walk.h"
#include "network/wiring_graphs.h"
#include "network/wiring_parts.h"

typedef struct dragonfly_plus {
    gw_hung hung;
    gw_circulant groups;
    int32_t leaves, spines, global_links, parallel;
    int32_t n_leaves; /* of all groups: number of the first spine among the switches */
    int32_t global_cable0;
} dragonfly_plus;

static gw_circulant groups_of(const gw_net_plan *plan) {
    return gw_circulant_of(plan->groups, plan->spines * plan->global_links);
}

static double local_cables_of(const gw_net_plan *plan) {
    return (double)plan->groups * plan->leaves * plan->spines * plan->local_parallel;
}

void gw_dragonfly_plus_counts(const gw_net_plan *plan, double *n_nodes, double *n_links) {
    gw_circulant groups = groups_of(plan);
    double domains = plan->domain > 1 ? ceil((double)plan->n_hosts / plan->domain) : 0;
    double scaleup = plan->domain > 1 ? plan->n_hosts : 0;
    *n_nodes = plan->n_hosts + plan->groups * ((double)plan->leaves + plan->spines) + domains;
    *n_links = 2 * ((double)plan->n_hosts * plan->nics + local_cables_of(plan) +
                    (double)gw_circulant_cables_n(&groups) + scaleup);
}

const char *gw_dragonfly_plus_problem(const gw_net_plan *plan, gw_arena *arena) {
    if (plan->groups < 1 || plan->leaves < 1 || plan->spines < 1 || plan->hosts_per_switch < 1 ||
        plan->local_parallel < 1 || plan->global_links < 0) {
        return "a dragonfly+ needs groups, leaves and spines of a group, hosts of a leaf and at "
               "least one cable between leaf and spine";
    }
    if ((double)plan->spines * plan->global_links > 1e9 || plan->groups > 1000000) {
        return "the dragonfly+ is too large";
    }
    if (plan->groups > 1 && plan->spines * plan->global_links < plan->groups - 1) {
        return gw_arena_printf(arena,
                               "a group has %d x %d global cables, too few to join %d other groups",
                               plan->spines, plan->global_links, plan->groups - 1);
    }
    return gw_graph_plan_problem(plan, (double)plan->groups * plan->leaves * plan->hosts_per_switch,
                                 arena);
}

static dragonfly_plus *plus_create(const gw_net_plan *plan, gw_arena *arena) {
    dragonfly_plus *d = GW_NEW(arena, dragonfly_plus);
    d->groups = groups_of(plan);
    d->leaves = plan->leaves;
    d->spines = plan->spines;
    d->global_links = plan->global_links;
    d->parallel = plan->local_parallel;
    d->n_leaves = plan->groups * plan->leaves;
    int32_t local = (int32_t)local_cables_of(plan);
    d->hung = gw_hung_of(plan, d->n_leaves + plan->groups * plan->spines,
                         local + (int32_t)gw_circulant_cables_n(&d->groups));
    d->global_cable0 = d->hung.cable0 + local;
    return d;
}

/* First of the cables between a leaf, counted through all groups, and a spine of its group. */
static int32_t local_cable(const dragonfly_plus *d, int32_t leaf, int32_t spine) {
    return d->hung.cable0 + (leaf * d->spines + spine) * d->parallel;
}

/* Spine of a group that has its cable c to the group `offset` further. */
static int32_t gateway(const dragonfly_plus *d, int32_t offset, int32_t c) {
    return gw_circulant_port(&d->groups, offset, c) / d->global_links;
}

static void join_leaves(gw_net *net, const dragonfly_plus *d, uint8_t kind) {
    for (int32_t leaf = 0; leaf < d->n_leaves; leaf++) {
        int32_t spine0 = net->n_hosts + d->n_leaves + leaf / d->leaves * d->spines;
        for (int32_t s = 0; s < d->spines; s++) {
            for (int32_t j = 0; j < d->parallel; j++) {
                gw_net_put_cable(net, local_cable(d, leaf, s) + j, net->n_hosts + leaf, spine0 + s,
                                 kind);
            }
        }
    }
}

static void join_groups(gw_net *net, const dragonfly_plus *d, uint8_t kind) {
    int32_t n = d->groups.n, spine0 = net->n_hosts + d->n_leaves;
    for (int32_t g = 0; g < n; g++) {
        for (int32_t o = 1; 2 * o <= n; o++) {
            int32_t far = (g + o) % n, between = gw_circulant_between(&d->groups, o);
            for (int32_t c = 0; c < between; c++) {
                int owns;
                int64_t cable = d->global_cable0 + gw_circulant_cable(&d->groups, g, o, c, &owns);
                if (owns) {
                    gw_net_put_cable(net, (int32_t)cable, spine0 + g * d->spines + gateway(d, o, c),
                                     spine0 + far * d->spines + gateway(d, n - o, c), kind);
                }
            }
        }
    }
}

void gw_dragonfly_plus_build(const gw_net_plan *plan, gw_net *net) {
    dragonfly_plus *d = plus_create(plan, net->arena);
    net->own = d;
    gw_hung_build(net, &d->hung);
    memset(net->tier + net->n_hosts + d->n_leaves, 2, (size_t)d->groups.n * (size_t)d->spines);
    gw_link_kind wire = {.role = GW_CABLE_SWITCH,
                         .tier = 1,
                         .rate_Bps = plan->link_Bps,
                         .latency_s = plan->link_latency_s,
                         .length_m = plan->cable_m};
    join_leaves(net, d, gw_net_add_kind(net, wire));
    wire.tier = 2;
    join_groups(net, d, gw_net_add_kind(net, wire));
}

/* ------------------------------------------------------------------ routes */

static void up_hops(const dragonfly_plus *d, int32_t leaf, int32_t spine, gw_hops *hops) {
    int32_t link = 2 * local_cable(d, leaf, spine);
    for (int32_t i = 0; i < hops->n; i++) {
        if (hops->link[i] == link) {
            return; /* the spine has two cables to the other group */
        }
    }
    for (int32_t j = 0; j < d->parallel; j++) {
        gw_hops_add(hops, link + 2 * j);
    }
}

static void leaf_hops(const dragonfly_plus *d, int32_t leaf, int32_t far, gw_hops *hops) {
    int32_t group = leaf / d->leaves;
    if (group == far) {
        for (int32_t s = 0; s < d->spines; s++) {
            up_hops(d, leaf, s, hops);
        }
        return;
    }
    int32_t offset = (far - group + d->groups.n) % d->groups.n;
    int32_t between = gw_circulant_between(&d->groups, offset);
    for (int32_t c = 0; c < between; c++) {
        up_hops(d, leaf, gateway(d, offset, c), hops);
    }
}

static void spine_hops(const dragonfly_plus *d, int32_t spine, int32_t leaf, gw_hops *hops) {
    int32_t group = spine / d->spines, far = leaf / d->leaves, s = spine % d->spines;
    if (group == far) {
        for (int32_t j = 0; j < d->parallel; j++) {
            gw_hops_add(hops, 2 * (local_cable(d, leaf, s) + j) + 1);
        }
        return;
    }
    int32_t offset = (far - group + d->groups.n) % d->groups.n;
    int32_t between = gw_circulant_between(&d->groups, offset);
    for (int32_t c = 0; c < between; c++) {
        if (gateway(d, offset, c) == s) {
            int owns;
            int64_t cable =
                d->global_cable0 + gw_circulant_cable(&d->groups, group, offset, c, &owns);
            gw_hops_add(hops, (int32_t)(2 * cable) + !owns);
        }
    }
}

static void plus_hops(const gw_walk *walk, int32_t at, int32_t dst, gw_hops *hops) {
    const dragonfly_plus *d = walk->shape;
    if (gw_hung_hops(&d->hung, &at, &dst, hops)) {
        return;
    }
    if (at < d->n_leaves) {
        leaf_hops(d, at, dst / d->leaves, hops);
    } else {
        spine_hops(d, at - d->n_leaves, dst, hops);
    }
    hops->n_first = hops->n;
}

static int32_t plus_through(const gw_walk *walk, int32_t src, int32_t dst, uint64_t hash) {
    const dragonfly_plus *d = walk->shape;
    int32_t per_group = d->leaves * d->hung.per_switch;
    int32_t from = src / per_group, to = dst / per_group;
    if (from == to || d->groups.n < 3) {
        return -1;
    }
    int32_t i = gw_net_pick(hash, UINT32_MAX, (d->groups.n - 2) * d->leaves);
    int32_t group = i / d->leaves, low = from < to ? from : to, high = from < to ? to : from;
    group += group >= low;
    group += group >= high;
    return d->hung.n_hosts + group * d->leaves + i % d->leaves;
}

bool gw_dragonfly_plus_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                             uint32_t entropy, gw_path *path) {
    const dragonfly_plus *d = net->own;
    int32_t most = d->hung.nics + d->spines * d->parallel + d->groups.whole + 1;
    gw_walk walk = {net, d, plus_hops, plus_through, most};
    return gw_walk_route(&walk, how, src, dst, entropy, path);
}

/* ------------------------------------------------------------------ what follows from the shape */

typedef struct place {
    int32_t group, i, n; /* leaf or spine i of n */
} place;

static place place_of(const dragonfly_plus *d, int32_t sw) {
    if (sw < d->n_leaves) {
        return (place){sw / d->leaves, sw % d->leaves, d->leaves};
    }
    sw -= d->n_leaves;
    return (place){sw / d->spines, sw % d->spines, d->spines};
}

static bool side_by_group(const void *shape, int32_t sw) {
    const dragonfly_plus *d = shape;
    place p = place_of(d, sw);
    int32_t half = d->groups.n / 2;
    return d->groups.n % 2 == 1 && p.group == half ? p.i >= p.n / 2 : p.group >= half;
}

/* The spines of the middle group the other way round: the first are joined with the groups that
 * follow. Its own cables are cut alike. */
static bool side_by_group_turned(const void *shape, int32_t sw) {
    const dragonfly_plus *d = shape;
    bool far = side_by_group(shape, sw), spine = sw >= d->n_leaves;
    return spine && d->groups.n % 2 == 1 && place_of(d, sw).group == d->groups.n / 2 ? !far : far;
}

/* Opposite groups may have one cable more between them: they stay together. */
static bool side_by_opposites(const void *shape, int32_t sw) {
    const dragonfly_plus *d = shape;
    return gw_circulant_opposites(&d->groups, place_of(d, sw).group) >= d->groups.n / 2;
}

static bool side_in_groups(const void *shape, int32_t sw) {
    place p = place_of(shape, sw);
    /* Of an odd number the larger half changes sides from group to group. */
    return p.i >= p.n / 2 + (p.n % 2 == 1 && p.group % 2 == 1);
}

double gw_dragonfly_plus_bisection_Bps(const gw_net *net) {
    const dragonfly_plus *d = net->own;
    if (d->n_leaves == 1) {
        return gw_hung_half_Bps(net);
    }
    double cut_Bps = fmin(gw_cut_of_switches_Bps(net, side_by_group, d),
                          gw_cut_of_switches_Bps(net, side_in_groups, d));
    if (d->groups.n % 2 == 1) {
        cut_Bps = fmin(cut_Bps, gw_cut_of_switches_Bps(net, side_by_group_turned, d));
    }
    if (d->groups.half) {
        cut_Bps = fmin(cut_Bps, gw_cut_of_switches_Bps(net, side_by_opposites, d));
    }
    return fmin(cut_Bps, gw_hung_half_Bps(net));
}

int gw_dragonfly_plus_diameter_hops(const gw_net *net) {
    const dragonfly_plus *d = net->own;
    int inside = d->leaves > 1 ? 3 : 1;
    return d->groups.n > 1 ? 4 : inside;
}

void gw_dragonfly_plus_node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    const dragonfly_plus *d = net->own;
    if (!gw_hung_name(&d->hung, node, text, room)) {
        int32_t sw = node - net->n_hosts;
        place p = place_of(d, sw);
        snprintf(text, room, "%s-%d-%d", sw < d->n_leaves ? "leaf" : "spine", p.group, p.i);
    }
}
