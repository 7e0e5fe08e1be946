/* Promises against observations. CRPS: closed forms against numerical integration here; triangular
 * (2, 3, 7) as in other tests of that distribution. Days by the calendar: 30 June 2025 to 26
 * September 2025 is 88 days (the first building at Abilene). */
#include "claims/score.h"

#include <math.h>

#include "claims_table.h"

static double cdf(double low, double mode, double high, double x) {
    if (x <= low || x >= high) {
        return x <= low ? 0.0 : 1.0;
    }
    if (!gw_is_set(mode)) {
        return (x - low) / (high - low);
    }
    return x < mode ? (x - low) * (x - low) / ((high - low) * (mode - low))
                    : 1.0 - (high - x) * (high - x) / ((high - low) * (high - mode));
}

static double crps_by_steps(double low, double mode, double high, double y) {
    double from = fmin(low, y) - 1.0, to = fmax(high, y) + 1.0, sum = 0;
    int n = 400000;
    double step = (to - from) / n;
    for (int i = 0; i < n; i++) {
        double x = from + (i + 0.5) * step;
        double f = cdf(low, mode, high, x) - (x >= y ? 1.0 : 0.0);
        sum += f * f * step;
    }
    return sum;
}

static void test_crps(void **state) {
    (void)state;
    static const double modes[] = {2.0, 3.0, 6.5, 7.0};
    for (double y = 0.5; y < 9.0; y += 0.75) {
        gw_assert_close(gw_claims_crps(2, GW_NAN, 7, y), crps_by_steps(2, GW_NAN, 7, y), 2e-5);
        for (int k = 0; k < 4; k++) {
            gw_assert_close(gw_claims_crps(2, modes[k], 7, y), crps_by_steps(2, modes[k], 7, y),
                            2e-5);
        }
    }
    gw_assert_near(gw_claims_crps(0, GW_NAN, 1, 0.5), 1.0 / 12.0, 1e-12);
    gw_assert_near(gw_claims_crps(0, GW_NAN, 1, 3.0), 2.0 + 1.0 / 3.0, 1e-12);
}

static const gw_score *score(const gw_scores *s, const gw_records *r, const char *id) {
    for (int i = 0; i < s->n; i++) {
        if (strcmp(r->at[s->at[i].record].id, id) == 0) {
            return &s->at[i];
        }
    }
    fail_msg("no score of %s", id);
    return NULL;
}

static const char rows[] =
    "late,2025-03,x,S,Abilene TX,Crusoe,,date_online,2025-06-30,date,,,announced,,,First "
    "phase,yes,\n"
    "odds,2025-03,x,S,Abilene TX,Crusoe,,date_online,2025-09-30,date,,,announced,,,First "
    "phase,yes,0.8\n"
    "size,2025-03,x,S,Abilene TX,Crusoe,,power_mw,1180,MW facility,,,announced,,,,yes,\n"
    "full,2025-03,x,S,Abilene "
    "TX,Crusoe,,date_online,2026-06-30,date,,,announced,,,Completion,yes,0.9\n"
    "o1,2025-09-26,e,S,Abilene TX,OpenAI,,power_mw,147,MW facility,,,energised,,,,yes,\n"
    "o2,2026-05-23,e,S,Abilene TX,OpenAI,,power_mw,590,MW facility,,,energised,,,,yes,\n"
    "o3,2025-10-29,e,R,New Carlisle,Amazon,,gpus,500000,Trainium2,,,energised,,,,yes,\n"
    "half,2025-06,x,R,New Carlisle,Amazon,,gpus,1000000,Trainium2,,,announced,,2025-12-31,,yes,\n"
    "none,2025-06,x,Q,Nowhere,Meta,,power_mw,100,MW IT,,,announced,,2025-12-31,,yes,\n"
    "open,2025-06,x,Q,Nowhere,Meta,,power_mw,100,MW IT,,,announced,,2028-12-31,,yes,\n"
    "guide,2025-07-30,x,Capex,,Meta,,capex_usd,,USD,66e9,72e9,announced,2025-01,2025-12,,yes,\n"
    "outturn,2026-01-28,x,Capex,,Meta,,capex_usd,72.22e9,USD,,,reported,2025-01,2025-12,,yes,\n";

static void test_promises(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(rows, arena);
    double as_of_d = gw_date_from_civil(2026, 7, 30);
    gw_scores s = gw_claims_scores(&r, as_of_d, arena);
    const gw_score *late = score(&s, &r, "late");
    assert_int_equal(late->state, GW_SCORE_DECIDED);
    gw_assert_near(late->late_d, 88.0, 1e-12);
    const gw_score *odds = score(&s, &r, "odds");
    gw_assert_near(odds->late_d, -4.0, 1e-12);
    gw_assert_near(odds->brier_frac, 0.04, 1e-9); /* (0.8 - 1)^2 */
    const gw_score *full = score(&s, &r, "full");
    assert_int_equal(full->state, GW_SCORE_DECIDED);
    assert_false(gw_is_set(full->late_d));
    gw_assert_near(full->late_min_d, 30.0, 1e-12);
    gw_assert_near(full->realised_frac, 590.0 / 1180.0, 1e-12);
    gw_assert_near(full->brier_frac, 0.81, 1e-9);
    gw_assert_near(score(&s, &r, "half")->realised_frac, 0.5, 1e-12);
    assert_int_equal(score(&s, &r, "none")->state, GW_SCORE_PASSED);
    assert_int_equal(score(&s, &r, "open")->state, GW_SCORE_OPEN);
    const gw_score *guide = score(&s, &r, "guide");
    /* uniform on 66..72, outcome 0.22 above: 0.22 + 6/3 */
    gw_assert_near(guide->error, 2.22e9, 1e-9);
    assert_string_equal(guide->shape, "uniform");
    gw_assert_near(s.brier_mean_frac, 0.5 * (0.04 + 0.81), 1e-9);
    gw_arena_free(arena);
}

