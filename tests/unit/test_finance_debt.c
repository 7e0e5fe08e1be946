/* Loans: worked cases, sizing, conservation of money, and the cap at the capital cost. */
#include <string.h>

#include "base/date.h"
#include "base/rng.h"
#include "finance/debt.h"
#include "gw_test.h"

#define N 120
#define LOANS 3

/* Up to three loans on the buildings of one site (cell 0) and the chips there (cell 1). */
typedef struct stack {
    gw_arena *arena;
    gw_cell cell[2];
    gw_cells cells;
    gw_debt_line line[LOANS];
    gw_loan_money money[LOANS];
    double capex[2][N], cfads[N];
} stack;

static void stack_init(stack *s) {
    memset(s, 0, sizeof *s);
    s->arena = gw_arena_create(0);
    s->cells = (gw_cells){s->cell, 2};
    for (int i = 0; i < 2; i++) {
        s->cell[i] = (gw_cell){.capex_usd = s->capex[i], .last = N - 1};
    }
    for (int k = 0; k < LOANS; k++) {
        s->line[k].loan = (gw_loan){.most_frac = 1.0,
                                    .dscr_ratio = 1.3,
                                    .term_months = 12,
                                    .until = N - 1,
                                    .repay_from = 4};
        s->line[k].covenant_ratio = GW_NAN;
        s->line[k].money = &s->money[k];
        s->line[k].cfads_usd = s->cfads;
        s->line[k].cover_usd = GW_NEW_N(s->arena, N, double);
        s->line[k].scope.cell = GW_NEW_N(s->arena, 2, bool);
        s->line[k].scope.cell[0] = s->line[k].scope.cell[1] = true;
        gw_loan_money_create(&s->money[k], N, s->arena);
    }
}

static void run(stack *s, int n_lines, int n) {
    for (int i = 0; i < 2; i++) {
        s->cell[i].cost_usd = 0.0;
        for (int m = 0; m < n; m++) {
            s->cell[i].cost_usd += s->capex[i][m];
        }
    }
    for (int k = 0; k < n_lines; k++) {
        gw_reach *scope = &s->line[k].scope;
        scope->capex_usd = GW_NEW_N(s->arena, N, double);
        scope->cost_usd = 0.0;
        for (int i = 0; i < 2; i++) {
            scope->cost_usd += scope->cell[i] ? s->cell[i].cost_usd : 0.0;
            for (int m = 0; m < n && scope->cell[i]; m++) {
                scope->capex_usd[m] += s->capex[i][m];
            }
        }
    }
    gw_debt_share(s->line, n_lines, &s->cells, n, s->arena);
    gw_debt_work(s->line, n_lines, &s->cells, n, s->arena);
    gw_debt_measure(s->line, n_lines, &s->cells, 2026 * 12, n, s->arena);
}

static double sum(const double *x, int n) {
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        total += x[i];
    }
    return total;
}

static void even_cash(stack *s, int from, int until, double usd) {
    for (int m = 0; m < N; m++) {
        s->cfads[m] = m >= from && m < until ? usd : 0.0;
    }
}

/* Four draws of 250 at 2 % a period (24 % a year in twelfths): 1,051.01004 (own arithmetic: 250
 * (1.02 + 1.02^2 + 1.02^3 + 1.02^4)). */
static void test_capitalised_interest(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    for (int m = 0; m < 4; m++) {
        s.capex[0][m] = 250.0;
    }
    s.line[0].loan.amount_usd = 1000.0;
    s.line[0].loan.rate = 0.24;
    s.line[0].loan.repay_from = N;
    run(&s, 1, 4);
    gw_assert_near(s.money[0].outstanding_usd, 1051.01004, 1e-9);
    gw_assert_near(s.money[0].idc_usd, 51.01004, 1e-9);
    gw_assert_close(sum(s.money[0].service_usd, 4), 0.0, 0.0);
    assert_true(isnan(s.money[0].repay_from_d) && isnan(s.money[0].dscr_min));
    assert_null(s.money[0].binds);
    gw_arena_free(s.arena);
}

