/* scenario/write.c: write-back of a scenario or a catalogue entry as YAML. */
#include "scenario/write.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "scenario/bind.h"

typedef struct writer {
    const gw_spec *spec;
    gw_buf *out;
    int with_defaults;
    int i_value; /* next entry of spec->values: the walk is in the order of binding */
    bool silent; /* walk without writing */
    bool own;    /* in a catalogue section: only what the scenario itself wrote */
} writer;

static void indent(writer *w, int depth) {
    for (int i = 0; i < depth && !w->silent; i++) {
        gw_buf_add(w->out, "  ");
    }
}

/* A YAML scalar: plain where that is unambiguous, else in double quotes. */
static void add_text(writer *w, const char *text) {
    if (w->silent) {
        return;
    }
    bool plain = text[0] != '\0' && strchr("-?:,[]{}#&*!|>'\"%@` ", text[0]) == NULL &&
                 strstr(text, ": ") == NULL && strstr(text, " #") == NULL &&
                 strpbrk(text, "\n\t\"\\[]{},") == NULL && text[strlen(text) - 1] != ' ' &&
                 text[strlen(text) - 1] != ':' && strcmp(text, "none") != 0;
    if (plain) {
        gw_buf_add(w->out, text);
        return;
    }
    gw_buf_addc(w->out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            gw_buf_addc(w->out, '\\');
            gw_buf_addc(w->out, *p);
        } else if (*p == '\n') {
            gw_buf_add(w->out, "\\n");
        } else if (*p == '\t') {
            gw_buf_add(w->out, "\\t");
        } else {
            gw_buf_addc(w->out, *p);
        }
    }
    gw_buf_addc(w->out, '"');
}

static void add_provenance(const writer *w, const gw_value *v, gw_buf *text) {
    /* Choices (names, kinds, switches) speak for themselves; numbers without a source are
     * assumptions. */
    bool number = v->slot >= 0 && strncmp(v->path, "sources.", strlen("sources.")) != 0;
    if (v->from_default || (v->source < 0 && !number && v->note[0] == '\0')) {
        return;
    }
    if (v->source < 0) {
        gw_buf_add(text, " @assumed");
    } else {
        const gw_source *source = &w->spec->scenario.sources.at[v->source];
        gw_buf_printf(text, " @%s", source->head.name);
        if ((int)v->grade != source->grade) {
            gw_buf_printf(text, ":%s", gw_enum_grade.items[v->grade].name);
        }
    }
    if (v->note[0] != '\0') {
        gw_buf_printf(text, "(%s)", v->note);
    }
}

static void write_value(writer *w, const gw_field *field, const char *member, int depth) {
    const gw_value *v = &w->spec->values[w->i_value++];
    bool elsewhere = w->own && (v->from_default || gw_spec_in_catalog(w->spec, v->loc));
    if (w->silent || elsewhere || v->text == NULL || (v->from_default && !w->with_defaults)) {
        return;
    }
    gw_buf text = {0};
    indent(w, depth);
    gw_buf_printf(w->out, "%s: ", field->key);
    if (field->kind == GW_KIND_MONTHS && strcmp(v->text, "twelve months") == 0) {
        const double *months = (const double *)(const void *)member;
        gw_buf_addc(w->out, '[');
        for (int m = 0; m < 12; m++) {
            char one[48];
            gw_quantity_write(months[m], field->unit, one, sizeof one);
            gw_buf_printf(w->out, "%s%s", m == 0 ? "" : ", ", one);
        }
        gw_buf_addc(w->out, ']');
        add_provenance(w, v, &text);
        if (text.n > 0) { /* a list cannot carry it: the mapping's `source` does */
            gw_buf_printf(w->out, "  #%s", text.text);
        }
    } else {
        gw_buf_add(&text, v->text);
        add_provenance(w, v, &text);
        add_text(w, text.text);
    }
    gw_buf_add(w->out, v->from_default ? "  # default\n" : "\n");
    gw_buf_clear(&text);
}

static void write_note(writer *w, const gw_head *head, int depth) {
    if (!w->silent && head->note != NULL) {
        indent(w, depth);
        gw_buf_add(w->out, "note: ");
        add_text(w, head->note);
        gw_buf_addc(w->out, '\n');
    }
}

static void write_struct(writer *w, const gw_struct *type, const char *at, int depth);

static void write_texts(writer *w, const gw_field *field, const gw_texts *texts, int depth) {
    if (texts->n == 0) {
        return;
    }
    indent(w, depth);
    gw_buf_printf(w->out, "%s: [", field->key);
    for (int i = 0; i < texts->n; i++) {
        gw_buf_add(w->out, i == 0 ? "" : ", ");
        add_text(w, texts->at[i]);
    }
    gw_buf_add(w->out, "]\n");
}

static void write_refs(writer *w, const gw_field *field, const gw_refs *refs, int depth) {
    w->i_value += refs->n; /* each name is a registered value */
    if (w->silent || refs->n == 0) {
        return;
    }
    indent(w, depth);
    gw_buf_printf(w->out, "%s: [", field->key);
    for (int i = 0; i < refs->n; i++) {
        gw_buf_add(w->out, i == 0 ? "" : ", ");
        add_text(w, refs->at[i].name == NULL ? "" : refs->at[i].name);
    }
    gw_buf_add(w->out, "]\n");
}

