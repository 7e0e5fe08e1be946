/* claims/rule_debt.c: rule R13. Is there equity under the debt?
 * In:    facts; funding of a scenario     Out: findings
 * Model: a debt against the largest cost of its object that had been said by then, and against the
 *        equity of the same statement; both at most 95 %. A later cost under which it fits is named.
 *        Equity below zero. For a scenario also its funding as a whole.
 * Valid: commitments, not draws. Debt of companies (no site, no cost) is not judged.
 * Sources: debt shares seen in practice: 80 to 90 % (Beignet, Vantage Frontier 22:3); a loan of
 *        14.75 bn on a headline cost of 15 bn (Port Washington, Bloomberg 2025-10) is the case that
 *        R13 is made for. */
#include <math.h>

#include "base/code.h"
#include "claims/ledger.h"

/* Above it the cost figure is out of date, or part of the capital is missing. */
#define DEBT_LIMIT_FRAC 0.95
#define LATER_d 45.0
#define GROUP_LIMIT 256

static bool is_cost(const gw_fact *f) {
    bool year = gw_is_set(f->r->window_d) && f->r->window_d < 550;
    return gw_ledger_has(f, GW_MEASURE_CAPEX) && !f->r->per_time && !year && f->number > 0 &&
           f->live && !gw_is_set(f->r->true_at_d);
}

static void report_share(gw_ledger *ledger, int debt, int cost, int fits) {
    double share = ledger->fact[debt].number / ledger->fact[cost].number;
    gw_finding *f = gw_ledger_add(ledger, "R13", GW_WARNING, 2, (const int[]){debt, cost});
    f->message =
        gw_ledger_printf(ledger, "%s on a cost of %s: %.3g of it", gw_ledger_claimed(ledger, debt),
                         gw_ledger_claimed(ledger, cost), share);
    f->reading = fits >= 0
                     ? gw_ledger_printf(ledger, "fits %s of '%s': %.0f %%",
                                        gw_ledger_claimed(ledger, fits), ledger->fact[fits].r->id,
                                        100 * ledger->fact[debt].number / ledger->fact[fits].number)
                     : "the claimed cost is out of date, or the debt also pays for other things";
    gw_ledger_number(f, "debt", "USD", ledger->fact[debt].number);
    gw_ledger_number(f, "cost", "USD", ledger->fact[cost].number);
    gw_ledger_number(f, "share", "%", share);
}

static void check_debt(gw_ledger *ledger, gw_group group, int d) {
    const gw_fact *debt = &ledger->fact[d];
    int best = -1, fits = -1;
    double equity_usd = 0;
    int stack[17] = {d}, n_stack = 1;
    for (int k = 0; k < group.n && k < GROUP_LIMIT; k++) {
        const gw_fact *f = &ledger->fact[group.fact[k]];
        if (f->r->measure == GW_MEASURE_EQUITY && f->statement == debt->statement &&
            f->number > 0 && n_stack < 17) {
            equity_usd += f->hi;
            stack[n_stack++] = group.fact[k];
        }
        if (!is_cost(f)) {
            continue;
        }
        bool known = !(f->r->said_d > debt->r->said_d + LATER_d);
        if (known && (best < 0 || f->number > ledger->fact[best].number)) {
            best = group.fact[k];
        }
        if (debt->number <= DEBT_LIMIT_FRAC * f->number) {
            fits = group.fact[k];
        }
    }
    if (best >= 0 && debt->lo > DEBT_LIMIT_FRAC * ledger->fact[best].number) {
        report_share(ledger, d, best, fits);
    } else if (n_stack > 1 && debt->number > DEBT_LIMIT_FRAC * (debt->number + equity_usd)) {
        double share = debt->number / (debt->number + equity_usd);
        gw_finding *f = gw_ledger_add(ledger, "R13", GW_WARNING, n_stack, stack);
        f->message =
            gw_ledger_printf(ledger, "%s is %s of the capital", gw_ledger_claimed(ledger, d),
                             gw_ledger_text(ledger, share, "%"));
        f->reading = "equity is missing from the stack";
        gw_ledger_number(f, "debt", "USD", debt->number);
        gw_ledger_number(f, "equity", "USD", equity_usd);
        gw_ledger_number(f, "share", "%", share);
    }
}

