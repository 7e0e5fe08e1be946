/* claims/ledger.c: findings, words and comparability for the rules.
 * In:    facts        Out: gw_finding[n], gw_implied[n] in the arena
 * Model: two facts are comparable when they are about one object, describe one state (both the
 *        finished object, or days at most 7 apart), cover one window and use one basis.
 * Valid: chains of supersession of any length; a circular one is walked at most n steps.
 * Derivation: docs/model/claims.md. */
#include "claims/ledger.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "base/units.h"

/* ------------------------------------------------------------------ findings */

gw_finding *gw_ledger_add(gw_ledger *ledger, const char *rule, gw_severity severity, int n,
                          const int *facts) {
    if (ledger->n_findings == ledger->cap) {
        int cap = ledger->cap > 0 ? 2 * ledger->cap : 64;
        gw_finding *at = GW_NEW_N(ledger->arena, cap, gw_finding);
        if (ledger->n_findings > 0) {
            memcpy(at, ledger->at, (size_t)ledger->n_findings * sizeof *at);
        }
        ledger->at = at;
        ledger->cap = cap;
    }
    int *claims = GW_NEW_N(ledger->arena, n + 1, int);
    int k = 0;
    for (int i = 0; i < n; i++) {
        bool known = false;
        for (int j = 0; j < k && n < 64; j++) { /* long lists come from groups: each once */
            known = known || claims[j] == facts[i];
        }
        if (!known) {
            claims[k++] = facts[i];
        }
    }
    gw_finding *finding = &ledger->at[ledger->n_findings++];
    *finding = (gw_finding){.rule = rule,
                            .severity = severity,
                            .about = n > 0 ? ledger->fact[facts[0]].r->object : "",
                            .n_claims = k,
                            .claims = claims,
                            .message = "",
                            .reading = ""};
    return finding;
}

void gw_ledger_number(gw_finding *finding, const char *name, const char *unit, double value) {
    if (finding->n_numbers < GW_FINDING_NUMBERS) {
        finding->numbers[finding->n_numbers++] = (gw_number){name, unit, value};
    }
}

void gw_ledger_fold(gw_ledger *ledger, int from) {
    gw_names told = {.arena = ledger->arena};
    int n = ledger->n_findings - from;
    int *kind = GW_NEW_N(ledger->arena, n + 1, int), *size = GW_NEW_N(ledger->arena, n + 1, int);
    for (int i = 0; i < n; i++) {
        const gw_finding *f = &ledger->at[from + i];
        int object = f->n_claims > 0 ? ledger->fact[f->claims[0]].object : -1;
        kind[i] =
            gw_names_id(&told, gw_ledger_printf(ledger, "%d|%d|%s|%s|%s", object, (int)f->severity,
                                                f->rule, f->message, f->reading));
        size[kind[i]] += f->n_claims;
    }
    int *place = GW_NEW_N(ledger->arena, n + 1, int);
    int **joined = GW_NEW_N(ledger->arena, n + 1, int *); /* by kind: the claims of the first */
    int kept = 0;
    for (int i = 0; i < n; i++) {
        gw_finding f = ledger->at[from + i];
        if (place[kind[i]] == 0) {
            int *claims = GW_NEW_N(ledger->arena, size[kind[i]] + 1, int);
            memcpy(claims, f.claims, (size_t)f.n_claims * sizeof *claims);
            f.claims = claims;
            joined[kind[i]] = claims;
            ledger->at[from + kept++] = f;
            place[kind[i]] = kept; /* index + 1 */
            continue;
        }
        gw_finding *first = &ledger->at[from + place[kind[i]] - 1];
        memcpy(joined[kind[i]] + first->n_claims, f.claims, (size_t)f.n_claims * sizeof *joined[0]);
        first->n_claims += f.n_claims;
    }
    ledger->n_findings = from + kept;
}

const char *gw_ledger_printf(const gw_ledger *ledger, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char *text = gw_arena_vprintf(ledger->arena, fmt, args);
    va_end(args);
    return text;
}

