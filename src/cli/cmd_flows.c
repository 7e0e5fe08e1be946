/* cli/cmd_flows.c: `gigawatt flows`: a table of flows on a network, until the last one has ended. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static int write_part(const job *j, const char *name, gw_buf *part) {
    const char *path = gw_arena_printf(j->arena, "%s/%s", j->args->output, name);
    int status = GW_EXIT_OK;
    if (gw_file_write(path, part->text, part->n) != GW_OK) {
        fprintf(stderr, "gigawatt: %s cannot be written: %s\n", path, strerror(errno));
        status = GW_EXIT_FAILED;
    }
    gw_buf_clear(part);
    return status;
}

static int write_folder(const job *j, const gw_sharing_view *v) {
    gw_buf part = {0};
    (void)mkdir(j->args->output, 0777); /* failing shows when the files are written */
    gw_sharing_flows_csv(v, &part);
    int status = write_part(j, "flows.csv", &part);
    if (status == GW_EXIT_OK) {
        gw_sharing_links_csv(v, &part);
        status = write_part(j, "links.csv", &part);
    }
    if (status == GW_EXIT_OK) {
        gw_sharing_json(v, j->arena, &part);
        status = write_part(j, "flows.json", &part);
    }
    if (status == GW_EXIT_OK) {
        gw_sharing_text(v, j->arena, &part);
        status = write_part(j, "flows.txt", &part);
    }
    return status;
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

static int work(job *j) {
    if (j->args->fabric != NULL && !is_scenario(j->args->words[0])) {
        fprintf(stderr,
                "gigawatt: --fabric chooses a network of a scenario, %s is a table\n"
                "    hint: leave it out, or give a .yaml file\n",
                j->args->words[0]);
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
