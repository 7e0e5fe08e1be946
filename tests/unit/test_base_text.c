/* test_base_text.c: edit distance and nearest candidate. */
#include "gw_test.h"

#include <string.h>

#include "base/rng.h"
#include "base/text.h"

static void test_distance(void **state) {
    (void)state;
    assert_int_equal(gw_text_distance("", "", 5), 0);
    assert_int_equal(gw_text_distance("kitten", "sitting", 5), 3);
    assert_int_equal(gw_text_distance("flaw", "lawn", 5), 2);
    assert_int_equal(gw_text_distance("ab", "ba", 5), 1); /* a swap is one edit */
    assert_int_equal(gw_text_distance("abc", "", 5), 3);
    assert_int_equal(gw_text_distance("abcdef", "uvwxyz", 3), 4); /* limit + 1 */
    assert_int_equal(gw_text_distance("MW", "mw", 5), 2);         /* case counts here */
    char longer[201];
    memset(longer, 'x', 200);
    longer[200] = '\0';
    assert_int_equal(gw_text_distance(longer, longer, 4), 5); /* too long to bother */
}

static void test_distance_is_a_metric(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 3000; sample++) {
        char words[2][8] = {"", ""};
        for (uint32_t w = 0; w < 2; w++) {
            int n = (int)(gw_rng_uniform(7, sample, w, 100) * 7.0);
            for (int i = 0; i < n; i++) {
                words[w][i] = (char)('a' + (int)(gw_rng_uniform(7, sample, w, (uint32_t)i) * 3.0));
            }
        }
        int d = gw_text_distance(words[0], words[1], 20);
        assert_int_equal(d, gw_text_distance(words[1], words[0], 20));
        assert_int_equal(d == 0, strcmp(words[0], words[1]) == 0);
        size_t n_longer = strlen(words[0]) > strlen(words[1]) ? strlen(words[0]) : strlen(words[1]);
        assert_true(d <= (int)n_longer);
    }
}

static void test_nearest(void **state) {
    (void)state;
    static const char *const keys[] = {"sites", "parties", "clusters", "contracts", "it_power"};
    assert_string_equal(gw_text_nearest("site", keys, 5), "sites");
    assert_string_equal(gw_text_nearest("SITES", keys, 5), "sites");
    assert_string_equal(gw_text_nearest("partes", keys, 5), "parties");
    assert_string_equal(gw_text_nearest("contarcts", keys, 5), "contracts");
    assert_string_equal(gw_text_nearest("itpower", keys, 5), "it_power");
    assert_null(gw_text_nearest("voltage", keys, 5));
    assert_null(gw_text_nearest("", keys, 5));
    static const char *const ties[] = {"bat", "cat"};
    assert_string_equal(gw_text_nearest("rat", ties, 2), "bat");
}

static void test_ends_with(void **state) {
    (void)state;
    assert_true(gw_text_ends_with("load_W", "_W"));
    assert_true(gw_text_ends_with("load", ""));
    assert_false(gw_text_ends_with("W", "_W"));
    assert_false(gw_text_ends_with("load_W", "_J"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_distance_is_a_metric),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_ends_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
