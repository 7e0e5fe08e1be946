/* clos.c: counts, power, price and bisection of a folded Clos network.
 *
 * In:  gw_clos (end points, radix, rates, oversubscription, tiers; unit power and price).
 * Out: gw_network: switches by tier, cables, transceivers, bandwidth, power, price, limits.
 *
 * Model. All switches have k ports of rate p. A leaf gives d ports to NICs and u = k - d to the
 * tier above, d the largest number with d w <= o u, where o is the oversubscription and w the NIC
 * bandwidth on a down port over p. A port that is an exact multiple of the NIC rate is split
 * (breakout); a NIC faster than a port takes several. Above the leaves nothing is oversubscribed:
 * a middle switch has k/2 ports down and k/2 up, a top switch k down. T >= 2 tiers carry
 *
 *   NICs = (NICs of a leaf) k (k/2)^(T-2)          k^2/2 and k^3/4 with full bisection
 *
 * Blocks: the leaves under the same middle switches form a block (pod). The top switches of a block
 * are its planes; each plane of all blocks is joined by its own switches, so m blocks with `up`
 * up-links per plane need s switches per plane: the fewest that take m up' / ports links, up' being
 * `up` rounded to a multiple of s, so that every switch below has the same number of links to each
 * of them. That is how published reference designs round (18 spines, not 16, for 32 leaves of 72 +
 * 72 ports). Rounding up wires spare up-links of middle switches; a leaf has none.
 *
 * Rail-optimised: leaf r serves the r-th NIC of its nodes, so leaves come in sets of n_rails and a
 * pod holds whole sets.
 *
 * Bisection: half of the smaller of NIC bandwidth and leaf up-link bandwidth. Longest shortest
 * path: 2 T - 1 switches. A transceiver sits at each NIC, each down port in use and both ends of
 * each link between switches; its power and price are those of the link type scaled with the rate.
 *
 * Valid: one switch type in all tiers, identical pods (the last may be partly filled with leaves,
 * its middle switches are all there), oversubscription at the leaves only. Not: multi-plane
 * networks, dragonflies, oversubscription between pods.
 *
 * Sources: Al-Fares, Loukissas & Vahdat, SIGCOMM 2008 (k-ary fat tree: k^3/4 hosts, 5k^2/4
 * switches); Leiserson, IEEE Trans. Comput. C-34 (1985) 892; NVIDIA DGX SuperPOD reference
 * architectures for B200 and B300 (tables of component counts), which the tests reproduce.
 */
#include "network/clos.h"

#include <math.h>

/** Slack when a ratio of rates is compared with an integer: rates are given to 1e-9 or better. */
#define RATIO_SLACK 1e-9

static bool is_whole(double ratio) {
    return fabs(ratio - round(ratio)) <= RATIO_SLACK * ratio;
}

gw_leaf gw_clos_leaf(const gw_clos *clos, int n_tiers) {
    gw_leaf leaf = {.nics_per_port = 1, .ports_per_nic = 1};
    double ratio = clos->port_Bps / clos->nic_Bps;
    if (ratio >= 2 && is_whole(ratio)) {
        leaf.nics_per_port = (int)fmin(round(ratio), 1024);
    } else if (ratio < 1) {
        leaf.ports_per_nic = (int)fmin(ceil(1 / ratio - RATIO_SLACK), 1024);
    }
    /* NIC bandwidth on one down port over the port rate, at most 1. */
    double fill = fmin(1.0, leaf.nics_per_port / (leaf.ports_per_nic * ratio));
    double k = clos->radix;
    if (n_tiers < 2) {
        leaf.down_ports = clos->radix;
    } else {
        double o = fmax(1.0, clos->oversubscription);
        leaf.down_ports = (int)floor(o * k / (fill + o) + RATIO_SLACK * k);
        leaf.down_ports = leaf.down_ports > clos->radix - 1 ? clos->radix - 1 : leaf.down_ports;
        leaf.up_ports = clos->radix - leaf.down_ports;
    }
    leaf.nics = leaf.ports_per_nic > 1 ? floor((double)leaf.down_ports / leaf.ports_per_nic)
                                       : (double)leaf.down_ports * leaf.nics_per_port;
    leaf.oversubscription =
        leaf.up_ports > 0 ? fmax(1.0, leaf.nics * clos->nic_Bps / (leaf.up_ports * clos->port_Bps))
                          : 1.0;
    return leaf;
}

