/* engine/job_network.c: from a job's layout and its cluster to the loads of the links it shares.
 *
 * In:  gw_spec (base case), plans. Out: gw_congestion, once a job, for all samples.
 * Model: the groups of the layout (training/groups.c) on the cluster's network with its routing,
 *      placement and faults (fabric/congestion.c). Without anything that could make links shared
 *      nothing is built. Where the layout was searched, the search saw the closed form, which
 *      divides by the oversubscription whatever leaves a leaf; so the best layout of an undivided
 *      network is worked through as well, and the faster of both is kept.
 * Valid: plans that obey the rules; others have no groups. */
#include "engine/job_network.h"

#include "fabric/congestion.h"
#include "training/groups.h"
#include "training/search.h"
#include "training/serving_phase.h"
#include "training/training_phase.h"

void gw_cluster_faults_check(const gw_spec *spec, gw_diags *diags) {
    const gw_scenario *in = &spec->scenario;
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        if (cluster->fabric.faults.n > 0 && cluster->system.i >= 0) {
            gw_arena *scratch = gw_arena_create(0);
            (void)gw_congestion_net_of(spec, in, c, GW_INF, scratch, diags);
            gw_arena_free(scratch);
        }
    }
}

/** Ranks of a plan that can be worked through; 0: it cannot. */
static int64_t ranks_of(const gw_step_in *step, const gw_plan *plan) {
    if (step->llm == NULL || plan->tp < 1 || gw_training_rule(step, plan) != NULL) {
        return 0;
    }
    return (int64_t)plan->tp * plan->pp * plan->dp * plan->cp;
}

/** The network that was built last: jobs of one cluster share it. */
typedef struct built {
    gw_arena *arena; /* NULL: none */
    gw_congestion_net on;
    int cluster;
    bool all_islands;
} built;

static void forget(built *last) {
    gw_arena_free(last->arena);
    *last = (built){0};
}

static void find(const gw_spec *spec, const gw_scenario *in, int i_cluster, const gw_groups *groups,
                 int64_t ranks, built *last, gw_arena *arena, gw_congestion *out) {
    *out = (gw_congestion){0};
    if (ranks < 2 || !gw_congestion_possible(in, i_cluster, (double)ranks)) {
        return;
    }
    bool all_islands = gw_congestion_spans(in, i_cluster, (double)ranks);
    if (last->arena == NULL || last->cluster != i_cluster || last->all_islands != all_islands) {
        forget(last);
        last->arena = gw_arena_create(0);
        last->on = gw_congestion_net_of(spec, in, i_cluster, (double)ranks, last->arena, NULL);
        last->cluster = i_cluster;
        last->all_islands = all_islands;
    }
    gw_congestion_net on = last->on;
    if (on.note != NULL) {
        on.note = gw_arena_strdup(arena, on.note);
    }
    gw_congestion_find(&on, groups, ranks, arena, out);
}

static void job_congestion(const gw_spec *spec, const gw_step_in *step, int j, const gw_plan *plan,
                           built *last, gw_arena *arena, gw_congestion *out) {
    const gw_scenario *in = &spec->scenario;
    *out = (gw_congestion){0};
    gw_step_in alone = *step;
    alone.congestion = NULL;
    int64_t ranks = ranks_of(&alone, plan);
    if (ranks > 0) {
        gw_groups groups[GW_N_AXES];
        gw_training_groups(&alone, plan, groups);
        find(spec, in, in->jobs.at[j].cluster.i, groups, ranks, last, arena, out);
    }
}

void gw_job_congestion(const gw_spec *spec, const gw_step_in *step, int j, const gw_plan *plan,
                       gw_arena *arena, gw_congestion *out) {
    built last = {0};
    job_congestion(spec, step, j, plan, &last, arena, out);
    forget(&last);
}

/** The layout that a search finds when nothing is divided by the oversubscription, if it is faster on
 * the real network than the one in hand. */
static void try_undivided(gw_model *model, const gw_step_in *step, int j, built *last) {
    gw_comm comm = *step->comm;
    comm.scaleout.bandwidth_Bps = comm.leaf_bandwidth_Bps;
    gw_step_in undivided = *step;
    undivided.comm = &comm;
    gw_search search;
    gw_training_search(&undivided, &model->in->jobs.at[j].layout, &search);
    gw_congestion congestion;
    job_congestion(model->spec, step, j, &search.plan, last, model->arena, &congestion);
    gw_step_in real = *step;
    gw_step here, there;
    real.congestion = &model->congestion[j];
    gw_training_step(&real, &model->plans[j], &here);
    real.congestion = &congestion;
    gw_training_step(&real, &search.plan, &there);
    if (congestion.flows && there.problem == NULL &&
        (here.problem != NULL || there.step_s < here.step_s)) {
        model->plans[j] = search.plan;
        model->congestion[j] = congestion;
        model->plan_notes[j] = gw_training_search_note(&undivided, &search, model->arena);
    }
}

