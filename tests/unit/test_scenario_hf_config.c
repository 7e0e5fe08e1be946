/* Shapes from config.json files of public models: parameters against the totals that the makers and
 * the model pages publish; what is wrong with a file is said where it stands; no bytes crash it.
 * The files in tests/data/hf hold the published dimensions, written by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "gw_test.h"
#include "scenario/hf_config.h"
#include "scenario/load.h"
#include "training/arch.h"

typedef struct bench {
    gw_arena *arena;
    gw_diags *diags;
    gw_llm llm;
    gw_code code;
} bench;

static void start(bench *b) {
    *b = (bench){.arena = gw_arena_create(0), .diags = gw_diags_create()};
}

static void stop(bench *b) {
    gw_diags_free(b->diags);
    gw_arena_free(b->arena);
}

static void read_file(bench *b, const char *name) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/hf/%s.json", TEST_DATA, name);
    b->code = gw_hf_config_read(path, (gw_loc){0}, b->arena, b->diags, &b->llm);
}

static void read_text(bench *b, const char *text) {
    b->code = gw_hf_config_parse("config.json", text, strlen(text), b->arena, b->diags, &b->llm);
}

/* Whether a diagnostic holds the words, at the line (0: any). */
static bool said(const bench *b, gw_severity severity, const char *words, int line) {
    for (size_t i = 0; i < gw_diags_n(b->diags); i++) {
        const gw_diag *d = gw_diags_at(b->diags, i);
        if (d->severity == severity && strstr(d->msg, words) != NULL &&
            (line == 0 || d->loc.line == line)) {
            return true;
        }
    }
    return false;
}

/* Totals in 1e9: exact counts of model pages where known, else the rounded figure of the maker. */
static void published_totals(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double total;
    } rows[] = {
        {"gpt2", 0.12444},
        {"gpt-j-6b", 6.0509},
        {"gpt-neox-20b", 20.5546},
        {"opt-6.7b", 6.6585},
        {"bloom", 176.247},
        {"falcon-7b", 6.9217},
        {"falcon-40b", 41.303},
        {"mpt-7b", 6.6493},
        {"llama-7b", 6.7384},
        {"llama-2-70b", 68.9766},
        {"llama-3.1-405b", 405.853},
        {"llama-3.2-1b", 1.2358},
        {"llama-4-scout", 108.6},
        {"llama-4-maverick", 401.6},
        {"mistral-7b", 7.2417},
        {"mixtral-8x7b", 46.7028},
        {"mixtral-8x22b", 140.62},
        {"qwen2.5-72b", 72.7062},
        {"qwen2.5-0.5b", 0.494},
        {"qwen3-8b", 8.1907},
        {"qwen3-30b-a3b", 30.532},
        {"qwen3-235b-a22b", 235.0936},
        {"qwen2-57b-a14b", 57.409},
        {"qwen3-next-80b-a3b", 80.0},
        {"deepseek-moe-16b", 16.3757},
        {"deepseek-v2-lite", 15.7065},
        {"deepseek-v2", 235.741},
        {"deepseek-v3", 671.0},
        {"kimi-k2", 1026.4},
        {"kimi-linear-48b", 49.1},
        {"gemma-7b", 8.5377},
        {"gemma-2-27b", 27.2271},
        {"gemma-3-27b", 27.009},
        {"gemma-3-4b", 3.88},
        {"phi-2", 2.7797},
        {"phi-4", 14.6595},
        {"phi-3.5-moe", 41.8731},
        {"yi-34b", 34.3889},
        {"internlm2-20b", 19.8611},
        {"command-r", 34.9808},
        {"dbrx", 131.5965},
        {"grok-1", 314.0},
        {"gpt-oss-120b", 116.83},
        {"gpt-oss-20b", 20.91},
        {"glm-4-9b", 9.4},
        {"glm-4.5", 355.0},
        {"minimax-text-01", 456.09},
        {"nemotron-4-340b", 341.0},
        {"nemotron-h-8b", 8.1},
        {"nemotron-h-56b", 56.3},
        {"nemotron-3-nano-30b", 31.58},
        {"jamba-v0.1", 51.57},
        {"bamba-9b", 9.78},
        {"granite-4.0-h-small", 32.2},
        {"mamba-2.8b", 2.768},
        {"mamba2-2.7b", 2.7028},
        {"falcon-mamba-7b", 7.2727},
        {"starcoder2-3b", 3.0304},
        {"olmo-2-13b", 13.716},
        {"olmoe-1b-7b", 6.919},
        {"hunyuan-a13b", 80.4},
        {"ernie-4.5-21b-a3b", 21.83},
        {"dots.llm1", 142.774},
        {"seed-oss-36b", 36.151},
        {"mamba2-2.7b-original", 2.7028},
        {"mamba-2.8b-original", 2.768},
        {"arctic", 480.0},
        {"falcon-rw-1b", 1.3116},
        {"starcoder-15b", 15.5175},
        {"grok-2", 269.5},
        {"phi-3-small-8k", 7.392},
        {"xglm-7.5b", 7.493},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bench b;
        start(&b);
        read_file(&b, rows[i].name);
        assert_int_equal(b.code, GW_OK);
        gw_assert_near(gw_arch_of(&b.llm).params, rows[i].total * 1e9, 0.01);
        assert_string_equal(b.llm.head.name, rows[i].name);
        stop(&b);
    }
}

