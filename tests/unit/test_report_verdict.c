/* Verdicts on claims: wording and tolerance decide, and only they. */
#include "report/verdict.h"

#include "gw_test.h"

static gw_verdict power(int wording, double value) {
    return gw_verdict_of(GW_CLAIM_POWER, wording, 100.0, value);
}

static void wording_counts(void **state) {
    (void)state;
    static const int both[] = {GW_WORDING_PLAIN, GW_WORDING_ABOUT, GW_WORDING_INTENDS};
    for (int k = 0; k < 3; k++) { /* a band of 5 % on both sides */
        assert_int_equal(power(both[k], 94.9), GW_VERDICT_HIGH);
        assert_int_equal(power(both[k], 95.1), GW_VERDICT_HOLDS);
        assert_int_equal(power(both[k], 104.9), GW_VERDICT_HOLDS);
        assert_int_equal(power(both[k], 105.1), GW_VERDICT_LOW);
    }
    assert_int_equal(power(GW_WORDING_AT_LEAST, 94.9), GW_VERDICT_HIGH);
    assert_int_equal(power(GW_WORDING_AT_LEAST, 1000.0), GW_VERDICT_HOLDS);
    assert_int_equal(power(GW_WORDING_UP_TO, 1.0), GW_VERDICT_HOLDS);
    assert_int_equal(power(GW_WORDING_UP_TO, 105.1), GW_VERDICT_LOW);
    assert_int_equal(power(GW_WORDING_PLAIN, GW_NAN), GW_VERDICT_NONE);
}

/* A date kept early is kept, whatever the wording. */
static void dates_are_one_sided(void **state) {
    (void)state;
    for (int wording = GW_WORDING_PLAIN; wording <= GW_WORDING_INTENDS; wording++) {
        assert_int_equal(gw_verdict_of(GW_CLAIM_ONLINE, wording, 20000.0, 19000.0),
                         GW_VERDICT_HOLDS);
        assert_int_equal(gw_verdict_of(GW_CLAIM_ONLINE, wording, 20000.0, 20014.0),
                         GW_VERDICT_HOLDS);
        assert_int_equal(gw_verdict_of(GW_CLAIM_ONLINE, wording, 20000.0, 20016.0),
                         GW_VERDICT_EARLY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wording_counts),
        cmocka_unit_test(dates_are_one_sided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
