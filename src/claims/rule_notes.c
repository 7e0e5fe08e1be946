/* claims/rule_notes.c: rules R1 to R3, R9 and R10 on what stands in the words of a claim, and on figures
 * that meet only across objects.
 * In:    facts and their notes; implied ratios        Out: findings
 * Model: a note may hold a sum ("19+19+7+7 and a total of 62"), two dates ("2024-04-24 to 2024-09-02"
 *        beside a duration), an amount that pays for the counted chips ("18 bn"), or a count of chips
 *        that an amount pays for. Across objects: one payment and two counts of chips of the same
 *        parties; one year's spending of a programme under two scopes; households of two countries;
 *        "self-funded" beside borrowed money; a multiple of one site against its programme.
 * Valid: notes in English with numbers as in the public table; nothing else is read from them.
 * Sources: The Information 2025-01-23; Epoch AI on Colossus 1; Tom's Hardware 2025-07 and 2026-06 (18 bn
 *        USD for 300,000 and for 555,000 GPUs); SpaceX S-1 and S-1/A 2026; WSJ 2025-07 (homes). */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/claim_units.h"
#include "claims/ledger.h"
#include "claims/ratio.h"

#define LOOK 32

/* ------------------------------------------------------------------ inside a note */

/* A number without sign at `at`, thousands separated by commas allowed; NULL if none begins here. */
static const char *read_number(const char *at, double *value) {
    char digits[32];
    size_t n = 0;
    if (!isdigit((unsigned char)*at)) {
        return NULL;
    }
    while (n + 1 < sizeof digits) {
        bool separator = *at == ',' && isdigit((unsigned char)at[1]) &&
                         isdigit((unsigned char)at[2]) && isdigit((unsigned char)at[3]);
        bool point = *at == '.' && isdigit((unsigned char)at[1]);
        if (isdigit((unsigned char)*at) || point) {
            digits[n++] = *at;
        } else if (!separator) {
            break;
        }
        at++;
    }
    digits[n] = '\0';
    *value = strtod(digits, NULL);
    return at;
}

static void told_sum(gw_ledger *ledger, int i, double sum, double total) {
    double gap = gw_ledger_gap(sum, total);
    if (gap <= 0.0101) {
        return;
    }
    gw_finding *f = gw_ledger_add(ledger, "R3", gap > 0.05 ? GW_ERROR : GW_WARNING, 1, &i);
    f->message = gw_ledger_printf(
        ledger, "the parts in its words add up to %.6g, the whole is given as %.6g", sum, total);
    f->reading = gap > 0.05 ? "the sum holds, the printed total does not" : "rounded parts";
    gw_ledger_number(f, "sum", "", sum);
    gw_ledger_number(f, "whole", "", total);
    gw_ledger_number(f, "gap", "%", gap);
}

/* A unit behind a number ("bn", "GW", "million USD") is passed over. */
static const char *pass_unit(const char *at) {
    static const char *const units[] = {"bn", "billion", "million", "trillion", "tn",  "GW",
                                        "MW", "GPUs",    "chips",   "USD",      "EUR", "m"};
    for (;;) {
        const char *next = *at == ' ' ? at + 1 : at;
        size_t n = 0;
        for (size_t k = 0; k < sizeof units / sizeof units[0] && n == 0; k++) {
            size_t m = strlen(units[k]);
            n = strncmp(next, units[k], m) == 0 && !isalnum((unsigned char)next[m]) ? m : 0;
        }
        if (n == 0) {
            return at;
        }
        at = next + n;
    }
}

/* Past one of the words that stand between a sum and its total; NULL. */
static const char *pass_words(const char *at, const char *const *words, size_t n) {
    for (size_t k = 0; k < n; k++) {
        if (strncmp(at, words[k], strlen(words[k])) == 0) {
            return at + strlen(words[k]);
        }
    }
    return NULL;
}

/* The total that a sentence gives for the sum before `at`: "a total of 62", "62 in all"; NaN. */
static double total_after(const char *at) {
    static const char *const before[] = {
        "total of ",  "totalling ",  "totaling ", "sum of ",   "adding up to ", "adds up to ",
        "add up to ", "altogether ", "total: ",   "in total ", "in all "};
    static const char *const after[] = {" in all", " in total", " altogether", " together",
                                        " total",  " combined", " overall"};
    for (; *at != '\0' && *at != ';' && !(*at == '.' && at[1] == ' '); at++) {
        double value;
        const char *number = pass_words(at, before, sizeof before / sizeof before[0]);
        if (number != NULL) {
            number = strncmp(number, "about ", 6) == 0 ? number + 6 : number;
            number = strncmp(number, "USD ", 4) == 0 ? number + 4 : number;
            if (read_number(*number == '$' ? number + 1 : number, &value) != NULL) {
                return value;
            }
        }
        const char *end = isalnum((unsigned char)at[-1]) ? NULL : read_number(at, &value);
        if (end != NULL) {
            if (pass_words(pass_unit(end), after, sizeof after / sizeof after[0]) != NULL) {
                return value;
            }
            at = end - 1;
        }
    }
    return GW_NAN;
}

