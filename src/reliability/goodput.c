/* goodput.c: failures, checkpoints and restarts as a renewal process.
 *
 * In:  gw_exposure: job failure rate L = 1/M, useful work t between checkpoints, blocking time d of
 *      a checkpoint, lag b until it can be used, dead time D and restart time R after a failure,
 *      share s of silent corruptions and the work r that each throws away.
 * Out: shares of wall time: useful, checkpoints, rework, downtime, silent; sum 1.
 *
 * Model. Failures are a Poisson process while the job runs or restarts. A failure is followed by
 * dead time of mean D (detection, waiting for a spare), then by a restart that needs R undisturbed;
 * the next checkpoint can be used after a further t + d + b, those after it every t + d. With X the
 * time from the end of the dead time to the next failure, K = floor((X - R - b) / (t + d))
 * intervals are kept, E[K] = e^(-(R+b)/M) / (e^((t+d)/M) - 1), and a cycle lasts M + D. Hence
 *
 *   E = t E[K] / (M + D)
 *
 * which is exact, and for D = b = 0 equals Daly's wall-time formula M e^(R/M) (e^((t+d)/M) - 1) /
 * t. A silent corruption is one of the failures; the last r of the work done until then is thrown
 * away. Work survives if no such event comes during the next r of work:
 *
 *   goodput = E e^(-m r),  m = s / ((M + D) E)  silent events per useful time
 *
 * Shares: checkpoint E d / t; downtime (D + M (1 - e^(-R/M))) / (M + D); silent E (1 - e^(-m r));
 * rework is the rest: what ran after the last usable checkpoint.
 *
 * Interval: E is largest at t = M (1 + W0(-e^(-1 - d/M))), whatever R, b, D, s, r are.
 * Spares: units in repair are the busy servers of an M/G/infinity queue, so Poisson with mean
 * sum over parts of rate x repair time; an arriving failure sees that distribution.
 *
 * Valid: any M > 0. Exponential gaps: no burn-in, no bad nodes that fail again and again, no
 * failures in groups (3 to 5 % are, arXiv 2410.21680). Restart from the last checkpoint, the whole
 * job stops for each failure (no elastic data parallelism). The first-order ratio is given for
 * comparison only: beyond L (stop + t/2) of about 0.3 it is wrong by more than a few points.
 *
 * Sources: Young, CACM 17 (1974) 530; Daly, Future Gener. Comput. Syst. 22 (2006) 303; first-order
 * effective training time ratio: arXiv 2410.21680 (Meta, HPCA 2025); M/G/infinity: Takacs,
 * Introduction to the Theory of Queues (1962). Derivation of E with D, b and of the silent share:
 * above; both are checked by simulation in the tests.
 */
#include "reliability/goodput.h"

#include <math.h>

#include "base/special.h"

double gw_reliability_rate_per_s(const gw_failure_model *failures) {
    double sum = 0;
    for (int i = 0; i < failures->parts.n; i++) {
        sum += failures->parts.at[i].rate_per_s;
    }
    return sum * failures->rate_factor;
}

double gw_reliability_per_1000_node_days(double rate_per_s, double per_node) {
    return rate_per_s * per_node * 1000 * GW_DAY_s;
}

double gw_reliability_rate_of_node_days(double per_1000_node_days, double per_node) {
    return per_1000_node_days / (1000 * GW_DAY_s * per_node);
}

double gw_reliability_availability(double rate_per_s, double repair_s) {
    return 1 / (1 + rate_per_s * repair_s);
}

double gw_reliability_shortage(double spares, double mean_in_repair) {
    if (!(spares >= 1)) {
        return isnan(spares) ? GW_NAN : 1;
    }
    if (!(mean_in_repair > 0)) {
        return isnan(mean_in_repair) ? GW_NAN : 0;
    }
    return fmax(0.0, 1 - gw_poisson_cdf(floor(spares) - 1, mean_in_repair));
}

double gw_reliability_interval_young_s(double blocking_s, double mtbf_s) {
    return sqrt(2 * blocking_s * mtbf_s);
}

double gw_reliability_interval_daly1_s(double blocking_s, double mtbf_s) {
    return sqrt(2 * blocking_s * mtbf_s) - blocking_s;
}

double gw_reliability_interval_daly_s(double blocking_s, double mtbf_s) {
    if (blocking_s >= 2 * mtbf_s) {
        return mtbf_s;
    }
    double half = blocking_s / (2 * mtbf_s);
    return sqrt(2 * blocking_s * mtbf_s) * (1 + sqrt(half) / 3 + half / 9) - blocking_s;
}

double gw_reliability_interval_exact_s(double blocking_s, double mtbf_s) {
    double x = blocking_s / mtbf_s;
    if (x > 1e-3) {
        return mtbf_s * (1 + gw_lambert_w0(-exp(-1 - x)));
    }
    /* Near the branch point -1/e the argument loses x; series of 1 + W0 in p (Corless et al., 1996,
     * eq. 4.22). */
    double p = sqrt(-2 * expm1(-x));
    double series = 43.0 / 540 - p * (769.0 / 17280 - p * (221.0 / 8505));
    return mtbf_s * p * (1 - p * (1.0 / 3 - p * (11.0 / 72 - p * series)));
}

gw_shares gw_reliability_shares(const gw_exposure *job) {
    double t = job->interval_s, d = job->blocking_s;
    if (job->rate_per_s == 0) { /* nothing fails: only checkpoints cost time */
        double useful = t + d > 0 ? t / (t + d) : 1;
        return (gw_shares){.goodput_frac = useful, .checkpoint_frac = 1 - useful};
    }
    double mtbf_s = 1 / job->rate_per_s;
    double cycle_s = mtbf_s + job->dead_s;
    double kept = exp(-(job->restart_s + job->lag_s) / mtbf_s) / expm1((t + d) / mtbf_s);
    double efficiency = t > 0 ? t * kept / cycle_s : 0;
    gw_shares out = {0};
    out.checkpoint_frac = t > 0 ? efficiency * d / t : 0;
    out.downtime_frac = (job->dead_s - mtbf_s * expm1(-job->restart_s / mtbf_s)) / cycle_s;
    double survives =
        efficiency > 0 ? exp(-job->silent_frac * job->rollback_s / (cycle_s * efficiency)) : 1;
    out.goodput_frac = efficiency * survives;
    out.silent_frac = efficiency - out.goodput_frac;
    double rest = 1 - efficiency - out.checkpoint_frac - out.downtime_frac;
    out.rework_frac = rest < 0 ? 0 : rest; /* rounding only; keeps NaN */
    return out;
}

double gw_reliability_first_order(double rate_per_s, double interval_s, double blocking_s,
                                  double stop_s) {
    double cost = blocking_s > 0 ? blocking_s / interval_s : 0;
    double ratio = (1 - rate_per_s * (stop_s + interval_s / 2)) / (1 + cost);
    return ratio < 0 ? 0 : ratio;
}
