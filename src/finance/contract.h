/* finance/contract.h: how long a contract lasts: term, firm part, exit. Rules: contract.c. */
#ifndef GW_FINANCE_CONTRACT_H
#define GW_FINANCE_CONTRACT_H

#include "model.h"

/** Dates of one contract in one sample; NaN start: it never begins. */
typedef struct gw_contract_dates {
    double start_d;
    double pay_from_d;      /* start; the first of its month if it begins with the capacity */
    double term_end_d;      /* start + term */
    double end_d;           /* the earlier of term end and exit */
    double firm_end_d;      /* what the exit right cannot take away, seen from the start */
    double left_firm_end_d; /* the same seen from as_of */
    bool exited;
} gw_contract_dates;

/** Whether a contract covers cluster c: `cluster`, else `clusters`, else all. */
bool gw_contract_covers(const gw_contract *contract, int c);

/** @param first_d  first capacity it covers, for a contract without a start
 *  @param seed, sample  of the draw of the exit; sample -1 takes its median */
gw_contract_dates gw_contract_dates_work(const gw_contract *contract, double first_d,
                                         double as_of_d, uint64_t seed, int64_t sample);

/** Contract price over its first price, in the contract year at `years` after the start: steps of
 * one year. */
double gw_contract_escalation(double escalation, double years);

/** Seconds between two dates, each weighted with the price of its contract year over the first. */
double gw_contract_weighted_s(const gw_contract *contract, double start_d, double from_d,
                              double until_d);

#endif
