/* The summary on a terminal: fits its width, tells the story in the chain's order, paints only when
 * asked. */
#include <string.h>

#include "report/summary.h"
#include "result_fixture.h"

/* Widest line in columns: escape sequences have none, a UTF-8 character has one. */
static int widest(const char *text) {
    int most = 0;
    int columns = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\033') {
            p = strchr(p, 'm');
        } else if (*p == '\n') {
            most = columns > most ? columns : most;
            columns = 0;
        } else {
            columns += ((unsigned char)*p & 0xC0) != 0x80;
        }
    }
    return most;
}

static void fits_the_width(void **state) {
    (void)state;
    static const char *const names[] = {"small.yaml", "awkward.yaml"};
    for (int k = 0; k < 2; k++) {
        finished f = run_scenario(names[k], 40);
        for (int width = 60; width <= 140; width += 20) {
            gw_buf out = {0};
            gw_report_summary(f.result, &out, width, false);
            assert_in_range(widest(out.text), width, width); /* the rule under the title fills it */
            assert_null(strchr(out.text, '\033'));
            assert_null(strstr(out.text, " \n"));
            assert_null(strstr(out.text, "nan"));
            gw_buf_clear(&out);
        }
        release(f);
    }
}

static void tells_the_story_in_order(void **state) {
    (void)state;
    static const char *const labels[] = {"\nClaims ",      "\nCapacity ", "\nTraining ",
                                         "\nReliability ", "\nPower ",    "\nMoney ",
                                         "\nMatters "};
    finished f = run_scenario("small.yaml", 40);
    gw_buf out = {0};
    gw_report_summary(f.result, &out, 80, false);
    const char *at = out.text;
    for (unsigned i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        at = strstr(at, labels[i]);
        assert_non_null(at);
    }
    assert_non_null(strstr(out.text, "\xE2\x96\x88")); /* the sparkline reaches full capacity */
    gw_buf_clear(&out);
    gw_report_summary(f.result, &out, 80, true);
    assert_non_null(strstr(out.text, "\033[1m"));
    assert_int_equal(widest(out.text), 80);
    gw_buf_clear(&out);
    release(f);
}

static void says_why_a_job_cannot_run(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 0);
    gw_buf out = {0};
    gw_report_summary(f.result, &out, 80, false);
    assert_non_null(strstr(out.text, "too-big cannot run: needs "));
    gw_buf_clear(&out);
    release(f);
}

/* What moves nothing worth telling is left out; draws at the end of a range are told from one in a
 * thousand on. */
static void tells_what_matters(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 1);
    gw_buf out = {0};
    gw_report_summary(f.result, &out, 140, false);
    assert_non_null(strstr(out.text, "1 sample\n"));
    const char *matters = strstr(out.text, "\nMatters ");
    assert_non_null(matters);
    assert_non_null(strstr(matters, ", moves the net present value from "));
    assert_null(strstr(matters, "sites."));
    assert_null(strstr(out.text, "\nMind "));
    gw_buf_clear(&out);
    f.result->n_clamped = f.model->n_uncertain / 2 + 1;
    gw_report_summary(f.result, &out, 140, false);
    assert_non_null(strstr(out.text, "\nMind "));
    gw_buf_clear(&out);
    for (int i = 0; i < f.result->n_tornado; i++) {
        f.result->tornado[i].n = 0;
    }
    gw_report_summary(f.result, &out, 140, false);
    assert_null(strstr(out.text, "moves the"));
    gw_buf_clear(&out);
    release(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_the_width),
        cmocka_unit_test(tells_the_story_in_order),
        cmocka_unit_test(says_why_a_job_cannot_run),
        cmocka_unit_test(tells_what_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
