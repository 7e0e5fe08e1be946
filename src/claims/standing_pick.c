/* claims/standing_pick.c: of several claims on the same money, power or chips, which one counts.
 * In:    gw_entries as gw_standing_begin left them
 * Out:   the same, with more of them left out
 * Model: contracts   one key for each pair of parties. Equal values (0.5 %) are one contract told
 *                    again unless site or window differ; a value that others of the pair and state
 *                    add up to (3 %; 1 % if only some of them do) holds them; a pledge is replaced
 *                    by a later pledge and by a later contract of the pair.
 *        objects     of one object, basis and state the latest figure stands, of the same week the
 *                    larger one.
 *        nesting     a programme's own figure stands if it is at least the sum of its sites, else
 *                    the sites stand.
 * Valid: sums are searched among at most 12 claims of a pair.
 * Derivation: rules R3, R4, R5, R9 of docs/model/claims.md; tolerances are assumptions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "claims/spelling.h"
#include "claims/standing.h"

#define SAME_FRAC 0.005
#define SUM_ALL_FRAC 0.03
#define SUM_SOME_FRAC 0.01
#define SAME_WEEK_d 7.0
#define SUM_MAX 12
#define PARTIES_MAX 4 /* of each side that make keys */

static const gw_record *rec(const gw_entries *all, const gw_entry *e) {
    return &all->records->at[e->record];
}

static bool stands(const gw_entry *e) {
    return e->out.reason == NULL;
}

static bool is_contract(const gw_entry *e) {
    return e->kind == GW_TOTAL_CONTRACT || e->kind == GW_TOTAL_DEBT || e->kind == GW_TOTAL_EQUITY ||
           e->kind == GW_TOTAL_PAYMENTS;
}

static void out(gw_entries *all, gw_entry *e, const gw_entry *instead, const char *rule,
                const char *fmt) {
    e->out = (gw_left_out){e->record, instead->record, rule,
                           gw_arena_printf(all->arena, "%s %s", fmt, rec(all, instead)->id)};
}

static bool same_value(double a, double b) {
    return fabs(a - b) <= SAME_FRAC * fmax(fabs(a), fabs(b));
}

/* ------------------------------------------------------------------ keys */

typedef struct keyed {
    const char *key;
    gw_entry *e;
} keyed;

static int by_key(const void *a, const void *b) {
    const keyed *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : x->e->record - y->e->record;
}

static const char *pair_key(const gw_entries *all, const gw_entry *e, const char *a,
                            const char *b) {
    const char *x = gw_names_party(all->arena, a), *y = gw_names_party(all->arena, b);
    bool swap = strcmp(x, y) > 0;
    return gw_arena_printf(all->arena, "%d\n%s\n%s", (int)e->kind, swap ? y : x, swap ? x : y);
}

/* Every pair of parties between which the money flows; without a counterparty, the programme. */
static int pair_keys(const gw_entries *all, gw_entry *e, keyed *list) {
    const gw_record *r = rec(all, e);
    int n = 0, n_s = r->sponsors.n < PARTIES_MAX ? r->sponsors.n : PARTIES_MAX;
    int n_c = r->counterparties.n < PARTIES_MAX ? r->counterparties.n : PARTIES_MAX;
    for (int i = 0; i < n_s; i++) {
        for (int k = 0; k < n_c; k++) {
            list[n++] = (keyed){pair_key(all, e, r->sponsors.at[i], r->counterparties.at[k]), e};
        }
        if (n_c == 0) {
            list[n++] = (keyed){pair_key(all, e, r->sponsors.at[i], e->group), e};
        }
    }
    return n;
}

/* Every party of the claim within its programme: the same money seen from the other side. */
static int party_keys(const gw_entries *all, gw_entry *e, keyed *list) {
    const gw_record *r = rec(all, e);
    int n = 0;
    for (int i = 0; i < r->sponsors.n && i < PARTIES_MAX; i++) {
        list[n++] = (keyed){pair_key(all, e, r->sponsors.at[i], e->group), e};
    }
    for (int i = 0; i < r->counterparties.n && i < PARTIES_MAX; i++) {
        list[n++] = (keyed){pair_key(all, e, r->counterparties.at[i], e->group), e};
    }
    return n;
}

typedef int (*keys_fn)(const gw_entries *all, gw_entry *e, keyed *list);
typedef void (*group_fn)(gw_entries *all, gw_entry **at, int n);

