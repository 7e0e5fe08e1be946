/* claims/record.h: one public statement of one quantity, however it came in.
 *
 *   claims.csv --from_csv.c-----\
 *                                gw_records --> rules, totals, history, scores
 *   scenario.claims --from_scenario.c--/
 *
 * A record keeps what was written (id, texts, unit as written) beside what it means (SI value, basis,
 * status). What cannot be interpreted is kept with `ambiguous` set: listed, never dropped. */
#ifndef GW_CLAIMS_RECORD_H
#define GW_CLAIMS_RECORD_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/spec.h"

/* M(constant, "word in the column `quantity`", display unit (NULL: date or none), nature, "one line")
 * Natures: STOCK adds up over objects; FLOW is per time or for a period; RATIO and DATE never add up. */
#define GW_MEASURES(M)                                                                             \
    M(POWER, "power_mw", "MW", STOCK, "electric power on some basis")                              \
    M(ACCELERATORS, "gpus", "", STOCK, "chips, whatever was counted as one")                       \
    M(H100E, "h100e", "", STOCK, "H100 equivalents")                                               \
    M(CAPEX, "capex_usd", "USD", STOCK, "capital cost")                                            \
    M(DEBT, "debt_usd", "USD", STOCK, "debt")                                                      \
    M(EQUITY, "equity_usd", "USD", STOCK, "equity")                                                \
    M(CONTRACT, "contract_usd", "USD", STOCK, "value of a contract over its term")                 \
    M(BACKLOG, "backlog_usd", "USD", STOCK, "remaining performance obligations")                   \
    M(CASH, "cash_usd", "USD", STOCK, "cash held or burnt")                                        \
    M(REVENUE, "revenue", "USD/yr", FLOW, "revenue or payments per time")                          \
    M(PROFIT, "profit_usd", "USD/yr", FLOW, "profit per time")                                     \
    M(OPEX, "opex_usd_per_year", "USD/yr", FLOW, "payments or running cost per time")              \
    M(ONLINE, "date_online", NULL, DATE, "day of operation")                                       \
    M(DURATION, "duration_days", "d", RATIO, "length of time")                                     \
    M(BUILDINGS, "buildings", "", STOCK, "buildings")                                              \
    M(SITES, "sites", "", STOCK, "sites")                                                          \
    M(HOUSEHOLDS, "households", "", RATIO, "homes said to use as much")                            \
    M(PRICE, "price_usd_per_gpu_hour", "USD/h", RATIO, "rental price of an accelerator-hour")      \
    M(UNIT_COST, "cost_usd_per_w", "USD/W", RATIO, "capital cost per watt")                        \
    M(INTEREST, "interest_rate_pct", "%", RATIO, "interest per year")                              \
    M(SHARE, "share", "%", RATIO, "a share")                                                       \
    M(MULTIPLE, "multiple", "", RATIO, "a multiple")                                               \
    M(LEAD_TIME, "lead_time_weeks", "d", RATIO, "order to delivery")                               \
    M(WORKERS, "workers", "", STOCK, "workers on site")                                            \
    M(JOBS, "jobs", "", STOCK, "permanent jobs")                                                   \
    M(AREA, "area", "", RATIO, "area")                                                             \
    M(HEIGHT, "height_m", "m", RATIO, "height")                                                    \
    M(MACHINES, "machines", "", STOCK, "machines")                                                 \
    M(PARTIES, "parties", "", RATIO, "number of parties")                                          \
    M(RANK, "rank", "", RATIO, "place in a ranking")                                               \
    M(PRICE_OTHER, "price", "", RATIO, "some other price")                                         \
    M(EVENT, "event", NULL, RATIO, "something that happened: dispute, withdrawal, construction")   \
    M(OTHER, "other", NULL, RATIO, "a quantity that is not known here")

typedef enum gw_nature {
    GW_NATURE_STOCK,
    GW_NATURE_FLOW,
    GW_NATURE_RATIO,
    GW_NATURE_DATE
} gw_nature;

#define GW_MEASURE_ID(id, word, unit, nature, doc) GW_MEASURE_##id,
typedef enum gw_measure { GW_MEASURES(GW_MEASURE_ID) GW_N_MEASURE } gw_measure;
#undef GW_MEASURE_ID

typedef struct gw_measure_row {
    const char *word, *unit;
    gw_nature nature;
    const char *doc;
} gw_measure_row;
extern const gw_measure_row gw_measure_table[GW_N_MEASURE];

