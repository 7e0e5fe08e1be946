/* programme/chip_supply.c: lots of accelerators wait until their chips have been made.
 * In:    state->in (chip supplies, clusters with the dates on which their lots are wanted).
 * Out:   installed dates of lots that wait; state->schedule.lot_wait_s.
 * Model: a line makes C(t) = integral of its rate (0 before its first output, each rate until the next,
 *        the last one for good); the scenario can get share x C(t). Lots of its accelerators, whatever
 *        their site, are served in the order in which they are wanted, then as written; each whole.
 *        A lot for which `used` accelerators were made before its own is installed on
 *            max(wanted, first t with share x C(t) >= used + count, plus lead).
 *        Lots dated until as_of are facts: they keep their date, and use up what the line had made by
 *        then, but never more: what it had not made came from elsewhere.
 * Valid: no lot is split; nobody jumps the queue; what is ordered is made. Stock from before the first
 *        output counts only if an output says so.
 * Derivation: docs/model/schedule.md; a queue served first come, first served. */
#include <math.h>

#include "base/date.h"
#include "programme/schedule.h"

/* Cumulated output: made_n[k] by from_d[k], growing with rate_per_d[k] from then on. */
typedef struct line {
    int n;
    double *from_d, *rate_per_d, *made_n;
} line;

static line line_of(const gw_chip_supply *supply, gw_arena *scratch) {
    line l = {.n = supply->outputs.n};
    l.from_d = GW_NEW_N(scratch, l.n + 1, double);
    l.rate_per_d = GW_NEW_N(scratch, l.n + 1, double);
    l.made_n = GW_NEW_N(scratch, l.n + 1, double);
    for (int i = 0; i < l.n; i++) { /* a drawn date may overtake the next one */
        const gw_output *o = &supply->outputs.at[i];
        int k = i;
        for (; k > 0 && l.from_d[k - 1] > o->from_d; k--) {
            l.from_d[k] = l.from_d[k - 1];
            l.rate_per_d[k] = l.rate_per_d[k - 1];
        }
        l.from_d[k] = o->from_d;
        l.rate_per_d[k] = o->rate_per_s * GW_DAY_s * supply->share;
    }
    for (int k = 1; k < l.n; k++) {
        l.made_n[k] = l.made_n[k - 1] + l.rate_per_d[k - 1] * (l.from_d[k] - l.from_d[k - 1]);
    }
    return l;
}

static double made_by(const line *l, double date_d) {
    int k = l->n - 1;
    while (k >= 0 && l->from_d[k] > date_d) {
        k--;
    }
    return k < 0 ? 0.0 : l->made_n[k] + l->rate_per_d[k] * (date_d - l->from_d[k]);
}

/* The first date by which so many are made; NaN: never. */
static double made_d(const line *l, double count) {
    for (int k = 0; k < l->n; k++) {
        double missing = count - l->made_n[k];
        double date_d = missing <= 0.0           ? l->from_d[k]
                        : l->rate_per_d[k] > 0.0 ? l->from_d[k] + missing / l->rate_per_d[k]
                                                 : GW_INF;
        if (k + 1 == l->n || date_d <= l->from_d[k + 1]) {
            return isfinite(date_d) ? date_d : GW_NAN;
        }
    }
    return GW_NAN;
}

/* A lot in the queue of its line. */
typedef struct waiting {
    const gw_cluster *cluster;
    const gw_chip_lot *lot;
    int number; /* of all lots */
    double wanted_d;
} waiting;

static int fill_queue(const gw_model *model, gw_state *state, int supply, waiting *queue) {
    const gw_scenario *in = state->in;
    int n = 0, number = 0;
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        for (int i = 0; i < cluster->lots.n; i++, number++) {
            if (model->schedule_plan->lot_supply[number] != supply) {
                continue;
            }
            const gw_chip_lot *lot = &cluster->lots.at[i];
            waiting one = {cluster, lot, number,
                           gw_slipped_d(lot->installed_d, cluster->slip_s, in->as_of_d)};
            int k = n++;
            for (; k > 0 && queue[k - 1].wanted_d > one.wanted_d; k--) {
                queue[k] = queue[k - 1];
            }
            queue[k] = one;
        }
    }
    return n;
}

static void serve(const gw_model *model, gw_state *state, int supply, waiting *queue) {
    const gw_chip_supply *s = &state->in->chip_supplies.at[supply];
    line l = line_of(s, state->scratch);
    double lead_d = s->lead_s / GW_DAY_s, used = 0.0;
    int n = fill_queue(model, state, supply, queue);
    for (int k = 0; k < n; k++) {
        const waiting *w = &queue[k];
        if (!(w->lot->installed_d > state->in->as_of_d)) {
            used = fmax(used, fmin(used + w->lot->count, made_by(&l, w->wanted_d - lead_d)));
            continue;
        }
        used += w->lot->count;
        double ready_d = made_d(&l, used) + lead_d;
        state->schedule.lot_wait_s[w->number] = fmax(ready_d - w->wanted_d, 0.0) * GW_DAY_s;
        if (isnan(ready_d)) {
            state->schedule.lot_wait_s[w->number] = GW_NAN;
            *state->schedule_desk->lot_date_d[w->number] = GW_NAN;
        } else if (ready_d > w->wanted_d) { /* the cluster's slip is in it already */
            *state->schedule_desk->lot_date_d[w->number] = ready_d - w->cluster->slip_s / GW_DAY_s;
        }
    }
}

void gw_chip_supply_apply(const gw_model *model, gw_state *state) {
    const gw_schedule_plan *plan = model->schedule_plan;
    for (int i = 0; i < plan->n_lots; i++) {
        state->schedule.lot_wait_s[i] = 0.0;
    }
    if (state->in->chip_supplies.n == 0) {
        return;
    }
    waiting *queue = GW_NEW_N(state->scratch, plan->n_lots + 1, waiting);
    for (int s = 0; s < state->in->chip_supplies.n; s++) {
        serve(model, state, s, queue);
    }
}
