/* route_walk.c: one way, or all ways, to a destination over the next hops that a topology names.
 *
 * In:  gw_walk (next links of the shortest ways from a node to a destination), kind of routing.
 * Out: a path as links with shares of the rate.
 *
 * Model. d_mod_k: at every switch the destination's number picks among the links of the lowest
 * dimension, so all flows to one destination take one way from there. ECMP: a hash of seed, source,
 * destination, entropy and switch picks among all next links; each is as likely. Spray: at every
 * switch the rate is split evenly over all next links. The shortest ways form an acyclic graph in
 * which all links lead one step nearer, so one pass in the order of a queue adds up the share that
 * reaches every switch before it is handed on. Valiant: a hash picks a switch to go through, with
 * ways of d_mod_k to it and from it; where the two parts meet twice the loop is cut out.
 *
 * Valid: while that graph has no more links than the path has room. Beyond, the rate is split evenly
 * over 12 ways: way w takes at every switch the next link number w mod n, which covers the orders of
 * up to four dimensions. Dead links are left out of the next links; if a switch on the way has
 * none left the way is given up, and the caller routes over the graph.
 *
 * Sources: Bertsekas & Gallager, Data Networks (2nd ed. 1992), chapter 5 (shortest paths); Valiant &
 * Brebner, STOC 1981 (random intermediate node); Dally & Towles, Principles and Practices of
 * Interconnection Networks (2004), chapters 8 and 9 (dimension order, oblivious routing).
 */
#include "network/route_walk.h"

#include <stdlib.h>
#include <string.h>

#include "network/net_own.h"

/** Ways of a spray whose graph does not fit: a multiple of 1, 2, 3, 4 and 6 next links. */
#define FEW_WAYS 12
/** Next links kept on the stack. */
#define HOPS_STACK 128
/** Slots of the first table of nodes, on the stack too; a power of two. */
#define SEEN_STACK 256

void gw_hops_add(gw_hops *hops, int32_t link) {
    if (hops->n < hops->room) {
        hops->link[hops->n++] = link;
    }
}

/* ------------------------------------------------------------------ next hops that are alive */

/* Next links, without dead ones; false: none is left. */
static bool next_hops(const gw_walk *walk, int32_t at, int32_t dst, gw_hops *hops) {
    hops->n = hops->n_first = 0;
    walk->hops(walk, at, dst, hops);
    if (walk->net->damaged) {
        const double *capacity_Bps = walk->net->capacity_Bps;
        int32_t n = 0, n_first = 0;
        for (int32_t i = 0; i < hops->n; i++) {
            if (capacity_Bps[hops->link[i]] > 0) {
                hops->link[n++] = hops->link[i];
                n_first += i < hops->n_first;
            }
        }
        hops->n = n;
        /* The lowest dimension is dead: the destination chooses among the others. */
        hops->n_first = n_first > 0 ? n_first : n;
    }
    return hops->n > 0;
}

/* ------------------------------------------------------------------ one way */

typedef enum walk_choice { CHOOSE_DESTINATION, CHOOSE_HASH, CHOOSE_NUMBER } walk_choice;

/* `key`: the hash, or the number of the way. */
static bool one_way(const gw_walk *walk, walk_choice choice, uint64_t key, int32_t src, int32_t dst,
                    gw_hops *hops, gw_path *path) {
    for (int32_t at = src; at != dst;) {
        if (!next_hops(walk, at, dst, hops)) {
            return false;
        }
        int32_t i;
        if (choice == CHOOSE_HASH) {
            i = gw_net_pick(key, (uint32_t)at, hops->n);
        } else if (choice == CHOOSE_NUMBER) {
            i = (int32_t)(key % (uint64_t)hops->n);
        } else {
            i = dst % hops->n_first;
        }
        if (!gw_path_put(path, hops->link[i])) {
            return false;
        }
        at = walk->net->to[hops->link[i]];
    }
    return true;
}

/* Cuts out what leads from a node back to it. Quadratic: such ways have a dozen links. */
static void cut_loops(const gw_net *net, gw_path *path, int32_t first) {
    for (int32_t i = first; i < path->n; i++) {
        int32_t from = net->from[path->link[i]];
        for (int32_t j = path->n - 1; j >= i; j--) {
            if (net->to[path->link[j]] == from) {
                memmove(&path->link[i], &path->link[j + 1],
                        (size_t)(path->n - 1 - j) * sizeof *path->link);
                path->n -= j + 1 - i;
                i--;
                break;
            }
        }
    }
}

static bool through_another(const gw_walk *walk, uint64_t hash, int32_t src, int32_t dst,
                            gw_hops *hops, gw_path *path) {
    int32_t via = walk->through == NULL ? -1 : walk->through(walk, src, dst, hash);
    if (via < 0 || via == src || via == dst) {
        return one_way(walk, CHOOSE_DESTINATION, 0, src, dst, hops, path);
    }
    int32_t first = path->n;
    bool ok = one_way(walk, CHOOSE_DESTINATION, 0, src, via, hops, path) &&
              one_way(walk, CHOOSE_DESTINATION, 0, via, dst, hops, path);
    if (ok) {
        cut_loops(walk->net, path, first);
    }
    return ok;
}

/* ------------------------------------------------------------------ all ways */

/* Nodes of the graph of shortest ways in the order of a queue, found again by a hash table. */
typedef struct walk_dag {
    int32_t n, room;
    int32_t *node;   /* [room] */
    double *share;   /* [room] of the rate that comes through */
    int32_t n_slots; /* a power of two, at least twice the room */
    int32_t *slot;   /* [n_slots] position in the queue + 1; 0: free */
    void *heap;      /* what holds them; NULL: the caller's stack */
} walk_dag;

