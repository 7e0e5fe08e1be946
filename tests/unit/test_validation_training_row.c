/* A line of a table of runs: what is read, what is refused and why, what hostile cells do. Measured
 * times: Korthikanti et al. arXiv 2205.05198 table 5. */
#include <stdlib.h>
#include <string.h>

#include "gw_test.h"
#include "scenario/load.h"
#include "validation/training_row.h"

static const char header[] =
    "id,source,model_name,params_B,layers,hidden,ffn_hidden,heads,kv_heads,head_dim,vocab,experts,"
    "topk,moe_ffn_hidden,shared_experts,moe_layer_freq,seq_len,gpu,gpus,gpus_per_node,"
    "nic_gbps_per_gpu,tp,sp,pp,vpp,cp,ep,etp,dp,zero_stage,micro_batch,global_batch_seqs,"
    "precision,recompute,flash_attention,measured_metric,value,notes\n";

#define N_CELLS 38

/** Megatron 175B with sequence parallelism and selective recomputation: 13.75 s. */
static const char *const korthikanti[N_CELLS] = {"K1",       "Korthikanti et al.",
                                                 "GPT 175B", "",
                                                 "96",       "12288",
                                                 "49152",    "96",
                                                 "96",       "128",
                                                 "51200",    "",
                                                 "",         "",
                                                 "",         "",
                                                 "2048",     "A100",
                                                 "64",       "8",
                                                 "",         "8",
                                                 "1",        "8",
                                                 "3",        "1",
                                                 "1",        "",
                                                 "1",        "0",
                                                 "1",        "64",
                                                 "fp16",     "selective",
                                                 "no",       "step_s",
                                                 "13.75",    ""};

typedef struct bench {
    gw_arena *arena;
    gw_diags *diags;
    gw_spec *spec;
    const char *cell[N_CELLS];
    gw_csv csv;
    const char *column;
} bench;

static int setup(void **state) {
    bench *b = calloc(1, sizeof *b);
    b->arena = gw_arena_create(0);
    b->diags = gw_diags_create();
    gw_load_opts opts = {0};
    *state = b;
    return gw_spec_load_catalog(&opts, b->diags, &b->spec) == GW_OK ? 0 : -1;
}

static int teardown(void **state) {
    bench *b = *state;
    gw_spec_free(b->spec);
    gw_diags_free(b->diags);
    gw_arena_free(b->arena);
    free(b);
    return 0;
}

static void start(bench *b) {
    memcpy(b->cell, korthikanti, sizeof korthikanti);
}

static int column_of(const char *name) {
    int col = 0;
    const char *at = header;
    for (;; col++) {
        size_t n = strcspn(at, ",\n");
        if (strlen(name) == n && strncmp(at, name, n) == 0) {
            return col;
        }
        if (at[n] != ',') {
            fail_msg("no column %s", name);
        }
        at += n + 1;
    }
}

static void set(bench *b, const char *column, const char *text) {
    b->cell[column_of(column)] = text;
}

/** Header and the one row as a table. */
static void make_table(bench *b) {
    char *text = gw_arena_strdup(b->arena, header);
    for (int i = 0; i < N_CELLS; i++) {
        text =
            gw_arena_printf(b->arena, "%s\"%s\"%s", text, b->cell[i], i + 1 < N_CELLS ? "," : "");
    }
    text = gw_arena_printf(b->arena, "%s\n", text);
    assert_int_equal(gw_csv_read("t.csv", text, strlen(text), b->arena, b->diags, &b->csv), GW_OK);
}

static const char *read_run(bench *b, gw_training_run *run) {
    make_table(b);
    return gw_training_run_read(&b->spec->scenario, &b->csv, 1, b->arena, run, &b->column);
}

static gw_trial trial_of(bench *b) {
    make_table(b);
    return gw_training_row(&b->spec->scenario, &b->csv, 1, b->arena);
}

static void assert_sound(const gw_trial *t) {
    assert_null(t->unsupported);
    assert_true(isfinite(t->predicted_s) && t->predicted_s > 0 && isfinite(t->measured_s));
    assert_true(t->low_s > 0 && t->low_s < t->predicted_s && t->predicted_s < t->high_s);
    assert_true(isfinite(t->high_s) && t->memory_B > 0);
}

static void reads_a_published_run(void **state) {
    bench *b = *state;
    start(b);
    gw_training_run run;
    assert_null(read_run(b, &run));
    assert_string_equal(run.chip_name, "A100-80GB");
    assert_string_equal(run.software_name, "megatron-2022");
    assert_true(run.unfused && !run.no_overlap);
    assert_int_equal(run.plan.tp, 8);
    assert_int_equal(run.plan.pp, 8);
    assert_int_equal(run.plan.dp, 1);
    assert_int_equal(run.plan.virtual_stages, 3);
    assert_int_equal(run.plan.recompute, GW_RECOMPUTE_SELECTIVE);
    assert_false(run.plan.no_sequence_parallel);
    assert_null(run.wide);
    gw_trial t = trial_of(b);
    assert_sound(&t);
    gw_assert_near(t.predicted_s, 13.75, 0.08);
    assert_true(strstr(t.regime, "A100") && strstr(t.regime, "dense"));
}