/* Calls `act` with the entries that stand and share a key. */
static void each_key(gw_entries *all, bool contracts, keys_fn keys, group_fn act) {
    keyed *list = GW_NEW_N(all->arena, all->n * PARTIES_MAX * PARTIES_MAX + 1, keyed);
    gw_entry **members = GW_NEW_N(all->arena, all->n + 1, gw_entry *);
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        if (is_contract(&all->at[i]) == contracts && stands(&all->at[i])) {
            n += keys(all, &all->at[i], list + n);
        }
    }
    qsort(list, (size_t)n, sizeof list[0], by_key);
    for (int first = 0, next; first < n; first = next) {
        int n_members = 0;
        for (next = first; next < n && strcmp(list[next].key, list[first].key) == 0; next++) {
            if (stands(list[next].e) && (next == first || list[next].e != list[next - 1].e)) {
                members[n_members++] = list[next].e;
            }
        }
        if (n_members > 1) {
            act(all, members, n_members);
        }
    }
}

/* ------------------------------------------------------------------ contracts */

static int by_value(const void *a, const void *b) {
    const gw_entry *x = *(gw_entry *const *)a, *y = *(gw_entry *const *)b;
    return x->value < y->value ? -1 : x->value > y->value ? 1 : x->record - y->record;
}

/* Two sites, or two windows that do not meet, are two contracts. */
static bool set_apart(const gw_record *a, const gw_record *b) {
    bool sites = a->site[0] != '\0' && b->site[0] != '\0' && strcasecmp(a->site, b->site) != 0;
    bool windows = gw_is_set(a->from_d) && gw_is_set(b->from_d) && gw_is_set(a->until_d) &&
                   gw_is_set(b->until_d) && (a->until_d < b->from_d || b->until_d < a->from_d);
    return sites || windows;
}

/* The firmer one stands, of two as firm the one that was said first. */
static bool goes_first(const gw_entries *all, const gw_entry *a, const gw_entry *b) {
    if (a->state != b->state) {
        return a->state > b->state;
    }
    double a_d = rec(all, a)->said_d, b_d = rec(all, b)->said_d;
    return a_d < b_d || (!(b_d < a_d) && a->record < b->record);
}

static void drop_equal(gw_entries *all, gw_entry **at, int n) {
    qsort(at, (size_t)n, sizeof at[0], by_value);
    for (int i = 0; i < n; i++) {
        for (int k = i - 1; k >= 0 && stands(at[i]) && same_value(at[i]->value, at[k]->value);
             k--) {
            if (!stands(at[k]) || set_apart(rec(all, at[i]), rec(all, at[k]))) {
                continue;
            }
            bool first = goes_first(all, at[i], at[k]);
            out(all, at[first ? k : i], at[first ? i : k], "R4", "the same figure as");
        }
    }
}

/* Parts of a whole among the claims of one pair and state: marks in *parts; 0 if none. */
static unsigned sum_parts(gw_entry **at, int n, int whole) {
    double sum = 0, target = at[whole]->value;
    unsigned everything = 0, usable = 0;
    for (int i = 0; i < whole && i < SUM_MAX; i++) {
        bool part = stands(at[i]) && at[i]->state == at[whole]->state && at[i]->value > 0;
        usable |= part ? 1u << i : 0u;
        sum += part ? at[i]->value : 0.0;
    }
    everything = usable;
    if ((everything & (everything - 1u)) == 0 || n > SUM_MAX) {
        return 0;
    }
    if (fabs(sum - target) <= SUM_ALL_FRAC * target) {
        return everything;
    }
    for (unsigned set = everything; set != 0; set = (set - 1u) & everything) {
        sum = 0;
        for (int i = 0; i < SUM_MAX; i++) {
            sum += set & 1u << i ? at[i]->value : 0.0;
        }
        if ((set & (set - 1u)) != 0 && fabs(sum - target) <= SUM_SOME_FRAC * target) {
            return set;
        }
    }
    return 0;
}

static void drop_parts(gw_entries *all, gw_entry **at, int n) {
    qsort(at, (size_t)n, sizeof at[0], by_value);
    for (int whole = n - 1; whole >= 2; whole--) {
        unsigned parts = stands(at[whole]) ? sum_parts(at, n, whole) : 0;
        for (int i = 0; i < SUM_MAX && parts != 0; i++) {
            if (parts & 1u << i) {
                out(all, at[i], at[whole], "R3", "a part of");
            }
        }
    }
}

static int place_keys(const gw_entries *all, gw_entry *e, keyed *list) {
    int n = pair_keys(all, e, list);
    const char *site = gw_record_place(rec(all, e), all->arena);
    for (int i = 0; i < n; i++) {
        list[i].key = gw_arena_printf(all->arena, "%s\n%s", list[i].key, site);
    }
    return n;
}

