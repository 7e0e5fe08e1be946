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
 *      fastest that fits. Such runs say so in `wide`. Runs are compared in seconds per step
 *      (row_metric.c).
 * Valid: see the reasons. A row with dp x tp x pp x cp other than gpus is contradictory.
 */
#include "validation/training_row.h"
#include "validation/row_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validation/row_words.h"

/** Widening of the interval where the row leaves something open; judgement. */
static const double not_stated = 1.3;
/** Where the software is guessed from features: the published runs read so spread twice as much.
 *  Entries for unnamed software have this in their own interval. */
static const double unknown_software = 2.0;

/** NICs and switches between two ranks; no table of runs states it. */
#define NETWORK_s 5e-6

/** The number in a column, `absent` where the cell is blank. Outside lo .. hi: a fault. */
static double number(gw_row_cells *r, const char *name, double absent, double lo, double hi) {
    const char *text = gw_row_word(r, name);
    if (!*text) {
        return absent;
    }
    char *end = NULL;
    double x = strtod(text, &end);
    if (*end || end == text || isnan(x)) {
        gw_row_fault(r, name,
                     gw_arena_printf(r->arena, "%s \"%.40s\" is not a number", name, text));
        return absent;
    }
    if (x < lo || x > hi) {
        gw_row_fault(
            r, name,
            gw_arena_printf(r->arena, "%s %.40s is not between %g and %g", name, text, lo, hi));
        return absent;
    }
    return x;
}

static int64_t whole(gw_row_cells *r, const char *name, double absent, double lo, double hi) {
    double x = number(r, name, absent, lo, hi);
    if (x != rint(x)) {
        gw_row_fault(r, name, gw_arena_printf(r->arena, "%s %g is not a whole number", name, x));
        return (int64_t)absent;
    }
    return (int64_t)x;
}

static void assumed(gw_row_cells *r, gw_training_run *run, const char *what, double widening) {
    run->widening_ratio *= widening;
    run->wide = run->wide ? gw_arena_printf(r->arena, "%s; %s", run->wide, what) : what;
}

static void read_chip(gw_row_cells *r, const gw_scenario *in, gw_training_run *run) {
    const char *gpu = gw_row_word(r, "gpu");
    bool loose = false;
    run->accelerator = gw_training_row_chip(in, gpu, &loose);
    if (!run->accelerator) {
        gw_row_fault(
            r, "gpu",
            *gpu ? gw_arena_printf(r->arena, "accelerator \"%.60s\" is not in the catalogue", gpu)
                 : "the accelerator is not stated");
        return;
    }
    run->chip_name = run->accelerator->head.name;
    if (loose) {
        assumed(r, run, "accelerator named loosely", not_stated);
    }
}

/** What is usual where neither the row nor the catalogue says it. */
static void default_shape(gw_llm *llm) {
    int64_t width = llm->heads > 0 ? llm->hidden / llm->heads : 0;
    llm->kv_heads = llm->kv_heads > 0 ? llm->kv_heads : llm->heads;
    llm->head_dim = llm->head_dim > 0 ? llm->head_dim : width;
    llm->vocab = llm->vocab > 0 ? llm->vocab : 51200;
}

