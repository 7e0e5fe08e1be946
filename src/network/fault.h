/* network/fault.h: faults of a scenario as capacities of a network.
 *
 * In:  gw_net, the `faults` of a fabric. Out: capacities (faults without `at`), events (the others).
 */
#ifndef GW_FABRIC_FAULT_H
#define GW_FABRIC_FAULT_H

#include "base/diag.h"
#include "network/net.h"
#include "scenario/load.h"

/** Most instants at which one network changes: more flaps than that are refused. */
#define GW_FAULT_EVENTS_MAX 4000000

/** Lowers the capacities of links that faults without `at` name or draw; bundles and `damaged`
 * follow. Names of all faults are looked up, those with `at` too. False: some are unknown; each is an
 * error in `diags` (NULL: not told) with its position and the nearest name, and nothing is changed.
 * Two faults of one link: the worse counts. */
bool gw_faults_apply(gw_net *net, const gw_spec *spec, const gw_fabric *fabric, gw_diags *diags);

/** Faults with `at` as events in order of time, then of links; after gw_faults_apply. Flapping goes
 * on up to horizon_s. Links of bundles change their bundle with them: its event follows. Returns how
 * many, in *out (owned by the arena); -1: more than GW_FAULT_EVENTS_MAX. */
int gw_faults_events(const gw_net *net, const gw_fabric *fabric, double horizon_s, gw_arena *arena,
                     gw_net_event **out);

#endif
