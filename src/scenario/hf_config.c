/* scenario/hf_config.c: a model's shape from a Hugging Face config.json.
 *
 * In:  the file's text. Out: gw_llm, and what was assumed or could not be taken up.
 * Model: JSON is read as the YAML that it nearly is, which gives every value its line. A file that
 *      wraps a text model (text_config and the like) gives that one. Widths are looked up under the
 *      spellings that the families use; what a family does without saying so stands in
 *      hf_family.c. Files of a family that is not known are read by the same keys, with a warning.
 *      sequence: the longest that the positions allow, at most 8192, because the file does not tell
 *      the training length.
 * Valid: see hf_config.h and docs/huggingface.md.
 * Sources: configuration classes of github.com/huggingface/transformers.
 */
#include "scenario/hf_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/hf_read.h"

#define SEQUENCE_MOST 8192
#define MAX_CONFIG_BYTES (4u << 20)
#define WIDTH_MOST 1000000
#define FFN_MOST 10000000

static const char *const heads_keys =
    "num_attention_heads|n_head|n_heads|num_heads|attention_heads";
static const char *const hidden_keys = "hidden_size|n_embd|d_model|n_embed|emb_size|model_dim";

/* ---- widths of the whole ---- */

/* The first of single keys that is there: they may differ, and the first one counts. */
static int64_t first_int(gw_hf *hf, const char *const *keys, int n, int64_t otherwise) {
    int64_t value = otherwise;
    for (int i = 0; i < n; i++) {
        if (gw_hf_int(hf, keys[i], 1, 100000000, &value)) {
            break;
        }
    }
    return value;
}

static void take_positions(gw_hf *hf, gw_llm *m) {
    static const char *const keys[] = {"max_position_embeddings",
                                       "n_positions",
                                       "max_sequence_length",
                                       "max_seq_len",
                                       "seq_length",
                                       "n_ctx",
                                       "model_max_length"};
    int64_t most = first_int(hf, keys, (int)(sizeof keys / sizeof keys[0]), SEQUENCE_MOST);
    m->sequence = most < SEQUENCE_MOST ? most : SEQUENCE_MOST;
    const gw_node *inner = gw_hf_map(hf, "attn_config");
    if ((hf->traits & GW_HF_POSITIONS) != 0) {
        m->positions = most;
    } else if (hf->family != NULL && strstr(hf->family->types, "mpt") != NULL && inner != NULL) {
        const gw_node *alibi = gw_node_get(inner, "alibi"); /* MPT without it learns positions */
        bool on = alibi != NULL && alibi->kind == GW_NODE_SCALAR && alibi->text[0] == 't';
        m->positions = on ? 0 : most;
    }
}

static void take_whole(gw_hf *hf, gw_llm *m) {
    (void)gw_hf_need(hf, hidden_keys, 16, WIDTH_MOST, "width of the residual stream", &m->hidden);
    (void)gw_hf_need(hf, "num_hidden_layers|n_layer|n_layers|num_layers", 1, 10000,
                     "how many layers the model has", &m->layers);
    if (!gw_hf_int(hf, "padded_vocab_size", 100, 10000000, &m->vocab)) {
        (void)gw_hf_need(hf, "vocab_size", 100, 10000000, "entries of the vocabulary", &m->vocab);
    }
    (void)gw_hf_get(hf, "vocab_size");
    int64_t multiple = 1;
    if (gw_hf_int(hf, "pad_vocab_size_multiple", 1, 4096, &multiple)) {
        m->vocab = (m->vocab + multiple - 1) / multiple * multiple;
    }
    m->tied_embeddings =
        gw_hf_bool(hf, "tie_word_embeddings|tie_embeddings", (hf->traits & GW_HF_TIED) != 0);
    take_positions(hf, m);
    if (gw_hf_bool(hf, "use_mtp", true)) {
        (void)gw_hf_int(hf,
                        "num_nextn_predict_layers|num_mtp_modules|mtp_num_layers|"
                        "mtp_num_hidden_layers|num_mtp_layers",
                        0, 16, &m->mtp_layers);
    }
}

/* ---- attention ---- */

