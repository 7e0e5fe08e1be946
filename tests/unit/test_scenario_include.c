/* Files side by side: what two of them say differently is reported with both places, and the file that
 * includes both may decide without a word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gw_test.h"
#include "scenario/load.h"

typedef struct folder {
    char dir[64];
    gw_diags *diags;
    gw_spec *spec;
} folder;

static void write_text(const folder *f, const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Loads `text` as root.yaml beside a.yaml and b.yaml. */
static void load(folder *f, const char *a, const char *b, const char *text) {
    snprintf(f->dir, sizeof f->dir, "/tmp/gw-include-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    write_text(f, "a.yaml", a);
    write_text(f, "b.yaml", b);
    write_text(f, "root.yaml", text);
    char path[128];
    snprintf(path, sizeof path, "%s/root.yaml", f->dir);
    f->diags = gw_diags_create();
    f->spec = NULL;
    if (gw_spec_load(path, NULL, f->diags, &f->spec) != GW_OK) {
        gw_diags_print(f->diags, stderr, 0);
        fail();
    }
}

static void release(folder *f) {
    static const char *const names[] = {"a.yaml", "b.yaml", "root.yaml"};
    for (int i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", f->dir, names[i]);
        unlink(path);
    }
    rmdir(f->dir);
    gw_spec_free(f->spec);
    gw_diags_free(f->diags);
}

#define HEAD "gigawatt: 1\ntitle: T\nas_of: 2026-10-15\ninclude: [a.yaml, b.yaml]\n"
#define A "parties:\n  x: {title: One}\n  y: {title: Same}\nfinance: {tax_rate: 20 %}\n"
#define B "parties:\n  y: {title: Same}\n  x: {title: Two}\nfinance: {tax_rate: 22 %}\n"

static void both_places_are_named(void **state) {
    (void)state;
    folder f;
    load(&f, A, B, HEAD);
    assert_int_equal(gw_diags_n(f.diags), 2);
    const gw_diag *first = gw_diags_at(f.diags, 0);
    assert_int_equal(first->severity, GW_WARNING);
    assert_string_equal(first->path, "parties.x");
    assert_non_null(strstr(first->loc.file, "b.yaml"));
    assert_int_equal(first->loc.line, 3);
    assert_int_equal(first->loc.col, 14);
    assert_non_null(strstr(first->msg, "a.yaml:2:14"));
    assert_string_equal(gw_diags_at(f.diags, 1)->path, "finance.tax_rate");
    assert_string_equal(f.spec->scenario.parties.at[0].title, "Two"); /* the later one counts */
    gw_assert_near(f.spec->scenario.finance.tax_rate, 0.22, 1e-12);
    release(&f);
}

static void the_including_file_decides(void **state) {
    (void)state;
    folder f;
    load(&f, A, B, HEAD "parties: {x: {title: Three}}\nfinance: {tax_rate: 21 %}\n");
    assert_int_equal(gw_diags_n(f.diags), 0);
    assert_string_equal(f.spec->scenario.parties.at[0].title, "Three");
    gw_assert_near(f.spec->scenario.finance.tax_rate, 0.21, 1e-12);
    release(&f);
}

static void a_part_that_is_not_decided_is_still_reported(void **state) {
    (void)state;
    folder f;
    load(&f, "sources: {s: {title: One, kind: press}}\n",
         "sources: {s: {title: One, kind: paper}}\n", HEAD "sources: {s: {title: Mine}}\n");
    assert_int_equal(gw_diags_n(f.diags), 1);
    assert_string_equal(gw_diags_at(f.diags, 0)->path, "sources.s");
    release(&f);
}

static void equal_files_and_new_keys_are_silent(void **state) {
    (void)state;
    folder f;
    load(&f, "sources: {s: {title: One, kind: press}}\n",
         "include: a.yaml\nsources: {s: {publisher: P}}\n", HEAD);
    assert_int_equal(gw_diags_n(f.diags), 0);
    int found = 0; /* behind those of the catalogue */
    for (int i = 0; i < f.spec->scenario.sources.n; i++) {
        const gw_source *source = &f.spec->scenario.sources.at[i];
        if (strcmp(source->head.name, "s") == 0) {
            assert_string_equal(source->title, "One");
            assert_string_equal(source->publisher, "P");
            found++;
        }
    }
    assert_int_equal(found, 1);
    release(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_places_are_named),
        cmocka_unit_test(the_including_file_decides),
        cmocka_unit_test(a_part_that_is_not_decided_is_still_reported),
        cmocka_unit_test(equal_files_and_new_keys_are_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
