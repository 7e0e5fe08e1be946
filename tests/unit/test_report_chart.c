/* Charts and drawing primitives: well formed, inside the picture, no number that is none. */
#include <stdlib.h>
#include <string.h>

#include "report/chart.h"
#include "report/svg.h"
#include "result_fixture.h"

#define N 24

static void expect_sound(gw_buf *out) {
    assert_null(markup_fault(out->text));
    assert_null(strstr(out->text, "nan"));
    assert_null(strstr(out->text, "inf"));
    assert_null(strstr(out->text, "-0.0"));
    /* x of rectangles and texts lies in the picture */
    for (const char *p = strstr(out->text, " x=\""); p != NULL; p = strstr(p + 1, " x=\"")) {
        double x = strtod(p + 4, NULL);
        assert_true(x >= -0.5 && x <= GW_CHART_WIDTH + 0.5);
    }
    gw_buf_clear(out);
}

static const gw_chart_head head = {.id = 1, .title = "T <&> \"t\"", .desc = "d"};

static void time_charts(void **state) {
    (void)state;
    double a[N];
    double b[N];
    double none[N];
    for (int i = 0; i < N; i++) {
        a[i] = 1e8 * i;
        b[i] = i % 5 == 0 ? GW_NAN : 5e7 * i;
        none[i] = GW_NAN;
    }
    gw_chart_curve curves[] = {{"one <b>", a, 1, 1}, {"two", b, 2, 2}, {"none", none, 3, 3}};
    gw_chart_mark marks[] = {{20000.0, "a mark"}, {20001.0, "another"}, {GW_NAN, "never"}};
    gw_buf out = {0};
    gw_chart_fan fan = {.head = head,
                        .unit = "MW",
                        .month0 = 2024 * 12,
                        .n_months = N,
                        .low = b,
                        .mid = a,
                        .high = a,
                        .label = "mid",
                        .n_curves = 3,
                        .curves = curves,
                        .n_marks = 3,
                        .marks = marks};
    gw_chart_fan_draw(&fan, &out);
    assert_non_null(strstr(out.text, "T &lt;&amp;&gt;"));
    assert_non_null(strstr(out.text, ">GW<"));
    assert_non_null(strstr(out.text, "a mark"));
    assert_null(strstr(out.text, "never"));
    expect_sound(&out);
    fan.mid = fan.low = fan.high = none;
    fan.n_curves = 0;
    gw_chart_fan_draw(&fan, &out);
    expect_sound(&out);
    gw_chart_stack stack = {.head = head,
                            .unit = "MW",
                            .month0 = 2024 * 12,
                            .n_months = N,
                            .n_layers = 3,
                            .layers = curves,
                            .n_marks = 3,
                            .marks = marks};
    gw_chart_stack_draw(&stack, &out);
    expect_sound(&out);
}

static void the_step_curve_ends_at_its_share(void **state) {
    (void)state;
    const double dates[] = {20500.0, 20600.0, 20700.0};
    gw_chart_cdf_curve curve = {"site", dates, 3, 4, 0, 0}; /* a fourth sample never gets there */
    gw_chart_cdf cdf = {.head = head, .n_curves = 1, .curves = &curve};
    gw_buf out = {0};
    gw_chart_cdf_draw(&cdf, &out);
    /* plot from y 234 (0 %) to 34 (100 %): three quarters stand at 84 */
    const char *path = strstr(out.text, "<path class=\"ln");
    assert_non_null(path);
    const char *end = strchr(path, '/');
    char last[16];
    snprintf(last, sizeof last, "%.*s", 5, end - 6);
    assert_non_null(strstr(last, "84.0"));
    expect_sound(&out);
    curve.n = 0;
    gw_chart_cdf_draw(&cdf, &out);
    expect_sound(&out);
}

