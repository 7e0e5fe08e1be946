/* claims/add_line.c: one line of words into rows of a table of claims.
 * In:    "key=value key=value ..." or fields parted by commas
 * Out:   CSV rows in the columns of gw_claims_add_header
 * Model: a value reaches to the next "key="; quotes are allowed and not needed. Numbers go through
 *        gw_quantity_parse, words behind them ("facility", "GB200 chips") into the unit column.
 * Valid: plain numbers, scale words, ranges "66-72".   Derivation: columns of public tables. */
#include "claims/add_line.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/text.h"
#include "base/units.h"
#include "claims/record.h"

const char gw_claims_add_header[] =
    "id,date_of_claim,source,programme,site,sponsor,counterparty,quantity,value,unit,low,high,"
    "status,period_start,period_end,note,confirmed,probability\n";

/* K(constant, "key", "other name", "column of the measure or empty", "unit that is meant") */
#define KEYS(K)                                                                                    \
    K(ID, "id", "", "", "")                                                                        \
    K(SAID, "said", "date_of_claim", "", "")                                                       \
    K(SOURCE, "source", "", "", "")                                                                \
    K(PROGRAMME, "programme", "program", "", "")                                                   \
    K(SITE, "site", "", "", "")                                                                    \
    K(SPONSOR, "by", "sponsor", "", "")                                                            \
    K(WITH, "with", "counterparty", "", "")                                                        \
    K(STATUS, "status", "", "", "")                                                                \
    K(FROM, "from", "period_start", "", "")                                                        \
    K(UNTIL, "until", "period_end", "", "")                                                        \
    K(NOTE, "note", "text", "", "")                                                                \
    K(BASIS, "basis", "", "", "")                                                                  \
    K(UNIT, "unit", "", "", "")                                                                    \
    K(SCOPE, "scope", "", "", "")                                                                  \
    K(PROBABILITY, "probability", "", "", "")                                                      \
    K(POWER, "power", "power_mw", "power_mw", "MW")                                                \
    K(GPUS, "gpus", "chips", "gpus", "")                                                           \
    K(H100E, "h100e", "", "h100e", "")                                                             \
    K(CAPEX, "capex", "cost", "capex_usd", "USD")                                                  \
    K(DEBT, "debt", "debt_usd", "debt_usd", "USD")                                                 \
    K(EQUITY, "equity", "equity_usd", "equity_usd", "USD")                                         \
    K(CONTRACT, "contract", "contract_usd", "contract_usd", "USD")                                 \
    K(BACKLOG, "backlog", "backlog_usd", "backlog_usd", "USD")                                     \
    K(REVENUE, "payments", "revenue", "revenue", "USD/yr")                                         \
    K(PRICE, "price", "price_usd_per_gpu_hour", "price_usd_per_gpu_hour", "USD/h")                 \
    K(UNIT_COST, "cost_per_watt", "cost_usd_per_w", "cost_usd_per_w", "USD/W")                     \
    K(ONLINE, "online", "date_online", "date_online", "date")                                      \
    K(DURATION, "duration", "duration_days", "duration_days", "d")                                 \
    K(BUILDINGS, "buildings", "", "buildings", "")                                                 \
    K(HOUSEHOLDS, "households", "homes", "households", "")                                         \
    K(WORKERS, "workers", "", "workers", "")                                                       \
    K(JOBS, "jobs", "", "jobs", "")                                                                \
    K(EVENT, "event", "", "event", "event")

#define KEY_ID(id, key, other, column, unit) KEY_##id,
typedef enum key_id { KEYS(KEY_ID) N_KEYS } key_id;
typedef struct key_row {
    const char *key, *other, *column, *unit;
} key_row;
#define KEY_ROW(id, key, other, column, unit) {key, other, column, unit},
static const key_row keys[N_KEYS] = {KEYS(KEY_ROW)};

typedef struct line_of {
    const char *text;
    int number;
    gw_arena *arena;
    gw_diags *diags;
    gw_code code;
    const char *value[N_KEYS]; /* NULL: not given */
    const char *at[N_KEYS];    /* where it stands in the line */
} line_of;

static void complain(line_of *l, const char *at, gw_code code, const char *hint, const char *fmt,
                     ...) GW_PRINTF(5, 6);
static void complain(line_of *l, const char *at, gw_code code, const char *hint, const char *fmt,
                     ...) {
    gw_loc loc = {"--add", l->number, at == NULL ? 1 : (int)(at - l->text) + 1};
    va_list args;
    va_start(args, fmt);
    gw_diag_add(l->diags, code, GW_ERROR, loc, NULL, hint, "%s",
                gw_arena_vprintf(l->arena, fmt, args));
    va_end(args);
    l->code = l->code == GW_OK ? code : l->code;
}

