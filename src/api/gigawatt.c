/* api/gigawatt.c: the public functions, each a few lines over the rooms. */
#include "gigawatt/gigawatt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "engine/engine.h"
#include "store/folder.h"
#include "store/json_result.h"
#include "store/names.h"

struct gw_program {
    gw_spec *spec;
    gw_model *model;
};

struct gw_outcome {
    gw_result *result;
};

const char *gw_version(void) {
    return GW_VERSION;
}

/* The list as text for callers without a terminal. */
static void give_messages(const gw_diags *diags, char **messages) {
    if (messages == NULL) {
        return;
    }
    size_t n = 0;
    FILE *out = open_memstream(messages, &n);
    if (out == NULL) {
        *messages = NULL;
        return;
    }
    gw_diags_print(diags, out, 0);
    fclose(out);
}

gw_program *gw_program_open(const char *path, const char *const *sets, int n_sets,
                            char **messages) {
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets, .n_sets = n_sets};
    gw_program *program = calloc(1, sizeof *program);
    bool ok = program != NULL && gw_spec_load(path, &opts, diags, &program->spec) == GW_OK &&
              gw_model_build(program->spec, diags, &program->model) == GW_OK;
    give_messages(diags, messages);
    gw_diags_free(diags);
    if (!ok) {
        gw_program_close(program);
        return NULL;
    }
    return program;
}

void gw_program_close(gw_program *program) {
    if (program != NULL) {
        gw_model_free(program->model);
        gw_spec_free(program->spec);
        free(program);
    }
}

gw_outcome *gw_program_run(const gw_program *program, int n_samples, uint64_t seed, int n_threads) {
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = n_samples < 0 ? 0 : n_samples;
    opts.seed = seed;
    opts.n_threads = n_threads;
    gw_outcome *outcome = calloc(1, sizeof *outcome);
    if (outcome != NULL && gw_run(program->model, &opts, &outcome->result) != GW_OK) {
        free(outcome);
        outcome = NULL;
    }
    return outcome;
}

void gw_outcome_free(gw_outcome *outcome) {
    if (outcome != NULL) {
        gw_result_free(outcome->result);
        free(outcome);
    }
}

static double statistic_of(const gw_result *r, int at, gw_statistic statistic) {
    const gw_summary *s = &r->summary[at];
    switch (statistic) {
    case GW_BASE:
        return r->base_row[at];
    case GW_P10:
        return s->p10;
    case GW_P50:
        return s->p50;
    case GW_P90:
        return s->p90;
    case GW_MEAN:
        return s->mean;
    case GW_SD:
        return s->sd;
    }
    return GW_NAN;
}

double gw_outcome_value(const gw_outcome *outcome, const char *metric, const char *instance,
                        gw_statistic statistic) {
    const gw_result *r = outcome->result;
    bool first = instance == NULL || instance[0] == '\0';
    for (int m = 0; m < GW_N_METRIC; m++) {
        /* dates: "full_date_d" here, and "full_date" as in every file */
        if (strcmp(gw_metrics[m].name, metric) != 0 &&
            strcmp(gw_store_metric_key((gw_metric_id)m).text, metric) != 0) {
            continue;
        }
        gw_scope scope = gw_metrics[m].scope;
        for (int i = 0; i < r->model->n_instances[scope]; i++) {
            if (first || strcmp(gw_instance_name(r->model, scope, i), instance) == 0) {
                return statistic_of(r, r->model->metric_offset[m] + i, statistic);
            }
        }
    }
    return GW_NAN;
}

char *gw_outcome_json(const gw_outcome *outcome) {
    gw_buf out = {0};
    gw_store_json(outcome->result, &out);
    return out.text;
}

int gw_outcome_write(const gw_outcome *outcome, const char *folder, char **messages) {
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_store_folder(outcome->result, folder, diags);
    give_messages(diags, messages);
    gw_diags_free(diags);
    return (int)code;
}