static void take_latent(gw_hf *hf, gw_llm *m) {
    int64_t plain = 0;
    (void)gw_hf_int(hf, "q_lora_rank", 0, 100000, &m->q_lora_rank);
    bool all = gw_hf_need(hf, "qk_nope_head_dim", 0, 4096,
                          "latent attention (kv_lora_rank) needs it", &plain);
    all = gw_hf_need(hf, "qk_rope_head_dim", 0, 4096, "latent attention (kv_lora_rank) needs it",
                     &m->rope_head_dim) &&
          all;
    (void)gw_hf_need(hf, "v_head_dim", 1, 4096, "latent attention (kv_lora_rank) needs it",
                     &m->head_dim);
    m->qk_head_dim = all ? plain + m->rope_head_dim : 0;
    m->kv_heads = m->heads;
    (void)gw_hf_get(hf, "head_dim"); /* of the rotary part or of no use */
    (void)gw_hf_get(hf, "qk_head_dim");
    (void)gw_hf_get(hf, "num_key_value_heads");
}

static void take_kv_heads(gw_hf *hf, gw_llm *m) {
    static const char *const keys =
        "num_key_value_heads|num_kv_heads|n_head_kv|num_query_groups|n_kv_heads|kv_n_heads";
    bool one = (hf->traits & GW_HF_ONE_KV) != 0;
    bool multi = gw_hf_bool(hf, "multi_query|multi_query_attention", one);
    const gw_node *inner = gw_hf_map(hf, "attn_config");
    m->kv_heads = m->heads;
    if (multi && !gw_hf_bool(hf, "new_decoder_architecture", false)) {
        m->kv_heads = 1;
        (void)gw_hf_int(hf, "multi_query_group_num", 1, 4096, &m->kv_heads);
        (void)gw_hf_get(hf, keys);
    } else if (inner != NULL) {
        gw_hf nested = gw_hf_open(inner, "attn_config.", hf->arena, hf->diags);
        (void)gw_hf_int(&nested, "kv_n_heads", 1, 4096, &m->kv_heads);
    } else {
        (void)gw_hf_int(hf, keys, 1, 4096, &m->kv_heads);
        (void)gw_hf_get(hf, "multi_query_group_num");
    }
    if (m->heads > 0 && m->heads % m->kv_heads != 0) {
        gw_hf_error(hf, gw_hf_loc(hf, keys),
                    "each key-value head serves the same number of attention heads",
                    "%lld attention heads are not a multiple of %lld key-value heads",
                    (long long)m->heads, (long long)m->kv_heads);
    }
}

static void take_attention(gw_hf *hf, gw_llm *m) {
    int64_t rank = 0, value = 0;
    if (!gw_hf_need(hf, heads_keys, 1, 4096, "how many heads attention has", &m->heads)) {
        return;
    }
    m->attention_gate =
        gw_hf_bool(hf, "attn_output_gate|attention_output_gate", (hf->traits & GW_HF_GATE) != 0);
    if (gw_hf_int(hf, "kv_lora_rank", 0, 100000, &rank) && rank > 0) {
        m->kv_lora_rank = rank;
        take_latent(hf, m);
        return;
    }
    take_kv_heads(hf, m);
    if (!gw_hf_int(hf, "head_dim|attention_head_dim|kv_channels|attention_head_size", 1, 4096,
                   &m->head_dim)) {
        if (m->hidden > 0 && m->hidden % m->heads != 0) {
            gw_hf_error(hf, gw_hf_loc(hf, hidden_keys), "give head_dim where the heads are wider",
                        "a hidden size of %lld is not a multiple of %lld attention heads",
                        (long long)m->hidden, (long long)m->heads);
        }
        m->head_dim = m->hidden / m->heads;
    }
    if (gw_hf_int(hf, "v_head_dim", 1, 4096, &value) && value != m->head_dim) {
        m->qk_head_dim = m->head_dim;
        m->head_dim = value;
    }
}

/* ---- feed-forward parts ---- */

static const char *const ffn_keys =
    "intermediate_size|n_inner|ffn_dim|ffn_hidden_size|ff_dim|intermediate_dim|"
    "ff_intermediate_size";

