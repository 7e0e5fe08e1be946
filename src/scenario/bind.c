/* scenario/bind.c: fills structs from text by their field tables. One function per kind; each
 * reports what it cannot accept and goes on, so that one run shows every mistake. Values are
 * registered in table order, which is also the order of slots (see gw_scenario_clone). */
#include "scenario/bind.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/expr.h"

#define PATH_MAX_BYTES 512

/* What a mapping passes on to the values in it. */
typedef struct inherited {
    int source;       /* -1: none */
    const char *file; /* where it was declared: a value of another layer does not cite it */
} inherited;

typedef struct binder {
    gw_spec *spec;
    gw_diags *diags;
    const gw_node *sources; /* the tree's `sources`, or NULL */
    int price_year;
    bool catalog_only;
    bool in_catalog;
    const gw_head *entry; /* catalogue entry being bound */
    int cap_values, cap_texts;
    char path[PATH_MAX_BYTES];
    size_t n_path;
} binder;

static const char *const catalog_sections[] = {
    "accelerators", "systems", "models", "switches",       "links",      "regions",
    "coolings",     "plants",  "bands",  "failure_models", "unit_costs", "software",
};

bool gw_is_catalog_section(const char *name) {
    for (size_t i = 0; i < sizeof catalog_sections / sizeof catalog_sections[0]; i++) {
        if (strcmp(name, catalog_sections[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void bind_struct(binder *b, const gw_struct *type, const gw_node *node, char *out,
                        inherited from);

static size_t push(binder *b, const char *key) {
    size_t before = b->n_path;
    int n = snprintf(b->path + b->n_path, sizeof b->path - b->n_path, "%s%s",
                     b->n_path == 0 ? "" : ".", key);
    b->n_path += n > 0 ? (size_t)n : 0;
    if (b->n_path >= sizeof b->path) {
        b->n_path = sizeof b->path - 1;
    }
    return before;
}

static void pop(binder *b, size_t before) {
    b->n_path = before;
    b->path[before] = '\0';
}

#define PROBLEM(b, code, loc, hint, ...)                                                           \
    gw_diag_add((b)->diags, (code), GW_ERROR, (loc), (b)->path, (hint), __VA_ARGS__)

/* ---------------------------------------------------------------- provenance */

static int find_source(const binder *b, const char *id, size_t n) {
    char name[128];
    if (b->sources == NULL || n >= sizeof name) {
        return -1;
    }
    memcpy(name, id, n);
    name[n] = '\0';
    return gw_node_find(b->sources, name);
}

static void unknown_source(binder *b, gw_loc loc, const char *id, size_t n) {
    char name[128], hint[200];
    snprintf(name, sizeof name, "%.*s", (int)n, id);
    const char *near =
        b->sources == NULL ? NULL : gw_text_nearest(name, b->sources->keys, (size_t)b->sources->n);
    if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    } else {
        snprintf(hint, sizeof hint, "declare it under `sources:`, or write @assumed(reason)");
    }
    PROBLEM(b, GW_E_REF, loc, hint, "the source `%s` is not declared", name);
}

static int find_grade(const char *text, size_t n) {
    for (int i = 0; i < gw_enum_grade.n; i++) {
        if (strlen(gw_enum_grade.items[i].name) == n &&
            strncmp(gw_enum_grade.items[i].name, text, n) == 0) {
            return i;
        }
    }
    return -1;
}

/* grade GW_N_grade means "as its source": completed in gw_resolve when the sources are bound. */
static void take_provenance(binder *b, const gw_provenance *p, gw_loc loc, inherited from,
                            gw_value *value) {
    value->source = from.file == loc.file ? from.source : -1;
    value->grade = value->source >= 0 ? GW_N_grade : GW_GRADE_ASSUMED;
    if (p->n_note > 0) {
        value->note = gw_arena_strndup(b->spec->arena, p->note, p->n_note);
    }
    if (p->malformed) {
        PROBLEM(b, GW_E_SYNTAX, loc,
                "write `@source`, `@source:derived` or `@assumed(reason)`; inside { } quote a "
                "value whose reason holds a comma",
                "the provenance behind @ cannot be read");
    }
    if (p->source == NULL) {
        return;
    }
    int grade = p->n_grade > 0 ? find_grade(p->grade, p->n_grade) : -1;
    if (p->n_grade > 0 && grade < 0) {
        PROBLEM(b, GW_E_KEY, loc, "grades: measured, published, derived, assumed",
                "`%.*s` is not an evidence grade", (int)p->n_grade, p->grade);
    }
    if (p->n_source == strlen("assumed") && strncmp(p->source, "assumed", p->n_source) == 0) {
        value->source = -1;
        value->grade = GW_GRADE_ASSUMED;
        return;
    }
    value->source = find_source(b, p->source, p->n_source);
    value->grade = grade >= 0 ? (gw_grade)grade : GW_N_grade;
    if (value->source < 0) {
        unknown_source(b, loc, p->source, p->n_source);
        value->grade = GW_GRADE_ASSUMED;
    }
}

/* ---------------------------------------------------------------- values */

static gw_value *add_value(binder *b, const gw_field *field, const gw_node *node) {
    gw_spec *spec = b->spec;
    if (spec->n_values == b->cap_values) {
        int cap = b->cap_values == 0 ? 1024 : 2 * b->cap_values;
        gw_value *grown = GW_NEW_N(spec->arena, cap, gw_value);
        if (spec->n_values > 0) {
            memcpy(grown, spec->values, (size_t)spec->n_values * sizeof *grown);
        }
        spec->values = grown;
        b->cap_values = cap;
    }
    gw_value *value = &spec->values[spec->n_values++];
    *value = (gw_value){.field = field, .slot = -1, .source = -1, .note = "", .si = GW_NAN};
    value->path = gw_arena_strdup(spec->arena, b->path);
    value->grade = GW_GRADE_ASSUMED;
    value->in_catalog = b->in_catalog;
    value->entry = b->entry;
    value->from_default = node == NULL;
    value->loc = node == NULL ? (gw_loc){spec->file, 0, 0} : node->loc;
    return value;
}

static gw_value *add_number(binder *b, const gw_field *field, const gw_node *node, int n_slots) {
    gw_value *value = add_value(b, field, node);
    value->slot = b->spec->n_slots;
    value->n_slots = n_slots;
    b->spec->n_slots += n_slots;
    return value;
}

static void check_range(binder *b, const gw_field *field, gw_loc loc, const gw_dist *dist,
                        const char *text) {
    /* A tail without an end is judged by its median; draws beyond the range are set to its end. */
    bool tail = dist->kind == GW_DIST_NORMAL || dist->kind == GW_DIST_LOGNORMAL;
    double median = gw_dist_quantile(dist, 0.5);
    double lowest = tail ? median : gw_dist_min(dist);
    double highest = tail ? median : gw_dist_max(dist);
    bool low = lowest < field->lo - 1e-12 * fabs(field->lo);
    bool high = highest > field->hi + 1e-12 * fabs(field->hi);
    if (!low && !high) {
        return;
    }
    char lo[48], hi[48], hint[200];
    const char *unit = field->unit == NULL ? "" : field->unit;
    gw_quantity_format(field->lo, unit, lo, sizeof lo);
    gw_quantity_format(field->hi, unit, hi, sizeof hi);
    snprintf(hint, sizeof hint, "it must lie in %s .. %s", isfinite(field->lo) ? lo : "any",
             isfinite(field->hi) ? hi : "any");
    if (high && strcmp(unit, "%") == 0 && strchr(text, '%') == NULL) {
        snprintf(hint, sizeof hint, "a share is written with its sign: `%s %%`", text);
    }
    PROBLEM(b, GW_E_RANGE, loc, hint, "`%s` is too %s for %s (%s)", text, low ? "small" : "large",
            field->key, field->doc);
}

/* Never leave a reader without a form to copy. */
static void example_hint(const gw_field *field, char *hint, size_t n) {
    if (field->kind == GW_KIND_DATE) {
        snprintf(hint, n, "for example 2026-06-30, or 2026-06-30 + pert(0 d; 30 d; 90 d)");
    } else if (strcmp(field->unit, "*") == 0) {
        snprintf(hint, n, "write a number and its unit");
    } else if (field->unit[0] == '\0') {
        snprintf(hint, n, "for example 12, or uniform(10; 14)");
    } else {
        snprintf(hint, n, "for example 12 %s, or uniform(10 %s; 14 %s)", field->unit, field->unit,
                 field->unit);
    }
}

/* Parses one text into value->dist. Returns false (and reports) if it cannot be read. */
static bool read_expression(binder *b, const gw_field *field, const char *text, gw_loc loc,
                            gw_value *value) {
    gw_expr expr;
    gw_expr_error error;
    if (gw_expr_parse(text, strlen(text), field, b->price_year, &expr, &error) != GW_OK) {
        loc.col += loc.col > 0 ? (int)error.offset : 0;
        if (error.hint[0] == '\0') {
            example_hint(field, error.hint, sizeof error.hint);
        }
        PROBLEM(b, error.code, loc, error.hint, "%s", error.msg);
        return false;
    }
    value->dist = expr.dist;
    value->dim = expr.dim;
    value->uncertain = expr.dist.kind != GW_DIST_CONST;
    value->si = gw_dist_quantile(&expr.dist, 0.5);
    check_range(b, field, loc, &expr.dist, text);
    return true;
}

static bool is_none(const gw_node *node) {
    return node != NULL && node->kind == GW_NODE_SCALAR && strcmp(node->text, "none") == 0;
}

static bool is_auto(const gw_node *node) {
    return node != NULL && node->kind == GW_NODE_SCALAR && strcmp(node->text, "auto") == 0;
}

/* The text of a scalar with its provenance taken off; NULL (reported) when the node is no scalar.
 */
static const char *scalar_text(binder *b, const gw_field *field, const gw_node *node,
                               inherited from, gw_value *value) {
    if (node->kind != GW_NODE_SCALAR) {
        PROBLEM(b, GW_E_SYNTAX, node->loc, field->doc, "`%s` takes one value, not a %s", field->key,
                node->kind == GW_NODE_MAP ? "mapping" : "list");
        return NULL;
    }
    gw_provenance p = gw_provenance_split(node->text);
    take_provenance(b, &p, node->loc, from, value);
    value->text = gw_arena_strndup(b->spec->arena, node->text, p.n_value);
    return value->text;
}

static void bind_number(binder *b, const gw_field *field, const gw_node *node, double *out,
                        inherited from) {
    gw_value *value = add_number(b, field, node, 1);
    *out = GW_NAN;
    if (node == NULL) {
        value->text = field->default_text;
        if (field->default_text != NULL &&
            read_expression(b, field, field->default_text, value->loc, value)) {
            *out = value->si;
        }
        return;
    }
    const char *text = scalar_text(b, field, node, from, value);
    if (text != NULL && read_expression(b, field, text, node->loc, value)) {
        *out = value->si;
    }
}

static void bind_months(binder *b, const gw_field *field, const gw_node *node, double out[12],
                        inherited from) {
    gw_value *value = add_number(b, field, node, 12);
    for (int m = 0; m < 12; m++) {
        out[m] = GW_NAN;
    }
    if (node == NULL) {
        return;
    }
    if (node->kind == GW_NODE_SCALAR) {
        const char *text = scalar_text(b, field, node, from, value);
        if (text != NULL && read_expression(b, field, text, node->loc, value)) {
            for (int m = 0; m < 12; m++) {
                out[m] = value->si;
            }
        }
        return;
    }
    if (node->kind != GW_NODE_LIST || node->n != 12) {
        PROBLEM(b, GW_E_SYNTAX, node->loc, "list twelve values, January first",
                "`%s` takes twelve values, not %d", field->key, node->n);
        return;
    }
    take_provenance(b, &(gw_provenance){0}, node->loc, from, value);
    for (int m = 0; m < 12; m++) {
        gw_value one = *value;
        if (node->items[m]->kind != GW_NODE_SCALAR) {
            PROBLEM(b, GW_E_SYNTAX, node->items[m]->loc, NULL, "a single value is due here");
        } else if (read_expression(b, field, node->items[m]->text, node->items[m]->loc, &one)) {
            out[m] = one.si;
            if (one.uncertain) {
                PROBLEM(b, GW_E_SYNTAX, node->items[m]->loc, NULL,
                        "the months of `%s` cannot be uncertain one by one", field->key);
            }
        }
    }
    value->text = "twelve months";
    value->si = out[0];
}

static void bind_int(binder *b, const gw_field *field, const gw_node *node, int64_t *out,
                     inherited from) {
    gw_value *value = add_value(b, field, node);
    const char *text = field->default_text;
    *out = 0;
    if (node != NULL) {
        text = scalar_text(b, field, node, from, value);
    }
    value->text = text;
    if (text == NULL || (field->default_text != NULL && strcmp(field->default_text, "auto") == 0 &&
                         strcmp(text, "auto") == 0)) {
        return;
    }
    char *end = NULL;
    char clean[40];
    size_t n = 0;
    for (const char *p = text; *p != '\0' && n + 1 < sizeof clean; p++) {
        if (*p != '_') {
            clean[n++] = *p;
        }
    }
    clean[n] = '\0';
    double number = strtod(clean, &end);
    gw_loc loc = node == NULL ? value->loc : node->loc;
    if (end == clean || *end != '\0' || number != floor(number)) {
        PROBLEM(b, GW_E_SYNTAX, loc, field->doc, "`%s` is not a whole number", text);
        return;
    }
    if (number < field->lo || number > field->hi) {
        char hint[80];
        snprintf(hint, sizeof hint, "it must lie in %.0f .. %.0f", field->lo, field->hi);
        PROBLEM(b, GW_E_RANGE, loc, hint, "`%s` is out of range for %s (%s)", text, field->key,
                field->doc);
        return;
    }
    *out = (int64_t)number;
    value->si = number;
}

static void bind_bool(binder *b, const gw_field *field, const gw_node *node, bool *out,
                      inherited from) {
    gw_value *value = add_value(b, field, node);
    const char *text =
        node == NULL ? field->default_text : scalar_text(b, field, node, from, value);
    value->text = text;
    *out = false;
    if (text == NULL) {
        return;
    }
    if (strcmp(text, "yes") == 0 || strcmp(text, "true") == 0) {
        *out = true;
    } else if (strcmp(text, "no") != 0 && strcmp(text, "false") != 0) {
        PROBLEM(b, GW_E_SYNTAX, node == NULL ? value->loc : node->loc, "write yes or no",
                "`%s` is neither yes nor no", text);
    }
}

static void bind_enum(binder *b, const gw_field *field, const gw_node *node, int *out,
                      inherited from) {
    gw_value *value = add_value(b, field, node);
    const char *text =
        node == NULL ? field->default_text : scalar_text(b, field, node, from, value);
    const gw_enum *e = field->enumeration;
    const char *words[32];
    char hint[256] = "one of ";
    value->text = text;
    *out = 0;
    if (text == NULL) {
        return;
    }
    for (int i = 0; i < e->n; i++) {
        if (strcmp(e->items[i].name, text) == 0) {
            *out = i;
            return;
        }
        words[i] = e->items[i].name;
        strncat(hint, i == 0 ? "" : ", ", sizeof hint - strlen(hint) - 1);
        strncat(hint, words[i], sizeof hint - strlen(hint) - 1);
    }
    const char *near = gw_text_nearest(text, words, (size_t)e->n);
    if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    }
    PROBLEM(b, GW_E_KEY, node == NULL ? value->loc : node->loc, hint, "`%s` is not a known %s",
            text, field->key);
}

static void bind_ref(binder *b, const gw_field *field, const gw_node *node, gw_ref *out,
                     inherited from) {
    gw_value *value = add_value(b, field, node);
    *out = (gw_ref){.name = NULL, .i = -1};
    if (node != NULL) {
        out->name = scalar_text(b, field, node, from, value);
    }
}

/* Each name of the list is registered as a value of its own, so that each can be reported. */
static void bind_refs(binder *b, const gw_field *field, const gw_node *node, gw_refs *out,
                      inherited from) {
    *out = (gw_refs){0};
    if (node == NULL) {
        return;
    }
    int n = node->kind == GW_NODE_LIST ? node->n : 1;
    out->at = GW_NEW_N(b->spec->arena, n, gw_ref);
    for (int i = 0; i < n; i++) {
        char place[16];
        snprintf(place, sizeof place, "%d", i + 1);
        size_t before = push(b, place);
        bind_ref(b, field, node->kind == GW_NODE_LIST ? node->items[i] : node, &out->at[i], from);
        pop(b, before);
    }
    out->n = n;
}

static void note_text(binder *b, gw_loc loc) {
    gw_spec *spec = b->spec;
    if (spec->n_texts == b->cap_texts) {
        int cap = b->cap_texts == 0 ? 256 : 2 * b->cap_texts;
        gw_text_at *grown = GW_NEW_N(spec->arena, cap, gw_text_at);
        if (spec->n_texts > 0) {
            memcpy(grown, spec->texts, (size_t)spec->n_texts * sizeof *grown);
        }
        spec->texts = grown;
        b->cap_texts = cap;
    }
    spec->texts[spec->n_texts++] = (gw_text_at){gw_arena_strdup(spec->arena, b->path), loc};
}

gw_loc gw_spec_text_loc(const gw_spec *spec, const char *path, gw_loc fallback) {
    for (int i = 0; i < spec->n_texts; i++) {
        if (strcmp(spec->texts[i].path, path) == 0) {
            return spec->texts[i].loc;
        }
    }
    return fallback;
}

static void bind_text(binder *b, const gw_field *field, const gw_node *node, const char **out) {
    *out = field->default_text;
    if (node == NULL) {
        return;
    }
    if (node->kind != GW_NODE_SCALAR) {
        PROBLEM(b, GW_E_SYNTAX, node->loc, field->doc, "`%s` takes a text", field->key);
        return;
    }
    note_text(b, node->loc);
    *out = node->text;
}

static void bind_texts(binder *b, const gw_field *field, const gw_node *node, gw_texts *out) {
    *out = (gw_texts){0};
    if (node == NULL) {
        return;
    }
    int n = node->kind == GW_NODE_LIST ? node->n : 1;
    out->at = GW_NEW_N(b->spec->arena, n, const char *);
    for (int i = 0; i < n; i++) {
        const gw_node *item = node->kind == GW_NODE_LIST ? node->items[i] : node;
        if (item->kind != GW_NODE_SCALAR) {
            PROBLEM(b, GW_E_SYNTAX, item->loc, "write [first, second]",
                    "`%s` takes a list of texts", field->key);
            continue;
        }
        char place[16];
        snprintf(place, sizeof place, "%d", i + 1);
        size_t before = push(b, place);
        note_text(b, item->loc);
        pop(b, before);
        out->at[out->n++] = item->text;
    }
}

/* "2024-06 .. 2032-12": the first day of the first month to the last day of the last. */
static void bind_span(binder *b, const gw_field *field, const gw_node *node, double out[2]) {
    out[0] = out[1] = GW_NAN;
    if (node == NULL) {
        return;
    }
    const char *dots = node->kind == GW_NODE_SCALAR ? strstr(node->text, "..") : NULL;
    char first[32] = "", last[32] = "";
    if (dots != NULL) {
        snprintf(first, sizeof first, "%.*s", (int)(dots - node->text), node->text);
        snprintf(last, sizeof last, "%s", dots + 2);
    }
    char *trimmed_last = last + strspn(last, " ");
    for (size_t n = strlen(first); n > 0 && first[n - 1] == ' '; n--) {
        first[n - 1] = '\0';
    }
    double from = 0.0, to = 0.0;
    if (dots == NULL || gw_date_parse(first, GW_DATE_START, &from) != GW_OK ||
        gw_date_parse(trimmed_last, GW_DATE_END, &to) != GW_OK) {
        PROBLEM(b, GW_E_SYNTAX, node->loc, "write 2024-06 .. 2032-12", "`%s` is not a span of time",
                node->kind == GW_NODE_SCALAR ? node->text : field->key);
        return;
    }
    if (to <= from) {
        PROBLEM(b, GW_E_RANGE, node->loc, "the earlier date stands first",
                "the span ends before it begins");
        return;
    }
    out[0] = from;
    out[1] = to;
}

/* ---------------------------------------------------------------- structure */

/* "chip_lot" -> "chip lot"; names of structs that are not the words of the field are replaced. */
static const char *type_words(const gw_struct *type, char out[48]) {
    static const char *const words[][2] = {
        {"llm", "model"}, {"netswitch", "switch"}, {"netlink", "link"}, {"cost", "unit cost"}};
    snprintf(out, 48, "%s", type->name);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(type->name, words[i][0]) == 0) {
            snprintf(out, 48, "%s", words[i][1]);
        }
    }
    for (char *p = out; *p != '\0'; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return out;
}

static bool is_from_set(gw_loc loc) {
    return loc.file != NULL && strncmp(loc.file, "--set ", strlen("--set ")) == 0;
}

/* A mapping that only --set wrote: most often a misspelt name. */
static bool is_made_by_set(const gw_node *map) {
    for (int i = 0; i < map->n; i++) {
        if (!is_from_set(map->items[i]->loc)) {
            return false;
        }
    }
    return map->n > 0;
}

/* One message for such an entry instead of one for each key that it lacks. */
static bool refuse_new_entry(binder *b, const gw_field *field, const gw_node *map, int i) {
    const gw_node *item = map->items[i];
    const gw_struct *type = field->type;
    if (item->kind != GW_NODE_MAP || !is_made_by_set(item)) {
        return false;
    }
    int n_missing = 0;
    for (int k = 0; k < type->n_fields; k++) {
        bool due = type->fields[k].need == GW_REQUIRED;
        n_missing += due && gw_node_find(item, type->fields[k].key) < 0;
    }
    if (n_missing == 0) {
        return false;
    }
    const char *others[512];
    char hint[200], words[48];
    int n = 0;
    for (int k = 0; k < map->n && n < 512; k++) {
        if (k != i) {
            others[n++] = map->keys[k];
        }
    }
    const char *near = gw_text_nearest(map->keys[i], others, (size_t)n);
    if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    } else {
        snprintf(hint, sizeof hint, "an existing name, or all keys of a new %s",
                 type_words(type, words));
    }
    PROBLEM(b, GW_E_REF, item->items[0]->loc, hint, "`%s` is not in `%s`", map->keys[i],
            field->key);
    return true;
}

static void bind_map(binder *b, const gw_field *field, const gw_node *node, gw_map *out,
                     inherited from) {
    *out = (gw_map){0};
    if (node == NULL || node->empty) {
        return;
    }
    if (node->kind != GW_NODE_MAP) {
        PROBLEM(b, GW_E_SYNTAX, node->loc, "write `name: {...}` for each entry",
                "`%s` takes named entries", field->key);
        return;
    }
    out->at = gw_arena_alloc(b->spec->arena, (size_t)node->n + 1, field->type->size);
    for (int i = 0; i < node->n; i++) {
        const gw_node *item = node->items[i];
        if (is_none(item) && field->type != &gw_struct_source) { /* an override removes it */
            continue;
        }
        char *entry = (char *)out->at + (size_t)out->n++ * field->type->size;
        gw_head *head = (gw_head *)(void *)entry;
        size_t before = push(b, node->keys[i]);
        if (refuse_new_entry(b, field, node, i)) {
            out->n--;
            pop(b, before);
            continue;
        }
        bool top_of_catalog = b->in_catalog && b->entry == NULL;
        if (top_of_catalog) {
            b->entry = head;
        }
        bind_struct(b, field->type, item, entry, from);
        head->name = node->keys[i];
        head->path = gw_arena_strdup(b->spec->arena, b->path);
        head->loc = node->key_locs[i];
        if (top_of_catalog) {
            b->entry = NULL;
        }
        pop(b, before);
    }
}

static void missing(binder *b, const gw_struct *type, const gw_field *field, gw_loc loc) {
    char hint[240], words[48];
    snprintf(hint, sizeof hint, "%s: %s", field->key, field->doc);
    PROBLEM(b, GW_E_KEY, loc, hint, "`%s` is missing in this %s", field->key,
            type_words(type, words));
}

static void bind_field(binder *b, const gw_field *field, const gw_node *node, void *slot,
                       inherited from) {
    if (is_none(node) && field->kind != GW_KIND_TEXT && field->kind != GW_KIND_ENUM) {
        node = NULL; /* an override takes the value away */
    }
    switch (field->kind) {
    case GW_KIND_NUM:
    case GW_KIND_DATE:
        bind_number(b, field, node, slot, from);
        break;
    case GW_KIND_MONTHS:
        bind_months(b, field, node, slot, from);
        break;
    case GW_KIND_INT:
        bind_int(b, field, node, slot, from);
        break;
    case GW_KIND_BOOL:
        bind_bool(b, field, node, slot, from);
        break;
    case GW_KIND_ENUM:
        bind_enum(b, field, node, slot, from);
        break;
    case GW_KIND_REF:
        bind_ref(b, field, node, slot, from);
        break;
    case GW_KIND_REFS:
        bind_refs(b, field, node, slot, from);
        break;
    case GW_KIND_TEXT:
        bind_text(b, field, node, slot);
        break;
    case GW_KIND_TEXTS:
        bind_texts(b, field, node, slot);
        break;
    case GW_KIND_SPAN:
        bind_span(b, field, node, slot);
        break;
    case GW_KIND_SUB:
        bind_struct(b, field->type, is_auto(node) ? NULL : node, slot, from);
        ((gw_head *)slot)->given = node != NULL;
        break;
    case GW_KIND_MAP:
        bind_map(b, field, node, slot, from);
        break;
    }
}

/* Returns the key that was probably meant, or NULL. */
static const char *unknown_key(binder *b, const gw_struct *type, const char *key, gw_loc loc) {
    const char *known[64];
    char hint[160];
    int n = 0;
    for (int i = 0; i < type->n_fields && n < 62; i++) {
        known[n++] = type->fields[i].key;
    }
    known[n++] = GW_KEY_SOURCE;
    known[n++] = GW_KEY_NOTE;
    const char *near = gw_text_nearest(key, known, (size_t)n);
    if (isdigit((unsigned char)key[0]) || strchr(key, ')') != NULL) {
        snprintf(hint, sizeof hint,
                 "inside { } a comma ends a value: put `;` between arguments, write 457000 without "
                 "commas, quote notes");
    } else if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    } else {
        snprintf(hint, sizeof hint, "`gigawatt schema --reference %s` lists its keys", type->name);
    }
    char words[48];
    const char *kind = type_words(type, words);
    PROBLEM(b, GW_E_KEY, loc, hint, "`%s` is not a key of a%s %s", key,
            strchr("aeio", kind[0]) != NULL ? "n" : "", kind);
    return near;
}

