/* Forms of a validation: the same numbers in text, JSON (read back by another library), CSV (read
 * back) and the page; names of any kind; empty tables; the chart's geometry. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "gw_test.h"
#include "report/chart.h"
#include "report/validate_view.h"

#define N 4

static gw_tried rows[N];

static gw_trials make(int n) {
    static const char *const ids[N] = {"a,\"b\"", "<b>&amp", "a-very-long-identifier-of-a-row", ""};
    for (int i = 0; i < N; i++) {
        bool is_predicted = i < 3;
        rows[i] = (gw_tried){
            .trial = {.id = ids[i],
                      .source = "x/y page, 3",
                      .line = i + 2,
                      .unsupported = is_predicted ? NULL : "layout of layers",
                      .column = is_predicted ? NULL : "pp",
                      .regime = is_predicted ? "dense \xC3\xA9t\xC3\xA9 of a very long kind" : NULL,
                      .measured_s = is_predicted ? 1.0 / 3.0 * pow(10.0, i) : GW_NAN,
                      .predicted_s = is_predicted ? 0.4 * pow(10.0, i) : GW_NAN,
                      .low_s = i == 0   ? 0.3
                               : i == 1 ? 3.9
                                        : GW_NAN,
                      .high_s = i < 2 ? 4.5 * pow(10.0, i - 1.0) * (i + 1.0) : GW_NAN,
                      .memory_B = GW_NAN,
                      .memory_measured_B = GW_NAN},
            .accelerator = i == 1 ? "Chip & Co" : "A100",
            .publisher = "x/y",
            .part = "full layout, NVIDIA",
            .hint = is_predicted ? NULL : "state it",
            .work_n = 1000.0};
    }
    return (gw_trials){.file = "dir/made-up.csv", .kind = GW_TRIAL_TRAINING, .n = n, .at = rows};
}

static int columns_of(const char *line, size_t n) {
    int columns = 0;
    for (size_t i = 0; i < n; i++) {
        columns += ((unsigned char)line[i] & 0xC0) != 0x80;
    }
    return columns;
}

static void test_text_fits(void **state) {
    for (int n = 1; n <= N; n++) {
        gw_trials t = make(n);
        gw_validate_view v = gw_validate_view_of(&t, *state);
        gw_buf out = {0};
        v.with_rows = n % 2 == 0;
        gw_validate_text(&v, 80, &out);
        for (const char *at = out.text; *at != '\0';) {
            size_t length = strcspn(at, "\n");
            assert_true(columns_of(at, length) <= 80);
            at += length + (at[length] == '\n');
        }
        assert_non_null(strstr(out.text, "made-up.csv"));
        assert_null(strstr(out.text, "nan"));
        if (n == N) {
            assert_non_null(strstr(out.text, "3 of 4 rows (75.0 %)"));
            assert_non_null(strstr(out.text, "unsupported: pp: layout of layers (line 5)"));
            assert_non_null(strstr(out.text, "mean 20.0 %, median 20.0 %"));
            assert_non_null(strstr(out.text, "20.0 % too long"));
        }
        gw_buf_clear(&out);
    }
}

static void test_json_and_csv_agree(void **state) {
    gw_trials t = make(N);
    gw_validate_view v = gw_validate_view_of(&t, *state);
    gw_buf json = {0}, csv = {0};
    gw_validate_json(&v, &json);
    gw_validate_csv(&v, &csv);
    json_t *root = json_loads(json.text, 0, NULL);
    assert_non_null(root);
    json_t *summary = json_object_get(root, "summary");
    gw_assert_near(json_number_value(json_object_get(summary, "mean_error_frac")), 0.2, 1e-12);
    assert_int_equal(json_integer_value(json_object_get(summary, "with_interval")), 2);
    gw_csv table;
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_csv_read("out", csv.text, csv.n, *state, diags, &table), GW_OK);
    assert_int_equal(table.n_rows, N + 1);
    static const char *const numbers[] = {"measured_s", "predicted_s", "error_frac", "low_s"};
    for (int i = 0; i < N; i++) {
        const char **cell = table.cell + (size_t)(i + 1) * (size_t)table.n_cols;
        json_t *row = json_array_get(json_object_get(root, "rows"), (size_t)i);
        assert_string_equal(cell[0], json_string_value(json_object_get(row, "id")));
        for (int k = 0; k < 4; k++) {
            const char *text = cell[gw_csv_column(&table, numbers[k])];
            json_t *value = json_object_get(row, numbers[k]);
            assert_int_equal(text[0] != '\0', json_is_number(value));
            if (text[0] != '\0') {
                assert_true(strtod(text, NULL) == json_number_value(value));
            }
        }
    }
    const char *first = table.cell[table.n_cols + gw_csv_column(&table, "measured_s")];
    assert_true(strtod(first, NULL) == 1.0 / 3.0); /* not one bit is lost */
    json_decref(root);
    gw_diags_free(diags);
    gw_buf_clear(&json);
    gw_buf_clear(&csv);
}

