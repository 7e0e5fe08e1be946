/* flow/flow_levels.h: the levels at which something happens while rates are filled, lowest first.
 * A link whose place is kept has one entry, which moves. Other entries are never changed: whoever
 * pops one sees whether it still holds. */
#ifndef GW_FLOW_LEVELS_H
#define GW_FLOW_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Levels nearer than this part of them are one level: rounding must not split a tie, because a
 * flow that moves by rounding alone would pass the move on to every link on its way. */
#define GW_LEVEL_NEAR 1e-13

typedef struct gw_level {
    double level;
    int32_t item; /* a link, or ~flow for the cap of a flow */
} gw_level;

typedef struct gw_levels {
    gw_level *entry; /* heap; malloc */
    int64_t n, room;
    int32_t *place; /* of link 0 in entry, -1: not there; NULL: not kept; the owner's */
    int64_t stride; /* from there to that of link 1 */
} gw_levels;

/** Places of links are kept from now on, one every `size` bytes; all must be -1. */
void gw_levels_keep_places(gw_levels *levels, int32_t *place, size_t size);
/** A new entry; or the entry of a link whose place is kept goes to this level. */
void gw_levels_push(gw_levels *levels, double level, int32_t item);
/** The lowest; which of equal ones depends only on what was put in. */
bool gw_levels_pop(gw_levels *levels, gw_level *out);
void gw_levels_free(gw_levels *levels);

/** realloc that does not return without memory. */
void *gw_flow_grow(void *old, int64_t n, size_t size);
/** Zeroed. */
void *gw_flow_zeros(int64_t n, size_t size);

#endif
