/* net_plan.c: from what a scenario says of a network to the numbers that builders need.
 *
 * In:  gw_net_parts (end points, ports, switches), the keys of the fabric.
 * Out: gw_net_plan: levels, dimensions or groups, counts, rates, latencies.
 *
 * Model. Clos kinds get exactly the levels that clos.c counts: NICs of a leaf, leaves under the same
 * middle switches, and so on, in the notation of extended generalised fat trees. Where several
 * cables serve one NIC each has its part of the rate; where hosts share a NIC each has its part of
 * it, at all times. Left open: dragonflies are balanced, hosts of a router = global cables of a
 * router = half the routers of a group, and have as many groups as their global cables can join
 * pairwise (fewer if that carries the hosts); a dragonfly+ has as many cables up, down and out at
 * each switch; HyperX has as many hosts on a switch as its narrowest dimension carries at full
 * bisection.
 * Latencies: a way over s switches takes nic_latency + s switches + s + 1 cables of 4.9 ns/m. Each
 * end's link has half of the NIC's and half a switch's, each link between switches a whole switch's.
 * `link_latency` stands for all of that, on every scale-out link.
 *
 * Valid: one switch type; equal islands.
 * Sources: Ohring, Ibel, Das & Kumar, IPPS 1995 (XGFT); Kim, Dally, Scott & Abts, ISCA 2008
 * (dragonfly, balance a = 2p = 2h); Shpiner et al., HiPINEB 2017 (dragonfly+); Ahn et al., SC'09
 * (HyperX, relative bisection K S / 2T); fibre: group index 1.468 (ITU-T G.652 data sheets).
 */
#include "network/net_plan.h"

#include <math.h>

#include "network/clos.h"
#include "network/net_parts.h"
#include "scenario/shape_text.h"

/** Light in glass fibre, s/m. */
#define FIBRE_s_per_m 4.9e-9
#define MOST_HOSTS 20e6
#define SLACK 1e-9

static int to_int(double value) {
    return value < 0 ? 0 : value > 1e9 ? 1000000000 : (int)value;
}

static double product(const int *at, int n) {
    double all = 1;
    for (int i = 0; i < n; i++) {
        all *= at[i];
    }
    return all;
}

/* ---------------------------------------------------------------- rates */

static void fill_rates(const gw_net_parts *parts, gw_net_plan *out) {
    const gw_fabric *f = parts->fabric;
    bool whole = fabs(parts->nics_per_host - round(parts->nics_per_host)) < SLACK;
    bool several = whole && parts->nics_per_host >= 1;
    double cable_s = f->cable_length_m * FIBRE_s_per_m;
    out->nics = several ? to_int(round(parts->nics_per_host)) : 1;
    out->nic_Bps = several ? parts->nic_Bps : parts->nic_Bps * parts->nics_per_host;
    out->link_Bps = parts->port_Bps;
    out->scaleup_Bps = parts->scaleup_Bps;
    out->scaleup_latency_s = parts->scaleup_latency_s / 2;
    out->host_cable_m = out->cable_m = f->cable_length_m;
    out->nic_latency_s = f->nic_latency_s / 2 + parts->switch_latency_s / 2 + cable_s;
    out->link_latency_s = parts->switch_latency_s + cable_s;
    if (gw_is_set(f->link_latency_s)) {
        out->nic_latency_s = out->link_latency_s = f->link_latency_s;
    }
    out->trunks = (int)f->trunks;
    out->trunk_Bps = gw_is_set(f->trunk_rate_Bps) ? f->trunk_rate_Bps : out->link_Bps;
    out->trunk_length_m = f->trunk_length_m;
    out->per_node = parts->per_node;
    out->domain = parts->domain;
    out->planes = (int)f->planes;
    out->islands = (int)f->islands;
    out->rails = 1;
}

/* ---------------------------------------------------------------- trees */

