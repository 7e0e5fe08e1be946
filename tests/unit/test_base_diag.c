/* test_base_diag.c: order, counting, limit and print format of the diagnostics list. */
#include "gw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

static char *printed(const gw_diags *diags, int with_colour) {
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    gw_diags_print(diags, to, with_colour);
    fclose(to);
    return text;
}

static void test_empty(void **state) {
    (void)state;
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_diags_n(diags), 0);
    assert_int_equal(gw_diags_code(diags), GW_OK);
    assert_null(gw_diags_at(diags, 0));
    gw_diags_sort(diags);
    gw_diags_free(diags);
    gw_diags_free(NULL);
}

static void test_format(void **state) {
    (void)state;
    gw_diags *diags = gw_diags_create();
    char path[] = "/sites/abilene";
    char file[] = "a.yaml";
    gw_diag_add(diags, GW_E_UNIT, GW_ERROR, (gw_loc){file, 3, 14}, path, "did you mean 'GW'?",
                "unknown unit '%s'", "GWW");
    path[1] = file[0] = 'X'; /* the list keeps its own copies */
    gw_diag_add(diags, GW_E_MODEL, GW_WARNING, (gw_loc){"a.yaml", 4, 0}, NULL, NULL, "odd");
    gw_diag_add(diags, GW_E_IO, GW_NOTE, (gw_loc){NULL, 0, 0}, NULL, NULL, "fyi");
    char *text = printed(diags, 0);
    assert_string_equal(text, "a.yaml:3:14: error: unknown unit 'GWW'\n"
                              "    at /sites/abilene\n"
                              "    hint: did you mean 'GW'?\n"
                              "a.yaml:4: warning: odd\n"
                              "note: fyi\n");
    free(text);
    text = printed(diags, 1);
    assert_non_null(strstr(text, "\033[31merror:\033[0m unknown"));
    free(text);
    assert_int_equal(gw_diags_n(diags), 3);
    assert_int_equal(gw_diags_n_errors(diags), 1);
    assert_int_equal(gw_diags_code(diags), GW_E_UNIT);
    gw_diags_free(diags);
}

static void test_sort_is_stable(void **state) {
    (void)state;
    gw_diags *diags = gw_diags_create();
    unsigned x = 12345;
    for (int i = 0; i < 500; i++) {
        x = x * 1664525u + 1013904223u;
        gw_diag_add(diags, GW_E_KEY, GW_ERROR,
                    (gw_loc){x >> 30 & 1 ? "a" : "b", (int)(x >> 20 & 7), (int)(x >> 10 & 3)}, NULL,
                    NULL, "%d", i);
    }
    gw_diags_sort(diags);
    for (size_t i = 1; i < gw_diags_n(diags); i++) {
        const gw_diag *a = gw_diags_at(diags, i - 1);
        const gw_diag *b = gw_diags_at(diags, i);
        int by_file = strcmp(a->loc.file, b->loc.file);
        assert_true(by_file <= 0);
        if (by_file == 0) {
            assert_true(a->loc.line <= b->loc.line);
            if (a->loc.line == b->loc.line) {
                assert_true(a->loc.col <= b->loc.col);
                if (a->loc.col == b->loc.col) {
                    assert_true(atoi(a->msg) < atoi(b->msg));
                }
            }
        }
    }
    gw_diags_free(diags);
}

static void test_limit(void **state) {
    (void)state;
    gw_diags *diags = gw_diags_create();
    for (int i = 0; i < 1000; i++) {
        gw_diag_add(diags, GW_E_KEY, GW_WARNING, (gw_loc){"f", i, 1}, NULL, NULL, "w");
    }
    assert_int_equal(gw_diags_code(diags), GW_OK);
    gw_diag_add(diags, GW_E_REF, GW_ERROR, (gw_loc){"f", 1, 1}, NULL, NULL, "late");
    gw_diag_add(diags, GW_E_IO, GW_ERROR, (gw_loc){"f", 1, 1}, NULL, NULL, "later");
    assert_int_equal(gw_diags_n(diags), 1000);
    assert_int_equal(gw_diags_n_errors(diags), 2);
    assert_int_equal(gw_diags_code(diags), GW_E_REF); /* an error not kept is still an error */
    char *text = printed(diags, 0);
    assert_non_null(strstr(text, "... and 2 more\n"));
    free(text);
    gw_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_sort_is_stable),
        cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
