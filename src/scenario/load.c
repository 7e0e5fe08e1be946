/* scenario/load.c: reads and merges files, then binds and checks them. */
#include "scenario/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "catalog/builtin.h"
#include "scenario/bind.h"
#include "scenario/doc.h"
#include "scenario/hf_config.h"

#define MAX_INCLUDE_DEPTH 8
#define MAX_FILES 256
#define MAX_CATALOG_FILES (MAX_FILES + 64) /* with those built in */
#define FNV_START 0xcbf29ce484222325ULL

typedef struct files {
    gw_spec *spec;
    gw_diags *diags;
    const char *stack[MAX_INCLUDE_DEPTH];
    int depth;
    bool too_many;   /* said once */
    bool incomplete; /* an include could not be read: what is missing is its fault */
} files;

static gw_node *load_file(files *f, const char *path, gw_loc from);

/* `path` relative to the folder of `base`. */
static const char *beside(gw_arena *arena, const char *dir, const char *path) {
    bool as_it_is = path[0] == '/' || strcmp(dir, ".") == 0;
    return as_it_is ? path : gw_arena_printf(arena, "%s/%s", dir, path);
}

static const char *folder_of(gw_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "." : gw_arena_strndup(arena, path, (size_t)(slash - path));
}

/* Where two trees first say different things about one path: both positions; false if nowhere. What
 * `own` says there counts anyway, so it ends the search below it. */
static bool differ(const gw_node *a, const gw_node *b, const gw_node *own, gw_loc at[2]) {
    if (a->empty || b->empty || (own != NULL && own->kind != GW_NODE_MAP)) {
        return false;
    }
    if (a->kind != GW_NODE_MAP || b->kind != GW_NODE_MAP) {
        at[0] = a->loc;
        at[1] = b->loc;
        return a->kind != b->kind || gw_node_hash(a, FNV_START) != gw_node_hash(b, FNV_START);
    }
    for (int i = 0; i < b->n; i++) {
        const gw_node *other = gw_node_get(a, b->keys[i]);
        if (other != NULL && differ(other, b->items[i], gw_node_get(own, b->keys[i]), at)) {
            return true;
        }
    }
    return false;
}

/* Two files side by side must not say different things about one entry: neither knows of the other,
 * so the order of the list would decide in silence. Only the file that includes both may. */
static void warn_of_conflicts(files *f, const gw_node *low, const gw_node *tree,
                              const gw_node *own) {
    for (int i = 0; low != NULL && tree != NULL && i < tree->n; i++) {
        const char *section = tree->keys[i];
        const gw_node *b = tree->items[i], *a = gw_node_get(low, section);
        const gw_node *mine = gw_node_get(own, section);
        bool entries = a != NULL && a->kind == GW_NODE_MAP && b->kind == GW_NODE_MAP;
        for (int j = 0; a != NULL && j < (entries ? b->n : 1); j++) {
            const gw_node *left = entries ? gw_node_get(a, b->keys[j]) : a;
            const gw_node *right = entries ? b->items[j] : b;
            const gw_node *high = entries ? gw_node_get(mine, b->keys[j]) : mine;
            gw_loc at[2];
            if (left == NULL || !differ(left, right, high, at)) {
                continue;
            }
            const char *path =
                entries ? gw_arena_printf(f->spec->arena, "%s.%s", section, b->keys[j]) : section;
            gw_diag_add(f->diags, GW_E_KEY, GW_WARNING, at[1], path,
                        "give them different names, make them equal, or say it again in the file "
                        "that includes both",
                        "`%s` also stands at %s:%d:%d with something else; what stands here counts",
                        path, at[0].file, at[0].line, at[0].col);
        }
    }
}

/* A copy of the map without its i-th key. */
static gw_node *without(gw_arena *arena, const gw_node *map, int at) {
    gw_node *own = GW_NEW(arena, gw_node);
    *own = (gw_node){.kind = GW_NODE_MAP, .loc = map->loc};
    own->items = GW_NEW_N(arena, map->n, gw_node *);
    own->keys = GW_NEW_N(arena, map->n, const char *);
    own->key_locs = GW_NEW_N(arena, map->n, gw_loc);
    for (int i = 0; i < map->n; i++) {
        if (i != at) {
            own->keys[own->n] = map->keys[i];
            own->key_locs[own->n] = map->key_locs[i];
            own->items[own->n++] = map->items[i];
        }
    }
    return own;
}

