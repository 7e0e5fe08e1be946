/* Properties of the whole chain, on the base case of tests/data/small.yaml: what must grow, shrink
 * or stay when one thing about the scenario changes. No numbers of the program itself are expected
 * values here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "engine/engine.h"
#include "gw_test.h"

#define MAX_SETS 8

/** A scenario with its base case worked through; metrics of the first instance by their id. */
typedef struct outcome {
    gw_spec *spec;
    gw_model *model;
    gw_state *state;
} outcome;

static outcome finish(gw_code code, outcome o, gw_diags *diags) {
    if (code != GW_OK || gw_model_build(o.spec, diags, &o.model) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    o.state = gw_state_create(o.model);
    assert_non_null(o.state);
    gw_sample_draw(o.model, 1, -1, o.state);
    gw_run_sample(o.model, o.state);
    return o;
}

static outcome with(const char *const *sets) {
    outcome o = {0};
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets};
    while (opts.n_sets < MAX_SETS && sets[opts.n_sets] != NULL) {
        opts.n_sets++;
    }
    gw_code code = gw_spec_load(TEST_DATA "/small.yaml", &opts, diags, &o.spec);
    return finish(code, o, diags);
}
#define WITH(...) with((const char *const[MAX_SETS]){__VA_ARGS__})

static void drop(outcome o) {
    gw_state_free(o.state);
    gw_model_free(o.model);
    gw_spec_free(o.spec);
}

static double value(const outcome *o, gw_metric_id metric) {
    return o->state->row[o->model->metric_offset[metric]];
}

/* The instance of b with the name of instance i of a; -1: none. Claims have several outputs a name. */
static int same_instance(const outcome *a, const outcome *b, gw_scope scope, int i) {
    const char *name = gw_instance_name(a->model, scope, i);
    for (int k = 0; k < b->model->n_instances[scope] && scope != GW_SCOPE_CLAIM; k++) {
        if (strcmp(gw_instance_name(b->model, scope, k), name) == 0) {
            return k;
        }
    }
    return scope == GW_SCOPE_CLAIM ? i : -1;
}

/* Every output of a, within a relative distance in b; `but`: a scope that may differ. */
static void assert_same_but(const outcome *a, const outcome *b, double rel, gw_scope but) {
    for (int m = 0; m < GW_N_METRIC; m++) {
        gw_scope scope = gw_metrics[m].scope;
        for (int i = 0; i < a->model->n_instances[scope] && scope != but; i++) {
            int k = same_instance(a, b, scope, i);
            assert_true(k >= 0);
            double x = a->state->row[a->model->metric_offset[m] + i];
            double y = b->state->row[b->model->metric_offset[m] + k];
            if (!(isnan(x) && isnan(y)) && !(fabs(x - y) <= rel * fabs(x))) {
                print_error("%s of instance %d: %.17g became %.17g\n", gw_metrics[m].name, i, x, y);
                fail();
            }
        }
    }
}

static void assert_same_row(const outcome *a, const outcome *b, double rel) {
    assert_same_but(a, b, rel, GW_N_SCOPE);
}

/* Works the scenario through with `path`=each value in turn; the metric must move in one direction
 * (sign +1: never down, -1: never up) and move at all over the whole range. */
static void assert_monotonic(const char *path, const char *const *values, int n,
                             gw_metric_id metric, int sign) {
    double first = GW_NAN, last = GW_NAN;
    for (int i = 0; i < n; i++) {
        char set[200];
        snprintf(set, sizeof set, "%s=%s", path, values[i]);
        outcome o = WITH(set);
        double now = value(&o, metric);
        drop(o);
        if (isnan(now) || (i > 0 && sign * (now - last) < -1e-9 * fabs(last))) {
            print_error("%s: %s went from %.17g to %.17g\n", set, gw_metrics[metric].name, last,
                        now);
            fail();
        }
        first = i == 0 ? now : first;
        last = now;
    }
    if (!(sign * (last - first) > 0.0)) {
        print_error("%s never moves %s\n", path, gw_metrics[metric].name);
        fail();
    }
}
#define ASSERT_MONOTONIC(path, metric, sign, ...)                                                  \
    assert_monotonic(path, (const char *const[]){__VA_ARGS__},                                     \
                     (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)), metric,   \
                     sign)

