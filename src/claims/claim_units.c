/* claims/claim_units.c: the units of a table of claims.
 * In:    unit as written, measure     Out: SI scale, basis, chip, what it is per
 * Model: the first word is the unit; words behind it say on which basis. A basis or chip that no
 *        word names stays unstated; nothing is guessed and no currency converted.
 * Valid: years of 365.25 d, months of a twelfth of that: 2.5 bn a month is exactly 30 bn a year.
 * Sources: the units of the public record; GB200 is a board of two GPUs (NVIDIA GB200 NVL72 data
 *        sheet), so "GB200" alone leaves open which of the two is counted. */
#include "claims/claim_units.h"

#include <ctype.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/spelling.h"

#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define N_ITEMS(list) (sizeof(list) / sizeof((list)[0]))

typedef struct scale_row {
    const char *word;
    double scale;
} scale_row;

static double look_up(const scale_row *rows, size_t n_rows, const char *word, size_t n) {
    for (size_t i = 0; i < n_rows; i++) {
        if (strlen(rows[i].word) == n && strncmp(rows[i].word, word, n) == 0) {
            return rows[i].scale;
        }
    }
    return 0;
}

double gw_claim_scale_word(const char *word, size_t n) {
    static const scale_row rows[] = {
        {"bn", 1e9},        {"billion", 1e9}, {"Bn", 1e9},       {"B", 1e9}, {"mn", 1e6},
        {"mln", 1e6},       {"million", 1e6}, {"m", 1e6},        {"M", 1e6}, {"tn", 1e12},
        {"trillion", 1e12}, {"T", 1e12},      {"thousand", 1e3}, {"k", 1e3}, {"K", 1e3}};
    return look_up(rows, N_ITEMS(rows), word, n);
}

/* Seconds of "yr", "month", ...; 0: no time. */
static double time_word(const char *word, size_t n) {
    static const scale_row rows[] = {
        {"yr", YEAR_s},          {"year", YEAR_s},        {"years", YEAR_s},
        {"a", YEAR_s},           {"y", YEAR_s},           {"annum", YEAR_s},
        {"month", YEAR_s / 12},  {"months", YEAR_s / 12}, {"mo", YEAR_s / 12},
        {"quarter", YEAR_s / 4}, {"week", 7 * GW_DAY_s},  {"weeks", 7 * GW_DAY_s},
        {"day", GW_DAY_s},       {"days", GW_DAY_s},      {"d", GW_DAY_s},
        {"hour", 3600},          {"hours", 3600},         {"h", 3600}};
    return look_up(rows, N_ITEMS(rows), word, n);
}

gw_claim_basis gw_claim_basis_words(const char *words) {
    static const struct {
        const char *word;
        gw_claim_basis basis;
    } rows[] = {{"generation", GW_BASIS_GENERATION},
                {"nameplate", GW_BASIS_GENERATION},
                {"turbines", GW_BASIS_GENERATION},
                {"backlog", GW_BASIS_GENERATION},
                {"solar", GW_BASIS_GENERATION},
                {"cooling", GW_BASIS_COOLING},
                {"server", GW_BASIS_SERVER},
                {"servers", GW_BASIS_SERVER},
                {"facility", GW_BASIS_FACILITY},
                {"meter", GW_BASIS_FACILITY},
                {"gross", GW_BASIS_FACILITY},
                {"contracted", GW_BASIS_CONTRACTED},
                {"supply", GW_BASIS_CONTRACTED},
                {"grid", GW_BASIS_CONTRACTED},
                {"interconnection", GW_BASIS_CONTRACTED},
                {"connection", GW_BASIS_CONTRACTED},
                {"requests", GW_BASIS_CONTRACTED},
                {"it", GW_BASIS_IT},
                {"critical", GW_BASIS_IT}};
    if (gw_names_word(words, "unstated") != NULL) {
        return GW_BASIS_UNSTATED;
    }
    for (size_t i = 0; i < N_ITEMS(rows); i++) {
        if (gw_names_word(words, rows[i].word) != NULL) {
            return rows[i].basis;
        }
    }
    return GW_BASIS_UNSTATED;
}

