/* engine/what_if.c: the base case with changed inputs.
 * In:    a model; what is changed.   Out: a state with every phase worked through.
 * Model: all uncertain inputs at their median. Delays move planned dates later than as_of, as a
 *        slip does; they are added after the schedule has dated what follows activities, so that a
 *        delay moves the piece whatever its date comes from. A building late by t is begun as
 *        planned and finished t later. With a chip life every lot leaves that long after it was
 *        installed (earlier if the scenario says so). Price factors act on the price, fee and rent
 *        of contracts and on market prices.
 * Valid: one change of the plan against the same plan; nobody reacts to it.
 * Derivation: docs/questions.md. */
#include "engine/what_if.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "engine/engine.h"

gw_what_if gw_what_if_none(void) {
    return (gw_what_if){.chip_life_s = GW_NAN,
                        .price_factor = 1.0,
                        .market_factor = 1.0,
                        .exit_contract = -1,
                        .exit_d = GW_NAN};
}

static void move(double *date_d, double late_s, double as_of_d) {
    if (*date_d > as_of_d) {
        *date_d += late_s / GW_DAY_s;
    }
}

/* Dates, after the schedule and before they become capacity. */
static void change_dates(const gw_what_if *what, gw_scenario *in) {
    for (int s = 0; s < in->sites.n; s++) {
        gw_site *site = &in->sites.at[s];
        for (int i = 0; i < site->buildings.n; i++) {
            gw_building *building = &site->buildings.at[i];
            /* the construction time before `ready` would move the first work too */
            building->started_d = gw_is_set(building->started_d)
                                      ? building->started_d
                                      : building->ready_d - site->construction_time_s / GW_DAY_s;
            move(&building->ready_d, what->buildings_late_s, in->as_of_d);
        }
        for (int i = 0; i < site->supply.n; i++) {
            move(&site->supply.at[i].energised_d, what->power_late_s, in->as_of_d);
        }
    }
    for (int c = 0; c < in->clusters.n; c++) {
        for (int i = 0; i < in->clusters.at[c].lots.n; i++) {
            gw_chip_lot *lot = &in->clusters.at[c].lots.at[i];
            move(&lot->installed_d, what->chips_late_s, in->as_of_d);
            double end_d = lot->installed_d + what->chip_life_s / GW_DAY_s;
            lot->until_d = gw_is_set(end_d) ? fmin(lot->until_d, end_d) : lot->until_d;
        }
    }
}

static void change_money(const gw_what_if *what, gw_scenario *in) {
    for (int i = 0; i < in->contracts.n; i++) {
        gw_contract *contract = &in->contracts.at[i];
        contract->price_usd_per_s *= what->price_factor;
        contract->fee_usd_per_s *= what->price_factor;
        contract->rent_usd_per_W_s *= what->price_factor;
        if (i == what->exit_contract) {
            contract->exit_d = what->exit_d;
        }
    }
    for (int i = 0; i < in->clusters.n; i++) {
        in->clusters.at[i].market_price_usd_per_s *= what->price_factor * what->market_factor;
    }
    for (int i = 0; i < in->funding.n; i++) {
        in->funding.at[i].rate += what->rate_added_frac;
    }
    in->finance.market_price_usd_per_s *= what->price_factor * what->market_factor;
    if (gw_is_set(what->chip_life_s)) {
        in->finance.chip_life_s = what->chip_life_s;
    }
}

gw_state *gw_what_if_run(const gw_model *model, const gw_what_if *what) {
    gw_state *state = gw_state_create(model);
    if (state == NULL) {
        return NULL;
    }
    gw_sample_draw(model, 0, -1, state);
    change_money(what, state->in);
    for (int i = 0; i < gw_n_phases; i++) {
        if (strcmp(gw_phases[i].name, "programme") == 0) {
            change_dates(what, state->in);
        }
        gw_phases[i].run(model, state);
    }
    return state;
}

double gw_carry_usd(double capital_usd, double rate, double years) {
    return capital_usd * expm1(years * log1p(rate));
}
