/* scenario/hf_state.c: widths of the layers of a config.json that carry a state.
 *
 * In:  gw_hf with its family. Out: ssm_* fields of gw_llm.
 * Model: each kind writes its widths under keys of its own; "auto" is worked out.
 * Sources: model classes of github.com/huggingface/transformers (mamba, mamba2, jamba, bamba,
 *      nemotron_h, qwen3_next, minimax); model code of Kimi Linear.
 */
#include <string.h>

#include "scenario/hf_read.h"

#define MOST 10000000

/* True when the text `auto` stands there (and counts as absent). */
static bool is_auto(gw_hf *hf, const char *keys) {
    const char *text = gw_hf_text(hf, keys);
    return text == NULL || strcmp(text, "auto") == 0;
}

static int64_t expanded(gw_hf *hf, const gw_llm *m, const char *keys) {
    double factor = 2.0;
    (void)gw_hf_number(hf, keys, 0.01, 100, &factor);
    return (int64_t)(factor * (double)m->hidden + 0.5);
}

static void take_mamba2(gw_hf *hf, gw_llm *m) {
    bool alone = (hf->traits & GW_HF_NO_ATTENTION) != 0;
    const char *heads = alone ? "num_heads" : "mamba_num_heads|mamba_n_heads";
    const char *width = alone ? "head_dim" : "mamba_head_dim|mamba_d_head";
    int64_t head = 0;
    int64_t inner = expanded(hf, m, "expand|mamba_expand");
    if (!gw_hf_need(hf, heads, 1, 100000, "heads of the state layers", &m->ssm_heads)) {
        return;
    }
    if (is_auto(hf, width)) {
        if (inner % m->ssm_heads != 0) {
            gw_hf_error(hf, gw_hf_loc(hf, heads), "give the width of a head",
                        "an inner width of %lld is not a multiple of %lld state heads",
                        (long long)inner, (long long)m->ssm_heads);
        }
        m->ssm_inner = inner;
    } else if (gw_hf_int(hf, width, 1, 100000, &head)) {
        m->ssm_inner = m->ssm_heads * head;
    }
    (void)gw_hf_int(hf, "n_groups|mamba_n_groups", 1, 100000, &m->ssm_groups);
    (void)gw_hf_int(hf, "chunk_size|mamba_chunk_size", 1, 1000000, &m->ssm_chunk);
    if (m->ssm_heads % m->ssm_groups != 0) {
        gw_hf_error(hf, gw_hf_loc(hf, heads), "each group serves the same number of heads",
                    "%lld state heads are not a multiple of %lld groups", (long long)m->ssm_heads,
                    (long long)m->ssm_groups);
    }
}

static void take_mamba(gw_hf *hf, gw_llm *m) {
    bool alone = (hf->traits & GW_HF_NO_ATTENTION) != 0;
    m->ssm_inner = expanded(hf, m, "mamba_expand|expand");
    if (alone) {
        (void)gw_hf_int(hf, "intermediate_size|d_inner", 1, MOST, &m->ssm_inner);
    }
    if (!is_auto(hf, "time_step_rank|mamba_dt_rank")) {
        (void)gw_hf_int(hf, "time_step_rank|mamba_dt_rank", 1, 100000, &m->ssm_rank);
    }
}

static void take_common(gw_hf *hf, gw_llm *m) {
    (void)gw_hf_need(hf, "ssm_state_size|mamba_d_state|state_size", 1, 100000,
                     "state of each inner channel", &m->ssm_state);
    (void)gw_hf_int(hf, "conv_kernel|mamba_d_conv|d_conv", 0, 1000, &m->ssm_conv);
}

static void take_gated_delta(gw_hf *hf, gw_llm *m) {
    int64_t value = 0;
    bool all = gw_hf_need(hf, "linear_num_value_heads", 1, 100000, "heads of the linear attention",
                          &m->ssm_heads);
    all = gw_hf_need(hf, "linear_value_head_dim", 1, 100000, "width of a value", &value) && all;
    (void)gw_hf_need(hf, "linear_num_key_heads", 1, 100000, "heads of keys", &m->ssm_groups);
    (void)gw_hf_need(hf, "linear_key_head_dim", 1, 100000, "width of a key", &m->ssm_state);
    (void)gw_hf_int(hf, "linear_conv_kernel_dim", 0, 1000, &m->ssm_conv);
    if (all) {
        m->ssm_inner = m->ssm_heads * value;
    }
}

