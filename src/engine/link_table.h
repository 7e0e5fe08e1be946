/* engine/link_table.h: a network as a CSV of links, one direction a row: link, src, dst, bytes_per_s,
 * latency_s. Every node of a row may send and receive. */
#ifndef GW_ENGINE_LINK_TABLE_H
#define GW_ENGINE_LINK_TABLE_H

#include "base/name_set.h"
#include "engine/table_scan.h"
#include "network/net.h"

/** Nodes are numbered as they first stand in the table, links by row. */
typedef struct gw_link_table {
    gw_name_set nodes, links;
    gw_net *net; /* owned by the arena; hosts are all nodes */
} gw_link_table;

/** Every problem goes to diags. Free with gw_link_table_free, whatever the result. */
GW_MUST_USE gw_code gw_link_table_read(const char *file, const char *text, size_t n_bytes,
                                       gw_arena *arena, gw_diags *diags, gw_link_table *out);
void gw_link_table_free(gw_link_table *table);

/** Ways by the fewest links, of those the least latency (sum in the order of the way), of those the
 * one whose links stand first in the table, compared link by link from the source on. Zero capacity
 * does not matter. Group questions by source: a source's ways are found together. */
typedef struct gw_link_ways gw_link_ways;
gw_link_ways *gw_link_ways_create(const gw_net *net);
void gw_link_ways_free(gw_link_ways *ways);
/** Links of the ways from src[i] to dst[i] (different nodes), in compressed rows: at [n + 1] is
 * filled, *link is allocated (caller frees with free()). An empty row: there is no way. */
void gw_link_ways_find(gw_link_ways *ways, int64_t n, const int32_t *src, const int32_t *dst,
                       int64_t *at, int32_t **link);

#endif
