/* route_graph.c: shortest ways over the links of a net that are alive, by search.
 *
 * In:  any gw_net: free ones, CSV networks, others whose own way is cut by faults.
 * Out: a path.
 *
 * Model. A search in breadth from the destination backwards gives every node the number of links of
 * its shortest way and, over ways of that number, the least sum of latencies. The next links of a
 * node are those that lead one step nearer. d_mod_k: the one of least latency, then of lowest number;
 * ECMP: a hash among all, whatever their latency; spray: all alike; Valiant: over a switch picked by
 * a hash, plain if that one cannot be reached.
 *
 * Hosts do not forward: a way through one is taken only where there is no other. In a torus they
 * are the routers; without switches all of them forward. Between two hosts of a scale-up domain the way is over its switch.
 *
 * Searches are kept by destination (one serves all hosts of a switch), at most as many as fit into
 * 16 MiB, in free networks 64 MiB. Routing is right without that memory, but then searches for every flow.
 *
 * Valid: any size; time of a search grows with the links.
 * Sources: Moore, "The shortest path through a maze" (1959); Dijkstra, Numer. Math. 1 (1959) 269.
 */
#include "network/route_graph.h"

#include <math.h>
#include <string.h>

#include "network/graph.h"
#include "network/net_own.h"
#include "network/route_walk.h"

#define CACHE_BYTES ((size_t)16 << 20)
/** A free network knows no other way than to search. */
#define CACHE_FREE_BYTES ((size_t)64 << 20)
#define SCALEUP_TIER 255

/* ------------------------------------------------------------------ links by node */

static gw_adjacency by_node(const gw_net *net, const int32_t *node, gw_arena *arena) {
    int64_t *at = GW_NEW_N(arena, net->n_nodes + 2, int64_t);
    int32_t *link = GW_NEW_N(arena, net->n_links, int32_t);
    /* Counts two places on: after the filling below at[v] is the begin of v. */
    for (int32_t l = 0; l < net->n_links; l++) {
        at[node[l] + 2]++;
    }
    for (int32_t v = 0; v < net->n_nodes; v++) {
        at[v + 2] += at[v + 1];
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        link[at[node[l] + 1]++] = l;
    }
    return (gw_adjacency){at, link};
}

static bool forwards(const gw_net *net, int32_t node) {
    return node >= net->n_hosts || net->n_hosts == net->n_nodes ||
           net->plan.topology == GW_TOPOLOGY_TORUS;
}

/* Number of roots. */
static int32_t find_roots(const gw_net *net, gw_graph *graph) {
    int32_t n_roots = 0;
    for (int32_t v = 0; v < net->n_nodes; v++) {
        int64_t first = graph->in.at[v], end = graph->in.at[v + 1];
        int32_t only = first < end ? net->from[graph->in.link[first]] : v;
        bool same = v < net->n_hosts && only >= net->n_hosts;
        for (int64_t i = first; i < end && same; i++) {
            same = net->from[graph->in.link[i]] == only;
        }
        graph->root[v] = same ? only : v;
        graph->number[v] = n_roots;
        n_roots += !same;
    }
    return n_roots;
}

gw_graph *gw_graph_create(const gw_net *net, size_t cache_bytes, gw_arena *arena) {
    gw_graph *graph = GW_NEW(arena, gw_graph);
    graph->out = by_node(net, net->from, arena);
    graph->in = by_node(net, net->to, arena);
    graph->most_links = 1;
    for (int32_t v = 0; v < net->n_nodes; v++) {
        int64_t n = graph->out.at[v + 1] - graph->out.at[v];
        graph->most_links = n > graph->most_links ? (int32_t)n : graph->most_links;
    }
    graph->root = GW_NEW_N(arena, net->n_nodes, int32_t);
    graph->number = GW_NEW_N(arena, net->n_nodes, int32_t);
    int64_t n_searches = 2 * (int64_t)find_roots(net, graph); /* not and through hosts */
    size_t a_search = (size_t)net->n_nodes * (sizeof(int32_t) + sizeof(double));
    int64_t n_slots = (int64_t)(cache_bytes / a_search);
    n_slots = n_slots > n_searches ? n_searches : n_slots;
    graph->n_slots = n_slots < 1 ? 1 : (int32_t)n_slots;
    graph->key = GW_NEW_N(arena, graph->n_slots, int32_t);
    graph->links_to = GW_NEW_N(arena, (int64_t)graph->n_slots * net->n_nodes, int32_t);
    graph->to_s = GW_NEW_N(arena, (int64_t)graph->n_slots * net->n_nodes, double);
    graph->queue = GW_NEW_N(arena, net->n_nodes, int32_t);
    return graph;
}

