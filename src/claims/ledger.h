/* claims/ledger.h: the list of findings while it grows, and what all rules share: which claims may
 * be set against each other, and how a claimed number is put into words. Private to the claims
 * room. */
#ifndef GW_CLAIMS_LEDGER_H
#define GW_CLAIMS_LEDGER_H

#include <stdbool.h>

#include "base/arena.h"
#include "claims/items.h"
#include "model.h"

typedef struct gw_ledger {
    const gw_scenario *in; /* borrowed */
    const bool *replaced;  /* [n_claims] another claim supersedes it */
    gw_arena *arena;       /* owns the findings and their texts */
    gw_finding *at;
    int n, cap;
} gw_ledger;

/** Claims about one object, in the order of the file. */
typedef struct gw_ledger_group {
    const char *about;
    int n;
    int *claims; /* [n] indices into scenario.claims */
} gw_ledger_group;

/* ---- findings ---- */

/** Adds a finding with empty texts. The pointer is valid until the next add. */
gw_finding *gw_ledger_add(gw_ledger *ledger, const char *rule, gw_severity severity,
                          const char *about);
void gw_finding_claim(gw_finding *finding, int claim); /* silently full after GW_FINDING_CLAIMS */
/** Joins findings from index `from` on that say the same in the same words: one finding, all
 * claims. */
void gw_ledger_fold(gw_ledger *ledger, int from);
void gw_finding_number(gw_finding *finding, const char *name, const char *unit, double value);

/* ---- words ---- */

/** "1.20 GW", "2026-06-30" (unit NULL); owned by the arena. */
const char *gw_ledger_text(const gw_ledger *ledger, double value, const char *unit);
/** The claimed number with its wording and basis: "at least 12.0 bn USD (build)", "about 400,000
 * chips". */
const char *gw_ledger_claimed(const gw_ledger *ledger, int claim, gw_claim_quantity quantity);
/** Whether the claim's wording ("at least") is meant for this quantity: a comparison with
 * households says it of the households; dates and numbers of buildings are never qualified. */
bool gw_ledger_wording_applies(const gw_claim *claim, gw_claim_quantity quantity);
const char *gw_ledger_id(const gw_ledger *ledger, int claim); /* the claim's key */

/* ---- comparing ---- */

/** Not withdrawn, denied or superseded, neither by its status nor by another claim. */
bool gw_ledger_is_live(const gw_ledger *ledger, int claim);
/** b replaces a, directly or through claims in between, or the other way round. */
bool gw_ledger_linked(const gw_ledger *ledger, int a, int b);
/** Both speak of the finished programme, or of dates at most a week apart. */
bool gw_ledger_same_state(const gw_claim *a, const gw_claim *b);
/** The basis, unit or scope that goes with the quantity is the same. */
bool gw_ledger_same_basis(const gw_claim *a, const gw_claim *b, gw_claim_quantity quantity);
bool gw_ledger_basis_unstated(const gw_claim *claim, gw_claim_quantity quantity);

#define GW_LEDGER_TOLERANCE 0.05  /* apart by less: the same figure, rounded (assumption) */
#define GW_LEDGER_SAME_FRAC 0.001 /* apart by less: the same number printed twice */
#define GW_LEDGER_SAME_STATE_d                                                                     \
    7.0 /* states of a growing site further apart are two states (assumption) */

/* ---- the rules; each adds its findings for one object ---- */
void gw_rule_basis(gw_ledger *ledger, const gw_ledger_group *group);  /* R1 */
void gw_rule_ratios(gw_ledger *ledger, const gw_ledger_group *group); /* R2 */
void gw_rule_joint(gw_ledger *ledger, const gw_ledger_group *group); /* R2, watts against dollars */
void gw_rule_repeated(gw_ledger *ledger, const gw_ledger_group *group);  /* R4 */
void gw_rule_replaced(gw_ledger *ledger, const gw_ledger_group *group);  /* R8, R9 */
void gw_rule_durations(gw_ledger *ledger, const gw_ledger_group *group); /* R10 */
void gw_rule_due(gw_ledger *ledger, const gw_ledger_group *group);       /* R12 */
void gw_rule_wording(gw_ledger *ledger, const gw_ledger_group *group);   /* R16 */
void gw_rule_debt(gw_ledger *ledger);                                    /* R13, whole scenario */

#endif