/* Rounded by the makers; Qwen, Mixtral, DBRX and Jamba count the embeddings. */
static void published_active(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double active, tolerance;
    } rows[] = {
        {"mixtral-8x7b", 12.9, 0.01},
        {"mixtral-8x22b", 39.0, 0.01},
        {"qwen3-30b-a3b", 3.3, 0.02},
        {"qwen3-235b-a22b", 22.0, 0.01},
        {"deepseek-v3", 37.0, 0.02},
        {"deepseek-v2", 21.0, 0.02},
        {"kimi-k2", 32.6, 0.01},
        {"dbrx", 36.0, 0.02},
        {"jamba-v0.1", 12.0, 0.01},
        {"phi-3.5-moe", 6.6, 0.01},
        {"dots.llm1", 14.0, 0.01},
        {"olmoe-1b-7b", 1.3, 0.02},
        {"llama-4-scout", 17.0, 0.02},
        {"llama-4-maverick", 17.0, 0.02},
        {"nemotron-3-nano-30b", 3.6, 0.01},
        {"grok-2", 115.0, 0.01},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bench b;
        start(&b);
        read_file(&b, rows[i].name);
        assert_int_equal(b.code, GW_OK);
        gw_assert_near(gw_arch_of(&b.llm).active_params, rows[i].active * 1e9, rows[i].tolerance);
        stop(&b);
    }
}

static void patterns(void **state) {
    (void)state;
    bench b;
    start(&b);
    read_file(&b, "llama-4-maverick");
    assert_int_equal(b.llm.expert_every, 2);
    assert_int_equal(b.llm.dense_layers, 0);
    assert_int_equal(b.llm.window, 8192);
    assert_int_equal(b.llm.window_kind, GW_WINDOW_CHUNKED);
    gw_assert_close(b.llm.window_share, 0.75, 1e-12);
    assert_true(said(&b, GW_WARNING, "only `text_config` is read", 0));
    read_file(&b, "gemma-3-27b"); /* five local to one global */
    gw_assert_close(b.llm.window_share, 52.0 / 62.0, 1e-12);
    assert_true(b.llm.tied_embeddings);
    read_file(&b, "gpt-oss-120b");
    gw_assert_close(b.llm.window_share, 0.5, 1e-12);
    assert_int_equal(b.llm.window, 128);
    read_file(&b, "qwen2.5-72b"); /* switched off */
    assert_int_equal(b.llm.window, 0);
    read_file(&b, "deepseek-v3");
    assert_int_equal(b.llm.mtp_layers, 1);
    assert_int_equal(b.llm.dense_layers, 3);
    assert_int_equal(b.llm.qk_head_dim, 192);
    read_file(&b, "nemotron-h-56b");
    assert_int_equal(b.llm.ssm_layers, 54);
    assert_int_equal(b.llm.ffn_only_layers, 54);
    assert_int_equal(b.llm.mixer_only_layers, 64);
    read_file(&b, "jamba-v0.1");
    assert_int_equal(b.llm.ssm_layers, 28);
    assert_int_equal(b.llm.dense_layers + 0, 0);
    assert_int_equal(b.llm.expert_every, 2);
    assert_int_equal(gw_diags_n_errors(b.diags), 0);
    stop(&b);
}

