/* site/site_phase.c: fills the power tree of every cluster and the overhead of every site.
 *
 * In: state->in, state->network[n_clusters].
 * Out: state->slot[n_clusters], state->overhead[n_sites].
 * Model: power_tree.c and cooling.c. The clusters of a site share one cooling plant: the liquid
 *   share of its heat is their mean, weighted by rated IT power of everything planned.
 * Valid: as those two.
 * Derivation: adaptor only. */
#include "site/site_phase.h"

#include <math.h>

#include "site/cooling.h"
#include "site/power_tree.h"

/* The network says itself for how many accelerators it was built: ports over ports per accelerator.
 */
static double network_per_accelerator_W(const gw_network *network, const gw_system *system,
                                        double planned) {
    double built_for = network->n_endpoints / system->nics_per_accelerator;
    double accelerators = built_for > 0 && isfinite(built_for) ? built_for : planned;
    return accelerators > 0 ? network->power_W / accelerators : GW_NAN;
}

static void fill_overhead(gw_state *state, int i_site, const double *accelerators) {
    const gw_scenario *in = state->in;
    const gw_site *site = &in->sites.at[i_site];
    double *count = GW_NEW_N(state->scratch, in->clusters.n, double);
    double *liquid = GW_NEW_N(state->scratch, in->clusters.n, double);
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        count[c] = cluster->site.i == i_site ? accelerators[c] : 0;
        liquid[c] = in->systems.at[cluster->system.i].liquid_share;
    }
    double liquid_share = gw_site_liquid_share(state->slot, count, liquid, in->clusters.n);
    state->overhead[i_site] = gw_cooling_year(&in->coolings.at[site->cooling.i], &site->electrical,
                                              &in->regions.at[site->region.i], liquid_share);
}

void gw_site_phase(const gw_model *model, gw_state *state) {
    (void)model; /* all inputs are drawn values */
    const gw_scenario *in = state->in;
    double *accelerators = GW_NEW_N(state->scratch, in->clusters.n, double);
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        const gw_system *system = &in->systems.at[cluster->system.i];
        accelerators[c] = gw_cluster_planned_accelerators(cluster);
        state->slot[c] =
            gw_power_slot(system, cluster->storage_share,
                          network_per_accelerator_W(&state->network[c], system, accelerators[c]));
    }
    for (int s = 0; s < in->sites.n; s++) {
        fill_overhead(state, s, accelerators);
    }
}
