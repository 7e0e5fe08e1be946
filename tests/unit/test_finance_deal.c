/* Deals: tests/data/deals.yaml against values worked out independently with plain loops (annuities,
 * tax year by year, bisection for rates), where deals turn, what binds a loan, what is refused. */
#include "deal_fixture.h"

static const double EXACT = 1e-9;

typedef struct expected {
    const char *deal, *key;
    int reading;
    double value;
} expected;

static const expected TABLE[] = {
    /* MACRS, two taxes, level loan; a loss of 5.76 % of the cost is left at the end */
    {"chip-company", "npv_usd", 0, 144108867.05525237},
    {"chip-company", "irr", 0, 0.17276514122555076},
    {"chip-company", "dscr_min", 0, 1.6201574777513812},
    {"chip-company", "dscr_mean", 0, 1.7566995734958994},
    {"chip-company", "llcr", 0, 1.7682092068793736},
    {"chip-company", "equity_irr", 0, 0.39492856390135544},
    /* sculpted to 1.35, but 65 % of the cost at most */
    {"lease", "debt_asked_usd", 0, 1353697477.405637},
    {"lease", "debt_usd", 0, 1.3e9},
    {"lease", "dscr_min", 0, 1.4057627649981617},
    {"lease", "llcr", 0, 1.4057627649981617},
    {"lease", "irr", 0, 0.09102039567226515},
    {"lease", "equity_irr", 0, 0.1158937594161561},
    {"lease", "npv_usd", 0, 161368797.011218},
    {"lease", "payments_total_usd", 0, 3765704598.584134},
    /* 0.8 bn a month for 42 months, exit on 60 days */
    {"exit-right", "payments_total_usd", 0, 33.6e9},
    {"exit-right", "firm_usd", 0, 1577002053.3880904},
    {"exit-right", "usd_per_gpu_h", 0, 5.767844268204759},
    {"exit-right", "irr", 0, 0.758018124637269},
    {"exit-right", "npv_usd", 0, 16312261779.398075},
    {"exit-right", "payback_yr", 0, 1.0 + 1.4 / 9.6},
    {"slow-build", "capital_usd", 0, 3462564895.0321426},
    {"slow-build", "irr", 0, 0.08170514787006156},
    {"slow-build", "npv_usd", 0, -125382890.42945963},
    {"by-the-hour", "payments_usd_per_yr", 0, 497322720.0},
    {"by-the-hour", "irr", 0, 0.3843126871958814},
    {"by-the-hour", "annual_cost_usd", 0, 313997675.53023636},
    {"by-the-hour", "annual_cost_usd_per_gpu_h", 0, 1.7994218628523018},
    {"by-the-hour", "break_even_over_term_usd_per_yr", 0, 313997675.53023636},
    {"total-only", "payments_usd_per_yr", 0, 4552325080.004381},
    {"total-only", "payments_total_usd", 0, 22.4e9},
    {"total-only", "irr", 0, 0.09205430377848389},
    {"total-only", "usd_per_it_kW_month", 0, 632.2673722228307},
    {"total-only", "usd_per_it_kW_month", 1, 885.174321111963},
    {"total-only", "cost_usd_per_it_W", 1, 17e9 / 600e6 * 1.4},
    {"total-only", "payments_levelised_usd_per_yr", 0, 3819382964.501874},
    {"half-years", "irr", 0, 0.13511569932548817},
    {"half-years", "npv_usd", 0, 16435087.851852523},
    {"half-years", "payments_total_usd", 0, 139.5e6},
    {"short-loan", "debt_service_usd_per_yr", 0, 105672281.55891371},
    {"short-loan", "dscr_mean", 0, 1.2302185405878954},
    {"short-loan", "debt_interest_total_usd", 0, 72689126.23565483},
    {"short-loan", "equity_irr", 0, 0.216434626272073},
    {"balloon", "debt_left_at_end_usd", 0, 226899476.08140475},
    {"balloon", "equity_irr", 0, 0.5403780045559679},
    {"sold-at-the-end", "irr", 0, 0.13400576308303125},
    {"sold-at-the-end", "npv_usd", 0, 20953828.29041727},
    {"campus", "energy_usd_per_yr", 0, 134904000.0},
    {"campus", "annual_cost_usd", 0, 3114706198.7085147},
    {"campus", "cost_usd", 0, 11.62e9},
    {"campus", "cost_usd_per_W", 0, 33.2},
    {"campus", "npv_usd", 0, 2674841799.3388386},
    {"campus", "half_year_delay_carry_usd", 0, 511636163.3540599},
    {"campus", "usd_per_gpu_h", 0, 3.9750489236790605},
    {"too-much-cash", "debt_asked_usd", 0, 665451672.8463482},
    {"too-much-cash", "debt_usd", 0, 300e6},
    {"too-much-cash", "dscr_min", 0, 2.6618066913853924},
    {"power-plant", "lcoe_usd_per_MWh", 0, 45.46153846153846},
    {"losing", "npv_usd", 0, 242780.23731601238},
    {"losing", "irr", 0, 0.10021240465707704},
    {"lab-owned", "npv_usd", 0, -25442554.24340649},
    {"sculpted-tax", "debt_usd", 0, 801914415.9496582},
    {"sculpted-tax", "dscr_min", 0, 1.4},
};