static bool has_any(const char *words, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (gw_names_word(words, list[i]) != NULL) {
            return true;
        }
    }
    return false;
}

gw_chip_unit gw_claim_chip_words(const char *words) {
    static const char *const equivalents[] = {"equivalents", "equivalent", "h100e"};
    static const char *const boards[] = {"superchips", "superchip", "boards"};
    static const char *const dies[] = {"die", "dies"};
    static const char *const others[] = {"tpu",       "tpus",       "trainium",    "trainium2",
                                         "trainium3", "inferentia", "maia",        "mtia",
                                         "asic",      "asics",      "accelerators"};
    static const char *const packages[] = {"gpu",  "gpus",  "h100",   "h200",  "b200", "b300",
                                           "a100", "mi300", "mi300x", "mi350", "mi450"};
    if (has_any(words, equivalents, N_ITEMS(equivalents))) {
        return GW_CHIP_H100E;
    }
    if (has_any(words, boards, N_ITEMS(boards))) {
        return GW_CHIP_SUPERCHIP;
    }
    if (has_any(words, dies, N_ITEMS(dies))) {
        return GW_CHIP_DIE;
    }
    if (has_any(words, others, N_ITEMS(others))) {
        return GW_CHIP_ACCELERATOR;
    }
    return has_any(words, packages, N_ITEMS(packages)) ? GW_CHIP_GPU : GW_CHIP_UNSTATED;
}

/* ------------------------------------------------------------------ by measure */

static bool is_currency(const char *word, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!isupper((unsigned char)word[i])) {
            return false;
        }
    }
    return n == 3;
}

/* "USD/yr", "bn USD", "USD bn per month", "USD 2025", "USD data centre". */
static void read_money(const char *unit, gw_arena *arena, gw_claim_unit *out) {
    bool usd = false;
    for (const char *at = unit; *at != '\0';) {
        size_t n = strcspn(at, " /()");
        if ((n == 3 && strncmp(at, "USD", 3) == 0) || (n == 1 && *at == '$') ||
            (n == 7 && strncmp(at, "USD", 3) == 0 && isdigit((unsigned char)at[3]))) {
            usd = true;
        } else if (gw_claim_scale_word(at, n) > 0) {
            out->scale *= gw_claim_scale_word(at, n);
        } else if (!usd && is_currency(at, n)) {
            out->problem =
                gw_arena_printf(arena, "%.3s is no USD, and no exchange rate is known here", at);
            return;
        } else if (usd && time_word(at, n) > 0 && !out->per_time) {
            out->per_time = true;
            out->scale /= time_word(at, n);
        }
        at += n;
        at += strspn(at, " /()");
    }
    if (!usd && unit[0] != '\0') {
        out->problem = gw_arena_printf(arena, "'%s' is no unit of money", unit);
    }
}

static void read_power(const char *unit, gw_arena *arena, gw_claim_unit *out) {
    static const scale_row rows[] = {{"W", 1},    {"kW", 1e3},  {"MW", 1e6},
                                     {"GW", 1e9}, {"TW", 1e12}, {"mW", 1e-3}};
    size_t n = strcspn(unit, " (");
    out->scale = n == 0 ? 1e6 : look_up(rows, N_ITEMS(rows), unit, n); /* power_mw says MW */
    if (!(out->scale > 0)) {
        out->problem = gw_arena_printf(arena, "'%s' is no unit of power", unit);
    }
    out->basis = gw_claim_basis_words(unit + n);
}

static const char *per_of(const char *unit, gw_arena *arena, double *per_s) {
    const char *per = strstr(unit, "per ");
    const char *at = per != NULL                 ? per + 4
                     : strchr(unit, '/') != NULL ? strchr(unit, '/') + 1
                                                 : NULL;
    *per_s = 0;
    if (at == NULL) {
        return NULL;
    }
    size_t n = strcspn(at, " ");
    *per_s = time_word(at, n);
    return *per_s > 0 ? NULL : gw_arena_strndup(arena, at, n);
}

