/* cli/cmd_catalog.c: `gigawatt catalog` and `gigawatt schema`. */
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/cli.h"
#include "scenario/bind.h"
#include "scenario/write.h"

static const gw_map *section_map(const gw_spec *spec, const gw_field *field) {
    return (const gw_map *)(const void *)((const char *)&spec->scenario + field->offset);
}

static const gw_head *head_at(const gw_map *map, const gw_field *field, int i) {
    return (const gw_head *)(const void *)((const char *)map->at + (size_t)i * field->type->size);
}

static void list_sections(const gw_spec *spec) {
    printf("catalogue sections (gigawatt catalog SECTION lists one)\n\n");
    for (int i = 0; i < gw_struct_scenario.n_fields; i++) {
        const gw_field *f = &gw_struct_scenario.fields[i];
        if (gw_is_catalog_section(f->key)) {
            printf("  %-16s %4d  %s\n", f->key, section_map(spec, f)->n,
                   f->doc + strlen("catalogue: "));
        }
    }
}

/* How many of an entry's numbers carry each grade. */
static void count_grades(const gw_spec *spec, const gw_head *entry, int counts[GW_N_grade]) {
    memset(counts, 0, GW_N_grade * sizeof counts[0]);
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (v->entry == entry && v->slot >= 0 && v->text != NULL && v->grade < GW_N_grade) {
            counts[v->grade]++;
        }
    }
}

#define CSV_HEADER "section,name,measured,published,derived,assumed,file,line\n"

static void list_entries(const gw_spec *spec, const gw_field *field, gw_format format,
                         bool with_header) {
    const gw_map *map = section_map(spec, field);
    gw_buf out = {0};
    gw_buf_add(&out, "");
    if (format == GW_FORMAT_CSV) {
        gw_buf_add(&out, with_header ? CSV_HEADER : "");
    } else {
        gw_buf_printf(&out, "%-28s %9s %9s %8s %8s   (numbers by evidence grade)\n", field->key,
                      "measured", "published", "derived", "assumed");
    }
    for (int i = 0; i < map->n; i++) {
        const gw_head *head = head_at(map, field, i);
        int n[GW_N_grade];
        count_grades(spec, head, n);
        if (format == GW_FORMAT_CSV) {
            gw_csv_text(&out, field->key, 1);
            gw_csv_text(&out, head->name, 0);
            for (int g = 0; g < GW_N_grade; g++) {
                gw_csv_number(&out, n[g], 0);
            }
            gw_csv_text(&out, head->loc.file, 0);
            gw_csv_number(&out, head->loc.line, 0);
            gw_csv_end(&out);
        } else {
            gw_buf_printf(&out, "%-28s %9d %9d %8d %8d\n", head->name, n[0], n[1], n[2], n[3]);
        }
    }
    fputs(out.text, stdout);
    gw_buf_clear(&out);
}

/* All sections in one table. */
static void list_all(const gw_spec *spec) {
    fputs(CSV_HEADER, stdout);
    for (int i = 0; i < gw_struct_scenario.n_fields; i++) {
        const gw_field *f = &gw_struct_scenario.fields[i];
        if (gw_is_catalog_section(f->key)) {
            list_entries(spec, f, GW_FORMAT_CSV, false);
        }
    }
}

