/* Calendars, critical path, crews, events: against day-by-day counts, textbook networks worked out by
 * hand, and order statistics. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "gw_test.h"
#include "programme/schedule.h"

typedef struct plan {
    gw_spec *spec;
    gw_model *model;
    gw_state *state;
} plan;

/* A scenario without sites and with this text. */
static char *text_of(const char *activities) {
    static const char frame[] =
        "gigawatt: 1\ntitle: t\nas_of: 2026-01-01\nhorizon: 2025-01 .. 2036-12\n"
        "parties: {a: {}, b: {}}\n";
    size_t n = sizeof frame + strlen(activities) + 1;
    char *text = malloc(n);
    snprintf(text, n, "%s%s", frame, activities);
    return text;
}

static gw_code load(const char *activities, gw_diags *diags, plan *out) {
    char *text = text_of(activities);
    gw_load_opts opts = {0};
    *out = (plan){0};
    gw_code code = gw_spec_load_text("t", text, strlen(text), NULL, &opts, diags, &out->spec);
    if (code == GW_OK) {
        code = gw_model_build(out->spec, diags, &out->model);
    }
    free(text);
    return code;
}

static plan plan_of(const char *activities) {
    gw_diags *diags = gw_diags_create();
    plan p;
    if (load(activities, diags, &p) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    p.state = gw_state_create(p.model);
    return p;
}

static void close_plan(plan p) {
    gw_state_free(p.state);
    gw_model_free(p.model);
    gw_spec_free(p.spec);
}

static void work_out(plan p, int64_t sample) {
    gw_sample_draw(p.model, 7, sample, p.state);
    gw_arena_reset(p.state->scratch, (gw_mark){0});
    gw_schedule_phase(p.model, p.state);
}

static int named(plan p, const char *name) {
    for (int i = 0; i < p.model->in->activities.n; i++) {
        if (strcmp(p.model->in->activities.at[i].head.name, name) == 0) {
            return i;
        }
    }
    fail_msg("no activity %s", name);
    return -1;
}

static double day0(void) {
    return gw_date_from_civil(2026, 1, 1);
}

static double start_of(plan p, const char *name) {
    return p.state->schedule.start_d[named(p, name)] - day0();
}

static double finish_of(plan p, const char *name) {
    return p.state->schedule.finish_d[named(p, name)] - day0();
}

static double float_of(plan p, const char *name) {
    return p.state->schedule.total_float_s[named(p, name)] / GW_DAY_s;
}

static bool critical(plan p, const char *name) {
    return p.state->schedule.critical[named(p, name)];
}

/* ---------------------------------------------------------------- calendars */

static gw_workcal calendar(double days_per_week, double lost_january, int n, gw_closure *closures) {
    gw_workcal c = {.days_per_week = days_per_week};
    c.lost[0] = lost_january;
    c.lost[1] = lost_january / 2;
    c.closures.at = closures;
    c.closures.n = n;
    return c;
}

/* Share of a day that is worked, straight from the definition. */
static double worked(const gw_workcal *c, double day_d) {
    int weekday = (int)fmod(day_d + 3.0, 7.0); /* Monday is 0: 1970-01-01 was a Thursday */
    double rate = c->days_per_week - weekday;
    rate = rate > 1.0 ? 1.0 : rate < 0.0 ? 0.0 : rate;
    for (int i = 0; i < c->closures.n; i++) {
        if (day_d >= c->closures.at[i].from_d && day_d <= c->closures.at[i].until_d) {
            return 0.0;
        }
    }
    int year, month, day;
    gw_date_to_civil(day_d, &year, &month, &day);
    return rate * (1.0 - c->lost[month - 1]);
}

static void calendar_agrees_with_counting_days(void **state) {
    (void)state;
    gw_closure off[] = {
        {.from_d = gw_date_from_civil(2026, 12, 24), .until_d = gw_date_from_civil(2027, 1, 3)},
        {.from_d = gw_date_from_civil(2026, 3, 1), .until_d = gw_date_from_civil(2026, 3, 1)}};
    const double weeks[] = {1, 5, 5.5, 6, 7};
    gw_arena *arena = gw_arena_create(0);
    for (int w = 0; w < 5; w++) {
        gw_workcal c = calendar(weeks[w], 0.3, 2, off);
        gw_worktime time = {0};
        gw_worktime_init(&time, 2, arena);
        gw_worktime_set(&time, &c, day0() - 400.0);
        double sum = 0.0;
        for (double d = day0(); d < day0() + 900.0; d += 1.0) {
            gw_assert_close(gw_worktime_at(&time, d) - gw_worktime_at(&time, day0()), sum, 1e-9);
            gw_assert_close(gw_worktime_rate(&time, d + 0.5), worked(&c, d), 1e-15);
            sum += worked(&c, d);
        }
        for (int k = 1; k < 400; k++) { /* finish: the first day by whose end the work is done */
            double work = 0.7 * k, left = work, d = day0();
            for (; left > worked(&c, d) + 1e-9; d += 1.0) {
                left -= worked(&c, d);
            }
            double expected = d + left / worked(&c, d);
            gw_assert_close(gw_worktime_finish_d(&time, day0(), work), expected, 1e-7);
            /* The latest start for that end does the same work in the same time or less. */
            double late = gw_worktime_start_d(&time, expected, work);
            assert_true(late >= day0() - 1e-7);
            gw_assert_close(gw_worktime_at(&time, expected) - gw_worktime_at(&time, late), work,
                            1e-7);
            gw_assert_close(gw_worktime_finish_d(&time, late, work), expected, 1e-7);
        }
    }
    gw_arena_free(arena);
}

static void five_day_week_in_the_plan(void **state) {
    (void)state;
    /* 2026-01-01 is a Thursday. 10 working days from there: Thu Fri, Mon..Fri, Mon Tue Wed. */
    plan p = plan_of("calendars: {week: {days_per_week: 5}}\nactivities:\n"
                     "  a: {duration: 10 d, calendar: week}\n"
                     "  b: {duration: 2 d, after: [a], lag: 2 d, calendar: week}\n"
                     "  c: {duration: 2 d, after: [b]}\n");
    work_out(p, -1);
    gw_assert_close(finish_of(p, "a"), 14.0, 1e-9); /* end of Wednesday the 14th */
    /* Two days of waiting: Thu 15, Fri 16; then Saturday is off: Monday the 19th. */
    gw_assert_close(start_of(p, "b"), 18.0, 1e-9);
    gw_assert_close(finish_of(p, "b"), 20.0, 1e-9);
    gw_assert_close(start_of(p, "c"), 20.0, 1e-9); /* without a calendar every day is worked */
    /* `a` may end on Friday and still be in time for Monday: it may begin on Monday the 5th. */
    gw_assert_close(float_of(p, "a"), 4.0, 1e-9);
    gw_assert_close(float_of(p, "b"), 0.0, 1e-9);
    assert_true(critical(p, "a") && critical(p, "b") && critical(p, "c"));
    close_plan(p);
}

/* T36 of the project's list of cases: spans between dates of the public record. */
static void spans_of_days(void **state) {
    (void)state;
    gw_assert_near(gw_date_from_civil(2024, 9, 2) - gw_date_from_civil(2024, 4, 24), 131.0, 0.0);
    gw_assert_near(gw_date_from_civil(2025, 9, 26) - gw_date_from_civil(2024, 5, 31), 483.0, 0.0);
    gw_assert_near(gw_date_from_civil(2026, 11, 1) - gw_date_from_civil(2026, 6, 30), 124.0, 0.0);
    plan p = plan_of("activities:\n  c: {started: 2024-04-24, finished: 2024-09-02}\n");
    work_out(p, -1);
    gw_assert_near(finish_of(p, "c") - start_of(p, "c"), 131.0, 0.0);
    close_plan(p);
}

/* ---------------------------------------------------------------- critical path */

/* By hand. Early dates: A 0-3, B 3-7, C 3-5, D 7-12, E 5-6, F 6-8, G 12-16, H 8-11, I 16-18.
 * Late starts: I 16, G 12, H 13, D 7, F 11, E 10, B 3, C 8, A 0. */
static const char network[] = "activities:\n"
                              "  A: {duration: 3 d}\n"
                              "  B: {duration: 4 d, after: [A]}\n"
                              "  C: {duration: 2 d, after: [A]}\n"
                              "  D: {duration: 5 d, after: [B]}\n"
                              "  E: {duration: 1 d, after: [C]}\n"
                              "  F: {duration: 2 d, after: [C, E]}\n"
                              "  G: {duration: 4 d, after: [D, E]}\n"
                              "  H: {duration: 3 d, after: [F]}\n"
                              "  I: {duration: 2 d, after: [G, H]}\n";

static void network_by_hand(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double start, finish, slack;
    } expected[] = {{"A", 0, 3, 0},   {"B", 3, 7, 0},  {"C", 3, 5, 5},
                    {"D", 7, 12, 0},  {"E", 5, 6, 5},  {"F", 6, 8, 5},
                    {"G", 12, 16, 0}, {"H", 8, 11, 5}, {"I", 16, 18, 0}};
    plan p = plan_of(network);
    work_out(p, -1);
    for (int i = 0; i < 9; i++) {
        gw_assert_close(start_of(p, expected[i].name), expected[i].start, 1e-9);
        gw_assert_close(finish_of(p, expected[i].name), expected[i].finish, 1e-9);
        gw_assert_close(float_of(p, expected[i].name), expected[i].slack, 1e-9);
        assert_int_equal(critical(p, expected[i].name), expected[i].slack == 0);
    }
    gw_assert_close(p.state->schedule.finish_all_d - day0(), 18.0, 1e-9);
    int chain[16];
    int last = named(p, "I");
    assert_int_equal(gw_schedule_chain(p.model, p.state, last, chain), 5);
    assert_int_equal(chain[0], named(p, "A"));
    assert_int_equal(chain[4], last);
    close_plan(p);
}

