/* Contracts: what each kind pays, that nothing is sold twice or before it runs, and whose money
 * counts. */
#include "base/date.h"
#include "finance/sales.h"
#include "gw_test.h"

#define N 36
static const gw_calendar CALENDAR = {2026 * 12, N, NULL};
static const double HOUR_s = 3600.0;

enum { DEVELOPER, OPERATOR, USER, OTHER, N_PARTIES };

/* Two clusters of 100 and 300 accelerators of 2 kW; the first is complete from January 2026, the
 * second runs half in 2026 and fully from January 2027. */
typedef struct market {
    gw_party parties[N_PARTIES];
    gw_site site;
    gw_cluster clusters[2];
    gw_contract contracts[3];
    gw_scenario in;
    double running[2][N];
    gw_fleet fleet[2];
    gw_slot slot[2];
    double run[2][N], *run_usd[2]; /* cost of running, by cluster */
    gw_arena *scratch;
} market;

static gw_ref to(int i) {
    return (gw_ref){"x", i};
}

static void market_init(market *k, int n_contracts) {
    *k = (market){.in = {.as_of_d = gw_date_from_civil(2026, 1, 1)}};
    k->scratch = gw_arena_create(0);
    k->in.parties.at = k->parties;
    k->in.parties.n = N_PARTIES;
    k->in.sites.at = &k->site;
    k->in.sites.n = 1;
    k->in.clusters.at = k->clusters;
    k->in.clusters.n = 2;
    k->in.contracts.at = k->contracts;
    k->in.contracts.n = n_contracts;
    k->in.finance.market_price_usd_per_s = GW_NAN;
    k->site.developer = to(DEVELOPER);
    for (int c = 0; c < 2; c++) {
        k->clusters[c].buyer = to(OPERATOR);
        k->clusters[c].utilisation = 0.5;
        k->clusters[c].market_price_usd_per_s = GW_NAN;
        k->slot[c].it_W = 2000.0;
        k->run_usd[c] = k->run[c];
        for (int m = 0; m < N; m++) {
            k->running[c][m] = c == 0 ? 100.0 : (m < 12 ? 150.0 : 300.0);
        }
        k->fleet[c] = (gw_fleet){.accelerators = k->running[c],
                                 .full_accelerators = c == 0 ? 100.0 : 300.0,
                                 .first_d = gw_date_from_civil(2026, 1, 1)};
    }
    for (int i = 0; i < 3; i++) {
        k->contracts[i] = (gw_contract){.kind = GW_CONTRACT_COMPUTE,
                                        .seller = to(OPERATOR),
                                        .buyer = to(USER),
                                        .cluster = {NULL, -1},
                                        .start_d = gw_date_from_civil(2026, 1, 1),
                                        .term_s = 10.0 * 365.25 * 86400.0,
                                        .price_usd_per_s = 2.0 / HOUR_s,
                                        .fee_usd_per_s = GW_NAN,
                                        .rent_usd_per_W_s = GW_NAN,
                                        .notice_s = GW_NAN,
                                        .exit_d = GW_NAN,
                                        .guarantee_usd = GW_NAN,
                                        .utilisation = 1.0};
    }
}

static gw_sales work(market *k) {
    gw_sales_in sales_in = {.in = &k->in,
                            .calendar = &CALENDAR,
                            .fleet = k->fleet,
                            .slot = k->slot,
                            .run_usd = k->run_usd,
                            .sample = -1};
    return gw_sales_work(&sales_in, k->scratch);
}

static double hours(int m) {
    return gw_calendar_seconds(&CALENDAR, m) / HOUR_s;
}

static void test_take_or_pay(void **state) {
    (void)state;
    market k;
    market_init(&k, 1);
    k.contracts[0].utilisation = 0.6;
    k.contracts[0].floor = 0.8;
    gw_sales sales = work(&k);
    gw_assert_near(sales.compute_usd[0], 2.0 * 250.0 * 0.8 * hours(0), 1e-12);
    gw_assert_near(sales.compute_usd[12], 2.0 * 400.0 * 0.8 * hours(12), 1e-12);
    gw_assert_near(sales.compute_s[0] / HOUR_s, 250.0 * 0.8 * hours(0), 1e-12);
    assert_null(sales.problem);
    k.contracts[0].floor = 0.1;
    sales = work(&k);
    gw_assert_near(sales.compute_usd[0], 2.0 * 250.0 * 0.6 * hours(0), 1e-12);
    gw_arena_free(k.scratch);
}