static void read_model(gw_row_cells *r, const gw_scenario *in, gw_training_run *run) {
    gw_llm *llm = &run->llm;
    run->model = gw_row_word(r, "model_name");
    if (gw_training_row_says(run->model, "LORA")) {
        gw_row_fault(r, "model_name", "adapters (LoRA) are not modelled");
    } else if (gw_training_row_says(run->model, "SFT")) {
        gw_row_fault(r, "model_name", "fine-tuning on data of unknown lengths is not modelled");
    }
    llm->layers = whole(r, "layers", 0, 1, 10000);
    llm->hidden = whole(r, "hidden", 0, 16, 1e6);
    llm->heads = whole(r, "heads", 0, 1, 4096);
    llm->ffn = whole(r, "ffn_hidden", 0, 0, 1e7);
    llm->kv_heads = whole(r, "kv_heads", 0, 1, 4096);
    llm->head_dim = whole(r, "head_dim", 0, 1, 4096);
    llm->vocab = whole(r, "vocab", 0, 100, 1e7);
    llm->experts = whole(r, "experts", -1, 0, 1e5);
    llm->top_k = whole(r, "topk", 0, 0, 1000);
    llm->expert_ffn = whole(r, "moe_ffn_hidden", 0, 0, 1e7);
    llm->shared_ffn = whole(r, "shared_experts", -1, 0, 1000) * llm->expert_ffn;
    double params = number(r, "params_B", 0, 0, 1e6) * 1e9;
    llm->ffn_kind = llm->ffn == 4 * llm->hidden ? GW_FFN_PLAIN : GW_FFN_GATED;
    llm->expert_every = 1;
    if (gw_training_row_says(gw_row_word(r, "notes"), "non-gated")) {
        llm->ffn_kind = GW_FFN_PLAIN;
    }
    const char *reason = gw_training_row_family(in, run->model, gw_row_word(r, "moe_layer_freq"),
                                                gw_row_word(r, "notes"), llm, r->arena);
    if (reason) {
        bool shape = llm->layers == 0 || llm->hidden == 0 || llm->heads == 0;
        gw_row_fault(r,
                     shape                                        ? "layers"
                     : strncmp(reason, "moe_layer_freq", 14) == 0 ? "moe_layer_freq"
                                                                  : "ffn_hidden",
                     reason);
        return;
    }
    if (llm->experts > 0 && (llm->top_k < 1 || llm->top_k > llm->experts || !llm->expert_ffn)) {
        gw_row_fault(r, "topk",
                     "an expert model needs topk of at most experts, and moe_ffn_hidden");
        return;
    }
    default_shape(llm);
    if (llm->head.name) { /* of the catalogue */
        return;
    }
    gw_arch arch = gw_arch_of(llm);
    llm->tied_embeddings =
        llm->ffn_kind == GW_FFN_PLAIN || (params > 0 && arch.params > 1.02 * params);
}

static void read_precision(gw_row_cells *r, gw_training_run *run) {
    const char *text = gw_row_word(r, "precision");
    const char *reason = gw_spelt_precision(text, &run->precision, r->arena);
    if (reason) {
        gw_row_fault(r, "precision", reason);
    } else if (!*text) {
        assumed(r, run, "precision not stated: bf16", not_stated);
    }
    if (run->accelerator && !(gw_training_peak_flops(run->accelerator, run->precision) > 0)) {
        gw_row_fault(r, "precision", "the accelerator has no units of this precision");
    }
    bool micro_scaled = gw_training_row_says(text, "mxfp8");
    if (micro_scaled && run->accelerator && !(run->accelerator->fp4_flops > 0)) {
        assumed(r, run, "mxfp8 on an accelerator without units for its scales: as fp8", not_stated);
    }
}

/** Sequences of a micro-batch. Some frameworks count them per accelerator: all ranks that share a
 * sequence together work on as many times more. */
static int micro_batch(gw_row_cells *r, const gw_plan *p) {
    const char *notes = gw_row_word(r, "notes");
    bool per_chip = gw_training_row_says(notes, "per-device batch") ||
                    gw_training_row_says(notes, "sequences per chip");
    if (!per_chip) {
        return (int)whole(r, "micro_batch", 0, 1, 1e6);
    }
    double sequences = number(r, "micro_batch", 0, 0.001, 1e6) * p->tp * p->cp;
    if (sequences > 0 && sequences < 1) {
        gw_row_fault(r, "micro_batch",
                     "less than one sequence on a replica: how it is cut is not stated");
    }
    return (int)fmin(floor(sequences + 0.5), 1e6);
}

