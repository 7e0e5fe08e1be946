/* base/name_set.c: open addressing over copies of the names. */
#include "base/name_set.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

gw_name_set gw_name_set_create(gw_arena *arena) {
    return (gw_name_set){.arena = arena};
}

void gw_name_set_clear(gw_name_set *names) {
    free(names->text);
    free(names->hash);
    free(names->slot);
    *names = (gw_name_set){.arena = names->arena};
}

static uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    return x ^ (x >> 28);
}

static uint32_t hash_of(const char *text, size_t n) {
    uint64_t hash = n * 0x9E3779B97F4A7C15u;
    for (; n >= 8; n -= 8, text += 8) {
        uint64_t block;
        memcpy(&block, text, sizeof block);
        hash = mix(hash ^ block) + 1;
    }
    uint64_t block = 0;
    memcpy(&block, text, n);
    return (uint32_t)mix(hash ^ block);
}

static bool is_same(const char *known, const char *text, size_t n) {
    return strncmp(known, text, n) == 0 && known[n] == '\0';
}

/* The slot of the name, or the free one where it belongs. */
static uint32_t slot_of(const gw_name_set *names, uint32_t hash, const char *text, size_t n) {
    uint32_t at = hash & names->mask;
    while (names->slot[at] != 0) {
        int32_t i = names->slot[at] - 1;
        if (names->hash[i] == hash && is_same(names->text[i], text, n)) {
            break;
        }
        at = (at + 1) & names->mask;
    }
    return at;
}

static void *resized(void *old, size_t n, size_t size) {
    void *memory = realloc(old, n * size);
    if (memory == NULL) {
        gw_out_of_memory(n * size);
    }
    return memory;
}

static void grow(gw_name_set *names) {
    size_t n_slots = names->mask == 0 ? 64 : 2 * ((size_t)names->mask + 1);
    names->cap = (int32_t)(n_slots / 2);
    names->text = resized(names->text, (size_t)names->cap, sizeof *names->text);
    names->hash = resized(names->hash, (size_t)names->cap, sizeof *names->hash);
    free(names->slot);
    names->slot = calloc(n_slots, sizeof *names->slot);
    if (names->slot == NULL) {
        gw_out_of_memory(n_slots * sizeof *names->slot);
    }
    names->mask = (uint32_t)(n_slots - 1);
    for (int32_t i = 0; i < names->n; i++) {
        uint32_t at = names->hash[i] & names->mask;
        while (names->slot[at] != 0) {
            at = (at + 1) & names->mask;
        }
        names->slot[at] = i + 1;
    }
}

int32_t gw_name_set_add(gw_name_set *names, const char *text, size_t n_bytes) {
    if (names->n == names->cap) {
        grow(names);
    }
    uint32_t hash = hash_of(text, n_bytes);
    uint32_t at = slot_of(names, hash, text, n_bytes);
    if (names->slot[at] == 0) {
        names->text[names->n] = gw_arena_strndup(names->arena, text, n_bytes);
        names->hash[names->n] = hash;
        names->slot[at] = ++names->n;
    }
    return names->slot[at] - 1;
}

int32_t gw_name_set_find(const gw_name_set *names, const char *text, size_t n_bytes) {
    if (names->n == 0) {
        return -1;
    }
    return names->slot[slot_of(names, hash_of(text, n_bytes), text, n_bytes)] - 1;
}
