/* base/quantity_format.c: quantities for people (three digits, a fitting prefix) and for files
 * (exact). What is printed can be read back by gw_quantity_parse, apart from thousands separators
 * and "-". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/unit_table.h"
#include "base/units.h"

#define TEXT_MAX 64

/* Compound units keep the unit they came with inside this range. */
#define COMPOUND_MIN 0.01
#define COMPOUND_MAX 99999.0

typedef struct rung {
    double scale; /* SI value of one */
    char text[TEXT_MAX + 8];
} rung;

/* The units one quantity may be shown in, ascending. */
typedef struct ladder {
    rung rungs[24];
    int n;
} ladder;

/* The value that three significant digits show: 999.7 becomes 1000, so that the next rung is taken.
 */
static double round3(double x) {
    char text[32];
    snprintf(text, sizeof text, "%.2e", x);
    return strtod(text, NULL);
}

/* Digits with commas every three: "403,200". `whole` is an optional sign and digits only. */
static void group_thousands(const char *whole, char *out, size_t n) {
    size_t length = strlen(whole);
    size_t sign = whole[0] == '-' ? 1 : 0;
    size_t used = 0;
    for (size_t i = 0; i < length && used + 2 < n; i++) {
        if (i > sign && (length - i) % 3 == 0) {
            out[used++] = ',';
        }
        out[used++] = whole[i];
    }
    out[used] = '\0';
}

static void trim_exponent(char *text) {
    /* "1.00e-09" -> "1.00e-9" */
    char *e = strchr(text, 'e');
    if (e == NULL) {
        return;
    }
    char *from = e + 2;
    char *to = e[1] == '-' ? e + 2 : e + 1;
    while (*from == '0' && from[1] != '\0') {
        from++;
    }
    memmove(to, from, strlen(from) + 1);
}

/* Three significant digits; whole numbers from 100 on; powers of ten for the very small and large.
 */
static void format_number(double x, char *out, size_t n) {
    double size = fabs(round3(x));
    char whole[TEXT_MAX];
    if (x == 0.0) {
        snprintf(out, n, "0");
    } else if (size >= 1e15 || size < 1e-4) {
        snprintf(out, n, "%.2e", x);
        trim_exponent(out);
    } else if (size >= 100.0) {
        snprintf(whole, sizeof whole, "%.0f", x);
        group_thousands(whole, out, n);
    } else {
        int decimals = size >= 10.0 ? 1 : 2;
        double limit = 1.0;
        while (size < limit && decimals < 8) {
            limit /= 10.0;
            decimals++;
        }
        snprintf(out, n, "%.*f", decimals, x);
    }
}

static void ladder_add(ladder *l, double scale, const char *prefix, const char *name) {
    if (l->n < (int)(sizeof l->rungs / sizeof l->rungs[0])) {
        l->rungs[l->n].scale = scale;
        snprintf(l->rungs[l->n].text, sizeof l->rungs[0].text, "%s%s", prefix, name);
        l->n++;
    }
}

static void fill_mass(ladder *l) {
    ladder_add(l, 1e-6, "", "mg");
    ladder_add(l, 1e-3, "", "g");
    ladder_add(l, 1.0, "", "kg");
    ladder_add(l, 1e3, "", "t");
    ladder_add(l, 1e6, "", "kt");
    ladder_add(l, 1e9, "", "Mt");
    ladder_add(l, 1e12, "", "Gt");
}

/* The prefixes of one kind that belong to the unit; the micro sign is only read, never written. */
static void add_prefixed(ladder *l, const gw_unit_row *row, unsigned kind) {
    for (size_t i = 0; i < gw_n_unit_prefixes; i++) {
        const gw_unit_prefix *p = &gw_unit_prefixes[i];
        if (p->kind == kind && (unsigned char)p->text[0] < 0x80) {
            ladder_add(l, row->scale * p->factor, p->text, row->name);
        }
    }
}

