/* fabric/congestion.h: what the real network of a cluster does to the groups of a job: how much the
 * busiest shared link is loaded when all groups of an axis talk at once.
 *
 * In:  scenario, cluster, groups of each axis (model.h). Out: gw_congestion (model.h). */
#ifndef GW_FABRIC_CONGESTION_H
#define GW_FABRIC_CONGESTION_H

#include "base/diag.h"
#include "network/net_plan.h"
#include "scenario/load.h"

/** Networks are built whole up to so many hosts; of larger ones a part stands for all. */
#define GW_CONGESTION_HOSTS_MAX 524288

/** A network as the jobs of a cluster find it: built, damaged, its hosts in order of placement. */
typedef struct gw_congestion_net {
    gw_net *net;         /* NULL: not built, see note */
    const int32_t *host; /* [n_places, or net->n_hosts] behind each place */
    gw_route_how how;
    int queue_pairs;
    double oversubscription;
    double nics; /* of a domain that one collective drives; 0: all */
    const char *note;
    int32_t n_places; /* of `host`: one island's, where jobs stay in it; 0: all of the network's */
} gw_congestion_net;

/** Whether a job of so many ranks can meet a shared link that limits it: false where the network is a
 * folded Clos with full bisection, packets are sprayed and nothing is broken; then the closed form of
 * collectives.c holds as it is. */
bool gw_congestion_possible(const gw_scenario *in, int i_cluster, double n_ranks);

/** Whether so many ranks need more than one island: then all islands are built, joined by trunks. */
bool gw_congestion_spans(const gw_scenario *in, int i_cluster, double n_ranks);

/** Builds the network that `ranks` ranks of a cluster use. Unknown names of faults go to diags (NULL:
 * not told). Everything is owned by the arena. */
gw_congestion_net gw_congestion_net_of(const gw_spec *spec, const gw_scenario *in, int i_cluster,
                                       double n_ranks, gw_arena *arena, gw_diags *diags);

/** Fills `out` for groups[GW_N_AXES] of a job of n_ranks ranks, one axis after another; jobs alike
 * fill the rest of the network. Texts are owned by the arena. */
void gw_congestion_find(const gw_congestion_net *on, const gw_groups *groups, int64_t n_ranks,
                        gw_arena *arena, gw_congestion *out);

#endif
