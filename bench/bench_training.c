/* bench/bench_training.c: predictions of training steps and searches of layouts a second, beside
 * published or measured speeds of peers.
 *
 * Peers, each measured on a machine like this one: llm-analysis 3,300 predictions a second, Calculon
 * 500, SimuMax 4 to 23; Calculon's own search of its space for GPT-3 175B on 1,024 H100: 11.7
 * million configurations at 230 a second. Its space has offloading, which is not modelled here; ours
 * has context parallelism, ZeRO 2 and 3, sharding groups and more schedules. What is compared is
 * configurations a second and the time of a space that is at least as large. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "bench.h"
#include "engine/train_run.h"
#include "fabric/fabric_phase.h"
#include "training/training_phase.h"

static const char scenario[] =
    "gigawatt: 1\n"
    "title: Layout searches\n"
    "as_of: 2026-01-01\n"
    "sites:\n"
    "  here:\n"
    "    region: virginia\n"
    "    cooling: stargate-dlc-air-chiller\n"
    "    costs: us-2025-epoch\n"
    "    buildings: {hall: {it_power: 100 MW, ready: 2026-01-01}}\n"
    "    supply: {grid: {kind: grid, capacity: 200 MW, energised: 2026-01-01}}\n"
    "clusters:\n"
    "  main:\n"
    "    site: here\n"
    "    system: DGX-H100\n"
    "    lots: {all: {count: 16384, installed: 2026-01-01}}\n"
    "    fabric: {switch_type: Quantum-2-QM9700, link_type: 400G-DR4}\n"
    "jobs:\n"
    "  llama: {cluster: main, model: Llama-3-405B, accelerators: 16384, tokens: 15 T tokens,\n"
    "    global_batch: 16777216 tokens, failures: FAILURES}\n"
    "  gpt3: {cluster: main, model: GPT-3-175B, accelerators: 1024, tokens: 0.3 T tokens,\n"
    "    sequence: 2048 tokens, global_batch: 3145728 tokens, failures: FAILURES}\n";

static void give_up(gw_diags *diags) {
    gw_diags_print(diags, stderr, 0);
    exit(3);
}

/** The scenario with the first failure model of the catalogue. */
static gw_spec *load(gw_diags *diags) {
    gw_load_opts opts = {0};
    gw_spec *catalog = NULL, *spec = NULL;
    if (gw_spec_load_catalog(&opts, diags, &catalog) != GW_OK) {
        give_up(diags);
    }
    const char *name = catalog->scenario.failure_models.at[0].head.name;
    gw_buf text = {0};
    const char *rest = scenario;
    for (const char *at; (at = strstr(rest, "FAILURES")) != NULL; rest = at + 8) {
        gw_buf_addn(&text, rest, (size_t)(at - rest));
        gw_buf_add(&text, name);
    }
    gw_buf_add(&text, rest);
    if (gw_spec_load_text("bench", text.text, text.n, NULL, &opts, diags, &spec) != GW_OK) {
        give_up(diags);
    }
    gw_buf_clear(&text);
    gw_spec_free(catalog);
    return spec;
}

/** Predictions a second on one core: Meta's layout of the 405B model. */
static double steps_per_s(const gw_step_in *in) {
    gw_plan plan = {.tp = 8,
                    .pp = 16,
                    .dp = 128,
                    .cp = 1,
                    .ep = 1,
                    .virtual_stages = 8,
                    .micro_batch = 1,
                    .zero_stage = 1,
                    .recompute = GW_RECOMPUTE_SELECTIVE};
    double t0 = bench_now_s(), sum = 0.0;
    long n = 0;
    while (bench_now_s() - t0 < 0.5) {
        for (int k = 0; k < 1000; k++, n++) {
            gw_step out;
            gw_training_step(in, &plan, &out);
            sum += out.step_s;
        }
    }
    double rate = (double)n / (bench_now_s() - t0);
    return sum > 0.0 ? rate : 0.0;
}

