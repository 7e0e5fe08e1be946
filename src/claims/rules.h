/* claims/rules.h: do the claims add up? Sets claims about one object against each other and against
 * the plausible ranges of the catalogue. Rules and their sources: docs/model/claims.md. */
#ifndef GW_CLAIMS_RULES_H
#define GW_CLAIMS_RULES_H

#include "base/arena.h"
#include "model.h"

/** All findings, object by object in the order of the file, then those on the whole scenario.
 *  Pure: reads base values only. Texts and arrays are owned by the arena. */
gw_findings gw_claims_check(const gw_scenario *in, gw_arena *arena);

#endif
