/* training_fixture.h: models and accelerators that the tests of the training room share.
 * Shapes as published: GPT-3 arXiv 2005.14165; Megatron arXiv 2205.05198 table 3; Llama 3 arXiv
 * 2407.21783 table 3; DeepSeek-V3 arXiv 2412.19437 section 4.2; Mixtral arXiv 2401.04088; Qwen3
 * arXiv 2505.09388; Grok-1 github.com/xai-org/grok-1. Constants of accelerators:
 * docs/model/training.md. */
#ifndef GW_TRAINING_FIXTURE_H
#define GW_TRAINING_FIXTURE_H

#include "gw_test.h"
#include "training/step.h"

static inline gw_llm gpt(int64_t layers, int64_t hidden, int64_t heads) {
    return (gw_llm){.layers = layers,
                    .hidden = hidden,
                    .ffn = 4 * hidden,
                    .ffn_kind = GW_FFN_PLAIN,
                    .heads = heads,
                    .kv_heads = heads,
                    .head_dim = hidden / heads,
                    .vocab = 51200,
                    .tied_embeddings = true,
                    .sequence = 2048};
}

static inline gw_llm llama3(int64_t layers, int64_t hidden, int64_t ffn, int64_t heads) {
    return (gw_llm){.layers = layers,
                    .hidden = hidden,
                    .ffn = ffn,
                    .ffn_kind = GW_FFN_GATED,
                    .heads = heads,
                    .kv_heads = 8,
                    .head_dim = 128,
                    .vocab = 128256,
                    .sequence = 8192};
}

static inline gw_llm llama3_405b(void) {
    return llama3(126, 16384, 53248, 128);
}

static inline gw_llm deepseek_v3(void) {
    return (gw_llm){.layers = 61,
                    .hidden = 7168,
                    .ffn = 18432,
                    .ffn_kind = GW_FFN_GATED,
                    .heads = 128,
                    .kv_heads = 128,
                    .head_dim = 128,
                    .qk_head_dim = 192,
                    .q_lora_rank = 1536,
                    .kv_lora_rank = 512,
                    .rope_head_dim = 64,
                    .vocab = 129280,
                    .experts = 256,
                    .top_k = 8,
                    .expert_ffn = 2048,
                    .shared_ffn = 2048,
                    .dense_layers = 3,
                    .sequence = 4096};
}

static inline gw_llm mixtral(void) {
    return (gw_llm){.layers = 32,
                    .hidden = 4096,
                    .ffn = 0,
                    .ffn_kind = GW_FFN_GATED,
                    .heads = 32,
                    .kv_heads = 8,
                    .head_dim = 128,
                    .vocab = 32000,
                    .experts = 8,
                    .top_k = 2,
                    .expert_ffn = 14336,
                    .sequence = 4096};
}

static inline gw_accelerator a100(void) {
    return (gw_accelerator){.bf16_flops = 312e12,
                            .fp8_flops = GW_NAN,
                            .fp4_flops = GW_NAN,
                            .hbm_B = 80e9,
                            .hbm_bandwidth_Bps = 2.039e12,
                            .gemm_efficiency = 0.79,
                            .gemm8_efficiency = 0.55,
                            .attention_efficiency = 0.74,
                            .memory_efficiency = 0.80,
                            .launch_latency_s = 4e-6,
                            .step_time_factor = 1.0};
}

static inline gw_accelerator h100(void) {
    return (gw_accelerator){.bf16_flops = 989e12,
                            .fp8_flops = 1979e12,
                            .fp4_flops = GW_NAN,
                            .hbm_B = 80e9,
                            .hbm_bandwidth_Bps = 3.35e12,
                            .gemm_efficiency = 0.67,
                            .gemm8_efficiency = 0.58,
                            .attention_efficiency = 0.47,
                            .memory_efficiency = 0.85,
                            .launch_latency_s = 4e-6,
                            .step_time_factor = 1.0};
}

static inline gw_comm network(double scaleup_Bps, double nic_Bps, int domain, bool multicast) {
    return (gw_comm){.scaleup = {.bandwidth_Bps = scaleup_Bps, .latency_s = 1e-6, .size = domain},
                     .scaleout = {.bandwidth_Bps = nic_Bps, .latency_s = 5e-6, .size = 1 << 20},
                     .leaf_bandwidth_Bps = nic_Bps,
                     .leaf_size = 256,
                     .multicast = multicast,
                     .start_s = 8e-6,
                     .ramp_ratio = 1.5};
}

/** 8 GPUs a node on NVLink, 200 Gbit/s each. */
static inline gw_comm a100_network(void) {
    return network(300e9 * 0.785, 25e9 * 0.85, 8, false);
}

/** 8 GPUs a node on NVLink, 400 Gbit/s each. */
static inline gw_comm h100_network(void) {
    return network(450e9 * 0.825, 50e9 * 0.85, 8, true);
}

static inline gw_plan plan_of(int tp, int pp, int dp) {
    return (gw_plan){.tp = tp,
                     .pp = pp,
                     .dp = dp,
                     .cp = 1,
                     .ep = 1,
                     .virtual_stages = 1,
                     .micro_batch = 1,
                     .zero_stage = 1,
                     .recompute = GW_RECOMPUTE_SELECTIVE};
}

static inline double parts_s(const gw_step *s) {
    return s->matmul_s + s->attention_s + s->memory_bound_s + s->tp_comm_s + s->cp_comm_s +
           s->ep_comm_s + s->pp_comm_s + s->bubble_s + s->dp_comm_s + s->optimizer_s + s->other_s;
}

/** A step on H100 with everything that it points to. */
typedef struct bench {
    gw_llm llm;
    gw_accelerator gpu;
    gw_comm comm;
    gw_software software; /* the step's own only where a test says so */
    gw_step_in in;
} bench;

static inline void make(bench *b, gw_llm llm, double accelerators, double batch_seq) {
    b->llm = llm;
    b->gpu = h100();
    b->comm = h100_network();
    b->software = gw_software_current;
    b->in = (gw_step_in){.llm = &b->llm,
                         .accelerator = &b->gpu,
                         .comm = &b->comm,
                         .accelerators = accelerators,
                         .sequence_tok = (double)llm.sequence,
                         .batch_seq = batch_seq};
}

#endif
