/* Loans: worked cases, conservation of money, and the cap at the capital cost. */
#include "base/rng.h"
#include "finance/debt.h"
#include "gw_test.h"
#include "model.h"

#define N 120

typedef struct schedule {
    double draw[N], equity[N], interest[N], service[N];
    gw_debt debt;
} schedule;

static void run(schedule *s, const gw_loan *loans, int n_loans, const double *capex, int n,
                int repay_from) {
    s->debt = (gw_debt){.draw_usd = s->draw,
                        .equity_draw_usd = s->equity,
                        .interest_usd = s->interest,
                        .service_usd = s->service};
    gw_debt_schedule(loans, n_loans, capex, n, repay_from, &s->debt);
}

static double sum(const double *x, int n) {
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        total += x[i];
    }
    return total;
}

/* Four draws of 250 at 2 % a period (24 % a year in twelfths): 1,051.01004 (own arithmetic: 250
 * (1.02 + 1.02^2 + 1.02^3 + 1.02^4)). */
static void test_capitalised_interest(void **state) {
    (void)state;
    const double capex[N] = {250, 250, 250, 250};
    gw_loan loan = {1000, 0.24, 12};
    schedule s;
    run(&s, &loan, 1, capex, 4, N);
    gw_assert_near(s.debt.outstanding_usd, 1051.01004, 1e-9);
    gw_assert_near(sum(s.interest, 4), 51.01004, 1e-9);
    gw_assert_close(sum(s.service, 4), 0.0, 0.0);
    gw_assert_close(sum(s.equity, 4), 0.0, 0.0);
}

/* A loan repaid from the month after its draws: level payments of balance x capital recovery
 * factor, nothing left. */
static void test_level_repayment(void **state) {
    (void)state;
    const double capex[N] = {1000};
    gw_loan loan = {850, 0.09, 48};
    schedule s;
    run(&s, &loan, 1, capex, 60, 1);
    double balance = 850.0 * (1.0 + 0.09 / 12.0);
    double payment = balance * gw_capital_recovery_factor(0.09 / 12.0, 48);
    for (int m = 0; m < 60; m++) {
        gw_assert_close(s.service[m], m >= 1 && m <= 48 ? payment : 0.0, 1e-9);
    }
    gw_assert_close(s.debt.outstanding_usd, 0.0, 1e-9);
    gw_assert_near(s.equity[0], 150.0, 1e-12);
    gw_assert_near(s.debt.scale, 1.0, 0.0);
    /* Interest at the beginning of the payments: the first one carries a month of it. */
    gw_assert_near(s.interest[1], balance * 0.09 / 12.0, 1e-12);
}

static void test_rate_zero(void **state) {
    (void)state;
    const double capex[N] = {100};
    gw_loan loan = {60, 0.0, 6};
    schedule s;
    run(&s, &loan, 1, capex, 12, 2);
    gw_assert_near(s.service[2], 10.0, 1e-12);
    gw_assert_near(s.service[7], 10.0, 1e-12);
    gw_assert_close(s.service[8], 0.0, 0.0);
}

/* Debt of 98 + 20 on a cost of 100 is drawn up to 100 in proportion; equity is zero, never
 * negative. */
static void test_debt_is_bounded(void **state) {
    (void)state;
    const double capex[N] = {30, 30, 40};
    gw_loan loans[2] = {{98, 0.05, 24}, {20, 0.10, 24}};
    schedule s;
    run(&s, loans, 2, capex, 36, 3);
    gw_assert_near(s.debt.drawn_usd, 100.0, 1e-12);
    gw_assert_near(s.debt.scale, 100.0 / 118.0, 1e-12);
    for (int m = 0; m < 36; m++) {
        gw_assert_close(s.equity[m], 0.0, 0.0);
    }
    run(&s, loans, 2, (const double[N]){0}, 36, 3);
    gw_assert_close(s.debt.drawn_usd, 0.0, 0.0);
}

/* Property: draws and equity make up the capital cost in each month; what is paid back is what was
 * drawn plus interest. */
static void test_conservation(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 200; sample++) {
        double capex[N];
        for (int m = 0; m < N; m++) {
            capex[m] = m < 70 ? 100.0 * gw_rng_uniform(1, sample, (uint32_t)m, 0) : 0.0;
        }
        gw_loan loans[2];
        for (int i = 0; i < 2; i++) {
            loans[i] = (gw_loan){4000.0 * gw_rng_uniform(1, sample, 1000, (uint32_t)i),
                                 0.2 * gw_rng_uniform(1, sample, 1001, (uint32_t)i),
                                 1 + (int)(80.0 * gw_rng_uniform(1, sample, 1002, (uint32_t)i))};
        }
        schedule s;
        run(&s, loans, 2, capex, N, (int)(130.0 * gw_rng_uniform(1, sample, 1003, 0)));
        double total = sum(capex, N);
        for (int m = 0; m < N; m++) {
            gw_assert_near(s.draw[m] + s.equity[m], capex[m], 1e-12);
            assert_true(s.equity[m] >= 0.0);
        }
        assert_true(s.debt.drawn_usd <= total * (1.0 + 1e-12));
        gw_assert_near(sum(s.service, N) + s.debt.outstanding_usd,
                       sum(s.draw, N) + sum(s.interest, N), 1e-10);
    }
}

/* Cash 100 over a service of 76.923077 is 1.30 (own stylised case); the lowest year counts. */
static void test_coverage(void **state) {
    (void)state;
    double cfads[36];
    double service[36];
    for (int m = 0; m < 36; m++) {
        cfads[m] = m < 12 ? -500.0 : (m < 24 ? 100.0 / 12.0 : 200.0 / 12.0);
        service[m] = m < 12 ? 0.0 : 76.923076923 / 12.0;
    }
    gw_coverage coverage = gw_debt_coverage(cfads, service, 2026 * 12, 36);
    gw_assert_near(coverage.lowest, 1.3, 1e-9);
    gw_assert_near(coverage.mean, 1.95, 1e-9);
    coverage = gw_debt_coverage(cfads, service, 2026 * 12, 12);
    assert_true(isnan(coverage.lowest) && isnan(coverage.mean));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capitalised_interest),
        cmocka_unit_test(test_level_repayment),
        cmocka_unit_test(test_rate_zero),
        cmocka_unit_test(test_debt_is_bounded),
        cmocka_unit_test(test_conservation),
        cmocka_unit_test(test_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