static void take_ffn(gw_hf *hf, gw_llm *m) {
    double ratio = 4.0;
    m->ffn_kind = (hf->traits & GW_HF_PLAIN) != 0 ? GW_FFN_PLAIN : GW_FFN_GATED;
    bool found = gw_hf_int(hf, "intermediate_size_mlp", 1, FFN_MOST, &m->ffn);
    const gw_node *inner = gw_hf_map(hf, "ffn_config");
    if (!found && inner != NULL) {
        gw_hf nested = gw_hf_open(inner, "ffn_config.", hf->arena, hf->diags);
        found = gw_hf_int(&nested, "ffn_hidden_size", 1, FFN_MOST, &m->ffn);
    }
    found = found || gw_hf_int(hf, ffn_keys, 0, FFN_MOST, &m->ffn);
    if ((hf->traits & GW_HF_HALF_FFN) != 0) {
        m->ffn /= 2;
    }
    bool ratio_given = gw_hf_number(hf, "expansion_ratio", 0.1, 100, &ratio);
    bool optional = (hf->traits & GW_HF_NO_ATTENTION) != 0;
    if (!found && (ratio_given || (hf->traits & GW_HF_FFN4) != 0)) {
        m->ffn = (int64_t)(ratio * (double)m->hidden + 0.5);
    } else if (!found && !optional && m->experts == 0) {
        gw_hf_error(hf, hf->map->loc, "inner width of a feed-forward layer",
                    "`intermediate_size` is missing");
    }
    if (optional) {
        m->ffn = 0;
    }
}

static void take_shared(gw_hf *hf, gw_llm *m) {
    int64_t each = 0, n = -1;
    bool width = gw_hf_int(hf,
                           "shared_expert_intermediate_size|moe_shared_expert_intermediate_size|"
                           "shared_intermediate_size|share_expert_dim",
                           0, FFN_MOST, &each);
    bool number = gw_hf_int(hf,
                            "n_shared_experts|num_shared_experts|num_shared_expert|"
                            "moe_num_shared_experts",
                            0, 10000, &n);
    if (width) {
        m->shared_ffn = number && n > 1 ? n * each : each;
    } else if (number) {
        m->shared_ffn = n * m->expert_ffn;
    } else if ((hf->traits & GW_HF_SHARED_LIKE) != 0) {
        m->shared_ffn = m->expert_ffn;
    } else if ((hf->traits & GW_HF_RESIDUAL) != 0) {
        m->shared_ffn = m->hidden;
    }
    n = 0; /* Grok-2: a dense part beside the experts of a layer */
    if (gw_hf_bool(hf, "residual_moe", false)) {
        (void)gw_hf_int(hf, "intermediate_size", 1, FFN_MOST, &n);
        m->shared_ffn += n;
    }
}

/* DBRX keeps the experts in a mapping of their own. */
static const char *const count_keys =
    "num_local_experts|num_experts|n_routed_experts|moe_num_experts|num_routed_experts|n_experts";
static const char *const top_keys =
    "num_experts_per_tok|num_experts_per_token|experts_per_token|moe_topk|moe_k|moe_top_k|"
    "num_selected_experts";

static void take_experts(gw_hf *hf, gw_llm *m) {
    const gw_node *inner = gw_hf_map(hf, "ffn_config");
    gw_hf nested = inner == NULL ? *hf : gw_hf_open(inner, "ffn_config.", hf->arena, hf->diags);
    gw_hf *at = inner == NULL ? hf : &nested;
    if (!gw_hf_int(at, count_keys, 0, 100000, &m->experts) || m->experts < 2) {
        m->experts = 0;
        (void)gw_hf_get(at, top_keys);
        return;
    }
    if (gw_hf_need(at, top_keys, 1, 1000, "experts that one token is sent to", &m->top_k) &&
        m->top_k > m->experts) {
        gw_hf_error(hf, gw_hf_loc(at, top_keys), "a token cannot go to more experts than there are",
                    "%lld experts per token, but there are only %lld", (long long)m->top_k,
                    (long long)m->experts);
    }
    if (!gw_hf_int(at, "moe_intermediate_size|moe_ffn_hidden_size|expert_intermediate_size", 1,
                   FFN_MOST, &m->expert_ffn)) {
        static const char *const plain = "intermediate_size|ffn_hidden_size";
        (void)gw_hf_need(at, plain, 1, FFN_MOST, "inner width of an expert", &m->expert_ffn);
    }
    (void)gw_hf_int(hf, "moe_latent_size", 0, WIDTH_MOST, &m->expert_hidden);
    (void)gw_hf_number(hf, "capacity_factor|expert_capacity_factor", 0.1, 100, &m->capacity_factor);
    take_shared(hf, m);
}

