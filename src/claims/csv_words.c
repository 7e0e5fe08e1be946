/* claims/csv_words.c: what the words beside a number say.
 * In:    cells of a row     Out: dates, wording, scope
 * Model: "at least" is a value that also stands under `low`, "up to" one under `high`; else the
 *        note's first words decide. Nothing is read out of the middle of a note but "intends",
 *        because notes speak of other figures too.
 * Valid: notes in English.
 * Derivation: the conventions of the public table of claims. */
#include "claims/csv_words.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/code.h"
#include "claims/spelling.h"

#define N_ITEMS(list) (sizeof(list) / sizeof((list)[0]))

/* First month of the fiscal year, and how many calendar years before its name it begins. */
static void fiscal_start(const char *company, int *month, int *years_before) {
    static const struct {
        const char *company;
        int month;
    } rows[] = {{"nvidia", 2}, {"oracle", 6}, {"microsoft", 7}};
    *month = 1;
    *years_before = 0;
    for (size_t i = 0; i < N_ITEMS(rows); i++) {
        if (strncasecmp(company, rows[i].company, strlen(rows[i].company)) == 0) {
            *month = rows[i].month;
            *years_before = 1;
        }
    }
}

static bool fiscal_date(const char *text, const char *company, gw_date_part part, double *date_d) {
    char *end = NULL;
    long year = strtol(text + 2, &end, 10);
    long quarter = 0;
    if (end == text + 2 || year < 0) {
        return false;
    }
    if (*end == 'Q') {
        quarter = strtol(end + 1, &end, 10);
        if (quarter < 1 || quarter > 4) {
            return false;
        }
    }
    if (*end != '\0') {
        return false;
    }
    int month, before;
    fiscal_start(company, &month, &before);
    int first = (int)(year < 100 ? 2000 + year : year) - before;
    int m = first * 12 + month - 1 + (quarter > 0 ? 3 * ((int)quarter - 1) : 0);
    double start_d = gw_month_start_d(m), end_d = gw_month_start_d(m + (quarter > 0 ? 3 : 12)) - 1;
    *date_d = part == GW_DATE_START ? start_d
              : part == GW_DATE_END ? end_d
                                    : 0.5 * (start_d + end_d);
    return true;
}

bool gw_csv_date(const char *text, const char *company, gw_date_part part, double *date_d) {
    if (strncmp(text, "FY", 2) == 0) {
        return fiscal_date(text, company, part, date_d);
    }
    return gw_date_parse(text, part, date_d) == GW_OK;
}

static bool begins_with(const char *text, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (strncasecmp(text, list[i], strlen(list[i])) == 0) {
            return true;
        }
    }
    return false;
}

gw_wording gw_csv_wording(const gw_record *r) {
    static const char *const least[] = {"at least", "more than ", "over "};
    static const char *const most[] = {"up to ", "at most "};
    static const char *const about[] = {"about ",  "nearly ",  "almost ",
                                        "around ", "roughly ", "approximately "};
    bool low = gw_is_set(r->low), high = gw_is_set(r->high);
    if (low && high) {
        return GW_WORDING_PLAIN; /* a range */
    }
    if (low) {
        return GW_WORDING_AT_LEAST;
    }
    if (high) {
        return GW_WORDING_UP_TO;
    }
    if (gw_names_word(r->text, "intends") != NULL) {
        return GW_WORDING_INTENDS;
    }
    if (begins_with(r->text, least, N_ITEMS(least))) {
        return GW_WORDING_AT_LEAST;
    }
    if (begins_with(r->text, most, N_ITEMS(most))) {
        return GW_WORDING_UP_TO;
    }
    return begins_with(r->text, about, N_ITEMS(about)) ? GW_WORDING_ABOUT : GW_WORDING_PLAIN;
}

bool gw_claims_is_chip_maker(const char *party) {
    static const char *const makers[] = {"nvidia", "amd",   "broadcom", "cerebras",
                                         "groq",   "intel", "marvell"};
    for (size_t i = 0; i < N_ITEMS(makers); i++) {
        if (gw_names_word(party, makers[i]) == party) {
            return true;
        }
    }
    return false;
}

/* "GPUs alone", "for the chips", but not "for chips and buildings". */
static bool names_chips_alone(const char *lower) {
    static const char *const things[] = {"chips", "gpus", "accelerators", "superchips"};
    static const char *const before[] = {"for ", "for the ", "on ", "on the ", "to buy "};
    static const char *const after[] = {" only", " alone", " purchase", " order"};
    for (size_t i = 0; i < N_ITEMS(things); i++) {
        const char *at = gw_names_word(lower, things[i]);
        if (at == NULL) {
            continue;
        }
        const char *rest = at + strlen(things[i]);
        for (size_t k = 0; k < N_ITEMS(after); k++) {
            if (strncmp(rest, after[k], strlen(after[k])) == 0) {
                return true;
            }
        }
        bool more = strncmp(rest, " and", 4) == 0 || strncmp(rest, ", ", 2) == 0;
        for (size_t k = 0; k < N_ITEMS(before) && !more; k++) {
            size_t m = strlen(before[k]);
            if ((size_t)(at - lower) >= m && strncmp(at - m, before[k], m) == 0) {
                return true;
            }
        }
    }
    return false;
}

gw_capex_scope gw_csv_scope(const gw_record *r) {
    static const char *const build[] = {"without chips",     "build cost",     "excluding chips",
                                        "excluding servers", "buildings only", "construction cost",
                                        "gas plant",         "without gpus",   "excluding gpus"};
    static const char *const all[] = {"all-in",          "all in",
                                      "including chips", "including servers",
                                      "chips included",  "modelled from it power",
                                      "including gpus",  "gpus included"};
    static const char *const chips[] = {"chips only",   "for chips",     "on chips",
                                        "to buy chips", "chip purchase", "chip order"};
    char lower[256];
    size_t n = 0;
    for (; n + 1 < sizeof lower && r->text[n] != '\0'; n++) {
        lower[n] = (char)tolower((unsigned char)r->text[n]);
    }
    lower[n] = '\0';
    for (size_t i = 0; i < N_ITEMS(build); i++) {
        if (strstr(lower, build[i]) != NULL) {
            return GW_CAPEX_BUILD;
        }
    }
    for (size_t i = 0; i < N_ITEMS(all); i++) {
        if (strstr(lower, all[i]) != NULL) {
            return GW_CAPEX_ALL;
        }
    }
    for (int i = 0; i < r->counterparties.n; i++) {
        if (gw_claims_is_chip_maker(r->counterparties.at[i])) {
            return GW_CAPEX_CHIPS;
        }
    }
    if (names_chips_alone(lower)) {
        return GW_CAPEX_CHIPS;
    }
    for (size_t i = 0; i < N_ITEMS(chips); i++) {
        if (strstr(lower, chips[i]) != NULL) {
            return GW_CAPEX_CHIPS;
        }
    }
    return GW_CAPEX_UNSTATED;
}

bool gw_csv_is_anonymous(const char *text) {
    static const char *const marks[] = {"people familiar", "person familiar", "anonymous",
                                        "sources say",     "sources said",    "unnamed source",
                                        "insiders"};
    for (size_t i = 0; i < N_ITEMS(marks); i++) {
        if (strstr(text, marks[i]) != NULL) {
            return true;
        }
    }
    return false;
}
