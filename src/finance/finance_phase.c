/* finance/finance_phase.c: the finance phase: from capacity and energy to cash.
 * In:    state->in, capacity, fleet, slot, network, energy, step, goodput.
 * Out:   state->cash.
 * Model: assets are paid and wear out (asset.c), contracts pay (sales.c), energy and operations
 *        cost, tax and free cash follow (cashflow.c), loans are drawn and repaid (debt.c), and the
 *        finished programme has a cost per hour (unit_cost.c). Energy and operations are in money
 *        of the price year and grow with inflation from its middle. Loans are repaid from the month
 *        after every site is full (if that is not within the horizon: after the first revenue).
 * Valid: the whole programme as one owner, nominal USD, monthly.
 * Derivation: docs/model/finance.md. */
#include "finance/finance_phase.h"

#include <math.h>

#include "base/date.h"
#include "finance/asset.h"
#include "finance/calendar.h"
#include "finance/cashflow.h"
#include "finance/debt.h"
#include "finance/irr.h"
#include "finance/sales.h"
#include "finance/unit_cost.h"

#define MONTHS_PER_YEAR 12.0

/* What the parts of the phase share. */
typedef struct work {
    gw_calendar calendar;
    const gw_scenario *in;
    gw_arena *scratch;
    gw_assets assets;
    gw_sales sales;
    gw_money money;
    double *levered_tax_usd;
    gw_debt debt;
} work;

static double total(const double *x, int n) {
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum;
}

static void clear(double *x, int n) {
    for (int i = 0; i < n; i++) {
        x[i] = 0.0;
    }
}

/* ---------------------------------------------------------------- capital cost */

static void work_capital(work *w, gw_cash *cash) {
    const int n = w->calendar.n_months;
    double *by_kind[GW_N_ASSET] = {
        [GW_ASSET_CHIPS] = cash->capex_chips_usd,
        [GW_ASSET_BUILDING] = cash->capex_build_usd,
        [GW_ASSET_PLANT] = cash->capex_power_usd,
    };
    double *capex_usd = GW_NEW_N(w->scratch, n, double);
    double *depreciation_usd = GW_NEW_N(w->scratch, n, double);
    double end_d = gw_calendar_start_d(&w->calendar, n);
    for (int kind = 0; kind < GW_N_ASSET; kind++) {
        clear(by_kind[kind], n);
    }
    w->money.closing_value_usd = 0.0;
    for (int i = 0; i < w->assets.n; i++) {
        const gw_asset *asset = &w->assets.at[i];
        gw_asset_pay(&w->calendar, asset, by_kind[asset->kind]);
        gw_asset_depreciate(&w->calendar, asset, depreciation_usd);
        w->money.closing_value_usd += gw_asset_value_usd(asset, end_d);
    }
    for (int m = 0; m < n; m++) {
        capex_usd[m] =
            cash->capex_build_usd[m] + cash->capex_chips_usd[m] + cash->capex_power_usd[m];
    }
    w->money.capex_usd = capex_usd;
    w->money.depreciation_usd = depreciation_usd;
    cash->capex_build_total_usd = total(cash->capex_build_usd, n);
    cash->capex_chips_total_usd = total(cash->capex_chips_usd, n);
    cash->capex_power_total_usd = total(cash->capex_power_usd, n);
    cash->capex_usd =
        cash->capex_build_total_usd + cash->capex_chips_total_usd + cash->capex_power_total_usd;
}

/* ---------------------------------------------------------------- running cost, revenue */

static double operations_usd_per_W_s(const gw_scenario *in, int i_site) {
    int i = in->sites.at[i_site].costs.i;
    return i >= 0 && i < in->unit_costs.n ? in->unit_costs.at[i].operations_usd_per_W_s : GW_NAN;
}

static double water_usd_per_m3(const gw_scenario *in, int i_site) {
    int i = in->sites.at[i_site].region.i;
    return i >= 0 && i < in->regions.n ? in->regions.at[i].water_price_usd_per_m3 : GW_NAN;
}

static void work_running(work *w, const gw_state *state, gw_cash *cash) {
    const gw_scenario *in = w->in;
    const int n = w->calendar.n_months;
    const double base_d = gw_date_from_civil((int)in->price_year, 7, 1);
    double *opex_usd = GW_NEW_N(w->scratch, n, double);
    for (int m = 0; m < n; m++) {
        double years = gw_calendar_years_since(&w->calendar, m, base_d);
        double growth = exp(years * log1p(in->finance.inflation));
        double seconds = gw_calendar_seconds(&w->calendar, m);
        double energy_usd = 0.0;
        double other_usd = 0.0;
        for (int s = 0; s < in->sites.n; s++) {
            energy_usd += state->energy[s].cost_usd[m];
            double running_Ws = state->capacity[s].running_it_W[m] * seconds;
            other_usd += running_Ws * operations_usd_per_W_s(in, s);
            other_usd += state->energy[s].water_m3[m] * water_usd_per_m3(in, s);
        }
        cash->opex_energy_usd[m] = energy_usd * growth;
        cash->opex_other_usd[m] = other_usd * growth;
        opex_usd[m] = cash->opex_energy_usd[m] + cash->opex_other_usd[m];
        cash->revenue_usd[m] = w->sales.compute_usd[m] + w->sales.other_usd[m];
    }
    w->money.opex_usd = opex_usd;
    cash->revenue_total_usd = total(cash->revenue_usd, n);
}

