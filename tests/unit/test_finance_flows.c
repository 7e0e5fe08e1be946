/* Plain cash flows: reading tables, all rates of return, payback. Oracles: roots that the flow was
 * made from, Excel's documented XNPV and XIRR example, numpy-financial's MIRR test (BSD), hand. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "finance/flows.h"
#include "gw_test.h"

typedef struct table {
    gw_arena *arena;
    gw_diags *diags;
    gw_flows flows;
    gw_code code;
} table;

static table read_table(const char *text) {
    table t = {.arena = gw_arena_create(0), .diags = gw_diags_create()};
    t.code = gw_flows_read("t.csv", text, strlen(text), t.arena, t.diags, &t.flows);
    return t;
}

static void done(table *t) {
    gw_diags_free(t->diags);
    gw_arena_free(t->arena);
}

/* Microsoft's example of XNPV (9 %) and XIRR: 2086.647602 and 0.373362535. */
static void test_dates_of_a_spreadsheet(void **state) {
    (void)state;
    table t = read_table("date,usd\n2008-01-01,-10000\n2008-03-01,2750\n2008-10-30,4250\n"
                         "2009-02-15,3250\n2009-04-01,2750\n");
    assert_int_equal(t.code, GW_OK);
    gw_flow_sheet s = gw_flow_work(&t.flows, 0.09, GW_NAN, t.arena);
    gw_assert_close(s.npv_usd, 2086.647602, 5e-7);
    assert_int_equal(s.irr.n, 1);
    gw_assert_close(s.irr.rate[0], 0.373362535, 5e-9);
    done(&t);
}

/* numpy-financial: mirr([-120000, 39000, 30000, 21000, 37000, 46000], 0.10, 0.12) and its like. */
static void test_modified_rate(void **state) {
    (void)state;
    table t = read_table("usd,period\n-120000,0\n39000,1\n30000,2\n21000,3\n37000,4\n46000,5\n");
    gw_flow_sheet s = gw_flow_work(&t.flows, 0.10, 0.12, t.arena);
    gw_assert_close(s.mirr_rate, 0.126094130366, 5e-11);
    done(&t);
    t = read_table("period,usd\n0,100\n1,200\n2,-50\n3,300\n4,-200\n");
    s = gw_flow_work(&t.flows, 0.05, 0.06, t.arena);
    gw_assert_close(s.mirr_rate, 0.3428, 5e-5);
    done(&t);
}

/* Flows made from chosen rates: product of (1 - (1 + r) x), and the same spread over odd times. */
static void test_every_rate_is_found(void **state) {
    (void)state;
    const double rate[] = {-0.9, -0.35, 0.02, 0.11, 0.4, 2.5, 9.0};
    enum { N = sizeof rate / sizeof rate[0] };
    gw_payment flow[N + 1] = {{0, -1}};
    for (int i = 0; i < N; i++) {
        for (int k = i + 1; k >= 1; k--) {
            flow[k].amount_usd -= (1.0 + rate[i]) * flow[k - 1].amount_usd;
        }
    }
    for (int k = 0; k <= N; k++) {
        flow[k].at = k;
    }
    gw_arena *arena = gw_arena_create(0);
    gw_rates found = gw_payment_rates(flow, N + 1, arena);
    assert_int_equal(found.n, N);
    assert_int_equal(found.changes, N);
    for (int i = 0; i < N; i++) {
        gw_assert_near(found.rate[i], rate[i], 1e-7);
    }
    /* Stretched by 2.5 the rates per period are (1 + r)^(1/2.5) - 1; moved, they stay. */
    for (int k = 0; k <= N; k++) {
        flow[k].at = 0.7 + 2.5 * k;
    }
    found = gw_payment_rates(flow, N + 1, arena);
    assert_int_equal(found.n, N);
    for (int i = 0; i < N; i++) {
        gw_assert_near(found.rate[i], expm1(log1p(rate[i]) / 2.5), 1e-7);
    }
    gw_arena_free(arena);
}

/* A rate at which the worth only touches zero counts once; a wild one is found too. */
static void test_touching_and_extreme_rates(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    const gw_payment touch[] = {{0, -100}, {1, 220}, {2, -121}};
    gw_rates found = gw_payment_rates(touch, 3, arena);
    assert_int_equal(found.n, 1);
    gw_assert_close(found.rate[0], 0.1, 1e-9);
    const gw_payment wild[] = {{0, -1}, {1, 1001}};
    found = gw_payment_rates(wild, 2, arena);
    assert_int_equal(found.n, 1);
    gw_assert_near(found.rate[0], 1000.0, 1e-9);
    const gw_payment lost[] = {{0, -1000}, {2, 0.001}}; /* all but a millionth: -99.9 % a period */
    found = gw_payment_rates(lost, 2, arena);
    assert_int_equal(found.n, 1);
    gw_assert_close(found.rate[0], -0.999, 1e-9);
    const gw_payment above[] = {{0, -1}, {1, 1.5}, {2, -1}};
    found = gw_payment_rates(above, 3, arena);
    assert_int_equal(found.n, 0);
    assert_non_null(found.reason);
    gw_arena_free(arena);
}

