/* scenario/doc.c: from YAML events to a tree. libyaml splits the text and knows the positions; what
 * it lets pass and we do not want (anchors, repeated keys, ...) is refused here, one message each.
 */
#include "scenario/doc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A collection under construction; items grow on the heap and move to the arena when it closes. */
typedef struct frame {
    gw_node *node;
    const char *key; /* MAP: key waiting for its value, NULL if a key is due */
    gw_loc key_loc;
    int cap;
} frame;

typedef struct loader {
    const char *file;
    gw_arena *arena;
    gw_diags *diags;
    frame stack[GW_DOC_MAX_DEPTH];
    int depth;
    gw_node *root;
    bool stop; /* the rest cannot be read sensibly */
} loader;

static gw_loc loc_of(const loader *ld, yaml_mark_t mark) {
    return (gw_loc){ld->file, (int)mark.line + 1, (int)mark.column + 1};
}

static uint64_t hash_text(const char *text, uint64_t h) {
    for (; *text != '\0'; text++) {
        h = (h ^ (unsigned char)*text) * 0x100000001b3ULL;
    }
    return (h ^ 0xff) * 0x100000001b3ULL;
}

/* Position of `key` in the index of a map, or the empty place where it belongs. */
static int index_place(const gw_node *map, const char *key) {
    uint64_t mask = (uint64_t)map->n_index - 1;
    uint64_t i = hash_text(key, 0xcbf29ce484222325ULL) & mask;
    while (map->index[i] >= 0 && strcmp(map->keys[map->index[i]], key) != 0) {
        i = (i + 1) & mask;
    }
    return (int)i;
}

#define SMALL_MAP 12

static void build_index(gw_arena *arena, gw_node *map) {
    map->index = NULL;
    if (map->n <= SMALL_MAP) {
        return;
    }
    map->n_index = 16;
    while (map->n_index < 2 * map->n) {
        map->n_index *= 2;
    }
    map->index = GW_NEW_N(arena, map->n_index, int);
    memset(map->index, 0xff, (size_t)map->n_index * sizeof(int));
    for (int i = 0; i < map->n; i++) {
        int place = index_place(map, map->keys[i]);
        if (map->index[place] < 0) {
            map->index[place] = i;
        }
    }
}

int gw_node_find(const gw_node *map, const char *key) {
    if (map == NULL || map->kind != GW_NODE_MAP) {
        return -1;
    }
    if (map->index != NULL) {
        return map->index[index_place(map, key)];
    }
    for (int i = 0; i < map->n; i++) {
        if (strcmp(map->keys[i], key) == 0) {
            return i;
        }
    }
    return -1;
}

gw_node *gw_node_get(const gw_node *map, const char *key) {
    int i = gw_node_find(map, key);
    return i < 0 ? NULL : map->items[i];
}

static void *grown(void *old, int n, size_t size) {
    void *p = realloc(old, (size_t)n * size);
    if (p == NULL) {
        gw_out_of_memory((size_t)n * size);
    }
    return p;
}

static void append(frame *top, gw_node *child) {
    gw_node *node = top->node;
    if (node->n == top->cap) {
        top->cap = top->cap == 0 ? 8 : 2 * top->cap;
        node->items = grown(node->items, top->cap, sizeof *node->items);
        if (node->kind == GW_NODE_MAP) {
            node->keys = grown(node->keys, top->cap, sizeof *node->keys);
            node->key_locs = grown(node->key_locs, top->cap, sizeof *node->key_locs);
        }
    }
    node->items[node->n] = child;
    if (node->kind == GW_NODE_MAP) {
        node->keys[node->n] = top->key;
        node->key_locs[node->n] = top->key_loc;
        top->key = NULL;
    }
    node->n++;
}

static void place(loader *ld, gw_node *child) {
    if (ld->depth == 0) {
        ld->root = child;
        return;
    }
    frame *top = &ld->stack[ld->depth - 1];
    if (top->node->kind == GW_NODE_MAP && top->key == NULL) {
        if (child->kind != GW_NODE_SCALAR) {
            gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, child->loc, NULL,
                        "write `name: value`; the text before the colon must be a plain word",
                        "a key must be a single word or phrase");
            top->key = "?";
        } else {
            top->key = child->text;
        }
        top->key_loc = child->loc;
        return;
    }
    append(top, child);
}

