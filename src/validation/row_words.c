/* validation/row_words.c: words and spellings in the cells of tables of measurements.
 *
 * In:  text of a cell. Out: as row_words.h says.
 * Model: letters in either case; whole words count, so that no name is found inside another.
 * Valid: English; the ways that training frameworks and their reports write their options.
 */
#include "validation/row_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MOST 256

void gw_spelt_plain(const char *text, char *out, size_t size) {
    size_t n = 0;
    out[n++] = ' ';
    for (; *text && n + 2 < size; text++) {
        if (isalnum((unsigned char)*text)) {
            out[n++] = (char)tolower((unsigned char)*text);
        } else if (out[n - 1] != ' ') {
            out[n++] = ' ';
        }
    }
    if (out[n - 1] != ' ') {
        out[n++] = ' ';
    }
    out[n] = '\0';
}

bool gw_spelt_has(const char *plain, const char *phrase) {
    size_t n = strlen(phrase);
    for (const char *at = strstr(plain, phrase); at && *at; at = strstr(at + 1, phrase)) {
        if (at > plain && at[-1] == ' ' && at[n] == ' ') {
            return true;
        }
    }
    return false;
}

/** Whether a name whose last (first) letter is `own` may have `other` beside it. */
static bool apart(char own, char other, bool behind) {
    unsigned char o = (unsigned char)other;
    if (isdigit((unsigned char)own)) {
        return behind ? !isdigit(o) : !isdigit(o) && other != '.';
    }
    return behind ? !isalpha(o) : !isalnum(o);
}

bool gw_spelt_names(const char *text, const char *name) {
    size_t n = strlen(name);
    for (const char *at = text; n > 0 && *at; at++) {
        if (strncasecmp(at, name, n) == 0 && (at == text || apart(name[0], at[-1], false)) &&
            apart(name[n - 1], at[n], true)) {
            return true;
        }
    }
    return false;
}

size_t gw_spelt_append(char *out, const char *word, bool more) {
    size_t n = strlen(word);
    if (more) {
        *out++ = ' ';
    }
    memcpy(out, word, n + 1);
    return n + (more ? 1 : 0);
}

static bool has_any(const char *plain, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (gw_spelt_has(plain, words[i])) {
            return true;
        }
    }
    return false;
}

/** The text begins with one of the words. */
static bool first_is(const char *plain, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(words[i]);
        if (plain[0] == ' ' && strncmp(plain + 1, words[i], length) == 0 &&
            plain[length + 1] == ' ') {
            return true;
        }
    }
    return false;
}

static const char *const no[] = {"no",  "false",    "0",       "off",   "none",   "without",
                                 "not", "disabled", "disable", "never", "nothing"};
static const char *const yes[] = {"yes", "true", "1", "on", "enabled"};

#define N(list) (sizeof(list) / sizeof((list)[0]))

int gw_spelt_yes_no(const char *text) {
    char plain[MOST] = "";
    gw_spelt_plain(text, plain, sizeof plain);
    return first_is(plain, no, N(no)) ? 0 : first_is(plain, yes, N(yes)) ? 1 : -1;
}

bool gw_spelt_recompute(const char *text, gw_recompute *out) {
    static const char *const part[] = {"selective", "selectively", "sac"};
    static const char *const all[] = {"full",     "fully",  "uniform", "all", "whole",
                                      "complete", "layers", "layer",   "yes", "true"};
    static const char *const some[] = {"partial", "partly", "some"};
    char plain[MOST] = "";
    gw_spelt_plain(text, plain, sizeof plain);
    *out = GW_RECOMPUTE_NONE;
    if (plain[1] == '\0' || gw_spelt_yes_no(text) == 0) {
        return true;
    }
    bool selective = has_any(plain, part, N(part));
    bool full = has_any(plain, all, N(all));
    bool only_yes = gw_spelt_yes_no(text) == 1;
    if (has_any(plain, some, N(some)) || (selective && gw_spelt_has(plain, "full"))) {
        return false;
    }
    *out = selective ? GW_RECOMPUTE_SELECTIVE : GW_RECOMPUTE_FULL;
    return selective || full || only_yes;
}

static bool contains(const char *plain, const char *const *parts, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (strstr(plain, parts[i])) {
            return true;
        }
    }
    return false;
}

const char *gw_spelt_precision(const char *text, gw_precision *out, gw_arena *arena) {
    static const char *const eight[] = {"fp8", "float8", "e4m3", "e5m2", "f8e"};
    static const char *const four[] = {"fp4", "float4", "e2m1"};
    static const char *const sixteen[] = {"bf16", "fp16", "float16", "half", "f16"};
    static const char *const wide[] = {"fp32", "tf32", "float32", "f32"};
    char plain[MOST] = "";
    gw_spelt_plain(text, plain, sizeof plain);
    *out = GW_PRECISION_BF16;
    if (contains(plain, eight, N(eight))) {
        *out = GW_PRECISION_FP8;
        return NULL;
    }
    if (contains(plain, four, N(four))) {
        *out = GW_PRECISION_FP4;
        return NULL;
    }
    if (plain[1] == '\0' || contains(plain, sixteen, N(sixteen)) || gw_spelt_has(plain, "16 bit") ||
        gw_spelt_has(plain, "mixed")) {
        return NULL;
    }
    return contains(plain, wide, N(wide))
               ? "32-bit products are not modelled"
               : gw_arena_printf(arena, "precision \"%.40s\" is not modelled", text);
}

bool gw_spelt_unfused(const char *text) {
    static const char *const plain_kinds[] = {"naive", "unfused", "eager", "standard", "vanilla"};
    char plain[MOST] = "";
    gw_spelt_plain(text, plain, sizeof plain);
    return gw_spelt_yes_no(text) == 0 || first_is(plain, plain_kinds, N(plain_kinds));
}
