/* engine/trace_job.c: execution traces from files, replayed over a network.
 *
 * In:  files or a prefix (ASTRA-sim's convention: rank i is PREFIX.i.et), options of the replay.
 * Out: traces, options and result, or every problem with its file.
 * Model: chakra/chakra_run.c. NPU i is host i; in a network from a CSV the node called `i`, `host-i`,
 *      `npu-i` or `gpu-i`.
 * Valid: ranks without gaps.
 * Sources: none beyond those of the replay. */
#include "engine/trace_job.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Nobody's trace is larger, and a mistake (a device, a dump) would fill the memory. */
#define FILE_MAX_B ((size_t)8 << 30)

static bool exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

static bool ends_in(const char *word, const char *end) {
    size_t n = strlen(word), m = strlen(end);
    return n > m && strcmp(word + n - m, end) == 0;
}

static const char *rank_file(gw_arena *arena, const char *prefix, int rank) {
    return gw_arena_printf(arena, "%s.%d.et", prefix, rank);
}

bool gw_trace_is_one(const char *word) {
    char path[4096];
    snprintf(path, sizeof path, "%s.0.et", word);
    return ends_in(word, ".et") || (!exists(word) && exists(path));
}

static void say(gw_diags *diags, gw_code code, const char *file, const char *hint,
                const char *problem) {
    gw_diag_add(diags, code, GW_ERROR, (gw_loc){.file = file}, NULL, hint, "%s", problem);
}

static void read_one(const char *file, gw_arena *arena, gw_diags *diags, gw_chakra_trace *out) {
    char *bytes = NULL;
    size_t n = 0;
    gw_code code = gw_file_read(file, FILE_MAX_B, &bytes, &n);
    if (code != GW_OK) {
        say(diags, code, gw_arena_strdup(arena, file), NULL,
            code == GW_E_IO ? gw_arena_printf(arena, "cannot be read: %s", strerror(errno))
                            : "is larger than 8 GiB");
        return;
    }
    (void)gw_chakra_read(file, bytes, n, arena, diags, out);
    free(bytes);
}

/* Files of a prefix, up to the first that is missing. */
static int count_ranks(const char *prefix, gw_arena *arena) {
    int n = 0;
    gw_mark mark = gw_arena_mark(arena);
    while (exists(rank_file(arena, prefix, n))) {
        n++;
        gw_arena_reset(arena, mark);
    }
    gw_arena_reset(arena, mark);
    return n;
}

static void read_traces(const gw_trace_ask *ask, gw_arena *arena, gw_diags *diags,
                        gw_trace_job *out) {
    bool by_prefix = ask->n_words == 1 && !exists(ask->words[0]);
    out->n_traces = by_prefix ? count_ranks(ask->words[0], arena) : ask->n_words;
    if (out->n_traces == 0) {
        say(diags, GW_E_IO, ask->words[0], "PREFIX of the files PREFIX.0.et, PREFIX.1.et, ...",
            "there is no such trace");
        return;
    }
    if (by_prefix && exists(rank_file(arena, ask->words[0], out->n_traces + 1))) {
        say(diags, GW_E_IO, rank_file(arena, ask->words[0], out->n_traces),
            "ranks are numbered without gaps", "this trace is missing, and later ones exist");
    }
    out->traces = GW_NEW_N(arena, out->n_traces, gw_chakra_trace);
    for (int i = 0; i < out->n_traces; i++) {
        const char *file = by_prefix ? rank_file(arena, ask->words[0], i) : ask->words[i];
        read_one(file, arena, diags, &out->traces[i]);
    }
}

static void read_groups(const char *file, gw_arena *arena, gw_diags *diags, gw_chakra_opts *opts) {
    char *text = NULL;
    size_t n = 0;
    if (gw_file_read(file, FILE_MAX_B, &text, &n) != GW_OK) {
        say(diags, GW_E_IO, file, NULL, "cannot be read");
        return;
    }
    gw_chakra_group *group = NULL;
    (void)gw_chakra_read_groups(file, text, n, arena, diags, &opts->n_groups, &group);
    opts->group = group;
    free(text);
}

static void read_dims(const char *text, gw_diags *diags, gw_chakra_opts *opts) {
    const char *at = text;
    do {
        char *end = NULL;
        errno = 0;
        long size = strtol(at, &end, 10);
        if (end == at || size < 1 || size > 100000000 || errno != 0 ||
            opts->n_dims == GW_CHAKRA_DIMS || (*end != ',' && *end != 0)) {
            say(diags, GW_E_RANGE, "--dims", "up to 8 sizes, the fastest first: --dims 8,16",
                "takes whole numbers from 1 on with commas between them");
            return;
        }
        opts->dim[opts->n_dims++] = (int32_t)size;
        at = *end == ',' ? end + 1 : end;
        if (*end == 0) {
            return;
        }
    } while (true);
}

static int32_t find_host(const gw_flow_network *network, int32_t npu) {
    static const char *const before[] = {"", "host-", "npu-", "gpu-"};
    char name[32];
    int32_t node = -1;
    for (int i = 0; i < 4 && node < 0; i++) {
        snprintf(name, sizeof name, "%s%d", before[i], npu);
        node = gw_flow_network_node(network, name);
    }
    return node;
}

static void find_hosts(const gw_flow_network *network, int32_t n, gw_arena *arena, gw_diags *diags,
                       gw_chakra_opts *opts) {
    int32_t *host = GW_NEW_N(arena, n, int32_t);
    for (int32_t i = 0; i < n; i++) {
        host[i] = find_host(network, i);
        if (host[i] < 0) {
            say(diags, GW_E_REF, network->file,
                "in a table of links NPU 3 is the node called 3, host-3, npu-3 or gpu-3",
                gw_arena_printf(arena, "no node stands for NPU %d", i));
            return;
        }
    }
    opts->host = host;
}

gw_code gw_trace_run(const gw_trace_ask *ask, const gw_flow_network *network, gw_arena *arena,
                     gw_diags *diags, gw_trace_job *out) {
    size_t n_before = gw_diags_n_errors(diags);
    *out = (gw_trace_job){.network = network};
    out->opts = (gw_chakra_opts){.n_npus = ask->n_npus,
                                 .peak_flops = ask->peak_flops,
                                 .mem_Bps = ask->mem_Bps,
                                 .far_mem_Bps = ask->far_mem_Bps,
                                 .algorithm = ask->algorithm};
    read_traces(ask, arena, diags, out);
    if (ask->groups != NULL) {
        read_groups(ask->groups, arena, diags, &out->opts);
    }
    if (ask->dims != NULL) {
        read_dims(ask->dims, diags, &out->opts);
    }
    if (network->is_table && out->n_traces > 0) {
        find_hosts(network, ask->n_npus > 0 ? ask->n_npus : out->n_traces, arena, diags,
                   &out->opts);
    }
    if (gw_diags_n_errors(diags) > n_before) {
        return gw_diags_code(diags);
    }
    return gw_chakra_run(network->net, &network->how, out->n_traces, out->traces, &out->opts, arena,
                         diags, &out->result);
}
