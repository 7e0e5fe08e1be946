/* tools/fit_training.c: sets the training-step model against measured runs and fits its constants.
 *
 *   fit_training TABLE.csv          errors by accelerator and by source
 *   fit_training TABLE.csv --rows   one line per run
 *   fit_training TABLE.csv --fit    coordinate descent on the constants first
 *
 * In:  a table of measured runs, one per line, with the columns named in read_row: architecture,
 *      layout, batch, precision, measured metric and value. Out: text.
 * Runs without a full layout, with parts outside the model (state-space layers, adapters) or on
 * accelerators without constants are listed and left out. No constant belongs to a single run.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "training/step.h"

#define MAX_MEMBERS 40

/** An accelerator: data sheet and constants. */
typedef struct chip {
    const char *name, *label;
    double bf16, fp8, fp4, hbm, hbm_Bps, scaleup_Bps, domain, nic_bit;
    double gemm, gemm8, attention, memory, scaleup, nic, launch;
    bool multicast, fit8;
} chip;

/* Data sheets as in catalog/accelerators.yaml, then gemm, gemm8, attention, memory, scale-up and
 * NIC efficiency. */
static chip chips[] = {
    {"A100", "a100_sxm", 312e12, GW_NAN, GW_NAN, 80e9, 2.039e12, 300e9, 8, 200e9, 0.79, 0.55, 0.74,
     .80, .73, .85, 4e-6, 0, 0},
    {"A100-40GB", "a100_sxm_40", 312e12, GW_NAN, GW_NAN, 40e9, 1.555e12, 300e9, 8, 200e9, 0.79,
     0.55, 0.74, .80, .73, .85, 4e-6, 0, 0},
    {"H100", "h100_sxm", 989e12, 1979e12, GW_NAN, 80e9, 3.35e12, 450e9, 8, 400e9, 0.67, 0.58, 0.47,
     .85, .80, .85, 4e-6, 1, 1},
    {"H200", "h200_sxm", 989e12, 1979e12, GW_NAN, 141e9, 4.8e12, 450e9, 8, 400e9, 0.67, 0.58, 0.47,
     .85, .80, .85, 4e-6, 1, 1},
    {"B200", "b200_sxm", 2250e12, 4500e12, 9000e12, 180e9, 8e12, 900e9, 8, 400e9, 0.445, 0.44, 0.51,
     .85, .75, .85, 4e-6, 1, 1},
    {"B300", "b300_sxm", 2250e12, 4500e12, 14000e12, 270e9, 8e12, 900e9, 8, 800e9, 0.445, 0.44,
     0.51, .85, .76, .85, 4e-6, 1, 1},
    {"GB200", "gb200", 2500e12, 5000e12, 10000e12, 186e9, 8e12, 900e9, 72, 400e9, 0.46, 0.46, 0.53,
     .85, .71, .85, 4e-6, 1, 1},
    {"GB300", "gb300", 2500e12, 5000e12, 15000e12, 279e9, 8e12, 900e9, 72, 800e9, 0.47, 0.675,
     0.585, .85, .74, .85, 4e-6, 1, 1},
    {"TPU v4", "tpu_v4", 275e12, GW_NAN, GW_NAN, 32e9, 1.2e12, 300e9, 4096, 50e9, 0.83, 0.55, 0.5,
     .85, .75, .85, 0, 0, 0},
    {"TPU v5e", "tpu_v5e", 197e12, GW_NAN, GW_NAN, 16e9, .82e12, 200e9, 256, 50e9, 0.89, 0.55, 0.5,
     .85, .75, .85, 0, 0, 0},
    {"TPU v5p", "tpu_v5p", 459e12, GW_NAN, GW_NAN, 95e9, 2.76e12, 600e9, 8960, 50e9, 0.855, 0.55,
     0.5, .85, .75, .85, 0, 0, 0},
    {"TPU v6e", "tpu_v6e", 918e12, GW_NAN, GW_NAN, 32e9, 1.64e12, 400e9, 256, 50e9, 0.53, 0.55,
     0.47, .85, .75, .85, 0, 0, 0},
    {"TPU v7 (Ironwood)", "tpu_v7", 2307e12, 4614e12, GW_NAN, 192e9, 7.37e12, 600e9, 9216, 50e9,
     0.62, 0.55, 0.49, .85, .75, .85, 0, 0, 1},
};
#define N_CHIPS ((int)(sizeof chips / sizeof chips[0]))

