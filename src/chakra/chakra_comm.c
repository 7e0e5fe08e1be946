/* chakra/chakra_comm.c: collectives and messages of a replay, from the node that is ready to its end.
 *
 * In:  nodes as they become ready, flows as they end. Out: ends of nodes.
 * Model: a collective begins when all ranks of its group have arrived and the one before it in the
 *      group has ended (one stream a communicator, as in NCCL); its phases follow one another.
 *      A message moves from the instant at which the send is ready, whether or not anybody waits for
 *      it (eager, as in ASTRA-sim); the send ends when all bytes are through, the receive then or when
 *      it is ready, if that is later.
 * Valid: no limit on how many communicators an NPU serves at the same time; they share its links.
 * Derivation: a phase of `repeat` equal steps is one flow a pair with repeat times the bytes and the
 *      latency. Alone that is exact: rates depend on ratios only, so all times scale. Beside other
 *      traffic a step's barrier would let others pass in between; such collectives are counted. */
#include "chakra/chakra_sim.h"

static int32_t activate(gw_chakra_sim *s, gw_chakra_active what) {
    int32_t i = s->free_active;
    if (i >= 0) {
        s->free_active = s->active[i].order;
    } else {
        int64_t room = s->active_room;
        i = s->n_active; /* none is free: all below are in flight */
        s->active = gw_chakra_grow(s->active, i, &room, sizeof *s->active);
        s->active_room = (int32_t)room;
    }
    if (s->n_active == 1) { /* the one that was alone is so no longer */
        gw_chakra_active *other = &s->active[s->active_xor];
        if (other->schedule != NULL && other->schedule->stepped && !other->fluid) {
            other->fluid = true;
            s->out->n_fluid++;
        }
    }
    what.fluid = s->n_active > 0 && what.schedule != NULL && what.schedule->stepped;
    s->out->n_fluid += what.fluid;
    s->active[i] = what;
    s->n_active++;
    s->active_xor ^= i;
    return i;
}

static void deactivate(gw_chakra_sim *s, int32_t i) {
    s->active[i].order = s->free_active;
    s->free_active = i;
    s->n_active--;
    s->active_xor ^= i;
}

/* ------------------------------------------------------------------ messages */

static const gw_chakra_message *message_of(const gw_chakra_sim *s, int32_t npu, int32_t node,
                                           int32_t *index) {
    *index = s->plan->message_of[npu][node];
    return &s->plan->message[*index];
}

static void message_arrived(gw_chakra_sim *s, int32_t index) {
    const gw_chakra_message *m = &s->plan->message[index];
    s->message[index] |= GW_MESSAGE_ARRIVED;
    gw_chakra_account(s, m->src);
    s->npu[m->src].n_moving--;
    gw_chakra_node_done(s, m->src, m->src_node);
    if ((s->message[index] & GW_MESSAGE_AWAITED) != 0) {
        gw_chakra_account(s, m->dst);
        s->npu[m->dst].n_moving--;
        gw_chakra_node_done(s, m->dst, m->dst_node);
    }
}

void gw_chakra_send_ready(gw_chakra_sim *s, int32_t npu, int32_t node) {
    int32_t index;
    const gw_chakra_message *m = message_of(s, npu, node, &index);
    s->message[index] |= GW_MESSAGE_SENT;
    gw_chakra_account(s, npu);
    s->npu[npu].n_moving++;
    if ((s->message[index] & GW_MESSAGE_AWAITED) != 0) {
        gw_chakra_account(s, m->dst);
        s->npu[m->dst].n_posted--;
        s->npu[m->dst].n_moving++;
    }
    s->out->n_messages++;
    s->out->message_B += m->bytes;
    if (gw_chakra_host(s->plan, m->src) == gw_chakra_host(s->plan, m->dst)) {
        message_arrived(s, index); /* to itself: never leaves the NPU */
        return;
    }
    gw_chakra_message_start(s, activate(s, (gw_chakra_active){.group = -1, .message = index}));
}

void gw_chakra_recv_ready(gw_chakra_sim *s, int32_t npu, int32_t node) {
    int32_t index;
    (void)message_of(s, npu, node, &index);
    if ((s->message[index] & GW_MESSAGE_ARRIVED) != 0) {
        gw_chakra_node_done(s, npu, node);
        return;
    }
    gw_chakra_account(s, npu);
    s->message[index] |= GW_MESSAGE_AWAITED;
    if ((s->message[index] & GW_MESSAGE_SENT) != 0) {
        s->npu[npu].n_moving++;
    } else {
        s->npu[npu].n_posted++;
    }
}

