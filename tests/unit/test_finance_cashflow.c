/* Months, assets, tax, worth, break-even and unit cost: worked cases and properties. */
#include "base/date.h"
#include "base/rng.h"
#include "finance/asset.h"
#include "finance/cashflow.h"
#include "finance/irr.h"
#include "finance/tvm.h"
#include "finance/unit_cost.h"
#include "gw_test.h"

#define N 60
static const gw_calendar CALENDAR = {2026 * 12, N, NULL};

static double sum(const double *x, int n) {
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        total += x[i];
    }
    return total;
}

static double day(int year, int month, int day_of_month) {
    return gw_date_from_civil(year, month, day_of_month);
}

static void test_spread(void **state) {
    (void)state;
    double out[N] = {0};
    gw_calendar_spread(&CALENDAR, 365.0, day(2026, 1, 1), day(2027, 1, 1), out);
    gw_assert_near(out[0], 31.0, 1e-12);
    gw_assert_near(out[1], 28.0, 1e-12);
    gw_assert_near(sum(out, N), 365.0, 1e-12);
    /* Half of it before the horizon: month 0 takes it. */
    double early[N] = {0};
    gw_calendar_spread(&CALENDAR, 730.0, day(2025, 1, 1), day(2027, 1, 1), early);
    gw_assert_near(early[0], 365.0 + 31.0, 1e-12);
    gw_assert_near(sum(early, N), 730.0, 1e-12);
    /* Half of it after the horizon: left out. */
    double late[N] = {0};
    gw_calendar_spread(&CALENDAR, 730.0, day(2030, 1, 1), day(2032, 1, 1), late);
    gw_assert_near(sum(late, N), 365.0, 1e-12);
    /* At once. */
    double once[N] = {0};
    gw_calendar_spread(&CALENDAR, 10.0, day(2026, 3, 15), day(2026, 3, 15), once);
    gw_calendar_spread(&CALENDAR, 5.0, day(2020, 3, 15), day(2020, 3, 15), once);
    gw_calendar_spread(&CALENDAR, 7.0, day(2040, 3, 15), day(2040, 3, 15), once);
    gw_assert_near(once[2], 10.0, 0.0);
    gw_assert_near(once[0], 5.0, 0.0);
    gw_assert_near(sum(once, N), 15.0, 0.0);
    gw_assert_near(gw_calendar_share(&CALENDAR, 3, day(2026, 4, 16), GW_NAN), 0.5, 1e-12);
    gw_assert_near(gw_calendar_share(&CALENDAR, 3, GW_NAN, GW_NAN), 0.0, 0.0);
}

/* 40,000 USD over 3 or 6 years: 13,333.33 or 6,666.67 a year (straight line). */
static void test_straight_line(void **state) {
    (void)state;
    for (int life = 3; life <= 6; life += 3) {
        gw_asset asset = {.cost_usd = 40000,
                          .service_d = day(2026, 1, 1),
                          .until_d = GW_NAN,
                          .life_d = day(2026 + life, 1, 1) - day(2026, 1, 1)};
        double out[N] = {0};
        gw_asset_depreciate(&CALENDAR, &asset, out);
        gw_assert_near(sum(out, 12), 40000.0 / life, 2e-3); /* years of 365 and 366 days */
        gw_assert_near(sum(out, N), 40000.0 * fmin(1.0, 5.0 / life), 1e-3);
    }
}

/* Paid = depreciated + book value, whenever the horizon ends. */
static void test_book_value_conserves(void **state) {
    (void)state;
    for (int n = 1; n <= N; n++) {
        gw_calendar calendar = {2026 * 12, n, NULL};
        gw_asset asset = {.cost_usd = 1000,
                          .pay_from_d = day(2025, 5, 10),
                          .pay_until_d = day(2027, 2, 3),
                          .service_d = day(2027, 2, 3),
                          .until_d = GW_NAN,
                          .life_d = 3.0 * 365.25,
                          .residual_frac = 0.1};
        double paid[N] = {0};
        double worn[N] = {0};
        gw_asset_pay(&calendar, &asset, paid);
        gw_asset_depreciate(&calendar, &asset, worn);
        double value = gw_asset_value_usd(&asset, gw_calendar_start_d(&calendar, n));
        gw_assert_near(sum(worn, n) + value, sum(paid, n), 1e-12);
    }
    gw_asset gone = {
        .cost_usd = 10, .service_d = day(2026, 1, 1), .until_d = day(2027, 1, 1), .life_d = 3650};
    gw_assert_close(gw_asset_value_usd(&gone, day(2027, 1, 1)), 0.0, 0.0);
}