static int count(const char *text, const char *part) {
    int n = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++) {
        n++;
    }
    return n;
}

static void test_page(void **state) {
    gw_trials t = make(N);
    gw_validate_view v = gw_validate_view_of(&t, *state);
    gw_buf out = {0}, svg = {0};
    gw_validate_html(&v, &out);
    assert_int_equal(count(out.text, "<svg"), 2);
    assert_int_equal(count(out.text, "<circle"), 3);
    assert_null(strstr(out.text, "<b>&amp\""));
    assert_non_null(strstr(out.text, "&lt;b&gt;&amp;amp"));
    assert_non_null(strstr(out.text, "Chip &amp; Co"));
    assert_int_equal(count(out.text, "<section>"), count(out.text, "</section>"));
    assert_int_equal(count(out.text, "<table>"), count(out.text, "</table>"));
    gw_validate_svg(&v, &svg);
    assert_int_equal(count(svg.text, "h0"), 3);
    assert_memory_equal(svg.text, "<svg", 4);
    assert_non_null(strstr(svg.text, "<style>"));
    gw_buf_clear(&out);
    gw_buf_clear(&svg);
}

static void test_nothing_predicted(void **state) {
    gw_trials t = make(N);
    t.at = rows + 3;
    t.n = 1;
    gw_validate_view v = gw_validate_view_of(&t, *state);
    gw_buf text = {0}, html = {0}, svg = {0};
    gw_validate_text(&v, 80, &text);
    gw_validate_html(&v, &html);
    gw_validate_svg(&v, &svg);
    assert_non_null(strstr(text.text, "0 of 1 rows (0.0 %)"));
    assert_null(strstr(text.text, "nan"));
    assert_int_equal(count(html.text, "<svg"), 0);
    assert_null(strstr(html.text, "nan"));
    assert_non_null(strstr(svg.text, "</svg>"));
    gw_buf_clear(&text);
    gw_buf_clear(&html);
    gw_buf_clear(&svg);
}

/* A point on which both agree lies on the diagonal: the same distance from both axes' ends. */
static void test_scatter(void **state) {
    (void)state;
    const gw_chart_point points[] = {{.x = 1.0, .y = 1.0, .low = GW_NAN, .high = GW_NAN},
                                     {.x = 100.0, .y = 10.0, .low = GW_NAN, .high = GW_NAN},
                                     {.x = GW_NAN, .y = 1.0, .low = 0.5, .high = 2.0},
                                     {.x = 0.0, .y = 1.0, .low = 0.5, .high = 2.0}};
    const char *const keys[] = {"one"};
    gw_chart_scatter chart = {.head = {1, "t", "d"},
                              .unit = "s",
                              .x_label = "x",
                              .y_label = "y",
                              .n = 4,
                              .points = points,
                              .n_keys = 1,
                              .keys = keys};
    gw_buf out = {0};
    gw_chart_scatter_draw(&chart, &out);
    assert_int_equal(count(out.text, "<circle"), 2); /* what is no positive number is left out */
    /* axes from 1 to 100: the first point in the corner, the second at the right end, half way up */
    assert_non_null(strstr(out.text, "cx=\"76.0\" cy=\"504.0\""));
    assert_non_null(strstr(out.text, "cx=\"736.0\" cy=\"269.0\""));
    assert_null(strstr(out.text, "nan"));
    gw_buf_clear(&out);
}

static int set_up(void **state) {
    *state = gw_arena_create(0);
    return 0;
}

static int tear_down(void **state) {
    gw_arena_free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text_fits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_and_csv_agree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_predicted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_scatter, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