static const char *clos_plan(const gw_net_parts *parts, double hosts, gw_arena *arena,
                             gw_net_plan *out) {
    gw_clos clos = gw_parts_clos(parts, hosts);
    if (parts->radix < 2) {
        return "switch_type is missing: the ports of a switch decide the shape";
    }
    if (hosts <= 0) { /* as many as these tiers carry */
        if (clos.n_tiers == 0) {
            return "give hosts or tiers";
        }
        double nics = gw_clos_capacity(&clos, clos.n_tiers);
        double apart = parts->fabric->topology == GW_TOPOLOGY_RAIL_ONLY ? gw_parts_rails(parts) : 1;
        hosts = floor(nics * apart / parts->nics_per_host + SLACK);
        if (!(hosts >= 2 && hosts * out->islands <= MOST_HOSTS)) {
            return gw_arena_printf(arena,
                                   "%d tiers of %d-port switches carry %.0f hosts: give hosts",
                                   clos.n_tiers, clos.radix, hosts);
        }
        out->n_hosts = to_int(hosts * out->islands);
        clos = gw_parts_clos(parts, hosts);
    }
    gw_network counts;
    gw_clos_network(&clos, arena, &counts);
    if (counts.problem != NULL) {
        return counts.problem;
    }
    gw_clos_tree tree = gw_clos_levels(&clos, counts.n_tiers);
    out->n_levels = tree.n_levels;
    for (int i = 0; i < tree.n_levels; i++) {
        out->down[i] = to_int(tree.down_n[i]);
        out->up[i] = to_int(tree.up_n[i]);
        out->parallel[i] = to_int(tree.parallel_n[i]);
    }
    /* Several cables of a NIC share its rate; several hosts share a port. */
    out->nic_Bps /= out->parallel[0];
    double share = parts->nics_per_host / out->nics;
    out->down[0] = to_int(ceil(tree.down_n[0] / share - SLACK));
    out->rail_only = parts->fabric->topology == GW_TOPOLOGY_RAIL_ONLY;
    bool one_switch = counts.n_tiers == 1 && !out->rail_only;
    out->rails = one_switch ? 1 : gw_parts_rails(parts);
    return NULL;
}

static const char *fat_tree_plan(const gw_fabric *f, gw_arena *arena, gw_net_plan *out) {
    gw_shape_error error;
    out->n_levels = f->levels == NULL
                        ? 0
                        : gw_shape_levels(f->levels, out->down, out->up, out->parallel, &error);
    if (out->n_levels == 0) {
        return gw_arena_printf(arena, "levels cannot be read%s%s", f->levels == NULL ? "" : ": ",
                               f->levels == NULL ? "" : error.msg);
    }
    return NULL;
}

static const char *leaf_spine_plan(const gw_fabric *f, gw_net_plan *out) {
    out->n_levels = 2;
    out->leaves = (int)f->leaves;
    out->spines = (int)f->spines;
    out->hosts_per_switch = (int)f->hosts_per_switch;
    out->down[0] = out->hosts_per_switch * out->nics;
    out->up[0] = out->parallel[0] = 1;
    out->down[1] = out->leaves;
    out->up[1] = out->spines;
    out->parallel[1] = (int)f->parallel;
    return out->leaves < 1 || out->spines < 1 || out->hosts_per_switch < 1
               ? "leaves, spines and hosts_per_switch are at least 1"
               : NULL;
}

/* ---------------------------------------------------------------- other shapes */

static int or_default(int64_t given, double otherwise) {
    return given > 0 ? to_int((double)given) : to_int(fmax(1.0, otherwise));
}

/** As many groups as carry the hosts, at most what the global cables can join pairwise. */
static int groups_of(const gw_fabric *f, double per_group, double most) {
    double need = f->hosts > 0 ? ceil((double)f->hosts / fmax(per_group, 1.0)) : most;
    return or_default(f->groups, fmin(fmax(need, 1.0), most));
}

