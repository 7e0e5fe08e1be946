/* bench/bench.c: time of the parts of a run, next to published or measured figures of peers and to
 * limits of our own. Prints ratios; nothing here is a test. Usage: bench SCENARIO */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "engine/engine.h"
#include "fabric/fabric_phase.h"
#include "store/json_result.h"
#include "training/step.h"
#include "training/training_phase.h"

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double peak_MB(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024.0;
}

static void row(const char *work, double value, const char *unit, const char *against, double limit,
                int larger_is_better) {
    double ratio = larger_is_better ? value / limit : limit / value;
    printf("%-46s %12.4g %-10s %-34s %8.3g %10.1fx\n", work, value, unit, against, limit, ratio);
}

static double run_s(const gw_model *model, int n_samples, int n_threads) {
    gw_run_opts opts = gw_run_opts_default();
    gw_result *result = NULL;
    opts.n_samples = n_samples;
    opts.n_threads = n_threads;
    double t0 = now_s();
    if (gw_run(model, &opts, &result) != GW_OK) {
        exit(3);
    }
    double elapsed_s = now_s() - t0;
    gw_result_free(result);
    return elapsed_s;
}

/* Predictions of one layout a second and core, as a search does them. */
static double steps_per_s(const gw_model *model) {
    gw_arena *arena = gw_arena_create(0);
    const gw_scenario *in = model->in;
    gw_network *networks = GW_NEW_N(arena, in->clusters.n, gw_network);
    for (int i = 0; i < in->clusters.n; i++) {
        gw_fabric_derive(in, i, arena, &networks[i]);
    }
    gw_step_in step = gw_training_job_step(in, networks, 0, arena);
    double t0 = now_s(), sum = 0.0;
    long n = 0;
    while (now_s() - t0 < 0.5) {
        for (int k = 0; k < 1000; k++, n++) {
            gw_step out;
            gw_training_step(&step, &model->plans[0], &out);
            sum += out.step_s;
        }
    }
    double rate = (double)n / (now_s() - t0);
    gw_arena_free(arena);
    return sum > 0.0 ? rate : 0.0;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: bench SCENARIO\n");
        return 2;
    }
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = NULL;
    gw_model *model = NULL;
    gw_load_opts opts = {0};
    double t0 = now_s();
    if (gw_spec_load(argv[1], &opts, diags, &spec) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        return 2;
    }
    double load_s = now_s() - t0;
    t0 = now_s();
    if (gw_model_build(spec, diags, &model) != GW_OK) {
        return 3;
    }
    double build_s = now_s() - t0;
    printf("%-46s %12s %-10s %-34s %8s %11s\n", "work", "measured", "", "against", "", "ratio");
    row("check: read, merge, bind", 1e3 * load_s, "ms", "our limit, ms", 50.0, 0);
    row("build: networks and layout search", 1e3 * build_s, "ms", "our limit, ms", 500.0, 0);
    double one_s = run_s(model, 1000, 1), two_s = run_s(model, 1000, 2);
    row("run: 1,000 samples and tornado, 2 threads", two_s, "s", "our limit, s", 2.0, 0);
    row("run: speed-up of 2 threads", one_s / two_s, "", "ideal", 2.0, 1);
    double many_s = run_s(model, 5000, 2);
    row("run: 5,000 samples, time per sample", 1e6 * many_s / 5000.0, "us",
        "1,000 samples, us each", 1e6 * two_s / 1000.0, 0);
    double rate = steps_per_s(model);
    row("training step predictions", rate, "/s/core", "llm-analysis (closed form), /s", 3300.0, 1);
    row("training step predictions", rate, "/s/core", "Calculon, /s", 500.0, 1);
    row("peak memory of all of the above", peak_MB(), "MB", "our limit, MB", 200.0, 0);
    gw_model_free(model);
    gw_spec_free(spec);
    gw_diags_free(diags);
    return 0;
}
