/* finance/party.h: who pays whom. Rules and validity: party.c. */
#ifndef GW_FINANCE_PARTY_H
#define GW_FINANCE_PARTY_H

#include "finance/debt.h"
#include "finance/running.h"
#include "finance/sales.h"

/** What the money graph is drawn from; all borrowed. */
typedef struct gw_party_in {
    const gw_scenario *in;
    const gw_calendar *calendar;
    const gw_schedule *schedule; /* withdrawn commitments; its arrays may be NULL */
    const gw_assets *assets;
    const gw_cells *cells;
    const gw_sales *sales;
    const gw_running *running;
    const gw_debt_line *lines; /* [n_lines] loans */
    const int *line_funding;   /* [n_lines] their place in the funding */
    int n_lines;
    const gw_reach *equity_scope; /* [n_funding] of the equity entries */
    gw_loan_money *funding;       /* [n_funding] draws of equity are filled here */
    const double *tax_usd;        /* [n_months] of the whole programme, with interest */
    double discount_rate;
} gw_party_in;

/** Fills cash->flows, n_flows and parties. */
void gw_party_work(const gw_party_in *party_in, gw_cash *cash, gw_arena *scratch);

#endif