/* ---------------------------------------------------------------- funding */

static int repayment_month(const work *w, const gw_state *state, const gw_cash *cash) {
    const int n = w->calendar.n_months;
    double full_d = -GW_INF;
    for (int s = 0; s < w->in->sites.n; s++) {
        const gw_capacity *capacity = &state->capacity[s];
        if (capacity->full_it_W > 0.0 && !(capacity->full_d <= full_d)) {
            full_d = capacity->full_d;
        }
    }
    int m = full_d > -GW_INF ? gw_calendar_month(&w->calendar, full_d) : n;
    for (int i = 0; m >= n && i < n; i++) {
        m = cash->revenue_usd[i] > 0.0 ? i : m;
    }
    return m + 1;
}

static int collect_loans(const gw_scenario *in, gw_loan *loans) {
    int n = 0;
    for (int i = 0; i < in->funding.n; i++) {
        const gw_funding *funding = &in->funding.at[i];
        if (funding->kind == GW_FUNDING_DEBT) {
            double months = round(funding->term_s / (GW_YEAR_d * GW_DAY_s) * MONTHS_PER_YEAR);
            loans[n++] =
                (gw_loan){funding->amount_usd, funding->rate, months >= 1.0 ? (int)months : 1};
        }
    }
    return n;
}

static void work_funding(work *w, const gw_state *state, gw_cash *cash) {
    const int n = w->calendar.n_months;
    gw_loan *loans = GW_NEW_N(w->scratch, w->in->funding.n, gw_loan);
    int n_loans = collect_loans(w->in, loans);
    w->debt = (gw_debt){
        .draw_usd = cash->debt_draw_usd,
        .equity_draw_usd = cash->equity_draw_usd,
        .interest_usd = GW_NEW_N(w->scratch, n, double),
        .service_usd = cash->debt_service_usd,
    };
    gw_debt_schedule(loans, n_loans, w->money.capex_usd, n, repayment_month(w, state, cash),
                     &w->debt);
    double *cfads_usd = GW_NEW_N(w->scratch, n, double);
    gw_free_cash(&w->calendar, &w->money, cash->revenue_usd, w->debt.interest_usd,
                 w->levered_tax_usd, cash->equity_cash_usd);
    for (int m = 0; m < n; m++) {
        cfads_usd[m] = cash->revenue_usd[m] - w->money.opex_usd[m] - w->levered_tax_usd[m];
        cash->equity_cash_usd[m] += cash->debt_draw_usd[m] - cash->debt_service_usd[m];
    }
    gw_coverage coverage =
        gw_debt_coverage(cfads_usd, cash->debt_service_usd, w->calendar.month0, n);
    cash->dscr_min = coverage.lowest;
    cash->dscr_mean = coverage.mean;
    /* The balance that is left is repaid from the closing value of the assets. */
    if (n > 0 && w->debt.outstanding_usd != 0.0) {
        cash->debt_service_usd[n - 1] += w->debt.outstanding_usd;
        cash->equity_cash_usd[n - 1] -= w->debt.outstanding_usd;
    }
}

/* ---------------------------------------------------------------- what it is worth */

/* A rate that does not exist for a reason known here gets that reason. Without any revenue there is
 * none: the book value of the assets at the end is no return. */
static void explain(gw_irr *irr, const char *problem, double revenue_usd) {
    if (revenue_usd == 0.0) {
        irr->n = 0;
        irr->problem = problem != NULL ? problem : "nothing is sold within the horizon";
    } else if (irr->n == 0 && problem != NULL) {
        irr->problem = problem;
    }
}

static void work_worth(work *w, gw_cash *cash) {
    const int n = w->calendar.n_months;
    const double rate = w->money.discount_rate;
    cash->npv_usd = gw_monthly_npv(rate, cash->free_cash_usd, n);
    cash->equity_npv_usd = gw_monthly_npv(rate, cash->equity_cash_usd, n);
    cash->irr = gw_irr_of_investment(cash->free_cash_usd, n, MONTHS_PER_YEAR);
    cash->equity_irr = gw_irr_of_investment(cash->equity_cash_usd, n, MONTHS_PER_YEAR);
    const char *problem = w->assets.problem != NULL ? w->assets.problem : w->sales.problem;
    explain(&cash->irr, problem, cash->revenue_total_usd);
    if (problem == NULL && w->debt.scale < 1.0) {
        problem =
            "the loans exceed the capital cost and are drawn only up to it: no equity is put in";
    }
    explain(&cash->equity_irr, problem, cash->revenue_total_usd);
    cash->payback_d = gw_payback_d(&w->calendar, cash->free_cash_usd, w->money.closing_value_usd);

    double sold_s = total(w->sales.compute_s, n);
    double *no_other_usd = GW_NEW_N(w->scratch, n, double);
    cash->break_even_price_usd_per_h =
        3600.0 * (sold_s > 0.0 ? gw_break_even_price(&w->calendar, &w->money, w->sales.other_usd,
                                                     w->sales.compute_s, w->scratch)
                               : gw_break_even_price(&w->calendar, &w->money, no_other_usd,
                                                     w->sales.busy_s, w->scratch));
}