/** One measured run. */
typedef struct run {
    const char *id, *model;
    int chip;
    gw_llm llm;
    gw_plan plan;
    double nic_bit, gpus, sequence, batch, step_s, weight;
    gw_precision precision;
    bool unfused, sp;
    double predicted_s;
    gw_step step;
} run;

static gw_software current, old, eager;

static double number(const gw_csv *csv, int row, const char *name, double absent) {
    int col = gw_csv_column(csv, name);
    const char *text = col < 0 ? "" : csv->cell[row * csv->n_cols + col];
    return *text ? strtod(text, NULL) : absent;
}

static const char *word(const gw_csv *csv, int row, const char *name) {
    int col = gw_csv_column(csv, name);
    return col < 0 ? "" : csv->cell[row * csv->n_cols + col];
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/** Architecture of a row; what the table does not say is taken from the published total. */
static bool read_llm(const gw_csv *csv, int row, gw_llm *llm) {
    const char *model = word(csv, row, "model_name");
    double heads = number(csv, row, "heads", 0);
    double hidden = number(csv, row, "hidden", 0);
    llm->layers = (int64_t)number(csv, row, "layers", 0);
    llm->hidden = (int64_t)hidden;
    llm->ffn = (int64_t)number(csv, row, "ffn_hidden", 0);
    llm->heads = (int64_t)heads;
    llm->kv_heads = (int64_t)number(csv, row, "kv_heads", heads);
    llm->head_dim = (int64_t)number(csv, row, "head_dim", heads > 0 ? hidden / heads : 0);
    llm->vocab = (int64_t)number(csv, row, "vocab", 51200);
    llm->ffn_kind = llm->ffn == 4 * llm->hidden ? GW_FFN_PLAIN : GW_FFN_GATED;
    llm->experts = (int64_t)number(csv, row, "experts", 0);
    llm->top_k = (int64_t)number(csv, row, "topk", 0);
    llm->expert_ffn = (int64_t)number(csv, row, "moe_ffn_hidden", 0);
    llm->shared_ffn = (int64_t)number(csv, row, "shared_experts", 0) * llm->expert_ffn;
    const char *frequency = word(csv, row, "moe_layer_freq");
    if (begins(frequency, "first ")) {
        llm->dense_layers = atoi(frequency + 6);
    } else if (*frequency && strcmp(frequency, "1") != 0) {
        return false;
    }
    if (begins(model, "DeepSeek-V3") || begins(model, "Kimi")) {
        llm->q_lora_rank = 1536;
        llm->kv_lora_rank = 512;
        llm->rope_head_dim = 64;
        llm->qk_head_dim = 192;
        llm->head_dim = 128;
    }
    if (begins(model, "GPT-OSS")) {
        llm->window = 128;
        llm->window_share = 0.5;
    }
    double params = number(csv, row, "params_B", 0) * 1e9;
    gw_arch arch = gw_arch_of(llm);
    llm->tied_embeddings =
        llm->ffn_kind == GW_FFN_PLAIN || (params > 0 && arch.params > 1.02 * params);
    return llm->layers > 0 && hidden > 0 && heads > 0 && (llm->ffn > 0 || llm->experts > 0);
}

/** Seconds per step from whatever was measured; NaN if it cannot be told. */
static double measured_s(const gw_csv *csv, int row, const run *r) {
    const char *metric = word(csv, row, "measured_metric");
    double value = number(csv, row, "value", GW_NAN);
    double tokens = r->sequence * r->batch;
    if (strcmp(metric, "step_s") == 0) {
        return value;
    }
    if (strcmp(metric, "tokens_per_s_per_gpu") == 0) {
        return tokens / (value * r->gpus);
    }
    if (strcmp(metric, "tflops_per_gpu") != 0) {
        return GW_NAN;
    }
    gw_arch arch = gw_arch_of(&r->llm);
    double h = (double)r->llm.hidden, layers = (double)r->llm.layers, s = r->sequence;
    if (begins(r->id, "SC21")) { /* arXiv 2104.04473 eq. 3: counts the recomputed pass */
        double flop = 96.0 * r->batch * s * layers * h * h *
                      (1.0 + s / (6.0 * h) + (double)r->llm.vocab / (16.0 * layers * h));
        return flop / (value * 1e12 * r->gpus);
    }
    if (begins(r->id, "MXT")) { /* MaxText: 6 N tokens and the full square of attention */
        double flop = 6.0 * arch.active_params +
                      12.0 * layers * (double)r->llm.heads * (double)r->llm.head_dim * s;
        return flop * tokens / (value * 1e12 * r->gpus);
    }
    if (begins(r->id, "MBS")) { /* Megatron: model FLOP, attention counted half */
        return 3.0 * gw_arch_forward_flop(&arch, &r->llm, s) * tokens / (value * 1e12 * r->gpus);
    }
    return GW_NAN;
}

static int chip_of(const char *gpu) {
    for (int i = 0; i < N_CHIPS; i++) {
        if (strcmp(gpu, chips[i].name) == 0) {
            return i;
        }
    }
    return -1;
}

static gw_precision precision_of(const char *text) {
    if (strcmp(text, "nvfp4") == 0) {
        return GW_PRECISION_FP4;
    }
    return strstr(text, "fp8") ? GW_PRECISION_FP8 : GW_PRECISION_BF16;
}

/** NULL, or why the row is left out. */
static const char *read_row(const gw_csv *csv, int row, run *r) {
    r->id = word(csv, row, "id");
    r->model = word(csv, row, "model_name");
    r->chip = chip_of(word(csv, row, "gpu"));
    if (r->chip < 0) {
        return "no constants for the accelerator";
    }
    if (begins(r->id, "BLM") && !strstr(word(csv, row, "notes"), "after the NUMA/PCIe fix")) {
        return "measured before a repair of the hosts";
    }
    if (begins(r->id, "TPR") && (r->chip < 0 || number(csv, row, "experts", 0) > 0 ||
                                 strstr(word(csv, row, "precision"), "fp8"))) {
        return "layout not stated";
    }
    if (strstr(r->model, "LORA") || strstr(r->model, "SFT") || strstr(r->model, "Nemotron-3") ||
        strstr(r->model, "V4")) {
        return "outside the model";
    }
    if (!read_llm(csv, row, &r->llm)) {
        return "architecture not complete";
    }
    r->gpus = number(csv, row, "gpus", 0);
    r->sequence = number(csv, row, "seq_len", 0);
    r->batch = number(csv, row, "global_batch_seqs", 0);
    bool tpu = begins(chips[r->chip].name, "TPU");
    r->plan.tp = (int)number(csv, row, "tp", tpu ? 1 : 0);
    r->plan.pp = (int)number(csv, row, "pp", tpu ? 1 : 0);
    r->plan.cp = (int)number(csv, row, "cp", 1);
    r->plan.ep = (int)number(csv, row, "ep", 1);
    r->plan.micro_batch = (int)number(csv, row, "micro_batch", 0);
    r->plan.virtual_stages = (int)number(csv, row, "vpp", 1);
    r->plan.zero_stage = (int)number(csv, row, "zero_stage", 0);
    if (!(r->gpus > 0 && r->sequence > 0 && r->batch > 0 && r->plan.tp > 0 && r->plan.pp > 0 &&
          r->plan.micro_batch > 0)) {
        return "layout not complete";
    }
    r->plan.dp = (int)(r->gpus / (r->plan.tp * r->plan.pp * r->plan.cp));
    const char *recompute = word(csv, row, "recompute");
    r->plan.recompute = strcmp(recompute, "full") == 0        ? GW_RECOMPUTE_FULL
                        : strcmp(recompute, "selective") == 0 ? GW_RECOMPUTE_SELECTIVE
                                                              : GW_RECOMPUTE_NONE;
    r->precision = precision_of(word(csv, row, "precision"));
    r->unfused = strcmp(word(csv, row, "flash_attention"), "no") == 0;
    r->sp = r->plan.tp > 1 && strcmp(word(csv, row, "sp"), "0") != 0;
    r->nic_bit = number(csv, row, "nic_gbps_per_gpu", chips[r->chip].nic_bit / 1e9) * 1e9;
    r->step_s = measured_s(csv, row, r);
    return r->step_s > 0 ? NULL : "measured figure not comparable";
}

static void predict(run *r) {
    const chip *c = &chips[r->chip];
    gw_accelerator a = {.bf16_flops = c->bf16,
                        .fp8_flops = c->fp8,
                        .fp4_flops = c->fp4,
                        .hbm_B = c->hbm,
                        .hbm_bandwidth_Bps = c->hbm_Bps,
                        .gemm_efficiency = c->gemm,
                        .gemm8_efficiency = c->gemm8,
                        .attention_efficiency = c->attention,
                        .memory_efficiency = c->memory,
                        .launch_latency_s = c->launch};
    gw_comm comm = {.scaleup = {c->scaleup_Bps * c->scaleup, 1.9e-6, (int)c->domain},
                    .scaleout = {r->nic_bit / 8.0 * c->nic, 5e-6, (int)r->gpus},
                    .leaf_bandwidth_Bps = r->nic_bit / 8.0 * c->nic,
                    .leaf_size = 256,
                    .multicast = c->multicast};
    gw_software software = r->unfused ? old : begins(r->id, "MPT") ? eager : current;
    r->plan.no_sequence_parallel = !(r->sp || r->plan.tp == 1);
    if (begins(r->id, "SMX")) { /* "no TP/P2P/grad overlap" */
        software.tp_hidden = software.dp_hidden = software.pp_hidden = 0.0;
    }
    gw_step_in in = {.llm = &r->llm,
                     .accelerator = &a,
                     .comm = &comm,
                     .software = &software,
                     .accelerators = r->gpus,
                     .sequence_tok = r->sequence,
                     .batch_seq = r->batch,
                     .precision = r->precision};
    gw_step step = {.plan = r->plan};
    gw_shard shard = gw_training_shard(&in, &r->plan);
    gw_training_memory(&in, &shard, &r->plan, &step);
    gw_training_time(&in, &shard, &step);
    r->step = step;
    r->predicted_s = step.step_s * r->batch / shard.batch_seq;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** Errors of the runs for which `wanted` says yes. */
static void report(const char *label, const run *runs, int n, int chip_index, const char *prefix,
                   int precision) {
    double *error = malloc((size_t)n * sizeof *error);
    double *ratio = malloc((size_t)n * sizeof *ratio);
    int k = 0;
    double mean = 0.0;
    for (int i = 0; i < n; i++) {
        if ((chip_index >= 0 && runs[i].chip != chip_index) ||
            (prefix && !begins(runs[i].id, prefix)) ||
            (precision >= 0 && (int)runs[i].precision != precision)) {
            continue;
        }
        error[k] = fabs(runs[i].predicted_s / runs[i].step_s - 1.0);
        ratio[k] = runs[i].step_s / runs[i].predicted_s;
        mean += error[k++];
    }
    if (k > 0) {
        qsort(error, (size_t)k, sizeof *error, by_value);
        qsort(ratio, (size_t)k, sizeof *ratio, by_value);
        printf("%-22s %4d runs  median %5.1f %%  mean %5.1f %%  p90 %5.1f %%   measured/predicted "
               "p10 %.3f p50 %.3f p90 %.3f\n",
               label, k, 100 * error[k / 2], 100 * mean / k, 100 * error[(int)(0.9 * (k - 1))],
               ratio[(int)(0.1 * (k - 1))], ratio[k / 2], ratio[(int)(0.9 * (k - 1))]);
    }
    free(error);
    free(ratio);
}

/** The x for which 80 % of the runs of a chip lie within 1/x .. x of the prediction. */
static double spread(const run *runs, int n, int chip_index) {
    double *e = malloc((size_t)n * sizeof *e);
    int k = 0;
    for (int i = 0; i < n; i++) {
        if (runs[i].chip == chip_index) {
            e[k++] = fabs(log(runs[i].predicted_s / runs[i].step_s));
        }
    }
    qsort(e, (size_t)k, sizeof *e, by_value);
    double x = k > 0 ? exp(e[(int)ceil(0.8 * k) - 1]) : GW_NAN;
    free(e);
    return x;
}

static void report_all(const run *runs, int n) {
    static const char *const sources[] = {"KOR", "SC21", "BLM", "VTM", "MPT", "DGX", "MBR",
                                          "MBS", "MLM",  "SMX", "TTN", "MXT", "TPR"};
    report("all", runs, n, -1, NULL, -1);
    for (int i = 0; i < N_CHIPS; i++) {
        const chip *c = &chips[i];
        printf("constants %s %.3f %.3f %.3f %.2f %.2f %.2f %.1f %.3f\n", c->label, c->gemm,
               c->gemm8, c->attention, c->memory, c->scaleup, c->nic, c->launch * 1e6,
               spread(runs, n, i));
    }
    for (int i = 0; i < N_CHIPS; i++) {
        report(chips[i].name, runs, n, i, NULL, -1);
        report("   bf16", runs, n, i, NULL, GW_PRECISION_BF16);
        report("   fp8", runs, n, i, NULL, GW_PRECISION_FP8);
        report("   fp4", runs, n, i, NULL, GW_PRECISION_FP4);
    }
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        report(sources[i], runs, n, -1, sources[i], -1);
    }
}

/* ---- fitting ---- */

typedef struct member {
    double *at;
    double lo, hi, prior, weight; /* pull towards the prior, in units of one run per 10 % */
} member;

/** Constants that few runs of their own could fix follow those of a sibling. */
static void follow(const char *label, const char *sibling) {
    chip *to = NULL;
    const chip *from = NULL;
    for (int i = 0; i < N_CHIPS; i++) {
        to = strcmp(chips[i].label, label) == 0 ? &chips[i] : to;
        from = strcmp(chips[i].label, sibling) == 0 ? &chips[i] : from;
    }
    to->gemm = from->gemm;
    to->gemm8 = from->gemm8;
    to->attention = from->attention;
}

static bool follows(const char *label) {
    return strcmp(label, "a100_sxm_40") == 0 || strcmp(label, "h200_sxm") == 0 ||
           strcmp(label, "b300_sxm") == 0;
}

static void tie(void) {
    follow("a100_sxm_40", "a100_sxm");
    follow("h200_sxm", "h100_sxm");
    follow("b300_sxm", "b200_sxm");
}

static double loss(run *runs, int n, const member *members, int n_members) {
    double sum = 0.0;
    tie();
    for (int i = 0; i < n; i++) {
        predict(&runs[i]);
        double e = log(runs[i].predicted_s / runs[i].step_s);
        sum += runs[i].weight * (sqrt(e * e + 0.0009) + 0.3 * e * e);
    }
    for (int i = 0; i < n_members; i++) {
        double d = (*members[i].at - members[i].prior) / members[i].prior;
        sum += members[i].weight * d * d * 10.0;
    }
    return sum;
}

static void fit(run *runs, int n, member *members, int n_members, int rounds) {
    double best = loss(runs, n, members, n_members);
    double stride = 0.2;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < n_members; i++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                double before = *members[i].at;
                double value = before * (1.0 + sign * stride);
                *members[i].at = fmin(members[i].hi, fmax(members[i].lo, value));
                double now = loss(runs, n, members, n_members);
                if (now < best) {
                    best = now;
                } else {
                    *members[i].at = before;
                }
            }
        }
        stride = fmax(0.01, stride * 0.85);
    }
    loss(runs, n, members, n_members);
    printf("loss %.3f\n", best);
}

