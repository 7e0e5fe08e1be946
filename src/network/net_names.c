/* net_names.c: names of nodes and links, and the way back from a name.
 *
 * In:  gw_net; a name.
 * Out: text; a number, or -1.
 *
 * Model. A node has the name that its network gives it, else "host-7" or what its topology makes. A
 * link is "from>to#j", j counting the cables between the same two nodes from 0 in the order of
 * their numbers. Names of links are taken apart, so that they need no table; names of nodes are
 * made again when they are looked for, and with gw_net_index_names found in a hash table.
 *
 * Valid: names up to 255 bytes; parallel cables of a duplex network stand in a run of cables of the
 * same first end (net_own.h).
 * Derivation: none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/net_own.h"

#define NAME_ROOM 256

/** Open addressing; -1: free. A slot holds a number, names are compared by making them again. */
typedef struct name_table {
    uint32_t mask;
    int32_t *slot;
} name_table;

struct gw_name_index {
    name_table nodes;
    name_table links; /* of networks whose links have names; else slot NULL */
    const gw_adjacency *out;
};

void gw_net_node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    if (net->node_name != NULL && net->node_name[node] != NULL) {
        snprintf(text, room, "%s", net->node_name[node]);
    } else if (node < net->n_hosts) {
        snprintf(text, room, "host-%d", node);
    } else {
        net->wiring->node_name(net, node, text, room);
    }
}

/** Cables between the same two nodes before this one. */
static int32_t parallel_number(const gw_net *net, int32_t link) {
    int32_t step = net->duplex ? 2 : 1;
    int32_t from = net->from[link], to = net->to[link], n = 0;
    bool back = net->duplex && link % 2 == 1;
    int32_t low = back ? to : from;
    for (int32_t l = link - step; l >= 0 && (back ? net->to[l] : net->from[l]) == low; l -= step) {
        n += net->from[l] == from && net->to[l] == to;
    }
    return n;
}

void gw_net_link_name(const gw_net *net, int32_t link, char *text, size_t room) {
    if (net->link_name != NULL && net->link_name[link] != NULL) {
        snprintf(text, room, "%s", net->link_name[link]);
        return;
    }
    char from[NAME_ROOM], to[NAME_ROOM];
    gw_net_node_name(net, net->from[link], from, sizeof from);
    gw_net_node_name(net, net->to[link], to, sizeof to);
    snprintf(text, room, "%s>%s#%d", from, to, parallel_number(net, link));
}

/** A whole number written in digits and nothing else; -1: it is none, or not below `limit`. */
static int32_t number_in(const char *text, int32_t limit) {
    if (text[0] < '0' || text[0] > '9' || (text[0] == '0' && text[1] != 0)) {
        return -1;
    }
    errno = 0;
    char *end;
    long n = strtol(text, &end, 10);
    return errno == 0 && *end == 0 && n < limit ? (int32_t)n : -1;
}

/* ------------------------------------------------------------------ tables */

static uint64_t hash_of(const char *text) {
    uint64_t h = 0xCBF29CE484222325u; /* FNV-1a, mixed once more */
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * 0x100000001B3u;
    }
    return gw_net_mix(h);
}

static name_table table_create(int32_t n, gw_arena *arena) {
    uint32_t size = 16;
    while (size < 2 * (uint32_t)n) {
        size *= 2;
    }
    name_table table = {.mask = size - 1, .slot = GW_NEW_N(arena, size, int32_t)};
    memset(table.slot, -1, size * sizeof(int32_t));
    return table;
}

static void table_put(name_table *table, const char *name, int32_t number) {
    uint32_t at = (uint32_t)hash_of(name) & table->mask;
    while (table->slot[at] >= 0) {
        at = (at + 1) & table->mask;
    }
    table->slot[at] = number;
}

typedef void make_name(const gw_net *net, int32_t number, char *text, size_t room);

static int32_t table_find(const name_table *table, const gw_net *net, make_name *make,
                          const char *name) {
    char other[NAME_ROOM];
    for (uint32_t at = (uint32_t)hash_of(name) & table->mask; table->slot[at] >= 0;
         at = (at + 1) & table->mask) {
        make(net, table->slot[at], other, sizeof other);
        if (strcmp(other, name) == 0) {
            return table->slot[at];
        }
    }
    return -1;
}

static name_table index_all(const gw_net *net, int32_t n, make_name *make) {
    name_table table = table_create(n, net->arena);
    char name[NAME_ROOM];
    for (int32_t i = 0; i < n; i++) {
        make(net, i, name, sizeof name);
        table_put(&table, name, i);
    }
    return table;
}

void gw_net_index_names(gw_net *net) {
    if (net->names != NULL) {
        return;
    }
    struct gw_name_index *names = GW_NEW(net->arena, struct gw_name_index);
    names->nodes = index_all(net, net->n_nodes, gw_net_node_name);
    if (net->link_name != NULL) {
        names->links = index_all(net, net->n_links, gw_net_link_name);
    }
    names->out = gw_net_adjacency(net);
    net->names = names;
}

static int32_t search(const gw_net *net, int32_t n, make_name *make, const char *name) {
    char other[NAME_ROOM];
    for (int32_t i = 0; i < n; i++) {
        make(net, i, other, sizeof other);
        if (strcmp(other, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* ------------------------------------------------------------------ look-ups */

int32_t gw_net_find_node(const gw_net *net, const char *name) {
    int32_t found = -1;
    if (net->node_name == NULL && strncmp(name, "host-", 5) == 0) {
        return number_in(name + 5, net->n_hosts);
    }
    if (net->names != NULL) {
        found = table_find(&net->names->nodes, net, gw_net_node_name, name);
    } else if (number_in(name, net->n_hosts) < 0 || net->node_name != NULL) {
        found = search(net, net->n_nodes, gw_net_node_name, name);
    }
    return found >= 0 ? found : number_in(name, net->n_hosts);
}

/** Cable `nth` of those between two nodes. */
static int32_t cable_between(const gw_net *net, int32_t from, int32_t to, int32_t nth) {
    if (net->names != NULL) {
        const gw_adjacency *out = net->names->out;
        for (int64_t i = out->at[from]; i < out->at[from + 1]; i++) {
            if (net->to[out->link[i]] == to && nth-- == 0) {
                return out->link[i];
            }
        }
        return -1;
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] == from && net->to[l] == to && nth-- == 0) {
            return l;
        }
    }
    return -1;
}

int32_t gw_net_find_link(const gw_net *net, const char *name) {
    if (net->link_name != NULL) {
        return net->names != NULL ? table_find(&net->names->links, net, gw_net_link_name, name)
                                  : search(net, net->n_links, gw_net_link_name, name);
    }
    char text[2 * NAME_ROOM];
    if (strlen(name) >= sizeof text) {
        return -1;
    }
    memcpy(text, name, strlen(name) + 1);
    char *to = strchr(text, '>');
    char *number = to != NULL ? strrchr(to, '#') : NULL;
    if (number == NULL) {
        return -1;
    }
    *to++ = *number++ = 0;
    int32_t nth = number_in(number, INT32_MAX);
    int32_t a = gw_net_find_node(net, text), b = gw_net_find_node(net, to);
    return nth >= 0 && a >= 0 && b >= 0 ? cable_between(net, a, b, nth) : -1;
}
