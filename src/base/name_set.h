/* base/name_set.h: names to numbers 0, 1, 2 ... in the order in which they first came. */
#ifndef GW_BASE_NAME_SET_H
#define GW_BASE_NAME_SET_H

#include <stdint.h>

#include "base/arena.h"

typedef struct gw_name_set {
    int32_t n;
    const char **text; /* [n] end in NUL, owned by the arena */
    uint32_t *hash;    /* [n] */
    int32_t cap;       /* of text and hash */
    int32_t *slot;     /* open addressing: 0 free, else 1 + number */
    uint32_t mask;     /* slots - 1; 0: none yet */
    gw_arena *arena;
} gw_name_set;

/** Texts live in the arena; the tables are freed by gw_name_set_clear. */
gw_name_set gw_name_set_create(gw_arena *arena);
void gw_name_set_clear(gw_name_set *names);
/** The number of a name, new or known. */
int32_t gw_name_set_add(gw_name_set *names, const char *text, size_t n_bytes);
/** -1: not among them. */
int32_t gw_name_set_find(const gw_name_set *names, const char *text, size_t n_bytes);

#endif