/* The second contract on the same capacity gets nothing, one on the rest gets the rest. */
static void test_sold_once(void **state) {
    (void)state;
    market k;
    market_init(&k, 3);
    k.contracts[0].cluster = to(0);
    k.contracts[1].cluster = to(0);
    k.contracts[1].price_usd_per_s = 1000.0;
    gw_sales sales = work(&k);
    gw_assert_near(sales.compute_usd[5], 2.0 * (100.0 + 150.0) * hours(5), 1e-12);
    for (int m = 0; m < N; m++) {
        assert_true(sales.compute_s[m] <=
                    (k.running[0][m] + k.running[1][m]) * hours(m) * HOUR_s * (1 + 1e-12));
    }
    gw_arena_free(k.scratch);
}

/* One contract ends in mid-April, the next begins there: April is sold once in full, at the mean of
 * the prices. */
static void test_succession(void **state) {
    (void)state;
    market k;
    market_init(&k, 2);
    k.contracts[0].term_s =
        (gw_date_from_civil(2026, 4, 16) - gw_date_from_civil(2026, 1, 1)) * 86400.0;
    k.contracts[1].start_d = gw_date_from_civil(2026, 4, 16);
    k.contracts[1].price_usd_per_s = 4.0 / HOUR_s;
    gw_sales sales = work(&k);
    gw_assert_near(sales.compute_usd[2], 2.0 * 250.0 * hours(2), 1e-12);
    gw_assert_near(sales.compute_usd[3], 3.0 * 250.0 * hours(3), 1e-12);
    gw_assert_near(sales.compute_usd[4], 4.0 * 250.0 * hours(4), 1e-12);
    gw_arena_free(k.scratch);
}

static void test_term_and_start(void **state) {
    (void)state;
    market k;
    market_init(&k, 1);
    k.contracts[0].start_d = GW_NAN;
    k.contracts[0].term_s = 365.0 * 86400.0;
    k.fleet[0].first_d = GW_NAN; /* never */
    k.fleet[1].first_d = gw_date_from_civil(2026, 5, 20);
    gw_sales sales = work(&k);
    gw_assert_close(sales.compute_usd[3], 0.0, 0.0);
    /* the average of May is counted in full: nothing ran before the 20th */
    gw_assert_near(sales.compute_usd[4], 2.0 * 250.0 * hours(4), 1e-12);
    gw_assert_near(sales.compute_usd[16], 2.0 * 400.0 * hours(16) * 19.0 / 31.0, 1e-12);
    gw_assert_close(sales.compute_usd[17], 0.0, 0.0);
    k.fleet[1].first_d = GW_NAN;
    sales = work(&k);
    gw_assert_close(sales.compute_usd[16], 0.0, 0.0);
    gw_arena_free(k.scratch);
}

static void test_fee_and_lease(void **state) {
    (void)state;
    market k;
    market_init(&k, 2);
    k.contracts[0].kind = GW_CONTRACT_FEE;
    k.contracts[0].fee_usd_per_s = 10.0;
    k.contracts[1].kind = GW_CONTRACT_LEASE;
    k.contracts[1].rent_usd_per_W_s = 1e-5;
    gw_sales sales = work(&k);
    double fee = 10.0 * 250.0 / 400.0;
    double rent = 1e-5 * 250.0 * 2000.0;
    gw_assert_near(sales.other_usd[0], (fee + rent) * hours(0) * HOUR_s, 1e-12);
    gw_assert_near(sales.other_usd[12], (10.0 + 1e-5 * 400.0 * 2000.0) * hours(12) * HOUR_s, 1e-12);
    gw_assert_close(sales.compute_usd[0], 0.0, 0.0);
    gw_arena_free(k.scratch);
}

/* Colocation rent of 165 m USD in the first year, 3 % escalator, 15 years: 3,068.8208 m (sum of 165
 * x 1.03^k, k = 0..14). Source of the inputs: a public model of a 100 MW lease, 137.5 USD per kW
 * and month. */
static void test_escalator(void **state) {
    (void)state;
    double sum = 0.0;
    for (int year = 0; year < 15; year++) {
        sum += 165.0 * gw_contract_escalation(0.03, year + 0.5);
    }
    gw_assert_close(sum, 3068.8208, 5e-5);
    gw_assert_near(137.5 * 100e3 * 12.0, 165e6, 1e-12);
    gw_assert_near(gw_contract_escalation(0.03, 0.99), 1.0, 0.0);
    gw_assert_near(gw_contract_escalation(-0.1, 2.01), 0.81, 1e-12);
}

/* A lease from developer to operator moves money inside the programme; what the user pays counts.
 */
