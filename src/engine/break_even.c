/* engine/break_even.c: what turns the sign of the value, or breaks a covenant.
 * In:    the model.
 * Out:   value of each lever at which the target is just met.
 * Model: the base case is run with the lever at both ends of its range; if the target has different
 *        signs there, the lever is halved in between, with false position in turn, until it is known
 *        to 1e-4 of the range. Ranges: price and utilisation 0 to 4 times (utilisation up to 100 %),
 *        chip life 1 to 15 years, delay 0 to 5 years, interest 0 to 30 % a year more. Targets: the
 *        net present value, before financing (for interest: of the equity); the lowest coverage of a
 *        loan less its covenant.
 * Valid: one lever at a time, medians for the rest. A target that is not monotone may have further
 *        turns inside the range.
 * Derivation: definitions of the levers; bracketing as in finance/irr.c. */
#include "engine/break_even.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define TOLERANCE 1e-4
#define STEPS_MAX 40

static const double LOW[GW_N_LEVER] = {0.0, 0.0, 1.0 * YEAR_s, 0.0, 0.0};
static const double HIGH[GW_N_LEVER] = {4.0, 4.0, 15.0 * YEAR_s, 5.0 * YEAR_s, 0.3};

const char *gw_lever_name(gw_lever lever) {
    static const char *const names[GW_N_LEVER] = {"price", "utilisation", "chip life", "delay",
                                                  "interest"};
    return names[lever];
}

static double base_of(const gw_model *model, gw_lever lever) {
    switch (lever) {
    case GW_LEVER_CHIP_LIFE:
        return model->in->finance.chip_life_s;
    case GW_LEVER_PRICE:
    case GW_LEVER_UTILISATION:
        return 1.0;
    default:
        return 0.0;
    }
}

/* ---------------------------------------------------------------- pulling a lever */

static void pull_price(gw_scenario *in, double factor) {
    for (int i = 0; i < in->contracts.n; i++) {
        gw_contract *contract = &in->contracts.at[i];
        bool inside = false; /* rents inside the programme are no price of what it sells */
        for (int s = 0; s < in->sites.n; s++) {
            inside = inside || (contract->kind == GW_CONTRACT_LEASE &&
                                in->sites.at[s].developer.i == contract->seller.i);
        }
        if (!inside) {
            contract->price_usd_per_s *= factor;
            contract->fee_usd_per_s *= factor;
            contract->rent_usd_per_W_s *= factor;
        }
    }
    for (int c = 0; c < in->clusters.n; c++) {
        in->clusters.at[c].market_price_usd_per_s *= factor;
    }
    in->finance.market_price_usd_per_s *= factor;
}

static void pull_utilisation(gw_scenario *in, double factor) {
    for (int i = 0; i < in->contracts.n; i++) {
        in->contracts.at[i].utilisation = fmin(1.0, in->contracts.at[i].utilisation * factor);
    }
    for (int c = 0; c < in->clusters.n; c++) {
        in->clusters.at[c].utilisation = fmin(1.0, in->clusters.at[c].utilisation * factor);
    }
}

/* Lots end with their life, unless they end before or are replaced. */
static void pull_chip_life(gw_scenario *in, double life_s) {
    in->finance.chip_life_s = life_s;
    for (int c = 0; c < in->clusters.n && !in->finance.refit; c++) {
        for (int i = 0; i < in->clusters.at[c].lots.n; i++) {
            gw_chip_lot *lot = &in->clusters.at[c].lots.at[i];
            lot->until_d = fmin(lot->until_d, lot->installed_d + life_s / GW_DAY_s);
        }
    }
}

static void pull_delay(gw_scenario *in, double delay_s) {
    for (int s = 0; s < in->sites.n; s++) {
        in->sites.at[s].slip_s += delay_s;
    }
    for (int c = 0; c < in->clusters.n; c++) {
        in->clusters.at[c].slip_s += delay_s;
    }
}

/* What a pull may change, kept so that the next one begins anew. Draws reset only what is uncertain.
 */
static void pull(const gw_model *model, gw_state *state, gw_lever lever, double value) {
    gw_scenario *in = state->in;
    gw_sample_draw(model, 1, -1, state);
    if (value == base_of(model, lever)) {
        return;
    }
    switch (lever) {
    case GW_LEVER_PRICE:
        pull_price(in, value);
        break;
    case GW_LEVER_UTILISATION:
        pull_utilisation(in, value);
        break;
    case GW_LEVER_CHIP_LIFE:
        pull_chip_life(in, value);
        break;
    case GW_LEVER_DELAY:
        pull_delay(in, value);
        break;
    default:
        for (int i = 0; i < in->funding.n; i++) {
            in->funding.at[i].rate += value;
        }
    }
}

