/* flow/flow_lists.c: which active flows are on a link.
 * In: flows as they join.   Out: the list of a link.
 * Model: every link has a run of slots in one pool. A flow that ends is not looked for: a list is
 *   swept when it is read, and before it would grow. A list that outgrows its run moves to the end
 *   of the pool with twice the room; the pool is packed when a third of it is lost to such moves.
 *   The order of a list is that of joining.
 * Valid: up to 2^31 - 1 flows a link.
 * Sources: own design. */
#include <stdlib.h>

#include "flow/flow_sim.h"

static void sweep(const gw_flow_sim *sim, gw_sim_list *list) {
    if (list->n == 0) {
        return; /* perhaps before there is any pool */
    }
    gw_sim_slot *slot = sim->slot + list->at;
    int32_t n = 0;
    for (int32_t k = 0; k < list->n; k++) {
        if (sim->flow[slot[k].flow].level >= 0.0) {
            slot[n++] = slot[k];
        }
    }
    list->n = n;
}

gw_sim_slot *gw_sim_list_read(gw_flow_sim *sim, int32_t l, int32_t *n) {
    if (sim->link[l].left) {
        sweep(sim, &sim->link[l].list);
        sim->link[l].left = false;
    }
    *n = sim->link[l].list.n;
    return *n == 0 ? NULL : sim->slot + sim->link[l].list.at;
}

static void pack(gw_flow_sim *sim, int64_t room) {
    gw_sim_slot *pool = gw_flow_grow(NULL, room, sizeof *pool);
    int64_t n = 0;
    for (int32_t l = 0; l < sim->n_links; l++) {
        gw_sim_list *list = &sim->link[l].list;
        for (int32_t k = 0; k < list->n; k++) {
            pool[n + k] = sim->slot[list->at + k];
        }
        list->at = n;
        n += list->room;
    }
    free(sim->slot);
    sim->slot = pool;
    sim->n_slots = n;
    sim->slots_room = room;
    sim->slots_lost = 0;
}

static void reserve(gw_flow_sim *sim, int64_t n) {
    int64_t wanted = sim->n_slots + n;
    if (wanted <= sim->slots_room) {
        return;
    }
    if (sim->slots_lost > sim->n_slots / 3) {
        pack(sim, 2 * (sim->n_slots - sim->slots_lost) + n);
        return;
    }
    sim->slots_room = wanted + (sim->n_slots > 0 ? wanted / 2 : 0);
    sim->slot = gw_flow_grow(sim->slot, sim->slots_room, sizeof *sim->slot);
}

/* Room for `more` flows on a link. The first time exactly that: most sets are known at the start. */
static void widen(gw_flow_sim *sim, int32_t l, int32_t more) {
    gw_sim_list *list = &sim->link[l].list;
    if (list->n + more <= list->room) {
        return;
    }
    sweep(sim, list);
    if (2 * (list->n + more) <= list->room + 1) {
        return;
    }
    int32_t room = list->room == 0 ? more : 2 * (list->n + more);
    reserve(sim, room);
    int64_t to = sim->n_slots;
    sim->n_slots += room;
    for (int32_t k = 0; k < list->n; k++) {
        sim->slot[to + k] = sim->slot[list->at + k];
    }
    sim->slots_lost += list->room;
    list->at = to;
    list->room = room;
}

/* Counts first, so that a set known at the start gets runs of exactly its size. */
static void make_room(gw_flow_sim *sim, const int32_t *ids, int32_t n) {
    int32_t *wanted = gw_flow_zeros(sim->n_links, sizeof *wanted);
    int64_t total = 0;
    for (int32_t i = 0; i < n; i++) {
        for (int64_t k = sim->flow[ids[i]].first; k < gw_sim_way_end(&sim->flow[ids[i]]); k++) {
            wanted[sim->on[k]]++;
            total++;
        }
    }
    if (sim->n_slots == 0) {
        reserve(sim, total);
    }
    for (int32_t l = 0; l < sim->n_links; l++) {
        if (wanted[l] > 0) {
            widen(sim, l, wanted[l]);
        }
    }
    free(wanted);
}

void gw_sim_list_join(gw_flow_sim *sim, const int32_t *ids, int32_t n) {
    bool many = n > sim->n_links / 8;
    if (many) {
        make_room(sim, ids, n);
    }
    for (int32_t i = 0; i < n; i++) {
        int32_t f = ids[i];
        for (int64_t k = sim->flow[f].first; k < gw_sim_way_end(&sim->flow[f]); k++) {
            int32_t l = sim->on[k];
            if (!many) {
                widen(sim, l, 1);
            }
            gw_sim_list *list = &sim->link[l].list;
            sim->slot[list->at + list->n++] = (gw_sim_slot){f, gw_sim_share(sim, k)};
        }
    }
}
