/* training/training_memory.c: bytes per accelerator in the worst pipeline stage.
 *
 * In:  gw_step_in, gw_shard, gw_plan. Out: the *_B members of gw_step.
 * Model: weights 2 B, gradients 2 or 4 B (gw_software), optimizer 12 B per parameter (fp32 copy
 *      and two moments), divided by the replicas as the ZeRO stage says.
 *
 *      Activations of a layer per token of a rank, h the hidden width:
 *        whole, or shared out by sequence parallelism: inputs of 2 norms (4 h), their outputs
 *        (4 h), 2 dropout masks (2 h, unfused only);
 *        divided by tp: queries, keys, values, attention output, inner entries of the feed-forward
 *        layer and of its activation; unfused and not recomputed: 5 a s of scores for a heads;
 *        routed copies for top_k experts.
 *      That is 34 h + 5 a s bytes per token for a plain GPT (Korthikanti). Inputs of 8-bit products
 *      are kept in 8 bits.
 *
 *      Selective recomputation drops the scores where attention is unfused; with fused attention
 *      it drops outputs of norms and activation functions and what latent attention expands
 *      (Megatron-Core: layernorm, moe_act, mla_up_proj). Full recomputation keeps 2 h per layer
 *      and one layer at work. The first of p stages holds min(m, p) micro-batches, or
 *      p (1 + (p - 1) / (p v)) when interleaved.
 * Valid: fp32 Adam; no offloading; no fragmentation beyond the constant below.
 * Sources: Korthikanti et al. arXiv 2205.05198 eq. 2, 4, 5 and section 4.2.3; Rajbhandari et al.
 *      arXiv 1910.02054.
 */
#include <math.h>

#include "training/step.h"

static const double weight_B = 2.0;
static const double optimizer_B = 12.0;
/** Driver, libraries, communication buffers, fragmentation; assumption. */
static const double context_B = 2e9;

/** Activations of one layer for one micro-batch on one rank. */
static double layer_B(const gw_step_in *in, const gw_software *software, const gw_shard *s,
                      bool experts, gw_recompute recompute) {
    const gw_llm *llm = in->llm;
    const gw_arch *a = &s->arch;
    double h = (double)llm->hidden;
    if (recompute == GW_RECOMPUTE_FULL) {
        return s->tokens * h * 2.0;
    }
    double linear =
        in->precision == GW_PRECISION_BF16 ? 2.0 : 1.0; /* kept input of a linear layer */
    bool cheap = software->fused_attention && recompute == GW_RECOMPUTE_SELECTIVE;
    double output = cheap ? 0.0 : linear; /* kept output of a norm or an activation function */
    double stream = h * (4.0 + 2.0 * output + (software->fused_attention ? 0.0 : 2.0));
    double value_width = (double)llm->heads * (double)llm->head_dim;
    double split = linear * value_width;
    if (!(cheap && a->latent)) {
        split += 2.0 * (a->q_width + a->k_width + a->v_width);
    }
    if (a->latent) {
        split += linear * (double)(llm->q_lora_rank + llm->kv_lora_rank) * s->tp;
    }
    if (!software->fused_attention && recompute == GW_RECOMPUTE_NONE) {
        split += 5.0 * (double)llm->heads * in->sequence_tok;
    }
    double up = a->ffn_matrices - 1.0;
    double inner = experts ? (double)llm->shared_ffn : (double)llm->ffn;
    split += inner * (2.0 * up + output);
    double routed = 0.0;
    if (experts) {
        double pairs = s->tokens * (double)llm->top_k / (s->tp / s->etp);
        double expert_inner = (double)llm->expert_ffn / s->etp;
        routed = pairs * (linear * h + expert_inner * (2.0 * up + output));
    }
    return s->stream_tokens * stream + s->tokens * split / s->tp + routed;
}

static double activations_B(const gw_step_in *in, const gw_software *software, const gw_shard *s,
                            gw_recompute recompute) {
    bool experts = s->stage_expert_layers > 0;
    double expert_layer = experts ? layer_B(in, software, s, true, recompute) : 0.0;
    double plain_layer = layer_B(in, software, s, false, recompute);
    double stage = s->stage_expert_layers * expert_layer +
                   (s->stage_layers - s->stage_expert_layers) * plain_layer;
    double in_flight = fmin(s->n_micro, s->pp);
    if (s->virtual_stages > 1 && s->n_micro >= s->pp) {
        in_flight = s->pp * (1.0 + (s->pp - 1.0) / (s->pp * s->virtual_stages));
    }
    double working = 0.0; /* the layer that is being recomputed */
    if (recompute == GW_RECOMPUTE_FULL) {
        working = layer_B(in, software, s, experts, GW_RECOMPUTE_NONE);
    }
    double logits = s->tokens * (double)in->llm->vocab / s->tp * 6.0; /* bf16 and fp32 */
    double first = stage * in_flight + working;
    double last =
        stage * fmin(in_flight, s->pp > 1 ? 1.0 + 1.0 / s->virtual_stages : 1.0) + working + logits;
    return fmax(first, last);
}

void gw_training_memory(const gw_step_in *in, const gw_shard *shard, const gw_plan *plan,
                        gw_step *out) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    double dense = shard->dense_params;
    double routed = shard->routed_params;
    double params = dense + routed;
    double shared = dense / (shard->dp * shard->cp) + routed / (double)shard->edp;
    out->weights_B = weight_B * (plan->zero_stage >= 3 ? shared : params);
    out->gradients_B = software->gradient_B * (plan->zero_stage >= 2 ? shared : params);
    out->optimizer_B = optimizer_B * (plan->zero_stage >= 1 ? shared : params);
    out->activations_B = activations_B(in, software, shard, plan->recompute);
    out->buffers_B = context_B;
    if (plan->zero_stage >= 3) {
        /* two layers gathered at a time, and their gradients */
        bool experts = shard->stage_expert_layers > 0;
        double split = experts ? shard->ep * shard->etp : shard->tp;
        out->buffers_B += 2.0 * (weight_B + software->gradient_B) *
                          gw_arch_layer_params(&shard->arch, in->llm, experts) / split;
    }
    out->memory_B =
        out->weights_B + out->gradients_B + out->optimizer_B + out->activations_B + out->buffers_B;
    out->capacity_B = in->accelerator->hbm_B;
}
