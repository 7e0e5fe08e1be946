/* cli/cmd_train.c: `gigawatt train`: a scenario's jobs, or one asked for on the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/train_ask.h"
#include "engine/engine.h"
#include "engine/train_run.h"
#include "report/train_text.h"
#include "store/trace_json.h"
#include "training/timeline_step.h"

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

static int put_out(const gw_train_report *r, const gw_args *args) {
    void (*const writers[])(const gw_train_report *, gw_buf *) = {gw_train_text, gw_train_json,
                                                                  gw_train_csv};
    static const char *const names[] = {"train.txt", "train.json", "train.csv"};
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

/** The time line of the one job. */
static int put_trace(const gw_train_report *r, const gw_args *args, gw_arena *arena) {
    const gw_train_job *t = &r->jobs[0];
    gw_step_timeline timeline;
    gw_timeline_of_step(&t->in, &t->step.plan, arena, &timeline);
    if (timeline.problem != NULL) {
        fprintf(stderr, "gigawatt: no trace: %s\n", timeline.problem);
        return GW_EXIT_NO;
    }
    gw_buf out = {0};
    gw_store_trace(&timeline, t->job->head.name, &out);
    int status = GW_EXIT_OK;
    if (gw_file_write(args->trace, out.text, out.n) != GW_OK) {
        fprintf(stderr, "gigawatt: %s cannot be written\n    hint: the folder must exist\n",
                args->trace);
        status = GW_EXIT_FAILED;
    }
    gw_buf_clear(&out);
    return status;
}

static int no_job(const gw_scenario *in, const char *name) {
    const char *names[256];
    size_t n = 0;
    for (int j = 0; j < in->jobs.n && n < 256; j++) {
        names[n++] = in->jobs.at[j].head.name;
    }
    if (n == 0) {
        fprintf(stderr, "gigawatt: the scenario has no `jobs`\n"
                        "    hint: add a training run under `jobs:`, or ask with --model\n");
        return GW_EXIT_INPUT;
    }
    const char *near = gw_text_nearest(name, names, n);
    fprintf(stderr, "gigawatt: `%s` is not in `jobs`\n    hint: %s `%s`%s\n", name,
            near != NULL ? "did you mean" : "the first is", near != NULL ? near : names[0],
            near != NULL ? "?" : "");
    return GW_EXIT_INPUT;
}

static int too_many_for_trace(const gw_scenario *in) {
    fprintf(stderr,
            "gigawatt: --trace takes one job, and the scenario has %d\n"
            "    hint: name it with --job, for example --job %s\n",
            in->jobs.n, in->jobs.at[0].head.name);
    return GW_EXIT_INPUT;
}

static int run_train(const gw_model *model, const gw_args *args) {
    if (args->trace != NULL && args->job == NULL && model->in->jobs.n > 1) {
        return too_many_for_trace(model->in);
    }
    gw_arena *arena = gw_arena_create(0);
    gw_train_opts opts = {.job = args->job,
                          .search = args->search,
                          .prune = args->fast,
                          .wide = args->wide,
                          .n_threads = args->n_threads};
    gw_train_report report;
    gw_code code = gw_train_run(model, &opts, arena, &report);
    int status = GW_EXIT_OK;
    if (code == GW_E_REF) {
        status = no_job(model->in, args->job != NULL ? args->job : "");
    } else if (code != GW_OK) {
        fprintf(stderr, "gigawatt: %s\n", gw_code_sentence(code));
        status = gw_cli_exit_code(code);
    } else {
        status = put_out(&report, args);
        if (status == GW_EXIT_OK && args->trace != NULL && report.jobs[0].step.problem == NULL) {
            status = put_trace(&report, args, arena);
        }
        for (int j = 0; j < report.n_jobs && status == GW_EXIT_OK; j++) {
            status = report.jobs[j].step.problem != NULL ? GW_EXIT_NO : GW_EXIT_OK;
        }
        for (int i = 0; report.services != NULL && i < model->in->serving.n; i++) {
            bool fails = report.services[i].problem != NULL && status == GW_EXIT_OK;
            status = fails ? GW_EXIT_NO : status;
        }
    }
    gw_arena_free(arena);
    return status;
}

static int build_and_run(const gw_spec *spec, const gw_args *args) {
    gw_model *model = NULL;
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_model_build(spec, diags, &model);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    int status = code == GW_OK ? run_train(model, args) : gw_cli_exit_code(code);
    gw_model_free(model);
    return status;
}

/** Loads the file; with --layout once more with its keys as overrides of every job meant. */
static int load_file(const gw_args *args, gw_arena *arena, gw_spec **out) {
    int status = gw_cli_exit_code(gw_cli_load(args, args->words[0], out));
    if (status != GW_EXIT_OK || args->layout == NULL) {
        return status;
    }
    gw_args with_layout = *args;
    const gw_scenario *in = &(*out)->scenario;
    for (int j = 0; j < in->jobs.n && status == GW_EXIT_OK; j++) {
        const char *name = in->jobs.at[j].head.name;
        bool meant = args->job == NULL || strcmp(args->job, name) == 0;
        if (meant && !gw_train_layout(args->layout, name, arena, &with_layout, NULL)) {
            status = GW_EXIT_INPUT;
        }
    }
    gw_spec_free(*out);
    *out = NULL;
    if (status == GW_EXIT_OK) {
        status = gw_cli_exit_code(gw_cli_load(&with_layout, args->words[0], out));
    }
    return status;
}

/** Options that contradict each other or go with a question only. */
static const char *misplaced(const gw_args *a, const char **hint) {
    *hint = "`gigawatt train --help` shows what goes together";
    if ((a->fast || a->wide) && !a->search) {
        return a->fast ? "--fast goes with --search" : "--wide goes with --search";
    }
    if (a->n_words == 0) {
        return NULL;
    }
    *hint = "change the scenario with --set, for example --set jobs.NAME.precision=fp8";
    if (a->model != NULL || a->accelerator != NULL || a->system != NULL || a->count != NULL) {
        return "a scenario says model, accelerators and count itself";
    }
    if (a->batch != NULL || a->sequence != NULL || a->precision != NULL || a->software != NULL) {
        return "a scenario says batch, sequence, precision and software itself";
    }
    return NULL;
}

int gw_cmd_train(const gw_args *args) {
    const char *hint = NULL;
    const char *wrong = misplaced(args, &hint);
    if (wrong != NULL) {
        fprintf(stderr, "gigawatt: %s\n    hint: %s\n", wrong, hint);
        return GW_EXIT_INPUT;
    }
    gw_spec *spec = NULL;
    gw_arena *arena = gw_arena_create(0);
    int status = args->n_words == 0 ? gw_train_ask(args, &spec) : load_file(args, arena, &spec);
    if (status == GW_EXIT_OK) {
        status = build_and_run(spec, args);
    }
    gw_spec_free(spec);
    gw_arena_free(arena);
    return status;
}
