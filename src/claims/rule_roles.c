/* claims/rule_roles.c: rules R11 and R14. Who is tenant, owner, operator or user of one object, and are
 * there as many chips as are claimed?
 * In:    facts         Out: findings
 * Model: R11 roles are events ("lessee", "owner", ...) and words of a claim ("leased by Oracle", "OpenAI
 *        is the lessee"); two parties in one role of one object conflict, and so does one agreement
 *        (counterparty, quantity, value) with two different other sides. R14 chips claimed by a day
 *        against what suppliers shipped up to it: totals of windows, rates before and after them.
 * Valid: roles of one party each: tenant, lessee, owner, operator, user. Supply rates are taken to grow
 *        by no more than a factor of two beyond the last window (assumption).
 * Sources: Abilene's lease (FT 2025-05-23: Oracle; two outlets: OpenAI); 6 million Blackwell GPUs in
 *        four quarters (NVIDIA, 2025-10-28), 1,000 racks of 72 a week (2025-05-28). */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/ledger.h"

#define N_ITEMS(list) (int)(sizeof(list) / sizeof((list)[0]))

typedef enum role { ROLE_LESSEE, ROLE_OWNER, ROLE_OPERATOR, ROLE_USER, N_ROLE } role;
static const char *const role_words[N_ROLE] = {"lessee", "owner", "operator", "user"};

static int role_of_word(const char *word) {
    static const char *const nouns[][2] = {
        {"lessee", "tenant"}, {"owner", "owner"}, {"operator", "operator"}, {"user", "user"}};
    for (int r = 0; r < N_ROLE; r++) {
        if (strcasecmp(word, nouns[r][0]) == 0 || strcasecmp(word, nouns[r][1]) == 0) {
            return r;
        }
    }
    return -1;
}

/* The party whose name begins at `at`, up to three words long; -1. */
static int party_at(gw_ledger *ledger, const char *at, bool anyone) {
    size_t end[3];
    int n_words = 0;
    bool named = isupper((unsigned char)at[0]) ||
                 (islower((unsigned char)at[0]) && isupper((unsigned char)at[1]));
    for (size_t n = 0; named && n_words < 3; n++) { /* "xAI" begins small */
        bool inside = isalnum((unsigned char)at[n]) || at[n] == '&' || at[n] == '-';
        if (inside) {
            continue;
        }
        if (n > 0 && at[n - 1] != ' ') {
            end[n_words++] = n;
        }
        if (at[n] != ' ') {
            break;
        }
    }
    int n_capital = 0; /* words that can be of a name */
    while (n_capital < n_words &&
           isupper((unsigned char)at[n_capital > 0 ? end[n_capital - 1] + 1 : 0])) {
        n_capital++;
    }
    size_t whole = n_capital > 0 ? end[n_capital - 1] : 0;
    while (n_words-- > 0) {
        const char *name = gw_arena_strndup(ledger->arena, at, end[n_words]);
        int party = gw_names_find(&ledger->parties, gw_names_party(ledger->arena, name));
        if (party >= 0) {
            return party;
        }
    }
    if (!anyone || whole == 0) {
        return -1;
    }
    /* named in words alone */
    return gw_names_id(&ledger->parties,
                       gw_names_party(ledger->arena, gw_arena_strndup(ledger->arena, at, whole)));
}

/** A role that a record gives a party. */
typedef struct casting {
    int fact, party;
    role role;
} casting;

typedef struct cast {
    casting *at;
    int n, cap;
    gw_arena *arena;
} cast;

static void cast_add(cast *all, int fact, int party, role r) {
    if (party < 0) {
        return;
    }
    if (all->n == all->cap) {
        int cap = all->cap > 0 ? 2 * all->cap : 64;
        casting *at = GW_NEW_N(all->arena, cap, casting);
        if (all->n > 0) {
            memcpy(at, all->at, (size_t)all->n * sizeof *at);
        }
        all->at = at;
        all->cap = cap;
    }
    all->at[all->n++] = (casting){fact, party, r};
}

