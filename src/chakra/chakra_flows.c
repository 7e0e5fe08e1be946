/* chakra/chakra_flows.c: the collectives and messages of a replay as flows over the network.
 *
 * In:  a collective node and its group. Out: its schedule with ways, made once for each group, kind and
 *      size; flows in the simulator.
 * Model: `comm_size` is what a rank puts in: the vector of an all-reduce or reduce-scatter, the part of
 *      an all-gather, all that it sends in an all-to-all. Broadcast and reduce move it over the same
 *      schedule, reduce backwards; gather sends it from all ranks to the root at once, scatter an equal
 *      part of it from the root. A barrier moves nothing and takes no time beyond the waiting.
 *      The root is the group's first rank unless the node says another.
 * Valid: schedules of gw_traffic_make.
 * Sources: sizes as in ASTRA-sim's ring: an all-gather ends with n x data_size, a reduce-scatter with
 *      data_size / n. */
#include <stdlib.h>
#include <string.h>

#include "chakra/chakra_sim.h"
#include "traffic/traffic_flows.h"

/* ------------------------------------------------------------------ schedules */

static gw_collective collective_of(int comm) {
    switch (comm) {
    case GW_CHAKRA_ALL_GATHER:
        return GW_ALL_GATHER;
    case GW_CHAKRA_REDUCE:
    case GW_CHAKRA_BROADCAST:
        return GW_BROADCAST;
    case GW_CHAKRA_ALL_TO_ALL:
        return GW_ALL_TO_ALL;
    case GW_CHAKRA_REDUCE_SCATTER:
    case GW_CHAKRA_REDUCE_SCATTER_BLOCK:
        return GW_REDUCE_SCATTER;
    default:
        return GW_ALL_REDUCE;
    }
}

/* The hosts of the group, the root first where there is one. */
static int32_t *hosts_of(const gw_chakra_sim *s, const gw_chakra_comm_group *g, int32_t root,
                         gw_arena *arena) {
    int32_t *host = GW_NEW_N(arena, g->n, int32_t);
    int32_t n = 0;
    for (int32_t i = 0; i < g->n; i++) {
        if (g->rank[i] == root) {
            host[n++] = gw_chakra_host(s->plan, root);
        }
    }
    for (int32_t i = 0; i < g->n; i++) {
        if (g->rank[i] != root) {
            host[n++] = gw_chakra_host(s->plan, g->rank[i]);
        }
    }
    return host;
}

/* All to the root, or the root to all. */
static void star(const int32_t *host, int32_t n, bool to_root, double bytes, gw_arena *arena,
                 gw_traffic *out) {
    *out = (gw_traffic){.n_sends = n - 1, .n_phases = 1};
    out->send = GW_NEW_N(arena, n - 1, gw_send);
    out->phase = GW_NEW(arena, gw_traffic_phase);
    *out->phase = (gw_traffic_phase){
        .name = to_root ? "gather" : "scatter", .n = n - 1, .repeat = 1, .depth = 1};
    for (int32_t i = 1; i < n; i++) {
        out->send[i - 1] = to_root ? (gw_send){.src = host[i], .dst = host[0], .bytes = bytes}
                                   : (gw_send){.src = host[0], .dst = host[i], .bytes = bytes};
    }
}

static void turn_round(gw_traffic *t) {
    for (int64_t i = 0; i < t->n_sends; i++) {
        int32_t src = t->send[i].src;
        t->send[i].src = t->send[i].dst;
        t->send[i].dst = src;
    }
}

/* NULL, or why there is no schedule. */
static const char *make_traffic(gw_chakra_sim *s, const gw_chakra_schedule *key, gw_arena *arena,
                                gw_traffic *out) {
    const gw_chakra_comm_group *g = &s->plan->group[key->group];
    bool rooted = key->comm == GW_CHAKRA_REDUCE || key->comm == GW_CHAKRA_GATHER ||
                  key->comm == GW_CHAKRA_SCATTER || key->comm == GW_CHAKRA_BROADCAST;
    int32_t *host = hosts_of(s, g, rooted ? key->root : -1, arena);
    if (key->comm == GW_CHAKRA_GATHER || key->comm == GW_CHAKRA_SCATTER) {
        bool to_root = key->comm == GW_CHAKRA_GATHER;
        star(host, g->n, to_root, to_root ? key->bytes : key->bytes / g->n, arena, out);
        return NULL;
    }
    gw_collective_ask ask = {.kind = collective_of(key->comm),
                             .algorithm = s->plan->opts->algorithm,
                             .bytes =
                                 key->comm == GW_CHAKRA_ALL_GATHER ? key->bytes * g->n : key->bytes,
                             .n = g->n,
                             .n_groups = 1,
                             .rank = host};
    const char *problem = gw_traffic_make(s->net, &ask, arena, out);
    if (problem != NULL && ask.algorithm != GW_ALGORITHM_AUTO) {
        s->out->n_otherwise++;
        ask.algorithm = GW_ALGORITHM_AUTO;
        problem = gw_traffic_make(s->net, &ask, arena, out);
    }
    if (problem == NULL && key->comm == GW_CHAKRA_REDUCE) {
        turn_round(out);
    }
    return problem;
}

static const void *keep(gw_arena *arena, const void *from, int64_t n, size_t size) {
    void *to = gw_arena_alloc(arena, (size_t)(n > 0 ? n : 1), size);
    if (n > 0) {
        memcpy(to, from, (size_t)n * size);
    }
    return to;
}

