/* base/number.c: decimal numbers from and to text.
 * In, out: text and doubles.   Model: where 64 bits of mantissa suffice to be sure of the answer they
 * give it; in the few doubtful cases, and for very large and small numbers, the C library does. So
 * the text never depends on which way was taken.
 * Sources: exact reading of short numbers: Clinger, PLDI 1990. */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ reading */

typedef struct scanned {
    uint64_t digits; /* the first 19 that count */
    int exponent;    /* of ten */
    bool negative, exact;
} scanned;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Digits with at most one point; the number of digits seen. */
static int scan_digits(const char **at, const char *end, scanned *s) {
    int n = 0, n_kept = 0;
    bool after_point = false;
    for (; *at < end; ++*at) {
        char c = **at;
        if (c == '.' && !after_point) {
            after_point = true;
            continue;
        }
        if (!is_digit(c)) {
            break;
        }
        n++;
        if (n_kept < 19) {
            s->digits = 10 * s->digits + (uint64_t)(c - '0');
            n_kept += s->digits != 0;
            s->exponent -= after_point;
        } else {
            s->exact = s->exact && c == '0';
            s->exponent += !after_point;
        }
    }
    return n;
}

static bool scan_exponent(const char **at, const char *end, scanned *s) {
    if (*at == end || (**at != 'e' && **at != 'E')) {
        return true;
    }
    ++*at;
    bool negative = *at < end && **at == '-';
    *at += *at < end && (**at == '-' || **at == '+');
    if (*at == end || !is_digit(**at)) {
        return false;
    }
    int exponent = 0;
    for (; *at < end && is_digit(**at); ++*at) {
        exponent = exponent < 100000 ? 10 * exponent + (**at - '0') : exponent;
    }
    s->exponent += negative ? -exponent : exponent;
    return true;
}

static double by_library(const char *text, size_t n) {
    char small[128];
    char *copy = n < sizeof small ? small : malloc(n + 1);
    if (copy == NULL) {
        return 0.0 * HUGE_VAL; /* no memory for a number of that many digits: no number */
    }
    memcpy(copy, text, n);
    copy[n] = '\0';
    double value = strtod(copy, NULL);
    if (copy != small) {
        free(copy);
    }
    return value;
}

bool gw_number_read(const char *text, size_t n, double *value) {
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *at = text, *end = text + n;
    scanned s = {.exact = true};
    if (at < end && (*at == '-' || *at == '+')) {
        s.negative = *at++ == '-';
    }
    if (scan_digits(&at, end, &s) == 0 || !scan_exponent(&at, end, &s) || at != end) {
        return false;
    }
    if (s.exact && s.digits <= (uint64_t)1 << 53 && s.exponent >= -22 && s.exponent <= 22) {
        double size = (double)s.digits; /* exact, and so is the power: one rounding */
        size = s.exponent < 0 ? size / tens[-s.exponent] : size * tens[s.exponent];
        *value = s.negative ? -size : size;
    } else {
        *value = by_library(text, n);
    }
    return true;
}

/* ------------------------------------------------------------------ writing */

static size_t write_slowly(char *text, double value) {
    int n = 0;
    for (int digits = 15; digits <= 17; digits++) {
        n = snprintf(text, GW_NUMBER_ROOM, "%.*g", digits, value);
        if (digits == 17 || strtod(text, NULL) == value) {
            break;
        }
    }
    return (size_t)n;
}

#if LDBL_MANT_DIG == 64 && defined(__x86_64__)
#define TENS_MAX 27 /* 10^27 has 63 bits without its factors of two: exact */

static long double scale(long double value, int by) {
    static const long double tens[TENS_MAX + 1] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                                   1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                                   1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                                   1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    return by < 0 ? value / tens[-by] : value * tens[by];
}

typedef enum answer { NO, YES, UNSURE } answer;

/* Does mantissa * 10^exponent read as value? The scaled number has one rounding to 64 bits; rounding
 * once more to 53 goes wrong only next to the middle between two doubles. */
