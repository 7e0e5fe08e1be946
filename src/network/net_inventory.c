/* net_inventory.c: what stands in a network, counted from its nodes and links.
 *
 * In:  gw_net as built, switch and link type of the fabric. Out: gw_inventory.
 *
 * Model. Switches by tier; cables by role and by length: up to 3 m passive copper, 100 m multimode
 * (SR), 500 m, 2 km and 10 km single mode (DR, FR, LR). A transceiver at each end; a port that is a
 * whole multiple of a NIC's rate is split, and its one module serves them all. Power and price of an
 * end are those of the link type scaled with the rate; cables between buildings count with the same
 * type, also where it does not reach (n_too_long says so). Oversubscription: what hangs under a
 * first switch over what leads up or on from it.
 *
 * Valid: any network; one switch and one link type.
 * Sources: classes of length: IEEE 802.3 bs, cu, db, ck (CR, SR, DR, FR, LR); the rest by counting.
 */
#include <math.h>

#include "network/net_counts.h"
#include "network/net_plan.h"

static const gw_cable_class classes[GW_CABLE_CLASSES] = {
    {"copper, to 3 m", 3, 0, 0},           {"multimode, to 100 m", 100, 0, 0},
    {"single mode, to 500 m", 500, 0, 0},  {"single mode, to 2 km", 2000, 0, 0},
    {"single mode, to 10 km", 10e3, 0, 0}, {"long haul, over 10 km", INFINITY, 0, 0}};

#define SCALEUP_TIER 255
#define SLACK 1e-6

/** NICs on one port of the switch type. */
static double split_of(double port_Bps, double cable_Bps) {
    double ratio = port_Bps / cable_Bps;
    bool whole = ratio >= 2 && fabs(ratio - round(ratio)) < SLACK * ratio;
    return whole ? round(ratio) : 1;
}

static void count_nodes(const gw_net *net, gw_inventory *out) {
    for (int32_t n = net->n_hosts; n < net->n_nodes; n++) {
        int tier = net->tier[n];
        if (tier == SCALEUP_TIER) {
            out->n_scaleup_switches += 1;
        } else if (net->plan.topology != GW_TOPOLOGY_TORUS) {
            int k = tier < 1 ? 0 : tier > GW_NET_LEVELS ? GW_NET_LEVELS - 1 : tier - 1;
            out->n_switches += 1;
            out->n_switches_tier[k] += 1;
            out->n_tiers = k + 1 > out->n_tiers ? k + 1 : out->n_tiers;
        }
    }
}

/** Sums over the links that the counts need. */
typedef struct gw_ends {
    double *ports;     /* [n_nodes] of switches in use */
    double *down, *up; /* [n_nodes] rate of first switches to hosts, and on from there */
    double *sent;      /* [n_hosts] */
    double rate_Bps;   /* of all ends together */
    double n_optics;
} gw_ends;

static void count_class(const gw_link_kind *kind, double cables, gw_inventory *out) {
    int k = 0;
    while (k + 1 < GW_CABLE_CLASSES && kind->length_m > out->classes[k].to_m) {
        k++;
    }
    out->classes[k].n_cables += cables;
    out->classes[k].length_m += cables * kind->length_m;
}

static void count_link(const gw_net *net, int32_t l, double port_Bps, gw_ends *e,
                       gw_inventory *out) {
    const gw_link_kind *kind = &net->kinds[net->kind[l]];
    double half = net->duplex ? 0.5 : 1; /* of a cable */
    int32_t from = net->from[l], to = net->to[l];
    out->n_cables_role[kind->role] += half;
    if (kind->role == GW_CABLE_SCALEUP) {
        return;
    }
    bool of_host = from < net->n_hosts || to < net->n_hosts;
    bool nic = of_host && kind->role == GW_CABLE_HOST;
    double split = nic ? split_of(port_Bps, kind->rate_Bps) : 1;
    out->n_cables += half;
    out->cable_length_m += half * kind->length_m;
    out->n_ocs_ports += kind->optical_switch ? 2 * half : 0;
    count_class(kind, half, out);
    if (net->plan.cube > 0 && !kind->optical_switch) {
        out->n_block_cables += half; /* copper inside a block: not of link_type */
    } else {
        e->rate_Bps += 2 * half * kind->rate_Bps;
        e->n_optics += half * (1 + 1 / split);
    }
    /* Trunks and what leads to them need no port of the tree's switches: a gateway stands for them. */
    int top = net->plan.n_levels > 0 ? net->plan.n_levels : GW_NET_LEVELS + 1;
    if (net->tier[from] > top || net->tier[to] > top) {
        return;
    }
    e->ports[from] += half / (from >= net->n_hosts ? split : 1);
    e->ports[to] += half / (to >= net->n_hosts ? split : 1);
    if (from < net->n_hosts) {
        e->sent[from] += kind->rate_Bps;
        e->down[to] += kind->rate_Bps;
    } else if (to >= net->n_hosts) {
        e->up[from] += net->tier[to] >= net->tier[from] ? kind->rate_Bps : 0;
    }
}