/* Losses of the first year are used in the second; within a year months are netted. */
static void test_tax(void **state) {
    (void)state;
    double profit[36];
    double tax[36];
    for (int m = 0; m < 36; m++) {
        profit[m] = m < 12 ? -10.0 : (m < 24 ? (m % 2 == 0 ? 40.0 : -10.0) : 20.0);
    }
    gw_calendar calendar = {2026 * 12, 36, NULL};
    gw_tax_work(&calendar, 0.25, profit, tax);
    gw_assert_close(sum(tax, 12), 0.0, 0.0);
    gw_assert_near(sum(tax + 12, 12), 0.25 * (180.0 - 120.0), 1e-12);
    gw_assert_near(sum(tax + 24, 12), 0.25 * 240.0, 1e-12);
    /* A horizon that begins in July has a short first year. */
    gw_calendar july = {2026 * 12 + 6, 18, NULL};
    gw_tax_work(&july, 0.25, profit, tax);
    gw_assert_near(sum(tax, 18), 0.25 * fmax(0.0, sum(profit, 18)), 1e-12);
}

static void test_npv_and_payback(void **state) {
    (void)state;
    double flow[N] = {[0] = -100.0};
    double other[N];
    double both[N];
    for (int m = 0; m < N; m++) {
        flow[m] += m >= 12 ? 5.0 : 0.0;
        other[m] = gw_rng_uniform(1, 2, 3, (uint32_t)m) - 0.5;
        both[m] = flow[m] + other[m];
    }
    /* An amount in the middle of the 13th month is 12.5 months away. */
    const double one[N] = {[12] = 1.0};
    gw_assert_near(gw_monthly_npv(0.1, one, N), pow(1.1, -12.5 / 12.0), 1e-12);
    gw_assert_near(gw_monthly_npv(0.1, both, N),
                   gw_monthly_npv(0.1, flow, N) + gw_monthly_npv(0.1, other, N), 1e-10);
    /* 20 months of 5 repay 100: at the end of month 31 (2028-08). */
    gw_assert_close(gw_payback_d(&CALENDAR, flow, 0.0), day(2028, 9, 1), 1e-6);
    gw_irr irr = gw_irr_find(flow, N, 12.0);
    assert_int_equal(irr.n, 1);
    gw_assert_close(gw_monthly_npv(irr.root[0], flow, N), 0.0, 1e-8);
    /* What is left over at the end pays nothing back: neither does it make a payback ... */
    const double never[N] = {[0] = -100.0, [N - 1] = 150.0};
    assert_true(isnan(gw_payback_d(&CALENDAR, never, 150.0)));
    assert_false(isnan(gw_payback_d(&CALENDAR, never, 0.0)));
    /* ... nor does it move one. */
    flow[N - 1] += 40.0;
    gw_assert_close(gw_payback_d(&CALENDAR, flow, 40.0), day(2028, 9, 1), 1e-6);
    flow[N - 1] = -300.0; /* falls below again */
    assert_true(isnan(gw_payback_d(&CALENDAR, flow, 0.0)));
}

/* Without tax the break-even price is the levelised cost; with tax the present value at it is zero
 * all the same, and it rises with the tax. Property: a higher price gives a higher present value.
 */
static void test_break_even(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    double capex[N] = {[0] = 600.0, [3] = 400.0};
    double opex[N];
    double depreciation[N];
    double sold_s[N];
    double none[N] = {0};
    double revenue[N];
    double tax[N];
    double cash[N];
    for (int m = 0; m < N; m++) {
        opex[m] = m >= 6 ? 3.0 : 0.0;
        depreciation[m] = m >= 6 ? 15.0 : 0.0;
        sold_s[m] = m >= 6 ? 7.0 : 0.0;
    }
    gw_money money = {.capex_usd = capex,
                      .opex_usd = opex,
                      .depreciation_usd = depreciation,
                      .closing_value_usd = 50.0,
                      .discount_rate = 0.1};
    double price = gw_break_even_price(&CALENDAR, &money, none, sold_s, arena);
    double closing[N] = {[N - 1] = 50.0};
    double cost = gw_monthly_npv(0.1, capex, N) + gw_monthly_npv(0.1, opex, N) -
                  gw_monthly_npv(0.1, closing, N);
    gw_assert_near(price, cost / gw_monthly_npv(0.1, sold_s, N), 1e-10);
    money.tax_rate = 0.3;
    double taxed = gw_break_even_price(&CALENDAR, &money, none, sold_s, arena);
    assert_true(taxed > price);
    double last = -GW_INF;
    for (int i = 0; i < 20; i++) {
        double p = taxed * (0.5 + i / 20.0);
        for (int m = 0; m < N; m++) {
            revenue[m] = p * sold_s[m];
        }
        gw_free_cash(&CALENDAR, &money, revenue, NULL, tax, cash);
        double npv = gw_monthly_npv(0.1, cash, N);
        assert_true(npv > last);
        if (i == 10) {
            gw_assert_close(npv, 0.0, 1e-7);
        }
        last = npv;
    }
    /* Paid by other revenue already; nothing to sell. */
    const double rich[N] = {[20] = 1e6};
    gw_assert_close(gw_break_even_price(&CALENDAR, &money, rich, sold_s, arena), 0.0, 0.0);
    assert_true(isnan(gw_break_even_price(&CALENDAR, &money, none, none, arena)));
    gw_arena_free(arena);
}

/* Source: Epoch AI, data insight of 14 May 2026 (CC-BY 4.0): 12, 8.5, 7 bn USD per GW and year for
 * chip lives of 3, 5, 7 years from 26.113 + 11.769 bn capital, 0.902 bn running cost, facility life
 * 14 years; the rate of 6.5 % is inferred. */
