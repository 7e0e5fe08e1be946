/* report/verdict.c: a claimed number against the run.
 * In: a claim item and the run's answer to it.   Out: a verdict on the claim.
 * Model: plain, "about" and intended numbers hold if the run is within 5 % of them; "at least" if
 * the run is not more than 5 % below, "up to" if it is not more than 5 % above. A date holds if
 * the run is not more than 15 days later: who is early has kept his promise. The verdict is that
 * of the median; the share of samples in which the claim holds stands beside it.
 * Valid: tolerances are conventions of this program, not statistics.
 * Derivation: docs/results.md, "Verdicts". */
#include "report/verdict.h"

#include <math.h>
#include <stdio.h>

#include "base/code.h"
#include "base/units.h"

#define SAME_EVENT_d 45.0 /* two dates of one event: full operation and 98 % of it */

gw_verdict gw_verdict_of(gw_claim_quantity quantity, int wording, double claimed, double value) {
    if (isnan(value) || isnan(claimed)) {
        return GW_VERDICT_NONE;
    }
    if (quantity == GW_CLAIM_ONLINE) {
        return value <= claimed + GW_VERDICT_TOLERANCE_d ? GW_VERDICT_HOLDS : GW_VERDICT_EARLY;
    }
    double room = GW_VERDICT_TOLERANCE * fabs(claimed);
    if (value < claimed - room && wording != GW_WORDING_UP_TO) {
        return GW_VERDICT_HIGH;
    }
    if (value > claimed + room && wording != GW_WORDING_AT_LEAST) {
        return GW_VERDICT_LOW;
    }
    return GW_VERDICT_HOLDS;
}

static int wording_of(const gw_result *r, int item) {
    return r->model->in->claims.at[r->model->claim_items[item].claim].wording;
}

gw_verdict gw_verdict_item(const gw_result *r, int item) {
    const gw_claim_item *c = &r->model->claim_items[item];
    gw_summary s = gw_words_summary(r, GW_M_run_value, item);
    return gw_verdict_of(c->quantity, wording_of(r, item), c->value, s.n > 0 ? s.p50 : GW_NAN);
}

double gw_verdict_share(const gw_result *r, int item) {
    const gw_claim_item *c = &r->model->claim_items[item];
    int at = r->model->metric_offset[GW_M_run_value] + item;
    int wording = wording_of(r, item);
    long n = 0;
    if (r->n_samples == 0 || gw_words_summary(r, GW_M_run_value, item).n == 0) {
        return GW_NAN;
    }
    for (int s = 0; s < r->n_samples; s++) {
        double value = r->rows[(size_t)s * (size_t)r->model->n_values + (size_t)at];
        n += gw_verdict_of(c->quantity, wording, c->value, value) == GW_VERDICT_HOLDS;
    }
    return (double)n / r->n_samples;
}

gw_words gw_verdict_words(const gw_result *r, int item) {
    const gw_claim_item *c = &r->model->claim_items[item];
    double value = gw_words_summary(r, GW_M_run_value, item).p50;
    gw_verdict verdict = gw_verdict_item(r, item);
    const char *side = verdict == GW_VERDICT_HIGH ? "high" : "low";
    gw_words w = {"not comparable"};
    switch (verdict) {
    case GW_VERDICT_HOLDS:
        return (gw_words){"holds"};
    case GW_VERDICT_EARLY:
        snprintf(w.text, sizeof w.text, "too early by %.0f days", value - c->value);
        return w;
    case GW_VERDICT_HIGH:
    case GW_VERDICT_LOW: {
        double more = verdict == GW_VERDICT_HIGH ? c->value / value : value / c->value;
        if (!isfinite(more) || more < 0.0) {
            snprintf(w.text, sizeof w.text, "too %s", side);
        } else if (more >= 2.0) {
            snprintf(w.text, sizeof w.text, "too %s by a factor of %.2g", side, more);
        } else {
            /* both sides of the claim in shares of what the run gives */
            double off = fabs(c->value / value - 1.0);
            snprintf(w.text, sizeof w.text, "too %s by %.0f %%", side, 100.0 * off);
        }
        return w;
    }
    default:
        return w;
    }
}

const char *gw_verdict_key(gw_verdict verdict) {
    static const char *const keys[GW_N_VERDICT] = {"not_comparable", "holds", "claim_too_high",
                                                   "claim_too_low", "claim_too_early"};
    return keys[verdict];
}

const char *gw_verdict_css(gw_verdict verdict) {
    return verdict == GW_VERDICT_HOLDS ? "ok" : verdict == GW_VERDICT_NONE ? "note" : "warn";
}

bool gw_verdict_is_full_date(const gw_result *r, int item, int site) {
    const gw_claim_item *c = &r->model->claim_items[item];
    const gw_scenario *in = r->model->in;
    const gw_claim *claim = &in->claims.at[c->claim];
    int of = claim->cluster.i >= 0 ? in->clusters.at[claim->cluster.i].site.i : claim->site.i;
    if (c->quantity != GW_CLAIM_ONLINE || of != site) {
        return false;
    }
    gw_summary full = gw_words_summary(r, GW_M_full_date_d, site);
    gw_summary run = gw_words_summary(r, GW_M_run_value, item);
    return full.n > 0 && run.n > 0 && fabs(run.p50 - full.p50) <= SAME_EVENT_d;
}
