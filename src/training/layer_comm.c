/* training/layer_comm.c: collectives inside a layer and what of them shows.
 *
 * In:  gw_work, the kernels of the layer. Out: seconds added to tp, cp, ep of gw_pair.
 * Model: tensor parallel: all-gather and reduce-scatter of tokens x hidden around each part
 *      (all-reduce without sequence parallelism), forward and backward; a share tp_hidden runs
 *      behind products cut into pieces, where the group lies inside a scale-up domain. Context parallel: keys and values gathered (or sent round a
 *      ring) behind attention, their gradients scattered; Ulysses: four all-to-alls forward, four
 *      backward, not hidden. Experts: dispatch and combine, forward and backward; a share ep_hidden
 *      runs behind other work; a token goes once to every rank, or once per expert, as the
 *      dispatcher does it. What is hidden costs overlap_cost of its time: it takes units, memory
 *      bandwidth and power.
 *      Where the host is slow the ranks meet late at every collective: collective_sync times log2 of
 *      the ranks.
 * Valid: one collective at a time.
 * Sources: Korthikanti et al. arXiv 2205.05198; Llama 3 arXiv 2407.21783 section 3.3; Liu et al.
 *      arXiv 2310.01889 (ring attention); Jacobs et al. arXiv 2309.14509 (Ulysses); DeepSeek-V3
 *      arXiv 2412.19437 section 3.2.
 */
#include <math.h>

#include "training/layer.h"

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

gw_comm gw_work_comm(const gw_work *w, gw_axis axis) {
    return gw_axis_comm(w->in->comm, w->in->congestion, w->in->link_load_factor, axis);
}

double gw_exposed_s(const gw_work *w, double traffic_s, double work_s) {
    double hidden_s = smaller(traffic_s, work_s);
    return traffic_s - hidden_s * (1.0 - w->software->overlap_cost);
}

/** Share `hidden` of the traffic runs beside computation. */
static double shown_s(const gw_work *w, double traffic_s, double hidden) {
    return traffic_s * (1.0 - hidden * (1.0 - w->software->overlap_cost));
}

static void add_tensor(const gw_work *w, const gw_layer_kind *kind, gw_pair *p) {
    const gw_shard *s = w->shard;
    if (s->tp < 2) {
        return;
    }
    gw_comm comm = gw_work_comm(w, GW_AXIS_TP);
    double bytes = s->tokens * (double)w->in->llm->hidden * 2.0;
    int n = (int)s->tp;
    double part_s = !w->plan->no_sequence_parallel
                        ? gw_collective_s(&comm, GW_ALL_GATHER, bytes, n, s->tp_domain) +
                              gw_collective_s(&comm, GW_REDUCE_SCATTER, bytes, n, s->tp_domain)
                        : gw_collective_s(&comm, GW_ALL_REDUCE, bytes, n, s->tp_domain);
    bool experts = kind->channel == GW_CHANNEL_EXPERTS;
    bool channel = kind->channel == GW_CHANNEL_DENSE ||
                   (experts && ((s->etp > 1 && s->ep < 2) || w->in->llm->shared_ffn > 0));
    double parts = (kind->mixer != GW_MIXER_NONE ? 1.0 : 0.0) + (channel ? 1.0 : 0.0);
    /* products cut into pieces overlap with loads and stores inside a scale-up domain only */
    double hidden = s->tp_domain < s->tp ? 0.0 : w->software->tp_hidden;
    double exposed_s =
        shown_s(w, part_s * parts, hidden) + parts * w->software->collective_sync_s * log2(s->tp);
    p->forward.tp_s += exposed_s;
    p->backward.tp_s += exposed_s;
    if (!w->plan->no_sequence_parallel) {
        /* inputs of column-parallel layers are gathered again, behind the first backward product */
        double again_s = gw_collective_s(&comm, GW_ALL_GATHER, bytes, n, s->tp_domain) * parts;
        p->backward.tp_s += gw_exposed_s(w, again_s, p->backward.matmul_s * 0.25);
    }
}

/** Widths that a rank exchanges per token: keys and values of its heads. */
static double kv_width(const gw_work *w) {
    const gw_arch *a = &w->shard->arch;
    return a->latent
               ? a->kv_width
               : a->kv_width / larger(1.0, smaller(w->shard->tp, (double)w->in->llm->kv_heads));
}

