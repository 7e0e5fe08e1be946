/* engine/what_if.h: the base case once more with changed inputs: power a year late, chips that live
 * three years, a tenant who leaves. Milliseconds each, no random draws, nothing of the first run is
 * touched. Rules: what_if.c. */
#ifndef GW_ENGINE_WHAT_IF_H
#define GW_ENGINE_WHAT_IF_H

#include "model.h"

typedef struct gw_what_if {
    double buildings_late_s, power_late_s, chips_late_s; /* added to what comes after as_of */
    double chip_life_s;     /* written off and taken out after this time; NaN: as in the scenario */
    double price_factor;    /* on contract and market prices */
    double rate_added_frac; /* on the yearly interest of every loan, fraction */
    double market_factor;   /* on market prices only */
    int exit_contract;      /* this buyer leaves; -1: nobody */
    double exit_d;
} gw_what_if;

/** No change at all: delays 0, factors 1, the scenario's chip life, nobody leaves. */
gw_what_if gw_what_if_none(void);

/** Runs the base case with the changes. The caller frees the state with gw_state_free; NULL when
 * memory ran out. */
gw_state *gw_what_if_run(const gw_model *model, const gw_what_if *what);

/** What it costs to hold capital for a time without income, at a yearly rate: K ((1 + r)^t - 1). */
double gw_carry_usd(double capital_usd, double rate, double years);

#endif
