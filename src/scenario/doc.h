/* scenario/doc.h: a document as a tree of text with positions. A strict subset of YAML (and so of
 * JSON): mappings, lists and scalars; no anchors, aliases, tags or second documents; no repeated
 * keys. Everything stays text here, so that nothing is guessed: types come from the field tables.
 */
#ifndef GW_SCENARIO_DOC_H
#define GW_SCENARIO_DOC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

#define GW_DOC_MAX_BYTES (64u << 20)
#define GW_DOC_MAX_DEPTH 32

typedef enum gw_node_kind { GW_NODE_SCALAR, GW_NODE_MAP, GW_NODE_LIST } gw_node_kind;

typedef struct gw_node gw_node;
struct gw_node {
    gw_node_kind kind;
    gw_loc loc;
    const char *text;  /* SCALAR */
    bool empty;        /* SCALAR: nothing was written behind the colon */
    int n;             /* MAP, LIST */
    gw_node **items;   /* [n] */
    const char **keys; /* [n] MAP */
    gw_loc *key_locs;  /* [n] MAP */
    int *index; /* open-addressing hash of keys, n_index a power of two; NULL for small maps */
    int n_index;
};

/** Parses text into a tree owned by the arena. `file` is borrowed and must outlive the tree.
 * Problems that leave the structure readable (a repeated key, an anchor) are only reported, so that
 * one pass finds everything; when the structure itself cannot be read the code says so and *root is
 * untouched. */
GW_MUST_USE gw_code gw_doc_parse(const char *file, const char *text, size_t n, gw_arena *arena,
                                 gw_diags *diags, gw_node **root);

/** Index of a key in a MAP, -1 if absent. */
int gw_node_find(const gw_node *map, const char *key);
gw_node *gw_node_get(const gw_node *map, const char *key); /* NULL if absent */

/** A new map with the keys of both; where both have a key, maps merge and otherwise `high` wins.
 * Order: low's keys, then high's new ones. Neither input changes. */
gw_node *gw_node_merge(gw_arena *arena, gw_node *low, gw_node *high);

/** The tree that says only "path is value". The path is split at dots; a key of `root` that itself
 * holds dots is recognised ("models.Qwen2.5-72B.layers"). */
gw_node *gw_node_from_path(gw_arena *arena, const gw_node *root, const char *path, gw_node *value);

/** Folds the tree (keys, texts, structure; not positions) into an FNV-1a 64 hash h. */
uint64_t gw_node_hash(const gw_node *node, uint64_t h);

#endif