/* Level payments of balance x capital recovery factor, nothing left. */
static void test_level_repayment(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[0][0] = 1000.0;
    s.line[0].loan.amount_usd = 850.0;
    s.line[0].loan.rate = 0.09;
    s.line[0].loan.term_months = 48;
    s.line[0].loan.repay_from = 1;
    run(&s, 1, 60);
    double balance = 850.0 * (1.0 + 0.09 / 12.0);
    double payment = balance * gw_capital_recovery_factor(0.09 / 12.0, 48);
    for (int m = 0; m < 60; m++) {
        gw_assert_close(s.money[0].service_usd[m], m >= 1 && m <= 48 ? payment : 0.0, 1e-9);
    }
    gw_assert_close(s.money[0].outstanding_usd, 0.0, 1e-9);
    gw_assert_near(s.money[0].interest_usd[1], balance * 0.09 / 12.0, 1e-12);
    gw_arena_free(s.arena);
}

/* Straight: equal principal. Bullet: interest, then all. Interest only: one year, then the rest. */
static void test_shapes(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[0][0] = 1200.0;
    for (int k = 0; k < 3; k++) {
        s.line[k].loan.amount_usd = 400.0;
        s.line[k].loan.rate = 0.12;
        s.line[k].loan.repay_from = 0;
        s.line[k].loan.term_months = 24;
    }
    s.line[0].loan.repayment = GW_REPAY_STRAIGHT;
    s.line[1].loan.repayment = GW_REPAY_BULLET;
    s.line[2].loan.interest_only_months = 12;
    run(&s, 3, 36);
    gw_assert_near(s.money[0].service_usd[0], 4.0 + 400.0 / 24, 1e-12);
    gw_assert_near(s.money[0].service_usd[12], 2.0 + 400.0 / 24, 1e-12);
    gw_assert_near(s.money[1].service_usd[22], 4.0, 1e-12);
    gw_assert_near(s.money[1].service_usd[23], 404.0, 1e-12);
    gw_assert_near(s.money[2].service_usd[11], 4.0, 1e-12);
    gw_assert_near(s.money[2].service_usd[12], 400.0 * gw_capital_recovery_factor(0.01, 12), 1e-12);
    for (int k = 0; k < 3; k++) {
        gw_assert_close(s.money[k].outstanding_usd, 0.0, 1e-9);
    }
    gw_arena_free(s.arena);
}

/* CFADS 100 for ten periods at 8 %, coverage 1.30: service 76.923077, debt 516.1601076 (own). The
 * rate of a "month" is a twelfth, so 96 % a year. */
static void test_sculpted(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[0][0] = 1000.0;
    even_cash(&s, 1, N, 100.0);
    gw_loan *loan = &s.line[0].loan;
    *loan = (gw_loan){.repayment = GW_REPAY_SCULPTED,
                      .amount_usd = 900.0,
                      .most_frac = 1.0,
                      .rate = 0.96,
                      .dscr_ratio = 1.3,
                      .term_months = 10,
                      .until = N - 1,
                      .repay_from = 1};
    run(&s, 1, 24);
    gw_assert_near(s.money[0].drawn_usd * 1.08, 516.1601076, 1e-9);
    gw_assert_near(s.money[0].service_usd[1], 76.923077, 1e-8);
    gw_assert_near(s.money[0].service_usd[10], 76.923077, 1e-8);
    gw_assert_near(s.money[0].dscr_min, 1.3, 1e-12);
    gw_assert_near(s.money[0].llcr_ratio, 1.3, 1e-12);
    assert_non_null(strstr(s.money[0].binds, "dscr"));
    /* Bounded at a share of the cost: the rest of the cash raises the coverage. */
    loan->most_frac = 0.3;
    run(&s, 1, 24);
    gw_assert_near(s.money[0].drawn_usd, 300.0, 1e-12);
    gw_assert_near(s.money[0].dscr_min, 1.3 * 516.1601076 / 324.0, 1e-9);
    assert_non_null(strstr(s.money[0].binds, "most"));
    /* Cash that comes and goes: service follows it, the coverage stays. */
    loan->most_frac = 1.0;
    for (int m = 1; m < N; m++) {
        s.cfads[m] = m % 2 == 0 ? 150.0 : 50.0;
    }
    run(&s, 1, 24);
    gw_assert_near(s.money[0].service_usd[2], 150.0 / 1.3, 1e-9);
    gw_assert_near(s.money[0].service_usd[3], 50.0 / 1.3, 1e-9);
    gw_assert_close(s.money[0].outstanding_usd, 0.0, 1e-9);
    /* No cash, no debt: a sentence, no NaN. */
    even_cash(&s, 0, 0, 0.0);
    run(&s, 1, 24);
    gw_assert_close(s.money[0].drawn_usd, 0.0, 0.0);
    assert_non_null(strstr(s.money[0].binds, "no cash"));
    gw_arena_free(s.arena);
}

