/* engine/engine.h: from a checked scenario to a result.
 *
 *   gw_model_build   resolve, choose layouts, number the outputs; then nothing changes any more
 *   gw_run           Monte Carlo and sensitivity over the model
 *   gw_run_sample    one sample: the chain, one line a phase (run.c)
 *
 * A result is a pure function of (model, seed, number of samples): threads change nothing. */
#ifndef GW_ENGINE_ENGINE_H
#define GW_ENGINE_ENGINE_H

#include "engine/result.h"

/** Reports every cluster whose network cannot be built (an error: power, cost and training would be
 *  worked out without it). networks: one for each cluster, or NULL. */
void gw_networks_check(const gw_scenario *in, gw_diags *diags, gw_arena *arena,
                       gw_network *networks);

/** Warns of each used language model whose published parameters do not follow from its widths. */
void gw_models_check(const gw_scenario *in, gw_diags *diags);

/** Builds the constant model. The spec must outlive it. A layout that does not fit is an answer of
 * the run, not an error. Errors: GW_E_MODEL, GW_E_MEM. */
GW_MUST_USE gw_code gw_model_build(const gw_spec *spec, gw_diags *diags, gw_model **out);
void gw_model_free(gw_model *model);

/** Working memory of one worker. NULL when memory ran out. */
gw_state *gw_state_create(const gw_model *model);
void gw_state_free(gw_state *state);

/** Puts the draws of a sample (or the base case, sample -1) into state->in. Returns how many were
 * outside their legal range and set to its end. */
int gw_sample_draw(const gw_model *model, uint64_t seed, int64_t sample, gw_state *state);

/** The chain, in order. Each phase reads state->in and what earlier ones left in the state. */
typedef struct gw_phase {
    const char *name;
    void (*run)(const gw_model *model, gw_state *state);
    const char *doc;
} gw_phase;
extern const gw_phase gw_phases[];
extern const int gw_n_phases;

/** Runs all phases on state->in and fills state->row and state->series. */
void gw_run_sample(const gw_model *model, gw_state *state);

typedef struct gw_run_opts {
    int n_samples; /* Monte Carlo samples, >= 0 */
    uint64_t seed;
    int n_threads; /* 0: all cores */
    bool with_tornado;
    /** Called now and then from one worker with the number of finished samples; may be NULL. */
    void (*progress)(void *user, int done, int total);
    void *user;
} gw_run_opts;

gw_run_opts gw_run_opts_default(void); /* 1,000 samples, seed 1, all cores, tornado */

/** The whole run. *out is owned by the caller (gw_result_free); the model must outlive it. */
GW_MUST_USE gw_code gw_run(const gw_model *model, const gw_run_opts *opts, gw_result **out);
void gw_result_free(gw_result *result);

/* Internal to engine/. */
void gw_correlations_build(gw_model *model);
/** p of an input whose own draw is u: moved together with its group. */
double gw_correlated_p(const gw_model *model, const gw_uncertain *input, uint64_t seed,
                       uint64_t sample, double u);
void gw_uncertain_set(const gw_model *model, const gw_uncertain *u, double value, gw_state *state);
void gw_metrics_fill(const gw_model *model, gw_state *state);
GW_MUST_USE gw_code gw_tornado_run(const gw_model *model, int n_threads, gw_result *result);

#endif
