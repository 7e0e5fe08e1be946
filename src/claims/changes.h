/* claims/changes.h: what happened to the record between two days: what is new, what was revised,
 * withdrawn, observed. The statements themselves stay as they were made. */
#ifndef GW_CLAIMS_CHANGES_H
#define GW_CLAIMS_CHANGES_H

#include "claims/record.h"

/* C(constant, "word", "what it means") */
#define GW_CHANGE_KINDS(C)                                                                         \
    C(NEW, "new", "nothing was known of it before")                                                \
    C(REVISED, "revised", "a later figure for the same object")                                    \
    C(WITHDRAWN, "withdrawn", "taken back, denied or replaced")                                    \
    C(CONFIRMED, "confirmed", "an observation reached what had been promised")                     \
    C(OBSERVED, "observed", "a later observation of something that already ran")

#define GW_CHANGE_ID(id, word, doc) GW_CHANGE_##id,
typedef enum gw_change_kind { GW_CHANGE_KINDS(GW_CHANGE_ID) GW_N_CHANGE } gw_change_kind;
#undef GW_CHANGE_ID
extern const char *const gw_change_words[GW_N_CHANGE];

typedef struct gw_change {
    gw_change_kind kind;
    int from, to;   /* record indices; from is -1 where nothing was known */
    double factor;  /* number after / number before; NaN for dates and where there is none */
    double shift_d; /* dates: days later (negative: earlier); NaN otherwise */
} gw_change;

typedef struct gw_changes {
    double from_d, until_d;
    int n;
    gw_change *at; /* by kind, then in the order of the ledger */
    int counts[GW_N_CHANGE];
    int n_repeated; /* said again in the span with the same number */
} gw_changes;

/** What was said after from_d and up to until_d, against what was known on from_d. Figures are
 * compared within one object, quantity, basis and period, and within sponsors' claims, outside
 * estimates and observations each for themselves. Near-linear. Owned by the arena. */
gw_changes gw_claims_changes(const gw_records *records, double from_d, double until_d,
                             gw_arena *arena);

#endif
