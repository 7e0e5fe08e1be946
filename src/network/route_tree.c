/* route_tree.c: ways through folded Clos networks.
 *
 * In:  gw_net of topology_tree.c, gw_route_how, two hosts, the entropy of the flow.
 * Out: a path: physical links (ecmp, d_mod_k) or bundles (spray).
 *
 * Model. Within a scale-up domain the way is host - scale-up switch - host. Else it goes up to the
 * lowest subtree that holds both ports and down again; the switch at its top fixes the way down but
 * for parallel cables.
 *
 *   spray    up and down the bundles of net.h; the traffic of a host with several NICs is split
 *            evenly over them, each NIC to the one of the same number
 *   ecmp     each switch hashes (src, dst, entropy, seed, its own number) and so picks one of its
 *            up x parallel cables, on the way down one of the parallel ones; the host hashes NIC
 *            and plane. `valiant` is no routing of trees and counts as ecmp
 *   d_mod_k  at level i cable number d / (w1 .. wi) mod (w p), counted over parents first, d the
 *            position of the destination: as SimGrid 3.32's FatTreeZone (later versions divide by
 *            w1 p1 .. wi pi; the same without parallel cables). Downwards likewise: cable (position
 *            of the source) mod p at the first switch; each further switch takes the first port
 *            after the number of the last that leads to the destination, and begins anew where
 *            there is none. NIC: source modulo NICs; plane: d mod planes, then d / planes
 *
 * Rails. The way between two rails goes over the spines, or, with rail_local (PXN) and in a
 * rail-only network, over the scale-up switch to the peer on the destination's rail first: the one
 * nearest in number. Without such a peer a rail-only network tries one beside the destination.
 * Islands: up to a top switch, gateway, trunk, gateway, down.
 *
 * In a damaged network way and NIC are chosen among the living (route_tree_alive.c). Spraying then
 * asks only that some way lives.
 *
 * Valid: nets of topology_tree.c. Hashes are good, unlike those of some switches, which agree from
 * tier to tier (polarisation).
 * Sources: Zahavi, J. Parallel Distrib. Comput. 72 (2012) 1423; SimGrid 3.32, whose routes the
 * tests hold; NCCL 2.12 release notes (PXN).
 */
#include "network/route_tree.h"

#define PLACE_NIC 0xFFFFFFFFu
#define PLACE_PLANE 0xFFFFFFFEu

/* ------------------------------------------------------------------ one way, all links alive */

/** Cable above a switch: number among up x parallel. */
static int32_t choose_up(const gw_tree_trip *x, int level, int32_t copy, int32_t position) {
    int32_t n = x->tree->up[level] * x->tree->parallel[level];
    if (n == 1) {
        return 0;
    }
    if (x->how->kind == GW_ROUTING_D_MOD_K) {
        return position % n;
    }
    return gw_net_pick(x->hash, (uint32_t)gw_tree_end_node(x, true, level, copy), n);
}

/** Up to the top from the source. Returns the copy reached there. */
static int32_t way_up(const gw_tree_trip *x, gw_tree_way *way) {
    const gw_tree *t = x->tree;
    int32_t copy = 0, position = x->position;
    for (int level = 0; level < x->top; level++) {
        int32_t up = t->up[level], parallel = t->parallel[level];
        int32_t k = choose_up(x, level, copy, position);
        int32_t q = k % up, j = k / up;
        gw_tree_step(way, 2 * (gw_tree_end_cable(x, true, level, copy) + q * parallel + j));
        copy += q * t->copies[level];
        position /= up;
    }
    return copy;
}

/** Port of a switch of level + 1 from which on d_mod_k looks for the destination; -1: begin. */
static int32_t next_port(const gw_tree_trip *x, int level, int32_t last) {
    const gw_tree *t = x->tree;
    int32_t down = t->down[level], parallel = t->parallel[level];
    int32_t child = x->b.port / t->under[level] % down;
    int32_t port = last + 1;
    port += (child - port % down + down) % down;
    if (last < 0 || port >= down * parallel) {
        port = x->a.port % parallel * down + child;
    }
    return port;
}