static void json_section(gw_json *json, const gw_spec *spec, const gw_field *field,
                         const char *name) {
    const gw_map *map = section_map(spec, field);
    gw_json_object(json, field->key);
    for (int i = 0; i < map->n; i++) {
        const gw_head *head = head_at(map, field, i);
        if (name != NULL && strcmp(name, head->name) != 0) {
            continue;
        }
        gw_json_object(json, head->name);
        for (int k = 0; k < spec->n_values; k++) {
            const gw_value *v = &spec->values[k];
            if (v->entry != head || v->text == NULL) {
                continue;
            }
            const gw_source *source = v->source < 0 ? NULL : &spec->scenario.sources.at[v->source];
            const char *dot = strrchr(v->path, '.');
            gw_json_object(json, strstr(v->path, ".parts.") != NULL ? v->path : dot + 1);
            gw_json_text(json, "value", v->text);
            gw_json_number(json, "si", v->si);
            gw_json_text(json, "unit", v->field->unit);
            gw_json_text(json, "grade", gw_enum_grade.items[v->grade].name);
            gw_json_text(json, "source", source == NULL ? NULL : source->title);
            gw_json_text(json, "note", v->note);
            gw_json_bool(json, "default", v->from_default);
            gw_json_end_object(json);
        }
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

static const char *nearest_entry(const gw_spec *spec, const gw_field *field, const char *name) {
    const char *names[512];
    const gw_map *map = section_map(spec, field);
    int n = 0;
    for (; n < map->n && n < 512; n++) {
        names[n] = head_at(map, field, n)->name;
    }
    return gw_text_nearest(name, names, (size_t)n);
}

/* The sources that the entry cites, in full. */
static void print_sources(const gw_spec *spec, const char *section, const char *name) {
    char start[256];
    int n = snprintf(start, sizeof start, "%s.%s.", section, name);
    bool first = true;
    for (int s = 0; s < spec->scenario.sources.n; s++) {
        bool cited = false;
        for (int i = 0; i < spec->n_values && !cited; i++) {
            cited =
                spec->values[i].source == s && strncmp(spec->values[i].path, start, (size_t)n) == 0;
        }
        if (cited) {
            const gw_source *source = &spec->scenario.sources.at[s];
            printf("%s  @%s: %s%s%s\n", first ? "\nsources\n" : "", source->head.name,
                   source->title == NULL ? "" : source->title, source->url == NULL ? "" : " ",
                   source->url == NULL ? "" : source->url);
            first = false;
        }
    }
}

static int unknown_entry(const gw_spec *spec, const gw_field *field, const char *name) {
    const char *near = nearest_entry(spec, field, name);
    fprintf(stderr, "gigawatt: `%s` is not in `%s`\n    hint: %s%s%s\n", name, field->key,
            near == NULL ? "`gigawatt catalog " : "did you mean `",
            near == NULL ? field->key : near, near == NULL ? "` lists them" : "`?");
    return GW_EXIT_INPUT;
}

static bool has_entry(const gw_spec *spec, const gw_field *field, const char *name) {
    const gw_map *map = section_map(spec, field);
    for (int i = 0; i < map->n; i++) {
        if (strcmp(head_at(map, field, i)->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* One entry, value by value. */
static int csv_entry(const gw_spec *spec, const gw_field *field, const char *name) {
    gw_buf out = {0};
    char start[256];
    int n = snprintf(start, sizeof start, "%s.%s.", field->key, name);
    gw_buf_add(&out, "path,value,si,unit,grade,source,note,default\n");
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (v->text == NULL || strncmp(v->path, start, (size_t)n) != 0) {
            continue;
        }
        gw_csv_text(&out, v->path, 1);
        gw_csv_text(&out, v->text, 0);
        gw_csv_number(&out, v->si, 0);
        gw_csv_text(&out, v->field->unit == NULL ? "" : v->field->unit, 0);
        gw_csv_text(&out, gw_enum_grade.items[v->grade].name, 0);
        gw_csv_text(&out, v->source < 0 ? "" : spec->scenario.sources.at[v->source].head.name, 0);
        gw_csv_text(&out, v->note, 0);
        gw_csv_text(&out, v->from_default ? "yes" : "no", 0);
        gw_csv_end(&out);
    }
    fputs(out.text, stdout);
    gw_buf_clear(&out);
    return GW_EXIT_OK;
}

static int show_entry(const gw_spec *spec, const gw_field *field, const char *name) {
    gw_buf out = {0};
    (void)gw_catalog_write(spec, field->key, name, &out);
    fputs(out.text, stdout);
    gw_buf_clear(&out);
    print_sources(spec, field->key, name);
    return GW_EXIT_OK;
}

static int catalog_json(const gw_args *args, const gw_spec *spec, const gw_field *one) {
    gw_buf out = {0};
    gw_json json = gw_json_begin(&out);
    gw_json_object(&json, NULL);
    for (int i = 0; i < gw_struct_scenario.n_fields; i++) {
        const gw_field *f = &gw_struct_scenario.fields[i];
        if (gw_is_catalog_section(f->key) && (one == NULL || one == f)) {
            json_section(&json, spec, f, args->n_words > 1 ? args->words[1] : NULL);
        }
    }
    gw_json_end_object(&json);
    gw_json_finish(&json);
    fputs(out.text, stdout);
    gw_buf_clear(&out);
    return GW_EXIT_OK;
}

static int unknown_section(const char *name) {
    const char *names[64];
    int n = 0;
    for (int i = 0; i < gw_struct_scenario.n_fields; i++) {
        if (gw_is_catalog_section(gw_struct_scenario.fields[i].key)) {
            names[n++] = gw_struct_scenario.fields[i].key;
        }
    }
    const char *near = gw_text_nearest(name, names, (size_t)n);
    fprintf(stderr, "gigawatt: `%s` is not a catalogue section\n    hint: %s%s%s\n", name,
            near == NULL ? "`gigawatt catalog` lists them" : "did you mean `",
            near == NULL ? "" : near, near == NULL ? "" : "`?");
    return GW_EXIT_INPUT;
}

int gw_cmd_catalog(const gw_args *args) {
    gw_spec *spec = NULL;
    const gw_field *field = NULL;
    if (args->n_words > 0) {
        field = gw_scenario_section(args->words[0]);
        if (field == NULL || !gw_is_catalog_section(args->words[0])) {
            return unknown_section(args->words[0]);
        }
    }
    gw_code code = gw_cli_load(args, NULL, &spec);
    if (code != GW_OK) {
        return GW_EXIT_INPUT;
    }
    int status = GW_EXIT_OK;
    const char *entry = field != NULL && args->n_words > 1 ? args->words[1] : NULL;
    if (entry != NULL && !has_entry(spec, field, entry)) {
        status = unknown_entry(spec, field, entry);
    } else if (args->format == GW_FORMAT_JSON) {
        status = catalog_json(args, spec, field);
    } else if (args->format == GW_FORMAT_CSV && entry != NULL) {
        status = csv_entry(spec, field, entry);
    } else if (field == NULL && args->format == GW_FORMAT_CSV) {
        list_all(spec);
    } else if (field == NULL) {
        list_sections(spec);
    } else if (entry == NULL) {
        list_entries(spec, field, args->format, true);
    } else {
        status = show_entry(spec, field, entry);
    }
    gw_spec_free(spec);
    return status;
}

int gw_cmd_schema(const gw_args *args) {
    gw_buf out = {0};
    const char *type = args->n_words > 0 ? args->words[0] : NULL;
    if (args->reference) {
        if (!gw_reference_write(type, &out)) {
            fprintf(stderr,
                    "gigawatt: `%s` is not a type of the scenario format\n"
                    "    hint: `gigawatt schema --reference` shows all of them\n",
                    type);
            return GW_EXIT_INPUT;
        }
    } else if (type != NULL) {
        fprintf(stderr, "gigawatt: a type goes with --reference\n");
        return GW_EXIT_INPUT;
    } else {
        gw_schema_write(&out);
    }
    fputs(out.text, stdout);
    gw_buf_clear(&out);
    return GW_EXIT_OK;
}
