/* Chip supply shared by all sites, and the dates that the schedule sets in the scenario. */
#include <jansson.h>
#include <string.h>

#include "engine/engine.h"
#include "engine/schedule_run.h"
#include "gw_test.h"
#include "programme/schedule.h"
#include "report/schedule_text.h"

typedef struct loaded {
    gw_spec *spec;
    gw_model *model;
    gw_state *state;
} loaded;

static loaded load(const char *const *sets, int n_sets) {
    loaded l = {0};
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets, .n_sets = n_sets};
    if (gw_spec_load(TEST_DATA "/schedule-small.yaml", &opts, diags, &l.spec) != GW_OK ||
        gw_model_build(l.spec, diags, &l.model) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    l.state = gw_state_create(l.model);
    return l;
}

static void unload(loaded l) {
    gw_state_free(l.state);
    gw_model_free(l.model);
    gw_spec_free(l.spec);
}

static void work_out(loaded l, int64_t sample) {
    gw_sample_draw(l.model, 1, sample, l.state);
    gw_arena_reset(l.state->scratch, (gw_mark){0});
    gw_schedule_phase(l.model, l.state);
}

static double day(int year, int month, int d) {
    return gw_date_from_civil(year, month, d);
}

static double installed_d(loaded l, int cluster) {
    return l.state->in->clusters.at[cluster].lots.at[0].installed_d;
}

/* The line makes 100,000 a year for the scenario from 1 June 2026 on (10 % of 1 M), 200,000 from January
 * 2027; lead 30 days. North wants 40,000 on 15 January 2027, south in December 2026 but not before its
 * own schedule. By hand: after 214 days of 273.79 a day 58,590 are made on 1 January 2027; first 40,000
 * after 146.1 days; 80,000 when another 21,410 have come at 547.57 a day, after 39.1 days more. */
static void lots_share_the_line(void **state) {
    (void)state;
    static const char *const sets[] = {
        "activities.south-ready.finished=2026-05-20", "activities.south-shell.finished=2026-05-20",
        "activities.south-line.finished=2026-05-20", "activities.south-shell.earliest=2026-05-16",
        "activities.south-line.earliest=2026-05-16"};
    loaded l = load(sets, 5);
    work_out(l, -1);
    double per_d = 1e5 / 365.25;
    double first_d = day(2026, 6, 1) + 40000.0 / per_d + 30.0;
    double made_by_january = per_d * 214.0;
    double second_d = day(2027, 1, 1) + (80000.0 - made_by_january) / (2.0 * per_d) + 30.0;
    assert_true(first_d <
                day(2026, 12, 15)); /* south wants them in December and gets them in time */
    gw_assert_near(installed_d(l, 1), day(2026, 12, 15), 0.0);
    gw_assert_near(installed_d(l, 0), second_d, 1e-12);
    gw_assert_close(l.state->schedule.lot_wait_s[0], (second_d - day(2027, 1, 15)) * GW_DAY_s, 1.0);
    gw_assert_close(l.state->schedule.lot_wait_s[1], 0.0, 0.0);
    unload(l);
}

/* Who wants them first gets them first, whatever the order in the file. */
static void first_come_first_served(void **state) {
    (void)state;
    static const char *const sets[] = {"chip_supplies.blackwell.outputs.second.rate=1 M / yr",
                                       "clusters.south.lots.all.installed=2027-12-01",
                                       "clusters.north.lots.all.installed=2026-07-01",
                                       "chip_supplies.blackwell.lead=0 d"};
    loaded l = load(sets, 4);
    work_out(l, -1);
    double per_d = 1e5 / 365.25;
    gw_assert_near(installed_d(l, 0), day(2026, 6, 1) + 40000.0 / per_d, 1e-12);
    gw_assert_near(installed_d(l, 1), day(2027, 12, 1), 0.0); /* 80,000 are there by then */
    unload(l);
}

