/* base/arena.c: bump allocator over a list of chunks.
 * Invariants: 1. `top` is the chunk being filled, older chunks hang behind it. 2. `used` is the sum
 * of `used` over that list. 3. Chunks given back by a reset wait in `spare`, so a worker that
 * resets to the same mark for every sample stops calling malloc after the first ones. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_ALIGN 16u
#define ARENA_DEFAULT_BYTES (64u * 1024u)
#define ARENA_POISON 0xDD

typedef struct arena_chunk arena_chunk;
struct arena_chunk {
    arena_chunk *older;
    size_t cap;
    size_t used;
    _Alignas(ARENA_ALIGN) unsigned char bytes[];
};

struct gw_arena {
    arena_chunk *top;
    arena_chunk *spare;
    size_t chunk_bytes;
    size_t used;
    size_t peak;
};

void gw_out_of_memory(size_t wanted_bytes) {
    fprintf(stderr, "gigawatt: out of memory (%zu bytes wanted)\n", wanted_bytes);
    exit(3);
}

gw_arena *gw_arena_create(size_t chunk_bytes) {
    gw_arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL) {
        arena->chunk_bytes = chunk_bytes == 0 ? ARENA_DEFAULT_BYTES : chunk_bytes;
    }
    return arena;
}

static void chunks_free(arena_chunk *chunk) {
    while (chunk != NULL) {
        arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void gw_arena_free(gw_arena *arena) {
    if (arena == NULL) {
        return;
    }
    chunks_free(arena->top);
    chunks_free(arena->spare);
    free(arena);
}

/* The first spare chunk that is large enough, else a new one. */
static arena_chunk *chunk_take(gw_arena *arena, size_t bytes) {
    for (arena_chunk **link = &arena->spare; *link != NULL; link = &(*link)->older) {
        if ((*link)->cap >= bytes) {
            arena_chunk *chunk = *link;
            *link = chunk->older;
            return chunk;
        }
    }
    size_t cap = bytes > arena->chunk_bytes ? bytes : arena->chunk_bytes;
    size_t total;
    if (__builtin_add_overflow(cap, sizeof(arena_chunk), &total)) {
        gw_out_of_memory(cap);
    }
    arena_chunk *chunk = malloc(total);
    if (chunk == NULL) {
        gw_out_of_memory(total);
    }
    chunk->cap = cap;
    return chunk;
}

void *gw_arena_alloc(gw_arena *arena, size_t n, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) ||
        __builtin_add_overflow(bytes, ARENA_ALIGN - 1, &bytes)) {
        gw_out_of_memory(SIZE_MAX);
    }
    bytes &= ~(size_t)(ARENA_ALIGN - 1);
    if (bytes == 0) {
        bytes = ARENA_ALIGN; /* a request for nothing still gets an address of its own */
    }
    if (arena->top == NULL || arena->top->cap - arena->top->used < bytes) {
        arena_chunk *chunk = chunk_take(arena, bytes);
        chunk->used = 0;
        chunk->older = arena->top;
        arena->top = chunk;
    }
    void *memory = arena->top->bytes + arena->top->used;
    arena->top->used += bytes;
    arena->used += bytes;
    if (arena->used > arena->peak) {
        arena->peak = arena->used;
    }
    return memset(memory, 0, bytes);
}

char *gw_arena_strndup(gw_arena *arena, const char *text, size_t n_bytes) {
    if (n_bytes == SIZE_MAX) {
        gw_out_of_memory(n_bytes);
    }
    char *copy = gw_arena_alloc(arena, n_bytes + 1, 1);
    if (n_bytes > 0) {
        memcpy(copy, text, n_bytes);
    }
    return copy;
}

char *gw_arena_strdup(gw_arena *arena, const char *text) {
    return gw_arena_strndup(arena, text, strlen(text));
}

char *gw_arena_vprintf(gw_arena *arena, const char *fmt, va_list args) {
    char brief[256]; /* nearly every text fits, and then one pass is enough */
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(brief, sizeof brief, fmt, args);
    char *text = gw_arena_alloc(arena, n < 0 ? 1 : (size_t)n + 1, 1);
    if (n >= 0 && (size_t)n < sizeof brief) {
        memcpy(text, brief, (size_t)n);
    } else if (n >= 0) {
        vsnprintf(text, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return text;
}

char *gw_arena_printf(gw_arena *arena, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char *text = gw_arena_vprintf(arena, fmt, args);
    va_end(args);
    return text;
}

gw_mark gw_arena_mark(const gw_arena *arena) {
    gw_mark mark = {arena->top, arena->top == NULL ? 0 : arena->top->used};
    return mark;
}

static void poison(void *memory, size_t bytes) {
#ifndef NDEBUG
    memset(memory, ARENA_POISON, bytes);
#else
    (void)memory;
    (void)bytes;
#endif
}

void gw_arena_reset(gw_arena *arena, gw_mark mark) {
    while (arena->top != NULL && arena->top != mark.chunk) {
        arena_chunk *chunk = arena->top;
        poison(chunk->bytes, chunk->used);
        arena->used -= chunk->used;
        arena->top = chunk->older;
        chunk->used = 0;
        chunk->older = arena->spare;
        arena->spare = chunk;
    }
    if (arena->top != NULL && arena->top->used > mark.used) {
        size_t released = arena->top->used - mark.used;
        poison(arena->top->bytes + mark.used, released);
        arena->top->used = mark.used;
        arena->used -= released;
    }
}

size_t gw_arena_peak_bytes(const gw_arena *arena) {
    return arena->peak;
}