/* ------------------------------------------------------------------ collectives */

/* The node by which a rank takes part in the order-th collective of a group. */
static int32_t node_of(const gw_chakra_plan *p, int32_t group, int32_t order, int32_t npu) {
    const gw_chakra_trace *t = gw_chakra_trace_of(p, npu);
    int spec = 0;
    while (p->group_of[npu][spec] != group) {
        spec++;
    }
    return t->spec[spec].node[order];
}

static void collective_over(gw_chakra_sim *s, int32_t group, int32_t order) {
    const gw_chakra_comm_group *g = &s->plan->group[group];
    for (int32_t i = 0; i < g->n; i++) {
        int32_t npu = g->rank[i];
        gw_chakra_account(s, npu);
        s->npu[npu].n_moving--;
        gw_chakra_node_done(s, npu, node_of(s->plan, group, order, npu));
    }
    s->queue[group].busy = false;
}

static void phase_go(gw_chakra_sim *s, int32_t active) {
    gw_chakra_phase_start(s, active);
    const gw_chakra_active *a = &s->active[active];
    if (a->flows_left == 0 && s->problem == NULL) { /* latency alone */
        gw_chakra_event_add(s, s->now_s + a->schedule->phase[a->phase].latency_s, -1, active);
    }
}

/* Begins the next collective of the group, if none runs. */
static void queue_go(gw_chakra_sim *s, int32_t group) {
    gw_chakra_queue *q = &s->queue[group];
    const gw_chakra_comm_group *g = &s->plan->group[group];
    while (!q->busy && q->head >= 0 && s->problem == NULL) {
        int32_t order = q->head;
        int32_t npu = g->rank[0];
        const gw_chakra_node *node =
            &gw_chakra_trace_of(s->plan, npu)->node[node_of(s->plan, group, order, npu)];
        q->head = s->op[g->first_op + order].next;
        q->busy = true;
        for (int32_t i = 0; i < g->n; i++) {
            gw_chakra_account(s, g->rank[i]);
            s->npu[g->rank[i]].n_posted--;
            s->npu[g->rank[i]].n_moving++;
        }
        gw_chakra_schedule *made = gw_chakra_schedule_of(s, group, node);
        if (made == NULL) {
            return; /* problem says why */
        }
        s->out->n_collectives++;
        s->out->n_comm[node->comm]++;
        s->out->comm_B[node->comm] += made->moved_B;
        if (made->n_phases == 0) {
            collective_over(s, group, order);
        } else {
            phase_go(s, activate(s, (gw_chakra_active){
                                        .group = group, .order = order, .schedule = made}));
        }
    }
}

void gw_chakra_coll_ready(gw_chakra_sim *s, int32_t npu, int32_t node) {
    const gw_chakra_node *n = &gw_chakra_trace_of(s->plan, npu)->node[node];
    int32_t group = s->plan->group_of[npu][n->spec];
    const gw_chakra_comm_group *g = &s->plan->group[group];
    gw_chakra_op *op = &s->op[g->first_op + n->order];
    gw_chakra_account(s, npu);
    s->npu[npu].n_posted++;
    if (++op->n_arrived < g->n) {
        return;
    }
    gw_chakra_queue *q = &s->queue[group];
    op->next = -1;
    if (q->head < 0) {
        q->head = n->order;
    } else {
        s->op[g->first_op + q->tail].next = n->order;
    }
    q->tail = n->order;
    queue_go(s, group);
}

void gw_chakra_phase_over(gw_chakra_sim *s, int32_t active) {
    gw_chakra_active *a = &s->active[active];
    if (++a->phase < a->schedule->n_phases) {
        phase_go(s, active);
        return;
    }
    int32_t group = a->group, order = a->order;
    deactivate(s, active);
    collective_over(s, group, order);
    queue_go(s, group);
}

void gw_chakra_flow_ended(gw_chakra_sim *s, int32_t active) {
    gw_chakra_active *a = &s->active[active];
    s->n_in_flight--;
    if (a->group < 0) {
        int32_t message = a->message;
        deactivate(s, active);
        message_arrived(s, message);
    } else if (--a->flows_left == 0) {
        gw_chakra_phase_over(s, active);
    }
}
