/* claims/ledger.c: findings, words and comparability for the rules.
 * In:    scenario.claims[n_claims]
 * Out:   gw_finding[n] in the arena
 * Model: two claims are comparable when they are about the same object (text equality of `about`),
 *        describe the same state (true_at unset on both, or within 7 d) and use the same basis,
 *        unit or scope.
 * Valid: chains of supersession of any length; a circular chain is walked at most n_claims steps.
 * Derivation: rules R4, R8, R9 of a ledger of claims, as stated in docs/model/claims.md. */
#include "claims/ledger.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/units.h"

/* ------------------------------------------------------------------ findings */

gw_finding *gw_ledger_add(gw_ledger *ledger, const char *rule, gw_severity severity,
                          const char *about) {
    if (ledger->n == ledger->cap) {
        int cap = ledger->cap > 0 ? 2 * ledger->cap : 32;
        gw_finding *at = GW_NEW_N(ledger->arena, cap, gw_finding);
        if (ledger->n > 0) {
            memcpy(at, ledger->at, (size_t)ledger->n * sizeof *at);
        }
        ledger->at = at;
        ledger->cap = cap;
    }
    gw_finding *finding = &ledger->at[ledger->n++];
    *finding = (gw_finding){.rule = rule, .severity = severity, .about = about};
    finding->message = "";
    finding->reading = "";
    return finding;
}

void gw_finding_claim(gw_finding *finding, int claim) {
    for (int i = 0; i < finding->n_claims; i++) {
        if (finding->claims[i] == claim) {
            return;
        }
    }
    if (finding->n_claims < GW_FINDING_CLAIMS) {
        finding->claims[finding->n_claims++] = claim;
    }
}

void gw_finding_number(gw_finding *finding, const char *name, const char *unit, double value) {
    if (finding->n_numbers < GW_FINDING_NUMBERS) {
        finding->numbers[finding->n_numbers++] = (gw_number){name, unit, value};
    }
}

static bool same_words(const gw_finding *a, const gw_finding *b) {
    return a->severity == b->severity && strcmp(a->rule, b->rule) == 0 &&
           strcmp(a->message, b->message) == 0 && strcmp(a->reading, b->reading) == 0;
}

void gw_ledger_fold(gw_ledger *ledger, int from) {
    int n = from;
    for (int i = from; i < ledger->n; i++) {
        int j = from;
        while (j < n && !same_words(&ledger->at[j], &ledger->at[i])) {
            j++;
        }
        if (j == n) {
            ledger->at[n++] = ledger->at[i];
            continue;
        }
        for (int k = 0; k < ledger->at[i].n_claims; k++) {
            gw_finding_claim(&ledger->at[j], ledger->at[i].claims[k]);
        }
    }
    ledger->n = n;
}

/* ------------------------------------------------------------------ words */

const char *gw_ledger_text(const gw_ledger *ledger, double value, const char *unit) {
    char text[64];
    if (unit == NULL) {
        gw_date_format(value, text, sizeof text);
    } else {
        gw_quantity_format(value, unit, text, sizeof text);
    }
    return gw_arena_strdup(ledger->arena, text);
}

/* A comparison with households says "more than" of the households; nobody qualifies dates and
 * buildings. */
bool gw_ledger_wording_applies(const gw_claim *claim, gw_claim_quantity quantity) {
    if (gw_is_set(claim->households)) {
        return quantity == GW_CLAIM_HOUSEHOLDS;
    }
    return quantity != GW_CLAIM_ONLINE && quantity != GW_CLAIM_BUILDINGS;
}

static const char *wording_prefix(const gw_claim *claim, gw_claim_quantity quantity) {
    if (!gw_ledger_wording_applies(claim, quantity)) {
        return "";
    }
    switch (claim->wording) {
    case GW_WORDING_ABOUT:
        return "about ";
    case GW_WORDING_AT_LEAST:
        return "at least ";
    case GW_WORDING_UP_TO:
        return "up to ";
    case GW_WORDING_INTENDS:
        return "planned ";
    default:
        return "";
    }
}

