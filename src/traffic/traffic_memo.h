/* traffic/traffic_memo.h: phases that were worked, to be found by their sends. Internal to
 * traffic_run.c. */
#ifndef GW_FABRIC_TRAFFIC_MEMO_H
#define GW_FABRIC_TRAFFIC_MEMO_H

#include "traffic/traffic.h"

/** One repeat of a phase. */
typedef struct gw_worked {
    double transfer_s, bound_s, hop_s;
    bool exact; /* the bound is the transfer */
    bool congested;
    int64_t n_flows, n_classes, n_stuck;
    int32_t n_links; /* that carried something */
    int32_t *link;
    double *carried_B;
} gw_worked;

/** NULL: not known. The answer is for sends of 1 / *scale of the bytes. */
const gw_worked *gw_traffic_memo_find(const gw_traffic_memo *memo, const gw_traffic *traffic,
                                      const gw_traffic_phase *phase, double *scale);
/** Copies, unless the memo is full. */
void gw_traffic_memo_keep(gw_traffic_memo *memo, const gw_traffic *traffic,
                          const gw_traffic_phase *phase, const gw_worked *worked);

#endif
