/* training/layer_memo.c: remembers the time of layers while a search varies the rest of a layout.
 *
 * In:  gw_work, gw_layer_kind. Out: gw_pair.
 * Model: one slot for each kind of layer and way of recomputation; a slot holds the last layout that
 *      asked. Stages, replicas, interleaving, schedule and ZeRO stage do not touch the time of a
 *      layer, so that a search that varies them innermost finds what it needs.
 * Valid: as layer_memo.h says.
 * Derivation: gw_layer_time, called once for each key.
 */
#include "training/layer_memo.h"

#include <string.h>

static gw_layer_key key_of(const gw_work *w, const gw_layer_kind *kind) {
    const gw_shard *s = w->shard;
    return (gw_layer_key){
        .tp = (int)s->tp,
        .cp = (int)s->cp,
        .ep = (int)s->ep,
        .etp = (int)s->etp,
        .micro_batch = (int)s->micro_batch,
        .recompute = w->plan->recompute,
        .context_method = w->plan->context_method,
        .no_sequence_parallel = w->plan->no_sequence_parallel,
        .tp_domain = s->tp_domain,
        .cp_domain = s->cp_domain,
        .ep_domain = s->ep_domain,
        .mixer = kind->mixer,
        .channel = kind->channel,
        .used = 1,
    };
}

gw_pair gw_layer_time_kept(const gw_work *w, const gw_layer_kind *kind) {
    struct gw_layer_memo *memo = w->in->memo;
    if (!memo) {
        return gw_layer_time(w, kind);
    }
    gw_layer_key key = key_of(w, kind);
    int slot = (key.recompute + 4 * key.channel + 16 * key.mixer) % GW_LAYER_MEMO_SLOTS;
    if (memcmp(&memo->key[slot], &key, sizeof key) != 0) {
        memo->pair[slot] = gw_layer_time(w, kind);
        memo->key[slot] = key;
    }
    return memo->pair[slot];
}
