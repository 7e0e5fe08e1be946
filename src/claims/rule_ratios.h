/* claims/rule_ratios.h: words for a ratio outside or inside its band. Private to the claims room. */
#ifndef GW_CLAIMS_RULE_RATIOS_H
#define GW_CLAIMS_RULE_RATIOS_H

#include "claims/ledger.h"
#include "claims/ratio.h"

/** What is divided: the power's basis chooses the band. */
typedef struct gw_ratio_case {
    gw_ratio ratio;
    bool has_power;
    gw_claim_basis basis;
    gw_capex_scope scope;
} gw_ratio_case;

/** "10.0 USD/W", "3,504 kWh/yr"; what it is per: " a chip". */
const char *gw_ratio_text(const gw_ledger *ledger, gw_ratio ratio, double value);
const char *gw_ratio_per(gw_ratio ratio);
/** ", above the plausible 75,000 USD by a factor of 1.33". */
const char *gw_ratio_verdict(const gw_ledger *ledger, gw_ratio ratio, const gw_band_fit *fit,
                             double value);
/** What such a value usually means, or on which bases it is plausible; "". */
const char *gw_ratio_reading(const gw_ledger *ledger, const gw_ratio_case *the,
                             const gw_band_fit *fit, double value);

/** Watts against dollars for one count of chips: joint test and its finding. */
void gw_rule_joint(gw_ledger *ledger, int chips, int power, int cost);

#endif
