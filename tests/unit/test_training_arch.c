/* Parameter counts against the totals that the makers publish; FLOP against closed forms. */
#include "training_fixture.h"

static void parameters_published(void **state) {
    (void)state;
    struct {
        gw_llm llm;
        double params, active, rel_active;
    } rows[] = {
        {gpt(96, 12288, 96), 175e9, 175e9, 0.01}, /* arXiv 2005.14165 table 2.1 */
        {llama3(32, 4096, 14336, 32), 8.03e9, 8.03e9,
         0.01}, /* arXiv 2407.21783; 8.03 B on the model card */
        {llama3(80, 8192, 28672, 64), 70.55e9, 70.55e9, 0.01}, /* model card: 70.6 B */
        {llama3_405b(), 405e9, 405e9, 0.01},                   /* arXiv 2407.21783 */
        {deepseek_v3(), 671e9, 37e9, 0.02},                    /* arXiv 2412.19437; 37 is rounded */
        {mixtral(), 46.7e9, 12.9e9, 0.01}, /* arXiv 2401.04088 and its announcement */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        gw_arch arch = gw_arch_of(&rows[i].llm);
        gw_assert_near(arch.params, rows[i].params, 0.01);
        gw_assert_near(arch.active_params, rows[i].active, rows[i].rel_active);
    }
}

static void parameters_expert_models(void **state) {
    (void)state;
    gw_llm qwen3 = {.layers = 94,
                    .hidden = 4096,
                    .heads = 64,
                    .kv_heads = 4,
                    .head_dim = 128,
                    .vocab = 151936,
                    .experts = 128,
                    .top_k = 8,
                    .expert_ffn = 1536}; /* arXiv 2505.09388: 235 B, 22 B active */
    gw_arch arch = gw_arch_of(&qwen3);
    gw_assert_near(arch.params, 235e9, 0.01);
    gw_assert_near(arch.active_params, 22.2e9, 0.01);
    gw_llm grok = {.layers = 64,
                   .hidden = 6144,
                   .heads = 48,
                   .kv_heads = 8,
                   .head_dim = 128,
                   .vocab = 131072,
                   .tied_embeddings = true,
                   .experts = 8,
                   .top_k = 2,
                   .expert_ffn = 32768}; /* 314 B */
    arch = gw_arch_of(&grok);
    gw_assert_near(arch.params, 314e9, 0.01);
}

static void attention_context(void **state) {
    (void)state;
    gw_llm llm = llama3_405b();
    gw_assert_near(gw_arch_mean_context_tok(&llm, 8191), 4096.0, 1e-12);
    llm.window = 128;
    llm.window_share = 1.0;
    /* enumerated: the first 128 queries see 1..128 keys, the rest 128 */
    double sum = 128.0 * 129.0 / 2.0 + (1024.0 - 128.0) * 128.0;
    gw_assert_near(gw_arch_mean_context_tok(&llm, 1024), sum / 1024.0, 1e-12);
    gw_assert_near(gw_arch_mean_context_tok(&llm, 100), 50.5, 1e-12);
}

/** Narayanan et al. arXiv 2104.04473 eq. 3 without recomputation, their full square of attention
 * halved: 72 B s l h^2 (1 + s / 12 h + V / 12 l h). */
static void flop_gpt(void **state) {
    (void)state;
    gw_llm llm = gpt(96, 12288, 96);
    gw_arch arch = gw_arch_of(&llm);
    double h = 12288, l = 96, s = 2048, v = 51200;
    double expected = 72.0 * l * h * h * (1.0 + s / (12.0 * h) + v / (12.0 * l * h));
    gw_assert_near(3.0 * gw_arch_forward_flop(&arch, &llm, s), expected, 1e-4);
}

/** Linear layers and vocabulary: two FLOP per active parameter, less the input embedding and norms.
 */
static void flop_two_per_parameter(void **state) {
    (void)state;
    gw_llm llm = deepseek_v3();
    gw_arch arch = gw_arch_of(&llm);
    double core = gw_arch_attention_flop(&arch, &llm, 4096) * 61.0;
    double linear = gw_arch_forward_flop(&arch, &llm, 4096) - core;
    double weights =
        arch.active_params - arch.embedding_params / 2.0 - 61.0 * arch.norm_params - 7168.0;
    gw_assert_near(linear, 2.0 * weights, 1e-9);
    /* DeepSeek-V3: scores over 192 wide heads, values over 128 */
    gw_assert_near(core / 61.0, 2.0 * 2048.5 * 128.0 * (192.0 + 128.0), 1e-9);
}

/* The list of products against the counted parameters: n k of every part of every layer, plus what
 * is no matrix. */
