/* tests/unit/test_base_name_set.c: names to numbers. */
#include <stdio.h>
#include <string.h>

#include "base/name_set.h"
#include "gw_test.h"

static void test_numbers_in_order_of_first_use(void **unused) {
    (void)unused;
    gw_arena *arena = gw_arena_create(0);
    gw_name_set set = gw_name_set_create(arena);
    assert_int_equal(gw_name_set_find(&set, "a", 1), -1);
    char name[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5000; i++) {
            int n = snprintf(name, sizeof name, "%s-%d", i % 2 == 0 ? "host" : "a-longer-name", i);
            assert_int_equal(gw_name_set_add(&set, name, (size_t)n), i);
        }
    }
    assert_int_equal(set.n, 5000);
    assert_string_equal(set.text[4998], "host-4998");
    assert_int_equal(gw_name_set_find(&set, "host-42", 7), 42);
    assert_int_equal(gw_name_set_find(&set, "host-4x", 6), 4); /* six bytes: host-4 */
    assert_int_equal(gw_name_set_find(&set, "host-43", 7), -1);
    gw_name_set_clear(&set);
    gw_arena_free(arena);
}

static void test_empty_and_nested_names_differ(void **unused) {
    (void)unused;
    gw_arena *arena = gw_arena_create(0);
    gw_name_set set = gw_name_set_create(arena);
    assert_int_equal(gw_name_set_add(&set, "", 0), 0);
    assert_int_equal(gw_name_set_add(&set, "abcdefgh", 8), 1);
    assert_int_equal(gw_name_set_add(&set, "abcdefghi", 9), 2);
    assert_int_equal(gw_name_set_add(&set, "abcdefgh", 7), 3);
    assert_int_equal(gw_name_set_add(&set, "abcdefgh", 8), 1);
    assert_int_equal(gw_name_set_find(&set, "", 0), 0);
    gw_name_set_clear(&set);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_in_order_of_first_use),
        cmocka_unit_test(test_empty_and_nested_names_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
