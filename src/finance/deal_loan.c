/* finance/deal_loan.c: the loan of a deal: wanted, or carried by its cash.
 * In:    gw_deal_sheet with years; debt, debt_share, dscr, debt_rate, debt_term of the deal.
 * Out:   sheet->loan; interest, principal, balance, tax with interest, coverage of each year.
 * Model: level: service p per year with sum p w_t (1 + i)^-t = debt, w_t the share of the year
 *        within the term of the loan. Sculpted (`dscr`): service_t = CFADS_t / dscr, debt = sum
 *        service_t (1 + i)^-t. Tax depends on interest and interest on the debt: repeated until the
 *        debt stands still. Either is bounded by the capital, a sculpted loan also by `debt` or
 *        `debt_share`; bounded service shrinks in proportion. LLCR = worth of CFADS over the loan's
 *        life at i, over debt.
 * Valid: yearly service at the ends of years; what is left at the end of the contract is due then.
 *        Years with negative cash carry no debt.
 * Sources: textbook project finance; NREL ssc bounds debt the same way. */
#include <math.h>

#include "base/code.h"
#include "finance/deal.h"

#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define ROUNDS 500

/* Time and share of year k that belong to the loan. */
static double loan_share(double term_yr, const gw_deal_year *y, int k) {
    return fmax(0.0, fmin(y->year_frac, term_yr - k));
}

static double pay_at(double term_yr, const gw_deal_sheet *s, int k, double delay_yr) {
    return fmin(s->year[k].at_yr, term_yr + delay_yr);
}

/* Interest and principal of each year for a debt and its service; balance left at the end. */
static double run_off(gw_deal_sheet *s, double term_yr, double delay_yr, double rate,
                      const double *service_usd, double debt_usd) {
    double balance_usd = debt_usd;
    double before_yr = 0.0;
    for (int k = 0; k < s->n_years; k++) {
        gw_deal_year *y = &s->year[k];
        double at_yr = pay_at(term_yr, s, k, delay_yr);
        y->interest_usd = balance_usd * expm1(log1p(rate) * fmax(0.0, at_yr - before_yr));
        y->principal_usd = service_usd[k] - y->interest_usd;
        balance_usd -= y->principal_usd;
        if (fabs(balance_usd) < 1e-9 * debt_usd) {
            balance_usd = 0.0;
        }
        y->balance_usd = balance_usd;
        before_yr = at_yr;
    }
    return balance_usd;
}

static void put_tax(gw_deal_sheet *s, double *interest_usd, double *tax_usd) {
    for (int k = 0; k < s->n_years; k++) {
        interest_usd[k] = s->year[k].interest_usd;
    }
    (void)gw_deal_tax(s, interest_usd, tax_usd);
    for (int k = 0; k < s->n_years; k++) {
        gw_deal_year *y = &s->year[k];
        y->tax_usd = tax_usd[k];
        y->cfads_usd = y->payments_usd - y->running_usd - y->tax_usd;
    }
}

/* Service of a level loan: equal in every whole year of its term. */
static void level(gw_deal_sheet *s, double term_yr, double delay_yr, double rate, double debt_usd,
                  double *service_usd) {
    double worth = 0.0;
    for (int k = 0; k < term_yr; k++) {
        double share = fmin(1.0, term_yr - k);
        worth += share * exp(-log1p(rate) * (k + share + delay_yr));
    }
    for (int k = 0; k < s->n_years; k++) {
        service_usd[k] = debt_usd / worth * loan_share(term_yr, &s->year[k], k);
    }
}

/* Service that the cash carries, and the debt that it pays. */
static double sculpt(gw_deal_sheet *s, double term_yr, double delay_yr, double rate, double dscr,
                     double *service_usd) {
    double debt_usd = 0.0;
    for (int k = 0; k < s->n_years; k++) {
        const gw_deal_year *y = &s->year[k];
        double part = loan_share(term_yr, y, k) / y->year_frac;
        service_usd[k] = part * fmax(0.0, y->cfads_usd) / dscr;
        debt_usd += service_usd[k] * exp(-log1p(rate) * pay_at(term_yr, s, k, delay_yr));
    }
    return debt_usd;
}