const gw_adjacency *gw_net_adjacency(gw_net *net) {
    if (net->graph == NULL) {
        bool searches = net->plan.topology == GW_TOPOLOGY_FREE;
        net->graph = gw_graph_create(net, searches ? CACHE_FREE_BYTES : CACHE_BYTES, net->arena);
    }
    return &net->graph->out;
}

void gw_net_changed(gw_net *net) {
    if (net->graph != NULL) {
        memset(net->graph->key, 0, (size_t)net->graph->n_slots * sizeof *net->graph->key);
    }
}

/* ------------------------------------------------------------------ search */

typedef struct search {
    const int32_t *links_to;
    const double *to_s;
} search;

/* What the walk hands to its functions. */
typedef struct graph_walk {
    gw_graph *graph;
    bool through_hosts;
} graph_walk;

static void find_ways(const gw_net *net, const gw_graph *graph, int32_t root, bool through_hosts,
                      int32_t *links_to, double *to_s) {
    memset(links_to, 0xff, (size_t)net->n_nodes * sizeof *links_to); /* -1 */
    int32_t n = 0;
    graph->queue[n++] = root;
    links_to[root] = 0;
    to_s[root] = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t v = graph->queue[i];
        if (v != root && !through_hosts && !forwards(net, v)) {
            continue;
        }
        for (int64_t k = graph->in.at[v]; k < graph->in.at[v + 1]; k++) {
            int32_t link = graph->in.link[k], from = net->from[link];
            if (!(net->capacity_Bps[link] > 0)) {
                continue;
            }
            double from_s = to_s[v] + net->latency_s[link];
            if (links_to[from] < 0) {
                links_to[from] = links_to[v] + 1;
                to_s[from] = from_s;
                graph->queue[n++] = from;
            } else if (links_to[from] == links_to[v] + 1) {
                to_s[from] = fmin(to_s[from], from_s);
            }
        }
    }
}

static search search_of(const gw_net *net, gw_graph *graph, int32_t root, bool through_hosts) {
    int32_t search_id = 2 * graph->number[root] + through_hosts;
    int32_t slot = search_id % graph->n_slots, key = search_id + 1;
    int32_t *links_to = graph->links_to + (int64_t)slot * net->n_nodes;
    double *to_s = graph->to_s + (int64_t)slot * net->n_nodes;
    if (graph->key[slot] != key) {
        find_ways(net, graph, root, through_hosts, links_to, to_s);
        graph->key[slot] = key;
    }
    return (search){links_to, to_s};
}

/* ------------------------------------------------------------------ routes */

static void swap_first(gw_hops *hops, int32_t i) {
    int32_t link = hops->link[i];
    /* The rest stays in order: ECMP and spray see the same list whatever is first. */
    memmove(&hops->link[1], &hops->link[0], (size_t)i * sizeof link);
    hops->link[0] = link;
}

static void last_links(const gw_net *net, const gw_graph *graph, int32_t at, int32_t dst,
                       gw_hops *hops) {
    double least_s = GW_INF;
    int32_t best = 0;
    for (int64_t k = graph->in.at[dst]; k < graph->in.at[dst + 1]; k++) {
        int32_t link = graph->in.link[k];
        if (net->from[link] == at && net->capacity_Bps[link] > 0) {
            if (net->latency_s[link] < least_s) {
                least_s = net->latency_s[link];
                best = hops->n;
            }
            gw_hops_add(hops, link);
        }
    }
    swap_first(hops, best);
}

static void graph_hops(const gw_walk *walk, int32_t at, int32_t dst, gw_hops *hops) {
    const graph_walk *g = walk->shape;
    const gw_net *net = walk->net;
    int32_t root = g->graph->root[dst];
    hops->n_first = 1;
    if (at == root) {
        last_links(net, g->graph, at, dst, hops);
        return;
    }
    search s = search_of(net, g->graph, root, g->through_hosts);
    if (s.links_to[at] < 0) {
        return;
    }
    double least_s = GW_INF;
    int32_t best = 0;
    for (int64_t k = g->graph->out.at[at]; k < g->graph->out.at[at + 1]; k++) {
        int32_t link = g->graph->out.link[k], to = net->to[link];
        bool open = to == root || g->through_hosts || forwards(net, to);
        if (!open || s.links_to[to] != s.links_to[at] - 1 || !(net->capacity_Bps[link] > 0)) {
            continue;
        }
        double way_s = net->latency_s[link] + s.to_s[to];
        if (way_s < least_s) {
            least_s = way_s;
            best = hops->n;
        }
        gw_hops_add(hops, link);
    }
    swap_first(hops, best);
}

