/* training/training_memory.c: bytes per accelerator, by pipeline stage and by part.
 *
 * In:  gw_step_in, gw_shard, gw_plan. Out: gw_memory of the first, a middle and the last stage;
 *      the *_B members of gw_step, of the stage that needs most.
 * Model: states, per parameter: weights 2 B, gradients gw_software.gradient_B (2 or 4 B), optimizer
 *      gw_software.optimizer_B (fp32 copy and two fp32 moments 12 B). ZeRO 1, 2, 3 share out
 *      optimizer, gradients, weights over the replicas of a parameter: dp x cp of them, or
 *      shard_group of them; of a routed expert tp x cp x dp / (ep x etp). The first stage also has the
 *      input embedding, the last the output projection and the layers that predict further tokens.
 *
 *      Activations: what a micro-batch needs (memory_activations.c) times the micro-batches that
 *      the schedule holds in the stage (pipeline.h). dualpipe holds two parts of the network, with
 *      their states.
 *
 *      At work: the larger of a layer running backward and, where the vocabulary is, the loss; and
 *      weight gradients of one layer in bf16 before they join the sum. ZeRO 3 has
 *      gw_software.gathered_layers whole at a time, with their gradients, in a pipeline all of the
 *      stage; and the ends of the network for the whole step.
 *
 *      Network: buffers_per_group_B for each kind of parallelism in use. Driver, libraries and
 *      kernels: gw_software.context_B. What the allocator cannot use between tensors:
 *      gw_software.fragmentation of activations and tensors at work.
 *
 *      allocated_B leaves out network, driver and fragmentation: the peak that PyTorch reports as
 *      allocated.
 * Valid: layers of one kind alike; no offloading. Measured peaks: docs/model/memory.md.
 * Sources: Rajbhandari et al. arXiv 1910.02054 (ZeRO); Korthikanti et al. arXiv 2205.05198;
 *      Zhao et al. arXiv 2304.11277 (FSDP); DeepSeek-V3 arXiv 2412.19437 section 3.2 (dualpipe).
 */
#include <math.h>

#include "training/memory.h"
#include "training/pipeline.h"

static const double weight_B = 2.0;
/** Buffers of one communicator of NCCL: 4 MB a channel and protocol, 16 to 32 channels, two
 *  directions; assumption. */
static const double buffers_per_group_B = 0.2e9;

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

/** Mixers and feed-forward parts of one stage; not whole where kinds of layers alternate. */
typedef struct gw_stage_mix {
    double layers, attention, state, dense, experts;
} gw_stage_mix;

/** Parameters of a stage on one rank: all but routed experts, and those. */
typedef struct gw_stage_params {
    double dense, routed, ends;
} gw_stage_params;

/** Kinds of layers in `layers` of them, of which the first `leading` are dense for certain. */
static gw_stage_mix mix_of(const gw_step_in *in, const gw_arch *a, double layers, double leading) {
    gw_stage_mix mix = {.layers = layers};
    double all = (double)a->layers;
    double mixers = (double)(a->attention_layers + a->state_layers);
    mix.attention = layers * (double)a->attention_layers / all;
    mix.state = layers * (mixers - (double)a->attention_layers) / all;
    double first = smaller((double)in->llm->dense_layers, (double)a->dense_layers);
    if (a->expert_layers == 0) {
        first = 0.0;
        leading = 0.0;
    }
    double rest = all - first;
    double left = layers - leading;
    mix.experts = rest > 0 ? left * (double)a->expert_layers / rest : 0.0;
    mix.dense = leading + (rest > 0 ? left * ((double)a->dense_layers - first) / rest : 0.0);
    return mix;
}

static gw_stage_params params_of(const gw_shard *s, const gw_stage_mix *mix, double ends) {
    const gw_arch *a = &s->arch;
    gw_stage_params p;
    p.ends = ends / s->tp;
    p.dense = (mix->attention * a->attention_params + mix->state * a->state_params +
               mix->layers * a->norm_params + mix->dense * a->dense_ffn_params +
               mix->experts * a->shared_params) /
                  s->tp +
              p.ends;
    p.routed = mix->experts * s->local_experts * a->expert_params / s->etp;
    return p;
}

/** Parameters on the rank where the ranks that hold them share them out: share_group of the dp x cp
 * replicas, of a routed expert in proportion. */
static double shared_params(const gw_shard *s, const gw_stage_params *p) {
    double group = larger(1.0, (double)s->share_group);
    return p->dense / group + p->routed / gw_training_expert_group(s);
}