static int32_t *dag_slot(const walk_dag *dag, int32_t node) {
    uint32_t mask = (uint32_t)dag->n_slots - 1;
    uint32_t i = ((uint32_t)node * UINT32_C(2654435769)) >> 7 & mask;
    while (dag->slot[i] != 0 && dag->node[dag->slot[i] - 1] != node) {
        i = (i + 1) & mask;
    }
    return &dag->slot[i];
}

static void dag_grow(walk_dag *dag) {
    int32_t room = dag->room * 4;
    size_t bytes = (size_t)room * (sizeof(double) + sizeof(int32_t) + 2 * sizeof(int32_t));
    double *share = calloc(1, bytes);
    if (share == NULL) {
        gw_out_of_memory(bytes);
    }
    int32_t *node = (int32_t *)(share + room);
    memcpy(share, dag->share, (size_t)dag->n * sizeof *share);
    memcpy(node, dag->node, (size_t)dag->n * sizeof *node);
    free(dag->heap);
    *dag = (walk_dag){dag->n, room, node, share, 2 * room, node + room, share};
    for (int32_t i = 0; i < dag->n; i++) {
        *dag_slot(dag, node[i]) = i + 1;
    }
}

static void dag_add(walk_dag *dag, int32_t node, double share) {
    int32_t *slot = dag_slot(dag, node);
    if (*slot == 0) {
        if (dag->n == dag->room) {
            dag_grow(dag);
            slot = dag_slot(dag, node);
        }
        dag->node[dag->n] = node;
        dag->share[dag->n] = 0;
        *slot = ++dag->n;
    }
    dag->share[*slot - 1] += share;
}

typedef enum walk_end { WALK_DONE, WALK_NO_WAY, WALK_NO_ROOM } walk_end;

static walk_end expand(const gw_walk *walk, int32_t src, int32_t dst, gw_hops *hops, gw_path *path,
                       walk_dag *dag) {
    dag_add(dag, src, 1);
    for (int32_t i = 0; i < dag->n; i++) {
        if (dag->node[i] == dst) {
            continue;
        }
        if (!next_hops(walk, dag->node[i], dst, hops)) {
            return WALK_NO_WAY;
        }
        double share = dag->share[i] / hops->n;
        for (int32_t h = 0; h < hops->n; h++) {
            if (!gw_path_put(path, hops->link[h])) {
                return WALK_NO_ROOM;
            }
            path->share[path->n - 1] = share;
            dag_add(dag, walk->net->to[hops->link[h]], share);
        }
    }
    return WALK_DONE;
}

static walk_end all_ways(const gw_walk *walk, int32_t src, int32_t dst, gw_hops *hops,
                         gw_path *path) {
    double share[SEEN_STACK / 2];
    int32_t node[SEEN_STACK / 2], slot[SEEN_STACK];
    memset(slot, 0, sizeof slot);
    walk_dag dag = {0, SEEN_STACK / 2, node, share, SEEN_STACK, slot, NULL};
    walk_end end = expand(walk, src, dst, hops, path, &dag);
    free(dag.heap);
    return end;
}

static int by_number(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static bool few_ways(const gw_walk *walk, int32_t src, int32_t dst, gw_hops *hops, gw_path *path) {
    int32_t first = path->n;
    for (uint64_t way = 0; way < FEW_WAYS; way++) {
        if (!one_way(walk, CHOOSE_NUMBER, way, src, dst, hops, path)) {
            return false;
        }
    }
    qsort(&path->link[first], (size_t)(path->n - first), sizeof *path->link, by_number);
    int32_t n = first;
    for (int32_t i = first; i < path->n;) {
        int32_t link = path->link[i], same = 0;
        for (; i < path->n && path->link[i] == link; i++) {
            same++;
        }
        path->link[n] = link;
        path->share[n++] = (double)same / (double)FEW_WAYS;
    }
    path->n = n;
    return true;
}

static bool spray(const gw_walk *walk, int32_t src, int32_t dst, gw_hops *hops, gw_path *path) {
    int32_t first = path->n;
    walk_end end = all_ways(walk, src, dst, hops, path);
    if (end == WALK_NO_ROOM) {
        path->n = first;
        end = few_ways(walk, src, dst, hops, path) ? WALK_DONE : WALK_NO_WAY;
    }
    path->split = true;
    return end == WALK_DONE;
}

/* ------------------------------------------------------------------ the kinds */

bool gw_walk_route(const gw_walk *walk, const gw_route_how *how, int32_t src, int32_t dst,
                   uint32_t entropy, gw_path *path) {
    int32_t few[HOPS_STACK];
    int32_t *many = NULL;
    gw_hops hops = {.link = few, .room = HOPS_STACK};
    if (walk->most_hops > HOPS_STACK) {
        many = malloc((size_t)walk->most_hops * sizeof *many);
        if (many == NULL) {
            gw_out_of_memory((size_t)walk->most_hops * sizeof *many);
        }
        hops.link = many;
        hops.room = walk->most_hops;
    }
    int32_t first = path->n;
    bool was_split = path->split, found;
    uint64_t hash = gw_net_flow_hash(how->seed, src, dst, entropy);
    if (how->kind == GW_ROUTING_SPRAY) {
        found = spray(walk, src, dst, &hops, path);
    } else if (how->kind == GW_ROUTING_VALIANT) {
        found = through_another(walk, hash, src, dst, &hops, path);
    } else {
        walk_choice choice = how->kind == GW_ROUTING_ECMP ? CHOOSE_HASH : CHOOSE_DESTINATION;
        found = one_way(walk, choice, hash, src, dst, &hops, path);
    }
    if (!found) {
        path->n = first;
        path->split = was_split;
    }
    free(many);
    return found;
}
