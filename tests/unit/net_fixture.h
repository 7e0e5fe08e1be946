/* tests/unit/net_fixture.h: small trees of every kind, for tests of nets and of their routes. */
#ifndef GW_NET_FIXTURE_H
#define GW_NET_FIXTURE_H

#include "network/net.h"

/** Rates so that every cut is told apart: NIC 10, switch links 12, scale-up 90, trunks 7. */
static inline gw_net_plan net_plan(int topology, int32_t n_hosts, int n_levels, const int *down,
                                   const int *up, const int *parallel) {
    gw_net_plan plan = {.topology = topology,
                        .n_hosts = n_hosts,
                        .nics = 1,
                        .rails = 1,
                        .per_node = 1,
                        .planes = 1,
                        .domain = 1,
                        .islands = 1,
                        .n_levels = n_levels,
                        .nic_Bps = 10,
                        .link_Bps = 12,
                        .scaleup_Bps = 90,
                        .trunk_Bps = 7,
                        .nic_latency_s = 1e-6,
                        .link_latency_s = 2e-6,
                        .scaleup_latency_s = 3e-6,
                        .trunk_length_m = 1000};
    for (int i = 0; i < n_levels; i++) {
        plan.down[i] = down[i];
        plan.up[i] = up[i];
        plan.parallel[i] = parallel[i];
    }
    return plan;
}

#define NET_TREE(hosts, ...) net_plan(GW_TOPOLOGY_FAT_TREE, hosts, __VA_ARGS__)
#define NET_INTS(...)                                                                              \
    (const int[]) {                                                                                \
        __VA_ARGS__                                                                                \
    }

#define NET_PLANS 16

static inline gw_net_plan net_plan_with(gw_net_plan plan, int nics, int rails, int per_node,
                                        int domain) {
    plan.nics = nics;
    plan.rails = rails;
    plan.per_node = per_node;
    plan.domain = domain;
    return plan;
}

/** One of NET_PLANS: heights 1 to 4, full and tapered, partly filled; several NICs, rails, planes,
 * islands, scale-up domains, and all of them at once. */
static inline gw_net_plan net_plan_number(int i) {
    const int *two = NET_INTS(4, 4), *two_up = NET_INTS(1, 2), *ones = NET_INTS(1, 1, 1, 1);
    gw_net_plan rail = net_plan(GW_TOPOLOGY_RAIL, 30, 2, NET_INTS(3, 12), NET_INTS(1, 3), ones);
    gw_net_plan p = NET_TREE(16, 2, two, two_up, NET_INTS(1, 2));
    switch (i) {
    case 0:
        return NET_TREE(16, 3, NET_INTS(2, 2, 4), NET_INTS(1, 2, 2), ones); /* k = 4 */
    case 1:
        return NET_TREE(5, 1, NET_INTS(6), ones, ones);
    case 2:
        return p;
    case 3:
        return NET_TREE(24, 3, NET_INTS(3, 2, 4), NET_INTS(2, 3, 2), NET_INTS(2, 1, 3));
    case 4:
        return NET_TREE(21, 3, NET_INTS(3, 2, 4), NET_INTS(1, 2, 3), NET_INTS(1, 2, 1));
    case 5:
        return NET_TREE(24, 4, NET_INTS(2, 2, 2, 3), NET_INTS(1, 3, 2, 2), NET_INTS(2, 1, 3, 2));
    case 6:
        p.planes = 3;
        return p;
    case 7:
        return net_plan_with(NET_TREE(8, 2, two, two_up, ones), 2, 1, 1, 1);
    case 8:
        return net_plan_with(rail, 1, 4, 4, 4); /* a node is a domain */
    case 9:
        return net_plan_with(rail, 1, 4, 4, 12); /* three nodes */
    case 10:
        p = net_plan(GW_TOPOLOGY_RAIL_ONLY, 30, 2, NET_INTS(3, 4), two_up, ones);
        return net_plan_with(p, 1, 4, 4, 4);
    case 11:
        p.islands = 3;
        p.n_hosts = 22;
        p.trunks = 2;
        return p;
    case 12:
        rail.n_hosts = 16;
        return net_plan_with(rail, 2, 4, 2, 2);
    case 13: { /* everything at once */
        gw_net_plan all = net_plan(GW_TOPOLOGY_RAIL, 44, 3, NET_INTS(2, 4, 2), NET_INTS(1, 2, 2),
                                   NET_INTS(1, 2, 1));
        all = net_plan_with(all, 1, 4, 4, 8);
        all.planes = 2;
        all.islands = 4;
        all.trunks = 3;
        return all;
    }
    case 14: { /* rails in two islands, not joined inside them */
        gw_net_plan q = net_plan(GW_TOPOLOGY_RAIL_ONLY, 16, 2, NET_INTS(2, 2), two_up, ones);
        q = net_plan_with(q, 1, 4, 4, 4);
        q.islands = 2;
        q.trunks = 1;
        return q;
    }
    default:
        p.islands = 2; /* without trunks */
        p.n_hosts = 12;
        return p;
    }
}

#endif