static void add(member *members, int *n, double *at, double lo, double hi, double weight) {
    members[(*n)++] = (member){at, lo, hi, *at, weight};
}

static void fit_all(run *runs, int n) {
    member members[100];
    int k = 0;
    for (int i = 0; i < N_CHIPS; i++) {
        if (follows(chips[i].label)) {
            continue;
        }
        add(members, &k, &chips[i].gemm, 0.3, 0.97, 0.5);
        add(members, &k, &chips[i].attention, 0.15, 0.9, 0.5);
        if (chips[i].fit8) {
            add(members, &k, &chips[i].gemm8, 0.2, 0.9, 0.5);
        }
    }
    add(members, &k, &current.tp_hidden, 0.02, 0.98, .1);
    add(members, &k, &current.ep_hidden, 0.02, 0.95, .1);
    add(members, &k, &current.dp_hidden, 0.1, 1.0, .1);
    add(members, &k, &current.elementwise_traffic, 0.5, 2.5, .5);
    add(members, &k, &current.grouped_rate, 0.2, 1.0, .1);
    add(members, &k, &current.step_overhead_s, 0.001, 0.2, 0.01);
    add(members, &k, &current.kernels_forward, 5, 60, .1);
    add(members, &k, &current.kernels_backward, 5, 100, .1);
    add(members, &k, &current.expert_kernels, 5, 400, .01);
    add(members, &k, &old.elementwise_traffic, 0.5, 3, .1);
    add(members, &k, &old.step_overhead_s, 0.001, 0.5, 0.01);
    add(members, &k, &eager.elementwise_traffic, 0.5, 4, .1);
    fit(runs, n, members, k, 40);
    tie();
    for (int i = 0; i < N_CHIPS; i++) {
        const chip *c = &chips[i];
        printf("%-12s gemm %.3f gemm8 %.3f attention %.3f memory %.2f\n", c->label, c->gemm,
               c->gemm8, c->attention, c->memory);
    }
    const gw_software *s[] = {&current, &old, &eager};
    for (int i = 0; i < 3; i++) {
        printf("software %d: tp %.3f ep %.3f dp %.3f elementwise %.3f grouped %.3f overhead %.4f "
               "kernels %.1f %.1f %.1f\n",
               i, s[i]->tp_hidden, s[i]->ep_hidden, s[i]->dp_hidden, s[i]->elementwise_traffic,
               s[i]->grouped_rate, s[i]->step_overhead_s, s[i]->kernels_forward,
               s[i]->kernels_backward, s[i]->expert_kernels);
    }
}

