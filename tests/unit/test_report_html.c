/* The report: one file that needs nothing else, well formed, same bytes each time, whatever the run
 * is like. */
#include <string.h>

#include "report/html.h"
#include "report/words.h"
#include "result_fixture.h"

static int count(const char *text, const char *what) {
    int n = 0;
    for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what)) {
        n++;
    }
    return n;
}

static void expect_complete(const char *text) {
    static const char *const forbidden[] = {"<script", "<link", "src=",  "@import", "url(",
                                            ">nan",    " nan",  ">inf<", "(null)"};
    static const char *const sections[] = {"claims",  "capacity", "training", "power",
                                           "finance", "matters",  "inputs"};
    const char *fault = markup_fault(text);
    if (fault != NULL) {
        fail_msg("not well formed at: %.80s", fault);
    }
    for (unsigned i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        if (strstr(text, forbidden[i]) != NULL) {
            fail_msg("holds %s", forbidden[i]);
        }
    }
    const char *last = text;
    for (unsigned i = 0; i < sizeof sections / sizeof sections[0]; i++) { /* in the chain's order */
        char heading[64];
        snprintf(heading, sizeof heading, "<h2 id=\"%s\">", sections[i]);
        const char *at = strstr(last, heading);
        assert_non_null(at);
        last = at;
    }
    assert_int_equal(count(text, "<svg"), count(text, "<figcaption"));
    assert_int_equal(count(text, "<svg"), count(text, "<desc"));
    assert_int_equal(count(text, "class=\"card\""), 8);
    assert_int_equal(count(text, "id=\"gt1\""), 1);
    assert_int_equal(count(text, "class=\"answers\""), 1);
    assert_non_null(strstr(text, "Was the promised date plausible?"));
}

static void a_small_campus(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 60);
    gw_buf once = {0};
    gw_buf twice = {0};
    assert_int_equal(gw_report_html(f.result, &once), GW_OK);
    assert_int_equal(gw_report_html(f.result, &twice), GW_OK);
    assert_int_equal(once.n, twice.n);
    assert_memory_equal(once.text, twice.text, once.n);
    expect_complete(once.text);
    assert_non_null(strstr(once.text, "As of 2026-10-15"));
    assert_non_null(strstr(once.text, f.spec->scenario_hash));
    assert_non_null(strstr(once.text, "have no range and are not ranked."));
    assert_non_null(strstr(once.text, "Words of the field (7)"));
    assert_non_null(strstr(once.text, "what is already spent included"));
    assert_non_null(strstr(once.text, "power 1.20 GW")); /* the claim as it was read */
    gw_buf_clear(&once);
    gw_buf_clear(&twice);
    release(f);
}

static void texts_are_escaped(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 40);
    gw_buf out = {0};
    assert_int_equal(gw_report_html(f.result, &out), GW_OK);
    expect_complete(out.text);
    assert_non_null(strstr(out.text, "Twins &lt;b&gt;&amp;amp;"));
    assert_null(strstr(out.text, "Twins <b>"));
    assert_null(strstr(out.text, "href=\"javascript"));
    assert_non_null(strstr(out.text, "href=\"https://example.org/?a=1&amp;b=2\""));
    gw_buf_clear(&out);
    release(f);
}

/* A job that cannot run, sites that are told apart, no contract, no funding: each is said in words.
 */
static void what_is_missing_is_said(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 40);
    gw_buf out = {0};
    assert_int_equal(gw_report_html(f.result, &out), GW_OK);
    assert_non_null(strstr(out.text, "This run cannot be done as described: needs "));
    assert_non_null(strstr(out.text, "names no funding"));
    assert_non_null(strstr(out.text, "Nothing of North runs."));
    assert_non_null(strstr(out.text, "The only date named is 2026-12-31 (date)"));
    assert_non_null(strstr(out.text, "Chance that North is finished by a date"));
    assert_non_null(strstr(out.text, "Choices: region"));
    assert_non_null(strstr(out.text, "IT power by site"));
    assert_non_null(strstr(out.text, "Power beyond IT at North"));
    assert_non_null(strstr(out.text, "Power beyond IT at South"));
    assert_non_null(strstr(out.text, "no debt is repaid"));
    gw_buf_clear(&out);
    release(f);
}

static void without_samples_the_base_case_is_shown(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 0);
    gw_buf out = {0};
    assert_int_equal(gw_report_html(f.result, &out), GW_OK);
    expect_complete(out.text);
    double capex = f.result->base_row[f.model->metric_offset[GW_M_capex_usd]];
    assert_non_null(strstr(out.text, gw_words_value(capex, "USD").text));
    gw_buf_clear(&out);
    release(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_campus),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(without_samples_the_base_case_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