static void read_count(const char *unit, gw_arena *arena, gw_claim_unit *out) {
    double per_s;
    out->per = per_of(unit, arena, &per_s);
    if (per_s > 0) {
        out->per_time = true;
        out->scale /= per_s;
    }
    for (const char *at = unit; *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        double scale = n > 1 || *at == 'k' ? gw_claim_scale_word(at, n) : 0;
        out->scale *= scale > 0 ? scale : 1;
        at += n;
    }
    out->chip = gw_claim_chip_words(unit);
}

static void read_unit_cost(const char *unit, gw_arena *arena, gw_claim_unit *out) {
    static const scale_row rows[] = {
        {"USD/W", 1}, {"USD/kW", 1e-3}, {"USD/MW", 1e-6}, {"USD/GW", 1e-9}};
    size_t n = strcspn(unit, " (");
    out->scale = n == 0 ? 1 : look_up(rows, N_ITEMS(rows), unit, n);
    out->basis = gw_claim_basis_words(unit + n);
    if (!(out->scale > 0)) {
        out->problem = gw_arena_printf(arena, "'%s' is no price per watt", unit);
    }
}

static void read_time(const char *unit, double standard, gw_arena *arena, gw_claim_unit *out) {
    size_t n = strcspn(unit, " (");
    out->scale = n == 0 ? standard : time_word(unit, n);
    if (!(out->scale > 0)) {
        out->problem = gw_arena_printf(arena, "'%s' is no unit of time", unit);
    }
}

static void read_area(const char *unit, gw_claim_unit *out) {
    static const scale_row rows[] = {
        {"acres", 4046.8564224}, {"acre", 4046.8564224}, {"km2", 1e6}, {"ha", 1e4}, {"m2", 1},
        {"sqft", 0.09290304}};
    double scale = look_up(rows, N_ITEMS(rows), unit, strcspn(unit, " "));
    out->scale = scale > 0 ? scale : 1;
}

gw_claim_unit gw_claim_unit_read(const char *unit, gw_measure measure, gw_arena *arena) {
    gw_claim_unit out = {.scale = 1, .basis = GW_BASIS_UNSTATED, .chip = GW_CHIP_UNSTATED};
    bool percent = gw_names_word(unit, "percent") != NULL || strchr(unit, '%') != NULL;
    switch (measure) {
    case GW_MEASURE_CAPEX:
    case GW_MEASURE_DEBT:
    case GW_MEASURE_EQUITY:
    case GW_MEASURE_CONTRACT:
    case GW_MEASURE_BACKLOG:
    case GW_MEASURE_CASH:
    case GW_MEASURE_REVENUE:
    case GW_MEASURE_PROFIT:
    case GW_MEASURE_PRICE:
        read_money(unit, arena, &out);
        if (measure == GW_MEASURE_PRICE) { /* the word says per hour, whatever follows */
            out.scale = out.per_time ? out.scale : 1.0 / 3600;
            out.per_time = false;
        }
        break;
    case GW_MEASURE_OPEX:
        read_money(unit, arena, &out);
        out.scale /= out.per_time ? 1 : YEAR_s; /* the column says per year */
        out.per_time = true;
        break;
    case GW_MEASURE_POWER:
        read_power(unit, arena, &out);
        break;
    case GW_MEASURE_ACCELERATORS:
    case GW_MEASURE_H100E:
        read_count(unit, arena, &out);
        out.chip = measure == GW_MEASURE_H100E ? GW_CHIP_H100E : out.chip;
        break;
    case GW_MEASURE_UNIT_COST:
        read_unit_cost(unit, arena, &out);
        break;
    case GW_MEASURE_DURATION:
        read_time(unit, GW_DAY_s, arena, &out);
        break;
    case GW_MEASURE_LEAD_TIME:
        read_time(unit, 7 * GW_DAY_s, arena, &out);
        break;
    case GW_MEASURE_INTEREST:
        out.scale = strstr(unit, "fraction") != NULL ? 1 : 0.01;
        break;
    case GW_MEASURE_SHARE:
        out.scale = percent ? 0.01 : 1;
        out.fraction = true;
        break;
    case GW_MEASURE_AREA:
        read_area(unit, &out);
        break;
    default:
        break;
    }
    return out;
}