/* Takes `include` out of the tree and merges what it names below it. */
static gw_node *apply_includes(files *f, gw_node *root, const char *dir) {
    int at = gw_node_find(root, "include");
    if (at < 0) {
        return root;
    }
    gw_arena *arena = f->spec->arena;
    gw_node *include = root->items[at];
    gw_node *low = NULL;
    int n = include->kind == GW_NODE_LIST ? include->n : 1;
    for (int i = 0; i < n; i++) {
        gw_node *item = include->kind == GW_NODE_LIST ? include->items[i] : include;
        if (item->kind != GW_NODE_SCALAR || dir == NULL) {
            gw_diag_add(f->diags, GW_E_SYNTAX, GW_ERROR, item->loc, "include",
                        "write include: [other.yaml]",
                        dir == NULL ? "include is not possible here"
                                    : "`include` takes file names");
            continue;
        }
        gw_node *tree = load_file(f, beside(arena, dir, item->text), item->loc);
        f->incomplete = f->incomplete || tree == NULL;
        warn_of_conflicts(f, low, tree, root);
        low = gw_node_merge(arena, low, tree);
    }
    gw_node *own = without(arena, root, at);
    return gw_node_merge(arena, low, own);
}

/* The entry with the file's shape below what it says itself, and without the key. */
static gw_node *apply_config(files *f, gw_node *entry, const char *dir) {
    const gw_node *config = gw_node_get(entry, "config");
    gw_arena *arena = f->spec->arena;
    if (config == NULL || config->kind != GW_NODE_SCALAR || config->empty || dir == NULL) {
        return entry;
    }
    gw_llm llm;
    const char *path = beside(arena, dir, config->text);
    if (gw_hf_config_read(path, config->loc, arena, f->diags, &llm) != GW_OK) {
        f->incomplete = true;
        return entry;
    }
    if (f->spec->n_files < MAX_FILES) {
        f->spec->files[f->spec->n_files++] = llm.head.loc.file;
    }
    gw_node *own = without(arena, entry, gw_node_find(entry, "config"));
    return gw_node_merge(arena, gw_hf_entry(&llm, config->loc, arena), own);
}

/* Reads the configurations that entries of `models` name. */
static gw_node *apply_configs(files *f, gw_node *root, const char *dir) {
    gw_node *models = gw_node_get(root, "models");
    for (int i = 0; models != NULL && models->kind == GW_NODE_MAP && i < models->n; i++) {
        models->items[i] = apply_config(f, models->items[i], dir);
    }
    return root;
}

static gw_node *parse_text(files *f, const char *name, const char *text, size_t n,
                           const char *dir) {
    gw_node *root = NULL;
    if (gw_doc_parse(name, text, n, f->spec->arena, f->diags, &root) != GW_OK) {
        return NULL;
    }
    if (root->kind != GW_NODE_MAP) {
        gw_diag_add(f->diags, GW_E_SYNTAX, GW_ERROR, root->loc, NULL, "begin with `gigawatt: 1`",
                    "a scenario is a mapping of keys to values");
        return NULL;
    }
    return apply_includes(f, apply_configs(f, root, dir), dir);
}

static gw_node *load_file(files *f, const char *path, gw_loc from) {
    for (int i = 0; i < f->depth; i++) {
        if (strcmp(f->stack[i], path) == 0) {
            gw_diag_add(f->diags, GW_E_REF, GW_ERROR, from, "include", NULL, "%s includes itself",
                        path);
            return NULL;
        }
    }
    if (f->depth == MAX_INCLUDE_DEPTH) {
        gw_diag_add(f->diags, GW_E_RANGE, GW_ERROR, from, "include", NULL,
                    "files include one another more than %d deep", MAX_INCLUDE_DEPTH);
        return NULL;
    }
    if (f->spec->n_files == MAX_FILES) { /* eight levels of twenty includes would never end */
        if (!f->too_many) {
            gw_diag_add(f->diags, GW_E_RANGE, GW_ERROR, from, "include", NULL,
                        "more than %d files are read", MAX_FILES);
        }
        f->too_many = true;
        return NULL;
    }
    char *text = NULL;
    size_t n = 0;
    gw_code code = gw_file_read(path, GW_DOC_MAX_BYTES, &text, &n);
    if (code != GW_OK) {
        gw_diag_add(f->diags, code, GW_ERROR, from, NULL,
                    from.file == NULL ? "give the path of a scenario file"
                                      : "paths count from the folder of the file that includes",
                    "cannot read %s: %s", path,
                    code == GW_E_RANGE ? "larger than 64 MiB" : strerror(errno));
        return NULL;
    }
    path = gw_arena_strdup(f->spec->arena, path);
    f->spec->files[f->spec->n_files++] = path;
    f->stack[f->depth++] = path;
    gw_node *root = parse_text(f, path, text, n, folder_of(f->spec->arena, path));
    f->depth--;
    free(text);
    return root;
}