/* ---------------------------------------------------------------- cost per hour */

/* Energy cost per IT energy of a site: the first year of full operation, or, where the horizon ends
 * before it, all months with running chips. */
static double energy_usd_per_Ws(const work *w, const gw_capacity *capacity,
                                const gw_energy *energy) {
    double full_usd = 0.0;
    double full_Ws = 0.0;
    double all_usd = 0.0;
    double all_Ws = 0.0;
    int n_full = 0;
    for (int m = 0; m < w->calendar.n_months; m++) {
        double running_Ws = capacity->running_it_W[m] * gw_calendar_seconds(&w->calendar, m);
        all_usd += energy->cost_usd[m];
        all_Ws += running_Ws;
        if (n_full < 12 && gw_calendar_start_d(&w->calendar, m) >= capacity->full_d) {
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

static double latest_full_d(const work *w, const gw_state *state) {
    double full_d = -GW_INF;
    for (int s = 0; s < w->in->sites.n; s++) {
        full_d = fmax(full_d, state->capacity[s].full_d);
    }
    return full_d;
}

static void add_capital(const work *w, double full_d, gw_full_cost *full) {
    double *by_kind[GW_N_ASSET] = {
        [GW_ASSET_CHIPS] = &full->chips_usd,
        [GW_ASSET_BUILDING] = &full->buildings_usd,
        [GW_ASSET_PLANT] = &full->plants_usd,
    };
    for (int i = 0; i < w->assets.n; i++) {
        const gw_asset *asset = &w->assets.at[i];
        if (!(asset->until_d <=
              full_d)) { /* what has left before is not part of the finished programme */
            *by_kind[asset->kind] += asset->cost_usd;
        }
    }
}

static void work_unit_cost(const work *w, const gw_state *state, gw_cash *cash) {
    const gw_scenario *in = w->in;
    const double year_s = GW_YEAR_d * GW_DAY_s;
    gw_full_cost full = {
        .chip_residual_frac = in->finance.chip_residual,
        .chip_life_yr = in->finance.chip_life_s / year_s,
        .facility_life_yr = in->finance.facility_life_s / year_s,
        .rate = in->finance.discount_rate,
    };
    add_capital(w, latest_full_d(w, state), &full);
    for (int s = 0; s < in->sites.n; s++) {
        const gw_capacity *capacity = &state->capacity[s];
        double Ws_per_yr = capacity->full_it_W * GW_HOURS_PER_YEAR * 3600.0;
        if (!(Ws_per_yr == 0.0)) {
            full.energy_usd_per_yr += Ws_per_yr * energy_usd_per_Ws(w, capacity, &state->energy[s]);
            full.operations_usd_per_yr +=
                Ws_per_yr * (operations_usd_per_W_s(in, s) +
                             state->overhead[s].wue_m3_per_J * water_usd_per_m3(in, s));
        }
    }
    double busy = 0.0;
    for (int c = 0; c < in->clusters.n; c++) {
        full.accelerators += state->fleet[c].full_accelerators;
        busy += state->fleet[c].full_accelerators * in->clusters.at[c].utilisation;
    }
    full.utilisation_frac = full.accelerators > 0.0 ? busy / full.accelerators : GW_NAN;
    gw_unit_cost cost = gw_unit_cost_work(&full);
    cash->cost_per_acc_h_usd = cost.usd_per_busy_h;
    for (int i = 0; i < GW_N_COST; i++) {
        cash->cost_parts_usd[i] = cost.parts_usd[i];
    }
    cash->cost_per_Mtok_usd =
        in->jobs.n > 0
            ? gw_cost_per_Mtok(cost.usd_per_h, in->jobs.at[0].accelerators,
                               state->step[0].tokens_per_s, state->goodput[0].goodput_frac)
            : GW_NAN;
}

void gw_finance_phase(const gw_model *model, gw_state *state) {
    const gw_scenario *in = state->in;
    gw_cash *cash = &state->cash;
    work w = {
        .calendar = {model->month0, model->n_months},
        .in = in,
        .scratch = state->scratch,
        .money = {.tax_rate = in->finance.tax_rate, .discount_rate = in->finance.discount_rate},
    };
    w.levered_tax_usd = GW_NEW_N(state->scratch, model->n_months, double);
    w.assets = gw_assets_collect(in, state->network, state->scratch);
    w.sales = gw_sales_work(in, &w.calendar, state->fleet, state->slot, state->scratch);
    work_capital(&w, cash);
    work_running(&w, state, cash);
    gw_free_cash(&w.calendar, &w.money, cash->revenue_usd, NULL, cash->tax_usd,
                 cash->free_cash_usd);
    work_funding(&w, state, cash);
    work_worth(&w, cash);
    work_unit_cost(&w, state, cash);
}
