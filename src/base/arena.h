/* base/arena.h: bump allocator. Everything a scenario or a worker owns lives in one arena and is
 * freed at once. Memory comes zeroed. Not thread-safe: one arena a thread. */
#ifndef GW_BASE_ARENA_H
#define GW_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/code.h"

typedef struct gw_arena gw_arena; /* opaque; owned by the caller, released with gw_arena_free */

/** A position to return to with gw_arena_reset. */
typedef struct gw_mark {
    void *chunk;
    size_t used;
} gw_mark;

/** NULL only when memory ran out. `chunk_bytes` 0 takes the default (64 KiB). */
gw_arena *gw_arena_create(size_t chunk_bytes);
void gw_arena_free(gw_arena *arena); /* NULL is legal */

/** Zeroed, aligned to 16 bytes, owned by the arena. Never returns NULL: on exhaustion it calls the
 *  process-wide out-of-memory handler (prints one line and exits 3), the only exit in the library,
 *  because nothing useful can be said without memory. n * size is overflow-checked. */
void *gw_arena_alloc(gw_arena *arena, size_t n, size_t size);
#define GW_NEW(arena, type) ((type *)gw_arena_alloc((arena), 1, sizeof(type)))
#define GW_NEW_N(arena, n, type) ((type *)gw_arena_alloc((arena), (size_t)(n), sizeof(type)))

/** Copies; the result ends in NUL. */
char *gw_arena_strndup(gw_arena *arena, const char *text, size_t n_bytes);
char *gw_arena_strdup(gw_arena *arena, const char *text);
char *gw_arena_printf(gw_arena *arena, const char *fmt, ...) GW_PRINTF(2, 3);

char *gw_arena_vprintf(gw_arena *arena, const char *fmt, va_list args) GW_PRINTF(2, 0);

/** The out-of-memory handler of the whole library: one line to stderr, exit(3). */
_Noreturn void gw_out_of_memory(size_t wanted_bytes);

gw_mark gw_arena_mark(const gw_arena *arena);
void gw_arena_reset(gw_arena *arena, gw_mark mark); /* poisons what it releases in debug builds */
size_t gw_arena_peak_bytes(const gw_arena *arena);

#endif
