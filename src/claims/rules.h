/* claims/rules.h: do the claims add up? Sixteen rules set statements about one object against each
 * other, against the plausible ranges of the catalogue and against the calendar. Rules, tolerances
 * and sources: docs/model/claims.md. */
#ifndef GW_CLAIMS_RULES_H
#define GW_CLAIMS_RULES_H

#include "base/arena.h"
#include "claims/record.h"
#include "model.h"

/** What the records are judged by. */
typedef struct gw_ledger_context {
    const gw_scenario *in; /* its `bands` and `regions` are used, and for claims of a scenario its
                              sites and funding; gw_spec_load_catalog gives one without claims.
                              NULL: no bands, so no ratio is judged */
    double as_of_d; /* today, for R8 and R12; NaN: the latest day on which a record that is no
                              estimate was said */
} gw_ledger_context;

/** What one claim or a pair of claims implies: a ratio, inside or outside its plausible range. Only
 * those outside are findings too. */
typedef struct gw_implied {
    gw_ratio ratio;
    const char *unit; /* display unit, as gw_claims_ratio_unit; `value` is SI */
    double value;     /* at the records' own numbers */
    double low, high; /* nearest band; NaN where the catalogue has none */
    bool inside;
    int n_claims;
    int claims[3];       /* record indices: numerator(s), then denominator */
    const char *text;    /* "12.0 bn USD without chips for 1.20 GW is 10.0 USD/W" */
    const char *reading; /* "plausible if the power is IT power"; "" */
} gw_implied;

typedef struct gw_ledger_report {
    gw_findings findings; /* `claims` are record indices; errors first, then by rule and record */
    gw_implied *implied;
    int n_implied;
    int *same_as;   /* [records.n] the first record that tells the same figure (R4), or the record
                     itself: count those with same_as[i] == i and nothing is counted twice */
    double as_of_d; /* the day that was used */
} gw_ledger_report;

/** All sixteen rules over any records. Pure; near-linear in their number. Everything owned by the
 * arena. */
gw_ledger_report gw_ledger_check(const gw_records *records, const gw_ledger_context *context,
                                 gw_arena *arena);

/** Its findings alone. */
gw_findings gw_ledger_findings(const gw_records *records, const gw_ledger_context *context,
                               gw_arena *arena);

/** The claims of a scenario: `claims` are indices into scenario.claims.
 *  Pure: reads base values only. */
gw_findings gw_claims_check(const gw_scenario *in, gw_arena *arena);

#endif
