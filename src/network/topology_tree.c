/* topology_tree.c: builds folded Clos networks, fat trees, rails, planes, islands, scale-up domains.
 *
 * In:  gw_net_plan of topology clos, rail_clos, rail_only, fat_tree, leaf_spine.
 * Out: nodes, links and bundles of a gw_net; its counts, or why it cannot be built.
 *
 * Model. Each tree is an XGFT(h; m1..mh; w1..wh) with parallel cables (Ohring et al.): m = down,
 * w = up. The NICs of an island take its ports in order, y = host x nics + nic:
 *
 *   one leaf a node   port = y
 *   r rails           NIC y is on rail y mod r; it takes place (y / r) mod m1 of leaf r of set
 *                     y / r / m1; leaves count set by set, so a pod of r n leaves holds n sets
 *   rail-only         rail y mod r is a tree of its own; port = y / r
 *
 * Islands have the same number of hosts (rounded up to whole nodes and domains if they fit), the
 * last what is left; a tree is built once for each of them and each plane. Subtrees without a port
 * in use are left out, so that a last pod that is partly filled has all its middle switches: the
 * counts of clos.c. Empty ports have no cable. A host is joined to the switch of its domain by one
 * cable.
 *
 * Trunks. Each island has a gateway, joined to all its top switches by one cable each; `trunks`
 * cables run between each two gateways. The gateway stands for border routers that are as wide as
 * the trunks: its cables to one tree carry together what all its trunks do, and each no less than
 * a link between switches.
 *
 * Bundles (net.h): one up and one down above each subtree, of all copies and planes; one for a NIC
 * of several cables, for all cables from a tree to its gateway and for each two islands. In a sound XGFT where
 * every flow takes all shortest ways alike each link of a bundle carries the same, so max-min over
 * bundles is max-min over links. In a damaged one a bundle is an upper bound: what two subtrees can
 * reach of each other may be less than what each of them can reach.
 *
 * Valid: up to 6 levels. Every switch of a level is alike.
 *
 * Sources: Ohring, Ibel, Das & Kumar, IPPS 1995 (XGFT); Zahavi, J. Parallel Distrib. Comput. 72
 * (2012) 1423 (parallel ports: PGFT); Wang et al., arXiv 2307.12169 (rail-only).
 */
#include "network/topology_tree.h"

#include <math.h>
#include <string.h>

/** Sizes in doubles, so that absurd plans overflow nothing. */
typedef struct sizes {
    double island_hosts, island_nics;
    double forests, rails, trees;
    double copies[GW_NET_LEVELS + 1], used[GW_NET_LEVELS + 1], most[GW_NET_LEVELS + 1];
    double cables[GW_NET_LEVELS];
    double gateway_cables, trunk_cables, scaleup_cables;
    double domains, n_nodes, n_cables, n_bundles;
} sizes;

static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
}

static bool is_joined(const gw_net_plan *plan) {
    return plan->islands > 1 && plan->trunks > 0;
}

static bool is_rail_only(const gw_net_plan *plan) {
    return plan->rail_only || plan->topology == GW_TOPOLOGY_RAIL_ONLY;
}

static double ports_of(const gw_net_plan *plan) {
    double ports = 1;
    for (int i = 0; i < plan->n_levels; i++) {
        ports *= plan->down[i];
    }
    return ports;
}

/** Hosts of an island: whole nodes and domains if its ports suffice for that. */
static double island_hosts(const gw_net_plan *plan, double ports) {
    double least = ceil((double)plan->n_hosts / plan->islands);
    if (plan->islands == 1) {
        return least;
    }
    double node = plan->per_node > 1 ? plan->per_node : 1;
    double unit = node * plan->domain / gcd((int)node, plan->domain);
    double whole = ceil(least / unit) * unit;
    return whole * plan->nics <= ports ? whole : least;
}

static void find_used(const gw_net_plan *plan, sizes *s) {
    double need = ceil(s->island_nics / s->forests);
    s->used[0] = need;
    s->used[1] = s->rails > 1 ? s->rails * ceil(ceil(need / s->rails) / plan->down[0])
                              : ceil(need / plan->down[0]);
    for (int i = 1; i < plan->n_levels; i++) {
        s->used[i + 1] = ceil(s->used[i] / plan->down[i]);
    }
}

