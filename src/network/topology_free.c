/* topology_free.c: a network of nodes and links written one by one.
 *
 * In:  gw_fabric of topology free (nodes, links), by gw_net_plan.source; rates of the plan where a
 *      link gives none.
 * Out: a gw_net whose nodes and links have names.
 *
 * Model. free_nodes.c says what a name stands for. Hosts come first, in the order of the file, then
 * switches. A cable of both ways gives two links in a row; `duplex: no` the one from -> to. Cables
 * at a host have the role of host cables; those over 2 km count as long ones.
 *
 * Routes: route_graph.c. Bisection: graph_cut.c, exact to 12 hosts, an upper bound beyond. Diameter:
 * exact to 64 hosts, beyond that over 64 of them and those farthest away: a lower bound.
 *
 * Valid: every host has a link. Whether all hosts reach all others shows when they are routed.
 * Derivation: none.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/free_nodes.h"
#include "network/graph_cut.h"
#include "network/net_own.h"
#include "network/route_graph.h"
#include "network/wiring_graphs.h"
#include "network/wiring_parts.h"

/** A cable this long leaves the campus. */
#define LONG_CABLE_M 2000.0

static double hosts_of(const gw_fabric *fabric) {
    double n = 0;
    for (int i = 0; i < fabric->nodes.n; i++) {
        n += fabric->nodes.at[i].host ? (double)fabric->nodes.at[i].count : 0;
    }
    return n;
}

const char *gw_free_problem(const gw_net_plan *plan, gw_arena *arena) {
    if (plan->source == NULL) {
        return "a free network needs nodes and links";
    }
    if (plan->domain > 1) {
        return "a free network has the links that are written, no scale-up domains beside them";
    }
    gw_diags *diags = gw_diags_create();
    if (diags == NULL) {
        gw_out_of_memory(0);
    }
    gw_free_check(plan->source, diags);
    const char *problem = NULL;
    if (gw_diags_n_errors(diags) > 0) {
        const gw_diag *first = gw_diags_at(diags, 0);
        problem = first->loc.line > 0
                      ? gw_arena_printf(arena, "%s (line %d)", first->msg, first->loc.line)
                      : gw_arena_strdup(arena, first->msg);
    }
    gw_diags_free(diags);
    if (problem == NULL && plan->n_hosts != (int32_t)hosts_of(plan->source)) {
        problem = gw_arena_printf(arena, "the nodes hold %.0f hosts, not %d",
                                  hosts_of(plan->source), plan->n_hosts);
    }
    for (int i = 0; i < plan->source->links.n && problem == NULL; i++) {
        const gw_fabric_link *link = &plan->source->links.at[i];
        if (!(link->rate_Bps > 0) && !(plan->link_Bps > 0)) {
            problem = gw_arena_printf(arena, "link `%s` has no rate, nor has the fabric",
                                      link->head.name);
        }
    }
    return problem != NULL ? problem : gw_graph_plan_problem(plan, plan->n_hosts, arena);
}

void gw_free_counts(const gw_net_plan *plan, double *n_nodes, double *n_links) {
    const gw_fabric *fabric = plan->source;
    gw_free_book book = gw_free_book_open(fabric);
    *n_nodes = *n_links = 0;
    for (int i = 0; i < fabric->nodes.n; i++) {
        *n_nodes += (double)fabric->nodes.at[i].count;
    }
    for (int i = 0; i < fabric->links.n; i++) {
        const gw_fabric_link *link = &fabric->links.at[i];
        double pairs =
            gw_free_pairs_n(gw_free_find(&book, link->from), gw_free_find(&book, link->to));
        *n_links += pairs * (double)link->parallel * (link->duplex ? 2 : 1);
    }
    gw_free_book_close(&book);
}

/* ------------------------------------------------------------------ building */

static void name_nodes(gw_net *net, const gw_fabric *fabric, int32_t *first) {
    int32_t node = 0;
    for (int hosts = 1; hosts >= 0; hosts--) {
        for (int i = 0; i < fabric->nodes.n; i++) {
            const gw_fabric_node *entry = &fabric->nodes.at[i];
            if (entry->host != (hosts == 1)) {
                continue;
            }
            first[i] = node;
            for (int64_t k = 0; k < entry->count; k++, node++) {
                net->tier[node] = hosts == 1 ? 0 : 1;
                net->node_name[node] =
                    entry->count == 1
                        ? entry->head.name
                        : gw_arena_printf(net->arena, "%s-%d", entry->head.name, (int)k);
            }
        }
    }
}

/* Number of an equal kind, or of a new one. When all are in use the nearest in length and rate stands
 * for it: kinds serve counts and prices, flows see the capacity of each link. */
static uint8_t kind_of(gw_net *net, gw_link_kind kind) {
    int best = 0;
    double least = GW_INF;
    for (int i = 0; i < net->n_kinds; i++) {
        const gw_link_kind *k = &net->kinds[i];
        double off = fabs(log(k->length_m / kind.length_m)) +
                     fabs(log(k->rate_Bps / kind.rate_Bps)) + (k->role != kind.role ? 100 : 0) +
                     (k->tier != kind.tier ? 10 : 0);
        bool same_s = k->latency_s >= kind.latency_s && k->latency_s <= kind.latency_s;
        off += same_s ? 0 : 1e-6;
        if (off < least) {
            least = off;
            best = i;
        }
    }
    if (least <= 0 || net->n_kinds == GW_NET_KINDS) {
        return (uint8_t)best;
    }
    return gw_net_add_kind(net, kind);
}

static double first_set(double value, double otherwise) {
    return gw_is_set(value) ? value : otherwise;
}

