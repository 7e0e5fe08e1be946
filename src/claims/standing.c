/* claims/standing.c: sorts claims into quantities and states, and takes out what is no commitment.
 * In:    the records of a ledger
 * Out:   gw_entries; each either stands or has its reason for being left out
 * Model: status -> state: announced, term sheet, reported, reduced -> pledged; contracted ->
 *        contracted; financed, and debt or equity that is contracted -> financed; under construction
 *        -> drawn; energised, and reports on a period that is over -> spent. Estimates and opinions
 *        commit nobody. A withdrawal, as an event or as the status of a repeated figure, takes out the earlier
 *        figures of its object that share a sponsor with it.
 * Valid: the words of claims.csv; a programme named "A / B" is a part of A.
 * Derivation: rules R5 (layers), R6 (flow and stock), R7 (periods), R8, R9 of docs/model/claims.md. */
#include "claims/standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "claims/csv_words.h"
#include "claims/spelling.h"

#define GW_TOTAL_ROW(id, word, unit, doc) {word, unit, doc},
const gw_total_row gw_total_table[GW_N_TOTAL] = {GW_TOTAL_KINDS(GW_TOTAL_ROW)};
const char *const gw_commit_words[GW_N_COMMIT] = {"pledged", "contracted", "financed", "drawn",
                                                  "spent"};

#define WITHDRAWALS_MAX 256 /* of one object that a figure is set against */
#define PERIOD_MAX_d 400.0  /* a figure for so many days at most is one of a year or quarter */

/* ------------------------------------------------------------------ names */

const char *gw_standing_group(const char *programme, gw_arena *arena) {
    const char *slash = programme == NULL ? NULL : strstr(programme, " / ");
    size_t n = programme == NULL ? 0
               : slash == NULL   ? strlen(programme)
                                 : (size_t)(slash - programme);
    if (n > 2 && strncmp(programme + n - 2, " I", 2) == 0) {
        n -= 2; /* "Stargate I" is the first campus of Stargate */
    }
    return gw_arena_strndup(arena, programme == NULL ? "" : programme, n);
}

static bool begins(const char *text, const char *with) {
    return strncasecmp(text, with, strlen(with)) == 0;
}

gw_level gw_standing_level(const gw_record *r) {
    static const char *const several[] = {"all ", "two ",   "three ", "four ",    "five ",
                                          "six ", "seven ", "eight ", "several ", "various"};
    if (strstr(r->programme, " / ") != NULL) {
        return GW_LEVEL_SEVERAL;
    }
    if (r->site[0] == '\0' || begins(r->site, "unknown")) {
        return GW_LEVEL_PROGRAMME;
    }
    for (size_t i = 0; i < sizeof several / sizeof several[0]; i++) {
        if (begins(r->site, several[i])) {
            return GW_LEVEL_SEVERAL;
        }
    }
    return strchr(r->site, ';') != NULL || strstr(r->site, " + ") != NULL ? GW_LEVEL_SEVERAL
                                                                          : GW_LEVEL_SITE;
}

