/* claims/rule_sums.c: rules R3 and R5. Do parts add up to their whole, and is anything in it twice?
 * In:    facts; same_as of R4         Out: findings
 * Model: wholes and parts are recognised by `part_of`; by pledges of single sponsors in one statement
 *        against one of all of them; by debt and equity against a cost; by tranches between the same
 *        parties against a figure that speaks of loans, of a total or of parts; by sites of one
 *        statement against their programme, and by all sites against it (only an excess counts).
 *        Sums that meet within 1 % are silent; up to 5 % apart is a warning, more an error. R5: a
 *        part larger than its whole, a circle of parts, money that is inside money, chip orders
 *        beside the sites that they go into.
 * Valid: lists of at most 64; every figure told twice is taken once.
 * Sources: four pledges of 52 bn printed as 62 (The Information 2025-01-23); Abilene's 9.6 + 5 against
 *        15.0 and 2.3 + 7.1 against 9.6 bn USD (Bloomberg, FT 2025-05); Valor's 20 bn with NVIDIA's 2
 *        inside (2025-10-17). */
#include <math.h>
#include <string.h>

#include "base/code.h"
#include "claims/csv_words.h"
#include "claims/ledger.h"
#include "claims/standing.h"

#define EXACT 0.0101
#define NEAR 0.15 /* further apart, they were not meant as parts and whole (assumption) */
#define FAR 0.25  /* for pledges that cover all sponsors of the whole */
#define LIMIT 64

/** Parts and what they add up to. */
typedef struct sum {
    int n;
    int part[LIMIT];
    double number, lo, hi;
} sum;

static void sum_add(const gw_ledger *ledger, sum *s, int i) {
    if (s->n < LIMIT) {
        s->part[s->n++] = i;
        s->number += ledger->fact[i].number;
        s->lo += ledger->fact[i].lo;
        s->hi += ledger->fact[i].hi;
    }
}

static bool meets(const sum *s, const gw_fact *whole) {
    return gw_ledger_gap(s->number, whole->number) <= EXACT ||
           (s->lo <= whole->hi * (1 + EXACT) && s->hi >= whole->lo * (1 - EXACT) &&
            whole->hi > whole->lo);
}

static void report_sum(gw_ledger *ledger, const sum *s, int whole, const char *reading) {
    double gap = gw_ledger_gap(s->number, ledger->fact[whole].number);
    int all[LIMIT + 1] = {whole};
    memcpy(all + 1, s->part, (size_t)s->n * sizeof *all);
    gw_finding *f = gw_ledger_add(ledger, "R3", gap > 0.05 ? GW_ERROR : GW_WARNING, s->n + 1, all);
    const char *terms = "";
    const char *unit = gw_ledger_unit(ledger->fact[whole].r);
    for (int i = 0; i < s->n && i < 8; i++) {
        terms = gw_ledger_printf(ledger, "%s%s%s", terms, i > 0 ? " + " : "",
                                 gw_ledger_text(ledger, ledger->fact[s->part[i]].number, unit));
    }
    f->message = gw_ledger_printf(ledger, "%s%s = %s, but the whole is %s: %.1f %% apart", terms,
                                  s->n > 8 ? " + ..." : "", gw_ledger_text(ledger, s->number, unit),
                                  gw_ledger_claimed(ledger, whole), 100 * gap);
    f->reading = reading;
    gw_ledger_number(f, "sum", unit, s->number);
    gw_ledger_number(f, "whole", unit, ledger->fact[whole].number);
    gw_ledger_number(f, "gap", "%", gap);
}

static bool counts(const gw_ledger *ledger, int i) {
    return gw_is_set(ledger->fact[i].number) && ledger->fact[i].number > 0 &&
           ledger->fact[i].live && ledger->fact[i].r->per == NULL;
}

/* ------------------------------------------------------------------ stated parts */

static bool in_circle(const gw_ledger *ledger, int i) {
    int at = ledger->fact[i].r->part_of;
    for (int step = 0; step < 64 && at >= 0; step++) {
        if (at == i) {
            return true;
        }
        at = ledger->fact[at].r->part_of;
    }
    return false;
}

static int by_whole(const gw_ledger *ledger, int a, int b) {
    int x = ledger->fact[a].r->part_of, y = ledger->fact[b].r->part_of;
    return x != y ? (x < y ? -1 : 1) : a < b ? -1 : a > b;
}

static void stated_parts(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        int whole = ledger->fact[i].r->part_of;
        if (whole < 0) {
            continue;
        }
        if (in_circle(ledger, i)) {
            gw_finding *f = gw_ledger_add(ledger, "R5", GW_ERROR, 2, (const int[]){i, whole});
            f->message = gw_ledger_printf(ledger, "'%s' is a part of itself through '%s'",
                                          ledger->fact[i].r->id, ledger->fact[whole].r->id);
            f->reading = "one of the links is the wrong way round";
        } else if (counts(ledger, i) &&
                   gw_ledger_same_basis(&ledger->fact[i], &ledger->fact[whole]) &&
                   counts(ledger, whole)) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_whole);
    for (int first = 0, end; first < n; first = end) {
        int whole = ledger->fact[index[first]].r->part_of;
        sum s = {0};
        for (end = first; end < n && ledger->fact[index[end]].r->part_of == whole; end++) {
            sum_add(ledger, &s, index[end]);
        }
        bool over = s.lo > ledger->fact[whole].hi * (1 + EXACT);
        bool near = s.n > 1 && gw_ledger_gap(s.number, ledger->fact[whole].number) < FAR;
        if (!meets(&s, &ledger->fact[whole]) && (over || near)) {
            report_sum(ledger, &s, whole,
                       over ? "a part was counted twice, or the whole is older"
                            : "a part is missing");
        }
    }
}

