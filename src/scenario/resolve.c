/* scenario/resolve.c: names become indices; entries that the scenario reaches are marked; a
 * scenario can be cloned. All three walk structs by their field tables. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "scenario/bind.h"

const gw_field *gw_scenario_section(const char *name) {
    for (int i = 0; i < gw_struct_scenario.n_fields; i++) {
        const gw_field *field = &gw_struct_scenario.fields[i];
        if (field->kind == GW_KIND_MAP && strcmp(field->key, name) == 0) {
            return field;
        }
    }
    return NULL;
}

typedef struct resolver {
    gw_spec *spec;
    gw_diags *diags;
    bool mark; /* second pass: follow references into the catalogue */
} resolver;

static void resolve_struct(resolver *r, const gw_struct *type, char *at);

static gw_head *entry_of(const gw_map *map, const gw_struct *type, int i) {
    return (gw_head *)(void *)((char *)map->at + (size_t)i * type->size);
}

/* The registered value of a reference: it holds the very text that the reference points to. */
static const gw_value *value_of(const gw_spec *spec, const gw_field *field, const gw_ref *ref) {
    int i = 0;
    while (spec->values[i].field != field || spec->values[i].text != ref->name) {
        i++;
    }
    return &spec->values[i];
}

static void report_dangling(const resolver *r, const gw_field *field, const gw_ref *ref,
                            const gw_map *map, const gw_struct *type, const gw_value *value) {
    const char *names[512];
    int n = 0;
    for (; n < map->n && n < 512; n++) {
        names[n] = entry_of(map, type, n)->name;
    }
    const char *near = gw_text_nearest(ref->name, names, (size_t)n);
    char hint[160];
    if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    } else if (gw_is_catalog_section(field->section)) {
        snprintf(hint, sizeof hint, "`gigawatt catalog %s` lists them; add your own under `%s:`",
                 field->section, field->section);
    } else {
        snprintf(hint, sizeof hint, "define it under `%s:`", field->section);
    }
    gw_diag_add(r->diags, GW_E_REF, GW_ERROR, value->loc, value->path, hint, "`%s` is not in `%s`",
                ref->name, field->section);
}

static void resolve_ref(resolver *r, const gw_field *field, gw_ref *ref) {
    if (ref->name == NULL) {
        return;
    }
    const gw_field *section = gw_scenario_section(field->section);
    const gw_map *map =
        (const gw_map *)(const void *)((char *)&r->spec->scenario + section->offset);
    if (ref->i < 0 && !r->mark) {
        for (int i = 0; i < map->n; i++) {
            if (strcmp(entry_of(map, section->type, i)->name, ref->name) == 0) {
                ref->i = i;
                return;
            }
        }
        report_dangling(r, field, ref, map, section->type, value_of(r->spec, field, ref));
        return;
    }
    if (r->mark && ref->i >= 0 && gw_is_catalog_section(field->section)) {
        gw_head *entry = entry_of(map, section->type, ref->i);
        if (!entry->used) {
            entry->used = true;
            resolve_struct(r, section->type, (char *)entry);
        }
    }
}

static void resolve_struct(resolver *r, const gw_struct *type, char *at) {
    for (int i = 0; i < type->n_fields; i++) {
        const gw_field *field = &type->fields[i];
        if (field->kind == GW_KIND_REF) {
            resolve_ref(r, field, (gw_ref *)(void *)(at + field->offset));
        } else if (field->kind == GW_KIND_REFS) {
            gw_refs *refs = (gw_refs *)(void *)(at + field->offset);
            for (int k = 0; k < refs->n; k++) {
                resolve_ref(r, field, &refs->at[k]);
            }
        } else if (field->kind == GW_KIND_SUB) {
            resolve_struct(r, field->type, at + field->offset);
        } else if (field->kind == GW_KIND_MAP) {
            gw_map *map = (gw_map *)(void *)(at + field->offset);
            bool skip = r->mark && type == &gw_struct_scenario && gw_is_catalog_section(field->key);
            for (int k = 0; k < map->n && !skip; k++) {
                resolve_struct(r, field->type, (char *)entry_of(map, field->type, k));
            }
        }
    }
}

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

void gw_resolve(gw_spec *spec, gw_diags *diags) {
    resolver r = {.spec = spec, .diags = diags};
    resolve_struct(&r, &gw_struct_scenario, (char *)&spec->scenario);
    r.mark = true;
    resolve_struct(&r, &gw_struct_scenario, (char *)&spec->scenario);
    for (int i = 0; i < spec->n_values; i++) {
        gw_value *v = &spec->values[i];
        v->used = v->entry == NULL ? !starts_with(v->path, "sources.") : v->entry->used;
        if (starts_with(v->path, "claims.") || starts_with(v->path, "bands.")) {
            v->uncertain = false; /* a claimed range is a statement, not an input to draw */
        }
        if (v->grade == GW_N_grade) {
            v->grade = v->source >= 0 && v->source < spec->scenario.sources.n
                           ? (gw_grade)spec->scenario.sources.at[v->source].grade
                           : GW_GRADE_ASSUMED;
        }
    }
}

/* ---------------------------------------------------------------- clone */

typedef struct cloner {
    gw_arena *arena;
    double **slots;
    int n_slots;
} cloner;

static void clone_members(cloner *c, const gw_struct *type, char *at) {
    for (int i = 0; i < type->n_fields; i++) {
        const gw_field *field = &type->fields[i];
        char *member = at + field->offset;
        switch (field->kind) {
        case GW_KIND_NUM:
        case GW_KIND_DATE:
            c->slots[c->n_slots++] = (double *)(void *)member;
            break;
        case GW_KIND_MONTHS:
            for (int m = 0; m < 12; m++) {
                c->slots[c->n_slots++] = (double *)(void *)member + m;
            }
            break;
        case GW_KIND_SUB:
            clone_members(c, field->type, member);
            break;
        case GW_KIND_MAP: {
            gw_map *map = (gw_map *)(void *)member;
            void *copy = gw_arena_alloc(c->arena, (size_t)map->n + 1, field->type->size);
            if (map->n > 0) {
                memcpy(copy, map->at, (size_t)map->n * field->type->size);
            }
            map->at = copy;
            for (int k = 0; k < map->n; k++) {
                clone_members(c, field->type, (char *)entry_of(map, field->type, k));
            }
            break;
        }
        default:
            break;
        }
    }
}

gw_scenario *gw_scenario_clone(const gw_scenario *from, gw_arena *arena, double **slots) {
    gw_scenario *copy = GW_NEW(arena, gw_scenario);
    *copy = *from;
    cloner c = {.arena = arena, .slots = slots};
    clone_members(&c, &gw_struct_scenario, (char *)copy);
    return copy;
}
