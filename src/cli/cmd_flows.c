/* cli/cmd_flows.c: `gigawatt flows`: a table of flows on a network, until the last one has ended. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/flows_chakra.h"
#include "engine/flow_job.h"
#include "report/sharing_text.h"

#define LARGEST_FILE ((size_t)16 << 30)

typedef struct job {
    const gw_args *args;
    gw_arena *arena;
    gw_diags *diags;
    char *network_text, *flows_text; /* owned */
    gw_spec *spec;
    gw_flow_network network;
    gw_flow_table table;
    gw_flow_job flows;
} job;

/* ------------------------------------------------------------------ reading */

static gw_code read_file(job *j, const char *path, const char *what, char **text, size_t *n) {
    gw_code code = gw_file_read(path, LARGEST_FILE, text, n);
    if (code != GW_OK) {
        gw_diag_add(j->diags, code, GW_ERROR, (gw_loc){.file = path}, NULL, what,
                    "cannot be read: %s", code == GW_E_RANGE ? "too large" : strerror(errno));
    }
    return code;
}

static bool is_scenario(const char *path) {
    return gw_text_ends_with(path, ".yaml") || gw_text_ends_with(path, ".yml");
}

static gw_code open_network(job *j) {
    const gw_args *args = j->args;
    const char *path = args->words[0];
    if (is_scenario(path)) {
        gw_load_opts opts = gw_cli_load_opts(args);
        gw_code code = gw_spec_load(path, &opts, j->diags, &j->spec);
        return code != GW_OK ? code
                             : gw_flow_network_of_scenario(j->spec, args->fabric, j->arena,
                                                           j->diags, &j->network);
    }
    size_t n = 0;
    GW_TRY(read_file(j, path, "a table link,src,dst,bytes_per_s,latency_s, or a scenario (.yaml)",
                     &j->network_text, &n));
    return gw_flow_network_of_table(path, j->network_text, n, j->arena, j->diags, &j->network);
}

static gw_code read_flows(job *j) {
    size_t n = 0;
    const char *path = j->args->words[1];
    GW_TRY(read_file(j, path, "a table start_s,src,dst,bytes[,weight][,cap_bytes_per_s][,path]",
                     &j->flows_text, &n));
    gw_flow_table_read(path, j->flows_text, n, j->arena, j->diags, &j->table);
    return j->table.scan.n_problems == 0 ? GW_OK : GW_E_SYNTAX;
}

/* Both files are read whatever is wrong with the other, so that all is told at once. */
static gw_code prepare(job *j) {
    gw_code network = open_network(j);
    gw_code flows = read_flows(j);
    if (network == GW_OK && j->table.scan.text != NULL && j->table.n > 0) {
        gw_code routed = gw_flow_job_route(&j->network, &j->table, j->arena, &j->flows);
        flows = flows != GW_OK ? flows : routed;
    }
    gw_diags_sort(j->diags);
    if (j->table.scan.text != NULL) {
        gw_scan_tell_rest(&j->table.scan);
    }
    return network != GW_OK ? network : flows;
}

/* ------------------------------------------------------------------ writing */

static void put_out(const job *j, const gw_sharing_view *v) {
    gw_buf out = {0};
    if (j->args->format == GW_FORMAT_JSON) {
        gw_sharing_json(v, j->arena, &out);
    } else if (j->args->format == GW_FORMAT_CSV && v->with_links && j->args->output == NULL) {
        gw_sharing_links_csv(v, &out);
    } else if (j->args->format == GW_FORMAT_CSV) {
        gw_sharing_flows_csv(v, &out);
    } else {
        gw_sharing_text(v, j->arena, &out);
    }
    fwrite(out.text, 1, out.n, stdout);
    gw_buf_clear(&out);
}

static const char *const part_names[] = {"flows.csv", "links.csv", "flows.json", "flows.txt"};
#define N_PARTS ((int)(sizeof part_names / sizeof part_names[0]))

static const char *path_of(const job *j, int part, const char *end) {
    return gw_arena_printf(j->arena, "%s/%s%s", j->args->output, part_names[part], end);
}

static bool cannot(const job *j, int part) {
    fprintf(stderr, "gigawatt: %s cannot be written: %s\n", path_of(j, part, ""), strerror(errno));
    return false;
}

static bool write_aside(const job *j, const gw_sharing_view *v, int part) {
    gw_buf text = {0};
    switch (part) {
    case 0:
        gw_sharing_flows_csv(v, &text);
        break;
    case 1:
        gw_sharing_links_csv(v, &text);
        break;
    case 2:
        gw_sharing_json(v, j->arena, &text);
        break;
    default:
        gw_sharing_text(v, j->arena, &text);
        break;
    }
    bool ok = gw_file_write(path_of(j, part, ".new"), text.text, text.n) == GW_OK;
    ok = ok || cannot(j, part);
    gw_buf_clear(&text);
    return ok;
}

