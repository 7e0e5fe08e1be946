/* flow/flow_levels.c: a heap of levels with four children a node, and memory.
 * In: levels with the link or flow they belong to.   Out: the lowest.
 * Valid: up to 2^31 - 1 entries.
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

void gw_levels_keep_places(gw_levels *levels, int32_t *place, size_t size) {
    levels->place = place;
    levels->stride = (int64_t)(size / sizeof *place);
}

static int32_t *place_of(const gw_levels *levels, int32_t item) {
    return levels->place == NULL || item < 0 ? NULL : levels->place + item * levels->stride;
}

static void put(gw_levels *levels, int64_t i, gw_level entry) {
    int32_t *place = place_of(levels, entry.item);
    levels->entry[i] = entry;
    if (place != NULL) {
        *place = (int32_t)i;
    }
}

static void rise(gw_levels *levels, int64_t i, gw_level entry) {
    while (i > 0 && entry.level < levels->entry[(i - 1) / 4].level) {
        put(levels, i, levels->entry[(i - 1) / 4]);
        i = (i - 1) / 4;
    }
    put(levels, i, entry);
}

static int64_t lowest_child(const gw_levels *levels, int64_t i) {
    const gw_level *entry = levels->entry;
    int64_t best = 4 * i + 1, end = best + 4 < levels->n ? best + 4 : levels->n;
    for (int64_t k = best + 1; k < end; k++) {
        best = entry[k].level < entry[best].level ? k : best;
    }
    return best;
}

static void sink(gw_levels *levels, int64_t i, gw_level entry) {
    while (4 * i + 1 < levels->n) {
        int64_t child = lowest_child(levels, i);
        if (!(levels->entry[child].level < entry.level)) {
            break;
        }
        put(levels, i, levels->entry[child]);
        i = child;
    }
    put(levels, i, entry);
}

void gw_levels_push(gw_levels *levels, double level, int32_t item) {
    gw_level entry = {level, item};
    const int32_t *place = place_of(levels, item);
    int64_t i = place != NULL ? *place : -1;
    if (i >= 0 && level > levels->entry[i].level) {
        sink(levels, i, entry);
        return;
    }
    if (i < 0) {
        if (levels->n == levels->room) {
            levels->room = 2 * levels->room + 64;
            levels->entry = gw_flow_grow(levels->entry, levels->room, sizeof *levels->entry);
        }
        i = levels->n++;
    }
    rise(levels, i, entry);
}

bool gw_levels_pop(gw_levels *levels, gw_level *out) {
    if (levels->n == 0) {
        return false;
    }
    *out = levels->entry[0];
    int32_t *place = place_of(levels, out->item);
    if (place != NULL) {
        *place = -1;
    }
    gw_level last = levels->entry[--levels->n];
    if (levels->n > 0) {
        sink(levels, 0, last);
    }
    return true;
}

void gw_levels_free(gw_levels *levels) {
    free(levels->entry);
    *levels = (gw_levels){0};
}
