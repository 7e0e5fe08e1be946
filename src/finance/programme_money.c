/* finance/programme_money.c: full cost of sites, and the money of each named programme.
 * In:    assets, sales by cluster, running cost by site, capacity, energy.
 * Out:   cost per hour and watt; capital cost, revenue, present value, rate of return, payback.
 * Model: a programme owns what stands at its sites and at those of the programmes that are part of it.
 *        Its revenue is what parties outside the scenario's programmes pay for its clusters, its cost
 *        that of its sites; tax as if it were one taxpayer of its own. Full cost as in unit_cost.c
 *        over the sites chosen; energy per IT energy is that of the first year of full operation,
 *        or, where the horizon ends before it, of all months with running chips.
 * Valid: before financing; without working capital. Programmes that overlap are each counted whole:
 *        their figures do not add up to the scenario's.
 * Derivation: docs/model/finance.md. */
#include "finance/programme_money.h"

#include <math.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "finance/cashflow.h"
#include "finance/irr.h"

static bool chosen(const bool *site, int s) {
    return site == NULL || (s >= 0 && site[s]);
}

/* ---------------------------------------------------------------- full cost */

static double energy_usd_per_Ws(const gw_calendar *calendar, const gw_capacity *capacity,
                                const gw_energy *energy) {
    double full_usd = 0.0;
    double full_Ws = 0.0;
    double all_usd = 0.0;
    double all_Ws = 0.0;
    int n_full = 0;
    for (int m = 0; m < calendar->n_months; m++) {
        double running_Ws = capacity->running_it_W[m] * gw_calendar_seconds(calendar, m);
        all_usd += energy->cost_usd[m];
        all_Ws += running_Ws;
        if (n_full < 12 && gw_calendar_start_d(calendar, m) >= capacity->full_d) {
            full_usd += energy->cost_usd[m];
            full_Ws += running_Ws;
            n_full++;
        }
    }
    if (n_full == 12) {
        return full_usd / full_Ws;
    }
    return all_Ws > 0.0 ? all_usd / all_Ws : GW_NAN;
}

/* What stands there when the last of the sites is full. A lot that is replaced counts once. */
static void add_capital(const gw_programme_in *k, const bool *site, gw_full_cost *full) {
    double *by_kind[GW_N_ASSET] = {
        [GW_ASSET_CHIPS] = &full->chips_usd,
        [GW_ASSET_BUILDING] = &full->buildings_usd,
        [GW_ASSET_PLANT] = &full->plants_usd,
    };
    double full_d = -GW_INF;
    for (int s = 0; s < k->in->sites.n; s++) {
        full_d = chosen(site, s) ? fmax(full_d, k->state->capacity[s].full_d) : full_d;
    }
    for (int i = 0; i < k->assets->n; i++) {
        const gw_asset *asset = &k->assets->at[i];
        bool gone = asset->until_d <= full_d;
        bool later = asset->refit && !(asset->service_d <= full_d);
        if (chosen(site, asset->site) && !gone && !later) {
            *by_kind[asset->kind] += asset->cost_usd;
        }
    }
}

gw_unit_cost gw_full_cost_of(const gw_programme_in *k, const bool *site, double *it_W) {
    const gw_scenario *in = k->in;
    const double year_s = GW_YEAR_d * GW_DAY_s;
    gw_full_cost full = {
        .chip_residual_frac = in->finance.chip_residual,
        .chip_life_yr = in->finance.chip_life_s / year_s,
        .facility_life_yr = in->finance.facility_life_s / year_s,
        .rate = in->finance.discount_rate,
    };
    add_capital(k, site, &full);
    *it_W = 0.0;
    for (int s = 0; s < in->sites.n; s++) {
        const gw_capacity *capacity = &k->state->capacity[s];
        double Ws_per_yr = capacity->full_it_W * GW_HOURS_PER_YEAR * 3600.0;
        if (chosen(site, s) && !(Ws_per_yr == 0.0)) {
            *it_W += capacity->full_it_W;
            full.energy_usd_per_yr +=
                Ws_per_yr * energy_usd_per_Ws(k->calendar, capacity, &k->state->energy[s]);
            full.operations_usd_per_yr +=
                Ws_per_yr * (gw_operations_usd_per_W_s(in, s) +
                             k->state->overhead[s].wue_m3_per_J * gw_water_usd_per_m3(in, s));
        }
    }
    double busy = 0.0;
    for (int c = 0; c < in->clusters.n; c++) {
        if (chosen(site, in->clusters.at[c].site.i)) {
            full.accelerators += k->state->fleet[c].full_accelerators;
            busy += k->state->fleet[c].full_accelerators * in->clusters.at[c].utilisation;
        }
    }
    full.utilisation_frac = full.accelerators > 0.0 ? busy / full.accelerators : GW_NAN;
    return gw_unit_cost_work(&full);
}

/* ---------------------------------------------------------------- programmes */

typedef struct flows {
    double *capex_usd, *opex_usd, *depreciation_usd, *revenue_usd, *tax_usd, *free_usd;
} flows;

static void add_to(double *sum, const double *x, int n) {
    for (int m = 0; m < n; m++) {
        sum[m] += x[m];
    }
}

static double total(const double *x, int n) {
    double sum = 0.0;
    for (int m = 0; m < n; m++) {
        sum += x[m];
    }
    return sum;
}