static double number_of(const gw_deal_view *view, int reading, const char *key) {
    const gw_deal_sheet *s = &view->sheet[reading];
    if (strcmp(key, "irr") == 0 || strcmp(key, "equity_irr") == 0) {
        const gw_rates *rates = key[0] == 'i' ? &s->irr : &s->equity_irr;
        assert_int_equal(rates->n, 1);
        return rates->rate[0];
    }
    gw_deal_number numbers[GW_DEAL_NUMBERS_MAX];
    int n = gw_deal_numbers(view, reading, numbers);
    for (int k = 0; k < n; k++) {
        if (strcmp(numbers[k].key, key) == 0) {
            return numbers[k].value;
        }
    }
    return GW_NAN;
}

static void test_made_up_deals(void **state) {
    (void)state;
    gw_spec *spec = NULL;
    gw_load_opts opts = {0};
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_spec_load(TEST_DATA "/deals.yaml", &opts, diags, &spec), GW_OK);
    gw_arena *arena = gw_arena_create(0);
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        const gw_deal *deal = NULL;
        for (int d = 0; d < spec->scenario.deals.n; d++) {
            const gw_deal *at = &spec->scenario.deals.at[d];
            deal = strcmp(at->head.name, TABLE[i].deal) == 0 ? at : deal;
        }
        assert_non_null(deal);
        gw_deal_view view = gw_deal_look(&spec->scenario, deal, false, arena);
        char what[100];
        snprintf(what, sizeof what, "%s %s", TABLE[i].deal, TABLE[i].key);
        gw_assert_near_at(number_of(&view, TABLE[i].reading, TABLE[i].key), TABLE[i].value, EXACT,
                          0.0, what, __FILE__, __LINE__);
    }
    /* Every deal can be told, and no line is longer than a terminal. */
    for (int d = 0; d < spec->scenario.deals.n; d++) {
        gw_buf out = {0};
        gw_deal_view view = gw_deal_look(&spec->scenario, &spec->scenario.deals.at[d], true, arena);
        gw_deal_text(&view, arena, &out);
        assert_null(strstr(out.text, "nan"));
        int column = 0;
        for (const char *p = out.text; *p != '\0'; p++) {
            column = *p == '\n' ? 0 : column + ((*p & 0xC0) != 0x80);
            assert_true(column <= 80);
        }
        gw_buf_clear(&out);
    }
    gw_diags_free(diags);
    gw_arena_free(arena);
    gw_spec_free(spec);
}

