/* training/memory.h: what a layer and the loss take of an accelerator's memory.
 *
 * In:  gw_step_in, gw_shard, gw_plan (training/step.h). Out: bytes on one rank, one micro-batch.
 * Pieces of gw_training_memory_stages; formulas and sources in memory_activations.c.
 */
#ifndef GW_TRAINING_MEMORY_H
#define GW_TRAINING_MEMORY_H

#include "training/step.h"

/** Kept from forward to backward pass, by mixer and by feed-forward part. */
typedef struct gw_kept {
    double attention_B, state_B, dense_B, expert_B;
    double layer_B; /* of any layer, whatever is in it (full recomputation) */
} gw_kept;

typedef struct gw_layer_memory {
    gw_kept kept;
    gw_kept again; /* dropped, and computed again while one layer runs backward; layer_B off it */
    /* While one layer runs backward: gradients of its inner activations, tokens gathered from the
     * tensor- and context-parallel groups. */
    double dense_work_B, expert_work_B;
    double loss_B; /* logits, their gradient, weight gradient of the output projection */
} gw_layer_memory;

gw_layer_memory gw_memory_of_layers(const gw_step_in *in, const gw_software *software,
                                    const gw_shard *s, const gw_plan *plan);

#endif