/* Delaying an activity by its float moves nothing at the end; by more, by just the rest. */
static void float_is_what_it_says(void **state) {
    (void)state;
    plan p = plan_of(network);
    work_out(p, -1);
    for (int i = 0; i < p.model->in->activities.n; i++) {
        double slack_s = p.state->schedule.total_float_s[i];
        double *duration_s = &p.state->in->activities.at[i].duration_s, before_s = *duration_s;
        *duration_s = before_s + slack_s;
        gw_schedule_phase(p.model, p.state);
        gw_assert_close(p.state->schedule.finish_all_d - day0(), 18.0, 1e-9);
        *duration_s = before_s + slack_s + 2.0 * GW_DAY_s;
        gw_schedule_phase(p.model, p.state);
        gw_assert_close(p.state->schedule.finish_all_d - day0(), 20.0, 1e-9);
        *duration_s = before_s;
        gw_schedule_phase(p.model, p.state);
    }
    close_plan(p);
}

static void lags_and_earliest_dates(void **state) {
    (void)state;
    plan p = plan_of("activities:\n"
                     "  a: {duration: 5 d}\n"
                     "  b: {duration: 5 d, after: [a], lag: 3 d}\n"
                     "  c: {duration: 4 d, earliest: 2026-01-08}\n"
                     "  end: {kind: milestone, after: [b, c]}\n");
    work_out(p, -1);
    gw_assert_close(start_of(p, "b"), 8.0, 1e-9);
    gw_assert_close(start_of(p, "c"), 7.0, 1e-9);
    gw_assert_close(finish_of(p, "end"), 13.0, 1e-9);
    gw_assert_close(start_of(p, "end"), 13.0, 1e-9);
    gw_assert_close(float_of(p, "c"), 2.0, 1e-9);
    gw_assert_close(float_of(p, "a"), 0.0, 1e-9);
    close_plan(p);
}