#define LLAMA                                                                                      \
    "{\n\"model_type\": \"llama\",\n\"hidden_size\": 4096,\n\"num_hidden_layers\": 32,\n"          \
    "\"num_attention_heads\": 32,\n\"intermediate_size\": 11008,\n\"vocab_size\": 32000"

static void mistakes(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
        int line;
    } rows[] = {
        {"[1, 2]", "not a JSON object", 1},
        {"{\"model_type\": \"llama\"}", "`hidden_size` is missing", 1},
        {"{\"model_type\": \"llama\"}", "`num_hidden_layers` is missing", 1},
        {"{\"model_type\": \"llama\"}", "`vocab_size` is missing", 1},
        {"{\"model_type\": \"llama\"}", "`num_attention_heads` is missing", 1},
        {LLAMA ",\n\"hidden_size\": 5\n}", "hidden_size", 8},
        {LLAMA ",\n\"n_embd\": 2048\n}", "`hidden_size` and `n_embd` contradict each other", 8},
        {LLAMA ",\n\"num_key_value_heads\": 5\n}",
         "32 attention heads are not a multiple of 5 key-value heads", 8},
        {LLAMA ",\n\"num_local_experts\": 8,\n\"num_experts_per_tok\": 9\n}",
         "9 experts per token, but there are only 8", 9},
        {LLAMA ",\n\"num_local_experts\": 8\n}", "`num_experts_per_tok` is missing", 1},
        {LLAMA ",\n\"num_local_experts\": 8, \"num_experts_per_tok\": 2,\n"
               "\"first_k_dense_replace\": 40}",
         "40 dense layers, but there are only 32 layers", 9},
        {LLAMA ",\n\"kv_lora_rank\": 512, \"v_head_dim\": 128}", "`qk_nope_head_dim` is missing",
         1},
        {LLAMA ",\n\"layer_types\": [\"full_attention\"]}", "names 1 layers, but there are 32", 8},
        {LLAMA ",\n\"head_dim\": 0}", "`head_dim` is 0, which is outside 1 to 4096", 8},
        {LLAMA ",\n\"num_key_value_heads\": 7.5}", "must be a whole number, not `7.5`", 8},
        {LLAMA ",\n\"tie_word_embeddings\": 3}", "must be true or false", 8},
        {LLAMA ",\n\"num_key_value_heads\": [8, 4]}", "differs from layer to layer", 8},
        {LLAMA ",\n\"num_key_value_heads\": [8, 8]}",
         "`num_key_value_heads` names 2 layers, but there are 32", 8},
        {"{\"model_type\": \"t5\", \"d_model\": 512}", "it is no decoder-only language model", 1},
        {"{\"model_type\": \"zamba2\"}", "share their weights", 1},
        {"{\"model_type\": \"openelm\"}", "differ in shape", 1},
        {LLAMA, "", 0}, /* the bracket is missing */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bench b;
        start(&b);
        read_text(&b, rows[i].text);
        assert_int_not_equal(b.code, GW_OK);
        if (!said(&b, GW_ERROR, rows[i].words, rows[i].line)) {
            gw_diags_print(b.diags, stderr, 0);
            fail_msg("row %zu does not say `%s` at line %d", i, rows[i].words, rows[i].line);
        }
        stop(&b);
    }
}

