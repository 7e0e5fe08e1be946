/* training/memory_activations.c: activations that a rank keeps for the backward pass, and what one
 * layer needs while it is at work.
 *
 * In:  gw_step_in, gw_software, gw_shard, gw_plan, kinds of layers. Out: bytes on one rank.
 * Model: per token of a rank, h the hidden width, e bytes of an operand of a matrix product (bf16
 *      2, 8-bit 1, 4-bit 0.5625 with its scales):
 *        residual stream, shared out by sequence parallelism: inputs of two norms 4 h, their
 *        outputs 2 e h, two dropout masks 2 h (unfused only);
 *        divided by tp: queries, keys, values 2 B; attention output 2 B, and e more where the next
 *        product keeps it in fewer bits; inner entries of the feed-forward layer 2 B a matrix, of
 *        its activation function e; unfused, not recomputed: 5 s B of scores for each head;
 *        latent attention: both compressed forms, 2 + e, on every rank;
 *        routed experts: rows as above, and the router's probabilities and map, 10 B an expert;
 *        state layers: their streams, 2 B.
 *      For a plain GPT in bf16 this is 34 h + 5 a s (Korthikanti et al.).
 *
 *      Selective recomputation drops the scores where attention is unfused. With fused attention
 *      it keeps gw_software.selective_kept of a layer, or, where that is absent, drops outputs of
 *      norms and of activation functions and what latent attention expands (Megatron-Core:
 *      layernorm, moe_act, mla_up_proj), and keeps inputs of activation functions in 8 bits where
 *      products run in 8 bits (DeepSeek-V3 section 3.3.3; Megatron-Core
 *      activation_func_fp8_input_store). Full recomputation keeps 2 h per layer, and no other keeps
 *      less.
 *
 *      At work: gradients of the inner entries; with sequence parallelism the gathered input and
 *      its gradient; with context parallelism by all-gather the keys and values of all ranks and
 *      their gradients; what recomputation brings back.
 *
 *      Loss: gw_software.loss_B per logit, and the weight gradient of the output projection in
 *      bf16 before it joins the sum.
 * Valid: see docs/model/memory.md, with measured peaks.
 * Sources: Korthikanti et al. arXiv 2205.05198 eq. 2, 4, 5; NVIDIA Transformer Engine and
 *      Megatron-Core user guides (recomputed modules, fused loss); DeepSeek-V3 arXiv 2412.19437
 *      section 3.3.3; peaks of published runs.
 */
#include "training/memory.h"

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

/** Rows of the busiest rank's experts over the mean. */
static double imbalance(const gw_step_in *in) {
    return larger(1.0, in->routing_imbalance);
}

/** Bytes of an entry that a matrix product keeps for its weight gradient. */
static double operand_B(gw_precision precision) {
    switch (precision) {
    case GW_PRECISION_FP8:
        return 1.0;
    case GW_PRECISION_FP4:
        return 0.5625; /* 4 bits, and 8 for every 16 entries */
    case GW_PRECISION_BF16:
    default:
        return 2.0;
    }
}

/** Bytes of one kind of entry. */
typedef struct gw_entry {
    double operand; /* of an input of a matrix product */
    double output;  /* of a norm or an activation function; 0 where it is computed again */
    double inner;   /* of an input of an activation function */
    double mask;    /* of dropout, unfused only */
} gw_entry;

static bool by_module(const gw_software *software, gw_recompute recompute) {
    return recompute == GW_RECOMPUTE_SELECTIVE && software->fused_attention &&
           !gw_is_set(software->selective_kept);
}

static double attention_B(const gw_step_in *in, const gw_software *software, const gw_shard *s,
                          const gw_entry *entry, gw_recompute recompute) {
    const gw_llm *llm = in->llm;
    const gw_arch *a = &s->arch;
    double stream = (double)llm->hidden * (2.0 + entry->output + entry->mask);
    double value_width = (double)llm->heads * (double)llm->head_dim;
    double split = value_width * (entry->operand < 2.0 ? 2.0 + entry->operand : 2.0);
    split += 2.0 * a->gate_width;
    double whole = 0.0;
    if (a->latent) {
        double ranks = (double)(llm->q_lora_rank + llm->kv_lora_rank + llm->rope_head_dim);
        bool again = by_module(software, recompute);
        whole = (again ? 2.0 : 2.0 + entry->operand) * ranks;
        split += again ? 0.0 : 2.0 * (a->q_width + a->k_width + a->v_width);
    } else {
        double copies = larger(1.0, s->tp / larger(1.0, (double)llm->kv_heads));
        split += 2.0 * (a->q_width + (a->k_width + a->v_width) * copies);
    }
    if (!software->fused_attention && recompute == GW_RECOMPUTE_NONE) {
        split += 5.0 * (double)llm->heads * in->sequence_tok;
    }
    return s->stream_tokens * stream + s->tokens * (split / s->tp + whole);
}

static double state_B(const gw_step_in *in, const gw_shard *s, const gw_entry *entry) {
    double stream = (double)in->llm->hidden * (2.0 + entry->output);
    return s->stream_tokens * stream + s->tokens * 2.0 * s->arch.state_width / s->tp;
}

static double ffn_B(const gw_step_in *in, const gw_shard *s, const gw_entry *entry, bool experts) {
    const gw_llm *llm = in->llm;
    double inner_B = entry->inner * (s->arch.ffn_matrices - 1.0) + entry->output;
    double stream = (double)llm->hidden * (2.0 + entry->output + entry->mask);
    double split = (experts ? (double)llm->shared_ffn : (double)llm->ffn) * inner_B;
    if (experts) {
        stream += 10.0 * (double)llm->experts;
        /* a rank gets the rows of etp / tp of the tokens, and a part of each expert */
        double rows = s->arch.expert_rows * imbalance(in);
        split += rows * (entry->operand * s->arch.expert_width * s->etp +
                         (double)llm->expert_ffn * inner_B);
    }
    return s->stream_tokens * stream + s->tokens * split / s->tp;
}