/* ------------------------------------------------------------------ splitting */

static int find_key(const char *word, size_t n) {
    for (int k = 0; k < N_KEYS; k++) {
        if ((strlen(keys[k].key) == n && strncasecmp(keys[k].key, word, n) == 0) ||
            (keys[k].other[0] != '\0' && strlen(keys[k].other) == n &&
             strncasecmp(keys[k].other, word, n) == 0)) {
            return k;
        }
    }
    return -1;
}

static const char *nearest_key(const char *word) {
    const char *names[N_KEYS];
    for (int k = 0; k < N_KEYS; k++) {
        names[k] = keys[k].key;
    }
    return gw_text_nearest(word, names, N_KEYS);
}

/* Length of a key in front of '=', 0 if there is none at this place. */
static size_t key_length(const char *at) {
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '_') {
        n++;
    }
    return n > 0 && at[n] == '=' ? n : 0;
}

static const char *trimmed(gw_arena *arena, const char *at, size_t n) {
    while (n > 0 && isspace((unsigned char)*at)) {
        at++;
        n--;
    }
    while (n > 0 && (isspace((unsigned char)at[n - 1]) || at[n - 1] == ',')) {
        n--;
    }
    return gw_arena_strndup(arena, at, n);
}

/* The value that starts at `at`; *end is behind it. */
static const char *take_value(line_of *l, const char *at, const char **end) {
    if (*at == '\'' || *at == '"') {
        const char *close = strchr(at + 1, *at);
        if (close == NULL) {
            complain(l, at, GW_E_SYNTAX, "add the second quote", "a quote is not closed");
            close = at + strlen(at);
        }
        *end = *close == '\0' ? close : close + 1;
        return gw_arena_strndup(l->arena, at + 1, (size_t)(close - at - 1));
    }
    const char *stop = at;
    while (*stop != '\0' && !(stop > at && isspace((unsigned char)stop[-1]) && key_length(stop))) {
        stop++;
    }
    *end = stop;
    return trimmed(l->arena, at, (size_t)(stop - at));
}

static void split_keys(line_of *l) {
    const char *at = l->text;
    while (*(at += strspn(at, " \t,;")) != '\0') {
        size_t n = key_length(at);
        if (n == 0) {
            complain(l, at, GW_E_SYNTAX,
                     "for example --add \"site=Abilene TX power=1.2 GW said=2025-08 by=OpenAI\"",
                     "`%s` is no key=value", at);
            return;
        }
        const char *word = gw_arena_strndup(l->arena, at, n), *from = at;
        int k = find_key(at, n);
        const char *value = take_value(l, at + n + 1, &at);
        if (k < 0) {
            const char *near = nearest_key(word);
            complain(l, from, GW_E_KEY,
                     near != NULL
                         ? gw_arena_printf(l->arena, "did you mean `%s`?", near)
                         : "keys: site, programme, power, gpus, capex, debt, equity, contract, "
                           "payments, online, said, by, with, source, status",
                     "`%s` is not known here", word);
        } else if (l->value[k] != NULL) {
            complain(l, from, GW_E_KEY, "give a second claim with a second --add",
                     "`%s` stands twice", keys[k].key);
        } else {
            l->value[k] = value;
            l->at[k] = from;
        }
    }
}

/* programme, site, quantity, value, said, by, status, with, source */
static void split_commas(line_of *l) {
    static const int order[] = {KEY_PROGRAMME, KEY_SITE,   -1,       -1,        KEY_SAID,
                                KEY_SPONSOR,   KEY_STATUS, KEY_WITH, KEY_SOURCE};
    const char *quantity = "", *quantity_at = l->text, *at = l->text;
    int field = 0;
    for (; *at != '\0' && field < 9; field++) {
        at += strspn(at, " ");
        const char *from = at;
        size_t n = strcspn(at, ",");
        while (at[n] == ',' && n > 0 && isdigit((unsigned char)at[n - 1]) &&
               isdigit((unsigned char)at[n + 1]) && isdigit((unsigned char)at[n + 2]) &&
               isdigit((unsigned char)at[n + 3]) && !isdigit((unsigned char)at[n + 4])) {
            n += 1 + strcspn(at + n + 1, ","); /* 400,000 is one number */
        }
        const char *value = trimmed(l->arena, at, n);
        at += n + (at[n] == ',' ? 1 : 0);
        if (field == 2) {
            quantity = value;
            quantity_at = from;
        } else if (field == 3) {
            int k = find_key(quantity, strlen(quantity));
            if (k < 0 || keys[k].column[0] == '\0') {
                const char *near = nearest_key(quantity);
                complain(l, quantity_at, GW_E_KEY,
                         near != NULL
                             ? gw_arena_printf(l->arena, "did you mean `%s`?", near)
                             : "power, gpus, capex, debt, equity, contract, payments, online",
                         "`%s` is no quantity", quantity);
            } else {
                l->value[k] = value;
                l->at[k] = from;
            }
        } else if (value[0] != '\0') {
            l->value[order[field]] = value;
            l->at[order[field]] = from;
        }
    }
    if (field < 5) {
        complain(l, l->text, GW_E_SYNTAX,
                 "programme, site, quantity, value, said[, by[, status[, with[, source]]]]",
                 "`%s` has too few fields", l->text);
    }
}

