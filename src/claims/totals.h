/* claims/totals.h: what a ledger adds up to, without counting anything twice. Every claim of money,
 * power or chips is either counted in one total or listed as left out, with the reason and the
 * claim that stands in its place. Quantities, bases and units are never added together. */
#ifndef GW_CLAIMS_TOTALS_H
#define GW_CLAIMS_TOTALS_H

#include "claims/record.h"

/* T(constant, "word", "display unit", "what is added"): quantities that have totals of their own. */
#define GW_TOTAL_KINDS(T)                                                                          \
    T(POWER, "power", "MW", "power of sites and programmes")                                       \
    T(CHIP_LAYER, "power_of_chip_orders", "MW",                                                    \
      "power of chips ordered; they stand in sites that are counted under power")                  \
    T(CHIPS, "chips", "", "chips, by what was counted as one")                                     \
    T(H100E, "h100_equivalents", "", "computing power as H100 equivalents")                        \
    T(CAPEX, "capital_cost", "USD", "cost of sites and programmes")                                \
    T(SPENDING, "spending_of_a_period", "USD", "capital spending within one year or quarter")      \
    T(CAPEX_RATE, "spending_per_year", "USD/yr", "capital spending per year")                      \
    T(CONTRACT, "contract_value", "USD", "value of contracts over their terms")                    \
    T(PAYMENTS, "payments_per_year", "USD/yr", "payments, revenue or running cost per year")       \
    T(REVENUE, "revenue_of_a_period", "USD", "revenue within one year or quarter")                 \
    T(DEBT, "debt", "USD", "debt")                                                                 \
    T(EQUITY, "equity", "USD", "equity")                                                           \
    T(BACKLOG, "backlog", "USD", "contracted revenue still to come")

#define GW_TOTAL_ID(id, word, unit, doc) GW_TOTAL_##id,
typedef enum gw_total_kind { GW_TOTAL_KINDS(GW_TOTAL_ID) GW_N_TOTAL } gw_total_kind;
#undef GW_TOTAL_ID

typedef struct gw_total_row {
    const char *word, *unit, *doc;
} gw_total_row;
extern const gw_total_row gw_total_table[GW_N_TOTAL];

/* The ladder of a commitment. For power and chips the last two mean: being built, running. */
typedef enum gw_commit {
    GW_COMMIT_PLEDGED,
    GW_COMMIT_CONTRACTED,
    GW_COMMIT_FINANCED,
    GW_COMMIT_DRAWN,
    GW_COMMIT_SPENT,
    GW_N_COMMIT
} gw_commit;
extern const char *const gw_commit_words[GW_N_COMMIT]; /* "pledged", ... */

typedef struct gw_left_out {
    int record;
    int instead;        /* record that stands in its place; -1: none */
    const char *rule;   /* "R4", "R5", "R9", ...; "" where none applies */
    const char *reason; /* in words, with the id of what stands instead */
} gw_left_out;

/** One sum: programme (or sponsor), quantity, basis and state. */
typedef struct gw_total {
    const char *group; /* programme or sponsor; "" for claims that name none */
    gw_total_kind kind;
    const char *basis; /* "facility", "gpu", "build", "2025-01..2025-12", ...; "" if it has none */
    gw_commit state;
    double value; /* SI */
    int n_counted;
    int *counted;      /* record indices */
    bool is_lower_end; /* one of them says "at least" */
    bool is_upper_end; /* one of them says "up to" */
    int n_left;
    gw_left_out *left;
} gw_total;

typedef struct gw_totals {
    int n;
    gw_total *at;
    int n_left; /* everything that was left out, in the order of the ledger */
    gw_left_out *left;
    gw_records records; /* indices above point here: the ledger, then the scenario's commitments */
} gw_totals;

/** Power with overlaps removed: each place once, programmes only where they hold more than their
 * named sites. By basis, which are not added together. */
typedef struct gw_overlap {
    int n_claims;                           /* claims of power that still stand, site layer */
    double printed_W;                       /* their sum as printed: what nobody should quote */
    int n_objects;                          /* what is left */
    int *objects;                           /* [n_objects] record that stands for each */
    double left_W[GW_BASIS_CONTRACTED + 1]; /* by basis of the figure that stands */
    int n_running;
    double running_W[GW_BASIS_CONTRACTED + 1]; /* of it: observed running */
} gw_overlap;

/** @param same_as   [records.n] which claims are one (gw_ledger_report); NULL: only what is found here
 *  @param in        scenario whose `commitments` are added to the claims; may be NULL
 *  @param as_of_d   day on which the state of commitments is read; NaN: their latest
 *  Near-linear in the number of claims. Everything is owned by the arena. */
gw_totals gw_claims_totals(const gw_records *records, const int *same_as, const gw_scenario *in,
                           double as_of_d, gw_arena *arena);
/** The counted claims once more, by each sponsor that takes part in them: a joint claim stands in
 * full with each of its sponsors, so sponsors must not be added. */
gw_totals gw_claims_totals_by_sponsor(const gw_totals *by_programme, gw_arena *arena);
gw_overlap gw_claims_overlap(const gw_records *records, const int *same_as, gw_arena *arena);

#endif
