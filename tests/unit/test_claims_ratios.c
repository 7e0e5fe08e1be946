/* Rule R2 on the public figures of Abilene, the Oracle contract and xAI, and items of claims.
 * Expected values are plain divisions of the published numbers: FT 2025-05-23 (40 bn USD, 400,000
 * chips), Oracle 8-K 2025-06-30 (30 bn USD a year), OpenAI 2025-07-22 (4.5 GW, 2 million chips),
 * WSJ 2025-07 (12 bn USD, 550,000 GPUs; 4 million homes). A year is 365.25 d here and 8,760 h in
 * print: 0.07 % apart. */
#include "claims_fixture.h"

#include "claims/items.h"
#include "claims/ratio.h"

/* Abilene as it was told: 1.2 GW, 400,000 chips, 12 bn USD to build, 40 bn USD of chips. */
static void abilene(fixture *f, gw_claim_basis basis, gw_chip_unit unit) {
    double said_d = gw_date_from_civil(2025, 8, 15);
    gw_claim *power = fixture_claim(f, "power", "abilene", said_d);
    power->power_W = 1.2e9;
    power->basis = (int)basis;
    gw_claim *chips = fixture_claim(f, "chips", "abilene", said_d);
    chips->accelerators = 400e3;
    chips->unit = (int)unit;
    gw_claim *build = fixture_claim(f, "build", "abilene", said_d);
    build->capex_usd = 12e9;
    build->scope = GW_CAPEX_BUILD;
    build->wording = GW_WORDING_AT_LEAST;
    gw_claim *silicon = fixture_claim(f, "silicon", "abilene", said_d);
    silicon->capex_usd = 40e9;
    silicon->scope = GW_CAPEX_CHIPS;
}

static void test_items(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim_item *items = NULL;
    assert_int_equal(gw_claims_items(&f.in, f.arena, &items), 0);
    gw_claim *both = fixture_claim(&f, "a", "x", 0);
    both->power_W = 1e9;
    both->online_d = 20000;
    fixture_claim(&f, "b", "x", 0)->capex_usd = 5e9;
    assert_int_equal(gw_claims_items(&f.in, f.arena, &items), 3);
    assert_int_equal(items[0].claim, 0);
    assert_int_equal(items[0].quantity, GW_CLAIM_POWER);
    assert_string_equal(items[0].unit, "MW");
    assert_int_equal(items[1].quantity, GW_CLAIM_ONLINE);
    assert_null(items[1].unit);
    assert_int_equal(items[2].claim, 1);
    gw_assert_near(items[2].value, 5e9, 0);
    fixture_end(&f);
}

static void test_abilene_ratios(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    abilene(&f, GW_BASIS_FACILITY, GW_CHIP_UNSTATED);
    double all_in = GW_NAN, build = GW_NAN;
    gw_ledger_report report = fixture_report(&f);
    for (int i = 0; i < report.n_implied; i++) {
        if (strcmp(report.implied[i].unit, "USD/W") == 0) {
            *(report.implied[i].n_claims == 3 ? &all_in : &build) = report.implied[i].value;
        }
    }
    gw_assert_near(all_in, 43.3, 1e-3); /* 52 bn over 1.2 GW */
    gw_assert_near(build, 10.0, 1e-9);
    gw_assert_near(fixture_implied(&f, "W"), 3000.0, 1e-9);
    gw_assert_near(fixture_implied(&f, "USD"), 100e3, 1e-9);
    fixture_end(&f);
}

static void test_watts_against_dollars(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    abilene(&f, GW_BASIS_FACILITY, GW_CHIP_UNSTATED);
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R2", GW_ERROR), 1);
    double by_power, by_cost, each, needed;
    const gw_finding *finding = fixture_find(&found, "R2", "gpus_by_power", &by_power);
    fixture_find(&found, "R2", "gpus_by_cost", &by_cost);
    fixture_find(&found, "R2", "cost_per_gpu", &each);
    fixture_find(&found, "R2", "power_needed", &needed);
    gw_assert_near(by_power, 400e3, 0);
    gw_assert_near(by_cost, 800e3, 0);
    gw_assert_near(each, 50e3, 1e-12);
    gw_assert_near(needed, 2.4e9, 1e-12); /* 2.34 GW at Epoch's 2.927 kW each */
    assert_int_equal(finding->severity, GW_ERROR);
    assert_int_equal(finding->n_claims, 3);
    assert_non_null(strstr(finding->message, "both cannot hold"));
    fixture_end(&f);
}

/* At 20 bn USD the same chips are 50,000 USD each: watts and dollars fit one number of GPUs. */
static void test_watts_and_dollars_agree(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    abilene(&f, GW_BASIS_FACILITY, GW_CHIP_GPU);
    f.claims[3].capex_usd = 20e9;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R2", GW_ERROR), 0);
    assert_int_equal(fixture_count(&found, "R2", GW_WARNING), 0);
    assert_int_equal(fixture_count(&found, "R1", GW_NOTE), 0);
    fixture_end(&f);
}

