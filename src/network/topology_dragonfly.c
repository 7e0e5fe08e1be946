/* topology_dragonfly.c: groups of routers that are all joined, groups joined to groups.
 *
 * In:  gw_net_plan of topology dragonfly: groups, routers of a group, hosts and global cables of a
 *      router, cables between two routers of a group.
 * Out: a gw_net; minimal and Valiant routes; bisection, diameter, names.
 *
 * Model. Cables between groups as group_cables.c arranges them. A minimal way crosses at most one
 * of them: local, global, local; of these the ways with the fewest links. (Two global cables in a
 * row through a third group may be shorter; no dragonfly routes so.) d_mod_k: the destination's
 * number picks among these. Valiant: through any router of a third group, which takes at most two
 * global cables; within a group or with two groups: minimal.
 *
 * Bisection: the least of cuts counted on the links as built, and half of what hosts can send: groups
 * in their order, half of them on each side, a middle one halved either way round; opposite groups
 * kept together, where they have a cable more; each group halved.
 *
 * Valid: each two groups joined, global ports of a group >= groups - 1.
 *
 * Sources: Kim, Dally, Scott & Abts, ISCA 2008 (a = 2p = 2h balances the load; groups up to a h + 1;
 * minimal and Valiant routing).
 */
#include <math.h>
#include <stdio.h>

#include "network/graph_cut.h"
#include "network/group_cables.h"
#include "network/net_own.h"
#include "network/route_walk.h"
#include "network/wiring_graphs.h"
#include "network/wiring_parts.h"

typedef struct dragonfly {
    gw_hung hung;
    gw_circulant groups;
    int32_t routers, global_links, parallel;
    int32_t global_cable0;
} dragonfly;

static double pairs_of(double n) {
    return n * (n - 1) / 2;
}

static double local_cables_of(const gw_net_plan *plan) {
    return plan->groups * pairs_of(plan->routers) * plan->local_parallel;
}

static gw_circulant groups_of(const gw_net_plan *plan) {
    return gw_circulant_of(plan->groups, plan->routers * plan->global_links);
}

void gw_dragonfly_counts(const gw_net_plan *plan, double *n_nodes, double *n_links) {
    gw_circulant groups = groups_of(plan);
    double domains = plan->domain > 1 ? ceil((double)plan->n_hosts / plan->domain) : 0;
    double scaleup = plan->domain > 1 ? plan->n_hosts : 0;
    *n_nodes = plan->n_hosts + (double)plan->groups * plan->routers + domains;
    *n_links = 2 * ((double)plan->n_hosts * plan->nics + local_cables_of(plan) +
                    (double)gw_circulant_cables_n(&groups) + scaleup);
}

const char *gw_dragonfly_problem(const gw_net_plan *plan, gw_arena *arena) {
    if (plan->groups < 1 || plan->routers < 1 || plan->hosts_per_switch < 1 ||
        plan->local_parallel < 1 || plan->global_links < 0) {
        return "a dragonfly needs groups, routers of a group, hosts of a router and at least one "
               "cable between two routers";
    }
    if ((double)plan->routers * plan->global_links > 1e9 || plan->groups > 1000000) {
        return "the dragonfly is too large";
    }
    if (plan->groups > 1 && plan->routers * plan->global_links < plan->groups - 1) {
        return gw_arena_printf(arena,
                               "a group has %d x %d global cables, too few to join %d other groups",
                               plan->routers, plan->global_links, plan->groups - 1);
    }
    return gw_graph_plan_problem(
        plan, (double)plan->groups * plan->routers * plan->hosts_per_switch, arena);
}

static dragonfly *dragonfly_create(const gw_net_plan *plan, gw_arena *arena) {
    dragonfly *d = GW_NEW(arena, dragonfly);
    d->groups = groups_of(plan);
    d->routers = plan->routers;
    d->global_links = plan->global_links;
    d->parallel = plan->local_parallel;
    int32_t local = (int32_t)local_cables_of(plan);
    d->hung = gw_hung_of(plan, plan->groups * plan->routers,
                         local + (int32_t)gw_circulant_cables_n(&d->groups));
    d->global_cable0 = d->hung.cable0 + local;
    return d;
}

/* First of the cables between routers a < b of a group. */
static int32_t local_cable(const dragonfly *d, int32_t group, int32_t a, int32_t b) {
    int32_t k = d->routers, pair = a * (2 * k - a - 1) / 2 + (b - a - 1);
    return d->hung.cable0 + (group * (k * (k - 1) / 2) + pair) * d->parallel;
}

