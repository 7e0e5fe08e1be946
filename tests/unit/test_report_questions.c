/* The questions: numbers against published cases and closed forms, what-ifs that change only what they
 * say, and a sentence instead of a number where an input is missing. */
#include <string.h>

#include "engine/what_if.h"
#include "report/questions.h"
#include "result_fixture.h"

/* Case T28 of the programme facts: CFADS 100 for ten years, DSCR 1.30, 8 %. */
static void debt_that_the_cash_carries(void **state) {
    (void)state;
    double cfads[10];
    for (int i = 0; i < 10; i++) {
        cfads[i] = 100.0;
    }
    gw_assert_near(gw_questions_debt_usd(cfads, 10, 0.08, 1.30), 516.1601076, 1e-9);
    cfads[3] = -50.0; /* a bad year carries nothing, and takes nothing from the others */
    double without = 516.1601076 - 100.0 / 1.3 / pow(1.08, 4);
    gw_assert_near(gw_questions_debt_usd(cfads, 10, 0.08, 1.30), without, 1e-8);
}

/* Case T37: half a year of carry on 37.882 bn USD at 6.5 % and at 10 %. */
static void carry_of_half_a_year(void **state) {
    (void)state;
    gw_assert_close(gw_carry_usd(37.882e9, 0.065, 0.5), 1.2118e9, 5e4);
    gw_assert_close(gw_carry_usd(37.882e9, 0.10, 0.5), 1.8490e9, 5e4);
    gw_assert_close(gw_carry_usd(1.0, 0.0, 3.0), 0.0, 1e-15);
}

/* Case T26: 1.2 GW over 3 million, 4.5 GW over 4 million households. */
static void households(void **state) {
    (void)state;
    gw_assert_near(gw_questions_household_J(1.2e9, 3e6) / 3.6e6, 3504.0, 1e-12);
    gw_assert_near(gw_questions_household_J(4.5e9, 4e6) / 3.6e6, 9855.0, 1e-12);
}

/* ------------------------------------------------------------------ what-ifs */

static void no_change_is_the_base_case(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 0);
    gw_what_if none = gw_what_if_none();
    gw_state *s = gw_what_if_run(f.model, &none);
    assert_memory_equal(s->row, f.result->base_row, (size_t)f.model->n_values * sizeof(double));
    gw_state_free(s);
    release(f);
}

static double value(const finished *f, const gw_state *s, gw_metric_id id) {
    return s->row[f->model->metric_offset[id]];
}

/* Power a year late: `large` is due in December 2026, so the whole is a year later (it is the last to
 * arrive then); the chips installed in December 2025 run on. */
static void power_late(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 0);
    gw_what_if what = gw_what_if_none();
    double energised_d = f.model->in->sites.at[0].supply.at[1].energised_d;
    what.power_late_s = 365.25 * 86400.0;
    gw_state *s = gw_what_if_run(f.model, &what);
    double base_d = f.result->base_row[f.model->metric_offset[GW_M_all_full_date_d]];
    double slip_d = f.result->base->in->sites.at[0].slip_s / 86400.0;
    double want_d = f.result->base->in->sites.at[0].supply.at[1].energised_d + slip_d + 365.25;
    assert_true(base_d < want_d);
    gw_assert_close(value(&f, s, GW_M_all_full_date_d), want_d, 1e-6);
    gw_assert_near(value(&f, s, GW_M_total_running_it_power_W),
                   f.result->base_row[f.model->metric_offset[GW_M_total_running_it_power_W]],
                   1e-12);
    assert_true(value(&f, s, GW_M_waiting_chips_frac) >
                f.result->base_row[f.model->metric_offset[GW_M_waiting_chips_frac]]);
    /* the scenario that all share is untouched */
    gw_assert_close(f.model->in->sites.at[0].supply.at[1].energised_d, energised_d, 0.0);
    gw_state_free(s);
    release(f);
}

