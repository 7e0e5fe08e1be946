/* training/arch.c: parameters and floating-point work of a transformer.
 *
 * In:  gw_llm. Out: gw_arch (training/arch.h).
 * Model: a matrix with P entries costs 2 P FLOP per token. Attention of a causal sequence: each
 *      query meets (s + 1) / 2 keys on average and costs 2 FLOP per key and entry of the key head,
 *      2 per entry of the value head. Latent attention: down- and up-projections of queries and of
 *      keys and values, a rotary key shared by the heads; in training it runs expanded, so the
 *      core sees full heads.
 * Valid: see arch.h.
 * Sources: Kaplan et al. arXiv 2001.08361 (2 P rule); Narayanan et al. arXiv 2104.04473 (attention
 *      and vocabulary); DeepSeek-V2 arXiv 2405.04434 section 2.1 (latent attention); DeepSeek-V3
 *      arXiv 2412.19437 (shared experts, dense first layers).
 */
#include "training/arch.h"

static double attention_params(const gw_llm *llm, gw_arch *a) {
    double h = (double)llm->hidden;
    double heads = (double)llm->heads;
    double value = (double)llm->head_dim;
    double rope = (double)llm->rope_head_dim;
    a->latent = llm->kv_lora_rank > 0;
    double qk = value;
    if (llm->qk_head_dim > 0) {
        qk = (double)llm->qk_head_dim;
    } else if (a->latent) {
        qk = value + rope;
    }
    a->q_width = heads * qk;
    if (!a->latent) {
        double kv = (double)llm->kv_heads;
        a->k_width = kv * qk;
        a->v_width = kv * value;
        a->kv_width = a->k_width + a->v_width;
        return h * (a->q_width + a->k_width + a->v_width) + heads * value * h;
    }
    double rank = (double)llm->kv_lora_rank;
    double q_rank = (double)llm->q_lora_rank;
    a->k_width = heads * qk;
    a->v_width = heads * value;
    a->kv_width = rank + rope; /* the compressed form travels */
    double query = q_rank > 0 ? h * q_rank + q_rank * a->q_width : h * a->q_width;
    double key_value = h * (rank + rope) + rank * heads * (qk - rope + value);
    return query + key_value + heads * value * h;
}

gw_arch gw_arch_of(const gw_llm *llm) {
    gw_arch a = {0};
    double h = (double)llm->hidden;
    double matrices = llm->ffn_kind == GW_FFN_PLAIN ? 2.0 : 3.0;
    double experts = (double)llm->experts;
    double top_k = llm->top_k < llm->experts ? (double)llm->top_k : experts;
    a.ffn_matrices = matrices;
    a.layers = (int)llm->layers;
    a.dense_layers = a.layers;
    if (llm->experts > 0) {
        a.dense_layers = (int)(llm->dense_layers < llm->layers ? llm->dense_layers : llm->layers);
    }
    a.expert_layers = a.layers - a.dense_layers;

    a.attention_params = attention_params(llm, &a);
    a.dense_ffn_params = matrices * h * (double)llm->ffn;
    a.expert_params = matrices * h * (double)llm->expert_ffn;
    a.shared_params = experts > 0 ? matrices * h * (double)llm->shared_ffn + h * experts : 0.0;
    a.norm_params = 2.0 * h;
    double matrix = (double)llm->vocab * h;
    a.embedding_params = llm->tied_embeddings ? matrix : 2.0 * matrix;

    double common = (double)a.layers * (a.attention_params + a.norm_params) +
                    (double)a.dense_layers * a.dense_ffn_params +
                    (double)a.expert_layers * a.shared_params + a.embedding_params + h;
    a.params = common + (double)a.expert_layers * experts * a.expert_params;
    a.active_params = common + (double)a.expert_layers * top_k * a.expert_params;

    a.attention_linear_flop = 2.0 * a.attention_params;
    a.dense_ffn_flop = 2.0 * a.dense_ffn_params;
    a.expert_ffn_flop = 2.0 * (a.shared_params + top_k * a.expert_params);
    a.vocabulary_flop = 2.0 * matrix;
    return a;
}

double gw_arch_layer_params(const gw_arch *arch, const gw_llm *llm, bool expert_layer) {
    double common = arch->attention_params + arch->norm_params;
    if (!expert_layer) {
        return common + arch->dense_ffn_params;
    }
    return common + arch->shared_params + (double)llm->experts * arch->expert_params;
}

double gw_arch_mean_context_tok(const gw_llm *llm, double sequence_tok) {
    double full = 0.5 * (sequence_tok + 1.0);
    double window = (double)llm->window;
    if (window <= 0 || window >= sequence_tok) {
        return full;
    }
    double narrow = window * (1.0 - 0.5 * (window - 1.0) / sequence_tok);
    return llm->window_share * narrow + (1.0 - llm->window_share) * full;
}

double gw_arch_attention_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok) {
    double value_width = (double)llm->heads * (double)llm->head_dim;
    return 2.0 * gw_arch_mean_context_tok(llm, sequence_tok) * (arch->q_width + value_width);
}

double gw_arch_forward_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok) {
    double layers = (double)arch->layers;
    return layers *
               (arch->attention_linear_flop + gw_arch_attention_flop(arch, llm, sequence_tok)) +
           (double)arch->dense_layers * arch->dense_ffn_flop +
           (double)arch->expert_layers * arch->expert_ffn_flop + arch->vocabulary_flop;
}
