/* engine/flow_table.h: a table of flows: start_s, src, dst, bytes and, where they stand in the header,
 * weight, cap_bytes_per_s, path (names of links separated by `;`). Read without knowing the network. */
#ifndef GW_ENGINE_FLOW_TABLE_H
#define GW_ENGINE_FLOW_TABLE_H

#include "base/name_set.h"
#include "engine/table_scan.h"

typedef enum gw_flow_column {
    GW_FLOW_START,
    GW_FLOW_SRC,
    GW_FLOW_DST,
    GW_FLOW_BYTES,
    GW_FLOW_WEIGHT,
    GW_FLOW_CAP,
    GW_FLOW_PATH,
    GW_FLOW_COLUMNS
} gw_flow_column;

typedef struct gw_flow_table {
    int64_t n;
    double *start_s, *bytes;  /* [n] */
    double *weight, *cap_Bps; /* [n] or NULL: no such column; cap 0: none */
    int32_t *src, *dst;       /* [n] numbers in `nodes` */
    int64_t *path_at;         /* [n + 1] or NULL: no such column; an empty path: routed */
    int32_t *path;            /* [path_at[n]] numbers in `links` */
    const char **row;         /* [n] where it stands in the text */
    gw_name_set nodes, links; /* as written */
    gw_scan scan;             /* for messages about rows */
} gw_flow_table;

/** Reads all rows; what is wrong is told to diags and counted in scan.n_problems, and such rows are
 * left out. `text` is borrowed and must outlive the table. Free with gw_flow_table_free. */
void gw_flow_table_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                        gw_diags *diags, gw_flow_table *out);
void gw_flow_table_free(gw_flow_table *table);

/** Tells a problem of row i, at its cell of this column; `part` counts the names of a path. */
void gw_flow_table_problem(gw_flow_table *table, int64_t i, gw_flow_column column, int part,
                           gw_code code, const char *hint, const char *fmt, ...) GW_PRINTF(7, 8);

#endif