/* Returns the fields (a bit each) that misspelt keys probably meant: they are not missing as well. */
static uint64_t check_keys(binder *b, const gw_struct *type, const gw_node *node, gw_head *head,
                           inherited *from) {
    uint64_t meant = 0;
    for (int i = 0; i < node->n; i++) {
        const char *key = node->keys[i];
        const gw_node *item = node->items[i];
        bool known = false;
        for (int f = 0; f < type->n_fields && !known; f++) {
            known = strcmp(type->fields[f].key, key) == 0;
        }
        if (known) {
            continue;
        }
        if (strcmp(key, GW_KEY_SOURCE) == 0 && item->kind == GW_NODE_SCALAR) {
            from->source = find_source(b, item->text, strlen(item->text));
            from->file = item->loc.file;
            head->source = from->source;
            if (from->source < 0) {
                unknown_source(b, item->loc, item->text, strlen(item->text));
            }
        } else if (strcmp(key, GW_KEY_NOTE) == 0 && item->kind == GW_NODE_SCALAR) {
            head->note = item->text;
        } else {
            const char *near = unknown_key(b, type, key, node->key_locs[i]);
            for (int f = 0; near != NULL && f < type->n_fields && f < 64; f++) {
                meant |= strcmp(type->fields[f].key, near) == 0 ? UINT64_C(1) << f : 0;
            }
        }
    }
    return meant;
}