static void measure(gw_deal_sheet *s, double term_yr, double delay_yr, double rate) {
    gw_deal_loan *loan = &s->loan;
    double worth_usd = 0.0, sum = 0.0;
    int n = 0;
    loan->dscr_min = loan->dscr_mean = loan->llcr_ratio = GW_NAN;
    for (int k = 0; k < s->n_years; k++) {
        gw_deal_year *y = &s->year[k];
        double service_usd = y->interest_usd + y->principal_usd;
        double part = loan_share(term_yr, y, k) / y->year_frac;
        loan->interest_usd += y->interest_usd;
        if (part > 0.0) {
            worth_usd += part * y->cfads_usd * exp(-log1p(rate) * pay_at(term_yr, s, k, delay_yr));
        }
        if (service_usd > 1e-9 * loan->debt_usd) {
            y->year_dscr = part * y->cfads_usd / service_usd;
            loan->dscr_min = n == 0 ? y->year_dscr : fmin(loan->dscr_min, y->year_dscr);
            sum += y->year_dscr;
            n++;
        }
    }
    loan->dscr_mean = n > 0 ? sum / n : GW_NAN;
    loan->llcr_ratio = loan->debt_usd > 0.0 ? worth_usd / loan->debt_usd : GW_NAN;
}

/* What may be lent at most, and why. */
static double bound(const gw_deal *deal, const gw_deal_sheet *s, double asked_usd,
                    gw_deal_loan *loan) {
    double limit_usd = GW_INF;
    loan->binds = loan->sculpted ? "the target coverage: the cash carries no more"
                                 : "nothing: it is the loan that was asked for";
    if (loan->sculpted && gw_is_set(deal->debt_share)) {
        limit_usd = deal->debt_share * s->capital_usd;
    } else if (loan->sculpted && gw_is_set(deal->debt_usd)) {
        limit_usd = deal->debt_usd;
    }
    if (asked_usd > limit_usd) {
        loan->binds = gw_is_set(deal->debt_usd) ? "the loan offered: the cash would carry more"
                                                : "the share of the cost that lenders give: the "
                                                  "cash would carry more";
    } else {
        limit_usd = asked_usd;
    }
    if (limit_usd > s->capital_usd) { /* false where the cost is unknown */
        loan->binds = loan->sculpted ? "the capital cost: no more than all of it can be borrowed, "
                                       "the cash would carry more"
                                     : "the capital cost: the loan asked for is larger";
        return s->capital_usd;
    }
    return limit_usd;
}

void gw_deal_borrow(const gw_deal *deal, const gw_deal_case *what, gw_deal_sheet *s,
                    gw_arena *arena) {
    gw_deal_loan *loan = &s->loan;
    double rate = deal->debt_rate;
    double term_yr = gw_is_set(deal->debt_term_s) ? deal->debt_term_s / YEAR_s : s->term_yr;
    double delay_yr = what->delay_yr;
    *loan = (gw_deal_loan){.asked_usd = GW_NAN,
                           .debt_usd = GW_NAN,
                           .service_usd = GW_NAN,
                           .balloon_usd = GW_NAN,
                           .dscr_min = GW_NAN,
                           .dscr_mean = GW_NAN,
                           .llcr_ratio = GW_NAN,
                           .equity_usd = GW_NAN};
    loan->sculpted = gw_is_set(deal->dscr);
    double fixed_usd =
        gw_is_set(deal->debt_usd) ? deal->debt_usd : deal->debt_share * s->capital_usd;
    bool known = loan->sculpted ? gw_is_set(s->payments_usd) : gw_is_set(fixed_usd);
    if (!known || !gw_is_set(rate)) {
        return;
    }
    size_t n = (size_t)s->n_years;
    double *service_usd = GW_NEW_N(arena, n, double);
    double *interest_usd = GW_NEW_N(arena, n, double);
    double *tax_usd = GW_NEW_N(arena, n, double);
    double before_usd = GW_NAN;
    for (int round = 0; round < (loan->sculpted ? ROUNDS : 1); round++) {
        loan->asked_usd = fixed_usd;
        if (loan->sculpted) {
            loan->asked_usd = sculpt(s, term_yr, delay_yr, rate, deal->dscr, service_usd);
        }
        loan->debt_usd = bound(deal, s, loan->asked_usd, loan);
        if (!loan->sculpted) {
            level(s, term_yr, delay_yr, rate, loan->debt_usd, service_usd);
        }
        for (int k = 0; loan->sculpted && loan->asked_usd > 0.0 && k < s->n_years; k++) {
            service_usd[k] *= loan->debt_usd / loan->asked_usd;
        }
        loan->balloon_usd = run_off(s, term_yr, delay_yr, rate, service_usd, loan->debt_usd);
        put_tax(s, interest_usd, tax_usd);
        if (fabs(loan->debt_usd - before_usd) <= 1e-13 * loan->debt_usd || s->tax_rate == 0.0) {
            break;
        }
        before_usd = loan->debt_usd;
    }
    loan->service_usd = service_usd[0];
    loan->equity_usd = s->capital_usd - loan->debt_usd;
    if (loan->equity_usd < 1e-9 * s->capital_usd) {
        loan->equity_usd = 0.0;
    }
    measure(s, term_yr, delay_yr, rate);
}
