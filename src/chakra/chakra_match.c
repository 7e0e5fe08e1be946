/* chakra/chakra_match.c: sends and the receives that take them.
 *
 * In:  the traces. Out: messages from NPU to NPU; or every send and receive without its other end.
 * Model: a send and a receive belong together when source, destination, tag and size agree; of several
 *      alike the first send (in order of id) goes to the first receive.
 * Valid: copied traces: both ends lie within the traced ranks, and move along with every copy.
 * Derivation: message passing keeps the order of equal envelopes (MPI 4.0, section 3.5). */
#include <stdlib.h>

#include "chakra/chakra_parts.h"

#define SAID_MAX 20

typedef struct end {
    int32_t src, dst, npu, node;
    int64_t tag;
    double bytes;
    bool is_send;
} end;

static int compare(double a, double b) {
    return a < b ? -1 : a > b;
}

/* All that must agree, the size last: sizes that differ are then neighbours. */
static int envelope(const end *a, const end *b) {
    return a->src != b->src   ? (a->src < b->src ? -1 : 1)
           : a->dst != b->dst ? (a->dst < b->dst ? -1 : 1)
           : a->tag != b->tag ? (a->tag < b->tag ? -1 : 1)
                              : compare(a->bytes, b->bytes);
}

static int by_envelope(const void *a, const void *b) {
    const end *x = a, *y = b;
    int order = envelope(x, y);
    if (order != 0) {
        return order;
    }
    if (x->is_send != y->is_send) {
        return x->is_send ? -1 : 1;
    }
    return x->node < y->node ? -1 : x->node > y->node; /* the NPU is that of src or dst */
}

static const char *wrong_rank(const gw_chakra_plan *p, const gw_chakra_node *n, int32_t npu) {
    int32_t own = npu % p->n_traces;
    bool is_send = n->type == GW_CHAKRA_SEND;
    if (is_send && n->src >= 0 && n->src != own) {
        return "a send stands in the trace of another rank than its `comm_src`";
    }
    if (!is_send && n->dst >= 0 && n->dst != own) {
        return "a receive stands in the trace of another rank than its `comm_dst`";
    }
    if ((is_send ? n->dst : n->src) >= p->n_traces) {
        return p->n_npus > p->n_traces ? "its other end lies beyond the traced ranks: messages of "
                                         "copied traces stay within them"
                                       : "its other end is no NPU of these traces";
    }
    return NULL;
}

static int64_t count_ends(const gw_chakra_plan *p) {
    int64_t n = 0;
    for (int32_t npu = 0; npu < p->n_npus; npu++) {
        const gw_chakra_trace *t = gw_chakra_trace_of(p, npu);
        for (int32_t i = 0; i < t->n; i++) {
            n += t->node[i].type == GW_CHAKRA_SEND || t->node[i].type == GW_CHAKRA_RECV;
        }
    }
    return n;
}

static int64_t list_ends(const gw_chakra_plan *p, end *list, gw_diags *diags) {
    int64_t n = 0;
    int n_said = 0;
    for (int32_t npu = 0; npu < p->n_npus; npu++) {
        const gw_chakra_trace *t = gw_chakra_trace_of(p, npu);
        int32_t copy = npu / p->n_traces * p->n_traces;
        for (int32_t i = 0; i < t->n; i++) {
            const gw_chakra_node *node = &t->node[i];
            bool is_send = node->type == GW_CHAKRA_SEND;
            if (!is_send && node->type != GW_CHAKRA_RECV) {
                continue;
            }
            const char *wrong = wrong_rank(p, node, npu);
            if (wrong != NULL) {
                if (n_said++ < SAID_MAX) {
                    gw_chakra_complain(diags, GW_E_REF, t, i, NULL, "%s", wrong);
                }
                continue;
            }
            list[n++] = (end){.src = is_send ? npu : node->src + copy,
                              .dst = is_send ? node->dst + copy : npu,
                              .npu = npu,
                              .node = i,
                              .tag = node->tag,
                              .bytes = node->comm_B,
                              .is_send = is_send};
        }
    }
    return n;
}

static void say_alone(const gw_chakra_plan *p, const end *e, const end *near, gw_diags *diags) {
    const gw_chakra_trace *t = gw_chakra_trace_of(p, e->npu);
    bool sizes = near != NULL && near->src == e->src && near->dst == e->dst &&
                 near->tag == e->tag && near->is_send != e->is_send;
    gw_chakra_complain(diags, GW_E_MODEL, t, e->node,
                       sizes ? "both ends of a message have the same `comm_size`"
                             : "source, destination, tag and size of both ends agree",
                       "no %s matches this %s from rank %d to rank %d, tag %lld, %.17g bytes",
                       e->is_send ? "receive" : "send", e->is_send ? "send" : "receive", e->src,
                       e->dst, (long long)e->tag, e->bytes);
}

/* One run of equal envelopes: n_sends sends, then receives. */
static void pair_run(gw_chakra_plan *p, const end *run, int64_t n, int64_t n_sends, const end *near,
                     int *n_said, gw_diags *diags) {
    int64_t n_recvs = n - n_sends, n_pairs = n_sends < n_recvs ? n_sends : n_recvs;
    for (int64_t k = 0; k < n_pairs; k++) {
        const end *send = &run[k], *recv = &run[n_sends + k];
        int32_t m = (int32_t)p->n_messages++;
        p->message[m] = (gw_chakra_message){.src = send->npu,
                                            .dst = recv->npu,
                                            .src_node = send->node,
                                            .dst_node = recv->node,
                                            .bytes = send->bytes};
        p->message_of[send->npu][send->node] = m;
        p->message_of[recv->npu][recv->node] = m;
    }
    for (int64_t k = n_pairs; k < (n_sends > n_recvs ? n_sends : n_recvs); k++) {
        if ((*n_said)++ < SAID_MAX) {
            say_alone(p, n_sends > n_recvs ? &run[k] : &run[n_sends + k], near, diags);
        }
    }
}

void gw_chakra_plan_messages(gw_chakra_plan *p, gw_arena *arena, gw_diags *diags) {
    int64_t n = count_ends(p);
    int n_said = 0;
    p->message_of = GW_NEW_N(arena, p->n_npus, int32_t *);
    if (n == 0) {
        return;
    }
    for (int32_t npu = 0; npu < p->n_npus; npu++) {
        p->message_of[npu] = GW_NEW_N(arena, gw_chakra_trace_of(p, npu)->n, int32_t);
    }
    end *list = GW_NEW_N(arena, n, end);
    p->message = GW_NEW_N(arena, n, gw_chakra_message);
    n = list_ends(p, list, diags);
    qsort(list, (size_t)n, sizeof *list, by_envelope);
    for (int64_t from = 0, to; from < n; from = to) {
        int64_t n_sends = 0;
        for (to = from; to < n && envelope(&list[from], &list[to]) == 0; to++) {
            n_sends += list[to].is_send;
        }
        const end *near = to < n ? &list[to] : from > 0 ? &list[from - 1] : NULL;
        pair_run(p, &list[from], to - from, n_sends, near, &n_said, diags);
    }
    if (n_said > SAID_MAX) {
        gw_diag_add(diags, GW_E_MODEL, GW_ERROR, (gw_loc){.file = NULL}, NULL, NULL,
                    "and %d more messages with one end", n_said - SAID_MAX);
    }
}
