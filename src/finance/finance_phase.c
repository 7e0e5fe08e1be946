/* finance/finance_phase.c: the finance phase: from capacity and energy to cash.
 * In:    state->in, capacity, fleet, slot, network, energy, step, goodput, schedule.
 * Out:   state->cash; its detail lives in scratch.
 * Model: assets are paid and wear out (asset.c), contracts pay (sales.c), energy and operations cost
 *        (running.c), tax and free cash follow (cashflow.c), loans are drawn and repaid (debt.c,
 *        loan.c), every payment has two ends (party.c), and the finished programme has a cost per
 *        hour (programme_money.c). Interest is deducted from tax and tax comes before service, so
 *        loans sized by their cash are worked out a few times until that agrees. A loan is repaid
 *        from the month after what it pays for is full (if that is not within the horizon: after the
 *        first revenue).
 * Valid: nominal USD, monthly. The programme as a whole is one taxpayer.
 * Derivation: docs/model/finance.md. */
#include "finance/finance_phase.h"

#include <math.h>

#include "base/date.h"
#include "finance/cashflow.h"
#include "finance/debt.h"
#include "finance/irr.h"
#include "finance/party.h"
#include "finance/programme_money.h"

#define MONTHS_PER_YEAR 12.0
#define SCULPT_PASSES 8 /* each leaves about a tenth of the error in tax */

