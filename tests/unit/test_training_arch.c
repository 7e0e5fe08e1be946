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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_published),   cmocka_unit_test(parameters_expert_models),
        cmocka_unit_test(attention_context),      cmocka_unit_test(flop_gpt),
        cmocka_unit_test(flop_two_per_parameter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
