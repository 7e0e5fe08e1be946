/* cli/cmd_fabric.c: `gigawatt fabric`: networks, what they are made of, what their collectives take. */
#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/cli.h"
#include "engine/fabric_run.h"
#include "report/fabric_text.h"

typedef void write_fn(const gw_fabric_report *r, gw_buf *out);
static const struct {
    const char *name;
    write_fn *write;
} outputs[] = {{"fabric.html", gw_fabric_html},
               {"fabric.json", gw_fabric_json},
               {"fabric.csv", gw_fabric_csv},
               {"links.csv", gw_fabric_links_csv}};
#define N_OUTPUTS ((int)(sizeof outputs / sizeof outputs[0]))

static bool is_ours(const char *name) {
    for (int k = 0; k < N_OUTPUTS; k++) {
        if (strcmp(name, outputs[k].name) == 0) {
            return true;
        }
    }
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/** Made if it is not there; a folder with other files is left alone. */
static int open_folder(const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "gigawatt: %s: %s\n    hint: the folder above it must exist\n", folder,
                strerror(errno));
        return GW_EXIT_FAILED;
    }
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        fprintf(stderr, "gigawatt: %s: %s\n", folder, strerror(errno));
        return GW_EXIT_FAILED;
    }
    int status = GW_EXIT_OK;
    for (struct dirent *e; status == GW_EXIT_OK && (e = readdir(dir)) != NULL;) {
        if (!is_ours(e->d_name)) {
            fprintf(stderr,
                    "gigawatt: %s holds other files: %s\n    hint: choose a new or empty folder\n",
                    folder, e->d_name);
            status = GW_EXIT_FAILED;
        }
    }
    closedir(dir);
    return status;
}

static int write_folder(const gw_fabric_report *r, const char *folder) {
    char path[4096];
    int status = GW_EXIT_OK;
    for (int k = 0; k < N_OUTPUTS && status == GW_EXIT_OK; k++) {
        gw_buf out = {0};
        outputs[k].write(r, &out);
        snprintf(path, sizeof path, "%s/%s", folder, outputs[k].name);
        if (gw_file_write(path, out.text, out.n) != GW_OK) {
            fprintf(stderr, "gigawatt: %s: %s\n", path, strerror(errno));
            status = GW_EXIT_FAILED;
        }
        gw_buf_clear(&out);
    }
    return status;
}

static void put_out(const gw_fabric_report *r, const gw_args *args) {
    gw_buf out = {0};
    if (args->format == GW_FORMAT_JSON) {
        gw_fabric_json(r, &out);
    } else if (args->format == GW_FORMAT_CSV) {
        (args->all_links ? gw_fabric_links_csv : gw_fabric_csv)(r, &out);
    } else {
        gw_fabric_text(r, &out);
        if (args->all_links) {
            gw_fabric_links_text(r, &out);
        }
        if (args->output != NULL) {
            gw_buf_printf(&out, "\nreport: %s/fabric.html\n", args->output);
        }
    }
    fwrite(out.text, 1, out.n, stdout);
    gw_buf_clear(&out);
}

static int no_network(const gw_scenario *in, const char *file, const char *name) {
    const char *names[256];
    size_t n = 0;
    for (int i = 0; i < in->fabrics.n && n < 256; i++) {
        names[n++] = in->fabrics.at[i].head.name;
    }
    for (int i = 0; i < in->clusters.n && n < 256; i++) {
        names[n++] = in->clusters.at[i].head.name;
    }
    if (n == 0) {
        fprintf(stderr,
                "gigawatt: %s has no networks\n"
                "    hint: add one under `fabrics:`; docs/examples/fabric.yaml shows how\n",
                file);
        return GW_EXIT_INPUT;
    }
    const char *near = gw_text_nearest(name, names, n);
    fprintf(stderr, "gigawatt: `%s` is neither a fabric nor a cluster of %s\n    hint: %s `%s`%s\n",
            name, file, near != NULL ? "did you mean" : "the first is",
            near != NULL ? near : names[0], near != NULL ? "?" : "");
    return GW_EXIT_INPUT;
}

/** The answer is "no" where something that was asked for cannot be done or never ends. */
static int verdict(const gw_fabric_report *r) {
    for (int i = 0; i < r->n; i++) {
        for (int k = 0; k < r->views[i].n_rows; k++) {
            const gw_fabric_row *row = &r->views[i].rows[k];
            bool asked = row->name != NULL;
            bool open = row->problem != NULL || isnan(row->time_s) || row->together_stuck;
            if (row->n_stuck > 0 || (asked && open)) {
                return GW_EXIT_NO;
            }
        }
    }
    return GW_EXIT_OK;
}

static int work_out(const gw_spec *spec, const gw_args *args) {
    gw_arena *arena = gw_arena_create((size_t)1 << 20);
    gw_diags *diags = gw_diags_create();
    gw_fabric_opts opts = {.only = args->fabric};
    gw_fabric_report report;
    gw_code code = gw_fabric_run(spec, &opts, arena, diags, &report);
    gw_diags_sort(diags);
    gw_cli_print_diags(diags, args);
    int status = gw_cli_exit_code(code);
    if (code == GW_E_REF) {
        status =
            no_network(&spec->scenario, args->words[0], args->fabric != NULL ? args->fabric : "");
    } else if (code == GW_OK) {
        status = args->output != NULL ? open_folder(args->output) : GW_EXIT_OK;
        if (status == GW_EXIT_OK && args->output != NULL) {
            status = write_folder(&report, args->output);
        }
        if (status == GW_EXIT_OK) {
            put_out(&report, args);
            status = verdict(&report);
        }
    }
    gw_diags_free(diags);
    gw_arena_free(arena);
    return status;
}

/** Each collective takes and gives back tens of megabytes: kept pages save most of the time. */
static void keep_pages(void) {
#ifdef M_MMAP_MAX
    (void)mallopt(M_MMAP_MAX, 0);
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

int gw_cmd_fabric(const gw_args *args) {
    keep_pages();
    if (args->all_links && args->format == GW_FORMAT_JSON) {
        fprintf(stderr, "gigawatt: links are written as text or csv, not as json\n"
                        "    hint: --links --format csv, or -o DIR for links.csv\n");
        return GW_EXIT_INPUT;
    }
    gw_spec *spec = NULL;
    int status = gw_cli_exit_code(gw_cli_load(args, args->words[0], &spec));
    if (status == GW_EXIT_OK) {
        status = work_out(spec, args);
    }
    gw_spec_free(spec);
    return status;
}