static double target(const gw_state *state, const gw_break_even *b) {
    if (b->funding >= 0) {
        return state->cash.loans[b->funding].dscr_min - state->in->funding.at[b->funding].covenant;
    }
    return b->lever == GW_LEVER_INTEREST ? state->cash.equity_npv_usd : state->cash.npv_usd;
}

/* A fresh state for every pull: what is not uncertain keeps its value of the scenario. */
static gw_code try_at(const gw_model *model, const gw_break_even *b, double value, double *out) {
    gw_state *state = gw_state_create(model);
    if (state == NULL) {
        return GW_E_MEM;
    }
    pull(model, state, b->lever, value);
    gw_run_sample(model, state);
    *out = target(state, b);
    gw_state_free(state);
    return GW_OK;
}

static gw_code solve(const gw_model *model, gw_break_even *b) {
    double low = LOW[b->lever];
    double high = HIGH[b->lever];
    GW_TRY(try_at(model, b, low, &b->target_at_low));
    GW_TRY(try_at(model, b, high, &b->target_at_high));
    double at_low = b->target_at_low;
    double at_high = b->target_at_high;
    b->at = GW_NAN;
    if (isnan(at_low) || isnan(at_high)) {
        b->problem = "nothing is sold or owed at an end of the range";
        return GW_OK;
    }
    if (at_low * at_high > 0.0) {
        b->problem = at_low > 0.0 ? "kept over the whole range" : "missed over the whole range";
        return GW_OK;
    }
    for (int i = 0; i < STEPS_MAX && high - low > TOLERANCE * (HIGH[b->lever] - LOW[b->lever]);
         i++) {
        double middle =
            i % 2 == 0 ? 0.5 * (low + high) : low - at_low * (high - low) / (at_high - at_low);
        double at_middle = 0.0;
        GW_TRY(try_at(model, b, middle, &at_middle));
        if (at_middle == 0.0) {
            low = high = middle;
        } else if ((at_middle > 0.0) == (at_low > 0.0)) {
            low = middle;
            at_low = at_middle;
        } else {
            high = middle;
            at_high = at_middle;
        }
    }
    b->at = 0.5 * (low + high);
    return GW_OK;
}

static bool has_covenant(const gw_model *model, int i) {
    const gw_funding *funding = &model->in->funding.at[i];
    return funding->kind == GW_FUNDING_DEBT && gw_is_set(funding->covenant);
}

int gw_break_even_count(const gw_model *model) {
    int n = GW_N_LEVER;
    for (int i = 0; i < model->in->funding.n; i++) {
        n += has_covenant(model, i) ? GW_N_LEVER : 0;
    }
    return n;
}

int gw_break_even_work(const gw_model *model, gw_break_even *out, int cap) {
    int n = 0;
    for (int i = -1; i < model->in->funding.n; i++) {
        if (i >= 0 && !has_covenant(model, i)) {
            continue;
        }
        for (int k = 0; k < GW_N_LEVER && n < cap; k++) {
            out[n] = (gw_break_even){
                .lever = (gw_lever)k, .funding = i, .base = base_of(model, (gw_lever)k)};
            if (solve(model, &out[n]) != GW_OK) {
                return -1;
            }
            n++;
        }
    }
    return n;
}

gw_code gw_delay_cost(const gw_model *model, double delay_s, double *party_usd, double *npv_usd,
                      double *equity_usd) {
    gw_state *states[2] = {gw_state_create(model), gw_state_create(model)};
    gw_code code = states[0] == NULL || states[1] == NULL ? GW_E_MEM : GW_OK;
    for (int i = 0; i < 2 && code == GW_OK; i++) {
        pull(model, states[i], GW_LEVER_DELAY, i == 0 ? 0.0 : delay_s);
        gw_run_sample(model, states[i]);
    }
    if (code == GW_OK) {
        const gw_cash *plan = &states[0]->cash;
        const gw_cash *late = &states[1]->cash;
        for (int p = 0; p < model->in->parties.n; p++) {
            party_usd[p] = late->parties[p].npv_usd - plan->parties[p].npv_usd;
        }
        *npv_usd = late->npv_usd - plan->npv_usd;
        *equity_usd = late->equity_npv_usd - plan->equity_npv_usd;
    }
    gw_state_free(states[0]);
    gw_state_free(states[1]);
    return code;
}

double gw_debt_at_coverage_usd(const gw_model *model, int funding, double dscr_ratio) {
    gw_state *state = gw_state_create(model);
    if (state == NULL) {
        return GW_NAN;
    }
    gw_sample_draw(model, 1, -1, state);
    gw_funding *line = &state->in->funding.at[funding];
    line->repayment = GW_REPAY_SCULPTED;
    line->dscr = dscr_ratio;
    line->amount_usd = 1e15;
    line->most = 1.0;
    gw_run_sample(model, state);
    double drawn_usd = state->cash.loans[funding].drawn_usd;
    gw_state_free(state);
    return drawn_usd;
}
