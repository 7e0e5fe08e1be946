/* validation/training_row.c: a line of a table of training runs, read and predicted.
 *
 * In:  columns id, source, model_name, params_B, layers, hidden, ffn_hidden, heads, kv_heads,
 *      head_dim, vocab, experts, topk, moe_ffn_hidden, shared_experts, moe_layer_freq, seq_len, gpu,
 *      gpus, gpus_per_node, nic_gbps_per_gpu, tp, sp, pp, vpp, cp, ep, etp, zero_stage,
 *      micro_batch, global_batch_seqs, precision, recompute, flash_attention, measured_metric,
 *      value, notes. Blank: not stated. The catalogue.
 * Out: gw_training_run, gw_trial.
 * Model: what a run leaves open is the usual setting of its software: tp, pp, cp, ep, vpp 1 for
 *      fully sharded and XLA runs; recomputation the least that fits into memory; a micro-batch the
 *      fastest that fits. Such runs say so in `wide`. Runs are compared in seconds per step:
 *      tokens/s are turned into seconds by the batch, TFLOP/s by the formula that the source
 *      states.
 * Valid: see the reasons. A row with dp x tp x pp x cp other than gpus is contradictory.
 * Sources: formula with the recomputed pass: Narayanan et al. arXiv 2104.04473 eq. 3; MaxText's:
 *      its maxtext_utils.calculate_tflops_training_per_device (6 N and the full square).
 */
#include "validation/training_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/fabric_phase.h"

/** From NIC to NIC over two or three switches: gw_fabric's defaults. */
static const double network_s = 5e-6;
/** Widening of the interval where the row leaves something open; judgement. */
static const double not_stated = 1.3;

#include "fabric/fabric_phase.h"

/** NICs and switches between two ranks; no table of runs states it. */
#define NETWORK_s 5e-6

/** A row being read. The first thing wrong stays in `reason` and `column`. */
typedef struct reader {
    const gw_csv *csv;
    int row;
    gw_arena *arena;
    const char *reason, *column;
} reader;

static const char *word(const reader *r, const char *name) {
    int col = gw_csv_column(r->csv, name);
    return col < 0 ? "" : r->csv->cell[(size_t)r->row * (size_t)r->csv->n_cols + (size_t)col];
}

static void fault(reader *r, const char *column, const char *reason) {
    if (!r->reason) {
        r->reason = reason;
        r->column = column;
    }
}

/** The number in a column, `absent` where the cell is blank. Outside lo .. hi: a fault. */
static double number(reader *r, const char *name, double absent, double lo, double hi) {
    const char *text = word(r, name);
    if (!*text) {
        return absent;
    }
    char *end = NULL;
    double x = strtod(text, &end);
    if (*end || end == text || isnan(x)) {
        fault(r, name, gw_arena_printf(r->arena, "%s \"%.40s\" is not a number", name, text));
        return absent;
    }
    if (x < lo || x > hi) {
        fault(r, name,
              gw_arena_printf(r->arena, "%s %.40s is not between %g and %g", name, text, lo, hi));
        return absent;
    }
    return x;
}

static int64_t whole(reader *r, const char *name, double absent, double lo, double hi) {
    double x = number(r, name, absent, lo, hi);
    if (x != rint(x)) {
        fault(r, name, gw_arena_printf(r->arena, "%s %g is not a whole number", name, x));
        return (int64_t)absent;
    }
    return (int64_t)x;
}

static void assumed(reader *r, gw_training_run *run, const char *what) {
    run->wide = run->wide ? gw_arena_printf(r->arena, "%s; %s", run->wide, what) : what;
}

/** Name in a table of runs, and the entry of the catalogue. */
static const struct {
    const char *gpu, *entry;
} chips[] = {
    {"A100", "A100-80GB"},
    {"A100-80GB", "A100-80GB"},
    {"A100-40GB", "A100-40GB"},
    {"H100", "H100-SXM"},
    {"H100 (96GB HBM2e, 500W)", "H100-HBM2e"},
    {"TPU v4", "TPU-v4"},
    {"TPU v5e", "TPU-v5e"},
    {"TPU v5p", "TPU-v5p"},
    {"TPU v6e", "TPU-v6e"},
    {"TPU v7 (Ironwood)", "TPU-v7"},
    {"Trainium1", "Trainium1"},
};

