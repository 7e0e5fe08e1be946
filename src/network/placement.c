/* placement.c: the order in which hosts are given to ranks.
 *
 * In:  gw_net, GW_PLACEMENT_..., seed. Out: host of each place.
 * Model: a scheduler gives out whole nodes (or racks that are one scale-up domain), so that ranks of
 *      one domain stay together. Scattered is a uniformly random permutation of them: Fisher-Yates
 *      on counter-based numbers, the same on every machine. Striped deals them round the first
 *      switches, as a scheduler does that spreads load.
 * Valid: any network; without first switches (a torus) striped is packed.
 * Sources: Durstenfeld, Comm. ACM 7 (1964) 420 (shuffle).
 */
#include "network/placement.h"

#include <stdlib.h>

#include "base/rng.h"

/** Hosts that move together; of the last unit there may be fewer. */
static int32_t unit_of(const gw_net *net) {
    int32_t node = net->plan.per_node > 1 ? net->plan.per_node : 1;
    int32_t domain = net->plan.domain > 1 ? net->plan.domain : 1;
    int32_t unit = node > domain ? node : domain;
    return unit < net->n_hosts ? unit : (net->n_hosts > 0 ? net->n_hosts : 1);
}

static void shuffle(int32_t *order, int32_t n, uint64_t seed) {
    uint32_t stream = gw_rng_stream("placement");
    for (int32_t i = n - 1; i > 0; i--) {
        int32_t k = (int32_t)(gw_rng_uniform(seed, 0, stream, (uint32_t)i) * (i + 1.0));
        int32_t kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
}

/** First switch of each unit; -1: none. */
static int32_t *first_switches(const gw_net *net, int32_t unit, int32_t n_units, gw_arena *arena) {
    int32_t *leaf = GW_NEW_N(arena, n_units + 1, int32_t);
    for (int32_t i = 0; i < n_units; i++) {
        leaf[i] = -1;
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        int32_t host = net->from[l];
        if (host < net->n_hosts && net->kinds[net->kind[l]].role == GW_CABLE_HOST &&
            leaf[host / unit] < 0) {
            leaf[host / unit] = net->to[l];
        }
    }
    return leaf;
}

/** Rank of a unit under its switch, and its switch: what striping sorts by. */
typedef struct dealt {
    int32_t round, leaf, unit;
} dealt;

static int by_round(const void *a, const void *b) {
    const dealt *x = a, *y = b;
    if (x->round != y->round) {
        return x->round < y->round ? -1 : 1;
    }
    if (x->leaf != y->leaf) {
        return x->leaf < y->leaf ? -1 : 1;
    }
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static void deal(const gw_net *net, int32_t unit, int32_t n_units, int32_t *order,
                 gw_arena *arena) {
    int32_t *leaf = first_switches(net, unit, n_units, arena);
    int32_t *held = GW_NEW_N(arena, net->n_nodes + 1, int32_t); /* units under a switch so far */
    dealt *cards = GW_NEW_N(arena, n_units, dealt);
    for (int32_t i = 0; i < n_units; i++) {
        cards[i] = (dealt){.round = leaf[i] < 0 ? i : held[leaf[i]]++, .leaf = leaf[i], .unit = i};
    }
    qsort(cards, (size_t)n_units, sizeof *cards, by_round);
    for (int32_t i = 0; i < n_units; i++) {
        order[i] = cards[i].unit;
    }
}

int32_t *gw_placement_hosts(const gw_net *net, int placement, uint64_t seed, gw_arena *arena) {
    int32_t unit = unit_of(net);
    int32_t n_units = (net->n_hosts + unit - 1) / unit;
    int32_t *hosts = GW_NEW_N(arena, net->n_hosts + 1, int32_t);
    int32_t *order = GW_NEW_N(arena, n_units + 1, int32_t);
    for (int32_t i = 0; i < n_units; i++) {
        order[i] = i;
    }
    /* a last unit that is not full stays last: places would no longer come in whole domains */
    int32_t whole = net->n_hosts / unit;
    if (placement == GW_PLACEMENT_SCATTERED) {
        shuffle(order, whole, seed);
    } else if (placement == GW_PLACEMENT_STRIPED && whole > 0) {
        deal(net, unit, whole, order, arena);
    }
    int32_t place = 0;
    for (int32_t i = 0; i < n_units; i++) {
        int32_t first = order[i] * unit;
        for (int32_t k = 0; k < unit && first + k < net->n_hosts; k++) {
            hosts[place++] = first + k;
        }
    }
    return hosts;
}