static void print_row(const run *r) {
    const gw_step *s = &r->step;
    printf("%-9s %-18s %-32.32s tp%d pp%dx%d cp%d ep%d dp%d z%d mb%d %s%s %9.4f %9.4f %+6.1f %%  "
           "mm %.2f at %.2f mem %.2f tp %.2f cp %.2f ep %.2f pp %.2f bub %.2f dp %.2f opt %.2f oth "
           "%.2f  %.0f/%.0f GB\n",
           r->id, chips[r->chip].name, r->model, r->plan.tp, r->plan.pp, r->plan.virtual_stages,
           r->plan.cp, r->plan.ep, r->plan.dp, r->plan.zero_stage, r->plan.micro_batch,
           r->precision == GW_PRECISION_BF16  ? "bf16"
           : r->precision == GW_PRECISION_FP8 ? "fp8"
                                              : "fp4",
           r->plan.recompute == GW_RECOMPUTE_FULL ? " full" : "", r->step_s, r->predicted_s,
           100 * (r->predicted_s / r->step_s - 1.0), s->matmul_s / s->step_s,
           s->attention_s / s->step_s, s->memory_bound_s / s->step_s, s->tp_comm_s / s->step_s,
           s->cp_comm_s / s->step_s, s->ep_comm_s / s->step_s, s->pp_comm_s / s->step_s,
           s->bubble_s / s->step_s, s->dp_comm_s / s->step_s, s->optimizer_s / s->step_s,
           s->other_s / s->step_s, s->memory_B / 1e9, s->capacity_B / 1e9);
}

