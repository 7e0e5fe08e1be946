/* bench/bench.c: time of the parts of a run, next to published or measured figures of peers and to
 * limits of our own. Prints ratios; nothing here is a test. Usage: bench SCENARIO */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "bench.h"
#include "engine/engine.h"
#include "store/json_result.h"

double bench_now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double peak_MB(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024.0;
}

void bench_row(const char *work, double value, const char *unit, const char *against, double limit,
               int larger_is_better) {
    double ratio = larger_is_better ? value / limit : limit / value;
    printf("%-46s %12.4g %-10s %-34s %8.3g %10.1fx\n", work, value, unit, against, limit, ratio);
}

static double run_s(const gw_model *model, int n_samples, int n_threads) {
    gw_run_opts opts = gw_run_opts_default();
    gw_result *result = NULL;
    opts.n_samples = n_samples;
    opts.n_threads = n_threads;
    double t0 = bench_now_s();
    if (gw_run(model, &opts, &result) != GW_OK) {
        exit(3);
    }
    double elapsed_s = bench_now_s() - t0;
    gw_result_free(result);
    return elapsed_s;
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
    double t0 = bench_now_s();
    if (gw_spec_load(argv[1], &opts, diags, &spec) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        return 2;
    }
    double load_s = bench_now_s() - t0;
    t0 = bench_now_s();
    if (gw_model_build(spec, diags, &model) != GW_OK) {
        return 3;
    }
    double build_s = bench_now_s() - t0;
    printf("%-46s %12s %-10s %-34s %8s %11s\n", "work", "measured", "", "against", "", "ratio");
    bench_row("check: read, merge, bind", 1e3 * load_s, "ms", "our limit, ms", 50.0, 0);
    bench_row("build: networks and layout search", 1e3 * build_s, "ms", "our limit, ms", 500.0, 0);
    double one_s = run_s(model, 1000, 1), two_s = run_s(model, 1000, 2);
    bench_row("run: 1,000 samples and tornado, 2 threads", two_s, "s", "our limit, s", 2.0, 0);
    bench_row("run: speed-up of 2 threads", one_s / two_s, "", "ideal", 2.0, 1);
    double many_s = run_s(model, 5000, 2);
    bench_row("run: 5,000 samples, time per sample", 1e6 * many_s / 5000.0, "us",
              "1,000 samples, us each", 1e6 * two_s / 1000.0, 0);
    bench_row("peak memory of all of the above", peak_MB(), "MB", "our limit, MB", 200.0, 0);
    gw_model_free(model);
    gw_spec_free(spec);
    gw_diags_free(diags);
    bench_training();
    bench_flow();
    return 0;
}