static void fill_states(const gw_software *software, const gw_shard *s, const gw_plan *plan,
                        const gw_stage_params *p, gw_memory *m) {
    double whole = p->dense + p->routed;
    double shared = shared_params(s, p);
    m->weights_B = weight_B * (plan->zero_stage >= 3 ? shared : whole);
    m->gradients_B = software->gradient_B * (plan->zero_stage >= 2 ? shared : whole);
    m->optimizer_B = software->optimizer_B * (plan->zero_stage >= 1 ? shared : whole);
}

/** Parameters of one layer on a rank: the largest kind in the stage. */
static double layer_params(const gw_shard *s, const gw_stage_mix *mix, double experts) {
    const gw_arch *a = &s->arch;
    double mixer = larger(mix->attention > 0 ? a->attention_params : 0.0,
                          mix->state > 0 ? a->state_params : 0.0);
    double dense = mix->dense > 0 ? a->dense_ffn_params / s->tp : 0.0;
    double routed = 0.0;
    if (mix->experts > 0) {
        routed = a->shared_params / s->tp + experts * a->expert_params / s->etp;
    }
    return mixer / s->tp + larger(dense, routed);
}

/** Communicators in use. */
static double groups_n(const gw_shard *s) {
    double n = 0.0;
    n += s->tp > 1 ? 1.0 : 0.0;
    n += s->pp > 1 ? 1.0 : 0.0;
    n += s->cp > 1 ? 1.0 : 0.0;
    n += s->ep > 1 ? 1.0 : 0.0;
    n += s->dp * s->cp > 1 ? 1.0 : 0.0;
    return n;
}

/** Weights that ZeRO 3 has whole at a time, with their gradients; in a pipeline, where micro-batches
 * come back to them all the time, those of the stage. The ends stay whole. */
static double gathered_B(const gw_software *software, const gw_shard *s, const gw_stage_mix *mix,
                         const gw_stage_params *p) {
    double whole_B = weight_B + software->gradient_B;
    if (s->pp > 1) {
        return whole_B * (p->dense + p->routed);
    }
    return software->gathered_layers * whole_B * layer_params(s, mix, s->local_experts) +
           weight_B * p->ends;
}

/** What is the same for all stages. */
typedef struct gw_memory_desk {
    const gw_step_in *in;
    const gw_software *software;
    const gw_shard *shard;
    const gw_plan *plan;
    gw_layer_memory layer;
    double copies; /* of the weights, by the schedule */
    double network_B;
} gw_memory_desk;

/** Where a stage stands. */
typedef struct gw_stage_place {
    const char *name;
    int number;
    bool embedding, loss;
} gw_stage_place;

/** What recomputation of one layer brings back; no more of a kind than the stage has, where kinds of
 * layers alternate. */
static double again_B(const gw_kept *again, const gw_stage_mix *mix) {
    double mixer = larger(again->attention_B * smaller(1.0, mix->attention),
                          again->state_B * smaller(1.0, mix->state));
    double ffn = mix->experts > 0 ? again->expert_B * smaller(1.0, mix->experts)
                                  : again->dense_B * smaller(1.0, mix->dense);
    return larger(0.0, mixer + ffn - again->layer_B);
}

/** What stands on top of states and kept activations. */
static void fill_work(const gw_memory_desk *d, const gw_stage_mix *mix, const gw_stage_params *p,
                      bool loss, gw_memory *m) {
    const gw_shard *s = d->shard;
    double work = mix->experts > 0 ? d->layer.expert_work_B : d->layer.dense_work_B;
    work += again_B(&d->layer.again, mix);
    if (loss) {
        work = larger(work, d->layer.loss_B);
    }
    if (d->plan->zero_stage >= 3) {
        m->gathered_B = gathered_B(d->software, s, mix, p);
    } else {
        work += 2.0 * layer_params(s, mix, 1.0);
    }
    if (s->pp > 1) { /* received and sent, activations and gradients */
        work += 8.0 * s->stream_tokens * (double)d->in->llm->hidden;
    }
    m->working_B = work;
    m->network_B = d->network_B;
    m->context_B = d->software->context_B;
}

