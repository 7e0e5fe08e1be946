/* claims/repeat_rules.c: rules R1, R4, R8, R9 and R16. Is the basis stated, is it the same figure
 * again, was it replaced, does it contradict another, and did the wording change on the way?
 * In:    the claims about one object
 * Out:   findings
 * Model: R1 basis, unit or scope absent -> ambiguous; the reading names claims of a stated basis
 *        within 5 %. R4 same quantity, basis and state, values within 0.1 % -> one figure told
 *        again, not to be added. R8 "energised" said before the date it speaks of, or of a date
 *        after as_of. R9 values apart by more than 5 % (10 % for "about"): replaced if linked by
 *        `supersedes`, else in contradiction, unless the wording allows both ("at least 12" and
 *        15); the reading names a claim that has the same number on another basis. R16 an equal figure repeated in stronger words (intends < up to < about < plain < at
 *        least).
 * Valid: tolerances are assumptions: 5 % covers rounding to two digits.
 * Derivation: docs/model/claims.md. */
#include <math.h>

#include "claims/ledger.h"

#define ABOUT_TOLERANCE 0.10 /* "about", "nearly" (assumption) */
#define ONLINE_TOLERANCE_d 31.0
#define ROOM_RATIO 1.5 /* nobody says "more than 30" of 60 (assumption) */

static const gw_claim *claim_at(const gw_ledger *ledger, int i) {
    return &ledger->in->claims.at[i];
}

/* |a - b| over the larger; dates: 0 within a month, else 1. */
static double gap_frac(gw_claim_quantity quantity, double a, double b) {
    if (quantity == GW_CLAIM_ONLINE) {
        return fabs(a - b) <= ONLINE_TOLERANCE_d ? 0.0 : 1.0;
    }
    double larger = fmax(fabs(a), fabs(b));
    return larger > 0 ? fabs(a - b) / larger : 0.0;
}

/* ------------------------------------------------------------------ R1 */

/* A live claim of a stated basis for the same state within the tolerance of an ambiguous one; -1:
 * none. */
static int matching_basis(const gw_ledger *ledger, const gw_ledger_group *group, int claim,
                          gw_claim_quantity quantity) {
    double value = gw_claims_value(claim_at(ledger, claim), quantity);
    int best = -1;
    double best_gap = GW_LEDGER_TOLERANCE;
    for (int i = 0; i < group->n; i++) {
        int other = group->claims[i];
        const gw_claim *o = claim_at(ledger, other);
        double theirs = gw_claims_value(o, quantity);
        if (!gw_is_set(theirs) || gw_ledger_basis_unstated(o, quantity)) {
            continue;
        }
        double gap = gap_frac(quantity, value, theirs);
        if (gap <= best_gap && gw_ledger_same_state(claim_at(ledger, claim), o)) {
            best = other;
            best_gap = gap;
        }
    }
    return best;
}

static const char *what_is_unstated(gw_claim_quantity quantity) {
    switch (quantity) {
    case GW_CLAIM_POWER:
        return "the basis of the power is not stated: IT, at the meter, servers or generation";
    case GW_CLAIM_ACCELERATORS:
        return "what counts as a chip is not stated: GPU, board of two or die";
    default:
        return "what the cost covers is not stated: everything, buildings or chips";
    }
}

void gw_rule_basis(gw_ledger *ledger, const gw_ledger_group *group) {
    static const gw_claim_quantity asked[] = {GW_CLAIM_POWER, GW_CLAIM_ACCELERATORS,
                                              GW_CLAIM_CAPEX};
    for (int i = 0; i < group->n; i++) {
        int c = group->claims[i];
        for (size_t q = 0; q < sizeof asked / sizeof asked[0]; q++) {
            const gw_claim *claim = claim_at(ledger, c);
            double value = gw_claims_value(claim, asked[q]);
            if (!gw_is_set(value) || !gw_ledger_basis_unstated(claim, asked[q])) {
                continue;
            }
            const char *number = gw_ledger_text(ledger, value, gw_claims_quantity_unit(asked[q]));
            int match = matching_basis(ledger, group, c, asked[q]);
            gw_finding *finding = gw_ledger_add(ledger, "R1", GW_NOTE, group->about);
            gw_finding_claim(finding, c);
            finding->message =
                gw_arena_printf(ledger->arena, "%s: %s", number, what_is_unstated(asked[q]));
            if (match >= 0) {
                gw_finding_claim(finding, match);
                finding->reading = gw_arena_printf(ledger->arena, "agrees with %s of '%s'",
                                                   gw_ledger_claimed(ledger, match, asked[q]),
                                                   gw_ledger_id(ledger, match));
            }
            gw_finding_number(finding, "claimed", gw_claims_quantity_unit(asked[q]), value);
        }
    }
}

