/* finance/sales.h: what comes in, contract by contract. Rules and validity: sales.c. */
#ifndef GW_FINANCE_SALES_H
#define GW_FINANCE_SALES_H

#include "base/arena.h"
#include "finance/calendar.h"
#include "model.h"

/** Revenue by month; arrays [n_months] in the arena given. */
typedef struct gw_sales {
    double *compute_usd; /* compute contracts and the market */
    double *compute_s;   /* accelerator-seconds that this pays for */
    double *other_usd;   /* fees and rents */
    double *busy_s;      /* accelerator-seconds that run a job, sold or not */
    const char *problem; /* NULL, or why nothing or nothing known comes in (static) */
} gw_sales;

/** Sales of the whole programme to parties outside it.
 *  @param fleet  [n_clusters] running accelerators
 *  @param slot   [n_clusters] IT power of a slot, for rents */
gw_sales gw_sales_work(const gw_scenario *in, const gw_calendar *calendar, const gw_fleet *fleet,
                       const gw_slot *slot, gw_arena *scratch);

/** Contract price over its first price, in the contract year at `years` after the start: steps of
 * one year. */
double gw_contract_escalation(double escalation, double years);

#endif
