/* claims/rule_links.c: rule R9, links that the writer of a ledger gives himself: a claim that
 * contradicts another is reported as such, figures or not.
 * In:    facts; contradicts of the records     Out: findings
 * Model: one finding for each pair of claims, by their first figures of the same quantity. A claim
 *        taken back contradicts nobody any more.
 * Valid: the links of scenarios; tables have none.
 * Derivation: docs/model/claims.md, R9. */
#include "claims/ledger.h"

/* The first record of its claim stands for all. */
static bool is_first(const gw_ledger *ledger, int i) {
    return i == 0 || ledger->fact[i - 1].r->claim != ledger->fact[i].r->claim;
}

/* A rule has found the same pair by its figures. */
static bool is_told(const gw_ledger *ledger, int a, int b) {
    for (int i = 0; i < ledger->n_findings; i++) {
        const gw_finding *f = &ledger->at[i];
        if (gw_finding_rule(f) == 9 && f->n_claims == 2 &&
            ((f->claims[0] == a && f->claims[1] == b) ||
             (f->claims[0] == b && f->claims[1] == a))) {
            return true;
        }
    }
    return false;
}

static const char *words_of(const gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    return gw_is_set(f->number) ? gw_ledger_claimed(ledger, i) : f->r->text;
}

void gw_rule_links(gw_ledger *ledger) {
    for (int i = 0; i < ledger->n; i++) {
        const gw_record *r = ledger->fact[i].r;
        for (int k = 0; k < r->n_contradicts && is_first(ledger, i); k++) {
            int other = r->contradicts[k];
            if (other < 0 || gw_ledger_linked(ledger, i, other) || is_told(ledger, i, other)) {
                continue;
            }
            gw_finding *f = gw_ledger_add(ledger, "R9", GW_WARNING, 2, (const int[]){i, other});
            f->message = gw_ledger_printf(ledger, "%s contradicts %s: '%s' against '%s'", r->id,
                                          ledger->fact[other].r->id, words_of(ledger, i),
                                          words_of(ledger, other));
            f->reading = "competing claims: the ledger itself says that they cannot both hold";
        }
    }
}
