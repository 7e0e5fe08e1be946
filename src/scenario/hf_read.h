/* scenario/hf_read.h: looks keys of a config.json up, one of several spellings each, and remembers
 * which were read. Private to the import (hf_*.c). */
#ifndef GW_SCENARIO_HF_READ_H
#define GW_SCENARIO_HF_READ_H

#include "scenario/doc.h"
#include "scenario/spec.h"

/** Quirks of a family of models, beyond what its keys say. */
typedef enum gw_hf_trait {
    GW_HF_PLAIN = 1 << 0,      /* two matrices in a feed-forward part */
    GW_HF_TIED = 1 << 1,       /* embeddings are one matrix unless the file says otherwise */
    GW_HF_FFN4 = 1 << 2,       /* inner width 4 hidden unless the file says otherwise */
    GW_HF_POSITIONS = 1 << 3,  /* learned positions */
    GW_HF_GATE = 1 << 4,       /* attention has an output gate */
    GW_HF_ONE_KV = 1 << 5,     /* one key-value head unless the file says otherwise */
    GW_HF_WINDOW_OFF = 1 << 6, /* `sliding_window` counts only with use_sliding_window */
    GW_HF_ALTERNATE = 1 << 7,  /* every second layer has the sliding window */
    GW_HF_HALF_FFN = 1 << 8,   /* intermediate_size counts both halves of the gated product */
    GW_HF_NO_ATTENTION = 1 << 9,
    GW_HF_RESIDUAL = 1 << 11,   /* a dense part as wide as hidden beside the experts */
    GW_HF_SHARED_LIKE = 1 << 10 /* each expert layer also has one shared expert as wide as a routed
                                   one */
} gw_hf_trait;

typedef struct gw_hf_family {
    const char *types; /* model_type values, separated by blanks */
    unsigned traits;
    const char *defaults; /* "key=value key=value": what the family's software takes when absent */
    const char *state_kind; /* ssm_kind of its state layers; NULL: none */
    const char *refuse;     /* why it cannot be read; NULL: it can */
} gw_hf_family;

/** NULL when the type is not known. */
const gw_hf_family *gw_hf_family_of(const char *model_type);
bool gw_hf_is_harmless(const char *key);      /* says nothing about sizes */
bool gw_hf_looks_structural(const char *key); /* may change sizes */

typedef struct gw_hf {
    const gw_node *map; /* describes the text model */
    bool *seen;         /* [map->n] */
    const char *prefix; /* "" or "attn_config." */
    const gw_hf_family *family;
    unsigned traits;
    gw_arena *arena;
    gw_diags *diags;
} gw_hf;

gw_hf gw_hf_open(const gw_node *map, const char *prefix, gw_arena *arena, gw_diags *diags);

/** `keys`: spellings separated by '|', the first is the one named in messages. The value, NULL when
 *  absent or null. Two spellings that say different things are an error. */
const gw_node *gw_hf_get(gw_hf *hf, const char *keys);
gw_loc gw_hf_loc(const gw_hf *hf, const char *keys); /* of the key; of the mapping when absent */

/** A whole number in lo .. hi, or a list of one and the same. `out` is untouched and the answer
 *  false when absent or wrong. */
bool gw_hf_int(gw_hf *hf, const char *keys, int64_t lo, int64_t hi, int64_t *out);
/** The same; absent is an error that says `hint`. */
bool gw_hf_need(gw_hf *hf, const char *keys, int64_t lo, int64_t hi, const char *hint,
                int64_t *out);
bool gw_hf_bool(gw_hf *hf, const char *keys, bool otherwise);
bool gw_hf_number(gw_hf *hf, const char *keys, double lo, double hi, double *out);
const char *gw_hf_text(gw_hf *hf, const char *keys);    /* NULL when absent or no text */
const gw_node *gw_hf_list(gw_hf *hf, const char *keys); /* NULL when absent or no list */
const gw_node *gw_hf_map(gw_hf *hf, const char *keys);  /* NULL when absent or no mapping */

void gw_hf_error(gw_hf *hf, gw_loc loc, const char *hint, const char *fmt, ...) GW_PRINTF(4, 5);
void gw_hf_warn(gw_hf *hf, gw_loc loc, const char *hint, const char *fmt, ...) GW_PRINTF(4, 5);

/** Warns of keys that nothing read and that look as if they changed sizes. */
void gw_hf_warn_unread(gw_hf *hf);

/** Which layers are what (hf_layers.c): fills window*, ffn_only_layers, mixer_only_layers,
 *  ssm_layers and the expert layers. llm->layers and llm->experts must be set. */
void gw_hf_layers(gw_hf *hf, gw_llm *llm);
/** Widths of state layers (hf_state.c). llm->ssm_layers must be set. */
void gw_hf_state(gw_hf *hf, gw_llm *llm);

#endif