static void test_sponsors(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(rows, arena);
    gw_scores s = gw_claims_scores(&r, gw_date_from_civil(2026, 7, 30), arena);
    assert_string_equal(s.sponsors[0].sponsor, "Crusoe");
    assert_int_equal(s.sponsors[0].n_reached, 2);
    gw_assert_near(s.sponsors[0].late_mean_d, 42.0, 1e-12); /* (88 - 4) / 2 */
    gw_assert_near(s.sponsors[0].late_median_d, 42.0, 1e-12);
    assert_int_equal(s.sponsors[0].n_overdue, 1);
    gw_arena_free(arena);
}

/* Nothing observed after the day of judgement counts. */
static void test_no_hindsight(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(rows, arena);
    gw_scores s = gw_claims_scores(&r, gw_date_from_civil(2025, 8, 1), arena);
    assert_int_equal(score(&s, &r, "late")->state, GW_SCORE_PASSED);
    assert_int_equal(score(&s, &r, "full")->state, GW_SCORE_OPEN);
    gw_arena_free(arena);
}

/* A promise at the meter against observations of IT power: between the two lies a factor of 1.1 to 1.6. */
static void test_other_basis(void **state) {
    (void)state;
    static const struct {
        const char *basis, *seen;
        gw_score_state state;
    } cases[] = {
        {"facility", "950,MW IT", GW_SCORE_DECIDED},        /* 1,045 at least */
        {"facility", "500,MW IT", GW_SCORE_DECIDED},        /* 800 at most */
        {"facility", "700,MW IT", GW_SCORE_PASSED},         /* 770 to 1,120 */
        {"facility", "1000,MW facility", GW_SCORE_DECIDED}, /* the same basis */
        {"IT", "1600,MW facility", GW_SCORE_DECIDED},       /* 1,000 at least */
        {"IT", "1200,MW facility", GW_SCORE_PASSED},        /* 750 to 1,091 */
        {"IT", "900,MW facility", GW_SCORE_DECIDED},        /* 818 at most */
    };
    static const bool reached[] = {true, false, false, true, true, false, false};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_arena *arena = gw_arena_create(0);
        gw_records r = table_read(
            gw_arena_printf(
                arena,
                "p,2025-06,x,S,Q TX,Acme,,power_mw,1000,MW %s,,,announced,,2025-12-31,,yes,\n"
                "o,2025-12-01,y,S,Q TX,Acme,,power_mw,%s,,,energised,,,,yes,\n",
                cases[i].basis, cases[i].seen),
            arena);
        gw_records_settle(&r, arena);
        gw_scores s = gw_claims_scores(&r, gw_date_from_civil(2026, 7, 30), arena);
        const gw_score *p = score(&s, &r, "p");
        assert_int_equal(p->state, cases[i].state);
        assert_int_equal(gw_is_set(p->reached_d), reached[i]);
        gw_arena_free(arena);
    }
}

/* "1 GW by July": the date takes the size in its words; words of a first phase do not. */
static void test_size_in_words(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(
        "w,2025-06,x,S,Q TX,Acme,,date_online,2025-12-31,date,,,announced,,,1 GW by July,yes,\n"
        "f,2025-06,x,S,Q TX,Acme,,date_online,2025-12-31,date,,,announced,,,first of 1 "
        "GW,yes,\n"
        "o,2025-12-01,y,S,Q TX,Acme,,power_mw,200,MW facility,,,energised,,,,yes,\n"
        "q,2026-02-01,y,S,Q TX,Acme,,power_mw,1000,MW facility,,,energised,,,,yes,\n",
        arena);
    gw_records_settle(&r, arena);
    gw_scores s = gw_claims_scores(&r, gw_date_from_civil(2026, 7, 30), arena);
    gw_assert_near(score(&s, &r, "w")->value, 1e9, 1e-12);
    gw_assert_near(score(&s, &r, "w")->late_d, 32.0, 1e-12); /* 31 December to 1 February */
    gw_assert_near(score(&s, &r, "w")->realised_frac, 0.2, 1e-12);
    gw_assert_near(score(&s, &r, "f")->late_d, -30.0, 1e-12);
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crps),        cmocka_unit_test(test_promises),
        cmocka_unit_test(test_sponsors),    cmocka_unit_test(test_no_hindsight),
        cmocka_unit_test(test_other_basis), cmocka_unit_test(test_size_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
