/* validation/row_software.c: which generation of training software a published run used.
 *
 * In:  the text of a source and of its notes. Out: name of an entry of the catalogue's `software`.
 * Model: the first rule whose words are all there wins. Rules name frameworks and releases only; a
 *      source that names neither gets the entry nearest in features, and a wider interval.
 * Valid: English text; words as the projects spell them.
 */
#include <string.h>
#include <strings.h>

#include "validation/training_row.h"

bool gw_training_row_says(const char *text, const char *word) {
    size_t n = strlen(word);
    for (; *text; text++) {
        if (strncasecmp(text, word, n) == 0) {
            return true;
        }
    }
    return false;
}

/** Two words (the second may be NULL), either in the source or in the notes, and the entry. */
typedef struct rule {
    const char *word, *also, *entry;
} rule;

static const rule rules[] = {
    {"simumax", NULL, "megatron-2025"},
    {"Megatron-Bridge", "25.09", "megatron-bridge-2509"},
    {"Megatron-Bridge", "25.11", "megatron-bridge-2511"},
    {"Megatron-Bridge", "26.02", "megatron-bridge-2602"},
    {"Megatron-Bridge", "26.04", "megatron-bridge-2604"},
    {"Megatron-Bridge", "26.06", "megatron-bridge-2606"},
    {"Megatron-Bridge", "26.08", "megatron-bridge-2606"},
    {"Megatron-Bridge", NULL, "megatron-bridge-2606"},
    {"maxtext", NULL, "maxtext"},
    {"tpu-recipes", NULL, "maxtext"},
    {"dgxc-benchmarking", NULL, "nemo-2024"},
    {"NeMo-Framework-Launcher", NULL, "nemo-2023"},
    {"NeMo", NULL, "nemo-2024"},
    {"torchtitan", NULL, "torchtitan"},
    {"llm-foundry", NULL, "fsdp-2023"},
    {"composer", NULL, "fsdp-2023"},
    {"FSDP", NULL, "fsdp-2023"},
    {"ZeRO-3 (DeepSpeed)", NULL, "deepspeed-zero3"},
    {"bigscience", NULL, "megatron-deepspeed-2022"},
    {"BLOOM", NULL, "megatron-deepspeed-2022"},
    {"Megatron-DeepSpeed", NULL, "megatron-deepspeed-2023"},
    {"Megatron-LM SC21", NULL, "megatron-2021"},
    {"2104.04473", NULL, "megatron-2021"},
    {"Korthikanti", NULL, "megatron-2022"},
    {"2205.05198", NULL, "megatron-2022"},
    {"neuron", NULL, "neuron-2023"},
    {"Megatron-LM", NULL, "megatron-2024"},
    {"Megatron-Core", NULL, "megatron-2024"},
};

static const char *find(const char *source, const char *notes, const char *text) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const rule *r = &rules[i];
        bool second = !r->also || gw_training_row_says(source, r->also) ||
                      gw_training_row_says(notes, r->also);
        if (second && gw_training_row_says(text, r->word)) {
            return r->entry;
        }
    }
    return NULL;
}

const char *gw_training_row_generation(const char *source, const char *notes, bool fused, bool tpu,
                                       int zero_stage, const char **wide) {
    *wide = NULL;
    /* notes may compare with other frameworks: they count where the source names none */
    const char *entry = find(source, notes, source);
    const char *noted =
        gw_training_row_says(notes, "DeepSpeed") ? find(source, notes, notes) : NULL;
    entry = noted ? noted : entry ? entry : find(source, notes, notes);
    if (entry && strcmp(entry, "megatron-bridge-2606") == 0 &&
        gw_training_row_says(source, "26.06") && !gw_training_row_says(notes, "full_iteration:")) {
        return "megatron-bridge-2604"; /* the new way was not switched on */
    }
    if (entry) {
        return entry;
    }
    *wide = "training software not known";
    if (tpu) {
        return "maxtext";
    }
    if (!fused) {
        return "megatron-2022";
    }
    return zero_stage == 3 ? "fsdp-2023" : "in-house-2024";
}