/* ------------------------------------------------------------------ numbers */

typedef struct amount {
    double value, low, high; /* in the unit of the row; NaN if absent */
    const char *unit, *wording;
} amount;

static const char *strip_wording(const char *text, const char **wording) {
    static const char *const words[][2] = {
        {"at least ", "at least"}, {"more than ", "at least"}, {"over ", "at least"},
        {"up to ", "up to"},       {"as much as ", "up to"},   {"about ", "about"},
        {"around ", "about"},      {"nearly ", "about"},       {"almost ", "about"},
        {"some ", "about"},        {"intends ", "intends"},    {"plans ", "intends"},
        {"planned ", "intends"},
    };
    *wording = "";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncasecmp(text, words[i][0], strlen(words[i][0])) == 0) {
            *wording = words[i][1];
            return text + strlen(words[i][0]);
        }
    }
    return text;
}

/* Digits with grouping commas; *end behind them. */
static double digits(const char *text, const char **end) {
    char plain[64];
    size_t n = 0, i = 0;
    for (; text[i] != '\0' && n + 1 < sizeof plain; i++) {
        bool grouping = text[i] == ',' && isdigit((unsigned char)text[i + 1]);
        bool part = isdigit((unsigned char)text[i]) || text[i] == '.' || (i == 0 && text[i] == '-');
        if (!part && !grouping) {
            break;
        }
        if (part) {
            plain[n++] = text[i];
        }
    }
    plain[n] = '\0';
    char *stop = NULL;
    double value = strtod(plain, &stop);
    *end = text + i;
    return stop == plain || *stop != '\0' ? GW_NAN : value;
}

static bool is_scale(const char *word, size_t n) {
    static const char *const words[] = {"thousand", "mn",      "mln", "million",
                                        "bn",       "billion", "tn",  "trillion"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == n && strncasecmp(words[i], word, n) == 0) {
            return true;
        }
    }
    return false;
}

static const char *short_unit(const char *word) {
    static const char *const same[][2] = {
        {"days", "d"},      {"day", "d"},           {"weeks", "wk"},
        {"months", "mo"},   {"years", "yr"},        {"$", "USD"},
        {"dollars", "USD"}, {"USD/year", "USD/yr"}, {"USD/hour", "USD/h"}};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        if (strcasecmp(word, same[i][0]) == 0) {
            return same[i][1];
        }
    }
    return word;
}

/* One number with its scale word and unit through the parser of quantities; words left in *rest. */
static double with_unit(line_of *l, int k, double number, const char *tail, const char **rest) {
    const char *meant = keys[k].unit;
    size_t n = strcspn(tail, " ");
    const char *scale = "";
    if (is_scale(tail, n)) {
        scale = gw_arena_strndup(l->arena, tail, n);
        tail += n + strspn(tail + n, " ");
        n = strcspn(tail, " ");
    }
    const char *unit = meant[0] == '\0' ? "" : short_unit(gw_arena_strndup(l->arena, tail, n));
    *rest = meant[0] == '\0' ? tail : tail + n + strspn(tail + n, " ");
    char text[160], msg[200] = "", hint[160] = "";
    snprintf(text, sizeof text, "%.17g %s %s", number, scale, unit);
    gw_quantity q;
    if (gw_quantity_parse(text, strlen(text), &q, msg, sizeof msg, hint, sizeof hint) != GW_OK) {
        complain(l, l->at[k], GW_E_UNIT, hint[0] != '\0' ? hint : "for example 1.2 GW or 40 bn USD",
                 "%s", msg);
        return GW_NAN;
    }
    gw_unit wanted = {0};
    bool known = gw_unit_parse(meant, strlen(meant), &wanted, NULL) == GW_OK;
    if (known && meant[0] != '\0' && (!q.had_unit || !gw_dim_equal(q.unit.dim, wanted.dim))) {
        complain(l, l->at[k], GW_E_UNIT,
                 gw_arena_printf(l->arena,
                                 "write it with a unit such as %s, for example %s=12 %s%s", meant,
                                 keys[k].key, meant[0] == 'U' ? "bn " : "", meant),
                 "`%s` is not in a fitting unit", l->value[k]);
        return GW_NAN;
    }
    return q.si / (meant[0] == '\0' ? 1.0 : wanted.scale);
}