/* Money, and words that take no prefix in print: "52.0 bn USD", "30.0 T tokens". */
static bool counts_in_words(const gw_unit_row *row) {
    return row->dim.e[GW_DIM_usd] == 1 || strcmp(row->name, "token") == 0 ||
           strcmp(row->name, "tokens") == 0;
}

static void fill_words(ladder *l, const gw_unit_row *row, const char *name) {
    ladder_add(l, row->scale, "", name);
    ladder_add(l, row->scale * 1e6, row->dim.e[GW_DIM_usd] == 1 ? "mn " : "M ", name);
    ladder_add(l, row->scale * 1e9, "bn ", name);
    ladder_add(l, row->scale * 1e12, row->dim.e[GW_DIM_usd] == 1 ? "tn " : "T ", name);
}

/* All rungs for a name; `name` differs from the row's for "USD2024". */
static void fill_ladder(ladder *l, const gw_unit_row *row, const gw_unit_prefix *prefix,
                        const char *name) {
    l->n = 0;
    if (counts_in_words(row)) {
        fill_words(l, row, name);
        return;
    }
    if (gw_dim_equal(row->dim, (gw_dim)GW_D_MASS) && row->prefixes != GW_PREFIX_NONE) {
        fill_mass(l);
        return;
    }
    unsigned large =
        prefix != NULL && prefix->kind == GW_PREFIX_BINARY ? GW_PREFIX_BINARY : GW_PREFIX_LARGE;
    if ((row->prefixes & GW_PREFIX_SMALL) != 0) {
        add_prefixed(l, row, GW_PREFIX_SMALL);
    }
    ladder_add(l, row->scale, "", row->name);
    if (strcmp(row->name, "m") == 0) {
        ladder_add(l, 1e3, "", "km"); /* nobody reads megametres */
    } else if ((row->prefixes & large) != 0) {
        add_prefixed(l, row, large);
    }
}

/* The largest rung on which the shown number is at least 1. Words skip the thousands, so their
 * first rung reaches up to a million, and there the number is shown in full. */
static const rung *choose_rung(const ladder *l, double si) {
    const rung *best = &l->rungs[0];
    for (int i = 1; i < l->n; i++) {
        double x = fabs(si) / l->rungs[i].scale;
        bool in_full = l->rungs[i].scale >= 1e5 * best->scale;
        bool reached = in_full ? round(x * 1e6) >= 1e6 : round3(x) >= 1.0;
        if (reached) {
            best = &l->rungs[i];
        }
    }
    return best;
}

/* The unit text split at the first operator: the head may change its prefix, the tail never does.
 */
typedef struct split_unit {
    const gw_unit_row *row; /* NULL if the head takes no other prefix */
    const gw_unit_prefix *prefix;
    char head[TEXT_MAX];
    const char *tail; /* "" or from the operator on */
} split_unit;

static split_unit split(const char *unit) {
    split_unit s = {0};
    size_t n = gw_unit_name_length(unit, strlen(unit));
    s.row = gw_unit_find(unit, n, &s.prefix);
    size_t n_head = n;
    bool is_money = s.row != NULL && s.row->dim.e[GW_DIM_usd] == 1;
    while (is_money && unit[n_head] >= '0' && unit[n_head] <= '9') {
        n_head++; /* the price year */
    }
    s.tail = unit + n_head;
    bool has_power = s.tail[0] == '^' || (s.tail[0] >= '0' && s.tail[0] <= '9');
    if (n_head >= sizeof s.head || has_power ||
        (s.row != NULL && s.row->prefixes == GW_PREFIX_NONE && !is_money)) {
        s.row = NULL;
    }
    snprintf(s.head, sizeof s.head, "%.*s", (int)(n_head < TEXT_MAX ? n_head : 0), unit);
    return s;
}

static bool is_plain_count(const gw_unit *unit, const char *text) {
    static const gw_dim number = GW_D_NUMBER;
    return gw_dim_equal(unit->dim, number) && unit->scale == 1.0 && strchr(text, '/') == NULL;
}

