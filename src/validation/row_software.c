/* validation/row_software.c: which generation of training software a published run used.
 *
 * In:  the text of a source and of its notes. Out: name of an entry of the catalogue's `software`.
 * Model: the first rule whose name is there as a word wins. The source goes before the notes, except
 *      that notes may say which side of a comparison the row is (DeepSpeed in a table of Megatron's);
 *      remarks that compare name nothing. Releases count in the source and behind "container=" only.
 *      Software that no run calibrates gets the entry of its kind; a source that names none the
 *      entry nearest in features. Both have a wider interval.
 * Valid: English text; words as the projects spell them.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "validation/row_words.h"
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

/** A name in the source or in the notes, a release in either (NULL: any), the entry, and NULL or why
 * it is only the nearest. */
typedef struct rule {
    const char *name, *release, *entry, *nearest;
} rule;

#define AS_SHARDED "no run calibrates this software: taken as fully sharded PyTorch"
#define AS_MEGATRON "no run calibrates this software: taken as Megatron of 2024"
#define AS_DEEPSPEED "no run calibrates this software: taken as DeepSpeed of 2023"
#define AS_XLA "no run calibrates this software: taken as an XLA program"
#define AS_OWN "no run calibrates this software: taken as in-house software of 2024"
#define NO_RELEASE "the release of the software is not a calibrated one"

static const rule rules[] = {
    {"simumax", NULL, "megatron-2025", NULL},
    {"Megatron-Bridge", "25.09", "megatron-bridge-2509", NULL},
    {"Megatron-Bridge", "25.11", "megatron-bridge-2511", NULL},
    {"Megatron-Bridge", "26.02", "megatron-bridge-2602", NULL},
    {"Megatron-Bridge", "26.04", "megatron-bridge-2604", NULL},
    {"Megatron-Bridge", "26.06", "megatron-bridge-2606", NULL},
    {"Megatron-Bridge", "26.08", "megatron-bridge-2606", NULL},
    {"Megatron-Bridge", "release", "megatron-bridge-2606", NO_RELEASE},
    {"Megatron-Bridge", NULL, "megatron-bridge-2606", NULL},
    {"maxtext", NULL, "maxtext", NULL},
    {"tpu-recipes", NULL, "maxtext", NULL},
    {"dgxc-benchmarking", NULL, "nemo-2024", NULL},
    {"NeMo-Framework-Launcher", NULL, "nemo-2023", NULL},
    {"NeMo-Megatron-Launcher", NULL, "nemo-2023", NULL},
    {"NeMo", NULL, "nemo-2024", NULL},
    {"torchtitan", NULL, "torchtitan", NULL},
    {"llm-foundry", NULL, "fsdp-2023", NULL},
    {"llm foundry", NULL, "fsdp-2023", NULL},
    {"mosaicml composer", NULL, "fsdp-2023", NULL},
    {"composer", NULL, "fsdp-2023", NULL},
    {"bigscience", NULL, "megatron-deepspeed-2022", NULL},
    {"BLOOM", NULL, "megatron-deepspeed-2022", NULL},
    {"Megatron-DeepSpeed", NULL, "megatron-deepspeed-2023", NULL},
    {"GPT-NeoX", NULL, "megatron-deepspeed-2023", AS_DEEPSPEED},
    {"Colossal-AI", NULL, "megatron-deepspeed-2023", AS_DEEPSPEED},
    {"ColossalAI", NULL, "megatron-deepspeed-2023", AS_DEEPSPEED},
    {"MegaScale", NULL, "megatron-2024", AS_MEGATRON},
    {"Primus", NULL, "megatron-2024", AS_MEGATRON},
    {"MindSpeed", NULL, "megatron-2024", AS_MEGATRON},
    {"Levanter", NULL, "maxtext", AS_XLA},
    {"AXLearn", NULL, "maxtext", AS_XLA},
    {"PaxML", NULL, "maxtext", AS_XLA},
    {"T5X", NULL, "maxtext", AS_XLA},
    {"Pathways", NULL, "maxtext", AS_XLA},
    {"PaLM", NULL, "maxtext", AS_XLA},
    {"EasyLM", NULL, "maxtext", AS_XLA},
    {"Alpa", NULL, "maxtext", AS_XLA},
    {"JAX", NULL, "maxtext", AS_XLA},
    {"OLMo", NULL, "fsdp-2023", AS_SHARDED},
    {"torchtune", NULL, "fsdp-2023", AS_SHARDED},
    {"Axolotl", NULL, "fsdp-2023", AS_SHARDED},
    {"Lightning", NULL, "fsdp-2023", AS_SHARDED},
    {"FSDP", NULL, "fsdp-2023", NULL},
    {"nanotron", NULL, "in-house-2024", AS_OWN},
    {"InternEvo", NULL, "in-house-2024", AS_OWN},
    {"veScale", NULL, "in-house-2024", AS_OWN},
    {"ZeRO-3 (DeepSpeed)", NULL, "deepspeed-zero3", NULL},
    {"Megatron-LM SC21", NULL, "megatron-2021", NULL},
    {"2104.04473", NULL, "megatron-2021", NULL},
    {"Korthikanti", NULL, "megatron-2022", NULL},
    {"2205.05198", NULL, "megatron-2022", NULL},
    {"neuron", NULL, "neuron-2023", NULL},
    {"neuronx", NULL, "neuron-2023", NULL},
    {"Megatron-LM", NULL, "megatron-2024", NULL},
    {"Megatron-Core", NULL, "megatron-2024", NULL},
    {"DeepSpeed", NULL, "deepspeed-zero3", AS_DEEPSPEED},
    {"Megatron", NULL, "megatron-2024", NO_RELEASE},
};