static void a_faster_network_never_slows_a_step(void **state) {
    (void)state;
    ASSERT_MONOTONIC("systems.GB200-NVL72.nic_bandwidth", GW_M_step_time_s, -1, "50 Gbit/s",
                     "100 Gbit/s", "200 Gbit/s", "400 Gbit/s");
    ASSERT_MONOTONIC("accelerators.GB200.hbm_bandwidth", GW_M_step_time_s, -1, "2 TB/s", "4 TB/s",
                     "8 TB/s", "16 TB/s");
    ASSERT_MONOTONIC("accelerators.GB200.bf16", GW_M_step_time_s, -1, "1250 TFLOP/s",
                     "2500 TFLOP/s", "5000 TFLOP/s");
}

static void every_key_of_serving_counts(void **state) {
    (void)state;
    ASSERT_MONOTONIC("serving.chat.prompt", GW_M_ttft_s, +1, "512 tokens", "4096 tokens",
                     "65536 tokens");
    ASSERT_MONOTONIC("serving.chat.output", GW_M_accelerator_tokens_per_s, +1, "64 tokens",
                     "512 tokens", "2048 tokens");
    ASSERT_MONOTONIC("serving.chat.tpot_limit", GW_M_accelerator_tokens_per_s, +1, "30 ms", "60 ms",
                     "200 ms");
    ASSERT_MONOTONIC("serving.chat.batch", GW_M_serving_memory_B, +1, "1", "8", "32");
    ASSERT_MONOTONIC("serving.chat.accelerators", GW_M_serving_tokens_per_s, +1, "720", "7200");
    ASSERT_MONOTONIC("serving.chat.time_factor", GW_M_tpot_s, +1, "0.5", "1", "2");
    ASSERT_MONOTONIC("serving.chat.step_overhead", GW_M_accelerator_tokens_per_s, -1, "0 ms",
                     "1 ms", "5 ms");
    ASSERT_MONOTONIC("serving.chat.kernel_gap", GW_M_accelerator_decode_tokens_per_s, -1, "0 us",
                     "1 us", "5 us");
    ASSERT_MONOTONIC("serving.chat.disaggregated", GW_M_serving_batch, +1, "no", "yes");
    ASSERT_MONOTONIC("serving.chat.kv_precision", GW_M_serving_memory_B, -1, "bf16", "fp8");
    ASSERT_MONOTONIC("serving.chat.precision", GW_M_accelerator_prefill_tokens_per_s, +1, "bf16",
                     "fp8", "fp4");
    ASSERT_MONOTONIC("accelerators.GB200.hbm_bandwidth", GW_M_accelerator_decode_tokens_per_s, +1,
                     "2 TB/s", "4 TB/s", "8 TB/s");
}

/** A token costs what an accelerator-hour costs over the tokens of an hour, and takes its energy. */
static void tokens_bear_cost_and_energy(void **state) {
    (void)state;
    outcome o = WITH(NULL);
    double rate = value(&o, GW_M_accelerator_tokens_per_s);
    gw_assert_near(value(&o, GW_M_output_cost_per_million_tokens_usd),
                   value(&o, GW_M_cost_per_accelerator_hour_usd) / (3600.0 * rate) * 1e6, 1e-12);
    double watts = value(&o, GW_M_energy_per_output_token_J) * rate;
    double rated_W = value(&o, GW_M_it_power_per_accelerator_W);
    assert_true(watts > 0.5 * rated_W && watts < 1.5 * rated_W);
    gw_assert_near(value(&o, GW_M_serving_tokens_per_s), 7200.0 * rate, 1e-12);
    drop(o);
}

static void a_higher_price_is_worth_more(void **state) {
    (void)state;
    ASSERT_MONOTONIC("contracts.rental.price", GW_M_npv_usd, +1, "0 USD/h", "1 USD/h", "2.9 USD/h",
                     "3 USD/h", "10 USD/h");
    ASSERT_MONOTONIC("finance.market_price", GW_M_npv_usd, +1, "0 USD/h", "2 USD/h", "20 USD/h");
    ASSERT_MONOTONIC("contracts.rental.floor", GW_M_npv_usd, +1, "0 %", "80 %", "90 %", "100 %");
    ASSERT_MONOTONIC("regions.ercot-west.electricity_price", GW_M_npv_usd, -1, "0 USD/MWh",
                     "40 USD/MWh", "400 USD/MWh");
    ASSERT_MONOTONIC("systems.GB200-NVL72.price", GW_M_npv_usd, -1, "100000 USD", "3000000 USD",
                     "30000000 USD");
}