static gw_search_result timed_search(const gw_step_in *in, gw_breadth breadth, bool prune,
                                     gw_arena *arena, double *took_s) {
    gw_search_opts opts = {.wanted = gw_wanted_all_open,
                           .breadth = breadth,
                           .fewer = true,
                           .prune = prune,
                           .n_best = 10,
                           .n_threads = 2};
    gw_search_result out;
    double t0 = bench_now_s();
    if (gw_search_all(in, &opts, arena, &out) != GW_OK) {
        exit(3);
    }
    *took_s = bench_now_s() - t0;
    return out;
}

static void bench_searches(const gw_step_in *llama, const gw_step_in *gpt3, gw_arena *arena) {
    double took_s = 0.0;
    gw_search_result all = timed_search(llama, GW_BREADTH_USUAL, false, arena, &took_s);
    char work[96];
    snprintf(work, sizeof work, "search 405B on 16,384, all %.2f M layouts", all.n_listed / 1e6);
    bench_row(work, took_s, "s", "our limit, s", 10.0, 0);
    gw_search_result pruned = timed_search(llama, GW_BREADTH_USUAL, true, arena, &took_s);
    bench_row("the same, pruned by bounds", took_s, "s", "our limit, s", 1.0, 0);
    bool is_same = all.n_best > 0 && all.n_best == pruned.n_best;
    for (int i = 0; i < all.n_best && is_same; i++) {
        is_same = all.best[i].step_s == pruned.best[i].step_s &&
                  all.best[i].memory_B == pruned.best[i].memory_B;
    }
    double same = is_same ? 1.0 : 0.0;
    bench_row("the same, ten best unchanged (1: yes)", same, "", "must be", 1.0, 1);
    gw_search_result wide = timed_search(gpt3, GW_BREADTH_WIDE, false, arena, &took_s);
    snprintf(work, sizeof work, "search GPT-3 175B on 1,024, all %.1f M layouts",
             wide.n_listed / 1e6);
    bench_row(work, took_s, "s", "our limit, s", 60.0, 0);
    bench_row("the same, layouts", wide.n_listed / 1e6, "M", "Calculon's space, M", 11.7, 1);
    bench_row("the same, layouts a second", wide.n_listed / took_s, "/s", "Calculon, /s", 230.0, 1);
    bench_row("the same, of them full predictions", wide.n_legal / took_s, "/s", "Calculon, /s",
              230.0, 1);
    bench_row("the same, time for 11.7 M full predictions", took_s * 11.7e6 / wide.n_legal, "s",
              "Calculon, CPU s", 50000.0, 0);
    (void)timed_search(gpt3, GW_BREADTH_WIDE, true, arena, &took_s);
    bench_row("the same, pruned by bounds", took_s, "s", "Calculon pruned, CPU s", 15000.0, 0);
}

void bench_training(void) {
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = load(diags);
    gw_arena *arena = gw_arena_create(0);
    gw_network network;
    gw_fabric_derive(&spec->scenario, 0, arena, &network);
    gw_step_in llama = gw_training_job_step(&spec->scenario, &network, 0, arena);
    gw_step_in gpt3 = gw_training_job_step(&spec->scenario, &network, 1, arena);
    double rate = steps_per_s(&llama);
    bench_row("405B on 16,384: step predictions", rate, "/s/core", "llm-analysis (closed form), /s",
              3300.0, 1);
    bench_row("405B on 16,384: step predictions", rate, "/s/core", "Calculon, /s", 500.0, 1);
    bench_row("405B on 16,384: step predictions", rate, "/s/core", "SimuMax, /s", 23.0, 1);
    bench_row("405B on 16,384: step predictions", rate, "/s/core", "our limit, /s", 100000.0, 1);
    bench_searches(&llama, &gpt3, arena);
    gw_arena_free(arena);
    gw_spec_free(spec);
    gw_diags_free(diags);
}
