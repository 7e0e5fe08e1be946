/* tests/fuzz/fuzz_chakra.c: execution traces and files of groups from any bytes, and their replay over a
 * small network. Refused with a word, or replayed with times that add up. libFuzzer target. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "chakra/chakra.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static gw_net *network(gw_arena *arena) {
    gw_net_plan plan = {.topology = GW_TOPOLOGY_FAT_TREE,
                        .n_hosts = 4,
                        .nics = 1,
                        .rails = 1,
                        .per_node = 1,
                        .planes = 1,
                        .domain = 1,
                        .islands = 1,
                        .n_levels = 1,
                        .down = {4},
                        .up = {1},
                        .parallel = {1},
                        .nic_Bps = 1e9,
                        .link_Bps = 1e9,
                        .host_cable_m = 1,
                        .cable_m = 1};
    return gw_net_build(&plan, arena);
}

static void replay(const gw_chakra_trace *trace, gw_arena *arena, gw_diags *diags) {
    gw_net *net = network(arena);
    gw_route_how how = {.kind = GW_ROUTING_D_MOD_K};
    gw_chakra_opts opts = {.n_npus = 4,
                           .peak_flops = 1e12,
                           .mem_Bps = 1e9,
                           .far_mem_Bps = GW_NAN,
                           .n_dims = 2,
                           .dim = {2, 2}};
    gw_chakra_result out;
    size_t n_before = gw_diags_n_errors(diags);
    gw_code code = gw_chakra_run(net, &how, 1, trace, &opts, arena, diags, &out);
    if ((code == GW_OK) != (gw_diags_n_errors(diags) == n_before)) {
        abort(); /* refused without a word, or the other way round */
    }
    for (int32_t i = 0; code == GW_OK && i < out.n_npus; i++) {
        if (!(out.npu[i].end_s >= 0.0) || out.npu[i].end_s > out.end_s) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_chakra_trace trace;
    gw_code code = gw_chakra_read("fuzz", data, n, arena, diags, &trace);
    if ((code == GW_OK) != (gw_diags_n_errors(diags) == 0)) {
        abort();
    }
    if (code == GW_OK) {
        replay(&trace, arena, diags);
    }
    int n_groups = 0;
    gw_chakra_group *groups = NULL;
    size_t n_before = gw_diags_n_errors(diags);
    code = gw_chakra_read_groups("fuzz", (const char *)data, n, arena, diags, &n_groups, &groups);
    if ((code == GW_OK) != (gw_diags_n_errors(diags) == n_before)) {
        abort();
    }
    gw_diags_free(diags);
    gw_arena_free(arena);
    return 0;
}