/* Chip company: cost 100, cash 40 for four periods, 85 of debt at 9 % level: service 26.236836,
 * coverage 1.524574 (own, stylised on CoreWeave's notes). */
static void test_chip_company(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[1][0] = 100.0;
    even_cash(&s, 0, 4, 40.0);
    s.line[0].loan = (gw_loan){.amount_usd = 85.0,
                               .most_frac = 1.0,
                               .rate = 12 * 0.09,
                               .term_months = 4,
                               .until = N - 1,
                               .repay_from = 0};
    run(&s, 1, 6);
    gw_assert_near(s.money[0].service_usd[0], 26.236836, 1e-7);
    gw_assert_near(s.money[0].service_usd[3], 26.236836, 1e-7);
    gw_assert_near(s.money[0].dscr_min, 1.524574, 1e-6);
    gw_arena_free(s.arena);
}

/* Debt of 98 + 20 on a cost of 100 is drawn up to 100 in proportion; loans that pay for different
 * things, or at different times, do not cut each other. */
static void test_debt_is_bounded(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[0][0] = s.capex[0][1] = 30.0;
    s.capex[0][2] = 40.0;
    s.line[0].loan.amount_usd = 98.0;
    s.line[1].loan.amount_usd = 20.0;
    run(&s, 2, 36);
    gw_assert_near(s.money[0].drawn_usd, 98.0 / 1.18, 1e-12);
    gw_assert_near(s.money[0].drawn_usd + s.money[1].drawn_usd, 100.0, 1e-12);
    assert_non_null(strstr(s.money[1].binds, "never exceed"));
    s.capex[1][5] = 50.0;
    s.line[0].scope.cell[1] = false; /* buildings */
    s.line[1].scope.cell[0] = false; /* chips */
    run(&s, 2, 36);
    gw_assert_near(s.money[0].drawn_usd, 98.0, 1e-12);
    gw_assert_near(s.money[1].drawn_usd, 20.0, 1e-12);
    s.line[1].scope.cell[0] = true;
    s.line[1].scope.cell[1] = false;
    s.line[0].loan.until = 1; /* first months, then the other */
    s.line[1].loan.from = 2;
    s.line[0].loan.amount_usd = 60.0;
    s.line[1].loan.amount_usd = 40.0;
    run(&s, 2, 36);
    gw_assert_near(s.money[0].drawn_usd + s.money[1].drawn_usd, 100.0, 1e-12);
    gw_assert_close(s.money[0].draw_usd[2], 0.0, 0.0);
    gw_assert_near(s.money[1].draw_usd[2], 40.0, 1e-12);
    memset(s.capex, 0, sizeof s.capex);
    run(&s, 2, 36);
    gw_assert_close(s.money[0].drawn_usd, 0.0, 0.0);
    assert_non_null(strstr(s.money[0].binds, "nothing"));
    gw_arena_free(s.arena);
}