/* Moves the growing arrays into the arena and reports repeated keys. */
static void close_collection(loader *ld) {
    frame *top = &ld->stack[--ld->depth];
    gw_node *node = top->node;
    assert(node != NULL);
    /* libyaml pairs ends with starts, and open_collection gives every frame its node. */
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): seen where assert is off */
    gw_node **items = GW_NEW_N(ld->arena, node->n + 1, gw_node *);
    if (node->n > 0) {
        memcpy(items, node->items, (size_t)node->n * sizeof *items);
    }
    free(node->items);
    node->items = items;
    if (node->kind != GW_NODE_MAP) {
        return;
    }
    const char **keys = GW_NEW_N(ld->arena, node->n + 1, const char *);
    gw_loc *key_locs = GW_NEW_N(ld->arena, node->n + 1, gw_loc);
    if (node->n > 0) {
        memcpy(keys, node->keys, (size_t)node->n * sizeof *keys);
        memcpy(key_locs, node->key_locs, (size_t)node->n * sizeof *key_locs);
    }
    free(node->keys);
    free(node->key_locs);
    node->keys = keys;
    node->key_locs = key_locs;
    build_index(ld->arena, node);
    for (int i = 0; i < node->n; i++) {
        int first = gw_node_find(node, keys[i]);
        if (first != i) {
            gw_diag_add(ld->diags, GW_E_KEY, GW_ERROR, key_locs[i], NULL,
                        "remove one of them, or give them different names",
                        "the key `%s` is already used at line %d", keys[i], key_locs[first].line);
        }
    }
}

static void refuse_extras(loader *ld, const yaml_event_t *event) {
    const yaml_char_t *anchor = NULL, *tag = NULL;
    bool plain_tag = true;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        plain_tag = event->data.scalar.plain_implicit || event->data.scalar.quoted_implicit;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        plain_tag = event->data.sequence_start.implicit;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        plain_tag = event->data.mapping_start.implicit;
        break;
    default:
        break;
    }
    if (anchor != NULL) {
        gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, loc_of(ld, event->start_mark), NULL,
                    "write the values out, or put them into a file of their own and `include` it",
                    "anchors (&%s) are not part of the scenario format", (const char *)anchor);
    }
    if (tag != NULL && !plain_tag) {
        gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, loc_of(ld, event->start_mark), NULL,
                    "remove it; types follow from the key",
                    "tags (%s) are not part of the scenario format", (const char *)tag);
    }
}

static void open_collection(loader *ld, gw_node_kind kind, const yaml_event_t *event) {
    gw_node *node = GW_NEW(ld->arena, gw_node);
    node->kind = kind;
    node->loc = loc_of(ld, event->start_mark);
    if (ld->depth == GW_DOC_MAX_DEPTH) {
        gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, node->loc, NULL, NULL,
                    "nested more than %d levels deep", GW_DOC_MAX_DEPTH);
        ld->stop = true;
        return;
    }
    place(ld, node);
    ld->stack[ld->depth++] = (frame){.node = node};
}

static void take_scalar(loader *ld, const yaml_event_t *event) {
    gw_node *node = GW_NEW(ld->arena, gw_node);
    node->kind = GW_NODE_SCALAR;
    node->loc = loc_of(ld, event->start_mark);
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length) {
        gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, node->loc, NULL, NULL,
                    "the text holds a NUL character");
    }
    node->text = gw_arena_strdup(ld->arena, text);
    node->empty = text[0] == '\0' && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    place(ld, node);
}

static void take_event(loader *ld, const yaml_event_t *event, int *n_documents) {
    refuse_extras(ld, event);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++*n_documents > 1) {
            gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, loc_of(ld, event->start_mark), NULL,
                        "remove the `---` line; a file holds one scenario",
                        "a second document begins here");
            ld->stop = true;
        }
        break;
    case YAML_ALIAS_EVENT:
        gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, loc_of(ld, event->start_mark), NULL,
                    "write the value out", "aliases (*%s) are not part of the scenario format",
                    (const char *)event->data.alias.anchor);
        ld->stop = true;
        break;
    case YAML_SCALAR_EVENT:
        take_scalar(ld, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        open_collection(ld, GW_NODE_LIST, event);
        break;
    case YAML_MAPPING_START_EVENT:
        open_collection(ld, GW_NODE_MAP, event);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_collection(ld);
        break;
    default:
        break;
    }
}

/* The line and column of a byte that is no text. */
static gw_loc loc_of_byte(const loader *ld, const char *text, size_t offset) {
    gw_loc loc = {ld->file, 1, 1};
    for (size_t i = 0; i < offset; i++) {
        bool continues = ((unsigned char)text[i] & 0xc0) == 0x80; /* within a UTF-8 character */
        loc.col = text[i] == '\n' ? 1 : loc.col + !continues;
        loc.line += text[i] == '\n';
    }
    return loc;
}

static void report_parser_error(loader *ld, const yaml_parser_t *parser, const char *text,
                                size_t n) {
    gw_loc loc = loc_of(ld, parser->problem_mark);
    const char *hint = NULL;
    const char *problem = parser->problem == NULL ? "the text cannot be read" : parser->problem;
    if (parser->error == YAML_READER_ERROR) {
        loc = loc_of_byte(ld, text, parser->problem_offset < n ? parser->problem_offset : n);
        hint = "the file must be UTF-8 text";
    } else if (strstr(problem, "mapping values are not allowed") != NULL) {
        hint = "a text that holds `: ` must stand in quotes";
    } else if (strstr(problem, "cannot start any token") != NULL) {
        hint = "indent with spaces, not tabs; quote a text that begins with a special sign";
    } else if (strstr(problem, "block end") != NULL || strstr(problem, "expected") != NULL) {
        hint = "check the indentation, and that every bracket and quote is closed";
    }
    gw_diag_add(ld->diags, GW_E_SYNTAX, GW_ERROR, loc, NULL, hint, "%s%s%s", problem,
                parser->context == NULL ? "" : " ", parser->context == NULL ? "" : parser->context);
}

