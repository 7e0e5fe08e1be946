/* results.json, read by another library (Jansson): strict JSON, the promised keys, the result's
 * numbers. */
#include <jansson.h>
#include <string.h>

#include "result_fixture.h"
#include "store/json_result.h"
#include "store/names.h"

static json_t *parse(const gw_result *r) {
    gw_buf out = {0};
    json_error_t error;
    gw_store_json(r, &out);
    json_t *root = json_loadb(out.text, out.n, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        fail_msg("%d: %s", error.line, error.text);
    }
    gw_buf_clear(&out);
    return root;
}

static json_t *at(json_t *node, const char *path) {
    char part[128];
    while (*path != '\0') {
        size_t n = strcspn(path, "/");
        snprintf(part, sizeof part, "%.*s", (int)n, path);
        node = json_object_get(node, part);
        if (node == NULL) {
            fail_msg("no %s", part);
        }
        path += n + (path[n] == '/');
    }
    return node;
}

static void sections_and_numbers(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 50);
    json_t *root = parse(f.result);
    static const char *const keys[] = {
        "gigawatt",    "claims", "schedule", "capacity", "fabric",      "training", "serving",
        "reliability", "power",  "energy",   "finance",  "sensitivity", "inputs",   "sources"};
    assert_int_equal(json_object_size(root), sizeof keys / sizeof keys[0]);
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_non_null(json_object_get(root, keys[i]));
    }
    assert_string_equal(json_string_value(at(root, "gigawatt/scenario_hash")),
                        f.spec->scenario_hash);
    assert_int_equal(json_integer_value(at(root, "gigawatt/samples")), 50);
    const gw_summary *npv = gw_result_summary(f.result, GW_M_npv_usd, 0);
    assert_true(json_number_value(at(root, "finance/metrics/scenario/npv_usd/p10")) == npv->p10);
    const gw_summary *full = gw_result_summary(f.result, GW_M_full_date_d, 0);
    assert_string_equal(json_string_value(at(root, "capacity/metrics/sites/campus/full_date/p50")),
                        gw_store_date(full->p50).text);
    json_t *month = at(root, "capacity/monthly/month_it_power_W/p90");
    assert_int_equal(json_array_size(month), f.model->n_months);
    for (int m = 0; m < f.model->n_months; m++) {
        double want = f.result->series[GW_S_month_it_power_W].p90[m];
        assert_true(json_number_value(json_array_get(month, (size_t)m)) == want);
    }
    json_decref(root);
    release(f);
}

/* Every metric stands in the section that its table row names. */
static void every_metric_is_there(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 20);
    json_t *root = parse(f.result);
    for (int id = 0; id < GW_N_METRIC; id++) {
        const gw_metric *m = &gw_metrics[id];
        for (int i = 0; i < f.model->n_instances[m->scope] && m->scope != GW_SCOPE_CLAIM; i++) {
            char path[256];
            gw_store_text instance = gw_store_instance(f.model, m->scope, i);
            snprintf(path, sizeof path, "%s/metrics/%s%s%s/%s", m->section,
                     gw_store_scopes(m->scope), instance.text[0] == '\0' ? "" : "/", instance.text,
                     gw_store_metric_key((gw_metric_id)id).text);
            assert_int_equal(json_object_size(at(root, path)), 6);
        }
    }
    json_decref(root);
    release(f);
}

static void the_parts_of_a_step_add_up(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 5);
    json_t *root = parse(f.result);
    json_t *parts = at(root, "training/base_case/pretrain/step_parts");
    double sum = 0.0;
    const char *key;
    json_t *value;
    json_object_foreach(parts, key, value) {
        assert_string_equal(key + strlen(key) - 2, "_s");
        sum += json_number_value(value);
    }
    gw_assert_near(sum, json_number_value(at(root, "training/base_case/pretrain/step_s")), 1e-6);
    json_t *g = at(root, "reliability/base_case/pretrain");
    double time = json_number_value(at(g, "goodput_frac")) +
                  json_number_value(at(g, "lost_checkpoint_frac")) +
                  json_number_value(at(g, "lost_rework_frac")) +
                  json_number_value(at(g, "lost_downtime_frac")) +
                  json_number_value(at(g, "lost_silent_frac"));
    gw_assert_near(time, 1.0, 1e-6);
    json_decref(root);
    release(f);
}

static json_t *with(json_t *array, const char *key, const char *value) {
    size_t i;
    json_t *entry;
    json_array_foreach(array, i, entry) {
        if (strcmp(json_string_value(json_object_get(entry, key)), value) == 0) {
            return entry;
        }
    }
    fail_msg("no %s %s", key, value);
    return NULL;
}

static void sources_choices_and_verdicts(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 50);
    json_t *root = parse(f.result);
    json_t *source = with(at(root, "sources"), "id", "made-up");
    assert_string_equal(json_string_value(at(source, "title")), "numbers for a test");
    assert_string_equal(json_string_value(at(source, "kind")), "own");
    assert_true(json_is_null(at(source, "url")));
    json_t *inputs = at(root, "inputs");
    json_t *choice = with(inputs, "path", "clusters.main.system");
    assert_string_equal(json_string_value(at(choice, "value")), "GB200-NVL72");
    assert_string_equal(json_string_value(at(choice, "distribution")), "choice");
    assert_null(json_object_get(choice, "si"));
    with(inputs, "path", "sites.campus.cooling");
    with(inputs, "path", "jobs.pretrain.model");
    with(inputs, "path", "contracts.rental.kind");
    assert_string_equal(json_string_value(at(root, "gigawatt/scenario")), "small.yaml");
    /* "up to" 1.2 GW holds although the run gives far less; 400,000 chips do not */
    json_t *size = with(at(root, "claims/against_run"), "claim", "size");
    assert_string_equal(json_string_value(at(size, "verdict")), "holds");
    assert_true(json_number_value(at(size, "probability_holds")) == 1.0);
    assert_true(json_number_value(at(size, "run_over_claim")) < 0.6);
    json_t *chips = with(at(root, "claims/against_run"), "claim", "chips");
    assert_string_equal(json_string_value(at(chips, "verdict")), "claim_too_high");
    assert_string_equal(json_string_value(at(chips, "verdict_text")),
                        "too high by a factor of 2.1");
    assert_true(json_number_value(at(chips, "probability_run_at_most")) == 1.0);
    assert_true(json_number_value(at(chips, "probability_run_at_least")) == 0.0);
    json_decref(root);
    release(f);
}

static void what_does_not_exist_is_null(void **state) {
    (void)state;
    finished f = run_scenario("awkward.yaml", 20);
    json_t *root = parse(f.result);
    assert_true(json_is_null(at(root, "finance/metrics/scenario/payback_date/p50")));
    assert_int_equal(json_integer_value(at(root, "finance/metrics/scenario/payback_date/n_none")),
                     20);
    json_t *job = at(root, "training/base_case/too-big");
    assert_non_null(strstr(json_string_value(at(job, "problem")), "needs "));
    assert_null(json_object_get(job, "step_s"));
    assert_true(json_array_size(at(root, "claims/findings")) == (size_t)f.result->findings.n);
    assert_int_equal(json_array_size(at(root, "claims/against_run")), f.model->n_claim_items);
    json_decref(root);
    release(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_and_numbers),
        cmocka_unit_test(every_metric_is_there),
        cmocka_unit_test(the_parts_of_a_step_add_up),
        cmocka_unit_test(what_does_not_exist_is_null),
        cmocka_unit_test(sources_choices_and_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