static void read_chip(reader *r, const gw_scenario *in, gw_training_run *run) {
    const char *gpu = word(r, "gpu");
    const char *name = gpu;
    for (size_t i = 0; i < sizeof chips / sizeof chips[0]; i++) {
        if (strcmp(gpu, chips[i].gpu) == 0) {
            name = chips[i].entry;
        }
    }
    for (int i = 0; i < in->accelerators.n && *name; i++) {
        if (strcmp(in->accelerators.at[i].head.name, name) == 0) {
            run->accelerator = &in->accelerators.at[i];
            run->chip_name = name;
            return;
        }
    }
    fault(r, "gpu",
          *gpu ? gw_arena_printf(r->arena, "accelerator \"%.60s\" is not in the catalogue", gpu)
               : "the accelerator is not stated");
}

static void read_model(reader *r, const gw_scenario *in, gw_training_run *run) {
    gw_llm *llm = &run->llm;
    run->model = word(r, "model_name");
    if (gw_training_row_says(run->model, "LORA")) {
        fault(r, "model_name", "adapters (LoRA) are not modelled");
    } else if (gw_training_row_says(run->model, "SFT")) {
        fault(r, "model_name", "fine-tuning on data of unknown lengths is not modelled");
    }
    llm->layers = whole(r, "layers", 0, 1, 10000);
    llm->hidden = whole(r, "hidden", 0, 16, 1e6);
    llm->heads = whole(r, "heads", 0, 1, 4096);
    llm->ffn = whole(r, "ffn_hidden", 0, 0, 1e7);
    llm->kv_heads = whole(r, "kv_heads", (double)llm->heads, 1, 4096);
    double head_dim = llm->heads > 0 ? floor((double)(llm->hidden / llm->heads)) : 0.0;
    llm->head_dim = whole(r, "head_dim", head_dim, 1, 4096);
    llm->vocab = whole(r, "vocab", 51200, 100, 1e7);
    llm->experts = whole(r, "experts", 0, 0, 1e5);
    llm->top_k = whole(r, "topk", 0, 0, 1000);
    llm->expert_ffn = whole(r, "moe_ffn_hidden", 0, 0, 1e7);
    llm->shared_ffn = whole(r, "shared_experts", 0, 0, 1000) * llm->expert_ffn;
    double params = number(r, "params_B", 0, 0, 1e6) * 1e9;
    if (llm->experts > 0 && (llm->top_k < 1 || llm->top_k > llm->experts || !llm->expert_ffn)) {
        fault(r, "topk", "an expert model needs topk of at most experts, and moe_ffn_hidden");
        return;
    }
    llm->ffn_kind = llm->ffn == 4 * llm->hidden ? GW_FFN_PLAIN : GW_FFN_GATED;
    llm->expert_every = 1;
    if (gw_training_row_says(word(r, "notes"), "non-gated")) {
        llm->ffn_kind = GW_FFN_PLAIN;
    }
    const char *reason =
        gw_training_row_family(in, run->model, word(r, "moe_layer_freq"), word(r, "notes"), llm);
    if (reason) {
        fault(r, llm->layers == 0 ? "layers" : "moe_layer_freq", reason);
        return;
    }
    if (llm->head.name) { /* of the catalogue */
        return;
    }
    gw_arch arch = gw_arch_of(llm);
    llm->tied_embeddings =
        llm->ffn_kind == GW_FFN_PLAIN || (params > 0 && arch.params > 1.02 * params);
}

static void read_precision(reader *r, gw_training_run *run) {
    const char *text = word(r, "precision");
    run->precision = GW_PRECISION_BF16;
    if (strstr(text, "fp8")) {
        run->precision = GW_PRECISION_FP8;
    } else if (strstr(text, "fp4")) {
        run->precision = GW_PRECISION_FP4;
    } else if (*text && !strstr(text, "bf16") && !strstr(text, "fp16")) {
        fault(r, "precision",
              gw_arena_printf(r->arena, "precision \"%.40s\" is not modelled", text));
    }
    if (run->accelerator && !(gw_training_peak_flops(run->accelerator, run->precision) > 0)) {
        fault(r, "precision", "the accelerator has no units of this precision");
    }
}