static void test_internal_contracts(void **state) {
    (void)state;
    market k;
    market_init(&k, 2);
    k.contracts[0] = (gw_contract){.kind = GW_CONTRACT_LEASE,
                                   .seller = to(DEVELOPER),
                                   .buyer = to(OPERATOR),
                                   .cluster = {NULL, -1},
                                   .start_d = GW_NAN,
                                   .term_s = 1e9,
                                   .notice_s = GW_NAN,
                                   .exit_d = GW_NAN,
                                   .rent_usd_per_W_s = 1e-5};
    gw_sales both = work(&k);
    gw_assert_close(both.other_usd[0], 0.0, 0.0);
    assert_true(both.sale[0].internal && !both.sale[1].internal);
    gw_assert_near(both.sale[0].usd[0], 1e-5 * 250.0 * 2000.0 * hours(0) * HOUR_s, 1e-12);
    gw_assert_near(both.rent_inside_usd[0][0], 1e-5 * 100.0 * 2000.0 * hours(0) * HOUR_s, 1e-12);
    gw_assert_near(both.compute_usd[0], 2.0 * 250.0 * hours(0), 1e-12);
    /* To somebody outside the rent counts. */
    k.contracts[0].buyer = to(OTHER);
    gw_assert_near(work(&k).other_usd[0], 1e-5 * 250.0 * 2000.0 * hours(0) * HOUR_s, 1e-12);
    /* Nothing but the lease inside: no money comes in, and that is said. */
    k.contracts[0].buyer = to(OPERATOR);
    k.in.contracts.n = 1;
    gw_sales nothing = work(&k);
    gw_assert_close(nothing.compute_usd[5] + nothing.other_usd[5], 0.0, 0.0);
    assert_non_null(nothing.problem);
    gw_arena_free(k.scratch);
}

/* 10 % less a year from as_of; only what no contract covers, at the cluster's utilisation. */
static void test_market(void **state) {
    (void)state;
    market k;
    market_init(&k, 1);
    k.contracts[0].cluster = to(1);
    k.contracts[0].term_s =
        (gw_month_start_d(2026 * 12 + 12) - gw_month_start_d(2026 * 12)) * 86400.0;
    k.in.finance.market_price_usd_per_s = 3.0 / HOUR_s;
    k.in.finance.market_price_change = -0.1;
    gw_sales sales = work(&k);
    double years = 15.5 / 365.25;
    gw_assert_near(sales.compute_usd[0],
                   (2.0 * 150.0 + 3.0 * pow(0.9, years) * 0.5 * 100.0) * hours(0), 1e-12);
    years = gw_calendar_years_since(&CALENDAR, 24, k.in.as_of_d);
    gw_assert_near(sales.compute_usd[24], 3.0 * pow(0.9, years) * 0.5 * 400.0 * hours(24), 1e-12);
    gw_assert_near(sales.busy_s[24], 0.5 * 400.0 * hours(24) * HOUR_s, 1e-12);
    /* A cluster's own price goes before the programme's. */
    k.clusters[1].market_price_usd_per_s = 6.0 / HOUR_s;
    gw_assert_near(work(&k).compute_usd[24],
                   (3.0 * 100.0 + 6.0 * 300.0) * pow(0.9, years) * 0.5 * hours(24), 1e-12);
    k.in.finance.market_price_usd_per_s = GW_NAN;
    gw_assert_near(work(&k).compute_usd[24], 6.0 * 300.0 * pow(0.9, years) * 0.5 * hours(24),
                   1e-12);
    assert_null(work(&k).problem);
    k.in.finance.market_price_usd_per_s = 3.0 / HOUR_s;
    k.clusters[1].market_price_usd_per_s = GW_NAN;
    /* Leased to somebody outside, it is not on the market too. */
    k.contracts[0].kind = GW_CONTRACT_LEASE;
    k.contracts[0].rent_usd_per_W_s = 0.0;
    gw_assert_near(work(&k).compute_s[0], 0.5 * 100.0 * hours(0) * HOUR_s, 1e-12);
    gw_arena_free(k.scratch);
}

static void test_missing_price(void **state) {
    (void)state;
    market k;
    market_init(&k, 1);
    k.contracts[0].kind = GW_CONTRACT_FEE;
    gw_sales sales = work(&k);
    assert_non_null(sales.problem);
    assert_true(isnan(sales.other_usd[0]));
    k.in.contracts.n = 0;
    assert_non_null(work(&k).problem);
    gw_arena_free(k.scratch);
}

