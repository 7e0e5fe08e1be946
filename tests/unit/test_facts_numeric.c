/* Numbers that others publish, or that follow from published inputs, through what a user can reach:
 * a deal in a scenario, a table of payments, a distribution, a date. Tolerance 1e-9 relative, or
 * half of the last digit that the source prints.
 *
 * Origins: numpy-financial's tests (BSD); NREL ssc (BSD-3), PVWatts with the LCOE and single-owner
 * models; REopt.jl's annuity formula; Epoch AI (CC-BY 4.0); Bernstein through the press; SEC
 * filings; the rest follows from press figures by hand.
 *
 * Not here: the full regression of the single-owner model (its input file has hundreds of fields
 * that no deal has; its tax, depreciation and fixed-charge parts are tested below), the weighted
 * rate of CoreWeave's debt (the rates of two of its six parts are not published), and Epoch's table
 * (tests of the catalogue and of the backtest). */
#include <math.h>

#include "base/date.h"
#include "base/dist.h"
#include "base/rng.h"
#include "deal_fixture.h"
#include "finance/tvm.h"

static const double EXACT = 1e-9;

/* A table of payments as text, worked out as `gigawatt finance --cashflows` does. */
typedef struct flow_case {
    gw_arena *arena;
    gw_flows flows;
    gw_flow_sheet sheet;
} flow_case;

static flow_case flow_open(const double *usd, int n, double rate) {
    flow_case c = {.arena = gw_arena_create(0)};
    char text[2000] = "period,usd\n";
    size_t at = strlen(text);
    for (int k = 0; k < n; k++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%d,%.17g\n", k, usd[k]);
    }
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_flows_read("t.csv", text, at, c.arena, diags, &c.flows), GW_OK);
    gw_diags_free(diags);
    c.sheet = gw_flow_work(&c.flows, rate, GW_NAN, c.arena);
    return c;
}
#define FLOW(rate, ...)                                                                            \
    flow_open((const double[]){__VA_ARGS__},                                                       \
              (int)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)), rate)

static void flow_close(flow_case *c) {
    gw_arena_free(c->arena);
}

static void t01_npv(void **state) {
    (void)state;
    flow_case c = FLOW(0.05, -15000, 1500, 2500, 3500, 4500, 6000);
    gw_assert_near(c.sheet.npv_usd, 122.894854950942692, EXACT);
    flow_close(&c);
}

static void t02_irr(void **state) {
    (void)state;
    flow_case c[] = {FLOW(GW_NAN, -150000, 15000, 25000, 35000, 45000, 60000),
                     FLOW(GW_NAN, -100, 0, 0, 74), FLOW(GW_NAN, -100, 39, 59, 55, 20),
                     FLOW(GW_NAN, -100, 100, 0, 7)};
    const double irr[] = {0.052432888859414, -0.095495830348973, 0.280948421159961,
                          0.062058485629929};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(c[i].sheet.irr.n, 1);
        gw_assert_near(c[i].sheet.irr.rate[0], irr[i], EXACT);
        flow_close(&c[i]);
    }
}

static void t03_several_rates(void **state) {
    (void)state;
    flow_case c = FLOW(GW_NAN, -100, 100, 0, -7);
    assert_int_equal(c.sheet.irr.n, 2);
    gw_assert_near(c.sheet.irr.rate[0], -0.678894373632386, EXACT);
    gw_assert_near(c.sheet.irr.rate[1], -0.083299666184933, EXACT);
    flow_close(&c);
    c = FLOW(GW_NAN, -5, 10.5, 1, -8, 1);
    assert_int_equal(c.sheet.irr.n, 3);
    gw_assert_near(c.sheet.irr.rate[0], -0.870201247484741, EXACT);
    gw_assert_near(c.sheet.irr.rate[1], 0.088598338527755, EXACT);
    gw_assert_near(c.sheet.irr.rate[2], 0.709559527686184, EXACT);
    flow_close(&c);
}