static int32_t graph_through(const gw_walk *walk, int32_t src, int32_t dst, uint64_t hash) {
    (void)src;
    (void)dst;
    const gw_net *net = walk->net;
    int32_t n_switches = net->n_nodes - net->n_hosts;
    if (n_switches == 0) {
        return gw_net_pick(hash, UINT32_MAX, net->n_nodes);
    }
    int32_t via = net->n_hosts + gw_net_pick(hash, UINT32_MAX, n_switches);
    return net->tier != NULL && net->tier[via] == SCALEUP_TIER ? -1 : via;
}

/* Over the scale-up switch that both hosts are joined to; false: there is none. */
static bool inside_domain(const gw_net *net, const gw_graph *graph, int32_t src, int32_t dst,
                          gw_path *path) {
    if (net->tier == NULL || net->plan.domain < 2) {
        return false;
    }
    for (int64_t k = graph->out.at[src]; k < graph->out.at[src + 1]; k++) {
        int32_t up = graph->out.link[k], middle = net->to[up];
        if (net->tier[middle] != SCALEUP_TIER || !(net->capacity_Bps[up] > 0)) {
            continue;
        }
        for (int64_t j = graph->in.at[dst]; j < graph->in.at[dst + 1]; j++) {
            int32_t down = graph->in.link[j];
            if (net->from[down] == middle && net->capacity_Bps[down] > 0) {
                return gw_path_put(path, up) && gw_path_put(path, down);
            }
        }
    }
    return false;
}

static bool route_over(const gw_net *net, gw_graph *graph, const gw_route_how *how, int32_t src,
                       int32_t dst, uint32_t entropy, gw_path *path) {
    if (inside_domain(net, graph, src, dst, path)) {
        return true;
    }
    gw_route_how plain = *how;
    plain.kind = GW_ROUTING_D_MOD_K;
    for (int through_hosts = 0; through_hosts < 2; through_hosts++) {
        graph_walk g = {graph, through_hosts == 1};
        gw_walk walk = {net, &g, graph_hops, graph_through, graph->most_links};
        if (gw_walk_route(&walk, how, src, dst, entropy, path) ||
            (how->kind == GW_ROUTING_VALIANT &&
             gw_walk_route(&walk, &plain, src, dst, entropy, path))) {
            return true;
        }
    }
    return false;
}

bool gw_route_graph(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                    uint32_t entropy, gw_path *path) {
    if (src == dst) {
        return false;
    }
    if (net->graph != NULL) {
        return route_over(net, net->graph, how, src, dst, entropy, path);
    }
    gw_arena *arena = gw_arena_create(0);
    if (arena == NULL) {
        gw_out_of_memory(0);
    }
    gw_graph *graph = gw_graph_create(net, 0, arena);
    bool found = route_over(net, graph, how, src, dst, entropy, path);
    gw_arena_free(arena);
    return found;
}

/* ------------------------------------------------------------------ diameter */

/* Links of the longest shortest way to `dst` from any host; *farthest: where it begins. */
static int32_t longest_to(const gw_net *net, gw_graph *graph, int32_t dst, int32_t *farthest) {
    search s = search_of(net, graph, dst, false);
    int32_t most = 0;
    *farthest = dst;
    for (int32_t h = 0; h < net->n_hosts; h++) {
        if (s.links_to[h] > most) {
            most = s.links_to[h];
            *farthest = h;
        }
    }
    return most;
}

int gw_graph_diameter_hops(const gw_net *net) {
    gw_arena *arena = gw_arena_create(0);
    if (arena == NULL) {
        gw_out_of_memory(0);
    }
    gw_graph *graph = gw_graph_create(net, 0, arena);
    int32_t most = 0, n = net->n_hosts < 64 ? net->n_hosts : 64;
    for (int32_t h = 0; h < n; h++) {
        int32_t far, farther;
        int32_t links = longest_to(net, graph, h, &far);
        int32_t more = n < net->n_hosts ? longest_to(net, graph, far, &farther) : 0;
        most = links > most ? links : most;
        most = more > most ? more : most;
    }
    gw_arena_free(arena);
    return most - 1;
}
