/* training/interval.c: the interval that holds 80 % of measured steps.
 *
 * In:  gw_step_in, step_s of gw_step. Out: low_s, high_s, wide.
 * Model: measured over predicted is lognormal around 1; 80 % lie within exp(w) either way:
 *
 *          w = ln(interval of the accelerator) x interval of the software (dense or expert models)
 *              x widening
 *
 *      The two intervals are quantiles of errors on runs that the fit had not seen
 *      (tools/fit_training.c --held-out). Widening, by judgement: 1.5 for what no run calibrates
 *      (an accelerator, a software or one of its kinds of model); 1.15 for every doubling of the
 *      accelerators beyond four times the largest run of the software, and of the sequence beyond
 *      twice the longest of any run; 1.3 where the memory model says that it would not fit.
 *      Independent reasons multiply; the first is named.
 * Valid: runs like the published ones. Slow hosts, failing links and other tenants are not in it.
 * Derivation: docs/model/training.md, "Intervals".
 */
#include <math.h>

#include "training/step.h"

static const double unknown_chip = 1.25; /* step_time_factor's default */
static const double uncalibrated = 1.5;
static const double per_doubling = 1.15;
static const double no_room = 1.3;
/** Longest sequence of a calibrating run. */
static const double longest_tok = 131072.0;

static void widen(gw_step *out, double *w, double by, const char *why) {
    *w *= by;
    out->wide = out->wide ? out->wide : why;
}

/** Doublings of x beyond limit. */
static double doublings(double x, double limit) {
    return x > limit ? log2(x / limit) : 0.0;
}

double gw_training_spread(const gw_step_in *in, gw_step *out) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    double chip = in->accelerator->interval;
    double w = log(chip > 1.0 ? chip : unknown_chip);
    if (!(chip > 1.0)) {
        widen(out, &w, 1.0, "no run calibrates this accelerator");
    }
    bool experts = in->llm->experts > 0;
    double own = experts ? software->interval_expert : software->interval_dense;
    if (own > 0.0) {
        w *= own;
    } else {
        widen(out, &w, uncalibrated,
              experts ? "no run calibrates this software with experts"
                      : "no run calibrates this software with dense models");
    }
    double largest = software->largest_run > 0.0 ? software->largest_run : 1024.0;
    double larger = doublings(in->accelerators, 4.0 * largest);
    double longer = doublings(in->sequence_tok, 2.0 * longest_tok);
    if (larger > 0.0) {
        widen(out, &w, pow(per_doubling, larger), "far larger than any calibrating run");
    }
    if (longer > 0.0) {
        widen(out, &w, pow(per_doubling, longer), "longer sequences than in any calibrating run");
    }
    if (out->memory_B > out->capacity_B) {
        widen(out, &w, no_room, "does not fit by the memory model");
    }
    return w;
}

void gw_training_interval(const gw_step_in *in, gw_step *out) {
    out->wide = NULL;
    double w = gw_training_spread(in, out);
    out->low_s = out->step_s * exp(-w);
    out->high_s = out->step_s * exp(w);
}