static void what_comes_later_ends_no_earlier(void **state) {
    (void)state;
    ASSERT_MONOTONIC("sites.campus.buildings.second.ready", GW_M_full_date_d, +1, "2026-01-01",
                     "2026-10-15", "2026-10-16", "2027-03-01", "2028-03-01", "2031-01-01");
    ASSERT_MONOTONIC("sites.campus.supply.large.energised", GW_M_full_date_d, +1, "2026-01-01",
                     "2026-10-15", "2026-10-16", "2027-03-01", "2028-03-01", "2031-01-01");
    ASSERT_MONOTONIC("clusters.main.lots.two.installed", GW_M_full_date_d, +1, "2026-10-15",
                     "2026-10-16", "2027-03-01", "2028-03-01", "2031-01-01");
    ASSERT_MONOTONIC("sites.campus.slip", GW_M_full_date_d, +1, "-900 d", "-30 d", "0 d", "30 d",
                     "900 d");
    ASSERT_MONOTONIC("jobs.pretrain.start", GW_M_finish_date_d, +1, "2026-01-01", "2027-01-01",
                     "2029-01-01");
}

static void more_supply_never_runs_less(void **state) {
    (void)state;
    static const char *const sets[] = {
        "sites.campus.supply.large.capacity=1 MW", "sites.campus.supply.large.capacity=100 MW",
        "sites.campus.supply.large.capacity=400 MW", "sites.campus.supply.large.capacity=2 GW"};
    outcome less = WITH(sets[0]);
    for (int i = 1; i < 4; i++) {
        outcome more = WITH(sets[i]);
        for (int m = 0; m < more.model->n_months; m++) {
            assert_true(more.state->series[GW_S_month_it_power_W][m] >=
                        less.state->series[GW_S_month_it_power_W][m] * (1.0 - 1e-12));
        }
        drop(less);
        less = more;
    }
    drop(less);
    ASSERT_MONOTONIC("sites.campus.supply.large.capacity", GW_M_full_it_power_W, +1, "1 MW",
                     "100 MW", "400 MW", "2 GW");
}

static void heat_costs_power(void **state) {
    (void)state;
    ASSERT_MONOTONIC("regions.ercot-west.design_dry_bulb", GW_M_pue_design_ratio, +1, "25 degC",
                     "30 degC", "35 degC", "37.8 degC", "41 degC", "48 degC");
    ASSERT_MONOTONIC("coolings.dlc.chiller_cop", GW_M_pue_design_ratio, -1, "2", "4", "8");
    ASSERT_MONOTONIC("sites.campus.electrical.ups", GW_M_pue_ratio, -1, "90 %", "95 %", "100 %");
}

static void failures_cost_time(void **state) {
    (void)state;
    ASSERT_MONOTONIC("failure_models.h100-llama3.rate_factor", GW_M_goodput_frac, -1, "0.01", "0.5",
                     "1", "3", "20", "100");
    ASSERT_MONOTONIC("failure_models.h100-llama3.rate_factor", GW_M_training_time_s, +1, "0.01",
                     "1", "3", "20");
    ASSERT_MONOTONIC("failure_models.h100-llama3.restart", GW_M_goodput_frac, -1, "0 s", "60 s",
                     "600 s", "6000 s");
    ASSERT_MONOTONIC("jobs.pretrain.checkpoint.bandwidth", GW_M_goodput_frac, +1, "1 GB/s",
                     "20 GB/s", "200 GB/s", "2000 GB/s");
}

/* Two of everything at the same site is twice the site. Two islands keep each network as it is. */
static void twice_the_site_is_twice_the_capacity(void **state) {
    (void)state;
    outcome one = WITH(NULL);
    outcome two = WITH("sites.campus.buildings={first: {count: 4}, second: {count: 4}}",
                       "sites.campus.supply={small: {capacity: 400 MW}, large: {capacity: 800 MW}}",
                       "clusters.main.lots={one: {count: 201600}, two: {count: 180000}}",
                       "clusters.main.fabric.islands=2");
    static const gw_metric_id doubled[] = {
        GW_M_full_it_power_W,    GW_M_full_facility_power_W, GW_M_full_accelerators,
        GW_M_running_it_power_W, GW_M_running_accelerators,  GW_M_switches,
        GW_M_network_power_W,    GW_M_average_load_W,        GW_M_capex_usd,
        GW_M_capex_chips_usd,    GW_M_energy_per_year_J};
    static const gw_metric_id kept[] = {GW_M_full_date_d,        GW_M_first_date_d,
                                        GW_M_pue_ratio,          GW_M_it_power_per_accelerator_W,
                                        GW_M_capex_per_it_W_usd, GW_M_step_time_s};
    for (size_t i = 0; i < sizeof doubled / sizeof doubled[0]; i++) {
        gw_assert_near(value(&two, doubled[i]), 2.0 * value(&one, doubled[i]), 1e-9);
    }
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        gw_assert_near(value(&two, kept[i]), value(&one, kept[i]), 1e-9);
    }
    drop(one);
    drop(two);
}