static void prices_and_chip_life(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 0);
    double npv[3];
    for (int k = 0; k < 3; k++) {
        gw_what_if what = gw_what_if_none();
        what.chip_life_s = (3.0 + 2.0 * k) * 365.25 * 86400.0;
        gw_state *s = gw_what_if_run(f.model, &what);
        npv[k] = s->cash.npv_usd;
        gw_state_free(s);
    }
    assert_true(npv[0] < npv[1] && npv[1] < npv[2]);
    gw_what_if what = gw_what_if_none();
    what.price_factor = 0.5;
    gw_state *s = gw_what_if_run(f.model, &what);
    gw_assert_near(s->cash.revenue_total_usd, 0.5 * f.result->base->cash.revenue_total_usd, 1e-9);
    gw_state_free(s);
    release(f);
}

/* ------------------------------------------------------------------ answers */

static const gw_answer *answer_of(const gw_answers *answers, int number) {
    for (int i = 0; i < answers->n; i++) {
        if (answers->at[i].number == number) {
            return &answers->at[i];
        }
    }
    fail_msg("question %d is not in the list", number);
    return NULL;
}

static int widest(const char *text) {
    int most = 0;
    int columns = 0;
    for (const char *p = text; *p != '\0'; p++) {
        columns = *p == '\n' ? 0 : columns + (((unsigned char)*p & 0xC0) != 0x80);
        most = columns > most ? columns : most;
    }
    return most;
}

/* Every promised question is there, with an answer or with what is missing; no odd numbers. */
static void every_question_is_answered_or_says_why_not(void **state) {
    (void)state;
    static const int wanted[] = {1,  2,  3,  4,  5,  6,  8,  9,  10, 11, 12, 13, 14,
                                 17, 18, 19, 20, 25, 26, 27, 28, 29, 30, 34, 35, 36};
    static const char *const files[] = {"small.yaml", "awkward.yaml"};
    for (int k = 0; k < 2; k++) {
        for (int n_samples = 0; n_samples <= 40; n_samples += 40) {
            finished f = run_scenario(files[k], n_samples);
            gw_arena *arena = gw_arena_create(0);
            gw_answers answers = gw_questions_work(f.result, arena);
            gw_buf out = {0};
            for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
                const gw_answer *a = answer_of(&answers, wanted[i]);
                assert_true(a->text[0] != '\0' || a->missing != NULL);
            }
            gw_questions_text(f.result, &answers, 80, &out);
            assert_true(widest(out.text) <= 80);
            assert_null(strstr(out.text, " nan"));
            assert_null(strstr(out.text, "(null)"));
            gw_buf_clear(&out);
            gw_arena_free(arena);
            release(f);
        }
    }
}

static void what_is_missing_is_named(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 0); /* no contract, no funding, no market price */
    gw_arena *arena = gw_arena_create(0);
    gw_answers answers = gw_questions_work(f.result, arena);
    assert_string_equal(answer_of(&answers, 9)->text, "");
    assert_non_null(strstr(answer_of(&answers, 9)->missing, "contracts"));
    assert_string_equal(answer_of(&answers, 12)->text, "");
    assert_string_equal(answer_of(&answers, 30)->text, "");
    assert_non_null(strstr(answer_of(&answers, 30)->missing, "funding"));
    assert_non_null(strstr(answer_of(&answers, 29)->missing, "-n 1000"));
    assert_non_null(strstr(answer_of(&answers, 25)->missing, "memory"));
    gw_arena_free(arena);
    release(f);
}

static void answers_hold_the_numbers_of_the_run(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 40);
    gw_arena *arena = gw_arena_create(0);
    gw_answers answers = gw_questions_work(f.result, arena);
    /* the price of `rental` is 3 USD/h in the base case */
    assert_non_null(
        strstr(answer_of(&answers, 6)->text, "rental pays 3.00 USD per accelerator-hour"));
    assert_non_null(strstr(answer_of(&answers, 37)->text, "\"up to\": one claim"));
    assert_non_null(strstr(answer_of(&answers, 12)->text, "3 years: return "));
    assert_non_null(strstr(answer_of(&answers, 35)->text, "12 months later"));
    assert_non_null(strstr(answer_of(&answers, 28)->text, "A small campus: "));
    gw_arena_free(arena);
    release(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debt_that_the_cash_carries),
        cmocka_unit_test(carry_of_half_a_year),
        cmocka_unit_test(households),
        cmocka_unit_test(no_change_is_the_base_case),
        cmocka_unit_test(power_late),
        cmocka_unit_test(prices_and_chip_life),
        cmocka_unit_test(every_question_is_answered_or_says_why_not),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(answers_hold_the_numbers_of_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
