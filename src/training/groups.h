/* training/groups.h: which ranks of a job talk to each other, and what the network leaves them.
 *
 * In:  gw_step_in, gw_plan. Out: the groups of every axis; the network as one axis sees it. */
#ifndef GW_TRAINING_GROUPS_H
#define GW_TRAINING_GROUPS_H

#include "training/serving.h"
#include "training/step.h"

/** Fills groups[GW_N_AXES] for a plan that passed gw_training_rule. */
void gw_training_groups(const gw_step_in *in, const gw_plan *plan, gw_groups *groups);

/** The same of one copy of a model that is served; all copies alike. */
void gw_serving_groups(const gw_serving_in *in, const gw_serving_plan *plan, gw_groups *groups);

/** The network as the groups of an axis find it: their share of the NIC rate where the real network
 * was looked at, else `comm` as it is. `factor`: how much more its links are loaded than then. */
gw_comm gw_axis_comm(const gw_comm *comm, const gw_congestion *congestion, double factor,
                     gw_axis axis);

/** Load of links over that of the base case, when the oversubscription of a cluster is drawn: in
 * proportion to it, as the number of up-links is. */
double gw_link_load_factor(const gw_scenario *in, int i_cluster, const gw_congestion *congestion);

/** NULL, or that ranks which must talk have no way to each other; static. */
const char *gw_congestion_rule(const gw_congestion *congestion);

#endif