/** Leaves that T tiers can join, whole sets of rails only. */
static double max_leaves(const gw_clos *clos, int n_tiers) {
    double rails = clos->n_rails;
    double half = floor(clos->radix / 2.0);
    if (n_tiers == 1) {
        return 1;
    }
    if (n_tiers == 2) {
        return rails * floor(clos->radix / rails);
    }
    double pod = rails * floor(half / rails);
    return pod * pow(half, n_tiers - 3) * clos->radix;
}

double gw_clos_capacity(const gw_clos *clos, int n_tiers) {
    return max_leaves(clos, n_tiers) * gw_clos_leaf(clos, n_tiers).nics;
}

static double n_leaves(const gw_clos *clos, int n_tiers, double nics) {
    if (n_tiers == 1) {
        return 1;
    }
    double rails = clos->n_rails;
    double per_leaf = gw_clos_leaf(clos, n_tiers).nics;
    return rails * ceil(ceil(nics / rails - RATIO_SLACK) / per_leaf);
}

/** Switches of one plane, and the up-links of each switch below that are wired to them. */
typedef struct plane {
    int n_switches, n_up;
} plane;

/** Fewest switches of `ports` ports that join m blocks with `up` links each, evenly. Up to
 * `most_up` links may be wired where `up` has no such divisor (31 links: 32 to 4 switches, not 31
 * to 31). */
static plane join(double m, int up, int most_up, int ports) {
    for (int s = 1; s < up; s++) {
        int wired = (up + s - 1) / s * s;
        if (wired <= most_up && m * wired <= (double)s * ports * (1 + RATIO_SLACK)) {
            return (plane){s, wired};
        }
    }
    return (plane){up, up};
}

/** Switches and cables above the leaves, tier by tier; tree may be NULL. */
static void fill_upper_tiers(const gw_clos *clos, double leaves, int up_ports, gw_network *out,
                             gw_clos_tree *tree) {
    int half = clos->radix / 2;
    double blocks = leaves; /* blocks of the tier below, all equal */
    double planes = 1;      /* top switches of each of them */
    int up = up_ports;      /* up-links in use of each top switch */
    int most_up = up_ports; /* those that it has */
    double below = leaves;  /* switches of the tier below */
    for (int tier = 2; tier <= out->n_tiers; tier++) {
        bool top = tier == out->n_tiers;
        double joined = blocks, n_blocks = 1;
        if (!top) {
            double set = tier == 2 ? clos->n_rails : 1;
            double most = set * floor(half / set);
            n_blocks = ceil(blocks / most);
            joined = set * ceil(blocks / set / n_blocks);
        }
        plane p = join(joined, up, most_up, top ? clos->radix : half);
        double switches = n_blocks * planes * p.n_switches;
        if (tree != NULL) {
            tree->down_n[tier - 1] = joined;
            tree->up_n[tier - 1] = p.n_switches;
            tree->parallel_n[tier - 1] = (double)p.n_up / p.n_switches;
        }
        if (tier == 2) {
            out->n_spine = switches;
        } else {
            out->n_core += switches;
        }
        out->n_cables += below * p.n_up;
        planes *= p.n_switches;
        up = (int)ceil(joined * p.n_up / p.n_switches);
        most_up = half;
        below = switches;
        blocks = n_blocks;
    }
}

static void add_parts(const gw_clos *clos, const gw_leaf *leaf, double nics, gw_network *out) {
    double nic_links = nics * leaf->ports_per_nic;
    double trunks = out->n_cables;
    double split_ports = ceil(nic_links / leaf->nics_per_port);
    out->n_cables += nic_links;
    out->cable_length_m = out->n_cables * clos->cable_length_m;
    out->n_optics = clos->optical ? nic_links + split_ports + 2 * trunks : 0;
    /* Transceivers in units of the link type's rate: NIC side and switch side carry the same. */
    double nic_end = nics * clos->nic_Bps / clos->link_Bps;
    double ends = 2 * nic_end + 2 * trunks * clos->port_Bps / clos->link_Bps;
    out->power_W = out->n_switches * clos->switch_power_W + ends * clos->end_power_W;
    out->price_usd = out->n_switches * clos->switch_price_usd + ends * clos->end_price_usd;
}

