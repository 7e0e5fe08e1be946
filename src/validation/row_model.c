/* validation/row_model.c: what tables of runs leave out of a model's shape.
 *
 * In:  the model's name, the column moe_layer_freq, notes, gw_llm with the columns' numbers, the
 *      catalogue.
 * Out: gw_llm completed, or a reason why the model cannot describe it.
 * Model: the longest name in the catalogue's `models` with which the row's name begins, letters and
 *      digits compared. Its entry counts where the row states the same dimensions, or none: it
 *      knows what the columns cannot say (latent attention, windows, state layers). A cut-down
 *      proxy keeps the dimensions of its row.
 * Valid: names as their makers write them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "validation/training_row.h"

/** How much of `name` the beginning of `text` spells, letters and digits only; 0: it does not. */
static int begins_with(const char *text, const char *name) {
    int n = 0;
    for (; *name; name++) {
        if (!isalnum((unsigned char)*name)) {
            continue;
        }
        while (*text && !isalnum((unsigned char)*text)) {
            text++;
        }
        if (tolower((unsigned char)*text) != tolower((unsigned char)*name)) {
            return 0;
        }
        text++;
        n++;
    }
    return n;
}

static const gw_llm *named(const gw_scenario *in, const char *model) {
    const gw_llm *best = NULL;
    int longest = 0;
    for (int i = 0; i < in->models.n; i++) {
        int n = begins_with(model, in->models.at[i].head.name);
        if (n > longest) {
            longest = n;
            best = &in->models.at[i];
        }
    }
    return best;
}

static const char *expert_layers(const char *frequency, gw_llm *llm) {
    if (llm->experts == 0 || !*frequency || strcmp(frequency, "1") == 0) {
        return NULL;
    }
    if (strncmp(frequency, "first ", 6) == 0) {
        long dense = strtol(frequency + 6, NULL, 10);
        llm->dense_layers = dense > 0 && dense < llm->layers ? dense : 0;
        return NULL;
    }
    if (gw_training_row_says(frequency, "every 2nd") || strcmp(frequency, "2") == 0) {
        llm->expert_every = 2;
        return NULL;
    }
    if (gw_training_row_says(frequency, "hybrid")) {
        return "state layers of this model are not in the catalogue";
    }
    return "moe_layer_freq is not understood";
}

const char *gw_training_row_family(const gw_scenario *in, const char *model,
                                   const char *moe_layer_freq, const char *notes, gw_llm *llm) {
    const gw_llm *known = named(in, model);
    bool same = known && (llm->layers == 0 ||
                          (llm->layers == known->layers && llm->hidden == known->hidden &&
                           llm->experts == known->experts));
    if (same) {
        *llm = *known;
        if (gw_training_row_says(notes, "w/o MTP")) {
            llm->mtp_layers = 0;
        }
        return NULL;
    }
    if (llm->layers == 0 || llm->hidden == 0 || llm->heads == 0 ||
        (llm->ffn == 0 && llm->expert_ffn == 0)) {
        return "the model's dimensions are not stated";
    }
    return expert_layers(moe_layer_freq, llm);
}
