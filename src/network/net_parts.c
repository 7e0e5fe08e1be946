/* net_parts.c: end points, ports and switches of a network.
 *
 * In:  an entry of `fabrics`, or a cluster with its system and accelerator; switch and link types.
 * Out: gw_net_parts; gw_clos of one island, plane and rail.
 *
 * Model. What the file leaves open: 400 Gbit/s a NIC, 450 GB/s and 1.2 us a step into a scale-up
 * domain (assumed: an H100's), 8 hosts a node where there are rails, a switch latency of 0.5 us
 * where no type is named. The hosts of a cluster are the accelerators of its lots that stay.
 * A plane has 1/planes of a NIC's rate. rail_only is a Clos for each rail, with 1/rails of the NICs.
 *
 * Valid: one switch type in all tiers.
 * Sources: docs/model/fabric.md; NVIDIA H100 data sheet (900 GB/s NVLink, both directions).
 */
#include "network/net_parts.h"

#include <limits.h>
#include <math.h>

#define NIC_DEFAULT_Bps 50e9 /* 400 Gbit/s */
#define SCALEUP_DEFAULT_Bps 450e9
#define SCALEUP_DEFAULT_s 1.2e-6
#define SWITCH_DEFAULT_s 0.5e-6
#define NODE_DEFAULT 8

static int to_count(double value) {
    return !(value >= 1) ? 1 : value > INT_MAX ? INT_MAX : (int)(value + 1e-9);
}

static bool has_rails(int topology) {
    return topology == GW_TOPOLOGY_RAIL || topology == GW_TOPOLOGY_RAIL_ONLY;
}

static void take_types(const gw_scenario *in, gw_net_parts *parts) {
    const gw_fabric *f = parts->fabric;
    parts->switch_latency_s = SWITCH_DEFAULT_s;
    if (f->switch_type.i >= 0) {
        parts->type = &in->switches.at[f->switch_type.i];
        parts->radix = (int)parts->type->ports;
        parts->port_Bps = parts->type->port_rate_Bps;
        parts->switch_latency_s = parts->type->latency_s;
    }
    if (f->link_type.i >= 0) {
        parts->link = &in->links.at[f->link_type.i];
    }
    if (gw_is_set(f->link_rate_Bps)) {
        parts->port_Bps = f->link_rate_Bps;
    } else if (parts->type == NULL) {
        parts->port_Bps = parts->nic_Bps;
    }
}

gw_net_parts gw_parts_of_fabric(const gw_scenario *in, const gw_fabric *f) {
    gw_net_parts parts = {
        .fabric = f,
        .hosts_n = (double)f->hosts,
        .nics_per_host = (double)f->nics,
        .nic_Bps = gw_is_set(f->host_rate_Bps) ? f->host_rate_Bps : NIC_DEFAULT_Bps,
        .per_node = (int)f->per_node,
        .domain = (int)f->scaleup_domain,
        .scaleup_Bps = gw_is_set(f->scaleup_rate_Bps) ? f->scaleup_rate_Bps : SCALEUP_DEFAULT_Bps,
        .scaleup_latency_s = SCALEUP_DEFAULT_s};
    if (parts.per_node == 0) {
        parts.per_node = has_rails(f->topology) ? NODE_DEFAULT : 1;
    }
    take_types(in, &parts);
    return parts;
}

gw_net_parts gw_parts_of_cluster(const gw_scenario *in, int i_cluster) {
    const gw_cluster *cluster = &in->clusters.at[i_cluster];
    const gw_system *system = &in->systems.at[cluster->system.i];
    const gw_accelerator *chip = &in->accelerators.at[system->accelerator.i];
    gw_net_parts parts = {.fabric = &cluster->fabric,
                          .hosts_n = gw_cluster_finished_accelerators(cluster),
                          .nics_per_host = system->nics_per_accelerator,
                          .nic_Bps = system->nic_bandwidth_Bps,
                          .per_node = to_count(system->per_node),
                          .domain = to_count(system->scaleup_domain),
                          .scaleup_Bps = chip->scaleup_bandwidth_Bps,
                          .scaleup_latency_s = chip->scaleup_latency_s};
    take_types(in, &parts);
    return parts;
}

int gw_parts_rails(const gw_net_parts *parts) {
    if (!has_rails(parts->fabric->topology)) {
        return 1;
    }
    return parts->fabric->rails > 0 ? (int)parts->fabric->rails
                                    : to_count(round(parts->nics_per_host * parts->per_node));
}

gw_clos gw_parts_clos(const gw_net_parts *parts, double hosts_n) {
    const gw_fabric *f = parts->fabric;
    int rails = gw_parts_rails(parts);
    bool apart = f->topology == GW_TOPOLOGY_RAIL_ONLY;
    double planes = fmax(1.0, (double)f->planes);
    const gw_netlink *link = parts->link;
    return (gw_clos){.n_nics = hosts_n * parts->nics_per_host / (apart ? rails : 1),
                     .nic_Bps = parts->nic_Bps / planes,
                     .n_rails = apart ? 1 : rails,
                     .n_tiers = (int)f->tiers,
                     .radix = parts->radix,
                     .port_Bps = parts->port_Bps,
                     .oversubscription = f->oversubscription,
                     .switch_power_W = parts->type == NULL ? GW_NAN : parts->type->power_W,
                     .switch_price_usd = parts->type == NULL ? GW_NAN : parts->type->price_usd,
                     .link_Bps = link == NULL ? parts->port_Bps : link->rate_Bps,
                     .end_power_W = link == NULL ? GW_NAN : link->power_per_end_W,
                     .end_price_usd = link == NULL ? GW_NAN : link->price_per_end_usd,
                     .link_reach_m = link == NULL ? GW_INF : link->reach_m,
                     .optical = link == NULL || link->optical,
                     .cable_length_m = f->cable_length_m};
}
