/* validation/row_metric.c: seconds per step from what a published run measured.
 *
 * In:  columns measured_metric and value, notes, the run with its model, layout and batch.
 * Out: measured_s of the run, or a reason.
 * Model: a metric is its words in order, units and devices in one spelling: "tokens/s/GPU" and
 *      tokens_per_s_per_chip are one. Tokens and sequences turn into seconds by the batch, TFLOP/s
 *      by the formula that the source states. A rate of products that its accelerator cannot reach
 *      is refused.
 * Valid: what was measured stands in the column; a figure of the notes replaces it only where the
 *      same run's tokens per second stand beside TFLOP/s, whose formula differs by source.
 * Sources: formula with the recomputed pass: Narayanan et al. arXiv 2104.04473 eq. 3; MaxText's:
 *      its maxtext_utils.calculate_tflops_training_per_device (6 N and the full square).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validation/row_words.h"
#include "validation/training_row.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))

/** A share of the peak above this is a percentage. */
#define MOST_SHARE 1.2
/** No step is shorter, s. */
#define SHORTEST_s 1e-6

typedef enum metric {
    SECONDS,
    STEPS,     /* per second */
    TOKENS,    /* per second, all */
    TOKENS_1,  /* per second and accelerator */
    SAMPLES,   /* sequences per second, all */
    SAMPLES_1, /* and accelerator */
    TFLOPS_1,
    MFU,
    UNKNOWN
} metric;

/** Words that mean the same, the second form is used; "": passed over. */
static const char *one_word(const char *text) {
    static const char *const same[][2] = {
        {"seconds", "s"},       {"second", "s"},        {"sec", "s"},         {"secs", "s"},
        {"milliseconds", "ms"}, {"msec", "ms"},         {"gpus", "gpu"},      {"chip", "gpu"},
        {"device", "gpu"},      {"accelerator", "gpu"}, {"npu", "gpu"},       {"tpu", "gpu"},
        {"tokens", "tok"},      {"token", "tok"},       {"toks", "tok"},      {"sample", "seq"},
        {"samples", "seq"},     {"sequence", "seq"},    {"sequences", "seq"}, {"seqs", "seq"},
        {"iteration", "step"},  {"iterations", "step"}, {"iter", "step"},     {"iters", "step"},
        {"steps", "step"},      {"its", "step"},        {"it", "step"},       {"tflop", "tflops"},
        {"time", ""},           {"throughput", ""},     {"avg", ""},          {"average", ""},
        {"mean", ""},           {"train", ""},          {"training", ""},     {"global", ""},
        {"total", ""},          {"model", ""},          {"all", ""},          {"achieved", ""}};
    for (size_t i = 0; i < N(same); i++) {
        if (strcmp(text, same[i][0]) == 0) {
            return same[i][1];
        }
    }
    return text;
}

/** "Tokens/s/GPU": "tok s gpu". */
static void canonical(const char *text, char *out, size_t size) {
    char plain[128];
    gw_spelt_plain(text, plain, sizeof plain);
    size_t n = 0;
    out[0] = '\0';
    for (const char *at = plain; *at;) {
        at += strspn(at, " ");
        size_t length = strcspn(at, " ");
        char part[128];
        memcpy(part, at, length);
        part[length] = '\0';
        const char *spelt = one_word(part);
        if (*spelt && n + strlen(spelt) + 2 < size) {
            n += gw_spelt_append(out + n, spelt, n > 0);
        }
        at += length;
    }
}

static metric metric_of(const char *text, double *unit) {
    static const struct {
        const char *words;
        metric is;
        double unit;
    } known[] = {{"step s", SECONDS, 1},
                 {"step", SECONDS, 1},
                 {"s step", SECONDS, 1},
                 {"s per step", SECONDS, 1},
                 {"per step s", SECONDS, 1},
                 {"step ms", SECONDS, 1e-3},
                 {"ms step", SECONDS, 1e-3},
                 {"ms per step", SECONDS, 1e-3},
                 {"per step ms", SECONDS, 1e-3},
                 {"step per s", STEPS, 1},
                 {"tok per s", TOKENS, 1},
                 {"tok s", TOKENS, 1},
                 {"tok per day", TOKENS, 1.0 / 86400},
                 {"tok per s per gpu", TOKENS_1, 1},
                 {"tok s gpu", TOKENS_1, 1},
                 {"tok per s gpu", TOKENS_1, 1},
                 {"tok per gpu per s", TOKENS_1, 1},
                 {"tok gpu s", TOKENS_1, 1},
                 {"tgs", TOKENS_1, 1},
                 {"seq per s", SAMPLES, 1},
                 {"seq s", SAMPLES, 1},
                 {"seq per s per gpu", SAMPLES_1, 1},
                 {"seq s gpu", SAMPLES_1, 1},
                 {"seq per s gpu", SAMPLES_1, 1},
                 {"seq per gpu per s", SAMPLES_1, 1},
                 {"tflops per gpu", TFLOPS_1, 1},
                 {"tflops gpu", TFLOPS_1, 1},
                 {"tflops s gpu", TFLOPS_1, 1},
                 {"tflops per s per gpu", TFLOPS_1, 1},
                 {"tflops s per gpu", TFLOPS_1, 1},
                 {"mfu", MFU, 1},
                 {"mfu percent", MFU, 0.01},
                 {"mfu pct", MFU, 0.01},
                 {"mfu frac", MFU, 1}};
    char words[128];
    canonical(text, words, sizeof words);
    for (size_t i = 0; i < N(known); i++) {
        if (strcmp(words, known[i].words) == 0) {
            *unit = known[i].unit;
            return known[i].is;
        }
    }
    return UNKNOWN;
}

