/* training/interval.c: the interval that holds 80 % of measured steps.
 *
 * In:  gw_step_in, step_s of gw_step. Out: low_s, high_s, wide.
 * Model: measured over predicted is lognormal around 1; 80 % lie within exp(w) either way:
 *
 *          w = ln(interval of the accelerator) x interval of the software (dense or expert models)
 *              x widening
 *
 *      The two intervals are quantiles of errors on runs that the fit had not seen
 *      (tools/fit_training.c --held-out). Widening, by judgement: 1.8 for an accelerator that no
 *      run calibrates, 1.5 for such a software or one of its kinds of model; 1.5 on an
 *      accelerator on which none of the software's runs was; 1.15 for every doubling of the sequence
 *      beyond twice the longest of any run; 1.3 where the memory model says that it would not fit.
 *      For every doubling of the accelerators beyond four times the largest run of the software, w
 *      grows by 0.06 on the slow side.
 *      Independent reasons multiply; the first is named.
 * Valid: runs like the published ones. Slow hosts, failing links and other tenants are not in it.
 * Derivation: docs/model/training.md, "Intervals".
 */
#include <math.h>
#include <string.h>

#include "training/step.h"

static const double unknown_chip = 1.25; /* step_time_factor's default */
/** Of that width: an accelerator without runs is within a factor of 1.5 or so; judgement. */
static const double unknown_chip_widening = 1.8;
static const double uncalibrated = 1.5;
static const double per_doubling = 1.15;
/** Log-width more for every doubling of the accelerators: hosts, clocks, links and waiting of fleets
 *  that benchmarks do not show; judgement. */
static const double fleet_doubling = 0.06;
static const double no_room = 1.3;
/** Longest sequence of a calibrating run. */
static const double longest_tok = 131072.0;

static void widen(gw_step *out, double *w, double by, const char *why) {
    *w *= by;
    out->wide = out->wide ? out->wide : why;
}

/** The software has runs, but none on this accelerator. */
static bool is_new_pair(const gw_software *software, const gw_accelerator *accelerator) {
    const gw_texts *on = &software->calibrated_on;
    for (int i = 0; i < on->n && accelerator->head.name; i++) {
        if (strcmp(on->at[i], accelerator->head.name) == 0) {
            return false;
        }
    }
    return on->n > 0 && accelerator->head.name;
}

/** Doublings of x beyond limit. */
static double doublings(double x, double limit) {
    return x > limit ? log2(x / limit) : 0.0;
}

/** Log-width of an accelerator's errors at large. */
static double chip_width(const gw_accelerator *accelerator) {
    return log(accelerator->interval > 1.0 ? accelerator->interval : unknown_chip);
}

static double log_width(const gw_step_in *in, gw_step *out) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    double w = chip_width(in->accelerator);
    bool known = in->accelerator->interval > 1.0;
    if (!known) {
        widen(out, &w, unknown_chip_widening, "no run calibrates this accelerator");
    }
    bool experts = in->llm->experts > 0;
    double own = experts ? software->interval_expert : software->interval_dense;
    if (own > 0.0) {
        w *= known ? own : fmax(1.0, own);
    } else {
        widen(out, &w, uncalibrated,
              experts ? "no run calibrates this software with experts"
                      : "no run calibrates this software with dense models");
    }
    double longer = doublings(in->sequence_tok, 2.0 * longest_tok);
    if (known && is_new_pair(software, in->accelerator)) {
        widen(out, &w, uncalibrated, "no run calibrates this software on this accelerator");
    }
    if (longer > 0.0) {
        widen(out, &w, pow(per_doubling, longer), "longer sequences than in any calibrating run");
    }
    if (out->memory_B > out->capacity_B) {
        widen(out, &w, no_room, "does not fit by the memory model");
    }
    return w;
}

/** Log-width more on the slow side: fleets are slower than benchmarks, not faster. */
static double fleet_width(const gw_step_in *in) {
    const gw_software *software = in->software ? in->software : &gw_software_current;
    double largest = software->largest_run > 0.0 ? software->largest_run : 1024.0;
    return fleet_doubling * doublings(in->accelerators, 4.0 * largest);
}

void gw_training_interval(const gw_step_in *in, gw_step *out) {
    out->wide = NULL;
    double w = log_width(in, out);
    double fleet = fleet_width(in);
    if (fleet > 0.0 && !out->wide) {
        out->wide = "far larger than any calibrating run";
    }
    out->low_s = out->step_s * exp(-w);
    out->high_s = out->step_s * exp(w + fleet);
}

double gw_training_relative_spread(const gw_step_in *in, gw_step *out, bool slower) {
    double w = log_width(in, out) + (slower ? fleet_width(in) : 0.0);
    return w / chip_width(in->accelerator);
}