/** Down to the destination from a copy of the top. */
static void way_down(const gw_tree_trip *x, int32_t copy, gw_tree_way *way) {
    const gw_tree *t = x->tree;
    bool modulo = x->how->kind == GW_ROUTING_D_MOD_K;
    int32_t port = -1;
    for (int level = x->top - 1; level >= 0; level--) {
        int32_t low = copy % t->copies[level], parallel = t->parallel[level];
        int32_t q = copy / t->copies[level], j = 0;
        if (modulo) {
            port = next_port(x, level, port);
            j = port / t->down[level];
        } else if (parallel > 1) {
            int32_t at = gw_tree_end_node(x, false, level + 1, copy);
            j = gw_net_pick(x->hash, (uint32_t)at, parallel);
        }
        gw_tree_step(way, 2 * (gw_tree_end_cable(x, false, level, low) + q * parallel + j) + 1);
        copy = low;
    }
}

static int32_t way_over_trunk(const gw_tree_trip *x, int32_t copy, gw_tree_way *way) {
    const gw_tree *t = x->tree;
    int32_t tops = t->copies[t->n_levels];
    uint32_t here = (uint32_t)(t->gateway + x->a.island);
    uint32_t there = (uint32_t)(t->gateway + x->b.island);
    bool modulo = x->how->kind == GW_ROUTING_D_MOD_K;
    int32_t trunk = modulo ? x->position % t->trunks : gw_net_pick(x->hash, here, t->trunks);
    int32_t top = modulo ? x->position % tops : gw_net_pick(x->hash, there, tops);
    gw_tree_step(way, 2 * gw_tree_gateway_cable(x, true, copy));
    gw_tree_step(way, gw_tree_trunk(x) + 2 * trunk);
    gw_tree_step(way, 2 * gw_tree_gateway_cable(x, false, top) + 1);
    return top;
}

/* ------------------------------------------------------------------ bundles */

static void spray_host(const gw_tree_trip *x, bool at_src, gw_tree_way *way) {
    const gw_tree *t = x->tree;
    int32_t nic = at_src ? x->src * t->nics + x->src_nic : x->dst * t->nics + x->dst_nic;
    int32_t link = t->host_bundles ? t->bundle[0] + 2 * nic : 2 * (t->cable[0] + nic);
    gw_tree_step(way, link + (at_src ? 0 : 1));
}

static void spray_way(const gw_tree_trip *x, gw_tree_way *way) {
    const gw_tree *t = x->tree;
    spray_host(x, true, way);
    for (int i = 1; i < x->top; i++) {
        int32_t subtree = x->a.port / t->under[i];
        gw_tree_step(way, gw_tree_bundle(t, i, x->a.island, x->a.forest, subtree));
    }
    if (x->far) {
        int32_t a = x->a.island, b = x->b.island;
        int32_t pair = a < b ? gw_tree_pair(t, a, b) : gw_tree_pair(t, b, a);
        gw_tree_step(way, gw_tree_gateway_bundle(t, a, x->a.forest));
        gw_tree_step(way, t->trunk_bundle + 2 * pair + (a < b ? 0 : 1));
        gw_tree_step(way, gw_tree_gateway_bundle(t, b, x->b.forest) + 1);
    }
    for (int i = x->top - 1; i >= 1; i--) {
        int32_t subtree = x->b.port / t->under[i];
        gw_tree_step(way, gw_tree_bundle(t, i, x->b.island, x->b.forest, subtree) + 1);
    }
    spray_host(x, false, way);
}

/* ------------------------------------------------------------------ from NIC to NIC */