/** Slices of a pod that share only inside, as in "8x v5e-256"; 1: not stated. */
static int slices_of(const char *notes, double accelerators) {
    const char *at = strstr(notes, "x v");
    if (!at || at == notes || !strstr(notes, "slice")) {
        return 1;
    }
    const char *from = at;
    while (from > notes && from[-1] >= '0' && from[-1] <= '9') {
        from--;
    }
    double n = from < at ? strtod(from, NULL) : 1.0;
    return n >= 2 && n <= accelerators && fmod(accelerators, n) == 0.0 ? (int)n : 1;
}

static void read_layout(gw_row_cells *r, gw_training_run *run, bool tpu) {
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
    if (!*gw_row_word(r, "vpp") && p->pp > 1 &&
        gw_training_row_says(gw_row_word(r, "notes"), "interleaved 1F1B")) {
        p->virtual_stages = 2;
        assumed(r, run, "interleaved, chunks not stated: two a stage", not_stated);
    }
    p->micro_batch = micro_batch(r, p);
    if (p->tp == 0 || p->pp == 0) {
        gw_row_fault(r, p->tp == 0 ? "tp" : "pp",
                     p->tp != 0   ? "the layout is not stated: pp"
                     : p->pp != 0 ? "the layout is not stated: tp"
                                  : "the layout is not stated: tp, pp");
        return;
    }
    if (run->llm.experts > 0 && !*gw_row_word(r, "ep")) {
        assumed(r, run, "ep not stated: 1", not_stated);
    }
    double model_ranks = (double)p->tp * p->pp * p->cp;
    double dp = run->accelerators / model_ranks;
    double stated = number(r, "dp", dp, 1, 1e7);
    if (dp < 1 || dp != rint(dp) || stated != dp) {
        gw_row_fault(r, "tp",
                     gw_arena_printf(r->arena,
                                     "tp x pp x cp x dp = %.0f x %g, but the run has %.0f "
                                     "accelerators",
                                     model_ranks, stated, run->accelerators));
        return;
    }
    p->dp = (int)dp;
    p->no_sequence_parallel = p->tp > 1 && gw_spelt_yes_no(gw_row_word(r, "sp")) == 0;
    int slices = tpu ? slices_of(gw_row_word(r, "notes"), run->accelerators) : 1;
    if (slices > 1 && p->dp % slices == 0) {
        p->shard_group = p->dp / slices;
        run->domain = (int)fmin(run->domain, run->accelerators / slices);
    }
    double group = gw_training_row_noted(gw_row_word(r, "notes"), "shard size ");
    if (p->zero_stage == 3 && group >= 1 && p->dp % (int)fmin(group, 1e6) == 0) {
        p->shard_group = (int)group;
    }
    const char *recompute = gw_row_word(r, "recompute");
    if (!gw_spelt_recompute(recompute, &p->recompute)) {
        gw_row_fault(r, "recompute",
                     gw_arena_printf(r->arena, "recompute \"%.40s\" is not understood", recompute));
    }
}

static void read_measured(gw_row_cells *r, gw_training_run *run) {
    double value = number(r, "value", GW_NAN, 1e-9, 1e12);
    const char *notes = gw_row_word(r, "notes");
    run->memory_measured_B = gw_training_row_noted(notes, "peak_mem_gib=") * 1073741824.0;
    if (isnan(run->memory_measured_B)) { /* nvidia-smi and Megatron print 2^30 B as GB */
        run->memory_measured_B = gw_training_row_noted(notes, "mem_nvidia_smi=") * 1073741824.0;
    }
    if (isnan(run->memory_measured_B)) {
        run->memory_allocated = true;
        run->memory_measured_B = gw_training_row_noted(notes, "peak_alloc_gib=") * 1073741824.0;
    }
    if (isnan(run->memory_measured_B)) {
        run->memory_measured_B = gw_training_row_noted(notes, "peak_mem_gb=") * 1073741824.0;
    }
    const char *column = NULL, *wide = NULL;
    const char *reason = gw_training_row_measured(gw_row_word(r, "measured_metric"), value, notes,
                                                  r->arena, run, &column, &wide);
    if (reason) {
        gw_row_fault(r, column, reason);
    } else if (wide) {
        assumed(r, run, wide, not_stated);
    }
}

