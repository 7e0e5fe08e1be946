/* engine/sample.c: draws. A draw depends on (seed, sample, path of the input) and nothing else, so
 * that adding an input or a thread changes no other number; inputs of a correlation share one more
 * draw (correlate.c). */
#include "base/rng.h"
#include "engine/engine.h"

void gw_uncertain_set(const gw_model *model, const gw_uncertain *u, double value, gw_state *state) {
    int n = model->spec->values[u->value].n_slots;
    for (int i = 0; i < n; i++) { /* the months of a year move together */
        *state->slots[u->slot + i] = value;
    }
}

int gw_sample_draw(const gw_model *model, uint64_t seed, int64_t sample, gw_state *state) {
    int n_clamped = 0;
    state->seed = seed;
    state->sample = sample;
    for (int i = 0; i < model->n_uncertain; i++) {
        const gw_uncertain *u = &model->uncertain[i];
        double value = u->base;
        if (sample >= 0) {
            double p = gw_rng_uniform(seed, (uint64_t)sample, u->stream, 0);
            p = u->correlation < 0 ? p : gw_correlated_p(model, u, seed, (uint64_t)sample, p);
            value = gw_dist_quantile(&u->dist, p);
            if (value < u->lo || value > u->hi) {
                value = value < u->lo ? u->lo : u->hi;
                n_clamped++;
            }
        }
        gw_uncertain_set(model, u, value, state);
    }
    return n_clamped;
}