/* Facts keep their date and use up what there was, not more. */
static void history_is_not_questioned(void **state) {
    (void)state;
    static const char *const sets[] = {"chip_supplies.blackwell.outputs.first.from=2026-01-01",
                                       "clusters.north.lots.all.installed=2026-03-02",
                                       "chip_supplies.blackwell.lead=0 d",
                                       "chip_supplies.blackwell.outputs.second.rate=1 M / yr",
                                       "clusters.south.lots.all.installed=2026-07-01"};
    loaded l = load(sets, 5);
    work_out(l, -1);
    double per_d = 1e5 / 365.25;
    gw_assert_near(installed_d(l, 0), day(2026, 3, 2), 0.0);
    double made = per_d * 60.0; /* less than the lot: the rest came from elsewhere */
    double ready_d = day(2026, 1, 1) + (made + 40000.0) / per_d;
    double wanted_d = l.state->schedule.finish_d[7]; /* south-ready */
    gw_assert_near(installed_d(l, 1), fmax(ready_d, wanted_d), 1e-12);
    unload(l);
}

static void a_line_that_stops_never_delivers(void **state) {
    (void)state;
    static const char *const sets[] = {"chip_supplies.blackwell.outputs.second.rate=0 / yr"};
    loaded l = load(sets, 1);
    work_out(l, -1);
    assert_true(isnan(installed_d(l, 0)) || isnan(installed_d(l, 1)));
    unload(l);
}

/* The cluster's delay is part of the date on which chips are wanted, and is not added twice. */
static void slip_and_supply(void **state) {
    (void)state;
    static const char *const sets[] = {"clusters.north.slip=50 d",
                                       "chip_supplies.blackwell.share=100 %"};
    loaded l = load(sets, 2);
    work_out(l, -1);
    const gw_cluster *north = &l.state->in->clusters.at[0];
    gw_assert_near(gw_slipped_d(installed_d(l, 0), north->slip_s, l.state->in->as_of_d),
                   day(2027, 1, 15) + 50.0, 1e-12); /* plenty of chips: only the slip */
    unload(l);
    static const char *const scarce[] = {"clusters.north.slip=50 d",
                                         "chip_supplies.blackwell.share=5 %"};
    loaded k = load(scarce, 2);
    work_out(k, -1);
    north = &k.state->in->clusters.at[0];
    double wait_d = k.state->schedule.lot_wait_s[0] / GW_DAY_s;
    assert_true(wait_d > 0.0);
    gw_assert_near(gw_slipped_d(installed_d(k, 0), north->slip_s, k.state->in->as_of_d),
                   day(2027, 1, 15) + 50.0 + wait_d, 1e-12);
    unload(k);
}

/* ---------------------------------------------------------------- dates in the scenario */

static void dates_follow_activities(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    for (int64_t s = -1; s < 50; s++) {
        work_out(l, s);
        const gw_scenario *in = l.state->in;
        const double *finish_d = l.state->schedule.finish_d;
        gw_assert_near(in->sites.at[0].buildings.at[0].ready_d, finish_d[1], 0.0);
        gw_assert_near(in->sites.at[0].supply.at[0].energised_d, finish_d[3], 0.0);
        gw_assert_near(in->sites.at[1].buildings.at[0].ready_d, fmax(finish_d[5], day(2026, 10, 1)),
                       0.0);
    }
    unload(l);
}

/* What one sample set does not reach the next: samples in any order give the same dates. */
static void nothing_leaks_from_sample_to_sample(void **state) {
    (void)state;
    static const char *const sets[] = {
        "sites.south.buildings.hall.ready=discrete(2026-07-01 = 50 %; 2028-07-01 = 50 %)",
        "clusters.south.lots.all.installed=discrete(2026-07-01 = 50 %; 2028-07-01 = 50 %)"};
    loaded l = load(sets, 2), fresh = load(sets, 2);
    double ready_d[40], chips_d[40];
    for (int s = 0; s < 40; s++) {
        work_out(l, s);
        gw_schedule_phase(l.model, l.state); /* twice: the same */
        ready_d[s] = l.state->in->sites.at[1].buildings.at[0].ready_d;
        chips_d[s] = installed_d(l, 1);
    }
    for (int s = 39; s >= 0; s--) {
        work_out(fresh, s);
        gw_assert_near(fresh.state->in->sites.at[1].buildings.at[0].ready_d, ready_d[s], 0.0);
        gw_assert_near(installed_d(fresh, 1), chips_d[s], 0.0);
    }
    unload(l);
    unload(fresh);
}