static void read_software(gw_row_cells *r, const gw_scenario *in, gw_training_run *run, bool tpu) {
    const char *notes = gw_row_word(r, "notes");
    bool fused = !gw_spelt_unfused(gw_row_word(r, "flash_attention"));
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
        bool own = strncmp(run->software_name, "in-house", 8) == 0;
        assumed(r, run, wide, own ? 1.0 : unknown_software);
    }
    run->unfused = !fused;
    run->no_overlap = gw_training_row_says(notes, "non-overlapped") ||
                      gw_training_row_says(notes, "no TP/P2P/grad overlap");
}

/** Bytes that a layout needs. */
static double needs_B(const gw_training_run *run, const gw_plan *plan) {
    gw_comm comm = gw_training_run_comm(run);
    gw_software software = gw_training_run_software(run);
    gw_step_in in = gw_training_run_in(run, &comm, &software, NULL);
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
    gw_step_in in = gw_training_run_in(run, &comm, &software, scratch);
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
static void interleave(gw_row_cells *r, gw_training_run *run) {
    gw_plan *p = &run->plan;
    double idle = (p->pp - 1.0) * p->dp * fmax(1.0, p->micro_batch) / run->batch_seq;
    if (*gw_row_word(r, "vpp") || p->virtual_stages > 1 || p->pp < 2 || run->unfused ||
        idle < unlikely_bubble || gw_training_row_says(gw_row_word(r, "notes"), "1F1B")) {
        return;
    }
    int layers = (int)ceil((double)run->llm.layers / p->pp);
    int v = 1;
    while (v < layers && (layers % v != 0 || idle / v > 0.1)) {
        v++;
    }
    p->virtual_stages = v;
    assumed(r, run, "chunks a stage not stated: as many as keep the pipeline busy", not_stated);
}

/** What the row leaves open. */
static void complete(gw_row_cells *r, gw_training_run *run) {
    gw_plan *p = &run->plan;
    interleave(r, run);
    bool open = !*gw_row_word(r, "recompute");
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
        assumed(r, run, "micro-batch not stated: the fastest that fits", not_stated);
    }
    if (open) {
        p->recompute = least_recompute(run, *p);
        if (p->recompute != GW_RECOMPUTE_NONE) {
            assumed(r, run, "recomputation not stated: the least that fits", not_stated);
        }
    }
}

static const char *regime_of(const gw_row_cells *r, const gw_training_run *run) {
    const char *kind = run->llm.experts > 0 ? "expert" : "dense";
    const char *precision = run->precision == GW_PRECISION_FP8   ? "fp8"
                            : run->precision == GW_PRECISION_FP4 ? "fp4"
                                                                 : "bf16";
    return gw_arena_printf(r->arena, "%s %s %s", run->chip_name, kind, precision);
}

const char *gw_training_run_read(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena,
                                 gw_training_run *out, const char **column) {
    gw_row_cells r = {.csv = csv, .row = row, .arena = arena};
    *out =
        (gw_training_run){.memory_measured_B = GW_NAN, .measured_s = GW_NAN, .widening_ratio = 1.0};
    out->id = gw_row_word(&r, "id");
    out->source = gw_row_word(&r, "source");
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
        gw_row_fault(&r, blank, gw_arena_printf(arena, "%s is not stated", blank));
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
            gw_row_fault(&r, NULL, rule);
        } else {
            complete(&r, out);
        }
        out->regime = regime_of(&r, out);
    }
    *column = r.column;
    return r.reason;
}
