/* claims/rule_flows.c: rules R6 and R7. Is a flow mixed up with a stock or with cash, and one year with
 * every year?
 * In:    facts        Out: findings
 * Model: R6 the value of a contract over its term against the yearly payments between the same
 *        parties or about the same object (beyond a factor of 1.5), or the very same number as both;
 *        one number as the value of contracts and as the spending of a year; contracts signed beside
 *        spending and cash of one sponsor and year; revenue set against an economy. R7 a yearly
 *        figure whose window is one year, and the sum over a wider window that repeats it.
 * Valid: a term is a window, or "over five years" in the words of the claim.
 * Sources: 30 bn USD a year (Oracle 8-K 2025-06-30) and 300 bn over five years (WSJ 2025-09-10); Meta's
 *        guidance for 2025 told as yearly. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/ledger.h"

#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define LOOK 8

static bool is_flow(const gw_fact *f) {
    return f->r->per_time && f->number > 0 &&
           (f->r->measure == GW_MEASURE_REVENUE || f->r->measure == GW_MEASURE_OPEX);
}

/* Years of "over five years", "15-year"; NaN. */
static double years_in_words(const char *text) {
    static const char *const words[] = {"one", "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine", "ten"};
    const char *year = strstr(text, "year");
    if (year == NULL || year == text) {
        return GW_NAN;
    }
    const char *end = year - 1;
    while (end > text && (*end == ' ' || *end == '-')) {
        end--;
    }
    const char *begin = end;
    while (begin > text && isalnum((unsigned char)begin[-1])) {
        begin--;
    }
    size_t n = (size_t)(end - begin) + 1;
    for (int i = 0; i < 10; i++) {
        if (strlen(words[i]) == n && tolower((unsigned char)begin[0]) == words[i][0] &&
            strncmp(begin + 1, words[i] + 1, n - 1) == 0) {
            return i + 1;
        }
    }
    return isdigit((unsigned char)*begin) ? strtod(begin, NULL) : GW_NAN;
}

static double term_s(const gw_fact *f) {
    return f->r->window_d > 0 ? f->r->window_d * GW_DAY_s : years_in_words(f->r->text) * YEAR_s;
}

/* ------------------------------------------------------------------ R6 */

static bool total_against_yearly(gw_ledger *ledger, int total, int flow) {
    const gw_fact *t = &ledger->fact[total], *y = &ledger->fact[flow];
    if (!t->live || !y->live || gw_ledger_linked(ledger, total, flow)) {
        return false;
    }
    double term = term_s(t);
    double yearly_usd = y->number * YEAR_s;
    bool same = gw_ledger_gap(t->number, yearly_usd) <= 0.005 &&
                !(term > 0.8 * YEAR_s && term < 1.25 * YEAR_s);
    double implied = t->number / term; /* NaN without a term */
    bool apart = t->lo / term > 1.5 * y->hi || t->hi / term < y->lo / 1.5;
    if (!same && !apart) {
        return false;
    }
    gw_finding *f = gw_ledger_add(ledger, "R6", GW_WARNING, 2, (const int[]){total, flow});
    gw_ledger_number(f, "total", "USD", t->number);
    gw_ledger_number(f, "yearly", "USD/yr", y->number);
    if (same) {
        f->message =
            gw_ledger_printf(ledger, "%s and %s: the same number as a total and per year",
                             gw_ledger_claimed(ledger, total), gw_ledger_claimed(ledger, flow));
        f->reading = "one of the two is the payment of a year, the other its sum over the term";
        return true;
    }
    double factor = fmax(implied, y->number) / fmin(implied, y->number);
    f->message = gw_ledger_printf(
        ledger, "%s over %.3g years is %s, but %s is claimed: apart by a factor of %.3g",
        gw_ledger_claimed(ledger, total), term / YEAR_s, gw_ledger_text(ledger, implied, "USD/yr"),
        gw_ledger_claimed(ledger, flow), factor);
    f->reading = gw_ledger_printf(
        ledger,
        "they fit if payments rise over the term, if the total runs for %.3g years, "
        "or if they are of different scope",
        t->number / y->number / YEAR_s);
    gw_ledger_number(f, "implied", "USD/yr", implied);
    gw_ledger_number(f, "factor", "", factor);
    return true;
}

static int by_object(const gw_ledger *ledger, int a, int b) {
    int x = ledger->fact[a].object, y = ledger->fact[b].object;
    return x != y ? (x < y ? -1 : 1) : a < b ? -1 : a > b;
}

static int by_parties(const gw_ledger *ledger, int a, int b) {
    int x = ledger->fact[a].party_set, y = ledger->fact[b].party_set;
    return x != y ? (x < y ? -1 : 1) : a < b ? -1 : a > b;
}

