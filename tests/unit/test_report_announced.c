/* Which site a claim means, and what it announced. Names and figures are invented. */
#include <string.h>

#include "base/date.h"
#include "gw_test.h"
#include "report/announced.h"

static gw_history_row some_row = {.date_d = 100.0, .status = ""};
static gw_history_site sites[] = {{"Acme Harbor Alder", 1, &some_row},
                                  {"Acme Harbor Birch", 1, &some_row},
                                  {"Beta Alder Extension", 1, &some_row},
                                  {"Gamma Titan", 1, &some_row}};
static const gw_history history = {.n = 4, .n_rows = 4, .site = sites};

static void test_words_choose_the_site(void **state) {
    (void)state;
    static const struct {
        const char *programme, *place;
        int site;
    } want[] = {
        {"Harbor", "Alder TX", 0}, /* programme and place */
        {"Harbor", "Birch", 1},
        {"Titan", "Elsewhere LA", 3},
        {"Harbor", "Elsewhere OH", -1}, /* two sites of the programme */
        {"", "Alder TX", -1},           /* two places */
        {"Titan", "Alder", 3},          /* the programme counts more than the place */
        {"", "Alder TX;Birch OH", -1},  /* several sites in one claim */
        {"Har", "Ald", -1},             /* parts of words */
        {"", "", -1},
    };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        assert_int_equal(gw_announced_site(&history, want[i].programme, want[i].place),
                         want[i].site);
    }
}

static const char claims[] =
    "id,date_of_claim,source,programme,site,sponsor,counterparty,quantity,value,unit,low,high,"
    "status,"
    "period_start,period_end,quote_language,note,confirmed\n"
    "a,2025-03-01,s,Harbor,Alder TX,,,power_mw,131,MW facility,,,announced,,2026-06-30,en,,yes\n"
    "b,2025-04-01,s,Harbor,Birch OH,,,power_mw,70,MW IT,,,announced,,,en,,yes\n"
    "c,2025-04-01,s,Harbor,Birch OH,,,date_online,2025-12-31,date,,,announced,,,en,,yes\n"
    "d,2025-05-01,s,Titan,Elsewhere,,,power_mw,900,MW generation,,,announced,,2026-01-01,en,,yes\n"
    "e,2025-05-01,s,Titan,Elsewhere,,,power_mw,300,MW IT,,,energised,,2026-01-01,en,,yes\n"
    "f,2025-05-01,s,Titan,Elsewhere,,,power_mw,400,MW IT,,,announced,,,en,no day,yes\n";

static void test_announcements_of_a_table(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_records records = {0};
    assert_int_equal(
        gw_records_from_csv("claims.csv", claims, strlen(claims), arena, diags, &records), GW_OK);
    assert_int_equal(records.n, 6);
    gw_announced *found = NULL;
    /* Generation, what runs already and what has no day are left out. */
    assert_int_equal(gw_announced_find(&records, &history, arena, &found), 2);
    assert_int_equal(found[0].site, 0);
    gw_assert_near(found[0].it_W, 100e6, 1e-9); /* 131 MW over the usual 1.31 */
    gw_assert_close(found[0].said_d, gw_date_from_civil(2025, 3, 1), 0.0);
    gw_assert_close(found[0].due_d, gw_date_from_civil(2026, 6, 30), 0.0);
    assert_int_equal(found[1].site, 1);
    gw_assert_near(found[1].it_W, 70e6, 1e-9);
    gw_assert_close(found[1].due_d, gw_date_from_civil(2025, 12, 31), 0.0);
    gw_diags_free(diags);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_choose_the_site),
        cmocka_unit_test(test_announcements_of_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