/** Layers of a stage by kind, with those that predict further tokens. */
static gw_stage_mix stage_mix(const gw_memory_desk *d, const gw_stage_place *place) {
    const gw_shard *s = d->shard;
    bool last = place->number > 0 && place->number == (int)s->pp - 1;
    double layers = last ? s->last_layers : s->stage_layers;
    if (place->number == 0 && s->pp > 1) {
        layers = s->first_layers;
    }
    if (d->copies > 1.0) { /* the ends have the first and the last part, the others two full ones */
        bool end = place->embedding || place->loss;
        layers = end ? s->first_layers + s->last_layers : d->copies * s->stage_layers;
    }
    double leading = 0.0;
    if (place->embedding) {
        leading = smaller((double)d->in->llm->dense_layers, s->pp > 1 ? s->first_layers : layers);
    }
    gw_stage_mix mix = mix_of(d->in, &s->arch, layers, leading);
    if (place->loss && d->in->llm->mtp_layers > 0) {
        double n = (double)d->in->llm->mtp_layers;
        mix.attention += n * mix.attention / mix.layers;
        mix.state += n * mix.state / mix.layers;
        mix.experts += s->arch.expert_layers > 0 ? n : 0.0;
        mix.dense += s->arch.expert_layers > 0 ? 0.0 : n;
        mix.layers += n;
    }
    return mix;
}

/** Activations of one micro-batch: at least what goes into the layers. */
static double kept_B(const gw_memory_desk *d, const gw_stage_mix *mix) {
    const gw_kept *kept = &d->layer.kept;
    double inputs_B = 2.0 * d->shard->stream_tokens * (double)d->in->llm->hidden;
    return larger(mix->layers * inputs_B,
                  mix->layers * kept->layer_B + mix->attention * kept->attention_B +
                      mix->state * kept->state_B + mix->dense * kept->dense_B +
                      mix->experts * kept->expert_B);
}

static void fill_stage(const gw_memory_desk *d, const gw_stage_place *place, gw_memory *m) {
    const gw_shard *s = d->shard;
    gw_stage_mix mix = stage_mix(d, place);
    double matrix = (double)d->in->llm->vocab * (double)d->in->llm->hidden;
    double ends = matrix * ((place->embedding ? 1.0 : 0.0) + (place->loss ? 1.0 : 0.0));
    if (s->pp < 2) {
        ends = s->arch.embedding_params; /* one matrix where they are tied */
    }
    gw_stage_params p = params_of(s, &mix, ends);
    *m = (gw_memory){.stage = place->name, .layers = mix.layers};
    fill_states(d->software, s, d->plan, &p, m);
    m->held_n = gw_pipe_held_n(d->plan->schedule, (int)s->pp, (int)s->virtual_stages,
                               (int)s->n_micro, place->number);
    m->activations_B = m->held_n / d->copies * kept_B(d, &mix);
    fill_work(d, &mix, &p, place->loss, m);
    m->allocated_B = m->weights_B + m->gradients_B + m->optimizer_B + m->activations_B +
                     m->working_B + m->gathered_B;
    m->fragmentation_B = d->software->fragmentation * (m->activations_B + m->working_B);
    m->total_B = m->allocated_B + m->network_B + m->context_B + m->fragmentation_B;
}

int gw_training_memory_stages(const gw_step_in *in, const gw_shard *shard, const gw_plan *plan,
                              gw_memory out[GW_MEMORY_STAGES]) {
    gw_memory_desk d = {.in = in,
                        .software = in->software ? in->software : &gw_software_current,
                        .shard = shard,
                        .plan = plan,
                        .copies = gw_pipe_copies_n(plan->schedule),
                        .network_B = buffers_per_group_B * groups_n(shard)};
    d.layer = gw_memory_of_layers(in, d.software, shard, plan);
    int pp = (int)shard->pp;
    bool both_ways = plan->schedule == GW_PIPELINE_DUALPIPE && pp > 1;
    gw_stage_place place = {pp > 1 ? "first" : "only", 0, true, pp < 2 || both_ways};
    int n = 0;
    fill_stage(&d, &place, &out[n++]);
    if (pp > 2) {
        place = (gw_stage_place){"second", 1, false, false};
        fill_stage(&d, &place, &out[n++]);
    }
    if (pp > 1) {
        place = (gw_stage_place){"last", pp - 1, both_ways, true};
        fill_stage(&d, &place, &out[n++]);
    }
    return n;
}

void gw_training_memory(const gw_step_in *in, const gw_shard *shard, const gw_plan *plan,
                        gw_step *out) {
    gw_memory stages[GW_MEMORY_STAGES];
    int n = gw_training_memory_stages(in, shard, plan, stages);
    const gw_memory *most = &stages[0];
    for (int i = 1; i < n; i++) {
        if (stages[i].total_B > most->total_B) {
            most = &stages[i];
        }
    }
    out->weights_B = most->weights_B;
    out->gradients_B = most->gradients_B;
    out->optimizer_B = most->optimizer_B;
    out->activations_B = most->activations_B;
    out->buffers_B = most->working_B + most->gathered_B + most->network_B + most->context_B +
                     most->fragmentation_B;
    out->memory_B = most->total_B;
    out->allocated_B = most->allocated_B;
    out->capacity_B = in->accelerator->hbm_B;
}
