/* scenario/hf_read.c: keys of a config.json by one of several spellings, and which were read.
 *
 * In:  a mapping of a document tree. Out: checked numbers and texts, problems with positions.
 * Model: the first spelling present counts; a second that says something else is an error. JSON's
 *      null counts as absent. A list of one repeated number counts as that number, because some
 *      families write one value per layer.
 */
#include "scenario/hf_read.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_KEY 96

gw_hf gw_hf_open(const gw_node *map, const char *prefix, gw_arena *arena, gw_diags *diags) {
    gw_hf hf = {.map = map, .prefix = prefix, .arena = arena, .diags = diags};
    hf.seen = GW_NEW_N(arena, map->n + 1, bool);
    return hf;
}

static void say(gw_hf *hf, gw_severity severity, gw_loc loc, const char *hint, const char *fmt,
                va_list args) {
    char text[512];
    (void)vsnprintf(text, sizeof text, fmt, args);
    gw_diag_add(hf->diags, severity == GW_ERROR ? GW_E_MODEL : GW_E_KEY, severity, loc, NULL, hint,
                "%s", text);
}

void gw_hf_error(gw_hf *hf, gw_loc loc, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say(hf, GW_ERROR, loc, hint, fmt, args);
    va_end(args);
}

void gw_hf_warn(gw_hf *hf, gw_loc loc, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say(hf, GW_WARNING, loc, hint, fmt, args);
    va_end(args);
}

/* The next of the spellings in *keys, which moves behind it; false at the end. */
static bool next_key(const char **keys, char key[MAX_KEY]) {
    if (**keys == '\0') {
        return false;
    }
    size_t n = strcspn(*keys, "|");
    (void)snprintf(key, MAX_KEY, "%.*s", (int)(n < MAX_KEY ? n : MAX_KEY - 1), *keys);
    *keys += n + ((*keys)[n] == '|');
    return true;
}

static bool is_null(const gw_node *node) {
    return node->kind == GW_NODE_SCALAR &&
           (node->empty || strcmp(node->text, "null") == 0 || strcmp(node->text, "None") == 0);
}

static bool same(const gw_node *a, const gw_node *b) {
    return gw_node_hash(a, 0) == gw_node_hash(b, 0);
}

const gw_node *gw_hf_get(gw_hf *hf, const char *keys) {
    const gw_node *found = NULL;
    const char *found_key = NULL;
    char key[MAX_KEY];
    for (const char *rest = keys; next_key(&rest, key);) {
        int at = gw_node_find(hf->map, key);
        if (at < 0) {
            continue;
        }
        bool again = hf->seen[at];
        hf->seen[at] = true;
        const gw_node *node = hf->map->items[at];
        if (is_null(node)) {
            continue;
        }
        if (found == NULL) {
            found = node;
            found_key = hf->map->keys[at];
        } else if (!same(found, node) && !again) {
            gw_hf_error(hf, hf->map->key_locs[at], "keep the one that the model's code reads",
                        "`%s%s` and `%s%s` contradict each other", hf->prefix, found_key,
                        hf->prefix, key);
        }
    }
    return found;
}

gw_loc gw_hf_loc(const gw_hf *hf, const char *keys) {
    char key[MAX_KEY];
    while (next_key(&keys, key)) {
        int at = gw_node_find(hf->map, key);
        if (at >= 0 && !is_null(hf->map->items[at])) {
            return hf->map->items[at]->loc;
        }
    }
    return hf->map->loc;
}

static const char *first_of(gw_hf *hf, const char *keys) {
    return gw_arena_printf(hf->arena, "%s%.*s", hf->prefix, (int)strcspn(keys, "|"), keys);
}

/* The spelling that stands in the file, for messages. */
static const char *written(gw_hf *hf, const char *keys) {
    char key[MAX_KEY];
    for (const char *rest = keys; next_key(&rest, key);) {
        if (gw_node_get(hf->map, key) != NULL && !is_null(gw_node_get(hf->map, key))) {
            return gw_arena_printf(hf->arena, "%s%s", hf->prefix, key);
        }
    }
    return first_of(hf, keys);
}

static bool number_of(const gw_node *node, double *out) {
    if (node->kind != GW_NODE_SCALAR || node->text[0] == '\0') {
        return false;
    }
    char *end = NULL;
    *out = strtod(node->text, &end);
    return *end == '\0' && isfinite(*out) && strpbrk(node->text, "xX") == NULL;
}

bool gw_hf_number(gw_hf *hf, const char *keys, double lo, double hi, double *out) {
    const gw_node *node = gw_hf_get(hf, keys);
    double value;
    if (node == NULL) {
        return false;
    }
    if (!number_of(node, &value) || value < lo || value > hi) {
        gw_hf_error(hf, node->loc, NULL, "`%s` must be a number from %g to %g", written(hf, keys),
                    lo, hi);
        return false;
    }
    *out = value;
    return true;
}