static answer reads_back(uint64_t mantissa, int exponent, double value) {
    long double scaled = scale((long double)mantissa, exponent);
    uint64_t bits;
    memcpy(&bits, &scaled, sizeof bits);
    unsigned rest = (unsigned)(bits & 0x7FF);
    if (rest >= 0x3FE && rest <= 0x402) {
        return UNSURE;
    }
    return (double)scaled == value ? YES : NO;
}

/* The `digits` leading digits, rounded; UNSURE next to a tie. */
static answer leading(double value, int digits, int *exponent, uint64_t *mantissa) {
    static const uint64_t lowest[] = {
        [15] = 100000000000000u, [16] = 1000000000000000u, [17] = 10000000000000000u};
    for (int tries = 0; tries < 3; tries++) {
        int by = digits - 1 - *exponent;
        if (by < -TENS_MAX || by > TENS_MAX) {
            return UNSURE;
        }
        long double scaled = scale((long double)value, by);
        uint64_t whole = (uint64_t)scaled;
        long double rest = scaled - (long double)whole;
        if (rest > 0.46L && rest < 0.54L) {
            return UNSURE;
        }
        whole += rest > 0.5L;
        if (whole >= 10 * lowest[digits]) {
            ++*exponent;
        } else if (whole < lowest[digits]) {
            --*exponent;
        } else {
            *mantissa = whole;
            return YES;
        }
    }
    return UNSURE;
}

static size_t write_whole(char *text, uint64_t value) {
    char back[24];
    size_t n = 0, k = 0;
    do {
        back[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (n > 0) {
        text[k++] = back[--n];
    }
    return k;
}

/* As %g has it: an exponent below -4 or from the number of digits on, no zeros at the end. */
static size_t lay_out(char *text, uint64_t mantissa, int digits, int exponent) {
    char all[24];
    size_t n = write_whole(all, mantissa), k = 0;
    while (n > 1 && all[n - 1] == '0') {
        n--;
    }
    if (exponent < -4 || exponent >= digits) {
        text[k++] = all[0];
        if (n > 1) {
            text[k++] = '.';
            memcpy(text + k, all + 1, n - 1);
            k += n - 1;
        }
        text[k++] = 'e';
        text[k++] = exponent < 0 ? '-' : '+';
        int size = exponent < 0 ? -exponent : exponent;
        if (size < 10) {
            text[k++] = '0';
        }
        return k + write_whole(text + k, (uint64_t)size);
    }
    if (exponent < 0) {
        memset(text, '0', 6);
        text[1] = '.';
        k = (size_t)(1 - exponent);
        memcpy(text + k, all, n);
        return k + n;
    }
    size_t before = (size_t)exponent + 1;
    for (size_t i = 0; i < before; i++) {
        text[k++] = i < n ? all[i] : '0';
    }
    if (n > before) {
        text[k++] = '.';
        memcpy(text + k, all + before, n - before);
        k += n - before;
    }
    return k;
}

static size_t write_fast(char *text, double value) {
    if (value < 1e15 && value == (double)(uint64_t)value) {
        return write_whole(text, (uint64_t)value);
    }
    int two;
    (void)frexp(value, &two);
    int guess = (int)floor((two - 1) * 0.30102999566398120);
    for (int digits = 15; digits <= 17; digits++) {
        int exponent = guess;
        uint64_t mantissa = 0;
        answer made = leading(value, digits, &exponent, &mantissa);
        answer same = made != YES ? UNSURE : reads_back(mantissa, exponent - digits + 1, value);
        if (same == UNSURE) {
            return 0;
        }
        if (same == YES) {
            return lay_out(text, mantissa, digits, exponent);
        }
    }
    return 0;
}

size_t gw_number_write(char text[GW_NUMBER_ROOM], double value) {
    size_t sign = signbit(value) != 0;
    text[0] = '-';
    double size = fabs(value);
    size_t n = size == 0.0 || (size > 1e-9 && size < 1e24) ? write_fast(text + sign, size) : 0;
    if (n == 0) {
        return write_slowly(text, value);
    }
    text[sign + n] = '\0';
    return sign + n;
}
#else
size_t gw_number_write(char text[GW_NUMBER_ROOM], double value) {
    return write_slowly(text, value);
}
#endif
