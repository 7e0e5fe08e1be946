/* cli/cmd_run.c: `gigawatt run`. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "engine/engine.h"
#include "report/questions.h"
#include "report/summary.h"
#include "store/csv_result.h"
#include "store/folder.h"
#include "store/json_result.h"

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---------------------------------------------------------------- progress: one line on a terminal
 */

typedef struct progress {
    double start_s, last_s;
    bool shown;
} progress;

static void show_progress(void *user, int done, int total) {
    progress *p = user;
    double t = now_s();
    if (t - p->start_s < 0.5 || t - p->last_s < 0.1 || done == 0) {
        return;
    }
    p->last_s = t;
    p->shown = true;
    double left_s = (t - p->start_s) * (total - done) / done;
    fprintf(stderr, "\r%d of %d samples, %.0f s left   ", done, total, left_s);
}

static void end_progress(const progress *p) {
    if (p->shown) {
        fprintf(stderr, "\r%60s\r", "");
    }
}

/* ---------------------------------------------------------------- output */

/* "scenarios/stargate-abilene.yaml" -> "out/stargate-abilene" */
static void default_folder(const char *path, char *out, size_t n) {
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t len = strlen(name);
    const char *dot = strrchr(name, '.');
    if (dot != NULL && dot != name) {
        len = (size_t)(dot - name);
    }
    snprintf(out, n, "out/%.*s", (int)len, name);
}

static int terminal_width(void) {
    struct winsize w;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 60) {
        return w.ws_col < 100 ? w.ws_col : 100;
    }
    return 80;
}

/* Signals wait until the folder is whole: an interrupted run leaves the old result or the new one. */
static int write_folder(const gw_result *result, const char *folder, const gw_args *args) {
    sigset_t quit, before;
    sigemptyset(&quit);
    sigaddset(&quit, SIGINT);
    sigaddset(&quit, SIGTERM);
    sigaddset(&quit, SIGHUP);
    sigprocmask(SIG_BLOCK, &quit, &before);
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_store_folder(result, folder, diags);
    sigprocmask(SIG_SETMASK, &before, NULL);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    return code == GW_OK ? GW_EXIT_OK : GW_EXIT_FAILED;
}

/* The folder that the result goes to; "" where only standard output was asked for. */
static void choose_folder(const gw_args *args, char *folder, size_t n) {
    folder[0] = '\0';
    if (args->output != NULL) {
        snprintf(folder, n, "%s", args->output);
    } else if (args->format == GW_FORMAT_TEXT) {
        default_folder(args->words[0], folder, n);
    }
}

/* Before the run, which may be long: can its result be written? */
static gw_code check_folder(const gw_args *args, const char *folder) {
    if (folder[0] == '\0') {
        return GW_OK;
    }
    if (args->output == NULL) {
        (void)mkdir("out", 0777); /* the parent of the default folder; failing shows below */
    }
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_store_folder_check(folder, diags);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    return code;
}

/* The questions with their answers, instead of the summary. */
static void put_questions(const gw_result *result, const gw_args *args, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    if (arena == NULL) {
        gw_out_of_memory(sizeof(gw_arena *));
    }
    gw_answers answers = gw_questions_work(result, arena);
    if (args->format == GW_FORMAT_JSON) {
        gw_json json = gw_json_begin(out);
        gw_json_object(&json, NULL);
        gw_questions_json(&answers, &json);
        gw_json_end_object(&json);
        gw_json_finish(&json);
    } else {
        gw_questions_text(result, &answers, terminal_width(), out);
    }
    gw_arena_free(arena);
}

static int put_out(const gw_result *result, const gw_args *args, const char *folder) {
    gw_buf out = {0};
    int status = GW_EXIT_OK;
    if (folder[0] != '\0') {
        status = write_folder(result, folder, args);
    }
    if (args->questions && args->format != GW_FORMAT_CSV) {
        put_questions(result, args, &out);
    } else if (args->format == GW_FORMAT_JSON) {
        gw_store_json(result, &out);
    } else if (args->format == GW_FORMAT_CSV) {
        gw_store_csv_metrics(result, &out);
    } else {
        bool colour = isatty(STDOUT_FILENO) != 0 && args->colour;
        gw_report_summary(result, &out, terminal_width(), colour);
        if (status == GW_EXIT_OK) {
            gw_buf_printf(&out, "report: %s/report.html\n", folder);
        }
    }
    if (out.text != NULL) {
        fputs(out.text, stdout);
    }
    gw_buf_clear(&out);
    return status;
}

