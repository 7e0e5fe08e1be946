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

static void names_of_accelerators(void **state) {
    bench *b = *state;
    static const struct {
        const char *gpu, *entry;
        bool loose;
    } cases[] = {
        {"A100", "A100-80GB", false},
        {"A100-SXM4-40GB", "A100-40GB", false},
        {"A100-SXM4-80GB", "A100-80GB", false},
        {"A100 SXM", "A100-80GB", false},
        {"A100 80 GB", "A100-80GB", false},
        {"A100-PCIE-40GB", "A100-PCIe", true},
        {"A100 PCIe 80GB", "A100-PCIe", false},
        {"A800", "A100-80GB", true},
        {"h100", "H100-SXM", false},
        {"NVIDIA H100 80GB HBM3", "H100-SXM", false},
        {"H100SXM5", "H100-SXM", false},
        {"H100-SXM5-80GB", "H100-SXM", false},
        {"H100 PCIe", "H100-PCIe", false},
        {"H100 (96GB HBM2e, 500W)", "H100-HBM2e", false},
        {"H100 96GB", "H100-HBM2e", true},
        {"H100 NVL", NULL, false},
        {"H100 and A100", NULL, false},
        {"H200 141GB", "H200", false},
        {"H800", "H800", false},
        {"H20", "H20", false},
        {"GH200", "GH200", false},
        {"GH200 96GB", "GH200", true},
        {"NVIDIA B200", "B200", false},
        {"GB200 NVL72", "GB200", false},
        {"Gaudi 2", "Gaudi2", false},
        {"Intel Gaudi3", "Gaudi3", false},
        {"AMD Instinct MI300X", "MI300X", false},
        {"mi300x", "MI300X", false},
        {"TPUv4", "TPU-v4", false},
        {"TPU v5 lite", "TPU-v5e", false},
        {"Trillium", "TPU-v6e", false},
        {"TPU v7 (Ironwood)", "TPU-v7", false},
        {"Trainium1 (per NeuronCore)", NULL, false},
        {"H1000", NULL, false},
        {"XB200", NULL, false},
        {"", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool loose = true;
        const gw_accelerator *chip = gw_training_row_chip(&b->spec->scenario, cases[i].gpu, &loose);
        if (!cases[i].entry) {
            assert_null(chip);
            continue;
        }
        assert_string_equal(chip->head.name, cases[i].entry);
        assert_int_equal(loose, cases[i].loose);
    }
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
        {"pytorch/torchtitan", "1.3x faster than Megatron-DeepSpeed; vs NeMo", "torchtitan"},
        {"NVIDIA-NeMo/Megatron-Bridge", "container=25.11", "megatron-bridge-2511"},
        {"NVIDIA-NeMo/Megatron-Bridge", "loss 25.11", "megatron-bridge-2606"},
        {"Megatron-LM SC21 Table 2", "HFU; ZeRO-3 (DeepSpeed)", "megatron-deepspeed-2023"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *entry =
            gw_training_row_generation(cases[i].source, cases[i].notes, true, false, 1, &wide);
        assert_string_equal(entry, cases[i].entry);
        assert_null(wide);
    }
    static const struct {
        const char *source, *entry;
    } kinds[] = {{"Nemotron report", "in-house-2024"},
                 {"a Transformer paper", "in-house-2024"},
                 {"stanford-crfm/levanter", "maxtext"},
                 {"PaLM paper", "maxtext"},
                 {"EleutherAI/gpt-neox", "megatron-deepspeed-2023"},
                 {"MegaScale (NSDI 2024)", "megatron-2024"},
                 {"allenai/OLMo", "fsdp-2023"},
                 {"huggingface/nanotron", "in-house-2024"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *entry = gw_training_row_generation(kinds[i].source, "", true, false, 1, &wide);
        assert_string_equal(entry, kinds[i].entry);
        assert_non_null(wide);
    }
    assert_string_equal(gw_training_row_generation("a report", "", true, false, 1, &wide),
                        "in-house-2024");
    assert_non_null(wide);
}

/** Spellings of one setting give the prediction of its plain form, unknown ones a reason. */
static void spellings(void **state) {
    bench *b = *state;
    static const struct {
        const char *column, *plain, *text;
    } same[] = {
        {"recompute", "full", "Full"},
        {"recompute", "full", "full (uniform)"},
        {"recompute", "full", "yes"},
        {"recompute", "full", "True"},
        {"recompute", "selective", "Selective"},
        {"recompute", "none", "No"},
        {"recompute", "none", "None"},
        {"recompute", "none", "0"},
        {"precision", "fp16", "BF16"},
        {"precision", "fp16", "bfloat16"},
        {"precision", "fp16", "Float16"},
        {"precision", "fp16", "half"},
        {"flash_attention", "no", "No"},
        {"flash_attention", "no", "false"},
        {"flash_attention", "no", "0"},
        {"flash_attention", "no", "off"},
        {"flash_attention", "no", "none"},
        {"flash_attention", "no", "naive"},
        {"flash_attention", "no", "unfused"},
        {"flash_attention", "yes", "yes (cuDNN/TE)"},
        {"sp", "1", "yes"},
        {"sp", "0", "false"},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        start(b);
        set(b, same[i].column, same[i].plain);
        gw_trial plain = trial_of(b);
        set(b, same[i].column, same[i].text);
        gw_trial other = trial_of(b);
        assert_sound(&plain);
        assert_sound(&other);
        gw_assert_near(other.predicted_s, plain.predicted_s, 0.0);
    }
    static const struct {
        const char *column, *text, *says;
    } refused[] = {{"recompute", "sometimes", "recompute"},
                   {"recompute", "full or selective", "recompute"},
                   {"precision", "fp32", "32-bit"},
                   {"precision", "TF32", "32-bit"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        start(b);
        set(b, refused[i].column, refused[i].text);
        gw_trial t = trial_of(b);
        assert_true(t.unsupported && strstr(t.unsupported, refused[i].says));
        assert_string_equal(t.column, refused[i].column);
    }
    start(b);
    set(b, "precision", "");
    gw_trial open = trial_of(b);
    assert_true(open.wide && strstr(open.wide, "precision not stated"));
}

/** 13.75 s, 64 sequences of 2048 tokens, 64 accelerators: the same run in every metric. */
static void every_metric(void **state) {
    bench *b = *state;
    static const struct {
        const char *metric, *value;
    } same[] = {{"step_s", "13.75"},
                {"Step_Time_s", "13.75"},
                {"iteration_s", "13.75"},
                {"seconds/step", "13.75"},
                {"step_time_ms", "13750"},
                {"ms per iteration", "13750"},
                {"steps_per_s", "0.0727272727"},
                {"tokens_per_s", "9532.50909"},
                {"Tokens/s/GPU", "148.945455"},
                {"tokens_per_s_per_chip", "148.945455"},
                {"samples_per_s", "4.65454545"},
                {"sequences per second", "4.65454545"},
                {"samples_per_s_per_device", "0.0727272727"}};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        start(b);
        set(b, "measured_metric", same[i].metric);
        set(b, "value", same[i].value);
        gw_trial t = trial_of(b);
        assert_null(t.unsupported);
        gw_assert_near(t.measured_s, 13.75, 1e-6);
    }
    start(b);
    set(b, "measured_metric", "mfu");
    set(b, "value", "0.5");
    double share_s = trial_of(b).measured_s;
    set(b, "value", "50");
    gw_trial percent = trial_of(b);
    gw_assert_near(percent.measured_s, share_s, 1e-9);
    assert_true(strstr(percent.wide, "percentage") != NULL);
    static const struct {
        const char *metric, *value, *blamed;
    } refused[] = {
        {"loss", "2", "measured_metric"},   {"tokens_per_s_per_node", "9", "measured_metric"},
        {"step_s", "1e-7", "value"},        {"step_s", "0.01", "value"},
        {"tflops_per_gpu", "400", "value"}, {"mfu", "110", "value"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        start(b);
        set(b, "notes", "also: tokens_per_s_per_gpu=148.9");
        set(b, "measured_metric", refused[i].metric);
        set(b, "value", refused[i].value);
        gw_trial t = trial_of(b);
        assert_non_null(t.unsupported);
        assert_string_equal(t.column, refused[i].blamed);
    }
}

static void mixtral(bench *b, const char *frequency) {
    start(b);
    static const char *const cells[][2] = {{"model_name", "own"},
                                           {"layers", "32"},
                                           {"hidden", "4096"},
                                           {"ffn_hidden", "14336"},
                                           {"heads", "32"},
                                           {"kv_heads", "8"},
                                           {"head_dim", "128"},
                                           {"vocab", "32000"},
                                           {"experts", "8"},
                                           {"topk", "2"},
                                           {"moe_ffn_hidden", "14336"},
                                           {"tp", "2"},
                                           {"pp", "4"},
                                           {"ep", "1"},
                                           {"vpp", "1"},
                                           {"dp", "8"},
                                           {"value", "20"},
                                           {"recompute", "full"}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        set(b, cells[i][0], cells[i][1]);
    }
    set(b, "moe_layer_freq", frequency);
}

static void layers_with_experts(void **state) {
    bench *b = *state;
    static const struct {
        const char *text;
        int dense, every;
    } cases[] = {{"", 0, 1},
                 {"1", 0, 1},
                 {"2", 0, 2},
                 {"every 2nd layer", 0, 2},
                 {"Every second layer", 0, 2},
                 {"every other layer", 0, 2},
                 {"every 3rd layer", 0, 3},
                 {"first 3 dense, then 1", 3, 1},
                 {"first 3 dense", 3, 1},
                 {"[0]*3+[1]*29", 3, 1},
                 {"([0,1]*16)", 0, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mixtral(b, cases[i].text);
        gw_training_run run;
        assert_null(read_run(b, &run));
        assert_int_equal(run.llm.dense_layers, cases[i].dense);
        assert_int_equal(run.llm.expert_every, cases[i].every);
    }
    mixtral(b, "0");
    gw_training_run dense;
    assert_null(read_run(b, &dense));
    assert_int_equal(dense.llm.experts, 0);
    static const char *const refused[] = {
        "first 99 dense, then 1", "first 32 dense", "[0]*3+[1]*58", "[0,0,1,1,0]", "weekly", "1.5"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        mixtral(b, refused[i]);
        gw_trial t = trial_of(b);
        assert_non_null(t.unsupported);
        assert_string_equal(t.column, "moe_layer_freq");
    }
    mixtral(b, "1");
    set(b, "ep", "");
    gw_trial open = trial_of(b);
    assert_true(open.wide && strstr(open.wide, "ep not stated"));
}

/** What the row states counts; the catalogue fills blanks of the same model. */
static void the_row_goes_before_the_catalogue(void **state) {
    bench *b = *state;
    start(b);
    set(b, "model_name", "GPT-3-175B");
    set(b, "vocab", "64000");
    set(b, "ffn_hidden", "24576");
    set(b, "heads", "");
    gw_training_run run;
    assert_null(read_run(b, &run));
    assert_int_equal(run.llm.vocab, 64000);
    assert_int_equal(run.llm.ffn, 24576);
    assert_int_equal(run.llm.heads, 96);
    set(b, "layers", "48"); /* another model of that name: heads are missing */
    assert_non_null(read_run(b, &run));
    set(b, "heads", "96");
    assert_null(read_run(b, &run));
    assert_int_equal(run.llm.layers, 48);
    mixtral(b, "");
    set(b, "model_name", "DeepSeek-V3");
    assert_null(read_run(b, &run));
    assert_int_equal(run.llm.kv_lora_rank, 0);
    set(b, "layers", "");
    set(b, "model_name", "nothing known");
    const char *reason = read_run(b, &run);
    assert_true(reason && strstr(reason, "layers"));
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
        cmocka_unit_test(names_of_accelerators),
        cmocka_unit_test(spellings),
        cmocka_unit_test(every_metric),
        cmocka_unit_test(layers_with_experts),
        cmocka_unit_test(the_row_goes_before_the_catalogue),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
