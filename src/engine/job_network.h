/* engine/job_network.h: the real networks under the jobs of a scenario: who shares which link.
 *
 * In:  scenario, networks in closed form, layouts. Out: gw_congestion of jobs and served models. */
#ifndef GW_ENGINE_JOB_NETWORK_H
#define GW_ENGINE_JOB_NETWORK_H

#include "model.h"
#include "scenario/load.h"
#include "training/step.h"

/** Reports faults of clusters that name links or switches which their network does not have. */
void gw_cluster_faults_check(const gw_spec *spec, gw_diags *diags);

/** Fills model->congestion and model->serving_congestion from its plans, base case. networks: of the
 * clusters. Each cluster's network is built once, and only where it can matter. */
void gw_job_networks(gw_model *model, const gw_network *networks);

/** Of one job under any plan. Texts are owned by the arena. */
void gw_job_congestion(const gw_spec *spec, const gw_step_in *step, int j, const gw_plan *plan,
                       gw_arena *arena, gw_congestion *out);

/** A network as it might be instead. */
typedef struct gw_other_network {
    const char *what; /* "no oversubscription"; static */
    gw_congestion congestion;
} gw_other_network;

#define GW_OTHER_NETWORKS_MAX 5

/** The same with one burden of the network taken away at a time; returns how many there are. */
int gw_job_other_networks(const gw_spec *spec, const gw_step_in *step, int j, const gw_plan *plan,
                          gw_arena *arena, gw_other_network *out);

#endif
