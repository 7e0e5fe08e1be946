/* net_counts.c: switches, cables, bisection and diameter of a shape from its numbers alone.
 *
 * In:  gw_net_plan of one network, unit power and price.
 * Out: gw_network: counts by tier, cables, transceivers, bandwidth, power, price.
 *
 * Model, n hosts with m cables each, r a link's rate:
 *   fat tree, leaf-spine   tier i has prod(up below i) switches in each subtree in use; cables of a
 *                          tier: nodes x up x parallel; bisection: half of the narrowest tier
 *   dragonfly              g a routers; g a (a-1)/2 local and g a h/2 global cables, spread over
 *                          the pairs of groups; cut: half of the groups, a middle one halved, its
 *                          halves on the sides that they have more cables to
 *   dragonfly+             g (leaves + spines); leaves x spines cables a group; global as above
 *   torus                  no switches: hosts are routers; one cable a host and dimension (less at
 *                          open ends; none twice between the same two)
 *   HyperX                 rows of S switches, each joined with all others by K cables
 * Never more than half of what the hosts send. A transceiver at each end, its power and price scaled
 * from the link type's rate.
 *
 * Valid: hosts fill first switches in order; the shape stands whole (trees: subtrees in use).
 * Sources: as net_plan.c; Azizoglu & Egecioglu, Discrete Appl. Math. 138 (2004) 3 (cuts of grids).
 */
#include "network/net_counts.h"

#include <math.h>

#include "network/wiring_graphs.h"
#include "network/wiring_parts.h"

typedef struct gw_shape_counts {
    double first, second, rest; /* switches by tier */
    double trunks;              /* cables between switches */
    double cut_Bps;             /* narrowest equal cut of these; infinite: none */
    double diameter_hops;
    int n_tiers;
} gw_shape_counts;

static double used_of(const gw_net_plan *p) {
    double islands = p->islands > 1 ? p->islands : 1;
    return ceil(p->n_hosts / islands) * p->nics;
}

static gw_shape_counts tree_counts(const gw_net_plan *p) {
    gw_shape_counts c = {.n_tiers = p->n_levels, .cut_Bps = INFINITY};
    double ports = used_of(p), below = 1, planes = 1;
    for (int i = 0; i < p->n_levels; i++) {
        /* Nodes under level i in use, each with up x parallel cables. */
        double nodes = (i == 0 ? ports : ceil(ports / below)) * planes;
        double cables = nodes * p->up[i] * p->parallel[i];
        below *= p->down[i];
        planes *= p->up[i];
        double switches = ceil(ports / below) * planes;
        *(i == 0 ? &c.first : i == 1 ? &c.second : &c.rest) += switches;
        if (i > 0) {
            c.trunks += cables;
            c.cut_Bps = fmin(c.cut_Bps, cables * p->link_Bps / 2);
        }
    }
    c.diameter_hops = 2.0 * p->n_levels - 1;
    return c;
}

/** Cables of a group that a cut through its middle takes. */
static double middle_cut(const gw_net_plan *p) {
    return p->topology == GW_TOPOLOGY_DRAGONFLY_PLUS
               ? (double)p->leaves * p->spines / 2
               : floor(p->routers / 2.0) * ceil(p->routers / 2.0);
}

/** Cables between groups that a cut through a middle group takes. Port p of it goes to group
 *  p mod (groups - 1) + 1 after it: the first half of its ports may all lead to one side. */
static double middle_global_cut(const gw_net_plan *p, double pair, double half) {
    bool plus = p->topology == GW_TOPOLOGY_DRAGONFLY_PLUS;
    double ports = floor((plus ? p->spines : p->routers) / 2.0) * p->global_links;
    double others = p->groups - 1.0, rounds = floor(ports / others);
    double after = rounds * half + fmin(ports - rounds * others, half);
    return fmax(0, pair * half + fmin(0, ports - 2 * after));
}

static gw_shape_counts dragonfly_counts(const gw_net_plan *p) {
    bool plus = p->topology == GW_TOPOLOGY_DRAGONFLY_PLUS;
    double g = p->groups, out_ports = (plus ? p->spines : p->routers) * (double)p->global_links;
    double global = g > 1 ? floor(g * out_ports / 2) : 0;
    gw_shape_counts c = {.n_tiers = plus ? 2 : 1, .cut_Bps = INFINITY};
    double local = plus ? (double)p->leaves * p->spines : p->routers * (p->routers - 1.0) / 2;
    c.first = g * (plus ? p->leaves : p->routers);
    c.second = plus ? g * p->spines : 0;
    c.trunks = g * local * p->local_parallel + global;
    if (g > 1) { /* half of the groups on each side; a middle one is halved */
        double pair = 2 * global / (g * (g - 1)), half = floor(g / 2);
        double odd = fmod(g, 2) == 0
                         ? 0
                         : middle_global_cut(p, pair, half) + middle_cut(p) * p->local_parallel;
        c.cut_Bps = (pair * half * half + odd) * p->link_Bps;
    }
    c.diameter_hops = g > 1 ? 4 : plus ? 3 : 2;
    return c;
}

