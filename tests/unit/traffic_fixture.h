/* tests/unit/traffic_fixture.h: small networks and what is asked of them, shared by the tests of
 * collectives as flows. */
#ifndef GW_TRAFFIC_FIXTURE_H
#define GW_TRAFFIC_FIXTURE_H

#include "base/rng.h"
#include "gw_test.h"
#include "scenario/enums.h"
#include "traffic/traffic_build.h"
#include "traffic/traffic_flows.h"

#define GIGA 1e9
#define NIC_Bps 50e9
#define SCALEUP_Bps 450e9

/** Two tiers: `leaves` leaves of `per_leaf` hosts, `spines` spines; full bisection where spines =
 * per_leaf. */
static inline gw_net_plan two_tiers(int leaves, int per_leaf, int spines) {
    return (gw_net_plan){.topology = GW_TOPOLOGY_FAT_TREE,
                         .n_hosts = leaves * per_leaf,
                         .nics = 1,
                         .rails = 1,
                         .per_node = 1,
                         .planes = 1,
                         .domain = 1,
                         .islands = 1,
                         .n_levels = 2,
                         .down = {per_leaf, leaves},
                         .up = {1, spines},
                         .parallel = {1, 1},
                         .nic_Bps = NIC_Bps,
                         .link_Bps = NIC_Bps,
                         .nic_latency_s = 1e-6,
                         .link_latency_s = 0.5e-6};
}

/** Nodes of `domain` hosts on as many rails; a leaf serves one rail of `per_leaf` nodes. */
static inline gw_net_plan rails(int nodes, int domain, int per_leaf, int spines) {
    gw_net_plan plan = two_tiers(nodes * domain / per_leaf, per_leaf, spines);
    plan.topology = GW_TOPOLOGY_RAIL;
    plan.rails = plan.per_node = plan.domain = domain;
    plan.scaleup_Bps = SCALEUP_Bps;
    plan.scaleup_latency_s = 0.4e-6;
    return plan;
}

static inline gw_net *net_of(const gw_net_plan *plan, gw_arena *arena) {
    const char *problem = gw_net_plan_problem(plan, arena);
    if (problem != NULL) {
        print_error("%s\n", problem);
    }
    assert_null(problem);
    return gw_net_build(plan, arena);
}

/** All hosts in one group, in order; or n of each of several, interleaved. */
static inline gw_collective_ask ask_of(gw_collective kind, int algorithm, double bytes, int32_t n,
                                       int32_t n_groups, gw_arena *arena) {
    int32_t *rank = GW_NEW_N(arena, (int64_t)n * n_groups, int32_t);
    for (int32_t t = 0; t < n_groups; t++) {
        for (int32_t i = 0; i < n; i++) {
            rank[(int64_t)t * n + i] = i * n_groups + t;
        }
    }
    return (gw_collective_ask){.kind = kind,
                               .algorithm = algorithm,
                               .bytes = bytes,
                               .n = n,
                               .n_groups = n_groups,
                               .rank = rank,
                               .queue_pairs = 1,
                               .seed = 1};
}

static inline gw_traffic made(const gw_net *net, const gw_collective_ask *ask, gw_arena *arena) {
    gw_traffic t;
    const char *problem = gw_traffic_make(net, ask, arena, &t);
    if (problem != NULL) {
        print_error("%s\n", problem);
    }
    assert_null(problem);
    return t;
}

#endif