/* Granite writes the dense width under the shared experts when there are no experts. */
static void without_experts(gw_hf *hf, gw_llm *m) {
    int64_t shared = 0;
    if (m->experts == 0 && gw_hf_int(hf, "shared_intermediate_size", 0, FFN_MOST, &shared) &&
        shared > 0) {
        m->ffn = shared;
    }
}

/* Keys that change nothing at the value they have. */
static void take_idle(gw_hf *hf, const gw_llm *m) {
    static const char *const projected = "word_embed_proj_dim|embedding_size";
    int64_t width = m->hidden;
    if (gw_hf_int(hf, projected, 1, WIDTH_MOST, &width) && width != m->hidden) {
        gw_hf_warn(hf, gw_hf_loc(hf, projected), NULL,
                   "embeddings %lld wide are counted at the hidden width", (long long)width);
    }
    if (!gw_hf_bool(hf, "use_cla", false)) {
        (void)gw_hf_get(hf, "cla_share_factor");
    } else {
        gw_hf_warn(hf, gw_hf_loc(hf, "use_cla"), NULL,
                   "keys and values that layers share are counted in each");
        (void)gw_hf_get(hf, "cla_share_factor");
    }
}

/* ---- the file ---- */

/* A copy of the map with the family's defaults below it; says which of them count. */
static const gw_node *with_defaults(gw_hf *hf, const gw_node *map, const char *defaults) {
    gw_node *low = GW_NEW(hf->arena, gw_node);
    *low = (gw_node){.kind = GW_NODE_MAP, .loc = map->loc};
    low->items = GW_NEW_N(hf->arena, 16, gw_node *);
    low->keys = GW_NEW_N(hf->arena, 16, const char *);
    low->key_locs = GW_NEW_N(hf->arena, 16, gw_loc);
    const char *said = "";
    for (const char *at = defaults; *at != '\0' && low->n < 16;) {
        size_t key = strcspn(at, "="), all = strcspn(at, " ");
        gw_node *value = GW_NEW(hf->arena, gw_node);
        *value = (gw_node){.kind = GW_NODE_SCALAR, .loc = map->loc};
        value->text = gw_arena_strndup(hf->arena, at + key + 1, all - key - 1);
        const char *name = gw_arena_strndup(hf->arena, at, key);
        at += all + (at[all] == ' ');
        bool listed = gw_node_get(map, "layer_types") != NULL &&
                      (strstr(name, "pattern") != NULL || strstr(name, "interval") != NULL);
        if (gw_node_get(map, name) == NULL && !listed) {
            said = gw_arena_printf(hf->arena, "%s%s%s %s", said, said[0] == '\0' ? "" : ", ", name,
                                   value->text);
            low->keys[low->n] = name;
            low->key_locs[low->n] = map->loc;
            low->items[low->n++] = value;
        }
    }
    if (said[0] != '\0') {
        gw_hf_warn(hf, map->loc, "write the keys into the file to be sure",
                   "not in the file, taken as the family's software does: %s", said);
    }
    return low->n == 0 ? map : gw_node_merge(hf->arena, low, (gw_node *)map);
}

/* The part of the file that describes the text model, and under which key. */
static const gw_node *text_part(const gw_node *root, const char **key) {
    static const char *const keys[] = {"text_config", "llm_config", "language_config",
                                       "thinker_config"};
    *key = "";
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const gw_node *inner = gw_node_get(root, keys[i]);
        if (inner != NULL && inner->kind == GW_NODE_MAP && inner->n > 0 &&
            gw_node_get(root, "num_hidden_layers") == NULL) {
            *key = keys[i];
            return inner;
        }
    }
    return root;
}

/* The files of the authors of Mamba have no type but a mapping ssm_cfg. */
static const char *type_of(const gw_node *map) {
    const gw_node *type = gw_node_get(map, "model_type");
    const gw_node *state = gw_node_get(map, "ssm_cfg");
    if (type == NULL && state != NULL && state->kind == GW_NODE_MAP) {
        const gw_node *layer = gw_node_get(state, "layer");
        bool two =
            layer != NULL && layer->kind == GW_NODE_SCALAR && strcmp(layer->text, "Mamba2") == 0;
        return two ? "ssm_cfg2" : "ssm_cfg";
    }
    return type == NULL || type->kind != GW_NODE_SCALAR ? NULL : type->text;
}

