/* finance/loan.c: one loan: draws, capitalised interest, fees, repayment, accounts.
 * In:    terms, capital cost of what it pays for, cash available for its service.
 * Out:   draws, interest, service, balance, accounts by month; what the cash did not cover.
 * Model: a loan pays its share of every month's capital cost while it is available. Draws are made at
 *        the beginning of a month, interest is a twelfth of the yearly rate on balance and draw.
 *        Notes drawn at once come whole in the first month; what is not spent earns the cash yield in
 *        an account that is spent like draws; what is left after the last payment goes to equity. Until
 *        repayment begins interest is added to the balance, then the term runs: interest only
 *        first, then level payments, equal principal, nothing before the end (bullet), or payments
 *        in proportion to the cash (sculpted: balance x CFADS / present value of the CFADS still to
 *        come). A draw after that raises the payments that are left. The reserve is filled to the
 *        service of its months when repayment begins, pays what the cash does not cover, is filled
 *        again from surplus, follows the service down and is released at the end.
 * Valid: fixed rates. Fees are paid by equity. What neither cash nor reserve covers is counted and
 *        paid by the guarantor or else by equity: the loan itself never defaults here.
 * Sources: balance[k] = (balance[k-1] + draw[k]) (1 + i) as in construction finance models
 *        (GEOPHIRES, NREL SAM); level payment = balance x capital recovery factor; sculpting: debt
 *        service[t] = CFADS[t] / DSCR, debt = sum of service[t] / (1 + i)^t. */
#include "finance/loan.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

#define MONTH_s (GW_YEAR_d * GW_DAY_s / 12.0)

gw_loan gw_loan_of(const gw_funding *funding, double cash_yield) {
    double months = round(funding->term_s / MONTH_s);
    return (gw_loan){
        .repayment = (gw_repayment)funding->repayment,
        .amount_usd = funding->amount_usd,
        .most_frac = funding->most,
        .rate = funding->rate,
        .dscr_ratio = funding->dscr,
        .term_months = months >= 1.0 ? (int)months : 1,
        .interest_only_months = (int)round(funding->interest_only_s / MONTH_s),
        .reserve_months = funding->reserve_s / MONTH_s,
        .upfront_fee = funding->upfront_fee,
        .commitment_fee = funding->commitment_fee,
        .cash_yield = cash_yield,
        .at_once = funding->drawn_at_once,
    };
}

void gw_loan_money_create(gw_loan_money *money, int n_months, gw_arena *arena) {
    double **arrays[] = {&money->draw_usd,    &money->use_usd,     &money->interest_usd,
                         &money->service_usd, &money->balance_usd, &money->account_usd,
                         &money->fee_usd,     &money->income_usd,  &money->guaranteed_usd};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = GW_NEW_N(arena, n_months + 1, double);
    }
}

static bool available(const gw_loan *loan, int m) {
    return m >= loan->from && m <= loan->until;
}

/* Month in which notes are drawn: the first with something to pay for. */
static int first_month(const gw_loan *loan, const double *capex_usd, int n_months) {
    int m = loan->from;
    while (m < n_months && m <= loan->until && capex_usd[m] == 0.0) {
        m++;
    }
    return m <= loan->until ? m : n_months;
}

static double cost_while_available(const gw_loan *loan, const double *capex_usd, int n_months) {
    double sum_usd = 0.0;
    for (int m = loan->from; m < n_months && m <= loan->until; m++) {
        sum_usd += capex_usd[m];
    }
    return sum_usd;
}