/** Repeats of one set-up share one weight. */
static void weigh(run *runs, int n) {
    for (int i = 0; i < n; i++) {
        int same = 0;
        for (int j = 0; j < n; j++) {
            same += runs[j].chip == runs[i].chip && strcmp(runs[j].model, runs[i].model) == 0 &&
                    runs[j].precision == runs[i].precision && runs[j].plan.tp == runs[i].plan.tp &&
                    runs[j].plan.pp == runs[i].plan.pp;
        }
        runs[i].weight = 1.0 / sqrt((double)same);
        if (begins(runs[i].id, "BLM")) {
            runs[i].weight *= 0.5; /* single iterations of runs that were being tuned */
        }
    }
}

/** NULL, or why the layout cannot be compared. */
static const char *check_row(const gw_csv *csv, int row, run *r, gw_arena *arena) {
    const char *reason = read_row(csv, row, r);
    if (reason) {
        return reason;
    }
    gw_accelerator a = {.bf16_flops = 1e15, .fp8_flops = 1e15, .fp4_flops = 1e15};
    gw_comm comm = {.scaleup = {1e9, 0, 8}};
    gw_step_in in = {.llm = &r->llm,
                     .accelerator = &a,
                     .comm = &comm,
                     .accelerators = r->gpus,
                     .sequence_tok = r->sequence,
                     .batch_seq = r->batch,
                     .scratch = arena};
    reason = gw_training_rule(&in, &r->plan);
    if (reason) {
        /* uneven micro-batches are legal in some of the frameworks */
        return strstr(reason, "global batch") ? NULL : reason;
    }
    gw_shard shard = gw_training_shard(&in, &r->plan);
    gw_step step = {0};
    gw_training_memory(&in, &shard, &r->plan, &step);
    if (!*word(csv, row, "recompute") && step.memory_B > 1.3 * chips[r->chip].hbm) {
        return "recomputation not stated, and needed to fit";
    }
    return NULL;
}

