/* engine/break_even.h: what turns the sign of the value, or breaks a covenant: a root finder over the
 * whole chain, base case. Method: break_even.c. */
#ifndef GW_ENGINE_BREAK_EVEN_H
#define GW_ENGINE_BREAK_EVEN_H

#include "engine/engine.h"

typedef enum gw_lever {
    GW_LEVER_PRICE,       /* factor on contract and market prices */
    GW_LEVER_UTILISATION, /* factor on the utilisation of clusters and contracts */
    GW_LEVER_CHIP_LIFE,   /* chips are written off and taken out after this time */
    GW_LEVER_DELAY,       /* of every site and cluster, beside their own */
    GW_LEVER_INTEREST,    /* added to the rate of every loan */
    GW_N_LEVER
} gw_lever;

typedef struct gw_break_even {
    gw_lever lever;
    int funding; /* loan whose covenant is the target; -1: the net present value */
    double base; /* value of the lever in the scenario: 1, 1, seconds, 0, 0 */
    double at;   /* value at which the target is just met; NaN: see problem */
    double target_at_low, target_at_high; /* the target at the two ends that were tried, less its
                                             limit */
    const char *problem;                  /* NULL, or why there is none (static) */
} gw_break_even;

/** Every lever against the present value and the covenant of every loan that has one.
 *  @return number written, at most `cap`; -1 when memory ran out */
int gw_break_even_work(const gw_model *model, gw_break_even *out, int cap);
/** How many there are. */
int gw_break_even_count(const gw_model *model);

/** What a delay of every site and cluster costs: present value with it less without it.
 *  @param party_usd  [n_parties] of each party's net
 *  @param npv_usd, equity_usd  before financing, after it */
GW_MUST_USE gw_code gw_delay_cost(const gw_model *model, double delay_s, double *party_usd,
                                  double *npv_usd, double *equity_usd);

/** Debt that the cash of the funding's line carries at a coverage, as if it were sculpted and bounded
 *  only by the cost; NaN when memory ran out. */
double gw_debt_at_coverage_usd(const gw_model *model, int funding, double dscr_ratio);

const char *gw_lever_name(gw_lever lever); /* "price" */

#endif
