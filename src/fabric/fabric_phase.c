/* fabric_phase.c: from a cluster of the scenario to its network and to what a rank sees of it.
 *
 * In:  scenario: cluster (lots, fabric), system, accelerator, switch and link types.
 * Out: gw_network, gw_comm within it.
 *
 * Model
 *   NIC ports      accelerators x nics_per_accelerator
 *   rails          `rails`, or one for each NIC of a node; a plain Clos has one
 *   scale-up       bandwidth = accelerator's x scaleup_efficiency, size = the system's domain
 *   scale-out      bandwidth = nics_per_accelerator x NIC rate x nic_efficiency, divided by the
 *                  oversubscription when the traffic leaves a leaf
 *   latency        scale-up: scaleup_latency of the accelerator; scale-out: nic_latency + switches
 *                  on the longest path x port-to-port latency + fibre delay
 *   islands        the cluster is cut into equal networks; counts, power and price are of all of
 *                  them, bisection bandwidth, tiers and collectives of one
 *   leaf_size      accelerators whose NICs of the same rail share a leaf
 *
 * Valid: steady state, no congestion from other jobs, adaptive routing (static hashing can halve
 * the bandwidth of single flows).
 *
 * Sources: collectives.c and clos.c; fibre: group index 1.468 at 1310 nm (ITU-T G.652 fibre data
 * sheets).
 */
#include "fabric/fabric_phase.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "fabric/clos.h"

/** Light in glass fibre, s/m. */
#define FIBRE_s_per_m 4.9e-9
/** First NVLink generation whose switches reduce in the network (NVLS; NVSwitch of Hopper). */
#define FIRST_MULTICAST_NVLINK 4
#define REPORT_MESSAGE_B 1e9

double gw_fabric_accelerators(const gw_cluster *cluster) {
    double staying = 0, all = 0;
    for (int i = 0; i < cluster->lots.n; i++) {
        const gw_chip_lot *lot = &cluster->lots.at[i];
        all += lot->count;
        staying += gw_is_set(lot->until_d) ? 0 : lot->count;
    }
    return staying > 0 ? staying : all;
}

/** NVLink 4 or later, joined by switches (a bridge between two cards has none). */
static bool has_multicast(const gw_accelerator *accelerator) {
    const char *fabric = accelerator->scaleup_fabric;
    if (!fabric || !accelerator->vendor || strcasecmp(accelerator->vendor, "NVIDIA") != 0) {
        return false;
    }
    const char *name = strcasestr(fabric, "NVLink");
    if (!name || strcasestr(fabric, "bridge")) {
        return false;
    }
    int generation = 0;
    for (name += strlen("NVLink"); *name == ' ' || *name == '-'; name++) {
    }
    for (; *name >= '0' && *name <= '9' && generation < 100; name++) {
        generation = 10 * generation + (*name - '0');
    }
    return generation >= FIRST_MULTICAST_NVLINK;
}

static int to_count(double value) {
    return !(value >= 1) ? 1 : value > INT_MAX ? INT_MAX : (int)(value + 1e-9);
}

gw_comm gw_fabric_comm(const gw_accelerator *accelerator, int domain, double nic_Bps,
                       double path_latency_s) {
    double reached_Bps = nic_Bps * accelerator->nic_efficiency;
    return (gw_comm){
        .scaleup = {.bandwidth_Bps =
                        accelerator->scaleup_bandwidth_Bps * accelerator->scaleup_efficiency,
                    .latency_s = accelerator->scaleup_latency_s,
                    .size = domain},
        .scaleout = {.bandwidth_Bps = reached_Bps, .latency_s = path_latency_s, .size = INT_MAX},
        .leaf_bandwidth_Bps = reached_Bps,
        .leaf_size = 0,
        .multicast = has_multicast(accelerator),
        .start_s = accelerator->collective_start_s,
        .ramp_ratio = accelerator->collective_ramp,
        .nics = accelerator->collective_nics};
}

