/* training/layer_memo.h: layer times that a search has worked out already.
 *
 * In:  gw_work. Out: the same gw_pair that gw_layer_time gives, to the bit.
 * A memo belongs to one search on one thread: model, accelerator, network, software, sequence and
 * precision of its gw_step_in do not change while it lives. {0} is an empty one. */
#ifndef GW_TRAINING_LAYER_MEMO_H
#define GW_TRAINING_LAYER_MEMO_H

#include "training/layer.h"

/** Everything of a layout that the time of a layer depends on. A part of the plan that comes to
 * matter must be added here: tests compare steps with and without a memo. */
typedef struct gw_layer_key {
    int tp, cp, ep, etp, micro_batch;
    int recompute, context_method, no_sequence_parallel;
    int tp_domain, cp_domain, ep_domain;
    int mixer, channel;
    int used; /* 1: filled */
} gw_layer_key;

#define GW_LAYER_MEMO_SLOTS 64

struct gw_layer_memo {
    gw_layer_key key[GW_LAYER_MEMO_SLOTS];
    gw_pair pair[GW_LAYER_MEMO_SLOTS];
};

/** gw_layer_time, or what it gave before where the step's input carries a memo. */
gw_pair gw_layer_time_kept(const gw_work *w, const gw_layer_kind *kind);

#endif
