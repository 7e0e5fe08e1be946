/* report/questions_debt.c: answers about loans: how much the cash can carry, what the chips must
 * still be worth, which change breaks the covenant.
 * In: a finished run.   Out: sentences. Thresholds are found by halving over base cases.
 * Derivation: docs/questions.md, docs/model/finance.md. */
#include <math.h>
#include <stdio.h>

#include "report/ask.h"

#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define HALVINGS 10
#define ASSUMED_RATE 0.08
#define PRICE_LOWEST 0.05 /* of today's prices */
#define RATE_HIGHEST 0.20 /* added to the interest */
#define DELAY_HIGHEST_YR 4.0
#define LIFE_LOWEST_YR 1.0

double gw_questions_debt_usd(const double *cfads_usd, int n_periods, double rate_per_period,
                             double dscr) {
    double sum = 0.0;
    double worth = 1.0;
    for (int t = 0; t < n_periods; t++) {
        worth /= 1.0 + rate_per_period;
        sum += fmax(cfads_usd[t], 0.0) / dscr * worth;
    }
    return sum;
}

static int first_loan(const gw_ask *a) {
    for (int i = 0; i < a->in->funding.n; i++) {
        if (a->in->funding.at[i].kind == GW_FUNDING_DEBT) {
            return i;
        }
    }
    return -1;
}

/* ------------------------------------------------------------------ 16 */

void gw_ask_debt(gw_ask *a) {
    static const double dscr[] = {1.2, 1.3, 1.5};
    const gw_cash *c = &a->base->cash;
    if (c->revenue_total_usd == 0.0) {
        gw_ask_lacks(a, "Cash: a contract, or `finance.market_price`.");
        return;
    }
    int loan = first_loan(a);
    double rate = loan >= 0 ? a->base->in->funding.at[loan].rate : ASSUMED_RATE;
    double full_d = gw_ask_base(a, GW_M_all_full_date_d, 0);
    int from = gw_is_set(full_d) ? gw_month_of_date(full_d) - a->m->month0 + 1 : 0;
    from = from < 0 ? 0 : from;
    int n = a->m->n_months - from;
    double term_s = loan >= 0 ? a->in->funding.at[loan].term_s : n / 12.0 * YEAR_s;
    int term = (int)round(term_s / YEAR_s * 12.0);
    n = n < term ? n : term;
    if (n <= 0) {
        gw_ask_lacks(a, "Months of operation within the horizon: widen `horizon`.");
        return;
    }
    double *cfads = GW_NEW_N(a->arena, n, double);
    for (int m = 0; m < n; m++) {
        int k = from + m;
        cfads[m] = c->revenue_usd[k] - c->opex_energy_usd[k] - c->opex_other_usd[k] - c->tax_usd[k];
    }
    gw_buf line = {0};
    bool is_bound = false;
    for (int k = 0; k < 3; k++) {
        double usd = gw_questions_debt_usd(cfads, n, rate / 12.0, dscr[k]);
        bool above = usd > c->capex_usd;
        is_bound = is_bound || above;
        gw_buf_printf(&line, "%s%s%s at %.1f", k == 0 ? "" : ", ",
                      gw_words_value(fmin(usd, c->capex_usd), "USD").text, above ? "*" : "",
                      dscr[k]);
    }
    gw_ask_say(
        a,
        "%s: present worth of the service that the cash after operation and tax carries over "
        "%.1f years from full operation, at %s%s.",
        line.text, n / 12.0, gw_words_value(rate, "%").text,
        loan >= 0 ? gw_words_join(", the rate of ", gw_ask_loan(a, loan)).text
                  : " (assumed: the scenario has no loan)");
    gw_buf_clear(&line);
    if (is_bound) {
        gw_ask_say(a, "* bounded at the capital cost: no more than 100 %% is lent.");
    }
}

/* ------------------------------------------------------------------ 20 */

void gw_ask_residual(gw_ask *a) {
    int n = 0;
    for (int i = 0; i < a->in->funding.n && n < GW_ASK_SHOWN; i++) {
        const gw_loan_money *loan = &a->base->cash.loans[i];
        if (a->in->funding.at[i].kind != GW_FUNDING_DEBT || isnan(loan->residual_needed_usd)) {
            continue;
        }
        n++;
        if (loan->residual_needed_usd <= 0.0) {
            gw_ask_say(a, "%s: nothing; contracted cash repays it.", gw_ask_loan(a, i));
        } else if (gw_is_set(loan->residual_needed_frac)) {
            gw_ask_say(a,
                       "%s: %s when the contracts end, %s of the price of its chips, even if all "
                       "contracted cash goes to the lender.",
                       gw_ask_loan(a, i), gw_words_value(loan->residual_needed_usd, "USD").text,
                       gw_words_share(loan->residual_needed_frac).text);
        } else {
            gw_ask_say(a, "%s: %s are still owed when the contracts end; it stands on no chips.",
                       gw_ask_loan(a, i), gw_words_value(loan->residual_needed_usd, "USD").text);
        }
    }
    if (n == 0) {
        gw_ask_lacks(a, "A loan under `funding` (kind debt) and a contract that ends.");
    } else {
        gw_ask_say(a, "(base case)");
    }
}

/* ------------------------------------------------------------------ 30 */

/* The smallest room above the covenant over all loans that are repaid; a loan without one must keep
 * 1.0. NaN: nothing is repaid. */