/* ---------------------------------------------------------------- history */

static void history_stands(void **state) {
    (void)state;
    plan p = plan_of(
        "activities:\n"
        "  done: {started: 2025-09-01, finished: 2025-11-30, duration: uniform(10 d; 20 d)}\n"
        "  on: {started: 2025-12-20, duration: 20 d, after: [done]}\n"
        "  late: {started: 2025-06-01, duration: 30 d}\n"
        "  next: {duration: 5 d, after: [done]}\n"
        "  after: {duration: 5 d, after: [late]}\n");
    for (int64_t sample = -1; sample < 5; sample++) {
        work_out(p, sample);
        gw_assert_near(finish_of(p, "done"), gw_date_from_civil(2025, 11, 30) - day0(), 0.0);
        gw_assert_near(start_of(p, "done"), gw_date_from_civil(2025, 9, 1) - day0(), 0.0);
        gw_assert_close(finish_of(p, "on"), 8.0, 1e-9);   /* 20 days from the 20th of December */
        gw_assert_close(finish_of(p, "late"), 1.0, 1e-9); /* overdue: tomorrow at the soonest */
        gw_assert_close(start_of(p, "next"), 0.0, 1e-9);  /* nothing planned begins before today */
        gw_assert_close(start_of(p, "after"), 1.0, 1e-9);
        assert_true(isnan(p.state->schedule.total_float_s[named(p, "done")]));
        gw_assert_close(float_of(p, "on"), 0.0, 1e-9);
        assert_false(critical(p, "done"));
    }
    close_plan(p);
}