/* "a+b+c" or "a bn + b bn", then "= d", "versus e", "a total of e" or "e in all". */
static void sums_in_note(gw_ledger *ledger, int i) {
    static const char *const against[] = {" versus ", " against ", " and a total of "};
    const char *text = ledger->fact[i].r->text, *at = strchr(text, '+');
    if (at == NULL) {
        return;
    }
    /* back to the first term: a number, a unit and blanks before the first plus */
    while (at > text && at[-1] != ',' && at[-1] != ';' && at[-1] != ':' && at[-1] != '(') {
        at--;
    }
    const char *first = NULL;
    for (double value; *at != '+'; at++) {
        bool begins = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '.');
        const char *end = begins ? read_number(at, &value) : NULL;
        if (end != NULL && (*pass_unit(end) == '+' || strncmp(pass_unit(end), " +", 2) == 0)) {
            first = at;
        }
    }
    double sum = 0, value;
    int n = 0;
    char unit = '\0'; /* its first letter */
    at = first;
    for (const char *next = at; next != NULL;) {
        next = read_number(*next == '$' ? next + 1 : next, &value);
        if (next == NULL) {
            break;
        }
        sum += value;
        n++;
        at = next;
        const char *plus = pass_unit(next);
        char its = plus > next ? next[*next == ' '] : unit;
        if (unit != '\0' && its != unit) {
            return; /* millions and billions, or gigawatts and dollars */
        }
        unit = its;
        plus += *plus == ' ' && plus[1] == '+';
        next = *plus == '+' ? plus + 1 : NULL;
        next = next != NULL && *next == ' ' ? next + 1 : next;
    }
    if (n < 2) {
        return;
    }
    at = pass_unit(at);
    const char *equals = strncmp(at, " = ", 3) == 0 ? at + 3 : *at == '=' ? at + 1 : NULL;
    if (equals != NULL && read_number(equals, &value) != NULL) {
        at = read_number(equals, &value);
        told_sum(ledger, i, sum, value);
    }
    const char *other = pass_words(at, against, sizeof against / sizeof against[0]);
    if (other != NULL && read_number(other, &value) != NULL) {
        told_sum(ledger, i, sum, value);
    } else if (equals == NULL && gw_is_set(total_after(at))) {
        told_sum(ledger, i, sum, total_after(at));
    }
}

/* "2024-04-24 to 2024-09-02" beside a duration. */
static void dates_in_note(gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    const char *at = strstr(f->r->text, " to 20");
    double from_d, until_d;
    if (!gw_ledger_has(f, GW_MEASURE_DURATION) || at == NULL || at - f->r->text < 10 ||
        strlen(at) < 14) {
        return;
    }
    char *from = gw_arena_strndup(ledger->arena, at - 10, 10),
         *until = gw_arena_strndup(ledger->arena, at + 4, 10);
    if (gw_date_parse(from, GW_DATE_START, &from_d) != GW_OK ||
        gw_date_parse(until, GW_DATE_START, &until_d) != GW_OK) {
        return;
    }
    double dated_d = until_d - from_d, claimed_d = f->number / GW_DAY_s;
    if (!(fabs(dated_d / claimed_d - 1) > GW_LEDGER_TOLERANCE)) {
        return;
    }
    gw_finding *finding = gw_ledger_add(ledger, "R10", GW_WARNING, 1, &i);
    finding->message = gw_ledger_printf(ledger, "%s claimed, but %s to %s is %.0f d",
                                        gw_ledger_claimed(ledger, i), from, until, dated_d);
    finding->reading =
        "counted from or to another event: first and last event belong to a duration";
    gw_ledger_number(finding, "claimed", "d", f->number);
    gw_ledger_number(finding, "dated", "d", dated_d * GW_DAY_s);
}

/* The first "18 bn" of a text in USD; NaN. */
static double amount_in(const char *text) {
    for (const char *at = text; *at != '\0'; at++) {
        double value;
        const char *end =
            (at == text || !isalnum((unsigned char)at[-1])) ? read_number(at, &value) : NULL;
        if (end != NULL && *end == ' ' &&
            (strncmp(end, " bn", 3) == 0 || strncmp(end, " billion", 8) == 0)) {
            return value * 1e9;
        }
        at = end != NULL ? end - 1 : at;
    }
    return GW_NAN;
}

