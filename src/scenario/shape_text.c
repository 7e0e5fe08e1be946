/* scenario/shape_text.c: reads `levels`, `dims` and `widths` of a fabric.
 * Numbers are whole and lie in 1 .. GW_SHAPE_LARGEST; blanks may stand between them.
 * The notation of levels is that of SimGrid's fat trees ("levels;down;up;parallel"). */
#include "scenario/shape_text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"

#define LARGEST 1000000
#define LEVELS_HINT "write levels; down; up; parallel, for example 2; 4,4; 1,2; 1,2"
#define PRODUCT_HINT "write whole numbers joined by x, for example 16x16x16"

typedef struct reader {
    const char *text, *at;
    gw_shape_error *error;
    const char *hint;
} reader;

static int wrong(reader *r, const char *fmt, ...) GW_PRINTF(2, 3);
static int wrong(reader *r, const char *fmt, ...) {
    va_list args;
    r->error->offset = (size_t)(r->at - r->text);
    va_start(args, fmt);
    vsnprintf(r->error->msg, sizeof r->error->msg, fmt, args);
    va_end(args);
    snprintf(r->error->hint, sizeof r->error->hint, "%s", r->hint);
    return 0;
}

static void skip_blanks(reader *r) {
    r->at += strspn(r->at, " \t");
}

/** A whole number; 0 when there is none (reported). */
static int number(reader *r, const char *what) {
    skip_blanks(r);
    char *end = NULL;
    long value = r->at[0] >= '0' && r->at[0] <= '9' ? strtol(r->at, &end, 10) : 0;
    if (end == NULL) {
        return wrong(r,
                     r->at[0] == '\0' ? "%s: a number is missing at the end"
                                      : "%s: a whole number is due here",
                     what);
    }
    if (value < 1 || value > LARGEST) {
        return wrong(r, "%s: a number from 1 to %d is due here", what, LARGEST);
    }
    r->at = end;
    skip_blanks(r);
    return (int)value;
}

static bool mark(reader *r, char c, const char *what) {
    if (*r->at != c) {
        return wrong(r,
                     c == ';' ? "%s: more numbers than levels, or a `%c` is missing"
                              : "%s: fewer numbers than levels, or a `%c` is missing",
                     what, c) != 0;
    }
    r->at++;
    return true;
}

static bool row(reader *r, const char *what, int n, int *out) {
    for (int i = 0; i < n; i++) {
        if ((i > 0 && !mark(r, ',', what)) || (out[i] = number(r, what)) == 0) {
            return false;
        }
    }
    return true;
}

int gw_shape_levels(const char *text, int *down, int *up, int *parallel, gw_shape_error *error) {
    reader r = {.text = text, .at = text, .error = error, .hint = LEVELS_HINT};
    int n = number(&r, "levels");
    if (n == 0) {
        return 0;
    }
    if (n > GW_SHAPE_MAX) {
        r.at = text;
        return wrong(&r, "levels: at most %d", GW_SHAPE_MAX);
    }
    bool read = mark(&r, ';', "levels") && row(&r, "down", n, down) && mark(&r, ';', "down") &&
                row(&r, "up", n, up) && mark(&r, ';', "up") && row(&r, "parallel", n, parallel);
    if (!read) {
        return 0;
    }
    return *r.at == '\0' ? n : wrong(&r, "parallel: nothing more is due here");
}

int gw_shape_product(const char *text, int *out, gw_shape_error *error) {
    reader r = {.text = text, .at = text, .error = error, .hint = PRODUCT_HINT};
    for (int n = 0; n < GW_SHAPE_MAX; n++) {
        out[n] = number(&r, "size");
        if (out[n] == 0) {
            return 0;
        }
        if (*r.at == '\0') {
            return n + 1;
        }
        if (*r.at != 'x' && *r.at != 'X' && *r.at != '*') {
            return wrong(&r, "an `x` is due here");
        }
        r.at++;
    }
    return wrong(&r, "at most %d numbers", GW_SHAPE_MAX);
}
