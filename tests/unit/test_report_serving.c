/* Words and JSON of models that answer requests: what is shown is what was worked out; every line
 * fits a terminal; a problem is told instead of numbers. */
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "report/serving_text.h"
#include "report/words.h"
#include "result_fixture.h"

static void text_tells_the_numbers(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 2);
    const gw_service *s = &f.result->base->service[0];
    assert_null(s->problem);
    gw_buf out = {0};
    gw_serving_text(f.model->in, s, &out);
    assert_non_null(strstr(out.text, "Llama-3-405B in fp8"));
    assert_non_null(strstr(out.text, gw_words_value(s->tpot_s, "ms").text));
    assert_non_null(strstr(out.text, gw_words_value(s->output_tokens_per_s, "").text));
    assert_non_null(strstr(out.text, s->bottleneck));
    assert_non_null(strstr(out.text, "not set against measured servers"));
    for (const char *line = out.text; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        assert_true(n <= 80);
        line += n + (line[n] == '\n');
    }
    gw_buf_clear(&out);
    gw_service broken = *s;
    broken.problem = "nothing fits";
    gw_serving_text(f.model->in, &broken, &out);
    assert_non_null(strstr(out.text, "Cannot run: nothing fits"));
    assert_null(strstr(out.text, "per accelerator"));
    gw_buf_clear(&out);
    release(f);
}

static void json_has_every_number(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 2);
    const gw_service *s = &f.result->base->service[0];
    gw_buf out = {0};
    gw_json json = gw_json_begin(&out);
    gw_json_object(&json, NULL);
    gw_serving_json(f.model->in, s, "serving", &json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
    json_t *root = json_loads(out.text, 0, NULL);
    assert_non_null(root);
    json_t *chat = json_object_get(json_object_get(root, "serving"), "chat");
    assert_true(json_number_value(json_object_get(chat, "ttft_s")) == s->ttft_s);
    assert_true(json_number_value(json_object_get(chat, "total_tokens_per_s")) ==
                s->total_tokens_per_s);
    double parts = 0.0;
    static const char *const names[] = {"weights_s", "attention_s", "network_s", "other_s"};
    for (int i = 0; i < 4; i++) {
        parts += json_number_value(json_object_get(chat, names[i]));
    }
    gw_assert_near(parts, json_number_value(json_object_get(chat, "step_s")), 1e-9);
    json_decref(root);
    gw_buf_clear(&out);
    release(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_tells_the_numbers),
        cmocka_unit_test(json_has_every_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
