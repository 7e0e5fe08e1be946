/* claims/ledger.h: what all rules share: facts (records with their keys and ranges), the list of
 * findings while it grows, and words. Private to the claims room.
 *
 *   gw_records --ledger_keys.c--> facts, sorted --rule_*.c--> findings, implied ratios
 *
 * Every rule sorts or walks groups once and looks at neighbours, so work grows with n log n. */
#ifndef GW_CLAIMS_LEDGER_H
#define GW_CLAIMS_LEDGER_H

#include <stdbool.h>

#include "base/arena.h"
#include "claims/rules.h"
#include "claims/spelling.h"

/** A record beside its keys. Ids are equal exactly when the texts mean the same. */
typedef struct gw_fact {
    const gw_record *r;
    double number;        /* gw_record_number; NaN if ambiguous or not given */
    double lo, hi;        /* what the wording allows: "at least 12" is 12 to 18 */
    int object;           /* what it is about: `about`, or programme and site */
    int programme, place; /* ids; -1: none named */
    int n_sponsors, n_parties;
    const int *sponsors; /* [n_sponsors] sorted ids */
    const int *parties;  /* [n_parties] sponsors and counterparties, sorted, each once */
    int party_set;       /* id of `parties` as a set */
    int statement;       /* one breath: the same claim, or source and day */
    int source;          /* id of the source's text; -1: none */
    bool phase;          /* its words speak of a phase or a first building */
    bool addition;       /* or of something that comes on top */
    bool live;           /* not withdrawn, denied or superseded, by status or by another */
} gw_fact;

typedef struct gw_ledger {
    const gw_records *records;
    const gw_scenario *in; /* bands, regions; never NULL */
    double as_of_d;
    gw_arena *arena;
    int n;
    gw_fact *fact;    /* [n] in the order of the records */
    gw_names parties; /* id -> key */
    int *by_object;   /* [n] facts by object, then record */
    int n_objects;
    int *object_start;  /* [n_objects + 1] into by_object */
    int *same_as;       /* [n] */
    bool from_scenario; /* claims of a scenario: scopes can be given there */

    gw_finding *at;
    int n_findings, cap;
    gw_implied *implied;
    int n_implied, cap_implied;
} gw_ledger;

/** Facts of one object, by record. */
typedef struct gw_group {
    int n;
    const int *fact; /* [n] */
} gw_group;

void gw_ledger_begin(gw_ledger *ledger, const gw_records *records, const gw_ledger_context *context,
                     gw_arena *arena);
gw_group gw_ledger_object(const gw_ledger *ledger, int object);

/* ---- findings ---- */

/** Adds a finding on n records. The pointer is valid until the next add. */
gw_finding *gw_ledger_add(gw_ledger *ledger, const char *rule, gw_severity severity, int n,
                          const int *facts);
/** Joins findings from index `from` on that say the same of one object: one finding, all records. */
void gw_ledger_fold(gw_ledger *ledger, int from);
void gw_ledger_number(gw_finding *finding, const char *name, const char *unit, double value);
const char *gw_ledger_printf(const gw_ledger *ledger, const char *fmt, ...) GW_PRINTF(2, 3);
gw_implied *gw_ledger_imply(gw_ledger *ledger);

/* ---- words ---- */

/** "1.20 GW", "2026-06-30" (unit NULL). */
const char *gw_ledger_text(const gw_ledger *ledger, double value, const char *unit);
const char *gw_ledger_unit(const gw_record *record); /* display unit; NULL: a date */
/** "at least 12.0 bn USD without chips". */
const char *gw_ledger_claimed(const gw_ledger *ledger, int fact);
const char *gw_ledger_ids(const gw_ledger *ledger, int n, const int *facts); /* "'a', 'b'" */

/* ---- comparing ---- */

#define GW_LEDGER_TOLERANCE 0.05  /* apart by less: the same figure, rounded (assumption) */
#define GW_LEDGER_SAME_FRAC 0.002 /* apart by less: the same number printed twice */
#define GW_LEDGER_STATE_d 7.0   /* states of a growing object further apart are two (assumption) */
#define GW_LEDGER_ROOM 1.5      /* nobody says "more than 30" of 60 (assumption) */
#define GW_LEDGER_ABOUT 0.10    /* "about", "nearly" (assumption) */
#define GW_LEDGER_WINDOW_d 45.0 /* windows whose ends lie closer are one (assumption) */

double gw_ledger_gap(double a, double b);                    /* |a - b| over the larger */
bool gw_ledger_has(const gw_fact *fact, gw_measure measure); /* usable number of that measure */
bool gw_ledger_same_state(const gw_fact *a, const gw_fact *b);
/** Both absent, or both ends within 45 d. */
bool gw_ledger_same_window(const gw_fact *a, const gw_fact *b);
/** Same, or one of them names none. */
bool gw_ledger_window_fits(const gw_fact *a, const gw_fact *b);
/** Basis, unit or scope that goes with the measure; "chips" are set against GPUs. */
bool gw_ledger_same_basis(const gw_fact *a, const gw_fact *b);
bool gw_ledger_basis_unstated(const gw_fact *fact);
/** b replaces a, directly or through records in between, or the other way round. */
bool gw_ledger_linked(const gw_ledger *ledger, int a, int b);
/** Record `by` withdraws figure `of` of the same object. */
bool gw_ledger_withdraws(const gw_ledger *ledger, int by, int of);
bool gw_ledger_share_party(const gw_fact *a, const gw_fact *b);
bool gw_ledger_is_money(gw_measure measure);
/** The words of a record (note and unit) hold one of these lower-case words. */
bool gw_ledger_says(const gw_fact *fact, const char *const *words, int n);

/** Sorts indices; `less` gets the ledger. Stable by index. */
void gw_ledger_sort(const gw_ledger *ledger, int *index, int n,
                    int (*compare)(const gw_ledger *ledger, int a, int b));

/* ---- the rules ---- */
void gw_rule_units(gw_ledger *ledger);     /* R1 */
void gw_rule_ratios(gw_ledger *ledger);    /* R2, R15 */
void gw_rule_sums(gw_ledger *ledger);      /* R3 */
void gw_rule_repeated(gw_ledger *ledger);  /* R4, R8 (status), R16; fills same_as */
void gw_rule_nesting(gw_ledger *ledger);   /* R5 */
void gw_rule_flows(gw_ledger *ledger);     /* R6, R7 */
void gw_rule_changes(gw_ledger *ledger);   /* R9, R8 (dates) */
void gw_rule_links(gw_ledger *ledger);     /* R9 (contradicts) */
void gw_rule_durations(gw_ledger *ledger); /* R10 */
void gw_rule_roles(gw_ledger *ledger);     /* R11 */
void gw_rule_due(gw_ledger *ledger);       /* R12 */
void gw_rule_debt(gw_ledger *ledger);      /* R13 */
void gw_rule_supply(gw_ledger *ledger);    /* R14 */
void gw_rule_notes(gw_ledger *ledger);     /* R2, R3, R10 on figures inside a note */

#endif
