/* tree_measures.c: bisection, diameter and names of folded Clos networks.
 *
 * In:  gw_net of topology_tree.c.
 * Out: bandwidth across the worst equal cut, switches on the longest way, names of switches.
 *
 * Model. Bisection: half of what the hosts can send out of the subtrees of the highest level,
 * limited by the cables of every height: the worst equal cut for an even number of equal subtrees, a
 * lower bound for an odd one. Across joined islands no more than floor(I/2) ceil(I/2) trunk bundles.
 * Several islands without trunks: of one of them. Scale-up links are not counted.
 * Diameter: the way from leaf to leaf over the lowest level that all hosts share; to another island
 * two gateways more; in a rail-only network with domains a scale-up switch more.
 *
 * Valid: as built; faults are not looked at.
 * Derivation: cuts of a tree; the tests hold them to the largest flow between all equal halves.
 */
#include "network/topology_tree.h"

#include <math.h>
#include <stdio.h>

/** What the hosts can send out of all subtrees of the level below the top, of one tree. */
static double sent_Bps(const gw_tree *t, const gw_net_plan *plan) {
    double nic_Bps = plan->nic_Bps / plan->planes * plan->up[0] * plan->parallel[0];
    double out_Bps = nic_Bps * t->used[0];
    for (int i = 1; i < t->n_levels && t->used[i] > 1; i++) {
        double up_Bps = plan->link_Bps * t->copies[i] * t->up[i] * t->parallel[i];
        out_Bps = fmin(out_Bps, up_Bps * t->used[i]);
    }
    return out_Bps;
}

double gw_tree_bisection_Bps(const gw_net *net) {
    const gw_tree *t = net->own;
    double island_Bps = sent_Bps(t, &net->plan) * t->forests * t->planes / 2;
    if (!t->gateways) {
        return island_Bps;
    }
    double half = floor(t->islands / 2.0);
    double trunks_Bps = half * (t->islands - half) * t->trunks * net->plan.trunk_Bps;
    return fmin(island_Bps * t->islands, trunks_Bps);
}

int gw_tree_diameter_hops(const gw_net *net) {
    const gw_tree *t = net->own;
    if (t->gateways) {
        return 2 * t->n_levels + 2;
    }
    int levels = t->n_levels;
    while (levels > 1 && t->used[levels - 1] == 1) {
        levels--;
    }
    bool crosses = t->forests > 1 && t->domain > 1; /* to another rail: over the scale-up switch */
    return 2 * levels - 1 + (crosses ? 1 : 0);
}

/** "island-1/rail-3/plane-0/", as far as there are several. */
static int put_prefix(const gw_tree *t, int32_t tree, char *text, size_t room) {
    int32_t plane = tree % t->planes, forest = tree / t->planes % t->forests;
    int32_t island = tree / t->planes / t->forests;
    char part[3][24] = {"", "", ""};
    if (t->islands > 1) {
        snprintf(part[0], sizeof part[0], "island-%d/", island);
    }
    if (t->forests > 1) {
        snprintf(part[1], sizeof part[1], "rail-%d/", forest);
    }
    if (t->planes > 1) {
        snprintf(part[2], sizeof part[2], "plane-%d/", plane);
    }
    return snprintf(text, room, "%s%s%s", part[0], part[1], part[2]);
}

void gw_tree_node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    static const char *const names[GW_NET_LEVELS + 1] = {"host",  "leaf",  "spine", "core",
                                                         "tier4", "tier5", "tier6"};
    const gw_tree *t = net->own;
    if (node >= t->scaleup) {
        snprintf(text, room, "scaleup-%d", node - t->scaleup);
        return;
    }
    if (node >= t->gateway) {
        snprintf(text, room, "island-%d/gateway", node - t->gateway);
        return;
    }
    int level = net->tier[node];
    int32_t place = node - t->node[level], copies = t->copies[level], n = t->used[level];
    int32_t copy = place % copies, subtree = place / copies % n;
    int at = put_prefix(t, place / copies / n, text, room);
    if (at < 0 || (size_t)at >= room) {
        return;
    }
    if (copies > 1 && n > 1) {
        snprintf(text + at, room - (size_t)at, "%s-%d-%d", names[level], subtree, copy);
    } else {
        snprintf(text + at, room - (size_t)at, "%s-%d", names[level], copies > 1 ? copy : subtree);
    }
}
