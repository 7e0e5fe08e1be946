/* finance/flows.h: a plain cash flow at any points in time: worth, all rates of return, payback.
 * Formulas, proof and validity: flows.c, flows_roots.c; reading from a table: flows_read.c. */
#ifndef GW_FINANCE_FLOWS_H
#define GW_FINANCE_FLOWS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"

/** Days of a year between two dates: actual/365, as spreadsheets count. */
#define GW_FLOW_YEAR_d 365.0
/** Largest table and largest number of sign changes that are searched for rates. */
#define GW_FLOWS_MAX 100000
#define GW_FLOW_CHANGES_MAX 64
/** Rates outside -99.9999 % to 100,000,000 % per period are not looked for. */
#define GW_FLOW_RATE_LOW (-0.999999)
#define GW_FLOW_RATE_HIGH 1e6

typedef struct gw_payment {
    double at; /* period, or years after the first date */
    double amount_usd;
} gw_payment;

/** Points in time ascending and different from one another. */
typedef struct gw_flows {
    int n;
    gw_payment *at;
    bool dated;      /* `at` counts years after origin_d; else periods, discounted to period 0 */
    double origin_d; /* the first date; NaN for periods */
    int n_rows;      /* rows read */
    int n_merged;    /* rows that were added to another of the same time */
    bool was_unsorted;
    const char *ignored; /* name of a column that was not used; NULL if none */
} gw_flows;

/** Worth at time 0. */
double gw_flow_npv(double rate, const gw_payment *flow, int n);

/** Every rate of return, ascending. */
typedef struct gw_rates {
    int n;
    double rate[GW_FLOW_CHANGES_MAX + 1];
    int changes;        /* changes of sign: no more rates than these can exist */
    const char *reason; /* why there is none; NULL if there is one (static) */
} gw_rates;
gw_rates gw_payment_rates(const gw_payment *flow, int n, gw_arena *scratch);

/** Modified rate: money paid is financed at `rate`, money received grows at `reinvest` to the last
 *  time. NaN with a reason where only one sign occurs. */
double gw_flow_mirr(double rate, double reinvest_rate, const gw_payment *flow, int n,
                    const char **reason);

typedef struct gw_payback {
    double at;          /* from then on nothing is outstanding any more; NaN with a reason */
    double first_yr;    /* first time that nothing is outstanding; years or periods, as `at` */
    const char *reason; /* static */
} gw_payback;
/** Linear between two flows.
 *  @param rate  0: money as it is; else each flow is discounted to time 0 first */
gw_payback gw_flow_payback(double rate, const gw_payment *flow, int n);

/** What is worked out for a flow. */
typedef struct gw_flow_sheet {
    double rate, reinvest_rate; /* NaN: not given */
    double in_usd, out_usd, net_usd;
    double npv_usd, end_usd; /* worth at time 0 and at the last time; NaN without a rate */
    double index_ratio;      /* worth of what comes in over worth of what is paid */
    double multiple_ratio;   /* in over out, undiscounted */
    gw_rates irr;
    double mirr_rate;
    gw_payback payback, discounted_payback;
    const char *npv_reason, *mirr_reason, *index_reason;
} gw_flow_sheet;
gw_flow_sheet gw_flow_work(const gw_flows *flows, double rate, double reinvest_rate,
                           gw_arena *scratch);

/** Reads columns `date` or `period`, and `usd`, in any order; rows in any order (they are sorted);
 *  rows of the same time are added up. Every bad cell is reported with line and column. */
GW_MUST_USE gw_code gw_flows_read(const char *file, const char *text, size_t n_bytes,
                                  gw_arena *arena, gw_diags *diags, gw_flows *out);

#endif
