/* tests/fuzz/fuzz_tables.c: tables of claims, of payments, of timelines and of measurements from any
 * bytes, and what is worked out from them. libFuzzer target. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "claims/record.h"
#include "claims/rules.h"
#include "finance/flows.h"
#include "programme/history.h"
#include "scenario/load.h"
#include "validation/trial_score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void claims(const char *text, size_t n, gw_arena *arena, gw_diags *diags) {
    gw_records records = {0};
    if (gw_records_from_csv("fuzz", text, n, arena, diags, &records) != GW_OK) {
        return;
    }
    gw_ledger_context context = {.as_of_d = 20000.0};
    gw_ledger_report report = gw_ledger_check(&records, &context, arena);
    for (int i = 0; i < report.findings.n; i++) {
        const gw_finding *finding = &report.findings.at[i];
        for (int k = 0; k < finding->n_claims; k++) {
            if (finding->claims[k] < 0 || finding->claims[k] >= records.n) {
                abort(); /* a finding names claims of the table */
            }
        }
    }
}

static void payments(const char *text, size_t n, gw_arena *arena, gw_diags *diags) {
    gw_flows flows;
    if (gw_flows_read("fuzz", text, n, arena, diags, &flows) == GW_OK) {
        gw_flow_sheet sheet = gw_flow_work(&flows, 0.08, 0.06, arena);
        if (isnan(sheet.npv_usd) && sheet.npv_reason == NULL) {
            abort(); /* no number without a reason */
        }
    }
}

static void timelines(const char *text, size_t n, gw_arena *arena, gw_diags *diags) {
    gw_history history;
    if (gw_history_read("fuzz", text, n, arena, diags, &history) == GW_OK) {
        (void)gw_history_boundary(&history);
        (void)gw_history_as_of(&history, 20000.0, arena);
    }
}

/* The built-in catalogue, loaded once for the whole process. */
static const gw_scenario *catalogue(void) {
    static gw_spec *spec;
    if (spec == NULL) {
        gw_diags *diags = gw_diags_create();
        gw_load_opts opts = {.catalog_dir = NULL};
        if (gw_spec_load_catalog(&opts, diags, &spec) != GW_OK) {
            abort();
        }
        gw_diags_free(diags);
    }
    return &spec->scenario;
}

static void measurements(const char *text, size_t n, gw_arena *arena, gw_diags *diags) {
    gw_trial_table table;
    gw_trials trials = {0};
    if (gw_trial_table_read("fuzz", text, n, arena, diags, &table) != GW_OK ||
        gw_trials_run(&table, catalogue(), 1, arena, &trials) != GW_OK) {
        return;
    }
    for (int i = 0; i < trials.n; i++) {
        const gw_trial *t = &trials.at[i].trial;
        bool is_time = isfinite(t->predicted_s) && t->predicted_s > 0.0;
        bool is_defect = t->unsupported != NULL && strncmp(t->unsupported, "defect", 6) == 0;
        if ((t->unsupported == NULL) != is_time || is_defect) {
            abort(); /* a positive time, or a reason */
        }
    }
    gw_trial_score s = gw_trials_score_all(&trials, arena);
    if (s.n_rows != trials.n || gw_trials_score_by(&trials, GW_BY_REGIME, arena).n < 1) {
        abort();
    }
    gw_trials_free(&trials);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (n == 0) {
        return 0;
    }
    char *text = malloc(n);
    memcpy(text, data + 1, n - 1);
    text[n - 1] = '\0';
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    static void (*const read[])(const char *, size_t, gw_arena *,
                                gw_diags *) = {claims, payments, timelines, measurements};
    read[data[0] % 4](text, n - 1, arena, diags);
    gw_diags_free(diags);
    gw_arena_free(arena);
    free(text);
    return 0;
}
