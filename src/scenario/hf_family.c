/* scenario/hf_family.c: what the families of Hugging Face models do beyond what their keys say.
 *
 * In:  model_type of a config.json. Out: gw_hf_family; which keys matter.
 * Sources: the configuration and model classes of github.com/huggingface/transformers (defaults of
 *      absent keys, tied embeddings, plain or gated feed-forward parts), model cards of families
 *      with code of their own.
 */
#include <string.h>

#include "scenario/hf_read.h"

#define ENCODER "it is no decoder-only language model; its encoder is not modelled"
#define UNEVEN "its layers differ in shape from one to the next"

static const gw_hf_family families[] = {
    {"gpt2 openai-gpt", GW_HF_PLAIN | GW_HF_TIED | GW_HF_FFN4 | GW_HF_POSITIONS, "", NULL, NULL},
    {"gpt_bigcode", GW_HF_PLAIN | GW_HF_TIED | GW_HF_FFN4 | GW_HF_POSITIONS | GW_HF_ONE_KV, "",
     NULL, NULL},
    {"gpt_neo", GW_HF_PLAIN | GW_HF_TIED | GW_HF_FFN4 | GW_HF_POSITIONS | GW_HF_ALTERNATE, "", NULL,
     NULL},
    {"gptj codegen phi-msft mixformer-sequential", GW_HF_PLAIN | GW_HF_FFN4, "", NULL, NULL},
    {"gpt_neox persimmon phi nemotron arcee apertus", GW_HF_PLAIN, "", NULL, NULL},
    {"starcoder2 xglm", GW_HF_PLAIN | GW_HF_TIED, "", NULL, NULL},
    {"opt", GW_HF_PLAIN | GW_HF_TIED | GW_HF_POSITIONS, "", NULL, NULL},
    {"bloom falcon RefinedWeb RefinedWebModel mpt", GW_HF_PLAIN | GW_HF_TIED | GW_HF_FFN4, "", NULL,
     NULL},
    {"llama yi internlm internlm2 internlm3 baichuan aquila stablelm phi3 olmo olmo2 olmo3 granite "
     "exaone exaone4 glm chatglm glm4 "
     "seed_oss smollm3 dbrx deepseek ernie4_5 hunyuan_v1_dense mimo minicpm minicpm3 orion "
     "xverse bitnet ministral3 mistral3",
     0, "", NULL, NULL},
    {"mistral mixtral phimoe", 0, "", NULL, NULL},
    {"qwen2 qwen3 qwen2_vl qwen2_5_vl qwen2_vl_text qwen2_5_vl_text qwen3_vl_text qwen2_moe "
     "qwen3_moe "
     "qwen3_vl_moe_text",
     GW_HF_WINDOW_OFF, "", NULL, NULL},
    {"arctic", GW_HF_RESIDUAL, "", NULL, NULL},
    {"qwen", GW_HF_HALF_FFN, "", NULL, NULL},
    {"gemma cohere phi3small hunyuan hunyuan_v1_moe ernie4_5_moe", GW_HF_TIED, "", NULL, NULL},
    {"cohere2", GW_HF_TIED, "sliding_window_pattern=4", NULL, NULL},
    {"gemma2", GW_HF_TIED | GW_HF_ALTERNATE, "head_dim=256 sliding_window=4096", NULL, NULL},
    {"gemma3 gemma3_text", GW_HF_TIED,
     "vocab_size=262208 num_attention_heads=8 num_key_value_heads=4 head_dim=256 "
     "sliding_window=4096 sliding_window_pattern=6",
     NULL, NULL},
    {"gpt_oss", GW_HF_ALTERNATE, "", NULL, NULL},
    {"olmoe granitemoe granitemoeshared glm4_moe dots1 "
     "deepseek_v2 deepseek_v3 deepseek_v32 kimi_k2 bailing_moe bailing_moe_v2 minimax_m2 "
     "grok-1 grok1 grok",
     0, "", NULL, NULL},
    {"llama4 llama4_text", GW_HF_SHARED_LIKE, "", NULL, NULL},
    {"qwen3_next qwen3_5 qwen3_5_text qwen3_5_moe qwen3_5_moe_text", GW_HF_GATE,
     "full_attention_interval=4", "gated_delta", NULL},
    {"afmoe", GW_HF_GATE, "", NULL, NULL},
    {"kimi_linear", 0, "", "kimi_delta", NULL},
    {"minimax minimax_text_01 MiniMaxText01 MiniMax-Text-01 minimax_m1 MiniMaxM1", 0, "",
     "lightning", NULL},
    {"jamba", 0,
     "attn_layer_period=8 attn_layer_offset=4 expert_layer_period=2 expert_layer_offset=1", "mamba",
     NULL},
    {"bamba granitemoehybrid", 0, "", "mamba2", NULL},
    {"nemotron_h", GW_HF_PLAIN, "", "mamba2", NULL},
    {"mamba2", GW_HF_NO_ATTENTION | GW_HF_TIED, "n_groups=1", "mamba2", NULL},
    {"mamba", GW_HF_NO_ATTENTION | GW_HF_TIED, "", "mamba", NULL},
    {"ssm_cfg", GW_HF_NO_ATTENTION | GW_HF_TIED, "", "mamba", NULL},
    {"ssm_cfg2", GW_HF_NO_ATTENTION | GW_HF_TIED, "", "mamba2", NULL},
    {"falcon_mamba", GW_HF_NO_ATTENTION, "", "mamba", NULL},
    {"zamba zamba2", 0, "", NULL, "its attention blocks share their weights across the depth"},
    {"falcon_h1 hymba", 0, "", NULL, "its layers hold attention and a state layer side by side"},
    {"recurrent_gemma rwkv rwkv5 rwkv6 rwkv7 xlstm lfm2 lfm2_moe", 0, "", NULL,
     "its recurrent or convolution layers are not modelled"},
    {"openelm deci nemotron-nas nemotron_nas gemma3n gemma3n_text", 0, "", NULL, UNEVEN},
    {"longcat_flash longcat", 0, "", NULL,
     "two attention blocks a layer and experts that do nothing are not modelled"},
    {"t5 mt5 umt5 bart mbart pegasus marian whisper bert roberta xlm-roberta deberta "
     "deberta-v2 electra distilbert albert modernbert vit clip siglip m2m_100 nllb-moe led",
     0, "", NULL, ENCODER},
};