static void join_routers(gw_net *net, const dragonfly *d, uint8_t kind) {
    for (int32_t g = 0; g < d->groups.n; g++) {
        int32_t first = net->n_hosts + g * d->routers;
        for (int32_t a = 0; a < d->routers; a++) {
            for (int32_t b = a + 1; b < d->routers; b++) {
                for (int32_t j = 0; j < d->parallel; j++) {
                    gw_net_put_cable(net, local_cable(d, g, a, b) + j, first + a, first + b, kind);
                }
            }
        }
    }
}

/* Router of a group that has its cable c to the group `offset` further. */
static int32_t gateway(const dragonfly *d, int32_t offset, int32_t c) {
    return gw_circulant_port(&d->groups, offset, c) / d->global_links;
}

static void join_groups(gw_net *net, const dragonfly *d, uint8_t kind) {
    int32_t n = d->groups.n;
    for (int32_t g = 0; g < n; g++) {
        for (int32_t o = 1; 2 * o <= n; o++) {
            int32_t far = (g + o) % n, between = gw_circulant_between(&d->groups, o);
            for (int32_t c = 0; c < between; c++) {
                int owns;
                int64_t cable = d->global_cable0 + gw_circulant_cable(&d->groups, g, o, c, &owns);
                if (owns) {
                    gw_net_put_cable(net, (int32_t)cable,
                                     net->n_hosts + g * d->routers + gateway(d, o, c),
                                     net->n_hosts + far * d->routers + gateway(d, n - o, c), kind);
                }
            }
        }
    }
}

void gw_dragonfly_build(const gw_net_plan *plan, gw_net *net) {
    dragonfly *d = dragonfly_create(plan, net->arena);
    net->own = d;
    gw_hung_build(net, &d->hung);
    gw_link_kind wire = {.role = GW_CABLE_SWITCH,
                         .tier = 1,
                         .rate_Bps = plan->link_Bps,
                         .latency_s = plan->link_latency_s,
                         .length_m = plan->cable_m};
    join_routers(net, d, gw_net_add_kind(net, wire));
    wire.tier = 2;
    join_groups(net, d, gw_net_add_kind(net, wire));
}

/* ------------------------------------------------------------------ routes */

static void local_hops(const dragonfly *d, int32_t group, int32_t a, int32_t b, gw_hops *hops) {
    int32_t cable = a < b ? local_cable(d, group, a, b) : local_cable(d, group, b, a);
    for (int32_t i = 0; i < hops->n; i++) {
        if (hops->link[i] == 2 * cable + (a > b)) {
            return; /* leads to two cables of the far group; one way to get there */
        }
    }
    for (int32_t j = 0; j < d->parallel; j++) {
        gw_hops_add(hops, 2 * (cable + j) + (a > b));
    }
}

/* Links over cable c of the offset, from router a of a group to router b of the other. */
static int length_over(const dragonfly *d, int32_t offset, int32_t c, int32_t a, int32_t b) {
    return 1 + (gateway(d, offset, c) != a) + (gateway(d, d->groups.n - offset, c) != b);
}

static void group_hops(const dragonfly *d, int32_t group, int32_t offset, int32_t a, int32_t b,
                       gw_hops *hops) {
    int32_t between = gw_circulant_between(&d->groups, offset);
    int least = 3;
    for (int32_t c = 0; c < between && least > 1; c++) {
        int length = length_over(d, offset, c, a, b);
        least = length < least ? length : least;
    }
    for (int32_t c = 0; c < between; c++) {
        if (length_over(d, offset, c, a, b) != least) {
            continue;
        }
        int32_t over = gateway(d, offset, c);
        if (over == a) {
            int owns;
            int64_t cable =
                d->global_cable0 + gw_circulant_cable(&d->groups, group, offset, c, &owns);
            gw_hops_add(hops, (int32_t)(2 * cable) + !owns);
        } else {
            local_hops(d, group, a, over, hops);
        }
    }
}

static void dragonfly_hops(const gw_walk *walk, int32_t at, int32_t dst, gw_hops *hops) {
    const dragonfly *d = walk->shape;
    if (gw_hung_hops(&d->hung, &at, &dst, hops)) {
        return;
    }
    int32_t group = at / d->routers, far = dst / d->routers;
    int32_t a = at % d->routers, b = dst % d->routers;
    if (group == far) {
        local_hops(d, group, a, b, hops);
    } else {
        group_hops(d, group, (far - group + d->groups.n) % d->groups.n, a, b, hops);
    }
    hops->n_first = hops->n;
}