/* Draws and their use, accounts of unspent notes, fees on what is open. */
static void draw(const gw_loan *loan, double share, const double *capex_usd, int n_months,
                 gw_loan_money *money) {
    double total_usd = share * cost_while_available(loan, capex_usd, n_months);
    int first = first_month(loan, capex_usd, n_months);
    int last = first;
    for (int m = first; m < n_months && m <= loan->until; m++) {
        last = capex_usd[m] != 0.0 ? m : last;
    }
    double unspent_usd = 0.0;
    for (int m = 0; m < n_months; m++) {
        double want_usd = available(loan, m) ? share * capex_usd[m] : 0.0;
        money->draw_usd[m] = loan->at_once ? (m == first ? total_usd : 0.0) : want_usd;
        unspent_usd += money->draw_usd[m];
        double use_usd = loan->at_once ? fmin(unspent_usd, want_usd) : want_usd;
        money->use_usd[m] = use_usd;
        unspent_usd = loan->at_once ? unspent_usd - use_usd : 0.0;
        money->income_usd[m] = unspent_usd * loan->cash_yield / 12.0;
        unspent_usd = m >= last ? 0.0 : unspent_usd + money->income_usd[m];
        money->account_usd[m] = unspent_usd;
    }
    double open_usd = total_usd;
    for (int m = 0; m < n_months; m++) {
        open_usd -= money->draw_usd[m];
        bool begun = available(loan, m) && m <= last && total_usd > 0.0;
        money->fee_usd[m] =
            begun && open_usd > 1e-9 * total_usd ? open_usd * loan->commitment_fee / 12.0 : 0.0;
        money->fee_usd[m] += m == first ? total_usd * loan->upfront_fee : 0.0;
    }
    money->drawn_usd = total_usd;
}

/* Payment of one month of the term; `left` months to go with this one. */
static double payment(const gw_loan *loan, int m, int left, double open_usd, double interest_usd,
                      const double *cfads_usd, const double *sculpt_usd) {
    const double rate = loan->rate / 12.0;
    if (left == 1) {
        return open_usd + interest_usd;
    }
    if (m < loan->repay_from + loan->interest_only_months) {
        return interest_usd;
    }
    switch (loan->repayment) {
    case GW_REPAY_BULLET:
        return interest_usd;
    case GW_REPAY_STRAIGHT:
        return interest_usd + open_usd / left;
    case GW_REPAY_SCULPTED:
        if (cfads_usd == NULL || !(sculpt_usd[m] > 0.0)) {
            return interest_usd;
        }
        return fmin(open_usd + interest_usd, open_usd * fmax(cfads_usd[m], 0.0) / sculpt_usd[m]);
    default:
        return open_usd * gw_capital_recovery_factor(rate, (double)left);
    }
}

static void repay(const gw_loan *loan, const double *cfads_usd, const double *sculpt_usd,
                  int n_months, gw_loan_money *money) {
    const double rate = loan->rate / 12.0;
    double balance_usd = 0.0;
    money->idc_usd = 0.0;
    for (int m = 0; m < n_months; m++) {
        int left = loan->repay_from + loan->term_months - m;
        double open_usd = balance_usd + money->draw_usd[m];
        double interest_usd = open_usd * rate;
        double paid_usd = 0.0;
        if (left <= 0) { /* the term is over: a late draw is paid back at once */
            paid_usd = open_usd + interest_usd;
        } else if (m >= loan->repay_from) {
            paid_usd = payment(loan, m, left, open_usd, interest_usd, cfads_usd, sculpt_usd);
        } else {
            money->idc_usd += interest_usd;
        }
        balance_usd = open_usd + interest_usd - paid_usd;
        balance_usd = left <= 1 ? 0.0 : balance_usd;
        money->interest_usd[m] = interest_usd;
        money->service_usd[m] = paid_usd;
        money->balance_usd[m] = balance_usd;
    }
    money->outstanding_usd = n_months > 0 ? money->balance_usd[n_months - 1] : 0.0;
}

/* Service of the next months; of the last known month beyond the horizon. */
static double reserve_target_usd(const gw_loan *loan, int m, int n_months,
                                 const gw_loan_money *money) {
    int last = loan->repay_from + loan->term_months - 1;
    double target_usd = 0.0;
    for (int k = 1; k - 1 < loan->reserve_months; k++) {
        double part = fmin(1.0, loan->reserve_months - (k - 1));
        int at = m + k;
        if (at <= last) {
            target_usd += part * money->service_usd[at < n_months ? at : n_months - 1];
        }
    }
    return target_usd;
}