/* ---------------------------------------------------------------- crews */

/* One crew. By hand: late starts without crews: end 8 -> a 3 (5 days to go: 8-5), b 1, c 0 (its chain is
 * the longest: 2 + 6). Order c, b, a: c 0-2, b 2-9, a 9-14; d follows c: 2-8. */
static void one_crew_by_hand(void **state) {
    (void)state;
    plan p = plan_of("resources: {crew: {capacity: 1}}\nactivities:\n"
                     "  a: {duration: 5 d, resource: crew}\n"
                     "  b: {duration: 7 d, resource: crew}\n"
                     "  c: {duration: 2 d, resource: crew}\n"
                     "  d: {duration: 6 d, after: [c]}\n");
    work_out(p, -1);
    gw_assert_close(start_of(p, "c"), 0.0, 1e-9);
    gw_assert_close(start_of(p, "b"), 2.0, 1e-9);
    gw_assert_close(start_of(p, "a"), 9.0, 1e-9);
    gw_assert_close(finish_of(p, "d"), 8.0, 1e-9);
    gw_assert_close(p.state->schedule.finish_all_d - day0(), 14.0, 1e-9);
    gw_assert_close(p.state->schedule.resource_wait_s[named(p, "a")], 9.0 * GW_DAY_s, 1e-3);
    /* The crew carries the longest path: c -> b -> a; d has time until 14. */
    assert_true(critical(p, "a") && critical(p, "b") && critical(p, "c"));
    assert_false(critical(p, "d"));
    gw_assert_close(float_of(p, "c"), 0.0, 1e-9);
    gw_assert_close(float_of(p, "d"), 6.0, 1e-9);
    close_plan(p);
}

