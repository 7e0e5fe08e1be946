/* base/quantity.c: reads a number with its scale word and unit, and says in plain words what is
 * wrong. Grammar: quantity = [sign] number [scale] [unit] [scale], with at most one scale; a lone
 * letter (k, M, T) is a scale only when a unit word follows. Also here: the US consumer price
 * index. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/unit_table.h"
#include "base/units.h"

typedef struct quantity_reader {
    const char *at;
    const char *end;
    char *msg;
    size_t n_msg;
    char *hint;
    size_t n_hint;
} quantity_reader;

/* A piece of the text, printed with %.*s; long ones are cut. */
typedef struct piece {
    const char *text;
    size_t n;
} piece;
#define PIECE_ARGS(p) (int)((p).n < 60 ? (p).n : 60), (p).text

GW_PRINTF(3, 4) static gw_code fail(quantity_reader *r, gw_code code, const char *fmt, ...) {
    if (r->n_msg > 0) {
        va_list args;
        va_start(args, fmt);
        vsnprintf(r->msg, r->n_msg, fmt, args);
        va_end(args);
    }
    return code;
}

GW_PRINTF(2, 3) static void hint(quantity_reader *r, const char *fmt, ...) {
    if (r->n_hint > 0) {
        va_list args;
        va_start(args, fmt);
        vsnprintf(r->hint, r->n_hint, fmt, args);
        va_end(args);
    }
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static piece trim(piece p) {
    while (p.n > 0 && is_blank(p.text[0])) {
        p.text++;
        p.n--;
    }
    while (p.n > 0 && is_blank(p.text[p.n - 1])) {
        p.n--;
    }
    return p;
}

static piece word_at(const char *at, const char *end) {
    size_t n = 0;
    while (at + n < end && !is_blank(at[n])) {
        n++;
    }
    return (piece){at, n};
}

static gw_code not_a_number(quantity_reader *r, const char *start) {
    piece word = word_at(start, r->end);
    const char *comma = memchr(word.text, ',', word.n);
    if (comma != NULL && comma > word.text && is_digit(comma[-1])) {
        char plain[40];
        char grouped[40];
        size_t n = 0;
        for (size_t i = 0; i < word.n && n + 1 < sizeof plain; i++) {
            bool keep = is_digit(word.text[i]) || word.text[i] == '.';
            if (keep || word.text[i] == ',') {
                grouped[n] = keep ? word.text[i] : '_';
                n++;
            }
        }
        grouped[n] = '\0';
        size_t n_plain = 0;
        for (size_t i = 0; i < n; i++) {
            if (grouped[i] != '_') {
                plain[n_plain++] = grouped[i];
            }
        }
        plain[n_plain] = '\0';
        hint(r, "use %s or %s", plain, grouped);
    } else if (word.n > 0 && word.text[0] == '$') {
        hint(r, "write the unit behind the number: '12 USD', '30 T tokens'");
    }
    return fail(r, GW_E_SYNTAX, "not a number: '%.*s'", PIECE_ARGS(word));
}

/* Copies digits into buf, leaving out single underscores that stand between two of them. */
static size_t copy_digits(quantity_reader *r, char *buf, size_t cap, size_t n) {
    while (r->at < r->end && n + 1 < cap) {
        if (is_digit(*r->at)) {
            buf[n++] = *r->at++;
        } else if (*r->at == '_' && n > 0 && is_digit(buf[n - 1]) && r->at + 1 < r->end &&
                   is_digit(r->at[1])) {
            r->at++;
        } else {
            break;
        }
    }
    return n;
}

/* The number is checked here and only converted by strtod: "nan", "inf", "0x10" and "1e" stay out.
 */
static gw_code read_number(quantity_reader *r, double *out) {
    char buf[80];
    size_t n = 0;
    const char *start = r->at;
    if (r->at < r->end && (*r->at == '+' || *r->at == '-')) {
        buf[n++] = *r->at++;
    }
    size_t n_sign = n;
    n = copy_digits(r, buf, 60, n);
    size_t n_digits = n - n_sign;
    if (r->at < r->end && *r->at == '.') {
        buf[n++] = *r->at++;
        size_t n_before = n;
        n = copy_digits(r, buf, 64, n);
        n_digits += n - n_before;
    }
    if (n_digits == 0) {
        return not_a_number(r, start);
    }
    const char *e = r->at;
    if (e < r->end && (*e == 'e' || *e == 'E')) {
        bool has_sign = e + 1 < r->end && (e[1] == '+' || e[1] == '-');
        if (e + 1 + has_sign < r->end && is_digit(e[1 + has_sign])) {
            buf[n++] = 'e';
            buf[n++] = has_sign ? e[1] : '+';
            r->at = e + 1 + has_sign;
            n = copy_digits(r, buf, sizeof buf, n);
        }
    }
    buf[n] = '\0';
    if (r->at < r->end && (is_digit(*r->at) || *r->at == '.' || *r->at == ',' || *r->at == '_' ||
                           *r->at == '+' || *r->at == '-')) {
        return not_a_number(r, start);
    }
    *out = strtod(buf, NULL);
    if (!isfinite(*out)) {
        return fail(r, GW_E_RANGE, "the number '%s' is too large", buf);
    }
    return GW_OK;
}

typedef struct scale_word {
    const char *word;
    double factor;
} scale_word;

static const scale_word SCALE_WORDS[] = {
    {"thousand", 1e3}, {"million", 1e6}, {"mn", 1e6},        {"mln", 1e6},
    {"billion", 1e9},  {"bn", 1e9},      {"trillion", 1e12}, {"tn", 1e12},
};
static const scale_word SCALE_LETTERS[] = {{"k", 1e3}, {"M", 1e6}, {"T", 1e12}};

/* 0 if the word is no scale word. */
static double scale_of_word(piece word) {
    for (size_t i = 0; i < sizeof SCALE_WORDS / sizeof SCALE_WORDS[0]; i++) {
        if (strlen(SCALE_WORDS[i].word) == word.n &&
            strncasecmp(SCALE_WORDS[i].word, word.text, word.n) == 0) {
            return SCALE_WORDS[i].factor;
        }
    }
    return 0.0;
}

static double scale_of_letter(piece word) {
    for (size_t i = 0; i < sizeof SCALE_LETTERS / sizeof SCALE_LETTERS[0]; i++) {
        if (word.n == 1 && word.text[0] == SCALE_LETTERS[i].word[0]) {
            return SCALE_LETTERS[i].factor;
        }
    }
    return 0.0;
}

/* Takes a scale word off the front or the back of *rest. */
static gw_code read_scale(quantity_reader *r, piece *rest, double *factor) {
    piece first = word_at(rest->text, rest->text + rest->n);
    bool is_last = first.n == rest->n;
    *factor = scale_of_word(first);
    if (*factor == 0.0) {
        *factor = scale_of_letter(first);
        if (*factor != 0.0 && is_last) {
            hint(
                r,
                "write the unit ('12 %.*s USD'), or 'thousand', 'mn', 'bn', 'tn' for a bare number",
                PIECE_ARGS(first));
            return fail(r, GW_E_UNIT, "no unit given behind the scale '%.*s'", PIECE_ARGS(first));
        }
    }
    if (*factor != 0.0) {
        *rest = trim((piece){first.text + first.n, rest->n - first.n});
    }
    if (rest->n == 0) {
        *factor = *factor == 0.0 ? 1.0 : *factor;
        return GW_OK;
    }
    size_t i = rest->n;
    while (i > 0 && !is_blank(rest->text[i - 1])) {
        i--;
    }
    piece last = {rest->text + i, rest->n - i};
    double behind = scale_of_word(last);
    if (behind != 0.0) {
        if (*factor != 0.0) {
            return fail(r, GW_E_UNIT, "a second scale word: '%.*s'", PIECE_ARGS(last));
        }
        *factor = behind;
        *rest = trim((piece){rest->text, i});
    }
    *factor = *factor == 0.0 ? 1.0 : *factor;
    return GW_OK;
}

/* Two unit words in a row: usually a scale that does not exist. */
static gw_code explain_two_words(quantity_reader *r, piece rest, const char *bad) {
    piece first = word_at(rest.text, rest.text + rest.n);
    piece second = word_at(bad, rest.text + rest.n);
    if (first.n == 1 && first.text[0] == 'm') {
        hint(r, "'m' is metre: write 'mn' or 'million'");
    } else if (first.n == 1 && first.text[0] == 'B') {
        hint(r, "'B' is byte: write 'bn' or 'billion'");
    } else if (first.n == 1 && first.text[0] == 't') {
        hint(r, "'t' is tonne: write 'tn' or 'trillion'");
    } else {
        hint(r, "join units with '/' or '*'");
    }
    return fail(r, GW_E_UNIT, "'%.*s' stands behind the unit '%.*s'", PIECE_ARGS(second),
                PIECE_ARGS(first));
}

static gw_code explain_unit(quantity_reader *r, piece rest, const char *bad, piece number) {
    const char *end = rest.text + rest.n;
    piece name = {bad, gw_unit_name_length(bad, (size_t)(end - bad))};
    bool glued = number.text + number.n == rest.text;
    const gw_unit_prefix *prefix;
    const gw_unit_row *row = gw_unit_find(name.text, name.n, &prefix);
    if (bad > rest.text && is_blank(bad[-1]) && name.n > 0) {
        const char *before = bad;
        while (before > rest.text && is_blank(before[-1])) {
            before--;
        }
        if (before > rest.text && strchr("*/.", before[-1]) == NULL) {
            return explain_two_words(r, rest, bad);
        }
    }
    if (row != NULL && row->offset_K != 0.0) {
        hint(r, "use K for temperature differences");
        return fail(r, GW_E_UNIT, "'%s' is legal only alone", row->name);
    }
    if (row != NULL || name.n == 0) {
        bool product = bad < end && (*bad == '*' || *bad == '.') && memchr(rest.text, '/', rest.n);
        if (product) {
            hint(r, "divide twice: 'USD/kW/mo'");
        } else if (bad < end && *bad == '(') {
            hint(r, "write 'USD/kW/mo' without brackets");
        }
        return fail(r, GW_E_UNIT, "cannot read the unit '%.*s'", PIECE_ARGS(rest));
    }
    const char *nearest = gw_unit_nearest(name.text, name.n);
    if (glued && bad == rest.text && nearest == NULL) {
        piece word = word_at(number.text, end);
        return fail(r, GW_E_SYNTAX, "not a number: '%.*s'", PIECE_ARGS(word));
    }
    static const char *const money[] = {"EUR", "GBP", "JPY", "CNY", "\xE2\x82\xAC", "\xC2\xA3"};
    bool foreign = false;
    for (size_t i = 0; i < sizeof money / sizeof money[0]; i++) {
        foreign = foreign || (name.n >= strlen(money[i]) &&
                              strncmp(name.text, money[i], strlen(money[i])) == 0);
    }
    if (name.n == 1 && (name.text[0] == 'G' || name.text[0] == 'b')) {
        hint(r, "write 'bn' or 'billion'");
    } else if (foreign) {
        hint(r, "money is in USD: convert it, and say at which rate behind @assumed(...)");
    } else if (name.n >= 2 && strncmp(name.text + name.n - 2, "VA", 2) == 0) {
        hint(r, "apparent power: write the real power in W, at its power factor");
    } else if (nearest != NULL) {
        hint(r, "did you mean '%s'?", nearest);
    }
    return fail(r, GW_E_UNIT, "unknown unit '%.*s'", PIECE_ARGS(name));
}

static gw_code read_quantity(quantity_reader *r, gw_quantity *out) {
    double value = 0.0;
    const char *start = r->at;
    if (r->at == r->end) {
        return fail(r, GW_E_SYNTAX, "no value given");
    }
    GW_TRY(read_number(r, &value));
    piece number = {start, (size_t)(r->at - start)};
    piece rest = trim((piece){r->at, (size_t)(r->end - r->at)});
    double factor = 1.0;
    GW_TRY(read_scale(r, &rest, &factor));
    gw_quantity q = {.had_unit = rest.n > 0};
    const char *bad = rest.text;
    if (gw_unit_parse(rest.text, rest.n, &q.unit, &bad) != GW_OK) {
        return explain_unit(r, rest, bad, number);
    }
    q.si = value * factor * q.unit.scale + q.unit.offset;
    if (!isfinite(q.si)) {
        return fail(r, GW_E_RANGE, "the value is too large");
    }
    if (q.unit.offset != 0.0 && q.si < 0.0) {
        return fail(r, GW_E_RANGE, "the temperature lies below absolute zero");
    }
    *out = q;
    return GW_OK;
}

gw_code gw_quantity_parse(const char *text, size_t n, gw_quantity *out, char *msg, size_t n_msg,
                          char *hint_out, size_t n_hint) {
    piece whole = trim((piece){text, n});
    quantity_reader r = {.at = whole.text,
                         .end = whole.text + whole.n,
                         .msg = msg,
                         .n_msg = n_msg,
                         .hint = hint_out,
                         .n_hint = n_hint};
    if (n_msg > 0) {
        msg[0] = '\0';
    }
    if (n_hint > 0) {
        hint_out[0] = '\0';
    }
    return read_quantity(&r, out);
}

#define CPI_FIRST_YEAR 2015
#define CPI_LAST_YEAR 2040

/* US city average, all items, annual mean, 1982-84 = 100. 2015..2024: US Bureau of Labor
 * Statistics, series CUUR0000SA0. 2025 is an estimate; later years are an ASSUMPTION of 2.7 % a
 * year. */
static double consumer_price_index(int year) {
    static const double index[] = {237.017, 240.007, 245.120, 251.107, 255.657, 258.811,
                                   270.970, 292.655, 304.702, 313.689, 322.1};
    static const double assumed_growth = 1.027;
    int n = (int)(sizeof index / sizeof index[0]);
    int i = year - CPI_FIRST_YEAR;
    if (i < 0 || year > CPI_LAST_YEAR) {
        return GW_NAN;
    }
    return i < n ? index[i] : index[n - 1] * pow(assumed_growth, i - n + 1);
}

double gw_price_index_ratio(int from_year, int to_year) {
    if (from_year == to_year) {
        return 1.0;
    }
    return consumer_price_index(to_year) / consumer_price_index(from_year);
}
