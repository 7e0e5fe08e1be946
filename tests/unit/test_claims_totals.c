/* Totals of a ledger: nothing twice, nothing of different kinds together, everything left out with
 * its reason. Sums: public rows on CoreWeave (11.9 + 4.0 + 6.5 = 22.4 bn USD), Oracle (4.5 GW said
 * twice is one contract), Stargate; else by hand. */
#include "claims/totals.h"

#include "claims_table.h"

static const gw_total *total(const gw_totals *t, const char *group, gw_total_kind kind,
                             const char *basis, gw_commit state) {
    for (int i = 0; i < t->n; i++) {
        const gw_total *one = &t->at[i];
        if (strcmp(one->group, group) == 0 && one->kind == kind && one->state == state &&
            strcmp(one->basis, basis) == 0) {
            return one;
        }
    }
    return NULL;
}

static double sum_of(const gw_totals *t, const char *group, gw_total_kind kind, const char *basis,
                     gw_commit state) {
    const gw_total *one = total(t, group, kind, basis, state);
    return one == NULL || one->n_counted == 0 ? 0.0 : one->value;
}

static const gw_left_out *left_out(const gw_totals *t, const char *id) {
    for (int i = 0; i < t->n_left; i++) {
        if (strcmp(t->records.at[t->left[i].record].id, id) == 0) {
            return &t->left[i];
        }
    }
    return NULL;
}

/* Every claim is counted once or left out once. */
static void check_each_once(const gw_totals *t, int n_with_totals) {
    int *seen = calloc((size_t)t->records.n + 1, sizeof *seen);
    int n = 0;
    for (int i = 0; i < t->n; i++) {
        for (int k = 0; k < t->at[i].n_counted; k++) {
            seen[t->at[i].counted[k]]++;
        }
        for (int k = 0; k < t->at[i].n_left; k++) {
            assert_non_null(t->at[i].left[k].reason);
            seen[t->at[i].left[k].record]++;
        }
    }
    for (int i = 0; i < t->records.n; i++) {
        assert_true(seen[i] <= 1);
        n += seen[i];
    }
    assert_int_equal(n, n_with_totals);
    free(seen);
}

static void test_contracts_once(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r =
        table_read("a,2025-07,x,CoreWeave "
                   "contract,,OpenAI,CoreWeave,contract_usd,4e9,USD,,,contracted,,,,yes,\n"
                   "b,2025-07,x,CoreWeave "
                   "contract,,OpenAI,CoreWeave,contract_usd,11.9e9,USD,,,contracted,,,,yes,\n"
                   "c,2025-03-11,y,CoreWeave-OpenAI,,OpenAI,CoreWeave,contract_usd,11.9e9,USD,,,"
                   "contracted,,,,yes,\n"
                   "d,2025-09-25,y,CoreWeave-OpenAI,,OpenAI,CoreWeave,contract_usd,6.5e9,USD,,,"
                   "contracted,,,,yes,\n"
                   "e,2025-09-25,z,CoreWeave-OpenAI,,OpenAI,CoreWeave,contract_usd,22.4e9,USD,,,"
                   "contracted,,,,yes,\n"
                   "f,2025-09-30,z,CoreWeave-Meta,,Meta,CoreWeave,contract_usd,14.2e9,USD,,,"
                   "contracted,,,,yes,\n"
                   "g,2026-04-09,z,CoreWeave-Meta,,Meta,CoreWeave,contract_usd,21e9,USD,,,"
                   "contracted,,,,yes,\n",
                   arena);
    gw_totals t = gw_claims_totals(&r, NULL, NULL, GW_NAN, arena);
    check_each_once(&t, 7);
    gw_assert_near(sum_of(&t, "CoreWeave-OpenAI", GW_TOTAL_CONTRACT, "", GW_COMMIT_CONTRACTED),
                   22.4e9, 1e-12);
    gw_assert_near(sum_of(&t, "CoreWeave contract", GW_TOTAL_CONTRACT, "", GW_COMMIT_CONTRACTED),
                   0.0, 1e-12);
    gw_assert_near(sum_of(&t, "CoreWeave-Meta", GW_TOTAL_CONTRACT, "", GW_COMMIT_CONTRACTED),
                   35.2e9, 1e-12);
    assert_string_equal(left_out(&t, "b")->rule, "R4");
    assert_string_equal(left_out(&t, "a")->rule, "R3");
    assert_int_equal(left_out(&t, "a")->instead, table_find(&r, "e"));
    assert_null(left_out(&t, "e"));
    gw_arena_free(arena);
}

