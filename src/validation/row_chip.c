/* validation/row_chip.c: which accelerator of the catalogue a text names.
 *
 * In:  the column gpu. Out: an entry of `accelerators`, or NULL.
 * Model: the catalogue's own names count as they stand. Of other texts the words count: one family
 *      ("h100"), its form ("pcie") and its memory ("40gb") pick the entry; names of makers, memory
 *      and packages are passed over. Where the words do not settle the variant, the usual one is
 *      taken and called loose. Two families, or a part of a chip, are none.
 * Valid: names as their makers write them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "validation/row_words.h"
#include "validation/training_row.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))
#define MOST 256

/** Words of a family, a word for its form or none, memory in GB (0: any stated by no other line),
 * and the entry of the catalogue; of one family the first line that fits. */
static const struct {
    const char *family, *form;
    int memory_gb;
    const char *entry;
    bool loose;
} rules[] = {
    {"a100", "pcie", 40, "A100-PCIe", true},
    {"a100", "pcie", 80, "A100-PCIe", false},
    {"a100", NULL, 40, "A100-40GB", false},
    {"a100", NULL, 80, "A100-80GB", false},
    {"a800", NULL, 0, "A100-80GB", true},
    {"h100", "pcie", 80, "H100-PCIe", false},
    {"h100", "hbm2e", 0, "H100-HBM2e", false},
    {"h100", NULL, 96, "H100-HBM2e", true},
    {"h100", NULL, 80, "H100-SXM", false},
    {"h800", NULL, 80, "H800", false},
    {"h20", NULL, 96, "H20", false},
    {"h200", NULL, 141, "H200", false},
    {"gh200", NULL, 141, "GH200", false},
    {"b200", NULL, 0, "B200", false},
    {"gb200", NULL, 0, "GB200", false},
    {"b300", NULL, 0, "B300", false},
    {"gb300", NULL, 0, "GB300", false},
    {"mi250x", NULL, 0, "MI250X", false},
    {"mi300x", NULL, 192, "MI300X", false},
    {"mi325x", NULL, 256, "MI325X", false},
    {"mi350x", NULL, 288, "MI350X", false},
    {"mi355x", NULL, 288, "MI355X", false},
    {"gaudi 2", NULL, 96, "Gaudi2", false},
    {"gaudi2", NULL, 96, "Gaudi2", false},
    {"gaudi 3", NULL, 128, "Gaudi3", false},
    {"gaudi3", NULL, 128, "Gaudi3", false},
    {"v4", NULL, 0, "TPU-v4", false},
    {"tpuv4", NULL, 0, "TPU-v4", false},
    {"v5e", NULL, 0, "TPU-v5e", false},
    {"tpuv5e", NULL, 0, "TPU-v5e", false},
    {"v5 lite", NULL, 0, "TPU-v5e", false},
    {"v5litepod", NULL, 0, "TPU-v5e", false},
    {"v5lite", NULL, 0, "TPU-v5e", false},
    {"tpuv5 lite", NULL, 0, "TPU-v5e", false},
    {"v5p", NULL, 0, "TPU-v5p", false},
    {"tpuv5p", NULL, 0, "TPU-v5p", false},
    {"trillium", NULL, 0, "TPU-v6e", false},
    {"v6e", NULL, 0, "TPU-v6e", false},
    {"tpuv6e", NULL, 0, "TPU-v6e", false},
    {"v6 lite", NULL, 0, "TPU-v6e", false},
    {"ironwood", NULL, 0, "TPU-v7", false},
    {"v7", NULL, 0, "TPU-v7", false},
    {"v7x", NULL, 0, "TPU-v7", false},
    {"tpu7x", NULL, 0, "TPU-v7", false},
    {"tpuv7", NULL, 0, "TPU-v7", false},
    {"trainium1", NULL, 0, "Trainium1", false},
    {"trainium 1", NULL, 0, "Trainium1", false},
    {"trn1", NULL, 0, "Trainium1", false},
    {"trainium2", NULL, 0, "Trainium2", false},
    {"trainium 2", NULL, 0, "Trainium2", false},
    {"trn2", NULL, 0, "Trainium2", false},
    {"trainium3", NULL, 0, "Trainium3", false},
    {"ascend 910b", NULL, 0, "Ascend-910B", false},
};

/** Variants that no entry describes. */
static const char *const other_forms[] = {"nvl", "mig", "sxm2", "dcu"};

static const gw_accelerator *chip_named(const gw_scenario *in, const char *name) {
    for (int i = 0; i < in->accelerators.n && *name; i++) {
        if (strcasecmp(in->accelerators.at[i].head.name, name) == 0) {
            return &in->accelerators.at[i];
        }
    }
    return NULL;
}