/** The number behind `key` in the notes, or NaN. */
static double noted(const char *notes, const char *key) {
    const char *at = strstr(notes, key);
    return at ? strtod(at + strlen(key), NULL) : GW_NAN;
}

static void read_layout(reader *r, gw_training_run *run, bool tpu) {
    gw_plan *p = &run->plan;
    double zero = number(r, "zero_stage", tpu ? 3 : GW_NAN, 0, 3);
    double open = tpu || zero == 3 ? 1 : 0; /* fully sharded: no other layout unless stated */
    p->zero_stage = isnan(zero) ? 1 : (int)zero;
    p->tp = (int)whole(r, "tp", open, 1, 1e6);
    p->pp = (int)whole(r, "pp", open, 1, 1e4);
    p->cp = (int)whole(r, "cp", 1, 1, 1e6);
    p->ep = (int)whole(r, "ep", 1, 1, 1e6);
    p->etp = (int)whole(r, "etp", 0, 1, 1e6);
    p->virtual_stages = (int)whole(r, "vpp", 1, 1, 1e4);
    if (!*word(r, "vpp") && p->pp > 1 &&
        gw_training_row_says(word(r, "notes"), "interleaved 1F1B")) {
        p->virtual_stages = 2;
        assumed(r, run, "interleaved, chunks not stated: two a stage");
    }
    p->micro_batch = (int)whole(r, "micro_batch", 0, 1, 1e6);
    if (p->tp == 0 || p->pp == 0) {
        fault(r, p->tp == 0 ? "tp" : "pp", "the layout is not stated");
        return;
    }
    double model_ranks = (double)p->tp * p->pp * p->cp;
    double dp = run->accelerators / model_ranks;
    double stated = number(r, "dp", dp, 1, 1e7);
    if (dp < 1 || dp != rint(dp) || stated != dp) {
        fault(r, "tp",
              gw_arena_printf(r->arena,
                              "tp x pp x cp x dp = %.0f x %g, but the run has %.0f "
                              "accelerators",
                              model_ranks, stated, run->accelerators));
        return;
    }
    p->dp = (int)dp;
    const char *sp = word(r, "sp");
    p->no_sequence_parallel = p->tp > 1 && strcmp(sp, "0") == 0;
    double group = noted(word(r, "notes"), "shard size ");
    if (p->zero_stage == 3 && group >= 1 && p->dp % (int)fmin(group, 1e6) == 0) {
        p->shard_group = (int)group;
    }
    const char *recompute = word(r, "recompute");
    p->recompute = strcmp(recompute, "full") == 0        ? GW_RECOMPUTE_FULL
                   : strcmp(recompute, "selective") == 0 ? GW_RECOMPUTE_SELECTIVE
                                                         : GW_RECOMPUTE_NONE;
}

/** Seconds per step from TFLOP/s or from a share of the peak. */
static double from_flops(const reader *r, const gw_training_run *run, double flops) {
    const gw_llm *llm = &run->llm;
    const char *notes = word(r, "notes");
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
    } else if (gw_training_row_says(run->source, "maxtext")) {
        per_token = 6.0 * arch.active_params + 12.0 * square;
    } else if (gw_training_row_says(notes, "without causal halving")) {
        per_token = 6.0 * arch.active_params + 12.0 * square;
    }
    return per_token * s * run->batch_seq / (flops * run->accelerators);
}