/** Cables of a line of the dimension, and those that a cut through it takes. */
static void grid_line(const gw_net_plan *p, int d, double *cables, double *cut) {
    double s = p->dim[d];
    if (p->topology == GW_TOPOLOGY_HYPERX) {
        *cables = p->width[d] * s * (s - 1) / 2;
        *cut = p->width[d] * floor(s / 2) * ceil(s / 2);
        return;
    }
    bool closed = p->wrap && s > 2 && (p->cube == 0 || fmod(s, p->cube) == 0);
    *cables = closed ? s : s - 1;
    *cut = s < 2 ? 0 : closed ? 2 : 1;
}

static gw_shape_counts grid_counts(const gw_net_plan *p) {
    gw_shape_counts c = {.n_tiers = 1, .diameter_hops = 1}; /* the last router, or switch */
    double all = 1, cut[GW_NET_DIMS];
    for (int d = 0; d < p->n_dims; d++) {
        all *= p->dim[d];
    }
    for (int d = 0; d < p->n_dims; d++) {
        double cables = 0;
        grid_line(p, d, &cables, &cut[d]);
        c.trunks += cables * all / p->dim[d];
        bool hyperx = p->topology == GW_TOPOLOGY_HYPERX;
        bool closed = cut[d] > 1.5;
        c.diameter_hops += hyperx   ? p->dim[d] > 1
                           : closed ? floor(p->dim[d] / 2.0)
                                    : p->dim[d] - 1.0;
    }
    c.cut_Bps = gw_grid_cut_n(p->n_dims, p->dim, cut) * p->link_Bps;
    if (p->topology == GW_TOPOLOGY_HYPERX) {
        c.first = all;
    }
    return c;
}

static gw_shape_counts counts_of(const gw_net_plan *p) {
    switch (p->topology) {
    case GW_TOPOLOGY_DRAGONFLY:
    case GW_TOPOLOGY_DRAGONFLY_PLUS:
        return dragonfly_counts(p);
    case GW_TOPOLOGY_TORUS:
    case GW_TOPOLOGY_HYPERX:
        return grid_counts(p);
    default:
        return tree_counts(p);
    }
}

double gw_plan_leaf_hosts(const gw_net_plan *p) {
    return p->topology == GW_TOPOLOGY_TORUS    ? 1
           : p->hosts_per_switch > 0           ? p->hosts_per_switch
           : p->n_levels > 0 && p->down[0] > 0 ? floor((double)p->down[0] / p->nics)
                                               : 1;
}

/** What the hosts of one island send at most. */
static double sent_Bps(const gw_net_plan *p, const gw_shape_counts *c) {
    if (p->topology == GW_TOPOLOGY_TORUS) {
        return 2 * c->trunks * p->link_Bps;
    }
    double cables = p->n_levels > 0 ? p->parallel[0] * (double)p->up[0] : 1;
    return used_of(p) * cables * p->nic_Bps;
}

void gw_plan_network(const gw_net_parts *parts, const gw_net_plan *plan, gw_network *out) {
    gw_shape_counts c = counts_of(plan);
    double islands = plan->islands > 1 ? plan->islands : 1;
    double planes = plan->planes > 1 ? plan->planes : 1, copies = islands * planes;
    bool torus = plan->topology == GW_TOPOLOGY_TORUS;
    double cables = plan->n_levels > 0 ? plan->parallel[0] * (double)plan->up[0] : 1;
    double nic_cables = torus ? 0 : used_of(plan) * cables;
    bool optical = parts->link == NULL || parts->link->optical;
    /* blocks are wired in copper, which is not of link_type; what leaves them is optical */
    double fibres = plan->cube > 0 && torus ? gw_torus_optical_ports(plan) / 2 : c.trunks;
    double link_Bps = parts->link == NULL ? plan->link_Bps : parts->link->rate_Bps;
    double ends =
        2 * copies * (nic_cables * plan->nic_Bps / planes + fibres * plan->link_Bps) / link_Bps;
    double length_m = fmax(plan->cable_m, plan->host_cable_m);
    *out = (gw_network){.n_rails = 1,
                        .n_tiers = c.n_tiers,
                        .n_endpoints = used_of(plan) * islands,
                        .n_leaf = c.first * copies,
                        .n_spine = c.second * copies,
                        .n_core = c.rest * copies,
                        .n_switches = (c.first + c.second + c.rest) * copies,
                        .n_cables = (nic_cables + c.trunks) * copies,
                        .n_optics = optical ? 2 * (nic_cables + fibres) * copies : 0,
                        .cable_length_m = (nic_cables + c.trunks) * copies * plan->cable_m,
                        .diameter_hops = c.diameter_hops,
                        .max_endpoints = gw_plan_most_hosts(plan) * plan->nics};
    double half_Bps = sent_Bps(plan, &c) / 2;
    out->bisection_Bps = fmin(half_Bps, planes * c.cut_Bps);
    out->full_bisection_frac = out->bisection_Bps / half_Bps;
    if (parts->type != NULL && parts->link != NULL) {
        out->power_W = out->n_switches * parts->type->power_W + ends * parts->link->power_per_end_W;
        out->price_usd =
            out->n_switches * parts->type->price_usd + ends * parts->link->price_per_end_usd;
    } else {
        out->power_W = out->price_usd = GW_NAN;
    }
    if (parts->link != NULL && length_m > parts->link->reach_m) {
        out->problem = "the mean cable is longer than the reach of the link type";
    }
}
