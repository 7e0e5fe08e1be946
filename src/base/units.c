/* base/units.c: the unit table and the reader of unit expressions.
 * Grammar: expression = ["1"] ["/"] term { ("*" | "." | "/") term }; term = name ["^" ["-"] digits
 * | digit]. Each "/" divides by the one term behind it ("USD/kW/mo"). A product after a division is
 * refused, because people read "USD/kW*mo" in two ways. Sources: SI brochure (2019); NIST SP 811
 * appendix B (Btu, acre, gallon, pound); 1 kg, 1 m exact. */
#include "base/units.h"

#include <math.h>
#include <string.h>

#include "base/unit_table.h"

#define TERMS_MAX 8

const gw_unit_row gw_unit_rows[] = {
#define X(name, scale, offset, dim, prefixes)                                                      \
    {name, scale, offset, GW_D_##dim, GW_PREFIX_##prefixes},
    GW_UNITS(X)
#undef X
};
const size_t gw_n_unit_rows = sizeof gw_unit_rows / sizeof gw_unit_rows[0];

const gw_unit_prefix gw_unit_prefixes[] = {
#define X(text, factor, kind) {text, factor, GW_PREFIX_##kind},
    GW_PREFIXES(X)
#undef X
};
const size_t gw_n_unit_prefixes = sizeof gw_unit_prefixes / sizeof gw_unit_prefixes[0];

static const gw_unit_row *find_row(const char *name, size_t n) {
    for (size_t i = 0; i < gw_n_unit_rows; i++) {
        if (strncmp(gw_unit_rows[i].name, name, n) == 0 && gw_unit_rows[i].name[n] == '\0') {
            return &gw_unit_rows[i];
        }
    }
    return NULL;
}

/* A whole name wins over prefix and name: "min" is a minute, "Pa" no peta-year. */
const gw_unit_row *gw_unit_find(const char *name, size_t n, const gw_unit_prefix **prefix) {
    *prefix = NULL;
    if (n == 0) {
        return NULL;
    }
    const gw_unit_row *row = find_row(name, n);
    if (row != NULL) {
        return row;
    }
    for (size_t i = 0; i < gw_n_unit_prefixes; i++) {
        size_t length = strlen(gw_unit_prefixes[i].text);
        if (n <= length || memcmp(name, gw_unit_prefixes[i].text, length) != 0) {
            continue;
        }
        row = find_row(name + length, n - length);
        if (row != NULL && (row->prefixes & gw_unit_prefixes[i].kind) != 0) {
            *prefix = &gw_unit_prefixes[i];
            return row;
        }
    }
    return NULL;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

size_t gw_unit_name_length(const char *text, size_t n) {
    size_t i = 0;
    while (i < n &&
           ((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') ||
            text[i] == '_' || text[i] == '%' || text[i] == '$' || (unsigned char)text[i] >= 0x80)) {
        i++;
    }
    return i;
}

typedef struct unit_reader {
    const char *at;
    const char *end;
    gw_unit unit;
} unit_reader;

static void skip_blanks(unit_reader *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t')) {
        r->at++;
    }
}

/* The power behind a name: "^2", "^-1" or one digit; 1 if there is none, 0 if it is malformed. */
static int read_power(unit_reader *r) {
    bool caret = r->at < r->end && *r->at == '^';
    bool negative = false;
    if (caret) {
        r->at++;
        negative = r->at < r->end && *r->at == '-';
        r->at += negative ? 1 : 0;
    }
    if (r->at == r->end || !is_digit(*r->at)) {
        return caret ? 0 : 1;
    }
    int power = *r->at++ - '0';
    if (r->at < r->end && is_digit(*r->at)) {
        return 0; /* nobody means a tenth power */
    }
    return negative ? -power : power;
}

/* "USD2024": four digits behind the name of the currency are a price year. */
static bool read_price_year(unit_reader *r, const gw_unit_row *row, int *year) {
    *year = 0;
    if (row->dim.e[GW_DIM_usd] != 1 || r->end - r->at < 4 || !is_digit(r->at[0])) {
        return true;
    }
    for (int i = 0; i < 4; i++) {
        if (!is_digit(r->at[i])) {
            return false;
        }
        *year = 10 * *year + (r->at[i] - '0');
    }
    if (*year < 1900 || *year > 2100) {
        return false;
    }
    r->at += 4;
    return true;
}

static bool multiply(gw_unit *unit, const gw_unit_row *row, double scale, int power) {
    for (int i = 0; i < GW_N_DIM; i++) {
        int e = unit->dim.e[i] + power * row->dim.e[i];
        if (e < -60 || e > 60) {
            return false;
        }
        unit->dim.e[i] = (signed char)e;
    }
    for (int i = 0; i < power; i++) {
        unit->scale *= scale;
    }
    for (int i = 0; i > power; i--) {
        unit->scale /= scale;
    }
    return isnormal(unit->scale);
}

/* One term; `sign` is -1 behind a "/". */
static bool read_term(unit_reader *r, int sign, bool is_alone) {
    const char *start = r->at;
    size_t n = gw_unit_name_length(r->at, (size_t)(r->end - r->at));
    const gw_unit_prefix *prefix;
    const gw_unit_row *row = gw_unit_find(r->at, n, &prefix);
    if (row == NULL) {
        return false;
    }
    r->at += n;
    int year;
    if (!read_price_year(r, row, &year)) {
        return false;
    }
    if (year != 0 && r->unit.price_year != 0 && r->unit.price_year != year) {
        r->at = start;
        return false;
    }
    r->unit.price_year = year != 0 ? year : r->unit.price_year;
    int power = read_power(r);
    if (power == 0) {
        return false;
    }
    if (row->offset_K != 0.0) {
        skip_blanks(r);
        if (!is_alone || power != 1 || r->at < r->end) {
            r->at = start;
            return false;
        }
        r->unit.offset = row->offset_K;
    }
    double scale = prefix == NULL ? row->scale : row->scale * prefix->factor;
    if (!multiply(&r->unit, row, scale, sign * power)) {
        r->at = start;
        return false;
    }
    return true;
}

static bool read_expression(unit_reader *r) {
    int sign = 1;
    bool divided = false;
    skip_blanks(r);
    if (r->at == r->end) {
        return true; /* "" is the number 1 */
    }
    if (*r->at == '1') {
        r->at++;
        skip_blanks(r);
        if (r->at == r->end) {
            return true;
        }
        if (*r->at != '/') {
            return false;
        }
    }
    bool is_first = *r->at != '/';
    for (int n_terms = 0; r->at < r->end; n_terms++) {
        if (n_terms == TERMS_MAX) {
            return false;
        }
        if (n_terms > 0 || !is_first) {
            char c = *r->at;
            if (c != '/' && (divided || (c != '*' && c != '.'))) {
                return false;
            }
            r->at++;
            skip_blanks(r);
            sign = c == '/' ? -1 : 1;
            divided = c == '/';
        }
        if (!read_term(r, sign, is_first && n_terms == 0)) {
            return false;
        }
        skip_blanks(r);
    }
    return true;
}

gw_code gw_unit_parse(const char *text, size_t n, gw_unit *out, const char **bad) {
    unit_reader r = {.at = text, .end = text + n, .unit = {.scale = 1.0}};
    if (!read_expression(&r)) {
        if (bad != NULL) {
            *bad = r.at;
        }
        return GW_E_UNIT;
    }
    *out = r.unit;
    return GW_OK;
}

bool gw_dim_equal(gw_dim a, gw_dim b) {
    return memcmp(a.e, b.e, sizeof a.e) == 0;
}

double gw_unit_scale(const char *unit) {
    gw_unit parsed;
    return gw_unit_parse(unit, strlen(unit), &parsed, NULL) == GW_OK ? parsed.scale : 1.0;
}