static void heads_that_do_not_divide(void **state) {
    (void)state;
    bench b;
    start(&b);
    read_text(&b, "{\"model_type\": \"llama\", \"hidden_size\": 4097, \"num_hidden_layers\": 2,\n"
                  "\"num_attention_heads\": 32, \"intermediate_size\": 64, \"vocab_size\": 1000}");
    assert_true(said(&b, GW_ERROR, "4097 is not a multiple of 32 attention heads", 1));
    stop(&b);
}

static void nothing_is_silent(void **state) {
    (void)state;
    bench b;
    start(&b);
    read_text(&b, LLAMA ",\n\"attention_dropout\": 0.5,\n\"twin_layers\": 4,\n\"rope_theta\": 1}");
    assert_int_equal(b.code, GW_OK);
    assert_true(said(&b, GW_WARNING, "`twin_layers` is not taken up", 9));
    assert_int_equal(gw_diags_n(b.diags), 1);
    stop(&b);
    start(&b);
    read_text(&b,
              "{\"model_type\": \"novel\", \"hidden_size\": 4096, \"num_hidden_layers\": 32,\n"
              "\"num_attention_heads\": 32, \"intermediate_size\": 11008, \"vocab_size\": 32000}");
    assert_int_equal(b.code, GW_OK);
    assert_true(said(&b, GW_WARNING, "model type `novel` is not known", 1));
    gw_assert_near(gw_arch_of(&b.llm).params, 6.7384e9, 1e-4);
    stop(&b);
}

/* The printed entry is a scenario that means the same. */
static void entry_reads_back(void **state) {
    (void)state;
    static const char *const names[] = {"deepseek-v3", "nemotron-3-nano-30b", "qwen3-next-80b-a3b",
                                        "gpt2", "llama-4-maverick"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bench b;
        start(&b);
        read_file(&b, names[i]);
        gw_buf text = {0};
        gw_buf_add(&text, "gigawatt: 1\ntitle: T\nas_of: 2025-01-01\nmodels:\n");
        gw_hf_entry_write(&b.llm, "mine", &text);
        gw_spec *spec = NULL;
        gw_code code = gw_spec_load_text("t.yaml", text.text, text.n, NULL, NULL, b.diags, &spec);
        if (code != GW_OK) {
            gw_diags_print(b.diags, stderr, 0);
        }
        assert_int_equal(code, GW_OK);
        const gw_llm *mine = NULL;
        for (int k = 0; k < spec->scenario.models.n; k++) {
            const gw_llm *m = &spec->scenario.models.at[k];
            mine = strcmp(m->head.name, "mine") == 0 ? m : mine;
        }
        assert_non_null(mine);
        gw_arch a = gw_arch_of(mine), c = gw_arch_of(&b.llm);
        gw_assert_close(a.params, c.params, 0.0);
        gw_assert_close(gw_arch_forward_flop(&a, mine, 4096.0),
                        gw_arch_forward_flop(&c, &b.llm, 4096.0), 0.0);
        gw_buf_clear(&text);
        gw_spec_free(spec);
        stop(&b);
    }
}

/* `config:` in a scenario: the file fills what the entry leaves out. */
static void config_in_a_scenario(void **state) {
    (void)state;
    static const char *const text = "gigawatt: 1\ntitle: T\nas_of: 2025-01-01\nmodels:\n"
                                    "  mine: {config: hf/mixtral-8x7b.json, sequence: 4096}\n";
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = NULL;
    assert_int_equal(gw_spec_load_text("t.yaml", text, strlen(text), TEST_DATA, NULL, diags, &spec),
                     GW_OK);
    const gw_llm *mine = NULL;
    for (int k = 0; k < spec->scenario.models.n; k++) {
        const gw_llm *m = &spec->scenario.models.at[k];
        mine = strcmp(m->head.name, "mine") == 0 ? m : mine;
    }
    assert_non_null(mine);
    assert_int_equal(mine->experts, 8);
    assert_int_equal(mine->sequence, 4096);
    assert_null(mine->config);
    gw_spec_free(spec);
    static const char *const none = "gigawatt: 1\ntitle: T\nas_of: 2025-01-01\nmodels:\n"
                                    "  mine: {config: hf/absent.json}\n";
    spec = NULL;
    assert_int_not_equal(
        gw_spec_load_text("t.yaml", none, strlen(none), TEST_DATA, NULL, diags, &spec), GW_OK);
    assert_null(spec);
    gw_diags_free(diags);
}