static gw_kept kept_of(const gw_step_in *in, const gw_software *software, const gw_shard *s,
                       gw_recompute recompute) {
    gw_kept kept = {0};
    if (recompute == GW_RECOMPUTE_FULL) {
        kept.layer_B = s->stream_tokens * (double)in->llm->hidden * 2.0;
        return kept;
    }
    gw_entry entry = {.operand = operand_B(in->precision)};
    bool again = by_module(software, recompute);
    entry.output = again ? 0.0 : entry.operand;
    entry.inner = again && in->precision == GW_PRECISION_FP8 ? 1.0 : 2.0;
    entry.mask = software->fused_attention ? 0.0 : 1.0;
    const gw_arch *a = &s->arch;
    if (a->attention_layers > 0) {
        kept.attention_B = attention_B(in, software, s, &entry, recompute);
    }
    if (a->state_layers > 0) {
        kept.state_B = state_B(in, s, &entry);
    }
    if (a->dense_layers > 0) {
        kept.dense_B = ffn_B(in, s, &entry, false);
    }
    if (a->expert_layers > 0) {
        kept.expert_B = ffn_B(in, s, &entry, true);
    }
    if (recompute == GW_RECOMPUTE_SELECTIVE && software->fused_attention &&
        gw_is_set(software->selective_kept)) {
        kept.attention_B *= software->selective_kept;
        kept.state_B *= software->selective_kept;
        kept.dense_B *= software->selective_kept;
        kept.expert_B *= software->selective_kept;
    }
    return kept;
}

/** Keys and values of the other context-parallel ranks, and their gradients. */
static double context_B(const gw_step_in *in, const gw_shard *s, const gw_plan *plan) {
    if (s->cp < 2) {
        return 0.0;
    }
    const gw_arch *a = &s->arch;
    double pieces = a->latent ? s->tp : smaller(s->tp, larger(1.0, (double)in->llm->kv_heads));
    double token_B = 2.0 * (a->k_width + a->v_width) / pieces;
    switch (plan->context_method) {
    case GW_CONTEXT_ULYSSES: /* all streams before and after the exchange */
        return s->tokens * (token_B + 4.0 * a->q_width / s->tp);
    case GW_CONTEXT_RING: /* what is sent and what comes in */
        return 2.0 * s->tokens * token_B;
    case GW_CONTEXT_ALL_GATHER:
    default:
        return 2.0 * s->tokens * s->cp * token_B;
    }
}

/** Input gathered from the sequence-parallel ranks, and its gradient. */
static double gathered_tokens_B(const gw_step_in *in, const gw_shard *s, const gw_plan *plan) {
    bool shared = s->tp > 1 && !plan->no_sequence_parallel;
    return shared ? s->tokens * (double)in->llm->hidden * 4.0 : 0.0;
}

static double mixer_work_B(const gw_step_in *in, const gw_shard *s, const gw_plan *plan) {
    const gw_arch *a = &s->arch;
    double widths = 0.0;
    if (a->attention_layers > 0) {
        widths = a->q_width + a->k_width + a->v_width +
                 (double)in->llm->heads * (double)in->llm->head_dim;
    }
    if (a->state_layers > 0) {
        widths = larger(widths, a->state_width);
    }
    return s->tokens / s->tp * 2.0 * widths + context_B(in, s, plan);
}

static double ffn_work_B(const gw_step_in *in, const gw_shard *s, bool experts) {
    const gw_llm *llm = in->llm;
    double inner_B = 2.0 * s->arch.ffn_matrices; /* of what goes in and what comes out */
    double dense = (experts ? (double)llm->shared_ffn : (double)llm->ffn) / s->tp * inner_B;
    if (!experts) {
        return s->tokens * dense;
    }
    double rows = s->arch.expert_rows * imbalance(in) * s->etp / s->tp;
    double routed = (double)llm->expert_ffn / s->etp * inner_B + 4.0 * s->arch.expert_width;
    return s->tokens * larger(dense, rows * routed);
}

gw_layer_memory gw_memory_of_layers(const gw_step_in *in, const gw_software *software,
                                    const gw_shard *s, const gw_plan *plan) {
    gw_layer_memory m = {.kept = kept_of(in, software, s, plan->recompute)};
    double gathered = gathered_tokens_B(in, s, plan);
    double mixer = mixer_work_B(in, s, plan);
    m.dense_work_B = larger(mixer, ffn_work_B(in, s, false)) + gathered;
    m.expert_work_B = larger(mixer, ffn_work_B(in, s, true)) + gathered;
    if (plan->recompute != GW_RECOMPUTE_NONE) {
        gw_kept all = kept_of(in, software, s, GW_RECOMPUTE_NONE);
        m.again = (gw_kept){.attention_B = all.attention_B - m.kept.attention_B,
                            .state_B = all.state_B - m.kept.state_B,
                            .dense_B = all.dense_B - m.kept.dense_B,
                            .expert_B = all.expert_B - m.kept.expert_B,
                            .layer_B = m.kept.layer_B};
    }
    double vocab = (double)in->llm->vocab / s->tp;
    double depths = 1.0 + (double)in->llm->mtp_layers;
    m.loss_B = s->tokens * vocab * software->loss_B * depths +
               2.0 * vocab * (double)in->llm->hidden + gathered;
    return m;
}
