/* groups.c: the ranks that talk to each other along each axis of a layout.
 *
 * In:  gw_step_in or gw_serving_in, the plan. Out: gw_groups: size, stride, who sends to whom.
 * Model: ranks are numbered with tensor parallel fastest, then context, data, pipeline
 *      (training/step.h). Experts are spread over neighbours: ep ranks at a stride of etp, their
 *      replicas at a stride of ep x etp. With a sharding group (HSDP) its members are neighbours
 *      among the replicas. Sends between stages go one replica block further. Tied embeddings, sent
 *      between the first and the last stage, count as sends between neighbours.
 * Valid: a plan that passed gw_training_rule.
 * Sources: Narayanan et al. arXiv 2104.04473; Liu et al. arXiv 2504.14960; Zhao et al. arXiv
 *      2304.11277 (hybrid sharding).
 */
#include "training/groups.h"

/** Axis of ranks that share: all of them, or groups and what is summed between the groups. */
static void shared_out(gw_groups *groups, gw_axis members, gw_axis between, int64_t n,
                       int64_t group, int64_t stride) {
    groups[members] = (gw_groups){.kind = GW_ALL_REDUCE, .size = group, .stride = stride};
    groups[between] =
        (gw_groups){.kind = GW_ALL_REDUCE, .size = n / group, .stride = stride * group};
}

static gw_collective context_kind(const gw_plan *plan) {
    return plan->context_method == GW_CONTEXT_ULYSSES ? GW_ALL_TO_ALL : GW_ALL_REDUCE;
}

void gw_training_groups(const gw_step_in *in, const gw_plan *plan, gw_groups *groups) {
    gw_shard s = gw_training_shard(in, plan);
    int64_t replicas = (int64_t)plan->dp * plan->cp;
    bool shares = plan->zero_stage > 0;
    for (int a = 0; a < GW_N_AXES; a++) {
        groups[a] = (gw_groups){.kind = GW_ALL_REDUCE, .size = 1, .stride = 1};
    }
    groups[GW_AXIS_TP].size = plan->tp;
    groups[GW_AXIS_CP] =
        (gw_groups){.kind = context_kind(plan), .size = plan->cp, .stride = plan->tp};
    groups[GW_AXIS_PP] =
        (gw_groups){.kind = GW_SEND, .size = plan->pp, .stride = plan->tp * replicas};
    shared_out(groups, GW_AXIS_DP, GW_AXIS_DP_GROUPS, replicas, shares ? s.share_group : replicas,
               plan->tp);
    if (s.arch.expert_layers > 0) {
        int64_t etp = s.etp > 1 ? (int64_t)s.etp : 1;
        int64_t group = shares ? gw_training_expert_group(&s) : s.edp;
        groups[GW_AXIS_EP] = (gw_groups){.kind = GW_ALL_TO_ALL, .size = plan->ep, .stride = etp};
        shared_out(groups, GW_AXIS_EDP, GW_AXIS_EDP_GROUPS, s.edp, group, plan->ep * etp);
    }
}

void gw_serving_groups(const gw_serving_in *in, const gw_serving_plan *plan, gw_groups *groups) {
    int64_t ranks = (int64_t)plan->tp * plan->dp;
    int64_t ep = plan->ep > 0 ? plan->ep : ranks;
    ep = ep < in->llm->experts ? ep : (in->llm->experts > 1 ? in->llm->experts : 1);
    for (int a = 0; a < GW_N_AXES; a++) {
        groups[a] = (gw_groups){.kind = GW_ALL_REDUCE, .size = 1, .stride = 1};
    }
    groups[GW_AXIS_TP].size = plan->tp;
    groups[GW_AXIS_PP] = (gw_groups){.kind = GW_SEND, .size = plan->pp, .stride = ranks};
    if (in->llm->experts > 0 && plan->dp > 1) {
        groups[GW_AXIS_EP] = (gw_groups){
            .kind = GW_ALL_TO_ALL, .size = ep, .stride = ranks / ep > 1 ? ranks / ep : 1};
    }
}

gw_comm gw_axis_comm(const gw_comm *comm, const gw_congestion *congestion, double factor,
                     gw_axis axis) {
    gw_comm seen = *comm;
    if (congestion != NULL && congestion->flows) {
        seen.leaf_bandwidth_Bps *= gw_congestion_share(congestion, axis, factor);
        seen.scaleout.bandwidth_Bps = seen.leaf_bandwidth_Bps;
    }
    return seen;
}

double gw_link_load_factor(const gw_scenario *in, int i_cluster, const gw_congestion *congestion) {
    if (congestion == NULL || !congestion->flows || !(congestion->oversubscription > 0)) {
        return 1.0;
    }
    return in->clusters.at[i_cluster].fabric.oversubscription / congestion->oversubscription;
}

const char *gw_congestion_rule(const gw_congestion *congestion) {
    for (int a = 0; congestion != NULL && congestion->flows && a < GW_N_AXES; a++) {
        if (congestion->axis[a].load_frac == GW_INF) {
            return "the network is cut: ranks that must talk have no way to each other";
        }
    }
    return NULL;
}