static void fill_comm(const gw_fabric *fabric, const gw_system *system,
                      const gw_accelerator *accelerator, const gw_netswitch *type,
                      const gw_clos *clos, double accelerators, gw_network *out) {
    gw_leaf leaf = gw_clos_leaf(clos, out->n_tiers);
    gw_comm *comm = &out->comm;
    double hops = gw_is_set(out->diameter_hops) ? out->diameter_hops : 1;
    double nic_Bps = system->nics_per_accelerator * system->nic_bandwidth_Bps;
    double path_s = fabric->nic_latency_s + hops * type->latency_s +
                    (hops + 1) * fabric->cable_length_m * FIBRE_s_per_m;
    *comm = gw_fabric_comm(accelerator, to_count(system->scaleup_domain), nic_Bps, path_s);
    comm->scaleout.bandwidth_Bps = comm->leaf_bandwidth_Bps / leaf.oversubscription;
    comm->scaleout.size = to_count(accelerators);
    double under_leaf =
        out->n_tiers == 1 ? accelerators : leaf.nics * clos->n_rails / system->nics_per_accelerator;
    comm->leaf_size = to_count(fmin(under_leaf, accelerators));
}

static gw_clos clos_of(const gw_fabric *fabric, const gw_system *system, const gw_netswitch *type,
                       const gw_netlink *link, double accelerators) {
    double nics_per_node = system->nics_per_accelerator * system->per_node;
    int rails = 1;
    if (fabric->topology == GW_TOPOLOGY_RAIL) {
        rails = fabric->rails > 0 ? (int)fabric->rails : to_count(round(nics_per_node));
    }
    return (gw_clos){.n_nics = accelerators * system->nics_per_accelerator,
                     .nic_Bps = system->nic_bandwidth_Bps,
                     .n_rails = rails,
                     .n_tiers = (int)fabric->tiers,
                     .radix = (int)type->ports,
                     .port_Bps = type->port_rate_Bps,
                     .oversubscription = fabric->oversubscription,
                     .switch_power_W = type->power_W,
                     .switch_price_usd = type->price_usd,
                     .link_Bps = link->rate_Bps,
                     .end_power_W = link->power_per_end_W,
                     .end_price_usd = link->price_per_end_usd,
                     .link_reach_m = link->reach_m,
                     .optical = link->optical,
                     .cable_length_m = fabric->cable_length_m};
}

/** From one island to all of them. */
static void add_islands(double islands, gw_network *out) {
    double *counts[] = {&out->n_endpoints, &out->n_leaf,        &out->n_spine,
                        &out->n_core,      &out->n_switches,    &out->n_cables,
                        &out->n_optics,    &out->max_endpoints, &out->power_W,
                        &out->price_usd,   &out->cable_length_m};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        *counts[i] *= islands;
    }
}

void gw_fabric_derive(const gw_scenario *in, int i_cluster, gw_arena *scratch, gw_network *out) {
    const gw_cluster *cluster = &in->clusters.at[i_cluster];
    const gw_system *system = &in->systems.at[cluster->system.i];
    const gw_accelerator *accelerator = &in->accelerators.at[system->accelerator.i];
    const gw_netswitch *type = &in->switches.at[cluster->fabric.switch_type.i];
    const gw_netlink *link = &in->links.at[cluster->fabric.link_type.i];
    double islands = (double)cluster->fabric.islands;
    double accelerators = ceil(gw_fabric_accelerators(cluster) / fmax(islands, 1.0));
    gw_clos clos = clos_of(&cluster->fabric, system, type, link, accelerators);
    gw_clos_network(&clos, scratch, out);
    fill_comm(&cluster->fabric, system, accelerator, type, &clos, accelerators, out);
    int n = to_count(accelerators);
    int per_domain = out->comm.scaleup.size < n ? out->comm.scaleup.size : n;
    out->all_reduce_1GB_s =
        gw_collective_s(&out->comm, GW_ALL_REDUCE, REPORT_MESSAGE_B, n, per_domain);
    add_islands(fmax(islands, 1.0), out);
}

void gw_fabric_phase(const gw_model *model, gw_state *state) {
    (void)model;
    for (int i = 0; i < state->in->clusters.n; i++) {
        gw_fabric_derive(state->in, i, state->scratch, &state->network[i]);
    }
}
