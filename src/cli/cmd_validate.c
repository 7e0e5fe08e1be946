/* cli/cmd_validate.c: `gigawatt validate`: published measurements beside predictions. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/validate_view.h"

#define LARGEST_FILE ((size_t)1 << 30)
#define MESSAGES_MAX 100 /* of rows that cannot be true; the others are in the output */
#define WIDEST 120

typedef struct job {
    const gw_args *args;
    gw_arena *arena;
    gw_diags *diags;
    gw_spec *spec;
    char *text;
    size_t n_bytes;
    gw_trial_table table;
    gw_trials trials;
} job;

/* ------------------------------------------------------------------ reading */

static gw_code read_table(job *j, const char *path) {
    gw_code code = gw_file_read(path, LARGEST_FILE, &j->text, &j->n_bytes);
    if (code != GW_OK) {
        bool large = code == GW_E_RANGE;
        gw_diag_add(j->diags, code, GW_ERROR, (gw_loc){.file = path}, NULL,
                    large ? "split it into several files"
                          : "a table of measurements (CSV), for example validation/training.csv",
                    "%s", large ? "larger than 1 GiB" : strerror(errno));
        return code;
    }
    return gw_trial_table_read(path, j->text, j->n_bytes, j->arena, j->diags, &j->table);
}

/* A row that cannot be true does not stop the others, but its writer is told where it stands. */
static void tell_mistakes(job *j) {
    int told = 0, more = 0;
    for (int i = 0; i < j->trials.n; i++) {
        const gw_tried *one = &j->trials.at[i];
        if (!one->is_mistake) {
            continue;
        }
        if (told++ >= MESSAGES_MAX) {
            more++;
            continue;
        }
        bool is_named = strstr(one->trial.unsupported, one->trial.column) != NULL;
        gw_loc at = gw_trial_table_place(&j->table, i + 1, one->trial.column, j->text, j->n_bytes);
        gw_diag_add(j->diags, GW_E_RANGE, GW_WARNING, at,
                    gw_arena_printf(j->arena, "/%s/%s", one->trial.id, one->trial.column),
                    one->hint, "row `%s` is left out: %s%s%s", one->trial.id,
                    is_named ? "" : one->trial.column, is_named ? "" : ": ",
                    one->trial.unsupported);
    }
    if (more > 0) {
        gw_diag_add(j->diags, GW_E_RANGE, GW_WARNING, (gw_loc){.file = j->table.csv.file}, NULL,
                    "--format csv lists all of them", "%d more rows are left out", more);
    }
}

/* ------------------------------------------------------------------ writing */

typedef void write_fn(const gw_validate_view *v, gw_buf *out);
static const struct {
    const char *name;
    write_fn *write;
} outputs[] = {{"validation.html", gw_validate_html},
               {"validation.svg", gw_validate_svg},
               {"validation.json", gw_validate_json},
               {"validation.csv", gw_validate_csv}};
#define N_OUTPUTS ((int)(sizeof outputs / sizeof outputs[0]))

static bool is_ours(const char *name) {
    for (int k = 0; k < N_OUTPUTS; k++) {
        if (strcmp(name, outputs[k].name) == 0) {
            return true;
        }
    }
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static gw_code open_folder(job *j, const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        gw_diag_add(j->diags, GW_E_IO, GW_ERROR, (gw_loc){.file = folder}, NULL,
                    "the folder above it must exist", "%s", strerror(errno));
        return GW_E_IO;
    }
    DIR *dir = opendir(folder);
    const char *foreign = NULL;
    for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        foreign = is_ours(e->d_name) ? foreign : gw_arena_strdup(j->arena, e->d_name);
    }
    if (dir == NULL || foreign != NULL) {
        gw_diag_add(j->diags, GW_E_IO, GW_ERROR, (gw_loc){.file = folder}, NULL,
                    "choose a new or empty folder", "%s",
                    dir == NULL ? strerror(errno)
                                : gw_arena_printf(j->arena, "holds other files: %s", foreign));
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return dir == NULL || foreign != NULL ? GW_E_IO : GW_OK;
}

static gw_code write_folder(job *j, const gw_validate_view *v, const char *folder) {
    for (int k = 0; k < N_OUTPUTS; k++) {
        gw_buf out = {0};
        outputs[k].write(v, &out);
        const char *path = gw_arena_printf(j->arena, "%s/%s", folder, outputs[k].name);
        gw_code code = gw_file_write(path, out.text, out.n);
        gw_buf_clear(&out);
        if (code != GW_OK) {
            gw_diag_add(j->diags, code, GW_ERROR, (gw_loc){.file = path}, NULL, NULL, "%s",
                        strerror(errno));
            return code;
        }
    }
    return GW_OK;
}

static int terminal_width(void) {
    struct winsize w;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 80) {
        return w.ws_col < WIDEST ? w.ws_col : WIDEST;
    }
    return 80;
}

static void put_out(const job *j, const gw_validate_view *v) {
    gw_buf out = {0};
    if (j->args->format == GW_FORMAT_JSON) {
        gw_validate_json(v, &out);
    } else if (j->args->format == GW_FORMAT_CSV) {
        gw_validate_csv(v, &out);
    } else {
        gw_validate_text(v, terminal_width(), &out);
        if (j->args->output != NULL) {
            gw_buf_printf(&out, "\nreport: %s/validation.html\n", j->args->output);
        }
    }
    fwrite(out.text, 1, out.n, stdout);
    gw_buf_clear(&out);
}

/* ------------------------------------------------------------------ the command */

static int work(job *j) {
    const gw_args *args = j->args;
    gw_code code = read_table(j, args->words[0]);
    if (code == GW_OK && args->output != NULL) {
        code = open_folder(j, args->output);
        if (code != GW_OK) {
            return GW_EXIT_FAILED;
        }
    }
    if (code == GW_OK) {
        code = gw_cli_load(args, NULL, &j->spec);
    }
    if (code == GW_OK) {
        code = gw_trials_run(&j->table, &j->spec->scenario, args->n_threads, j->arena, &j->trials);
    }
    if (code != GW_OK) {
        return code == GW_E_IO ? GW_EXIT_INPUT : gw_cli_exit_code(code);
    }
    tell_mistakes(j);
    gw_validate_view v = gw_validate_view_of(&j->trials, j->arena);
    v.with_rows = args->rows;
    if (args->output != NULL && write_folder(j, &v, args->output) != GW_OK) {
        return GW_EXIT_FAILED;
    }
    put_out(j, &v);
    return GW_EXIT_OK;
}

int gw_cmd_validate(const gw_args *args) {
    job j = {.args = args, .arena = gw_arena_create((size_t)1 << 20), .diags = gw_diags_create()};
    int status = work(&j);
    gw_diags_sort(j.diags);
    gw_cli_print_diags(j.diags, args);
    gw_trials_free(&j.trials);
    gw_spec_free(j.spec);
    gw_diags_free(j.diags);
    gw_arena_free(j.arena);
    free(j.text);
    return status;
}