static int32_t dragonfly_through(const gw_walk *walk, int32_t src, int32_t dst, uint64_t hash) {
    const dragonfly *d = walk->shape;
    int32_t per_group = d->routers * d->hung.per_switch;
    int32_t from = src / per_group, to = dst / per_group;
    if (from == to || d->groups.n < 3) {
        return -1;
    }
    int32_t i = gw_net_pick(hash, UINT32_MAX, (d->groups.n - 2) * d->routers);
    int32_t group = i / d->routers, low = from < to ? from : to, high = from < to ? to : from;
    group += group >= low;
    group += group >= high;
    return d->hung.n_hosts + group * d->routers + i % d->routers;
}

bool gw_dragonfly_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                        uint32_t entropy, gw_path *path) {
    const dragonfly *d = net->own;
    int32_t most = d->hung.nics + (d->groups.whole + 1) * d->parallel;
    gw_walk walk = {net, d, dragonfly_hops, dragonfly_through, most};
    return gw_walk_route(&walk, how, src, dst, entropy, path);
}

/* ------------------------------------------------------------------ what follows from the shape */

/* Sides of the switches; hosts go with theirs. */
static bool side_by_group(const void *shape, int32_t sw) {
    const dragonfly *d = shape;
    int32_t group = sw / d->routers, half = d->groups.n / 2;
    if (d->groups.n % 2 == 1 && group == half) {
        return sw % d->routers >= d->routers / 2;
    }
    return group >= half;
}

/* The middle group the other way round: its first routers are joined with the groups that follow. */
static bool side_by_group_turned(const void *shape, int32_t sw) {
    const dragonfly *d = shape;
    bool far = side_by_group(shape, sw);
    return d->groups.n % 2 == 1 && sw / d->routers == d->groups.n / 2 ? !far : far;
}

/* Opposite groups may have one cable more between them: they stay together. */
static bool side_by_opposites(const void *shape, int32_t sw) {
    const dragonfly *d = shape;
    return gw_circulant_opposites(&d->groups, sw / d->routers) >= d->groups.n / 2;
}

static bool side_in_groups(const void *shape, int32_t sw) {
    const dragonfly *d = shape;
    int32_t half = d->routers / 2, group = sw / d->routers;
    /* Of an odd number of routers the larger half changes sides from group to group. */
    return sw % d->routers >= half + (d->routers % 2 == 1 && group % 2 == 1);
}

double gw_dragonfly_bisection_Bps(const gw_net *net) {
    const dragonfly *d = net->own;
    if (d->hung.n_switches == 1) {
        return gw_hung_half_Bps(net);
    }
    double cut_Bps = fmin(gw_cut_of_switches_Bps(net, side_by_group, d),
                          gw_cut_of_switches_Bps(net, side_in_groups, d));
    if (d->groups.n % 2 == 1 && d->routers % 2 == 0) {
        cut_Bps = fmin(cut_Bps, gw_cut_of_switches_Bps(net, side_by_group_turned, d));
    }
    if (d->groups.half) {
        cut_Bps = fmin(cut_Bps, gw_cut_of_switches_Bps(net, side_by_opposites, d));
    }
    return fmin(cut_Bps, gw_hung_half_Bps(net));
}

int gw_dragonfly_diameter_hops(const gw_net *net) {
    const dragonfly *d = net->own;
    int most = d->routers > 1 ? 1 : 0;
    for (int32_t o = 1; o < d->groups.n && most < 3; o++) {
        int32_t between = gw_circulant_between(&d->groups, o);
        for (int32_t ab = 0; ab < d->routers * d->routers && most < 3; ab++) {
            int least = 3;
            for (int32_t c = 0; c < between; c++) {
                int length = length_over(d, o, c, ab / d->routers, ab % d->routers);
                least = length < least ? length : least;
            }
            most = least > most ? least : most;
        }
    }
    return most + 1;
}

void gw_dragonfly_node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    const dragonfly *d = net->own;
    if (!gw_hung_name(&d->hung, node, text, room)) {
        int32_t sw = node - net->n_hosts;
        snprintf(text, room, "router-%d-%d", sw / d->routers, sw % d->routers);
    }
}