static void count_ends(const gw_net *net, const gw_ends *e, gw_inventory *out) {
    double sent_Bps = 0;
    for (int32_t n = 0; n < net->n_nodes; n++) {
        bool host = n < net->n_hosts;
        sent_Bps += host ? e->sent[n] : 0;
        out->host_Bps = host ? fmax(out->host_Bps, e->sent[n]) : out->host_Bps;
        bool scaleup = net->tier[n] == SCALEUP_TIER;
        if (!host && !scaleup && e->ports[n] > out->radix_needed) {
            out->radix_needed = (int)ceil(e->ports[n] - SLACK);
        }
        if (!host && e->down[n] > 0 && e->up[n] > 0) {
            out->oversubscription = fmax(out->oversubscription, e->down[n] / e->up[n]);
        }
    }
    bool apart = net->plan.islands > 1 && net->plan.trunks == 0; /* the bisection of one of them */
    sent_Bps /= apart ? net->plan.islands : 1;
    /* The largest island, or a torus with nodes that are no hosts, has more than the mean. */
    out->full_bisection_frac = sent_Bps > 0 ? fmin(1, out->bisection_Bps / (sent_Bps / 2)) : GW_NAN;
}

static void add_parts(const gw_scenario *in, const gw_fabric *fabric, const gw_ends *e,
                      gw_inventory *out) {
    const gw_netswitch *type =
        fabric->switch_type.i >= 0 ? &in->switches.at[fabric->switch_type.i] : NULL;
    const gw_netlink *link = fabric->link_type.i >= 0 ? &in->links.at[fabric->link_type.i] : NULL;
    out->radix = type == NULL ? 0 : (int)type->ports;
    out->power_W = out->price_usd = GW_NAN;
    out->n_optics = link == NULL || link->optical ? ceil(e->n_optics - SLACK) : 0;
    if (link != NULL) {
        for (int k = 0; k < GW_CABLE_CLASSES; k++) {
            const gw_cable_class *c = &out->classes[k];
            bool beyond = c->n_cables > 0 && c->length_m / c->n_cables > link->reach_m;
            out->n_too_long += beyond ? c->n_cables : 0;
        }
    }
    if (link != NULL && (type != NULL || out->n_switches < 1)) {
        double ends = e->rate_Bps / link->rate_Bps;
        out->power_W =
            (type == NULL ? 0 : out->n_switches * type->power_W) + ends * link->power_per_end_W;
        out->price_usd =
            (type == NULL ? 0 : out->n_switches * type->price_usd) + ends * link->price_per_end_usd;
    }
}

void gw_net_inventory(const gw_net *net, const gw_scenario *in, const gw_fabric *fabric,
                      gw_arena *scratch, gw_inventory *out) {
    gw_mark mark = gw_arena_mark(scratch);
    *out = (gw_inventory){.n_hosts = net->n_hosts, .oversubscription = 1};
    for (int k = 0; k < GW_CABLE_CLASSES; k++) {
        out->classes[k] = classes[k];
    }
    gw_ends e = {.ports = GW_NEW_N(scratch, net->n_nodes, double),
                 .down = GW_NEW_N(scratch, net->n_nodes, double),
                 .up = GW_NEW_N(scratch, net->n_nodes, double),
                 .sent = GW_NEW_N(scratch, net->n_nodes, double)};
    count_nodes(net, out);
    for (int32_t l = 0; l < net->n_links; l++) {
        count_link(net, l, net->plan.link_Bps, &e, out);
    }
    out->bisection_Bps = net->wiring->bisection_Bps(net);
    out->diameter_hops = net->wiring->diameter_hops(net);
    out->most_hosts_n = gw_plan_most_hosts(&net->plan);
    count_ends(net, &e, out);
    add_parts(in, fabric, &e, out);
    gw_arena_reset(scratch, mark);
}