static amount read_amount(line_of *l, int k) {
    amount a = {GW_NAN, GW_NAN, GW_NAN, "", ""};
    const char *text = strip_wording(l->value[k], &a.wording);
    text += strspn(text, "$ ");
    bool dollars = text > l->value[k] && text[-1] == '$';
    const char *end, *rest = "";
    double first = digits(text, &end), second = GW_NAN;
    if (!gw_is_set(first)) {
        complain(l, l->at[k], GW_E_SYNTAX, "a number, for example 1.2 GW, 400,000 or 66-72 bn USD",
                 "`%s` does not begin with a number", l->value[k]);
        return a;
    }
    const char *dash = end + strspn(end, " ");
    size_t n_dash = strncmp(dash, "..", 2) == 0             ? 2
                    : strncmp(dash, "\xE2\x80\x93", 3) == 0 ? 3
                    : strncmp(dash, "to ", 3) == 0          ? 3
                    : *dash == '-'                          ? 1
                                                            : 0;
    if (n_dash > 0) {
        dash += n_dash;
        second = digits(dash + strspn(dash, " "), &end);
    }
    const char *tail = end + strspn(end, " ");
    if (dollars) {
        size_t n = strcspn(tail, " ");
        tail = is_scale(tail, n) ? gw_arena_printf(l->arena, "%.*s USD%s", (int)n, tail, tail + n)
                                 : gw_arena_printf(l->arena, "USD %s", tail);
    }
    double one = with_unit(l, k, first, tail, &rest);
    if (gw_is_set(second)) {
        a.low = one;
        a.high = with_unit(l, k, second, tail, &rest);
    } else {
        a.value = one;
        a.low = strcmp(a.wording, "at least") == 0 ? one : GW_NAN;
        a.high = strcmp(a.wording, "up to") == 0 ? one : GW_NAN;
    }
    a.unit = gw_arena_printf(l->arena, "%s%s%s", keys[k].unit,
                             keys[k].unit[0] != '\0' && rest[0] != '\0' ? " " : "", rest);
    return a;
}

/* ------------------------------------------------------------------ rows */

static const char *given(const line_of *l, key_id k) {
    return l->value[k] == NULL ? "" : l->value[k];
}

static const char *unit_words(const line_of *l, int k, const char *unit) {
    const char *more = k == KEY_POWER  ? given(l, KEY_BASIS)
                       : k == KEY_GPUS ? given(l, KEY_UNIT)
                                       : "";
    return more[0] == '\0' ? unit : gw_arena_printf(l->arena, "%s %s", unit, more);
}

static const char *note_words(const line_of *l, int k, const char *wording) {
    static const char *const scopes[][2] = {
        {"build", "without chips"}, {"chips", "for chips"}, {"all", "all in, with chips"}};
    const char *scope = "";
    for (size_t i = 0; i < 3 && k == KEY_CAPEX; i++) {
        scope = strcasecmp(given(l, KEY_SCOPE), scopes[i][0]) == 0 ? scopes[i][1] : scope;
    }
    bool says = strcmp(wording, "about") == 0 || strcmp(wording, "intends") == 0;
    return gw_arena_printf(
        l->arena, "%s%s%s%s%s", says ? gw_arena_printf(l->arena, "%s this figure", wording) : "",
        says && scope[0] != '\0' ? ", " : "", scope,
        (says || scope[0] != '\0') && l->value[KEY_NOTE] != NULL ? "; " : "", given(l, KEY_NOTE));
}