static void take_kimi(gw_hf *hf, gw_llm *m) {
    const gw_node *map = gw_hf_map(hf, "linear_attn_config");
    if (map == NULL) {
        gw_hf_error(hf, hf->map->loc, "widths of the linear attention",
                    "`linear_attn_config` is missing");
        return;
    }
    gw_hf inner = gw_hf_open(map, "linear_attn_config.", hf->arena, hf->diags);
    bool all =
        gw_hf_need(&inner, "num_heads", 1, 100000, "heads of the linear attention", &m->ssm_heads);
    if (gw_hf_need(&inner, "head_dim", 1, 4096, "width of a head", &m->ssm_state) && all) {
        m->ssm_inner = m->ssm_heads * m->ssm_state;
        m->ssm_groups = m->ssm_heads;
        m->ssm_rank = m->ssm_state;
    }
    (void)gw_hf_int(&inner, "short_conv_kernel_size", 0, 1000, &m->ssm_conv);
}

/* The files of the authors of Mamba: widths in ssm_cfg, what is absent at the defaults of their
 * software. */
static void take_original(gw_hf *hf, gw_llm *m, const gw_node *map) {
    gw_hf own = gw_hf_open(map, "ssm_cfg.", hf->arena, hf->diags);
    const gw_node *attention = gw_hf_list(hf, "attn_layer_idx");
    bool two = m->ssm_kind == GW_SSM_MAMBA2;
    int64_t head = 64;
    if (attention != NULL && attention->n > 0) {
        gw_hf_error(hf, attention->loc, "enter the model by hand",
                    "attention layers beside `ssm_cfg` are not read");
    }
    m->ssm_inner = expanded(&own, m, "expand");
    m->ssm_state = two ? 128 : 16;
    (void)gw_hf_int(&own, "d_state", 1, 100000, &m->ssm_state);
    (void)gw_hf_int(&own, "d_conv", 0, 1000, &m->ssm_conv);
    (void)gw_hf_int(&own, "ngroups", 1, 100000, &m->ssm_groups);
    (void)gw_hf_int(&own, "chunk_size", 1, 1000000, &m->ssm_chunk);
    (void)gw_hf_int(&own, "headdim", 1, 100000, &head);
    if (two && m->ssm_inner % head != 0) {
        gw_hf_error(hf, map->loc, NULL, "an inner width of %lld is not a multiple of heads of %lld",
                    (long long)m->ssm_inner, (long long)head);
    }
    m->ssm_heads = two ? m->ssm_inner / head : 0;
}

static int kind_of(const char *name) {
    for (int i = 0; name != NULL && i < gw_enum_ssm_kind.n; i++) {
        if (strcmp(gw_enum_ssm_kind.items[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

void gw_hf_state(gw_hf *hf, gw_llm *m) {
    if (m->ssm_layers == 0) {
        return;
    }
    int kind = kind_of(hf->family == NULL ? NULL : hf->family->state_kind);
    bool delta = gw_node_get(hf->map, "linear_num_value_heads") != NULL;
    m->ssm_kind = kind >= 0 ? kind : delta ? GW_SSM_GATED_DELTA : GW_SSM_MAMBA2;
    const gw_node *original = gw_hf_map(hf, "ssm_cfg");
    if (original != NULL) {
        take_original(hf, m, original);
        return;
    }
    switch (m->ssm_kind) {
    case GW_SSM_GATED_DELTA:
        take_gated_delta(hf, m);
        break;
    case GW_SSM_KIMI_DELTA:
        take_kimi(hf, m);
        break;
    case GW_SSM_LIGHTNING:
        m->ssm_heads = m->ssm_groups = m->heads > 0 ? m->heads : 1;
        m->ssm_state = m->head_dim;
        m->ssm_inner = m->heads * m->head_dim;
        m->ssm_conv = 0;
        break;
    case GW_SSM_MAMBA:
        take_common(hf, m);
        take_mamba(hf, m);
        break;
    default:
        take_common(hf, m);
        take_mamba2(hf, m);
        break;
    }
}
