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
 *   planes         copies of the network, each with a part of every NIC's rate; rail_only: a network
 *                  for each rail
 *   other shapes   as net_counts.c; traffic that leaves a first switch has the share of the NICs that
 *                  the bisection carries
 *   trunks         join the islands: a job may span them
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

#include "network/clos.h"
#include "network/net_counts.h"
#include "network/net_parts.h"

/** Light in glass fibre, s/m. */
#define FIBRE_s_per_m 4.9e-9
/** First NVLink generation whose switches reduce in the network (NVLS; NVSwitch of Hopper). */
#define FIRST_MULTICAST_NVLINK 4
#define REPORT_MESSAGE_B 1e9

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

/** What a rank sees: `share` of its NICs when its traffic leaves a first switch, under which stand
 * leaf_hosts accelerators. */
static void fill_comm(const gw_net_parts *parts, const gw_accelerator *accelerator, double reach,
                      double share, double leaf_hosts, gw_network *out) {
    const gw_fabric *fabric = parts->fabric;
    gw_comm *comm = &out->comm;
    double hops = gw_is_set(out->diameter_hops) ? out->diameter_hops : 1;
    double nic_Bps = parts->nics_per_host * parts->nic_Bps;
    double path_s = fabric->nic_latency_s + hops * parts->switch_latency_s +
                    (hops + 1) * fabric->cable_length_m * FIBRE_s_per_m;
    if (gw_is_set(fabric->link_latency_s)) {
        path_s = (hops + 1) * fabric->link_latency_s;
    }
    *comm = gw_fabric_comm(accelerator, parts->domain, nic_Bps, path_s);
    comm->scaleout.bandwidth_Bps = comm->leaf_bandwidth_Bps / share;
    comm->scaleout.size = to_count(reach);
    comm->leaf_size = to_count(leaf_hosts);
}

/** Counts of one network to those of `copies` of it. */
static void add_copies(double copies, gw_network *out) {
    double *counts[] = {&out->n_leaf,     &out->n_spine,   &out->n_core,
                        &out->n_switches, &out->n_cables,  &out->n_optics,
                        &out->power_W,    &out->price_usd, &out->cable_length_m};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        *counts[i] *= copies;
    }
}

/** Clos kinds. Planes are copies of a network; of rail_only each rail is one. */
static void derive_clos(const gw_net_parts *parts, const gw_accelerator *accelerator,
                        double accelerators, double reach, gw_arena *scratch, gw_network *out) {
    const gw_fabric *fabric = parts->fabric;
    bool apart = fabric->topology == GW_TOPOLOGY_RAIL_ONLY;
    int rails = gw_parts_rails(parts);
    double planes = fmax(1.0, (double)fabric->planes), islands = fmax(1.0, (double)fabric->islands);
    gw_clos clos = gw_parts_clos(parts, accelerators);
    gw_clos_network(&clos, scratch, out);
    gw_leaf leaf = gw_clos_leaf(&clos, out->n_tiers);
    double under_leaf = out->n_tiers == 1 ? accelerators : leaf.nics * rails / parts->nics_per_host;
    fill_comm(parts, accelerator, reach, leaf.oversubscription, fmin(under_leaf, accelerators),
              out);
    double networks = apart ? rails : 1;
    out->n_rails = rails;
    out->bisection_Bps *= networks * planes;
    out->n_endpoints *= networks * islands;
    out->max_endpoints *= networks * islands;
    add_copies(networks * planes * islands, out);
}

/** Shapes that the file gives in numbers. */
static void derive_shape(const gw_net_parts *parts, const gw_accelerator *accelerator, double reach,
                         gw_arena *scratch, gw_network *out) {
    gw_net_plan plan;
    const char *problem = gw_parts_plan(parts, scratch, &plan);
    if (problem != NULL) {
        *out = (gw_network){.n_rails = 1, .problem = problem};
        double *counts[] = {&out->n_endpoints,    &out->n_leaf,        &out->n_spine,
                            &out->n_core,         &out->n_switches,    &out->n_cables,
                            &out->n_optics,       &out->power_W,       &out->price_usd,
                            &out->cable_length_m, &out->bisection_Bps, &out->full_bisection_frac,
                            &out->diameter_hops,  &out->max_endpoints};
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            *counts[i] = GW_NAN;
        }
        fill_comm(parts, accelerator, reach, 1.0, 1.0, out);
        return;
    }
    gw_plan_network(parts, &plan, out);
    fill_comm(parts, accelerator, reach, 1 / out->full_bisection_frac, gw_plan_leaf_hosts(&plan),
              out);
}

void gw_fabric_derive(const gw_scenario *in, int i_cluster, gw_arena *scratch, gw_network *out) {
    gw_net_parts parts = gw_parts_of_cluster(in, i_cluster);
    const gw_cluster *cluster = &in->clusters.at[i_cluster];
    const gw_accelerator *accelerator =
        &in->accelerators.at[in->systems.at[cluster->system.i].accelerator.i];
    double islands = fmax((double)cluster->fabric.islands, 1.0);
    double accelerators = ceil(parts.hosts_n / islands);
    double reach = cluster->fabric.trunks > 0 ? parts.hosts_n : accelerators;
    switch (cluster->fabric.topology) {
    case GW_TOPOLOGY_CLOS:
    case GW_TOPOLOGY_RAIL:
    case GW_TOPOLOGY_RAIL_ONLY:
        derive_clos(&parts, accelerator, accelerators, reach, scratch, out);
        break;
    default:
        derive_shape(&parts, accelerator, reach, scratch, out);
        break;
    }
    int n = to_count(accelerators);
    int per_domain = out->comm.scaleup.size < n ? out->comm.scaleup.size : n;
    out->all_reduce_1GB_s =
        gw_collective_s(&out->comm, GW_ALL_REDUCE, REPORT_MESSAGE_B, n, per_domain);
}

void gw_fabric_phase(const gw_model *model, gw_state *state) {
    (void)model;
    for (int i = 0; i < state->in->clusters.n; i++) {
        gw_fabric_derive(state->in, i, state->scratch, &state->network[i]);
    }
}