static void t04_no_rate(void **state) {
    (void)state;
    flow_case c = FLOW(GW_NAN, 1, 2, 3);
    assert_int_equal(c.sheet.irr.n, 0);
    assert_non_null(strstr(c.sheet.irr.reason, "only comes in"));
    flow_close(&c);
    c = FLOW(GW_NAN, -1, -2, -3);
    assert_int_equal(c.sheet.irr.n, 0);
    assert_non_null(strstr(c.sheet.irr.reason, "only goes out"));
    flow_close(&c);
}

/* A year stands for the period: the loan of a deal, its payments, a table. */
static void t06_annuities(void **state) {
    (void)state;
    deal_case c = deal_open("cost: 15000 USD, debt: 15000 USD, debt_rate: 0.66666666666666667 %, "
                            "term: 60 yr");
    gw_assert_near(deal_at(&c, 0, "debt_service_usd_per_yr"), 304.145914326205237, EXACT);
    deal_close(&c);
    c = deal_open(
        "cost: 55000 USD, debt: 55000 USD, debt_rate: 0.83333333333333333 %, term: 60 yr");
    gw_assert_near(c.view.sheet[0].year[0].principal_usd, 710.254125786421761, EXACT);
    deal_close(&c);
    c = deal_open("cost: 2000 USD, debt: 2000 USD, debt_rate: 0.83333333333333333 %, term: 24 yr");
    gw_assert_near(c.view.sheet[0].year[0].interest_usd, 16.6666666667, EXACT);
    deal_close(&c);
    gw_assert_near(deal_number("payments: 12000 USD/yr, term: 20 yr, rate: 7 %", "payments_pv_usd"),
                   127128.170946193933, EXACT);
    /* FV: 20 payments of 2000, worth at the last. RATE: 3500 becomes 10000 in ten periods. */
    double paid[21] = {0};
    for (int k = 1; k <= 20; k++) {
        paid[k] = 2000.0;
    }
    flow_case f = flow_open(paid, 21, 0.075);
    gw_assert_near(f.sheet.end_usd, 86609.362673042924, EXACT);
    flow_close(&f);
    f = FLOW(GW_NAN, -3500, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10000);
    gw_assert_near(f.sheet.irr.rate[0], 0.110690853714268928, EXACT);
    flow_close(&f);
    /* NPER: 2000 a period grow to 100000 at 7.5 %. The same number of periods repays what 100000
     * then are worth now, 100000 / 4.75, because 1 + 100000 r / 2000 = 4.75 = (1 + r)^n. */
    gw_assert_close(gw_tvm_periods(0.075, -2000, 0, 100000), 21.544944, 1e-5);
    gw_assert_close(deal_number("cost: 21052.63157894737 USD, payments: 2000 USD/yr, rate: 7.5 %",
                                "break_even_term_yr"),
                    21.544944, 1e-5);
}

static void t07_rate_zero(void **state) {
    (void)state;
    gw_assert_near(deal_number("cost: 15000 USD, debt: 15000 USD, debt_rate: 0 %, term: 60 yr",
                               "debt_service_usd_per_yr"),
                   250.0, EXACT);
}

static void t08_levelised_energy(void **state) {
    (void)state;
    gw_assert_near(deal_number("cost: 116100000 USD, opex: 1658000 USD/yr, "
                               "fixed_charge_rate: 9.1725510023798154 %, "
                               "energy_per_year: 211907455.76222098 kWh",
                               "lcoe_usd_per_kWh"),
                   0.058078804587097146, EXACT);
}

static void t11_effective_tax(void **state) {
    (void)state;
    gw_assert_near(deal_number("cost: 1 USD, payments: 1 USD/yr, tax: 21 %, state_tax: 7 %",
                               "tax_rate_effective"),
                   0.2653, EXACT);
}

static void t12_macrs(void **state) {
    (void)state;
    const double expected[] = {8636365.7107, 13818185.1372, 8290911.0823,
                               4974546.6494, 4974546.6494,  2487273.3247};
    deal_case c = deal_open("cost: 43181828.5536 USD, depreciation: macrs, tax: 21 %");
    assert_int_equal(c.view.sheet[0].n_depreciation, 6);
    for (int k = 0; k < 6; k++) {
        gw_assert_close(c.view.sheet[0].depreciation_usd[k], expected[k], 1e-4);
    }
    deal_close(&c);
}

