/* tests/fuzz/fuzz_flows.c: a network and its flows from any bytes, a NUL between the two tables. What is
 * read is routed and run, with symmetry classes and without. libFuzzer target. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow_job.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MOST_FLOWS 2000 /* long tables are read, not run */

/* Times far apart and rates from 1e-300 to 1e300 leave no digits to compare. */
static bool is_plain(const gw_flow_job *job) {
    for (int32_t l = 0; l < job->links.n; l++) {
        double capacity_Bps = job->links.capacity_Bps[l];
        if (!(capacity_Bps >= 1e-3 && capacity_Bps <= 1e15 && job->links.latency_s[l] <= 1e3)) {
            return false;
        }
    }
    for (int64_t i = 0; i < job->set.n; i++) {
        double weight = job->set.weight == NULL ? 1.0 : job->set.weight[i];
        double cap_Bps = job->set.cap_Bps == NULL ? 0.0 : job->set.cap_Bps[i];
        if (!(weight >= 1e-3 && weight <= 1e3 && job->set.start_s[i] <= 1e6 &&
              job->set.bytes[i] <= 1e15 && (cap_Bps == 0.0 || cap_Bps >= 1e-3))) {
            return false;
        }
    }
    return true;
}

static void compare(gw_flow_job *job, gw_arena *arena) {
    gw_flow_opts every = {.no_classes = true};
    gw_flow_result r;
    gw_flow_job_run(job, arena);
    gw_flow_run(&job->links, &job->set, &every, arena, &r);
    for (int64_t i = 0; i < job->set.n && is_plain(job); i++) {
        double a = job->result.finish_s[i], b = r.finish_s[i];
        if (isnan(a) || !(fabs(a - b) <= 1e-9 * fabs(b))) {
            abort(); /* every flow ends, at the same time by both ways */
        }
    }
}

static void work(const char *net, size_t n_net, const char *flows, size_t n_flows) {
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_flow_network network;
    gw_flow_table table;
    gw_flow_job job = {0};
    gw_code code = gw_flow_network_of_table("net", net, n_net, arena, diags, &network);
    gw_flow_table_read("flows", flows, n_flows, arena, diags, &table);
    if (code == GW_OK && table.n > 0) {
        code = gw_flow_job_route(&network, &table, arena, &job);
        if (code == GW_OK && table.n <= MOST_FLOWS) {
            compare(&job, arena);
        }
    }
    if (code != GW_OK && gw_diags_n_errors(diags) == 0) {
        abort(); /* nothing is refused without a word */
    }
    gw_flow_job_free(&job);
    gw_flow_table_free(&table);
    gw_flow_network_free(&network);
    gw_diags_free(diags);
    gw_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    char *text = malloc(n + 2);
    if (n > 0) {
        memcpy(text, data, n);
    }
    text[n] = text[n + 1] = '\0';
    size_t n_net = strlen(text);
    size_t n_flows = n_net < n ? n - n_net - 1 : 0;
    work(text, n_net, text + n_net + 1, n_flows);
    free(text);
    return 0;
}