/* Cash against service: reserve, what stays uncovered, who pays it is decided by the caller. */
static void cover(const gw_loan *loan, const double *cfads_usd, int n_months,
                  gw_loan_money *money) {
    double reserve_usd = 0.0;
    money->shortfall_usd = 0.0;
    money->reserve_usd = 0.0;
    int last = loan->repay_from + loan->term_months - 1;
    for (int m = 0; m < n_months; m++) {
        double before_usd = reserve_usd;
        double cash_usd = cfads_usd != NULL ? fmax(cfads_usd[m], 0.0) : 0.0;
        double missing_usd = fmax(0.0, money->service_usd[m] - cash_usd);
        double from_reserve_usd = fmin(reserve_usd, missing_usd);
        double uncovered_usd = missing_usd - from_reserve_usd;
        uncovered_usd = uncovered_usd > 1e-9 * money->service_usd[m] ? uncovered_usd : 0.0;
        money->guaranteed_usd[m] = uncovered_usd; /* until the caller knows of a guarantor */
        money->shortfall_usd += uncovered_usd;
        reserve_usd -= from_reserve_usd;
        if (loan->reserve_months > 0.0 && m >= loan->repay_from - 1 && m < last &&
            money->drawn_usd > 0.0) {
            double target_usd = reserve_target_usd(loan, m, n_months, money);
            double surplus_usd = m < loan->repay_from ? GW_INF /* equity fills it first */
                                                      : fmax(0.0, cash_usd - money->service_usd[m]);
            reserve_usd =
                reserve_usd > target_usd ? target_usd : fmin(target_usd, reserve_usd + surplus_usd);
        } else if (m >= last) {
            reserve_usd = 0.0;
        }
        if (m == n_months - 1) {
            reserve_usd = 0.0; /* released with the balance that is repaid there */
        }
        money->income_usd[m] += before_usd * loan->cash_yield / 12.0;
        money->account_usd[m] += reserve_usd;
        money->reserve_usd = fmax(money->reserve_usd, reserve_usd);
    }
}

void gw_loan_sculpt(const gw_loan *loan, const double *cfads_usd, int n_months, double *out_usd) {
    const double factor = 1.0 / (1.0 + loan->rate / 12.0);
    int begin = loan->repay_from + loan->interest_only_months;
    int end = loan->repay_from + loan->term_months; /* first month after the term */
    out_usd[n_months] = 0.0;
    for (int m = n_months - 1; m >= 0; m--) {
        double cash_usd = m >= begin && m < end ? fmax(cfads_usd[m], 0.0) : 0.0;
        out_usd[m] = (out_usd[m + 1] + cash_usd) * factor;
    }
}

double gw_loan_balance_at_repayment(const gw_loan *loan, double share, const double *capex_usd,
                                    int n_months) {
    const double rate = loan->rate / 12.0;
    double balance_usd = 0.0;
    int first = first_month(loan, capex_usd, n_months);
    double whole_usd = share * cost_while_available(loan, capex_usd, n_months);
    for (int m = 0; m < n_months; m++) {
        double draw_usd = loan->at_once        ? (m == first ? whole_usd : 0.0)
                          : available(loan, m) ? share * capex_usd[m]
                                               : 0.0;
        /* Draws after the beginning count as if made then, discounted: they are repaid in less time. */
        balance_usd = m < loan->repay_from
                          ? (balance_usd + draw_usd) * (1.0 + rate)
                          : balance_usd + draw_usd * pow(1.0 + rate, loan->repay_from - m);
    }
    return balance_usd;
}

void gw_loan_work(const gw_loan *loan, double share, const double *capex_usd,
                  const double *cfads_usd, const double *sculpt_usd, int n_months,
                  gw_loan_money *money) {
    draw(loan, share, capex_usd, n_months, money);
    repay(loan, cfads_usd, sculpt_usd, n_months, money);
    cover(loan, cfads_usd, n_months, money);
    money->fees_usd = 0.0;
    for (int m = 0; m < n_months; m++) {
        money->fees_usd += money->fee_usd[m];
    }
}