bool gw_standing_share_party(const gw_texts *a, const gw_texts *b, gw_arena *arena) {
    for (int i = 0; i < a->n; i++) {
        for (int k = 0; k < b->n; k++) {
            if (strcmp(gw_names_party(arena, a->at[i]), gw_names_party(arena, b->at[k])) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool names_chip_maker(const gw_texts *parties) {
    for (int i = 0; i < parties->n; i++) {
        if (gw_claims_is_chip_maker(parties->at[i])) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ quantity and basis */

static const char *basis_word(gw_claim_basis basis) {
    static const char *const words[] = {
        [GW_BASIS_UNSTATED] = "unstated",     [GW_BASIS_IT] = "it",
        [GW_BASIS_FACILITY] = "facility",     [GW_BASIS_SERVER] = "server",
        [GW_BASIS_GENERATION] = "generation", [GW_BASIS_COOLING] = "cooling",
        [GW_BASIS_CONTRACTED] = "contracted",
    };
    return words[basis];
}

static const char *chip_word(gw_chip_unit unit) {
    static const char *const words[] = {
        [GW_CHIP_UNSTATED] = "unstated",   [GW_CHIP_GPU] = "gpu",
        [GW_CHIP_SUPERCHIP] = "superchip", [GW_CHIP_DIE] = "die",
        [GW_CHIP_H100E] = "h100e",         [GW_CHIP_ACCELERATOR] = "accelerator",
    };
    return words[unit];
}

static const char *scope_word(gw_capex_scope scope) {
    static const char *const words[] = {
        [GW_CAPEX_UNSTATED] = "unstated",
        [GW_CAPEX_ALL] = "all",
        [GW_CAPEX_BUILD] = "build",
        [GW_CAPEX_CHIPS] = "chips",
    };
    return words[scope];
}

static bool has_period(const gw_record *r) {
    return gw_is_set(r->from_d) && gw_is_set(r->until_d) && r->until_d - r->from_d <= PERIOD_MAX_d;
}

static const char *period_word(const gw_record *r, gw_arena *arena) {
    char from[12], until[12];
    gw_date_format(r->from_d, from, sizeof from);
    gw_date_format(r->until_d, until, sizeof until);
    return gw_arena_printf(arena, "%.7s..%.7s", from, until);
}

static bool capex_kind(const gw_record *r, gw_arena *arena, gw_total_kind *kind,
                       const char **basis) {
    *kind = r->per_time ? GW_TOTAL_CAPEX_RATE : GW_TOTAL_CAPEX;
    *basis = scope_word(r->scope);
    if (!r->per_time && has_period(r)) {
        *kind = GW_TOTAL_SPENDING;
        *basis = period_word(r, arena);
    }
    return true;
}

bool gw_standing_kind(const gw_record *r, gw_arena *arena, gw_total_kind *kind,
                      const char **basis) {
    *basis = "";
    switch (r->measure) {
    case GW_MEASURE_POWER:
        *kind = names_chip_maker(&r->counterparties) ? GW_TOTAL_CHIP_LAYER : GW_TOTAL_POWER;
        *basis = basis_word(r->basis);
        return true;
    case GW_MEASURE_ACCELERATORS:
        *kind = r->chip == GW_CHIP_H100E ? GW_TOTAL_H100E : GW_TOTAL_CHIPS;
        *basis = r->chip == GW_CHIP_H100E ? "" : chip_word(r->chip);
        return true;
    case GW_MEASURE_H100E:
        *kind = GW_TOTAL_H100E;
        return true;
    case GW_MEASURE_CAPEX:
        return capex_kind(r, arena, kind, basis);
    case GW_MEASURE_CONTRACT:
        *kind = GW_TOTAL_CONTRACT;
        return true;
    case GW_MEASURE_REVENUE:
    case GW_MEASURE_OPEX:
        *kind = r->per_time ? GW_TOTAL_PAYMENTS : GW_TOTAL_REVENUE;
        *basis = !r->per_time && has_period(r) ? period_word(r, arena) : "";
        return true;
    case GW_MEASURE_DEBT:
        *kind = GW_TOTAL_DEBT;
        return true;
    case GW_MEASURE_EQUITY:
        *kind = GW_TOTAL_EQUITY;
        return true;
    case GW_MEASURE_BACKLOG:
        *kind = GW_TOTAL_BACKLOG;
        return true;
    default:
        return false;
    }
}

/* ------------------------------------------------------------------ state */

static gw_commit state_of(const gw_record *r, gw_total_kind kind) {
    switch (r->status) {
    case GW_STATUS_CONTRACTED:
        return kind == GW_TOTAL_DEBT || kind == GW_TOTAL_EQUITY ? GW_COMMIT_FINANCED
                                                                : GW_COMMIT_CONTRACTED;
    case GW_STATUS_FINANCED:
        return GW_COMMIT_FINANCED;
    case GW_STATUS_CONSTRUCTION:
        return GW_COMMIT_DRAWN;
    case GW_STATUS_ENERGISED:
        return GW_COMMIT_SPENT;
    case GW_STATUS_REPORTED:
        if (kind == GW_TOTAL_BACKLOG) {
            return GW_COMMIT_CONTRACTED;
        }
        return (kind == GW_TOTAL_SPENDING || kind == GW_TOTAL_REVENUE) && r->until_d <= r->said_d
                   ? GW_COMMIT_SPENT
                   : GW_COMMIT_PLEDGED;
    default:
        return GW_COMMIT_PLEDGED;
    }
}

static const char *why_no_commitment(const gw_record *r, gw_total_kind kind) {
    bool is_count = kind == GW_TOTAL_CHIPS || kind == GW_TOTAL_H100E;
    if (r->ambiguous != NULL) {
        return "it cannot be interpreted";
    }
    if (!gw_is_set(gw_record_number(r))) {
        return "it gives no number";
    }
    if (gw_record_number(r) == 0) {
        return "it says that there is nothing yet";
    }
    if (is_count && (r->per_time || r->per != NULL)) {
        return "a figure per week or per building, not a number of chips";
    }
    switch (r->status) {
    case GW_STATUS_OPINION:
        return "an opinion commits nobody";
    case GW_STATUS_ESTIMATE:
        return "an outside estimate commits nobody";
    case GW_STATUS_WITHDRAWN:
        return "withdrawn";
    case GW_STATUS_DENIED:
        return "denied by a party";
    case GW_STATUS_SUPERSEDED:
        return "replaced by a later claim";
    default:
        return NULL;
    }
}

static const char *rule_of(const gw_record *r) {
    switch (r->status) {
    case GW_STATUS_WITHDRAWN:
    case GW_STATUS_DENIED:
    case GW_STATUS_SUPERSEDED:
        return "R9";
    default:
        return r->ambiguous != NULL ? "R1" : "";
    }
}

static void leave_out(gw_entry *e, int instead, const char *rule, const char *reason) {
    if (e->out.reason == NULL) {
        e->out = (gw_left_out){e->record, instead, rule, reason};
    }
}

/* ------------------------------------------------------------------ withdrawals */

typedef struct withdrawal {
    const char *object;
    int record;
} withdrawal;

static int by_object(const void *a, const void *b) {
    const withdrawal *x = a, *y = b;
    int order = strcmp(x->object, y->object);
    return order != 0 ? order : x->record - y->record;
}

static withdrawal *withdrawals(const gw_records *records, gw_arena *arena, int *n) {
    withdrawal *list = GW_NEW_N(arena, records->n + 1, withdrawal);
    *n = 0;
    for (int i = 0; i < records->n; i++) {
        const gw_record *r = &records->at[i];
        if (r->measure == GW_MEASURE_EVENT || r->status == GW_STATUS_WITHDRAWN) {
            list[(*n)++] = (withdrawal){r->object, i};
        }
    }
    qsort(list, (size_t)*n, sizeof list[0], by_object);
    return list;
}

static void drop_withdrawn(gw_entries *all) {
    int n;
    withdrawal *list = withdrawals(all->records, all->arena, &n);
    for (int i = 0; i < all->n && n > 0; i++) {
        const gw_record *r = &all->records->at[all->at[i].record];
        withdrawal key = {r->object, -1};
        int low = 0, high = n;
        while (low < high) {
            int mid = (low + high) / 2;
            by_object(&list[mid], &key) < 0 ? (low = mid + 1) : (high = mid);
        }
        int last = low + WITHDRAWALS_MAX < n ? low + WITHDRAWALS_MAX : n;
        for (; low < last && all->at[i].out.reason == NULL &&
               strcmp(list[low].object, r->object) == 0;
             low++) {
            const gw_record *event = &all->records->at[list[low].record];
            if (gw_record_withdraws(event, r) &&
                gw_standing_share_party(&r->sponsors, &event->sponsors, all->arena)) {
                leave_out(&all->at[i], list[low].record, "R9",
                          gw_arena_printf(all->arena, "withdrawn later (%s)", event->id));
            }
        }
    }
}

static void drop_superseded(gw_entries *all) {
    int *by = GW_NEW_N(all->arena, all->records->n + 1, int);
    for (int i = 0; i < all->records->n; i++) {
        int old = all->records->at[i].supersedes;
        if (old >= 0 && old < all->records->n) {
            by[old] = i + 1;
        }
    }
    for (int i = 0; i < all->n; i++) {
        int later = by[all->at[i].record] - 1;
        if (later >= 0) {
            leave_out(&all->at[i], later, "R9",
                      gw_arena_printf(all->arena, "replaced by %s", all->records->at[later].id));
        }
    }
}

/* ------------------------------------------------------------------ all claims with totals */

static const char *object_of(const gw_record *r, const gw_entry *e, gw_arena *arena) {
    if (e->level == GW_LEVEL_SITE) {
        return gw_arena_printf(arena, "%s\n%s", e->group, gw_record_place(r, arena));
    }
    if (e->level == GW_LEVEL_SEVERAL) {
        return gw_arena_printf(arena, "%s\n%s\n%s", e->group, r->programme, r->site);
    }
    /* "Capex" of Google and of Microsoft are two objects. */
    bool is_company = e->kind == GW_TOTAL_SPENDING || e->kind == GW_TOTAL_CAPEX_RATE ||
                      e->kind == GW_TOTAL_REVENUE || e->kind == GW_TOTAL_BACKLOG;
    const char *who = is_company && r->sponsors.n > 0 ? r->sponsors.at[0] : "";
    return gw_arena_printf(arena, "%s\n\n%s", r->programme[0] != '\0' ? r->programme : r->object,
                           who);
}

gw_entries gw_standing_begin(const gw_records *records, gw_arena *arena) {
    gw_entries all = {.records = records, .arena = arena};
    all.at = GW_NEW_N(arena, records->n + 1, gw_entry);
    for (int i = 0; i < records->n; i++) {
        const gw_record *r = &records->at[i];
        gw_total_kind kind;
        const char *basis;
        if (!gw_standing_kind(r, arena, &kind, &basis)) {
            continue;
        }
        gw_entry *e = &all.at[all.n++];
        *e = (gw_entry){.record = i, .kind = kind, .basis = basis};
        e->value = gw_record_number(r);
        e->state = state_of(r, kind);
        e->level = gw_standing_level(r);
        e->group = gw_standing_group(r->programme[0] != '\0' ? r->programme : r->object, arena);
        e->object = object_of(r, e, arena);
        const char *why = why_no_commitment(r, kind);
        if (why != NULL) {
            leave_out(e, -1, rule_of(r), why);
        }
    }
    drop_superseded(&all);
    drop_withdrawn(&all);
    return all;
}