static double room(const gw_ask *a, const gw_state *s, int *loan) {
    double least = GW_NAN;
    for (int i = 0; i < a->in->funding.n; i++) {
        double covenant = a->in->funding.at[i].covenant;
        double left = s->cash.loans[i].dscr_min - (gw_is_set(covenant) ? covenant : 1.0);
        if (a->in->funding.at[i].kind == GW_FUNDING_DEBT && gw_is_set(left) && !(left >= least)) {
            least = left;
            *loan = i;
        }
    }
    return least;
}

typedef enum lever { LEVER_PRICE, LEVER_RATE, LEVER_DELAY, LEVER_LIFE, N_LEVER } lever;

/* How a lever stands at x in 0..1: from no change to the strongest that is looked at. */
static gw_what_if pull(lever which, double x, double life_yr) {
    gw_what_if what = gw_what_if_none();
    switch (which) {
    case LEVER_PRICE:
        what.price_factor = 1.0 - x * (1.0 - PRICE_LOWEST);
        break;
    case LEVER_RATE:
        what.rate_added_frac = x * RATE_HIGHEST;
        break;
    case LEVER_DELAY:
        what.buildings_late_s = what.power_late_s = what.chips_late_s =
            x * DELAY_HIGHEST_YR * YEAR_s;
        break;
    default:
        what.chip_life_s = (life_yr - x * (life_yr - LIFE_LOWEST_YR)) * YEAR_s;
        break;
    }
    return what;
}

static bool breaks(const gw_ask *a, lever which, double x, double life_yr) {
    gw_what_if what = pull(which, x, life_yr);
    gw_state *s = gw_what_if_run(a->m, &what);
    int loan = -1;
    double left = s != NULL ? room(a, s, &loan) : GW_NAN;
    gw_state_free(s);
    return left < 0.0;
}

/* The mildest change found that breaks it; NaN: none up to the strongest. */
static double threshold(const gw_ask *a, lever which, double life_yr) {
    if (!breaks(a, which, 1.0, life_yr)) {
        return GW_NAN;
    }
    double low = 0.0;
    double high = 1.0;
    for (int i = 0; i < HALVINGS; i++) {
        double mid = 0.5 * (low + high);
        bool is_broken = breaks(a, which, mid, life_yr);
        low = is_broken ? low : mid;
        high = is_broken ? mid : high;
    }
    return high;
}

static void say_threshold(gw_ask *a, lever which, double life_yr) {
    if (which == LEVER_LIFE && breaks(a, which, 0.0, life_yr)) {
        gw_ask_say(
            a,
            "Chip life: chips taken out after the %.1f years over which they are written off, "
            "and not later.",
            life_yr);
        return;
    }
    double x = threshold(a, which, life_yr);
    gw_what_if what = pull(which, gw_is_set(x) ? x : 1.0, life_yr);
    const char *more = gw_is_set(x) ? "" : "not even ";
    switch (which) {
    case LEVER_PRICE:
        gw_ask_say(a, "Prices: %sa fall of all contract and market prices by %s.", more,
                   gw_words_share(1.0 - what.price_factor).text);
        break;
    case LEVER_RATE:
        gw_ask_say(a, "Interest: %s%.1f points more on every loan.", more,
                   100.0 * what.rate_added_frac);
        break;
    case LEVER_DELAY:
        gw_ask_say(a, "Delay: %s%s for everything that is not there yet.", more,
                   gw_words_duration(what.power_late_s).text);
        break;
    default:
        gw_ask_say(a, "Chip life: %s%s instead of %.1f years.", more,
                   gw_words_duration(what.chip_life_s).text, life_yr);
        break;
    }
}

void gw_ask_covenant(gw_ask *a) {
    int loan = -1;
    double left = room(a, a->base, &loan);
    if (loan < 0) {
        gw_ask_lacks(
            a, "A loan under `funding` (kind debt, with `covenant`) that is repaid within the "
               "horizon.");
        return;
    }
    double covenant = a->in->funding.at[loan].covenant;
    bool has_covenant = gw_is_set(covenant);
    double least = has_covenant ? covenant : 1.0;
    if (left < 0.0) {
        double breach_d = a->base->cash.loans[loan].breach_d;
        gw_ask_say(a,
                   "%s is below %.2f%s already in the base case: its lowest coverage is %.2f%s%s.",
                   gw_ask_loan(a, loan), least, has_covenant ? " (its covenant)" : "", least + left,
                   gw_is_set(breach_d) ? ", first in the year to " : "",
                   gw_is_set(breach_d) ? gw_words_value(breach_d, NULL).text : "");
    } else {
        double life_yr = a->base->in->finance.chip_life_s / YEAR_s;
        gw_ask_say(a,
                   "The tightest loan is %s: lowest coverage %.2f against %.2f%s (base case). What "
                   "breaks it, each change alone:",
                   gw_ask_loan(a, loan), least + left, least,
                   has_covenant ? ", its covenant" : ", no covenant given");
        for (int k = 0; k < N_LEVER; k++) {
            if (k != LEVER_LIFE || life_yr > LIFE_LOWEST_YR) {
                say_threshold(a, (lever)k, life_yr);
            }
        }
    }
    if (!has_covenant) {
        gw_ask_lacks(a,
                     "The covenant of the loan (`covenant`): 1.0 was taken, that is cash that just "
                     "pays the service.");
    }
}
