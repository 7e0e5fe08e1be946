/* training/arch_state.c: layers that carry a state along the tokens instead of attention.
 *
 * In:  gw_llm with ssm_* fields. Out: the state_* members of gw_arch (training/arch.h).
 * Model: inner width I in H heads, keys of G groups and N entries (B and C of Mamba), chunk Q.
 *      Projection in: what the kind needs side by side; convolution of width w over what enters the
 *      recurrence; projection out: I to hidden.
 *
 *        mamba        in 2 I; step size I -> rank + 2 N -> I; A I N
 *        mamba2       in 2 I + 2 G N + H
 *        gated_delta  in 2 I + 2 G N + 2 H
 *        kimi_delta   in I + 2 G N + H, two gates hidden -> rank -> I
 *        lightning    in 2 I + 2 G N, no convolution
 *
 *      Recurrence, FLOP per token:
 *        mamba        6 I N: decay, input and output of each of I N state entries
 *        mamba2,      within a chunk half of Q keys: Q (G N + I); to the state and from it 4 I N
 *        lightning    (per head instead of group: Q (I N / (I / H) + I))
 *        delta rules  per head of keys N and values P = I / H: Q (3 N + 2 P) + Q Q / 3 (the
 *                     triangular inverse) + 6 N P
 *      Streamed, bytes per token in bf16: convolution read and written, recurrence read and
 *      written, chunk states once each way in fp32, gate and norm two read, one written.
 * Valid: training on long sequences with the chunked algorithms; one kind of state layer a model.
 * Sources: Gu and Dao arXiv 2312.00752 (Mamba); Dao and Gu arXiv 2405.21060 section 6 (Mamba-2,
 *      chunks); Yang et al. arXiv 2406.06484 and 2412.06464 (delta rule in chunks, gated); Kimi
 *      Linear arXiv 2510.26692; MiniMax-01 arXiv 2501.08313 (lightning attention).
 */
#include <math.h>

#include "training/arch.h"

int64_t gw_arch_heads(const gw_llm *llm) {
    if (llm->heads > 0) {
        return llm->heads;
    }
    return llm->ssm_kind == GW_SSM_MAMBA || llm->ssm_heads < 1 ? llm->ssm_inner : llm->ssm_heads;
}

double gw_arch_state_rank(const gw_llm *llm) {
    if (llm->ssm_kind != GW_SSM_MAMBA && llm->ssm_kind != GW_SSM_KIMI_DELTA) {
        return 0.0;
    }
    return llm->ssm_rank > 0 ? (double)llm->ssm_rank : ceil((double)llm->hidden / 16.0);
}

/** Keys and queries together: 2 G N. */
static double key_width(const gw_llm *llm) {
    double groups = llm->ssm_groups > 1 ? (double)llm->ssm_groups : 1.0;
    return 2.0 * groups * (double)llm->ssm_state;
}

double gw_arch_state_in_width(const gw_llm *llm) {
    double inner = (double)llm->ssm_inner;
    double heads = (double)llm->ssm_heads;
    switch (llm->ssm_kind) {
    case GW_SSM_MAMBA:
        return 2.0 * inner;
    case GW_SSM_GATED_DELTA:
        return 2.0 * inner + key_width(llm) + 2.0 * heads;
    case GW_SSM_KIMI_DELTA:
        return inner + key_width(llm) + heads;
    case GW_SSM_LIGHTNING:
        return 2.0 * inner + key_width(llm);
    case GW_SSM_MAMBA2:
    default:
        return 2.0 * inner + key_width(llm) + heads;
    }
}

/** Channels that the short convolution runs over. */
static double conv_channels(const gw_llm *llm) {
    double inner = (double)llm->ssm_inner;
    if (llm->ssm_kind == GW_SSM_LIGHTNING) {
        return 0.0;
    }
    return llm->ssm_kind == GW_SSM_MAMBA ? inner : inner + key_width(llm);
}

/** Entries of matrices that products use, without the projections in and out. */
static double inner_matrices(const gw_llm *llm) {
    double inner = (double)llm->ssm_inner;
    double rank = gw_arch_state_rank(llm);
    switch (llm->ssm_kind) {
    case GW_SSM_MAMBA:
        return inner * (rank + 2.0 * (double)llm->ssm_state) + rank * inner;
    case GW_SSM_KIMI_DELTA:
        return 2.0 * rank * ((double)llm->hidden + inner);
    default:
        return 0.0;
    }
}

/** Vectors: decays, steps and skips of heads or channels, the norm before the projection out. */
static double vectors(const gw_llm *llm) {
    double inner = (double)llm->ssm_inner;
    if (llm->ssm_kind == GW_SSM_MAMBA) {
        return inner * ((double)llm->ssm_state + 2.0);
    }
    return inner + 3.0 * (double)llm->ssm_heads;
}

static double chunk_tok(const gw_llm *llm) {
    if (llm->ssm_chunk > 0) {
        return (double)llm->ssm_chunk;
    }
    return llm->ssm_kind == GW_SSM_MAMBA2 || llm->ssm_kind == GW_SSM_LIGHTNING ? 256.0 : 64.0;
}

static double recurrence_flop(const gw_llm *llm) {
    double inner = (double)llm->ssm_inner;
    double state = (double)llm->ssm_state;
    double heads = llm->ssm_heads > 0 ? (double)llm->ssm_heads : 1.0;
    double chunk = chunk_tok(llm);
    switch (llm->ssm_kind) {
    case GW_SSM_MAMBA:
        return 6.0 * inner * state;
    case GW_SSM_GATED_DELTA:
    case GW_SSM_KIMI_DELTA:
        return heads * (3.0 * chunk * state + chunk * chunk / 3.0) + 2.0 * chunk * inner +
               6.0 * inner * state;
    case GW_SSM_LIGHTNING:
        return chunk * (heads * state + inner) + 4.0 * inner * state;
    case GW_SSM_MAMBA2:
    default:
        return chunk * (0.5 * key_width(llm) + inner) + 4.0 * inner * state;
    }
}

void gw_arch_state(const gw_llm *llm, gw_arch *a) {
    double h = (double)llm->hidden;
    double inner = (double)llm->ssm_inner;
    double state = (double)llm->ssm_state;
    double conv = (double)llm->ssm_conv * conv_channels(llm);
    double matrices = h * gw_arch_state_in_width(llm) + inner_matrices(llm) + inner * h;
    a->state_params = matrices + conv + vectors(llm);
    a->state_linear_flop = 2.0 * matrices;
    a->state_scan_flop = 2.0 * conv + recurrence_flop(llm);

    double keys = key_width(llm);
    double chunk_B = llm->ssm_kind == GW_SSM_MAMBA ? 0.0 : 8.0 * inner * state / chunk_tok(llm);
    double conv_B = llm->ssm_conv > 0 ? 4.0 * conv_channels(llm) : 0.0;
    a->state_B = conv_B + 2.0 * (2.0 * inner + keys) + chunk_B + 6.0 * inner;
    /* kept: the projection's output, what left the convolution, the recurrence's output */
    a->state_width = gw_arch_state_in_width(llm) + (llm->ssm_conv > 0 ? inner + keys : 0.0) + inner;
    double tail = llm->ssm_conv > 1 ? (double)(llm->ssm_conv - 1) : 0.0;
    a->state_per_seq_n = inner * state + tail * conv_channels(llm);
}
