/* The field tables themselves: every unit is known and agrees with the suffix of the C name, every
 * default can be read and lies in its range, every reference names a section. */
#include <string.h>

#include "base/units.h"
#include "gw_test.h"
#include "scenario/expr.h"
#include "scenario/load.h"
#include "scenario/spec.h"

/* Suffix of a C name -> a unit of that dimension whose SI scale is 1. */
static const struct {
    const char *suffix, *unit;
} suffixes[] = {
    {"_W", "W"},
    {"_J", "J"},
    {"_s", "s"},
    {"_K", "K"},
    {"_m", "m"},
    {"_B", "B"},
    {"_Bps", "B/s"},
    {"_flops", "FLOP/s"},
    {"_usd", "USD"},
    {"_tok", "tok"},
    {"_per_s", "1/s"},
    {"_usd_per_W", "USD/W"},
    {"_usd_per_J", "USD/J"},
    {"_usd_per_s", "USD/s"},
    {"_usd_per_W_s", "USD/W/s"},
    {"_usd_per_m3", "USD/m3"},
    {"_kg_per_J", "kg/J"},
    {"_m3_per_J", "m3/J"},
    {"", ""},
};

static gw_unit unit_of(const char *text) {
    gw_unit unit;
    const char *bad = NULL;
    if (gw_unit_parse(text, strlen(text), &unit, &bad) != GW_OK) {
        print_error("unknown unit `%s`\n", text);
        fail();
    }
    return unit;
}

static void check_number(const gw_struct *type, const gw_field *f) {
    if (strcmp(f->unit, "*") == 0) {
        return;
    }
    gw_unit unit = unit_of(f->unit);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (strcmp(suffixes[i].suffix, f->suffix) == 0) {
            gw_unit si = unit_of(suffixes[i].unit);
            if (!gw_dim_equal(unit.dim, si.dim) || si.scale != 1.0) {
                print_error("%s.%s: unit `%s` does not fit the suffix `%s`\n", type->name, f->key,
                            f->unit, f->suffix);
                fail();
            }
            return;
        }
    }
    print_error("%s.%s: suffix `%s` is not listed in this test\n", type->name, f->key, f->suffix);
    fail();
}

static void check_default(const gw_struct *type, const gw_field *f) {
    gw_expr expr;
    gw_expr_error error;
    if (f->default_text == NULL || (f->kind != GW_KIND_NUM && f->kind != GW_KIND_DATE)) {
        return;
    }
    gw_code code = gw_expr_parse(f->default_text, strlen(f->default_text), f, 2025, &expr, &error);
    if (code != GW_OK) {
        print_error("%s.%s: default `%s`: %s\n", type->name, f->key, f->default_text, error.msg);
        fail();
    }
    double median = gw_dist_quantile(&expr.dist, 0.5);
    assert_true(median >= f->lo && median <= f->hi);
}

static void check_enum_default(const gw_struct *type, const gw_field *f) {
    if (f->kind != GW_KIND_ENUM || f->default_text == NULL) {
        return;
    }
    for (int i = 0; i < f->enumeration->n; i++) {
        if (strcmp(f->enumeration->items[i].name, f->default_text) == 0) {
            return;
        }
    }
    print_error("%s.%s: default `%s` is not in its list\n", type->name, f->key, f->default_text);
    fail();
}

static void check_type(const gw_struct *type) {
    assert_true(type->n_fields > 0);
    for (int i = 0; i < type->n_fields; i++) {
        const gw_field *f = &type->fields[i];
        assert_true(f->offset < type->size);
        assert_true(f->doc != NULL && f->doc[0] != '\0');
        if (f->kind == GW_KIND_NUM || f->kind == GW_KIND_MONTHS) {
            check_number(type, f);
        }
        if (f->kind == GW_KIND_DATE) {
            assert_string_equal(f->suffix, "_d");
        }
        if (f->kind == GW_KIND_REF) {
            assert_non_null(gw_scenario_section(f->section));
        }
        check_default(type, f);
        check_enum_default(type, f);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(type->fields[k].key, f->key);
        }
    }
}

static void tables(void **state) {
    (void)state;
#define CHECK_TYPE(tag, about) check_type(&gw_struct_##tag);
    GW_STRUCTS(CHECK_TYPE)
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
