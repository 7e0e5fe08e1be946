/* finance/deal_turn.c: where a deal turns: the value of one input at which it just pays, and at
 * which the lowest coverage of its loan just meets the covenant.
 * In:    gw_deal, a reading.
 * Out:   one gw_deal_turn for each lever.
 * Model: everything else as it is, one input is moved over its whole legal range; the range is
 *        halved until the answer stands still. Each measure is monotone in each of these inputs
 *        (more money, less cost, longer, earlier is never worse), so there is at most one such
 *        value; for the length of the contract that needs payments above running cost.
 * Valid: factors up to 1000; terms up to 100 years; delays up to 50 years. Capital that has been
 *        spent waits in a delay; its interest is added to the loan.
 * Derivation: bisection. */
#include <math.h>

#include "base/code.h"
#include "finance/deal.h"

typedef struct question {
    const gw_deal *deal;
    gw_claim_basis basis;
    gw_arena *arena;
    gw_deal_lever lever;
    bool coverage; /* else present value */
    double covenant;
} question;

/* The answer's sign tells the side: positive is good. */
static double ask(const question *q, double x) {
    gw_deal_case what = gw_deal_as_is();
    double *const member[GW_N_LEVER] = {
        [GW_LEVER_PAYMENTS] = &what.payment_factor,
        [GW_LEVER_UTILISATION] = &what.utilisation_factor,
        [GW_LEVER_COST] = &what.cost_factor,
        [GW_LEVER_RUNNING] = &what.running_factor,
        [GW_LEVER_TERM] = &what.term_yr,
        [GW_LEVER_DELAY] = &what.delay_yr,
        [GW_LEVER_CHIP_LIFE] = &what.it_life_yr,
    };
    *member[q->lever] = x;
    gw_mark mark = gw_arena_mark(q->arena);
    gw_deal_sheet s = gw_deal_work(q->deal, q->basis, &what, q->arena);
    double answer = q->coverage ? s.loan.dscr_min - q->covenant : s.npv_usd;
    if (q->lever == GW_LEVER_CHIP_LIFE) {
        answer = s.levelised_usd - s.annual_usd;
    }
    gw_arena_reset(q->arena, mark);
    return answer;
}

/* Lowest and highest value asked about. */
static void range_of(gw_deal_lever lever, double utilisation, double *low, double *high) {
    static const double lows[GW_N_LEVER] = {[GW_LEVER_TERM] = 0.05, [GW_LEVER_CHIP_LIFE] = 0.05};
    static const double highs[GW_N_LEVER] = {
        [GW_LEVER_PAYMENTS] = 1000.0, [GW_LEVER_COST] = 1000.0, [GW_LEVER_RUNNING] = 1000.0,
        [GW_LEVER_TERM] = 100.0,      [GW_LEVER_DELAY] = 50.0,  [GW_LEVER_CHIP_LIFE] = 100.0,
    };
    *low = lows[lever];
    *high = lever == GW_LEVER_UTILISATION ? 1.0 / utilisation : highs[lever];
}

/* Terms beyond a whole number of years move in steps of the schedule: 60 halvings settle 1e-13. */
static double turn(const question *q, const char **reason) {
    double low, high;
    range_of(q->lever, q->deal->utilisation, &low, &high);
    double at_low = ask(q, low), at_high = ask(q, high);
    *reason = NULL;
    if (isnan(at_low) || isnan(at_high)) {
        *reason = q->coverage ? "no loan to cover" : "no present value";
        return GW_NAN;
    }
    if ((at_low > 0.0) == (at_high > 0.0)) {
        *reason = at_low > 0.0 ? "holds at any value" : "cannot turn it";
        return GW_NAN;
    }
    for (int i = 0; i < 60; i++) {
        double mid = 0.5 * (low + high);
        *((ask(q, mid) > 0.0) == (at_low > 0.0) ? &low : &high) = mid;
    }
    return 0.5 * (low + high);
}

