/* graph_fixture.h: plans of networks that are no trees, and a search that knows nothing of them. */
#ifndef GW_GRAPH_FIXTURE_H
#define GW_GRAPH_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "network/net.h"

/* Hosts of 50 GB/s, links between switches of 25 GB/s. */
#define GRAPH_PARTS(kind, hosts, domain_n, nics_n)                                                 \
    .topology = (kind), .n_hosts = (hosts), .nics = (nics_n), .rails = 1, .per_node = 1,           \
    .planes = 1, .domain = (domain_n), .islands = 1, .nic_Bps = 50e9, .link_Bps = 25e9,            \
    .scaleup_Bps = 450e9, .nic_latency_s = 1e-6, .link_latency_s = 5e-7,                           \
    .scaleup_latency_s = 1e-7, .host_cable_m = 2, .cable_m = 30

#define GRAPH_REST(kind, hosts) GRAPH_PARTS(kind, hosts, 1, 1)

#define GRAPH_TORUS(hosts, n, x, y, z)                                                             \
    { GRAPH_REST(GW_TOPOLOGY_TORUS, hosts), .n_dims = (n), .dim = {(x), (y), (z)}, .wrap = true }

/* n dimensions x, y, z; w cables in the first, w_last in the others; p hosts a switch. */
#define GRAPH_HYPERX(hosts, n, x, y, z, w, p, w_last)                                              \
    {                                                                                              \
        GRAPH_REST(GW_TOPOLOGY_HYPERX, hosts), .n_dims = (n), .dim = {(x), (y), (z)},              \
                                               .width = {(w), (w_last), (w_last)},                 \
                                               .hosts_per_switch = (p)                             \
    }

#define GRAPH_DRAGONFLY(hosts, g, a, p, h, parallel)                                               \
    {                                                                                              \
        GRAPH_REST(GW_TOPOLOGY_DRAGONFLY, hosts), .groups = (g), .routers = (a),                   \
                                                  .hosts_per_switch = (p), .global_links = (h),    \
                                                  .local_parallel = (parallel)                     \
    }

#define GRAPH_DRAGONFLY_PLUS(hosts, g, l, s, p, h, parallel)                                       \
    {                                                                                              \
        GRAPH_REST(GW_TOPOLOGY_DRAGONFLY_PLUS, hosts),                                             \
            .groups = (g), .leaves = (l), .spines = (s), .hosts_per_switch = (p),                  \
            .global_links = (h), .local_parallel = (parallel)                                      \
    }

/* Fewest links to dst over living links from every node, -1: none. Hosts forward only in a torus, or,
 * where a node has no other way, elsewhere too. In a sound dragonfly a way has one cable between
 * groups at most: two layers of nodes. By repeated relaxation: slow and plain. */
static inline void graph_relax(const gw_net *net, int32_t dst, bool hosts_forward, int *links_to) {
    bool dragonfly = net->plan.topology == GW_TOPOLOGY_DRAGONFLY && !net->damaged;
    int n = net->n_nodes, layers = dragonfly ? 2 : 1;
    int *to = malloc((size_t)(n * layers) * sizeof *to);
    for (int i = 0; i < n * layers; i++) {
        to[i] = -1;
    }
    for (int layer = 0; layer < layers; layer++) {
        to[layer * n + dst] = 0;
    }
    for (int distance = 0, more = 1; more; distance++) {
        more = 0;
        for (int32_t l = 0; l < net->n_links; l++) {
            int32_t from = net->from[l], next = net->to[l];
            if (!(net->capacity_Bps[l] > 0) ||
                (next < net->n_hosts && next != dst && !hosts_forward)) {
                continue;
            }
            bool global = dragonfly && net->kinds[net->kind[l]].role == GW_CABLE_SWITCH &&
                          net->kinds[net->kind[l]].tier == 2;
            /* Layer k: ways with at most k cables between groups. */
            for (int layer = global ? 1 : 0; layer < layers; layer++) {
                int after = to[(layer - global) * n + next];
                int *here = &to[layer * n + from];
                if (after == distance && *here < 0) {
                    *here = distance + 1;
                    more = 1;
                }
            }
        }
    }
    memcpy(links_to, to + (layers - 1) * n, (size_t)n * sizeof *links_to);
    free(to);
}

static inline void graph_search(const gw_net *net, int32_t dst, int *links_to) {
    graph_relax(net, dst, net->plan.topology == GW_TOPOLOGY_TORUS, links_to);
    int *anyhow = malloc((size_t)net->n_nodes * sizeof *anyhow);
    graph_relax(net, dst, true, anyhow);
    for (int32_t v = 0; v < net->n_nodes; v++) {
        links_to[v] = links_to[v] < 0 ? anyhow[v] : links_to[v];
    }
    free(anyhow);
}

#endif
