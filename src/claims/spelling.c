/* claims/spelling.c: spelling of parties and places, and a table of texts.
 * In:    names as written      Out: keys; dense numbers
 * Model: keys keep letters and digits of the name in lower case. Places keep the borders of words;
 *        names of US states become their two letters.
 * Valid: ASCII case folding; other bytes are kept as they are.
 * Derivation: spellings met in public tables of claims. */
#include "claims/spelling.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static uint64_t hash_of(const char *text) { /* FNV-1a */
    uint64_t h = 14695981039346656037u;
    for (; *text != '\0'; text++) {
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    }
    return h ^ h >> 29;
}

static int probe(const gw_names *names, const char *text) {
    int at = (int)(hash_of(text) & (uint64_t)(names->cap - 1));
    while (names->slot[at] != 0 && strcmp(names->text[names->slot[at] - 1], text) != 0) {
        at = (at + 1) & (names->cap - 1);
    }
    return at;
}

static void grow(gw_names *names) {
    int cap = names->cap > 0 ? 2 * names->cap : 64;
    const char **text = GW_NEW_N(names->arena, cap / 2, const char *);
    if (names->n > 0) {
        memcpy(text, names->text, (size_t)names->n * sizeof *text);
    }
    names->text = text;
    names->slot = GW_NEW_N(names->arena, cap, int);
    names->cap = cap;
    for (int i = 0; i < names->n; i++) {
        names->slot[probe(names, text[i])] = i + 1;
    }
}

int gw_names_find(const gw_names *names, const char *text) {
    return names->cap > 0 ? names->slot[probe(names, text)] - 1 : -1;
}

int gw_names_id(gw_names *names, const char *text) {
    if (2 * (names->n + 1) > names->cap) {
        grow(names);
    }
    int at = probe(names, text);
    if (names->slot[at] == 0) {
        names->text[names->n++] = text;
        names->slot[at] = names->n;
    }
    return names->slot[at] - 1;
}

const char *gw_names_word(const char *text, const char *word) {
    size_t n = strlen(word);
    for (const char *at = text; *at != '\0'; at++) {
        if ((*at | 0x20) != word[0] && *at != word[0]) {
            continue; /* nearly always */
        }
        bool begins = at == text || !isalnum((unsigned char)at[-1]);
        size_t k = 0;
        while (begins && k < n && tolower((unsigned char)at[k]) == word[k]) {
            k++;
        }
        if (begins && k == n && !isalnum((unsigned char)at[n])) {
            return at;
        }
    }
    return NULL;
}

/* Lower-case words with one blank between them. */
static char *words_of(gw_arena *arena, const char *name) {
    size_t n = strlen(name), k = 0;
    char *out = gw_arena_strndup(arena, name, n);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)name[i];
        bool apostrophe = c == '\'' || c == '.';
        if (isalnum(c) || c >= 0x80 || c == '+') {
            out[k++] = (char)tolower(c);
        } else if (!apostrophe && k > 0 && out[k - 1] != ' ') {
            out[k++] = ' ';
        }
    }
    while (k > 0 && out[k - 1] == ' ') {
        k--;
    }
    out[k] = '\0';
    return out;
}

/* Calls the words one by one: returns the next word's length and moves *at to its start. */
static size_t next_word(const char **at) {
    while (**at == ' ') {
        (*at)++;
    }
    return strcspn(*at, " ");
}

static bool is_filler(const char *word, size_t n) {
    static const char *const fillers[] = {"inc",   "corp",      "corporation", "ltd",  "llc",
                                          "plc",   "ag",        "sa",          "co",   "the",
                                          "group", "platforms", "holdings",    "gmbh", "lp"};
    for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++) {
        if (strlen(fillers[i]) == n && memcmp(fillers[i], word, n) == 0) {
            return true;
        }
    }
    return false;
}

const char *gw_names_party(gw_arena *arena, const char *name) {
    static const char *const same[][2] = {{"alphabet", "google"},          {"aws", "amazon"},
                                          {"amazonwebservices", "amazon"}, {"facebook", "meta"},
                                          {"msft", "microsoft"},           {"xaicorp", "xai"}};
    char *words = words_of(arena, name);
    char *out = gw_arena_strdup(arena, words);
    size_t k = 0;
    for (const char *at = words; *at != '\0';) {
        size_t n = next_word(&at);
        if (!is_filler(at, n)) {
            memcpy(out + k, at, n);
            k += n;
        }
        at += n;
    }
    out[k] = '\0';
    if (k == 0) {
        return words;
    }
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        if (strcmp(out, same[i][0]) == 0) {
            return same[i][1];
        }
    }
    return out;
}

static const char *state_of(const char *words, size_t *n) {
    static const char *const states[][2] = {{"texas", "tx"},          {"ohio", "oh"},
                                            {"louisiana", "la"},      {"tennessee", "tn"},
                                            {"michigan", "mi"},       {"new mexico", "nm"},
                                            {"wisconsin", "wi"},      {"indiana", "in"},
                                            {"georgia", "ga"},        {"virginia", "va"},
                                            {"arizona", "az"},        {"mississippi", "ms"},
                                            {"pennsylvania", "pa"},   {"north dakota", "nd"},
                                            {"new york", "ny"},       {"iowa", "ia"},
                                            {"nevada", "nv"},         {"utah", "ut"},
                                            {"oregon", "or"},         {"washington", "wa"},
                                            {"wyoming", "wy"},        {"kansas", "ks"},
                                            {"missouri", "mo"},       {"illinois", "il"},
                                            {"alabama", "al"},        {"minnesota", "mn"},
                                            {"nebraska", "ne"},       {"oklahoma", "ok"},
                                            {"south carolina", "sc"}, {"north carolina", "nc"},
                                            {"california", "ca"},     {"florida", "fl"},
                                            {"arkansas", "ar"},       {"kentucky", "ky"},
                                            {"colorado", "co"},       {"idaho", "id"},
                                            {"south dakota", "sd"},   {"montana", "mt"},
                                            {"maryland", "md"},       {"new jersey", "nj"},
                                            {"west virginia", "wv"},  {"united states", "us"},
                                            {"united kingdom", "uk"}, {"usa", "us"}};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        size_t k = strlen(states[i][0]);
        if (strncmp(words, states[i][0], k) == 0 && (words[k] == ' ' || words[k] == '\0')) {
            *n = k;
            return states[i][1];
        }
    }
    return NULL;
}

const char *gw_names_place(gw_arena *arena, const char *name) {
    const char *words = words_of(arena, name);
    char *out = gw_arena_strdup(arena, words);
    size_t k = 0;
    for (const char *at = words; *at != '\0';) {
        size_t n = next_word(&at), m = n;
        const char *state = at == words ? NULL : state_of(at, &n);
        const char *word = state != NULL ? state : at;
        m = state != NULL ? 2 : m;
        bool filler = (m == 3 && memcmp(word, "the", 3) == 0) ||
                      (m == 6 && memcmp(word, "campus", 6) == 0 && k > 0) ||
                      (m == 4 && memcmp(word, "site", 4) == 0 && k > 0);
        if (!filler) {
            if (k > 0) {
                out[k++] = ' ';
            }
            memmove(out + k, word, m);
            k += m;
        }
        at += n;
    }
    out[k] = '\0';
    return out;
}