typedef struct gw_record {
    const char *id; /* of the row or claim; unique within a ledger (made unique with a suffix) */
    gw_loc loc;
    const char *programme, *site; /* "" if none; as written */
    const char *place;            /* key of the site once gw_records_settle has run; else NULL */
    const char *object;           /* what it is about: claims with the same object are set against
                                     each other; the scenario's `about`, or programme and site */
    gw_texts sponsors, counterparties;
    double said_d;       /* first day of what the text may mean */
    double said_until_d; /* last day ("2026-04": the 30th) */
    const char *source;
    bool confirmed, anonymous;
    gw_measure measure;
    double value, low, high; /* SI, or days for dates; NaN if absent */
    const char *value_text;  /* as written */
    const char *unit_text;   /* as written: "MW (basis unstated)", "USD/yr" */
    gw_claim_basis basis;    /* power */
    gw_chip_unit chip;       /* accelerators */
    gw_capex_scope scope;    /* capital cost */
    bool per_time;           /* the value is per time (already per second) */
    gw_claim_status status;
    gw_wording wording;
    double from_d, until_d; /* period or window, first and last day; NaN if absent */
    double window_d;        /* its length as meant ("2027" to "2032": five years); NaN */
    const char *per;        /* what the number is of one of: "building"; NULL: it stands for all */
    double true_at_d;       /* state on this day; NaN: the finished object. In a table: the day of
                                     the claim when something runs or is an outside estimate */
    double probability;     /* given by the speaker; NaN */
    int supersedes;         /* record index, -1 */
    int part_of;            /* record index, -1 */
    int n_duplicates, n_contradicts;
    const int
        *duplicates; /* [n_duplicates] records that the writer calls the same; -1: not known */
    const int *contradicts; /* [n_contradicts] records that cannot hold beside it; -1: not known */
    const char *event;      /* GW_MEASURE_EVENT: "withdrawal", else NULL */
    const char *text;       /* the claim in words, or the note of the row; "" if none */
    const char *language;
    const char *ambiguous; /* NULL, or why it cannot be interpreted: no rule but R1 uses it. A
                                     number that is simply not given is none (value NaN, NULL here) */
    int claim;             /* index into scenario.claims; -1 for rows of a table */
} gw_record;

typedef struct gw_records {
    gw_record *at;
    int n;
} gw_records;

/** Rows with the columns of a claims table (id, date_of_claim, source, programme, site, sponsor,
 * counterparty, quantity, value, unit, low, high, status, period_start, period_end, quote_language, note,
 * confirmed). Columns may stand in any order; missing optional ones are blank; unknown ones are reported
 * as a warning. Appended to `out`. Everything owned by the arena.
 *  @return GW_OK also when single values cannot be interpreted (they are kept as ambiguous, with a
 *  warning and position); an error when the file is no such table */
GW_MUST_USE gw_code gw_records_from_csv(const char *file, const char *text, size_t n_bytes,
                                        gw_arena *arena, gw_diags *diags, gw_records *out);

/** One record for each quantity of each claim of a scenario. Appended to `out`. */
void gw_records_from_scenario(const gw_scenario *in, gw_arena *arena, gw_records *out);

/** The records said on or before a day (their order is kept, links are renumbered; links to later ones
 * become -1). */
gw_records gw_records_as_of(const gw_records *all, double date_d, gw_arena *arena);

/** Once all records of a ledger are there: "Abilene" is "Abilene TX" if no other Abilene is named, and
 * "X building 2" becomes a part of the figure of X by the same programme on the same basis. */
void gw_records_settle(gw_records *records, gw_arena *arena);

/** Records from `first` on that name a place alone get the programme that more than three quarters of the
 * records before them name with it; then they are about the same object. */
void gw_records_join(gw_records *records, int first, gw_arena *arena);

/** Key of the site: equal for spellings of one place; "" if none is named. */
const char *gw_record_place(const gw_record *record, gw_arena *arena);

/** Whether one record withdraws another of its object: an event of withdrawal all that was said by then, a
 * withdrawn figure the earlier ones that are the same (5 %). Objects and parties are the caller's to
 * compare. */
bool gw_record_withdraws(const gw_record *by, const gw_record *of);

/** The number to work with: value, else the middle of low and high, else the one that is there; NaN. */
double gw_record_number(const gw_record *record);

#endif