/* What the parts of the phase share. */
typedef struct work {
    gw_calendar calendar;
    const gw_scenario *in;
    const gw_state *state;
    gw_arena *scratch;
    gw_assets assets;
    gw_cells cells;
    gw_site_money *sites; /* [n_sites] */
    gw_running running;
    gw_sales sales;
    gw_money money;
    double *working_capital_usd;
    double *levered_tax_usd;
    double *financing_usd; /* interest and fees less income of accounts: deducted for tax */
    double *service_usd;
    gw_debt_line *lines;
    int *line_funding;
    int n_lines;
    gw_reach *scopes; /* [n_funding] */
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
    for (int kind = 0; kind < GW_N_ASSET; kind++) {
        clear(by_kind[kind], n);
    }
    for (int i = 0; i < w->cells.n; i++) {
        const gw_cell *cell = &w->cells.at[i];
        for (int m = cell->first; m <= cell->last; m++) {
            by_kind[cell->kind][m] += cell->capex_usd[m];
        }
    }
    w->sites = gw_site_money_collect(w->in, &w->calendar, &w->assets, w->scratch);
    for (int s = 0; s < w->in->sites.n; s++) {
        w->money.closing_gain_usd += w->sites[s].closing_gain_usd;
        w->money.closing_value_usd += w->sites[s].closing_value_usd;
        for (int m = 0; m < n; m++) {
            depreciation_usd[m] += w->sites[s].depreciation_usd[m];
        }
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

static void work_running(work *w, gw_cash *cash) {
    const int n = w->calendar.n_months;
    const gw_finance *finance = &w->in->finance;
    double *opex_usd = GW_NEW_N(w->scratch, n, double);
    for (int m = 0; m < n; m++) {
        double all_usd = w->running.energy_usd[m] + w->running.other_usd[m];
        double keep = all_usd > 0.0 ? 1.0 - w->sales.saved_usd[m] / all_usd : 1.0;
        cash->opex_energy_usd[m] = w->running.energy_usd[m] * keep;
        cash->opex_other_usd[m] = w->running.other_usd[m] * keep;
        opex_usd[m] = cash->opex_energy_usd[m] + cash->opex_other_usd[m];
        cash->revenue_usd[m] = w->sales.compute_usd[m] + w->sales.other_usd[m];
    }
    w->money.opex_usd = opex_usd;
    cash->revenue_total_usd = total(cash->revenue_usd, n);
    cash->stopped_s = w->sales.stopped_s;

    double *capital_usd = GW_NEW_N(w->scratch, n, double);
    double *payables_usd = GW_NEW_N(w->scratch, n, double);
    gw_delay_work(cash->revenue_usd, n, finance->receivable_s / GW_DAY_s, capital_usd);
    gw_delay_work(opex_usd, n, finance->payable_s / GW_DAY_s, payables_usd);
    for (int m = 0; m < n; m++) {
        capital_usd[m] -= payables_usd[m] + w->sales.shift_usd[m];
    }
    w->working_capital_usd = capital_usd;
    w->money.working_capital_usd = capital_usd;
    cash->working_capital_usd = capital_usd;
}

/* ---------------------------------------------------------------- funding */

static int repayment_month(const work *w, const gw_reach *scope, const gw_cash *cash) {
    const int n = w->calendar.n_months;
    double full_d = gw_reach_full_d(w->in, scope, w->state->capacity, w->state->fleet);
    int m = gw_calendar_month(&w->calendar, full_d);
    for (int i = 0; m >= n && i < n; i++) {
        m = cash->revenue_usd[i] > 0.0 ? i : m;
    }
    return m + 1;
}

static void create_lines(work *w, gw_cash *cash) {
    const gw_scenario *in = w->in;
    const int n = w->calendar.n_months;
    const double end_d = gw_calendar_start_d(&w->calendar, n);
    w->lines = GW_NEW_N(w->scratch, in->funding.n + 1, gw_debt_line);
    w->line_funding = GW_NEW_N(w->scratch, in->funding.n + 1, int);
    w->scopes = GW_NEW_N(w->scratch, in->funding.n + 1, gw_reach);
    cash->loans = GW_NEW_N(w->scratch, in->funding.n + 1, gw_loan_money);
    for (int i = 0; i < in->funding.n; i++) {
        const gw_funding *funding = &in->funding.at[i];
        gw_loan_money *money = &cash->loans[i];
        gw_loan_money_create(money, n, w->scratch);
        w->scopes[i] = gw_reach_of(in, funding, &w->cells, n, w->scratch);
        money->borrower = w->scopes[i].borrower;
        money->dscr_min = money->dscr_mean = money->llcr_ratio = money->breach_d = GW_NAN;
        money->repay_from_d = money->last_d = GW_NAN;
        if (funding->kind != GW_FUNDING_DEBT) {
            continue;
        }
        gw_debt_line *line = &w->lines[w->n_lines];
        *line = (gw_debt_line){.loan = gw_loan_of(funding, in->finance.cash_yield),
                               .scope = w->scopes[i],
                               .covenant_ratio = funding->covenant,
                               .cfads_usd = GW_NEW_N(w->scratch, n, double),
                               .cover_usd = GW_NEW_N(w->scratch, n, double),
                               .money = money};
        if (w->scopes[i].everything) { /* the same sum in the same order as the capital cost */
            for (int m = 0; m < n && !in->finance.refit; m++) {
                line->scope.capex_usd[m] = w->money.capex_usd[m];
            }
        }
        line->loan.repay_from = repayment_month(w, &line->scope, cash);
        line->loan.from = gw_is_set(funding->available_from_d)
                              ? gw_calendar_month(&w->calendar, funding->available_from_d)
                              : 0;
        line->loan.until =
            gw_is_set(funding->available_until_d) && funding->available_until_d < end_d
                ? gw_month_of_date(funding->available_until_d) - w->calendar.month0
                : n - 1;
        w->line_funding[w->n_lines++] = i;
    }
}

/* Cash of what a loan pays for, before tax: see docs/model/finance.md. contracted: of it what
 * contracts pay. */
static void scope_cash(const work *w, const gw_reach *scope, bool contracted, double *out_usd) {
    const gw_sales *sales = &w->sales;
    bool place_only = scope->layer == GW_LAYER_BUILD || scope->layer == GW_LAYER_POWER;
    bool rented = false;
    for (int i = 0; i < w->in->contracts.n && place_only; i++) {
        const gw_contract *contract = &w->in->contracts.at[i];
        for (int c = 0; c < w->in->clusters.n; c++) {
            rented = rented || (contract->kind == GW_CONTRACT_LEASE && scope->cluster[c] &&
                                gw_contract_covers(contract, c));
        }
    }
    clear(out_usd, w->calendar.n_months);
    for (int c = 0; c < w->in->clusters.n; c++) {
        for (int m = 0; m < w->calendar.n_months && scope->cluster[c]; m++) {
            double sold_usd =
                sales->contract_usd[c][m] + (contracted ? 0.0 : sales->market_usd[c][m]);
            double run_usd = w->running.cluster_usd[c][m] - sales->cluster_saved_usd[c][m];
            double rent_usd = sales->rent_usd[c][m];
            if (rented) {
                out_usd[m] += rent_usd;
            } else if (scope->layer == GW_LAYER_CHIPS) {
                out_usd[m] += sold_usd - rent_usd - run_usd;
            } else {
                out_usd[m] += sold_usd - run_usd;
            }
        }
    }
}

/* CFADS of a loan: its cash, less its share of tax and working capital by what it earns. */
static void work_cfads(const work *w, const gw_cash *cash, gw_debt_line *line) {
    const int n = w->calendar.n_months;
    if (!line->scope.everything) {
        scope_cash(w, &line->scope, false, line->cfads_usd);
    }
    for (int m = 0; m < n; m++) {
        double all_usd = cash->revenue_usd[m] - w->money.opex_usd[m];
        double other_usd = w->levered_tax_usd[m] + w->working_capital_usd[m];
        if (line->scope.everything) {
            line->cfads_usd[m] = all_usd - other_usd;
            continue;
        }
        double frac = all_usd > 0.0 ? fmin(1.0, fmax(0.0, line->cfads_usd[m]) / all_usd) : 0.0;
        line->cfads_usd[m] -= frac * other_usd;
    }
}

static void sum_financing(work *w) {
    const int n = w->calendar.n_months;
    clear(w->financing_usd, n);
    clear(w->service_usd, n);
    for (int k = 0; k < w->n_lines; k++) {
        const gw_loan_money *money = w->lines[k].money;
        for (int m = 0; m < n; m++) {
            w->financing_usd[m] +=
                money->interest_usd[m] + money->fee_usd[m] - money->income_usd[m];
            w->service_usd[m] += money->service_usd[m];
        }
    }
}

/* Loans, tax with their interest, and what is left for equity before draws and service. */
static void work_loans(work *w, gw_cash *cash) {
    const int n = w->calendar.n_months;
    bool sculpted = false;
    for (int k = 0; k < w->n_lines; k++) {
        sculpted = sculpted || w->lines[k].loan.repayment == GW_REPAY_SCULPTED;
    }
    gw_debt_share(w->lines, w->n_lines, &w->cells, n, w->scratch);
    clear(w->financing_usd, n);
    int passes = w->n_lines == 0 ? 0 : sculpted ? SCULPT_PASSES : 2;
    for (int pass = 0; pass <= passes; pass++) {
        gw_free_cash(&w->calendar, &w->money, cash->revenue_usd, w->financing_usd,
                     w->levered_tax_usd, cash->equity_cash_usd);
        if (pass == passes) {
            break;
        }
        for (int k = 0; k < w->n_lines; k++) {
            work_cfads(w, cash, &w->lines[k]);
        }
        gw_debt_work(w->lines, w->n_lines, &w->cells, n, w->scratch);
        sum_financing(w);
    }
}

/* What the guarantor of a loan pays: service that the cash does not cover, and at the end what the
 * assets are worth less than the balance. */
static void work_guarantee(const work *w, gw_debt_line *line, const gw_funding *funding) {
    const int n = w->calendar.n_months;
    if (funding->guarantor.name == NULL) {
        clear(line->money->guaranteed_usd, n);
        return;
    }
    double worth_usd = 0.0;
    double end_d = gw_calendar_start_d(&w->calendar, n);
    for (int i = 0; i < w->assets.n; i++) {
        const gw_asset *asset = &w->assets.at[i];
        for (int c = 0; c < w->cells.n; c++) {
            const gw_cell *cell = &w->cells.at[c];
            bool here = line->scope.cell[c] && cell->kind == asset->kind &&
                        cell->site == asset->site && cell->cluster == asset->cluster;
            worth_usd += here ? gw_asset_value_usd(asset, end_d) : 0.0;
        }
    }
    double open_usd = fmax(0.0, line->money->outstanding_usd - worth_usd);
    if (n > 0) {
        line->money->guaranteed_usd[n - 1] += fmin(open_usd, funding->residual_guarantee_usd);
    }
}

static void work_residual(const work *w, gw_debt_line *line) {
    const int n = w->calendar.n_months;
    gw_mark mark = gw_arena_mark(w->scratch);
    double *contracted_usd = GW_NEW_N(w->scratch, n + 1, double);
    scope_cash(w, &line->scope, true, contracted_usd);
    int end = n;
    while (end > 0 && !(contracted_usd[end - 1] > 0.0)) {
        end--;
    }
    end = end > line->loan.repay_from ? end : n;
    double chips_usd = 0.0;
    for (int i = 0; i < w->cells.n; i++) {
        const gw_cell *cell = &w->cells.at[i];
        bool on_it =
            line->scope.cell[i] || (line->scope.layer != GW_LAYER_ALL && cell->cluster >= 0 &&
                                    line->scope.cluster[cell->cluster]);
        chips_usd += cell->kind == GW_ASSET_CHIPS && on_it ? cell->cost_usd : 0.0;
    }
    line->money->residual_needed_usd = gw_debt_residual_needed_usd(line, contracted_usd, end);
    line->money->residual_needed_frac =
        chips_usd > 0.0 ? line->money->residual_needed_usd / chips_usd : GW_NAN;
    gw_arena_reset(w->scratch, mark);
}

/* Draws, service, accounts and guarantees of all loans, month by month. */
static void sum_loans(work *w, gw_cash *cash) {
    const int n = w->calendar.n_months;
    clear(cash->debt_draw_usd, n);
    clear(cash->debt_service_usd, n);
    for (int m = 0; m < n; m++) {
        cash->equity_draw_usd[m] = w->money.capex_usd[m];
    }
    for (int k = 0; k < w->n_lines; k++) {
        const gw_loan_money *money = w->lines[k].money;
        double before_usd = 0.0;
        for (int m = 0; m < n; m++) {
            cash->debt_draw_usd[m] += money->draw_usd[m];
            cash->debt_service_usd[m] += money->service_usd[m];
            cash->equity_draw_usd[m] -= money->use_usd[m];
            cash->equity_cash_usd[m] += money->draw_usd[m] - money->service_usd[m] -
                                        money->fee_usd[m] + money->income_usd[m] -
                                        (money->account_usd[m] - before_usd) +
                                        money->guaranteed_usd[m];
            before_usd = money->account_usd[m];
        }
        cash->debt_usd += money->drawn_usd;
        cash->idc_usd += money->idc_usd;
        cash->fees_usd += money->fees_usd;
        /* The balance that is left is repaid from the closing value of the assets. */
        if (n > 0 && money->outstanding_usd != 0.0) {
            cash->debt_service_usd[n - 1] += money->outstanding_usd;
            cash->equity_cash_usd[n - 1] -= money->outstanding_usd;
        }
    }
    for (int m = 0; m < n; m++) { /* shares that sum to one may miss it by rounding */
        if (fabs(cash->equity_draw_usd[m]) <= 1e-12 * fabs(w->money.capex_usd[m])) {
            cash->equity_draw_usd[m] = 0.0;
        }
    }
}

static void work_funding(work *w, gw_cash *cash) {
    const int n = w->calendar.n_months;
    w->levered_tax_usd = GW_NEW_N(w->scratch, n, double);
    w->financing_usd = GW_NEW_N(w->scratch, n, double);
    w->service_usd = GW_NEW_N(w->scratch, n, double);
    create_lines(w, cash);
    work_loans(w, cash);
    gw_debt_measure(w->lines, w->n_lines, &w->cells, w->calendar.month0, n, w->scratch);
    gw_mark mark = gw_arena_mark(w->scratch);
    double *cfads_usd = GW_NEW_N(w->scratch, n, double);
    for (int m = 0; m < n; m++) {
        cfads_usd[m] = cash->revenue_usd[m] - w->money.opex_usd[m] - w->levered_tax_usd[m] -
                       w->working_capital_usd[m];
    }
    gw_coverage coverage =
        gw_debt_coverage(cfads_usd, w->service_usd, GW_NAN, w->calendar.month0, n);
    gw_arena_reset(w->scratch, mark);
    cash->dscr_min = coverage.lowest;
    cash->dscr_mean = coverage.mean;
    for (int k = 0; k < w->n_lines; k++) {
        work_guarantee(w, &w->lines[k], &w->in->funding.at[w->line_funding[k]]);
        work_residual(w, &w->lines[k]);
    }
    cash->debt_usd = cash->idc_usd = cash->fees_usd = 0.0;
    sum_loans(w, cash);
}

static void work_parties(work *w, gw_cash *cash) {
    gw_party_in party_in = {
        .in = w->in,
        .calendar = &w->calendar,
        .schedule = &w->state->schedule,
        .assets = &w->assets,
        .cells = &w->cells,
        .sales = &w->sales,
        .running = &w->running,
        .lines = w->lines,
        .line_funding = w->line_funding,
        .n_lines = w->n_lines,
        .equity_scope = w->scopes,
        .funding = cash->loans,
        .tax_usd = w->levered_tax_usd,
        .discount_rate = w->money.discount_rate,
    };
    gw_party_work(&party_in, cash, w->scratch);
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
    double equity_usd = total(cash->equity_draw_usd, n);
    if (problem == NULL && w->n_lines > 0 && !(equity_usd > 1e-9 * cash->capex_usd)) {
        problem =
            "the loans exceed the capital cost and are drawn only up to it: no equity is put in";
    }
    explain(&cash->equity_irr, problem, cash->revenue_total_usd);
    cash->payback_d = gw_payback_d(&w->calendar, cash->free_cash_usd, w->money.closing_value_usd);
    cash->mirr_frac =
        cash->revenue_total_usd == 0.0 ? GW_NAN : gw_modified_irr(rate, cash->free_cash_usd, n);

    double sold_s = total(w->sales.compute_s, n);
    double *no_other_usd = GW_NEW_N(w->scratch, n, double);
    cash->break_even_price_usd_per_h =
        3600.0 * (sold_s > 0.0 ? gw_break_even_price(&w->calendar, &w->money, w->sales.other_usd,
                                                     w->sales.compute_s, w->scratch)
                               : gw_break_even_price(&w->calendar, &w->money, no_other_usd,
                                                     w->sales.busy_s, w->scratch));
}

static void work_unit_cost(const work *w, gw_cash *cash) {
    const gw_state *state = w->state;
    const gw_scenario *in = w->in;
    gw_programme_in programme_in = {in,        &w->calendar, state,     &w->assets,
                                    &w->cells, w->sites,     &w->sales, &w->running};
    double it_W;
    gw_unit_cost cost = gw_full_cost_of(&programme_in, NULL, &it_W);
    cash->cost_per_acc_h_usd = cost.usd_per_busy_h;
    cash->cost_usd_per_W_s =
        it_W > 0.0 ? cost.usd_per_yr / (it_W * GW_HOURS_PER_YEAR * 3600.0) : GW_NAN;
    for (int i = 0; i < GW_N_COST; i++) {
        cash->cost_parts_usd[i] = cost.parts_usd[i];
    }
    cash->cost_per_Mtok_usd =
        in->jobs.n > 0
            ? gw_cost_per_Mtok(cost.usd_per_h, in->jobs.at[0].accelerators,
                               state->step[0].tokens_per_s, state->goodput[0].goodput_frac)
            : GW_NAN;
    cash->programmes = gw_programmes_work(&programme_in, w->scratch);
}

void gw_finance_phase(const gw_model *model, gw_state *state) {
    const gw_scenario *in = state->in;
    gw_cash *cash = &state->cash;
    work w = {
        .calendar = {.month0 = model->month0, .n_months = model->n_months},
        .in = in,
        .state = state,
        .scratch = state->scratch,
        .money = {.tax_rate = in->finance.tax_rate, .discount_rate = in->finance.discount_rate},
    };
    w.calendar.start_d = gw_calendar_starts(&w.calendar, state->scratch);
    double end_d = gw_calendar_start_d(&w.calendar, model->n_months);
    w.assets = gw_assets_collect(in, state->network, end_d, state->scratch);
    w.cells = gw_cells_collect(in, &w.calendar, &w.assets, state->scratch);
    w.running = gw_running_work(in, &w.calendar, state, state->scratch);
    gw_sales_in sales_in = {.in = in,
                            .calendar = &w.calendar,
                            .fleet = state->fleet,
                            .slot = state->slot,
                            .run_usd = w.running.cluster_usd,
                            .seed = state->seed,
                            .sample = state->sample};
    w.sales = gw_sales_work(&sales_in, state->scratch);
    cash->sales = w.sales.sale;
    work_capital(&w, cash);
    work_running(&w, cash);
    gw_free_cash(&w.calendar, &w.money, cash->revenue_usd, NULL, cash->tax_usd,
                 cash->free_cash_usd);
    work_funding(&w, cash);
    work_parties(&w, cash);
    work_worth(&w, cash);
    work_unit_cost(&w, cash);
}
