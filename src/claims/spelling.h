/* claims/spelling.h: names as keys. "OpenAI", "Open AI Inc." and "open-ai" are one party; "Abilene TX"
 * and "Abilene, Texas" one place. Private to the claims room. */
#ifndef GW_CLAIMS_SPELLING_H
#define GW_CLAIMS_SPELLING_H

#include <stdbool.h>

#include "base/arena.h"

/** Texts and their numbers 0, 1, 2, ... in the order of their first appearance. */
typedef struct gw_names {
    gw_arena *arena;
    int n, cap;        /* cap: slots, a power of two */
    int *slot;         /* [cap] index + 1; 0: free */
    const char **text; /* [cap / 2] */
} gw_names;

/** Number of a text, entered if new. */
int gw_names_id(gw_names *names, const char *text);
/** -1 if it was never entered. */
int gw_names_find(const gw_names *names, const char *text);

/** Lower-case letters and digits alone, legal forms and fillers dropped, a few houses under one name
 * ("Alphabet" is "google", "AWS" "amazon"). Owned by the arena. */
const char *gw_names_party(gw_arena *arena, const char *name);
/** The same for places and programmes: US states by their two letters, words kept apart by one
 * blank. */
const char *gw_names_place(gw_arena *arena, const char *name);

/** Whether `word` stands in `text` as a word of its own (letters and digits end a word), in any
 * case. `word` is lower-case. Returns where, or NULL. */
const char *gw_names_word(const char *text, const char *word);

#endif
