/* scenario/hf_layers.c: which layers of a config.json attend to what, carry a state, hold experts.
 *
 * In:  gw_hf, with layers and experts of gw_llm set. Out: window fields, ffn_only_layers,
 *      mixer_only_layers, ssm_layers, dense_layers, expert_every.
 * Model: a list of words or letters, one a layer, is counted; else periods and offsets say which
 *      layers attend, which slide and which hold experts. Sparse attention to a chosen number of
 *      keys costs what a window of as many costs.
 * Valid: counts; the order of the layers is not kept.
 * Sources: model classes of github.com/huggingface/transformers; model code of DeepSeek (first_k_
 *      dense_replace, moe_layer_freq, index_topk), Kimi Linear, MiniMax, Nemotron-H.
 */
#include <stdlib.h>
#include <string.h>

#include "scenario/hf_read.h"

typedef struct counts {
    int64_t full, window, state, dense, experts; /* the last two: feed-forward part and no more */
} counts;

/** Where a word of a list of layers is counted; NULL when it is not known. */
static int64_t *place_of(counts *n, const char *word) {
    static const struct {
        const char *word;
        size_t at;
    } words[] = {
        {"full_attention", offsetof(counts, full)},
        {"attention", offsetof(counts, full)},
        {"full", offsetof(counts, full)},
        {"global", offsetof(counts, full)},
        {"1", offsetof(counts, full)}, /* MiniMax: 1 softmax, 0 lightning */
        {"*", offsetof(counts, full)},
        {"sliding_attention", offsetof(counts, window)},
        {"chunked_attention", offsetof(counts, window)},
        {"local", offsetof(counts, window)},
        {"linear_attention", offsetof(counts, state)},
        {"mamba", offsetof(counts, state)},
        {"mamba2", offsetof(counts, state)},
        {"0", offsetof(counts, state)},
        {"M", offsetof(counts, state)},
        {"mlp", offsetof(counts, dense)},
        {"-", offsetof(counts, dense)},
        {"moe", offsetof(counts, experts)},
        {"E", offsetof(counts, experts)},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, word) == 0) {
            return (int64_t *)(void *)((char *)n + words[i].at);
        }
    }
    return NULL;
}

static void count_word(gw_hf *hf, gw_loc loc, const char *word, counts *n) {
    int64_t *place = place_of(n, word);
    if (place == NULL) {
        gw_hf_error(hf, loc, "known: attention, sliding, chunked, linear, mamba, mlp, moe",
                    "layers of kind `%s` are not modelled", word);
    } else {
        ++*place;
    }
}

static void check_length(gw_hf *hf, gw_loc loc, const char *key, int64_t n, int64_t layers) {
    if (n != layers) {
        gw_hf_error(hf, loc, "one entry a layer", "%s names %lld layers, but there are %lld", key,
                    (long long)n, (long long)layers);
    }
}

/* Lists of layers; false when there is none. */
static bool listed(gw_hf *hf, const gw_llm *m, counts *n) {
    static const char *const keys = "layer_types|layers_block_type|attn_type_list|attention_layers";
    const gw_node *list = gw_hf_list(hf, keys);
    const char *pattern = gw_hf_text(hf, "hybrid_override_pattern");
    (void)gw_hf_get(hf, "attention_types"); /* GPT-Neo says it in both ways */
    if (list != NULL) {
        for (int i = 0; i < list->n; i++) {
            const gw_node *item = list->items[i];
            bool scalar = item->kind == GW_NODE_SCALAR;
            count_word(hf, item->loc, scalar ? item->text : "?", n);
        }
        check_length(hf, list->loc, "the list of layers", list->n, m->layers);
    } else if (pattern != NULL) {
        gw_loc loc = gw_hf_loc(hf, "hybrid_override_pattern");
        int64_t length = 0;
        for (const char *at = pattern; *at != '\0'; at++) {
            char word[2] = {*at, '\0'};
            if (*at != '|') {
                count_word(hf, loc, word, n);
                length++;
            }
        }
        check_length(hf, loc, "`hybrid_override_pattern`", length, m->layers);
    }
    return list != NULL || pattern != NULL;
}

/* How many i in 0 .. layers-1 have i % period == offset. */
static int64_t in_period(int64_t layers, int64_t period, int64_t offset) {
    return offset >= layers ? 0 : (layers - 1 - offset) / period + 1;
}

