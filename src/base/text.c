/* base/text.c: edit distance and the nearest candidate, for "did you mean" hints. */
#include "base/text.h"

#include <string.h>

/* Hints for longer words help nobody; the rows below live on the stack. */
#define WORD_MAX 96

static char fold(char c, bool ignore_case) {
    return ignore_case && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int min_int(int a, int b) {
    return a < b ? a : b;
}

/* Damerau-Levenshtein in the restricted form: no piece is edited twice. Three rows of the usual
 * table. */
static int distance(const char *a, const char *b, int limit, bool ignore_case) {
    size_t n_a = strlen(a);
    size_t n_b = strlen(b);
    size_t gap = n_a > n_b ? n_a - n_b : n_b - n_a;
    if (limit < 0 || n_a > WORD_MAX || n_b > WORD_MAX || gap > (size_t)limit) {
        return limit + 1;
    }
    int rows[3][WORD_MAX + 1];
    int *before = rows[0];
    int *last = rows[1];
    int *row = rows[2];
    for (size_t j = 0; j <= n_b; j++) {
        before[j] = 0;
        last[j] = (int)j;
    }
    for (size_t i = 1; i <= n_a; i++) {
        row[0] = (int)i;
        char c = fold(a[i - 1], ignore_case);
        for (size_t j = 1; j <= n_b; j++) {
            char d = fold(b[j - 1], ignore_case);
            int best = last[j - 1] + (c == d ? 0 : 1);
            best = min_int(best, min_int(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && c == fold(b[j - 2], ignore_case) &&
                d == fold(a[i - 2], ignore_case)) {
                best = min_int(best, before[j - 2] + 1);
            }
            row[j] = best;
        }
        int *swap = before;
        before = last;
        last = row;
        row = swap;
    }
    return min_int(last[n_b], limit + 1);
}

int gw_text_distance(const char *a, const char *b, int limit) {
    return distance(a, b, limit, false);
}

const char *gw_text_nearest(const char *word, const char *const *candidates, size_t n) {
    size_t length = strlen(word);
    if (length == 0 || length > WORD_MAX) {
        return NULL;
    }
    int limit = length < 6 ? 1 : (int)(length / 3);
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        int d = distance(word, candidates[i], limit, true);
        if (d <= limit) {
            nearest = candidates[i];
            limit = d - 1; /* only a strictly better one may replace it */
        }
    }
    return nearest;
}

bool gw_text_ends_with(const char *text, const char *end) {
    size_t n_text = strlen(text);
    size_t n_end = strlen(end);
    return n_end <= n_text && strcmp(text + n_text - n_end, end) == 0;
}