static void test_payback(void **state) {
    (void)state;
    const gw_payment plain[] = {{0, -100}, {1, 60}, {3, 80}};
    gw_assert_near(gw_flow_payback(0.0, plain, 3).at, 1.0 + 40.0 / 80.0 * 2.0, 1e-12);
    /* Dismantling at the end takes it below zero again: for good only with the last payment. */
    const gw_payment later[] = {{0, -100}, {1, 120}, {2, -50}, {3, 60}};
    gw_payback back = gw_flow_payback(0.0, later, 4);
    gw_assert_near(back.first_yr, 100.0 / 120.0, 1e-12);
    gw_assert_near(back.at, 2.5, 1e-12);
    back = gw_flow_payback(0.0, later, 3);
    assert_true(isnan(back.at));
    gw_assert_near(back.first_yr, 100.0 / 120.0, 1e-12);
    assert_non_null(strstr(back.reason, "below zero again"));
    assert_non_null(strstr(gw_flow_payback(0.0, plain, 2).reason, "never pays back"));
    /* At 10 %: 60 / 1.1 and 80 / 1.331. */
    gw_assert_near(gw_flow_payback(0.1, plain, 3).at,
                   1.0 + (100.0 - 60.0 / 1.1) / (80.0 / 1.331) * 2.0, 1e-12);
}

static void test_order_and_repeats(void **state) {
    (void)state;
    table t = read_table("note,USD , Period\nb,60,1\na,-100,0\nc,0.05 k USD,1\n");
    assert_int_equal(t.code, GW_OK);
    assert_int_equal(t.flows.n, 2);
    assert_int_equal(t.flows.n_rows, 3);
    assert_int_equal(t.flows.n_merged, 1);
    assert_true(t.flows.was_unsorted);
    assert_string_equal(t.flows.ignored, "note");
    gw_assert_near(t.flows.at[1].amount_usd, 110.0, 1e-15);
    gw_flow_sheet s = gw_flow_work(&t.flows, GW_NAN, GW_NAN, t.arena);
    gw_assert_near(s.irr.rate[0], 0.1, 1e-12);
    assert_true(isnan(s.npv_usd));
    assert_non_null(s.npv_reason);
    done(&t);
    /* A month means its last day. */
    t = read_table("date,usd\n2026-02,-1\n2027-02-28,2\n");
    gw_assert_near(t.flows.origin_d, gw_date_from_civil(2026, 2, 28), 0.0);
    gw_assert_near(t.flows.at[1].at, 1.0, 1e-15);
    done(&t);
}

static void expect(const char *text, int line, int col, const char *message) {
    table t = read_table(text);
    assert_int_not_equal(t.code, GW_OK);
    bool found = false;
    for (size_t i = 0; i < gw_diags_n(t.diags); i++) {
        const gw_diag *d = gw_diags_at(t.diags, i);
        found =
            found || (d->loc.line == line && d->loc.col == col && strstr(d->msg, message) != NULL);
    }
    if (!found) {
        gw_diags_print(t.diags, stderr, 0);
    }
    assert_true(found);
    done(&t);
}

static void test_bad_tables(void **state) {
    (void)state;
    const char *many = "date,usd\n2026-13-01,5\n2026-02-01,\"1,000\"\n2026-03-01,3 MW\n,7\n"
                       "2026-04-01,\n2026-05-01,10^15\n";
    expect(many, 2, 1, "not a date");
    expect(many, 3, 12, "no amount of money");
    expect(many, 4, 12, "no amount of money");
    expect(many, 5, 1, "empty");
    expect(many, 6, 12, "empty");
    expect(many, 7, 12, "no amount of money");
    table t = read_table(many);
    assert_int_equal(gw_diags_n_errors(t.diags), 6); /* all at once */
    done(&t);
    expect("period,usd\nx,1\n", 2, 1, "not a number of a period");
    expect("period,usd\n0,1e19 USD\n", 2, 3, "more money than there is");
    expect("period,usd\nnan,1\n", 2, 1, "not a number of a period");
    expect("date;usd\n2026-01-01;5\n", 1, 1, "neither");
    expect("date,period,usd\n2026-01-01,1,5\n", 1, 1, "which one counts");
    expect("period,eur\n1,5\n", 1, 1, "no column `usd`");
    expect("period,usd\n", 1, 1, "0 rows");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_of_a_spreadsheet),
        cmocka_unit_test(test_modified_rate),
        cmocka_unit_test(test_every_rate_is_found),
        cmocka_unit_test(test_touching_and_extreme_rates),
        cmocka_unit_test(test_payback),
        cmocka_unit_test(test_order_and_repeats),
        cmocka_unit_test(test_bad_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