/* Attention against state layers where no list says it. */
static void mixed(gw_hf *hf, const gw_llm *m, counts *n) {
    int64_t period = 1, offset = 0, attention = m->layers;
    const gw_node *linear = gw_hf_map(hf, "linear_attn_config");
    const gw_node *indices = gw_hf_list(hf, "attn_layer_indices");
    if (linear != NULL) {
        const gw_node *full = gw_node_get(linear, "full_attn_layers");
        const gw_node *kda = gw_node_get(linear, "kda_layers");
        if (full == NULL || kda == NULL || full->kind != GW_NODE_LIST ||
            kda->kind != GW_NODE_LIST) {
            gw_hf_error(hf, linear->loc, "lists of layer numbers",
                        "`linear_attn_config` needs full_attn_layers and kda_layers");
            return;
        }
        check_length(hf, linear->loc, "`linear_attn_config`", full->n + kda->n, m->layers);
        attention = full->n < m->layers ? full->n : m->layers;
    } else if (indices != NULL) {
        attention = indices->n;
        if (attention > m->layers) {
            check_length(hf, indices->loc, "`attn_layer_indices`", attention, m->layers);
            attention = m->layers;
        }
    } else if (gw_hf_int(hf, "attn_layer_period", 1, 10000, &period)) {
        (void)gw_hf_int(hf, "attn_layer_offset", 0, 10000, &offset);
        attention = in_period(m->layers, period, offset);
    } else if (gw_hf_int(hf, "full_attention_interval", 1, 10000, &period)) {
        attention = m->layers / period;
    }
    n->full = attention;
    n->state = m->layers - attention;
}

/* Of n->full attention layers, those that slide. */
static void sliding(gw_hf *hf, counts *n) {
    int64_t pattern = 0, first = 0;
    bool on = gw_hf_bool(hf, "use_sliding_window", (hf->traits & GW_HF_WINDOW_OFF) == 0);
    const char *words = gw_hf_text(hf, "sliding_window_pattern|_sliding_window_pattern");
    const gw_node *no_rope = gw_hf_list(hf, "no_rope_layers");
    int64_t window = 0;
    if (!on || n->full == 0 ||
        !gw_hf_int(hf, "sliding_window|attention_chunk_size|window_size", 0, 100000000, &window) ||
        window == 0) {
        return;
    }
    if (words != NULL && strspn(words, "LG") == strlen(words) && words[0] != '\0') {
        int64_t local = 0;
        for (const char *at = words; *at != '\0'; at++) {
            local += *at == 'L';
        }
        n->window = n->full * local / (int64_t)strlen(words);
    } else if (gw_hf_int(hf, "sliding_window_pattern|_sliding_window_pattern", 1, 10000,
                         &pattern)) {
        n->window = n->full - n->full / pattern;
    } else if (no_rope != NULL &&
               no_rope->n > 0) { /* Llama 4: layers with rotary positions work in chunks */
        for (int i = 0; i < no_rope->n && i < n->full; i++) {
            const gw_node *item = no_rope->items[i];
            n->window += item->kind == GW_NODE_SCALAR && strcmp(item->text, "0") != 0;
        }
    } else if (gw_node_get(hf->map, "attention_chunk_size") != NULL) {
        n->window = n->full - n->full / 4;
    } else if (gw_node_get(hf->map, "use_sliding_window") != NULL &&
               gw_hf_int(hf, "max_window_layers", 0, 10000, &first)) {
        n->window = n->full > first ? n->full - first : 0; /* Qwen: the layers above */
    } else if ((hf->traits & GW_HF_ALTERNATE) != 0) {
        n->window = (n->full + 1) / 2;
    } else {
        n->window = n->full;
    }
    n->full -= n->window;
}

static void take_window(gw_hf *hf, gw_llm *m, const counts *n) {
    int64_t keys = 0;
    if (n->window > 0) {
        (void)gw_hf_need(hf, "sliding_window|attention_chunk_size|window_size", 1, 100000000,
                         "the width of the window that some layers have", &m->window);
        m->window_share = (double)n->window / (double)(n->window + n->full);
        bool chunked = gw_node_get(hf->map, "attention_chunk_size") != NULL;
        m->window_kind = chunked ? GW_WINDOW_CHUNKED : GW_WINDOW_SLIDING;
    } else if (gw_hf_int(hf, "index_topk", 1, 100000000, &keys)) {
        m->window = keys;
        m->window_share = 1.0;
        gw_hf_warn(hf, gw_hf_loc(hf, "index_topk"), NULL,
                   "sparse attention to %lld keys is entered as a window; what picks them is not "
                   "counted",
                   (long long)keys);
        gw_hf_get(hf, "index_n_heads");
        gw_hf_get(hf, "index_head_dim");
    }
}

/* Whether layer i holds experts, from the periods that the families write. */
typedef struct rule {
    int64_t first, last, period, offset; /* first <= i <= last and i % period == offset */
    const gw_node *listed;               /* their numbers; or one 0 / 1, dense / sparse a layer */
    bool flags;
    const gw_node *dense; /* numbers of layers that are dense all the same */
} rule;