static const char *dragonfly_plan(const gw_fabric *f, double hosts, gw_net_plan *out) {
    (void)hosts;
    out->routers = (int)f->routers;
    out->leaves = (int)f->leaves;
    out->spines = (int)f->spines;
    out->local_parallel = (int)f->parallel;
    if (f->topology == GW_TOPOLOGY_DRAGONFLY) {
        if (out->routers < 1) {
            return "routers are at least 1";
        }
        out->leaves = out->spines = 0;
        out->hosts_per_switch = or_default(f->hosts_per_switch, floor(out->routers / 2.0));
        out->global_links = or_default(f->global_links, floor(out->routers / 2.0));
        out->groups = groups_of(f, (double)out->routers * out->hosts_per_switch,
                                (double)out->routers * out->global_links + 1);
        return NULL;
    }
    if (out->leaves < 1 || out->spines < 1) {
        return "leaves and spines are at least 1";
    }
    out->routers = 0;
    out->hosts_per_switch =
        or_default(f->hosts_per_switch, (double)out->spines * out->local_parallel);
    out->global_links = or_default(f->global_links, (double)out->leaves * out->local_parallel);
    out->groups = groups_of(f, (double)out->leaves * out->hosts_per_switch,
                            (double)out->spines * out->global_links + 1);
    return NULL;
}

static const char *grid_plan(const gw_fabric *f, gw_arena *arena, gw_net_plan *out) {
    gw_shape_error error = {0};
    out->n_dims = f->dims == NULL ? 0 : gw_shape_product(f->dims, out->dim, &error);
    if (out->n_dims == 0) {
        return gw_arena_printf(arena, "dims cannot be read %s", error.msg);
    }
    if (f->topology == GW_TOPOLOGY_TORUS) {
        out->wrap = f->wrap;
        out->cube = (int)f->cube;
        return NULL;
    }
    double carried = INFINITY;
    for (int d = 0; d < GW_NET_DIMS; d++) {
        out->width[d] = 1;
    }
    if (f->widths != NULL && gw_shape_product(f->widths, out->width, &error) != out->n_dims) {
        return gw_arena_printf(arena, "widths do not match dims %s", error.msg);
    }
    for (int d = 0; d < out->n_dims; d++) {
        if (out->dim[d] > 1) {
            carried = fmin(carried, floor(out->width[d] * out->dim[d] / 2.0));
        }
    }
    out->hosts_per_switch = or_default(f->hosts_per_switch, isfinite(carried) ? carried : 1.0);
    return NULL;
}

static int free_hosts(const gw_fabric *f) {
    double n = 0;
    for (int i = 0; i < f->nodes.n; i++) {
        n += f->nodes.at[i].host ? (double)f->nodes.at[i].count : 0.0;
    }
    return to_int(n);
}

/* ---------------------------------------------------------------- all of them */

double gw_plan_most_hosts(const gw_net_plan *p) {
    double islands = p->islands > 0 ? p->islands : 1;
    switch (p->topology) {
    case GW_TOPOLOGY_TORUS:
        return product(p->dim, p->n_dims);
    case GW_TOPOLOGY_HYPERX:
        return product(p->dim, p->n_dims) * p->hosts_per_switch;
    case GW_TOPOLOGY_DRAGONFLY:
        return (double)p->groups * p->routers * p->hosts_per_switch;
    case GW_TOPOLOGY_DRAGONFLY_PLUS:
        return (double)p->groups * p->leaves * p->hosts_per_switch;
    case GW_TOPOLOGY_FREE:
        return p->n_hosts;
    default:
        return islands * floor(product(p->down, p->n_levels) * (p->rail_only ? p->rails : 1) /
                               (p->nics > 0 ? p->nics : 1));
    }
}

static const char *shape_of(const gw_net_parts *parts, gw_arena *arena, gw_net_plan *out) {
    const gw_fabric *f = parts->fabric;
    double hosts = ceil(parts->hosts_n / fmax(1.0, (double)f->islands) - SLACK);
    switch (f->topology) {
    case GW_TOPOLOGY_CLOS:
    case GW_TOPOLOGY_RAIL:
    case GW_TOPOLOGY_RAIL_ONLY:
        return clos_plan(parts, hosts, arena, out);
    case GW_TOPOLOGY_FAT_TREE:
        return fat_tree_plan(f, arena, out);
    case GW_TOPOLOGY_LEAF_SPINE:
        return leaf_spine_plan(f, out);
    case GW_TOPOLOGY_DRAGONFLY:
    case GW_TOPOLOGY_DRAGONFLY_PLUS:
        return dragonfly_plan(f, hosts, out);
    case GW_TOPOLOGY_TORUS:
    case GW_TOPOLOGY_HYPERX:
        return grid_plan(f, arena, out);
    default:
        out->source = f;
        out->n_hosts = free_hosts(f);
        return out->n_hosts < 1 ? "no node is a host: give `host: yes`" : NULL;
    }
}

