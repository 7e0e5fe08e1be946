/* report/network_words.h: in one line what the network leaves a job's groups.
 * In: scenario, gw_congestion. Out: text. */
#ifndef GW_REPORT_NETWORK_WORDS_H
#define GW_REPORT_NETWORK_WORDS_H

#include "base/buf.h"
#include "base/json.h"
#include "model.h"

/** "ecmp, 2:1 oversubscribed; dp reaches 63 % of the NICs, limited by leaf-3>spine-1#0; flows". */
void gw_network_line(const gw_scenario *in, int i_cluster, const gw_congestion *c, gw_buf *out);

/** Whether some axis is slowed: worth a line where there is little room. */
bool gw_network_slows(const gw_congestion *c);

/** Object `network`: method, routing, axes with load, share and limiting link. */
void gw_network_json(const gw_scenario *in, int i_cluster, const gw_congestion *c, gw_json *json);

#endif
