/* engine/correlate.c: inputs that move together.
 * In:    the groups of the scenario (patterns of paths, a rank correlation each).
 * Out:   the probability at which the quantile function of an input is read.
 * Model: Gaussian copula with one common factor: with u the input's own draw and c that of its group,
 *            z = sqrt(rho) Phi^-1(c) + sqrt(1 - rho) Phi^-1(u),   p = Phi(z).
 *        z is standard normal, so p is uniform and no marginal distribution changes; any two members
 *        have the correlation rho in z. Their rank correlation r is wanted: rho = 2 sin(pi r / 6).
 *        Inputs outside a group, and groups with coefficient 0, keep their draws bit by bit.
 * Valid: one coefficient for all pairs of a group, 0 <= r <= 1; an input is in one group at most (checked
 *        when the file is read). With discrete distributions ties lower the rank correlation.
 * Sources: Kruskal, "Ordinal measures of association", JASA 53 (1958): r = (6 / pi) asin(rho / 2). */
#include <math.h>

#include "base/rng.h"
#include "base/special.h"
#include "engine/engine.h"
#include "scenario/pattern.h"

#define PI 3.14159265358979323846

static bool is_member(const gw_correlation *group, const char *path) {
    for (int k = 0; k < group->of.n; k++) {
        if (gw_path_matches(group->of.at[k], path)) {
            return true;
        }
    }
    return false;
}

void gw_correlations_build(gw_model *model) {
    const gw_scenario *in = model->in;
    model->n_correlations = in->correlations.n;
    model->correlations = GW_NEW_N(model->arena, in->correlations.n + 1, gw_correlation_group);
    for (int u = 0; u < model->n_uncertain; u++) {
        model->uncertain[u].correlation = -1;
    }
    for (int g = 0; g < in->correlations.n; g++) {
        const gw_correlation *group = &in->correlations.at[g];
        double rho = fmin(2.0 * sin(PI * group->coefficient / 6.0), 1.0);
        model->correlations[g] = (gw_correlation_group){
            .stream = gw_rng_stream(group->head.path), .common = sqrt(rho), .own = sqrt(1.0 - rho)};
        for (int u = 0; u < model->n_uncertain && rho > 0.0; u++) {
            gw_uncertain *input = &model->uncertain[u];
            if (input->correlation < 0 &&
                is_member(group, model->spec->values[input->value].path)) {
                input->correlation = g;
            }
        }
    }
}

#define TINY 1e-16 /* keeps p inside (0, 1) where Phi rounds to an end */

double gw_correlated_p(const gw_model *model, const gw_uncertain *input, uint64_t seed,
                       uint64_t sample, double u) {
    const gw_correlation_group *group = &model->correlations[input->correlation];
    double c = gw_rng_uniform(seed, sample, group->stream, 0);
    double z = group->common * gw_normal_quantile(c) + group->own * gw_normal_quantile(u);
    return fmin(fmax(gw_normal_cdf(z), TINY), 1.0 - TINY);
}