/* "leased by X", "held by X", "X is the lessee", "tenant is X", "tenant: X". */
static void read_words(gw_ledger *ledger, int i, cast *all) {
    static const struct {
        const char *words;
        role role;
    } before[] = {{"leased by ", ROLE_LESSEE},
                  {"lease held by ", ROLE_LESSEE},
                  {"leased to ", ROLE_LESSEE},
                  {"tenant is ", ROLE_LESSEE},
                  {"tenant: ", ROLE_LESSEE},
                  {"lessee is ", ROLE_LESSEE},
                  {"lessee: ", ROLE_LESSEE},
                  {"occupied by ", ROLE_LESSEE},
                  {"owned by ", ROLE_OWNER},
                  {"owner is ", ROLE_OWNER},
                  {"owner: ", ROLE_OWNER},
                  {"operated by ", ROLE_OPERATOR},
                  {"operator is ", ROLE_OPERATOR},
                  {"operator: ", ROLE_OPERATOR},
                  {"used by ", ROLE_USER},
                  {"user is ", ROLE_USER},
                  {"user: ", ROLE_USER}};
    static const struct {
        const char *words;
        role role;
    } after[] = {{" is the lessee", ROLE_LESSEE},  {" is lessee", ROLE_LESSEE},
                 {" is the tenant", ROLE_LESSEE},  {" is tenant", ROLE_LESSEE},
                 {" as tenant", ROLE_LESSEE},      {" as lessee", ROLE_LESSEE},
                 {" is the owner", ROLE_OWNER},    {" is owner", ROLE_OWNER},
                 {" owns the", ROLE_OWNER},        {" is the operator", ROLE_OPERATOR},
                 {" operates the", ROLE_OPERATOR}, {" is the user", ROLE_USER},
                 {" is the only user", ROLE_USER}};
    const char *text = ledger->fact[i].r->text;
    if (strlen(text) < 8) {
        return;
    }
    for (int k = 0; k < N_ITEMS(before); k++) {
        const char *at = strcasestr(text, before[k].words);
        if (at != NULL) {
            cast_add(all, i, party_at(ledger, at + strlen(before[k].words), true), before[k].role);
        }
    }
    for (int k = 0; k < N_ITEMS(after); k++) {
        const char *at = strcasestr(text, after[k].words);
        const char *begin = at;
        while (begin != NULL && begin > text && !isspace((unsigned char)begin[-1])) {
            begin--;
        }
        if (begin != NULL && begin < at) {
            cast_add(all, i, party_at(ledger, begin, false), after[k].role);
        }
    }
}

static void read_roles(gw_ledger *ledger, int i, cast *all) {
    const gw_fact *f = &ledger->fact[i];
    if (f->r->measure == GW_MEASURE_EVENT && f->n_sponsors == 1) {
        int r = role_of_word(f->r->event);
        if (r >= 0) {
            cast_add(all, i, f->sponsors[0], (role)r);
        }
    }
    read_words(ledger, i, all);
}

static void conflict(gw_ledger *ledger, const casting *a, const casting *b) {
    const gw_fact *x = &ledger->fact[a->fact], *y = &ledger->fact[b->fact];
    gw_finding *f = gw_ledger_add(ledger, "R11", GW_WARNING, a->fact == b->fact ? 1 : 2,
                                  (const int[]){a->fact, b->fact});
    f->message = gw_ledger_printf(
        ledger, "two parties as %s of one object: %s ('%s') and %s ('%s')", role_words[a->role],
        ledger->parties.text[a->party], x->r->id, ledger->parties.text[b->party], y->r->id);
    f->reading = "fits if one leases from the developer and the other uses what it leased: tenant, "
                 "operator and user "
                 "are different roles";
}

static void check_roles(gw_ledger *ledger, gw_group group, const cast *all, const int *first,
                        int *seen) {
    for (int r = 0; r < N_ROLE; r++) {
        int at = -1;
        for (int k = 0; k < group.n; k++) {
            for (int c = first[group.fact[k]]; c < first[group.fact[k] + 1]; c++) {
                if ((int)all->at[c].role != r || !ledger->fact[all->at[c].fact].live) {
                    continue;
                }
                bool window = at < 0 || gw_ledger_window_fits(&ledger->fact[all->at[at].fact],
                                                              &ledger->fact[all->at[c].fact]);
                if (at >= 0 && all->at[at].party != all->at[c].party && window &&
                    !seen[all->at[c].fact]) {
                    conflict(ledger, &all->at[at], &all->at[c]);
                    seen[all->at[c].fact] = 1;
                } else if (at < 0) {
                    at = c;
                }
            }
        }
    }
}