static void set_top(gw_tree_trip *x) {
    const gw_tree *t = x->tree;
    x->a = gw_tree_port_of(t, x->src, x->src_nic);
    x->b = gw_tree_port_of(t, x->dst, x->dst_nic);
    x->far = x->a.island != x->b.island;
    x->top = x->far ? t->n_levels : 1;
    while (x->top < t->n_levels && x->a.port / t->under[x->top] != x->b.port / t->under[x->top]) {
        x->top++;
    }
    x->position = x->b.port;
    x->plane = 0;
    if (t->planes > 1) {
        bool modulo = x->how->kind == GW_ROUTING_D_MOD_K;
        x->plane = modulo ? x->position % t->planes : gw_net_pick(x->hash, PLACE_PLANE, t->planes);
        x->position /= t->planes;
    }
}

/** A sound way, or in a damaged net a living one, in any plane. */
static bool find_way(gw_tree_trip *x, gw_tree_way *way) {
    bool spray = x->how->kind == GW_ROUTING_SPRAY;
    if (x->net->damaged) {
        gw_tree_way some = *way;
        bool alive = false;
        for (int32_t p = 0; p < x->tree->planes && !alive; p++) {
            alive = gw_tree_way_alive(x, &some);
            x->plane = (x->plane + 1) % x->tree->planes;
        }
        if (alive && !spray) {
            *way = some;
        }
        if (!alive || !spray) {
            return alive;
        }
    }
    if (spray) {
        spray_way(x, way);
        return true;
    }
    int32_t copy = way_up(x, way);
    if (x->far) {
        copy = way_over_trunk(x, copy, way);
    }
    way_down(x, copy, way);
    return true;
}

/* ------------------------------------------------------------------ rails and domains */

static bool is_alive(const gw_net *net, int32_t link) {
    return !net->damaged || net->capacity_Bps[link] > 0;
}

/** Over the scale-up switch of their common domain. */
static bool cross_domain(const gw_net *net, int32_t src, int32_t dst, gw_tree_way *way) {
    const gw_tree *t = net->own;
    int32_t up = 2 * (t->scaleup_cable + src), down = 2 * (t->scaleup_cable + dst) + 1;
    if (!is_alive(net, up) || !is_alive(net, down)) {
        return false;
    }
    gw_tree_step(way, up);
    gw_tree_step(way, down);
    return true;
}

static int32_t n_rails(const gw_tree *t) {
    return t->forests > 1 ? t->forests : t->rails;
}

/** Place of a NIC in its island. */
static int32_t place_of(const gw_tree *t, int32_t host, int32_t nic) {
    return (host - host / t->island_hosts * t->island_hosts) * t->nics + nic;
}

/** NIC of the host itself on a rail; -1: none. */
static int32_t own_nic(const gw_tree *t, int32_t host, int32_t rail) {
    for (int32_t nic = 0; nic < t->nics; nic++) {
        if (place_of(t, host, nic) % n_rails(t) == rail) {
            return nic;
        }
    }
    return -1;
}

/** Host of the same domain and island with a NIC on a rail, and that NIC; -1: none. */
static int32_t peer_on(const gw_net *net, int32_t host, int32_t nic, int32_t rail,
                       int32_t *peer_nic) {
    const gw_tree *t = net->own;
    int32_t rails = n_rails(t), y = place_of(t, host, nic);
    int32_t first = host / t->island_hosts * t->island_hosts;
    int32_t beside = y - y % rails + rail;
    const int32_t places[3] = {beside, beside - rails, beside + rails};
    for (int k = 0; k < 3; k++) {
        int32_t peer = places[k] < 0 ? -1 : first + places[k] / t->nics;
        if (peer >= 0 && peer < net->n_hosts && peer / t->domain == host / t->domain &&
            peer / t->island_hosts == host / t->island_hosts) {
            *peer_nic = places[k] % t->nics;
            return peer;
        }
    }
    return -1;
}

/** Changes the start of the trip to one on the destination's rail. */
static bool start_on_rail(gw_tree_trip *x, int32_t rail, gw_tree_way *way) {
    const gw_tree *t = x->tree;
    int32_t nic = own_nic(t, x->src, rail);
    if (nic >= 0) {
        x->src_nic = nic;
        return true;
    }
    int32_t peer = t->domain > 1 ? peer_on(x->net, x->src, x->src_nic, rail, &nic) : -1;
    if (peer < 0 || !cross_domain(x->net, x->src, peer, way)) {
        return false;
    }
    x->src = peer;
    x->src_nic = nic;
    return true;
}

