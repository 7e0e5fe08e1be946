/* finance/circulation.h: money that goes round. Method: circulation.c. */
#ifndef GW_FINANCE_CIRCULATION_H
#define GW_FINANCE_CIRCULATION_H

#include "model.h"

#define GW_CIRCULATION_LONGEST 6 /* parties in a round */
#define GW_CIRCULATION_MAX 16

typedef struct gw_round {
    int n;
    int node[GW_CIRCULATION_LONGEST]; /* node[0] pays node[1] ... pays node[0] */
    gw_flow_kind
        kind[GW_CIRCULATION_LONGEST]; /* largest kind of the payment node[i] -> node[i+1] */
    double usd;                       /* the smallest payment of the round: what can go round */
} gw_round;

typedef struct gw_circulation {
    int n;
    gw_round at[GW_CIRCULATION_MAX]; /* largest first */
    double usd;                      /* all of them; no dollar counted twice */
} gw_circulation;

/** Rounds among the first n_nodes nodes (the named parties; what lies outside has no memory of who
 *  paid it). Payments back to investors (service, distributions) and taxes are not followed.
 *  @param usd, kind  scratch [n_nodes x n_nodes] of the caller */
void gw_circulation_find(const gw_flow *flows, int n_flows, int n_nodes, double *usd,
                         gw_flow_kind *kind, gw_circulation *out);

/** "chips", "compute", "equity" ... */
const char *gw_flow_name(gw_flow_kind kind);
/** "chip makers", "builders" ...; for nodes beside the parties. */
const char *gw_outside_name(gw_outside outside);

#endif
