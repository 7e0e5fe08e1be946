/* claims/items.c: one row for each number that somebody claimed.
 * In:   scenario.claims[n_claims]      Out: gw_claim_item[n], n <= n_claims x GW_N_CLAIM_QUANTITY
 * Model: none; a quantity is claimed when its field is set.
 * Derivation: the fields of gw_claim, one table row each; a superchip is a board with two GPU
 * packages and a GPU of the Blackwell generation a package of two dies (NVIDIA GB200 NVL72 data
 * sheet). */
#include "claims/items.h"

#include <stddef.h>

#include "base/code.h"

typedef struct quantity_row {
    const char *name;
    const char *unit; /* NULL: date */
    size_t offset;    /* of the double in gw_claim */
} quantity_row;

static const quantity_row QUANTITIES[GW_N_CLAIM_QUANTITY] = {
    [GW_CLAIM_POWER] = {"power", "MW", offsetof(gw_claim, power_W)},
    [GW_CLAIM_ACCELERATORS] = {"accelerators", "", offsetof(gw_claim, accelerators)},
    [GW_CLAIM_CAPEX] = {"capital cost", "USD", offsetof(gw_claim, capex_usd)},
    [GW_CLAIM_REVENUE] = {"payments", "USD/yr", offsetof(gw_claim, revenue_usd_per_s)},
    [GW_CLAIM_ONLINE] = {"date of operation", NULL, offsetof(gw_claim, online_d)},
    [GW_CLAIM_DURATION] = {"duration", "d", offsetof(gw_claim, duration_s)},
    [GW_CLAIM_BUILDINGS] = {"buildings", "", offsetof(gw_claim, buildings)},
    [GW_CLAIM_HOUSEHOLDS] = {"households", "", offsetof(gw_claim, households)},
};

double gw_claims_value(const gw_claim *claim, gw_claim_quantity quantity) {
    return *(const double *)(const void *)((const char *)claim + QUANTITIES[quantity].offset);
}

const char *gw_claims_quantity_name(gw_claim_quantity quantity) {
    return QUANTITIES[quantity].name;
}

const char *gw_claims_quantity_unit(gw_claim_quantity quantity) {
    return QUANTITIES[quantity].unit;
}

double gw_claims_gpus_per_chip(gw_chip_unit unit) {
    switch (unit) {
    case GW_CHIP_SUPERCHIP:
        return 2.0;
    case GW_CHIP_DIE:
        return 0.5;
    case GW_CHIP_H100E:
        return GW_NAN;
    default:
        return 1.0;
    }
}

int gw_claims_items(const gw_scenario *in, gw_arena *arena, gw_claim_item **out) {
    *out = NULL;
    if (in->claims.n <= 0) {
        return 0;
    }
    gw_claim_item *items =
        GW_NEW_N(arena, (size_t)in->claims.n * GW_N_CLAIM_QUANTITY, gw_claim_item);
    int n = 0;
    for (int i = 0; i < in->claims.n; i++) {
        for (int q = 0; q < GW_N_CLAIM_QUANTITY; q++) {
            double value = gw_claims_value(&in->claims.at[i], (gw_claim_quantity)q);
            if (gw_is_set(value)) {
                items[n++] = (gw_claim_item){i, (gw_claim_quantity)q, value, QUANTITIES[q].unit};
            }
        }
    }
    if (n > 0) {
        *out = items;
    }
    return n;
}