/* The same amounts in other units. A year has 365.25 days. */
static void units_do_not_matter(void **state) {
    (void)state;
    outcome a = WITH("contracts.rental.price=2 USD/h", "finance.market_price=2 USD/h");
    outcome b = WITH("contracts.rental.price=17532 USD/yr", "finance.market_price=48 USD/d",
                     "funding.loan.amount=5000 M USD", "funding.equity.amount=20000000000 USD",
                     "sites.campus.supply.small.capacity=0.2 GW",
                     "jobs.pretrain.tokens=15600 bn tokens", "contracts.rental.term=60 mo");
    assert_same_row(&a, &b, 1e-9);
    drop(a);
    drop(b);
}

/* Without uncertainty every sample is the base case. */
static void no_uncertainty_no_spread(void **state) {
    (void)state;
    outcome o = WITH(NULL);
    assert_true(o.model->n_uncertain > 5);
    for (int i = 0; i < o.model->n_uncertain; i++) {
        gw_uncertain *u = &o.model->uncertain[i];
        u->dist = (gw_dist){.kind = GW_DIST_CONST, .a = {u->base}};
    }
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = 20;
    gw_result *r = NULL;
    assert_int_equal(gw_run(o.model, &opts, &r), GW_OK);
    for (int i = 0; i < o.model->n_values; i++) {
        const gw_summary *s = &r->summary[i];
        double base = r->base_row[i];
        if (isnan(base)) {
            assert_true(isnan(s->p50));
            continue;
        }
        assert_true(s->p10 == base && s->p50 == base && s->p90 == base);
        gw_assert_near(s->mean, base, 1e-12);
    }
    for (int k = 0; k < r->n_tornado; k++) {
        assert_int_equal(r->tornado[k].n, 0);
    }
    gw_result_free(r);
    drop(o);
}

static void what_nobody_uses_changes_nothing(void **state) {
    (void)state;
    outcome a = WITH(NULL);
    outcome b =
        WITH("coolings.spare={kind: air_cooled_chiller, liquid_supply: 18 degC, air_supply: "
             "18 degC, approach: 9 K, chiller_cop: uniform(2; 3), rejection_fan: 5 %, "
             "pump: 5 %, room_fan: 9 %}",
             "parties.nobody={roles: [user]}");
    assert_same_row(&a, &b, 0.0);
    assert_int_equal(a.model->n_uncertain, b.model->n_uncertain);
    gw_sample_draw(a.model, 7, 3, a.state);
    gw_sample_draw(b.model, 7, 3, b.state);
    gw_run_sample(a.model, a.state);
    gw_run_sample(b.model, b.state);
    assert_same_row(&a, &b, 0.0);
    drop(a);
    drop(b);
}

/* Moves the line that holds `mark` behind the line that follows it. */
static void swap_with_next(char *text, const char *mark) {
    char *at = strstr(text, mark);
    assert_non_null(at);
    while (at > text && at[-1] != '\n') {
        at--;
    }
    size_t n1 = strcspn(at, "\n") + 1, n2 = strcspn(at + n1, "\n") + 1;
    char *copy = malloc(n1);
    assert_non_null(copy);
    memcpy(copy, at, n1);
    memmove(at, at + n1, n2);
    memcpy(at + n2, copy, n1);
    free(copy);
}

