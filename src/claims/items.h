/* claims/items.h: the claimed numbers of a scenario, one by one. A claim may carry several
 * quantities ("400,000 chips for 40 bn USD"); everything that compares claims works on these items.
 */
#ifndef GW_CLAIMS_ITEMS_H
#define GW_CLAIMS_ITEMS_H

#include "base/arena.h"
#include "model.h"

/** Lists every quantity that a claim gives, in the order of the claims and of gw_claim_quantity.
 *  @param out  [returned number], owned by the arena; NULL when there are none */
int gw_claims_items(const gw_scenario *in, gw_arena *arena, gw_claim_item **out);

/** The claim's value of one quantity: SI, a date in days, or NaN when the claim does not give it.
 */
double gw_claims_value(const gw_claim *claim, gw_claim_quantity quantity);

/** "power", "accelerators", ...; static. */
const char *gw_claims_quantity_name(gw_claim_quantity quantity);
/** Display unit; NULL for dates; "" for counts. */
const char *gw_claims_quantity_unit(gw_claim_quantity quantity);

/** GPU packages that one counted chip stands for: 1 GPU, 2 superchip, 0.5 die; 1 when unstated (the
 * caller says so); NaN for H100 equivalents, which count arithmetic and not packages. Valid:
 * superchips of two GPUs (GB200, GB300) and GPUs of two dies (B200, B300, R200). */
double gw_claims_gpus_per_chip(gw_chip_unit unit);

#endif
