/* test_chakra_read.c: the reader of execution traces: every form of the schema, any bytes. */
#include <stdlib.h>

#include "base/rng.h"
#include "chakra/chakra.h"
#include "chakra_encode.h"
#include "gw_test.h"

typedef struct reading {
    gw_arena *arena;
    gw_diags *diags;
    gw_chakra_trace trace;
    gw_code code;
} reading;

static reading read_bytes(const char *bytes, size_t n) {
    reading r = {.arena = gw_arena_create(0), .diags = gw_diags_create()};
    r.code = gw_chakra_read("test.et", bytes, n, r.arena, r.diags, &r.trace);
    assert_true((r.code == GW_OK) == (gw_diags_n_errors(r.diags) == 0));
    return r;
}

static void end(reading *r) {
    gw_diags_free(r->diags);
    gw_arena_free(r->arena);
}

static void refused(const char *bytes, size_t n, const char *message) {
    reading r = read_bytes(bytes, n);
    assert_int_not_equal(r.code, GW_OK);
    if (strcmp(gw_diags_at(r.diags, 0)->msg, message) != 0) {
        gw_diags_print(r.diags, stderr, 0);
    }
    assert_string_equal(gw_diags_at(r.diags, 0)->msg, message);
    end(&r);
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint32_t float_bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void node_attr_fixed(gw_buf *node, const char *name, int field, uint64_t bits, int n_bytes) {
    gw_buf a = {0};
    put_bytes(&a, 1, name, strlen(name));
    put_fixed(&a, field, bits, n_bytes);
    put_bytes(node, 10, a.text, a.n);
    gw_buf_clear(&a);
}

/* A size in every type of number that the schema has. */
static void test_numbers(void **state) {
    (void)state;
    static const int varints[] = {7, 9, 11, 13};
    for (int k = 0; k < 10; k++) {
        gw_buf file = {0}, n = node_begin(1, "S", 5);
        put_metadata(&file, "0.0.4");
        node_attr(&n, "comm_dst", 7, 3);
        if (k < 4) {
            node_attr(&n, "comm_size", varints[k], 123456);
        } else if (k < 6) {
            node_attr(&n, "comm_size", k == 4 ? 15 : 17, 2 * 123456); /* zigzag */
        } else if (k < 8) {
            node_attr_fixed(&n, "comm_size", k == 6 ? 19 : 23, 123456, 4);
        } else {
            node_attr_fixed(&n, "comm_size", k == 8 ? 21 : 25, 123456, 8);
        }
        put_message(&file, &n);
        reading r = read_bytes(file.text, file.n);
        assert_int_equal(r.code, GW_OK);
        gw_assert_close(r.trace.node[0].comm_B, 123456, 0);
        end(&r);
        gw_buf_clear(&file);
    }
    gw_buf file = {0}, n = node_begin(1, "C", 4);
    node_attr_fixed(&n, "num_ops", 3, bits_of(1.5e12), 8);
    node_attr_fixed(&n, "tensor_size", 5, float_bits_of(0.5F), 4);
    node_attr(&n, "runtime", 13, 77); /* the attribute of older files */
    node_attr(&n, "comm_tag", 7, (uint64_t)-5);
    put_message(&file, &n);
    reading r = read_bytes(file.text, file.n);
    assert_int_equal(r.code, GW_OK);
    gw_assert_close(r.trace.node[0].work_flop, 1.5e12, 0);
    gw_assert_close(r.trace.node[0].tensor_B, 0.5, 0);
    gw_assert_near(r.trace.node[0].duration_s, 77e-6, 1e-15);
    assert_int_equal(r.trace.node[0].tag, -5);
    end(&r);
    gw_buf_clear(&file);
}

/* Metadata with a version, with attributes alone (a node without an id looks the same), or none. */
static void test_metadata(void **state) {
    (void)state;
    for (int k = 0; k < 3; k++) {
        gw_buf file = {0}, m = {0}, a = {0};
        if (k == 0) {
            put_metadata(&file, "0.0.4");
        } else if (k == 1) {
            put_bytes(&a, 1, "schema", 6);
            put_bytes(&a, 29, "1.0.2-chakra.0.0.4", 18);
            put_bytes(&m, 2, a.text, a.n);
            put_message(&file, &m);
        }
        gw_buf n = node_begin(0, "first", 4);
        node_micros(&n, 1);
        put_message(&file, &n);
        reading r = read_bytes(file.text, file.n);
        assert_int_equal(r.code, GW_OK);
        assert_int_equal(r.trace.n, 1);
        assert_string_equal(r.trace.node[0].name, "first");
        assert_string_equal(r.trace.version, k == 0 ? "0.0.4" : k == 1 ? "1.0.2-chakra.0.0.4" : "");
        end(&r);
        gw_buf_clear(&a);
        gw_buf_clear(&file);
    }
}

/* Dependencies one by one and packed, in any order of nodes; children are their mirror image. */
static void test_dependencies(void **state) {
    (void)state;
    gw_buf file = {0}, n, packed = {0};
    put_metadata(&file, "0.0.4");
    n = node_begin(300, "last", 4);
    put_varint(&packed, 7);
    put_varint(&packed, 200);
    put_bytes(&n, 4, packed.text, packed.n);
    put_bytes(&n, 5, packed.text, packed.n);
    put_message(&file, &n);
    put_comp(&file, 200, 1, 7);
    put_comp(&file, 7, 1, -1);
    reading r = read_bytes(file.text, file.n);
    assert_int_equal(r.code, GW_OK);
    assert_int_equal(r.trace.node[0].id, 7);
    assert_int_equal(r.trace.node[2].id, 300);
    assert_int_equal(r.trace.node[2].n_deps, 4); /* control and data */
    assert_int_equal(r.trace.child_at[1] - r.trace.child_at[0], 3);
    assert_int_equal(r.trace.child_at[3], 5);
    end(&r);
    gw_buf_clear(&packed);
    gw_buf_clear(&file);
}

/* What the reader does not know is skipped and listed with its count. */
static void test_unused(void **state) {
    (void)state;
    gw_buf file = {0};
    put_metadata(&file, "0.0.4");
    for (uint64_t i = 0; i < 3; i++) {
        gw_buf n = node_begin(i, "C", 4);
        node_text(&n, "op_schema", "aten::mm");
        put_bytes(&n, 11, "??", 2);
        put_fixed(&n, 77, 5, 8);
        node_text(&n, "comm_size", "no number");
        put_message(&file, &n);
    }
    put_message(&file, &(gw_buf){0});
    reading r = read_bytes(file.text, file.n);
    assert_int_equal(r.code, GW_OK);
    static const char *const expected[] = {"attribute op_schema", "field 11 of a node",
                                           "field 77 of a node", "attribute comm_size"};
    for (int i = 0; i < 4; i++) {
        assert_string_equal(r.trace.unused[i].what, expected[i]);
        assert_int_equal(r.trace.unused[i].n, 3);
    }
    assert_string_equal(r.trace.unused[4].what, "empty message");
    assert_int_equal(r.trace.n_unused, 5);
    end(&r);
    gw_buf_clear(&file);
}

static void test_refusals(void **state) {
    (void)state;
    refused("", 0, "byte 0: the file is empty");
    refused("\x1f\x8b\x08\x00", 4, "byte 0: the file is compressed: unpack it with gunzip first");
    refused("{\"a\": 1}", 8,
            "byte 0: the file is JSON: a trace in protobuf is wanted (chakra_converter writes it)");
    refused("\x05\x08", 2, "byte 0: a message is longer than what is left of the file");
    refused("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10,
            "byte 0: a number has more than 64 bits");
    refused("\xff\xff", 2, "byte 0: a number is cut off");
    refused("\x02\x08\x80", 3, "byte 2: a number is cut off");
    refused("\x04\x18\x04\x0b\x08", 5, "byte 3: a field is of no kind that messages have");
    refused("\x04\x18\x04\x00\x01", 5, "byte 3: a field has an impossible number");
    refused("\x05\x18\x04\x52\x7f\x0a", 6, "byte 4: a field is longer than what is left");
    refused("\x04\x18\x04\x2a\x7f", 5, "byte 4: a field is longer than what is left");
    refused("\x05\x18\x04\x2a\x01\x80", 6, "byte 5: a number is cut off");
    refused("\x05\x0a\x03\x31\x2e\x30", 6, "byte 0: the file has no node");
    gw_buf file = {0};
    gw_buf n = node_begin(4, "x\n\x1b[31m", 7);
    put_message(&file, &n);
    refused(file.text, file.n, "node 4 `x??[31m` at byte 1: no `comm_size`");
    gw_buf_clear(&file);
}

static gw_buf sample(void) {
    gw_buf file = {0}, n, info = {0};
    static const char list[] = "['[{\"pg_name\": \"3\", \"ranks\": [0, 1]}]']";
    put_metadata(&file, "0.0.4");
    n = node_begin(1, "init", 1);
    put_bytes(&info, 1, list, sizeof list - 1);
    put_bytes(&n, 8, info.text, info.n);
    put_message(&file, &n);
    gw_buf_clear(&info);
    put_comp(&file, 2, 10, 1);
    put_coll(&file, 3, 0, 1 << 20, "3", 2);
    put_p2p(&file, 4, 5, 1, 4096, 7, 2);
    n = node_begin(5, "dims", 7);
    node_attr(&n, "comm_type", 9, 6);
    node_attr(&n, "comm_size", 9, 1000);
    node_flags(&n, "involved_dim", "\1\0\1", 3);
    put_message(&file, &n);
    return file;
}

/* Cut anywhere: whole messages are read, anything else is refused. */
static void test_cut(void **state) {
    (void)state;
    gw_buf file = sample();
    int n_ok = 0;
    for (size_t n = 0; n <= file.n; n++) {
        char *copy = malloc(n > 0 ? n : 1); /* its end is the end of the memory */
        memcpy(copy, file.text, n);
        reading r = read_bytes(copy, n);
        n_ok += r.code == GW_OK;
        end(&r);
        free(copy);
    }
    assert_int_equal(n_ok, 5); /* after each node */
    gw_buf_clear(&file);
}

/* Bytes changed by chance: never more than an error. */
static void test_damage(void **state) {
    (void)state;
    gw_buf file = sample();
    int n_ok = 0;
    for (int k = 0; k < 4000; k++) {
        char *copy = malloc(file.n);
        memcpy(copy, file.text, file.n);
        for (int i = 0; i <= k % 4; i++) {
            double where = gw_rng_uniform(3, (uint64_t)k, 0, (uint32_t)i);
            double what = gw_rng_uniform(3, (uint64_t)k, 1, (uint32_t)i);
            copy[(size_t)(where * (double)file.n)] = (char)(int)(what * 256.0 - 128.0);
        }
        reading r = read_bytes(copy, file.n);
        n_ok += r.code == GW_OK;
        end(&r);
        free(copy);
    }
    assert_in_range(n_ok, 400, 3600); /* both ways are met often */
    gw_buf_clear(&file);
}

static void test_groups_file(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    int n = 0;
    gw_chakra_group *group = NULL;
    static const char good[] = "{\"2\": [4, 5,6],\n \"1\": [], \"x\": [7]}\n";
    assert_int_equal(
        gw_chakra_read_groups("g.json", good, sizeof good - 1, arena, diags, &n, &group), GW_OK);
    assert_int_equal(n, 3);
    assert_string_equal(group[0].name, "1");
    assert_int_equal(group[0].n, 0);
    assert_int_equal(group[1].n, 3);
    assert_int_equal(group[1].rank[2], 6);
    static const struct {
        const char *text;
        int line, col;
    } bad[] = {{"{\"1\": [0, -1]}", 1, 11},     {"[1]", 1, 1},
               {"{\"1\": [0 1]}", 1, 10},       {"{\n\"1\" [0]}", 2, 5},
               {"{\"1\": [0]} x", 1, 12},       {"{\"1: [0]}", 1, 10},
               {"{\"1\": [9999999999]}", 1, 8}, {"", 1, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t at = gw_diags_n(diags);
        assert_int_not_equal(gw_chakra_read_groups("g.json", bad[i].text, strlen(bad[i].text),
                                                   arena, diags, &n, &group),
                             GW_OK);
        assert_int_equal(gw_diags_at(diags, at)->loc.line, bad[i].line);
        assert_int_equal(gw_diags_at(diags, at)->loc.col, bad[i].col);
    }
    static const char twice[] = "{\"1\": [0], \"1\": [1]}";
    assert_int_equal(
        gw_chakra_read_groups("g.json", twice, sizeof twice - 1, arena, diags, &n, &group),
        GW_E_KEY);
    gw_diags_free(diags);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_dependencies), cmocka_unit_test(test_unused),
        cmocka_unit_test(test_refusals),     cmocka_unit_test(test_cut),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_groups_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