/* ---------------------------------------------------------------- catalogue */

static void take_catalog_file(files *f, const gw_node *root) {
    if (root != NULL && f->spec->n_catalog_files < MAX_CATALOG_FILES) {
        f->spec->catalog_files[f->spec->n_catalog_files++] = root->loc.file;
    }
    for (int i = 0; root != NULL && i < root->n; i++) {
        const char *key = root->keys[i];
        if (!gw_is_catalog_section(key) && strcmp(key, "sources") != 0) {
            gw_diag_add(f->diags, GW_E_KEY, GW_ERROR, root->key_locs[i], key,
                        "a catalogue file holds `sources` and catalogue sections only",
                        "`%s` does not belong into a catalogue file", key);
        }
    }
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gw_node *load_folder(files *f, const char *dir, gw_node *low) {
    DIR *d = opendir(dir);
    if (d == NULL) {
        gw_diag_add(f->diags, GW_E_IO, GW_ERROR, (gw_loc){0}, NULL,
                    "give a folder with .yaml files", "cannot read the catalogue folder %s: %s",
                    dir, strerror(errno));
        return low;
    }
    const char *names[MAX_FILES];
    int n = 0;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (!gw_text_ends_with(e->d_name, ".yaml") || e->d_name[0] == '.') {
            continue;
        }
        if (n == MAX_FILES) {
            gw_diag_add(f->diags, GW_E_RANGE, GW_ERROR, (gw_loc){0}, NULL, NULL,
                        "the catalogue folder %s holds more than %d files", dir, MAX_FILES);
            break;
        }
        names[n++] = gw_arena_printf(f->spec->arena, "%s/%s", dir, e->d_name);
    }
    closedir(d);
    qsort(names, (size_t)n, sizeof names[0], by_name);
    for (int i = 0; i < n; i++) {
        gw_node *root = load_file(f, names[i], (gw_loc){0});
        take_catalog_file(f, root);
        low = gw_node_merge(f->spec->arena, low, root);
    }
    return low;
}

static gw_node *load_builtin(files *f) {
    gw_node *low = NULL;
    for (int i = 0; i < gw_builtin_n_files; i++) {
        const gw_builtin_file *file = &gw_builtin_files[i];
        gw_node *root = parse_text(f, file->name, (const char *)file->bytes, file->n, NULL);
        take_catalog_file(f, root);
        low = gw_node_merge(f->spec->arena, low, root);
    }
    return low;
}

static gw_node *load_catalog(files *f, const gw_load_opts *opts) {
    gw_node *low = opts != NULL && opts->catalog_dir != NULL
                       ? load_folder(f, opts->catalog_dir, NULL)
                       : load_builtin(f);
    for (int i = 0; opts != NULL && i < opts->n_extra_dirs; i++) {
        low = load_folder(f, opts->extra_dirs[i], low);
    }
    return low;
}

/* ---------------------------------------------------------------- --set */

static gw_node *apply_sets(files *f, const gw_load_opts *opts, gw_node *root) {
    gw_arena *arena = f->spec->arena;
    for (int i = 0; opts != NULL && i < opts->n_sets; i++) {
        const char *set = opts->sets[i];
        const char *eq = strchr(set, '=');
        if (eq != NULL && eq[1] == '\0') {
            gw_diag_add(f->diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){0}, NULL,
                        "write none to take a value away", "--set %s has no value", set);
            continue;
        }
        if (eq == NULL || eq == set) {
            gw_diag_add(f->diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){0}, NULL,
                        "for example --set 'clusters.main.utilisation=70 %'",
                        "--set takes path=value, not `%s`", set);
            continue;
        }
        gw_node *value = NULL;
        const char *path = gw_arena_strndup(arena, set, (size_t)(eq - set));
        const char *name = gw_arena_printf(arena, "--set %s", path);
        if (gw_doc_parse(name, eq + 1, strlen(eq + 1), arena, f->diags, &value) == GW_OK) {
            root = gw_node_merge(arena, root, gw_node_from_path(arena, root, path, value));
        }
    }
    return root;
}

/* ---------------------------------------------------------------- the whole way */

