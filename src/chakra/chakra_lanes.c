/* chakra/chakra_lanes.c: what an NPU does by itself: compute, CPU and memory nodes, one after another.
 *
 * In:  nodes as they become ready. Out: their ends on the clock; seconds of each NPU by what it did.
 * Model: three lanes an NPU (accelerator, CPU, memory), each with one node at a time, the lowest id
 *      first; a node takes its recorded duration, or by the roofline max(operations / peak, bytes /
 *      memory bandwidth) where a peak is given and the node says both; storage, batch and checkpoint
 *      nodes take their duration beside all else; metadata and invalid nodes take none.
 * Valid: kernels that do not overlap on the accelerator.
 * Sources: S. Williams, A. Waterman, D. Patterson, "Roofline", CACM 52 (2009); order and lanes as in
 *      ASTRA-sim 2.x. */
#include <math.h>
#include <stdlib.h>

#include "chakra/chakra_sim.h"

/* ------------------------------------------------------------------ the clock */

static bool before(const gw_chakra_event *a, const gw_chakra_event *b) {
    if (a->at_s != b->at_s) {
        return a->at_s < b->at_s;
    }
    return a->npu != b->npu ? a->npu < b->npu : a->node < b->node;
}

void gw_chakra_event_add(gw_chakra_sim *s, double at_s, int32_t npu, int32_t node) {
    s->event = gw_chakra_grow(s->event, s->n_events, &s->event_room, sizeof *s->event);
    gw_chakra_event e = {at_s, npu, node};
    int64_t i = s->n_events++;
    for (; i > 0 && before(&e, &s->event[(i - 1) / 2]); i = (i - 1) / 2) {
        s->event[i] = s->event[(i - 1) / 2];
    }
    s->event[i] = e;
}

gw_chakra_event gw_chakra_event_take(gw_chakra_sim *s) {
    gw_chakra_event first = s->event[0], last = s->event[--s->n_events];
    int64_t i = 0;
    for (int64_t child = 1; child < s->n_events; child = 2 * i + 1) {
        child += child + 1 < s->n_events && before(&s->event[child + 1], &s->event[child]);
        if (!before(&s->event[child], &last)) {
            break;
        }
        s->event[i] = s->event[child];
        i = child;
    }
    s->event[i] = last;
    return first;
}

/* ------------------------------------------------------------------ seconds by what was done */

void gw_chakra_account(gw_chakra_sim *s, int32_t npu) {
    gw_npu_state *n = &s->npu[npu];
    double took_s = s->now_s - n->since_s;
    n->since_s = s->now_s;
    if (n->computing) {
        n->sum.compute_s += took_s;
    } else if (n->n_moving > 0) {
        n->sum.exposed_s += took_s;
    } else if (n->n_posted > 0) {
        n->sum.waiting_s += took_s;
    } else {
        n->sum.other_s += took_s;
    }
}

/* ------------------------------------------------------------------ lanes */

static int lane_of(const gw_chakra_node *node) {
    if (node->type == GW_CHAKRA_COMP) {
        return node->on_cpu ? GW_LANE_CPU : GW_LANE_COMPUTE;
    }
    return node->type == GW_CHAKRA_MEM_LOAD || node->type == GW_CHAKRA_MEM_STORE ? GW_LANE_MEMORY
                                                                                 : -1;
}

static void touch(gw_chakra_sim *s, int32_t npu, int lane) {
    if (!s->npu[npu].lane[lane].listed) {
        s->npu[npu].lane[lane].listed = true;
        s->touched = gw_chakra_grow(s->touched, s->n_touched, &s->touched_room, sizeof *s->touched);
        s->touched[s->n_touched++] = (gw_chakra_event){.npu = npu, .node = lane};
    }
}

static void lane_add(gw_chakra_lane *l, int32_t node) {
    int32_t *heap = gw_chakra_grow(l->ready, l->n, &l->room, sizeof *heap);
    int32_t i = l->n;
    l->n = i + 1;
    for (; i > 0 && node < heap[(i - 1) / 2]; i = (i - 1) / 2) {
        heap[i] = heap[(i - 1) / 2];
    }
    heap[i] = node;
    l->ready = heap;
}