static void read_measured(reader *r, gw_training_run *run) {
    const char *metric = word(r, "measured_metric");
    double tokens = run->sequence_tok * run->batch_seq;
    double value = number(r, "value", GW_NAN, 1e-9, 1e12);
    const char *notes = word(r, "notes");
    double also = noted(notes, "tokens_per_s_per_gpu=");
    run->memory_measured_B = noted(notes, "peak_mem_gib=") * 1073741824.0;
    if (isnan(run->memory_measured_B)) { /* nvidia-smi and Megatron print 2^30 B as GB */
        run->memory_measured_B = noted(notes, "mem_nvidia_smi=") * 1073741824.0;
    }
    if (isnan(run->memory_measured_B)) {
        run->memory_allocated = true;
        run->memory_measured_B = noted(notes, "peak_alloc_gib=") * 1073741824.0;
    }
    if (isnan(run->memory_measured_B)) {
        run->memory_measured_B = noted(notes, "peak_mem_gb=") * 1073741824.0;
    }
    if (strcmp(metric, "step_s") == 0) {
        run->measured_s = value;
    } else if (strcmp(metric, "tokens_per_s_per_gpu") == 0) {
        run->measured_s = tokens / (value * run->accelerators);
    } else if (also > 0) {
        run->measured_s = tokens / (also * run->accelerators);
    } else if (strcmp(metric, "tflops_per_gpu") == 0) {
        run->measured_s = from_flops(r, run, value * 1e12);
    } else if (strcmp(metric, "mfu") == 0) {
        double peak = gw_training_peak_flops(run->accelerator, run->precision);
        run->measured_s = from_flops(r, run, (value > 1 ? value / 100 : value) * peak);
    } else {
        fault(r, "measured_metric",
              gw_arena_printf(r->arena, "measured_metric \"%.40s\" is not understood", metric));
    }
    if (!(run->measured_s > 0 && run->measured_s < 1e9)) {
        fault(r, "value", "no measured value");
    }
}

static void read_software(reader *r, const gw_scenario *in, gw_training_run *run, bool tpu) {
    const char *notes = word(r, "notes");
    const char *flash = word(r, "flash_attention");
    bool fused = strcmp(flash, "no") != 0;
    const char *wide = NULL;
    run->software_name =
        gw_training_row_generation(run->source, notes, fused, tpu, run->plan.zero_stage, &wide);
    run->software = fused ? &gw_software_current : &gw_software_2021;
    for (int i = 0; i < in->software.n; i++) {
        if (strcmp(in->software.at[i].head.name, run->software_name) == 0) {
            run->software = &in->software.at[i];
        }
    }
    if (wide) {
        assumed(r, run, wide);
    }
    run->unfused = !fused;
    run->no_overlap = gw_training_row_says(notes, "non-overlapped") ||
                      gw_training_row_says(notes, "no TP/P2P/grad overlap");
    run->graphs = gw_training_row_says(notes, "cuda_graph=full_iteration");
}

gw_comm gw_training_run_comm(const gw_training_run *run) {
    gw_comm comm = gw_fabric_comm(run->accelerator, run->domain, run->nic_Bps, network_s);
    comm.leaf_size = 256;
    return comm;
}

gw_software gw_training_run_software(const gw_training_run *run) {
    gw_software software = *run->software;
    if (run->unfused) {
        software.fused_attention = false;
    }
    if (run->no_overlap) {
        software.tp_hidden = software.dp_hidden = software.pp_hidden = 0.0;
    }
    return software;
}

/** Everything a step needs; what it points to is in the other arguments. */
static gw_step_in step_in(const gw_training_run *run, const gw_comm *comm,
                          const gw_software *software, gw_arena *scratch) {
    return (gw_step_in){.llm = &run->llm,
                        .accelerator = run->accelerator,
                        .comm = comm,
                        .software = software,
                        .accelerators = run->accelerators,
                        .sequence_tok = run->sequence_tok,
                        .batch_seq = run->batch_seq,
                        .precision = run->precision,
                        .scratch = scratch};
}

/** Bytes that a layout needs. */
static double needs_B(const gw_training_run *run, const gw_plan *plan) {
    gw_comm comm = gw_training_run_comm(run);
    gw_software software = gw_training_run_software(run);
    gw_step_in in = step_in(run, &comm, &software, NULL);
    gw_shard shard = gw_training_shard(&in, plan);
    gw_step step = {.plan = *plan};
    gw_training_memory(&in, &shard, plan, &step);
    return step.memory_B;
}