static sizes find_sizes(const gw_net_plan *plan) {
    sizes s = {0};
    s.rails = is_rail_only(plan) || plan->n_levels < 2 ? 1 : plan->rails;
    s.forests = is_rail_only(plan) ? plan->rails : 1;
    s.island_hosts = island_hosts(plan, s.forests * ports_of(plan));
    s.island_nics = s.island_hosts * plan->nics;
    s.trees = (double)plan->islands * s.forests * plan->planes;
    find_used(plan, &s);
    s.copies[0] = 1;
    s.n_nodes = plan->n_hosts;
    double parallel_0 = (double)plan->up[0] * plan->parallel[0] * plan->planes;
    s.cables[0] = (double)plan->n_hosts * plan->nics * parallel_0;
    s.n_cables = s.cables[0];
    s.n_bundles = parallel_0 > 1 ? 2.0 * plan->n_hosts * plan->nics : 0;
    for (int i = 1; i <= plan->n_levels; i++) {
        s.copies[i] = s.copies[i - 1] * plan->up[i - 1];
        s.n_nodes += s.trees * s.used[i] * s.copies[i];
        if (i < plan->n_levels) {
            s.cables[i] = s.trees * s.used[i] * s.copies[i] * plan->up[i] * plan->parallel[i];
            s.n_cables += s.cables[i];
            s.n_bundles += 2 * s.trees / plan->planes * s.used[i];
        }
    }
    if (is_joined(plan)) {
        double pairs = plan->islands * (plan->islands - 1.0) / 2;
        s.gateway_cables = s.trees * s.copies[plan->n_levels];
        s.trunk_cables = pairs * plan->trunks;
        s.n_nodes += plan->islands;
        s.n_bundles += 2 * plan->islands * s.forests + 2 * pairs;
    }
    if (plan->domain > 1) {
        s.domains = ceil((double)plan->n_hosts / plan->domain);
        s.scaleup_cables = plan->n_hosts;
        s.n_nodes += s.domains;
    }
    s.n_cables += s.gateway_cables + s.trunk_cables + s.scaleup_cables;
    return s;
}

const char *gw_tree_problem(const gw_net_plan *plan, gw_arena *arena) {
    if (plan->n_levels < 1 || plan->n_levels > GW_NET_LEVELS) {
        return gw_arena_printf(arena, "a tree has 1 to %d levels, not %d", GW_NET_LEVELS,
                               plan->n_levels);
    }
    for (int i = 0; i < plan->n_levels; i++) {
        if (plan->down[i] < 1 || plan->up[i] < 1 || plan->parallel[i] < 1) {
            return gw_arena_printf(arena, "level %d: down, up and parallel are at least 1", i + 1);
        }
    }
    double ports = ports_of(plan);
    if (!(ports <= 2e9)) {
        return gw_arena_printf(arena, "%.3g ports are too many; the most is 2e9", ports);
    }
    sizes s = find_sizes(plan);
    if (s.island_nics > s.forests * ports || s.used[0] > ports) {
        return gw_arena_printf(arena, "the tree has %.0f ports%s, %.0f are needed", ports,
                               s.forests > 1 ? " a rail" : (plan->islands > 1 ? " an island" : ""),
                               s.used[0]);
    }
    if (s.used[1] * plan->down[0] > ports) {
        return gw_arena_printf(arena, "%.0f leaves in sets of %d rails are needed, there are %.0f",
                               s.used[1], plan->rails, ports / plan->down[0]);
    }
    return NULL;
}

void gw_tree_counts(const gw_net_plan *plan, double *n_nodes, double *n_links) {
    sizes s = find_sizes(plan);
    *n_nodes = s.n_nodes;
    *n_links = 2 * s.n_cables;
}