gw_site_money *gw_site_money_collect(const gw_scenario *in, const gw_calendar *calendar,
                                     const gw_assets *assets, gw_arena *scratch) {
    const double end_d = gw_calendar_start_d(calendar, calendar->n_months);
    gw_site_money *out = GW_NEW_N(scratch, in->sites.n + 1, gw_site_money);
    for (int s = 0; s < in->sites.n; s++) {
        out[s].depreciation_usd = GW_NEW_N(scratch, calendar->n_months, double);
    }
    for (int i = 0; i < assets->n; i++) {
        const gw_asset *asset = &assets->at[i];
        if (asset->site >= 0 && asset->site < in->sites.n) {
            gw_site_money *site = &out[asset->site];
            site->closing_gain_usd += gw_asset_depreciate(calendar, asset, site->depreciation_usd);
            site->closing_value_usd += gw_asset_value_usd(asset, end_d);
        }
    }
    return out;
}

static void gather(const gw_programme_in *k, const bool *site, gw_money *money, flows *f) {
    const int n = k->calendar->n_months;
    for (int i = 0; i < k->cells->n; i++) {
        const gw_cell *cell = &k->cells->at[i];
        for (int m = cell->first; m <= cell->last && chosen(site, cell->site); m++) {
            f->capex_usd[m] += cell->capex_usd[m];
        }
    }
    for (int s = 0; s < k->in->sites.n; s++) {
        if (site[s]) {
            add_to(f->depreciation_usd, k->sites[s].depreciation_usd, n);
            money->closing_value_usd += k->sites[s].closing_value_usd;
            money->closing_gain_usd += k->sites[s].closing_gain_usd;
            add_to(f->opex_usd, k->running->site_energy_usd[s], n);
            add_to(f->opex_usd, k->running->site_other_usd[s], n);
        }
    }
    for (int c = 0; c < k->in->clusters.n; c++) {
        if (chosen(site, k->in->clusters.at[c].site.i)) {
            add_to(f->revenue_usd, k->sales->contract_usd[c], n);
            add_to(f->revenue_usd, k->sales->market_usd[c], n);
            for (int m = 0; m < n; m++) {
                f->opex_usd[m] -= k->sales->cluster_saved_usd[c][m];
            }
        }
    }
    money->capex_usd = f->capex_usd;
    money->opex_usd = f->opex_usd;
    money->depreciation_usd = f->depreciation_usd;
}

static gw_programme_money work_one(const gw_programme_in *k, int p, bool *site, gw_arena *scratch) {
    const int n = k->calendar->n_months;
    gw_programme_money out = {.npv_usd = GW_NAN,
                              .payback_d = GW_NAN,
                              .capex_usd = GW_NAN,
                              .revenue_usd = GW_NAN,
                              .cost_per_acc_h_usd = GW_NAN,
                              .cost_usd_per_W_s = GW_NAN,
                              .irr = {.problem = "no site of the scenario belongs to it"}};
    for (int s = 0; s < k->in->sites.n; s++) {
        site[s] = gw_programme_holds(
            k->in, p,
            k->in->sites.at[s].programme.name != NULL ? k->in->sites.at[s].programme.i : -1);
        out.any = out.any || site[s];
    }
    if (!out.any) {
        return out;
    }
    gw_mark mark = gw_arena_mark(scratch);
    flows f = {GW_NEW_N(scratch, n, double), GW_NEW_N(scratch, n, double),
               GW_NEW_N(scratch, n, double), GW_NEW_N(scratch, n, double),
               GW_NEW_N(scratch, n, double), GW_NEW_N(scratch, n, double)};
    gw_money money = {.tax_rate = k->in->finance.tax_rate,
                      .discount_rate = k->in->finance.discount_rate};
    gather(k, site, &money, &f);
    gw_free_cash(k->calendar, &money, f.revenue_usd, NULL, f.tax_usd, f.free_usd);
    out.capex_usd = total(f.capex_usd, n);
    out.revenue_usd = total(f.revenue_usd, n);
    out.npv_usd = gw_monthly_npv(money.discount_rate, f.free_usd, n);
    out.irr = out.revenue_usd == 0.0
                  ? (gw_irr){.problem = "it sells nothing outside within the horizon"}
                  : gw_irr_of_investment(f.free_usd, n, 12.0);
    out.payback_d = gw_payback_d(k->calendar, f.free_usd, money.closing_value_usd);
    gw_unit_cost cost = gw_full_cost_of(k, site, &out.full_it_W);
    out.cost_per_acc_h_usd = cost.usd_per_busy_h;
    out.cost_usd_per_W_s = out.full_it_W > 0.0
                               ? cost.usd_per_yr / (out.full_it_W * GW_HOURS_PER_YEAR * 3600.0)
                               : GW_NAN;
    gw_arena_reset(scratch, mark);
    return out;
}

gw_programme_money *gw_programmes_work(const gw_programme_in *k, gw_arena *scratch) {
    gw_programme_money *out = GW_NEW_N(scratch, k->in->programmes.n + 1, gw_programme_money);
    bool *site = GW_NEW_N(scratch, k->in->sites.n + 1, bool);
    for (int p = 0; p < k->in->programmes.n; p++) {
        out[p] = work_one(k, p, site, scratch);
    }
    return out;
}