/* Several debts of one time, none of which is too large alone, against every cost of their object. */
static void check_debts(gw_ledger *ledger, gw_group group) {
    int all[17] = {-1}, n = 1;
    double sum_usd = 0, cost_usd = 0;
    for (int k = 0; k < group.n && k < GROUP_LIMIT && n < 17; k++) {
        int i = group.fact[k];
        const gw_fact *f = &ledger->fact[i];
        if (is_cost(f) && f->hi > cost_usd) {
            cost_usd = f->hi;
            all[0] = i;
        }
        bool apart = n > 1 && fabs(f->r->said_d - ledger->fact[all[1]].r->said_d) > LATER_d;
        bool firm = f->r->status == GW_STATUS_CONTRACTED || f->r->status == GW_STATUS_FINANCED;
        if (f->r->measure != GW_MEASURE_DEBT || !firm || !f->live || !(f->number > 0) ||
            ledger->same_as[i] != i || apart || f->r->part_of >= 0) {
            continue;
        }
        for (int j = 1; j < n; j++) { /* one lender's amounts may be parts of each other */
            if (ledger->fact[all[j]].party_set == f->party_set) {
                return;
            }
        }
        all[n++] = i;
        sum_usd += f->lo;
        if (f->lo > DEBT_LIMIT_FRAC * cost_usd && cost_usd > 0) {
            return; /* told on its own */
        }
    }
    if (n < 3 || all[0] < 0 || !(sum_usd > DEBT_LIMIT_FRAC * cost_usd)) {
        return;
    }
    gw_finding *f = gw_ledger_add(ledger, "R13", GW_WARNING, n, all);
    f->message = gw_ledger_printf(ledger, "debts of %s together on a cost of %s: %.3g of it",
                                  gw_ledger_text(ledger, sum_usd, "USD"),
                                  gw_ledger_claimed(ledger, all[0]), sum_usd / cost_usd);
    f->reading = "one debt refinances the other, or the claimed cost is out of date";
    gw_ledger_number(f, "debt", "USD", sum_usd);
    gw_ledger_number(f, "cost", "USD", cost_usd);
    gw_ledger_number(f, "share", "%", sum_usd / cost_usd);
}

static void check_equity(gw_ledger *ledger, int i) {
    if (ledger->fact[i].number < 0) {
        gw_finding *f = gw_ledger_add(ledger, "R13", GW_ERROR, 1, &i);
        f->message = gw_ledger_printf(ledger, "%s: below zero", gw_ledger_claimed(ledger, i));
        f->reading = "debt above the value of everything";
        gw_ledger_number(f, "equity", "USD", ledger->fact[i].number);
    }
}

/* ------------------------------------------------------------------ the funding of a scenario */

/* The largest live claim of the cost of buildings or of everything at the scenario's sites. */
static int largest_cost(const gw_ledger *ledger) {
    int best = -1;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        if (f->r->claim < 0 || !is_cost(f)) {
            continue;
        }
        const gw_claim *claim = &ledger->in->claims.at[f->r->claim];
        bool at_site = claim->site.name != NULL || claim->cluster.name != NULL;
        bool covers = f->r->scope == GW_CAPEX_ALL || f->r->scope == GW_CAPEX_BUILD;
        if (at_site && covers && (best < 0 || f->number > ledger->fact[best].number)) {
            best = i;
        }
    }
    return best;
}

static void check_funding(gw_ledger *ledger) {
    double debt_usd = 0, equity_usd = 0;
    for (int i = 0; i < ledger->in->funding.n; i++) {
        const gw_funding *piece = &ledger->in->funding.at[i];
        double amount_usd = gw_is_set(piece->amount_usd) ? piece->amount_usd : 0;
        *(piece->kind == GW_FUNDING_DEBT ? &debt_usd : &equity_usd) += amount_usd;
    }
    if (!(debt_usd > 0)) {
        return;
    }
    const char *debt = gw_ledger_text(ledger, debt_usd, "USD");
    double share_frac = debt_usd / (debt_usd + equity_usd);
    if (share_frac > DEBT_LIMIT_FRAC) {
        gw_finding *f = gw_ledger_add(ledger, "R13", GW_WARNING, 0, NULL);
        f->about = "funding";
        f->message = gw_ledger_printf(ledger, "debt of %s is %s of the capital stack", debt,
                                      gw_ledger_text(ledger, share_frac, "%"));
        f->reading = "equity is missing from the stack";
        gw_ledger_number(f, "debt", "USD", debt_usd);
        gw_ledger_number(f, "equity", "USD", equity_usd);
        gw_ledger_number(f, "share", "%", share_frac);
    }
    int c = largest_cost(ledger);
    if (c >= 0 && debt_usd > DEBT_LIMIT_FRAC * ledger->fact[c].number) {
        double cost_usd = ledger->fact[c].number;
        gw_finding *f = gw_ledger_add(ledger, "R13", GW_WARNING, 1, &c);
        f->message = gw_ledger_printf(ledger, "debt of %s on a cost of %s: %.3g of it", debt,
                                      gw_ledger_claimed(ledger, c), debt_usd / cost_usd);
        f->reading = "the claimed cost is out of date, or the debt also pays for other things";
        gw_ledger_number(f, "debt", "USD", debt_usd);
        gw_ledger_number(f, "cost", "USD", cost_usd);
        gw_ledger_number(f, "share", "%", debt_usd / cost_usd);
    }
}

void gw_rule_debt(gw_ledger *ledger) {
    for (int o = 0; o < ledger->n_objects; o++) {
        gw_group group = gw_ledger_object(ledger, o);
        check_debts(ledger, group);
        for (int k = 0; k < group.n; k++) {
            const gw_fact *f = &ledger->fact[group.fact[k]];
            if (f->r->measure == GW_MEASURE_EQUITY) {
                check_equity(ledger, group.fact[k]);
            } else if (gw_ledger_has(f, GW_MEASURE_DEBT) && f->number > 0 && f->live &&
                       ledger->same_as[group.fact[k]] == group.fact[k]) {
                check_debt(ledger, group, group.fact[k]);
            }
        }
    }
    if (ledger->from_scenario || ledger->n == 0) {
        check_funding(ledger);
    }
}