gw_implied *gw_ledger_imply(gw_ledger *ledger) {
    if (ledger->n_implied == ledger->cap_implied) {
        int cap = ledger->cap_implied > 0 ? 2 * ledger->cap_implied : 64;
        gw_implied *at = GW_NEW_N(ledger->arena, cap, gw_implied);
        if (ledger->n_implied > 0) {
            memcpy(at, ledger->implied, (size_t)ledger->n_implied * sizeof *at);
        }
        ledger->implied = at;
        ledger->cap_implied = cap;
    }
    return &ledger->implied[ledger->n_implied++];
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

const char *gw_ledger_unit(const gw_record *r) {
    const gw_measure_row *row = &gw_measure_table[r->measure];
    if (row->unit == NULL) {
        return r->measure == GW_MEASURE_ONLINE ? NULL : "";
    }
    if (r->per_time) {
        return row->unit[0] == 'U' ? "USD/yr" : "/yr";
    }
    return strcmp(row->unit, "USD/yr") == 0 ? "USD" : row->unit; /* of a window */
}

static const char *wording_prefix(const gw_record *r) {
    static const char *const words[] = {[GW_WORDING_PLAIN] = "",
                                        [GW_WORDING_ABOUT] = "about ",
                                        [GW_WORDING_AT_LEAST] = "at least ",
                                        [GW_WORDING_UP_TO] = "up to ",
                                        [GW_WORDING_INTENDS] = "planned "};
    return words[r->wording];
}

/* What follows the number: its basis or what was counted. */
static const char *basis_suffix(const gw_record *r) {
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
        [GW_CAPEX_UNSTATED] = "",
        [GW_CAPEX_ALL] = " all in",
        [GW_CAPEX_BUILD] = " without chips",
        [GW_CAPEX_CHIPS] = " for chips",
    };
    switch (r->measure) {
    case GW_MEASURE_POWER:
    case GW_MEASURE_UNIT_COST:
        return power[r->basis];
    case GW_MEASURE_ACCELERATORS:
    case GW_MEASURE_H100E:
        return chip[r->chip];
    case GW_MEASURE_CAPEX:
        return scope[r->scope];
    case GW_MEASURE_BUILDINGS:
        return " buildings";
    case GW_MEASURE_SITES:
        return " sites";
    case GW_MEASURE_HOUSEHOLDS:
        return " households";
    case GW_MEASURE_DEBT:
        return " debt";
    case GW_MEASURE_EQUITY:
        return " equity";
    case GW_MEASURE_CONTRACT:
        return " contract value";
    case GW_MEASURE_BACKLOG:
        return " backlog";
    case GW_MEASURE_CASH:
        return " cash";
    default:
        return "";
    }
}

const char *gw_ledger_claimed(const gw_ledger *ledger, int fact) {
    const gw_record *r = ledger->fact[fact].r;
    const char *unit = gw_ledger_unit(r);
    if (gw_is_set(r->low) && gw_is_set(r->high) && unit != NULL && r->low < r->high) {
        return gw_ledger_printf(ledger, "%s to %s%s", gw_ledger_text(ledger, r->low, unit),
                                gw_ledger_text(ledger, r->high, unit), basis_suffix(r));
    }
    return gw_ledger_printf(ledger, "%s%s%s", unit == NULL ? "" : wording_prefix(r),
                            gw_ledger_text(ledger, gw_record_number(r), unit), basis_suffix(r));
}

const char *gw_ledger_ids(const gw_ledger *ledger, int n, const int *facts) {
    const char *list = "";
    const int shown = n > 6 ? 5 : n;
    for (int i = 0; i < shown; i++) {
        const char *mark = i == 0 ? "" : n == shown && i == n - 1 ? " and " : ", ";
        list = gw_ledger_printf(ledger, "%s%s'%s'", list, mark, ledger->fact[facts[i]].r->id);
    }
    return n > shown ? gw_ledger_printf(ledger, "%s and %d more", list, n - shown) : list;
}

/* ------------------------------------------------------------------ comparing */

double gw_ledger_gap(double a, double b) {
    double larger = fmax(fabs(a), fabs(b));
    return larger > 0 ? fabs(a - b) / larger : 0.0;
}

bool gw_ledger_has(const gw_fact *fact, gw_measure measure) {
    return fact->r->measure == measure && gw_is_set(fact->number) && fact->r->per == NULL;
}

bool gw_ledger_same_state(const gw_fact *a, const gw_fact *b) {
    bool set_a = gw_is_set(a->r->true_at_d), set_b = gw_is_set(b->r->true_at_d);
    if (set_a != set_b) {
        return false;
    }
    return !set_a || fabs(a->r->true_at_d - b->r->true_at_d) <= GW_LEDGER_STATE_d;
}

static bool same_end(double a, double b) {
    return gw_is_set(a) == gw_is_set(b) && (!gw_is_set(a) || fabs(a - b) <= GW_LEDGER_WINDOW_d);
}

static bool has_window(const gw_fact *a) {
    return gw_is_set(a->r->from_d) || gw_is_set(a->r->until_d);
}

bool gw_ledger_same_window(const gw_fact *a, const gw_fact *b) {
    return same_end(a->r->from_d, b->r->from_d) && same_end(a->r->until_d, b->r->until_d);
}

bool gw_ledger_window_fits(const gw_fact *a, const gw_fact *b) {
    if (!has_window(a) || !has_window(b)) {
        return true;
    }
    bool from = !gw_is_set(a->r->from_d) || !gw_is_set(b->r->from_d) ||
                fabs(a->r->from_d - b->r->from_d) <= GW_LEDGER_WINDOW_d;
    bool until = !gw_is_set(a->r->until_d) || !gw_is_set(b->r->until_d) ||
                 fabs(a->r->until_d - b->r->until_d) <= GW_LEDGER_WINDOW_d;
    return from && until;
}