/* Whether `word` is one of the blank-separated words. */
static bool has_word(const char *words, const char *word) {
    size_t n = strlen(word);
    for (const char *at = words; n > 0 && (at = strstr(at, word)) != NULL; at += n) {
        bool begins = at == words || at[-1] == ' ';
        if (begins && (at[n] == ' ' || at[n] == '\0')) {
            return true;
        }
    }
    return false;
}

const gw_hf_family *gw_hf_family_of(const char *model_type) {
    for (size_t i = 0; model_type != NULL && i < sizeof families / sizeof families[0]; i++) {
        if (strchr(model_type, ' ') == NULL && has_word(families[i].types, model_type)) {
            return &families[i];
        }
    }
    return NULL;
}

static const char *const harmless =
    "architectures auto_map model_type torch_dtype dtype transformers_version use_cache "
    "pretraining_tp hidden_act hidden_activation activation_function activation mlp_hidden_act "
    "mamba_hidden_act norm_topk_prob scoring_func topk_method n_group topk_group seq_aux ep_size "
    "cache_implementation partial_rotary_factor rotary_pct rotary_emb_base rotary_dim rotary "
    "use_parallel_residual parallel_attn alibi parallel_attention attn_implementation "
    "_attn_implementation final_logit_softcapping attn_logit_softcapping attention_dropout "
    "query_pre_attn_scalar use_qk_norm qk_layernorm use_attention_bias max_window_layers "
    "layer_norm_type norm_type do_layer_norm_before layernorm_epsilon post_layer_norm "
    "apply_residual_connection_post_layernorm tokenizer_class position_embedding_type "
    "original_max_position_embeddings max_position_embeddings max_seq_len n_ctx seq_length "
    "max_sequence_length moe_router_use_sigmoid moe_use_aux_free num_logits_to_keep "
    "use_mamba_kernels residual_in_fp32 fuse_cross_entropy expand_ratio time_step_rank "
    "attention_softmax_in_fp32 scale_attention_softmax_in_fp32 scale_attn_weights "
    "scale_attn_by_inverse_layer_idx reorder_and_upcast_attn gradient_checkpointing "
    "use_expert_bias moe_router_enable_expert_bias attention_type swiglu_limit "
    "initial_context_length expert_dropout n_predict qk_nope_head_dim prefix_LM unk_index "
    "init_method block_size init_device no_bias layerdrop moe_renormalize num_expert_group "
    "max_attn_value moe_gate shared_moe_mode mlp_type moe_router_activation_func "
    "mlp_bias add_cross_attention is_encoder_decoder chunk_size_feed_forward num_beams "
    "num_return_sequences num_beam_groups output_hidden_states output_attentions pruned_heads "
    "cross_attention_hidden_size is_decoder problem_type use_mtp mla_use_nope max_window_size "
    "text_config mtp_hybrid_override_pattern "
    "parallel_attn_mlp_res use_residual fused_add_norm moe_layer_frequency pad_vocab_size_multiple "
    "d_intermediate attn_cfg "
    "use_parallel_block use_gated_activation use_mixed_mlp_moe use_flash_attn "
    "order_of_interleaved_layers";

bool gw_hf_is_harmless(const char *key) {
    static const char *const parts[] = {
        "_token",     "dropout",    "_pdrop", "_eps",  "epsilon", "init",    "_std",      "_coef",
        "rope",       "bias",       "scal",   "_loss", "jitter",  "summary", "_logits",   "theta",
        "multiplier", "softcap",    "clip",   "dtype", "quant",   "_floor",  "time_step", "kernels",
        "label",      "layer_norm", "rms_",   "_fp32", "_act",    "rotary",  "_alpha",    "_beta"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(key, parts[i]) != NULL) {
            return true;
        }
    }
    return has_word(harmless, key);
}

bool gw_hf_looks_structural(const char *key) {
    static const char *const parts[] = {
        "layer", "head",   "expert", "hidden", "size",  "dim",   "rank",    "width", "state",
        "attn",  "atten",  "conv",   "window", "moe",   "ffn",   "mlp",     "num_",  "n_",
        "block", "hybrid", "mamba",  "ssm",    "chunk", "group", "pattern", "mtp",   "nextn",
        "topk",  "top_k",  "cla",    "share",  "index", "embed", "inner",   "ff_",   "config"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(key, parts[i]) != NULL) {
            return true;
        }
    }
    return false;
}