/* ---------------------------------------------------------------- the report */

static gw_schedule_report *report_of(loaded l, int n, int threads) {
    static const int measures[] = {0, 1, -1};
    gw_schedule_opts opts = {
        .n_samples = n, .seed = 3, .n_threads = threads, .n_measures = 3, .measures = measures};
    gw_schedule_report *r = NULL;
    assert_int_equal(gw_schedule_run(l.model, &opts, &r), GW_OK);
    return r;
}

static void report_holds_together(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    gw_schedule_report *r = report_of(l, 400, 2), *one = report_of(l, 400, 1);
    assert_true(r->end.p10 <= r->end.p50 && r->end.p50 <= r->end.p80 && r->end.p80 <= r->end.p90);
    assert_memory_equal(&r->end, &one->end, sizeof r->end);
    assert_memory_equal(r->activities, one->activities, 8 * sizeof *r->activities);
    assert_memory_equal(r->measures, one->measures, 3 * sizeof *r->measures);
    assert_true(r->end.base < r->end.mean); /* two paths meet: merge bias */
    for (int m = 0; m < 3; m++) {
        assert_true(r->measures[m].gain_p80_s > 0.0);
    }
    assert_true(r->measures[2].gain_p80_s > r->measures[1].gain_p80_s);
    assert_true(r->joint.both_frac >= 0.6 && r->joint.both_frac <= 0.8);
    for (int k = 1; k < r->joint.n; k++) { /* a later date costs no more */
        assert_true(r->joint.date_d[k] >= r->joint.date_d[k - 1]);
        assert_true(r->joint.cost_usd[k] <= r->joint.cost_usd[k - 1]);
    }
    gw_assert_close(r->risks[0].frac, 0.3, 0.1);
    assert_true(r->risks[0].end_with_d > r->risks[0].end_without_d + 5.0);
    assert_true(r->commitments[0].cost_with_usd > r->commitments[0].cost_without_usd + 15e6);
    assert_true(r->n_chain >= 2);
    gw_schedule_free(r);
    gw_schedule_free(one);
    unload(l);
}

/* Chips that are not made are later than any date, in the percentiles and in words. */
static void never_is_said(void **state) {
    (void)state;
    static const char *const sets[] = {"chip_supplies.blackwell.outputs.second.rate=0 / yr"};
    loaded l = load(sets, 1);
    gw_schedule_report *r = report_of(l, 200, 2);
    assert_true(isnan(r->arrival.p50) && r->arrival.none_frac > 0.5);
    gw_buf text = {0}, json = {0};
    gw_schedule_text(r, &text);
    gw_schedule_json(r, &json);
    assert_non_null(strstr(text.text, "never in"));
    assert_null(strstr(text.text, "nan"));
    json_error_t problem;
    json_t *root = json_loads(json.text, 0, &problem);
    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(root, "activities")), 8);
    assert_true(json_is_null(json_object_get(json_object_get(root, "all_runs"), "p50")));
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(root, "critical_path"), 0)),
        "north-permit");
    json_decref(root);
    gw_buf_clear(&text);
    gw_buf_clear(&json);
    gw_schedule_free(r);
    unload(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lots_share_the_line),
        cmocka_unit_test(first_come_first_served),
        cmocka_unit_test(history_is_not_questioned),
        cmocka_unit_test(a_line_that_stops_never_delivers),
        cmocka_unit_test(slip_and_supply),
        cmocka_unit_test(dates_follow_activities),
        cmocka_unit_test(nothing_leaks_from_sample_to_sample),
        cmocka_unit_test(report_holds_together),
        cmocka_unit_test(never_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