/** Rail-only without a peer of the source: to one beside the destination, then inside. */
static bool end_on_rail(gw_tree_trip *x, int32_t rail, gw_tree_way *way) {
    int32_t nic = 0, dst = x->dst;
    int32_t peer = x->tree->domain > 1 ? peer_on(x->net, x->dst, x->dst_nic, rail, &nic) : -1;
    if (peer < 0) {
        return false;
    }
    x->dst = peer;
    x->dst_nic = nic;
    set_top(x);
    return find_way(x, way) && cross_domain(x->net, peer, dst, way);
}

/** From one host to another over NIC number `nic` of the destination. */
static bool route_nic(gw_tree_trip *x, int32_t nic, gw_tree_way *way) {
    const gw_tree *t = x->tree;
    x->src_nic = x->dst_nic = nic;
    way->n = 0;
    bool near = x->src / t->island_hosts == x->dst / t->island_hosts;
    if (!near && !t->gateways) {
        return false;
    }
    if (near && n_rails(t) > 1 && (t->forests > 1 || x->how->rail_local)) {
        int32_t here = place_of(t, x->src, nic) % n_rails(t);
        int32_t there = place_of(t, x->dst, nic) % n_rails(t);
        if (here != there && !start_on_rail(x, there, way) && t->forests > 1) {
            return end_on_rail(x, here, way);
        }
    }
    set_top(x);
    return find_way(x, way);
}

/* ------------------------------------------------------------------ from host to host */

static bool put_way(const gw_tree_way *way, gw_path *path) {
    for (int i = 0; i < way->n; i++) {
        if (!gw_path_put(path, way->link[i])) {
            return false;
        }
    }
    return true;
}

/** Adds a way with a share, to links that are there as well. */
static bool merge_way(const gw_tree_way *way, gw_path *path) {
    for (int i = 0; i < way->n; i++) {
        int32_t k = 0;
        while (k < path->n && path->link[k] != way->link[i]) {
            k++;
        }
        if (k < path->n) {
            path->share[k] += 1;
        } else if (!gw_path_put(path, way->link[i])) {
            return false;
        }
    }
    return true;
}

/** Evenly over all NICs that have a way. */
static bool spray_nics(const gw_tree_trip *start, gw_path *path) {
    int32_t n = 0;
    for (int32_t nic = 0; nic < start->tree->nics; nic++) {
        gw_tree_trip x = *start;
        gw_tree_way way;
        if (route_nic(&x, nic, &way)) {
            n++;
            if (!merge_way(&way, path)) {
                return false;
            }
        }
    }
    for (int32_t k = 0; k < path->n; k++) {
        path->share[k] /= (double)n;
    }
    path->split = n > 1;
    return n > 0;
}

bool gw_tree_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                   uint32_t entropy, gw_path *path) {
    const gw_tree *t = net->own;
    gw_tree_way way = {0};
    if (t->domain > 1 && src / t->domain == dst / t->domain && cross_domain(net, src, dst, &way)) {
        return put_way(&way, path);
    }
    gw_tree_trip start = {.net = net, .tree = t, .how = how, .src = src, .dst = dst};
    start.hash = gw_net_flow_hash(how->seed, src, dst, entropy);
    if (t->nics > 1 && how->kind == GW_ROUTING_SPRAY) {
        return spray_nics(&start, path);
    }
    bool modulo = how->kind == GW_ROUTING_D_MOD_K;
    int32_t nic = modulo ? src % t->nics : gw_net_pick(start.hash, PLACE_NIC, t->nics);
    int32_t tries = net->damaged ? t->nics : 1;
    for (int32_t k = 0; k < tries; k++) {
        gw_tree_trip x = start;
        if (route_nic(&x, (nic + k) % t->nics, &way)) {
            return put_way(&way, path);
        }
    }
    return false;
}