static void bind_struct(binder *b, const gw_struct *type, const gw_node *node, char *out,
                        inherited from) {
    gw_head *head = (gw_head *)(void *)out;
    *head = (gw_head){.name = "", .given = node != NULL, .source = -1};
    bool readable = node != NULL && (node->kind == GW_NODE_MAP || node->empty);
    if (node != NULL) {
        head->loc = node->loc;
    }
    if (node != NULL && !readable) {
        char words[48];
        PROBLEM(b, GW_E_SYNTAX, node->loc, type->doc, "a %s is a mapping `key: value`",
                type_words(type, words));
    }
    size_t errors_before = gw_diags_n_errors(b->diags), errors_of_entries = 0;
    uint64_t meant = readable ? check_keys(b, type, node, head, &from) : 0;
    bool top = type == &gw_struct_scenario;
    for (int i = 0; i < type->n_fields; i++) {
        const gw_field *field = &type->fields[i];
        const gw_node *child = readable ? gw_node_get(node, field->key) : NULL;
        bool empty_map = field->kind == GW_KIND_MAP && child != NULL &&
                         (child->empty || (child->kind == GW_NODE_MAP && child->n == 0));
        size_t before = push(b, field->key);
        if (top) {
            b->in_catalog = gw_is_catalog_section(field->key);
        }
        bool misspelt = i < 64 && (meant >> i & 1) != 0;
        if (field->need == GW_REQUIRED && readable && !misspelt &&
            (child == NULL || is_none(child) || empty_map) && !(top && b->catalog_only)) {
            missing(b, type, field, node->loc);
        }
        size_t errors = gw_diags_n_errors(b->diags);
        bind_field(b, field, child, out + field->offset, from);
        errors_of_entries += field->kind == GW_KIND_MAP ? gw_diags_n_errors(b->diags) - errors : 0;
        if (top && strcmp(field->key, "price_year") == 0) {
            b->price_year = (int)b->spec->scenario.price_year;
        }
        pop(b, before);
    }
    head->broken = gw_diags_n_errors(b->diags) - errors_before > errors_of_entries;
}

void gw_bind(gw_spec *spec, const gw_node *root, bool catalog_only, gw_diags *diags) {
    binder b = {.spec = spec, .diags = diags, .catalog_only = catalog_only, .price_year = 2025};
    const gw_node *sources = gw_node_get(root, "sources");
    if (sources != NULL && sources->kind == GW_NODE_MAP) {
        b.sources = sources;
    }
    inherited from = {.source = -1};
    bind_struct(&b, &gw_struct_scenario, root, (char *)&spec->scenario, from);
}