/** The least recomputation that fits. */
static gw_recompute least_recompute(const gw_training_run *run, gw_plan plan) {
    plan.recompute = GW_RECOMPUTE_NONE;
    if (needs_B(run, &plan) <= run->accelerator->hbm_B) {
        return GW_RECOMPUTE_NONE;
    }
    plan.recompute = GW_RECOMPUTE_SELECTIVE;
    return needs_B(run, &plan) <= run->accelerator->hbm_B ? GW_RECOMPUTE_SELECTIVE
                                                          : GW_RECOMPUTE_FULL;
}

/** The rule that the layout breaks; a batch that does not divide is legal in some frameworks. */
static const char *broken_rule(const gw_training_run *run, gw_arena *scratch) {
    gw_comm comm = gw_training_run_comm(run);
    gw_software software = gw_training_run_software(run);
    gw_step_in in = step_in(run, &comm, &software, scratch);
    gw_plan plan = run->plan;
    plan.micro_batch = plan.micro_batch > 0 ? plan.micro_batch : 1;
    double per_step = (double)plan.dp * plan.micro_batch;
    if (per_step > run->batch_seq) {
        return "the global batch is smaller than dp x micro-batch";
    }
    in.batch_seq = fmax(1.0, floor(run->batch_seq / per_step)) * per_step;
    return gw_training_rule(&in, &plan);
}

/** Bubble over work that nobody would run without interleaving; judgement. */
static const double unlikely_bubble = 0.3;

/** Chunks a stage where the row leaves them open and the pipeline would mostly idle: the fewest that
 * bring the bubble below a tenth. */
static void interleave(reader *r, gw_training_run *run) {
    gw_plan *p = &run->plan;
    double idle = (p->pp - 1.0) * p->dp * fmax(1.0, p->micro_batch) / run->batch_seq;
    if (*word(r, "vpp") || p->virtual_stages > 1 || p->pp < 2 || run->unfused ||
        idle < unlikely_bubble || gw_training_row_says(word(r, "notes"), "1F1B")) {
        return;
    }
    int layers = (int)ceil((double)run->llm.layers / p->pp);
    int v = 1;
    while (v < layers && (layers % v != 0 || idle / v > 0.1)) {
        v++;
    }
    p->virtual_stages = v;
    assumed(r, run, "chunks a stage not stated: as many as keep the pipeline busy");
}

/** What the row leaves open. */
static void complete(reader *r, gw_training_run *run) {
    gw_plan *p = &run->plan;
    interleave(r, run);
    bool open = !*word(r, "recompute");
    if (p->micro_batch == 0) {
        double best_s = GW_INF;
        int best = 1;
        for (int mb = 1; mb <= 16 && mb * p->dp <= run->batch_seq; mb *= 2) {
            p->micro_batch = mb;
            p->recompute = open ? least_recompute(run, *p) : p->recompute;
            gw_step step;
            gw_training_run_step(run, r->arena, &step);
            if (!step.problem && step.step_s < best_s &&
                (mb == 1 || needs_B(run, p) <= run->accelerator->hbm_B)) {
                best_s = step.step_s;
                best = mb;
            }
        }
        p->micro_batch = best;
        assumed(r, run, "micro-batch not stated: the fastest that fits");
    }
    if (open) {
        p->recompute = least_recompute(run, *p);
        if (p->recompute != GW_RECOMPUTE_NONE) {
            assumed(r, run, "recomputation not stated: the least that fits");
        }
    }
}

static const char *regime_of(const reader *r, const gw_training_run *run) {
    const char *kind = run->llm.experts > 0 ? "expert" : "dense";
    const char *precision = run->precision == GW_PRECISION_FP8   ? "fp8"
                            : run->precision == GW_PRECISION_FP4 ? "fp4"
                                                                 : "bf16";
    return gw_arena_printf(r->arena, "%s %s %s", run->chip_name, kind, precision);
}

