/* site/site_phase.c: fills the power tree of every cluster and the overhead of every site.
 *
 * In: state->in, state->network[n_clusters].
 * Out: state->slot[n_clusters], state->overhead[n_sites].
 * Model: power_tree.c and cooling.c. The clusters of a site share one cooling plant: the liquid
 *   share of its heat is their mean, weighted by rated IT power of everything planned.
 *   A design in a climate is a pure function of some numbers: it is worked out anew only if they
 *   differ from those of the last sample and of every site before (sites often share both).
 * Valid: as those two.
 * Derivation: adaptor only. */
#include "site/site_phase.h"

#include <math.h>
#include <string.h>

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

/* ------------------------------------------------------------------ what a year depends on */

/* Every number of a struct, by its field table. */
static int put_numbers(const gw_struct *type, const void *at, double *out) {
    int n = 0;
    for (int i = 0; i < type->n_fields; i++) {
        const gw_field *field = &type->fields[i];
        const char *member = (const char *)at + field->offset;
        if (field->kind == GW_KIND_NUM) {
            memcpy(&out[n++], member, sizeof(double));
        } else if (field->kind == GW_KIND_ENUM) {
            out[n++] = *(const int *)(const void *)member;
        }
    }
    return n;
}

static int put_months(const double months[12], double *out) {
    memcpy(out, months, 12 * sizeof(double));
    return 12;
}

static void put_inputs(const gw_cooling *design, const gw_region *region, double *out) {
    memset(out, 0, GW_CLIMATE_INPUTS * sizeof(double));
    int n = put_numbers(&gw_struct_cooling, design, out);
    n += put_months(region->dry_bulb_K, out + n);
    n += put_months(region->wet_bulb_K, out + n);
    n += put_months(region->day_spread_K, out + n);
    out[n++] = region->daily_range_K;
    out[n++] = region->design_dry_bulb_K;
    out[n++] = region->design_wet_bulb_K;
}

static bool same_number(double a, double b) {
    return a == b || (isnan(a) && isnan(b)); /* NaN: absent in both */
}

static bool same_numbers(const double *a, const double *b) {
    int i = 0;
    while (i < GW_CLIMATE_INPUTS && same_number(a[i], b[i])) {
        i++;
    }
    return i == GW_CLIMATE_INPUTS;
}

/* A site whose climate was worked out from the same numbers: one before this in this sample, or
 * this one in the last sample; -1: none. */
static int same_inputs(const gw_state *state, int i_site, const double *inputs) {
    for (int s = 0; s <= i_site; s++) {
        if (same_numbers(state->climate_inputs + s * GW_CLIMATE_INPUTS, inputs)) {
            return s;
        }
    }
    return -1;
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
    const gw_cooling *design = &in->coolings.at[site->cooling.i];
    const gw_region *region = &in->regions.at[site->region.i];
    double inputs[GW_CLIMATE_INPUTS];
    put_inputs(design, region, inputs);
    int same = same_inputs(state, i_site, inputs);
    state->climate[i_site] = same >= 0 ? state->climate[same] : gw_cooling_climate(design, region);
    memcpy(state->climate_inputs + i_site * GW_CLIMATE_INPUTS, inputs, sizeof inputs);
    state->overhead[i_site] =
        gw_cooling_site(design, &site->electrical, &state->climate[i_site], liquid_share);
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
