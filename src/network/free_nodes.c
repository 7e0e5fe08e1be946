/* free_nodes.c: names of a free network, and what is wrong with them.
 *
 * In:  gw_fabric of topology free: nodes, links.
 * Out: nodes that a name stands for; problems with their places in the file.
 *
 * Model. A node with count n > 1 stands for name-0 .. name-(n-1). A link that names it so reaches
 * each of them; between two such names each reaches each; from such a name to itself each two of
 * them are joined once. One of them is meant by its full name.
 *
 * Valid: any count of nodes and links: names are looked up in a table.
 * Derivation: none.
 */
#include "network/free_nodes.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "network/wiring_graphs.h"

/** Problems to guess a name for: a guess looks at all names. */
#define MOST_GUESSES 50

gw_free_book gw_free_book_open(const gw_fabric *fabric) {
    gw_free_book book = {.fabric = fabric, .arena = gw_arena_create(0)};
    if (book.arena == NULL) {
        gw_out_of_memory(0);
    }
    book.names = gw_name_set_create(book.arena);
    book.i_node = GW_NEW_N(book.arena, fabric->nodes.n + 1, int);
    for (int i = fabric->nodes.n - 1; i >= 0; i--) {
        const char *name = fabric->nodes.at[i].head.name;
        book.i_node[gw_name_set_add(&book.names, name, strlen(name))] = i;
    }
    return book;
}

void gw_free_book_close(gw_free_book *book) {
    gw_name_set_clear(&book->names);
    gw_arena_free(book->arena);
}

/* "gpu-3" as the member 3 of the entry `gpu`. */
static gw_free_nodes find_member(const gw_free_book *book, const char *name) {
    gw_free_nodes none = {-1, 0, 0};
    const char *dash = strrchr(name, '-');
    if (dash == NULL || dash[1] < '0' || dash[1] > '9' || (dash[1] == '0' && dash[2] != '\0') ||
        strlen(dash + 1) > 9) {
        return none;
    }
    char *end;
    int32_t member = (int32_t)strtol(dash + 1, &end, 10);
    int32_t number = gw_name_set_find(&book->names, name, (size_t)(dash - name));
    if (*end != '\0' || number < 0) {
        return none;
    }
    int i = book->i_node[number];
    int64_t count = book->fabric->nodes.at[i].count;
    return count > 1 && member < count ? (gw_free_nodes){i, member, 1} : none;
}

gw_free_nodes gw_free_find(const gw_free_book *book, const char *name) {
    int32_t number = gw_name_set_find(&book->names, name, strlen(name));
    if (number < 0) {
        return find_member(book, name);
    }
    int i = book->i_node[number];
    return (gw_free_nodes){i, 0, (int32_t)book->fabric->nodes.at[i].count};
}

double gw_free_pairs_n(gw_free_nodes from, gw_free_nodes to) {
    if (from.i_node == to.i_node && from.n > 1 && to.n > 1) {
        return (double)from.n * (from.n - 1) / 2;
    }
    return (double)from.n * to.n;
}

/* ------------------------------------------------------------------ problems */

static bool joins_itself(gw_free_nodes from, gw_free_nodes to) {
    return from.i_node == to.i_node && (from.n == 1 || to.n == 1) && from.first < to.first + to.n &&
           to.first < from.first + from.n;
}

static void unknown_node(const gw_free_book *book, const gw_fabric_link *link, const char *name,
                         gw_diags *diags) {
    const char *near = NULL;
    if (gw_diags_n(diags) < MOST_GUESSES) {
        near = gw_text_nearest(name, book->names.text, (size_t)book->names.n);
    }
    const char *hint = near == NULL ? "nodes are listed under `nodes:`; one of several alike is "
                                      "name-0, name-1, .."
                                    : gw_arena_printf(book->arena, "did you mean `%s`?", near);
    gw_diag_add(diags, GW_E_REF, GW_ERROR, link->head.loc, link->head.path, hint,
                "there is no node `%s`", name);
}

static void check_link(const gw_free_book *book, const gw_fabric_link *link, bool *joined,
                       gw_diags *diags) {
    if (link->from == NULL || link->to == NULL) {
        return; /* said when it was read */
    }
    gw_free_nodes from = gw_free_find(book, link->from), to = gw_free_find(book, link->to);
    if (from.i_node < 0) {
        unknown_node(book, link, link->from, diags);
    }
    if (to.i_node < 0) {
        unknown_node(book, link, link->to, diags);
    }
    if (from.i_node < 0 || to.i_node < 0) {
        return;
    }
    if (joins_itself(from, to)) {
        gw_diag_add(diags, GW_E_MODEL, GW_ERROR, link->head.loc, link->head.path,
                    "a link joins two different nodes", "`%s` is joined to itself", link->from);
    }
    joined[from.i_node] = joined[to.i_node] = true;
}

static void check_node(const gw_free_book *book, int i, bool joined, gw_diags *diags) {
    const gw_fabric_node *node = &book->fabric->nodes.at[i];
    if (!joined) {
        gw_diag_add(diags, GW_E_MODEL, GW_ERROR, node->head.loc, node->head.path,
                    "give it a link, or leave it out", "no link reaches `%s`", node->head.name);
    }
    gw_free_nodes same = find_member(book, node->head.name);
    if (same.i_node >= 0) {
        const gw_fabric_node *several = &book->fabric->nodes.at[same.i_node];
        gw_diag_add(diags, GW_E_MODEL, GW_ERROR, node->head.loc, node->head.path,
                    "give one of them another name", "`%s` is also the name of one of the %d `%s`",
                    node->head.name, (int)several->count, several->head.name);
    }
}

void gw_free_check(const gw_fabric *fabric, gw_diags *diags) {
    gw_free_book book = gw_free_book_open(fabric);
    bool *joined = GW_NEW_N(book.arena, fabric->nodes.n + 1, bool);
    int n_hosts = 0;
    for (int i = 0; i < fabric->links.n; i++) {
        check_link(&book, &fabric->links.at[i], joined, diags);
    }
    for (int i = 0; i < fabric->nodes.n; i++) {
        check_node(&book, i, joined[i], diags);
        n_hosts += fabric->nodes.at[i].host;
    }
    if (n_hosts == 0) {
        gw_diag_add(diags, GW_E_MODEL, GW_ERROR, fabric->head.loc, fabric->head.path,
                    "write `host: yes` in nodes that send and receive",
                    "a free network needs a host among its nodes");
    }
    gw_free_book_close(&book);
}

void gw_net_say_problem(const gw_fabric *fabric, const char *name, const char *problem,
                        gw_diags *diags) {
    size_t before = gw_diags_n_errors(diags);
    if (fabric->topology == GW_TOPOLOGY_FREE) {
        gw_free_check(fabric, diags);
    }
    if (gw_diags_n_errors(diags) == before) {
        gw_diag_add(diags, GW_E_MODEL, GW_ERROR, fabric->head.loc, fabric->head.path,
                    "change the shape, hosts or switch_type",
                    "the network of `%s` cannot be built: %s", name, problem);
    }
}