static void test_joint_is_pure(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    /* Boards of two GPUs that cost 100,000 USD and draw 5.85 kW: both readings say two. */
    gw_joint joint = gw_claims_joint(&f.in, 200e3, 1.17e9, GW_BASIS_FACILITY, 20e9);
    assert_false(joint.conflict);
    assert_int_equal(joint.power_reading, 1);
    assert_int_equal(joint.cost_reading, 1);
    /* Without bands nothing can be in conflict. */
    f.in.bands.n = 0;
    joint = gw_claims_joint(&f.in, 400e3, 1.2e9, GW_BASIS_FACILITY, 40e9);
    assert_false(joint.conflict);
    assert_int_equal(joint.power_reading, -1);
    joint = gw_claims_joint(&f.in, 0, 1.2e9, GW_BASIS_FACILITY, 40e9);
    assert_false(joint.conflict);
    fixture_end(&f);
}

/* 30 bn USD a year for 4.5 GW and 2 million chips: 6.67 USD/W a year, 1.71 USD per chip-hour; 60
 * bn: 3.42. */
static void test_oracle_contract(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *claim = fixture_claim(&f, "oracle", "contract", gw_date_from_civil(2025, 7, 22));
    claim->power_W = 4.5e9;
    claim->accelerators = 2e6;
    claim->revenue_usd_per_s = 30e9 / FIXTURE_YEAR_s;
    gw_assert_near(fixture_implied(&f, "USD/W/yr") * FIXTURE_YEAR_s, 6.667, 1e-3);
    gw_assert_near(fixture_implied(&f, "USD/h") * 3600, 1.712, 2e-3);
    claim->revenue_usd_per_s *= 2;
    gw_assert_near(fixture_implied(&f, "USD/h") * 3600, 3.424, 2e-3);
    fixture_end(&f);
}

/* Anthropic's 1.25 bn USD a month: 7.78 USD an hour over 220,000 GPUs, 5.27 over 325,000 (SpaceX
 * S-1, S-1/A). */
static void test_colossus_lease(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *claim = fixture_claim(&f, "s1", "lease", gw_date_from_civil(2026, 5, 20));
    claim->accelerators = 220e3;
    claim->unit = GW_CHIP_GPU;
    claim->revenue_usd_per_s = 1.25e9 / FIXTURE_MONTH_s;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    gw_assert_near(fixture_implied(&f, "USD/h") * 3600, 7.78, 1e-3);
    assert_int_equal(fixture_count(&found, "R2", GW_WARNING), 1); /* band ends at 7 */
    claim->accelerators = 325e3;
    found = gw_claims_check(&f.in, f.arena);
    gw_assert_near(fixture_implied(&f, "USD/h") * 3600, 5.27, 1e-3);
    assert_int_equal(fixture_count(&found, "R2", GW_WARNING), 0);
    fixture_end(&f);
}

/* 12 bn USD for 550,000 GPUs: 21,800 USD each, below any unit price. */
static void test_xai_chips(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *claim = fixture_claim(&f, "valor", "colossus 2", gw_date_from_civil(2025, 7, 22));
    claim->accelerators = 550e3;
    claim->unit = GW_CHIP_GPU;
    claim->capex_usd = 12e9;
    claim->scope = GW_CAPEX_CHIPS;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    double implied, factor;
    const gw_finding *finding = fixture_find(&found, "R2", "implied", &implied);
    fixture_find(&found, "R2", "factor", &factor);
    gw_assert_near(implied, 21818.18, 1e-6);
    gw_assert_near(factor, 25e3 / 21818.18, 1e-6);
    assert_int_equal(finding->severity, GW_WARNING);
    assert_string_equal(finding->reading, "the scopes differ");
    fixture_end(&f);
}

/* 1.2 GW as 3 million households: 400 W, 3,504 kWh a year, German; 4.5 GW as 4 million: 9,855 kWh,
 * American. */
static void test_households(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *claim = fixture_claim(&f, "homes", "abilene", gw_date_from_civil(2025, 8, 15));
    claim->power_W = 1.2e9;
    claim->households = 3e6;
    const gw_implied *implied = fixture_implied_row(&f, "kWh/yr");
    gw_assert_near(implied->value, 400.0, 1e-12);
    assert_non_null(strstr(implied->reading, "DE"));
    assert_true(implied->inside);
    claim->power_W = 4.5e9;
    claim->households = 4e6;
    implied = fixture_implied_row(&f, "kWh/yr");
    gw_assert_near(implied->value * 8760 / 1000, 9855.0, 1e-9);
    assert_non_null(strstr(implied->reading, "US"));
    fixture_end(&f);
}

/* 50 bn USD for 5 GW, scope unstated: too little for everything, plausible for the buildings
 * (Reuters 2026-07-13). */
