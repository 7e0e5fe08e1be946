/* cli/cmd_compare.c: `gigawatt compare`: programmes side by side. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "engine/engine.h"
#include "report/compare.h"

#define MEMORY_LIMIT_B 4e9

typedef struct loaded {
    int n;
    gw_spec *specs[GW_CLI_MAX];
    gw_model *models[GW_CLI_MAX];
} loaded;

static void unload(loaded *all) {
    for (int i = 0; i < all->n; i++) {
        gw_model_free(all->models[i]);
        gw_spec_free(all->specs[i]);
    }
}

static gw_code load_one(const gw_args *args, const char *path, gw_spec **spec, gw_model **model) {
    GW_TRY(gw_cli_load(args, path, spec));
    if (!gw_cli_can_run(*spec, path, false)) {
        return GW_E_MODEL;
    }
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_model_build(*spec, diags, model);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    return code;
}

/* All files, also after one that cannot be read: every mistake at once, and no half comparison. */
static gw_code load_all(const gw_args *args, loaded *all) {
    gw_code first = GW_OK;
    for (int i = 0; i < args->n_words; i++) {
        gw_code code = load_one(args, args->words[i], &all->specs[i], &all->models[i]);
        first = first == GW_OK ? code : first;
        all->n = i + 1;
    }
    return first;
}

static bool fits_memory(const loaded *all, const gw_args *args) {
    double need_B = 0.0;
    for (int i = 0; i < all->n; i++) {
        double groups = 2.0 * all->models[i]->in->programmes.n + 2.0;
        need_B = groups * (GW_N_COMPARE + 2.0 * all->models[i]->n_months) * args->n_samples *
                 sizeof(double);
        if (need_B > MEMORY_LIMIT_B) {
            fprintf(stderr,
                    "gigawatt: %d samples of %s need %.1f GB of memory\n"
                    "    hint: take fewer samples with -n\n",
                    args->n_samples, args->words[i], need_B / 1e9);
            return false;
        }
    }
    return true;
}

static gw_code write_file(const char *folder, const char *name, const gw_buf *text) {
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
        return GW_E_IO;
    }
    gw_code code = gw_file_write(path, text->text, text->n);
    if (code != GW_OK) {
        fprintf(stderr, "gigawatt: cannot write %s: %s\n    hint: give another folder with -o\n",
                path, strerror(errno));
    }
    return code;
}

/* compare.html, compare.json and compare.csv; other files of the folder are left alone. */
static int write_folder(const gw_sides *sides, const char *folder) {
    static const struct {
        const char *name;
        void (*write)(const gw_sides *sides, gw_buf *out);
    } files[] = {{"compare.html", gw_compare_html},
                 {"compare.json", gw_compare_json},
                 {"compare.csv", gw_compare_csv}};
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "gigawatt: cannot make %s: %s\n    hint: the folder above must exist\n",
                folder, strerror(errno));
        return GW_EXIT_FAILED;
    }
    for (int i = 0; i < 3; i++) {
        gw_buf out = {0};
        files[i].write(sides, &out);
        gw_code code = write_file(folder, files[i].name, &out);
        gw_buf_clear(&out);
        if (code != GW_OK) {
            return GW_EXIT_FAILED;
        }
    }
    return GW_EXIT_OK;
}

static int put_out(const gw_sides *sides, const gw_args *args) {
    gw_buf out = {0};
    const char *folder = args->output;
    if (folder == NULL && args->format == GW_FORMAT_TEXT) {
        (void)mkdir("out", 0777); /* the parent of the default folder; failing shows below */
        folder = "out/compare";
    }
    int status = folder == NULL ? GW_EXIT_OK : write_folder(sides, folder);
    if (args->format == GW_FORMAT_JSON) {
        gw_compare_json(sides, &out);
    } else if (args->format == GW_FORMAT_CSV) {
        gw_compare_csv(sides, &out);
    } else {
        gw_compare_text(sides, &out);
        if (status == GW_EXIT_OK) {
            gw_buf_printf(&out, "report: %s/compare.html\n", folder);
        }
    }
    fputs(out.text, stdout);
    gw_buf_clear(&out);
    return status;
}

static int work(const gw_args *args, const loaded *all) {
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_sides_opts opts = {.n_samples = args->n_samples,
                          .seed = args->seed,
                          .n_threads = args->n_threads,
                          .on_d = GW_NAN};
    gw_code code = GW_OK;
    if (args->on != NULL && gw_date_parse(args->on, GW_DATE_END, &opts.on_d) != GW_OK) {
        code = GW_E_SYNTAX;
        gw_diag_add(diags, code, GW_ERROR, (gw_loc){0}, NULL, "write it as 2026-06-30 or 2026-Q2",
                    "--on %s is no date", args->on);
    }
    gw_sides sides;
    if (code == GW_OK) {
        code = gw_sides_work((const gw_model *const *)all->models, args->words, all->n, &opts,
                             arena, diags, &sides);
    }
    gw_cli_print_diags(diags, args);
    int status = code == GW_OK ? put_out(&sides, args) : gw_cli_exit_code(code);
    gw_diags_free(diags);
    gw_arena_free(arena);
    return status;
}

int gw_cmd_compare(const gw_args *args) {
    loaded *all = calloc(1, sizeof *all);
    if (all == NULL) {
        gw_out_of_memory(sizeof *all);
    }
    gw_code code = load_all(args, all);
    int status = gw_cli_exit_code(code);
    if (code == GW_OK) {
        status = fits_memory(all, args) ? work(args, all) : GW_EXIT_INPUT;
    }
    unload(all);
    free(all);
    return status;
}
