/* finance/debt.c: all loans together.
 * In:    loans in the order of the file, what each pays for, the cash of that.
 * Out:   what can be drawn of each and why, service, coverage, covenants.
 * Model: of a commitment as much is drawn as the cost of what it pays for (while it can be drawn)
 *        times `most` allows. Where loans that can be drawn at the same time pay for the same cell of
 *        the cost and their shares sum to more than one, all of them are cut by that sum: debt never
 *        exceeds 100 %. A sculpted loan is cut further if what it owes at the beginning of repayment
 *        exceeds the present value of CFADS / DSCR over its term. Order of service: a loan sees the
 *        cash of what it pays for less the service of the loans before it in the file, as far as they
 *        pay for the same. Coverage of a calendar year = cash / (own service + that of the loans
 *        before it), months with own service only. Life coverage = present value at the loan's rate
 *        of the cash it sees over the term / what is owed at the beginning of repayment.
 * Valid: cash within the horizon: a term that goes on later is sized on less cash than it will see.
 * Sources: sculpting and the bound at a share of cost as practised; the bound answers a known defect
 *        of coverage-sized debt (NREL SAM issues 534 and 1353: over 100 % debt, negative equity, no
 *        rate of return). Residual: docs/model/finance.md. */
#include "finance/debt.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

static const char BY_MOST[] = "the largest share of the cost that it may pay (`most`)";
static const char BY_COST[] =
    "the cost of what it pays for: all loans on it together never exceed it";
static const char BY_COVER[] = "the cash: its service over the target coverage (`dscr`)";
static const char BY_NOTHING[] = "nothing that it pays for is bought while it can be drawn";
static const char BY_NO_CASH[] = "there is no cash for its service within the horizon";

static double cost_usd(const gw_debt_line *line, int n_months) {
    double sum_usd = 0.0;
    for (int m = line->loan.from; m < n_months && m <= line->loan.until; m++) {
        sum_usd += line->scope.capex_usd[m];
    }
    return sum_usd;
}

static bool at_the_same_time(const gw_loan *a, const gw_loan *b) {
    return a->from <= b->until && b->from <= a->until;
}

void gw_debt_share(gw_debt_line *lines, int n_lines, const gw_cells *cells, int n_months,
                   gw_arena *scratch) {
    for (int k = 0; k < n_lines; k++) {
        gw_debt_line *line = &lines[k];
        double cost = cost_usd(line, n_months);
        double limit_usd = line->loan.most_frac * cost;
        line->money->cost_usd = cost;
        line->money->binds = NULL;
        line->share = 0.0;
        if (!(cost > 0.0)) {
            line->money->binds = BY_NOTHING;
            line->share = isnan(cost) ? GW_NAN : 0.0;
        } else if (line->loan.amount_usd > limit_usd) {
            line->share = line->loan.most_frac;
            line->money->binds = line->loan.most_frac < 1.0 ? BY_MOST : BY_COST;
        } else {
            line->share = line->loan.amount_usd / cost;
        }
    }
    gw_mark mark = gw_arena_mark(scratch);
    double *scale = GW_NEW_N(scratch, n_lines + 1, double);
    for (int k = 0; k < n_lines; k++) {
        scale[k] = 1.0;
        for (int i = 0; i < cells->n; i++) {
            double sum = 0.0;
            for (int j = 0; j < n_lines && lines[k].scope.cell[i] && cells->at[i].cost_usd > 0.0;
                 j++) {
                sum += lines[j].scope.cell[i] && at_the_same_time(&lines[j].loan, &lines[k].loan)
                           ? lines[j].share
                           : 0.0;
            }
            scale[k] = sum > 1.0 ? fmin(scale[k], 1.0 / sum) : scale[k];
        }
    }
    for (int k = 0; k < n_lines; k++) {
        if (scale[k] < 1.0) {
            lines[k].share *= scale[k];
            lines[k].money->binds = BY_COST;
        }
        lines[k].money->amount_usd = lines[k].share * lines[k].money->cost_usd;
    }
    gw_arena_reset(scratch, mark);
}

/* Cuts a sculpted loan to what its cash carries. */
static void size_by_cash(gw_debt_line *line, const double *sculpt_usd, int n_months,
                         double *share) {
    const gw_loan *loan = &line->loan;
    if (loan->repayment != GW_REPAY_SCULPTED) {
        return;
    }
    int begin = loan->repay_from + loan->interest_only_months;
    double carries_usd = begin < n_months ? sculpt_usd[begin] / loan->dscr_ratio : 0.0;
    double owes_usd = gw_loan_balance_at_repayment(loan, *share, line->scope.capex_usd, n_months);
    if (owes_usd > carries_usd) {
        *share *= carries_usd / owes_usd;
        line->money->binds = carries_usd > 0.0 ? BY_COVER : BY_NO_CASH;
        line->money->amount_usd = *share * line->money->cost_usd;
    }
}