static void products_hold_the_parameters(void **state) {
    (void)state;
    gw_llm models[] = {llama3_405b(), deepseek_v3(), mixtral(), gpt(96, 12288, 96)};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        const gw_llm *llm = &models[i];
        gw_arch a = gw_arch_of(llm);
        double sum = 0.0;
        const struct {
            gw_arch_part part;
            double times;
        } parts[] = {
            {GW_PART_ATTENTION, a.attention_layers},
            {GW_PART_DENSE, a.dense_layers},
            {GW_PART_SHARED, a.expert_layers},
            {GW_PART_ROUTER, a.expert_layers},
            {GW_PART_EXPERT, (double)a.expert_layers * (double)llm->experts},
            {GW_PART_VOCABULARY, llm->tied_embeddings ? 1.0 : 2.0},
        };
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            gw_product list[GW_PRODUCTS_MAX];
            int n = gw_arch_products(&a, llm, parts[k].part, list);
            for (int j = 0; j < n; j++) {
                sum += parts[k].times * list[j].n * list[j].k;
            }
        }
        double norms = (2.0 * a.layers + 1.0) * (double)llm->hidden;
        gw_assert_near(sum + norms, a.params, 1e-12);
    }
}

/* A rank's share: columns by tp, keys and values copied beyond one head a rank. */
static void products_are_cut(void **state) {
    (void)state;
    gw_llm llm = llama3_405b();
    gw_arch a = gw_arch_of(&llm);
    gw_product list[GW_PRODUCTS_MAX];
    assert_int_equal(gw_arch_products(&a, &llm, GW_PART_ATTENTION, list), 3);
    gw_assert_near(gw_product_n(&list[0], 16.0), 128.0 * 128.0 / 16.0, 1e-12);
    gw_assert_near(gw_product_n(&list[1], 16.0), 2.0 * 128.0, 1e-12); /* 8 heads on 16 ranks */
    gw_assert_near(gw_product_k(&list[2], 16.0), 128.0 * 128.0 / 16.0, 1e-12);
    gw_assert_near(gw_product_n(&list[2], 16.0), 16384.0, 1e-12);
}

/* Nemotron-H 8B, arXiv 2504.03624 table 1: 24 Mamba-2, 4 attention, 24 feed-forward layers. */
static gw_llm nemotron_h(void) {
    return (gw_llm){.layers = 52,
                    .hidden = 4096,
                    .ffn = 21504,
                    .ffn_kind = GW_FFN_PLAIN,
                    .heads = 32,
                    .kv_heads = 8,
                    .head_dim = 128,
                    .vocab = 131072,
                    .ffn_only_layers = 24,
                    .mixer_only_layers = 28,
                    .ssm_layers = 24,
                    .ssm_kind = GW_SSM_MAMBA2,
                    .ssm_inner = 8192,
                    .ssm_state = 128,
                    .ssm_heads = 128,
                    .ssm_groups = 8,
                    .ssm_conv = 4,
                    .ssm_chunk = 128};
}

static void hybrid_layers(void **state) {
    (void)state;
    gw_llm llm = nemotron_h();
    gw_arch a = gw_arch_of(&llm);
    gw_assert_near(a.params, 8.1e9, 0.01);
    gw_layer_kind kinds[GW_LAYER_KINDS_MAX];
    assert_int_equal(gw_arch_layer_kinds(&a, &llm, kinds), 3);
    assert_int_equal(kinds[0].mixer, GW_MIXER_NONE);
    gw_assert_near(kinds[0].layers, 24.0, 1e-12);
    assert_int_equal(kinds[1].mixer, GW_MIXER_FULL);
    assert_int_equal(kinds[1].channel, GW_CHANNEL_NONE);
    gw_assert_near(kinds[1].layers, 4.0, 1e-12);
    assert_int_equal(kinds[2].mixer, GW_MIXER_STATE);
    gw_assert_near(kinds[2].layers, 24.0, 1e-12);
    gw_product list[GW_PRODUCTS_MAX];
    assert_int_equal(gw_arch_products(&a, &llm, GW_PART_STATE, list), 2);
    gw_assert_near(list[0].n, 2.0 * 8192.0 + 2.0 * 8.0 * 128.0 + 128.0, 1e-12);
    /* chunks of 128: within a chunk 64 keys on average, 2 FLOP for each of 8 x 128 key entries and
     * 8192 value entries; into the state and out of it 2 x 2 x 8192 x 128 */
    double scan = 128.0 * (8.0 * 128.0 + 8192.0) + 4.0 * 8192.0 * 128.0;
    double convolution = 2.0 * 4.0 * (8192.0 + 2.0 * 8.0 * 128.0);
    gw_assert_near(a.state_scan_flop, scan + convolution, 1e-12);
    /* the count that Megatron reports, 7 inner x state, is of the same size */
    gw_assert_near(scan, 7.0 * 8192.0 * 128.0, 0.3);
}