/* REopt's first payment is already escalated once. */
static void t13_growing_annuity(void **state) {
    (void)state;
    gw_assert_close(deal_number("payments: 1 USD/yr, term: 25 yr, rate: 8.3 %", "payments_pv_usd"),
                    10.40681, 5e-6);
    gw_assert_close(deal_number("payments: 1.023 USD/yr, escalation: 2.3 %, term: 25 yr, "
                                "rate: 8.3 %",
                                "payments_pv_usd"),
                    12.94887, 5e-6);
    gw_assert_close(deal_number("payments: 1 USD/yr, term: 20 yr, rate: 5 %", "payments_pv_usd"),
                    12.46221, 5e-6);
    gw_assert_close(deal_number("payments: 1.03 USD/yr, escalation: 3 %, term: 10 yr, rate: 3 %",
                                "payments_pv_usd"),
                    10.0, 5e-6);
}

#define EPOCH                                                                                      \
    "it_cost: 26.113 USD/W, facility_cost: 11.769 USD/W, opex_rate: 0.902 USD/W/yr, "              \
    "facility_life: 14 yr, "

static void t14_annual_cost_of_a_gigawatt(void **state) {
    (void)state;
    const char *const lives[] = {"3", "5", "7"};
    const double at_6_5[] = {12.067, 8.491, 6.969}, straight[] = {10.447, 6.965, 5.473};
    for (int i = 0; i < 3; i++) {
        char keys[300];
        snprintf(keys, sizeof keys, EPOCH "power: 1 GW, basis: it, it_life: %s yr, rate: 6.5 %%",
                 lives[i]);
        gw_assert_close(deal_number(keys, "annual_cost_usd") / 1e9, at_6_5[i], 5e-4);
        snprintf(keys, sizeof keys, EPOCH "power: 1 GW, basis: it, it_life: %s yr, rate: 0 %%",
                 lives[i]);
        gw_assert_close(deal_number(keys, "annual_cost_usd") / 1e9, straight[i], 5e-4);
    }
    gw_assert_close(deal_number(EPOCH "power: 1 GW, basis: it, it_life: 5 yr, payments: 8.5 bn "
                                      "USD/yr",
                                "implied_rate"),
                    0.065347, 5e-7);
}

/* One NVL72 rack as a deal: 35 USD per watt at 168.57 kW. */
static void t18_rack(void **state) {
    (void)state;
    const double per_GW = 35e9, rack = 5.9e6;
    char keys[200];
    gw_assert_close(per_GW / rack, 5932.2, 0.05);
    snprintf(keys, sizeof keys,
             "power: %.17g W, basis: facility, cost: 5.9 mn USD, accelerators: 72",
             1e9 / (per_GW / rack));
    deal_case c = deal_open(keys);
    gw_assert_near(deal_at(&c, 0, "cost_usd_per_W"), 35.0, EXACT);
    gw_assert_close(c.view.sheet[0].facility_W / 1e3, 168.57, 0.005);
    gw_assert_close(deal_at(&c, 0, "accelerators_per_GW"), 427119, 0.5);
    gw_assert_close(deal_at(&c, 0, "stated_W_per_accelerator"), 2341, 0.5);
    deal_close(&c);
    gw_assert_close(deal_number("cost: 3.4 mn USD, accelerators: 72", "cost_usd_per_accelerator"),
                    47222, 0.5);
}

static void t19_cluster_with_energy(void **state) {
    (void)state;
#define CLUSTER "accelerators: 1024, utilisation: 70 %, pue: 1.2, energy_price: 80 USD/MWh, "
    const char *h100 = CLUSTER "accelerator_price: 30000 USD, accelerator_power: 700 W";
    const char *b200 = CLUSTER "accelerator_price: 40000 USD, accelerator_power: 1000 W";
    gw_assert_near(deal_number(h100, "cost_usd"), 30.72e6, EXACT);
    gw_assert_close(5 * deal_number(h100, "energy_usd_per_yr"), 2.1098e6, 50);
    gw_assert_close(deal_number(h100, "total_cost_usd"), 32.83e6, 5e3);
    gw_assert_close(5 * deal_number(b200, "energy_usd_per_yr"), 3.0140e6, 50);
    gw_assert_close(deal_number(b200, "total_cost_usd"), 43.97e6, 5e3);
}

