/* claims/rules.c: the order in which the rules are applied.
 * In:   scenario.claims[n_claims], scenario.bands, scenario.regions, scenario.funding
 * Out:  gw_findings in the arena
 * Model: claims are grouped by `about` (text equality); each rule sees one group at a time.
 * Valid: any number of claims; work grows with the square of the largest group.
 * Derivation: docs/model/claims.md lists the rules with the public figures that each was made for.
 */
#include "claims/rules.h"

#include <string.h>

#include "claims/ledger.h"

static const char *object_of(const gw_claim *claim) {
    return claim->about != NULL ? claim->about : "";
}

/* The claims about the object of claim `first`; n is 0 if an earlier claim has the same object. */
static gw_ledger_group group_of(const gw_ledger *ledger, int first, int *buffer) {
    const gw_scenario *in = ledger->in;
    gw_ledger_group group = {object_of(&in->claims.at[first]), 0, buffer};
    for (int i = 0; i < in->claims.n; i++) {
        if (strcmp(object_of(&in->claims.at[i]), group.about) != 0) {
            continue;
        }
        if (i < first) {
            group.n = 0;
            return group;
        }
        buffer[group.n++] = i;
    }
    return group;
}

static const bool *replaced_claims(const gw_scenario *in, gw_arena *arena) {
    bool *replaced = GW_NEW_N(arena, in->claims.n + 1, bool);
    for (int i = 0; i < in->claims.n; i++) {
        const gw_ref *ref = &in->claims.at[i].supersedes;
        if (ref->name != NULL && ref->i >= 0 && ref->i < in->claims.n) {
            replaced[ref->i] = true;
        }
    }
    return replaced;
}

gw_findings gw_claims_check(const gw_scenario *in, gw_arena *arena) {
    gw_ledger ledger = {.in = in, .arena = arena, .replaced = replaced_claims(in, arena)};
    int *buffer = in->claims.n > 0 ? GW_NEW_N(arena, in->claims.n, int) : NULL;
    for (int i = 0; i < in->claims.n; i++) {
        gw_ledger_group group = group_of(&ledger, i, buffer);
        if (group.n == 0) {
            continue;
        }
        int from = ledger.n;
        gw_rule_basis(&ledger, &group);
        gw_rule_ratios(&ledger, &group);
        gw_rule_joint(&ledger, &group);
        gw_rule_repeated(&ledger, &group);
        gw_rule_replaced(&ledger, &group);
        gw_rule_durations(&ledger, &group);
        gw_rule_due(&ledger, &group);
        gw_rule_wording(&ledger, &group);
        gw_ledger_fold(&ledger, from);
    }
    gw_rule_debt(&ledger);
    return (gw_findings){ledger.at, ledger.n};
}
