/* scenario/schema.c: JSON Schema (draft 2020-12) of a scenario, from the field tables. Quantities
 * are texts with units; the schema describes their form, the program checks their dimension. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "scenario/bind.h"
#include "scenario/write.h"

static void write_ref(gw_json *json, const char *type) {
    char ref[80];
    snprintf(ref, sizeof ref, "#/$defs/%s", type);
    gw_json_text(json, "$ref", ref);
}

static void number_field(gw_json *json, const gw_field *f) {
    char text[160];
    gw_json_array(json, "type");
    gw_json_text(json, NULL, "string");
    gw_json_text(json, NULL, "number");
    if (f->kind == GW_KIND_MONTHS) {
        gw_json_text(json, NULL, "array");
    }
    gw_json_end_array(json);
    if (f->unit != NULL && f->unit[0] != '\0') {
        snprintf(text, sizeof text, "quantity with a unit such as %s", f->unit);
        gw_json_text(json, "$comment", text);
        gw_json_text(json, "x-unit", f->unit);
    }
    if (f->suffix != NULL) {
        gw_json_text(json, "x-si-suffix", f->suffix);
    }
}

static void write_field(gw_json *json, const gw_field *f) {
    gw_json_object(json, f->key);
    gw_json_text(json, "description", f->doc);
    switch (f->kind) {
    case GW_KIND_NUM:
    case GW_KIND_MONTHS:
        number_field(json, f);
        break;
    case GW_KIND_DATE:
    case GW_KIND_INT:
        gw_json_array(json, "type");
        gw_json_text(json, NULL, "string");
        gw_json_text(json, NULL, f->kind == GW_KIND_INT ? "integer" : "number");
        gw_json_end_array(json);
        break;
    case GW_KIND_BOOL:
        gw_json_array(json, "enum");
        gw_json_text(json, NULL, "yes");
        gw_json_text(json, NULL, "no");
        gw_json_bool(json, NULL, true);
        gw_json_bool(json, NULL, false);
        gw_json_end_array(json);
        break;
    case GW_KIND_ENUM:
        gw_json_array(json, "enum");
        for (int i = 0; i < f->enumeration->n; i++) {
            gw_json_text(json, NULL, f->enumeration->items[i].name);
        }
        gw_json_end_array(json);
        break;
    case GW_KIND_TEXTS:
        gw_json_text(json, "type", "array");
        gw_json_object(json, "items");
        gw_json_text(json, "type", "string");
        gw_json_end_object(json);
        break;
    case GW_KIND_REFS:
        gw_json_text(json, "type", "array");
        gw_json_object(json, "items");
        gw_json_text(json, "type", "string");
        gw_json_text(json, "x-refers-to", f->section);
        gw_json_end_object(json);
        break;
    case GW_KIND_SUB:
        gw_json_array(json, "anyOf");
        gw_json_object(json, NULL);
        write_ref(json, f->type->name);
        gw_json_end_object(json);
        gw_json_object(json, NULL);
        gw_json_text(json, "const", "auto");
        gw_json_end_object(json);
        gw_json_end_array(json);
        break;
    case GW_KIND_MAP:
        gw_json_text(json, "type", "object");
        gw_json_object(json, "additionalProperties");
        write_ref(json, f->type->name);
        gw_json_end_object(json);
        break;
    default: /* TEXT, REF, SPAN */
        gw_json_text(json, "type", "string");
        if (f->kind == GW_KIND_REF) {
            gw_json_text(json, "x-refers-to", f->section);
        }
        break;
    }
    if (f->default_text != NULL) {
        gw_json_text(json, "default", f->default_text);
    }
    gw_json_end_object(json);
}

static void plain_key(gw_json *json, const char *key, const char *doc) {
    gw_json_object(json, key);
    gw_json_text(json, "description", doc);
    gw_json_text(json, "type", "string");
    gw_json_end_object(json);
}

static void write_type(gw_json *json, const gw_struct *type) {
    gw_json_text(json, "description", type->doc);
    gw_json_text(json, "type", "object");
    gw_json_object(json, "properties");
    for (int i = 0; i < type->n_fields; i++) {
        write_field(json, &type->fields[i]);
    }
    plain_key(json, GW_KEY_SOURCE, "default source of the values in this mapping");
    plain_key(json, GW_KEY_NOTE, "free text");
    if (type == &gw_struct_scenario) {
        gw_json_object(json, "include");
        gw_json_text(json, "description", "files merged below this one");
        gw_json_array(json, "type");
        gw_json_text(json, NULL, "string");
        gw_json_text(json, NULL, "array");
        gw_json_end_array(json);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
    /* Not `required`: an include or the catalogue may hold the rest; the program checks the whole. */
    gw_json_array(json, "x-required");
    for (int i = 0; i < type->n_fields; i++) {
        if (type->fields[i].need == GW_REQUIRED) {
            gw_json_text(json, NULL, type->fields[i].key);
        }
    }
    gw_json_end_array(json);
    gw_json_bool(json, "additionalProperties", false);
}

void gw_schema_write(gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    gw_json_text(&json, "title", "gigawatt scenario");
    gw_json_object(&json, "$defs");
#define WRITE_DEF(tag, about)                                                                      \
    if (&gw_struct_##tag != &gw_struct_scenario) {                                                 \
        gw_json_object(&json, #tag);                                                               \
        write_type(&json, &gw_struct_##tag);                                                       \
        gw_json_end_object(&json);                                                                 \
    }
    GW_STRUCTS(WRITE_DEF)
    gw_json_end_object(&json);
    write_type(&json, &gw_struct_scenario);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}
