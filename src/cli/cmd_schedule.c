/* cli/cmd_schedule.c: `gigawatt schedule`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/cli.h"
#include "engine/schedule_run.h"
#include "report/schedule_text.h"

#define MEMORY_LIMIT_B 4e9

/* Rows of the table of measures: the named one; with "all", each alone and all together. */
static int list_measures(const gw_model *model, const char *name, int *measures) {
    const gw_scenario *in = model->in;
    int n = 0;
    if (strcmp(name, "all") == 0) {
        for (int m = 0; m < in->mitigations.n; m++) {
            measures[n++] = m;
        }
        measures[n] = -1;
        return n > 1 ? n + 1 : n;
    }
    for (int m = 0; m < in->mitigations.n; m++) {
        if (strcmp(in->mitigations.at[m].head.name, name) == 0) {
            measures[n++] = m;
        }
    }
    return n;
}

static void no_measure(const gw_model *model, const char *name) {
    const gw_scenario *in = model->in;
    const char *names[256];
    size_t n = 0;
    for (int m = 0; m < in->mitigations.n && n < 256; m++) {
        names[n++] = in->mitigations.at[m].head.name;
    }
    const char *near = gw_text_nearest(name, names, n);
    if (in->mitigations.n == 0) {
        fprintf(stderr, "gigawatt: the scenario has no `mitigations`\n"
                        "    hint: add a measure under `mitigations:`\n");
    } else {
        fprintf(stderr, "gigawatt: `%s` is not in `mitigations`\n    hint: %s%s%s\n", name,
                near != NULL ? "did you mean `" : "`all` takes each of them",
                near != NULL ? near : "", near != NULL ? "`?" : "");
    }
}

static int write_file(const char *folder, const char *name, const gw_buf *text) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (gw_file_write(path, text->text, text->n) != GW_OK) {
        fprintf(stderr, "gigawatt: %s cannot be written\n    hint: the folder above must exist\n",
                path);
        return GW_EXIT_FAILED;
    }
    return GW_EXIT_OK;
}

static int put_out(const gw_schedule_report *r, const gw_args *args) {
    void (*const writers[])(const gw_schedule_report *,
                            gw_buf *) = {gw_schedule_text, gw_schedule_json, gw_schedule_csv};
    static const char *const names[] = {"schedule.txt", "schedule.json", "schedule.csv"};
    int status = GW_EXIT_OK;
    if (args->output != NULL) {
        (void)mkdir(args->output, 0777); /* failing shows when the first file is written */
    }
    for (int k = 0; k < 3; k++) {
        bool shown = (int)args->format == k;
        if (!shown && args->output == NULL) {
            continue;
        }
        gw_buf out = {0};
        writers[k](r, &out);
        if (shown) {
            fputs(out.text, stdout);
        }
        if (args->output != NULL && status == GW_EXIT_OK) {
            status = write_file(args->output, names[k], &out);
        }
        gw_buf_clear(&out);
    }
    return status;
}

static int run_schedule(const gw_model *model, const gw_args *args) {
    if (gw_schedule_need_B(model, args->n_samples) > MEMORY_LIMIT_B) {
        fprintf(stderr,
                "gigawatt: so many samples of %d activities do not fit into 4 GB\n"
                "    hint: take fewer samples with -n\n",
                model->in->activities.n);
        return GW_EXIT_INPUT;
    }
    int *measures = calloc((size_t)model->in->mitigations.n + 1, sizeof *measures);
    if (measures == NULL) {
        return GW_EXIT_FAILED;
    }
    gw_schedule_opts opts = {.n_samples = args->n_samples,
                             .seed = args->seed,
                             .n_threads = args->n_threads,
                             .measures = measures};
    opts.n_measures = args->mitigate != NULL ? list_measures(model, args->mitigate, measures) : 0;
    int status = GW_EXIT_INPUT;
    if (args->mitigate != NULL && opts.n_measures == 0) {
        no_measure(model, args->mitigate);
    } else {
        gw_schedule_report *report = NULL;
        gw_code code = gw_schedule_run(model, &opts, &report);
        status = gw_cli_exit_code(code);
        if (code == GW_OK) {
            status = put_out(report, args);
        } else {
            fprintf(stderr, "gigawatt: %s\n", gw_code_sentence(code));
        }
        gw_schedule_free(report);
    }
    free(measures);
    return status;
}

int gw_cmd_schedule(const gw_args *args) {
    gw_spec *spec = NULL;
    gw_model *model = NULL;
    gw_code code = gw_cli_load(args, args->words[0], &spec);
    if (code != GW_OK) {
        return gw_cli_exit_code(code);
    }
    if (!gw_cli_can_run(spec, args->words[0], true)) {
        gw_spec_free(spec);
        return GW_EXIT_INPUT;
    }
    gw_diags *diags = gw_diags_create();
    code = gw_model_build(spec, diags, &model);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    int status = code == GW_OK ? run_schedule(model, args) : gw_cli_exit_code(code);
    gw_model_free(model);
    gw_spec_free(spec);
    return status;
}