static void add_ulysses(const gw_work *w, gw_pair *p) {
    const gw_shard *s = w->shard;
    gw_comm comm = gw_work_comm(w, GW_AXIS_CP);
    double width = 2.0 * s->arch.q_width / s->tp + kv_width(w); /* queries, result; keys, values */
    double bytes = s->tokens * width * 2.0;
    double all_s = gw_collective_s(&comm, GW_ALL_TO_ALL, bytes, (int)s->cp, s->cp_domain);
    p->forward.cp_s += all_s;
    p->backward.cp_s += all_s;
}

static void add_context(const gw_work *w, const gw_layer_kind *kind, gw_pair *p) {
    const gw_shard *s = w->shard;
    bool attends = kind->mixer == GW_MIXER_FULL || kind->mixer == GW_MIXER_WINDOW;
    if (s->cp < 2 || !attends) {
        return;
    }
    if (w->plan->context_method == GW_CONTEXT_ULYSSES) {
        add_ulysses(w, p);
        return;
    }
    gw_comm comm = gw_work_comm(w, GW_AXIS_CP);
    int n = (int)s->cp;
    double bytes = s->micro_batch * w->in->sequence_tok * kv_width(w) * 2.0;
    double forward_s, backward_s;
    if (w->plan->context_method == GW_CONTEXT_RING) {
        /* each step sends one rank's share while the last one is worked on; gradients travel too */
        double hop_s = gw_collective_s(&comm, GW_SEND, bytes / n, 2, s->cp_domain < n ? 1 : 2);
        forward_s = (n - 1) * hop_s;
        backward_s = 2.0 * forward_s;
        p->forward.cp_s += gw_exposed_s(w, forward_s, p->forward.attention_s * (n - 1) / n);
        p->backward.cp_s += gw_exposed_s(w, backward_s, p->backward.attention_s * (n - 1) / n);
        return;
    }
    forward_s = gw_collective_s(&comm, GW_ALL_GATHER, bytes, n, s->cp_domain);
    backward_s = forward_s + gw_collective_s(&comm, GW_REDUCE_SCATTER, bytes, n, s->cp_domain);
    p->forward.cp_s += gw_exposed_s(w, forward_s, p->forward.attention_s);
    p->backward.cp_s += gw_exposed_s(w, backward_s, p->backward.attention_s);
}

/** Copies of a token that leave its rank's expert group: one per expert, or one per rank that holds
 * one of them (expected number of distinct ranks). */
static double copies_n(const gw_work *w) {
    double k = w->shard->arch.expert_rows;
    double n = w->shard->ep;
    if (!w->software->dispatch_once) {
        return k;
    }
    return smaller(k, n * (1.0 - pow(1.0 - 1.0 / n, k)));
}

static void add_experts(const gw_work *w, const gw_layer_kind *kind, gw_pair *p) {
    const gw_shard *s = w->shard;
    if (kind->channel != GW_CHANNEL_EXPERTS || s->ep < 2) {
        return;
    }
    double busiest = larger(1.0, w->in->routing_imbalance);
    double bytes =
        s->tokens / (s->tp / s->etp) * copies_n(w) * busiest * s->arch.expert_width * 2.0;
    gw_comm comm = gw_work_comm(w, GW_AXIS_EP);
    double one_s = gw_collective_s(&comm, GW_ALL_TO_ALL, bytes, (int)s->ep, s->ep_domain);
    double exposed_s = shown_s(w, 2.0 * one_s, w->software->ep_hidden) +
                       2.0 * w->software->collective_sync_s * log2(s->ep);
    p->forward.ep_s += exposed_s;
    p->backward.ep_s += exposed_s;
    if (s->etp >
        1) { /* what arrived is gathered by the ranks that share an expert, and scattered */
        int n = (int)s->etp;
        int domain = s->tp_domain < n ? s->tp_domain : n;
        comm = gw_work_comm(w, GW_AXIS_TP);
        double pair_s = gw_collective_s(&comm, GW_ALL_GATHER, bytes, n, domain) +
                        gw_collective_s(&comm, GW_REDUCE_SCATTER, bytes, n, domain);
        p->forward.tp_s += pair_s;
        p->backward.tp_s += pair_s;
    }
}

void gw_layer_comm(const gw_work *w, const gw_layer_kind *kind, gw_pair *p) {
    add_tensor(w, kind, p);
    add_context(w, kind, p);
    add_experts(w, kind, p);
}
