/* What changed between two days. Rows: Saline's price tags (7, 10, 16 bn USD), Nvidia's letter of
 * intent of 100 bn replaced by 30 bn, Abilene's buildings; factors by hand. */
#include "claims/changes.h"

#include "claims_table.h"

static const gw_change *change(const gw_changes *c, const gw_records *r, gw_change_kind kind,
                               const char *id) {
    for (int i = 0; i < c->n; i++) {
        if (c->at[i].kind == kind && strcmp(r->at[c->at[i].to].id, id) == 0) {
            return &c->at[i];
        }
    }
    return NULL;
}

static const char rows[] =
    "a,2025-10-30,x,Stargate,Saline MI,Related,Oracle,capex_usd,7e9,USD,,,announced,,,,yes,\n"
    "b,2025-12-17,x,Stargate,Saline MI,Related,Oracle,capex_usd,10e9,USD,,,reported,,,,yes,\n"
    "c,2026-04-10,x,Stargate,Saline MI,Related,Oracle,capex_usd,16e9,USD,,,contracted,,,,yes,\n"
    "d,2025-09-22,x,OpenAI-Nvidia,,Nvidia,OpenAI,equity_usd,100e9,USD,,,announced,,,,yes,\n"
    "e,2026-02-20,x,OpenAI-Nvidia,,Nvidia,OpenAI,equity_usd,30e9,USD,,,contracted,,,,yes,\n"
    "f,2025-03,x,Stargate,Abilene TX,Crusoe,,buildings,2,buildings,,,announced,,,,yes,\n"
    "g,2025-12-24,x,Stargate,Abilene TX,Crusoe,,buildings,2,buildings,,,energised,,,,yes,\n"
    "h,2025-01,x,Stargate,Abilene TX,Crusoe,,date_online,2026-06-30,date,,,announced,,,,yes,\n"
    "i,2026-01,x,Stargate,Abilene TX,Crusoe,,date_online,2026-11-01,date,,,announced,,,,yes,\n"
    "j,2026-04-09,x,Stargate UK,UK,OpenAI,,event,withdrawal,,,,reported,,,,yes,\n"
    "k,2026-01,x,Stargate,Milam TX,SB,,power_mw,1200,MW facility,,,contracted,,,,yes,\n"
    "l,2026-02,x,Stargate,Milam TX,SB,,power_mw,1200,MW facility,,,contracted,,,,yes,\n"
    "m,2025-09-30,x,CoreWeave-Meta,,Meta,CoreWeave,contract_usd,14.2e9,USD,,,contracted,,,,yes,\n"
    "n,2026-04-09,x,CoreWeave-Meta,,Meta,CoreWeave,contract_usd,21e9,USD,,,contracted,,,,yes,\n";

static void test_changes(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(rows, arena);
    gw_changes c = gw_claims_changes(&r, gw_date_from_civil(2025, 11, 30),
                                     gw_date_from_civil(2026, 4, 30), arena);
    const gw_change *saline = change(&c, &r, GW_CHANGE_REVISED, "c");
    assert_non_null(saline);
    assert_string_equal(r.at[saline->from].id, "a");
    gw_assert_near(saline->factor, 16.0 / 7.0, 1e-12);
    const gw_change *equity = change(&c, &r, GW_CHANGE_REVISED, "e");
    gw_assert_near(equity->factor, 0.3, 1e-12);
    gw_assert_near(change(&c, &r, GW_CHANGE_REVISED, "i")->shift_d, 124.0, 1e-12); /* 30 June to
                                                                                      1 November */
    assert_non_null(change(&c, &r, GW_CHANGE_WITHDRAWN, "j"));
    assert_non_null(change(&c, &r, GW_CHANGE_CONFIRMED, "g"));
    assert_non_null(change(&c, &r, GW_CHANGE_NEW, "l"));
    /* a second contract revises none */
    assert_non_null(change(&c, &r, GW_CHANGE_NEW, "n"));
    assert_null(change(&c, &r, GW_CHANGE_REVISED, "n"));
    gw_arena_free(arena);
}

static void test_quiet_span(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(rows, arena);
    gw_changes c = gw_claims_changes(&r, gw_date_from_civil(2026, 5, 1),
                                     gw_date_from_civil(2026, 9, 1), arena);
    assert_int_equal(c.n, 0);
    c = gw_claims_changes(&r, gw_date_from_civil(2026, 1, 31), gw_date_from_civil(2026, 3, 31),
                          arena);
    assert_int_equal(c.n_repeated, 1); /* Milam, the same 1.2 GW */
    assert_int_equal(c.counts[GW_CHANGE_REVISED], 1);
    gw_arena_free(arena);
}

static void test_as_of(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(rows, arena);
    gw_records known = gw_records_as_of(&r, gw_date_from_civil(2025, 10, 31), arena);
    assert_int_equal(known.n, 5);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_quiet_span),
        cmocka_unit_test(test_as_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