/* Random plans: at no time more units are at work than there are, nothing begins too soon. */
static void crews_are_never_overbooked(void **state) {
    (void)state;
    char text[4096];
    int n = snprintf(text, sizeof text, "resources: {r: {capacity: 3}}\nactivities:\n");
    for (int i = 0; i < 24; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n,
                      "  x%d: {duration: uniform(1 d; 30 d), resource: r, units: %d%s", i,
                      1 + i % 3, i < 4 ? "}\n" : "");
        if (i >= 4) {
            n += snprintf(text + n, sizeof text - (size_t)n, ", after: [x%d, x%d]}\n", i - 4,
                          i - 2 - i % 2);
        }
    }
    plan p = plan_of(text);
    for (int64_t sample = 0; sample < 60; sample++) {
        work_out(p, sample);
        const gw_schedule *s = &p.state->schedule;
        for (int i = 0; i < 24; i++) {
            double used = 0.0;
            for (int k = 0; k < 24; k++) {
                bool now = s->start_d[k] <= s->start_d[i] && s->finish_d[k] > s->start_d[i];
                used += now ? p.model->in->activities.at[k].units : 0.0;
            }
            assert_true(used <= 3.0 + 1e-9);
            const gw_refs *after = &p.model->in->activities.at[i].after;
            for (int k = 0; k < after->n; k++) {
                assert_true(s->finish_d[after->at[k].i] <= s->start_d[i] + 1e-9);
            }
            assert_true(s->total_float_s[i] >= 0.0);
            assert_true(!s->critical[i] || s->total_float_s[i] < 1e-3);
        }
    }
    close_plan(p);
}

/* ---------------------------------------------------------------- merge bias (case T35) */

static double mean_end(plan p, int n) {
    double sum = 0.0;
    for (int s = 0; s < n; s++) {
        work_out(p, s);
        sum += p.state->schedule.finish_all_d - day0();
    }
    return sum / n;
}

/* The mean of the later of two uniform numbers is 2/3; standard error 0.2357 / sqrt(n). */
static void later_of_two_uniform(void **state) {
    (void)state;
    plan p = plan_of("activities:\n"
                     "  a: {duration: uniform(0 d; 1000 d), earliest: 2026-02-01}\n"
                     "  b: {duration: uniform(0 d; 1000 d), earliest: 2026-02-01}\n");
    int n = 20000;
    gw_assert_close((mean_end(p, n) - 31.0) / 1000.0, 2.0 / 3.0, 4.0 * 0.2357 / sqrt(n));
    work_out(p, -1); /* at the medians the bias cannot be seen */
    gw_assert_close((p.state->schedule.finish_all_d - day0() - 31.0) / 1000.0, 0.5, 1e-9);
    close_plan(p);
}

/* The same driver for both: no bias, because they are late together. */
static void shared_driver_takes_the_bias_away(void **state) {
    (void)state;
    plan p = plan_of("drivers: {d: {factor: uniform(0.5; 1.5)}}\nactivities:\n"
                     "  a: {duration: 500 d, drivers: [d]}\n"
                     "  b: {duration: 500 d, drivers: [d]}\n");
    int n = 5000;
    gw_assert_close(mean_end(p, n) / 500.0, 1.0, 4.0 * 0.2887 / sqrt(n));
    p.state->schedule_desk->independent = true; /* each its own draw: 0.5 + 2/3 */
    gw_assert_close(mean_end(p, n) / 500.0, 0.5 + 2.0 / 3.0, 4.0 * 0.2357 / sqrt(n));
    close_plan(p);
}

/* The mean of the latest of eight Exp(1) is 1 + 1/2 + ... + 1/8 = 2.7178571; variance 1.5274. */
static void latest_of_eight_exponential(void **state) {
    (void)state;
    char text[1024];
    int n = snprintf(text, sizeof text, "activities:\n");
    for (int i = 0; i < 8; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n,
                      "  x%d: {duration: 100 d, earliest: 2026-02-01}\n", i);
    }
    plan p = plan_of(text);
    int n_samples = 20000;
    double sum = 0.0;
    for (int s = 0; s < n_samples; s++) {
        for (uint32_t i = 0; i < 8; i++) {
            p.state->in->activities.at[i].duration_s =
                -log(gw_rng_uniform(3, (uint64_t)s, 99, i)) * 1000.0 * GW_DAY_s;
        }
        gw_schedule_phase(p.model, p.state);
        sum += (p.state->schedule.finish_all_d - day0() - 31.0) / 1000.0;
    }
    gw_assert_close(sum / n_samples, 2.7178571, 4.0 * sqrt(1.5274 / n_samples));
    close_plan(p);
}