static void set_unbuildable(gw_network *out, const char *problem) {
    out->problem = problem;
    out->n_leaf = out->n_spine = out->n_core = out->n_switches = GW_NAN;
    out->n_cables = out->n_optics = out->cable_length_m = GW_NAN;
    out->bisection_Bps = out->full_bisection_frac = GW_NAN;
    out->power_W = out->price_usd = GW_NAN;
}

/** NULL if the figures make sense at all. */
static const char *bad_input(const gw_clos *clos) {
    if (!(clos->n_nics > 0 && clos->n_nics < 1e12)) {
        return "the cluster has no scale-out ports";
    }
    if (clos->radix < 2 || clos->n_rails < 1 || clos->n_tiers < 0) {
        return "a switch needs two ports or more, and the network one rail or more";
    }
    if (!(clos->nic_Bps > 0 && clos->port_Bps > 0 && clos->link_Bps > 0)) {
        return "a rate of the scale-out network is missing";
    }
    if (clos->cable_length_m > clos->link_reach_m) {
        return "the mean cable is longer than the reach of the link type";
    }
    return NULL;
}

/** False if no admissible number of tiers carries the NICs; the reason is then in `out`. */
static bool pick_tiers(const gw_clos *clos, double nics, gw_arena *scratch, gw_network *out) {
    int from = clos->n_tiers > 0 ? clos->n_tiers : 1;
    int to = clos->n_tiers > 0 ? clos->n_tiers : GW_CLOS_MAX_TIERS;
    for (int tiers = from; tiers <= to; tiers++) {
        out->n_tiers = tiers;
        out->max_endpoints = gw_clos_capacity(clos, tiers);
        if (nics <= out->max_endpoints) {
            return true;
        }
    }
    if (out->max_endpoints > 0) {
        set_unbuildable(out, gw_arena_printf(scratch,
                                             "%d tiers of %d-port switches carry %.0f NIC ports, "
                                             "%.0f are needed",
                                             to, clos->radix, out->max_endpoints, nics));
    } else {
        set_unbuildable(out, gw_arena_printf(scratch,
                                             "a pod of %d-port switches cannot hold a leaf for "
                                             "each of %d rails",
                                             clos->radix, clos->n_rails));
    }
    return false;
}

void gw_clos_network(const gw_clos *clos, gw_arena *scratch, gw_network *out) {
    *out = (gw_network){.n_rails = clos->n_rails, .n_tiers = clos->n_tiers};
    const char *problem = bad_input(clos);
    if (problem) {
        set_unbuildable(out, problem);
        out->n_endpoints = clos->n_nics;
        out->max_endpoints = out->diameter_hops = GW_NAN;
        return;
    }
    double nics = ceil(clos->n_nics - RATIO_SLACK * clos->n_nics);
    out->n_endpoints = nics;
    bool built = pick_tiers(clos, nics, scratch, out);
    out->diameter_hops = 2.0 * out->n_tiers - 1;
    if (!built) {
        return;
    }
    gw_leaf leaf = gw_clos_leaf(clos, out->n_tiers);
    out->n_leaf = n_leaves(clos, out->n_tiers, nics);
    fill_upper_tiers(clos, out->n_leaf, leaf.up_ports, out, NULL);
    out->n_switches = out->n_leaf + out->n_spine + out->n_core;
    add_parts(clos, &leaf, nics, out);
    double nic_side_Bps = nics * clos->nic_Bps;
    double up_side_Bps = out->n_tiers > 1 ? out->n_leaf * leaf.up_ports * clos->port_Bps : GW_INF;
    out->bisection_Bps = fmin(nic_side_Bps, up_side_Bps) / 2;
    out->full_bisection_frac = out->bisection_Bps / (nic_side_Bps / 2);
}

gw_clos_tree gw_clos_levels(const gw_clos *clos, int n_tiers) {
    gw_leaf leaf = gw_clos_leaf(clos, n_tiers);
    double nics = ceil(clos->n_nics - RATIO_SLACK * clos->n_nics);
    gw_clos_tree tree = {.n_levels = n_tiers};
    tree.down_n[0] = leaf.nics;
    tree.up_n[0] = 1;
    tree.parallel_n[0] = leaf.ports_per_nic;
    gw_network counts = {.n_tiers = n_tiers};
    fill_upper_tiers(clos, n_leaves(clos, n_tiers, nics), leaf.up_ports, &counts, &tree);
    return tree;
}
