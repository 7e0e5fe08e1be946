/* test_base_code.c: numbers, names and sentences of the outcome codes are promised to callers. */
#include "gw_test.h"

#include <string.h>

#include "base/code.h"

static void test_numbers_are_stable(void **state) {
    (void)state;
    assert_int_equal(GW_OK, 0);
    assert_int_equal(GW_E_IO, 10);
    assert_int_equal(GW_E_SYNTAX, 20);
    assert_int_equal(GW_E_UNIT, 22);
    assert_int_equal(GW_E_RANGE, 24);
    assert_int_equal(GW_E_REF, 26);
    assert_int_equal(GW_E_KEY, 28);
    assert_int_equal(GW_E_MODEL, 40);
    assert_int_equal(GW_E_SOLVER, 50);
    assert_int_equal(GW_E_MEM, 90);
    assert_int_equal(GW_E_BUG, 99);
}

static void test_names(void **state) {
    (void)state;
    assert_string_equal(gw_code_name(GW_OK), "GW_OK");
    assert_string_equal(gw_code_name(GW_E_UNIT), "GW_E_UNIT");
    assert_string_equal(gw_code_sentence(GW_E_MEM), "memory ran out");
    assert_non_null(gw_code_name((gw_code)12345));
    assert_non_null(gw_code_sentence((gw_code)12345));
}

static gw_code twice(gw_code first, int *n_reached) {
    GW_TRY(first);
    ++*n_reached;
    return GW_E_BUG;
}

static void test_try(void **state) {
    (void)state;
    int n_reached = 0;
    assert_int_equal(twice(GW_E_IO, &n_reached), GW_E_IO);
    assert_int_equal(n_reached, 0);
    assert_int_equal(twice(GW_OK, &n_reached), GW_E_BUG);
    assert_int_equal(n_reached, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_stable),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
