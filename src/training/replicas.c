/* training/replicas.c: traffic between replicas and the update of the weights.
 *
 * In:  gw_work, computation of one micro-batch on the busiest stage. Out: seconds per step.
 * Model: ZeRO 0: all-reduce of gradients behind the last backward pass. ZeRO 1, 2: reduce-scatter
 *      of gradients behind the last backward pass, all-gather of weights behind the first forward
 *      pass. ZeRO 3 (FSDP): layer by layer, weights gathered forward and backward, gradients
 *      scattered, in every micro-batch; in a pipeline once a step: weights stay whole between
 *      micro-batches, gradients are summed whole first (as training_memory.c has it). It is one
 *      collective a layer over all replicas, so that the cost of many steps counts once a layer
 *      (or once a tensor: gathered_pieces; old libraries step round one ring of all ranks:
 *      flat_rings, n - 1 links one behind another). A share dp_hidden of the computation can hide
 *      traffic; hiding costs overlap_cost. With shard_group (HSDP) only the members of a group
 *      share; what they hold is all-reduced between the groups once a step. Replicas of a routed
 *      expert share in the same proportion (gw_training_expert_group).
 *      Tied embeddings of a pipeline: their gradients are summed between first and last stage.
 *      Optimizer: Adam in fp32 reads master, moments and gradient (16 B) and writes three and the
 *      bf16 weight (14 B).
 * Valid: one bucket at a time.
 * Sources: Rajbhandari et al. arXiv 1910.02054 (ZeRO); Zhao et al. arXiv 2304.11277 (FSDP);
 *      Narayanan et al. arXiv 2104.04473 (tied embeddings).
 */
#include "training/layer.h"

static const double optimizer_B = 30.0;
/** What the bulk protocol adds to a message: NVIDIA NCCL, src/graph/tuning.cc, as in
 *  fabric/collectives.c. */
static const double bulk_step_s = 6.9e-6;