/** Numbers of the first node, cable and bundle of every kind. */
static void place(gw_tree *t, const gw_net_plan *plan, const sizes *s) {
    double node = plan->n_hosts, cable = 0, bundle = 2 * s->n_cables;
    t->host_bundles = plan->up[0] * plan->parallel[0] * plan->planes > 1;
    for (int i = 0; i < t->n_levels; i++) {
        t->cable[i] = (int32_t)cable;
        t->bundle[i] = (int32_t)bundle;
        cable += s->cables[i];
        if (i > 0) {
            bundle += 2 * s->trees / plan->planes * s->used[i];
        } else if (t->host_bundles) {
            bundle += 2.0 * plan->n_hosts * plan->nics;
        }
        t->node[i + 1] = (int32_t)node;
        node += s->trees * s->used[i + 1] * s->copies[i + 1];
    }
    t->gateways = is_joined(plan);
    t->gateway = (int32_t)node;
    t->scaleup = (int32_t)(node + (t->gateways ? plan->islands : 0));
    t->gateway_cable = (int32_t)cable;
    t->trunk_cable = (int32_t)(cable + s->gateway_cables);
    t->scaleup_cable = (int32_t)(cable + s->gateway_cables + s->trunk_cables);
    t->gateway_bundle = (int32_t)bundle;
    t->trunk_bundle = (int32_t)(bundle + 2 * plan->islands * s->forests);
}

static gw_tree *tree_create(const gw_net_plan *plan, const sizes *s, gw_arena *arena) {
    gw_tree *t = GW_NEW(arena, gw_tree);
    t->n_levels = plan->n_levels;
    double under = 1;
    for (int i = 0; i <= t->n_levels; i++) {
        t->under[i] = (int32_t)under;
        t->copies[i] = (int32_t)s->copies[i];
        t->used[i] = (int32_t)s->used[i];
        if (i < t->n_levels) {
            t->down[i] = plan->down[i];
            t->up[i] = plan->up[i];
            t->parallel[i] = plan->parallel[i];
            under *= plan->down[i];
        }
    }
    t->nics = plan->nics;
    t->planes = plan->planes;
    t->islands = plan->islands;
    t->rails = (int32_t)s->rails;
    t->forests = (int32_t)s->forests;
    t->island_hosts = (int32_t)s->island_hosts;
    t->domain = plan->domain;
    t->trunks = plan->trunks;
    place(t, plan, s);
    return t;
}

static void put_bundle(gw_net *net, int32_t cable, int32_t bundle) {
    net->bundle[2 * cable] = bundle;
    net->bundle[2 * cable + 1] = bundle + 1;
    net->latency_s[bundle] = net->latency_s[bundle + 1] = net->latency_s[2 * cable];
}

static void join_hosts(gw_net *net, const gw_tree *t) {
    const gw_net_plan *plan = &net->plan;
    uint8_t kind = gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_HOST,
                                                       .rate_Bps = plan->nic_Bps / plan->planes,
                                                       .latency_s = plan->nic_latency_s,
                                                       .length_m = plan->host_cable_m});
    int32_t cable = t->cable[0], n = t->up[0] * t->parallel[0];
    for (int32_t i = 0; i < net->n_hosts * t->nics; i++) {
        int32_t host = i / t->nics;
        gw_tree_port at = gw_tree_port_of(t, host, i % t->nics);
        for (int32_t p = 0; p < t->planes; p++) {
            int32_t tree = gw_tree_number(t, at.island, at.forest, p);
            int32_t leaf = gw_tree_node(t, 1, tree, at.port / t->down[0], 0);
            for (int32_t k = 0; k < n; k++, cable++) {
                gw_net_put_cable(net, cable, host, leaf + k / t->parallel[0], kind);
                if (t->host_bundles) {
                    put_bundle(net, cable, t->bundle[0] + 2 * i);
                }
            }
        }
    }
}

/** Cables from one subtree of height `level` in one tree to the switches above. */
static void join_subtree(gw_net *net, const gw_tree *t, int level, int32_t tree, int32_t subtree,
                         uint8_t kind) {
    int32_t cable = gw_tree_cable(t, level, tree, subtree, 0);
    int32_t bundle =
        gw_tree_bundle(t, level, 0, 0, 0) + 2 * (tree / t->planes * t->used[level] + subtree);
    int32_t copies = t->copies[level];
    int32_t above = gw_tree_node(t, level + 1, tree, subtree / t->down[level], 0);
    int32_t low = gw_tree_node(t, level, tree, subtree, 0);
    for (int32_t c = 0; c < copies; c++) {
        for (int32_t q = 0; q < t->up[level]; q++) {
            for (int32_t j = 0; j < t->parallel[level]; j++, cable++) {
                gw_net_put_cable(net, cable, low + c, above + c + q * copies, kind);
                put_bundle(net, cable, bundle);
            }
        }
    }
}