/* ------------------------------------------------------------------ one agreement, two other sides */

static bool is_agreement(const gw_fact *f) {
    static const char *const words[] = {"lease", "lessee", "tenant", "leased"};
    bool deal = f->r->measure == GW_MEASURE_CONTRACT || f->r->measure == GW_MEASURE_OPEX;
    bool lease = (f->r->measure == GW_MEASURE_DURATION || f->r->measure == GW_MEASURE_POWER ||
                  f->r->measure == GW_MEASURE_ACCELERATORS) &&
                 gw_ledger_says(f, words, N_ITEMS(words));
    return (deal || lease) && f->number > 0 && f->live && f->n_sponsors == 1 &&
           f->r->counterparties.n > 0;
}

static int by_value(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = x->object - y->object;
    c = c != 0 ? c : (int)x->r->measure - (int)y->r->measure;
    c = c != 0 ? c : (x->number < y->number ? -1 : x->number > y->number);
    return c != 0 ? c : a < b ? -1 : a > b;
}

static bool shares_other_side(const gw_fact *a, const gw_fact *b) {
    for (int i = 0; i < a->n_parties; i++) {
        bool sponsor = a->parties[i] == a->sponsors[0] || a->parties[i] == b->sponsors[0];
        for (int j = 0; j < b->n_parties && !sponsor; j++) {
            if (a->parties[i] == b->parties[j]) {
                return true;
            }
        }
    }
    return false;
}

static void two_sides(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        if (is_agreement(&ledger->fact[i])) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_value);
    for (int k = 1; k < n; k++) {
        const gw_fact *a = &ledger->fact[index[k - 1]], *b = &ledger->fact[index[k]];
        if (a->object == b->object && a->r->measure == b->r->measure &&
            a->sponsors[0] != b->sponsors[0] && gw_ledger_gap(a->number, b->number) <= 0.01 &&
            gw_ledger_window_fits(a, b) && shares_other_side(a, b)) {
            const int both[] = {index[k - 1], index[k]};
            gw_finding *f = gw_ledger_add(ledger, "R11", GW_WARNING, 2, both);
            f->message = gw_ledger_printf(
                ledger, "%s with one counterparty, but by %s in '%s' and by %s in '%s'",
                gw_ledger_claimed(ledger, both[0]), ledger->parties.text[a->sponsors[0]], a->r->id,
                ledger->parties.text[b->sponsors[0]], b->r->id);
            f->reading = "one of the two is the tenant, the other uses what it leased";
            gw_ledger_number(f, "claimed", gw_ledger_unit(a->r), a->number);
        }
    }
}

void gw_rule_roles(gw_ledger *ledger) {
    cast all = {.arena = ledger->arena};
    int *first = GW_NEW_N(ledger->arena, ledger->n + 2, int);
    int *seen = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    for (int i = 0; i < ledger->n; i++) {
        first[i] = all.n;
        read_roles(ledger, i, &all);
    }
    first[ledger->n] = all.n;
    for (int o = 0; o < ledger->n_objects && all.n > 1; o++) {
        check_roles(ledger, gw_ledger_object(ledger, o), &all, first, seen);
    }
    two_sides(ledger);
}

/* ------------------------------------------------------------------ R14 */

/* Blackwell in the four quarters to October 2025 (NVIDIA); 1,000 racks of 72 a week in May 2025 are 3.7
 * million a year. */
#define PUBLISHED_GPUS 6e6

/** What suppliers say they shipped. */
typedef struct supply {
    int n, fact[64];
    double rate_per_d;    /* the highest */
    double known_until_d; /* end of the last window */
    double start_d;       /* of the first */
} supply;

static bool is_supply(const gw_fact *f) {
    return gw_ledger_has(f, GW_MEASURE_ACCELERATORS) && f->number > 0 && f->r->claim < 0 &&
           f->live &&
           (gw_names_word(f->r->programme, "supply") != NULL ||
            gw_names_word(f->r->programme, "shipments") != NULL ||
            gw_names_word(f->r->unit_text, "shipped") != NULL || f->r->per_time);
}