/* Debt by lender against debt by year of maturity, in thousand USD; and the interest of a quarter.
 * The table's sum is what it says at a rate of nothing. */
static void t21_coreweave_debt(void **state) {
    (void)state;
    flow_case c = FLOW(0.0, 1782500, 4953967, 2000000, 450000, 1728388, 256630, -986052, -4218457,
                       -2833142, -1010054, -123780, -2000000);
    gw_assert_near(c.sheet.in_usd, 11171485, EXACT);
    gw_assert_near(c.sheet.out_usd, 11171485, EXACT);
    gw_assert_close(c.sheet.npv_usd, 0.0, 1e-6);
    flow_close(&c);
    c = FLOW(0.0, 250312, 29036, -23186);
    gw_assert_near(c.sheet.net_usd, 256162, EXACT);
    flow_close(&c);
}

static void t22_sums(void **state) {
    (void)state;
    flow_case c = FLOW(0.0, 11.9, 4, 6.5);
    gw_assert_near(c.sheet.net_usd, 22.4, EXACT);
    flow_close(&c);
    c = FLOW(0.0, 19, 19, 7, 7);
    gw_assert_near(c.sheet.net_usd, 52.0, EXACT); /* printed as 62 */
    flow_close(&c);
    gw_assert_near(deal_number("payments: 1.25 bn USD/mo, term: 36 mo", "payments_total_usd"), 45e9,
                   EXACT);
}

static void t24_colocation(void **state) {
    (void)state;
    deal_case c = deal_open("power: 100 MW, basis: it, payments: 165 mn USD/yr, escalation: 3 %, "
                            "term: 15 yr");
    gw_assert_close(deal_at(&c, 0, "payments_total_usd"), 3068.8208e6, 50);
    gw_assert_near(deal_at(&c, 0, "usd_per_kW_month"), 137.5, EXACT);
    gw_assert_near(deal_at(&c, 0, "usd_per_MW_yr"), 1.65e6, EXACT);
    deal_close(&c);
}

static void t25_straight_line(void **state) {
    (void)state;
    deal_case c = deal_open("cost: 40000 USD, it_life: 3 yr, tax: 21 %");
    assert_int_equal(c.view.sheet[0].n_depreciation, 3);
    gw_assert_near(c.view.sheet[0].depreciation_usd[0], 40000.0 / 3, EXACT);
    deal_close(&c);
    c = deal_open("cost: 40000 USD, it_life: 6 yr, tax: 21 %");
    gw_assert_near(c.view.sheet[0].depreciation_usd[5], 40000.0 / 6, EXACT);
    deal_close(&c);
}

/* Watts of a home and the hours of a common year; the ledger's test_households goes through the
 * claims. */
static void t26_households(void **state) {
    (void)state;
    gw_assert_near(1.2e9 / 3e6 * 8760 / 1e3, 3504.0, EXACT);
    gw_quantity home;
    assert_int_equal(gw_quantity_parse("10791 kWh", 9, &home, NULL, 0, NULL, 0), GW_OK);
    gw_assert_close(1.2e9 * 8760 * 3600 / home.si, 974145, 0.5);
}

static void t27_interest_while_building(void **state) {
    (void)state;
    deal_case c = deal_open("cost: 1000 USD, draws: 4, draw_rate: 2 %");
    gw_assert_near(deal_at(&c, 0, "capital_usd"), 1051.01004, 1e-8);
    gw_assert_near(deal_at(&c, 0, "idc_usd"), 51.01004, 1e-7);
    deal_close(&c);
}