/** The chip whose title has the same words. */
static const gw_accelerator *chip_titled(const gw_scenario *in, const char *plain) {
    char own[MOST] = "";
    for (int i = 0; i < in->accelerators.n && plain[1]; i++) {
        const gw_accelerator *a = &in->accelerators.at[i];
        gw_spelt_plain(a->head.name, own, sizeof own);
        bool same = strcmp(own, plain) == 0;
        gw_spelt_plain(a->title ? a->title : "", own, sizeof own);
        if (same || strcmp(own, plain) == 0) {
            return a;
        }
    }
    return NULL;
}

/** Words with makers' forms cut off the family they are glued to: "h100sxm5" is "h100 sxm5"; "80 gb"
 * becomes "80gb". */
static void spread(const char *gpu, char *out, size_t size) {
    static const char *const forms[] = {"sxm", "pcie", "nvl", "hbm", "oam"};
    char plain[MOST] = "";
    gw_spelt_plain(gpu, plain, sizeof plain);
    size_t n = 0;
    for (const char *at = plain; *at && n + 3 < size; at++) {
        bool glued = at > plain && isalnum((unsigned char)at[-1]);
        for (size_t i = 0; i < N(forms) && glued; i++) {
            if (strncmp(at, forms[i], strlen(forms[i])) == 0) {
                out[n++] = ' ';
                break;
            }
        }
        bool unit = at > plain && *at == ' ' && isdigit((unsigned char)at[-1]) &&
                    (strncmp(at, " gb ", 4) == 0 || strncmp(at, " gib ", 5) == 0);
        if (!unit) {
            out[n++] = *at;
        }
    }
    out[n] = '\0';
}

/** The GB in "80gb", "80g", "80gib", or 0. */
static int memory_of(const char *plain) {
    for (const char *at = plain; *at; at++) {
        if (*at != ' ' || !isdigit((unsigned char)at[1])) {
            continue;
        }
        char *end = NULL;
        long gb = strtol(at + 1, &end, 10);
        if ((strncmp(end, "gb ", 3) == 0 || strncmp(end, "g ", 2) == 0 ||
             strncmp(end, "gib ", 4) == 0) &&
            gb < 10000) {
            return (int)gb;
        }
    }
    return 0;
}

static bool of_a_part(const char *plain) {
    static const char *const parts[] = {"per core", "per neuroncore", "per gcd",
                                        "per die",  "per tensorcore", "per tile"};
    for (size_t i = 0; i < N(parts); i++) {
        if (gw_spelt_has(plain, parts[i])) {
            return true;
        }
    }
    return false;
}

static bool two_families(const char *plain, size_t first) {
    for (size_t i = 0; i < N(rules); i++) {
        if (strcmp(rules[i].entry, rules[first].entry) != 0 &&
            strcmp(rules[i].family, rules[first].family) != 0 &&
            gw_spelt_has(plain, rules[i].family)) {
            return true;
        }
    }
    return false;
}

static const gw_accelerator *by_words(const gw_scenario *in, const char *plain, bool *loose) {
    int memory_gb = memory_of(plain);
    for (size_t i = 0; i < N(other_forms); i++) {
        if (gw_spelt_has(plain, other_forms[i])) {
            return NULL;
        }
    }
    size_t usual = N(rules); /* the family's last line whose form fits */
    for (size_t i = 0; i < N(rules); i++) {
        if (!gw_spelt_has(plain, rules[i].family) ||
            (rules[i].form && !gw_spelt_has(plain, rules[i].form))) {
            continue;
        }
        bool fits = rules[i].memory_gb == 0 || rules[i].memory_gb == memory_gb;
        bool better = usual == N(rules) || (!rules[usual].form && !rules[i].form) ||
                      (rules[usual].form && rules[i].form);
        usual = better ? i : usual;
        if (fits) {
            usual = i;
            break;
        }
    }
    if (usual == N(rules) || two_families(plain, usual)) {
        return NULL;
    }
    bool other_memory =
        memory_gb > 0 && rules[usual].memory_gb > 0 && memory_gb != rules[usual].memory_gb;
    *loose = rules[usual].loose || other_memory || gw_spelt_has(plain, "class");
    return chip_named(in, rules[usual].entry);
}

const gw_accelerator *gw_row_chip(const gw_scenario *in, const char *gpu, bool *loose,
                                  bool *is_part) {
    char plain[MOST] = "";
    *loose = *is_part = false;
    spread(gpu, plain, sizeof plain);
    const gw_accelerator *found = chip_named(in, gpu);
    found = found ? found : chip_titled(in, plain);
    if (found) {
        return found;
    }
    *is_part = of_a_part(plain);
    return by_words(in, plain, loose);
}

const gw_accelerator *gw_training_row_chip(const gw_scenario *in, const char *gpu, bool *loose) {
    bool is_part = false;
    const gw_accelerator *found = gw_row_chip(in, gpu, loose, &is_part);
    return is_part ? NULL : found;
}