/* ------------------------------------------------------------------ R4 and R16 */

static int strength(int wording) {
    static const int rank[] = {[GW_WORDING_INTENDS] = 0,
                               [GW_WORDING_UP_TO] = 1,
                               [GW_WORDING_ABOUT] = 2,
                               [GW_WORDING_PLAIN] = 3,
                               [GW_WORDING_AT_LEAST] = 4};
    return rank[wording];
}

static bool same_figure(const gw_ledger *ledger, int a, int b, gw_claim_quantity quantity) {
    const gw_claim *x = claim_at(ledger, a), *y = claim_at(ledger, b);
    double value_x = gw_claims_value(x, quantity), value_y = gw_claims_value(y, quantity);
    if (!gw_is_set(value_x) || !gw_is_set(value_y)) {
        return false;
    }
    double limit = quantity == GW_CLAIM_ONLINE ? 0.0 : GW_LEDGER_SAME_FRAC;
    return gap_frac(quantity, value_x, value_y) <= limit && gw_ledger_same_state(x, y) &&
           gw_ledger_same_basis(x, y, quantity);
}

void gw_rule_repeated(gw_ledger *ledger, const gw_ledger_group *group) {
    for (int q = 0; q < GW_N_CLAIM_QUANTITY; q++) {
        for (int i = 0; i < group->n; i++) {
            int n_same = 1, first = group->claims[i];
            bool told_before = false;
            int same[GW_FINDING_CLAIMS] = {first};
            for (int j = 0; j < group->n; j++) {
                int other = group->claims[j];
                if (j == i || !same_figure(ledger, first, other, (gw_claim_quantity)q) ||
                    gw_ledger_linked(ledger, first, other)) {
                    continue;
                }
                told_before = told_before || j < i;
                if (n_same < GW_FINDING_CLAIMS) {
                    same[n_same] = other;
                }
                n_same++;
            }
            if (n_same < 2 || told_before) {
                continue;
            }
            gw_finding *finding = gw_ledger_add(ledger, "R4", GW_NOTE, group->about);
            for (int k = 0; k < n_same && k < GW_FINDING_CLAIMS; k++) {
                gw_finding_claim(finding, same[k]);
            }
            const char *words = gw_ledger_claimed(ledger, first, (gw_claim_quantity)q);
            finding->message = gw_arena_printf(
                ledger->arena, "%s stands in %d claims: one figure, not %d", words, n_same, n_same);
            finding->reading = "a repetition; not to be added up";
            gw_finding_number(finding, "claimed", gw_claims_quantity_unit((gw_claim_quantity)q),
                              gw_claims_value(claim_at(ledger, first), (gw_claim_quantity)q));
            gw_finding_number(finding, "times", "", n_same);
        }
    }
}

/* The latest earlier claim that gives the same figure; -1: none. */
static int told_before(const gw_ledger *ledger, const gw_ledger_group *group, int late,
                       gw_claim_quantity quantity) {
    int best = -1;
    for (int i = 0; i < group->n; i++) {
        int early = group->claims[i];
        double said_d = claim_at(ledger, early)->said_d;
        if (early != late && said_d < claim_at(ledger, late)->said_d &&
            same_figure(ledger, early, late, quantity) &&
            (best < 0 || said_d > claim_at(ledger, best)->said_d)) {
            best = early;
        }
    }
    return best;
}

void gw_rule_wording(gw_ledger *ledger, const gw_ledger_group *group) {
    for (int j = 0; j < group->n; j++) {
        int late = group->claims[j];
        for (int q = 0; q < GW_N_CLAIM_QUANTITY; q++) {
            gw_claim_quantity quantity = (gw_claim_quantity)q;
            int early = told_before(ledger, group, late, quantity);
            if (early < 0 || !gw_ledger_wording_applies(claim_at(ledger, late), quantity) ||
                strength(claim_at(ledger, late)->wording) <=
                    strength(claim_at(ledger, early)->wording)) {
                continue;
            }
            const char *was = gw_ledger_claimed(ledger, early, quantity);
            const char *is = gw_ledger_claimed(ledger, late, quantity);
            gw_finding *finding = gw_ledger_add(ledger, "R16", GW_NOTE, group->about);
            gw_finding_claim(finding, early);
            gw_finding_claim(finding, late);
            finding->message = gw_arena_printf(
                ledger->arena, "'%s' became '%s': stronger words for the same number", was, is);
            finding->reading = "the earlier words are nearer to the source";
        }
    }
}