static double smaller(double a, double b) {
    return a < b ? a : b;
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

int gw_training_expert_group(const gw_shard *s) {
    double part = smaller(1.0, s->share_group / larger(1.0, s->dp * s->cp));
    int group = (int)larger(1.0, (double)s->edp * part + 1e-9);
    while (s->edp % group != 0) {
        group--;
    }
    return group;
}

/** Parameters of one kind on this rank and who shares them. */
typedef struct holding {
    double params, layers;
    int n, domain;           /* replicas */
    int group, group_domain; /* of them, those that share; n unless HSDP */
    gw_axis axis, between;   /* of a group, of the groups */
} holding;

/** Latency of a collective round one ring of all ranks: what the farthest rank sends passes every
 * link in turn, in the bulk protocol. */
static double ring_latency_s(const gw_work *w, int n, int domain) {
    const gw_comm *comm = w->in->comm;
    if (!w->software->flat_rings || n < 2) {
        return 0.0;
    }
    double far = n > domain ? (double)n / domain : 0.0; /* links between domains */
    double near = n - 1.0 - far;
    return far * (comm->scaleout.latency_s + bulk_step_s) +
           larger(0.0, near) * (comm->scaleup.latency_s + bulk_step_s);
}

/** Traffic of ZeRO 3, forward and backward: of a micro-batch, in a pipeline of the step. */
static void sharded(const gw_work *w, const holding *p, double *forward_s, double *backward_s) {
    gw_comm comm = gw_work_comm(w, p->axis);
    double layers = larger(1.0, p->layers);
    double pieces = layers * larger(1.0, (double)w->software->gathered_pieces);
    double weight_B = p->params / pieces * 2.0;
    double gradient_B = p->params / pieces * w->software->gradient_B;
    double ring_s = ring_latency_s(w, p->group, p->group_domain);
    double gather_s =
        ring_s + gw_collective_s(&comm, GW_ALL_GATHER, weight_B, p->group, p->group_domain);
    double scatter_s =
        ring_s + gw_collective_s(&comm, GW_REDUCE_SCATTER, gradient_B, p->group, p->group_domain);
    *forward_s = pieces * gather_s;
    *backward_s = pieces * (w->shard->pp > 1 ? scatter_s : gather_s + scatter_s);
}

/** The sum over groups of what their members hold (HSDP). */
static double between_groups_s(const gw_work *w, const holding *p) {
    int groups = p->n / p->group;
    if (groups < 2) {
        return 0.0;
    }
    double bytes = p->params / p->group * w->software->gradient_B;
    int domain = p->domain > p->group_domain ? p->domain / p->group_domain : 1;
    gw_comm comm = gw_work_comm(w, p->between);
    return gw_collective_s(&comm, GW_ALL_REDUCE, bytes, groups, groups % domain == 0 ? domain : 1);
}

static double holding_s(const gw_work *w, const holding *p, double forward_s, double backward_s) {
    if (p->n < 2 || !(p->params > 0)) {
        return 0.0;
    }
    gw_comm comm = gw_work_comm(w, p->axis);
    double hidden = w->software->dp_hidden;
    double gradient_B = p->params * w->software->gradient_B;
    if (w->plan->zero_stage >= 3) {
        double f_s, b_s;
        sharded(w, p, &f_s, &b_s);
        double once_s =
            gw_exposed_s(w, f_s, hidden * forward_s) + gw_exposed_s(w, b_s, hidden * backward_s);
        return once_s * (w->shard->pp > 1 ? 1.0 : w->shard->n_micro) +
               gw_exposed_s(w, between_groups_s(w, p), hidden * backward_s);
    }
    if (w->plan->zero_stage == 0) {
        double reduce_s = gw_collective_s(&comm, GW_ALL_REDUCE, gradient_B, p->n, p->domain);
        return gw_exposed_s(w, reduce_s, hidden * backward_s);
    }
    double scatter_s =
        gw_collective_s(&comm, GW_REDUCE_SCATTER, gradient_B, p->group, p->group_domain) +
        between_groups_s(w, p);
    double gather_s =
        gw_collective_s(&comm, GW_ALL_GATHER, p->params * 2.0, p->group, p->group_domain);
    return gw_exposed_s(w, scatter_s, hidden * backward_s) +
           gw_exposed_s(w, gather_s, hidden * forward_s);
}

/** Gradients of tied embeddings, between the first and the last stage. */
static double tied_s(const gw_work *w) {
    const gw_shard *s = w->shard;
    if (s->pp < 2 || !w->in->llm->tied_embeddings) {
        return 0.0;
    }
    double bytes =
        (double)w->in->llm->vocab * (double)w->in->llm->hidden / s->tp * w->software->gradient_B;
    gw_comm comm = gw_work_comm(w, GW_AXIS_PP);
    return gw_collective_s(&comm, GW_ALL_REDUCE, bytes, 2, s->pp_domain);
}

double gw_replicas_s(const gw_work *w, double forward_s, double backward_s) {
    const gw_shard *s = w->shard;
    int replicas = (int)(s->dp * s->cp);
    int group = s->share_group;
    int expert_group = gw_training_expert_group(s);
    int expert_domain = s->edp_domain > 1 ? s->edp_domain : 1;
    int domains = (expert_group + expert_domain - 1) / expert_domain;
    double share = s->dense_params / (s->dense_params + s->routed_params); /* of hiding time */
    holding dense = {.params = s->dense_params,
                     .layers = s->stage_layers + 1.0,
                     .n = replicas,
                     .domain = s->dp_domain,
                     .group = group,
                     .group_domain = s->share_domain,
                     .axis = GW_AXIS_DP,
                     .between = GW_AXIS_DP_GROUPS};
    holding routed = {.params = s->routed_params,
                      .layers = s->stage_expert_layers,
                      .n = s->edp,
                      .domain = s->edp_domain,
                      .group = expert_group,
                      .group_domain = (expert_group + domains - 1) / domains,
                      .axis = GW_AXIS_EDP,
                      .between = GW_AXIS_EDP_GROUPS};
    return holding_s(w, &dense, forward_s * share, backward_s * share) +
           holding_s(w, &routed, forward_s * (1.0 - share), backward_s * (1.0 - share)) + tied_s(w);
}

double gw_optimizer_s(const gw_work *w) {
    const gw_shard *s = w->shard;
    double params = s->dense_params + s->routed_params;
    if (w->plan->zero_stage > 0) {
        params = s->dense_params / s->share_group + s->routed_params / gw_training_expert_group(s);
    }
    double traffic = smaller(4.0, w->software->optimizer_traffic);
    return params * optimizer_B * traffic / w->rate.memory_Bps;
}