/* ------------------------------------------------------------------ pledges, tranches */

static bool has_party(const gw_fact *f, int party) {
    for (int i = 0; i < f->n_sponsors; i++) {
        if (f->sponsors[i] == party) {
            return true;
        }
    }
    return false;
}

/* Parts of one statement whose sponsors, each once, are those of the whole. */
static void pledges(gw_ledger *ledger, gw_group group, int w) {
    const gw_fact *whole = &ledger->fact[w];
    for (int first = 0; first < group.n && first < LIMIT; first++) {
        int statement = ledger->fact[group.fact[first]].statement;
        sum s = {0};
        int covered = 0;
        bool fits = true, seen = false;
        for (int k = 0; k < group.n && k < 4 * LIMIT; k++) {
            const gw_fact *f = &ledger->fact[group.fact[k]];
            if (f->statement != statement || f->r->measure != whole->r->measure ||
                group.fact[k] == w || !counts(ledger, group.fact[k]) || f->n_sponsors == 0 ||
                f->n_sponsors >= whole->n_sponsors) {
                continue;
            }
            seen = seen || k < first;
            for (int i = 0; i < f->n_sponsors; i++) {
                fits = fits && has_party(whole, f->sponsors[i]);
            }
            covered += f->n_sponsors;
            sum_add(ledger, &s, group.fact[k]);
        }
        if (fits && !seen && s.n > 1 && covered == whole->n_sponsors && !meets(&s, whole)) {
            report_sum(ledger, &s, w,
                       "the sum holds, the printed total does not; or a sponsor is not named");
            return;
        }
    }
}

static int by_tranche(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = x->party_set != y->party_set ? (x->party_set < y->party_set ? -1 : 1) : 0;
    c = c != 0 ? c : (int)x->r->measure - (int)y->r->measure;
    return c != 0 ? c : a < b ? -1 : a > b;
}

static bool speaks_of_parts(const gw_fact *f) {
    static const char *const words[] = {"total",    "sum",        "together", "combined",   "loans",
                                        "tranches", "parts",      "overall",  "altogether", "ties",
                                        "all",      "cumulative", "of which"};
    return gw_ledger_says(f, words, (int)(sizeof words / sizeof words[0]));
}

static void tranches_of(gw_ledger *ledger, const int *index, int n) {
    int whole = -1;
    for (int i = 0; i < n; i++) {
        whole = whole < 0 || ledger->fact[index[i]].number > ledger->fact[whole].number ? index[i]
                                                                                        : whole;
    }
    sum s = {0};
    bool beside = false;
    for (int i = 0; i < n; i++) {
        const gw_fact *f = &ledger->fact[index[i]];
        bool place =
            f->place == ledger->fact[whole].place || f->place < 0 || ledger->fact[whole].place < 0;
        if (index[i] != whole && ledger->same_as[index[i]] == index[i] && place) {
            beside = beside || f->statement == ledger->fact[whole].statement;
            sum_add(ledger, &s, index[i]);
        }
    }
    bool said = speaks_of_parts(&ledger->fact[whole]) || beside;
    if (s.n >= 2 && said && !meets(&s, &ledger->fact[whole]) &&
        gw_ledger_gap(s.number, ledger->fact[whole].number) < NEAR) {
        report_sum(ledger, &s, whole,
                   "rounded parts, a part that is missing, or one of another date");
    }
}

static void tranches(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        bool money = f->r->measure == GW_MEASURE_CONTRACT || f->r->measure == GW_MEASURE_DEBT ||
                     f->r->measure == GW_MEASURE_EQUITY;
        if (money && counts(ledger, i) && f->n_parties >= 2 && ledger->same_as[i] == i &&
            f->r->part_of < 0) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_tranche);
    for (int first = 0, end; first < n; first = end) {
        for (end = first + 1;
             end < n &&
             ledger->fact[index[end]].party_set == ledger->fact[index[first]].party_set &&
             ledger->fact[index[end]].r->measure == ledger->fact[index[first]].r->measure;
             end++) {
        }
        if (end - first >= 3 && end - first <= 8) {
            tranches_of(ledger, index + first, end - first);
        }
    }
}

/* ------------------------------------------------------------------ debt and equity against cost */

static bool is_cost(const gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    bool year = gw_is_set(f->r->window_d) && f->r->window_d < 550;
    return f->r->measure == GW_MEASURE_CAPEX && counts(ledger, i) && !f->r->per_time && !year &&
           !gw_is_set(f->r->true_at_d) && f->hi <= f->lo * (1 + EXACT) && ledger->same_as[i] == i;
}