void gw_debt_work(gw_debt_line *lines, int n_lines, const gw_cells *cells, int n_months,
                  gw_arena *scratch) {
    gw_mark mark = gw_arena_mark(scratch);
    double *sculpt_usd = GW_NEW_N(scratch, n_months + 1, double);
    for (int k = 0; k < n_lines; k++) {
        gw_debt_line *line = &lines[k];
        for (int m = 0; m < n_months; m++) {
            line->cover_usd[m] = line->cfads_usd[m];
        }
        for (int j = 0; j < k; j++) {
            double part = gw_reach_overlap_frac(&lines[j].scope, &line->scope, cells);
            for (int m = 0; m < n_months && part > 0.0; m++) {
                line->cover_usd[m] -= part * lines[j].money->service_usd[m];
            }
        }
        gw_loan_sculpt(&line->loan, line->cover_usd, n_months, sculpt_usd);
        double share = line->share;
        size_by_cash(line, sculpt_usd, n_months, &share);
        gw_loan_work(&line->loan, share, line->scope.capex_usd, line->cover_usd, sculpt_usd,
                     n_months, line->money);
    }
    gw_arena_reset(scratch, mark);
}

gw_coverage gw_debt_coverage(const double *cfads_usd, const double *service_usd,
                             double covenant_ratio, int month0, int n_months) {
    gw_coverage out = {GW_NAN, GW_NAN, -1};
    double sum_of_ratios = 0.0;
    int n_years = 0;
    double cfads = 0.0;
    double service = 0.0;
    for (int m = 0; m < n_months; m++) {
        if (service_usd[m] != 0.0) {
            cfads += cfads_usd[m];
            service += service_usd[m];
        }
        bool ends_year = gw_month_of_year(month0 + m) == 11 || m == n_months - 1;
        if (ends_year && service != 0.0) {
            double ratio = cfads / service;
            out.lowest = n_years == 0 || !(ratio >= out.lowest) ? ratio : out.lowest;
            if (out.breach < 0 && ratio < covenant_ratio * (1.0 - 1e-9)) {
                out.breach = m;
            }
            sum_of_ratios += ratio;
            n_years++;
            cfads = service = 0.0;
        }
    }
    out.mean = n_years > 0 ? sum_of_ratios / n_years : GW_NAN;
    return out;
}

static double life_coverage(const gw_debt_line *line, int n_months) {
    int from = line->loan.repay_from;
    if (from >= n_months || from < 0) {
        return GW_NAN;
    }
    const double factor = 1.0 / (1.0 + line->loan.rate / 12.0);
    int end = from + line->loan.term_months;
    double worth_usd = 0.0;
    for (int m = (end < n_months ? end : n_months) - 1; m >= from; m--) {
        worth_usd = (worth_usd + line->cover_usd[m]) * factor;
    }
    double owed_usd = from > 0 ? line->money->balance_usd[from - 1] : line->money->draw_usd[0];
    return owed_usd > 0.0 ? worth_usd / owed_usd : GW_NAN;
}

void gw_debt_measure(gw_debt_line *lines, int n_lines, const gw_cells *cells, int month0,
                     int n_months, gw_arena *scratch) {
    gw_mark mark = gw_arena_mark(scratch);
    double *service_usd = GW_NEW_N(scratch, n_months, double);
    for (int k = 0; k < n_lines; k++) {
        const gw_debt_line *line = &lines[k];
        gw_loan_money *money = line->money;
        for (int m = 0; m < n_months; m++) {
            service_usd[m] = money->service_usd[m];
        }
        for (int j = 0; j < k; j++) {
            double part = gw_reach_overlap_frac(&lines[j].scope, &line->scope, cells);
            for (int m = 0; m < n_months && part > 0.0; m++) {
                service_usd[m] +=
                    money->service_usd[m] != 0.0 ? part * lines[j].money->service_usd[m] : 0.0;
            }
        }
        gw_coverage coverage =
            gw_debt_coverage(line->cfads_usd, service_usd, line->covenant_ratio, month0, n_months);
        money->dscr_min = coverage.lowest;
        money->dscr_mean = coverage.mean;
        money->breach_d =
            coverage.breach >= 0 ? gw_month_start_d(month0 + coverage.breach + 1) - 1.0 : GW_NAN;
        money->llcr_ratio = life_coverage(line, n_months);
        int from = line->loan.repay_from;
        bool repays = from < n_months && money->drawn_usd > 0.0;
        money->repay_from_d = repays ? gw_month_start_d(month0 + from) : GW_NAN;
        money->last_d = repays ? gw_month_start_d(month0 + from + line->loan.term_months) : GW_NAN;
    }
    gw_arena_reset(scratch, mark);
}

double gw_debt_residual_needed_usd(const gw_debt_line *line, const double *contracted_usd,
                                   int end) {
    double owed_usd = 0.0;
    for (int m = 0; m < end; m++) {
        owed_usd = (owed_usd + line->money->draw_usd[m]) * (1.0 + line->loan.rate / 12.0);
        double swept_usd =
            m >= line->loan.repay_from ? fmin(owed_usd, fmax(contracted_usd[m], 0.0)) : 0.0;
        owed_usd -= swept_usd;
    }
    return owed_usd;
}