static void test_power_nests(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(
        "p,2025-01,x,Stargate,,OpenAI,,power_mw,10000,MW facility,,,announced,,,,yes,\n"
        "s1,2025-07,x,Stargate,Abilene TX,OpenAI,,power_mw,1200,MW facility,,,announced,,,,yes,\n"
        "s2,2025-08,x,Stargate,Milam TX,OpenAI,,power_mw,1500,MW facility,,,announced,,,,yes,\n"
        "i,2025-08,x,Stargate,Abilene TX,OpenAI,,power_mw,843,MW IT,,,announced,,,,yes,\n"
        "g,2025-08,x,Stargate,Abilene TX,OpenAI,,power_mw,360,MW generation,,,announced,,,,yes,\n"
        "c,2025-09,x,Stargate,,OpenAI,Nvidia,power_mw,10000,MW facility,,,announced,,,,yes,\n"
        "q1,2025-07,x,Colossus,A,xAI,,power_mw,300,MW IT,,,energised,,,,yes,\n"
        "q2,2025-09,x,Colossus,A,xAI,,power_mw,400,MW IT,,,energised,,,,yes,\n"
        "q3,2025-09,x,Colossus,B,xAI,,power_mw,500,MW IT,,,energised,,,,yes,\n"
        "q4,2025-09,x,Colossus,B,xAI,,power_mw,9000,MW IT,,,opinion,,,,yes,\n",
        arena);
    gw_totals t = gw_claims_totals(&r, NULL, NULL, GW_NAN, arena);
    check_each_once(&t, 10);
    gw_assert_near(sum_of(&t, "Stargate", GW_TOTAL_POWER, "facility", GW_COMMIT_PLEDGED), 10e9,
                   1e-12); /* not 12.7 */
    gw_assert_near(sum_of(&t, "Stargate", GW_TOTAL_POWER, "it", GW_COMMIT_PLEDGED), 843e6, 1e-12);
    gw_assert_near(sum_of(&t, "Stargate", GW_TOTAL_POWER, "generation", GW_COMMIT_PLEDGED), 360e6,
                   1e-12);
    gw_assert_near(sum_of(&t, "Stargate", GW_TOTAL_CHIP_LAYER, "facility", GW_COMMIT_PLEDGED), 10e9,
                   1e-12); /* chips ordered are no sites */
    gw_assert_near(sum_of(&t, "Colossus", GW_TOTAL_POWER, "it", GW_COMMIT_SPENT), 900e6, 1e-12);
    assert_string_equal(left_out(&t, "s1")->rule, "R5");
    assert_string_equal(left_out(&t, "q1")->rule, "R9");
    assert_non_null(left_out(&t, "q4"));
    gw_overlap o = gw_claims_overlap(&r, NULL, arena);
    gw_assert_near(o.left_W[GW_BASIS_FACILITY], 10e9, 1e-12);
    gw_assert_near(o.running_W[GW_BASIS_IT], 900e6, 1e-12);
    gw_arena_free(arena);
}

/* 7 bn, 10 bn, 16 bn for one campus: the last stands, as contracted. Sites that add up to more than
 * the programme's figure stand themselves. */
static void test_later_stands(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(
        "a,2025-10-30,x,Stargate,Saline MI,Related,Oracle,capex_usd,7e9,USD,,,announced,,,,yes,\n"
        "b,2025-12-17,x,Stargate,Saline MI,Related,Oracle,capex_usd,10e9,USD,,,reported,,,,yes,\n"
        "c,2026-04,x,Stargate,Saline MI,Related,Oracle,capex_usd,16e9,USD,,,contracted,,,,yes,\n"
        "d,2026-05,x,Stargate,Milam TX,SB,,capex_usd,5e9,USD,,,contracted,,,,yes,\n"
        "e,2026-05,x,Stargate,,SB,,capex_usd,12e9,USD,,,contracted,,,,yes,\n"
        "f,2026-05,x,Meta,,Meta,,capex_usd,,USD,66e9,72e9,announced,2025-01,2025-12,,yes,\n"
        "g,2026-05,x,Meta,,Meta,,capex_usd,200e9,USD,,,announced,,,,yes,\n",
        arena);
    gw_totals t = gw_claims_totals(&r, NULL, NULL, GW_NAN, arena);
    check_each_once(&t, 7);
    gw_assert_near(sum_of(&t, "Stargate", GW_TOTAL_CAPEX, "unstated", GW_COMMIT_CONTRACTED), 21e9,
                   1e-12);
    gw_assert_near(sum_of(&t, "Stargate", GW_TOTAL_CAPEX, "unstated", GW_COMMIT_PLEDGED), 0.0,
                   1e-12);
    /* a year's guidance and a programme's cost are two quantities */
    gw_assert_near(sum_of(&t, "Meta", GW_TOTAL_SPENDING, "2025-01..2025-12", GW_COMMIT_PLEDGED),
                   69e9, 1e-12);
    gw_assert_near(sum_of(&t, "Meta", GW_TOTAL_CAPEX, "unstated", GW_COMMIT_PLEDGED), 200e9, 1e-12);
    gw_arena_free(arena);
}