#define EXPLAIN_REPEATS 200

/* The chain with the time of each phase in the base case. */
static void explain_phases(const gw_model *model) {
    gw_state *state = gw_state_create(model);
    if (state == NULL) {
        return;
    }
    gw_sample_draw(model, 0, -1, state);
    gw_run_sample(model, state);
    fprintf(stderr, "the chain, and the time of one sample (src/engine/run.c)\n");
    for (int i = 0; i < gw_n_phases; i++) {
        double start_s = now_s();
        for (int k = 0; k < EXPLAIN_REPEATS; k++) {
            gw_mark mark = gw_arena_mark(state->scratch);
            gw_phases[i].run(model, state);
            gw_arena_reset(state->scratch, mark);
        }
        fprintf(stderr, "  %-12s %7.1f us  %s\n", gw_phases[i].name,
                1e6 * (now_s() - start_s) / EXPLAIN_REPEATS, gw_phases[i].doc);
    }
    gw_state_free(state);
}

static void explain(double t0, double t_loaded, double t_run, double t_out, const gw_result *r) {
    explain_phases(r->model);
    fprintf(
        stderr,
        "load and build %.3f s, %d samples and sensitivity %.3f s on %d threads, report %.3f s\n"
        "%d uncertain inputs, %d outputs a sample, %ld draws set to the end of their range\n",
        t_loaded - t0, r->n_samples, t_run - t_loaded, r->n_threads, t_out - t_run,
        r->model->n_uncertain, r->model->n_values, r->n_clamped);
}

#define MEMORY_LIMIT_B 4e9

/* Every month of every sample is kept for the percentiles: said before the run, not by the kernel in it. */
static bool fits_memory(const gw_model *model, const gw_args *args) {
    double per_sample = (double)GW_N_SERIES * model->n_months + model->n_values;
    double need_B = per_sample * sizeof(double) * args->n_samples;
    if (need_B > MEMORY_LIMIT_B) {
        fprintf(stderr,
                "gigawatt: %d samples of %d months need %.1f GB of memory\n"
                "    hint: up to %.0f samples fit into 4 GB; or shorten `horizon`\n",
                args->n_samples, model->n_months, need_B / 1e9,
                MEMORY_LIMIT_B / sizeof(double) / per_sample);
        return false;
    }
    return true;
}

static int build_and_run(const gw_args *args, const gw_spec *spec, const char *folder, double t0) {
    gw_model *model = NULL;
    gw_result *result = NULL;
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_model_build(spec, diags, &model);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    if (code == GW_OK && !fits_memory(model, args)) {
        gw_model_free(model);
        return GW_EXIT_INPUT;
    }
    double t_loaded = now_s();
    progress p = {.start_s = t_loaded};
    if (code == GW_OK) {
        gw_run_opts opts = gw_run_opts_default();
        opts.n_samples = args->n_samples;
        opts.seed = args->seed;
        opts.n_threads = args->n_threads;
        opts.with_tornado = !args->no_tornado;
        if (isatty(STDERR_FILENO) && !args->quiet) {
            opts.progress = show_progress;
            opts.user = &p;
        }
        code = gw_run(model, &opts, &result);
        end_progress(&p);
    }
    int status = gw_cli_exit_code(code);
    if (code == GW_OK) {
        double t_run = now_s();
        status = put_out(result, args, folder);
        if (args->explain) {
            explain(t0, t_loaded, t_run, now_s(), result);
        }
    } else {
        fprintf(stderr, "gigawatt: %s\n", gw_code_sentence(code));
    }
    gw_result_free(result);
    gw_model_free(model);
    return status;
}

int gw_cmd_run(const gw_args *args) {
    double t0 = now_s();
    gw_spec *spec = NULL;
    gw_code code = gw_cli_load(args, args->words[0], &spec);
    if (code != GW_OK) {
        return gw_cli_exit_code(code);
    }
    if (!gw_cli_can_run(spec, args->words[0], false)) {
        gw_spec_free(spec);
        return GW_EXIT_INPUT;
    }
    char folder[4096];
    choose_folder(args, folder, sizeof folder);
    int status = check_folder(args, folder) == GW_OK ? build_and_run(args, spec, folder, t0)
                                                     : GW_EXIT_FAILED;
    gw_spec_free(spec);
    return status;
}