/* What follows the number: its basis or what was counted. */
static const char *basis_suffix(const gw_claim *claim, gw_claim_quantity quantity) {
    static const char *const power[] = {
        [GW_BASIS_UNSTATED] = " (basis unstated)", [GW_BASIS_IT] = " IT",
        [GW_BASIS_FACILITY] = " at the meter",     [GW_BASIS_SERVER] = " of servers",
        [GW_BASIS_GENERATION] = " of generation",  [GW_BASIS_COOLING] = " of cooling",
        [GW_BASIS_CONTRACTED] = " contracted",
    };
    static const char *const chip[] = {
        [GW_CHIP_UNSTATED] = " chips",         [GW_CHIP_GPU] = " GPUs",
        [GW_CHIP_SUPERCHIP] = " superchips",   [GW_CHIP_DIE] = " dies",
        [GW_CHIP_H100E] = " H100 equivalents", [GW_CHIP_ACCELERATOR] = " accelerators",
    };
    static const char *const scope[] = {
        [GW_CAPEX_UNSTATED] = " (scope unstated)",
        [GW_CAPEX_ALL] = " all in",
        [GW_CAPEX_BUILD] = " without chips",
        [GW_CAPEX_CHIPS] = " for chips",
    };
    switch (quantity) {
    case GW_CLAIM_POWER:
        return power[claim->basis];
    case GW_CLAIM_ACCELERATORS:
        return chip[claim->unit];
    case GW_CLAIM_CAPEX:
        return scope[claim->scope];
    case GW_CLAIM_BUILDINGS:
        return claim->buildings == 1 ? " building" : " buildings";
    case GW_CLAIM_HOUSEHOLDS:
        return " households";
    default:
        return "";
    }
}

const char *gw_ledger_claimed(const gw_ledger *ledger, int claim, gw_claim_quantity quantity) {
    const gw_claim *c = &ledger->in->claims.at[claim];
    const char *number =
        gw_ledger_text(ledger, gw_claims_value(c, quantity), gw_claims_quantity_unit(quantity));
    return gw_arena_printf(ledger->arena, "%s%s%s", wording_prefix(c, quantity), number,
                           basis_suffix(c, quantity));
}

const char *gw_ledger_id(const gw_ledger *ledger, int claim) {
    const char *name = ledger->in->claims.at[claim].head.name;
    return name != NULL ? name : "";
}

/* ------------------------------------------------------------------ comparing */

bool gw_ledger_is_live(const gw_ledger *ledger, int claim) {
    const gw_claim *c = &ledger->in->claims.at[claim];
    if (c->status == GW_STATUS_WITHDRAWN || c->status == GW_STATUS_DENIED ||
        c->status == GW_STATUS_SUPERSEDED) {
        return false;
    }
    return !ledger->replaced[claim];
}

static bool replaces(const gw_scenario *in, int later, int earlier) {
    int at = later;
    for (int step = 0; step < in->claims.n; step++) {
        const gw_ref *ref = &in->claims.at[at].supersedes;
        if (ref->name == NULL || ref->i < 0 || ref->i >= in->claims.n) {
            return false;
        }
        if (ref->i == earlier) {
            return true;
        }
        at = ref->i;
    }
    return false;
}

bool gw_ledger_linked(const gw_ledger *ledger, int a, int b) {
    return replaces(ledger->in, a, b) || replaces(ledger->in, b, a);
}

bool gw_ledger_same_state(const gw_claim *a, const gw_claim *b) {
    bool set_a = gw_is_set(a->true_at_d), set_b = gw_is_set(b->true_at_d);
    if (set_a != set_b) {
        return false;
    }
    return !set_a || fabs(a->true_at_d - b->true_at_d) <= GW_LEDGER_SAME_STATE_d;
}

static bool counts_packages(const gw_claim *claim) {
    return claim->unit == GW_CHIP_UNSTATED || claim->unit == GW_CHIP_GPU ||
           claim->unit == GW_CHIP_ACCELERATOR;
}

bool gw_ledger_same_basis(const gw_claim *a, const gw_claim *b, gw_claim_quantity quantity) {
    switch (quantity) {
    case GW_CLAIM_POWER:
        return a->basis == b->basis;
    case GW_CLAIM_ACCELERATORS: /* "chips" are set against GPUs: that is how they are read */
        return a->unit == b->unit || (counts_packages(a) && counts_packages(b));
    case GW_CLAIM_CAPEX:
        return a->scope == b->scope;
    case GW_CLAIM_ONLINE: {
        /* A date belongs to what is said to run on it: another size is another date. */
        bool sizes = gw_is_set(a->power_W) && gw_is_set(b->power_W) && a->basis == b->basis;
        return !sizes || fabs(a->power_W - b->power_W) <= GW_LEDGER_TOLERANCE * a->power_W;
    }
    default:
        return true;
    }
}

bool gw_ledger_basis_unstated(const gw_claim *claim, gw_claim_quantity quantity) {
    switch (quantity) {
    case GW_CLAIM_POWER:
        return claim->basis == GW_BASIS_UNSTATED;
    case GW_CLAIM_ACCELERATORS:
        return claim->unit == GW_CHIP_UNSTATED;
    case GW_CLAIM_CAPEX:
        return claim->scope == GW_CAPEX_UNSTATED;
    default:
        return false;
    }
}