static void test_withdrawn(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r =
        table_read("a,2026-01,x,S,Ext,Oracle,Crusoe,power_mw,600,MW,,,reported,,,,yes,\n"
                   "b,2026-03-06,x,S,Ext,Oracle,Crusoe,event,withdrawal,,,,reported,,,,yes,\n"
                   "c,2026-01,x,S,Saline,Related,Oracle,capex_usd,10e9,USD,,,announced,,,,yes,\n"
                   "d,2026-03-06,x,S,Saline,Blue Owl,Related,event,withdrawal,,,,reported,,,,yes,\n"
                   "e,2026-01,x,T,Z,Q,,equity_usd,5e9,USD,,,withdrawn,,,,yes,\n",
                   arena);
    gw_totals t = gw_claims_totals(&r, NULL, NULL, GW_NAN, arena);
    assert_string_equal(left_out(&t, "a")->rule, "R9");
    assert_null(left_out(&t, "c")); /* another party left, the campus did not */
    assert_non_null(left_out(&t, "e"));
    gw_arena_free(arena);
}

/* A commitment of 10 bn, financed, drawn evenly over 1,000 days of which 250 have passed. */
static void test_commitments(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_commitment c[2];
    memset(c, 0, sizeof c);
    double day = gw_date_from_civil(2026, 1, 1);
    for (int i = 0; i < 2; i++) {
        c[i].head.name = i == 0 ? "loan" : "guarantee";
        c[i].kind = i == 0 ? GW_COMMITMENT_DEBT : GW_COMMITMENT_GUARANTEE;
        c[i].party.name = "bank";
        c[i].programme.name = "P";
        c[i].amount_usd = 10e9;
        c[i].pledged_d = c[i].contracted_d = c[i].financed_d = day - 250;
        c[i].draw_from_d = day - 250;
        c[i].draw_until_d = day + 750;
        c[i].withdrawn_d = c[i].disputed_d = GW_NAN;
    }
    gw_scenario in = {0};
    in.commitments.at = c;
    in.commitments.n = 2;
    gw_records none = {0};
    gw_totals t = gw_claims_totals(&none, NULL, &in, day, arena);
    gw_assert_near(sum_of(&t, "P", GW_TOTAL_DEBT, "", GW_COMMIT_FINANCED), 10e9, 1e-12);
    gw_assert_near(sum_of(&t, "P", GW_TOTAL_DEBT, "", GW_COMMIT_DRAWN), 2.5e9, 1e-12);
    assert_non_null(left_out(&t, "guarantee"));
    c[0].withdrawn_d = day - 10;
    t = gw_claims_totals(&none, NULL, &in, day, arena);
    gw_assert_near(sum_of(&t, "P", GW_TOTAL_DEBT, "", GW_COMMIT_FINANCED), 0.0, 1e-12);
    gw_arena_free(arena);
}

static void test_sponsors(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r =
        table_read("a,2025-01,x,S,,OpenAI;SoftBank,,capex_usd,500e9,USD,,,announced,,,,yes,\n"
                   "b,2025-01,x,T,,OpenAI,,capex_usd,50e9,USD,,,announced,,,,yes,\n",
                   arena);
    gw_totals t = gw_claims_totals(&r, NULL, NULL, GW_NAN, arena);
    gw_totals s = gw_claims_totals_by_sponsor(&t, arena);
    gw_assert_near(sum_of(&s, "OpenAI", GW_TOTAL_CAPEX, "unstated", GW_COMMIT_PLEDGED), 550e9,
                   1e-12);
    gw_assert_near(sum_of(&s, "SoftBank", GW_TOTAL_CAPEX, "unstated", GW_COMMIT_PLEDGED), 500e9,
                   1e-12);
    gw_arena_free(arena);
}

/* A figure repeated as withdrawn takes the earlier one out; another figure of the object stays. */
static void test_withdrawn_status(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    static const char *const statuses[] = {"withdrawn", "announced"};
    for (int k = 0; k < 2; k++) {
        gw_records r = table_read(
            gw_arena_printf(
                arena,
                "a,2026-01,x,P,Q TX,Acme,,power_mw,1200,MW facility,,,announced,,,,yes,\n"
                "o,2026-01,x,P,R TX,Acme,,power_mw,500,MW facility,,,announced,,,,yes,\n"
                "b,2026-02,y,P,Q TX,Acme,,power_mw,1200,MW facility,,,%s,,,,yes,\n",
                statuses[k]),
            arena);
        gw_records_settle(&r, arena);
        gw_totals t = gw_claims_totals(&r, NULL, NULL, GW_NAN, arena);
        gw_assert_near(sum_of(&t, "P", GW_TOTAL_POWER, "facility", GW_COMMIT_PLEDGED),
                       k == 0 ? 0.5e9 : 1.7e9, 1e-12);
        gw_overlap o = gw_claims_overlap(&r, NULL, arena);
        gw_assert_near(o.left_W[GW_BASIS_FACILITY], k == 0 ? 0.5e9 : 1.7e9, 1e-12);
    }
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contracts_once),   cmocka_unit_test(test_power_nests),
        cmocka_unit_test(test_later_stands),     cmocka_unit_test(test_withdrawn),
        cmocka_unit_test(test_commitments),      cmocka_unit_test(test_sponsors),
        cmocka_unit_test(test_withdrawn_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
