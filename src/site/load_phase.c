/* site/load_phase.c: electrical load and water of every site, month by month.
 *
 * In: state->fleet[n_clusters], state->slot[n_clusters], state->overhead[n_sites].
 * Out: state->energy[n_sites]: it_load_W, load_W (month averages), water_m3 (per month), each
 *   [n_months].
 * Model: IT load = sum over the site's clusters of running accelerators x (u training_W
 *   + (1 - u) idle_W); load at the meter = IT load x PUE of the calendar month; water = IT energy
 *   x water use of the calendar month.
 * Valid: month averages. Installed chips that do not run draw nothing; halls without load draw
 *   nothing (overheads are proportional to IT power): the first weeks of a hall are a little low.
 * Derivation: products of the quantities above. */
#include "site/site_phase.h"

#include "base/date.h"
#include "site/power_tree.h"

void gw_load_phase(const gw_model *model, gw_state *state) {
    const gw_scenario *in = state->in;
    for (int s = 0; s < in->sites.n; s++) {
        for (int m = 0; m < model->n_months; m++) {
            state->energy[s].it_load_W[m] = 0;
        }
    }
    for (int c = 0; c < in->clusters.n; c++) {
        int s = in->clusters.at[c].site.i;
        double each_W = gw_power_slot_average_W(&state->slot[c], in->clusters.at[c].utilisation);
        for (int m = 0; m < model->n_months; m++) {
            state->energy[s].it_load_W[m] += state->fleet[c].accelerators[m] * each_W;
        }
    }
    for (int s = 0; s < in->sites.n; s++) {
        const gw_overhead *overhead = &state->overhead[s];
        gw_energy *energy = &state->energy[s];
        for (int m = 0; m < model->n_months; m++) {
            int month = model->month0 + m;
            int calendar = gw_month_of_year(month);
            double seconds = gw_month_days(month) * GW_DAY_s;
            energy->load_W[m] = energy->it_load_W[m] * overhead->pue[calendar];
            energy->water_m3[m] =
                energy->it_load_W[m] * seconds * overhead->water_m3_per_J[calendar];
        }
    }
}