/* False when the family cannot be read at all. */
static bool take_family(gw_hf *hf, const gw_node *root) {
    const char *type = type_of(hf->map) != NULL ? type_of(hf->map) : type_of(root);
    gw_loc loc = gw_hf_loc(hf, "model_type");
    hf->family = gw_hf_family_of(type);
    if (type == NULL) {
        gw_hf_warn(hf, hf->map->loc, "gated feed-forward parts and separate embeddings are assumed",
                   "`model_type` is missing: read by the common keys");
    } else if (hf->family == NULL) {
        gw_hf_warn(hf, loc,
                   "gated feed-forward parts and separate embeddings are assumed unless a key says "
                   "otherwise; compare the parameters with the published number",
                   "model type `%s` is not known: read by the common keys", type);
    } else if (hf->family->refuse != NULL) {
        gw_hf_error(hf, loc, "enter the model by hand if an average layer will do",
                    "models of type `%s` cannot be read: %s", type, hf->family->refuse);
        return false;
    } else {
        hf->traits = hf->family->traits;
        hf->map = with_defaults(hf, hf->map, hf->family->defaults);
        hf->seen = GW_NEW_N(hf->arena, hf->map->n + 1, bool);
    }
    if (gw_hf_map(hf, "block_configs") != NULL || gw_hf_list(hf, "block_configs") != NULL) {
        gw_hf_error(hf, gw_hf_loc(hf, "block_configs"), "describe an average layer by hand",
                    "`block_configs`: its layers differ in shape from one to the next");
        return false;
    }
    return true;
}

static void take_model(gw_hf *hf, gw_llm *m) {
    take_whole(hf, m);
    if ((hf->traits & GW_HF_NO_ATTENTION) == 0) {
        take_attention(hf, m);
    }
    take_experts(hf, m);
    take_ffn(hf, m);
    without_experts(hf, m);
    take_idle(hf, m);
    if (gw_diags_n_errors(hf->diags) == 0) { /* counts lean on the widths */
        gw_hf_layers(hf, m);
        gw_hf_state(hf, m);
    }
    if (m->experts > 0 && m->dense_layers > 0 && m->ffn == 0) {
        gw_hf_error(hf, hf->map->loc, "inner width of the dense layers",
                    "`intermediate_size` is missing");
    }
    if (m->ssm_layers == m->layers && m->ffn_only_layers == 0) {
        m->heads = m->kv_heads = m->head_dim = 0;
    }
}

static void say_wrapped(gw_hf *hf, const gw_node *root, const char *key) {
    static const char *const others[] = {"vision_config", "audio_config", "vision_tower",
                                         "vit_config", "talker_config"};
    if (key[0] != '\0') {
        gw_hf_warn(hf, hf->map->loc, NULL,
                   "only `%s` is read: other parts of the model are left out", key);
        return;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        int at = gw_node_find(root, others[i]);
        if (at >= 0 && root->items[at]->kind == GW_NODE_MAP) {
            hf->seen[at] = true;
            gw_hf_warn(hf, root->key_locs[at], NULL,
                       "`%s` is left out: only the language model is read", others[i]);
        }
    }
}

static gw_code read_model(const gw_node *root, gw_arena *arena, gw_diags *diags, gw_llm *m) {
    size_t before = gw_diags_n_errors(diags);
    const char *key = "";
    const gw_node *map = text_part(root, &key);
    const gw_node *inner = gw_node_get(map, "text_config"); /* a wrapper within a wrapper */
    map =
        inner != NULL && inner->kind == GW_NODE_MAP && inner->n > 0 && key[0] != '\0' ? inner : map;
    const char *prefix = key[0] == '\0' ? "" : gw_arena_printf(arena, "%s.", key);
    gw_hf hf = gw_hf_open(map, prefix, arena, diags);
    say_wrapped(&hf, root, key);
    if (take_family(&hf, root)) {
        take_model(&hf, m);
        const gw_node *tied = gw_node_get(root, "tie_word_embeddings");
        if (key[0] != '\0' && gw_node_get(map, "tie_word_embeddings") == NULL && tied != NULL) {
            m->tied_embeddings = tied->kind == GW_NODE_SCALAR && strcmp(tied->text, "true") == 0;
        }
        gw_hf_warn_unread(&hf);
    }
    return gw_diags_n_errors(diags) > before ? GW_E_MODEL : GW_OK;
}