static void add_row(line_of *l, int k, const char *id, gw_buf *rows) {
    amount a = {GW_NAN, GW_NAN, GW_NAN, keys[k].unit, ""};
    bool is_date = k == KEY_ONLINE, is_word = k == KEY_EVENT;
    double date_d;
    if (is_date && gw_date_parse(l->value[k], GW_DATE_END, &date_d) != GW_OK) {
        complain(l, l->at[k], GW_E_SYNTAX, "2026, 2026-Q3, 2026-06 or 2026-06-30",
                 "`%s` is not a date", l->value[k]);
    } else if (!is_date && !is_word) {
        a = read_amount(l, k);
    }
    gw_csv_text(rows, id, 1);
    gw_csv_text(rows, given(l, KEY_SAID), 0);
    gw_csv_text(rows, given(l, KEY_SOURCE), 0);
    gw_csv_text(rows, given(l, KEY_PROGRAMME), 0);
    gw_csv_text(rows, given(l, KEY_SITE), 0);
    gw_csv_text(rows, given(l, KEY_SPONSOR), 0);
    gw_csv_text(rows, given(l, KEY_WITH), 0);
    gw_csv_text(rows, keys[k].column, 0);
    if (is_date || is_word) {
        gw_csv_text(rows, l->value[k], 0);
    } else {
        gw_csv_number(rows, a.value, 0);
    }
    gw_csv_text(rows, unit_words(l, k, a.unit), 0);
    gw_csv_number(rows, a.low, 0);
    gw_csv_number(rows, a.high, 0);
    gw_csv_text(rows, l->value[KEY_STATUS] == NULL ? "announced" : l->value[KEY_STATUS], 0);
    gw_csv_text(rows, given(l, KEY_FROM), 0);
    gw_csv_text(rows, given(l, KEY_UNTIL), 0);
    gw_csv_text(rows, note_words(l, k, a.wording), 0);
    gw_csv_text(rows, "yes", 0);
    gw_csv_text(rows, given(l, KEY_PROBABILITY), 0);
    gw_csv_end(rows);
}

static void check_line(line_of *l) {
    static const int dates[] = {KEY_SAID, KEY_FROM, KEY_UNTIL};
    double date_d;
    if (l->value[KEY_SAID] == NULL) {
        complain(l, NULL, GW_E_KEY, "add said=2025-08 or said=2025-08-15",
                 "it does not say when it was said");
    }
    for (int i = 0; i < 3; i++) {
        const char *text = l->value[dates[i]];
        if (text != NULL && gw_date_parse(text, GW_DATE_START, &date_d) != GW_OK) {
            complain(l, l->at[dates[i]], GW_E_SYNTAX, "2026, 2026-Q3, 2026-06 or 2026-06-30",
                     "`%s` is not a date", text);
        }
    }
    const char *status = l->value[KEY_STATUS];
    const char *names[32];
    int n = 0;
    for (; n < gw_enum_claim_status.n && n < 32; n++) {
        names[n] = gw_enum_claim_status.items[n].name;
        if (status != NULL && strcmp(status, names[n]) == 0) {
            return;
        }
    }
    if (status != NULL) {
        const char *near = gw_text_nearest(status, names, (size_t)n);
        complain(l, l->at[KEY_STATUS], GW_E_KEY,
                 near != NULL ? gw_arena_printf(l->arena, "did you mean `%s`?", near)
                              : "announced, term_sheet, contracted, financed, under_construction, "
                                "energised, reported, estimate",
                 "`%s` is no status", status);
    }
}

gw_code gw_claims_add_line(const char *line, int number, const char *id, gw_arena *arena,
                           gw_diags *diags, gw_buf *rows) {
    line_of l = {.text = line, .number = number, .arena = arena, .diags = diags, .code = GW_OK};
    gw_buf mine = {0};
    if (strchr(line, '=') != NULL) {
        split_keys(&l);
    } else {
        split_commas(&l);
    }
    if (l.code == GW_OK) {
        check_line(&l);
    }
    int n = 0;
    const char *name = l.value[KEY_ID] != NULL ? l.value[KEY_ID] : id;
    for (int k = KEY_POWER; k < N_KEYS; k++) {
        if (l.value[k] != NULL) {
            n++;
            add_row(&l, k, n == 1 ? name : gw_arena_printf(arena, "%s-%d", name, n), &mine);
        }
    }
    if (n == 0 && l.code == GW_OK) {
        complain(&l, NULL, GW_E_KEY,
                 "add a number: power=1.2 GW, gpus=400,000, capex=40 bn USD, online=2026-06",
                 "it gives no quantity");
    }
    if (l.code == GW_OK) {
        gw_buf_addn(rows, mine.text, mine.n);
    }
    gw_buf_clear(&mine);
    return l.code;
}
