/* cli/flows_chakra.c: `gigawatt flows NETWORK TRACE`: options, output and exit code of a replay. */
#include "cli/flows_chakra.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "base/units.h"
#include "engine/trace_job.h"
#include "report/trace_text.h"

bool gw_cli_is_chakra(const gw_args *args) {
    return args->n_words > 1 && gw_trace_is_one(args->words[1]);
}

static bool wrong(const char *option, const char *what) {
    fprintf(stderr, "gigawatt: --%s %s\n", option, what);
    return false;
}

/* "1 PFLOP/s" or a number in the base unit; NULL leaves NaN. */
static bool take_rate(const char *option, const char *text, const char *unit, double *out) {
    gw_quantity want, q;
    char one[32];
    *out = GW_NAN;
    if (text == NULL) {
        return true;
    }
    int n = snprintf(one, sizeof one, "1 %s", unit);
    if (gw_quantity_parse(one, (size_t)n, &want, NULL, 0, NULL, 0) != GW_OK) {
        return wrong(option, "has no unit in this build");
    }
    if (gw_quantity_parse(text, strlen(text), &q, NULL, 0, NULL, 0) != GW_OK ||
        (q.had_unit && !gw_dim_equal(q.unit.dim, want.unit.dim)) || !(q.si > 0.0)) {
        char said[80];
        snprintf(said, sizeof said, "takes a rate above 0, for example '1 %s'", unit);
        return wrong(option, said);
    }
    *out = q.si;
    return true;
}

static bool take_npus(const char *text, int32_t *out) {
    *out = 0;
    if (text == NULL) {
        return true;
    }
    char *end = NULL;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || *end != 0 || errno != 0 || n < 1 || n > 100000000) {
        return wrong("npus", "takes a whole number from 1 on");
    }
    *out = (int32_t)n;
    return true;
}

static bool take_algorithm(const char *text, int *out) {
    *out = GW_ALGORITHM_AUTO;
    if (text == NULL) {
        return true;
    }
    const char *names[64];
    size_t n = 0;
    for (int i = 0; i < gw_enum_algorithm.n && n < 64; i++) {
        names[n++] = gw_enum_algorithm.items[i].name;
        if (strcmp(text, gw_enum_algorithm.items[i].name) == 0) {
            *out = i;
            return true;
        }
    }
    const char *near = gw_text_nearest(text, names, n);
    fprintf(stderr, "gigawatt: --algorithm `%s` is unknown\n    hint: %s `%s`\n", text,
            near != NULL ? "did you mean" : "for example", near != NULL ? near : "ring");
    return false;
}

static bool make_ask(const gw_args *args, gw_trace_ask *ask) {
    *ask = (gw_trace_ask){.n_words = args->n_words - 1,
                          .words = args->words + 1,
                          .groups = args->groups,
                          .dims = args->dims};
    bool ok = take_npus(args->npus, &ask->n_npus);
    ok = take_algorithm(args->algorithm, &ask->algorithm) && ok;
    ok = take_rate("peak", args->peak, "TFLOP/s", &ask->peak_flops) && ok;
    ok = take_rate("memory-bandwidth", args->memory_bandwidth, "GB/s", &ask->mem_Bps) && ok;
    return take_rate("far-memory-bandwidth", args->far_memory_bandwidth, "GB/s",
                     &ask->far_mem_Bps) &&
           ok;
}

/* ------------------------------------------------------------------ output */

static void write_as(const gw_trace_job *job, const gw_args *args, gw_format format, gw_buf *out) {
    if (format == GW_FORMAT_JSON) {
        gw_trace_json(job, args->all_links, out);
    } else if (format == GW_FORMAT_TEXT) {
        gw_trace_text(job, args->all_links, out);
    } else if (args->all_links && args->output == NULL) {
        gw_trace_links_csv(job, out);
    } else {
        gw_trace_npus_csv(job, out);
    }
}

static int write_part(const gw_args *args, const char *name, gw_buf *part) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", args->output, name);
    int status = GW_EXIT_OK;
    if (gw_file_write(path, part->text, part->n) != GW_OK) {
        fprintf(stderr, "gigawatt: %s cannot be written: %s\n", path, strerror(errno));
        status = GW_EXIT_FAILED;
    }
    gw_buf_clear(part);
    return status;
}

static int write_folder(const gw_trace_job *job, const gw_args *args) {
    static const char *const names[] = {"trace.txt", "trace.json", "npus.csv"};
    gw_buf part = {0};
    int status = GW_EXIT_OK;
    (void)mkdir(args->output, 0777); /* failing shows when the files are written */
    for (int k = 0; k < 3 && status == GW_EXIT_OK; k++) {
        write_as(job, args, (gw_format)k, &part);
        status = write_part(args, names[k], &part);
    }
    if (status == GW_EXIT_OK) {
        gw_trace_links_csv(job, &part);
        status = write_part(args, "links.csv", &part);
    }
    return status;
}

int gw_cli_chakra(const gw_args *args, const gw_flow_network *network) {
    gw_trace_ask ask;
    if (!make_ask(args, &ask)) {
        return GW_EXIT_INPUT;
    }
    gw_arena *arena = gw_arena_create((size_t)1 << 20);
    gw_diags *diags = gw_diags_create();
    gw_trace_job job;
    gw_code code = gw_trace_run(&ask, network, arena, diags, &job);
    int status = code == GW_OK ? GW_EXIT_OK : GW_EXIT_INPUT;
    gw_diags_sort(diags);
    gw_cli_print_diags(diags, args);
    if (code == GW_OK && args->output != NULL) {
        status = write_folder(&job, args);
    }
    if (status == GW_EXIT_OK) {
        gw_buf out = {0};
        write_as(&job, args, args->format, &out);
        fwrite(out.text, 1, out.n, stdout);
        gw_buf_clear(&out);
    }
    gw_diags_free(diags);
    gw_arena_free(arena);
    return status;
}