/* At the value found, the measure is what it was to be: put back into the deal as text. */
static void test_turning_points(void **state) {
    (void)state;
#define HOURLY(out, price, use, years)                                                             \
    snprintf(out, sizeof(out),                                                                     \
             "accelerators: 10000, cost: 500 mn USD, price: %.17g USD/h, utilisation: %.17g %%, "  \
             "term: %.17g yr, it_life: 5 yr, opex: 20 mn USD/yr, debt: 300 mn USD, debt_rate: 8 "  \
             "%%, debt_term: 4 yr",                                                                \
             price, use, years)
    char text[400];
    HOURLY(text, 2.2, 80.0, 5.0);
    deal_case c = deal_open(text);
    gw_deal_turn turn[GW_N_LEVER];
    gw_deal_turns(c.view.deal, GW_BASIS_IT, c.arena, turn);
    double factor = turn[GW_LEVER_PAYMENTS].root / turn[GW_LEVER_PAYMENTS].base;
    HOURLY(text, 2.2 * factor, 80.0, 5.0);
    gw_assert_close(deal_number(text, "npv_usd") / 500e6, 0.0, 1e-9);
    HOURLY(text, 2.2, 100.0 * turn[GW_LEVER_UTILISATION].root, 5.0);
    gw_assert_close(deal_number(text, "npv_usd") / 500e6, 0.0, 1e-9);
    HOURLY(text, 2.2, 80.0, turn[GW_LEVER_TERM].root);
    gw_assert_close(deal_number(text, "npv_usd") / 500e6, 0.0, 1e-9);
    factor = turn[GW_LEVER_PAYMENTS].limit / turn[GW_LEVER_PAYMENTS].base;
    HOURLY(text, 2.2 * factor, 80.0, 5.0);
    gw_assert_near(deal_number(text, "dscr_min"), GW_DEAL_COVENANT, 1e-9);
    /* A delay of d years: -C + A / 1.1^d = 0. */
    double npv_usd = c.view.sheet[0].npv_usd;
    gw_assert_near(turn[GW_LEVER_DELAY].root, log((npv_usd + 500e6) / 500e6) / log(1.1), 1e-9);
    /* Coverage falls by 1.08^d, because the loan grows. */
    gw_assert_near(turn[GW_LEVER_DELAY].limit,
                   log(c.view.sheet[0].loan.dscr_min / GW_DEAL_COVENANT) / log(1.08), 1e-9);
    deal_close(&c);
}

static void test_what_binds_a_loan(void **state) {
    (void)state;
    deal_case c = deal_open("cost: 100 USD, payments: 40 USD/yr, term: 4 yr, debt: 150 USD, "
                            "debt_rate: 9 %");
    const gw_deal_sheet *s = &c.view.sheet[0];
    gw_assert_near(s->loan.debt_usd, 100.0, EXACT);
    gw_assert_close(s->loan.equity_usd, 0.0, 1e-12);
    assert_int_equal(s->equity_irr.n, 0);
    assert_non_null(strstr(s->equity_irr.reason, "all of it is borrowed"));
    assert_non_null(strstr(s->loan.binds, "the capital cost"));
    deal_close(&c);
    c = deal_open("cost: 1000 USD, payments: 40 USD/yr, term: 4 yr, dscr: 1.3, debt_rate: 9 %, "
                  "debt_share: 90 %");
    assert_non_null(strstr(c.view.sheet[0].loan.binds, "coverage"));
    deal_close(&c);
    /* Costs above income: nothing can be borrowed, and that is no error. */
    c = deal_open("cost: 100 USD, payments: 4 USD/yr, opex: 9 USD/yr, dscr: 1.3, debt_rate: 9 %");
    gw_assert_close(c.view.sheet[0].loan.debt_usd, 0.0, 0.0);
    assert_true(isnan(c.view.sheet[0].loan.dscr_min));
    assert_int_equal(c.view.sheet[0].irr.n, 0);
    deal_close(&c);
}

/* More money is never worse, and an open basis gives two readings, a PUE apart. */
static void test_properties(void **state) {
    (void)state;
    double before = -1e99;
    for (int p = 10; p <= 60; p += 10) {
        char keys[200];
        snprintf(keys, sizeof keys,
                 "power: 1 GW, pue: 1.3, payments: %d bn USD/yr, tax: 25 %%, debt_share: 60 %%, "
                 "debt_rate: 8 %%",
                 p);
        deal_case c = deal_open(keys);
        assert_int_equal(c.view.n, 2);
        assert_true(c.view.sheet[0].cost_assumed && c.view.sheet[0].opex_assumed);
        gw_assert_near(c.view.sheet[0].cost_usd / c.view.sheet[1].cost_usd, 1.3, EXACT);
        assert_true(c.view.sheet[0].npv_usd > before);
        assert_true(c.view.sheet[1].npv_usd > c.view.sheet[0].npv_usd);
        before = c.view.sheet[0].npv_usd;
        /* interest and principal pay the loan back, and tax is never negative */
        double paid_usd = 0.0;
        for (int k = 0; k < c.view.sheet[0].n_years; k++) {
            paid_usd += c.view.sheet[0].year[k].principal_usd;
            assert_true(c.view.sheet[0].year[k].tax_usd >= 0.0);
        }
        gw_assert_near(paid_usd, c.view.sheet[0].loan.debt_usd, 1e-9);
        deal_close(&c);
    }
}