/* The first "300,000 GPUs" (or "300,000 more GPUs") of a text; NaN. */
static double chips_in(const char *text) {
    for (const char *at = text; *at != '\0'; at++) {
        double value;
        const char *end =
            (at == text || !isalnum((unsigned char)at[-1])) ? read_number(at, &value) : NULL;
        if (end == NULL) {
            continue;
        }
        const char *next = strncmp(end, " more", 5) == 0 ? end + 5 : end;
        if (value >= 1000 && (strncmp(next, " GPUs", 5) == 0 || strncmp(next, " chips", 6) == 0)) {
            return value;
        }
        at = end - 1;
    }
    return GW_NAN;
}

static bool is_payment(const gw_fact *f) {
    return (f->r->measure == GW_MEASURE_CAPEX || f->r->measure == GW_MEASURE_DEBT ||
            f->r->measure == GW_MEASURE_CONTRACT) &&
           !f->r->per_time && f->number > 0;
}

/* The money record that a note speaks of: the same amount in the same statement or object. */
static int money_of(const gw_ledger *ledger, int i, double amount_usd) {
    for (int k = i > LOOK ? i - LOOK : 0; k < ledger->n && k < i + LOOK; k++) {
        const gw_fact *f = &ledger->fact[k];
        bool near =
            f->statement == ledger->fact[i].statement || f->object == ledger->fact[i].object;
        if (is_payment(f) && near && gw_ledger_gap(f->number, amount_usd) <= 0.005 &&
            (f->object == ledger->fact[i].object || gw_ledger_share_party(f, &ledger->fact[i]))) {
            return k;
        }
    }
    return -1;
}

static void chips_for_amount(gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    double amount_usd = amount_in(f->r->text);
    if (!gw_ledger_has(f, GW_MEASURE_ACCELERATORS) || !(f->number > 0) || !gw_is_set(amount_usd) ||
        f->r->chip == GW_CHIP_H100E || f->r->chip == GW_CHIP_ACCELERATOR) {
        return;
    }
    int both[2] = {i, money_of(ledger, i, amount_usd)};
    double each = amount_usd / f->number;
    gw_band_fit fit = gw_claims_fit(ledger->in, GW_RATIO_USD_PER_ACC, GW_BASIS_UNSTATED, each);
    if (fit.n_bands > 0 && !fit.inside) {
        gw_finding *finding = gw_ledger_add(ledger, "R2", GW_WARNING, both[1] >= 0 ? 2 : 1, both);
        finding->message = gw_ledger_printf(
            ledger, "%s for %s is %s each, %s the plausible %s",
            gw_ledger_text(ledger, amount_usd, "USD"), gw_ledger_claimed(ledger, i),
            gw_ledger_text(ledger, each, "USD"), fit.above ? "above" : "below",
            gw_ledger_text(ledger, fit.above ? fit.band->high : fit.band->low, "USD"));
        finding->reading = fit.above ? "boards of two GPUs, or more than chips"
                                     : "a part payment, or fewer chips than counted";
        gw_ledger_number(finding, "implied", "USD", each);
        gw_ledger_number(finding, "low", "USD", fit.band->low);
        gw_ledger_number(finding, "high", "USD", fit.band->high);
    }
    double other = both[1] >= 0 ? chips_in(ledger->fact[both[1]].r->text) : GW_NAN;
    if (gw_ledger_gap(other, f->number) > 0.2) {
        gw_finding *finding = gw_ledger_add(ledger, "R2", GW_WARNING, 2, both);
        finding->message = gw_ledger_printf(
            ledger, "%s for %s in '%s' (%s each) and for %s in '%s' (%s each): both cannot hold",
            gw_ledger_text(ledger, amount_usd, "USD"), gw_ledger_text(ledger, other, ""),
            ledger->fact[both[1]].r->id, gw_ledger_text(ledger, amount_usd / other, "USD"),
            gw_ledger_claimed(ledger, i), f->r->id, gw_ledger_text(ledger, each, "USD"));
        finding->reading = "the money pays for the smaller number, or for a part of each chip";
        gw_ledger_number(finding, "first", "USD", amount_usd / other);
        gw_ledger_number(finding, "second", "USD", each);
    }
}

/* ------------------------------------------------------------------ across objects */

static int by_parties(const gw_ledger *ledger, int a, int b) {
    int x = ledger->fact[a].party_set, y = ledger->fact[b].party_set;
    return x != y ? (x < y ? -1 : 1) : a < b ? -1 : a > b;
}