static void alternating_layers(void **state) {
    (void)state;
    gw_llm llm = mixtral();
    llm.ffn = 14336;
    llm.expert_every = 2;
    gw_arch a = gw_arch_of(&llm);
    assert_int_equal(a.expert_layers, 16);
    assert_int_equal(a.dense_layers, 16);
    llm.dense_layers = 2;
    assert_int_equal(gw_arch_of(&llm).expert_layers, 15);
    llm.window = 4096;
    llm.window_share = 0.75;
    gw_layer_kind kinds[GW_LAYER_KINDS_MAX];
    a = gw_arch_of(&llm);
    int n = gw_arch_layer_kinds(&a, &llm, kinds);
    double layers = 0.0, experts = 0.0, window = 0.0;
    for (int i = 0; i < n; i++) {
        layers += kinds[i].layers;
        experts += kinds[i].channel == GW_CHANNEL_EXPERTS ? kinds[i].layers : 0.0;
        window += kinds[i].mixer == GW_MIXER_WINDOW ? kinds[i].layers : 0.0;
    }
    gw_assert_near(layers, 32.0, 1e-12);
    gw_assert_near(experts, 15.0, 1e-12);
    gw_assert_near(window, 24.0, 1e-12);
}

/* Brute force over the queries of one sequence. */
static void chunked_attention(void **state) {
    (void)state;
    gw_llm llm = llama3_405b();
    llm.window = 1024;
    llm.window_share = 1.0;
    llm.window_kind = GW_WINDOW_CHUNKED;
    double keys = 0.0;
    for (int i = 0; i < 8192; i++) {
        keys += (double)(i % 1024 + 1);
    }
    gw_assert_near(gw_arch_mean_context_tok(&llm, 8192.0), keys / 8192.0, 1e-12);
    llm.window_kind = GW_WINDOW_SLIDING;
    keys = 0.0;
    for (int i = 0; i < 8192; i++) {
        keys += (double)(i < 1024 ? i + 1 : 1024);
    }
    gw_assert_near(gw_arch_mean_context_tok(&llm, 8192.0), keys / 8192.0, 1e-12);
}

/* arXiv 2412.19437 section 2.2: the module of DeepSeek-V3 is a layer and a projection of 2 h to h;
 * the published weights have 14 B for it with its copies of embedding and head (1.85 B). */
static void further_tokens(void **state) {
    (void)state;
    gw_llm llm = deepseek_v3();
    double without = gw_arch_of(&llm).params;
    gw_arch plain = gw_arch_of(&llm);
    llm.mtp_layers = 1;
    gw_arch a = gw_arch_of(&llm);
    gw_assert_near(a.params, without, 0.0);
    gw_assert_near(a.mtp_params + a.embedding_params, 14e9, 0.05);
    double h = 7168.0;
    double layer = a.attention_linear_flop + gw_arch_attention_flop(&a, &llm, 4096.0) +
                   a.expert_ffn_flop + a.vocabulary_flop + 4.0 * h * h;
    gw_llm none = deepseek_v3();
    gw_assert_near(gw_arch_forward_flop(&a, &llm, 4096.0) -
                       gw_arch_forward_flop(&plain, &none, 4096.0),
                   layer, 1e-9);
}

static void latent_experts_and_capacity(void **state) {
    (void)state;
    gw_llm llm = mixtral();
    llm.capacity_factor = 1.25;
    gw_assert_near(gw_arch_of(&llm).expert_rows, 2.5, 1e-12);
    llm.capacity_factor = GW_NAN;
    gw_assert_near(gw_arch_of(&llm).expert_rows, 2.0, 1e-12);
    double wide = gw_arch_of(&llm).expert_params;
    llm.expert_hidden = 1024; /* a quarter of the width */
    gw_arch a = gw_arch_of(&llm);
    gw_assert_near(a.expert_params, wide / 4.0, 1e-12);
    gw_assert_near(a.shared_params, 4096.0 * 8.0 + 2.0 * 4096.0 * 1024.0, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_published),   cmocka_unit_test(parameters_expert_models),
        cmocka_unit_test(attention_context),      cmocka_unit_test(flop_gpt),
        cmocka_unit_test(flop_two_per_parameter), cmocka_unit_test(products_hold_the_parameters),
        cmocka_unit_test(products_are_cut),       cmocka_unit_test(hybrid_layers),
        cmocka_unit_test(alternating_layers),     cmocka_unit_test(chunked_attention),
        cmocka_unit_test(further_tokens),         cmocka_unit_test(latent_experts_and_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