/* All files are written before the first takes its name: on a full disk what was there stays. */
static int write_folder(const job *j, const gw_sharing_view *v) {
    bool ok = true;
    (void)mkdir(j->args->output, 0777); /* failing shows when the files are written */
    for (int part = 0; part < N_PARTS && ok; part++) {
        ok = write_aside(j, v, part);
    }
    for (int part = 0; part < N_PARTS && ok; part++) {
        ok = rename(path_of(j, part, ".new"), path_of(j, part, "")) == 0 || cannot(j, part);
    }
    for (int part = 0; part < N_PARTS && !ok; part++) {
        (void)unlink(path_of(j, part, ".new"));
    }
    return ok ? GW_EXIT_OK : GW_EXIT_FAILED;
}

static int report(job *j) {
    gw_sharing_view v = gw_sharing_view_of(&j->flows, j->args->all_links, j->arena);
    if (j->args->output != NULL) {
        int status = write_folder(j, &v);
        if (status != GW_EXIT_OK) {
            return status;
        }
    }
    put_out(j, &v);
    gw_buf stuck = {0};
    gw_sharing_stuck(&v, &stuck);
    if (stuck.n > 0) {
        fputs(stuck.text, stderr);
    }
    gw_buf_clear(&stuck);
    return j->flows.result.n_stuck > 0 ? GW_EXIT_NO : GW_EXIT_OK;
}

/* ------------------------------------------------------------------ the command */

/* Execution traces instead of a table of flows. */
static int replay(job *j) {
    gw_code code = open_network(j);
    gw_diags_sort(j->diags);
    gw_cli_print_diags(j->diags, j->args);
    if (code != GW_OK) {
        return code == GW_E_IO ? GW_EXIT_INPUT : gw_cli_exit_code(code);
    }
    return gw_cli_chakra(j->args, &j->network);
}

/* Options that would have no effect on these files are told, not passed over. */
static bool options_fit(const gw_args *a) {
    bool is_table = !is_scenario(a->words[0]), are_traces = gw_cli_is_chakra(a);
    const struct {
        bool given;
        const char *words;
    } misfits[] = {
        {is_table && a->fabric != NULL, "--fabric chooses a network"},
        {is_table && a->n_sets > 0, "--set changes a value"},
        {is_table && a->n_catalog_dirs > 0, "--catalog adds to the catalogue"},
        {is_table && a->only_catalog, "--catalog-only chooses the catalogue"},
    };
    const struct {
        const char *given, *name;
    } of_traces[] = {{a->npus, "npus"},
                     {a->dims, "dims"},
                     {a->groups, "groups"},
                     {a->peak, "peak"},
                     {a->memory_bandwidth, "memory-bandwidth"},
                     {a->far_memory_bandwidth, "far-memory-bandwidth"},
                     {a->algorithm, "algorithm"}};
    bool fit = true;
    for (size_t i = 0; i < sizeof misfits / sizeof misfits[0]; i++) {
        if (misfits[i].given) {
            fprintf(stderr,
                    "gigawatt: %s of a scenario, %s is a table\n"
                    "    hint: leave it out, or give a .yaml file\n",
                    misfits[i].words, a->words[0]);
            fit = false;
        }
    }
    for (size_t i = 0; i < sizeof of_traces / sizeof of_traces[0] && !are_traces; i++) {
        if (of_traces[i].given != NULL) {
            fprintf(stderr,
                    "gigawatt: --%s is for traces, %s is a table of flows\n"
                    "    hint: leave it out, or give execution traces (.et)\n",
                    of_traces[i].name, a->words[1]);
            fit = false;
        }
    }
    return fit;
}

static int work(job *j) {
    if (!options_fit(j->args)) {
        return GW_EXIT_INPUT;
    }
    if (gw_cli_is_chakra(j->args)) {
        return replay(j);
    }
    if (j->args->n_words > 2) {
        fprintf(stderr,
                "gigawatt: `%s` is one argument too many for `flows`\n"
                "    hint: one table of flows at a time; several files are traces (.et)\n",
                j->args->words[2]);
        return GW_EXIT_INPUT;
    }
    gw_code code = prepare(j);
    gw_cli_print_diags(j->diags, j->args);
    if (code != GW_OK) {
        return code == GW_E_IO ? GW_EXIT_INPUT : gw_cli_exit_code(code);
    }
    gw_flow_job_run(&j->flows, j->arena);
    return report(j);
}

int gw_cmd_flows(const gw_args *args) {
    job j = {.args = args, .arena = gw_arena_create((size_t)1 << 20), .diags = gw_diags_create()};
    int status = work(&j);
    gw_flow_job_free(&j.flows);
    gw_flow_table_free(&j.table);
    gw_flow_network_free(&j.network);
    gw_spec_free(j.spec);
    gw_diags_free(j.diags);
    gw_arena_free(j.arena);
    free(j.network_text);
    free(j.flows_text);
    return status;
}
