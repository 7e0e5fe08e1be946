/* network/group_cables.h: which ports of which groups are joined in dragonflies. */
#ifndef GW_FABRIC_GROUP_CABLES_H
#define GW_FABRIC_GROUP_CABLES_H

#include <stdint.h>

/** Groups with `ports` global ports each, numbered through its routers. All groups alike: what is
 * between groups A and A + o depends on the offset o alone. */
typedef struct gw_circulant {
    int32_t n, ports;
    int32_t whole;   /* cables between each two groups */
    int32_t extra;   /* offsets 1 .. extra, and n - extra .. n - 1, have one more */
    int32_t half;    /* 1: so has the offset n / 2 */
    int64_t n_owned; /* cables of the offsets below n / 2 that a group owns */
} gw_circulant;

/** n >= 1; ports of a group. */
gw_circulant gw_circulant_of(int32_t n, int32_t ports);
/** All cables between groups. */
int64_t gw_circulant_cables_n(const gw_circulant *groups);
/** Cables between two groups, `offset` = (B - A) mod n, 1 .. n - 1. */
int32_t gw_circulant_between(const gw_circulant *groups, int32_t offset);
/** Port of the near group of its cable c to the group `offset` further; the far port is that of
 * offset n - offset. */
int32_t gw_circulant_port(const gw_circulant *groups, int32_t offset, int32_t c);
/** Number of that cable; *near_owns: it leads from the near group. */
int64_t gw_circulant_cable(const gw_circulant *groups, int32_t group, int32_t offset, int32_t c,
                           int *near_owns);
/** Place of a group when opposite ones (n / 2 apart) stand side by side; n even. */
int32_t gw_circulant_opposites(const gw_circulant *groups, int32_t group);

#endif