/* A count and a price are enough: 26.113 + 11.769 USD per watt x 2,093 W for each accelerator. */
static void test_typical_cost(void **state) {
    (void)state;
    deal_case c = deal_open("accelerators: 220000, payments: 1.25 bn USD/mo, term: 36 mo");
    assert_true(c.view.sheet[0].cost_assumed);
    gw_assert_near(c.view.sheet[0].cost_usd, 37.882 * 2093 * 220000, EXACT);
    gw_assert_near(c.view.sheet[0].opex_usd, 0.902 * 2093 * 220000, EXACT);
    gw_assert_near(deal_at(&c, 0, "usd_per_gpu_h"), 15e9 / 220000 / 8760, EXACT);
    deal_close(&c);
    /* With nothing to go by there is no judgement, but the sums stand. */
    c = deal_open("total: 14.2 bn USD, term: 6 yr");
    assert_non_null(c.view.sheet[0].problem);
    assert_int_equal(c.view.sheet[0].irr.n, 0);
    assert_non_null(c.view.sheet[0].irr.reason);
    deal_close(&c);
}

/* Money of four instalments at a rate of nothing is what was drawn. */
static void test_draws(void **state) {
    (void)state;
    gw_assert_near(deal_number("cost: 90 USD, draws: 3, draw_rate: 0 %", "capital_usd"), 90.0,
                   EXACT);
    /* Without its own rate the draws bear that of the loan: half a year of 21 % is 10 %. */
    gw_assert_near(deal_number("cost: 100 USD, draws: 1, draw_period: 6 mo, debt_share: 50 %, "
                               "debt_rate: 21 %",
                               "capital_usd"),
                   110.0, EXACT);
}

static void test_refusals(void **state) {
    (void)state;
    deal_refuse("payments: 1 USD/yr, total: 5 USD, cost: 1 USD", "`payments` and `total`");
    deal_refuse("payments: 1 USD/yr, price: 5 USD/h, accelerators: 1", "`payments` and `price`");
    deal_refuse("cost: 1 USD, it_cost: 5 USD/W, power: 1 MW", "`cost` and `it_cost`");
    deal_refuse("cost: 9 USD, debt: 1 USD, debt_share: 5 %, debt_rate: 3 %",
                "`debt` and `debt_share`");
    deal_refuse("opex: 1 USD/yr, opex_rate: 5 USD/W/yr, power: 1 MW", "`opex` and `opex_rate`");
    deal_refuse("price: 2 USD/h, cost: 1 USD", "`price` needs `accelerators`");
    deal_refuse("it_cost: 2 USD/W", "`it_cost` needs `power`");
    deal_refuse("cost: 9 USD, debt: 1 USD", "`debt` needs `debt_rate`");
    deal_refuse("cost: 9 USD, dscr: 1.3, debt_rate: 8 %", "coverage of what?");
    deal_refuse("cost: 9 USD, draws: 4", "`draws` needs");
    deal_refuse("cost: 9 USD, energy_per_year: 4 MWh", "`fixed_charge_rate`");
    deal_refuse("cost: 9 USD, payments: 3 USD/yr, utilisation: 70 %",
                "`utilisation` has no effect");
    deal_refuse("cost: 9 USD, notice: 90 d", "`notice` has no effect");
    deal_refuse("cost: 9 USD, basis: it", "`basis` has no effect");
    deal_refuse("cost: 9 USD, draw_rate: 2 %", "`draw_rate` has no effect");
    deal_refuse("cost: 9 USD, debt_term: 2 yr", "`debt_term` has no effect");
    deal_refuse("title: nothing", "says nothing");
    deal_refuse("cost: 1e15 USD", "");
    deal_refuse("payments: -3 USD/yr", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_up_deals),
        cmocka_unit_test(test_turning_points),
        cmocka_unit_test(test_what_binds_a_loan),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_draws),
        cmocka_unit_test(test_typical_cost),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
