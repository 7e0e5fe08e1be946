/* How long contracts last, and what an exit right leaves of them. */
#include "base/date.h"
#include "finance/contract.h"
#include "gw_test.h"

static gw_contract base(void) {
    return (gw_contract){.head = {.name = "compute"},
                         .cluster = {NULL, -1},
                         .start_d = gw_date_from_civil(2026, 1, 1),
                         .term_s = 3 * 365.25 * 86400.0,
                         .notice_s = GW_NAN,
                         .exit_d = GW_NAN};
}

static double start(void) {
    return gw_date_from_civil(2026, 1, 1);
}

static void test_firm_part(void **state) {
    (void)state;
    gw_contract k = base();
    gw_contract_dates d = gw_contract_dates_work(&k, GW_NAN, start(), 1, -1);
    gw_assert_near(d.firm_end_d, d.term_end_d, 0.0); /* without a notice all of it is firm */
    /* One quarter and 90 days: the exit right of a public contract over three years. */
    k.firm_s = 91 * 86400.0;
    k.notice_s = 90 * 86400.0;
    d = gw_contract_dates_work(&k, GW_NAN, start(), 1, -1);
    gw_assert_near(d.firm_end_d, start() + 181.0, 1e-12);
    gw_assert_near(d.left_firm_end_d, start() + 181.0, 1e-12);
    d = gw_contract_dates_work(&k, GW_NAN, start() + 500.0, 1, -1); /* later only the notice */
    gw_assert_near(d.left_firm_end_d, start() + 590.0, 1e-12);
    assert_false(d.exited);
    gw_assert_near(d.end_d, d.term_end_d, 0.0);
}

static void test_exit(void **state) {
    (void)state;
    gw_contract k = base();
    k.exit_d = start() + 400.0;
    gw_contract_dates d = gw_contract_dates_work(&k, GW_NAN, start(), 1, -1);
    assert_true(d.exited);
    gw_assert_near(d.end_d, start() + 400.0, 0.0);
    /* By probability: the median wait is ln(1/2) / ln(1 - p). */
    k.exit_d = GW_NAN;
    k.exit_probability = 0.4;
    k.notice_s = 30 * 86400.0;
    k.firm_s = 100 * 86400.0;
    d = gw_contract_dates_work(&k, GW_NAN, start(), 1, -1);
    gw_assert_near(d.end_d - start(), 130.0 + 365.25 * log(0.5) / log(0.6), 1e-9);
    /* Share of 20,000 draws that last a year beyond the firm part: 60 % (binomial, 4 sigma). */
    int n_kept = 0;
    for (int64_t s = 0; s < 20000; s++) {
        d = gw_contract_dates_work(&k, GW_NAN, start(), 7, s);
        n_kept += d.end_d > start() + 130.0 + 365.25;
    }
    gw_assert_close(n_kept / 20000.0, 0.6, 4.0 * sqrt(0.24 / 20000.0));
    gw_assert_near(gw_contract_dates_work(&k, GW_NAN, start(), 7, 3).end_d,
                   gw_contract_dates_work(&k, GW_NAN, start(), 7, 3).end_d, 0.0);
    k.exit_probability = 1.0;
    gw_assert_near(gw_contract_dates_work(&k, GW_NAN, start(), 7, 3).end_d, start() + 130.0, 1e-12);
}

/* Two years at the first price, one at 1.1 of it, half a year at 1.21. */
static void test_weights(void **state) {
    (void)state;
    gw_contract k = base();
    k.escalation = 0.1;
    double year = 365.25;
    double s = gw_contract_weighted_s(&k, start(), start(), start() + 2.5 * year);
    gw_assert_near(s, year * 86400.0 * (1.0 + 1.1 + 0.5 * 1.21), 1e-12);
    gw_assert_near(gw_contract_weighted_s(&k, start(), start() + 1.5 * year, start() + 2.5 * year),
                   year * 86400.0 * (0.5 * 1.1 + 0.5 * 1.21), 1e-9);
    gw_assert_close(gw_contract_weighted_s(&k, start(), start() + 9.0, start()), 0.0, 0.0);
    gw_assert_near(gw_contract_escalation(-0.2, 2.7), 0.64, 1e-12);
}

static void test_covers(void **state) {
    (void)state;
    gw_contract k = base();
    assert_true(gw_contract_covers(&k, 0) && gw_contract_covers(&k, 5));
    gw_ref some[2] = {{"a", 1}, {"b", 3}};
    k.clusters = (gw_refs){some, 2};
    assert_true(gw_contract_covers(&k, 1) && gw_contract_covers(&k, 3));
    assert_false(gw_contract_covers(&k, 2));
    k.cluster = (gw_ref){"c", 2};
    assert_true(gw_contract_covers(&k, 2) && !gw_contract_covers(&k, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_firm_part),
        cmocka_unit_test(test_exit),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