/* Entries that carry dates may stand in any order; draws follow names, so samples agree too. */
static void order_of_entries_does_not_matter(void **state) {
    (void)state;
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(gw_file_read(TEST_DATA "/small.yaml", 1u << 20, &text, &n), GW_OK);
    outcome a = WITH(NULL), b = {0};
    swap_with_next(text, "      first: {");
    swap_with_next(text, "      small: {");
    swap_with_next(text, "      one: {");
    swap_with_next(text, "  loan: {");
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {0};
    gw_code code = gw_spec_load_text("swapped", text, n, NULL, &opts, diags, &b.spec);
    b = finish(code, b, diags);
    assert_string_equal(b.spec->scenario.sites.at[0].buildings.at[0].head.name, "second");
    assert_same_row(&a, &b, 1e-9);
    gw_sample_draw(a.model, 7, 3, a.state);
    gw_sample_draw(b.model, 7, 3, b.state);
    gw_run_sample(a.model, a.state);
    gw_run_sample(b.model, b.state);
    assert_same_row(&a, &b, 1e-9);
    free(text);
    drop(a);
    drop(b);
}

static void split_entries_change_nothing(void **state) {
    (void)state;
    outcome whole = WITH(NULL);
    outcome split = WITH(
        "sites.campus.buildings={first: {count: 1}, half: {it_power: 105.4 MW, ready: 2025-12-01}}",
        "sites.campus.supply={small: {capacity: 100 MW}, half: {kind: grid, capacity: 100 MW, "
        "energised: 2025-06-01}}",
        "clusters.main.lots={one: {count: 50400}, half: {count: 50400, installed: 2025-12-10}}",
        "funding={equity: {amount: 10 bn USD}, half: {kind: equity, amount: 10 bn USD}}");
    assert_same_but(&whole, &split, 1e-9, GW_SCOPE_FUNDING); /* half the equity is another entry */
    drop(whole);
    drop(split);
}

/* A job of 1,152 in a cluster of 9,216, its layout given: the step time with one key of the network
 * set; "" for none. */
static double network_step_s(const char *a, const char *b, const char *c) {
    const char *const sets[MAX_SETS] = {"clusters.main.lots.one.count=4608",
                                        "clusters.main.lots.two.count=4608",
                                        "jobs.pretrain.accelerators=1152",
                                        "jobs.pretrain.layout={tp: 8, pp: 4, dp: 36}",
                                        "serving.chat.accelerators=720",
                                        a,
                                        *b == '\0' ? NULL : b,
                                        *c == '\0' ? NULL : c};
    outcome o = with(sets);
    double step_s = value(&o, GW_M_step_time_s);
    drop(o);
    assert_false(isnan(step_s));
    return step_s;
}
#define FABRIC "clusters.main.fabric."

static void a_worse_network_never_speeds_a_step_up(void **state) {
    (void)state;
    double last_s = 0, first_s = network_step_s(FABRIC "oversubscription=1", "", "");
    const char *const over[] = {"1", "1.5", "2", "4", "8"};
    for (int i = 0; i < 5; i++) {
        char set[80];
        snprintf(set, sizeof set, FABRIC "oversubscription=%s", over[i]);
        double now_s = network_step_s(set, "", "");
        assert_true(now_s >= last_s * (1 - 1e-9));
        last_s = now_s;
    }
    assert_true(last_s > 1.01 * first_s);

    const char *const two = FABRIC "oversubscription=2";
    double packed_s = network_step_s(two, "", "");
    assert_true(network_step_s(two, FABRIC "placement=scattered", "") > packed_s);
    assert_true(network_step_s(two, FABRIC "placement=striped", "") > packed_s);
    /* with full bisection and spraying it does not matter who stands where */
    const char *const one = FABRIC "oversubscription=1";
    gw_assert_near(network_step_s(one, FABRIC "placement=scattered", ""), first_s, 1e-12);

    last_s = first_s;
    const char *const shares[] = {"1 %", "5 %", "20 %", "50 %"};
    for (int i = 0; i < 4; i++) {
        char set[80];
        snprintf(set, sizeof set, FABRIC "faults.f.share=%s", shares[i]);
        double now_s = network_step_s(one, set, "");
        assert_true(now_s >= last_s * (1 - 1e-9));
        last_s = now_s;
    }
    assert_true(last_s > 1.01 * first_s);
    /* what happens while traffic runs is not the step's mean */
    gw_assert_near(network_step_s(one, FABRIC "faults={f: {share: 20 %, at: 1 ms}}", ""), first_s,
                   1e-12);
}

