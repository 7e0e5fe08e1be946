/* claims/claims.h: the room in one include: the claimed numbers, the rules that set them against
 * each other, and the run's answer to each. */
#ifndef GW_CLAIMS_CLAIMS_H
#define GW_CLAIMS_CLAIMS_H

#include "claims/claims_phase.h"
#include "claims/items.h"
#include "claims/rules.h"

#endif