static const char *name_of(const char *file, const gw_node *root, gw_arena *arena) {
    const gw_node *own = gw_node_get(root, "_name_or_path");
    const char *text = own != NULL && own->kind == GW_NODE_SCALAR ? own->text : "";
    const char *slash = strrchr(text, '/');
    const char *name = slash == NULL ? text : slash + 1;
    if (name[0] != '\0') {
        return gw_arena_strdup(arena, name);
    }
    const char *end = strrchr(file, '/');
    bool plain = strcmp(end == NULL ? file : end + 1, "config.json") == 0;
    if (plain && end != NULL) { /* the folder */
        size_t n = (size_t)(end - file);
        while (n > 0 && file[n - 1] != '/') {
            n--;
        }
        return gw_arena_strndup(arena, file + n, (size_t)(end - file) - n);
    }
    const char *base = end == NULL ? file : end + 1;
    const char *dot = strrchr(base, '.');
    return plain ? "model"
                 : gw_arena_strndup(arena, base, dot == NULL ? strlen(base) : (size_t)(dot - base));
}

gw_code gw_hf_config_parse(const char *file, const char *text, size_t n, gw_arena *arena,
                           gw_diags *diags, gw_llm *llm) {
    gw_node *root = NULL;
    size_t before = gw_diags_n_errors(diags);
    *llm = (gw_llm){.head = {.source = -1, .loc = {file, 1, 1}, .given = true, .note = NULL},
                    .params = GW_NAN,
                    .active_params = GW_NAN,
                    .capacity_factor = GW_NAN,
                    .year = 2024,
                    .ssm_groups = 1,
                    .ssm_conv = 4,
                    .ssm_kind = GW_SSM_MAMBA2,
                    .expert_every = 1};
    size_t blank = 0;
    while (blank < n && strchr(" \t\r\n", text[blank]) != NULL) {
        blank++;
    }
    if (blank == n) {
        gw_diag_add(diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){file, 1, 1}, NULL,
                    "give the config.json of a language model", "the file is empty");
        return GW_E_SYNTAX;
    }
    gw_code code = gw_doc_parse(file, text, n, arena, diags, &root);
    if (code == GW_OK && root->kind != GW_NODE_MAP) {
        gw_diag_add(diags, GW_E_SYNTAX, GW_ERROR, root->loc, NULL,
                    "give the config.json of a language model", "not a JSON object");
        return GW_E_SYNTAX;
    }
    if (code != GW_OK || gw_diags_n_errors(diags) > before) {
        return code != GW_OK ? code : GW_E_SYNTAX;
    }
    llm->head.name = name_of(file, root, arena);
    llm->head.path = gw_arena_printf(arena, "models.%s", llm->head.name);
    llm->title = strchr(llm->head.name, '@') == NULL ? llm->head.name : NULL;
    return read_model(root, arena, diags, llm);
}

gw_code gw_hf_config_read(const char *path, gw_loc from, gw_arena *arena, gw_diags *diags,
                          gw_llm *llm) {
    char *text = NULL;
    size_t n = 0;
    const char *file = gw_arena_strdup(arena, path);
    gw_code code = gw_file_read(file, MAX_CONFIG_BYTES, &text, &n);
    if (code != GW_OK && errno == EISDIR) {
        file = gw_arena_printf(arena, "%s/config.json", path);
        code = gw_file_read(file, MAX_CONFIG_BYTES, &text, &n);
    }
    if (code != GW_OK) {
        gw_diag_add(diags, code, GW_ERROR, from, NULL,
                    "give the path of a config.json or of its folder", "cannot read %s: %s", file,
                    code == GW_E_RANGE ? "larger than 4 MiB" : strerror(errno));
        return code;
    }
    code = gw_hf_config_parse(file, text, n, arena, diags, llm);
    free(text);
    return code;
}