static void t28_sculpted_debt(void **state) {
    (void)state;
    deal_case c = deal_open("payments: 100 USD/yr, term: 10 yr, dscr: 1.30, debt_rate: 8 %");
    gw_assert_near(deal_at(&c, 0, "debt_service_usd_per_yr"), 76.923077, 1e-8);
    gw_assert_near(deal_at(&c, 0, "debt_usd"), 516.1601076, EXACT);
    gw_assert_near(deal_at(&c, 0, "dscr_min"), 1.3, EXACT);
    gw_assert_near(deal_at(&c, 0, "llcr"), 1.3, EXACT);
    deal_close(&c);
}

static void t30_chip_company(void **state) {
    (void)state;
    deal_case c = deal_open("cost: 100 USD, payments: 40 USD/yr, term: 4 yr, debt: 85 USD, "
                            "debt_rate: 9 %");
    gw_assert_near(c.view.sheet[0].irr.rate[0], 0.218622696, 1e-8);
    gw_assert_near(deal_at(&c, 0, "debt_service_usd_per_yr"), 26.236836, 1e-7);
    gw_assert_near(deal_at(&c, 0, "dscr_min"), 1.524574, 1e-6);
    gw_assert_near(c.view.sheet[0].equity_irr.rate[0], 0.836964937, 1e-8);
    deal_close(&c);
}

static void t31_oracle(void **state) {
    (void)state;
    const char *const bases[] = {"facility", "it"}, *const bn[] = {"30", "60"};
    const double irr[2][2] = {{0.03673105, 0.37274883}, {-0.08468877, 0.19151832}};
    const double capex[] = {121.763571, 170.469}, opex[] = {2.899286, 4.059};
    char keys[400];
    for (int b = 0; b < 2; b++) {
        for (int p = 0; p < 2; p++) {
            snprintf(keys, sizeof keys, EPOCH "power: 4.5 GW, basis: %s, payments: %s bn USD/yr",
                     bases[b], bn[p]);
            deal_case c = deal_open(keys);
            gw_assert_close(deal_at(&c, 0, "cost_usd") / 1e9, capex[b], 5e-7);
            gw_assert_close(deal_at(&c, 0, "running_usd_per_yr") / 1e9, opex[b], 5e-7);
            assert_int_equal(c.view.sheet[0].irr.n, 1);
            gw_assert_close(c.view.sheet[0].irr.rate[0], irr[b][p], 5e-9);
            deal_close(&c);
        }
    }
    const char *const rates[] = {"6.5", "10", "15"};
    const double needed[] = {27.294, 30.176, 34.547};
    for (int i = 0; i < 3; i++) {
        snprintf(keys, sizeof keys, EPOCH "power: 4.5 GW, basis: facility, rate: %s %%", rates[i]);
        gw_assert_close(deal_number(keys, "break_even_payments_usd_per_yr") / 1e9, needed[i], 5e-4);
    }
    /* Nothing but the headline: both readings, at the same unit costs. */
    deal_case c = deal_open("power: 4.5 GW, payments: 30 bn USD/yr");
    assert_int_equal(c.view.n, 2);
    gw_assert_close(c.view.sheet[0].irr.rate[0], irr[1][0], 5e-9);
    gw_assert_close(c.view.sheet[1].irr.rate[0], irr[0][0], 5e-9);
    deal_close(&c);
}

static void t33_triangular(void **state) {
    (void)state;
    gw_dist d = {.kind = GW_DIST_TRIANGULAR, .a = {2, 3, 7}};
    gw_assert_near(gw_dist_mean(&d), 4.0, EXACT);
    gw_assert_near(gw_dist_variance(&d), 1.1666667, 1e-7);
    gw_assert_near(gw_dist_quantile(&d, 0.1), 2.7071068, 1e-7);
    gw_assert_near(gw_dist_quantile(&d, 0.8), 5.0, EXACT);
}