gw_code gw_doc_parse(const char *file, const char *text, size_t n, gw_arena *arena, gw_diags *diags,
                     gw_node **root) {
    loader ld = {.file = file, .arena = arena, .diags = diags};
    yaml_parser_t parser;
    if (n > GW_DOC_MAX_BYTES) {
        gw_diag_add(diags, GW_E_RANGE, GW_ERROR, (gw_loc){file, 0, 0}, NULL, NULL,
                    "the file is larger than %u MiB", GW_DOC_MAX_BYTES >> 20);
        return GW_E_RANGE;
    }
    if (!yaml_parser_initialize(&parser)) {
        return GW_E_MEM;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
    int n_documents = 0;
    for (bool done = false; !done && !ld.stop;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            report_parser_error(&ld, &parser, text, n);
            ld.stop = true;
            break;
        }
        take_event(&ld, &event, &n_documents);
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    while (ld.depth > 0) { /* after an error: release what was growing */
        close_collection(&ld);
    }
    if (ld.stop) {
        return GW_E_SYNTAX;
    }
    if (ld.root == NULL) {
        gw_diag_add(diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){file, 1, 1}, NULL,
                    "begin with `gigawatt: 1`", "the file is empty");
        return GW_E_SYNTAX;
    }
    *root = ld.root;
    return GW_OK;
}

gw_node *gw_node_merge(gw_arena *arena, gw_node *low, gw_node *high) {
    if (low == NULL || high == NULL) {
        return low == NULL ? high : low;
    }
    if (high->empty && low->kind == GW_NODE_MAP) {
        return low; /* `sources:` with nothing below adds nothing */
    }
    if (low->kind != GW_NODE_MAP || high->kind != GW_NODE_MAP) {
        return high;
    }
    gw_node *out = GW_NEW(arena, gw_node);
    *out = (gw_node){.kind = GW_NODE_MAP, .loc = high->loc};
    int cap = low->n + high->n + 1;
    out->items = GW_NEW_N(arena, cap, gw_node *);
    out->keys = GW_NEW_N(arena, cap, const char *);
    out->key_locs = GW_NEW_N(arena, cap, gw_loc);
    for (int i = 0; i < low->n; i++) {
        int j = gw_node_find(high, low->keys[i]);
        out->keys[out->n] = low->keys[i];
        out->key_locs[out->n] = j < 0 ? low->key_locs[i] : high->key_locs[j];
        out->items[out->n++] =
            j < 0 ? low->items[i] : gw_node_merge(arena, low->items[i], high->items[j]);
    }
    for (int j = 0; j < high->n; j++) {
        if (gw_node_find(low, high->keys[j]) < 0) {
            out->keys[out->n] = high->keys[j];
            out->key_locs[out->n] = high->key_locs[j];
            out->items[out->n++] = high->items[j];
        }
    }
    build_index(arena, out);
    return out;
}

/* Length of the first step of a dotted path: the longest key of `map` that fits, else up to the
 * dot. */
static size_t first_step(const gw_node *map, const char *path) {
    size_t best = strcspn(path, ".");
    if (map != NULL && map->kind == GW_NODE_MAP) {
        for (int i = 0; i < map->n; i++) {
            size_t n = strlen(map->keys[i]);
            if (n > best && strncmp(path, map->keys[i], n) == 0 &&
                (path[n] == '.' || path[n] == '\0')) {
                best = n;
            }
        }
    }
    return best;
}

gw_node *gw_node_from_path(gw_arena *arena, const gw_node *root, const char *path, gw_node *value) {
    size_t n = first_step(root, path);
    gw_node *map = GW_NEW(arena, gw_node);
    *map = (gw_node){.kind = GW_NODE_MAP, .loc = value->loc, .n = 1};
    map->items = GW_NEW_N(arena, 1, gw_node *);
    map->keys = GW_NEW_N(arena, 1, const char *);
    map->key_locs = GW_NEW_N(arena, 1, gw_loc);
    map->keys[0] = gw_arena_strndup(arena, path, n);
    map->key_locs[0] = value->loc;
    map->items[0] = path[n] == '\0' ? value
                                    : gw_node_from_path(arena, gw_node_get(root, map->keys[0]),
                                                        path + n + 1, value);
    return map;
}

uint64_t gw_node_hash(const gw_node *node, uint64_t h) {
    h = (h ^ (uint64_t)node->kind) * 0x100000001b3ULL;
    if (node->kind == GW_NODE_SCALAR) {
        return hash_text(node->text, h);
    }
    for (int i = 0; i < node->n; i++) {
        if (node->kind == GW_NODE_MAP) {
            h = hash_text(node->keys[i], h);
        }
        h = gw_node_hash(node->items[i], h);
    }
    return (h ^ 0xfe) * 0x100000001b3ULL;
}