static bool has_number(const gw_node *list, int64_t i) {
    for (int k = 0; list != NULL && k < list->n; k++) {
        const gw_node *item = list->items[k];
        if (item->kind == GW_NODE_SCALAR && strtoll(item->text, NULL, 10) == i) {
            return true;
        }
    }
    return false;
}

static bool holds_experts(const rule *r, int64_t i) {
    if (has_number(r->dense, i)) {
        return false;
    }
    if (r->flags) {
        const gw_node *item = i < r->listed->n ? r->listed->items[i] : NULL;
        return item != NULL && item->kind == GW_NODE_SCALAR && strcmp(item->text, "0") != 0 &&
               strcmp(item->text, "dense") != 0;
    }
    if (r->listed != NULL) {
        return has_number(r->listed, i);
    }
    return i >= r->first && i <= r->last && i % r->period == r->offset;
}

static rule expert_rule(gw_hf *hf, const gw_llm *m) {
    rule r = {.last = m->layers - 1, .period = 1};
    int64_t step = 1;
    (void)gw_hf_int(hf, "first_k_dense_replace|moe_layer_start_index|num_dense_layers", 0, 10000,
                    &r.first);
    int64_t end = -1;
    if (gw_hf_int(hf, "moe_layer_end_index", -1, 10000, &end) && end >= 0) {
        r.last = end;
    }
    r.listed = gw_hf_list(hf, "moe_layers");
    const gw_node *flags = gw_hf_list(hf, "moe_layer_freq|mlp_layer_types");
    if (flags != NULL && flags->n > 0) {
        r.listed = flags;
        r.flags = true;
        check_length(hf, flags->loc, "`moe_layer_freq`", flags->n, m->layers);
        return r;
    }
    if (gw_hf_int(hf,
                  "decoder_sparse_step|interleave_moe_layer_step|moe_layer_interval|"
                  "moe_every_n_layers",
                  1, 10000, &step)) {
        r.offset = step - 1;
    } else if (gw_hf_int(hf, "expert_layer_period", 1, 10000, &step)) {
        (void)gw_hf_int(hf, "expert_layer_offset", 0, 10000, &r.offset);
    } else {
        (void)gw_hf_int(hf, "moe_layer_freq", 1, 10000, &step);
    }
    r.period = step;
    r.dense = gw_hf_list(hf, "mlp_only_layers");
    return r;
}

/* Whether the numbers of a list follow the period, so that the entry can say it. */
static bool is_regular(const rule *r, int64_t layers) {
    rule period = *r;
    period.listed = period.dense = NULL;
    period.flags = false;
    int64_t n = 0;
    for (int64_t i = 0; i < layers; i++) {
        if (holds_experts(&period, i) != holds_experts(r, i)) {
            return false;
        }
        n += holds_experts(r, i);
    }
    return r->first <= layers && (layers - r->first) / r->period == n;
}

static void take_experts(gw_hf *hf, gw_llm *m) {
    rule r = expert_rule(hf, m);
    int64_t n = 0;
    for (int64_t i = 0; i < m->layers; i++) {
        n += holds_experts(&r, i);
    }
    if (r.first > m->layers) {
        gw_hf_error(hf, gw_hf_loc(hf, "first_k_dense_replace|moe_layer_start_index"), NULL,
                    "%lld dense layers, but there are only %lld layers", (long long)r.first,
                    (long long)m->layers);
    } else if (n == 0) {
        gw_hf_error(hf, hf->map->loc, "correct the keys that place them",
                    "no layer holds the %lld experts", (long long)m->experts);
    }
    bool plain = is_regular(&r, m->layers);
    m->dense_layers = plain ? r.first : m->layers - n;
    m->expert_every = plain ? r.period : 1;
}

void gw_hf_layers(gw_hf *hf, gw_llm *m) {
    counts n = {0};
    if ((hf->traits & GW_HF_NO_ATTENTION) != 0) {
        m->ssm_layers = m->mixer_only_layers = m->layers;
        return;
    }
    (void)gw_hf_get(hf, "sliding_window"); /* of no effect where no layer slides */
    if (!listed(hf, m, &n)) {
        mixed(hf, m, &n);
        sliding(hf, &n);
    }
    take_window(hf, m, &n);
    m->ssm_layers = n.state;
    m->ffn_only_layers = n.dense + n.experts;
    if (m->ffn_only_layers > 0) {
        m->mixer_only_layers = n.full + n.window + n.state;
        m->dense_layers = m->experts > 0 ? n.dense : 0;
    } else if (m->experts > 0) {
        take_experts(hf, m);
    }
}