/* Notes drawn whole at the beginning: 1,000, spent 500 and 500, 6 % a year on what is unspent. */
static void test_notes(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[0][1] = s.capex[0][3] = 500.0;
    s.line[0].loan.amount_usd = 1000.0;
    s.line[0].loan.at_once = true;
    s.line[0].loan.cash_yield = 0.06;
    s.line[0].loan.rate = 0.12;
    s.line[0].loan.upfront_fee = 0.01;
    run(&s, 1, 24);
    const gw_loan_money *notes = &s.money[0];
    gw_assert_near(notes->draw_usd[1], 1000.0, 1e-12);
    gw_assert_near(notes->use_usd[1], 500.0, 1e-12);
    gw_assert_near(notes->use_usd[3], 500.0, 1e-12);
    gw_assert_near(notes->income_usd[1], 2.5, 1e-12);
    gw_assert_near(notes->income_usd[2], 502.5 * 0.005, 1e-12);
    gw_assert_close(notes->account_usd[3], 0.0, 1e-12);
    gw_assert_near(notes->fee_usd[1], 10.0, 1e-12);
    gw_assert_near(notes->idc_usd, 1000.0 * (pow(1.01, 3) - 1.0), 1e-12);
    /* Delayed draws pay a fee on what is open. */
    s.line[0].loan.at_once = false;
    s.line[0].loan.upfront_fee = 0.0;
    s.line[0].loan.commitment_fee = 0.012;
    run(&s, 1, 24);
    gw_assert_near(sum(notes->fee_usd, 24), 1.0 + 0.5 + 0.5, 1e-9);
    gw_arena_free(s.arena);
}

/* Three months of service are kept, fill the gap of one month without cash, and come back. */
static void test_reserve(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[0][0] = 600.0;
    s.line[0].loan.amount_usd = 600.0;
    s.line[0].loan.reserve_months = 3.0;
    even_cash(&s, 4, N, 60.0);
    s.cfads[8] = 0.0;
    run(&s, 1, 36); /* 50 a month, months 4 to 15 */
    const gw_loan_money *money = &s.money[0];
    gw_assert_near(money->service_usd[4], 50.0, 1e-12);
    gw_assert_near(money->account_usd[3], 150.0, 1e-12);
    gw_assert_near(money->account_usd[7], 150.0, 1e-12);
    gw_assert_near(money->account_usd[8], 100.0, 1e-12);
    gw_assert_near(money->account_usd[9], 110.0, 1e-12); /* filled again from 10 of surplus */
    gw_assert_close(money->shortfall_usd, 0.0, 0.0);
    gw_assert_near(money->account_usd[14], 50.0, 1e-12);
    gw_assert_close(money->account_usd[15], 0.0, 0.0);
    gw_assert_near(money->reserve_usd, 150.0, 1e-12);
    s.line[0].loan.reserve_months = 0.0;
    run(&s, 1, 36);
    gw_assert_near(money->shortfall_usd, 50.0, 1e-12);
    gw_arena_free(s.arena);
}

/* The second loan sees what the first leaves; the covenant breaks in the year without cash. */
static void test_rank_and_covenant(void **state) {
    (void)state;
    stack s;
    stack_init(&s);
    s.capex[0][0] = 1200.0;
    for (int k = 0; k < 2; k++) {
        s.line[k].loan.amount_usd = 600.0;
        s.line[k].loan.repay_from = 12;
        s.line[k].loan.term_months = 24;
        s.line[k].covenant_ratio = 1.2;
    }
    even_cash(&s, 12, N, 65.0);
    run(&s, 2, 48); /* 25 a month each */
    gw_assert_near(s.money[0].dscr_min, 65.0 / 25.0, 1e-9);
    gw_assert_near(s.money[1].dscr_min, 65.0 / 50.0, 1e-9);
    assert_true(isnan(s.money[1].breach_d));
    for (int m = 24; m < 36; m++) {
        s.cfads[m] = 40.0;
    }
    run(&s, 2, 48);
    assert_true(isnan(s.money[0].breach_d));
    gw_assert_near(s.money[1].breach_d, gw_date_from_civil(2028, 12, 31), 0.0);
    gw_assert_near(s.money[1].dscr_mean, 0.5 * (1.3 + 0.8), 1e-9);
    gw_assert_near(s.money[1].shortfall_usd, 12 * 10.0, 1e-9);
    /* If contracts paid 40 a month from month 12 to 23 only: 600 - 480 is still owed by the first. */
    double contracted[N] = {0};
    for (int m = 12; m < 24; m++) {
        contracted[m] = 40.0;
    }
    gw_assert_near(gw_debt_residual_needed_usd(&s.line[0], contracted, 24), 120.0, 1e-12);
    gw_arena_free(s.arena);
}