static void write_text_like(writer *w, const gw_field *field, const char *member, int depth) {
    if (w->silent) {
        return;
    }
    if (field->kind == GW_KIND_TEXTS) {
        write_texts(w, field, (const gw_texts *)(const void *)member, depth);
    } else if (field->kind == GW_KIND_SPAN) {
        const double *span = (const double *)(const void *)member;
        char from[16], to[16];
        if (isnan(span[0])) {
            return;
        }
        gw_date_format(span[0], from, sizeof from);
        gw_date_format(span[1], to, sizeof to);
        indent(w, depth);
        gw_buf_printf(w->out, "%s: %s .. %s\n", field->key, from, to);
    } else {
        const char *text = *(const char *const *)(const void *)member;
        if (text == NULL) {
            return;
        }
        indent(w, depth);
        gw_buf_printf(w->out, "%s: ", field->key);
        add_text(w, text);
        gw_buf_addc(w->out, '\n');
    }
}

/* The catalogue brings hundreds of sources along; a scenario is written with those that it cites.
 */
static bool is_cited(const gw_spec *spec, int source) {
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (v->source == source && (v->entry == NULL || !gw_spec_in_catalog(spec, v->loc))) {
            return true;
        }
    }
    return false;
}

/* What the scenario leaves to the catalogue, and sources that nothing of it cites, are left out. */
static bool is_left_out(const writer *w, const gw_struct *type, const gw_head *head, int i) {
    return (w->own && gw_spec_in_catalog(w->spec, head->loc)) ||
           (type == &gw_struct_source && !is_cited(w->spec, i));
}

static void write_map(writer *w, const gw_field *field, const gw_map *map, int depth) {
    bool named = w->silent;
    for (int i = 0; i < map->n; i++) {
        const char *entry = (const char *)map->at + (size_t)i * field->type->size;
        const gw_head *head = (const gw_head *)(const void *)entry;
        bool silent = w->silent;
        w->silent = silent || is_left_out(w, field->type, head, i);
        if (!w->silent) {
            if (!named) {
                indent(w, depth);
                gw_buf_printf(w->out, "%s:\n", field->key);
                named = true;
            }
            indent(w, depth + 1);
            add_text(w, head->name);
            gw_buf_add(w->out, ":\n");
        }
        write_note(w, head, depth + 2);
        write_struct(w, field->type, entry, depth + 2);
        w->silent = silent;
    }
}

static void write_struct(writer *w, const gw_struct *type, const char *at, int depth) {
    for (int i = 0; i < type->n_fields; i++) {
        const gw_field *field = &type->fields[i];
        const char *member = at + field->offset;
        if (type == &gw_struct_scenario) {
            w->own = gw_is_catalog_section(field->key);
        }
        switch (field->kind) {
        case GW_KIND_TEXT:
        case GW_KIND_TEXTS:
        case GW_KIND_SPAN:
            write_text_like(w, field, member, depth);
            break;
        case GW_KIND_REFS:
            write_refs(w, field, (const gw_refs *)(const void *)member, depth);
            break;
        case GW_KIND_SUB: {
            bool given = ((const gw_head *)(const void *)member)->given || w->with_defaults;
            bool outer = w->silent;
            w->silent = w->silent || !given;
            if (!w->silent) {
                indent(w, depth);
                gw_buf_printf(w->out, "%s:\n", field->key);
                write_note(w, (const gw_head *)(const void *)member, depth + 1);
            }
            write_struct(w, field->type, member, depth + 1);
            w->silent = outer;
            break;
        }
        case GW_KIND_MAP:
            write_map(w, field, (const gw_map *)(const void *)member, depth);
            break;
        default:
            write_value(w, field, member, depth);
            break;
        }
    }
}

void gw_scenario_write(const gw_spec *spec, int with_defaults, gw_buf *out) {
    writer w = {.spec = spec, .out = out, .with_defaults = with_defaults};
    write_struct(&w, &gw_struct_scenario, (const char *)&spec->scenario, 0);
}

/* First value whose path starts with "section.name.", or the number of values. */
static int first_value(const gw_spec *spec, const char *section, const char *name) {
    char start[256];
    int n = snprintf(start, sizeof start, "%s.%s.", section, name);
    int i = 0;
    while (i < spec->n_values && strncmp(spec->values[i].path, start, (size_t)n) != 0) {
        i++;
    }
    return i;
}

int gw_catalog_write(const gw_spec *spec, const char *section, const char *name, gw_buf *out) {
    const gw_field *field = gw_scenario_section(section);
    if (field == NULL) {
        return 0;
    }
    const gw_map *map =
        (const gw_map *)(const void *)((const char *)&spec->scenario + field->offset);
    int n = 0;
    for (int i = 0; i < map->n; i++) {
        const char *entry = (const char *)map->at + (size_t)i * field->type->size;
        const gw_head *head = (const gw_head *)(const void *)entry;
        if (name != NULL && strcmp(name, head->name) != 0) {
            continue;
        }
        writer w = {.spec = spec, .out = out, .with_defaults = 1};
        w.i_value = first_value(spec, section, head->name);
        gw_buf_printf(out, "%s%s:\n  %s:\n", n == 0 ? "" : "\n", section, head->name);
        write_note(&w, head, 2);
        write_struct(&w, field->type, entry, 2);
        n++;
    }
    return n;
}