/* ------------------------------------------------------------------ R8 and R9 */

/* The wording leaves room for the other value. */
static bool wording_allows(const gw_claim *a, double value_a, double value_b) {
    switch (a->wording) {
    case GW_WORDING_AT_LEAST:
        return value_b >= value_a && value_b <= ROOM_RATIO * value_a;
    case GW_WORDING_UP_TO:
        return value_b <= value_a && ROOM_RATIO * value_b >= value_a;
    case GW_WORDING_ABOUT:
        return fabs(value_b - value_a) <= ABOUT_TOLERANCE * fabs(value_a);
    default:
        return false;
    }
}

/* The same number on another stated basis, of a claim about the same object and state; -1: none. */
static int same_number_elsewhere(const gw_ledger *ledger, const gw_ledger_group *group, int claim,
                                 gw_claim_quantity quantity) {
    const gw_claim *a = claim_at(ledger, claim);
    double value = gw_claims_value(a, quantity);
    for (int i = 0; i < group->n; i++) {
        const gw_claim *b = claim_at(ledger, group->claims[i]);
        double theirs = gw_claims_value(b, quantity);
        if (gw_is_set(theirs) && gap_frac(quantity, value, theirs) <= GW_LEDGER_SAME_FRAC &&
            gw_ledger_same_state(a, b) && !gw_ledger_same_basis(a, b, quantity) &&
            !gw_ledger_basis_unstated(a, quantity) && !gw_ledger_basis_unstated(b, quantity)) {
            return group->claims[i];
        }
    }
    return -1;
}

/* What may be behind two figures that do not fit. */
static const char *why_apart(const gw_ledger *ledger, const gw_ledger_group *group, int early,
                             int late, gw_claim_quantity quantity) {
    bool has_basis = quantity == GW_CLAIM_POWER || quantity == GW_CLAIM_ACCELERATORS ||
                     quantity == GW_CLAIM_CAPEX;
    const int both[] = {late, early};
    for (int i = 0; has_basis && i < 2; i++) {
        int other = same_number_elsewhere(ledger, group, both[i], quantity);
        if (other >= 0) {
            return gw_arena_printf(
                ledger->arena,
                "'%s' gives the same number as '%s' on another basis: one of the "
                "two bases is probably wrong",
                gw_ledger_id(ledger, both[i]), gw_ledger_id(ledger, other));
        }
    }
    return "different scope or state, a revision that nobody called one, or an error";
}

static void report_change(gw_ledger *ledger, const gw_ledger_group *group, int early, int late,
                          gw_claim_quantity quantity, bool linked) {
    const gw_claim *a = claim_at(ledger, early), *b = claim_at(ledger, late);
    double from = gw_claims_value(a, quantity), to = gw_claims_value(b, quantity);
    const char *was = gw_ledger_claimed(ledger, early, quantity);
    const char *is = gw_ledger_claimed(ledger, late, quantity);
    gw_finding *finding = gw_ledger_add(ledger, "R9", linked ? GW_NOTE : GW_WARNING, group->about);
    gw_finding_claim(finding, early);
    gw_finding_claim(finding, late);
    const char *unit = gw_claims_quantity_unit(quantity);
    gw_finding_number(finding, "earlier", unit, from);
    gw_finding_number(finding, "later", unit, to);
    if (quantity == GW_CLAIM_ONLINE) {
        finding->message = gw_arena_printf(ledger->arena, "%s and %s: %s by %.0f days", was, is,
                                           to > from ? (linked ? "moved back" : "later")
                                                     : (linked ? "brought forward" : "earlier"),
                                           fabs(to - from));
        gw_finding_number(finding, "shift", "d", (to - from) * GW_DAY_s);
    } else {
        double factor = from > 0 && to > 0 ? fmax(from, to) / fmin(from, to) : to - from;
        finding->message = gw_arena_printf(
            ledger->arena, "%s %s %s: %s by a factor of %.3g", was, linked ? "became" : "against",
            is, linked ? (to > from ? "grew" : "shrank") : "apart", factor);
        gw_finding_number(finding, "factor", "", factor);
    }
    finding->reading = linked ? "the later claim replaces the earlier one"
                              : why_apart(ledger, group, early, late, quantity);
}

static bool in_contradiction(const gw_ledger *ledger, int early, int late,
                             gw_claim_quantity quantity) {
    const gw_claim *a = claim_at(ledger, early), *b = claim_at(ledger, late);
    double from = gw_claims_value(a, quantity), to = gw_claims_value(b, quantity);
    if (!gw_ledger_is_live(ledger, early) || !gw_ledger_is_live(ledger, late)) {
        return false;
    }
    return gap_frac(quantity, from, to) > GW_LEDGER_TOLERANCE && !wording_allows(a, from, to) &&
           !wording_allows(b, to, from);
}

