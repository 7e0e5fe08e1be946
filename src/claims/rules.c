/* claims/rules.c: the order in which the rules are applied, and the order of what they find.
 * In:   records, context (bands, regions, today)
 * Out:  gw_ledger_report in the arena
 * Model: facts are made once; each rule walks sorted groups of them. Findings come errors first,
 *        then by rule and first record.
 * Valid: any number of records; work grows with n log n.
 * Derivation: docs/model/claims.md lists the rules with the public figures that each was made for.
 */
#include "claims/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "claims/ledger.h"

static int compare_findings(const void *a, const void *b) {
    const gw_finding *x = a, *y = b;
    if (x->severity != y->severity) {
        return x->severity > y->severity ? -1 : 1;
    }
    int rule_x = gw_finding_rule(x), rule_y = gw_finding_rule(y);
    if (rule_x != rule_y) {
        return rule_x < rule_y ? -1 : 1;
    }
    int first_x = x->n_claims > 0 ? x->claims[0] : -1,
        first_y = y->n_claims > 0 ? y->claims[0] : -1;
    if (first_x != first_y) {
        return first_x < first_y ? -1 : 1;
    }
    return strcmp(x->message, y->message);
}

gw_ledger_report gw_ledger_check(const gw_records *records, const gw_ledger_context *context,
                                 gw_arena *arena) {
    gw_ledger ledger;
    gw_ledger_begin(&ledger, records, context, arena);
    gw_rule_units(&ledger);
    gw_rule_ratios(&ledger);
    gw_rule_repeated(&ledger);
    gw_rule_sums(&ledger); /* takes what R4 found told twice once */
    gw_rule_nesting(&ledger);
    gw_rule_flows(&ledger);
    gw_rule_changes(&ledger);
    gw_rule_links(&ledger);
    gw_rule_durations(&ledger);
    gw_rule_roles(&ledger);
    gw_rule_due(&ledger);
    gw_rule_debt(&ledger);
    gw_rule_supply(&ledger);
    gw_rule_notes(&ledger);
    if (ledger.n_findings > 0) {
        qsort(ledger.at, (size_t)ledger.n_findings, sizeof *ledger.at, compare_findings);
    }
    return (gw_ledger_report){.findings = {ledger.at, ledger.n_findings},
                              .implied = ledger.implied,
                              .n_implied = ledger.n_implied,
                              .same_as = ledger.same_as,
                              .as_of_d = ledger.as_of_d};
}

gw_findings gw_ledger_findings(const gw_records *records, const gw_ledger_context *context,
                               gw_arena *arena) {
    return gw_ledger_check(records, context, arena).findings;
}

/* Record indices become indices of claims, each once. */
static void name_claims(gw_finding *finding, const gw_records *records, gw_arena *arena) {
    int *claims = GW_NEW_N(arena, finding->n_claims + 1, int);
    int n = 0;
    for (int i = 0; i < finding->n_claims; i++) {
        int claim = records->at[finding->claims[i]].claim;
        if (n == 0 || claims[n - 1] != claim) {
            bool known = false;
            for (int k = 0; k < n; k++) {
                known = known || claims[k] == claim;
            }
            claims[n] = claim;
            n += !known;
        }
    }
    finding->claims = claims;
    finding->n_claims = n;
}

gw_findings gw_claims_check(const gw_scenario *in, gw_arena *arena) {
    gw_records records = {NULL, 0};
    gw_records_from_scenario(in, arena, &records);
    gw_ledger_context context = {in, in->as_of_d};
    gw_findings findings = gw_ledger_check(&records, &context, arena).findings;
    for (int i = 0; i < findings.n; i++) {
        name_claims(&findings.at[i], &records, arena);
    }
    return findings;
}