/* Eight buildings at 90 % each: 0.9^8 = 0.4304672 that all are on time. */
static void eight_at_ninety(void **state) {
    (void)state;
    char text[4096], after[256] = "";
    int n = snprintf(text, sizeof text, "activities:\n");
    for (int i = 0; i < 8; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n, "  b%d: {duration: 100 d}\n", i);
        snprintf(after + strlen(after), sizeof after - strlen(after), "%sb%d", i ? ", " : "", i);
    }
    n += snprintf(text + n, sizeof text - (size_t)n,
                  "  all: {kind: milestone, after: [%s], due: 2026-04-30}\nrisks:\n", after);
    for (int i = 0; i < 8; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n,
                      "  r%d: {probability: 10 %%, activities: [b%d], delay: 60 d}\n", i, i);
    }
    plan p = plan_of(text);
    gw_result *result = NULL;
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = 20000;
    opts.with_tornado = false;
    assert_int_equal(gw_run(p.model, &opts, &result), GW_OK);
    double kept = gw_result_summary(result, GW_M_kept_frac, 8)->mean;
    gw_assert_close(kept, 0.4304672, 4.0 * sqrt(0.4304672 * 0.5695328 / 20000));
    gw_result_free(result);
    close_plan(p);
}

/* ---------------------------------------------------------------- events and money */

static void risks_delay_and_cost(void **state) {
    (void)state;
    plan p =
        plan_of("activities:\n"
                "  a: {duration: 10 d, cost: 5 M USD, cost_per_time: 1 M USD/d}\n"
                "  b: {duration: 10 d, after: [a]}\n"
                "  old: {started: 2025-01-01, finished: 2025-02-01}\n"
                "risks:\n"
                "  likely: {probability: 60 %, activities: [a, b], delay: 7 d, cost: 2 M USD}\n"
                "  unlikely: {probability: 40 %, activities: [a], delay: 100 d}\n"
                "  passed: {probability: 100 %, activities: [old], cost: 1 bn USD}\n"
                "mitigations:\n"
                "  m: {risks: [likely], probability_factor: 0.5, cost: 0.5 M USD}\n"
                "  faster: {activities: [b], duration_factor: 0.5, cost: 3 M USD}\n");
    work_out(p, -1); /* base case: more likely than not happens */
    gw_assert_close(finish_of(p, "a"), 17.0, 1e-9);
    gw_assert_close(finish_of(p, "b"), 34.0, 1e-9);
    gw_assert_near(p.state->schedule.cost_usd, 5e6 + 17e6 + 2e6, 1e-12);
    assert_false(p.state->schedule.risk_happened[2]); /* its only activity is finished */
    p.state->schedule_desk->mitigated[0] = true;      /* 30 %: no longer in the base case */
    p.state->schedule_desk->mitigated[1] = true;
    work_out(p, -1);
    gw_assert_close(finish_of(p, "b"), 15.0, 1e-9);
    gw_assert_near(p.state->schedule.cost_usd, 5e6 + 10e6 + 0.5e6 + 3e6, 1e-12);
    p.state->schedule_desk->mitigated[0] = p.state->schedule_desk->mitigated[1] = false;
    int happened = 0, both = 0;
    for (int s = 0; s < 4000; s++) {
        work_out(p, s);
        bool likely = p.state->schedule.risk_happened[0],
             other = p.state->schedule.risk_happened[1];
        gw_assert_close(finish_of(p, "b"), 20.0 + 14.0 * likely + 100.0 * other, 1e-9);
        happened += likely;
        both += likely && other;
    }
    gw_assert_close(happened / 4000.0, 0.6, 0.031); /* four standard errors */
    gw_assert_close(both / 4000.0, 0.24, 0.027);
    close_plan(p);
}

