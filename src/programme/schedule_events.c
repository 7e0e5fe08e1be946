/* programme/schedule_events.c: what happens in one sample, before any date is worked out.
 * In:    state->in (activities, drivers, risks, mitigations, commitments), seed and sample.
 * Out:   what is history; which risks happen and which promises are withdrawn, and when; working days
 *        and delay of every activity.
 * Model: work = duration x product of the factors of its drivers (one draw a driver: activities that
 *        share it are late together) x factors of the measures taken. A risk happens with its
 *        probability (times those of the measures taken) and then adds its delay to all its activities
 *        at once; once all of them are finished it cannot happen any more. A promise is withdrawn with
 *        its probability on a day spread evenly between as_of and its first draw (if that has passed:
 *        its last); without such a date, when the money is needed. In the base case an event happens if
 *        it is more likely than not, in the middle of its time.
 * Valid: events are independent of one another and of the durations, given the drivers.
 * Derivation: docs/model/schedule.md. Discrete events apart from the spread of durations is the practice
 *        of quantitative schedule risk analysis (AACE International RP 57R-09). */
#include <math.h>

#include "base/date.h"
#include "base/rng.h"
#include "programme/schedule.h"

static bool happens(const gw_state *state, uint32_t stream, double probability) {
    if (state->sample < 0) {
        return probability > 0.5;
    }
    return gw_rng_uniform(state->seed, (uint64_t)state->sample, stream, 0) < probability;
}

/* Even over the time of an event; its middle in the base case. */
static double moment(const gw_state *state, uint32_t stream) {
    return state->sample < 0 ? 0.5
                             : gw_rng_uniform(state->seed, (uint64_t)state->sample, stream, 1);
}

static void find_facts(gw_state *state) {
    const gw_scenario *in = state->in;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int i = 0; i < in->activities.n; i++) {
        const gw_activity *a = &in->activities.at[i];
        desk->is_done[i] = a->finished_d <= in->as_of_d; /* false when NaN */
        desk->is_fact[i] = desk->is_done[i] || a->started_d <= in->as_of_d;
    }
}

/* ---------------------------------------------------------------- risks */

static bool refers_to(const gw_refs *refs, int i) {
    for (int k = 0; k < refs->n; k++) {
        if (refs->at[k].i == i) {
            return true;
        }
    }
    return false;
}

static bool has_passed(const gw_schedule_desk *desk, const gw_refs *activities) {
    for (int k = 0; k < activities->n; k++) {
        if (!desk->is_done[activities->at[k].i]) {
            return false;
        }
    }
    return true;
}

static void draw_risks(const gw_model *model, gw_state *state) {
    const gw_scenario *in = state->in;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int r = 0; r < in->risks.n; r++) {
        const gw_risk *risk = &in->risks.at[r];
        double probability = risk->probability;
        for (int m = 0; m < in->mitigations.n; m++) {
            if (desk->mitigated[m] && refers_to(&in->mitigations.at[m].risks, r)) {
                probability *= in->mitigations.at[m].probability_factor;
            }
        }
        bool now = !has_passed(desk, &risk->activities) &&
                   happens(state, model->schedule_plan->risk_stream[r], probability);
        state->schedule.risk_happened[r] = now;
        for (int k = 0; k < risk->activities.n && now; k++) {
            desk->delay_d[risk->activities.at[k].i] += risk->delay_s / GW_DAY_s;
        }
    }
}

/* ---------------------------------------------------------------- promises of money */

/* End of the time in which it can be withdrawn; NaN if no date of it lies ahead. */
static double last_chance_d(const gw_commitment *c, double as_of_d) {
    if (c->draw_from_d > as_of_d) {
        return c->draw_from_d;
    }
    return c->draw_until_d > as_of_d ? c->draw_until_d : GW_NAN;
}

static void draw_withdrawals(const gw_model *model, gw_state *state) {
    const gw_scenario *in = state->in;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int c = 0; c < in->commitments.n; c++) {
        const gw_commitment *promise = &in->commitments.at[c];
        uint32_t stream = model->schedule_plan->commitment_stream[c];
        bool *withdrawn = &state->schedule.withdrawn[c];
        desk->withdrawn_d[c] = GW_NAN;
        *withdrawn = false;
        if (model->schedule_plan->superseded[c]) {
            continue; /* nothing hangs on it any more */
        }
        if (promise->withdrawn_d <= in->as_of_d) {
            *withdrawn = true;
            desk->withdrawn_d[c] = promise->withdrawn_d;
            continue;
        }
        bool is_drawn = promise->draw_until_d <= in->as_of_d;
        *withdrawn = !is_drawn && happens(state, stream, promise->withdrawal);
        double end_d = last_chance_d(promise, in->as_of_d);
        if (*withdrawn && gw_is_set(end_d)) {
            desk->withdrawn_d[c] = in->as_of_d + moment(state, stream) * (end_d - in->as_of_d);
        }
    }
}

/* ---------------------------------------------------------------- durations */

static double driver_factor(const gw_model *model, const gw_state *state, int activity, int d) {
    int input = model->schedule_plan->driver_input[d];
    if (!state->schedule_desk->independent || input < 0 || state->sample < 0) {
        return state->in->drivers.at[d].factor;
    }
    const gw_uncertain *u = &model->uncertain[input];
    uint32_t stream = gw_rng_stream(state->in->activities.at[activity].head.path);
    double p = gw_rng_uniform(state->seed, (uint64_t)state->sample, stream, 1 + (uint32_t)d);
    return fmin(fmax(gw_dist_quantile(&u->dist, p), u->lo), u->hi);
}

static void fill_work(const gw_model *model, gw_state *state) {
    const gw_scenario *in = state->in;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int i = 0; i < in->activities.n; i++) {
        const gw_activity *a = &in->activities.at[i];
        double work_d = a->duration_s / GW_DAY_s;
        for (int k = 0; k < a->drivers.n; k++) {
            work_d *= driver_factor(model, state, i, a->drivers.at[k].i);
        }
        desk->work_d[i] = work_d;
        desk->delay_d[i] = 0.0;
        desk->hold_d[i] = 0.0;
    }
    for (int m = 0; m < in->mitigations.n; m++) {
        const gw_refs *shortened = &in->mitigations.at[m].activities;
        for (int k = 0; k < shortened->n && desk->mitigated[m]; k++) {
            desk->work_d[shortened->at[k].i] *= in->mitigations.at[m].duration_factor;
        }
    }
}

void gw_schedule_draw_events(const gw_model *model, gw_state *state) {
    const gw_schedule_plan *plan = model->schedule_plan;
    gw_schedule_desk *desk = state->schedule_desk;
    for (int c = 0; c < state->in->calendars.n; c++) {
        if (plan->calendar_varies[c] || !desk->calendar_is_set[c]) {
            gw_worktime_set(&desk->calendar[c], &state->in->calendars.at[c], plan->origin_d);
            desk->calendar_is_set[c] = true;
        }
    }
    find_facts(state);
    fill_work(model, state);
    draw_risks(model, state);
    draw_withdrawals(model, state);
}
