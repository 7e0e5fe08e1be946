/* training/arch_list.c: the layers of a model by kind, and the matrix products of each part.
 *
 * In:  gw_arch, gw_llm. Out: lists (training/arch.h).
 * Model: mixers and feed-forward parts are counted apart. A layer has both unless it is one of
 *      ffn_only_layers or mixer_only_layers; layers without a feed-forward part are state layers
 *      first, attention next in proportion. Where both vary, the count of a pair is the product of
 *      the shares. Attention with q heads of width d: queries, gate; keys and values (pieces beyond
 *      one head a rank are copies); output. Latent: compression on a rank's own tokens, expansion
 *      by heads.
 * Valid: see arch.h.
 * Sources: as in arch.c; Shoeybi et al. arXiv 1909.08053 (which way a product is cut).
 */
#include "training/arch.h"

static void add_kind(gw_layer_kind *kinds, int *n, gw_mixer mixer, gw_channel channel,
                     double layers) {
    if (layers > 0.0) {
        kinds[(*n)++] = (gw_layer_kind){mixer, channel, layers};
    }
}

int gw_arch_layer_kinds(const gw_arch *arch, const gw_llm *llm,
                        gw_layer_kind kinds[GW_LAYER_KINDS_MAX]) {
    double attention = (double)arch->attention_layers;
    bool window = llm->window > 0;
    double mixers[GW_N_MIXERS] = {
        [GW_MIXER_FULL] = attention * (window ? 1.0 - llm->window_share : 1.0),
        [GW_MIXER_WINDOW] = attention * (window ? llm->window_share : 0.0),
        [GW_MIXER_STATE] = (double)arch->state_layers};
    double channels[] = {[GW_CHANNEL_DENSE] = (double)arch->dense_layers,
                         [GW_CHANNEL_EXPERTS] = (double)arch->expert_layers};
    double n_mixers = attention + (double)arch->state_layers;
    double n_channels = channels[GW_CHANNEL_DENSE] + channels[GW_CHANNEL_EXPERTS];
    double only_channel = (double)arch->layers - n_mixers;
    double both = n_channels - only_channel;
    int n = 0;
    for (int c = GW_CHANNEL_DENSE; c <= GW_CHANNEL_EXPERTS && only_channel > 0; c++) {
        add_kind(kinds, &n, GW_MIXER_NONE, (gw_channel)c, only_channel * channels[c] / n_channels);
    }
    for (int m = GW_MIXER_FULL; m < GW_N_MIXERS && n_mixers > 0; m++) {
        double share = mixers[m] / n_mixers;
        add_kind(kinds, &n, (gw_mixer)m, GW_CHANNEL_NONE, share * (n_mixers - both));
        for (int c = GW_CHANNEL_DENSE; c <= GW_CHANNEL_EXPERTS && both > 0; c++) {
            add_kind(kinds, &n, (gw_mixer)m, (gw_channel)c,
                     share * both * channels[c] / n_channels);
        }
    }
    return n;
}

static void add(gw_product *out, int *n, double columns, double rows, gw_cut cut) {
    if (columns > 0.0 && rows > 0.0) {
        out[(*n)++] = (gw_product){.n = columns, .k = rows, .cut = cut};
    }
}

static int attention_products(const gw_arch *a, const gw_llm *llm, gw_product *out) {
    double h = (double)llm->hidden;
    double value_width = (double)llm->heads * (double)llm->head_dim;
    int n = 0;
    if (a->latent) {
        double rank = (double)llm->kv_lora_rank;
        double q_rank = (double)llm->q_lora_rank;
        double rope = (double)llm->rope_head_dim;
        add(out, &n, q_rank + rank + rope, h, GW_CUT_NONE);
        add(out, &n, a->q_width, q_rank > 0 ? q_rank : h, GW_CUT_OUT);
        add(out, &n, a->q_width - (double)llm->heads * rope + value_width, rank, GW_CUT_OUT);
        add(out, &n, a->gate_width, h, GW_CUT_OUT);
    } else {
        add(out, &n, a->q_width + a->gate_width, h, GW_CUT_OUT);
        add(out, &n, a->k_width + a->v_width, h, GW_CUT_OUT);
        if (n > 0) {
            out[n - 1].cut_most = (double)llm->kv_heads;
        }
    }
    add(out, &n, h, value_width, GW_CUT_IN);
    return n;
}

static int state_products(const gw_llm *llm, gw_product *out) {
    double h = (double)llm->hidden;
    double inner = (double)llm->ssm_inner;
    double rank = gw_arch_state_rank(llm);
    int n = 0;
    add(out, &n, gw_arch_state_in_width(llm), h, GW_CUT_OUT);
    if (llm->ssm_kind == GW_SSM_MAMBA) {
        add(out, &n, rank + 2.0 * (double)llm->ssm_state, inner, GW_CUT_IN);
        add(out, &n, inner, rank, GW_CUT_OUT);
    } else if (llm->ssm_kind == GW_SSM_KIMI_DELTA) {
        add(out, &n, 2.0 * rank, h, GW_CUT_NONE);
        add(out, &n, 2.0 * inner, rank, GW_CUT_OUT);
    }
    add(out, &n, h, inner, GW_CUT_IN);
    return n;
}

static int ffn_products(const gw_arch *a, double width, double outer, gw_product *out) {
    int n = 0;
    add(out, &n, (a->ffn_matrices - 1.0) * width, outer, GW_CUT_OUT);
    add(out, &n, outer, width, GW_CUT_IN);
    return n;
}

static int shared_products(const gw_arch *a, const gw_llm *llm, gw_product *out) {
    double h = (double)llm->hidden;
    int n = ffn_products(a, (double)llm->shared_ffn, h, out);
    if (llm->expert_hidden > 0) {
        add(out, &n, a->expert_width, h, GW_CUT_NONE);
        add(out, &n, h, a->expert_width, GW_CUT_NONE);
    }
    return n;
}

int gw_arch_products(const gw_arch *arch, const gw_llm *llm, gw_arch_part part,
                     gw_product out[GW_PRODUCTS_MAX]) {
    double h = (double)llm->hidden;
    int n = 0;
    switch (part) {
    case GW_PART_ATTENTION:
        return attention_products(arch, llm, out);
    case GW_PART_STATE:
        return state_products(llm, out);
    case GW_PART_DENSE:
        return ffn_products(arch, (double)llm->ffn, h, out);
    case GW_PART_SHARED:
        return shared_products(arch, llm, out);
    case GW_PART_EXPERT:
        return ffn_products(arch, (double)llm->expert_ffn, arch->expert_width, out);
    case GW_PART_ROUTER:
        add(out, &n, (double)llm->experts, h, GW_CUT_NONE);
        return n;
    case GW_PART_MTP:
        add(out, &n, h, 2.0 * h, GW_CUT_OUT);
        return n;
    case GW_PART_VOCABULARY:
        add(out, &n, (double)llm->vocab, h, GW_CUT_OUT);
        return n;
    case GW_N_PARTS:
    default:
        return 0;
    }
}

double gw_product_n(const gw_product *product, double tp) {
    if (product->cut != GW_CUT_OUT) {
        return product->n;
    }
    bool copies = product->cut_most > 0 && product->cut_most < tp;
    return product->n / (copies ? product->cut_most : tp);
}

double gw_product_k(const gw_product *product, double tp) {
    return product->cut == GW_CUT_IN ? product->k / tp : product->k;
}