static void withdrawn_promises_hold_up(void **state) {
    (void)state;
    static const char frame[] =
        "activities:\n"
        "  close: {duration: 30 d}\n"
        "  build: {duration: 100 d, after: [close]}\n"
        "  on: {started: 2025-12-02, duration: 100 d}\n"
        "commitments:\n"
        "  c: {kind: debt, party: a, to: b, amount: 1 bn USD, %s, holds_up: [build, on],"
        " replacement_time: 60 d, replacement_cost: 10 %%}\n";
    char text[1024];
    /* Taken back on 20 December: building waits until 18 February (day 48); work that was on stops
     * for sixty days: from 2 December 100 days to 12 March, then to 11 May (day 130). */
    snprintf(text, sizeof text, frame, "withdrawn: 2025-12-20");
    plan p = plan_of(text);
    work_out(p, -1);
    assert_true(p.state->schedule.withdrawn[0]);
    gw_assert_close(start_of(p, "build"), 48.0, 1e-9);
    gw_assert_close(finish_of(p, "on"), 130.0, 1e-9);
    gw_assert_near(p.state->schedule.cost_usd, 1e8, 1e-12);
    close_plan(p);
    /* Without any date it is missed when the money is needed: sixty days later than planned. */
    snprintf(text, sizeof text, frame, "withdrawal: 100 %");
    p = plan_of(text);
    work_out(p, -1);
    gw_assert_close(start_of(p, "build"), 90.0, 1e-9);
    close_plan(p);
    /* Half drawn when it goes: half of it must be replaced. Base case: the middle of the time left. */
    snprintf(text, sizeof text, frame,
             "withdrawal: 100 %, draw_from: 2025-01-01, draw_until: 2026-12-31");
    p = plan_of(text);
    work_out(p, -1);
    double from_d = gw_date_from_civil(2025, 1, 1), until_d = gw_date_from_civil(2026, 12, 31);
    double gone_d = day0() + 0.5 * (until_d - day0());
    gw_assert_near(p.state->schedule.cost_usd, 1e8 * (until_d - gone_d) / (until_d - from_d), 1e-9);
    close_plan(p);
    snprintf(text, sizeof text, frame, "withdrawal: 0 %");
    p = plan_of(text);
    work_out(p, -1);
    gw_assert_close(start_of(p, "build"), 30.0, 1e-9);
    gw_assert_near(p.state->schedule.cost_usd + 1.0, 1.0, 0.0);
    close_plan(p);
}

/* ---------------------------------------------------------------- bad input */

static void refuses(const char *text, const char *words) {
    gw_diags *diags = gw_diags_create();
    plan p;
    assert_int_not_equal(load(text, diags, &p), GW_OK);
    bool found = false;
    for (size_t i = 0; i < gw_diags_n(diags); i++) {
        const gw_diag *d = gw_diags_at(diags, i);
        found = found || (d->severity == GW_ERROR && strstr(d->msg, words) != NULL &&
                          d->loc.line > 0 && d->hint[0] != '\0');
    }
    if (!found) {
        gw_diags_print(diags, stderr, 0);
        fail_msg("no error says `%s`", words);
    }
    gw_diags_free(diags);
    gw_model_free(p.model);
    gw_spec_free(p.spec);
}