/* Each total against the yearly payments near it in its group; once for each total. */
static void totals_and_flows(gw_ledger *ledger, int *index, int n, bool by_party, bool *told) {
    gw_ledger_sort(ledger, index, n, by_party ? by_parties : by_object);
    for (int k = 0; k < n; k++) {
        const gw_fact *a = &ledger->fact[index[k]];
        if (a->r->measure != GW_MEASURE_CONTRACT || told[index[k]]) {
            continue;
        }
        for (int j = k > 4 * LOOK ? k - 4 * LOOK : 0; j < n && j <= k + 4 * LOOK && !told[index[k]];
             j++) {
            const gw_fact *b = &ledger->fact[index[j]];
            bool group = by_party ? a->party_set == b->party_set && a->n_parties >= 2
                                  : a->object == b->object;
            bool places = a->place < 0 || b->place < 0 || a->place == b->place;
            if (group && places && is_flow(b) &&
                (a->object == b->object || gw_ledger_share_party(a, b))) {
                told[index[k]] = total_against_yearly(ledger, index[k], index[j]);
            }
        }
    }
}

static bool stock_or_flow(const gw_fact *f) {
    bool money = f->r->measure == GW_MEASURE_CAPEX || f->r->measure == GW_MEASURE_CONTRACT ||
                 f->r->measure == GW_MEASURE_BACKLOG || f->r->measure == GW_MEASURE_CASH ||
                 (f->r->measure == GW_MEASURE_REVENUE && !f->r->per_time);
    return money && gw_is_set(f->number) && f->number != 0 && f->place < 0;
}

static bool of_one_year(const gw_fact *f) {
    return f->r->window_d > 0 && f->r->window_d < 400;
}

/* One number as two things, said by or of the same party. */
static void one_number_two_things(gw_ledger *ledger, const int *index, int n, bool *told) {
    for (int k = 0; k < n; k++) {
        const gw_fact *a = &ledger->fact[index[k]];
        for (int j = k + 1; j < n && j <= k + 4 * LOOK; j++) {
            const gw_fact *b = &ledger->fact[index[j]];
            bool contract =
                a->r->measure == GW_MEASURE_CONTRACT || b->r->measure == GW_MEASURE_CONTRACT ||
                a->r->measure == GW_MEASURE_BACKLOG || b->r->measure == GW_MEASURE_BACKLOG;
            bool cash = a->r->measure == GW_MEASURE_CASH || b->r->measure == GW_MEASURE_CASH;
            bool year = a->statement == b->statement
                            ? of_one_year(a) || of_one_year(b)
                            : of_one_year(a) && of_one_year(b) && gw_ledger_same_window(a, b);
            cash = cash && (a->statement == b->statement || a->object == b->object);
            if (a->r->measure == b->r->measure || !gw_ledger_share_party(a, b) || told[index[k]] ||
                told[index[j]] || gw_ledger_gap(fabs(a->number), fabs(b->number)) > 0.005 ||
                !((contract && year) || cash) || fabs(a->r->said_d - b->r->said_d) > 366) {
                continue;
            }
            told[index[k]] = told[index[j]] = true;
            gw_finding *f =
                gw_ledger_add(ledger, "R6", GW_WARNING, 2, (const int[]){index[k], index[j]});
            f->message = gw_ledger_printf(ledger, "%s and %s: one number as two things",
                                          gw_ledger_claimed(ledger, index[k]),
                                          gw_ledger_claimed(ledger, index[j]));
            f->reading = "a contract is paid over years, spending is of one year, cash is what is "
                         "left: equal by chance "
                         "or mistaken for each other";
            gw_ledger_number(f, "first", "USD", a->number);
            gw_ledger_number(f, "second", "USD", b->number);
        }
    }
}

static int by_sponsor_year(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = x->sponsors[0] - y->sponsors[0];
    c = c != 0 ? c : (x->r->from_d < y->r->from_d ? -1 : x->r->from_d > y->r->from_d);
    return c != 0 ? c : a < b ? -1 : a > b;
}

/* Contracts signed in a year beside the spending or cash of that year. */
static void mixed_years(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        if (stock_or_flow(f) && f->n_sponsors == 1 && of_one_year(f) && f->live &&
            f->r->measure != GW_MEASURE_REVENUE) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_sponsor_year);
    for (int first = 0, end; first < n; first = end) {
        const gw_fact *a = &ledger->fact[index[first]];
        unsigned kinds = 0;
        int all[LOOK], k = 0;
        for (end = first; end < n && ledger->fact[index[end]].sponsors[0] == a->sponsors[0] &&
                          ledger->fact[index[end]].r->from_d < a->r->from_d + 92;
             end++) {
            unsigned kind = 1u << (ledger->fact[index[end]].r->measure - GW_MEASURE_CAPEX);
            if (k < LOOK && !(kinds & kind)) {
                all[k++] = index[end];
            }
            kinds |= kind;
        }
        if (k < 2 || !(kinds & 1u << (GW_MEASURE_CONTRACT - GW_MEASURE_CAPEX))) {
            continue;
        }
        gw_finding *f = gw_ledger_add(ledger, "R6", GW_NOTE, k, all);
        f->message = gw_ledger_printf(
            ledger, "contracts, spending and cash of one year stand side by side: %s",
            gw_ledger_ids(ledger, k, all));
        f->reading = "contracts are stocks paid over years, spending is a flow, cash burn its "
                     "balance: not to be "
                     "compared or added";
        for (int i = 0; i < k; i++) {
            gw_ledger_number(f, ledger->fact[all[i]].r->id, "USD", ledger->fact[all[i]].number);
        }
    }
}

