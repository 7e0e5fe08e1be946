/* finance/deal.h: one contract worked out on its own, by years: what the headline implies, whether
 * it pays, what it can carry in debt. Formulas and validity: deal.c, deal_years.c, deal_loan.c,
 * deal_turn.c and docs/model/deals.md. */
#ifndef GW_FINANCE_DEAL_H
#define GW_FINANCE_DEAL_H

#include "finance/flows.h"
#include "model.h"

/** What is used where a deal says nothing (always marked as assumed in the output). Fit over Epoch
 *  AI's Frontier Data Centers, July 2026 (CC-BY 4.0): chips, buildings and plant, yearly
 *  operation per IT watt; IT watts per GPU at Abilene (100,800 GPUs, 211 MW). */
#define GW_DEAL_IT_USD_PER_W 26.113
#define GW_DEAL_FACILITY_USD_PER_W 11.769
#define GW_DEAL_OPEX_USD_PER_W_YR 0.902
#define GW_DEAL_GPU_W 2093.0

/** A question put to a deal: one thing changed. gw_deal_as_is() changes nothing. */
typedef struct gw_deal_case {
    double payment_factor, utilisation_factor, cost_factor, running_factor;
    double term_yr;      /* NaN: the deal's */
    double it_life_yr;   /* NaN: the deal's */
    double payments_usd; /* of the first year, instead of the deal's; NaN: the deal's */
    double delay_yr;     /* everything but the capital cost comes later; interest goes on */
} gw_deal_case;
gw_deal_case gw_deal_as_is(void);

/** One year, paid at its end. */
typedef struct gw_deal_year {
    double at_yr;     /* end of it, years after the capital is in place */
    double year_frac; /* of a year: below 1 only in the last */
    double payments_usd, running_usd;
    double depreciation_usd;
    double tax_usd;           /* with interest deducted */
    double tax_unlevered_usd; /* without */
    double cfads_usd;         /* payments - running cost - tax_usd */
    double interest_usd, principal_usd, balance_usd;
    double year_dscr; /* NaN without service */
} gw_deal_year;

typedef struct gw_deal_loan {
    double asked_usd; /* wanted or carried by the coverage; NaN: no loan */
    double debt_usd;
    double service_usd; /* first year */
    double balloon_usd; /* left at the end of the term */
    double dscr_min, dscr_mean, llcr_ratio;
    double interest_usd; /* all years */
    double equity_usd;
    bool sculpted;
    const char *binds; /* what limits the loan, in words; NULL without a loan (static) */
} gw_deal_loan;

typedef struct gw_deal_sheet {
    gw_claim_basis basis; /* the reading of the power: as it or facility */
    double term_yr;
    /* size */
    double it_W, facility_W, stated_W;
    double accelerators;
    bool accelerators_assumed;
    double accelerator_W; /* IT power of one; NaN */
    /* cost */
    double it_usd, facility_usd, cost_usd; /* as paid */
    double idc_usd, capital_usd;           /* interest while building, and the sum */
    bool cost_assumed, cost_in_parts, opex_assumed;
    double opex_usd, energy_usd, running_usd; /* per year */
    double it_life_yr, facility_life_yr;
    double tax_rate; /* effective */
    int n_depreciation;
    double *depreciation_usd; /* [n_depreciation] whole schedule, also after the term */
    /* payments */
    double payments_usd;            /* first year; NaN: none stated */
    double total_usd, total_pv_usd; /* all years, undiscounted and discounted */
    double firm_usd;                /* what a buyer with an exit right must pay; NaN without one */
    int n_years;
    gw_deal_year *year;               /* [n_years] */
    double residual_usd, end_tax_usd; /* at the end of the term */
    /* returns on the capital */
    int n_flows;
    gw_payment *flow;   /* [n_flows] project, before debt */
    gw_payment *equity; /* [n_flows] after debt; NULL without a loan */
    double npv_usd, mirr_rate, index_ratio;
    gw_rates irr, equity_irr;
    double equity_npv_usd;
    gw_payback payback, discounted_payback;
    const char *problem; /* why there are no returns; NULL if there are (static) */
    gw_deal_loan loan;
    /* full cost */
    double annual_it_usd, annual_facility_usd, annual_usd; /* capital recovery + running cost */
    double levelised_usd; /* payments as a level amount of equal worth over the term */
    double implied_rate;  /* at which the annual cost equals the payments */
    double repay_yr;      /* years of such payments that repay the capital at `rate` */
    double lcoe_usd_per_J;
    double carry_usd, missed_usd; /* half a year of delay: interest on the capital, lost margin */
} gw_deal_sheet;

/** Works a deal out. `basis` is the reading of its power: GW_BASIS_IT or GW_BASIS_FACILITY.
 *  Everything is owned by the arena. */
gw_deal_sheet gw_deal_work(const gw_deal *deal, gw_claim_basis basis, const gw_deal_case *what,
                           gw_arena *arena);

/** Ways to read the stated basis: one, or both if it is open. Returns how many. */
int gw_deal_readings(const gw_deal *deal, gw_claim_basis out[2]);

/** Payments, cost or accelerator-hours over a size; NaN where one is not known. */
double gw_deal_usd_per_acc_h(const gw_deal *deal, const gw_deal_sheet *sheet, double usd_per_yr);

/* ---- where it turns ---- */

typedef enum gw_deal_lever {
    GW_LEVER_PAYMENTS,
    GW_LEVER_UTILISATION,
    GW_LEVER_COST,
    GW_LEVER_RUNNING,
    GW_LEVER_TERM,
    GW_LEVER_DELAY,
    GW_LEVER_CHIP_LIFE,
    GW_N_LEVER
} gw_deal_lever;

typedef struct gw_deal_turn {
    double base;  /* what it is, in the lever's own unit; NaN: the lever does not apply */
    double root;  /* value at which the present value is zero (chip life: full cost = payments) */
    double limit; /* value at which the lowest coverage is the covenant; NaN without a loan */
    const char *npv_reason, *dscr_reason; /* why there is no such value (static) */
} gw_deal_turn;

/** Default covenant where the deal states no `dscr`. */
#define GW_DEAL_COVENANT 1.2

/** @param out  [GW_N_LEVER] */
void gw_deal_turns(const gw_deal *deal, gw_claim_basis basis, gw_arena *arena, gw_deal_turn *out);

/** Level yearly payments over the term that give a present value of zero. */
double gw_deal_needed_usd(const gw_deal *deal, gw_claim_basis basis, gw_arena *arena);

/* ---- parts, private to deal*.c ---- */
void gw_deal_years(const gw_deal *deal, const gw_deal_case *what, gw_deal_sheet *sheet,
                   gw_arena *arena);
/** Tax of each year; interest_usd NULL: without interest. Also the tax on the end value. */
double gw_deal_tax(const gw_deal_sheet *sheet, const double *interest_usd, double *tax_usd);
void gw_deal_borrow(const gw_deal *deal, const gw_deal_case *what, gw_deal_sheet *sheet,
                    gw_arena *arena);

#endif