/* Property: what is paid back is what was drawn plus interest; no cell is borrowed twice. */
static void test_conservation(void **state) {
    (void)state;
    for (uint64_t sample = 0; sample < 200; sample++) {
        stack s;
        stack_init(&s);
        for (int m = 0; m < 70; m++) {
            s.capex[0][m] = 100.0 * gw_rng_uniform(1, sample, (uint32_t)m, 0);
            s.capex[1][m] = 100.0 * gw_rng_uniform(1, sample, (uint32_t)m, 1);
        }
        for (int m = 0; m < N; m++) {
            s.cfads[m] = 300.0 * gw_rng_uniform(1, sample, (uint32_t)m, 2) - 50.0;
        }
        for (int k = 0; k < LOANS; k++) {
            gw_loan *loan = &s.line[k].loan;
            uint32_t i = (uint32_t)k;
            loan->amount_usd = 4000.0 * gw_rng_uniform(1, sample, 1000, i);
            loan->rate = 0.2 * gw_rng_uniform(1, sample, 1001, i);
            loan->term_months = 1 + (int)(80.0 * gw_rng_uniform(1, sample, 1002, i));
            loan->repay_from = (int)(130.0 * gw_rng_uniform(1, sample, 1003, i));
            loan->repayment = (gw_repayment)(4.0 * gw_rng_uniform(1, sample, 1004, i));
            loan->at_once = gw_rng_uniform(1, sample, 1005, i) > 0.7;
            loan->reserve_months = 6.0 * gw_rng_uniform(1, sample, 1006, i);
            s.line[k].scope.cell[0] = gw_rng_uniform(1, sample, 1007, i) > 0.3;
        }
        run(&s, LOANS, N);
        double used = 0.0;
        for (int k = 0; k < LOANS; k++) {
            const gw_loan_money *money = &s.money[k];
            gw_assert_close(sum(money->service_usd, N) + money->outstanding_usd,
                            sum(money->draw_usd, N) + sum(money->interest_usd, N),
                            1e-7 + 1e-9 * sum(money->interest_usd, N));
            used += sum(money->use_usd, N);
            for (int m = 0; m < N; m++) {
                assert_true(isfinite(money->service_usd[m]) && money->service_usd[m] > -1e-9);
                assert_true(money->balance_usd[m] > -1e-6 && money->account_usd[m] > -1e-6);
            }
        }
        assert_true(used <= (s.cell[0].cost_usd + s.cell[1].cost_usd) * (1.0 + 1e-9));
        gw_arena_free(s.arena);
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
    gw_coverage coverage = gw_debt_coverage(cfads, service, 1.31, 2026 * 12, 36);
    gw_assert_near(coverage.lowest, 1.3, 1e-9);
    gw_assert_near(coverage.mean, 1.95, 1e-9);
    assert_int_equal(coverage.breach, 23);
    assert_int_equal(gw_debt_coverage(cfads, service, 1.29, 2026 * 12, 36).breach, -1);
    coverage = gw_debt_coverage(cfads, service, 1.2, 2026 * 12, 12);
    assert_true(isnan(coverage.lowest) && isnan(coverage.mean) && coverage.breach == -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capitalised_interest),
        cmocka_unit_test(test_level_repayment),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_sculpted),
        cmocka_unit_test(test_chip_company),
        cmocka_unit_test(test_debt_is_bounded),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_reserve),
        cmocka_unit_test(test_rank_and_covenant),
        cmocka_unit_test(test_conservation),
        cmocka_unit_test(test_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