/* The latest claim before `late` that gives the quantity on the same basis for the same state, with
 * another value
 * (`linked`: that `late` replaces directly); -1: none. */
static int predecessor(const gw_ledger *ledger, const gw_ledger_group *group, int late,
                       gw_claim_quantity quantity) {
    const gw_claim *b = claim_at(ledger, late);
    int best = -1;
    for (int i = 0; i < group->n; i++) {
        int early = group->claims[i];
        const gw_claim *a = claim_at(ledger, early);
        bool before = a->said_d < b->said_d || (a->said_d == b->said_d && early < late);
        if (early == late || !before || !gw_is_set(gw_claims_value(a, quantity)) ||
            !gw_ledger_same_state(a, b) || !gw_ledger_same_basis(a, b, quantity) ||
            !in_contradiction(ledger, early, late, quantity)) {
            continue;
        }
        if (best < 0 || a->said_d >= claim_at(ledger, best)->said_d) {
            best = early;
        }
    }
    return best;
}

/* R8: a state that nobody can have observed yet. */
static void check_status(gw_ledger *ledger, const gw_ledger_group *group, int c) {
    const gw_claim *claim = claim_at(ledger, c);
    double when_d = gw_is_set(claim->true_at_d) ? claim->true_at_d : claim->online_d;
    if (claim->status != GW_STATUS_ENERGISED || !gw_is_set(when_d)) {
        return;
    }
    double limit_d = fmin(claim->said_d + GW_LEDGER_SAME_STATE_d, ledger->in->as_of_d);
    if (when_d <= limit_d) {
        return;
    }
    const char *when = gw_ledger_text(ledger, when_d, NULL);
    const char *said = gw_ledger_text(ledger, claim->said_d, NULL);
    gw_finding *finding = gw_ledger_add(ledger, "R8", GW_WARNING, group->about);
    gw_finding_claim(finding, c);
    finding->message = gw_arena_printf(
        ledger->arena,
        "said to run in a claim of %s that speaks of %s: a forecast, not an observation", said,
        when);
    finding->reading = "the status should be announced or estimate";
    gw_finding_number(finding, "date", NULL, when_d);
}

/* R9: a claim taken back by another. */
static void check_withdrawal(gw_ledger *ledger, const gw_ledger_group *group, int late, int early) {
    const gw_claim *claim = claim_at(ledger, late);
    if (claim->status != GW_STATUS_WITHDRAWN) {
        return;
    }
    const char *said = gw_ledger_text(ledger, claim->said_d, NULL);
    gw_finding *finding = gw_ledger_add(ledger, "R9", GW_NOTE, group->about);
    gw_finding_claim(finding, early);
    gw_finding_claim(finding, late);
    finding->message = gw_arena_printf(ledger->arena, "'%s' was withdrawn on %s",
                                       gw_ledger_id(ledger, early), said);
    finding->reading = "not counted any more";
    gw_finding_number(finding, "date", NULL, claim->said_d);
}

static void check_successor(gw_ledger *ledger, const gw_ledger_group *group, int late, int early,
                            gw_claim_quantity quantity) {
    double value = gw_claims_value(claim_at(ledger, late), quantity);
    double old = gw_claims_value(claim_at(ledger, early), quantity);
    if (gw_is_set(value) && gw_is_set(old) && old != value &&
        claim_at(ledger, late)->status != GW_STATUS_WITHDRAWN) {
        report_change(ledger, group, early, late, quantity, true);
    }
}

void gw_rule_replaced(gw_ledger *ledger, const gw_ledger_group *group) {
    for (int j = 0; j < group->n; j++) {
        int late = group->claims[j];
        const gw_ref *ref = &claim_at(ledger, late)->supersedes;
        bool replaces = ref->name != NULL && ref->i >= 0 && ref->i < ledger->in->claims.n;
        check_status(ledger, group, late);
        if (replaces) {
            check_withdrawal(ledger, group, late, ref->i);
        }
        for (int q = 0; q < GW_N_CLAIM_QUANTITY; q++) {
            gw_claim_quantity quantity = (gw_claim_quantity)q;
            if (replaces) {
                check_successor(ledger, group, late, ref->i, quantity);
            }
            int early = gw_is_set(gw_claims_value(claim_at(ledger, late), quantity))
                            ? predecessor(ledger, group, late, quantity)
                            : -1;
            if (early >= 0) {
                report_change(ledger, group, early, late, quantity, false);
            }
        }
    }
}