static gw_spec *create_spec(const char *file) {
    gw_arena *arena = gw_arena_create(1u << 18);
    if (arena == NULL) {
        return NULL;
    }
    gw_spec *spec = GW_NEW(arena, gw_spec);
    spec->arena = arena;
    spec->file = gw_arena_strdup(arena, file);
    spec->files = GW_NEW_N(arena, MAX_FILES, const char *);
    spec->catalog_files = GW_NEW_N(arena, MAX_CATALOG_FILES, const char *);
    return spec;
}

/* A span has no default text: it depends on as_of. */
static void default_horizon(gw_scenario *s) {
    if (!gw_is_set(s->horizon_start_d) && gw_is_set(s->as_of_d)) {
        int year, month, day;
        gw_date_to_civil(s->as_of_d, &year, &month, &day);
        s->horizon_start_d = gw_date_from_civil(year - 2, 1, 1);
        s->horizon_end_d = gw_date_from_civil(year + 10, 12, 31);
    }
}

static gw_code finish(gw_spec *spec, gw_node *catalog, gw_node *own, bool catalog_only,
                      const gw_load_opts *opts, files *f, gw_spec **out) {
    gw_node *root = gw_node_merge(spec->arena, catalog, own);
    if (root != NULL && !f->incomplete) {
        root = apply_sets(f, opts, root);
        snprintf(spec->catalog_hash, sizeof spec->catalog_hash, "%016llx",
                 catalog == NULL ? 0ULL : (unsigned long long)gw_node_hash(catalog, FNV_START));
        uint64_t h = own == NULL ? FNV_START : gw_node_hash(own, FNV_START);
        for (int i = 0; opts != NULL && i < opts->n_sets; i++) {
            gw_node set = {.kind = GW_NODE_SCALAR, .text = opts->sets[i]};
            h = gw_node_hash(&set, h);
        }
        snprintf(spec->scenario_hash, sizeof spec->scenario_hash, "%016llx", (unsigned long long)h);
        gw_bind(spec, root, catalog_only, f->diags);
        default_horizon(&spec->scenario);
        gw_resolve(spec, f->diags);
        if (!catalog_only) {
            gw_check(spec, f->diags);
        }
    }
    gw_diags_sort(f->diags);
    if (gw_diags_n_errors(f->diags) > 0 || root == NULL) {
        gw_code code = gw_diags_code(f->diags);
        gw_spec_free(spec);
        return code == GW_OK ? GW_E_SYNTAX : code;
    }
    *out = spec;
    return GW_OK;
}

gw_code gw_spec_load(const char *path, const gw_load_opts *opts, gw_diags *diags, gw_spec **out) {
    gw_spec *spec = create_spec(path);
    if (spec == NULL) {
        return GW_E_MEM;
    }
    files f = {.spec = spec, .diags = diags};
    gw_node *own = load_file(&f, path, (gw_loc){0});
    if (own == NULL) {
        gw_diags_sort(diags);
        gw_spec_free(spec);
        gw_code code = gw_diags_code(diags);
        return code == GW_OK ? GW_E_SYNTAX : code;
    }
    gw_node *catalog = load_catalog(&f, opts);
    return finish(spec, catalog, own, false, opts, &f, out);
}

gw_code gw_spec_load_text(const char *name, const char *text, size_t n, const char *dir,
                          const gw_load_opts *opts, gw_diags *diags, gw_spec **out) {
    gw_spec *spec = create_spec(name);
    if (spec == NULL) {
        return GW_E_MEM;
    }
    files f = {.spec = spec, .diags = diags};
    gw_node *own = parse_text(&f, spec->file, text, n, dir);
    if (own == NULL) {
        gw_diags_sort(diags);
        gw_spec_free(spec);
        gw_code code = gw_diags_code(diags);
        return code == GW_OK ? GW_E_SYNTAX : code;
    }
    gw_node *catalog = load_catalog(&f, opts);
    return finish(spec, catalog, own, false, opts, &f, out);
}

gw_code gw_spec_load_catalog(const gw_load_opts *opts, gw_diags *diags, gw_spec **out) {
    gw_spec *spec = create_spec("catalog");
    if (spec == NULL) {
        return GW_E_MEM;
    }
    files f = {.spec = spec, .diags = diags};
    gw_node *catalog = load_catalog(&f, opts);
    return finish(spec, catalog, NULL, true, opts, &f, out);
}

bool gw_spec_in_catalog(const gw_spec *spec, gw_loc loc) {
    for (int i = 0; i < spec->n_catalog_files; i++) {
        if (spec->catalog_files[i] == loc.file) {
            return true;
        }
    }
    return false;
}

void gw_spec_free(gw_spec *spec) {
    if (spec != NULL) {
        gw_arena_free(spec->arena);
    }
}
