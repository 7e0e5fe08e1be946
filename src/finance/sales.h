/* finance/sales.h: what comes in, contract by contract. Rules and validity: sales.c. */
#ifndef GW_FINANCE_SALES_H
#define GW_FINANCE_SALES_H

#include "base/arena.h"
#include "finance/calendar.h"
#include "finance/contract.h"
#include "model.h"

typedef struct gw_sales_in {
    const gw_scenario *in;
    const gw_calendar *calendar;
    const gw_fleet *fleet; /* [n_clusters] running accelerators */
    const gw_slot *slot;   /* [n_clusters] IT power of a slot, for rents */
    double *const
        *run_usd; /* [n_clusters][n_months] energy and operation, for shutting down; or NULL */
    uint64_t seed;
    int64_t sample; /* of the draws of exits */
} gw_sales_in;

/** Revenue by month; arrays [n_months] in the arena given. */
typedef struct gw_sales {
    double *compute_usd;        /* compute contracts and the market */
    double *compute_s;          /* accelerator-seconds that this pays for */
    double *other_usd;          /* fees and rents, guarantees of contracts */
    double *busy_s;             /* accelerator-seconds that run a job, sold or not */
    double *saved_usd;          /* energy and operation of chips that are shut down */
    double **cluster_saved_usd; /* [n_clusters] the same */
    double *shift_usd;     /* cash that prepayments bring earlier (> 0) or take from later bills */
    double stopped_s;      /* accelerator-seconds shut down */
    double **contract_usd; /* [n_clusters] from outside under contracts, guarantees included */
    double **market_usd;   /* [n_clusters] from the market */
    double **rent_usd;     /* [n_clusters] leases of their place, also inside the programme */
    double **rent_inside_usd; /* [n_clusters] of these between parties of the programme */
    gw_sale *sale;            /* [n_contracts] */
    const bool *inside;       /* [n_parties] */
    const char *problem;      /* NULL, or why nothing or nothing known comes in (static) */
} gw_sales;

/** Sales of the whole programme to parties outside it, and what moves inside. */
gw_sales gw_sales_work(const gw_sales_in *sales_in, gw_arena *scratch);

#endif