/* One payment, two counts of what it pays for. */
static void payment_and_counts(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        bool flow = f->r->per_time &&
                    (f->r->measure == GW_MEASURE_REVENUE || f->r->measure == GW_MEASURE_OPEX);
        bool count = gw_ledger_has(f, GW_MEASURE_ACCELERATORS) && !f->r->per_time &&
                     !gw_is_set(f->r->true_at_d);
        if ((flow || count) && f->n_parties >= 2 && f->number > 0 && f->r->claim < 0 && f->live) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_parties);
    for (int first = 0, end; first < n; first = end) {
        int flow = -1, low = -1, high = -1;
        for (end = first;
             end < n && ledger->fact[index[end]].party_set == ledger->fact[index[first]].party_set;
             end++) {
            const gw_fact *f = &ledger->fact[index[end]];
            if (f->r->per_time) {
                flow = flow < 0 ? index[end] : flow;
                continue;
            }
            low = low < 0 || f->number < ledger->fact[low].number ? index[end] : low;
            high = high < 0 || f->number > ledger->fact[high].number ? index[end] : high;
        }
        if (flow < 0 || low == high || end - first > LOOK || gw_ledger_linked(ledger, low, high) ||
            gw_ledger_gap(ledger->fact[low].number, ledger->fact[high].number) < 0.2) {
            continue;
        }
        double usd_h = ledger->fact[flow].number, most = usd_h / ledger->fact[low].number,
               least = usd_h / ledger->fact[high].number;
        gw_finding *f = gw_ledger_add(ledger, "R2", GW_WARNING, 3, (const int[]){flow, low, high});
        f->message = gw_ledger_printf(
            ledger, "%s is %s a chip-hour for %s and %s for %s", gw_ledger_claimed(ledger, flow),
            gw_ledger_text(ledger, most, "USD/h"), gw_ledger_claimed(ledger, low),
            gw_ledger_text(ledger, least, "USD/h"), gw_ledger_claimed(ledger, high));
        f->reading = gw_ledger_printf(
            ledger, "payment and chips must be of one scope: '%s' was said later",
            ledger->fact[ledger->fact[high].r->said_d > ledger->fact[low].r->said_d ? high : low]
                .r->id);
        gw_ledger_number(f, "first", "USD/h", most);
        gw_ledger_number(f, "second", "USD/h", least);
    }
}

static int by_programme_year(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = x->programme - y->programme;
    c = c != 0 ? c : (x->r->from_d < y->r->from_d ? -1 : x->r->from_d > y->r->from_d);
    return c != 0 ? c : a < b ? -1 : a > b;
}

/* Nearly the same spending of one year, once of chips and once of everything. */
static void scopes_of_a_year(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        if (gw_ledger_has(f, GW_MEASURE_CAPEX) && f->r->window_d < 400 && f->programme >= 0 &&
            f->number > 0 && f->live) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_programme_year);
    for (int k = 1; k < n; k++) {
        const gw_fact *a = &ledger->fact[index[k - 1]], *b = &ledger->fact[index[k]];
        double gap = gw_ledger_gap(a->number, b->number);
        if (a->programme != b->programme || !gw_ledger_same_window(a, b) ||
            gap > GW_LEDGER_TOLERANCE || a->r->scope == b->r->scope ||
            a->r->per_time != b->r->per_time) {
            continue;
        }
        gw_finding *f =
            gw_ledger_add(ledger, "R1", GW_NOTE, 2, (const int[]){index[k - 1], index[k]});
        f->message = gw_ledger_printf(
            ledger, "%s and %s for one period agree within %.1f %%, but cover different things",
            gw_ledger_claimed(ledger, index[k - 1]), gw_ledger_claimed(ledger, index[k]),
            100 * gap);
        f->reading = "one of the two scopes is too narrow: spending on everything cannot equal "
                     "spending on chips alone";
        gw_ledger_number(f, "gap", "%", gap);
    }
}

static void households(gw_ledger *ledger) {
    int low = -1, high = -1;
    for (int i = 0; i < ledger->n_implied; i++) {
        if (ledger->implied[i].ratio == GW_RATIO_W_PER_HOME && ledger->implied[i].inside) {
            low = low < 0 || ledger->implied[i].value < ledger->implied[low].value ? i : low;
            high = high < 0 || ledger->implied[i].value > ledger->implied[high].value ? i : high;
        }
    }
    if (low < 0 || !(ledger->implied[high].value > 1.7 * ledger->implied[low].value)) {
        return;
    }
    const gw_implied *a = &ledger->implied[low], *b = &ledger->implied[high];
    const int four[] = {a->claims[0], a->claims[a->n_claims - 1], b->claims[0],
                        b->claims[b->n_claims - 1]};
    gw_finding *f = gw_ledger_add(ledger, "R2", GW_NOTE, 4, four);
    f->message = gw_ledger_printf(ledger, "%s; %s", a->text, b->text);
    f->reading = "households of different countries: both can hold, and are not to be compared";
    gw_ledger_number(f, "first", "kWh/yr", a->value);
    gw_ledger_number(f, "second", "kWh/yr", b->value);
}