static void test_unstated_scope(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *claim = fixture_claim(&f, "reuters", "hyperion", gw_date_from_civil(2026, 7, 13));
    claim->power_W = 5e9;
    claim->capex_usd = 50e9;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R2", GW_WARNING), 1);
    double implied;
    const gw_finding *finding = fixture_find(&found, "R2", "implied", &implied);
    gw_assert_near(implied, 10.0, 1e-12);
    assert_non_null(strstr(finding->reading, "without chips"));
    fixture_end(&f);
}

static void test_states_and_bases_are_not_mixed(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    /* 105 MW ran in September 2025: not to be divided by the chips of the finished campus. */
    gw_claim *early = fixture_claim(&f, "early", "abilene", gw_date_from_civil(2025, 9, 26));
    early->power_W = 105e6;
    early->basis = GW_BASIS_IT;
    early->true_at_d = gw_date_from_civil(2025, 9, 26);
    gw_claim *chips = fixture_claim(&f, "chips", "abilene", gw_date_from_civil(2025, 5, 23));
    chips->accelerators = 400e3;
    chips->unit = GW_CHIP_GPU;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R2", GW_NOTE) + fixture_count(&found, "R2", GW_WARNING),
                     0);
    /* Generation is not the power of the chips; H100 equivalents are not chips. */
    early->true_at_d = GW_NAN;
    early->basis = GW_BASIS_GENERATION;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R2", GW_NOTE) + fixture_count(&found, "R2", GW_WARNING),
                     0);
    early->basis = GW_BASIS_IT;
    chips->unit = GW_CHIP_H100E;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R2", GW_NOTE) + fixture_count(&found, "R2", GW_WARNING),
                     0);
    /* Superchips are counted as the two GPUs that they are. */
    early->power_W = 843e6;
    chips->unit = GW_CHIP_SUPERCHIP;
    chips->accelerators = 201600;
    gw_assert_near(fixture_implied(&f, "W"), 843e6 / 403200, 1e-12);
    fixture_end(&f);
}

/* A superseded claim no longer meets others, but what it said in one breath still implies its
 * ratio. */
static void test_superseded_pairs(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *old = fixture_claim(&f, "old", "lease", gw_date_from_civil(2026, 5, 20));
    gw_claim *new = fixture_claim(&f, "new", "lease", gw_date_from_civil(2026, 6, 1));
    old->revenue_usd_per_s = new->revenue_usd_per_s = 1.25e9 / FIXTURE_MONTH_s;
    old->accelerators = 220e3;
    new->accelerators = 325e3;
    old->unit = new->unit = GW_CHIP_GPU;
    new->supersedes = (gw_ref){"old", 0};
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_report(&f).n_implied, 2);
    assert_int_equal(fixture_count(&found, "R2", GW_WARNING), 1);
    old->accelerators = GW_NAN; /* its money must not be divided by the other's chips */
    old->revenue_usd_per_s *= 2;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_report(&f).n_implied, 1);
    assert_int_equal(fixture_count(&found, "R2", GW_WARNING), 0);
    fixture_end(&f);
}

static void test_fit_of_bands(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    /* 1,400 W: inside as IT power, below as facility power; an unstated basis is plausible as IT.
     */
    gw_band_fit fit = gw_claims_fit(&f.in, GW_RATIO_W_PER_ACC, GW_BASIS_IT, 1400);
    assert_true(fit.inside);
    fit = gw_claims_fit(&f.in, GW_RATIO_W_PER_ACC, GW_BASIS_FACILITY, 1400);
    assert_false(fit.inside);
    assert_false(fit.above);
    gw_assert_near(fit.factor, 1650.0 / 1400.0, 1e-12);
    fit = gw_claims_fit(&f.in, GW_RATIO_W_PER_ACC, GW_BASIS_UNSTATED, 1400);
    assert_true(fit.inside);
    assert_int_equal(fit.bases_inside, 1u << GW_BASIS_IT);
    /* Both ends belong to the band. */
    assert_true(gw_claims_fit(&f.in, GW_RATIO_W_PER_ACC, GW_BASIS_FACILITY, 1650).inside);
    assert_true(gw_claims_fit(&f.in, GW_RATIO_W_PER_ACC, GW_BASIS_FACILITY, 3500).inside);
    /* No band of the basis: nothing is said. */
    fit = gw_claims_fit(&f.in, GW_RATIO_USD_PER_W_BUILD, GW_BASIS_SERVER, 10);
    assert_int_equal(fit.n_bands, 0);
    assert_null(fit.band);
    fixture_end(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_abilene_ratios),
        cmocka_unit_test(test_watts_against_dollars),
        cmocka_unit_test(test_watts_and_dollars_agree),
        cmocka_unit_test(test_joint_is_pure),
        cmocka_unit_test(test_oracle_contract),
        cmocka_unit_test(test_colossus_lease),
        cmocka_unit_test(test_xai_chips),
        cmocka_unit_test(test_households),
        cmocka_unit_test(test_unstated_scope),
        cmocka_unit_test(test_states_and_bases_are_not_mixed),
        cmocka_unit_test(test_superseded_pairs),
        cmocka_unit_test(test_fit_of_bands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
