/* claims/claim_units.h: "MW (basis unstated)", "GB200 chips", "USD/month": what a unit says in a
 * table of claims. Private to the claims room. */
#ifndef GW_CLAIMS_CLAIM_UNITS_H
#define GW_CLAIMS_CLAIM_UNITS_H

#include "claims/record.h"

typedef struct gw_claim_unit {
    double scale; /* SI value of one unit */
    gw_claim_basis basis;
    gw_chip_unit chip;
    bool per_time;
    bool fraction;       /* a share that must lie within 0..1 */
    const char *per;     /* "building", or NULL */
    const char *problem; /* NULL, or why it cannot be read */
} gw_claim_unit;

/** Reads a unit beside a quantity of the given measure. Never fails: see `problem`. */
gw_claim_unit gw_claim_unit_read(const char *unit, gw_measure measure, gw_arena *arena);

/** "12 bn", "4.5 GW": the factor of a scale word ("bn", "billion", "mn", "trillion", "thousand"), 0 if
 * it is none. */
double gw_claim_scale_word(const char *word, size_t n);

/** The basis that words beside a power speak of; unstated if none does. */
gw_claim_basis gw_claim_basis_words(const char *words);
/** What words beside a count of chips say was counted. */
gw_chip_unit gw_claim_chip_words(const char *words);

#endif
