/* base/text.h: small text helpers. */
#ifndef GW_BASE_TEXT_H
#define GW_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/** Damerau-Levenshtein distance, at most `limit` + 1. */
int gw_text_distance(const char *a, const char *b, int limit);
/** The candidate nearest to `word` (case-insensitive; at most a third of its letters differ, at
 * least 1 allowed), or NULL. Ties go to the first. */
const char *gw_text_nearest(const char *word, const char *const *candidates, size_t n);
bool gw_text_ends_with(const char *text, const char *end);

#endif
