/* claims/standing.h: which claims stand when a ledger is added up. Private to the claims room. */
#ifndef GW_CLAIMS_STANDING_H
#define GW_CLAIMS_STANDING_H

#include "claims/totals.h"

/** How much of a programme a claim speaks of. */
typedef enum gw_level { GW_LEVEL_SITE, GW_LEVEL_SEVERAL, GW_LEVEL_PROGRAMME } gw_level;

/** A claim on its way into a total. */
typedef struct gw_entry {
    int record;
    gw_total_kind kind;
    gw_commit state;
    gw_level level;
    double value;
    const char *group; /* programme without its part after " / " */
    const char *basis;
    const char *object; /* what it is one figure of */
    const char *key;    /* sort key of the step that runs */
    gw_left_out out;    /* out.reason NULL: it stands */
} gw_entry;

typedef struct gw_entries {
    const gw_records *records;
    gw_arena *arena;
    gw_entry *at;
    int n;
} gw_entries;

/** Every claim of a quantity that has totals, with those out that commit nobody to anything, cannot
 * be interpreted, or were withdrawn or replaced. */
gw_entries gw_standing_begin(const gw_records *records, gw_arena *arena);
/** Claims that the ledger's rule R4 found to be one: the firmest, then the first, stands. same_as:
 * [n_same] as in gw_ledger_report; NULL: nothing is known. */
void gw_standing_repeats(gw_entries *all, const int *same_as, int n_same);
/** Contracts, debt and equity told more than once, sums of others, earlier states (R4, R3, R9). */
void gw_standing_contracts(gw_entries *all);
/** One figure for each object: the latest (R9). */
void gw_standing_objects(gw_entries *all);
/** Programmes against the sites in them (R5). */
void gw_standing_nesting(gw_entries *all);

/** Shared with the other readers of a ledger. */
const char *gw_standing_group(const char *programme, gw_arena *arena);
gw_level gw_standing_level(const gw_record *record);
bool gw_standing_share_party(const gw_texts *a, const gw_texts *b, gw_arena *arena);
/** Name and basis of the total that a claim belongs to; false: it belongs to none. */
bool gw_standing_kind(const gw_record *record, gw_arena *arena, gw_total_kind *kind,
                      const char **basis);

#endif