/** Seconds per step from FLOP/s of one accelerator. */
static double from_flops(const gw_training_run *run, const char *notes, double flops) {
    const gw_llm *llm = &run->llm;
    gw_arch arch = gw_arch_of(llm);
    double h = (double)llm->hidden, layers = (double)llm->layers, s = run->sequence_tok;
    double per_token = 3.0 * gw_arch_forward_flop(&arch, llm, s);
    double square = layers * (double)llm->heads * (double)llm->head_dim * s;
    if (gw_training_row_says(notes, "HFU")) {
        per_token = 96.0 * layers * h * h *
                    (1.0 + s / (6.0 * h) + (double)llm->vocab / (16.0 * layers * h));
        if (run->plan.recompute != GW_RECOMPUTE_FULL) {
            per_token *= 0.75;
        }
    } else if (gw_training_row_says(run->source, "maxtext") ||
               gw_training_row_says(notes, "without causal halving")) {
        per_token = 6.0 * arch.active_params + 12.0 * square;
    }
    return per_token * s * run->batch_seq / (flops * run->accelerators);
}

double gw_training_row_noted(const char *notes, const char *key) {
    const char *at = strstr(notes, key);
    return at ? strtod(at + strlen(key), NULL) : GW_NAN;
}

static double seconds(const gw_training_run *run, metric is, double value, const char *notes) {
    double tokens = run->sequence_tok * run->batch_seq, n = run->accelerators;
    double peak = gw_training_peak_flops(run->accelerator, run->precision);
    double also = gw_training_row_noted(notes, "tokens_per_s_per_gpu=");
    switch (is) {
    case SECONDS:
        return value;
    case STEPS:
        return 1.0 / value;
    case TOKENS:
        return tokens / value;
    case TOKENS_1:
        return tokens / (value * n);
    case SAMPLES:
        return run->batch_seq / value;
    case SAMPLES_1:
        return run->batch_seq / (value * n);
    case TFLOPS_1:
        return also > 0 ? tokens / (also * n) : from_flops(run, notes, value * 1e12);
    case MFU:
        return also > 0 ? tokens / (also * n) : from_flops(run, notes, value * peak);
    case UNKNOWN:
        break;
    }
    return GW_NAN;
}

/** FLOP/s of the model's products above what the accelerators have. */
static bool too_fast(const gw_training_run *run, metric is, double value) {
    gw_arch arch = gw_arch_of(&run->llm);
    double peak = gw_training_peak_flops(run->accelerator, run->precision);
    double flop = 3.0 * gw_arch_forward_flop(&arch, &run->llm, run->sequence_tok) *
                  run->sequence_tok * run->batch_seq;
    return run->measured_s < SHORTEST_s || flop / run->measured_s > peak * run->accelerators ||
           (is == TFLOPS_1 && value * 1e12 > peak) || (is == MFU && value > 1.0);
}

const char *gw_training_row_measured(const char *name, double value, const char *notes,
                                     gw_arena *arena, gw_training_run *run, const char **column,
                                     const char **wide) {
    double unit = 1.0;
    metric is = metric_of(name, &unit);
    *column = "measured_metric";
    *wide = NULL;
    if (is == UNKNOWN) {
        return *name ? gw_arena_printf(arena, "measured_metric \"%.40s\" is not understood", name)
                     : "measured_metric is not stated";
    }
    *column = "value";
    double figure = value * unit;
    if (is == MFU && unit == 1.0 && figure > MOST_SHARE) {
        figure *= 0.01;
        *wide = "mfu above 1 read as a percentage";
    }
    run->measured_s = seconds(run, is, figure, notes);
    if (!(run->measured_s > 0 && run->measured_s < 1e9)) {
        return "value is not stated, or no measurement";
    }
    return too_fast(run, is, figure) ? "value: faster than the peak of the accelerator allows"
                                     : NULL;
}
