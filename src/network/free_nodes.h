/* network/free_nodes.h: what the names in the links of a free network stand for. */
#ifndef GW_FABRIC_FREE_NODES_H
#define GW_FABRIC_FREE_NODES_H

#include "base/name_set.h"
#include "network/net.h"

/** Members first .. first + n - 1 of the entry i_node of `nodes`; i_node < 0: unknown. */
typedef struct gw_free_nodes {
    int i_node;
    int32_t first, n;
} gw_free_nodes;

/** Names of a fabric's nodes, to be looked up fast. */
typedef struct gw_free_book {
    const gw_fabric *fabric;
    gw_arena *arena; /* owned */
    gw_name_set names;
    int *i_node; /* by number in `names` */
} gw_free_book;

gw_free_book gw_free_book_open(const gw_fabric *fabric);
void gw_free_book_close(gw_free_book *book);
gw_free_nodes gw_free_find(const gw_free_book *book, const char *name);
/** Cables that a link between them stands for, parallel ones aside. */
double gw_free_pairs_n(gw_free_nodes from, gw_free_nodes to);

#endif