static void bar_charts(void **state) {
    (void)state;
    gw_buf out = {0};
    gw_chart_tornado_bar bars[] = {{"an input", "sites.a.b", "1 MW", "2 MW", 9.0, 12.0},
                                   {"turned", "x", "1", "2", 12.0, 8.0},
                                   {"none at one end", "y", "1", "2", GW_NAN, 11.0}};
    gw_chart_tornado tornado = {.head = head, .unit = "%", .base = 10.0, .n = 3, .bars = bars};
    gw_chart_tornado_draw(&tornado, &out);
    expect_sound(&out);
    tornado.unit = NULL;
    tornado.n = 0;
    gw_chart_tornado_draw(&tornado, &out);
    expect_sound(&out);
    gw_chart_part parts[] = {{"a", 3e9, 0}, {"b", GW_NAN, 1}, {"c", 1e9, 2}, {"d", 0.0, 3}};
    gw_chart_steps steps = {
        .head = head, .unit = "USD", .total_label = "all", .n = 4, .parts = parts};
    gw_chart_steps_draw(&steps, &out);
    assert_non_null(strstr(out.text, "4.00 bn USD"));
    assert_non_null(strstr(out.text, "3.00 bn USD, 75 %"));
    expect_sound(&out);
    gw_chart_row rows[] = {{"one", 4, parts, 5e9, "limit"}, {"two", 4, parts, GW_NAN, ""}};
    gw_chart_rows stacked = {.head = head, .unit = "USD", .n = 2, .rows = rows};
    gw_chart_rows_draw(&stacked, &out);
    assert_non_null(strstr(out.text, "limit 5.00 bn USD"));
    expect_sound(&out);
    double up[] = {1.0, GW_NAN, 3.0};
    double down[] = {-2.0, -1.0, 0.0};
    gw_chart_curve layers[] = {{"up", up, 0, 0}, {"down", down, 1, 0}};
    static const char *const names[] = {"2024", "2025", "2026"};
    gw_chart_columns columns = {.head = head,
                                .unit = "USD",
                                .n_columns = 3,
                                .names = names,
                                .n_layers = 2,
                                .layers = layers};
    gw_chart_columns_draw(&columns, &out);
    expect_sound(&out);
}

static void intervals(void **state) {
    (void)state;
    gw_buf out = {0};
    gw_chart_interval rows[] = {{"claim", "1 GW", "reached: 3 %", 0.5, 0.7, 1.1, 1.0},
                                {"a long name of a claim that does not fit into its column at all",
                                 "1", "r", 0.0, 0.0, 0.0, 1.0},
                                {"none", "2", "r", GW_NAN, GW_NAN, GW_NAN, 1.0}};
    gw_chart_intervals chart = {.head = head, .is_date = 0, .n = 3, .rows = rows};
    gw_chart_intervals_draw(&chart, &out);
    assert_non_null(strstr(out.text, "\xE2\x80\xA6")); /* cut with an ellipsis */
    expect_sound(&out);
    gw_chart_interval dates[] = {
        {"claim", "2026-06-30", "on time: 0 %", 20600, 20700, 20800, 20634}};
    chart = (gw_chart_intervals){.head = head, .is_date = 1, .n = 1, .rows = dates};
    gw_chart_intervals_draw(&chart, &out);
    expect_sound(&out);
}

static void labels_are_spread(void **state) {
    (void)state;
    double y[] = {50.0, 50.0, 52.0, 10.0};
    gw_svg_spread(y, 4, 14.0, 0.0, 100.0);
    for (int i = 0; i < 4; i++) {
        assert_true(y[i] >= 0.0 && y[i] <= 100.0);
        for (int j = 0; j < i; j++) {
            assert_true(fabs(y[i] - y[j]) >= 14.0 - 1e-9);
        }
    }
    assert_true(y[3] == 10.0); /* nothing pushes it */
}

static void cut_texts_fit(void **state) {
    (void)state;
    static const char *const texts[] = {"sites.abilene.buildings.b7-b8.it_power",
                                        "\xC3\xA4\xC3\xB6\xC3\xBC", "short"};
    for (unsigned i = 0; i < 3; i++) {
        for (double room = 20.0; room < 400.0; room += 20.0) {
            gw_buf out = {0};
            gw_svg_text_tail(&out, "", 0.0, 0.0, room, 12.0, texts[i]);
            char *shown = strchr(out.text, '>') + 1;
            *strchr(shown, '<') = '\0';
            assert_true(gw_svg_width(shown, 12.0) <= room + 1e-9);
            gw_buf_clear(&out);
        }
    }
    gw_buf out = {0};
    gw_svg_text_tail(&out, "", 0.0, 0.0, 100.0, 12.0, texts[0]);
    assert_non_null(strstr(out.text, "it_power<")); /* the end is what tells inputs apart */
    gw_buf_clear(&out);
}

static void sparkline_rises(void **state) {
    (void)state;
    const double y[] = {0.0, 1.0, 2.0, 4.0};
    gw_buf out = {0};
    gw_chart_sparkline(y, 4, 4, &out);
    assert_string_equal(out.text, "\xC2\xB7\xE2\x96\x82\xE2\x96\x84\xE2\x96\x88");
    gw_buf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_charts),       cmocka_unit_test(the_step_curve_ends_at_its_share),
        cmocka_unit_test(bar_charts),        cmocka_unit_test(intervals),
        cmocka_unit_test(labels_are_spread), cmocka_unit_test(cut_texts_fit),
        cmocka_unit_test(sparkline_rises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