/* "Pays everything itself" beside debt of the same company. */
static void self_funded(gw_ledger *ledger) {
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *a = &ledger->fact[i];
        if (!gw_ledger_has(a, GW_MEASURE_SHARE) || strstr(a->r->unit_text, "self-funded") == NULL ||
            a->number < 0.95 || a->n_sponsors == 0) {
            continue;
        }
        int all[9] = {i}, n = 1;
        double debt_usd = 0;
        for (int k = 0; k < ledger->n && n < 9; k++) {
            const gw_fact *b = &ledger->fact[k];
            bool named =
                gw_ledger_has(b, GW_MEASURE_DEBT) && b->number > 0 && gw_ledger_share_party(a, b);
            for (int s = 0; gw_ledger_has(b, GW_MEASURE_DEBT) && s < b->r->sponsors.n; s++) {
                const char *key =
                    gw_arena_strdup(ledger->arena, ledger->parties.text[a->sponsors[0]]);
                named = named || gw_names_word(b->r->sponsors.at[s], key) != NULL;
            }
            if (named) {
                all[n++] = k;
                debt_usd += b->number;
            }
        }
        if (n > 1) {
            gw_finding *f = gw_ledger_add(ledger, "R9", GW_WARNING, n, all);
            f->message = gw_ledger_printf(
                ledger, "'%s' says that all is paid from own means; %s of debt stands beside it",
                a->r->id, gw_ledger_text(ledger, debt_usd, "USD"));
            f->reading = "true when it was said, overtaken since; or the debt is that of a partner";
            gw_ledger_number(f, "debt", "USD", debt_usd);
        }
    }
}

/* "Ten more such centres" against the programme's own total. */
static void such_sites(gw_ledger *ledger) {
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *a = &ledger->fact[i];
        if (!gw_ledger_has(a, GW_MEASURE_SITES) || a->number < 2 ||
            gw_names_word(a->r->text, "such") == NULL) {
            continue;
        }
        int build = -1, chips = -1, whole = -1;
        for (int k = 0; k < ledger->n; k++) {
            const gw_fact *f = &ledger->fact[k];
            if (!gw_ledger_has(f, GW_MEASURE_CAPEX) || f->programme != a->programme ||
                f->r->per_time) {
                continue;
            }
            bool one = f->place >= 0 && f->statement == a->statement;
            build = one && f->r->scope == GW_CAPEX_BUILD ? k : build;
            chips = one && f->r->scope == GW_CAPEX_CHIPS && !(f->r->window_d < 550) ? k : chips;
            whole =
                f->place < 0 && (whole < 0 || f->number > ledger->fact[whole].number) ? k : whole;
        }
        if (build < 0 || chips < 0 || whole < 0) {
            continue;
        }
        double total_usd =
            (a->number + 1) * (ledger->fact[build].number + ledger->fact[chips].number);
        if (gw_ledger_gap(total_usd, ledger->fact[whole].number) > GW_LEDGER_ABOUT) {
            gw_finding *f =
                gw_ledger_add(ledger, "R3", GW_NOTE, 4, (const int[]){i, build, chips, whole});
            f->message = gw_ledger_printf(
                ledger, "%.0f sites like the one that is built cost %s, against %s for the whole",
                a->number + 1, gw_ledger_text(ledger, total_usd, "USD"),
                gw_ledger_claimed(ledger, whole));
            f->reading = "the further sites are smaller, or not all of them are inside the total";
            gw_ledger_number(f, "sum", "USD", total_usd);
            gw_ledger_number(f, "whole", "USD", ledger->fact[whole].number);
        }
    }
}

void gw_rule_notes(gw_ledger *ledger) {
    for (int i = 0; i < ledger->n; i++) {
        if (ledger->fact[i].r->ambiguous == NULL && ledger->fact[i].r->text[0] != '\0') {
            sums_in_note(ledger, i);
            dates_in_note(ledger, i);
            chips_for_amount(ledger, i);
        }
    }
    payment_and_counts(ledger);
    scopes_of_a_year(ledger);
    households(ledger);
    self_funded(ledger);
    such_sites(ledger);
}