/* The buyer leaves after a year: the market pays less, the guarantor makes it good up to its sum. */
static void test_exit_and_guarantee(void **state) {
    (void)state;
    market k;
    market_init(&k, 1);
    k.in.finance.market_price_usd_per_s = 1.0 / HOUR_s;
    k.contracts[0].exit_d = gw_date_from_civil(2027, 1, 1);
    gw_sales sales = work(&k);
    gw_assert_near(sales.compute_usd[11], 2.0 * 250.0 * hours(11), 1e-12);
    gw_assert_near(sales.compute_usd[12], 1.0 * 400.0 * 0.5 * hours(12), 1e-12);
    assert_true(sales.sale[0].exited);
    /* The value of the contract does not know of the exit: three years to 2028, then 400 for seven. */
    double value = 0.0;
    for (int m = 0; m < N; m++) {
        value += 2.0 * (m < 12 ? 250.0 : 400.0) * hours(m);
    }
    value += 2.0 * 400.0 * 24.0 * (10.0 * 365.25 - 1096.0);
    gw_assert_near(sales.sale[0].contracted_usd, value, 1e-9);
    gw_assert_near(sales.sale[0].firm_usd, value, 1e-9);
    k.contracts[0].notice_s = 59 * 86400.0; /* January and February 2026 are firm */
    gw_assert_near(work(&k).sale[0].firm_usd, 2.0 * 250.0 * (hours(0) + hours(1)), 1e-9);
    k.contracts[0].guarantor = to(OTHER);
    k.contracts[0].guarantee_usd = 1e6;
    sales = work(&k);
    double lost = 2.0 * 400.0 * hours(12) - 1.0 * 400.0 * 0.5 * hours(12);
    gw_assert_near(sales.other_usd[12], lost, 1e-12);
    gw_assert_near(sales.sale[0].guarantee_paid_usd, 1e6, 1e-12);
    gw_arena_free(k.scratch);
}

/* Chips stop when the market pays less than their energy: no revenue, no cost. */
static void test_shut_down(void **state) {
    (void)state;
    market k;
    market_init(&k, 0);
    k.in.finance.market_price_usd_per_s = 1.0 / HOUR_s;
    k.in.finance.market_price_change = -0.5;
    for (int m = 0; m < N; m++) {
        k.run[0][m] = 100.0 * 0.3 * hours(m); /* below the market at first */
        k.run[1][m] = 1.0;
    }
    gw_assert_close(work(&k).stopped_s, 0.0, 0.0);
    k.in.finance.shut_down = true;
    gw_sales sales = work(&k);
    gw_assert_near(sales.market_usd[0][0], 100.0 * 0.5 * hours(0) * pow(0.5, 15.5 / 365.25), 1e-9);
    gw_assert_close(sales.market_usd[0][12], 0.0, 0.0); /* 0.25 against 0.30 */
    gw_assert_near(sales.saved_usd[12], 100.0 * 0.3 * hours(12), 1e-12);
    assert_true(sales.market_usd[1][12] > 0.0);
    /* A rising price is legal too. */
    k.in.finance.market_price_change = 0.2;
    sales = work(&k);
    assert_true(sales.market_usd[0][24] > sales.market_usd[0][0]);
    gw_assert_close(sales.stopped_s, 0.0, 0.0);
    gw_arena_free(k.scratch);
}

/* Contracts on several clusters; a prepayment comes first and is worked off. */
static void test_several_clusters_and_prepayment(void **state) {
    (void)state;
    market k;
    market_init(&k, 1);
    gw_ref one[1] = {to(1)};
    k.contracts[0].clusters = (gw_refs){one, 1};
    k.contracts[0].prepayment_usd = 3.0 * 150.0 * hours(0);
    gw_sales sales = work(&k);
    gw_assert_near(sales.compute_usd[0], 2.0 * 150.0 * hours(0), 1e-12);
    gw_assert_near(sales.shift_usd[0], 1.0 * 150.0 * hours(0), 1e-9);
    gw_assert_near(sales.shift_usd[1], -1.0 * 150.0 * hours(0), 1e-9);
    gw_assert_close(sales.shift_usd[2], 0.0, 1e-6);
    gw_arena_free(k.scratch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_and_guarantee),
        cmocka_unit_test(test_shut_down),
        cmocka_unit_test(test_several_clusters_and_prepayment),
        cmocka_unit_test(test_take_or_pay),
        cmocka_unit_test(test_sold_once),
        cmocka_unit_test(test_succession),
        cmocka_unit_test(test_term_and_start),
        cmocka_unit_test(test_fee_and_lease),
        cmocka_unit_test(test_escalator),
        cmocka_unit_test(test_internal_contracts),
        cmocka_unit_test(test_market),
        cmocka_unit_test(test_missing_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
