/* traffic_flows.c: a phase of a schedule as flows over the network.
 *
 * In:  gw_net, routing, schedule, phase.
 * Out: gw_phase_flows: links and shares of each flow in compressed rows, bytes, one latency.
 *
 * Model: each send takes the way that routing gives it, hashed by its queue pair; a tree of a phase
 * in_network is one flow over all its links, its rate that of the link with most bytes, the others in
 * proportion. Where packets are sprayed a link of a tree counts on its bundle, so that it meets the
 * sprayed flows. The delay of a phase is depth x the longest latency of its sends (of a split way:
 * the mean of its branches; of a tree: of its links) and the phase's own.
 *
 * Valid: any network. A send without a way is counted, not simulated.
 * Derivation: bookkeeping only.
 */
#include "traffic/traffic_flows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/enums.h"

/** Rows under construction; link and share grow by malloc and are copied to the arena at the end. */
typedef struct gw_rows {
    int64_t n, n_links, room;
    int64_t *at;
    double *bytes;
    int32_t *src, *dst;
    int32_t *link;
    double *share;
    bool split;
    double longest_s;
} gw_rows;

static void room_for(gw_rows *r, int64_t more) {
    if (r->link != NULL && r->n_links + more <= r->room) {
        return;
    }
    int64_t room = r->room + r->room / 2 + more + 1024;
    int32_t *link = realloc(r->link, (size_t)room * sizeof *link);
    double *share = link == NULL ? NULL : realloc(r->share, (size_t)room * sizeof *share);
    if (share == NULL) {
        gw_out_of_memory((size_t)room * sizeof *link);
    }
    r->link = link;
    r->share = share;
    r->room = room;
}

static double latency_of(const gw_net *net, const gw_path *path) {
    double sum_s = 0;
    for (int32_t k = 0; k < path->n; k++) {
        sum_s += net->latency_s[path->link[k]] * (double)path->share[k];
    }
    return sum_s;
}

static void end_row(gw_rows *r, int32_t src, int32_t dst, double bytes) {
    if (r->src != NULL) {
        r->src[r->n] = src;
        r->dst[r->n] = dst;
    }
    r->bytes[r->n] = bytes;
    r->at[++r->n] = r->n_links;
}

static int64_t route_sends(const gw_net *net, const gw_route_how *how, const gw_send *send,
                           int64_t n, gw_path *path, gw_rows *r) {
    int64_t n_no_way = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!gw_net_route(net, how, send[i].src, send[i].dst, send[i].entropy, path)) {
            n_no_way++;
            continue;
        }
        room_for(r, path->n);
        for (int32_t k = 0; k < path->n; k++) {
            r->link[r->n_links] = path->link[k];
            r->share[r->n_links++] = path->share[k];
            r->split = r->split || path->share[k] != 1.0;
        }
        r->longest_s = fmax(r->longest_s, latency_of(net, path));
        end_row(r, send[i].src, send[i].dst, send[i].bytes);
    }
    return n_no_way;
}

/** One tree: sends [0, n) over links. place: of each link in the row, -1 outside. */
static void tree_row(const gw_net *net, bool bundled, const gw_send *send, int64_t n,
                     int64_t *place, double *load_B, gw_rows *r) {
    int64_t first = r->n_links;
    room_for(r, n);
    double most_B = 0;
    for (int64_t i = 0; i < n; i++) {
        int32_t link = send[i].dst;
        r->longest_s = fmax(r->longest_s, net->latency_s[link]);
        link = bundled && net->bundle[link] >= 0 ? net->bundle[link] : link;
        if (place[link] < 0) {
            place[link] = r->n_links;
            r->link[r->n_links++] = link;
            load_B[link] = 0;
        }
        load_B[link] += send[i].bytes;
        most_B = fmax(most_B, load_B[link]);
    }
    for (int64_t k = first; k < r->n_links; k++) {
        int32_t link = r->link[k];
        r->share[k] = (most_B > 0 ? load_B[link] / most_B : 1);
        r->split = r->split || r->share[k] != 1.0;
        place[link] = -1;
    }
    end_row(r, 0, 0, most_B);
}