/** Where no latency is given it is a switch and the light in this cable. */
static double latency_of(const gw_net_plan *plan, const gw_fabric_link *link) {
    if (gw_is_set(link->latency_s) || gw_is_set(plan->source->link_latency_s)) {
        return first_set(link->latency_s, plan->link_latency_s);
    }
    double more_m = first_set(link->length_m, plan->cable_m) - plan->cable_m;
    return plan->link_latency_s + more_m * GW_FIBRE_S_PER_M;
}

static gw_link_kind kind_of_link(const gw_net *net, const gw_fabric_link *link, bool at_host) {
    const gw_net_plan *plan = &net->plan;
    gw_link_kind kind = {.role = at_host ? GW_CABLE_HOST : GW_CABLE_SWITCH,
                         .tier = at_host ? 0 : 1,
                         .rate_Bps = first_set(link->rate_Bps, plan->link_Bps),
                         .latency_s = latency_of(plan, link),
                         .length_m = first_set(link->length_m, plan->cable_m)};
    if (kind.length_m > LONG_CABLE_M) {
        kind.role = GW_CABLE_LONG;
    }
    return kind;
}

typedef struct filling {
    gw_net *net;
    const gw_free_book *book;
    int32_t n; /* links so far */
    gw_link_kind as;
    uint8_t kind;
} filling;

static void put_link(filling *f, int32_t from, int32_t to) {
    int32_t l = f->n++;
    f->net->from[l] = from;
    f->net->to[l] = to;
    f->net->kind[l] = f->kind;
    f->net->capacity_Bps[l] = f->as.rate_Bps;
    f->net->latency_s[l] = f->as.latency_s;
}

static void put_entry(filling *f, const int32_t *first, const gw_fabric_link *link) {
    const gw_fabric *fabric = f->net->plan.source;
    gw_free_nodes from = gw_free_find(f->book, link->from);
    gw_free_nodes to = gw_free_find(f->book, link->to);
    bool at_host = fabric->nodes.at[from.i_node].host || fabric->nodes.at[to.i_node].host;
    f->as = kind_of_link(f->net, link, at_host);
    f->kind = kind_of(f->net, f->as);
    for (int32_t i = 0; i < from.n; i++) {
        int32_t k = from.i_node == to.i_node && from.n > 1 ? i + 1 : 0; /* each two once */
        for (; k < to.n; k++) {
            int32_t a = first[from.i_node] + from.first + i;
            int32_t b = first[to.i_node] + to.first + k;
            for (int64_t j = 0; j < link->parallel; j++) {
                put_link(f, a, b);
                if (link->duplex) {
                    put_link(f, b, a);
                }
            }
        }
    }
}

static bool all_duplex(const gw_fabric *fabric) {
    for (int i = 0; i < fabric->links.n; i++) {
        if (!fabric->links.at[i].duplex) {
            return false;
        }
    }
    return true;
}

typedef struct link_ends {
    int32_t from, to, link;
} link_ends;

static int by_ends(const void *a, const void *b) {
    const link_ends *x = a, *y = b;
    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }
    if (x->to != y->to) {
        return x->to < y->to ? -1 : 1;
    }
    return (x->link > y->link) - (x->link < y->link);
}

/* "a>b#0": the number counts links between the same two nodes in the order of the file. */
static void name_links(gw_net *net) {
    link_ends *ends = malloc(((size_t)net->n_links + 1) * sizeof *ends);
    if (ends == NULL) {
        gw_out_of_memory((size_t)net->n_links * sizeof *ends);
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        ends[l] = (link_ends){net->from[l], net->to[l], l};
    }
    qsort(ends, (size_t)net->n_links, sizeof *ends, by_ends);
    int number = 0;
    for (int32_t i = 0; i < net->n_links; i++) {
        bool again = i > 0 && ends[i].from == ends[i - 1].from && ends[i].to == ends[i - 1].to;
        number = again ? number + 1 : 0;
        net->link_name[ends[i].link] =
            gw_arena_printf(net->arena, "%s>%s#%d", net->node_name[ends[i].from],
                            net->node_name[ends[i].to], number);
    }
    free(ends);
}

void gw_free_build(const gw_net_plan *plan, gw_net *net) {
    const gw_fabric *fabric = plan->source;
    double n_nodes, n_links;
    gw_free_counts(plan, &n_nodes, &n_links);
    gw_net_alloc(net, (int64_t)n_nodes, (int64_t)n_links, 0);
    net->duplex = all_duplex(fabric);
    net->node_name = GW_NEW_N(net->arena, net->n_nodes, const char *);
    net->link_name = GW_NEW_N(net->arena, net->n_links, const char *);
    int32_t *first = GW_NEW_N(net->arena, fabric->nodes.n + 1, int32_t);
    name_nodes(net, fabric, first);
    gw_free_book book = gw_free_book_open(fabric);
    filling f = {.net = net, .book = &book};
    for (int i = 0; i < fabric->links.n; i++) {
        put_entry(&f, first, &fabric->links.at[i]);
    }
    gw_free_book_close(&book);
    name_links(net);
    gw_net_adjacency(net);
}

bool gw_free_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                   uint32_t entropy, gw_path *path) {
    return gw_route_graph(net, how, src, dst, entropy, path);
}

double gw_free_bisection_Bps(const gw_net *net) {
    return gw_graph_bisection_Bps(net);
}

int gw_free_diameter_hops(const gw_net *net) {
    return gw_graph_diameter_hops(net);
}

void gw_free_node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    snprintf(text, room, "%s", net->node_name[node]);
}