/* A pledge gives way to a later pledge or contract between the same parties for the same place. */
static void drop_earlier(gw_entries *all, gw_entry **at, int n) {
    const gw_entry *last = at[0];
    for (int i = 1; i < n; i++) {
        double gap_d = rec(all, at[i])->said_d - rec(all, last)->said_d;
        bool later = gap_d > SAME_WEEK_d;
        bool same_week = fabs(gap_d) <= SAME_WEEK_d;
        bool firmer = at[i]->state > last->state;
        bool larger = at[i]->state == last->state && at[i]->value > last->value;
        last = later || (same_week && (firmer || larger)) ? at[i] : last;
    }
    for (int i = 0; i < n; i++) {
        if (at[i] == last || at[i]->state != GW_COMMIT_PLEDGED) {
            continue;
        }
        bool firmer = last->state > at[i]->state;
        bool inside = !firmer && last->value > at[i]->value &&
                      rec(all, last)->sponsors.n > rec(all, at[i])->sponsors.n;
        out(all, at[i], last, inside ? "R5" : "R9",
            inside   ? "inside"
            : firmer ? "since become firmer:"
                     : "replaced by the later");
    }
}

static bool is_collective(const gw_record *r) {
    static const char *const words[] = {"various",   "customers", "partners", "others",
                                        "landlords", "suppliers", "several",  "unnamed"};
    for (int i = 0; i < r->counterparties.n; i++) {
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
            if (strncasecmp(r->counterparties.at[i], words[k], strlen(words[k])) == 0) {
                return true;
            }
        }
    }
    return false;
}

static int sponsor_keys(const gw_entries *all, gw_entry *e, keyed *list) {
    const gw_record *r = rec(all, e);
    int n = 0;
    for (int i = 0; i < r->sponsors.n && i < PARTIES_MAX && e->kind == GW_TOTAL_CONTRACT; i++) {
        list[n++] = (keyed){gw_names_party(all->arena, r->sponsors.at[i]), e};
    }
    return n;
}

/* "Contracts of 100 bn with various partners" may hold those that are counted one by one. */
static void drop_collective(gw_entries *all, gw_entry **at, int n) {
    const gw_entry *named = NULL;
    for (int i = 0; i < n; i++) {
        if (named == NULL && !is_collective(rec(all, at[i]))) {
            named = at[i];
        }
    }
    for (int i = 0; i < n && named != NULL; i++) {
        if (stands(at[i]) && is_collective(rec(all, at[i]))) {
            out(all, at[i], named, "R5", "a sum over partners that may hold contracts such as");
        }
    }
}

void gw_standing_repeats(gw_entries *all, const int *same_as, int n_same) {
    gw_entry **first = GW_NEW_N(all->arena, all->records->n + 1, gw_entry *);
    for (int pass = 0; pass < 2 && same_as != NULL; pass++) {
        for (int i = 0; i < all->n; i++) {
            gw_entry *e = &all->at[i];
            if (!stands(e) || e->record >= n_same) {
                continue;
            }
            gw_entry **best = &first[same_as[e->record]];
            if (pass == 0) {
                *best = *best == NULL || goes_first(all, e, *best) ? e : *best;
            } else if (*best != e) {
                out(all, e, *best, "R4", "the same figure as");
            }
        }
    }
}

void gw_standing_contracts(gw_entries *all) {
    each_key(all, true, pair_keys, drop_equal);
    each_key(all, true, party_keys, drop_equal);
    each_key(all, true, pair_keys, drop_parts);
    each_key(all, true, place_keys, drop_earlier);
    each_key(all, true, sponsor_keys, drop_collective);
}

/* ------------------------------------------------------------------ objects */

static int object_keys(const gw_entries *all, gw_entry *e, keyed *list) {
    list[0] =
        (keyed){gw_arena_printf(all->arena, "%d\n%s\n%s", (int)e->kind, e->basis, e->object), e};
    return 1;
}

/* Whether b takes the place of a: confirmed where a is not, said later, or in the same week and
 * larger. */
static bool replaces(const gw_entries *all, const gw_entry *a, const gw_entry *b) {
    if (rec(all, a)->confirmed != rec(all, b)->confirmed) {
        return rec(all, b)->confirmed;
    }
    double gap_d = rec(all, b)->said_d - rec(all, a)->said_d;
    if (fabs(gap_d) > SAME_WEEK_d) {
        return gap_d > 0;
    }
    return b->value > a->value || (!(b->value < a->value) && goes_first(all, b, a));
}

/* Being built and running are states of a part; what was promised stands beside them. */
static bool firmer_promise(const gw_entry *weak, const gw_entry *firm) {
    gw_commit top = firm->kind == GW_TOTAL_CAPEX ? GW_COMMIT_DRAWN : GW_COMMIT_FINANCED;
    return firm->state > weak->state && firm->state <= top;
}

