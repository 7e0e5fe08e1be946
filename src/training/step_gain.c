/* training/step_gain.c: what would make a step shorter: the same layout with one resource improved
 * at a time, computed anew.
 *
 * In:  gw_step_in, gw_step. Out: gw_gain[].
 * Model: rates, bandwidths and launches 10 % better; messages at half the latency; parts that a
 *      better schedule or more overlap would take away; no recomputation, as if memory sufficed.
 * Valid: small changes at an unchanged layout. Gains do not add up: what one takes away, another
 *      cannot.
 * Derivation: gw_training_time with changed inputs, gw_step less a part.
 */
#include "training/step_parts.h"

#include <stdlib.h>

#define BETTER 1.1

const char *const gw_step_part_names[GW_N_STEP_PARTS] = {
#define X(member, key, name) name,
    GW_STEP_PARTS(X)
#undef X
};

const char *const gw_step_part_keys[GW_N_STEP_PARTS] = {
#define X(member, key, name) #key "_s",
    GW_STEP_PARTS(X)
#undef X
};

double gw_step_part_s(const gw_step *step, int part) {
    const double parts_s[GW_N_STEP_PARTS] = {
#define X(member, key, name) step->member##_s,
        GW_STEP_PARTS(X)
#undef X
    };
    return part < 0 || part >= GW_N_STEP_PARTS ? GW_NAN : parts_s[part];
}

/** Everything that a change may touch, as copies. */
typedef struct changed {
    gw_step_in in;
    gw_accelerator accelerator;
    gw_comm comm;
    gw_software software;
    gw_plan plan;
} changed;

static void faster_products(changed *c) {
    c->accelerator.bf16_flops *= BETTER;
    c->accelerator.fp8_flops *= BETTER;
    c->accelerator.fp4_flops *= BETTER;
    c->software.attention_rate /= BETTER; /* attention keeps its rate */
}

static void faster_attention(changed *c) {
    c->software.attention_rate *= BETTER;
}

static void faster_memory(changed *c) {
    c->accelerator.hbm_bandwidth_Bps *= BETTER;
}

static void faster_scaleup(changed *c) {
    c->comm.scaleup.bandwidth_Bps *= BETTER;
}

static void faster_nics(changed *c) {
    c->comm.scaleout.bandwidth_Bps *= BETTER;
    c->comm.leaf_bandwidth_Bps *= BETTER;
}

static void quicker_messages(changed *c) {
    c->comm.scaleup.latency_s /= 2.0;
    c->comm.scaleout.latency_s /= 2.0;
}

static void quicker_launches(changed *c) {
    c->accelerator.launch_latency_s /= BETTER;
}

static void balanced_experts(changed *c) {
    c->in.routing_imbalance = 1.0;
}

static void no_recomputation(changed *c) {
    c->plan.recompute = GW_RECOMPUTE_NONE;
}

typedef struct improvement {
    const char *what;
    void (*apply)(changed *c);
} improvement;

enum { N_RESOURCES = 5 }; /* the first of them */

static const improvement changes[] = {
    {"matrix rate +10 %", faster_products},
    {"attention rate +10 %", faster_attention},
    {"memory bandwidth +10 %", faster_memory},
    {"scale-up bandwidth +10 %", faster_scaleup},
    {"network (NIC) bandwidth +10 %", faster_nics},
    {"message latencies halved", quicker_messages},
    {"kernel launches 10 % quicker", quicker_launches},
    {"experts balanced", balanced_experts},
    {"no recomputation, if memory sufficed", no_recomputation},
};

/* What is left when parts of the step are gone. */
static const struct {
    const char *what;
    int parts[5], n;
} removals[] = {
    {"no pipeline bubble", {GW_PART_bubble}, 1},
    {"all traffic hidden",
     {GW_PART_tp_comm, GW_PART_cp_comm, GW_PART_ep_comm, GW_PART_pp_comm, GW_PART_dp_comm},
     5},
};

static int by_gain(const void *a, const void *b) {
    const gw_gain *x = a, *y = b;
    return (x->gain_frac < y->gain_frac) - (x->gain_frac > y->gain_frac);
}

static double changed_s(const gw_step_in *in, const gw_step *step, const improvement *better) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    changed c = {.in = *in,
                 .accelerator = *in->accelerator,
                 .comm = *in->comm,
                 .software = *software,
                 .plan = step->plan};
    better->apply(&c);
    c.in.accelerator = &c.accelerator;
    c.in.comm = &c.comm;
    c.in.software = &c.software;
    gw_step out = {.plan = c.plan, .capacity_B = c.accelerator.hbm_B};
    gw_shard shard = gw_training_shard(&c.in, &c.plan);
    gw_training_time(&c.in, &shard, &out);
    return out.step_s;
}

static bool fits_without_recomputation(const gw_step_in *in, const gw_step *step) {
    gw_step out = {.plan = step->plan};
    out.plan.recompute = GW_RECOMPUTE_NONE;
    gw_shard shard = gw_training_shard(in, &out.plan);
    gw_training_memory(in, &shard, &out.plan, &out);
    return out.memory_B <= in->accelerator->hbm_B;
}

int gw_step_gain_of_network(const gw_step_in *in, const gw_step *step,
                            const gw_congestion *congestion, const char *what, gw_gain *gains,
                            int n) {
    gw_step_in other = *in;
    other.congestion = congestion;
    gw_step out = {.plan = step->plan, .capacity_B = step->capacity_B};
    gw_shard shard = gw_training_shard(&other, &out.plan);
    gw_training_time(&other, &shard, &out);
    gains[n] = (gw_gain){what, out.step_s, step->step_s / out.step_s - 1.0, false};
    qsort(gains, (size_t)n + 1, sizeof *gains, by_gain);
    return n + 1;
}

int gw_step_gains(const gw_step_in *in, const gw_step *step, gw_gain *out) {
    if (step->problem) {
        return 0;
    }
    int n = 0;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if ((changes[i].apply == no_recomputation && step->plan.recompute == GW_RECOMPUTE_NONE) ||
            (changes[i].apply == balanced_experts && !(in->routing_imbalance > 1.0))) {
            continue;
        }
        const char *what = changes[i].what;
        if (changes[i].apply == no_recomputation && fits_without_recomputation(in, step)) {
            what = "no recomputation (it fits)";
        }
        double step_s = changed_s(in, step, &changes[i]);
        out[n++] = (gw_gain){what, step_s, step->step_s / step_s - 1.0, i < N_RESOURCES};
    }
    for (size_t i = 0; i < sizeof removals / sizeof removals[0]; i++) {
        double step_s = step->step_s;
        for (int k = 0; k < removals[i].n; k++) {
            step_s -= gw_step_part_s(step, removals[i].parts[k]);
        }
        out[n++] = (gw_gain){removals[i].what, step_s, step->step_s / step_s - 1.0, false};
    }
    qsort(out, (size_t)n, sizeof *out, by_gain);
    return n;
}