const char *gw_training_run_read(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena,
                                 gw_training_run *out, const char **column) {
    reader r = {.csv = csv, .row = row, .arena = arena};
    *out = (gw_training_run){.memory_measured_B = GW_NAN, .measured_s = GW_NAN};
    out->id = word(&r, "id");
    out->source = word(&r, "source");
    read_chip(&r, in, out);
    read_model(&r, in, out);
    out->accelerators = (double)whole(&r, "gpus", 0, 1, 1e7);
    out->sequence_tok = (double)whole(&r, "seq_len", 0, 1, 1e8);
    out->batch_seq = (double)whole(&r, "global_batch_seqs", 0, 1, 1e8);
    const char *blank = out->accelerators == 0   ? "gpus"
                        : out->sequence_tok == 0 ? "seq_len"
                        : out->batch_seq == 0    ? "global_batch_seqs"
                                                 : NULL;
    if (blank) {
        fault(&r, blank, gw_arena_printf(arena, "%s is not stated", blank));
    }
    if (!r.reason) {
        bool tpu = strncmp(out->chip_name, "TPU", 3) == 0;
        int node = (int)whole(&r, "gpus_per_node", 0, 1, 1e5);
        const gw_accelerator *a = out->accelerator;
        out->domain = (int)fmin(a->scaleup_domain, 1e6);
        out->domain = node > 0 && out->domain <= 16 && node < out->domain ? node : out->domain;
        double absent = gw_is_set(a->nic_bandwidth_Bps) ? a->nic_bandwidth_Bps * 8e-9 : 400;
        out->nic_Bps = number(&r, "nic_gbps_per_gpu", absent, 0.1, 1e5) * 1e9 / 8;
        read_precision(&r, out);
        read_layout(&r, out, tpu);
        read_software(&r, in, out, tpu);
    }
    if (!r.reason) {
        read_measured(&r, out);
        const char *rule = broken_rule(out, arena);
        if (rule) {
            fault(&r, NULL, rule);
        } else {
            complete(&r, out);
        }
        out->regime = regime_of(&r, out);
    }
    *column = r.column;
    return r.reason;
}

void gw_training_run_step(const gw_training_run *run, gw_arena *scratch, gw_step *out) {
    gw_comm comm = gw_training_run_comm(run);
    gw_software software = gw_training_run_software(run);
    gw_step_in in = step_in(run, &comm, &software, scratch);
    *out = (gw_step){.plan = run->plan};
    gw_shard shard = gw_training_shard(&in, &run->plan);
    out->plan.n_micro = (int)shard.n_micro;
    gw_training_memory(&in, &shard, &run->plan, out);
    gw_training_time(&in, &shard, out);
    gw_training_interval(&in, out);
    double uneven = run->batch_seq / shard.batch_seq;
    gw_training_scale(out, uneven);
    if (!(out->step_s > 0 && out->step_s < 1e12)) {
        out->problem = "no finite step time";
    }
}

gw_trial gw_training_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena) {
    gw_trial t = {.measured_s = GW_NAN,
                  .predicted_s = GW_NAN,
                  .low_s = GW_NAN,
                  .high_s = GW_NAN,
                  .memory_B = GW_NAN,
                  .memory_measured_B = GW_NAN};
    gw_training_run run;
    t.unsupported = gw_training_run_read(in, csv, row, arena, &run, &t.column);
    if (t.unsupported) {
        return t;
    }
    gw_step step;
    gw_training_run_step(&run, arena, &step);
    t.unsupported = step.problem;
    if (t.unsupported) {
        return t;
    }
    t.regime = run.regime;
    t.wide = run.wide ? run.wide : step.wide;
    t.measured_s = run.measured_s;
    t.predicted_s = step.step_s;
    t.low_s = step.low_s;
    t.high_s = step.high_s;
    if (run.wide) { /* something was not stated */
        double factor = pow(step.high_s / step.step_s, not_stated - 1.0);
        t.low_s /= factor;
        t.high_s *= factor;
    }
    t.memory_B = run.memory_allocated ? step.allocated_B : step.memory_B;
    t.memory_measured_B = run.memory_measured_B;
    return t;
}