static int32_t lane_take(gw_chakra_lane *l) {
    int32_t first = l->ready[0], last = l->ready[--l->n];
    int32_t i = 0;
    for (int32_t child = 1; child < l->n; child = 2 * i + 1) {
        child += child + 1 < l->n && l->ready[child + 1] < l->ready[child];
        if (last <= l->ready[child]) {
            break;
        }
        l->ready[i] = l->ready[child];
        i = child;
    }
    l->ready[i] = last;
    return first;
}

static double memory_s(gw_chakra_sim *s, const gw_chakra_node *node) {
    if (s->plan->opts->far_mem_Bps > 0.0 && node->tensor_B >= 0.0) {
        return node->tensor_B / s->plan->opts->far_mem_Bps;
    }
    s->out->n_far_mem++;
    return 0.0;
}

static double compute_s(gw_chakra_sim *s, const gw_chakra_node *node) {
    const gw_chakra_opts *o = s->plan->opts;
    if (o->peak_flops > 0.0 && !node->on_cpu && node->work_flop >= 0.0 && node->tensor_B >= 0.0) {
        double memory = o->mem_Bps > 0.0 ? node->tensor_B / o->mem_Bps : 0.0;
        return fmax(node->work_flop / o->peak_flops, memory);
    }
    if (!(node->duration_s > 0.0)) {
        s->out->n_timeless++;
        return 0.0;
    }
    return node->duration_s;
}

void gw_chakra_lanes_go(gw_chakra_sim *s) {
    for (int64_t i = 0; i < s->n_touched; i++) {
        int32_t npu = s->touched[i].npu;
        int kind = s->touched[i].node;
        gw_chakra_lane *l = &s->npu[npu].lane[kind];
        l->listed = false;
        if (l->busy || l->n == 0) {
            continue;
        }
        int32_t node = lane_take(l);
        const gw_chakra_node *what = &gw_chakra_trace_of(s->plan, npu)->node[node];
        double took_s = kind == GW_LANE_MEMORY ? memory_s(s, what) : compute_s(s, what);
        l->busy = true;
        if (kind == GW_LANE_COMPUTE) {
            gw_chakra_account(s, npu);
            s->npu[npu].computing = true;
        }
        gw_chakra_event_add(s, s->now_s + took_s, npu, node);
    }
    s->n_touched = 0;
}

void gw_chakra_lane_free(gw_chakra_sim *s, int32_t npu, int32_t node) {
    int kind = lane_of(&gw_chakra_trace_of(s->plan, npu)->node[node]);
    if (kind >= 0) {
        s->npu[npu].lane[kind].busy = false;
        touch(s, npu, kind);
    }
    if (kind == GW_LANE_COMPUTE) {
        gw_chakra_account(s, npu);
        s->npu[npu].computing = false;
    }
}

void gw_chakra_lanes_clear(gw_chakra_sim *s) {
    for (int32_t i = 0; i < s->plan->n_npus; i++) {
        for (int k = 0; k < GW_LANES; k++) {
            free(s->npu[i].lane[k].ready);
        }
    }
}

/* ------------------------------------------------------------------ nodes */

void gw_chakra_node_done(gw_chakra_sim *s, int32_t npu, int32_t node) {
    s->done = gw_chakra_grow(s->done, s->n_done, &s->done_room, sizeof *s->done);
    s->done[s->n_done++] = (gw_chakra_event){s->now_s, npu, node};
}

void gw_chakra_node_ready(gw_chakra_sim *s, int32_t npu, int32_t node) {
    const gw_chakra_node *n = &gw_chakra_trace_of(s->plan, npu)->node[node];
    int lane = lane_of(n);
    if (lane >= 0) {
        lane_add(&s->npu[npu].lane[lane], node);
        touch(s, npu, lane);
    } else if (n->type == GW_CHAKRA_SEND) {
        gw_chakra_send_ready(s, npu, node);
    } else if (n->type == GW_CHAKRA_RECV) {
        gw_chakra_recv_ready(s, npu, node);
    } else if (n->type == GW_CHAKRA_COLL) {
        gw_chakra_coll_ready(s, npu, node);
    } else if (n->type >= GW_CHAKRA_STORAGE && n->duration_s > 0.0) {
        gw_chakra_event_add(s, s->now_s + n->duration_s, npu, node);
    } else {
        gw_chakra_node_done(s, npu, node);
    }
}