/* Mean and variance determine alpha and beta of a beta distribution. */
static void t34_pert(void **state) {
    (void)state;
    gw_dist d = {.kind = GW_DIST_PERT, .a = {10, 12, 20}};
    double mean = gw_dist_mean(&d), variance = gw_dist_variance(&d);
    gw_assert_near(mean, 13.0, EXACT);
    gw_assert_near(variance, 3.0, EXACT);
    double m = (mean - 10.0) / 10.0, sum = m * (1.0 - m) / (variance / 100.0) - 1.0;
    gw_assert_near(m * sum, 1.8, EXACT);
    gw_assert_near((1.0 - m) * sum, 4.2, EXACT);
}

#define SAMPLES 200000

/* Merge bias from the draws that a run uses; four standard errors. */
static void t35_latest_of_many(void **state) {
    (void)state;
    gw_dist uniform = {.kind = GW_DIST_UNIFORM, .a = {0, 1}};
    double two = 0.0, eight = 0.0, kept = 0.0;
    for (uint64_t i = 0; i < SAMPLES; i++) {
        double latest = 0.0, longest = 0.0;
        bool all = true;
        for (uint32_t k = 0; k < 8; k++) {
            double u = gw_rng_uniform(7, i, 11, k);
            latest = k < 2 ? fmax(latest, gw_dist_quantile(&uniform, u)) : latest;
            longest = fmax(longest, -log1p(-u));
            all = all && u < 0.9;
        }
        two += latest;
        eight += longest;
        kept += all;
    }
    double error = 4.0 / sqrt(SAMPLES);
    gw_assert_close(two / SAMPLES, 2.0 / 3.0, error * sqrt(1.0 / 18.0));
    gw_assert_close(eight / SAMPLES, 2.7178571, error * sqrt(1.5274));
    gw_assert_close(kept / SAMPLES, 0.4304672, error * 0.5);
}

static void t36_days(void **state) {
    (void)state;
    const char *const from[] = {"2024-04-24", "2024-05-31", "2026-06-30"};
    const char *const until[] = {"2024-09-02", "2025-09-26", "2026-11-01"};
    const double days[] = {131, 483, 124};
    for (int i = 0; i < 3; i++) {
        double a, b;
        assert_int_equal(gw_date_parse(from[i], GW_DATE_START, &a), GW_OK);
        assert_int_equal(gw_date_parse(until[i], GW_DATE_START, &b), GW_OK);
        gw_assert_near(b - a, days[i], 0.0);
    }
}

static void t37_carry(void **state) {
    (void)state;
    gw_assert_close(
        deal_number(EPOCH "power: 1 GW, basis: it, rate: 6.5 %", "half_year_delay_carry_usd") / 1e9,
        1.2118, 5e-5);
    gw_assert_close(
        deal_number(EPOCH "power: 1 GW, basis: it, rate: 10 %", "half_year_delay_carry_usd") / 1e9,
        1.8490, 5e-5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t01_npv),
        cmocka_unit_test(t02_irr),
        cmocka_unit_test(t03_several_rates),
        cmocka_unit_test(t04_no_rate),
        cmocka_unit_test(t06_annuities),
        cmocka_unit_test(t07_rate_zero),
        cmocka_unit_test(t08_levelised_energy),
        cmocka_unit_test(t11_effective_tax),
        cmocka_unit_test(t12_macrs),
        cmocka_unit_test(t13_growing_annuity),
        cmocka_unit_test(t14_annual_cost_of_a_gigawatt),
        cmocka_unit_test(t18_rack),
        cmocka_unit_test(t19_cluster_with_energy),
        cmocka_unit_test(t21_coreweave_debt),
        cmocka_unit_test(t22_sums),
        cmocka_unit_test(t24_colocation),
        cmocka_unit_test(t25_straight_line),
        cmocka_unit_test(t26_households),
        cmocka_unit_test(t27_interest_while_building),
        cmocka_unit_test(t28_sculpted_debt),
        cmocka_unit_test(t30_chip_company),
        cmocka_unit_test(t31_oracle),
        cmocka_unit_test(t33_triangular),
        cmocka_unit_test(t34_pert),
        cmocka_unit_test(t35_latest_of_many),
        cmocka_unit_test(t36_days),
        cmocka_unit_test(t37_carry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
