/* programme/schedule_phase.c: the schedule phase: events, dates, money, and what follows from them for
 * buildings, power and chips.
 * In:    state->in (activities and what belongs to them, buildings, supply, lots), seed and sample.
 * Out:   state->schedule; ready, energised and installed dates in state->in that wait for activities
 *        or for chips.
 * Model: a building, supply or lot with `after` is there on the later of its own date (if one is
 *        written) and the end of all these activities. The common delay of its site or cluster (`slip`)
 *        comes on top, as for every date. Cost = cost + cost_per_time x (finish - start) of all
 *        activities + cost of the risks that happened + what replacements of withdrawn money cost more
 *        (share of what was not drawn yet) + price of the measures taken.
 * Valid: money is counted in full, whenever it is spent; it is not part of the cash flow.
 * Derivation: docs/model/schedule.md. */
#include <math.h>

#include "base/date.h"
#include "programme/schedule.h"

/* Share of a promise that is not drawn on a day: draws are even between the two dates. */
static double undrawn_frac(const gw_commitment *c, double date_d) {
    if (isnan(date_d) || !gw_is_set(c->draw_until_d) || !(date_d > c->draw_from_d)) {
        return 1.0; /* when the money is needed, nothing of it has been drawn */
    }
    double span_d = c->draw_until_d - c->draw_from_d;
    return span_d > 0.0 ? fmin(fmax((c->draw_until_d - date_d) / span_d, 0.0), 1.0) : 0.0;
}

double gw_commitment_replacement_usd(const gw_commitment *c, double withdrawn_d) {
    return c->amount_usd * c->replacement_cost * undrawn_frac(c, withdrawn_d);
}

static double total_cost_usd(const gw_state *state) {
    const gw_scenario *in = state->in;
    const gw_schedule *s = &state->schedule;
    const gw_schedule_desk *desk = state->schedule_desk;
    double sum_usd = 0.0;
    for (int i = 0; i < in->activities.n; i++) {
        const gw_activity *a = &in->activities.at[i];
        double time_s = (s->finish_d[i] - s->start_d[i]) * GW_DAY_s;
        sum_usd += a->cost_usd + a->cost_per_time_usd_per_s * time_s;
    }
    for (int r = 0; r < in->risks.n; r++) {
        sum_usd += s->risk_happened[r] ? in->risks.at[r].cost_usd : 0.0;
    }
    for (int c = 0; c < in->commitments.n; c++) {
        if (s->withdrawn[c]) {
            sum_usd += gw_commitment_replacement_usd(&in->commitments.at[c], desk->withdrawn_d[c]);
        }
    }
    for (int m = 0; m < in->mitigations.n; m++) {
        sum_usd += desk->mitigated[m] ? in->mitigations.at[m].cost_usd : 0.0;
    }
    return sum_usd;
}

static void set_dates(const gw_model *model, gw_state *state) {
    const gw_schedule_plan *plan = model->schedule_plan;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int k = 0; k < plan->n_targets; k++) {
        double date_d = desk->own_d[k];
        const gw_refs *after = plan->targets[k].after;
        for (int p = 0; p < after->n; p++) {
            date_d = fmax(date_d, state->schedule.finish_d[after->at[p].i]); /* NaN: not written */
        }
        *desk->member[k] = date_d;
    }
}

void gw_schedule_phase(const gw_model *model, gw_state *state) {
    gw_schedule_draw_events(model, state);
    gw_schedule_pass(model, state);
    state->schedule.cost_usd = total_cost_usd(state);
    set_dates(model, state);
    gw_chip_supply_apply(model, state);
}