static supply read_supply(const gw_ledger *ledger) {
    supply s = {.rate_per_d = 0, .known_until_d = GW_NAN, .start_d = GW_NAN};
    for (int i = 0; i < ledger->n && s.n < 64; i++) {
        const gw_fact *f = &ledger->fact[i];
        if (!is_supply(f)) {
            continue;
        }
        double rate = f->r->per_time ? f->hi * GW_DAY_s : f->hi / f->r->window_d;
        if (rate > 0) {
            s.fact[s.n++] = i;
            s.rate_per_d = fmax(s.rate_per_d, rate);
            double end_d = f->r->per_time ? f->r->said_d : f->r->until_d;
            double start_d = f->r->per_time ? f->r->said_d : f->r->from_d;
            s.known_until_d = fmax(s.known_until_d, end_d);
            s.start_d = fmin(s.start_d, start_d);
        }
    }
    return s;
}

/* Chips that can have come by a day since another: doubled where no supplier has spoken yet. */
static double shipped(const supply *s, double from_d, double until_d) {
    double known = fmax(0, fmin(until_d, s->known_until_d) - from_d);
    double later = fmax(0, until_d - fmax(from_d, s->known_until_d));
    return s->rate_per_d * (known + 2 * later);
}

/* Where no supplier speaks in the ledger: the largest rate that was published until October 2025. */
static supply published_supply(void) {
    return (supply){.rate_per_d = PUBLISHED_GPUS / 365.0,
                    .start_d = gw_date_from_civil(2024, 11, 1),
                    .known_until_d = gw_date_from_civil(2025, 10, 31)};
}

void gw_rule_supply(gw_ledger *ledger) {
    supply s = read_supply(ledger);
    bool published = s.n == 0;
    s = published ? published_supply() : s;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        double due_d = gw_is_set(f->r->until_d)              ? f->r->until_d
                       : f->r->status == GW_STATUS_ENERGISED ? f->r->true_at_d
                                                             : GW_NAN;
        bool chips = gw_ledger_has(f, GW_MEASURE_ACCELERATORS) &&
                     f->r->chip != GW_CHIP_ACCELERATOR && f->r->chip != GW_CHIP_H100E &&
                     !is_supply(f);
        if (!chips || !(due_d > s.start_d) || f->r->status == GW_STATUS_OPINION) {
            continue;
        }
        double gpus = f->lo * (f->r->chip == GW_CHIP_SUPERCHIP ? 2
                               : f->r->chip == GW_CHIP_DIE     ? 0.5
                                                               : 1);
        double from_d = fmin(s.start_d, gw_is_set(f->r->from_d) ? f->r->from_d : f->r->said_d);
        double possible = shipped(&s, from_d, due_d);
        if (gpus <= possible) {
            continue;
        }
        int all[4] = {i};
        int n = 1;
        for (int k = 0; k < s.n && n < 4; k++) {
            all[n++] = s.fact[k];
        }
        gw_finding *finding =
            gw_ledger_add(ledger, "R14", due_d <= s.known_until_d ? GW_ERROR : GW_WARNING, n, all);
        finding->message = gw_ledger_printf(
            ledger, "%s by %s; suppliers can have shipped %s by then", gw_ledger_claimed(ledger, i),
            gw_ledger_text(ledger, due_d, NULL), gw_ledger_text(ledger, possible, ""));
        if (published) {
            finding->message = gw_ledger_printf(
                ledger, "%s by %s; NVIDIA, the largest supplier, can have shipped %s to everybody",
                gw_ledger_claimed(ledger, i), gw_ledger_text(ledger, due_d, NULL),
                gw_ledger_text(ledger, possible, ""));
        }
        finding->reading = "fits if smaller units were counted (H100 equivalents, dies), or orders "
                           "beyond that day";
        gw_ledger_number(finding, "claimed", "", gpus);
        gw_ledger_number(finding, "possible", "", possible);
        gw_ledger_number(finding, "factor", "", gpus / possible);
    }
}
