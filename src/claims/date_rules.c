/* claims/date_rules.c: rules R10, R12 and R13. Do durations fit their dates, which promised dates
 * have passed, and is there equity under the debt?
 * In:    the claims about one object; the site's buildings; funding
 * Out:   findings
 * Model: R10 duration against (date of operation - first work), where operation is the claim's own
 *        date, the state it speaks of or the first ready building of its site, and first work the
 *        earliest start of a building there. R12 a promised date before as_of: the run says how
 *        late; an observation (said after the date) is not a promise. R13 debt over (debt +
 *        equity), and debt over the largest claimed cost, both at most 95 %.
 * Valid: R10 needs a building with `started`; R13 compares commitments, not draws.
 * Sources: debt shares seen in practice: 80 to 90 % (Beignet, Vantage Frontier 22:3); a loan of
 *        14.75 bn on a headline cost of 15 bn (Port Washington, Bloomberg 2025-10) is the case that
 *        R13 is made for. */
#include <math.h>

#include "base/code.h"
#include "claims/ledger.h"

/* Above it the cost figure is out of date, or part of the capital is missing. */
#define DEBT_LIMIT_FRAC 0.95

/* ------------------------------------------------------------------ R10 */

static bool site_dates(const gw_scenario *in, const gw_claim *claim, double *start_d,
                       double *ready_d) {
    *start_d = *ready_d = GW_NAN;
    int s = claim->site.name != NULL ? claim->site.i : -1;
    if (s < 0 || s >= in->sites.n) {
        return false;
    }
    const gw_site *site = &in->sites.at[s];
    for (int i = 0; i < site->buildings.n; i++) {
        const gw_building *building = &site->buildings.at[i];
        *start_d = fmin(*start_d, building->started_d); /* fmin ignores NaN */
        *ready_d = fmin(*ready_d, building->ready_d);
    }
    return gw_is_set(*start_d) && gw_is_set(*ready_d);
}

void gw_rule_durations(gw_ledger *ledger, const gw_ledger_group *group) {
    for (int i = 0; i < group->n; i++) {
        int c = group->claims[i];
        const gw_claim *claim = &ledger->in->claims.at[c];
        double start_d, end_d;
        if (!gw_is_set(claim->duration_s) || !site_dates(ledger->in, claim, &start_d, &end_d)) {
            continue;
        }
        if (gw_is_set(claim->online_d)) {
            end_d = claim->online_d;
        } else if (gw_is_set(claim->true_at_d)) {
            end_d = claim->true_at_d;
        }
        double claimed_d = claim->duration_s / GW_DAY_s, dated_d = end_d - start_d;
        double factor = claimed_d > 0 ? dated_d / claimed_d : GW_NAN;
        if (!(fabs(factor - 1.0) > GW_LEDGER_TOLERANCE)) {
            continue;
        }
        const char *words = gw_ledger_claimed(ledger, c, GW_CLAIM_DURATION);
        const char *from = gw_ledger_text(ledger, start_d, NULL);
        const char *to = gw_ledger_text(ledger, end_d, NULL);
        const char *needed = gw_ledger_text(ledger, end_d - claimed_d, NULL);
        gw_finding *finding = gw_ledger_add(ledger, "R10", GW_WARNING, group->about);
        gw_finding_claim(finding, c);
        finding->message = gw_arena_printf(ledger->arena, "%s claimed, but %s to %s is %.0f d",
                                           words, from, to, dated_d);
        finding->reading = gw_arena_printf(
            ledger->arena,
            "counted from %s, or to an earlier event: first and last event are not named", needed);
        gw_finding_number(finding, "claimed", "d", claim->duration_s);
        gw_finding_number(finding, "dated", "d", dated_d * GW_DAY_s);
        gw_finding_number(finding, "factor", "", factor);
    }
}

/* ------------------------------------------------------------------ R12 */

void gw_rule_due(gw_ledger *ledger, const gw_ledger_group *group) {
    double as_of_d = ledger->in->as_of_d;
    for (int i = 0; i < group->n; i++) {
        int c = group->claims[i];
        const gw_claim *claim = &ledger->in->claims.at[c];
        bool promise = gw_is_set(claim->online_d) && claim->said_d < claim->online_d;
        if (!promise || claim->online_d > as_of_d || claim->status == GW_STATUS_ENERGISED) {
            continue;
        }
        double past_d = as_of_d - claim->online_d;
        const char *date = gw_ledger_text(ledger, claim->online_d, NULL);
        gw_finding *finding = gw_ledger_add(ledger, "R12", GW_NOTE, group->about);
        gw_finding_claim(finding, c);
        finding->message = gw_arena_printf(
            ledger->arena, "promised for %s, %.0f days before the date of the scenario: due", date,
            past_d);
        finding->reading = "compare with the run's date";
        gw_finding_number(finding, "promised", NULL, claim->online_d);
        gw_finding_number(finding, "past", "d", past_d * GW_DAY_s);
    }
}

/* ------------------------------------------------------------------ R13 */

/* The largest live claim of the cost of buildings or of everything at the scenario's sites; -1:
 * none. */
static int largest_cost(const gw_ledger *ledger) {
    int best = -1;
    for (int i = 0; i < ledger->in->claims.n; i++) {
        const gw_claim *claim = &ledger->in->claims.at[i];
        bool at_site = claim->site.name != NULL || claim->cluster.name != NULL;
        bool covers = claim->scope == GW_CAPEX_ALL || claim->scope == GW_CAPEX_BUILD;
        if (!at_site || !covers || !gw_is_set(claim->capex_usd) || gw_is_set(claim->true_at_d) ||
            !gw_ledger_is_live(ledger, i)) {
            continue;
        }
        if (best < 0 || claim->capex_usd > ledger->in->claims.at[best].capex_usd) {
            best = i;
        }
    }
    return best;
}

void gw_rule_debt(gw_ledger *ledger) {
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
        const char *share = gw_ledger_text(ledger, share_frac, "%");
        gw_finding *finding = gw_ledger_add(ledger, "R13", GW_WARNING, "funding");
        finding->message =
            gw_arena_printf(ledger->arena, "debt of %s is %s of the capital stack", debt, share);
        finding->reading = "equity is missing from the stack";
        gw_finding_number(finding, "debt", "USD", debt_usd);
        gw_finding_number(finding, "equity", "USD", equity_usd);
        gw_finding_number(finding, "share", "%", share_frac);
    }
    int c = largest_cost(ledger);
    double cost_usd = c >= 0 ? ledger->in->claims.at[c].capex_usd : GW_NAN;
    if (c >= 0 && debt_usd > DEBT_LIMIT_FRAC * cost_usd) {
        const char *words = gw_ledger_claimed(ledger, c, GW_CLAIM_CAPEX);
        gw_finding *finding =
            gw_ledger_add(ledger, "R13", GW_WARNING, ledger->in->claims.at[c].about);
        gw_finding_claim(finding, c);
        finding->message = gw_arena_printf(ledger->arena, "debt of %s on a cost of %s: %.3g of it",
                                           debt, words, debt_usd / cost_usd);
        finding->reading =
            "the claimed cost is out of date, or the debt also pays for other things";
        gw_finding_number(finding, "debt", "USD", debt_usd);
        gw_finding_number(finding, "cost", "USD", cost_usd);
        gw_finding_number(finding, "share", "%", debt_usd / cost_usd);
    }
}