typedef struct stack {
    int n_debt, n_equity, n_cost;
    int debt[16], equity[16], cost[16];
} stack;

static stack stack_of(const gw_ledger *ledger, gw_group group) {
    stack s = {0};
    for (int k = 0; k < group.n && k < 4 * LIMIT; k++) {
        int i = group.fact[k];
        gw_measure m = ledger->fact[i].r->measure;
        bool once = counts(ledger, i) && ledger->same_as[i] == i && ledger->fact[i].place >= 0;
        if (ledger->fact[i].r->claim >= 0) {
            once = counts(ledger, i) && ledger->same_as[i] == i;
        }
        if (m == GW_MEASURE_DEBT && once && s.n_debt < 16) {
            s.debt[s.n_debt++] = i;
        } else if (m == GW_MEASURE_EQUITY && once && s.n_equity < 16) {
            s.equity[s.n_equity++] = i;
        } else if (is_cost(ledger, i) && s.n_cost < 16) {
            s.cost[s.n_cost++] = i;
        }
    }
    return s;
}

static bool at_one_time(const gw_fact *a, const gw_fact *b) {
    return fabs(a->r->said_d - b->r->said_d) <= 45;
}

/* Nearest pair of one debt and one equity for one cost; silent when one pair fits exactly. */
static void capital_stack(gw_ledger *ledger, gw_group group) {
    stack s = stack_of(ledger, group);
    double best_gap = NEAR;
    int best[3] = {-1, -1, -1};
    for (int d = 0; d < s.n_debt; d++) {
        for (int e = 0; e < s.n_equity; e++) {
            for (int c = 0; c < s.n_cost; c++) {
                const gw_fact *debt = &ledger->fact[s.debt[d]],
                              *equity = &ledger->fact[s.equity[e]];
                const gw_fact *cost = &ledger->fact[s.cost[c]];
                double gap = gw_ledger_gap(debt->number + equity->number, cost->number);
                if (gap < best_gap && at_one_time(debt, cost) && at_one_time(debt, equity)) {
                    best_gap = gap;
                    best[0] = s.debt[d];
                    best[1] = s.equity[e];
                    best[2] = s.cost[c];
                }
            }
        }
    }
    if (best[0] < 0) {
        return;
    }
    sum pair = {0};
    sum_add(ledger, &pair, best[0]);
    sum_add(ledger, &pair, best[1]);
    if (best_gap > EXACT) {
        sum all = {0};
        for (int d = 0; d < s.n_debt; d++) {
            sum_add(ledger, &all, s.debt[d]);
        }
        for (int e = 0; e < s.n_equity; e++) {
            sum_add(ledger, &all, s.equity[e]);
        }
        if (!meets(&all, &ledger->fact[best[2]])) {
            report_sum(ledger, &pair, best[2],
                       "rounded figures, or a part of the funding is not named");
        }
        return;
    }
    for (int e = 0; e < s.n_equity; e++) { /* an exact stack with another piece beside it */
        const gw_fact *extra = &ledger->fact[s.equity[e]];
        if (s.equity[e] != best[1] && extra->statement == ledger->fact[best[1]].statement &&
            extra->number < ledger->fact[best[1]].number) {
            const int four[] = {s.equity[e], best[1], best[0], best[2]};
            gw_finding *f = gw_ledger_add(ledger, "R5", GW_NOTE, 4, four);
            f->message = gw_ledger_printf(
                ledger, "%s beside %s and %s would make %s, above the %s",
                gw_ledger_claimed(ledger, four[0]), gw_ledger_claimed(ledger, four[1]),
                gw_ledger_claimed(ledger, four[2]),
                gw_ledger_text(ledger, pair.number + extra->number, "USD"),
                gw_ledger_claimed(ledger, four[3]));
            f->reading = gw_ledger_printf(ledger, "fits if '%s' is inside '%s'", extra->r->id,
                                          ledger->fact[best[1]].r->id);
            gw_ledger_number(f, "added", "USD", pair.number + extra->number);
            gw_ledger_number(f, "whole", "USD", ledger->fact[best[2]].number);
        }
    }
}

void gw_rule_sums(gw_ledger *ledger) {
    stated_parts(ledger);
    tranches(ledger);
    for (int o = 0; o < ledger->n_objects; o++) {
        gw_group group = gw_ledger_object(ledger, o);
        if (group.n < 3) {
            continue;
        }
        for (int k = 0; k < group.n; k++) {
            const gw_fact *f = &ledger->fact[group.fact[k]];
            bool money = f->r->measure == GW_MEASURE_EQUITY || f->r->measure == GW_MEASURE_DEBT ||
                         f->r->measure == GW_MEASURE_CAPEX || f->r->measure == GW_MEASURE_CONTRACT;
            if (money && f->n_sponsors >= 2 && counts(ledger, group.fact[k]) &&
                group.n <= 4 * LIMIT) {
                pledges(ledger, group, group.fact[k]);
            }
        }
        capital_stack(ledger, group);
    }
}
