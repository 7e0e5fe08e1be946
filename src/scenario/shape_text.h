/* scenario/shape_text.h: shapes of networks that are written as one text: `levels`, `dims`,
 * `widths`. */
#ifndef GW_SCENARIO_SHAPE_TEXT_H
#define GW_SCENARIO_SHAPE_TEXT_H

#include <stddef.h>

#define GW_SHAPE_MAX 6 /* levels of a tree, dimensions of a torus */

/** Why a text is no shape, and where: `offset` counts bytes from its start. */
typedef struct gw_shape_error {
    size_t offset;
    char msg[120], hint[120];
} gw_shape_error;

/** "2; 4,4; 1,2; 1,2": levels; children of a switch, parents of a node, cables between them, from
 * the hosts up. Returns the number of levels, 0 with *error filled. Arrays [GW_SHAPE_MAX]. */
int gw_shape_levels(const char *text, int *down, int *up, int *parallel, gw_shape_error *error);

/** "16x16x16": returns how many; 0 with *error filled. */
int gw_shape_product(const char *text, int *out, gw_shape_error *error);

#endif