/* The one number that a list repeats; NULL when it holds several or none. */
static const gw_node *only_item(gw_hf *hf, const char *keys, const gw_node *list) {
    for (int i = 1; i < list->n; i++) {
        if (!same(list->items[0], list->items[i])) {
            gw_hf_error(hf, list->items[i]->loc,
                        "layers of one kind must have the same shape here; describe an average "
                        "layer by hand",
                        "`%s` differs from layer to layer", written(hf, keys));
            return NULL;
        }
    }
    if (list->n == 0) {
        gw_hf_error(hf, list->loc, NULL, "`%s` is an empty list", written(hf, keys));
        return NULL;
    }
    const gw_node *layers = gw_hf_get(hf, "num_hidden_layers|n_layer|n_layers|num_layers");
    double n;
    if (list->n > 1 && layers != NULL && number_of(layers, &n) && n != (double)list->n) {
        gw_hf_error(hf, list->loc, "one entry a layer", "`%s` names %d layers, but there are %s",
                    written(hf, keys), list->n, layers->text);
        return NULL;
    }
    return list->items[0];
}

bool gw_hf_int(gw_hf *hf, const char *keys, int64_t lo, int64_t hi, int64_t *out) {
    const gw_node *node = gw_hf_get(hf, keys);
    double value;
    if (node != NULL && node->kind == GW_NODE_LIST) {
        node = only_item(hf, keys, node);
    }
    if (node == NULL) {
        return false;
    }
    if (!number_of(node, &value) || value != floor(value)) {
        gw_hf_error(hf, node->loc, NULL, "`%s` must be a whole number%s%s%s", written(hf, keys),
                    node->kind == GW_NODE_SCALAR ? ", not `" : "",
                    node->kind == GW_NODE_SCALAR ? node->text : "",
                    node->kind == GW_NODE_SCALAR ? "`" : "");
        return false;
    }
    if (value < (double)lo || value > (double)hi) {
        gw_hf_error(hf, node->loc, NULL, "`%s` is %s, which is outside %lld to %lld",
                    written(hf, keys), node->text, (long long)lo, (long long)hi);
        return false;
    }
    *out = (int64_t)value;
    return true;
}

bool gw_hf_need(gw_hf *hf, const char *keys, int64_t lo, int64_t hi, const char *hint,
                int64_t *out) {
    size_t before = gw_diags_n_errors(hf->diags);
    if (gw_hf_int(hf, keys, lo, hi, out)) {
        return true;
    }
    if (gw_diags_n_errors(hf->diags) == before) {
        gw_hf_error(hf, hf->map->loc, hint, "`%s` is missing", first_of(hf, keys));
    }
    return false;
}

bool gw_hf_bool(gw_hf *hf, const char *keys, bool otherwise) {
    const gw_node *node = gw_hf_get(hf, keys);
    if (node == NULL) {
        return otherwise;
    }
    bool is_scalar = node->kind == GW_NODE_SCALAR;
    if (is_scalar && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)) {
        return node->text[0] == 't';
    }
    gw_hf_error(hf, node->loc, NULL, "`%s` must be true or false", written(hf, keys));
    return otherwise;
}

const char *gw_hf_text(gw_hf *hf, const char *keys) {
    const gw_node *node = gw_hf_get(hf, keys);
    return node == NULL || node->kind != GW_NODE_SCALAR ? NULL : node->text;
}

const gw_node *gw_hf_list(gw_hf *hf, const char *keys) {
    const gw_node *node = gw_hf_get(hf, keys);
    return node == NULL || node->kind != GW_NODE_LIST ? NULL : node;
}

const gw_node *gw_hf_map(gw_hf *hf, const char *keys) {
    const gw_node *node = gw_hf_get(hf, keys);
    return node == NULL || node->kind != GW_NODE_MAP ? NULL : node;
}

/* Off, absent, zero: says nothing. */
static bool is_nothing(const gw_node *node) {
    if (node->kind != GW_NODE_SCALAR) {
        return node->n == 0;
    }
    return is_null(node) || strcmp(node->text, "false") == 0 || strcmp(node->text, "0") == 0;
}

void gw_hf_warn_unread(gw_hf *hf) {
    for (int i = 0; i < hf->map->n; i++) {
        const char *key = hf->map->keys[i];
        if (hf->seen[i] || is_nothing(hf->map->items[i]) || gw_hf_is_harmless(key) ||
            !gw_hf_looks_structural(key)) {
            continue;
        }
        gw_hf_warn(hf, hf->map->key_locs[i],
                   "if it changes the shape, correct the entry by hand: docs/huggingface.md",
                   "`%s%s` is not taken up", hf->prefix, key);
    }
}
