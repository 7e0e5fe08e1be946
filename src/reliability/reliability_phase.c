/* reliability_phase.c: from a job, its failure model and its checkpoint to goodput and dates.
 *
 * In:  scenario (job, failure model, checkpoint, cluster spares), gw_step, running accelerators
 *      [n_months] of the cluster.
 * Out: gw_goodput of each job; NaN throughout where the training step has a problem.
 *
 * Model
 *   job rate      accelerators x rate_factor x sum of the parts' rates
 *   checkpoint    bytes_per_param x parameters, written at the aggregate bandwidth; blocking_share
 *                 of the write stops the job, the rest is the lag until the checkpoint can be used
 *   interval      as given, else the exact optimum; never shorter than a step, and never so short
 *                 that a write has not ended when the next begins
 *   dead time     detection + P(no spare) x share of failures that need a repair x wait_for_repair
 *   spares        the cluster's share of spares, times the job's accelerators, in whole nodes
 *   duration      tokens / (tokens per second x goodput)
 *   start         the later of the job's own date and the first month whose average of running
 *                 accelerators reaches READY_SHARE of the job's
 *
 * Valid: one job at a time on its accelerators (jobs that share a cluster do not wait for one
 * another here). A failure takes out one node.
 *
 * Sources: goodput.c.
 */
#include "reliability/reliability_phase.h"

#include <math.h>

#include "reliability/goodput.h"

/** Share of a job's accelerators that must run before it starts: deliveries come in round numbers,
 *  and two in a hundred may be in repair. Assumed. */
#define READY_SHARE 0.98
/** Below this goodput a job is said never to end. */
#define LEAST_GOODPUT 1e-6

/** Mean number of nodes in repair, and the share of failures that need one. */
static double in_repair(const gw_failure_model *failures, double accelerators, double *share) {
    double mean = 0, repaired = 0, all = 0;
    for (int i = 0; i < failures->parts.n; i++) {
        const gw_part *part = &failures->parts.at[i];
        mean += part->rate_per_s * part->repair_s;
        repaired += part->repair_s > 0 ? part->rate_per_s : 0;
        all += part->rate_per_s;
    }
    *share = all > 0 ? repaired / all : 0;
    return mean * failures->rate_factor * accelerators;
}

/** Useful work between checkpoints; NaN if nothing fails and nothing is asked for. */
static double interval_of(const gw_checkpoint *checkpoint, const gw_goodput *job, double step_s) {
    double least_s = fmax(step_s > 0 ? step_s : 0, job->write_s - job->blocking_s);
    if (gw_is_set(checkpoint->interval_s)) {
        return fmax(checkpoint->interval_s, least_s);
    }
    if (job->rate_per_s == 0) {
        return GW_NAN;
    }
    return fmax(gw_reliability_interval_exact_s(job->blocking_s, job->mtbf_s), least_s);
}

gw_goodput gw_reliability_goodput(const gw_failure_model *failures, const gw_checkpoint *checkpoint,
                                  double accelerators, double spare_nodes, double params,
                                  double step_s) {
    gw_goodput out = {.train_s = GW_NAN, .start_d = GW_NAN, .finish_d = GW_NAN};
    out.rate_per_s = gw_reliability_rate_per_s(failures) * accelerators;
    out.mtbf_s = 1 / out.rate_per_s;
    out.failures_per_day = out.rate_per_s * GW_DAY_s;
    out.checkpoint_B = checkpoint->bytes_per_param_B * params;
    out.write_s = out.checkpoint_B / checkpoint->bandwidth_Bps;
    out.blocking_s = out.write_s * checkpoint->blocking_share;
    out.interval_s = interval_of(checkpoint, &out, step_s);
    double repaired_share;
    double mean_in_repair = in_repair(failures, accelerators, &repaired_share);
    out.spare_shortage_frac = gw_reliability_shortage(spare_nodes, mean_in_repair);
    double wait_s = out.spare_shortage_frac * repaired_share * failures->wait_for_repair_s;
    double dead_s = failures->detection_s + wait_s;
    out.downtime_s = dead_s + failures->restart_s;
    if (out.rate_per_s == 0 && !gw_is_set(out.interval_s)) { /* no reason to save */
        out.goodput_frac = out.first_order_frac = 1;
        return out;
    }
    gw_exposure job = {.rate_per_s = out.rate_per_s,
                       .interval_s = out.interval_s,
                       .blocking_s = out.blocking_s,
                       .lag_s = out.write_s - out.blocking_s,
                       .dead_s = dead_s,
                       .restart_s = failures->restart_s,
                       .silent_frac = failures->silent_share,
                       .rollback_s = failures->silent_rollback_s};
    gw_shares shares = gw_reliability_shares(&job);
    out.goodput_frac = shares.goodput_frac;
    out.lost_checkpoint_frac = shares.checkpoint_frac;
    out.lost_rework_frac = shares.rework_frac;
    out.lost_downtime_frac = shares.downtime_frac;
    out.lost_silent_frac = shares.silent_frac;
    out.first_order_frac =
        gw_reliability_first_order(out.rate_per_s, out.interval_s, out.blocking_s, out.downtime_s);
    return out;
}

double gw_reliability_ready_d(const double *running, int n_months, int month0, double needed) {
    for (int m = 0; m < n_months; m++) {
        if (running[m] >= READY_SHARE * needed) {
            return gw_month_start_d(month0 + m);
        }
    }
    return GW_NAN;
}

_Static_assert(sizeof(gw_goodput) == 18 * sizeof(double), "a member is missing below");

static gw_goodput nothing(void) {
    return (gw_goodput){GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN,
                        GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN, GW_NAN};
}

static gw_goodput of_job(const gw_model *model, const gw_state *state, int j) {
    const gw_scenario *in = state->in;
    const gw_job *job = &in->jobs.at[j];
    const gw_step *step = &state->step[j];
    if (step->problem || !(step->tokens_per_s > 0)) {
        return nothing();
    }
    const gw_cluster *cluster = &in->clusters.at[job->cluster.i];
    double per_node = in->systems.at[cluster->system.i].per_node;
    double spare_nodes = floor(cluster->spares * job->accelerators / per_node);
    gw_goodput out = gw_reliability_goodput(&in->failure_models.at[job->failures.i],
                                            &job->checkpoint, job->accelerators, spare_nodes,
                                            in->models.at[job->model.i].params, step->step_s);
    if (out.goodput_frac > LEAST_GOODPUT) {
        out.train_s = job->tokens_tok / (step->tokens_per_s * out.goodput_frac);
    }
    const gw_fleet *fleet = &state->fleet[job->cluster.i];
    double ready_d = gw_reliability_ready_d(fleet->accelerators, model->n_months, model->month0,
                                            job->accelerators);
    if (gw_is_set(ready_d)) {
        out.start_d = gw_is_set(job->start_d) ? fmax(job->start_d, ready_d) : ready_d;
        out.finish_d = out.start_d + out.train_s / GW_DAY_s;
    }
    return out;
}

void gw_reliability_phase(const gw_model *model, gw_state *state) {
    for (int j = 0; j < state->in->jobs.n; j++) {
        state->goodput[j] = of_job(model, state, j);
    }
}
