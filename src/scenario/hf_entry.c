/* scenario/hf_entry.c: a model's shape as an entry of `models`, and `config:` of such entries.
 *
 * In:  gw_llm. Out: a mapping of the members that are not at their defaults, in the order of the
 *      field table; the same as YAML. In a scenario: the entry that `config:` names, below what the
 *      entry itself says. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/bind.h"
#include "scenario/hf_config.h"

/* The member as scenario text; NULL when absent or at its default. */
static const char *text_of(const gw_llm *llm, const gw_field *f, gw_arena *arena) {
    const char *at = (const char *)llm + f->offset;
    const char *text = NULL;
    switch (f->kind) {
    case GW_KIND_INT:
        text = gw_arena_printf(arena, "%lld", (long long)*(const int64_t *)(const void *)at);
        break;
    case GW_KIND_BOOL:
        text = *(const bool *)(const void *)at ? "yes" : "no";
        break;
    case GW_KIND_ENUM:
        text = f->enumeration->items[*(const int *)(const void *)at].name;
        break;
    case GW_KIND_NUM: {
        double value = *(const double *)(const void *)at;
        bool percent = strcmp(f->unit, "%") == 0;
        text = isnan(value) ? NULL
               : percent    ? gw_arena_printf(arena, "%.6g %%", 100.0 * value)
                            : gw_arena_printf(arena, "%.10g", value);
        break;
    }
    case GW_KIND_TEXT:
        text = *(const char *const *)(const void *)at;
        break;
    default:
        break;
    }
    bool same = text != NULL && f->default_text != NULL && strcmp(text, f->default_text) == 0;
    return same ? NULL : text;
}

gw_node *gw_hf_entry(const gw_llm *llm, gw_loc loc, gw_arena *arena) {
    const gw_struct *type = &gw_struct_llm;
    gw_node *map = GW_NEW(arena, gw_node);
    *map = (gw_node){.kind = GW_NODE_MAP, .loc = loc};
    map->items = GW_NEW_N(arena, type->n_fields, gw_node *);
    map->keys = GW_NEW_N(arena, type->n_fields, const char *);
    map->key_locs = GW_NEW_N(arena, type->n_fields, gw_loc);
    for (int i = 0; i < type->n_fields; i++) {
        const char *text = text_of(llm, &type->fields[i], arena);
        if (text == NULL) {
            continue;
        }
        gw_node *value = GW_NEW(arena, gw_node);
        *value = (gw_node){.kind = GW_NODE_SCALAR, .loc = loc, .text = text};
        map->keys[map->n] = type->fields[i].key;
        map->key_locs[map->n] = loc;
        map->items[map->n++] = value;
    }
    return map;
}

/* A name that YAML could take for something else stands in quotes. */
static void add_name(gw_buf *out, const char *name) {
    bool plain = name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                 "0123456789-_.") == strlen(name);
    if (plain) {
        gw_buf_add(out, name);
        return;
    }
    gw_buf_addc(out, '"');
    for (const char *at = name; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\') {
            gw_buf_addc(out, '\\');
        }
        gw_buf_addc(out, c < 0x20 || c == 0x7f ? ' ' : *at);
    }
    gw_buf_addc(out, '"');
}

void gw_hf_entry_write(const gw_llm *llm, const char *name, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    if (arena == NULL) {
        return;
    }
    const gw_node *map = gw_hf_entry(llm, (gw_loc){0}, arena);
    gw_buf_add(out, "  ");
    add_name(out, name);
    gw_buf_add(out, ":\n");
    for (int i = 0; i < map->n; i++) {
        gw_buf_printf(out, "    %s: ", map->keys[i]);
        bool text = strcmp(map->keys[i], "title") == 0;
        if (text) {
            add_name(out, map->items[i]->text);
        } else {
            gw_buf_add(out, map->items[i]->text);
        }
        gw_buf_addc(out, '\n');
    }
    gw_arena_free(arena);
}