static void keep_latest(gw_entries *all, gw_entry **at, int n) {
    gw_entry *best[GW_N_COMMIT] = {NULL};
    for (int i = 0; i < n; i++) {
        gw_entry **b = &best[at[i]->state];
        if (*b == NULL || replaces(all, *b, at[i])) {
            *b = at[i];
        }
    }
    for (int i = 0; i < n; i++) {
        gw_entry *b = best[at[i]->state];
        if (at[i] != b) {
            bool equal = same_value(at[i]->value, b->value);
            bool weak = rec(all, b)->confirmed && !rec(all, at[i])->confirmed;
            bool later = weak || rec(all, b)->said_d - rec(all, at[i])->said_d > SAME_WEEK_d;
            out(all, at[i], b,
                equal   ? "R4"
                : later ? "R9"
                        : "R5",
                equal   ? "the same figure as"
                : weak  ? "unconfirmed, unlike"
                : later ? "replaced by the later"
                        : "of the same object and week, smaller than");
        }
    }
    for (int low = 0; low < GW_N_COMMIT; low++) {
        for (int high = GW_N_COMMIT - 1; high > low && best[low] != NULL; high--) {
            if (best[high] == NULL || !stands(best[low])) {
                continue;
            }
            bool later = rec(all, best[high])->said_until_d >= rec(all, best[low])->said_d;
            bool equal = same_value(best[low]->value, best[high]->value);
            if (equal || (later && firmer_promise(best[low], best[high]))) {
                out(all, best[low], best[high], equal ? "R4" : "R9", "since become firmer:");
            }
        }
    }
}

void gw_standing_objects(gw_entries *all) {
    each_key(all, false, object_keys, keep_latest);
}

/* ------------------------------------------------------------------ nesting */

static int nest_keys(const gw_entries *all, gw_entry *e, keyed *list) {
    bool is_company = e->kind == GW_TOTAL_SPENDING || e->kind == GW_TOTAL_CAPEX_RATE ||
                      e->kind == GW_TOTAL_REVENUE || e->kind == GW_TOTAL_BACKLOG;
    if (is_company) {
        return 0; /* figures of different companies: nothing is inside another */
    }
    list[0] = (keyed){gw_arena_printf(all->arena, "%d\n%s\n%d\n%s", (int)e->kind, e->basis,
                                      (int)e->state, e->group),
                      e};
    return 1;
}

/* "Lordstown OH;Milam TX": places of which none has a figure of its own. */
static bool is_own_place(const gw_entries *all, gw_entry **at, int n, const gw_entry *e) {
    const char *places = rec(all, e)->site;
    if (e->level == GW_LEVEL_SITE) {
        return true;
    }
    if (e->level == GW_LEVEL_PROGRAMME || strchr(places, ';') == NULL) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (at[i] != e && at[i]->level == GW_LEVEL_SITE &&
            strcasestr(places, rec(all, at[i])->site) != NULL) {
            return false;
        }
    }
    return true;
}

static void nest(gw_entries *all, gw_entry **at, int n) {
    double sites = 0;
    gw_entry *whole = NULL, *largest = NULL;
    for (int i = 0; i < n; i++) {
        if (is_own_place(all, at, n, at[i])) {
            sites += at[i]->value;
            largest = largest == NULL || at[i]->value > largest->value ? at[i] : largest;
        } else if (whole == NULL || at[i]->value > whole->value) {
            whole = at[i];
        }
    }
    bool whole_stands = whole != NULL && whole->value >= sites * (1.0 - SAME_FRAC);
    for (int i = 0; i < n && whole != NULL; i++) {
        bool own = is_own_place(all, at, n, at[i]);
        if (whole_stands && at[i] != whole) {
            out(all, at[i], whole, "R5", "inside");
        } else if (!whole_stands && !own && largest != NULL) {
            out(all, at[i], largest, "R5", "its named sites add up to more, among them");
        }
    }
}

static void drop_explicit_parts(gw_entries *all) {
    gw_entry **of = GW_NEW_N(all->arena, all->records->n + 1, gw_entry *);
    for (int i = 0; i < all->n; i++) {
        of[all->at[i].record] = &all->at[i];
    }
    for (int i = 0; i < all->n; i++) {
        int whole = rec(all, &all->at[i])->part_of;
        gw_entry *w = whole >= 0 && whole < all->records->n ? of[whole] : NULL;
        if (stands(&all->at[i]) && w != NULL && stands(w) && w->kind == all->at[i].kind &&
            w->state == all->at[i].state && strcmp(w->basis, all->at[i].basis) == 0) {
            out(all, &all->at[i], w, "R5", "a part of");
        }
    }
}

void gw_standing_nesting(gw_entries *all) {
    drop_explicit_parts(all);
    each_key(all, false, nest_keys, nest);
}
