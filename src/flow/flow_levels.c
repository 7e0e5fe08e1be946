/* flow/flow_levels.c: a heap of levels with four children a node, and memory.
 * In: levels with the link or flow they belong to.   Out: the lowest.
 * Valid: below 2^62 entries.
 * Sources: Johnson, Inf. Process. Lett. 4 (1975) 53 (heaps with d children). */
#include "flow/flow_levels.h"

#include <stdlib.h>

#include "base/arena.h"

void *gw_flow_grow(void *old, int64_t n, size_t size) {
    void *out = realloc(old, ((size_t)n + 1) * size);
    if (out == NULL) {
        gw_out_of_memory(((size_t)n + 1) * size);
    }
    return out;
}

void *gw_flow_zeros(int64_t n, size_t size) {
    void *out = calloc((size_t)n + 1, size);
    if (out == NULL) {
        gw_out_of_memory(((size_t)n + 1) * size);
    }
    return out;
}

void gw_levels_push(gw_levels *levels, double level, int32_t item) {
    if (levels->n == levels->room) {
        levels->room = 2 * levels->room + 64;
        levels->entry = gw_flow_grow(levels->entry, levels->room, sizeof *levels->entry);
    }
    int64_t i = levels->n++;
    while (i > 0 && level < levels->entry[(i - 1) / 4].level) {
        levels->entry[i] = levels->entry[(i - 1) / 4];
        i = (i - 1) / 4;
    }
    levels->entry[i] = (gw_level){level, item};
}

static int64_t lowest_child(const gw_levels *levels, int64_t i) {
    const gw_level *entry = levels->entry;
    int64_t best = 4 * i + 1, end = best + 4 < levels->n ? best + 4 : levels->n;
    for (int64_t k = best + 1; k < end; k++) {
        best = entry[k].level < entry[best].level ? k : best;
    }
    return best;
}

bool gw_levels_pop(gw_levels *levels, gw_level *out) {
    if (levels->n == 0) {
        return false;
    }
    *out = levels->entry[0];
    gw_level last = levels->entry[--levels->n];
    int64_t i = 0;
    while (4 * i + 1 < levels->n) {
        int64_t child = lowest_child(levels, i);
        if (!(levels->entry[child].level < last.level)) {
            break;
        }
        levels->entry[i] = levels->entry[child];
        i = child;
    }
    levels->entry[i] = last;
    return true;
}

void gw_levels_free(gw_levels *levels) {
    free(levels->entry);
    *levels = (gw_levels){0};
}