/* Hashing collides; more queue pairs help on average over seeds. */
static void collisions_cost_time(void **state) {
    (void)state;
    const char *const one = FABRIC "oversubscription=1";
    double sprayed_s = network_step_s(one, "", "");
    double mean_s[2] = {0};
    for (int k = 0; k < 2; k++) {
        for (int seed = 1; seed <= 4; seed++) {
            char set[120];
            snprintf(set, sizeof set,
                     "clusters.main.fabric={routing: ecmp, routing_seed: %d, queue_pairs: %d}",
                     seed, k == 0 ? 1 : 8);
            double now_s = network_step_s(one, set, "");
            assert_true(now_s >= sprayed_s * (1 - 1e-9));
            mean_s[k] += now_s / 4;
        }
    }
    assert_true(mean_s[0] > mean_s[1]);
    assert_true(mean_s[0] > 1.01 * sprayed_s);
}

/* Islands that trunks join carry a job that spans them, the better the more trunks there are. */
static void trunks_join_islands(void **state) {
    (void)state;
    double first_s = GW_NAN, last_s = GW_INF;
    const char *const trunks[] = {"4", "64", "1024"};
    for (int i = 0; i < 3; i++) {
        char set[100];
        snprintf(set, sizeof set, "clusters.main.fabric={islands: 16, trunks: %s}", trunks[i]);
        double now_s = network_step_s(FABRIC "oversubscription=1", set, "");
        assert_true(now_s <= last_s);
        first_s = i == 0 ? now_s : first_s;
        last_s = now_s;
    }
    assert_true(first_s > 1.1 * last_s);
}

/* In samples the loads follow a drawn oversubscription. */
static void drawn_oversubscription_moves_the_step(void **state) {
    (void)state;
    outcome o = WITH("clusters.main.lots.one.count=4608", "clusters.main.lots.two.count=4608",
                     "jobs.pretrain.accelerators=1152", "serving.chat.accelerators=720",
                     "jobs.pretrain.layout={tp: 8, pp: 4, dp: 36}",
                     FABRIC "oversubscription=uniform(2; 8)");
    assert_true(o.model->congestion[0].flows);
    double at_s[2];
    for (int i = 0; i < 2; i++) {
        gw_sample_draw(o.model, 1, -1, o.state);
        o.state->in->clusters.at[0].fabric.oversubscription = i == 0 ? 3.0 : 7.0;
        gw_run_sample(o.model, o.state);
        at_s[i] = value(&o, GW_M_step_time_s);
    }
    assert_true(at_s[1] > at_s[0]);
    drop(o);
}

/* Power in is power out, and the parts of the money are the whole. */
static void nothing_is_lost(void **state) {
    (void)state;
    outcome o = WITH("sites.campus.supply.large.capacity=150 MW");
    const gw_energy *e = &o.state->energy[0];
    const gw_cash *c = &o.state->cash;
    double capex = 0.0, revenue = 0.0;
    for (int m = 0; m < o.model->n_months; m++) {
        gw_assert_close(e->grid_W[m] + e->plant_W[m] + e->renewable_W[m] + e->unserved_W[m],
                        e->load_W[m], 1e-9 * (e->load_W[m] + 1.0));
        capex += c->capex_build_usd[m] + c->capex_chips_usd[m] + c->capex_power_usd[m];
        revenue += c->revenue_usd[m];
    }
    gw_assert_near(revenue, value(&o, GW_M_revenue_usd), 1e-9);
    gw_assert_near(capex, value(&o, GW_M_capex_usd), 1e-9);
    drop(o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_faster_network_never_slows_a_step),
        cmocka_unit_test(every_key_of_serving_counts),
        cmocka_unit_test(tokens_bear_cost_and_energy),
        cmocka_unit_test(a_higher_price_is_worth_more),
        cmocka_unit_test(what_comes_later_ends_no_earlier),
        cmocka_unit_test(more_supply_never_runs_less),
        cmocka_unit_test(heat_costs_power),
        cmocka_unit_test(failures_cost_time),
        cmocka_unit_test(twice_the_site_is_twice_the_capacity),
        cmocka_unit_test(units_do_not_matter),
        cmocka_unit_test(no_uncertainty_no_spread),
        cmocka_unit_test(what_nobody_uses_changes_nothing),
        cmocka_unit_test(order_of_entries_does_not_matter),
        cmocka_unit_test(split_entries_change_nothing),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(a_worse_network_never_speeds_a_step_up),
        cmocka_unit_test(collisions_cost_time),
        cmocka_unit_test(trunks_join_islands),
        cmocka_unit_test(drawn_oversubscription_moves_the_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