static void bad_plans_are_refused(void **state) {
    (void)state;
    refuses("activities:\n  a: {duration: 1 d, after: [c]}\n  b: {duration: 1 d, after: [a]}\n"
            "  c: {duration: 1 d, after: [b]}\n",
            "in a circle: ");
    refuses("activities:\n  a: {duration: 1 d, after: [a]}\n", "in a circle: a -> a");
    refuses("activities:\n  a: {duration: 1 d, after: [zz]}\n", "is not in `activities`");
    refuses("activities:\n  a: {started: 2025-05-01, finished: 2025-04-01}\n",
            "is before `started`");
    refuses("activities:\n  a: {kind: milestone, duration: 3 d}\n", "milestone `a` has a duration");
    refuses("resources: {r: {capacity: 2}}\nactivities:\n"
            "  a: {duration: 3 d, resource: r, units: 5}\n",
            "it can never begin");
    refuses("activities:\n  a: {duration: 3 d, lag: 5 d}\n", "`lag` has no effect");
    refuses("activities:\n  a: {duration: 3 d}\n  b: {duration: 1 d, after: [a, a]}\n", "twice");
    refuses("activities:\n  a: {duration: -3 d}\n", "");
    refuses(
        "activities:\n  a: {duration: 3 d}\nrisks:\n  r: {probability: 130 %, activities: [a]}\n",
        "");
    refuses("calendars:\n  c: {closures: {x: {from: 2026-05-01, until: 2026-04-01}}}\n",
            "is before `from`");
    refuses("commitments:\n  c: {kind: debt, party: a, amount: 1 USD, draw_from: 2027-01-01,"
            " draw_until: 2026-01-01}\n",
            "is before `draw_from`");
    refuses("commitments:\n  c: {kind: debt, party: a, to: a, amount: 1 USD}\n", "to itself");
    refuses("correlations:\n  c: {of: [activities.*.duration], coefficient: 0.5}\n",
            "fits no value");
    refuses("correlations:\n  c: {of: [], coefficient: 0.5}\n", "names no inputs");
    refuses("calendars:\n  c: {closures: {x: {from: 2026-01-01, until: 2126-01-01}}}\n",
            "longer than ten years");
    refuses("chip_supplies:\n  c: {accelerators: [], outputs: {a: {from: 2026-01, rate: 9 / d}}}\n",
            "makes no accelerators");
    refuses("chip_supplies:\n  c: {accelerators: [GB200, GB200], "
            "outputs: {a: {from: 2026-01, rate: 9 / d}}}\n",
            "`accelerators` names `GB200` twice");
    refuses("activities:\n  a: {durration: 3 d}\n", "is not a key of an activity");
    refuses("claims:\n  a: {said: 2026-01-01, about: x, power: 1 GW, supersedes: a}\n",
            "refers to itself");
    refuses("claims:\n  a: {said: 2026-01-01, about: x, power: 1 GW, contradicts: [a]}\n",
            "refers to itself");
}

/* Each programme is part of two of the next layer: 2^30 ways up, which must not be walked one by one. */
static void dense_memberships_are_quick(void **state) {
    (void)state;
    gw_buf text = {0};
    gw_buf_add(&text, "programmes:\n");
    for (int layer = 0; layer < 30; layer++) {
        for (int k = 0; k < 2; k++) {
            gw_buf_printf(&text, "  p%dx%d: {part_of: [p%dx0, p%dx1]}\n", layer, k, layer + 1,
                          layer + 1);
        }
    }
    gw_buf_add(&text, "  p30x0: {}\n  p30x1: {}\n  own: {part_of: [own]}\n");
    refuses(text.text, "programme `own` is part of itself");
    gw_buf_clear(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_agrees_with_counting_days),
        cmocka_unit_test(five_day_week_in_the_plan),
        cmocka_unit_test(spans_of_days),
        cmocka_unit_test(network_by_hand),
        cmocka_unit_test(float_is_what_it_says),
        cmocka_unit_test(lags_and_earliest_dates),
        cmocka_unit_test(history_stands),
        cmocka_unit_test(one_crew_by_hand),
        cmocka_unit_test(crews_are_never_overbooked),
        cmocka_unit_test(later_of_two_uniform),
        cmocka_unit_test(shared_driver_takes_the_bias_away),
        cmocka_unit_test(latest_of_eight_exponential),
        cmocka_unit_test(eight_at_ninety),
        cmocka_unit_test(risks_delay_and_cost),
        cmocka_unit_test(withdrawn_promises_hold_up),
        cmocka_unit_test(bad_plans_are_refused),
        cmocka_unit_test(dense_memberships_are_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
