/* Documents: structure, positions, what is refused, merging. */
#include <stdlib.h>
#include <string.h>

#include "gw_test.h"
#include "scenario/doc.h"

typedef struct fixture {
    gw_arena *arena;
    gw_diags *diags;
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->arena = gw_arena_create(0);
    f->diags = gw_diags_create();
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    gw_arena_free(f->arena);
    gw_diags_free(f->diags);
    free(f);
    return 0;
}

static gw_node *parse(fixture *f, const char *text) {
    gw_node *root = NULL;
    gw_code code = gw_doc_parse("t.yaml", text, strlen(text), f->arena, f->diags, &root);
    assert_int_equal(code, GW_OK);
    return root;
}

static void positions(void **state) {
    gw_node *root = parse(*state, "a: 1\nb:\n  c: [x, 'y z']\n");
    gw_node *c = gw_node_get(gw_node_get(root, "b"), "c");
    assert_int_equal(c->kind, GW_NODE_LIST);
    assert_int_equal(c->items[1]->loc.line, 3);
    assert_int_equal(c->items[1]->loc.col, 10);
    assert_string_equal(c->items[1]->text, "y z");
    assert_null(gw_node_get(root, "nothing"));
}

static void json_is_read_too(void **state) {
    gw_node *root = parse(*state, "{\"a\": {\"b\": [\"1 MW\", 2]}}");
    assert_string_equal(gw_node_get(gw_node_get(root, "a"), "b")->items[0]->text, "1 MW");
}

static void repeated_key(void **state) {
    fixture *f = *state;
    parse(f, "a: 1\nb: 2\na: 3\n");
    assert_int_equal(gw_diags_n_errors(f->diags), 1);
    assert_int_equal(gw_diags_at(f->diags, 0)->loc.line, 3);
}

/* Also in a map large enough to have a hash index. */
static void repeated_key_in_a_large_map(void **state) {
    fixture *f = *state;
    char text[4096] = "";
    for (int i = 0; i < 200; i++) {
        char line[32];
        snprintf(line, sizeof line, "key%d: %d\n", i == 150 ? 7 : i, i);
        strcat(text, line);
    }
    gw_node *root = parse(f, text);
    assert_int_equal(gw_diags_n_errors(f->diags), 1);
    assert_string_equal(gw_node_get(root, "key199")->text, "199");
    assert_string_equal(gw_node_get(root, "key7")->text, "7");
}

static void refused(void **state) {
    static const char *const structure[] = {
        "a: [1, 2", "a: *x", "a: 1\n---\nb: 2\n", "\ta: 1", "a: b: c", "", "a: \"unfinished",
    };
    static const char *const extras[] = {"a: &x 1", "a: !!int 1", "? [a, b]\n: c"};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof structure / sizeof structure[0]; i++) {
        gw_node *root = NULL;
        size_t before = gw_diags_n_errors(f->diags);
        gw_code code =
            gw_doc_parse("t", structure[i], strlen(structure[i]), f->arena, f->diags, &root);
        assert_int_not_equal(code, GW_OK);
        assert_null(root);
        assert_true(gw_diags_n_errors(f->diags) > before);
    }
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++) {
        size_t before = gw_diags_n_errors(f->diags);
        parse(f, extras[i]);
        assert_true(gw_diags_n_errors(f->diags) > before);
    }
}

/* A byte that is no UTF-8 is reported where it stands; columns count characters. */
static void bytes_that_are_no_text(void **state) {
    fixture *f = *state;
    static const char text[] = "a: 1\nb: \xc3\xa9\xc3\xa9 \xff\n";
    gw_node *root = NULL;
    gw_code code = gw_doc_parse("t.yaml", text, sizeof text - 1, f->arena, f->diags, &root);
    assert_int_equal(code, GW_E_SYNTAX);
    assert_int_equal(gw_diags_n(f->diags), 1);
    assert_int_equal(gw_diags_at(f->diags, 0)->loc.line, 2);
    assert_int_equal(gw_diags_at(f->diags, 0)->loc.col, 7);
}

static void too_deep(void **state) {
    fixture *f = *state;
    char text[256];
    memset(text, '[', 100);
    memset(text + 100, ']', 100);
    text[200] = '\0';
    gw_node *root = NULL;
    assert_int_not_equal(gw_doc_parse("t", text, 200, f->arena, f->diags, &root), GW_OK);
}

static void merging(void **state) {
    fixture *f = *state;
    gw_node *low = parse(f, "a: {x: 1, y: 2}\nb: [1, 2]\nc: keep\n");
    gw_node *high = parse(f, "a: {y: 3, z: 4}\nb: [9]\nd: new\n");
    gw_node *m = gw_node_merge(f->arena, low, high);
    gw_node *a = gw_node_get(m, "a");
    assert_string_equal(gw_node_get(a, "x")->text, "1");
    assert_string_equal(gw_node_get(a, "y")->text, "3");
    assert_string_equal(gw_node_get(a, "z")->text, "4");
    assert_int_equal(gw_node_get(m, "b")->n, 1);
    assert_string_equal(gw_node_get(m, "c")->text, "keep");
    assert_string_equal(gw_node_get(m, "d")->text, "new");
    assert_string_equal(gw_node_get(gw_node_get(low, "a"), "y")->text, "2"); /* inputs stay */
}

static void paths(void **state) {
    fixture *f = *state;
    gw_node *root = parse(f, "models: {Qwen2.5-72B: {layers: 80}}\n");
    gw_node *value = parse(f, "81");
    gw_node *set = gw_node_from_path(f->arena, root, "models.Qwen2.5-72B.layers", value);
    gw_node *m = gw_node_merge(f->arena, root, set);
    gw_node *q = gw_node_get(gw_node_get(m, "models"), "Qwen2.5-72B");
    assert_non_null(q);
    assert_string_equal(gw_node_get(q, "layers")->text, "81");
}

static void hashes(void **state) {
    fixture *f = *state;
    uint64_t h = gw_node_hash(parse(f, "a: {x: 1}\n"), 1);
    assert_true(h == gw_node_hash(parse(f, "# comment\na:   {x:   1}\n"), 1));
    assert_true(h != gw_node_hash(parse(f, "a: {x: 2}\n"), 1));
    assert_true(h != gw_node_hash(parse(f, "a: {y: 1}\n"), 1));
    assert_true(h != gw_node_hash(parse(f, "a: [x, 1]\n"), 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(positions, setup, teardown),
        cmocka_unit_test_setup_teardown(json_is_read_too, setup, teardown),
        cmocka_unit_test_setup_teardown(repeated_key, setup, teardown),
        cmocka_unit_test_setup_teardown(repeated_key_in_a_large_map, setup, teardown),
        cmocka_unit_test_setup_teardown(refused, setup, teardown),
        cmocka_unit_test_setup_teardown(bytes_that_are_no_text, setup, teardown),
        cmocka_unit_test_setup_teardown(too_deep, setup, teardown),
        cmocka_unit_test_setup_teardown(merging, setup, teardown),
        cmocka_unit_test_setup_teardown(paths, setup, teardown),
        cmocka_unit_test_setup_teardown(hashes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