static void tree_rows(const gw_net *net, const gw_route_how *how, const gw_send *send, int64_t n,
                      gw_arena *arena, gw_rows *r) {
    int64_t all = (int64_t)net->n_links + net->n_bundles;
    bool bundled = how->kind == GW_ROUTING_SPRAY && net->bundle != NULL;
    int64_t *place = GW_NEW_N(arena, all, int64_t);
    double *load_B = GW_NEW_N(arena, all, double);
    memset(place, 0xff, (size_t)all * sizeof *place);
    for (int64_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && send[end].src == send[i].src; end++) {
        }
        tree_row(net, bundled, send + i, end - i, place, load_B, r);
    }
}

void gw_phase_flows_make(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                         int phase, gw_arena *arena, gw_phase_flows *out) {
    const gw_traffic_phase *p = &traffic->phase[phase];
    const gw_send *send = traffic->send + p->first;
    gw_rows r = {.at = GW_NEW_N(arena, p->n + 1, int64_t), .bytes = GW_NEW_N(arena, p->n, double)};
    *out = (gw_phase_flows){0};
    if (p->in_network) {
        tree_rows(net, how, send, p->n, arena, &r);
    } else {
        gw_path path = gw_path_create(arena);
        r.src = GW_NEW_N(arena, p->n, int32_t);
        r.dst = GW_NEW_N(arena, p->n, int32_t);
        out->n_no_way = route_sends(net, how, send, p->n, &path, &r);
    }
    int32_t *link = GW_NEW_N(arena, r.n_links, int32_t);
    double *share = r.split ? GW_NEW_N(arena, r.n_links, double) : NULL;
    if (r.n_links > 0) {
        memcpy(link, r.link, (size_t)r.n_links * sizeof *link);
        if (share != NULL) {
            memcpy(share, r.share, (size_t)r.n_links * sizeof *share);
        }
    }
    free(r.link);
    free(r.share);
    out->set = (gw_flow_set){.n = r.n, .bytes = r.bytes, .at = r.at, .link = link, .share = share};
    out->set.latency_s = GW_NEW_N(arena, r.n, double);
    out->src = r.src;
    out->dst = r.dst;
    out->hop_s = r.longest_s;
}

double gw_phase_delay_s(const gw_traffic_phase *phase, double hop_s) {
    return phase->extra_s + (phase->depth > 1 ? phase->depth : 1) * hop_s;
}

bool gw_traffic_phase_flows(const gw_net *net, const gw_route_how *how, const gw_traffic *traffic,
                            int phase, gw_arena *arena, gw_flow_set *out) {
    gw_phase_flows flows;
    gw_phase_flows_make(net, how, traffic, phase, arena, &flows);
    double *latency_s = GW_NEW_N(arena, flows.set.n, double);
    double delay_s = gw_phase_delay_s(&traffic->phase[phase], flows.hop_s);
    for (int64_t i = 0; i < flows.set.n; i++) {
        latency_s[i] = delay_s;
    }
    *out = flows.set;
    out->latency_s = latency_s;
    return flows.n_no_way == 0;
}

/* ------------------------------------------------------------------ end points */

gw_link_ends gw_link_ends_of(const gw_net *net, gw_arena *arena) {
    if (net->n_bundles == 0 || net->bundle == NULL) {
        return (gw_link_ends){net->from, net->to};
    }
    int64_t all = (int64_t)net->n_links + net->n_bundles;
    int32_t *from = GW_NEW_N(arena, all, int32_t), *to = GW_NEW_N(arena, all, int32_t);
    memcpy(from, net->from, (size_t)net->n_links * sizeof *from);
    memcpy(to, net->to, (size_t)net->n_links * sizeof *to);
    for (int64_t l = net->n_links; l < all; l++) {
        from[l] = to[l] = -2; /* no link seen yet */
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        int32_t b = net->bundle[l];
        if (b >= 0) {
            from[b] = from[b] == -2 || from[b] == net->from[l] ? net->from[l] : -1;
            to[b] = to[b] == -2 || to[b] == net->to[l] ? net->to[l] : -1;
        }
    }
    return (gw_link_ends){from, to};
}

bool gw_link_is_own(const gw_link_ends *ends, const gw_phase_flows *flows, int64_t flow,
                    int32_t link, int32_t n_hosts) {
    int32_t from = ends->from[link], to = ends->to[link];
    if (flows->src == NULL) {
        return (from >= 0 && from < n_hosts) || (to >= 0 && to < n_hosts);
    }
    return from == flows->src[flow] || to == flows->dst[flow];
}