static void test_epoch_annual_cost(void **state) {
    (void)state;
    const double life_yr[] = {3, 5, 7};
    const double expected[] = {12.067, 8.491, 6.969};
    for (int i = 0; i < 3; i++) {
        gw_full_cost full = {.chips_usd = 26.113e9,
                             .chip_life_yr = life_yr[i],
                             .buildings_usd = 11.769e9,
                             .facility_life_yr = 14,
                             .energy_usd_per_yr = 0.6e9,
                             .operations_usd_per_yr = 0.302e9,
                             .rate = 0.065,
                             .accelerators = 477000,
                             .utilisation_frac = 0.8};
        gw_unit_cost cost = gw_unit_cost_work(&full);
        gw_assert_close(cost.usd_per_yr / 1e9, expected[i], 5e-4);
        gw_assert_near(cost.usd_per_busy_h * 477000 * 8760 * 0.8, cost.usd_per_yr, 1e-12);
        gw_assert_near(cost.usd_per_h, 0.8 * cost.usd_per_busy_h, 1e-12);
        gw_assert_near(sum(cost.parts_usd, GW_N_COST), cost.usd_per_busy_h, 1e-12);
    }
}

/* 4.5 GW of facility at 1.4: break-even revenue a year of the same unit costs at three rates (own
 * arithmetic). */
static void test_epoch_break_even(void **state) {
    (void)state;
    const double rates[] = {0.065, 0.10, 0.15};
    const double expected[] = {27.294, 30.176, 34.547};
    for (int i = 0; i < 3; i++) {
        double it_GW = 4.5 / 1.4;
        gw_full_cost full = {.chips_usd = 26.113 * it_GW,
                             .chip_life_yr = 5,
                             .buildings_usd = 11.769 * it_GW,
                             .facility_life_yr = 14,
                             .operations_usd_per_yr = 0.902 * it_GW,
                             .rate = rates[i],
                             .accelerators = 1,
                             .utilisation_frac = 1};
        gw_assert_close(gw_unit_cost_work(&full).usd_per_yr, expected[i], 5e-4);
    }
}

static void test_residual_and_tokens(void **state) {
    (void)state;
    /* Bought at 100, sold at 40 after 4 years: present worth of the yearly costs is 100 - 40
     * / 1.1^4. */
    gw_full_cost full = {.chips_usd = 100,
                         .chip_residual_frac = 0.4,
                         .chip_life_yr = 4,
                         .facility_life_yr = 14,
                         .rate = 0.1,
                         .accelerators = 1,
                         .utilisation_frac = 1};
    gw_assert_near(gw_unit_cost_work(&full).usd_per_yr * gw_annuity_factor(0.1, 4),
                   100 - 40 / pow(1.1, 4), 1e-12);
    full.accelerators = 0;
    assert_true(isnan(gw_unit_cost_work(&full).usd_per_busy_h));
    /* 1,000 accelerators at 3.60 USD/h, 1e6 tokens a second, half of the time useful */
    gw_assert_near(gw_cost_per_Mtok(3.6, 1000, 1e6, 0.5), 2.0, 1e-12);
    assert_true(isnan(gw_cost_per_Mtok(3.6, 1000, 1e6, 0.0)));
}

/* 100 a month paid a month and a half late: 100, then 50 are kept away, then nothing changes until
 * the rest comes back in the last month. */
static void test_delay(void **state) {
    (void)state;
    double usd[6] = {100, 100, 100, 100, 100, 100};
    double out[6] = {0};
    gw_delay_work(usd, 6, 1.5 * 365.25 / 12.0, out);
    gw_assert_near(out[0], 100.0, 1e-12);
    gw_assert_near(out[1], 50.0, 1e-12);
    gw_assert_close(out[3], 0.0, 1e-9);
    gw_assert_near(out[5], -150.0, 1e-9);
    gw_assert_close(sum(out, 6), 0.0, 1e-9);
}

/* Modified rate: -100 today, 60 after one and two years, all at 10 %: sqrt((66 + 60) / 100) - 1. */
static void test_modified_irr(void **state) {
    (void)state;
    double flow[26] = {[1] = -100.0, [13] = 60.0, [25] = 60.0};
    gw_assert_near(gw_modified_irr(0.1, flow, 26), sqrt(1.26) - 1.0, 1e-12);
    flow[13] = -10.0; /* later outlays are discounted to the first */
    gw_assert_near(gw_modified_irr(0.1, flow, 26), sqrt(60.0 / (100.0 + 10.0 / 1.1)) - 1.0, 1e-12);
    flow[25] = 0.0;
    assert_true(isnan(gw_modified_irr(0.1, flow, 26)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_modified_irr),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_straight_line),
        cmocka_unit_test(test_book_value_conserves),
        cmocka_unit_test(test_tax),
        cmocka_unit_test(test_npv_and_payback),
        cmocka_unit_test(test_break_even),
        cmocka_unit_test(test_epoch_annual_cost),
        cmocka_unit_test(test_epoch_break_even),
        cmocka_unit_test(test_residual_and_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