static void serving_congestion(const gw_model *model, const gw_network *networks, int i,
                               built *last, gw_congestion *out) {
    gw_serving_plan plan;
    gw_serving_in entry = gw_serving_entry(model->in, networks, i, NULL, &plan);
    *out = (gw_congestion){0};
    plan.tp = model->serving_tp[i];
    if (entry.llm == NULL || plan.tp < 1 || gw_serving_rule(&entry, &plan) != NULL) {
        return;
    }
    gw_groups groups[GW_N_AXES];
    gw_serving_groups(&entry, &plan, groups);
    int64_t copy = (int64_t)plan.tp * plan.pp * plan.dp;
    int64_t copies = entry.accelerators >= (double)copy ? (int64_t)entry.accelerators / copy : 1;
    find(model->spec, model->in, model->in->serving.at[i].cluster.i, groups, copy * copies, last,
         model->arena, out);
}

void gw_job_networks(gw_model *model, const gw_network *networks) {
    const gw_scenario *in = model->in;
    model->congestion = GW_NEW_N(model->arena, in->jobs.n + 1, gw_congestion);
    model->serving_congestion = GW_NEW_N(model->arena, in->serving.n + 1, gw_congestion);
    built last = {0};
    for (int j = 0; j < in->jobs.n; j++) {
        gw_arena *scratch = gw_arena_create(0);
        gw_step_in step = gw_training_job_step(in, networks, j, scratch);
        job_congestion(model->spec, &step, j, &model->plans[j], &last, model->arena,
                       &model->congestion[j]);
        if (model->congestion[j].flows && model->plan_notes[j] != NULL) {
            try_undivided(model, &step, j, &last);
        }
        gw_arena_free(scratch);
    }
    for (int i = 0; i < in->serving.n; i++) {
        serving_congestion(model, networks, i, &last, &model->serving_congestion[i]);
    }
    forget(&last);
}

/* ------------------------------------------------------------------ without its burdens */

static bool no_oversubscription(gw_fabric *fabric) {
    bool had = fabric->oversubscription > 1.0;
    fabric->oversubscription = 1.0;
    return had;
}

static bool spraying(gw_fabric *fabric) {
    bool had = fabric->routing != GW_ROUTING_SPRAY;
    fabric->routing = GW_ROUTING_SPRAY;
    return had;
}

static bool packed(gw_fabric *fabric) {
    bool had = fabric->placement != GW_PLACEMENT_PACKED;
    fabric->placement = GW_PLACEMENT_PACKED;
    return had;
}

static bool no_faults(gw_fabric *fabric) {
    bool had = fabric->faults.n > 0;
    fabric->faults.n = 0;
    return had;
}

/** Whatever slows it: every pattern at the rate of the NICs. */
static bool all_gone(gw_fabric *fabric) {
    (void)fabric;
    return true;
}

static const struct {
    const char *what;
    bool (*change)(gw_fabric *fabric); /* false: nothing to change */
} burdens[GW_OTHER_NETWORKS_MAX] = {
    {"no oversubscription", no_oversubscription},
    {"packets sprayed, no collisions", spraying},
    {"ranks packed", packed},
    {"no faulty links", no_faults},
    {"network never congested", all_gone},
};

int gw_job_other_networks(const gw_spec *spec, const gw_step_in *step, int j, const gw_plan *plan,
                          gw_arena *arena, gw_other_network *out) {
    const gw_scenario *in = &spec->scenario;
    int c = in->jobs.at[j].cluster.i, n = 0;
    if (step->congestion == NULL || !step->congestion->flows) {
        return 0;
    }
    gw_groups groups[GW_N_AXES];
    gw_training_groups(step, plan, groups);
    for (int i = 0; i < GW_OTHER_NETWORKS_MAX; i++) {
        gw_scenario other = *in;
        other.clusters.at = GW_NEW_N(arena, in->clusters.n, gw_cluster);
        for (int k = 0; k < in->clusters.n; k++) {
            other.clusters.at[k] = in->clusters.at[k];
        }
        if (!burdens[i].change(&other.clusters.at[c].fabric)) {
            continue;
        }
        gw_other_network *one = &out[n++];
        *one = (gw_other_network){.what = burdens[i].what};
        int64_t ranks = (int64_t)plan->tp * plan->pp * plan->dp * plan->cp;
        if (burdens[i].change != all_gone) {
            built last = {0};
            find(spec, &other, c, groups, ranks, &last, arena, &one->congestion);
            forget(&last);
        }
        one->congestion.flows = true; /* no loads: nothing is shared */
    }
    return n;
}