static void join_switches(gw_net *net, const gw_tree *t, int32_t n_trees) {
    const gw_net_plan *plan = &net->plan;
    for (int level = 1; level < t->n_levels; level++) {
        uint8_t kind = gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_SWITCH,
                                                           .tier = level,
                                                           .rate_Bps = plan->link_Bps,
                                                           .latency_s = plan->link_latency_s,
                                                           .length_m = plan->cable_m});
        for (int32_t tree = 0; tree < n_trees; tree++) {
            for (int32_t s = 0; s < t->used[level]; s++) {
                join_subtree(net, t, level, tree, s, kind);
            }
        }
    }
}

static void join_gateways(gw_net *net, const gw_tree *t) {
    const gw_net_plan *plan = &net->plan;
    int32_t tops = t->planes * t->copies[t->n_levels]; /* of one island and forest */
    double all_trunks_Bps = (t->islands - 1.0) * t->trunks * plan->trunk_Bps;
    uint8_t kind =
        gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_SWITCH,
                                            .tier = t->n_levels,
                                            .rate_Bps = fmax(plan->link_Bps, all_trunks_Bps / tops),
                                            .latency_s = plan->link_latency_s,
                                            .length_m = plan->cable_m});
    for (int32_t i = 0; i < t->islands * t->forests * tops; i++) {
        int32_t cable = t->gateway_cable + i, island = i / tops / t->forests;
        gw_net_put_cable(net, cable, t->node[t->n_levels] + i, t->gateway + island, kind);
        put_bundle(net, cable, gw_tree_gateway_bundle(t, island, i / tops % t->forests));
    }
    double fibre_s = plan->trunk_length_m * GW_FIBRE_S_PER_M;
    kind = gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_LONG,
                                               .tier = t->n_levels + 1,
                                               .rate_Bps = plan->trunk_Bps,
                                               .latency_s = plan->link_latency_s + fibre_s,
                                               .length_m = plan->trunk_length_m});
    int32_t cable = t->trunk_cable, bundle = t->trunk_bundle;
    for (int32_t a = 0; a < t->islands; a++) {
        for (int32_t b = a + 1; b < t->islands; b++, bundle += 2) {
            for (int32_t k = 0; k < t->trunks; k++, cable++) {
                gw_net_put_cable(net, cable, t->gateway + a, t->gateway + b, kind);
                put_bundle(net, cable, bundle);
            }
        }
    }
}

static void join_domains(gw_net *net, const gw_tree *t) {
    const gw_net_plan *plan = &net->plan;
    uint8_t kind = gw_net_add_kind(net, (gw_link_kind){.role = GW_CABLE_SCALEUP,
                                                       .rate_Bps = plan->scaleup_Bps,
                                                       .latency_s = plan->scaleup_latency_s,
                                                       .length_m = plan->host_cable_m});
    for (int32_t h = 0; h < net->n_hosts; h++) {
        gw_net_put_cable(net, t->scaleup_cable + h, h, t->scaleup + h / t->domain, kind);
    }
}

static void set_tiers(gw_net *net, const gw_tree *t) {
    for (int level = 1; level <= t->n_levels; level++) {
        int32_t end = level < t->n_levels ? t->node[level + 1] : t->gateway;
        memset(net->tier + t->node[level], level, (size_t)(end - t->node[level]));
    }
    memset(net->tier + t->gateway, t->n_levels + 1, (size_t)(t->scaleup - t->gateway));
    memset(net->tier + t->scaleup, 255, (size_t)(net->n_nodes - t->scaleup));
}

void gw_tree_build(const gw_net_plan *plan, gw_net *net) {
    sizes s = find_sizes(plan);
    gw_tree *t = tree_create(plan, &s, net->arena);
    net->own = t;
    gw_net_alloc(net, (int64_t)s.n_nodes, 2 * (int64_t)s.n_cables, (int64_t)s.n_bundles);
    set_tiers(net, t);
    join_hosts(net, t);
    join_switches(net, t, (int32_t)s.trees);
    if (t->gateways) {
        join_gateways(net, t);
    }
    if (t->domain > 1) {
        join_domains(net, t);
    }
}