/* What a lever is now, in its own unit: USD a year, share, USD, USD a year, years, years, years. */
static double base_of(const gw_deal *deal, const gw_deal_sheet *s, gw_deal_lever lever) {
    switch (lever) {
    case GW_LEVER_PAYMENTS:
        return s->payments_usd;
    case GW_LEVER_UTILISATION:
        return gw_is_set(deal->price_usd_per_s) ? deal->utilisation : GW_NAN;
    case GW_LEVER_COST:
        return s->cost_usd;
    case GW_LEVER_RUNNING:
        return s->running_usd > 0.0 ? s->running_usd : GW_NAN;
    case GW_LEVER_TERM:
        return s->term_yr;
    case GW_LEVER_DELAY:
        return 0.0;
    default:
        return s->it_usd > 0.0 ? s->it_life_yr : GW_NAN;
    }
}

void gw_deal_turns(const gw_deal *deal, gw_claim_basis basis, gw_arena *arena, gw_deal_turn *out) {
    gw_deal_case as_is = gw_deal_as_is();
    gw_deal_sheet s = gw_deal_work(deal, basis, &as_is, arena);
    /* A sculpted loan meets its coverage by construction: only a loan of a given size can miss. */
    bool fixed = gw_is_set(s.loan.debt_usd) && !s.loan.sculpted;
    for (int i = 0; i < GW_N_LEVER; i++) {
        question q = {.deal = deal, .basis = basis, .arena = arena, .lever = (gw_deal_lever)i};
        double base = base_of(deal, &s, q.lever);
        bool factor = i <= GW_LEVER_RUNNING;
        out[i] = (gw_deal_turn){.base = base, .root = GW_NAN, .limit = GW_NAN};
        if (!gw_is_set(base) || s.problem != NULL) {
            out[i].npv_reason = out[i].dscr_reason =
                s.problem != NULL ? s.problem : "not part of this deal";
            continue;
        }
        if (base == 0.0 && factor) { /* no multiple of nothing turns anything */
            out[i].npv_reason = out[i].dscr_reason = "it is zero";
            continue;
        }
        if (i == GW_LEVER_CHIP_LIFE && !(s.payments_usd > 0.0)) {
            out[i].npv_reason = out[i].dscr_reason = "nothing is paid";
            continue;
        }
        out[i].root = turn(&q, &out[i].npv_reason) * (factor ? base : 1.0);
        q.coverage = true;
        q.covenant = GW_DEAL_COVENANT;
        bool moves = i != GW_LEVER_CHIP_LIFE && (fixed || i != GW_LEVER_COST);
        if (!fixed || !moves) {
            out[i].dscr_reason = !fixed ? "no loan of a given size" : "does not move the coverage";
        } else {
            out[i].limit = turn(&q, &out[i].dscr_reason) * (factor ? base : 1.0);
        }
    }
}

double gw_deal_needed_usd(const gw_deal *deal, gw_claim_basis basis, gw_arena *arena) {
    gw_deal flat = *deal;
    flat.escalation = 0.0;
    gw_deal_case what = gw_deal_as_is();
    double low = 0.0, high = GW_NAN;
    for (int i = 0; i < 200; i++) {
        gw_mark mark = gw_arena_mark(arena);
        what.payments_usd = i == 0 ? 0.0 : gw_is_set(high) ? 0.5 * (low + high) : 2.0 * low + 1.0;
        double npv_usd = gw_deal_work(&flat, basis, &what, arena).npv_usd;
        gw_arena_reset(arena, mark);
        if (isnan(npv_usd)) {
            return GW_NAN;
        }
        if (npv_usd < 0.0) {
            low = what.payments_usd;
        } else if (i == 0) {
            return 0.0;
        } else {
            high = what.payments_usd;
        }
        if (gw_is_set(high) && high - low <= 1e-15 * high) {
            break;
        }
    }
    return gw_is_set(high) ? 0.5 * (low + high) : GW_NAN;
}