const char *gw_parts_plan(const gw_net_parts *parts, gw_arena *arena, gw_net_plan *out) {
    *out = (gw_net_plan){.topology = parts->fabric->topology};
    fill_rates(parts, out);
    if (!(parts->hosts_n <= MOST_HOSTS)) {
        return gw_arena_printf(arena, "more than %.0f million hosts", MOST_HOSTS / 1e6);
    }
    out->n_hosts = to_int(ceil(parts->hosts_n - SLACK));
    const char *problem = shape_of(parts, arena, out);
    if (problem != NULL) {
        return problem;
    }
    double most = gw_plan_most_hosts(out);
    if (out->n_hosts == 0) {
        if (!(most <= MOST_HOSTS)) {
            return gw_arena_printf(arena, "the shape holds %.3g hosts: give hosts", most);
        }
        out->n_hosts = to_int(most);
    }
    return out->n_hosts <= most
               ? NULL
               : gw_arena_printf(arena, "the shape holds %.0f hosts, %d are wanted", most,
                                 out->n_hosts);
}

const char *gw_net_plan_of_fabric(const gw_scenario *in, const gw_fabric *fabric, gw_arena *arena,
                                  gw_net_plan *out) {
    gw_net_parts parts = gw_parts_of_fabric(in, fabric);
    return gw_parts_plan(&parts, arena, out);
}

const char *gw_net_plan_of_cluster(const gw_scenario *in, int i_cluster, gw_arena *arena,
                                   gw_net_plan *out) {
    gw_net_parts parts = gw_parts_of_cluster(in, i_cluster);
    return gw_parts_plan(&parts, arena, out);
}

gw_route_how gw_net_routing(const gw_fabric *fabric) {
    return (gw_route_how){.kind = fabric->routing,
                          .rail_local = fabric->rail_local,
                          .seed = (uint64_t)fabric->routing_seed};
}

/* ---------------------------------------------------------------- a part of it */

/** Fewer subtrees below the top; a level with one of them goes. What stays keeps its switches. */
static void shrink_tree(gw_net_plan *plan, double ports) {
    double below = product(plan->down, plan->n_levels - 1);
    while (plan->n_levels > 1 && ports <= below) {
        plan->n_levels--;
        below = product(plan->down, plan->n_levels - 1);
    }
    int top = plan->n_levels - 1;
    int need = to_int(ceil(ports / below - SLACK));
    int step = top == 1 && !plan->rail_only ? plan->rails : 1;
    need = (need + step - 1) / step * step;
    plan->down[top] = top > 0 && need < plan->down[top] ? need : plan->down[top];
}

void gw_net_plan_shrink(gw_net_plan *plan, int32_t n_hosts) {
    if (n_hosts >= plan->n_hosts) {
        return;
    }
    bool tree = plan->n_levels > 0;
    double island = ceil((double)plan->n_hosts / (plan->islands > 0 ? plan->islands : 1));
    if (tree && plan->islands > 1) {
        plan->islands = to_int(ceil(n_hosts / island - SLACK));
        plan->trunks = plan->islands > 1 ? plan->trunks : 0;
    }
    if (tree && plan->islands == 1) {
        double apart = plan->rail_only ? plan->rails : 1;
        shrink_tree(plan, ceil((double)n_hosts * plan->nics / apart));
    }
    int per_group = plan->hosts_per_switch * (plan->routers > 0 ? plan->routers : plan->leaves);
    if (plan->groups > 0 && per_group > 0) {
        plan->groups = to_int(ceil((double)n_hosts / per_group));
    }
    plan->n_hosts = n_hosts;
}