static bool route_phase(gw_chakra_sim *s, const gw_traffic *traffic, int i, gw_arena *scratch,
                        gw_chakra_phase *out) {
    gw_phase_flows flows;
    const gw_traffic_phase *p = &traffic->phase[i];
    gw_phase_flows_make(s->net, s->how, traffic, i, scratch, &flows);
    const gw_flow_set *set = &flows.set;
    double repeat = (double)p->repeat;
    double *bytes = GW_NEW_N(s->arena, set->n > 0 ? set->n : 1, double);
    for (int64_t f = 0; f < set->n; f++) {
        bytes[f] = set->bytes[f] * repeat;
    }
    *out = (gw_chakra_phase){.n = set->n,
                             .bytes = bytes,
                             .stepped = p->repeat > 1,
                             .latency_s = gw_phase_delay_s(p, flows.hop_s) * repeat};
    out->at = keep(s->arena, set->at, set->n + 1, sizeof *set->at);
    out->link = keep(s->arena, set->link, set->at[set->n], sizeof *set->link);
    if (set->share != NULL) {
        out->share = keep(s->arena, set->share, set->at[set->n], sizeof *set->share);
    }
    return flows.n_no_way == 0;
}

static void make_schedule(gw_chakra_sim *s, gw_chakra_schedule *made) {
    const gw_chakra_comm_group *g = &s->plan->group[made->group];
    if (g->n < 2 || made->comm == GW_CHAKRA_BARRIER || !(made->bytes > 0.0)) {
        return; /* nothing moves */
    }
    gw_arena *scratch = gw_arena_create(0);
    gw_traffic traffic;
    const char *problem = make_traffic(s, made, scratch, &traffic);
    if (problem != NULL) {
        s->problem = gw_arena_printf(s->arena, "%s over %d ranks: %s",
                                     gw_chakra_comm_name(made->comm), g->n, problem);
    } else {
        made->phase =
            GW_NEW_N(s->arena, traffic.n_phases > 0 ? traffic.n_phases : 1, gw_chakra_phase);
        made->n_phases = traffic.n_phases;
    }
    for (int i = 0; i < made->n_phases && s->problem == NULL; i++) {
        gw_chakra_phase *p = &made->phase[i];
        if (!route_phase(s, &traffic, i, scratch, p)) {
            s->problem = "some ranks of a collective have no way to one another";
        }
        made->stepped = made->stepped || p->stepped;
        for (int64_t f = 0; f < p->n; f++) {
            made->moved_B += p->bytes[f];
        }
    }
    gw_arena_free(scratch);
}

gw_chakra_schedule *gw_chakra_schedule_of(gw_chakra_sim *s, int32_t group,
                                          const gw_chakra_node *node) {
    gw_chakra_queue *q = &s->queue[group];
    const gw_chakra_comm_group *g = &s->plan->group[group];
    int32_t root = g->rank[0];
    for (int32_t i = 0; i < g->n; i++) {
        root = g->rank[i] == node->root ? node->root : root;
    }
    for (gw_chakra_schedule *made = q->made; made != NULL; made = made->next) {
        if (made->comm == node->comm && made->bytes == node->comm_B && made->root == root) {
            return made;
        }
    }
    gw_chakra_schedule *made = GW_NEW(s->arena, gw_chakra_schedule);
    *made = (gw_chakra_schedule){
        .group = group, .comm = node->comm, .root = root, .bytes = node->comm_B, .next = q->made};
    make_schedule(s, made);
    q->made = made;
    return s->problem == NULL ? made : NULL;
}

/* ------------------------------------------------------------------ flows */

void gw_chakra_flow_add(gw_chakra_sim *s, const gw_net_flow *flow, int32_t active) {
    int32_t id = gw_flow_sim_add(s->flows, s->now_s, flow);
    s->owner = gw_chakra_grow(s->owner, id, &s->owner_room, sizeof *s->owner);
    s->owner[id] = active;
    s->n_flows = id + 1;
    s->n_in_flight++;
    s->out->n_flows++;
}

void gw_chakra_phase_start(gw_chakra_sim *s, int32_t active) {
    gw_chakra_active *a = &s->active[active];
    const gw_chakra_phase *p = &a->schedule->phase[a->phase];
    a->flows_left = p->n;
    for (int64_t f = 0; f < p->n; f++) {
        gw_net_flow flow = {.bytes = p->bytes[f],
                            .n = (int32_t)(p->at[f + 1] - p->at[f]),
                            .link = p->link + p->at[f],
                            .share = p->share != NULL ? p->share + p->at[f] : NULL,
                            .latency_s = p->latency_s};
        gw_chakra_flow_add(s, &flow, active);
    }
}

void gw_chakra_message_start(gw_chakra_sim *s, int32_t active) {
    int32_t index = s->active[active].message;
    const gw_chakra_message *m = &s->plan->message[index];
    int32_t src = gw_chakra_host(s->plan, m->src), dst = gw_chakra_host(s->plan, m->dst);
    if (!gw_net_route(s->net, s->how, src, dst, (uint32_t)index, &s->path)) {
        s->problem = gw_arena_printf(s->arena, "no way from NPU %d to NPU %d", m->src, m->dst);
        return;
    }
    double latency_s = 0.0;
    for (int32_t k = 0; k < s->path.n; k++) {
        latency_s += s->net->latency_s[s->path.link[k]] * (double)s->path.share[k];
    }
    gw_net_flow flow = {.bytes = m->bytes,
                        .n = s->path.n,
                        .link = s->path.link,
                        .share = s->path.split ? s->path.share : NULL,
                        .latency_s = latency_s};
    gw_chakra_flow_add(s, &flow, active);
}