static void metrics_agree(void **state) {
    bench *b = *state;
    start(b);
    set(b, "measured_metric", "tokens_per_s_per_gpu");
    set(b, "value", "148.945"); /* 64 x 2048 tokens in 13.75 s on 64 */
    gw_trial t = trial_of(b);
    gw_assert_near(t.measured_s, 13.75, 1e-4);
    set(b, "measured_metric", "tflops_per_gpu");
    set(b, "notes", "HFU");
    set(b, "value", "150");
    set(b, "recompute", "full");
    gw_training_run run;
    assert_null(read_run(b, &run));
    /* arXiv 2104.04473 eq. 3, by hand: 96 B s l h^2 (1 + s / 6h + V / 16 l h) */
    double flop = 96.0 * 64 * 2048 * 96 * 12288.0 * 12288.0 *
                  (1 + 2048 / (6 * 12288.0) + 51200 / (16 * 96 * 12288.0));
    gw_assert_near(run.measured_s, flop / (150e12 * 64), 1e-9);
    set(b, "measured_metric", "loss");
    assert_non_null(read_run(b, &run));
    assert_string_equal(b->column, "measured_metric");
}

static void refuses_with_the_column(void **state) {
    bench *b = *state;
    static const struct {
        const char *column, *text, *blamed, *says;
    } cases[] = {
        {"gpu", "Cray-1", "gpu", "not in the catalogue"},
        {"gpu", "", "gpu", "not stated"},
        {"model_name", "GPT 175B (LORA)", "model_name", "LoRA"},
        {"layers", "", "layers", "dimensions"},
        {"tp", "", "tp", "layout"},
        {"tp", "16", "tp", "tp x pp x cp x dp"},
        {"dp", "7", "tp", "tp x pp x cp x dp"},
        {"tp", "7", "tp", "tp x pp x cp x dp"},
        {"global_batch_seqs", "", "global_batch_seqs", "not stated"},
        {"precision", "fp8", "precision", "no units"},
        {"precision", "int3", "precision", "not modelled"},
        {"heads", "seven", "heads", "not a number"},
        {"pp", "8.5", "pp", "whole number"},
        {"hidden", "1e300", "hidden", "not between"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start(b);
        set(b, cases[i].column, cases[i].text);
        gw_trial t = trial_of(b);
        assert_non_null(t.unsupported);
        assert_true(isnan(t.predicted_s));
        if (!strstr(t.unsupported, cases[i].says)) {
            fail_msg("%s: %s", cases[i].column, t.unsupported);
        }
        assert_string_equal(t.column, cases[i].blamed);
    }
}

/** Whatever stands in a cell: a reason or a sound prediction. */
static void hostile_cells(void **state) {
    bench *b = *state;
    static const char *const texts[] = {
        "",   "0",   "-1",  "nan", "inf", "-inf", "1e300", "1e-300",   "0x10",
        "8 ", "8;9", "1e6", "3",   "1",   "4096", "first", "Infinity", "9999999999999999999999"};
    int sound = 0;
    for (int col = 3; col < N_CELLS - 1; col++) {
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            start(b);
            b->cell[col] = texts[i];
            gw_trial t = trial_of(b);
            if (t.unsupported) {
                assert_true(strlen(t.unsupported) > 5);
                assert_true(isnan(t.predicted_s));
            } else {
                assert_sound(&t);
                sound++;
            }
        }
    }
    assert_true(sound > 50);
}

static void what_is_open_is_filled_and_told(void **state) {
    bench *b = *state;
    start(b);
    gw_trial stated = trial_of(b);
    set(b, "recompute", "");
    set(b, "micro_batch", "");
    gw_training_run run;
    assert_null(read_run(b, &run));
    assert_true(run.plan.micro_batch >= 1);
    assert_true(strstr(run.wide, "micro-batch") != NULL);
    gw_trial open = trial_of(b);
    assert_sound(&open);
    assert_true(log(open.high_s / open.predicted_s) >
                1.1 * log(stated.high_s / stated.predicted_s));
}

static void options_of_a_run(void **state) {
    bench *b = *state;
    start(b);
    set(b, "source", "NVIDIA/dgxc-benchmarking v24.11.1");
    set(b, "flash_attention", "yes");
    gw_trial hidden = trial_of(b);
    set(b, "notes", "non-overlapped run (no TP/P2P/grad overlap)");
    gw_trial shown = trial_of(b);
    assert_true(shown.predicted_s > 1.02 * hidden.predicted_s);
    start(b);
    set(b, "sp", "0");
    set(b, "recompute", "full");
    gw_training_run run;
    assert_null(read_run(b, &run));
    assert_true(run.plan.no_sequence_parallel);
}

static void generations(void **state) {
    (void)state;
    const char *wide = NULL;
    static const struct {
        const char *source, *notes, *entry;
    } cases[] = {
        {"mosaicml/llm-foundry README", "", "fsdp-2023"},
        {"VIA-Research/vTrain", "Megatron-DeepSpeed; 1F1B", "megatron-deepspeed-2023"},
        {"NVIDIA-NeMo/Megatron-Bridge; release 26.04.01", "", "megatron-bridge-2604"},
        {"NVIDIA-NeMo/Megatron-Bridge; release 26.08", "", "megatron-bridge-2606"},
        {"NVIDIA-NeMo/Megatron-Bridge; release 26.06", "cuda_graph=transformer_engine:attn",
         "megatron-bridge-2604"},
        {"NVIDIA/dgxc-benchmarking v25.05", "compare with Megatron-Bridge", "nemo-2024"},
        {"pytorch/torchtitan", "", "torchtitan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *entry =
            gw_training_row_generation(cases[i].source, cases[i].notes, true, false, 1, &wide);
        assert_string_equal(entry, cases[i].entry);
        assert_null(wide);
    }
    assert_string_equal(gw_training_row_generation("a report", "", true, false, 1, &wide),
                        "in-house-2024");
    assert_non_null(wide);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_published_run),
        cmocka_unit_test(metrics_agree),
        cmocka_unit_test(refuses_with_the_column),
        cmocka_unit_test(hostile_cells),
        cmocka_unit_test(what_is_open_is_filled_and_told),
        cmocka_unit_test(options_of_a_run),
        cmocka_unit_test(generations),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