static bool counts_packages(const gw_record *r) {
    return r->chip == GW_CHIP_UNSTATED || r->chip == GW_CHIP_GPU || r->chip == GW_CHIP_ACCELERATOR;
}

bool gw_ledger_same_basis(const gw_fact *a, const gw_fact *b) {
    const gw_record *x = a->r, *y = b->r;
    if (x->measure != y->measure || x->per_time != y->per_time ||
        (x->per != NULL) != (y->per != NULL)) {
        return false;
    }
    switch (x->measure) {
    case GW_MEASURE_POWER:
    case GW_MEASURE_UNIT_COST:
        return x->basis == y->basis;
    case GW_MEASURE_ACCELERATORS: /* "chips" are set against GPUs: that is how they are read */
        return x->chip == y->chip || (counts_packages(x) && counts_packages(y));
    case GW_MEASURE_CAPEX:
        return x->scope == y->scope;
    case GW_MEASURE_SITES:
    case GW_MEASURE_SHARE:
    case GW_MEASURE_MULTIPLE:
    case GW_MEASURE_RANK:
    case GW_MEASURE_PARTIES:
    case GW_MEASURE_PRICE_OTHER:
    case GW_MEASURE_REVENUE:
    case GW_MEASURE_BUILDINGS:
    case GW_MEASURE_WORKERS:
    case GW_MEASURE_JOBS:
    case GW_MEASURE_OTHER:
        return strcmp(x->unit_text, y->unit_text) == 0; /* of what, stands in the unit */
    default:
        return true;
    }
}

bool gw_ledger_basis_unstated(const gw_fact *fact) {
    switch (fact->r->measure) {
    case GW_MEASURE_POWER:
    case GW_MEASURE_UNIT_COST:
        return fact->r->basis == GW_BASIS_UNSTATED;
    case GW_MEASURE_ACCELERATORS:
        return fact->r->chip == GW_CHIP_UNSTATED;
    case GW_MEASURE_CAPEX:
        return fact->r->scope == GW_CAPEX_UNSTATED;
    default:
        return false;
    }
}

static bool replaces(const gw_ledger *ledger, int later, int earlier) {
    int at = later;
    for (int step = 0; step < ledger->n; step++) {
        at = ledger->fact[at].r->supersedes;
        if (at < 0 || at == later) {
            return false;
        }
        if (at == earlier) {
            return true;
        }
        if (step > 64) { /* longer chains are circles or generated */
            return false;
        }
    }
    return false;
}

bool gw_ledger_linked(const gw_ledger *ledger, int a, int b) {
    return replaces(ledger, a, b) || replaces(ledger, b, a);
}

bool gw_ledger_share_party(const gw_fact *a, const gw_fact *b) {
    for (int i = 0, j = 0; i < a->n_parties && j < b->n_parties;) {
        if (a->parties[i] == b->parties[j]) {
            return true;
        }
        if (a->parties[i] < b->parties[j]) {
            i++;
        } else {
            j++;
        }
    }
    return false;
}

bool gw_ledger_is_money(gw_measure measure) {
    switch (measure) {
    case GW_MEASURE_CAPEX:
    case GW_MEASURE_DEBT:
    case GW_MEASURE_EQUITY:
    case GW_MEASURE_CONTRACT:
    case GW_MEASURE_BACKLOG:
    case GW_MEASURE_CASH:
    case GW_MEASURE_REVENUE:
    case GW_MEASURE_PROFIT:
    case GW_MEASURE_OPEX:
        return true;
    default:
        return false;
    }
}

bool gw_ledger_says(const gw_fact *fact, const char *const *words, int n) {
    for (int i = 0; i < n; i++) {
        if (gw_names_word(fact->r->text, words[i]) != NULL ||
            gw_names_word(fact->r->unit_text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Merge sort: stable, and the comparison may look at the ledger. */
void gw_ledger_sort(const gw_ledger *ledger, int *index, int n,
                    int (*compare)(const gw_ledger *ledger, int a, int b)) {
    int *from = index, *to = GW_NEW_N(ledger->arena, n + 1, int);
    for (int width = 1; width < n; width *= 2) {
        for (int low = 0; low < n; low += 2 * width) {
            int mid = low + width < n ? low + width : n, end = mid + width < n ? mid + width : n;
            int i = low, j = mid;
            for (int k = low; k < end; k++) {
                bool left = j >= end || (i < mid && compare(ledger, from[i], from[j]) <= 0);
                to[k] = left ? from[i++] : from[j++];
            }
        }
        int *swap = from;
        from = to;
        to = swap;
    }
    if (from != index) {
        memcpy(index, from, (size_t)n * sizeof *index);
    }
}
