/* test_base_json.c: layout, escaping, invalid UTF-8; jansson reads everything back. */
#include "gw_test.h"

#include <jansson.h>
#include <string.h>

#include "base/json.h"
#include "base/rng.h"

static void test_layout(void **state) {
    (void)state;
    gw_buf buf = {0};
    gw_json json = gw_json_begin(&buf);
    static const double xs[] = {1.0, 2.5, 1e300, -0.1};
    gw_json_object(&json, NULL);
    gw_json_text(&json, "name", "Abilene");
    gw_json_number(&json, "power_W", 1.2e9);
    gw_json_number(&json, "irr", __builtin_nan(""));
    gw_json_integer(&json, "n", INT64_MIN);
    gw_json_bool(&json, "late", true);
    gw_json_text(&json, "none", NULL);
    gw_json_numbers(&json, "xs", xs, 4);
    gw_json_array(&json, "list");
    gw_json_text(&json, NULL, "a");
    gw_json_object(&json, NULL);
    gw_json_end_object(&json);
    gw_json_end_array(&json);
    json.inline_arrays = true;
    gw_json_array(&json, "pairs");
    gw_json_array(&json, NULL);
    gw_json_integer(&json, NULL, 1);
    gw_json_integer(&json, NULL, 2);
    gw_json_end_array(&json);
    gw_json_end_array(&json);
    json.inline_arrays = false;
    gw_json_array(&json, "empty");
    gw_json_end_array(&json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
    assert_string_equal(buf.text, "{\n"
                                  "  \"name\": \"Abilene\",\n"
                                  "  \"power_W\": 1200000000,\n"
                                  "  \"irr\": null,\n"
                                  "  \"n\": -9223372036854775808,\n"
                                  "  \"late\": true,\n"
                                  "  \"none\": null,\n"
                                  "  \"xs\": [1, 2.5, 1e+300, -0.1],\n"
                                  "  \"list\": [\n"
                                  "    \"a\",\n"
                                  "    {}\n"
                                  "  ],\n"
                                  "  \"pairs\": [[1, 2]],\n"
                                  "  \"empty\": []\n"
                                  "}\n");
    gw_buf_clear(&buf);
}

static void check_text(const char *value, const char *expected) {
    gw_buf buf = {0};
    gw_json json = gw_json_begin(&buf);
    gw_json_text(&json, NULL, value);
    assert_string_equal(buf.text, expected);
    gw_buf_clear(&buf);
}

#define REPLACED "\xEF\xBF\xBD"

static void test_escapes(void **state) {
    (void)state;
    check_text("", "\"\"");
    check_text("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
    check_text("\n\r\t\x01\x1f\x7f", "\"\\n\\r\\t\\u0001\\u001f\\u007f\"");
    check_text("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80",
               "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
    check_text("\xFF", "\"" REPLACED "\"");
    check_text("\xC3", "\"" REPLACED "\"");                           /* cut short */
    check_text("\xC0\xAF", "\"" REPLACED REPLACED "\"");              /* overlong */
    check_text("\xED\xA0\x80", "\"" REPLACED REPLACED REPLACED "\""); /* surrogate */
    check_text("\xF4\x90\x80\x80", "\"" REPLACED REPLACED REPLACED REPLACED "\"");
    check_text("\xE2\x82", "\"" REPLACED REPLACED "\"");
    check_text("\x80 ok", "\"" REPLACED " ok\"");
}

/* Whatever bytes go in, a strict reader accepts what comes out, and numbers come back exactly. */
static void test_random_round_trip(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 20000; sample++) {
        char text[16] = "";
        int n = (int)(gw_rng_uniform(4, sample, 0, 0) * 12.0);
        for (int i = 0; i < n; i++) {
            text[i] = (char)(1 + (int)(gw_rng_uniform(4, sample, 1, (uint32_t)i) * 255.0));
        }
        double value = exp(1000.0 * (gw_rng_uniform(4, sample, 2, 0) - 0.5));
        gw_buf buf = {0};
        gw_json json = gw_json_begin(&buf);
        gw_json_object(&json, NULL);
        gw_json_number(&json, "value", value);
        gw_json_text(&json, text, text);
        gw_json_end_object(&json);
        gw_json_finish(&json);
        json_error_t error;
        json_t *root = json_loads(buf.text, JSON_REJECT_DUPLICATES, &error);
        if (root == NULL) {
            fail_msg("%s: %s", error.text, buf.text);
        }
        assert_true(json_number_value(json_object_get(root, "value")) == value);
        json_decref(root);
        gw_buf_clear(&buf);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_random_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