static void write_with_unit(double x, const char *unit, const char *tail, char *out, size_t n) {
    char number[TEXT_MAX];
    format_number(x, number, sizeof number);
    /* "0.500 /yr" reads better than "0.500 1/yr" and means the same. */
    const char *shown = unit[0] == '1' && unit[1] == '/' ? unit + 1 : unit;
    bool bare = shown[0] == '\0' && tail[0] == '\0';
    snprintf(out, n, "%s%s%s%s", number, bare ? "" : " ", shown, tail);
}

void gw_quantity_format(double si, const char *unit, char *out, size_t n) {
    if (n == 0) {
        return;
    }
    if (!isfinite(si)) {
        snprintf(out, n, "%s", isnan(si) ? "-" : si > 0.0 ? "inf" : "-inf");
        return;
    }
    gw_unit parsed = {.scale = 1.0};
    if (gw_unit_parse(unit, strlen(unit), &parsed, NULL) != GW_OK) {
        write_with_unit(si, unit, "", out, n);
        return;
    }
    double x = (si - parsed.offset) / parsed.scale;
    if (is_plain_count(&parsed, unit) && x == round(x) && fabs(x) < 1e15) {
        char whole[TEXT_MAX];
        char grouped[TEXT_MAX];
        snprintf(whole, sizeof whole, "%.0f", x == 0.0 ? 0.0 : x);
        group_thousands(whole, grouped, sizeof grouped);
        snprintf(out, n, "%s%s%s", grouped, unit[0] == '\0' ? "" : " ", unit);
        return;
    }
    split_unit s = split(unit);
    bool is_compound = s.tail[0] != '\0';
    bool fits = is_compound && fabs(x) >= COMPOUND_MIN && fabs(x) <= COMPOUND_MAX;
    if (s.row == NULL || x == 0.0 || fits) {
        write_with_unit(x, unit, "", out, n);
        return;
    }
    ladder l;
    fill_ladder(&l, s.row, s.prefix, s.head);
    double head_scale = s.row->scale * (s.prefix == NULL ? 1.0 : s.prefix->factor);
    double head_si = x * head_scale; /* what the head alone has to show */
    const rung *best = choose_rung(&l, head_si);
    write_with_unit(head_si / best->scale, best->text, s.tail, out, n);
}

/* `x` with the given number of significant digits, without an exponent where that stays readable.
 */
static void print_digits(double x, int digits, char *out, size_t n) {
    snprintf(out, n, "%.*e", digits - 1, x);
    int exponent = (int)strtol(strchr(out, 'e') + 1, NULL, 10);
    if (exponent >= -5 && exponent < 16) {
        int decimals = digits - 1 - exponent;
        snprintf(out, n, "%.*f", decimals > 0 ? decimals : 0, x);
    }
}

/* The text of fewest digits that reads back as exactly `si`. Dividing and multiplying again by a
 * scale may miss it by one unit in the last place, so the neighbours of the quotient are tried too;
 * a few values are no product of the scale and any double, and come back as their neighbour. */
void gw_quantity_write(double si, const char *unit, char *out, size_t n) {
    if (n == 0) {
        return;
    }
    gw_unit parsed = {.scale = 1.0};
    if (!isfinite(si)) {
        snprintf(out, n, "%s", isnan(si) ? "-" : si > 0.0 ? "inf" : "-inf");
        return;
    }
    if (gw_unit_parse(unit, strlen(unit), &parsed, NULL) != GW_OK) {
        parsed = (gw_unit){.scale = 1.0};
    }
    double x = (si - parsed.offset) / parsed.scale;
    double tries[3] = {x, nextafter(x, GW_INF), nextafter(x, -GW_INF)};
    char text[TEXT_MAX];
    bool found = false;
    for (int digits = 1; digits <= 17 && !found; digits++) {
        for (int i = 0; i < 3 && !found; i++) {
            print_digits(tries[i], digits, text, sizeof text);
            found = strtod(text, NULL) * parsed.scale + parsed.offset == si;
        }
    }
    if (!found) {
        print_digits(x, 17, text, sizeof text);
    }
    snprintf(out, n, "%s%s%s", text, unit[0] == '\0' ? "" : " ", unit);
}