/* Shapes that cannot be, written by hand in a scenario. */
static void impossible_layers(void **state) {
    (void)state;
    static const struct {
        const char *fields, *words;
    } rows[] = {
        {"heads: 0, kv_heads: 0, head_dim: 0", "has 8 attention layers but no heads"},
        {"heads: 8, kv_heads: 8, head_dim: 64, ssm_layers: 4", "has 4 state layers without widths"},
        {"heads: 8, kv_heads: 8, head_dim: 64, ssm_layers: 4, ssm_inner: 1024, ssm_state: 64, "
         "ssm_heads: 7",
         "has 7 state heads, an inner width of 1024"},
        {"heads: 8, kv_heads: 8, head_dim: 64, ffn_only_layers: 5, mixer_only_layers: 4",
         "cannot hold 5 with a feed-forward part only"},
        {"heads: 8, kv_heads: 8, head_dim: 64, ssm_layers: 9", "and 9 with a state"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bench b;
        start(&b);
        gw_spec *spec = NULL;
        const char *text = gw_arena_printf(
            b.arena,
            "gigawatt: 1\ntitle: T\nas_of: 2025-01-01\nmodels:\n  mine: {layers: 8, hidden: 512, "
            "ffn: 2048, vocab: 32000, %s}\n",
            rows[i].fields);
        gw_code code = gw_spec_load_text("t.yaml", text, strlen(text), NULL, NULL, b.diags, &spec);
        assert_int_not_equal(code, GW_OK);
        assert_true(said(&b, GW_ERROR, rows[i].words, 5));
        stop(&b);
    }
}

/* Changes bytes of real files: an answer is sane or there is an error, never a crash. */
static void broken_bytes(void **state) {
    (void)state;
    static const char *const names[] = {"deepseek-v3", "nemotron-3-nano-30b", "kimi-linear-48b",
                                        "gemma-3-4b",  "hunyuan-a13b",        "dbrx",
                                        "jamba-v0.1"};
    static const char marks[] = "{}[]\",:0-9nul1e9.*ME";
    uint64_t seed = 7;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512];
        char *text = NULL;
        size_t n = 0;
        (void)snprintf(path, sizeof path, "%s/hf/%s.json", TEST_DATA, names[i]);
        assert_int_equal(gw_file_read(path, 1u << 20, &text, &n), GW_OK);
        for (int k = 0; k < 400; k++) {
            char *copy = malloc(n);
            memcpy(copy, text, n);
            for (int m = 0; m < 1 + k % 4; m++) {
                seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
                copy[(seed >> 33) % n] = marks[(seed >> 20) % (sizeof marks - 1)];
            }
            bench b;
            start(&b);
            b.code = gw_hf_config_parse("f", copy, n, b.arena, b.diags, &b.llm);
            if (b.code == GW_OK) {
                gw_arch a = gw_arch_of(&b.llm);
                assert_true(a.params > 0 && a.active_params <= a.params);
                assert_true(gw_arch_forward_flop(&a, &b.llm, 4096.0) > 0);
            } else {
                assert_true(gw_diags_n_errors(b.diags) > 0);
            }
            stop(&b);
            free(copy);
        }
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_totals),
        cmocka_unit_test(published_active),
        cmocka_unit_test(patterns),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(heads_that_do_not_divide),
        cmocka_unit_test(nothing_is_silent),
        cmocka_unit_test(entry_reads_back),
        cmocka_unit_test(config_in_a_scenario),
        cmocka_unit_test(impossible_layers),
        cmocka_unit_test(broken_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