/** What stands behind "container=" in the notes. */
static const char *container_of(const char *notes) {
    const char *at = strstr(notes, "container=");
    return at ? at + strlen("container=") : "";
}

/** A release in the source, or at the beginning of the container's. */
static bool has_release(const char *source, const char *notes, const char *release) {
    const char *container = container_of(notes);
    size_t n = strlen(release);
    return gw_spelt_names(source, release) ||
           (strncmp(container, release, n) == 0 && !isdigit((unsigned char)container[n]));
}

static const rule *find(const char *source, const char *notes, const char *text) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const rule *r = &rules[i];
        if (gw_spelt_names(text, r->name) &&
            (!r->release || has_release(source, notes, r->release))) {
            return r;
        }
    }
    return NULL;
}

/** A remark that sets the run beside others says nothing of its own software. */
static bool compares(const char *remark) {
    static const char *const words[] = {"vs",     "versus",    "than",     "compare",  "compared",
                                        "unlike", "against",   "over",     "faster",   "slower",
                                        "not",    "instead",   "baseline", "relative", "similar",
                                        "port",   "comparison"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (gw_spelt_names(remark, words[i])) {
            return true;
        }
    }
    return false;
}

/** The rule of the first of the notes' remarks (between semicolons) that names a software as the
 * run's own; with `word`, only of remarks that have it. */
static const rule *find_noted(const char *source, const char *notes, const char *word) {
    char remark[512];
    for (const char *at = notes; *at;) {
        size_t n = strcspn(at, ";");
        size_t kept = n < sizeof remark - 1 ? n : sizeof remark - 1;
        memcpy(remark, at, kept);
        remark[kept] = '\0';
        bool counts = !compares(remark) && (!word || gw_spelt_names(remark, word));
        const rule *found = counts ? find(source, notes, remark) : NULL;
        if (found) {
            return found;
        }
        at += at[n] ? n + 1 : n;
    }
    return NULL;
}

const char *gw_training_row_generation(const char *source, const char *notes, bool fused, bool tpu,
                                       int zero_stage, const char **wide) {
    *wide = NULL;
    const rule *named = find(source, notes, source);
    const rule *noted = find_noted(source, notes, "DeepSpeed");
    named = noted ? noted : named ? named : find_noted(source, notes, NULL);
    const char *entry = named ? named->entry : NULL;
    *wide = named ? named->nearest : NULL;
    if (entry && strcmp(entry, "megatron-bridge-2606") == 0 && gw_spelt_names(source, "26.06") &&
        !gw_training_row_says(notes, "full_iteration:")) {
        return "megatron-bridge-2604"; /* the new way was not switched on */
    }
    if (entry && strcmp(entry, "deepspeed-zero3") == 0 && zero_stage != 3) {
        return "megatron-deepspeed-2023"; /* its other way to divide a model */
    }
    if (entry && !fused && strcmp(entry, "megatron-2024") == 0) {
        return "megatron-2021"; /* the name alone, before attention was fused */
    }
    if (entry) {
        return entry;
    }
    *wide = "training software not known";
    if (tpu) {
        return "maxtext";
    }
    if (!fused) {
        return "in-house-2022";
    }
    return zero_stage == 3 ? "fsdp-2023" : "in-house-2024";
}
