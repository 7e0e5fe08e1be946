/* finance/running.c: energy, operation and water by month, site and cluster.
 * In:    energy phase, running IT power, unit costs, inflation.
 * Out:   nominal cost by month.
 * Model: energy cost of the site, and unit cost x running IT power x time + water x price, both in
 *        money of the price year x (1 + inflation)^(years since its middle). A cluster bears the
 *        share of its site's cost that it has of the rated IT power of all running accelerators
 *        there.
 * Valid: one inflation for all running cost. A month without running accelerators has no share.
 * Derivation: docs/model/finance.md. */
#include "finance/running.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

double gw_operations_usd_per_W_s(const gw_scenario *in, int i_site) {
    int i = in->sites.at[i_site].costs.i;
    return i >= 0 && i < in->unit_costs.n ? in->unit_costs.at[i].operations_usd_per_W_s : GW_NAN;
}

double gw_water_usd_per_m3(const gw_scenario *in, int i_site) {
    int i = in->sites.at[i_site].region.i;
    return i >= 0 && i < in->regions.n ? in->regions.at[i].water_price_usd_per_m3 : GW_NAN;
}

static double **rows(gw_arena *scratch, int n, int n_months) {
    double **out = GW_NEW_N(scratch, n + 1, double *);
    for (int i = 0; i < n; i++) {
        out[i] = GW_NEW_N(scratch, n_months, double);
    }
    return out;
}

static void share_out(const gw_scenario *in, const gw_state *state, int n, gw_arena *scratch,
                      gw_running *out) {
    double **site_W = rows(scratch, in->sites.n, n);
    for (int c = 0; c < in->clusters.n; c++) {
        int s = in->clusters.at[c].site.i;
        for (int m = 0; m < n && s >= 0 && s < in->sites.n; m++) {
            site_W[s][m] += state->fleet[c].accelerators[m] * state->slot[c].it_W;
        }
    }
    for (int c = 0; c < in->clusters.n; c++) {
        int s = in->clusters.at[c].site.i;
        double *frac = out->cluster_frac[c];
        for (int m = 0; m < n && s >= 0 && s < in->sites.n; m++) {
            double own_W = state->fleet[c].accelerators[m] * state->slot[c].it_W;
            frac[m] = site_W[s][m] > 0.0 ? own_W / site_W[s][m] : 0.0;
            out->cluster_usd[c][m] =
                frac[m] * (out->site_energy_usd[s][m] + out->site_other_usd[s][m]);
        }
    }
}

gw_running gw_running_work(const gw_scenario *in, const gw_calendar *calendar,
                           const gw_state *state, gw_arena *scratch) {
    const int n = calendar->n_months;
    const double base_d = gw_date_from_civil((int)in->price_year, 7, 1);
    gw_running out = {
        .energy_usd = GW_NEW_N(scratch, n, double),
        .other_usd = GW_NEW_N(scratch, n, double),
        .site_energy_usd = rows(scratch, in->sites.n, n),
        .site_other_usd = rows(scratch, in->sites.n, n),
        .cluster_usd = rows(scratch, in->clusters.n, n),
        .cluster_frac = rows(scratch, in->clusters.n, n),
    };
    for (int m = 0; m < n; m++) {
        double years = gw_calendar_years_since(calendar, m, base_d);
        double growth = exp(years * log1p(in->finance.inflation));
        double seconds = gw_calendar_seconds(calendar, m);
        double energy_usd = 0.0;
        double other_usd = 0.0;
        for (int s = 0; s < in->sites.n; s++) {
            double running_Ws = state->capacity[s].running_it_W[m] * seconds;
            double site_other_usd = running_Ws * gw_operations_usd_per_W_s(in, s) +
                                    state->energy[s].water_m3[m] * gw_water_usd_per_m3(in, s);
            energy_usd += state->energy[s].cost_usd[m];
            other_usd += running_Ws * gw_operations_usd_per_W_s(in, s);
            other_usd += state->energy[s].water_m3[m] * gw_water_usd_per_m3(in, s);
            out.site_energy_usd[s][m] = state->energy[s].cost_usd[m] * growth;
            out.site_other_usd[s][m] = site_other_usd * growth;
        }
        out.energy_usd[m] = energy_usd * growth;
        out.other_usd[m] = other_usd * growth;
    }
    share_out(in, state, n, scratch, &out);
    return out;
}