/* "The twelfth largest economy": revenue is no value added. */
static void economies(gw_ledger *ledger) {
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *a = &ledger->fact[i];
        if (a->r->measure != GW_MEASURE_RANK || gw_names_word(a->r->unit_text, "economy") == NULL) {
            continue;
        }
        gw_group group = gw_ledger_object(ledger, a->object);
        int both[2] = {i, -1};
        for (int k = 0; k < group.n && k < 64; k++) {
            both[1] = ledger->fact[group.fact[k]].r->measure == GW_MEASURE_REVENUE ? group.fact[k]
                                                                                   : both[1];
        }
        gw_finding *f = gw_ledger_add(ledger, "R6", GW_WARNING, both[1] >= 0 ? 2 : 1, both);
        f->message = "companies ranked among economies: revenue set against value added";
        f->reading = "fits only as a picture: gross domestic product counts value added, not sales";
    }
}

/* ------------------------------------------------------------------ R7 */

static int by_sponsor(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = x->n_sponsors - y->n_sponsors;
    for (int i = 0; c == 0 && i < x->n_sponsors; i++) {
        c = x->sponsors[i] - y->sponsors[i];
    }
    return c != 0 ? c : a < b ? -1 : a > b;
}

static bool same_sponsors(const gw_fact *a, const gw_fact *b) {
    bool same = a->n_sponsors == b->n_sponsors && a->n_sponsors > 0;
    for (int i = 0; same && i < a->n_sponsors; i++) {
        same = a->sponsors[i] == b->sponsors[i];
    }
    return same;
}

/* A plain figure of the sponsor that shows what the yearly one means; -1: none. */
static int evidence(const gw_ledger *ledger, const int *index, int n, int at) {
    const gw_fact *a = &ledger->fact[index[at]];
    int best = -1;
    for (int j = at > 4 * LOOK ? at - 4 * LOOK : 0; j < n && j < at + 4 * LOOK; j++) {
        const gw_fact *b = &ledger->fact[index[j]];
        if (j == at || b->r->per_time || !same_sponsors(a, b) || a->place != b->place) {
            continue;
        }
        bool meets = a->lo * YEAR_s <= b->hi * 1.01 && b->lo <= a->hi * YEAR_s * 1.01;
        bool other_year = of_one_year(b) && of_one_year(a) && !gw_ledger_same_window(a, b);
        best = meets || (other_year && best < 0) ? index[j] : best;
        if (gw_ledger_same_window(a, b) && of_one_year(a)) {
            return index[j];
        }
        if (meets) {
            return best;
        }
    }
    return best;
}

static void yearly_spending(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        if (ledger->fact[i].r->measure == GW_MEASURE_CAPEX && ledger->fact[i].number > 0) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_sponsor);
    for (int k = 0; k < n; k++) {
        const gw_fact *a = &ledger->fact[index[k]];
        int other = a->r->per_time ? evidence(ledger, index, n, k) : -1;
        if (!a->r->per_time || (!of_one_year(a) && other < 0)) {
            continue;
        }
        bool same =
            other >= 0 && gw_ledger_gap(a->number * YEAR_s, ledger->fact[other].number) <= 0.01;
        if (!of_one_year(a) && !same) {
            continue;
        }
        const int both[2] = {index[k], other};
        gw_finding *f = gw_ledger_add(ledger, "R7", GW_WARNING, other >= 0 ? 2 : 1, both);
        f->message =
            of_one_year(a)
                ? gw_ledger_printf(ledger, "%s is told as yearly, but covers %s to %s only",
                                   gw_ledger_claimed(ledger, index[k]),
                                   gw_ledger_text(ledger, a->r->from_d, NULL),
                                   gw_ledger_text(ledger, a->r->until_d, NULL))
                : gw_ledger_printf(ledger, "%s is told as yearly, %s as a sum: the same number",
                                   gw_ledger_claimed(ledger, index[k]),
                                   gw_ledger_claimed(ledger, other));
        f->reading =
            other >= 0
                ? gw_ledger_printf(ledger,
                                   "guidance for one period, as '%s' has it; other years differ",
                                   ledger->fact[other].r->id)
                : "guidance for one year, not for every year";
        gw_ledger_number(f, "claimed", "USD/yr", a->number);
    }
}

void gw_rule_flows(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    bool *told = GW_NEW_N(ledger->arena, ledger->n + 1, bool);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        if (is_flow(f) || (gw_ledger_has(f, GW_MEASURE_CONTRACT) && f->number > 0)) {
            index[n++] = i;
        }
    }
    totals_and_flows(ledger, index, n, false, told);
    totals_and_flows(ledger, index, n, true, told);
    memset(told, 0, (size_t)ledger->n * sizeof *told);
    n = 0;
    for (int i = 0; i < ledger->n; i++) {
        if (stock_or_flow(&ledger->fact[i]) && ledger->fact[i].live) {
            index[n++] = i;
        }
    }
    one_number_two_things(ledger, index, n, told);
    mixed_years(ledger);
    economies(ledger);
    yearly_spending(ledger);
}
