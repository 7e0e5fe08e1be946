/* training/arch.c: parameters and floating-point work of a language model.
 *
 * In:  gw_llm. Out: gw_arch (training/arch.h).
 * Model: a matrix with P entries costs 2 P FLOP per token. Attention of a causal sequence: each
 *      query meets (s + 1) / 2 keys on average and costs 2 FLOP per key and entry of the key head,
 *      2 per entry of the value head. Latent attention: down- and up-projections of queries and of
 *      keys and values, a rotary key shared by the heads; in training it runs expanded, so the
 *      core sees full heads. Latent experts: one projection down before tokens travel, one up
 *      behind. A layer that predicts a further token: two norms and a projection of 2 hidden to
 *      hidden, one more layer of the last kind, the shared output matrix once more.
 * Valid: see arch.h.
 * Sources: Kaplan et al. arXiv 2001.08361 (2 P rule); Narayanan et al. arXiv 2104.04473 (attention
 *      and vocabulary); DeepSeek-V2 arXiv 2405.04434 section 2.1 (latent attention); DeepSeek-V3
 *      arXiv 2412.19437 (shared experts, dense first layers, section 2.2 further tokens); Lepikhin
 *      et al. arXiv 2006.16668 (capacity).
 */
#include "training/arch.h"

static double larger(double a, double b) {
    return a > b ? a : b;
}

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
    a->gate_width = llm->attention_gate ? heads * value : 0.0;
    if (!a->latent) {
        double kv = (double)llm->kv_heads;
        a->k_width = kv * qk;
        a->v_width = kv * value;
        a->kv_width = a->k_width + a->v_width;
        return h * (a->q_width + a->k_width + a->v_width + a->gate_width) + heads * value * h;
    }
    double rank = (double)llm->kv_lora_rank;
    double q_rank = (double)llm->q_lora_rank;
    a->k_width = heads * qk;
    a->v_width = heads * value;
    a->kv_width = rank + rope; /* the compressed form travels */
    double query = q_rank > 0 ? h * q_rank + q_rank * a->q_width : h * a->q_width;
    double key_value = h * (rank + rope) + rank * heads * (qk - rope + value);
    return query + key_value + h * a->gate_width + heads * value * h;
}

/** Counts of mixers and feed-forward parts. A zeroed gw_llm means what the defaults mean. */
static void count_layers(const gw_llm *llm, gw_arch *a) {
    a->layers = (int)llm->layers;
    int mixers = (int)larger(0.0, (double)(llm->layers - llm->ffn_only_layers));
    int channels = (int)larger(0.0, (double)(llm->layers - llm->mixer_only_layers));
    a->state_layers = llm->ssm_layers < mixers ? (int)llm->ssm_layers : mixers;
    a->attention_layers = mixers - a->state_layers;
    a->dense_layers = channels;
    if (llm->experts > 0) {
        int first = llm->dense_layers < channels ? (int)llm->dense_layers : channels;
        int every = llm->expert_every > 1 ? (int)llm->expert_every : 1;
        a->dense_layers = channels - (channels - first) / every;
    }
    a->expert_layers = channels - a->dense_layers;
}

static void expert_parts(const gw_llm *llm, gw_arch *a) {
    double h = (double)llm->hidden;
    double experts = (double)llm->experts;
    double top_k = llm->top_k < llm->experts ? (double)llm->top_k : experts;
    bool narrow = llm->expert_hidden > 0;
    a->expert_width = narrow ? (double)llm->expert_hidden : h;
    a->expert_rows = llm->capacity_factor > 0 ? top_k * llm->capacity_factor : top_k;
    a->expert_params = a->ffn_matrices * a->expert_width * (double)llm->expert_ffn;
    if (experts > 0) {
        a->shared_params = a->ffn_matrices * h * (double)llm->shared_ffn + h * experts +
                           (narrow ? 2.0 * h * a->expert_width : 0.0);
    }
    a->expert_ffn_flop = 2.0 * (a->shared_params + top_k * a->expert_params);
}

static void mtp_part(const gw_llm *llm, gw_arch *a) {
    double h = (double)llm->hidden;
    double layer = gw_arch_layer_params(a, llm, a->expert_layers > 0);
    a->mtp_params = (double)llm->mtp_layers * (2.0 * h * h + 3.0 * h + layer);
}

gw_arch gw_arch_of(const gw_llm *llm) {
    gw_arch a = {0};
    double h = (double)llm->hidden;
    double experts = (double)llm->experts;
    double top_k = llm->top_k < llm->experts ? (double)llm->top_k : experts;
    a.ffn_matrices = llm->ffn_kind == GW_FFN_PLAIN ? 2.0 : 3.0;
    count_layers(llm, &a);
    a.attention_params = attention_params(llm, &a);
    a.dense_ffn_params = a.ffn_matrices * h * (double)llm->ffn;
    expert_parts(llm, &a);
    if (a.state_layers > 0) {
        gw_arch_state(llm, &a);
    }
    a.norm_params = 2.0 * h;
    double matrix = (double)llm->vocab * h;
    a.embedding_params =
        (llm->tied_embeddings ? matrix : 2.0 * matrix) + (double)llm->positions * h;

    int parts = a.attention_layers + a.state_layers + a.dense_layers + a.expert_layers;
    double common =
        (double)a.attention_layers * a.attention_params + (double)a.state_layers * a.state_params +
        (double)a.dense_layers * a.dense_ffn_params + (double)a.expert_layers * a.shared_params +
        (double)parts * h + a.embedding_params + h;
    a.params = common + (double)a.expert_layers * experts * a.expert_params;
    a.active_params = common + (double)a.expert_layers * top_k * a.expert_params;
    if (llm->mtp_layers > 0) {
        mtp_part(llm, &a);
    }

    a.attention_linear_flop = 2.0 * a.attention_params;
    a.dense_ffn_flop = 2.0 * a.dense_ffn_params;
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
    if (llm->window_kind == GW_WINDOW_CHUNKED) {
        narrow = 0.5 * (window + 1.0);
    }
    return llm->window_share * narrow + (1.0 - llm->window_share) * full;
}

double gw_arch_attention_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok) {
    double value_width = (double)llm->heads * (double)llm->head_dim;
    return 2.0 * gw_arch_mean_context_tok(llm, sequence_tok) * (arch->q_width + value_width);
}

double gw_arch_forward_flop(const gw_arch *arch, const gw_llm *llm, double sequence_tok) {
    double attention =
        arch->attention_linear_flop + gw_arch_attention_flop(arch, llm, sequence_tok);
    double flop = (double)arch->attention_layers * attention +
                  (double)arch->state_layers * (arch->state_linear_flop + arch->state_scan_flop) +
                  (double)arch->dense_layers * arch->dense_ffn_flop +
                  (double)arch->expert_layers * arch->expert_ffn_flop + arch->vocabulary_flop;
    if (llm->mtp_layers > 0) {
        double h = (double)llm->hidden;
        double channel = arch->expert_layers > 0 ? arch->expert_ffn_flop : arch->dense_ffn_flop;
        flop +=
            (double)llm->mtp_layers * (4.0 * h * h + attention + channel + arch->vocabulary_flop);
    }
    return flop;
}