static bool has(int argc, char **argv, const char *option) {
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], option) == 0) {
            return true;
        }
    }
    return false;
}

/** Three generations of software for the runs of the table. */
static void set_software(void) {
    current = gw_software_current;
    old = gw_software_2021;
    eager = gw_software_current; /* PyTorch of 2023: FlashAttention 1 at half the rate of 2, arXiv
                                    2307.08691 */
    eager.attention_rate = 0.5;
    eager.elementwise_traffic = 0.86;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: fit_training TABLE.csv [--rows] [--fit]\n");
        return 2;
    }
    char *text = NULL;
    size_t n_bytes = 0;
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_csv csv;
    if (gw_file_read(argv[1], (size_t)1 << 28, &text, &n_bytes) != GW_OK ||
        gw_csv_read(argv[1], text, n_bytes, arena, diags, &csv) != GW_OK) {
        fprintf(stderr, "cannot read %s\n", argv[1]);
        return 1;
    }
    set_software();
    run *runs = GW_NEW_N(arena, csv.n_rows, run);
    int n = 0;
    for (int row = 1; row < csv.n_rows; row++) {
        run r = {0};
        const char *reason = check_row(&csv, row, &r, arena);
        if (reason) {
            printf("left out %-9s %-28s %s\n", word(&csv, row, "id"), word(&csv, row, "model_name"),
                   reason);
            continue;
        }
        runs[n++] = r;
    }
    weigh(runs, n);
    if (has(argc, argv, "--fit")) {
        fit_all(runs, n);
    }
    for (int i = 0; i < n; i++) {
        predict(&runs[i]);
        if (has(argc, argv, "--rows")) {
            print_row(&runs[i]);
        }
    }
    report_all(runs, n);
    gw_arena_free(arena);
    gw_diags_free(diags);
    free(text);
    return 0;
}
